/*
 * Replacement by policies that see every reference (policy.h), in a machine.
 *
 *	frames=N   local: each process has a set of N slots.  A slot is a
 *		   mapping of one base page, its key names the page's address.
 *		   At a fault on a page that is not mapped, and N that are, the
 *		   victim's mapping goes, and its page with it when nobody else
 *		   maps it.
 *	frames=0   global: a slot is a frame, its key names the page.  A page
 *		   comes in when it is queued for the first time and goes with
 *		   its frame.  When no frame is free at a fault, the victim's
 *		   is made so (the daemon vm_daemon_replace).
 *
 * Neighbours of a fault are not mapped, so that every first reference to a page
 * that is not there is a fault: of a trace, faults are misses.  There are no
 * larger pages.
 *
 *	reference	page is mapped			hit
 *			not mapped			insert, after victim
 *			mapped, but not so that it may	the fault is a hit; the
 *			be referenced so		page keeps its slot
 *	mapping goes otherwise				remove
 *
 * Pages that are wired, of devices or of the kernel are in no slot of a set.
 * Where memory is unwired, its pages come in while slots are free, in rising
 * order; the mappings of the others go.  mremap leaves the pages to fault in at
 * their new address, for they have other names there.
 *
 * Of what goes because of a policy, `evictions' are counted, and `dirtyevict',
 * those that had been written since they came in: by the modify bit of the
 * mapping that goes, or the frame's if it was the only one.  Whether a write to
 * swap follows is another matter: a page may be dirty because it has no slot
 * yet, and without swap (or when it is full) a page that must be written stays
 * in memory, unmapped and queued.
 *
 *  R1  a slot that is taken names a page that is mapped, unwired, of no device,
 *      and that mapping has the slot (pmap_slot)
 *  R2  there are as many slots taken as such mappings
 *  R3  the slots taken are those up to `used' that are not on the free stack,
 *      and the latter has each one once
 *  R4  what the policy's own check says
 *  R5  global: the members are the frames, not free, that have been queued
 */
#ifndef VM_REPLACE_H
#define VM_REPLACE_H

#include "policy.h"
#include "vm_keys.h"
#include "vm_pageout.h"

struct vm_map;
struct vmspace;
struct pmap;

/* A policy at work, and its state: one block of memory. */
struct vm_policy_run {
	const struct vm_policy *policy;
	void	       *state;		/* in block, aligned */
	void	       *block;
	size_t		bytes;		/* of block */
	struct vm_policy_args args;
};

/* The set of a process (pmap->client). */
struct vm_set {
	struct vm_policy_run run;
	struct vm      *vm;
	struct pmap    *pmap;
	uint32_t	frames;		/* slots 1 .. frames */
	uint32_t	used;		/* slots that were ever taken */
	uint32_t	nfree;		/* of them, free again */
	uint32_t       *free;		/* a stack of those */
	uint64_t       *page;		/* by slot: virtual page number + 1; 0:
					   it is free */
	bool		express;	/* the machine has nothing that hinders
					   the express lane */
	bool		keyed;		/* the policy looks at keys */
	struct vm_keys	keys;		/* of virtual pages, then */
	uint32_t	last;		/* slot whose page was evicted last */
	uint64_t	faulting;	/* page number + 1 of the fault that is
					   being resolved; 0: none */
	uint32_t	held;		/* slot that its page had before */
};

/* The policy of all frames (vm->pageout.state). */
struct vm_commons {
	struct vm_policy_run run;
	uint8_t	       *member;		/* by frame: it is the policy's */
	uint32_t       *key;		/* by frame: of its page */
	uint32_t       *aside;		/* victims that cannot go */
	uint32_t	nmembers;
	uint32_t	coming;		/* key of the page that is waited for */
	bool		faulting;	/* a fault is under way */
	pfn_t		arrived;	/* that it has brought in */
};

extern const struct vm_daemon vm_daemon_replace;	/* frames=0 */

/* ---- sets (vm_replace.c) ---- */
/*
 * A set for a new process, if the machine has a policy for each.
 * => 0 or ENOMEM
 */
int	vm_set_create(struct vm *, struct pmap *);
void	vm_set_destroy(struct pmap *);	/* => nothing is mapped */
/* pmap_system.slot_gone */
void	vm_set_gone(void *vm, struct pmap *, vaddr_t va, uint32_t slot);
/*
 * The fault that is being resolved is lawful and will map its page, unwired:
 * make room for it.  May evict: whoever calls holds no frame and no PTE.
 * => 0 or ENOMEM
 */
int	vm_set_room(struct vm_map *);
/* [start, end) has been unwired. */
void	vm_set_unwired(struct vm_map *, vaddr_t start, vaddr_t end);

/* ---- all frames (vm_replace_all.c) ---- */
/* A fault where all frames are the policy's.  => as uvm_fault */
int	vm_commons_fault(struct vm_map *, vaddr_t va, vm_prot_t access);
/* The page at va is about to be wired by a fault, or that is over (va 0): what
 * the fault brings in is no victim of its own.  => any machine */
void	vm_commons_wiring(struct vm_map *, vaddr_t va);
void	vm_commons_expire(struct vm *);

/* ---- both (vm_replace.c) ---- */
/* A fault where there is a policy.  => as uvm_fault; va is page aligned */
int	vm_replace_fault(struct vm_map *, vaddr_t va, vm_prot_t access);
/* Before a reference in this map: tell its policy when its page is referenced
   next (vm->future), if it wants to know. */
void	vm_replace_next(struct vm_map *);
/* After it: what has had its time by the policy's clock goes; the future moves
   on. */
void	vm_replace_after(struct vm_map *);
/* The page at va, in this frame, is mapped and has been referenced. */
void	vm_replace_hit(struct vm_map *, vaddr_t va, pfn_t);
/* Does this map's policy remember the page at va, which is not there, as one
   that went?  Without effect. */
bool	vm_replace_is_ghost(struct vm_map *, vaddr_t va);
/* The policy that counts this map's references; NULL: none does. */
struct vm_policy_run *vm_replace_run(struct vm_map *);
/* R1 to R5. => NULL or the first broken invariant, in buf */
const char *vm_replace_check(struct vm *, char *buf, size_t len);

struct vm_keep;
/* The state of all of it for a core file (vm_keep.h). */
void	vm_replace_keep(struct vm *, struct vm_keep *);

int	vm_policy_start(struct vm *, uint32_t frames, struct vm_policy_run *);
void	vm_policy_stop(struct vm *, struct vm_policy_run *);

#endif /* VM_REPLACE_H */
