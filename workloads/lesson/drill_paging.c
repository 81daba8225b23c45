/*
 * Pages on their way out and back: what goes to swap, what is written there,
 * and what comes back.
 *
 * A machine with so many frames for the process, first in first out or least
 * recently used; it reads and writes its pages, and the machine counts, access
 * by access.
 */
#include <inttypes.h>

#include "drill_kinds.h"

#define MAXOPS 7
#define COUNTERS 3

static const char *const counters[COUNTERS] = { "machine evictions",
	"machine pgswapout", "a majflt" };

struct paging {
	unsigned frames, pages, nops;
	int count[COUNTERS][MAXOPS]; /* probes, after each access */
};

static void
access(struct wl_drill *d, struct paging *p)
{
	const bool first = p->nops == 0;
	const bool write = first || wl_draw_once_in(d, 2);
	unsigned n = (unsigned)wl_draw(d, 1, first ? 2 : 3), from = 0;
	char at[24];

	if (first)
		n += p->frames;
	else
		from = (unsigned)wl_draw(d, 0, p->pages - n);
	wl_do(d, "a: %s %s %uK", write ? "write" : "read",
	    wl_place(at, "p", from), 4 * n);
	for (unsigned i = 0; i < COUNTERS; i++)
		p->count[i][p->nops] = wl_probe(d, "%s", counters[i]);
	p->nops++;
}

/* "2, 0, 3": how much a counter grew with each access */
static const char *
growth(const struct wl_drill *d, const struct paging *p, unsigned which,
    char *buf, size_t len)
{
	uint64_t had = 0, has;
	size_t at = 0;

	for (unsigned i = 0; i < p->nops && at < len; i++, had = has) {
		has = wl_number(d, p->count[which][i]);
		at += (size_t)snprintf(buf + at, len - at, "%s%" PRIu64,
		    i > 0 ? ", " : "", has - had);
	}
	return buf;
}

static void
describe(struct wl_drill *d, const struct paging *p, bool lru)
{
	wl_say(d,
	    "A process has %u pages of 4K of private memory at p and %u frames "
	    "for them.  When a page comes and no frame is free, the %s goes.  "
	    "A page that goes is written to swap if it was changed since it "
	    "was last written there or has never been there.  An access "
	    "touches its pages in rising order:",
	    p->pages, p->frames,
	    lru ? "least recently used one" : "one that came first");
	wl_put(d, "%s", "");
	wl_hide(d, "machine ram=1M swap=1M policy=%s frames=%u",
	    lru ? "lru" : "fifo", p->frames);
	wl_hide(d, "spawn a image=none");
	wl_hide(d, "a: p = mmap %uK rw private anon", 4 * p->pages);
}

void
wl_drill_paging(struct wl_drill *d)
{
	static const char *const questions[COUNTERS] = {
		"How many times has a page gone?",
		"How many times was one written to swap?",
		"How many times did a page come back from swap?"
	};
	static const char *const whys[COUNTERS] = {
		"the frames are filled first; from then on each page that "
		"comes makes another one go",
		"of the pages that go, those that have been changed, or have "
		"never been in swap; a page that came back and was only read "
		"has its copy there still",
		"each access to a page that had gone; the first access to a "
		"page makes zeros and reads nothing"
	};
	struct paging p = { .frames = (unsigned)wl_draw(d, 4, 6) };
	const bool lru = wl_draw_once_in(d, 2);
	const unsigned n = (unsigned)wl_draw(d, 4, MAXOPS - 1);
	unsigned page, item;
	char text[80];
	int out;

	p.pages = p.frames + (unsigned)wl_draw(d, 3, 4);
	describe(d, &p, lru);
	while (p.nops < n)
		access(d, &p);
	for (unsigned i = 0; i < COUNTERS; i++)
		(void)wl_ask(d, p.count[i][n - 1], "%s", questions[i]);
	page = (unsigned)wl_draw(d, 0, p.frames);
	wl_hide(d, "show pages a p %uK", 4 * p.pages);
	out = wl_probe(d, "a swapped p+%uK 4K", 4 * page);
	item = wl_ask(d, -1,
	    "Is page %u (from 0) in memory at the end: yes or no?", page);
	wl_story_of(d, item, out);
	if (!wl_drill_run(d, NULL, NULL))
		return;
	for (unsigned i = 0; i < COUNTERS; i++)
		wl_why(d, i, "%s. Access by access: %s.", whys[i],
		    growth(d, &p, i, text, sizeof(text)));
	wl_right(d, item, "%s", wl_number(d, out) == 1 ? "no" : "yes");
	wl_why(d, item,
	    "follow the frames: after each access, which %u pages are there, "
	    "in the order in which they %s?",
	    p.frames, lru ? "were used" : "came");
}
