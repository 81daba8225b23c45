/*
 * The fault routine's express lanes against its long way: the same random
 * program on two machines, one of which has a listener (and so takes the long
 * way every time), must leave the same counters, frames, queues and tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vm/vm.h"

#define BASE first_page()
#define PAGES 700u

static struct vm vm[2];
static struct mem *mem[2];
static struct vmspace *space[2][3];
static uint64_t rng = 0x9e3779b97f4a7c15u;
static uint64_t listened;
static const struct pmap_geometry *geo; /* under test */

/* The last page of a leaf table. */
static vaddr_t
first_page(void)
{
	const vsize_t span = (vsize_t)1 << geo->shift[geo->nlevels - 2];

	return (geo->user_min + span - 1) / span * span + span - pg_size(geo);
}

static uint32_t
rnd(uint32_t n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 33) % n;
}

static void
listen(void *ctx, const struct vm_event *ev)
{
	(void)ctx;
	(void)ev;
	listened++;
}

static void
set_up(unsigned k)
{
	const struct vm_config config = {
		.geometry = geo,
		.ram_pages = 1200,
		.tags = true,
	};
	const struct uvm_map_args args = {
		.start = BASE,
		.size = pg_ptoa(geo, PAGES),
		.prot = VM_PROT_READ | VM_PROT_WRITE,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true,
	};

	mem[k] = mem_create();
	assert_int_equal(vm_init(&vm[k], mem[k], &config), 0);
	assert_int_equal(uvmspace_alloc(&vm[k], geo->user_min, geo->user_max,
			     VM_MAP_JOIN, &space[k][0]),
	    0);
	assert_int_equal(uvm_map(&space[k][0]->vm_map, &args), 0);
	space[k][1] = space[k][2] = NULL;
}

static void
compare(unsigned n)
{
	char buf[200];

	assert_memory_equal(&vm[0].exp, &vm[1].exp, sizeof(vm[0].exp));
	assert_memory_equal(&vm[0].stat, &vm[1].stat, sizeof(vm[0].stat));
	assert_int_equal(vm[0].anons.inuse, vm[1].anons.inuse);
	assert_memory_equal(vm[0].pages.page, vm[1].pages.page,
	    1201 * sizeof(struct vm_page));
	assert_memory_equal(vm[0].pages.tag, vm[1].pages.tag,
	    1201 * sizeof(uint64_t));
	for (unsigned i = 0; i < n; i++)
		for (unsigned pg = 0; pg < PAGES; pg++) {
			struct pmap_walk w[2];

			for (unsigned k = 0; k < 2; k++)
				pmap_walk(space[k][i]->vm_map.pmap,
				    BASE + pg_ptoa(geo, pg), &w[k]);
			assert_memory_equal(&w[0], &w[1], sizeof(w[0]));
		}
	for (unsigned k = 0; k < 2; k++)
		assert_null(vm_check(&vm[k], space[k], n, NULL, NULL, buf,
		    sizeof(buf)));
}

/* One step on both machines; *n spaces are alive. */
static void
step(unsigned *n, uint64_t stamp)
{
	unsigned what = rnd(100), sp = rnd(*n), pg = rnd(PAGES);
	unsigned run = 1 + rnd(40);
	vm_prot_t type = rnd(3) ? VM_PROT_WRITE : VM_PROT_READ;

	for (unsigned k = 0; k < 2; k++) {
		struct vm_map *map = &space[k][sp]->vm_map;
		vaddr_t va = BASE + pg_ptoa(geo, pg);
		vaddr_t end = BASE +
		    pg_ptoa(geo, pg + run < PAGES ? pg + run : PAGES);

		if (what < 90)
			for (; va < end; va += pg_size(geo))
				(void)vm_access(map, va, type, stamp);
		else if (what < 93)
			(void)uvm_map_advice(map, va, end, (uint8_t)(run % 3));
		else if (what < 95)
			(void)uvm_map_inherit(map, va, end,
			    run % 2 ? VM_INHERIT_SHARE : VM_INHERIT_COPY);
		else if (what < 97)
			(void)uvm_map_discard(map, va, end);
		else if (what < 98 && *n < 3)
			assert_int_equal(uvmspace_fork(space[k][0],
					     &space[k][*n]),
			    0);
		else if (what == 99 && *n > 1)
			uvmspace_free(space[k][*n - 1]);
	}
	if (what == 97 && *n < 3)
		(*n)++;
	else if (what == 99 && *n > 1)
		(*n)--;
}

static void
test_same_end(void **state)
{
	unsigned n = 1;

	(void)state;
	listened = 0;
	set_up(0);
	set_up(1);
	vm[1].event_fn = listen;
	for (unsigned i = 1; i <= 4000; i++) {
		step(&n, i);
		if (i % 20 == 0)
			compare(n);
	}
	assert_true(listened > 0);
	assert_true(vm[0].exp.flt_przero > 1000);
	assert_true(vm[0].exp.flt_acow > 1000);
	for (unsigned k = 0; k < 2; k++) {
		for (unsigned i = 0; i < n; i++)
			uvmspace_free(space[k][i]);
		vm_fini(&vm[k]);
		mem_destroy(mem[k]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_end),
	};

	int failed = 0;

	for (size_t i = 0; (geo = pmap_geometries[i]) != NULL; i++) {
		print_message("vm/express: %s\n", geo->name);
		failed += cmocka_run_group_tests_name(geo->name, tests, NULL,
		    NULL);
	}
	return failed;
}
