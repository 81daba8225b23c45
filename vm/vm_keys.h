/*
 * Keys of virtual pages: 32-bit names of 64-bit page numbers, for policies.
 *
 * Pages are taken in groups of 512 neighbours; a group gets the next number
 * when one of its pages is met first, and a page's key is 512 times that and
 * its place in the group.  Keys are never given back.
 *
 *  K1  each group has one number, and the table finds it
 */
#ifndef VM_KEYS_H
#define VM_KEYS_H

#include "pmap/mem.h"

#define VM_KEYS_SHIFT	9
#define VM_KEYS_MAX	((uint32_t)1 << (32 - VM_KEYS_SHIFT))	/* groups */

struct vm_keys {
	uint64_t       *group;		/* by number */
	uint32_t       *find;		/* by hash: number + 1, or 0; twice as
					   many as there is room for groups */
	uint32_t	n;		/* groups that have a number */
	uint32_t	room;		/* a power of two; 0: none yet */
	uint64_t	last;		/* group met last, + 1 */
	uint32_t	last_number;
};

/* => 0 and *key; ENOMEM: of the host, or no number is left */
int	vm_keys_get_slowly(struct vm_keys *, struct mem *, uint64_t page,
	    uint32_t *key);
/* => the page has a key; nothing is made */
bool	vm_keys_find(const struct vm_keys *, uint64_t page, uint32_t *key);
void	vm_keys_fini(struct vm_keys *, struct mem *);
/* The table again after group[] and n were set.  => 0 or ENOMEM; EINVAL: K1 */
int	vm_keys_restore(struct vm_keys *, struct mem *, const uint64_t *group,
	    uint32_t n);

static inline int
vm_keys_get(struct vm_keys *k, struct mem *mem, uint64_t page, uint32_t *key)
{
	if (unlikely((page >> VM_KEYS_SHIFT) + 1 != k->last))
		return vm_keys_get_slowly(k, mem, page, key);
	*key = k->last_number << VM_KEYS_SHIFT |
	    (uint32_t)(page & ((1u << VM_KEYS_SHIFT) - 1));
	return 0;
}

#endif /* VM_KEYS_H */
