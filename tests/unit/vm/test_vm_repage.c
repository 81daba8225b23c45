/*
 * The repage table: by hand, against a list that is searched from end to end,
 * and kept and brought back.
 */
#include "fixture.h"

#include "vm/vm_repage.h"
#include "tests/random.h"

struct ring {
	struct mem *mem;
	struct vm_repages r;
};

static struct ring
ring_new(uint32_t size)
{
	struct ring t = { .mem = mem_create() };

	assert_non_null(t.mem);
	assert_int_equal(vm_repages_init(&t.r, t.mem, size), 0);
	return t;
}

static void
ring_free(struct ring *t)
{
	vm_repages_fini(&t->r, t->mem);
	assert_int_equal(mem_in_use(t->mem), 0);
	mem_destroy(t->mem);
}

static void
ring_ok(const struct vm_repages *r)
{
	const char *why = vm_repages_check(r);

	if (why != NULL)
		fail_msg("%s", why);
}

static void
test_by_hand(void **state)
{
	struct ring t = ring_new(4);

	(void)state;
	assert_false(vm_repages_take(&t.r, 7));
	for (uint64_t key = 1; key <= 4; key++)
		vm_repages_add(&t.r, key);
	assert_int_equal(t.r.n, 4);
	vm_repages_add(&t.r, 5); /* pushes 1 out */
	assert_false(vm_repages_take(&t.r, 1));
	assert_true(vm_repages_take(&t.r, 3));
	assert_false(vm_repages_take(&t.r, 3)); /* once */
	assert_int_equal(t.r.n, 3);
	vm_repages_add(&t.r, 6); /* in the place of 2, the oldest */
	assert_false(vm_repages_take(&t.r, 2));
	vm_repages_add(&t.r, 7); /* in the place of 3, which has gone */
	assert_int_equal(t.r.n, 4);
	assert_true(vm_repages_take(&t.r, 4));
	/* Stolen again while it is there: the newest now. */
	vm_repages_add(&t.r, 5);
	vm_repages_add(&t.r, 8);
	vm_repages_add(&t.r, 9);
	assert_false(vm_repages_take(&t.r, 6));
	assert_true(vm_repages_take(&t.r, 5));
	/* 0 is a key like any. */
	assert_false(vm_repages_take(&t.r, 0));
	vm_repages_add(&t.r, 0);
	assert_true(vm_repages_take(&t.r, 0));
	ring_ok(&t.r);
	ring_free(&t);
}

static void
test_sizes(void **state)
{
	struct mem *mem = mem_create();
	struct vm_repages r;

	(void)state;
	assert_int_equal(vm_repages_init(&r, mem, 0), EINVAL);
	assert_int_equal(vm_repages_init(&r, mem, 3), EINVAL);
	assert_int_equal(vm_repages_init(&r, mem, VM_REPAGES_MAX * 2), EINVAL);
	for (unsigned n = 1; n <= 2; n++) {
		mem_fail_after(mem, n);
		assert_int_equal(vm_repages_init(&r, mem, 8), ENOMEM);
		assert_int_equal(mem_in_use(mem), 0);
	}
	mem_fail_after(mem, 0);
	assert_int_equal(vm_repages_init(&r, mem, 1), 0);
	vm_repages_add(&r, 5);
	vm_repages_add(&r, 6);
	assert_false(vm_repages_take(&r, 5));
	assert_true(vm_repages_take(&r, 6));
	vm_repages_fini(&r, mem);
	mem_destroy(mem);
}

/* --------------------------------------------------------- naive table --- */

#define SIZE 64

/* What was stolen, in order; NONE where it was taken out. */
struct naive {
	uint64_t key[SIZE];
	bool used[SIZE];
	unsigned next;
};

static bool
naive_take(struct naive *n, uint64_t key)
{
	for (unsigned i = 0; i < SIZE; i++)
		if (n->used[i] && n->key[i] == key) {
			n->used[i] = false;
			return true;
		}
	return false;
}

static void
naive_add(struct naive *n, uint64_t key)
{
	(void)naive_take(n, key);
	n->key[n->next] = key;
	n->used[n->next] = true;
	n->next = (n->next + 1) % SIZE;
}

static uint64_t
draw(uint64_t *seed)
{
	return rnd_next(seed) >> 33;
}

static void
test_random(void **state)
{
	struct ring t = ring_new(SIZE);
	struct naive naive = { .next = 0 };
	uint64_t seed = 5, hits = 0;

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		/* Few keys, and keys that differ in high bits only. */
		uint64_t key = draw(&seed) % 100;

		if (i % 3 == 0)
			key <<= 57;
		if (draw(&seed) % 5 < 3) {
			vm_repages_add(&t.r, key);
			naive_add(&naive, key);
		} else {
			bool hit = naive_take(&naive, key);

			assert_int_equal(vm_repages_take(&t.r, key), hit);
			hits += hit;
		}
		if (i % 100 == 0)
			ring_ok(&t.r);
	}
	assert_in_range(hits, 20000, 60000);
	ring_free(&t);
}

/* ------------------------------------------------------------- keeping --- */

struct tape {
	uint64_t v[4 * SIZE];
	unsigned n, at;
};

static void
tape_number(struct vm_keep *k, const char *name, uint64_t *v, unsigned bytes,
    uint64_t lo, uint64_t hi)
{
	struct tape *tape = k->ctx;

	(void)name;
	(void)bytes;
	if (!k->load) {
		assert_in_range(*v, lo, hi);
		tape->v[tape->n++] = *v;
		return;
	}
	*v = 0;
	if (!k->ok || tape->at == tape->n || tape->v[tape->at] < lo ||
	    tape->v[tape->at] > hi)
		k->ok = false;
	else
		*v = tape->v[tape->at++];
}

static void
tape_refuse(struct vm_keep *k, const char *why)
{
	assert_non_null(why);
	k->ok = false;
}

static struct vm_keep
keeper(struct tape *tape, bool load)
{
	tape->at = 0;
	return (struct vm_keep){
		.load = load,
		.ok = true,
		.number = tape_number,
		.refuse = tape_refuse,
		.ctx = tape,
	};
}

static void
test_keep(void **state)
{
	struct ring a = ring_new(SIZE), b = ring_new(SIZE);
	struct tape tape = { .n = 0 };
	struct vm_keep k = keeper(&tape, false);
	uint64_t seed = 9;

	(void)state;
	for (unsigned i = 0; i < 500; i++)
		if (draw(&seed) % 3 > 0)
			vm_repages_add(&a.r, draw(&seed) % 90);
		else
			(void)vm_repages_take(&a.r, draw(&seed) % 90);
	vm_repages_keep(&a.r, &k);
	k = keeper(&tape, true);
	vm_repages_keep(&b.r, &k);
	assert_true(k.ok);
	assert_int_equal(tape.at, tape.n);
	ring_ok(&b.r);
	/* From here on the two behave alike: holes are where they were. */
	for (unsigned i = 0; i < 5000; i++) {
		uint64_t key = draw(&seed) % 90;

		if (draw(&seed) % 2 == 0) {
			vm_repages_add(&a.r, key);
			vm_repages_add(&b.r, key);
		} else {
			assert_int_equal(vm_repages_take(&a.r, key),
			    vm_repages_take(&b.r, key));
		}
	}
	ring_free(&a);
	ring_free(&b);
}

static void
test_keep_refused(void **state)
{
	static const struct tape tapes[] = {
		{ { SIZE, 0 }, 2, 0 },            /* next behind the end */
		{ { 0, SIZE + 1 }, 2, 0 },        /* too many */
		{ { 0, 2, 3, 77, 4, 77 }, 6, 0 }, /* the same key twice */
		{ { 0, 2, 3, 77, 3, 78 }, 6, 0 }, /* the same place */
		{ { 0, 1, SIZE, 77 }, 4, 0 },     /* no such place */
		{ { 0, 2, 3, 77 }, 4, 0 },        /* cut off */
	};

	(void)state;
	for (unsigned i = 0; i < NELEM(tapes); i++) {
		struct ring t = ring_new(SIZE);
		struct tape tape = tapes[i];
		struct vm_keep k = keeper(&tape, true);

		vm_repages_keep(&t.r, &k);
		assert_false(k.ok);
		ring_ok(&t.r);
		ring_free(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_keep_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
