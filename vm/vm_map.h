/*
 * Address maps: vm_map and vm_map_entry, after NetBSD's uvm_map.
 *
 *	vm_map.header <-> entry <-> entry <-> entry <-> header	(sorted list)
 *	vm_map.root: red-black tree over the same entries, keyed on start,
 *	each node knowing the gap behind it and the largest gap below it
 *
 *	      |####|......|########|..|###|............|
 *	min   e1    gap   e2        g  e3   gap         max
 *
 * An entry maps [start, end) to an amap (anonymous layer) above an object (or
 * a submap).  COPYONWRITE: writes go to the amap.  NEEDSCOPY: the entry must
 * get an amap of its own before any write.
 *
 * M1  start < end, page aligned, inside the map.
 * M2  OBJ <=> object != NULL; SUBMAP <=> submap; never both; no object =>
 *     offset 0.
 * M3  entries are sorted and disjoint; nentries counts them.
 * M4  tree order equals list order.
 * M5  hint and first_free are on the list; first_free is at or before the
 *     lowest gap.
 * M6  NEEDSCOPY => COPYONWRITE; what may get private pages has an amap or that.
 * M7  protection is within max_protection; inheritance and advice are legal.
 * M8  size == sum of entry lengths.
 * M9  an amap's entries: ref == their number; their slots fit in it.
 * M10 wired_count > 0 => each page of the entry (if not PROT_NONE) is mapped
 *     and its frame's wire count > 0.
 * T1  gap == next.start - end (last: max - end).
 * T2  maxgap == max(gap, children's maxgap).
 * T3  red-black: black root, no red child of a red node, equal black height.
 *
 * The header's end is the map's minimum and its start the maximum, so that gap
 * arithmetic needs no special case.
 *
 * All ranges are page aligned and half open.  Calls that fail leave the map as
 * it was (exceptions are stated).  Rules: reference "UVM semantics" 1-3.
 */
#ifndef VM_MAP_H
#define VM_MAP_H

#include "vm_amap.h"
#include "vm_object.h"

/* etype */
#define UVM_ET_OBJ		0x01
#define UVM_ET_SUBMAP		0x02
#define UVM_ET_COPYONWRITE	0x04
#define UVM_ET_NEEDSCOPY	0x08

/* entry flags: what a system call above wants remembered with a range */
#define UVM_MAP_KERNEL		0x0001	/* entry of a kernel map */
#define UVM_MAP_NOMERGE		0x0008	/* never merged at map time */
#define UVM_MAP_GUARD		0x0010	/* guard: never accessible */
#define UVM_MAP_GROWSDOWN	0x0020	/* stack: grows into the gap below */
#define UVM_MAP_STACKGAP	0x0040	/* FreeBSD: room for that growth */
#define UVM_MAP_NOCORE		0x0080	/* MADV_NOCORE, MADV_DONTDUMP */
#define UVM_MAP_NOSYNC		0x0100	/* MAP_NOSYNC, MADV_NOSYNC */
#define UVM_MAP_NORESERVE	0x0200
#define UVM_MAP_HUGE		0x0400	/* MADV_HUGEPAGE */
#define UVM_MAP_NOHUGE		0x0800	/* MADV_NOHUGEPAGE, MAP_STACK */
#define UVM_MAP_MERGEABLE	0x1000	/* MADV_MERGEABLE */
#define UVM_MAP_HEAP		0x2000	/* made by brk: named [heap] */
#define UVM_MAP_STACK		0x4000	/* the process's stack: named [stack] */

/* inheritance, as the entry stores it */
#define VM_INHERIT_SHARE	0
#define VM_INHERIT_COPY		1
#define VM_INHERIT_NONE		2
#define VM_INHERIT_ZERO		3

/* advice */
#define UVM_ADV_NORMAL		0
#define UVM_ADV_RANDOM		1
#define UVM_ADV_SEQUENTIAL	2

/* map flags; values of NetBSD */
#define VM_MAP_PAGEABLE		0x01
#define VM_MAP_WIREFUTURE	0x04
#define VM_MAP_DYING		0x20
#define VM_MAP_TOPDOWN		0x40
#define VM_MAP_JOIN		0x10000	/* join equal neighbours after changes
					   (FreeBSD, Linux); NetBSD does not */
#define VM_MAP_CHUNK		0x20000	/* amap_copy clips large entries to 16
					   pages (NetBSD, OpenBSD) */
#define VM_MAP_ANYREAD		0x40000	/* what may be accessed at all can be
					   read (Linux): page tables have no
					   bit against it */
#define VM_MAP_FETCHREAD	0x80000	/* a fetch from what is not executable
					   is a read first, and refused then
					   (Linux on x86) */

/* The first 64 bytes are what a descent of the tree touches. */
struct vm_map_entry {
	struct vm_map_entry *left, *right;
	uintptr_t	parent;		/* and colour in bit 0 (1: red) */
	vaddr_t		start;		/* bytes */
	vaddr_t		end;		/* bytes, exclusive */
	vsize_t		gap;		/* free bytes behind end */
	vsize_t		maxgap;		/* largest gap in this subtree */
	struct vm_map_entry *next;

	struct vm_map_entry *prev;
	union {
		struct vm_object *object;
		struct vm_map *submap;
	};
	uint64_t	offset;		/* bytes into the object */
	struct vm_amap *amap;
	uint64_t	ar_pageoff;	/* first amap slot used, pages */
	uint32_t	id;		/* slab's */
	uint32_t	wired_count;
	uint8_t		etype;
	vm_prot_t	protection;
	vm_prot_t	max_protection;
	uint8_t		inheritance;
	uint8_t		advice;
	uint8_t		spare;
	uint16_t	flags;		/* UVM_MAP_* */
	uint64_t	aux;		/* flags' own: STACKGAP: guard bytes and
					   protection; MAP_SHARED tags */
};

struct vm_map {
	struct pmap    *pmap;
	struct vm_map_entry *root;
	struct vm_map_entry header;
	struct vm_map_entry *hint;	/* last lookup */
	struct vm_map_entry *first_free;
	uint32_t	nentries;
	uint32_t	flags;		/* VM_MAP_* */
	vsize_t		size;		/* bytes mapped */
	uint32_t	ref_count;
	uint32_t	timestamp;	/* +1 at each exclusive lock */
	uint32_t	id;		/* unique, never reused */
	uint8_t		page_shift;	/* log2 of the machine's base page */
	struct vm      *vm;
};

static inline vaddr_t
vm_map_min(const struct vm_map *map)
{
	return map->header.end;
}

static inline vaddr_t
vm_map_max(const struct vm_map *map)
{
	return map->header.start;
}

/* ---- life ---- */
void	vm_map_setup(struct vm *, struct vm_map *, struct pmap *, vaddr_t min,
	    vaddr_t max, uint32_t flags);
/* Unmap everything, quickly; for exit and exec. */
void	vm_map_teardown(struct vm_map *);
static inline void
vm_map_lock(struct vm_map *map)
{
	map->timestamp++;
}

/* ---- lookup ---- */
/*
 * => true and the entry that contains va; false and its predecessor (or
 *    &map->header).  The hint is replaced.
 */
bool	vm_map_lookup_entry_walk(struct vm_map *, vaddr_t,
	    struct vm_map_entry **);
static inline bool
vm_map_lookup_entry(struct vm_map *map, vaddr_t va, struct vm_map_entry **out)
{
	struct vm_map_entry *e = map->hint;

	if (likely(va >= e->start && va < e->end)) { /* never the header */
		*out = e;
		return true;
	}
	return vm_map_lookup_entry_walk(map, va, out);
}
/* => true iff all of [start, end) is mapped with at least prot */
bool	uvm_map_checkprot(struct vm_map *, vaddr_t start, vaddr_t end,
	    vm_prot_t prot);
/* => first hole in [start, end), or end when there is none */
vaddr_t	vm_map_first_hole(struct vm_map *, vaddr_t start, vaddr_t end);

/* ---- space ---- */
/*
 * Find room for length bytes (reference 2.3).  The result is >= hint when
 * searching upwards and <= hint downwards; inside [min, max).
 */
struct vm_space {
	vaddr_t		hint;
	vsize_t		length;
	vsize_t		align;		/* power of two, 0: page */
	vsize_t		align_offset;	/* result == this modulo align */
	vaddr_t		min, max;	/* 0, 0: the map's */
	bool		topdown;
};
/* => 0 and *addr, or ENOMEM */
int	vm_map_findspace(struct vm_map *, const struct vm_space *,
	    vaddr_t *addr);
/* => true when nothing is mapped in [start, end) */
bool	vm_map_is_free(struct vm_map *, vaddr_t start, vaddr_t end);

/* ---- mapping ---- */
struct uvm_map_args {
	vaddr_t		start;		/* fixed; find space first */
	vsize_t		size;
	struct vm_object *object;	/* NULL: anonymous.  On success its
					   reference belongs to the map */
	uint64_t	offset;		/* bytes, page aligned */
	vm_prot_t	prot, maxprot;
	uint8_t		inherit;	/* VM_INHERIT_* */
	uint8_t		advice;		/* UVM_ADV_* */
	bool		copyonw;	/* COPYONWRITE (private) */
	bool		overlay;	/* amap at once: no NEEDSCOPY */
	bool		amappad;	/* with overlay: 16 spare slots (brk) */
	bool		unmap;		/* replace what is there */
	uint16_t	flags;		/* UVM_MAP_* for the entry */
	uint64_t	aux;
	const struct vm_map_entry *like; /* amap to share (mremap), or NULL */
};
/*
 * Enter a mapping, merging with neighbours (reference 2.2, 2.4).
 * => 0; EACCES: prot not within maxprot; ENOMEM: not free (without unmap), or
 *    no host memory.  On failure the object reference stays the caller's.
 */
int	uvm_map(struct vm_map *, const struct uvm_map_args *);
/*
 * => 0; ENOMEM: no host memory for a clip.  Holes are skipped.
 */
int	uvm_unmap(struct vm_map *, vaddr_t start, vaddr_t end);

/* ---- attributes; holes are skipped ---- */
/*
 * set_max: lower max_protection to prot and protection with it.
 * => 0; EACCES: prot beyond max_protection somewhere; EINVAL: submap; ENOMEM
 */
int	uvm_map_protect(struct vm_map *, vaddr_t start, vaddr_t end,
	    vm_prot_t prot, bool set_max);
int	uvm_map_inherit(struct vm_map *, vaddr_t start, vaddr_t end,
	    uint8_t inherit);
int	uvm_map_advice(struct vm_map *, vaddr_t start, vaddr_t end,
	    uint8_t advice);
/* Set and clear entry flags (UVM_MAP_NOCORE and its like). */
int	uvm_map_setflags(struct vm_map *, vaddr_t start, vaddr_t end,
	    uint16_t set, uint16_t clear);
void	uvm_map_willneed(struct vm_map *, vaddr_t start, vaddr_t end);
/*
 * msync, madvise(DONTNEED, FREE) (reference 3.5); PGO_* flags.
 * => 0; EFAULT: hole; EINVAL: submap; EBUSY: FREE on a wired entry; EIO
 */
int	uvm_map_clean(struct vm_map *, vaddr_t start, vaddr_t end,
	    unsigned flags);
/*
 * Linux MADV_DONTNEED/MADV_REMOVE and friends: throw the anonymous pages and
 * the mappings of a range away; the next access sees zero or the object.
 * => 0; EINVAL: wired; holes are skipped
 */
int	uvm_map_discard(struct vm_map *, vaddr_t start, vaddr_t end);
/*
 * FreeBSD's MADV_FREE of [start, end), which lies in the entry: the content
 * stays, but a page with PG_ANON and PG_CLEAN that pmap_is_modified() does not
 * contradict may be dropped for zeros when frames are short.
 */
void	uvm_map_free(struct vm_map *, struct vm_map_entry *, vaddr_t start,
	    vaddr_t end);
/* FreeBSD's MADV_DONTNEED of a range without holes.  => as uvm_map_clean */
int	uvm_map_dontneed(struct vm_map *, vaddr_t start, vaddr_t end);

/* ---- wiring ---- */
/*
 * Wire or unwire (reference 3.6): two passes with unwinding.
 * => 0; EFAULT: start unmapped; EINVAL: hole, PROT_NONE, unwire of what is not
 *    wired; ENOMEM; a fault's errno.  Failure unwinds the wiring; pages that
 *    were faulted in stay.
 * skip: holes, PROT_NONE and (unwiring) not wired entries are passed over.
 */
int	uvm_map_pageable(struct vm_map *, vaddr_t start, vaddr_t end,
	    bool wire, bool skip);
/*
 * mlockall/munlockall.  limit: bytes (0 none).
 * => 0; ENOMEM: beyond the limit or wiredmax; a fault's errno
 */
int	uvm_map_pageable_all(struct vm_map *, bool wire, vsize_t limit);
vsize_t	vm_map_wired_bytes(struct vm_map *);

/* ---- moving and submaps ---- */
/*
 * Move the entries of [from, from + len) to [to, to + len), which is free, with
 * their pages (mremap).  keep: leave the source mapped, empty (DONTUNMAP).
 * Holes in the source become holes.  => 0 or ENOMEM
 */
int	uvm_map_move(struct vm_map *, vaddr_t from, vsize_t len, vaddr_t to,
	    bool keep);
/*
 * Make the whole, single, blank entry [start, end) of a kernel map refer to
 * submap (which gains a reference).  => 0 or EINVAL
 */
int	uvm_map_submap(struct vm_map *, vaddr_t start, vaddr_t end,
	    struct vm_map *submap);

/* ---- address spaces ---- */
struct vmspace {
	struct vm_map	vm_map;		/* first, as in every BSD */
	uint32_t	vm_refcnt;
	struct vmspace *next_space, *prev_space; /* of the machine, by age */
	/* sizes in pages, addresses in bytes; vm_startcopy begins here */
	uint64_t	vm_tsize, vm_dsize, vm_ssize;
	vaddr_t		vm_taddr, vm_daddr, vm_maxsaddr, vm_minsaddr;
};

/* => 0 or ENOMEM */
int	uvmspace_alloc(struct vm *, vaddr_t min, vaddr_t max, uint32_t mapflags,
	    struct vmspace **);
/* A child's copy by inheritance (reference 4.1). => 0 or ENOMEM */
int	uvmspace_fork(struct vmspace *, struct vmspace **);
void	uvmspace_share(struct vmspace *);
void	uvmspace_free(struct vmspace *);	/* last reference tears down */
/* exec: empty the space, keep structure and pmap; new bounds and flags.
 * => refcnt 1 */
void	uvmspace_exec(struct vmspace *, vaddr_t min, vaddr_t max,
	    uint32_t mapflags);

/* ---- checking ---- */
/* => NULL or the first broken invariant, written to buf */
const char *vm_map_check(struct vm_map *, char *buf, size_t len);

#endif /* VM_MAP_H */
