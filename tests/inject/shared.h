/*
 * What the driver of injected failures and the library that it puts before a
 * command's allocator share: one page of memory, which the command inherits
 * as an open file, INJ_FD.
 */
#ifndef INJECT_SHARED_H
#define INJECT_SHARED_H

#include <stdint.h>

#define INJ_FD 190

enum inj_memory {
	INJ_MEM_NONE,	/* allocations are counted only */
	INJ_MEM_ONCE,	/* the n-th fails */
	INJ_MEM_FROM,	/* the n-th and all behind it: memory is gone */
	INJ_MEM_EVERY,	/* the n-th, the 2n-th, ... */
};

struct inj_shared {
	uint32_t	started;	/* the libraries are loaded, and the
					   program has not ended: count */
	uint32_t	memory;		/* enum inj_memory */
	uint64_t	nth;
	uint64_t	allocations;	/* so far */
	uint64_t	refused;	/* of these */
};

#endif /* INJECT_SHARED_H */
