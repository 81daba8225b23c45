/*
 * Showing of a page table walk: the entry of each level as the machine itself
 * has it, every bit by name, and on a machine with a hashed table what that has
 * of the page.
 *
 *	PDE    [  0] of table in frame 5      0x80000000010004e7 P ... : 2M page
 *	level  index      the table            the entry           names   size
 */
#include <inttypes.h>

#include "pmap/hpt.h"
#include "show.h"

/* Names of the bits that are set; a field of several bits with its value. */
static void
show_bits(FILE *fp, const struct pte_bitname *b, unsigned where, uint64_t hw)
{
	for (; b->name != NULL; b++) {
		if ((hw & b->mask) == 0 || (b->where & where) == 0)
			continue;
		fprintf(fp, " %s", b->name);
		if ((b->mask & (b->mask - 1)) != 0)
			fprintf(fp, "=%" PRIu64,
			    (hw & b->mask) / (b->mask & -b->mask));
	}
}

static void
show_size(FILE *fp, unsigned shift)
{
	fprintf(fp, "%u%c", 1u << shift % 10, "BKMGTP"[shift / 10]);
}

/* What a base page's entry alone does not say. */
static void
show_larger(FILE *fp, const struct pmap_geometry *g, const struct pmap_walk *w)
{
	const struct pmap_pagesize *size = &g->sizes[w->psind];

	if (!w->mapped || w->psind == 0)
		return;
	fprintf(fp, ": ");
	if (size->kind == PMAP_SIZE_GROUP)
		fprintf(fp, "one of %u of a ",
		    1u << (size->shift - g->page_shift));
	show_size(fp, size->shift);
	fprintf(fp, " page");
	if (w->saved != PFN_NONE)
		fprintf(fp, ", its table saved in frame %" PRIu32, w->saved);
}

static void
show_level(FILE *fp, const struct pmap_geometry *g, const struct pmap_walk *w,
    unsigned level)
{
	const uint64_t pte = w->pte[level];
	const uint64_t hw = pmap_pte_to_hw(g, level, pte);

	fprintf(fp, "%-6s [%3u] of table in frame %-6" PRIu32 " 0x%0*" PRIx64,
	    g->level_name[level], w->index[level], w->table[level],
	    2 * g->pte_size, hw);
	show_bits(fp, g->bitnames, pmap_pte_where(g, level, pte), hw);
	if (level + 1 == w->nlevels)
		show_larger(fp, g, w);
	putc('\n', fp);
}

/* ----------------------------------------------------- the hashed table --- */

#define FIRST PTE_IN_TABLE
#define SECOND PTE_IN_PAGE

static const struct pte_bitname hpte_bits[] = {
	{ HPTE_V, "V", FIRST },
	{ HPTE_H, "H", FIRST },
	{ HPTE_L, "L", FIRST },
	{ HPTE_PP, "PP", SECOND },
	{ HPTE_N, "N", SECOND },
	{ (uint64_t)1 << 3, "G", SECOND },
	{ (uint64_t)1 << 4, "M", SECOND },
	{ (uint64_t)1 << 5, "I", SECOND },
	{ (uint64_t)1 << 6, "W", SECOND },
	{ HPTE_C, "C", SECOND },
	{ HPTE_R, "R", SECOND },
	{ HPTE_PP0, "PP0", SECOND },
	{ 0, NULL, 0 },
};

static void
show_hpte(FILE *fp, const struct hpte *e)
{
	const uint64_t avpn = (e->v & ~((uint64_t)3 << HPTE_B_SHIFT)) >>
	    HPTE_AVPN_SHIFT;

	fprintf(fp, "  0x%016" PRIx64 " B=%u AVPN=0x%" PRIx64, e->v,
	    (unsigned)(e->v >> HPTE_B_SHIFT), avpn);
	show_bits(fp, hpte_bits, FIRST, e->v);
	fprintf(fp, "\n  0x%016" PRIx64 " RPN=0x%" PRIx64, e->r,
	    (e->r & HPTE_RPN) >> 12);
	show_bits(fp, hpte_bits, SECOND, e->r);
	putc('\n', fp);
}

static void
show_hashed(FILE *fp, const struct hpt *h, const struct pmap *pmap, vaddr_t va,
    unsigned psind)
{
	struct hpt_place p;

	hpt_find(h, pmap->id, va, psind, &p);
	fprintf(fp, "segment 0x%" PRIx64 " of ", va >> p.seg_shift);
	show_size(fp, p.seg_shift);
	fprintf(fp,
	    ": VSID 0x%" PRIx64 "; hash 0x%" PRIx64 ", PTEGs %" PRIu32
	    " and %" PRIu32 " of %" PRIu32 "\n",
	    p.vsid, p.hash, p.group[0], p.group[1], h->ngroups);
	if (p.which < 0) {
		fprintf(fp, "not in the hashed table\n");
		return;
	}
	fprintf(fp, "in slot %u of the %s PTEG\n", p.slot,
	    p.which == 0 ? "primary" : "secondary");
	show_hpte(fp, hpt_entry(h, p.group[p.which], p.slot));
}

/* ------------------------------------------------------------------------- */

bool
wl_show_pte(const struct wl_view *v)
{
	const struct pmap_geometry *g = v->m->config.arch;
	struct pmap *pmap = v->p->vmspace->vm_map.pmap;
	vaddr_t va = pg_trunc(pmap, v->va);
	struct pmap_walk w;
	vm_prot_t prot;
	char text[4];

	fprintf(v->fp, "%s 0x%" PRIx64 ": %s\n", v->p->name, va, g->summary);
	if (va >= g->user_max && v->p != v->m->kernel) {
		fprintf(v->fp, "not a user address of this machine\n");
		return true;
	}
	if (!pmap_va_ok(g, pmap->kernel, va)) {
		fprintf(v->fp, "not an address of this machine\n");
		return true;
	}
	pmap_walk(pmap, va, &w);
	for (unsigned i = 0; i < w.nlevels; i++)
		show_level(v->fp, g, &w, i);
	if (w.mapped && pmap_prot(pmap, va, &prot))
		fprintf(v->fp, "mapped to frame %" PRIu32 ", %s in effect\n",
		    w.pfn, wl_prot_text(prot, text));
	else
		fprintf(v->fp, "not mapped\n");
	if (v->m->vm.pmaps.hpt != NULL)
		show_hashed(v->fp, v->m->vm.pmaps.hpt, pmap, va,
		    w.mapped ? w.psind : 0);
	return true;
}
