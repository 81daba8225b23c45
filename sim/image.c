/*
 * Images: what exec maps; and a stack that grows as one entry.
 */
#include "common.h"

#include <string.h>

/* The object of a segment, with a reference; NULL for anonymous memory. */
static int
segment_object(struct machine *m, const struct sim_segment *s,
    struct vm_object **out)
{
	uint64_t end = s->offset + (s->end - s->start);
	struct sim_file *f;

	*out = NULL;
	if (s->kind != SIM_SEG_FILE && s->kind != SIM_SEG_SPECIAL)
		return 0;
	f = sim_file_get(m, s->path, end, SIM_FILE_REG);
	if (f == NULL)
		return ENOMEM;
	vm_object_ref(f->object);
	*out = f->object;
	return 0;
}

static int
map_segment(struct machine *m, struct process *p, const struct sim_segment *s)
{
	static const uint16_t flags[] = {
		[SIM_SEG_HEAP] = UVM_MAP_HEAP,
		[SIM_SEG_STACK] = UVM_MAP_STACK | UVM_MAP_GROWSDOWN,
		[SIM_SEG_SPECIAL] = 0,
	};
	struct uvm_map_args a = {
		.start = s->start,
		.size = s->end - s->start,
		.offset = s->offset,
		.prot = s->prot,
		.maxprot = VM_PROT_ALL,
		.inherit = s->shared ? VM_INHERIT_SHARE : VM_INHERIT_COPY,
		.copyonw = !s->shared,
		.flags = flags[s->kind],
	};
	int error;

	if (s->start >= s->end ||
	    ((s->start | s->end | s->offset) & pg_mask(m)) != 0)
		return EINVAL;
	if ((error = segment_object(m, s, &a.object)) != 0)
		return error;
	if (a.object == NULL) {
		a.offset = 0;
		a.overlay = s->shared;
	}
	if (!vm_map_is_free(&p->vmspace->vm_map, s->start, s->end))
		error = EINVAL;
	else
		error = uvm_map(&p->vmspace->vm_map, &a);
	if (error != 0 && a.object != NULL)
		vm_object_unref(&m->vm, a.object);
	return error;
}

/* Sizes and addresses that follow from the segments. */
static void
set_layout(struct process *p, const struct sim_image *image)
{
	struct vmspace *space = p->vmspace;
	vaddr_t data_end = 0;

	for (size_t i = 0; i < image->nsegments; i++) {
		const struct sim_segment *s = &image->segments[i];
		uint64_t pages = pg_atop(&p->vmspace->vm_map,
		    s->end - s->start);
		bool own = s->kind == SIM_SEG_FILE && image->path != NULL &&
		    strcmp(s->path, image->path) == 0;

		if (s->kind == SIM_SEG_STACK) {
			p->stack_top = space->vm_minsaddr = s->end;
			space->vm_maxsaddr = s->start;
			space->vm_ssize = pages;
		} else if (s->kind == SIM_SEG_HEAP) {
			p->brk_start = s->start;
			p->brk = s->end;
		} else if (own && s->prot & VM_PROT_EXEC) {
			space->vm_taddr = s->start;
			space->vm_tsize = pages;
		} else if (own && s->prot & VM_PROT_WRITE) {
			space->vm_daddr = s->start;
			space->vm_dsize = pages;
		}
		if (own || (s->kind == SIM_SEG_ANON && s->start == data_end))
			data_end = s->end;
	}
	if (image->brk_start != 0)
		p->brk_start = image->brk_start;
	else if (p->brk_start == 0)
		p->brk_start = data_end;
	if (p->brk < p->brk_start)
		p->brk = p->brk_start;
}

int
sim_map_image(struct machine *m, struct process *p,
    const struct sim_image *image)
{
	p->brk_start = p->brk = p->stack_top = 0;
	for (size_t i = 0; i < image->nsegments; i++) {
		int error = map_segment(m, p, &image->segments[i]);

		if (error != 0)
			return error;
	}
	set_layout(p, image);
	return 0;
}

void
sim_settle_image(struct machine *m, struct process *p)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const struct vm_map_entry *e;

	for (e = map->header.next; e != &map->header; e = e->next) {
		uint64_t end = e->offset + (e->end - e->start);

		if ((e->etype & UVM_ET_OBJ) == 0)
			continue;
		if (e->object->pager == &uvm_vnodeops)
			vm_object_lengthen(e->object, end);
		if (e->protection & VM_PROT_EXEC)
			vm_object_settext(&m->vm, e->object);
	}
}

/* Both limits on a stack whose lowest entry e is to begin at start. */
static bool
stack_allowed(const struct process *p, const struct vm_map_entry *e,
    vaddr_t start)
{
	const struct sim_rlimit *limit = p->rlimit;
	vaddr_t top = e->flags & UVM_MAP_STACK ? p->stack_top : e->end;

	return top - start <= limit[SIM_RLIMIT_STACK].cur &&
	    p->vmspace->vm_map.size + (e->start - start) <=
	    limit[SIM_RLIMIT_AS].cur;
}

/* The gap is kept to what can be accessed and is no stack itself. */
static bool
gap_kept(const struct vm_map *map, const struct vm_map_entry *below,
    vaddr_t start, vsize_t gap)
{
	return below == &map->header || below->protection == VM_PROT_NONE ||
	    (below->flags & UVM_MAP_GROWSDOWN) != 0 ||
	    start - below->end >= gap;
}

int
sim_uvm_map(struct machine *m, struct vm_map *map, const struct uvm_map_args *a)
{
	int error;

	if (a->object != NULL)
		vm_object_ref(a->object);
	error = uvm_map(map, a);
	if (a->object == NULL)
		return error;
	if (error != 0)
		vm_object_unref(&m->vm, a->object);
	else if (a->prot & VM_PROT_EXEC)
		vm_object_settext(&m->vm, a->object);
	return error;
}

bool
sim_stack_grow(struct machine *m, struct process *p, vaddr_t va, vsize_t gap)
{
	struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t start = pg_trunc(m, va);
	struct vm_map_entry *below, *e;
	struct uvm_map_args a;
	bool main_stack;

	(void)m;
	if (vm_map_lookup_entry(map, start, &below))
		return false;
	e = below->next;
	if (e == &map->header || (e->flags & UVM_MAP_GROWSDOWN) == 0 ||
	    !stack_allowed(p, e, start) || !gap_kept(map, below, start, gap))
		return false;
	a = (struct uvm_map_args){
		.start = start,
		.size = e->start - start,
		.prot = e->protection,
		.maxprot = e->max_protection,
		.inherit = e->inheritance,
		.advice = e->advice,
		.copyonw = true,
		.flags = e->flags,
		.aux = e->aux,
	};
	main_stack = (e->flags & UVM_MAP_STACK) != 0;
	if (uvm_map(map, &a) != 0)
		return false;
	if (main_stack) {
		p->vmspace->vm_ssize += pg_atop(m, a.size);
		p->vmspace->vm_maxsaddr = start;
	}
	return true;
}
