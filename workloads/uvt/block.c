/*
 * Blocks of uvt: references to bytes and back.
 *
 * A block is decoded without a branch: what a control byte says is a row of a
 * table, and each row says how many bytes the delta has, by a mask.  The chain
 * from one delta's place to the next would be waited for, so that both halves
 * are decoded in turns.
 */
#include "int.h"

#include <assert.h>

#include "workloads/io/bytes.h"
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
#define BYTES(form, c) (((1 << (c >> 3 & 3)) >> 1) << (form & 1))
#define MASK(form, c) \
	(BYTES(form, c) == 0 ? 0 : \
			       UINT64_MAX >> ((64 - 8 * BYTES(form, c)) & 63))
#define SIZE(c) \
	(STREAM(c) == 0 ? (c >> 5) + 1 : (c >> 5) == 7 ? 10 : 1 << (c >> 5))
#define ROW(form, c) \
	{ \
		MASK(form, c), \
		    form < UVT_ZIGZAG || BYTES(form, c) == 0 ? \
		    0 : \
		    MASK(form, c) / 2 + 1, \
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

const struct wl_uvt_row wl_uvt_rows[UVT_FORMS][256] = { { ROWS256(0) },
	{ ROWS256(1) }, { ROWS256(2) }, { ROWS256(3) } };

static_assert(sizeof(struct wl_uvt_row) == 32, "half a cache line");

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
	return b->form >= UVT_FORMS ? "a block of references has form 0 to 3" :
				      NULL;
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

struct halves {
	const uint8_t *control, *delta[2];
	struct wl_ref *out;
	uint32_t n; /* of both */
	uint64_t base[2][UVT_BASES];
};

/*
 * The loop is bound by its loads and stores, so that size and kind go as one
 * word (they are neighbours here and there), and zigzag is what older traces
 * have.
 */
static inline __attribute__((always_inline)) void
decode_one(uint64_t *base, const struct wl_uvt_row *r, bool zigzag,
    const uint8_t **delta, struct wl_ref *out)
{
	const uint32_t size = r->size, kind = r->kind;
	const uint64_t z = wl_le64(*delta) & r->mask;
	const uint64_t va = base[r->base] +
	    (zigzag ? (z >> 1) ^ -(z & 1) : z - r->bias);

	*delta += r->bytes;
	out->va = va;
	out->size = size;
	out->kind = kind;
	base[r->base] = va + r->step;
}

/* Of the first half are as many as of the second, or one more. */
static inline __attribute__((always_inline)) void
decode_halves(const struct wl_uvt_row *row, bool zigzag, const struct halves *h)
{
	const uint8_t *c = h->control, *a = h->delta[0], *b = h->delta[1];
	const uint8_t *end = c + h->n / 2;
	const size_t first = h->n - h->n / 2;
	struct wl_ref *out = h->out;
	uint64_t base[2][UVT_BASES];

	memcpy(base, h->base, sizeof(base));
	for (; c < end; c++, out++) {
		decode_one(base[0], &row[c[0]], zigzag, &a, out);
		decode_one(base[1], &row[c[first]], zigzag, &b, out + first);
	}
	if (h->n % 2 != 0)
		decode_one(base[0], &row[*c], zigzag, &a, out);
}

/* Apart, so that the rows of a form are one address for the loop. */
static __attribute__((noinline)) void
decode_zigzag(const struct wl_uvt_row *row, const struct halves *h)
{
	decode_halves(row, true, h);
}

static __attribute__((noinline)) void
decode_biased(const struct wl_uvt_row *row, const struct halves *h)
{
	decode_halves(row, false, h);
}

/*
 * Bytes of the deltas of these control bytes: 0, 1, 2 or 4, twice that in forms
 * 1 and 3.  Compilers make vectors of it.
 */
#define LANES 16
#define ROUNDS 32 /* each adds 4 at most to a lane of a byte */

static inline uint8_t
delta_code(uint8_t control)
{
	const uint8_t code = control >> 3 & 3;

	return code == 3 ? 4 : code;
}

static uint64_t
delta_bytes(const uint8_t *control, uint32_t n, unsigned form)
{
	uint32_t bytes = 0;

	for (; n >= LANES * ROUNDS; n -= LANES * ROUNDS) {
		uint8_t lane[LANES] = { 0 };

		for (unsigned i = 0; i < ROUNDS; i++, control += LANES)
			for (unsigned j = 0; j < LANES; j++)
				lane[j] = (uint8_t)(lane[j] +
				    delta_code(control[j]));
		for (unsigned j = 0; j < LANES; j++)
			bytes += lane[j];
	}
	for (uint32_t i = 0; i < n; i++)
		bytes += delta_code(control[i]);
	return (uint64_t)bytes << (form & 1);
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
	struct halves halves = { .control = control, .out = out, .n = n };
	uint64_t na, nz;

	na = delta_bytes(control, first, b->form);
	nz = delta_bytes(control + first, n - first, b->form);
	if (2 * UVT_HALF_HEAD + n + na + nz + 8 * (uint64_t)b->exceptions !=
	    b->length)
		return "the length of a block does not fit its references";
	for (unsigned i = 0; i < 2 * UVT_BASES; i++)
		halves.base[i / UVT_BASES][i % UVT_BASES] = wl_le64(
		    p + (size_t)8 * i);
	halves.delta[0] = control + n;
	halves.delta[1] = control + n + na;
	if (b->form < UVT_ZIGZAG)
		decode_zigzag(wl_uvt_rows[b->form], &halves);
	else
		decode_biased(wl_uvt_rows[b->form], &halves);
	return patch(control + n + na + nz, b, out);
}
