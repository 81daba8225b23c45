/*
 * The simulator's state, read page by page and held against the naive model.
 *
 * Reads entries, amaps, anons, objects and page tables directly, never through
 * the fault routine: comparing must not change what it compares.
 */
#ifndef TESTS_MODEL_COMPARE_H
#define TESTS_MODEL_COMPARE_H

#include "model.h"
#include "vm/vm.h"

/* => the right that an access of this type needs on this machine: without a bit
 * against execution, fetching is reading */
static inline vm_prot_t
compare_right(const struct vm *vm, vm_prot_t type)
{
	return type == VM_PROT_EXEC &&
	    vm->config.geometry->pte.noexec == 0 ? VM_PROT_READ : type;
}

/* => content tag of the page at va of an entry, as memory holds it now */
uint64_t compare_real_content(struct vm *, struct vm_map_entry *, vaddr_t va);
/* What is compared besides protection, object and content. */
struct compare_how {
	bool		outside;	/* skip entries outside the arenas */
	bool		wired_once;	/* wirings do not nest */
	bool		shared_objects;	/* shared anonymous memory may have
					   an object of its own */
	uint16_t	flags;		/* entry flags that must agree */
};
/* => NULL, or the first difference between map and space, in buf */
const char *compare_space(struct vm_map *, struct model_space *,
    const struct compare_how *, char *buf, size_t len);
/* After a clean with FREE, which may drop private pages or not: what is gone
 * in [start, end) is gone. */
void	compare_settle(struct vm_map *, struct model_space *, vaddr_t start,
	    vaddr_t end, unsigned flags);
/* After a failure half-way: pages that were copied meanwhile, unchanged, are
 * private from now on. */
void	compare_adopt(struct vm_map *, struct model_space *, vaddr_t start,
	    vaddr_t end);
/* The model takes over which pages are wired (a partial mlock). */
void	compare_adopt_wired(struct vm_map *, struct model_space *);

#endif /* TESTS_MODEL_COMPARE_H */
