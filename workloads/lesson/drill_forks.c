/*
 * A tree of forks: processes fork and write; who reads whose page?
 *
 * Which processes see the same is asked of the machine, pair by pair, by the
 * contents of pages and not by how they are shared.
 */
#include <inttypes.h>
#include <string.h>

#include "drill_kinds.h"

#define PROCS 4
#define PAGES 3
#define ASKED 2

struct forks {
	int same[ASKED][PROCS]; /* probes */
	int frame[PROCS];
	unsigned page[ASKED], who[ASKED], item[ASKED];
};

static void
write_pages(struct wl_drill *d, unsigned procs)
{
	unsigned who, page;
	char at[24];

	for (unsigned n = (unsigned)wl_draw(d, 1, 2); n > 0; n--) {
		who = (unsigned)wl_draw(d, 0, procs - 1);
		page = (unsigned)wl_draw(d, 0, PAGES - 1);
		wl_do(d, "%c: write %s", 'a' + who, wl_place(at, "p", page));
	}
}

/* "a c": who reads there what this one reads */
static void
take_same(struct wl_drill *d, const struct forks *f, unsigned i)
{
	char names[2 * PROCS + 1] = "", at[24];
	size_t n = 0;

	for (unsigned q = 0; q < PROCS; q++) {
		if (q != f->who[i] && wl_number(d, f->same[i][q]) != 1)
			continue;
		if (n > 0)
			names[n++] = ' ';
		names[n++] = (char)('a' + q);
		names[n] = '\0';
	}
	wl_right(d, f->item[i], "%s", names);
	d->item[f->item[i]].set = true;
	wl_why(d, f->item[i],
	    "a child has what its parent had at the fork; from then on, what "
	    "one of them writes the others do not see. So look for the last "
	    "write to %s on each one's way back to a.",
	    wl_place(at, "p", f->page[i]));
}

void
wl_drill_forks(struct wl_drill *d)
{
	struct forks f;
	char at[24];
	unsigned parent, frames, refs, who, page;

	wl_say(d,
	    "Process a has %u pages of private memory at p and has written "
	    "to all of them.  Processes fork and write, one byte of a page "
	    "each time:",
	    PAGES);
	wl_put(d, "%s", "");
	wl_hide(d, "machine ram=4M");
	wl_hide(d, "spawn a image=none");
	wl_hide(d, "a: p = mmap %uK rw private anon", 4 * PAGES);
	wl_hide(d, "a: write p %uK", 4 * PAGES);
	for (unsigned i = 1; i < PROCS; i++) {
		parent = (unsigned)wl_draw(d, 0, i - 1);
		wl_do(d, "%c: fork %c", 'a' + parent, 'a' + i);
		write_pages(d, i + 1);
	}
	wl_hide(d, "explain");
	for (unsigned i = 0; i < ASKED; i++) {
		f.page[i] = i == 0 ? (unsigned)wl_draw(d, 0, PAGES - 1) :
				     (f.page[0] + 1) % PAGES;
		f.who[i] = (unsigned)wl_draw(d, 0, PROCS - 1);
		for (unsigned q = 0; q < PROCS; q++)
			f.same[i][q] = wl_probe(d, "%c same-as %c p+%uK 4K",
			    'a' + f.who[i], 'a' + q, 4 * f.page[i]);
		f.item[i] = wl_ask(d, -1,
		    "Which processes, %c among them, read at %s what %c "
		    "reads there?",
		    'a' + f.who[i], wl_place(at, "p", f.page[i]),
		    'a' + f.who[i]);
	}
	frames = wl_ask(d, wl_probe(d, "machine anonpages"),
	    "How many frames hold these pages, all processes together?");
	wl_story_of(d, frames, f.same[0][0]);
	who = (unsigned)wl_draw(d, 0, PROCS - 1);
	page = (unsigned)wl_draw(d, 0, PAGES - 1);
	for (unsigned q = 0; q < PROCS; q++)
		f.frame[q] = wl_probe(d, "%c frame p+%uK", 'a' + q, 4 * page);
	refs = wl_ask(d, -1,
	    "How many processes have the very frame that %c has at %s?",
	    'a' + who, wl_place(at, "p", page));
	if (!wl_drill_run(d, NULL, NULL))
		return;
	for (unsigned i = 0; i < ASKED; i++)
		take_same(d, &f, i);
	wl_why(d, frames,
	    "%u pages at first, and one more for each write to a page that "
	    "others had as well; a write to a page that one has alone copies "
	    "nothing.",
	    PAGES);
	page = 0;
	for (unsigned q = 0; q < PROCS; q++)
		page += wl_number(d, f.frame[q]) == wl_number(d, f.frame[who]);
	wl_right(d, refs, "%u", page);
	wl_why(d, refs,
	    "a fork makes the child one more owner of each page, and a write "
	    "takes the writer away from them.");
}
