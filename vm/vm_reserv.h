/*
 * Reservations (vm_reserv of FreeBSD): a block of frames of the largest size
 * that the machine promotes to, kept for an aligned piece of one object or
 * amap, so that its pages come to lie as a larger page needs them.
 *
 *	amap or object		colour + pindex:  the place of a page
 *	+-----+-----------+----------+
 *	|     |  piece k  |  k + 1   |	k == (colour + pindex) >> order
 *	+-----+-----------+----------+	slot == (colour + pindex) mod 2^order
 *	        |
 *	      frames [b << order, (b + 1) << order)	reservation b
 *	      1 1 1 . 1 . . .				population map
 *
 * The colour of an amap is set at its first fault to the page number of the
 * address less the page's index: so a piece is what one larger mapping spans.
 * It is kept whole (not modulo), and a place is then a virtual page number.
 * Objects have colour 0 from the beginning; the copy of an amap inherits.
 *
 * free		no owner; the frames are the buddy lists'
 * partial	some populated; on the domain's queue, the one changed longest
 *		ago first.  A change in the tick of the last one does not move
 *		it (PARTPOPSLOP of one tick, vm->tick)
 * full		all populated; on no queue
 *
 * A new reservation is refused, for the reasons of enum vm_refusal, in this
 * order.  (FreeBSD asks the neighbours third; here they cost most and are asked
 * last, which changes nothing but the reason told.)  A page of an amap counts
 * as a neighbour only if no other amap shares it: in FreeBSD shared pages are
 * the backing object's.  The unused frames of a reservation count as free: it
 * costs one.
 *
 * Smaller promoted sizes (arm64's 64K in 2M) are parts of the population map:
 * a part is full when its bits are all set.
 *
 * When an owner goes, its reservations are broken: clear runs go to the buddy
 * lists, used pages live on as ordinary ones.  A dying amap of which one copy
 * is left gives that its reservations (FreeBSD's collapse: rename).
 *
 * Policies eager and collapse take whole blocks only (vm_reserv_alloc_whole);
 * a whole block that loses a page is broken at once, as Linux splits it.
 *
 * RV1  popcnt == bits of the map: 1 .. 2^order while owned, 0 else.
 * RV2  while owned: a frame of it is in use <=> its bit is set; the others are
 *      PG_FREE and in no list.
 * RV3  queued <=> partially populated; lasttick never falls along the queue.
 * RV4  each is in its owner's list and found by owner and piece, once.
 * RV5  counters: fullpop, partpopq, holes are the recounts.
 */
#ifndef VM_VM_RESERV_H
#define VM_VM_RESERV_H

#include "vm_phys.h"

enum vm_reserv_kind { VM_RESERV_AMAP, VM_RESERV_OBJECT };

/* Embedded in struct vm_amap and struct vm_object. */
struct vm_reserv_owner {
	uint64_t	colour;		/* pages, modulo 2^64 */
	uint32_t	first;		/* its reservations; 0: none */
	uint32_t	last;		/* the one found last; 0: none */
	uint32_t	id;		/* the amap's or object's */
	uint8_t		kind;		/* enum vm_reserv_kind */
	bool		coloured;	/* else it has no reservations */
};

struct vm_reserv {
	struct vm_reserv_owner *owner;	/* NULL: free */
	uint64_t	piece;		/* (colour + pindex) >> order */
	uint64_t	lasttick;
	uint32_t	hash_next;	/* reservations are named by number */
	uint32_t	next, prev;	/* of the owner */
	uint32_t	qnext, qprev;	/* of the queue */
	uint32_t	popcnt;
	bool		queued;
	uint8_t		domain;
	uint64_t	popmap[];	/* 2^order bits */
};

/* Why no reservation was made. */
#define VM_REFUSALS(X)							\
	X(NONE,		"made")						\
	X(COLOUR,	"the owner has no colour")			\
	X(HEAD,		"the piece begins before the owner does")	\
	X(SIZE,		"the page lies behind the owner's end")		\
	X(COVERED,	"a reservation covers the page")		\
	X(TAIL,		"the piece ends behind the owner, which cannot grow")\
	X(NOBLOCK,	"no free block of that order in the domain")	\
	X(LEFT,		"a page of the piece is there before this one")	\
	X(RIGHT,	"a page of the piece is there behind this one")
enum vm_refusal {
#define X(name, text) VM_REFUSAL_##name,
	VM_REFUSALS(X)
#undef X
	VM_NREFUSALS
};

/* vm.reserv.* and our own. */
#define VM_RESERV_COUNTERS(X)						\
	X(created)							\
	X(broken)							\
	X(freed)	/* emptied, the block given back */		\
	X(reclaimed)	/* broken for want of frames */			\
	X(renamed)	/* moved to another owner */			\
	X(fullpop)	/* now: fully populated */			\
	X(partpopq)	/* now: on the queues */			\
	X(holes)	/* now: unused frames of reservations */

struct vm_reserv_queue {
	uint32_t	head, tail, n;
};

struct vm_reservs {
	bool		on;		/* there may be reservations */
	bool		on_demand;	/* faults make them: reserve */
	uint8_t		order;		/* log2 of pages in one */
	uint8_t		psind;		/* of that size */
	uint8_t		nsub;		/* smaller promoted sizes */
	struct { uint8_t order, psind; } sub[4];	/* largest first */
	uint32_t	n;		/* numbers are below n; 0 is none */
	uint32_t	stride;		/* bytes of one */
	uint32_t	hash_mask;
	char	       *reserv;		/* [n], stride apart */
	uint32_t       *hash;		/* [hash_mask + 1] first of a chain */
	struct vm_reserv_queue partpop[VM_MAXDOMAINS];
	uint64_t	refused[VM_NREFUSALS];
#define X(m) uint64_t m;
	VM_RESERV_COUNTERS(X)
#undef X
};

/* => 1 .. n - 1 */
static inline struct vm_reserv *
vm_reserv_get(const struct vm_reservs *rs, uint32_t b)
{
	return (struct vm_reserv *)(void *)(rs->reserv +
	    (size_t)b * rs->stride);
}

/* => phys is there; 0 or ENOMEM */
int	vm_reserv_init(struct vm *);
void	vm_reserv_fini(struct vm *);

void	vm_reserv_owner_init(struct vm_reserv_owner *, enum vm_reserv_kind,
	    uint32_t id);
/* The colour of the first fault: va's page - pindex.  The first caller wins. */
static inline void
vm_reserv_color(struct vm_reserv_owner *o, uint64_t colour)
{
	if (unlikely(!o->coloured)) {
		o->colour = colour;
		o->coloured = true;
	}
}

/* The reservation that covers the page, populated there or not; 0: none. */
uint32_t vm_reserv_covering(struct vm *, struct vm_reserv_owner *,
	    uint64_t pindex);
/*
 * The frame for a page from the reservation that covers it; from a new one in
 * that domain.  => on_demand.  It is populated; the caller takes it out of the
 *    counters of free frames.  PFN_NONE: none, or populated there; refused
 */
pfn_t	vm_reserv_find(struct vm *, struct vm_reserv_owner *, uint64_t pindex);
pfn_t	vm_reserv_new(struct vm *, struct vm_reserv_owner *, uint64_t pindex,
	    unsigned domain);
/* Would a new one be refused?  Without effect. */
enum vm_refusal vm_reserv_refusal(struct vm *, struct vm_reserv_owner *,
	    uint64_t pindex, unsigned domain);
/*
 * A whole block for the piece that begins at pindex, all populated; likewise
 * the caller counts.  A reservation that covers the piece is broken: its pages
 * are to be copied, or are not the owner's any more.
 * => first frame; PFN_NONE: pindex is not the beginning of a piece, or no block
 *    is free in that domain
 */
pfn_t	vm_reserv_alloc_whole(struct vm *, struct vm_reserv_owner *,
	    uint64_t pindex, unsigned domain);
/* A frame was freed (PG_FREE).  => false: it is in no reservation */
bool	vm_reserv_free(struct vm *, pfn_t);
/* Break the partial one of the domain changed longest ago. => false: none */
bool	vm_reserv_reclaim(struct vm *, unsigned domain);
/* The owner goes: break all it has. */
void	vm_reserv_break_all(struct vm *, struct vm_reserv_owner *);
/* All of from's that to has none for go to it; the others are broken. */
void	vm_reserv_rename(struct vm *, struct vm_reserv_owner *from,
	    struct vm_reserv_owner *to);
/* The page table's full_level hook; ctx is the struct vm. */
unsigned vm_reserv_level(void *ctx, pfn_t);
/* => owner of the reservation that the frame lies in, or NULL */
const struct vm_reserv_owner *vm_reserv_owner_of(const struct vm *, pfn_t);
/*
 * Restore: owners, pieces, links, maps and counters of all reservations have
 * been set; they can be found from now on.
 */
void	vm_reserv_rehash(struct vm *);
const char *vm_reserv_check(struct vm *, char *buf, size_t len);

#endif /* VM_VM_RESERV_H */
