/*
 * Machines of every kind with pages of several sizes, for the tests of what
 * interfaces tell about them: a few processes that map, touch, protect, wire,
 * fork and unmap at random, and a look at one page through pmap_walk() alone.
 */
#ifndef TEST_SIZES_WORLD_H
#define TEST_SIZES_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "sim/sim.h"

#define WORLD_MAXPROCS		3
#define WORLD_MAXREGIONS	4

struct world_kind {
	const char     *arch, *superpages, *ram;
};
/* Base pages only, reservations on each architecture, and other policies; the
 * last has no arch. */
extern const struct world_kind world_kinds[];

struct world_region {
	struct process *p;		/* NULL: not used */
	vaddr_t		start;
	vsize_t		len;
};

struct world {
	struct machine *m;
	const struct pmap_geometry *geo;
	vsize_t		page;		/* bytes of a base page, */
	vsize_t		least;		/* of the least larger one, */
	vsize_t		large;		/* of the largest that is promoted to */
	uint64_t	seed;
	struct process *procs[WORLD_MAXPROCS];	/* NULL: none */
	struct world_region region[WORLD_MAXREGIONS];
};

/* A machine with one FreeBSD process, this thread attached to it. */
void	world_open(struct world *, const struct world_kind *);
void	world_close(struct world *);
void	world_step(struct world *);	/* one operation at random */
uint64_t world_random(struct world *, uint64_t below);
/* Anonymous memory, at a multiple of align.  => its address */
vaddr_t	world_map(struct world *, struct process *, vsize_t len,
	    vsize_t align);
void	world_touch(struct world *, struct process *, vaddr_t, vsize_t,
	    vm_prot_t);

/* What maps a page, by the levels and bits of the walk. */
struct world_page {
	bool		mapped;
	unsigned	psind;
	pfn_t		frame;
	bool		leaf;		/* above the last level */
	bool		accessed, modified; /* M and may be written */
	bool		dirty;		/* M */
};
struct world_page world_page(const struct world *, const struct process *,
	    vaddr_t);

#endif /* TEST_SIZES_WORLD_H */
