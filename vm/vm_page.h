/*
 * Frames (struct vm_page), their queues, and their content tags.
 *
 * One array indexed by frame number; 32 bytes a frame.  Owners and queue links
 * are 32-bit names.  The array is touched only as frames are used (a block of
 * the largest order at a time where vm_phys.h has lists).
 *
 * P1  a frame has at most one owner: PG_ANON => owner is an anon whose page it
 *     is; PG_TABLED => owner is an object that has it at pindex.
 * P2  PG_FREE => no other flag, no owner, no mappings, wire count 0 (pindex
 *     and links are the lists', vm_phys.h); a frame in use has a flag.
 * P3  wire count > 0 => on no queue; on a queue => wire count 0.
 * P4  CLEAN and DIRTY are never both set; neither means "ask the pmap".
 * P5  free + active + inactive + laundry + unswappable + wired + other ==
 *     npages, where other are frames on no queue: page tables and pages between
 *     owners.
 *
 * Content tags: the content of a page is a 64-bit tag, zero for zero-fill, a
 * hash of file and offset for file pages, the writer's stamp after a write.
 */
#ifndef VM_PAGE_H
#define VM_PAGE_H

#include "pmap/pmap.h"

struct vm;
struct vm_object;
struct vm_reserv_owner;

/* flags; values of NetBSD where it has them */
#define PG_CLEAN	0x0001
#define PG_DIRTY	0x0002
#define PG_BUSY		0x0004
#define PG_FAKE		0x0040		/* content not yet valid */
#define PG_RDONLY	0x0080		/* tell the object before writing */
#define PG_TABLED	0x0200		/* owned by an object */
#define PG_AOBJ		0x0400
#define PG_ANON		0x0800
#define PG_FILE		0x1000
#define PG_PTP		0x2000		/* page-table page (ours) */
#define PG_FREE		0x4000
#define PQ_INACTIVE	0x0010
#define PQ_ACTIVE	0x0020
#define PG_NOTED	0x8000		/* the page daemon has notes of it
					   (ours; vm_daemon.noted) */
#define PQ_LAUNDRY	0x0008		/* FreeBSD: dirty, to be written */
#define PQ_UNSWAPPABLE	0x0100		/* FreeBSD: dirty, and no swap */
#define PQ_ALL		(PQ_ACTIVE | PQ_INACTIVE | PQ_LAUNDRY | PQ_UNSWAPPABLE)
#define PG_SWAPBACKED	(PG_ANON | PG_AOBJ)

struct vm_page {
	struct pmap_page md;		/* client_*: flags, wire count */
	uint32_t	owner;		/* anon, object id or pmap id */
	uint32_t	pindex;		/* PG_TABLED: place in the object */
	uint32_t	qnext;		/* frame numbers; 0 ends */
	uint32_t	qprev;
};

/* Never used frames below vm_pages.fresh are all zero. */
static inline bool
vm_page_isfree(const struct vm_page *pg)
{
	return (pg->md.client_flags & PG_FREE) != 0 || pg->md.client_flags == 0;
}

#define pg_flags	md.client_flags
#define pg_wire		md.client_count

/*
 * Wired mappings a frame may have: beyond, wiring fails with ENOMEM.  The count
 * is 16 bits; the rest is room for mappings that are being moved.
 */
#define VM_MAXWIRE	60000

struct vm_pageq {			/* doubly linked, by frame number */
	uint32_t	head, tail;
};

struct vm_pages {
	struct vm_page *page;		/* [npages + 1]; frame 0 unused */
	uint64_t       *tag;		/* content tags, or NULL: not kept */
	pfn_t		npages;		/* frames 1 .. npages */
	pfn_t		fresh;		/* none from here on was ever used */
	uint32_t	freelist;	/* last-in first-out, by qnext; plain
					   machines only (vm_phys.h) */
	struct vm_pageq	active, inactive, laundry, unswappable;
	uint64_t	nlaundry, nunswappable;	/* the others are in uvmexp */
};

int	vm_pages_init(struct vm *, pfn_t npages, bool tags);
void	vm_pages_fini(struct vm *);

/*
 * A frame without a place in an object or amap: flags set, no queue, wire count
 * 0.
 * => PFN_NONE when free <= the reserve: uvmexp.reserve_kernel; for the kernel
 *    reserve_pagedaemon, none if nothing is ever evicted or the daemon runs
 */
pfn_t	uvm_pagealloc(struct vm *, uint32_t owner, uint32_t pindex,
	    unsigned flags, bool kernel);
/* The same for a page of an object. */
pfn_t	uvm_pagealloc_object(struct vm *, struct vm_object *, uint32_t pindex,
	    unsigned flags);
/*
 * Frames for a whole aligned piece that begins at page pindex of the owner,
 * with these flags, no owner yet, no queue, tag 0.  => the first; PFN_NONE: no
 * such block, or free would fall to the reserve
 */
pfn_t	uvm_pagealloc_whole(struct vm *, struct vm_reserv_owner *,
	    uint64_t pindex, unsigned flags);
/*
 * A frame from reservations or buddy lists, no longer counted free by its
 * domain: the part of page_alloc that a plain machine does not need.
 */
pfn_t	vm_page_obtain(struct vm *, struct vm_reserv_owner *, uint64_t pindex,
	    unsigned flags);
/* A frame, PG_FREE now, back to them.  flags: what it was */
void	vm_page_release(struct vm *, pfn_t, unsigned flags);
/* => not mapped anywhere (callers unmap first); any wiring is dropped */
void	uvm_pagefree(struct vm *, pfn_t);
void	uvm_pagewire(struct vm *, pfn_t);
void	uvm_pageunwire(struct vm *, pfn_t);	/* activates at 0 */
void	uvm_pageactivate(struct vm *, pfn_t);
void	uvm_pagedeactivate(struct vm *, pfn_t);	/* clears the reference bit */
/* To the tail of a queue (PQ_*), whichever it is on; not if wired. */
void	uvm_pageenqueue(struct vm *, pfn_t, unsigned which);
void	uvm_pagedequeue(struct vm *, pfn_t);
void	uvm_pagemarkdirty(struct vm *, pfn_t, unsigned status); /* 0: unknown */
const char *vm_pages_check(struct vm *, char *buf, size_t len);

#endif /* VM_PAGE_H */
