/*
 * Swap devices and their slots.
 *
 * A device has a bit a page.  Slots are looked for from the device's hint on
 * and round to it again (next fit), so that what is written one after the
 * other lies in a row on the disk; slots given back right before the hint move
 * it there, so that a cluster that took too many leaves no hole.  Three things
 * make this quick on devices of millions of pages:
 *
 *	used	word 0      word 1      word 2 ...	64 pages each
 *	full	bit 0       bit 1       bit 2		all ones: skipped, 64
 *							words by one look
 *	longest	a search for n in vain: there are not n free in a row, and
 *		nobody looks again until a slot is freed that makes a longer
 *		run; the hint then goes there
 *
 * So one search in vain is paid for once, and each free costs two words.
 *
 * Priorities, turns, counters: NetBSD's (reference 7.8).  lessok: if no device
 * has n in a row, one slot.
 */
#include "vm.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define WORD 64 /* pages of one word */
#define NWORDS(n) (((size_t)(n) + WORD - 1) / WORD)
#define ALL_ONES UINT64_MAX

/* First page that can be a slot. */
static uint32_t
first_page(const struct vm_swapdev *d)
{
	return (d->flags & SWF_FILE) != 0 ? 0 : 1;
}

static bool
test_bit(const uint64_t *bits, uint32_t i)
{
	return (bits[i / WORD] >> i % WORD & 1) != 0;
}

/* ----------------------------------------------------------- searching ---- */

/* => the first word from w on that is not all ones, or nwords */
static size_t
next_word(const struct vm_swapdev *d, size_t w)
{
	const size_t nwords = NWORDS(d->npages), nfull = NWORDS(nwords);
	size_t f = w / WORD;
	uint64_t bits;

	if (w >= nwords || d->used[w] != ALL_ONES)
		return w;
	bits = ~d->full[f] & ALL_ONES << w % WORD;
	while (bits == 0 && ++f < nfull)
		bits = ~d->full[f];
	return bits != 0 ? f * WORD + (size_t)__builtin_ctzll(bits) : nwords;
}

/*
 * Where n free pages in a row begin in a word: bit i of low is cleared unless
 * the i + 1st page is free too, then unless i + 2 begins two free ones, then
 * four, and so on; high are the pages of the word behind.
 */
static uint64_t
starts(uint64_t low, uint64_t high, uint32_t n)
{
	for (uint32_t have = 1, step; have < n && low != 0; have += step) {
		step = have < n - have ? have : n - have;
		low &= low >> step | high << (WORD - step);
		high &= high >> step;
	}
	return low;
}

/*
 * => the first page from which on n are free, in words from page's to the last
 *    that begins before end, or UINT32_MAX
 */
static uint32_t
find_run(const struct vm_swapdev *d, uint32_t page, uint32_t end, uint32_t n)
{
	const size_t nwords = NWORDS(d->npages);
	uint64_t mask = ALL_ONES << page % WORD, low, high;

	for (size_t w = page / WORD; w * WORD < end; w++, mask = ALL_ONES) {
		const size_t next = next_word(d, w);

		if (next != w) {
			w = next - 1;
			continue;
		}
		high = w + 1 < nwords ? ~d->used[w + 1] : 0;
		low = starts(~d->used[w] & mask, high, n);
		if (low == 0)
			continue;
		return (uint32_t)(w * WORD) + (uint32_t)__builtin_ctzll(low);
	}
	return UINT32_MAX;
}

/* From the hint to the end, then from the beginning to runs across the hint. */
static uint32_t
find_slots(struct vm_swapdev *d, uint32_t n)
{
	const uint64_t across = (uint64_t)d->hint + n - 1;
	uint32_t page;

	if (n > d->longest || n > d->npages)
		return UINT32_MAX;
	page = find_run(d, d->hint, d->npages, n);
	if (page == UINT32_MAX)
		page = find_run(d, first_page(d),
		    across < d->npages ? (uint32_t)across : d->npages, n);
	if (page == UINT32_MAX)
		d->longest = n - 1;
	return page;
}

/* --------------------------------------------------- giving and taking ---- */

static void
set_bits(struct vm_swapdev *d, uint32_t page, uint32_t n, bool on)
{
	for (uint32_t i = page; i < page + n; i++) {
		const size_t w = i / WORD;
		const uint64_t bit = (uint64_t)1 << i % WORD;
		const uint64_t word = (uint64_t)1 << w % WORD;

		if (on) {
			d->used[w] |= bit;
			if (d->used[w] == ALL_ONES)
				d->full[w / WORD] |= word;
		} else {
			d->used[w] &= ~bit;
			d->full[w / WORD] &= ~word;
		}
	}
}

/* The device at place i of the order has had its turn. */
static void
take_turn(struct vm_swap *s, uint32_t i)
{
	const uint8_t number = s->order[i];
	const int priority = s->dev[number].priority;

	for (;
	     i + 1 < s->norder && s->dev[s->order[i + 1]].priority == priority;
	     i++)
		s->order[i] = s->order[i + 1];
	s->order[i] = number;
}

static uint32_t
take_slots(struct vm *vm, struct vm_swapdev *d, uint32_t page, uint32_t n)
{
	set_bits(d, page, n, true);
	d->npginuse += n;
	d->hint = page + n < d->npages ? page + n : first_page(d);
	vm->exp.swpginuse += n;
	vm->swap.allocs += n;
	return d->first + page;
}

static uint32_t
alloc_from_any(struct vm *vm, uint32_t n)
{
	struct vm_swap *s = &vm->swap;

	for (uint32_t i = 0; i < s->norder; i++) {
		struct vm_swapdev *d = &s->dev[s->order[i]];
		uint32_t page;

		if ((d->flags & SWF_ENABLE) == 0 ||
		    (page = find_slots(d, n)) == UINT32_MAX)
			continue;
		take_turn(s, i);
		return take_slots(vm, d, page, n);
	}
	return SWSLOT_NONE;
}

uint32_t
vm_swap_alloc(struct vm *vm, uint32_t n, bool lessok, uint32_t *got)
{
	uint32_t slot;

	assert(n > 0 && n <= VM_SWAP_MAXRUN);
	*got = n;
	slot = alloc_from_any(vm, n);
	if (slot == SWSLOT_NONE && lessok && n > 1) {
		*got = 1;
		slot = alloc_from_any(vm, 1);
	}
	if (slot == SWSLOT_NONE)
		*got = 0;
	return slot;
}

/* Free pages right before a page, 64 at most. */
static uint32_t
free_before(const struct vm_swapdev *d, uint32_t page)
{
	const unsigned s = page % WORD;
	const size_t w = page / WORD;
	uint64_t bits = w > 0 ? d->used[w - 1] : ALL_ONES;

	if (s != 0)
		bits = bits >> s | d->used[w] << (WORD - s);
	return bits != 0 ? (uint32_t)__builtin_clzll(bits) : WORD;
}

/* Free pages from a page on, 64 at most. */
static uint32_t
free_after(const struct vm_swapdev *d, uint32_t page)
{
	const size_t nwords = NWORDS(d->npages), w = page / WORD;
	const unsigned s = page % WORD;
	uint64_t bits;

	if (w >= nwords)
		return 0;
	bits = d->used[w] >> s;
	if (s != 0)
		bits |= (w + 1 < nwords ? d->used[w + 1] : ALL_ONES)
		    << (WORD - s);
	return bits != 0 ? (uint32_t)__builtin_ctzll(bits) : WORD;
}

/* n pages were freed: is this a longer run than was known of? */
static void
note_run(struct vm_swapdev *d, uint32_t page, uint32_t n)
{
	uint32_t before, run;

	if (d->longest == UINT32_MAX)
		return;
	before = free_before(d, page);
	run = before + n + free_after(d, page + n);
	if (run <= d->longest)
		return;
	d->hint = page - before;
	d->longest = run < VM_SWAP_MAXRUN ? run : UINT32_MAX;
}

static struct vm_swapdev *
find_device(struct vm *vm, uint32_t slot)
{
	struct vm_swap *s = &vm->swap;

	for (uint32_t i = 0; i < s->norder; i++) {
		struct vm_swapdev *d = &s->dev[s->order[i]];

		if (slot - d->first < d->npages)
			return d;
	}
	return NULL;
}

/* The device of a slot that is in use. */
static struct vm_swapdev *
device_of(struct vm *vm, uint32_t slot)
{
	struct vm_swapdev *d = find_device(vm, slot);

	assert(d != NULL);
	return d;
}

const struct vm_swapdev *
vm_swap_find(const struct vm *vm, uint32_t slot)
{
	return find_device((struct vm *)(uintptr_t)vm, slot);
}

void
vm_swap_free(struct vm *vm, uint32_t slot, uint32_t n)
{
	struct vm_swapdev *d;
	uint32_t page;

	if (slot == SWSLOT_NONE || slot == SWSLOT_BAD)
		return;
	d = device_of(vm, slot);
	assert(d->npginuse >= n);
	page = slot - d->first;
	assert(test_bit(d->used, page) && page + n <= d->npages);
	set_bits(d, page, n, false);
	note_run(d, page, n);
	if (page + n == d->hint) /* what a cluster had too many of */
		d->hint = page;
	d->npginuse -= n;
	vm->exp.swpginuse -= n;
}

void
vm_swap_markbad(struct vm *vm, uint32_t slot)
{
	struct vm_swapdev *d = device_of(vm, slot);
	const uint32_t page = slot - d->first;

	assert(test_bit(d->used, page) && !test_bit(d->bad, page));
	d->bad[page / WORD] |= (uint64_t)1 << page % WORD;
	d->npgbad++;
	if ((d->flags & SWF_ENABLE) != 0)
		vm->swap.avail--;
}

/* ---------------------------------------------------- reading, writing ---- */

static int
io(struct vm *vm, const struct vm_swapdev *d, enum vm_io_kind kind,
    uint32_t slot, uint32_t n)
{
	const struct vm_io request = {
		.kind = kind,
		.wait = kind == VM_IO_READ,
		.swap = true,
		.id = (uint32_t)(d - vm->swap.dev),
		.page = slot - d->first,
		.npages = n,
	};

	return vm->io_fn != NULL ? vm->io_fn(vm->io_ctx, &request) : 0;
}

int
vm_swap_put(struct vm *vm, uint32_t slot, const pfn_t *frame, uint32_t n)
{
	struct vm_swapdev *d = device_of(vm, slot);
	int error = io(vm, d, VM_IO_WRITE, slot, n);

	if (error != 0 || d->tag == NULL)
		return error;
	for (uint32_t i = 0; i < n; i++)
		d->tag[slot - d->first + i] = vm->pages.tag[frame[i]];
	return 0;
}

int
vm_swap_get(struct vm *vm, uint32_t slot, pfn_t frame)
{
	struct vm_swapdev *d = device_of(vm, slot);
	int error = io(vm, d, VM_IO_READ, slot, 1);

	vm->exp.nswget++;
	vm->exp.swpgonly--;
	if (error == 0 && d->tag != NULL)
		vm->pages.tag[frame] = d->tag[slot - d->first];
	return error;
}

uint64_t
vm_swap_tag(const struct vm *vm, uint32_t slot)
{
	const struct vm_swapdev *d = vm_swap_find(vm, slot);

	return d != NULL && d->tag != NULL ? d->tag[slot - d->first] : 0;
}

/*
 * No swap at all is full swap; else when 99 % of it hold pages that are nowhere
 * else.
 */
bool
uvm_swapisfull(const struct vm *vm)
{
	return vm->swap.avail == 0 ||
	    vm->exp.swpgonly * 100 / 99 >= vm->swap.avail;
}
