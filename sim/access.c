/*
 * Accesses of processes to their memory.
 */
#include "common.h"

/* One page; a fault that fails may be cured by a growing stack, once. */
static int
touch(struct machine *m, struct process *p, vaddr_t va, vm_prot_t type)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t stamp = type == VM_PROT_WRITE ? ++m->stamp : 0;
	int error = vm_access(map, va, type, stamp);

	if (error != 0 && p->personality->grow != NULL &&
	    p->personality->grow(m, p, va, error))
		error = vm_access(map, va, type, stamp);
	return error;
}

static int
access_range(struct machine *m, struct process *p, vaddr_t va, vsize_t len,
    vm_prot_t type, struct sim_signal *sig)
{
	uint64_t n;

	if (len == 0)
		return 0;
	if (len - 1 > UINT64_MAX - va)
		len = UINT64_MAX - va;
	n = pg_atop(m, va + (len - 1)) - pg_atop(m, va) + 1;
	for (; n > 0; n--) {
		int error = touch(m, p, va, type);

		if (error != 0) {
			*sig = (struct sim_signal){ .err = error, .addr = va };
			if (p->personality->signal != NULL)
				p->personality->signal(error, sig);
			return error;
		}
		p->nrefs++;
		va = pg_trunc(m, va) + pg_size(m);
	}
	return 0;
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
	if (error != 0)
		sim_fail(m, error, "addr", sig->addr, 0, 0,
		    "the page may not be accessed so");
	sim_cpu_leave(m);
	error = sim_self_check(m, error);
	if (m->access_fn != NULL)
		m->access_fn(m->op_ctx, m, p, va, len, type, error);
	return error;
}
