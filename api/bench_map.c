/*
 * Benchmarks of the map: entering, removing, looking up, splitting.
 *
 * The map has n one-page entries at every other page, with protections that
 * alternate so that none can merge.  What is measured goes on in the holes
 * between them, at random.
 */
#include <stdlib.h>

#include "bench.h"

#define BASE ((vaddr_t)0x100000000)
#define ROUNDS 200000u
#define PAGE BENCH_PAGE

static vaddr_t
hole(uint64_t *seed, uint64_t n)
{
	return BASE + (2 * (api_bench_random(seed) % n) + 1) * PAGE;
}

static struct machine *
checkered(uint64_t n, struct process **p)
{
	struct machine *m = api_bench_machine(64 * BENCH_MB, p);

	for (uint64_t i = 0; m != NULL && i < n; i++)
		if (!api_bench_map(m, *p, BASE + 2 * i * PAGE, PAGE,
			i & 1 ? VM_PROT_READ : VM_PROT_READ | VM_PROT_WRITE)) {
			sim_machine_destroy(m);
			return NULL;
		}
	return m;
}

/* ------------------------------------------------------ mmap, munmap ---- */

/* The calls as a process makes them. */
static double
time_calls(struct machine *m, struct process *p, uint64_t n, uint64_t rounds)
{
	struct sim_call map = { .no = SIM_SYS_MMAP },
			unmap = { .no = SIM_SYS_MUNMAP, .arg = { 0, PAGE } };
	uint64_t private, fixed, anon, ret, seed = 1;
	double t;

	if (sim_const_value(&sim_freebsd, "MAP_PRIVATE", &private) != 0 ||
	    sim_const_value(&sim_freebsd, "MAP_FIXED", &fixed) != 0 ||
	    sim_const_value(&sim_freebsd, "MAP_ANON", &anon) != 0)
		return NAN;
	map.arg[1] = PAGE;
	map.arg[2] = VM_PROT_READ | VM_PROT_EXEC;
	map.arg[3] = private | fixed | anon;
	map.arg[4] = UINT64_MAX;
	t = api_bench_now();
	for (uint64_t r = 0; r < rounds; r++) {
		map.arg[0] = unmap.arg[0] = hole(&seed, n);
		if (sim_syscall(m, p, &map, &ret) != 0 ||
		    sim_syscall(m, p, &unmap, &ret) != 0)
			return NAN;
	}
	return (api_bench_now() - t) / (double)rounds;
}

bool
api_bench_mmap(const struct bench *b, struct bench_result *r)
{
	struct process *p;
	struct machine *m;

	r->v[BENCH_HOST] = api_bench_host_mmap(b->arg);
	r->v[BENCH_TREE] = api_bench_tree_change(b->arg);
	m = checkered(b->arg, &p);
	if (m == NULL)
		return false;
	r->v[BENCH_OURS] = time_calls(m, p, b->arg, api_bench_part(b, ROUNDS));
	sim_machine_destroy(m);
	return true;
}

bool
api_bench_loop_mmap(uint64_t n)
{
	struct process *p;
	struct machine *m = checkered(1000, &p);
	double ns;

	if (m == NULL)
		return false;
	ns = time_calls(m, p, 1000, n);
	sim_machine_destroy(m);
	return !isnan(ns);
}

/* The same one floor below, without the system call. */
static double
time_uvm(struct vm_map *map, uint64_t n, uint64_t rounds)
{
	struct uvm_map_args a = {
		.size = PAGE,
		.prot = VM_PROT_READ | VM_PROT_EXEC,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true,
	};
	uint64_t seed = 1;
	double t = api_bench_now();

	for (uint64_t r = 0; r < rounds; r++) {
		a.start = hole(&seed, n);
		if (uvm_map(map, &a) != 0 ||
		    uvm_unmap(map, a.start, a.start + PAGE) != 0)
			return NAN;
	}
	return (api_bench_now() - t) / (double)rounds;
}

bool
api_bench_uvm_map(const struct bench *b, struct bench_result *r)
{
	struct process *p;
	struct machine *m;

	r->v[BENCH_TREE] = api_bench_tree_change(b->arg);
	m = checkered(b->arg, &p);
	if (m == NULL)
		return false;
	r->v[BENCH_OURS] = time_uvm(&p->vmspace->vm_map, b->arg,
	    api_bench_part(b, ROUNDS));
	sim_machine_destroy(m);
	return true;
}

/* ------------------------------------------------------------ lookup ---- */

bool
api_bench_lookup(const struct bench *b, struct bench_result *r)
{
	const uint64_t rounds = api_bench_part(b, ROUNDS);
	uint64_t seed = 1, found = 0;
	struct vm_map_entry *e;
	struct process *p;
	struct machine *m;
	double t;

	r->v[BENCH_TREE] = api_bench_tree_lookup(b->arg);
	m = checkered(b->arg, &p);
	if (m == NULL)
		return false;
	t = api_bench_now();
	for (uint64_t i = 0; i < rounds; i++)
		found += vm_map_lookup_entry(&p->vmspace->vm_map,
		    hole(&seed, b->arg) - PAGE, &e);
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)rounds;
	sim_machine_destroy(m);
	return found == rounds;
}

/* Eight lookups in each entry before the next one. */
bool
api_bench_lookup_local(const struct bench *b, struct bench_result *r)
{
	const uint64_t rounds = api_bench_part(b, (uint64_t)8 * ROUNDS);
	uint64_t found = 0;
	struct vm_map_entry *e;
	struct process *p;
	struct machine *m;
	double t;

	m = checkered(b->arg, &p);
	if (m == NULL)
		return false;
	t = api_bench_now();
	for (uint64_t i = 0; i < rounds; i++) {
		vaddr_t va = BASE + 2 * (i / 1024 % b->arg) * PAGE;

		found += vm_map_lookup_entry(&p->vmspace->vm_map, va + i % PAGE,
		    &e);
	}
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)rounds;
	sim_machine_destroy(m);
	return found == rounds;
}

/* ---------------------------------------------------------- mprotect ---- */

/* The middle page of three loses its write permission and gets it back. */
bool
api_bench_mprotect(const struct bench *b, struct bench_result *r)
{
	const uint64_t rounds = api_bench_part(b, ROUNDS);
	vaddr_t va = BASE + (2 * b->arg + 16) * PAGE;
	struct sim_call call = { .no = SIM_SYS_MPROTECT,
		.arg = { va + PAGE, PAGE } };
	struct process *p;
	struct machine *m;
	uint64_t ret;
	bool ok;
	double t;

	r->v[BENCH_HOST] = api_bench_host_mprotect(b->arg);
	m = checkered(b->arg, &p);
	if (m == NULL)
		return false;
	ok = api_bench_map(m, p, va, 3 * PAGE, VM_PROT_READ | VM_PROT_WRITE);
	t = api_bench_now();
	for (uint64_t i = 0; i < rounds && ok; i++) {
		call.arg[2] = VM_PROT_READ;
		ok = sim_syscall(m, p, &call, &ret) == 0;
		call.arg[2] = VM_PROT_READ | VM_PROT_WRITE;
		ok = ok && sim_syscall(m, p, &call, &ret) == 0;
	}
	r->v[BENCH_OURS] = (api_bench_now() - t) / (double)rounds;
	sim_machine_destroy(m);
	return ok;
}

/* ------------------------------------------------------------ memory ---- */

bool
api_bench_entry_bytes(const struct bench *b, struct bench_result *r)
{
	double before = api_bench_rss();
	struct process *p;
	struct machine *m = checkered(b->arg, &p);

	if (m == NULL)
		return false;
	r->v[BENCH_OURS] = (api_bench_rss() - before) / (double)b->arg;
	sim_machine_destroy(m);
	return true;
}
