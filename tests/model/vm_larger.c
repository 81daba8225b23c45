/*
 * Larger mappings held against what they are made of.
 *
 * A larger mapping must map, page by page, frames side by side from an aligned
 * one on, with like rights; if it is writable it must be dirty.
 *
 * After a fault under the policy `reserve', a full range of frames in order
 * that could be one mapping must be one: the page table is read page by page,
 * and if all pages agree in what FreeBSD (or AIX) compares, promotion was due.
 */
#include "vm_world.h"

/* What the mappings of a range have in common. */
struct like {
	vaddr_t start;
	unsigned n;    /* base pages */
	bool full;     /* all mapped */
	bool in_order; /* frames from an aligned one on */
	bool same;     /* rights, M, wiring (AIX: rights and wiring) */
	bool used;     /* all referenced */
	bool sized;    /* all by mappings of the size */
	bool dirty;    /* all modified */
	vm_prot_t prot;
};

struct look {
	bool mapped, modified, accessed, wired;
	vm_prot_t prot;
	pfn_t pfn;
	unsigned psind;
};

static struct look
look_at(struct vm_map *map, vaddr_t va)
{
	const struct pte_format *f = &map->vm->config.geometry->pte;
	struct look l = { 0 };
	struct pmap_walk w;
	uint64_t pte;

	l.mapped = pmap_extract(map->pmap, va, &l.pfn);
	if (!l.mapped)
		return l;
	(void)pmap_prot(map->pmap, va, &l.prot);
	pmap_walk(map->pmap, va, &w);
	pte = w.pte[w.nlevels - 1];
	l.modified = (pte & f->dirty) != 0;
	l.accessed = (pte & f->accessed) != 0;
	l.wired = (pte & f->wired) != 0;
	l.psind = pmap_psind(map->pmap, va);
	return l;
}

static void
compare(struct like *like, const struct look *first, const struct look *l,
    unsigned i, unsigned psind, bool aix)
{
	like->full &= l->mapped;
	like->in_order &= l->mapped && l->pfn == first->pfn + i;
	like->same &= l->prot == first->prot && l->wired == first->wired &&
	    (aix || l->modified == first->modified);
	like->used &= l->accessed;
	like->sized &= l->psind >= psind;
	like->dirty &= l->modified;
}

static struct like
range_of(struct vm_map *map, vaddr_t va, unsigned psind)
{
	const struct vm *vm = map->vm;
	const unsigned shift = vm->config.geometry->sizes[psind].shift;
	const bool aix = vm->pmaps.promote == PMAP_PROMOTE_AIX;
	struct like like = { .start = va >> shift << shift,
		.n = 1u << (shift - vm->page_shift),
		.full = true,
		.same = true,
		.used = true,
		.sized = true,
		.dirty = true };
	const struct look first = look_at(map, like.start);

	like.prot = first.prot;
	like.in_order = first.mapped && first.pfn % like.n == 0;
	for (unsigned i = 0; i < like.n && like.full; i++) {
		struct look l = look_at(map, like.start + pg_ptoa(vm, i));

		compare(&like, &first, &l, i, psind, aix);
	}
	return like;
}

/* Is the range such that promotion was due at the fault just taken? */
static bool
is_due(struct vm *vm, const struct like *r, pfn_t pfn, unsigned psind)
{
	if (vm->config.superpages != VM_SUPER_RESERVE ||
	    vm_reserv_level(vm, pfn) < psind)
		return false;
	return r->full && r->in_order && r->same &&
	    (vm->pmaps.promote != PMAP_PROMOTE_AIX || r->used);
}

const char *
world_larger(struct world *w, struct vm_map *map, vaddr_t va, bool faulted)
{
	const struct pmap_pagesize *sizes = w->vm.config.geometry->sizes;
	const struct look here = look_at(map, va);
	unsigned psind = w->vm.config.geometry->nsizes - 1u;

	if (w->v->superpages == VM_SUPER_NEVER)
		return here.psind == 0 ? NULL : "a larger page with `never'";
	for (; psind > 0; psind--) {
		struct like r;

		if (here.psind < psind && !(faulted && sizes[psind].promote))
			continue;
		r = range_of(map, va, psind);
		if (here.psind >= psind) {
			if (!r.full || !r.in_order || !r.sized)
				return "a larger mapping is not of its pages";
			if (sizes[psind].kind == PMAP_SIZE_LEAF && !r.same)
				return "a larger mapping's pages differ";
			if (sizes[psind].kind == PMAP_SIZE_LEAF &&
			    r.prot & VM_PROT_WRITE && !r.dirty)
				return "a larger writable mapping is clean";
		} else if (is_due(&w->vm, &r, here.pfn, psind)) {
			return "promotion was due and was not done";
		}
	}
	return NULL;
}
