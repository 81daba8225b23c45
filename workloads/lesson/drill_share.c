/*
 * Shared memory in numbers: resident, proportional and unique sets of processes
 * that have some pages in common.
 *
 * A page is shared by one, two or four processes, so that the parts are whole
 * kilobytes.
 */
#include <inttypes.h>

#include "drill_kinds.h"

#define PROCS 4

void
wl_drill_share(struct wl_drill *d)
{
	const unsigned all = (unsigned)wl_draw(d, 2, 8);
	const unsigned two = (unsigned)wl_draw(d, 1, 4) * 2;
	unsigned own[PROCS], item, sum, who, pair;
	int pss[PROCS], rss[PROCS];
	uint64_t total = 0;

	wl_hide(d, "machine ram=8M");
	wl_hide(d, "file /lib/libc.so 128K");
	for (unsigned i = 0; i < PROCS; i++) {
		own[i] = (unsigned)wl_draw(d, 1, 9);
		wl_hide(d, "spawn %c image=none", 'a' + i);
		wl_hide(d, "%c: t = mmap 128K r shared file /lib/libc.so",
		    'a' + i);
		wl_hide(d, "%c: madvise t 128K random", 'a' + i);
		wl_hide(d, "%c: h = mmap 64K rw private anon", 'a' + i);
	}
	pair = (unsigned)wl_draw(d, 0, 1);
	wl_say(d,
	    "Four processes a, b, c and d map the same file of 32 pages of 4K, "
	    "and anonymous memory.  A fault maps one page.  This is what they "
	    "have touched:");
	wl_put(d, "%s", "");
	for (unsigned i = 0; i < PROCS; i++) {
		wl_do(d, "%c: read t %uK", 'a' + i, 4 * all);
		if (i / 2 == pair)
			wl_do(d, "%c: read t+%uK %uK", 'a' + i, 4 * all,
			    4 * two);
		wl_do(d, "%c: write h %uK", 'a' + i, 4 * own[i]);
	}
	for (unsigned i = 0; i < PROCS; i++) {
		rss[i] = wl_probe(d, "%c mapped t 256M", 'a' + i);
		pss[i] = wl_probe(d, "%c pss", 'a' + i);
	}
	if (!wl_drill_run(d, NULL, NULL))
		return;
	for (unsigned i = 0; i < PROCS; i++)
		total += wl_number(d, pss[i]);
	who = 2 * pair + (unsigned)wl_draw(d, 0, 1);
	item = wl_ask(d, -1, "The resident set of %c, in K", 'a' + who);
	wl_right(d, item, "%" PRIu64 "K", 4 * wl_number(d, rss[who]));
	wl_why(d, item,
	    "all that its page table maps: %u + %u pages of the file and %u "
	    "of its own.",
	    all, two, own[who]);
	for (unsigned i = 0; i < 2; i++) {
		if (i == 1)
			who = 2 * (1 - pair) + (unsigned)wl_draw(d, 0, 1);
		item = wl_ask(d, -1, "The proportional set of %c, in K",
		    'a' + who);
		wl_right(d, item, "%" PRIu64 "K", wl_number(d, pss[who]) >> 10);
		wl_why(d, item,
		    "%u pages are everybody's, a quarter of each counts; %s%u "
		    "are its own and count whole.",
		    all,
		    i == 0 ? "some are shared by two, a half of each "
			     "counts; " :
			     "",
		    own[who]);
	}
	sum = wl_ask(d, -1, "The sum of all four proportional sets, in K");
	wl_right(d, sum, "%" PRIu64 "K", total >> 10);
	wl_why(d, sum,
	    "it is the memory that they take together: %u + %u pages of the "
	    "file once, and the anonymous pages.",
	    all, two);
	for (unsigned i = 0; i < d->nitems; i++)
		d->item[i].unit = 'K';
}
