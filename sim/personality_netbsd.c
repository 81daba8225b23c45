/*
 * The NetBSD personality (10, amd64 first): constants, call table, layout,
 * signals.  The calls themselves stand in personality_netbsd_*.c and bsd_*.c;
 * facts are from the reference "UVM semantics", decisions in
 * docs/personalities.md.
 */
#include "personality_netbsd.h"

#include "bsd_consts.h"
#include "oom.h"
#include "swap.h"

static const struct sim_const consts[] = {
	BSD_CONSTS,
	{ "map", "MAP_REMAPDUP", 0x4 },
	{ "map", "MAP_RENAME", 0x20 },
	{ "map", "MAP_NORESERVE", 0x40 },
	{ "map", "MAP_INHERIT", 0x80 },
	{ "map", "MAP_HASSEMAPHORE", 0x200 },
	{ "map", "MAP_TRYFIXED", 0x400 },
	{ "map", "MAP_WIRED", 0x800 },
	{ "map", "MAP_STACK", 0x2000 },
	{ "map", "MAP_ALIGNMENT_64KB", 0x10000000 },
	{ "map", "MAP_ALIGNMENT_16MB", 0x18000000 },
	{ "map", "MAP_ALIGNMENT_4GB", 0x20000000 },
	{ "map", "MAP_ALIGNMENT_1TB", 0x28000000 },
	{ "map", "MAP_ALIGNMENT_256TB", 0x30000000 },
	{ "map", "MAP_ALIGNMENT_64PB", 0x38000000 },
	{ "madv", "MADV_SPACEAVAIL", 5 },
	{ "madv", "MADV_FREE", 6 },
	{ "msync", "MS_INVALIDATE", 2 },
	{ "msync", "MS_SYNC", 4 },
	{ "inherit", "MAP_INHERIT_SHARE", 0 },
	{ "inherit", "MAP_INHERIT_COPY", 1 },
	{ "inherit", "MAP_INHERIT_NONE", 2 },
	{ "inherit", "MAP_INHERIT_DONATE_COPY", 3 },
	{ "inherit", "MAP_INHERIT_ZERO", 4 },
	{ "shm", "SHM_LOCK", 3 },
	{ "shm", "SHM_UNLOCK", 4 },
	{ "open", "O_DSYNC", 0x10000 },
	{ "open", "O_RSYNC", 0x20000 },
	{ "open", "O_DIRECT", 0x80000 },
	{ "open", "O_DIRECTORY", 0x200000 },
	{ "open", "O_CLOEXEC", 0x400000 },
	{ "rlimit", "RLIMIT_DATA", 2 },
	{ "rlimit", "RLIMIT_STACK", 3 },
	{ "rlimit", "RLIMIT_RSS", 5 },
	{ "rlimit", "RLIMIT_MEMLOCK", 6 },
	{ "rlimit", "RLIMIT_AS", 10 },
	SIM_SWAPCTL_CONSTS,
	{ NULL, NULL, 0 },
};

/* -------------------------------------------------------------- layout --- */

static int
place(struct machine *m, struct process *p, vsize_t size, vaddr_t *addr)
{
	const struct vm_space space = {
		.hint = sim_netbsd_default_addr(p, size),
		.length = size,
		.topdown = true,
	};

	(void)m;
	return vm_map_findspace(&p->vmspace->vm_map, &space, addr);
}

static int
stack(struct machine *m, struct process *p, const struct sim_bsd_layout *layout)
{
	p->mmap_base = sim_netbsd_default_addr(p, 0);
	return sim_bsd_stack(m, p, layout, 0);
}

static const struct sim_bsd_system system_netbsd = {
	.layout = {
		{ .max = 0x7f8000000000, .text = 0x400000,
		    .dfldsiz = 256 << 20, .maxdsiz = (uint64_t)8 << 30,
		    .dflssiz = 4 << 20, .maxssiz = 128 << 20 },
		{ .min = 1, .max = 0xbfbfe000, .text = 0x8048000,
		    .dfldsiz = 256 << 20, .maxdsiz = (uint64_t)1 << 30,
		    .dflssiz = 2 << 20, .maxssiz = 64 << 20 },
	},
	.paths = { "/bin/sh", "/libexec/ld.elf_so", "/lib/libc.so.12" },
	.rss_is_ram = true,
	.place = place, .stack = stack,
};

static void
limits(struct machine *m, struct process *p)
{
	sim_bsd_limits(m, p, &system_netbsd);
}

static int
exec(struct machine *m, struct process *p, const struct sim_image *image)
{
	return sim_bsd_exec(m, p, image, &system_netbsd);
}

/* -------------------------------------------------------------- signals -- */

static void
to_signal(int err, struct sim_signal *sig)
{
	static const struct sim_bsd_signal rows[] = {
		{ EACCES, "SIGSEGV", "SEGV_ACCERR" },
		{ EINVAL, "SIGBUS", "BUS_ADRERR" },
		{ ENOMEM, "SIGKILL", "SI_NOINFO" },
		{ 0, "SIGSEGV", "SEGV_MAPERR" },
	};

	sim_bsd_signal(rows, err, sig);
}

const struct sim_personality sim_netbsd = {
	.name = "netbsd",
	.summary = "NetBSD 10",
	.sys = {
		[SIM_SYS_MMAP] = sim_netbsd_mmap,
		[SIM_SYS_MUNMAP] = sim_netbsd_munmap,
		[SIM_SYS_MPROTECT] = sim_netbsd_mprotect,
		[SIM_SYS_MINHERIT] = sim_netbsd_minherit,
		[SIM_SYS_MADVISE] = sim_netbsd_madvise,
		[SIM_SYS_POSIX_MADVISE] = sim_netbsd_madvise,
		[SIM_SYS_MLOCK] = sim_netbsd_mlock,
		[SIM_SYS_MUNLOCK] = sim_netbsd_munlock,
		[SIM_SYS_MLOCKALL] = sim_netbsd_mlockall,
		[SIM_SYS_MUNLOCKALL] = sim_bsd_munlockall,
		[SIM_SYS_MSYNC] = sim_netbsd_msync,
		[SIM_SYS_MINCORE] = sim_bsd_mincore,
		[SIM_SYS_MREMAP] = sim_netbsd_mremap,
		[SIM_SYS_BRK] = sim_netbsd_brk,
		[SIM_SYS_SBRK] = sim_bsd_sbrk,
		[SIM_SYS_FORK] = sim_sys_fork,
		[SIM_SYS_VFORK] = sim_sys_vfork,
		[SIM_SYS_EXEC] = sim_sys_exec,
		[SIM_SYS_EXIT] = sim_sys_exit,
		[SIM_SYS_CPU] = sim_sys_cpu,
		[SIM_SYS_SLEEP] = sim_sys_sleep,
		[SIM_SYS_SWAPCTL] = sim_bsd_swapctl,
		[SIM_SYS_SHMGET] = sim_sys_shmget,
		[SIM_SYS_SHMAT] = sim_netbsd_shmat,
		[SIM_SYS_SHMDT] = sim_bsd_shmdt,
		[SIM_SYS_SHMCTL] = sim_sys_shmctl,
		[SIM_SYS_SHM_OPEN] = sim_sys_shm_open,
		[SIM_SYS_SHM_UNLINK] = sim_sys_shm_unlink,
		[SIM_SYS_OPEN] = sim_sys_open,
		[SIM_SYS_CLOSE] = sim_sys_close,
		[SIM_SYS_UNLINK] = sim_sys_unlink,
		[SIM_SYS_FTRUNCATE] = sim_sys_ftruncate,
		[SIM_SYS_SETRLIMIT] = sim_bsd_setrlimit,
	},
	.consts = consts,
	.mapflags = VM_MAP_TOPDOWN,
	.limits = limits,
	.exec = exec,
	.signal = to_signal,
	.oom = &sim_oom_self,
	.rss_limit = true,
};
