/*
 * State as numbers, for whoever keeps it (core files).
 *
 * Something that has state of its own (a daemon, a policy, a disk) has one
 * function that names its numbers, each with what is lawful, in a fixed order:
 *
 *	static void
 *	aix_keep(struct vm *vm, struct vm_keep *k)
 *	{
 *		struct aix *a = vm->pageout.state;
 *
 *		VM_KEEP(k, a->hand, 0, vm->pages.npages);
 *		VM_KEEP(k, a->nring, 0, RING);
 *		VM_KEEP_ARRAY(k, a->ring, a->nring, 0, UINT32_MAX);
 *	}
 *
 * The same function saves and loads, so the two cannot differ.  Loading, it is
 * called on state as init() makes it for the same configuration; a number that
 * is not lawful is refused, and is 0 like all that follow.  What holds between
 * numbers (lists, sums) is the business of check(), which is called afterwards
 * on numbers that lie within their bounds, and must not trust more than that:
 * no loop without an end, no index that the bounds do not cover.
 *
 * A number is as wide as its member: 1, 2, 4 or 8 bytes, the same on all hosts;
 * no pointers, no size_t, no enum.  A double is kept by its bits (0 to
 * UINT64_MAX), an int as unsigned (0 to UINT32_MAX).
 */
#ifndef VM_KEEP_H
#define VM_KEEP_H

#include "pmap/types.h"

/*
 * No machine counts that far, or runs that long in ns: what is not above can go
 * on being counted without an overflow.
 */
#define VM_KEEP_MAX	((uint64_t)1 << 62)

struct vm_keep {
	bool		load;		/* numbers come in; else they go out */
	bool		ok;		/* false: something was refused */
	/* One number.  In: sets *v to one of [lo, hi], or to 0 and refuses. */
	void	      (*number)(struct vm_keep *, const char *name, uint64_t *v,
			    unsigned bytes, uint64_t lo, uint64_t hi);
	/* Refuse what has come in, for a reason ("the hand is nowhere"); NULL:
	   the host has no memory for it. */
	void	      (*refuse)(struct vm_keep *, const char *why);
	void	       *ctx;		/* the keeper's */
};

/* n numbers of `bytes' each, one behind the other. */
void	vm_keep_numbers(struct vm_keep *, const char *name, void *p,
	    unsigned bytes, uint64_t n, uint64_t lo, uint64_t hi);

/* 1, 2, 4 or 8, or it does not compile. */
#define VM_KEEP_WIDTH(x)						\
	(sizeof(x) + 0 * sizeof(char[sizeof(x) <= 8 &&			\
	    (sizeof(x) & (sizeof(x) - 1)) == 0 ? 1 : -1]))
#define VM_KEEP(k, member, lo, hi)					\
	vm_keep_numbers((k), #member, &(member),			\
	    (unsigned)VM_KEEP_WIDTH(member), 1, (lo), (hi))
#define VM_KEEP_ARRAY(k, array, n, lo, hi)				\
	vm_keep_numbers((k), #array, (array),				\
	    (unsigned)VM_KEEP_WIDTH((array)[0]), (n), (lo), (hi))

#endif /* VM_KEEP_H */
