/*
 * Histories of traces: references alone, each process in a space that is mapped
 * everywhere (refs/refs.h), and operations with references between them
 * (replay/stream.h).
 *
 * Where such a run stands is a block of its tape and a place within it: of
 * references a number, of text how many statements have been done.
 */
#include "trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/refs/refs.h"
#include "workloads/script/exec.h"
#include "workloads/script/lines.h"

struct trace_kept {
	struct wl_kept *exec;
	struct wl_trace_place at;
	struct wl_ref ref;
	bool was_ref;
	size_t nprocesses;
	struct wl_trace_process process[];
};

/* The run ends here, for this reason. */
enum wl_went
wl_trace_stop(struct wl_history *h, const char *fmt, ...)
{
	size_t n = (size_t)snprintf(h->error, sizeof(h->error),
	    "%s: operation %" PRIu64 ": ", h->config.path, h->at + 1);
	va_list ap;

	va_start(ap, fmt);
	if (n < sizeof(h->error))
		vsnprintf(h->error + n, sizeof(h->error) - n, fmt, ap);
	va_end(ap);
	return WL_WENT_STOPPED;
}

enum wl_went
wl_trace_starve(struct wl_history *h, const char *what)
{
	return wl_history_lose(h,
	    "%s: operation %" PRIu64 ": no memory left for %s", h->config.path,
	    h->at + 1, what);
}

/* The end of the tape: as it should be, or for a reason of the trace's; where
 * the host has failed, there is no telling how it would go on. */
static enum wl_went
at_the_end(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;

	if (r->tape.host)
		return wl_history_lose(h, "%s: %s", h->config.path,
		    r->tape.error);
	if (r->tape.error[0] != '\0') {
		snprintf(h->error, sizeof(h->error), "%s: %s", h->config.path,
		    r->tape.error);
		wl_history_tell(h, "%s", h->error);
	} else if ((h->cut = r->tape.cut))
		wl_history_tell(h, "%s: the trace breaks off", h->config.path);
	return WL_WENT_END;
}

/* ----------------------------------------------------------- processes ---- */

/* => the place of process number n, or where it would be */
static size_t
place_of(const struct wl_trace_run *r, uint32_t n)
{
	size_t from = 0, to = r->nprocesses;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (r->process[middle].number < n)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool
is_at(const struct wl_trace_run *r, size_t i, uint32_t n)
{
	return i < r->nprocesses && r->process[i].number == n;
}

bool
wl_trace_number(struct wl_trace_run *r, uint32_t n, int pid)
{
	const size_t i = place_of(r, n);
	struct wl_trace_process *p = r->process;

	if (!is_at(r, i, n)) {
		if (r->nprocesses == r->maxprocesses) {
			const size_t max = r->maxprocesses * 2 + 16;

			p = realloc(p, max * sizeof(*p));
			if (p == NULL)
				return false;
			r->process = p;
			r->maxprocesses = max;
		}
		memmove(p + i + 1, p + i, (r->nprocesses - i) * sizeof(*p));
		r->nprocesses++;
	}
	p[i] = (struct wl_trace_process){ .number = n, .pid = pid };
	return true;
}

int
wl_trace_pid(const struct wl_trace_run *r, uint32_t n)
{
	const size_t i = place_of(r, n);

	return is_at(r, i, n) ? r->process[i].pid : 0;
}

struct process *
wl_trace_living(struct wl_history *h, uint32_t n)
{
	const int pid = wl_trace_pid(h->run, n);
	struct process *p = pid != 0 ? sim_process_bypid(h->m, pid) : NULL;

	return p != NULL && p->state == SIM_RUNNING ? p : NULL;
}

void
wl_trace_forget_dead(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;

	for (size_t i = 0; i < r->nprocesses; i++)
		if (wl_trace_living(h, r->process[i].number) == NULL)
			r->process[i].pid = 0;
}

/* Another part of the trace: its processes are others. */
static void
begin_part(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;
	struct process *p;

	for (size_t i = 0; i < r->nprocesses; i++)
		if ((p = wl_trace_living(h, r->process[i].number)) != NULL) {
			sim_process_exit(h->m, p, 0, 0);
			sim_process_reap(h->m, p);
		}
	r->nprocesses = 0;
}

/* A process that is mapped everywhere. => NULL: no memory */
struct process *
wl_trace_spawn(struct wl_history *h, const char *name)
{
	static const struct sim_segment nothing[1];
	const struct sim_image image = { .segments = nothing };
	struct process *p;

	if (sim_spawn(h->m, name, 0, h->m->config.personality, &image, &p) ==
		0 &&
	    wl_refs_map(p) == 0)
		return p;
	return NULL;
}

/* ---------------------------------------------------------- operations ---- */

/* What is said of the machine, when there is one: it is the first part's. */
static size_t
about_machine(const struct wl_history *h, const char *text, size_t len)
{
	const char *nl = memchr(text, '\n', len);

	if (h->m == NULL || len < 8 || strncmp(text, "machine ", 8) != 0)
		return 0;
	return nl != NULL ? (size_t)(nl - text) + 1 : len;
}

/* The text of a block, and its lines among the source's. => false: stopped */
static bool
read_text(struct wl_history *h, const struct wl_tape_block *b)
{
	struct wl_trace_run *r = h->run;
	const char *text = r->tape.text, *end = text + b->n, *nl;
	const size_t words = about_machine(h, text, b->n);
	struct wl_script_error e;

	if (r->read == r->at.block)
		return true;
	wl_lines_at(r->lines, b->line + (words > 0));
	if (!wl_lines_read(r->lines, text + words, b->n - words, &e)) {
		(void)wl_trace_stop(h, "line %u:%u of the operations: %s",
		    e.line, e.col, e.text);
		return false;
	}
	r->read = r->at.block;
	if (h->lines.n + 1 != b->line)
		return true;
	for (; text < end; text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (nl == NULL)
			nl = end;
		if (!wl_lines_add(&h->lines, text, (size_t)(nl - text))) {
			(void)wl_trace_starve(h, "the lines");
			return false;
		}
	}
	return true;
}

/* The statement that comes next, those passed over that do not act; NULL: none
 * in this block. */
static const struct wl_stmt *
next_statement(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;
	const struct wl_stmt *st;
	struct wl_script_error e;

	while ((st = wl_lines_peek(r->lines)) != NULL && !wl_stmt_acts(st))
		(void)wl_lines_next(r->lines, &e);
	return st;
}

/* What the trace's process numbers come to with a statement that was done. */
static bool
number_processes(struct wl_history *h, const char *begins, bool ends, bool ok)
{
	struct wl_trace_run *r = h->run;
	const struct process *p = NULL;
	bool enough = true;

	if (begins != NULL) {
		if (ok)
			p = wl_lines_process(r->lines, begins);
		enough = wl_trace_number(r, (uint32_t)r->nprocesses,
		    p != NULL ? p->pid : 0);
	}
	if (ends)
		wl_trace_forget_dead(h);
	return enough;
}

static void
note_statement(struct wl_history *h, const struct wl_stmt *st, const char *name,
    bool ok)
{
	struct wl_trace_run *r = h->run;
	const struct wl_exec *ex = wl_lines_exec(r->lines);
	struct process *p, *next;

	r->was_ref = false;
	if (ex->last.op != NULL)
		wl_history_note(h, &ex->last, 0);
	else if (!ok)
		h->moment.err = h->m->error.err;
	HASH_ITER(hh, h->m->procs, p, next)
		if (name != NULL && strcmp(p->name, name) == 0)
			h->moment.pid = p->pid;
	h->moment.line = st->line;
}

static enum wl_went
one_statement(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;
	const struct wl_stmt *st = wl_lines_peek(r->lines);
	const char *begins = wl_stmt_birth(st), *name = wl_history_subject(st);
	const bool ends = wl_stmt_exit(st) != NULL;
	struct wl_script_error e;
	bool ok;

	r->at.i++;
	wl_lines_exec(r->lines)->last.op = NULL;
	wl_lines_exec(r->lines)->story = h->story;
	ok = wl_lines_next(r->lines, &e);
	wl_lines_exec(r->lines)->story = NULL;
	if (!ok && wl_lines_nomem(r->lines))
		return wl_history_lose(h, "%s: operation %" PRIu64 ": %s",
		    h->config.path, h->at + 1, e.text);
	note_statement(h, st, name, ok);
	if (!ok)
		wl_history_tell(h, "operation %" PRIu64 ", line %u: %s",
		    h->at + 1, e.line, e.text);
	return number_processes(h, begins, ends, ok) ?
	    WL_WENT :
	    wl_trace_starve(h, "the trace's processes");
}

/* ---------------------------------------------------------- one more ---- */

static void
next_block(struct wl_trace_run *r)
{
	r->at.block++;
	r->at.i = 0;
}

static enum wl_went
trace_one(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;
	const struct wl_tape_block *b;

	while ((b = wl_tape_get(&r->tape, r->at.block)) != NULL) {
		if (b->kind == WL_TAPE_REFS && r->at.i < b->n)
			return wl_trace_reference(h, b);
		if (b->kind == WL_TAPE_PART && r->at.i++ == 0)
			begin_part(h);
		if (b->kind == WL_TAPE_OPS && !read_text(h, b))
			return WL_WENT_STOPPED;
		if (b->kind == WL_TAPE_OPS && next_statement(h) != NULL)
			return one_statement(h);
		next_block(r);
	}
	return at_the_end(h);
}

/* -------------------------------------------------- opening, closing ---- */

static int
no_memory(struct wl_history *h, char *err, size_t errlen)
{
	snprintf(err, errlen, "%s: no memory", h->config.path);
	return ENOMEM;
}

static int
look_ahead(struct wl_history *h, const struct sim_config *c, char *err,
    size_t errlen)
{
	struct wl_trace_run *r = h->run;
	int error = wl_future_make(&r->future, h->config.input,
	    c->arch->page_shift, false, 0);

	r->foresees = true;
	if (error == EOVERFLOW)
		snprintf(err, errlen,
		    "%s: policy=%s looks ahead over %" PRIu32
		    " touches at most",
		    h->config.path, c->policy_value, VM_POLICY_NEVER - 1);
	else if (error == EIO)
		snprintf(err, errlen, "%s: %s", h->config.path,
		    h->config.input->error);
	else if (error != 0)
		(void)no_memory(h, err, errlen);
	else if (!wl_input_rewind(h->config.input)) {
		snprintf(err, errlen, "%s: %s", h->config.path,
		    h->config.input->error);
		error = EIO;
	}
	return error;
}

static int
open_tape(struct wl_history *h, bool with_ops, char *err, size_t errlen)
{
	struct wl_trace_run *r = h->run;

	switch (wl_tape_open(&r->tape, h->config.input, with_ops)) {
	case 0: return 0;
	case EIO:
		snprintf(err, errlen, "%s: %s", h->config.path, r->tape.error);
		return EIO;
	case EINVAL:
		snprintf(err, errlen, "%s: expected a trace of references",
		    h->config.path);
		return EINVAL;
	default: return no_memory(h, err, errlen);
	}
}

static struct wl_trace_run *
begin(struct wl_history *h)
{
	struct wl_trace_run *r = h->run = calloc(1, sizeof(*r));

	if (r != NULL) {
		r->read = SIZE_MAX;
		r->lines = wl_lines_new();
	}
	return r != NULL && r->lines != NULL ? r : NULL;
}

static int
refs_open(struct wl_history *h, char *err, size_t errlen)
{
	struct wl_trace_run *r = begin(h);
	struct sim_config config;
	int error;

	if (r == NULL)
		return no_memory(h, err, errlen);
	wl_refs_default(&config);
	error = wl_history_create(h, &config, wl_refs_complete, err, errlen);
	if (error != 0)
		return error;
	if (config.policy != NULL && config.policy->next != NULL)
		error = look_ahead(h, &config, err, errlen);
	if (error == 0)
		error = open_tape(h, false, err, errlen);
	if (error != 0)
		return error;
	wl_lines_machine(r->lines, h->m);
	return wl_trace_spawn(h, "trace") != NULL ? 0 :
						    no_memory(h, err, errlen);
}

/* The first text may say what machine it wants. */
static int
stream_open(struct wl_history *h, char *err, size_t errlen)
{
	struct wl_trace_run *r = begin(h);
	const struct wl_tape_block *b;
	struct sim_config config;
	int error;

	if (r == NULL)
		return no_memory(h, err, errlen);
	if ((error = open_tape(h, true, err, errlen)) != 0)
		return error;
	while ((b = wl_tape_get(&r->tape, r->at.block)) != NULL &&
	    b->kind != WL_TAPE_OPS)
		next_block(r);
	if (b == NULL || !read_text(h, b)) {
		snprintf(err, errlen, "%s: %s", h->config.path,
		    h->error[0] != '\0' ? h->error :
			r->tape.error[0] != '\0' ?
					  r->tape.error :
					  "a trace without operations");
		return EINVAL;
	}
	wl_refs_default(&config);
	config.foresight = false;
	wl_lines_config(r->lines, &config);
	error = wl_history_create(h, &config, wl_refs_complete, err, errlen);
	if (error == 0)
		wl_lines_machine(r->lines, h->m);
	return error;
}

static void
trace_close(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;

	if (r == NULL)
		return;
	wl_lines_free(r->lines);
	wl_tape_close(&r->tape);
	wl_future_free(&r->future);
	free(r->process);
	free(r);
}

/* ------------------------------------------------------------- keeping ---- */

static void
trace_forget(void *kept)
{
	struct trace_kept *k = kept;

	if (k != NULL)
		wl_kept_free(k->exec);
	free(k);
}

static void *
trace_keep(struct wl_history *h)
{
	struct wl_trace_run *r = h->run;
	struct trace_kept *k = malloc(
	    sizeof(*k) + r->nprocesses * sizeof(*r->process));

	if (k == NULL)
		return NULL;
	k->exec = wl_exec_keep(wl_lines_exec(r->lines), NULL);
	k->at = r->at;
	k->ref = r->ref;
	k->was_ref = r->was_ref;
	k->nprocesses = r->nprocesses;
	for (size_t i = 0; i < r->nprocesses; i++)
		k->process[i] = r->process[i];
	if (k->exec != NULL)
		return k;
	free(k);
	return NULL;
}

/* The text of the block that the place is in, up to it. */
static bool
read_up_to(struct wl_history *h, uint32_t i)
{
	struct wl_trace_run *r = h->run;
	const struct wl_tape_block *b = wl_tape_get(&r->tape, r->at.block);

	r->read = SIZE_MAX;
	if (b == NULL || b->kind != WL_TAPE_OPS)
		return true;
	if (!read_text(h, b))
		return false;
	for (; i > 0; i--)
		wl_lines_pass(r->lines);
	return true;
}

static bool
trace_restore(struct wl_history *h, const void *kept)
{
	struct wl_trace_run *r = h->run;
	const struct trace_kept *k = kept;
	struct wl_exec *ex = wl_lines_exec(r->lines);
	bool ok = true;

	r->at = k->at;
	r->ref = k->ref;
	r->was_ref = k->was_ref;
	r->nprocesses = 0;
	for (size_t i = 0; i < k->nprocesses; i++)
		ok = ok &&
		    wl_trace_number(r, k->process[i].number, k->process[i].pid);
	ok = ok && read_up_to(h, k->at.i);
	/* In any case, for the machine that it had is no more. */
	ok = wl_exec_restore(ex, NULL, k->exec, h->m) && ok;
	ex->last.op = NULL; /* of a text that is no more */
	return ok;
}

/* ------------------------------------------------------------- looking ---- */

static uint32_t
trace_next_line(const struct wl_history *h)
{
	const struct wl_trace_run *r = h->run;
	const struct wl_stmt *st = NULL;

	if (r->at.block < r->tape.nblocks && r->read == r->at.block)
		st = wl_lines_peek(r->lines);
	while (st != NULL && !wl_stmt_acts(st))
		st = st->next;
	return st != NULL ? st->line : 0;
}

static void
put_line(FILE *fp, const char *line)
{
	size_t n;

	line += strspn(line, " \t");
	n = strlen(line);
	while (n > 0 && strchr(" \t\r", line[n - 1]) != NULL)
		n--;
	fwrite(line, 1, n, fp);
}

static void
trace_text(struct wl_history *h, FILE *fp)
{
	static const char *const names[] = { "read", "write", "exec" };
	const struct wl_trace_run *r = h->run;
	const struct process *p = h->moment.pid != 0 ?
	    sim_process_bypid(h->m, h->moment.pid) :
	    NULL;
	const struct wl_exec *ex = wl_lines_exec(r->lines);

	if (r->was_ref)
		fprintf(fp, "%s: %s 0x%" PRIx64 " %" PRIu32,
		    p != NULL ? p->name : "?", names[h->moment.type >> 1],
		    r->ref.va, r->ref.size);
	else if (ex->last.op != NULL)
		wl_write_op(fp, &ex->last);
	else
		put_line(fp, wl_history_line(h, h->moment.line));
}

static struct wl_exec *
trace_exec(struct wl_history *h)
{
	return wl_lines_exec(((struct wl_trace_run *)h->run)->lines);
}

#define SOURCE(NAME, OPEN) \
	{ \
		.name = NAME, .kind = WL_RUN_TRACE, .open = OPEN, \
		.close = trace_close, .one = trace_one, .many = wl_trace_many, \
		.next_line = trace_next_line, .text = trace_text, \
		.exec = trace_exec, .keep = trace_keep, \
		.restore = trace_restore, .forget = trace_forget, \
	}
const struct wl_source wl_source_refs = SOURCE("references", refs_open);
const struct wl_source wl_source_stream = SOURCE("operations and references",
    stream_open);
