/*
 * Reservations: looking into the amap or object that owns one, and checking.
 *
 * A page of an amap is its own when no other amap shares the anon: a shared
 * one is replaced when it is written, and may then come from a reservation.  A
 * page that is out is no page here.
 */
#include "vm_reserv_internal.h"

#include <stdio.h>
#include <string.h>

static struct vm_amap *
amap_of(const struct vm_reserv_owner *o)
{
	return (
	    struct vm_amap *)((uintptr_t)o - offsetof(struct vm_amap, reserv));
}

static struct vm_object *
object_of(const struct vm_reserv_owner *o)
{
	return (struct vm_object *)((uintptr_t)o -
	    offsetof(struct vm_object, reserv));
}

uint64_t
vm_reserv_limit(const struct vm *vm, const struct vm_reserv_owner *o)
{
	if (o->kind == VM_RESERV_AMAP)
		return amap_of(o)->nslot;
	return pg_atop(vm, pg_round(vm, object_of(o)->size));
}

/* ---------------------------------------------------------- neighbours ---- */

static bool
is_own(const struct vm *vm, const struct vm_reserv_owner *o, uint32_t name)
{
	const struct vm_anon *anon = &vm->anons.anon[name];

	return o->kind == VM_RESERV_OBJECT ||
	    (anon->ref == 1 && anon->where != PFN_NONE);
}

/* An own page in [from, to), at most 64 of them. */
static bool
own_in(struct vm *vm, const struct vm_reserv_owner *o, struct sparse *s,
    uint64_t from, uint64_t to)
{
	uint64_t bits = sparse_bits(s, from);

	if (to - from < 64)
		bits &= ((uint64_t)1 << (to - from)) - 1;
	for (; bits != 0; bits &= bits - 1) {
		uint64_t i = from + (unsigned)__builtin_ctzll(bits);

		if (is_own(vm, o, sparse_get(s, i)))
			return true;
	}
	return false;
}

/* From the page outwards, for what is near is likelier there. */
enum vm_refusal
vm_reserv_neighbour(struct vm *vm, const struct vm_reserv_owner *o,
    uint64_t first, uint64_t pindex, uint64_t end)
{
	struct sparse *s = o->kind == VM_RESERV_AMAP ? &amap_of(o)->slots :
						       &object_of(o)->pages;
	struct sparse_leaf *last = s->last;
	const uint64_t last_base = s->last_base;
	enum vm_refusal why = VM_REFUSAL_NONE;
	uint64_t at, to;

	for (to = pindex; to > first && why == VM_REFUSAL_NONE; to = at) {
		at = to - first < 64 ? first : to - 64;
		if (own_in(vm, o, s, at, to))
			why = VM_REFUSAL_LEFT;
	}
	for (at = pindex + 1; at < end && why == VM_REFUSAL_NONE; at += 64)
		if (own_in(vm, o, s, at, end - at < 64 ? end : at + 64))
			why = VM_REFUSAL_RIGHT;
	/* The leaf at hand is the fault's: it stays. */
	s->last = last;
	s->last_base = last_base;
	return why;
}

/* ------------------------------------------------------------ checking ---- */

struct recount {
	uint64_t full, partial, holes, listed;
};

static const char *
check_frames(const struct vm *vm, const struct vm_reserv *rv, uint32_t b,
    uint32_t *popcnt)
{
	const unsigned order = vm->reservs.order;

	*popcnt = 0;
	for (unsigned slot = 0; slot < 1u << order; slot++) {
		const struct vm_page *pg = &vm->pages.page[(b << order) + slot];
		bool set = rv->popmap[slot / 64] >> slot % 64 & 1;
		bool is_free = (pg->pg_flags & PG_FREE) != 0;

		*popcnt += set;
		if (rv->owner == NULL)
			continue;
		if (set == is_free)
			return "RV2: a frame and its bit disagree";
		if (is_free &&
		    (pg->pindex != 0 || pg->qnext != 0 || pg->qprev != 0))
			return "RV2: a hole is in a list of free blocks";
	}
	return NULL;
}

static const char *
check_one(struct vm *vm, uint32_t b, struct recount *n)
{
	const struct vm_reserv *rv = vm_reserv_get(&vm->reservs, b);
	const uint32_t all = (uint32_t)1 << vm->reservs.order;
	const uint64_t place = rv->piece << vm->reservs.order;
	const char *why;
	uint32_t popcnt;

	if (rv->owner == NULL)
		return rv->popcnt != 0 || rv->queued ?
		    "RV1: a free one is populated or queued" :
		    NULL;
	if ((why = check_frames(vm, rv, b, &popcnt)) != NULL)
		return why;
	if (rv->popcnt != popcnt || popcnt == 0 || popcnt > all)
		return "RV1: popcnt is not the bits of the map";
	if (rv->queued != (popcnt < all))
		return "RV3: queued and partially populated disagree";
	if (rv->domain != vm_phys_domain(vm, b << vm->reservs.order))
		return "RV3: in the queue of another domain";
	if (vm_reserv_covering(vm, rv->owner, place - rv->owner->colour) != b)
		return "RV4: not found by its owner and piece";
	n->full += popcnt == all;
	n->partial += popcnt < all;
	n->holes += all - popcnt;
	n->listed++;
	return NULL;
}

static const char *
check_queue(struct vm *vm, unsigned domain)
{
	const struct vm_reserv_queue *q = &vm->reservs.partpop[domain];
	uint32_t n = 0, prev = 0;
	uint64_t tick = 0;

	for (uint32_t b = q->head; b != 0;) {
		const struct vm_reserv *rv = vm_reserv_get(&vm->reservs, b);

		if (b >= vm->reservs.n || n++ == q->n)
			return "RV3: a queue is damaged";
		if (!rv->queued || rv->qprev != prev || rv->domain != domain)
			return "RV3: links of a queue disagree";
		if (rv->lasttick < tick)
			return "RV3: a queue is not in the order of changes";
		tick = rv->lasttick;
		prev = b;
		b = rv->qnext;
	}
	return n == q->n && q->tail == prev ?
	    NULL :
	    "RV3: a queue is shorter than counted";
}

/* => reservations in the list of one owner */
static const char *
check_owner(const struct vm *vm, const struct vm_reserv_owner *o, uint64_t *n)
{
	uint32_t prev = 0;

	for (uint32_t b = o->first; b != 0;) {
		const struct vm_reserv *rv = vm_reserv_get(&vm->reservs, b);

		if (b >= vm->reservs.n || rv->owner != o || rv->prev != prev ||
		    (*n)++ > vm->reservs.n)
			return "RV4: list of an owner is damaged";
		prev = b;
		b = rv->next;
	}
	if (o->last != 0 &&
	    (o->last >= vm->reservs.n ||
		vm_reserv_get(&vm->reservs, o->last)->owner != o))
		return "RV4: the one used last is another's";
	return NULL;
}

static const char *
check_counters(struct vm *vm, const struct recount *n)
{
	const struct vm_reservs *rs = &vm->reservs;
	uint64_t queued = 0, listed = 0;
	const char *why = NULL;

	for (unsigned d = 0; d < vm->phys.ndomains && why == NULL; d++) {
		why = check_queue(vm, d);
		queued += rs->partpop[d].n;
	}
	for (uint32_t b = 1; b < rs->n && why == NULL; b++) {
		const struct vm_reserv *rv = vm_reserv_get(rs, b);

		/* Each list is walked from its first. */
		if (rv->owner != NULL && rv->owner->first == b)
			why = check_owner(vm, rv->owner, &listed);
	}
	if (why == NULL && listed != n->listed)
		why = "RV4: some are in no owner's list";
	if (why == NULL &&
	    (n->full != rs->fullpop || n->partial != rs->partpopq ||
		n->holes != rs->holes || queued != rs->partpopq))
		why = "RV5: a counter differs from the recount";
	return why;
}

const char *
vm_reserv_check(struct vm *vm, char *buf, size_t len)
{
	struct recount n = { 0 };
	const char *why = NULL;

	if (!vm->reservs.on)
		return NULL;
	for (uint32_t b = 1; b < vm->reservs.n; b++)
		if ((why = check_one(vm, b, &n)) != NULL) {
			snprintf(buf, len, "reservation %u: %s", b, why);
			return buf;
		}
	if ((why = check_counters(vm, &n)) == NULL)
		return NULL;
	snprintf(buf, len, "reservations: %s", why);
	return buf;
}
