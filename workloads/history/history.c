/*
 * Where the machine stands, and how it gets elsewhere.
 *
 *	forward	operation by operation, on new ground with a checkpoint now and
 *		then
 *	back	load the last checkpoint that is not behind the moment, then
 *		forward; on a long way a checkpoint is made shortly before its
 *		end, for who goes back once often does so again
 *
 * A checkpoint ahead is loaded only if it saves more operations than loading
 * costs.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "workloads/io/memstream.h"
#include "workloads/refs/refs.h"
#include "workloads/script/exec.h"
#include "workloads/replay/stream.h"

#define TELL 16384u  /* operations between two calls of progress() */
#define LOAD_COST 64 /* bytes of a core that load in an operation's time */

enum wl_went
wl_history_lose(struct wl_history *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(h->error, sizeof(h->error), fmt, ap);
	va_end(ap);
	h->broken = true;
	return WL_WENT_LOST;
}

void
wl_history_tell(struct wl_history *h, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	if (h->config.report == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	h->config.report(h->config.ctx, text);
}

int
wl_history_create(struct wl_history *h, struct sim_config *config,
    bool (*complete)(struct sim_config *), char *err, size_t errlen)
{
	char why[300];
	int error;

	if (h->config.configure != NULL &&
	    !h->config.configure(h->config.ctx, config)) {
		err[0] = '\0';
		return EINVAL;
	}
	if (complete != NULL && !complete(config)) {
		snprintf(err, errlen,
		    "%s: policy=%s: expected frames= or ram= as well",
		    h->config.path, config->policy_value);
		return EINVAL;
	}
	error = sim_machine_create(config, &h->m, why, sizeof(why));
	if (error != 0)
		snprintf(err, errlen, "%s: %s", h->config.path, why);
	else if (h->config.start != NULL)
		h->config.start(h->config.ctx, h->m);
	return error;
}

/* ------------------------------------------------------- open, close ---- */

/* Statements that a script can begin with, or PROC: */
static bool
begins_script(const char *line)
{
	static const char *const words[] = { "machine", "spawn", "file",
		"repeat", "expect", "show", "explain", "set", "kva", "mount",
		"namecache", "ioerror", "sample" };
	size_t n = strcspn(line, " \t:(=");

	if ((line[0] < '0' || line[0] > '9') &&
	    line[n + strspn(line + n, " \t")] == ':')
		return true;
	for (size_t i = 0; i < NELEM(words); i++)
		if (strlen(words[i]) == n && strncmp(line, words[i], n) == 0)
			return true;
	return false;
}

/* Is it one by its name, or by its first line that says something? */
static bool
is_script(struct wl_input *in)
{
	size_t n = strlen(in->path), len;
	bool yes = false;
	char *line;

	if (n > 4 && strcmp(in->path + n - 4, ".uvm") == 0)
		return true;
	while (wl_input_line(in, &line, &len) == 1) {
		line += strspn(line, " \t");
		if (*line == '\0' || *line == '#')
			continue;
		yes = begins_script(line);
		break;
	}
	return wl_input_rewind(in) && yes;
}

enum wl_run_kind
wl_history_detect(struct wl_input *in)
{
	if (wl_refs_detect(in))
		return WL_RUN_TRACE;
	return is_script(in) ? WL_RUN_SCRIPT : WL_RUN_LOG;
}

static int
open_run(struct wl_history *h, char *err, size_t errlen)
{
	struct wl_input *in = h->config.input;

	if (wl_refs_detect(in))
		h->source = wl_stream_detect(in) ? &wl_source_stream :
						   &wl_source_refs;
	else
		h->source = is_script(in) ? &wl_source_script : &wl_source_log;
	return h->source->open(h, err, errlen);
}

int
wl_history_open(const struct wl_history_config *config, struct wl_history **out,
    char *err, size_t errlen)
{
	struct wl_history *h = calloc(1, sizeof(*h));
	int error;

	if (h == NULL) {
		snprintf(err, errlen, "%s: no memory", config->path);
		return ENOMEM;
	}
	h->config = *config;
	if (h->config.memory == 0)
		h->config.memory = WL_HISTORY_MEMORY;
	error = open_run(h, err, errlen);
	if (error == 0 && !wl_point_make(h, false)) {
		snprintf(err, errlen, "%s: %s", config->path, h->error);
		error = ENOMEM;
	}
	if (error != 0) {
		h->failed = true;
		wl_history_close(h);
		return error;
	}
	*out = h;
	return 0;
}

void
wl_history_close(struct wl_history *h)
{
	if (h == NULL)
		return;
	wl_point_free_all(h);
	if (h->source != NULL)
		h->source->close(h);
	if (h->m != NULL)
		sim_machine_destroy(h->m);
	if (!h->failed)
		wl_input_close(h->config.input);
	wl_lines_clear(&h->lines);
	free(h->text);
	free(h->point);
	free(h);
}

/* ------------------------------------------------------------ looking ---- */

enum wl_run_kind
wl_history_kind(const struct wl_history *h)
{
	return h->source->kind;
}

struct machine *
wl_history_machine(struct wl_history *h)
{
	return h->m;
}

uint64_t
wl_history_at(const struct wl_history *h)
{
	return h->at;
}

uint64_t
wl_history_known(const struct wl_history *h)
{
	return h->known;
}

bool
wl_history_ended(const struct wl_history *h)
{
	return h->ended;
}

bool
wl_history_cut(const struct wl_history *h)
{
	return h->cut;
}

const char *
wl_history_error(const struct wl_history *h)
{
	return h->error;
}

struct wl_exec *
wl_history_exec(struct wl_history *h)
{
	return h->source->exec(h);
}

uint32_t
wl_history_next_line(const struct wl_history *h)
{
	return h->source->next_line(h);
}

void
wl_history_tell_story(struct wl_history *h, struct wl_story *story)
{
	h->story = story;
}

const struct wl_moment *
wl_history_done(struct wl_history *h)
{
	h->moment.n = h->at;
	return &h->moment;
}

const struct wl_moment *
wl_history_moment(struct wl_history *h)
{
	FILE *fp;

	h->moment.n = h->at;
	if (h->text == NULL && (fp = wl_memstream(&h->text, &h->textlen))) {
		if (h->at > 0)
			h->source->text(h, fp);
		(void)fclose(fp); /* text is NULL then */
	}
	h->moment.nomem = h->text == NULL;
	h->moment.text = h->text != NULL ? h->text : "no memory for its text";
	return &h->moment;
}

/* -------------------------------------------------------------- lines ---- */

bool
wl_lines_add(struct wl_lines_of *l, const char *line, size_t len)
{
	size_t cap = l->cap > 0 ? l->cap : 4096;
	uint32_t max = l->max > 0 ? 2 * l->max : 64;
	void *p;

	while (cap < l->len + len + 1)
		cap *= 2;
	if (cap != l->cap) {
		if ((p = realloc(l->text, cap)) == NULL)
			return false;
		l->text = p;
		l->cap = cap;
	}
	if (l->n == l->max) {
		if ((p = realloc(l->start, max * sizeof(*l->start))) == NULL)
			return false;
		l->start = p;
		l->max = max;
	}
	l->start[l->n++] = l->len;
	memcpy(l->text + l->len, line, len);
	l->len += len;
	l->text[l->len++] = '\0';
	return true;
}

void
wl_lines_clear(struct wl_lines_of *l)
{
	free(l->text);
	free(l->start);
	*l = (struct wl_lines_of){ .n = 0 };
}

uint32_t
wl_history_nlines(const struct wl_history *h)
{
	return h->lines.n;
}

const char *
wl_history_line(const struct wl_history *h, uint32_t line)
{
	if (line == 0 || line > h->lines.n)
		return "";
	return h->lines.text + h->lines.start[line - 1];
}

/* -------------------------------------------------------------- going ---- */

void
wl_history_note(struct wl_history *h, const struct wl_done *d, int pid)
{
	struct wl_moment *mo = &h->moment;

	mo->pid = pid;
	mo->access = d->op != NULL && d->op->access != NULL;
	if (mo->access) {
		mo->va = d->va;
		mo->len = d->len;
		mo->type = d->op->access->type;
	}
	mo->err = d->err;
	mo->ret = d->ret;
	mo->sig = d->sig;
}

/* Behind an operation: on new ground, perhaps a checkpoint. */
static void
arrived(struct wl_history *h, uint64_t n)
{
	h->at += n;
	free(h->text);
	h->text = NULL;
	if (h->at <= h->known) {
		h->redone += n;
		return;
	}
	h->known = h->at;
	if (h->npoints > 0 && h->at - h->point[h->npoints - 1].at >= h->every)
		(void)wl_point_make(h, false);
}

static enum wl_went
one(struct wl_history *h)
{
	const struct wl_moment before = h->moment;
	enum wl_went went;

	if (h->ended && h->at == h->known)
		return h->error[0] != '\0' ? WL_WENT_STOPPED : WL_WENT_END;
	if (h->config.before != NULL)
		h->config.before(h->config.ctx, h->at + 1);
	if (h->source->look != NULL)
		h->source->look(h, NULL);
	h->moment = (struct wl_moment){ .line = 0 };
	went = h->source->one(h);
	if (unlikely(mem_refused(h->m->mem)))
		return wl_history_lose(h, "%s: no memory of the host is left",
		    h->config.path);
	if (went == WL_WENT_LOST || h->broken)
		return WL_WENT_LOST;
	if (went == WL_WENT_END) {
		h->ended = true;
		h->moment = before;
		return went;
	}
	if (went == WL_WENT_STOPPED) {
		h->ended = true;
		if (h->at + 1 > h->known)
			h->known = h->at + 1;
	}
	arrived(h, 1);
	return went;
}

/* So many have been done at once; the last of them may have ended the run. */
static enum wl_went
many(struct wl_history *h, uint64_t n)
{
	const bool stopped = h->error[0] != '\0' &&
	    (!h->ended || h->at + n == h->known);

	h->ended |= stopped;
	arrived(h, n);
	if (unlikely(mem_refused(h->m->mem)))
		return wl_history_lose(h, "%s: no memory of the host is left",
		    h->config.path);
	return stopped ? WL_WENT_STOPPED : WL_WENT;
}

/* Does the run end here, for it has as many operations as it may have? */
static bool
at_most(struct wl_history *h)
{
	if (h->config.most == 0 || h->at < h->config.most)
		return false;
	return h->ended = true;
}

/* Is there reason to stop? */
static bool
enough(struct wl_history *h, uint64_t *next)
{
	if (h->at < *next || h->config.progress == NULL)
		return false;
	*next = h->at + TELL;
	return !h->config.progress(h->config.ctx, h->at);
}

static enum wl_went
forward(struct wl_history *h, uint64_t n)
{
	enum wl_went went = WL_WENT;
	uint64_t next = h->at + TELL, k;

	while (h->at < n && went == WL_WENT) {
		if (enough(h, &next))
			return WL_WENT_ENOUGH;
		k = n - h->at - 1; /* the last one is done by itself */
		if (k > TELL)
			k = TELL;
		if (h->source->many != NULL && h->config.before == NULL &&
		    k > 0 && (k = h->source->many(h, k)) > 0)
			went = many(h, k);
		else
			went = one(h);
	}
	return went == WL_WENT_STOPPED && h->at == n ? WL_WENT : went;
}

/* Shortly before n, if it is far. */
static enum wl_went
forward_by_near(struct wl_history *h, uint64_t n)
{
	const uint64_t near = h->every / 16 + 1;
	enum wl_went went = WL_WENT;

	if (n - h->at > 4 * near) {
		went = forward(h, n - near);
		if (went == WL_WENT)
			(void)wl_point_make(h, true);
	}
	return went == WL_WENT ? forward(h, n) : went;
}

static int
begin_again(struct wl_history *h)
{
	char err[600];
	int error = h->source->again(h, err, sizeof(err));

	if (error != 0)
		(void)wl_history_lose(h, "%s", err);
	h->at = 0;
	h->moment = (struct wl_moment){ .line = 0 };
	free(h->text);
	h->text = NULL;
	return error;
}

enum wl_went
wl_history_goto(struct wl_history *h, uint64_t n)
{
	const struct wl_point *p = wl_point_before(h, n);
	const bool beyond = h->config.most > 0 && n > h->config.most;
	const bool back = n < h->at;
	enum wl_went went;

	if (h->broken)
		return WL_WENT_LOST;
	if (n > h->known && h->ended)
		n = UINT64_MAX;
	if (p != NULL && (back || p->at > h->at + p->full / LOAD_COST)) {
		if (!wl_point_load(h, p))
			return WL_WENT_LOST;
	} else if (back && begin_again(h) != 0) {
		return WL_WENT_LOST;
	}
	if (n == 0)
		return WL_WENT;
	if (beyond)
		n = h->config.most;
	went = back ? forward_by_near(h, n) : forward(h, n);
	return went == WL_WENT && beyond && at_most(h) ? WL_WENT_END : went;
}

enum wl_went
wl_history_step(struct wl_history *h, FILE *out)
{
	enum wl_went went;

	if (h->broken)
		return WL_WENT_LOST;
	went = at_most(h) ? WL_WENT_END : one(h);
	if (out != NULL && h->source->look != NULL &&
	    (went == WL_WENT || went == WL_WENT_STOPPED))
		h->source->look(h, out);
	return went;
}

void
wl_history_begin(struct wl_history *h, FILE *out)
{
	if (h->at == 0 && h->source->look != NULL)
		h->source->look(h, out);
}
