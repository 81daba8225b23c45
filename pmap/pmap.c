/*
 * pmaps: the system they live in, creation and destruction.
 */
#include "pmap_large.h"
#include "tlb.h"

#include <errno.h>
#include <string.h>

int
pmap_system_init(struct pmap_system *sys, struct mem *mem,
    const struct pmap_geometry *geo, void *pages, pfn_t npages)
{
	size_t leaf = sizeof(uint64_t) << geo->bits[geo->nlevels - 1];

	memset(sys, 0, sizeof(*sys));
	sys->byid = mem_zalloc(mem, (PMAP_MAXID + 1) * sizeof(*sys->byid));
	if (sys->byid == NULL)
		return ENOMEM;
	sys->geo = geo;
	sys->page_shift = geo->page_shift;
	sys->mem = mem;
	sys->pages = pages;
	sys->npages = npages;
	sys->nextid = 1;
	for (unsigned psind = 1; psind < geo->nsizes; psind++)
		if (geo->sizes[psind].kind == PMAP_SIZE_LEAF)
			sys->leaf_psind[geo->sizes[psind].level] = (uint8_t)
			    psind;
		else
			sys->group_psind = (uint8_t)psind;
	if (geo->hashed &&
	    hpt_create(mem, geo, pg_ptoa(geo, npages - 1u), &sys->hpt) != 0) {
		mem_free(mem, sys->byid, (PMAP_MAXID + 1) * sizeof(*sys->byid));
		return ENOMEM;
	}
	slab_init(&sys->leaves, mem, leaf, 64, SLAB_NO_ID);
	slab_init(&sys->nodes, mem, pt_node_size(geo), 64, SLAB_NO_ID);
	slab_init(&sys->pvs, mem, sizeof(struct pv_entry),
	    _Alignof(struct pv_entry), offsetof(struct pv_entry, id));
	return 0;
}

void
pmap_system_fini(struct pmap_system *sys)
{
	assert(sys->pv_held == 0);
	pmap_large_fini(sys);
	slab_fini(&sys->leaves);
	slab_fini(&sys->nodes);
	slab_fini(&sys->pvs);
	hpt_destroy(sys->hpt);
	mem_free(sys->mem, sys->byid, (PMAP_MAXID + 1) * sizeof(*sys->byid));
}

static uint32_t
id_take(struct pmap_system *sys)
{
	uint32_t id = sys->nextid;

	while (id <= PMAP_MAXID && sys->byid[id] != NULL)
		id++;
	sys->nextid = id;
	if (id > sys->maxid && id <= PMAP_MAXID)
		sys->maxid = id;
	return id <= PMAP_MAXID ? id : 0;
}

/* The bits of a leaf PTE for each protection. */
static void
fill_templates(struct pmap *pmap)
{
	const struct pte_format *f = &pmap->sys->geo->pte;

	for (unsigned prot = 0; prot <= VM_PROT_ALL; prot++) {
		uint64_t pte = f->leaf | f->managed;

		pte |= pmap->kernel ? f->leaf_kernel : f->user;
		if (prot & VM_PROT_WRITE)
			pte |= f->write;
		if ((prot & VM_PROT_EXEC) == 0)
			pte |= f->noexec;
		pmap->template[prot] = pte;
	}
	pmap->template_access[1] = f->accessed;
	pmap->template_access[2] = f->accessed | f->dirty;
	for (unsigned prot = 0; prot <= VM_PROT_ALL; prot++)
		for (unsigned type = 0; type < 3; type++)
			pmap->template_states[type][prot] = pte_states(f,
			    pmap->template[prot] | pmap->template_access[type]);
}

int
pmap_create(struct pmap_system *sys, bool kernel, struct pmap **out)
{
	const struct pmap_geometry *geo = sys->geo;
	unsigned last = geo->nlevels - 1u;
	struct pmap *pmap;
	uint32_t id = id_take(sys);

	if (id == 0 || slab_reserve(&sys->nodes, 1) != 0)
		return ENOMEM;
	pmap = mem_zalloc(sys->mem, sizeof(*pmap));
	if (pmap == NULL)
		return ENOMEM;
	pmap->sys = sys;
	pmap->page_shift = sys->page_shift;
	pmap->pfn_shift = geo->pte.pfn_shift;
	pmap->id = id;
	pmap->kernel = kernel;
	pmap->leaf_mask = PT_ENTRIES(geo, last) - 1;
	pmap->leaf_span = geo->shift[last - 1];
	pmap->vpn_mask = ((uint64_t)1 << (geo->va_bits - geo->page_shift)) - 1;
	fill_templates(pmap);
	if (pt_root_create(pmap) != 0) {
		mem_free(sys->mem, pmap, sizeof(*pmap));
		return ENOMEM;
	}
	sys->super = sys->super || sys->ps_enabled || sys->full_level != NULL;
	sys->byid[id] = pmap;
	*out = pmap;
	return 0;
}

void
pmap_destroy(struct pmap *pmap)
{
	struct pmap_system *sys = pmap->sys;

	pmap_remove_all(pmap);
	pt_root_destroy(pmap);
	sys->byid[pmap->id] = NULL;
	if (pmap->id < sys->nextid)
		sys->nextid = pmap->id;
	tlb_forget(pmap);
	tlb_free(pmap);
	mem_free(sys->mem, pmap, sizeof(*pmap));
}
