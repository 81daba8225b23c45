/*
 * Keys of pages: numbers from 0 for the pages that are met.
 *
 * Pages are taken in groups of 64 neighbours; a group gets its number when one
 * of its pages is met first, and page P of group G is key 64 G + P % 64.  A
 * table with open addressing finds groups, at most half full.
 */
#ifndef WL_POLICY_KEYS_H
#define WL_POLICY_KEYS_H

#include "pmap/mem.h"

#define WL_KEYS_SHIFT	6
#define WL_KEYS_MAX	((uint64_t)1 << 31)
#define WL_KEYS_LOW	((2u << WL_KEYS_SHIFT) - 1)

struct wl_key_group {
	uint64_t	page;		/* the group's number + 1; 0: none */
	uint32_t	base;		/* key of its first page << 1 */
};

struct wl_keys {
	struct mem     *mem;
	struct wl_key_group *slot;
	unsigned	bits;		/* log2 of the number of slots */
	uint32_t	ngroups;
};

bool	wl_keys_init(struct wl_keys *, struct mem *);	/* false: no memory */
void	wl_keys_fini(struct wl_keys *);
/* Room for n more groups. => 0, ENOMEM, EOVERFLOW: too many keys */
int	wl_keys_reserve(struct wl_keys *, uint32_t n);

static inline size_t
wl_keys_hash(const struct wl_keys *k, uint64_t group)
{
	return (size_t)(group * 0x9e3779b97f4a7c15u >> (64 - k->bits));
}

/*
 * A touch of a page, page << 1 | write, as a touch of its key.
 * => there is room for its group
 */
static inline uint32_t
wl_keys_touch(struct wl_keys *k, uint64_t touch)
{
	const uint64_t group = touch >> (WL_KEYS_SHIFT + 1);
	size_t i = wl_keys_hash(k, group);

	while (unlikely(k->slot[i].page != group + 1)) {
		if (k->slot[i].page == 0) {
			k->slot[i].page = group + 1;
			k->slot[i].base = k->ngroups++ << (WL_KEYS_SHIFT + 1);
			break;
		}
		i = (i + 1) & (((size_t)1 << k->bits) - 1);
	}
	return k->slot[i].base | (uint32_t)(touch & WL_KEYS_LOW);
}

#endif /* WL_POLICY_KEYS_H */
