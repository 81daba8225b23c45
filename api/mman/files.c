/*
 * Simulated descriptors and processes of uvmsim.h, for programs whose system
 * has more calls than those of memory.  They act whatever system the process
 * runs.
 */
#include <string.h>

#include "api/include/uvmsim.h"
#include "calls.h"

static int
act(const struct sim_call *c, struct process *p, uint64_t *ret)
{
	return api_result(api_machine(), sim_sysname(c->no),
	    sim_syscall(api_machine(), p, c, ret));
}

/* The current process.  => NULL: no such thing (told) */
static struct process *
current(const char *call)
{
	struct process *p = api_process();

	return p == NULL ? NULL : api_process_of(p->personality, call);
}

int
uvmsim_file(const char *name, int flags)
{
	struct process *p = current("uvmsim_file");
	char path[API_PATH_MAX];
	uint64_t fd;

	if (p == NULL || api_copypath(path, name, "uvmsim_file") != 0)
		return -1;
	if (strcmp(path, "/dev/zero") == 0 &&
	    sim_file_get(api_machine(), path, 0, SIM_FILE_DEV) == NULL)
		return api_fail(ENOMEM, "uvmsim_file: no memory is left");
	const struct sim_call c = {
		.no = SIM_SYS_OPEN,
		.arg = { api_open_flags(p->personality, flags), 0666 },
		.str = path,
	};
	return act(&c, p, &fd) == 0 ? (int)fd : -1;
}

int
uvmsim_file_close(int fd)
{
	struct process *p = current("uvmsim_file_close");
	const struct sim_call c = {
		.no = SIM_SYS_CLOSE,
		.arg = { (uint64_t)(int64_t)fd },
	};

	return p == NULL ? -1 : act(&c, p, NULL);
}

int
uvmsim_file_truncate(int fd, long long size)
{
	struct process *p = current("uvmsim_file_truncate");
	const struct sim_call c = {
		.no = SIM_SYS_FTRUNCATE,
		.arg = { (uint64_t)(int64_t)fd, (uint64_t)size },
	};

	return p == NULL ? -1 : act(&c, p, NULL);
}

int
uvmsim_fork(void)
{
	struct process *p = current("uvmsim_fork");
	const struct sim_call c = { .no = SIM_SYS_FORK };
	uint64_t pid;

	return p != NULL && act(&c, p, &pid) == 0 ? (int)pid : -1;
}
