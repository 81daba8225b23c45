/*
 * Benchmarks of FreeBSD's view of a map: a process of n one-page entries, half
 * of them never touched, every fourth with a resident page, none mergeable.
 *
 *	kinfo-packed	sysctl(3) of kern.proc.vmmap into memory at hand
 *	kinfo-wide	kinfo_getvmmap(3), allocation and free(3) included
 *
 * The memory yardsticks write as many records of that size, into memory at hand
 * and into memory fresh from calloc(3), in large pages where the host has them.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "api/include/freebsd/libutil.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/freebsd/sys/user.h"
#include "api/context.h"
#include "api/include/uvmsim.h"
#include "bench.h"
#include "pmap/narrow.h"

#define BASE ((vaddr_t)0x100000000)
#define ROUNDS 2u
/* As many as a kernel of default limits allows, and some to spare. */
#define HOST_ENTRIES 60000u
#define PACKED 144u /* bytes of a packed record without a path */

/* The process as the current one of this thread. => NULL: it failed */
static struct machine *
checkered(const struct bench *b, struct process **p)
{
	struct machine *m = api_bench_machine(api_bench_part(b,
						  2048 * BENCH_MB),
	    p);
	bool ok = m != NULL && api_attach(m, (*p)->pid) == 0;

	for (uint64_t i = 0; i < b->arg && ok; i++) {
		const vaddr_t va = BASE + 2 * pg_ptoa(m, i);

		ok = api_bench_map(m, *p, va, pg_size(m),
			 i & 1 ? VM_PROT_READ : VM_PROT_READ | VM_PROT_WRITE) &&
		    (i % 4 != 0 ||
			sim_access(m, *p, va, 1, VM_PROT_WRITE, NULL) == 0);
	}
	if (ok)
		return m;
	uvmsim_close();
	if (m != NULL)
		sim_machine_destroy(m);
	return NULL;
}

static void
done(struct machine *m)
{
	uvmsim_close();
	sim_machine_destroy(m);
}

/* ------------------------------------------------------- yardsticks ---- */

/* => ns for each of n records, written one behind the other */
static double
write_records(char *to, uint64_t n, size_t size)
{
	double t = api_bench_now();

	for (uint64_t i = 0; i < n; i++) {
		memset(to + i * size, (int)i | 1, size);
		__asm__ volatile("" : : "r"(to) : "memory");
	}
	return (api_bench_now() - t) / (double)n;
}

/* The same with the calloc() and free(); only the front of each is written. */
static double
write_fresh(uint64_t n, size_t size)
{
	double t = api_bench_now();
	char *to = calloc(host_count(n), size);

	if (to == NULL)
		return NAN;
#ifdef MADV_HUGEPAGE
	(void)madvise((void *)(((uintptr_t)to + 4095) & ~(uintptr_t)4095),
	    host_bytes(n, size) - 4096, MADV_HUGEPAGE);
#endif
	for (uint64_t i = 0; i < n; i++) {
		memset(to + i * size, (int)i | 1, PACKED);
		__asm__ volatile("" : : "r"(to) : "memory");
	}
	free(to);
	return (api_bench_now() - t) / (double)n;
}

/* ------------------------------------------------------------- rows ---- */

static double
packed(const struct process *p, uint64_t n, char *buf, size_t room)
{
	const int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_VMMAP, p->pid };
	size_t len = room;
	double t = api_bench_now();

	if (sysctl(mib, NELEM(mib), buf, &len, NULL, 0) != 0 ||
	    len < n * PACKED)
		return NAN;
	return (api_bench_now() - t) / (double)n;
}

bool
api_bench_kinfo_packed(const struct bench *b, struct bench_result *r)
{
	const size_t room = host_bytes((b->arg + 100) * 4 / 3, PACKED);
	char *buf = malloc(room);
	struct process *p;
	struct machine *m;

	r->v[BENCH_HOST] = api_bench_host_maps(api_bench_part(b, HOST_ENTRIES));
	m = buf != NULL ? checkered(b, &p) : NULL;
	if (m == NULL) {
		free(buf);
		return false;
	}
	memset(buf, 1, room);
	r->v[BENCH_OURS] = packed(p, b->arg, buf, room);
	r->v[BENCH_MEMORY] = write_records(buf, b->arg, PACKED);
	done(m);
	free(buf);
	return !isnan(r->v[BENCH_OURS]);
}

static double
wide(const struct process *p, uint64_t n)
{
	double t = api_bench_now();
	int count;
	struct kinfo_vmentry *all = kinfo_getvmmap(p->pid, &count);

	free(all);
	if (all == NULL || (uint64_t)count < n)
		return NAN;
	return (api_bench_now() - t) / (double)n;
}

/* The quickest of a few: the host's first large pages cost many times more. */
bool
api_bench_kinfo_wide(const struct bench *b, struct bench_result *r)
{
	double ours = INFINITY, bare = INFINITY;
	struct process *p;
	struct machine *m = checkered(b, &p);

	if (m == NULL)
		return false;
	for (unsigned i = 0; i < ROUNDS; i++) {
		bare = fmin(bare, write_fresh(b->arg, KINFO_VMENTRY_SIZE));
		ours = fmin(ours, wide(p, b->arg));
	}
	done(m);
	r->v[BENCH_OURS] = ours;
	r->v[BENCH_MEMORY] = bare;
	return !isinf(ours);
}

bool
api_bench_loop_kinfo(uint64_t n)
{
	const struct bench b = { .arg = 1000 };
	struct process *p;
	struct machine *m = checkered(&b, &p);
	bool ok = m != NULL;

	for (uint64_t i = 0; i < n && ok; i += 1000) {
		int count;
		struct kinfo_vmentry *all = kinfo_getvmmap(p->pid, &count);

		ok = all != NULL;
		free(all);
	}
	if (m != NULL)
		done(m);
	return ok;
}
