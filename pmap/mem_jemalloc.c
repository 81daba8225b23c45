/*
 * Host memory by jemalloc: one arena and one thread cache a machine.  The cache
 * makes small blocks cheap; destroying the arena gives everything back without
 * looking at a single block.
 */
#include "mem_internal.h"

#include <stdio.h>
#include <string.h>

#include <jemalloc/jemalloc.h>

struct mem {
	struct mem_account account; /* first */
	unsigned arena;
	unsigned tcache;
	int flags;
};

struct mem_account *
mem_account(const struct mem *m)
{
	return &((struct mem *)(uintptr_t)m)->account;
}

static void
destroy_arena(unsigned arena)
{
	char name[48];

	snprintf(name, sizeof(name), "arena.%u.destroy", arena);
	(void)mallctl(name, NULL, NULL, NULL, 0);
}

static void
destroy_tcache(unsigned tcache)
{
	(void)mallctl("tcache.destroy", NULL, NULL, &tcache, sizeof(tcache));
}

struct mem *
mem_create(void)
{
	unsigned arena, tcache;
	size_t size = sizeof(unsigned);
	struct mem *m;

	if (mallctl("arenas.create", &arena, &size, NULL, 0) != 0)
		return NULL;
	if (mallctl("tcache.create", &tcache, &size, NULL, 0) != 0) {
		destroy_arena(arena);
		return NULL;
	}
	m = mallocx(sizeof(*m),
	    MALLOCX_ARENA(arena) | MALLOCX_TCACHE(tcache) | MALLOCX_ZERO);
	if (m == NULL) {
		destroy_tcache(tcache);
		destroy_arena(arena);
		return NULL;
	}
	m->arena = arena;
	m->tcache = tcache;
	m->flags = MALLOCX_ARENA(arena) | MALLOCX_TCACHE(tcache);
	return m;
}

void
mem_destroy(struct mem *m)
{
	unsigned arena;

	if (m == NULL)
		return;
	arena = m->arena; /* m itself is in it */
	destroy_tcache(m->tcache);
	destroy_arena(arena);
}

static void *
allocate(struct mem *m, size_t size, int flags)
{
	void *p;

	if (mem_should_fail(m))
		return NULL;
	if (!mem_account_room(m, size))
		return mem_account_refuse(m);
	p = mallocx(size > 0 ? size : 1, m->flags | flags);
	if (p == NULL)
		return mem_account_refuse(m);
	mem_account_add(m, size);
	return p;
}

void *
mem_alloc(struct mem *m, size_t size)
{
	return allocate(m, size, 0);
}

void *
mem_zalloc(struct mem *m, size_t size)
{
	return allocate(m, size, MALLOCX_ZERO);
}

void *
mem_alloc_aligned(struct mem *m, size_t size, size_t align)
{
	return allocate(m, size, MALLOCX_ALIGN(align));
}

void *
mem_realloc(struct mem *m, void *old, size_t oldsize, size_t newsize)
{
	void *p;

	if (old == NULL)
		return mem_alloc(m, newsize);
	if (mem_should_fail(m))
		return NULL;
	if (newsize > oldsize && !mem_account_room(m, newsize - oldsize))
		return mem_account_refuse(m);
	p = rallocx(old, newsize > 0 ? newsize : 1, m->flags);
	if (p == NULL)
		return mem_account_refuse(m);
	mem_account_sub(m, oldsize);
	mem_account_add(m, newsize);
	return p;
}

void
mem_free(struct mem *m, void *p, size_t size)
{
	if (p == NULL)
		return;
	mem_account_sub(m, size);
	dallocx(p, m->flags);
}
