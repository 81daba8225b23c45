/*
 * Processes of the public interface, and their accesses.
 */
#include <stdio.h>
#include <string.h>

#include "lib.h"
#include "workloads/explain/explain.h"

/* ---------------------------------------------------------------- life ---- */

/* => false: told */
static bool
system_named(const char *name, const struct sim_personality **system)
{
	*system = name != NULL ? sim_personality_byname(name) : NULL;
	if (name == NULL || *system != NULL)
		return true;
	(void)api_fail(EINVAL,
	    "no system is called \"%.32s\"; expected freebsd, netbsd, openbsd "
	    "or linux",
	    name);
	return false;
}

int
uvmsim_spawn(struct uvmsim *u, const char *name, int pid, const char *system,
    const struct uvmsim_image *image)
{
	const struct sim_personality *personality;
	struct lib_image li = { .segment = NULL };
	struct process *p = NULL;
	int err = -1;

	if (!lib_changes(u) || !lib_within(u) ||
	    !system_named(system, &personality))
		return -1;
	if (name != NULL && *name == '\0')
		return api_fail(EINVAL, "the name of a process is not empty");
	if (name != NULL && !lib_path(name, "the name"))
		return -1;
	if (image == NULL || lib_image(&li, image))
		err = lib_result(u, "spawn",
		    sim_spawn(u->m, name, pid, personality,
			image != NULL ? &li.image : NULL, &p));
	lib_image_free(&li);
	return err == 0 ? p->pid : -1;
}

int
uvmsim_end(struct uvmsim *u, int pid, int status, int signal)
{
	struct process *p = lib_acts(u, pid);

	if (p == NULL)
		return -1;
	if (p == u->m->kernel)
		return api_fail(EPERM, "process 0 is the kernel");
	u->m->changes++;
	sim_process_exit(u->m, p, status, signal);
	return 0;
}

int
uvmsim_reap(struct uvmsim *u, int pid)
{
	struct process *p;

	if (!lib_changes(u) || (p = lib_process(u, pid)) == NULL)
		return -1;
	if (p->state == SIM_RUNNING)
		return api_fail(EBUSY, "process %d is running", pid);
	u->m->changes++;
	sim_process_reap(u->m, p);
	return 0;
}

int
uvmsim_pid(const struct uvmsim *u, const char *name)
{
	const struct process *p;

	if (!lib_is(u) || !lib_needs(name, "the name"))
		return -1;
	p = sim_process_byname(u->m, name);
	return p != NULL ?
	    p->pid :
	    api_fail(ESRCH, "no process is called \"%.200s\"", name);
}

int
uvmsim_next_pid(const struct uvmsim *u, int pid)
{
	struct process *p, *next;
	int found = 0;

	if (u == NULL)
		return 0;
	HASH_ITER(hh, u->m->procs, p, next)
		if (p->pid > pid && (found == 0 || p->pid < found))
			found = p->pid;
	return found;
}

int
uvmsim_process(const struct uvmsim *u, int pid, struct uvmsim_process *out)
{
	const struct process *p = lib_process(u, pid);
	struct uvmsim_process my;

	if (p == NULL || !lib_needs(out, "the structure") ||
	    !lib_sized(out->size, sizeof(my), "uvmsim_process"))
		return -1;
	my = (struct uvmsim_process){
		.pid = p->pid,
		.ppid = p->ppid,
		.uid = p->uid,
		.gid = p->gid,
		.state = p->state == SIM_RUNNING ? UVMSIM_RUNNING :
						   UVMSIM_EXITED,
		.exit_status = p->exit_status,
		.exit_signal = p->exit_signal,
		.cpu = p->cpu,
		.minor_faults = p->minflt,
		.major_faults = p->majflt,
		.syscalls = p->nsyscalls,
		.references = p->nrefs,
		.brk = p->brk,
		.stack_top = p->stack_top,
	};
	if (p->vmspace != NULL) {
		struct vm_map *map = &p->vmspace->vm_map;

		my.mapped = map->size;
		my.resident = map->pmap->resident;
		my.wired = vm_map_wired_bytes(map);
		my.entries = map->nentries;
	}
	snprintf(my.system, sizeof(my.system), "%s", p->personality->name);
	lib_name(my.name, p->name);
	lib_name(my.image, p->image);
	return lib_give(out, &my, sizeof(my));
}

/* ------------------------------------------------------------ accesses ---- */

_Static_assert(sizeof(struct uvmsim_ref) == sizeof(struct vm_ref),
    "references");

static void
give_signal(struct uvmsim_signal *out, const struct sim_signal *sig)
{
	struct uvmsim_signal my = { .address = sig->addr };

	if (out == NULL)
		return;
	if (sig->signame != NULL)
		snprintf(my.name, sizeof(my.name), "%s", sig->signame);
	if (sig->code != NULL)
		snprintf(my.code, sizeof(my.code), "%s", sig->code);
	(void)lib_give(out, &my, sizeof(my));
}

/* => the process; NULL: told */
static struct process *
may_access(const struct uvmsim *u, int pid, const struct uvmsim_signal *signal)
{
	struct process *p = lib_acts(u, pid);

	if (p != NULL && !lib_within(u))
		return NULL;
	if (p != NULL && signal != NULL &&
	    !lib_sized(signal->size, sizeof(*signal), "uvmsim_signal"))
		return NULL;
	return p;
}

int
uvmsim_access(struct uvmsim *u, int pid, uint64_t address, uint64_t len,
    unsigned access, struct uvmsim_signal *signal)
{
	static const char *const names[] = { "", "read", "write", "", "exec" };
	struct process *p = may_access(u, pid, signal);
	struct sim_signal sig = { 0 };
	int err;

	if (p == NULL)
		return -1;
	if (access != UVMSIM_READ && access != UVMSIM_WRITE &&
	    access != UVMSIM_EXEC)
		return api_fail(EINVAL,
		    "access %u is not one of read (1), write (2), exec (4)",
		    access);
	lib_story_begin(u,
	    &(const struct wl_deed){ .p = p,
		.va = address,
		.len = len,
		.type = (vm_prot_t)access });
	err = sim_access(u->m, p, address, len, (vm_prot_t)access, &sig);
	lib_story_end(u, err, 0, &sig);
	give_signal(signal, &sig);
	return lib_result(u, names[access], err);
}

int
uvmsim_access_batch(struct uvmsim *u, int pid, const struct uvmsim_ref *refs,
    size_t n, size_t *done, struct uvmsim_signal *signal)
{
	struct process *p = may_access(u, pid, signal);
	struct sim_signal sig = { 0 };
	size_t own, allowed;
	int err;

	if (done == NULL)
		done = &own;
	*done = 0;
	if (p == NULL || (n > 0 && !lib_needs(refs, "the references")))
		return -1;
	for (size_t i = 0; i < n; i++)
		if ((refs[i].word & 3) == 3)
			return api_fail(EINVAL,
			    "reference %zu has no kind of access", i);
	allowed = lib_allowed(u, n);
	err = sim_access_batch(u->m, p, (const void *)refs, allowed, done,
	    &sig);
	give_signal(signal, &sig);
	if (err == 0 && allowed < n && !lib_within(u))
		return -1;
	return lib_result(u, "access", err);
}
