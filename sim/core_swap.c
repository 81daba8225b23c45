/*
 * Core sections "swap" and "pageout": swap devices and their slots, and the
 * state of who decides what goes there.
 *
 * A device is its stretch of the drum and a list of the slots that are in use,
 * with their content tags.
 *
 * Who owns a slot is in the sections of anons and objects; that each has one
 * owner is core_check.c's to find.
 */
#include <errno.h>
#include <string.h>

#include "core_section.h"

#define WORD 64
#define SWF_KNOWN (SWF_INUSE | SWF_ENABLE | SWF_FILE | SWF_CRYPT)

/* ------------------------------------------------------------ devices ---- */

static const struct core_field device_fields[] = {
	CORE_FIELD(struct vm_swapdev, first, 4, 1, UINT32_MAX - 1),
	CORE_FIELD(struct vm_swapdev, npages, 4, 1, UINT32_MAX - 1),
	CORE_FIELD(struct vm_swapdev, hint, 4, 0, UINT32_MAX - 1),
	CORE_FIELD(struct vm_swapdev, longest, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_swapdev, priority, 4, 0, VM_SWAP_MAXPRI),
	CORE_FIELD(struct vm_swapdev, flags, 4, SWF_INUSE, SWF_KNOWN),
	{ .name = NULL }
};

static bool
test_bit(const uint64_t *bits, uint32_t i)
{
	return (bits[i / WORD] >> i % WORD & 1) != 0;
}

/* A page that is no slot: the label of a disk. */
static uint32_t
first_slot(const struct vm_swapdev *d)
{
	return (d->flags & SWF_FILE) == 0;
}

static void
put_device(struct core_out *out, const struct vm_swapdev *d)
{
	sim_core_put_record(out, device_fields, d);
	sim_core_put(out, d->npginuse, 4);
	for (uint32_t i = first_slot(d); i < d->npages; i++) {
		if (!test_bit(d->used, i))
			continue;
		sim_core_put(out, i, 4);
		sim_core_put(out, test_bit(d->bad, i), 1);
		if (d->tag != NULL)
			sim_core_put(out, d->tag[i], 8);
	}
}

void
sim_core_put_swap(struct core_out *out, struct machine *m)
{
	const struct vm_swap *s = &m->vm.swap;

	sim_core_put(out, s->drum, 4);
	sim_core_put(out, s->allocs, 8);
	sim_core_put(out, s->norder, 1);
	for (uint32_t i = 0; i < s->norder; i++) {
		sim_core_put(out, s->order[i], 1);
		put_device(out, &s->dev[s->order[i]]);
	}
}

/* Slots rise; the bits of what is no slot are vm_swap_index()'s. */
static void
get_slots(struct core_load *load, struct vm_swapdev *d)
{
	struct core_in *in = &load->in;
	uint32_t n = sim_core_get_count(in, d->tag != NULL ? 13 : 5, "slots");
	uint64_t next = first_slot(d);

	for (; n > 0 && sim_core_in_ok(in); n--) {
		const uint32_t i = (uint32_t)sim_core_get_within(in, 4, next,
		    d->npages - 1, "slot in use");
		const uint64_t bit = (uint64_t)1 << i % WORD;

		if (sim_core_get_within(in, 1, 0, 1, "bad slot") != 0)
			d->bad[i / WORD] |= bit;
		d->used[i / WORD] |= bit;
		if (d->tag != NULL)
			d->tag[i] = sim_core_get(in, 8);
		next = (uint64_t)i + 1;
	}
}

/* Its stretch lies on the drum and is nobody else's. */
static bool
stretch_is_own(const struct vm_swap *s, const struct vm_swapdev *d)
{
	const uint64_t end = (uint64_t)d->first + d->npages;

	if (end > s->drum)
		return false;
	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++) {
		const struct vm_swapdev *o = &s->dev[i];

		if (o->flags != 0 &&
		    d->first < (uint64_t)o->first + o->npages && o->first < end)
			return false;
	}
	return true;
}

static void
get_device(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct vm *vm = &load->m->vm;
	struct vm_swap *s = &vm->swap;
	const uint8_t number = (uint8_t)sim_core_get_within(in, 1, 0,
	    VM_SWAP_MAXDEVS - 1, "swap device");
	struct vm_swapdev like = { .first = 0 };

	if (!sim_core_get_record(in, device_fields, &like))
		return;
	if (s->dev[number].flags != 0)
		sim_core_refuse(in, "swap device %u is there twice", number);
	else if ((like.flags & SWF_INUSE) == 0 ||
	    (like.flags & ~(unsigned)SWF_KNOWN) != 0 ||
	    like.hint >= like.npages || like.npages <= first_slot(&like) ||
	    !stretch_is_own(s, &like))
		sim_core_refuse(in,
		    "swap device %u of %u pages from slot %u on", number,
		    like.npages, like.first);
	else if (vm_swap_place(vm, number, &like) != 0)
		sim_core_refuse_errno(in, ENOMEM);
	if (!sim_core_in_ok(in))
		return;
	get_slots(load, &s->dev[number]);
	vm_swap_index(vm, number);
	s->order[s->norder++] = number;
	if (like.flags & SWF_ENABLE)
		s->avail += like.npages - first_slot(&like) -
		    s->dev[number].npgbad;
}

void
sim_core_get_swap(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct vm *vm = &load->m->vm;
	unsigned n;

	vm->swap.drum = (uint32_t)sim_core_get_within(in, 4, 1, UINT32_MAX,
	    "end of the drum");
	vm->swap.allocs = sim_core_get_within(in, 8, 0, CORE_MAXCOUNT,
	    "slots ever allocated");
	n = (unsigned)sim_core_get_within(in, 1, 0, VM_SWAP_MAXDEVS,
	    "swap devices");
	for (; n > 0 && sim_core_in_ok(in); n--)
		get_device(load);
}

/* ------------------------------------------------------------ daemons ---- */

static const struct core_field pageout_fields[] = {
	CORE_FIELD(struct vm_pageout, wake, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_pageout, starved, 1, 0, 1),
	CORE_FIELD(struct vm_pageout, want, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct vm_pageout, waits, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct vm_pageout, wait_pages, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct vm_pageout, failed, 8, 0, CORE_MAXCOUNT),
	{ .name = NULL }
};

static void
keep_deciders(struct vm *vm, struct vm_keep *k)
{
	const struct vm_daemon *d = vm->pageout.daemon;

	if (d != NULL && d->keep != NULL)
		d->keep(vm, k);
	if (vm->config.policy != NULL)
		vm_replace_keep(vm, k);
}

void
sim_core_put_pageout(struct core_out *out, struct machine *m)
{
	struct vm_keep k = sim_core_keeper_out(out);

	sim_core_put_record(out, pageout_fields, &m->vm.pageout);
	keep_deciders(&m->vm, &k);
}

/*
 * Daemons and policies look at frames, their owners and page tables; by now all
 * of these are there, and are as they should be if they pass the check.
 */
void
sim_core_get_pageout(struct core_load *load)
{
	struct vm_keep k;

	if (!sim_core_check(load))
		return;
	k = sim_core_keeper_in(&load->in);
	sim_core_get_record(&load->in, pageout_fields, &load->m->vm.pageout);
	keep_deciders(&load->m->vm, &k);
}
