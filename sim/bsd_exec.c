/*
 * Address spaces of the BSDs as exec leaves them: limits, the stand-in image,
 * the stack (reference "FreeBSD syscalls" 10, "UVM semantics" 10.3).
 *
 *	text  rodata relro data bss | heap ->    ld.so  libc ...   | stack |
 *	^ layout.text             ^ brk_start    ^ by placement      ^ max
 *
 * The stand-in is what a small dynamically linked shell looks like; only the
 * shape matters, since its pages are touched by nobody but scripts.
 */
#include "bsd_common.h"

#define R VM_PROT_READ
#define RX (VM_PROT_READ | VM_PROT_EXEC)
#define RW (VM_PROT_READ | VM_PROT_WRITE)
#define NPARTS 5
#define K 1024

/*
 * Parts of the program, the linker and the library; bss last.  A machine with
 * larger pages rounds each up, as its linker would have.
 */
static const struct sim_bsd_part modules[][NPARTS] = {
	{ { 32 * K, R, false }, { 96 * K, RX, false }, { 8 * K, R, false },
	    { 8 * K, RW, false }, { 16 * K, RW, true } },
	{ { 24 * K, R, false }, { 88 * K, RX, false }, { 4 * K, R, false },
	    { 4 * K, RW, false }, { 8 * K, RW, true } },
	{ { 520 * K, R, false }, { 1320 * K, RX, false }, { 40 * K, R, false },
	    { 28 * K, RW, false }, { 2000 * K, RW, true } },
};

/* ------------------------------------------------------------- layout ---- */

const struct sim_bsd_layout *
sim_bsd_layout(const struct machine *m, const struct sim_bsd_system *sys)
{
	return &sys->layout[m->config.arch->ptr_size == 4];
}

vaddr_t
sim_bsd_max(const struct machine *m, const struct sim_bsd_layout *layout)
{
	vaddr_t max = sim_user_end(m);

	if (m->config.maxuser == 0 && layout->max != 0 && layout->max < max)
		max = layout->max;
	return pg_trunc(m, max);
}

static vaddr_t
lowest(const struct machine *m, const struct sim_bsd_layout *layout)
{
	const vaddr_t machine = m->config.arch->user_min;
	const vaddr_t system = pg_ptoa(m, layout->min);

	return machine > system ? machine : system;
}

/* Where the program goes: a machine may begin user space above that. */
static vaddr_t
text_addr(const struct machine *m, const struct sim_bsd_layout *layout)
{
	const vaddr_t text = pg_round(m, layout->text);
	const vaddr_t low = lowest(m, layout);

	return text < low ? low + text : text;
}

void
sim_bsd_limits(struct machine *m, struct process *p,
    const struct sim_bsd_system *sys)
{
	const struct sim_bsd_layout *layout = sim_bsd_layout(m, sys);
	const uint64_t ram = pg_ptoa(m, m->vm.config.ram_pages);
	const struct sim_rlimit none = { SIM_RLIM_INFINITY, SIM_RLIM_INFINITY };

	p->rlimit[SIM_RLIMIT_AS] = none;
	p->rlimit[SIM_RLIMIT_DATA] = (struct sim_rlimit){ layout->dfldsiz,
		layout->maxdsiz };
	p->rlimit[SIM_RLIMIT_STACK] = (struct sim_rlimit){ layout->dflssiz,
		layout->maxssiz };
	p->rlimit[SIM_RLIMIT_MEMLOCK] = (struct sim_rlimit){
		pg_trunc(m, ram / 3), ram
	};
	p->rlimit[SIM_RLIMIT_RSS] = sys->rss_is_ram ?
	    (struct sim_rlimit){ ram, ram } :
	    none;
}

/* --------------------------------------------------------------- stand-in  */

static vsize_t
module_size(const struct machine *m, const struct sim_bsd_part *parts,
    bool with_bss)
{
	vsize_t size = 0;
	size_t i;

	for (i = 0; i < NPARTS; i++)
		if (with_bss || !parts[i].bss)
			size += pg_round(m, parts[i].size);
	return size;
}

static int
map_part(struct process *p, const struct sim_bsd_part *part,
    struct sim_file *file, vaddr_t addr, uint64_t offset, uint16_t flags)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct uvm_map_args args = {
		.start = addr,
		.size = pg_round(map, part->size),
		.prot = part->prot,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true,
		.flags = flags,
	};
	int error;

	if (!part->bss) {
		args.object = file->object;
		args.offset = offset;
		vm_object_ref(args.object);
	}
	error = uvm_map(map, &args);
	if (error != 0 && args.object != NULL)
		vm_object_unref(map->vm, args.object);
	return error;
}

/* Map the parts of a module one behind the other from addr on. */
static int
map_module(struct machine *m, struct process *p, const char *path,
    const struct sim_bsd_part *parts, vaddr_t addr, uint16_t flags)
{
	struct sim_file *file = sim_file_get(m, path,
	    module_size(m, parts, false), SIM_FILE_REG);
	uint64_t offset = 0;
	size_t i;
	int error;

	if (file == NULL)
		return ENOMEM;
	for (i = 0; i < NPARTS; i++) {
		error = map_part(p, &parts[i], file, addr + offset, offset,
		    flags);
		if (error != 0)
			return error;
		offset += pg_round(m, parts[i].size);
	}
	return 0;
}

/* Sizes and addresses that the kernel keeps of the program. */
static void
set_program(struct process *p, vaddr_t text)
{
	const struct sim_bsd_part *parts = modules[0];
	struct vmspace *vs = p->vmspace;
	const struct vm_map *map = &vs->vm_map;

	vs->vm_taddr = text + pg_round(map, parts[0].size);
	vs->vm_tsize = pg_atop(map, pg_round(map, parts[1].size));
	vs->vm_daddr = vs->vm_taddr + pg_round(map, parts[1].size) +
	    pg_round(map, parts[2].size);
	vs->vm_dsize = pg_atop(map,
	    pg_round(map, parts[3].size) + pg_round(map, parts[4].size));
	p->brk_start = p->brk = vs->vm_daddr + pg_ptoa(map, vs->vm_dsize);
}

static int
map_standin(struct machine *m, struct process *p, const char *program,
    const struct sim_bsd_system *sys)
{
	vaddr_t text = text_addr(m, sim_bsd_layout(m, sys)), addr;
	size_t i;
	int error;

	error = map_module(m, p, program != NULL ? program : sys->paths[0],
	    modules[0], text, sys->flags);
	set_program(p, text);
	for (i = 1; i < NELEM(modules) && error == 0; i++) {
		error = sys->place(m, p, module_size(m, modules[i], true),
		    &addr);
		if (error == 0)
			error = map_module(m, p, sys->paths[i], modules[i],
			    addr, sys->flags);
	}
	return error;
}

/* --------------------------------------------------------------- images -- */

/*
 * The break of an image that came with segments counts from its data segment
 * if the heap follows that, else from where the heap begins.
 */
static void
settle_data(struct process *p)
{
	struct vmspace *vs = p->vmspace;
	const struct vm_map *map = &vs->vm_map;
	vaddr_t end = pg_round(map, vs->vm_daddr) + pg_ptoa(map, vs->vm_dsize);
	vaddr_t start = pg_round(map, p->brk_start);
	vaddr_t brk = pg_round(map, p->brk);

	if (p->brk_start != 0 && start != end && brk != end) {
		vs->vm_daddr = start;
		vs->vm_dsize = pg_atop(map, brk - start);
	}
}

static bool
has_stack(const struct sim_image *image)
{
	size_t i;

	for (i = 0; i < image->nsegments; i++)
		if (image->segments[i].kind == SIM_SEG_STACK)
			return true;
	return false;
}

int
sim_bsd_exec(struct machine *m, struct process *p,
    const struct sim_image *image, const struct sim_bsd_system *sys)
{
	const struct sim_bsd_layout *layout = sim_bsd_layout(m, sys);
	const bool given = image != NULL && image->segments != NULL;
	int error;

	uvmspace_exec(p->vmspace, lowest(m, layout), sim_bsd_max(m, layout),
	    p->personality->mapflags);
	p->anon_loc = 0;
	/* The stack's bounds come first: placement keeps clear of it. */
	p->stack_top = sim_bsd_max(m, layout) - pg_ptoa(m, layout->above);
	p->vmspace->vm_minsaddr = p->stack_top;
	p->vmspace->vm_maxsaddr = p->stack_top - layout->maxssiz;
	if (given) {
		error = sim_map_image(m, p, image);
		settle_data(p);
		p->stack_top = p->vmspace->vm_minsaddr;
	} else {
		error = map_standin(m, p, image != NULL ? image->path : NULL,
		    sys);
	}
	if (error == 0 && (!given || !has_stack(image)))
		error = sys->stack(m, p, layout);
	if (error == 0 && sys->finish != NULL)
		error = sys->finish(m, p);
	return error;
}

/* --------------------------------------------------------------- stack --- */

int
sim_bsd_stack(struct machine *m, struct process *p,
    const struct sim_bsd_layout *layout, uint16_t flags)
{
	struct vmspace *vs = p->vmspace;
	uint64_t soft = p->rlimit[SIM_RLIMIT_STACK].cur;
	vsize_t open = soft < layout->maxssiz ? pg_round(m, soft) :
						layout->maxssiz;
	struct uvm_map_args args = {
		.start = vs->vm_maxsaddr,
		.size = layout->maxssiz - open,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true,
		.flags = (uint16_t)(flags | UVM_MAP_STACK),
	};
	int error = 0;

	if (args.size != 0)
		error = uvm_map(&vs->vm_map, &args);
	args.start += args.size;
	args.size = open;
	args.prot = RW;
	if (error == 0 && open != 0)
		error = uvm_map(&vs->vm_map, &args);
	vs->vm_ssize = pg_atop(m, open);
	return error;
}

/* The border between the reservation and the accessible part moves. */
static int
move_border(struct process *p, uint64_t old, uint64_t new)
{
	struct vmspace *vs = p->vmspace;
	vsize_t most = vs->vm_minsaddr - vs->vm_maxsaddr;

	old = old < most ? pg_round(&vs->vm_map, old) : most;
	new = new < most ? pg_round(&vs->vm_map, new) : most;
	if (new > old)
		return uvm_map_protect(&vs->vm_map, vs->vm_minsaddr - new,
		    vs->vm_minsaddr - old, RW, false);
	if (new < old)
		return uvm_map_protect(&vs->vm_map, vs->vm_minsaddr - old,
		    vs->vm_minsaddr - new, VM_PROT_NONE, false);
	return 0;
}

int
sim_bsd_setrlimit(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct sim_rlimit old = p->rlimit[SIM_RLIMIT_STACK];
	int error = sim_sys_setrlimit(m, p, c, ret);

	if (error != 0)
		return error;
	error = move_border(p, old.cur, p->rlimit[SIM_RLIMIT_STACK].cur);
	if (error == 0)
		return 0;
	p->rlimit[SIM_RLIMIT_STACK] = old;
	return BSD_FAIL(m, error, "cur", c->arg[1],
	    "the stack's protection could not be changed");
}

/* -------------------------------------------------------------- signals -- */

void
sim_bsd_signal(const struct sim_bsd_signal *rows, int err,
    struct sim_signal *sig)
{
	while (rows->err != err && rows->err != 0)
		rows++;
	sig->signame = rows->name;
	sig->code = rows->code;
}
