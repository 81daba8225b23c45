/*
 * The simulated side: a machine whose first process is a copy of the agent's
 * address space, and what its pages hold.
 */
#include "host.h"

#include "workloads/replay/maps.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RAM "ram=96M"

/* What the files hold at first, written into the agents' as well. */
static int
fill(const struct host_link *l, const struct sim_file *f, unsigned which,
    uint64_t size)
{
	const int fd = l->fd[which == 1 ? 4 : which];
	uint64_t tag;

	if (f->kind == SIM_FILE_SHM)
		return 0;
	for (uint64_t i = 0; i * HOST_PAGE < size; i++) {
		tag = vm_tag_hash(f->object->seed, i);
		if (pwrite(fd, &tag, 8, (off_t)(i * HOST_PAGE)) != 8)
			return -1;
	}
	return 0;
}

static int
open_files(struct host_sim *s, const struct host_link *l,
    const uint64_t size[HOST_FILES])
{
	static const struct {
		uint8_t file, flags;
	} opens[HOST_FDS] = { { 0, 2 }, { 1, 0 }, { 2, 2 }, { 0, 1 },
		{ 1, 2 } };

	for (unsigned i = 0; i < HOST_FILES; i++) {
		s->file[i] = sim_file_get(s->m, l->path[i], size[i],
		    i == 2 ? SIM_FILE_SHM : SIM_FILE_REG);
		if (s->file[i] == NULL || fill(l, s->file[i], i, size[i]) != 0)
			return -1;
	}
	for (unsigned i = 0; i < HOST_FDS; i++) {
		const unsigned file = opens[i].file;
		const struct sim_call c = { .no = file == 2 ? SIM_SYS_SHM_OPEN :
							      SIM_SYS_OPEN,
			.str = l->path[file],
			.arg = { opens[i].flags } };
		uint64_t fd;

		if (sim_syscall(s->m, s->p[0], &c, &fd) != 0 || fd != 3 + i)
			return -1;
	}
	return 0;
}

static int
make_machine(struct host_sim *s, char *why, size_t len)
{
	static const char *const pairs[] = { "arch=amd64", "personality=linux",
		RAM, "superpages=never", "tags=on" };
	struct sim_config config;

	sim_config_default(&config);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (sim_config_set(&config, pairs[i], why, len) != 0)
			return 1;
	return sim_machine_create(&config, &s->m, why, len) != 0;
}

/* The kernel's map of the agent as the image of a process. */
static int
spawn(struct host_sim *s, const struct host_shared *shared)
{
	struct wl_maps maps = { .n = 0 };
	struct sim_image image = { .path = "/agent" };
	struct sim_segment *seg;
	char *text = strdup(shared->maps), *save = NULL, *line;
	int error = 0;

	for (line = strtok_r(text, "\n", &save); line != NULL && error == 0;
	     line = strtok_r(NULL, "\n", &save))
		error = wl_maps_add_line(s->m->config.arch, &maps, line);
	seg = calloc(maps.n + 1, sizeof(*seg));
	for (size_t i = 0; i < maps.n; i++)
		seg[i] = (struct sim_segment){ .start = maps.area[i].start,
			.end = maps.area[i].end,
			.prot = maps.area[i].prot,
			.shared = maps.area[i].shared,
			.kind = maps.area[i].kind,
			.offset = maps.area[i].offset,
			.path = maps.area[i].path };
	image.segments = seg;
	image.nsegments = maps.n;
	if (error == 0)
		error = sim_spawn(s->m, "p0", 0, &sim_linux, &image, &s->p[0]);
	free(seg);
	wl_maps_clear(&maps);
	free(text);
	return error;
}

int
host_sim_open(struct host_sim *s, const struct host_link *l,
    const uint64_t size[HOST_FILES], char *why, size_t len)
{
	int error;

	memset(s, 0, sizeof(*s));
	if (make_machine(s, why, len) != 0)
		return 1;
	error = spawn(s, l->shared);
	if (error != 0) {
		(void)snprintf(why, len,
		    "the agent's map cannot be that of a process: %s",
		    sim_errname(error));
		return 1;
	}
	s->p[0]->uid = l->shared->uid != 0 ? l->shared->uid : geteuid();
	s->p[0]->brk_start = l->shared->brk_start;
	s->p[0]->brk = l->shared->brk;
	if (open_files(s, l, size) != 0) {
		(void)snprintf(why, len, "the files cannot be filled");
		return 1;
	}
	return 0;
}

void
host_sim_close(struct host_sim *s)
{
	if (s->m != NULL)
		sim_machine_destroy(s->m);
	s->m = NULL;
}

/* --------------------------------------------------------------- pages ---- */

static uint32_t
anon_at(struct vm_map_entry *e, uint64_t va)
{
	return e->amap == NULL ?
	    0 :
	    sparse_get(&e->amap->slots,
		e->ar_pageoff + ((va - e->start) >> HOST_SHIFT));
}

static uint64_t
object_content(struct vm *vm, struct vm_object *o, uint64_t i)
{
	const pfn_t pfn = sparse_get(&o->pages, i);

	if (pfn != PFN_NONE)
		return vm->pages.tag[pfn];
	return o->pager == &uvm_vnodeops ? vm_object_disk_tag(o, i) : 0;
}

uint64_t
host_sim_file(const struct host_sim *s, unsigned file, uint64_t i)
{
	return object_content(&s->m->vm, s->file[file]->object, i);
}

void
host_sim_look(const struct host_sim *s, unsigned who, uint64_t va,
    struct host_seen *seen)
{
	struct vm *vm = &s->m->vm;
	struct vm_map_entry *e;
	uint32_t anon;

	*seen = (struct host_seen){ .kind = HOST_FREE };
	if (!vm_map_lookup_entry(&s->p[who]->vmspace->vm_map, va, &e))
		return;
	seen->kind = (e->etype & UVM_ET_OBJ) == 0 ? HOST_ANON :
	    e->etype & UVM_ET_COPYONWRITE         ? HOST_PRIVATE :
						    HOST_SHARED;
	anon = anon_at(e, va);
	seen->own = anon != 0;
	if (anon != 0) {
		const pfn_t pfn = vm->anons.anon[anon].where;

		seen->content = vm->pages.tag[pfn];
		seen->given_up = (vm->pages.page[pfn].pg_flags & PG_CLEAN) !=
			0 &&
		    !pmap_is_modified(&vm->pmaps, pfn);
	} else if (seen->kind != HOST_ANON)
		seen->content = object_content(vm, e->object,
		    (e->offset + (va - e->start)) >> HOST_SHIFT);
}
