/*
 * The main program of test_vm_ops and its kin: some of the variants of the
 * world, in a row.
 */
#include "vm_world.h"

#define BATCH 100 /* operations between checks */

static unsigned first; /* of the variants: the harness counts from 0 */

static void
generate(struct model_rng *r, unsigned variant, struct op *op)
{
	world_generate(r, first + variant, op);
}

static void *
create(unsigned variant, uint64_t seed)
{
	return world_create(first + variant, seed);
}

static void
print(FILE *f, unsigned variant, const struct op *op)
{
	world_print(f, first + variant, op);
}

int
world_main(const char *name, unsigned from, unsigned n,
    const struct harness_plan plans[3], int argc, char **argv)
{
	const char *names[n + 1];
	const struct harness harness = {
		.name = name,
		.variants = names,
		.batch = BATCH,
		.generate = generate,
		.create = create,
		.step = world_step,
		.check = world_check,
		.destroy = world_destroy,
		.print = print,
	};

	first = from;
	for (unsigned i = 0; i < n; i++)
		names[i] = vm_variants[from + i].name;
	names[n] = NULL;
	return harness_main(&harness, plans, argc, argv);
}
