/*
 * Core section "slabs", and the names that the sections after it use.
 *
 * Entries, amaps and objects are named by slab ids, last in first out: the free
 * list in its order decides which ids come next.  It is written as it is; every
 * other item is in use and must be defined by its section.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core_section.h"

static const char *const slab_names[CORE_NSLABS] = { "entry", "amap",
	"object" };
/* Where the items of each are defined, and the least that one takes there. */
static const struct {
	enum core_section section;
	unsigned size;
} slab_home[CORE_NSLABS] = { { CORE_SPACES, 32 }, { CORE_AMAPS, 32 },
	{ CORE_OBJECTS, 32 } };

struct slab *
sim_core_slab(struct machine *m, enum core_slab which)
{
	struct slab *const slabs[CORE_NSLABS] = { &m->vm.entries, &m->vm.amaps,
		&m->vm.objects };

	return slabs[which];
}

static uint32_t
item_id(const struct slab *s, const void *item)
{
	uint32_t id;

	memcpy(&id, (const char *)item + s->id_offset, sizeof(id));
	return id;
}

/*
 * New items are made in groups whose size depends on the host, and join the
 * list at its end in rising order.  So a rising end up to the last item is the
 * same as items not made yet, and is left out.
 */
void
sim_core_put_slabs(struct core_out *out, struct machine *m)
{
	for (unsigned i = 0; i < CORE_NSLABS; i++) {
		const struct slab *s = sim_core_slab(m, i);
		uint32_t n = 0, keep = 0, last = 0;

		for (void **item = s->free; item != NULL; item = *item) {
			uint32_t id = item_id(s, item);

			keep = id == last + 1 && n > 0 ? keep : n;
			last = id;
			n++;
		}
		if (last != s->nitems)
			keep = n;
		sim_core_put(out, (uint64_t)s->nitems + 1 - (n - keep), 4);
		sim_core_put(out, keep, 4);
		for (void **item = s->free; keep > 0; item = *item, keep--)
			sim_core_put(out, item_id(s, item), 4);
	}
}

uint8_t *
sim_core_used_names(const struct slab *s)
{
	uint8_t *used = malloc((size_t)s->nitems + 1);

	if (used == NULL)
		return NULL;
	memset(used, 1, (size_t)s->nitems + 1);
	for (void **item = s->free; item != NULL; item = *item)
		used[item_id(s, item)] = 0;
	return used;
}

/* => items up to `nitems` are there, all free, none named yet */
static bool
grow_slab(struct core_load *load, unsigned which, uint32_t nitems,
    uint32_t nfree)
{
	struct core_names *names = &load->names[which];
	struct slab *s = sim_core_slab(load->m, which);
	uint64_t home = load->in.span[slab_home[which].section].size;

	if (nfree > nitems || nitems - nfree > home / slab_home[which].size)
		return sim_core_refuse(&load->in,
		    "%u of %u %s names free, "
		    "the rest not in the file",
		    nfree, nitems, slab_names[which]);
	if (slab_reserve(s, nitems) != 0)
		return sim_core_refuse_errno(&load->in, ENOMEM);
	names->state = malloc((size_t)nitems + 1);
	if (names->state == NULL)
		return sim_core_refuse_errno(&load->in, ENOMEM);
	memset(names->state, CORE_NAME_USED, (size_t)nitems + 1);
	names->nitems = nitems;
	names->missing = nitems - nfree;
	return true;
}

/* Rebuild the free list: as in the file, then what was never used. */
static void
get_free_list(struct core_load *load, unsigned which, uint32_t nfree)
{
	struct core_names *names = &load->names[which];
	struct slab *s = sim_core_slab(load->m, which);
	void **link = &s->free;

	assert(s->nfree == s->nitems && s->nitems >= names->nitems);
	for (uint32_t i = 0; i < nfree; i++) {
		uint32_t id = (uint32_t)sim_core_get_within(&load->in, 4, 1,
		    names->nitems, "free name");

		if (!sim_core_in_ok(&load->in))
			return;
		if (names->state[id] == CORE_NAME_FREE) {
			sim_core_refuse(&load->in, "%s %u is free twice",
			    slab_names[which], id);
			return;
		}
		names->state[id] = CORE_NAME_FREE;
		*link = slab_item(s, id);
		link = *link;
	}
	for (uint32_t id = names->nitems + 1; id <= s->nitems; id++) {
		*link = slab_item(s, id);
		link = *link;
	}
	*link = NULL;
	s->nfree = s->nitems - names->missing;
}

void
sim_core_get_slabs(struct core_load *load)
{
	for (unsigned i = 0; i < CORE_NSLABS; i++) {
		uint32_t nitems = (uint32_t)sim_core_get_within(&load->in, 4, 1,
				      UINT32_MAX, "lowest name never used") -
		    1;
		uint32_t nfree = sim_core_get_count(&load->in, 4, "names");

		if (!sim_core_in_ok(&load->in) ||
		    !grow_slab(load, i, nitems, nfree))
			return;
		get_free_list(load, i, nfree);
		if (!sim_core_in_ok(&load->in))
			return;
	}
}

void *
sim_core_define(struct core_load *load, enum core_slab which)
{
	struct core_names *names = &load->names[which];
	struct slab *s = sim_core_slab(load->m, which);
	uint32_t id = (uint32_t)sim_core_get_within(&load->in, 4, 1,
	    names->nitems, slab_names[which]);
	char *item;

	if (!sim_core_in_ok(&load->in))
		return NULL;
	if (names->state[id] != CORE_NAME_USED) {
		sim_core_refuse(&load->in, "%s %u is %s", slab_names[which], id,
		    names->state[id] == CORE_NAME_FREE ?
			"on the list of free names" :
			"defined twice");
		return NULL;
	}
	names->state[id] = CORE_NAME_DEFINED;
	names->missing--;
	item = slab_item(s, id);
	slab_mark_taken(s, item);
	memset(item, 0, s->size);
	memcpy(item + s->id_offset, &id, sizeof(id));
	return item;
}

void *
sim_core_refer(struct core_load *load, enum core_slab which, bool none)
{
	struct core_names *names = &load->names[which];
	uint32_t id = (uint32_t)sim_core_get_within(&load->in, 4, none ? 0 : 1,
	    names->nitems, slab_names[which]);

	if (!sim_core_in_ok(&load->in) || id == 0)
		return NULL;
	if (names->state[id] != CORE_NAME_DEFINED) {
		sim_core_refuse(&load->in, "%s %u is not in this core",
		    slab_names[which], id);
		return NULL;
	}
	return slab_item(sim_core_slab(load->m, which), id);
}
