/*
 * Stack distances: one pass over a reference string gives LRU's misses at every
 * size of memory (workloads/curve/reuse.h).
 */
#include <inttypes.h>

#include "drill_kinds.h"
#include "workloads/curve/reuse.h"

/* "3 1": the different pages between reference i and the one before it to the
 * same page, the latest first */
static const char *
between(const struct wl_string_of *s, unsigned i, char *buf, size_t len)
{
	bool seen[WL_STRING_MAX] = { false };
	size_t at = 0;

	snprintf(buf, len, "none");
	for (unsigned j = i; j-- > 0 && s->page[j] != s->page[i];) {
		if (seen[s->page[j]] || at >= len)
			continue;
		at += (size_t)snprintf(buf + at, len - at, "%s%u",
		    at > 0 ? " " : "", s->page[j]);
		seen[s->page[j]] = true;
	}
	return buf;
}

static void
ask_distance(struct wl_drill *d, const struct wl_string_of *s, unsigned i,
    const uint32_t *distance)
{
	unsigned item = wl_ask(d, -1,
	    "The distance of reference %u (to page "
	    "%u)",
	    i + 1, s->page[i]);
	char text[60];

	if (distance[i] == 0) {
		wl_right(d, item, "first");
		wl_why(d, item, "page %u has not been referenced before.",
		    s->page[i]);
		return;
	}
	wl_right(d, item, "%" PRIu32, distance[i]);
	wl_why(d, item,
	    "since its last reference these others were used: %s; with the "
	    "page itself that makes %" PRIu32 ".",
	    between(s, i, text, sizeof(text)), distance[i]);
}

void
wl_drill_distance(struct wl_drill *d)
{
	const unsigned n = (unsigned)wl_draw(d, 13, 18);
	struct wl_reuse reuse = { 0 };
	struct wl_string_of s;
	uint32_t distance[WL_STRING_MAX];
	uint64_t frames[3], misses[3];
	unsigned order[WL_STRING_MAX], item;
	char text[4 * WL_STRING_MAX];

	wl_draw_string(d, &s, n, (unsigned)wl_draw(d, 4, 6));
	for (unsigned i = 0; i < n; i++)
		if ((distance[i] = wl_reuse_touch(&reuse, s.page[i])) ==
		    WL_REUSE_NOMEM)
			snprintf(d->error, sizeof(d->error), "no memory");
	for (unsigned i = 0; i < 3; i++)
		frames[i] = i + 2;
	if (d->error[0] == '\0')
		wl_reuse_misses(&reuse, frames, 3, misses);
	wl_reuse_fini(&reuse);
	if (d->error[0] != '\0')
		return;
	wl_say(d,
	    "The stack distance of a reference is how many different pages "
	    "were used since the last reference to its page, that page "
	    "counted too; the first reference to a page has none: say first. "
	    "LRU with F frames hits exactly if the distance is at most F.");
	wl_put(d, "%s", "");
	wl_put(d, "    %s", wl_string_text(&s, text, sizeof(text)));
	wl_draw_order(d, order, n - 4);
	for (unsigned i = 0; i < 4; i++)
		ask_distance(d, &s, order[i] + 4, distance);
	for (unsigned i = 0; i < 3; i++) {
		item = wl_ask(d, -1, "Misses of LRU with %" PRIu64 " frames",
		    frames[i]);
		wl_right(d, item, "%" PRIu64, misses[i]);
		wl_why(d, item,
		    "%u first references, and %" PRIu64
		    " with a distance above %" PRIu64 ".",
		    s.npages, misses[i] - s.npages, frames[i]);
	}
}
