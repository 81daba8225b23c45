/*
 * Stories in the file of events: an operation begins, its events are written
 * with its number, it ends, and its story is written in a line.
 */
#include "cmd_explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "workloads/io/memstream.h"
#include "workloads/script/exec.h"

static void
before(void *ctx, uint32_t line, const struct wl_deed *deed)
{
	struct cmd_whys *w = ctx;

	(void)line;
	w->operation++;
	if (deed == NULL)
		return;
	w->events->operation = w->operation;
	wl_story_begin(w->story, deed);
}

/* What was done, as a JSON string. => false: no memory */
static bool
put_text(FILE *fp, const struct wl_done *d)
{
	char *text = NULL;
	size_t len;
	bool whole;
	FILE *mem = wl_memstream(&text, &len);

	if (mem != NULL) {
		wl_write_op(mem, d);
		(void)fclose(mem); /* text is NULL then */
	}
	whole = text != NULL;
	cmd_json_string(fp, whole ? text : "");
	free(text);
	return whole;
}

static void
after(void *ctx, uint32_t line, const struct wl_done *d)
{
	struct cmd_whys *w = ctx;
	FILE *fp = w->events->file.fp;

	wl_story_end(w->story, d->err, d->ret, &d->sig);
	fprintf(fp,
	    "{\"event\":\"operation\",\"operation\":%" PRIu64
	    ",\"line\":%" PRIu32 ",\"text\":",
	    w->operation, line);
	if (!put_text(fp, d))
		cmd_file_fail(&w->events->file, ENOMEM);
	if (d->err != 0)
		fprintf(fp, ",\"errno\":\"%s\"", sim_errname(d->err));
	fputs(",\"why\":", fp);
	wl_story_json(w->story, fp, true);
	fputs("}\n", fp);
	w->events->operation = 0;
}

int
cmd_whys_attach(struct cmd_whys *w, const struct cmd *cmd,
    struct cmd_events *events, struct wl_run *run)
{
	*w = (struct cmd_whys){ .events = events,
		.story = wl_story_new(events->machine) };
	if (w->story == NULL)
		return cmd_fail(cmd, "no memory left for explanations");
	run->before = before;
	run->after = after;
	run->looker = w;
	return CMD_OK;
}

void
cmd_whys_detach(struct cmd_whys *w)
{
	wl_story_free(w->story);
	w->story = NULL;
}
