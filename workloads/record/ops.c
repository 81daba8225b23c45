/*
 * Lines of operations, as `run --record' writes them.
 *
 * A file is declared before the first mapping of it, with the length that this
 * needs; a mapping beyond lengthens it by ftruncate.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "workloads/script/exec.h"

#define PAGE WL_REC_PAGE

static uint64_t
round_up(uint64_t len)
{
	return (len + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

/* One line, at most as long as a path and its words. */
static void
put(struct wl_rec *r, const char *text, size_t len)
{
	if (r->error != 0)
		return;
	if (!wl_uvt_op(&r->uvt, text, len)) {
		wl_rec_unwritten(r);
		return;
	}
	r->stats->operations++;
}

void
wl_rec_line(struct wl_rec *r, const char *fmt, ...)
{
	char text[WL_REC_PATH + 256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(text))
		put(r, text, (size_t)n);
}

void
wl_rec_op(struct wl_rec *r, const struct wl_rec_proc *p,
    const struct sim_call *call, const char *file)
{
	const struct wl_spoken s = { p->name, &sim_linux, call, file, 0 };
	char text[WL_REC_PATH + 256];
	const long n = wl_call_text(&s, text, sizeof(text));

	if (n < 0)
		(void)wl_rec_no_memory(r);
	else if (n > 0)
		put(r, text, (size_t)n);
}

/* ------------------------------------------------------------- files ---- */

static void
declare(struct wl_rec *r, const char *path, uint64_t size)
{
	size_t len = strlen(path);
	struct wl_rec_file *f = malloc(sizeof(*f) + len + 1);
	char text[32];

	if (f == NULL) {
		(void)wl_rec_no_memory(r);
		return;
	}
	memcpy(f->path, path, len + 1);
	f->size = size;
	HASH_ADD_STR(r->files, path, f);
	if (f->hh.tbl == NULL) {
		free(f);
		(void)wl_rec_no_memory(r);
		return;
	}
	wl_size_text(size, text, sizeof(text));
	wl_rec_line(r, "file \"%s\" %s", path, text);
}

void
wl_rec_need(struct wl_rec *r, const struct wl_rec_proc *p, const char *path,
    uint64_t size)
{
	struct wl_rec_file *f;

	HASH_FIND_STR(r->files, path, f);
	if (f == NULL) {
		declare(r, path, size);
		return;
	}
	if (f->size >= size)
		return;
	f->size = size;
	wl_rec_line(r, "%s: fd = open(\"%s\", O_RDWR)", p->name, path);
	wl_rec_line(r, "%s: ftruncate(fd, %" PRIu64 ")", p->name, size);
	wl_rec_line(r, "%s: close(fd)", p->name);
}

/*
 * What a shared mapping may later be made is decided by how its file was
 * opened.  The line opens it as the protection needs: a mapping that is not
 * writable yet is made so first.
 */
void
wl_rec_map(struct wl_rec *r, struct wl_rec_proc *p, vaddr_t start, uint64_t len,
    uint64_t prot, uint64_t flags, const char *path, uint64_t offset)
{
	const bool later = path != NULL && flags & LX_MAP_SHARED &&
	    (prot & VM_PROT_WRITE) == 0;
	struct sim_call call = { .no = SIM_SYS_MMAP,
		.arg = { start, len, prot | (later ? VM_PROT_WRITE : 0),
		    flags | LX_MAP_FIXED, UINT64_MAX, offset } };

	if (path != NULL)
		wl_rec_need(r, p, path, offset + round_up(len));
	else
		call.arg[3] |= LX_MAP_ANON;
	wl_rec_op(r, p, &call, path);
	if (!later)
		return;
	call = (struct sim_call){ .no = SIM_SYS_MPROTECT,
		.arg = { start, len, prot } };
	wl_rec_op(r, p, &call, NULL);
}
