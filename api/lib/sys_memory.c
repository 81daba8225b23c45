/*
 * System calls on memory and on System V segments, typed.  What is written out
 * here is only the order in which a system has its arguments.
 */
#include <string.h>

#include "syscall.h"

int
uvmsim_sys_mmap(struct uvmsim *u, int pid, uint64_t addr, uint64_t len,
    unsigned prot, uint64_t flags, int fd, uint64_t offset, uint64_t *at)
{
	return lib_call(u, pid,
	    LIB_CALL(MMAP,
		.arg = { addr, len, prot, flags, LIB_SIGNED(fd), offset }),
	    at);
}

int
uvmsim_sys_munmap(struct uvmsim *u, int pid, uint64_t addr, uint64_t len)
{
	return lib_call(u, pid, LIB_CALL(MUNMAP, .arg = { addr, len }), NULL);
}

int
uvmsim_sys_mprotect(struct uvmsim *u, int pid, uint64_t addr, uint64_t len,
    unsigned prot)
{
	return lib_call(u, pid, LIB_CALL(MPROTECT, .arg = { addr, len, prot }),
	    NULL);
}

int
uvmsim_sys_minherit(struct uvmsim *u, int pid, uint64_t addr, uint64_t len,
    int inherit)
{
	return lib_call(u, pid,
	    LIB_CALL(MINHERIT, .arg = { addr, len, LIB_SIGNED(inherit) }),
	    NULL);
}

int
uvmsim_sys_madvise(struct uvmsim *u, int pid, uint64_t addr, uint64_t len,
    int advice)
{
	return lib_call(u, pid,
	    LIB_CALL(MADVISE, .arg = { addr, len, LIB_SIGNED(advice) }), NULL);
}

int
uvmsim_sys_posix_madvise(struct uvmsim *u, int pid, uint64_t addr, uint64_t len,
    int advice)
{
	return lib_call(u, pid,
	    LIB_CALL(POSIX_MADVISE, .arg = { addr, len, LIB_SIGNED(advice) }),
	    NULL);
}

int
uvmsim_sys_mlock(struct uvmsim *u, int pid, uint64_t addr, uint64_t len)
{
	return lib_call(u, pid, LIB_CALL(MLOCK, .arg = { addr, len }), NULL);
}

int
uvmsim_sys_mlock2(struct uvmsim *u, int pid, uint64_t addr, uint64_t len,
    unsigned flags)
{
	return lib_call(u, pid, LIB_CALL(MLOCK2, .arg = { addr, len, flags }),
	    NULL);
}

int
uvmsim_sys_munlock(struct uvmsim *u, int pid, uint64_t addr, uint64_t len)
{
	return lib_call(u, pid, LIB_CALL(MUNLOCK, .arg = { addr, len }), NULL);
}

int
uvmsim_sys_mlockall(struct uvmsim *u, int pid, unsigned flags)
{
	return lib_call(u, pid, LIB_CALL(MLOCKALL, .arg = { flags }), NULL);
}

int
uvmsim_sys_munlockall(struct uvmsim *u, int pid)
{
	return lib_call(u, pid, LIB_CALL(MUNLOCKALL, .str = NULL), NULL);
}

int
uvmsim_sys_msync(struct uvmsim *u, int pid, uint64_t addr, uint64_t len,
    unsigned flags)
{
	return lib_call(u, pid, LIB_CALL(MSYNC, .arg = { addr, len, flags }),
	    NULL);
}

/* A vector that is too short is found here: each system has its own way of
 * telling the kernel how long it is, which is none. */
int
uvmsim_sys_mincore(struct uvmsim *u, int pid, uint64_t addr, uint64_t len,
    unsigned char *vec, size_t veclen)
{
	const struct sim_call c = { .no = SIM_SYS_MINCORE,
		.arg = { addr, len },
		.vec = vec,
		.vec_len = veclen };

	if (!lib_is(u) || (len > 0 && !lib_needs(vec, "vec")))
		return -1;
	if (len <= UINT64_MAX - pg_mask(u->m) &&
	    pg_atop(u->m, pg_round(u->m, len)) > veclen)
		return api_fail(EFAULT,
		    "mincore: vec has %zu bytes, and the range %llu pages",
		    veclen,
		    (unsigned long long)pg_atop(u->m, pg_round(u->m, len)));
	return lib_call(u, pid, &c, NULL);
}

/* NetBSD: old, oldlen, new, newlen, flags; Linux: old, oldlen, newlen, flags,
 * new. */
int
uvmsim_sys_mremap(struct uvmsim *u, int pid, uint64_t old, uint64_t oldlen,
    uint64_t newaddr, uint64_t newlen, uint64_t flags, uint64_t *at)
{
	const struct process *p = lib_acts(u, pid);
	const struct sim_call bsd = { .no = SIM_SYS_MREMAP,
		.arg = { old, oldlen, newaddr, newlen, flags } };
	const struct sim_call linux_ = { .no = SIM_SYS_MREMAP,
		.arg = { old, oldlen, newlen, flags, newaddr } };

	if (p == NULL)
		return -1;
	return lib_call(u, pid, p->personality == &sim_linux ? &linux_ : &bsd,
	    at);
}

int
uvmsim_sys_remap_file_pages(struct uvmsim *u, int pid, uint64_t addr,
    uint64_t len, unsigned prot, uint64_t pageoff, uint64_t flags)
{
	return lib_call(u, pid,
	    LIB_CALL(REMAP_FILE_PAGES,
		.arg = { addr, len, prot, pageoff, flags }),
	    NULL);
}

int
uvmsim_sys_brk(struct uvmsim *u, int pid, uint64_t addr, uint64_t *now)
{
	return lib_call(u, pid, LIB_CALL(BRK, .arg = { addr }), now);
}

int
uvmsim_sys_sbrk(struct uvmsim *u, int pid, int64_t increment, uint64_t *before)
{
	return lib_call(u, pid,
	    LIB_CALL(SBRK, .arg = { LIB_SIGNED(increment) }), before);
}

/* ------------------------------------------------ segments of System V ---- */

int
uvmsim_sys_shmget(struct uvmsim *u, int pid, int64_t key, uint64_t size,
    unsigned flags)
{
	return lib_call_number(u, pid,
	    LIB_CALL(SHMGET, .arg = { LIB_SIGNED(key), size, flags }));
}

int
uvmsim_sys_shmat(struct uvmsim *u, int pid, int id, uint64_t addr,
    unsigned flags, uint64_t *at)
{
	return lib_call(u, pid,
	    LIB_CALL(SHMAT, .arg = { LIB_SIGNED(id), addr, flags }), at);
}

int
uvmsim_sys_shmdt(struct uvmsim *u, int pid, uint64_t addr)
{
	return lib_call(u, pid, LIB_CALL(SHMDT, .arg = { addr }), NULL);
}

int
uvmsim_sys_shmctl(struct uvmsim *u, int pid, int id, int command)
{
	return lib_call(u, pid,
	    LIB_CALL(SHMCTL, .arg = { LIB_SIGNED(id), LIB_SIGNED(command) }),
	    NULL);
}
