/*
 * Random programs of eight processes in a quarter of the memory that they use,
 * under every policy (pressure.h).
 */
#include "pressure.h"

#define MAXVARIANTS 128

int
main(int argc, char **argv)
{
	/* normal, under sanitizers, and -l */
	static const struct harness_plan plans[3] = {
		{ 1, 3, 8000 },
		{ 1, 1, 1000 },
		{ 1, 3, 100000 },
	};
	const char *names[MAXVARIANTS] = { NULL };
	struct harness harness = {
		.name = "test_pressure",
		.variants = names,
		.batch = 250,
		.generate = pr_generate,
		.create = pr_create,
		.step = pr_step,
		.check = pr_check,
		.destroy = pr_destroy,
		.print = pr_print,
	};
	const struct pr_variant *v = pr_variants();

	for (unsigned i = 0; i < MAXVARIANTS - 1 && v[i].name != NULL; i++)
		names[i] = v[i].name;
	return harness_main(&harness, plans, argc, argv);
}
