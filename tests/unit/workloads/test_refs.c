/*
 * Replay of reference traces: what touches which page, on every machine,
 * against lists of pages kept by hand; where it stops; sets of pages.
 */
#include "strace_fixture.h"

#include <inttypes.h>
#include <unistd.h>

#include "sim/stats.h"
#include "workloads/refs/pageset.h"
#include "workloads/refs/refs.h"
#include "tests/random.h"

static uint64_t seed = 1;

struct result {
	int err;
	struct wl_refs_stats stats;
	uint64_t faults, resident;
	uint64_t reads, writes, fetches; /* the machine's */
	char text[512];
};

static uint64_t
stat(const struct machine *m, const char *name)
{
	uint64_t v = 0;

	assert_true(sim_stat_byname(m, name, &v));
	return v;
}

/* Replay text; pairs: "KEY=VALUE KEY=VALUE" for the machine, or NULL. */
static void
replay_as(const char *text, const char *pairs, bool data_only, uint64_t until,
    struct result *res)
{
	char *path = log_file(text, strlen(text)), *own, *pair, *rest;
	struct wl_refs_config config = { .trace = "t" };
	struct machine *m = NULL;
	char buf[512];

	memset(res, 0, sizeof(*res));
	sim_config_default(&config.machine);
	own = rest = strdup(pairs != NULL ? pairs : "ram=64M");
	while ((pair = strsep(&rest, " ")) != NULL)
		assert_int_equal(sim_config_set(&config.machine, pair, buf,
				     sizeof(buf)),
		    0);
	free(own);
	config.input = wl_input_open(path, buf, sizeof(buf));
	assert_non_null(config.input);
	config.data_only = data_only;
	config.until = until;
	res->err = wl_refs_run(&config, &res->stats, &m, res->text,
	    sizeof(res->text));
	wl_input_close(config.input);
	if (m != NULL) {
		res->faults = stat(m, "faults");
		res->reads = stat(m, "reads");
		res->writes = stat(m, "writes");
		res->fetches = stat(m, "fetches");
		assert_null(machine_check(m, buf, sizeof(buf)));
		sim_machine_destroy(m);
	}
	unlink(path);
	free(path);
}

static void
replay(const char *text, const char *pairs, struct result *res)
{
	replay_as(text, pairs, false, 0, res);
}

/* ------------------------------------------------------------- by hand ---- */

#define NREFS 3000

struct pages {
	uint64_t page[NREFS * 20];
	size_t n;
};

static void
put_pages(struct pages *p, uint64_t va, uint32_t size, unsigned shift)
{
	for (uint64_t i = va; i <= va + size - 1; i++)
		if (i == va || i % (1u << shift) == 0)
			p->page[p->n++] = i >> shift;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static size_t
distinct(struct pages *p)
{
	size_t n = 0;

	qsort(p->page, p->n, sizeof(*p->page), by_number);
	for (size_t i = 0; i < p->n; i++)
		n += i == 0 || p->page[i] != p->page[i - 1];
	return n;
}

struct count {
	uint64_t kind[4]; /* I, L, S, M: references */
	uint64_t touch[4];
	struct pages pages, pages4k;
};

/* One random line, counted. */
static size_t
put_ref(char *to, unsigned shift, bool wide, bool data_only, struct count *c)
{
	unsigned kind = rnd_below(&seed, 4),
		 size = 1 + rnd_below(&seed, rnd_below(&seed, 8) ? 16 : 9000);
	uint64_t va = 0x20000000 + (uint64_t)rnd_below(&seed, 1u << 22);
	size_t before;

	if (rnd_below(&seed, 4) == 0 &&
	    size < 4096) /* around the end of a page */
		va = (va | 4095) - rnd_below(&seed, size + 3);
	if (wide && rnd_below(&seed, 3) == 0)
		va += 0x1fff000000;
	if (!data_only || kind != 0) {
		c->kind[kind]++;
		before = c->pages.n;
		put_pages(&c->pages, va, size, shift);
		put_pages(&c->pages4k, va, size, 12);
		c->touch[kind] += c->pages.n - before;
	}
	return (size_t)sprintf(to, "%s%08" PRIx64 ",%u\n",
	    (const char *[]){ "I  ", " L ", " S ", " M " }[kind], va, size);
}

static void
check_random(const struct pmap_geometry *geo, bool data_only)
{
	struct count *c = calloc(1, sizeof(*c));
	char *text = malloc(NREFS * 40), pairs[64];
	bool wide = geo->user_max > (uint64_t)1 << 38;
	struct result r;
	size_t len = 0;

	for (int i = 0; i < NREFS; i++)
		len += put_ref(text + len, geo->page_shift, wide, data_only, c);
	snprintf(pairs, sizeof(pairs), "arch=%s ram=1G", geo->name);
	replay_as(text, pairs, data_only, 0, &r);
	assert_string_equal(r.text, "");
	assert_int_equal(r.err, 0);
	assert_int_equal(r.stats.lines, NREFS);
	assert_int_equal(r.stats.references,
	    c->kind[0] + c->kind[1] + c->kind[2] + c->kind[3]);
	assert_int_equal(r.stats.fetches, c->kind[0]);
	assert_int_equal(r.stats.reads, c->kind[1]);
	assert_int_equal(r.stats.writes, c->kind[2] + c->kind[3]);
	assert_int_equal(r.stats.modifies, c->kind[3]);
	assert_int_equal(r.stats.touches, c->pages.n);
	assert_int_equal(r.fetches, c->touch[0]);
	assert_int_equal(r.reads, c->touch[1]);
	assert_int_equal(r.writes, c->touch[2] + c->touch[3]);
	assert_int_equal(r.stats.distinct_pages, distinct(&c->pages4k));
	assert_int_equal(r.stats.misses, distinct(&c->pages));
	assert_false(r.stats.cut);
	free(text);
	free(c);
}

static void
test_every_machine(void **state)
{
	(void)state;
	for (size_t i = 0; pmap_geometries[i] != NULL; i++) {
		check_random(pmap_geometries[i], false);
		check_random(pmap_geometries[i], true);
	}
}

/* All systems give the process the same memory. */
static void
test_every_system(void **state)
{
	struct result r;
	char pairs[64];

	(void)state;
	for (size_t i = 0; sim_personalities[i] != NULL; i++) {
		snprintf(pairs, sizeof(pairs),
		    "personality=%s ram=64M check=on",
		    sim_personalities[i]->name);
		replay("I  00001000,1\n L 7f7000000000,8\n S 1fff000d08,8\n"
		       " M 1fff000fff,2\nI  00400000,4\n L 00400ffe,4\n",
		    pairs, &r);
		assert_string_equal(r.text, "");
		assert_int_equal(r.stats.references, 6);
		assert_int_equal(r.stats.touches, 8);
		assert_int_equal(r.stats.misses, 6);
		assert_int_equal(r.stats.distinct_pages, 6);
	}
}

/* ------------------------------------------------------ where it ends ---- */

static void
test_until(void **state)
{
	static const char
	    text[] = "==1== Lackey\nI  00400000,1\n L 00500000,1\n"
		     "I  00401000,1\n S 00500fff,2\nrubbish\n";
	struct result r;

	(void)state;
	for (uint64_t n = 1; n <= 4; n++) {
		replay_as(text, NULL, false, n, &r);
		assert_int_equal(r.err, 0);
		assert_int_equal(r.stats.references, n);
		assert_int_equal(r.stats.touches, n + (n == 4));
	}
	replay_as(text, NULL, true, 1, &r);
	assert_int_equal(r.stats.references, 1);
	assert_int_equal(r.stats.reads, 1);
	replay_as(text, NULL, true, 2, &r);
	assert_int_equal(r.err, 0);
	assert_int_equal(r.stats.writes, 1);
	replay_as(text, NULL, false, 5, &r);
	assert_int_equal(r.err, EINVAL);
	assert_string_equal(r.text,
	    "t:6:1: expected \"I  \", \" L \", \" S \" or \" M \"");
	replay_as(text, NULL, true, 3, &r);
	assert_int_equal(r.err, EINVAL);
}

static void
test_cut(void **state)
{
	struct result r;

	(void)state;
	replay("I  00400000,1\n L 00500000,1\n S 005", NULL, &r);
	assert_int_equal(r.err, 0);
	assert_true(r.stats.cut);
	assert_int_equal(r.stats.references, 2);
	assert_int_equal(r.stats.lines, 2);
	replay("I  00400000,1\n L 00500000,1", NULL, &r);
	assert_int_equal(r.err, 0);
	assert_false(r.stats.cut);
	assert_int_equal(r.stats.references, 2);
}

static void
test_no_users_address(void **state)
{
	struct result r;

	(void)state;
	replay("I  00400000,1\n L 800000000000,4\n", NULL, &r);
	assert_int_equal(r.err, EFAULT);
	assert_non_null(strstr(r.text,
	    "t: reference 2, a load of 4 bytes at 0x800000000000: expected"));
	replay(" S ffffffffffffffff,8\n", NULL, &r);
	assert_int_equal(r.err, EFAULT);
	replay(" M 00000000,8\n", NULL, &r);
	assert_int_equal(r.err, EFAULT);
	/* The second touch of the third reference; fetches do not count. */
	replay_as("I  ffffffffffff,1\n L 00500ffe,4\nI  ffffffffffff,1\n"
		  " S 00500ffe,4\n L 7fffffffeffe,4\n",
	    "personality=linux ram=64M", true, 0, &r);
	assert_int_equal(r.err, EFAULT);
	assert_non_null(strstr(r.text, "reference 3, a load of 4 bytes"));
	assert_int_equal(r.stats.touches, 5);
}

/* A machine too small: so many pages, then one line. */
static void
test_no_page(void **state)
{
	char text[64 * 40];
	struct result r;
	size_t len = 0;
	unsigned number;

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		len += (size_t)sprintf(text + len, " S %08x,1\n",
		    0x400000 + i * 4096);
	replay(text, "ram=128K", &r);
	assert_int_equal(r.err, ENOMEM);
	assert_int_equal(sscanf(r.text, "t: reference %u, a store of 1 bytes",
			     &number),
	    1);
	assert_in_range(number, 2, 33);
	assert_non_null(strstr(r.text, "no page of 32 is free"));
	assert_int_equal(r.stats.touches, number - 1);
	replay(text, "ram=1M", &r);
	assert_int_equal(r.err, 0);
	assert_int_equal(r.stats.misses, 64);
}

/* -------------------------------------------------------------- pages ---- */

static void
test_pageset(void **state)
{
	struct wl_pageset *set = calloc(1, sizeof(*set));
	enum { N = 200000 };
	struct pages *p = calloc(1, sizeof(*p));

	(void)state;
	for (size_t i = 0; i < NREFS * 20; i++) {
		uint64_t page = rnd_below(&seed, 3) == 0 ?
		    rnd_below(&seed, N) :
		    rnd_below(&seed, 2) ?
		    UINT64_MAX / 4096 - rnd_below(&seed, 3000) :
		    (uint64_t)rnd_below(&seed, 20) << 32;

		p->page[p->n++] = page;
		assert_true(wl_pageset_add(set, page));
		assert_true(wl_pageset_add(set, page));
	}
	assert_int_equal(set->n, distinct(p));
	wl_pageset_free(set);
	assert_int_equal(set->n, 0);
	assert_true(wl_pageset_add(set, 0));
	assert_int_equal(set->n, 1);
	wl_pageset_free(set);
	free(set);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_machine),
		cmocka_unit_test(test_every_system),
		cmocka_unit_test(test_until),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_no_users_address),
		cmocka_unit_test(test_no_page),
		cmocka_unit_test(test_pageset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
