/*
 * Restoring maps: entries come in address order, ready made; only their place
 * in the list and the tree is missing.
 */
#include "vm_restore.h"
#include "vm_map_internal.h"

void
vm_map_restore_entry(struct vm_map *map, struct vm_map_entry *e)
{
	assert(e->start < e->end && e->end <= vm_map_max(map));
	vm_entry_link(map, map->header.prev, e);
}
