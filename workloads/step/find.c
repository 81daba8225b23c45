/*
 * What is looked for, as people write it:
 *
 *	fault | EVENT  [of PROC] [at ADDR [LEN]] [frame N]
 *	failure				an operation that fails
 *	line N				the operation of a line
 *	frame N owner			a frame becomes another owner's
 *	PROC ADDR [not] STATE		mapped, resident, dirty, referenced,
 *					swapped, wired, writable, promoted
 *	anything else			a condition, as behind `expect'
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/script/lines.h"
#include "workloads/script/page.h"
#include "workloads/script/query.h"
#include "sim/event.h"
#include "sim/suggest.h"
#include "int.h"

struct state;

/* A search, with what it needs. */
struct quest {
	struct wl_step *s;
	struct wl_step_side *side;
	struct wl_sought sought;
	struct wl_query *query; /* of an address */
	const struct wl_stmt *stmt;
	bool negated;
	const struct state *state;
	uint32_t frame;
	struct wl_condition *condition;
	struct wl_seek_condition by_condition;
	struct wl_seek_state by_state;
	struct wl_seek_change by_change;
	struct wl_seek_operation by_operation;
	struct wl_seek_event by_event;
	bool hears; /* by_event is what is used */
};

/* --------------------------------------------------------- addresses ---- */

/* PROC ADDR [LEN], as now. => false: said so */
static bool
read_range(struct quest *q, const char *kind, const char *text)
{
	struct wl_history *h = q->side->h;
	struct wl_script_error e = { .text = "no memory left" };
	char line[400];

	snprintf(line, sizeof(line), "show %s %s", kind, text);
	if (q->query == NULL)
		q->query = wl_query_new();
	if (q->query != NULL)
		q->stmt = wl_query_read(q->query, wl_history_machine(h),
		    wl_history_exec(h)->run->script, line, &e);
	return q->stmt != NULL || wl_step_fail(q->s, "%s", e.text);
}

/* => the process and the address as of now; NULL: one of them is not there */
static struct process *
look_up(const struct quest *q, struct wl_history *h, vaddr_t *va, vsize_t *len)
{
	struct wl_exec *ex = wl_history_exec(h);
	const struct wl_stmt *under_way = ex->stmt;
	struct process *p;

	ex->hushed = true;
	ex->stmt = q->stmt;
	p = wl_process(ex, q->stmt->show->proc);
	if (p != NULL &&
	    (p->vmspace == NULL || !wl_eval(ex, p, q->stmt->show->addr, va) ||
		!wl_eval(ex, p, q->stmt->show->len, len)))
		p = NULL;
	ex->stmt = under_way;
	ex->hushed = false;
	ex->run->error.text[0] = '\0';
	return p;
}

/* ------------------------------------------------------------ states ---- */

static bool
is_mapped(struct process *p, const struct wl_page *pg)
{
	(void)p;
	return pg->mapped;
}

static bool
is_resident(struct process *p, const struct wl_page *pg)
{
	(void)p;
	return pg->frame != PFN_NONE || pg->mapped;
}

static bool
is_swapped(struct process *p, const struct wl_page *pg)
{
	(void)p;
	return wl_page_isout(pg);
}

static bool
is_dirty(struct process *p, const struct wl_page *pg)
{
	struct vm *vm = p->vmspace->vm_map.vm;
	const pfn_t f = pg->mapped ? pg->mapped_frame : pg->frame;

	return f != PFN_NONE &&
	    (vm->pages.page[f].pg_flags & PG_DIRTY ||
		pmap_is_modified(&vm->pmaps, f));
}

static bool
is_referenced(struct process *p, const struct wl_page *pg)
{
	struct vm *vm = p->vmspace->vm_map.vm;
	const pfn_t f = pg->mapped ? pg->mapped_frame : pg->frame;

	return f != PFN_NONE && pmap_is_referenced(&vm->pmaps, f);
}

static bool
is_wired(struct process *p, const struct wl_page *pg)
{
	(void)p;
	return pg->entry->wired_count > 0;
}

static bool
is_writable(struct process *p, const struct wl_page *pg)
{
	vm_prot_t prot;

	return pg->mapped &&
	    pmap_prot(p->vmspace->vm_map.pmap, pg->va, &prot) &&
	    (prot & VM_PROT_WRITE) != 0;
}

static bool
is_promoted(struct process *p, const struct wl_page *pg)
{
	struct pmap_walk w;

	pmap_walk(p->vmspace->vm_map.pmap, pg->va, &w);
	return w.mapped && w.psind > 0;
}

struct state {
	const char *name;
	bool (*is)(struct process *, const struct wl_page *);
};

static const struct state states[] = {
	{ "mapped", is_mapped },
	{ "resident", is_resident },
	{ "dirty", is_dirty },
	{ "referenced", is_referenced },
	{ "swapped", is_swapped },
	{ "wired", is_wired },
	{ "writable", is_writable },
	{ "promoted", is_promoted },
};

/* A page that is not there is in no state, nor in the contrary. */
static bool
page_is(void *ctx, struct wl_history *h)
{
	const struct quest *q = ctx;
	struct process *p;
	struct wl_page pg;
	vsize_t len;
	vaddr_t va;

	p = look_up(q, h, &va, &len);
	if (p == NULL || !wl_page_look(p, va, &pg))
		return false;
	return q->state->is(p, &pg) != q->negated;
}

/* => the state that a text ends with; NULL: none.  *len: what is before it */
static const struct state *
ends_with_state(const char *text, size_t *len)
{
	size_t n = strlen(text), k;

	while (n > 0 && text[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < NELEM(states); i++) {
		k = strlen(states[i].name);
		if (n > k && text[n - k - 1] == ' ' &&
		    strncmp(text + n - k, states[i].name, k) == 0) {
			*len = n - k - 1;
			return &states[i];
		}
	}
	return NULL;
}

static bool
read_state(struct quest *q, const char *text, size_t len)
{
	char place[300];

	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len > 4 && strncmp(text + len - 4, " not", 4) == 0) {
		q->negated = true;
		len -= 4;
	}
	snprintf(place, sizeof(place), "%.*s", (int)len, text);
	if (!read_range(q, "pte", place))
		return false;
	q->by_state = (struct wl_seek_state){ .is = page_is, .ctx = q };
	q->sought = wl_sought_state(&q->by_state);
	return true;
}

/* ------------------------------------------------------------ frames ---- */

static uint64_t
owner_of(void *ctx, struct wl_history *h)
{
	const struct quest *q = ctx;
	const struct vm_pages *ps = &wl_history_machine(h)->vm.pages;
	const struct vm_page *pg = &ps->page[q->frame];
	const unsigned kinds = PG_TABLED | PG_AOBJ | PG_ANON | PG_FILE | PG_PTP;

	if (vm_page_isfree(pg))
		return 0;
	return ((uint64_t)(pg->pg_flags & kinds) << 48) ^
	    ((uint64_t)pg->pindex << 32) ^ pg->owner;
}

static bool
read_frame(struct quest *q, const char *args)
{
	const struct vm_pages *ps = &wl_history_machine(q->side->h)->vm.pages;
	const char *word;
	size_t len = wl_step_word(&args, &word);
	uint64_t n;

	if (!wl_step_digits(word, len, &n) || n == 0 || n > ps->npages)
		return wl_step_fail(q->s,
		    "expected the number of a frame, from 1 to %" PRIu32,
		    ps->npages);
	len = wl_step_word(&args, &word);
	if (len != 0 && !wl_step_is(word, len, "owner"))
		return wl_step_fail(q->s, "expected frame N owner");
	q->frame = (uint32_t)n;
	q->by_change = (struct wl_seek_change){ .value = owner_of, .ctx = q };
	q->sought = wl_sought_change(&q->by_change);
	return true;
}

/* ------------------------------------------------------------ events ---- */

/* => true: word names a kind of event, which is noted */
static bool
is_event(struct quest *q, const char *word, size_t len)
{
	if (wl_step_is(word, len, "faults"))
		len--;
	for (unsigned k = 0; k < VM_EVENT_NKINDS; k++)
		if (wl_step_is(word, len, sim_event_name(k))) {
			q->by_event.kind[k] = true;
			return true;
		}
	return false;
}

/* => a process of this name is there now, or the script makes one */
static bool
will_be(const struct quest *q, const char *word, size_t len)
{
	const struct wl_script *script = wl_history_exec(q->side->h)
					     ->run->script;
	struct process *p, *next;

	HASH_ITER(hh, wl_history_machine(q->side->h)->procs, p, next)
		if (wl_step_is(word, len, p->name))
			return true;
	for (const struct wl_stmt *st = script != NULL ? script->first : NULL;
	     st != NULL; st = st->next)
		if (wl_stmt_birth(st) != NULL &&
		    wl_step_is(word, len, wl_stmt_birth(st)))
			return true;
	return false;
}

static bool
of_process(struct quest *q, const char **args)
{
	struct wl_seek_event *e = &q->by_event;
	const char *word;
	size_t len = wl_step_word(args, &word);

	if (len == 0 || len >= sizeof(e->name) || !will_be(q, word, len))
		return wl_step_fail(q->s, "no process '%.*s' is there now",
		    (int)len, word);
	memcpy(e->name, word, len);
	e->name[len] = '\0';
	return true;
}

/* frame N */
static bool
in_frame(struct quest *q, const char **args)
{
	const char *word;
	const size_t len = wl_step_word(args, &word);
	uint64_t n;

	if (!wl_step_digits(word, len, &n) || n == 0 || n > UINT32_MAX)
		return wl_step_fail(q->s, "expected the number of a frame");
	q->by_event.frame = (uint32_t)n;
	return true;
}

/* at PROC ADDR [LEN]: the rest of the text */
static bool
at_place(struct quest *q, const char **args)
{
	const struct machine *m = wl_history_machine(q->side->h);
	struct wl_seek_event *e = &q->by_event;
	struct process *p;
	vsize_t len = 0;

	*args += strspn(*args, " \t");
	if (!read_range(q, "pages", *args))
		return false;
	p = look_up(q, q->side->h, &e->va, &len);
	if (p == NULL)
		return wl_step_fail(q->s, "%s: not known now", *args);
	e->end = e->va + (len > 0 ? len : 1);
	e->va = pg_trunc(m, e->va);
	e->end = pg_round(m, e->end);
	e->pid = p->pid;
	*args += strlen(*args);
	return true;
}

static bool
read_event(struct quest *q, const char *args)
{
	const char *word;
	size_t len;

	while ((len = wl_step_word(&args, &word)) > 0) {
		if (wl_step_is(word, len, "of")) {
			if (!of_process(q, &args))
				return false;
		} else if (wl_step_is(word, len, "at")) {
			if (!at_place(q, &args))
				return false;
		} else if (wl_step_is(word, len, "frame")) {
			if (!in_frame(q, &args))
				return false;
		} else if (!is_event(q, word, len)) {
			return wl_step_fail(q->s,
			    "expected of PROCESS, at PROCESS ADDRESS or "
			    "frame N, got '%.*s'",
			    (int)len, word);
		}
	}
	q->sought = wl_sought_event(&q->by_event);
	q->hears = true;
	return true;
}

/* ------------------------------------------------------- all of them ---- */

/* A word that nearly is a kind of event, in place of a condition. */
static bool
no_condition(struct quest *q, const char *word, size_t len, const char *why)
{
	const char *names[VM_EVENT_NKINDS], *near;
	char text[40];

	for (unsigned k = 0; k < VM_EVENT_NKINDS; k++)
		names[k] = sim_event_name(k);
	snprintf(text, sizeof(text), "%.*s", (int)len, word);
	near = sim_suggest(text, names, VM_EVENT_NKINDS);
	if (near != NULL)
		return wl_step_fail(q->s, "%s; or did you mean the event %s?",
		    why, near);
	return wl_step_fail(q->s, "%s (help until)", why);
}

static bool
read_condition(struct quest *q, const char *args)
{
	const char *word, *at = args;
	size_t len = wl_step_word(&at, &word);
	char err[400];

	q->condition = wl_condition_new(q->side->h, args, err, sizeof(err));
	if (q->condition == NULL)
		return no_condition(q, word, len, err);
	q->by_condition.condition = q->condition;
	q->sought = wl_sought_condition(&q->by_condition);
	return true;
}

static bool
read_line(struct quest *q, const char *args)
{
	uint64_t n;

	if (!wl_step_number(q->s, args, 0, &n))
		return false;
	if (n == 0 || n > wl_history_nlines(q->side->h))
		return wl_step_fail(q->s, "expected a line, from 1 to %" PRIu32,
		    wl_history_nlines(q->side->h));
	q->by_operation.line = (uint32_t)n;
	q->sought = wl_sought_operation(&q->by_operation);
	return true;
}

static bool
read_quest(struct quest *q, const char *args)
{
	const char *word, *rest = args;
	size_t len = wl_step_word(&rest, &word), n;

	if (len == 0)
		return wl_step_fail(q->s,
		    "expected what to look for: fault, an event, failure, "
		    "line N, frame N owner, PROCESS ADDRESS dirty, or a "
		    "condition");
	if (is_event(q, word, len))
		return read_event(q, rest);
	if (wl_step_is(word, len, "line"))
		return read_line(q, rest);
	if (wl_step_is(word, len, "frame"))
		return read_frame(q, rest);
	if (wl_step_is(word, len, "failure")) {
		q->by_operation.failed = true;
		q->sought = wl_sought_operation(&q->by_operation);
		return true;
	}
	if ((q->state = ends_with_state(args, &n)) != NULL)
		return read_state(q, args, n);
	return read_condition(q, args);
}

static void
quest_end(struct quest *q)
{
	if (q->hears)
		wl_seek_event_end(&q->by_event, q->side->h);
	wl_condition_free(q->condition);
	wl_query_free(q->query);
}

/* ----------------------------------------------------------- finding ---- */

static bool
told(struct quest *q, enum wl_went went, const struct wl_found *f,
    const char *args)
{
	if (went == WL_WENT_LOST) {
		q->s->quit = true;
		return wl_step_fail(q->s, "%s", wl_history_error(q->side->h));
	}
	if (went == WL_WENT_ENOUGH)
		return wl_step_fail(q->s, "interrupted");
	if (!f->found)
		return wl_step_fail(q->s,
		    "not found: %s (%" PRIu64 " moments looked at%s)", args,
		    f->looked, f->bisected ? ", by bisection" : "");
	return true;
}

/* Behind a search the others go where the leader is, and all tell of it. */
static bool
follow(struct wl_step *s, const struct wl_step_side *leader)
{
	return wl_step_goto(s, wl_history_at(leader->h));
}

static bool
seek(struct wl_step *s, const char *args, enum wl_seek how)
{
	struct quest *q = calloc(1, sizeof(*q));
	struct wl_found found;
	bool ok;

	if (q == NULL)
		return wl_step_fail(s, "no memory");
	q->s = s;
	q->side = wl_step_leader(s);
	ok = read_quest(q, args) &&
	    told(q, wl_history_find(q->side->h, &q->sought, how, &found),
		&found, args);
	quest_end(q);
	if (ok) {
		ok = follow(s, q->side);
		wl_step_where(s);
		if (found.bisected)
			wl_step_say(s,
			    "found by bisection, %" PRIu64
			    " moments looked at\n",
			    found.looked);
	}
	free(q);
	return ok;
}

bool
wl_step_cmd_until(struct wl_step *s, const char *args)
{
	return seek(s, args, WL_SEEK_NEXT);
}

bool
wl_step_cmd_before(struct wl_step *s, const char *args)
{
	return seek(s, args, WL_SEEK_PREVIOUS);
}

bool
wl_step_cmd_first(struct wl_step *s, const char *args)
{
	return seek(s, args, WL_SEEK_FIRST);
}

bool
wl_step_cmd_last(struct wl_step *s, const char *args)
{
	return seek(s, args, WL_SEEK_LAST);
}

/* To the end, or to just before the operation of a line is done. */
bool
wl_step_cmd_run(struct wl_step *s, const char *args)
{
	struct wl_step_side *side = wl_step_leader(s);
	const uint64_t from = wl_history_at(side->h);
	struct quest q = { .s = s, .side = side };
	struct wl_found found;
	char what[40];
	bool ok;

	if (args[0] == '\0') {
		ok = wl_step_goto(s, UINT64_MAX);
		wl_step_where(s);
		return ok;
	}
	if (!read_line(&q, args))
		return false;
	snprintf(what, sizeof(what), "line %" PRIu32, q.by_operation.line);
	if (wl_history_next_line(side->h) == q.by_operation.line)
		(void)wl_history_step(side->h, NULL);
	ok = told(&q, wl_history_find(side->h, &q.sought, WL_SEEK_NEXT, &found),
	    &found, what);
	ok = wl_step_goto(s, ok ? found.at - 1 : from) && ok;
	wl_step_where(s);
	return ok;
}
