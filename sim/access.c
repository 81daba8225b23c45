/*
 * Accesses of processes to their memory.
 *
 * A fault that fails may be cured by a growing stack, once, or by killing
 * somebody for his memory (oom.h).
 */
#include "aix_paging.h"
#include "common.h"
#include "oom.h"

#define STOP_PAGES 4096 /* of a long access between two questions */

/* => the access ends here, as the machine's owner wants it */
static bool
stop(struct machine *m)
{
	return m->stop_fn != NULL && (m->stopped = m->stop_fn(m->stop_ctx));
}

/* One page. */
static int
touch(struct machine *m, struct process *p, vaddr_t va, vm_prot_t type,
    struct sim_want *want)
{
	uint64_t stamp = type == VM_PROT_WRITE ? ++m->stamp : 0;
	bool grown = false;
	int error;

	while ((error = vm_access(&p->vmspace->vm_map, va, type, stamp)) != 0) {
		if (!grown && p->personality->grow != NULL &&
		    p->personality->grow(m, p, va, error))
			grown = true;
		else if (error != ENOMEM || !sim_want_again(m, want))
			break;
	}
	return error;
}

static int
access_range(struct machine *m, struct process *p, vaddr_t va, vsize_t len,
    vm_prot_t type, struct sim_signal *sig)
{
	struct sim_want want;
	int error = 0;
	uint64_t n;

	if (len == 0)
		return 0;
	if (len - 1 > UINT64_MAX - va)
		len = UINT64_MAX - va;
	n = pg_atop(m, va + (len - 1)) - pg_atop(m, va) + 1;
	sim_want_begin(m, p, false, &want);
	for (; n > 0 && error == 0; n--) {
		want.tries = 0;
		error = touch(m, p, va, type, &want);
		if (error != 0)
			break;
		p->nrefs++;
		va = pg_trunc(m, va) + pg_size(m);
		if (unlikely(n % STOP_PAGES == 0) && stop(m)) {
			error = EINTR;
			break;
		}
		if (unlikely(m->aix_run.pid != 0) && !sim_aix_go_on(m, p))
			error = ENOMEM;
	}
	sim_want_end(m, &want);
	if (error != 0 && !m->stopped)
		sim_want_signal(p, error, va, sig);
	return error;
}

int
sim_access(struct machine *m, struct process *p, vaddr_t va, vsize_t len,
    vm_prot_t type, struct sim_signal *sig)
{
	static const char *const names[] = { "read", "write", "exec" };
	struct sim_signal own;
	int error;

	if (sig == NULL)
		sig = &own;
	*sig = (struct sim_signal){ 0 };
	m->error = (struct sim_error){ .op = names[type >> 1] };
	m->nops++;
	m->changes++;
	if ((error = sim_may_act(m, p)) != 0)
		return error;
	sim_cpu_enter(m, p);
	error = access_range(m, p, va, len, type, sig);
	if (error != 0 && !m->stopped)
		sim_want_fail(m, p, error, sig->addr);
	sim_cpu_leave(m);
	error = sim_self_check(m, error);
	if (m->access_fn != NULL)
		m->access_fn(m->op_ctx, m, p, va, len, type, error);
	return error;
}
