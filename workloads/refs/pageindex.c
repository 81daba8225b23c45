/*
 * Indices of pages: a hash table of chunks with open addressing and linear
 * probing, at most half full, the hash by the golden ratio.
 */
#include "pageindex.h"

#include <stdlib.h>
#include <string.h>

#define FIRSTBITS 8

void
wl_pageindex_fini(struct wl_pageindex *t)
{
	free(t->slot);
	memset(t, 0, sizeof(*t));
}

/* The slot that holds key, or the free one where it belongs. */
static struct wl_pagechunk *
find(struct wl_pagechunk *slot, unsigned bits, uint64_t key)
{
	uint64_t mask = ((uint64_t)1 << bits) - 1;
	uint64_t i = key * 0x9e3779b97f4a7c15u >> (64 - bits);

	while (slot[i].key != 0 && slot[i].key != key)
		i = (i + 1) & mask;
	return &slot[i];
}

static bool
grow(struct wl_pageindex *t)
{
	unsigned bits = t->slot != NULL ? t->bits + 1 : FIRSTBITS;
	struct wl_pagechunk *slot = calloc((size_t)1 << bits, sizeof(*slot));

	if (slot == NULL)
		return false;
	for (size_t i = 0; t->slot != NULL && i < (size_t)1 << t->bits; i++)
		if (t->slot[i].key != 0)
			*find(slot, bits, t->slot[i].key) = t->slot[i];
	free(t->slot);
	t->slot = slot;
	t->bits = bits;
	return true;
}

uint32_t
wl_pageindex_find(struct wl_pageindex *t, uint64_t page)
{
	const uint64_t key = (page >> 6) + 1;
	struct wl_pagechunk *slot;

	if ((t->slot == NULL || t->n >= 1u << (t->bits - 1)) && !grow(t))
		return WL_PAGEINDEX_NONE;
	slot = find(t->slot, t->bits, key);
	if (slot->key == 0) {
		if (t->n == WL_PAGEINDEX_MAX / 64)
			return WL_PAGEINDEX_NONE;
		slot->key = key;
		slot->number = t->n++;
	}
	t->last = *slot;
	return (uint32_t)(slot->number << 6 | (page & 63));
}
