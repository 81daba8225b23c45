/*
 * The same program gives the same bytes: run one after the other, and in two
 * threads side by side.  What is compared are whole cores.
 */
#include "sys_world.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOPS 6000

struct job {
	unsigned variant;
	const struct op *ops;
	char path[64];   /* of the core */
	const char *why; /* NULL: went well */
	char buf[512];
};

static void *
run(void *arg)
{
	struct job *j = arg;
	struct sys_world *w = sys_create(j->variant, 1);

	for (unsigned i = 0; i < NOPS && j->why == NULL; i++)
		j->why = sys_step(w, &j->ops[i], j->buf, sizeof(j->buf));
	if (j->why == NULL &&
	    sim_core_save(w->m, j->path, j->buf, sizeof(j->buf)) != 0)
		j->why = j->buf;
	sys_destroy(w);
	return NULL;
}

static bool
same_bytes(const char *a, const char *b)
{
	FILE *f = fopen(a, "rb"), *g = fopen(b, "rb");
	bool same = f != NULL && g != NULL;
	int c = 0, d = 0;

	while (same && c != EOF && d != EOF) {
		c = getc(f);
		d = getc(g);
		same = c == d;
	}
	if (f != NULL)
		(void)fclose(f);
	if (g != NULL)
		(void)fclose(g);
	return same;
}

/* Runs 0 and 1 in two threads at once, run 2 alone. => 0 or 1 failures */
static unsigned
compare_runs(unsigned variant, const char *dir)
{
	struct op *ops = calloc(NOPS, sizeof(*ops));
	struct model_rng rng = { variant + 1 };
	struct job job[3];
	pthread_t thread[2];
	const char *why = NULL;

	for (unsigned i = 0; i < NOPS; i++)
		sys_generate(&rng, variant, &ops[i]);
	memset(job, 0, sizeof(job));
	for (unsigned i = 0; i < NELEM(job); i++) {
		job[i].variant = variant;
		job[i].ops = ops;
		(void)snprintf(job[i].path, sizeof(job[i].path), "%s/%u", dir,
		    i);
	}
	for (unsigned i = 0; i < NELEM(thread); i++)
		if (pthread_create(&thread[i], NULL, run, &job[i]) != 0)
			abort();
	for (unsigned i = 0; i < NELEM(thread); i++)
		(void)pthread_join(thread[i], NULL);
	(void)run(&job[2]);
	for (unsigned i = 0; i < NELEM(job) && why == NULL; i++)
		why = job[i].why;
	if (why == NULL && !same_bytes(job[0].path, job[1].path))
		why = "expected equal cores of two threads, got different";
	if (why == NULL && !same_bytes(job[0].path, job[2].path))
		why = "expected the core of the other run, got another";
	if (why != NULL)
		printf("%s: %s\nreproduce: test_determinism\n",
		    sys_variants[variant], why);
	for (unsigned i = 0; i < NELEM(job); i++)
		(void)unlink(job[i].path);
	free(ops);
	return why != NULL;
}

int
main(void)
{
	char dir[] = "/tmp/determinism.XXXXXX";
	unsigned n = 0, failed = 0;

	if (mkdtemp(dir) == NULL)
		return 1;
	for (; sys_variants[n] != NULL; n++)
		failed += compare_runs(n, dir);
	(void)rmdir(dir);
	printf("%u passed, %u failed\n", n - failed, failed);
	return failed != 0;
}
