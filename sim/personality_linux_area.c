/*
 * Areas of a Linux process over the entries of the core.
 *
 *	entries	| e1 | e2 |   e3   |   | e4 |
 *	area	|<--- one VMA ---->|
 *
 * Two neighbours belong to one area when Linux would have merged them: same
 * protection, marks, object and running offset.  What the core adds (amaps,
 * needs-copy, wire counts, the name [heap]) makes no border.
 */
#include "personality_linux.h"

#define NO_BORDER (UVM_MAP_HEAP | UVM_MAP_NOMERGE | UVM_MAP_GUARD)

struct vm_map_entry *
linux_first(struct vm_map *map, vaddr_t va)
{
	struct vm_map_entry *e;

	return vm_map_lookup_entry(map, va, &e) ? e : e->next;
}

bool
linux_shared(const struct vm_map_entry *e)
{
	return (e->etype & UVM_ET_OBJ) != 0 &&
	    (e->etype & UVM_ET_COPYONWRITE) == 0;
}

bool
linux_private_anon(const struct vm_map_entry *e)
{
	return (e->etype & UVM_ET_OBJ) == 0;
}

bool
linux_special(const struct vm_map_entry *e)
{
	return (e->etype & UVM_ET_OBJ) != 0 &&
	    e->object->pager == &uvm_deviceops;
}

static bool
same_area(const struct vm_map_entry *a, const struct vm_map_entry *b)
{
	if (a->end != b->start || ((a->flags ^ b->flags) & ~NO_BORDER) != 0 ||
	    linux_prot(a) != linux_prot(b) ||
	    a->max_protection != b->max_protection ||
	    a->inheritance != b->inheritance || a->advice != b->advice ||
	    linux_private_anon(a) != linux_private_anon(b))
		return false;
	return linux_private_anon(a) ||
	    (a->object == b->object && linux_shared(a) == linux_shared(b) &&
		a->offset + (a->end - a->start) == b->offset);
}

bool
linux_area_at(struct vm_map *map, vaddr_t va, struct linux_area *area)
{
	struct vm_map_entry *e, *edge;

	if (!vm_map_lookup_entry(map, va, &e))
		return false;
	area->entry = e;
	for (edge = e;
	     edge->prev != &map->header && same_area(edge->prev, edge);
	     edge = edge->prev)
		continue;
	area->start = edge->start;
	for (edge = e;
	     edge->next != &map->header && same_area(edge, edge->next);
	     edge = edge->next)
		continue;
	area->end = edge->end;
	return true;
}

bool
linux_range(const struct machine *m, uint64_t addr, uint64_t len, vaddr_t *end)
{
	uint64_t size = pg_round(m, len);

	*end = addr + size;
	return size >= len && *end >= addr;
}

int
linux_begin(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e = linux_first(map, start);
	struct vm *vm = map->vm;
	uint32_t n = 0, leaves = 0;
	int error;

	for (; e != &map->header && e->start < end; e = e->next) {
		n++;
		if (e->amap != NULL)
			leaves += e->amap->slots.nleaves + 1;
	}
	error = slab_reserve(&vm->entries, 8 + 2 * n);
	if (error == 0)
		error = amap_reserve(vm, 4 + n,
		    leaves + 4 * UVM_AMAP_LARGE / SPARSE_FANOUT, 32 + 4 * n);
	if (error == 0)
		mem_injection_hold(vm->mem, true);
	return error;
}

void
linux_end(struct vm_map *map)
{
	mem_injection_hold(map->vm->mem, false);
}

int
linux_refuse(struct machine *m, const struct sim_call *c)
{
	return LINUX_FAIL(m, c->refuse, NULL, 0, "as recorded");
}
