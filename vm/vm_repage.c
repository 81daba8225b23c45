/*
 * The ring of stolen pages, with an index by hash.
 *
 * The index is open addressing with linear probing, at most half full; a key
 * that goes moves those behind it up, so that no marks of deleted ones remain
 * and the index depends on nothing but the keys that are in it.
 */
#include "vm_repage.h"

#include <errno.h>
#include <string.h>

#include "pmap/mem.h"

int
vm_repages_init(struct vm_repages *r, struct mem *mem, uint32_t size)
{
	memset(r, 0, sizeof(*r));
	if (size == 0 || size > VM_REPAGES_MAX || (size & (size - 1)) != 0)
		return EINVAL;
	r->key = mem_zalloc(mem, size * sizeof(r->key[0]));
	r->index = mem_zalloc(mem, (size_t)size * 2 * sizeof(r->index[0]));
	r->size = size;
	r->mask = size * 2 - 1;
	if (r->key != NULL && r->index != NULL)
		return 0;
	vm_repages_fini(r, mem);
	return ENOMEM;
}

void
vm_repages_fini(struct vm_repages *r, struct mem *mem)
{
	mem_free(mem, r->key, r->size * sizeof(r->key[0]));
	mem_free(mem, r->index, (size_t)r->size * 2 * sizeof(r->index[0]));
	memset(r, 0, sizeof(*r));
}

static uint32_t
home_of(const struct vm_repages *r, uint64_t key)
{
	return (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32) & r->mask;
}

/* => where the index has the key, or the empty place where it would be */
static uint32_t
find(const struct vm_repages *r, uint64_t key)
{
	uint32_t i = home_of(r, key);

	while (r->index[i] != 0 && r->key[r->index[i] - 1] != key)
		i = (i + 1) & r->mask;
	return i;
}

/* Empty place i of the index; what was pushed past it moves up. */
static void
forget(struct vm_repages *r, uint32_t i)
{
	uint32_t gap = i, home;

	r->n--;
	for (;;) {
		r->index[gap] = 0;
		do {
			i = (i + 1) & r->mask;
			if (r->index[i] == 0)
				return;
			home = home_of(r, r->key[r->index[i] - 1]);
			/* It may not move above its home. */
		} while (((i - home) & r->mask) < ((i - gap) & r->mask));
		r->index[gap] = r->index[i];
		gap = i;
	}
}

bool
vm_repages_take(struct vm_repages *r, uint64_t key)
{
	const uint32_t i = find(r, key);

	if (r->index[i] == 0)
		return false;
	forget(r, i);
	return true;
}

/* Does the place hold a key?  => its place in the index + 1, or 0 */
static uint32_t
held(const struct vm_repages *r, uint32_t place)
{
	const uint32_t i = find(r, r->key[place]);

	return r->index[i] == place + 1 ? i + 1 : 0;
}

void
vm_repages_add(struct vm_repages *r, uint64_t key)
{
	uint32_t i;

	(void)vm_repages_take(r, key);
	if ((i = held(r, r->next)) != 0)
		forget(r, i - 1);
	r->key[r->next] = key;
	r->index[find(r, key)] = r->next + 1;
	r->next = (r->next + 1) & (r->size - 1);
	r->n++;
}

/* A kept key comes back to its place.  => false: one of them is taken */
static bool
put_back(struct vm_repages *r, uint32_t place, uint64_t key)
{
	const uint32_t i = find(r, key);

	if (r->index[i] != 0 || held(r, place) != 0)
		return false;
	r->key[place] = key;
	r->index[i] = place + 1;
	r->n++;
	return true;
}

void
vm_repages_keep(struct vm_repages *r, struct vm_keep *k)
{
	uint32_t n = r->n, place = 0;

	VM_KEEP(k, r->next, 0, r->size - 1);
	VM_KEEP(k, n, 0, r->size);
	for (; n > 0 && k->ok; n--, place++) {
		uint64_t key = 0;

		if (!k->load) {
			while (held(r, place) == 0)
				place++;
			key = r->key[place];
		}
		VM_KEEP(k, place, 0, r->size - 1);
		VM_KEEP(k, key, 0, UINT64_MAX);
		if (k->load && k->ok && !put_back(r, place, key))
			k->refuse(k, "a stolen page is there twice");
	}
}

const char *
vm_repages_check(const struct vm_repages *r)
{
	uint32_t n = 0, used = 0;

	for (uint32_t place = 0; place < r->size; place++)
		n += held(r, place) != 0;
	for (uint32_t i = 0; i <= r->mask; i++)
		used += r->index[i] != 0;
	if (n != r->n || used != n)
		return "R2: the repage table's index differs from its keys";
	return NULL;
}
