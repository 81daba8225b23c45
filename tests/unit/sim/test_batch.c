/*
 * Where a batch of references begins and ends is nobody's business where pages
 * are replaced in the fault itself (frames=N): the same references one by one,
 * in batches of any size and all at once give the same counters and the same
 * clock, also where faults wait for disks.  (Daemons run between operations: a
 * batch is one.)
 */
#include "shortage.h"

#include <string.h>

#include "sim/stats.h"
#include "tests/random.h"

#define NREFS 3000
#define NPAGES 300

static const char *const settings[] = {
	"ram=4M,swap=4M,policy=lru,frames=40",
	"ram=4M,swap=4M,policy=fifo,frames=40,disk=ssd",
	"ram=4M,swap=4M,policy=sieve,frames=200,disk=hdd",
	"ram=4M,swap=4M,policy=clock,frames=40,arch=arm64",
	"ram=4M,swap=4M,policy=arc,frames=40,disk=nvme",
	"ram=4M,swap=4M,policy=lru,frames=40,tlb=skylake",
};

static const size_t sizes[] = { 1, 2, 7, 64, 1000, NREFS };

struct outcome {
	uint64_t clock, wait, nops;
	struct vm_refstat refs;
	struct vmstat stat;
};

static void
run(const char *how, const struct vm_ref *refs, size_t size, struct outcome *o)
{
	struct machine *m = shortage_machine(how);
	struct process *p = shortage_process(m, "p", &sim_freebsd);
	const vaddr_t va = shortage_map(m, p, NPAGES * PAGE);
	struct vm_ref here[NREFS];
	size_t done, n;

	for (size_t i = 0; i < NREFS; i++)
		here[i] = vm_ref_make(va + vm_ref_va(refs[i]),
		    vm_ref_type(refs[i]));
	for (size_t i = 0; i < NREFS; i += n) {
		n = NREFS - i < size ? NREFS - i : size;
		assert_int_equal(sim_access_batch(m, p, here + i, n, &done,
				     NULL),
		    0);
		assert_int_equal(done, n);
	}
	memset(o, 0, sizeof(*o));
	o->clock = sim_clock(m);
	o->wait = m->io.wait;
	o->nops = m->nops;
	o->refs = m->vm.refs;
	o->stat = m->vm.stat;
	shortage_end(m);
}

static void
test_sizes(void **state)
{
	uint64_t rng = 1;
	struct vm_ref refs[NREFS];

	(void)state;
	for (size_t i = 0; i < NREFS; i++) {
		const uint64_t page = rnd_draw(&rng, NPAGES);

		refs[i] = vm_ref_make(page * PAGE + 8 * rnd_draw(&rng, 500),
		    rnd_draw(&rng, 3) == 0 ? VM_PROT_WRITE : VM_PROT_READ);
	}
	for (size_t i = 0; i < NELEM(settings); i++) {
		struct outcome want, got;

		run(settings[i], refs, sizes[0], &want);
		assert_true(want.wait > 0);
		for (size_t s = 1; s < NELEM(sizes); s++) {
			run(settings[i], refs, sizes[s], &got);
			if (got.clock != want.clock || got.wait != want.wait)
				fail_msg("%s, batches of %zu: clock %llu, "
					 "one by one %llu",
				    settings[i], sizes[s],
				    (unsigned long long)got.clock,
				    (unsigned long long)want.clock);
			assert_memory_equal(&got, &want, sizeof(got));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
