/*
 * Keys to numbers: open addressing, linear probing, at most half full.
 */
#include "ref_numbers.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

static uint64_t
mix(uint64_t key)
{
	key ^= key >> 32;
	key *= 0x9e3779b97f4a7c15u;
	return key ^ key >> 29;
}

/* => the slot of the key, or the free one that it would take */
static struct wl_numbers_slot *
find(const struct wl_numbers *t, uint64_t key)
{
	uint32_t i = (uint32_t)mix(key) & (t->room - 1);

	while (t->slot[i].number != 0 && t->slot[i].key != key)
		i = (i + 1) & (t->room - 1);
	return &t->slot[i];
}

static bool
grow(struct wl_numbers *t)
{
	struct wl_numbers bigger = { .n = t->n };

	bigger.room = t->room > 0 ? 2 * t->room : FIRST_ROOM;
	bigger.slot = calloc(bigger.room, sizeof(*bigger.slot));
	if (bigger.slot == NULL)
		return false;
	for (uint32_t i = 0; i < t->room; i++)
		if (t->slot[i].number != 0)
			*find(&bigger, t->slot[i].key) = t->slot[i];
	free(t->slot);
	*t = bigger;
	return true;
}

static struct wl_numbers_slot *
get(struct wl_numbers *t, uint64_t key)
{
	struct wl_numbers_slot *slot = t->room > 0 ? find(t, key) : NULL;

	if (slot != NULL && slot->number != 0)
		return slot;
	if (t->n == WL_NUMBERS_MAX)
		return NULL;
	if (slot == NULL || 2 * (t->n + 1) > t->room) {
		if (!grow(t))
			return NULL;
		slot = find(t, key);
	}
	slot->key = key;
	slot->number = ++t->n;
	return slot;
}

uint32_t
wl_numbers_get(struct wl_numbers *t, uint64_t key)
{
	const struct wl_numbers_slot *slot = get(t, key);

	return slot != NULL ? slot->number - 1 : WL_NUMBERS_NONE;
}

uint32_t *
wl_numbers_value(struct wl_numbers *t, uint64_t key)
{
	struct wl_numbers_slot *slot = get(t, key);

	return slot != NULL ? &slot->value : NULL;
}

/* FNV-1a */
uint64_t
wl_numbers_text(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	while (len-- > 0)
		h = (h ^ (uint8_t)*s++) * 0x100000001b3u;
	return h;
}

void
wl_numbers_fini(struct wl_numbers *t)
{
	free(t->slot);
	memset(t, 0, sizeof(*t));
}
