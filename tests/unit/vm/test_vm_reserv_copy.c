/*
 * Reservations of amaps that are copied, slide, or die before their pages.
 */
#include "reserv_box.h"

#define VA ((vaddr_t)0x40000000)

/* ------------------------------------------------------------- copying ---- */

struct world {
	struct box b;
	struct vmspace *space, *child;
};

static void
world_check(struct world *w)
{
	struct vmspace *spaces[2];
	char buf[256];
	size_t n = 0;
	const char *why;

	if (w->space != NULL)
		spaces[n++] = w->space;
	if (w->child != NULL)
		spaces[n++] = w->child;
	why = vm_check(&w->b.vm, spaces, n, NULL, NULL, buf, sizeof(buf));
	if (why != NULL)
		fail_msg("vm_check: %s", why);
}

static void
touch(struct vmspace *s, unsigned page)
{
	assert_int_equal(vm_access(&s->vm_map, VA + ((vaddr_t)page << 12),
			     VM_PROT_WRITE, 1),
	    0);
}

static pfn_t
frame_at(struct vmspace *s, unsigned page)
{
	pfn_t pfn = PFN_NONE;

	(void)vm_access(&s->vm_map, VA + ((vaddr_t)page << 12), VM_PROT_READ,
	    0);
	assert_true(
	    pmap_extract(s->vm_map.pmap, VA + ((vaddr_t)page << 12), &pfn));
	return pfn;
}

static int
map_two(struct world *w)
{
	return uvm_map(&w->space->vm_map,
	    &(struct uvm_map_args){ .start = VA,
		.size = (vsize_t)2 * N << 12,
		.prot = RW,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true });
}

/* Two pieces of private memory, written; then a child. */
static void
world_open(struct world *w)
{
	const struct pmap_geometry *geo = pmap_geometry_byname("amd64");

	memset(w, 0, sizeof(*w));
	box_open(&w->b);
	assert_int_equal(uvmspace_alloc(&w->b.vm, geo->user_min, geo->user_max,
			     0, &w->space),
	    0);
	assert_int_equal(map_two(w), 0);
	for (unsigned i = 0; i < 2 * N; i++)
		touch(w->space, i);
	assert_int_equal(w->b.vm.reservs.created, 2);
	assert_int_equal(w->b.vm.reservs.fullpop, 2);
	for (unsigned i = 1; i < N; i++)
		assert_int_equal(frame_at(w->space, i),
		    frame_at(w->space, 0) + i);
	assert_int_equal(uvmspace_fork(w->space, &w->child), 0);
	world_check(w);
}

/* The copy has the colour; its own pages come from its own reservation. */
static void
test_copy(void **state)
{
	struct world w;
	pfn_t old, new;

	(void)state;
	world_open(&w);
	old = frame_at(w.space, 0);
	touch(w.child, 7);
	assert_int_equal(w.b.vm.reservs.created, 3);
	new = frame_at(w.child, 7);
	assert_int_equal(new % N, 7);
	assert_int_not_equal(new / N, old / N);
	touch(w.child, 300);
	assert_int_equal(frame_at(w.child, 300), new - 7 + 300);
	/* The parent's page is shared no more: it is written in place. */
	touch(w.space, 7);
	assert_int_equal(frame_at(w.space, 7), old + 7);
	/* A shared page of the original: its place is taken by the old one. */
	touch(w.space, 8);
	assert_int_not_equal(frame_at(w.space, 8), old + 8);
	world_check(&w);
	uvmspace_free(w.child);
	w.child = NULL;
	world_check(&w);
	uvmspace_free(w.space);
	assert_int_equal(nblocks(&w.b, 12), 1);
	box_close(&w.b);
}

/*
 * The original goes: its pages live on in the copy.  Where the copy has no
 * reservation of its own it takes over the original's; the other is broken.
 */
static void
test_rename(void **state)
{
	const struct vm_reservs *rs;
	struct world w;
	pfn_t first, second;

	(void)state;
	world_open(&w);
	rs = &w.b.vm.reservs;
	first = frame_at(w.space, 0);
	second = frame_at(w.space, N);
	touch(w.child, 7);
	uvmspace_free(w.space);
	w.space = NULL;
	assert_int_equal(rs->renamed, 1);
	assert_int_equal(rs->broken, 1);
	assert_int_equal(rs->fullpop, 1);
	assert_int_equal(vm_reserv_level(&w.b.vm, first), 0);
	assert_int_equal(vm_reserv_level(&w.b.vm, second), 1);
	world_check(&w);
	/* It is the child's now: a page that goes comes back to its place. */
	assert_int_equal(frame_at(w.child, N + 9), second + 9);
	assert_ptr_equal(vm_reserv_owner_of(&w.b.vm, second),
	    vm_reserv_owner_of(&w.b.vm, frame_at(w.child, 7)));
	uvmspace_free(w.child);
	w.child = NULL;
	assert_int_equal(nblocks(&w.b, 12), 1);
	box_close(&w.b);
}

/* Slots slide up when an amap grows backwards: places stay. */
static void
test_slide(void **state)
{
	struct vm_map_entry e = { .ar_pageoff = 0 };
	struct vm_amap *amap;
	struct box b;
	pfn_t pfn;

	(void)state;
	box_open(&b);
	amap = amap_new(&b, 20, 3 * N);
	pfn = page(&b, amap, 4);
	e.amap = amap;
	e.start = (vaddr_t)3 * N << 12;
	e.end = e.start + (20 << 12);
	assert_int_equal(amap_extend(&b.vm, &e, 10, false, true), 0);
	assert_int_equal(page(&b, amap, 15), pfn + 1);
	/* Slot 9 lies in the piece before, which begins before the amap. */
	assert_int_equal(refusal(&b, amap, 9), VM_REFUSAL_HEAD);
	box_check(&b);
	amap_gone(&b, amap);
	box_close(&b);
}

/* ------------------------------------------------------------- failure ---- */

static int
try_write(struct vmspace *s, unsigned page)
{
	return vm_access(&s->vm_map, VA + ((vaddr_t)page << 12), VM_PROT_WRITE,
	    1);
}

/* A life of a process and its child; the first error ends it. */
static int
live(struct world *w)
{
	int error = map_two(w);

	for (unsigned i = 0; i < 2 * N && error == 0; i = 2 * i + 1)
		error = try_write(w->space, i);
	if (error == 0)
		error = uvmspace_fork(w->space, &w->child);
	for (unsigned i = 0; i < 2 * N && error == 0; i += 600) {
		error = try_write(w->child, i);
		if (error == 0)
			error = try_write(w->space, i + 1);
	}
	return error;
}

/* Every allocation fails once: an error, and nothing broken or lost. */
static void
test_no_memory(void **state)
{
	const struct pmap_geometry *geo = pmap_geometry_byname("amd64");
	int error = ENOMEM;

	(void)state;
	for (uint64_t n = 1; error != 0; n++) {
		struct world w = { .space = NULL };

		box_open(&w.b);
		assert_int_equal(uvmspace_alloc(&w.b.vm, geo->user_min,
				     geo->user_max, 0, &w.space),
		    0);
		mem_fail_after(w.b.mem, n);
		error = live(&w);
		assert_true(error == 0 || error == ENOMEM);
		assert_true(error != 0 || n > 10);
		mem_fail_after(w.b.mem, 0);
		world_check(&w);
		if (error != 0) {
			/* It goes on where it stopped. */
			assert_int_equal(w.child != NULL ?
				try_write(w.child, 2) :
				0,
			    0);
			world_check(&w);
		}
		if (w.child != NULL)
			uvmspace_free(w.child);
		uvmspace_free(w.space);
		box_close(&w.b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_slide),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
