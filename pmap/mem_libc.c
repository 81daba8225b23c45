/*
 * Host memory by the libc, for sanitizer builds: each block is one malloc, kept
 * on a list so that mem_destroy can free what is left.
 */
#include "mem_internal.h"

#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next, *prev;
	void *base; /* what malloc returned */
	size_t size;
};

struct mem {
	struct mem_account account; /* first */
	struct block head;          /* circular list */
};

struct mem_account *
mem_account(const struct mem *m)
{
	return &((struct mem *)(uintptr_t)m)->account;
}

struct mem *
mem_create(void)
{
	struct mem *m = calloc(1, sizeof(*m));

	if (m != NULL)
		m->head.next = m->head.prev = &m->head;
	return m;
}

void
mem_destroy(struct mem *m)
{
	struct block *b, *next;

	if (m == NULL)
		return;
	for (b = m->head.next; b != &m->head; b = next) {
		next = b->next;
		free(b->base);
	}
	free(m);
}

static struct block *
block_of(void *p)
{
	return (struct block *)p - 1;
}

/* The header stands right before the aligned block. */
static void *
allocate(struct mem *m, size_t size, size_t align, bool zero)
{
	size_t pad = sizeof(struct block), total;
	struct block *b;
	char *base, *p;

	if (align < _Alignof(max_align_t))
		align = _Alignof(max_align_t);
	total = size + pad + align;
	if (mem_should_fail(m))
		return NULL;
	if (total < size || !mem_account_room(m, size))
		return mem_account_refuse(m);
	base = zero ? calloc(1, total) : malloc(total);
	if (base == NULL)
		return mem_account_refuse(m);
	p = base + pad;
	p += (align - (uintptr_t)p % align) % align;
	b = block_of(p);
	b->base = base;
	b->size = size;
	b->next = m->head.next;
	b->prev = &m->head;
	b->next->prev = b;
	m->head.next = b;
	mem_account_add(m, size);
	return p;
}

void *
mem_alloc(struct mem *m, size_t size)
{
	return allocate(m, size, 0, false);
}

void *
mem_zalloc(struct mem *m, size_t size)
{
	return allocate(m, size, 0, true);
}

void *
mem_alloc_aligned(struct mem *m, size_t size, size_t align)
{
	return allocate(m, size, align, false);
}

void *
mem_realloc(struct mem *m, void *old, size_t oldsize, size_t newsize)
{
	void *p = mem_alloc(m, newsize);

	if (p == NULL)
		return NULL;
	if (old != NULL) {
		memcpy(p, old, oldsize < newsize ? oldsize : newsize);
		mem_free(m, old, oldsize);
	}
	return p;
}

void
mem_free(struct mem *m, void *p, size_t size)
{
	struct block *b;

	if (p == NULL)
		return;
	b = block_of(p);
	mem_account_sub(m, size);
	b->next->prev = b->prev;
	b->prev->next = b->next;
	free(b->base);
}
