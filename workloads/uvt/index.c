/*
 * Beginning in the middle of a uvt: from the end of the file backwards.
 *
 *	file = part ...			each has an index at its end, unless
 *	part = H block ... I		it was cut
 *
 * The last eight bytes of an index say that it is one, the eight before say
 * where it begins, counted from the beginning of what it tells of.  That is the
 * file; or, where a trace was put behind another one, the trace: then it is
 * found by going back for its header, and what it tells of begins behind
 * another index.
 *
 * Nothing of this is needed to read the trace: whoever finds anything amiss
 * reads from the beginning.  What is found here is only a place and the number
 * of its first reference, and that of the references in the parts before it.
 * The block there must have that number, or one that it makes with its own head
 * and those behind; the headers of the blocks behind the last one of each index
 * must add up to what the index counts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/io/bytes.h"
#include "int.h"

#define ENTRY 16 /* bytes */
#define MAXINDEX (WL_UVT_HEADER + WL_UVT_MAXOPS)

struct part {
	uint64_t begin;      /* byte of the file */
	uint64_t index, end; /* where the index begins, and ends */
	uint64_t references; /* in it */
};

struct wl_uvt_parts {
	struct wl_input *in;
	struct part *part; /* the last one first */
	size_t n, max;
	uint8_t *index; /* header and payload of the index read last */
	uint8_t *tail;  /* for looking for its header */
};

/* An index at this place, which ends at `end', whole and sound. */
static bool
read_index(struct wl_uvt_parts *p, uint64_t at, uint64_t end,
    struct wl_uvt_block *b)
{
	const size_t len = (size_t)(end - at);

	return wl_input_at(p->in, at, p->index, len) &&
	    wl_uvt_header(p->index, b) == NULL && b->type == WL_UVT_INDEX &&
	    b->length == len - WL_UVT_HEADER &&
	    b->length == ENTRY * ((uint64_t)b->records + 1) &&
	    wl_uvt_sound(p->index, b);
}

/*
 * => where the header of the index is that ends there, so far back at most; 0:
 *    nowhere
 */
static uint64_t
look_so_far(struct wl_uvt_parts *p, uint64_t end, size_t len)
{
	struct wl_uvt_block b;

	if (!wl_input_at(p->in, end - len, p->tail, len))
		return 0;
	for (size_t back = WL_UVT_HEADER + ENTRY; back <= len; back += ENTRY) {
		const uint8_t *h = p->tail + len - back;

		if (wl_uvt_header(h, &b) == NULL && b.type == WL_UVT_INDEX &&
		    b.length == back - WL_UVT_HEADER)
			return end - back;
	}
	return 0;
}

/* Further and further: many small parts are not read by the megabyte. */
static uint64_t
look_back(struct wl_uvt_parts *p, uint64_t end)
{
	const size_t most = end < MAXINDEX ? (size_t)end : MAXINDEX;
	uint64_t at = 0;

	for (size_t len = 1024; at == 0; len *= 8) {
		at = look_so_far(p, end, len < most ? len : most);
		if (len >= most)
			break;
	}
	return at;
}

static bool
block_at(struct wl_uvt_parts *p, const struct part *part, uint64_t at,
    struct wl_uvt_block *b)
{
	uint8_t head[WL_UVT_HEADER];

	return wl_input_at(p->in, part->begin + at, head, sizeof(head)) &&
	    wl_uvt_header(head, b) == NULL;
}

/*
 * From a place of the part to its index, by the headers: they count as many
 * references as the index does.  Each counts from the head before it; the last
 * one of them from the beginning of the part.
 */
static bool
adds_up(struct wl_uvt_parts *p, const struct part *part,
    const struct wl_uvt_mark *place)
{
	const uint64_t end = part->index - part->begin;
	uint64_t at = place->offset, n = place->first, before = 0;
	struct wl_uvt_block b;

	while (at < end) {
		if (!block_at(p, part, at, &b) || b.first > n)
			return false;
		if (at == place->offset || b.type == WL_UVT_HEAD)
			before = n - b.first;
		else if (b.first != n - before)
			return false;
		n += b.type == WL_UVT_REFS ? b.records : 0;
		at += WL_UVT_HEADER + b.length;
	}
	return at == end && before == 0 && n == part->references;
}

/* Entry number i - 1 of the index read last; 0: the beginning of the part. */
static struct wl_uvt_mark
place_before(const struct wl_uvt_parts *p, uint32_t i)
{
	const uint8_t *entry = p->index + WL_UVT_HEADER + (size_t)ENTRY * i;

	if (i == 0)
		return (struct wl_uvt_mark){ 0, 0 };
	return (struct wl_uvt_mark){ wl_le64(entry - 16), wl_le64(entry - 8) };
}

/* The part that ends there. => false: it has no index, or a bad one */
static bool
read_part(struct wl_uvt_parts *p, uint64_t end, struct part *part)
{
	struct wl_uvt_mark place;
	struct wl_uvt_block b;
	uint8_t last[ENTRY];
	uint64_t said;

	if (end < WL_UVT_HEADER + ENTRY ||
	    !wl_input_at(p->in, end - ENTRY, last, sizeof(last)) ||
	    memcmp(last + 8, WL_UVT_END, 8) != 0)
		return false;
	said = part->index = wl_le64(last);
	if (said >= end || end - said > MAXINDEX ||
	    end - said < WL_UVT_HEADER + ENTRY ||
	    !read_index(p, said, end, &b)) {
		part->index = look_back(p, end);
		if (part->index < said || !read_index(p, part->index, end, &b))
			return false;
	}
	part->begin = part->index - said;
	part->end = end;
	part->references = b.first;
	place = place_before(p, b.records);
	return adds_up(p, part, &place) && block_at(p, part, 0, &b) &&
	    b.type == WL_UVT_HEAD && b.first == 0;
}

static bool
add_part(struct wl_uvt_parts *p, const struct part *part)
{
	struct part *more;

	if (p->n == p->max) {
		p->max = p->max > 0 ? 2 * p->max : 16;
		more = realloc(p->part, p->max * sizeof(*more));
		if (more == NULL)
			return false;
		p->part = more;
	}
	p->part[p->n++] = *part;
	return true;
}

static bool
read_parts(struct wl_uvt_parts *p)
{
	uint64_t end = wl_input_size(p->in);
	struct part part;

	while (end > 0) {
		if (!read_part(p, end, &part) || !add_part(p, &part))
			return false;
		end = part.begin;
	}
	return p->n > 0;
}

/*
 * The block there has the number that the index says.  One of a trace that was
 * put behind another one before more was appended to both still counts from its
 * own head: then the index is right if all behind adds up.
 * => *before: references of the part before the block's number 0
 */
static bool
has_number(struct wl_uvt_parts *p, const struct part *part,
    const struct wl_uvt_mark *place, uint64_t *before)
{
	struct wl_uvt_block b;

	if (place->offset >= part->index - part->begin ||
	    !block_at(p, part, place->offset, &b) || b.first > place->first)
		return false;
	*before = place->first - b.first;
	return *before == 0 || adds_up(p, part, place);
}

/* The last block of the part's index before reference number n of it. */
static bool
find_in_part(struct wl_uvt_parts *p, const struct part *part, uint64_t n,
    struct wl_uvt_mark *place, uint64_t *before)
{
	struct wl_uvt_block b;
	uint32_t low = 0, high;

	if (!read_index(p, part->index, part->end, &b))
		return false;
	for (high = b.records; low < high;) {
		const uint32_t mid = low + (high - low) / 2;

		if (place_before(p, mid + 1).first <= n)
			low = mid + 1;
		else
			high = mid;
	}
	*place = place_before(p, low);
	return has_number(p, part, place, before);
}

/*
 * => the place in the file, its number in all of the trace, and how many
 *    references are before the number 0 that the block there counts from
 */
static bool
find(struct wl_uvt_parts *p, uint64_t n, struct wl_uvt_mark *place,
    uint64_t *before)
{
	uint64_t parts = 0; /* references in those before */
	size_t i = p->n - 1;

	for (; i > 0 && n - parts >= p->part[i].references; i--)
		parts += p->part[i].references;
	if (!find_in_part(p, &p->part[i], n - parts, place, before))
		return false;
	place->offset += p->part[i].begin;
	place->first += parts;
	*before += parts;
	return true;
}

static bool
open_parts(struct wl_uvt_parts *p, struct wl_input *in)
{
	memset(p, 0, sizeof(*p));
	p->in = in;
	p->index = malloc(MAXINDEX);
	p->tail = malloc(MAXINDEX);
	return p->index != NULL && p->tail != NULL && read_parts(p);
}

static void
close_parts(struct wl_uvt_parts *p)
{
	free(p->part);
	free(p->index);
	free(p->tail);
}

bool
wl_uvt_indexed(struct wl_input *in, uint64_t *references)
{
	struct wl_uvt_parts p;
	bool found;

	errno = 0;
	found = open_parts(&p, in);
	*references = 0;
	for (size_t i = 0; i < p.n; i++)
		*references += p.part[i].references;
	close_parts(&p);
	return found;
}

void
wl_uvt_seek(struct wl_uvt_reader *r)
{
	struct wl_uvt_parts p;
	struct wl_uvt_mark place;
	uint64_t before;
	bool found;

	if (r->skip == 0 || wl_input_size(r->in) == 0)
		return;
	found = open_parts(&p, r->in) && find(&p, r->skip, &place, &before) &&
	    place.offset > 0 && wl_input_seek(r->in, place.offset);
	close_parts(&p);
	if (!found)
		return;
	r->sought = true;
	r->offset = place.offset;
	r->references = place.first;
	r->before = before;
}
