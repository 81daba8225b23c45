/*
 * Looking: the source, the operation's events and story, the machine.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"

#define AROUND 5 /* lines of the source before and behind */

/* ------------------------------------------------------------ source ---- */

static void
put_source_line(struct wl_step *s, struct wl_step_side *side, uint32_t n)
{
	const struct wl_moment *mo = wl_history_done(side->h);
	const char *mark = "  ";

	if (mo->n > 0 && mo->line == n)
		mark = "=>"; /* done */
	else if (wl_history_next_line(side->h) == n)
		mark = " >"; /* to be done */
	wl_step_say(s, "%s %4" PRIu32 "  %s\n", mark, n,
	    wl_history_line(side->h, n));
}

bool
wl_step_cmd_list(struct wl_step *s, const char *args)
{
	struct wl_step_side *side = wl_step_leader(s);
	const uint32_t all = wl_history_nlines(side->h);
	const struct wl_moment *mo = wl_history_done(side->h);
	uint64_t line = mo->n > 0 && mo->line != 0 ?
	    mo->line :
	    wl_history_next_line(side->h);
	uint32_t from, to;

	if (!wl_step_number(s, args, line > 0 ? line : 1, &line))
		return false;
	if (all == 0)
		return wl_step_fail(s, "%s is no text", s->base);
	if (line < 1 || line > all)
		return wl_step_fail(s, "expected a line, from 1 to %" PRIu32,
		    all);
	from = line > AROUND ? (uint32_t)line - AROUND : 1;
	to = line + AROUND < all ? (uint32_t)line + AROUND : all;
	for (uint32_t i = from; i <= to; i++)
		put_source_line(s, side, i);
	return true;
}

bool
wl_step_cmd_search(struct wl_step *s, const char *args)
{
	struct wl_step_side *side = wl_step_leader(s);
	const uint32_t all = wl_history_nlines(side->h);
	bool found = false;

	if (args[0] == '\0')
		return wl_step_fail(s, "expected the text to search for");
	for (uint32_t i = 1; i <= all; i++)
		if (strstr(wl_history_line(side->h, i), args) != NULL) {
			put_source_line(s, side, i);
			found = true;
		}
	return found || wl_step_fail(s, "not in %s: %s", s->base, args);
}

/* -------------------------------------------------------------- info ---- */

static void
put_run(struct wl_step *s, struct wl_step_side *side)
{
	static const char *const kinds[] = { "script", "trace", "log" };
	struct wl_history *h = side->h;

	wl_step_say(s, "%s %s: at operation %" PRIu64 " of %" PRIu64 "%s\n",
	    kinds[wl_history_kind(h)], s->config.path, wl_history_at(h),
	    wl_history_known(h), wl_history_ended(h) ? "" : " or more");
	if (wl_history_error(h)[0] != '\0')
		wl_step_say(s, "it stops: %s\n", wl_history_error(h));
}

static void
put_machine(struct wl_step *s, struct wl_step_side *side)
{
	const struct machine *m = wl_history_machine(side->h);
	const struct sim_config *c = &m->config;

	wl_step_say(s,
	    "arch=%s personality=%s ram=%" PRIu64 "K policy=%s swap=%s\n",
	    c->arch->name, c->personality->name, c->ram >> 10, c->policy_value,
	    c->swap_value[0] != '\0' ? c->swap_value : "0");
}

static void
put_processes(struct wl_step *s, struct wl_step_side *side)
{
	const struct machine *m = wl_history_machine(side->h);
	struct process *p, *next;

	HASH_ITER(hh, m->procs, p, next) {
		if (p == m->kernel)
			continue;
		if (p->vmspace != NULL)
			wl_step_say(s,
			    "process %d %s: %" PRIu32 " entries, %" PRIu64
			    " pages mapped\n",
			    p->pid, p->name, p->vmspace->vm_map.nentries,
			    p->vmspace->vm_map.pmap->resident);
		else
			wl_step_say(s, "process %d %s has exited\n", p->pid,
			    p->name);
	}
}

bool
wl_step_cmd_info(struct wl_step *s, const char *args)
{
	struct wl_history_use use;

	(void)args;
	WL_STEP_EACH(s, i)
	{
		struct wl_step_side *side = &s->side[i];

		put_run(s, side);
		put_machine(s, side);
		put_processes(s, side);
		wl_history_use(side->h, &use);
		wl_step_say(s,
		    "checkpoints: %zu, %zu bytes in all, at most %" PRIu64
		    " operations apart\n",
		    use.n, use.bytes, use.gap);
	}
	return true;
}

/* ------------------------------------------------------ the operation ---- */

/* Its events are known, or it is done once more. */
static bool
hear(struct wl_step_side *side)
{
	return side->events_of == wl_history_at(side->h) ||
	    wl_step_redo(side, NULL);
}

bool
wl_step_cmd_events(struct wl_step *s, const char *args)
{
	(void)args;
	WL_STEP_EACH(s, i)
	{
		struct wl_step_side *side = &s->side[i];

		if (!hear(side))
			return false;
		for (size_t k = 0; k < side->events.n; k++)
			wl_step_say(s, "%s\n", side->events.line[k]);
		if (side->events.lost > 0)
			wl_step_say(s, "and %" PRIu64 " more\n",
			    side->events.lost);
		if (side->events.n == 0)
			wl_step_say(s, "nothing was changed\n");
	}
	return true;
}

/* What has no story has its events. */
static void
put_story(struct wl_step *s, struct wl_step_side *side,
    const struct wl_story *story, bool full)
{
	wl_step_line(side, s->config.out);
	if (story != NULL && wl_story_nlines(story) > 0) {
		wl_story_print(story, s->config.out, full);
		return;
	}
	for (size_t k = 0; k < side->events.n; k++)
		wl_step_say(s, "%4zu. %s\n", k + 1, side->events.line[k]);
	if (side->events.n == 0)
		wl_step_say(s, "nothing was changed\n");
}

bool
wl_step_cmd_explain(struct wl_step *s, const char *args)
{
	const bool full = strcmp(args, "full") == 0;

	if (args[0] != '\0' && !full)
		return wl_step_fail(s, "expected explain, or explain full");
	WL_STEP_EACH(s, i)
	{
		struct wl_story *story = NULL;
		bool ok = wl_step_redo(&s->side[i], &story);

		if (ok)
			put_story(s, &s->side[i], story, full);
		wl_story_free(story);
		if (!ok)
			return false;
	}
	return true;
}

/* ---------------------------------------------------------- statements ---- */

static bool
look(struct wl_step *s, const char *word, const char *args)
{
	char text[600], err[400];

	snprintf(text, sizeof(text), "%s %s", word, args);
	WL_STEP_EACH(s, i)
	if (!wl_history_look(s->side[i].h, text, s->config.out, err,
		sizeof(err)))
		return wl_step_fail(s, "%s", err);
	return true;
}

bool
wl_step_cmd_show(struct wl_step *s, const char *args)
{
	return look(s, "show", args);
}

bool
wl_step_cmd_expect(struct wl_step *s, const char *args)
{
	return look(s, "expect", args);
}

bool
wl_step_cmd_save(struct wl_step *s, const char *args)
{
	struct wl_step_side *side = wl_step_leader(s);
	char err[400];

	if (args[0] == '\0')
		return wl_step_fail(s, "expected the file to save to");
	if (s->nsides > 1 && s->chosen < 0)
		return wl_step_fail(s, "which side? (side NAME)");
	if (sim_core_save(wl_history_machine(side->h), args, err,
		sizeof(err)) != 0)
		return wl_step_fail(s, "%s", err);
	wl_step_say(s, "saved operation %" PRIu64 " as %s\n",
	    wl_history_at(side->h), args);
	return true;
}
