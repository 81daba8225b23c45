/*
 * Random operations on a few address spaces, below the system calls, compared
 * with the naive model (model.h).
 */
#include "vm_world.h"

static const char *const names[] = { "plain", "join", "linux", "chunk", "tight",
	"tightjoin", "i386", "i386-tight", "i386-pae", "amd64-la57", "arm64",
	"arm64-16k", "arm64-64k", "riscv64", "riscv64-sv57", "power", NULL };

static const struct harness harness = {
	.name = "test_vm_ops",
	.variants = names,
	.batch = 100,
	.generate = world_generate,
	.create = world_create,
	.step = world_step,
	.check = world_check,
	.destroy = world_destroy,
	.print = world_print,
};

int
main(int argc, char **argv)
{
	/* normal, under sanitizers, and -l */
	static const struct harness_plan plans[3] = {
		{ 1, 10, 50000 },
		{ 1, 4, 20000 },
		{ 1, 60, 50000 },
	};

	return harness_main(&harness, plans, argc, argv);
}
