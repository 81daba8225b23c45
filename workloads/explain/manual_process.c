/*
 * What the manuals say of brk(2), fork(2), execve(2) and setrlimit(2), and of
 * calls that a system does not have.
 */
#include "manual.h"

#define C(id) ((uint64_t)1 << SIM_SYS_##id)

const struct wl_manual wl_manual_process[] = {
	{ WL_FREEBSD, C(BRK) | C(SBRK), ENOMEM,
	    "mlockall(MCL_FUTURE) is in force and locked memory would exceed "
	    "RLIMIT_MEMLOCK",
	    "the memory would have to be locked, and RLIMIT_MEMLOCK does not "
	    "allow that" },
	{ WL_FREEBSD, C(BRK) | C(SBRK), ENOMEM,
	    "the address space would exceed RLIMIT_VMEM",
	    "the process's RLIMIT_VMEM would be exceeded" },
	{ WL_FREEBSD, C(BRK) | C(SBRK), ENOMEM,
	    "beyond the user's address space",
	    "the break would lie beyond the address space" },
	{ WL_BSD, C(BRK) | C(SBRK), ENOMEM, "something is mapped there",
	    "the memory behind the data segment is in use, so it cannot grow" },
	{ WL_OPENBSD, C(BRK) | C(SBRK), ENOMEM,
	    "the break would lie below the data segment",
	    "the break cannot lie below the data segment's start" },
	{ WL_BSD, C(BRK) | C(SBRK), ENOMEM,
	    "the data segment would exceed RLIMIT_DATA",
	    "the limit RLIMIT_DATA would be exceeded" },
	{ WL_FREEBSD, C(SBRK), EINVAL,
	    "the break would go below where it began",
	    "the requested break value was below the beginning of the data "
	    "segment" },
	{ WL_FREEBSD, C(SBRK), EINVAL,
	    "the break would leave the address space",
	    "the requested break value was beyond the address space" },
	{ WL_ALL, C(FORK) | C(VFORK), EAGAIN, "a process has this pid",
	    "the manual says it of a full process table; here the pid asked "
	    "for is taken" },
	{ WL_ALL, C(FORK) | C(VFORK), EEXIST,
	    "a process of this name is running",
	    "no system has names of processes; a script's must be its own" },
	{ WL_ALL, C(FORK), ENOMEM, "no memory for the child's address space",
	    "there is not enough memory for the new process" },
	{ WL_ALL, C(EXEC), ENOENT, "empty path", "the path names nothing" },
	{ WL_ALL, C(EXEC), ENOMEM, "the image cannot be mapped",
	    "the new process needs more memory than the limits or the machine "
	    "allow" },
	{ WL_FREEBSD, C(EXEC), ENOMEM, "the program is larger than RLIMIT_VMEM",
	    "the new process needs more memory than the limits allow" },
	{ WL_ALL, C(SETRLIMIT), EINVAL, "no such limit",
	    "the resource is not valid" },
	{ WL_ALL, C(SETRLIMIT), EINVAL,
	    "the soft limit is beyond the hard limit",
	    "rlim_cur is greater than rlim_max" },
	{ WL_ALL, C(SETRLIMIT), EPERM, "only root may raise a hard limit",
	    "the limit would be raised beyond the hard limit, and the caller "
	    "is not the super-user" },
	{ WL_NETBSD | WL_OPENBSD, C(SETRLIMIT), ENOMEM,
	    "the stack's protection could not be changed",
	    "the manual does not list it: the stack's memory is opened up to "
	    "the new limit, and that takes memory" },
	{ WL_ALL, C(CPU), EINVAL, "the machine has no such processor",
	    "the number is not below that of the machine's "
	    "processors (cpus=)" },
	{ WL_ALL, C(SLEEP), EINVAL, "the machine runs no longer than 1000 days",
	    "all sleeps together may be 1000 days" },
	{ WL_NETBSD | WL_OPENBSD, C(MEMFD_CREATE) | C(SWAPON) | C(SWAPOFF),
	    ENOSYS, "this system has no such call",
	    "it has no such page: the call is another system's" },
	{ WL_FREEBSD | WL_OPENBSD, C(MREMAP), ENOSYS,
	    "this system has no such call",
	    "it has no such page: the call is NetBSD's and Linux's" },
	{ WL_LINUX, C(MINHERIT) | C(SBRK) | C(SWAPCTL), ENOSYS,
	    "this system has no such call",
	    "it has no such page: the call is the BSDs' (sbrk(3) is a function "
	    "over brk(2))" },
	{ WL_FREEBSD, C(SWAPCTL), ENOSYS, "this system has no such call",
	    "it has no such page: the call is NetBSD's and OpenBSD's" },
	{ WL_BSD, C(MLOCK2) | C(REMAP_FILE_PAGES), ENOSYS,
	    "this system has no such call",
	    "it has no such page: the call is Linux's" },
	{ .why = NULL },
};
