/*
 * The record: a plain script of what was done, repeats and patterns expanded,
 * names resolved.
 *
 * Calls are written as in C with the system's own constants, so that the record
 * reads like a trace; a flag without a name is a number.  Statements that only
 * look (expect, show, explain) are copied as they stand: the results that they
 * name are named in the record too.  A record of a record is the same bytes.
 */
#include <inttypes.h>
#include <string.h>

#include "exec.h"
#include "form.h"

void
wl_size_text(uint64_t v, char *buf, size_t len)
{
	static const char suffix[] = "KMGT";
	int s = -1;

	while (v != 0 && v % 1024 == 0 && s < 3) {
		v /= 1024;
		s++;
	}
	if (s < 0)
		snprintf(buf, len, "%" PRIu64, v);
	else
		snprintf(buf, len, "%" PRIu64 "%c", v, suffix[s]);
}

static void
put_size(FILE *fp, uint64_t v)
{
	char text[32];

	wl_size_text(v, text, sizeof(text));
	fputs(text, fp);
}

/* -------------------------------------------------------- constants ---- */

static bool
begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

static bool
in_family(const struct sim_const *c, enum wl_family family)
{
	const char *const *prefix = wl_family_prefixes(family);

	if (family == WL_F_MAP &&
	    (begins(c->name, "MAP_INHERIT") || begins(c->name, "MAP_HUGE_") ||
		strcmp(c->name, "MAP_FAILED") == 0))
		return false;
	for (; *prefix != NULL; prefix++)
		if (begins(c->name, *prefix))
			return true;
	return false;
}

/* A value that is one of a list: advice, inheritance, command. */
static void
put_choice(FILE *fp, const struct sim_personality *sys, enum wl_family family,
    uint64_t v)
{
	const struct sim_const *c;

	for (c = sys->consts; c->name != NULL; c++)
		if (c->value == v && in_family(c, family) &&
		    strcmp(c->name, "IPC_PRIVATE") != 0) {
			fputs(c->name, fp);
			return;
		}
	fprintf(fp, "%" PRIu64, v);
}

/* Has no flag at all a name of its own? */
static bool
zero_is_named(enum wl_family family)
{
	return family == WL_F_PROT || family == WL_F_MS || family == WL_F_OPEN;
}

/* Flags: names or'ed, those of the family's first prefix first, and the rest
 * as a number. */
static void
put_flags(FILE *fp, const struct sim_personality *sys, enum wl_family family,
    uint64_t v)
{
	const char *const *prefix = wl_family_prefixes(family);
	uint64_t rest = v;
	const struct sim_const *c;
	const char *bar = "";

	if (v == 0 && zero_is_named(family)) {
		put_choice(fp, sys, family, v);
		return;
	}
	for (; *prefix != NULL; prefix++)
		for (c = sys->consts; c->name != NULL; c++)
			if (c->value != 0 && (rest & c->value) == c->value &&
			    begins(c->name, *prefix) && in_family(c, family)) {
				fprintf(fp, "%s%s", bar, c->name);
				bar = "|";
				rest &= ~c->value;
			}
	if (rest != 0)
		fprintf(fp, "%s0x%" PRIx64, bar, rest);
	else if (v == 0)
		putc('0', fp);
}

/* ------------------------------------------------------- operations ---- */

static void
put_arg(FILE *fp, const struct wl_done *d, char letter, uint64_t v)
{
	enum wl_family family = wl_form_family(letter);

	if (letter == 'a')
		fprintf(fp, v == 0 ? "0" : "0x%" PRIx64, v);
	else if (letter == 'l')
		put_size(fp, v);
	else if (letter == 'L')
		fputs(wl_limit_name(v) != NULL ? wl_limit_name(v) : "as", fp);
	else if (family == WL_F_NONE && v > INT64_MAX)
		fprintf(fp, "-%" PRIu64, 0 - v);
	else if (family == WL_F_NONE)
		fprintf(fp, "%" PRIu64, v);
	else if (family == WL_F_MADV || family == WL_F_POSIX_MADV ||
	    family == WL_F_INHERIT || family == WL_F_SWAPCTL ||
	    d->call.no == SIM_SYS_SHMCTL)
		put_choice(fp, d->personality, family, v);
	else
		put_flags(fp, d->personality, family, v);
}

/* Letters of the arguments as this system orders them. */
static const char *
args_of(const struct wl_done *d)
{
	if (d->call.no == SIM_SYS_MREMAP && d->personality == &sim_netbsd)
		return "alalM";
	return wl_form(d->call.no)->args;
}

static void
put_call(FILE *fp, const struct wl_done *d)
{
	const char *args = args_of(d), *file = d->op->call->file;
	const size_t at = wl_form(d->call.no)->str_at;
	const char *comma = "";

	fprintf(fp, "%s(", sim_sysname(d->call.no));
	if (d->call.str != NULL && at == 0) {
		fprintf(fp, "\"%s\"", d->call.str);
		comma = ", ";
	}
	for (size_t i = 0; args[i] != '\0'; i++) {
		fputs(comma, fp);
		if (i > 0 && i == at && d->call.str != NULL)
			fprintf(fp, "\"%s\", ", d->call.str);
		else if (i > 0 && i == at)
			fputs("0, ", fp);
		if (i == 4 && file != NULL)
			fprintf(fp, "\"%s\"", file);
		else
			put_arg(fp, d, args[i], d->call.arg[i]);
		comma = ", ";
	}
	if (d->call.pid != 0)
		fprintf(fp, ", %d", d->call.pid);
	putc(')', fp);
}

void
wl_write_op(FILE *fp, const struct wl_done *d)
{
	static const char *const names[] = { "read", "write", "exec" };

	fprintf(fp, "%s: ", d->op->proc);
	if (d->op->access != NULL) {
		fprintf(fp, "%s 0x%" PRIx64 " ",
		    names[d->op->access->type >> 1], d->va);
		put_size(fp, d->len);
		return;
	}
	if (d->op->result != NULL)
		fprintf(fp, "%s = ", d->op->result);
	put_call(fp, d);
}

long
wl_call_text(const struct wl_spoken *s, char *buf, size_t len)
{
	struct wl_call words = { .no = s->call->no, .file = s->file };
	const struct wl_op op = { .proc = s->proc, .call = &words };
	const struct wl_done done = { .op = &op,
		.personality = s->personality,
		.call = *s->call };
	FILE *fp = fmemopen(buf, len, "w");
	long n;

	if (fp == NULL)
		return -1;
	if (s->err != 0)
		fputs("expect ", fp);
	wl_write_op(fp, &done);
	if (s->err != 0)
		fprintf(fp, " fails %s", sim_errname(s->err));
	n = ftell(fp);
	return fclose(fp) == 0 && n > 0 && (size_t)n < len ? n : 0;
}

void
wl_clean_path(char *path)
{
	for (; *path != '\0'; path++)
		if (*path == '"' || (unsigned char)*path < ' ' ||
		    *path == '\x7f')
			*path = '_';
}

/*
 * Within an expectation the outcome is recorded with the operation.  Of an
 * expected failure that did not come, or came after other references of a
 * pattern, each operation stands as it went.
 */
void
wl_record_op(struct wl_exec *ex, const struct wl_done *d)
{
	const struct wl_expect *want = ex->expecting;
	FILE *fp = ex->run->record;
	bool last;

	if (fp == NULL)
		return;
	last = want != NULL &&
	    (d->err != 0 || d->op->access == NULL ||
		d->op->access->pattern == NULL);
	if (last)
		fputs("expect ", fp);
	wl_write_op(fp, d);
	if (last && want->fails != NULL)
		fprintf(fp, " fails%s%s", want->fails[0] != '\0' ? " " : "",
		    want->fails);
	else if (last)
		fprintf(fp, " returns 0x%" PRIx64, ex->expected);
	putc('\n', fp);
}

/* ------------------------------------------------------- the others ---- */

/* The i-th KEY=VALUE: the script's, then the command's. => NULL behind them */
static const char *
pair_at(const struct wl_exec *ex, size_t i)
{
	const struct wl_script *s = ex->run->script;

	if (i < s->npairs)
		return s->pairs[i];
	i -= s->npairs;
	return i < ex->run->npairs ? ex->run->pairs[i] : NULL;
}

/* Has pair number i a later one with the same key? */
static bool
overridden(const struct wl_exec *ex, size_t i, const char *text)
{
	const char *later;
	size_t n = strcspn(text, "=") + 1;

	while ((later = pair_at(ex, ++i)) != NULL)
		if (strncmp(later, text, n) == 0)
			return true;
	return false;
}

void
wl_record_machine(struct wl_exec *ex)
{
	FILE *fp = ex->run->record;
	const char *text;

	if (fp == NULL || pair_at(ex, 0) == NULL)
		return;
	fputs("machine", fp);
	for (size_t i = 0; (text = pair_at(ex, i)) != NULL; i++)
		if (!overridden(ex, i, text))
			fprintf(fp, " %s", text);
	putc('\n', fp);
}

static void
put_limit(FILE *fp, uint64_t v)
{
	if (v == SIM_RLIM_INFINITY)
		fprintf(fp, "%" PRIu64, v);
	else
		put_size(fp, v);
}

void
wl_record_spawn(struct wl_exec *ex, const struct wl_spawn *sp)
{
	FILE *fp = ex->run->record;

	if (fp == NULL)
		return;
	fprintf(fp, "spawn %s", sp->name);
	if (sp->personality != NULL)
		fprintf(fp, " personality=%s", sp->personality->name);
	if (sp->pid != 0)
		fprintf(fp, " pid=%d", sp->pid);
	if (sp->image != NULL && sp->image[0] == '\0')
		fprintf(fp, " image=none");
	else if (sp->image != NULL)
		fprintf(fp, " image=\"%s\"", sp->image);
	for (uint64_t i = 0; i < SIM_NLIMITS; i++)
		if (sp->limited[i]) {
			fprintf(fp, " %s=", wl_limit_name(i));
			put_limit(fp, sp->limit[i].cur);
			putc(':', fp);
			put_limit(fp, sp->limit[i].max);
		}
	putc('\n', fp);
}

void
wl_record_file(struct wl_exec *ex, const struct wl_file *file)
{
	FILE *fp = ex->run->record;

	if (fp == NULL)
		return;
	fprintf(fp, "file \"%s\" ", file->path);
	put_size(fp, file->size);
	if (file->have_dev)
		fprintf(fp, " dev=%u,%u", file->dev >> 8, file->dev & 0xff);
	if (file->have_ino)
		fprintf(fp, " ino=%u", file->ino);
	if (file->block)
		fprintf(fp, " disk=%s", sim_disk_kinds[file->disk].name);
	putc('\n', fp);
}

void
wl_record_text(struct wl_exec *ex, const char *text)
{
	if (ex->run->record != NULL)
		fprintf(ex->run->record, "%s\n", text);
}
