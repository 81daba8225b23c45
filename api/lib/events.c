/*
 * Events of the public interface.
 *
 *	vm_event_emit() --> hear()      --> the caller's function
 *	sim_syscall()   --> hear_call() -'   of a struct uvmsim_event, which
 *	                                     lives as long as the call of it
 */
#include "lib.h"
#include "sim/event.h"

#include <stdio.h>
#include <string.h>

struct uvmsim_event {
	const struct uvmsim *u;
	const struct vm_event *ev; /* NULL: a call */
	const struct process *p;   /* of a call */
	const struct sim_call *call;
	int err;
	uint64_t ret;
};

/* The machine's kinds, which may be in any order, to fixed numbers. */
#define KIND(id) [VM_EVENT_##id] = UVMSIM_EVENT_##id
static const uint8_t numbers[VM_EVENT_NKINDS] = { KIND(MAP), KIND(MERGE),
	KIND(CLIP), KIND(UNMAP), KIND(PROTECT), KIND(INHERIT), KIND(ADVICE),
	KIND(WIRE), KIND(UNWIRE), KIND(FORK_ENTRY), KIND(FAULT),
	KIND(FAULT_FAIL), KIND(AMAP_COPY), KIND(NEIGHBOUR), KIND(ANON),
	KIND(ANON_COW), KIND(OBJ), KIND(PROMOTE_COPY), KIND(PROMOTE_ZERO),
	KIND(PTE), KIND(PAGEIN), KIND(PAGEOUT), KIND(FREE), KIND(NOMEM),
	KIND(PROMOTED), KIND(DEMOTED), KIND(SUPER_MAP), KIND(PROMOTE_FAIL),
	KIND(DEMOTE_FAIL), KIND(SUPER_ZERO), KIND(COLLAPSE), KIND(RESERVE),
	KIND(RESERVE_BREAK), KIND(OOM_KILL), KIND(SWAPIN), KIND(EVICT),
	KIND(REACTIVATE), KIND(DAEMON), KIND(SIGDANGER), KIND(SUSPEND),
	KIND(RESUME), KIND(VICTIM) };
#undef KIND

/* Names of a, b and c. */
static const char *const members[VM_EVENT_NKINDS][3] = {
#define X(kind, name, a, b, c) [VM_EVENT_##kind] = { a, b, c },
	VM_EVENTS(X)
#undef X
};

/* Arguments of each call that are numbers. */
static const uint8_t nargs[SIM_NSYSCALLS] = {
#define X(id, name, n, str) [SIM_SYS_##id] = (n),
	SIM_SYSCALLS(X)
#undef X
};

/* ------------------------------------------------------------ listening --- */

static void
tell(struct uvmsim *u, const struct uvmsim_event *event)
{
	u->inside++;
	u->listener(u->listener_ctx, event);
	u->inside--;
}

static void
hear(void *ctx, const struct vm_event *ev)
{
	struct uvmsim *u = ctx;
	const struct uvmsim_event event = { .u = u, .ev = ev };

	tell(u, &event);
}

static void
hear_call(void *ctx, struct machine *m, struct process *p,
    const struct sim_call *call, int err, uint64_t ret)
{
	struct uvmsim *u = ctx;
	const struct uvmsim_event event = { .u = u,
		.p = p,
		.call = call,
		.err = err,
		.ret = ret };

	(void)m;
	tell(u, &event);
}

int
uvmsim_listen(struct uvmsim *u, uvmsim_event_fn *fn, void *ctx)
{
	bool explains;

	if (!lib_changes(u))
		return -1;
	explains = u->story != NULL;
	(void)uvmsim_explain(u, 0);
	u->listener = fn;
	u->listener_ctx = ctx;
	u->m->vm.event_fn = fn != NULL ? hear : NULL;
	u->m->vm.event_ctx = fn != NULL ? u : NULL;
	u->m->op_fn = fn != NULL ? hear_call : NULL;
	u->m->op_ctx = fn != NULL ? u : NULL;
	return explains ? uvmsim_explain(u, 1) : 0;
}

/* ------------------------------------------------------------ accessors --- */

int
uvmsim_event_kind(const struct uvmsim_event *e)
{
	return e->ev != NULL ? numbers[e->ev->kind] : UVMSIM_EVENT_CALL;
}

const char *
uvmsim_event_name(const struct uvmsim_event *e)
{
	return e->ev != NULL ? sim_event_name(e->ev->kind) : "call";
}

const char *
uvmsim_event_kind_name(int kind)
{
	if (kind == UVMSIM_EVENT_CALL)
		return "call";
	for (unsigned i = 0; kind > 0 && i < VM_EVENT_NKINDS; i++)
		if (numbers[i] == kind)
			return sim_event_name((enum vm_event_kind)i);
	return NULL;
}

const struct uvmsim *
uvmsim_event_machine(const struct uvmsim_event *e)
{
	return e->u;
}

int
uvmsim_event_pid(const struct uvmsim_event *e)
{
	const struct process *p = e->ev != NULL ?
	    sim_event_process(e->u->m, e->ev) :
	    e->p;

	return p != NULL ? p->pid : -1;
}

uint64_t
uvmsim_event_address(const struct uvmsim_event *e)
{
	return e->ev != NULL ? e->ev->va : 0;
}

static uint64_t
member(const struct vm_event *ev, unsigned i)
{
	return i == 0 ? ev->a : i == 1 ? ev->b : ev->c;
}

/* "new" is a frame where there is a "frame" that it is a copy of. */
uint32_t
uvmsim_event_frame(const struct uvmsim_event *e)
{
	uint64_t frame = 0;

	if (e->ev == NULL)
		return 0;
	for (unsigned i = 0; i < 3; i++) {
		const char *name = members[e->ev->kind][i];

		if (name == NULL)
			continue;
		if (strcmp(name, "frame") == 0 ||
		    (e->ev->kind == VM_EVENT_PROMOTE_COPY &&
			strcmp(name, "new") == 0))
			frame = member(e->ev, i);
	}
	return (uint32_t)frame;
}

/* Arguments, then the result. */
static bool
call_value(const struct uvmsim_event *e, unsigned i, const char **name,
    uint64_t *value)
{
	const unsigned n = nargs[e->call->no];

	if (i > n)
		return false;
	if (name != NULL)
		*name = i < n ? "arg" : e->err != 0 ? "errno" : "ret";
	if (value != NULL)
		*value = i < n  ? e->call->arg[i] :
		    e->err != 0 ? (uint64_t)e->err :
				  e->ret;
	return true;
}

bool
uvmsim_event_value(const struct uvmsim_event *e, unsigned i, const char **name,
    uint64_t *value)
{
	unsigned at = 0;

	if (e->ev == NULL)
		return call_value(e, i, name, value);
	while (at < 3 && (members[e->ev->kind][at] == NULL || i-- > 0))
		at++;
	if (at == 3)
		return false;
	if (name != NULL)
		*name = members[e->ev->kind][at];
	if (value != NULL)
		*value = member(e->ev, at);
	return true;
}

int
uvmsim_event_sentence(const struct uvmsim_event *e, char *buf, size_t len)
{
	if (e->ev != NULL)
		return sim_event_sentence(e->u->m, e->ev, buf, len);
	return snprintf(buf, len, "%s of process %d %s%s",
	    sim_sysname(e->call->no), e->p->pid,
	    e->err != 0 ? "fails with " : "has returned",
	    e->err != 0 ? sim_errname(e->err) : "");
}

int
uvmsim_event_json(const struct uvmsim_event *e, char *buf, size_t len)
{
	if (e->ev != NULL)
		return sim_event_json(e->u->m, e->ev, buf, len);
	return sim_call_json(e->p, e->call, e->err, e->ret, buf, len);
}
