/*
 * Logs to a trace: reading, turns, references.
 *
 *	log --window--> |refs ...|SYSCALL|refs ...|part of a line
 *			   |        |
 *			 put()    wl_rec_call()
 *
 * Text is decoded up to the next line of a call by the decoder of plain traces
 * (refs/lackey_fast.c), then the call is looked at, so that both keep their
 * order.
 */
#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "int.h"
#include "workloads/replay/int.h"

#define BUFFER ((size_t)128 << 10)
#define SHORTEST 7 /* bytes of a line: "I  1,1" */
#define BUFREFS (BUFFER / SHORTEST + 2)
#define LOOK ((size_t)4 << 20) /* bytes in which a log shows a call */

static const char mark[] = "SYSCALL[";

/* ------------------------------------------------------------ messages ---- */

void
wl_rec_say(struct wl_rec *r, const char *fmt, ...)
{
	char text[WL_REC_PATH];
	va_list ap;

	if (r->config->report == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->config->report(r->config->ctx, text);
}

int
wl_rec_fail(struct wl_rec *r, int error, const char *fmt, ...)
{
	va_list ap;

	if (r->error != 0)
		return r->error;
	va_start(ap, fmt);
	vsnprintf(r->err, r->errlen, fmt, ap);
	va_end(ap);
	return r->error = error;
}

int
wl_rec_no_memory(struct wl_rec *r)
{
	return wl_rec_fail(r, ENOMEM, "%s: no memory", r->config->log);
}

void
wl_rec_unwritten(struct wl_rec *r)
{
	const int error = errno != 0 ? errno : EIO;

	if (error == ENOMEM)
		(void)wl_rec_no_memory(r);
	else
		(void)wl_rec_fail(r, error, "the trace cannot be written: %s",
		    strerror(error));
}

/* ----------------------------------------------------------- processes ---- */

struct wl_rec_proc *
wl_rec_find(struct wl_rec *r, int pid)
{
	struct wl_rec_proc *p = r->procs;

	while (p != NULL && (p->pid != pid || p->done))
		p = p->next;
	return p;
}

static void
proc_free(struct wl_rec_proc *p)
{
	wl_rec_pending_free(p);
	wl_rec_image_free(p);
	wl_fds_unref(p->fds);
	if (p->own)
		wl_input_close(p->in);
	if (p->keep != NULL)
		fclose(p->keep);
	free(p->path);
	free(p->mem);
	free(p);
}

/* The log that has been read needs little. */
static void
proc_close(struct wl_rec_proc *p)
{
	p->done = true;
	if (p->parent != NULL)
		p->parent->ended++;
	wl_rec_pending_free(p);
	if (p->own)
		wl_input_close(p->in);
	p->in = NULL;
	free(p->mem);
	p->mem = NULL;
}

/* in NULL: the process has no log. => NULL: no memory */
static struct wl_rec_proc *
proc_new(struct wl_rec *r, struct wl_rec_proc *parent, const char *path,
    struct wl_input *in)
{
	struct wl_rec_proc *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->parent = parent;
	p->own = parent != NULL;
	p->in = in;
	p->path = strdup(path);
	p->fds = parent != NULL ? wl_fds_copy(parent->fds) : wl_fds_new();
	if (in != NULL) {
		p->mem = calloc(1,
		    WL_LACKEY_BEFORE + BUFFER + WL_LACKEY_BEHIND);
		p->buf = p->mem + WL_LACKEY_BEFORE;
	}
	if (p->path == NULL || p->fds == NULL ||
	    (in != NULL && p->mem == NULL)) {
		p->own = false;
		proc_free(p);
		return NULL;
	}
	p->brk_known = parent != NULL && parent->brk_known;
	p->number = r->nprocs++;
	snprintf(p->name, sizeof(p->name), "p%u", p->number);
	*(r->last != NULL ? &r->last->next : &r->procs) = p;
	r->last = p;
	r->stats->processes++;
	return p;
}

/*
 * The child's log lies beside the parent's: LOG.PID, perhaps compressed.
 * => false: the parent's name has no pid
 */
static bool
child_path(const struct wl_rec_proc *parent, int pid, char *path, size_t len)
{
	const char *base = strrchr(parent->path, '/'), *at;
	char own[16];
	size_t n = (size_t)snprintf(own, sizeof(own), ".%d", parent->pid);

	base = base != NULL ? base : parent->path;
	for (at = strstr(base, own); at != NULL; at = strstr(at + 1, own))
		if (at[n] == '\0' || at[n] == '.')
			return (size_t)snprintf(path, len, "%.*s.%d",
				   (int)(at - parent->path), parent->path,
				   pid) < len;
	return false;
}

/* Is there such a file?  If the host cannot tell, r->error. */
static bool
exists(struct wl_rec *r, const char *path)
{
	if (access(path, R_OK) == 0)
		return true;
	if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG)
		(void)wl_rec_fail(r, EIO, "%s: %s", path, strerror(errno));
	return false;
}

/* => NULL: there is none; if there is one that cannot be read, r->error */
static struct wl_input *
child_input(struct wl_rec *r, const struct wl_rec_proc *parent, int pid,
    char *path, size_t len)
{
	static const char *const suffixes[] = { "", ".xz", ".gz", ".zst" };
	struct wl_input *in;
	char err[256];
	size_t n;

	if (!r->config->children || !child_path(parent, pid, path, len))
		return NULL;
	n = strlen(path);
	for (size_t i = 0; i < NELEM(suffixes) && r->error == 0; i++)
		if ((size_t)snprintf(path + n, len - n, "%s", suffixes[i]) <
			len - n &&
		    exists(r, path)) {
			in = wl_input_open(path, err, sizeof(err));
			if (in == NULL)
				(void)wl_rec_fail(r, EIO, "%s: %s", path, err);
			return in;
		}
	path[n] = '\0';
	return NULL;
}

void
wl_rec_born(struct wl_rec *r, struct wl_rec_proc *parent, int pid)
{
	char path[WL_REC_PATH] = "";
	struct wl_input *in = child_input(r, parent, pid, path, sizeof(path));
	struct wl_rec_proc *p;

	if (r->error != 0)
		return;
	if (in == NULL) {
		r->stats->missing++;
		wl_rec_say(r,
		    "%s:%" PRIu64 ": the child of pid %d has no log%s%s",
		    parent->path, parent->lines, pid,
		    path[0] != '\0' ? ": expected " : "", path);
		return;
	}
	p = proc_new(r, parent, path, in);
	if (p == NULL) {
		wl_input_close(in);
		(void)wl_rec_no_memory(r);
		return;
	}
	p->in->path = p->path;
	wl_input_once(p->in);
	p->pid = pid;
	if (parent->command != NULL &&
	    (p->forked = strdup(parent->command)) == NULL)
		(void)wl_rec_no_memory(r);
	wl_rec_line(r, "%s: fork(\"%s\", %d)", parent->name, p->name, pid);
}

/* -------------------------------------------------------------- copies ---- */

static void
keep_text(struct wl_rec *r, struct wl_rec_proc *p)
{
	size_t n = p->pos - p->kept;

	if (p->keep != NULL && fwrite(p->buf + p->kept, 1, n, p->keep) != n)
		(void)wl_rec_fail(r, errno, "%s.%d: %s", r->config->keep,
		    p->pid, strerror(errno));
	p->kept = p->pos;
}

static void
keep_begin(struct wl_rec *r, struct wl_rec_proc *p)
{
	char path[WL_REC_PATH];

	if (r->config->keep == NULL)
		return;
	if (p->keep == NULL) {
		snprintf(path, sizeof(path), "%s.%d", r->config->keep, p->pid);
		p->keep = fopen(path, "we");
		if (p->keep == NULL) {
			(void)wl_rec_fail(r, errno, "%s: %s", path,
			    strerror(errno));
			return;
		}
	}
	keep_text(r, p);
}

static void
keep_end(struct wl_rec *r, struct wl_rec_proc *p)
{
	keep_text(r, p);
	if (p->keep != NULL && fclose(p->keep) != 0)
		(void)wl_rec_fail(r, errno, "%s.%d: %s", r->config->keep,
		    p->pid, strerror(errno));
	p->keep = NULL;
}

/* ---------------------------------------------------------------- text ---- */

/* More text behind what is left. */
static void
refill(struct wl_rec *r, struct wl_rec_proc *p)
{
	size_t want;

	keep_text(r, p);
	memmove(p->buf, p->buf + p->pos, p->len - p->pos);
	p->len -= p->pos;
	p->pos = p->kept = 0;
	want = BUFFER - p->len;
	p->len += wl_input_read(p->in, p->buf + p->len, want);
	p->eof = p->len < BUFFER;
	if (p->eof && p->in->failed)
		(void)wl_rec_fail(r, EIO, "%s: %s", p->path, p->in->error);
	else if (p->eof && p->in->error[0] != '\0')
		r->stats->cut = true;
}

static bool
bad_line(struct wl_rec *r, struct wl_rec_proc *p, size_t column,
    const char *expected)
{
	(void)wl_rec_fail(r, EINVAL, "%s:%" PRIu64 ":%zu: expected %s", p->path,
	    p->lines, column, expected);
	return false;
}

static void
put_refs(struct wl_rec *r, struct wl_rec_proc *p, size_t n)
{
	if (n == 0 || r->error != 0)
		return;
	if (!wl_uvt_put(&r->uvt, p->number, r->ref, n))
		wl_rec_unwritten(r);
	p->lines += n;
	p->left -= (int64_t)n;
	r->stats->references += n;
}

/* => false: it is another process's, or none that the machine could have */
static bool
check_call(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_vgcall *c)
{
	if (p->pid == 0)
		p->pid = c->pid;
	if (c->pid == p->pid)
		return true;
	(void)wl_rec_fail(r, EINVAL,
	    "%s:%" PRIu64
	    ": a call of process %d in the log of process %d: expected a log "
	    "of each (--log-file=NAME.%%p)",
	    p->path, p->lines, c->pid, p->pid);
	return false;
}

/* The program goes on, or begins: what its head said is used now. */
static void
begin(struct wl_rec *r, struct wl_rec_proc *p, const struct wl_ref *first)
{
	if (p->begun)
		return;
	keep_begin(r, p);
	if (r->error == 0)
		wl_rec_begin(r, p, first);
}

/*
 * One line with care, text[0 .. len) without its newline.
 * => false: it is bad; last: then the log breaks off before it
 */
static bool
one_line(struct wl_rec *r, struct wl_rec_proc *p, const char *text, size_t len,
    bool last)
{
	struct wl_vgcall call;
	const char *expected;
	size_t column;

	if (wl_vgcall_parse(text, len, &call)) {
		p->lines++;
		if (check_call(r, p, &call)) {
			begin(r, p, NULL);
			wl_rec_call(r, p, &call);
		}
		return r->error == 0;
	}
	switch (wl_lackey_line(text, len, r->ref, &column, &expected)) {
	case WL_LACKEY_REF:
		begin(r, p, r->ref);
		put_refs(r, p, 1);
		return r->error == 0;
	case WL_LACKEY_SKIP:
		p->lines++;
		if (len > 2 && memcmp(text, "==", 2) == 0)
			wl_rec_head(r, p, text, len);
		return r->error == 0;
	default: break;
	}
	p->lines++;
	if (!last)
		return bad_line(r, p, column, expected);
	r->stats->cut = true;
	return false;
}

/* => where the decoder must stop: the line of the next call, or end */
static const char *
next_call(const char *text, const char *end)
{
	const char *at = memmem(text, (size_t)(end - text), mark,
	    sizeof(mark) - 1);

	return at != NULL ? at : end;
}

/* Whole lines, up to the end of the turn at least. */
static void
whole_lines(struct wl_rec *r, struct wl_rec_proc *p, const char *end)
{
	const char *text = p->buf + p->pos, *stop = text, *nl;
	bool fast = true;

	while (text < end && p->left > 0 && p->waits == 0 && r->error == 0) {
		if (stop <= text)
			stop = next_call(text, end);
		if (p->begun && fast && text < stop) {
			struct wl_lackey_run run = { text, stop, r->ref, 0 };
			struct wl_lackey_run none = { stop, stop, NULL, 0 };

			fast = wl_lackey_fast(&run, &none);
			put_refs(r, p, run.n);
			text = run.text;
		}
		if (text >= end || r->error != 0)
			break;
		nl = memchr(text, '\n', (size_t)(end - text));
		p->pos = (size_t)(text - p->buf);
		if (text == stop)
			fast = true;
		if (!one_line(r, p, text, (size_t)(nl - text), false))
			break;
		text = nl + 1;
		if (text > stop)
			stop = text;
	}
	p->pos = (size_t)(text - p->buf);
}

/* The log has ended: a last line without its newline may be none. */
static void
last_line(struct wl_rec *r, struct wl_rec_proc *p)
{
	if (p->pos < p->len && !p->dropping)
		(void)one_line(r, p, p->buf + p->pos, p->len - p->pos, true);
	p->pos = p->len;
	keep_end(r, p);
	/* One that breaks off may have gone on. */
	if (r->error == 0 && p->begun && !r->stats->cut)
		wl_rec_line(r, "%s: exit(%" PRIu64 ")", p->name, p->status);
	r->stats->lines += p->lines;
	proc_close(p);
}

/* A line longer than the buffer: talk, which is dropped. */
static void
long_line(struct wl_rec *r, struct wl_rec_proc *p)
{
	if (!p->dropping)
		(void)one_line(r, p, p->buf + p->pos, p->len - p->pos, false);
	p->dropping = true;
	p->pos = p->len;
}

/* Read on in the log of a process until its turn ends. */
static void
turn(struct wl_rec *r, struct wl_rec_proc *p)
{
	p->left = WL_RECORD_TURN;
	while (r->error == 0 && !p->done && p->waits == 0 && p->left > 0) {
		const char *from = p->buf + p->pos;
		const char *nl = memrchr(from, '\n', p->len - p->pos);

		if (nl == NULL && p->eof) {
			last_line(r, p);
		} else if (nl == NULL && p->len - p->pos == BUFFER) {
			long_line(r, p);
		} else if (nl == NULL) {
			refill(r, p);
		} else if (p->dropping) {
			nl = memchr(from, '\n', p->len - p->pos);
			p->dropping = false;
			p->pos = (size_t)(nl + 1 - p->buf);
		} else {
			whole_lines(r, p, nl + 1);
		}
	}
}

/* ----------------------------------------------------------------- run ---- */

/* A turn for each; the children of this round have theirs in it. */
static bool
round_of_turns(struct wl_rec *r)
{
	bool any = false, waiting = false;

	for (struct wl_rec_proc *p = r->procs; p != NULL && r->error == 0;
	     p = p->next) {
		if (p->waits == WL_REC_ANY ?
			p->ended >= p->reaped :
			p->waits != 0 && wl_rec_find(r, p->waits) == NULL)
			p->waits = 0;
		waiting = waiting || (!p->done && p->waits != 0);
		if (p->done || p->waits != 0)
			continue;
		turn(r, p);
		any = true;
	}
	/* They wait for each other, as none of them did. */
	for (struct wl_rec_proc *p = r->procs; !any && p != NULL; p = p->next)
		p->waits = 0;
	return (any || waiting) && r->error == 0;
}

static void
run(struct wl_rec *r)
{
	wl_rec_line(r, "machine personality=linux");
	while (round_of_turns(r))
		continue;
	if (r->error == 0 && !wl_uvt_end(&r->uvt))
		wl_rec_unwritten(r);
}

bool
wl_record_detect(struct wl_input *in)
{
	const size_t overlap = sizeof(mark) - 1;
	size_t len, got = 0, n, keep = 0;
	const char *text = wl_input_peek(in, 4096, &len);
	char buf[8192 + sizeof(mark)];
	bool found = false;

	if (!wl_lackey_detect(text, len))
		return false;
	while (!found && got < LOOK &&
	    (n = wl_input_read(in, buf + keep, 8192)) > 0) {
		got += n;
		n += keep;
		found = memmem(buf, n, mark, overlap) != NULL;
		keep = n < overlap ? n : overlap;
		memmove(buf, buf + n - keep, keep);
	}
	return wl_input_rewind(in) && found;
}

static void
clean_up(struct wl_rec *r)
{
	struct wl_rec_proc *p, *next;
	struct wl_rec_file *f, *tmp;

	for (p = r->procs; p != NULL; p = next) {
		next = p->next;
		proc_free(p);
	}
	HASH_ITER(hh, r->files, f, tmp) {
		HASH_DEL(r->files, f);
		free(f);
	}
	wl_uvt_drop(&r->uvt);
	free(r->ref);
}

/* The head of the trace, behind another one or not. => false: r->error */
static bool
begin_trace(struct wl_rec *r, FILE *out, const char *origin)
{
	struct wl_input *old = r->config->append;

	if (old == NULL && !wl_uvt_begin(&r->uvt, out, origin)) {
		wl_rec_unwritten(r);
	} else if (old != NULL &&
	    !wl_uvt_append(&r->uvt, out, old, origin, r->err, r->errlen)) {
		r->error = EINVAL;
	} else if (old != NULL && !r->uvt.operations) {
		snprintf(r->err, r->errlen,
		    "%s has no operations, and a log with calls has: expected "
		    "two of a kind",
		    old->path);
		r->error = EINVAL;
	}
	return r->error == 0;
}

int
wl_record_run(const struct wl_record_config *config, FILE *out,
    struct wl_record_stats *stats, char *err, size_t errlen)
{
	struct wl_rec r = { .config = config, .stats = stats };
	const char *base = strrchr(config->log, '/');
	char origin[512];

	memset(stats, 0, sizeof(*stats));
	r.err = err;
	r.errlen = errlen;
	snprintf(origin, sizeof(origin),
	    "source: %.300s\nformat: lackey with calls\n",
	    config->name != NULL ? config->name :
		base != NULL     ? base + 1 :
				   config->log);
	wl_input_once(config->input);
	r.ref = malloc(BUFREFS * sizeof(*r.ref));
	errno = 0;
	if (r.ref == NULL ||
	    proc_new(&r, NULL, config->log, config->input) == NULL)
		(void)wl_rec_no_memory(&r);
	else if (begin_trace(&r, out, origin))
		run(&r);
	clean_up(&r);
	return r.error;
}
