/*
 * What execve maps, from the best source there is:
 *
 *	1. the kernel's own map after it (an exec snapshot, --initial-maps)
 *	2. the program's file on this host, its load address taken from what the
 *	   log shows of it (wl_elf_image)
 *	3. the personality's stand-in
 *
 * The program break comes from the log's first brk(NULL).
 */
#include <stdlib.h>
#include <string.h>

#include "elf_image.h"
#include "replay_int.h"

/* Segments of a snapshot. The paths stay the snapshot's. => NULL: no memory */
static struct sim_segment *
segments_of(const struct wl_maps *maps, bool whole, size_t *n)
{
	struct sim_segment *seg = calloc(maps->n + 1, sizeof(*seg));

	*n = 0;
	for (size_t i = 0; i < maps->n && seg != NULL; i++) {
		const struct wl_area *a = &maps->area[i];

		seg[*n] = (struct sim_segment){ .start = a->start,
		    .end = a->end, .prot = a->prot, .shared = a->shared,
		    .kind = a->kind, .offset = a->offset, .path = a->path };
		/* After execve a heap is the end of the program's data. */
		if (a->kind == SIM_SEG_HEAP && !whole)
			seg[*n].kind = SIM_SEG_ANON;
		(*n)++;
	}
	return seg;
}

struct source {
	struct sim_image image;
	struct sim_segment *own;	/* to be freed */
	struct wl_elf	elf;
};

static void
source_free(struct source *s)
{
	free(s->own);
	wl_elf_free(&s->elf);
}

/* => 0 or ENOMEM */
static int
find_source(struct wl_replay *r, int pid, const char *path, uint64_t line,
    struct source *s)
{
	struct wl_image_hint *hint = wl_scan_image(&r->scan, pid, line);
	struct wl_snap *snap;
	bool whole;

	memset(s, 0, sizeof(*s));
	s->image.path = path;
	if (hint != NULL && hint->has_brk)
		s->image.brk_start = hint->brk;
	whole = line == 0;
	snap = wl_snaps_take(&r->snaps, pid, whole ? WL_SNAP_FORK :
	    WL_SNAP_EXEC);
	if (snap != NULL) {
		s->own = segments_of(&snap->maps, whole, &s->image.nsegments);
		s->image.segments = s->own;
		if (whole && snap->maps.heap_low != 0)
			s->image.brk_start = snap->maps.heap_low;
		return s->own != NULL ? 0 : ENOMEM;
	}
	if (r->config->host_files && line != 0 && wl_elf_image(path,
	    hint != NULL ? hint->relro : NULL,
	    hint != NULL ? (size_t)hint->nrelro : 0, &s->elf)) {
		s->image.segments = s->elf.segment;
		s->image.nsegments = s->elf.n;
		return 0;
	}
	wl_replay_say(r, WL_REPLAY_WARNING, line,
	    "pid %d: no map of %s is known: a stand-in is used", pid,
	    path[0] != '\0' ? path : "the program");
	return 0;
}

static struct sim_segment *
find_kind(const struct source *s, enum sim_seg_kind kind)
{
	for (size_t i = 0; i < s->image.nsegments; i++)
		if (s->image.segments[i].kind == kind)
			return (struct sim_segment *)&s->image.segments[i];
	return NULL;
}

/* The break of a process that was running before the log began. */
static void
set_break(struct wl_replay *r, int pid, uint64_t line, const struct source *s,
    struct process *sim)
{
	struct wl_image_hint *hint = wl_scan_image(&r->scan, pid, line);

	if (line == 0 && hint != NULL && hint->has_brk &&
	    find_kind(s, SIM_SEG_HEAP) != NULL)
		sim->brk = hint->brk;
}

int
wl_image_first(struct wl_replay *r, int pid, const char *path, uint64_t line,
    struct process **out)
{
	struct source s;
	int error = find_source(r, pid, path, line, &s);

	if (error == 0)
		error = sim_spawn(r->m, NULL, pid, &sim_linux, &s.image, out);
	if (error != 0 && error != ENOMEM) {
		wl_replay_say(r, WL_REPLAY_WARNING, line,
		    "pid %d: the first map cannot be used (%s): a stand-in "
		    "is", pid, r->m->error.why != NULL ? r->m->error.why :
		    sim_errname(error));
		error = sim_spawn(r->m, NULL, pid, &sim_linux, NULL, out);
	}
	if (error == 0) {
		set_break(r, pid, line, &s, *out);
		(*out)->uid = r->uid_root ? 0 : 1000;
	}
	source_free(&s);
	return error;
}

int
wl_image_exec(struct wl_replay *r, struct wl_proc *proc, const char *path,
    uint64_t line)
{
	struct sim_call call = { .no = SIM_SYS_EXEC, .str = path };
	struct source s;
	int error = find_source(r, proc->pid, path, line, &s);

	call.image = &s.image;
	if (error == 0)
		error = sim_syscall(r->m, proc->sim, &call, NULL);
	if (error != 0 && error != ENOMEM) {
		wl_replay_say(r, WL_REPLAY_WARNING, line,
		    "pid %d: the map of %s cannot be used: a stand-in is",
		    proc->pid, path);
		call.image = NULL;
		call.str = path[0] != '\0' ? path : "program";
		error = sim_syscall(r->m, proc->sim, &call, NULL);
	}
	source_free(&s);
	return error;
}
