/*
 * Benchmarks of mincore(2): a gigabyte in one piece, and spread over a terabyte
 * of address space.  The terabyte's vec has 256 MB, and storing them takes far
 * longer than looking at the page table: beside the whole call stands memset()
 * of the same bytes, and the difference is a row of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "pmap/narrow.h"

#define BASE ((vaddr_t)0x100000000)
#define PIECE ((vsize_t)2 << 20) /* resident bytes in one place */
#define ROUNDS 16u               /* timed calls; the quickest counts */

struct range {
	struct machine *m;
	struct process *p;
	vsize_t len;
	uint64_t npages; /* resident */
	uint8_t *vec;
};

static void
range_end(struct range *r)
{
	if (r->m != NULL)
		sim_machine_destroy(r->m);
	free(r->vec);
}

/* Address space of len bytes, npages of it resident: in each of equal shares
 * of it one piece, at random. */
static bool
range_begin(struct range *r, const struct bench *b, vsize_t len)
{
	const uint64_t npages = b->arg;
	const uint64_t npieces = npages * BENCH_PAGE / PIECE;
	const vsize_t share = len / npieces;
	uint64_t seed = 1;
	bool ok;

	*r = (struct range){ .len = len, .npages = npages };
	r->vec = malloc(host_count(len / BENCH_PAGE));
	r->m = api_bench_machine(api_bench_part(b, 16384 * BENCH_MB), &r->p);
	ok = r->vec != NULL && r->m != NULL &&
	    api_bench_map(r->m, r->p, BASE, len, VM_PROT_READ | VM_PROT_WRITE);
	for (uint64_t i = 0; i < npieces && ok; i++)
		ok = sim_access(r->m, r->p,
			 BASE + i * share +
			     api_bench_random(&seed) % (share / PIECE) * PIECE,
			 PIECE, VM_PROT_WRITE, NULL) == 0;
	if (ok)
		memset(r->vec, 1, host_count(len / BENCH_PAGE));
	else
		range_end(r);
	return ok;
}

/* => ns of one mincore() of the whole range; infinite: it failed */
static double
call(const struct range *r)
{
	const struct sim_call c = {
		.no = SIM_SYS_MINCORE,
		.arg = { BASE, r->len },
		.vec = r->vec,
		.vec_len = r->len / BENCH_PAGE,
	};
	double t = api_bench_now();
	uint64_t ret;

	if (sim_syscall(r->m, r->p, &c, &ret) != 0)
		return INFINITY;
	return api_bench_now() - t;
}

/* => ns of one memset() of vec */
static double
set(const struct range *r)
{
	double t = api_bench_now();

	memset(r->vec, 0, host_count(r->len / BENCH_PAGE));
	__asm__ volatile("" : : "r"(r->vec) : "memory");
	return api_bench_now() - t;
}

/* Calls and memsets by turns. => the quickest of each, ns a resident page */
static void
by_turns(const struct range *r, double *calls, double *sets)
{
	*calls = *sets = INFINITY;
	for (unsigned i = 0; i < ROUNDS; i++) {
		*calls = fmin(*calls, call(r) / (double)r->npages);
		*sets = fmin(*sets, set(r) / (double)r->npages);
	}
}

bool
api_bench_mincore_dense(const struct bench *b, struct bench_result *res)
{
	struct range r;
	double calls, sets;

	res->v[BENCH_HOST] = api_bench_host_mincore(b->arg);
	res->v[BENCH_MEMORY] = api_bench_memory_read(b->arg);
	if (!range_begin(&r, b, b->arg * BENCH_PAGE))
		return false;
	by_turns(&r, &calls, &sets);
	res->v[BENCH_OURS] = calls;
	range_end(&r);
	return true;
}

/* The whole call, and memset() of its vec. */
bool
api_bench_mincore_sparse(const struct bench *b, struct bench_result *res)
{
	struct range r;
	double calls, sets;

	if (!range_begin(&r, b, api_bench_part(b, (vsize_t)1 << 40)))
		return false;
	by_turns(&r, &calls, &sets);
	res->v[BENCH_OURS] = calls;
	res->v[BENCH_MEMORY] = sets;
	range_end(&r);
	return true;
}

/* What the call takes longer than the memset(). */
bool
api_bench_mincore_walk(const struct bench *b, struct bench_result *res)
{
	struct range r;
	double calls, sets;

	if (!range_begin(&r, b, api_bench_part(b, (vsize_t)1 << 40)))
		return false;
	by_turns(&r, &calls, &sets);
	res->v[BENCH_OURS] = calls - sets;
	range_end(&r);
	return true;
}
