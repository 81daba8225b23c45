/*
 * The page daemon: who runs it when, and what it does with one page.
 *
 * Three daemons, each a const struct vm_daemon in a file of its own, decide
 * which pages go by reference and modify bits alone: uvm, freebsd, aix.  (A
 * policy that sees every reference is vm_replace.h.)
 *
 *	vm_pageout_kick()	before a fault or a call changes anything:
 *				if memory is short, the daemon runs
 *	vm_pageout_wait()	no frame was free: the daemon runs while its
 *				caller waits; then the caller begins again
 *	vm_pageout_tick()	time has passed (vm->tick, ms)
 *
 * A run begins and ends between operations: no caller holds a frame, an anon's
 * place or a PTE across any of these.  I/O is complete when it returns, so
 * uvmexp.paging and pdpending are 0 outside of a run.
 *
 * S1..S5 of the reference hold, of pages:
 *  D1  an anon or an aobj page with a frame and a slot, and PG_CLEAN or neither
 *      flag and no modify bit, the slot holds the same content
 *  D2  swpgonly counts the slots whose owner has no frame
 */
#ifndef VM_PAGEOUT_H
#define VM_PAGEOUT_H

#include "vm_keep.h"
#include "vm_swap.h"

struct vm;

struct vm_daemon {
	const char     *name;		/* as in policy=uvm */
	const char     *summary;
	/* State and thresholds; vm->exp.npages is set.  => 0 or ENOMEM.  What
	   it allocates hangs off vm->pageout.state */
	int	      (*init)(struct vm *);
	void	      (*fini)(struct vm *);
	/* free < vm->pageout.wake: is there something to do? */
	bool	      (*low)(struct vm *);
	/* One run.  waiting: somebody cannot go on without a frame. */
	void	      (*run)(struct vm *, bool waiting);
	/* Time has passed; NULL: it has no clock. */
	void	      (*tick)(struct vm *);
	/* A page is queued for the first time, or is freed; NULL: no matter. */
	void	      (*arrive)(struct vm *, pfn_t);
	void	      (*leave)(struct vm *, pfn_t);
	/* A page comes back that was evicted (AIX's repage test); key as
	   vm_page_key says.  NULL: no matter. */
	void	      (*refault)(struct vm *, pfn_t, uint64_t key);
	const char   *(*check)(struct vm *, char *buf, size_t len);
	/* Its state for a core file (vm_keep.h); NULL: it has none. */
	void	      (*keep)(struct vm *, struct vm_keep *);
	/* A page with PG_NOTED is about to leave its queue (to 0), or is
	   activated wherever it is (to PQ_ACTIVE).  NULL: sets no PG_NOTED. */
	void	      (*noted)(struct vm *, pfn_t, unsigned to);
	/* madvise(2) of FreeBSD: the page will not be needed soon.  NULL: it is
	   deactivated. */
	void	      (*aside)(struct vm *, pfn_t);
};

extern const struct vm_daemon vm_daemon_uvm, vm_daemon_freebsd, vm_daemon_aix;
extern const struct vm_daemon *const vm_daemons[];	/* NULL-ended */
const struct vm_daemon *vm_daemon_byname(const char *);

struct vm_pageout {
	const struct vm_daemon *daemon;	/* NULL: policy=none, nothing goes */
	void	       *state;		/* the daemon's own */
	uint64_t	wake;		/* ask low() when fewer are free; 0:
					   never */
	bool		clock;		/* activating an active page leaves it
					   where it is in the queue */
	bool		running;	/* kicks in a run do nothing */
	bool		follows;	/* the daemon's arrive and leave are
					   called: set by its init */
	bool		starved;	/* an allocation has failed since the
					   last run */
	bool		resigned;	/* set by a run that somebody waits for:
					   another would be in vain */
	uint64_t	want;		/* frames that it asked for at once; 0:
					   one */
	uint64_t	waits;		/* low-memory waits */
	uint64_t	wait_pages;	/* frames that they gained */
	uint64_t	failed;		/* waits that gained nothing */
};

int	vm_pageout_init(struct vm *);
void	vm_pageout_fini(struct vm *);
void	vm_pageout_run(struct vm *);	/* the slow half of a kick */
#define vm_pageout_kick(vm) do {					\
	if (unlikely((vm)->exp.free < (vm)->pageout.wake))		\
		vm_pageout_run(vm);					\
} while (0)
#define vm_pageout_noted(vm, pfn, to) do {				\
	if ((vm)->pageout.daemon != NULL &&				\
	    (vm)->pageout.daemon->noted != NULL)			\
		(vm)->pageout.daemon->noted((vm), (pfn), (to));		\
} while (0)
/* An operation needs n frames at once, and fails for want of them. */
void	vm_pageout_starve(struct vm *, uint64_t n);
/*
 * An allocation has failed (starved): the daemon runs until so many frames are
 * free that it would not fail, or nothing more goes.
 * => more frames are free now; false: none could be gained, nobody has starved,
 *    or there is no daemon
 */
bool	vm_pageout_wait(struct vm *);
/* NetBSD's rule: swap is not full, or files have pages enough. */
bool	uvm_reclaimable(const struct vm *);
void	vm_pageout_tick(struct vm *);
/* The page will not be needed soon: vm_daemon.aside, or it is deactivated. */
void	vm_pageout_aside(struct vm *, pfn_t);

/* ---- what is done with one page (vm_evict.c) ---- */

/* Would its content be lost with the frame?  Looks at CLEAN, DIRTY and the
   modify bits of all mappings; a PG_ANON|PG_CLEAN page without a slot was given
   up (MADV_FREE) and reads as zero when it has gone. */
bool	vm_page_isdirty(struct vm *, pfn_t);
/* May it go at all: owned by an anon or a pageable object, not wired, not busy,
   not of the kernel's */
bool	vm_page_evictable(struct vm *, pfn_t);
/*
 * A clean page goes: mappings, place in its owner, frame.  Counts swpgonly, not
 * pdfreed.  => 0; ENOMEM: of the host (nothing changed)
 */
int	vm_page_drop(struct vm *, pfn_t);
/*
 * Dirty pages are cleaned: swap-backed ones by a cluster of slots in a row,
 * those of files in the order of the file with their dirty neighbours.  n pages
 * at most VM_SWAP_CLUSTER, all of one kind.  Mappings of file pages become
 * read-only, those of others go.  The pages stay, clean, with a slot.
 * => how many of them were written, from the first on; *error says why not
 *    all: ENOSPC (no slot), EIO, ENOMEM
 */
uint32_t vm_page_clean(struct vm *, const pfn_t *, uint32_t n, int *error);
/* Clean it if it is dirty and drop it.  => 0, EBUSY: not evictable; or as
   above */
int	vm_page_evict(struct vm *, pfn_t);

/*
 * The same step by step: a cluster of slots in a row that is filled page by
 * page and written at once.  It begins as all zeros.
 */
struct vm_cluster {
	uint32_t	slot;		/* of page[0] */
	uint32_t	nslots;		/* that were had; 0: none yet */
	uint32_t	n;		/* pages so far, <= nslots */
	pfn_t		page[VM_SWAP_CLUSTER];
};
/*
 * A dirty page for the cluster; its old slot is free then.  want: slots to ask
 * for if this is its first page.  => swap-backed, mapped nowhere, the cluster
 * not full.  => 0; ENOSPC: no slot; ENOMEM: of the host
 */
int	vm_cluster_add(struct vm *, struct vm_cluster *, pfn_t, uint32_t want);
/*
 * Write it, give back what was not used, and make it empty; counts pdpageouts.
 * => 0: the pages are clean; EIO: they are dirty, their slots are bad
 */
int	vm_cluster_flush(struct vm *, struct vm_cluster *);

/* The slot of a page that has one, or NONE; drop it: the page is dirty */
uint32_t vm_page_slot(struct vm *, pfn_t);
void	vm_page_dropslot(struct vm *, pfn_t);
/* The name of a page whether resident or not: owner's kind, number, index. */
uint64_t vm_page_key(struct vm *, pfn_t);

/* ---- pages that are not resident (vm_pagein.c) ---- */

struct vm_amap;
struct vm_object;

/*
 * Bring the page of an anon that has no frame back; it keeps its slot, and is
 * on no queue.  One that was given up (no slot) is zero and dirty.
 * => 0; ENOMEM: no frame; EIO: the slot is bad now
 */
int	vm_anon_pagein(struct vm *, uint32_t anon);
/* The same where it is known which slot of which amap names the anon. */
int	vm_anon_pagein_at(struct vm *, uint32_t anon, struct vm_amap *,
	    uint64_t slot);
/* Likewise a page of an aobj that has a slot.  => and *pfn */
int	vm_aobj_pagein(struct vm *, struct vm_object *, uint64_t pindex,
	    pfn_t *pfn);
/* The slot of a page that may be out; BAD and NONE are no place. */
static inline bool
vm_slot_is_place(uint32_t slot)
{
	return slot != SWSLOT_NONE && slot != SWSLOT_BAD;
}

#endif /* VM_PAGEOUT_H */
