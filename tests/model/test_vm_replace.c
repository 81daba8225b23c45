/*
 * test_vm_ops where policies that see every reference choose what goes: for
 * each process, or for all of memory.  Memory reads as the naive model has it;
 * sets agree with page tables after each operation (vm_check: R1 to R5).
 */
#include "vm_world.h"

#define FIRST (WORLD_NPLAIN + WORLD_NSUPER + WORLD_NSWAP)

static const char *const names[] = { "lru-3", "clock-9", "arc-12-tight",
	"2q-7-power", "s3fifo-30-few", "ws-16-none", "random-1", "sieve-all",
	"lfu-all", "arc-all", "nfu-all-none", NULL };

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
	.name = "test_vm_replace",
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
		{ 1, 3, 6000 },
		{ 1, 1, 3000 },
		{ 1, 40, 20000 },
	};

	return harness_main(&harness, plans, argc, argv);
}
