/*
 * UVM's layers as FreeBSD's objects.
 *
 *	UVM entry               FreeBSD's chain      top        bottom
 *	nothing                 none
 *	object                  O                    O          O
 *	amap                    A                    A          A
 *	amap above object       A -> O               A          O
 *	amap copied by a fork   A -> (older copy)    A, shadow  A
 *
 * An amap is FreeBSD's anonymous object.  Which amaps came from one another is
 * not kept, but the anons tell: one with several references is in several
 * amaps.  An entry that still needs its copy looks at the original, which those
 * who have written shadow.  UVM copies an amap already when it is read; as long
 * as it has no anon of its own it stands for the original still.
 * docs/freebsd.md has the table and what it cannot tell.
 */
#ifndef API_FREEBSD_LAYERS_H
#define API_FREEBSD_LAYERS_H

#include "api/context.h"

/*
 * What lies above each object, counted over all maps: for the reference and
 * shadow counts of objects that several entries use.
 */
struct api_census {
	struct machine *m;
	bool		done;
	struct api_above {
		uint32_t entries;	/* that have an amap above the object */
		uint32_t amaps;		/* distinct ones */
	}	       *above;		/* by object id - 1 */
};

/* Count, if that was not done yet.  => 0 or ENOMEM */
int	api_census(struct api_census *);
void	api_census_fini(struct api_census *);

/* ---- what an entry has ---- */

/*
 * The amap that FreeBSD would have an object for.  Shared anonymous memory has
 * its amap from the beginning; until it is touched that is no object.
 */
static inline struct vm_amap *
api_top_amap(const struct vm_map_entry *e)
{
	struct vm_amap *amap = e->amap;

	if (amap != NULL && amap->slots.nused == 0 && amap->ref == 1 &&
	    (e->etype & (UVM_ET_OBJ | UVM_ET_NEEDSCOPY)) == 0)
		return NULL;
	return amap;
}

static inline struct vm_object *
api_bottom_object(const struct vm_map_entry *e)
{
	return e->etype & UVM_ET_OBJ ? e->object : NULL;
}

/* No anon has ever lost its frame: nothing has been evicted. */
static inline bool
api_all_resident(const struct vm *vm)
{
	return vm->anons.slot == NULL && vm->exp.pdfreed == 0 &&
	    vm->stat.evictions == 0;
}

/* Pages of the amap that are in memory: FreeBSD's resident_page_count. */
uint64_t api_amap_resident(const struct vm *, const struct vm_amap *);

/* Least and most references of the amap's anons; 1 and 1 when it has none. */
struct api_sharing {
	uint32_t	least, most;
};
struct api_sharing api_amap_sharing(const struct vm *, const struct vm_amap *);

/* Has it an amap of its own, which may still be as it was copied? */
static inline bool
api_is_copied(const struct vm_map_entry *e)
{
	return (e->etype & (UVM_ET_COPYONWRITE | UVM_ET_NEEDSCOPY)) ==
	    UVM_ET_COPYONWRITE;
}

/* NEEDS_COPY: what it writes next will be copied. */
static inline bool
api_needs_copy(const struct vm_map_entry *e, struct api_sharing s)
{
	return e->etype & UVM_ET_NEEDSCOPY ||
	    (api_is_copied(e) && s.least > 1);
}

/*
 * The amap shadows another one that it was copied from; or it is an original
 * that others have copied and its own entry has left behind by writing, which
 * in FreeBSD has given that entry a shadow of its own.
 */
static inline bool
api_is_shadow(const struct vm_map_entry *e, const struct vm_amap *amap,
    struct api_sharing s)
{
	return api_is_copied(e) && s.least == 1 &&
	    (s.most > 1 || amap->origin != 0 ||
		(amap->copies != 0 && amap->ref == 1));
}

/* ---- objects ---- */

int	api_object_type(const struct vm_object *);	/* KVME_TYPE_* */
/* The file whose vnode FreeBSD would show, or NULL. */
const struct sim_file *api_object_vnode(const struct vm_object *);
/* Path of that file, "" when it has none (any more). */
const char *api_vnode_path(const struct sim_file *);
uint16_t api_vnode_mode(const struct sim_file *);	/* S_IF* and rights */
int	api_vnode_type(const struct sim_file *);	/* KF_VTYPE_* */

struct api_counts {
	uint32_t	refs, shadows;
};
/* Reference and shadow count of the amap of an entry. */
static inline struct api_counts
api_amap_counts(const struct vm_map_entry *e, const struct vm_amap *amap,
    struct api_sharing s)
{
	if (api_is_shadow(e, amap, s))
		return (struct api_counts){ amap->ref, 0 };
	if (s.most == 1)	/* all copied: only the copies tell */
		return (struct api_counts){ amap->ref + amap->copies,
		    amap->copies };
	return (struct api_counts){ amap->ref + s.most - 1, s.most - s.least };
}
/* Reference and shadow count of an object.  => 0 or ENOMEM */
int	api_object_counts(struct api_census *, const struct vm_object *,
	    struct api_counts *);

/* ---- all objects of the machine ---- */

struct api_object {
	int		type;		/* KVME_TYPE_* */
	bool		anon;		/* memory of a process, not of a name */
	uint32_t	refs, shadows;
	uint64_t	size, resident; /* pages */
	uint64_t	active, inactive; /* of these; in another queue: none */
	uint64_t	swapped;	/* pages in swap only */
	uint64_t	handle;		/* anon: kernel address */
	uint64_t	backing;	/* anon: of what lies below, or 0 */
	const struct sim_file *file;	/* vnode, or NULL */
};
/*
 * Call fn for each, until one returns an errno: objects in the order of their
 * making, then the amaps in the order in which the processes' maps have them.
 * => that errno, 0, or ENOMEM
 */
typedef int api_object_fn(void *ctx, const struct api_object *);
int	api_each_object(struct machine *, api_object_fn *, void *ctx);

/* Next process with an address space of its own (a vfork child has not), in
 * the order of their making; NULL: the first. */
struct process *api_next_space(struct machine *, struct process *);

#endif /* API_FREEBSD_LAYERS_H */
