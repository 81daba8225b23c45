/*
 * Which pages of an entry the process's pmap maps, and who else has them (-x);
 * of one pointer width, as decode_body.h, whose second half this is.
 *
 *	amap	am_slots[] lists the slots in use; a slot's anon may have a page
 *	object	its list of pages
 *	page	its list of mappings: pmap and address
 *
 * A page is resident if the pmap maps it where the entry has it.  It is shared,
 * if anonymous, when its anon is (an_ref) or the whole amap is by another map
 * (am_ref; table.c knows the map's own references); if an object's, when
 * another pmap maps it, too.
 */

/* Who maps a page. */
struct body_mapped {
	bool	here;		/* this pmap, at this address */
	bool	elsewhere;	/* another pmap */
};

static bool
body_mapped(struct procmap *pm, const struct vm_page *page, uint64_t pmap,
    uint64_t va, struct body_mapped *mapped)
{
	uint64_t next = ADDR(page->mdpage.pv_list);
	struct pv_entry pv;

	memset(mapped, 0, sizeof(*mapped));
	for (int i = 0; next != 0 && i < page->mdpage.pv_count; i++) {
		if (!procmap_read(pm, next, &pv, sizeof(pv)))
			return false;
		next = ADDR(pv.pv_next);
		if (ADDR(pv.pv_pmap) != pmap)
			mapped->elsewhere = true;
		else if (pv.pv_va == va)
			mapped->here = true;
	}
	return true;
}

/* The anon of a slot; 0: none. */
static bool
body_slot(struct procmap *pm, const struct vm_amap *amap, uint64_t slot,
    uint64_t *anon)
{
	*anon = 0;
	if (slot >= (uint64_t)amap->am_nslot || ADDR(amap->am_anon) == 0)
		return true;
	return body_ulong(pm,
	    ADDR(amap->am_anon) + slot * sizeof(_kulong), anon);
}

static bool
body_count_anon(struct procmap *pm, const struct vm_amap *amap, uint64_t slot,
    uint64_t pmap, uint64_t va, struct procmap_resident *r)
{
	struct body_mapped mapped;
	struct vm_anon anon;
	struct vm_page page;
	uint64_t addr;

	if (!body_slot(pm, amap, slot, &addr))
		return false;
	if (addr == 0)
		return true;
	if (!procmap_read(pm, addr, &anon, sizeof(anon)))
		return false;
	if (ADDR(anon.u.an_page) == 0)
		return true;
	if (!procmap_read(pm, ADDR(anon.u.an_page), &page, sizeof(page)) ||
	    !body_mapped(pm, &page, pmap, va, &mapped))
		return false;
	r->anon += mapped.here;
	r->anon_shared += mapped.here && anon.an_ref > 1;
	return true;
}

static bool
body_amap(struct procmap *pm, uint64_t pmap, const struct procmap_entry *e,
    const struct vm_amap *amap, struct procmap_resident *r)
{
	uint64_t first = (uint64_t)e->pageoff;
	uint64_t end = first + (e->end - e->start) / pm->page_size;
	size_t n = amap->am_nused > 0 ? (size_t)amap->am_nused : 0;
	int32_t *slot;
	bool ok;

	if (n == 0 || ADDR(amap->am_slots) == 0)
		return true;
	slot = calloc(n, sizeof(*slot));
	if (slot == NULL)
		return body_no_memory(pm);
	ok = procmap_read(pm, ADDR(amap->am_slots), slot, n * sizeof(*slot));
	for (size_t i = 0; ok && i < n; i++) {
		uint64_t at = (uint64_t)slot[i];

		if (at >= first && at < end)
			ok = body_count_anon(pm, amap, at, pmap,
			    e->start + (at - first) * pm->page_size, r);
	}
	free(slot);
	return ok;
}

static bool
body_object(struct procmap *pm, uint64_t pmap, const struct procmap_entry *e,
    struct procmap_resident *r)
{
	uint64_t size = e->end - e->start, next, at;
	struct body_mapped mapped;
	struct uvm_object object;
	struct vm_page page;

	if (!procmap_read(pm, e->object, &object, sizeof(object)))
		return false;
	next = ADDR(object.memq.tqh_first);
	for (int i = 0; next != 0 && i < object.uo_npages; i++) {
		if (!procmap_read(pm, next, &page, sizeof(page)))
			return false;
		next = ADDR(page.listq_next);
		at = (uint64_t)page.offset - e->offset;
		if ((uint64_t)page.offset < e->offset || at >= size)
			continue;
		if (!body_mapped(pm, &page, pmap, e->start + at, &mapped))
			return false;
		r->object += mapped.here;
		r->object_shared += mapped.here && mapped.elsewhere;
	}
	return true;
}

static bool
body_resident(struct procmap *pm, const struct procmap_map *m,
    const struct procmap_entry *e, struct procmap_resident *r)
{
	struct vm_amap amap;

	memset(r, 0, sizeof(*r));
	r->amap = e->amap;
	if (e->amap != 0) {
		if (!procmap_read(pm, e->amap, &amap, sizeof(amap)) ||
		    !body_amap(pm, m->pmap, e, &amap, r))
			return false;
		r->amap_refs = amap.am_ref;
	}
	if (!(e->etype & PROCMAP_ET_OBJ) || e->object == 0)
		return true;
	return body_object(pm, m->pmap, e, r);
}
