/*
 * test_vm_ops with larger pages: whatever the policy, memory reads as the naive
 * model has it, and larger mappings are where they are due.
 */
#include "vm_world.h"

int
main(int argc, char **argv)
{
	/* normal, under sanitizers, and -l */
	static const struct harness_plan plans[3] = {
		{ 1, 1, 3000 },
		{ 1, 1, 800 },
		{ 1, 40, 20000 },
	};

	return world_main("test_super_ops", WORLD_NPLAIN, WORLD_NSUPER, plans,
	    argc, argv);
}
