/*
 * Loading a core: a new machine of the saved configuration, but without swap
 * devices (section "swap" has those that there are now), is emptied and filled
 * section by section.  When page tables and frames are there the names and
 * links between sections are looked at (core_check.c, called where section
 * "pageout" begins), and last of all machine_check() looks at the whole.
 *
 * Until then nothing that the core says is followed without having been checked
 * against what there is.  A refusal at any point drops the machine.
 *
 * A core in memory is what this program itself has saved: that its sums are
 * right and that the whole is sound is not looked at again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core_section.h"

static core_get_fn *const get_section[CORE_NSECTIONS] = {
	[CORE_MACHINE] = sim_core_get_machine,
	[CORE_STATS] = sim_core_get_stats,
	[CORE_FRAMES] = sim_core_get_frames,
	[CORE_TAGS] = sim_core_get_tags,
	[CORE_SWAP] = sim_core_get_swap,
	[CORE_ANONS] = sim_core_get_anons,
	[CORE_SLABS] = sim_core_get_slabs,
	[CORE_OBJECTS] = sim_core_get_objects,
	[CORE_AMAPS] = sim_core_get_amaps,
	[CORE_SPACES] = sim_core_get_spaces,
	[CORE_TABLES] = sim_core_get_tables,
	[CORE_PVS] = sim_core_get_pvs,
	[CORE_PHYS] = sim_core_get_phys,
	[CORE_TLB] = sim_core_get_tlb,
	[CORE_PAGEOUT] = sim_core_get_pageout,
	[CORE_FILES] = sim_core_get_files,
	[CORE_DISKS] = sim_core_get_disks,
	[CORE_SHM] = sim_core_get_shm,
	[CORE_PROCS] = sim_core_get_procs,
};

static void
get_sections(struct core_load *load)
{
	for (unsigned i = CORE_CONFIG + 1; i < CORE_NSECTIONS; i++) {
		if (!sim_core_in_section(&load->in, i))
			return;
		get_section[i](load);
		if (!sim_core_in_end(&load->in))
			return;
	}
}

/* Counters that loading itself has moved. */
static void
finish(struct core_load *load)
{
	struct vm *vm = &load->m->vm;

	vm->next_map_id = load->next_map_id;
	vm->pmaps.nextid = load->next_pmap_id;
	vm->pmaps.pushdowns = load->pushdowns;
	vm->exp = load->exp;
	vm->stat = load->stat;
}

static bool
check_machine(struct core_load *load)
{
	char buf[256];
	const char *why = machine_check(load->m, buf, sizeof(buf));

	return why == NULL ||
	    sim_core_refuse_at(&load->in, 0, "the state contradicts itself: %s",
		why);
}

/*
 * What a new machine has of its own, besides the kernel's empty space: it goes,
 * so that every frame, anon and name is the core's to give.
 */
static void
empty(struct machine *m)
{
	struct vm_pages *pages = &m->vm.pages;

	HASH_DEL(m->procs, m->kernel);
	mem_strfree(m->mem, m->kernel->name);
	mem_free(m->mem, m->kernel, sizeof(*m->kernel));
	m->kernel = NULL;
	vm_map_teardown(&m->vm.kernel->vm_map);
	for (unsigned i = 0; i < SIM_NSUBMAPS; i++)
		vm_map_teardown(&m->submaps[i]);
	memset(pages->page, 0, pages->fresh * sizeof(*pages->page));
	pages->fresh = 1;
	pages->freelist = 0;
	pages->active = pages->inactive = (struct vm_pageq){ 0, 0 };
	pages->laundry = pages->unswappable = (struct vm_pageq){ 0, 0 };
}

static void
load_machine(struct core_load *load)
{
	empty(load->m);
	sim_core_tables_hook(load);
	get_sections(load);
	sim_core_tables_unhook(load);
	if (!sim_core_in_ok(&load->in))
		return;
	finish(load);
	if (load->in.mem == NULL)
		check_machine(load);
}

/* A machine of this configuration, and everything into it. */
static void
make_machine(struct core_load *load, const struct sim_config *config,
    void (*made)(void *, struct machine *), void *ctx)
{
	struct sim_config bare = *config;
	char why[128];
	int error;

	/* Who has a core in memory goes on, and knows what he knew. */
	bare.foresight = load->in.mem != NULL;
	bare.swap_value[0] = '\0';
	error = sim_machine_create(&bare, &load->m, why, sizeof(why));
	if (error != 0) {
		sim_core_refuse_at(&load->in, load->in.span[CORE_CONFIG].offset,
		    "%s", why);
		load->in.error = error;
		return;
	}
	load->m->config = bare;
	memcpy(load->m->config.swap_value, config->swap_value,
	    sizeof(bare.swap_value));
	if (made != NULL)
		made(ctx, load->m);
	load_machine(load);
}

/* The input is open; it is closed here. */
static int
load_all(struct core_load *load, void (*made)(void *, struct machine *),
    void *ctx, struct machine **out)
{
	struct sim_config config;
	int error;

	sim_config_default(&config);
	if (sim_core_get_config(&load->in, &config))
		make_machine(load, &config, made, ctx);
	error = load->in.error;
	if (error != 0)
		sim_machine_destroy(load->m);
	else
		*out = load->m;
	for (unsigned i = 0; i < CORE_NSLABS; i++)
		free(load->names[i].state);
	free(load->spaces);
	free(load->files);
	free(load->is_table);
	free(load->wired);
	sim_core_in_close(&load->in);
	return error;
}

int
sim_core_load(const char *path, struct machine **out, char *err, size_t errlen)
{
	return sim_core_load_watched(path, NULL, NULL, out, err, errlen);
}

int
sim_core_load_watched(const char *path, void (*made)(void *, struct machine *),
    void *ctx, struct machine **out, char *err, size_t errlen)
{
	struct core_load load = { .m = NULL };
	int error = sim_core_in_open(&load.in, path, err, errlen);

	return error != 0 ? error : load_all(&load, made, ctx, out);
}

int
sim_core_load_memory(const void *data, size_t len, struct machine **out,
    char *err, size_t errlen)
{
	struct core_load load = { .m = NULL };
	int error = sim_core_in_memory(&load.in, data, len, err, errlen);

	return error != 0 ? error : load_all(&load, NULL, NULL, out);
}
