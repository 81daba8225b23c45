/*
 * Memory objects and their pagers (uvm_object, uvm_pager).
 *
 * An object is a sparse array of resident pages plus a pager, a const table of
 * functions: uvm_vnodeops (simulated files), aobj_pager (shared memory),
 * uvm_deviceops (device memory, faulted by its own routine), and phys_pager (a
 * fixed range of frames, always resident and wired).
 *
 * O1  npages == resident pages; each is PG_TABLED with this object as owner.
 * O2  refs == entries that refer to it, plus references held by the floors
 *     above (open files, shm segments).
 */
#ifndef VM_OBJECT_H
#define VM_OBJECT_H

#include "sparse.h"
#include "vm_page.h"
#include "vm_reserv.h"

struct vm;
struct vm_map;
struct vm_map_entry;
struct vm_object;

/* put flags (PGO_*) */
#define PGO_CLEANIT	0x01
#define PGO_SYNCIO	0x02
#define PGO_DEACTIVATE	0x04
#define PGO_FREE	0x08

struct vm_pager {
	const char     *name;		/* uvm_vnodeops, aobj_pager, ... */
	const char     *summary;
	/*
	 * Bring in one page that is not resident.  => 0 and *pfn: PG_TABLED,
	 * content valid, no queue; EINVAL: past the end; ENOMEM: no frame; EIO
	 */
	int	(*get)(struct vm *, struct vm_object *, uint64_t pindex,
		    pfn_t *);
	/* Clean, deactivate or free the resident pages [start, end). */
	int	(*put)(struct vm *, struct vm_object *, uint64_t start,
		    uint64_t end, unsigned flags);
	/* Last reference dropped: give up the pages, or keep them (vnode). */
	void	(*last)(struct vm *, struct vm_object *);
	/* The whole fault is the pager's (devices); NULL for the others.
	 * => 0 and *pfn to be mapped unmanaged-like with the entry's rights */
	int	(*fault)(struct vm *, struct vm_object *, uint64_t pindex,
		    pfn_t *);
};

extern const struct vm_pager uvm_vnodeops, aobj_pager, uvm_deviceops,
    phys_pager;
extern const struct vm_pager *const vm_pagers[];	/* NULL-ended */

struct vm_object {
	const struct vm_pager *pager;
	uint32_t	id;		/* slab's; frames name it */
	uint32_t	refs;
	uint64_t	size;		/* bytes (file size, segment size) */
	uint64_t	seed;		/* content: page i is hash(seed, i);
					   aobj: 0 */
	uint64_t	initial;	/* pages that have that content; behind
					   them is zero until written */
	struct sparse	pages;		/* frame numbers */
	struct sparse	disk;		/* vnode: index into written tags + 1 */
	struct sparse	swap;		/* aobj: swap slots, SWSLOT_BAD too, of
					   pages in memory or out */
	uint64_t       *written;	/* vnode: tags written back */
	uint32_t	nwritten, maxwritten;
	uint32_t	mark;		/* scratch of checkers and cores */
	bool		text;		/* mapped executable: counts as exec */
	uint8_t		page_shift;	/* the machine's */
	struct vm_object *next, *prev;	/* list of all, in order of creation */
	void	       *handle;		/* the floor above's: file or segment */
	struct vm_reserv_owner reserv;	/* colour 0; devices have none */
};

int	vm_objects_init(struct vm *);
void	vm_objects_fini(struct vm *);
/* => ENOMEM or 0 and *obj with refs 1 */
int	vm_object_create(struct vm *, const struct vm_pager *, uint64_t size,
	    uint64_t seed, struct vm_object **);
void	vm_object_ref(struct vm_object *);
void	vm_object_unref(struct vm *, struct vm_object *);
/*
 * ftruncate: pages wholly past the end are unmapped and freed, their content is
 * forgotten; what a longer file gains is zero.
 */
void	vm_object_setsize(struct vm *, struct vm_object *, uint64_t size);
/* The file was longer all along (its image shows): gains initial content. */
void	vm_object_lengthen(struct vm_object *, uint64_t size);
/* The object is mapped executable from now on: its pages count as exec. */
void	vm_object_settext(struct vm *, struct vm_object *);
/* Content of a page of a file on its simulated disk. */
uint64_t vm_object_disk_tag(struct vm_object *, uint64_t pindex);
struct vm_object *vm_object_byid(struct vm *, uint32_t id);
const char *vm_object_check(struct vm *, struct vm_object *);

#endif /* VM_OBJECT_H */
