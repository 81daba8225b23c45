/*
 * Benchmarks of references that are decoded already: vm_access_batch() over a
 * stream like that of a compiler, without and with a model of TLBs.
 *
 * The stream: seven of ten references are fetches.  One in 32 of them goes
 * back to the page before (calls and returns), one in 128 to any page, the
 * first ones far more often.  Two of the others are loads, one is a store, to
 * one of four pages at hand, of which one reference in 64 exchanges one.  That
 * makes about the misses of the recorded compiler in tests/data/lackey: one in
 * a hundred in an L1 of 64 entries.  All pages are there and all lie within the
 * reach of the software TLB.
 */
#include <stdlib.h>

#include "pmap/tlb.h"

#include "bench.h"

#define BASE ((vaddr_t)0x100000000)
#define PAGE ((vaddr_t)4096)
#define CODE 128u /* pages */
#define DATA 256u
#define HAND 4u /* pages at hand */
#define REFS (1u << 20)
#define ROUNDS 16u

struct stream {
	uint64_t seed;
	unsigned code, before, hand[HAND], at;
};

/* A page of n, the first ones far more often. */
static unsigned
skewed(struct stream *s, unsigned n)
{
	uint64_t r = api_bench_random(&s->seed) & 0xffff;

	return (unsigned)((r * r >> 16) * r * n >> 32);
}

static struct vm_ref
next_ref(struct stream *s)
{
	uint64_t r = api_bench_random(&s->seed);
	const unsigned kind = (unsigned)(r % 10);
	const vaddr_t in = (r >> 48) & 0xff8;

	if (kind < 7) {
		unsigned now = s->code;

		if ((r >> 8 & 31) == 0) {
			s->code = (r >> 13 & 3) == 0 ? skewed(s, CODE) :
						       s->before;
			s->before = now;
		}
		return vm_ref_make(BASE + s->code * PAGE + in, VM_PROT_EXEC);
	}
	if ((r >> 8 & 3) == 0)
		s->at = (unsigned)(r >> 10) % HAND;
	if ((r >> 16 & 63) == 0)
		s->hand[s->at] = skewed(s, DATA);
	return vm_ref_make(BASE + (CODE + s->hand[s->at]) * PAGE + in,
	    kind < 9 ? VM_PROT_READ : VM_PROT_WRITE);
}

/* L1 of 64 entries, 4-way, and L2 of 1536, 12-way, for all references. */
static const struct tlb_preset two_levels = {
	.name = "two levels",
	.array = { [TLB_L1D] = { { 64, 4, 12, 63, false } },
	    [TLB_L2D] = { { 1536, 12, 12, 63, false } } },
	.asid = true,
};

/* which: 0 no model, 1 two levels, 2 .. preset of that place less 2 */
static bool
model(struct machine *m, unsigned which)
{
	return which == 0 ||
	    tlb_create(&m->vm.pmaps,
		which == 1 ? &two_levels : tlb_presets[which - 2], 1) == 0;
}

static bool
batch(struct process *p, const struct vm_ref *refs, size_t n)
{
	int error;

	return vm_access_batch(&p->vmspace->vm_map, refs, n, 1, &error) == n;
}

bool
api_bench_refs(const struct bench *b, struct bench_result *r)
{
	const size_t n = (size_t)api_bench_part(b, REFS);
	struct vm_ref *refs = malloc(n * sizeof(*refs));
	struct stream s = { .seed = 1 };
	struct process *p = NULL;
	struct machine *m = api_bench_machine(64 * BENCH_MB, &p);
	bool ok = refs != NULL && m != NULL && model(m, b->which) &&
	    api_bench_map(m, p, BASE, (CODE + DATA) * PAGE, VM_PROT_ALL);
	double t;

	r->v[BENCH_MEMORY] = api_bench_memory_l1();
	for (size_t i = 0; i < n && ok; i++)
		refs[i] = next_ref(&s);
	ok = ok && batch(p, refs, n);
	t = api_bench_now();
	for (unsigned i = 0; i < ROUNDS && ok; i++)
		ok = batch(p, refs, n);
	r->v[BENCH_OURS] = (api_bench_now() - t) / ((double)n * ROUNDS);
	if (m != NULL)
		sim_machine_destroy(m);
	free(refs);
	return ok;
}

/* n references of the stream, 99 of 100 hits in L1. */
bool
api_bench_loop_refs(uint64_t n)
{
	enum { REFS_ONCE = 4096 };
	struct vm_ref refs[REFS_ONCE];
	struct stream s = { .seed = 1 };
	size_t now;
	struct process *p = NULL;
	struct machine *m = api_bench_machine(64 * BENCH_MB, &p);
	bool ok = m != NULL && model(m, 1) &&
	    api_bench_map(m, p, BASE, (CODE + DATA) * PAGE, VM_PROT_ALL);

	for (unsigned i = 0; i < REFS_ONCE; i++)
		refs[i] = next_ref(&s);
	for (; ok && n > 0; n -= now) {
		now = n < REFS_ONCE ? (size_t)n : REFS_ONCE;
		ok = batch(p, refs, now);
	}
	if (m != NULL)
		sim_machine_destroy(m);
	return ok;
}
