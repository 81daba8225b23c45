/*
 * The TLB model against the naive one, at random: references with mixed sizes,
 * switches, changes of mappings, promotions, for every preset, for arrays of
 * its own with both policies, for every machine.
 *
 *	test_tlb_random [-s SEED]	one seed, all combinations
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "tlb_step.h"
#include "tests/slow.h"

#define STEPS TESTS_FEWER(2000, 3)

static bool
run(const struct tlb_preset *preset, const struct pmap_geometry *geo,
    uint64_t seed)
{
	struct model_rng rng = { seed };
	struct pair p;
	char buf[200];
	const char *why = NULL;

	pair_init(&p, preset, geo, TLB_STEP_CPUS);
	pair_run(&p, 0, 1);
	for (unsigned i = 0; i < STEPS && why == NULL; i++) {
		tlb_step(&p, &rng);
		if (i % 16 == 0 || i + 1 == STEPS)
			why = pair_compare(&p, buf, sizeof(buf));
		if (why == NULL && (i % 512 == 0 || i + 1 == STEPS))
			why = tlb_check(p.sys.tlbm);
		if (why != NULL)
			fprintf(stderr,
			    "test_tlb_random -s %llu: %s on %s, "
			    "step %u: %s\n",
			    (unsigned long long)seed, preset->name, geo->name,
			    i, why);
	}
	pair_fini(&p);
	return why == NULL;
}

static bool
run_seed(uint64_t seed)
{
	bool ok = true;

	for (size_t g = 0; pmap_geometries[g] != NULL; g++) {
		for (size_t i = 0; tlb_presets[i] != NULL; i++)
			if ((i + g + seed) % 3 == 0)
				ok &= run(tlb_presets[i], pmap_geometries[g],
				    seed);
		for (size_t i = 0; tlb_own[i].name != NULL; i++)
			ok &= run(&tlb_own[i], pmap_geometries[g], seed);
	}
	return ok;
}

int
main(int argc, char **argv)
{
	bool ok = true;

	if (argc == 3 && strcmp(argv[1], "-s") == 0)
		return run_seed(strtoull(argv[2], NULL, 10)) ? 0 : 1;
	for (uint64_t seed = 1; seed <= 3; seed++)
		ok &= run_seed(seed);
	return ok ? 0 : 1;
}
