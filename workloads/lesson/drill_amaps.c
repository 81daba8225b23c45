/*
 * Anons and amaps: how many entries refer to an amap, how many amaps to an
 * anon, after entries were split and processes forked.
 */
#include <inttypes.h>
#include <string.h>

#include "drill_kinds.h"

void
wl_drill_amaps(struct wl_drill *d)
{
	const unsigned pages = (unsigned)wl_draw(d, 8, 40);
	const unsigned cut = (unsigned)wl_draw(d, 2, pages - 4);
	const unsigned len = (unsigned)wl_draw(d, 1, 2);
	const bool touched = !wl_draw_once_in(d, 3);
	const bool share = wl_draw_once_in(d, 3);
	const unsigned page = (unsigned)wl_draw(d, 0, cut - 1);
	const unsigned other = wl_draw_once_in(d, 2) ?
	    (page + 1) % cut :
	    (unsigned)wl_draw(d, cut + len, pages - 1);
	char at[24];
	unsigned entries, amap, anon, after, same, before;

	wl_say(d,
	    "UVM keeps anonymous pages as anons, and a map entry finds them "
	    "in an amap.  An entry without an amap gets one when it first "
	    "needs one.  A process does this on FreeBSD's map:");
	wl_put(d, "%s", "");
	wl_hide(d, "machine ram=4M");
	wl_hide(d, "spawn a image=none");
	wl_do(d, "a: p = mmap %uK rw private anon", 4 * pages);
	if (touched)
		wl_do(d, "a: write p %uK", 4 * pages);
	wl_do(d, "a: mprotect p+%uK %uK r", 4 * cut, 4 * len);
	if (!touched) {
		wl_do(d, "a: write p %uK", 4 * cut);
		wl_do(d, "a: write p+%uK %uK", 4 * (cut + len),
		    4 * (pages - cut - len));
	}
	entries = wl_ask(d, wl_probe(d, "a entries p %uK", 4 * pages),
	    "After mprotect: how many entries does p have?");
	before = wl_ask(d, wl_probe(d, "a refs amap p"),
	    "After the first part: how many entries refer to the amap "
	    "that the first page is in?");
	wl_put(d, "%s", "");
	wl_say(d, "And then:");
	wl_put(d, "%s", "");
	if (share)
		wl_do(d, "a: minherit p %uK share", 4 * pages);
	wl_do(d, "a: fork b");
	amap = wl_ask(d, wl_probe(d, "b refs amap p"),
	    "Right after the fork: how many entries refer to the amap that "
	    "b's first page is in?");
	wl_do(d, "b: write %s", wl_place(at, "p", page));
	wl_hide(d, "explain");
	anon = wl_ask(d, wl_probe(d, "b refs anon %s", at),
	    "After b's write: how many amaps have the anon that b finds at "
	    "%s?",
	    at);
	wl_story_of(d, anon, d->item[anon].probe);
	after = wl_ask(d, wl_probe(d, "a refs anon p+%uK", 4 * other),
	    "And how many have the anon that a finds at p+%uK?", 4 * other);
	same = wl_ask(d, wl_probe(d, "a same-as b p+%uK 4K", 4 * page),
	    "Does a read what b has written (yes or no)?");
	if (!wl_drill_run(d, NULL, NULL))
		return;
	wl_why(d, entries,
	    "mprotect of a part splits the entry: before it, "
	    "itself, behind it.");
	wl_why(d, before, "%s",
	    touched ? "the amap was there when the entry was split, and its "
		      "parts go on referring to it." :
		      "nothing had been touched when the entry was split, so "
		      "each part has made an amap of its own.");
	wl_why(d, amap, "%s",
	    "the fork gives the child an entry for each of its parent's, and "
	    "each refers to the same amap as the parent's; nothing is copied "
	    "yet.");
	wl_why(d, anon, "%s",
	    share ? "the memory is shared, so parent and child have one amap, "
		    "and there is nothing to copy." :
		    "b's entry gets an amap of its own for this write, and the "
		    "page is copied to a new anon that only this amap has.");
	wl_why(d, after, "%s",
	    share ? "the one amap that both have." :
		    "an amap that is copied keeps the anons of its entry's "
		    "pages, and each gains a reference; an anon that no copy "
		    "of an amap covers does not.");
	wl_right(d, same, "%s",
	    wl_number(d, d->item[same].probe) == 1 ? "yes" : "no");
	wl_why(d, same, "%s",
	    share ? "with inheritance share the child's memory is the "
		    "parent's." :
		    "private memory is the child's own from its first write "
		    "on.");
}
