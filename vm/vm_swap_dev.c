/*
 * Swap devices come, change their priority, and go (NetBSD's swapctl,
 * reference 7.8).
 *
 * A device goes when its slots have been emptied: nothing new is put there,
 * pages in memory give up their slots, the others are read back, first those of
 * shared memory, then the anons, each by number.  A page that has been visited
 * is dirty and has no slot there, so one walk is enough, whatever the page
 * daemon does to make room for it.
 */
#include "vm.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "pmap/narrow.h"

#define WORD 64
#define NWORDS(n) (((size_t)(n) + WORD - 1) / WORD)

uint32_t
vm_swap_nslots(const struct vm_swapdev *d)
{
	return d->npages - ((d->flags & SWF_FILE) == 0);
}

void
vm_swap_init(struct vm *vm)
{
	memset(&vm->swap, 0, sizeof(vm->swap));
	vm->swap.drum = 1;
}

static void
free_arrays(struct vm *vm, struct vm_swapdev *d)
{
	const size_t size = NWORDS(d->npages) * sizeof(uint64_t);

	mem_free(vm->mem, d->used, size);
	mem_free(vm->mem, d->bad, size);
	mem_free(vm->mem, d->full,
	    NWORDS(NWORDS(d->npages)) * sizeof(uint64_t));
	mem_free(vm->mem, d->tag, (size_t)d->npages * sizeof(uint64_t));
	memset(d, 0, sizeof(*d));
}

void
vm_swap_fini(struct vm *vm)
{
	for (uint32_t i = 0; i < VM_SWAP_MAXDEVS; i++)
		free_arrays(vm, &vm->swap.dev[i]);
}

/* ------------------------------------------------------------ its rows ---- */

int
vm_swap_place(struct vm *vm, uint32_t number, const struct vm_swapdev *like)
{
	struct vm_swapdev *d = &vm->swap.dev[number];
	const size_t nwords = NWORDS(like->npages);

	assert(d->flags == 0);
	*d = (struct vm_swapdev){
		.first = like->first,
		.npages = like->npages,
		.hint = like->hint,
		.longest = like->longest,
		.priority = like->priority,
		.flags = like->flags,
		.used = mem_zalloc(vm->mem, nwords * sizeof(uint64_t)),
		.bad = mem_zalloc(vm->mem, nwords * sizeof(uint64_t)),
		.full = mem_zalloc(vm->mem, NWORDS(nwords) * sizeof(uint64_t)),
	};
	if (vm->pages.tag != NULL)
		d->tag = mem_zalloc(vm->mem,
		    host_bytes(d->npages, sizeof(uint64_t)));
	if (d->used == NULL || d->bad == NULL || d->full == NULL ||
	    (vm->pages.tag != NULL && d->tag == NULL)) {
		free_arrays(vm, d);
		return ENOMEM;
	}
	vm_swap_index(vm, number);
	return 0;
}

static uint32_t
count_bits(uint64_t word)
{
	uint32_t n = 0;

	for (; word != 0; word &= word - 1)
		n++;
	return n;
}

/* Bits of the last word that stand for nothing. */
static uint64_t
padding(uint64_t n)
{
	return n % WORD != 0 ? UINT64_MAX << n % WORD : 0;
}

void
vm_swap_index(struct vm *vm, uint32_t number)
{
	struct vm_swapdev *d = &vm->swap.dev[number];
	const size_t nwords = NWORDS(d->npages);

	d->used[nwords - 1] &= ~padding(d->npages);
	if ((d->flags & SWF_FILE) == 0)
		d->used[0] &= ~(uint64_t)1;
	d->npginuse = d->npgbad = 0;
	for (size_t w = 0; w < nwords; w++) {
		d->npginuse += count_bits(d->used[w]);
		d->npgbad += count_bits(d->bad[w]);
	}
	d->used[nwords - 1] |= padding(d->npages);
	if ((d->flags & SWF_FILE) == 0)
		d->used[0] |= 1;
	memset(d->full, 0, NWORDS(nwords) * sizeof(uint64_t));
	d->full[NWORDS(nwords) - 1] = padding(nwords);
	for (size_t w = 0; w < nwords; w++)
		if (d->used[w] == UINT64_MAX)
			d->full[w / WORD] |= (uint64_t)1 << w % WORD;
}

/* ----------------------------------------------------------- the order ---- */

static uint32_t
place_of(const struct vm_swap *s, uint32_t number)
{
	uint32_t i = 0;

	while (s->order[i] != number)
		i++;
	return i;
}

static void
leave_order(struct vm_swap *s, uint32_t number)
{
	const uint32_t i = place_of(s, number);

	s->norder--;
	memmove(&s->order[i], &s->order[i + 1], s->norder - i);
}

static void
enter_order(struct vm_swap *s, uint32_t number)
{
	uint32_t i = s->norder;

	while (
	    i > 0 && s->dev[s->order[i - 1]].priority > s->dev[number].priority)
		i--;
	memmove(&s->order[i + 1], &s->order[i], s->norder - i);
	s->order[i] = (uint8_t)number;
	s->norder++;
}

/* ---------------------------------------------------------- on and ctl ---- */

/* => the lowest free row; VM_SWAP_MAXDEVS: none */
static uint32_t
free_row(const struct vm_swap *s)
{
	uint32_t i = 0;

	while (i < VM_SWAP_MAXDEVS && s->dev[i].flags != 0)
		i++;
	return i;
}

/* Numbers of slots and names of anons have 32 bits, the last is no number. */
static bool
has_room(const struct vm *vm, uint32_t npages)
{
	return npages < UINT32_MAX - vm->swap.drum &&
	    vm->pages.npages + vm->exp.swpages + npages < UINT32_MAX;
}

int
vm_swap_on(struct vm *vm, uint32_t npages, int priority, unsigned flags,
    uint32_t *number)
{
	struct vm_swap *s = &vm->swap;
	const struct vm_swapdev like = {
		.first = s->drum,
		.npages = npages,
		.hint = (flags & SWF_FILE) == 0,
		.longest = UINT32_MAX,
		.priority = priority,
		.flags = flags | SWF_INUSE | SWF_ENABLE,
	};
	const uint32_t row = free_row(s);
	int error;

	if (npages == 0 || vm_swap_nslots(&like) == 0 || priority < 0 ||
	    priority > VM_SWAP_MAXPRI)
		return EINVAL;
	if (row == VM_SWAP_MAXDEVS || !has_room(vm, npages))
		return ENOSPC;
	error = vm_anons_grow(vm,
	    (uint32_t)(vm->pages.npages + vm->exp.swpages +
		vm_swap_nslots(&like)));
	if (error != 0 || (error = vm_swap_place(vm, row, &like)) != 0)
		return error;
	s->drum += npages;
	s->avail += vm_swap_nslots(&like);
	enter_order(s, row);
	vm->exp.nswapdev++;
	vm->exp.swpages += vm_swap_nslots(&like);
	*number = row;
	return 0;
}

static bool
in_use(const struct vm *vm, uint32_t number)
{
	return number < VM_SWAP_MAXDEVS && vm->swap.dev[number].flags != 0;
}

int
vm_swap_ctl(struct vm *vm, uint32_t number, int priority)
{
	struct vm_swap *s = &vm->swap;

	if (!in_use(vm, number))
		return ENXIO;
	if (priority < 0 || priority > VM_SWAP_MAXPRI)
		return EINVAL;
	leave_order(s, number);
	s->dev[number].priority = priority;
	enter_order(s, number);
	return 0;
}

/* --------------------------------------------------------------- going ---- */

static void
enable(struct vm *vm, struct vm_swapdev *d, bool on)
{
	const uint32_t n = vm_swap_nslots(d) - d->npgbad;

	d->flags = on ? d->flags | SWF_ENABLE :
			d->flags & ~(unsigned)SWF_ENABLE;
	vm->swap.avail = on ? vm->swap.avail + n : vm->swap.avail - n;
}

static bool
on_device(const struct vm_swapdev *d, uint32_t slot)
{
	return slot != SWSLOT_NONE && slot - d->first < d->npages;
}

/* A page is in memory: it needs no slot. */
static void
settle(struct vm *vm, pfn_t pfn)
{
	vm_page_dropslot(vm, pfn);
	if (vm->pages.page[pfn].pg_wire == 0 &&
	    (vm->pages.page[pfn].pg_flags & PQ_ALL) == 0)
		uvm_pagedeactivate(vm, pfn);
}

/* => 0, also when it cannot be read; ENOMEM */
static int
empty_page(struct vm *vm, struct vm_object *obj, uint64_t pindex)
{
	pfn_t pfn = sparse_get(&obj->pages, pindex);
	int error = 0;

	while (pfn == PFN_NONE) {
		error = obj->pager->get(vm, obj, pindex, &pfn);
		if (error == ENOMEM && vm_pageout_wait(vm))
			pfn = PFN_NONE;
		else if (error != 0)
			return error == ENOMEM ? ENOMEM : 0;
	}
	settle(vm, pfn);
	return 0;
}

static int
empty_object(struct vm *vm, const struct vm_swapdev *d, struct vm_object *obj)
{
	uint64_t i = 0;
	uint32_t slot;
	int error = 0;

	while (error == 0 &&
	    (i = sparse_next(&obj->swap, i, &slot)) != SPARSE_END) {
		if (on_device(d, slot))
			error = empty_page(vm, obj, i);
		i++;
	}
	return error;
}

/* A wait may move the anons: the daemon may need more names for them. */
static int
empty_anon(struct vm *vm, uint32_t name)
{
	int error = 0;

	while (vm_anon_get(&vm->anons, name)->where == PFN_NONE) {
		error = vm_anon_pagein(vm, name);
		if (error != 0 && (error != ENOMEM || !vm_pageout_wait(vm)))
			return error == ENOMEM ? ENOMEM : 0;
	}
	settle(vm, vm_anon_get(&vm->anons, name)->where);
	return 0;
}

static int
empty_device(struct vm *vm, const struct vm_swapdev *d)
{
	const struct vm_anons *a = &vm->anons;
	int error = 0;

	for (struct vm_object *o = vm->first_object; o != NULL && error == 0;
	     o = o->next)
		error = empty_object(vm, d, o);
	for (uint32_t name = 1; name < a->fresh && error == 0; name++)
		if (a->anon[name].ref != 0 && on_device(d, a->slot[name]))
			error = empty_anon(vm, name);
	return error;
}

int
vm_swap_off(struct vm *vm, uint32_t number)
{
	struct vm_swapdev *d;
	int error;

	if (!in_use(vm, number))
		return ENXIO;
	d = &vm->swap.dev[number];
	enable(vm, d, false);
	error = empty_device(vm, d);
	if (error == 0 && d->npginuse != d->npgbad)
		error = EBUSY;
	if (error != 0) {
		enable(vm, d, true);
		return error;
	}
	leave_order(&vm->swap, number);
	vm->exp.nswapdev--;
	vm->exp.swpages -= vm_swap_nslots(d);
	vm->exp.swpginuse -= d->npginuse;
	free_arrays(vm, d);
	return 0;
}
