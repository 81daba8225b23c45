/*
 * Keys of pages of many processes: the chunks of those that have no bits of
 * their own stand in a hash table, in the order in which they are met.
 */
#define HASH_NONFATAL_OOM 1
#include "spaces.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define LOW_BITS 20 /* of a page's number in its chunk */

struct wl_space_chunk {
	struct wl_space_key {
		uint64_t chunk;
		uint64_t process;
	} key;
	uint64_t number;
	UT_hash_handle hh;
};

void
wl_spaces_init(struct wl_spaces *s, unsigned page_shift)
{
	*s = (struct wl_spaces){ .page_bits = 64 - page_shift };
}

void
wl_spaces_fini(struct wl_spaces *s)
{
	struct wl_space_chunk *c, *next;

	HASH_ITER(hh, s->chunks, c, next) {
		HASH_DEL(s->chunks, c);
		free(c);
	}
	s->last = NULL;
}

void
wl_spaces_set(struct wl_spaces *s, uint32_t process)
{
	const uint64_t far = ((uint64_t)1 << (63 - s->page_bits)) - 1;

	s->process = process;
	s->far = process >= far;
	s->base = (s->far ? far : process) << s->page_bits;
	s->last = NULL;
}

static struct wl_space_chunk *
add(struct wl_spaces *s, const struct wl_space_key *key)
{
	struct wl_space_chunk *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->key = *key;
	c->number = s->nchunks;
	HASH_ADD(hh, s->chunks, key, sizeof(*key), c);
	if (c->hh.tbl == NULL) {
		free(c);
		return NULL;
	}
	s->nchunks++;
	return c;
}

uint64_t
wl_spaces_far_key(struct wl_spaces *s, uint64_t page)
{
	const struct wl_space_key key = { page >> LOW_BITS, s->process };
	struct wl_space_chunk *c = s->last;

	if (c == NULL || c->key.chunk != key.chunk) {
		HASH_FIND(hh, s->chunks, &key, sizeof(key), c);
		if (c == NULL && (c = add(s, &key)) == NULL) {
			s->failed = true;
			return s->base;
		}
		s->last = c;
	}
	return s->base | c->number << LOW_BITS |
	    (page & (((uint64_t)1 << LOW_BITS) - 1));
}
