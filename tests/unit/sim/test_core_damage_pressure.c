/*
 * Damaged cores of machines under memory pressure: bytes and words of the
 * sections about swap, page daemons, queues and disks changed, with checksums
 * that are right; and single lies told by a machine that is otherwise sound.
 * Each is refused in one line, or is a machine that passes every check and
 * works.
 */
#include "core_damage.h"

/* A core may ask for more memory than a sanitizer likes to give. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static const struct damage_row rows[] = {
	{ &sim_netbsd, "256K,swap=512K+256K:pri=2:file,policy=uvm,disk=hdd",
	    1250 },
	{ &sim_freebsd, "256K,swap=1M,policy=freebsd", 1250 },
	{ &sim_linux, "256K,swap=1M,policy=aix", 1250 },
	{ &sim_netbsd, "256K,swap=1M,policy=arc,frames=14", 1250 },
	{ &sim_linux, "256K,swap=1M,policy=clock", 1250 },
};

static const enum core_section sections[] = { CORE_SWAP, CORE_ANONS,
	CORE_OBJECTS, CORE_PAGEOUT, CORE_DISKS, CORE_FRAMES, CORE_STATS,
	CORE_CONFIG, CORE_FILES };

/* --------------------------------------------------------- single lies ---- */

/* An anon with a slot, in memory or out; the nth of them. */
static uint32_t
an_anon(struct machine *m, bool out, unsigned nth)
{
	const struct vm_anons *a = &m->vm.anons;

	for (uint32_t i = 1; i < a->fresh; i++)
		if (a->anon[i].ref != 0 && (a->anon[i].where == 0) == out &&
		    vm_anon_slot(a, i) != SWSLOT_NONE && nth-- == 0)
			return i;
	fail_msg("no anon with a slot");
	return 0;
}

static uint32_t
a_free_anon(struct machine *m)
{
	const struct vm_anons *a = &m->vm.anons;

	for (uint32_t i = 1; i < a->fresh; i++)
		if (a->anon[i].ref == 0)
			return i;
	fail_msg("no free anon");
	return 0;
}

DAMAGE_LIE(slot_out, m->vm.anons.slot[an_anon(m, true, 0)])
DAMAGE_LIE(slot_out2, m->vm.anons.slot[an_anon(m, true, 1)])
DAMAGE_LIE(slot_free, m->vm.anons.slot[a_free_anon(m)])
DAMAGE_LIE(nanons, m->vm.anons.nanons)
DAMAGE_LIE(dev_first, m->vm.swap.dev[1].first)
DAMAGE_LIE(dev_hint, m->vm.swap.dev[0].hint)
DAMAGE_LIE(dev_longest, m->vm.swap.dev[0].longest)
DAMAGE_LIE(dev_priority, m->vm.swap.dev[0].priority)
DAMAGE_LIE(dev_flags, m->vm.swap.dev[0].flags)
DAMAGE_LIE(drum, m->vm.swap.drum)
DAMAGE_LIE(order, m->vm.swap.order[1])
DAMAGE_LIE(norder, m->vm.swap.norder)
DAMAGE_LIE(swpgonly, m->vm.exp.swpgonly)
DAMAGE_LIE(swpginuse, m->vm.exp.swpginuse)
DAMAGE_LIE(swpages, m->vm.exp.swpages)
DAMAGE_LIE(nswapdev, m->vm.exp.nswapdev)
DAMAGE_LIE(laundry, m->vm.pages.nlaundry)
DAMAGE_LIE(laundry_head, m->vm.pages.laundry.head)
DAMAGE_LIE(unswappable, m->vm.pages.unswappable.tail)
DAMAGE_LIE(written, m->io.pages_written)
DAMAGE_LIE(queued, m->disk[0]->n)

static const struct damage_lie lies[] = {
	{ 0, slot_out, 4, 0x7fffffff, "cannot have swap slot" },
	{ 0, slot_out, 4, 0, "have an owner" },
	{ 0, slot_out, 4, 1, "cannot have swap slot" },
	{ 0, slot_free, 4, 5, "is free and has a slot" },
	{ 0, slot_free, 4, UINT32_MAX, "is free and has a slot" },
	{ 0, nanons, 4, 1, "anons" },
	{ 0, dev_first, 4, 1, "swap device 1 of" },
	{ 0, dev_first, 4, 0x7fffff00, "swap device 1 of" },
	{ 0, dev_hint, 4, 4000, "swap device 0 of" },
	{ 0, dev_longest, 4, 0, "S7" },
	{ 0, dev_priority, 4, 9, "S8" },
	{ 0, dev_priority, 4, 0x7fffffff, "priority" },
	{ 0, dev_flags, 4, SWF_INUSE | SWF_ENABLE | 4, "swap device 0 of" },
	{ 0, dev_flags, 4, SWF_ENABLE, "swap device 0 of" },
	{ 0, drum, 4, 3, "swap device 0 of" },
	{ 0, order, 1, 0, "swap device 0 is there twice" },
	{ 0, norder, 4, 1, "" },
	{ 0, swpgonly, 8, 3, "D2" },
	{ 0, swpginuse, 8, 3, "S1" },
	{ 0, swpages, 8, 3, "S1" },
	{ 0, nswapdev, 8, 3, "S1" },
	{ 1, laundry, 8, 60, "" },
	{ 1, laundry_head, 4, 0x7fffffff, "head of a list of frames" },
	{ 1, unswappable, 4, 0x7fffffff, "head of a list of frames" },
	{ 0, written, 8, 0, "K2" },
	{ 0, queued, 4, 129, "d->n is 129" },
};

/* Two anons with one slot, and the other slot nobody's. */
static void
tell_two_owners(struct machine *m, unsigned row)
{
	if (row == 0)
		damage_tell(m, slot_out2(m), sizeof(uint32_t),
		    *(const uint32_t *)slot_out(m), "two owners",
		    "cannot have swap slot");
}

/* ------------------------------------------------------------------------- */

int
main(void)
{
	static const struct damage damage = {
		.name = "damaged cores under pressure",
		.rows = rows,
		.nrows = NELEM(rows),
		.steps = 320,
		.sections = sections,
		.nsections = NELEM(sections),
		.from = CORE_SWAP,
		.to = CORE_DISKS,
		.lies = lies,
		.nlies = NELEM(lies),
		.more = tell_two_owners,
	};

	return damage_main(&damage, NULL, 0);
}
