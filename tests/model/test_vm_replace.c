/*
 * test_vm_ops where policies that see every reference choose what goes: for
 * each process, or for all of memory.  Memory reads as the naive model has it;
 * sets agree with page tables after each operation (vm_check: R1 to R5).
 */
#include "vm_world.h"

int
main(int argc, char **argv)
{
	/* normal, under sanitizers, and -l */
	static const struct harness_plan plans[3] = {
		{ 1, 3, 6000 },
		{ 1, 1, 3000 },
		{ 1, 40, 20000 },
	};

	return world_main("test_vm_replace",
	    WORLD_NPLAIN + WORLD_NSUPER + WORLD_NSWAP, WORLD_NPOLICY, plans,
	    argc, argv);
}
