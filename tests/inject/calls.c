/*
 * The system calls that may fail: by which number, about which file, how.
 *
 * An errno that a call cannot have in real life is not in its row, nor is one
 * that is an answer (ENOENT of open).
 */
#include "inject.h"

#include <errno.h>
#include <sys/syscall.h>

#define PATHS(nr_, at, ...) \
	{ \
		.name = #nr_, .nr = SYS_##nr_, .what = INJ_PATH, .arg = (at), \
		.error = { \
			__VA_ARGS__ \
		} \
	}
#define FDS(nr_, at, ...) \
	{ \
		.name = #nr_, .nr = SYS_##nr_, .what = INJ_OPEN_FD, \
		.arg = (at), .error = { \
			__VA_ARGS__ \
		} \
	}

const struct inj_call inj_calls[] = {
#ifdef SYS_open
	PATHS(open, 0, EIO, EMFILE, EACCES, ENFILE),
#endif
	PATHS(openat, 1, EIO, EMFILE, EACCES, ENFILE),
#ifdef SYS_stat
	PATHS(stat, 0, EIO, EACCES),
#endif
#ifdef SYS_newfstatat
	PATHS(newfstatat, 1, EIO, EACCES),
#endif
#ifdef SYS_access
	PATHS(access, 0, EIO, EACCES),
#endif
#ifdef SYS_faccessat
	PATHS(faccessat, 1, EIO, EACCES),
#endif
#ifdef SYS_rename
	PATHS(rename, 0, EIO, EACCES, ENOSPC, EDQUOT),
#endif
#ifdef SYS_renameat
	PATHS(renameat, 1, EIO, EACCES, ENOSPC, EDQUOT),
#endif
#ifdef SYS_unlink
	PATHS(unlink, 0, EIO, EACCES),
#endif
	PATHS(unlinkat, 1, EIO, EACCES),
#ifdef SYS_link
	PATHS(link, 1, EIO, EACCES, ENOSPC, EDQUOT),
#endif
	{ .name = "linkat",
	    .nr = SYS_linkat,
	    .what = INJ_PATH,
	    .arg = 3,
	    .error = { EIO, EACCES, ENOSPC, EDQUOT, EPERM },
	    .writes = true },
#ifdef SYS_mkdir
	PATHS(mkdir, 0, EIO, EACCES, ENOSPC, EDQUOT),
#endif
	PATHS(mkdirat, 1, EIO, EACCES, ENOSPC, EDQUOT),
	{ .name = "read",
	    .nr = SYS_read,
	    .what = INJ_OPEN_FD,
	    .error = { EIO, EINTR },
	    .part = 1 },
	{ .name = "pread",
	    .nr = SYS_pread64,
	    .what = INJ_OPEN_FD,
	    .error = { EIO, EINTR },
	    .part = 1 },
	{ .name = "write",
	    .nr = SYS_write,
	    .what = INJ_OPEN_FD,
	    .error = { ENOSPC, EIO, EINTR, EDQUOT, EFBIG },
	    .writes = true,
	    .part = 2 },
	{ .name = "pwrite",
	    .nr = SYS_pwrite64,
	    .what = INJ_OPEN_FD,
	    .error = { ENOSPC, EIO, EINTR, EDQUOT },
	    .writes = true,
	    .part = 2 },
	{ .name = "ftruncate",
	    .nr = SYS_ftruncate,
	    .what = INJ_OPEN_FD,
	    .error = { EIO, ENOSPC },
	    .writes = true },
	{ .name = "fsync",
	    .nr = SYS_fsync,
	    .what = INJ_OPEN_FD,
	    .error = { EIO, ENOSPC, EDQUOT },
	    .writes = true },
	{ .name = "fdatasync",
	    .nr = SYS_fdatasync,
	    .what = INJ_OPEN_FD,
	    .error = { EIO, ENOSPC },
	    .writes = true },
	FDS(close, 0, EIO, EDQUOT),
	FDS(lseek, 0, EIO),
	FDS(fstat, 0, EIO),
	FDS(fchmod, 0, EIO, EACCES),
	FDS(getdents64, 0, EIO),
	FDS(dup, 0, EMFILE),
	{ .name = "mmap",
	    .nr = SYS_mmap,
	    .what = INJ_NOTHING,
	    .error = { ENOMEM } },
	{ .name = "clone3",
	    .nr = SYS_clone3,
	    .what = INJ_NOTHING,
	    .error = { EAGAIN } },
	{ .name = "clone",
	    .nr = SYS_clone,
	    .what = INJ_NOTHING,
	    .error = { EAGAIN } },
	{ .name = "pipe2",
	    .nr = SYS_pipe2,
	    .what = INJ_NOTHING,
	    .error = { EMFILE, ENFILE } },
	{ .name = "eventfd2",
	    .nr = SYS_eventfd2,
	    .what = INJ_NOTHING,
	    .error = { EMFILE } },
	{ .name = "signalfd4",
	    .nr = SYS_signalfd4,
	    .what = INJ_NOTHING,
	    .error = { EMFILE, ENOMEM } },
#ifdef SYS_poll
	{ .name = "poll",
	    .nr = SYS_poll,
	    .what = INJ_NOTHING,
	    .error = { EINTR, ENOMEM } },
#endif
	{ .name = "ppoll",
	    .nr = SYS_ppoll,
	    .what = INJ_NOTHING,
	    .error = { EINTR, ENOMEM } },
};

const size_t inj_ncalls = sizeof(inj_calls) / sizeof(inj_calls[0]);

const struct inj_call *
inj_call_byno(int nr)
{
	for (size_t i = 0; i < inj_ncalls; i++)
		if (inj_calls[i].nr == nr)
			return &inj_calls[i];
	return NULL;
}
