/*
 * Calls of the BSDs' logs: from entry and return to records (see bsdlog.h).
 *
 * A call that is entered waits in its task's list.  A return takes the oldest
 * of its name: where a log does not tell threads apart, several calls of one
 * process are under way.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bsdlog_int.h"

void
wl_bsd_bad(struct wl_callrec *rec, const struct wl_bsdline *l, const char *at,
    const char *why)
{
	rec->kind = WL_LOG_BAD;
	rec->error = why;
	rec->column = (unsigned)(at - l->begin) + 1;
}

/* --------------------------------------------------------------- tasks --- */

/* => NULL: no memory */
static struct wl_bsdtask *
task_new(struct wl_bsdlog *b, const struct wl_bsdline *l, uint64_t key)
{
	struct wl_bsdtask *t = calloc(1, sizeof(*t));
	struct wl_bsdproc *proc;
	int pid = l->pid;

	if (t == NULL)
		return NULL;
	t->key = key;
	t->id = pid;
	HASH_FIND_INT(b->procs, &pid, proc);
	if (proc != NULL && pid != 0) {
		t->id = --b->threads;
	} else if (proc == NULL && (proc = calloc(1, sizeof(*proc))) != NULL) {
		proc->pid = pid;
		HASH_ADD_INT(b->procs, pid, proc);
		if (proc->hh.tbl == NULL) {
			free(proc);
			proc = NULL;
		}
	}
	if (proc != NULL)
		HASH_ADD(hh, b->tasks, key, sizeof(t->key), t);
	if (proc != NULL && t->hh.tbl != NULL)
		return t;
	free(t);
	return NULL;
}

struct wl_bsdtask *
wl_bsd_task(struct wl_bsdlog *b, struct wl_callrec *rec,
    const struct wl_bsdline *l)
{
	uint64_t key = (uint64_t)(uint32_t)l->pid << 32 | (uint32_t)l->tid;
	struct wl_bsdtask *t;

	HASH_FIND(hh, b->tasks, &key, sizeof(key), t);
	if (t == NULL && (t = task_new(b, l, key)) == NULL) {
		wl_bsd_bad(rec, l, l->begin, wl_log_no_memory);
		return NULL;
	}
	rec->pid = t->id;
	rec->process = l->pid;
	return t;
}

static void
call_free(struct wl_bsdcall *c)
{
	free(c->name);
	free(c->args);
	free(c->path);
	free(c);
}

static void
task_free(struct wl_bsdlog *b, struct wl_bsdtask *t)
{
	struct wl_bsdcall *c;

	HASH_DEL(b->tasks, t);
	while ((c = t->calls) != NULL) {
		t->calls = c->next;
		call_free(c);
	}
	free(t);
}

void
wl_bsd_forget_process(struct wl_bsdlog *b, int pid)
{
	struct wl_bsdtask *t, *tmp;
	struct wl_bsdproc *proc;

	HASH_ITER(hh, b->tasks, t, tmp)
		if ((int)(t->key >> 32) == pid)
			task_free(b, t);
	HASH_FIND_INT(b->procs, &pid, proc);
	if (proc != NULL) {
		HASH_DEL(b->procs, proc);
		free(proc);
	}
}

void
wl_bsd_forget(struct wl_bsdlog *b)
{
	struct wl_bsdtask *t, *tmp;
	struct wl_bsdproc *proc, *next;

	HASH_ITER(hh, b->tasks, t, tmp)
		task_free(b, t);
	HASH_ITER(hh, b->procs, proc, next) {
		HASH_DEL(b->procs, proc);
		free(proc);
	}
	b->threads = 0;
	b->data = false;
}

/* --------------------------------------------------------------- names --- */

/* Beginnings of names that an older system's calls have. */
static size_t
version_before(const char *p, size_t len)
{
	static const char *const words[] = { "compat", "freebsd", "netbsd",
		"sys_" };
	size_t n;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(words[i]);
		if (len <= n || memcmp(p, words[i], n) != 0)
			continue;
		if (words[i][n - 1] == '_')
			return n;
		while (n < len &&
		    (isdigit((unsigned char)p[n]) ||
			(p[n] == '_' && n + 1 < len &&
			    isdigit((unsigned char)p[n + 1]))))
			n++;
		if (n < len && (p[n] == '.' || p[n] == '_'))
			return n + 1;
	}
	return 0;
}

void
wl_bsd_plain(const char *name, size_t len, char *buf, size_t buflen)
{
	static const char *const same[][2] = { { "break", "brk" },
		{ "obreak", "brk" }, { "sys_exit", "exit" } };
	size_t n = version_before(name, len);

	name += n;
	len -= n;
	while (len > 1 && *name == '_') {
		name++;
		len--;
	}
	if (len > 2 && isdigit((unsigned char)name[len - 1]) &&
	    isdigit((unsigned char)name[len - 2]))
		len -= 2;
	snprintf(buf, buflen, "%.*s", (int)(len < buflen ? len : buflen), name);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (strcmp(buf, same[i][0]) == 0)
			snprintf(buf, buflen, "%s", same[i][1]);
}

/* Which argument is a path, of those that a replay looks at. */
static const struct {
	const char *name;
	int arg;
} paths[] = {
	{ "open", 0 },
	{ "openat", 1 },
	{ "creat", 0 },
	{ "execve", 0 },
	{ "shm_open", 0 },
	{ "shm_open2", 0 },
};

/* -------------------------------------------------------------- records -- */

/* An offset in two words of 32 bits. => false: they are no numbers */
static bool
join_words(struct wl_bsdlog *b, struct wl_callrec *rec, int low)
{
	uint64_t lo, hi;

	if (!wl_text_number(rec->arg[low], NULL, NULL, &lo, NULL) ||
	    !wl_text_number(rec->arg[low + 1], NULL, NULL, &hi, NULL))
		return false;
	snprintf(b->offset, sizeof(b->offset), "0x%" PRIx64,
	    (lo & UINT32_MAX) | hi << 32);
	rec->arg[5] = (struct wl_text){ b->offset, strlen(b->offset) };
	return true;
}

/* mmap(addr, len, prot, flags, fd, [pad,] offset), the last one or two words */
static void
plain_mmap(struct wl_bsdlog *b, struct wl_callrec *rec)
{
	bool words = b->log->system == &sim_freebsd;

	if (rec->nargs == 7 && !(words && join_words(b, rec, 5)))
		rec->arg[5] = rec->arg[6];
	if (rec->nargs == 8)
		(void)join_words(b, rec, 6);
	if (rec->nargs > 6)
		rec->nargs = 6;
}

static void
plain_args(struct wl_bsdlog *b, struct wl_callrec *rec)
{
	if (strcmp(rec->name, "mmap") == 0) {
		plain_mmap(b, rec);
	} else if (strcmp(rec->name, "fexecve") == 0) {
		snprintf(b->name, sizeof(b->name), "execve");
		rec->nargs = 0; /* a descriptor, whose path is not told */
	}
}

static void
set_path(struct wl_bsdlog *b, struct wl_callrec *rec, const char *path)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (strcmp(paths[i].name, rec->name) != 0 ||
		    paths[i].arg >= rec->nargs ||
		    rec->arg[paths[i].arg].len == 0 ||
		    rec->arg[paths[i].arg].at[0] == '"')
			continue;
		snprintf(b->path, sizeof(b->path), "%s", path);
		rec->arg[paths[i].arg] = (struct wl_text){ b->path,
			strlen(b->path) };
	}
}

static bool
is_thread_exit(const char *name)
{
	return strcmp(name, "thr_exit") == 0 || strcmp(name, "lwp_exit") == 0 ||
	    strcmp(name, "threxit") == 0;
}

static struct wl_bsdcall *
call_new(const struct wl_callrec *rec, const char *name, size_t namelen,
    const char *args, size_t len)
{
	struct wl_bsdcall *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->name = strndup(name, namelen);
	c->args = malloc(len + 1);
	if (c->name == NULL || c->args == NULL) {
		call_free(c);
		return NULL;
	}
	memcpy(c->args, args, len);
	c->len = len;
	c->line = rec->line;
	return c;
}

/* => NULL: no memory */
static struct wl_bsdcall *
call_add(struct wl_bsdtask *t, const struct wl_callrec *rec, const char *name,
    size_t namelen, const char *args, size_t len)
{
	struct wl_bsdcall *c = call_new(rec, name, namelen, args, len), *old;
	struct wl_bsdcall **last = &t->calls;

	if (c == NULL)
		return NULL;
	if (t->ncalls == WL_BSD_PENDING) { /* it will not return any more */
		old = t->calls;
		t->calls = old->next;
		t->ncalls--;
		call_free(old);
	}
	while (*last != NULL)
		last = &(*last)->next;
	*last = c;
	t->ncalls++;
	return c;
}

void
wl_bsd_enter(struct wl_bsdlog *b, struct wl_callrec *rec,
    const struct wl_bsdline *l, const char *name, size_t namelen,
    const char *args, size_t len)
{
	struct wl_bsdtask *t = wl_bsd_task(b, rec, l);

	if (t == NULL)
		return;
	t->called = true;
	wl_bsd_plain(name, namelen, b->name, sizeof(b->name));
	rec->name = b->name;
	wl_bsd_args(args, args + len, rec);
	plain_args(b, rec);
	if (strcmp(b->name, "exit") == 0) {
		uint64_t status = 0;

		if (rec->nargs > 0)
			(void)wl_text_number(rec->arg[0], NULL, NULL, &status,
			    NULL);
		wl_bsd_end(b, rec, l, (int)(status & 0xff));
	} else if (is_thread_exit(b->name)) {
		rec->kind = l->tid != 0 ? WL_LOG_EXITED : WL_LOG_NOTE;
		if (l->tid != 0)
			task_free(b, t);
	} else {
		rec->kind = WL_LOG_ENTRY;
		if (call_add(t, rec, name, namelen, args, len) == NULL)
			wl_bsd_bad(rec, l, l->begin, wl_log_no_memory);
	}
}

void
wl_bsd_path(struct wl_bsdlog *b, struct wl_callrec *rec,
    const struct wl_bsdline *l)
{
	struct wl_bsdtask *t = wl_bsd_task(b, rec, l);
	struct wl_bsdcall *c;

	if (t == NULL)
		return;
	rec->kind = WL_LOG_NOTE;
	if ((c = t->calls) == NULL)
		return;
	while (c->next != NULL)
		c = c->next;
	if (c->path != NULL || l->p >= l->end || *l->p != '"')
		return;
	c->path = strndup(l->p, (size_t)(l->end - l->p));
	if (c->path == NULL)
		wl_bsd_bad(rec, l, l->begin, wl_log_no_memory);
}

/* Take the oldest call of this name out of the list, or NULL. */
static struct wl_bsdcall *
call_take(struct wl_bsdtask *t, const char *name, size_t len)
{
	struct wl_bsdcall **c, *found;

	for (c = &t->calls; *c != NULL; c = &(*c)->next)
		if (strlen((*c)->name) == len &&
		    memcmp((*c)->name, name, len) == 0) {
			found = *c;
			*c = found->next;
			t->ncalls--;
			return found;
		}
	return NULL;
}

/* The text of a call that has returned, kept until the next record. */
static bool
keep_text(struct wl_bsdlog *b, const struct wl_bsdcall *c)
{
	char *text;

	if (c->len + 1 > b->textcap) {
		text = realloc(b->text, c->len + 1);
		if (text == NULL)
			return false;
		b->text = text;
		b->textcap = c->len + 1;
	}
	memcpy(b->text, c->args, c->len);
	return true;
}

void
wl_bsd_leave(struct wl_bsdlog *b, struct wl_callrec *rec,
    const struct wl_bsdline *l, const char *name, size_t namelen, const char *p)
{
	struct wl_bsdtask *t = wl_bsd_task(b, rec, l);
	struct wl_bsdcall *c;

	if (t == NULL)
		return;
	c = call_take(t, name, namelen);
	if (c == NULL && !t->called) { /* a child's first line, or the log's */
		t->called = true;
		rec->kind = WL_LOG_NOTE;
		return;
	}
	if (c == NULL) {
		wl_bsd_bad(rec, l, name, "returns from a call not entered");
		return;
	}
	rec->kind = WL_LOG_CALL;
	rec->resumed = true;
	rec->entry_line = c->line;
	wl_bsd_plain(name, namelen, b->name, sizeof(b->name));
	rec->name = b->name;
	if (!keep_text(b, c)) {
		wl_bsd_bad(rec, l, l->begin, wl_log_no_memory);
	} else {
		wl_bsd_args(b->text, b->text + c->len, rec);
		plain_args(b, rec);
		if (c->path != NULL)
			set_path(b, rec, c->path);
		if (!wl_bsd_result(b, p, l->end, rec))
			wl_bsd_bad(rec, l, p, "expected the call's result");
	}
	call_free(c);
}

void
wl_bsd_whole(struct wl_bsdlog *b, struct wl_callrec *rec,
    const struct wl_bsdline *l, const char *name, size_t namelen,
    const char *args, size_t len, const char *p)
{
	struct wl_bsdtask *t = wl_bsd_task(b, rec, l);

	if (t == NULL)
		return;
	t->called = true;
	rec->kind = WL_LOG_CALL;
	rec->entry_line = rec->line;
	wl_bsd_plain(name, namelen, b->name, sizeof(b->name));
	rec->name = b->name;
	wl_bsd_args(args, args + len, rec);
	plain_args(b, rec);
	if (!wl_bsd_result(b, p, l->end, rec))
		wl_bsd_bad(rec, l, p, "expected the call's result");
}

/* ---------------------------------------------------------------- ends --- */

bool
wl_bsd_fatal(const char *name, size_t len)
{
	static const char *const harmless[] = { "SIGCHLD", "SIGCONT", "SIGURG",
		"SIGWINCH", "SIGINFO", "SIGIO", "SIGSTOP", "SIGTSTP", "SIGTTIN",
		"SIGTTOU", "SIGTHR", "SIGLWP", "SIGPWR" };

	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (strlen(harmless[i]) == len &&
		    memcmp(harmless[i], name, len) == 0)
			return false;
	return true;
}

void
wl_bsd_end(struct wl_bsdlog *b, struct wl_callrec *rec,
    const struct wl_bsdline *l, int status)
{
	if (wl_bsd_task(b, rec, l) == NULL)
		return;
	rec->kind = WL_LOG_EXITED;
	rec->all = true;
	rec->value = status;
	rec->pid = l->pid;
	wl_bsd_forget_process(b, l->pid);
}

void
wl_bsd_signal(struct wl_bsdlog *b, struct wl_callrec *rec,
    const struct wl_bsdline *l, const char *name, size_t len)
{
	if (wl_bsd_task(b, rec, l) == NULL)
		return;
	rec->kind = WL_LOG_KILLED;
	rec->all = true;
	rec->errname = (struct wl_text){ name, len };
	rec->pid = l->pid;
	wl_bsd_forget_process(b, l->pid);
}
