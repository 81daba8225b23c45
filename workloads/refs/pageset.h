/*
 * A set of page numbers that only grows, and counts.
 *
 * References stay on few pages for long, so a small direct-mapped table of
 * members answers nearly all questions; behind it is a hash table with open
 * addressing, at most half full.  A slot holds the page's number plus one; 0 is
 * free.
 */
#ifndef WL_PAGESET_H
#define WL_PAGESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WL_PAGESET_RECENT	1024

struct wl_pageset {
	uint64_t	recent[WL_PAGESET_RECENT];
	uint64_t       *slot;		/* NULL: empty */
	unsigned	bits;		/* log2 of the number of slots */
	uint64_t	n;		/* members */
};

/* All zero bytes are an empty set. */
void	wl_pageset_free(struct wl_pageset *);
/* => false: no memory, and it is not added */
bool	wl_pageset_insert(struct wl_pageset *, uint64_t page);

static inline bool
wl_pageset_add(struct wl_pageset *set, uint64_t page)
{
	return set->recent[page % WL_PAGESET_RECENT] == page + 1 ||
	    wl_pageset_insert(set, page);
}

#endif /* WL_PAGESET_H */
