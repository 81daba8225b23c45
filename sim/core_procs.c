/*
 * Core sections "files", "shm" and "procs": what the machine itself keeps.
 *
 * Tables that are hashed in memory are written in the order in which their
 * members came in, which is the order of a walk over them, and put back in that
 * order.  Process 0 is there in a new machine; its record sets it.
 */
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "core_section.h"

/* ------------------------------------------------------------- files ---- */

static const struct core_field file_fields[] = {
	CORE_FIELD(struct sim_file, kind, 1, 0, SIM_FILE_BLK),
	CORE_FIELD(struct sim_file, dev, 4, 0, UINT32_MAX),
	CORE_FIELD(struct sim_file, ino, 4, 0, UINT32_MAX),
	CORE_FIELD(struct sim_file, own_dev, 1, 0, 1),
	CORE_FIELD(struct sim_file, disk, 1, 0, UINT8_MAX),
	CORE_FIELD(struct sim_file, links, 4, 0, UINT32_MAX),
	CORE_FIELD(struct sim_file, opens, 4, 0, UINT32_MAX), { .name = NULL }
};

static uint32_t
count_files(const struct sim_file *f)
{
	uint32_t n = 0;

	for (; f != NULL; f = f->hh.next)
		n++;
	return n;
}

static void
put_file_list(struct core_out *out, const struct sim_file *f)
{
	for (; f != NULL; f = f->hh.next) {
		sim_core_put_string(out, f->path);
		sim_core_put_record(out, file_fields, f);
		sim_core_put(out, f->object != NULL ? f->object->id : 0, 4);
	}
}

void
sim_core_put_files(struct core_out *out, struct machine *m)
{
	sim_core_put(out, count_files(m->files), 4);
	sim_core_put(out, count_files(m->unlinked), 4);
	put_file_list(out, m->files);
	put_file_list(out, m->unlinked);
}

static bool
is_disk_kind(uint8_t row)
{
	uint8_t i = 0;

	while (i < row && sim_disk_kinds[i].name != NULL)
		i++;
	return sim_disk_kinds[i].name != NULL;
}

/* => zeroed, with the strings and fields of the record; NULL: refused */
static struct sim_file *
get_file(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct sim_file *f;
	char *path = sim_core_get_string(in, load->m->mem, "path");

	if (sim_core_in_ok(in) && path == NULL)
		sim_core_refuse(in, "file without a path");
	f = sim_core_in_ok(in) ? mem_zalloc(load->m->mem, sizeof(*f)) : NULL;
	if (f == NULL) {
		sim_core_refuse_errno(in, ENOMEM);
		return NULL;
	}
	f->path = path;
	sim_core_get_record(in, file_fields, f);
	if (sim_core_in_ok(in) && !is_disk_kind(f->disk))
		sim_core_refuse(in, "there is no kind %u of disks", f->disk);
	f->object = sim_core_refer(load, CORE_SLAB_OBJECTS, false);
	if (f->object != NULL)
		f->object->handle = f;
	return sim_core_in_ok(in) ? f : NULL;
}

static void
add_file(struct core_load *load, struct sim_file *f)
{
	struct sim_file *same;
	size_t len = strlen(f->path);

	HASH_FIND(hh, load->m->files, f->path, len, same);
	if (same != NULL || f->links == 0)
		sim_core_refuse(&load->in, "file %u is %s", f->ino,
		    same != NULL ? "there twice" : "not linked");
	else {
		SIM_HASH_ADD(load->m->files, f->path, len, f);
		if (f->hh.tbl == NULL)
			sim_core_refuse_errno(&load->in, ENOMEM);
	}
}

void
sim_core_get_files(struct core_load *load)
{
	struct core_in *in = &load->in;
	uint32_t linked = sim_core_get_count(in, 26, "files");
	uint32_t unlinked = sim_core_get_count(in, 26, "unlinked files");
	struct sim_file **tail = &load->m->unlinked;

	load->files = calloc((size_t)linked + unlinked + 1,
	    sizeof(struct sim_file *));
	if (load->files == NULL)
		sim_core_refuse_errno(in, ENOMEM);
	while (linked + unlinked > 0 && sim_core_in_ok(in)) {
		struct sim_file *f = get_file(load);

		if (f == NULL)
			return;
		load->files[load->nfiles++] = f;
		if (linked > 0) {
			add_file(load, f);
			linked--;
			continue;
		}
		if (f->links != 0)
			sim_core_refuse(in, "unlinked file with links");
		*tail = f;
		tail = (struct sim_file **)&f->hh.next;
		unlinked--;
	}
}

/* --------------------------------------------------------------- shm ---- */

static const struct core_field shm_fields[] = { CORE_FIELD(struct sim_shm, id,
						    4, 0, INT32_MAX),
	CORE_FIELD(struct sim_shm, key, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_shm, size, 8, 0, INT64_MAX),
	CORE_FIELD(struct sim_shm, nattch, 4, 0, UINT32_MAX),
	CORE_FIELD(struct sim_shm, removed, 1, 0, 1), { .name = NULL } };

void
sim_core_put_shm(struct core_out *out, struct machine *m)
{
	const struct sim_shm *s;
	uint32_t n = 0;

	for (s = m->shms; s != NULL; s = s->hh.next)
		n++;
	sim_core_put(out, n, 4);
	for (s = m->shms; s != NULL; s = s->hh.next) {
		sim_core_put_record(out, shm_fields, s);
		sim_core_put(out, s->object->id, 4);
	}
}

void
sim_core_get_shm(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct machine *m = load->m;
	uint32_t n = sim_core_get_count(in, 29, "segments");

	for (; n > 0 && sim_core_in_ok(in); n--) {
		struct sim_shm *s = mem_zalloc(m->mem, sizeof(*s)), *same;

		if (s == NULL) {
			sim_core_refuse_errno(in, ENOMEM);
			return;
		}
		sim_core_get_record(in, shm_fields, s);
		s->object = sim_core_refer(load, CORE_SLAB_OBJECTS, false);
		if (!sim_core_in_ok(in))
			return;
		HASH_FIND_INT(m->shms, &s->id, same);
		if (same != NULL) {
			sim_core_refuse(in, "segment %d is there twice", s->id);
			return;
		}
		SIM_HASH_ADD(m->shms, &s->id, sizeof(s->id), s);
		if (s->hh.tbl == NULL) {
			sim_core_refuse_errno(in, ENOMEM);
			return;
		}
	}
}

/* --------------------------------------------------------- processes ---- */

static const struct core_field process_fields[] = { CORE_FIELD(struct process,
							pid, 4, 0, SIM_MAXPID),
	CORE_FIELD(struct process, ppid, 4, 0, SIM_MAXPID),
	CORE_FIELD(struct process, uid, 4, 0, UINT32_MAX),
	CORE_FIELD(struct process, gid, 4, 0, UINT32_MAX),
	CORE_FIELD(struct process, pflags, 4, 0, SIM_P_ALL),
	CORE_FIELD(struct process, cpu, 4, 0, VM_MAXCPUS - 1),
	CORE_FIELD(struct process, state, 1, 0, SIM_EXITED),
	CORE_FIELD(struct process, exit_status, 4, 0, UINT32_MAX),
	CORE_FIELD(struct process, exit_signal, 4, 0, INT32_MAX),
	CORE_FIELD(struct process, brk_start, 8, 0, UINT64_MAX),
	CORE_FIELD(struct process, brk, 8, 0, UINT64_MAX),
	CORE_FIELD(struct process, stack_top, 8, 0, UINT64_MAX),
	CORE_FIELD(struct process, mmap_base, 8, 0, UINT64_MAX),
	CORE_FIELD(struct process, anon_loc, 8, 0, UINT64_MAX),
	CORE_FIELD(struct process, personality_flags, 8, 0, UINT64_MAX),
	CORE_FIELD(struct process, nsyscalls, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, nrefs, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, minflt, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, majflt, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, nswap, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, waits, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, wait_pages, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, oom_score_adj, 2, 0, UINT16_MAX),
	CORE_FIELD(struct process, dangers, 4, 0, UINT32_MAX),
	CORE_FIELD(struct process, aix_faults, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, aix_repages, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct process, aix_resumed, 8, 0, CORE_MAXCOUNT),
	{ .name = NULL } };

/* => place of the file in section "files", plus 1 */
static uint32_t
file_number(const struct machine *m, const struct sim_file *file)
{
	const struct sim_file *f;
	uint32_t n = 1;

	for (f = m->files; f != NULL; f = f->hh.next, n++)
		if (f == file)
			return n;
	for (f = m->unlinked; f != NULL; f = f->hh.next, n++)
		if (f == file)
			return n;
	return 0;
}

static void
put_process(struct core_out *out, const struct machine *m,
    const struct process *p)
{
	const struct sim_attach *a;
	uint32_t n = 0;

	sim_core_put_string(out, p->name);
	sim_core_put_string(out, p->image);
	sim_core_put_string(out, p->personality->name);
	sim_core_put_record(out, process_fields, p);
	sim_core_put(out, p->vmspace != NULL ? p->vmspace->vm_map.id : 0, 4);
	sim_core_put(out,
	    p->vfork_parent != NULL ? (uint32_t)p->vfork_parent->pid :
				      UINT32_MAX,
	    4);
	for (unsigned i = 0; i < SIM_NLIMITS; i++) {
		sim_core_put(out, p->rlimit[i].cur, 8);
		sim_core_put(out, p->rlimit[i].max, 8);
	}
	sim_core_put(out, (uint32_t)p->nfd, 4);
	for (int i = 0; i < p->nfd; i++) {
		sim_core_put(out,
		    p->fd[i].file != NULL ? file_number(m, p->fd[i].file) : 0,
		    4);
		sim_core_put(out, p->fd[i].mode, 1);
	}
	for (a = p->attaches; a != NULL; a = a->next)
		n++;
	sim_core_put(out, n, 4);
	for (a = p->attaches; a != NULL; a = a->next) {
		sim_core_put(out, a->addr, 8);
		sim_core_put(out, (uint32_t)a->shm->id, 4);
	}
}

void
sim_core_put_procs(struct core_out *out, struct machine *m)
{
	const struct process *p;

	sim_core_put(out, HASH_COUNT(m->procs), 4);
	for (p = m->procs; p != NULL; p = p->hh.next)
		put_process(out, m, p);
}

static void
get_fds(struct core_load *load, struct process *p)
{
	struct core_in *in = &load->in;
	uint32_t n = sim_core_get_count(in, 5, "descriptors");

	if (n > INT32_MAX)
		sim_core_refuse(in, "%u descriptors", n);
	if (!sim_core_in_ok(in) || n == 0)
		return;
	p->fd = mem_zalloc(load->m->mem, n * sizeof(struct sim_fd));
	if (p->fd == NULL) {
		sim_core_refuse_errno(in, ENOMEM);
		return;
	}
	p->nfd = (int)n;
	for (uint32_t i = 0; i < n && sim_core_in_ok(in); i++) {
		uint32_t number = (uint32_t)sim_core_get_within(in, 4, 0,
		    load->nfiles, "file of a descriptor");

		p->fd[i].mode = (vm_prot_t)sim_core_get_within(in, 1, 0,
		    VM_PROT_ALL, "mode of a descriptor");
		if (number != 0 && sim_core_in_ok(in))
			p->fd[i].file = load->files[number - 1];
	}
}

static void
get_attaches(struct core_load *load, struct process *p)
{
	struct core_in *in = &load->in;
	uint32_t n = sim_core_get_count(in, 12, "attaches");
	struct sim_attach **link = &p->attaches;

	for (; n > 0 && sim_core_in_ok(in); n--) {
		vaddr_t addr = sim_core_get(in, 8);
		int id = (int)sim_core_get(in, 4);
		struct sim_shm *shm;

		HASH_FIND_INT(load->m->shms, &id, shm);
		if (shm == NULL) {
			sim_core_refuse(in, "no segment %d", id);
			return;
		}
		*link = mem_zalloc(load->m->mem, sizeof(struct sim_attach));
		if (*link == NULL) {
			sim_core_refuse_errno(in, ENOMEM);
			return;
		}
		(*link)->addr = addr;
		(*link)->shm = shm;
		link = &(*link)->next;
	}
}

static const struct sim_personality *
get_personality(struct core_in *in)
{
	const struct sim_personality *pers;
	char name[32];

	if (!sim_core_get_name(in, name, sizeof(name), "personality"))
		return NULL;
	pers = sim_personality_byname(name);
	if (pers == NULL)
		sim_core_refuse(in, "no such personality: \"%.32s\"", name);
	return pers;
}

/* Its parent, which came before it. */
static void
get_vfork_parent(struct core_load *load, struct process *p)
{
	int pid = (int)sim_core_get(&load->in, 4);

	if (!sim_core_in_ok(&load->in) || pid == -1)
		return;
	p->vfork_parent = sim_process_bypid(load->m, pid);
	if (p->vfork_parent == NULL)
		sim_core_refuse(&load->in,
		    "process %d borrows the space of "
		    "process %d, which is not there",
		    p->pid, pid);
}

static void
get_process(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct mem *mem = load->m->mem;
	struct process *p = mem_zalloc(mem, sizeof(*p));

	if (p == NULL) {
		sim_core_refuse_errno(in, ENOMEM);
		return;
	}
	p->name = sim_core_get_string(in, mem, "name");
	p->image = sim_core_get_string(in, mem, "image");
	p->personality = get_personality(in);
	sim_core_get_record(in, process_fields, p);
	p->vmspace = sim_core_refer_space(load);
	get_vfork_parent(load, p);
	for (unsigned i = 0; i < SIM_NLIMITS; i++) {
		p->rlimit[i].cur = sim_core_get(in, 8);
		p->rlimit[i].max = sim_core_get(in, 8);
	}
	get_fds(load, p);
	get_attaches(load, p);
	if (!sim_core_in_ok(in))
		return;
	if (p->name == NULL || sim_process_bypid(load->m, p->pid) != NULL ||
	    (p->vmspace == NULL) != (p->state == SIM_EXITED)) {
		sim_core_refuse(in,
		    "process %d has no name, is there twice, "
		    "or has no space",
		    p->pid);
		return;
	}
	if (p->cpu >= load->m->config.cpus) {
		sim_core_refuse(in, "process %d runs on processor %u of %u",
		    p->pid, p->cpu, load->m->config.cpus);
		return;
	}
	SIM_HASH_ADD(load->m->procs, &p->pid, sizeof(p->pid), p);
	if (p->hh.tbl == NULL)
		sim_core_refuse_errno(in, ENOMEM);
}

/* With all uses taken away, nothing may be left of the counts. */
static void
check_uses(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct sim_shm *s;
	uint32_t i;

	sim_count_uses(load->m, (uint32_t)-1);
	for (i = 0; i < load->nspaces && sim_core_in_ok(in); i++)
		if (load->spaces[i]->vm_refcnt != 0)
			sim_core_refuse(in,
			    "references of space %u differ "
			    "from the processes that use it",
			    load->spaces[i]->vm_map.id);
	for (i = 0; i < load->nfiles && sim_core_in_ok(in); i++)
		if (load->files[i]->opens != 0)
			sim_core_refuse(in,
			    "file %u is not open as often as "
			    "it says",
			    load->files[i]->ino);
	for (s = load->m->shms; s != NULL && sim_core_in_ok(in); s = s->hh.next)
		if (s->nattch != 0)
			sim_core_refuse(in,
			    "segment %d is not attached as "
			    "often as it says",
			    s->id);
	sim_count_uses(load->m, 1);
}

void
sim_core_get_procs(struct core_load *load)
{
	uint32_t n = sim_core_get_count(&load->in, 100, "processes");

	for (; n > 0 && sim_core_in_ok(&load->in); n--)
		get_process(load);
	if (!sim_core_in_ok(&load->in))
		return;
	load->m->kernel = sim_process_bypid(load->m, 0);
	if (load->m->kernel == NULL ||
	    load->m->kernel->vmspace != load->m->vm.kernel)
		sim_core_refuse(&load->in, "process 0 is not the kernel");
	else
		check_uses(load);
}
