/*
 * Larger pages, the machine-independent half: who asks the page table for a
 * mapping of more than one base page.
 *
 *	policy		who		when
 *	------		---		----
 *	reserve		vm_super_fit	a fault finds the page resident, its
 *					reservation full and all of it like
 *			vm_super_ahead	read-only mapping ahead of any access
 *			pmap_enter	the last base page of a table is entered
 *	eager		vm_super_eager	a fault finds nothing in a whole range
 *	collapse	vm_super_scan	the daemon comes by
 *	these two	vm_super_fit	a fault changes the rights of all of one
 *
 * fork gives larger mappings to the child as they are (pmap_copy_super), and
 * whatever concerns part of a larger mapping demotes it (pmap.h).
 *
 * With `never' none of this happens and nothing here is called.
 */
#ifndef VM_VM_SUPER_H
#define VM_VM_SUPER_H

#include "pmap/pmap.h"

struct vm;
struct vm_map;
struct vm_map_entry;
struct vmspace;

/*
 * khugepaged: its knobs, named as in /sys/kernel/mm/transparent_hugepage/
 * khugepaged, and where it is.  2^order base pages make a larger one.
 */
struct vm_collapse {
	uint32_t	pages_to_scan;	/* a pass: 8 << order */
	uint32_t	max_ptes_none;	/* not there: (1 << order) - 1 */
	uint32_t	max_ptes_shared; /* with others: half of them */
	struct vmspace *space;		/* the next; NULL: from the first on */
	vaddr_t		va;		/* the next range in it */
};

/* ---- the fault routine's ---- */
/*
 * The largest page that may be mapped for a fault at va, whose page is resident
 * in frame pfn and may get the rights prot: reserve, as FreeBSD's
 * vm_fault_soft_fast; else no more than the size of what is mapped there.
 * => psind; 0: a base page only
 */
unsigned vm_super_fit(struct vm_map *, struct vm_map_entry *, vaddr_t va,
	    pfn_t, vm_prot_t prot);
/*
 * pmap_enter_object for one larger page: va is mapped nowhere and is to be
 * mapped without writing, ahead of any access, to frame pfn; [va, end) of the
 * entry is.
 * => bytes mapped, or mapped already, from va on; 0: do the base page
 */
vsize_t	vm_super_ahead(struct vm_map *, struct vm_map_entry *, vaddr_t va,
	    vaddr_t end, pfn_t);

/* Host memory for n slots of an amap close together and one larger mapping.
 * => 0 or ENOMEM */
int	vm_super_reserve(struct vm *, uint64_t n);

/* The page table's resized hook: tells whoever listens to events. */
void	vm_super_resized(void *, struct pmap *, vaddr_t va, unsigned psind,
	    enum pmap_resize);

/* ---- eager ---- */
/*
 * The first fault in a range of private memory: fill all of it with zero and
 * map it by one entry.  prot: the rights.  The entry needs no copy.
 * => *pfn is the frame of va; false: a base page it is, nothing has changed
 */
bool	vm_super_eager(struct vm_map *, struct vm_map_entry *, vaddr_t va,
	    vm_prot_t prot, vm_prot_t access, bool wired, pfn_t *pfn);

/* ---- collapse ---- */
void	vm_collapse_init(struct vm *);
/* The daemon's next pass: look at so many pages (0: pages_to_scan).
 * => ranges collapsed */
uint64_t vm_super_scan(struct vm *, uint64_t pages);
/*
 * What MADV_COLLAPSE does, with any superpages= but never: the whole ranges of
 * private memory in [start, end) at once, whatever the limits.
 * => those mapped by larger pages now; *whole: how many there are
 */
uint64_t vm_super_collapse(struct vm_map *, vaddr_t start, vaddr_t end,
	    uint64_t *whole);
/* A space goes: the daemon looks at another one. */
void	vm_collapse_forget(struct vm *, const struct vmspace *);

#endif /* VM_VM_SUPER_H */
