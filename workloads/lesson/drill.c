/*
 * Making an exercise: what the kinds share.
 *
 * The script and the problem are written side by side into memory.  A probe is
 * an expectation in the script; when the run comes to it, its value is noted,
 * and how far the run's output had got: what explain said since the probe
 * before is the story of this one.
 *
 * Numbers are drawn by splitmix64 (Steele, Lea and Flood, 2014) from the seed
 * and the name of the kind, so that kinds do not depend on one another.
 */
#include "drill.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "workloads/fill.h"
#include "workloads/io/memstream.h"

/* ------------------------------------------------------------ drawing ---- */

static uint64_t
draw(struct wl_drill *d)
{
	uint64_t z = d->rng += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t
wl_draw(struct wl_drill *d, uint64_t lo, uint64_t hi)
{
	return lo + draw(d) % (hi - lo + 1);
}

bool
wl_draw_once_in(struct wl_drill *d, unsigned n)
{
	return wl_draw(d, 1, n) == 1;
}

void
wl_draw_order(struct wl_drill *d, unsigned *order, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned j = (unsigned)wl_draw(d, 0, i);

		order[i] = order[j];
		order[j] = i;
	}
}

/* ---------------------------------------------------------------- text ---- */

/* fmt and its arguments as a string of its own; NULL: no memory */
__attribute__((format(printf, 2, 0))) static char *
print(struct wl_drill *d, const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) >= 0)
		return text;
	snprintf(d->error, sizeof(d->error), "no memory");
	return NULL;
}

#define PRINTED(d, fmt, text) \
	do { \
		va_list ap; \
\
		va_start(ap, fmt); \
		(text) = print(d, fmt, ap); \
		va_end(ap); \
	} while (0)

void
wl_say(struct wl_drill *d, const char *fmt, ...)
{
	char *text;

	PRINTED(d, fmt, text);
	if (text != NULL)
		wl_fill(d->text, text, WL_DRILL_WIDTH, 0, 0);
	free(text);
}

void
wl_put(struct wl_drill *d, const char *fmt, ...)
{
	char *text;

	PRINTED(d, fmt, text);
	if (text != NULL)
		fprintf(d->text, "%s\n", text);
	free(text);
}

void
wl_hide(struct wl_drill *d, const char *fmt, ...)
{
	char *text;

	PRINTED(d, fmt, text);
	if (text != NULL)
		fprintf(d->script, "%s\n", text);
	d->line++;
	free(text);
}

void
wl_do(struct wl_drill *d, const char *fmt, ...)
{
	char *text;

	PRINTED(d, fmt, text);
	if (text != NULL) {
		fprintf(d->script, "%s\n", text);
		fprintf(d->text, "    %s\n", text);
	}
	d->line++;
	free(text);
}

/* "expect WHAT HOW" in the script; takes what. */
static int
expect(struct wl_drill *d, char *what, const char *how)
{
	if (d->nprobes == WL_DRILL_MAXPROBES) {
		snprintf(d->error, sizeof(d->error), "too many probes");
		free(what);
		return 0;
	}
	if (what != NULL)
		fprintf(d->script, "expect %s %s\n", what, how);
	free(what);
	d->probe[d->nprobes] = (struct wl_probe){ .line = ++d->line };
	return (int)d->nprobes++;
}

int
wl_probe(struct wl_drill *d, const char *fmt, ...)
{
	char *text;

	PRINTED(d, fmt, text);
	return expect(d, text, "== 0");
}

int
wl_try(struct wl_drill *d, const char *fmt, ...)
{
	char *text;

	PRINTED(d, fmt, text);
	return expect(d, text, "returns 0");
}

unsigned
wl_ask(struct wl_drill *d, int probe, const char *fmt, ...)
{
	struct wl_item *item = &d->item[d->nitems];

	if (d->nitems == WL_DRILL_MAXITEMS) {
		snprintf(d->error, sizeof(d->error), "too many questions");
		return 0;
	}
	PRINTED(d, fmt, item->prompt);
	item->probe = probe;
	item->told = -1;
	snprintf(item->label, sizeof(item->label), "%u%c", d->number % 100,
	    'a' + d->nitems);
	return d->nitems++;
}

void
wl_story_of(struct wl_drill *d, unsigned i, int probe)
{
	d->item[i].told = probe;
}

const char *
wl_place(char buf[24], const char *name, unsigned page)
{
	if (page == 0)
		snprintf(buf, 24, "%.12s", name);
	else
		snprintf(buf, 24, "%.12s+%uK", name, 4 * page);
	return buf;
}

void
wl_right(struct wl_drill *d, unsigned i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->item[i].right, sizeof(d->item[i].right), fmt, ap);
	va_end(ap);
}

void
wl_why(struct wl_drill *d, unsigned i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->item[i].why, sizeof(d->item[i].why), fmt, ap);
	va_end(ap);
}

/* ------------------------------------------------------------ running ---- */

static void
judged(void *ctx, uint32_t line, bool met, const char *got)
{
	struct wl_drill *d = ctx;
	struct wl_probe *p;

	if (d->seen == d->nprobes || d->probe[d->seen].line != line)
		return;
	p = &d->probe[d->seen];
	fflush(d->out);
	p->from = d->seen > 0 ? p[-1].to : 0;
	p->to = d->saidlen;
	p->met = met;
	snprintf(p->got, sizeof(p->got), "%s", got);
	d->seen++;
}

/* What the run gave, into the items. => false: no memory */
static bool
take(struct wl_drill *d)
{
	for (unsigned i = 0; i < d->nitems; i++) {
		struct wl_item *item = &d->item[i];
		const struct wl_probe *p;

		if (item->probe >= 0)
			memcpy(item->right, d->probe[item->probe].got,
			    sizeof(item->right));
		if (item->told < 0)
			continue;
		p = &d->probe[item->told];
		if (p->to <= p->from)
			continue;
		item->story = strndup(d->said + p->from, p->to - p->from);
		if (item->story == NULL)
			return false;
	}
	return true;
}

bool
wl_drill_run(struct wl_drill *d, void (*done)(void *, struct machine *),
    void *ctx)
{
	struct wl_try t = { .path = d->kind->name,
		.tool = d->host->tool,
		.judged = judged,
		.ctx = d,
		.done = done,
		.done_ctx = ctx };
	char err[sizeof(d->error)];
	bool ok;

	if (d->error[0] != '\0')
		return false;
	if (fflush(d->script) != 0) {
		snprintf(d->error, sizeof(d->error), "no memory");
		return false;
	}
	t.text = d->source;
	t.out = d->out = wl_memstream(&d->said, &d->saidlen);
	if (d->out == NULL) {
		snprintf(d->error, sizeof(d->error), "no memory");
		return false;
	}
	ok = wl_try_run(&t, err, sizeof(err));
	if (fclose(d->out) != 0 && ok) {
		snprintf(err, sizeof(err), "no memory");
		ok = false;
	}
	if (!ok)
		snprintf(d->error, sizeof(d->error), "%s", err);
	if (ok && d->seen != d->nprobes) {
		snprintf(d->error, sizeof(d->error), "%s: %u probes, %u seen",
		    d->kind->name, d->nprobes, d->seen);
		ok = false;
	}
	if (ok && !take(d)) {
		snprintf(d->error, sizeof(d->error), "no memory");
		ok = false;
	}
	return ok;
}

void
wl_put_said(struct wl_drill *d, int probe)
{
	const struct wl_probe *p = &d->probe[probe];
	const char *text = d->said + p->from, *end = d->said + p->to;
	int n;

	for (; text < end; text += n + 1) {
		n = (int)strcspn(text, "\n");
		wl_put(d, "    %.*s", n, text);
	}
}

const char *
wl_probed(const struct wl_drill *d, int probe)
{
	return d->probe[probe].got;
}

uint64_t
wl_number(const struct wl_drill *d, int probe)
{
	return strtoull(d->probe[probe].got, NULL, 0);
}

bool
wl_has(const struct wl_drill *d, int probe)
{
	return strncmp(d->probe[probe].got, "no value", 8) != 0;
}

bool
wl_done_well(const struct wl_drill *d, int probe)
{
	return d->probe[probe].met;
}

/* ------------------------------------------------------------- making ---- */

bool
wl_drill_make(struct wl_drill *d, const struct wl_drill_kind *kind,
    uint64_t seed, unsigned number, const struct wl_lesson_host *host)
{
	memset(d, 0, sizeof(*d));
	d->kind = kind;
	d->host = host;
	d->seed = seed;
	d->number = number;
	d->rng = seed;
	for (const char *p = kind->name; *p != '\0'; p++)
		d->rng = (d->rng ^ (unsigned char)*p) * 0x100000001b3u;
	d->text = wl_memstream(&d->problem, &d->textlen);
	d->script = wl_memstream(&d->source, &d->sourcelen);
	if (d->text != NULL && d->script != NULL)
		kind->make(d);
	else
		snprintf(d->error, sizeof(d->error), "no memory");
	if (d->text != NULL && fclose(d->text) != 0)
		snprintf(d->error, sizeof(d->error), "no memory");
	if (d->script != NULL && fclose(d->script) != 0)
		snprintf(d->error, sizeof(d->error), "no memory");
	for (unsigned i = 0; i < d->nitems && d->error[0] == '\0'; i++)
		if (d->item[i].prompt == NULL || d->item[i].why[0] == '\0' ||
		    d->item[i].right[0] == '\0')
			snprintf(d->error, sizeof(d->error),
			    "%s: question %s has no answer or no reason",
			    kind->name, d->item[i].label);
	return d->error[0] == '\0';
}

void
wl_drill_free(struct wl_drill *d)
{
	for (unsigned i = 0; i < d->nitems; i++) {
		free(d->item[i].prompt);
		free(d->item[i].story);
	}
	free(d->problem);
	free(d->source);
	free(d->said);
}

bool
wl_item_right(const struct wl_item *item, const char *given)
{
	char text[WL_ANSWER_TEXT + 1];
	size_t n = strspn(given, "0123456789");

	if (given[0] == '\0')
		return false;
	if (wl_answer_same(given, item->right, item->set))
		return true;
	if (item->unit == '\0' || n == 0 || given[n] != '\0' ||
	    n >= WL_ANSWER_TEXT)
		return false;
	snprintf(text, sizeof(text), "%s%c", given, item->unit);
	return wl_answer_same(text, item->right, item->set);
}

const struct wl_drill_kind *
wl_drill_kind_byname(const char *name)
{
	const struct wl_drill_kind *k = wl_drill_kinds;

	while (k->name != NULL && strcmp(k->name, name) != 0)
		k++;
	return k->name != NULL ? k : NULL;
}
