/*
 * Streaming decoder of formats of records of one size.
 */
#include "ref_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOM 4096                   /* references returned at once */
#define BUFFER ((size_t)192 * 1024) /* records of 64, 96, 24 and 12 fit */

bool
wl_refrecord_open(struct wl_refsource *s)
{
	const struct wl_recrule *rule = s->format->rule;
	struct wl_refrecord *r = s->state = calloc(1, sizeof(*r));

	if (r == NULL)
		return false;
	r->rule = rule;
	r->buf = malloc(BUFFER);
	r->ref = malloc((ROOM + rule->most) * sizeof(*r->ref));
	if (rule->state > 0)
		r->state = calloc(1, rule->state);
	return r->buf != NULL && r->ref != NULL &&
	    (rule->state == 0 || r->state != NULL);
}

void
wl_refrecord_close(struct wl_refsource *s)
{
	struct wl_refrecord *r = s->state;

	if (r == NULL)
		return;
	if (r->rule->fini != NULL && r->state != NULL)
		r->rule->fini(r->state);
	free(r->state);
	free(r->buf);
	free(r->ref);
	free(r);
	s->state = NULL;
}

static void
refill(struct wl_refsource *s, struct wl_refrecord *r)
{
	const size_t want = BUFFER / r->rule->bytes * r->rule->bytes;

	memmove(r->buf, r->buf + r->pos, r->len - r->pos);
	r->len -= r->pos;
	r->pos = 0;
	r->len += wl_input_read(s->in, r->buf + r->len, want - r->len);
	r->eof = r->len < want;
}

/* Nothing more is decoded. */
static void
finish(struct wl_refsource *s, struct wl_refrecord *r)
{
	if (r->why[0] != '\0')
		snprintf(s->error, sizeof(s->error), " record %" PRIu64 ": %s",
		    s->records + 1, r->why);
	else
		s->cut = r->pos < r->len || s->in->error[0] != '\0' ||
		    (r->rule->whole != NULL && !r->rule->whole(r));
}

size_t
wl_refrecord_next(struct wl_refsource *s, const struct wl_ref **ref)
{
	struct wl_refrecord *r = s->state;
	const size_t bytes = r->rule->bytes;
	size_t n, done;

	r->n = 0;
	while (r->n == 0 && r->why[0] == '\0') {
		if (r->len - r->pos < bytes && !r->eof)
			refill(s, r);
		n = (r->len - r->pos) / bytes;
		if (n == 0)
			break;
		if (n > ROOM / r->rule->most)
			n = ROOM / r->rule->most;
		done = r->rule->decode(r, r->buf + r->pos, n);
		r->pos += done * bytes;
		s->records += done;
	}
	s->skipped = r->skipped;
	s->process = r->process;
	if (r->n == 0)
		finish(s, r);
	*ref = r->ref;
	return r->n;
}
