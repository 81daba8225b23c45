/*
 * Histories of workload scripts.
 *
 * The executor of `uvmsim run', a statement at a time, or a reference of a
 * pattern; its cursor says what comes next.  Statements that only look are done
 * where somebody wants to read what they print, and are passed over elsewhere.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "workloads/script/exec.h"
#include "workloads/script/lines.h"

struct script_run {
	struct wl_script *script;
	struct wl_run run;
	struct wl_exec ex;
	struct wl_cursor cursor;
	const struct wl_stmt *done; /* the last one that acted */
	bool begun;                 /* ex is there */
};

/* -------------------------------------------------- opening, closing ---- */

static bool
keep_lines(struct wl_history *h)
{
	struct wl_input *in = h->config.input;
	size_t len;
	char *line;

	while (wl_input_line(in, &line, &len) == 1)
		if (!wl_lines_add(&h->lines, line, len))
			return false;
	return !in->failed && wl_input_rewind(in);
}

static int
refuse(struct wl_history *h, const struct wl_script_error *e, char *err,
    size_t errlen)
{
	char place[WL_SCRIPT_PLACE];

	snprintf(err, errlen, "%s%s: %s", h->config.path,
	    wl_script_place(e, place), e->text);
	return EINVAL;
}

static int
begin(struct wl_history *h, char *err, size_t errlen)
{
	struct script_run *r = h->run;
	struct sim_config config;
	int error;

	sim_config_default(&config);
	wl_script_config(r->script, &config);
	error = wl_history_create(h, &config, NULL, err, errlen);
	if (error != 0)
		return error;
	r->run = (struct wl_run){ .script = r->script,
		.machine = h->m,
		.tool = h->config.tool };
	wl_exec_init(&r->ex, &r->run);
	wl_cursor_first(&r->cursor, r->script);
	r->begun = true;
	return 0;
}

static int
script_open(struct wl_history *h, char *err, size_t errlen)
{
	struct script_run *r = h->run = calloc(1, sizeof(*r));
	struct wl_script_error e;

	if (r == NULL || !keep_lines(h)) {
		snprintf(err, errlen, "%s: %s", h->config.path,
		    h->config.input->failed ? h->config.input->error :
					      "no memory");
		return ENOMEM;
	}
	r->script = wl_script_read(h->config.input, &e);
	return r->script != NULL ? begin(h, err, errlen) :
				   refuse(h, &e, err, errlen);
}

static void
script_close(struct wl_history *h)
{
	struct script_run *r = h->run;

	if (r == NULL)
		return;
	wl_cursor_forget(&r->cursor);
	if (r->begun)
		wl_exec_fini(&r->ex);
	wl_script_free(r->script);
	free(r);
}

/* ---------------------------------------------------------- operations ---- */

/* What looks, up to the next statement that acts. */
static void
script_look(struct wl_history *h, FILE *out)
{
	struct script_run *r = h->run;
	const struct wl_stmt *st;

	r->run.out = out;
	while ((st = wl_cursor_stmt(&r->cursor)) != NULL && !wl_stmt_acts(st)) {
		const uint64_t failed = r->run.failed;

		if (out == NULL || st->kind == WL_S_EXPLAIN) {
			r->cursor.next = st->next;
			continue;
		}
		if (!wl_cursor_do(&r->ex, &r->cursor)) {
			wl_history_tell(h, "%s:%u: %s", h->config.path,
			    st->line, r->run.error.text);
			r->run.error.text[0] = '\0';
			r->cursor.next = st->next;
		}
		if (r->run.failed != failed)
			wl_history_tell(h, "%s:%u: not as expected: %s",
			    h->config.path, st->line, st->text);
	}
	r->run.out = NULL;
}

static enum wl_went
stopped(struct wl_history *h)
{
	const struct script_run *r = h->run;
	char why[sizeof(h->error)];

	(void)refuse(h, &r->run.error, why, sizeof(why));
	if (r->run.nomem)
		return wl_history_lose(h, "%s", why);
	snprintf(h->error, sizeof(h->error), "%s", why);
	return WL_WENT_STOPPED;
}

const char *
wl_history_subject(const struct wl_stmt *st)
{
	switch ((enum wl_stmt_kind)st->kind) {
	case WL_S_SPAWN: return st->spawn->name;
	case WL_S_SET: return st->set->proc;
	case WL_S_KVA: return st->kva->proc;
	case WL_S_OP: return st->op->proc;
	case WL_S_EXPECT: return st->expect->op.proc;
	default: return NULL;
	}
}

static void
note(struct wl_history *h, const struct wl_stmt *st, uint64_t done,
    uint64_t all)
{
	struct script_run *r = h->run;
	const char *name = wl_history_subject(st);
	struct process *p = NULL, *next;

	if (r->ex.last.op != NULL)
		wl_history_note(h, &r->ex.last, 0);
	if (name != NULL)
		HASH_ITER(hh, h->m->procs, p, next)
			if (strcmp(p->name, name) == 0)
				h->moment.pid = p->pid;
	h->moment.line = st->line;
	if (h->moment.access && all > 0) {
		h->moment.part = done;
		h->moment.parts = all;
	}
	r->done = st;
}

static enum wl_went
script_one(struct wl_history *h)
{
	struct script_run *r = h->run;
	const struct wl_stmt *st = wl_cursor_stmt(&r->cursor);
	const uint64_t failed = r->run.failed;
	uint64_t done = 0, all = 0;
	bool ok;

	if (st == NULL)
		return WL_WENT_END;
	if (r->cursor.walk != NULL)
		wl_walk_progress(r->cursor.walk, &done, &all);
	r->ex.last.op = NULL; /* not done yet */
	r->ex.story = h->story;
	ok = wl_cursor_do(&r->ex, &r->cursor);
	r->ex.story = NULL;
	if (r->cursor.walk != NULL)
		wl_walk_progress(r->cursor.walk, &done, &all);
	else if (all > 0)
		done++;
	note(h, st, done, all);
	if (!ok)
		return stopped(h);
	if (r->run.failed != failed)
		wl_history_tell(h, "%s:%u: not as expected: %s", h->config.path,
		    st->line, st->text);
	return WL_WENT;
}

static uint32_t
script_next_line(const struct wl_history *h)
{
	struct script_run *r = h->run;
	struct wl_cursor c = r->cursor; /* only looked with */
	const struct wl_stmt *st;

	if (h->ended && h->at == h->known)
		return 0;
	while ((st = wl_cursor_stmt(&c)) != NULL && !wl_stmt_acts(st))
		c.next = st->next;
	return st != NULL ? st->line : 0;
}

/* A statement as written, but for blanks and the comment. */
static void
put_statement(FILE *fp, const char *line)
{
	bool quoted = false;
	size_t n;

	line += strspn(line, " \t");
	for (n = 0; line[n] != '\0' && (line[n] != '#' || quoted); n++)
		quoted ^= line[n] == '"';
	while (n > 0 && strchr(" \t", line[n - 1]) != NULL)
		n--;
	fwrite(line, 1, n, fp);
}

static void
script_text(struct wl_history *h, FILE *fp)
{
	const struct script_run *r = h->run;
	const struct wl_stmt *st = r->done;

	if (st == NULL)
		return;
	if (r->ex.last.op != NULL)
		wl_write_op(fp, &r->ex.last);
	else
		put_statement(fp, wl_history_line(h, st->line));
}

static struct wl_exec *
script_exec(struct wl_history *h)
{
	return &((struct script_run *)h->run)->ex;
}

/* ------------------------------------------------------------- keeping ---- */

static void *
script_keep(struct wl_history *h)
{
	struct script_run *r = h->run;

	return wl_exec_keep(&r->ex, &r->cursor);
}

static bool
script_restore(struct wl_history *h, const void *kept)
{
	struct script_run *r = h->run;

	r->done = NULL;
	return wl_exec_restore(&r->ex, &r->cursor, kept, h->m);
}

static void
script_forget(void *kept)
{
	wl_kept_free(kept);
}

const struct wl_source wl_source_script = {
	.name = "script",
	.kind = WL_RUN_SCRIPT,
	.open = script_open,
	.close = script_close,
	.one = script_one,
	.look = script_look,
	.next_line = script_next_line,
	.text = script_text,
	.exec = script_exec,
	.keep = script_keep,
	.restore = script_restore,
	.forget = script_forget,
};
