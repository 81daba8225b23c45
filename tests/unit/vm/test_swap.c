/*
 * Swap devices and slots: against a naive model, a byte a page, that looks for
 * free slots one by one; order and turns; labels, bad slots, counters; what the
 * checker finds.
 */
#include "fixture.h"
#include "tests/random.h"

#define NDEVS 5
#define MAXPAGES 700

struct naive_dev {
	bool on;
	uint32_t first, npages, number;
	int priority;
	bool file;
	uint8_t used[MAXPAGES]; /* 1 in use, 2 bad */
};

struct naive {
	struct naive_dev dev[NDEVS];
	unsigned order[NDEVS], norder;
	uint64_t rng;
};

static uint32_t
draw(struct naive *n, uint32_t below)
{
	return (uint32_t)rnd_draw(&n->rng, below);
}

/* ----------------------------------------------------------- the model ---- */

static bool
naive_has(const struct naive_dev *d, uint32_t n)
{
	uint32_t run = 0;

	for (uint32_t i = d->file ? 0 : 1; i < d->npages; i++) {
		run = d->used[i] != 0 ? 0 : run + 1;
		if (run == n)
			return true;
	}
	return false;
}

/* => which device is next for n in a row, or -1 */
static int
naive_next(struct naive *n, uint32_t slots)
{
	unsigned pos, last, which;

	for (pos = 0; pos < n->norder; pos++)
		if (naive_has(&n->dev[n->order[pos]], slots))
			break;
	if (pos == n->norder)
		return -1;
	which = n->order[pos];
	for (last = pos; last + 1 < n->norder &&
	     n->dev[n->order[last + 1]].priority == n->dev[which].priority;
	     last++)
		n->order[last] = n->order[last + 1];
	n->order[last] = which;
	return (int)which;
}

static void
naive_enter(struct naive *n, unsigned which)
{
	unsigned at = 0;

	while (at < n->norder &&
	    n->dev[n->order[at]].priority <= n->dev[which].priority)
		at++;
	for (unsigned i = n->norder++; i > at; i--)
		n->order[i] = n->order[i - 1];
	n->order[at] = which;
}

static void
naive_leave(struct naive *n, unsigned which)
{
	unsigned to = 0;

	for (unsigned i = 0; i < n->norder; i++)
		if (n->order[i] != which)
			n->order[to++] = n->order[i];
	n->norder = to;
}

/* --------------------------------------------------- random operations ---- */

/* Slots have owners here: pages of the segment that are out. */
static void
own(struct fixture *f, uint32_t slot, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(sparse_reserve(&f->vm.sparse, 1), 0);
		sparse_set(&f->vm.sparse, &f->shm->swap, slot + i, slot + i);
	}
	f->vm.exp.swpgonly += n;
}

static void
disown(struct fixture *f, uint32_t slot, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		sparse_set(&f->vm.sparse, &f->shm->swap, slot + i, 0);
	f->vm.exp.swpgonly -= n;
}

static void
random_alloc(struct fixture *f, struct naive *n)
{
	const uint32_t want = 1 + draw(n, draw(n, 3) == 0 ? 64 : 16);
	const bool lessok = draw(n, 2) == 0;
	uint32_t got, slot = vm_swap_alloc(&f->vm, want, lessok, &got);
	uint32_t expect = want;
	int which = naive_next(n, want);

	if (which < 0 && lessok) {
		expect = 1;
		which = naive_next(n, 1);
	}
	if (which < 0) {
		assert_int_equal(slot, SWSLOT_NONE);
		assert_int_equal(got, 0);
		return;
	}
	assert_int_equal(got, expect);
	assert_ptr_equal(vm_swap_find(&f->vm, slot),
	    &f->vm.swap.dev[n->dev[which].number]);
	for (uint32_t i = 0; i < got; i++) {
		struct naive_dev *d = &n->dev[which];
		const uint32_t page = slot - d->first + i;

		assert_in_range(page, d->file ? 0 : 1, d->npages - 1);
		assert_int_equal(d->used[page], 0);
		d->used[page] = 1;
	}
	own(f, slot, got);
}

static void
random_free(struct fixture *f, struct naive *n)
{
	struct naive_dev *d = &n->dev[draw(n, NDEVS)];
	uint32_t page, len, max = 1 + draw(n, 20);

	if (!d->on)
		return;
	page = draw(n, d->npages);
	for (len = 0; page + len < d->npages && len < max; len++)
		if (d->used[page + len] != 1)
			break;
		else
			d->used[page + len] = 0;
	if (len == 0)
		return;
	vm_swap_free(&f->vm, d->first + page, len);
	disown(f, d->first + page, len);
}

static void
random_bad(struct fixture *f, struct naive *n)
{
	struct naive_dev *d = &n->dev[draw(n, NDEVS)];
	const uint32_t page = d->on ? draw(n, d->npages) : 0;

	if (!d->on || d->used[page] != 1)
		return;
	vm_swap_markbad(&f->vm, d->first + page);
	disown(f, d->first + page, 1);
	d->used[page] = 2;
}

static void
random_device(struct fixture *f, struct naive *n)
{
	const unsigned which = draw(n, NDEVS);
	struct naive_dev *d = &n->dev[which];

	if (d->on && draw(n, 3) != 0) {
		d->priority = (int)draw(n, 3);
		assert_int_equal(vm_swap_ctl(&f->vm, d->number, d->priority),
		    0);
		naive_leave(n, which);
		naive_enter(n, which);
		return;
	}
	if (d->on) {
		for (uint32_t i = 0; i < d->npages; i++)
			if (d->used[i] == 1) {
				vm_swap_free(&f->vm, d->first + i, 1);
				disown(f, d->first + i, 1);
			}
		assert_int_equal(vm_swap_off(&f->vm, d->number), 0);
		naive_leave(n, which);
		d->on = false;
		return;
	}
	*d = (struct naive_dev){ .on = true,
		.npages = 2 + draw(n, MAXPAGES - 2),
		.file = draw(n, 2) == 0,
		.priority = (int)draw(n, 3) };
	assert_int_equal(vm_swap_on(&f->vm, d->npages, d->priority,
			     d->file ? SWF_FILE : 0, &d->number),
	    0);
	d->first = f->vm.swap.dev[d->number].first;
	naive_enter(n, which);
}

static void
check_counts(struct fixture *f, const struct naive *n)
{
	uint64_t pages = 0, inuse = 0, only = 0, devs = 0;

	for (unsigned i = 0; i < NDEVS; i++) {
		const struct naive_dev *d = &n->dev[i];

		if (!d->on)
			continue;
		devs++;
		pages += d->npages - !d->file;
		for (uint32_t k = 0; k < d->npages; k++) {
			inuse += d->used[k] != 0;
			only += d->used[k] == 1;
		}
	}
	assert_int_equal(f->vm.exp.nswapdev, devs);
	assert_int_equal(f->vm.exp.swpages, pages);
	assert_int_equal(f->vm.exp.swpginuse, inuse);
	assert_int_equal(f->vm.exp.swpgonly, only);
}

static void
check_swap(struct fixture *f)
{
	char buf[200];
	const char *why = vm_swap_check(&f->vm, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("vm_swap_check: %s", why);
}

static void
free_all(struct fixture *f, struct naive *n)
{
	for (unsigned i = 0; i < NDEVS; i++)
		for (uint32_t k = 0; n->dev[i].on && k < n->dev[i].npages; k++)
			if (n->dev[i].used[k] == 1) {
				vm_swap_free(&f->vm, n->dev[i].first + k, 1);
				disown(f, n->dev[i].first + k, 1);
			}
}

static void
test_random(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 8; seed++) {
		struct fixture *f = fix_new(0, 64);
		struct naive *n = calloc(1, sizeof(*n));

		n->rng = seed;
		/* A tendency to fill, then to empty. */
		for (unsigned i = 0; i < 6000; i++) {
			const uint32_t what = draw(n, 1000);
			const uint32_t fill = i / 1500 % 2 == 0 ? 600 : 300;

			if (what < 4 || i < 3)
				random_device(f, n);
			else if (what < 8)
				random_bad(f, n);
			else if (what < fill)
				random_alloc(f, n);
			else
				random_free(f, n);
			if (i % 50 == 0) {
				check_swap(f);
				check_counts(f, n);
			}
		}
		check_swap(f);
		free_all(f, n);
		fix_free(f);
		free(n);
	}
}

/* -------------------------------------------------------- single facts ---- */

static uint32_t
alloc(struct fixture *f, uint32_t n)
{
	uint32_t got, slot = vm_swap_alloc(&f->vm, n, false, &got);

	assert_int_equal(got, slot != SWSLOT_NONE ? n : 0);
	return slot;
}

/* Lower numbers first; those of one priority take turns. */
static void
test_order(void **state)
{
	struct fixture *f = fix_new(0, 64);
	uint32_t a, b, c, d, slot[9];
	static const char want[] = "bcbcbcdaN";

	(void)state;
	assert_int_equal(vm_swap_on(&f->vm, 17, 9, 0, &a), 0);
	assert_int_equal(vm_swap_on(&f->vm, 48, 1, SWF_FILE, &b), 0);
	assert_int_equal(vm_swap_on(&f->vm, 49, 1, 0, &c), 0);
	assert_int_equal(vm_swap_on(&f->vm, 16, 2, SWF_FILE, &d), 0);
	for (unsigned i = 0; i < 9; i++) {
		const struct vm_swapdev *dev;
		char who;

		slot[i] = alloc(f, 16);
		dev = vm_swap_find(&f->vm, slot[i]);
		who = dev == NULL             ? 'N' :
		    dev == &f->vm.swap.dev[a] ? 'a' :
		    dev == &f->vm.swap.dev[b] ? 'b' :
		    dev == &f->vm.swap.dev[c] ? 'c' :
						'd';
		assert_int_equal(who, want[i]);
	}
	/* The drum: 1 to 17, 18 to 65, 66 to 114, 115 to 130; no labels. */
	assert_int_equal(slot[0], 18);
	assert_int_equal(slot[1], 67);
	assert_int_equal(slot[2], 34);
	assert_int_equal(slot[6], 115);
	assert_int_equal(slot[7], 2);
	assert_null(vm_swap_find(&f->vm, 0));
	assert_null(vm_swap_find(&f->vm, 131));
	for (unsigned i = 0; i < 8; i++)
		vm_swap_free(&f->vm, slot[i], 16);
	fix_free(f);
}

/* One after the other lies in a row; behind the end it begins anew. */
static void
test_next_fit(void **state)
{
	struct fixture *f = fix_new(0, 64);
	uint32_t number;

	(void)state;
	assert_int_equal(vm_swap_on(&f->vm, 100, 0, SWF_FILE, &number), 0);
	assert_int_equal(alloc(f, 16), 1);
	assert_int_equal(alloc(f, 16), 17);
	vm_swap_free(&f->vm, 1, 16);
	assert_int_equal(alloc(f, 64), 33); /* 33 to 96 */
	assert_int_equal(alloc(f, 8), 1);   /* 97 to 100 are too few */
	assert_int_equal(alloc(f, 8), 9);
	assert_int_equal(alloc(f, 5), SWSLOT_NONE);
	assert_int_equal(alloc(f, 4), 97);
	assert_int_equal(alloc(f, 1), SWSLOT_NONE);
	vm_swap_free(&f->vm, 50, 3);
	vm_swap_free(&f->vm, 20, 1);
	assert_int_equal(alloc(f, 4), SWSLOT_NONE);
	assert_int_equal(alloc(f, 2), 50);
	assert_int_equal(alloc(f, 1), 52);
	assert_int_equal(alloc(f, 1), 20);
	vm_swap_free(&f->vm, 1, 64);
	vm_swap_free(&f->vm, 65, 36);
	fix_free(f);
}

/* The end of a cluster that is given back is where the next one begins. */
static void
test_give_back(void **state)
{
	struct fixture *f = fix_new(0, 64);
	uint32_t number, slot;

	(void)state;
	assert_int_equal(vm_swap_on(&f->vm, 101, 0, 0, &number), 0);
	for (unsigned i = 0; i < 50; i++) {
		slot = alloc(f, 16);
		assert_int_equal(slot, 2 + i);
		vm_swap_free(&f->vm, slot + 1, 15);
	}
	vm_swap_free(&f->vm, 2, 50);
	fix_free(f);
}

static void
test_lessok(void **state)
{
	struct fixture *f = fix_new(0, 64);
	uint32_t number, got;

	(void)state;
	assert_int_equal(vm_swap_alloc(&f->vm, 1, true, &got), SWSLOT_NONE);
	assert_int_equal(got, 0);
	assert_int_equal(vm_swap_on(&f->vm, 11, 0, 0, &number), 0);
	assert_int_equal(vm_swap_alloc(&f->vm, 8, true, &got), 2);
	assert_int_equal(got, 8);
	assert_int_equal(vm_swap_alloc(&f->vm, 8, false, &got), SWSLOT_NONE);
	assert_int_equal(vm_swap_alloc(&f->vm, 8, true, &got), 10);
	assert_int_equal(got, 1);
	vm_swap_free(&f->vm, 2, 9);
	vm_swap_free(&f->vm, SWSLOT_NONE, 1);
	vm_swap_free(&f->vm, SWSLOT_BAD, 1);
	fix_free(f);
}

static void
test_errors(void **state)
{
	struct fixture *f = fix_new(0, 64);
	uint32_t number = 0;

	(void)state;
	assert_int_equal(vm_swap_on(&f->vm, 0, 0, SWF_FILE, &number), EINVAL);
	assert_int_equal(vm_swap_on(&f->vm, 1, 0, 0, &number), EINVAL);
	assert_int_equal(vm_swap_on(&f->vm, 9, -1, 0, &number), EINVAL);
	assert_int_equal(vm_swap_on(&f->vm, 9, 65536, 0, &number), EINVAL);
	assert_int_equal(vm_swap_on(&f->vm, UINT32_MAX, 0, 0, &number), ENOSPC);
	assert_int_equal(vm_swap_off(&f->vm, 0), ENXIO);
	assert_int_equal(vm_swap_off(&f->vm, 99), ENXIO);
	assert_int_equal(vm_swap_ctl(&f->vm, 0, 1), ENXIO);
	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++) {
		assert_int_equal(vm_swap_on(&f->vm, 2, 65535, 0, &number), 0);
		assert_int_equal(number, i);
	}
	assert_int_equal(vm_swap_on(&f->vm, 2, 0, 0, &number), ENOSPC);
	assert_int_equal(vm_swap_ctl(&f->vm, 3, 65536), EINVAL);
	assert_int_equal(vm_swap_off(&f->vm, 7), 0);
	assert_int_equal(vm_swap_on(&f->vm, 1, 0, SWF_FILE, &number), 0);
	assert_int_equal(number, 7);
	/* its part of the drum is a new one */
	assert_int_equal(f->vm.swap.dev[7].first, 65);
	check_swap(f);
	fix_free(f);
}

/* Slots that nobody owns hold a device; bad ones do not. */
static void
test_busy(void **state)
{
	struct fixture *f = fix_new(0, 64);
	uint32_t number, slot;

	(void)state;
	assert_int_equal(vm_swap_on(&f->vm, 33, 0, 0, &number), 0);
	slot = alloc(f, 2);
	assert_int_equal(vm_swap_off(&f->vm, number), EBUSY);
	vm_swap_markbad(&f->vm, slot);
	assert_int_equal(vm_swap_off(&f->vm, number), EBUSY);
	assert_int_equal(f->vm.swap.avail, 31);
	vm_swap_free(&f->vm, slot + 1, 1);
	check_swap(f);
	assert_int_equal(f->vm.exp.swpginuse, 1);
	assert_int_equal(vm_swap_off(&f->vm, number), 0);
	assert_int_equal(f->vm.exp.swpginuse, 0);
	assert_int_equal(f->vm.exp.nswapdev, 0);
	fix_free(f);
}

/* 99 % of what is there, bad slots not counted. */
static void
test_full(void **state)
{
	struct fixture *f = fix_new(0, 64);
	uint32_t number, slot;

	(void)state;
	assert_true(uvm_swapisfull(&f->vm));
	assert_int_equal(vm_swap_on(&f->vm, 200, 0, SWF_FILE, &number), 0);
	assert_false(uvm_swapisfull(&f->vm));
	f->vm.exp.swpgonly = 197;
	assert_false(uvm_swapisfull(&f->vm));
	f->vm.exp.swpgonly = 198;
	assert_true(uvm_swapisfull(&f->vm));
	slot = alloc(f, 10);
	for (unsigned i = 0; i < 10; i++)
		vm_swap_markbad(&f->vm, slot + i);
	f->vm.exp.swpgonly = 188;
	assert_false(uvm_swapisfull(&f->vm));
	f->vm.exp.swpgonly = 189;
	assert_true(uvm_swapisfull(&f->vm));
	f->vm.exp.swpgonly = 0;
	assert_int_equal(vm_swap_off(&f->vm, number), 0);
	assert_true(uvm_swapisfull(&f->vm));
	fix_free(f);
}

/* ------------------------------------------------------------- content ---- */

struct seen {
	struct vm_io io;
	unsigned n;
	int error;
};

static int
see(void *ctx, const struct vm_io *io)
{
	struct seen *s = ctx;

	s->io = *io;
	s->n++;
	return s->error;
}

static void
test_content(void **state)
{
	struct fixture *f = fix_new(0, 64);
	struct vm_pages *pages = &f->vm.pages;
	struct seen seen = { .n = 0 };
	const pfn_t frame[3] = { 40, 7, 41 };
	uint32_t number, slot;

	(void)state;
	f->vm.io_fn = see;
	f->vm.io_ctx = &seen;
	assert_int_equal(vm_swap_on(&f->vm, 9, 0, 0, &number), 0);
	assert_int_equal(vm_swap_on(&f->vm, 20, 0, 0, &number), 0);
	(void)alloc(f, 1);
	slot = alloc(f, 3);
	for (unsigned i = 0; i < 3; i++)
		pages->tag[frame[i]] = 1000 + i;
	assert_int_equal(vm_swap_put(&f->vm, slot, frame, 3), 0);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.io.kind, VM_IO_WRITE);
	assert_int_equal(seen.io.id, 1);
	assert_int_equal(seen.io.page, 1);
	assert_int_equal(seen.io.npages, 3);
	assert_true(seen.io.swap);
	assert_false(seen.io.wait);
	assert_int_equal(vm_swap_tag(&f->vm, slot + 2), 1002);

	f->vm.exp.swpgonly = 2;
	assert_int_equal(vm_swap_get(&f->vm, slot + 1, 5), 0);
	assert_int_equal(pages->tag[5], 1001);
	assert_int_equal(seen.io.kind, VM_IO_READ);
	assert_int_equal(seen.io.page, 2);
	assert_int_equal(seen.io.npages, 1);
	assert_true(seen.io.wait);
	assert_int_equal(f->vm.exp.nswget, 1);
	assert_int_equal(f->vm.exp.swpgonly, 1);

	/* A failure changes no content. */
	seen.error = EIO;
	pages->tag[40] = 9;
	assert_int_equal(vm_swap_put(&f->vm, slot, frame, 1), EIO);
	assert_int_equal(vm_swap_tag(&f->vm, slot), 1000);
	assert_int_equal(vm_swap_get(&f->vm, slot, 5), EIO);
	assert_int_equal(pages->tag[5], 1001);
	assert_int_equal(f->vm.exp.swpgonly, 0);
	vm_swap_free(&f->vm, slot, 3);
	vm_swap_free(&f->vm, 2, 1);
	pages->tag[5] = pages->tag[7] = pages->tag[40] = pages->tag[41] = 0;
	fix_free(f);
}

/* --------------------------------------------------------- the checker ---- */

static void
expect_broken(struct fixture *f, const char *name)
{
	char buf[200];
	const char *why = vm_swap_check(&f->vm, buf, sizeof(buf));

	assert_non_null(why);
	assert_memory_equal(why, name, strlen(name));
}

static void
test_checker(void **state)
{
	struct fixture *f = fix_new(0, 64);
	struct vm_swapdev *d;
	uint32_t number, slot;

	(void)state;
	assert_int_equal(vm_swap_on(&f->vm, 200, 0, 0, &number), 0);
	d = &f->vm.swap.dev[number];
	slot = alloc(f, 2);
	own(f, slot, 2);
	check_swap(f);
#define BREAK(change, back, name) \
	do { \
		change; \
		expect_broken(f, name); \
		back; \
		check_swap(f); \
	} while (0)
	BREAK(d->npginuse++, d->npginuse--, "S1");
	BREAK(d->npgbad++, d->npgbad--, "S1");
	BREAK(f->vm.exp.swpages++, f->vm.exp.swpages--, "S1");
	BREAK(f->vm.exp.swpginuse++, f->vm.exp.swpginuse--, "S1");
	BREAK(f->vm.exp.swpgonly++, f->vm.exp.swpgonly--, "D2");
	BREAK(disown(f, slot, 1), own(f, slot, 1), "S2");
	/* one owned twice, the other by nobody: the number is right */
	BREAK(sparse_set(&f->vm.sparse, &f->shm->swap, slot, slot + 1),
	    sparse_set(&f->vm.sparse, &f->shm->swap, slot, slot), "S2");
	BREAK(sparse_set(&f->vm.sparse, &f->shm->swap, slot, slot + 5),
	    sparse_set(&f->vm.sparse, &f->shm->swap, slot, slot), "S2");
	BREAK(d->bad[1] = 4, d->bad[1] = 0, "S4");
	BREAK(d->used[0] &= ~(uint64_t)1, d->used[0] |= 1, "S4");
	BREAK(d->full[0] |= 2, d->full[0] &= ~(uint64_t)2, "S6");
	BREAK(d->longest = 60, d->longest = UINT32_MAX, "S7");
	BREAK(d->priority = -1; f->vm.swap.norder = 0, d->priority = 0;
	      f->vm.swap.norder = 1, "S2");
	disown(f, slot, 2);
	vm_swap_free(&f->vm, slot, 2);
	fix_free(f);
}

/*
 * Four million slots, nearly full, freed and taken at random: each operation
 * looks at a few words only, or this would take hours.
 */
static void
test_large(void **state)
{
	struct fixture *f = fix_new(0, 64);
	const uint32_t npages = 4 << 20;
	struct naive n = { .rng = 5 };
	uint32_t number, got, slot;

	(void)state;
	assert_int_equal(vm_swap_on(&f->vm, npages, 0, SWF_FILE, &number), 0);
	for (uint32_t i = 0; i < npages; i += 16)
		assert_int_equal(alloc(f, 16), 1 + i);
	for (uint32_t i = 0; i < 300000; i++) {
		const uint32_t page = 1 + draw(&n, npages);

		vm_swap_free(&f->vm, page, 1);
		slot = vm_swap_alloc(&f->vm, 16, true, &got);
		assert_int_equal(slot, page);
		assert_int_equal(got, 1);
	}
	for (uint32_t i = 0; i < npages; i += 64)
		vm_swap_free(&f->vm, 1 + i, 64);
	assert_int_equal(f->vm.exp.swpginuse, 0);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_next_fit),
		cmocka_unit_test(test_give_back),
		cmocka_unit_test(test_lessok),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_checker),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
