/*
 * Copy-on-write: which accesses after a fork copy a page, and who shares what
 * in the end.
 *
 * A parent fills some of its pages and forks; the two of them read and write,
 * and sometimes one exits before the end.  The copies are counted by the
 * machine (flt_acow), operation by operation.
 */
#include <inttypes.h>
#include <string.h>

#include "drill_kinds.h"

#define MAXOPS 8

struct cow {
	unsigned pages, filled;
	unsigned nops;
	char op[MAXOPS][48];
	int before, after[MAXOPS]; /* probes of flt_acow */
};

static void
begin(struct wl_drill *d, struct cow *c)
{
	c->pages = (unsigned)wl_draw(d, 6, 10);
	c->filled = (unsigned)wl_draw(d, 4, c->pages - 1);
	wl_say(d,
	    "Pages are 4K.  Process a maps %u pages of private anonymous "
	    "memory at p, fills some of them, and forks.  Then a and its "
	    "child b do this:",
	    c->pages);
	wl_put(d, "%s", "");
	wl_hide(d, "machine ram=4M");
	wl_hide(d, "spawn a image=none");
	wl_do(d, "a: p = mmap %uK rw private anon", 4 * c->pages);
	wl_do(d, "a: write p %uK", 4 * c->filled);
	wl_do(d, "a: fork b");
	c->before = wl_probe(d, "machine flt_acow");
}

/* One access; the last one has its story told. */
static void
step(struct wl_drill *d, struct cow *c, bool alone, bool last)
{
	const char who = alone || wl_draw_once_in(d, 2) ? 'a' : 'b';
	const bool write = last || !wl_draw_once_in(d, 3);
	char at[24];
	unsigned from = (unsigned)wl_draw(d, 0, c->filled - 1);
	unsigned n = (unsigned)wl_draw(d, 1, c->filled - from);

	if (n > 3)
		n = 3;
	snprintf(c->op[c->nops], sizeof(c->op[0]), "%c: %s %s %uK", who,
	    write ? "write" : "read", wl_place(at, "p", from), 4 * n);
	wl_do(d, "%s", c->op[c->nops]);
	if (last)
		wl_hide(d, "explain");
	c->after[c->nops++] = wl_probe(d, "machine flt_acow");
}

/* "`b: write p+4K 8K' copies 2, ..." */
static void
tell_copies(struct wl_drill *d, const struct cow *c, unsigned item)
{
	uint64_t had = wl_number(d, c->before), has;
	char text[300] = "";
	size_t len = 0;

	for (unsigned i = 0; i < c->nops; i++, had = has) {
		has = wl_number(d, c->after[i]);
		if (has > had && len < sizeof(text) - 60)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%s'%s' copies %" PRIu64, len > 0 ? ", " : "",
			    c->op[i], has - had);
	}
	wl_right(d, item, "%" PRIu64, had - wl_number(d, c->before));
	wl_why(d, item,
	    "%s. A page is copied when it is written while somebody else "
	    "still has it.",
	    len > 0 ? text : "nobody writes to a page that both have");
}

void
wl_drill_cow(struct wl_drill *d)
{
	struct cow c = { 0 };
	const unsigned ops = (unsigned)wl_draw(d, 4, 6);
	const bool leaves = wl_draw_once_in(d, 2);
	char at[24];
	int mine, childs;
	unsigned page, copies, refs, same = 0, frames;

	begin(d, &c);
	for (unsigned i = 0; i + 1 < ops; i++)
		step(d, &c, false, false);
	if (leaves)
		wl_do(d, "b: exit 0");
	step(d, &c, leaves, true);
	copies = wl_ask(d, c.after[c.nops - 1],
	    "How many pages do the accesses after the fork copy, all "
	    "together?");
	page = (unsigned)wl_draw(d, 0, c.filled - 1);
	wl_story_of(d, copies, c.after[c.nops - 1]);
	wl_place(at, "p", page);
	mine = wl_probe(d, "a frame %s", at);
	childs = leaves ? mine : wl_probe(d, "b frame %s", at);
	refs = wl_ask(d, -1,
	    "In the end, how many processes have the page that a has at %s?",
	    at);
	frames = wl_ask(d, wl_probe(d, "machine anonpages"),
	    "How many frames hold anonymous pages in the end?");
	if (!leaves)
		same = wl_ask(d, wl_probe(d, "a same-as b p %uK", 4 * c.pages),
		    "Of the %u pages, how many read the same in a and in b?",
		    c.pages);
	if (!wl_drill_run(d, NULL, NULL))
		return;
	tell_copies(d, &c, copies);
	wl_right(d, refs, "%d",
	    !leaves && wl_number(d, mine) == wl_number(d, childs) ? 2 : 1);
	wl_why(d, refs,
	    "the page is %s. Who writes to a page that is shared gets a copy, "
	    "and the other keeps the old one.",
	    strcmp(d->item[refs].right, "1") == 0 ?
		"a's alone, because it was copied or b is gone" :
		"still the one from before the fork, for neither wrote to it");
	wl_why(d, frames,
	    "%u pages were filled before the fork; each copy takes one frame "
	    "more%s. Pages that were never touched have none.",
	    c.filled,
	    leaves ? ", and what b alone had is free after its exit" : "");
	if (!leaves)
		wl_why(d, same,
		    "they differ where one of them wrote after the fork; "
		    "pages that nobody ever wrote read as zeros in both.");
}
