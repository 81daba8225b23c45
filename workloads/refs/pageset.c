/*
 * Sets of pages: open addressing with linear probing, the hash by the golden
 * ratio (Knuth, The Art of Computer Programming 3, 6.4).
 */
#include "pageset.h"

#include <stdlib.h>
#include <string.h>

#define FIRSTBITS 10

void
wl_pageset_free(struct wl_pageset *set)
{
	free(set->slot);
	memset(set, 0, sizeof(*set));
}

/* The slot that holds key, or the free one where it belongs. */
static uint64_t *
find(uint64_t *slot, unsigned bits, uint64_t key)
{
	uint64_t mask = ((uint64_t)1 << bits) - 1;
	uint64_t i = key * 0x9e3779b97f4a7c15u >> (64 - bits);

	while (slot[i] != 0 && slot[i] != key)
		i = (i + 1) & mask;
	return &slot[i];
}

static bool
grow(struct wl_pageset *set)
{
	unsigned bits = set->slot != NULL ? set->bits + 1 : FIRSTBITS;
	uint64_t *slot = calloc((size_t)1 << bits, sizeof(*slot));

	if (slot == NULL)
		return false;
	for (size_t i = 0; set->slot != NULL && i < (size_t)1 << set->bits; i++)
		if (set->slot[i] != 0)
			*find(slot, bits, set->slot[i]) = set->slot[i];
	free(set->slot);
	set->slot = slot;
	set->bits = bits;
	return true;
}

bool
wl_pageset_insert(struct wl_pageset *set, uint64_t page)
{
	uint64_t *slot;

	if ((set->slot == NULL || set->n >= (uint64_t)1 << (set->bits - 1)) &&
	    !grow(set))
		return false;
	slot = find(set->slot, set->bits, page + 1);
	if (*slot == 0) {
		*slot = page + 1;
		set->n++;
	}
	set->recent[page % WL_PAGESET_RECENT] = page + 1;
	return true;
}
