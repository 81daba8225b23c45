/*
 * Columns of integers, and how they are packed.
 *
 * A column is written as tokens, each a number in the base-128 of LEB128:
 *
 *	2k	 k values follow, in zigzag (0, -1, 1, -2, ... as 0, 1, 2, 3)
 *	2k + 1	 the one value that follows stands there k times
 *
 * Of a column with `delta' the values are the differences from the one before
 * (from 0 at first): what rises steadily is one token.  No general compressor
 * is used, so the bytes are the same whatever library a host has; what reads
 * them is api/report/page/10-unpack.js.
 */
#include <stdlib.h>

#include "report.h"

#define RUN 4 /* so many equal values are worth a token */

bool
report_grow(void *array, size_t n, size_t *max, size_t size)
{
	void **p = array, *bigger;
	size_t want = *max > 0 ? 2 * *max : 64;

	if (n < *max)
		return true;
	bigger = realloc(*p, want * size);
	if (bigger == NULL)
		return false;
	*p = bigger;
	*max = want;
	return true;
}

bool
report_column_put(struct report_column *c, int64_t v)
{
	if (!report_grow(&c->v, c->n, &c->max, sizeof(*c->v)))
		return false;
	c->v[c->n++] = v;
	return true;
}

/* ------------------------------------------------------------- packing ---- */

static bool
put_byte(struct report_bytes *o, uint8_t b)
{
	if (!report_grow(&o->b, o->n, &o->max, 1))
		return false;
	o->b[o->n++] = b;
	return true;
}

static bool
put_number(struct report_bytes *o, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		if (!put_byte(o, (uint8_t)(v | 0x80)))
			return false;
	return put_byte(o, (uint8_t)v);
}

static uint64_t
zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t
value_at(const struct report_column *c, bool delta, size_t i)
{
	return !delta || i == 0 ?
	    c->v[i] :
	    (int64_t)((uint64_t)c->v[i] - (uint64_t)c->v[i - 1]);
}

/* => how often the value at i stands there in a row */
static size_t
run_at(const struct report_column *c, bool delta, size_t i)
{
	const int64_t v = value_at(c, delta, i);
	size_t n = 1;

	while (i + n < c->n && value_at(c, delta, i + n) == v)
		n++;
	return n;
}

static bool
put_literals(const struct report_column *c, bool delta, size_t from, size_t to,
    struct report_bytes *o)
{
	if (from == to)
		return true;
	if (!put_number(o, (uint64_t)(to - from) << 1))
		return false;
	for (; from < to; from++)
		if (!put_number(o, zigzag(value_at(c, delta, from))))
			return false;
	return true;
}

bool
report_column_pack(const struct report_column *c, bool delta,
    struct report_bytes *o)
{
	size_t literal = 0, i = 0;

	while (i < c->n) {
		const size_t n = run_at(c, delta, i);

		if (n < RUN) {
			i += n;
			continue;
		}
		if (!put_literals(c, delta, literal, i, o) ||
		    !put_number(o, (uint64_t)n << 1 | 1) ||
		    !put_number(o, zigzag(value_at(c, delta, i))))
			return false;
		i += n;
		literal = i;
	}
	return put_literals(c, delta, literal, i, o);
}

void
report_base64(FILE *fp, const uint8_t *b, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		const uint32_t three = (uint32_t)b[i] << 16 |
		    (i + 1 < n ? (uint32_t)b[i + 1] << 8 : 0) |
		    (i + 2 < n ? b[i + 2] : 0);

		putc(digit[three >> 18], fp);
		putc(digit[three >> 12 & 63], fp);
		putc(i + 1 < n ? digit[three >> 6 & 63] : '=', fp);
		putc(i + 2 < n ? digit[three & 63] : '=', fp);
	}
}
