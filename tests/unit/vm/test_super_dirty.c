/*
 * Larger pages: which faults may take the short cut to a larger mapping, and
 * what becomes of a reservation whose piece is collapsed again.
 */
#include "fixture.h"

#include "vm/vm_super.h"

#define N 512u
#define RAM (8u << 12)

static struct fixture *
setup(uint8_t policy)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = RAM,
		.tags = true,
		.superpages = policy,
	};

	return fix_new_config(VM_MAP_JOIN, &config);
}

static unsigned
psind(struct fixture *f, unsigned page)
{
	return pmap_psind(f->map->pmap, P(page));
}

static void
assert_counts(const struct fixture *f, uint64_t promotions, uint64_t mappings,
    uint64_t failures)
{
	const struct pmap_counters *c = &f->vm.pmaps.count;

	assert_int_equal(c->promotions[1], promotions);
	assert_int_equal(c->mappings[1], mappings);
	assert_int_equal(c->p_failures[1], failures);
}

static void
touch(struct fixture *f, unsigned from, unsigned to, unsigned step, bool write)
{
	for (unsigned i = from; i < to; i += step)
		assert_int_equal(write ? fix_write(f->space, i, 1000 + i) :
					 fix_read(f->space, i),
		    0);
}

/*
 * Even pages are dirtied by the hardware alone.  Taking the right to write from
 * the PTEs makes their frames dirty, whether the tables do it PTE by PTE or
 * withhold it higher up: the write that follows maps all at once.
 */
static void
protect_keeps_dirt(void **state)
{
	const unsigned lengths[] = { N - 1, N };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct fixture *f = setup(VM_SUPER_RESERVE);

		assert_int_equal(fix_anon(f, 0, N, RW), 0);
		touch(f, 0, N, 2, false);
		touch(f, 1, N, 2, true);
		touch(f, 2, N - 2, 2, true);
		touch(f, N - 2, N, 2, true);
		assert_counts(f, 0, 0, 1);
		assert_int_equal(uvm_map_protect(f->map, P(0), P(lengths[i]), R,
				     false),
		    0);
		assert_int_equal(uvm_map_protect(f->map, P(0), P(lengths[i]),
				     RW, false),
		    0);
		touch(f, 0, 1, 1, true);
		fix_check(f);
		assert_int_equal(psind(f, 0), 1);
		assert_int_equal(f->vm.pmaps.count.mappings[1], 1);
		fix_free(f);
	}
}

static void
map_file(struct fixture *f, struct vm_object *o, unsigned from)
{
	const struct uvm_map_args args = {
		.start = P(from),
		.size = pg_ptoa(&f->vm, N),
		.prot = R,
		.maxprot = RW,
		.inherit = VM_INHERIT_SHARE,
		.object = o, /* the reference goes along */
	};

	assert_int_equal(uvm_map(f->map, &args), 0);
}

/*
 * Pages that the faults themselves read in: the last one promotes.  Where they
 * are all there, the first fault maps them at once.
 */
static void
read_in_promotes(void **state)
{
	struct fixture *f = setup(VM_SUPER_RESERVE);
	struct vm_object *o;

	(void)state;
	assert_int_equal(vm_object_create(&f->vm, &uvm_vnodeops,
			     pg_ptoa(&f->vm, N), FILE_SEED, &o),
	    0);
	map_file(f, o, 0);
	touch(f, 0, N, 1, false);
	fix_check(f);
	assert_int_equal(psind(f, 0), 1);
	assert_counts(f, 1, 0, 0);
	vm_object_ref(o);
	map_file(f, o, N);
	touch(f, N + 7, N + 8, 1, false);
	fix_check(f);
	assert_int_equal(psind(f, N), 1);
	assert_counts(f, 1, 1, 0);
	assert_int_equal(fix_unmap(f, 0, 2 * N), 0);
	fix_free(f);
}

/* What was split can be collapsed again, whatever policy made it. */
static void
collapsed_again(void **state)
{
	const uint8_t policies[] = { VM_SUPER_RESERVE, VM_SUPER_EAGER,
		VM_SUPER_COLLAPSE };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct fixture *f = setup(policies[i]);
		uint64_t whole;

		assert_int_equal(fix_anon(f, 0, N, RW), 0);
		touch(f, 0, N, 1, true);
		assert_int_equal(vm_super_collapse(f->map, P(0), P(N), &whole),
		    1);
		assert_int_equal(psind(f, 0), 1);
		assert_int_equal(uvm_map_protect(f->map, P(1), P(2), R, false),
		    0);
		assert_int_equal(uvm_map_protect(f->map, P(1), P(2), RW, false),
		    0);
		assert_int_equal(psind(f, 0), 0);
		assert_int_equal(vm_super_collapse(f->map, P(0), P(N), &whole),
		    1);
		fix_check(f);
		assert_int_equal(whole, 1);
		assert_int_equal(psind(f, 0), 1);
		assert_int_equal(f->vm.reservs.fullpop, 1);
		for (unsigned k = 0; k < N; k++)
			assert_int_equal(fix_tag(f->space, k), 1000 + k);
		assert_int_equal(fix_unmap(f, 0, N), 0);
		fix_free(f);
	}
}

/* Rights and wiring of a whole larger page change, and it stays one. */
static void
eager_stays_whole(void **state)
{
	struct fixture *f = setup(VM_SUPER_EAGER);

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	touch(f, 0, 1, 1, true);
	assert_int_equal(psind(f, 0), 1);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(N), true, false), 0);
	fix_check(f);
	assert_int_equal(f->map->pmap->wired, N);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(N), false, false), 0);
	assert_int_equal(uvm_map_protect(f->map, P(0), P(N), R, false), 0);
	assert_int_equal(uvm_map_protect(f->map, P(0), P(N), RW, false), 0);
	touch(f, 5, 6, 1, true);
	fix_check(f);
	assert_int_equal(psind(f, 0), 1);
	assert_int_equal(f->vm.pmaps.count.demotions[1], 0);
	/* Shared with a child, a write needs a page of its own. */
	fix_fork(f);
	assert_int_equal(fix_write(f->space, 7, 77), 0);
	fix_check(f);
	assert_int_equal(psind(f, 0), 0);
	assert_int_equal(pmap_psind(f->child->vm_map.pmap, P(0)), 1);
	assert_int_equal(fix_tag(f->child, 7), 0);
	assert_int_equal(fix_tag(f->space, 5), 1005);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protect_keeps_dirt),
		cmocka_unit_test(read_in_promotes),
		cmocka_unit_test(collapsed_again),
		cmocka_unit_test(eager_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
