/*
 * Reservations: finding, making, populating, breaking.
 *
 * A reservation is found by owner and piece: the one used last, else through a
 * hash table of all (chains by number; nothing depends on their order).
 */
#include "vm.h"

#include <errno.h>
#include <string.h>

#include "vm_reserv_internal.h"

/* -------------------------------------------------------------- lookup ---- */

static uint32_t *
hash_head(struct vm_reservs *rs, const struct vm_reserv_owner *o,
    uint64_t piece)
{
	uint64_t h = piece * 0x9e3779b97f4a7c15u +
	    ((uint64_t)o->id << 1 | o->kind) * 0xc2b2ae3d27d4eb4fu;

	return &rs->hash[h >> 32 & rs->hash_mask];
}

static void
hash_insert(struct vm_reservs *rs, uint32_t b)
{
	struct vm_reserv *rv = vm_reserv_get(rs, b);
	uint32_t *head = hash_head(rs, rv->owner, rv->piece);

	rv->hash_next = *head;
	*head = b;
}

static void
hash_remove(struct vm_reservs *rs, uint32_t b)
{
	struct vm_reserv *rv = vm_reserv_get(rs, b);
	uint32_t *at = hash_head(rs, rv->owner, rv->piece);

	while (*at != b)
		at = &vm_reserv_get(rs, *at)->hash_next;
	*at = rv->hash_next;
}

void
vm_reserv_rehash(struct vm *vm)
{
	struct vm_reservs *rs = &vm->reservs;

	if (!rs->on)
		return;
	memset(rs->hash, 0, ((size_t)rs->hash_mask + 1) * sizeof(*rs->hash));
	for (uint32_t b = 1; b < rs->n; b++)
		if (vm_reserv_get(rs, b)->owner != NULL)
			hash_insert(rs, b);
}

static uint32_t
lookup(struct vm_reservs *rs, struct vm_reserv_owner *o, uint64_t piece)
{
	const struct vm_reserv *rv = vm_reserv_get(rs, o->last);
	uint32_t b = o->last;

	if (likely(b != 0 && rv->piece == piece))
		return b;
	if (o->first == 0)
		return 0;
	for (b = *hash_head(rs, o, piece); b != 0; b = rv->hash_next) {
		rv = vm_reserv_get(rs, b);
		if (rv->owner == o && rv->piece == piece) {
			o->last = b;
			return b;
		}
	}
	return 0;
}

uint32_t
vm_reserv_covering(struct vm *vm, struct vm_reserv_owner *o, uint64_t pindex)
{
	if (!vm->reservs.on || !o->coloured)
		return 0;
	return lookup(&vm->reservs, o,
	    (o->colour + pindex) >> vm->reservs.order);
}

/* ------------------------------------------------------------- queues ---- */

static void
dequeue(struct vm_reservs *rs, struct vm_reserv *rv)
{
	struct vm_reserv_queue *q = &rs->partpop[rv->domain];

	if (!rv->queued)
		return;
	*(rv->qnext != 0 ? &vm_reserv_get(rs, rv->qnext)->qprev :
			   &q->tail) = rv->qprev;
	*(rv->qprev != 0 ? &vm_reserv_get(rs, rv->qprev)->qnext :
			   &q->head) = rv->qnext;
	rv->qnext = rv->qprev = 0;
	rv->queued = false;
	q->n--;
	rs->partpopq--;
}

static void
enqueue(struct vm_reservs *rs, struct vm_reserv *rv, uint32_t b, uint64_t tick)
{
	struct vm_reserv_queue *q = &rs->partpop[rv->domain];

	rv->qnext = 0;
	rv->qprev = q->tail;
	*(q->tail != 0 ? &vm_reserv_get(rs, q->tail)->qnext : &q->head) = b;
	q->tail = b;
	rv->queued = true;
	rv->lasttick = tick;
	q->n++;
	rs->partpopq++;
}

/* Partially populated, changed now. */
static inline void
touch(struct vm *vm, struct vm_reserv *rv, uint32_t b)
{
	if (likely(rv->queued && rv->lasttick == vm->tick))
		return;
	dequeue(&vm->reservs, rv);
	enqueue(&vm->reservs, rv, b, vm->tick);
}

/* -------------------------------------------------------------- owners ---- */

void
vm_reserv_owner_init(struct vm_reserv_owner *o, enum vm_reserv_kind kind,
    uint32_t id)
{
	memset(o, 0, sizeof(*o));
	o->kind = (uint8_t)kind;
	o->id = id;
}

static void
attach(struct vm_reservs *rs, uint32_t b, struct vm_reserv_owner *o,
    uint64_t piece)
{
	struct vm_reserv *rv = vm_reserv_get(rs, b);

	rv->owner = o;
	rv->piece = piece;
	rv->next = o->first;
	rv->prev = 0;
	if (o->first != 0)
		vm_reserv_get(rs, o->first)->prev = b;
	o->first = b;
	o->last = b;
	hash_insert(rs, b);
}

static void
detach(struct vm_reservs *rs, uint32_t b)
{
	struct vm_reserv *rv = vm_reserv_get(rs, b);
	struct vm_reserv_owner *o = rv->owner;

	hash_remove(rs, b);
	if (rv->next != 0)
		vm_reserv_get(rs, rv->next)->prev = rv->prev;
	*(rv->prev != 0 ? &vm_reserv_get(rs, rv->prev)->next :
			  &o->first) = rv->next;
	if (o->last == b)
		o->last = 0;
	rv->owner = NULL;
}

/* ---------------------------------------------------------- population ---- */

void
vm_reserv_moved(struct vm *vm, uint32_t b)
{
	struct vm_reservs *rs = &vm->reservs;
	struct vm_reserv *rv = vm_reserv_get(rs, b);

	if (rv->popcnt == (uint32_t)1 << rs->order) {
		dequeue(rs, rv);
		rs->fullpop++;
	} else {
		touch(vm, rv, b);
	}
}

pfn_t
vm_reserv_find(struct vm *vm, struct vm_reserv_owner *o, uint64_t pindex)
{
	struct vm_reservs *rs = &vm->reservs;
	const uint64_t place = o->colour + pindex;
	const uint64_t slot = place & (((uint64_t)1 << rs->order) - 1);
	uint32_t b;

	if (!o->coloured || (b = lookup(rs, o, place >> rs->order)) == 0 ||
	    vm_reserv_is_populated(vm_reserv_get(rs, b), slot))
		return PFN_NONE;
	return vm_reserv_populate(vm, b, slot);
}

/* -------------------------------------------------------------- making ---- */

static bool
block_to_be_had(struct vm *vm, unsigned domain)
{
	for (unsigned o = vm->reservs.order; o <= vm->phys.max_order; o++)
		for (unsigned pool = 0; pool < VM_NPOOLS; pool++)
			if (vm->phys.domain[domain].list[pool][o].n > 0)
				return true;
	return vm_phys_has_virgin(vm, domain);
}

enum vm_refusal
vm_reserv_refusal(struct vm *vm, struct vm_reserv_owner *o, uint64_t pindex,
    unsigned domain)
{
	const uint64_t n = (uint64_t)1 << vm->reservs.order;
	uint64_t place = o->colour + pindex, first, limit;

	if (!o->coloured)
		return VM_REFUSAL_COLOUR;
	first = pindex - (place & (n - 1));
	if (pindex < (place & (n - 1)))
		return VM_REFUSAL_HEAD;
	limit = vm_reserv_limit(vm, o);
	if (pindex >= limit)
		return VM_REFUSAL_SIZE;
	if (lookup(&vm->reservs, o, place >> vm->reservs.order) != 0)
		return VM_REFUSAL_COVERED;
	if (o->kind != VM_RESERV_AMAP && first + n > limit)
		return VM_REFUSAL_TAIL;
	if (!block_to_be_had(vm, domain))
		return VM_REFUSAL_NOBLOCK;
	return vm_reserv_neighbour(vm, o, first, pindex, first + n);
}

static void
tell(struct vm *vm, enum vm_event_kind kind, uint32_t b, uint64_t used)
{
	const unsigned order = vm->reservs.order;

	if (vm->event_fn != NULL)
		vm_event_emit(vm,
		    &(struct vm_event){
			.kind = kind,
			.a = pg_ptoa(vm, (uint64_t)1 << order),
			.b = b << order,
			.c = used,
		    });
}

/* A block, in no list, becomes a reservation without a page. */
static uint32_t
make(struct vm *vm, struct vm_reserv_owner *o, uint64_t piece, pfn_t pfn)
{
	struct vm_reservs *rs = &vm->reservs;
	uint32_t b = pfn >> rs->order;
	struct vm_reserv *rv = vm_reserv_get(rs, b);

	assert(rv->owner == NULL && rv->popcnt == 0 && !rv->queued);
	rv->domain = (uint8_t)vm_phys_domain(vm, pfn);
	attach(rs, b, o, piece);
	rs->holes += (uint64_t)1 << rs->order;
	rs->created++;
	return b;
}

pfn_t
vm_reserv_new(struct vm *vm, struct vm_reserv_owner *o, uint64_t pindex,
    unsigned domain)
{
	struct vm_reservs *rs = &vm->reservs;
	const uint64_t place = o->colour + pindex;
	enum vm_refusal why = vm_reserv_refusal(vm, o, pindex, domain);
	pfn_t pfn;

	rs->refused[why]++;
	if (why != VM_REFUSAL_NONE)
		return PFN_NONE;
	pfn = vm_phys_alloc(vm, domain, VM_POOL_DEFAULT, rs->order);
	assert(pfn != PFN_NONE);
	tell(vm, VM_EVENT_RESERVE, pfn >> rs->order, 0);
	return vm_reserv_populate(vm, make(vm, o, place >> rs->order, pfn),
	    place & (((uint64_t)1 << rs->order) - 1));
}

/* ------------------------------------------------------------ breaking ---- */

/* The first slot from `slot` on whose bit is `set`, or n. */
static unsigned
next_slot(const struct vm_reserv *rv, unsigned slot, unsigned n, bool set)
{
	while (slot < n) {
		uint64_t word = rv->popmap[slot / 64];

		word = (set ? word : ~word) >> slot % 64;
		if (word != 0) {
			slot += (unsigned)__builtin_ctzll(word);
			return slot < n ? slot : n;
		}
		slot = (slot | 63) + 1;
	}
	return n;
}

/* Unused frames go to the buddy lists; used ones are ordinary from now on. */
static void
break_one(struct vm *vm, uint32_t b)
{
	struct vm_reservs *rs = &vm->reservs;
	struct vm_reserv *rv = vm_reserv_get(rs, b);
	const unsigned n = 1u << rs->order;
	unsigned from, to = 0;

	dequeue(rs, rv);
	rs->fullpop -= rv->popcnt == n;
	rs->holes -= n - rv->popcnt;
	rs->broken++;
	tell(vm, VM_EVENT_RESERVE_BREAK, b, rv->popcnt);
	detach(rs, b);
	while ((from = next_slot(rv, to, n, false)) < n) {
		to = next_slot(rv, from, n, true);
		vm_phys_free_contig(vm, (b << rs->order) + from, to - from,
		    VM_POOL_DEFAULT);
	}
	memset(rv->popmap, 0, rs->stride - sizeof(*rv));
	rv->popcnt = 0;
}

pfn_t
vm_reserv_alloc_whole(struct vm *vm, struct vm_reserv_owner *o, uint64_t pindex,
    unsigned domain)
{
	struct vm_reservs *rs = &vm->reservs;
	const uint32_t n = (uint32_t)1 << rs->order;
	const uint64_t place = o->colour + pindex;
	struct vm_reserv *rv;
	uint32_t b;
	pfn_t pfn;

	if (!rs->on || !o->coloured || (place & (n - 1)) != 0)
		return PFN_NONE;
	pfn = vm_phys_alloc(vm, domain, VM_POOL_DEFAULT, rs->order);
	if (pfn == PFN_NONE)
		return PFN_NONE;
	if ((b = lookup(rs, o, place >> rs->order)) != 0)
		break_one(vm, b);
	b = make(vm, o, place >> rs->order, pfn);
	rv = vm_reserv_get(rs, b);
	for (unsigned slot = 0; slot < n; slot++)
		rv->popmap[slot / 64] |= (uint64_t)1 << slot % 64;
	rv->popcnt = n;
	rs->holes -= n;
	rs->fullpop++;
	return pfn;
}

bool
vm_reserv_free(struct vm *vm, pfn_t pfn)
{
	struct vm_reservs *rs = &vm->reservs;
	const uint32_t b = pfn >> rs->order;
	const unsigned n = 1u << rs->order, slot = pfn & (n - 1);
	struct vm_reserv *rv;

	if (b >= rs->n || (rv = vm_reserv_get(rs, b))->owner == NULL)
		return false;
	assert(vm_reserv_is_populated(rv, slot));
	rs->fullpop -= rv->popcnt == n;
	rv->popmap[slot / 64] &= ~((uint64_t)1 << slot % 64);
	rv->popcnt--;
	rs->holes++;
	if (rv->popcnt == 0) {
		dequeue(rs, rv);
		detach(rs, b);
		rs->holes -= n;
		rs->freed++;
		vm_phys_free(vm, b << rs->order, rs->order, VM_POOL_DEFAULT);
	} else if (unlikely(!rs->on_demand)) {
		break_one(vm, b);
	} else {
		touch(vm, rv, b);
	}
	return true;
}

bool
vm_reserv_reclaim(struct vm *vm, unsigned domain)
{
	uint32_t b = vm->reservs.partpop[domain].head;

	if (b == 0)
		return false;
	break_one(vm, b);
	vm->reservs.reclaimed++;
	return true;
}

void
vm_reserv_break_all(struct vm *vm, struct vm_reserv_owner *o)
{
	while (o->first != 0)
		break_one(vm, o->first);
}

void
vm_reserv_rename(struct vm *vm, struct vm_reserv_owner *from,
    struct vm_reserv_owner *to)
{
	struct vm_reservs *rs = &vm->reservs;

	while (from->first != 0) {
		uint32_t b = from->first;
		uint64_t piece = vm_reserv_get(rs, b)->piece;

		if (!to->coloured || lookup(rs, to, piece) != 0) {
			break_one(vm, b);
			continue;
		}
		detach(rs, b);
		attach(rs, b, to, piece);
		rs->renamed++;
	}
}

/* --------------------------------------------------------------- sizes ---- */

/* Are the 2^order bits around slot all set? */
static bool
part_full(const struct vm_reserv *rv, unsigned slot, unsigned order)
{
	const unsigned first = slot & ~((1u << order) - 1);
	uint64_t mask = order >= 6 ?
	    ~(uint64_t)0 :
	    (((uint64_t)1 << (1u << order)) - 1) << first % 64;

	for (unsigned w = 0; w < (order > 6 ? 1u << (order - 6) : 1); w++)
		if ((rv->popmap[first / 64 + w] & mask) != mask)
			return false;
	return true;
}

unsigned
vm_reserv_level(void *ctx, pfn_t pfn)
{
	const struct vm *vm = ctx;
	const struct vm_reservs *rs = &vm->reservs;
	const uint32_t b = pfn >> rs->order;
	const unsigned slot = pfn & ((1u << rs->order) - 1);
	const struct vm_reserv *rv;

	if (b >= rs->n || (rv = vm_reserv_get(rs, b))->owner == NULL)
		return 0;
	if (rv->popcnt == (uint32_t)1 << rs->order)
		return rs->psind;
	for (unsigned i = 0; i < rs->nsub; i++)
		if (part_full(rv, slot, rs->sub[i].order))
			return rs->sub[i].psind;
	return 0;
}

const struct vm_reserv_owner *
vm_reserv_owner_of(const struct vm *vm, pfn_t pfn)
{
	const uint32_t b = pfn >> vm->reservs.order;

	return b < vm->reservs.n ? vm_reserv_get(&vm->reservs, b)->owner : NULL;
}

/* -------------------------------------------------------------- set up ---- */

/* The sizes that are promoted to, and whether the buddy lists hold them. */
static void
find_sizes(struct vm *vm)
{
	struct vm_reservs *rs = &vm->reservs;
	const struct pmap_geometry *geo = vm->config.geometry;

	for (unsigned i = geo->nsizes; i-- > 1;) {
		unsigned order = geo->sizes[i].shift - geo->page_shift;

		if (!geo->sizes[i].promote || order > geo->max_order)
			continue;
		if (!rs->on) {
			rs->on = true;
			rs->order = (uint8_t)order;
			rs->psind = (uint8_t)i;
		} else {
			rs->sub[rs->nsub].order = (uint8_t)order;
			rs->sub[rs->nsub++].psind = (uint8_t)i;
		}
	}
}

int
vm_reserv_init(struct vm *vm)
{
	struct vm_reservs *rs = &vm->reservs;
	const size_t words = 64;

	memset(rs, 0, sizeof(*rs));
	if (vm->config.superpages == VM_SUPER_NEVER)
		return 0;
	find_sizes(vm);
	if (!rs->on)
		return 0;
	rs->on_demand = vm->config.superpages == VM_SUPER_RESERVE;
	rs->n = (vm->pages.npages >> rs->order) + 1;
	rs->stride = (uint32_t)(sizeof(struct vm_reserv) +
	    (((size_t)1 << rs->order) + words - 1) / words * sizeof(uint64_t));
	while (rs->hash_mask < rs->n)
		rs->hash_mask = rs->hash_mask << 1 | 1;
	rs->reserv = mem_zalloc(vm->mem, (size_t)rs->n * rs->stride);
	rs->hash = mem_zalloc(vm->mem,
	    ((size_t)rs->hash_mask + 1) * sizeof(*rs->hash));
	if (rs->reserv != NULL && rs->hash != NULL)
		return 0;
	vm_reserv_fini(vm);
	return ENOMEM;
}

void
vm_reserv_fini(struct vm *vm)
{
	struct vm_reservs *rs = &vm->reservs;

	mem_free(vm->mem, rs->reserv, (size_t)rs->n * rs->stride);
	if (rs->hash != NULL)
		mem_free(vm->mem, rs->hash,
		    ((size_t)rs->hash_mask + 1) * sizeof(*rs->hash));
	rs->reserv = NULL;
	rs->hash = NULL;
}
