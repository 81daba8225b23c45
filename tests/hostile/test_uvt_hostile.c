/*
 * Hostile uvt traces: every field of every block, the index's entries and its
 * tail, bytes of payloads, blocks deleted, doubled and exchanged, and several
 * of these at random, with checksums that are right each time.
 *
 *	test_uvt_hostile [-s S] [-n N]	S of all that is tried, N at random
 *
 * A reader that goes through such a trace from its beginning refuses it in one
 * sentence or comes to an end.  If it comes to an end, then whoever begins in
 * the middle, by whatever the index says by now, sees the same references and
 * no others: a wrong index is not followed.  A reader has the memory of two
 * blocks, whatever a trace says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/core_sum.h"
#include "workloads/uvt/uvt.h"
#include "tests/slow.h"

#define MAXBLOCKS 64
#define REFS 3000u /* of a part, in blocks of a few hundred */
#define HANG 20u   /* seconds for one trace */

static char path[64];
static uint64_t tried, refused, compared, nfailed;

struct trace {
	uint8_t *data;
	size_t size, max;
	size_t at[MAXBLOCKS + 1]; /* of blocks, and the end */
	unsigned nblocks;
};

static uint64_t
pick(uint64_t *seed, uint64_t n)
{
	uint64_t x = *seed;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*seed = x;
	return n > 0 ? (x >> 11) % n : 0;
}

static void
fail(const char *what, const char *why)
{
	printf("%s: %s\n", what, why);
	nfailed++;
}

/* ---------------------------------------------------- a good trace ---- */

static void
write_part(FILE *fp, uint64_t *seed)
{
	struct wl_uvt_writer w;
	char line[64];
	bool ok = wl_uvt_begin(&w, fp, "source: test\nformat: uvt\n");

	ok = ok && wl_uvt_op(&w, "spawn a", 7) && wl_uvt_op(&w, "spawn b", 7);
	for (unsigned i = 0; i < REFS && ok; i++) {
		const struct wl_ref ref = { .va = 0x10000 + pick(seed, 1 << 20),
			.size = (uint32_t)(1 + pick(seed, 20)),
			.kind = (uint32_t)pick(seed, 4) };

		if (i % 700 == 699) {
			const int n = snprintf(line, sizeof(line),
			    "a: mmap %uK rw private anon", i);

			ok = wl_uvt_op(&w, line, (size_t)n);
		}
		ok = ok && wl_uvt_put(&w, i / 250 % 2, &ref, 1);
	}
	if (!ok || !wl_uvt_end(&w))
		fail("a good trace", "cannot be written");
	wl_uvt_drop(&w);
}

static void
find_blocks(struct trace *t)
{
	size_t at = 0;

	t->nblocks = 0;
	while (at + WL_UVT_HEADER <= t->size && t->nblocks < MAXBLOCKS) {
		t->at[t->nblocks++] = at;
		at += WL_UVT_HEADER +
		    (size_t)sim_core_word(t->data + at + 8, 4);
	}
	t->at[t->nblocks] = at;
}

/* Two traces, one behind the other. */
static void
make_trace(struct trace *t)
{
	uint64_t seed = 77;
	size_t half = 0;
	char *text = NULL;
	FILE *fp;

	memset(t, 0, sizeof(*t));
	for (unsigned i = 0; i < 2; i++) {
		fp = open_memstream(&text, &half);
		if (fp == NULL)
			exit(1);
		write_part(fp, &seed);
		fclose(fp);
		t->data = realloc(t->data, 2 * (t->size + half) + 65536);
		if (t->data == NULL)
			exit(1);
		memcpy(t->data + t->size, text, half);
		t->size += half;
		free(text);
	}
	t->max = 2 * t->size;
	find_blocks(t);
}

static void
put(uint8_t *at, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

/* The checksum of a block whose length is inside the trace. */
static void
seal(struct trace *t, size_t at)
{
	const uint64_t len = sim_core_word(t->data + at + 8, 4);
	struct sim_core_sum sum;

	if (len > t->size - at - WL_UVT_HEADER)
		return;
	sim_core_sum_init(&sum);
	sim_core_sum_add(&sum, t->data + at, 32);
	sim_core_sum_add(&sum, t->data + at + WL_UVT_HEADER, (size_t)len);
	put(t->data + at + 32, sim_core_sum_end(&sum), 8);
}

/* --------------------------------------------------------- reading ---- */

struct seen {
	uint64_t references, sum; /* of those from `from' on */
	bool ended;               /* without an error, and not cut */
};

static bool
save(const struct trace *t)
{
	FILE *fp = fopen(path, "wb");

	return fp != NULL && fwrite(t->data, 1, t->size, fp) == t->size &&
	    fclose(fp) == 0;
}

static void
look(struct wl_uvt_reader *r, uint64_t from, struct seen *s)
{
	const uint64_t first = r->references - r->block.records;

	if (r->block.type != WL_UVT_REFS)
		return;
	for (uint32_t i = 0; i < r->block.records; i++) {
		if (first + i < from)
			continue;
		s->references++;
		s->sum = s->sum * 31 + r->ref[i].va * 7 + r->ref[i].size +
		    r->ref[i].kind + (uint64_t)r->block.process * 1009;
	}
}

/* From reference number `from' on, by the index or from the beginning. */
static bool
read_trace(uint64_t from, bool seek, struct seen *s)
{
	struct wl_uvt_reader r;
	char err[256] = "";
	struct wl_input *in = wl_input_open(path, err, sizeof(err));

	memset(s, 0, sizeof(*s));
	if (in == NULL || !wl_uvt_open(&r, in))
		return false;
	if (seek) {
		r.skip = from;
		wl_uvt_seek(&r);
	}
	while (wl_uvt_next(&r))
		look(&r, from, s);
	s->ended = r.error[0] == '\0' && !r.cut;
	if (strchr(r.error, '\n') != NULL)
		fail("a refusal", "is more than a line");
	wl_uvt_close(&r);
	wl_input_close(in);
	return true;
}

static void
judge(const char *what)
{
	/* Of each part, at borders of blocks and inside. */
	static const uint64_t froms[] = { 1, 250, 260, 760, 1270, 2260, 2999,
		3000, 3010, 3777, 4510, 5260, 5990 };
	struct seen plain, sought;

	alarm(HANG);
	if (!read_trace(0, false, &plain))
		fail(what, "cannot be opened");
	refused += !plain.ended;
	for (size_t i = 0; i < sizeof(froms) / sizeof(froms[0]); i++) {
		struct seen whole;

		if (!read_trace(froms[i], true, &sought) ||
		    !read_trace(froms[i], false, &whole)) {
			fail(what, "cannot be opened");
			continue;
		}
		if (!whole.ended || plain.references < froms[i])
			continue;
		compared++;
		if (!sought.ended || sought.references != whole.references ||
		    sought.sum != whole.sum)
			fail(what, "begun in the middle it is another trace");
	}
	alarm(0);
}

/* ------------------------------------------------------- mutations ---- */

/* The fields of a header: place and width. */
static const uint8_t fields[][2] = { { 0, 4 }, { 4, 1 }, { 5, 1 }, { 6, 2 },
	{ 8, 4 }, { 12, 4 }, { 16, 8 }, { 24, 4 }, { 28, 4 } };
#define NFIELDS (sizeof(fields) / sizeof(fields[0]))
#define NVALUES 12u

static uint64_t
changed(uint64_t v, unsigned bytes, unsigned which)
{
	const uint64_t top = (uint64_t)1 << (8 * bytes - 1);
	const uint64_t values[NVALUES] = { 0, 1, UINT64_MAX, v - 1, v + 1, top,
		top - 1, v * 2, v / 2, v ^ 0x100, v + 250, v - 250 };

	return values[which % NVALUES];
}

static void
change(struct trace *t, size_t block, size_t at, unsigned bytes, unsigned which)
{
	const uint64_t v = sim_core_word(t->data + at, bytes);

	put(t->data + at, changed(v, bytes, which), bytes);
	seal(t, block);
}

/* Block b goes, comes twice, or changes places with the next one. */
static void
move_block(struct trace *t, unsigned b, unsigned how)
{
	const size_t at = t->at[b], len = t->at[b + 1] - at;
	uint8_t *copy = malloc(len);

	if (copy == NULL)
		return;
	memcpy(copy, t->data + at, len);
	if (how == 0) {
		memmove(t->data + at, t->data + at + len, t->size - at - len);
		t->size -= len;
	} else if (how == 1 && t->size + len <= t->max) {
		memmove(t->data + at + len, t->data + at, t->size - at);
		t->size += len;
	} else if (how == 2 && b + 1 < t->nblocks) {
		const size_t next = t->at[b + 2] - t->at[b + 1];

		memmove(t->data + at, t->data + at + len, next);
		memcpy(t->data + at + next, copy, len);
	}
	free(copy);
}

/* Words of 8 bytes of a payload: all of an index, a few of others. */
static unsigned
words_of(const struct trace *t, unsigned b)
{
	const size_t n = (t->at[b + 1] - t->at[b] - WL_UVT_HEADER) / 8;

	return (
	    unsigned)(t->data[t->at[b] + 4] == WL_UVT_INDEX || n < 6 ? n : 6);
}

static uint64_t
numbered(const struct trace *t)
{
	uint64_t n = 0;

	for (unsigned b = 0; b < t->nblocks; b++)
		n += NFIELDS * NVALUES + 3 + (uint64_t)words_of(t, b) * NVALUES;
	return n;
}

static void
mutate(struct trace *t, uint64_t i)
{
	unsigned b = 0;
	uint64_t of;

	for (;; b++, i -= of) {
		of = NFIELDS * NVALUES + 3 + (uint64_t)words_of(t, b) * NVALUES;
		if (i < of)
			break;
	}
	if (i < NFIELDS * NVALUES) {
		const uint8_t *f = fields[i / NVALUES];

		change(t, t->at[b], t->at[b] + f[0], f[1],
		    (unsigned)(i % NVALUES));
		return;
	}
	i -= NFIELDS * NVALUES;
	if (i < 3) {
		move_block(t, b, (unsigned)i);
		return;
	}
	i -= 3;
	change(t, t->at[b],
	    t->at[b] + WL_UVT_HEADER + (size_t)(i / NVALUES) * 8, 8,
	    (unsigned)(i % NVALUES));
}

static void
try_one(const struct trace *good, uint64_t i, uint64_t more)
{
	struct trace t = *good;
	uint64_t seed = i * 0x9e3779b97f4a7c15 + 1;
	const uint64_t n = numbered(good);
	char what[64];

	t.data = malloc(good->max + 65536);
	if (t.data == NULL)
		exit(1);
	memcpy(t.data, good->data, good->size);
	snprintf(what, sizeof(what), "mutation %llu", (unsigned long long)i);
	for (; more > 0 && t.size == good->size; more--)
		mutate(&t, pick(&seed, n));
	if (i < n && t.size == good->size)
		mutate(&t, i);
	if (i >= n && pick(&seed, 4) == 0)
		t.size -= (size_t)pick(&seed, t.size);
	if (!save(&t))
		fail(what, "cannot be written");
	tried++;
	judge(what);
	free(t.data);
}

int
main(int argc, char **argv)
{
	uint64_t sample = TESTS_FEWER(500, 4), random = TESTS_FEWER(150, 3);
	struct trace t;
	uint64_t n, step;
	int c;

	while ((c = getopt(argc, argv, "s:n:")) != -1)
		if (c == 's')
			sample = strtoull(optarg, NULL, 0);
		else if (c == 'n')
			random = strtoull(optarg, NULL, 0);
		else
			return 2;
	snprintf(path, sizeof(path), "/tmp/test_uvt_hostile.%d", (int)getpid());
	make_trace(&t);
	n = numbered(&t);
	if (!save(&t))
		return 1;
	judge("the good one");
	if (refused != 0)
		fail("the good one", "is refused");
	for (step = n / sample | 1; step % 3 == 0;) /* meets every value */
		step += 2;
	for (uint64_t i = 0; i < n; i += step)
		try_one(&t, i, 0);
	for (uint64_t i = 0; i < random; i++)
		try_one(&t, n + i, 1 + i % 4);
	free(t.data);
	unlink(path);
	printf("TRUST inputs %llu hostile-trace\nTRUST compared %llu\n",
	    (unsigned long long)tried, (unsigned long long)compared);
	fprintf(stderr, "%llu traces, %llu refused, %llu failed\n",
	    (unsigned long long)tried, (unsigned long long)refused,
	    (unsigned long long)nfailed);
	return nfailed != 0;
}
