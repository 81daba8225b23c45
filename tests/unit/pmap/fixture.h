/*
 * A page-table system for tests: frames, hooks that count, no floor above.
 * RIG_RUN() runs a group of tests once for each geometry there is.
 */
#ifndef TESTS_PMAP_FIXTURE_H
#define TESTS_PMAP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pmap/pmap_inline.h"

#define FRAMES	512		/* 1..255 for pages, 256..511 for tables */
#define TABLES	256

static const struct pmap_geometry *rig_geo;	/* under test */

struct rig {
	struct mem     *mem;
	struct pmap_system sys;
	struct { struct pmap_page md; uint32_t pad[4]; } page[FRAMES];
	bool		table_used[FRAMES];
	pfn_t		table_limit;	/* tables that may be had */
	unsigned	tables;
	int		wired[FRAMES];	/* by the hook */
};

static inline pfn_t
rig_ptp_alloc(void *ctx, struct pmap *pmap)
{
	struct rig *r = ctx;

	(void)pmap;
	for (pfn_t i = TABLES; i < FRAMES; i++)
		if (!r->table_used[i] && r->tables < r->table_limit) {
			r->table_used[i] = true;
			r->tables++;
			return i;
		}
	return PFN_NONE;
}

static inline void
rig_ptp_free(void *ctx, struct pmap *pmap, pfn_t pfn)
{
	struct rig *r = ctx;

	(void)pmap;
	assert_true(r->table_used[pfn]);
	r->table_used[pfn] = false;
	r->tables--;
}

static inline void
rig_wired(void *ctx, pfn_t pfn, bool wired)
{
	((struct rig *)ctx)->wired[pfn] += wired ? 1 : -1;
}

static inline void
rig_init(struct rig *r)
{
	memset(r, 0, sizeof(*r));
	r->mem = mem_create();
	assert_non_null(r->mem);
	r->table_limit = FRAMES;
	assert_int_equal(pmap_system_init(&r->sys, r->mem,
	    rig_geo, r->page, FRAMES), 0);
	r->sys.ctx = r;
	r->sys.ptp_alloc = rig_ptp_alloc;
	r->sys.ptp_free = rig_ptp_free;
	r->sys.wired_pte = rig_wired;
}

static inline void
rig_fini(struct rig *r)
{
	assert_int_equal(r->tables, 0);
	pmap_system_fini(&r->sys);
	assert_int_equal(mem_in_use(r->mem), 0);
	assert_int_equal(mem_nalloc(r->mem), 0);
	mem_destroy(r->mem);
}

static inline struct pmap *
rig_pmap(struct rig *r)
{
	struct pmap *pmap;

	assert_int_equal(pmap_create(&r->sys, false, &pmap), 0);
	return pmap;
}

static inline int
rig_enter(struct rig *r, struct pmap *pmap, vaddr_t va, pfn_t pfn,
    vm_prot_t prot, unsigned flags)
{
	assert_int_equal(pmap_reserve(&r->sys, 1, 1), 0);
	return pmap_enter(pmap, va, pfn, prot, flags);
}

/* Level of the leaf tables. */
static inline unsigned
rig_leaf(void)
{
	return rig_geo->nlevels - 1u;
}

/* Where tests put pages: the start of a leaf table on every machine. */
#define RIG_VA	((vaddr_t)0x40000000)

/* The base page. */
static inline vsize_t
rig_page(void)
{
	return pg_size(rig_geo);
}

/* Bytes that a leaf table spans. */
static inline vsize_t
rig_span(void)
{
	return (vsize_t)1 << rig_geo->shift[rig_leaf() - 1];
}

/* The frame that a PTE names. */
static inline pfn_t
rig_pfn(uint64_t pte)
{
	return (pfn_t)((pte & rig_geo->pte.frame) >> rig_geo->pte.pfn_shift);
}

/* The rights that a mapping made with prot gives. */
static inline vm_prot_t
rig_prot(vm_prot_t prot)
{
	if (prot != VM_PROT_NONE && rig_geo->pte.noexec == 0)
		prot |= VM_PROT_EXEC;
	return prot;
}

#define RIG_RUN(group, tests) __extension__ ({				\
	int failed = 0;							\
									\
	for (size_t i = 0; pmap_geometries[i] != NULL; i++) {		\
		rig_geo = pmap_geometries[i];				\
		print_message("%s: %s\n", group, rig_geo->name);	\
		failed += cmocka_run_group_tests_name(group, tests, NULL, \
		    NULL);						\
	}								\
	failed;								\
})

static inline void
rig_check(struct rig *r)
{
	char buf[200];
	const char *why = pmap_check(&r->sys, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("%s", why);
}

#endif /* TESTS_PMAP_FIXTURE_H */
