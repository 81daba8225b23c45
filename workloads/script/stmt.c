/*
 * Reading of statements, except operations, expect and show.
 *
 * The first word decides, except that PROC: begins an operation.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "parse.h"

static void get_machine(struct wl_parser *, struct wl_stmt *);
static void get_spawn(struct wl_parser *, struct wl_stmt *);
static void get_file(struct wl_parser *, struct wl_stmt *);
static void get_repeat(struct wl_parser *, struct wl_stmt *);
static void get_end(struct wl_parser *, struct wl_stmt *);
static void get_expect(struct wl_parser *, struct wl_stmt *);
static void get_show(struct wl_parser *, struct wl_stmt *);
static void get_explain(struct wl_parser *, struct wl_stmt *);
static void get_set(struct wl_parser *, struct wl_stmt *);
static void get_kva(struct wl_parser *, struct wl_stmt *);
static void get_mount(struct wl_parser *, struct wl_stmt *);
static void get_namecache(struct wl_parser *, struct wl_stmt *);
static void get_ioerror(struct wl_parser *, struct wl_stmt *);
static void get_sample(struct wl_parser *, struct wl_stmt *);

static const struct {
	const char *word;
	void (*get)(struct wl_parser *, struct wl_stmt *);
	uint8_t kind;
} statements[] = {
	{ "machine", get_machine, WL_S_MACHINE },
	{ "spawn", get_spawn, WL_S_SPAWN },
	{ "file", get_file, WL_S_FILE },
	{ "repeat", get_repeat, WL_S_REPEAT },
	{ "end", get_end, WL_S_END },
	{ "expect", get_expect, WL_S_EXPECT },
	{ "show", get_show, WL_S_SHOW },
	{ "explain", get_explain, WL_S_EXPLAIN },
	{ "set", get_set, WL_S_SET },
	{ "kva", get_kva, WL_S_KVA },
	{ "mount", get_mount, WL_S_MOUNT },
	{ "namecache", get_namecache, WL_S_NAMECACHE },
	{ "ioerror", get_ioerror, WL_S_IOERROR },
	{ "sample", get_sample, WL_S_SAMPLE },
};

/* -------------------------------------------------------- processes ---- */

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
		wl_error_at(ps, start,
		    "no process %.32s has been spawned or "
		    "forked",
		    name);
	return NULL;
}

static bool
is_name(const char *s)
{
	return strspn(s,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "_0123456789") == strlen(s) &&
	    (s[0] < '0' || s[0] > '9');
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

/* ------------------------------------------------------- statements ---- */

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
	char err[320];

	(void)st;
	if (ps->begun)
		wl_error_at(ps, ps->line,
		    "the machine must be described "
		    "before anything else");
	sim_config_default(&scratch);
	while (!wl_at_end(ps)) {
		const char *start = ps->at, *pair;
		size_t n = strcspn(start, " \t");

		pair = wl_intern(ps, start, n);
		if (pair != NULL &&
		    sim_config_set(&scratch, pair, err, sizeof(err)) != 0)
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
	static const char *const keys[] = { "personality", "pid", "image", "as",
		"data", "stack", "memlock", "rss" };
	char key[32], value[32];
	const char *start;
	int limit;

	wl_skip(ps);
	start = ps->at;
	if (!wl_peek_pair(ps, key, sizeof(key), value, sizeof(value))) {
		wl_expected(ps,
		    "personality=, pid=, image= or a limit such "
		    "as stack=1M");
	} else if (strcmp(key, "personality") == 0) {
		get_personality(ps, sp, value);
	} else if (strcmp(key, "pid") == 0) {
		uint64_t pid;

		to_value(ps);
		pid = wl_get_number(ps, "a pid");
		if (!wl_bad(ps) && (pid < 1 || pid > SIM_MAXPID))
			wl_error_at(ps, start, "pid out of range: from 1 to %d",
			    SIM_MAXPID);
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
	st->file = wl_get_file(ps);
}

static void
get_mount(struct wl_parser *ps, struct wl_stmt *st)
{
	st->mount = wl_get_mount(ps);
}

static void
get_namecache(struct wl_parser *ps, struct wl_stmt *st)
{
	st->name.drop = wl_try_word(ps, "drop");
	if (!st->name.drop && !wl_try_word(ps, "add"))
		wl_expected(ps, "drop or add");
	else
		st->name.path = wl_get_path(ps, "a path");
}

static void
get_ioerror(struct wl_parser *ps, struct wl_stmt *st)
{
	st->ioerror = wl_get_ioerror(ps);
}

static void
get_repeat(struct wl_parser *ps, struct wl_stmt *st)
{
	uint64_t n = wl_get_number(ps, "a count"), *times;

	if (ps->nopen == WL_SCRIPT_MAXDEPTH)
		wl_error_at(ps, ps->line,
		    "repeats nested too deeply; at most "
		    "%d levels",
		    WL_SCRIPT_MAXDEPTH);
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
	static const struct {
		const char *word;
		uint8_t what;
	} words[] = {
		{ "on", WL_EXPLAIN_ON },
		{ "off", WL_EXPLAIN_OFF },
		{ "faults", WL_EXPLAIN_FAULTS },
		{ "failures", WL_EXPLAIN_FAILURES },
	};
	static const char *const names[] = { "on", "off", "faults", "failures",
		"full" };
	struct wl_explain *x = wl_new(ps, sizeof(*x));
	const char *start;

	if ((st->explain = x) == NULL)
		return;
	x->what = WL_EXPLAIN_LAST;
	for (size_t i = 0; i < NELEM(words); i++)
		if (wl_try_word(ps, words[i].word)) {
			x->what = words[i].what;
			break;
		}
	x->full = x->what != WL_EXPLAIN_OFF && wl_try_word(ps, "full");
	if (wl_bad(ps) || wl_at_end(ps))
		return;
	if (x->what != WL_EXPLAIN_LAST || x->full) {
		wl_expected(ps,
		    x->full || x->what == WL_EXPLAIN_OFF ?
			"the end of the line" :
			"full or the end of the line");
		return;
	}
	start = ps->at;
	x->proc = wl_get_name(ps, "on, off, a process or the end of the line");
	if (!wl_bad(ps) &&
	    wl_set_find(ps->procs, x->proc, strlen(x->proc)) == NULL)
		wl_unknown(ps, start, "thing to explain:", x->proc, names,
		    NELEM(names));
	x->full = !wl_bad(ps) && wl_try_word(ps, "full");
}

static void
get_set(struct wl_parser *ps, struct wl_stmt *st)
{
	st->set = wl_get_set(ps);
}

static void
get_kva(struct wl_parser *ps, struct wl_stmt *st)
{
	st->kva = wl_get_kva(ps);
}

static void
get_sample(struct wl_parser *ps, struct wl_stmt *st)
{
	st->sample.now = wl_at_end(ps);
	if (st->sample.now || wl_try_word(ps, "off"))
		return;
	if (!wl_try_word(ps, "every")) {
		wl_expected(ps, "every N, off or the end of the line");
		return;
	}
	st->sample.every = wl_get_number(ps, "a number of operations");
	if (!wl_bad(ps) && st->sample.every == 0)
		wl_error_at(ps, ps->at,
		    "samples lie one operation apart or more");
}

/* -------------------------------------------------------- which one ---- */

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

void
wl_get_statement(struct wl_parser *ps, struct wl_stmt *st)
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
	    st->kind == WL_S_EXPLAIN || st->kind == WL_S_SAMPLE)
		st->text = statement_text(ps);
}
