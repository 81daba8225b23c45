/*
 * Scripts in memory, and questions that a run of one answers.
 *
 * A question's script gets one more line, an expectation that nobody looks at:
 * what was got is the answer (wl_run.judged).  Each choice is an expectation of
 * its own in a run of its own, because it may be an operation.
 */
#include <stdlib.h>
#include <string.h>

#include "lesson.h"
#include "workloads/io/memstream.h"
#include "workloads/script/script.h"

static void
tell(const char *path, const struct wl_script_error *e, char *err, size_t len)
{
	char place[WL_SCRIPT_PLACE];

	snprintf(err, len, "%s%s: %s", path, wl_script_place(e, place),
	    e->text);
}

static bool
set_pairs(struct sim_config *config, const char *pairs, char *err, size_t len)
{
	char pair[128];
	size_t n;

	for (; pairs != NULL && *(pairs += strspn(pairs, " ")) != '\0';
	     pairs += n) {
		n = strcspn(pairs, " ");
		if (n >= sizeof(pair)) {
			snprintf(err, len, "expected KEY=VALUE, got %s", pairs);
			return false;
		}
		memcpy(pair, pairs, n);
		pair[n] = '\0';
		if (sim_config_set(config, pair, err, len) != 0)
			return false;
	}
	return true;
}

bool
wl_try_run(const struct wl_try *t, char *err, size_t errlen)
{
	struct wl_input *in = wl_input_memory(t->path, t->text, strlen(t->text),
	    err, errlen);
	struct wl_script_error error;
	struct wl_run run = { .out = t->out,
		.tool = t->tool,
		.judged = t->judged,
		.judged_ctx = t->ctx };
	struct wl_script *script;
	struct sim_config config;
	bool ok;

	if (in == NULL)
		return false;
	script = wl_script_read(in, &error);
	wl_input_close(in);
	if (script == NULL) {
		tell(t->path, &error, err, errlen);
		return false;
	}
	sim_config_default(&config);
	wl_script_config(script, &config);
	ok = set_pairs(&config, t->pairs, err, errlen) &&
	    sim_machine_create(&config, &run.machine, err, errlen) == 0;
	if (ok) {
		run.script = script;
		ok = wl_script_run(&run);
		if (!ok)
			tell(t->path, &run.error, err, errlen);
		else if (t->done != NULL)
			t->done(t->done_ctx, run.machine);
		sim_machine_destroy(run.machine);
	}
	wl_script_free(script);
	return ok;
}

/* ---------------------------------------------------------- questions ---- */

struct look {
	uint32_t line;
	bool seen, met;
	char got[WL_LESSON_ANSWER];
};

static void
see(void *ctx, uint32_t line, bool met, const char *got)
{
	struct look *l = ctx;

	if (line != l->line)
		return;
	l->seen = true;
	l->met = met;
	snprintf(l->got, sizeof(l->got), "%s", got);
}

/* The script up to and with the line `until'. => its length, 0: no such line */
static size_t
length_until(const char *text, const char *until)
{
	const char *line = text, *p;
	size_t n;

	if (until == NULL)
		return strlen(text);
	for (; *line != '\0'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		p = line + strspn(line, " \t");
		if (strncmp(p, until, strlen(until)) == 0 &&
		    strchr(" \t\n#", p[strlen(until)]) != NULL)
			return (size_t)(line - text) + n;
	}
	return 0;
}

static char *
build(const struct wl_question *q, const char *expectation, uint32_t *line,
    char *err, size_t errlen)
{
	const struct wl_embedded *e = wl_embed_find(wl_embed_lessons,
	    q->script);
	char *text = NULL;
	size_t len = 0, n;
	FILE *fp;

	if (e == NULL) {
		snprintf(err, errlen, "there is no script %s", q->script);
		return NULL;
	}
	n = length_until(e->data, q->until);
	if (n == 0) {
		snprintf(err, errlen, "%s has no line '%s'", q->script,
		    q->until);
		return NULL;
	}
	if ((fp = wl_memstream(&text, &len)) == NULL) {
		snprintf(err, errlen, "no memory");
		return NULL;
	}
	fprintf(fp, "%.*s\n%s", (int)n, e->data,
	    q->then != NULL ? q->then : "");
	fprintf(fp, "expect %s\n", expectation);
	if (fclose(fp) != 0) {
		snprintf(err, errlen, "no memory");
		return NULL;
	}
	*line = 0;
	for (const char *p = text; p != NULL && *p != '\0'; ++*line)
		p = strchr(p, '\n') + 1;
	return text;
}

/* One run that ends in an expectation. => false: err says why not */
static bool
look(const struct wl_question *q, const struct wl_lesson_host *host,
    const char *pairs, const char *expectation, struct look *l, char *err,
    size_t errlen)
{
	struct wl_try t = { .path = q->script,
		.pairs = pairs,
		.tool = host->tool,
		.judged = see,
		.ctx = l };
	char *text;
	bool ok;

	memset(l, 0, sizeof(*l));
	text = build(q, expectation, &l->line, err, errlen);
	if (text == NULL)
		return false;
	t.text = text;
	ok = wl_try_run(&t, err, errlen);
	free(text);
	if (ok && !l->seen) {
		snprintf(err, errlen, "nothing came of expect %s", expectation);
		ok = false;
	}
	return ok;
}

/* What a measure gives. */
static bool
measure(const struct wl_question *q, const struct wl_lesson_host *host,
    const char *pairs, const char *what, char got[WL_LESSON_ANSWER], char *err,
    size_t errlen)
{
	char expectation[200];
	struct look l;

	snprintf(expectation, sizeof(expectation), "%s == 0", what);
	if (!look(q, host, pairs, expectation, &l, err, errlen))
		return false;
	if (strncmp(l.got, "no value", 8) == 0) {
		snprintf(err, errlen, "%s: %s", what, l.got);
		return false;
	}
	memcpy(got, l.got, WL_LESSON_ANSWER);
	return true;
}

static bool
pick(const struct wl_question *q, unsigned right, unsigned nright,
    char answer[WL_LESSON_ANSWER], char *err, size_t errlen)
{
	if (nright != 1) {
		snprintf(err, errlen,
		    "%u of the choices of question %u are right", nright,
		    q->number);
		return false;
	}
	snprintf(answer, WL_LESSON_ANSWER, "%c", 'a' + right);
	return true;
}

static bool
answer_choices(const struct wl_question *q, const struct wl_lesson_host *host,
    char answer[WL_LESSON_ANSWER], char *err, size_t errlen)
{
	unsigned right = 0, nright = 0;
	struct look l;

	for (unsigned i = 0; i < q->nchoices; i++) {
		if (!look(q, host, q->pairs, q->choice[i].test, &l, err,
			errlen))
			return false;
		if (l.met)
			right = i;
		nright += l.met;
	}
	return pick(q, right, nright, answer, err, errlen);
}

static bool
answer_cases(const struct wl_question *q, const struct wl_lesson_host *host,
    char answer[WL_LESSON_ANSWER], char *err, size_t errlen)
{
	const char *what = q->least != NULL ? q->least : q->most;
	unsigned right = 0, nright = 0;
	uint64_t v, best = 0;
	char got[WL_LESSON_ANSWER];

	for (unsigned i = 0; i < q->nchoices; i++) {
		if (!measure(q, host, q->choice[i].test, what, got, err,
			errlen))
			return false;
		v = strtoull(got, NULL, 0);
		if (i == 0 || (q->least != NULL ? v < best : v > best)) {
			best = v;
			right = i;
			nright = 0;
		}
		nright += v == best;
	}
	return pick(q, right, nright, answer, err, errlen);
}

/* The first member of that name in a text of JSON. */
static bool
take(const char *json, const char *key, char answer[WL_LESSON_ANSWER])
{
	char name[80];
	const char *p;

	snprintf(name, sizeof(name), "\"%s\":", key);
	p = strstr(json, name);
	if (p == NULL)
		return false;
	p += strlen(name);
	p += *p == '"';
	snprintf(answer, WL_LESSON_ANSWER, "%.*s", (int)strcspn(p, "\",}]\n"),
	    p);
	return true;
}

static bool
answer_command(const struct wl_question *q, const struct wl_lesson_host *host,
    char answer[WL_LESSON_ANSWER], char *err, size_t errlen)
{
	char *out = NULL;
	bool ok;

	if (host->command == NULL ||
	    host->command(host->ctx, q->command, &out) < 0) {
		snprintf(err, errlen, "cannot run '%s'", q->command);
		return false;
	}
	ok = take(out, q->take, answer);
	if (!ok)
		snprintf(err, errlen, "'%s' prints no \"%s\"", q->command,
		    q->take);
	free(out);
	return ok;
}

bool
wl_question_answer(const struct wl_question *q,
    const struct wl_lesson_host *host, char answer[WL_LESSON_ANSWER], char *err,
    size_t errlen)
{
	if (q->command != NULL)
		return answer_command(q, host, answer, err, errlen);
	if (q->cases)
		return answer_cases(q, host, answer, err, errlen);
	if (q->nchoices > 0)
		return answer_choices(q, host, answer, err, errlen);
	return measure(q, host, q->pairs, q->answer, answer, err, errlen);
}
