/*
 * Calls of a log: which become operations, and what the others tell.
 *
 * The result is part of a line, or comes in a line of its own later; then what
 * the call was is remembered by its thread.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "workloads/script/exec.h"
#include "workloads/replay/int.h"

#define MAP_TYPE 3u /* MAP_SHARED, _PRIVATE, _SHARED_VALIDATE */
/* mmap's other flags that count: fixed, anonymous, growsdown, denywrite,
 * executable, noreserve, populate, stack. */
#define MAP_KEPT 0x2d930u
#define MREMAP_MOVES 3u  /* MREMAP_MAYMOVE | MREMAP_FIXED */
#define MREMAP_LEAVES 4u /* MREMAP_DONTUNMAP */
#define F_DUPFD_ 0
#define F_DUPFD_CLOEXEC_ 1030

static uint64_t
arg(const struct wl_vgcall *c, unsigned i)
{
	uint64_t v = 0;

	(void)wl_vgcall_arg(c, i, &v);
	return v;
}

/* A descriptor, which stands as an unsigned number. */
static int
fd_arg(const struct wl_vgcall *c, unsigned i)
{
	return (int)(int32_t)(uint32_t)arg(c, i);
}

/* ------------------------------------------------------------ memory ---- */

/* The file behind a descriptor; in buf, if nobody has seen it opened. */
static const char *
path_of(const struct wl_rec_proc *p, int fd, char *buf, size_t len)
{
	const struct wl_fd *f = wl_fds_get(p->fds, fd);

	if (f != NULL)
		return f->path;
	snprintf(buf, len, "/descriptor/%d.%d", p->pid, fd);
	return buf;
}

static void
call_mmap(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	uint64_t flags = arg(c, 3);
	const char *path = NULL;
	char buf[64];

	if ((flags & LX_MAP_ANON) == 0)
		path = path_of(p, fd_arg(c, 4), buf, sizeof(buf));
	if (path != NULL && strcmp(path, "/dev/zero") == 0)
		path = NULL;
	flags = (flags & MAP_KEPT) |
	    ((flags & MAP_TYPE) == LX_MAP_PRIVATE ? LX_MAP_PRIVATE :
						    LX_MAP_SHARED);
	wl_rec_map(r, p, c->result, arg(c, 1), arg(c, 2) & VM_PROT_ALL, flags,
	    path, path != NULL ? arg(c, 5) : 0);
}

static void
call_munmap(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	const struct sim_call call = { .no = SIM_SYS_MUNMAP,
		.arg = { arg(c, 0), arg(c, 1) } };

	wl_rec_op(r, p, &call, NULL);
}

static void
call_mprotect(struct wl_rec *r, struct wl_rec_proc *p,
    const struct wl_vgcall *c)
{
	const struct sim_call call = { .no = SIM_SYS_MPROTECT,
		.arg = { arg(c, 0), arg(c, 1), arg(c, 2) & VM_PROT_ALL } };

	wl_rec_op(r, p, &call, NULL);
}

static void
call_madvise(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	const struct sim_call call = { .no = SIM_SYS_MADVISE,
		.arg = { arg(c, 0), arg(c, 1), arg(c, 2) } };

	wl_rec_op(r, p, &call, NULL);
}

/* To where it went; in place, nothing else is asked for. */
static void
call_mremap(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	struct sim_call call = { .no = SIM_SYS_MREMAP,
		.arg = { arg(c, 0), arg(c, 1), arg(c, 2) } };

	if (c->result != arg(c, 0)) {
		call.arg[3] = MREMAP_MOVES | (arg(c, 3) & MREMAP_LEAVES);
		call.arg[4] = c->result;
	}
	wl_rec_op(r, p, &call, NULL);
}

static void
call_brk(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	const uint64_t want = arg(c, 0);

	if (!p->brk_known && want == 0) {
		p->brk_known = true;
		wl_rec_line(r, "set %s break 0x%" PRIx64, p->name,
		    (c->result + WL_REC_PAGE - 1) &
			~(uint64_t)(WL_REC_PAGE - 1));
	} else if (want == c->result) {
		wl_rec_line(r,
		    "expect %s: brk(0x%" PRIx64 ") returns 0x%" PRIx64, p->name,
		    want, want);
	}
}

/* ------------------------------------------------------- descriptors ---- */

static void
set_fd(struct wl_rec *r, struct wl_rec_proc *p, int fd, const char *path)
{
	if (wl_fds_set(p->fds, fd, path) == NULL)
		(void)wl_rec_no_memory(r);
}

/* The path of a call as the trace will have it. => NULL: none */
static char *
get_path(struct wl_rec *r, const struct wl_vgcall *c, const char *before)
{
	char path[WL_REC_PATH];
	const char *text;
	size_t len;
	char *copy;

	if (!wl_vgcall_string(c, &text, &len) ||
	    (size_t)snprintf(path, sizeof(path), "%s%.*s", before, (int)len,
		text) >= sizeof(path))
		return NULL;
	wl_clean_path(path);
	copy = strdup(path);
	if (copy == NULL)
		(void)wl_rec_no_memory(r);
	return copy;
}

static void
call_open(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	char *path = get_path(r, c, "");

	if (path != NULL)
		set_fd(r, p, (int)c->result, path);
	free(path);
}

static void
call_memfd(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	char before[64], *path;

	/* Two of one name are two objects. */
	snprintf(before, sizeof(before), "/memfd:%d.%" PRIu64 ":", p->pid,
	    p->lines);
	path = get_path(r, c, before);
	set_fd(r, p, (int)c->result, path != NULL ? path : before);
	free(path);
}

static void
call_close(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	(void)r;
	wl_fds_close(p->fds, fd_arg(c, 0));
}

static void
call_dup(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	const struct wl_fd *old = wl_fds_get(p->fds, fd_arg(c, 0));
	const int fd = (int)c->result;
	char *path;

	if (wl_vgcall_is(c, "fcntl") && arg(c, 1) != F_DUPFD_ &&
	    arg(c, 1) != F_DUPFD_CLOEXEC_)
		return;
	if (old == NULL) {
		wl_fds_close(p->fds, fd);
	} else if (old->fd != fd) {
		path = strdup(old->path);
		if (path != NULL)
			set_fd(r, p, fd, path);
		else
			(void)wl_rec_no_memory(r);
		free(path);
	}
}

/* --------------------------------------------------------- processes ---- */

static void
call_exit(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	(void)r;
	p->status = arg(c, 0) & 0xff;
}

static void
waited(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	const struct wl_rec_proc *child;

	if (c->failed || c->result == 0 || c->result > INT32_MAX)
		return;
	child = wl_rec_find(r, (int)c->result);
	p->reaped++;
	if (child != NULL && child != p)
		p->waits = child->pid;
}

/* ------------------------------------------------------------- table ---- */

static const struct row {
	const char *name;
	void (*done)(struct wl_rec *, struct wl_rec_proc *,
	    const struct wl_vgcall *);
} rows[] = {
	{ "mmap", call_mmap },
	{ "munmap", call_munmap },
	{ "mprotect", call_mprotect },
	{ "pkey_mprotect", call_mprotect },
	{ "mremap", call_mremap },
	{ "madvise", call_madvise },
	{ "brk", call_brk },
	{ "openat", call_open },
	{ "open", call_open },
	{ "creat", call_open },
	{ "memfd_create", call_memfd },
	{ "close", call_close },
	{ "dup", call_dup },
	{ "dup2", call_dup },
	{ "dup3", call_dup },
	{ "fcntl", call_dup },
	{ "exit_group", call_exit },
	{ "wait4", waited },
};

static const struct row *
row_of(const struct wl_vgcall *c)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (wl_vgcall_is(c, rows[i].name))
			return &rows[i];
	return NULL;
}

/* ----------------------------------------------------- in two lines ---- */

static void
unlink_pending(struct wl_rec_pending **at)
{
	struct wl_rec_pending *old = *at;

	*at = old->next;
	free(old->text);
	free(old);
}

void
wl_rec_pending_free(struct wl_rec_proc *p)
{
	while (p->pending != NULL)
		unlink_pending(&p->pending);
}

static struct wl_rec_pending **
pending_of(struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	struct wl_rec_pending **at = &p->pending;

	while (*at != NULL &&
	    ((*at)->call.tid != c->tid || (*at)->call.nr != c->nr))
		at = &(*at)->next;
	return at;
}

/* The call and its text, for the line that says how it went. */
static void
remember(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	struct wl_rec_pending **at = pending_of(p, c), *n;

	if (*at != NULL)
		unlink_pending(at);
	n = calloc(1, sizeof(*n));
	if (n == NULL ||
	    (n->text = malloc(c->namelen + c->argslen + 1)) == NULL) {
		free(n);
		(void)wl_rec_no_memory(r);
		return;
	}
	n->call = *c;
	memcpy(n->text, c->name, c->namelen);
	memcpy(n->text + c->namelen, c->args, c->argslen);
	n->call.name = n->text;
	n->call.args = n->text + c->namelen;
	n->next = p->pending;
	p->pending = n;
}

static void
returned(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	struct wl_rec_pending **at = pending_of(p, c);
	const struct row *row;
	struct wl_vgcall whole;

	if (*at == NULL)
		return;
	whole = (*at)->call;
	whole.kind = WL_VGCALL_DONE;
	whole.failed = c->failed;
	whole.result = c->result;
	row = row_of(&whole);
	if (row != NULL && !whole.failed)
		row->done(r, p, &whole);
	unlink_pending(at);
}

/*
 * A thread that waited and makes another call: a signal came in between, and
 * the log does not say what the wait returned.  As a rule the signal is that a
 * child has ended.
 */
static void
interrupted(struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	struct wl_rec_pending **at = &p->pending;

	while (*at != NULL &&
	    ((*at)->call.tid != c->tid || !wl_vgcall_is(&(*at)->call, "wait4")))
		at = &(*at)->next;
	if (*at == NULL)
		return;
	if (arg(&(*at)->call, 2) == 0) {
		p->reaped++;
		p->waits = WL_REC_ANY;
	}
	unlink_pending(at);
}

void
wl_rec_call(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	const struct row *row;

	if (c->kind == WL_VGCALL_RETURN) {
		returned(r, p, c);
		return;
	}
	interrupted(p, c);
	if (c->kind == WL_VGCALL_CHILD) {
		wl_rec_born(r, p, c->child);
		return;
	}
	row = row_of(c);
	if (row == NULL || (c->kind == WL_VGCALL_DONE && c->failed))
		return;
	if (c->kind == WL_VGCALL_PENDING)
		remember(r, p, c);
	else
		row->done(r, p, c);
}
