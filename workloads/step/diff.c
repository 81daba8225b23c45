/*
 * What is different between two moments: the state of each is written down as
 * lines, in an order of its own, and the lines are compared.
 *
 *	a line:	a key that says what it is about, and what there is to say of it
 *
 * Both lists are sorted by key; a key that only one of them has is something
 * that went or came, one that both have is told if the rest differs.  Pages
 * that lie one behind the other and changed in the same way are told as one.
 */
#include "diff.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/script/page.h"
#include "workloads/script/show.h"
#include "sim/stats.h"
#include "int.h"

#define MAXPAGES 500000u /* of all processes, that are written down */

/* ------------------------------------------------------ writing down ---- */

static struct wl_fact *
add(struct wl_facts *f, enum wl_fact_kind kind, const char *who, uint64_t key)
{
	size_t max = f->max > 0 ? 2 * f->max : 256;
	struct wl_fact *p;

	if (f->n == f->max) {
		p = realloc(f->fact, max * sizeof(*p));
		if (p == NULL) {
			f->failed = true;
			return NULL;
		}
		f->fact = p;
		f->max = max;
	}
	p = &f->fact[f->n++];
	memset(p, 0, sizeof(*p));
	p->kind = (uint8_t)kind;
	snprintf(p->who, sizeof(p->who), "%s", who);
	p->key = key;
	return p;
}

static void __attribute__((format(printf, 2, 3)))
say(struct wl_fact *p, const char *fmt, ...)
{
	va_list ap;

	if (p == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(p->text, sizeof(p->text), fmt, ap);
	va_end(ap);
}

static void
note_counters(struct wl_facts *f, const struct machine *m)
{
	struct sim_stat st;
	struct wl_fact *p;

	for (size_t i = 0; sim_stat_at(m, i, &st); i++) {
		p = add(f, WL_FACT_COUNTER, st.name, i);
		if (p != NULL)
			p->value = st.value;
	}
	p = add(f, WL_FACT_COUNTER, "clock", 10000);
	if (p != NULL)
		p->value = sim_clock(m);
}

static void
note_entry(struct wl_facts *f, struct machine *m, struct process *p,
    const struct vm_map_entry *e)
{
	const struct wl_view v = { .m = m, .p = p };
	char name[100], prot[4], max[4];
	struct wl_fact *fact = add(f, WL_FACT_ENTRY, p->name, e->start);

	wl_entry_name(&v, e, name, sizeof(name));
	say(fact, "%s of %s%s%s%s %s", wl_prot_text(e->protection, prot),
	    wl_prot_text(e->max_protection, max),
	    e->etype & UVM_ET_COPYONWRITE ? " private" : " shared",
	    e->etype & UVM_ET_NEEDSCOPY ? " needs-copy" : "",
	    e->wired_count > 0 ? " wired" : "", name);
	if (fact != NULL)
		fact->value = e->end;
}

static void
page_text(struct process *p, const struct wl_page *pg, struct wl_fact *fact)
{
	struct vm *vm = p->vmspace->vm_map.vm;
	const pfn_t f = pg->mapped ? pg->mapped_frame : pg->frame;
	vm_prot_t prot = 0;
	char text[4];

	if (fact == NULL)
		return;
	fact->value = f;
	if (f == PFN_NONE) {
		say(fact, "in swap, slot %" PRIu32, pg->swslot);
		return;
	}
	if (pg->mapped)
		(void)pmap_prot(p->vmspace->vm_map.pmap, pg->va, &prot);
	fact->tag = vm->pages.tag != NULL ? vm->pages.tag[f] : 0;
	say(fact, "%s%s%s%s", pg->mapped ? "mapped " : "not mapped",
	    pg->mapped ? wl_prot_text(prot, text) : "",
	    pmap_is_referenced(&vm->pmaps, f) ? " referenced" : "",
	    vm->pages.page[f].pg_flags & PG_DIRTY ||
		    pmap_is_modified(&vm->pmaps, f) ?
		" dirty" :
		"");
}

static void
note_pages(struct wl_facts *f, struct process *p)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t va = vm_map_min(map);
	struct wl_page pg;

	while (f->n < MAXPAGES && wl_page_next(p, &va, vm_map_max(map), &pg))
		if (pg.mapped || pg.anon != 0)
			page_text(p, &pg, add(f, WL_FACT_PAGE, p->name, pg.va));
}

static void
note_process(struct wl_facts *f, struct machine *m, struct process *p)
{
	const struct vm_map_entry *e;
	struct wl_fact *fact = add(f, WL_FACT_PROCESS, p->name,
	    (uint64_t)p->pid);

	if (p->vmspace == NULL) {
		say(fact, p->exit_signal != 0 ? "killed" : "exited");
		return;
	}
	say(fact, "running");
	for (e = p->vmspace->vm_map.header.next;
	     e != &p->vmspace->vm_map.header; e = e->next)
		note_entry(f, m, p, e);
	note_pages(f, p);
}

static int
compare(const void *x, const void *y)
{
	const struct wl_fact *a = x, *b = y;
	int order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind != WL_FACT_COUNTER && (order = strcmp(a->who, b->who)) != 0)
		return order;
	return (a->key > b->key) - (a->key < b->key);
}

bool
wl_facts_note(struct wl_facts *f, struct machine *m)
{
	struct process *p, *next;

	*f = (struct wl_facts){ .page = pg_size(m) };
	note_counters(f, m);
	HASH_ITER(hh, m->procs, p, next)
		if (p != m->kernel)
			note_process(f, m, p);
	if (!f->failed)
		qsort(f->fact, f->n, sizeof(*f->fact), compare);
	return !f->failed;
}

void
wl_facts_free(struct wl_facts *f)
{
	free(f->fact);
	f->fact = NULL;
}

/* --------------------------------------------------------- comparing ---- */

static bool
same(const struct wl_fact *a, const struct wl_fact *b)
{
	return a->value == b->value && a->tag == b->tag &&
	    strcmp(a->text, b->text) == 0;
}

/* A change of pages that goes on. */
struct run {
	const struct wl_fact *from, *to; /* of the first page; NULL: none */
	uint64_t n;
	vaddr_t end; /* behind the last one */
	bool copied, written;
};

struct telling {
	FILE *fp;
	uint64_t page;
	uint64_t told;
	struct run run;
};

static void
put_run(struct telling *t)
{
	struct run *r = &t->run;
	const struct wl_fact *any = r->from != NULL ? r->from : r->to;

	if (r->n == 0)
		return;
	fprintf(t->fp, "%s page 0x%" PRIx64, any->who, any->key);
	if (r->n > 1)
		fprintf(t->fp, "-0x%" PRIx64 " (%" PRIu64 " pages)", r->end,
		    r->n);
	if (r->from == NULL)
		fprintf(t->fp, ": now %s", r->to->text);
	else if (r->to == NULL)
		fprintf(t->fp, ": gone, was %s", r->from->text);
	else if (strcmp(r->from->text, r->to->text) != 0)
		fprintf(t->fp, ": now %s, was %s", r->to->text, r->from->text);
	else
		fprintf(t->fp, ": %s", r->to->text);
	fprintf(t->fp, "%s%s\n", r->copied ? ", in another frame" : "",
	    r->written ? ", other contents" : "");
	t->told++;
	r->n = 0;
}

/* No page's own text is empty. */
static const char *
text_of(const struct wl_fact *f)
{
	return f != NULL ? f->text : "";
}

static void
tell_page(struct telling *t, const struct wl_fact *a, const struct wl_fact *b)
{
	struct run *r = &t->run;
	const struct wl_fact *any = a != NULL ? a : b, *old;
	const bool copied = a != NULL && b != NULL && a->value != b->value &&
	    a->value != 0 && b->value != 0;
	const bool written = a != NULL && b != NULL && a->tag != b->tag;

	old = r->from != NULL ? r->from : r->to;
	if (r->n > 0 && r->end == any->key && strcmp(old->who, any->who) == 0 &&
	    strcmp(text_of(r->from), text_of(a)) == 0 &&
	    strcmp(text_of(r->to), text_of(b)) == 0 && r->copied == copied &&
	    r->written == written) {
		r->n++;
		r->end += t->page;
		return;
	}
	put_run(t);
	*r = (struct run){ a, b, 1, any->key + t->page, copied, written };
}

/* Before and after; one of them may be NULL, not both. */
static void
tell_entry(struct telling *t, const struct wl_fact *a, const struct wl_fact *b)
{
	const struct wl_fact *now = b != NULL ? b : a;

	assert(now != NULL);
	fprintf(t->fp, "%s entry 0x%" PRIx64 "-0x%" PRIx64, now->who, now->key,
	    now->value);
	if (a == NULL)
		fprintf(t->fp, ": new, %s\n", b->text);
	else if (b == NULL)
		fprintf(t->fp, ": gone, was %s\n", a->text);
	else if (a->value != b->value)
		fprintf(t->fp, ": ended at 0x%" PRIx64 "; %s\n", a->value,
		    b->text);
	else
		fprintf(t->fp, ": now %s, was %s\n", b->text, a->text);
}

/* A machine has the same ones at every moment. */
static void
tell_counter(struct telling *t, const struct wl_fact *a,
    const struct wl_fact *b)
{
	assert(a != NULL && b != NULL);
	fprintf(t->fp, "%s %" PRIu64 " -> %" PRIu64, b->who, a->value,
	    b->value);
	if (b->value >= a->value)
		fprintf(t->fp, " (+%" PRIu64 ")\n", b->value - a->value);
	else
		fprintf(t->fp, " (-%" PRIu64 ")\n", a->value - b->value);
}

static void
tell(struct telling *t, const struct wl_fact *a, const struct wl_fact *b)
{
	const struct wl_fact *any = a != NULL ? a : b;

	if (any->kind != WL_FACT_PAGE)
		put_run(t);
	switch ((enum wl_fact_kind)any->kind) {
	case WL_FACT_PAGE: tell_page(t, a, b); return;
	case WL_FACT_ENTRY: tell_entry(t, a, b); break;
	case WL_FACT_COUNTER: tell_counter(t, a, b); break;
	case WL_FACT_PROCESS:
		fprintf(t->fp, "process %s: %s\n", any->who,
		    a == NULL     ? "new" :
			b == NULL ? "forgotten" :
				    b->text);
		break;
	}
	t->told++;
}

uint64_t
wl_facts_diff(const struct wl_facts *a, const struct wl_facts *b, FILE *fp)
{
	struct telling t = { .fp = fp, .page = a->page };
	const struct wl_fact *x, *y;
	size_t i = 0, k = 0;
	int order;

	while (i < a->n || k < b->n) {
		x = i < a->n ? &a->fact[i] : NULL;
		y = k < b->n ? &b->fact[k] : NULL;
		order = x == NULL ? 1 : y == NULL ? -1 : compare(x, y);
		if (order <= 0)
			i++;
		else
			x = NULL;
		if (order >= 0)
			k++;
		else
			y = NULL;
		if (x == NULL || y == NULL || !same(x, y))
			tell(&t, x, y);
	}
	put_run(&t);
	return t.told;
}

/* ------------------------------------------------------- the command ---- */

/* n: in, where to; out, how far it got. */
static bool
note_at(struct wl_step *s, struct wl_step_side *side, uint64_t *n,
    struct wl_facts *f)
{
	enum wl_went went;

	f->fact = NULL;
	went = wl_history_goto(side->h, *n);
	if (went == WL_WENT_LOST || went == WL_WENT_ENOUGH)
		return wl_step_went_well(side, went);
	*n = wl_history_at(side->h);
	return wl_facts_note(f, wl_history_machine(side->h)) ||
	    wl_step_fail(s, "no memory");
}

static bool
diff(struct wl_step *s, struct wl_step_side *side, uint64_t from, uint64_t to)
{
	const uint64_t at = wl_history_at(side->h);
	struct wl_facts a, b = { .fact = NULL };
	bool ok;

	ok = note_at(s, side, &from, &a) && note_at(s, side, &to, &b);
	if (ok) {
		wl_step_say(s,
		    "operation %" PRIu64 " against operation %" PRIu64 ":\n",
		    to, from);
		if (wl_facts_diff(&a, &b, s->config.out) == 0)
			wl_step_say(s, "no difference\n");
	}
	wl_facts_free(&a);
	wl_facts_free(&b);
	(void)wl_history_goto(side->h, at);
	return ok;
}

/* [N [M]]: N and here, N and M; without: where one came from, and here. */
bool
wl_step_cmd_diff(struct wl_step *s, const char *args)
{
	const uint64_t at = wl_history_at(wl_step_leader(s)->h);
	uint64_t from = s->before, to = at;
	const char *word;
	const size_t len = wl_step_word(&args, &word);

	if (len == 0 && from == to)
		from = at > 0 ? at - 1 : 0;
	if (len > 0 && !wl_step_digits(word, len, &from))
		return wl_step_fail(s,
		    "expected one operation or two, got '%s'", word);
	if (!wl_step_number(s, args, at, &to))
		return false;
	WL_STEP_EACH(s, i)
	if (!diff(s, &s->side[i], from, to))
		return false;
	return true;
}
