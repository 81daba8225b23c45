/*
 * <uvmsim.h>: what there is and what happens: maps, pages, contents, counters,
 * events.
 */
#include "lib_fixture.h"

static struct uvmsim_page
page_at(struct uvmsim *u, int pid, uint64_t at)
{
	struct uvmsim_page p = { .size = sizeof(p) };

	assert_works(uvmsim_page(u, pid, at, &p));
	return p;
}

static struct uvmsim_entry
entry_at(struct uvmsim *u, int pid, uint64_t at)
{
	struct uvmsim_entry e = { .size = sizeof(e) };

	assert_int_equal(uvmsim_entry(u, pid, at, &e), 1);
	return e;
}

static void
test_entries(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M,personality=netbsd");
	int pid = lib_spawn(u, "sh");
	uint64_t at = lib_map(u, pid, 4 * PAGE), total = 0, n = 0;
	struct uvmsim_process p = { .size = sizeof(p) };
	struct uvmsim_entry e = entry_at(u, pid, at);

	(void)state;
	assert_int_equal(e.start, at);
	assert_int_equal(e.end, at + 4 * PAGE);
	assert_int_equal(e.rights, UVMSIM_READ | UVMSIM_WRITE);
	assert_int_equal(e.inheritance, UVMSIM_INHERIT_COPY);
	assert_int_equal(e.advice, UVMSIM_ADVICE_NORMAL);
	assert_int_equal(e.flags,
	    UVMSIM_ENTRY_COPY_ON_WRITE | UVMSIM_ENTRY_NEEDS_COPY);
	assert_int_equal(e.amap, 0);
	assert_works(uvmsim_access(u, pid, at, PAGE, UVMSIM_WRITE, NULL));
	assert_works(uvmsim_sys_minherit(u, pid, at, PAGE,
	    (int)lib_flags(u, pid, "MAP_INHERIT_NONE")));
	assert_works(uvmsim_sys_madvise(u, pid, at, PAGE,
	    (int)lib_flags(u, pid, "MADV_RANDOM")));
	assert_works(uvmsim_sys_mlock(u, pid, at, PAGE));
	e = entry_at(u, pid, at);
	assert_int_equal(e.end, at + PAGE);
	assert_int_equal(e.inheritance, UVMSIM_INHERIT_NONE);
	assert_int_equal(e.advice, UVMSIM_ADVICE_RANDOM);
	assert_int_equal(e.wired, 1);
	assert_int_equal(e.flags, UVMSIM_ENTRY_COPY_ON_WRITE);
	assert_true(e.amap != 0);
	assert_int_equal(e.amap_refs, 2);
	assert_int_equal(e.amap_pages, 1);

	/* from anywhere within, and all of them */
	assert_int_equal(entry_at(u, pid, at + 5).start, at);
	for (e.end = 0; uvmsim_entry(u, pid, e.end, &e) == 1; n++)
		total += e.end - e.start;
	assert_works(uvmsim_process(u, pid, &p));
	assert_int_equal(p.entries, n);
	assert_int_equal(p.mapped, total);
	assert_int_equal(p.wired, PAGE);
	assert_int_equal(uvmsim_entry(u, 0, 0, &e), 1);
	e.size = 100;
	assert_fails(uvmsim_entry(u, pid, 0, &e), EINVAL, "uvmsim_entry");
	assert_fails(uvmsim_entry(u, pid, 0, NULL), EFAULT, "structure");
	assert_fails(uvmsim_entry(u, 99, 0, &e), ESRCH, "99");
	uvmsim_destroy(u);
}

static void
test_pages(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M,swap=64M");
	int pid = lib_spawn(u, "sh"), fd, kid;
	uint64_t at = lib_map(u, pid, 4 * PAGE), file;
	struct uvmsim_page p = page_at(u, pid, at + 7);

	(void)state;
	assert_int_equal(p.address, at);
	assert_true(p.flags == 0 && p.frame == 0 && p.mapping == 0);
	assert_works(uvmsim_access(u, pid, at, 1, UVMSIM_WRITE, NULL));
	p = page_at(u, pid, at);
	assert_int_equal(p.flags,
	    UVMSIM_PAGE_RESIDENT | UVMSIM_PAGE_MAPPED | UVMSIM_PAGE_REFERENCED |
		UVMSIM_PAGE_MODIFIED | UVMSIM_PAGE_DIRTY | UVMSIM_PAGE_ANON);
	assert_int_equal(p.rights, 3);
	assert_int_equal(p.mapping, PAGE);
	assert_true(p.frame != 0 && p.anon != 0 && p.object == 0);
	assert_int_equal(p.anon_refs, 1);
	assert_int_equal(p.queue, UVMSIM_QUEUE_ACTIVE);
	kid = uvmsim_sys_fork(u, pid, "kid");
	assert_int_equal(page_at(u, kid, at).frame, p.frame);
	assert_works(uvmsim_access(u, kid, at, 1, UVMSIM_WRITE, NULL));
	assert_true(page_at(u, kid, at).frame != p.frame);
	assert_int_equal(page_at(u, kid, at).anon_refs, 1);
	assert_works(uvmsim_sys_mlock(u, pid, at, PAGE));
	assert_true(page_at(u, pid, at).flags & UVMSIM_PAGE_WIRED);
	assert_int_equal(page_at(u, pid, at).queue, UVMSIM_QUEUE_NONE);

	assert_works(uvmsim_make_file(u, "/f", 8 * PAGE));
	fd = uvmsim_sys_open(u, pid, "/f", 0, 0);
	assert_works(uvmsim_sys_mmap(u, pid, 0, 2 * PAGE, 1,
	    lib_flags(u, pid, "MAP_SHARED"), fd, 3 * PAGE, &file));
	assert_works(uvmsim_access(u, pid, file + PAGE, 1, UVMSIM_READ, NULL));
	p = page_at(u, pid, file + PAGE);
	assert_int_equal(p.offset, 4 * PAGE);
	assert_int_equal(p.object, entry_at(u, pid, file).object);
	assert_int_equal(p.flags & (UVMSIM_PAGE_ANON | UVMSIM_PAGE_DIRTY), 0);
	assert_int_equal(p.rights, 1);

	assert_fails(uvmsim_page(u, pid, 0, &p), EFAULT, "nothing");
	p.size = 1;
	assert_fails(uvmsim_page(u, pid, at, &p), EINVAL, "uvmsim_page");
	uvmsim_destroy(u);
}

/* Pages that go to swap, by a policy of two frames. */
static void
test_swapped(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M,swap=64M,policy=fifo,frames=2");
	struct uvmsim_residence r = { .size = sizeof(r) };
	int pid = lib_spawn(u, "sh");
	uint64_t at = lib_map(u, pid, 8 * PAGE), tag, before;
	struct uvmsim_page p;

	(void)state;
	assert_works(uvmsim_access(u, pid, at, PAGE, UVMSIM_WRITE, NULL));
	assert_works(uvmsim_tag(u, pid, at, &before));
	assert_works(uvmsim_access(u, pid, at, 8 * PAGE, UVMSIM_WRITE, NULL));
	p = page_at(u, pid, at);
	assert_int_equal(p.flags, UVMSIM_PAGE_SWAPPED | UVMSIM_PAGE_ANON);
	assert_true(p.slot != 0 && p.frame == 0);
	assert_works(uvmsim_tag(u, pid, at, &tag));
	assert_true(tag != 0 && tag != before);
	assert_works(uvmsim_residence(u, pid, at, at + 8 * PAGE, &r));
	assert_int_equal(r.mapped, 2);
	assert_int_equal(r.resident, 2);
	assert_int_equal(r.swapped, 6);
	assert_int_equal(r.dirty, 2);
	assert_int_equal(r.referenced, 2);
	assert_int_equal(r.shared, 0);
	assert_int_equal(r.proportional, 2 * PAGE);
	assert_works(uvmsim_residence(u, pid, 0, UINT64_MAX, &r));
	assert_true(r.mapped >= 2);
	assert_fails(uvmsim_residence(u, pid, 2, 1, &r), EINVAL, "behind");
	r.size = 0;
	assert_fails(uvmsim_residence(u, pid, 0, 1, &r), EINVAL, "residence");
	assert_fails(uvmsim_tag(u, pid, 8, &tag), EFAULT, "nothing");
	assert_fails(uvmsim_tag(u, pid, at, NULL), EFAULT, "");
	uvmsim_destroy(u);
	u = lib_machine("ram=64M,tags=off");
	pid = lib_spawn(u, "sh");
	assert_fails(uvmsim_tag(u, pid, lib_map(u, pid, PAGE), &tag), ENOTSUP,
	    "tags=on");
	uvmsim_destroy(u);
}

static void
test_counters(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	const char *name;
	uint64_t a, b;
	size_t n = 0;

	(void)state;
	for (; uvmsim_counter_at(u, n, &name, &a) == 0; n++) {
		assert_works(uvmsim_counter(u, name, &b));
		assert_int_equal(a, b);
	}
	assert_true(n > 100);
	assert_works(uvmsim_counter_at(u, 0, NULL, NULL));
	assert_fails(uvmsim_counter_at(u, n, &name, &a), ENOENT, "many");
	assert_fails(uvmsim_counter(u, "", &a), ENOENT, "");
	assert_fails(uvmsim_counter(u, NULL, &a), EFAULT, "name");
	assert_fails(uvmsim_counter(u, "free", NULL), EFAULT, "value");
	assert_fails(uvmsim_counter(NULL, "free", &a), EFAULT, "machine");
	uvmsim_destroy(u);
}

/* ------------------------------------------------------------- events ---- */

struct heard {
	struct uvmsim *u;
	unsigned n, of[64];
	uint64_t address;
	char text[20][200];
	bool busy;
};

static void
hear(void *ctx, const struct uvmsim_event *e)
{
	struct heard *h = ctx;
	uint64_t value;
	const char *name;
	char small[8];
	int len;

	assert_ptr_equal(uvmsim_event_machine(e), h->u);
	h->of[uvmsim_event_kind(e)]++;
	assert_string_equal(uvmsim_event_name(e),
	    uvmsim_event_kind_name(uvmsim_event_kind(e)));
	if (uvmsim_event_kind(e) == UVMSIM_EVENT_PROMOTE_ZERO) {
		struct uvmsim_page p = { .size = sizeof(p) };

		h->address = uvmsim_event_address(e);
		assert_works(
		    uvmsim_page(h->u, uvmsim_event_pid(e), h->address, &p));
		assert_true(uvmsim_event_value(e, 1, &name, &value));
		assert_string_equal(name, "frame");
		assert_int_equal(uvmsim_event_frame(e), value);
		assert_false(uvmsim_event_value(e, 2, &name, &value));
		assert_true(uvmsim_event_value(e, 0, NULL, NULL));
	}
	if (h->n < 20)
		uvmsim_event_json(e, h->text[h->n++], 200);
	len = uvmsim_event_sentence(e, small, sizeof(small));
	assert_true(len > 8 && strlen(small) == 7);
	/* no changes from in here */
	errno = 0;
	h->busy = uvmsim_access(h->u, 2, 0, 1, UVMSIM_READ, NULL) == -1 &&
	    errno == EBUSY && uvmsim_listen(h->u, NULL, NULL) == -1 &&
	    uvmsim_sys_munmap(h->u, 2, 0, 1) == -1 && errno == EBUSY &&
	    uvmsim_check(h->u) == -1 && errno == EBUSY;
}

static void
test_events(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	struct heard h = { .u = u };
	int pid = lib_spawn(u, "sh");
	uint64_t at;

	(void)state;
	assert_works(uvmsim_listen(u, hear, &h));
	at = lib_map(u, pid, 4 * PAGE);
	assert_true(h.busy);
	assert_int_equal(h.of[UVMSIM_EVENT_MAP], 1);
	assert_int_equal(h.of[UVMSIM_EVENT_CALL], 1);
	assert_non_null(strstr(h.text[0], "{\"event\":\"map\",\"pid\":2,"));
	assert_non_null(strstr(h.text[1], "{\"call\":\"mmap\",\"pid\":2,"));
	assert_works(uvmsim_access(u, pid, at + PAGE, 1, UVMSIM_WRITE, NULL));
	assert_int_equal(h.of[UVMSIM_EVENT_FAULT], 1);
	assert_int_equal(h.of[UVMSIM_EVENT_PROMOTE_ZERO], 1);
	assert_int_equal(h.of[UVMSIM_EVENT_PTE], 1);
	assert_int_equal(h.address, at + PAGE);
	assert_fails(uvmsim_sys_munmap(u, pid, 1, 0), EINVAL, "munmap");
	assert_int_equal(h.of[UVMSIM_EVENT_CALL], 2);
	assert_works(uvmsim_listen(u, NULL, NULL));
	assert_works(uvmsim_access(u, pid, at, 1, UVMSIM_WRITE, NULL));
	assert_int_equal(h.of[UVMSIM_EVENT_FAULT], 1);
	assert_fails(uvmsim_listen(NULL, hear, NULL), EFAULT, "machine");
	assert_null(uvmsim_event_kind_name(0));
	assert_null(uvmsim_event_kind_name(-5));
	assert_null(uvmsim_event_kind_name(255));
	uvmsim_destroy(u);
}

/* Values of a call: its arguments, then how it ended. */
static void
hear_values(void *ctx, const struct uvmsim_event *e)
{
	uint64_t *v = ctx;
	const char *name = "";
	char text[200];

	if (uvmsim_event_kind(e) != UVMSIM_EVENT_CALL)
		return;
	for (unsigned i = 0; i < 3; i++)
		assert_true(uvmsim_event_value(e, i, &name, &v[i]));
	assert_false(uvmsim_event_value(e, 3, &name, &v[3]));
	assert_string_equal(name, v[2] == 0 ? "ret" : "errno");
	assert_int_equal(uvmsim_event_frame(e), 0);
	assert_int_equal(uvmsim_event_address(e), 0);
	uvmsim_event_sentence(e, text, sizeof(text));
	assert_string_equal(text,
	    v[2] == 0 ? "munmap of process 2 has returned" :
			"munmap of process 2 fails with EINVAL");
}

static void
test_values_of_calls(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	int pid = lib_spawn(u, "sh");
	uint64_t at = lib_map(u, pid, 4 * PAGE), v[4] = { 0 };

	(void)state;
	assert_works(uvmsim_listen(u, hear_values, v));
	assert_works(uvmsim_sys_munmap(u, pid, at, PAGE));
	assert_true(v[0] == at && v[1] == PAGE && v[2] == 0);
	assert_fails(uvmsim_sys_munmap(u, pid, 1, 0), EINVAL, "");
	assert_int_equal(v[2], EINVAL);
	uvmsim_destroy(u);
}

/* Stories, with and without somebody who listens. */
static void
test_explain(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	struct heard h = { .u = u };
	int pid = lib_spawn(u, "sh"), n;
	uint64_t at = lib_map(u, pid, 4 * PAGE);
	char text[4000], small[10];

	(void)state;
	assert_fails(uvmsim_explanation(u, false, text, sizeof(text)), ENOENT,
	    "no story");
	assert_works(uvmsim_explain(u, 1));
	assert_fails(uvmsim_explanation(u, false, text, sizeof(text)), ENOENT,
	    "single operation");
	assert_works(uvmsim_access(u, pid, at, 1, UVMSIM_WRITE, NULL));
	n = uvmsim_explanation(u, false, text, sizeof(text));
	assert_int_equal(n, strlen(text));
	assert_non_null(strstr(text, "1. "));
	assert_non_null(strstr(text, "zero"));
	assert_int_equal(uvmsim_explanation(u, false, small, sizeof(small)), n);
	assert_int_equal(strlen(small), sizeof(small) - 1);
	assert_int_equal(uvmsim_explanation(u, false, NULL, 0), n);
	assert_true(uvmsim_explanation(u, true, NULL, 0) >= n);
	assert_fails(uvmsim_explanation(u, true, NULL, 1), EFAULT, "buffer");
	assert_works(uvmsim_listen(u, hear, &h));
	assert_fails(uvmsim_access(u, pid, 64, 1, UVMSIM_READ, NULL), EFAULT,
	    "");
	assert_true(uvmsim_explanation(u, false, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "SIGSEGV"));
	assert_int_equal(h.of[UVMSIM_EVENT_FAULT_FAIL], 1);
	assert_works(uvmsim_sys_munmap(u, pid, at, PAGE));
	assert_true(uvmsim_explanation(u, false, text, sizeof(text)) > 0);
	assert_works(uvmsim_explain(u, 0));
	assert_works(uvmsim_access(u, pid, at + PAGE, 1, UVMSIM_READ, NULL));
	assert_true(h.of[UVMSIM_EVENT_FAULT] >= 1);
	assert_works(uvmsim_explain(u, 1));
	uvmsim_destroy(u);
	assert_fails(uvmsim_explain(NULL, 1), EFAULT, "machine");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_swapped),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_values_of_calls),
		cmocka_unit_test(test_explain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
