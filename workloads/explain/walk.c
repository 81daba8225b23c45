/*
 * The page table in a story: why it did not do for an access, what it became,
 * and how the TLBs fared where they are modelled.
 *
 * Entries are told in the machine's own form, as its manual has them, and in
 * words by the normal form (pmap/geometry.h).
 */
#include <inttypes.h>
#include <string.h>

#include "int.h"
#include "pmap/hpt.h"
#include "pmap/tlb.h"
#include "workloads/script/show.h"

/* Masks of the normal form and what each says of an entry. */
static const struct {
	size_t mask; /* in struct pte_format */
	const char *word;
} words[] = {
	{ offsetof(struct pte_format, valid), "valid" },
	{ offsetof(struct pte_format, write), "writable" },
	{ offsetof(struct pte_format, user), "for the user" },
	{ offsetof(struct pte_format, accessed), "accessed" },
	{ offsetof(struct pte_format, dirty), "modified" },
	{ offsetof(struct pte_format, noexec), "not executable" },
	{ offsetof(struct pte_format, large), "a larger page" },
	{ offsetof(struct pte_format, group), "one of a group" },
	{ offsetof(struct pte_format, global), "global" },
	{ offsetof(struct pte_format, wired), "wired" },
};

const char *
story_bits(const struct machine *m, uint64_t pte, unsigned level,
    char buf[STORY_TEXT])
{
	const struct pte_format *f = &m->config.arch->pte;
	const bool leaf = pmap_pte_where(m->config.arch, level, pte) !=
	    PTE_IN_TABLE;
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < NELEM(words); i++) {
		uint64_t mask = *(
		    const uint64_t *)(const void *)((const char *)f +
		    words[i].mask);

		/* Of what a table's entry has, only rights matter. */
		if ((pte & mask) != 0 && (leaf || i < 3))
			story_add(buf, STORY_TEXT, &at, "%s%s",
			    at > 0 ? ", " : "", words[i].word);
	}
	return buf;
}

static void
tell_level(struct wl_story *s, const struct pmap_walk *w, unsigned level)
{
	const struct pmap_geometry *g = s->m->config.arch;
	const uint64_t pte = w->pte[level];
	const uint64_t hw = pmap_pte_to_hw(g, level, pte);
	char bits[STORY_TEXT], size[32];
	const bool last = level + 1 == w->nlevels;

	if (pte == 0)
		story_tell(s, false, "walk",
		    "%s %u of the table in frame %" PRIu32
		    " is empty: the walk ends",
		    g->level_name[level], w->index[level], w->table[level]);
	else if (!last)
		story_tell(s, false, "walk",
		    "%s %u of the table in frame %" PRIu32 " is 0x%" PRIx64
		    ", %s: on to the table in frame %" PRIu32,
		    g->level_name[level], w->index[level], w->table[level], hw,
		    story_bits(s->m, pte, level, bits), w->table[level + 1]);
	else
		story_tell(s, false, "walk",
		    "%s %u of the table in frame %" PRIu32 " is 0x%" PRIx64
		    ", %s: frame %" PRIu32 ", in a page of %s",
		    g->level_name[level], w->index[level], w->table[level], hw,
		    story_bits(s->m, pte, level, bits), w->pfn,
		    story_size((uint64_t)1 << g->sizes[w->psind].shift, size));
	story_fact_text(s, "level", g->level_name[level]);
	story_fact(s, "index", w->index[level]);
	story_fact(s, "table", w->table[level]);
	story_fact_address(s, "entry", hw);
	if (w->mapped && last)
		story_fact(s, "frame", w->pfn);
}

/* A machine whose MMU reads a hashed table: what that has of the page. */
static void
tell_hashed(struct wl_story *s, const struct pmap *pmap, vaddr_t va,
    unsigned psind)
{
	const struct hpt *h = s->m->vm.pmaps.hpt;
	const struct hpte *e;
	struct hpt_place p;

	hpt_find(h, pmap->id, va, psind, &p);
	if (p.which < 0) {
		story_tell(s, false, "hashed",
		    "the hashed table has it in neither PTEG %" PRIu32
		    " nor %" PRIu32 " (VSID 0x%" PRIx64 ", hash 0x%" PRIx64 ")",
		    p.group[0], p.group[1], p.vsid, p.hash);
	} else {
		e = hpt_entry(h, p.group[p.which], p.slot);
		story_tell(s, false, "hashed",
		    "the hashed table has it in slot %u of its %s PTEG, "
		    "%" PRIu32 ": 0x%016" PRIx64 " 0x%016" PRIx64,
		    p.slot, p.which == 0 ? "primary" : "secondary",
		    p.group[p.which], e->v, e->r);
	}
	story_fact_address(s, "vsid", p.vsid);
	story_fact_address(s, "hash", p.hash);
	story_fact(s, "primary", p.group[0]);
	story_fact(s, "secondary", p.group[1]);
}

void
story_walk(struct wl_story *s, struct pmap *pmap, vaddr_t va)
{
	struct pmap_walk w;

	if (!pmap_va_ok(s->m->config.arch, pmap->kernel, va))
		return;
	pmap_walk(pmap, va, &w);
	for (unsigned i = 0; i < w.nlevels; i++)
		tell_level(s, &w, i);
	if (s->m->vm.pmaps.hpt != NULL)
		tell_hashed(s, pmap, va, w.mapped ? w.psind : 0);
}

const char *
story_why_fault(struct wl_story *s, struct pmap *pmap, vaddr_t va, bool access,
    char buf[STORY_TEXT])
{
	const struct pmap_geometry *g = s->m->config.arch;
	struct pmap_walk w;
	vm_prot_t prot;
	char text[4];

	if (!pmap_va_ok(g, pmap->kernel, va)) {
		snprintf(buf, STORY_TEXT,
		    "the machine translates no such address");
		return buf;
	}
	pmap_walk(pmap, va, &w);
	if (w.mapped && pmap_prot(pmap, va, &prot))
		snprintf(buf, STORY_TEXT,
		    "the page table maps it to frame %" PRIu32 " with %s%s",
		    w.pfn, wl_prot_text(prot, text), access ? " only" : "");
	else
		snprintf(buf, STORY_TEXT,
		    "the page table has nothing there (%s %u is empty)",
		    g->level_name[w.nlevels - 1], w.index[w.nlevels - 1]);
	return buf;
}

/* ----------------------------------------------------- what it became --- */

void
story_pte(struct wl_story *s, struct process *p, const struct vm_event *ev)
{
	struct pmap *pmap = p->vmspace->vm_map.pmap;
	const struct pmap_geometry *g = s->m->config.arch;
	struct pmap_walk w;
	char prot[4], bits[STORY_TEXT], size[32];
	unsigned level;
	uint64_t hw;

	pmap_walk(pmap, ev->va, &w);
	level = w.nlevels - 1;
	hw = pmap_pte_to_hw(g, level, w.pte[level]);
	s->mapped = true;
	story_size((uint64_t)1 << g->sizes[w.psind].shift, size);
	story_tell(s, true, "pte",
	    "the page table maps 0x%" PRIx64 " to frame %" PRIu64
	    " with %s%s%s: %s %u is 0x%" PRIx64 ", %s",
	    ev->va, ev->a, wl_prot_text((vm_prot_t)ev->b, prot),
	    w.psind != 0 ? ", in a page of " : "", w.psind != 0 ? size : "",
	    g->level_name[level], w.index[level], hw,
	    story_bits(s->m, w.pte[level], level, bits));
	story_fact_address(s, "va", ev->va);
	story_fact(s, "frame", ev->a);
	story_fact_text(s, "prot", prot);
	story_fact_text(s, "level", g->level_name[level]);
	story_fact(s, "index", w.index[level]);
	story_fact_address(s, "entry", hw);
	story_fact_text(s, "page_size", size);
	story_walk(s, pmap, ev->va);
	story_larger(s, p, ev->va, (pfn_t)ev->a);
}

/* What an access that met no fault did to the entry that it went through. */
static void
tell_marks(struct wl_story *s, const struct pmap_walk *was,
    const struct pmap_walk *is)
{
	const struct pte_format *f = &s->m->config.arch->pte;
	const uint64_t set = is->pte[is->nlevels - 1] &
	    ~was->pte[was->nlevels - 1];
	const bool a = (set & f->accessed) != 0, d = (set & f->dirty) != 0;

	if (was->nlevels != is->nlevels || (!a && !d))
		return;
	story_tell(s, true, "marks", "its entry is now marked %s",
	    a && d ? "accessed and modified" :
		a  ? "accessed" :
		     "modified");
	story_fact_address(s, "was",
	    pmap_pte_to_hw(s->m->config.arch, was->nlevels - 1,
		was->pte[was->nlevels - 1]));
	story_fact_address(s, "is",
	    pmap_pte_to_hw(s->m->config.arch, is->nlevels - 1,
		is->pte[is->nlevels - 1]));
}

void
story_no_fault(struct wl_story *s)
{
	struct process *p = s->deed.p;
	struct pmap_walk *was = &s->before.walk, is;
	vm_prot_t prot = VM_PROT_NONE;
	char text[4];

	if (p->vmspace == NULL || !s->before.walked || !was->mapped) {
		story_tell(s, true, "no_fault",
		    "no page fault: the page table allows the access");
		return;
	}
	(void)pmap_prot(p->vmspace->vm_map.pmap, s->deed.va, &prot);
	story_tell(s, true, "no_fault",
	    "no page fault: the page table allows the access, frame %" PRIu32
	    " is mapped there with %s",
	    was->pfn, wl_prot_text(prot, text));
	story_fact(s, "frame", was->pfn);
	story_fact_text(s, "prot", text);
	for (unsigned i = 0; i < was->nlevels; i++)
		tell_level(s, was, i);
	pmap_walk(p->vmspace->vm_map.pmap, s->deed.va, &is);
	tell_marks(s, was, &is);
}

/* --------------------------------------------------------------- TLB ---- */

/*
 * One reference looks into L1, then L2, then walks: what was counted says where
 * it was found.  The model sees a reference when it succeeds, after its fault.
 */
void
story_tlb(struct wl_story *s)
{
	const uint64_t l1 = story_grown(s, "tlb_l1d_hits") +
	    story_grown(s, "tlb_l1i_hits");
	const uint64_t l2 = story_grown(s, "tlb_l2_hits");
	const uint64_t walks = story_grown(s, "tlb_walks");
	const uint64_t refs = story_grown(s, "tlb_walk_refs");
	const uint64_t pwc = story_grown(s, "tlb_pwc_hits");
	const struct pmap *pmap;
	char text[STORY_TEXT];
	size_t at = 0;

	if (s->m->vm.pmaps.tlbm == NULL || s->deed.p->vmspace == NULL ||
	    l1 + l2 + walks == 0)
		return;
	pmap = s->deed.p->vmspace->vm_map.pmap;
	if (l1 + l2 + walks > 1)
		story_add(text, sizeof(text), &at,
		    "the TLBs of processor %" PRIu32 " had %" PRIu64
		    " of the translations in L1 and %" PRIu64
		    " in L2, and %" PRIu64 " took a walk",
		    s->deed.p->cpu, l1, l2, walks);
	else
		story_add(text, sizeof(text), &at,
		    "the TLB of processor %" PRIu32 " %s", s->deed.p->cpu,
		    l1 > 0     ? "has the translation in L1" :
			l2 > 0 ? "misses in L1 and has it in L2" :
				 "has no translation");
	if (walks > 0)
		story_add(text, sizeof(text), &at,
		    ": the walker reads %" PRIu64 " entr%s%s%s", refs,
		    refs == 1 ? "y" : "ies",
		    s->m->vm.pmaps.tlbm->preset.host_levels > 0 ?
			", of the guest's tables and the host's" :
			"",
		    pwc > 0 ? ", shortened by a walk cache" : "");
	story_tell(s, true, "tlb", "%s (ASID %" PRIu32 ")", text, pmap->id);
	story_fact(s, "cpu", s->deed.p->cpu);
	story_fact(s, "asid", pmap->id);
	story_fact(s, "l1_hits", l1);
	story_fact(s, "l2_hits", l2);
	story_fact(s, "walks", walks);
	story_fact(s, "walk_refs", refs);
	story_fact(s, "pwc_hits", pwc);
}
