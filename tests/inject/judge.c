/*
 * What an end of a command must be like, whatever failed.
 *
 *  - It ends by itself: no signal, no waiting for ever.
 *  - 0: all was done: the same files and the same output as undisturbed.
 *  - 1: one line on standard error, which begins with the command's name, has
 *    the reason, and the file if the failure was about one that the command
 *    knows; each file is as before or as it should be, none is left over.
 *  - Interrupted calls and parts of transfers are nobody's business: 0.
 *  - After SIGKILL, files are as before or as they should be, and besides only
 *    temporaries, that can be recognized: FILE.XXXXXX.
 */
#include "inject.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* FILE.XXXXXX, or below a directory of that name. */
static bool
is_temporary(const char *name)
{
	const char *slash = strchrnul(name, '/');
	const size_t len = (size_t)(slash - name);

	return len > 7 && slash[-7] == '.' &&
	    strspn(slash - 6,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789") >= 6;
}

/* A file that fails to be removed, stays. */
static bool
may_stay(const struct inj_result *r, const char *name)
{
	return is_temporary(name) && r->call != NULL &&
	    (strncmp(r->call->name, "unlink", 6) == 0);
}

/* => NULL, or what is wrong with the files */
static const char *
judge_files(const struct inj_scene *s, const struct inj_point *p,
    const struct inj_result *r, const struct inj_folder *now, char *text,
    size_t len, uint64_t *left)
{
	const bool all = WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0;

	for (size_t i = 0; i < now->n; i++) {
		const struct inj_file *f = &now->file[i],
				      *a = inj_folder_find(s->after, f->name),
				      *b = inj_folder_find(s->before, f->name);

		if ((a != NULL && inj_file_same(f, a)) ||
		    (b != NULL && inj_file_same(f, b) && !all))
			continue;
		if (p->kind == INJ_KILL && is_temporary(f->name)) {
			++*left;
			continue;
		}
		if ((s->command->flags & INJ_RESUMES) != 0)
			continue; /* in any order; looked at otherwise */
		if (may_stay(r, f->name))
			continue;
		snprintf(text, len, "%s is %s", f->name,
		    a == NULL && b == NULL ? "left over" :
					     "neither old nor new");
		return text;
	}
	for (size_t i = 0; i < s->before->n; i++)
		if (inj_folder_find(s->after, s->before->file[i].name) !=
			NULL &&
		    inj_folder_find(now, s->before->file[i].name) == NULL) {
			snprintf(text, len, "%s is gone",
			    s->before->file[i].name);
			return text;
		}
	for (size_t i = 0; all && i < s->after->n; i++)
		if (inj_folder_find(now, s->after->file[i].name) == NULL) {
			snprintf(text, len, "success, but %s is missing",
			    s->after->file[i].name);
			return text;
		}
	return NULL;
}

/* The name of a file of the command, as people know it. => it is one */
static bool
known_file(const struct inj_scene *s, const char *file, char *name, size_t len)
{
	snprintf(name, len, "%s", file);
	if (is_temporary(name))
		name[strlen(name) - 7] = '\0';
	return inj_folder_find(s->after, name) != NULL;
}

static bool
has_reason(const struct inj_point *p, const struct inj_result *r,
    const char *err)
{
	if (p->uninterrupted && strstr(err, strerror(EIO)) != NULL)
		return true; /* a stream forgets with which errno it failed */
	if (p->kind == INJ_MEMORY || r->error == ENOMEM)
		return strstr(err, "memory") != NULL ||
		    (p->kind == INJ_ERROR && /* a thread's stack */
			strstr(err, strerror(EAGAIN)) != NULL) ||
		    strstr(err, "ENOMEM") != NULL;
	return strstr(err, strerror(r->error)) != NULL ||
	    strstr(err, "standard output: ") != NULL; /* the stream forgot */
}

static unsigned
times(const char *text, const char *word)
{
	unsigned n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

/* What it says beyond what it says undisturbed: whole lines. */
static const char *
complaint(const struct inj_scene *s, const struct inj_result *r)
{
	const size_t same = s->whole->errlen;

	return r->errlen >= same && memcmp(r->err, s->whole->err, same) == 0 ?
	    r->err + same :
	    r->err;
}

/* One line; on a full disk, one for each file, and no two the same. */
static const char *
judge_lines(const struct inj_scene *s, const struct inj_point *p,
    const char *err)
{
	const bool talks = (s->command->flags & INJ_TALKS) != 0;
	const char *line = err, *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		const size_t len = (size_t)(end + 1 - line);

		if (!talks && strncmp(line, "uvmsim", 6) != 0)
			return "expected a line that begins with uvmsim";
		if (memmem(end + 1, strlen(end + 1), line, len) != NULL)
			return "it is said twice";
		if (!talks && end[1] != '\0' && p->kind != INJ_FULL)
			return "expected one line";
	}
	return line[0] != '\0' ? "expected a newline at the end" : NULL;
}

/* One line, with the reason and the file. */
static const char *
judge_line(const struct inj_scene *s, const struct inj_point *p,
    const struct inj_result *r, char *text, size_t len)
{
	const char *err = complaint(s, r), *why = judge_lines(s, p, err);
	char name[256];

	if (err[0] == '\0')
		return "it failed without a word";
	if (why != NULL)
		return why;
	if (!has_reason(p, r, err))
		return "the reason is not said";
	if (p->kind == INJ_MEMORY || r->error == ENOMEM)
		return NULL;
	if (p->kind == INJ_FULL)
		return NULL; /* many files fail, one of them is named */
	if (times(err, strerror(r->error)) > 1)
		return "the reason is said twice";
	if (strstr(s->command->args, "<") == NULL &&
	    known_file(s, r->file, name, sizeof(name)) &&
	    strstr(err, name) == NULL) {
		snprintf(text, len, "the file is not named: %s", name);
		return text;
	}
	return NULL;
}

static bool
is_transparent(const struct inj_point *p, const struct inj_result *r)
{
	return p->kind == INJ_PART || p->kind == INJ_PARTS ||
	    (p->kind == INJ_ERROR && r->error == EINTR);
}

/* Who talks to somebody may say so between the lines, and go on. */
static bool
tells_shortage(const struct inj_scene *s, const struct inj_result *r)
{
	return (s->command->flags & INJ_TALKS) != 0 &&
	    strstr(r->out, "no memory") != NULL;
}

static const char *
judge_end(const struct inj_scene *s, const struct inj_point *p,
    const struct inj_result *r, char *text, size_t len)
{
	const int status = WEXITSTATUS(r->status), good = s->command->status;

	if (status == good &&
	    (r->outlen != s->whole->outlen ||
		memcmp(r->out, s->whole->out, r->outlen) != 0))
		return good == 0 && !tells_shortage(s, r) ?
		    "success, but other output" :
		    NULL;
	if (status == good && r->errlen == s->whole->errlen)
		return NULL;
	if (is_transparent(p, r) && status != good)
		return "it was not survived";
	if (status == 0)
		return "success, but it complains";
	if (status != 1) {
		snprintf(text, len, "exit status %d", status);
		return text;
	}
	return judge_line(s, p, r, text, len);
}

const char *
inj_judge(const struct inj_scene *s, const struct inj_point *p,
    const struct inj_result *r, const struct inj_folder *now, char *text,
    size_t len, uint64_t *left)
{
	const char *why = NULL;

	if (r->late)
		return "it does not end";
	if (WIFSIGNALED(r->status) &&
	    (p->kind != INJ_KILL || WTERMSIG(r->status) != SIGKILL)) {
		snprintf(text, len, "killed by signal %d", WTERMSIG(r->status));
		return text;
	}
	if (!WIFSIGNALED(r->status))
		why = judge_end(s, p, r, text, len);
	return why != NULL ? why : judge_files(s, p, r, now, text, len, left);
}
