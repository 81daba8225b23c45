/*
 * Keys of pages: the table of groups grows by doubling.
 */
#include "keys.h"

#include <errno.h>
#include <string.h>

#define FIRSTBITS 10

static size_t
nslots(const struct wl_keys *k)
{
	return (size_t)1 << k->bits;
}

static size_t
nbytes(const struct wl_keys *k)
{
	return nslots(k) * sizeof(*k->slot);
}

bool
wl_keys_init(struct wl_keys *k, struct mem *mem)
{
	*k = (struct wl_keys){ .mem = mem, .bits = FIRSTBITS };
	k->slot = mem_zalloc(mem, nbytes(k));
	return k->slot != NULL;
}

void
wl_keys_fini(struct wl_keys *k)
{
	mem_free(k->mem, k->slot, nbytes(k));
	k->slot = NULL;
}

static bool
grow(struct wl_keys *k)
{
	struct wl_keys wide = { .mem = k->mem, .bits = k->bits + 1 };

	wide.slot = mem_zalloc(k->mem, nbytes(&wide));
	if (wide.slot == NULL)
		return false;
	for (size_t i = 0; i < nslots(k); i++) {
		size_t to;

		if (k->slot[i].page == 0)
			continue;
		to = wl_keys_hash(&wide, k->slot[i].page - 1);
		while (wide.slot[to].page != 0)
			to = (to + 1) & (nslots(&wide) - 1);
		wide.slot[to] = k->slot[i];
	}
	wide.ngroups = k->ngroups;
	wl_keys_fini(k);
	*k = wide;
	return true;
}

int
wl_keys_reserve(struct wl_keys *k, uint32_t n)
{
	uint64_t all = (uint64_t)k->ngroups + n;

	if (all > WL_KEYS_MAX >> WL_KEYS_SHIFT)
		return EOVERFLOW;
	while (all > nslots(k) / 2)
		if (!grow(k))
			return ENOMEM;
	return 0;
}
