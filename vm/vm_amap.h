/*
 * Amaps: the anonymous layer of map entries (uvm_amap).
 *
 *	entry [start,end)  ar_pageoff = 3       amap: nslot 10
 *	+---+---+---+                           0 1 2 [3 4 5] 6 7 8 9
 *	  slot of va = (va - start) / page + ar_pageoff
 *
 * An amap is shared by reference: entries split off one another keep the same
 * amap, and fork gives the child a reference, to be copied when it writes.
 * Once parts of it have been dropped, per-slot reference counts (ppref) are
 * kept as runs, so that anons nobody can reach are freed at once.
 *
 * A1  ref == number of entries that refer to the amap (>= 1).
 * A2  used slots lie in [0, nslot); nslot <= maxslot.
 * A3  runs, if there, cover [0, nslot) without gap; 0 <= run ref <= ref; a
 *     slot of ref 0 holds no anon.
 * A4  AMAP_SHARED is clear when ref is 1.
 * A5  origin, unless 0, is a live amap that has this one in its list of copies;
 *     copies is the length of that list.
 *
 * Slots are a sparse array (sparse.h), so am_slots/am_bckptr are not needed:
 * used slots are found by bitmap.
 */
#ifndef VM_AMAP_H
#define VM_AMAP_H

#include "sparse.h"
#include "vm_reserv.h"

struct vm;
struct vm_map;
struct vm_map_entry;

#define AMAP_SHARED	0x1

#define UVM_AMAP_LARGE	256	/* slots: chunked copy, limit of extension */
#define UVM_AMAP_CHUNK	16	/* slots */

/* amap_copy flags */
#define AMAP_COPY_NOCHUNK 0x4
#define AMAP_COPY_NOMERGE 0x8

struct amap_run {			/* ppref: [slot, next run's slot) */
	struct amap_run *next;
	uint64_t	slot;
	uint32_t	ref;
};

struct vm_amap {
	struct amap_run *runs;		/* ppref, or NULL: all have ref */
	uint32_t	ref;
	uint32_t	flags;
	uint32_t	id;		/* slab's; names it in output */
	uint32_t	mark;		/* scratch of checkers and cores */
	/*
	 * Where it was copied from, for those who tell of shadow objects: the
	 * original's id while that lives, and the original's list of copies.
	 */
	uint32_t	origin;
	uint32_t	copies, first_copy, next_copy, prev_copy;
	uint64_t	nslot;		/* in use range */
	uint64_t	maxslot;	/* allocated range */
	struct sparse	slots;		/* anon names */
	struct vm_reserv_owner reserv;	/* slots keep their place: colour is
					   that of the first fault, a copy's
					   that of its original */
};

int	vm_amap_system_init(struct vm *);
void	vm_amap_system_fini(struct vm *);
/* => 0: the next n amaps, nleaf sparse leaves and nrun runs cannot fail */
int	amap_reserve(struct vm *, uint32_t n, uint32_t nleaf, uint32_t nrun);

/*
 * Sparse nodes for copies whose costs (sparse_copy_cost) were summed, and for
 * the fault that may follow.  => 0 or ENOMEM
 */
int	amap_reserve_nodes(struct vm *, uint64_t nleaf, uint64_t ninner);

/* to was copied from `from'; unlinked when either goes. */
void	amap_link_copy(struct vm *, struct vm_amap *from, struct vm_amap *to);
struct vm_amap *amap_alloc(struct vm *, uint64_t nslot, uint64_t maxslot);
/* Reference the slots of an entry. shared: set AMAP_SHARED. */
void	amap_ref(struct vm *, struct vm_map_entry *, bool shared);
void	amap_unref(struct vm *, struct vm_amap *, uint64_t pageoff,
	    uint64_t npages);
/* Both halves of a clipped entry keep the amap.  => runs reserved */
void	amap_splitref(struct vm *, struct vm_map_entry *front,
	    struct vm_map_entry *back);
/* Undo a split: two adjacent entries with contiguous slots of one amap. */
bool	amap_joinable(const struct vm *, const struct vm_map_entry *,
	    const struct vm_map_entry *);
void	amap_joinref(struct vm *, struct vm_amap *);
/*
 * Clear NEEDSCOPY of the entry; may clip it (uvm-semantics 5.2).
 * => 0; ENOMEM: nothing changed
 */
int	amap_copy(struct vm *, struct vm_map *, struct vm_map_entry *,
	    unsigned flags, vaddr_t start, vaddr_t end);
/*
 * Enlarge an entry's amap by npages slots forwards or backwards.  limited: not
 * beyond UVM_AMAP_LARGE slots, as NetBSD has it (backwards always).
 * => 0, E2BIG or ENOMEM
 */
int	amap_extend(struct vm *, struct vm_map_entry *, uint64_t npages,
	    bool forwards, bool limited);
/* fork of a wired entry: give the child its own pages now. => 0 or ENOMEM */
int	amap_cow_now(struct vm *, struct vm_map *, struct vm_map_entry *);
/* Write-protect every page of an entry's amap, in all address spaces. */
void	amap_share_protect(struct vm *, struct vm_map_entry *);
/* FREE of madvise: forget the anon of one slot. */
void	amap_unadd(struct vm *, struct vm_amap *, uint64_t slot);
uint32_t amap_ppref(const struct vm_amap *, uint64_t slot);
const char *amap_check(struct vm *, struct vm_amap *);

#endif /* VM_AMAP_H */
