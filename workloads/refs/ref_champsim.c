/*
 * ChampSim's traces: one record an instruction, no header, little-endian.
 *
 *	champsim, 64 bytes			cloudsuite, 96 bytes
 *	 0 u64 ip				 0 u64 ip
 *	 8 u8  is_branch			 8 u8  is_branch
 *	 9 u8  branch_taken			 9 u8  branch_taken
 *	10 u8  destination_register[2]		10 u8  destination_register[4]
 *	12 u8  source_register[4]		14 u8  source_register[4]
 *	16 u64 destination_memory[2]		24 u64 destination_memory[4]
 *	32 u64 source_memory[4]			56 u64 source_memory[4]
 *						88 u8  asid[2]
 *
 * A record is a fetch at ip, a load of each source, a store of each
 * destination, in that order, of one byte each: sizes are not there.  An
 * address that is source and destination is one modify.  0 says that a place is
 * not used; an ip of 0 gives no fetch (our own writer does so where an
 * instruction has more references than places).  asid is left.
 *
 * There is nothing to know such a file by but its numbers.  It is taken for one
 * if in each of its first records both flags are 0 or 1 and no address lies in
 * the hole between user and kernel of 57-bit addresses, and if half of the
 * records have an instruction.
 */
#include <stdio.h>

#include "ref_formats.h"
#include "ref_record.h"

#define PEEKED 64 /* records looked at */

#define SHAPE_CHAMPSIM 2, 16, 4, 32
#define SHAPE_CLOUDSUITE 4, 24, 4, 56

/* => a number that some byte of the record's head cannot be, or 0 */
static uint8_t
bad_flag(const uint8_t *rec)
{
	return rec[8] > 1 ? rec[8] : rec[9] > 1 ? rec[9] : 0;
}

/*
 * One record.  Loads first; those that are stored to as well wait for their
 * place among the stores.
 */
static inline void
take(struct wl_refrecord *r, const uint8_t *rec, unsigned ndest, unsigned dest,
    unsigned nsrc, unsigned src)
{
	const uint64_t ip = wl_le64(rec);
	uint64_t to[4], from;
	uint32_t kind[4];
	const size_t before = r->n;

	if (ip != 0)
		wl_put_ref(r, ip, 1, WL_REF_FETCH);
	for (unsigned i = 0; i < ndest; i++) {
		to[i] = wl_le64(rec + dest + (size_t)8 * i);
		kind[i] = WL_REF_STORE;
	}
	for (unsigned i = 0; i < nsrc; i++) {
		bool both = false;

		if ((from = wl_le64(rec + src + (size_t)8 * i)) == 0)
			continue;
		for (unsigned k = 0; k < ndest && !both; k++)
			if (to[k] == from && kind[k] == WL_REF_STORE) {
				kind[k] = WL_REF_MODIFY;
				both = true;
			}
		if (!both)
			wl_put_ref(r, from, 1, WL_REF_LOAD);
	}
	for (unsigned i = 0; i < ndest; i++)
		if (to[i] != 0)
			wl_put_ref(r, to[i], 1, kind[i]);
	r->skipped += r->n == before;
}

static inline size_t
decode(struct wl_refrecord *r, const uint8_t *rec, size_t n, size_t bytes,
    unsigned ndest, unsigned dest, unsigned nsrc, unsigned src)
{
	for (size_t i = 0; i < n; i++, rec += bytes) {
		if (bad_flag(rec) != 0) {
			snprintf(r->why, sizeof(r->why),
			    "expected 0 or 1 in bytes 8 and 9 (is_branch, "
			    "branch_taken), not %u",
			    bad_flag(rec));
			return i;
		}
		take(r, rec, ndest, dest, nsrc, src);
	}
	return n;
}

static size_t
decode_champsim(struct wl_refrecord *r, const uint8_t *rec, size_t n)
{
	return decode(r, rec, n, 64, SHAPE_CHAMPSIM);
}

static size_t
decode_cloudsuite(struct wl_refrecord *r, const uint8_t *rec, size_t n)
{
	return decode(r, rec, n, 96, SHAPE_CLOUDSUITE);
}

/* ------------------------------------------------------------- detect ---- */

static bool
is_address(uint64_t va)
{
	return va >> 56 == 0 || va >> 56 == 0xff;
}

static bool
plausible(const uint8_t *rec, unsigned from, unsigned n)
{
	if (bad_flag(rec) != 0 || !is_address(wl_le64(rec)))
		return false;
	for (unsigned i = 0; i < n; i++)
		if (!is_address(wl_le64(rec + from + (size_t)8 * i)))
			return false;
	return true;
}

static bool
detect(const char *text, size_t len, size_t bytes, unsigned from, unsigned n)
{
	const uint8_t *rec = (const uint8_t *)text;
	size_t records = len / bytes, fetches = 0;

	if (records > PEEKED)
		records = PEEKED;
	for (size_t i = 0; i < records; i++, rec += bytes) {
		if (!plausible(rec, from, n))
			return false;
		fetches += wl_le64(rec) != 0;
	}
	return records > 0 && 2 * fetches >= records;
}

static bool
detect_champsim(const char *text, size_t len)
{
	return detect(text, len, 64, 16, 6);
}

static bool
detect_cloudsuite(const char *text, size_t len)
{
	return detect(text, len, 96, 24, 8);
}

/* ------------------------------------------------------------ formats ---- */

static const struct wl_recrule champsim_rule = {
	.bytes = 64,
	.most = 7,
	.decode = decode_champsim,
};

static const struct wl_recrule cloudsuite_rule = {
	.bytes = 96,
	.most = 9,
	.decode = decode_cloudsuite,
};

const struct wl_refformat wl_ref_champsim = {
	.name = "champsim",
	.summary = "ChampSim's records of 64 bytes",
	.detect = detect_champsim,
	WL_REFRECORD(&champsim_rule),
};

const struct wl_refformat wl_ref_cloudsuite = {
	.name = "cloudsuite",
	.summary = "ChampSim's records of 96 bytes (CloudSuite)",
	.detect = detect_cloudsuite,
	WL_REFRECORD(&cloudsuite_rule),
};
