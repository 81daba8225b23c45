/*
 * Core section "phys": how free memory is kept where it is not one plain list:
 * the buddy lists of each domain, and reservations.
 *
 * The links of free blocks are in the frames (section "frames"); here are the
 * heads.  That lists, maps and counters agree is vm_phys_check()'s and
 * vm_reserv_check()'s to find; here links are kept within what there is.
 */
#include "core_section.h"

/* ----------------------------------------------------------- domains ---- */

static const struct core_field domain_fields[] = {
	CORE_FIELD(struct vm_phys_domain, virgin, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_phys_domain, nbuddy, 8, 0, UINT32_MAX),
	CORE_FIELD(struct vm_phys_domain, nfree, 8, 0, UINT32_MAX),
	CORE_FIELD(struct vm_phys_domain, local, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct vm_phys_domain, remote, 8, 0, CORE_MAXCOUNT),
	{ .name = NULL }
};

static void
put_domain(struct core_out *out, const struct vm_phys *phys, unsigned d)
{
	const struct vm_phys_domain *dom = &phys->domain[d];

	sim_core_put_record(out, domain_fields, dom);
	for (unsigned pool = 0; pool < VM_NPOOLS; pool++)
		for (unsigned o = 0; o <= phys->max_order; o++) {
			sim_core_put(out, dom->list[pool][o].head, 4);
			sim_core_put(out, dom->list[pool][o].tail, 4);
			sim_core_put(out, dom->list[pool][o].n, 4);
		}
}

static void
get_domain(struct core_load *load, unsigned d)
{
	struct core_in *in = &load->in;
	struct vm_phys *phys = &load->m->vm.phys;
	struct vm_phys_domain *dom = &phys->domain[d];
	const uint32_t last = load->m->vm.pages.fresh - 1;

	sim_core_get_record(in, domain_fields, dom);
	if (sim_core_in_ok(in) &&
	    (dom->virgin < dom->first || dom->virgin > dom->end ||
		(dom->virgin > dom->first && dom->virgin - 1 > last)))
		sim_core_refuse(in, "unused memory of domain %u from frame %u",
		    d, dom->virgin);
	for (unsigned pool = 0; pool < VM_NPOOLS; pool++)
		for (unsigned o = 0; o <= phys->max_order; o++) {
			struct vm_phys_list *l = &dom->list[pool][o];

			l->head = (uint32_t)sim_core_get_within(in, 4, 0, last,
			    "first free block");
			l->tail = (uint32_t)sim_core_get_within(in, 4, 0, last,
			    "last free block");
			l->n = (uint32_t)sim_core_get(in, 4);
		}
}

/* ------------------------------------------------------ reservations ---- */

static const struct core_field counter_fields[] = {
#define X(member) CORE_FIELD(struct vm_reservs, member, 8, 0, CORE_MAXCOUNT),
	VM_RESERV_COUNTERS(X)
#undef X
	    { .name = NULL }
};

static const struct core_field reserv_fields[] = { CORE_FIELD(struct vm_reserv,
						       piece, 8, 0, UINT64_MAX),
	CORE_FIELD(struct vm_reserv, lasttick, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct vm_reserv, next, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_reserv, prev, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_reserv, qnext, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_reserv, qprev, 4, 0, UINT32_MAX),
	CORE_FIELD(struct vm_reserv, popcnt, 4, 1, UINT32_MAX),
	CORE_FIELD(struct vm_reserv, queued, 1, 0, 1),
	CORE_FIELD(struct vm_reserv, domain, 1, 0, VM_MAXDOMAINS - 1),
	{ .name = NULL } };

static unsigned
popmap_words(const struct vm_reservs *rs)
{
	return rs->order > 6 ? 1u << (rs->order - 6) : 1;
}

static void
put_reservs(struct core_out *out, const struct vm *vm)
{
	const struct vm_reservs *rs = &vm->reservs;
	uint32_t n = 0;

	sim_core_put_record(out, counter_fields, rs);
	for (unsigned i = 0; i < VM_NREFUSALS; i++)
		sim_core_put(out, rs->refused[i], 8);
	for (unsigned d = 0; d < vm->phys.ndomains; d++) {
		sim_core_put(out, rs->partpop[d].head, 4);
		sim_core_put(out, rs->partpop[d].tail, 4);
		sim_core_put(out, rs->partpop[d].n, 4);
	}
	for (uint32_t b = 1; b < rs->n; b++)
		n += vm_reserv_get(rs, b)->owner != NULL;
	sim_core_put(out, n, 4);
	for (uint32_t b = 1; b < rs->n; b++) {
		const struct vm_reserv *rv = vm_reserv_get(rs, b);

		if (rv->owner == NULL)
			continue;
		sim_core_put(out, b, 4);
		sim_core_put(out, rv->owner->kind, 1);
		sim_core_put(out, rv->owner->id, 4);
		sim_core_put_record(out, reserv_fields, rv);
		for (unsigned i = 0; i < popmap_words(rs); i++)
			sim_core_put(out, rv->popmap[i], 8);
	}
}

/* => NULL: refused */
static struct vm_reserv_owner *
get_owner(struct core_load *load)
{
	struct core_in *in = &load->in;
	void *item;

	if (sim_core_get_within(in, 1, VM_RESERV_AMAP, VM_RESERV_OBJECT,
		"kind of a reservation's owner") == VM_RESERV_AMAP) {
		item = sim_core_refer(load, CORE_SLAB_AMAPS, false);
		return item != NULL ? &((struct vm_amap *)item)->reserv : NULL;
	}
	item = sim_core_refer(load, CORE_SLAB_OBJECTS, false);
	return item != NULL ? &((struct vm_object *)item)->reserv : NULL;
}

static uint32_t
get_reserv(struct core_load *load, uint32_t above)
{
	struct core_in *in = &load->in;
	struct vm *vm = &load->m->vm;
	struct vm_reservs *rs = &vm->reservs;
	uint32_t b = (uint32_t)sim_core_get_within(in, 4, above + 1ull,
	    rs->n - 1ull, "reservation");
	struct vm_reserv_owner *owner = get_owner(load);
	struct vm_reserv *rv;

	if (!sim_core_in_ok(in) || owner == NULL)
		return above;
	rv = vm_reserv_get(rs, b);
	rv->owner = owner;
	sim_core_get_record(in, reserv_fields, rv);
	for (unsigned i = 0; i < popmap_words(rs); i++)
		rv->popmap[i] = sim_core_get_within(in, 8, 0,
		    rs->order < 6 ? ((uint64_t)1 << (1u << rs->order)) - 1 :
				    UINT64_MAX,
		    "population map");
	if (rv->next >= rs->n || rv->prev >= rs->n || rv->qnext >= rs->n ||
	    rv->qprev >= rs->n || rv->domain >= vm->phys.ndomains)
		sim_core_refuse(in,
		    "reservation %u is linked to one that "
		    "there cannot be",
		    b);
	return b;
}

static void
get_reservs(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct vm *vm = &load->m->vm;
	struct vm_reservs *rs = &vm->reservs;
	uint32_t n, b = 0;

	sim_core_get_record(in, counter_fields, rs);
	for (unsigned i = 0; i < VM_NREFUSALS; i++)
		rs->refused[i] = sim_core_get_within(in, 8, 0, CORE_MAXCOUNT,
		    "attempts to make a reservation");
	for (unsigned d = 0; d < vm->phys.ndomains; d++) {
		struct vm_reserv_queue *q = &rs->partpop[d];

		q->head = (uint32_t)sim_core_get_within(in, 4, 0, rs->n - 1ull,
		    "first reservation of a queue");
		q->tail = (uint32_t)sim_core_get_within(in, 4, 0, rs->n - 1ull,
		    "last reservation of a queue");
		q->n = (uint32_t)sim_core_get(in, 4);
	}
	n = sim_core_get_count(in, 9 + sim_core_record_size(reserv_fields),
	    "reservations");
	for (; n > 0 && sim_core_in_ok(in); n--)
		b = get_reserv(load, b);
	if (sim_core_in_ok(in))
		vm_reserv_rehash(vm);
}

/*
 * What an owner says to be its first reservation is one of its own.  (That each
 * of them is in the list of its owner is vm_reserv_check()'s to find.)
 */
static bool
first_is_own(const struct vm_reservs *rs, const struct vm_reserv_owner *o)
{
	return o->first == 0 ||
	    (rs->on && o->first < rs->n &&
		vm_reserv_get(rs, o->first)->owner == o);
}

static void
check_firsts(struct core_load *load)
{
	const struct core_names *names = load->names;
	struct vm *vm = &load->m->vm;
	bool ok = true;

	for (uint32_t id = 1; id <= names[CORE_SLAB_AMAPS].nitems; id++)
		if (names[CORE_SLAB_AMAPS].state[id] == CORE_NAME_DEFINED)
			ok = ok &&
			    first_is_own(&vm->reservs,
				&((struct vm_amap *)slab_item(&vm->amaps, id))
				     ->reserv);
	for (struct vm_object *o = vm->first_object; o != NULL; o = o->next)
		ok = ok && first_is_own(&vm->reservs, &o->reserv);
	if (!ok)
		sim_core_refuse(&load->in,
		    "an object or amap names a reservation that is not its "
		    "own");
}

/* ------------------------------------------------------- the section ---- */

#define NCOUNTS (sizeof(struct pmap_counters) / sizeof(uint64_t))

void
sim_core_put_phys(struct core_out *out, struct machine *m)
{
	const struct vm *vm = &m->vm;
	const uint64_t *count = (const uint64_t *)&vm->pmaps.count;

	for (size_t i = 0; i < NCOUNTS; i++)
		sim_core_put(out, count[i], 8);
	sim_core_put(out,
	    vm->collapse.space != NULL ? vm->collapse.space->vm_map.id : 0, 4);
	sim_core_put(out, vm->collapse.va, 8);
	if (vm->phys.plain)
		return;
	sim_core_put(out, vm->phys.rover, 1);
	for (unsigned d = 0; d < vm->phys.ndomains; d++)
		put_domain(out, &vm->phys, d);
	if (vm->reservs.on)
		put_reservs(out, vm);
}

static void
get_lists(struct core_load *load)
{
	struct vm *vm = &load->m->vm;

	vm->phys.rover = (uint8_t)sim_core_get_within(&load->in, 1, 0,
	    vm->phys.ndomains - 1u, "domain whose turn it is");
	for (unsigned d = 0; d < vm->phys.ndomains; d++)
		get_domain(load, d);
	if (vm->reservs.on && sim_core_in_ok(&load->in))
		get_reservs(load);
}

void
sim_core_get_phys(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct vm *vm = &load->m->vm;
	uint64_t *count = (uint64_t *)&vm->pmaps.count;

	for (size_t i = 0; i < NCOUNTS; i++)
		count[i] = sim_core_get_within(in, 8, 0, CORE_MAXCOUNT,
		    "counter of larger pages");
	vm->collapse.space = sim_core_refer_space(load);
	if (vm->collapse.space == vm->kernel)
		sim_core_refuse(in,
		    "the collapsing daemon is in the kernel's space");
	vm->collapse.va = sim_core_get(in, 8);
	if (!vm->phys.plain)
		get_lists(load);
	if (sim_core_in_ok(in))
		check_firsts(load);
}
