/*
 * A page-table system with room for larger pages: frames enough for blocks of
 * every size up to 1G, hooks that say what is full and note what is told.
 *
 *	frames	0 ..			aligned blocks, for pages
 *		npages - TABLES ..	tables
 */
#ifndef TESTS_PMAP_SUPER_RIG_H
#define TESTS_PMAP_SUPER_RIG_H

#include "fixture.h"

#include <stdlib.h>

#define SRIG_TABLES	2048
#define SRIG_MAXPAGES	((uint32_t)1 << 18)	/* of the largest block */
#define SRIG_EVENTS	64

struct srig {
	struct mem     *mem;
	struct pmap_system sys;
	struct pmap_geometry geo;	/* a copy, for tests to change */
	struct { struct pmap_page md; uint32_t pad[4]; } *page;
	int8_t	       *wired;		/* by the hook */
	pfn_t		npages;
	bool		table_used[SRIG_TABLES];
	unsigned	tables, table_limit;
	unsigned	full;		/* what full_level says */
	unsigned	asked;		/* how often it was */
	unsigned	nevents;
	struct { vaddr_t va; unsigned psind; enum pmap_resize what; }
			event[SRIG_EVENTS];
	unsigned	group, leaf;	/* psind of a promotable one; 0: none */
};

static inline uint32_t
srig_pages(const struct srig *r, unsigned psind)
{
	return (uint32_t)1 << (r->geo.sizes[psind].shift - r->geo.page_shift);
}

static inline vsize_t
srig_size(const struct srig *r, unsigned psind)
{
	return (vsize_t)1 << r->geo.sizes[psind].shift;
}

static inline pfn_t
srig_alloc(void *ctx, struct pmap *pmap)
{
	struct srig *r = ctx;

	(void)pmap;
	for (unsigned i = 0; i < SRIG_TABLES; i++)
		if (!r->table_used[i] && r->tables < r->table_limit) {
			r->table_used[i] = true;
			r->tables++;
			return r->npages - SRIG_TABLES + i;
		}
	return PFN_NONE;
}

static inline void
srig_free(void *ctx, struct pmap *pmap, pfn_t pfn)
{
	struct srig *r = ctx;
	unsigned i = pfn - (r->npages - SRIG_TABLES);

	(void)pmap;
	assert_true(i < SRIG_TABLES && r->table_used[i]);
	r->table_used[i] = false;
	r->tables--;
}

static inline void
srig_wired(void *ctx, pfn_t pfn, bool wired)
{
	((struct srig *)ctx)->wired[pfn] += wired ? 1 : -1;
}

static inline unsigned
srig_full(void *ctx, pfn_t pfn)
{
	struct srig *r = ctx;

	(void)pfn;
	r->asked++;
	return r->full;
}

static inline void
srig_resized(void *ctx, struct pmap *pmap, vaddr_t va, unsigned psind,
    enum pmap_resize what)
{
	struct srig *r = ctx;

	(void)pmap;
	if (r->nevents < SRIG_EVENTS) {
		r->event[r->nevents].va = va;
		r->event[r->nevents].psind = psind;
		r->event[r->nevents].what = what;
	}
	r->nevents++;
}

/* The largest size that the rig has frames for. */
static inline unsigned
srig_largest(const struct srig *r)
{
	unsigned psind = r->geo.nsizes - 1u;

	while (psind > 0 && srig_pages(r, psind) > SRIG_MAXPAGES)
		psind--;
	return psind;
}

/* groups: leave the machine its groups.  huge: frames for blocks of 1G. */
static inline void
srig_init(struct srig *r, bool groups, bool huge)
{
	memset(r, 0, sizeof(*r));
	r->geo = *rig_geo;
	for (unsigned psind = 1; psind < r->geo.nsizes; psind++) {
		struct pmap_pagesize *size = &r->geo.sizes[psind];

		if (size->kind == PMAP_SIZE_GROUP && !groups)
			size->promote = false;
		else if (size->kind == PMAP_SIZE_GROUP)
			r->group = psind;
		if (size->kind == PMAP_SIZE_LEAF && r->leaf == 0) {
			/* Also where the machine's own system would not. */
			size->promote = true;
			r->leaf = psind;
		}
	}
	r->npages = 8 * srig_pages(r, r->leaf) + SRIG_TABLES;
	if (huge && r->npages < 3 * srig_pages(r, srig_largest(r)))
		r->npages = 3 * srig_pages(r, srig_largest(r));
	r->page = calloc(r->npages, sizeof(*r->page));
	r->wired = calloc(r->npages, sizeof(*r->wired));
	assert_true(r->page != NULL && r->wired != NULL);
	r->mem = mem_create();
	assert_non_null(r->mem);
	r->table_limit = SRIG_TABLES;
	assert_int_equal(pmap_system_init(&r->sys, r->mem, &r->geo, r->page,
	    r->npages), 0);
	r->sys.ctx = r;
	r->sys.ptp_alloc = srig_alloc;
	r->sys.ptp_free = srig_free;
	r->sys.wired_pte = srig_wired;
	r->sys.full_level = srig_full;
	r->sys.resized = srig_resized;
	r->sys.ps_enabled = true;
	r->full = r->geo.nsizes - 1u;
}

static inline void
srig_check(struct srig *r)
{
	char buf[200];
	const char *why = pmap_check(&r->sys, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("%s", why);
}

static inline struct pmap *
srig_pmap(struct srig *r)
{
	struct pmap *pmap;

	assert_int_equal(pmap_create(&r->sys, false, &pmap), 0);
	return pmap;
}

/* All pmaps destroyed, all back. */
static inline void
srig_fini(struct srig *r)
{
	for (pfn_t pfn = 1; pfn < r->npages; pfn++)
		if (r->wired[pfn] != 0 || pmap_page_is_mapped(&r->sys, pfn))
			fail_msg("frame %u is still wired or mapped", pfn);
	assert_int_equal(r->tables, 0);
	assert_int_equal(r->sys.pv_held, 0);
	pmap_system_fini(&r->sys);
	assert_int_equal(mem_in_use(r->mem), 0);
	mem_destroy(r->mem);
	free(r->page);
	free(r->wired);
}

static inline int
srig_enter(struct srig *r, struct pmap *pmap, vaddr_t va, pfn_t pfn,
    vm_prot_t prot, unsigned flags)
{
	assert_int_equal(pmap_reserve(&r->sys, 1, 1), 0);
	return pmap_enter(pmap, va, pfn, prot, flags);
}

/* The entry that maps va, 0 if none. */
static inline uint64_t
srig_pte(struct pmap *pmap, vaddr_t va)
{
	struct pmap_walk w;

	pmap_walk(pmap, va, &w);
	return w.mapped ? w.pte[w.nlevels - 1] : 0;
}

/* A, M, W of the entry, as PTE_STATE_*. */
static inline unsigned
srig_state(struct pmap *pmap, vaddr_t va)
{
	return pte_state(&pmap->sys->geo->pte, srig_pte(pmap, va));
}

#endif /* TESTS_PMAP_SUPER_RIG_H */
