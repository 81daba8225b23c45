/*
 * The TLB model by hand: walks of known length, sweeps of known outcome, and
 * what each operation of the pmap invalidates and on which processors.  (That
 * hits and misses are right in general, tests/model/test_tlb_*.c show.)
 */
#include <errno.h>

#include "fixture.h"
#include "pmap/tlb.h"

#define VA ((vaddr_t)0x40000000)

static struct rig r;
static struct pmap *pm;

static const struct tlb_preset small = {
	.name = "small",
	.array = { [TLB_L1D] = { { 4, 0, 12, 63, false } },
	    [TLB_L2D] = { { 16, 4, 12, 63, false } } },
	.asid = true,
	.threshold = 8,
	.cost = { .l2 = 7, .walk = 14, .invalidate = 100, .ipi = 1000 },
};

static void
begin(const struct tlb_preset *p, uint32_t ncpus)
{
	rig_init(&r);
	pm = rig_pmap(&r);
	assert_int_equal(tlb_create(&r.sys, p, ncpus), 0);
	tlb_switch(&r.sys, 0, pm);
}

static void
end(void)
{
	/* References were made to what is not mapped. */
	tlb_changed_all(pm);
	tlb_done(&r.sys);
	assert_null(tlb_check(r.sys.tlbm));
	rig_check(&r);
	pmap_destroy(pm);
	tlb_destroy(&r.sys);
	rig_fini(&r);
}

static struct tlb_counters
count(uint32_t cpu)
{
	struct tlb_counters c;

	tlb_counters(r.sys.tlbm, cpu, &c);
	return c;
}

static vaddr_t
va_of(unsigned i)
{
	return VA + pg_ptoa(&r.sys, i);
}

/* n pages, mapped with prot, accessed by type, known to the TLBs. */
static void
fill(unsigned n, vm_prot_t prot, vm_prot_t type)
{
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(rig_enter(&r, pm, va_of(i), 1 + i, prot, type),
		    0);
		tlb_reference(r.sys.tlbm, pm, va_of(i), 0, type >> 1);
	}
}

static void
test_walk_refs(void **state)
{
	(void)state;
	assert_int_equal(tlb_walk_refs(4, 0), 4);
	assert_int_equal(tlb_walk_refs(4, 4), 24);
	assert_int_equal(tlb_walk_refs(5, 5), 35);
	assert_int_equal(tlb_walk_refs(3, 4), 19);
	assert_int_equal(tlb_walk_refs(4, 3), 19);
	assert_int_equal(tlb_walk_refs(3, 3), 15);
	assert_int_equal(tlb_walk_refs(2, 2), 8);
}

/* A walk reads one entry of each level down to the leaf of the page. */
static void
test_walk_by_size(void **state)
{
	struct tlb_preset p = small;

	(void)state;
	if (rig_geo->hashed)
		return;
	for (unsigned host = 0; host <= 4; host += 4)
		for (unsigned s = 0; s < rig_geo->nsizes; s++) {
			const struct pmap_pagesize *size = &rig_geo->sizes[s];
			unsigned depth = size->kind == PMAP_SIZE_LEAF ?
			    size->level + 1u :
			    rig_geo->nlevels;

			p.host_levels = (uint8_t)host;
			begin(&p, 1);
			tlb_reference(r.sys.tlbm, pm, VA, s, 0);
			assert_int_equal(count(0).walks, 1);
			assert_int_equal(count(0).walk_refs,
			    (depth + 1) * (host + 1) - 1);
			assert_int_equal(count(0).walks_large, s != 0);
			end();
		}
}

/* Round and round: within reach no misses but the first, beyond it no hits. */
static void
test_sweeps(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 32; n++) {
		begin(&small, 1);
		for (unsigned round = 0; round < 10; round++)
			for (unsigned i = 0; i < n; i++)
				tlb_reference(r.sys.tlbm, pm, va_of(i), 0, 0);
		assert_int_equal(count(0).l1d_hits, n <= 4 ? 9 * n : 0);
		if (n <= 16)
			assert_int_equal(count(0).walks, n);
		if (n >= 20)
			assert_int_equal(count(0).walks, 10 * n);
		end();
	}
}

/* What is not needed: nothing accessed, more marks, the same again. */
static void
test_needless(void **state)
{
	(void)state;
	begin(&small, 2);
	assert_int_equal(rig_enter(&r, pm, VA, 1, 3, 0), 0);
	pmap_remove(pm, VA, va_of(1));
	assert_int_equal(count(2).shootdowns, 0);
	fill(1, 3, VM_PROT_READ);
	assert_int_equal(pmap_access(pm, VA, VM_PROT_WRITE), 1);
	assert_int_equal(rig_enter(&r, pm, VA, 1, 3, VM_PROT_READ), 0);
	assert_int_equal(count(2).shootdowns, 0);
	pmap_remove(pm, VA, va_of(1));
	assert_int_equal(count(2).shootdowns, 1);
	assert_int_equal(count(2).pages_invalidated, 1);
	end();
}

/* One operation is one round, by pages below the threshold, else a flush. */
static void
test_rounds(void **state)
{
	(void)state;
	begin(&small, 4);
	tlb_switch(&r.sys, 1, pm);
	tlb_switch(&r.sys, 2, pm);
	tlb_switch(&r.sys, 0, pm);
	fill(20, 3, VM_PROT_WRITE);
	pmap_remove(pm, VA, va_of(7));
	assert_int_equal(count(0).shootdowns, 1);
	assert_int_equal(count(0).ipi_rounds, 1);
	assert_int_equal(count(0).ipis_sent, 2);
	assert_int_equal(count(1).ipis_received, 1);
	assert_int_equal(count(3).ipis_received, 0);
	assert_int_equal(count(1).pages_invalidated, 7);
	assert_int_equal(count(4).pages_invalidated, 21);
	assert_int_equal(count(4).full_flushes, 0);
	pmap_remove(pm, va_of(7), va_of(15));
	assert_int_equal(count(0).shootdowns, 2);
	assert_int_equal(count(4).pages_invalidated, 21);
	assert_int_equal(count(4).full_flushes, 3);
	/* Everything is unknown again. */
	tlb_reference(r.sys.tlbm, pm, va_of(19), 0, 0);
	assert_int_equal(count(0).walks, 21);
	end();
}

/* Who has turned to another pmap is not told, and flushes when it is back. */
static void
test_lazy(void **state)
{
	struct tlb_preset p = small;
	struct pmap *other;

	(void)state;
	for (unsigned asid = 0; asid < 2; asid++) {
		p.asid = asid;
		begin(&p, 2);
		other = rig_pmap(&r);
		fill(4, 3, VM_PROT_READ);
		tlb_switch(&r.sys, 0, other);
		tlb_switch(&r.sys, 1, pm);
		pmap_remove(pm, VA, va_of(1));
		assert_int_equal(count(2).ipis_sent, 0);
		tlb_switch(&r.sys, 0, pm);
		assert_int_equal(count(0).lazy_flushes, asid);
		assert_int_equal(count(0).switch_flushes, asid ? 0 : 2);
		tlb_reference(r.sys.tlbm, pm, va_of(2), 0, 0);
		assert_int_equal(count(0).walks, 5);
		tlb_switch(&r.sys, 0, other);
		tlb_switch(&r.sys, 0, pm);
		tlb_reference(r.sys.tlbm, pm, va_of(2), 0, 0);
		assert_int_equal(count(0).walks, asid ? 5 : 6);
		pmap_destroy(other);
		end();
	}
}

/* The id of a pmap that is gone serves another: it finds nothing. */
static void
test_id_again(void **state)
{
	struct pmap *one;
	uint32_t id;

	(void)state;
	begin(&small, 2);
	one = rig_pmap(&r);
	id = one->id;
	tlb_switch(&r.sys, 1, one);
	tlb_reference(r.sys.tlbm, one, VA, 0, 0);
	tlb_switch(&r.sys, 0, pm);
	pmap_destroy(one);
	one = rig_pmap(&r);
	assert_int_equal(one->id, id);
	tlb_switch(&r.sys, 1, one);
	tlb_reference(r.sys.tlbm, one, VA, 0, 0);
	assert_int_equal(count(1).walks, 2);
	pmap_destroy(one);
	end();
}

static void
test_broadcast(void **state)
{
	struct tlb_preset p = small;

	(void)state;
	p.broadcast = true;
	begin(&p, 2);
	fill(2, 3, VM_PROT_READ);
	tlb_switch(&r.sys, 1, pm);
	tlb_reference(r.sys.tlbm, pm, VA, 0, 0);
	pmap_protect(pm, VA, va_of(1), VM_PROT_NONE);
	assert_int_equal(count(2).pages_invalidated, 2);
	assert_int_equal(count(2).ipis_sent, 0);
	assert_int_equal(count(2).shootdowns, 1);
	end();
}

static void
test_cycles(void **state)
{
	struct tlb_counters c;

	(void)state;
	begin(&small, 2);
	c = (struct tlb_counters){ .l1d_hits = 1000,
		.l2_hits = 3,
		.walk_refs = 5,
		.pages_invalidated = 7,
		.ipis_sent = 2 };
	assert_int_equal(tlb_cycles(r.sys.tlbm, &c),
	    3 * 7 + 5 * 14 + 7 * 100 + 2 * 1000);
	end();
}

static void
test_refused(void **state)
{
	struct tlb_preset p = small;

	(void)state;
	rig_init(&r);
	assert_int_equal(tlb_create(&r.sys, &small, 0), EINVAL);
	assert_int_equal(tlb_create(&r.sys, &small, 65), EINVAL);
	p.array[TLB_L1D][0] = (struct tlb_array_spec){ 12, 4, 12, 63, false };
	assert_int_equal(tlb_create(&r.sys, &p, 1), EINVAL);
	for (uint64_t n = 1; n <= 4; n++) {
		mem_fail_after(r.mem, n);
		assert_int_equal(tlb_create(&r.sys, &small, 3), ENOMEM);
		assert_null(r.sys.tlbm);
	}
	mem_fail_after(r.mem, 0);
	assert_int_equal(tlb_create(&r.sys, &small, 3), 0);
	tlb_destroy(&r.sys);
	rig_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk_refs),
		cmocka_unit_test(test_walk_by_size),
		cmocka_unit_test(test_sweeps),
		cmocka_unit_test(test_needless),
		cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_lazy),
		cmocka_unit_test(test_id_again),
		cmocka_unit_test(test_broadcast),
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_refused),
	};

	return RIG_RUN("pmap/tlb_model", tests);
}
