/*
 * The one way into a system call: count, call the personality, report.
 */
#include "common.h"

#include <stdio.h>
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

static int
dispatch(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	sim_syscall_fn *fn = p->personality->sys[c->no];
	const uint64_t rng = m->rng;
	int err;

	if (p->state != SIM_RUNNING)
		return sim_fail(m, ESRCH, NULL, 0, 0, 0,
		    "the process has exited");
	if (fn == NULL)
		return sim_fail(m, ENOSYS, NULL, 0, 0, 0,
		    "this system has no such call");
	err = fn(m, p, c, ret);
	if (err == 0) {		/* a doubt on the way is no failure */
		m->error = (struct sim_error){ .op = m->error.op };
		return 0;
	}
	m->rng = rng;
	if (m->error.err != err)
		sim_fail(m, err, NULL, 0, 0, 0,
		    err == ENOMEM ? "no memory is left" : NULL);
	return err;
}

/* check=on: a broken invariant turns success into failure. */
static int
self_check(struct machine *m, int err)
{
	if (!m->config.check || machine_check(m, m->check_text,
	    sizeof(m->check_text)) == NULL)
		return err;
	return sim_fail(m, ENOTRECOVERABLE, NULL, 0, 0, 0, m->check_text);
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
	m->vm.exp.syscalls++;
	m->syscalls[c->no]++;
	p->nsyscalls++;
	err = dispatch(m, p, c, ret);
	if (err != 0)
		*ret = 0;
	if (m->unlinked != NULL)
		sim_file_sweep(m);
	if (m->op_fn != NULL)
		m->op_fn(m->op_ctx, m, p, c, err, *ret);
	return self_check(m, err);
}
