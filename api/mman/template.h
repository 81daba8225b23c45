/*
 * The calls that FreeBSD, NetBSD and OpenBSD all have, once for each: a file
 * includes its system's headers (sys/mman.h, sys/shm.h, unistd.h), which
 * rename the calls, defines OS as the personality, and includes this.  What it
 * defines are the functions that the headers declare.
 */
#ifndef API_MMAN_TEMPLATE_H
#define API_MMAN_TEMPLATE_H

#include "api/copy.h"
#include "calls.h"

#define CALL(id, ...)							\
	(&(const struct sim_call){ .no = SIM_SYS_##id,			\
	    .arg = { __VA_ARGS__ } })
#define NAMED(id, name, ...)						\
	(&(const struct sim_call){ .no = SIM_SYS_##id,			\
	    .arg = { __VA_ARGS__ }, .str = (name) })
/* Arguments keep their sign: -1 is UINT64_MAX. */
#define ADDR(p)		((uint64_t)(uintptr_t)(p))
#define INT(i)		((uint64_t)(int64_t)(i))

void *
mmap(void *addr, size_t len, int prot, int flags, int fd, int64_t offset)
{
	return api_call_address(&OS, CALL(MMAP, ADDR(addr), len, INT(prot),
	    INT(flags), INT(fd), INT(offset)));
}

int
munmap(void *addr, size_t len)
{
	return api_call(&OS, CALL(MUNMAP, ADDR(addr), len), NULL);
}

int
mprotect(void *addr, size_t len, int prot)
{
	return api_call(&OS, CALL(MPROTECT, ADDR(addr), len, INT(prot)), NULL);
}

int
msync(void *addr, size_t len, int flags)
{
	return api_call(&OS, CALL(MSYNC, ADDR(addr), len, INT(flags)), NULL);
}

int
mlock(const void *addr, size_t len)
{
	return api_call(&OS, CALL(MLOCK, ADDR(addr), len), NULL);
}

int
munlock(const void *addr, size_t len)
{
	return api_call(&OS, CALL(MUNLOCK, ADDR(addr), len), NULL);
}

int
mlockall(int flags)
{
	return api_call(&OS, CALL(MLOCKALL, INT(flags)), NULL);
}

int
munlockall(void)
{
	return api_call(&OS, CALL(MUNLOCKALL, 0), NULL);
}

int
madvise(void *addr, size_t len, int advice)
{
	return api_call(&OS, CALL(MADVISE, ADDR(addr), len, INT(advice)), NULL);
}

/* => an errno value, and errno as it was: POSIX */
int
posix_madvise(void *addr, size_t len, int advice)
{
	const int saved = errno;
	int error = 0;

	if (api_call(&OS, CALL(POSIX_MADVISE, ADDR(addr), len, INT(advice)),
	    NULL) != 0)
		error = errno;
	errno = saved;
	return error;
}

int
minherit(void *addr, size_t len, int inherit)
{
	return api_call(&OS, CALL(MINHERIT, ADDR(addr), len, INT(inherit)),
	    NULL);
}

int
shm_open(const char *name, int flags, mode_t mode)
{
	char path[API_PATH_MAX];

#ifdef SHM_ANON
	if (name == SHM_ANON)
		return api_call_number(&OS, NAMED(MEMFD_CREATE, "", 0));
#endif
	if (api_copypath(path, name, "shm_open") != 0)
		return -1;
	return api_call_number(&OS, NAMED(SHM_OPEN, path,
	    api_open_flags(&OS, flags), mode));
}

int
shm_unlink(const char *name)
{
	char path[API_PATH_MAX];

	if (api_copypath(path, name, "shm_unlink") != 0)
		return -1;
	return api_call(&OS, NAMED(SHM_UNLINK, path, 0), NULL);
}

/* ---------------------------------------------------------- sys/shm.h ---- */

int
shmget(key_t key, size_t size, int flags)
{
	return api_call_number(&OS, CALL(SHMGET, INT(key), size, INT(flags)));
}

void *
shmat(int id, const void *addr, int flags)
{
	return api_call_address(&OS, CALL(SHMAT, INT(id), ADDR(addr),
	    INT(flags)));
}

int
shmdt(const void *addr)
{
	return api_call(&OS, CALL(SHMDT, ADDR(addr)), NULL);
}

int
shmctl(int id, int cmd, struct shmid_ds *buf)
{
	struct shmid_ds ds = { .shm_perm.mode = 0600 };
	struct api_shm shm;

	if (cmd != IPC_STAT)
		return api_call(&OS, CALL(SHMCTL, INT(id), INT(cmd)), NULL);
	if (api_shm_stat(&OS, id, &shm) != 0)
		return -1;
	ds.shm_perm.SHM_KEY = (long)shm.key;
	ds.shm_segsz = (__typeof__(ds.shm_segsz))shm.size;
	ds.shm_nattch = (shmatt_t)shm.nattch;
	if (api_copyout(buf, &ds, sizeof(ds)) != 0)
		return api_fail(EFAULT, "shmctl: buf points to no memory");
	return 0;
}

#ifdef OWN_MINCORE	/* of the system's own processes alone */
int
mincore(void *addr, size_t len, char *vec)
{
	struct process *p = api_process_of(&OS, "mincore");

	if (p == NULL)
		return -1;
	return api_mincore(&(struct api_mincore){ &OS, addr, len, vec, false },
	    p);
}
#endif

/* ----------------------------------------------------------- unistd.h ---- */

void *
sbrk(SBRK_ARG incr)
{
	return api_call_address(&OS, CALL(SBRK, INT(incr)));
}

int
brk(BRK_ARG addr)
{
	return api_brk(&OS, (uintptr_t)addr);
}

#endif /* API_MMAN_TEMPLATE_H */
