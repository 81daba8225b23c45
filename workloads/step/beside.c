/*
 * Two sides: which one is looked at, and where they part.
 *
 * Both go through the run from its beginning, an operation at a time, and are
 * compared behind each, by a view:
 *
 *	user		what the process can tell: result, errno and signal of
 *			each operation, contents of the page that it touches,
 *			who lives
 *	faults		page faults that each operation takes
 *	resident	pages that each process has mapped to memory
 *	counters	every counter
 *	clock		simulated time
 *
 * Pages are gone through only behind operations that made events on either
 * side: without one nothing becomes resident or ceases to be.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stats.h"
#include "sim/suggest.h"
#include "int.h"

struct view {
	const char *name;
	/* Do they differ? why gets what is different. */
	bool (*differ)(struct wl_step *, char *why, size_t len);
};

static bool
say(char *why, size_t len, const char *what, uint64_t a, uint64_t b)
{
	snprintf(why, len, "%s: %" PRIu64 " against %" PRIu64, what, a, b);
	return true;
}

/* ------------------------------------------------------------- views ---- */

static bool
results_differ(const struct wl_moment *a, const struct wl_moment *b, char *why,
    size_t len)
{
	if (a->err != b->err)
		snprintf(why, len, "errno: %s against %s",
		    a->err != 0 ? sim_errname(a->err) : "none",
		    b->err != 0 ? sim_errname(b->err) : "none");
	else if (a->ret != b->ret)
		snprintf(why, len, "result: 0x%" PRIx64 " against 0x%" PRIx64,
		    a->ret, b->ret);
	else if (a->va != b->va)
		snprintf(why, len, "address: 0x%" PRIx64 " against 0x%" PRIx64,
		    a->va, b->va);
	else
		return false;
	return true;
}

/* The content of the page that an access touched, if it can be told. */
static bool
content(struct wl_step_side *side, const struct wl_moment *mo, uint64_t *tag)
{
	struct machine *m = wl_history_machine(side->h);
	struct process *p = sim_process_bypid(m, mo->pid);

	return mo->access && m->config.tags && p != NULL &&
	    p->vmspace != NULL &&
	    vm_peek_tag(&p->vmspace->vm_map, mo->va, tag) == 0;
}

static uint64_t
living(struct wl_step_side *side)
{
	struct process *p, *next;
	uint64_t n = 0;

	HASH_ITER(hh, wl_history_machine(side->h)->procs, p, next)
		n += p->state == SIM_RUNNING;
	return n;
}

static bool
user_differs(struct wl_step *s, char *why, size_t len)
{
	struct wl_step_side *l = &s->side[0], *r = &s->side[1];
	const struct wl_moment *a = wl_history_done(l->h);
	const struct wl_moment *b = wl_history_done(r->h);
	uint64_t x = 0, y = 0;

	if (results_differ(a, b, why, len))
		return true;
	if (content(l, a, &x) && content(r, b, &y) && x != y) {
		snprintf(why, len,
		    "content of the page at 0x%" PRIx64 ": 0x%" PRIx64
		    " against 0x%" PRIx64,
		    a->va, x, y);
		return true;
	}
	x = living(l);
	y = living(r);
	return x != y && say(why, len, "processes that live", x, y);
}

static bool
counter_differs(struct wl_step *s, const char *name, char *why, size_t len)
{
	uint64_t x = 0, y = 0;

	(void)sim_stat_byname(wl_history_machine(s->side[0].h), name, &x);
	(void)sim_stat_byname(wl_history_machine(s->side[1].h), name, &y);
	return x != y && say(why, len, name, x, y);
}

static bool
faults_differ(struct wl_step *s, char *why, size_t len)
{
	return counter_differs(s, "faults", why, len);
}

static bool
counters_differ(struct wl_step *s, char *why, size_t len)
{
	const struct machine *m = wl_history_machine(s->side[0].h);
	struct sim_stat st;

	for (size_t i = 0; sim_stat_at(m, i, &st); i++)
		if (counter_differs(s, st.name, why, len))
			return true;
	return false;
}

static bool
clock_differs(struct wl_step *s, char *why, size_t len)
{
	const uint64_t x = sim_clock(wl_history_machine(s->side[0].h));
	const uint64_t y = sim_clock(wl_history_machine(s->side[1].h));

	return x != y && say(why, len, "clock, ns", x, y);
}

/* The next address from va on that is mapped; the end of the map: none. */
static vaddr_t
next_mapped(struct process *p, vaddr_t va)
{
	const struct vm_map *map = &p->vmspace->vm_map;

	return pmap_next_mapped(map->pmap, va, vm_map_max(map));
}

static bool
pages_differ(struct process *a, struct process *b, char *why, size_t len)
{
	const vaddr_t step = pg_size(&a->vmspace->vm_map);
	vaddr_t x = 0, y = 0;

	for (;; x += step, y += step) {
		x = next_mapped(a, x);
		y = next_mapped(b, y);
		if (x == y && x >= vm_map_max(&a->vmspace->vm_map))
			return false;
		if (x != y)
			break;
	}
	snprintf(why, len,
	    "%s: the page at 0x%" PRIx64 " is mapped on the %s "
	    "only",
	    a->name, x < y ? x : y, x < y ? "left" : "right");
	return true;
}

static bool
resident_differs(struct wl_step *s, char *why, size_t len)
{
	struct machine *m = wl_history_machine(s->side[1].h);
	struct process *p, *q, *next;
	bool changed = false;

	for (int i = 0; i < s->nsides; i++) {
		changed |= s->side[i].heard > 0;
		s->side[i].heard = 0;
	}
	if (!changed)
		return false;
	HASH_ITER(hh, wl_history_machine(s->side[0].h)->procs, p, next) {
		q = sim_process_bypid(m, p->pid);
		if (p->vmspace == NULL || q == NULL || q->vmspace == NULL ||
		    p->pid == 0)
			continue;
		if (pages_differ(p, q, why, len))
			return true;
	}
	return false;
}

static const struct view views[] = {
	{ "user", user_differs },
	{ "faults", faults_differ },
	{ "resident", resident_differs },
	{ "counters", counters_differ },
	{ "clock", clock_differs },
};

/* => NULL: none, and said so */
static const struct view *
find_view(struct wl_step *s, const char *args)
{
	const char *names[NELEM(views)], *near, *word;
	const size_t len = wl_step_word(&args, &word);
	char text[32];

	if (len == 0)
		return &views[0];
	for (size_t i = 0; i < NELEM(views); i++) {
		if (strncmp(views[i].name, word, len) == 0)
			return &views[i];
		names[i] = views[i].name;
	}
	snprintf(text, sizeof(text), "%.*s", (int)len, word);
	near = sim_suggest(text, names, NELEM(views));
	(void)wl_step_fail(s, "unknown view %s; %s%s%s", text,
	    near != NULL ? "did you mean " :
			   "expected user, faults, resident, counters or clock",
	    near != NULL ? near : "", near != NULL ? "?" : "");
	return NULL;
}

/* ---------------------------------------------------------- going on ---- */

enum outcome { PARTED, ENDED, TROUBLE /* said so */ };

/* Both an operation on. */
static enum outcome
both(struct wl_step *s, const struct view *v, char *why, size_t len)
{
	uint64_t at[WL_STEP_SIDES] = { 0 };

	for (;;) {
		const uint64_t before = wl_history_at(s->side[0].h);

		for (int i = 0; i < s->nsides; i++) {
			struct wl_step_side *side = &s->side[i];
			enum wl_went went = wl_history_step(side->h, NULL);

			if (went == WL_WENT_LOST) {
				(void)wl_step_went_well(side, went);
				return TROUBLE;
			}
			at[i] = wl_history_at(s->side[i].h);
		}
		if (at[0] == before && at[1] == before)
			return ENDED;
		if (at[0] != at[1]) {
			snprintf(why, len, "the %s side's run ends before",
			    at[0] < at[1] ? "left" : "right");
			return PARTED;
		}
		if (v->differ(s, why, len))
			return PARTED;
		if (before % 16384 == 0 && s->config.progress != NULL &&
		    !s->config.progress(s->config.ctx, before)) {
			(void)wl_step_fail(s, "interrupted");
			return TROUBLE;
		}
	}
}

static void
say_same(struct wl_step *s, const struct view *v)
{
	const char *before = "; other views:";

	wl_step_say(s, "no difference (%s) up to the end", v->name);
	for (size_t i = 0; i < NELEM(views); i++)
		if (&views[i] != v) {
			wl_step_say(s, "%s %s", before, views[i].name);
			before = ",";
		}
	wl_step_say(s, "\n");
	for (int i = 0; i < s->nsides; i++)
		if (wl_history_error(s->side[i].h)[0] != '\0')
			wl_step_say(s, "%s stops: %s\n", s->side[i].name,
			    wl_history_error(s->side[i].h));
}

bool
wl_step_cmd_diverge(struct wl_step *s, const char *args)
{
	const struct view *v;
	char why[200];
	int chosen = s->chosen;
	bool ok;

	if (s->nsides < 2)
		return wl_step_fail(s,
		    "there is one side only (--beside KEY=VALUE makes two)");
	if ((v = find_view(s, args)) == NULL || !wl_step_goto(s, 0))
		return false;
	for (int i = 0; i < s->nsides; i++)
		s->side[i].heard = 1;
	switch (both(s, v, why, sizeof(why))) {
	case ENDED:
		say_same(s, v);
		wl_step_where(s);
		return true;
	case TROUBLE: return false;
	case PARTED: break;
	}
	wl_step_say(s, "they part at operation %" PRIu64 " (%s): %s\n",
	    wl_history_at(s->side[0].h), v->name, why);
	s->chosen = -1;
	ok = wl_step_cmd_explain(s, "");
	s->chosen = chosen;
	return ok;
}

/* ---------------------------------------------------------- choosing ---- */

bool
wl_step_cmd_side(struct wl_step *s, const char *args)
{
	const char *word;
	const size_t len = wl_step_word(&args, &word);

	if (s->nsides < 2)
		return wl_step_fail(s, "there is one side only");
	if (wl_step_is(word, len, "both"))
		s->chosen = -1;
	else if (wl_step_is(word, len, s->side[0].name) ||
	    wl_step_is(word, len, "left"))
		s->chosen = 0;
	else if (wl_step_is(word, len, s->side[1].name) ||
	    wl_step_is(word, len, "right"))
		s->chosen = 1;
	else if (len > 0)
		return wl_step_fail(s, "expected left, right, both, %s or %s",
		    s->side[0].name, s->side[1].name);
	wl_step_say(s, "looking at %s\n",
	    s->chosen < 0 ? "both" : s->side[s->chosen].name);
	return true;
}
