/*
 * Replacement policies over a Zipf stream: 20 million touches of a million
 * pages, of which the n-th most popular is touched 1/n as often as the first,
 * in frames for a share of them.  Page numbers are dealt at random, so that
 * neighbours have nothing in common; one touch in four writes.  Counting only:
 * no map, no page table.
 */
#include <math.h>
#include <stdlib.h>

#include "bench.h"
#include "workloads/policy/count.h"

#define TOUCHES 20000000u
#define PAGES 1000000u

/*
 * Walker's method of aliases: rank r keeps share[r] of its column, the rest is
 * rank other[r]'s.
 */
struct zipf {
	uint64_t *share; /* of 2^32 */
	uint32_t *other;
};

static void
fill_columns(struct zipf *z, uint32_t pages, double *p, uint32_t *stack)
{
	uint32_t low = 0, high = pages;

	for (uint32_t i = 0; i < pages; i++)
		stack[p[i] < 1 ? low++ : --high] = i;
	while (low > 0 && high < pages) {
		uint32_t l = stack[--low], h = stack[high];

		z->share[l] = (uint64_t)(p[l] * 4294967296.0);
		z->other[l] = h;
		p[h] -= 1 - p[l];
		if (p[h] < 1) {
			high++;
			stack[low++] = h;
		}
	}
	while (low > 0)
		z->share[stack[--low]] = (uint64_t)1 << 32;
	while (high < pages)
		z->share[stack[high++]] = (uint64_t)1 << 32;
}

static bool
make_zipf(struct zipf *z, uint32_t pages)
{
	double *p = malloc(pages * sizeof(*p)), sum = 0;
	uint32_t *stack = malloc(pages * sizeof(*stack));
	bool ok;

	z->share = calloc(pages, sizeof(*z->share));
	z->other = calloc(pages, sizeof(*z->other));
	ok = p != NULL && stack != NULL && z->share != NULL && z->other != NULL;
	for (uint32_t i = 0; i < pages && ok; i++)
		sum += p[i] = 1.0 / (i + 1.0);
	for (uint32_t i = 0; i < pages && ok; i++)
		p[i] *= pages / sum;
	if (ok)
		fill_columns(z, pages, p, stack);
	free(p);
	free(stack);
	return ok;
}

struct bench_zipf
api_bench_zipf_size(const struct bench *b)
{
	return (struct bench_zipf){ (uint32_t)api_bench_part(b, TOUCHES),
		(uint32_t)api_bench_part(b, PAGES) };
}

uint64_t *
api_bench_zipf(struct bench_zipf size)
{
	uint64_t *touch = malloc(size.touches * sizeof(*touch)), seed = 1;
	uint32_t *page = api_bench_shuffle(size.pages, 2);
	struct zipf z;
	bool ok = make_zipf(&z, size.pages) && touch != NULL && page != NULL;

	for (uint32_t i = 0; i < size.touches && ok; i++) {
		uint64_t r = api_bench_random(&seed);
		uint32_t rank = (uint32_t)((r >> 32) * size.pages >> 32);

		r = api_bench_random(&seed);
		if (r >> 32 >= z.share[rank])
			rank = z.other[rank];
		touch[i] = WL_TOUCH(page[rank], (r & 3) == 0);
	}
	free(z.share);
	free(z.other);
	free(page);
	if (!ok)
		free(touch);
	return ok ? touch : NULL;
}

struct counting {
	struct bench_zipf size;
	uint64_t *touch;
	struct mem *mem;
	struct wl_count *count;
};

static bool
start(struct counting *c, unsigned which)
{
	const struct vm_policy *p = vm_policies[which / 100];
	struct vm_policy_args args = { .seed = 1 };

	args.frames = which % 100 * (c->size.pages / 100);
	vm_policy_defaults(p, &args);
	c->count = NULL;
	c->mem = mem_create();
	if (c->mem != NULL)
		c->count = wl_count_create(c->mem);
	return c->count != NULL && wl_count_add(c->count, p, &args);
}

static void
end(struct counting *c)
{
	if (c->count != NULL)
		wl_count_destroy(c->count);
	mem_destroy(c->mem);
}

static bool
count(struct counting *c)
{
	return wl_count_touch(c->count, c->touch, c->size.touches) == 0 &&
	    wl_count_finish(c->count) == 0 &&
	    wl_count_result(c->count, 0)->misses > c->size.pages / 100;
}

/* bench->which: place in vm_policies * 100 + frames, per cent of the pages */
bool
api_bench_policy(const struct bench *b, struct bench_result *r)
{
	struct counting c = { .size = api_bench_zipf_size(b) };
	double before;
	bool ok;

	c.touch = api_bench_zipf(c.size);
	ok = c.touch != NULL && start(&c, b->which);
	before = api_bench_now();
	ok = ok && count(&c);
	r->v[BENCH_OURS] = c.size.touches * 1e3 / (api_bench_now() - before);
	end(&c);
	free(c.touch);
	return ok;
}

/* Bytes a page that was met, at the end. */
bool
api_bench_policy_bytes(const struct bench *b, struct bench_result *r)
{
	struct counting c = { .size = api_bench_zipf_size(b) };
	bool ok;

	c.touch = api_bench_zipf(c.size);
	ok = c.touch != NULL && start(&c, b->which) && count(&c);
	if (ok)
		r->v[BENCH_OURS] = (double)mem_in_use(c.mem) /
		    (double)wl_count_distinct(c.count);
	end(&c);
	free(c.touch);
	return ok;
}

/* The counting alone, n rounds of 20 million touches, under lru at 10 %. */
bool
api_bench_loop_policy(uint64_t n)
{
	struct counting c = { .size = { TOUCHES, PAGES } };
	bool ok;

	c.touch = api_bench_zipf(c.size);
	ok = c.touch != NULL;
	for (uint64_t i = 0; i < n && ok; i++) {
		ok = start(&c, 110) && count(&c);
		end(&c);
	}
	free(c.touch);
	return ok;
}
