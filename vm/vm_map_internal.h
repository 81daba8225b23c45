/*
 * Inside of the map: what its files share.  Nothing else includes this.
 */
#ifndef VM_MAP_INTERNAL_H
#define VM_MAP_INTERNAL_H

#include "vm.h"

/*
 * Sparse nodes that one fault may take: for the slot of an amap and for a page
 * that an object's pager brings in.
 */
#define FAULT_LEAVES	2
#define FAULT_INNERS	(2 * (SPARSE_MAXPATH + 1))

/* ---- tree and list (vm_map_tree.c) ---- */
/* Link e behind prev (on the list), which also places it in the tree. */
void	vm_entry_link(struct vm_map *, struct vm_map_entry *prev,
	    struct vm_map_entry *e);
/* Take e off list and tree; hint and first_free step back. */
void	vm_entry_unlink(struct vm_map *, struct vm_map_entry *e);
/* The gap behind e (which may be the header) has changed: recompute it. */
void	vm_entry_fix_gap(struct vm_map *, struct vm_map_entry *e);
/* => the next entry after e in address order whose gap holds len, or NULL */
struct vm_map_entry *vm_entry_next_gap(struct vm_map *,
    struct vm_map_entry *e, vsize_t len);
/* => the last entry before e, or the header, whose gap holds len, or NULL */
struct vm_map_entry *vm_entry_prev_gap(struct vm_map *,
    struct vm_map_entry *e, vsize_t len);

/* ---- entries (vm_map_entry.c) ---- */
struct vm_map_entry *vm_entry_alloc(struct vm_map *);	/* => was reserved */
void	vm_entry_free(struct vm_map *, struct vm_map_entry *);
/* Copy all but linkage, id and the storage flags. */
void	vm_entry_copy(struct vm_map_entry *to, const struct vm_map_entry *from);
/* => what a clip needs was reserved: one entry and one amap run each */
int	vm_map_reserve_clips(struct vm_map *, uint32_t n);
void	vm_map_clip_start(struct vm_map *, struct vm_map_entry *, vaddr_t);
void	vm_map_clip_end(struct vm_map *, struct vm_map_entry *, vaddr_t);
/* Make entry borders at start and end. => the first entry at or after start */
struct vm_map_entry *vm_map_clip_range(struct vm_map *, vaddr_t start,
    vaddr_t end);
/* The first entry that ends behind va (or the header). */
struct vm_map_entry *vm_map_first_from(struct vm_map *, vaddr_t va);
/* Move start up to the map's minimum and end down to its maximum. */
bool	vm_map_clamp(const struct vm_map *, vaddr_t *start, vaddr_t *end);
/* What vm_map_remove needs, and `extra` entries. => 0 or ENOMEM */
int	vm_map_reserve_remove(struct vm_map *, vaddr_t start, vaddr_t end,
	    uint32_t extra);
/* Unmap a range inside the map. => reserved; the map is locked */
void	vm_map_remove(struct vm_map *, vaddr_t start, vaddr_t end);
/* Drop what an entry refers to, and the entry. => unlinked, not wired */
void	vm_entry_detach(struct vm_map *, struct vm_map_entry *);
/* Join equal neighbours in and around [start, end) (VM_MAP_JOIN maps only). */
void	vm_map_join(struct vm_map *, vaddr_t start, vaddr_t end);
/* => a and b (adjacent) could be one entry */
bool	vm_entry_joinable(const struct vm_map *,
	    const struct vm_map_entry *a, const struct vm_map_entry *b);

/* Pages of an entry, and its amap's slot of an address; o as for pg_size(). */
#define vm_entry_pages(o, e)	pg_atop(o, (e)->end - (e)->start)
#define vm_entry_slot(o, e, va)						\
	((e)->ar_pageoff + pg_atop(o, (va) - (e)->start))

static inline bool
vm_entry_has_object(const struct vm_map_entry *e)
{
	return (e->etype & UVM_ET_OBJ) != 0;
}

#endif /* VM_MAP_INTERNAL_H */
