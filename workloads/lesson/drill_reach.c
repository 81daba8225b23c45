/*
 * The reach of a TLB: how much memory it covers, and which loops miss in it.
 *
 * The machine has one TLB of so many entries, in sets of so many ways, with
 * true LRU in each set; it counts its misses while the loop runs.
 */
#include <inttypes.h>

#include "drill_kinds.h"

struct loop {
	unsigned pages, step, rounds;
	int before, after; /* probes */
};

static void
run_loop(struct wl_drill *d, struct loop *l, vaddr_t base)
{
	/* Once beforehand, so that the pages and what can stay are there. */
	for (unsigned r = 0; r <= l->rounds; r++) {
		if (r == 1)
			l->before = wl_probe(d, "machine tlb_l1d_misses");
		wl_hide(d, "a: read stride 0x%" PRIx64 " %uK by %uK count %u",
		    base, 4 * l->pages * l->step, 4 * l->step, l->pages);
	}
	l->after = wl_probe(d, "machine tlb_l1d_misses");
}

static void
draw_loop(struct wl_drill *d, struct loop *l, unsigned entries, unsigned ways,
    unsigned step)
{
	const unsigned sets = entries / ways,
		       fit = step >= sets ? ways : ways * (sets / step);

	l->step = step;
	l->rounds = (unsigned)wl_draw(d, 3, 9);
	l->pages = wl_draw_once_in(d, 2) ?
	    entries / 2 + (unsigned)wl_draw(d, 0, entries / 2) :
	    entries + (unsigned)wl_draw(d, 1, entries / 2);
	if (step > 1)
		l->pages = (unsigned)wl_draw(d, fit / 2 + 1, fit + fit / 2 + 1);
}

static void
ask_loop(struct wl_drill *d, const struct loop *l, unsigned entries,
    unsigned ways)
{
	const unsigned sets = entries / ways;
	const unsigned used = l->step >= sets ? 1 : sets / l->step;
	const uint64_t misses = wl_number(d, l->after) -
	    wl_number(d, l->before);
	unsigned item;

	item = wl_ask(d, -1,
	    "A loop reads one byte of %u pages, %s, and does so again and "
	    "again.  After the first time round, how many misses have the "
	    "next %u rounds together?",
	    l->pages,
	    l->step == 1     ? "one behind the other" :
		l->step == 2 ? "every second page" :
		l->step == 4 ? "every fourth page" :
			       "every eighth page",
	    l->rounds);
	wl_right(d, item, "%" PRIu64, misses);
	wl_why(d, item,
	    "page number modulo %u is the set: the %u pages fall into %u of "
	    "the sets, which hold %u entries. %s",
	    sets, l->pages, used, used * ways,
	    misses == 0 ?
		"All fit, and stay." :
		misses == (uint64_t)l->pages * l->rounds ?
		"In every set there are more pages than ways, so LRU drops "
		"each just before it comes again." :
		"Sets with no more pages than ways keep theirs; in the others "
		"LRU drops each page just before it comes again.");
}

void
wl_drill_reach(struct wl_drill *d)
{
	static const unsigned sizes[] = { 8, 16, 32, 64 };
	const unsigned entries = sizes[wl_draw(d, 0, 3)];
	const unsigned ways = entries >> wl_draw(d, 1, entries == 8 ? 2 : 3);
	struct loop flat, wide;
	unsigned item;

	wl_hide(d, "machine ram=4M tlb=custom:l1=%ux%u", entries, ways);
	wl_hide(d, "spawn a image=none");
	wl_hide(d, "a: p = mmap 2M rw private anon at 0x40000000 fixed");
	wl_hide(d, "a: q = mmap 4M rw private anon at 0x50000000 fixed");
	draw_loop(d, &flat, entries, ways, 1);
	draw_loop(d, &wide, entries, ways, 2u << wl_draw(d, 0, 2));
	run_loop(d, &flat, 0x40000000);
	run_loop(d, &wide, 0x50000000);
	wl_say(d,
	    "A processor has a TLB of %u entries in %u sets of %u ways; the "
	    "low bits of the page number choose the set, and in a set the "
	    "least recently used entry goes.  Pages are 4K and 2M, and either "
	    "fits into any entry.",
	    entries, entries / ways, ways);
	if (!wl_drill_run(d, NULL, NULL))
		return;
	item = wl_ask(d, -1, "How much memory does it reach with pages of 4K?");
	wl_right(d, item, "%uK", 4 * entries);
	wl_why(d, item, "%u entries of 4K each.", entries);
	item = wl_ask(d, -1, "And with pages of 2M?");
	wl_right(d, item, "%uM", 2 * entries);
	wl_why(d, item, "%u entries of 2M each.", entries);
	ask_loop(d, &flat, entries, ways);
	ask_loop(d, &wide, entries, ways);
}
