/*
 * Host memory of one machine.
 *
 * Every byte that a machine uses comes from here, so that destroying the
 * machine gives all of it back at once, accounting is exact, and allocation
 * failure can be injected in one place.  Two implementations, chosen by the
 * Makefile: mem_jemalloc.c (one jemalloc arena per machine; the product) and
 * mem_libc.c (the libc's allocator, so that sanitizers see each block).
 *
 * I1  in_use == sum of the sizes passed to alloc minus those passed to free.
 * I2  after mem_destroy() nothing of the machine is left on the host.
 *
 * Injection: mem_fail_after(m, n) makes the n-th allocation from now fail (and
 * only that one); mem_fail_again(m, n, k) also each k-th behind it, all of them
 * if k is 1; 0 switches it off.  Slabs (slab.h) count each reserved item
 * as one allocation, so a cached item can fail too.
 *
 * A limit is met in the same way: what would go beyond it fails.  Whoever works
 * for the machine finds out from mem_refused() that it was the host's memory
 * that was short, not the machine's.
 *
 * I3  in_use <= limit, where there is one, but for what was in use before it.
 */
#ifndef PMAP_MEM_H
#define PMAP_MEM_H

#include "types.h"

/* Every struct mem begins with this. */
struct mem_public {
	bool		injecting;	/* mem_fail_after is armed, not held */
};

struct mem;

static inline bool
mem_injecting(const struct mem *m)
{
	return ((const struct mem_public *)(const void *)m)->injecting;
}

struct mem *mem_create(void);		/* NULL: the host has no memory */
void	mem_destroy(struct mem *);	/* NULL is allowed */

void   *mem_alloc(struct mem *, size_t);	/* contents undefined */
void   *mem_zalloc(struct mem *, size_t);	/* zeroed; large blocks are
						   touched only as used */
void   *mem_alloc_aligned(struct mem *, size_t, size_t align);
/* => old block stays valid when NULL is returned */
void   *mem_realloc(struct mem *, void *, size_t oldsize, size_t newsize);
char   *mem_strdup(struct mem *, const char *);
void	mem_free(struct mem *, void *, size_t);	/* size as allocated; NULL ok */
void	mem_strfree(struct mem *, char *);

size_t	mem_in_use(const struct mem *);	/* bytes */
size_t	mem_peak(const struct mem *);
uint64_t mem_nalloc(const struct mem *);	/* live blocks */

/* Who looks after the host's memory as a whole, for many machines perhaps. */
struct mem_host {
	/* A machine is being made, or is made: it asks for large tables, of
	   which only what is used will be touched */
	void	      (*making)(void *ctx, bool begin);
	/* MEM_STEP more is in use than when this was last asked.  => false:
	   there shall be no more, until mem_watched() by nobody */
	bool	      (*grown)(void *ctx);
	void	       *ctx;
};
#define MEM_STEP	((size_t)256 << 10)
/* It must live as long; NULL: nobody does, which is so at first. */
void	mem_watched(struct mem *, const struct mem_host *);

void	mem_limit(struct mem *, size_t bytes);	/* 0: none */
/* Something was not given, for the limit or by the host, and not by injection;
   since the last forgiven(). */
bool	mem_refused(const struct mem *);
/* So it was to somebody who asks elsewhere for the machine (hash tables). */
void	mem_refuse(struct mem *);
void	mem_forgiven(struct mem *);

void	mem_fail_after(struct mem *, uint64_t n);
void	mem_fail_again(struct mem *, uint64_t n, uint64_t k);
bool	mem_fail_fired(const struct mem *);	/* since last mem_fail_after */
bool	mem_should_fail(struct mem *);	/* count one; true: fail it */
/*
 * Injection is held (nests) while an operation uses what it has reserved:
 * those allocations were counted when they were reserved.
 */
void	mem_injection_hold(struct mem *, bool hold);

#endif /* PMAP_MEM_H */
