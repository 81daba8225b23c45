/*
 * Stepping for tests.
 */
#include "step_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* cmocka wants the headers above first */
#include <cmocka.h>

#include "tests/pairs.h"

static bool
configure(void *ctx, int side, struct sim_config *c)
{
	const struct step_talk *t = ctx;
	char err[320];

	if (pairs_set(c, side == 1 ? t->right : "", err, sizeof(err)) == 0)
		return true;
	print_error("%s\n", err);
	return false;
}

static bool
progress(void *ctx, uint64_t at)
{
	const struct step_talk *t = ctx;

	return t->enough == 0 || at < t->enough;
}

int
step_open(struct step_talk *t, struct wl_step_config *c, bool two,
    const char *path, char *err, size_t errlen)
{
	t->out = c->out = open_memstream(&t->said, &t->len);
	t->err = c->err = open_memstream(&t->complained, &t->errlen);
	c->path = path;
	c->ctx = t;
	for (int i = 0; i < 1 + two; i++)
		c->input[i] = wl_input_open(path, err, errlen);
	return wl_step_open(c, &t->s, err, errlen);
}

static void
begin(struct step_talk *t, const char *path, const char *right)
{
	struct wl_step_config c = { .name = { "left", right },
		.configure = configure,
		.progress = progress };
	char err[800];

	*t = (struct step_talk){ .right = right };
	if (step_open(t, &c, right != NULL, path, err, sizeof(err)) != 0)
		fail_msg("%s", err);
}

void
step_begin(struct step_talk *t, const char *path)
{
	begin(t, path, NULL);
}

void
step_begin_two(struct step_talk *t, const char *path, const char *right)
{
	begin(t, path, right);
}

void
step_end(struct step_talk *t)
{
	wl_step_close(t->s);
	fclose(t->out);
	fclose(t->err);
	free(t->said);
	free(t->complained);
}

/* What it makes of the streams; => from where on they are new */
static void
speak(struct step_talk *t, const char *command, long *out, long *err)
{
	*out = ftell(t->out);
	*err = ftell(t->err);
	(void)wl_step_do(t->s, command);
	fflush(t->out);
	fflush(t->err);
}

const char *
step_says(struct step_talk *t, const char *command)
{
	static char copy[20000];
	long out, err;

	speak(t, command, &out, &err);
	snprintf(copy, sizeof(copy), "%s", t->said + out);
	return copy;
}

uint64_t
step_at(const struct step_talk *t)
{
	return wl_history_at(wl_step_history(t->s, 0));
}

/* Is it what was wanted? */
static void
judge(const char *commands, const char *what, const char *got, const char *want)
{
	if (want == NULL ||
	    (want[0] == '\0' ? got[0] == '\0' : strstr(got, want) != NULL))
		return;
	fail_msg("%s: %s '%s', expected '%s'", commands, what, got, want);
}

void
step_rows(struct step_talk *t, const struct step_row *row, size_t n)
{
	for (size_t i = 0; i < n; i++, row++) {
		char *text = strdup(row->commands), *at = text, *command;
		long out = 0, err = 0;

		while ((command = strsep(&at, ";")) != NULL)
			speak(t, command, &out, &err);
		judge(row->commands, "said", t->said + out, row->said);
		judge(row->commands, "complained", t->complained + err,
		    row->complained);
		if (row->at != STEP_ANYWHERE && step_at(t) != row->at)
			fail_msg("%s: at operation %llu, expected %llu",
			    row->commands, (unsigned long long)step_at(t),
			    (unsigned long long)row->at);
		free(text);
	}
}
