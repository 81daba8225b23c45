/*
 * Looking at the pages of a process without touching them.
 *
 *	entry --> amap slot --> anon --> frame		upper layer
 *	      \-> object page ---------> frame		lower layer
 *	page table entry ---------------> frame		what the process has
 *
 * An anon and a page of shared memory may be in swap, with a frame or without.
 *
 * Nothing here changes the machine, not even the hint of a map.
 */
#ifndef WL_SCRIPT_PAGE_H
#define WL_SCRIPT_PAGE_H

#include "sim/sim.h"

struct wl_page {
	vaddr_t		va;
	struct vm_map_entry *entry;
	struct vm_amap *amap;		/* NULL: none */
	uint64_t	slot;		/* in the amap */
	uint32_t	anon;		/* 0: none */
	struct vm_object *object;	/* NULL: none */
	uint64_t	pindex;		/* in the object */
	pfn_t		frame;		/* what a read finds in memory, or 0 */
	uint32_t	swslot;		/* of the same page, or SWSLOT_NONE */
	bool		mapped;
	pfn_t		mapped_frame;	/* of the page table entry */
	uint64_t	pte;
};

/* => the entry that holds va, or NULL; the hint stays as it is */
struct vm_map_entry *wl_entry_at(const struct vm_map *, vaddr_t va);
/* => the first entry that ends behind va, or NULL */
struct vm_map_entry *wl_entry_from(struct vm_map *, vaddr_t va);
/* => false: nothing is mapped at va */
bool	wl_page_look(struct process *, vaddr_t va, struct wl_page *);
/* It is in swap only, and can be read. */
static inline bool
wl_page_isout(const struct wl_page *pg)
{
	return pg->frame == PFN_NONE && pg->swslot != SWSLOT_NONE &&
	    pg->swslot != SWSLOT_BAD;
}

/*
 * The next page in [*va, end) that is in memory, in swap or in the page table;
 * *va becomes the address behind it.  => false: none
 */
bool	wl_page_next(struct process *, vaddr_t *va, vaddr_t end,
	    struct wl_page *);
/* Pages of the range that are in memory. */
uint64_t wl_pages_resident(struct process *, vaddr_t va, vaddr_t end);
/* Pages of the range that are in swap only. */
uint64_t wl_pages_out(struct process *, vaddr_t va, vaddr_t end);

#endif /* WL_SCRIPT_PAGE_H */
