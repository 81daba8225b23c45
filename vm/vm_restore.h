/*
 * Restoring maps: what a core loader needs from the inside of vm/.
 */
#ifndef VM_VM_RESTORE_H
#define VM_VM_RESTORE_H

#include "vm_map.h"

/*
 * Append e, whose range and contents are set, as the map's last entry.
 * => it begins at or after the end of the last one, ends inside the map.  Size,
 *    hint and first_free of the map stay the caller's business
 */
void	vm_map_restore_entry(struct vm_map *, struct vm_map_entry *);

#endif /* VM_VM_RESTORE_H */
