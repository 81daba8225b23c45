/*
 * Generators of traces: the same references for ever (hashes), whatever number
 * of them is asked for, and whatever is written in place of parameters.
 */
#include "gen_fixture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pmap/types.h"

/* -------------------------------------------------------- determinism ---- */

/* FNV-1a over what a reference is. */
static uint64_t
hash(const struct gen_trace *t)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < t->n; i++) {
		const uint64_t part[] = { t->ref[i].va, t->ref[i].size,
			t->ref[i].kind, t->process[i] };

		for (size_t k = 0; k < 4; k++)
			for (unsigned b = 0; b < 64; b += 8)
				h = (h ^ (part[k] >> b & 255)) * 0x100000001b3u;
	}
	for (size_t i = 0; i < t->opslen; i++)
		h = (h ^ (uint8_t)t->ops[i]) * 0x100000001b3u;
	return h;
}

static void
test_golden(void **state)
{
	static const struct {
		const char *text;
		uint64_t refs, hash;
	} golden[] = {
		{ "seq:n=5000:writes=20", 5000, 0x9d8d4859d7c19d15 },
		{ "stride:n=5000", 5000, 0x78d7433a1e911f25 },
		{ "uniform:n=5000", 5000, 0xe2a135b1b74ee487 },
		{ "zipf:n=5000", 5000, 0x814742ba6df123cf },
		{ "zipf:pages=300:skew=75:shuffle=1:writes=50:n=5000:seed=9",
		    5000, 0x7d25b951c023db2f },
		{ "hotcold:n=5000", 5000, 0xb097d49699242caf },
		{ "chase:n=5000", 5000, 0x72586e65b0a36b94 },
		{ "phases:n=5000:length=200", 5000, 0x7b6cc6645fbd6b5d },
		{ "stack:depth=8", 510, 0xf2859dcc1f18e56e },
		{ "matmul:size=9:tile=4:order=2", 1701, 0xe6ca42d2f086f932 },
		{ "gc:pages=8:n=9000", 9000, 0x00ee139b3865ac7a },
		{ "gc:pages=8:copying=1:n=9000", 9000, 0x648b18cbbf506c8d },
		{ "forkserver", 4964, 0xf26796c56ed1166f },
		{ "database:n=5000", 5000, 0xeb0738061b907865 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(golden); i++) {
		struct gen_trace t;

		gen_collect(&t, golden[i].text);
		if (t.n != golden[i].refs || hash(&t) != golden[i].hash)
			fail_msg("%s: %zu references, 0x%016" PRIx64,
			    golden[i].text, t.n, hash(&t));
		gen_drop(&t);
	}
}

/* Another seed is another trace, of those that draw lots. */
static void
test_seeds(void **state)
{
	static const char *const fixed[] = { "seq", "stride", "stack",
		"matmul" };

	(void)state;
	for (size_t i = 0; wl_gens[i] != NULL; i++) {
		struct gen_trace a, b, c;
		char text[80];
		bool same = false;

		for (size_t k = 0; k < NELEM(fixed); k++)
			same |= strcmp(fixed[k], wl_gens[i]->name) == 0;
		snprintf(text, sizeof(text), "%s:n=3000", wl_gens[i]->name);
		gen_collect(&a, text);
		snprintf(text, sizeof(text), "%s:n=3000:seed=1",
		    wl_gens[i]->name);
		gen_collect(&b, text);
		snprintf(text, sizeof(text), "%s:n=3000:seed=2",
		    wl_gens[i]->name);
		gen_collect(&c, text);
		assert_int_equal(hash(&a), hash(&b));
		if ((hash(&a) == hash(&c)) != same)
			fail_msg("%s", text);
		gen_drop(&a);
		gen_drop(&b);
		gen_drop(&c);
	}
}

/* The first n references are the same however many are asked for. */
static void
test_prefix(void **state)
{
	static const unsigned lengths[] = { 1, 4095, 4096, 4097, 9000 };

	(void)state;
	for (size_t i = 0; wl_gens[i] != NULL; i++) {
		struct gen_trace whole;
		char text[80];

		snprintf(text, sizeof(text), "%s:n=10000", wl_gens[i]->name);
		gen_collect(&whole, text);
		for (size_t k = 0; k < NELEM(lengths); k++) {
			struct gen_trace t;

			snprintf(text, sizeof(text), "%s:n=%u",
			    wl_gens[i]->name, lengths[k]);
			gen_collect(&t, text);
			assert_int_equal(t.n,
			    lengths[k] < whole.n ? lengths[k] : whole.n);
			assert_memory_equal(t.ref, whole.ref,
			    t.n * sizeof(*t.ref));
			gen_drop(&t);
		}
		gen_drop(&whole);
	}
}

/* --------------------------------------------------------- parameters ---- */

static uint64_t rng = 1;

static uint64_t
rnd(uint64_t n)
{
	rng = rng * 6364136223846793005u + 1442695040888963407u;
	return (rng >> 20) % n;
}

/* Pages of a reference are one, and its process has been made. */
static void
check_refs(const struct wl_gen_args *args, const char *text)
{
	struct gen_trace t;

	gen_collect_args(&t, args);
	if (t.n == 0 || t.n > 3000)
		fail_msg("%s: %zu references", text, t.n);
	for (size_t i = 0; i < t.n; i++)
		if (t.ref[i].va < WL_GEN_BASE || t.ref[i].size == 0 ||
		    t.ref[i].va % GEN_PAGE + t.ref[i].size > GEN_PAGE ||
		    t.ref[i].va >> 52 != 0)
			fail_msg("%s: 0x%" PRIx64 ", %u", text, t.ref[i].va,
			    t.ref[i].size);
	gen_drop(&t);
}

static void
test_bounds(void **state)
{
	char text[100], err[400];
	struct wl_gen_args args;

	(void)state;
	for (size_t i = 0; wl_gens[i] != NULL; i++)
		for (const struct wl_gen_param *p = wl_gens[i]->params;
		     p->name != NULL; p++) {
			const char *name = wl_gens[i]->name;

			assert_in_range(p->value, p->min, p->max);
			snprintf(text, sizeof(text), "%s:%s=%" PRIu64 ":n=3000",
			    name, p->name, p->min);
			gen_parse(&args, text);
			check_refs(&args, text);
			snprintf(text, sizeof(text), "%s:%s=%" PRIu64 ":n=3000",
			    name, p->name, p->max);
			if (wl_gen_parse(&args, text, err, sizeof(err)))
				check_refs(&args, text);
			else /* nodes of 64 bytes are too many */
				assert_string_equal(name, "chase");
			snprintf(text, sizeof(text), "%s:%s=%" PRIu64, name,
			    p->name, p->max + 1);
			assert_false(
			    wl_gen_parse(&args, text, err, sizeof(err)));
			assert_non_null(strstr(err, p->name));
			if (p->min == 0)
				continue;
			snprintf(text, sizeof(text), "%s:%s=%" PRIu64, name,
			    p->name, p->min - 1);
			assert_false(
			    wl_gen_parse(&args, text, err, sizeof(err)));
		}
}

/* Any parameters that are accepted give references within the rules. */
static void
test_random_parameters(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 1500; round++) {
		const struct wl_gen_kind *kind = wl_gens[round % 12];
		struct wl_gen_args args;
		char text[300], err[400];
		int at = snprintf(text, sizeof(text), "%s", kind->name);

		for (const struct wl_gen_param *p = kind->params;
		     p->name != NULL; p++) {
			const uint64_t span = p->max - p->min + 1;

			if (rnd(3) == 0)
				continue;
			at += snprintf(text + at, sizeof(text) - (size_t)at,
			    ":%s=%" PRIu64, p->name,
			    p->min +
				rnd(span < 5000 || rnd(30) == 0 ? span : 5000));
		}
		snprintf(text + at, sizeof(text) - (size_t)at,
		    ":n=%" PRIu64 ":seed=%" PRIu64, 1 + rnd(3000), rnd(1000));
		if (wl_gen_parse(&args, text, err, sizeof(err)))
			check_refs(&args, text);
	}
}

static void
test_junk(void **state)
{
	static const struct {
		const char *text, *says;
	} junk[] = {
		{ "", "there is no generator ''; expected seq, stride" },
		{ "SEQ", "there is no generator 'SEQ'" },
		{ "seqq", "there is no generator" },
		{ "seq:", "seq takes pages=NUMBER, step=NUMBER" },
		{ "seq::pages=3", "not ''" },
		{ "seq:pages", "not 'pages'" },
		{ "seq:page=1", "not 'page=1'" },
		{ "seq:pages=", "pages is a number from 1 to 268435456, not" },
		{ "seq:pages=1x", "pages is a number" },
		{ "seq:pages=-1", "pages is a number" },
		{ "seq:pages=18446744073709551617", "pages is a number" },
		{ "seq:pages=1=1", "pages is a number" },
		{ "seq:pages=1111111111222222222233333333334444444444x",
		    "not '1111111111222222222233333333334444444444'" },
		{ "seq:n=0", "n is a number from 1" },
		{ "seq:seed=18446744073709551616", "seed is a number" },
		{ "seq:seed=1,pages=2", "seed is a number" },
		{ "chase:pages=4194304:node=64", "at most 4194304 nodes" },
	};
	struct wl_gen_args args;
	char err[400], small[20];

	(void)state;
	for (size_t i = 0; i < NELEM(junk); i++) {
		if (wl_gen_parse(&args, junk[i].text, err, sizeof(err)))
			fail_msg("'%s' is accepted", junk[i].text);
		if (strstr(err, junk[i].says) == NULL)
			fail_msg("'%s': %s", junk[i].text, err);
		assert_false(
		    wl_gen_parse(&args, junk[i].text, small, sizeof(small)));
		assert_true(strlen(small) < sizeof(small));
	}
	gen_parse(&args, "stack:n=0:seed=18446744073709551615");
	assert_int_equal(args.seed, UINT64_MAX);
	assert_true(wl_gen_set(&args, "n", "12", err, sizeof(err)));
	assert_int_equal(args.n, 12);
	assert_false(wl_gen_set(&args, "n", "12:seed=3", err, sizeof(err)));
	assert_false(wl_gen_set(&args, "n", "", err, sizeof(err)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_random_parameters),
		cmocka_unit_test(test_junk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
