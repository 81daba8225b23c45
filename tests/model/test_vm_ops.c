/*
 * Random operations on a few address spaces, below the system calls, compared
 * with the naive model (model.h).
 */
#include "vm_world.h"

int
main(int argc, char **argv)
{
	/* normal, under sanitizers, and -l */
	static const struct harness_plan plans[3] = {
		{ 1, 10, 50000 },
		{ 1, 4, 20000 },
		{ 1, 60, 50000 },
	};

	return world_main("test_vm_ops", 0, WORLD_NPLAIN, plans, argc, argv);
}
