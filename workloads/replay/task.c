/*
 * Tasks and processes of a replayed log: births, executions, ends, and the
 * comparison of maps with the kernel's.
 *
 *	clone, fork	a process with a copy of the memory
 *	CLONE_VM	a process on the same memory (vfork, posix_spawn)
 *	CLONE_THREAD	a task of the same process
 *
 * A child is made when its first line or its parent's return line is read,
 * whichever comes first.  Stacks grow by faults, which a log does not show: the
 * low end of [stack] is taken from the snapshots.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "int.h"

struct wl_task *
wl_task_find(struct wl_replay *r, int tid)
{
	struct wl_task *t;

	HASH_FIND_INT(r->tasks, &tid, t);
	return t;
}

static struct wl_task *
task_new(struct wl_replay *r, int tid, struct wl_proc *proc)
{
	struct wl_task *t = calloc(1, sizeof(*t));

	if (t != NULL) {
		t->tid = tid;
		t->proc = proc;
		HASH_ADD_INT(r->tasks, tid, t);
		if (t->hh.tbl == NULL) {
			free(t);
			t = NULL;
		}
	}
	if (t == NULL)
		r->error = ENOMEM;
	else
		proc->ntasks++;
	return t;
}

static void
task_free(struct wl_replay *r, struct wl_task *t)
{
	HASH_DEL(r->tasks, t);
	t->proc->ntasks--;
	free(t->clone);
	free(t);
}

/* fds: becomes the process's. => NULL: no memory */
static struct wl_proc *
proc_new(struct wl_replay *r, int pid, struct wl_fds *fds)
{
	struct wl_proc *p = calloc(1, sizeof(*p));

	if (p == NULL || fds == NULL) {
		free(p);
		wl_fds_unref(fds);
		r->error = ENOMEM;
		return NULL;
	}
	p->pid = pid;
	p->fds = fds;
	p->prev = r->last;
	*(r->last != NULL ? &r->last->next : &r->procs) = p;
	r->last = p;
	r->stats->processes++;
	return p;
}

static void
proc_free(struct wl_replay *r, struct wl_proc *p)
{
	*(p->prev != NULL ? &p->prev->next : &r->procs) = p->next;
	*(p->next != NULL ? &p->next->prev : &r->last) = p->prev;
	wl_fds_unref(p->fds);
	free(p);
}

/* ------------------------------------------------------------- stacks ---- */

/* Let a growing area begin where the kernel's does. */
static void
grow_to(struct wl_replay *r, struct process *sim, vaddr_t low)
{
	const struct sim_rlimit old = sim->rlimit[SIM_RLIMIT_STACK];

	sim->rlimit[SIM_RLIMIT_STACK].cur = SIM_RLIM_INFINITY;
	(void)sim->personality->grow(r->m, sim, low, EFAULT);
	sim->rlimit[SIM_RLIMIT_STACK] = old;
}

/* The first entry above va, if it grows downwards and nothing is at va. */
static bool
grows_over(struct process *sim, vaddr_t va)
{
	struct vm_map *map = &sim->vmspace->vm_map;
	struct vm_map_entry *e;

	if (va < vm_map_min(map) || va >= vm_map_max(map) ||
	    vm_map_lookup_entry(map, va, &e))
		return false;
	return e->next != &map->header &&
	    (e->next->flags & UVM_MAP_GROWSDOWN) != 0;
}

static void
grow_stacks(struct wl_replay *r, struct wl_proc *proc,
    const struct wl_maps *kernel)
{
	for (size_t i = 0; i < kernel->n; i++) {
		const struct wl_area *a = &kernel->area[i];

		if ((a->kind == SIM_SEG_STACK || a->kind == SIM_SEG_ANON) &&
		    grows_over(proc->sim, a->start))
			grow_to(r, proc->sim, a->start);
	}
}

/* -------------------------------------------------------------- checks ---- */

static bool
agree(struct wl_replay *r, struct wl_proc *proc, const struct wl_maps *kernel,
    struct wl_maps_diff *diff)
{
	struct wl_maps mine;
	bool equal = true; /* for all that is known */

	if (wl_maps_of(r->m, proc->sim, &mine) != 0)
		r->error = ENOMEM;
	else
		equal = wl_maps_equal(&mine, kernel, diff);
	wl_maps_clear(&mine);
	return equal;
}

static void
check(struct wl_replay *r, struct wl_proc *proc, struct wl_snap *snap,
    uint64_t line)
{
	static const char *const when[] = { "after execve", "at its birth",
		"at its end", "then" };
	struct wl_maps_diff diff;

	grow_stacks(r, proc, &snap->maps);
	wl_maps_join(&snap->maps);
	r->stats->snaps_checked++;
	/* Calls in flight at the end may have been done: the kernel's map
	 * tells. */
	if (agree(r, proc, &snap->maps, &diff) ||
	    (snap->event == WL_SNAP_EXIT && wl_op_unreturned(r, proc) &&
		agree(r, proc, &snap->maps, &diff))) {
		r->stats->snaps_equal++;
		return;
	}
	wl_replay_say(r, WL_REPLAY_DIVERGENCE, line,
	    "pid %d: %s the map differs at %" PRIx64 "-%" PRIx64
	    ": the kernel has %s, the machine %s",
	    proc->pid, when[snap->event], diff.start, diff.end, diff.b, diff.a);
}

void
wl_proc_check(struct wl_replay *r, struct wl_proc *proc,
    enum wl_snap_event event, uint64_t line)
{
	struct wl_snap *snap = wl_snaps_take(&r->snaps, proc->pid, event, 0);

	if (snap != NULL && proc->sim->state == SIM_RUNNING)
		check(r, proc, snap, line);
}

void
wl_snap_mid(struct wl_replay *r, uint64_t line)
{
	for (size_t i = 0; i < r->snaps.n; i++) {
		struct wl_snap *s = &r->snaps.snap[i];
		struct wl_proc *p;

		if (s->event != WL_SNAP_MID || s->used || s->after_line != line)
			continue;
		s->used = true;
		for (p = r->procs; p != NULL; p = p->next)
			if (p->pid == s->pid && p->sim->state == SIM_RUNNING)
				check(r, p, s, line);
	}
}

/* --------------------------------------------------------------- birth ---- */

/* A process the log does not see being born. */
static struct wl_task *
first_seen(struct wl_replay *r, const struct wl_callrec *rec, int tid)
{
	bool exec = rec->name != NULL && strncmp(rec->name, "execve", 6) == 0;
	struct wl_proc *p = proc_new(r, tid, wl_fds_new());

	if (p == NULL)
		return NULL;
	/* What is there before execve is strace's own child: of no interest. */
	r->error = exec ?
	    sim_spawn(r->m, NULL, tid, r->sys->personality, NULL, &p->sim) :
	    wl_image_first(r, p);
	if (r->error != 0) {
		proc_free(r, p);
		return NULL;
	}
	p->sim->uid = r->uid_root ? 0 : 1000;
	if (!exec && r->config->begun != NULL)
		r->config->begun(r->config->ctx, p->sim);
	return task_new(r, tid, p);
}

/* A pid that is born again: its bearer's end was not logged. */
static void
clear_pid(struct wl_replay *r, int pid, uint64_t line)
{
	struct wl_task *old = wl_task_find(r, pid);
	struct wl_proc *p;

	if (old != NULL)
		wl_task_end(r, old, 0, 0, line);
	for (p = r->procs; p != NULL; p = p->next)
		if (p->pid == pid) {
			wl_proc_finish(r, p, 0, 0, line);
			return;
		}
}

static void
born_process(struct wl_replay *r, struct wl_task *parent,
    struct wl_birth *birth, uint64_t line)
{
	bool share = (birth->flags & WL_BIRTH_VM) != 0;
	struct sim_call call = { .no = share ? SIM_SYS_VFORK : SIM_SYS_FORK,
		.pid = birth->pid };
	struct wl_proc *from = parent->proc, *p;
	struct wl_fds *fds = from->fds;
	struct wl_snap *snap;
	int error;

	for (size_t i = 0; i < r->snaps.n; i++) {
		snap = &r->snaps.snap[i];
		if (snap->pid == birth->pid && !snap->used &&
		    snap->event == WL_SNAP_FORK) {
			grow_stacks(r, from, &snap->maps);
			break;
		}
	}
	error = sim_syscall(r->m, from->sim, &call, NULL);
	if (error != 0) {
		wl_replay_say(r, WL_REPLAY_DIVERGENCE, line,
		    "pid %d: %s: the kernel made process %d, the machine "
		    "says %s",
		    parent->tid, sim_sysname(call.no), birth->pid,
		    sim_errname(error));
		return;
	}
	if (birth->flags & WL_BIRTH_FILES)
		fds->refs++;
	else
		fds = wl_fds_copy(fds);
	p = proc_new(r, birth->pid, fds);
	if (p == NULL)
		return;
	p->sim = sim_process_bypid(r->m, birth->pid);
	p->as_known = from->as_known;
	p->brk_known = from->brk_known;
	p->guessed = from->guessed;
	if (task_new(r, birth->pid, p) != NULL)
		wl_proc_check(r, p, WL_SNAP_FORK, line);
}

void
wl_task_born(struct wl_replay *r, struct wl_birth *birth, uint64_t line)
{
	int tid = birth->parent != 0 ? birth->parent : r->root;
	struct wl_task *parent = wl_task_find(r, tid);

	birth->used = true;
	if (parent == NULL)
		return;
	clear_pid(r, birth->pid, line);
	parent = wl_task_find(r, tid);
	if (parent == NULL)
		return;
	if (birth->flags & WL_BIRTH_THREAD) {
		(void)task_new(r, birth->pid, parent->proc);
		r->stats->threads++;
	} else {
		born_process(r, parent, birth, line);
	}
}

/* The one task that is left, for lines without a pid. */
static int
bare_pid(struct wl_replay *r)
{
	if (HASH_COUNT(r->tasks) == 1)
		return r->tasks->tid;
	return r->root;
}

/* The only task in the middle of a clone: the parent of an unknown pid. */
static struct wl_task *
cloning(struct wl_replay *r)
{
	struct wl_task *t, *tmp, *found = NULL;

	HASH_ITER(hh, r->tasks, t, tmp)
		if (t->clone != NULL) {
			if (found != NULL)
				return NULL;
			found = t;
		}
	return found;
}

static struct wl_proc *
find_proc(const struct wl_replay *r, int pid)
{
	struct wl_proc *p = r->procs;

	while (p != NULL && p->pid != pid)
		p = p->next;
	return p;
}

/* A thread that is seen first now, by its process. */
static struct wl_task *
thread_of(struct wl_replay *r, const struct wl_callrec *rec)
{
	struct wl_proc *p = find_proc(r, rec->process);
	struct wl_callrec leader = *rec;
	struct wl_task *t;

	if (p == NULL) {
		leader.pid = rec->process;
		if ((t = wl_task_of(r, &leader)) == NULL)
			return NULL;
		p = t->proc;
	}
	r->stats->threads++;
	return task_new(r, rec->pid, p);
}

struct wl_task *
wl_task_of(struct wl_replay *r, const struct wl_callrec *rec)
{
	int tid = rec->pid != 0 ? rec->pid : bare_pid(r);
	struct wl_task *t = wl_task_find(r, tid), *parent;
	struct wl_birth *birth;
	struct wl_proc *proc;

	if (t != NULL)
		return t;
	if (rec->process != 0 && rec->process != tid)
		return thread_of(r, rec);
	if ((proc = find_proc(r, tid)) != NULL) /* its first task has ended */
		return task_new(r, tid, proc);
	birth = wl_scan_birth(&r->scan, tid);
	if (birth != NULL &&
	    wl_task_find(r, birth->parent != 0 ? birth->parent : r->root) !=
		NULL) {
		wl_task_born(r, birth, rec->line);
	} else if ((parent = cloning(r)) != NULL) {
		struct wl_birth guess = *parent->clone;

		guess.pid = tid;
		guess.parent = parent->tid;
		wl_task_born(r, &guess, rec->line);
	}
	t = wl_task_find(r, tid);
	return t != NULL || r->error != 0 ? t : first_seen(r, rec, tid);
}

/* ----------------------------------------------------------------- end ---- */

void
wl_proc_report(struct wl_replay *r, struct wl_proc *proc, uint64_t line)
{
	struct wl_maps maps;

	if (proc->sim->state != SIM_RUNNING)
		return; /* killed by the machine */
	if (proc->exiting)
		wl_proc_check(r, proc, WL_SNAP_EXIT, line);
	if (r->config->map == NULL)
		return;
	if (wl_maps_of(r->m, proc->sim, &maps) == 0)
		r->config->map(r->config->ctx, proc->pid, &maps);
	else
		r->error = ENOMEM;
	wl_maps_clear(&maps);
}

void
wl_proc_finish(struct wl_replay *r, struct wl_proc *proc, int status, int signo,
    uint64_t line)
{
	struct wl_task *t, *tmp;

	proc->exiting = true;
	wl_proc_report(r, proc, line);
	HASH_ITER(hh, r->tasks, t, tmp)
		if (t->proc == proc)
			task_free(r, t);
	if (r->config->ended != NULL && proc->sim->state == SIM_RUNNING)
		r->config->ended(r->config->ctx, proc->sim, status);
	sim_process_exit(r->m, proc->sim, status, signo);
	sim_process_reap(r->m, proc->sim);
	proc_free(r, proc);
}

void
wl_task_end(struct wl_replay *r, struct wl_task *t, int status, int signo,
    uint64_t line)
{
	struct wl_proc *proc = t->proc;

	wl_op_leave(r, t, &t->entry);
	if (proc->ntasks == 1)
		wl_proc_finish(r, proc, status, signo, line);
	else
		task_free(r, t);
}

void
wl_task_alone(struct wl_replay *r, struct wl_task *self)
{
	struct wl_task *t, *tmp;

	HASH_ITER(hh, r->tasks, t, tmp)
		if (t != self && t->proc == self->proc)
			task_free(r, t);
}

void
wl_task_free_all(struct wl_replay *r)
{
	struct wl_task *t, *tmp;

	HASH_ITER(hh, r->tasks, t, tmp)
		task_free(r, t);
	while (r->procs != NULL)
		proc_free(r, r->procs);
}
