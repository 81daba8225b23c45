/*
 * Benchmarks of pages: faults, copying on write, fork, exit, accesses.
 *
 * References go in through vm_access_batch(), as those of a trace do; the
 * figure includes the access itself before and after the fault.
 */
#include <stdlib.h>

#include "bench.h"

#define BASE ((vaddr_t)0x100000000)
#define BATCH 1024u
#define RECORD 64u /* bytes that a page's state takes, all told */

static bool
batch(struct vm_map *map, const struct vm_ref *refs, size_t n)
{
	int error;

	return vm_access_batch(map, refs, n, 1, &error) == n;
}

/* Write to npages pages, in order, or as `order` says. */
static bool
write_pages(struct vm_map *map, uint64_t npages, const uint32_t *order)
{
	struct vm_ref refs[BATCH];
	uint64_t i = 0;

	while (i < npages) {
		size_t n = 0;

		for (; n < BATCH && i < npages; n++, i++)
			refs[n] = vm_ref_make(BASE +
				pg_ptoa(map, order != NULL ? order[i] : i),
			    VM_PROT_WRITE);
		if (!batch(map, refs, n))
			return false;
	}
	return true;
}

/* A process with a region of b->arg pages, written to already if `fill`. */
static struct machine *
with_region(const struct bench *b, bool fill, struct process **p)
{
	struct machine *m = api_bench_machine(api_bench_part(b,
						  16384 * BENCH_MB),
	    p);

	if (m == NULL)
		return NULL;
	if (api_bench_map(m, *p, BASE, pg_ptoa(m, b->arg),
		VM_PROT_READ | VM_PROT_WRITE) &&
	    (!fill || write_pages(&(*p)->vmspace->vm_map, b->arg, NULL)))
		return m;
	sim_machine_destroy(m);
	return NULL;
}

/* ------------------------------------------------------------ faults ---- */

bool
api_bench_fault_seq(const struct bench *b, struct bench_result *r)
{
	struct process *p;
	struct machine *m;
	double t;
	bool ok;

	r->v[BENCH_HOST] = api_bench_host_fault_seq(b->arg);
	r->v[BENCH_MEMORY] = api_bench_memory_seq(b->arg, RECORD);
	m = with_region(b, false, &p);
	if (m == NULL)
		return false;
	t = api_bench_now();
	ok = write_pages(&p->vmspace->vm_map, b->arg, NULL);
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)b->arg;
	sim_machine_destroy(m);
	return ok;
}

/* The same as one access of the machine to the whole region. */
bool
api_bench_fault_call(const struct bench *b, struct bench_result *r)
{
	struct process *p;
	struct machine *m = with_region(b, false, &p);
	double t;
	bool ok;

	if (m == NULL)
		return false;
	t = api_bench_now();
	ok = sim_access(m, p, BASE, pg_ptoa(m, b->arg), VM_PROT_WRITE, NULL) ==
	    0;
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)b->arg;
	sim_machine_destroy(m);
	return ok;
}

bool
api_bench_fault_rand(const struct bench *b, struct bench_result *r)
{
	uint32_t *order = api_bench_shuffle((uint32_t)b->arg, 1);
	struct process *p;
	struct machine *m;
	double t;
	bool ok;

	r->v[BENCH_HOST] = api_bench_host_fault_rand(b->arg);
	r->v[BENCH_MEMORY] = api_bench_memory_rand(b->arg, RECORD);
	m = order != NULL ? with_region(b, false, &p) : NULL;
	if (m == NULL) {
		free(order);
		return false;
	}
	t = api_bench_now();
	ok = write_pages(&p->vmspace->vm_map, b->arg, order);
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)b->arg;
	sim_machine_destroy(m);
	free(order);
	return ok;
}

/* ------------------------------------------------ fork, copies, exit ---- */

static struct process *
fork_child(struct machine *m, struct process *p)
{
	const struct sim_call call = { .no = SIM_SYS_FORK, .str = "child" };
	uint64_t pid;

	return sim_syscall(m, p, &call, &pid) == 0 ?
	    sim_process_bypid(m, (int)pid) :
	    NULL;
}

bool
api_bench_cow(const struct bench *b, struct bench_result *r)
{
	struct process *p, *child;
	struct machine *m;
	double t;
	bool ok = false;

	r->v[BENCH_HOST] = api_bench_host_cow(b->arg);
	r->v[BENCH_MEMORY] = api_bench_memory_seq(b->arg, 2 * RECORD);
	m = with_region(b, true, &p);
	if (m == NULL)
		return false;
	child = fork_child(m, p);
	if (child != NULL) {
		t = api_bench_now();
		ok = write_pages(&child->vmspace->vm_map, b->arg, NULL);
		r->v[BENCH_OURS] = (api_bench_now() - t) / (double)b->arg;
	}
	sim_machine_destroy(m);
	return ok;
}

bool
api_bench_fork(const struct bench *b, struct bench_result *r)
{
	struct process *p, *child;
	struct machine *m;
	double t;

	r->v[BENCH_HOST] = api_bench_host_fork(b->arg);
	r->v[BENCH_MEMORY] = api_bench_memory_seq(b->arg, 8);
	m = with_region(b, true, &p);
	if (m == NULL)
		return false;
	t = api_bench_now();
	child = fork_child(m, p);
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)b->arg;
	sim_machine_destroy(m);
	return child != NULL;
}

bool
api_bench_exit(const struct bench *b, struct bench_result *r)
{
	const struct sim_call call = { .no = SIM_SYS_EXIT };
	struct process *p;
	struct machine *m;
	uint64_t ret;
	double t;
	int error;

	r->v[BENCH_HOST] = api_bench_host_exit(b->arg);
	r->v[BENCH_MEMORY] = api_bench_memory_seq(b->arg, RECORD);
	m = with_region(b, true, &p);
	if (m == NULL)
		return false;
	t = api_bench_now();
	error = sim_syscall(m, p, &call, &ret);
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)b->arg;
	sim_machine_destroy(m);
	return error == 0;
}

/* ----------------------------------------------------- for profilers ---- */

bool
api_bench_loop_fault(uint64_t n)
{
	const struct bench b = { .arg = n };
	struct process *p;
	struct machine *m = with_region(&b, true, &p);

	if (m != NULL)
		sim_machine_destroy(m);
	return m != NULL;
}

bool
api_bench_loop_cow(uint64_t n)
{
	const struct bench b = { .arg = n };
	struct process *p, *child;
	struct machine *m = with_region(&b, true, &p);
	bool ok;

	if (m == NULL)
		return false;
	child = fork_child(m, p);
	ok = child != NULL && write_pages(&child->vmspace->vm_map, n, NULL);
	sim_machine_destroy(m);
	return ok;
}

/* ------------------------------------------------------------ memory ---- */

bool
api_bench_page_bytes(const struct bench *b, struct bench_result *r)
{
	double before = api_bench_rss();
	struct process *p;
	struct machine *m = with_region(b, true, &p);

	if (m == NULL)
		return false;
	r->v[BENCH_OURS] = (api_bench_rss() - before) / (double)b->arg;
	sim_machine_destroy(m);
	return true;
}

/* ---------------------------------------------------------- accesses ---- */

/* Reads of pages that are all there, at random, over and over. */
bool
api_bench_access(const struct bench *b, struct bench_result *r)
{
	enum { REFS = 65536, ROUNDS = 64 };
	const uint64_t rounds = api_bench_part(b, ROUNDS);
	struct vm_ref *refs = malloc(REFS * sizeof(*refs));
	uint64_t seed = 1;
	struct process *p = NULL;
	struct machine *m = with_region(b, true, &p);
	bool ok = refs != NULL && m != NULL;
	double t;

	r->v[BENCH_MEMORY] = api_bench_memory_l1();
	for (unsigned i = 0; i < REFS && ok; i++)
		refs[i] = vm_ref_make(BASE +
			api_bench_random(&seed) % pg_ptoa(m, b->arg),
		    VM_PROT_READ);
	t = api_bench_now();
	for (uint64_t i = 0; i < rounds && ok; i++)
		ok = batch(&p->vmspace->vm_map, refs, REFS);
	r->v[BENCH_OURS] = (api_bench_now() - t) / (REFS * (double)rounds);
	if (m != NULL)
		sim_machine_destroy(m);
	free(refs);
	return ok;
}
