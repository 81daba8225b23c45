/*
 * A library for LD_PRELOAD before the allocator of a program: it counts the
 * allocations, the libc's own ones included, and refuses those that it is told
 * to refuse.
 *
 *	program, libc --> this --> jemalloc, a sanitizer's or the libc's malloc
 *
 * All functions that give memory are here, jemalloc's own interface too, and
 * find the next ones of their names behind them.  What is allocated before the
 * program's own code begins, by the loader, is not counted.
 *
 * Under a debugger, without the driver: UVMSIM_INJECT="1 106" refuses the
 * 106th, "2 106" that and all behind it, "3 106" each 106th.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "tests/inject/shared.h"

__attribute__((visibility("default"))) void inject_over(void);

static struct inj_shared *shared;

/* dlsym() may want memory itself, before it has said where there is some. */
static char early[8192];
static size_t early_used;

static void *
early_memory(size_t size)
{
	void *p = early + early_used;

	size = (size + 15) & ~(size_t)15;
	if (size > sizeof(early) - early_used)
		return NULL;
	early_used += size;
	return p;
}

/* The next function of this name; NULL while that is being looked up. */
static void *
next(void **known, const char *name)
{
	static __thread int looking;

	if (*known == NULL && !looking) {
		looking = 1;
		*known = dlsym(RTLD_NEXT, name);
		looking = 0;
	}
	return *known;
}

/* Count one. => it is to fail */
static int
refuse(void)
{
	struct inj_shared *s = shared;
	uint64_t n;
	int no = 0;

	if (s == NULL || !__atomic_load_n(&s->started, __ATOMIC_RELAXED))
		return 0;
	n = __atomic_add_fetch(&s->allocations, 1, __ATOMIC_RELAXED);
	switch (s->memory) {
	case INJ_MEM_ONCE: no = n == s->nth; break;
	case INJ_MEM_FROM: no = n >= s->nth; break;
	case INJ_MEM_EVERY: no = n % s->nth == 0; break;
	default: break;
	}
	if (no) {
		__atomic_add_fetch(&s->refused, 1, __ATOMIC_RELAXED);
		errno = ENOMEM;
	}
	return no;
}

/* A function that gives memory: name, parameters, arguments, what to do while
 * the next one is not known yet. */
#define GIVES(name, parameters, arguments, meanwhile) \
	__attribute__((visibility("default"))) void *name parameters; \
	void *name parameters \
	{ \
		static void *known; \
		void *( \
		    *f)parameters = (void *(*)parameters)next(&known, #name); \
\
		if (f == NULL) \
			return meanwhile; \
		return refuse() ? NULL : f arguments; \
	}

GIVES(malloc, (size_t size), (size), early_memory(size))
GIVES(calloc, (size_t n, size_t size), (n, size), early_memory(n *size))
GIVES(realloc, (void *p, size_t size), (p, size), NULL)
GIVES(reallocarray, (void *p, size_t n, size_t size), (p, n, size), NULL)
GIVES(aligned_alloc, (size_t align, size_t size), (align, size), NULL)
GIVES(memalign, (size_t align, size_t size), (align, size), NULL)
GIVES(mallocx, (size_t size, int flags), (size, flags), NULL)
GIVES(rallocx, (void *p, size_t size, int flags), (p, size, flags), NULL)

int
posix_memalign(void **to, size_t align, size_t size)
{
	static void *known;
	int (*f)(void **, size_t, size_t) = (int (*)(void **, size_t,
	    size_t))next(&known, "posix_memalign");

	return f == NULL || refuse() ? ENOMEM : f(to, align, size);
}

void
free(void *p)
{
	static void *known;
	void (*f)(void *) = (void (*)(void *))next(&known, "free");

	if ((char *)p >= early && (char *)p < early + sizeof(early))
		return;
	if (f != NULL)
		f(p);
}

__attribute__((constructor)) static void
begin(void)
{
	static struct inj_shared alone;
	const char *text = getenv("UVMSIM_INJECT");
	void *p = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED, INJ_FD, 0);
	char *end;

	if (p != MAP_FAILED) {
		shared = p;
	} else if (text != NULL) {
		shared = &alone;
		shared->memory = (uint32_t)strtoul(text, &end, 10);
		shared->nth = strtoull(end, NULL, 10);
	} else {
		return;
	}
	shared->started = 1;
}

/* The program has ended; an instrumented one says so before it counts. */
__attribute__((destructor)) void
inject_over(void)
{
	if (shared != NULL)
		shared->started = 0;
}
