/*
 * A generator in place of a trace: gen:NAME:PARAM=N.  It has no bytes; what the
 * name says has been checked when the input was opened
 * (io/input.c).  Operations of a generator are left out: who wants them reads
 * the uvt that uvmsim generate writes.
 */
#include <stdlib.h>

#include "workloads/gen/gen.h"
#include "ref_formats.h"

static bool
generated_detect(const char *text, size_t len)
{
	(void)text;
	(void)len;
	return false;
}

static bool
generated_open(struct wl_refsource *s)
{
	struct wl_gen_args args;
	char err[128];

	s->state = calloc(1, sizeof(struct wl_gen));
	return s->state != NULL &&
	    wl_gen_parse(&args, s->in->path + sizeof(WL_GEN_PREFIX) - 1, err,
		sizeof(err)) &&
	    wl_gen_open(s->state, &args);
}

static void
generated_close(struct wl_refsource *s)
{
	if (s->state != NULL)
		wl_gen_close(s->state);
	free(s->state);
	s->state = NULL;
}

static size_t
generated_next(struct wl_refsource *s, const struct wl_ref **ref)
{
	struct wl_gen *g = s->state;
	const size_t n = wl_gen_next(g, ref);

	s->records += n;
	s->process = g->process;
	return n;
}

const struct wl_refformat wl_ref_generated = {
	.name = "generator",
	.summary = "uvmsim generate's references, without a file",
	.detect = generated_detect,
	.open = generated_open,
	.close = generated_close,
	.next = generated_next,
};
