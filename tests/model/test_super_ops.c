/*
 * test_vm_ops with larger pages: whatever the policy, memory reads as the naive
 * model has it, and larger mappings are where they are due.
 */
#include "vm_world.h"

static const char *const names[] = { "reserve-arm64", "reserve-power",
	"reserve-riscv64", "reserve-tight", "reserve-amd64", "reserve-both",
	"eager-power", "eager-tight", "eager-amd64", "collapse-power",
	"collapse-tight", "collapse-amd64", NULL };

static void
generate(struct model_rng *r, unsigned variant, struct op *op)
{
	world_generate(r, WORLD_NPLAIN + variant, op);
}

static void *
create(unsigned variant, uint64_t seed)
{
	return world_create(WORLD_NPLAIN + variant, seed);
}

static void
print(FILE *f, unsigned variant, const struct op *op)
{
	world_print(f, WORLD_NPLAIN + variant, op);
}

static const struct harness harness = {
	.name = "test_super_ops",
	.variants = names,
	.batch = 100,
	.generate = generate,
	.create = create,
	.step = world_step,
	.check = world_check,
	.destroy = world_destroy,
	.print = print,
};

int
main(int argc, char **argv)
{
	/* normal, under sanitizers, and -l */
	static const struct harness_plan plans[3] = {
		{ 1, 2, 5000 },
		{ 1, 1, 3000 },
		{ 1, 40, 20000 },
	};

	return harness_main(&harness, plans, argc, argv);
}
