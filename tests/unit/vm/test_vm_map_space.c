/*
 * Lookup and finding space, against a plain search over all pages; the tree
 * checked after each change.
 */
#include "fixture.h"
#include "tests/page4k.h"
#include "tests/random.h"

#define AREA 64 /* pages of the test area */

static uint64_t rng = 12345;

static unsigned
below(unsigned n)
{
	return (unsigned)rnd_draw(&rng, n);
}

/* The area, one flag per page: what is mapped. */
struct area {
	struct fixture *f;
	bool used[AREA];
};

static bool
area_is_free(const struct area *a, unsigned from, unsigned n)
{
	for (unsigned i = from; i < from + n; i++)
		if (i >= AREA || a->used[i])
			return false;
	return true;
}

static void
area_set(struct area *a, unsigned from, unsigned n, bool used)
{
	for (unsigned i = from; i < from + n; i++)
		a->used[i] = used;
}

/* A random map of small mappings of differing rights (so few merge). */
static void
area_change(struct area *a)
{
	unsigned from = below(AREA), n = 1 + below(6);

	if (from + n > AREA)
		n = AREA - from;
	if (below(3) != 0 && area_is_free(a, from, n)) {
		assert_int_equal(fix_anon(a->f, from, from + n,
				     below(2) ? RW : R),
		    0);
		area_set(a, from, n, true);
	} else {
		assert_int_equal(fix_unmap(a->f, from, from + n), 0);
		area_set(a, from, n, false);
	}
}

static struct area
area_new(uint32_t flags)
{
	struct area a = { .f = fix_new(flags, 512) };

	return a;
}

static void
test_lookup(void **state)
{
	struct area a = area_new(0);

	(void)state;
	for (unsigned round = 0; round < 400; round++) {
		area_change(&a);
		for (unsigned i = 0; i < AREA; i++) {
			vaddr_t va = P(i) + below(4096);
			struct vm_map_entry *e;
			bool found = vm_map_lookup_entry(a.f->map, va, &e);

			assert_int_equal(found, a.used[i]);
			if (found)
				assert_true(e->start <= va && va < e->end);
			else /* the predecessor, or the header */
				assert_true(
				    (e == &a.f->map->header || e->end <= va) &&
				    (e->next == &a.f->map->header ||
					e->next->start > va));
		}
	}
	fix_free(a.f);
}

/* First fit upwards: from the hint, or the nearest place above it. */
static int
find_up(const struct area *a, unsigned hint, unsigned n, unsigned align)
{
	for (unsigned i = hint; i + n <= AREA; i++)
		if (i % align == 0 && area_is_free(a, i, n))
			return (int)i;
	return -1;
}

static int
find_down(const struct area *a, unsigned hint, unsigned n, unsigned align)
{
	for (int i = (int)hint; i >= 0; i--)
		if ((unsigned)i % align == 0 && area_is_free(a, (unsigned)i, n))
			return i;
	return -1;
}

static void
findspace(struct area *a, bool topdown)
{
	unsigned n = 1 + below(8), hint = below(AREA), align = 1u << below(4);
	struct vm_space s = { .hint = P(hint),
		.length = T_PTOA(n),
		.align = T_PTOA(align),
		.min = P(0),
		.max = P(AREA),
		.topdown = topdown };
	int expected = topdown ? find_down(a, hint, n, align) :
				 find_up(a, hint, n, align);
	vaddr_t addr = 0;
	int error = vm_map_findspace(a->f->map, &s, &addr);

	if (expected < 0) {
		assert_int_equal(error, ENOMEM);
		return;
	}
	assert_int_equal(error, 0);
	assert_int_equal(addr, P(expected));
}

static void
test_findspace(void **state)
{
	(void)state;
	for (unsigned topdown = 0; topdown < 2; topdown++) {
		struct area a = area_new(topdown ? VM_MAP_TOPDOWN : 0);

		for (unsigned round = 0; round < 1500; round++) {
			area_change(&a);
			findspace(&a, topdown != 0);
		}
		fix_free(a.f);
	}
}

static void
test_findspace_offset(void **state)
{
	struct area a = area_new(0);
	struct vm_space s = { .hint = P(1),
		.length = T_PTOA(1),
		.align = T_PTOA(8),
		.align_offset = T_PTOA(3) };
	vaddr_t addr;

	(void)state;
	assert_int_equal(vm_map_findspace(a.f->map, &s, &addr), 0);
	assert_int_equal(addr, P(3));
	assert_int_equal(fix_anon(a.f, 2, 6, RW), 0);
	assert_int_equal(vm_map_findspace(a.f->map, &s, &addr), 0);
	assert_int_equal(addr, P(11));
	s.topdown = true;
	s.hint = P(10);
	s.min = P(0);
	s.max = P(64);
	assert_int_equal(vm_map_findspace(a.f->map, &s, &addr), ENOMEM);
	s.hint = P(12);
	assert_int_equal(vm_map_findspace(a.f->map, &s, &addr), 0);
	assert_int_equal(addr, P(11));
	fix_free(a.f);
}

/* The ends of the map, and lengths that cannot fit. */
static void
test_findspace_limits(void **state)
{
	struct area a = area_new(0);
	struct vm_map *map = a.f->map;
	struct vm_space s = { .hint = 0, .length = T_PTOA(1) };
	vaddr_t addr;

	(void)state;
	assert_int_equal(vm_map_findspace(map, &s, &addr), 0);
	assert_int_equal(addr, vm_map_min(map));
	s.hint = vm_map_max(map);
	assert_int_equal(vm_map_findspace(map, &s, &addr), ENOMEM);
	s.hint = vm_map_max(map) - T_PTOA(1);
	assert_int_equal(vm_map_findspace(map, &s, &addr), 0);
	assert_int_equal(addr, vm_map_max(map) - T_PTOA(1));
	s.length = T_PTOA(2);
	assert_int_equal(vm_map_findspace(map, &s, &addr), ENOMEM);
	s.length = vm_map_max(map);
	s.hint = 0;
	assert_int_equal(vm_map_findspace(map, &s, &addr), ENOMEM);
	s.length = UINT64_MAX - T_MASK;
	assert_int_equal(vm_map_findspace(map, &s, &addr), ENOMEM);
	s = (struct vm_space){ .hint = vm_map_max(map),
		.length = T_PTOA(4),
		.topdown = true };
	assert_int_equal(vm_map_findspace(map, &s, &addr), 0);
	assert_int_equal(addr, vm_map_max(map) - T_PTOA(4));
	fix_free(a.f);
}

static void
test_holes(void **state)
{
	struct area a = area_new(0);

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		unsigned from = below(AREA), n = 1 + below(8), hole = from;

		if (from + n > AREA)
			n = AREA - from;
		area_change(&a);
		while (hole < from + n && a.used[hole])
			hole++;
		assert_int_equal(vm_map_first_hole(a.f->map, P(from),
				     P(from + n)),
		    P(hole));
		assert_int_equal(uvm_map_checkprot(a.f->map, P(from),
				     P(from + n), R),
		    hole == from + n);
		assert_int_equal(vm_map_is_free(a.f->map, P(from), P(from + n)),
		    area_is_free(&a, from, n));
	}
	assert_int_equal(vm_map_first_hole(a.f->map, P(4), P(4)), P(4));
	assert_true(uvm_map_checkprot(a.f->map, P(4), P(4), RW));
	assert_true(vm_map_is_free(a.f->map, P(4), P(4)));
	assert_false(vm_map_is_free(a.f->map, 0, T_PTOA(1) / 2));
	fix_free(a.f);
}

static void
test_checkprot(void **state)
{
	struct fixture *f = fix_new(0, 512);

	(void)state;
	(void)fix_anon(f, 0, 2, RW);
	(void)fix_anon(f, 2, 4, R);
	assert_true(uvm_map_checkprot(f->map, P(0), P(4), R));
	assert_false(uvm_map_checkprot(f->map, P(0), P(4), RW));
	assert_true(uvm_map_checkprot(f->map, P(0), P(2), RW));
	assert_false(uvm_map_checkprot(f->map, P(3), P(5), R));
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_findspace),
		cmocka_unit_test(test_findspace_offset),
		cmocka_unit_test(test_findspace_limits),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_checkprot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
