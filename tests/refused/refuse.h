/*
 * A host that refuses: calls of the sources under test fail, at a place that
 * the test says.  The linker sends them here (--wrap, in the Makefile); those
 * that libraries make among themselves are not seen.
 *
 * A refused call has no effect and an errno, as the host's own have.  The place
 * is counted over all processes that come of the one that asked, so that a call
 * of a child can be refused as well.
 */
#ifndef TESTS_REFUSE_H
#define TESTS_REFUSE_H

#include <stdbool.h>

enum refuse {
	REFUSE_MEMORY,		/* malloc, calloc, realloc, mallocx, rallocx */
	REFUSE_MMAP,
	REFUSE_MUNMAP,
	REFUSE_MPROTECT,
	REFUSE_MINCORE,
	REFUSE_MADVISE,
	REFUSE_PIPE,
	REFUSE_FORK,
	REFUSE_OPEN,
	REFUSE_READ,
	REFUSE_WRITE,
	REFUSE_MKSTEMP,
	REFUSE_MKDTEMP,
	REFUSE_VMREAD,		/* process_vm_readv */
	REFUSE_THREAD,		/* pthread_create */
	REFUSE_GETRLIMIT,
	REFUSE_NKINDS,
};

extern const char *const refuse_name[REFUSE_NKINDS];

/* The n-th call of the kind from now on fails with error; with no other. */
void	refuse_nth(enum refuse, unsigned n, int error);
/* All of them do, from now on. */
void	refuse_all(enum refuse, int error);
/* From now on none fails. => one has failed */
bool	refuse_end(void);

/* What a benchmark is compared with (api/bench.h) is not measured: NAN. */
void	refuse_yardsticks(bool);

#endif /* TESTS_REFUSE_H */
