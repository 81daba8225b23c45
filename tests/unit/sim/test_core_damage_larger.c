/*
 * Damaged cores of machines with larger pages, domains, TLBs and a hashed page
 * table: bytes and words of their sections changed, with checksums that are
 * right; and single lies told by a machine that is otherwise sound.  Each is
 * refused in one line, or is a machine that passes every check and works.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core_machines.h"
#include "pmap/hpt.h"
#include "pmap/tlb.h"
#include "sim/core_format.h"
#include "sim/core_sum.h"

/* A core may ask for more memory than a sanitizer likes to give. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static char dir[48];
static char path[64], path2[64];

static int
set_up(void **state)
{
	(void)state;
	if (core_test_dir(dir, sizeof(dir)) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/core", dir);
	snprintf(path2, sizeof(path2), "%s/core2", dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	unlink(path2);
	return rmdir(dir);
}

static const struct row {
	const struct sim_personality *pers;
	const char *config;
	unsigned tries;
} rows[] = {
	{ &sim_freebsd, "8M,superpages=reserve,cpus=2,tlb=nehalem", 1500 },
	{ &sim_freebsd, "1M,arch=power,superpages=reserve", 3000 },
	{ &sim_linux,
	    "16M,arch=arm64-64k,superpages=collapse,domains=2,cpus=2,"
	    "numa=interleave,tlb=custom:l1=4x4:l2=16x8:policy=plru",
	    3000 },
	{ &sim_linux,
	    "16M,arch=riscv64,superpages=eager,domains=2,cpus=3,"
	    "tlb=alpha21264",
	    1500 },
	{ &sim_openbsd, "1M,arch=power,domains=2,tlb=power", 2000 },
};
#define NROWS (sizeof(rows) / sizeof(rows[0]))

static struct machine *
machine_of(const struct row *row)
{
	struct machine *m = core_machine_new(row->pers, row->config, true);
	uint64_t seed = 4711;

	for (unsigned i = 0; i < 200; i++)
		(void)core_machine_step(m, &seed);
	return m;
}

static void
save(struct machine *m, const char *to)
{
	char err[512];

	if (sim_core_save(m, to, err, sizeof(err)) != 0)
		fail_msg("%s", err);
}

static void
assert_one_line(const char *err)
{
	if (strncmp(err, path, strlen(path)) != 0 ||
	    strstr(err, "offset ") == NULL || strchr(err, '\n') != NULL)
		fail_msg("not one line with its offset: %s", err);
}

/* What was loaded must hold together in use. */
static void
use(struct machine *m)
{
	uint64_t seed = 1;
	char buf[256];

	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("accepted: %s", buf);
	save(m, path2);
	for (unsigned i = 0; i < 12; i++)
		(void)core_machine_step(m, &seed);
	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("broken in use: %s", buf);
	sim_machine_destroy(m);
}

/* => true when it was refused */
static bool
try(const uint8_t *core, size_t size)
{
	struct machine *m = NULL;
	char err[512] = "";

	core_spit(path, core, size);
	if (sim_core_load(path, &m, err, sizeof(err)) != 0) {
		assert_null(m);
		assert_one_line(err);
		return true;
	}
	use(m);
	return false;
}

/* ---------------------------------------------------------- made up ---- */

static const enum core_section sections[] = { CORE_PHYS, CORE_TLB, CORE_TABLES,
	CORE_PVS, CORE_FRAMES, CORE_OBJECTS, CORE_AMAPS, CORE_CONFIG };

static uint64_t
word_of(const uint8_t *core, unsigned section, unsigned field)
{
	return sim_core_word(core + CORE_HEADER + section * CORE_SECTION +
		field,
	    8);
}

/* The bytes of a section, all or as many as there are tries. */
static unsigned
flip_bytes(const uint8_t *core, uint8_t *copy, size_t size, unsigned section,
    unsigned tries)
{
	static const uint8_t masks[] = { 0x01, 0xff, 0x80, 0x10, 0x7f, 0x02 };
	uint64_t start = word_of(core, section, 8), n;
	uint64_t len = word_of(core, section, 16);
	uint64_t step = len > tries ? len / tries : 1;
	unsigned refused = 0;

	for (n = 0; n < len; n += step) {
		memcpy(copy, core, size);
		copy[start + n] ^= masks[n / step % NELEM(masks)];
		core_reseal(copy, size);
		refused += try(copy, size);
	}
	return refused;
}

/* Words of a section, replaced by others from anywhere. */
static unsigned
move_words(const uint8_t *core, uint8_t *copy, size_t size, unsigned section,
    unsigned tries, uint64_t *seed)
{
	const size_t first = CORE_HEADER + CORE_NSECTIONS * CORE_SECTION;
	uint64_t start = word_of(core, section, 8);
	uint64_t len = word_of(core, section, 16);
	unsigned refused = 0;

	for (; len > 8 && tries > 0; tries--) {
		memcpy(copy, core, size);
		memcpy(copy + start + core_random(seed) % (len - 4),
		    core + first + core_random(seed) % (size - first - 4), 4);
		core_reseal(copy, size);
		refused += try(copy, size);
	}
	return refused;
}

static void
test_made_up(void **state)
{
	const struct row *row = *state;
	struct machine *m = machine_of(row);
	uint64_t seed = 12;
	unsigned refused = 0;
	uint8_t *core, *copy;
	size_t size;

	save(m, path);
	sim_machine_destroy(m);
	core = core_slurp(path, &size);
	copy = malloc(size);
	assert_non_null(copy);
	for (unsigned i = 0; i < NELEM(sections); i++) {
		refused += flip_bytes(core, copy, size, sections[i],
		    row->tries / 5);
		refused += move_words(core, copy, size, sections[i],
		    row->tries / 25, &seed);
	}
	assert_true(refused > row->tries / 4);
	free(core);
	free(copy);
}

/* A section cut short or with a byte more, all else being right. */
static void
test_lengths(void **state)
{
	const struct row *row = *state;
	struct machine *m = machine_of(row);
	uint8_t *core, *copy;
	size_t size;

	save(m, path);
	sim_machine_destroy(m);
	core = core_slurp(path, &size);
	copy = malloc(size);
	assert_non_null(copy);
	for (unsigned s = CORE_TABLES; s <= CORE_TLB; s++)
		for (unsigned up = 0; up < 2; up++) {
			uint8_t *e = copy + CORE_HEADER + s * CORE_SECTION;
			uint64_t n = word_of(core, s, 16);

			if (n == 0)
				continue;
			/* The border between it and the next one moves. */
			memcpy(copy, core, size);
			n += up ? 1 : (uint64_t)-1;
			for (unsigned b = 0; b < 8; b++)
				e[16 + b] = (uint8_t)(n >> (8 * b));
			n += word_of(core, s, 8);
			e += CORE_SECTION;
			for (unsigned b = 0; b < 8; b++)
				e[8 + b] = (uint8_t)(n >> (8 * b));
			n = word_of(core, s + 1, 16) + (up ? (uint64_t)-1 : 1);
			for (unsigned b = 0; b < 8; b++)
				e[16 + b] = (uint8_t)(n >> (8 * b));
			core_reseal(copy, size);
			assert_true(try(copy, size));
		}
	free(core);
	free(copy);
}

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

#define LIE(name, expr) \
	static void *name(struct machine *m) \
	{ \
		return &(expr); \
	}

LIE(free_list, m->vm.pages.freelist)
LIE(cpu_of_process, sim_process_byname(m, "p1")->cpu)
LIE(current_cpu, m->vm.curcpu)
LIE(first_of_amap, an_amap(m)->reserv.first)
LIE(virgin, m->vm.phys.domain[0].virgin)
LIE(list_head, m->vm.phys.domain[0].list[0][0].head)
LIE(list_count, m->vm.phys.domain[0].list[0][0].n)
LIE(domain_free, m->vm.phys.domain[0].nfree)
LIE(domain_buddy, m->vm.phys.domain[0].nbuddy)
LIE(rover, m->vm.phys.rover)
LIE(piece, a_reserv(m, false)->piece)
LIE(popcnt, a_reserv(m, false)->popcnt)
LIE(popmap, a_reserv(m, false)->popmap[0])
LIE(next_reserv, a_reserv(m, false)->next)
LIE(queue_next, a_reserv(m, true)->qnext)
LIE(queued, a_reserv(m, true)->queued)
LIE(partpop_head, m->vm.reservs.partpop[0].head)
LIE(partpop_n, m->vm.reservs.partpop[0].n)
LIE(fullpop, m->vm.reservs.fullpop)
LIE(holes, m->vm.reservs.holes)
LIE(collapse_space, m->vm.collapse.space)
LIE(tlb_word, *a_tlb_word(m))
LIE(tlb_cpus, a_pmap(m)->tlb_cpus)
LIE(tlb_stale, a_pmap(m)->tlb_stale)
LIE(tlb_pmap, m->vm.pmaps.tlbm->cpu[0].pmap)
LIE(hpt_key, a_hpte(m)->key)
LIE(hpt_r, a_hpte(m)->r)

static const struct lie {
	unsigned row;
	void *(*at)(struct machine *);
	unsigned size;
	uint64_t value;  /* UINT64_MAX: the kernel's space or pmap */
	const char *say; /* in the refusal */
} lies[] = {
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
	{ 2, collapse_space, 8, UINT64_MAX, "collapsing daemon" },
	{ 0, tlb_word, 8, 0x1234, "I1" },
	{ 2, tlb_word, 8, UINT64_MAX - 1, "I3" },
	{ 0, tlb_cpus, 8, 4, "processors of an address space" },
	{ 0, tlb_stale, 8, 4, "processors of an address space" },
	{ 3, tlb_pmap, 8, UINT64_MAX, "which it runs" },
	{ 1, hpt_key, 8, 7, "hashed entry" },
	{ 1, hpt_r, 8, 7, "H5" },
	{ 4, hpt_r, 8, 0, "H5" },
};

/* What stands there, as a number. */
static uint64_t
peek(const void *at, unsigned size)
{
	uint64_t v = 0;

	memcpy(&v, at, size);
	return v;
}

static void
tell(struct machine *m, const struct lie *lie)
{
	void *at = lie->at(m);
	uint64_t truth = peek(at, lie->size), v = lie->value;
	struct machine *l = NULL;
	char err[512] = "";

	if (lie->at == collapse_space)
		v = (uint64_t)(uintptr_t)m->vm.kernel;
	if (lie->at == tlb_pmap)
		v = (uint64_t)(uintptr_t)m->vm.kernel->vm_map.pmap;
	memcpy(at, &v, lie->size);
	save(m, path);
	memcpy(at, &truth, lie->size);
	if (v == truth || sim_core_load(path, &l, err, sizeof(err)) == 0)
		fail_msg("lie %u is none, or believed", (unsigned)(lie - lies));
	assert_one_line(err);
	if (strstr(err, lie->say) == NULL)
		fail_msg("lie %u: expected %s, got: %s", (unsigned)(lie - lies),
		    lie->say, err);
}

static void
test_lies(void **state)
{
	(void)state;
	for (unsigned r = 0; r < NROWS; r++) {
		struct machine *m = machine_of(&rows[r]);

		for (unsigned i = 0; i < NELEM(lies); i++)
			if (lies[i].row == r)
				tell(m, &lies[i]);
		sim_machine_destroy(m);
	}
}

/* ------------------------------------------------------- other versions --- */

/* The number of the version is looked at before anything that it governs. */
static void
test_version(void **state)
{
	struct machine *m = machine_of(&rows[1]), *l = NULL;
	char err[512] = "";
	uint8_t *core;
	size_t size;

	(void)state;
	save(m, path);
	sim_machine_destroy(m);
	core = core_slurp(path, &size);
	for (unsigned version = 0; version < 6; version++) {
		if (version == CORE_VERSION)
			continue;
		core[8] = (uint8_t)version;
		core[12] = version == 2 ? 15 :
		    version == 3        ? 17 :
					  CORE_NSECTIONS;
		core_spit(path, core, size);
		assert_int_equal(sim_core_load(path, &l, err, sizeof(err)),
		    EINVAL);
		assert_one_line(err);
		assert_non_null(strstr(err, "this program reads version 4"));
	}
	free(core);
}

int
main(void)
{
	struct CMUnitTest tests[2 * NROWS + 2];
	unsigned n = 0;

	tests[n++] = (struct CMUnitTest){ "single lies", test_lies, NULL, NULL,
		NULL };
	tests[n++] = (struct CMUnitTest){ "other versions", test_version, NULL,
		NULL, NULL };
	for (unsigned i = 0; i < NROWS; i++) {
		void *row = (void *)(uintptr_t)&rows[i];

		tests[n++] = (struct CMUnitTest){ rows[i].config, test_lengths,
			NULL, NULL, row };
		tests[n++] = (struct CMUnitTest){ rows[i].config, test_made_up,
			NULL, NULL, row };
	}
	return _cmocka_run_group_tests("damaged cores of larger pages", tests,
	    n, set_up, tear_down);
}
