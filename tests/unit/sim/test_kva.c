/*
 * Simulated kernel addresses: each object has one of its own, all lie in the
 * kernel's half, the way back finds what the way there gave, and fixed ones
 * have the last word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim.h"

static struct machine *
machine(const char *arch, vaddr_t maxuser)
{
	struct sim_config c;
	struct machine *m;
	char err[200];

	sim_config_default(&c);
	c.arch = pmap_geometry_byname(arch);
	c.maxuser = maxuser;
	c.ram = (uint64_t)1 << 20;
	c.personality = &sim_openbsd;
	if (sim_machine_create(&c, &m, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return m;
}

/* Numbers at which a mistake would show: first, last of a stretch, far away. */
static const uint32_t ids[] = { 1, 2, 3, 100, 4095, 8191, 8192, 16383, 16384,
	30000, 32767, 32768, 32769, 65535, 65536, 131071, 131072, 174761,
	174762, 174763, 262143, 262144, 262145, 1048575, 3050401, 3050402,
	3050403, 6710886, 6710887, 0x7fffffff, 0xffffffff };

struct named {
	uint64_t addr;
	uint32_t size, id;
	uint8_t kind;
};

static int
by_address(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void
expect_found(const struct machine *m, uint64_t addr, unsigned kind, uint32_t id,
    uint32_t offset)
{
	enum sim_kva_kind k;
	uint32_t i, off;

	if (!sim_kva_find(m, addr, &k, &i, &off))
		fail_msg("0x%llx: not found, expected %u %u+0x%x",
		    (unsigned long long)addr, kind, id, offset);
	if ((unsigned)k != kind || i != id || off != offset)
		fail_msg("0x%llx: expected %u %u+0x%x, got %u %u+0x%x",
		    (unsigned long long)addr, kind, id, offset, (unsigned)k, i,
		    off);
}

static void
expect_nothing(const struct machine *m, uint64_t addr)
{
	enum sim_kva_kind k;
	uint32_t i, off;

	if (sim_kva_find(m, addr, &k, &i, &off))
		fail_msg("0x%llx: found %u %u", (unsigned long long)addr,
		    (unsigned)k, i);
}

/* Numbers of maps that have addresses of their own at the same time. */
static uint32_t
maps_of(const struct machine *m)
{
	const struct pmap_geometry *geo = m->config.arch;

	return geo->ptr_size == 4 ? 32767 :
	    geo->va_bits == 39    ? 262143 :
				    UINT32_MAX;
}

/* Addresses of all kinds and ids[]. => how many; no two may overlap */
static size_t
gather(struct machine *m, struct named *all)
{
	size_t n = 0;

	for (unsigned k = 0; k < SIM_NKVA; k++)
		for (size_t i = 0; i < NELEM(ids); i++) {
			if (k == SIM_KVA_MAP && ids[i] > maps_of(m))
				continue;
			all[n] = (struct named){ sim_kva(m, k, ids[i]),
				sim_kva_size(m, k), ids[i], (uint8_t)k };
			n += all[n].addr != 0;
		}
	qsort(all, n, sizeof(*all), by_address);
	for (size_t i = 1; i < n; i++)
		if (all[i - 1].addr + all[i - 1].size > all[i].addr)
			fail_msg("%u %u at 0x%llx is on %u %u at 0x%llx",
			    all[i].kind, all[i].id,
			    (unsigned long long)all[i].addr, all[i - 1].kind,
			    all[i - 1].id, (unsigned long long)all[i - 1].addr);
	return n;
}

static void
expect_all(struct machine *m)
{
	struct named all[SIM_NKVA * NELEM(ids)];
	bool narrow = m->config.arch->ptr_size == 4;
	size_t n = gather(m, all);

	for (size_t i = 0; i < n; i++) {
		const struct named *a = &all[i];

		assert_true(a->addr >= sim_user_end(m));
		assert_true(pmap_va_ok(m->config.arch, true, a->addr));
		assert_true(!narrow || a->addr + a->size <= UINT32_MAX);
		expect_found(m, a->addr, a->kind, a->id, 0);
		expect_found(m, a->addr + a->size - 1, a->kind, a->id,
		    a->size - 1);
	}
}

static void
test_stretches(void **state)
{
	(void)state;
	for (size_t i = 0; pmap_geometries[i] != NULL; i++) {
		struct machine *m = machine(pmap_geometries[i]->name, 0);

		expect_all(m);
		for (unsigned k = 0; k < SIM_NKVA; k++)
			assert_true(sim_kva(m, k, 0) == 0);
		expect_nothing(m, 0);
		expect_nothing(m, 0x8048000);
		expect_nothing(m, sim_user_end(m) - 1);
		expect_nothing(m, UINT64_MAX);
		sim_machine_destroy(m);
	}
}

/* What amd64 has always printed. */
static void
test_known_values(void **state)
{
	struct machine *m = machine("amd64", 0);

	(void)state;
	assert_true(sim_kva(m, SIM_KVA_MAP, 6) == 0xffff810010001800);
	assert_true(sim_kva(m, SIM_KVA_ENTRY, 7) == 0xffff810020000460);
	assert_true(sim_kva(m, SIM_KVA_OBJECT, 1) == 0xffff810060000180);
	assert_true(sim_kva(m, SIM_KVA_AMAP, 2) == 0xffff8100a0000100);
	assert_true(sim_kva(m, SIM_KVA_PMAP, 3) == 0xffff8100e0000300);
	sim_machine_destroy(m);
}

/* A narrow machine runs out: no address rather than somebody else's. */
static void
test_no_room(void **state)
{
	struct machine *m = machine("i386", 0);

	(void)state;
	assert_true(sim_kva(m, SIM_KVA_ENTRY, 3050000) != 0);
	assert_true(sim_kva(m, SIM_KVA_ENTRY, 3050402) == 0);
	assert_true(sim_kva(m, SIM_KVA_PMAP, PMAP_MAXID) != 0);
	/* every frame of the largest memory, and its anons */
	assert_true(sim_kva(m, SIM_KVA_PAGE, (1 << 20) - 1) != 0);
	assert_true(sim_kva(m, SIM_KVA_ANON, (1 << 20) - 1) != 0);
	sim_machine_destroy(m);
}

/* Map numbers only grow; their addresses come round, and lead to the living. */
static void
test_maps_come_round(void **state)
{
	struct machine *m = machine("i386", 0);
	struct process *p;
	uint64_t addr;

	(void)state;
	m->vm.next_map_id = 100000;
	assert_int_equal(sim_spawn(m, "sh", 0, NULL, NULL, &p), 0);
	assert_int_equal(p->vmspace->vm_map.id, 100001);
	addr = sim_kva_map(m, &p->vmspace->vm_map);
	assert_true(addr == sim_kva(m, SIM_KVA_MAP, 100001 - 3 * 32767));
	expect_found(m, addr + 0x20, SIM_KVA_MAP, 100001, 0x20);
	sim_process_exit(m, p, 0, 0);
	expect_found(m, addr, SIM_KVA_MAP, 100001 - 3 * 32767, 0);
	sim_machine_destroy(m);
}

/* The kernel's text follows the end of user space, as its base does. */
static void
test_text_moves(void **state)
{
	struct machine *m = machine("i386", 0);

	(void)state;
	assert_true(sim_kva(m, SIM_KVA_TEXT, 1) == 0xd0200100);
	sim_machine_destroy(m);
	m = machine("i386", 0xbfbfe000);
	assert_true(sim_kva(m, SIM_KVA_TEXT, 1) == 0xc0200100);
	expect_all(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------ fixed ---- */

static void
expect_fix(struct machine *m, unsigned kind, uint32_t id, uint64_t addr,
    int error)
{
	assert_int_equal(sim_kva_fix(m, kind, id, addr), error);
	assert_int_equal(m->error.err, error);
	if (error != 0)
		assert_non_null(m->error.why);
	else
		assert_true(sim_kva(m, kind, id) == addr);
}

static void
test_fix(void **state)
{
	struct machine *m = machine("i386", 0xbfbfe000);

	(void)state;
	expect_fix(m, SIM_KVA_MAP, 7, 0xcf7cac84, 0);
	expect_fix(m, SIM_KVA_ENTRY, 9, 0xcfa3a358, 0);
	expect_fix(m, SIM_KVA_OBJECT, 1, 0xcf45a8e8, 0);
	expect_found(m, 0xcf7cac84 + 0x1ff, SIM_KVA_MAP, 7, 0x1ff);
	expect_nothing(m, 0xcf7cac84 + 0x200);
	expect_nothing(m, 0xcf7cac84 - 1);
	/* where it would have been there is nothing now */
	expect_nothing(m, 0xd1000000 + 7 * 0x200);
	expect_found(m, 0xd1000000 + 8 * 0x200, SIM_KVA_MAP, 8, 0);
	/* moved, and the old place is free for another */
	expect_fix(m, SIM_KVA_MAP, 7, 0xcf7cb000, 0);
	assert_int_equal(m->nkvafix, 3);
	expect_fix(m, SIM_KVA_MAP, 8, 0xcf7cac84, 0);
	expect_all(m);
	sim_machine_destroy(m);
}

static void
test_fix_refused(void **state)
{
	struct machine *m = machine("i386", 0);

	(void)state;
	expect_fix(m, SIM_KVA_MAP, 0, 0xd0800000, EINVAL);
	expect_fix(m, SIM_KVA_MAP, 1, 0xcfbfdfff, EINVAL);
	expect_fix(m, SIM_KVA_MAP, 1, 0, EINVAL);
	expect_fix(m, SIM_KVA_MAP, 1, 0xffffffff, EINVAL);
	expect_fix(m, SIM_KVA_MAP, 1, 0x1d0800000, EINVAL);
	expect_fix(m, SIM_KVA_MAP, 1, 0xff800000, EINVAL); /* spare */
	expect_fix(m, SIM_KVA_MAP, 1, 0xff7ffe01, EINVAL);
	expect_fix(m, SIM_KVA_MAP, 1, 0xff7ffe00, 0);
	expect_fix(m, SIM_KVA_ENTRY, 1, 0xff7fffff, EINVAL);
	expect_fix(m, SIM_KVA_ENTRY, 1, 0xff7fff00, EEXIST);
	expect_fix(m, SIM_KVA_ENTRY, 1, 0xff7ffe00 - 0x57, EEXIST);
	expect_fix(m, SIM_KVA_ENTRY, 1, 0xff7ffe00 - 0x58, 0);
	/* an object may overlap where it was itself */
	expect_fix(m, SIM_KVA_ENTRY, 1, 0xff7ffe00 - 0x68, 0);
	assert_int_equal(m->nkvafix, 2);
	sim_machine_destroy(m);
	m = machine("amd64", 0);
	expect_fix(m, SIM_KVA_MAP, 1, 0x7fffffffe000, EINVAL);
	expect_fix(m, SIM_KVA_MAP, 1, 0xffffffffffffff00, EINVAL);
	expect_fix(m, SIM_KVA_MAP, 1, 0xffff800000000000, 0);
	sim_machine_destroy(m);
}

/* Fixing on top of other objects' places moves those, without a collision. */
static void
test_displaced(void **state)
{
	(void)state;
	for (size_t a = 0; pmap_geometries[a] != NULL; a++) {
		struct machine *m = machine(pmap_geometries[a]->name, 0);
		uint64_t seed = 88172645463325252u;
		unsigned done = 0;

		for (unsigned n = 0; n < 600; n++) {
			unsigned kind, onto;
			uint64_t at;

			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			kind = (unsigned)(seed >> 8) % SIM_NKVA;
			onto = (unsigned)(seed >> 16) % SIM_NKVA;
			at = sim_kva(m, onto, ids[(seed >> 24) % 14]) +
			    (seed >> 40) % 64;
			if (sim_kva_fix(m, kind, ids[(seed >> 48) % 14], at) ==
			    0)
				done++;
		}
		assert_true(done > 100);
		expect_all(m);
		sim_machine_destroy(m);
	}
}

static void
test_as_many_as_there_may_be(void **state)
{
	struct machine *m = machine("i386", 0);

	(void)state;
	for (uint32_t i = 0; i < SIM_MAXKVAFIX; i++)
		expect_fix(m, SIM_KVA_ENTRY, 1000 + i,
		    0xe0000000 + i * UINT64_C(0x60), 0);
	expect_fix(m, SIM_KVA_ENTRY, 1, 0xd0f00000, ENOSPC);
	expect_fix(m, SIM_KVA_ENTRY, 1000, 0xd0f00000, 0); /* it only moves */
	expect_all(m);
	sim_machine_destroy(m);
}

static void
test_no_memory(void **state)
{
	struct machine *m = machine("i386", 0);

	(void)state;
	mem_fail_after(m->mem, 1);
	expect_fix(m, SIM_KVA_MAP, 1, 0xd0f00000, ENOMEM);
	mem_fail_after(m->mem, 0);
	assert_int_equal(m->nkvafix, 0);
	expect_fix(m, SIM_KVA_MAP, 1, 0xd0f00000, 0);
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stretches),
		cmocka_unit_test(test_known_values),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_maps_come_round),
		cmocka_unit_test(test_text_moves),
		cmocka_unit_test(test_fix),
		cmocka_unit_test(test_fix_refused),
		cmocka_unit_test(test_displaced),
		cmocka_unit_test(test_as_many_as_there_may_be),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("sim/kva", tests, NULL, NULL);
}
