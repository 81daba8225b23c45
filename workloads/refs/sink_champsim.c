/*
 * Traces written as ChampSim's records of 64 bytes (ref_champsim.c): each fetch
 * begins one, and the data behind it go to its places.
 *
 * They are read as loads, then stores; so a load behind a store, a store to
 * what was loaded, and whatever finds its places full begin another record,
 * whose ip is 0: it is no fetch.  A modify is the same address in both.
 * Address 0 stands for nothing and is written as 1, of the same page.
 */
#include <string.h>

#include "sink_formats.h"

#define BYTES 64
#define NDEST 2
#define NSRC 4

static void
put64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* Write the record, if it has anything, and begin one. */
static bool
next_record(struct wl_refsink *s, uint64_t ip)
{
	struct wl_sinkrecord *r = &s->record;
	uint8_t rec[BYTES] = { 0 };
	bool good = true;

	if (r->ip != 0 || r->ndest > 0 || r->nsrc > 0) {
		put64(rec, r->ip);
		for (unsigned i = 0; i < r->ndest; i++)
			put64(rec + 16 + (size_t)8 * i, r->dest[i]);
		for (unsigned i = 0; i < r->nsrc; i++)
			put64(rec + 32 + (size_t)8 * i, r->src[i]);
		good = fwrite(rec, 1, BYTES, s->fp) == BYTES;
	}
	*r = (struct wl_sinkrecord){ .ip = ip };
	return good;
}

static bool
among(const uint64_t *place, unsigned n, uint64_t va)
{
	while (n-- > 0)
		if (place[n] == va)
			return true;
	return false;
}

/* => it can be said in this record, behind what is there */
static bool
fits(const struct wl_sinkrecord *r, uint32_t kind, uint64_t va)
{
	switch (kind) {
	case WL_REF_LOAD: return r->ndest == 0 && r->nsrc < NSRC;
	case WL_REF_STORE:
		return r->ndest < NDEST && !among(r->src, r->nsrc, va);
	default:
		return r->ndest < NDEST && r->nsrc < NSRC &&
		    !among(r->dest, r->ndest, va) &&
		    !among(r->src, r->nsrc, va);
	}
}

static bool
champsim_put(struct wl_refsink *s, const struct wl_ref *ref, size_t n)
{
	struct wl_sinkrecord *r = &s->record;

	for (; n > 0; n--, ref++) {
		const uint64_t va = ref->va != 0 ? ref->va : 1;

		if (ref->kind == WL_REF_FETCH) {
			if (!next_record(s, va))
				return false;
			continue;
		}
		if (!fits(r, ref->kind, va) && !next_record(s, 0))
			return false;
		if (ref->kind != WL_REF_STORE)
			r->src[r->nsrc++] = va;
		if (ref->kind != WL_REF_LOAD)
			r->dest[r->ndest++] = va;
	}
	return true;
}

/* There is no place for words about the trace. */
static bool
champsim_begin(struct wl_refsink *s, const char *origin)
{
	(void)origin;
	s->record = (struct wl_sinkrecord){ .ip = 0 };
	return true;
}

static bool
champsim_end(struct wl_refsink *s)
{
	return next_record(s, 0) && ferror(s->fp) == 0;
}

const struct wl_sinkformat wl_sink_champsim = {
	.name = "champsim",
	.summary = "ChampSim's records of 64 bytes",
	.touches = true,
	.begin = champsim_begin,
	.put = champsim_put,
	.end = champsim_end,
};
