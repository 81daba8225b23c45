/*
 * First pass over a log: what a line alone cannot tell.
 *
 * A child's lines may come before the line that gives its pid; the program
 * break of an image is known from its first brk(NULL); a program's load address
 * shows in the mprotect of its relocated data; lines without a pid belong to
 * the process that nobody gave birth to.
 */
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "workloads/watch.h"

#define GROW(array, n, cap) \
	((n) < (cap) || grow((void **)&(array), &(cap), sizeof(*(array))))

static bool
grow(void **array, size_t *cap, size_t size)
{
	size_t n = *cap != 0 ? *cap * 2 : 16;
	void *more = realloc(*array, n * size);

	if (more == NULL)
		return false;
	*array = more;
	*cap = n;
	return true;
}

void
wl_scan_free(struct wl_scan *s)
{
	free(s->birth);
	free(s->image);
	free(s->early);
	memset(s, 0, sizeof(*s));
}

struct wl_birth *
wl_scan_birth(struct wl_scan *s, int pid)
{
	for (size_t i = 0; i < s->nbirth; i++)
		if (s->birth[i].pid == pid && !s->birth[i].used)
			return &s->birth[i];
	return NULL;
}

struct wl_image_hint *
wl_scan_image(struct wl_scan *s, int pid, uint64_t line)
{
	for (size_t i = 0; i < s->nimage; i++)
		if (s->image[i].line == line &&
		    (line != 0 || s->image[i].pid == pid))
			return &s->image[i];
	return NULL;
}

bool
wl_scan_early(const struct wl_scan *s, uint64_t line, uint64_t *ret)
{
	for (size_t i = 0; i < s->nearly; i++)
		if (s->early[i].line == line) {
			*ret = s->early[i].ret;
			return true;
		}
	return false;
}

/* ------------------------------------------------------------- births ---- */

static bool
is_birth(const struct wl_system *sys, const struct wl_callrec *rec,
    uint64_t *flags)
{
	return rec->result == WL_LOG_VALUE && rec->ret != 0 &&
	    rec->ret <= SIM_MAXPID && wl_birth_flags(sys, rec, flags);
}

static bool
add_birth(struct wl_scan *s, const struct wl_callrec *rec, uint64_t flags)
{
	if (!GROW(s->birth, s->nbirth, s->capbirth))
		return false;
	s->birth[s->nbirth++] = (struct wl_birth){ .pid = (int)rec->ret,
		.parent = rec->pid,
		.flags = flags,
		.line = rec->line,
		.entry_line = rec->entry_line };
	return true;
}

/* ------------------------------------------------------------- images ---- */

/* The image a pid is running: the last one added for it. */
static struct wl_image_hint *
current(struct wl_scan *s, int pid)
{
	for (size_t i = s->nimage; i-- > 0;)
		if (s->image[i].pid == pid)
			return &s->image[i];
	return NULL;
}

static struct wl_image_hint *
add_image(struct wl_scan *s, int pid, uint64_t line)
{
	if (!GROW(s->image, s->nimage, s->capimage))
		return NULL;
	s->image[s->nimage] = (struct wl_image_hint){ .pid = pid,
		.line = line };
	return &s->image[s->nimage++];
}

static bool
is_exec(const struct wl_callrec *rec)
{
	return (strcmp(rec->name, "execve") == 0 ||
		   strcmp(rec->name, "execveat") == 0) &&
	    rec->result == WL_LOG_VALUE && rec->ret == 0;
}

static bool
scan_image(struct wl_scan *s, const struct wl_system *sys,
    const struct wl_callrec *rec)
{
	struct wl_image_hint *image;
	struct wl_elf_relro h;
	uint64_t prot;

	if (is_exec(rec))
		return add_image(s, rec->pid, rec->line) != NULL;
	if (rec->result != WL_LOG_VALUE || rec->nargs < 1)
		return true;
	image = current(s, rec->pid);
	if (image == NULL && (image = add_image(s, rec->pid, 0)) == NULL)
		return false;
	if (strcmp(rec->name, "brk") == 0 && !image->has_brk &&
	    wl_text_is(rec->arg[0], "NULL")) {
		image->has_brk = true;
		image->brk = rec->ret;
	}
	if (strcmp(rec->name, "mprotect") == 0 && rec->nargs == 3 &&
	    image->nrelro < (int)NELEM(image->relro) &&
	    wl_system_number(sys, rec->arg[2], &prot) && prot == VM_PROT_READ &&
	    wl_text_number(rec->arg[0], NULL, NULL, &h.addr, NULL) &&
	    wl_text_number(rec->arg[1], NULL, NULL, &h.len, NULL))
		image->relro[image->nrelro++] = h;
	return true;
}

/* --------------------------------------------------------------- pass ---- */

static bool
scan_call(struct wl_scan *s, const struct wl_system *sys,
    const struct wl_callrec *rec)
{
	uint64_t flags;
	char path[64];

	if (is_birth(sys, rec, &flags) && !add_birth(s, rec, flags))
		return false;
	if (strcmp(rec->name, "mremap") == 0 && rec->resumed &&
	    rec->result == WL_LOG_VALUE) {
		if (!GROW(s->early, s->nearly, s->capearly))
			return false;
		s->early[s->nearly++] = (struct wl_early){ rec->entry_line,
			rec->ret };
	}
	if (strncmp(rec->name, "open", 4) == 0)
		s->has_opens = true;
	if (!s->has_paths && strcmp(rec->name, "mmap") == 0 &&
	    rec->nargs >= 5 && wl_text_fdpath(rec->arg[4], path, sizeof(path)))
		s->has_paths = true;
	return scan_image(s, sys, rec);
}

/* A pid that nobody bore is the root of lines without one. */
static void
find_root(struct wl_scan *s, const int *seen, size_t nseen)
{
	bool born;

	for (size_t i = 0; i < nseen && s->root == 0; i++) {
		born = false;
		for (size_t j = 0; j < s->nbirth && !born; j++)
			born = s->birth[j].pid == seen[i];
		if (!born)
			s->root = seen[i];
	}
}

int
wl_scan_log(struct wl_calllog *log, const struct wl_system *sys,
    struct wl_scan *s)
{
	int seen[64] = { 0 }, error = 0;
	struct wl_callrec rec;
	size_t nseen = 0, i;
	bool bare = false;

	s->first = -1;
	do {
		/* What comes through a pipe ends by itself then. */
		if (wl_watch_at(log->in->watch, log->in->line) &&
		    log->in->seekable)
			break;
		wl_calllog_next(log, &rec);
		if (rec.kind == WL_LOG_CALL && !scan_call(s, sys, &rec))
			error = ENOMEM;
		if (rec.kind == WL_LOG_CALL && rec.pid == 0)
			bare = true;
		if ((rec.kind == WL_LOG_CALL || rec.kind == WL_LOG_ENTRY) &&
		    s->first < 0) {
			s->any = true;
			s->first = rec.pid;
			s->first_exec = strncmp(rec.name, "execve", 6) == 0;
		}
		if (rec.pid <= 0 || rec.kind == WL_LOG_ATTACHED ||
		    rec.kind == WL_LOG_BAD)
			continue;
		for (i = 0; i < nseen && seen[i] != rec.pid; i++)
			continue;
		if (i == nseen && nseen < NELEM(seen))
			seen[nseen++] = rec.pid;
	} while (
	    error == 0 && rec.kind != WL_LOG_END && rec.kind != WL_LOG_CUT);
	s->stopped = log->in->watch != NULL && log->in->watch->stopped;
	if (error == 0 && log->in->failed)
		error = EIO;
	if (bare)
		find_root(s, seen, nseen);
	if (s->first <= 0)
		s->first = s->root;
	return error;
}
