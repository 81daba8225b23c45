/*
 * What the unit tests of FreeBSD's page daemon share.
 */
#include "freebsd_box.h"

struct fixture *
fbsd_box(unsigned ram, unsigned swap)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = ram,
		.tags = true,
		.daemon = &vm_daemon_freebsd,
	};
	struct fixture *f = fix_new_config(0, &config);
	uint32_t number;

	if (swap > 0)
		assert_int_equal(vm_swap_on(&f->vm, swap, 0, SWF_FILE, &number),
		    0);
	return f;
}

struct vm_fbsd_domain *
box_domain0(struct fixture *f)
{
	return &vm_fbsd(&f->vm)->domain[0];
}

pfn_t
box_frame(struct fixture *f, unsigned page)
{
	pfn_t pfn;

	assert_true(pmap_extract(f->map->pmap, P(page), &pfn));
	return pfn;
}

unsigned
box_queue(struct fixture *f, pfn_t pfn)
{
	return f->vm.pages.page[pfn].pg_flags & PQ_ALL;
}

unsigned
box_act(struct fixture *f, pfn_t pfn)
{
	return vm_fbsd_act_count(&f->vm, pfn);
}

void
box_forget(struct fixture *f, unsigned page)
{
	(void)pmap_clear_reference(&f->vm.pmaps, box_frame(f, page));
}

/* Anonymous pages [from, to), written or only read, not referenced since. */
void
box_touch_anon(struct fixture *f, unsigned from, unsigned to)
{
	assert_int_equal(fix_anon(f, from, to, RW), 0);
	for (unsigned i = from; i < to; i++) {
		assert_int_equal(fix_write(f->space, i, 1000 + i), 0);
		box_forget(f, i);
	}
}

/* Pages of the file, read. */
void
box_touch_file(struct fixture *f, unsigned from, unsigned to)
{
	assert_int_equal(fix_file(f, from, to, RW, false, 0), 0);
	for (unsigned i = from; i < to; i++) {
		assert_int_equal(fix_read(f->space, i), 0);
		box_forget(f, i);
	}
}

void
box_touch_again(struct fixture *f, unsigned page)
{
	assert_int_equal(fix_read(f->space, page), 0);
}

/* Queue of each page of [0, n): A, I, L, U or - */
const char *
box_queues(struct fixture *f, const pfn_t *pfn, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned q = box_queue(f, pfn[i]);

		f->text[i] = q == PQ_ACTIVE ? 'A' :
		    q == PQ_INACTIVE        ? 'I' :
		    q == PQ_LAUNDRY         ? 'L' :
		    q == PQ_UNSWAPPABLE     ? 'U' :
					      '-';
	}
	f->text[n] = '\0';
	return f->text;
}

void
box_deactivate(struct fixture *f, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		uvm_pagedeactivate(&f->vm, box_frame(f, i));
}
