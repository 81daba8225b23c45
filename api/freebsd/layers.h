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
 * amaps.  An entry that still needs its copy looks at the original, which the
 * others shadow; one that has made its copy looks at a shadow.
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

/* Has the entry made its own copy of what it once shared? */
static inline bool
api_is_copied(const struct vm_map_entry *e)
{
	return (e->etype & (UVM_ET_COPYONWRITE | UVM_ET_NEEDSCOPY)) ==
	    UVM_ET_COPYONWRITE;
}

/* Most references that an anon of the amap has; 1 when it has none. */
uint32_t api_amap_sharers(const struct vm *, const struct vm_amap *);

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
/* Reference and shadow count of an object.  => 0 or ENOMEM */
int	api_object_counts(struct api_census *, const struct vm_object *,
	    struct api_counts *);

/* Next process with an address space of its own (a vfork child has not), in
 * the order of their making; NULL: the first. */
struct process *api_next_space(struct machine *, struct process *);

#endif /* API_FREEBSD_LAYERS_H */
