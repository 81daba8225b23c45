/*
 * Finding moments: forwards on the way, backwards stretch by stretch, and by
 * bisection where what is true stays true.
 */
#include "find.h"

#include "int.h"

#define TELL 16384 /* operations between two calls of progress() */

/* A search under way. */
struct search {
	struct wl_history *h;
	const struct wl_sought *what;
	struct wl_found *found;
};

static bool
hit(struct search *s)
{
	s->found->looked++;
	return s->what->hit(s->what->ctx, s->h);
}

/* Where a stretch begins. */
static enum wl_went
stand(struct search *s, uint64_t at)
{
	enum wl_went went = WL_WENT;

	if (s->h->at != at)
		went = wl_history_goto(s->h, at);
	s->what->begin(s->what->ctx, s->h);
	return went;
}

/* ---------------------------------------------------------- looking on ---- */

/*
 * One moment on.  => WENT; END: there is none; an operation that stopped the
 * run was done, and there is none behind it
 */
static enum wl_went
advance(struct wl_history *h)
{
	const uint64_t before = h->at;
	enum wl_went went;

	if (h->config.progress != NULL && h->at % TELL == 0 &&
	    !h->config.progress(h->config.ctx, h->at))
		return WL_WENT_ENOUGH;
	went = wl_history_step(h, NULL);
	if (went == WL_WENT_STOPPED)
		return h->at > before ? WL_WENT : WL_WENT_END;
	return went;
}

/* The first hit, or the last one, behind where it stands, up to moment `to'. */
static enum wl_went
forward(struct search *s, uint64_t to, bool first)
{
	enum wl_went went = WL_WENT;

	while (s->h->at < to && (went = advance(s->h)) == WL_WENT)
		if (hit(s)) {
			s->found->found = true;
			s->found->at = s->h->at;
			if (first)
				break;
		}
	return went == WL_WENT_END ? WL_WENT : went;
}

/* Moment 0 has none before it: what is true there has become so. */
static enum wl_went
at_the_beginning(struct search *s)
{
	enum wl_went went = stand(s, 0);

	if (went != WL_WENT || s->what->happens)
		return went;
	s->what->begin(s->what->ctx, NULL);
	if (hit(s)) {
		s->found->found = true;
		s->found->at = 0;
	}
	s->what->begin(s->what->ctx, s->h);
	return went;
}

/*
 * The last hit up to moment n.  That of a checkpoint's own moment belongs to
 * the stretch that ends there.
 */
static enum wl_went
backward(struct search *s, uint64_t n)
{
	const struct wl_point *p;
	enum wl_went went = WL_WENT;

	while (n > 0 && went == WL_WENT && !s->found->found) {
		p = wl_point_before(s->h, n - 1);
		const uint64_t from = p != NULL ? p->at : 0;

		went = stand(s, from);
		if (went == WL_WENT)
			went = forward(s, n, false);
		n = from;
	}
	if (went == WL_WENT && !s->found->found)
		went = at_the_beginning(s);
	return went;
}

static enum wl_went
first(struct search *s)
{
	enum wl_went went = at_the_beginning(s);

	if (went != WL_WENT || s->found->found)
		return went;
	return forward(s, UINT64_MAX, true);
}

static enum wl_went
last(struct search *s)
{
	enum wl_went went = wl_history_goto(s->h, UINT64_MAX);

	if (went != WL_WENT_END && went != WL_WENT_STOPPED && went != WL_WENT)
		return went;
	return backward(s, s->h->at);
}

/* ----------------------------------------------------------- bisection ---- */

/* => whether it is true at the i-th checkpoint */
static bool
holds_at(struct search *s, size_t i, enum wl_went *went)
{
	*went = wl_history_goto(s->h, s->h->point[i].at);
	s->found->looked++;
	return *went == WL_WENT && s->what->holds(s->what->ctx, s->h);
}

/*
 * The last checkpoint at which it is not true yet, then on from there.  Going
 * to checkpoints makes no new ones.
 */
static enum wl_went
bisect(struct search *s)
{
	size_t lo = 0, hi = s->h->npoints;
	enum wl_went went = WL_WENT;

	s->found->bisected = true;
	while (lo < hi && went == WL_WENT) {
		size_t mid = lo + (hi - lo) / 2;

		if (holds_at(s, mid, &went))
			hi = mid;
		else
			lo = mid + 1;
	}
	if (went != WL_WENT)
		return went;
	if (lo == 0)
		return at_the_beginning(s);
	went = stand(s, s->h->point[lo - 1].at);
	return went == WL_WENT ? forward(s, UINT64_MAX, true) : went;
}

/* The one moment is of use if it is where one looks for it. */
static enum wl_went
find_once(struct search *s, enum wl_seek seek, uint64_t origin)
{
	enum wl_went went;

	if (seek == WL_SEEK_NEXT && s->what->holds(s->what->ctx, s->h))
		return WL_WENT;
	went = bisect(s);
	if (seek == WL_SEEK_PREVIOUS && s->found->found &&
	    s->found->at >= origin)
		s->found->found = false;
	return went;
}

/* ----------------------------------------------------------- finding ---- */

static enum wl_went
find(struct search *s, enum wl_seek seek, uint64_t origin)
{
	if (s->what->holds != NULL && s->h->npoints > 0)
		return find_once(s, seek, origin);
	switch (seek) {
	case WL_SEEK_NEXT:
		s->what->begin(s->what->ctx, s->h);
		return forward(s, UINT64_MAX, true);
	case WL_SEEK_PREVIOUS:
		return origin > 0 ? backward(s, origin - 1) : WL_WENT;
	case WL_SEEK_FIRST: return first(s);
	default: return last(s);
	}
}

enum wl_went
wl_history_find(struct wl_history *h, const struct wl_sought *what,
    enum wl_seek seek, struct wl_found *found)
{
	const uint64_t origin = h->at;
	struct search s = { .h = h, .what = what, .found = found };
	enum wl_went went;

	*found = (struct wl_found){ .found = false };
	went = find(&s, seek, origin);
	if (went == WL_WENT_LOST)
		return went;
	if (went != WL_WENT)
		found->found = false;
	if (!found->found)
		found->at = origin;
	if (h->at != found->at && wl_history_goto(h, found->at) == WL_WENT_LOST)
		return WL_WENT_LOST;
	return went == WL_WENT_ENOUGH ? went : WL_WENT;
}
