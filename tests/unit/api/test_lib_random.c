/*
 * <uvmsim.h>: random calls, against a model of what memory is.
 *
 * The model: processes with a window of pages each; a page is mapped or not,
 * has rights, and holds a number that is 0 or that of the write that was last.
 * A child begins as its parent.  The machine has less memory than they want, so
 * pages go out and come in; that must not be seen.
 *
 * Meanwhile a listener asks everything that can be asked, at every event, also
 * of processes that come and go: under sanitizers this finds look-ups that meet
 * the machine on the wrong foot.
 */
#include "lib_fixture.h"
#include "tests/random.h"

#define PROCESSES 4
#define PAGES 48
#define BASE 0x100000000ull
#define ROUNDS 4000

struct page {
	bool mapped;
	unsigned rights;
	uint64_t tag;
};

struct model {
	struct uvmsim *u;
	uint64_t flags;
	int pid[PROCESSES]; /* 0: none */
	struct page page[PROCESSES][PAGES];
	uint64_t events, answers;
	uint64_t rng;
};

static unsigned
rnd(struct model *m, unsigned n)
{
	return (unsigned)rnd_draw(&m->rng, n);
}

/* Everything about one process; what comes back is not looked at. */
static void
ask(struct model *m, int pid)
{
	struct uvmsim_process p = { .size = sizeof(p) };
	struct uvmsim_entry e = { .size = sizeof(e) };
	struct uvmsim_page page = { .size = sizeof(page) };
	struct uvmsim_residence r = { .size = sizeof(r) };
	uint64_t at = BASE + rnd(m, PAGES) * PAGE, tag;

	m->answers += uvmsim_process(m->u, pid, &p) == 0;
	m->answers += uvmsim_page(m->u, pid, at, &page) == 0;
	m->answers += uvmsim_tag(m->u, pid, at, &tag) == 0;
	if (rnd(m, 8) == 0)
		m->answers += uvmsim_residence(m->u, pid, 0, UINT64_MAX, &r) ==
		    0;
	for (e.end = 0; uvmsim_entry(m->u, pid, e.end, &e) == 1;)
		m->answers++;
}

static void
hear(void *ctx, const struct uvmsim_event *e)
{
	struct model *m = ctx;
	char text[300];

	m->events++;
	uvmsim_event_sentence(e, text, sizeof(text));
	assert_true(text[0] != '\0');
	uvmsim_event_json(e, text, sizeof(text));
	assert_int_equal(text[0], '{');
	(void)uvmsim_event_frame(e);
	if (rnd(m, 4) == 0)
		for (int pid = 0; (pid = uvmsim_next_pid(m->u, pid)) != 0;)
			ask(m, pid);
}

/* ------------------------------------------------------------ checking ---- */

static void
check_process(struct model *m, unsigned i)
{
	struct uvmsim_entry e = { .size = sizeof(e) };

	for (unsigned k = 0; k < PAGES; k++) {
		const struct page *want = &m->page[i][k];
		const uint64_t at = BASE + k * PAGE;
		bool mapped = uvmsim_entry(m->u, m->pid[i], at, &e) == 1 &&
		    e.start <= at;
		uint64_t tag = 1;

		assert_int_equal(mapped, want->mapped);
		if (!mapped)
			continue;
		assert_int_equal(e.rights, want->rights);
		if (want->rights == 0) {
			assert_fails(uvmsim_tag(m->u, m->pid[i], at, &tag),
			    EACCES, "cannot be read");
			continue;
		}
		assert_works(uvmsim_tag(m->u, m->pid[i], at, &tag));
		assert_int_equal(tag, want->tag);
	}
}

/* ---------------------------------------------------------- operations ---- */

static unsigned
living(struct model *m)
{
	unsigned i;

	do
		i = rnd(m, PROCESSES);
	while (m->pid[i] == 0);
	return i;
}

static void
do_map(struct model *m)
{
	unsigned i = living(m), k = rnd(m, PAGES), n = 1 + rnd(m, PAGES - k);
	uint64_t at = 0;

	assert_works(uvmsim_sys_mmap(m->u, m->pid[i], BASE + k * PAGE, n * PAGE,
	    3, m->flags, -1, 0, &at));
	assert_int_equal(at, BASE + k * PAGE);
	for (; n-- > 0; k++)
		m->page[i][k] = (struct page){ true, 3, 0 };
}

static void
do_unmap(struct model *m)
{
	unsigned i = living(m), k = rnd(m, PAGES), n = 1 + rnd(m, PAGES - k);

	assert_works(
	    uvmsim_sys_munmap(m->u, m->pid[i], BASE + k * PAGE, n * PAGE));
	for (; n-- > 0; k++)
		m->page[i][k] = (struct page){ false, 0, 0 };
}

/* FreeBSD passes over holes. */
static void
do_protect(struct model *m)
{
	unsigned i = living(m), k = rnd(m, PAGES), n = 1 + rnd(m, 6);
	unsigned rights = (unsigned[]){ 0, 1, 3 }[rnd(m, 3)];

	if (k + n > PAGES)
		n = PAGES - k;
	assert_works(uvmsim_sys_mprotect(m->u, m->pid[i], BASE + k * PAGE,
	    n * PAGE, rights));
	for (; n-- > 0; k++)
		if (m->page[i][k].mapped)
			m->page[i][k].rights = rights;
}

static void
do_access(struct model *m)
{
	unsigned i = living(m), k = rnd(m, PAGES);
	unsigned access = rnd(m, 3) > 0 ? UVMSIM_WRITE : UVMSIM_READ;
	struct page *page = &m->page[i][k];
	struct uvmsim_signal sig = { .size = sizeof(sig) };
	const uint64_t at = BASE + k * PAGE + rnd(m, 4096);
	const bool may = page->mapped && (page->rights & access) != 0;
	int result = uvmsim_access(m->u, m->pid[i], at, 1, access, &sig);

	assert_int_equal(result, may ? 0 : -1);
	if (!may) {
		assert_int_equal(sig.address, at);
		assert_string_equal(sig.name, "SIGSEGV");
	} else if (access == UVMSIM_WRITE) {
		uint64_t old = page->tag;

		assert_works(uvmsim_tag(m->u, m->pid[i], at, &page->tag));
		assert_true(page->tag != old && page->tag != 0);
	}
}

static void
do_fork(struct model *m)
{
	unsigned i = living(m), to = rnd(m, PROCESSES);

	if (m->pid[to] != 0)
		return;
	m->pid[to] = uvmsim_sys_fork(m->u, m->pid[i], NULL);
	assert_true(m->pid[to] > 0);
	memcpy(m->page[to], m->page[i], sizeof(m->page[i]));
}

static void
do_exit(struct model *m)
{
	unsigned i = living(m), others = 0;

	for (unsigned j = 0; j < PROCESSES; j++)
		others += j != i && m->pid[j] != 0;
	if (others == 0 || rnd(m, 3) > 0)
		return;
	if (rnd(m, 2) == 0)
		assert_works(uvmsim_sys_exit(m->u, m->pid[i], 0));
	else
		assert_works(uvmsim_end(m->u, m->pid[i], 0, 9));
	assert_works(uvmsim_reap(m->u, m->pid[i]));
	m->pid[i] = 0;
	memset(m->page[i], 0, sizeof(m->page[i]));
}

static void
run_random(const char *config, uint64_t seed)
{
	static void (*const ops[])(struct model *) = { do_map, do_unmap,
		do_protect, do_access, do_access, do_access, do_access,
		do_access, do_fork, do_exit };
	struct model *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->u = lib_machine(config);
	m->rng = seed;
	m->pid[0] = lib_spawn(m->u, "init");
	m->flags = lib_flags(m->u, m->pid[0], "MAP_ANON|MAP_PRIVATE|MAP_FIXED");
	assert_works(uvmsim_listen(m->u, hear, m));
	for (unsigned n = 0; n < ROUNDS; n++) {
		ops[rnd(m, sizeof(ops) / sizeof(ops[0]))](m);
		check_process(m, living(m));
		if (n % 200 == 0)
			lib_sound(m->u);
	}
	lib_sound(m->u);
	assert_true(m->events > ROUNDS && m->answers > ROUNDS);
	uvmsim_destroy(m->u);
	free(m);
}

static void
test_roomy(void **state)
{
	(void)state;
	run_random("ram=64M", 1);
	run_random("ram=64M,superpages=eager", 2);
}

static void
test_tight(void **state)
{
	(void)state;
	run_random("ram=512K,swap=16M", 3);
	run_random("ram=512K,swap=16M,policy=freebsd", 4);
}

static void
test_policies(void **state)
{
	(void)state;
	run_random("ram=8M,swap=16M,policy=lru,frames=9", 5);
	run_random("ram=512K,swap=16M,policy=s3fifo", 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roomy),
		cmocka_unit_test(test_tight),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
