/*
 * The Linux personality: its table, the layout of a fresh process, the growth
 * of its stack, its signals.
 *
 * Layout without address randomisation (setarch -R), on x86-64 and on i386:
 *
 *	0x555555554000	0x08048000	program, heap behind it
 *	0x7ffff7fff000	0xb8000000	mmap_base: new memory lies below, the
 *					loader first
 *	0x7ffffffff000	0xc0000000	top of the stack
 *
 * An x86-64 program is position independent and lies at two thirds of the user
 * space; one for i386 is linked to its place.  maxuser= moves the rest down.
 */
#include "personality_linux.h"

#define MMAP_GAP ((vsize_t)128 << 20) /* kept for the stack */
#define STACK_SIZE ((vsize_t)0x21000)

struct linux_layout {
	vaddr_t end;     /* of user space */
	vsize_t above;   /* between the stack and that end */
	vaddr_t program; /* 0: position independent */
	const char *loader;
};

static const struct linux_layout layouts[2] = {
	{ 0x800000000000, VM_PAGE_SIZE, 0, "/lib64/ld-linux-x86-64.so.2" },
	{ 0xc0000000, 0, 0x8048000, "/lib/ld-linux.so.2" },
};

static struct linux_layout
layout_of(const struct machine *m)
{
	struct linux_layout l = layouts[m->config.arch->ptr_size == 4];

	if (m->config.maxuser != 0)
		l.end = m->config.maxuser;
	return l;
}

static vaddr_t
stack_top(const struct machine *m)
{
	const struct linux_layout l = layout_of(m);

	return l.end - l.above;
}

static vaddr_t
mmap_base(const struct machine *m)
{
	return stack_top(m) - MMAP_GAP;
}

static void
linux_limits(struct machine *m, struct process *p)
{
	const struct sim_rlimit none = { SIM_RLIM_INFINITY, SIM_RLIM_INFINITY };

	for (int i = 0; i < SIM_NLIMITS; i++)
		p->rlimit[i] = none;
	p->rlimit[SIM_RLIMIT_STACK].cur = (uint64_t)8 << 20;
	p->rlimit[SIM_RLIMIT_MEMLOCK].cur = (uint64_t)8 << 20;
	p->rlimit[SIM_RLIMIT_MEMLOCK].max = (uint64_t)8 << 20;
	p->mmap_base = mmap_base(m);
	p->brk_start = p->brk = 0;
}

/* -------------------------------------------------------------- images ---- */

/* A small dynamically linked program; places are relative to one of three. */
enum { PROGRAM, MAPPED, STACK, NBASES };

static const struct part {
	int8_t base; /* PROGRAM, MAPPED, STACK */
	vm_prot_t prot;
	uint8_t kind;       /* enum sim_seg_kind */
	int32_t start, end; /* from the base */
	uint32_t offset;    /* bytes */
	const char *path;   /* NULL: the program's or the loader's */
} stand_in[] = {
	{ PROGRAM, VM_PROT_READ, SIM_SEG_FILE, 0, 0x1000, 0, NULL },
	{ PROGRAM, VM_PROT_READ | VM_PROT_EXEC, SIM_SEG_FILE, 0x1000, 0x5000,
	    0x1000, NULL },
	{ PROGRAM, VM_PROT_READ, SIM_SEG_FILE, 0x5000, 0x7000, 0x5000, NULL },
	{ PROGRAM, VM_PROT_READ | VM_PROT_WRITE, SIM_SEG_FILE, 0x7000, 0x9000,
	    0x6000, NULL },
	{ PROGRAM, VM_PROT_READ | VM_PROT_WRITE, SIM_SEG_ANON, 0x9000, 0xa000,
	    0, NULL },
	{ MAPPED, VM_PROT_READ, SIM_SEG_SPECIAL, -0x40000, -0x3c000, 0,
	    "[vvar]" },
	{ MAPPED, VM_PROT_READ | VM_PROT_EXEC, SIM_SEG_SPECIAL, -0x3c000,
	    -0x3a000, 0, "[vdso]" },
	{ MAPPED, VM_PROT_READ, SIM_SEG_FILE, -0x3a000, -0x39000, 0, NULL },
	{ MAPPED, VM_PROT_READ | VM_PROT_EXEC, SIM_SEG_FILE, -0x39000, -0x13000,
	    0x1000, NULL },
	{ MAPPED, VM_PROT_READ, SIM_SEG_FILE, -0x13000, -0x4000, 0x27000,
	    NULL },
	{ MAPPED, VM_PROT_READ | VM_PROT_WRITE, SIM_SEG_FILE, -0x4000, 0,
	    0x31000, NULL },
	{ STACK, VM_PROT_READ | VM_PROT_WRITE, SIM_SEG_STACK,
	    -(int32_t)STACK_SIZE, 0, 0, NULL },
};

static int
exec_stand_in(struct machine *m, struct process *p,
    const struct sim_image *image)
{
	const struct linux_layout l = layout_of(m);
	const vaddr_t base[NBASES] = {
		[PROGRAM] = l.program != 0 ? l.program :
					     trunc_page(stack_top(m) / 3 * 2),
		[MAPPED] = mmap_base(m),
		[STACK] = stack_top(m),
	};
	struct sim_segment seg[NELEM(stand_in)];
	struct sim_image copy = { .path = image != NULL && image->path != NULL ?
		    image->path :
		    "/bin/program",
		.segments = seg,
		.nsegments = NELEM(seg),
		.brk_start = base[PROGRAM] + 0xa000 };

	for (size_t i = 0; i < NELEM(seg); i++) {
		const struct part *part = &stand_in[i];

		seg[i] = (struct sim_segment){
			.start = base[part->base] + (vaddr_t)part->start,
			.end = base[part->base] + (vaddr_t)part->end,
			.prot = part->prot,
			.kind = part->kind,
			.offset = part->offset,
			.path = part->path,
		};
		if (part->kind == SIM_SEG_FILE)
			seg[i].path = part->base == PROGRAM ? copy.path :
							      l.loader;
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
base_of(const struct machine *m, const struct sim_image *image)
{
	const struct sim_segment *stack = stack_of(image), *s;
	const vaddr_t most = mmap_base(m);
	vaddr_t base = 0;

	for (size_t i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		if ((stack == NULL || s->end <= stack->start) && s->end > base)
			base = s->end;
	}
	if (stack != NULL && base < stack->start / 2)
		base = stack->start > most ? most :
					     trunc_page(stack->start / 2);
	return base;
}

static int
linux_exec(struct machine *m, struct process *p, const struct sim_image *image)
{
	const vaddr_t end = layout_of(m).end;
	int error;

	/* Page 0 is nobody's, whatever the machine could do. */
	if (end != vm_map_max(linux_map(p)) || vm_map_min(linux_map(p)) == 0)
		uvmspace_exec(p->vmspace, VM_PAGE_SIZE, end,
		    p->personality->mapflags);
	p->mmap_base = mmap_base(m);
	if (image == NULL || image->segments == NULL)
		return exec_stand_in(m, p, image);
	error = sim_map_image(m, p, image);
	if (error == 0 && image->nsegments > 0)
		p->mmap_base = base_of(m, image);
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
