/*
 * Random calls of the C interfaces: what a call may get, and what is held
 * against it afterwards.
 *
 * A target makes one call with arguments from below and says how it ended.
 * The driver (test_api_fuzz.c) compares the machine before and after a call
 * that failed, and counts.
 */
#ifndef TESTS_APIFUZZ_FUZZ_H
#define TESTS_APIFUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/sim.h"

struct fuzz {
	struct machine *m;
	uint64_t	rng;
	char	       *pages;		/* of fuzz_pages() */
	const char     *why;		/* what a call did wrong, or NULL */
	/* not NULL: these decide in place of rng; 0 when there are no more */
	const uint8_t  *bytes;
	size_t		left;
	/* With bytes, a pointer may be to a block of just the size that was
	 * asked for: see fuzz_settle(). */
	struct fuzz_block *blocks;
};

#define FUZZ_RW		(64u << 10)	/* bytes at pages that can be written */

enum fuzz_end { FUZZ_OK, FUZZ_FAILED, FUZZ_BAD };

struct fuzz_target {
	const char     *name;
	/* => how the call ended; FUZZ_BAD: it broke its contract, see why */
	enum fuzz_end (*call)(struct fuzz *);
};

extern const struct fuzz_target fuzz_freebsd[], fuzz_bsd[], fuzz_aix[],
    fuzz_kvm[];

#define FUZZ_MAXTARGETS	64
/* One of them all, each equally likely. */
const struct fuzz_target *fuzz_pick(struct fuzz *);
/* Somebody else asks: mostly a process, mostly as root. */
void	fuzz_change_caller(struct fuzz *);

/* ---- random arguments ---- */
uint64_t fuzz_bits(struct fuzz *);		/* 64 random bits */
void   *fuzz_block(struct fuzz *, size_t len);	/* of just this size */
uint64_t fuzz_below(struct fuzz *, uint64_t n);	/* 0 .. n-1 */
int	fuzz_pid(struct fuzz *);	/* living, exited, 0, odd, anything */
int	fuzz_int(struct fuzz *);	/* small, limits, anything */
uint64_t fuzz_size(struct fuzz *);	/* 0, small, pages, huge */
uint64_t fuzz_address(struct fuzz *);	/* simulated user addresses */
uint64_t fuzz_kernel_address(struct fuzz *);	/* and simulated kernel ones */
/* Memory that can be written, read, not touched at all, none, and again not
 * touched: nothing comes to lie in the hole, or behind it.  Ends the program if
 * the host has none. */
char   *fuzz_pages(void);
/* A pointer of the host's: often good for `want` bytes, often not. */
void   *fuzz_pointer(struct fuzz *, uint64_t want);

/* The blocks that a call has been given go. => false: one was overrun */
bool	fuzz_settle(struct fuzz *);

/* -1 must come with an errno. */
enum fuzz_end fuzz_judge(struct fuzz *, long result);
/*
 * The same for a call whose failure may leave something behind: mlock's pages
 * that were brought in, the entries that it cut for them.
 */
enum fuzz_end fuzz_judge_partial(struct fuzz *, long result);
enum fuzz_end fuzz_bad(struct fuzz *, const char *why);

#endif /* TESTS_APIFUZZ_FUZZ_H */
