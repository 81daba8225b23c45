/*
 * test_vm_ops where pages leave memory: at random, and because frames are few.
 * Memory reads as the naive model has it, which knows nothing of that.
 */
#include "vm_world.h"

int
main(int argc, char **argv)
{
	/* normal, under sanitizers, and -l */
	static const struct harness_plan plans[3] = {
		{ 1, 3, 10000 },
		{ 1, 1, 4000 },
		{ 1, 40, 20000 },
	};

	return world_main("test_vm_pageout", WORLD_NPLAIN + WORLD_NSUPER,
	    WORLD_NSWAP, plans, argc, argv);
}
