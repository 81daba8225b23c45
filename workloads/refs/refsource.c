/*
 * Formats of references: one row each.
 */
#include "refsource.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pmap/types.h"
#include "ref_formats.h"
#include "ref_text.h"
#include "workloads/watch.h"

#define PEEK 4096 /* bytes that show what a trace is */

/* -------------------------------------------------------------- lackey ---- */

static bool
lackey_open(struct wl_refsource *s)
{
	return wl_lackey_open(&s->u.lackey, s->in);
}

static void
lackey_close(struct wl_refsource *s)
{
	wl_lackey_close(&s->u.lackey);
}

static size_t
lackey_next(struct wl_refsource *s, const struct wl_ref **ref)
{
	struct wl_lackey *l = &s->u.lackey;
	size_t n = wl_lackey_next(l, ref);

	s->records = l->lines;
	s->skipped = l->skipped;
	s->cut = l->cut;
	if (n == 0 && l->error[0] != '\0')
		snprintf(s->error, sizeof(s->error),
		    "%" PRIu64 ":%" PRIu64 ": %s", l->lines + 1, l->column,
		    l->error);
	return n;
}

static const struct wl_refformat lackey_format = {
	.name = "lackey",
	.summary = "valgrind --tool=lackey --trace-mem=yes",
	.detect = wl_lackey_detect,
	.open = lackey_open,
	.close = lackey_close,
	.next = lackey_next,
};

/* ----------------------------------------------------------------- uvt ---- */

static bool
uvt_open(struct wl_refsource *s)
{
	if (!wl_uvt_open(&s->u.uvt, s->in))
		return false;
	wl_uvt_seek(&s->u.uvt);
	return true;
}

static void
uvt_close(struct wl_refsource *s)
{
	wl_uvt_close(&s->u.uvt);
}

static size_t
uvt_next(struct wl_refsource *s, const struct wl_ref **ref)
{
	struct wl_uvt_reader *r = &s->u.uvt;

	while (wl_uvt_next(r)) {
		s->records = r->blocks;
		if (r->block.type == WL_UVT_REFS) {
			s->process = r->block.process;
			*ref = r->ref;
			return r->block.records;
		}
		s->skipped++;
	}
	s->cut = r->cut;
	if (r->error[0] != '\0')
		snprintf(s->error, sizeof(s->error), " %s", r->error);
	return 0;
}

static const struct wl_refformat uvt_format = {
	.name = "uvt",
	.summary = "our own binary trace, uvmsim-uvt(5)",
	.detect = wl_uvt_detect,
	.open = uvt_open,
	.close = uvt_close,
	.next = uvt_next,
	.skips = true,
};

/* -------------------------------------------------------------- common ---- */

/*
 * What has a magic number comes first, then text, of which no line can be two
 * things; then records, the surest first: requests that point to one another
 * cannot be instructions, while instructions of small numbers could be many
 * things.
 */
const struct wl_refformat *const wl_refformats[] = {
	&uvt_format,
	&wl_ref_refused,
	&lackey_format,
	&wl_ref_pinatrace,
	&wl_ref_course,
	&wl_ref_perfscript,
	&wl_ref_perftrace,
	&wl_ref_csv,
	&wl_ref_hex,
	&wl_ref_decimal,
	&wl_ref_objects,
	&wl_ref_drmemtrace,
	&wl_ref_oracle,
	&wl_ref_champsim,
	&wl_ref_cloudsuite,
	NULL,
};

const struct wl_refformat *
wl_refformat_byname(const char *name)
{
	for (size_t i = 0; name[0] != '\0' && wl_refformats[i] != NULL; i++)
		if (strcmp(wl_refformats[i]->name, name) == 0)
			return wl_refformats[i];
	return NULL;
}

static bool
detects(const struct wl_refformat *f, const char *text, size_t len)
{
	return f->detect != NULL ? f->detect(text, len) :
				   wl_reftext_detect(f->rule, text, len);
}

const struct wl_refformat *
wl_refsource_detect(struct wl_input *in)
{
	size_t len;
	const char *text;
	bool is_text;

	if (in->generated)
		return &wl_ref_generated;
	if (in->as != NULL)
		return in->as;
	text = wl_input_peek(in, PEEK, &len);
	is_text = wl_is_text(text, len);
	for (size_t i = 0; wl_refformats[i] != NULL; i++)
		if (!(is_text && wl_refformats[i]->binary) &&
		    detects(wl_refformats[i], text, len))
			return wl_refformats[i];
	return NULL;
}

int
wl_refsource_open(struct wl_refsource *s, struct wl_input *in)
{
	memset(s, 0, sizeof(*s));
	s->in = in;
	s->format = wl_refsource_detect(in);
	if (s->format == NULL)
		return EINVAL;
	s->skip = s->format->skips ? 0 : in->skip;
	s->left = in->until;
	if (s->format->open(s))
		return 0;
	wl_refsource_close(s);
	return ENOMEM;
}

void
wl_refsource_close(struct wl_refsource *s)
{
	if (s->format != NULL)
		s->format->close(s);
	s->format = NULL;
}

/* What is left of a trace that was stopped: no place that is cut or bad. */
static size_t
stopped(struct wl_refsource *s)
{
	s->stopped = true;
	s->cut = false;
	s->error[0] = '\0';
	return 0;
}

/* The next references of the trace, whoever wants them. */
static size_t
next(struct wl_refsource *s, const struct wl_ref **ref)
{
	struct wl_watch *w = s->in->watch;
	size_t n;

	if (wl_watch_stop(w))
		return stopped(s);
	s->process = s->decoded;
	n = s->format->next(s, ref);
	s->decoded = s->process;
	if (s->in->one_space)
		s->process = 0;
	if (w != NULL)
		w->done += n;
	return n == 0 && w != NULL && w->stopped ? stopped(s) : n;
}

/* => how many of n references are not to be passed over, from *ref on */
static size_t
pass_over(struct wl_refsource *s, const struct wl_ref **ref, size_t n)
{
	const size_t less = s->skip < n ? (size_t)s->skip : n;

	s->skip -= less;
	*ref += less;
	return n - less;
}

size_t
wl_ref_until(const struct wl_ref *ref, size_t n, bool data_only, uint64_t *left)
{
	size_t i;

	for (i = 0; i<n && * left> 0; i++)
		*left -= ref[i].kind != WL_REF_FETCH || !data_only;
	return i;
}

/*
 * => how many of n references the watch allows; with the first that it does not
 * the trace has ended, in each pass over it
 */
static size_t
within(struct wl_refsource *s, const struct wl_ref *ref, size_t n)
{
	struct wl_watch *w = s->in->watch;
	uint64_t left = w->most - s->taken;
	size_t fit = wl_ref_until(ref, n, s->in->until_data, &left), i;

	s->taken = w->most - left;
	for (i = fit; i < n && !w->full; i++)
		w->full = ref[i].kind != WL_REF_FETCH || !s->in->until_data;
	return fit;
}

/* A host that cannot read the trace does not make it a shorter one. */
static void
unreadable(struct wl_refsource *s)
{
	s->cut = false;
	snprintf(s->error, sizeof(s->error), " %s", s->in->error);
}

/* The trace has ended before the references that are wanted. */
static void
too_short(struct wl_refsource *s)
{
	if (s->error[0] == '\0' && !s->stopped)
		snprintf(s->error, sizeof(s->error),
		    " --skip %" PRIu64 ": the trace has only %" PRIu64
		    " references",
		    s->in->skip, s->in->skip - s->skip);
}

size_t
wl_refsource_next(struct wl_refsource *s, const struct wl_ref **ref)
{
	size_t all, n;

	if (s->in->until > 0 && s->left == 0)
		return 0;
	do {
		n = all = next(s, ref);
		if (unlikely(s->skip > 0))
			n = pass_over(s, ref, n);
	} while (n == 0 && all > 0);
	if (n == 0 && s->in->failed && !s->stopped)
		unreadable(s);
	if (n == 0 && s->skip > 0)
		too_short(s);
	if (s->in->until > 0)
		n = wl_ref_until(*ref, n, s->in->until_data, &s->left);
	if (unlikely(s->in->watch != NULL && s->in->watch->most > 0) && n > 0)
		n = within(s, *ref, n);
	return n;
}
