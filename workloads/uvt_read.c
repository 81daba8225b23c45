/*
 * Reading uvt: block by block, in constant memory.  A block that is not whole
 * ends the trace; one that is damaged is an error, and nothing of it is used.
 */
#include "uvt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool
wl_uvt_detect(const char *text, size_t len)
{
	return len >= 5 && memcmp(text, "UVTBH", 5) == 0;
}

bool
wl_uvt_open(struct wl_uvt_reader *r, struct wl_input *in)
{
	memset(r, 0, sizeof(*r));
	r->in = in;
	r->buf = malloc(WL_UVT_HEADER + WL_UVT_MAXPAYLOAD + WL_UVT_SLACK);
	r->ref = malloc(WL_UVT_MAXREFS * sizeof(*r->ref));
	if (r->buf != NULL && r->ref != NULL)
		return true;
	wl_uvt_close(r);
	return false;
}

void
wl_uvt_close(struct wl_uvt_reader *r)
{
	free(r->buf);
	free(r->ref);
	r->buf = NULL;
	r->ref = NULL;
}

static bool
wrong(struct wl_uvt_reader *r, const char *why)
{
	snprintf(r->error, sizeof(r->error),
	    "block %" PRIu64 " at byte %" PRIu64 ": %s", r->blocks + 1,
	    r->offset, why);
	return false;
}

/* Header and payload into the buffer. => false: end, cut, or an error */
static bool
read_block(struct wl_uvt_reader *r, struct wl_uvt_block *b)
{
	size_t n = wl_input_read(r->in, r->buf, WL_UVT_HEADER);
	const char *why;

	r->cut = n != 0 && n < WL_UVT_HEADER;
	if (n < WL_UVT_HEADER) {
		r->cut |= r->in->error[0] != '\0';
		return false;
	}
	if ((why = wl_uvt_header(r->buf, b)) != NULL)
		return wrong(r, why);
	n = wl_input_read(r->in, r->buf + WL_UVT_HEADER, b->length);
	r->cut = n < b->length;
	return !r->cut;
}

/* What a header of its own cannot tell: its place in the trace. */
static const char *
out_of_place(const struct wl_uvt_reader *r, const struct wl_uvt_block *b)
{
	if (r->blocks == 0 && b->type != WL_UVT_HEAD)
		return "a trace begins with a block of type H";
	if (b->type != WL_UVT_HEAD && b->first + r->before != r->references)
		return "its first reference has another number than the trace "
		       "has references";
	return NULL;
}

bool
wl_uvt_next(struct wl_uvt_reader *r)
{
	struct wl_uvt_block b;
	const char *why;

	if (r->cut || r->error[0] != '\0' || !read_block(r, &b))
		return false;
	if (!wl_uvt_sound(r->buf, &b))
		return wrong(r, "the checksum is another one");
	if (b.type == WL_UVT_HEAD)
		r->before = r->references - b.first;
	if ((why = out_of_place(r, &b)) != NULL)
		return wrong(r, why);
	if (b.type == WL_UVT_REFS) {
		memset(r->buf + WL_UVT_HEADER + b.length, 0, WL_UVT_SLACK);
		if ((why = wl_uvt_decode(r->buf, &b, r->ref)) != NULL)
			return wrong(r, why);
		r->references += b.records;
	}
	r->text = (const char *)r->buf + WL_UVT_HEADER;
	r->block = b;
	r->blocks++;
	r->offset += WL_UVT_HEADER + b.length;
	return true;
}
