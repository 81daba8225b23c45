/*
 * Frames (struct vm_page), their queues, and their content tags.
 *
 * One array indexed by frame number; 32 bytes a frame.  Owners and queue links
 * are 32-bit names.  The array is touched only as frames are used.
 *
 * P1  a frame has at most one owner: PG_ANON => owner is an anon whose page it
 *     is; PG_TABLED => owner is an object that has it at pindex.
 * P2  PG_FREE => no other flag, no owner, no mappings, wire count 0.
 * P3  wire count > 0 => on no queue; on a queue => wire count 0.
 * P4  CLEAN and DIRTY are never both set; neither means "ask the pmap".
 * P5  free + active + inactive + wired + other == npages, where other are
 *     frames on no queue: page tables and pages between owners.
 *
 * Content tags: the content of a page is a 64-bit tag, zero for zero-fill, a
 * hash of file and offset for file pages, the writer's stamp after a write.
 */
#ifndef VM_PAGE_H
#define VM_PAGE_H

#include "pmap/pmap.h"

struct vm;

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
#define PG_SWAPBACKED	(PG_ANON | PG_AOBJ)

struct vm_page {
	struct pmap_page md;		/* client_*: flags, wire count */
	uint32_t	owner;		/* anon, object id or pmap id */
	uint32_t	pindex;		/* PG_TABLED: place in the object */
	uint32_t	qnext;		/* frame numbers; 0 ends */
	uint32_t	qprev;
};

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
	pfn_t		fresh;		/* lowest frame never used so far */
	uint32_t	freelist;	/* last-in first-out, by qnext */
	struct vm_pageq	active, inactive;
};

int	vm_pages_init(struct vm *, pfn_t npages, bool tags);
void	vm_pages_fini(struct vm *);

/*
 * A frame for an anon or object page: flags set, no queue, wire count 0.
 * => PFN_NONE when free <= the reserve (uvmexp.reserve_kernel unless kernel)
 */
pfn_t	uvm_pagealloc(struct vm *, uint32_t owner, uint32_t pindex,
	    unsigned flags, bool kernel);
/* => not mapped anywhere (callers unmap first); any wiring is dropped */
void	uvm_pagefree(struct vm *, pfn_t);
void	uvm_pagewire(struct vm *, pfn_t);
void	uvm_pageunwire(struct vm *, pfn_t);	/* activates at 0 */
void	uvm_pageactivate(struct vm *, pfn_t);
void	uvm_pagedeactivate(struct vm *, pfn_t);	/* clears the reference bit */
void	uvm_pagedequeue(struct vm *, pfn_t);
void	uvm_pagemarkdirty(struct vm *, pfn_t, unsigned status); /* 0: unknown */
const char *vm_pages_check(struct vm *, char *buf, size_t len);

#endif /* VM_PAGE_H */
