/*
 * Benchmarks of larger pages: faults that end in promotions, promotion and
 * demotion alone, and what memory costs when all of it is in larger pages.
 */
#include "vm/vm_fault.h"

#include "bench.h"

#define BASE ((vaddr_t)1 << 40)
#define SUPER ((vsize_t)2 << 20)
#define SMALL (SUPER / BENCH_PAGE) /* pages of a larger one */

/* Memory for npages and half as much, mapped at BASE. */
static struct machine *
machine(uint64_t npages, struct process **p)
{
	struct sim_config config;
	struct machine *m;
	char why[100];

	sim_config_default(&config);
	config.ram = (npages * BENCH_PAGE * 3 / 2 + 2 * SUPER) & ~(SUPER - 1);
	config.tags = false;
	config.superpages = VM_SUPER_RESERVE;
	if (sim_machine_create(&config, &m, why, sizeof(why)) != 0)
		return NULL;
	if (sim_spawn(m, "bench", 0, NULL, NULL, p) == 0 &&
	    api_bench_map(m, *p, BASE, npages * BENCH_PAGE,
		VM_PROT_READ | VM_PROT_WRITE))
		return m;
	sim_machine_destroy(m);
	return NULL;
}

static bool
fill(struct process *p, uint64_t npages)
{
	struct vm_map *map = &p->vmspace->vm_map;
	int error = 0;

	for (uint64_t i = 0; i < npages && error == 0; i++)
		error = vm_access(map, BASE + i * BENCH_PAGE, VM_PROT_WRITE, 1);
	return error == 0;
}

/* Zero-fill faults in order, each 512th of which promotes. */
bool
api_bench_super_fill(const struct bench *b, struct bench_result *r)
{
	struct process *p;
	struct machine *m = machine(b->arg, &p);
	double t;
	bool ok;

	if (m == NULL)
		return false;
	t = api_bench_now();
	ok = fill(p, b->arg);
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)b->arg;
	ok = ok && m->vm.pmaps.count.promotions[1] == b->arg / SMALL;
	sim_machine_destroy(m);
	return ok;
}

/* Thousands of promotions a second, each undone by an enter inside it. */
bool
api_bench_promote(const struct bench *b, struct bench_result *r)
{
	const uint64_t n = b->arg / SMALL;
	struct pmap_system *sys;
	struct process *p;
	struct machine *m = machine(b->arg, &p);
	struct pmap *pmap;
	double t;
	bool ok;

	if (m == NULL)
		return false;
	sys = &m->vm.pmaps;
	pmap = p->vmspace->vm_map.pmap;
	ok = fill(p, b->arg);
	t = api_bench_now();
	for (uint64_t i = 0; i < n && ok; i++) {
		const vaddr_t va = BASE + i * SUPER;
		pfn_t pfn;

		/* The same page again: demoted, entered, promoted. */
		ok = pmap_extract(pmap, va, &pfn) &&
		    pmap_reserve(sys, 1, 1) == 0 &&
		    pmap_enter(pmap, va, pfn, VM_PROT_READ | VM_PROT_WRITE,
			VM_PROT_WRITE) == 0;
	}
	t = api_bench_now() - t;
	ok = ok && sys->count.demotions[1] == n &&
	    sys->count.promotions[1] == 2 * n;
	r->v[BENCH_OURS] = (double)n / t * 1e6;
	sim_machine_destroy(m);
	return ok;
}

/* Host memory for each base page, all of them in larger pages. */
bool
api_bench_super_bytes(const struct bench *b, struct bench_result *r)
{
	struct process *p;
	double rss = api_bench_rss();
	struct machine *m = machine(b->arg, &p);
	bool ok;

	if (m == NULL)
		return false;
	ok = fill(p, b->arg) &&
	    m->vm.pmaps.count.promotions[1] * SMALL == b->arg;
	r->v[BENCH_OURS] = (api_bench_rss() - rss) / (double)b->arg;
	sim_machine_destroy(m);
	return ok;
}
