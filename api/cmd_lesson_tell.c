/*
 * A lesson in the terminal: text filled to its width, commands run and what
 * they print, questions asked if somebody is there to answer them.
 *
 * Nothing is paged; who wants a pager says so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_lesson.h"
#include "paint.h"
#include "workloads/fill.h"

void
cmd_lesson_labelled(const struct cmd_lesson *s, const char *label,
    const char *text)
{
	const struct api_style *style = api_style(stdout);
	unsigned n = (unsigned)strlen(label);

	printf("%s%s%s", style->bold, label, style->off);
	wl_fill(stdout, text, s->width, n, n);
}

void
cmd_lesson_pose(const struct cmd_lesson *s, const struct wl_question *q)
{
	char label[24];

	snprintf(label, sizeof(label), "Question %u. ", q->number);
	cmd_lesson_labelled(s, label, q->text);
	for (unsigned i = 0; i < q->nchoices; i++) {
		snprintf(label, sizeof(label), "  %c) ", 'a' + i);
		cmd_lesson_labelled(s, label, q->choice[i].text);
	}
}

static void
tell_heading(const char *text)
{
	const struct api_style *style = api_style(stdout);

	printf("%s%s%s\n", style->bold, text, style->off);
	for (const char *p = text; *p != '\0'; p++)
		if ((*p & 0xc0) != 0x80)
			putchar('-');
	putchar('\n');
}

/* The commands of a block and what they print now. */
static int
tell_console(const struct cmd_lesson *s, const char *text)
{
	const struct api_style *style = api_style(stdout);
	char line[512], *out;
	size_t n;
	int got;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (strncmp(text, "$ ", 2) != 0 || n >= sizeof(line))
			continue;
		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		printf("%s%s%s\n", style->word, line, style->off);
		got = s->host.command(s->host.ctx, line + 2, &out);
		if (got < 0) {
			free(out);
			return cmd_fail(&s->cmd,
			    "cannot run '%s' in a new folder of %s: %s",
			    line + 2, cmd_lesson_tmpdir(), strerror(errno));
		}
		fputs(out, stdout);
		free(out);
	}
	return CMD_OK;
}

/* *Words* of Markdown without their stars: they go from the text itself. */
static void
plain(char *text)
{
	char *to = text, *end;

	for (const char *p = text; *p != '\0'; p++) {
		end = *p == '*' && p[1] != ' ' ? strchr(p + 1, '*') : NULL;
		if (end == NULL || end[-1] == ' ') {
			*to++ = *p;
			continue;
		}
		for (p++; p < end; p++)
			*to++ = *p;
	}
	*to = '\0';
}

static int
tell_block(const struct cmd_lesson *s, const struct wl_block *b)
{
	if (b->kind == WL_B_TEXT || b->kind == WL_B_ITEM)
		plain(b->text);
	switch (b->kind) {
	case WL_B_HEAD: tell_heading(b->text); break;
	case WL_B_TEXT: wl_fill(stdout, b->text, s->width, 0, 0); break;
	case WL_B_ITEM: cmd_lesson_labelled(s, "  - ", b->text); break;
	case WL_B_VERBATIM: puts(b->text); break;
	case WL_B_CONSOLE: return tell_console(s, b->text);
	default: break;
	}
	return CMD_OK;
}

int
cmd_lesson_tell(struct cmd_lesson *s)
{
	const struct api_style *style = api_style(stdout);
	const struct wl_lesson *l = s->lesson;
	const struct wl_block *b;
	int status = CMD_OK;

	printf("%sLesson %u. %s%s\n", style->bold, l->number, l->title,
	    style->off);
	for (size_t i = 0; i < l->nblocks && status == CMD_OK; i++) {
		b = &l->block[i];
		if (b->notes != s->notes)
			continue;
		if (b->kind != WL_B_ITEM || i == 0 ||
		    l->block[i - 1].kind != WL_B_ITEM)
			putchar('\n');
		if (b->kind == WL_B_QUESTION) {
			if (!cmd_lesson_ask(s, b->question, &status))
				break;
		} else {
			status = tell_block(s, b);
		}
	}
	return status;
}
