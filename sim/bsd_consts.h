/*
 * Constants that FreeBSD, NetBSD and OpenBSD share, as rows of a table of
 * struct sim_const.  Where one of them differs its own table has the row.
 */
#ifndef SIM_BSD_CONSTS_H
#define SIM_BSD_CONSTS_H

#define BSD_CONSTS							\
	{ "prot", "PROT_NONE", 0 },					\
	{ "prot", "PROT_READ", 1 },					\
	{ "prot", "PROT_WRITE", 2 },					\
	{ "prot", "PROT_EXEC", 4 },					\
	{ "map", "MAP_FILE", 0 },					\
	{ "map", "MAP_SHARED", 0x1 },					\
	{ "map", "MAP_PRIVATE", 0x2 },					\
	{ "map", "MAP_FIXED", 0x10 },					\
	{ "map", "MAP_ANON", 0x1000 },					\
	{ "map", "MAP_ANONYMOUS", 0x1000 },				\
	{ "madv", "MADV_NORMAL", 0 },					\
	{ "madv", "MADV_RANDOM", 1 },					\
	{ "madv", "MADV_SEQUENTIAL", 2 },				\
	{ "madv", "MADV_WILLNEED", 3 },					\
	{ "madv", "MADV_DONTNEED", 4 },					\
	{ "madv", "POSIX_MADV_NORMAL", 0 },				\
	{ "madv", "POSIX_MADV_RANDOM", 1 },				\
	{ "madv", "POSIX_MADV_SEQUENTIAL", 2 },				\
	{ "madv", "POSIX_MADV_WILLNEED", 3 },				\
	{ "madv", "POSIX_MADV_DONTNEED", 4 },				\
	{ "msync", "MS_ASYNC", 1 },					\
	{ "mcl", "MCL_CURRENT", 1 },					\
	{ "mcl", "MCL_FUTURE", 2 },					\
	{ "ipc", "IPC_PRIVATE", 0 },					\
	{ "ipc", "IPC_CREAT", 01000 },					\
	{ "ipc", "IPC_EXCL", 02000 },					\
	{ "ipc", "IPC_NOWAIT", 04000 },					\
	{ "ipc", "IPC_RMID", 0 },					\
	{ "ipc", "IPC_SET", 1 },					\
	{ "ipc", "IPC_STAT", 2 },					\
	{ "shm", "SHM_R", 0400 },					\
	{ "shm", "SHM_W", 0200 },					\
	{ "shm", "SHM_RDONLY", 010000 },				\
	{ "shm", "SHM_RND", 020000 },					\
	{ "page", "SHMLBA", 1 },					\
	{ "open", "O_RDONLY", 0 },					\
	{ "open", "O_WRONLY", 1 },					\
	{ "open", "O_RDWR", 2 },					\
	{ "open", "O_ACCMODE", 3 },					\
	{ "open", "O_NONBLOCK", 0x4 },					\
	{ "open", "O_APPEND", 0x8 },					\
	{ "open", "O_SHLOCK", 0x10 },					\
	{ "open", "O_EXLOCK", 0x20 },					\
	{ "open", "O_ASYNC", 0x40 },					\
	{ "open", "O_SYNC", 0x80 },					\
	{ "open", "O_NOFOLLOW", 0x100 },				\
	{ "open", "O_CREAT", 0x200 },					\
	{ "open", "O_TRUNC", 0x400 },					\
	{ "open", "O_EXCL", 0x800 },					\
	{ "open", "O_NOCTTY", 0x8000 },					\
	{ "rlimit", "RLIM_INFINITY", INT64_MAX }

/* Commands of swapctl(2). */
#define SIM_SWAPCTL_CONSTS						\
	{ "swap", "SWAP_ON", SIM_SWAP_ON },				\
	{ "swap", "SWAP_OFF", SIM_SWAP_OFF },				\
	{ "swap", "SWAP_NSWAP", SIM_SWAP_NSWAP },			\
	{ "swap", "SWAP_CTL", SIM_SWAP_CTL },				\
	{ "swap", "SWAP_STATS", SIM_SWAP_STATS }

#endif /* SIM_BSD_CONSTS_H */
