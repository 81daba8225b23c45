/*
 * A machine with far less memory than its eight processes use, and what their
 * memory holds by the naive model: the world of test_pressure.
 *
 * Each process has an arena of PR_PAGES pages, mostly mapped, in which all
 * operations happen; together they are four times as many pages as the machine
 * has frames.  Whatever a policy evicts, writes and reads back, each read must
 * give what the model holds, and when all have exited nothing may be left: no
 * frame, no anon, no slot of swap.
 *
 * Processes are of all personalities, the calls those that each of them has.
 * Arguments are such that the result is known (mostly success): that calls
 * refuse what they have to is test_syscalls' business.
 */
#ifndef TESTS_MODEL_PRESSURE_H
#define TESTS_MODEL_PRESSURE_H

#include "compare.h"
#include "harness.h"
#include "sim/sim.h"

#define PR_PROCS	8
#define PR_PAGES	256		/* of an arena */
#define PR_FILES	3		/* two files, one shared memory */
#define PR_FIRSTFD	3
#define PR_BASE		((vaddr_t)0x20000000)
#define PR_MAXWIRED	48		/* frames, of all processes */

enum pr_op {
	PR_ANON, PR_SHARED, PR_FILE, PR_FILESHARED, PR_UNMAP, PR_PROTECT,
	PR_INHERIT, PR_ADVISE, PR_LOCK, PR_UNLOCK, PR_SYNC, PR_MOVE, PR_FORK,
	PR_EXIT, PR_TRUNCATE, PR_SLEEP, PR_READ, PR_WRITE, PR_BATCH, PR_PEEK,
	PR_NKINDS
};

struct pr_variant {
	const char     *name;
	const char     *machine;	/* KEY=VALUE,... */
	bool		scarce;		/* swap runs out: some are killed */
};

struct pr_proc {
	struct process *real;		/* NULL: none */
	struct model_space *space;
};

struct pr_world {
	const struct pr_variant *v;
	struct machine *m;
	struct pr_proc	proc[PR_PROCS];
	struct model_layout layout;
	struct model_object file[PR_FILES];
	uint64_t	free;		/* frames, before the first process */
};

/* All variants, made of what policies there are; ends with a NULL name. */
const struct pr_variant *pr_variants(void);

void   *pr_create(unsigned variant, uint64_t seed);
void	pr_destroy(void *);
const char *pr_check(void *, char *buf, size_t len);
/* An operation of a process that does not exist makes one. */
bool	pr_spawn(struct pr_world *, unsigned who);
void	pr_drop(struct pr_world *, unsigned who);
/* Those that have been killed are gone from the model, too. */
const char *pr_bury(struct pr_world *, char *buf, size_t len);
/* The page at va as a look without a fault sees it, against the model, which
 * learns what MADV_FREE has dropped.  => NULL, or what differs */
const char *pr_look(struct pr_world *, unsigned who, vaddr_t va, char *buf,
	    size_t len);

void	pr_generate(struct model_rng *, unsigned variant, struct op *);
/* Bring any numbers into the ranges that pr_generate() draws from. => true */
bool	pr_fit(unsigned variant, struct op *);
const char *pr_step(void *, const struct op *, char *buf, size_t len);
void	pr_print(FILE *, unsigned variant, const struct op *);

#endif /* TESTS_MODEL_PRESSURE_H */
