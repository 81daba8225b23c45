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

#define TOUCHES BENCH_TOUCHES
#define PAGES BENCH_ZIPF_PAGES

/*
 * Walker's method of aliases: rank r keeps share[r] of its column, the rest is
 * rank other[r]'s.
 */
struct zipf {
	uint64_t *share; /* of 2^32 */
	uint32_t *other;
};

static void
fill_columns(struct zipf *z, double *p, uint32_t *stack)
{
	uint32_t low = 0, high = PAGES;

	for (uint32_t i = 0; i < PAGES; i++)
		stack[p[i] < 1 ? low++ : --high] = i;
	while (low > 0 && high < PAGES) {
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
	while (high < PAGES)
		z->share[stack[high++]] = (uint64_t)1 << 32;
}

static bool
make_zipf(struct zipf *z)
{
	double *p = malloc(PAGES * sizeof(*p)), sum = 0;
	uint32_t *stack = malloc(PAGES * sizeof(*stack));
	bool ok;

	z->share = calloc(PAGES, sizeof(*z->share));
	z->other = calloc(PAGES, sizeof(*z->other));
	ok = p != NULL && stack != NULL && z->share != NULL && z->other != NULL;
	for (uint32_t i = 0; i < PAGES && ok; i++)
		sum += p[i] = 1.0 / (i + 1.0);
	for (uint32_t i = 0; i < PAGES && ok; i++)
		p[i] *= PAGES / sum;
	if (ok)
		fill_columns(z, p, stack);
	free(p);
	free(stack);
	return ok;
}

uint64_t *
api_bench_zipf(void)
{
	uint64_t *touch = malloc(TOUCHES * sizeof(*touch)), seed = 1;
	uint32_t *page = api_bench_shuffle(PAGES, 2);
	struct zipf z;
	bool ok = make_zipf(&z) && touch != NULL && page != NULL;

	for (uint32_t i = 0; i < TOUCHES && ok; i++) {
		uint64_t r = api_bench_random(&seed);
		uint32_t rank = (uint32_t)((r >> 32) * PAGES >> 32);

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
	struct mem *mem;
	struct wl_count *count;
};

static bool
start(struct counting *c, uint64_t arg)
{
	const struct vm_policy *p = vm_policies[arg / 100];
	struct vm_policy_args args = { .seed = 1 };

	args.frames = (uint32_t)(arg % 100 * (PAGES / 100));
	vm_policy_defaults(p, &args);
	c->mem = mem_create();
	c->count = c->mem != NULL ? wl_count_create(c->mem) : NULL;
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
count(struct counting *c, const uint64_t *touch)
{
	return wl_count_touch(c->count, touch, TOUCHES) == 0 &&
	    wl_count_finish(c->count) == 0 &&
	    wl_count_result(c->count, 0)->misses > PAGES / 100;
}

/* bench->arg: place in vm_policies * 100 + frames, per cent of the pages */
bool
api_bench_policy(const struct bench *b, struct bench_result *r)
{
	uint64_t *touch = api_bench_zipf();
	struct counting c = { NULL, NULL };
	bool ok = touch != NULL && start(&c, b->arg);
	double before = api_bench_now();

	ok = ok && count(&c, touch);
	r->v[BENCH_OURS] = TOUCHES * 1e3 / (api_bench_now() - before);
	end(&c);
	free(touch);
	return ok;
}

/* Bytes a page that was met, at the end. */
bool
api_bench_policy_bytes(const struct bench *b, struct bench_result *r)
{
	uint64_t *touch = api_bench_zipf();
	struct counting c = { NULL, NULL };
	bool ok = touch != NULL && start(&c, b->arg) && count(&c, touch);

	if (ok)
		r->v[BENCH_OURS] = (double)mem_in_use(c.mem) /
		    (double)wl_count_distinct(c.count);
	end(&c);
	free(touch);
	return ok;
}

/* The counting alone, n rounds of 20 million touches, under lru at 10 %. */
bool
api_bench_loop_policy(uint64_t n)
{
	uint64_t *touch = api_bench_zipf();
	bool ok = touch != NULL;

	for (uint64_t i = 0; i < n && ok; i++) {
		struct counting c;

		ok = start(&c, 110) && count(&c, touch);
		end(&c);
	}
	free(touch);
	return ok;
}
