/*
 * A whole machine under a policy that sees every reference: the Zipf stream of
 * bench_policy.c as references of one process to a million pages of private
 * memory, of which a share may be in memory.  What is evicted goes to swap and
 * comes back from there: look-up, software TLB, page table, fault, frames and
 * slots, and the policy.  The memory is empty at first.
 */
#include <stdlib.h>

#include "bench.h"
#include "workloads/policy/count.h"

#define BASE ((vaddr_t)1 << 32)
#define BATCH 4096

struct whole {
	struct bench_zipf size;
	struct machine *m;
	struct process *p;
	uint64_t *touch;
	struct vm_ref *refs;
};

/* Touches become references, in place. */
static void
make_refs(struct whole *w)
{
	w->refs = (struct vm_ref *)(void *)w->touch;
	for (uint32_t i = 0; i < w->size.touches; i++) {
		const uint64_t t = w->touch[i];

		w->refs[i] = vm_ref_make(BASE + (t >> 1) * BENCH_PAGE,
		    t & 1 ? VM_PROT_WRITE : VM_PROT_READ);
	}
}

/* which: place in vm_policies * 100 + frames, per cent of the pages */
static bool
start(struct whole *w, const struct bench *b, unsigned which)
{
	struct sim_config config;
	uint32_t number;
	char err[256];

	sim_config_default(&config);
	config.ram = api_bench_part(b, 1024 * BENCH_MB);
	config.tags = false;
	config.policy = vm_policies[which / 100];
	vm_policy_defaults(config.policy, &config.policy_args);
	config.frames = which % 100 * (w->size.pages / 100);
	w->touch = api_bench_zipf(w->size);
	if (w->touch == NULL ||
	    sim_machine_create(&config, &w->m, err, sizeof(err)) != 0)
		return false;
	make_refs(w);
	return sim_spawn(w->m, "bench", 0, &sim_freebsd, NULL, &w->p) == 0 &&
	    vm_swap_on(&w->m->vm, w->size.pages, 0, SWF_FILE, &number) == 0 &&
	    api_bench_map(w->m, w->p, BASE, w->size.pages * BENCH_PAGE,
		VM_PROT_READ | VM_PROT_WRITE);
}

static bool
run(const struct whole *w)
{
	size_t done;

	for (uint32_t i = 0; i < w->size.touches; i += BATCH) {
		const uint32_t left = w->size.touches - i;
		const size_t n = left < BATCH ? left : BATCH;

		if (sim_access_batch(w->m, w->p, w->refs + i, n, &done, NULL) !=
		    0)
			return false;
	}
	return w->m->vm.stat.evictions > 0 && w->m->vm.exp.pgswapout > 0;
}

static void
end(struct whole *w)
{
	if (w->m != NULL)
		sim_machine_destroy(w->m);
	free(w->touch);
}

bool
api_bench_replace(const struct bench *b, struct bench_result *r)
{
	struct whole w = { .size = api_bench_zipf_size(b) };
	bool ok = start(&w, b, b->which);
	double before = api_bench_now();

	ok = ok && run(&w);
	r->v[BENCH_OURS] = w.size.touches * 1e3 / (api_bench_now() - before);
	end(&w);
	return ok;
}

/* n rounds of 20 million references, under clock at 10 %. */
bool
api_bench_loop_replace(uint64_t n)
{
	const struct bench all = { .less = 0 };
	struct whole w = { .size = api_bench_zipf_size(&all) };
	bool ok = start(&w, &all, 210);

	for (; n > 0 && ok; n--)
		ok = run(&w);
	end(&w);
	return ok;
}
