/*
 * A machine with one of everything, made the same way each time: what the
 * allocation-failure tests act on.
 *
 *	A(0)	8 pages private, 4 written, rights split at 2 and 4
 *	A(8)	4 pages of a private file, one written, one read
 *	A(12)	4 pages of a shared file, one written
 *	A(16)	4 pages of a shared memory object, one written
 *	A(20)	4 pages shared anonymous, one written
 *	A(24)	a System V segment of 2 pages
 *		(a child is forked here, which has written A(0))
 *	A(28)	4 pages private, fresh; A(32) 4 pages without rights
 *	A(40)	4 pages private, written, A(42) locked
 */
#ifndef TESTS_FAULT_SETUP_H
#define TESTS_FAULT_SETUP_H

#include "sim/sim.h"
#include "tests/page4k.h"

#define AREA	((vaddr_t)0x20000000)
#define A(n)	(AREA + T_PTOA(n))
#define PAGES(n) T_PTOA(n)

struct setup {
	struct machine *m;
	struct process *p, *child;
	int		shmid;
	vaddr_t		brk;		/* first break */
};

/* machine: KEY=VALUE,... */
struct setup setup_new(const struct sim_personality *, const char *machine);
void	setup_free(struct setup *);
/* => the personality's constant; 0 when it has none of this name */
uint64_t setup_const(const struct setup *, const char *name);

#endif /* TESTS_FAULT_SETUP_H */
