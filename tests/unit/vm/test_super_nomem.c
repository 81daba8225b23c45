/*
 * Larger pages when the host has no memory: each allocation of each operation
 * fails once.  The operation then says ENOMEM or does with base pages, nothing
 * is broken, and memory reads as it did.
 */
#include "fixture.h"

struct machine_kind {
	const char *arch;
	unsigned n; /* base pages of a larger one */
	unsigned ram;
};

struct scene {
	struct fixture *f;
	unsigned n;
	unsigned at; /* page where the first range is */
};

static uint64_t
stamp(unsigned page)
{
	return 100 + page;
}

static int
write_range(struct scene *s, unsigned from, unsigned to)
{
	int error = 0;

	for (unsigned i = from; i < to && error == 0; i++)
		error = fix_write(s->f->space, i, stamp(i));
	return error;
}

static int
op_last_page(struct scene *s)
{
	return write_range(s, s->n - 1, s->n);
}

static int
op_demote(struct scene *s)
{
	return uvm_map_protect(s->f->map, P(3), P(5), R, false);
}

static int
op_free(struct scene *s)
{
	uvm_map_free(s->f->map, fix_entry(s->f->space, 0), P(0), P(s->n));
	return 0;
}

static int
op_fork(struct scene *s)
{
	struct vmspace *child;
	int error = uvmspace_fork(s->f->space, &child);

	s->f->child = error == 0 ? child : NULL;
	return error;
}

static int
op_wire(struct scene *s)
{
	return uvm_map_pageable(s->f->map, P(0), P(s->n), true, false);
}

static int
op_wire_part(struct scene *s)
{
	return uvm_map_pageable(s->f->map, P(2), P(4), true, false);
}

static int
op_move(struct scene *s)
{
	int error = uvm_map_move(s->f->map, P(0), pg_ptoa(&s->f->vm, s->n),
	    P(8 * s->n), false);

	s->at = error == 0 ? 8 * s->n : 0;
	return error;
}

static int
op_unmap_part(struct scene *s)
{
	return uvm_unmap(s->f->map, P(s->n), P(s->n + 3));
}

static int
op_scan(struct scene *s)
{
	(void)vm_super_scan(&s->f->vm, 0);
	return 0;
}

static const struct operation {
	const char *name;
	uint8_t policy;
	bool all; /* the last page of the first range is there before */
	int (*run)(struct scene *);
} operations[] = {
	{ "promotion", VM_SUPER_RESERVE, false, op_last_page },
	{ "demotion", VM_SUPER_RESERVE, true, op_demote },
	{ "free", VM_SUPER_RESERVE, true, op_free },
	{ "fork", VM_SUPER_RESERVE, true, op_fork },
	{ "wire", VM_SUPER_RESERVE, true, op_wire },
	{ "wire a part", VM_SUPER_RESERVE, true, op_wire_part },
	{ "move", VM_SUPER_RESERVE, true, op_move },
	{ "unmap a part", VM_SUPER_RESERVE, true, op_unmap_part },
	{ "first touch", VM_SUPER_EAGER, false, op_last_page },
	{ "demotion, eager", VM_SUPER_EAGER, true, op_demote },
	{ "fork, eager", VM_SUPER_EAGER, true, op_fork },
	{ "collapse", VM_SUPER_COLLAPSE, false, op_scan },
};

static void
check_content(struct scene *s, const struct operation *op, int error)
{
	fix_check(s->f);
	for (unsigned i = 0; i < s->n; i++) {
		uint64_t want = stamp(i);

		if (i == s->n - 1 && !op->all &&
		    (op->run != op_last_page || error != 0))
			want = 0;
		if (op->policy == VM_SUPER_EAGER && !op->all && i < s->n - 1)
			want = 0;
		assert_int_equal(fix_tag(s->f->space, s->at + i), want);
	}
}

/* => false: the operation has no n-th allocation */
static bool
attempt(const struct machine_kind *kind, const struct operation *op,
    uint64_t nth)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname(kind->arch),
		.ram_pages = kind->ram,
		.tags = true,
		.superpages = op->policy,
	};
	struct scene s = { fix_new_config(VM_MAP_JOIN, &config), kind->n, 0 };
	bool fired;
	int error;

	assert_int_equal(fix_anon(s.f, 0, 2 * s.n, RW), 0);
	if (op->policy != VM_SUPER_EAGER || op->all)
		assert_int_equal(write_range(&s, 0, s.n - !op->all), 0);
	mem_fail_after(s.f->mem, nth);
	error = op->run(&s);
	fired = mem_fail_fired(s.f->mem);
	mem_fail_after(s.f->mem, 0);
	if (error != 0 && !(fired && error == ENOMEM))
		fail_msg("%s, %s: errno %d", kind->arch, op->name, error);
	check_content(&s, op, error);
	fix_free(s.f);
	return fired;
}

static void
each_allocation_fails(void **state)
{
	static const struct machine_kind kinds[] = {
		{ "amd64", 512, 1 << 14 },
		{ "arm64", 16, 1 << 14 },
		{ "power", 16, 1 << 12 },
	};

	(void)state;
	for (size_t k = 0; k < NELEM(kinds); k++)
		for (size_t i = 0; i < NELEM(operations); i++)
			for (uint64_t n = 1;
			     n < 200 && attempt(&kinds[k], &operations[i], n);
			     n++)
				continue;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
