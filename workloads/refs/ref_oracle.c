/*
 * libCacheSim's oracleGeneral: requests of a cache, 24 bytes each, packed,
 * little-endian.
 *
 *	 0 u32 time, seconds		12 u32 size of the object
 *	 4 u64 object			16 i64 number of its next request, from
 *					       1 on; -1 or 2^63 - 1: none
 *
 * A request is a load of the page whose number is the object's (see
 * wl_ref_object()); the rest is left.
 *
 * A file is taken for one if its first records fit each other: times do not
 * fall, and what is said of next requests holds as far as it can be seen.
 */

#include "ref_formats.h"
#include "ref_record.h"

#define BYTES 24
#define PEEKED 512                      /* records looked at */
#define MAXREQUESTS ((uint64_t)1 << 40) /* of any such file */

static size_t
oracle_decode(struct wl_refrecord *r, const uint8_t *rec, size_t n)
{
	for (size_t i = 0; i < n; i++, rec += BYTES)
		wl_put_ref(r, wl_ref_object(wl_le64(rec + 4)), 1, WL_REF_LOAD);
	return n;
}

static uint64_t
object(const uint8_t *rec, size_t i)
{
	return wl_le64(rec + BYTES * i + 4);
}

/*
 * Record i of n: its next request, counted from `base', is that of the n which
 * is for the same object, or lies behind them if none is.
 */
static bool
next_fits(const uint8_t *rec, size_t i, size_t n, size_t base)
{
	const uint64_t next = wl_le64(rec + BYTES * i + 16);
	size_t k = i + 1;

	while (k < n && object(rec, k) != object(rec, i))
		k++;
	if (k < n)
		return next == k + base;
	return next == UINT64_MAX || next == INT64_MAX ||
	    (next >= n + base && next < MAXREQUESTS);
}

static bool
all_fit(const uint8_t *rec, size_t n, size_t base)
{
	for (size_t i = 0; i < n; i++)
		if (!next_fits(rec, i, n, base) ||
		    (i > 0 &&
			wl_le32(rec + BYTES * i) <
			    wl_le32(rec + BYTES * (i - 1))))
			return false;
	return n > 0;
}

static bool
detect(const char *text, size_t len)
{
	const uint8_t *rec = (const uint8_t *)text;
	const size_t n = len / BYTES < PEEKED ? len / BYTES : PEEKED;

	return all_fit(rec, n, 1) || all_fit(rec, n, 0);
}

static const struct wl_recrule rule = {
	.bytes = BYTES,
	.most = 1,
	.decode = oracle_decode,
};

const struct wl_refformat wl_ref_oracle = {
	.name = "oracleGeneral",
	.summary = "requests of a cache, libCacheSim's 24 bytes",
	.detect = detect,
	WL_REFRECORD(&rule),
};
