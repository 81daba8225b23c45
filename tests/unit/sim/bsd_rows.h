/*
 * Table-driven tests of the BSD personalities.
 *
 * A row sets up a process by some steps, makes one call, and says what must
 * come of it: errno, result, and the map of the window W .. W + 4096 pages
 * afterwards, written like this (page numbers from W):
 *
 *	"0-4 rw-/rwx C; 6-7 ---/--- Cg"
 *
 * protection/maximum, inheritance (S C N Z), then flags in this order: w wired,
 * g guard, G stack gap, D grows down, n NOCORE, y NOSYNC (Linux: wiped by
 * fork), a overlay amap (an amap and no NEEDSCOPY), r random, s sequential.
 *
 * A call that fails must leave map, sizes, counters and layout as they were,
 * unless the row says so; machine_check() must hold in any case.
 */
#ifndef TEST_BSD_ROWS_H
#define TEST_BSD_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim.h"

#define W	UINT64_C(0x10000000)
#define A(n)	(W + (uint64_t)(n) * 0x1000)	/* address of window page n */
#define L(n)	((uint64_t)(n) * 0x1000)	/* length of n pages */
#define M1	UINT64_MAX			/* -1 */
#define FD	3				/* first descriptor opened */

#define R	1
#define WR	2
#define RW	3
#define X	4

/* Steps beside system calls. */
enum {
	DO_READ = SIM_NSYSCALLS, DO_WRITE,	/* addr, len */
	DO_PAGEIN,			/* page i of str is read by another */
	DO_LIMIT,			/* sim_limit, cur (max stays) */
	DO_HARD,			/* sim_limit, cur and max */
	DO_UID				/* uid */
};

struct step {
	int		no;		/* sim_sysno or DO_*; -1 ends */
	uint64_t	arg[6];
	const char     *str;
	vaddr_t		place;
	uint64_t	veclen;		/* mincore: bytes of vec, M1: NULL */
	const char     *image;
};
#define END	{ .no = -1 }
#define CALL(id, ...) { .no = SIM_SYS_##id, .arg = { __VA_ARGS__ } }
#define CALLS(id, s, ...) { .no = SIM_SYS_##id, .str = (s),		\
    .arg = { __VA_ARGS__ } }
#define TOUCH(kind, a, l) { .no = DO_##kind, .arg = { (a), (l) } }

#define ANYRET	UINT64_C(0x5a5a5a5a5a5a5a5a)	/* result does not matter */
#define MAXSTEPS 8

struct row {
	const char     *what;
	struct step	setup[MAXSTEPS];	/* no == 0 with no args ends */
	size_t		nsetup;
	struct step	call;
	int		err;
	uint64_t	ret;
	const char     *map;		/* NULL: does not matter */
	const char     *vec;		/* mincore: expected bytes, or NULL */
	bool		changes;	/* a failing call that leaves traces */
};
#define SETUP(...) .setup = { __VA_ARGS__ }, .nsetup =			\
    sizeof((struct step[]){ __VA_ARGS__ }) / sizeof(struct step)

struct world {
	struct machine *m;
	struct process *p;
	uint8_t		vec[64];
};

/* A machine with files /f (64K), /ro, /dev/zero, /dev/mem, /dir and one
 * process. */
void	world_make(struct world *, const struct sim_personality *);
void	world_free(struct world *);
/* Do a step. => errno */
int	world_do(struct world *, const struct step *, uint64_t *ret);
/* The window's entries as text. */
void	world_map(struct world *, char *buf, size_t len);
/* Everything a failing call must not change, as text. */
void	world_state(struct world *, char *buf, size_t len);
void	run_row(const struct sim_personality *, const struct row *);
void	run_rows(const struct sim_personality *, const struct row *, size_t n);

#define MC(a, l) CALL(MINCORE, a, l, 0)
#define MCV(a, l, n) \
	{ \
		.no = SIM_SYS_MINCORE, .arg = { a, l }, .veclen = n \
	}

#endif /* TEST_BSD_ROWS_H */
