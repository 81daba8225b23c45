/*
 * Larger pages where some of the pages are not in memory: a page that is out
 * is no neighbour that stands in a reservation's way, and one that keeps its
 * range from being collapsed.
 */
#include "fixture.h"

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
		.daemon = &vm_daemon_uvm,
	};
	struct fixture *f = fix_new_config(VM_MAP_JOIN | VM_MAP_TOPDOWN,
	    &config);
	uint32_t device;

	assert_int_equal(vm_swap_on(&f->vm, 64, 0, SWF_FILE, &device), 0);
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	return f;
}

static pfn_t
frame(struct fixture *f, unsigned page)
{
	pfn_t pfn;

	return pmap_extract(f->map->pmap, P(page), &pfn) ? pfn : PFN_NONE;
}

static void
evict(struct fixture *f, unsigned page)
{
	const pfn_t pfn = frame(f, page);

	assert_int_not_equal(pfn, PFN_NONE);
	assert_int_equal(vm_page_evict(&f->vm, pfn), 0);
	fix_check(f);
}

static void
write_page(struct fixture *f, unsigned page)
{
	assert_int_equal(fix_write(f->space, page, page + 1), 0);
	fix_check(f);
}

/*
 * Page `out` leaves, and with it its reservation; page `in` of the same piece
 * gets a new one, in which `out` has its place when it comes back.
 */
static void
reserved_anew(unsigned out, unsigned in)
{
	struct fixture *f = setup(VM_SUPER_RESERVE);
	const struct vm_reservs *rs = &f->vm.reservs;

	write_page(f, out);
	assert_int_equal(rs->created, 1);
	evict(f, out);
	assert_int_equal(rs->freed, 1);
	write_page(f, in);
	assert_int_equal(rs->created, 2);
	assert_int_equal(rs->refused[VM_REFUSAL_LEFT], 0);
	assert_int_equal(rs->refused[VM_REFUSAL_RIGHT], 0);
	assert_int_equal(fix_read(f->space, out), 0);
	assert_int_equal(rs->created, 2);
	assert_int_equal(frame(f, in) - frame(f, out), in - out);
	assert_int_equal(fix_tag(f->space, out), out + 1);
	fix_free(f);
}

static void
out_is_no_neighbour(void **state)
{
	(void)state;
	reserved_anew(3, 5);
	reserved_anew(400, 5);
	reserved_anew(0, N - 1);
}

/* The same with the page in memory, in a frame of no reservation: refused. */
static void
resident_is_a_neighbour(void **state)
{
	struct fixture *f = setup(VM_SUPER_RESERVE);
	const struct vm_reservs *rs = &f->vm.reservs;

	(void)state;
	write_page(f, 3);
	vm_reserv_break_all(&f->vm, &fix_entry(f->space, 3)->amap->reserv);
	write_page(f, 5);
	assert_int_equal(rs->created, 1);
	assert_int_equal(rs->refused[VM_REFUSAL_LEFT], 1);
	write_page(f, 1);
	assert_int_equal(rs->created, 1);
	assert_int_equal(rs->refused[VM_REFUSAL_RIGHT], 1);
	fix_free(f);
}

/* One page out of 20 is out: neither the daemon nor a demand collapses. */
static void
out_stays_apart(void **state)
{
	struct fixture *f = setup(VM_SUPER_COLLAPSE);
	uint64_t whole;

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		write_page(f, i * 7);
	evict(f, 3 * 7);
	assert_int_equal(vm_super_scan(&f->vm, 0), 0);
	assert_int_equal(vm_super_collapse(f->map, P(0), P(N), &whole), 0);
	assert_int_equal(whole, 1);
	assert_int_equal(f->vm.stat.collapses, 0);
	assert_int_equal(f->map->pmap->resident, 19);
	fix_check(f);
	assert_int_equal(fix_read(f->space, 3 * 7), 0);
	assert_int_equal(vm_super_scan(&f->vm, 0), 1);
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(fix_tag(f->space, i),
		    i % 7 == 0 && i < 20 * 7 ? i + 1 : 0);
	assert_int_equal(f->vm.exp.swpginuse, 0); /* the old anon's slot */
	fix_check(f);
	fix_free(f);
}

/* The first page of the range, and the last, and the only one. */
static void
out_anywhere(void **state)
{
	static const unsigned places[] = { 0, 63, 64, N - 1 };
	uint64_t whole;

	(void)state;
	for (unsigned k = 0; k < 4; k++) {
		struct fixture *f = setup(VM_SUPER_COLLAPSE);

		write_page(f, places[k]);
		evict(f, places[k]);
		assert_int_equal(vm_super_collapse(f->map, P(0), P(N), &whole),
		    0);
		write_page(f, 100);
		assert_int_equal(vm_super_collapse(f->map, P(0), P(N), &whole),
		    0);
		assert_int_equal(vm_super_scan(&f->vm, 0), 0);
		fix_check(f);
		assert_int_equal(fix_tag(f->space, places[k]), places[k] + 1);
		fix_free(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_is_no_neighbour),
		cmocka_unit_test(resident_is_a_neighbour),
		cmocka_unit_test(out_stays_apart),
		cmocka_unit_test(out_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
