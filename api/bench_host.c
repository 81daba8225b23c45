/*
 * The host yardstick: the same calls on the kernel that runs this program.
 * Every figure comes from a child process, whose mappings go with it.  NAN when
 * the host refuses (more mappings than it allows, too little memory).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "pmap/narrow.h"

#define ROUNDS 20000u

static size_t
page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* n pages apart from each other, every other one mapped, not mergeable. */
static char *
checkered(uint64_t n)
{
	const size_t page = page_size(), size = host_bytes(2 * n + 2, page);
	char *base = mmap(NULL, size, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED || munmap(base, size) != 0)
		return NULL;
	for (uint64_t i = 0; i < n; i++)
		if (mmap(base + 2 * i * page, page,
			i & 1 ? PROT_READ : PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			0) == MAP_FAILED)
			return NULL;
	return base;
}

static double
mmap_pair(uint64_t n)
{
	size_t page = page_size();
	char *base = checkered(n);
	uint64_t seed = 1;
	double t;

	if (base == NULL)
		return NAN;
	t = api_bench_now();
	for (unsigned r = 0; r < ROUNDS; r++) {
		char *p = base + (2 * (api_bench_random(&seed) % n) + 1) * page;

		if (mmap(p, page, PROT_READ | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != p ||
		    munmap(p, page) != 0)
			return NAN;
	}
	return (api_bench_now() - t) / ROUNDS;
}

double
api_bench_host_mmap(uint64_t n)
{
	return api_bench_child(mmap_pair, n);
}

/* Change one page in the middle of three, and back. */
static double
mprotect_pair(uint64_t n)
{
	size_t page = page_size();
	char *p = checkered(n) != NULL ?
	    mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) :
	    MAP_FAILED;
	double t;

	if (p == MAP_FAILED)
		return NAN;
	t = api_bench_now();
	for (unsigned r = 0; r < ROUNDS; r++)
		if (mprotect(p + page, page, PROT_READ) != 0 ||
		    mprotect(p + page, page, PROT_READ | PROT_WRITE) != 0)
			return NAN;
	return (api_bench_now() - t) / ROUNDS;
}

double
api_bench_host_mprotect(uint64_t n)
{
	return api_bench_child(mprotect_pair, n);
}

/* ---- pages; small ones, as the simulated machine has them ---- */

static char *
region(uint64_t npages)
{
	const size_t size = host_bytes(npages, page_size());
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
#ifdef MADV_NOHUGEPAGE
	(void)madvise(p, size, MADV_NOHUGEPAGE);
#endif
	return p;
}

static double
write_pages(char *p, uint64_t npages)
{
	size_t page = page_size();
	double t = api_bench_now();

	for (uint64_t i = 0; i < npages; i++)
		((volatile char *)p)[i * page] = 1;
	return (api_bench_now() - t) / (double)npages;
}

static double
fault_seq(uint64_t npages)
{
	char *p = region(npages);

	return p != NULL ? write_pages(p, npages) : NAN;
}

double
api_bench_host_fault_seq(uint64_t npages)
{
	return api_bench_child(fault_seq, npages);
}

/* One page in eight of the region, at random: memory for all would be much. */
static double
fault_rand(uint64_t npages)
{
	size_t page = page_size();
	char *p = region(npages);
	uint32_t *order = api_bench_shuffle((uint32_t)npages, 1);
	uint64_t n = npages / 8;
	double t;

	if (p == NULL || order == NULL)
		return NAN;
	t = api_bench_now();
	for (uint64_t i = 0; i < n; i++)
		((volatile char *)p)[order[i] * page] = 1;
	return (api_bench_now() - t) / (double)n;
}

double
api_bench_host_fault_rand(uint64_t npages)
{
	return api_bench_child(fault_rand, npages);
}

struct forked {
	char *region;
	uint64_t npages;
};

static double
write_forked(uint64_t arg)
{
	const struct forked *f = (const struct forked *)(uintptr_t)arg;

	return write_pages(f->region, f->npages);
}

static double
cow(uint64_t npages)
{
	struct forked f = { .region = region(npages), .npages = npages };

	if (f.region == NULL)
		return NAN;
	(void)write_pages(f.region, npages);
	return api_bench_child(write_forked, (uintptr_t)&f);
}

double
api_bench_host_cow(uint64_t npages)
{
	return api_bench_child(cow, npages);
}

static double
fork_pages(uint64_t npages)
{
	char *p = region(npages);
	double t;
	pid_t pid;

	if (p == NULL)
		return NAN;
	(void)write_pages(p, npages);
	t = api_bench_now();
	pid = fork();
	if (pid == 0)
		_exit(0);
	t = api_bench_now() - t;
	if (pid == -1)
		return NAN;
	(void)waitpid(pid, NULL, 0);
	return t / (double)npages;
}

double
api_bench_host_fork(uint64_t npages)
{
	return api_bench_child(fork_pages, npages);
}

/* What an exit does to pages: all of them unmapped and freed. */
static double
unmap_pages(uint64_t npages)
{
	char *p = region(npages);
	double t;

	if (p == NULL)
		return NAN;
	(void)write_pages(p, npages);
	t = api_bench_now();
	if (munmap(p, host_bytes(npages, page_size())) != 0)
		return NAN;
	return (api_bench_now() - t) / (double)npages;
}

double
api_bench_host_exit(uint64_t npages)
{
	return api_bench_child(unmap_pages, npages);
}

static double
mincore_pages(uint64_t npages)
{
	const size_t n = host_count(npages);
	unsigned char *vec = malloc(n);
	char *p = region(npages);
	double t = NAN;

	if (p != NULL && vec != NULL) {
		(void)write_pages(p, npages);
		memset(vec, 0, n);
		t = api_bench_now();
		t = mincore(p, host_bytes(npages, page_size()), vec) == 0 ?
		    (api_bench_now() - t) / (double)npages :
		    NAN;
	}
	free(vec);
	return t;
}

double
api_bench_host_mincore(uint64_t npages)
{
	return api_bench_child(mincore_pages, npages);
}

/* Read the host's list of what this process has mapped. */
static double
read_maps(uint64_t n)
{
	char buf[65536];
	int fd = checkered(n) != NULL ? open("/proc/self/maps", O_RDONLY) : -1;
	double t = api_bench_now();
	ssize_t got;

	if (fd == -1)
		return NAN;
	while ((got = read(fd, buf, sizeof(buf))) > 0)
		continue;
	t = api_bench_now() - t;
	close(fd);
	return got == 0 ? t / (double)n : NAN;
}

double
api_bench_host_maps(uint64_t n)
{
	return api_bench_child(read_maps, n);
}
