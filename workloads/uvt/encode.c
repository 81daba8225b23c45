/*
 * Encoding a block of uvt.
 *
 * Data have two bases, so that a program that goes between its stack and its
 * heap needs short deltas for both: a reference takes the nearer base, which
 * then is where it was.
 */
#include "int.h"

#include <string.h>

/* -------------------------------------------------------------- choice ---- */

static uint64_t
distance(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) < 0 ? b - a : a - b;
}

/*
 * Where the bases begin: at the first fetch, the first datum, and the datum
 * that is furthest from that: so a third place, between those two, is near
 * enough to one of them for a short form.
 */
static void
first_bases(const struct wl_ref *ref, uint32_t n, uint64_t *base)
{
	bool fetch = false, data = false;

	memset(base, 0, UVT_BASES * sizeof(*base));
	for (const struct wl_ref *end = ref + n; ref < end; ref++) {
		if (ref->kind == WL_REF_FETCH) {
			base[0] = fetch ? base[0] : ref->va;
			fetch = true;
		} else if (!data) {
			base[1] = base[2] = ref->va;
			data = true;
		} else if (distance(ref->va, base[1]) >
		    distance(base[2], base[1])) {
			base[2] = ref->va;
		}
	}
}

static unsigned
stream_of(const struct wl_ref *ref, const uint64_t *base)
{
	unsigned s = ref->kind == WL_REF_LOAD ? 1 :
	    ref->kind == WL_REF_STORE         ? 3 :
						5;

	if (ref->kind == WL_REF_FETCH)
		return 0;
	return s + (distance(ref->va, base[2]) < distance(ref->va, base[1]));
}

/* => the code of this size; 0 and *exception: it has none */
static unsigned
size_code(const struct wl_ref *ref, unsigned stream, bool *exception)
{
	const struct wl_uvt_row *row = &wl_uvt_rows[0][stream];

	*exception = false;
	for (unsigned i = 0; i < 8; i++)
		if (row[i << 5].size == ref->size)
			return i;
	*exception = true;
	return 0;
}

/* => the code of the length that this difference needs; 4: none has room */
static unsigned
length_code(uint64_t d, const struct wl_uvt_row *rows)
{
	unsigned i = 0;

	while (i < 4 && ((d + rows[i << 3].bias) & ~rows[i << 3].mask) != 0)
		i++;
	return i;
}

/* ------------------------------------------------------------ encoding ---- */

struct coder {
	uint8_t *control, *delta, *exception;
	uint32_t number, exceptions;
	unsigned form;
};

/* => false: a delta is too long for the form */
static bool
encode_half(struct coder *c, const struct wl_ref *ref, uint32_t n,
    uint64_t *base)
{
	const struct wl_uvt_row *rows = wl_uvt_rows[c->form];

	for (const struct wl_ref *end = ref + n; ref < end; ref++) {
		unsigned stream = stream_of(ref, base), length, size;
		unsigned b = rows[stream].base, bytes;
		uint64_t d = ref->va - base[b];
		bool odd;

		length = length_code(d, rows);
		if (length == 4)
			return false;
		size = size_code(ref, stream, &odd);
		*c->control++ = (uint8_t)(stream | length << 3 | size << 5);
		bytes = rows[length << 3].bytes;
		uvt_put(c->delta, d + rows[length << 3].bias, bytes);
		c->delta += bytes;
		if (odd) {
			uvt_put(c->exception, c->number, 4);
			uvt_put(c->exception + 4, ref->size, 4);
			c->exception += 8;
			c->exceptions++;
		}
		base[b] = ref->va + rows[stream | size << 5].step;
		c->number++;
	}
	return true;
}

/* The payload, in one form. => false: that form will not do */
static bool
encode_form(struct coder *c, uint8_t *payload, uint8_t *exceptions,
    const struct wl_ref *ref, uint32_t n, unsigned form)
{
	const uint32_t half[2] = { n - n / 2, n / 2 };

	*c = (struct coder){
		.control = payload + 2 * UVT_HALF_HEAD,
		.delta = payload + 2 * UVT_HALF_HEAD + n,
		.exception = exceptions,
		.form = form,
	};
	for (unsigned h = 0; h < 2; h++) {
		uint64_t base[UVT_BASES];

		first_bases(ref, half[h], base);
		for (unsigned i = 0; i < UVT_BASES; i++)
			uvt_put(payload + h * UVT_HALF_HEAD + (size_t)8 * i,
			    base[i], 8);
		if (!encode_half(c, ref, half[h], base))
			return false;
		ref += half[h];
	}
	return true;
}

size_t
wl_uvt_encode(uint8_t *out, const struct wl_ref *ref, uint32_t n,
    uint64_t first, uint32_t process)
{
	uint8_t *payload = out + WL_UVT_HEADER;
	/* Exceptions wait at the far end until it is known where they go. */
	uint8_t *exceptions = payload + WL_UVT_MAXPAYLOAD - (size_t)8 * n;
	struct wl_uvt_block b = {
		.type = WL_UVT_REFS,
		.records = n,
		.first = first,
		.process = process,
	};
	struct coder c;

	if (!encode_form(&c, payload, exceptions, ref, n, 2))
		(void)encode_form(&c, payload, exceptions, ref, n, 3);
	memmove(c.delta, exceptions, (size_t)8 * c.exceptions);
	b.form = (uint8_t)c.form;
	b.exceptions = c.exceptions;
	b.length = (uint32_t)(c.delta - payload) + 8 * c.exceptions;
	wl_uvt_seal(out, &b);
	return WL_UVT_HEADER + b.length;
}
