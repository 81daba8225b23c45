/*
 * Accounting of pages: what a page table entry is counted as.
 *
 *	for each page that the process's page table maps
 *	  mappings of its frame > 1 ? shared : private
 *	  dirty ? the entry's M, or M of a mapping gone, or the frame is known
 *	          to be dirty (as anonymous pages are that have no copy in swap)
 *	  given up ? anonymous, clean, without a copy in swap
 *	  referenced ? the entry's A, or A of a mapping gone
 *	  kind: owner of the frame is an anon, shared memory, or anything else
 *
 * A page in an amap or an object that this process has not mapped does not
 * count.  A page is huge if an entry above the lowest level maps it.  Pss is
 * page / mappings in 1/4096 byte, cut off page by page.
 */
#include "procfs.h"

static enum procfs_count
kind_of(unsigned flags)
{
	if (flags & PG_ANON)
		return PROCFS_ANON;
	return flags & PG_AOBJ ? PROCFS_SHMEM : PROCFS_FILE;
}

bool
procfs_page(struct machine *m, const struct process *p, vaddr_t va,
    struct procfs_page *page)
{
	const struct pmap_geometry *geo = m->config.arch;
	struct pmap *pmap = p->vmspace->vm_map.pmap;
	const struct vm_page *frame;
	struct pmap_walk w;
	uint64_t pte;

	pmap_walk(pmap, va, &w);
	if (!w.mapped)
		return false;
	page->frame = w.pfn;
	pte = w.pte[w.nlevels - 1];
	frame = &m->vm.pages.page[page->frame];
	page->mappings = pmap_page_mappings(&m->vm.pmaps, page->frame);
	page->huge = w.nlevels < geo->nlevels;
	page->dirty = (pte & geo->pte.dirty) != 0 ||
	    (frame->md.pv & PMAP_ATTR_MOD) != 0 ||
	    (frame->pg_flags & PG_DIRTY) != 0;
	page->lazyfree = !page->dirty &&
	    (frame->pg_flags & (PG_ANON | PG_CLEAN)) == (PG_ANON | PG_CLEAN) &&
	    vm_anon_slot(&m->vm.anons, frame->owner) == SWSLOT_NONE;
	page->referenced = (pte & geo->pte.accessed) != 0 ||
	    (frame->md.pv & PMAP_ATTR_REF) != 0;
	page->kind = kind_of(frame->pg_flags);
	return true;
}

static void
count_pss(const struct procfs_page *page, uint64_t size, bool locked,
    uint64_t *count)
{
	uint64_t pss = (size << PROCFS_PSS_SHIFT) / page->mappings;

	count[PROCFS_PSS] += pss;
	if (page->dirty)
		count[PROCFS_PSS_DIRTY] += pss;
	if (locked)
		count[PROCFS_LOCKED] += pss;
	count[page->kind == PROCFS_ANON    ? PROCFS_PSS_ANON :
		page->kind == PROCFS_SHMEM ? PROCFS_PSS_SHMEM :
					     PROCFS_PSS_FILE] += pss;
}

static void
count_page(const struct procfs_page *page, uint64_t size, bool locked,
    uint64_t *count)
{
	static const enum procfs_count shares[2][2] = {
		{ PROCFS_PRIVATE_CLEAN, PROCFS_PRIVATE_DIRTY },
		{ PROCFS_SHARED_CLEAN, PROCFS_SHARED_DIRTY },
	};

	count[PROCFS_RSS] += size;
	count[shares[page->mappings > 1][page->dirty]] += size;
	count[page->kind] += size;
	if (page->lazyfree)
		count[PROCFS_LAZYFREE] += size;
	if (page->referenced)
		count[PROCFS_REFERENCED] += size;
	if (page->huge)
		count[page->kind == PROCFS_ANON    ? PROCFS_HUGE_ANON :
			page->kind == PROCFS_SHMEM ? PROCFS_HUGE_SHMEM :
						     PROCFS_HUGE_FILE] += size;
	count_pss(page, size, locked, count);
}

void
procfs_account(const struct procfs_process *t, const struct procfs_area *a,
    struct procfs_pages *sum)
{
	struct machine *m = t->m;
	struct pmap *pmap = t->p->vmspace->vm_map.pmap;
	struct procfs_page page;
	vaddr_t va = a->start;

	while ((va = pmap_next_mapped(pmap, va, a->end)) < a->end) {
		if (procfs_page(m, t->p, va, &page))
			count_page(&page, pg_size(m), a->locked, sum->count);
		va += pg_size(m);
	}
	procfs_account_swap(t, a, sum);
}

/* ------------------------------------------------------ whole process ---- */

/* Which total an area's size belongs to besides the size of all. */
static void
add_area(struct procfs_process *t, const struct procfs_area *a)
{
	uint64_t len = a->end - a->start;
	vm_prot_t wx = a->prot & (VM_PROT_WRITE | VM_PROT_EXEC);

	if (t->size == 0)
		t->low = a->start;
	t->high = a->end;
	t->size += len;
	if (a->locked)
		t->locked += len;
	if (a->stack)
		t->stack += len;
	else if (wx == VM_PROT_EXEC)
		t->exec += len;
	else if (wx & VM_PROT_WRITE && !a->shared)
		t->data += len;
	/* Any address in the stack's top area will do; this is its last word
	 * but one, about where a program finds its arguments. */
	if (a->stack && a->end == t->p->stack_top)
		t->startstack = a->end -
		    (vaddr_t)2 * t->m->config.arch->ptr_size;
}

void
procfs_process_sum(struct machine *m, struct process *p,
    const uint32_t *sharers, struct procfs_process *t)
{
	struct vm_map_entry *header = &p->vmspace->vm_map.header, *e;
	const struct vmspace *vs = p->vmspace;
	struct procfs_area a;

	*t = (struct procfs_process){ .m = m, .p = p, .sharers = sharers };
	for (e = header->next; e != header;) {
		e = procfs_area(m, p, e, &a);
		procfs_account(t, &a, &t->pages);
		add_area(t, &a);
	}
	t->text = pg_round(m, vs->vm_taddr + pg_ptoa(m, vs->vm_tsize)) -
	    pg_trunc(m, vs->vm_taddr);
	if (t->text > t->exec)
		t->text = t->exec;
}
