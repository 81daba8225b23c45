/*
 * Working sets of a reference string (workloads/curve/wset.h).
 */
#include <inttypes.h>

#include "drill_kinds.h"
#include "workloads/curve/wset.h"

/* The pages of references t - tau + 1 to t, and how many. */
static unsigned
pages_at(const struct wl_string_of *s, unsigned t, unsigned tau, char *buf,
    size_t len)
{
	bool seen[WL_STRING_MAX] = { false };
	unsigned n = 0;
	size_t at = 0;

	for (unsigned i = t > tau ? t - tau : 0; i < t; i++)
		seen[s->page[i]] = true;
	buf[0] = '\0';
	for (unsigned p = 0; p < s->npages && at < len; p++)
		if (seen[p])
			at += (size_t)snprintf(buf + at, len - at, "%s%u",
			    n++ > 0 ? " " : "", p);
	return n;
}

static void
ask_set(struct wl_drill *d, const struct wl_string_of *s, unsigned t,
    unsigned tau, uint64_t size)
{
	char text[60];
	unsigned item = wl_ask(d, -1, "The working set W(%u, %u): its pages", t,
	    tau);

	if (pages_at(s, t, tau, text, sizeof(text)) != size)
		snprintf(d->error, sizeof(d->error),
		    "wset: W(%u, %u) is not of %" PRIu64 " pages", t, tau,
		    size);
	wl_right(d, item, "%s", text);
	d->item[item].set = true;
	wl_why(d, item, "the pages of references %u to %u, each once.",
	    t - tau + 1, t);
}

void
wl_drill_wset(struct wl_drill *d)
{
	const unsigned n = (unsigned)wl_draw(d, 14, 18);
	const unsigned tau = (unsigned)wl_draw(d, 3, 5);
	uint64_t size[WL_STRING_MAX], taus[1] = { tau };
	const unsigned t1 = tau + (unsigned)wl_draw(d, 1, 3);
	const unsigned t2 = n - (unsigned)wl_draw(d, 0, 3);
	struct wl_wset w;
	struct wl_string_of s;
	char text[4 * WL_STRING_MAX], faults[5 * WL_STRING_MAX];
	uint64_t had = 0;
	unsigned item;
	size_t at = 0;

	wl_draw_string(d, &s, n, (unsigned)wl_draw(d, 5, 7));
	if (!wl_wset_init(&w, taus, 1)) {
		snprintf(d->error, sizeof(d->error), "no memory");
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		const uint32_t page = s.page[i];

		if (wl_wset_touches(&w, &page, 1) != 1)
			snprintf(d->error, sizeof(d->error), "no memory");
		size[i] = w.tau[0].size;
		if (w.tau[0].faults > had)
			at += (size_t)snprintf(faults + at, sizeof(faults) - at,
			    "%s%u", i > 0 ? ", " : "", i + 1);
		had = w.tau[0].faults;
	}
	wl_say(d,
	    "References are counted from 1.  The working set W(t, %u) is the "
	    "set of the pages of the %u references up to reference t, that "
	    "one included.  Under the working-set policy a reference faults "
	    "if its page was not in the working set just before it.",
	    tau, tau);
	wl_put(d, "%s", "");
	wl_put(d, "    %s", wl_string_text(&s, text, sizeof(text)));
	ask_set(d, &s, t1, tau, size[t1 - 1]);
	ask_set(d, &s, t2, tau, size[t2 - 1]);
	item = wl_ask(d, -1, "The largest size that the working set ever has");
	wl_right(d, item, "%" PRIu64, w.tau[0].max);
	wl_why(d, item,
	    "%u references in a row touch at most %" PRIu64 " different pages.",
	    tau, w.tau[0].max);
	item = wl_ask(d, -1, "The number of faults");
	wl_right(d, item, "%" PRIu64, w.tau[0].faults);
	wl_why(d, item,
	    "%u first references, and %" PRIu64
	    " whose page was last used more than %u references before. "
	    "They are references %s.",
	    s.npages, w.tau[0].faults - s.npages, tau, faults);
	wl_wset_fini(&w);
}
