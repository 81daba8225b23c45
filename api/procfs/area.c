/*
 * Areas: what a line of maps stands for.
 *
 *	entries	| e1 | e2 |   e3   |  e4  |	e1 to e3 differ in amaps or
 *	Linux	|<---- area ------>| area |	wiring only, not in charge
 *	others	|area|area|  area  | area |
 *
 * Names are those of proc(5): the path of what is mapped, else
 *
 *	[heap]	anonymous, and part of it lies in [brk_start, brk)
 *	[stack]	anonymous, marked as the stack or within its reservation
 *	[PAGER]	memory of a pager that has no name (FreeBSD's shared page)
 *
 * A segment has the device 0:1 and its id for an inode, memory shared without a
 * name the device 0:1 and the object's number; both count as deleted, as on
 * Linux.  What the kernel maps ([vdso]) has neither device nor inode.
 */
#include <string.h>

#include "procfs.h"
#include "sim/personality_linux.h"
#include "workloads/script/page.h"

#define SHM_DEV 1 /* 0:1 */

/* ------------------------------------------------------------- extent ---- */

static bool
is_charged(const struct vm_map_entry *e)
{
	return !linux_shared(e) && (e->flags & UVM_MAP_NORESERVE) == 0 &&
	    (linux_prot(e) & VM_PROT_WRITE || e->amap != NULL);
}

/*
 * Linux joins no private file mapping that was written to with one that was
 * not, such as what the linker protects after relocation.
 * => the end of those entries of [e, end) that are charged alike
 */
static vaddr_t
alike_end(const struct vm_map_entry *e, vaddr_t end)
{
	const struct vm_map_entry *next = e->next;

	if (linux_private_anon(e))
		return end;
	for (; e->end < end && is_charged(next) == is_charged(e);
	     e = next, next = e->next)
		continue;
	return e->end;
}

/* linux_area_at() looks with the map's hint, which must stay as it is. */
static vaddr_t
area_end(const struct process *p, const struct vm_map_entry *e)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *hint = map->hint;
	struct linux_area area;

	if (p->personality != &sim_linux ||
	    !linux_area_at(map, e->start, &area))
		return e->end;
	map->hint = hint;
	return alike_end(e, area.end);
}

/* -------------------------------------------------------------- names ---- */

static const struct sim_shm *
segment_of(struct machine *m, const struct vm_object *obj)
{
	const struct sim_shm *shm, *next;

	HASH_ITER(hh, m->shms, shm, next)
		if (shm->object == obj)
			return shm;
	return NULL;
}

static void
name_object(struct machine *m, struct procfs_area *a)
{
	struct vm_object *obj = a->entry->object;
	const struct sim_file *file = sim_file_byobject(m, obj);
	const struct sim_shm *shm;

	a->offset = a->entry->offset;
	a->name = sim_object_name(m, obj, a->buf, sizeof(a->buf));
	if (a->name == NULL) {
		snprintf(a->buf, sizeof(a->buf), "[%s]", obj->pager->name);
		a->name = a->buf;
	}
	if (a->name[0] == '[')
		return;
	if (file != NULL) {
		a->dev = file->dev;
		a->ino = file->ino;
		a->deleted = file->links == 0;
		return;
	}
	shm = segment_of(m, obj);
	a->dev = SHM_DEV;
	a->ino = shm != NULL ? (uint64_t)shm->id : obj->id;
	a->deleted = true;
}

static bool
is_stack(const struct process *p, const struct vm_map_entry *e)
{
	const struct vmspace *vs = p->vmspace;

	if (e->flags & (UVM_MAP_GUARD | UVM_MAP_STACKGAP))
		return false;
	return e->flags & UVM_MAP_STACK ||
	    (p->personality != &sim_linux && vs->vm_maxsaddr != 0 &&
		e->start >= vs->vm_maxsaddr && e->end <= vs->vm_minsaddr);
}

static void
name_anonymous(const struct process *p, struct procfs_area *a)
{
	a->name = "";
	a->stack = is_stack(p, a->entry);
	a->heap = !a->stack &&
	    a->start < pg_round(&p->vmspace->vm_map, p->brk) &&
	    a->end > p->brk_start;
	if (a->stack)
		a->name = "[stack]";
	else if (a->heap)
		a->name = "[heap]";
}

struct vm_map_entry *
procfs_area(struct machine *m, const struct process *p, struct vm_map_entry *e,
    struct procfs_area *a)
{
	const struct vm_map_entry *header = &p->vmspace->vm_map.header;
	bool linux_like = p->personality == &sim_linux;

	*a = (struct procfs_area){
		.entry = e,
		.start = e->start,
		.end = area_end(p, e),
		.prot = linux_like ? linux_prot(e) : e->protection,
		.shared = linux_shared(e),
		.charged = is_charged(e),
		.locked = linux_like ? (e->flags & LINUX_LOCKED) != 0 :
				       e->wired_count > 0,
	};
	if (e->etype & UVM_ET_OBJ)
		name_object(m, a);
	else
		name_anonymous(p, a);
	while (e != header && e->start < a->end)
		e = e->next;
	return e;
}

const char *
procfs_image(struct machine *m, const struct process *p, char *buf, size_t len)
{
	const struct vmspace *vs = p->vmspace;
	const struct vm_map_entry *e;

	if (p->image != NULL)
		return p->image;
	e = vs->vm_tsize != 0 ? wl_entry_at(&vs->vm_map, vs->vm_taddr) : NULL;
	if (e == NULL || (e->etype & UVM_ET_OBJ) == 0 ||
	    e->object->pager != &uvm_vnodeops)
		return NULL;
	return sim_object_name(m, e->object, buf, len);
}
