/*
 * A few address spaces and objects below the system-call layer, real and
 * modelled side by side: the world of test_vm_ops.
 */
#ifndef TESTS_MODEL_VM_WORLD_H
#define TESTS_MODEL_VM_WORLD_H

#include "compare.h"
#include "harness.h"

#define WORLD_SPACES	6
#define WORLD_OBJECTS	4
#define WORLD_BASE	((vaddr_t)0x10000000)

enum vm_op {
	OP_MAP, OP_UNMAP, OP_PROTECT, OP_SETMAX, OP_INHERIT, OP_ADVICE,
	OP_FLAGS, OP_WILLNEED, OP_CLEAN, OP_DISCARD, OP_WIRE, OP_UNWIRE,
	OP_WIRE_ALL, OP_UNWIRE_ALL, OP_MOVE, OP_FORK, OP_EXIT, OP_EXEC,
	OP_SETSIZE, OP_READ, OP_WRITE, OP_FETCH, OP_PEEK, OP_BATCH,
	/* where there are larger pages */
	OP_FILL, OP_LETGO, OP_DONTNEED, OP_SCAN,
	/* where pages can leave memory (vm_swap_step.c) */
	OP_EVICT, OP_DAEMON, OP_SWAPCTL, OP_NKINDS
};

struct variant {
	const char     *name;
	uint32_t	mapflags;
	unsigned	npages;		/* of the arena */
	unsigned	ram;		/* frames */
	bool		linux_like;	/* discard and keep, no minherit */
	const char     *arch;
	uint8_t		superpages;	/* enum vm_superpages */
	unsigned	domains;	/* of memory */
	/* Pages leave memory: by this daemon, and at random */
	const struct vm_daemon *daemon;
	unsigned	swap;		/* pages of swap, in two devices */
	/* A policy that sees every reference, and what a process may have */
	const struct vm_policy *policy;
	uint32_t	frames;
};
#define WORLD_NPLAIN	16		/* variants with base pages only */
#define WORLD_NSUPER	12		/* then, with larger ones */
#define WORLD_NSWAP	12		/* then, where pages leave memory */
#define WORLD_NPOLICY	11		/* then, by a policy's choice */

struct world {
	const struct variant *v;
	struct mem     *mem;
	struct vm	vm;
	struct vmspace *real[WORLD_SPACES];	/* NULL: none */
	struct model_space *model[WORLD_SPACES];
	struct model_layout layout;
	struct model_object object[WORLD_OBJECTS];
	uint64_t	stamp;
};

extern const struct variant vm_variants[];

/* Test program `name`: n variants, beginning with that one (vm_main.c).
 * => exit status */
int	world_main(const char *name, unsigned from, unsigned n,
	    const struct harness_plan plans[3], int argc, char **argv);
void   *world_create(unsigned variant, uint64_t seed);
void	world_destroy(void *);
const char *world_check(void *, char *buf, size_t len);
const char *world_step(void *, const struct op *, char *buf, size_t len);
void	world_generate(struct model_rng *, unsigned variant, struct op *);
/* Bring the numbers of an operation, which may be any, into the ranges that
 * world_generate() draws from.  => false: it is none of this variant's */
bool	world_fit(unsigned variant, struct op *);
void	world_print(FILE *, unsigned variant, const struct op *);
/* Random operations on frames, the daemon and swap.
 * => NULL or what is wrong */
const char *world_swap_step(struct world *, struct vm_map *, vaddr_t start,
	    vaddr_t end, const struct op *);
/* Larger mappings around va are what the page table's entries, one by one, and
 * the layers say (vm_larger.c); faulted: a fault has just entered va.
 * => NULL or what is wrong */
const char *world_larger(struct world *, struct vm_map *, vaddr_t va,
	    bool faulted);

#endif /* TESTS_MODEL_VM_WORLD_H */
