/*
 * What a report says when there is more than it holds, and what is not
 * ordinary: few stories, few touches, no references, odd names, files that
 * cannot be written; figures of very little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "api/report/figure.h"
#include "api/report/report.h"
#include "tests/history_text.h"
#include "workloads/script/exec.h"

static const char *const figures[] = { "map", "pagetable", "frames", "heat",
	"faults", "rss", "wset", "mrc" };

/* Figures of a state; of a run; of one with references. */
#define STATE "map pagetable frames "
#define RUN "faults rss "
#define REFS "heat wset mrc "

/* A report of a script's run; begin() with its limits set. */
struct run {
	struct report r;
	struct wl_history *run;
};

static struct run *
new_run(const char *script)
{
	struct run *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->run = history_of_text(script);
	w->r.title = w->r.source = w->r.about = "a run";
	return w;
}

static void
collect(struct run *w)
{
	struct wl_story *story = NULL;

	while (wl_history_tell_story(w->run, story = report_story(&w->r)),
	    wl_history_step(w->run, NULL) == WL_WENT) {
		const struct wl_moment *at = wl_history_done(w->run);
		const struct wl_exec *ex = wl_history_exec(w->run);

		if (!at->access)
			at = wl_history_moment(w->run);
		report_moment(&w->r,
		    &(struct report_op){ .line = at->line,
			.pid = at->pid,
			.access = at->access,
			.va = at->va,
			.len = at->len,
			.type = at->type,
			.err = at->err,
			.told = story != NULL &&
			    (at->access || ex->last.op != NULL),
			.text = at->text });
	}
	assert_true(report_end(&w->r));
}

static void
free_run(struct run *w)
{
	report_fini(&w->r);
	wl_history_close(w->run);
	free(w);
}

/* => how many stories, not texts, of operations from..to */
static size_t
stories(const struct report *r, uint64_t from, uint64_t to)
{
	const struct report_column *c = &r->col[REPORT_STORY_OP];
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		const uint64_t op = (uint64_t)c->v[i];

		n += (op & 1) == 0 && op >> 1 >= from && op >> 1 <= to;
	}
	return n;
}

/* => how often a word stands in what was drawn or written; *ok: was it? */
static size_t
count_in(struct report *r, const char *figure, const char *word, bool *ok)
{
	char *text = NULL;
	size_t len, n = 0;
	FILE *fp = open_memstream(&text, &len);

	assert_non_null(fp);
	*ok = figure != NULL ? report_figure(r, figure, fp) :
			       report_write(r, fp);
	assert_int_equal(fclose(fp), 0);
	for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
		n++;
	free(text);
	return n;
}

/* -------------------------------------------------------------- limits ---- */

static const char long_script
    [] = "machine ram=1M\nspawn a image=none\n"
	 "a: m = mmap 64K rw private anon\nrepeat 1500\na: write m 4K\n"
	 "a: read m+4K 4K\nend\n";

static const char short_script
    [] = "machine ram=1M\nspawn a image=none\n"
	 "a: m = mmap 64K rw private anon\nrepeat 150\na: write m 4K\n"
	 "a: read m+4K 4K\nend\n";

/* When there is no more room, what is near the operation asked about is told
 * all the same, and nothing else. */
static void
test_story(void **state)
{
	struct run *w = new_run(long_script);

	(void)state;
	w->r.limit.story = 40;
	assert_true(report_begin(&w->r, wl_history_machine(w->run)));
	collect(w);
	assert_int_equal(w->r.ops, 3002);
	assert_true(stories(&w->r, 1, 30) > 0);
	assert_int_equal(stories(&w->r, 100, 3002), 0);
	free_run(w);

	w = new_run(long_script);
	w->r.limit.story = 40;
	w->r.at = 1500;
	assert_true(report_begin(&w->r, wl_history_machine(w->run)));
	collect(w);
	assert_int_equal(stories(&w->r, 100, 500), 0);
	assert_int_equal(stories(&w->r, 502, 2499), 2499 - 502 + 1);
	assert_int_equal(stories(&w->r, 2501, 3002), 0);
	free_run(w);
}

static void
take_name(void *ctx, const char *name, const uint64_t *frames,
    const uint64_t *misses, size_t n)
{
	char *names = ctx;

	/* A touch of two pages: two misses in any memory of two frames. */
	assert_int_equal(misses[n - 1], frames[n - 1]);
	strcat(strcat(names, name), " ");
}

/* Of touches that are not kept only LRU's curve is known. */
static void
test_touches(void **state)
{
	static const struct {
		uint64_t limit;
		const char *names;
	} row[] = {
		{ 0, "lru opt fifo clock arc s3fifo " },
		{ 300, "lru opt fifo clock arc s3fifo " },
		{ 299, "lru " },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		struct run *w = new_run(short_script);
		char names[100] = "";

		w->r.limit.touches = row[i].limit;
		assert_true(report_begin(&w->r, wl_history_machine(w->run)));
		collect(w);
		assert_int_equal(w->r.touches, 300);
		report_curves(&w->r, take_name, names);
		assert_string_equal(names, row[i].names);
		free_run(w);
	}
}

/* Where looking at everything would take too long, what was marked is looked
 * at: the operations are all there, and pages that faulted. */
static void
test_scans(void **state)
{
	struct run *w = new_run(short_script);

	(void)state;
	assert_true(report_begin(&w->r, wl_history_machine(w->run)));
	w->r.scanned = UINT64_MAX / 2;
	collect(w);
	assert_int_equal(w->r.col[REPORT_OP_KIND].n, 302);
	assert_int_equal(w->r.npages, 2);
	for (uint32_t i = 1; i <= 2; i++)
		assert_true(w->r.page[i].bits & REPORT_PTE_MAPPED);
	free_run(w);
}

/* ------------------------------------------------------------- figures ---- */

static void
check_figures(const char *script, const char *can)
{
	struct run *w = new_run(script);
	bool ok;

	assert_true(report_begin(&w->r, wl_history_machine(w->run)));
	collect(w);
	for (size_t i = 0; i < NELEM(figures); i++) {
		const bool may = strstr(can, figures[i]) != NULL;

		if (count_in(&w->r, figures[i], "nan", &ok) != 0 || ok != may)
			fail_msg("%s of \"%s\": %sdrawn", figures[i], script,
			    ok ? "" : "not ");
		if (!may)
			assert_non_null(strstr(report_figure_why(&w->r,
						   figures[i]),
			    w->r.ops == 0 ? "needs a run" : "no references"));
	}
	free_run(w);
}

/* Runs in which there is next to nothing, and what can be drawn of them. */
static void
test_little(void **state)
{
	(void)state;
	check_figures("machine ram=64K\n", STATE);
	check_figures("machine ram=64K\nspawn a image=none\n", STATE RUN);
	check_figures("machine ram=64K\nspawn a image=none\n"
		      "a: m = mmap 4K rw private anon\na: write m 4K\n",
	    STATE RUN REFS);
	check_figures("machine ram=64K\nspawn a image=none\n"
		      "a: m = mmap 8K rw private anon\na: write m 8K\n"
		      "a: munmap m 4K\na: munmap m+4K 4K\na: exit\n",
	    STATE RUN REFS);
}

static void
test_figure_names(void **state)
{
	struct run *w = new_run("machine ram=64K\nspawn a image=none\n");
	FILE *full = fopen("/dev/full", "w");
	bool ok;

	(void)state;
	assert_true(report_begin(&w->r, wl_history_machine(w->run)));
	collect(w);
	assert_false(report_figure_known("nothing"));
	assert_int_equal(count_in(&w->r, "nothing", "svg", &ok), 0);
	assert_false(ok);
	assert_string_equal(report_figure_why(&w->r, "nothing"),
	    "the figure cannot be drawn");
	if (full != NULL) {
		setvbuf(full, NULL, _IONBF, 0);
		assert_false(report_figure(&w->r, "map", full));
		assert_false(report_write(&w->r, full));
		fclose(full);
	}
	w->r.nomem = true;
	assert_int_equal(count_in(&w->r, "map", "svg", &ok), 0);
	assert_false(ok);
	assert_int_equal(count_in(&w->r, NULL, "html", &ok), 0);
	assert_false(ok);
	free_run(w);
}

/* More processes than there are colours, more entries, pages and frames than
 * are drawn: the rest is counted. */
static void
test_many(void **state)
{
	char script[20000] = "machine ram=32M\n"
			     "file \"/odd <name> & \\303\\251\" 64K\n";
	size_t n = strlen(script);
	struct run *w;
	bool ok;

	(void)state;
	for (int i = 0; i < 9; i++)
		n += (size_t)snprintf(script + n, sizeof(script) - n,
		    "spawn process_with_a_long_name_%d image=none\n", i);
	n += (size_t)snprintf(script + n, sizeof(script) - n,
	    "process_with_a_long_name_0: m = mmap 16M rw private anon\n"
	    "process_with_a_long_name_0: write m 16M\n");
	for (int i = 0; i < 60; i++)
		n += (size_t)snprintf(script + n, sizeof(script) - n,
		    "process_with_a_long_name_0: mprotect m+%dK 4K r\n", 8 * i);
	w = new_run(script);
	assert_true(report_begin(&w->r, wl_history_machine(w->run)));
	collect(w);
	assert_int_equal(count_in(&w->r, "map", " more</text>", &ok), 1);
	assert_int_equal(count_in(&w->r, "pagetable", " more entries</text>",
			     &ok),
	    1);
	assert_int_equal(count_in(&w->r, "frames", " more frames</text>", &ok),
	    1);
	/* seven of nine, and a legend no wider than the picture */
	assert_int_equal(count_in(&w->r, "rss", "<polyline", &ok), 7);
	assert_in_range(count_in(&w->r, "frames", "process_with", &ok), 1, 5);
	free_run(w);
}

/* --------------------------------------------------------------- texts ---- */

static void
check_text(void (*put)(FILE *, const char *), const char *in, const char *out)
{
	char *text = NULL;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	assert_non_null(fp);
	put(fp, in);
	fclose(fp);
	assert_string_equal(text, out);
	free(text);
}

static void
base64(FILE *fp, const char *in)
{
	report_base64(fp, (const uint8_t *)in, strlen(in));
}

/* The vectors of RFC 4648; what HTML and JSON need. */
static void
test_texts(void **state)
{
	static const char *const vector[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };

	(void)state;
	for (size_t i = 0; i < NELEM(vector); i++)
		check_text(base64, vector[i][0], vector[i][1]);
	check_text(report_put_escaped, "a<b> & \"c\"\n\1",
	    "a&lt;b&gt; &amp; &quot;c&quot;  ");
	check_text(report_json_string, "a\"\\\t<&>\177\303\251~",
	    "\"a\\\"\\\\\\t\\u003c\\u0026\\u003e\\u007f\303\251~\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_touches),
		cmocka_unit_test(test_scans),
		cmocka_unit_test(test_little),
		cmocka_unit_test(test_figure_names),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
