/*
 * Running and shrinking random programs.
 */
#include "harness.h"

#include "tests/slow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define NLAST 20     /* operations shown before a failure */
#define MAXRUNS 2000 /* of the shrinker */

/* What a child tells its parent, in memory that both map. */
struct report {
	unsigned op;     /* being run, or failed */
	bool failed;     /* with a message; else it died */
	unsigned states; /* compared */
	char why[512];
};

struct run {
	const struct harness *h;
	unsigned variant;
	uint64_t seed;
	struct op *ops;
	unsigned nops;
	bool each; /* check after each operation */
	struct report *report;
};

static void
generate(struct run *r, unsigned nops)
{
	struct model_rng rng = { r->seed * 0x2545f4914f6cdd1d + r->variant };

	r->nops = nops;
	r->ops = calloc(nops, sizeof(*r->ops));
	for (unsigned i = 0; i < nops; i++)
		r->h->generate(&rng, r->variant, &r->ops[i]);
}

/* The child: run the program. => exit status */
static int
run_ops(const struct run *r, const struct op *ops, unsigned nops)
{
	const struct harness *h = r->h;
	void *world = h->create(r->variant, r->seed);
	const char *why = NULL;
	struct report *rep = r->report;

	for (unsigned i = 0; i < nops && why == NULL; i++) {
		rep->op = i;
		why = h->step(world, &ops[i], rep->why, sizeof(rep->why));
		if (why == NULL &&
		    (r->each || (i + 1) % h->batch == 0 || i + 1 == nops)) {
			why = h->check(world, rep->why, sizeof(rep->why));
			rep->states++;
		}
	}
	rep->failed = why != NULL;
	if (why != NULL && why != rep->why)
		(void)snprintf(rep->why, sizeof(rep->why), "%s", why);
	if (why == NULL)
		h->destroy(world);
	return why != NULL;
}

static bool
fails(const struct run *r, const struct op *ops, unsigned nops, bool quiet)
{
	int status;
	pid_t pid;

	memset(r->report, 0, sizeof(*r->report));
	(void)fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (quiet &&
		    (freopen("/dev/null", "w", stderr) == NULL ||
			freopen("/dev/null", "w", stdout) == NULL))
			_exit(9);
		status = run_ops(r, ops, nops);
		if (status != 0)
			_exit(status);
		exit(0);
	}
	return waitpid(pid, &status, 0) != pid || status != 0;
}

/* Leave parts out, of half the size each round, while it still fails. */
static unsigned
shrink(const struct run *r, struct op *ops, unsigned n)
{
	struct op *try = calloc(n, sizeof(*try));
	unsigned runs = 0;

	for (unsigned part = n / 2; part > 0; part /= 2) {
		for (unsigned at = 0; at + part <= n && runs < MAXRUNS;
		     runs++) {
			memcpy(try, ops, at * sizeof(*ops));
			memcpy(try + at, ops + at + part,
			    (n - at - part) * sizeof(*ops));
			if (fails(r, try, n - part, true)) {
				n -= part;
				memcpy(ops, try, n * sizeof(*ops));
			} else {
				at += part;
			}
		}
	}
	free(try);
	return n;
}

static void
print_ops(const struct run *r, const struct op *ops, unsigned from, unsigned to)
{
	for (; from < to; from++) {
		printf("\t%6u  ", from);
		r->h->print(stdout, r->variant, &ops[from]);
	}
}

static void
explain(struct run *r, unsigned nops)
{
	const struct report *rep = r->report;
	unsigned at = rep->op;

	printf("%s: %s, seed %llu, operation %u: %s\n", r->h->name,
	    r->h->variants[r->variant], (unsigned long long)r->seed, at,
	    rep->failed ? rep->why : "died (see above), or leaked at the end");
	printf("last operations:\n");
	print_ops(r, r->ops, at > NLAST ? at - NLAST : 0, at + 1);
	r->each = true;
	if (fails(r, r->ops, at + 1, true)) {
		unsigned n = shrink(r, r->ops, rep->op + 1);

		(void)fails(r, r->ops, n, false);
		printf("shrunk to %u operations: %s\n", n,
		    rep->failed ? rep->why : "died (see above)");
		print_ops(r, r->ops, 0, n);
	}
	printf("reproduce: %s -k %s -s %llu -n %u\n", r->h->name,
	    r->h->variants[r->variant], (unsigned long long)r->seed, nops);
}

static bool
run_seed(const struct harness *h, struct report *rep, unsigned variant,
    uint64_t seed, unsigned nops, bool each)
{
	struct run r = { .h = h,
		.variant = variant,
		.seed = seed,
		.each = each,
		.report = rep };
	bool bad;

	generate(&r, nops);
	bad = fails(&r, r.ops, nops, false);
	if (bad)
		explain(&r, nops);
	free(r.ops);
	return bad;
}

struct options {
	struct harness_plan plan;
	const char *variant;
	bool each, verbose;
};

static int
run_plan(const struct harness *h, const struct options *o)
{
	struct report *rep = mmap(NULL, sizeof(*rep), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned long long operations = 0, states = 0;
	unsigned passed = 0, failed = 0;

	for (unsigned v = 0; h->variants[v] != NULL && failed == 0; v++) {
		if (o->variant != NULL &&
		    strcmp(o->variant, h->variants[v]) != 0)
			continue;
		for (unsigned i = 0; i < o->plan.nseeds && failed == 0; i++) {
			uint64_t seed = o->plan.seed + i;

			if (o->verbose)
				printf("%s seed %llu\n", h->variants[v],
				    (unsigned long long)seed);
			if (run_seed(h, rep, v, seed, o->plan.nops, o->each))
				failed++;
			else
				passed++;
			operations += o->plan.nops;
			states += rep->states;
		}
	}
	(void)munmap(rep, sizeof(*rep));
	printf("TRUST operations %llu\nTRUST states %llu\n", operations,
	    states);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}

int
harness_main(const struct harness *h, const struct harness_plan plans[3],
    int argc, char **argv)
{
	struct options o = { .plan = plans[TESTS_SLOW] };
	int c;

	while ((c = getopt(argc, argv, "s:n:r:k:Llcv")) != -1) {
		switch (c) {
		case 'L':
			for (unsigned v = 0; h->variants[v] != NULL; v++)
				puts(h->variants[v]);
			return 0;
		case 's':
			o.plan.seed = strtoull(optarg, NULL, 0);
			o.plan.nseeds = 1;
			break;
		case 'n':
			o.plan.nops = (unsigned)strtoul(optarg, NULL, 0);
			break;
		case 'r':
			o.plan.nseeds = (unsigned)strtoul(optarg, NULL, 0);
			break;
		case 'k': o.variant = optarg; break;
		case 'l': o.plan = plans[2]; break;
		case 'c': o.each = true; break;
		case 'v': o.verbose = true; break;
		default:
			(void)fprintf(stderr,
			    "usage: %s [-cLlv] [-s seed] "
			    "[-n operations] [-r seeds] [-k variant]\n",
			    h->name);
			return 2;
		}
	}
	return run_plan(h, &o);
}
