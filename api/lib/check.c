/*
 * What every function of the library looks at first, and says when it fails.
 */
#include "lib.h"

#include <stdio.h>
#include <string.h>

#include "api/mman/calls.h"

bool
lib_needs(const void *p, const char *name)
{
	if (p == NULL)
		(void)api_fail(EFAULT, "%s is NULL", name);
	return p != NULL;
}

bool
lib_path(const char *path, const char *name)
{
	if (!lib_needs(path, name))
		return false;
	if (strnlen(path, API_PATH_MAX) < API_PATH_MAX)
		return true;
	(void)api_fail(ENAMETOOLONG, "%s is longer than %d bytes", name,
	    API_PATH_MAX - 1);
	return false;
}

bool
lib_is(const struct uvmsim *u)
{
	return lib_needs(u, "the machine");
}

bool
lib_changes(const struct uvmsim *u)
{
	if (!lib_is(u))
		return false;
	if (u->inside == 0)
		return true;
	(void)api_fail(EBUSY,
	    "a callback may look at its machine, and must not change it");
	return false;
}

struct process *
lib_process(const struct uvmsim *u, int pid)
{
	struct process *p;

	if (!lib_is(u))
		return NULL;
	p = sim_process_bypid(u->m, pid);
	if (p == NULL)
		(void)api_fail(ESRCH, "no process has the pid %d", pid);
	return p;
}

struct process *
lib_running(const struct uvmsim *u, int pid)
{
	struct process *p = lib_process(u, pid);

	if (p == NULL || p->state == SIM_RUNNING)
		return p;
	(void)api_fail(ESRCH, "process %d has exited", pid);
	return NULL;
}

struct process *
lib_acts(const struct uvmsim *u, int pid)
{
	return lib_changes(u) ? lib_running(u, pid) : NULL;
}

bool
lib_sized(size_t size, size_t least, const char *name)
{
	if (size >= least)
		return true;
	(void)api_fail(EINVAL, "size of struct %s is %zu, expected %zu", name,
	    size, least);
	return false;
}

int
lib_give(void *to, const void *from, size_t size)
{
	size_t room;

	memcpy(&room, to, sizeof(room));
	memcpy((char *)to + sizeof(room), (const char *)from + sizeof(room),
	    size - sizeof(room));
	memset((char *)to + size, 0, room - size);
	return 0;
}

void
lib_name(char to[UVMSIM_NAME_MAX], const char *from)
{
	snprintf(to, UVMSIM_NAME_MAX, "%s", from != NULL ? from : "");
}

int
lib_result(const struct uvmsim *u, const char *what, int err)
{
	if (unlikely(lib_starved(u)))
		return -1;
	return api_result(u->m, what, err);
}
