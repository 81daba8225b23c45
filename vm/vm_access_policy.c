/*
 * References in batches where a policy sees each of them (vm_replace.h).
 *
 *	the software TLB knows the page	its slot is there too: hit
 *	the page table allows it	the slot stands beside the PTE: hit
 *	it does not			the fault tells the policy
 *
 * Loops are written once; with functions that the compiler sees they become
 * some of their own for fifo, lru, clock, sieve and opt, without calls.  All
 * other policies are called by their tables.  With a model of TLBs or several
 * memory domains references go one by one.
 *
 * With many pages few references hit the TLB, and what they cost is waiting for
 * the host's memory.  Where each process has its set, the loop therefore leaves
 * the TLB alone, and goes to the PTEs, which are fetched ahead
 * (vm_access_ahead.h), as is what victims will need (vm_access_scout.h).
 */
#include "policy_opt.h"
#include "vm_access_count.h"
#include "vm_access_scout.h"

#define INLINE static inline __attribute__((always_inline))

typedef void hit_fn(void *, uint32_t);
typedef void next_fn(void *, uint32_t);

struct batch {
	struct vm_map *map;
	struct pmap *pmap;
	struct pmap_tlb *soft;
	void *state;           /* the policy's */
	const uint8_t *member; /* global: by frame; else NULL */
	const struct vm_ref *refs;
	size_t n;
	uint64_t stamp;
	int *error;
	uint64_t weight[4]; /* of a kind in `kinds' */
	/* what a run counts */
	struct vm_access_count counted;
	uint64_t kinds; /* writes and fetches */
};

/* What a reference that the software TLB does not know comes to. */
struct found {
	pfn_t pfn;
	uint32_t slot; /* to be hit; 0: the fault has told, or it has none */
};

/* `kinds' are those of the run with this reference. */
static struct found __attribute__((noinline))
find(struct batch *b, const struct vm_ref *ref, uint64_t kinds)
{
	const vaddr_t va = vm_ref_va(*ref);
	const vm_prot_t type = vm_ref_type(*ref);
	struct found f = { .pfn = pmap_access(b->pmap, va, type) };

	if (unlikely(f.pfn == PFN_NONE)) {
		vm_access_count(&b->counted, &b->map->vm->refs,
		    (uint64_t)(ref - b->refs),
		    kinds - b->weight[ref->word & 3]);
		f.pfn = vm_access_miss(b->map, va, type, b->error);
	} else if (b->member == NULL)
		f.slot = b->soft->slot[pg_atop(b->pmap, va) &
		    (PMAP_TLB_SLOTS - 1)];
	else if (b->member[f.pfn])
		f.slot = f.pfn;
	return f;
}

INLINE size_t
loop(struct batch *b, hit_fn *hit, next_fn *next)
{
	const struct pmap_tlb *soft = b->soft;
	const struct vm_ref *ref = b->refs, *end = ref + b->n;
	const unsigned shift = b->pmap->page_shift;
	struct vm *const vm = b->map->vm;
	uint64_t *const tag = vm->pages.tag;
	const uint32_t *when = vm->future;
	const uint8_t *const member = b->member;
	void *const state = b->state;
	uint64_t kinds = 0;

	for (; ref < end; ref++) {
		const uint64_t vpn = ref->word >> shift;
		const size_t i = vpn & (PMAP_TLB_SLOTS - 1);
		const size_t kind = ref->word & 3;
		struct found f = { PFN_NONE, 0 };

		kinds += b->weight[kind];
		if (next != NULL)
			next(state, *when);
		if (unlikely(soft->tag[kind][i] != vpn)) {
			f = find(b, ref, kinds);
			if (unlikely(f.pfn == PFN_NONE)) {
				kinds -= b->weight[kind];
				break;
			}
		} else {
			f.pfn = soft->pfn[i];
			f.slot = member == NULL ? soft->slot[i] :
			    member[f.pfn]       ? f.pfn :
						  0;
		}
		if (likely(f.slot != 0))
			hit(state, f.slot);
		if (tag != NULL && kind == VM_PROT_WRITE >> 1)
			tag[f.pfn] = b->stamp;
		if (next != NULL)
			when++;
	}
	vm->future = when;
	b->kinds = kinds;
	return (size_t)(ref - b->refs);
}

/* PTEs of the references from i on. */
static void __attribute__((noinline))
refill(const struct batch *b, struct ahead *a, size_t i)
{
	const size_t end = b->n - i < AHEAD_PTE ? b->n : i + AHEAD_PTE;

	ahead_nodes_init(&a->nodes, b->map);
	a->ndropped = b->pmap->ndropped;
	for (; i < end; i++)
		ahead_pte(a, b->pmap, i, vm_ref_va(b->refs[i]));
}

/* => writing was never withheld above a PTE: a PTE says it all */
INLINE size_t
loop_ahead(struct batch *b, hit_fn *hit, next_fn *next, scout_fn *guess)
{
	struct vm *const vm = b->map->vm;
	const struct pte_format *f = &vm->pmaps.geo->pte;
	const uint64_t look[4] = { f->valid | f->accessed,
		f->valid | f->accessed | f->dirty | f->write,
		f->valid | f->accessed | f->noexec, 0 };
	const uint64_t want[4] = { look[0], look[1], f->valid | f->accessed,
		1 };
	struct pmap *const pmap = b->pmap;
	const struct vm_ref *const refs = b->refs;
	const size_t n = b->n;
	uint64_t *const tag = vm->pages.tag;
	void *const state = b->state;
	const uint32_t *when = vm->future;
	struct ahead a;
	struct vm_set *const set = pmap->client;
	uint64_t kinds = 0, evictions = vm->stat.evictions;
	struct scout scout;
	size_t i;

	a.nothing = 0;
	a.nobody = 0;
	scout.head = scout.tail = scout.walked = scout.framed = scout.named = 0;

	for (i = 0; i < AHEAD_RING; i++) {
		a.pte[i] = &a.nothing;
		a.name[i] = &a.nobody;
	}
	refill(b, &a, 0);
	for (i = 0; i < n; i++) {
		const vaddr_t va = vm_ref_va(refs[i]);
		const size_t kind = refs[i].word & 3;
		struct found r;
		uint64_t *pte;

		if (likely(i + AHEAD_PTE < n)) {
			ahead_pte(&a, pmap, i + AHEAD_PTE,
			    vm_ref_va(refs[i + AHEAD_PTE]));
			ahead_amap(&a, b->map, i + AHEAD_AMAP,
			    vm_ref_va(refs[i + AHEAD_AMAP]));
			ahead_anon(&a, vm, i + AHEAD_ANON);
		}
		kinds += b->weight[kind];
		if (next != NULL)
			next(state, *when);
		pte = a.pte[i % AHEAD_RING];
		if (likely((*pte & look[kind]) == want[kind])) {
			r.pfn = pte_pfn(pmap, *pte);
			r.slot = *pmap_slot_beside(pmap, pte, va);
		} else {
			r = find(b, &refs[i], kinds);
			if (unlikely(a.ndropped != pmap->ndropped))
				refill(b, &a, i + 1);
			if (guess != NULL && evictions != vm->stat.evictions)
				scout_go(&scout, &a.nodes, vm, set, guess);
			evictions = vm->stat.evictions;
			if (unlikely(r.pfn == PFN_NONE)) {
				kinds -= b->weight[kind];
				break;
			}
		}
		if (likely(r.slot != 0))
			hit(state, r.slot);
		if (tag != NULL && kind == VM_PROT_WRITE >> 1)
			tag[r.pfn] = b->stamp;
		if (next != NULL)
			when++;
	}
	vm->future = when;
	b->kinds = kinds;
	return i;
}

/* Both loops of a policy. */
#define LOOPS(name, hit, next, guess) \
	static size_t loop_##name(struct batch *b) \
	{ \
		return loop(b, hit, next); \
	} \
	static size_t loop_ahead_##name(struct batch *b) \
	{ \
		return loop_ahead(b, hit, next, guess); \
	}
LOOPS(fifo, policy_fifo_hit, NULL, scout_queue)
LOOPS(lru, policy_lru_hit, NULL, scout_queue)
LOOPS(clock, policy_clock_hit, NULL, scout_clock)
LOOPS(sieve, policy_sieve_hit, NULL, scout_sieve)
LOOPS(opt, policy_opt_hit, policy_opt_next, NULL)
/* One that has no clock of its own and need not know the future. */
LOOPS(plain, b->map->vm->config.policy->hit, NULL, NULL)

struct loops {
	const struct vm_policy *policy;
	size_t (*loop)(struct batch *);
	size_t (*ahead)(struct batch *);
};

static const struct loops loops[] = {
	{ &vm_policy_fifo, loop_fifo, loop_ahead_fifo },
	{ &vm_policy_lru, loop_lru, loop_ahead_lru },
	{ &vm_policy_clock, loop_clock, loop_ahead_clock },
	{ &vm_policy_sieve, loop_sieve, loop_ahead_sieve },
	{ &vm_policy_opt, loop_opt, loop_ahead_opt },
	{ NULL, loop_plain, loop_ahead_plain },
};

/* => NULL: one by one */
static const struct loops *
loops_of(const struct vm *vm)
{
	const struct vm_policy *p = vm->config.policy;
	const struct loops *l = loops;

	if (vm->pmaps.tlbm != NULL || vm->phys.ndomains > 1 ||
	    p->expired != NULL || (p->next != NULL && vm->future == NULL))
		return NULL;
	while (l->policy != NULL && l->policy != p)
		l++;
	return l->policy != NULL || p->next == NULL ? l : NULL;
}

static bool
may_look_ahead(const struct batch *b)
{
	return b->member == NULL && !b->pmap->withheld &&
	    b->pmap->sys->hpt == NULL;
}

static size_t
one_by_one(const struct batch *b)
{
	size_t i = 0;

	for (; i < b->n; i++) {
		*b->error = vm_access(b->map, vm_ref_va(b->refs[i]),
		    vm_ref_type(b->refs[i]), b->stamp);
		if (*b->error != 0)
			break;
	}
	return i;
}

size_t
vm_access_policy(struct vm_map *map, const struct vm_ref *refs, size_t n,
    uint64_t stamp, int *error)
{
	struct vm *vm = map->vm;
	struct vm_policy_run *run = vm_replace_run(map);
	struct batch b = {
		.map = map,
		.pmap = map->pmap,
		.soft = pmap_tlb(map->pmap),
		.refs = refs,
		.n = n,
		.stamp = stamp,
		.error = error,
		.weight = KIND_WEIGHTS,
	};
	const struct loops *l = loops_of(vm);
	size_t done = 0, did;

	if (l == NULL || run == NULL || b.soft == NULL)
		return one_by_one(&b);
	b.state = run->state;
	if (vm->config.frames == 0)
		b.member = ((struct vm_commons *)vm->pageout.state)->member;
	do {
		b.refs = refs + done;
		b.n = n - done < MAXRUN ? n - done : MAXRUN;
		b.counted = (struct vm_access_count){ 0 };
		did = (may_look_ahead(&b) ? l->ahead : l->loop)(&b);
		vm_access_count(&b.counted, &vm->refs, did, b.kinds);
		done += did;
	} while (done < n && did == b.n);
	return done;
}
