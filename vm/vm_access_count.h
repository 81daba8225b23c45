/*
 * References of a run, counted by kind: one word has a field for writes and one
 * for fetches; the rest were reads.  They go to the machine's counters at the
 * end of the run and before each of its faults, because those counters are part
 * of the clock that disks and daemons see, and where a batch begins is nobody's
 * business.
 */
#ifndef VM_ACCESS_COUNT_H
#define VM_ACCESS_COUNT_H

#include "vm.h"

#define WRITES_SHIFT	0
#define FETCHES_SHIFT	32
#define MAXRUN	(1u << 30)	/* references until the fields are emptied */

/* What a reference of a kind adds. */
#define KIND_WEIGHTS	{ 0, (uint64_t)1 << WRITES_SHIFT, \
			    (uint64_t)1 << FETCHES_SHIFT }

struct vm_access_count {
	uint64_t	n[3];	/* of the run, already in the counters */
};

/* `done' references of the run and their fields, as they are by now. */
static inline void
vm_access_count(struct vm_access_count *c, struct vm_refstat *s, uint64_t done,
    uint64_t kinds)
{
	const uint64_t writes = (uint32_t)(kinds >> WRITES_SHIFT);
	const uint64_t fetches = (uint32_t)(kinds >> FETCHES_SHIFT);
	const uint64_t n[3] = { done - writes - fetches, writes, fetches };

	for (unsigned kind = 0; kind < 3; kind++) {
		s->kind[kind] += n[kind] - c->n[kind];
		c->n[kind] = n[kind];
	}
}

#endif /* VM_ACCESS_COUNT_H */
