/*
 * Writing uvt: references and lines wait until a block is full, or until the
 * other kind comes, which the order of the trace keeps apart.
 */
#include "int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_REFS 32768u /* in a block of ours */
#define BLOCK_TEXT 32768u /* bytes */
#define MAXMARKS (WL_UVT_MAXOPS / 16 - 1)

/* Remember where a block stands; when there are too many, every other one. */
static void
note_mark(struct wl_uvt_writer *w)
{
	if (w->blocks % w->stride != 0)
		return;
	if (w->nmarks == MAXMARKS) {
		for (size_t i = 0; i < MAXMARKS / 2; i++)
			w->mark[i] = w->mark[2 * i];
		w->nmarks = MAXMARKS / 2;
		w->stride *= 2;
		if (w->blocks % w->stride != 0)
			return;
	}
	w->mark[w->nmarks++] = (struct wl_uvt_mark){
		.offset = w->offset,
		.first = w->references - w->n,
	};
}

static bool
write_block(struct wl_uvt_writer *w, const void *block, size_t len)
{
	note_mark(w);
	if (fwrite(block, 1, len, w->fp) != len)
		return false;
	w->offset += len;
	w->blocks++;
	return true;
}

static bool
flush_refs(struct wl_uvt_writer *w)
{
	size_t len;
	bool ok;

	if (w->n == 0)
		return true;
	len = wl_uvt_encode(w->block, w->ref, w->n, w->references - w->n,
	    w->process);
	ok = write_block(w, w->block, len);
	w->n = 0;
	return ok;
}

static bool
write_text(struct wl_uvt_writer *w, enum wl_uvt_type type, const char *text,
    size_t len, uint32_t lines)
{
	struct wl_uvt_block b = {
		.type = type,
		.length = (uint32_t)len,
		.records = lines,
		.first = w->references,
	};

	memcpy(w->block + WL_UVT_HEADER, text, len);
	wl_uvt_seal(w->block, &b);
	return write_block(w, w->block, WL_UVT_HEADER + len);
}

static bool
flush_text(struct wl_uvt_writer *w)
{
	size_t len = w->textlen;
	uint32_t lines = w->lines;

	w->textlen = w->lines = 0;
	return len == 0 || write_text(w, WL_UVT_OPS, w->text, len, lines);
}

static bool
open_writer(struct wl_uvt_writer *w, FILE *fp)
{
	memset(w, 0, sizeof(*w));
	w->fp = fp;
	w->ref = malloc(BLOCK_REFS * sizeof(*w->ref));
	w->text = malloc(WL_UVT_MAXOPS);
	w->block = malloc(WL_UVT_HEADER + WL_UVT_MAXPAYLOAD);
	w->mark = malloc(MAXMARKS * sizeof(*w->mark));
	w->stride = 1;
	return w->ref != NULL && w->text != NULL && w->block != NULL &&
	    w->mark != NULL;
}

static bool
write_head(struct wl_uvt_writer *w, const char *origin)
{
	size_t len = strlen(origin);
	uint32_t lines = 0;

	if (len > WL_UVT_MAXOPS)
		len = WL_UVT_MAXOPS;
	for (size_t i = 0; i < len; i++)
		lines += origin[i] == '\n';
	return write_text(w, WL_UVT_HEAD, origin, len, lines);
}

bool
wl_uvt_begin(struct wl_uvt_writer *w, FILE *fp, const char *origin)
{
	return open_writer(w, fp) && write_head(w, origin);
}

bool
wl_uvt_part(struct wl_uvt_writer *w, const char *origin)
{
	return flush_refs(w) && flush_text(w) && write_head(w, origin);
}

/* ----------------------------------------------------------- appending ---- */

/* The block that was read last, as it is. */
static bool
copy_block(struct wl_uvt_writer *w, const struct wl_uvt_reader *r)
{
	const struct wl_uvt_block *b = &r->block;

	w->operations |= b->type == WL_UVT_OPS;
	if (!write_block(w, r->raw, WL_UVT_HEADER + (size_t)b->length))
		return false;
	if (b->type == WL_UVT_REFS)
		w->references += b->records;
	return true;
}

static const char *
copy_trace(struct wl_uvt_writer *w, struct wl_uvt_reader *r)
{
	bool ok = true;

	while (ok && wl_uvt_next(r))
		ok = copy_block(w, r);
	return r->error[0] != '\0' ? r->error :
	    !ok                    ? strerror(errno != 0 ? errno : EIO) :
	    r->cut                 ? "the trace breaks off" :
	    r->blocks == 0         ? "expected a uvt trace" :
				     NULL;
}

bool
wl_uvt_append(struct wl_uvt_writer *w, FILE *fp, struct wl_input *old,
    const char *origin, char *err, size_t errlen)
{
	struct wl_uvt_reader r = { .undecoded = false };
	const char *why = "no memory";
	size_t len;

	errno = 0;
	if (open_writer(w, fp) && wl_uvt_open(&r, old)) {
		const char *text = wl_input_peek(old, WL_UVT_HEADER, &len);

		r.undecoded = true;
		why = wl_uvt_detect(text, len) ? copy_trace(w, &r) :
						 "expected a uvt trace";
	}
	if (why == NULL && !write_head(w, origin))
		why = strerror(errno != 0 ? errno : EIO);
	if (why != NULL)
		snprintf(err, errlen, "%s: %s", old->path, why);
	wl_uvt_close(&r);
	return why == NULL;
}

bool
wl_uvt_put(struct wl_uvt_writer *w, uint32_t process, const struct wl_ref *ref,
    size_t n)
{
	if ((w->textlen != 0 && !flush_text(w)) ||
	    (w->n != 0 && w->process != process && !flush_refs(w)))
		return false;
	w->process = process;
	while (n > 0) {
		size_t part = BLOCK_REFS - w->n < n ? BLOCK_REFS - w->n : n;

		memcpy(w->ref + w->n, ref, part * sizeof(*ref));
		w->n += (uint32_t)part;
		w->references += part;
		ref += part;
		n -= part;
		if (w->n == BLOCK_REFS && !flush_refs(w))
			return false;
	}
	return true;
}

bool
wl_uvt_op(struct wl_uvt_writer *w, const char *line, size_t len)
{
	if ((w->n != 0 && !flush_refs(w)) ||
	    (w->textlen != 0 && w->textlen + len + 1 > BLOCK_TEXT &&
		!flush_text(w)))
		return false;
	w->operations = true;
	memcpy(w->text + w->textlen, line, len);
	w->textlen += len;
	w->text[w->textlen++] = '\n';
	w->lines++;
	return true;
}

static bool
write_index(struct wl_uvt_writer *w)
{
	uint8_t *p = w->block + WL_UVT_HEADER;
	struct wl_uvt_block b = {
		.type = WL_UVT_INDEX,
		.length = (uint32_t)(16 * w->nmarks + 16),
		.records = (uint32_t)w->nmarks,
		.first = w->references,
	};

	for (size_t i = 0; i < w->nmarks; i++, p += 16) {
		uvt_put(p, w->mark[i].offset, 8);
		uvt_put(p + 8, w->mark[i].first, 8);
	}
	uvt_put(p, w->offset, 8);
	memcpy(p + 8, WL_UVT_END, 8);
	wl_uvt_seal(w->block, &b);
	return write_block(w, w->block, WL_UVT_HEADER + b.length);
}

bool
wl_uvt_end(struct wl_uvt_writer *w)
{
	return flush_refs(w) && flush_text(w) && write_index(w);
}

void
wl_uvt_drop(struct wl_uvt_writer *w)
{
	free(w->ref);
	free(w->text);
	free(w->block);
	free(w->mark);
	memset(w, 0, sizeof(*w));
}
