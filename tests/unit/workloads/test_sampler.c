/*
 * Samples of a machine against counts made page by page, and against lists of
 * the pages that were touched.
 */
#include "strace_fixture.h"

#include "workloads/sampler.h"
#include "tests/random.h"

#define PAGES 64u
#define PROCS 3u

static uint64_t seed = 1;

struct scene {
	struct machine *m;
	struct process *p[PROCS];
	vaddr_t buf;
	bool touched[PROCS][PAGES]; /* since the last sample */
	struct wl_sampler s;
};

static void
begin(struct scene *c, const char *pair)
{
	static const struct sim_segment nothing[1];
	const struct sim_image image = { .segments = nothing };
	const struct sim_call map = { .no = SIM_SYS_MMAP,
		.arg = { 0, PAGES << 12, 3, 0x1002, UINT64_MAX, 0 } };
	struct sim_config config;
	char err[200];
	uint64_t pid;

	memset(c, 0, sizeof(*c));
	sim_config_default(&config);
	config.ram = 16 << 20;
	assert_int_equal(sim_config_set(&config, pair, err, sizeof(err)), 0);
	assert_int_equal(sim_machine_create(&config, &c->m, err, sizeof(err)),
	    0);
	assert_int_equal(sim_spawn(c->m, "a", 0, config.personality, &image,
			     &c->p[0]),
	    0);
	assert_int_equal(sim_syscall(c->m, c->p[0], &map, &c->buf), 0);
	assert_int_equal(sim_access(c->m, c->p[0], c->buf, PAGES << 11,
			     VM_PROT_WRITE, NULL),
	    0);
	for (unsigned i = 1; i < PROCS; i++) {
		const struct sim_call fork = { .no = SIM_SYS_FORK,
			.str = i == 1 ? "b" : "c" };

		assert_int_equal(sim_syscall(c->m, c->p[0], &fork, &pid), 0);
		c->p[i] = sim_process_bypid(c->m, (int)pid);
	}
	wl_sampler_init(&c->s, c->m, NULL, WL_SAMPLE_JSON);
	wl_sampler_take(&c->s);
}

static void
end(struct scene *c)
{
	char buf[300];

	assert_null(machine_check(c->m, buf, sizeof(buf)));
	wl_sampler_fini(&c->s);
	sim_machine_destroy(c->m);
}

static void
touch(struct scene *c)
{
	const unsigned who = rnd_below(&seed, PROCS),
		       page = rnd_below(&seed, PAGES);

	assert_int_equal(sim_access(c->m, c->p[who], c->buf + (page << 12), 1,
			     rnd_below(&seed, 2) ? VM_PROT_READ : VM_PROT_WRITE,
			     NULL),
	    0);
	c->touched[who][page] = true;
}

/* How many processes map this frame? */
static unsigned
mappings(const struct scene *c, pfn_t frame)
{
	unsigned n = 0;
	pfn_t pfn;

	for (unsigned i = 0; i < PROCS; i++)
		for (vaddr_t va = c->buf; va < c->buf + (PAGES << 12);
		     va += 4096)
			n += pmap_extract(c->p[i]->vmspace->vm_map.pmap, va,
				 &pfn) &&
			    pfn == frame;
	return n;
}

static void
same(const struct scene *c, unsigned who)
{
	struct pmap *pmap = c->p[who]->vmspace->vm_map.pmap;
	uint64_t rss = 0, pss = 0, shared = 0, referenced = 0;
	struct wl_usage u;

	for (unsigned i = 0; i < PAGES; i++) {
		unsigned n;
		pfn_t pfn;

		referenced += c->touched[who][i];
		if (!pmap_extract(pmap, c->buf + (i << 12), &pfn))
			continue;
		n = mappings(c, pfn);
		rss++;
		shared += n > 1;
		pss += ((uint64_t)4096 << SIM_PSS_SHIFT) / n;
	}
	wl_usage(&c->s, c->p[who], &u);
	assert_int_equal(u.has.rss, rss);
	assert_int_equal(u.has.pss, pss);
	assert_int_equal(u.has.shared, shared);
	assert_int_equal(u.has.referenced, referenced);
}

static void
test_random(void **state)
{
	static const char *const pairs[] = { "personality=freebsd",
		"personality=netbsd", "personality=openbsd", "seed=7",
		"cpus=2" };

	(void)state;
	for (size_t k = 0; k < NELEM(pairs); k++) {
		struct scene c;

		begin(&c, pairs[k]);
		for (int round = 0; round < 40; round++) {
			for (uint32_t n = rnd_below(&seed, 60); n > 0; n--)
				touch(&c);
			for (unsigned i = 0; i < PROCS; i++)
				same(&c, i);
			if (rnd_below(&seed, 3) == 0) {
				wl_sampler_take(&c.s);
				memset(c.touched, 0, sizeof(c.touched));
			}
		}
		end(&c);
	}
}

/* What the page daemon asks of a frame is what it was before the sample. */
static void
test_daemon(void **state)
{
	struct scene c;
	pfn_t pfn;

	(void)state;
	begin(&c, "personality=freebsd");
	for (pfn = 1; pfn < c.m->vm.pages.fresh; pfn++)
		if (pmap_page_is_mapped(&c.m->vm.pmaps, pfn))
			(void)pmap_clear_reference(&c.m->vm.pmaps, pfn);
	sim_access(c.m, c.p[0], c.buf, 1, VM_PROT_READ, NULL);
	assert_true(pmap_extract(c.p[0]->vmspace->vm_map.pmap, c.buf, &pfn));
	assert_true(pmap_is_referenced(&c.m->vm.pmaps, pfn));
	sim_clear_references(c.m);
	assert_true(pmap_is_referenced(&c.m->vm.pmaps, pfn));
	assert_true(pmap_clear_reference(&c.m->vm.pmaps, pfn));
	sim_clear_references(c.m);
	assert_false(pmap_is_referenced(&c.m->vm.pmaps, pfn));
	end(&c);
}

/* A larger page is referenced whole, keeps its size, and is cleared. */
static void
test_larger(void **state)
{
	const struct sim_call map = { .no = SIM_SYS_MMAP,
		.arg = { 0, 2 << 20, 3, 0x15001002, UINT64_MAX, 0 } };
	struct sim_residence r;
	struct scene c;
	vaddr_t va;

	(void)state;
	begin(&c, "superpages=reserve");
	assert_int_equal(sim_syscall(c.m, c.p[0], &map, &va), 0);
	assert_int_equal(sim_access(c.m, c.p[0], va, 2 << 20, VM_PROT_WRITE,
			     NULL),
	    0);
	assert_int_equal(pmap_psind(c.p[0]->vmspace->vm_map.pmap, va), 1);
	sim_clear_references(c.m);
	sim_residence(c.m, c.p[0], va, va + (2 << 20), &r);
	assert_int_equal(r.rss, 512);
	assert_int_equal(r.referenced, 0);
	assert_int_equal(r.pss, (uint64_t)(2 << 20) << SIM_PSS_SHIFT);
	assert_int_equal(pmap_psind(c.p[0]->vmspace->vm_map.pmap, va), 1);
	assert_int_equal(sim_access(c.m, c.p[0], va + 4096, 1, VM_PROT_READ,
			     NULL),
	    0);
	sim_residence(c.m, c.p[0], va, va + (2 << 20), &r);
	assert_int_equal(r.referenced, 512);
	end(&c);
}

/* Sampling changes no fault and no place of a page. */
static void
test_unmoved(void **state)
{
	struct scene c[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		seed = 99;
		begin(&c[i], "personality=freebsd");
		if (i == 1)
			wl_sampler_every(&c[i].s, 7);
		for (int n = 0; n < 2000; n++)
			touch(&c[i]);
	}
	assert_int_equal(c[0].s.number, 1);
	assert_int_equal(c[1].s.number, 1 + 2000 / 7);
	assert_int_equal(c[0].m->vm.exp.faults, c[1].m->vm.exp.faults);
	assert_int_equal(c[0].m->vm.exp.free, c[1].m->vm.exp.free);
	for (unsigned who = 0; who < PROCS; who++)
		for (unsigned i = 0; i < PAGES; i++) {
			pfn_t pfn[2] = { 0, 0 };

			for (int k = 0; k < 2; k++)
				(void)pmap_extract(c[k].p[who]
						       ->vmspace->vm_map.pmap,
				    c[k].buf + (i << 12), &pfn[k]);
			assert_int_equal(pfn[0], pfn[1]);
		}
	end(&c[0]);
	end(&c[1]);
}

/* --------------------------------------------------------------- rows ---- */

static const char *const counters[] = { "faults", "minflt", "free" };

static char *
rows(enum wl_sample_form form, size_t nstats)
{
	struct scene c;
	char *text;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	begin(&c, "seed=1");
	wl_sampler_fini(&c.s);
	wl_sampler_init(&c.s, c.m, fp, form);
	c.s.stat = counters;
	c.s.nstats = nstats;
	wl_sampler_take(&c.s);
	sim_access(c.m, c.p[0], c.buf, 1, VM_PROT_READ, NULL);
	wl_sampler_last(&c.s);
	wl_sampler_last(&c.s);
	end(&c);
	fclose(fp);
	return text;
}

static unsigned
count(const char *s, const char *what)
{
	unsigned n = 0;

	for (; (s = strstr(s, what)) != NULL; s += strlen(what))
		n++;
	return n;
}

static void
test_rows(void **state)
{
	char *json = rows(WL_SAMPLE_JSON, 0), *csv = rows(WL_SAMPLE_CSV, 0);

	(void)state;
	assert_int_equal(count(json, "\n"), 2);
	assert_int_equal(count(json, "{\"sample\":2,\"ops\":"), 1);
	assert_int_equal(count(json, "\"pid\":"), 6);
	assert_int_equal(count(json, "\"thrashing\":false}}\n"), 2);
	assert_non_null(strstr(json, "\"process\":\"a\","));
	assert_non_null(strstr(json, "\"wset\":1,"));
	/* names of columns; two samples of three processes and all */
	assert_int_equal(count(csv, "\n"), 1 + 2 * 4);
	assert_int_equal(count(csv, ","), 15 * 9);
	assert_memory_equal(csv, "sample,ops,pid,process,", 23);
	free(json);
	free(csv);
}

/* Counters of the machine stand behind what there is, in its row alone. */
static void
test_counters(void **state)
{
	char *json = rows(WL_SAMPLE_JSON, 3), *csv = rows(WL_SAMPLE_CSV, 3);
	unsigned long faults, minflt, nfree;
	const char *at;

	(void)state;
	assert_int_equal(count(json, "},\"statistics\":{\"faults\":"), 2);
	at = strstr(json, "\"statistics\":");
	assert_int_equal(sscanf(at,
			     "\"statistics\":{\"faults\":%lu,\"minflt\":%lu,"
			     "\"free\":%lu}}\n{",
			     &faults, &minflt, &nfree),
	    3);
	/* The first half of the buffer has been written. */
	assert_true(faults == PAGES / 2 && minflt == PAGES / 2 && nfree > 0);
	assert_int_equal(count(csv, ","), (15 + 3) * 9);
	assert_int_equal(count(csv,
			     ",thrashing,machine_faults,machine_minflt,"
			     "machine_free\n"),
	    1);
	assert_int_equal(count(csv, ",,,,,,,\n"), 6);
	free(json);
	free(csv);
}

/* No batch passes over the place of a sample. */
static void
test_room(void **state)
{
	struct scene c;

	(void)state;
	begin(&c, "seed=1");
	assert_int_equal(wl_sampler_room(c.m, 1000), 1000);
	wl_sampler_every(&c.s, 10);
	assert_int_equal(wl_sampler_room(c.m, 1000), 10);
	assert_int_equal(wl_sampler_room(c.m, 10), 10);
	assert_int_equal(wl_sampler_room(c.m, 9), 9);
	assert_int_equal(wl_sampler_room(c.m, 0), 0);
	for (int i = 0; i < 3; i++)
		touch(&c);
	assert_int_equal(wl_sampler_room(c.m, 1000), 7);
	for (int i = 0; i < 7; i++)
		touch(&c);
	assert_int_equal(wl_sampler_room(c.m, 1000), 10);
	end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_daemon),
		cmocka_unit_test(test_larger),
		cmocka_unit_test(test_unmoved),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
