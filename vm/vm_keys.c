/*
 * Keys of virtual pages: an open-addressing table, at most half full, of
 * numbers of groups; both arrays grow by doubling.
 */
#include "vm_keys.h"

#include <errno.h>
#include <string.h>

#define FIRST_ROOM 64

static uint32_t
place_of(uint64_t group, uint32_t room)
{
	return (uint32_t)(group * 0x9e3779b97f4a7c15u >> 32) & (2 * room - 1);
}

/* Where a group is, or would be. */
static uint32_t
find(const struct vm_keys *k, uint64_t group)
{
	uint32_t i = place_of(group, k->room);

	while (k->find[i] != 0 && k->group[k->find[i] - 1] != group)
		i = (i + 1) & (2 * k->room - 1);
	return i;
}

/* => false: no memory, nothing changed */
static bool
grow(struct vm_keys *k, struct mem *mem, uint32_t room)
{
	struct vm_keys wide = { .n = k->n, .room = room };

	wide.group = mem_zalloc(mem, room * sizeof(*wide.group));
	wide.find = mem_zalloc(mem, 2 * (size_t)room * sizeof(*wide.find));
	if (wide.group == NULL || wide.find == NULL) {
		vm_keys_fini(&wide, mem);
		return false;
	}
	if (k->n > 0)
		memcpy(wide.group, k->group, k->n * sizeof(*k->group));
	for (uint32_t i = 0; i < k->n; i++)
		wide.find[find(&wide, k->group[i])] = i + 1;
	vm_keys_fini(k, mem);
	*k = wide;
	return true;
}

void
vm_keys_fini(struct vm_keys *k, struct mem *mem)
{
	mem_free(mem, k->group, k->room * sizeof(*k->group));
	mem_free(mem, k->find, 2 * (size_t)k->room * sizeof(*k->find));
	*k = (struct vm_keys){ .n = 0 };
}

bool
vm_keys_find(const struct vm_keys *k, uint64_t page, uint32_t *key)
{
	uint32_t i;

	if (k->room == 0)
		return false;
	i = find(k, page >> VM_KEYS_SHIFT);
	if (k->find[i] == 0)
		return false;
	*key = (k->find[i] - 1) << VM_KEYS_SHIFT |
	    (uint32_t)(page & ((1u << VM_KEYS_SHIFT) - 1));
	return true;
}

int
vm_keys_get_slowly(struct vm_keys *k, struct mem *mem, uint64_t page,
    uint32_t *key)
{
	const uint64_t group = page >> VM_KEYS_SHIFT;
	uint32_t i;

	if (k->room == 0 && !grow(k, mem, FIRST_ROOM))
		return ENOMEM;
	i = find(k, group);
	if (k->find[i] == 0) {
		if (k->n == VM_KEYS_MAX ||
		    (k->n == k->room && !grow(k, mem, 2 * k->room)))
			return ENOMEM;
		i = find(k, group);
		k->group[k->n] = group;
		k->find[i] = ++k->n;
	}
	k->last = group + 1;
	k->last_number = k->find[i] - 1;
	*key = k->last_number << VM_KEYS_SHIFT |
	    (uint32_t)(page & ((1u << VM_KEYS_SHIFT) - 1));
	return 0;
}

int
vm_keys_restore(struct vm_keys *k, struct mem *mem, const uint64_t *group,
    uint32_t n)
{
	uint32_t room = FIRST_ROOM;

	vm_keys_fini(k, mem);
	if (n > VM_KEYS_MAX)
		return EINVAL;
	while (room < n)
		room *= 2;
	if (!grow(k, mem, room))
		return ENOMEM;
	for (; k->n < n; k->n++) {
		uint32_t i = find(k, group[k->n]);

		if (k->find[i] != 0)
			return EINVAL;
		k->group[k->n] = group[k->n];
		k->find[i] = k->n + 1;
	}
	return 0;
}
