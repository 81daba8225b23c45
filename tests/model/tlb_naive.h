/*
 * A naive TLB: plain tables of entries, searched from end to end, with the time
 * of last use in each.  It shares no code with pmap/tlb*.c, only the table of
 * presets, and follows docs/tlb.md.
 */
#ifndef TESTS_TLB_NAIVE_H
#define TESTS_TLB_NAIVE_H

#include "pmap/pmap.h"
#include "pmap/tlb.h"

#define NAIVE_SPACES	16	/* address spaces; 0 is the kernel's */

struct naive;

struct naive_counts {
	uint64_t	data_refs, data_misses, fetches, fetch_misses;
	uint64_t	l2_hits, l2_misses, leftovers, walks, walk_refs,
			pwc_hits;
	uint64_t	switches, switch_flushes, lazy_flushes;
	uint64_t	shootdowns, rounds, sent, received, pages, full;
};

struct naive *naive_new(const struct tlb_preset *,
	    const struct pmap_geometry *, unsigned ncpus);
void	naive_free(struct naive *);

void	naive_run(struct naive *, unsigned cpu, unsigned space);
void	naive_ref(struct naive *, unsigned space, vaddr_t va, unsigned psind,
	    unsigned kind);
/* A mapping of size bytes has changed, at so many invalidations. */
void	naive_invalidate(struct naive *, unsigned space, vaddr_t va,
	    vsize_t size, uint64_t npages);
void	naive_flush(struct naive *, unsigned space);
/* The same mapping in other sizes: larger entries are of no use any more. */
void	naive_drop(struct naive *, unsigned space, vaddr_t va, vsize_t size);
void	naive_done(struct naive *);
const struct naive_counts *naive_counts(const struct naive *, unsigned cpu);

#endif /* TESTS_TLB_NAIVE_H */
