/*
 * Damaged cores, with checksums that are right: bytes and words of sections
 * changed, borders of sections moved, and single lies told by a machine that
 * is otherwise sound.  Each is refused in one line that names the file and the
 * offset; changes at random may also give a machine, which then passes every
 * check and works.
 */
#ifndef TESTS_CORE_DAMAGE_H
#define TESTS_CORE_DAMAGE_H

#include "core_files.h"

struct damage_row {
	const struct sim_personality *pers;
	const char     *config;		/* as core_machine_new's */
	unsigned	tries;		/* changes at random, about */
};

/* What stands at a place in the machine of a row becomes a value. */
struct damage_lie {
	unsigned	row;
	void	     *(*at)(struct machine *);
	unsigned	size;		/* bytes */
	uint64_t	value;
	const char     *say;		/* in the refusal */
};
#define DAMAGE_LIE(name, expr) \
	static void *name(struct machine *m) \
	{ \
		return &(expr); \
	}

/* A group of tests. */
struct damage {
	const char     *name;
	const struct damage_row *rows;
	unsigned	nrows;
	unsigned	steps;		/* of each machine's past */
	const enum core_section *sections;	/* changed at random */
	unsigned	nsections;
	enum core_section from, to;	/* and what is between: borders moved */
	const struct damage_lie *lies;
	unsigned	nlies;
	/* Further lies of the machine of a row; may be NULL. */
	void	      (*more)(struct machine *, unsigned row);
};

/* All of them, and n tests of the caller's own.  => exit status */
int	damage_main(const struct damage *, const struct CMUnitTest *,
	    unsigned n);

struct machine *damage_machine(const struct damage *, unsigned row);
/*
 * One lie, which is taken back.  => it has been refused, with a line that has
 * `say` in it
 */
void	damage_tell(struct machine *, void *at, unsigned size, uint64_t value,
	    const char *what, const char *say);

/* One line, beginning with core_path_a, that names an offset. */
void	damage_assert_one_line(const char *err);
/*
 * Load these bytes from core_path_a.  => true: refused; false: loaded, found
 * sound, used for some steps and still so
 */
bool	damage_try(const uint8_t *core, size_t size, unsigned steps);

#endif /* TESTS_CORE_DAMAGE_H */
