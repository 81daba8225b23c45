/*
 * Which pages of an entry are in memory, and who else has them (-x); of one
 * pointer width, as decode_body.h, whose second half this is.
 *
 *	amap	am_slots[] lists the slots in use; a slot's anon may have a page
 *	object	its list of pages; what an anon lies above is not seen
 *
 * An anonymous page is shared if its anon is (an_ref), or the whole amap is by
 * another map (am_ref; table.c knows the map's own references).  A page of an
 * object is shared if another pmap maps it, too.
 */

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
    struct procmap_resident *r)
{
	struct vm_anon anon;
	uint64_t addr;

	if (!body_slot(pm, amap, slot, &addr))
		return false;
	if (addr == 0)
		return true;
	if (!procmap_read(pm, addr, &anon, sizeof(anon)))
		return false;
	if (ADDR(anon.u.an_page) == 0)
		return true;
	r->anon++;
	r->anon_shared += anon.an_ref > 1;
	return true;
}

static bool
body_amap(struct procmap *pm, const struct procmap_entry *e,
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
	for (size_t i = 0; ok && i < n; i++)
		if ((uint64_t)slot[i] >= first && (uint64_t)slot[i] < end)
			ok = body_count_anon(pm, amap, (uint64_t)slot[i], r);
	free(slot);
	return ok;
}

/* Does a pmap other than this one map the page? */
static bool
body_mapped_elsewhere(struct procmap *pm, uint64_t pmap,
    const struct vm_page *page, bool *elsewhere)
{
	uint64_t next = ADDR(page->mdpage.pv_list);
	struct pv_entry pv;

	*elsewhere = false;
	for (int i = 0; next != 0 && i < page->mdpage.pv_count; i++) {
		if (!procmap_read(pm, next, &pv, sizeof(pv)))
			return false;
		next = ADDR(pv.pv_next);
		if (ADDR(pv.pv_pmap) != pmap) {
			*elsewhere = true;
			break;
		}
	}
	return true;
}

/* Is there an anon above the page?  amap: NULL when there is none at all. */
static bool
body_covered(struct procmap *pm, const struct procmap_entry *e,
    const struct vm_amap *amap, uint64_t offset, bool *covered)
{
	uint64_t anon = 0, slot;

	slot = (uint64_t)e->pageoff + (offset - e->offset) / pm->page_size;
	if (amap != NULL && !body_slot(pm, amap, slot, &anon))
		return false;
	*covered = anon != 0;
	return true;
}

static bool
body_object(struct procmap *pm, uint64_t pmap, const struct procmap_entry *e,
    const struct vm_amap *amap, struct procmap_resident *r)
{
	uint64_t size = e->end - e->start, next;
	struct uvm_object object;
	struct vm_page page;
	bool covered, elsewhere;

	if (!procmap_read(pm, e->object, &object, sizeof(object)))
		return false;
	next = ADDR(object.memq.tqh_first);
	for (int i = 0; next != 0 && i < object.uo_npages; i++) {
		if (!procmap_read(pm, next, &page, sizeof(page)))
			return false;
		next = ADDR(page.listq_next);
		if ((uint64_t)page.offset < e->offset ||
		    (uint64_t)page.offset - e->offset >= size)
			continue;
		if (!body_covered(pm, e, amap, (uint64_t)page.offset, &covered))
			return false;
		if (covered)
			continue;
		if (!body_mapped_elsewhere(pm, pmap, &page, &elsewhere))
			return false;
		r->object++;
		r->object_shared += elsewhere;
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
		    !body_amap(pm, e, &amap, r))
			return false;
		r->amap_refs = amap.am_ref;
	}
	if (!(e->etype & PROCMAP_ET_OBJ) || e->object == 0)
		return true;
	return body_object(pm, m->pmap, e, e->amap != 0 ? &amap : NULL, r);
}
