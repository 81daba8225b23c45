/*
 * System calls on processes, files and swap, typed.
 */
#include "syscall.h"

/* ----------------------------------------------------------- processes ---- */

/* A child needs a name that nobody has, and one that is some. */
static int
fork_as(struct uvmsim *u, int pid, enum sim_sysno no, const char *name)
{
	const struct sim_call c = { .no = no, .str = name };

	if (name != NULL && *name == '\0')
		return api_fail(EINVAL, "the name of a process is not empty");
	if (name != NULL && !lib_path(name, "the name"))
		return -1;
	return lib_call_number(u, pid, &c);
}

int
uvmsim_sys_fork(struct uvmsim *u, int pid, const char *name)
{
	return fork_as(u, pid, SIM_SYS_FORK, name);
}

int
uvmsim_sys_vfork(struct uvmsim *u, int pid, const char *name)
{
	return fork_as(u, pid, SIM_SYS_VFORK, name);
}

int
uvmsim_sys_exec(struct uvmsim *u, int pid, const char *path,
    const struct uvmsim_image *image)
{
	struct lib_image li = { .segment = NULL };
	int result;

	if (!lib_path(path, "the path"))
		return -1;
	if (image != NULL && !lib_image(&li, image)) {
		lib_image_free(&li);
		return -1;
	}
	if (li.image.path == NULL)
		li.image.path = path;
	result = lib_call(u, pid,
	    LIB_CALL(EXEC, .str = path,
		.image = image != NULL ? &li.image : NULL),
	    NULL);
	lib_image_free(&li);
	return result;
}

int
uvmsim_sys_exit(struct uvmsim *u, int pid, int status)
{
	return lib_call(u, pid, LIB_CALL(EXIT, .arg = { LIB_SIGNED(status) }),
	    NULL);
}

int
uvmsim_sys_setrlimit(struct uvmsim *u, int pid, enum uvmsim_limit limit,
    uint64_t soft, uint64_t hard)
{
	return lib_call(u, pid,
	    LIB_CALL(SETRLIMIT, .arg = { (uint64_t)limit, soft, hard }), NULL);
}

int
uvmsim_sys_cpu(struct uvmsim *u, int pid, unsigned cpu)
{
	return lib_call(u, pid, LIB_CALL(CPU, .arg = { cpu }), NULL);
}

int
uvmsim_sys_sleep(struct uvmsim *u, int pid, uint64_t seconds)
{
	return lib_call(u, pid, LIB_CALL(SLEEP, .arg = { seconds }), NULL);
}

/* --------------------------------------------------------------- files ---- */

int
uvmsim_sys_open(struct uvmsim *u, int pid, const char *path, unsigned flags,
    unsigned mode)
{
	return !lib_path(path, "the path") ?
	    -1 :
	    lib_call_number(u, pid,
		LIB_CALL(OPEN, .arg = { flags, mode }, .str = path));
}

int
uvmsim_sys_shm_open(struct uvmsim *u, int pid, const char *path, unsigned flags,
    unsigned mode)
{
	return !lib_path(path, "the path") ?
	    -1 :
	    lib_call_number(u, pid,
		LIB_CALL(SHM_OPEN, .arg = { flags, mode }, .str = path));
}

int
uvmsim_sys_memfd_create(struct uvmsim *u, int pid, const char *name,
    unsigned flags)
{
	return !lib_path(name, "the name") ?
	    -1 :
	    lib_call_number(u, pid,
		LIB_CALL(MEMFD_CREATE, .arg = { flags }, .str = name));
}

int
uvmsim_sys_close(struct uvmsim *u, int pid, int fd)
{
	return lib_call(u, pid, LIB_CALL(CLOSE, .arg = { LIB_SIGNED(fd) }),
	    NULL);
}

int
uvmsim_sys_unlink(struct uvmsim *u, int pid, const char *path)
{
	return !lib_path(path, "the path") ?
	    -1 :
	    lib_call(u, pid, LIB_CALL(UNLINK, .str = path), NULL);
}

int
uvmsim_sys_shm_unlink(struct uvmsim *u, int pid, const char *path)
{
	return !lib_path(path, "the path") ?
	    -1 :
	    lib_call(u, pid, LIB_CALL(SHM_UNLINK, .str = path), NULL);
}

int
uvmsim_sys_ftruncate(struct uvmsim *u, int pid, int fd, uint64_t bytes)
{
	return lib_call(u, pid,
	    LIB_CALL(FTRUNCATE, .arg = { LIB_SIGNED(fd), bytes }), NULL);
}

/* ---------------------------------------------------------------- swap ---- */

int
uvmsim_sys_swapon(struct uvmsim *u, int pid, const char *path, unsigned flags)
{
	return !lib_path(path, "the path") ?
	    -1 :
	    lib_call(u, pid, LIB_CALL(SWAPON, .arg = { flags }, .str = path),
		NULL);
}

int
uvmsim_sys_swapoff(struct uvmsim *u, int pid, const char *path)
{
	return !lib_path(path, "the path") ?
	    -1 :
	    lib_call(u, pid, LIB_CALL(SWAPOFF, .str = path), NULL);
}

int
uvmsim_sys_swapctl(struct uvmsim *u, int pid, int command, const char *path,
    int misc)
{
	if (path != NULL && !lib_path(path, "the path"))
		return -1;
	return lib_call_number(u, pid,
	    LIB_CALL(SWAPCTL, .arg = { LIB_SIGNED(command), LIB_SIGNED(misc) },
		.str = path));
}
