/*
 * Generators of traces of references: access patterns of textbooks and of
 * programs, from parameters and a seed, as a stream in constant memory.
 *
 *	zipf:pages=4096:skew=80:n=1000000:seed=7
 *
 * The same text gives the same references on every host: random numbers are
 * splitmix64's, and there is no floating point.  A generator is a row of
 * wl_gens.  docs/generators.md shows what each looks like.
 *
 * Besides its own parameters, each takes n, how many references at most, and
 * seed, which the random numbers begin with.  Some end by themselves (ends);
 * n = 0 is then: when they do.  Addresses begin at WL_GEN_BASE; a page is of
 * WL_GEN_PAGE bytes whatever machine they are for.  A reference never leaves
 * its page.
 *
 * A generator of several processes tells as well what happens between the
 * references: lines of uvmsim-script(5) in the form of a record, of which the
 * first spawns process 0, and each fork the next one.
 */
#ifndef WL_GEN_H
#define WL_GEN_H

#include <stdio.h>

#include "workloads/refs/lackey.h"

#define WL_GEN_PREFIX		"gen:"	/* of a name in place of a trace */
#define WL_GEN_MAXPARAMS	8
#define WL_GEN_MAXTABLES	2
#define WL_GEN_BASE		((uint64_t)0x10000000)
#define WL_GEN_PAGE		((uint64_t)4096)
#define WL_GEN_ROOM		4096	/* references returned at once */
#define WL_GEN_MAXOP		128	/* bytes of a line, with its newline */
#define WL_GEN_MAXOPS		128	/* lines without a reference between */

struct wl_gen;

/* A number that a generator takes. */
struct wl_gen_param {
	const char     *name;		/* NULL ends a list */
	const char     *summary;	/* with its unit */
	uint64_t	min, max;	/* inclusive */
	uint64_t	value;		/* unless given */
};

enum wl_gen_step {
	WL_GEN_REF,			/* *ref, of g->who */
	WL_GEN_OP,			/* a line in g->op, no reference */
	WL_GEN_END,
};

struct wl_gen_kind {
	const char     *name;		/* lower case letters and digits */
	const char     *summary;	/* one line, no full stop */
	const struct wl_gen_param *params;
	uint64_t	n;		/* references unless given */
	bool		ends;		/* by itself */
	bool		forks;		/* it has operations */
	size_t		state;		/* bytes of g->state, zero at first */
	/* => NULL, or what does not go together; NULL: everything does */
	const char   *(*refuse)(const uint64_t *param);
	/* Tables and first state. => false: no memory; NULL: nothing to do */
	bool	      (*start)(struct wl_gen *);
	enum wl_gen_step (*step)(struct wl_gen *, struct wl_ref *);
};

extern const struct wl_gen_kind *const wl_gens[];	/* NULL-ended */
/* => NULL: none of that name */
const struct wl_gen_kind *wl_gen_byname(const char *name, size_t len);

/* What is asked for. */
struct wl_gen_args {
	const struct wl_gen_kind *kind;
	uint64_t	param[WL_GEN_MAXPARAMS];
	uint64_t	n, seed;
};

/*
 * Read NAME, or NAME:PARAM=NUMBER:...; n and seed are allowed too.
 * => false, with a sentence in err
 */
bool	wl_gen_parse(struct wl_gen_args *, const char *text, char *err,
	    size_t errlen);
/* Another n or seed, from text. => false, with a sentence in err */
bool	wl_gen_set(struct wl_gen_args *, const char *name, const char *value,
	    char *err, size_t errlen);

struct wl_gen {
	struct wl_gen_args args;
	uint32_t	process;	/* of the references returned last */
	const char     *ops;		/* lines that come before them */
	size_t		opslen;
	uint64_t	references;	/* so far */
	/* for the generators */
	uint32_t	who;		/* makes the reference of this step */
	uint64_t	rng;		/* of places */
	uint64_t	coin;		/* of what else is random */
	void	       *state;
	void	       *table[WL_GEN_MAXTABLES];	/* malloc()ed */
	char		op[WL_GEN_MAXOP];
	/* private */
	enum wl_gen_step last;		/* what step() gave, and held */
	struct wl_ref	held;		/* the reference, if it is one */
	bool		holds;
	char	       *text;
	struct wl_ref	ref[WL_GEN_ROOM];
};

/* => false: no memory; wl_gen_close() is to be called in any case */
bool	wl_gen_open(struct wl_gen *, const struct wl_gen_args *);
void	wl_gen_close(struct wl_gen *);
/*
 * The next references, all of g->process, valid until the next call.
 * => how many; 0: the end (there may be lines in ops still)
 */
size_t	wl_gen_next(struct wl_gen *, const struct wl_ref **);

/*
 * All of it as a script, a line an operation or a reference.
 * => 0; ENOMEM; or what the file says
 */
int	wl_gen_script(const struct wl_gen_args *, FILE *);

/* ---- for the generators ---- */

static inline void
wl_gen_ref(struct wl_ref *ref, uint64_t offset, uint32_t size,
    enum wl_ref_kind kind)
{
	*ref = (struct wl_ref){ WL_GEN_BASE + offset, size, kind };
}

/* A load, or a store in so many cases of a hundred. */
enum wl_ref_kind wl_gen_load_or_store(struct wl_gen *, uint64_t percent);
/* True in so many cases of a hundred. */
bool	wl_gen_happens(struct wl_gen *, uint64_t percent);
/* The size of a reference at multiples of it: a power of two, 8 at most. */
uint32_t wl_gen_size(uint64_t multiple);

extern const struct wl_gen_kind wl_gen_seq, wl_gen_stride, wl_gen_uniform,
    wl_gen_zipf, wl_gen_hotcold, wl_gen_chase, wl_gen_phases, wl_gen_stack,
    wl_gen_matmul, wl_gen_gc, wl_gen_forkserver, wl_gen_database;

#endif /* WL_GEN_H */
