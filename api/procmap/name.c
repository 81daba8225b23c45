/*
 * What backs an entry: the name column, device and inode.
 *
 * Entries with an object, by the object's pager:
 *	vnode, mounted		its path (cache.c)
 *	vnode, not mounted	[ ?VNODE? ]
 *	device			/dev/NAME
 *	aobj			[ uvm_aobj ]: System V segments, kernel objects
 *	else			[ unknown (PAGER) ]
 *
 * All others, submaps included: [ stack ] within the largest stack (maxsmap,
 * not the process's own limit), else [ heap ] within MAXDSIZ of vm_daddr if it
 * is larger than half of vm_dsize, else [ anon ].
 *
 * Names in brackets begin with two blanks, by which others know them.
 */
#include <inttypes.h>
#include <string.h>

#include "procmap.h"

/* Pointers wrap where the kernel's do. */
static uint64_t
wrap(const struct procmap *pm, uint64_t addr)
{
	return pm->src->ptrsize == 4 ? (uint32_t)addr : addr;
}

static void
name_memory(const struct procmap *pm, const struct procmap_vmspace *v,
    struct procmap_line *l)
{
	const struct procmap_entry *e = l->e;
	uint64_t half;

	half = (uint64_t)(int64_t)v->dsize * pm->page_size / 2;
	l->stack = v->maxsaddr <= e->start &&
	    wrap(pm, v->maxsaddr + pm->maxsmap) >= e->end;
	l->heap = !l->stack && v->daddr <= e->start &&
	    wrap(pm, v->daddr + pm->maxdsiz) >= e->end &&
	    half < e->end - e->start;
	snprintf(l->name, sizeof(l->name), "  [ %s ]",
	    l->stack    ? "stack" :
		l->heap ? "heap" :
			  "anon");
}

static bool
name_device(struct procmap *pm, struct procmap_line *l)
{
	const char *name;
	uint32_t dev;

	if (!pm->src->device(pm, l->e->object, &dev))
		return false;
	name = pm->src->devname(pm, dev);
	snprintf(l->name, sizeof(l->name), "/dev/%s",
	    name != NULL ? name : "??");
	return true;
}

bool
procmap_name(struct procmap *pm, const struct procmap_vmspace *v,
    struct procmap_line *l)
{
	struct procmap_vnode vn = { .mount = 0 };
	char mounted_on[1024];
	uint64_t object = l->e->object, pgops = 0;

	/* A submap is read as if it were an object, too. */
	if (object != 0 && !pm->src->pgops(pm, object, &pgops))
		return false;
	if (object != 0 && pgops == pm->symbol[PROCMAP_VNODEOPS]) {
		l->vnode = object;
		if (!pm->src->vnode(pm, object, &vn))
			return false;
	}
	if (vn.mount != 0 &&
	    !pm->src->mounted_on(pm, vn.mount, mounted_on, sizeof(mounted_on)))
		return false;
	if (vn.data != 0 && vn.inode != PROCMAP_INO_NONE &&
	    !pm->src->inode(pm, vn.inode, vn.data, &l->dev, &l->ino))
		return false;

	if (!(l->e->etype & PROCMAP_ET_OBJ)) {
		name_memory(pm, v, l);
		return true;
	}
	if (vn.mount != 0)
		return procmap_path(pm, object, &vn, mounted_on, l->name,
		    sizeof(l->name));
	if (pgops == pm->symbol[PROCMAP_DEVICEOPS])
		return name_device(pm, l);
	if (pgops == pm->symbol[PROCMAP_AOBJ_PAGER])
		strcpy(l->name, "  [ uvm_aobj ]");
	else if (pgops == pm->symbol[PROCMAP_VNODEOPS])
		strcpy(l->name, "  [ ?VNODE? ]");
	else
		snprintf(l->name, sizeof(l->name),
		    "  [ unknown (0x%" PRIx64 ") ]", pgops);
	return true;
}
