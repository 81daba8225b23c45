/*
 * Many accesses at once: the way of reference traces.
 *
 * The batch goes to vm_access_batch(), which stops at the first reference that
 * fails; if the stack then grows over it, or somebody is killed for his memory
 * (oom.h), the rest is tried again from there.
 */
#include "common.h"
#include "oom.h"

static size_t
access_all(struct machine *m, struct process *p, const struct vm_ref *refs,
    size_t n, int *error)
{
	size_t done = 0, grown = SIZE_MAX;
	struct sim_want want;

	sim_want_begin(m, p, false, &want);
	for (;;) {
		const size_t before = done;

		done += vm_access_batch(&p->vmspace->vm_map, refs + done,
		    n - done, m->stamp, error);
		if (done == n)
			break;
		if (done != before)
			want.tries = 0;
		if (done != grown && p->personality->grow != NULL &&
		    p->personality->grow(m, p, vm_ref_va(refs[done]), *error))
			grown = done;
		else if (*error != ENOMEM || !sim_want_again(m, &want))
			break;
	}
	sim_want_end(m, &want);
	return done;
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
	if (*donep < n && mem_refused(m->mem)) { /* the rest never came */
		m->nops -= n - *donep;
		m->stamp -= n - *donep;
	}
	if (*donep == n)
		return sim_self_check(m, 0);
	sim_want_signal(p, error, vm_ref_va(refs[*donep]), sig);
	sim_want_fail(m, p, error, sig->addr);
	return sim_self_check(m, error);
}
