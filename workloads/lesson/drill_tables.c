/*
 * Sizes of page tables: how many tables a process has that touched some pages,
 * and what a flat table would take.
 *
 * The tables are counted in the machine: different frames on the walks to the
 * pages that were touched, level by level.
 */
#include <inttypes.h>
#include <string.h>

#include "drill_kinds.h"

#define MAXAREAS 4
#define MAXTABLES 64

struct tables {
	const struct pmap_geometry *geo;
	vaddr_t area[MAXAREAS];
	uint64_t len[MAXAREAS]; /* bytes, all of them touched */
	unsigned nareas;
	unsigned count[PMAP_MAXLEVELS];
	pfn_t seen[PMAP_MAXLEVELS][MAXTABLES];
	uint64_t ntables; /* as the machine itself counts */
};

static void
note(struct tables *t, unsigned level, pfn_t table)
{
	for (unsigned i = 0; i < t->count[level]; i++)
		if (t->seen[level][i] == table)
			return;
	if (t->count[level] < MAXTABLES)
		t->seen[level][t->count[level]++] = table;
}

static void
look(void *ctx, struct machine *m)
{
	struct tables *t = ctx;
	struct process *p = sim_process_byname(m, "a");
	struct pmap *pmap = p->vmspace->vm_map.pmap;
	struct pmap_walk w;

	t->ntables = pmap->ntables;
	for (unsigned i = 0; i < t->nareas; i++)
		for (vaddr_t va = t->area[i]; va < t->area[i] + t->len[i];
		     va += (vaddr_t)1 << t->geo->page_shift) {
			pmap_walk(pmap, va, &w);
			for (unsigned l = 0; l < w.nlevels; l++)
				note(t, l, w.table[l]);
		}
}

static void
begin(struct wl_drill *d, struct tables *t)
{
	static const struct pmap_geometry *const geos[] = { &pmap_amd64,
		&pmap_riscv64, &pmap_i386, &pmap_amd64_la57 };
	unsigned last, up;
	vaddr_t at;

	t->geo = geos[wl_draw(d, 0, NELEM(geos) - 1)];
	t->nareas = (unsigned)wl_draw(d, 2, MAXAREAS);
	last = t->geo->nlevels - 1;
	at = wl_draw(d, 2, 60) << t->geo->shift[last - 1];
	wl_hide(d, "machine arch=%s ram=16M personality=linux", t->geo->name);
	wl_hide(d, "spawn a image=none");
	for (unsigned i = 0; i < t->nareas; i++) {
		t->area[i] = at;
		t->len[i] = wl_draw(d, 1, 40) << t->geo->page_shift;
		/* Over the end of a last table, now and then. */
		if (wl_draw_once_in(d, 3))
			t->area[i] += ((vaddr_t)1 << t->geo->shift[last - 1]) -
			    (t->len[i] / 2 &
				-((uint64_t)1 << t->geo->page_shift));
		wl_hide(d,
		    "a: mmap 0x%" PRIx64 " rw private anon at 0x%" PRIx64
		    " fixed",
		    t->len[i], t->area[i]);
		wl_hide(d, "a: write 0x%" PRIx64 " 0x%" PRIx64, t->area[i],
		    t->len[i]);
		up = last > 1 && wl_draw_once_in(d, 2) ? last - 2 : last - 1;
		at += wl_draw(d, 2, 3) << t->geo->shift[up];
	}
}

static void
describe(struct wl_drill *d, const struct tables *t)
{
	const struct pmap_geometry *g = t->geo;
	char bits[80], names[80];
	size_t at = 0, n = 0;

	for (unsigned l = 0; l < g->nlevels; l++) {
		at += (size_t)snprintf(bits + at, sizeof(bits) - at, "%s%u",
		    l > 0 ? " + " : "", g->bits[l]);
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s",
		    l > 0 ? ", " : "", g->level_name[l]);
	}
	wl_say(d,
	    "A machine (%s) has addresses of %s + %u bits and entries of %u "
	    "bytes; the levels of its tables are called %s.  A table exists if "
	    "an entry of it is in use; the root always does.  A process has "
	    "written to each byte of these ranges and to nothing else:",
	    g->name, bits, g->page_shift, g->pte_size, names);
	wl_put(d, "%s", "");
	for (unsigned i = 0; i < t->nareas; i++)
		wl_put(d, "    0x%" PRIx64 " to 0x%" PRIx64, t->area[i],
		    t->area[i] + t->len[i]);
}

void
wl_drill_tables(struct wl_drill *d)
{
	struct tables t = { 0 };
	const struct pmap_geometry *g;
	char counts[80];
	unsigned item, total = 0;
	uint64_t bytes;
	size_t at = 0;

	begin(d, &t);
	if (!wl_drill_run(d, look, &t))
		return;
	g = t.geo;
	describe(d, &t);
	for (unsigned l = 0; l < g->nlevels; l++) {
		at += (size_t)snprintf(counts + at, sizeof(counts) - at, "%s%u",
		    l > 0 ? " " : "", t.count[l]);
		total += t.count[l];
	}
	if (total != t.ntables)
		snprintf(d->error, sizeof(d->error),
		    "tables: counted %u, the machine has %" PRIu64, total,
		    t.ntables);
	item = wl_ask(d, -1,
	    "How many tables are there of each level, from the root on?");
	wl_right(d, item, "%s", counts);
	wl_why(d, item,
	    "two pages share a table when all the indices above it are the "
	    "same: here addresses that agree in all but the low %u bits share "
	    "a table of the last level.",
	    g->shift[g->nlevels - 2]);
	bytes = (uint64_t)total << g->page_shift;
	item = wl_ask(d, -1,
	    "How many bytes do these tables take, if each "
	    "takes a page?");
	wl_right(d, item, "%" PRIu64 "K", bytes >> 10);
	wl_why(d, item, "%u tables of %uK.", total, 1u << (g->page_shift - 10));
	item = wl_ask(d, -1,
	    "A single flat table for all %u bits of address: two to the power "
	    "of how many bytes would it take?",
	    g->va_bits);
	bytes = (uint64_t)__builtin_ctz(g->pte_size) + g->va_bits -
	    g->page_shift;
	wl_right(d, item, "%" PRIu64, bytes);
	wl_why(d, item,
	    "%u - %u bits number the pages, and each entry has %u bytes, two "
	    "to the power of %d.",
	    g->va_bits, g->page_shift, g->pte_size, __builtin_ctz(g->pte_size));
}
