/*
 * The naive model: what a machine's memory is, one record per page.
 *
 *	space: page[0] page[1] page[2] ...	one slot per page of the arenas
 *	          |       |       |
 *	         cell    cell    cell		what is written there, counted
 *		   \     /
 *		 (two spaces share a cell: memory inherited as shared)
 *
 * Written from the specification alone (UVM semantics, the manuals), sharing no
 * code with the simulator: no entries, no amaps, no page tables, no trees.
 * Copying is eager: a private fork duplicates every cell.  Where the
 * specification leaves two results open, the model says so (MODEL_ANY).
 *
 * A cell that is not set reads as what lies below: the object's page, or zero.
 */
#ifndef TESTS_MODEL_MODEL_H
#define TESTS_MODEL_MODEL_H

#include "pmap/types.h"

/* log2 of the base page, of the world at hand in this thread */
extern __thread unsigned model_shift;
#define MODEL_PAGE	((vsize_t)1 << model_shift)

static inline uint64_t
model_trunc(uint64_t a)
{
	return a >> model_shift << model_shift;
}

static inline uint64_t
model_round(uint64_t a)
{
	return model_trunc(a + (MODEL_PAGE - 1));
}

static inline uint64_t
model_atop(uint64_t a)
{
	return a >> model_shift;
}

static inline uint64_t
model_ptoa(uint64_t n)
{
	return n << model_shift;
}

#define MODEL_ARENAS	4
#define MODEL_OBJPAGES	64
#define MODEL_ANY	(-1)	/* both success and EACCES are right */

/* Inheritance and advice as UVM stores them. */
enum { M_SHARE, M_COPY, M_NONE, M_ZERO };
enum { M_NORMAL, M_RANDOM, M_SEQUENTIAL };
/* What a clean may do (PGO_*). */
#define M_CLEANIT	1
#define M_DEACTIVATE	4
#define M_FREE		8

struct model_cell {
	uint32_t	refs;		/* slots that name it */
	bool		set;		/* false: look below */
	bool		lazy;		/* given up (MADV_FREE): what it holds,
					   or zero, until written again */
	uint64_t	tag;
};

struct model_object {
	bool		file;		/* else zero-filled memory */
	uint64_t	size;		/* bytes */
	uint64_t	tag[MODEL_OBJPAGES];	/* content now */
	uint64_t	disk[MODEL_OBJPAGES];	/* files: as written back */
	void	       *real;		/* the simulator's object */
};

struct model_page {
	struct model_cell *cell;	/* NULL: nothing is mapped here */
	struct model_object *object;	/* NULL: anonymous */
	uint32_t	pindex;		/* page of the object */
	uint32_t	wired;		/* mlocks */
	uint16_t	flags;		/* what a call wants remembered */
	uint8_t		prot, maxprot;
	uint8_t		inherit, advice;
	bool		cow;		/* private: writes stay here */
	bool		blank;		/* no memory behind it at all */
};

struct model_layout {			/* where the arenas lie */
	unsigned	narenas;
	unsigned	npages;		/* of all arenas */
	struct {
		vaddr_t	 base;
		unsigned n;		/* pages */
		unsigned first;		/* index of its first page */
	} arena[MODEL_ARENAS];
};

struct model_space {
	const struct model_layout *layout;
	unsigned	nmapped;
	struct model_page page[];
};

/* What a new mapping is; of pindex on, for object mappings. */
struct model_map {
	struct model_object *object;
	uint32_t	pindex;
	uint8_t		prot, maxprot, inherit, advice;
	uint16_t	flags;
	bool		cow, blank;
};

/* ---- life ---- */
void	model_layout_add(struct model_layout *, vaddr_t base, unsigned npages);
struct model_space *model_space_new(const struct model_layout *);
void	model_space_free(struct model_space *);
void	model_object_init(struct model_object *, bool file, uint64_t size,
	    uint64_t (*content)(uint64_t seed, uint64_t i), uint64_t seed);

/* ---- slots ---- */
/* => the slot of va, or NULL when it lies outside the arenas */
struct model_page *model_at(struct model_space *, vaddr_t va);
/* => index of the first slot at or above va in any arena; npages: none.
 * Arenas are added in rising order, so slots are in address order. */
unsigned model_index(const struct model_layout *, vaddr_t va);
vaddr_t	model_addr(const struct model_layout *, unsigned index);
/* => first page of [start, end) that is not mapped, or end */
vaddr_t	model_hole(struct model_space *, vaddr_t start, vaddr_t end);
bool	model_is_free(struct model_space *, vaddr_t start, vaddr_t end);
/* What a read would see there (protection aside); 0 past the end. */
uint64_t model_content(const struct model_page *);
bool	model_past_end(const struct model_page *);

/* ---- operations: errno values as the map layer gives them ---- */
int	model_map(struct model_space *, vaddr_t start, vaddr_t end,
	    const struct model_map *, bool replace);
void	model_unmap(struct model_space *, vaddr_t start, vaddr_t end);
int	model_protect(struct model_space *, vaddr_t start, vaddr_t end,
	    uint8_t prot, bool set_max);
void	model_inherit(struct model_space *, vaddr_t start, vaddr_t end,
	    uint8_t inherit);
void	model_advice(struct model_space *, vaddr_t start, vaddr_t end,
	    uint8_t advice);
void	model_flags(struct model_space *, vaddr_t start, vaddr_t end,
	    uint16_t set, uint16_t clear);
int	model_clean(struct model_space *, vaddr_t start, vaddr_t end,
	    unsigned flags);
int	model_discard(struct model_space *, vaddr_t start, vaddr_t end);
int	model_pageable(struct model_space *, vaddr_t start, vaddr_t end,
	    bool wire, bool skip);
void	model_move(struct model_space *, vaddr_t from, vsize_t len, vaddr_t to,
	    bool keep);
struct model_space *model_fork(struct model_space *);
void	model_setsize(struct model_object *, uint64_t size);
/* One access. => 0, EFAULT, EACCES, EINVAL (past the end) or MODEL_ANY */
int	model_access(struct model_space *, vaddr_t va, uint8_t type,
	    uint64_t stamp);

/* MADV_FREE may drop the private memory of a page or not, as the amount of
 * sharing that is left decides.  => it may */
bool	model_may_free(const struct model_page *, unsigned flags);

/* ---- random numbers: the tests' own generator (splitmix64) ---- */
struct model_rng {
	uint64_t	state;
};
uint64_t model_random(struct model_rng *);
/* => 0 .. n-1 */
static inline uint32_t
model_below(struct model_rng *r, uint32_t n)
{
	return (uint32_t)((model_random(r) >> 32) * n >> 32);
}

#endif /* TESTS_MODEL_MODEL_H */
