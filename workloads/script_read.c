/*
 * Reading a script: lines into statements.
 *
 * The first word decides, except that PROC: begins an operation.  The number
 * of operations that the repeats multiply up to is reckoned on the way, so that
 * a script that would run (almost) for ever is refused before it starts.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "script_form.h"
#include "script_parse.h"
#include "sim/suggest.h"

static void	get_machine(struct wl_parser *, struct wl_stmt *);
static void	get_spawn(struct wl_parser *, struct wl_stmt *);
static void	get_file(struct wl_parser *, struct wl_stmt *);
static void	get_repeat(struct wl_parser *, struct wl_stmt *);
static void	get_end(struct wl_parser *, struct wl_stmt *);
static void	get_expect(struct wl_parser *, struct wl_stmt *);
static void	get_show(struct wl_parser *, struct wl_stmt *);
static void	get_explain(struct wl_parser *, struct wl_stmt *);

static const struct {
	const char     *word;
	void	      (*get)(struct wl_parser *, struct wl_stmt *);
	uint8_t		kind;
} statements[] = {
	{ "machine", get_machine, WL_S_MACHINE },
	{ "spawn", get_spawn, WL_S_SPAWN },
	{ "file", get_file, WL_S_FILE },
	{ "repeat", get_repeat, WL_S_REPEAT },
	{ "end", get_end, WL_S_END },
	{ "expect", get_expect, WL_S_EXPECT },
	{ "show", get_show, WL_S_SHOW },
	{ "explain", get_explain, WL_S_EXPLAIN },
};

/* -------------------------------------------------------------- processes ---- */

const char *
wl_get_proc(struct wl_parser *ps)
{
	const char *start, *name, *near;

	wl_skip(ps);
	start = ps->at;
	name = wl_get_name(ps, "a process");
	if (name == NULL || wl_set_find(ps->procs, name, strlen(name)) != NULL)
		return name;
	near = wl_set_near(ps->procs, name);
	if (near != NULL)
		wl_error_at(ps, start, "no process %.32s; did you mean %s?",
		    name, near);
	else
		wl_error_at(ps, start, "no process %.32s has been spawned or "
		    "forked", name);
	return NULL;
}

static bool
is_name(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "_0123456789") == strlen(s) && (s[0] < '0' || s[0] > '9');
}

const char *
wl_get_new_proc(struct wl_parser *ps)
{
	const char *start, *name;

	wl_skip(ps);
	start = ps->at;
	name = wl_get_path(ps, "a name for the process");
	if (wl_bad(ps))
		return NULL;
	if (!is_name(name)) {
		ps->at = start;
		wl_expected(ps, "a name of letters, digits and _");
	} else if (strcmp(name, "machine") == 0 ||
	    strcmp(name, "kernel") == 0) {
		wl_error_at(ps, start, "a process may not be named %s", name);
	} else if (!wl_set_add(&ps->procs, name)) {
		wl_error_at(ps, start, "no memory left for the script");
	}
	return wl_bad(ps) ? NULL : name;
}

/* ------------------------------------------------------------- statements ---- */

static bool
add_pair(struct wl_parser *ps, const char *pair)
{
	struct wl_script *s = ps->script;
	void *p = realloc(s->pairs, (s->npairs + 1) * sizeof(*s->pairs));

	if (p == NULL) {
		wl_error_at(ps, ps->at, "no memory left for the script");
		return false;
	}
	s->pairs = p;
	s->pairs[s->npairs++] = pair;
	return true;
}

static void
get_machine(struct wl_parser *ps, struct wl_stmt *st)
{
	struct sim_config scratch;
	char err[200];

	(void)st;
	if (ps->begun)
		wl_error_at(ps, ps->line, "the machine must be described "
		    "before anything else");
	sim_config_default(&scratch);
	while (!wl_at_end(ps)) {
		const char *start = ps->at, *pair;
		size_t n = strcspn(start, " \t");

		pair = wl_intern(ps, start, n);
		if (pair != NULL && sim_config_set(&scratch, pair, err,
		    sizeof(err)) != 0)
			wl_error_at(ps, start, "%s", err);
		if (wl_bad(ps) || !add_pair(ps, pair))
			return;
		ps->at = start + n;
	}
}

/* KEY=VALUE, the cursor on KEY: move it to VALUE. */
static void
to_value(struct wl_parser *ps)
{
	ps->at += strcspn(ps->at, "=") + 1;
}

static void
get_limit(struct wl_parser *ps, struct wl_spawn *sp, int limit)
{
	struct sim_rlimit *l = &sp->limit[limit];

	to_value(ps);
	l->cur = l->max = wl_get_number(ps, "a size, or SOFT:HARD");
	if (!wl_bad(ps) && *ps->at == ':') {
		ps->at++;
		l->max = wl_get_number(ps, "a size");
	}
	sp->limited[limit] = true;
}

static void
get_personality(struct wl_parser *ps, struct wl_spawn *sp, const char *value)
{
	const char *names[8];
	size_t n = 0;

	to_value(ps);
	sp->personality = sim_personality_byname(value);
	if (sp->personality != NULL) {
		ps->at += strlen(value);
		return;
	}
	for (; n < NELEM(names) && sim_personalities[n] != NULL; n++)
		names[n] = sim_personalities[n]->name;
	wl_unknown(ps, ps->at, "personality", value, names, n);
}

static void
get_spawn_pair(struct wl_parser *ps, struct wl_spawn *sp)
{
	static const char *const keys[] = { "personality", "pid", "image",
	    "as", "data", "stack", "memlock", "rss" };
	char key[32], value[32];
	const char *start;
	int limit;

	wl_skip(ps);
	start = ps->at;
	if (!wl_peek_pair(ps, key, sizeof(key), value, sizeof(value))) {
		wl_expected(ps, "personality=, pid=, image= or a limit such "
		    "as stack=1M");
	} else if (strcmp(key, "personality") == 0) {
		get_personality(ps, sp, value);
	} else if (strcmp(key, "pid") == 0) {
		uint64_t pid;

		to_value(ps);
		pid = wl_get_number(ps, "a pid");
		if (!wl_bad(ps) && (pid < 1 || pid > 99999999))
			wl_error_at(ps, start, "pid out of range: from 1 to "
			    "99999999");
		sp->pid = (int)pid;
	} else if (strcmp(key, "image") == 0) {
		to_value(ps);
		sp->image = wl_get_path(ps, "a path or none");
		if (sp->image != NULL && strcmp(sp->image, "none") == 0)
			sp->image = "";
	} else if ((limit = wl_limit_byname(key)) >= 0) {
		get_limit(ps, sp, limit);
	} else {
		wl_unknown(ps, start, "key", key, keys, NELEM(keys));
	}
}

static void
get_spawn(struct wl_parser *ps, struct wl_stmt *st)
{
	st->spawn = wl_new(ps, sizeof(*st->spawn));
	if (st->spawn == NULL)
		return;
	st->spawn->name = wl_get_new_proc(ps);
	while (!wl_at_end(ps))
		get_spawn_pair(ps, st->spawn);
}

static void
get_file(struct wl_parser *ps, struct wl_stmt *st)
{
	const char *start;

	st->file.path = wl_get_path(ps, "a path");
	wl_skip(ps);
	start = ps->at;
	st->file.size = wl_get_number(ps, "a size such as 64K");
	if (!wl_bad(ps) && st->file.size > INT64_MAX)
		wl_error_at(ps, start, "file too large; at most %" PRId64
		    " bytes", INT64_MAX);
}

static void
get_repeat(struct wl_parser *ps, struct wl_stmt *st)
{
	uint64_t n = wl_get_number(ps, "a count"), *times;

	if (ps->nopen == WL_SCRIPT_MAXDEPTH)
		wl_error_at(ps, ps->line, "repeats nested too deeply; at most "
		    "%d levels", WL_SCRIPT_MAXDEPTH);
	if (wl_bad(ps))
		return;
	st->repeat.n = n;
	times = &ps->times[ps->nopen];
	times[1] = n != 0 && *times > UINT64_MAX / n ? UINT64_MAX : *times * n;
	ps->open[ps->nopen++] = st;
}

static void
get_end(struct wl_parser *ps, struct wl_stmt *st)
{
	if (ps->nopen == 0)
		wl_error_at(ps, ps->line, "end without a repeat");
	else
		ps->open[--ps->nopen]->repeat.end = st;
}

static void
get_expect(struct wl_parser *ps, struct wl_stmt *st)
{
	st->expect = wl_get_expect(ps);
}

static void
get_show(struct wl_parser *ps, struct wl_stmt *st)
{
	st->show = wl_get_show(ps);
}

static void
get_explain(struct wl_parser *ps, struct wl_stmt *st)
{
	if (wl_at_end(ps))
		st->explain = WL_EXPLAIN_LAST;
	else if (wl_try_word(ps, "on"))
		st->explain = WL_EXPLAIN_ON;
	else if (wl_try_word(ps, "off"))
		st->explain = WL_EXPLAIN_OFF;
	else
		wl_expected(ps, "on, off or the end of the line");
}

/* ------------------------------------------------------------------ lines ---- */

static void
unknown_statement(struct wl_parser *ps, const char *start, const char *word)
{
	const char *names[NELEM(statements)];

	for (size_t i = 0; i < NELEM(statements); i++)
		names[i] = statements[i].word;
	if (word[0] == '\0')
		wl_expected(ps, "a statement such as spawn, or PROCESS:");
	else
		wl_unknown(ps, start, "statement", word, names,
		    NELEM(statements));
}

/* Is the cursor at PROC: ? */
static bool
at_process(struct wl_parser *ps)
{
	const char *back = ps->at;
	char word[2];
	bool yes;

	if (wl_peek_word(ps, word, sizeof(word)) == 0)
		return false;
	(void)wl_get_name(ps, "");
	yes = wl_try_char(ps, ':');
	ps->at = back;
	return yes;
}

/* The statement's own text, for statements that are recorded as written. */
static const char *
statement_text(struct wl_parser *ps)
{
	size_t n = strlen(ps->line), from = strspn(ps->line, " \t");
	char *text;

	while (n > from && strchr(" \t", ps->line[n - 1]) != NULL)
		n--;
	text = wl_new(ps, n - from + 1);
	if (text != NULL)
		memcpy(text, ps->line + from, n - from);
	return text;
}

static void
get_statement(struct wl_parser *ps, struct wl_stmt *st)
{
	const char *start = ps->at;
	char word[32];
	size_t i;

	if (at_process(ps)) {
		st->kind = WL_S_OP;
		st->op = wl_new(ps, sizeof(*st->op));
		if (st->op != NULL)
			wl_get_op(ps, st->op);
		return;
	}
	wl_peek_word(ps, word, sizeof(word));
	for (i = 0; i < NELEM(statements); i++)
		if (wl_try_word(ps, statements[i].word))
			break;
	if (i == NELEM(statements)) {
		unknown_statement(ps, start, word);
		return;
	}
	st->kind = statements[i].kind;
	statements[i].get(ps, st);
	if (st->kind == WL_S_EXPECT || st->kind == WL_S_SHOW ||
	    st->kind == WL_S_EXPLAIN)
		st->text = statement_text(ps);
}

/* Reckon how often the statement just read will run. */
static void
count_ops(struct wl_parser *ps, const struct wl_stmt *st)
{
	uint64_t times = ps->times[ps->nopen], n = 1;

	if (st->kind == WL_S_OP && st->op->access != NULL)
		n = wl_access_ops(st->op->access);
	if (times > 0 && (times > WL_SCRIPT_MAXOPS ||
	    n > WL_SCRIPT_MAXOPS / times ||
	    n * times > WL_SCRIPT_MAXOPS - ps->total)) {
		wl_error_at(ps, ps->line, "the script would run more than %d "
		    "operations", WL_SCRIPT_MAXOPS);
		return;
	}
	ps->total += n * times;
}

static void
read_line(struct wl_parser *ps)
{
	struct wl_stmt *st;

	if (wl_at_end(ps))
		return;
	st = wl_new(ps, sizeof(*st));
	if (st == NULL)
		return;
	st->line = ps->lineno;
	st->col = wl_col(ps, ps->at);
	get_statement(ps, st);
	wl_need_end(ps);
	if (wl_bad(ps))
		return;
	count_ops(ps, st);
	*ps->tail = st;
	ps->tail = &st->next;
	ps->begun = true;
}

/* Cut the comment off; a '#' in quotes is none. */
static void
cut_comment(char *line)
{
	bool quoted = false;

	for (; *line != '\0'; line++) {
		if (*line == '"')
			quoted = !quoted;
		if (*line == '#' && !quoted) {
			*line = '\0';
			return;
		}
	}
}

static void
read_lines(struct wl_parser *ps, struct wl_input *in)
{
	size_t len;
	char *line;
	int n = 1;

	while (!wl_bad(ps) && (n = wl_input_line(in, &line, &len)) == 1) {
		const char *nul = memchr(line, '\0', len);

		ps->line = ps->at = line;
		ps->lineno = (uint32_t)in->line;
		if (in->cut)
			wl_error_at(ps, line, "line too long; at most %zu "
			    "bytes", WL_INPUT_MAXLINE);
		if (nul != NULL)
			wl_error_at(ps, nul, "expected text, got a zero byte");
		cut_comment(line);
		read_line(ps);
	}
	if (wl_bad(ps))
		return;
	ps->line = NULL;
	ps->lineno = in->line > 0 ? (uint32_t)in->line : 1;
	if (n < 0)
		wl_error_at(ps, NULL, "%s", in->error);
	else if (ps->nopen > 0)
		wl_error_at(ps, NULL, "the repeat of line %u has no end",
		    ps->open[ps->nopen - 1]->line);
}

struct wl_script *
wl_script_read(struct wl_input *in, struct wl_script_error *err)
{
	struct wl_parser ps = { .times = { 1 } };

	memset(err, 0, sizeof(*err));
	ps.script = calloc(1, sizeof(*ps.script));
	if (ps.script == NULL || !wl_set_add(&ps.procs, "kernel")) {
		free(ps.script);
		snprintf(err->text, sizeof(err->text), "no memory left for "
		    "the script");
		return NULL;
	}
	ps.script->path = strcmp(in->path, "-") == 0 ? "standard input" :
	    in->path;
	ps.tail = &ps.script->first;
	read_lines(&ps, in);
	free(ps.nodes);
	wl_set_free(&ps.procs);
	if (!wl_bad(&ps))
		return ps.script;
	*err = ps.error;
	wl_script_free(ps.script);
	return NULL;
}

void
wl_script_config(const struct wl_script *s, struct sim_config *config)
{
	char err[200];

	for (size_t i = 0; i < s->npairs; i++)
		(void)sim_config_set(config, s->pairs[i], err, sizeof(err));
}
