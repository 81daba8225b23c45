/*
 * A report without memory: the whole page, or none; likewise each figure.
 */
#include "shortage.h"

#include <stdlib.h>
#include <string.h>

#include "api/report/figure.h"
#include "api/report/report.h"
#include "tests/history_text.h"
#include "workloads/script/exec.h"

static const char
    script[] = "machine ram=256K swap=1M\nfile /data 64K\nspawn a\n"
	       "a: m = mmap 192K rw private anon\na: write m 192K\na: fork b\n"
	       "b: write m 64K\na: fd = open(\"/data\", O_RDWR)\n"
	       "a: f = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0)\n"
	       "a: write f 64K\na: mprotect m+8K 8K r\nb: munmap m+32K 16K\n"
	       "b: exit\na: read m 128K\n";

struct world {
	struct report r;
	struct wl_history *run;
	vm_event_fn *hear;
	bool counts; /* collecting does */
};

static void *
make(const struct shortage *s)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->run = history_of_text(script);
	w->r.title = w->r.source = w->r.about = "a run";
	w->counts = s->arg == NULL;
	if (strcmp(s->name, "joined") == 0)
		w->r.limit.moments = 4;
	return w;
}

static void
drop(void *world)
{
	struct world *w = world;

	report_fini(&w->r);
	wl_history_close(w->run);
	free(w);
}

/* What the report does counts, the machine's own work does not. */
static void
hear(void *ctx, const struct vm_event *ev)
{
	struct world *w = ctx;

	shortage_counts(w->counts);
	w->hear(&w->r, ev);
	shortage_counts(false);
}

/* One operation. => false: that was the last one */
static bool
step(struct world *w)
{
	struct wl_story *story = report_story(&w->r);
	const struct wl_moment *at;
	const struct wl_exec *ex;
	bool went;

	shortage_counts(false);
	wl_history_tell_story(w->run, story);
	went = wl_history_step(w->run, NULL) == WL_WENT;
	if (!went)
		return false;
	at = wl_history_done(w->run);
	if (!at->access)
		at = wl_history_moment(w->run);
	assert_false(at->nomem);
	ex = wl_history_exec(w->run);
	shortage_counts(w->counts);
	report_moment(&w->r,
	    &(struct report_op){ .line = at->line,
		.pid = at->pid,
		.access = at->access,
		.va = at->va,
		.len = at->len,
		.type = at->type,
		.err = at->err,
		.told = story != NULL && (at->access || ex->last.op != NULL),
		.text = at->text });
	return !w->r.nomem;
}

static bool
collect(struct world *w)
{
	struct vm *vm = &wl_history_machine(w->run)->vm;
	bool ok;

	if (!report_begin(&w->r, wl_history_machine(w->run)))
		return false;
	w->hear = vm->event_fn;
	vm->event_fn = hear;
	vm->event_ctx = w;
	while (step(w))
		;
	vm->event_fn = w->hear;
	vm->event_ctx = &w->r;
	shortage_counts(w->counts);
	ok = report_end(&w->r);
	assert_ptr_equal(vm->event_fn, w->r.next_fn);
	return ok;
}

static int
call(const struct shortage *s, void *world, FILE *out)
{
	const char *figure = s->arg;
	struct world *w = world;
	bool ok;

	shortage_counts(w->counts);
	ok = collect(w);
	shortage_counts(true);
	if (ok && figure == NULL)
		ok = report_write(&w->r, out);
	else if (ok)
		ok = report_figure(&w->r, figure, out);
	shortage_counts(false);
	assert_false(ok && w->r.nomem);
	return ok ? 0 : ENOMEM;
}

static void
test_page(void **state)
{
	const struct shortage s = { .name = "page",
		.make = make,
		.drop = drop,
		.call = call,
		.once = true,
		.parts = true,
		.most = 100 };

	(void)state;
	assert_true(shortage_try(&s) > 100);
}

/* Moments joined by pairs, while the run goes on. */
static void
test_joined(void **state)
{
	const struct shortage s = { .name = "joined",
		.make = make,
		.drop = drop,
		.call = call,
		.once = true,
		.parts = true,
		.most = 360 };

	(void)state;
	assert_true(shortage_try(&s) > 100);
}

static void
test_figures(void **state)
{
	static const char *const figures[] = { "map", "pagetable", "frames",
		"heat", "faults", "rss", "wset", "mrc" };

	(void)state;
	for (size_t i = 0; i < NELEM(figures); i++) {
		const struct shortage s = { .name = figures[i],
			.make = make,
			.drop = drop,
			.call = call,
			.once = true,
			.parts = true,
			.arg = figures[i],
			.most = 20 };

		assert_true(shortage_try(&s) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_joined),
		cmocka_unit_test(test_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
