/*
 * Memory calls of a log: from text to the machine, and the comparison.
 *
 *	record -> decode -> [settle] -> sim_syscall -> compare -> [force]
 *
 * settle: where the kernel gave out memory that the machine still has in use,
 * the calls of other threads that are giving it back are applied first.
 * force: after a divergence the recorded outcome is brought about, so that one
 * difference does not cause others.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "int.h"

#define MAP_FIXED_ 0x10u

/* ------------------------------------------------------------- decode ---- */

uint64_t
wl_arg(struct wl_replay *r, const struct wl_callrec *rec, int i)
{
	struct wl_text unknown = { NULL, 0 };
	uint64_t v = 0;

	if (i >= rec->nargs ||
	    !wl_text_number(rec->arg[i], wl_system_name, r->sys, &v, &unknown))
		wl_replay_say(r, WL_REPLAY_WARNING, rec->line,
		    "%s: argument %d: expected a number", rec->name, i + 1);
	else if (unknown.len > 0)
		wl_replay_say(r, WL_REPLAY_WARNING, rec->line,
		    "%s: the constant %.*s is not known: taken as 0", rec->name,
		    (int)unknown.len, unknown.at);
	return v;
}

bool
wl_op_decode(struct wl_replay *r, const struct wl_row *row,
    const struct wl_callrec *rec, struct wl_memop *op)
{
	int n = rec->nargs < row->nargs ? rec->nargs : row->nargs;
	/* strace leaves out the new address of mremap that asks for none */
	int least = row->nargs - (row->no == SIM_SYS_MREMAP);

	if (rec->kind != WL_LOG_ENTRY && rec->nargs < least) {
		wl_replay_say(r, WL_REPLAY_WARNING, rec->line,
		    "%s: expected %d arguments, not %d: passed over", rec->name,
		    least, rec->nargs);
		return false;
	}
	*op = (struct wl_memop){ .row = row, .line = rec->line };
	for (int i = 0; i < n; i++) {
		op->text[i] = rec->arg[i];
		if (row->no == SIM_SYS_MMAP && i == 4)
			continue; /* the descriptor, opened later */
		/* What an entry has not shown yet ends it. */
		if (rec->kind == WL_LOG_ENTRY && rec->arg[i].len == 0)
			break;
		op->num[i] = wl_arg(r, rec, i);
		op->nnum = i + 1;
	}
	return true;
}

/* ------------------------------------------------------------ execute ---- */

struct run { /* a call given to the machine */
	struct wl_replay *r;
	struct wl_task *t;
	struct wl_memop *op;
	const struct wl_callrec *rec;
	struct sim_call call;
	bool mode_known; /* of the mapped file */
	bool named;      /* a descriptor was found */
};

static struct vm_map *
map_of(const struct run *run)
{
	return &run->t->proc->sim->vmspace->vm_map;
}

static int
issue(struct run *run, uint64_t *ret)
{
	int err = sim_syscall(run->r->m, run->t->proc->sim, &run->call, ret);

	run->op->why = run->r->m->error.why;
	return err;
}

static int
with_fd(struct run *run, uint64_t *ret)
{
	uint64_t need = run->call.arg[5] + run->call.arg[1];
	struct sim_call done = { .no = SIM_SYS_CLOSE };
	bool close_it;
	int fd, err;

	fd = wl_fd_open(run->r, run->t, run->op->text[4],
	    need >= run->call.arg[1] && need < INT64_MAX ? need : 0,
	    &run->mode_known, &close_it);
	run->named = fd >= 0;
	run->call.arg[4] = (uint64_t)(int64_t)fd;
	err = issue(run, ret);
	done.arg[0] = (uint64_t)fd;
	if (fd >= 0 && close_it) {
		struct sim_error error = run->r->m->error;

		(void)sim_syscall(run->r->m, run->t->proc->sim, &done, NULL);
		run->r->m->error = error;
	}
	return err;
}

/* The descriptor as the log has it. */
static uint64_t
recorded_fd(const struct run *run)
{
	uint64_t fd;

	if (run->op->text[4].at == NULL ||
	    !wl_system_number(run->r->sys, run->op->text[4], &fd))
		return UINT64_MAX;
	return (uint64_t)(int64_t)(int32_t)fd;
}

/* mincore of the BSDs: nobody looks at what it stores. */
static int
with_vec(struct run *run, uint64_t *ret)
{
	static const uint64_t most = (uint64_t)1 << 24;
	uint64_t pages = (run->op->num[1] >> map_of(run)->page_shift) + 2;
	int err;

	if (pages > most)
		pages = most;
	run->call.vec = malloc((size_t)pages);
	run->call.vec_len = pages;
	if (run->call.vec == NULL) {
		run->r->error = ENOMEM;
		return ENOMEM;
	}
	err = issue(run, ret);
	free(run->call.vec);
	run->call.vec = NULL;
	return err;
}

static int
execute(struct run *run, uint64_t *ret)
{
	const struct wl_system *sys = run->r->sys;
	const struct wl_row *row = run->op->row;
	bool known;
	int err;

	if ((row->flags & WL_ROW_SHMID) != 0)
		run->call.arg[0] = (uint64_t)wl_shm_id(run->r, run->t,
		    (int)run->op->num[0], &known);
	if ((row->flags & WL_ROW_FD) != 0 && run->op->nnum > 3) {
		if ((run->op->num[3] & sys->map_anon) == 0)
			return with_fd(run, ret);
		if (sys->bsd) /* where it must be none */
			run->call.arg[4] = recorded_fd(run);
	}
	if ((row->flags & WL_ROW_VEC) != 0)
		return with_vec(run, ret);
	if ((row->flags & WL_ROW_SHADOW) != 0) {
		run->call.arg[2] = VM_PROT_READ | VM_PROT_WRITE;
		run->call.arg[3] = 0x22 |
		    (run->op->num[0] != 0 ? sys->map_noreplace : 0);
	}
	err = issue(run, ret);
	if (err == 0 && row->no == SIM_SYS_BRK)
		wl_brk_share(run->r, run->t->proc);
	return err;
}

static void
prepare(struct run *run)
{
	run->call = (struct sim_call){ .no = run->op->row->no };
	memcpy(run->call.arg, run->op->num, sizeof(run->call.arg));
}

/* ------------------------------------------------------------- settle ---- */

/* The range that a call gives back, before its return is known. */
static bool
frees(const struct wl_memop *op, const struct process *p, vaddr_t *start,
    vaddr_t *end)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	const struct sim_attach *a;

	if (op->row == NULL || (op->row->flags & WL_ROW_FREES) == 0 ||
	    op->applied ||
	    op->nnum < op->row->nargs - (op->row->nargs == 5 ? 1 : 0))
		return false;
	*start = op->num[0];
	*end = *start;
	if (op->row->no == SIM_SYS_BRK) {
		*end = pg_round(map, p->brk);
	} else if (op->row->no == SIM_SYS_SHMDT) {
		for (a = p->attaches; a != NULL; a = a->next)
			if (a->addr == *start)
				*end = *start + pg_round(map, a->shm->size);
	} else {
		*end = *start + pg_round(map, op->num[1]);
	}
	return *start < *end;
}

static void
apply_early(struct wl_replay *r, struct wl_task *t)
{
	struct run run = { .r = r, .t = t, .op = &t->entry };

	prepare(&run);
	(void)wl_scan_early(&r->scan, t->entry.line, &run.call.place);
	t->entry.err = execute(&run, &t->entry.ret);
	t->entry.applied = true;
	r->stats->early++;
}

void
wl_op_leave(struct wl_replay *r, struct wl_task *t, struct wl_memop *op)
{
	struct wl_proc *proc = t->proc;

	if (op->row == NULL || op->applied)
		return;
	r->stats->unreturned++;
	if (proc->nleft < NELEM(proc->left) && op->nnum >= op->row->nargs &&
	    (op->row->flags & (WL_ROW_FD | WL_ROW_SHMID)) == 0)
		proc->left[proc->nleft++] = *op;
	op->row = NULL;
}

bool
wl_op_unreturned(struct wl_replay *r, struct wl_proc *proc)
{
	struct wl_task fake = { .tid = proc->pid, .proc = proc };
	struct run run = { .r = r, .t = &fake };
	uint64_t ret;

	for (unsigned i = 0; i < proc->nleft; i++) {
		run.op = &proc->left[i];
		prepare(&run);
		(void)execute(&run, &ret);
	}
	return proc->nleft > 0;
}

/* Make [start, end) free by what other threads are about to give back. */
static void
settle(struct run *run, vaddr_t start, vaddr_t end)
{
	const struct vmspace *space = run->t->proc->sim->vmspace;
	struct wl_task *t, *tmp;
	vaddr_t from, to;

	if (start >= end || end > vm_map_max(map_of(run)) ||
	    vm_map_is_free(map_of(run), start, end))
		return;
	HASH_ITER(hh, run->r->tasks, t, tmp)
		if (t != run->t && t->proc->sim->vmspace == space &&
		    frees(&t->entry, t->proc->sim, &from, &to) && from < end &&
		    start < to)
			apply_early(run->r, t);
}

/* MREMAP_FIXED, or MAP_FIXED of NetBSD's */
static bool
is_fixed_remap(const struct run *run)
{
	const uint64_t *num = run->op->num;

	return run->r->sys->bsd ? (num[4] & MAP_FIXED_) != 0 :
				  (num[3] & 2) != 0;
}

static void
settle_result(struct run *run)
{
	const struct wl_memop *op = run->op;
	const struct vm_map *map = map_of(run);
	vaddr_t at = run->rec->ret, from;
	uint64_t size;

	if (run->rec->result != WL_LOG_VALUE)
		return;
	switch (op->row->no) {
	case SIM_SYS_MMAP:
		if ((op->num[3] & MAP_FIXED_) == 0 ||
		    op->num[3] & run->r->sys->map_noreplace)
			settle(run, at, at + pg_round(map, op->num[1]));
		break;
	case SIM_SYS_MREMAP:
		from = op->num[0];
		size = op->num[op->row->len];
		if (at != from && !is_fixed_remap(run))
			settle(run, at, at + pg_round(map, size));
		else if (at == from && size > op->num[1])
			settle(run, from + pg_round(map, op->num[1]),
			    from + pg_round(map, size));
		break;
	case SIM_SYS_BRK:
		if (run->r->sys->bsd)
			at = op->num[0];
		settle(run, pg_round(map, run->t->proc->sim->brk),
		    pg_round(map, at));
		break;
	case SIM_SYS_SHMAT:
		size = wl_shm_size(run->r, run->t, (int)op->num[0]);
		settle(run, at, at + pg_round(map, size));
		break;
	default: break;
	}
}

/* -------------------------------------------------------------- force ---- */

static void
plain(struct run *run, enum sim_sysno no, uint64_t a, uint64_t b, uint64_t c)
{
	struct sim_call call = { .no = no, .arg = { a, b, c } };

	(void)sim_syscall(run->r->m, run->t->proc->sim, &call, NULL);
}

/* mprotect and its like: once more for each part that is mapped. */
static void
force_parts(struct run *run)
{
	struct vm_map *map = map_of(run);
	vaddr_t va = pg_trunc(map, run->op->num[0]), end, hole;
	struct vm_map_entry *e;

	end = va + pg_round(map, run->op->num[1]);
	while (va < end) {
		if (!vm_map_lookup_entry(map, va, &e)) {
			if (e->next == &map->header || e->next->start >= end)
				break;
			va = e->next->start;
		}
		hole = vm_map_first_hole(map, va, end);
		plain(run, run->op->row->no, va, hole - va, run->op->num[2]);
		va = hole;
	}
}

static void
force_address(struct run *run, int err, uint64_t got)
{
	const struct vm_map *map = map_of(run);
	bool remap = run->op->row->no == SIM_SYS_MREMAP;
	uint64_t at = run->rec->ret;
	uint64_t len = run->op->num[run->op->row->len];

	if ((at & pg_mask(map)) != 0 || at >= vm_map_max(map))
		return;
	if (run->op->row->no == SIM_SYS_SHMAT)
		len = wl_shm_size(run->r, run->t, (int)run->op->num[0]);
	if (err == 0)
		plain(run, SIM_SYS_MUNMAP, got, len, 0);
	plain(run, SIM_SYS_MUNMAP, at, len, 0);
	prepare(run);
	run->call.place = at;
	if (execute(run, &got) == 0 && got == at)
		return;
	if (remap)
		plain(run, SIM_SYS_MUNMAP, run->op->num[0], run->op->num[1], 0);
	run->call = (struct sim_call){ .no = SIM_SYS_MMAP,
		.arg = { at, len, remap ? 3 : run->op->num[2],
		    run->r->sys->map_anon | 0x12, UINT64_MAX, 0 } };
	(void)issue(run, &got);
}

static void
force_brk(struct run *run)
{
	struct process *p = run->t->proc->sim;
	const struct vm_map *map = map_of(run);
	uint64_t at = run->rec->ret, got;

	if (run->r->sys->bsd)
		at = run->op->num[0];
	if (at >= vm_map_max(map))
		return; /* no address of a break */
	if (run->t->proc->brk_known && at > p->brk)
		plain(run, SIM_SYS_MUNMAP, pg_round(map, p->brk),
		    pg_round(map, at) - pg_round(map, p->brk) + pg_size(map),
		    0);
	run->call = (struct sim_call){ .no = SIM_SYS_BRK, .arg = { at } };
	if (issue(run, &got) != 0 || got != at)
		p->brk = at;
	wl_brk_share(run->r, run->t->proc);
}

static void
force(struct run *run, int err, uint64_t got)
{
	switch (run->op->row->no) {
	case SIM_SYS_MMAP:
	case SIM_SYS_MREMAP:
	case SIM_SYS_SHMAT: force_address(run, err, got); break;
	case SIM_SYS_MPROTECT:
	case SIM_SYS_MADVISE:
	case SIM_SYS_MLOCK:
	case SIM_SYS_MUNLOCK: force_parts(run); break;
	case SIM_SYS_BRK: force_brk(run); break;
	default: break;
	}
}

/* ------------------------------------------------------------ compare ---- */

static void
diverge(struct run *run, const char *recorded, int err, uint64_t got)
{
	const char *why = run->op->why;
	char text[160];

	if (err != 0)
		snprintf(text, sizeof(text), "%s%s%s", sim_errname(err),
		    why != NULL ? ": " : "", why != NULL ? why : "");
	else
		snprintf(text, sizeof(text),
		    got > 9 ? "0x%" PRIx64 : "%" PRIu64, got);
	wl_replay_say(run->r, WL_REPLAY_DIVERGENCE, run->rec->line,
	    "pid %d: %s: the kernel said %s, the machine %s",
	    run->t->tid > 0 ? run->t->tid : run->t->proc->pid,
	    run->op->row->name, recorded, text);
}

static bool
matches(struct run *run, uint64_t got)
{
	switch (run->op->row->result) {
	case WL_RES_ID:
		wl_shm_learn(run->r, (int)run->rec->ret, (int)got);
		return true;
	case WL_RES_ZERO:
		return run->rec->ret == 0 || run->op->row->no == SIM_SYS_SHMCTL;
	case WL_RES_BRK:
		if (run->r->sys->bsd) /* 0, or the new break */
			return run->rec->ret == 0 ||
			    pg_round(map_of(run), run->rec->ret) ==
			    pg_round(map_of(run), run->op->num[0]);
		return run->rec->ret == got;
	default: return run->rec->ret == got;
	}
}

/* What the machine refuses for want of privilege shows the log's privilege. */
static int
retry_privileged(struct run *run, int err, uint64_t *got)
{
	int again;

	if ((err != EPERM && err != EAGAIN && err != ENOMEM) ||
	    (run->op->row->flags & WL_ROW_LOCK) == 0 || run->r->uid_root)
		return err;
	wl_set_root(run->r, true);
	again = execute(run, got);
	if (again == 0)
		run->r->stats->from_log++;
	else
		wl_set_root(run->r, false);
	return again;
}

static void
compare_value(struct run *run, int err, uint64_t got)
{
	char recorded[32];

	if (err != 0 && !run->op->applied)
		err = retry_privileged(run, err, &got);
	if (err == 0 && matches(run, got))
		return;
	if (run->op->row->no == SIM_SYS_SHMCTL)
		return;              /* only IPC_RMID is modelled */
	if (run->t->proc->guessed) { /* what is in the way is a guess */
		run->r->stats->from_log++;
		force(run, err, got);
		return;
	}
	snprintf(recorded, sizeof(recorded),
	    run->rec->ret > 9 ? "0x%" PRIx64 : "%" PRIu64, run->rec->ret);
	diverge(run, recorded, err, got);
	force(run, err, got);
}

static void
compare_error(struct run *run, int err, uint64_t got)
{
	bool told = run->op->why != NULL &&
	    strcmp(run->op->why, "as recorded") == 0;
	const struct wl_outcome o = { .row = run->op->row,
		.num = run->op->num,
		.err = run->rec->err,
		.sys = run->r->sys,
		.proc = run->t->proc,
		.mode_known = run->mode_known,
		.named = run->named,
		.sealed = run->r->sealed,
		.fd = run->op->text[4] };
	char recorded[40];

	if (run->op->row->result == WL_RES_ID ||
	    run->op->row->no == SIM_SYS_SHMCTL) {
		run->r->stats->from_log += err == 0;
		return;
	}
	if (err == run->rec->err && !told)
		return;
	if (err == 0 && run->r->sys->bsd && run->op->row->no == SIM_SYS_MMAP)
		plain(run, SIM_SYS_MUNMAP, got, run->op->num[1], 0);
	if (run->t->proc->guessed || wl_accept_unseen(&o) ||
	    (err == 0 && run->r->sys->bsd && wl_accept(&o)) ||
	    (told && (run->rec->err == 0 || wl_accept(&o)))) {
		run->r->stats->from_log++;
		return;
	}
	snprintf(recorded, sizeof(recorded), "%.*s", (int)run->rec->errname.len,
	    run->rec->errname.at);
	if (told)
		run->op->why = "nothing speaks against it";
	diverge(run, recorded, told ? 0 : err, got);
}

/*
 * brk: another result than the wanted one is a refusal.
 * => true: the break was not known, and is now
 */
static bool
prepare_brk(struct run *run)
{
	struct wl_proc *proc = run->t->proc;
	uint64_t want = run->op->num[0], at = run->rec->ret;

	if (run->rec->result != WL_LOG_VALUE)
		return false;
	if (run->r->sys->bsd)
		return wl_break_learn(run->r, proc, want, at);
	if (!proc->brk_known && want == 0 && at < vm_map_max(map_of(run))) {
		proc->brk_known = true;
		proc->sim->brk_start = proc->sim->brk = at;
		return true;
	}
	if (at != want && want != 0)
		run->call.refuse = ENOMEM;
	return false;
}

static void
finish_brk(struct run *run)
{
	const struct sim_error *error = &run->r->m->error;
	uint64_t got;
	int err;

	if (!run->op->applied && prepare_brk(run))
		return;
	err = run->op->applied ? run->op->err : execute(run, &got);
	if (run->op->applied)
		got = run->op->ret;
	else if (run->call.refuse != 0 && err == 0 && error->why != NULL &&
	    strcmp(error->why, "as recorded") == 0)
		run->r->stats->from_log++;
	run->op->why = NULL;
	if (run->t->proc->sim->state == SIM_RUNNING)
		compare_value(run, err, got);
}

/*
 * A refusal whose reason only the recorded kernel knew, of a system whose calls
 * cannot be told to refuse: it is not done at all.
 */
static bool
is_from_log(const struct run *run)
{
	const struct wl_outcome o = { .row = run->op->row,
		.num = run->op->num,
		.err = run->rec->err,
		.sys = run->r->sys,
		.proc = run->t->proc };

	/* One that only adds memory is tried, and undone. */
	if (run->op->row->no == SIM_SYS_MMAP &&
	    (run->op->num[3] & MAP_FIXED_) == 0 && o.err != 0)
		return false;
	return !run->r->sys->refuses && !run->op->applied &&
	    run->rec->result == WL_LOG_ERROR && wl_accept(&o);
}

void
wl_op_finish(struct wl_replay *r, struct wl_task *t, struct wl_memop *op,
    const struct wl_callrec *rec)
{
	struct run run = { .r = r, .t = t, .op = op, .rec = rec };
	uint64_t got = 0;
	int err;

	if (rec->result == WL_LOG_UNKNOWN) {
		wl_op_leave(r, t, op);
		return;
	}
	r->stats->calls++;
	prepare(&run);
	if (is_from_log(&run)) {
		r->stats->from_log++;
		return;
	}
	if (!op->applied)
		settle_result(&run);
	if (op->row->no == SIM_SYS_BRK &&
	    (!r->sys->bsd || rec->result == WL_LOG_VALUE)) {
		finish_brk(&run);
		return;
	}
	if (op->applied) {
		err = op->err;
		got = op->ret;
	} else {
		if (rec->result == WL_LOG_ERROR) {
			run.call.refuse = rec->err != 0 ? rec->err : EIO;
			wl_learn_readonly(r, t->proc, op, rec->err);
		} else if (op->row->result == WL_RES_ADDR) {
			run.call.place = rec->ret;
		}
		err = execute(&run, &got);
	}
	if (t->proc->sim->state != SIM_RUNNING)
		diverge(&run, "nothing of it", ENOMEM, 0);
	else if (rec->result == WL_LOG_ERROR)
		compare_error(&run, err, got);
	else
		compare_value(&run, err, got);
}
