/*
 * The FreeBSD personality (14.1, amd64 first): constants, call table, layout,
 * signals.  The calls themselves stand in personality_freebsd_*.c; facts are
 * from the reference "FreeBSD syscalls", decisions in docs/personalities.md.
 */
#include "personality_freebsd.h"

#include "bsd_consts.h"
#include "oom.h"
#include "swap.h"

static const struct sim_const consts[] = {
	BSD_CONSTS,
	{ "map", "MAP_COPY", 0x2 },
	{ "map", "MAP_HASSEMAPHORE", 0x200 },
	{ "map", "MAP_STACK", 0x400 },
	{ "map", "MAP_NOSYNC", 0x800 },
	{ "map", "MAP_GUARD", 0x2000 },
	{ "map", "MAP_EXCL", 0x4000 },
	{ "map", "MAP_NOCORE", 0x20000 },
	{ "map", "MAP_PREFAULT_READ", 0x40000 },
	{ "map", "MAP_32BIT", 0x80000 },
	{ "map", "MAP_ALIGNED_SUPER", 0x1000000 },
	{ "prot", "PROT_MAX_READ", 0x10000 },
	{ "prot", "PROT_MAX_WRITE", 0x20000 },
	{ "prot", "PROT_MAX_EXEC", 0x40000 },
	{ "madv", "MADV_FREE", 5 },
	{ "madv", "MADV_NOSYNC", 6 },
	{ "madv", "MADV_AUTOSYNC", 7 },
	{ "madv", "MADV_NOCORE", 8 },
	{ "madv", "MADV_CORE", 9 },
	{ "madv", "MADV_PROTECT", 10 },
	{ "msync", "MS_SYNC", 0 },
	{ "msync", "MS_INVALIDATE", 2 },
	{ "inherit", "INHERIT_SHARE", 0 },
	{ "inherit", "INHERIT_COPY", 1 },
	{ "inherit", "INHERIT_NONE", 2 },
	{ "inherit", "INHERIT_ZERO", 3 },
	{ "mincore", "MINCORE_INCORE", 0x1 },
	{ "mincore", "MINCORE_REFERENCED", 0x2 },
	{ "mincore", "MINCORE_MODIFIED", 0x4 },
	{ "mincore", "MINCORE_REFERENCED_OTHER", 0x8 },
	{ "mincore", "MINCORE_MODIFIED_OTHER", 0x10 },
	{ "mincore", "MINCORE_SUPER", 0x60 },
	{ "shm", "SHM_REMAP", 040000 },
	{ "shm", "SHM_LOCK", 11 },
	{ "shm", "SHM_UNLOCK", 12 },
	{ "open", "O_FSYNC", 0x80 },
	{ "open", "O_DIRECT", 0x10000 },
	{ "open", "O_DIRECTORY", 0x20000 },
	{ "open", "O_EXEC", 0x40000 },
	{ "open", "O_CLOEXEC", 0x100000 },
	{ "memfd", "MFD_CLOEXEC", 1 },
	{ "memfd", "MFD_ALLOW_SEALING", 2 },
	{ "rlimit", "RLIMIT_DATA", 2 },
	{ "rlimit", "RLIMIT_STACK", 3 },
	{ "rlimit", "RLIMIT_RSS", 5 },
	{ "rlimit", "RLIMIT_MEMLOCK", 6 },
	{ "rlimit", "RLIMIT_VMEM", 10 },
	{ "rlimit", "RLIMIT_AS", 10 },
	{ NULL, NULL, 0 },
};

/* -------------------------------------------------------------- layout --- */

/* Libraries follow one another from the default address on. */
static int
place(struct machine *m, struct process *p, vsize_t size, vaddr_t *addr)
{
	const struct vm_space space = {
		.hint = sim_freebsd_default_addr(p),
		.length = size,
	};

	(void)m;
	return vm_map_findspace(&p->vmspace->vm_map, &space, addr);
}

static int
stack(struct machine *m, struct process *p, const struct sim_bsd_layout *layout)
{
	const vm_prot_t rw = VM_PROT_READ | VM_PROT_WRITE;
	struct vmspace *vs = p->vmspace;

	vs->vm_ssize = pg_atop(m, FREEBSD_SGROWSIZ);
	return sim_freebsd_stack(m, p, vs->vm_maxsaddr, layout->maxssiz, rw, rw,
	    UVM_MAP_STACK, false);
}

#define SHARED_PAGE_SEED 0x73686172656450ULL /* "sharedP" */

/* The one shared page of the machine, while any process has it. */
static int
shared_page(struct machine *m, struct vm_object **out)
{
	struct vm_object *obj;

	for (obj = m->vm.first_object; obj != NULL; obj = obj->next)
		if (obj->pager == &phys_pager &&
		    obj->seed == SHARED_PAGE_SEED) {
			vm_object_ref(obj);
			*out = obj;
			return 0;
		}
	return vm_object_create(&m->vm, &phys_pager, pg_size(m),
	    SHARED_PAGE_SEED, out);
}

/* The shared page above the stack, and where searches begin. */
static int
finish(struct machine *m, struct process *p)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct uvm_map_args args = {
		.start = vm_map_max(map) - pg_size(m),
		.size = pg_size(m),
		.prot = VM_PROT_READ | VM_PROT_EXEC,
		.maxprot = VM_PROT_READ | VM_PROT_EXEC,
		.inherit = VM_INHERIT_SHARE,
	};
	int error;

	p->mmap_base = p->anon_loc = sim_freebsd_default_addr(p);
	if (!vm_map_is_free(map, args.start, vm_map_max(map)))
		return 0;
	if ((error = shared_page(m, &args.object)) != 0)
		return error;
	if ((error = uvm_map(map, &args)) != 0)
		vm_object_unref(&m->vm, args.object);
	return error;
}

static const struct sim_bsd_system system_freebsd = {
	.layout = {
		{ .above = 1, .text = 0x1021000,
		    .dfldsiz = (uint64_t)32 << 30,
		    .maxdsiz = (uint64_t)32 << 30,
		    .dflssiz = 8 << 20, .maxssiz = 512 << 20 },
		{ .min = 1, .max = 0xbfc00000,
		    .above = 1, .text = 0x2000,
		    .dfldsiz = 128 << 20, .maxdsiz = 512 << 20,
		    .dflssiz = 8 << 20, .maxssiz = 64 << 20 },
	},
	.paths = { "/bin/sh", "/libexec/ld-elf.so.1", "/lib/libc.so.7" },
	.place = place, .stack = stack, .finish = finish,
};

static void
limits(struct machine *m, struct process *p)
{
	sim_bsd_limits(m, p, &system_freebsd);
}

/* The new image, its stack included, must be within RLIMIT_VMEM. */
static int
exec(struct machine *m, struct process *p, const struct sim_image *image)
{
	const uint64_t vmem = p->rlimit[SIM_RLIMIT_AS].cur;
	int error = sim_bsd_exec(m, p, image, &system_freebsd);
	uint64_t size;

	if (error != 0 || vmem >= BSD_RLIM_INFINITY)
		return error;
	size = sim_bsd_size_noguard(&p->vmspace->vm_map);
	return size <= vmem ? 0 :
			      sim_fail(m, ENOMEM, "path", size, 0, vmem,
				  "the program is larger than RLIMIT_VMEM");
}

/* -------------------------------------------------------------- signals -- */

static void
to_signal(int err, struct sim_signal *sig)
{
	static const struct sim_bsd_signal rows[] = {
		{ EACCES, "SIGSEGV", "SEGV_ACCERR" },
		{ EINVAL, "SIGBUS", "BUS_OBJERR" },
		{ EIO, "SIGBUS", "BUS_OBJERR" },
		{ ENOMEM, "SIGBUS", "BUS_OOMERR" },
		{ 0, "SIGSEGV", "SEGV_MAPERR" },
	};

	sim_bsd_signal(rows, err, sig);
}

const struct sim_personality sim_freebsd = {
	.name = "freebsd",
	.summary = "FreeBSD 14.1",
	.sys = {
		[SIM_SYS_MMAP] = sim_freebsd_mmap,
		[SIM_SYS_MUNMAP] = sim_freebsd_munmap,
		[SIM_SYS_MPROTECT] = sim_freebsd_mprotect,
		[SIM_SYS_MINHERIT] = sim_freebsd_minherit,
		[SIM_SYS_MADVISE] = sim_freebsd_madvise,
		[SIM_SYS_POSIX_MADVISE] = sim_freebsd_madvise,
		[SIM_SYS_MLOCK] = sim_freebsd_mlock,
		[SIM_SYS_MUNLOCK] = sim_freebsd_munlock,
		[SIM_SYS_MLOCKALL] = sim_freebsd_mlockall,
		[SIM_SYS_MUNLOCKALL] = sim_freebsd_munlockall,
		[SIM_SYS_MSYNC] = sim_freebsd_msync,
		[SIM_SYS_MINCORE] = sim_freebsd_mincore,
		[SIM_SYS_BRK] = sim_freebsd_brk,
		[SIM_SYS_SBRK] = sim_freebsd_sbrk,
		[SIM_SYS_FORK] = sim_sys_fork,
		[SIM_SYS_VFORK] = sim_sys_vfork,
		[SIM_SYS_EXEC] = sim_sys_exec,
		[SIM_SYS_EXIT] = sim_sys_exit,
		[SIM_SYS_CPU] = sim_sys_cpu,
		[SIM_SYS_SLEEP] = sim_sys_sleep,
		[SIM_SYS_SWAPON] = sim_freebsd_swapon,
		[SIM_SYS_SWAPOFF] = sim_sys_swapoff,
		[SIM_SYS_SHMGET] = sim_sys_shmget,
		[SIM_SYS_SHMAT] = sim_freebsd_shmat,
		[SIM_SYS_SHMDT] = sim_bsd_shmdt,
		[SIM_SYS_SHMCTL] = sim_sys_shmctl,
		[SIM_SYS_SHM_OPEN] = sim_sys_shm_open,
		[SIM_SYS_SHM_UNLINK] = sim_sys_shm_unlink,
		[SIM_SYS_MEMFD_CREATE] = sim_sys_memfd_create,
		[SIM_SYS_OPEN] = sim_sys_open,
		[SIM_SYS_CLOSE] = sim_sys_close,
		[SIM_SYS_UNLINK] = sim_sys_unlink,
		[SIM_SYS_FTRUNCATE] = sim_sys_ftruncate,
		[SIM_SYS_SETRLIMIT] = sim_sys_setrlimit,
	},
	.consts = consts,
	.mapflags = VM_MAP_JOIN,
	.limits = limits,
	.exec = exec,
	.grow = sim_freebsd_grow,
	.signal = to_signal,
	.oom = &sim_oom_largest,
	.rss_limit = true,
};
