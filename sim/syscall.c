/*
 * The one way into a system call: count, call the personality, report.
 *
 * A call that fails for want of frames has changed nothing; it is done again
 * from its start when frames can be had (oom.h).
 */
#include "common.h"
#include "oom.h"

#include <string.h>

static const char *const names[SIM_NSYSCALLS] = {
#define X(id, name, nargs, str) [SIM_SYS_##id] = name,
	SIM_SYSCALLS(X)
#undef X
};

const char *
sim_sysname(enum sim_sysno no)
{
	return names[no];
}

int
sim_sysbyname(const char *name)
{
	for (int i = 0; i < SIM_NSYSCALLS; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

int
sim_may_act(struct machine *m, const struct process *p)
{
	if (p == m->kernel)
		return sim_fail(m, EPERM, NULL, 0, 0, 0,
		    "process 0 is the kernel and runs no program");
	if (p->state != SIM_RUNNING)
		return sim_fail(m, ESRCH, NULL, 0, 0, 0,
		    "the process has exited");
	return 0;
}

/* Once, all or nothing. */
static int
attempt(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	const uint64_t rng = m->rng;
	int err;

	m->error = (struct sim_error){ .op = names[c->no] };
	*ret = 0;
	err = p->personality->sys[c->no](m, p, c, ret);
	if (err == 0) {
		/* A doubt on the way is no failure; brk(2) of Linux tells
		 * by its sentence why it left the break as it was. */
		m->error.err = 0;
		return 0;
	}
	m->rng = rng;
	if (m->error.err != err)
		sim_fail(m, err, NULL, 0, 0, 0,
		    err == ENOMEM ? "no memory is left" : NULL);
	return err;
}

static int
dispatch(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct sim_want want;
	int err;

	if ((err = sim_may_act(m, p)) != 0)
		return err;
	if (p->personality->sys[c->no] == NULL)
		return sim_fail(m, ENOSYS, NULL, 0, 0, 0,
		    "this system has no such call");
	sim_cpu_enter(m, p);
	sim_want_begin(m, p, true, &want);
	do
		err = attempt(m, p, c, ret);
	while (err != 0 && sim_want_again(m, &want));
	sim_want_end(m, &want);
	sim_cpu_leave(m);
	return err;
}

int
sim_syscall(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	uint64_t own;
	int err;

	if (ret == NULL)
		ret = &own;
	*ret = 0;
	m->error = (struct sim_error){ .op = names[c->no] };
	m->nops++;
	m->changes++;
	m->vm.exp.syscalls++;
	m->syscalls[c->no]++;
	p->nsyscalls++;
	err = dispatch(m, p, c, ret);
	if (err != 0)
		*ret = 0;
	if (m->unlinked != NULL)
		sim_file_sweep(m);
	err = sim_self_check(m, err);
	if (m->op_fn != NULL)
		m->op_fn(m->op_ctx, m, p, c, err, *ret);
	return err;
}
