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

/* Parts of the program, the linker and the library; bss last. */
static const struct sim_bsd_part modules[][NPARTS] = {
	{ { 8, R, false }, { 24, RX, false }, { 2, R, false }, { 2, RW, false },
	    { 4, RW, true } },
	{ { 6, R, false }, { 22, RX, false }, { 1, R, false }, { 1, RW, false },
	    { 2, RW, true } },
	{ { 130, R, false }, { 330, RX, false }, { 10, R, false },
	    { 7, RW, false }, { 500, RW, true } },
};

/* ------------------------------------------------------------- limits ---- */

const struct sim_bsd_layout *
sim_bsd_layout(const struct machine *m, const struct sim_bsd_system *sys)
{
	return &sys->layout[m->config.arch->ptr_size == 4];
}

vaddr_t
sim_bsd_max(const struct machine *m, const struct sim_bsd_layout *layout)
{
	vaddr_t max = sim_user_end(m);

	return m->config.maxuser == 0 && layout->max != 0 && layout->max < max ?
	    layout->max :
	    max;
}

void
sim_bsd_limits(struct machine *m, struct process *p,
    const struct sim_bsd_system *sys)
{
	const struct sim_bsd_layout *layout = sim_bsd_layout(m, sys);
	const uint64_t ram = ptoa(m->vm.config.ram_pages);
	const struct sim_rlimit none = { SIM_RLIM_INFINITY, SIM_RLIM_INFINITY };

	p->rlimit[SIM_RLIMIT_AS] = none;
	p->rlimit[SIM_RLIMIT_DATA] = (struct sim_rlimit){ layout->dfldsiz,
		layout->maxdsiz };
	p->rlimit[SIM_RLIMIT_STACK] = (struct sim_rlimit){ layout->dflssiz,
		layout->maxssiz };
	p->rlimit[SIM_RLIMIT_MEMLOCK] = (struct sim_rlimit){
		trunc_page(ram / 3), ram
	};
	p->rlimit[SIM_RLIMIT_RSS] = sys->rss_is_ram ?
	    (struct sim_rlimit){ ram, ram } :
	    none;
}

/* --------------------------------------------------------------- stand-in  */

static uint64_t
module_pages(const struct sim_bsd_part *parts, bool with_bss)
{
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < NPARTS; i++)
		if (with_bss || !parts[i].bss)
			pages += parts[i].pages;
	return pages;
}

static int
map_part(struct process *p, const struct sim_bsd_part *part,
    struct sim_file *file, vaddr_t addr, uint64_t offset, uint16_t flags)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct uvm_map_args args = {
		.start = addr,
		.size = ptoa(part->pages),
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
	    ptoa(module_pages(parts, false)), SIM_FILE_REG);
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
		offset += ptoa(parts[i].pages);
	}
	return 0;
}

/* Sizes and addresses that the kernel keeps of the program. */
static void
set_program(struct process *p, vaddr_t text)
{
	const struct sim_bsd_part *parts = modules[0];
	struct vmspace *vs = p->vmspace;

	vs->vm_taddr = text + ptoa(parts[0].pages);
	vs->vm_tsize = parts[1].pages;
	vs->vm_daddr = vs->vm_taddr + ptoa(parts[1].pages + parts[2].pages);
	vs->vm_dsize = parts[3].pages + parts[4].pages;
	p->brk_start = p->brk = vs->vm_daddr + ptoa(vs->vm_dsize);
}

static int
map_standin(struct machine *m, struct process *p, const char *program,
    const struct sim_bsd_system *sys)
{
	vaddr_t text = sim_bsd_layout(m, sys)->text, addr;
	size_t i;
	int error;

	error = map_module(m, p, program != NULL ? program : sys->paths[0],
	    modules[0], text, sys->flags);
	set_program(p, text);
	for (i = 1; i < NELEM(modules) && error == 0; i++) {
		error = sys->place(m, p, ptoa(module_pages(modules[i], true)),
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
	vaddr_t end = round_page(vs->vm_daddr) + ptoa(vs->vm_dsize);

	if (p->brk_start != 0 && round_page(p->brk_start) != end &&
	    round_page(p->brk) != end) {
		vs->vm_daddr = round_page(p->brk_start);
		vs->vm_dsize = atop(round_page(p->brk) - vs->vm_daddr);
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
	vaddr_t min = m->config.arch->user_min;
	int error;

	if (min < layout->min)
		min = layout->min;
	uvmspace_exec(p->vmspace, min, sim_bsd_max(m, layout),
	    p->personality->mapflags);
	p->anon_loc = 0;
	/* The stack's bounds come first: placement keeps clear of it. */
	p->stack_top = sim_bsd_max(m, layout) - layout->above;
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
	vsize_t open = soft < layout->maxssiz ? round_page(soft) :
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

	(void)m;
	if (args.size != 0)
		error = uvm_map(&vs->vm_map, &args);
	args.start += args.size;
	args.size = open;
	args.prot = RW;
	if (error == 0 && open != 0)
		error = uvm_map(&vs->vm_map, &args);
	vs->vm_ssize = atop(open);
	return error;
}

/* The border between the reservation and the accessible part moves. */
static int
move_border(struct process *p, uint64_t old, uint64_t new)
{
	struct vmspace *vs = p->vmspace;
	vsize_t most = vs->vm_minsaddr - vs->vm_maxsaddr;

	old = old < most ? round_page(old) : most;
	new = new < most ? round_page(new) : most;
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
