/*
 * The OpenBSD personality (7.x, amd64 first): constants, call table, layout,
 * signals.  The calls themselves stand in personality_openbsd_*.c and bsd_*.c;
 * facts are from the reference "UVM semantics", decisions in
 * docs/personalities.md.
 */
#include "personality_openbsd.h"

#include "bsd_consts.h"
#include "oom.h"
#include "swap.h"

static const struct sim_const consts[] = {
	BSD_CONSTS,
	{ "map", "__MAP_NOREPLACE", 0x800 },
	{ "map", "__MAP_NOFAULT", 0x2000 },
	{ "map", "MAP_STACK", 0x4000 },
	{ "map", "MAP_CONCEAL", 0x8000 },
	{ "madv", "MADV_SPACEAVAIL", 5 },
	{ "madv", "MADV_FREE", 6 },
	{ "msync", "MS_SYNC", 2 },
	{ "msync", "MS_INVALIDATE", 4 },
	{ "inherit", "MAP_INHERIT_SHARE", 0 },
	{ "inherit", "MAP_INHERIT_COPY", 1 },
	{ "inherit", "MAP_INHERIT_NONE", 2 },
	{ "inherit", "MAP_INHERIT_ZERO", 3 },
	{ "shm", "SHM_LOCK", 3 },
	{ "shm", "SHM_UNLOCK", 4 },
	{ "open", "O_CLOEXEC", 0x10000 },
	{ "open", "O_DIRECTORY", 0x20000 },
	{ "rlimit", "RLIMIT_DATA", 2 },
	{ "rlimit", "RLIMIT_STACK", 3 },
	{ "rlimit", "RLIMIT_RSS", 5 },
	{ "rlimit", "RLIMIT_MEMLOCK", 6 },
	SIM_SWAPCTL_CONSTS,
	{ NULL, NULL, 0 },
};

/* -------------------------------------------------------------- layout --- */

static int
place(struct machine *m, struct process *p, vsize_t size, vaddr_t *addr)
{
	return sim_openbsd_place(m, p, 0, size, addr);
}

static int
stack(struct machine *m, struct process *p, const struct sim_bsd_layout *layout)
{
	p->mmap_base = pg_round(m, p->vmspace->vm_daddr) + OPENBSD_BRKSIZ;
	return sim_bsd_stack(m, p, layout, OPENBSD_ENTRY);
}

static const struct sim_bsd_system system_openbsd = {
	.layout = {
		{ .max = 0x7f7fffffc000, .text = 0x400000,
		    .dfldsiz = (uint64_t)1536 << 20,
		    .maxdsiz = OPENBSD_MAXDSIZ,
		    .dflssiz = 4 << 20, .maxssiz = 32 << 20 },
		{ .text = 0x8048000,
		    .dfldsiz = 512 << 20, .maxdsiz = OPENBSD_MAXDSIZ_32,
		    .dflssiz = 4 << 20, .maxssiz = 32 << 20 },
	},
	.paths = { "/bin/sh", "/usr/libexec/ld.so", "/usr/lib/libc.so.97.1" },
	.flags = OPENBSD_ENTRY,
	.rss_is_ram = true,
	.place = place, .stack = stack,
};

static void
limits(struct machine *m, struct process *p)
{
	sim_bsd_limits(m, p, &system_openbsd);
}

static int
exec(struct machine *m, struct process *p, const struct sim_image *image)
{
	return sim_bsd_exec(m, p, image, &system_openbsd);
}

/* -------------------------------------------------------------- signals -- */

static void
to_signal(int err, struct sim_signal *sig)
{
	static const struct sim_bsd_signal rows[] = {
		{ EACCES, "SIGSEGV", "SEGV_ACCERR" },
		{ EINVAL, "SIGBUS", "BUS_OBJERR" },
		{ EIO, "SIGBUS", "BUS_OBJERR" },
		{ ENOMEM, "SIGKILL", "SI_NOINFO" },
		{ 0, "SIGSEGV", "SEGV_MAPERR" },
	};

	sim_bsd_signal(rows, err, sig);
}

const struct sim_personality sim_openbsd = {
	.name = "openbsd",
	.summary = "OpenBSD 7",
	.sys = {
		[SIM_SYS_MMAP] = sim_openbsd_mmap,
		[SIM_SYS_MUNMAP] = sim_openbsd_munmap,
		[SIM_SYS_MPROTECT] = sim_openbsd_mprotect,
		[SIM_SYS_MINHERIT] = sim_openbsd_minherit,
		[SIM_SYS_MADVISE] = sim_openbsd_madvise,
		[SIM_SYS_POSIX_MADVISE] = sim_openbsd_madvise,
		[SIM_SYS_MLOCK] = sim_openbsd_mlock,
		[SIM_SYS_MUNLOCK] = sim_openbsd_munlock,
		[SIM_SYS_MLOCKALL] = sim_openbsd_mlockall,
		[SIM_SYS_MUNLOCKALL] = sim_bsd_munlockall,
		[SIM_SYS_MSYNC] = sim_openbsd_msync,
		[SIM_SYS_MINCORE] = sim_bsd_mincore,
		[SIM_SYS_BRK] = sim_openbsd_brk,
		[SIM_SYS_SBRK] = sim_bsd_sbrk,
		[SIM_SYS_FORK] = sim_sys_fork,
		[SIM_SYS_VFORK] = sim_sys_vfork,
		[SIM_SYS_EXEC] = sim_sys_exec,
		[SIM_SYS_EXIT] = sim_sys_exit,
		[SIM_SYS_CPU] = sim_sys_cpu,
		[SIM_SYS_SLEEP] = sim_sys_sleep,
		[SIM_SYS_SWAPCTL] = sim_bsd_swapctl,
		[SIM_SYS_SHMGET] = sim_sys_shmget,
		[SIM_SYS_SHMAT] = sim_openbsd_shmat,
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
	.limits = limits,
	.exec = exec,
	.signal = to_signal,
	.oom = &sim_oom_self,
	.rss_limit = true,
};
