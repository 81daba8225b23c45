/*
 * Processes as lines: an image is a mapping for each of its areas, on top of
 * what image=none has by itself.
 */
#include <inttypes.h>
#include <string.h>

#include "script_int.h"
#include "workloads/script/exec.h"
#include "workloads/script/form.h"

#define LINUX_GROWSDOWN 0x20100u /* and MAP_STACK */

static bool
is_file(const struct wl_area *a)
{
	return a->path != NULL && a->path[0] != '[' &&
	    strncmp(a->path, "/SYSV", 5) != 0;
}

/* Paths as lines can have them. */
static void
clean_paths(struct wl_maps *maps)
{
	for (size_t i = 0; i < maps->n; i++)
		if (maps->area[i].path != NULL)
			wl_clean_path(maps->area[i].path);
}

/* Each as long as all of its areas together want it. */
static void
need_files(struct wl_rs *w, const struct process *p, const struct wl_maps *maps)
{
	const struct wl_area *a, *b;
	uint64_t size;

	for (size_t i = 0; i < maps->n; i++) {
		a = &maps->area[i];
		if (!is_file(a))
			continue;
		size = 0;
		for (size_t j = 0; j < maps->n; j++) {
			b = &maps->area[j];
			if (is_file(b) && strcmp(a->path, b->path) == 0 &&
			    b->offset + (b->end - b->start) > size)
				size = b->offset + (b->end - b->start);
		}
		wl_rs_need(w, p, a->path, size);
	}
}

static void
write_area(struct wl_rs *w, const struct process *p, const struct wl_area *a)
{
	struct sim_call call = {
		.arg = { a->start, a->end - a->start, a->prot,
		    (a->shared ? WL_RS_SHARED : WL_RS_PRIVATE) | WL_RS_FIXED }
	};
	const bool file = is_file(a);

	if (file)
		call.arg[5] = a->offset;
	else
		call.arg[3] |= w->sys->map_anon;
	if (!w->sys->bsd && a->kind == SIM_SEG_STACK)
		call.arg[3] |= LINUX_GROWSDOWN;
	wl_rs_map(w, p, &call, file ? a->path : NULL, false);
}

static bool
has_area(const struct wl_maps *maps, const struct wl_area *a)
{
	for (size_t i = 0; i < maps->n; i++) {
		const struct wl_area *b = &maps->area[i];

		if (a->start == b->start && a->end == b->end &&
		    a->prot == b->prot && a->shared == b->shared &&
		    a->path == NULL && b->path == NULL)
			return true;
	}
	return false;
}

/* What image=none has by itself. => false: no memory */
static bool
bare_areas(const struct wl_rs *w, const struct process *p, struct wl_maps *maps)
{
	const struct sim_image none = { .path = "",
		.segments = (const struct sim_segment[1]){ { .start = 0 } } };
	struct sim_config config = w->m->config;
	struct process *bare;
	struct machine *m;
	char err[200];
	bool ok;

	memset(maps, 0, sizeof(*maps));
	config.check = false;
	if (sim_machine_create(&config, &m, err, sizeof(err)) != 0)
		return false;
	ok = sim_spawn(m, NULL, 0, p->personality, &none, &bare) == 0 &&
	    wl_maps_of(m, bare, maps) == 0;
	sim_machine_destroy(m);
	return ok;
}

static void
write_limits(const struct wl_rs *w, const struct process *p, FILE *fp)
{
	struct process fresh = { .personality = p->personality };

	p->personality->limits(w->m, &fresh);
	for (int i = 0; i < SIM_NLIMITS; i++)
		if (memcmp(&fresh.rlimit[i], &p->rlimit[i],
			sizeof(fresh.rlimit[i])) != 0)
			fprintf(fp, " %s=%" PRIu64 ":%" PRIu64,
			    wl_limit_name((uint64_t)i), p->rlimit[i].cur,
			    p->rlimit[i].max);
}

static void
spawn_line(struct wl_rs *w, const struct process *p)
{
	char text[600];
	FILE *fp = fmemopen(text, sizeof(text), "w");
	long n;

	if (fp == NULL) {
		w->no_memory = true;
		return;
	}
	fprintf(fp, "spawn %s personality=%s pid=%d image=none", p->name,
	    p->personality->name, p->pid);
	write_limits(w, p, fp);
	n = ftell(fp);
	if (fclose(fp) == 0 && n > 0 && (size_t)n < sizeof(text))
		wl_rs_put(w, text, (size_t)n);
}

/*
 * An image of which only the bare areas are left: of a new process, or behind
 * exec, whose stand-in goes at once.  OpenBSD's munmap takes no holes: there
 * the process is made anew.
 */
static void
write_start(struct wl_rs *w, const struct process *p, bool again,
    const struct wl_maps *bare)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	const struct sim_call call = { .no = SIM_SYS_EXEC,
		.str = p->image != NULL ? p->image : "program" };
	vaddr_t at = vm_map_min(map), end;

	if (!again || p->personality == &sim_openbsd) {
		if (again)
			wl_rs_line(w, "%s: exit(0)", p->name);
		spawn_line(w, p);
		return;
	}
	wl_rs_operation(w, p, &call, NULL);
	w->executed = true;
	for (size_t i = 0; i <= bare->n; i++) {
		end = i < bare->n ? bare->area[i].start : vm_map_max(map);
		if (at < end)
			wl_rs_unmap(w, p, at, end);
		at = i < bare->n ? bare->area[i].end : end;
	}
}

/* A process as it stands. */
void
wl_rs_process(struct wl_rs *w, const struct process *p, bool again)
{
	struct wl_maps bare, maps;
	struct wl_rs_proc *k = wl_rs_known(w, p);

	if (k == NULL || wl_maps_of(w->m, p, &maps) != 0) {
		w->no_memory = true;
		return;
	}
	clean_paths(&maps);
	k->start = p->brk_start;
	k->brk = p->brk;
	if (!bare_areas(w, p, &bare))
		w->no_memory = true;
	/* exec would make files of its stand-in's length. */
	if (!again)
		write_start(w, p, false, &bare);
	need_files(w, p, &maps);
	if (again)
		write_start(w, p, true, &bare);
	for (size_t i = 0; i < bare.n; i++)
		if (!has_area(&maps, &bare.area[i]))
			wl_rs_unmap(w, p, bare.area[i].start, bare.area[i].end);
	for (size_t i = 0; i < maps.n; i++)
		if (!has_area(&bare, &maps.area[i]))
			write_area(w, p, &maps.area[i]);
	wl_maps_clear(&bare);
	wl_maps_clear(&maps);
}
