/*
 * The checkers themselves: each invariant is broken on purpose, and must be
 * named.
 */
#include "fixture.h"
#include "tests/page4k.h"

/* A space with a bit of everything, where a bare fixture has nothing. */
static struct fixture *
populated(void)
{
	struct fixture *f = fix_new(0, 512);

	(void)fix_anon(f, 0, 4, RW);
	assert_int_equal(fix_write(f->space, 0, 1), 0);
	assert_int_equal(fix_write(f->space, 1, 1), 0);
	(void)fix_file(f, 6, 10, RW, false, 2);
	assert_int_equal(fix_write(f->space, 7, 1), 0);
	(void)fix_anon(f, 12, 14, RW);
	assert_int_equal(uvm_map_pageable(f->map, P(12), P(14), true, false),
	    0);
	(void)fix_anon(f, 20, 22, R);
	(void)fix_anon(f, 30, 32, VM_PROT_ALL);
	fix_fork(f);
	return f;
}

static uint32_t
own_reference(void *ctx, struct vm_object *o)
{
	struct fixture *f = ctx;

	return o == f->file || o == f->shm;
}

/* What vm_check() says must name this invariant. */
static void
assert_names(struct fixture *f, const char *invariant)
{
	struct vmspace *spaces[2] = { f->space, f->child };
	char buf[256];
	const char *why = vm_check(&f->vm, spaces, f->child != NULL ? 2 : 1,
	    own_reference, f, buf, sizeof(buf));

	if (why == NULL)
		fail_msg("%s was broken, nothing was found", invariant);
	if (strstr(why, invariant) == NULL)
		fail_msg("%s was broken, found: %s", invariant, why);
}

/* Break a field, see it named, mend it. */
#define BROKEN(f, lvalue, value, invariant) \
	do { \
		__typeof__(lvalue) saved_ = (lvalue); \
		(lvalue) = (value); \
		assert_names((f), (invariant)); \
		(lvalue) = saved_; \
	} while (0)

static void
test_entry(void **state)
{
	struct fixture *f = populated();
	struct vm_map_entry *e = fix_entry(f->space, 0);
	struct vm_map_entry *file = fix_entry(f->space, 7);

	(void)state;
	BROKEN(f, e->end, e->start, "M1");
	BROKEN(f, e->end, e->end + 1, "M1");
	BROKEN(f, e->etype, e->etype | UVM_ET_OBJ, "M2");
	BROKEN(f, file->etype, file->etype & ~UVM_ET_OBJ, "M2");
	BROKEN(f, e->offset, T_PTOA(1), "M2");
	BROKEN(f, e->etype, UVM_ET_NEEDSCOPY, "M6");
	BROKEN(f, e->max_protection, R, "M7");
	BROKEN(f, e->inheritance, 4, "M7");
	BROKEN(f, e->advice, 3, "M7");
	BROKEN(f, e->gap, e->gap + T_PTOA(1), "T1");
	BROKEN(f, e->ar_pageoff, 3, "M9");
	fix_free(f);
}

static void
test_map(void **state)
{
	struct fixture *f = populated();
	struct vm_map *map = f->map;
	struct vm_map_entry *e = fix_entry(f->space, 0), other = { 0 };
	struct vm_map_entry *last = map->header.prev;

	(void)state;
	BROKEN(f, map->nentries, map->nentries + 1, "M3");
	BROKEN(f, map->nentries, map->nentries - 1, "M3");
	BROKEN(f, map->size, map->size + T_PTOA(1), "M8");
	BROKEN(f, map->hint, &other, "M5");
	BROKEN(f, map->first_free, last, "M5");
	BROKEN(f, map->header.gap, 0, "T1");
	BROKEN(f, map->root->maxgap, map->root->maxgap + 1, "T2");
	BROKEN(f, map->root->parent, 1, "T3");
	BROKEN(f, e->next->prev, last, "M3");
	fix_free(f);
}

static void
test_tree(void **state)
{
	struct fixture *f = populated();
	struct vm_map_entry *root = f->map->root, *leaf = root;

	(void)state;
	assert_non_null(root->left);
	assert_non_null(root->right);
	while (leaf->right != NULL)
		leaf = leaf->right;
	BROKEN(f, leaf->parent, leaf->parent ^ 1, "T3");
	BROKEN(f, root->left->parent, 0, "T3");
	BROKEN(f, root->left, NULL, "M4");
	BROKEN(f, root->left->parent, root->left->parent | 1, "T3");
	BROKEN(f, root->right->parent, root->right->parent | 1, "T3");
	fix_free(f);
}

static void
test_amap(void **state)
{
	struct fixture *f = populated();
	struct vm_map_entry *e = fix_entry(f->space, 0);
	struct vm_amap *a = e->amap;

	(void)state;
	assert_int_equal(a->ref, 2);
	BROKEN(f, a->ref, 3, "A1");
	BROKEN(f, a->ref, 0, "A1");
	BROKEN(f, a->maxslot, 2, "A2");
	BROKEN(f, a->slots.nused, 9, "S2");
	BROKEN(f, a->copies, a->copies + 1, "A5");
	BROKEN(f, a->slots.nleaves, 7, "S2");
	BROKEN(f, a->slots.ninners, 7, "S2");
	a = fix_entry(f->space, 12)->amap;
	BROKEN(f, a->flags, AMAP_SHARED, "A4");
	fix_free(f);
}

static void
test_runs(void **state)
{
	struct fixture *f = populated();
	struct vm_amap *a = fix_entry(f->space, 0)->amap;

	(void)state;
	assert_int_equal(fix_unmap(f, 0, 1), 0);
	assert_non_null(a->runs);
	BROKEN(f, a->runs->slot, 1, "A3");
	BROKEN(f, a->runs->ref, a->ref + 1, "A3");
	BROKEN(f, a->runs->ref, 0, "A3");
	fix_free(f);
}

static void
test_anon(void **state)
{
	struct fixture *f = populated();
	struct vm_amap *a = fix_entry(f->space, 0)->amap;
	struct vm_anon *anon = &f->vm.anons.anon[sparse_get(&a->slots, 0)];
	struct vm_page *pg = &f->vm.pages.page[anon->where];

	(void)state;
	BROKEN(f, anon->ref, 5, "A1");
	BROKEN(f, anon->ref, 0, "A1");
	BROKEN(f, pg->pg_flags, pg->pg_flags & ~PG_ANON, "P1");
	BROKEN(f, f->vm.anons.inuse, 99, "A1");
	BROKEN(f, pg->owner, pg->owner + 1, "P1");
	fix_free(f);
}

static void
test_object(void **state)
{
	struct fixture *f = populated();
	pfn_t pfn = sparse_get(&f->file->pages, 3);
	struct vm_page *pg = &f->vm.pages.page[pfn];

	(void)state;
	assert_int_not_equal(pfn, PFN_NONE);
	BROKEN(f, f->file->refs, f->file->refs + 1, "O2");
	BROKEN(f, pg->pindex, 9, "O1");
	BROKEN(f, pg->owner, 99, "O1");
	BROKEN(f, f->file->pages.nused, 7, "S2");
	fix_free(f);
}

/* The frame of a page that has just been read in from its slot. */
static pfn_t
out_and_in(struct fixture *f, unsigned page)
{
	pfn_t pfn;

	assert_int_equal(fix_write(f->space, page, 1 + page), 0);
	assert_true(pmap_extract(f->map->pmap, P(page), &pfn));
	assert_int_equal(vm_page_evict(&f->vm, pfn), 0);
	assert_int_equal(fix_read(f->space, page), 0);
	assert_true(pmap_extract(f->map->pmap, P(page), &pfn));
	return pfn;
}

static void
test_pageout(void **state)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = 256,
		.tags = true,
		.daemon = &vm_daemon_uvm,
	};
	struct fixture *f = fix_new_config(0, &config);
	struct vm *vm = &f->vm;
	pfn_t anon, aobj;
	uint32_t device, name;

	(void)state;
	assert_int_equal(vm_swap_on(vm, 64, 0, SWF_FILE, &device), 0);
	(void)fix_anon(f, 0, 4, RW);
	(void)fix_object(f, f->shm, 8, 10, RW, false, 0);
	anon = out_and_in(f, 0);
	aobj = out_and_in(f, 8);
	name = vm->pages.page[anon].owner;
	fix_check(f);
	BROKEN(f, vm->anons.slot[name], SWSLOT_NONE, "A12");
	BROKEN(f, vm->anons.slot[name], SWSLOT_BAD, "D1");
	BROKEN(f, vm->anons.nanons, vm->anons.inuse, "A14");
	BROKEN(f, vm->pages.tag[anon], 99, "D1");
	BROKEN(f, vm->pages.tag[aobj], 99, "D1");
	BROKEN(f, vm->exp.swpgonly, 1, "D2");
	BROKEN(f, vm->exp.paging, 1, "S3");
	BROKEN(f, vm->exp.freetarg, vm->exp.freemin, "S5");
	vm_page_dropslot(vm, anon);
	BROKEN(f, vm->exp.swpginuse, 2, "S1");
	BROKEN(f, vm->swap.dev[device].used[0], 0, "S1");
	assert_int_equal(fix_unmap(f, 0, 4), 0);
	BROKEN(f, vm->anons.slot[name], 5, "A12");
	fix_free(f);
}

static void
test_pages(void **state)
{
	struct fixture *f = populated();
	pfn_t pfn = sparse_get(&f->file->pages, 3);
	struct vm_page *pg = &f->vm.pages.page[pfn];

	(void)state;
	BROKEN(f, f->vm.exp.free, f->vm.exp.free + 1, "P5");
	BROKEN(f, f->vm.exp.active, f->vm.exp.active + 1, "P5");
	BROKEN(f, f->vm.exp.wired, f->vm.exp.wired + 1, "P5");
	BROKEN(f, pg->pg_flags, pg->pg_flags | PG_CLEAN | PG_DIRTY, "P4");
	BROKEN(f, pg->pg_wire, 1, "P3");
	fix_free(f);
}

static void
test_mappings(void **state)
{
	struct fixture *f = populated();
	struct vm_map_entry *wired = fix_entry(f->space, 12);
	struct vm_map_entry *e = fix_entry(f->space, 7);

	(void)state;
	BROKEN(f, wired->wired_count, 0, "M10");
	BROKEN(f, e->protection, R, "F3");
	BROKEN(f, e->offset, T_PTOA(5), "F1");
	BROKEN(f, f->map->pmap->resident, 99, "I2");
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_amap),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_anon),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_pageout),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_mappings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
