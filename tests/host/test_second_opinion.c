/*
 * The same random operations on this host's kernel and on the simulator.
 *
 *	test_second_opinion [-lLpv] [-s SEED] [-n OPERATIONS] [-r RUNS]
 *	    [-k VARIANT]
 *
 * Without arguments: a short plan.  -l: the long one, more than a million
 * operations.  -p: print what is done as a script.  Skips, and says so, where
 * the host cannot do it.
 */
#include "host.h"

#include "tests/random.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
	uint64_t seed;
	unsigned nops, nruns;
	const char *variant;
	bool verbose, print;
};

struct totals {
	uint64_t operations, compared, states, skipped, reclaimed;
	unsigned passed, failed;
};

static void
draw_all(struct host_run *r)
{
	uint64_t rng = r->seed * 0x9e3779b97f4a7c15u + 1;

	for (const char *c = r->variant->name; *c != '\0'; c++)
		rng = rng * 31 + (uint8_t)*c;
	for (unsigned i = 0; i < r->n; i++)
		host_draw(&rng, r->variant, &r->op[i]);
}

static void
add_up(struct totals *t, const struct host_world *w)
{
	t->operations += w->operations;
	t->compared += w->compared;
	t->states += w->states;
	t->skipped += w->skipped;
	t->reclaimed += w->reclaimed;
}

static enum host_outcome
run_one(const struct options *o, const struct host_variant *v, uint64_t seed,
    struct totals *t)
{
	struct host_run r = { .variant = v, .seed = seed, .n = o->nops };
	enum host_outcome out;

	r.op = calloc(r.n, sizeof(*r.op));
	draw_all(&r);
	r.script = o->print ? stdout : NULL;
	out = host_run(&r);
	if (o->verbose)
		printf("%s seed %" PRIu64 ": %" PRIu64 " operations, %" PRIu64
		       " left out\n",
		    v->name, seed, r.world.operations, r.world.skipped);
	add_up(t, &r.world);
	if (out == HOST_CANNOT)
		printf("skipped: %s\n", r.world.why);
	if (out == HOST_DIFFERENT)
		host_explain(&r, stdout);
	free(r.op);
	return out;
}

/* Variant after variant, for each seed.  => exit status */
static int
run_plan(const struct options *o)
{
	struct totals t = { 0 };

	for (unsigned i = 0; i < o->nruns && t.failed == 0; i++)
		for (const struct host_variant *v = host_variants;
		     v->name != NULL && t.failed == 0; v++) {
			enum host_outcome out;

			if (o->variant != NULL &&
			    strcmp(o->variant, v->name) != 0)
				continue;
			out = run_one(o, v, o->seed + i, &t);
			if (out == HOST_CANNOT)
				return 0;
			if (out == HOST_SAME)
				t.passed++;
			else
				t.failed++;
		}
	printf("TRUST operations %" PRIu64 "\n", t.operations);
	printf("TRUST compared %" PRIu64 "\n", t.compared);
	printf("TRUST states %" PRIu64 "\n", t.states);
	printf("left out %" PRIu64 ", pages that the kernel took back %" PRIu64
	       "\n",
	    t.skipped, t.reclaimed);
	printf("%u passed, %u failed\n", t.passed, t.failed);
	return t.failed != 0;
}

static int
usage(void)
{
	(void)fprintf(stderr,
	    "usage: test_second_opinion [-lLpv] [-s seed] [-n operations] "
	    "[-r runs] [-k variant]\n");
	return 2;
}

static int
list_variants(void)
{
	for (const struct host_variant *v = host_variants; v->name != NULL; v++)
		printf("%-8s %s\n", v->name, v->summary);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o = { .seed = 1, .nops = 1500, .nruns = 4 };
	int c;

	if (argc == 2 && strcmp(argv[1], HOST_AGENT_ARG) == 0)
		_exit(host_agent_main());
#if !defined(__linux__) || !defined(__x86_64__)
	printf("skipped: the operations are for Linux on x86-64\n");
	return 0;
#endif
	if (sysconf(_SC_PAGESIZE) != (long)HOST_PAGE) {
		printf("skipped: the host's pages are not of 4K\n");
		return 0;
	}
	while ((c = getopt(argc, argv, "s:n:r:k:lLpv")) != -1) {
		switch (c) {
		case 's':
			o.seed = strtoull(optarg, NULL, 0);
			o.nruns = 1;
			break;
		case 'n': o.nops = (unsigned)strtoul(optarg, NULL, 0); break;
		case 'r': o.nruns = (unsigned)strtoul(optarg, NULL, 0); break;
		case 'k': o.variant = optarg; break;
		case 'l':
			o.nops = 10000;
			o.nruns = 20;
			break;
		case 'L': return list_variants();
		case 'p': o.print = true; break;
		case 'v': o.verbose = true; break;
		default: return usage();
		}
	}
	return run_plan(&o);
}
