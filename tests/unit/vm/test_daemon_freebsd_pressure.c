/*
 * FreeBSD's page daemon: random accesses under pressure, against a naive
 * memory, with vm_check() after each pass.
 */
#include "freebsd_box.h"

#define MAXPAGES 20000
#define FILE_AT 20000
#define NFILE 32
#define SHM_AT 20100
#define NSHM 16

struct naive {
	uint64_t anon[MAXPAGES], file[NFILE], shm[NSHM];
};

static uint64_t *
content_of(struct naive *n, unsigned page)
{
	if (page >= SHM_AT)
		return &n->shm[page - SHM_AT];
	return page >= FILE_AT ? &n->file[page - FILE_AT] : &n->anon[page];
}

static unsigned
any_page(unsigned pages)
{
	long r = random() % 100;

	if (r < 5)
		return SHM_AT + (unsigned)(random() % NSHM);
	if (r < 15)
		return FILE_AT + (unsigned)(random() % NFILE);
	if (r < 70) /* hot ones */
		return (unsigned)(random() % (pages / 6));
	return (unsigned)(random() % pages);
}

static void
pressure(struct fixture *f, unsigned pages, unsigned steps)
{
	struct naive *n = calloc(1, sizeof(*n));
	struct vm *vm = &f->vm;

	for (unsigned i = 0; i < NFILE; i++)
		n->file[i] = vm_tag_hash(FILE_SEED, i);
	assert_int_equal(fix_anon(f, 0, pages, RW), 0);
	assert_int_equal(fix_object(f, f->file, FILE_AT, FILE_AT + NFILE, RW,
			     false, 0),
	    0);
	assert_int_equal(fix_object(f, f->shm, SHM_AT, SHM_AT + NSHM, RW, false,
			     0),
	    0);
	for (unsigned i = 0; i < steps; i++) {
		const unsigned page = any_page(pages);
		uint64_t *want = content_of(n, page);
		const uint64_t runs = vm_fbsd(vm)->count.passes;

		if (random() % 2 == 0) {
			*want = 10000 + i;
			assert_int_equal(fix_write(f->space, page, *want), 0);
		} else {
			assert_int_equal(fix_read(f->space, page), 0);
		}
		assert_int_equal(fix_tag(f->space, page), *want);
		if (random() % 8 == 0) {
			vm->tick += (uint64_t)(random() % 400);
			vm_pageout_tick(vm);
		}
		if (vm_fbsd(vm)->count.passes != runs || i % 1000 == 0)
			fix_check(f);
	}
	for (unsigned i = 0; i < pages; i++) {
		assert_int_equal(fix_read(f->space, i), 0);
		assert_int_equal(fix_tag(f->space, i), n->anon[i]);
	}
	free(n);
}

static void
test_pressure(void **state)
{
	struct fixture *f = fbsd_box(FRAMES, 2 * FRAMES);

	(void)state;
	srandom(3);
	pressure(f, 1800, 20000);
	assert_true(vm_fbsd(&f->vm)->count.v_reactivated > 0);
	assert_true(vm_fbsd(&f->vm)->count.v_swappgsout > 1000);
	fix_free(f);
}

/* Small machines, down to where FreeBSD never was. */
static void
test_pressure_small(void **state)
{
	(void)state;
	for (unsigned ram = 48; ram <= 600; ram = ram * 3 / 2) {
		struct fixture *f = fbsd_box(ram, 2 * FRAMES);

		srandom(ram);
		pressure(f, 1800, 3000);
		fix_free(f);
	}
}

/* Two domains, each with its own daemon. */
static void
test_pressure_domains(void **state)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = 2 * 4096,
		.tags = true,
		.domains = 2,
		.cpus = 2,
		.numa = VM_NUMA_INTERLEAVE,
		.daemon = &vm_daemon_freebsd,
	};
	struct fixture *f = fix_new_config(0, &config);
	uint32_t number;

	(void)state;
	assert_int_equal(f->vm.phys.ndomains, 2);
	assert_int_equal(vm_swap_on(&f->vm, 10000, 0, SWF_FILE, &number), 0);
	srandom(5);
	pressure(f, 10000, 16000);
	for (unsigned d = 0; d < 2; d++)
		assert_true(vm_fbsd(&f->vm)->domain[d].inactpdpgs > 0);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pressure),
		cmocka_unit_test(test_pressure_small),
		cmocka_unit_test(test_pressure_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
