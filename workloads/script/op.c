/*
 * Doing one operation: everything ends in sim_syscall() or sim_access().
 *
 * An operation that fails is no reason to stop here: the caller knows whether
 * the failure was expected.  What stops the run is what cannot be asked of the
 * machine: an unknown name, a process that does not exist.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/explain/explain.h"
#include "exec.h"
#include "form.h"

#define MAXVEC ((uint64_t)1 << 24) /* bytes for mincore */

/* ------------------------------------------------------------ calls ---- */

static bool
eval_args(struct wl_exec *ex, struct process *p, const struct wl_call *c,
    struct sim_call *call)
{
	uint64_t pid;

	for (size_t i = 0; i < NELEM(c->arg); i++)
		if (!wl_eval(ex, p, c->arg[i], &call->arg[i]))
			return false;
	if (!wl_eval(ex, p, c->pid, &pid))
		return false;
	if (pid > SIM_MAXPID)
		return wl_stop(ex, 0, "pid out of range: from 1 to %d",
		    SIM_MAXPID);
	call->pid = (int)pid;
	return true;
}

/*
 * In words, mremap is written the same for every system; NetBSD's call has its
 * new address third.  A limit given once leaves the hard limit as it is.
 */
static void
arrange(const struct process *p, const struct wl_call *c, struct sim_call *call)
{
	if (c->no == SIM_SYS_MREMAP && c->friendly &&
	    p->personality == &sim_netbsd) {
		uint64_t newsize = call->arg[2], flags = call->arg[3];

		call->arg[2] = call->arg[4];
		call->arg[3] = newsize;
		call->arg[4] = flags;
	}
	if (c->no == SIM_SYS_SETRLIMIT && c->arg[2].n == 0 &&
	    call->arg[0] < SIM_NLIMITS)
		call->arg[2] = p->rlimit[call->arg[0]].max;
}

/* The descriptor that mmap's `file PATH' stands for. */
static int
open_file(struct wl_exec *ex, struct process *p, const char *path,
    struct sim_call *call)
{
	uint64_t shared = 0, how = 0;
	struct sim_call open = { .no = SIM_SYS_OPEN, .str = path };

	(void)sim_const_value(p->personality, "MAP_SHARED", &shared);
	if (call->arg[3] & shared && call->arg[2] & VM_PROT_WRITE)
		(void)sim_const_value(p->personality, "O_RDWR", &how);
	open.arg[0] = how;
	return sim_syscall(ex->m, p, &open, &call->arg[4]);
}

static void
close_file(struct wl_exec *ex, struct process *p, uint64_t fd)
{
	const struct sim_call close = { .no = SIM_SYS_CLOSE, .arg = { fd } };
	struct sim_error error = ex->m->error;

	(void)sim_syscall(ex->m, p, &close, NULL);
	ex->m->error = error;
}

void
wl_reap(struct wl_exec *ex, const char *name)
{
	struct process *p, *next;

	HASH_ITER(hh, ex->m->procs, p, next) {
		if (p->state != SIM_EXITED || strcmp(p->name, name) != 0)
			continue;
		wl_known_drop(ex, p->pid);
		sim_process_reap(ex->m, p);
	}
}

/*
 * The call itself.  mincore gets room for its bytes, as far as they are within
 * reason; the bytes can be looked at with the measure of the same name.
 */
static int
make_call(struct wl_exec *ex, struct process *p, struct wl_done *done)
{
	struct sim_call call = done->call;
	int error;

	if (call.no == SIM_SYS_MINCORE) {
		uint64_t pages = pg_atop(ex->m, call.arg[1]) + 2;

		call.vec_len = pages < MAXVEC ? pages : MAXVEC;
		call.vec = malloc((size_t)call.vec_len);
		if (call.vec == NULL) {
			(void)wl_short(ex, 0, "the bytes of mincore");
			return ENOMEM;
		}
	}
	error = sim_syscall(ex->m, p, &call, &done->ret);
	free(call.vec);
	return error;
}

/* What the script has to know of a call that succeeded. */
static bool
note_success(struct wl_exec *ex, int pid, const struct wl_op *op, uint64_t ret)
{
	enum sim_sysno no = op->call->no;

	if ((no == SIM_SYS_FORK || no == SIM_SYS_VFORK) &&
	    !wl_known_copy(ex, pid, (int)ret))
		return false;
	return op->result == NULL || wl_set_value(ex, pid, op->result, ret);
}

static bool
do_call(struct wl_exec *ex, struct process *p, const struct wl_op *op,
    struct wl_done *done)
{
	const struct wl_call *c = op->call;
	struct sim_call *call = &done->call;
	int pid = p->pid;

	call->no = c->no;
	call->str = c->str;
	if (!eval_args(ex, p, c, call))
		return false;
	arrange(p, c, call);
	if (c->no == SIM_SYS_FORK || c->no == SIM_SYS_VFORK)
		wl_reap(ex, c->str);
	if (c->file != NULL)
		done->err = open_file(ex, p, c->file, call);
	wl_explain_begin(ex, &(struct wl_deed){ .p = p, .call = call });
	if (done->err != 0) {
		wl_explain_end(ex, done);
	} else {
		done->err = make_call(ex, p, done);
		wl_explain_end(ex, done);
		if (c->file != NULL)
			close_file(ex, p, call->arg[4]);
	}
	if (unlikely(ex->run->nomem))
		return false;
	return done->err != 0 || note_success(ex, pid, op, done->ret);
}

/* --------------------------------------------------------- accesses ---- */

/* After each operation: the record, and what will be asked about it. */
static bool
op_done(struct wl_exec *ex, int pid, const struct wl_done *done)
{
	struct wl_known *k;

	if (unlikely(wl_starved(ex))) {
		ex->run->in_part = done->op->access != NULL &&
		    done->len > pg_size(ex->m);
		return false;
	}
	k = wl_known(ex, pid);
	if (k == NULL)
		return wl_short(ex, 0, "names");
	k->err = done->err;
	if (done->err != 0)
		ex->error = ex->m->error;
	ex->last = *done;
	wl_record_op(ex, done);
	return wl_explain_after(ex, k);
}

bool
wl_touch(struct wl_exec *ex, struct process *p, const struct wl_op *op,
    vaddr_t va, vsize_t len, struct wl_done *done)
{
	done->va = va;
	done->len = len;
	wl_explain_begin(ex,
	    &(struct wl_deed){ .p = p,
		.va = va,
		.len = len,
		.type = op->access->type });
	done->err = sim_access(ex->m, p, va, len, op->access->type, &done->sig);
	wl_explain_end(ex, done);
	return op_done(ex, p->pid, done);
}

static bool
do_pattern(struct wl_exec *ex, struct process *p, const struct wl_op *op,
    struct wl_done *done)
{
	struct wl_walk *w = wl_walk_begin(ex, p, op);
	bool ok = w != NULL;

	while (ok && wl_walk_more(w)) {
		ok = wl_walk_next(ex, w, done);
		if (done->err != 0)
			break;
	}
	wl_walk_free(w);
	return ok;
}

static bool
do_access(struct wl_exec *ex, struct process *p, const struct wl_op *op,
    struct wl_done *done)
{
	uint64_t va, len = 1;

	if (op->access->pattern != NULL)
		return do_pattern(ex, p, op, done);

	if (!wl_eval(ex, p, op->access->addr, &va) ||
	    (op->access->len.n > 0 && !wl_eval(ex, p, op->access->len, &len)))
		return false;
	return wl_touch(ex, p, op, va, len, done);
}

struct process *
wl_actor(struct wl_exec *ex, const struct wl_op *op)
{
	struct process *p = wl_process(ex, op->proc);

	if (p == NULL || p->state == SIM_RUNNING)
		return p;
	(void)wl_stop(ex, 0, "process %s has exited", op->proc);
	return NULL;
}

bool
wl_do_op(struct wl_exec *ex, const struct wl_op *op, struct wl_done *done)
{
	struct process *p = wl_actor(ex, op);
	int pid;

	if (p == NULL)
		return false;
	*done = (struct wl_done){ .op = op, .personality = p->personality };
	pid = p->pid;
	if (op->access != NULL)
		return do_access(ex, p, op, done);
	return do_call(ex, p, op, done) && op_done(ex, pid, done);
}

/* ----------------------------------------------------------- errors ---- */

void
wl_error_text(const struct sim_error *e, char *buf, size_t len)
{
	size_t n;

	if (e->err == 0) {
		snprintf(buf, len, "no operation has failed");
		return;
	}
	n = (size_t)snprintf(buf, len, "%s fails with %s",
	    e->op != NULL ? e->op : "operation", sim_errname(e->err));
	if (e->arg != NULL && n < len)
		n += (size_t)snprintf(buf + n, len - n,
		    e->value == 0 &&
			    (strcmp(e->arg, "path") == 0 ||
				strcmp(e->arg, "name") == 0) ?
			": %s" :
			": %s is 0x%" PRIx64,
		    e->arg, e->value);
	if (e->lo <= e->hi && e->hi != 0 && n < len)
		n += (size_t)snprintf(buf + n, len - n,
		    ", lawful 0x%" PRIx64 " to 0x%" PRIx64, e->lo, e->hi);
	if (e->why != NULL && n < len)
		snprintf(buf + n, len - n, ": %s", e->why);
}
