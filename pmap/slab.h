/*
 * Slabs: fixed-size items carved from chunks, with reservation.
 *
 * The rule "all or nothing on failure" is kept by reserving: an operation
 * first reserves all the items that it may need (which may fail, with nothing
 * changed), then takes them (which cannot fail).
 *
 * I1  nfree == length of the free list.
 * I2  slab_take() after a successful slab_reserve(n) succeeds n times.
 * I3  an item's id is unique in its slab, never 0, fixed for the slab's life,
 *     and the free list is last-in first-out: ids do not depend on the host.
 *
 * An item that wants an id gives the offset of a uint32_t in it, which the slab
 * writes when it carves the item and which the user must leave alone.  The
 * first sizeof(void *) bytes of a free item hold the link.  Items otherwise
 * come with whatever content they were given back with (debug builds: junk).
 */
#ifndef PMAP_SLAB_H
#define PMAP_SLAB_H

#include <assert.h>
#ifdef UVMSIM_DEBUG
#include <string.h>
#endif

#include "mem.h"
#include "slab_watch.h"

#define SLAB_NO_ID	((size_t)-1)

struct slab {
	void	       *free;		/* free list; first word links */
	uint32_t	nfree;		/* items on it */
	uint32_t	nitems;		/* items carved so far */
	size_t		size;		/* bytes of an item */
	size_t		align;		/* power of two */
	size_t		id_offset;	/* or SLAB_NO_ID */
	uint32_t	per_chunk;	/* items carved from a chunk */
	uint32_t	shift;		/* log2 of per_chunk */
	uint32_t	nchunks;
	uint32_t	maxchunks;	/* room in chunks[] */
	void	      **chunks;
	struct mem     *mem;
};

void	slab_init(struct slab *, struct mem *, size_t size, size_t align,
	    size_t id_offset);
void	slab_fini(struct slab *);	/* gives all chunks back */
int	slab_grow(struct slab *, uint32_t n);	/* 0 or ENOMEM */
int	slab_reserve_failing(struct slab *, uint32_t n);

/* The item with this id; the id must have been carved. */
static inline void *
slab_item(const struct slab *s, uint32_t id)
{
	id--;
	return (char *)s->chunks[id >> s->shift] +
	    (size_t)(id & (s->per_chunk - 1)) * s->size;
}

/* => 0: n takes will succeed; ENOMEM: nothing changed */
static inline int
slab_reserve(struct slab *s, uint32_t n)
{
	if (unlikely(mem_injecting(s->mem)))
		return slab_reserve_failing(s, n);
	return likely(s->nfree >= n) ? 0 : slab_grow(s, n);
}

/*
 * Whoever uses an item after giving it back, or reads what nobody wrote, is to
 * be noticed: valgrind is told (slab_watch.h), and debug builds fill the item
 * with junk.  The link and the id stay readable.
 */
static inline void
slab_mark_free(const struct slab *s, void *item)
{
	slab_hide(item, s->size);
	slab_show(item, sizeof(void *));
	if (s->id_offset != SLAB_NO_ID)
		slab_show((char *)item + s->id_offset, sizeof(uint32_t));
}

static inline void
slab_mark_taken(const struct slab *s, void *item)
{
	slab_fresh(item, s->size);
	if (s->id_offset != SLAB_NO_ID)
		slab_show((char *)item + s->id_offset, sizeof(uint32_t));
}

#ifdef UVMSIM_DEBUG
#define SLAB_JUNK	0xdf

/* All but the id, so that whoever still uses the item notices. */
static inline void
slab_junk(const struct slab *s, void *item)
{
	char *p = item;
	uint32_t id = 0;

	if (s->id_offset != SLAB_NO_ID)
		memcpy(&id, p + s->id_offset, sizeof(id));
	memset(p, SLAB_JUNK, s->size);
	if (s->id_offset != SLAB_NO_ID)
		memcpy(p + s->id_offset, &id, sizeof(id));
}
#else
#define slab_junk(s, item)	((void)0)
#endif

static inline void *
slab_take(struct slab *s)
{
	void **item = s->free;

	assert(s->nfree > 0);
	s->free = *item;
	s->nfree--;
	slab_mark_taken(s, item);
	return item;
}

static inline void
slab_give(struct slab *s, void *item)
{
	slab_junk(s, item);
	slab_mark_free(s, item);
	*(void **)item = s->free;
	s->free = item;
	s->nfree++;
}

#endif /* PMAP_SLAB_H */
