/*
 * test_vm_ops where pages leave memory: at random, and because frames are few.
 * Memory reads as the naive model has it, which knows nothing of that.
 */
#include "vm_world.h"

#define FIRST (WORLD_NPLAIN + WORLD_NSUPER)

static const char *const names[] = { "swap", "swap-tight", "swap-join",
	"swap-few", "swap-none", "swap-reserve", "swap-reserve-arm64",
	"swap-eager", "swap-collapse", "swap-numa", "swap-aix", "swap-freebsd",
	NULL };

static void
generate(struct model_rng *r, unsigned variant, struct op *op)
{
	world_generate(r, FIRST + variant, op);
}

static void *
create(unsigned variant, uint64_t seed)
{
	return world_create(FIRST + variant, seed);
}

static void
print(FILE *f, unsigned variant, const struct op *op)
{
	world_print(f, FIRST + variant, op);
}

static const struct harness harness = {
	.name = "test_vm_pageout",
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
		{ 1, 3, 10000 },
		{ 1, 1, 4000 },
		{ 1, 40, 20000 },
	};

	return harness_main(&harness, plans, argc, argv);
}
