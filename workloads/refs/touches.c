/*
 * From references to touches, some thousand at a time.  A reference that would
 * pass the end of the addresses touches the page of its first byte only, as in
 * a replay.
 */
#include "touches.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pmap/types.h"

#define MAXPAGES (WL_LACKEY_MAXSIZE / 1024 + 1) /* of a reference */

static bool
no_memory(struct wl_touches *t)
{
	snprintf(t->error, sizeof(t->error), "%s: no memory", t->trace);
	return false;
}

bool
wl_touches_open(struct wl_touches *t)
{
	t->references = t->touches = t->distinct_4k = 0;
	memset(&t->pages_4k, 0, sizeof(t->pages_4k));
	wl_spaces_init(&t->spaces, t->page_shift);
	wl_spaces_init(&t->spaces_4k, 12);
	t->cut = t->stopped = false;
	t->error[0] = '\0';
	t->ref = t->end = NULL;
	switch (wl_refsource_open(&t->source, t->input)) {
	case 0: return true;
	case EINVAL:
		snprintf(t->error, sizeof(t->error),
		    "%s: expected a trace of references", t->trace);
		return false;
	default: return no_memory(t);
	}
}

void
wl_touches_close(struct wl_touches *t)
{
	wl_refsource_close(&t->source);
	wl_pageset_free(&t->pages_4k);
	wl_spaces_fini(&t->spaces);
	wl_spaces_fini(&t->spaces_4k);
}

/* More references. => false: there are none */
static bool
refill(struct wl_touches *t)
{
	const struct wl_refsource *s = &t->source;
	size_t n = wl_refsource_next(&t->source, &t->ref);

	t->end = t->ref + n;
	wl_spaces_process(&t->spaces, s->process);
	wl_spaces_process(&t->spaces_4k, s->process);
	if (n > 0)
		return true;
	t->ref = t->end = NULL;
	t->stopped = s->stopped;
	t->cut = s->cut;
	if (s->error[0] != '\0')
		snprintf(t->error, sizeof(t->error), "%s:%s", t->trace,
		    s->error);
	return false;
}

/* base, far: of the present process (spaces.h). */
static inline __attribute__((always_inline)) size_t
fill_of(struct wl_touches *t, uint64_t base, bool far)
{
	const unsigned shift = t->page_shift;
	const struct wl_ref *ref = t->ref;
	uint64_t left_out = 0;
	size_t n = 0;

	for (; ref < t->end && n <= WL_TOUCHES_ROOM - MAXPAGES; ref++) {
		uint64_t page = ref->va >> shift;
		const uint64_t last = (ref->va + (ref->size - 1)) >> shift;

		if (t->data_only && ref->kind == WL_REF_FETCH) {
			left_out++;
			continue;
		}
		t->page[n++] = wl_spaces_key_of(&t->spaces, base, far, page);
		while (unlikely(page < last))
			t->page[n++] = wl_spaces_key_of(&t->spaces, base, far,
			    ++page);
	}
	t->references += (uint64_t)(ref - t->ref) - left_out;
	t->ref = ref;
	return n;
}

/*
 * The pages of references, as many whole ones as fit; for traces of one process
 * in a loop of its own. => how many pages
 */
static size_t
fill(struct wl_touches *t)
{
	return t->spaces.base == 0 ? fill_of(t, 0, false) :
				     fill_of(t, t->spaces.base, t->spaces.far);
}

static inline __attribute__((always_inline)) bool
note_of(struct wl_touches *t, const struct wl_ref *ref,
    const struct wl_ref *end, uint64_t base, bool far)
{
	for (; ref < end; ref++) {
		uint64_t page = ref->va >> 12;
		const uint64_t last = (ref->va + (ref->size - 1)) >> 12;

		if (t->data_only && ref->kind == WL_REF_FETCH)
			continue;
		do {
			if (!wl_pageset_add(&t->pages_4k,
				wl_spaces_key_of(&t->spaces_4k, base, far,
				    page)))
				return no_memory(t);
		} while (page++ < last);
	}
	t->distinct_4k = t->pages_4k.n;
	return true;
}

/* The 4K pages of references join the set. => false: no memory */
static bool
note_4k(struct wl_touches *t, const struct wl_ref *ref,
    const struct wl_ref *end)
{
	const struct wl_spaces *s = &t->spaces_4k;

	return s->base == 0 ? note_of(t, ref, end, 0, false) :
			      note_of(t, ref, end, s->base, s->far);
}

size_t
wl_touches_next(struct wl_touches *t, const uint64_t **page)
{
	const struct wl_ref *first;
	size_t n;

	do {
		if (t->ref == t->end && !refill(t))
			return 0;
		first = t->ref;
		n = fill(t);
		if (t->counts_4k && !note_4k(t, first, t->ref))
			return 0;
		if (t->spaces.failed || t->spaces_4k.failed)
			return no_memory(t);
	} while (n == 0);
	t->touches += n;
	*page = t->page;
	return n;
}
