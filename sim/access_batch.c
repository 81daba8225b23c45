/*
 * Many accesses at once: the way of reference traces.
 *
 * The batch goes to vm_access_batch(), which stops at the first reference that
 * fails; if the stack then grows over it, the rest is tried again from there.
 */
#include "common.h"

static size_t
access_all(struct machine *m, struct process *p, const struct vm_ref *refs,
    size_t n, int *error)
{
	struct vm_map *map = &p->vmspace->vm_map;
	size_t done = 0, grown = SIZE_MAX;

	for (;;) {
		done += vm_access_batch(map, refs + done, n - done, m->stamp,
		    error);
		if (done == n)
			return n;
		if (done == grown || p->personality->grow == NULL ||
		    !p->personality->grow(m, p, vm_ref_va(refs[done]), *error))
			return done;
		grown = done;
	}
}

int
sim_access_batch(struct machine *m, struct process *p,
    const struct vm_ref *refs, size_t n, size_t *donep, struct sim_signal *sig)
{
	struct sim_signal own;
	int error;

	if (sig == NULL)
		sig = &own;
	*sig = (struct sim_signal){ 0 };
	*donep = 0;
	m->error = (struct sim_error){ .op = "access" };
	m->nops += n;
	m->changes++;
	m->stamp += n;
	if ((error = sim_may_act(m, p)) != 0)
		return error;
	sim_cpu_enter(m, p);
	*donep = access_all(m, p, refs, n, &error);
	sim_cpu_leave(m);
	p->nrefs += *donep;
	if (*donep == n)
		return sim_self_check(m, 0);
	sig->err = error;
	sig->addr = vm_ref_va(refs[*donep]);
	if (p->personality->signal != NULL)
		p->personality->signal(error, sig);
	sim_fail(m, error, "addr", sig->addr, 0, 0,
	    "the page may not be accessed so");
	return sim_self_check(m, error);
}
