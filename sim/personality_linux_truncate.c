/*
 * A file that is cut takes along the private copies of its pages: in every
 * Linux process they go with the page that they were copied from, and an access
 * there is one past the end of the file.  (The BSDs let them live.)
 *
 *	file	|####|####|####|....		cut to one page and a bit
 *	private	|####|copy|copy|		copy of 1 stays, of 2 is gone
 */
#include "personality_linux.h"

struct cut {
	struct machine *m;
	const struct vm_object *obj;
	uint64_t keep; /* bytes, whole pages */
};

/* What of an entry lies beyond.  => false: nothing */
static bool
beyond(const struct cut *c, const struct vm_map_entry *e, vaddr_t *start)
{
	if ((e->etype & UVM_ET_OBJ) == 0 || linux_shared(e) ||
	    e->object != c->obj || e->amap == NULL ||
	    e->offset + (e->end - e->start) <= c->keep)
		return false;
	*start = e->offset >= c->keep ? e->start :
					e->start + (c->keep - e->offset);
	return true;
}

/* Memory for all that will be done in a map. => 0 or ENOMEM */
static int
prepare(const struct cut *c, struct vm_map *map)
{
	const struct vm_map_entry *e;
	vaddr_t start;
	int error = 0;

	for (e = map->header.next; e != &map->header && error == 0; e = e->next)
		if (beyond(c, e, &start) &&
		    (error = linux_begin(map, start, e->end)) == 0)
			linux_end(map);
	return error;
}

static int
drop(const struct cut *c, struct vm_map *map)
{
	const struct vm_map_entry *e = map->header.next;
	vaddr_t start, end;
	int error = 0;

	for (; e != &map->header && error == 0; e = linux_first(map, end)) {
		end = e->end;
		if (!beyond(c, e, &start))
			continue;
		linux_unwire(map, start, end);
		error = uvm_map_discard(map, start, end);
	}
	return error;
}

static int
each(const struct cut *c, int (*act)(const struct cut *, struct vm_map *))
{
	struct process *p, *next;
	int error = 0;

	HASH_ITER(hh, c->m->procs, p, next)
		if (error == 0 && p->personality == &sim_linux &&
		    p->vmspace != NULL && p->vfork_parent == NULL)
			error = act(c, linux_map(p));
	return error;
}

int
sim_linux_truncate(struct machine *m, const struct vm_object *obj,
    uint64_t size)
{
	const struct cut c = { m, obj, pg_round(m, size) };
	int error;

	if (size >= obj->size)
		return 0;
	if ((error = each(&c, prepare)) != 0)
		return error;
	mem_injection_hold(m->mem, true);
	error = each(&c, drop);
	mem_injection_hold(m->mem, false);
	return error;
}
