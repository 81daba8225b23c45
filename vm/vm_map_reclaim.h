/*
 * Pages of a range that come, are put aside or go because somebody says so, and
 * not because memory is short.  Holes are skipped; contents stay what they are.
 */
#ifndef VM_VM_MAP_RECLAIM_H
#define VM_VM_MAP_RECLAIM_H

#include "vm_map.h"

/*
 * Read what is in swap of [start, end), amaps and shared memory, until no frame
 * can be had; nothing is mapped.  (Linux's MADV_WILLNEED.)  => pages read
 */
uint64_t uvm_map_bringin(struct vm_map *, vaddr_t start, vaddr_t end);
/*
 * Pages that this map alone has mapped lose their reference bit and are put
 * aside (MADV_COLD); away: they go, dirty ones are written first (MADV_PAGEOUT;
 * one that cannot be written stays).  Wired pages are passed over.
 */
void	uvm_map_cold(struct vm_map *, vaddr_t start, vaddr_t end, bool away);
/*
 * MADV_REMOVE: a hole in the object under [start, end) of one entry; its pages
 * are gone from every map, and zero.  => 0; ENOMEM: the host's, nothing changed
 */
int	uvm_map_punch(struct vm_map *, const struct vm_map_entry *,
	    vaddr_t start, vaddr_t end);
/*
 * RLIMIT_RSS: as long as more pages are mapped, those that have not been
 * referenced since the last time lose their mapping and, when nobody else maps
 * them, are put aside; the others lose their reference bit.  From the lowest
 * address on; wired pages are passed over.  => mappings taken away, in pages
 */
uint64_t uvm_map_trim(struct vm_map *, uint64_t pages);

#endif /* VM_VM_MAP_RECLAIM_H */
