/*
 * The checker of swap: each device by itself, then who owns its slots.
 *
 * Owners are counted twice: their number, and the sum of a hash of the slot
 * that each has.  A slot owned twice and one owned by nobody leave the number
 * as it should be, but not the sum.
 */
#include "vm.h"

#include <stdarg.h>
#include <stdio.h>

#define WORD 64
#define NWORDS(n) (((size_t)(n) + WORD - 1) / WORD)

struct owned {
	uint64_t n, sum; /* slots, and of their hashes */
	uint64_t only;   /* of those, with no frame */
	uint32_t wrong;  /* a slot that is of no device, free or bad */
};

static const char *__attribute__((format(printf, 3, 4)))
broken(char *buf, size_t len, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, len, fmt, ap);
	va_end(ap);
	return buf;
}

static bool
bit(const uint64_t *bits, uint32_t i)
{
	return (bits[i / WORD] >> i % WORD & 1) != 0;
}

/* Does a bit of used stand for no slot? */
static bool
no_slot(const struct vm_swapdev *d, uint64_t page)
{
	return page >= d->npages || (page == 0 && (d->flags & SWF_FILE) == 0);
}

/* => used slots, bad ones too; their sum in *sum, of those that are not bad */
static uint32_t
count_used(const struct vm_swapdev *d, struct owned *want)
{
	uint32_t n = 0;

	for (size_t w = 0; w < NWORDS(d->npages); w++)
		for (uint64_t left = d->used[w]; left != 0; left &= left - 1) {
			const uint64_t page = w * WORD +
			    (uint64_t)__builtin_ctzll(left);

			if (no_slot(d, page))
				continue;
			n++;
			if (bit(d->bad, (uint32_t)page))
				continue;
			want->n++;
			want->sum += vm_tag_hash(d->first, page);
		}
	return n;
}

/* A free run longer than d->longest? */
static bool
has_longer(const struct vm_swapdev *d)
{
	uint32_t run = 0;

	if (d->longest == UINT32_MAX)
		return false;
	for (uint32_t i = 0; i < d->npages; i++) {
		run = bit(d->used, i) ? 0 : run + 1;
		if (run > d->longest)
			return true;
	}
	return false;
}

static const char *
check_device(const struct vm_swapdev *d, unsigned number, struct owned *want,
    char *buf, size_t len)
{
	const uint32_t used = count_used(d, want);
	const size_t nwords = NWORDS(d->npages);
	uint32_t bad = 0;

	if (used != d->npginuse)
		return broken(buf, len,
		    "S1: swap device %u has %u used slots, counted %u", number,
		    d->npginuse, used);
	for (size_t w = 0; w < nwords; w++) {
		for (uint64_t left = d->bad[w]; left != 0; left &= left - 1)
			bad++;
		if ((d->bad[w] & ~d->used[w]) != 0)
			return broken(buf, len,
			    "S4: swap device %u has a bad slot that is free",
			    number);
		if ((d->used[w] == UINT64_MAX) != bit(d->full, (uint32_t)w))
			return broken(buf, len,
			    "S6: swap device %u, word %zu of its slots", number,
			    w);
	}
	if (bad != d->npgbad)
		return broken(buf, len,
		    "S1: swap device %u has %u bad slots, counted %u", number,
		    d->npgbad, bad);
	if (((d->flags & SWF_FILE) == 0 && !bit(d->used, 0)) ||
	    d->hint >= d->npages)
		return broken(buf, len,
		    "S4: the label of swap device %u can be used", number);
	if (has_longer(d) ||
	    (d->longest >= VM_SWAP_MAXRUN && d->longest != UINT32_MAX))
		return broken(buf, len,
		    "S7: swap device %u has more than %u free slots in a row",
		    number, d->longest);
	return NULL;
}

/* -------------------------------------------------------------- owners ---- */

static void
own(const struct vm *vm, uint32_t slot, bool resident, struct owned *o)
{
	const struct vm_swapdev *d;

	if (slot == SWSLOT_NONE || slot == SWSLOT_BAD)
		return;
	d = vm_swap_find(vm, slot);
	if (d == NULL || !bit(d->used, slot - d->first) ||
	    bit(d->bad, slot - d->first)) {
		o->wrong = slot;
		return;
	}
	o->n++;
	o->sum += vm_tag_hash(d->first, slot - d->first);
	o->only += !resident;
}

static void
count_owners(struct vm *vm, struct owned *o)
{
	const struct vm_anons *a = &vm->anons;

	for (uint32_t i = 1; i < a->fresh && a->slot != NULL; i++)
		own(vm, a->slot[i], a->anon[i].ref == 0 || a->anon[i].where, o);
	for (struct vm_object *obj = vm->first_object; obj != NULL;
	     obj = obj->next) {
		uint64_t i = 0;
		uint32_t slot;

		for (; (i = sparse_next(&obj->swap, i, &slot)) != SPARSE_END;
		     i++)
			own(vm, slot, sparse_get(&obj->pages, i) != 0, o);
	}
}

static const char *
check_counters(const struct vm *vm, const struct owned *o, char *buf,
    size_t len)
{
	const struct vm_swap *s = &vm->swap;
	const struct uvmexp *x = &vm->exp;
	uint64_t pages = 0, inuse = 0, avail = 0;

	for (uint32_t i = 0; i < s->norder; i++) {
		const struct vm_swapdev *d = &s->dev[s->order[i]];
		const uint32_t n = vm_swap_nslots(d);

		pages += n;
		inuse += d->npginuse;
		avail += d->flags & SWF_ENABLE ? n - d->npgbad : 0;
		if (i > 0 && s->dev[s->order[i - 1]].priority > d->priority)
			return broken(buf, len,
			    "S8: swap devices are not in order of priority");
	}
	if (x->nswapdev != s->norder || x->swpages != pages ||
	    x->swpginuse != inuse || s->avail != avail)
		return broken(buf, len,
		    "S1: %u swap devices have %llu slots, %llu in use",
		    s->norder, (unsigned long long)pages,
		    (unsigned long long)inuse);
	if (x->swpgonly != o->only)
		return broken(buf, len, "D2: swpgonly is %llu, counted %llu",
		    (unsigned long long)x->swpgonly,
		    (unsigned long long)o->only);
	return NULL;
}

const char *
vm_swap_check(struct vm *vm, char *buf, size_t len)
{
	struct owned want = { 0 }, have = { 0 };
	const char *why = NULL;

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS && why == NULL; i++)
		if (vm->swap.dev[i].flags != 0)
			why = check_device(&vm->swap.dev[i], i, &want, buf,
			    len);
	if (why != NULL)
		return why;
	count_owners(vm, &have);
	if (have.wrong != 0)
		return broken(buf, len, "S2: slot %u is owned but not in use",
		    have.wrong);
	if (want.n != have.n || want.sum != have.sum)
		return broken(buf, len, "S2: %llu slots are in use, %llu owned",
		    (unsigned long long)want.n, (unsigned long long)have.n);
	return check_counters(vm, &have, buf, len);
}
