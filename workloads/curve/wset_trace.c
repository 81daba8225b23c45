/*
 * One pass over a trace.  Touches come some thousand at a time; what a window
 * still lacks of its length is taken from them, and at its end a row is made.
 */
#include "wset_trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/refs/pageindex.h"

struct pass {
	struct wl_wset_trace *w;
	struct wl_pageindex index;
	uint64_t left; /* touches that the window lacks */
	uint32_t batch[WL_TOUCHES_ROOM];
	uint64_t counted[WL_TOUCHES_ROOM];
};

/* ---------------------------------------------------------------- rows ---- */

static bool
wider(void *array, size_t bytes)
{
	void *p = realloc(*(void **)array, bytes);

	if (p != NULL)
		*(void **)array = p;
	return p != NULL;
}

static int
more_rows(struct wl_wset_trace *w)
{
	const size_t n = w->maxrows > 0 ? 2 * w->maxrows : 256;
	const size_t wide = n * (w->ntaus + (size_t)1) * sizeof(uint64_t);

	if (w->nrows == WL_WSET_MAXWINDOWS)
		return EFBIG;
	if (!wider(&w->row, n * sizeof(*w->row)) ||
	    !wider(&w->foot, n * sizeof(*w->foot)) || !wider(&w->size, wide) ||
	    !wider(&w->faults, wide))
		return ENOMEM;
	w->maxrows = n;
	return 0;
}

/* Faults of a tau in all rows so far are what the last one has to leave out. */
static void
fill_taus(struct wl_wset_trace *w, uint64_t *before)
{
	const size_t at = w->nrows * w->ntaus;

	for (unsigned i = 0; i < w->ntaus; i++) {
		const struct wl_wset_tau *u = &w->wset.tau[i];

		w->size[at + i] = u->size;
		w->faults[at + i] = u->faults - before[i];
		before[i] = u->faults;
	}
}

static int
end_window(struct wl_wset_trace *w, uint64_t *before)
{
	struct wl_wset_window window;
	struct wl_wset_row *row;
	int error = w->nrows == w->maxrows ? more_rows(w) : 0;

	if (error != 0)
		return error;
	wl_wset_window(&w->wset, &window);
	row = &w->row[w->nrows];
	*row = (struct wl_wset_row){ .time = w->wset.now,
		.touches = window.touches,
		.firsts = window.firsts };
	if (w->count != NULL) {
		row->misses = wl_count_result(w->count, 0)->misses - w->misses;
		w->misses += row->misses;
	}
	w->foot[w->nrows] = (struct wl_footprint){ window.pages,
		window.common };
	fill_taus(w, before);
	w->nrows++;
	return 0;
}

/* ---------------------------------------------------------------- pass ---- */

/* n touches within a window, of pages that have an index each. */
static int
take(struct pass *p, size_t from, size_t n)
{
	struct wl_wset_trace *w = p->w;

	if (wl_wset_touches(&w->wset, p->batch + from, n) < n)
		return ENOMEM;
	if (w->distances && wl_reuse_touches(&w->reuse, p->batch + from, n) < n)
		return ENOMEM;
	return w->count == NULL ?
	    0 :
	    wl_count_touch(w->count, p->counted + from, n);
}

static int
make_indices(struct pass *p, const uint64_t *page, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p->batch[i] = wl_pageindex(&p->index, page[i]);
		p->counted[i] = WL_TOUCH(page[i], false);
		if (p->batch[i] == WL_PAGEINDEX_NONE)
			return ENOMEM;
	}
	return 0;
}

static int
take_all(struct pass *p)
{
	struct wl_wset_trace *w = p->w;
	uint64_t before[WL_WSET_MAXTAUS] = { 0 };
	const uint64_t *page;
	size_t n;
	int error = 0;

	p->left = w->every;
	while (error == 0 && (n = wl_touches_next(w->touches, &page)) > 0) {
		error = make_indices(p, page, n);
		for (size_t i = 0, k; i < n && error == 0; i += k) {
			k = n - i < p->left ? n - i : (size_t)p->left;
			error = take(p, i, k);
			p->left -= k;
			if (error == 0 && p->left == 0) {
				error = end_window(w, before);
				p->left = w->every;
			}
		}
	}
	if (error == 0 && p->left < w->every)
		error = end_window(w, before);
	return error;
}

/* --------------------------------------------------------------- begin ---- */

static bool
start_policy(struct wl_wset_trace *w)
{
	if (w->policy == NULL)
		return true;
	w->mem = mem_create();
	w->count = w->mem != NULL ? wl_count_create(w->mem) : NULL;
	return w->count != NULL && wl_count_add(w->count, w->policy, &w->args);
}

static const char *
sentence(int error)
{
	switch (error) {
	case EFBIG: return "too many windows, 4194304 at most";
	case EOVERFLOW: return "too many pages for a policy";
	default: return "no memory";
	}
}

_Static_assert(WL_WSET_MAXWINDOWS == 4194304, "the number that people read");

bool
wl_wset_trace(struct wl_wset_trace *w)
{
	struct wl_touches *t = w->touches;
	struct pass *p = calloc(1, sizeof(*p));
	int error = 0;

	if (!wl_touches_open(t)) {
		free(p);
		return false;
	}
	if (p == NULL || !wl_wset_init(&w->wset, w->tau, w->ntaus) ||
	    !start_policy(w)) {
		error = ENOMEM;
	} else {
		p->w = w;
		error = take_all(p);
		wl_pageindex_fini(&p->index);
		wl_wset_finish(&w->wset);
	}
	wl_touches_close(t);
	free(p);
	if (error != 0)
		snprintf(t->error, sizeof(t->error), "%s: %s", t->trace,
		    sentence(error));
	else if (t->error[0] == '\0' && t->touches == 0)
		snprintf(t->error, sizeof(t->error),
		    "%s: expected references, but it has none%s", t->trace,
		    t->data_only ? " of data" : "");
	return t->error[0] == '\0';
}

void
wl_wset_trace_fini(struct wl_wset_trace *w)
{
	wl_wset_fini(&w->wset);
	wl_reuse_fini(&w->reuse);
	free(w->row);
	free(w->foot);
	free(w->size);
	free(w->faults);
	wl_count_destroy(w->count);
	mem_destroy(w->mem);
}
