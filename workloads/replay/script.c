/*
 * Logs of system calls as lines of operations (see script.h).
 *
 * The machine tells of each operation behind it: results are known, a mapped
 * file is still open.
 */
#include "script.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "script_int.h"
#include "workloads/script/exec.h"

/* --------------------------------------------------------------- lines --- */

void
wl_rs_put(struct wl_rs *w, const char *text, size_t len)
{
	if (w->out->failed || w->no_memory)
		return;
	w->out->failed = !w->out->line(w->out->ctx, text, len);
	w->out->operations++;
}

void
wl_rs_line(struct wl_rs *w, const char *fmt, ...)
{
	char text[WL_PATH + 256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(text))
		wl_rs_put(w, text, (size_t)n);
}

/* err: it fails with that; 0: it does not */
static void
outcome(struct wl_rs *w, const struct process *p, const struct sim_call *call,
    const char *file, int err)
{
	const struct wl_spoken s = { p->name, p->personality, call, file, err };
	char text[WL_PATH + 256];
	const long n = wl_call_text(&s, text, sizeof(text));

	if (n > 0)
		wl_rs_put(w, text, (size_t)n);
	w->no_memory |= n < 0;
}

void
wl_rs_operation(struct wl_rs *w, const struct process *p,
    const struct sim_call *call, const char *file)
{
	outcome(w, p, call, file, 0);
}

void
wl_rs_unmap(struct wl_rs *w, const struct process *p, vaddr_t start,
    vaddr_t end)
{
	wl_rs_operation(w, p,
	    &(struct sim_call){ .no = SIM_SYS_MUNMAP,
		.arg = { start, end - start } },
	    NULL);
}

/* --------------------------------------------------------------- files --- */

/* A path as a line can have it; memory without a name is told by its number. */
static void
path_of(const struct sim_file *f, char *buf, size_t len)
{
	if (f->kind == SIM_FILE_SHM && f->links == 0)
		snprintf(buf, len, "%s.%u", f->path, f->ino);
	else
		snprintf(buf, len, "%s", f->path);
	wl_clean_path(buf);
}

static void
set_length(struct wl_rs *w, const struct process *p, const char *path,
    uint64_t size)
{
	wl_rs_line(w, "%s: fd = open(\"%s\", O_RDWR|O_CREAT)", p->name, path);
	wl_rs_line(w, "%s: ftruncate(fd, %" PRIu64 ")", p->name, size);
	wl_rs_line(w, "%s: close(fd)", p->name);
}

/* The file is there, and at least so long. */
void
wl_rs_need(struct wl_rs *w, const struct process *p, const char *path,
    uint64_t size)
{
	size_t len = strlen(path);
	struct wl_rs_file *f;
	char text[32];

	HASH_FIND_STR(w->files, path, f);
	if (f != NULL) {
		if (f->size < size)
			set_length(w, p, path, f->size = size);
		return;
	}
	f = malloc(sizeof(*f) + len + 1);
	if (f == NULL) {
		w->no_memory = true;
		return;
	}
	memcpy(f->path, path, len + 1);
	f->size = size;
	HASH_ADD_STR(w->files, path, f);
	if (f->hh.tbl == NULL) {
		free(f);
		w->no_memory = true;
		return;
	}
	if (w->executed) { /* its stand-in may have made it */
		set_length(w, p, path, size);
		return;
	}
	wl_size_text(size, text, sizeof(text));
	wl_rs_line(w, "file \"%s\" %s", path, text);
}

static void
truncated(struct wl_rs *w, const struct process *p, const struct sim_call *c)
{
	const struct sim_file *file;
	char path[WL_PATH];
	struct wl_rs_file *f;

	if (c->arg[0] >= (uint64_t)p->nfd ||
	    (file = p->fd[c->arg[0]].file) == NULL)
		return;
	path_of(file, path, sizeof(path));
	HASH_FIND_STR(w->files, path, f);
	if (f == NULL)
		wl_rs_need(w, p, path, c->arg[1]);
	else if (f->size != c->arg[1])
		set_length(w, p, path, f->size = c->arg[1]);
}

/* ------------------------------------------------------------ mappings --- */

/* Flags that let a system choose an address have no say any more. */
static uint64_t
plain_flags(const struct wl_rs *w, uint64_t flags)
{
	static const struct {
		const struct sim_personality *of;
		uint64_t drop;
	} rows[] = {
		{ &sim_linux, 0x100040 },     /* NOREPLACE, 32BIT */
		{ &sim_freebsd, 0xff084000 }, /* alignment, 32BIT, EXCL */
		{ &sim_netbsd, 0xff000400 },  /* alignment, TRYWL_RS_FIXED */
		{ &sim_openbsd, 0x800 },      /* NOREPLACE */
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		if (rows[i].of == w->sys->personality)
			flags &= ~rows[i].drop;
	return flags | WL_RS_FIXED;
}

/*
 * What a shared mapping may later be made is decided by how its file was
 * opened.  The line opens it as the protection needs: one that may be written,
 * but is not now, is made so first.
 */
void
wl_rs_map(struct wl_rs *w, const struct process *p, struct sim_call *c,
    const char *path, bool may_write)
{
	const uint64_t prot = c->arg[2];
	bool later = path != NULL && may_write && c->arg[3] & WL_RS_SHARED &&
	    (prot & VM_PROT_WRITE) == 0;

	if (path != NULL)
		wl_rs_need(w, p, path, c->arg[5] + pg_round(w->m, c->arg[1]));
	c->no = SIM_SYS_MMAP;
	c->arg[2] = prot | (later ? VM_PROT_WRITE : 0);
	c->arg[4] = UINT64_MAX;
	/* W^X, or a limit: then it is as it is. */
	if (later && w->sys->personality == &sim_openbsd && prot & VM_PROT_EXEC)
		c->arg[2] = prot, later = false;
	wl_rs_operation(w, p, c, path);
	if (later)
		wl_rs_operation(w, p,
		    &(struct sim_call){ .no = SIM_SYS_MPROTECT,
			.arg = { c->arg[0], c->arg[1], prot } },
		    NULL);
}

static void
mapped(struct wl_rs *w, const struct process *p, const struct sim_call *c,
    uint64_t at)
{
	struct sim_call call = { .no = SIM_SYS_MMAP };
	const struct sim_fd *fd = NULL;
	char path[WL_PATH];

	memcpy(call.arg, c->arg, sizeof(call.arg));
	call.arg[0] = at;
	call.arg[3] = plain_flags(w, c->arg[3]);
	if ((c->arg[3] & w->sys->map_anon) == 0 &&
	    c->arg[4] < (uint64_t)p->nfd && p->fd[c->arg[4]].file != NULL)
		fd = &p->fd[c->arg[4]];
	if (fd != NULL && strcmp(fd->file->path, "/dev/zero") == 0) {
		call.arg[3] |= w->sys->map_anon;
		call.arg[5] = 0;
		fd = NULL;
	}
	if (fd != NULL)
		path_of(fd->file, path, sizeof(path));
	wl_rs_map(w, p, &call, fd != NULL ? path : NULL,
	    fd != NULL && (fd->mode & VM_PROT_WRITE) != 0);
}

struct wl_rs_proc *
wl_rs_known(struct wl_rs *w, const struct process *p)
{
	struct wl_rs_proc *k;
	int pid = p->pid;

	HASH_FIND_INT(w->procs, &pid, k);
	if (k != NULL)
		return k;
	k = calloc(1, sizeof(*k));
	if (k != NULL) {
		k->pid = pid;
		HASH_ADD_INT(w->procs, pid, k);
		if (k->hh.tbl != NULL) {
			k->start = p->brk_start;
			k->brk = p->brk;
			return k;
		}
		free(k);
	}
	w->no_memory = true;
	return NULL;
}

/* What there is in a range now, as new memory. */
static void
grown(struct wl_rs *w, const struct process *p, vaddr_t start, vaddr_t end)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *e;
	vaddr_t hole;

	while (start < end) {
		if (!vm_map_lookup_entry(map, start, &e)) {
			if (e->next == &map->header)
				return;
			start = e->next->start;
			continue;
		}
		hole = vm_map_first_hole(map, start, end);
		wl_rs_operation(w, p,
		    &(struct sim_call){ .no = SIM_SYS_MMAP,
			.arg = { start, hole - start,
			    VM_PROT_READ | VM_PROT_WRITE,
			    w->sys->map_anon | WL_RS_PRIVATE | WL_RS_FIXED,
			    UINT64_MAX, 0 } },
		    NULL);
		start = hole;
	}
}

static void
broken(struct wl_rs *w, const struct process *p)
{
	struct wl_rs_proc *k = wl_rs_known(w, p);
	vaddr_t old, new;

	if (k == NULL)
		return;
	if (k->start != p->brk_start) /* the log has told it now */
		k->start = k->brk = p->brk_start;
	old = pg_round(w->m, k->brk);
	new = pg_round(w->m, p->brk);
	k->brk = p->brk;
	if (old < new)
		grown(w, p, old, new);
	else if (old > new &&vm_map_is_free(&p->vmspace->vm_map, new, old))
		wl_rs_unmap(w, p, new, old);
}

static void
moved(struct wl_rs *w, const struct process *p, const struct sim_call *c,
    uint64_t at)
{
	struct sim_call call = { .no = SIM_SYS_MREMAP };

	memcpy(call.arg, c->arg, sizeof(call.arg));
	if (at != c->arg[0] && w->sys->bsd) {
		call.arg[2] = at;
		call.arg[4] |= WL_RS_FIXED;
	} else if (at != c->arg[0]) {
		call.arg[3] |= 3; /* MAYMOVE, WL_RS_FIXED */
		call.arg[4] = at;
	}
	wl_rs_operation(w, p, &call, NULL);
}

static bool
is_new(const struct wl_rs *w, const struct process *p)
{
	struct wl_rs_proc *k;
	int pid = p->pid;

	HASH_FIND_INT(w->procs, &pid, k);
	return k == NULL;
}

static void
born(struct wl_rs *w, const struct process *p, const struct sim_call *c,
    uint64_t pid)
{
	const struct process *child = sim_process_bypid(w->m, (int)pid);
	struct sim_call call = { .no = c->no, .pid = (int)pid };
	struct wl_rs_proc *k;

	if (child == NULL)
		return;
	call.str = child->name;
	wl_rs_operation(w, p, &call, NULL);
	if ((k = wl_rs_known(w, child)) != NULL)
		k->brk = child->brk;
}

/* --------------------------------------------------------------- hooks --- */

/* Linux's calls on ranges do what they can before they fail at a hole. */
static bool
has_done_part(const struct wl_rs *w, const struct machine *m,
    const struct sim_call *c, int err)
{
	const bool refused = m->error.why != NULL &&
	    strcmp(m->error.why, "as recorded") == 0;

	return w->sys->refuses && !refused && err == ENOMEM &&
	    (c->no == SIM_SYS_MPROTECT || c->no == SIM_SYS_MADVISE ||
		c->no == SIM_SYS_MLOCK || c->no == SIM_SYS_MLOCK2 ||
		c->no == SIM_SYS_MUNLOCK);
}

static void
done(void *ctx, struct machine *m, struct process *p, const struct sim_call *c,
    int err, uint64_t ret)
{
	struct wl_rs *w = ctx;
	struct sim_call call = { .no = c->no };

	memcpy(call.arg, c->arg, sizeof(call.arg));
	if (is_new(w, p) && c->no != SIM_SYS_EXEC) {
		wl_rs_process(w, p, false); /* what was done included */
		if (c->no != SIM_SYS_FORK && c->no != SIM_SYS_VFORK)
			return;
	}
	if (err != 0) {
		if (has_done_part(w, m, c, err))
			outcome(w, p, &call, NULL, err);
		return;
	}
	switch (c->no) {
	case SIM_SYS_MMAP: mapped(w, p, c, ret); break;
	case SIM_SYS_MREMAP: moved(w, p, c, ret); break;
	case SIM_SYS_BRK: broken(w, p); break;
	case SIM_SYS_FTRUNCATE: truncated(w, p, c); break;
	case SIM_SYS_FORK:
	case SIM_SYS_VFORK: born(w, p, c, ret); break;
	case SIM_SYS_EXEC: wl_rs_process(w, p, !is_new(w, p)); break;
	case SIM_SYS_SHMAT: call.arg[1] = ret; /* FALLTHROUGH */
	case SIM_SYS_MUNMAP:
	case SIM_SYS_MPROTECT:
	case SIM_SYS_MINHERIT:
	case SIM_SYS_MADVISE:
	case SIM_SYS_POSIX_MADVISE:
	case SIM_SYS_MLOCK:
	case SIM_SYS_MLOCK2:
	case SIM_SYS_MUNLOCK:
	case SIM_SYS_MLOCKALL:
	case SIM_SYS_MUNLOCKALL:
	case SIM_SYS_MSYNC:
	case SIM_SYS_REMAP_FILE_PAGES:
	case SIM_SYS_SHMGET:
	case SIM_SYS_SHMDT:
	case SIM_SYS_SHMCTL:
	case SIM_SYS_SETRLIMIT: wl_rs_operation(w, p, &call, NULL); break;
	default: break; /* of descriptors, or nothing changes */
	}
}

static void
touched(void *ctx, struct machine *m, struct process *p, vaddr_t va,
    vsize_t len, vm_prot_t type, int err)
{
	static const char *const names[] = { "read", "write", "exec" };
	struct wl_rs *w = ctx;

	(void)m;
	if (is_new(w, p))
		wl_rs_process(w, p, false);
	if (err == 0)
		wl_rs_line(w, "%s: %s 0x%" PRIx64 " %" PRIu64, p->name,
		    names[type >> 1], va, len);
}

static void
start(void *ctx, struct machine *m)
{
	struct wl_rs *w = ctx;

	w->m = m;
	w->sys = wl_system_of(m->config.personality);
	wl_rs_line(w, "machine arch=%s personality=%s", m->config.arch->name,
	    m->config.personality->name);
	w->out->operations--;
	m->op_ctx = w;
	m->op_fn = done;
	m->access_fn = touched;
}

static void
begun(void *ctx, struct process *p)
{
	wl_rs_process(ctx, p, false);
}

static void
ended(void *ctx, struct process *p, int status)
{
	struct wl_rs *w = ctx;
	struct wl_rs_proc *k;
	int pid = p->pid;

	HASH_FIND_INT(w->procs, &pid, k);
	if (k == NULL)
		return;
	wl_rs_line(w, "%s: exit(%d)", p->name, status);
	HASH_DEL(w->procs, k);
	free(k);
}

static void
report(void *ctx, enum wl_replay_report what, uint64_t at, const char *text)
{
	struct wl_rs *w = ctx;

	if (w->config.report != NULL)
		w->config.report(w->config.ctx, what, at, text);
}

static void
writer_free(struct wl_rs *w)
{
	struct wl_rs_file *f, *nextf;
	struct wl_rs_proc *k, *nextk;

	HASH_ITER(hh, w->files, f, nextf) {
		HASH_DEL(w->files, f);
		free(f);
	}
	HASH_ITER(hh, w->procs, k, nextk) {
		HASH_DEL(w->procs, k);
		free(k);
	}
}

int
wl_replay_script(const struct wl_replay_config *config,
    struct wl_replay_stats *stats, struct wl_replay_script *out, char *err,
    size_t errlen)
{
	struct wl_rs w = { .config = *config, .out = out };
	struct wl_replay_config own = *config;
	int error;

	own.start = start;
	own.begun = begun;
	own.ended = ended;
	own.report = report;
	own.map = NULL;
	own.ctx = &w;
	error = wl_replay_run(&own, stats, NULL, err, errlen);
	writer_free(&w);
	if (error == 0 && (w.no_memory || stats->starved)) {
		snprintf(err, errlen, "%s: no memory", config->trace);
		return ENOMEM;
	}
	return error == 0 && out->failed ? EIO : error;
}
