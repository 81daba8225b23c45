/*
 * Stories on paper: under the place and the operation, or as one JSON object.
 *
 *	{"run":PATH,"operations":[
 *	 {"operation":3,"line":17,"count":1,"text":"sh: ...","errno":"...",
 *	  "why":[{"step":...,"text":...,...},...]},...]}
 *
 * The kind of a story is a hash (FNV-1a) of the names of its brief steps.
 */
#include "cmd_explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void
cmd_tales_begin(struct cmd_tales *t)
{
	if (!t->json)
		return;
	fputs("{\"run\":", t->fp);
	cmd_json_string(t->fp, t->path);
	fputs(",\"operations\":[", t->fp);
}

void
cmd_tales_end(struct cmd_tales *t)
{
	if (t->json)
		fputs("]}\n", t->fp);
	free(t->kind);
	t->kind = NULL;
}

static void
add_json(struct cmd_tales *t, const struct cmd_tale *a)
{
	fprintf(t->fp, "%s\n{\"operation\":%" PRIu64, t->told > 0 ? "," : "",
	    a->operation);
	if (a->line != 0)
		fprintf(t->fp, ",\"line\":%" PRIu32 ",\"count\":%" PRIu64,
		    a->line, a->count);
	fputs(",\"text\":", t->fp);
	cmd_json_string(t->fp, a->text);
	if (a->err != 0)
		fprintf(t->fp, ",\"errno\":\"%s\"", sim_errname(a->err));
	fputs(",\"why\":", t->fp);
	wl_story_json(a->story, t->fp, t->full);
	putc('}', t->fp);
}

static void
add_text(struct cmd_tales *t, const struct cmd_tale *a)
{
	if (t->told > 0)
		putc('\n', t->fp);
	fprintf(t->fp, "operation %" PRIu64, a->operation);
	if (a->line != 0)
		fprintf(t->fp, ", %s:%" PRIu32, t->path, a->line);
	if (a->count > 1)
		fprintf(t->fp, ":%" PRIu64, a->count);
	fprintf(t->fp, "\n%s\n", a->text);
	wl_story_print(a->story, t->fp, t->full);
}

void
cmd_tales_add(struct cmd_tales *t, const struct cmd_tale *a)
{
	(t->json ? add_json : add_text)(t, a);
	t->told++;
}

/* -------------------------------------------------------------- kinds ---- */

/* Steps that every operation has, and that alone say nothing. */
static bool
is_common(const char *step)
{
	static const char *const common[] = { "counters", "cost", "no_fault",
		"unchanged", "tlb", "marks" };

	for (size_t i = 0; i < NELEM(common); i++)
		if (strcmp(common[i], step) == 0)
			return true;
	return false;
}

/* => 0: nothing but common steps */
static uint64_t
kind_of(const struct cmd_tale *a)
{
	uint64_t hash = 0xcbf29ce484222325u;
	struct wl_line l;
	const char *last = "";
	bool any = false;

	for (unsigned i = 0; wl_story_line(a->story, i, &l); i++) {
		if (!l.brief || is_common(l.step) || strcmp(l.step, last) == 0)
			continue;
		any = true;
		last = l.step;
		for (const char *c = l.step; *c != '\0'; c++)
			hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
	}
	hash = (hash ^ (uint64_t)a->err) * 0x100000001b3u;
	return any ? hash | 1 : 0;
}

bool
cmd_tales_new_kind(struct cmd_tales *t, const struct cmd_tale *a)
{
	const uint64_t kind = kind_of(a);
	void *p;

	if (kind == 0)
		return false;
	for (size_t i = 0; i < t->nkinds; i++)
		if (t->kind[i] == kind)
			return false;
	if (t->nkinds == t->maxkinds) {
		p = realloc(t->kind, (2 * t->maxkinds + 16) * sizeof(*t->kind));
		if (p == NULL)
			return true; /* told again, at worst */
		t->kind = p;
		t->maxkinds = 2 * t->maxkinds + 16;
	}
	t->kind[t->nkinds++] = kind;
	return true;
}
