/*
 * hw.* and vm.*: what is computed when it is asked for.
 *
 * Every frame that is neither free nor on a queue counts as wired, as in
 * FreeBSD the frames of page tables do; so wired + active + inactive + free is
 * v_page_count.
 */
#include "api/include/freebsd/sys/user.h"
#include "api/include/freebsd/sys/vmmeter.h"
#include "layers.h"
#include "sums.h"
#include "sysctl.h"

_Static_assert(sizeof(struct vmtotal) == 88, "vmtotal");

/* --------------------------------------------------------------- sums ---- */

uint64_t
sysctl_availpages(struct machine *m)
{
	return pg_atop(m, m->config.ram);
}

uint64_t
sysctl_wired(struct machine *m)
{
	const struct uvmexp *x = &m->vm.exp;

	return x->npages - x->free - x->active - x->inactive -
	    m->vm.pages.nlaundry - m->vm.pages.nunswappable;
}

uint64_t
sysctl_usermem(struct machine *m)
{
	return m->config.ram - pg_ptoa(m, sysctl_wired(m));
}

/* Pages of all address spaces that were wired by mlock. */
uint64_t
sysctl_user_wired(struct machine *m)
{
	struct process *p = NULL;
	uint64_t n = 0;

	while ((p = api_next_space(m, p)) != NULL)
		n += pg_atop(m, vm_map_wired_bytes(&p->vmspace->vm_map));
	return n;
}

/* What the mlock of sim/ goes by. */
uint64_t
sysctl_max_wired(struct machine *m)
{
	return m->vm.exp.npages * 4 / 5;
}

uint64_t
sysctl_cow_faults(struct machine *m)
{
	return m->vm.exp.flt_acow + m->vm.exp.flt_prcopy;
}

/* vfork counts for itself. */
uint64_t
sysctl_forks(struct machine *m)
{
	return m->vm.exp.forks - m->vm.exp.forks_ppwait;
}

uint64_t
sysctl_syscalls(struct machine *m)
{
	uint64_t n = 0;

	for (size_t i = 0; i < SIM_NSYSCALLS; i++)
		n += m->syscalls[i];
	return n;
}

uint64_t
sysctl_swap_bytes(struct machine *m)
{
	return pg_ptoa(m, m->vm.exp.swpages);
}

/*
 * Swap that would be needed: writable private memory of every process, and
 * shared memory as long as it is mapped or has a name.
 */
uint64_t
sysctl_swap_reserved(struct machine *m)
{
	const struct vm_map_entry *e;
	const struct vm_object *obj;
	struct process *p = NULL;
	uint64_t n = 0;

	while ((p = api_next_space(m, p)) != NULL)
		for (e = p->vmspace->vm_map.header.next;
		     e != &p->vmspace->vm_map.header; e = e->next)
			if ((e->protection & VM_PROT_WRITE || e->amap) &&
			    (api_bottom_object(e) == NULL ||
				e->etype & UVM_ET_COPYONWRITE))
				n += e->end - e->start;
	for (obj = m->vm.first_object; obj != NULL; obj = obj->next)
		if (obj->pager == &aobj_pager)
			n += pg_round(m, obj->size);
	return n;
}

/* --------------------------------------------------------- structures ---- */

/* Running processes: all sleep while somebody asks. */
static int16_t
sleepers(const struct machine *m)
{
	const struct process *p;
	int n = 0;

	for (p = m->procs; p != NULL && n < INT16_MAX; p = p->hh.next)
		n += p->state == SIM_RUNNING && p->pid != 0;
	return (int16_t)n;
}

static int
add_object(void *ctx, const struct api_object *o)
{
	struct vmtotal *t = ctx;
	const bool shared = o->shadows > 1, active = o->refs > o->shadows;

	if (o->refs == 0 ||
	    (o->type == KVME_TYPE_SWAP && !o->anon && o->refs == 1))
		return 0;
	t->t_vm += o->size;
	t->t_rm += o->resident;
	t->t_avm += active ? o->size : 0;
	t->t_arm += active ? o->resident : 0;
	if (shared) {
		t->t_vmshr += o->size;
		t->t_rmshr += o->resident;
		t->t_avmshr += active ? o->size : 0;
		t->t_armshr += active ? o->resident : 0;
	}
	return 0;
}

int
sysctl_vmtotal(struct sysctl_req *r)
{
	struct vmtotal t = { .t_free = r->m->vm.exp.free,
		.t_sl = sleepers(r->m) };
	int error = api_each_object(r->m, add_object, &t);

	return error == 0 ? sysctl_out(r, &t, sizeof(t)) : error;
}
