/*
 * Larger pages: which aligned pieces of a mapping become one, and what taking
 * rights away from a page does to them.
 *
 * superpages=reserve, FreeBSD's way: a piece of 2M is promoted when all its 512
 * pages are there and alike.
 */
#include <inttypes.h>

#include "drill_kinds.h"

#define PIECE 512u /* pages */

void
wl_drill_superpages(struct wl_drill *d)
{
	const unsigned before = (unsigned)wl_draw(d, 1, PIECE - 1);
	const unsigned more = (unsigned)wl_draw(d, 1, PIECE - 1);
	const unsigned pages = (unsigned)wl_draw(d, 2, 4) * PIECE + more;
	const vaddr_t base = wl_draw(d, 1, 30) * 0x2000000 +
	    (PIECE - before) * (vaddr_t)4096;
	const unsigned whole = (pages - before) / PIECE;
	const unsigned piece = (unsigned)wl_draw(d, 0, whole - 1);
	const vaddr_t hit = base + before * (vaddr_t)4096 +
	    piece * (vaddr_t)0x200000 +
	    wl_draw(d, 0, PIECE - 1) * (vaddr_t)4096;
	unsigned made, entries, parts, left;
	uint64_t n;

	wl_say(d,
	    "Pages are 4K and 2M.  A process maps memory at an address that is "
	    "no multiple of 2M and writes to all of it, page by page.  An "
	    "aligned piece of 2M becomes a large page as soon as all its 512 "
	    "pages have been written (FreeBSD).");
	wl_put(d, "%s", "");
	wl_hide(d, "machine ram=64M superpages=reserve");
	wl_hide(d, "spawn a image=none");
	wl_do(d, "a: p = mmap %uK rw private anon at 0x%" PRIx64 " fixed",
	    4 * pages, base);
	wl_do(d, "a: write p %uK", 4 * pages);
	made = wl_ask(d, wl_probe(d, "machine promotions"),
	    "How many large pages are there?");
	entries = wl_ask(d, -1,
	    "How many TLB entries does it take to reach all of p?");
	wl_hide(d, "a: mprotect 0x%" PRIx64 " 4K r", hit);
	wl_hide(d, "show superpages");
	parts = wl_ask(d, wl_probe(d, "machine demotions"),
	    "Now it calls mprotect for the page at 0x%" PRIx64
	    ", which may only be read from now on.  How many large pages are "
	    "taken apart?",
	    hit);
	wl_story_of(d, parts, d->item[parts].probe);
	left = wl_ask(d, -1,
	    "How many TLB entries does it take to reach all of p now?");
	if (!wl_drill_run(d, NULL, NULL))
		return;
	n = wl_number(d, d->item[made].probe);
	wl_why(d, made,
	    "the first multiple of 2M is %u pages behind the beginning; from "
	    "there on %u pages of the mapping are left, which is %u whole "
	    "pieces.",
	    before, pages - before, whole);
	wl_right(d, entries, "%" PRIu64, pages - n * PIECE + n);
	wl_why(d, entries,
	    "one for each large page, and one for each of the other %" PRIu64
	    " pages.",
	    pages - n * PIECE);
	wl_why(d, parts,
	    "the one that holds the page: its pages are no more alike. The "
	    "others do not change.");
	n -= wl_number(d, d->item[parts].probe);
	wl_right(d, left, "%" PRIu64, pages - n * PIECE + n);
	wl_why(d, left,
	    "%" PRIu64 " large pages are left, and %" PRIu64 " pages stand "
	    "alone.",
	    n, pages - n * PIECE);
}
