/*
 * Random system calls and accesses of a few processes under each personality,
 * compared with the naive model (model.h).
 */
#include "sys_world.h"

static const struct harness harness = {
	.name = "test_syscalls",
	.variants = sys_variants,
	.batch = 200,
	.generate = sys_generate,
	.create = sys_create,
	.step = sys_step,
	.check = sys_check,
	.destroy = sys_destroy,
	.print = sys_print,
};

int
main(int argc, char **argv)
{
	/* normal, under sanitizers, and -l */
	static const struct harness_plan plans[3] = {
		{ 1, 10, 40000 },
		{ 1, 4, 20000 },
		{ 1, 60, 50000 },
	};

	return harness_main(&harness, plans, argc, argv);
}
