/*
 * The machine as AIX's virtual memory manager sees it: the numbers behind
 * vmgetinfo(), computed from the machine's state by the rules of docs/aix.md.
 *
 *	       frames 1 .. npages
 *	+--------+-----------------------+---------+-----------------+
 *	| free   | working               | client  | of no segment   |
 *	| numfrb | numwseguse            | num-    | unmngd_pgs      |
 *	|        | anons, shared memory  | clseg-  | device and phys |
 *	|        | + page tables (system)| use     | memory          |
 *	+--------+-----------------------+---------+-----------------+
 *
 * Pages are of 4 KB whatever size backs them; in struct sim_aix_psize they are
 * of that structure's size.  The sizes are those of the page table's geometry;
 * a frame is of the largest by which any page table maps it (aix_walk.c).
 * Persistent segments do not exist here.  Pinned is what is wired, and every
 * page table.
 *
 * Part of it is found by a walk over all frames (struct sim_aix_walked); the
 * rest is read off counters.  A cheap answer takes the walked part as it was
 * stored last, in machine->tunables.aix_*.
 *
 * Invariants (sim_aix_check names them; the walk against counters, so the two
 * sides come from different places):
 *  N1  numfrb + numwseguse + numpseguse + numclseguse + unmngd_pgs
 *	== memsizepgs
 *  N2  system_pgs + nonsys_pgs == numwseguse + numpseguse + numclseguse, and
 *	system_pgs == page tables of all address spaces
 *  N3  numperm == numpseguse + numclseguse; numclient == numclseguse
 *  N4  numvpages == numwseguse + blocks of paging space without a frame
 *  N5  pinned: numwsegpin + numpsegpin + numclsegpin + unmngd_pgs == wired
 *	frames + page tables; no segment has more pinned than in use
 *  N6  for each gauge and counter kept per page size: the sum over sizes of
 *	pages x size is the global value x 4096, the sum of counts the count;
 *	numframes so makes memsizepgs
 *  N7  pgspgins <= pageins, pgspgouts <= pageouts, exfills <= pageins,
 *	numiodone <= numsios, protection faults <= faults
 *  N8  minperm <= maxperm; maxclient <= maxperm; minfree < maxfree;
 *	npskill <= npswarn
 *  N9  of each page size: numfrb + numwseguse + numpseguse + numclseguse, and
 *	of the base page's unmngd_pgs, == numframes; none is below 0
 *  N10 0 <= psfreeblks <= blocks of paging space; the blocks that pages own
 *	(numpgsp_pgs, by their owners) and bad ones are the others
 *  N11 of each kind: rpgcnt <= nrepaged; of both: nrepaged <= nreplaced (a file
 *	may become text, which is the other kind, in between)
 *  N12 with policy=aix: nreplaced of both kinds == pgsteals <= scans; and
 *	numpermio <= pageouts
 */
#ifndef SIM_AIX_H
#define SIM_AIX_H

#include "sim.h"

/* Counters since boot; kept for all memory and for each page size. */
#define SIM_AIX_COUNTERS(X)						\
	X(pgexct)	X(pgrclm)	X(lockexct)	X(backtrks)	\
	X(pageins)	X(pageouts)	X(pgspgins)	X(pgspgouts)	\
	X(numsios)	X(numiodone)	X(zerofills)	X(exfills)	\
	X(scans)	X(cycles)	X(pgsteals)	X(freewts)	\
	X(extendwts)	X(pendiowts)

/* What the walk finds: pages, for all memory; all but the last per size. */
#define SIM_AIX_WALKED_SIZED(X)						\
	X(numvpages)	X(numwseguse)	X(numpseguse)	X(numclseguse)	\
	X(numwsegpin)	X(numpsegpin)	X(numclsegpin)			\
	X(system_pgs)	X(nonsys_pgs)
#define SIM_AIX_WALKED(X)						\
	SIM_AIX_WALKED_SIZED(X) X(unmngd_pgs)

/* Gauges read off counters: pages, for all memory and for each page size. */
#define SIM_AIX_SIZED(X)						\
	X(numfrb)	X(numclient)	X(numperm)	X(numpout)	\
	X(minfree)	X(maxfree)	X(pfrsvdblks)	X(pfavail)	\
	X(pfpinavail)

/* The same for all memory only; those of the first list follow from memory. */
#define SIM_AIX_SETTINGS(X)						\
	X(memsizepgs)	X(maxperm)	X(minperm)	X(maxclient)	\
	X(psfreeblks)	X(npswarn)	X(npskill)	X(normlmbmem)
#define SIM_AIX_GLOBAL(X)						\
	SIM_AIX_SETTINGS(X)						\
	X(minpgahead)	X(maxpgahead)	X(hisid)	X(hiesid)	\
	X(numpermio)

/* Pairs, by AIX's repage types: [0] computational pages, [1] files'. */
#define SIM_AIX_PAIRS(X)						\
	X(rpgcnt)	X(nreplaced)	X(nrepaged)

#define SIM_AIX_PAIR(m)		int64_t m[2];
#define SIM_AIX_COUNTER(m)	uint64_t m;
#define SIM_AIX_GAUGE(m)	int64_t m;

#define SIM_AIX_MAXPSIZES	PMAP_MAXSIZES
#define SIM_AIX_PAGE		4096u	/* the page of AIX's page counts */

struct sim_aix_psize {			/* one page size */
	uint64_t	psize;		/* bytes */
	bool		pageable;	/* may go to paging space */
	SIM_AIX_COUNTERS(SIM_AIX_COUNTER)
	SIM_AIX_WALKED_SIZED(SIM_AIX_GAUGE)
	SIM_AIX_SIZED(SIM_AIX_GAUGE)
	int64_t		numframes;	/* pages of this size */
	int64_t		numpgsp_pgs;	/* that own a paging-space block */
	int64_t		rpgcnt[2];
	int64_t		numpermio;
	uint64_t	memavailable;	/* bytes */
};

struct sim_aix {
	SIM_AIX_COUNTERS(SIM_AIX_COUNTER)
	SIM_AIX_WALKED(SIM_AIX_GAUGE)
	SIM_AIX_SIZED(SIM_AIX_GAUGE)
	SIM_AIX_GLOBAL(SIM_AIX_GAUGE)
	SIM_AIX_PAIRS(SIM_AIX_PAIR)
	int64_t		numpgsp_pgs;	/* by their owners, if it was asked to
					   walk */
	uint64_t	memavailable;	/* bytes */
	unsigned	npsizes;	/* in size[], rising; [0] is the
					   machine's base page */
	struct sim_aix_psize size[SIM_AIX_MAXPSIZES];
};

/*
 * Everything.  walk: go over all frames; else the walked members (of all
 * memory) are those stored last, and 0 before that.  Changes nothing.
 */
void	sim_aix_read(struct machine *, bool walk, struct sim_aix *);
/* Store the walked members for answers to come. */
void	sim_aix_store(struct machine *, const struct sim_aix *);

/* Page sizes that the machine supports, rising, in bytes. => how many */
unsigned sim_aix_psizes(const struct machine *,
	    uint64_t sizes[SIM_AIX_MAXPSIZES]);
/*
 * Size in bytes of the page that backs va, touched or not; nothing changes.
 * => 0; EINVAL: nothing is mapped there, or a guard that never has a page
 */
int	sim_aix_page_size(struct process *, vaddr_t va, uint64_t *size);

/*
 * Segment ids: an address space (its private memory and page tables) has an
 * even one, a memory object (a file, shared memory) an odd one.
 */
static inline int64_t
sim_aix_sid_space(const struct pmap *pmap)
{
	return (int64_t)pmap->id * 2;
}

static inline int64_t
sim_aix_sid_object(const struct vm_object *obj)
{
	return (int64_t)obj->id * 2 + 1;
}

/* Frames that hold page tables, by the address spaces' own count. */
int64_t	sim_aix_page_tables(const struct vm *);

/* Pages of AIX's in a frame. */
static inline int64_t
sim_aix_per_frame(const struct vm *vm)
{
	return (int64_t)(pg_size(vm) / SIM_AIX_PAGE);
}

/* The walked members of all memory and of larger sizes, in base pages and in
 * pages of the size.  => size[0] is left as it is */
void	sim_aix_walk(struct vm *, struct sim_aix *);

/* => NULL, or the first broken invariant, in buf */
const char *sim_aix_check(struct machine *, char *buf, size_t len);

#endif /* SIM_AIX_H */
