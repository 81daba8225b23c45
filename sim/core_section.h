/*
 * The sections of a core file: what writes each and what reads it.
 *
 *	sim_core_save --> put_NAME(out, machine), section after section
 *	sim_core_load --> get_NAME(load), in the same order
 *
 * Names.  Entries, amaps and objects are named by the ids of their slabs, and
 * which id comes next is part of the state.  The section "slabs" says which
 * items are free, and in what order; every other item must then be defined,
 * once, by the section that it belongs to.  Nothing refers to an item that is
 * not defined.
 *
 * Order.  Sections refer to earlier ones only, except for owners and links,
 * which core_check.c looks at when all is there.
 */
#ifndef SIM_CORE_SECTION_H
#define SIM_CORE_SECTION_H

#include "core_io.h"
#include "sim.h"

/* Slabs whose items have names in the core. */
enum core_slab { CORE_SLAB_ENTRIES, CORE_SLAB_AMAPS, CORE_SLAB_OBJECTS,
    CORE_NSLABS };

enum core_name { CORE_NAME_FREE, CORE_NAME_USED, CORE_NAME_DEFINED };

struct core_names {
	uint8_t	       *state;		/* [nitems + 1], enum core_name */
	uint32_t	nitems;
	uint32_t	missing;	/* used, not yet defined */
};

struct core_load {
	struct core_in	in;
	struct machine *m;
	struct core_names names[CORE_NSLABS];
	struct vmspace **spaces;	/* as in the file: by map id */
	uint32_t	nspaces;
	struct sim_file **files;	/* as in the file */
	uint32_t	nfiles;
	/* Seen while the page tables were read, by frame. */
	uint8_t	       *is_table;	/* holds a page table */
	uint16_t       *wired;		/* wired mappings of it */
	/* Counters that loading itself moves; they take effect at the end. */
	uint32_t	next_map_id, next_pmap_id;
	uint64_t	pushdowns;
	struct uvmexp	exp;
	struct vmstat	stat;
	/* Frames that the next page tables get, root first (core_tables.c). */
	pfn_t		ptp[PMAP_MAXLEVELS + 1];
	unsigned	nptp, next_ptp;
	bool		bad_frame;	/* one could not be given: it is in use,
					   or another's */
	uint32_t	last_index;	/* of the PTE read last */
	pfn_t	      (*saved_alloc)(void *, struct pmap *);
	void	      (*saved_free)(void *, struct pmap *, pfn_t);
	void	       *saved_ctx;
	void	      (*saved_wired)(void *, pfn_t, bool);
	void	      (*saved_resized)(void *, struct pmap *, vaddr_t, unsigned,
			    enum pmap_resize);
};

typedef void core_put_fn(struct core_out *, struct machine *);
typedef void core_get_fn(struct core_load *);

core_put_fn sim_core_put_config, sim_core_put_machine, sim_core_put_stats,
    sim_core_put_frames, sim_core_put_tags, sim_core_put_swap,
    sim_core_put_anons,
    sim_core_put_slabs, sim_core_put_objects, sim_core_put_amaps,
    sim_core_put_spaces, sim_core_put_tables, sim_core_put_pvs,
    sim_core_put_phys, sim_core_put_tlb, sim_core_put_pageout,
    sim_core_put_files, sim_core_put_disks, sim_core_put_shm,
    sim_core_put_procs;

/* => sets *config from section "config", without a machine */
bool	sim_core_get_config(struct core_in *, struct sim_config *);
core_get_fn sim_core_get_machine, sim_core_get_stats, sim_core_get_frames,
    sim_core_get_tags, sim_core_get_swap, sim_core_get_anons,
    sim_core_get_slabs,
    sim_core_get_objects, sim_core_get_amaps, sim_core_get_spaces,
    sim_core_get_tables, sim_core_get_pvs, sim_core_get_phys, sim_core_get_tlb,
    sim_core_get_pageout, sim_core_get_files, sim_core_get_disks,
    sim_core_get_shm, sim_core_get_procs;

/*
 * sim_core_load(), and made(ctx, machine) is called when there is a machine,
 * before anything is loaded into it: so that its memory can be made to fail.
 */
int	sim_core_load_watched(const char *path,
	    void (*made)(void *, struct machine *), void *ctx,
	    struct machine **, char *err, size_t errlen);

/* Walkers for what keeps its own state (vm/vm_keep.h). */
struct vm_keep sim_core_keeper_out(struct core_out *);
struct vm_keep sim_core_keeper_in(struct core_in *);

/*
 * Owners and links of frames, anons, slots; missing names.  All sections up to
 * the page tables have been read.  => false: refused
 */
bool	sim_core_check(struct core_load *);

/* ---- shared by the sections ---- */
struct slab *sim_core_slab(struct machine *, enum core_slab);
/* => [nitems + 1], 1 for ids in use; the caller frees it.  NULL: no memory */
uint8_t *sim_core_used_names(const struct slab *);
/*
 * Read the id of an item that is to be defined now.  => the item, zeroed but
 * for its id, which stands at id_offset of the slab; NULL: refused
 */
void   *sim_core_define(struct core_load *, enum core_slab);
/* Read the id of an item defined earlier; 0 (if `none`): NULL. */
void   *sim_core_refer(struct core_load *, enum core_slab, bool none);

/*
 * All vmspaces of a machine by map id; the caller frees the array.
 * => NULL: no host memory
 */
struct vmspace **sim_core_spaces(struct machine *, uint32_t *n);
/* Read a map id. => its vmspace; NULL: 0 was read, or refused */
struct vmspace *sim_core_refer_space(struct core_load *);

/* Hooks of the pmap system that hand out load->ptp[]. */
void	sim_core_tables_hook(struct core_load *);
void	sim_core_tables_unhook(struct core_load *);
pfn_t	sim_core_root_frame(struct pmap *);

#endif /* SIM_CORE_SECTION_H */
