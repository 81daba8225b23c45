/*
 * Damaged cores of machines with larger pages, domains, TLBs and a hashed page
 * table: bytes and words of their sections changed, with checksums that are
 * right; and single lies told by a machine that is otherwise sound.  Each is
 * refused in one line, or is a machine that passes every check and works.
 */
#include "core_damage.h"
#include "pmap/hpt.h"
#include "pmap/tlb.h"

/* A core may ask for more memory than a sanitizer likes to give. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static const struct damage_row rows[] = {
	{ &sim_freebsd, "8M,superpages=reserve,cpus=2,tlb=nehalem", 750 },
	{ &sim_freebsd, "1M,arch=power,superpages=reserve", 1500 },
	{ &sim_linux,
	    "16M,arch=arm64-64k,superpages=collapse,domains=2,cpus=2,"
	    "numa=interleave,tlb=custom:l1=4x4:l2=16x8:policy=plru",
	    3000 },
	{ &sim_linux,
	    "16M,arch=riscv64,superpages=eager,domains=2,cpus=3,"
	    "tlb=alpha21264",
	    1500 },
	{ &sim_openbsd, "1M,arch=power,domains=2,tlb=power", 1000 },
};

static const enum core_section sections[] = { CORE_PHYS, CORE_TLB, CORE_TABLES,
	CORE_PVS, CORE_FRAMES, CORE_OBJECTS, CORE_AMAPS, CORE_CONFIG };

/* --------------------------------------------------------- single lies ---- */

static struct vm_amap *
an_amap(struct machine *m)
{
	struct process *p = m->procs;

	for (; p != NULL; p = p->hh.next) {
		struct vm_map_entry *e;

		if (p->vmspace == NULL)
			continue;
		e = p->vmspace->vm_map.header.next;
		for (; e != &p->vmspace->vm_map.header; e = e->next)
			if (e->amap != NULL && e->amap->reserv.first == 0)
				return e->amap;
	}
	fail_msg("no amap without reservations");
	return NULL;
}

static struct vm_reserv *
a_reserv(struct machine *m, bool queued)
{
	struct vm_reservs *rs = &m->vm.reservs;

	for (uint32_t b = 1; b < rs->n; b++)
		if (vm_reserv_get(rs, b)->owner != NULL &&
		    (!queued || vm_reserv_get(rs, b)->queued))
			return vm_reserv_get(rs, b);
	fail_msg("no reservation");
	return NULL;
}

static uint64_t *
a_tlb_word(struct machine *m)
{
	struct tlb *t = m->vm.pmaps.tlbm;

	for (uint32_t i = 0; i < t->nwords * t->ncpus; i++) {
		uint64_t *w = &t->cpu[i / t->nwords].word[i % t->nwords];

		if (*w != 0)
			return w;
	}
	fail_msg("no entry in a TLB");
	return NULL;
}

static struct hpte *
a_hpte(struct machine *m)
{
	struct hpt *h = m->vm.pmaps.hpt;

	for (uint32_t i = 0; i < h->ngroups * HPT_GROUP; i++)
		if (h->entry[i].v != 0)
			return &h->entry[i];
	fail_msg("no hashed entry");
	return NULL;
}

static struct pmap *
a_pmap(struct machine *m)
{
	return sim_process_byname(m, "p1")->vmspace->vm_map.pmap;
}

DAMAGE_LIE(free_list, m->vm.pages.freelist)
DAMAGE_LIE(cpu_of_process, sim_process_byname(m, "p1")->cpu)
DAMAGE_LIE(current_cpu, m->vm.curcpu)
DAMAGE_LIE(first_of_amap, an_amap(m)->reserv.first)
DAMAGE_LIE(virgin, m->vm.phys.domain[0].virgin)
DAMAGE_LIE(list_head, m->vm.phys.domain[0].list[0][0].head)
DAMAGE_LIE(list_count, m->vm.phys.domain[0].list[0][0].n)
DAMAGE_LIE(domain_free, m->vm.phys.domain[0].nfree)
DAMAGE_LIE(domain_buddy, m->vm.phys.domain[0].nbuddy)
DAMAGE_LIE(rover, m->vm.phys.rover)
DAMAGE_LIE(piece, a_reserv(m, false)->piece)
DAMAGE_LIE(popcnt, a_reserv(m, false)->popcnt)
DAMAGE_LIE(popmap, a_reserv(m, false)->popmap[0])
DAMAGE_LIE(next_reserv, a_reserv(m, false)->next)
DAMAGE_LIE(queue_next, a_reserv(m, true)->qnext)
DAMAGE_LIE(queued, a_reserv(m, true)->queued)
DAMAGE_LIE(partpop_head, m->vm.reservs.partpop[0].head)
DAMAGE_LIE(partpop_n, m->vm.reservs.partpop[0].n)
DAMAGE_LIE(fullpop, m->vm.reservs.fullpop)
DAMAGE_LIE(holes, m->vm.reservs.holes)
DAMAGE_LIE(tlb_word, *a_tlb_word(m))
DAMAGE_LIE(tlb_cpus, a_pmap(m)->tlb_cpus)
DAMAGE_LIE(tlb_stale, a_pmap(m)->tlb_stale)
DAMAGE_LIE(hpt_key, a_hpte(m)->key)
DAMAGE_LIE(hpt_r, a_hpte(m)->r)

static const struct damage_lie lies[] = {
	{ 0, free_list, 4, 5, "list of free frames" },
	{ 0, cpu_of_process, 4, 2, "processor 2 of 2" },
	{ 0, current_cpu, 4, 2, "processor 2 of 2" },
	{ 0, first_of_amap, 4, 1, "not its own" },
	{ 0, first_of_amap, 4, 0xfffffff0, "not its own" },
	{ 1, first_of_amap, 4, 3, "not its own" },
	{ 0, virgin, 4, 1, "in memory that never was" },
	{ 0, virgin, 4, 0x7fffffff, "unused memory of domain 0" },
	{ 0, list_head, 4, 0x7fffffff, "first free block" },
	{ 1, list_head, 4, 1, "PH" },
	{ 1, list_count, 4, 77, "PH" },
	{ 2, domain_free, 8, 3, "PH" },
	{ 2, domain_buddy, 8, 3, "PH" },
	{ 2, rover, 1, 2, "domain whose turn" },
	{ 1, piece, 8, UINT64_MAX, "RV4" },
	{ 1, popcnt, 4, 1, "RV1" },
	{ 1, popcnt, 4, 0, "popcnt" },
	{ 1, popmap, 8, 1u << 16, "population map" },
	{ 1, next_reserv, 4, 0x7fffffff, "linked" },
	{ 1, next_reserv, 4, 2, "RV" },
	{ 1, queue_next, 4, 0x7fffffff, "linked" },
	{ 1, queue_next, 4, 1, "RV3" },
	{ 1, queued, 1, 0, "RV3" },
	{ 1, partpop_head, 4, 0x7fffffff, "first reservation" },
	{ 1, partpop_head, 4, 1, "RV3" },
	{ 1, partpop_n, 4, 99, "RV3" },
	{ 1, fullpop, 8, 99, "RV5" },
	{ 1, holes, 8, 9999, "hol" },
	{ 0, tlb_word, 8, 0x1234, "I1" },
	{ 2, tlb_word, 8, UINT64_MAX - 1, "I3" },
	{ 0, tlb_cpus, 8, 4, "processors of an address space" },
	{ 0, tlb_stale, 8, 4, "processors of an address space" },
	{ 1, hpt_key, 8, 7, "hashed entry" },
	{ 1, hpt_r, 8, 7, "H5" },
	{ 4, hpt_r, 8, 0, "H5" },
};

/* The kernel's space and pmap where a process's are due. */
static void
tell_pointers(struct machine *m, unsigned row)
{
	struct vmspace *kernel = m->vm.kernel;

	if (row == 2)
		damage_tell(m, &m->vm.collapse.space, sizeof(kernel),
		    (uintptr_t)kernel, "collapse.space", "collapsing daemon");
	if (row == 3)
		damage_tell(m, &m->vm.pmaps.tlbm->cpu[0].pmap, sizeof(kernel),
		    (uintptr_t)kernel->vm_map.pmap, "pmap of a TLB",
		    "which it runs");
}

static const struct damage damage = {
	.name = "damaged cores of larger pages",
	.rows = rows,
	.nrows = NELEM(rows),
	.steps = 200,
	.sections = sections,
	.nsections = NELEM(sections),
	.from = CORE_TABLES,
	.to = CORE_TLB,
	.lies = lies,
	.nlies = NELEM(lies),
	.more = tell_pointers,
};

/* ------------------------------------------------------- other versions --- */

/* The number of the version is looked at before anything that it governs. */
static void
test_version(void **state)
{
	struct machine *m = damage_machine(&damage, 1), *l = NULL;
	char err[512] = "";
	uint8_t *core;
	size_t size;

	(void)state;
	core_save(m, core_path_a);
	sim_machine_destroy(m);
	core = core_slurp(core_path_a, &size);
	for (unsigned version = 0; version < 6; version++) {
		if (version == CORE_VERSION)
			continue;
		core[8] = (uint8_t)version;
		core[12] = version == 2 ? 15 :
		    version == 3        ? 17 :
					  CORE_NSECTIONS;
		core_spit(core_path_a, core, size);
		assert_int_equal(sim_core_load(core_path_a, &l, err,
				     sizeof(err)),
		    EINVAL);
		damage_assert_one_line(err);
		assert_non_null(strstr(err, "this program reads version 4"));
	}
	free(core);
}

int
main(void)
{
	const struct CMUnitTest own[] = {
		cmocka_unit_test(test_version),
	};

	return damage_main(&damage, own, NELEM(own));
}
