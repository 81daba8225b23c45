/*
 * References in batches: the loop that traces go through.
 *
 *	the software TLB knows the page		(most of them)
 *	not, but the page table allows it	pmap_access()
 *	it does not				vm_access_miss()
 *
 * What else a reference means depends on the machine: content tags are written,
 * the TLB model is asked (or has no TLB), local and remote memory are counted.
 * Each of the twelve combinations is a loop of its own, compiled from one body
 * and chosen once a batch, so that a hit pays only for what its machine does.
 */
#include "vm_access.h"
#include "vm_access_count.h"

#define COMMON_SHIFT 12 /* of a base page; known, it saves two instructions */

/* An array of rows as one row. */
#define ROW(a) (&(a)[0][0])

struct batch {
	struct vm_map *map;
	struct vm *vm;
	struct pmap *pmap;
	struct pmap_tlb *soft;
	struct tlb *model;
	const struct vm_ref *refs;
	size_t n;
	uint64_t stamp;
	int *error;
	pfn_t first; /* frames of the CPU's domain: first .. first + span - 1 */
	pfn_t span;
	uint64_t weight[4]; /* of a kind in `kinds' */
	/* what a run counts */
	struct vm_access_count counted;
	uint64_t kinds; /* writes and fetches */
	uint64_t local;
	uint64_t levels, large; /* of walks, when the model is bare */
};

enum model { OFF, BARE, FULL };

/*
 * A reference that the software TLB does not know; `kinds' are those of the run
 * with this one.  => its frame
 */
static pfn_t __attribute__((noinline))
find(struct batch *b, const struct vm_ref *ref, uint64_t kinds)
{
	vaddr_t va = vm_ref_va(*ref);
	vm_prot_t type = vm_ref_type(*ref);
	pfn_t pfn = pmap_access(b->pmap, va, type);

	if (pfn == PFN_NONE) {
		vm_access_count(&b->counted, &b->vm->refs,
		    (uint64_t)(ref - b->refs),
		    kinds - b->weight[ref->word & 3]);
		pfn = vm_access_miss(b->map, va, type, b->error);
	}
	if (b->model != NULL)
		tlb_run(b->model, b->pmap);
	return pfn;
}

/* A reference that is no hit on what its L1 set used last or before that. */
static void __attribute__((noinline)) miss(struct batch *b, struct vm_ref ref)
{
	vaddr_t va = vm_ref_va(ref);
	size_t slot = pg_atop(b->vm, va) & (PMAP_TLB_SLOTS - 1);

	tlb_reference_slow(b->model, b->pmap, va, b->soft->psind[slot],
	    ref.word & 3);
}

/*
 * The loop keeps few values: what a call needs besides them it works out anew
 * from the reference, and arrays are named by their place in one structure.
 */
static inline __attribute__((always_inline)) size_t
run(struct batch *b, bool tags, enum model model, bool numa, unsigned shift)
{
	const struct pmap_tlb *soft = b->soft;
	const struct vm_ref *ref = b->refs, *end = ref + b->n;
	uint64_t *word = model == FULL ? b->model->now->word : NULL;
	const bool swaps = model == FULL && b->model->swaps;
	const uint8_t *depth = model == BARE ? b->model->levels : NULL;
	uint64_t *tag = b->vm->pages.tag, nowhere;
	uint64_t kinds = 0, local = 0, levels = 0, large = 0;

	for (; ref < end; ref++) {
		const uint64_t vpn = ref->word >> shift;
		const size_t slot = vpn & (PMAP_TLB_SLOTS - 1);
		const size_t kind = ref->word & 3;
		const size_t i = kind * PMAP_TLB_SLOTS + slot;
		pfn_t pfn = PFN_NONE;

		kinds += b->weight[kind];
		if (unlikely(ROW(soft->tag)[i] != vpn)) {
			pfn = find(b, ref, kinds);
			if (pfn == PFN_NONE)
				goto failed;
		} else if (tags || numa) {
			pfn = soft->pfn[slot];
		}
		if (model == BARE) {
			levels += depth[soft->psind[slot]];
			large += soft->psind[slot] != 0;
		}
		if (model == FULL) {
			uint64_t *set = &word[ROW(soft->set)[i]];
			uint64_t l1 = ROW(soft->model)[i];

			if (*set != l1 && !(swaps && tlb_swap(set, l1)))
				miss(b, *ref);
		}
		if (tags)
			*(kind == VM_PROT_WRITE >> 1 ? &tag[pfn] :
						       &nowhere) = b->stamp;
		if (numa)
			local += pfn - b->first < b->span;
	}
	goto out;
failed:
	kinds -= b->weight[ref->word & 3];
out:
	b->kinds = kinds;
	b->local = local;
	b->levels = levels;
	b->large = large;
	return (size_t)(ref - b->refs);
}

#define LOOP(name, tags, model, numa) \
	static size_t name(struct batch *b) \
	{ \
		const unsigned shift = b->vm->page_shift; \
\
		return likely(shift == COMMON_SHIFT) ? \
		    run(b, tags, model, numa, COMMON_SHIFT) : \
		    run(b, tags, model, numa, shift); \
	}
LOOP(plain, false, OFF, false)
LOOP(plain_tags, true, OFF, false)
LOOP(bare, false, BARE, false)
LOOP(bare_tags, true, BARE, false)
LOOP(full, false, FULL, false)
LOOP(full_tags, true, FULL, false)
LOOP(numa_plain, false, OFF, true)
LOOP(numa_plain_tags, true, OFF, true)
LOOP(numa_bare, false, BARE, true)
LOOP(numa_bare_tags, true, BARE, true)
LOOP(numa_full, false, FULL, true)
LOOP(numa_full_tags, true, FULL, true)

static size_t (*const loops[2][3][2])(struct batch *) = {
	{ { plain, plain_tags }, { bare, bare_tags }, { full, full_tags } },
	{ { numa_plain, numa_plain_tags }, { numa_bare, numa_bare_tags },
	    { numa_full, numa_full_tags } },
};

/* Count what a run has done. */
static void
account(struct batch *b, size_t done)
{
	struct vm_refstat *s = &b->vm->refs;
	const uint64_t *n = b->counted.n;

	vm_access_count(&b->counted, s, done, b->kinds);
	if (b->model != NULL && b->model->bare)
		tlb_count_walks(b->model, n, b->large, b->levels);
	else if (b->model != NULL)
		tlb_count_refs(b->model, n);
	if (b->vm->phys.ndomains > 1) {
		s->local += b->local;
		s->remote += done - b->local;
	}
}

/* Without host memory for a software TLB. */
static size_t
one_by_one(struct batch *b)
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
vm_access_batch(struct vm_map *map, const struct vm_ref *refs, size_t n,
    uint64_t stamp, int *error)
{
	struct vm *vm = map->vm;
	struct batch b = {
		.map = map,
		.vm = vm,
		.pmap = map->pmap,
		.soft = pmap_tlb(map->pmap),
		.model = vm->pmaps.tlbm,
		.refs = refs,
		.n = n,
		.stamp = stamp,
		.error = error,
		.weight = KIND_WEIGHTS,
	};
	const enum model mode = b.model == NULL ? OFF :
	    b.model->bare                       ? BARE :
						  FULL;
	const bool numa = vm->phys.ndomains > 1;
	size_t done = 0;

	if (unlikely(vm->config.policy != NULL))
		return vm_access_policy(map, refs, n, stamp, error);
	if (unlikely(b.soft == NULL))
		return one_by_one(&b);
	if (numa) {
		pfn_t end;

		vm_phys_range(vm, vm->phys.cpu_domain[vm->curcpu], &b.first,
		    &end);
		b.span = end - b.first;
	}
	if (b.model != NULL)
		tlb_run(b.model, b.pmap);
	while (done < n) {
		size_t part = n - done < MAXRUN ? n - done : MAXRUN, did;

		b.refs = refs + done;
		b.n = part;
		b.counted = (struct vm_access_count){ 0 };
		did = loops[numa][mode][vm->pages.tag != NULL](&b);
		account(&b, did);
		done += did;
		if (did < part)
			break;
	}
	return done;
}
