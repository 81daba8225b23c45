/*
 * What execve maps, from the best source there is:
 *
 *	1. the kernel's own map after it (an exec snapshot, --initial-maps)
 *	2. the program's file on this host, its load address taken from what the
 *	   log shows of it (wl_elf_image); not for the BSDs
 *	3. the personality's stand-in; of the BSDs, one of our own
 *
 * The program break comes from the log's first brk(NULL).
 */
#include <stdlib.h>
#include <string.h>

#include "int.h"

/* Segments of a snapshot. The paths stay the snapshot's. => NULL: no memory */
static struct sim_segment *
segments_of(const struct wl_maps *maps, bool whole, size_t *n)
{
	struct sim_segment *seg = calloc(maps->n + 1, sizeof(*seg));

	*n = 0;
	for (size_t i = 0; i < maps->n && seg != NULL; i++) {
		const struct wl_area *a = &maps->area[i];

		seg[*n] = (struct sim_segment){ .start = a->start,
			.end = a->end,
			.prot = a->prot,
			.shared = a->shared,
			.kind = a->kind,
			.offset = a->offset,
			.path = a->path };
		/* After execve a heap is the end of the program's data. */
		if (a->kind == SIM_SEG_HEAP && !whole)
			seg[*n].kind = SIM_SEG_ANON;
		(*n)++;
	}
	return seg;
}

struct source {
	struct sim_image image;
	struct sim_segment *own; /* to be freed */
	struct wl_elf elf;
};

static void
source_free(struct source *s)
{
	free(s->own);
	wl_elf_free(&s->elf);
}

/* => 0 or ENOMEM; no segments: none are known */
static int
find_source(struct wl_replay *r, struct wl_proc *proc, uint64_t line,
    struct source *s)
{
	struct wl_image_hint *hint = wl_scan_image(&r->scan, proc->pid, line);
	struct wl_elf_hints hints = { .page_shift = r->m->page_shift };
	bool running = line == 0;
	struct wl_snap *snap;

	if (hint != NULL) {
		hints.relro = hint->relro;
		hints.n = (size_t)hint->nrelro;
		hints.brk = hint->brk;
		s->image.brk_start = hint->brk;
	}
	snap = running ?
	    wl_snaps_take(&r->snaps, proc->pid, WL_SNAP_FORK, 0) :
	    wl_snaps_take(&r->snaps, proc->pid, WL_SNAP_EXEC, proc->nexec);
	if (snap != NULL) {
		s->own = segments_of(&snap->maps, running, &s->image.nsegments);
		s->image.segments = s->own;
		if (running && snap->maps.heap_low != 0)
			s->image.brk_start = snap->maps.heap_low;
		return s->own != NULL ? 0 : ENOMEM;
	}
	if (!running && r->config->host_files && !r->sys->bsd &&
	    wl_elf_image(s->image.path, &hints, &s->elf)) {
		s->image.segments = s->elf.segment;
		s->image.nsegments = s->elf.n;
	}
	return s->elf.nomem ? ENOMEM : 0;
}

/* Nothing is known, or it cannot be used: the personality's own image.
 * => 0 or ENOMEM */
static int
stand_in(struct wl_replay *r, struct wl_proc *proc, uint64_t line,
    struct source *s, const char *why)
{
	proc->guessed = true;
	s->image.segments = NULL;
	s->image.nsegments = 0;
	if (r->sys->bsd) {
		free(s->own);
		s->own = wl_bsd_image(r, s->image.path, &s->image.nsegments);
		s->image.segments = s->own;
		if (s->own == NULL)
			return ENOMEM;
	}
	wl_replay_say(r, WL_REPLAY_WARNING, line,
	    "pid %d: %s: a stand-in is used", proc->pid, why);
	return 0;
}

/* The break of a process that was running before the log began. */
static void
set_break(struct wl_replay *r, struct wl_proc *proc, const struct source *s)
{
	struct wl_image_hint *hint = wl_scan_image(&r->scan, proc->pid, 0);
	bool heap = false;

	for (size_t i = 0; i < s->image.nsegments; i++)
		heap = heap || s->image.segments[i].kind == SIM_SEG_HEAP;
	proc->brk_known = hint != NULL && hint->has_brk && heap;
	if (proc->brk_known)
		proc->sim->brk = hint->brk;
}

int
wl_image_first(struct wl_replay *r, struct wl_proc *proc)
{
	struct source s = { .image = { .path = "program" } };
	int error = find_source(r, proc, 0, &s);

	if (error == 0 && s.image.segments == NULL)
		error = stand_in(r, proc, 0, &s, "its map is not known");
	if (error == 0)
		error = sim_spawn(r->m, NULL, proc->pid, r->sys->personality,
		    &s.image, &proc->sim);
	if (error != 0 && error != ENOMEM) {
		error = stand_in(r, proc, 0, &s,
		    "its first map cannot be used");
		if (error == 0)
			error = sim_spawn(r->m, NULL, proc->pid,
			    r->sys->personality, &s.image, &proc->sim);
	}
	if (error == 0)
		set_break(r, proc, &s);
	source_free(&s);
	return error;
}

int
wl_image_exec(struct wl_replay *r, struct wl_proc *proc, const char *path,
    uint64_t line)
{
	struct sim_call call = { .no = SIM_SYS_EXEC, .str = path };
	struct source s = { .image = { .path = path } };
	int error;

	proc->guessed = false;
	proc->nexec++;
	error = find_source(r, proc, line, &s);
	if (error == 0 && s.image.segments == NULL)
		error = stand_in(r, proc, line, &s,
		    "the map after execve is not known");
	call.image = &s.image;
	if (error == 0)
		error = sim_syscall(r->m, proc->sim, &call, NULL);
	if (error != 0 && error != ENOMEM) {
		error = stand_in(r, proc, line, &s,
		    "the map after execve cannot be used");
		if (error == 0)
			error = sim_syscall(r->m, proc->sim, &call, NULL);
	}
	source_free(&s);
	return error;
}
