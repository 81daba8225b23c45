/*
 * One or two histories, and moving them together.
 *
 * Events are written down as sentences while a single operation is done, for a
 * sentence needs the state of its time; on longer ways nobody listens.
 */
#include "step.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/event.h"
#include "int.h"
#include "workloads/io/memstream.h"

/* ----------------------------------------------------------- telling ---- */

bool
wl_step_fail(struct wl_step *s, const char *fmt, ...)
{
	va_list ap;

	s->failed++;
	fflush(s->config.out);
	va_start(ap, fmt);
	vfprintf(s->config.err, fmt, ap);
	va_end(ap);
	putc('\n', s->config.err);
	return false;
}

void
wl_step_say(struct wl_step *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(s->config.out, fmt, ap);
	va_end(ap);
}

bool
wl_step_begins(struct wl_step *s, int side)
{
	if (s->chosen >= 0 && s->chosen != side)
		return false;
	if (s->nsides > 1 && s->chosen < 0)
		wl_step_say(s, "-- %s\n", s->side[side].name);
	return true;
}

struct wl_step_side *
wl_step_leader(struct wl_step *s)
{
	return &s->side[s->chosen > 0 ? s->chosen : 0];
}

uint64_t
wl_step_nfailed(const struct wl_step *s)
{
	return s->failed;
}

/* ------------------------------------------------------------ events ---- */

void
wl_step_forget_events(struct wl_step_events *e)
{
	while (e->n > 0)
		free(e->line[--e->n]);
	e->lost = 0;
	memset(e->count, 0, sizeof(e->count));
}

static void
keep_event(struct wl_step_side *side, const struct vm_event *ev)
{
	struct wl_step_events *e = &side->events;
	char text[320];
	void *p;

	e->count[ev->kind]++;
	if (e->n == e->max && e->max < WL_STEP_MAXEVENTS &&
	    (p = realloc(e->line, (e->max + 32) * sizeof(*e->line)))) {
		e->line = p;
		e->max += 32;
	}
	sim_event_sentence(wl_history_machine(side->h), ev, text, sizeof(text));
	if (e->n == e->max || (e->line[e->n] = strdup(text)) == NULL)
		e->lost++;
	else
		e->n++;
}

static void
listen(void *ctx, const struct vm_event *ev)
{
	struct wl_step_side *side = ctx;

	side->heard++;
	if (side->listening)
		keep_event(side, ev);
}

/* A new machine: nobody listens to it yet. */
static void
start(void *ctx, struct machine *m)
{
	struct wl_step_side *side = ctx;

	m->vm.event_fn = listen;
	m->vm.event_ctx = side;
}

const char *
wl_step_see_event(const struct wl_step *s, int side, size_t i)
{
	const struct wl_step_side *d = &s->side[side];

	if (side >= s->nsides || i >= d->events.n ||
	    d->events_of != wl_history_at(d->h))
		return NULL;
	return d->events.line[i];
}

/* ----------------------------------------------------------- opening ---- */

static bool
configure(void *ctx, struct sim_config *config)
{
	struct wl_step_side *side = ctx;
	const struct wl_step_config *c = &side->step->config;

	return c->configure == NULL ||
	    c->configure(c->ctx, side->number, config);
}

static bool
progress(void *ctx, uint64_t at)
{
	const struct wl_step_side *side = ctx;
	const struct wl_step_config *c = &side->step->config;

	return c->progress == NULL || c->progress(c->ctx, at);
}

static void
report(void *ctx, const char *text)
{
	struct wl_step_side *side = ctx;
	struct wl_step *s = side->step;

	if (!side->telling)
		return;
	fflush(s->config.out);
	fprintf(s->config.err, "%s%s%s\n", s->nsides > 1 ? side->name : "",
	    s->nsides > 1 ? ": " : "", text);
}

static int
open_side(struct wl_step *s, int i, char *err, size_t errlen)
{
	struct wl_step_side *side = &s->side[i];
	const struct wl_history_config config = {
		.path = s->config.path,
		.input = s->config.input[i],
		.memory = s->config.memory / (unsigned)s->nsides,
		.every = s->config.every,
		.most = s->config.most,
		.configure = configure,
		.start = start,
		.progress = progress,
		.report = report,
		.tool = s->config.tool,
		.ctx = side,
	};
	int error;

	side->step = s;
	side->number = i;
	side->name = s->config.name[i] != NULL ? s->config.name[i] : "";
	error = wl_history_open(&config, &side->h, err, errlen);
	if (error == 0)
		s->config.input[i] = NULL;
	return error;
}

int
wl_step_open(const struct wl_step_config *config, struct wl_step **out,
    char *err, size_t errlen)
{
	struct wl_step *s = calloc(1, sizeof(*s));
	const char *slash = strrchr(config->path, '/');
	int error = s != NULL ? 0 : ENOMEM;

	if (s == NULL) {
		snprintf(err, errlen, "%s: no memory", config->path);
		wl_input_close(config->input[0]);
		wl_input_close(config->input[1]);
		return ENOMEM;
	}
	s->config = *config;
	s->base = slash != NULL ? slash + 1 : config->path;
	s->nsides = config->input[1] != NULL ? 2 : 1;
	s->chosen = s->nsides > 1 ? -1 : 0;
	for (int i = 0; i < s->nsides && error == 0; i++)
		error = open_side(s, i, err, errlen);
	if (error == 0) {
		*out = s;
		return 0;
	}
	wl_step_close(s);
	return error;
}

void
wl_step_close(struct wl_step *s)
{
	if (s == NULL)
		return;
	for (int i = 0; i < WL_STEP_SIDES; i++) {
		wl_step_forget_events(&s->side[i].events);
		free(s->side[i].events.line);
		wl_history_close(s->side[i].h);
		wl_input_close(s->config.input[i]);
	}
	free(s->last);
	free(s);
}

struct wl_history *
wl_step_history(struct wl_step *s, int side)
{
	return side < s->nsides ? s->side[side].h : NULL;
}

const char *
wl_step_side_name(const struct wl_step *s, int side)
{
	return s->side[side].name;
}

/* --------------------------------------------------- where it stands ---- */

/* How an operation went, if there is something to be said. */
static void
put_outcome(FILE *fp, const struct wl_moment *mo)
{
	if (mo->err == 0 && !mo->access && mo->ret != 0)
		fprintf(fp, " = 0x%" PRIx64, mo->ret);
	if (mo->err != 0)
		fprintf(fp, " fails with %s", sim_errname(mo->err));
	if (mo->err != 0 && mo->sig.signame != NULL)
		fprintf(fp, " (%s, %s)", mo->sig.signame, mo->sig.code);
	if (mo->parts > 0)
		fprintf(fp, ", %" PRIu64 " of %" PRIu64, mo->part, mo->parts);
}

/* The events that people ask for first, counted. */
static void
put_counts(FILE *fp, const struct wl_step_events *e)
{
	static const struct {
		enum vm_event_kind kind;
		const char *one, *many;
	} told[] = {
		{ VM_EVENT_FAULT, "fault", "faults" },
		{ VM_EVENT_ANON_COW, "copy on write", "copies on write" },
		{ VM_EVENT_PAGEIN, "page read", "pages read" },
		{ VM_EVENT_SWAPIN, "page swapped in", "pages swapped in" },
		{ VM_EVENT_EVICT, "eviction", "evictions" },
		{ VM_EVENT_PROMOTED, "promotion", "promotions" },
		{ VM_EVENT_DEMOTED, "demotion", "demotions" },
		{ VM_EVENT_OOM_KILL, "process killed", "processes killed" },
	};
	const char *comma = " [";

	for (size_t i = 0; i < NELEM(told); i++) {
		const uint64_t n = e->count[told[i].kind];

		if (n == 0)
			continue;
		fprintf(fp, "%s%" PRIu64 " %s", comma, n,
		    n == 1 ? told[i].one : told[i].many);
		comma = ", ";
	}
	if (comma[0] == ',')
		putc(']', fp);
}

void
wl_step_line(struct wl_step_side *side, FILE *fp)
{
	const struct wl_moment *mo = wl_history_moment(side->h);
	const struct wl_step *s = side->step;

	if (mo->n == 0) {
		fprintf(fp, "at the beginning of %s\n", s->base);
		return;
	}
	fprintf(fp, "operation %" PRIu64, mo->n);
	if (mo->line != 0)
		fprintf(fp, ", %s:%" PRIu32, s->base, mo->line);
	fprintf(fp, ": %s", mo->text);
	if (wl_history_kind(side->h) != WL_RUN_LOG) /* its lines say that */
		put_outcome(fp, mo);
	if (side->events_of == mo->n)
		put_counts(fp, &side->events);
	putc('\n', fp);
}

/* Of two sides that say the same one is told. */
void
wl_step_where(struct wl_step *s)
{
	char *text[WL_STEP_SIDES] = { NULL, NULL };
	size_t len;
	FILE *fp;

	for (int i = 0; i < s->nsides; i++)
		if ((fp = wl_memstream(&text[i], &len)) != NULL) {
			wl_step_line(&s->side[i], fp);
			fclose(fp);
		}
	if (s->nsides == 1 ||
	    (text[0] && text[1] && strcmp(text[0], text[1]) == 0))
		wl_step_say(s, "%s", text[0] != NULL ? text[0] : "no memory\n");
	else
		for (int i = 0; i < s->nsides; i++)
			wl_step_say(s, "%s: %s", s->side[i].name,
			    text[i] != NULL ? text[i] : "no memory\n");
	free(text[0]);
	free(text[1]);
}

/* ------------------------------------------------------------ moving ---- */

bool
wl_step_went_well(struct wl_step_side *side, enum wl_went went)
{
	struct wl_step *s = side->step;
	const char *name = s->nsides > 1 ? side->name : "";
	const char *colon = s->nsides > 1 ? ": " : "";

	if (went == WL_WENT_END && wl_history_error(side->h)[0] != '\0')
		went = WL_WENT_STOPPED;
	switch (went) {
	case WL_WENT: return true;
	case WL_WENT_END:
		wl_step_say(s, "%s%sthe run ends here\n", name, colon);
		return true;
	case WL_WENT_STOPPED:
		return wl_step_fail(s, "%s%sthe run stops here: %s", name,
		    colon, wl_history_error(side->h));
	case WL_WENT_ENOUGH:
		return wl_step_fail(s, "%s%sinterrupted", name, colon);
	default:
		s->quit = true;
		return wl_step_fail(s, "%s%s%s", name, colon,
		    wl_history_error(side->h));
	}
}

/* One operation, being listened to. */
static enum wl_went
listen_to_one(struct wl_step_side *side, FILE *out)
{
	enum wl_went went;

	wl_step_forget_events(&side->events);
	side->listening = true;
	side->telling = out != NULL;
	went = wl_history_step(side->h, out);
	side->listening = side->telling = false;
	side->events_of = wl_history_at(side->h);
	return went;
}

/* To operation n, the last one being listened to. */
static enum wl_went
goto_listening(struct wl_step_side *side, uint64_t n)
{
	enum wl_went went;

	if (n == 0 || n == UINT64_MAX)
		return wl_history_goto(side->h, n);
	went = wl_history_goto(side->h, n - 1);
	return went == WL_WENT ? listen_to_one(side, NULL) : went;
}

bool
wl_step_goto(struct wl_step *s, uint64_t n)
{
	bool ok = true;

	for (int i = 0; i < s->nsides; i++) {
		struct wl_step_side *side = &s->side[i];
		enum wl_went went = goto_listening(side, n);

		/* Who wants to be at the end is told nothing. */
		if (went == WL_WENT_END && n == UINT64_MAX &&
		    wl_history_error(side->h)[0] == '\0')
			went = WL_WENT;
		if (went == WL_WENT_STOPPED && wl_history_at(side->h) == n)
			went = WL_WENT;
		ok &= wl_step_went_well(side, went);
	}
	return ok;
}

bool
wl_step_redo(struct wl_step_side *side, struct wl_story **story)
{
	const uint64_t n = wl_history_at(side->h);
	enum wl_went went;

	if (n == 0)
		return wl_step_fail(side->step, "nothing has been done yet");
	went = wl_history_goto(side->h, n - 1);
	if (went == WL_WENT && story != NULL) {
		*story = wl_story_new(wl_history_machine(side->h));
		wl_history_tell_story(side->h, *story);
	}
	if (went == WL_WENT)
		went = listen_to_one(side, NULL);
	wl_history_tell_story(side->h, NULL);
	return went == WL_WENT || went == WL_WENT_STOPPED ||
	    wl_step_went_well(side, went);
}

/* What is printed behind an operation: after the line that tells of it. */
static enum wl_went
step_side(struct wl_step_side *side, char **printed)
{
	enum wl_went went;
	size_t len;
	FILE *fp = wl_memstream(printed, &len);

	went = listen_to_one(side, fp);
	if (fp != NULL)
		fclose(fp);
	return went;
}

static void
put_printed(struct wl_step *s, char *printed[WL_STEP_SIDES])
{
	const bool same = s->nsides > 1 && printed[0] && printed[1] &&
	    strcmp(printed[0], printed[1]) == 0;

	for (int i = 0; i < s->nsides; i++) {
		if (printed[i] == NULL || printed[i][0] == '\0' ||
		    (same && i > 0))
			continue;
		if (s->nsides > 1 && !same)
			wl_step_say(s, "-- %s\n", s->side[i].name);
		wl_step_say(s, "%s", printed[i]);
	}
}

bool
wl_step_next(struct wl_step *s, uint64_t n)
{
	bool ok = true, moved = true;

	for (; n > 0 && ok && moved; n--) {
		char *printed[WL_STEP_SIDES] = { NULL, NULL };
		enum wl_went went[WL_STEP_SIDES] = { WL_WENT, WL_WENT };
		const uint64_t at = wl_history_at(s->side[0].h);

		moved = false;
		for (int i = 0; i < s->nsides; i++)
			if (wl_history_at(s->side[i].h) <= at) {
				went[i] = step_side(&s->side[i], &printed[i]);
				moved |= wl_history_at(s->side[i].h) > at;
			}
		if (moved) {
			wl_step_where(s);
			put_printed(s, printed);
		}
		for (int i = 0; i < s->nsides; i++) {
			ok &= wl_step_went_well(&s->side[i], went[i]);
			free(printed[i]);
		}
	}
	return ok;
}

void
wl_step_begin(struct wl_step *s)
{
	char *printed[WL_STEP_SIDES] = { NULL, NULL };
	size_t len;
	FILE *fp;

	wl_step_where(s);
	for (int i = 0; i < s->nsides; i++) {
		fp = wl_memstream(&printed[i], &len);
		s->side[i].telling = true;
		wl_history_begin(s->side[i].h, fp);
		s->side[i].telling = false;
		if (fp != NULL)
			fclose(fp);
	}
	put_printed(s, printed);
	free(printed[0]);
	free(printed[1]);
}
