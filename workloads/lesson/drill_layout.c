/*
 * Map layout: what is mapped with which rights after some calls.
 *
 * All happens in a window of 16 pages; the map says what is there in the end.
 * Equal neighbours become one entry, as on FreeBSD.
 */
#include <inttypes.h>
#include <string.h>

#include "drill_kinds.h"

#define PAGES 16
#define CALLS 8
#define ASKED 4

struct layout {
	vaddr_t base;
	struct {
		unsigned from, n;
		char text[60];
	} call[CALLS];
	unsigned ncalls;
	unsigned page[ASKED], item[ASKED];
	int prot[PAGES]; /* probes */
};

/* One call on some pages of the window: "munmap 0x103000 16K" */
static void
call(struct wl_drill *d, struct layout *l, const char *name, unsigned from,
    unsigned n, const char *prot)
{
	const vaddr_t va = l->base + from * (vaddr_t)4096;
	char *text = l->call[l->ncalls].text;
	const size_t len = sizeof(l->call[0].text);

	if (strcmp(name, "mmap") == 0)
		snprintf(text, len,
		    "mmap %uK %s private anon at 0x%" PRIx64 " fixed", 4 * n,
		    prot, va);
	else
		snprintf(text, len, "%s 0x%" PRIx64 " %uK%s%s", name, va, 4 * n,
		    prot[0] != '\0' ? " " : "", prot);
	wl_do(d, "a: %s", text);
	l->call[l->ncalls].from = from;
	l->call[l->ncalls++].n = n;
}

static void
draw_call(struct wl_drill *d, struct layout *l, unsigned i)
{
	static const char *const prots[] = { "rw", "r", "none", "rx" };
	const unsigned from = (unsigned)wl_draw(d, 0, PAGES - 4);
	const unsigned what = i < 2 ? i : (unsigned)wl_draw(d, 0, 2);
	const char *prot = i == 0 ? "r" : "rw";
	unsigned n = (unsigned)wl_draw(d, 2, i == 0 ? 3 : 5);

	if (from + n > PAGES)
		n = PAGES - from;
	if (i > 0 && what == 0)
		prot = prots[wl_draw(d, 0, NELEM(prots) - 1)];
	if (what == 1)
		call(d, l, "munmap", from, n, "");
	else
		call(d, l, "mmap", from, n, prot);
}

/* Some pages that are surely there, whatever was unmapped, and one of them. */
static void
draw_protect(struct wl_drill *d, struct layout *l)
{
	const unsigned from = (unsigned)wl_draw(d, 0, PAGES - 3);
	const unsigned page = from + (unsigned)wl_draw(d, 0, 2);

	call(d, l, "mmap", from, 3, "rw");
	call(d, l, "mprotect", page, 1, wl_draw_once_in(d, 2) ? "r" : "none");
}

static void
explain_place(struct wl_drill *d, const struct layout *l, unsigned i)
{
	const unsigned page = l->page[i];
	const char *last = NULL;

	for (unsigned k = 0; k < l->ncalls; k++)
		if (l->call[k].from <= page &&
		    page < l->call[k].from + l->call[k].n)
			last = l->call[k].text;
	if (!wl_has(d, l->prot[page]))
		wl_right(d, l->item[i], "unmapped");
	else
		wl_right(d, l->item[i], "%s", wl_probed(d, l->prot[page]));
	if (last != NULL)
		wl_why(d, l->item[i],
		    "the last call that covers this page is '%s', and it "
		    "decides.",
		    last);
	else
		wl_why(d, l->item[i], "no call covers this page.");
}

void
wl_drill_layout(struct wl_drill *d)
{
	struct layout l = { .base = wl_draw(d, 1, 0xf) * 0x100000 };
	unsigned order[PAGES], entries, some, n = 0;
	int look;

	wl_say(d,
	    "On FreeBSD a process makes these calls.  Its map holds nothing "
	    "from 0x%" PRIx64 " to 0x%" PRIx64 " before them.  Pages are 4K, "
	    "and neighbouring pages that are mapped alike are one entry.",
	    l.base, l.base + PAGES * (vaddr_t)4096);
	wl_put(d, "%s", "");
	wl_hide(d, "machine ram=4M");
	wl_hide(d, "spawn a image=none");
	call(d, &l, "mmap", 0, PAGES - (unsigned)wl_draw(d, 0, 3), "rw");
	for (unsigned i = 0; i < 3; i++)
		draw_call(d, &l, i);
	draw_protect(d, &l);
	wl_draw_order(d, order, PAGES);
	for (unsigned i = 0; i < ASKED; i++) {
		l.page[i] = order[i];
		l.item[i] = wl_ask(d, -1,
		    "The rights at 0x%" PRIx64
		    ", as in rw- or ---; or the word unmapped",
		    l.base + order[i] * (vaddr_t)4096 + wl_draw(d, 0, 0xff));
	}
	wl_hide(d, "show map a");
	look = wl_probe(d, "a entries 0x%" PRIx64 " %uK", l.base, 4 * PAGES);
	entries = wl_ask(d, look,
	    "How many entries does the map have between these addresses?");
	wl_story_of(d, entries, look);
	some = wl_ask(d, -1, "How many pages of the %u have any rights at all?",
	    PAGES);
	for (unsigned i = 0; i < PAGES; i++)
		l.prot[i] = wl_probe(d, "a prot 0x%" PRIx64,
		    l.base + i * (vaddr_t)4096);
	if (!wl_drill_run(d, NULL, NULL))
		return;
	for (unsigned i = 0; i < ASKED; i++)
		explain_place(d, &l, i);
	wl_why(d, entries,
	    "write down the 16 pages with their rights; each run of pages "
	    "that are mapped alike is one entry, each hole ends one.");
	for (unsigned i = 0; i < PAGES; i++)
		n += wl_has(d, l.prot[i]) &&
		    strcmp(wl_probed(d, l.prot[i]), "---") != 0;
	wl_right(d, some, "%u", n);
	wl_why(d, some,
	    "pages that are unmapped or mapped with --- have none; an access "
	    "to either is refused.");
}
