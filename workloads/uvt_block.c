/*
 * Blocks of uvt: references to bytes and back.
 *
 * A block is decoded without a branch: what a control byte says is a row of a
 * table, and each row says how many bytes the delta has, by a mask.  The chain
 * from one delta's place to the next would be waited for, so that both halves
 * are decoded in turns.
 */
#include "uvt_int.h"

#include "bytes.h"
#include "pmap/types.h"
#include "sim/core_sum.h"

/* -------------------------------------------------------------- tables ---- */

/* What uvt.h says of control bytes, as expressions: rows are constants. */
#define STREAM(c) ((c & 7) % UVT_STREAMS)
#define KIND(c) \
	(STREAM(c) == 0       ? WL_REF_FETCH : \
		STREAM(c) < 3 ? WL_REF_LOAD : \
		STREAM(c) < 5 ? WL_REF_STORE : \
				WL_REF_MODIFY)
#define BASE(c) (STREAM(c) == 0 ? 0 : 2 - (STREAM(c) & 1))
#define BYTES(form, c) (((1 << (c >> 3 & 3)) >> 1) << form)
#define SIZE(c) \
	(STREAM(c) == 0 ? (c >> 5) + 1 : (c >> 5) == 7 ? 10 : 1 << (c >> 5))
#define ROW(form, c) \
	{ \
		BYTES(form, c) == 0 ? \
		    0 : \
		    UINT64_MAX >> ((64 - 8 * BYTES(form, c)) & 63), \
		    SIZE(c), KIND(c), STREAM(c) == 0 ? SIZE(c) : 0, \
		    BYTES(form, c), BASE(c) \
	}
#define ROWS4(f, c) \
	ROW(f, (c)), ROW(f, (c + 1)), ROW(f, (c + 2)), ROW(f, (c + 3))
#define ROWS16(f, c) \
	ROWS4(f, (c)), ROWS4(f, (c + 4)), ROWS4(f, (c + 8)), ROWS4(f, (c + 12))
#define ROWS64(f, c) \
	ROWS16(f, (c)), ROWS16(f, (c + 16)), ROWS16(f, (c + 32)), \
	    ROWS16(f, (c + 48))
#define ROWS256(f) ROWS64(f, 0), ROWS64(f, 64), ROWS64(f, 128), ROWS64(f, 192)

const struct wl_uvt_row wl_uvt_rows[2][256] = { { ROWS256(0) },
	{ ROWS256(1) } };

/* -------------------------------------------------------------- header ---- */

void
wl_uvt_seal(uint8_t *h, const struct wl_uvt_block *b)
{
	struct sim_core_sum sum;

	uvt_put(h, WL_UVT_MAGIC, 4);
	uvt_put(h + 4, b->type, 1);
	uvt_put(h + 5, b->form, 1);
	uvt_put(h + 6, 0, 2);
	uvt_put(h + 8, b->length, 4);
	uvt_put(h + 12, b->records, 4);
	uvt_put(h + 16, b->first, 8);
	uvt_put(h + 24, b->process, 4);
	uvt_put(h + 28, b->exceptions, 4);
	sim_core_sum_init(&sum);
	sim_core_sum_add(&sum, h, 32);
	sim_core_sum_add(&sum, h + WL_UVT_HEADER, b->length);
	uvt_put(h + 32, sim_core_sum_end(&sum), 8);
}

bool
wl_uvt_sound(const uint8_t *h, const struct wl_uvt_block *b)
{
	struct sim_core_sum sum;

	sim_core_sum_init(&sum);
	sim_core_sum_add(&sum, h, 32);
	sim_core_sum_add(&sum, h + WL_UVT_HEADER, b->length);
	return wl_le64(h + 32) == sim_core_sum_end(&sum);
}

static const char *
refs_wrong(const struct wl_uvt_block *b)
{
	uint64_t least = 2 * UVT_HALF_HEAD + (uint64_t)b->records +
	    8 * (uint64_t)b->exceptions;

	if (b->records == 0 || b->records > WL_UVT_MAXREFS)
		return "a block of references has 1 to 65536 of them";
	if (b->exceptions > b->records || b->length < least ||
	    b->length > WL_UVT_MAXPAYLOAD)
		return "the length of a block does not fit its references";
	return b->form > 1 ? "a block of references has form 0 or 1" : NULL;
}

const char *
wl_uvt_header(const uint8_t *h, struct wl_uvt_block *b)
{
	if (wl_le32(h) != WL_UVT_MAGIC)
		return "no block begins here";
	*b = (struct wl_uvt_block){
		.type = h[4],
		.form = h[5],
		.length = wl_le32(h + 8),
		.records = wl_le32(h + 12),
		.first = wl_le64(h + 16),
		.process = wl_le32(h + 24),
		.exceptions = wl_le32(h + 28),
	};
	if (b->type == WL_UVT_REFS)
		return refs_wrong(b);
	if (b->type != WL_UVT_HEAD && b->type != WL_UVT_OPS &&
	    b->type != WL_UVT_INDEX)
		return "a block is of type H, R, O or I";
	return b->length > WL_UVT_MAXOPS ? "a block is too long" : NULL;
}

/* ------------------------------------------------------------ decoding ---- */

struct half {
	const uint8_t *control, *end; /* of the control bytes */
	const uint8_t *delta;
	struct wl_ref *out;
	uint64_t base[UVT_BASES];
};

static inline __attribute__((always_inline)) void
decode_one(uint64_t *base, const struct wl_uvt_row *row,
    const uint8_t **control, const uint8_t **delta, struct wl_ref **out)
{
	const struct wl_uvt_row *r = &row[*(*control)++];
	uint64_t z = wl_le64(*delta) & r->mask;
	uint64_t va = base[r->base] + ((z >> 1) ^ -(z & 1));

	*delta += r->bytes;
	(*out)->va = va;
	(*out)->size = r->size;
	(*out)->kind = r->kind;
	(*out)++;
	base[r->base] = va + r->step;
}

/* The second half is as long as the first, or one shorter. */
static void
decode_halves(const struct wl_uvt_row *row, struct half *a, struct half *b)
{
	const uint8_t *ca = a->control, *da = a->delta;
	const uint8_t *cb = b->control, *db = b->delta;
	struct wl_ref *oa = a->out, *ob = b->out;

	while (cb < b->end) {
		decode_one(a->base, row, &ca, &da, &oa);
		decode_one(b->base, row, &cb, &db, &ob);
	}
	if (ca < a->end)
		decode_one(a->base, row, &ca, &da, &oa);
}

/*
 * Bytes of the deltas of these control bytes: 0, 1, 2 or 4, twice that in form
 * 1.  Compilers make vectors of it.
 */
static uint64_t
delta_bytes(const uint8_t *control, uint32_t n, unsigned form)
{
	uint32_t bytes = 0;

	for (uint32_t i = 0; i < n; i++) {
		const uint8_t code = control[i] >> 3 & 3;

		bytes += code + (code == 3);
	}
	return (uint64_t)bytes << form;
}

static const char *
patch(const uint8_t *p, const struct wl_uvt_block *b, struct wl_ref *out)
{
	for (uint32_t i = 0; i < b->exceptions; i++, p += 8) {
		uint32_t at = wl_le32(p), size = wl_le32(p + 4);

		if (at >= b->records || size == 0 || size > WL_LACKEY_MAXSIZE)
			return "an exception is of no reference, or of a size "
			       "that none has";
		out[at].size = size;
	}
	return NULL;
}

const char *
wl_uvt_decode(const uint8_t *h, const struct wl_uvt_block *b,
    struct wl_ref *out)
{
	const uint8_t *p = h + WL_UVT_HEADER, *control = p + 2 * UVT_HALF_HEAD;
	const uint32_t n = b->records, first = n - n / 2;
	struct half a = { .control = control, .out = out };
	struct half z = { .control = control + first, .out = out + first };
	uint64_t na, nz;

	na = delta_bytes(control, first, b->form);
	nz = delta_bytes(control + first, n - first, b->form);
	if (2 * UVT_HALF_HEAD + n + na + nz + 8 * (uint64_t)b->exceptions !=
	    b->length)
		return "the length of a block does not fit its references";
	for (unsigned i = 0; i < UVT_BASES; i++) {
		a.base[i] = wl_le64(p + (size_t)8 * i);
		z.base[i] = wl_le64(p + UVT_HALF_HEAD + (size_t)8 * i);
	}
	a.end = z.control;
	z.end = control + n;
	a.delta = z.end;
	z.delta = a.delta + na;
	decode_halves(wl_uvt_rows[b->form], &a, &z);
	return patch(control + n + na + nz, b, out);
}
