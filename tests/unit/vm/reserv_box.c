/*
 * What the tests of reservations share.
 */
#include "reserv_box.h"

void
box_open_as(struct box *b, struct vm_config config)
{
	if (config.geometry == NULL)
		config.geometry = pmap_geometry_byname("amd64");
	b->mem = mem_create();
	assert_non_null(b->mem);
	assert_int_equal(vm_init(&b->vm, b->mem, &config), 0);
	b->vm.curcpu = config.cpus > 1;
}

void
box_open(struct box *b)
{
	box_open_as(b,
	    (struct vm_config){ .ram_pages = 2 * WHOLE - 1,
		.domains = 2,
		.cpus = 2,
		.superpages = VM_SUPER_RESERVE });
}

void
box_check(struct box *b)
{
	char buf[256];
	const char *why = vm_pages_check(&b->vm, buf, sizeof(buf));

	if (why == NULL)
		why = vm_phys_check(&b->vm, buf, sizeof(buf));
	if (why == NULL)
		why = vm_reserv_check(&b->vm, buf, sizeof(buf));
	if (why != NULL)
		fail_msg("%s", why);
}

void
box_close(struct box *b)
{
	box_check(b);
	vm_fini(&b->vm);
	assert_int_equal(mem_in_use(b->mem), 0);
	mem_destroy(b->mem);
}

struct vm_amap *
amap_new(struct box *b, uint64_t nslot, uint64_t colour)
{
	struct vm_amap *amap;

	assert_int_equal(amap_reserve(&b->vm, 1, 0, 1), 0);
	amap = amap_alloc(&b->vm, nslot, nslot);
	vm_reserv_color(&amap->reserv, colour);
	return amap;
}

void
amap_gone(struct box *b, struct vm_amap *amap)
{
	amap_unref(&b->vm, amap, 0, amap->nslot);
}

pfn_t
page(struct box *b, struct vm_amap *amap, uint64_t slot)
{
	uint32_t anon;
	pfn_t pfn = PFN_NONE;

	assert_int_equal(amap_reserve_nodes(&b->vm, 1, SPARSE_MAXPATH), 0);
	anon = uvm_analloc(&b->vm, amap, slot, &pfn);
	if (anon != 0)
		sparse_set(&b->vm.sparse, &amap->slots, slot, anon);
	return pfn;
}

void
drop(struct box *b, struct vm_amap *amap, uint64_t slot)
{
	uint32_t anon = sparse_get(&amap->slots, slot);

	sparse_set(&b->vm.sparse, &amap->slots, slot, 0);
	uvm_anon_unref(&b->vm, anon);
}

uint64_t
nblocks(struct box *b, unsigned order)
{
	return vm_phys_blocks(&b->vm, 1, VM_POOL_DEFAULT, order) +
	    vm_phys_blocks(&b->vm, 1, VM_POOL_DIRECT, order);
}
