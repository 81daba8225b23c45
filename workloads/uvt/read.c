/*
 * Reading uvt: block by block, in constant memory.  A block that is not whole
 * ends the trace; one that is damaged is an error, and nothing of it is used.
 *
 * Blocks of references that are not wanted are passed over by their headers.
 * That their numbers are those of the next block is what says that the headers
 * are right.
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
	r->skip = in->skip;
	r->buf = malloc(WL_UVT_HEADER + WL_UVT_MAXPAYLOAD + WL_UVT_SLACK);
	r->room = malloc(WL_UVT_MAXREFS * sizeof(*r->room));
	if (r->buf != NULL && r->room != NULL)
		return true;
	wl_uvt_close(r);
	return false;
}

void
wl_uvt_close(struct wl_uvt_reader *r)
{
	free(r->buf);
	free(r->room);
	r->buf = NULL;
	r->room = NULL;
}

static bool
wrong(struct wl_uvt_reader *r, const char *why)
{
	char number[32] = "";

	if (!r->sought) /* else nobody has counted */
		snprintf(number, sizeof(number), " %" PRIu64, r->blocks + 1);
	snprintf(r->error, sizeof(r->error), "block%s at byte %" PRIu64 ": %s",
	    number, r->offset, why);
	return false;
}

/* What a header of its own cannot tell: its place in the trace. */
static const char *
out_of_place(const struct wl_uvt_reader *r, const struct wl_uvt_block *b)
{
	if (r->blocks == 0 && !r->sought && b->type != WL_UVT_HEAD)
		return "a trace begins with a block of type H";
	if (b->type != WL_UVT_HEAD && b->first + r->before != r->references)
		return "its first reference has another number than the trace "
		       "has references";
	return NULL;
}

/* => false: end, cut, or an error */
static bool
read_header(struct wl_uvt_reader *r, struct wl_uvt_block *b)
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
	if (b->type == WL_UVT_HEAD)
		r->before = r->references - b->first;
	return (why = out_of_place(r, b)) == NULL ? true : wrong(r, why);
}

/* References in the block that come before the wanted ones. */
static uint64_t
unwanted(const struct wl_uvt_reader *r, const struct wl_uvt_block *b)
{
	const uint64_t more = r->skip > r->references ?
	    r->skip - r->references :
	    0;

	if (b->type != WL_UVT_REFS)
		return 0;
	return more < b->records ? more : b->records;
}

/* The payload, checked and decoded. => false: cut, or an error */
static bool
read_payload(struct wl_uvt_reader *r, const struct wl_uvt_block *b)
{
	const char *why;

	r->cut = wl_input_read(r->in, r->buf + WL_UVT_HEADER, b->length) <
	    b->length;
	if (r->cut)
		return false;
	if (!wl_uvt_sound(r->buf, b))
		return wrong(r, "the checksum is another one");
	if (b->type != WL_UVT_REFS || r->undecoded)
		return true;
	memset(r->buf + WL_UVT_HEADER + b->length, 0, WL_UVT_SLACK);
	why = wl_uvt_decode(r->buf, b, r->room);
	return why == NULL ? true : wrong(r, why);
}

/* One block, of which `less' references are not wanted. */
static bool
take(struct wl_uvt_reader *r, struct wl_uvt_block *b, uint64_t less)
{
	if (less == b->records && less > 0)
		r->cut = !wl_input_pass(r->in, b->length);
	else if (!read_payload(r, b))
		return false;
	if (r->cut)
		return false;
	r->offset += WL_UVT_HEADER + b->length;
	r->blocks++;
	if (b->type == WL_UVT_REFS)
		r->references += b->records;
	return true;
}

/* The end. => false */
static bool
end(struct wl_uvt_reader *r)
{
	if (r->error[0] == '\0' && r->in->failed) {
		r->cut = false;
		snprintf(r->error, sizeof(r->error), "%s", r->in->error);
	}
	if (r->error[0] == '\0' && r->references < r->skip)
		snprintf(r->error, sizeof(r->error),
		    "--skip %" PRIu64 ": the trace has only %" PRIu64
		    " references",
		    r->skip, r->references);
	return false;
}

bool
wl_uvt_next(struct wl_uvt_reader *r)
{
	struct wl_uvt_block b;
	uint64_t less;

	do {
		if (r->cut || r->error[0] != '\0' || !read_header(r, &b))
			return end(r);
		less = unwanted(r, &b);
		if (!take(r, &b, less))
			return end(r);
	} while (b.type == WL_UVT_REFS && less == b.records);
	b.first += less;
	b.records -= (uint32_t)less;
	r->ref = r->room + less;
	r->text = (const char *)r->buf + WL_UVT_HEADER;
	r->raw = r->buf;
	r->block = b;
	return true;
}
