/*
 * Histories for tests.
 */
#include "history_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* cmocka wants the headers above first */
#include <cmocka.h>

#include "tests/pairs.h"

unsigned history_reports;

static bool
configure(void *ctx, struct sim_config *c)
{
	char err[320];

	if (pairs_set(c, ctx, err, sizeof(err)) == 0)
		return true;
	print_error("%s\n", err);
	return false;
}

static void
report(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
	history_reports++;
}

struct wl_history *
history_of(const char *path, const char *machine, uint64_t every, size_t memory)
{
	char err[800];
	struct wl_history_config c = { .path = path,
		.input = wl_input_open(path, err, sizeof(err)),
		.memory = memory,
		.every = every,
		.configure = configure,
		.report = report,
		.ctx = (void *)(uintptr_t)machine };
	struct wl_history *h = NULL;

	history_reports = 0;
	if (c.input == NULL)
		fail_msg("%s: %s", path, err);
	else if (wl_history_open(&c, &h, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return h;
}

struct history_bytes
history_core(struct wl_history *h)
{
	struct history_bytes b = { NULL, 0 };

	assert_int_equal(sim_core_save_memory(wl_history_machine(h), &b.data,
			     &b.len),
	    0);
	return b;
}

static void
same_moment(struct wl_history *a, struct wl_history *b)
{
	const struct wl_moment *x = wl_history_moment(a);
	const struct wl_moment *y = wl_history_moment(b);

	assert_int_equal(x->n, y->n);
	assert_string_equal(x->text, y->text);
	assert_int_equal(x->line, y->line);
	assert_int_equal(x->pid, y->pid);
	assert_int_equal(x->err, y->err);
	assert_int_equal(x->ret, y->ret);
	assert_int_equal(x->part, y->part);
	assert_int_equal(x->parts, y->parts);
	assert_int_equal(wl_history_next_line(a), wl_history_next_line(b));
}

void
history_same(struct wl_history *h, const char *path, const char *machine,
    uint64_t n)
{
	struct wl_history *fresh = history_of(path, machine, UINT64_MAX, 0);
	struct history_bytes a, b;

	while (
	    wl_history_at(fresh) < n && wl_history_step(fresh, NULL) == WL_WENT)
		;
	(void)wl_history_goto(h, n);
	assert_int_equal(wl_history_at(h), wl_history_at(fresh));
	a = history_core(h);
	b = history_core(fresh);
	if (a.len != b.len || memcmp(a.data, b.data, a.len) != 0)
		fail_msg("%s (%s): operation %llu is another state", path,
		    machine, (unsigned long long)n);
	same_moment(h, fresh);
	free(a.data);
	free(b.data);
	wl_history_close(fresh);
}

const char *
history_file(const char *name, const char *text)
{
	static char path[200];
	const char *dir = getenv("TMPDIR");
	FILE *fp;

	snprintf(path, sizeof(path), "%s/history-%d-%s",
	    dir != NULL ? dir : "/tmp", (int)getpid(), name);
	fp = fopen(path, "w");
	assert_non_null(fp);
	fputs(text, fp);
	fclose(fp);
	return path;
}

uint64_t
history_random(uint64_t *seed, uint64_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return n > 0 ? (*seed >> 20) % n : 0;
}
