/*
 * uvt by its man page: a decoder written from the tables of uvmsim-uvt(5)
 * alone, byte by byte and without any of the tree's own, reads what the writer
 * wrote.
 *
 * Where the page and the writer part, this fails; change the page, then this.
 */
#include "strace_fixture.h"

#include "workloads/uvt/uvt.h"
#include "tests/random.h"

/* -------------------------------------------------- XXH64, as published --- */

#define P1 0x9E3779B185EBCA87u
#define P2 0xC2B2AE3D27D4EB4Fu
#define P3 0x165667B19E3779F9u
#define P4 0x85EBCA77C2B2AE63u
#define P5 0x27D4EB2F165667C5u

static uint64_t
number(const uint8_t *p, int bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | p[bytes];
	return v;
}

static uint64_t
turn(uint64_t v, int bits)
{
	return v << bits | v >> (64 - bits);
}

static uint64_t
xxh_round(uint64_t acc, uint64_t lane)
{
	return turn(acc + lane * P2, 31) * P1;
}

static uint64_t
xxh64(const uint8_t *p, size_t n)
{
	uint64_t acc[4] = { P1 + P2, P2, 0, 0 - P1 }, h = P5;
	const size_t all = n;

	for (; n >= 32; n -= 32)
		for (int i = 0; i < 4; i++, p += 8)
			acc[i] = xxh_round(acc[i], number(p, 8));
	if (all >= 32) {
		h = turn(acc[0], 1) + turn(acc[1], 7) + turn(acc[2], 12) +
		    turn(acc[3], 18);
		for (int i = 0; i < 4; i++)
			h = (h ^ xxh_round(0, acc[i])) * P1 + P4;
	}
	h += all;
	for (; n >= 8; n -= 8, p += 8)
		h = turn(h ^ xxh_round(0, number(p, 8)), 27) * P1 + P4;
	for (; n >= 4; n -= 4, p += 4)
		h = turn(h ^ number(p, 4) * P1, 23) * P2 + P3;
	for (; n > 0; n--, p++)
		h = turn(h ^ *p * P5, 11) * P1;
	h = (h ^ h >> 33) * P2;
	h = (h ^ h >> 29) * P3;
	return h ^ h >> 32;
}

/* -------------------------------------------------- the page's tables ---- */

struct reference {
	uint64_t address, size;
	char kind;
	uint32_t process;
};

static struct reference *got;
static size_t ngot;
static char order[256];

/* One half of a block: bases, its control bytes, its deltas. => behind these */
static const uint8_t *
half(const uint8_t *bases, const uint8_t *control, size_t n,
    const uint8_t *delta, int form, struct reference *to)
{
	static const int lengths[2][4] = { { 0, 1, 2, 4 }, { 0, 2, 4, 8 } };
	static const int data[8] = { 1, 2, 4, 8, 16, 32, 64, 10 };
	uint64_t base[3] = { number(bases, 8), number(bases + 8, 8),
		number(bases + 16, 8) };

	for (size_t i = 0; i < n; i++) {
		const int stream = control[i] & 7, code = control[i] >> 5;
		const int length = lengths[form % 2][control[i] >> 3 & 3];
		const int size = stream == 0 ? code + 1 : data[code];
		const int b = stream == 0 ? 0 : stream % 2 == 1 ? 1 : 2;
		uint64_t d = number(delta, length);

		if (form < 2)
			d = d % 2 == 0 ? d / 2 : 0 - (d + 1) / 2;
		else if (length > 0)
			d -= (uint64_t)1 << (8 * length - 1);
		delta += length;
		base[b] += d;
		to[i].address = base[b];
		to[i].size = (uint64_t)size;
		to[i].kind = "FLLSSMM"[stream];
		if (stream == 0)
			base[0] += (uint64_t)size;
	}
	return delta;
}

static void
references(const uint8_t *block)
{
	const uint8_t *payload = block + 40, *control = payload + 48, *p;
	const size_t n = number(block + 12, 4), second = n / 2;
	const size_t first = n - second, exceptions = number(block + 28, 4);
	struct reference *to = got + ngot;

	p = half(payload, control, first, control + n, block[5], to);
	p = half(payload + 24, control + first, second, p, block[5],
	    to + first);
	for (size_t i = 0; i < exceptions; i++, p += 8)
		to[number(p, 4)].size = number(p + 4, 4);
	assert_ptr_equal(p, payload + number(block + 8, 4));
	for (size_t i = 0; i < n; i++)
		to[i].process = (uint32_t)number(block + 24, 4);
	ngot += n;
}

/* The index tells of blocks that are there, with those numbers. */
static void
look_at_index(const uint8_t *file, const uint8_t *block)
{
	const size_t n = number(block + 12, 4);
	const uint8_t *p = block + 40;

	assert_int_equal(number(block + 8, 4), 16 * n + 16);
	for (size_t i = 0; i < n; i++, p += 16) {
		const uint8_t *at = file + number(p, 8);

		assert_memory_equal(at, "UVTB", 4);
		assert_int_equal(number(at + 16, 8), number(p + 8, 8));
	}
	assert_ptr_equal(file + number(p, 8), block);
	assert_memory_equal(p + 8, "UVTINDEX", 8);
}

static void
decode(const uint8_t *file, size_t len)
{
	uint8_t *summed = malloc(32 + len);
	size_t n = 0;

	for (size_t at = 0; at < len;) {
		const uint8_t *block = file + at;
		const size_t payload = number(block + 8, 4);

		assert_memory_equal(block, "UVTB", 4);
		assert_int_equal(number(block + 6, 2), 0);
		memcpy(summed, block, 32);
		memcpy(summed + 32, block + 40, payload);
		assert_true(
		    number(block + 32, 8) == xxh64(summed, 32 + payload));
		assert_int_equal(number(block + 16, 8), ngot);
		order[n++] = (char)block[4];
		if (block[4] == 'R')
			references(block);
		if (block[4] == 'I')
			look_at_index(file, block);
		at += 40 + payload;
	}
	free(summed);
}

/* ------------------------------------------------------------- writing ---- */

static uint64_t seed = 3;

/* Of all kinds, sizes that have a code and that have none, near and far. */
static struct wl_ref
make(bool wild)
{
	static const uint32_t kinds[] = { WL_REF_FETCH, WL_REF_LOAD,
		WL_REF_STORE, WL_REF_MODIFY };
	const uint64_t r = rnd_bits(&seed);

	return (struct wl_ref){
		wild ? rnd_bits(&seed) :
		       0x400000 + (r % 3 * 0x12345678) + r % 300,
		1 + (uint32_t)(r >> 30) % (r % 50 == 0 ? 60000 : 12),
		kinds[r >> 20 & 3],
	};
}

static const char letters[WL_REF_NKINDS] = {
	[WL_REF_FETCH] = 'F',
	[WL_REF_LOAD] = 'L',
	[WL_REF_STORE] = 'S',
	[WL_REF_MODIFY] = 'M',
};

static void
round_trip(void **state)
{
	enum { N = 100001 };
	struct wl_ref *ref = calloc(N, sizeof(*ref));
	struct wl_uvt_writer w;
	char *bytes;
	size_t len;
	FILE *fp = open_memstream(&bytes, &len);

	(void)state;
	for (int i = 0; i < N; i++)
		ref[i] = make(i > 90000);
	assert_true(wl_uvt_begin(&w, fp, "source: test\n"));
	assert_true(wl_uvt_op(&w, "spawn a", 7));
	assert_true(wl_uvt_put(&w, 0, ref, 40000));
	assert_true(wl_uvt_put(&w, 9, ref + 40000, 1));
	assert_true(wl_uvt_part(&w, "source: test\nformat: none\n"));
	assert_true(wl_uvt_put(&w, 9, ref + 40001, N - 40001));
	assert_true(wl_uvt_end(&w));
	wl_uvt_drop(&w);
	assert_int_equal(fclose(fp), 0);
	got = calloc(N, sizeof(*got));
	decode((const uint8_t *)bytes, len);
	assert_int_equal(ngot, N);
	assert_string_equal(order, "HORRRHRRI");
	for (int i = 0; i < N; i++) {
		assert_true(got[i].address == ref[i].va);
		assert_int_equal(got[i].size, ref[i].size);
		assert_int_equal(got[i].kind, letters[ref[i].kind]);
		assert_int_equal(got[i].process, i < 40000 ? 0 : 9);
	}
	free(got);
	free(ref);
	free(bytes);
}

/* The page's decoder and ours agree on old forms too. */
static void
old_forms(void **state)
{
	uint8_t block[40 + 48 + 8 + 64 + WL_UVT_SLACK] = "UVTBR";
	struct wl_ref ref[8];

	(void)state;
	got = calloc(8, sizeof(*got));
	for (int form = 0; form < 4; form++) {
		struct wl_uvt_block b = { .type = WL_UVT_REFS,
			.form = (uint8_t)form,
			.records = 8 };
		uint8_t *p = block + 40;

		for (int i = 0; i < 48; i++)
			*p++ = (uint8_t)rnd_bits(&seed);
		for (int i = 0; i < 8; i++)
			*p++ = (uint8_t)(i * 37 % 7 | i << 3);
		for (int i = 0; i < (form % 2 == 0 ? 14 : 28); i++)
			*p++ = (uint8_t)rnd_bits(&seed);
		b.length = (uint32_t)(p - block - 40);
		wl_uvt_seal(block, &b);
		assert_null(wl_uvt_header(block, &b));
		assert_null(wl_uvt_decode(block, &b, ref));
		ngot = 0;
		references(block);
		for (int i = 0; i < 8; i++) {
			assert_true(got[i].address == ref[i].va);
			assert_int_equal(got[i].size, ref[i].size);
			assert_int_equal(got[i].kind, letters[ref[i].kind]);
		}
	}
	free(got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(old_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
