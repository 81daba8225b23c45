/*
 * `show procmap -a sh': a tool of the floor above looks at the machine as it
 * is.  The words are the tool's own, except that the name of a process stands
 * for its pid; what the tool prints is shown, complaints included.
 */
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "show.h"

/* The rest of the line. => false: error set */
bool
wl_get_tool(struct wl_parser *ps, struct wl_show *s)
{
	while (!wl_at_end(ps)) {
		const char *word;

		if (s->nwords == WL_SHOW_MAXWORDS) {
			wl_error_at(ps, ps->at, "more than %d words",
			    WL_SHOW_MAXWORDS);
			return false;
		}
		word = wl_get_path(ps, "an argument of the tool");
		if (word == NULL)
			return false;
		s->word[s->nwords].text = word;
		s->word[s->nwords++].is_proc = wl_set_find(ps->procs, word,
						   strlen(word)) != NULL;
	}
	return true;
}

bool
wl_show_tool(const struct wl_view *v)
{
	const struct wl_show *s = v->show;
	char *argv[WL_SHOW_MAXWORDS + 2], pid[WL_SHOW_MAXWORDS][16];
	const struct wl_run *run = v->ex->run;
	struct process *p;
	int argc = 1;

	if (run->tool == NULL)
		return wl_stop(v->ex, 0, "%s is not at hand here",
		    s->kind->name);
	argv[0] = (char *)(uintptr_t)s->kind->name;
	for (int i = 0; i < s->nwords; i++) {
		argv[argc++] = (char *)(uintptr_t)s->word[i].text;
		if (!s->word[i].is_proc)
			continue;
		if ((p = wl_process(v->ex, s->word[i].text)) == NULL)
			return false;
		snprintf(pid[i], sizeof(pid[i]), "%d", p->pid);
		argv[argc - 1] = pid[i];
	}
	argv[argc] = NULL;
	(void)run->tool(v->m, argc, argv, v->fp);
	return true;
}
