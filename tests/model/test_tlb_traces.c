/*
 * The TLB model against the naive one over recorded programs: every preset,
 * fetches and data; the beginning of each trace, or all of one that is named.
 * And against figures that neither has made, of whole traces:
 * with one fully associative array of N entries the misses are those of N
 * frames under LRU, which the traces' golden files have.
 *
 *	test_tlb_traces [TRACE ...]	names in tests/data/lackey
 */
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlb_pair.h"

#include "tests/slow.h"

#define MOST TESTS_FEWER(400000, 8) /* touches, of each preset */
#define DIR "tests/data/lackey/"
#define CHUNK 65536u

struct trace {
	uint64_t *touch; /* page << 2 | kind */
	size_t n, room;
};

static void
add(struct trace *t, uint64_t page, unsigned kind)
{
	if (t->n == t->room) {
		t->room = t->room * 2 + CHUNK;
		t->touch = realloc(t->touch, t->room * sizeof(*t->touch));
		if (t->touch == NULL)
			abort();
	}
	t->touch[t->n++] = page << 2 | kind;
}

/* "I  04001000,3", " L ..", " S ..", " M ..": every page that it touches. */
static void
line(struct trace *t, const char *s)
{
	unsigned kind = s[0] == 'I' ? 2 : s[1] == 'L' ? 0 : 1;
	uint64_t va, size;
	char *end;

	if (s[0] != 'I' && (s[0] != ' ' || strchr("LSM", s[1]) == NULL))
		return;
	va = strtoull(s + 3, &end, 16);
	size = strtoull(end + 1, NULL, 10);
	for (uint64_t p = va >> 12; p <= (va + size - 1) >> 12; p++)
		add(t, p, kind);
}

static bool
load(const char *name, struct trace *t)
{
	static uint8_t in[CHUNK];
	static char out[CHUNK + 1];
	lzma_stream x = LZMA_STREAM_INIT;
	lzma_ret ret = lzma_stream_decoder(&x, UINT64_MAX, 0);
	size_t have = 0;
	char path[100];
	FILE *fp;

	snprintf(path, sizeof(path), DIR "%s.lackey.xz", name);
	fp = fopen(path, "rb");
	if (fp == NULL || ret != LZMA_OK)
		return false;
	while (ret == LZMA_OK) {
		char *s = out, *nl;

		if (x.avail_in == 0) {
			x.next_in = in;
			x.avail_in = fread(in, 1, sizeof(in), fp);
		}
		x.next_out = (uint8_t *)out + have;
		x.avail_out = CHUNK - have;
		ret = lzma_code(&x, x.avail_in == 0 ? LZMA_FINISH : LZMA_RUN);
		have = (size_t)((char *)x.next_out - out);
		out[have] = '\0';
		for (; (nl = strchr(s, '\n')) != NULL; s = nl + 1)
			line(t, s);
		have -= (size_t)(s - out);
		memmove(out, s, have);
	}
	fclose(fp);
	lzma_end(&x);
	return ret == LZMA_STREAM_END;
}

/* Some of the memory in pages of 2M, by where it is. */
static unsigned
size_of(uint64_t page, bool mixed)
{
	return mixed && (page >> 9) % 3 == 1;
}

static bool
run(const char *name, const struct trace *t, const struct tlb_preset *preset,
    bool mixed)
{
	static struct pair p;
	const char *why = NULL;
	char buf[200];
	size_t i = 0;

	pair_init(&p, preset, pmap_geometry_byname("amd64"), 1);
	pair_run(&p, 0, 1);
	while (i < t->n && why == NULL) {
		pair_ref(&p, 1, t->touch[i] >> 2 << 12,
		    size_of(t->touch[i] >> 2, mixed), t->touch[i] & 3);
		if (++i % CHUNK == 0 || i == t->n)
			why = pair_compare(&p, buf, sizeof(buf));
	}
	if (why == NULL)
		why = tlb_check(p.sys.tlbm);
	if (why != NULL)
		fprintf(stderr, "%s, %s%s, touch %zu: %s\n", name, preset->name,
		    mixed ? ", mixed sizes" : "", i, why);
	pair_fini(&p);
	return why == NULL;
}

/* Misses of N entries: the golden file's lru_miss_curve, all and data. */
static const struct golden {
	const char *name;
	unsigned entries;
	uint64_t all, data;
} golden[] = {
	{ "ls", 16, 118902, 20916 },
	{ "ls", 64, 8790, 369 },
	{ "ls", 512, 336, 169 },
	{ "cc1", 16, 135477, 44974 },
	{ "cc1", 64, 34449, 8253 },
	{ "cc1", 512, 1137, 380 },
	{ "shuf", 16, 64126, 61382 },
	{ "shuf", 64, 60342, 58944 },
	{ "shuf", 512, 38161, 37772 },
	{ "sort", 16, 221165, 3248 },
	{ "sort", 64, 757, 220 },
	{ "sort", 512, 264, 139 },
};

static bool
run_golden(const struct golden *g, const struct trace *t, bool data)
{
	const struct tlb_preset preset = { .name = "golden",
		.array = { [TLB_L1D] = { { g->entries, 0, 12, 12, false } } } };
	uint64_t expected = data ? g->data : g->all, got;
	static struct pair p;
	struct tlb_counters c;

	pair_init(&p, &preset, pmap_geometry_byname("amd64"), 1);
	tlb_switch(&p.sys, 0, &p.pmap[1]);
	for (size_t i = 0; i < t->n; i++)
		if (!data || (t->touch[i] & 3) != 2)
			tlb_reference(p.sys.tlbm, &p.pmap[1],
			    t->touch[i] >> 2 << 12, 0, t->touch[i] & 3);
	tlb_counters(p.sys.tlbm, 0, &c);
	pair_fini(&p);
	got = c.l1d_misses + c.l1i_misses;
	if (got != expected)
		fprintf(stderr, "%s, %u entries, %s: expected %llu, got %llu\n",
		    g->name, g->entries, data ? "data" : "all",
		    (unsigned long long)expected, (unsigned long long)got);
	return got == expected;
}

static bool
run_trace(const char *name, size_t most)
{
	struct trace t = { 0 };
	bool ok = load(name, &t);

	if (!ok)
		fprintf(stderr, DIR "%s.lackey.xz: cannot be read\n", name);
	for (size_t i = 0; ok && i < sizeof(golden) / sizeof(golden[0]); i++)
		if (strcmp(golden[i].name, name) == 0)
			ok = run_golden(&golden[i], &t, false) &&
			    run_golden(&golden[i], &t, true);
	if (t.n > most)
		t.n = most;
	for (size_t i = 0; ok && tlb_presets[i] != NULL; i++)
		ok = run(name, &t, tlb_presets[i], i % 2);
	free(t.touch);
	return ok;
}

int
main(int argc, char **argv)
{
	static const char *const names[] = { "ls", "cc1", "shuf", "sort" };
	bool ok = true;

	for (int i = 1; i < argc; i++)
		ok &= run_trace(argv[i], SIZE_MAX);
	for (size_t i = 0; argc == 1 && i < 4; i++)
		ok &= run_trace(names[i], MOST);
	return ok ? 0 : 1;
}
