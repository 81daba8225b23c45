/*
 * Address translation: the tables of a process are given, entry by entry; which
 * physical address is behind a virtual one?
 *
 * The tables are those that the machine has built for a few pages at drawn
 * places; the answers are its own walks.
 */
#include <inttypes.h>
#include <string.h>

#include "drill_kinds.h"

#define MAXPAGES 6
#define MAXENTRIES 40

struct entry { /* of a table, as it is shown */
	unsigned level, index;
	pfn_t table, to;
	bool leaf;
	char prot[4];
};

struct translate {
	const struct pmap_geometry *geo;
	vaddr_t page[MAXPAGES]; /* mapped */
	unsigned npages;
	struct entry entry[MAXENTRIES];
	unsigned n;
	struct pmap_walk walk[MAXPAGES];
	int prot[MAXPAGES]; /* probes */
	struct wl_drill *d;
};

/* An address of the user's half whose upper indices are small numbers. */
static vaddr_t
draw_area(struct wl_drill *d, const struct pmap_geometry *g)
{
	vaddr_t va = 0;
	uint64_t index;

	for (unsigned level = 0; level < g->nlevels; level++) {
		index = wl_draw(d, 1, level == 0 ? 3 : level == 1 ? 5 : 60);
		if (g->nlevels == 2 && level == 0)
			index = wl_draw(d, 32, 300);
		if (g->nlevels > 3 && level == 0)
			index = 0;
		va |= index << g->shift[level];
	}
	return va;
}

static void
add_entry(struct translate *t, const struct pmap_walk *w, unsigned level,
    unsigned page)
{
	struct entry e = { .level = level,
		.index = w->index[level],
		.table = w->table[level],
		.leaf = level + 1 == w->nlevels };
	unsigned i = 0;

	e.to = e.leaf ? w->pfn : w->table[level + 1];
	if (e.leaf)
		snprintf(e.prot, sizeof(e.prot), "%.3s",
		    wl_probed(t->d, t->prot[page]));
	for (; i < t->n; i++) {
		const struct entry *o = &t->entry[i];

		if (o->table == e.table && o->index == e.index)
			return;
		if (o->level > level ||
		    (o->level == level &&
			(o->table > e.table ||
			    (o->table == e.table && o->index > e.index))))
			break;
	}
	memmove(&t->entry[i + 1], &t->entry[i],
	    (t->n - i) * sizeof(t->entry[0]));
	t->entry[i] = e;
	t->n++;
}

static void
look(void *ctx, struct machine *m)
{
	struct translate *t = ctx;
	struct process *p = sim_process_byname(m, "a");

	for (unsigned i = 0; i < t->npages; i++) {
		pmap_walk(p->vmspace->vm_map.pmap, t->page[i], &t->walk[i]);
		for (unsigned l = 0; l < t->walk[i].nlevels; l++)
			add_entry(t, &t->walk[i], l, i);
	}
}

static void
show_tables(struct wl_drill *d, const struct translate *t)
{
	const struct entry *e;

	for (unsigned i = 0; i < t->n; i++) {
		e = &t->entry[i];
		if (i == 0 || e[-1].table != e->table)
			wl_put(d, "    table in frame %" PRIu32 " (%s%s)",
			    e->table, t->geo->level_name[e->level],
			    e->level == 0 ? ", the root" : "");
		if (e->leaf)
			wl_put(d, "        [%3u] page in frame %" PRIu32 ", %s",
			    e->index, e->to, e->prot);
		else
			wl_put(d, "        [%3u] table in frame %" PRIu32,
			    e->index, e->to);
	}
}

/* "3 1 0 17": the index at each level */
static const char *
indices(const struct translate *t, vaddr_t va, char *buf, size_t len)
{
	size_t at = 0;

	for (unsigned l = 0; l < t->geo->nlevels && at < len; l++)
		at += (size_t)snprintf(buf + at, len - at, "%s%u",
		    l > 0 ? " " : "",
		    (unsigned)(va >> t->geo->shift[l]) &
			((1u << t->geo->bits[l]) - 1));
	return buf;
}

static void
ask_mapped(struct wl_drill *d, const struct translate *t, unsigned i)
{
	const struct pmap_walk *w = &t->walk[i];
	const uint64_t offset = wl_draw(d, 1, 0xfff);
	char text[60];
	unsigned item;

	item = wl_ask(d, -1, "0x%" PRIx64, t->page[i] + offset);
	wl_story_of(d, item, t->prot[i]);
	wl_right(d, item, "0x%" PRIx64 " %s",
	    ((uint64_t)w->pfn << t->geo->page_shift) + offset,
	    wl_probed(d, t->prot[i]));
	wl_why(d, item,
	    "the indices are %s; the last table is in frame %" PRIu32
	    ", its entry %u says frame %" PRIu32
	    ", %s; the low %u bits, 0x%" PRIx64 ", stay as they are.",
	    indices(t, t->page[i], text, sizeof(text)),
	    w->table[w->nlevels - 1], w->index[w->nlevels - 1], w->pfn,
	    wl_probed(d, t->prot[i]), t->geo->page_shift, offset);
}

/* An address near a mapped one that nothing translates. */
static void
ask_unmapped(struct wl_drill *d, const struct translate *t)
{
	const unsigned level = wl_draw_once_in(d, 2) ? t->geo->nlevels - 1 :
						       t->geo->nlevels - 2;
	vaddr_t va = t->page[wl_draw(d, 0, t->npages - 1)];
	char text[60];
	unsigned item;
	bool taken;

	do {
		va += (vaddr_t)1 << t->geo->shift[level];
		taken = false;
		for (unsigned i = 0; i < t->npages; i++)
			taken |= va >> t->geo->shift[level] ==
			    t->page[i] >> t->geo->shift[level];
	} while (taken);
	va += wl_draw(d, 0, 0xfff);
	item = wl_ask(d, -1, "0x%" PRIx64, va);
	wl_right(d, item, "fault");
	wl_why(d, item,
	    "the indices are %s, and there is no such entry in the %s that "
	    "the walk comes to: the page is not mapped.",
	    indices(t, va, text, sizeof(text)), t->geo->level_name[level]);
}

static void
begin(struct wl_drill *d, struct translate *t)
{
	static const struct pmap_geometry *const geos[] = { &pmap_amd64,
		&pmap_riscv64, &pmap_i386 };
	vaddr_t area;
	unsigned pages;

	t->d = d;
	t->geo = geos[wl_draw(d, 0, 2)];
	wl_hide(d, "machine arch=%s ram=4M", t->geo->name);
	wl_hide(d, "spawn a image=none");
	area = draw_area(d, t->geo);
	for (unsigned i = 0; i < 3; i++) {
		pages = (unsigned)wl_draw(d, 1, 2);
		wl_hide(d,
		    "a: m%u = mmap 16K rw private anon at 0x%" PRIx64 " fixed",
		    i, area);
		wl_hide(d, "a: write m%u %uK", i, 4 * pages);
		if (i == 1 || wl_draw_once_in(d, 3))
			wl_hide(d, "a: mprotect m%u 16K r", i);
		for (unsigned j = 0; j < pages; j++)
			t->page[t->npages++] = area + (j << 12);
		/* The next one: in another last table, or further off. */
		area += wl_draw(d, 1, 3) << t->geo->shift[t->geo->nlevels -
			    (t->geo->nlevels > 2 && i == 1 ? 3 : 2)];
		area += wl_draw(d, 4, 9) << t->geo->page_shift;
	}
	for (unsigned i = 0; i < t->npages; i++) {
		wl_hide(d, "show pte a 0x%" PRIx64, t->page[i]);
		t->prot[i] = wl_probe(d, "a prot 0x%" PRIx64, t->page[i]);
	}
}

void
wl_drill_translate(struct wl_drill *d)
{
	struct translate t = { 0 };
	unsigned order[MAXPAGES], item, bad, l;
	char bits[80], text[60];
	size_t at = 0;

	begin(d, &t);
	if (!wl_drill_run(d, look, &t))
		return;
	for (l = 0; l < t.geo->nlevels; l++)
		at += (size_t)snprintf(bits + at, sizeof(bits) - at, "%s%u",
		    l > 0 ? " + " : "", t.geo->bits[l]);
	wl_say(d,
	    "A machine (%s) has virtual addresses of %s + %u bits: an index "
	    "for each of %u levels of tables, then the offset within a page. "
	    "These entries of a process's tables are valid, all others are "
	    "not:",
	    t.geo->name, bits, t.geo->page_shift, t.geo->nlevels);
	wl_put(d, "%s", "");
	show_tables(d, &t);
	wl_put(d, "%s", "");
	wl_say(d,
	    "Translate: the physical address in hexadecimal and the rights, "
	    "as in 0x7123 rw-, or the word fault.  For the first question, "
	    "give the indices, from the root on.");
	wl_draw_order(d, order, t.npages);
	item = wl_ask(d, -1, "0x%" PRIx64 ": its indices", t.page[order[0]]);
	wl_right(d, item, "%s",
	    indices(&t, t.page[order[0]], text, sizeof(text)));
	wl_why(d, item,
	    "cut the address into %s bits from the top, and leave out the low "
	    "%u.",
	    bits, t.geo->page_shift);
	bad = (unsigned)wl_draw(d, 0, 2);
	for (unsigned i = 0; i < 4; i++)
		if (i == bad || i >= t.npages)
			ask_unmapped(d, &t);
		else
			ask_mapped(d, &t, order[i]);
}
