/*
 * Finding moments, against looking at all of them: a run is gone through once,
 * every moment noted at which something happens or comes true; then each way of
 * finding, from many places, must give the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka wants the headers above first */
#include <cmocka.h>

#include "history_fixture.h"
#include "sim/event.h"
#include "workloads/history/find.h"

#define MAXMOMENTS 4000

/* Moments at which it came true; [0] is moment 0. */
struct truth {
	bool at[MAXMOMENTS];
	uint64_t n; /* of the run */
};

static const char script[] = "machine ram=1M swap=16M\n"
			     "spawn p image=none\n"
			     "p: buf = mmap 2M rw private anon\n"
			     "repeat 3\n"
			     "  p: write rand buf 2M count 200\n"
			     "  p: fork c\n"
			     "  c: write zipf buf 64K count 40\n"
			     "  p: mprotect buf 64K r\n"
			     "  p: read seq buf 256K\n"
			     "  p: mprotect buf 64K rw\n"
			     "  expect c: write 4096 fails SIGSEGV\n"
			     "  c: exit 0\n"
			     "end\n"
			     "p: munmap buf 1M\n";

/* The answer by the list. */
static bool
expected(const struct truth *t, enum wl_seek how, uint64_t from, uint64_t *at)
{
	uint64_t lo = 0, hi = t->n, i;

	if (how == WL_SEEK_NEXT)
		lo = from + 1;
	if (how == WL_SEEK_PREVIOUS && from == 0)
		return false;
	if (how == WL_SEEK_PREVIOUS)
		hi = from - 1;
	if (how == WL_SEEK_NEXT || how == WL_SEEK_FIRST) {
		for (i = lo; i <= hi; i++)
			if (t->at[i])
				return *at = i, true;
		return false;
	}
	for (i = hi + 1; i-- > lo;)
		if (t->at[i])
			return *at = i, true;
	return false;
}

static void
check_all(const struct truth *t, const char *path, struct wl_history *h,
    const struct wl_sought *what)
{
	static const enum wl_seek ways[] = { WL_SEEK_NEXT, WL_SEEK_PREVIOUS,
		WL_SEEK_FIRST, WL_SEEK_LAST };
	struct wl_found f;
	uint64_t seed = 3, at = 0, from;

	for (unsigned i = 0; i < 12; i++) {
		from = i == 0 ? 0 :
		    i == 1    ? t->n :
				history_random(&seed, t->n + 1);
		for (size_t w = 0; w < NELEM(ways); w++) {
			bool is;

			assert_int_equal(wl_history_goto(h, from), WL_WENT);
			is = expected(t, ways[w], from, &at);
			assert_int_equal(wl_history_find(h, what, ways[w], &f),
			    WL_WENT);
			if (f.found != is || (is && f.at != at))
				fail_msg("%s: way %zu from %llu: found %d at "
					 "%llu, expected %d at %llu",
				    path, w, (unsigned long long)from, f.found,
				    (unsigned long long)f.at, is,
				    (unsigned long long)at);
			assert_int_equal(wl_history_at(h), is ? at : from);
		}
	}
}

/* -------------------------------------------------------- conditions ---- */

static void
condition(const char *path, const char *text, bool monotone)
{
	struct wl_history *line = history_of(path, "", UINT64_MAX, 0);
	struct wl_history *h = history_of(path, "", 41, 0);
	struct wl_seek_condition s = { .before = false };
	struct truth *t = calloc(1, sizeof(*t));
	struct wl_condition *c;
	struct wl_sought what;
	bool before = false, now;
	char err[300];
	uint64_t hits = 0;

	c = wl_condition_new(line, text, err, sizeof(err));
	if (c == NULL)
		fail_msg("%s: %s", text, err);
	assert_int_equal(wl_condition_monotone(c), monotone);
	do {
		assert_true(wl_history_at(line) < MAXMOMENTS);
		t->n = wl_history_at(line);
		now = wl_condition_holds(line, c);
		t->at[t->n] = now && !before;
		hits += now && !before;
		before = now;
	} while (wl_history_step(line, NULL) == WL_WENT);
	if (hits == 0)
		fail_msg("%s never comes true", text);
	wl_condition_free(c);
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_END);
	c = wl_condition_new(h, text, err, sizeof(err));
	s.condition = c;
	what = wl_sought_condition(&s);
	assert_int_equal(what.holds != NULL, monotone);
	check_all(t, text, h, &what);
	wl_condition_free(c);
	wl_history_close(line);
	wl_history_close(h);
	free(t);
}

static void
test_conditions(void **state)
{
	const char *path = history_file("find.uvm", script);

	(void)state;
	condition(path, "machine faults > 300", true);
	condition(path, "machine faults >= 1", true);
	condition(path, "machine clock > 100000", true);
	condition(path, "machine operations >= 0", true);
	condition(path, "machine free < 20", false);
	condition(path, "machine syscalls == 4", false);
	condition(path, "p dirty buf 64K > 1", false);
	condition(path, "p resident buf 2M > 150", false);
	condition(path, "p swapped buf+8K 4K == 1", false);
	condition(path, "p prot buf == r", false);
	condition(path, "c alive == 1", false);
	condition(path, "c errno == EFAULT", false);
	condition(path, "machine faults > machine syscalls", false);
	condition(path, "machine free > 100", false);
	condition(path, "machine faults == 300", false);
	unlink(path);
}

/* By bisection few are looked at, and nobody need have been everywhere. */
static void
test_bisection(void **state)
{
	const char *path = "gen:zipf:n=300000";
	struct wl_history *h = history_of(path, "", 2000, 0);
	struct wl_seek_condition s = { .before = false };
	struct wl_sought what;
	struct wl_found f;
	char err[300];
	uint64_t at;

	(void)state;
	s.condition = wl_condition_new(h, "machine faults > 300", err,
	    sizeof(err));
	what = wl_sought_condition(&s);
	assert_int_equal(wl_history_find(h, &what, WL_SEEK_FIRST, &f), WL_WENT);
	assert_true(f.found);
	at = f.at;
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_END);
	assert_int_equal(wl_history_find(h, &what, WL_SEEK_PREVIOUS, &f),
	    WL_WENT);
	assert_true(f.found && f.bisected);
	assert_int_equal(f.at, at);
	assert_true(f.looked < 2100);
	wl_condition_free((struct wl_condition *)(uintptr_t)s.condition);
	wl_history_close(h);
}

/* ------------------------------------------------------------ events ---- */

struct hearing {
	struct wl_seek_event want;
	struct machine *m;
	bool heard;
};

static bool
is_wanted(const struct hearing *w, const struct vm_event *ev)
{
	const struct process *p = sim_event_process(w->m, ev);

	return w->want.kind[ev->kind] &&
	    (w->want.end == 0 ||
		(ev->va >= w->want.va && ev->va < w->want.end)) &&
	    (w->want.pid == 0 || (p != NULL && p->pid == w->want.pid)) &&
	    (w->want.frame == 0 || ev->kind != VM_EVENT_EVICT ||
		ev->a == w->want.frame);
}

static void
hear(void *ctx, const struct vm_event *ev)
{
	struct hearing *w = ctx;

	w->heard |= is_wanted(w, ev);
}

static void
event(const char *path, const char *name, const struct wl_seek_event *want)
{
	struct wl_history *line = history_of(path, "", UINT64_MAX, 0);
	struct wl_history *h = history_of(path, "", 41, 0);
	struct truth *t = calloc(1, sizeof(*t));
	struct hearing w = { .want = *want, .m = wl_history_machine(line) };
	struct wl_seek_event e = *want;
	struct wl_sought what = wl_sought_event(&e);
	uint64_t hits = 0;

	w.m->vm.event_fn = hear;
	w.m->vm.event_ctx = &w;
	do {
		t->n = wl_history_at(line);
		t->at[t->n] = w.heard;
		hits += w.heard;
		w.heard = false;
	} while (wl_history_step(line, NULL) == WL_WENT);
	if (hits == 0)
		fail_msg("%s never happens", name);
	check_all(t, name, h, &what);
	wl_seek_event_end(&e, h);
	assert_true(wl_history_machine(h)->vm.event_fn == NULL);
	wl_history_close(line);
	wl_history_close(h);
	free(t);
}

static void
test_events(void **state)
{
	const char *path = history_file("find.uvm", script);
	struct wl_seek_event e;

	(void)state;
	memset(&e, 0, sizeof(e));
	e.kind[VM_EVENT_FAULT] = true;
	event(path, "fault", &e);
	e.pid = 3;
	event(path, "fault of c", &e);
	e.pid = 2;
	e.va = 0x800000000;
	e.end = 0x800002000;
	event(path, "fault at two pages", &e);
	memset(&e, 0, sizeof(e));
	e.kind[VM_EVENT_SWAPIN] = true;
	event(path, "swapin", &e);
	memset(&e, 0, sizeof(e));
	e.kind[VM_EVENT_EVICT] = true;
	e.frame = 8;
	event(path, "eviction from a frame", &e);
	memset(&e, 0, sizeof(e));
	e.kind[VM_EVENT_FORK_ENTRY] = e.kind[VM_EVENT_UNMAP] = true;
	event(path, "forks and unmaps", &e);
	unlink(path);
}

/* -------------------------------------------- operations and changes ---- */

static uint64_t
free_frames(void *ctx, struct wl_history *h)
{
	(void)ctx;
	return wl_history_machine(h)->vm.exp.free;
}

static bool
is_short(void *ctx, struct wl_history *h)
{
	(void)ctx;
	return wl_history_machine(h)->vm.exp.free < 16;
}

static void
other(const char *path, const char *name, const struct wl_sought *what,
    const struct wl_seek_operation *op, bool change)
{
	struct wl_history *line = history_of(path, "", UINT64_MAX, 0);
	struct wl_history *h = history_of(path, "", 41, 0);
	struct truth *t = calloc(1, sizeof(*t));
	uint64_t last = 0, hits = 0, now;

	do {
		const struct wl_moment *mo = wl_history_moment(line);
		bool hit;

		t->n = wl_history_at(line);
		now = change ? free_frames(NULL, line) : is_short(NULL, line);
		if (op != NULL)
			hit = t->n > 0 &&
			    (op->line == 0 || mo->line == op->line) &&
			    (!op->failed || mo->err != 0) &&
			    (op->pid == 0 || mo->pid == op->pid);
		else
			hit = change ? t->n > 0 && now != last : now && !last;
		t->at[t->n] = hit;
		hits += hit;
		last = now;
	} while (wl_history_step(line, NULL) == WL_WENT);
	if (hits == 0)
		fail_msg("%s never happens", name);
	check_all(t, name, h, what);
	wl_history_close(line);
	wl_history_close(h);
	free(t);
}

static void
test_others(void **state)
{
	const char *path = history_file("find.uvm", script);
	struct wl_seek_operation op = { .line = 9 };
	struct wl_seek_change change = { .value = free_frames };
	struct wl_seek_state is = { .is = is_short };
	struct wl_sought what = wl_sought_operation(&op);

	(void)state;
	other(path, "line 9", &what, &op, false);
	op = (struct wl_seek_operation){ .failed = true };
	other(path, "failure", &what, &op, false);
	op = (struct wl_seek_operation){ .pid = 4 };
	other(path, "the second child", &what, &op, false);
	what = wl_sought_change(&change);
	other(path, "free frames", &what, NULL, true);
	what = wl_sought_state(&is);
	other(path, "short of memory", &what, NULL, false);
	unlink(path);
}

static void
test_bad_conditions(void **state)
{
	static const char *const bad[] = { "", "p", "p resident",
		"q alive == 1", "p resident buf == ", "p: write buf fails" };
	const char *path = history_file("find.uvm", script);
	struct wl_history *h = history_of(path, "", 0, 0);
	char err[300];

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++) {
		err[0] = '\0';
		assert_null(wl_condition_new(h, bad[i], err, sizeof(err)));
		assert_int_not_equal(err[0], '\0');
	}
	wl_history_close(h);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_bisection),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_bad_conditions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
