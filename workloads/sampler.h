/*
 * Samples of a running machine: what its processes have and use of memory, now
 * and then.  After a sample the reference bits of all page tables are cleared
 * (sim/residence.h), so that the next one finds the pages referenced since:
 * the working set W(t, tau), tau being the time between samples, as tools on
 * real systems estimate it.
 *
 *	ops 0 ........ N ........ 2N ........ 3N
 *	               |           |           rows: a process each, the machine
 *	               clear       clear
 *
 * Two bounds are on it, one from each side: pages of larger pages count all;
 * pages that went out before the sample count not, so that all working sets
 * together never exceed memory.  What went out is told beside it.
 *
 * Thrashing (curve/locality.h): major faults a reference lie above the upper
 * bound of page-fault frequency, and the pages referenced (shared ones divided
 * by their mappings), with those that went out meanwhile, are more than memory
 * has for them.
 */
#ifndef WL_SAMPLER_H
#define WL_SAMPLER_H

#include <stdio.h>

#include "workloads/curve/locality.h"
#include "sim/residence.h"

struct wl_sampled;			/* a process at the last sample */

/* Of a process, or of all: now; then since the last sample. */
struct wl_usage {
	struct sim_residence has;	/* has.referenced: the working set */
	uint64_t	size;		/* bytes mapped */
	uint64_t	swapped;	/* the machine's: slots in use */
	uint64_t	refs, faults, majors;
};

enum wl_sample_form { WL_SAMPLE_JSON, WL_SAMPLE_CSV };

struct wl_sampler {
	struct machine *m;
	FILE	       *out;		/* rows; NULL: only the bits matter */
	uint8_t		form;		/* enum wl_sample_form */
	const char *const *stat;	/* counters of the machine that stand
					   in a row as well, by name; as they
					   are then, since the beginning */
	size_t		nstats;
	struct wl_pff_bounds pff;
	uint64_t	every;		/* operations; 0: when told */
	uint64_t	number;		/* samples taken */
	uint64_t	thrashing;	/* of them, so many thrashed */
	bool		nomem;		/* what a process had could not be
					   noted: later samples are wrong */
	/* private: the machine at the last sample */
	struct wl_sampled *known;	/* by pid */
	uint64_t	ops;
	uint64_t	evicted;
	uint64_t	due;		/* of a copy: when the next one is */
};

/* Of a machine without processes yet, or with any. */
void	wl_sampler_init(struct wl_sampler *, struct machine *, FILE *out,
	    enum wl_sample_form);
/* At the end: one, if anything was done since the last, or none was taken. */
void	wl_sampler_last(struct wl_sampler *);
/* Listens no more. */
void	wl_sampler_fini(struct wl_sampler *);
/*
 * A copy, of a machine in the same state: it goes on there as from would have;
 * m NULL: it is only kept, and wants wl_sampler_fini() like any.
 * => false: no memory; *to needs nothing then
 */
bool	wl_sampler_copy(struct wl_sampler *to, const struct wl_sampler *from,
	    struct machine *m);
/* From now on a sample every n operations; 0: no more. */
void	wl_sampler_every(struct wl_sampler *, uint64_t n);
/* => how many of n accesses may be made together, so that a sample that is due
   within them is taken where it is due */
static inline size_t
wl_sampler_room(const struct machine *m, size_t n)
{
	return m->sample_fn == NULL || m->sample_at <= m->nops ||
		m->sample_at - m->nops >= n ?
	    n : (size_t)(m->sample_at - m->nops);
}
/* One now. */
void	wl_sampler_take(struct wl_sampler *);

void	wl_usage(const struct wl_sampler *, struct process *,
	    struct wl_usage *);
/* Of all processes; thrashing: since the last sample. */
struct wl_total {
	struct wl_usage use;		/* sums; pss is what is shared once */
	uint64_t	evicted;	/* pages that went, since */
	uint64_t	frames;		/* that processes could have */
	uint64_t	free;
	bool		thrashing;
};
void	wl_total(const struct wl_sampler *, struct wl_total *);

/* faults in a million references; 0 of none */
uint64_t wl_per_million(uint64_t faults, uint64_t refs);

#endif /* WL_SAMPLER_H */
