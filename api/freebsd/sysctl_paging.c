/*
 * What FreeBSD tells of its page daemon, its queues and swap.
 *
 * Under policy=freebsd the daemon of vm/ keeps FreeBSD's own counters and
 * thresholds, which are given here.  Under the other policies the counters are
 * those of uvmexp that come nearest, and a domain's thresholds its part of the
 * machine's.
 */
#include <errno.h>
#include <string.h>

#include "api/include/freebsd/vm/vm_param.h"
#include "sums.h"
#include "sysctl.h"
#include "vm/vm_daemon_freebsd.h"

_Static_assert(sizeof(struct xswdev) == 32, "xswdev");
_Static_assert(offsetof(struct xswdev, xsw_flags) == 16, "xsw_flags");

/* ------------------------------------------------------------- counters --- */

#define COUNT(name, theirs, others) \
	uint64_t sysctl_##name(struct machine *m) \
	{ \
		const struct vm_fbsd *st = vm_fbsd(&m->vm); \
\
		return st != NULL ? st->count.theirs : (others); \
	}
COUNT(pdwakeups, v_pdwakeups, m->vm.exp.pdwoke)
COUNT(pdshortfalls, v_pdshortfalls, 0)
COUNT(pdpages, v_pdpages, m->vm.exp.pdscans)
COUNT(reactivated, v_reactivated, m->vm.exp.pdreact)
COUNT(dfree, v_dfree, m->vm.exp.pdfreed)
COUNT(swapout, v_swapout, m->vm.exp.pdpageouts)
COUNT(swappgsout, v_swappgsout, m->vm.exp.pgswapout)
COUNT(vnodeout, v_vnodeout, 0)
COUNT(vnodepgsout, v_vnodepgsout, 0)
#undef COUNT

/* Page-ins are of files and of swap. */
uint64_t
sysctl_vnodein(struct machine *m)
{
	const struct uvmexp *x = &m->vm.exp;

	return x->pageins > x->nswget ? x->pageins - x->nswget : 0;
}

/* ----------------------------------------------------------- thresholds --- */

#define LEVEL(member, all) \
	uint64_t sysctl_domain_##member(struct machine *m, unsigned d) \
	{ \
		const struct vm_fbsd *st = vm_fbsd(&m->vm); \
\
		return st != NULL ? st->domain[d].level.member : \
				    (all) / m->vm.phys.ndomains; \
	}
LEVEL(inactive_target, m->vm.exp.inactarg)
LEVEL(free_target, m->vm.exp.freetarg)
LEVEL(free_reserved, m->vm.exp.reserve_kernel)
LEVEL(free_min, m->vm.exp.freemin)
LEVEL(free_severe, (m->vm.exp.freemin + m->vm.exp.reserve_kernel) / 2)
#undef LEVEL

#define SUM_OF(member, all) \
	uint64_t sysctl_##member(struct machine *m) \
	{ \
		const struct vm_fbsd *st = vm_fbsd(&m->vm); \
		uint64_t n = 0; \
\
		for (unsigned d = 0; st != NULL && d < m->vm.phys.ndomains; \
		     d++) \
			n += st->domain[d].level.member; \
		return st != NULL ? n : (all); \
	}
SUM_OF(free_reserved, m->vm.exp.reserve_kernel)
SUM_OF(free_severe, (m->vm.exp.freemin + m->vm.exp.reserve_kernel) / 2)
SUM_OF(pageout_free_min, m->vm.exp.reserve_pagedaemon)
SUM_OF(interrupt_free_min, m->vm.exp.reserve_pagedaemon)
#undef SUM_OF

/* --------------------------------------------------------------- queues --- */

uint64_t
sysctl_laundry(struct machine *m)
{
	return m->vm.pages.nlaundry;
}

#define QUEUED(name, queue) \
	uint64_t sysctl_domain_##name(struct machine *m, unsigned d) \
	{ \
		return vm_fbsd_queued(&m->vm, d, queue); \
	}
QUEUED(active, PQ_ACTIVE)
QUEUED(inactive, PQ_INACTIVE)
QUEUED(laundry, PQ_LAUNDRY)
QUEUED(unswappable, PQ_UNSWAPPABLE)
#undef QUEUED

#define SCANNED(name, others) \
	uint64_t sysctl_domain_##name(struct machine *m, unsigned d) \
	{ \
		const struct vm_fbsd *st = vm_fbsd(&m->vm); \
\
		return st != NULL ? st->domain[d].name : (others); \
	}
SCANNED(actpdpgs, 0)
SCANNED(inactpdpgs, m->vm.exp.pdscans)
SCANNED(laundpdpgs, 0)
SCANNED(unswppdpgs, 0)
#undef SCANNED

/* ----------------------------------------------------------- controller --- */

bool
sysctl_has_pid(const struct machine *m, unsigned d)
{
	return vm_fbsd(&m->vm) != NULL && d < m->vm.phys.ndomains;
}

bool
sysctl_has_fbsd(const struct machine *m, unsigned i)
{
	(void)i;
	return vm_fbsd(&m->vm) != NULL;
}

#define PID(name, value) \
	uint64_t sysctl_pid_##name(struct machine *m, unsigned d) \
	{ \
		const struct vm_pid *p = &vm_fbsd(&m->vm)->domain[d].pid; \
\
		return (uint64_t)(value); \
	}
PID(error, p->error)
PID(olderror, p->error_before)
PID(integral, p->integral)
PID(derivative, p->derivative)
PID(input, p->input)
PID(output, p->output)
PID(ticks, p->next > p->interval ? p->next - p->interval : 0)
PID(setpoint, p->setpoint)
PID(interval, p->interval)
PID(bound, p->bound)
PID(kpd, p->gains.kp)
PID(kid, p->gains.ki)
PID(kdd, p->gains.kd)
#undef PID

/* Fruitless passes before a vote: may be set by root. */
int
sysctl_oom_seq(struct sysctl_req *r)
{
	struct vm_fbsd *st = vm_fbsd(&r->m->vm);
	int value = (int)st->oom_seq;
	int error = sysctl_out(r, &value, sizeof(value));

	if (error != 0 || r->new == NULL)
		return error;
	if ((error = sysctl_in(r, &value, sizeof(value))) != 0)
		return error;
	if (value < 1 || value > FBSD_OOM_SEQ_MAX)
		return EINVAL;
	st->oom_seq = (uint32_t)value;
	return 0;
}

/* ----------------------------------------------------------------- swap --- */

/* The n-th device in use, in the order of their numbers */
static const struct vm_swapdev *
device(const struct vm *vm, int n)
{
	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++)
		if ((vm->swap.dev[i].flags & SWF_INUSE) != 0 && n-- == 0)
			return &vm->swap.dev[i];
	return NULL;
}

uint64_t
sysctl_nswapdev(struct machine *m)
{
	return m->vm.exp.nswapdev;
}

/* vm.swap_info.N: FreeBSD counts without a label. */
int
sysctl_swap_info(struct sysctl_req *r)
{
	struct xswdev x = { .xsw_version = XSWDEV_VERSION };
	const struct vm_swapdev *dev;

	if (r->narg != 1)
		return EINVAL;
	if ((dev = device(&r->m->vm, r->arg[0])) == NULL)
		return ENOENT;
	x.xsw_dev = dev->flags & SWF_FILE ? NODEV : dev->first + 1;
	x.xsw_nblks = (int)(dev->npages - (dev->flags & SWF_FILE ? 0 : 1));
	x.xsw_used = (int)dev->npginuse;
	return sysctl_out(r, &x, sizeof(x));
}
