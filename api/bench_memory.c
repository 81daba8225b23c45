/*
 * The memory yardstick: loops that do nothing but touch records.  A fault that
 * must change 64 bytes cannot be quicker than a loop that changes 64 bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "pmap/narrow.h"

/* Update every 8th byte of a record. */
static inline void
touch(uint64_t *record, unsigned words)
{
	for (unsigned i = 0; i < words; i++)
		record[i] += i + 1;
}

static uint64_t *
records(uint64_t n, unsigned bytes)
{
	const size_t size = host_bytes(n, bytes);
	uint64_t *r = malloc(size);

	if (r != NULL)
		memset(r, 1, size);
	return r;
}

double
api_bench_memory_seq(uint64_t n, unsigned bytes)
{
	uint64_t *r = records(n, bytes);
	unsigned words = bytes / 8;
	double t;

	if (r == NULL)
		return NAN;
	t = api_bench_now();
	for (uint64_t i = 0; i < n; i++)
		touch(r + i * words, words);
	t = api_bench_now() - t;
	free(r);
	return t / (double)n;
}

double
api_bench_memory_rand(uint64_t n, unsigned bytes)
{
	uint64_t *r = records(n, bytes);
	uint32_t *order = api_bench_shuffle((uint32_t)n, 1);
	unsigned words = bytes / 8;
	double t = NAN;

	if (r != NULL && order != NULL) {
		t = api_bench_now();
		for (uint64_t i = 0; i < n; i++)
			touch(r + (uint64_t)order[i] * words, words);
		t = (api_bench_now() - t) / (double)n;
	}
	free(order);
	free(r);
	return t;
}

/* Reading takes part in the answer, so that it is not optimized away. */
double
api_bench_memory_read(uint64_t n)
{
	enum { ROUNDS = 16 };
	uint64_t *r = records(n, 8);
	volatile uint64_t sink;
	uint64_t bits = 0;
	double t;

	if (r == NULL)
		return NAN;
	t = api_bench_now();
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (uint64_t i = 0; i < n; i++)
			bits |= r[i];
		__asm__ volatile("" : : "r"(r) : "memory");
	}
	t = api_bench_now() - t;
	sink = bits;
	(void)sink;
	free(r);
	return t / ((double)n * ROUNDS);
}

double
api_bench_memory_l1(void)
{
	enum { WORDS = 2048, ROUNDS = 20000 };
	volatile uint64_t *a = calloc(WORDS, sizeof(*a));
	uint64_t sum = 0;
	double t;

	if (a == NULL)
		return NAN;
	t = api_bench_now();
	for (unsigned r = 0; r < ROUNDS; r++)
		for (unsigned i = 0; i < WORDS; i++)
			sum += a[i];
	t = api_bench_now() - t;
	a[0] = sum;
	free((void *)(uintptr_t)a);
	return t / ((double)WORDS * ROUNDS);
}
