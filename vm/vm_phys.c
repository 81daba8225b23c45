/*
 * Physical memory: buddy lists by domain and pool.
 *
 * Virgin memory is entered a block of the largest order at a time, always the
 * lowest, at the head of the list: where FreeBSD's list would hold it.  Its
 * frames get PG_FREE then, so the host's array is touched block by block.
 */
#include "vm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------- blocks ---- */

static inline struct vm_page *
frame(const struct vm *vm, pfn_t pfn)
{
	return &vm->pages.page[pfn];
}

static inline struct vm_phys_domain *
domain_of(struct vm *vm, pfn_t pfn)
{
	return &vm->phys.domain[vm_phys_domain(vm, pfn)];
}

static void
insert(struct vm *vm, pfn_t pfn, unsigned order, enum vm_pool pool,
    bool at_head)
{
	struct vm_phys_list *l = &domain_of(vm, pfn)->list[pool][order];
	struct vm_page *pg = frame(vm, pfn);

	assert((pg->pg_flags & PG_FREE) != 0 && pg->pindex == 0);
	pg->pindex = VM_PHYS_HEAD(order, pool);
	pg->qnext = at_head ? l->head : 0;
	pg->qprev = at_head ? 0 : l->tail;
	*(pg->qnext != 0 ? &frame(vm, pg->qnext)->qprev : &l->tail) = pfn;
	*(pg->qprev != 0 ? &frame(vm, pg->qprev)->qnext : &l->head) = pfn;
	l->n++;
}

/* Take a block out of its list. */
static void
take(struct vm *vm, pfn_t pfn, unsigned order, enum vm_pool pool)
{
	struct vm_phys_list *l = &domain_of(vm, pfn)->list[pool][order];
	struct vm_page *pg = frame(vm, pfn);

	assert(pg->pindex == VM_PHYS_HEAD(order, pool) && l->n > 0);
	*(pg->qnext != 0 ? &frame(vm, pg->qnext)->qprev : &l->tail) = pg->qprev;
	*(pg->qprev != 0 ? &frame(vm, pg->qprev)->qnext : &l->head) = pg->qnext;
	pg->qnext = pg->qprev = pg->pindex = 0;
	l->n--;
}

/* ----------------------------------------------------- virgin memory ---- */

/* The largest aligned block that begins at pfn and has at most n frames. */
static unsigned
aligned_order(pfn_t pfn, uint64_t n, unsigned max)
{
	unsigned order = pfn != 0 ? (unsigned)__builtin_ctz(pfn) : max;

	if (order > max)
		order = max;
	while ((uint64_t)1 << order > n)
		order--;
	return order;
}

/* The lowest n frames of a domain's virgin memory join the lists. */
static void
enter(struct vm *vm, struct vm_phys_domain *d, uint64_t n, bool at_head)
{
	pfn_t pfn = d->virgin, end = pfn + (pfn_t)n;

	for (pfn_t i = pfn; i < end; i++)
		frame(vm, i)->pg_flags = PG_FREE;
	d->virgin = end;
	if (vm->pages.fresh < end)
		vm->pages.fresh = end;
	while (pfn < end) {
		unsigned order = aligned_order(pfn, end - pfn,
		    vm->phys.max_order);

		insert(vm, pfn, order, VM_POOL_DEFAULT, at_head);
		pfn += (pfn_t)1 << order;
	}
}

static bool
has_whole(const struct vm *vm, const struct vm_phys_domain *d)
{
	return d->end - d->virgin >= (pfn_t)1 << vm->phys.max_order;
}

static void
enter_next(struct vm *vm, struct vm_phys_domain *d)
{
	enter(vm, d, (uint64_t)1 << vm->phys.max_order, true);
	if (!has_whole(vm, d))
		enter(vm, d, d->end - d->virgin, false);
}

/* ---------------------------------------------------------- allocation ---- */

/* The first block of a list; virgin blocks stand before the others. */
static pfn_t
first_block(struct vm *vm, struct vm_phys_domain *d, enum vm_pool pool,
    unsigned order)
{
	if (order == vm->phys.max_order && pool == VM_POOL_DEFAULT &&
	    has_whole(vm, d))
		enter_next(vm, d);
	return d->list[pool][order].head;
}

/* Cut a block, in no list, down to what is wanted; the rest goes to pool. */
static void
split(struct vm *vm, pfn_t pfn, unsigned from, unsigned to, enum vm_pool pool)
{
	while (from-- > to)
		insert(vm, pfn + ((pfn_t)1 << from), from, pool, false);
}

/* The own pool: the smallest that will do.  *order becomes the block's. */
static pfn_t
find_own(struct vm *vm, struct vm_phys_domain *d, enum vm_pool pool,
    unsigned *order)
{
	for (unsigned o = *order; o <= vm->phys.max_order; o++) {
		pfn_t pfn = first_block(vm, d, pool, o);

		if (pfn != PFN_NONE) {
			*order = o;
			return pfn;
		}
	}
	return PFN_NONE;
}

/* Any pool: the largest. */
static pfn_t
find_any(struct vm *vm, struct vm_phys_domain *d, enum vm_pool *pool,
    unsigned *order)
{
	for (unsigned o = vm->phys.max_order + 1u; o-- > *order;)
		for (unsigned p = 0; p < VM_NPOOLS; p++) {
			pfn_t pfn = first_block(vm, d, p, o);

			if (pfn != PFN_NONE) {
				*pool = p;
				*order = o;
				return pfn;
			}
		}
	return PFN_NONE;
}

pfn_t
vm_phys_alloc(struct vm *vm, unsigned domain, enum vm_pool pool, unsigned order)
{
	struct vm_phys_domain *d = &vm->phys.domain[domain];
	enum vm_pool from = pool;
	unsigned found = order;
	pfn_t pfn;

	assert(!vm->phys.plain && domain < vm->phys.ndomains);
	pfn = find_own(vm, d, pool, &found);
	if (pfn == PFN_NONE)
		pfn = find_any(vm, d, &from, &found);
	if (pfn == PFN_NONE)
		return PFN_NONE;
	take(vm, pfn, found, from);
	d->nbuddy -= (uint64_t)1 << order;
	split(vm, pfn, found, order, pool);
	return pfn;
}

void
vm_phys_free(struct vm *vm, pfn_t pfn, unsigned order, enum vm_pool pool)
{
	const unsigned max = vm->phys.max_order;
	struct vm_phys_domain *d = domain_of(vm, pfn);

	assert(!vm->phys.plain);
	d->nbuddy += (uint64_t)1 << order;
	for (; order < max; order++) {
		pfn_t buddy = pfn ^ (pfn_t)1 << order;
		uint32_t head;

		if (buddy > vm->pages.npages ||
		    (frame(vm, buddy)->pg_flags & PG_FREE) == 0)
			break;
		head = frame(vm, buddy)->pindex;
		if ((head & 0xff) != order + 1)
			break;
		take(vm, buddy, order, (enum vm_pool)(head >> 8));
		pfn &= ~((pfn_t)1 << order);
	}
	insert(vm, pfn, order, pool, false);
}

void
vm_phys_free_contig(struct vm *vm, pfn_t pfn, uint64_t n, enum vm_pool pool)
{
	while (n > 0) {
		unsigned order = aligned_order(pfn, n, vm->phys.max_order);

		vm_phys_free(vm, pfn, order, pool);
		pfn += (pfn_t)1 << order;
		n -= (uint64_t)1 << order;
	}
}

bool
vm_phys_has_virgin(const struct vm *vm, unsigned domain)
{
	return has_whole(vm, &vm->phys.domain[domain]);
}

/* ------------------------------------------------------------- domains ---- */

unsigned
vm_phys_choose(struct vm *vm, bool placed, uint64_t chunk)
{
	struct vm_phys *ph = &vm->phys;
	unsigned d;

	if (ph->ndomains == 1)
		return 0;
	switch (vm->config.numa) {
	case VM_NUMA_FIRST_TOUCH:
		return ph->cpu_domain[vm->curcpu % VM_MAXCPUS];
	case VM_NUMA_INTERLEAVE:
		if (placed)
			return (unsigned)(chunk % ph->ndomains);
		break;
	default: break;
	}
	d = ph->rover;
	ph->rover = (uint8_t)((d + 1) % ph->ndomains);
	return d;
}

uint64_t
vm_phys_nfree(const struct vm *vm, unsigned domain)
{
	return vm->phys.plain ? vm->exp.free : vm->phys.domain[domain].nfree;
}

void
vm_phys_range(const struct vm *vm, unsigned domain, pfn_t *first, pfn_t *end)
{
	*first = vm->phys.domain[domain].first;
	*end = vm->phys.domain[domain].end;
}

/* Blocks of one order that a run of frames peels into. */
static uint64_t
peeled(uint64_t pfn, uint64_t end, unsigned order, unsigned max)
{
	uint64_t n = 0;

	while (pfn < end) {
		unsigned o = aligned_order((pfn_t)pfn, end - pfn, max);
		uint64_t many = o == max ? (end - pfn) >> max : 1;

		n += o == order ? many : 0;
		pfn += many << o;
	}
	return n;
}

uint64_t
vm_phys_blocks(const struct vm *vm, unsigned domain, enum vm_pool pool,
    unsigned order)
{
	const struct vm_phys_domain *d = &vm->phys.domain[domain];
	const unsigned max = vm->phys.max_order;
	uint64_t n = d->list[pool][order].n;

	if (pool != VM_POOL_DEFAULT)
		return n;
	return n +
	    peeled(vm->phys.plain ? vm->pages.fresh : d->virgin, d->end, order,
		max);
}

/* -------------------------------------------------------------- set up ---- */

/* The largest size that is promoted to. */
static uint8_t
chunk_order(const struct pmap_geometry *geo)
{
	for (unsigned i = geo->nsizes; i-- > 1;)
		if (geo->sizes[i].promote)
			return geo->sizes[i].shift - geo->page_shift;
	return geo->max_order;
}

static void
init_domain(struct vm *vm, unsigned i)
{
	struct vm_phys *ph = &vm->phys;
	struct vm_phys_domain *d = &ph->domain[i];
	const uint64_t end = (uint64_t)vm->pages.npages + 1;
	uint64_t from = (uint64_t)ph->nblocks * i / ph->ndomains;
	uint64_t to = (uint64_t)ph->nblocks * (i + 1) / ph->ndomains;

	memset(&ph->block_domain[from], (int)i, (size_t)(to - from));
	from <<= ph->max_order;
	to <<= ph->max_order;
	d->first = (pfn_t)(from == 0 ? 1 : from);
	d->end = (pfn_t)(to > end ? end : to);
	if (d->end < d->first)
		d->end = d->first;
	d->virgin = d->first;
	d->nbuddy = d->nfree = d->end - d->first;
	if (ph->plain)
		return;
	/* The ragged front, so that virgin memory begins with a whole block. */
	if (i == 0 && d->end >> ph->max_order > 0)
		enter(vm, d, ((pfn_t)1 << ph->max_order) - 1, false);
	if (!has_whole(vm, d))
		enter(vm, d, d->end - d->virgin, false);
}

int
vm_phys_init(struct vm *vm)
{
	struct vm_phys *ph = &vm->phys;
	const struct vm_config *c = &vm->config;
	const unsigned ncpus = c->cpus != 0 ? c->cpus : 1;

	memset(ph, 0, sizeof(*ph));
	ph->ndomains = (uint8_t)(c->domains != 0 ? c->domains : 1);
	ph->plain = ph->ndomains == 1 && c->superpages == VM_SUPER_NEVER;
	ph->max_order = c->geometry->max_order;
	ph->chunk_order = chunk_order(c->geometry);
	assert(ph->ndomains <= VM_MAXDOMAINS && ph->max_order <= VM_MAXORDER);
	ph->nblocks = (vm->pages.npages >> ph->max_order) + 1;
	ph->block_domain = mem_alloc(vm->mem, ph->nblocks);
	if (ph->block_domain == NULL)
		return ENOMEM;
	for (unsigned i = 0; i < VM_MAXCPUS; i++)
		ph->cpu_domain[i] = (uint8_t)(i % ncpus * ph->ndomains / ncpus);
	for (unsigned i = 0; i < ph->ndomains; i++)
		init_domain(vm, i);
	return 0;
}

void
vm_phys_fini(struct vm *vm)
{
	struct vm_phys *ph = &vm->phys;

	mem_free(vm->mem, ph->block_domain, ph->nblocks);
	ph->block_domain = NULL;
}

/* ------------------------------------------------------------ checking ---- */

static const char *
check_block(struct vm *vm, unsigned domain, pfn_t pfn, unsigned order,
    enum vm_pool pool)
{
	const struct vm_phys_domain *d = &vm->phys.domain[domain];
	const pfn_t size = (pfn_t)1 << order, buddy = pfn ^ size;

	if (frame(vm, pfn)->pg_flags != PG_FREE ||
	    frame(vm, pfn)->pindex != VM_PHYS_HEAD(order, pool))
		return "PH1: a block in a list is not a free one of its order";
	if ((pfn & (size - 1)) != 0 || pfn < d->first || pfn + size > d->virgin)
		return "PH1: a free block is not aligned or out of its domain";
	for (pfn_t i = 1; i < size; i++)
		if (frame(vm, pfn + i)->pg_flags != PG_FREE ||
		    frame(vm, pfn + i)->pindex != 0)
			return "PH1: a frame of a free block is in use";
	if (order < vm->phys.max_order && buddy <= vm->pages.npages &&
	    frame(vm, buddy)->pg_flags == PG_FREE &&
	    (frame(vm, buddy)->pindex & 0xff) == order + 1)
		return "PH2: two free buddies";
	return NULL;
}

static const char *
check_list(struct vm *vm, unsigned domain, unsigned order, enum vm_pool pool,
    uint64_t *frames)
{
	const struct vm_phys_list *l = &vm->phys.domain[domain]
					    .list[pool][order];
	uint32_t n = 0, prev = 0;

	for (uint32_t i = l->head; i != 0; i = frame(vm, i)->qnext) {
		const char *why;

		if (i > vm->pages.npages || n++ == l->n)
			return "PH3: a list is damaged or longer than counted";
		if (frame(vm, i)->qprev != prev)
			return "PH3: links of a list disagree";
		if ((why = check_block(vm, domain, i, order, pool)) != NULL)
			return why;
		prev = i;
	}
	*frames += (uint64_t)n << order;
	return n == l->n && prev == l->tail ?
	    NULL :
	    "PH3: a list is shorter than counted";
}

/* Free frames that are no block's: what is left must be holes. */
static uint64_t
count_free(const struct vm *vm, const struct vm_phys_domain *d)
{
	uint64_t n = d->end - d->virgin;

	for (pfn_t pfn = d->first; pfn < d->virgin; pfn++)
		n += (frame(vm, pfn)->pg_flags & PG_FREE) != 0;
	return n;
}

static const char *
check_domain(struct vm *vm, unsigned i)
{
	const struct vm_phys_domain *d = &vm->phys.domain[i];
	uint64_t frames = d->end - d->virgin;
	const char *why = NULL;

	if (d->virgin < d->first || d->virgin > d->end)
		return "PH1: virgin memory is not in its domain";
	for (unsigned pool = 0; pool < VM_NPOOLS; pool++)
		for (unsigned o = 0; o <= vm->phys.max_order; o++)
			if (why == NULL)
				why = check_list(vm, i, o, pool, &frames);
	if (why == NULL && frames != d->nbuddy)
		why = "PH4: nbuddy differs from the frames in the lists";
	if (why == NULL && count_free(vm, d) != d->nfree)
		why = "PH4: nfree differs from the recount";
	return why;
}

const char *
vm_phys_check(struct vm *vm, char *buf, size_t len)
{
	const struct vm_phys *ph = &vm->phys;
	uint64_t nfree = 0, nbuddy = 0;
	const char *why;

	if (ph->plain)
		return NULL;
	for (unsigned i = 0; i < ph->ndomains; i++) {
		nfree += ph->domain[i].nfree;
		nbuddy += ph->domain[i].nbuddy;
		if ((why = check_domain(vm, i)) != NULL) {
			snprintf(buf, len, "domain %u: %s", i, why);
			return buf;
		}
	}
	why = NULL;
	if (nfree != vm->exp.free)
		why = "PH4: the domains' free frames are not uvmexp.free";
	else if (nfree - nbuddy != vm->reservs.holes)
		why = "PH5: free frames in no list are not the holes of "
		      "reservations";
	if (why == NULL)
		return NULL;
	snprintf(buf, len, "physical memory: %s", why);
	return buf;
}
