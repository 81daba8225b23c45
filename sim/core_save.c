/*
 * Saving a core: each section in turn, then the header (see core_format.h).
 * The machine is only read; caches in it may move, which nobody can observe.
 */
#include <stdio.h>
#include <string.h>

#include "core_section.h"

static core_put_fn *const put_section[CORE_NSECTIONS] = {
	[CORE_CONFIG] = sim_core_put_config,
	[CORE_MACHINE] = sim_core_put_machine,
	[CORE_STATS] = sim_core_put_stats,
	[CORE_FRAMES] = sim_core_put_frames,
	[CORE_TAGS] = sim_core_put_tags,
	[CORE_SWAP] = sim_core_put_swap,
	[CORE_ANONS] = sim_core_put_anons,
	[CORE_SLABS] = sim_core_put_slabs,
	[CORE_OBJECTS] = sim_core_put_objects,
	[CORE_AMAPS] = sim_core_put_amaps,
	[CORE_SPACES] = sim_core_put_spaces,
	[CORE_TABLES] = sim_core_put_tables,
	[CORE_PVS] = sim_core_put_pvs,
	[CORE_PHYS] = sim_core_put_phys,
	[CORE_TLB] = sim_core_put_tlb,
	[CORE_PAGEOUT] = sim_core_put_pageout,
	[CORE_FILES] = sim_core_put_files,
	[CORE_DISKS] = sim_core_put_disks,
	[CORE_SHM] = sim_core_put_shm,
	[CORE_PROCS] = sim_core_put_procs,
};

static void
put_sections(struct core_out *out, struct machine *m)
{
	for (unsigned i = 0; i < CORE_NSECTIONS; i++) {
		sim_core_out_section(out, i);
		put_section[i](out, m);
		sim_core_out_end(out, i);
	}
}

int
sim_core_save_memory(struct machine *m, uint8_t **data, size_t *len)
{
	struct core_out out;
	int error = sim_core_out_memory(&out);

	if (error != 0)
		return error;
	put_sections(&out, m);
	return sim_core_out_take(&out, data, len);
}

int
sim_core_save(struct machine *m, const char *path, char *err, size_t errlen)
{
	struct core_out out;
	int error = sim_core_out_open(&out, path);

	if (error == 0) {
		put_sections(&out, m);
		error = sim_core_out_commit(&out);
	}
	if (error != 0)
		snprintf(err, errlen, "%s: %s", path, strerror(error));
	return error;
}
