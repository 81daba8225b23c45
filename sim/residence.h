/*
 * What a process has of memory, by its page table: resident set, proportional
 * set, and the pages it has referenced of late, as tools on real systems find
 * them: they clear the reference bits of page tables, wait, and look which are
 * set again (idle page tracking).
 *
 * Clearing keeps from the page daemon nothing that it would have seen: a frame
 * that was referenced stays marked so (PMAP_ATTR_REF).  What it does change is
 * that a frame's references of before and after count once for it, and that the
 * TLBs lose the entries of pages whose bit goes.  A larger page is referenced
 * as a whole, and keeps its size.
 */
#ifndef SIM_RESIDENCE_H
#define SIM_RESIDENCE_H

#include "sim.h"

#define SIM_PSS_SHIFT	12	/* pss in 1/4096 byte, as Linux keeps it */

struct sim_residence {
	uint64_t	rss;		/* pages mapped */
	uint64_t	pss;		/* each divided by its mappings */
	uint64_t	shared;		/* pages of rss with other mappings */
	uint64_t	referenced;	/* pages of rss, since the bits were
					   cleared */
	uint64_t	used;		/* those, each divided by its mappings;
					   in 1/4096 byte */
	uint64_t	dirty;		/* pages of rss */
};

/* Of the pages mapped in [start, end); of none if it has exited. */
void	sim_residence(struct machine *, struct process *, vaddr_t start,
	    vaddr_t end, struct sim_residence *);
/* Clear the reference bits of all mappings of all processes. */
void	sim_clear_references(struct machine *);

#endif /* SIM_RESIDENCE_H */
