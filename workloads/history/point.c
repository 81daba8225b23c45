/*
 * Checkpoints: cores in memory, packed by zstd at its fastest, and what the run
 * knows besides.
 *
 * Distance.  To make one costs about as much as a number of operations that
 * grows with its size, so the next one comes no sooner than that.
 *
 * Thinning.  When they are too many or take more than they may, the one goes
 * whose neighbours are nearest to each other: what is left stays about equally
 * far apart, and the distance from then on is no less than what thinning
 * leaves.  Moment 0 and where the machine stands are never taken.
 */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "int.h"

#define LEAST 4096     /* operations between two */
#define MOST 4096      /* checkpoints */
#define BYTES_AN_OP 64 /* of a core, made in some operations' time */
#define LEVEL 1        /* of zstd */
#define MAXNEAR 4      /* made on ways back */

static void
forget(struct wl_history *h, size_t i)
{
	struct wl_point *p = &h->point[i];

	h->bytes -= p->size;
	h->source->forget(p->kept);
	free(p->core);
	free(p->text);
	memmove(p, p + 1, (h->npoints - i - 1) * sizeof(*p));
	h->npoints--;
}

void
wl_point_free_all(struct wl_history *h)
{
	while (h->npoints > 0)
		forget(h, h->npoints - 1);
}

/* => the place of the first one behind moment n */
static size_t
behind(const struct wl_history *h, uint64_t n)
{
	size_t lo = 0, hi = h->npoints;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (h->point[mid].at <= n)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct wl_point *
wl_point_before(const struct wl_history *h, uint64_t n)
{
	size_t i = behind(h, n);

	return i > 0 ? &h->point[i - 1] : NULL;
}

/* ----------------------------------------------------------- thinning ---- */

/* => the one whose going leaves the smallest gap; 0: none may go */
static size_t
least_missed(struct wl_history *h)
{
	uint64_t least = UINT64_MAX;
	size_t best = 0;

	for (size_t i = 1; i + 1 < h->npoints; i++) {
		uint64_t gap = h->point[i + 1].at - h->point[i - 1].at;

		if (gap < least) {
			least = gap;
			best = i;
		}
	}
	if (best != 0 && least / 2 > h->every)
		h->every = least / 2;
	return best;
}

static void
thin(struct wl_history *h)
{
	size_t i;

	while ((h->bytes > h->config.memory || h->npoints > MOST) &&
	    (i = least_missed(h)) != 0)
		forget(h, i);
}

/* Of those made on ways back the oldest goes first. */
static void
thin_near(struct wl_history *h)
{
	size_t n = 0, first = 0;

	for (size_t i = h->npoints; i > 0; i--)
		if (h->point[i - 1].near) {
			n++;
			first = i - 1;
		}
	if (n > MAXNEAR)
		forget(h, first);
}

/* ------------------------------------------------------------- making ---- */

/* => false: no memory */
static bool
pack(struct wl_point *p, const uint8_t *core, size_t len)
{
	size_t room = ZSTD_compressBound(len), n;
	uint8_t *buf = malloc(room), *less;

	if (buf == NULL)
		return false;
	n = ZSTD_compress(buf, room, core, len, LEVEL);
	less = ZSTD_isError(n) ? NULL : realloc(buf, n > 0 ? n : 1);
	if (less == NULL) {
		free(buf);
		return false;
	}
	p->core = less;
	p->size = n;
	p->full = len;
	return true;
}

static bool
save(struct wl_history *h, struct wl_point *p)
{
	uint8_t *core;
	size_t len;
	bool ok;

	if (sim_core_save_memory(h->m, &core, &len) != 0)
		return false;
	ok = pack(p, core, len);
	free(core);
	if (ok && (p->kept = h->source->keep(h)) == NULL) {
		free(p->core);
		ok = false;
	}
	return ok;
}

static bool
room_for_one(struct wl_history *h)
{
	size_t max = h->maxpoints > 0 ? 2 * h->maxpoints : 64;
	struct wl_point *p;

	if (h->npoints < h->maxpoints)
		return true;
	p = realloc(h->point, max * sizeof(*p));
	if (p == NULL)
		return false;
	h->point = p;
	h->maxpoints = max;
	return true;
}

static void
insert(struct wl_history *h, const struct wl_point *p)
{
	size_t i = behind(h, p->at);

	memmove(h->point + i + 1, h->point + i,
	    (h->npoints - i) * sizeof(*h->point));
	h->point[i] = *p;
	h->npoints++;
	h->bytes += p->size;
}

/* How far behind this one the next comes. */
static void
set_distance(struct wl_history *h, const struct wl_point *p)
{
	uint64_t least = p->full / BYTES_AN_OP;

	if (h->config.every != 0)
		h->every = h->config.every;
	else if (h->every < LEAST || h->every < least)
		h->every = least > LEAST ? least : LEAST;
}

bool
wl_point_make(struct wl_history *h, bool near)
{
	const struct wl_point *last = wl_point_before(h, h->at);
	struct wl_point p = { .at = h->at, .near = near };

	if (last != NULL && last->at == h->at)
		return true;
	if (h->source->keep == NULL) {
		h->every = UINT64_MAX;
		return true;
	}
	(void)wl_history_moment(h);
	p.text = h->text != NULL ? strdup(h->text) : NULL;
	p.moment = h->moment;
	p.moment.text = NULL;
	if (!room_for_one(h) || !save(h, &p)) {
		free(p.text);
		snprintf(h->error, sizeof(h->error),
		    "no memory for a checkpoint");
		if (h->npoints > 0)
			h->error[0] = '\0';
		return false;
	}
	h->saves++;
	insert(h, &p);
	set_distance(h, &p);
	thin(h);
	thin_near(h);
	return true;
}

/* ------------------------------------------------------------ loading ---- */

/* => the core, to be freed; NULL: no memory */
static uint8_t *
unpack(const struct wl_point *p)
{
	uint8_t *core = malloc(p->full);
	size_t n;

	if (core == NULL)
		return NULL;
	n = ZSTD_decompress(core, p->full, p->core, p->size);
	if (!ZSTD_isError(n) && n == p->full)
		return core;
	free(core);
	return NULL;
}

bool
wl_point_load(struct wl_history *h, const struct wl_point *p)
{
	uint8_t *core = unpack(p);
	struct machine *m = NULL;
	char err[300] = "no memory";
	int error = core == NULL ?
	    1 :
	    sim_core_load_memory(core, p->full, &m, err, sizeof(err));

	free(core);
	if (error != 0) {
		(void)wl_history_lose(h,
		    "the checkpoint of operation %llu "
		    "cannot be loaded: %s",
		    (unsigned long long)p->at, err);
		return false;
	}
	h->story = NULL;
	sim_machine_destroy(h->m);
	h->m = m;
	if (!h->source->restore(h, p->kept)) {
		(void)wl_history_lose(h, "no memory to go back");
		return false;
	}
	h->at = p->at;
	h->moment = p->moment;
	free(h->text);
	h->text = p->text != NULL ? strdup(p->text) : NULL;
	h->loads++;
	if (h->config.start != NULL)
		h->config.start(h->config.ctx, m);
	return true;
}

/* ------------------------------------------------------------ telling ---- */

void
wl_history_use(const struct wl_history *h, struct wl_history_use *u)
{
	uint64_t next;

	*u = (struct wl_history_use){ .n = h->npoints,
		.bytes = h->bytes,
		.saves = h->saves,
		.loads = h->loads,
		.redone = h->redone };
	for (size_t i = 0; i < h->npoints; i++) {
		next = i + 1 < h->npoints ? h->point[i + 1].at : h->known;
		if (next - h->point[i].at > u->gap)
			u->gap = next - h->point[i].at;
	}
}

bool
wl_history_checkpoint(const struct wl_history *h, size_t i, uint64_t *at)
{
	if (i < h->npoints)
		*at = h->point[i].at;
	return i < h->npoints;
}
