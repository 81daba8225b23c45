/*
 * struct vm: the virtual memory of one machine (what UVM calls `uvm').
 *
 * Nothing here is global: every call gets its machine's struct vm, directly or
 * through a map.  vm/ never reads a clock, a file or the environment and never
 * prints; it reports through the event hook and counts in uvmexp.
 */
#ifndef VM_VM_H
#define VM_VM_H

#include "uvmexp.h"
#include "vm_anon.h"
#include "vm_event.h"
#include "vm_fault.h"
#include "vm_map.h"
#include "vm_page.h"
#include "vm_pageout.h"
#include "vm_phys.h"
#include "vm_replace.h"
#include "vm_reserv.h"
#include "vm_object.h"
#include "vm_super.h"

/* Who makes larger pages, and when. */
enum vm_superpages {
	VM_SUPER_NEVER,		/* base pages only */
	VM_SUPER_RESERVE,	/* FreeBSD: reservations, promotion when full */
	VM_SUPER_EAGER,		/* Linux THP "always": first fault of
				   an aligned range takes one */
	VM_SUPER_COLLAPSE,	/* khugepaged: a daemon copies into one */
};

/* Which domain a page comes from (vm_phys.h). */
enum vm_numa { VM_NUMA_FIRST_TOUCH, VM_NUMA_INTERLEAVE, VM_NUMA_ROUND_ROBIN };

struct vm_config {
	const struct pmap_geometry *geometry;
	uint64_t	ram_pages;
	bool		tags;		/* keep content tags */
	uint8_t		superpages;	/* enum vm_superpages */
	uint8_t		numa;		/* enum vm_numa */
	uint32_t	domains;	/* of memory, VM_MAXDOMAINS; 0: 1 */
	uint32_t	cpus;		/* 1 .. VM_MAXCPUS; 0: 1 */
	const struct vm_daemon *daemon;	/* NULL: nothing is ever evicted */
	/* A policy that sees every reference, or NULL; its args.frames is
	   `frames', or as many as the machine has. */
	const struct vm_policy *policy;
	struct vm_policy_args policy_args;
	uint32_t	frames;		/* pages that a process may have
					   mapped; 0: as many as fit */
};

struct vm {
	struct mem     *mem;
	uint8_t		page_shift;	/* log2 of the machine's base page */
	struct pmap_system pmaps;
	struct vm_pages	pages;
	struct vm_phys	phys;
	struct vm_reservs reservs;
	uint64_t	tick;		/* coarse time, set from above */
	uint32_t	curcpu;		/* who faults, likewise */
	/* When the page of each coming reference is referenced next, for a
	   policy that asks (policy.h); set from above, NULL: unknown. */
	const uint32_t *future;
	struct vm_anons	anons;
	struct vm_swap	swap;
	struct vm_pageout pageout;
	vm_io_fn       *io_fn;		/* NULL: disks take no time and work */
	void	       *io_ctx;
	struct slab	entries;
	struct slab	amaps;
	struct slab	amap_runs;
	struct slab	objects;
	struct sparse_pool sparse;
	struct vm_object *first_object, *last_object;
	struct uvmexp	exp;
	struct vmstat	stat;
	struct vm_refstat refs;
	struct vmspace *kernel;		/* process 0's; kernel map */
	struct vmspace *first_space, *last_space; /* the others, by age */
	struct vm_collapse collapse;
	uint32_t	next_map_id;
	vm_event_fn    *event_fn;	/* NULL: nobody listens */
	void	       *event_ctx;
	struct vm_config config;
};

/* => 0 or ENOMEM (nothing left allocated) */
int	vm_init(struct vm *, struct mem *, const struct vm_config *);
/* => all vmspaces but the kernel's are gone, all objects unreferenced */
void	vm_fini(struct vm *);

/* Everything at once: all maps given, plus frames, anons, amaps, objects,
 * page tables.  maps[] are the vmspaces of all processes (no duplicates, the
 * kernel's not among them); extra_ref(ctx, obj) gives the references that the
 * floor above holds.  => NULL or the first broken invariant, in buf */
const char *vm_check(struct vm *, struct vmspace *const *maps, size_t n,
	    uint32_t (*extra_refs)(void *, struct vm_object *), void *ctx,
	    char *buf, size_t len);

void	vm_event_emit(struct vm *, const struct vm_event *);
static inline uint32_t
vm_event_map(const struct vm_map *map)
{
	return map != NULL ? map->id : 0;
}
#define VM_EVENT(vm, kind_, map_, va_, a_, b_, c_) do {			\
	if (unlikely((vm)->event_fn != NULL))				\
		vm_event_emit((vm), &(struct vm_event){			\
		    .kind = VM_EVENT_##kind_,				\
		    .map_id = vm_event_map(map_),			\
		    .va = (va_), .a = (a_), .b = (b_), .c = (c_) });	\
} while (0)

/* Content tag of page i of something with this seed (never 0). */
uint64_t vm_tag_hash(uint64_t seed, uint64_t i);

#endif /* VM_VM_H */
