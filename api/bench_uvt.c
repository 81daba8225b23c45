/*
 * Our own traces: decoding of blocks that are in memory, headers and checksums
 * looked at as a reader does; a whole trace from a file through a machine.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "pmap/narrow.h"
#include "workloads/refs/lackey.h"
#include "workloads/uvt/uvt.h"

#define BLOCK 32768u /* references; as the writer has them */

struct blocks {
	uint8_t *bytes;
	size_t len;
	struct wl_ref *ref; /* room for one */
};

/* A place near the last one, or further, as often as in cc1's trace. */
static uint64_t
near(uint64_t last, uint64_t r)
{
	const unsigned how = (unsigned)(r % 100);
	const uint64_t far = how < 70 ? 0x80 : how < 85 ? 0x8000 : 0x80000;

	return last + (r >> 8) % (2 * far) - far;
}

static void
make_reference(struct wl_ref *ref, uint64_t *seed, uint64_t *last)
{
	const uint64_t r = api_bench_random(seed);
	const unsigned what = (unsigned)(r >> 56) % 100;
	const unsigned b = what < 71 ? 0 : 1 + (unsigned)(r >> 48 & 1);

	ref->kind = what < 71 ? WL_REF_FETCH :
	    what < 90         ? WL_REF_LOAD :
				WL_REF_STORE;
	ref->size = b == 0 ? 1 + (uint32_t)(r >> 40 & 7) : 1u << (r >> 40 & 3);
	if (b != 0 || (r >> 32) % 8 == 0)
		last[b] = near(last[b], r);
	ref->va = last[b];
	last[0] += b == 0 ? ref->size : 0;
}

/*
 * References in the proportions of cc1 (tests/data/lackey): fetches, seven in
 * eight of them behind the one before; loads and stores of a stack and a heap.
 * => NULL: no memory
 */
static struct wl_ref *
references(uint64_t n)
{
	static const uint64_t area[3] = { 0x4000000, 0x1ffef00000, 0x4a00000 };
	uint64_t seed = 1, last[3] = { area[0], area[1], area[2] };
	struct wl_ref *all = malloc(host_bytes(n, sizeof(*all)));

	for (uint64_t i = 0; i < n && all != NULL; i++) {
		make_reference(&all[i], &seed, last);
		for (unsigned k = 0; k < NELEM(last); k++)
			last[k] = area[k] | (last[k] & 0xfffff);
	}
	return all;
}

static bool
make_blocks(struct blocks *k, uint64_t n)
{
	struct wl_ref *all = references(n);
	const uint64_t nblocks = (n + BLOCK - 1) / BLOCK;
	const size_t most = WL_UVT_HEADER + WL_UVT_MAXPAYLOAD;

	k->bytes = malloc(host_count(nblocks * (BLOCK * 9 + 100) + most));
	k->ref = malloc(BLOCK * sizeof(*k->ref));
	k->len = 0;
	for (uint64_t i = 0; i < n && all != NULL && k->bytes != NULL;
	     i += BLOCK)
		k->len += wl_uvt_encode(k->bytes + k->len, all + i,
		    (uint32_t)(n - i < BLOCK ? n - i : BLOCK), i, 0);
	free(all);
	return k->len > 0 && k->ref != NULL;
}

static void
free_blocks(struct blocks *k)
{
	free(k->bytes);
	free(k->ref);
}

/* => references found in the blocks; 0: one of them is bad */
static uint64_t
decode(const struct blocks *k)
{
	struct wl_uvt_block b;
	uint64_t n = 0;

	for (size_t at = 0; at < k->len; at += WL_UVT_HEADER + b.length) {
		const uint8_t *p = k->bytes + at;

		if (wl_uvt_header(p, &b) != NULL || !wl_uvt_sound(p, &b) ||
		    wl_uvt_decode(p, &b, k->ref) != NULL)
			return 0;
		n += b.records;
	}
	return n;
}

bool
api_bench_uvt_decode(const struct bench *b, struct bench_result *r)
{
	enum { ROUNDS = 16 };
	struct blocks k;
	bool ok = make_blocks(&k, b->arg) && decode(&k) == b->arg;
	double before = api_bench_now();

	for (unsigned i = 0; i < ROUNDS && ok; i++)
		ok = decode(&k) == b->arg;
	r->v[BENCH_OURS] = (double)b->arg * ROUNDS * 1e3 /
	    (api_bench_now() - before);
	free_blocks(&k);
	return ok;
}

bool
api_bench_uvt_bytes(const struct bench *b, struct bench_result *r)
{
	struct blocks k;
	const bool ok = make_blocks(&k, b->arg);

	r->v[BENCH_OURS] = (double)k.len / (double)b->arg;
	free_blocks(&k);
	return ok;
}

/* A whole trace. => NULL: it cannot be made */
static struct wl_input *
make_file(uint64_t n)
{
	struct wl_ref *all = references(n);
	struct wl_uvt_writer w = { .fp = NULL };
	struct wl_input *in = NULL;
	char *bytes = NULL;
	size_t len;
	FILE *fp = open_memstream(&bytes, &len);
	const bool ok = all != NULL && fp != NULL &&
	    wl_uvt_begin(&w, fp, "source: bench\n") &&
	    wl_uvt_put(&w, 0, all, (size_t)n) && wl_uvt_end(&w);

	if (fp != NULL && fclose(fp) == 0 && ok)
		in = api_bench_file(bytes, len);
	wl_uvt_drop(&w);
	free(bytes);
	free(all);
	return in;
}

bool
api_bench_uvt_replay(const struct bench *b, struct bench_result *r)
{
	return api_bench_replay(make_file(b->arg), b->arg, r);
}

bool
api_bench_loop_uvt(uint64_t n)
{
	struct blocks k;
	bool ok = make_blocks(&k, 100000);

	for (uint64_t i = 0; i < n && ok; i++)
		ok = decode(&k) == 100000;
	free_blocks(&k);
	return ok;
}
