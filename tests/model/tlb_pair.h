/*
 * The TLB model and the naive one, side by side, given the same.
 */
#ifndef TESTS_TLB_PAIR_H
#define TESTS_TLB_PAIR_H

#include "tlb_naive.h"

struct pair {
	struct pmap_system sys;
	struct pmap	pmap[NAIVE_SPACES];	/* 0: the kernel's */
	struct naive   *naive;
	unsigned	cpu, space;		/* as run last */
};

void	pair_init(struct pair *, const struct tlb_preset *,
	    const struct pmap_geometry *, unsigned ncpus);
void	pair_fini(struct pair *);
void	pair_run(struct pair *, unsigned cpu, unsigned space);
void	pair_ref(struct pair *, unsigned space, vaddr_t va, unsigned psind,
	    unsigned kind);
/* Both have counted the same.  => NULL, or what differs, in buf */
const char *pair_compare(struct pair *, char *buf, size_t len);

#endif /* TESTS_TLB_PAIR_H */
