/*
 * The Linux personality: its table, the layout of a fresh process, the growth
 * of its stack, its signals.
 *
 * Layout without address randomisation (setarch -R), on x86-64, on i386, and on
 * arm64 with pages of 64K:
 *
 *	0x555555554000	0x08048000	0xaaaaaaaa0000	program, heap behind it
 *	0x7ffff7fff000	0xb8000000	0xfffff8000000	mmap_base: new memory
 *							lies below, the loader
 *							first
 *	0x7ffffffff000	0xc0000000	0x1000000000000	top of the stack
 *
 * A 64-bit program is position independent and lies at two thirds of the user
 * space; one for i386 is linked to its place.  maxuser= moves the rest down.
 * Machines whose user half is larger than 128T give so much to a process that
 * does not ask for more, as Linux does; arm64 gives its 256T.
 */
#include "personality_linux.h"
#include "oom.h"
#include "swap.h"

#include <string.h>

#define MMAP_GAP ((vsize_t)128 << 20) /* kept for the stack */

struct linux_layout {
	const char *arch; /* beginning of its name; "": all others */
	vaddr_t end;      /* of user space, if the machine's is not lower */
	uint32_t above;   /* pages between the stack and that end */
	vaddr_t program;  /* 0: position independent */
	const char *loader;
};

#define WINDOW ((vaddr_t)1 << 47)

static const struct linux_layout layouts[] = {
	{ "amd64", WINDOW, 1, 0, "/lib64/ld-linux-x86-64.so.2" },
	{ "i386", 0xc0000000, 0, 0x8048000, "/lib/ld-linux.so.2" },
	{ "arm64", UINT64_MAX, 0, 0, "/lib/ld-linux-aarch64.so.1" },
	{ "riscv64", WINDOW, 0, 0, "/lib/ld-linux-riscv64-lp64d.so.1" },
	{ "power", WINDOW, 0, 0, "/lib64/ld64.so.2" },
	{ "", WINDOW, 0, 0, "/lib/ld.so.1" },
};

static struct linux_layout
layout_of(const struct machine *m)
{
	const vaddr_t end = sim_user_end(m);
	const struct linux_layout *row = layouts;
	struct linux_layout l;

	while (strncmp(m->config.arch->name, row->arch, strlen(row->arch)) != 0)
		row++;
	l = *row;
	if (m->config.maxuser != 0 || end < l.end)
		l.end = end;
	return l;
}

static vaddr_t
stack_top(const struct machine *m)
{
	const struct linux_layout l = layout_of(m);

	return l.end - pg_ptoa(m, l.above);
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

/*
 * A small dynamically linked program: the parts of PROGRAM lie one behind the
 * other from its place on, those of MAPPED end where new memory begins.  A
 * machine with larger pages rounds each size up, as its linker would have.
 */
enum { PROGRAM, MAPPED, STACK, NBASES };

#define R VM_PROT_READ
#define RX (VM_PROT_READ | VM_PROT_EXEC)
#define RW (VM_PROT_READ | VM_PROT_WRITE)
#define K 1024

static const struct part {
	uint8_t base; /* PROGRAM, MAPPED, STACK */
	vm_prot_t prot;
	uint8_t kind;     /* enum sim_seg_kind */
	uint32_t size;    /* bytes */
	uint32_t back;    /* bytes of the file that the part before has, too */
	const char *path; /* NULL: the program's or the loader's */
} stand_in[] = {
	{ PROGRAM, R, SIM_SEG_FILE, 4 * K, 0, NULL },
	{ PROGRAM, RX, SIM_SEG_FILE, 16 * K, 0, NULL },
	{ PROGRAM, R, SIM_SEG_FILE, 8 * K, 0, NULL },
	{ PROGRAM, RW, SIM_SEG_FILE, 8 * K, 4 * K, NULL },
	{ PROGRAM, RW, SIM_SEG_ANON, 4 * K, 0, NULL },
	{ MAPPED, R, SIM_SEG_SPECIAL, 16 * K, 0, "[vvar]" },
	{ MAPPED, RX, SIM_SEG_SPECIAL, 8 * K, 0, "[vdso]" },
	{ MAPPED, R, SIM_SEG_FILE, 4 * K, 0, NULL },
	{ MAPPED, RX, SIM_SEG_FILE, 152 * K, 0, NULL },
	{ MAPPED, R, SIM_SEG_FILE, 60 * K, 0, NULL },
	{ MAPPED, RW, SIM_SEG_FILE, 16 * K, 20 * K, NULL },
	{ STACK, RW, SIM_SEG_STACK, 128 * K, 0, NULL },
};

/* With its arguments, a page in front. */
static vsize_t
part_size(const struct machine *m, const struct part *part)
{
	return pg_round(m, part->size) +
	    (part->kind == SIM_SEG_STACK ? pg_size(m) : 0);
}

static vsize_t
size_of(const struct machine *m, unsigned base)
{
	vsize_t size = 0;

	for (size_t i = 0; i < NELEM(stand_in); i++)
		if (stand_in[i].base == base)
			size += part_size(m, &stand_in[i]);
	return size;
}

/* Place the parts; at: the beginning of each base. */
static void
lay_out(const struct machine *m, vaddr_t at[NBASES], const char *program,
    const char *loader, struct sim_segment *seg)
{
	uint64_t offset[NBASES] = { 0 };

	for (size_t i = 0; i < NELEM(stand_in); i++) {
		const struct part *part = &stand_in[i];
		const vsize_t size = part_size(m, part);

		seg[i] = (struct sim_segment){
			.start = at[part->base],
			.end = at[part->base] + size,
			.prot = part->prot,
			.kind = part->kind,
			.path = part->path,
		};
		at[part->base] += size;
		if (part->kind != SIM_SEG_FILE)
			continue;
		offset[part->base] -= pg_round(m, part->back);
		seg[i].offset = offset[part->base];
		seg[i].path = part->base == PROGRAM ? program : loader;
		offset[part->base] += size;
	}
}

static int
exec_stand_in(struct machine *m, struct process *p,
    const struct sim_image *image)
{
	const struct linux_layout l = layout_of(m);
	vaddr_t at[NBASES] = {
		[PROGRAM] = l.program != 0 ? l.program :
					     pg_trunc(m, stack_top(m) / 3 * 2),
		[MAPPED] = mmap_base(m) - size_of(m, MAPPED),
		[STACK] = stack_top(m) - size_of(m, STACK),
	};
	struct sim_segment seg[NELEM(stand_in)];
	struct sim_image copy = { .path = image != NULL && image->path != NULL ?
		    image->path :
		    "/bin/program",
		.segments = seg,
		.nsegments = NELEM(seg) };

	lay_out(m, at, copy.path, l.loader, seg);
	copy.brk_start = at[PROGRAM];
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
					     pg_trunc(m, stack->start / 2);
	return base;
}

static bool
is_x86(const struct machine *m)
{
	const char *arch = m->config.arch->name;

	return strncmp(arch, "amd64", 5) == 0 || strncmp(arch, "i386", 4) == 0;
}

static int
linux_exec(struct machine *m, struct process *p, const struct sim_image *image)
{
	const vaddr_t end = stack_top(m); /* TASK_SIZE */
	const vaddr_t low = m->config.arch->user_min;
	int error;

	/* Page 0 is nobody's, whatever the machine could do. */
	if (end != vm_map_max(linux_map(p)) || vm_map_min(linux_map(p)) == 0)
		uvmspace_exec(p->vmspace, low != 0 ? low : pg_size(m), end,
		    p->personality->mapflags);
	p->mmap_base = mmap_base(m);
	if (is_x86(m))
		linux_map(p)->flags |= VM_MAP_FETCHREAD;
	if (image == NULL || image->segments == NULL)
		return exec_stand_in(m, p, image);
	error = sim_map_image(m, p, image);
	if (error == 0 && image->nsegments > 0)
		p->mmap_base = base_of(m, image);
	return error;
}

/* -------------------------------------------------- faults and signals ---- */

/* A locked stack grows within RLIMIT_MEMLOCK. */
static bool
linux_grow(struct machine *m, struct process *p, vaddr_t va, int err)
{
	const struct vm_map_entry *e = linux_first(linux_map(p), va);

	if (err != EFAULT ||
	    (e->flags & LINUX_LOCKED && e != &linux_map(p)->header &&
		linux_lock_ok(m, p, e->start - pg_trunc(m, va)) != 0))
		return false;
	return sim_stack_grow(m, p, va, LINUX_GUARD_GAP(m));
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

/* fork: the child's memory is not locked, and MCL_FUTURE ends; what is wiped
 * has no guards. */
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
	if (error == 0)
		error = linux_unguard(map, vm_map_min(map), vm_map_max(map),
		    true);
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
	.mapflags = VM_MAP_TOPDOWN | VM_MAP_JOIN | VM_MAP_ANYREAD,
	.limits = linux_limits,
	.exec = linux_exec,
	.grow = linux_grow,
	.signal = linux_signal,
	.oom = &sim_oom_badness,
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
		[SIM_SYS_CPU] = sim_sys_cpu,
		[SIM_SYS_SLEEP] = sim_sys_sleep,
		[SIM_SYS_SWAPON] = sim_linux_swapon,
		[SIM_SYS_SWAPOFF] = sim_sys_swapoff,
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
