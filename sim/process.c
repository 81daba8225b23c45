/*
 * Processes: spawn, fork, vfork, exec, exit.
 *
 * Whatever may fail comes first: a child is complete before anybody can see it,
 * and exec builds the new space beside the old one.
 */
#include "common.h"
#include "oom.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define FIRST_PID 2 /* 1 would be init */

struct process *
sim_process_bypid(struct machine *m, int pid)
{
	struct process *p;

	HASH_FIND_INT(m->procs, &pid, p);
	return p;
}

struct process *
sim_process_byname(struct machine *m, const char *name)
{
	struct process *p, *next;

	HASH_ITER(hh, m->procs, p, next)
		if (p->state == SIM_RUNNING && strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

static int
pid_after(int pid)
{
	return pid < SIM_MAXPID ? pid + 1 : FIRST_PID;
}

/* A pid that nobody has: the wanted one, or the next. => 0: taken */
static int
choose_pid(struct machine *m, int want)
{
	int pid = want != 0 ? want : m->next_pid;

	if (want != 0)
		return sim_process_bypid(m, want) == NULL ? want : 0;
	while (sim_process_bypid(m, pid) != NULL)
		pid = pid_after(pid);
	return pid;
}

static int
refuse_pid(struct machine *m, int pid)
{
	return sim_fail(m, EINVAL, "pid", (uint64_t)pid, 1, SIM_MAXPID,
	    "a pid is a positive number of eight digits at most");
}

static void
process_free(struct machine *m, struct process *p)
{
	mem_strfree(m->mem, p->name);
	mem_strfree(m->mem, p->image);
	mem_free(m->mem, p->fd, (size_t)p->nfd * sizeof(*p->fd));
	mem_free(m->mem, p, sizeof(*p));
}

/* => not in the table yet */
static struct process *
process_new(struct machine *m, const char *name, int pid)
{
	struct process *p = mem_zalloc(m->mem, sizeof(*p));
	char own[32];

	if (p == NULL)
		return NULL;
	if (name == NULL) {
		snprintf(own, sizeof(own), "p%d", pid);
		if (sim_process_byname(m, own) != NULL)
			snprintf(own, sizeof(own), "pid%d", pid);
		name = own;
	}
	p->pid = pid;
	p->name = mem_strdup(m->mem, name);
	if (p->name != NULL)
		return p;
	mem_free(m->mem, p, sizeof(*p));
	return NULL;
}

static void
process_add(struct machine *m, struct process *p)
{
	SIM_HASH_ADD(m->procs, &p->pid, sizeof(p->pid), p);
	assert(p->hh.tbl != NULL); /* the kernel is there */
	if (p->pid >= m->next_pid)
		m->next_pid = pid_after(p->pid);
}

/* A new address space with an image in it; or nothing, nowhere a trace. */
static int
try_space(struct machine *m, struct process *p, const struct sim_image *image)
{
	const uint32_t ino = m->next_ino;
	const uint64_t rng = m->rng;
	int error = uvmspace_alloc(&m->vm, m->config.arch->user_min,
	    sim_user_end(m), p->personality->mapflags, &p->vmspace);

	if (error != 0)
		return error;
	error = p->personality->exec(m, p, image);
	if (error != 0) {
		uvmspace_free(p->vmspace);
		p->vmspace = NULL;
		sim_file_undo(m, ino);
		m->rng = rng;
		return error;
	}
	sim_settle_image(m, p);
	return 0;
}

/* The same, waiting for the frames that it takes. */
static int
spawn_space(struct machine *m, struct process *p, const struct sim_image *image)
{
	struct sim_want want;
	int error;

	sim_want_begin(m, p, true, &want);
	do
		error = try_space(m, p, image);
	while (error != 0 && sim_want_again(m, &want));
	return error;
}

static int
set_image_name(struct machine *m, struct process *p,
    const struct sim_image *image)
{
	if (image == NULL || image->path == NULL)
		return 0;
	p->image = mem_strdup(m->mem, image->path);
	return p->image != NULL ? 0 : ENOMEM;
}

int
sim_spawn(struct machine *m, const char *name, int pid,
    const struct sim_personality *personality, const struct sim_image *image,
    struct process **out)
{
	struct process *p;
	int error;

	m->error = (struct sim_error){ .op = "spawn" };
	if (name != NULL && sim_process_byname(m, name) != NULL)
		return sim_fail(m, EEXIST, "name", 0, 0, 0,
		    "a process of this name is running");
	if (pid < 0 || pid > SIM_MAXPID)
		return refuse_pid(m, pid);
	if ((pid = choose_pid(m, pid)) == 0)
		return sim_fail(m, EEXIST, "pid", 0, 0, 0,
		    "a process has this pid");
	p = process_new(m, name, pid);
	if (p == NULL)
		return sim_fail(m, ENOMEM, NULL, 0, 0, 0, "no memory is left");
	p->personality = personality != NULL ? personality :
					       m->config.personality;
	p->personality->limits(m, p);
	error = set_image_name(m, p, image);
	if (error == 0)
		error = spawn_space(m, p, image);
	if (error != 0) {
		process_free(m, p);
		return m->error.err == error ?
		    error :
		    sim_fail(m, error, NULL, 0, 0, 0,
			"the image cannot be mapped");
	}
	process_add(m, p);
	m->changes++;
	*out = p;
	return sim_self_check(m, 0);
}

/* ---------------------------------------------------------------- fork ---- */

/* Everything of a child but its space. => NULL: no memory */
static struct process *
copy_process(struct machine *m, const struct process *p, const char *name,
    int pid)
{
	struct process *c = process_new(m, name, pid);

	if (c == NULL)
		return NULL;
	c->ppid = p->pid;
	c->uid = p->uid;
	c->gid = p->gid;
	c->personality = p->personality;
	memcpy(c->rlimit, p->rlimit, sizeof(c->rlimit));
	c->brk_start = p->brk_start;
	c->brk = p->brk;
	c->stack_top = p->stack_top;
	c->mmap_base = p->mmap_base;
	c->anon_loc = p->anon_loc;
	c->personality_flags = p->personality_flags;
	c->cpu = p->cpu;
	c->oom_score_adj = p->oom_score_adj;
	c->pflags = p->pflags & (SIM_P_SUGID | SIM_P_NOTRACE | SIM_P_DANGER);
	if (p->image != NULL &&
	    (c->image = mem_strdup(m->mem, p->image)) == NULL)
		goto fail;
	if (sim_fd_copy(m, p, c) != 0)
		goto fail;
	if (sim_shm_copy(m, p, c) == 0)
		return c;
	sim_fd_close_all(m, c);
fail:
	process_free(m, c);
	return NULL;
}

static int
fork_common(struct machine *m, struct process *p, const struct sim_call *c,
    bool share, uint64_t *ret)
{
	struct process *child;
	int pid, error = 0;

	if (c->str != NULL && sim_process_byname(m, c->str) != NULL)
		return sim_fail(m, EEXIST, "name", 0, 0, 0,
		    "a process of this name is running");
	if (c->pid < 0 || c->pid > SIM_MAXPID)
		return refuse_pid(m, c->pid);
	if ((pid = choose_pid(m, c->pid)) == 0)
		return sim_fail(m, EAGAIN, "pid", (uint64_t)c->pid, 0, 0,
		    "a process has this pid");
	child = copy_process(m, p, c->str, pid);
	if (child == NULL)
		return sim_fail(m, ENOMEM, NULL, 0, 0, 0, "no memory is left");
	if (share) {
		uvmspace_share(p->vmspace);
		child->vmspace = p->vmspace;
		child->vfork_parent = p;
		m->vm.exp.forks++;
		m->vm.exp.forks_ppwait++;
		m->vm.exp.forks_sharevm++;
	} else {
		error = uvmspace_fork(p->vmspace, &child->vmspace);
	}
	if (error != 0) {
		sim_shm_detach_all(m, child);
		sim_fd_close_all(m, child);
		process_free(m, child);
		return sim_fail(m, error, NULL, 0, 0, 0,
		    "no memory for the child's address space");
	}
	process_add(m, child);
	*ret = (uint64_t)pid;
	return 0;
}

int
sim_sys_fork(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	return fork_common(m, p, c, false, ret);
}

int
sim_sys_vfork(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	return fork_common(m, p, c, true, ret);
}

/* ---------------------------------------------------------------- exec ---- */

/* Children of p's vfork no longer run in the space of their parent. */
static void
part_with_children(struct machine *m, const struct process *p)
{
	struct process *other, *next;

	HASH_ITER(hh, m->procs, other, next)
		if (other->vfork_parent == p)
			other->vfork_parent = NULL;
}

/* The layout is the old image's until the new one stands. */
static void
clear_layout(struct process *p)
{
	p->brk_start = p->brk = p->stack_top = 0;
	p->mmap_base = p->anon_loc = 0;
	p->personality_flags = 0;
}

int
sim_sys_exec(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct sim_image own = { .path = c->str };
	const struct sim_image *image = c->image;
	struct process old = *p;
	int error;

	(void)ret;
	if (image == NULL && c->str != NULL && c->str[0] != '\0')
		image = &own;
	if (image == NULL || image->path == NULL)
		return sim_fail(m, ENOENT, "path", 0, 0, 0, "empty path");
	clear_layout(p);
	if ((error = set_image_name(m, p, image)) == 0 &&
	    (error = try_space(m, p, image)) != 0)
		mem_strfree(m->mem, p->image);
	if (error != 0) {
		*p = old;
		return m->error.err == error ?
		    error :
		    sim_fail(m, error, NULL, 0, 0, 0,
			"the image cannot be mapped");
	}
	sim_shm_detach_all(m, p);
	mem_strfree(m->mem, old.image);
	uvmspace_free(old.vmspace);
	part_with_children(m, p);
	p->vfork_parent = NULL;
	p->pflags &= ~(uint32_t)SIM_P_DANGER; /* a handler of the old image */
	return 0;
}

/* ---------------------------------------------------------------- exit ---- */

void
sim_process_exit(struct machine *m, struct process *p, int status, int signo)
{
	if (p->state != SIM_RUNNING || p == m->kernel)
		return;
	m->changes++;
	sim_shm_detach_all(m, p);
	sim_fd_close_all(m, p);
	uvmspace_free(p->vmspace);
	p->vmspace = NULL;
	p->vfork_parent = NULL;
	p->state = SIM_EXITED;
	p->exit_status = status;
	p->exit_signal = signo;
	part_with_children(m, p);
	if (m->unlinked != NULL)
		sim_file_sweep(m);
}

void
sim_process_reap(struct machine *m, struct process *p)
{
	struct process *other, *next;

	HASH_ITER(hh, m->procs, other, next)
		if (other->ppid == p->pid)
			other->ppid = 1;
	m->changes++;
	HASH_DEL(m->procs, p);
	process_free(m, p);
}

int
sim_sys_exit(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	(void)ret;
	sim_process_exit(m, p, (int)c->arg[0], 0);
	return 0;
}

int
sim_sys_setrlimit(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct sim_rlimit *limit;

	(void)ret;
	if (c->arg[0] >= SIM_NLIMITS)
		return sim_fail(m, EINVAL, "resource", c->arg[0], 0,
		    SIM_NLIMITS - 1, "no such limit");
	limit = &p->rlimit[c->arg[0]];
	if (c->arg[1] > c->arg[2])
		return sim_fail(m, EINVAL, "rlim_cur", c->arg[1], 0, c->arg[2],
		    "the soft limit is beyond the hard limit");
	if (c->arg[2] > limit->max && p->uid != 0)
		return sim_fail(m, EPERM, "rlim_max", c->arg[2], 0, limit->max,
		    "only root may raise a hard limit");
	limit->cur = c->arg[1];
	limit->max = c->arg[2];
	return 0;
}
