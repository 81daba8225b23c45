/*
 * Each allocation of a call made to fail, one after the other: of code that
 * takes the host's memory, in this process.
 *
 * For n = 1, 2, 3 ... the call is made on a fresh world with its n-th
 * allocation failing; then with that one and all behind it.  It does what it
 * does undisturbed, or says ENOMEM; what it wrote before that is a beginning of
 * what it writes undisturbed.  A world that outlives a failure is then asked
 * again, with memory: it must answer as if nothing had been.
 *
 * What is refused: malloc(3) and its family, the libc's own calls of them too
 * (tests/inject/shim).  Not mmap(2), nor what a machine takes from its arenas.
 */
#ifndef SHORTAGE_H
#define SHORTAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

struct shortage {
	const char *name;
	/* With all the memory that it wants.  NULL: there is no world. */
	void *(*make)(const struct shortage *);
	void (*drop)(void *world);
	/* => 0; an errno.  Writes what it found to out. */
	int (*call)(const struct shortage *, void *world, FILE *out);
	const void *arg; /* the caller's own */
	unsigned most;   /* allocations that are tried; 0: 300 */
	bool once;       /* a world serves for one call */
	bool parts;      /* what a failed call wrote lacks what it had no
			    memory for: it is no beginning */
};

/*
 * Try it: all allocations of short calls; of long ones the first, and others at
 * equal distances.
 * => how many failures the call told of; fails the test if it did otherwise
 */
unsigned shortage_try(const struct shortage *);
/* The same of several calls in worlds of one kind; each must tell of some. */
struct shortage_call {
	const char *name;
	int (*call)(const struct shortage *, void *world, FILE *out);
};
void shortage_calls(const struct shortage *kind, const struct shortage_call *,
    size_t n);
/* Within a call: does what follows count?  Said before it begins: yes. */
void shortage_counts(bool);

#endif /* SHORTAGE_H */
