/*
 * Slabs: chunks of a fixed number of items, never given back before the slab's
 * end.  A chunk is the most that fits in 8 KB, or one item: larger blocks cost
 * jemalloc a page of padding each.
 */
#include "slab.h"

#include <errno.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)8 << 10)

void
slab_init(struct slab *s, struct mem *mem, size_t size, size_t align,
    size_t id_offset)
{
	memset(s, 0, sizeof(*s));
	if (size < sizeof(void *))
		size = sizeof(void *);
	if (align < sizeof(void *))
		align = sizeof(void *);
	assert(id_offset >= sizeof(void *)); /* SLAB_NO_ID is more */
	s->mem = mem;
	s->align = align;
	s->size = (size + align - 1) / align * align;
	s->id_offset = id_offset;
	while (s->size << (s->shift + 1) <= CHUNK_BYTES)
		s->shift++;
	s->per_chunk = (uint32_t)1 << s->shift;
}

void
slab_fini(struct slab *s)
{
	for (uint32_t i = 0; i < s->nchunks; i++)
		mem_free(s->mem, s->chunks[i], s->per_chunk * s->size);
	mem_free(s->mem, s->chunks, s->maxchunks * sizeof(*s->chunks));
	memset(s, 0, sizeof(*s));
}

static int
grow_table(struct slab *s)
{
	uint32_t max = s->maxchunks > 0 ? s->maxchunks * 2 : 4;
	void **chunks;

	if (s->nchunks < s->maxchunks)
		return 0;
	chunks = mem_realloc(s->mem, s->chunks, s->maxchunks * sizeof(*chunks),
	    max * sizeof(*chunks));
	if (chunks == NULL)
		return ENOMEM;
	s->chunks = chunks;
	s->maxchunks = max;
	return 0;
}

/* Carve a new chunk and append its items, in rising order, behind *tail. */
static int
grow_one(struct slab *s, void ***tail)
{
	char *chunk;

	if (grow_table(s) != 0)
		return ENOMEM;
	chunk = mem_alloc_aligned(s->mem, s->per_chunk * s->size, s->align);
	if (chunk == NULL)
		return ENOMEM;
	s->chunks[s->nchunks++] = chunk;
	for (uint32_t i = 0; i < s->per_chunk; i++) {
		void **item = (void **)(void *)(chunk + i * s->size);

		if (s->id_offset != SLAB_NO_ID)
			*(uint32_t *)(void *)((char *)item +
			    s->id_offset) = s->nitems + i + 1;
		slab_mark_free(s, item);
		**tail = item;
		*tail = item;
	}
	**tail = NULL;
	s->nitems += s->per_chunk;
	s->nfree += s->per_chunk;
	return 0;
}

/*
 * New items go below those that are free already, so that the order in which
 * items are handed out does not depend on when the slab grew.  Finding the end
 * of a long list costs its length: so where many items are kept free, an eighth
 * more than asked for is made, if there is memory for that.
 */
int
slab_grow(struct slab *s, uint32_t n)
{
	const uint32_t more = n < UINT32_MAX - n / 8 ? n + n / 8 : n;
	const bool refused = mem_refused(s->mem);
	void **tail = &s->free;
	int error = 0;

	while (*tail != NULL)
		tail = *tail;
	mem_injection_hold(s->mem, true);
	while (s->nfree < more && error == 0)
		error = grow_one(s, &tail);
	mem_injection_hold(s->mem, false);
	if (s->nfree < n)
		return error;
	if (!refused)
		mem_forgiven(s->mem); /* nothing that was needed */
	return 0;
}

int
slab_reserve_failing(struct slab *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (mem_should_fail(s->mem))
			return ENOMEM;
	return s->nfree >= n ? 0 : slab_grow(s, n);
}
