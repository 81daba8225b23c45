/*
 * A program whose memory is collected.  It makes objects, one store each, and
 * between two of them loads `loads' of those that live; a new object takes the
 * place of a random one that lives, which is garbage from then on.  When there
 * is no room, the collector runs.
 *
 *	mark and sweep	modify each living object, in the order in which they
 *			are found (theirs, not that of addresses), then load
 *			every place of the heap from its beginning; objects go
 *			into the free places from the beginning on
 *	copying		two halves: load each living object, store its copy
 *			behind the one before in the other half; objects go
 *			behind the last one
 */
#include <stdlib.h>

#include "gen.h"
#include "pmap/narrow.h"
#include "workloads/pattern.h"

enum { GC_PAGES, GC_OBJECT, GC_LIVE, GC_LOADS, GC_COPYING };

enum mode { ALLOCATE, WORK, MARK, SWEEP, COPY_FROM, COPY_TO };

struct gc {
	enum mode mode;
	uint64_t places; /* of the heap, or of a half */
	uint64_t nlive;  /* objects that may live */
	uint64_t filled; /* of these, made */
	uint64_t half;   /* first place of the half in use */
	uint64_t cursor; /* place that is looked at, or filled, next */
	uint64_t i;      /* of what the mode counts */
};

/* Bytes of an object, rounded up to 8. */
static uint64_t
object(const uint64_t *p)
{
	return (p[GC_OBJECT] + 7) & ~(uint64_t)7;
}

static bool
gc_start(struct wl_gen *g)
{
	const uint64_t *p = g->args.param;
	struct gc *s = g->state;

	s->places = p[GC_PAGES] * WL_GEN_PAGE / (p[GC_COPYING] ? 2 : 1) /
	    object(p);
	s->nlive = s->places * p[GC_LIVE] / 100;
	if (s->nlive == 0)
		s->nlive = 1;
	g->table[0] = malloc(
	    host_bytes(s->nlive, sizeof(uint32_t)));    /* places */
	g->table[1] = calloc(host_count(s->places), 1); /* used? */
	return g->table[0] != NULL && g->table[1] != NULL;
}

static enum wl_gen_step
touch(struct wl_gen *g, struct wl_ref *ref, uint64_t place,
    enum wl_ref_kind kind)
{
	wl_gen_ref(ref, place * object(g->args.param), 8, kind);
	return WL_GEN_REF;
}

/* => false: no place is free; else the cursor is on one */
static bool
find_free(struct wl_gen *g, struct gc *s)
{
	const uint8_t *used = g->table[1];

	if (!g->args.param[GC_COPYING])
		while (s->cursor < s->places && used[s->cursor])
			s->cursor++;
	return s->cursor < s->places;
}

/* A new object, or the beginning of a collection. */
static enum wl_gen_step
allocate(struct wl_gen *g, struct gc *s, struct wl_ref *ref)
{
	uint32_t *live = g->table[0];
	uint8_t *used = g->table[1];
	const uint64_t which = s->filled < s->nlive ?
	    s->filled++ :
	    wl_random(&g->rng) % s->nlive;

	used[s->cursor] = 1;
	live[which] = (uint32_t)(s->half + s->cursor);
	s->i = 0;
	if (g->args.param[GC_LOADS] > 0)
		s->mode = WORK;
	return touch(g, ref, s->half + s->cursor++, WL_REF_STORE);
}

static enum wl_gen_step
work(struct wl_gen *g, struct gc *s, struct wl_ref *ref)
{
	const uint32_t *live = g->table[0];

	if (++s->i == g->args.param[GC_LOADS])
		s->mode = ALLOCATE;
	return touch(g, ref, live[wl_random(&g->rng) % s->filled], WL_REF_LOAD);
}

static void
begin_collection(struct wl_gen *g, struct gc *s)
{
	uint8_t *used = g->table[1];

	s->i = 0;
	if (g->args.param[GC_COPYING]) {
		s->mode = COPY_FROM;
		return;
	}
	s->mode = MARK;
	for (uint64_t i = 0; i < s->places; i++)
		used[i] = 0;
}

static enum wl_gen_step
mark(struct wl_gen *g, struct gc *s, struct wl_ref *ref)
{
	const uint32_t *live = g->table[0];
	uint8_t *used = g->table[1];
	const uint32_t place = live[s->i];

	used[place] = 1;
	if (++s->i == s->filled) {
		s->mode = SWEEP;
		s->i = 0;
	}
	return touch(g, ref, place, WL_REF_MODIFY);
}

static enum wl_gen_step
sweep(struct wl_gen *g, struct gc *s, struct wl_ref *ref)
{
	const uint64_t place = s->i++;

	if (s->i == s->places) {
		s->mode = ALLOCATE;
		s->cursor = 0;
	}
	return touch(g, ref, place, WL_REF_LOAD);
}

static enum wl_gen_step
copy(struct wl_gen *g, struct gc *s, struct wl_ref *ref)
{
	uint32_t *live = g->table[0];
	const uint64_t other = s->half == 0 ? s->places : 0;
	const uint32_t from = live[s->i];
	uint64_t to;

	if (s->mode == COPY_FROM) {
		s->mode = COPY_TO;
		return touch(g, ref, from, WL_REF_LOAD);
	}
	to = other + s->i;
	live[s->i] = (uint32_t)to;
	s->mode = COPY_FROM;
	if (++s->i == s->filled) {
		s->mode = ALLOCATE;
		s->half = other;
		s->cursor = s->filled;
	}
	return touch(g, ref, to, WL_REF_STORE);
}

static enum wl_gen_step
gc_step(struct wl_gen *g, struct wl_ref *ref)
{
	struct gc *s = g->state;

	if (s->mode == ALLOCATE && !find_free(g, s))
		begin_collection(g, s);
	switch (s->mode) {
	case ALLOCATE: return allocate(g, s, ref);
	case WORK: return work(g, s, ref);
	case MARK: return mark(g, s, ref);
	case SWEEP: return sweep(g, s, ref);
	case COPY_FROM:
	case COPY_TO: break;
	}
	return copy(g, s, ref);
}

static const struct wl_gen_param gc_params[] = {
	{ "pages", "pages of 4K of the heap", 2, 65536, 256 },
	{ "object", "bytes of an object", 8, 2048, 64 },
	{ "live", "of the heap, or of a half: lives, percent", 1, 80, 30 },
	{ "loads", "of living objects, for each new one", 0, 1000, 4 },
	{ "copying", "1: into the other half; 0: mark and sweep", 0, 1, 0 },
	{ .name = NULL }
};

const struct wl_gen_kind wl_gen_gc = {
	.name = "gc",
	.summary = "a heap with a garbage collector",
	.params = gc_params,
	.n = 200000,
	.state = sizeof(struct gc),
	.start = gc_start,
	.step = gc_step,
};
