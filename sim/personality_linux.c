/*
 * The Linux personality: its table, the layout of a fresh process, the growth
 * of its stack, its signals.
 *
 * Layout without address randomisation (setarch -R, x86-64):
 *
 *	0x555555554000	program (position independent), heap behind it
 *	0x7ffff7fff000	mmap_base: new memory lies below, the loader first
 *	0x7ffffffff000	top of the stack
 */
#include "personality_linux.h"

#define PROGRAM_BASE ((vaddr_t)0x555555554000)
#define STACK_TOP ((vaddr_t)0x7ffffffff000)
#define MMAP_BASE ((vaddr_t)0x7ffff7fff000)
#define STACK_SIZE ((vsize_t)0x21000)
#define LOADER "/lib64/ld-linux-x86-64.so.2"

static void
linux_limits(struct machine *m, struct process *p)
{
	const struct sim_rlimit none = { SIM_RLIM_INFINITY, SIM_RLIM_INFINITY };

	(void)m;
	for (int i = 0; i < SIM_NLIMITS; i++)
		p->rlimit[i] = none;
	p->rlimit[SIM_RLIMIT_STACK].cur = (uint64_t)8 << 20;
	p->rlimit[SIM_RLIMIT_MEMLOCK].cur = (uint64_t)8 << 20;
	p->rlimit[SIM_RLIMIT_MEMLOCK].max = (uint64_t)8 << 20;
	p->mmap_base = MMAP_BASE;
	p->brk_start = p->brk = 0;
}

/* -------------------------------------------------------------- images ---- */

/* A small dynamically linked program; NULL stands for its own path. */
static const struct sim_segment stand_in[] = {
	{ PROGRAM_BASE, PROGRAM_BASE + 0x1000, VM_PROT_READ, false,
	    SIM_SEG_FILE, 0, NULL },
	{ PROGRAM_BASE + 0x1000, PROGRAM_BASE + 0x5000,
	    VM_PROT_READ | VM_PROT_EXEC, false, SIM_SEG_FILE, 0x1000, NULL },
	{ PROGRAM_BASE + 0x5000, PROGRAM_BASE + 0x7000, VM_PROT_READ, false,
	    SIM_SEG_FILE, 0x5000, NULL },
	{ PROGRAM_BASE + 0x7000, PROGRAM_BASE + 0x9000,
	    VM_PROT_READ | VM_PROT_WRITE, false, SIM_SEG_FILE, 0x6000, NULL },
	{ PROGRAM_BASE + 0x9000, PROGRAM_BASE + 0xa000,
	    VM_PROT_READ | VM_PROT_WRITE, false, SIM_SEG_ANON, 0, NULL },
	{ MMAP_BASE - 0x40000, MMAP_BASE - 0x3c000, VM_PROT_READ, false,
	    SIM_SEG_SPECIAL, 0, "[vvar]" },
	{ MMAP_BASE - 0x3c000, MMAP_BASE - 0x3a000, VM_PROT_READ | VM_PROT_EXEC,
	    false, SIM_SEG_SPECIAL, 0, "[vdso]" },
	{ MMAP_BASE - 0x3a000, MMAP_BASE - 0x39000, VM_PROT_READ, false,
	    SIM_SEG_FILE, 0, LOADER },
	{ MMAP_BASE - 0x39000, MMAP_BASE - 0x13000, VM_PROT_READ | VM_PROT_EXEC,
	    false, SIM_SEG_FILE, 0x1000, LOADER },
	{ MMAP_BASE - 0x13000, MMAP_BASE - 0x4000, VM_PROT_READ, false,
	    SIM_SEG_FILE, 0x27000, LOADER },
	{ MMAP_BASE - 0x4000, MMAP_BASE, VM_PROT_READ | VM_PROT_WRITE, false,
	    SIM_SEG_FILE, 0x31000, LOADER },
	{ STACK_TOP - STACK_SIZE, STACK_TOP, VM_PROT_READ | VM_PROT_WRITE,
	    false, SIM_SEG_STACK, 0, NULL },
};

static int
exec_stand_in(struct machine *m, struct process *p,
    const struct sim_image *image)
{
	struct sim_segment seg[NELEM(stand_in)];
	struct sim_image copy = { .path = image != NULL && image->path != NULL ?
		    image->path :
		    "/bin/program",
		.segments = seg,
		.nsegments = NELEM(seg),
		.brk_start = PROGRAM_BASE + 0xa000 };

	for (size_t i = 0; i < NELEM(seg); i++) {
		seg[i] = stand_in[i];
		if (seg[i].kind == SIM_SEG_FILE && seg[i].path == NULL)
			seg[i].path = copy.path;
	}
	return sim_map_image(m, p, &copy);
}

/* The stack of the image, or NULL. */
static const struct sim_segment *
stack_of(const struct sim_image *image)
{
	for (size_t i = 0; i < image->nsegments; i++)
		if (image->segments[i].kind == SIM_SEG_STACK)
			return &image->segments[i];
	return NULL;
}

/* New memory goes below the loader: the highest segment under the stack. */
static vaddr_t
base_of(const struct sim_image *image)
{
	const struct sim_segment *stack = stack_of(image), *s;
	vaddr_t base = 0;

	for (size_t i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		if ((stack == NULL || s->end <= stack->start) && s->end > base)
			base = s->end;
	}
	if (stack != NULL && base < stack->start / 2)
		base = stack->start > MMAP_BASE ? MMAP_BASE :
						  trunc_page(stack->start / 2);
	return base;
}

static int
linux_exec(struct machine *m, struct process *p, const struct sim_image *image)
{
	int error;

	p->mmap_base = MMAP_BASE;
	if (image == NULL || image->segments == NULL)
		return exec_stand_in(m, p, image);
	error = sim_map_image(m, p, image);
	if (error == 0 && image->nsegments > 0)
		p->mmap_base = base_of(image);
	return error;
}

/* -------------------------------------------------- faults and signals ---- */

static bool
linux_grow(struct machine *m, struct process *p, vaddr_t va, int err)
{
	return err == EFAULT && sim_stack_grow(m, p, va, LINUX_GUARD_GAP);
}

static const struct {
	int err;
	const char *signame, *code;
} signals[] = {
	{ EFAULT, "SIGSEGV", "SEGV_MAPERR" },
	{ EACCES, "SIGSEGV", "SEGV_ACCERR" },
	{ EINVAL, "SIGBUS", "BUS_ADRERR" },
	{ EIO, "SIGBUS", "BUS_ADRERR" },
	{ ENOMEM, "SIGKILL", "SI_KERNEL" },
};

static void
linux_signal(int err, struct sim_signal *sig)
{
	sig->signame = "SIGSEGV";
	sig->code = "SEGV_MAPERR";
	for (size_t i = 0; i < NELEM(signals); i++)
		if (signals[i].err == err) {
			sig->signame = signals[i].signame;
			sig->code = signals[i].code;
		}
}

/* --------------------------------------------------------- small calls ---- */

/* fork: the child's memory is not locked, and MCL_FUTURE ends. */
int
sim_linux_fork(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	int error = sim_sys_fork(m, p, c, ret);
	struct process *child;
	struct vm_map *map;

	if (error != 0 || (child = sim_process_bypid(m, (int)*ret)) == NULL)
		return error;
	map = linux_map(child);
	map->flags &= ~(LINUX_MAP_FUTURE | LINUX_MAP_ONFAULT);
	mem_injection_hold(m->mem, true);
	error = uvm_map_setflags(map, vm_map_min(map), vm_map_max(map), 0,
	    LINUX_LOCKED | LINUX_ONFAULT);
	mem_injection_hold(m->mem, false);
	return error;
}

/* glibc's posix_madvise: DONTNEED does nothing. */
static int
linux_posix_madvise(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	*ret = 0;
	if (c->arg[2] > 4)
		return LINUX_FAIL(m, EINVAL, "advice", c->arg[2],
		    "unknown advice");
	return c->arg[2] == 4 ? 0 : sim_linux_madvise(m, p, c, ret);
}

const struct sim_personality sim_linux = {
	.name = "linux",
	.summary = "Linux 6.18 on x86-64: mremap, brk, top-down placement",
	.consts = sim_linux_consts,
	.mapflags = VM_MAP_TOPDOWN | VM_MAP_JOIN,
	.limits = linux_limits,
	.exec = linux_exec,
	.grow = linux_grow,
	.signal = linux_signal,
	.sys = {
		[SIM_SYS_MMAP] = sim_linux_mmap,
		[SIM_SYS_MUNMAP] = sim_linux_munmap,
		[SIM_SYS_MPROTECT] = sim_linux_mprotect,
		[SIM_SYS_MADVISE] = sim_linux_madvise,
		[SIM_SYS_POSIX_MADVISE] = linux_posix_madvise,
		[SIM_SYS_MLOCK] = sim_linux_mlock,
		[SIM_SYS_MLOCK2] = sim_linux_mlock2,
		[SIM_SYS_MUNLOCK] = sim_linux_munlock,
		[SIM_SYS_MLOCKALL] = sim_linux_mlockall,
		[SIM_SYS_MUNLOCKALL] = sim_linux_munlockall,
		[SIM_SYS_MSYNC] = sim_linux_msync,
		[SIM_SYS_MINCORE] = sim_linux_mincore,
		[SIM_SYS_MREMAP] = sim_linux_mremap,
		[SIM_SYS_REMAP_FILE_PAGES] = sim_linux_remap_file_pages,
		[SIM_SYS_BRK] = sim_linux_brk,
		[SIM_SYS_FORK] = sim_linux_fork,
		[SIM_SYS_VFORK] = sim_sys_vfork,
		[SIM_SYS_EXEC] = sim_sys_exec,
		[SIM_SYS_EXIT] = sim_sys_exit,
		[SIM_SYS_SHMGET] = sim_sys_shmget,
		[SIM_SYS_SHMAT] = sim_linux_shmat,
		[SIM_SYS_SHMDT] = sim_linux_shmdt,
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
};
