/*
 * Wired memory: which mlock calls succeed under a limit, and what is wired in
 * the end.
 *
 * One of the calls is drawn so that it asks for a page too much.
 */
#include <inttypes.h>
#include <string.h>

#include "drill_kinds.h"

#define PAGES 12
#define CALLS 6

struct wiring {
	unsigned limit, locked;
	bool page[PAGES]; /* locked, for drawing only */
	char text[CALLS][60];
	bool unlock[CALLS];
	int result[CALLS], wired[CALLS]; /* probes */
	unsigned item[CALLS];
};

static void
mark(struct wiring *w, unsigned from, unsigned n, bool lock)
{
	if (from + n > PAGES || (lock && w->locked + n > w->limit))
		return;
	w->locked = 0;
	for (unsigned i = 0; i < PAGES; i++) {
		if (i >= from && i < from + n)
			w->page[i] = lock;
		w->locked += w->page[i];
	}
}

static void
call(struct wl_drill *d, struct wiring *w, unsigned i)
{
	unsigned n = (unsigned)wl_draw(d, 1, i == 0 ? 3 : 4);
	unsigned from = (unsigned)wl_draw(d, 0, i == 0 ? 3 : PAGES - n);
	char at[24];

	w->unlock[i] = i == 2 || (i > 3 && wl_draw_once_in(d, 3));
	if (i == 2)
		from = (unsigned)wl_draw(d, 0, 3);
	if (i == 3) /* one page too many */
		n = w->limit - w->locked + 1;
	if (i == 3)
		from = (unsigned)wl_draw(d, 0, PAGES - n);
	if (i > 3 && wl_draw_once_in(d, 5))
		from = PAGES - n + 1;
	mark(w, from, n, !w->unlock[i]);
	snprintf(w->text[i], sizeof(w->text[i]), "a: %s %s %uK",
	    w->unlock[i] ? "munlock" : "mlock", wl_place(at, "p", from), 4 * n);
	w->result[i] = wl_try(d, "%s", w->text[i]);
	w->item[i] = wl_ask(d, -1, "%s", w->text[i]);
	wl_hide(d, "explain");
	w->wired[i] = wl_probe(d, "a wired p %uK", 4 * PAGES);
	wl_story_of(d, w->item[i], w->wired[i]);
}

static void
judge(struct wl_drill *d, const struct wiring *w, unsigned i)
{
	const bool ok = wl_done_well(d, w->result[i]);
	char locked[24];

	snprintf(locked, sizeof(locked), "%" PRIu64,
	    4 * wl_number(d, w->wired[i]));
	wl_right(d, w->item[i], "%s", ok ? "ok" : wl_probed(d, w->result[i]));
	if (!ok)
		wl_why(d, w->item[i],
		    "the range reaches beyond what is mapped, or what is "
		    "locked already (%sK) and the length of this call "
		    "together exceed the limit.",
		    locked);
	else if (w->unlock[i])
		wl_why(d, w->item[i],
		    "unlocking what is mapped succeeds, whether it was locked "
		    "or not.");
	else
		wl_why(d, w->item[i],
		    "the range is mapped, and with what was locked before its "
		    "length does not exceed the limit; %sK are locked now.",
		    locked);
}

void
wl_drill_wiring(struct wl_drill *d)
{
	struct wiring w = { .limit = (unsigned)wl_draw(d, 4, 7) };
	unsigned wired, child;

	wl_say(d,
	    "On FreeBSD a process has %u pages of 4K of private memory at p, "
	    "nothing is mapped behind them, and it may lock at most %uK "
	    "(RLIMIT_MEMLOCK).  It makes these calls.  Say for each: ok, or "
	    "ENOMEM if it is refused; a call that is refused changes nothing.",
	    PAGES, 4 * w.limit);
	wl_hide(d, "machine ram=4M");
	wl_hide(d, "spawn a image=none memlock=%uK", 4 * w.limit);
	wl_hide(d, "a: p = mmap %uK rw private anon", 4 * PAGES);
	for (unsigned i = 0; i < CALLS; i++)
		call(d, &w, i);
	wired = wl_ask(d, wl_probe(d, "a wired p %uK", 4 * PAGES),
	    "How many pages of p are wired in the end?");
	wl_hide(d, "a: fork b");
	child = wl_ask(d, wl_probe(d, "b wired p %uK", 4 * PAGES),
	    "The process forks. How many pages of p has the child wired?");
	if (!wl_drill_run(d, NULL, NULL))
		return;
	for (unsigned i = 0; i < CALLS; i++)
		judge(d, &w, i);
	wl_why(d, wired,
	    "pages that some call locked and none unlocked afterwards; "
	    "locking does not nest, so one munlock is enough.");
	wl_why(d, child, "locks are not inherited by a child.");
}
