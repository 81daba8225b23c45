/*
 * Physical memory: free frames in buddy lists, split into domains (vm_phys of
 * FreeBSD; the rules are those of its 12.1).
 *
 * Block k of order n is the frames [k << n, (k + 1) << n); frames are 1 ..
 * npages, so block 0 of an order above 0 is never whole.  The largest order is
 * the geometry's max_order.
 *
 *	domain 0				domain 1
 *	+-------------------+-----------------++-----------------+
 *	| entered: lists[pool][order] | virgin || entered | virgin |
 *	+-------------------+-----------------++-----------------+
 *
 * Virgin memory has never been looked at: its frames are zero in the host's
 * array, and it is described by one range.  It stands for the blocks of the
 * largest order at the head of pool DEFAULT's list and is entered block by
 * block as these are taken.  (The ragged end of RAM is entered with the last
 * whole block; where the lists would hold it from the beginning, small requests
 * would be served from the end of memory first.)
 *
 * A free block is linked through the qnext and qprev of its first frame, whose
 * pindex says its order and pool (VM_PHYS_HEAD); free frames that are no first
 * frame have pindex 0.
 *
 * alloc	the smallest order >= the wanted one of the own pool, its first
 *		block; what is too much goes to the tails of the lower orders.
 *		The own pool empty: the largest block of any pool, converted.
 * free		joined with its buddy while that is a free block of the same
 *		order; to the tail of its list.  The pool is the freed block's.
 *
 * A machine of one domain without larger pages is `plain': the frame freed last
 * is used first, as from FreeBSD's cache of pages in front of the lists, and
 * below that frames in rising order, whatever the pool.  The lists are not used
 * then and nothing coalesces.
 *
 * PH1  a free block is in one list, that of its order and pool, in its domain;
 *      it is aligned to its size and lies in the entered part.
 * PH2  no two free buddies of one order (below the largest) are both free.
 * PH3  list counts, links and tails are right.
 * PH4  nbuddy == frames in the lists and virgin; nfree == nbuddy and the holes
 *      of reservations; the nfree of all domains make uvmexp.free.
 * PH5  every frame is in exactly one of: a free block, virgin memory, a hole
 *      of a reservation, use; plain: the list of freed frames, never used, use.
 *
 * Which domain (REF: NUMA policies).  The domains are asked in turn from the
 * one that the policy says.  At first those are passed over that have no more
 * than freemin / ndomains frames free; then none is.
 * first-touch	the domain of the CPU that faults (vm->curcpu); CPUs are split
 *		evenly.
 * interleave	pieces of an object or amap of the largest promoted size in
 *		turn, from its id on; what has no place takes turns by frame.
 * round-robin	each frame the next domain.
 * A reservation that is there overrides the policy.
 */
#ifndef VM_VM_PHYS_H
#define VM_VM_PHYS_H

#include "vm_page.h"

#define VM_MAXDOMAINS	8
#define VM_MAXCPUS	64
#define VM_MAXORDER	15

enum vm_pool { VM_POOL_DEFAULT, VM_POOL_DIRECT, VM_NPOOLS };

/* pindex of the first frame of a free block */
#define VM_PHYS_HEAD(order, pool) ((order) + 1u + ((uint32_t)(pool) << 8))

struct vm_phys_list {
	uint32_t	head, tail;	/* first frames of blocks */
	uint32_t	n;		/* blocks */
};

struct vm_phys_domain {
	struct vm_phys_list list[VM_NPOOLS][VM_MAXORDER + 1];
	pfn_t		first, end;	/* frames [first, end) */
	pfn_t		virgin;		/* [virgin, end) was never entered */
	uint64_t	nbuddy;		/* frames in lists and virgin */
	uint64_t	nfree;		/* and in holes of reservations */
	uint64_t	local, remote;	/* frames allocated, by whether the CPU
					   is of the domain; not counted when
					   plain */
};

struct vm_phys {
	bool		plain;
	uint8_t		max_order;
	uint8_t		ndomains;
	uint8_t		rover;		/* whose turn it is */
	uint8_t		chunk_order;	/* interleave: pages in one piece */
	uint8_t		cpu_domain[VM_MAXCPUS];
	uint32_t	nblocks;	/* of the largest order, ragged too */
	uint8_t	       *block_domain;	/* [nblocks] */
	struct vm_phys_domain domain[VM_MAXDOMAINS];
};

/* => pages are there, config is set; 0 or ENOMEM */
int	vm_phys_init(struct vm *);
void	vm_phys_fini(struct vm *);
/*
 * A block of this order in this domain, all PG_FREE and in no list.
 * => PFN_NONE: none; not when plain
 */
pfn_t	vm_phys_alloc(struct vm *, unsigned domain, enum vm_pool,
	    unsigned order);
/* A block that is PG_FREE and in no list.  => not when plain */
void	vm_phys_free(struct vm *, pfn_t, unsigned order, enum vm_pool);
/* Likewise any run of frames: peeled into aligned blocks, lowest first. */
void	vm_phys_free_contig(struct vm *, pfn_t, uint64_t n, enum vm_pool);
/*
 * The domain that the policy names for a page.  chunk: its place in its object
 * or amap, in pieces of chunk_order, plus the owner's id; placed: it has one.
 */
unsigned vm_phys_choose(struct vm *, bool placed, uint64_t chunk);
/* Is there a virgin block of the largest order? */
bool	vm_phys_has_virgin(const struct vm *, unsigned domain);
/* Free blocks of an order; a plain machine's are counted as if in lists. */
uint64_t vm_phys_blocks(const struct vm *, unsigned domain, enum vm_pool,
	    unsigned order);
/* Frames free in a domain; its first frame; the frame behind its last. */
uint64_t vm_phys_nfree(const struct vm *, unsigned domain);
void	vm_phys_range(const struct vm *, unsigned domain, pfn_t *first,
	    pfn_t *end);
/* => NULL or the first broken invariant, in buf */
const char *vm_phys_check(struct vm *, char *buf, size_t len);

/* => domain of a frame; needs vm.h */
#define vm_phys_domain(vm, pfn)						\
	((vm)->phys.ndomains <= 1 ? 0u :				\
	    (vm)->phys.block_domain[(pfn) >> (vm)->phys.max_order])

#endif /* VM_VM_PHYS_H */
