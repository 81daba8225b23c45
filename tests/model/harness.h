/*
 * Random programs: made from a seed, run, and made small when they fail.
 *
 * A program is an array of operations that name no state (spaces, slots and
 * addresses are numbers), so any part of it is a program too.  A world (what
 * the operations act on, real and modelled) runs it; each seed runs in a child
 * process of its own, so that a failed assertion or a sanitizer's report is a
 * failure like any other.  A failing program is shrunk by leaving parts out
 * while it still fails.
 *
 * Command line: -s SEED -n OPERATIONS -r SEEDS -k VARIANT -c (check after each
 * operation) -v -L (list the variants).  Without arguments: the test's own
 * plan.
 */
#ifndef TESTS_MODEL_HARNESS_H
#define TESTS_MODEL_HARNESS_H

#include <stdio.h>

#include "model.h"

struct op {
	uint8_t		kind;
	uint8_t		who;		/* which space or process */
	uint16_t	small;		/* operation's own */
	uint64_t	arg[6];
};

struct harness {
	const char     *name;		/* of the test program */
	const char *const *variants;	/* ends with NULL */
	unsigned	batch;		/* operations between checks */
	void	      (*generate)(struct model_rng *, unsigned variant,
			    struct op *);
	void	     *(*create)(unsigned variant, uint64_t seed);
	/* => NULL, or expected and got, in buf */
	const char   *(*step)(void *world, const struct op *, char *buf,
			    size_t len);
	const char   *(*check)(void *world, char *buf, size_t len);
	void	      (*destroy)(void *world);
	void	      (*print)(FILE *, unsigned variant, const struct op *);
};

/* A line of a test's plan: seeds from .. from + n - 1 of each variant. */
struct harness_plan {
	uint64_t	seed;
	unsigned	nseeds;
	unsigned	nops;
};

/* A longer plan is run when the command line is "-l"; a shorter one under
 * sanitizers.  => exit status */
int	harness_main(const struct harness *, const struct harness_plan plans[3],
	    int argc, char **argv);

#endif /* TESTS_MODEL_HARNESS_H */
