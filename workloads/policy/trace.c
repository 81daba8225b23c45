/*
 * A trace of references through the counting engine: the decoder's references
 * become touches in a buffer, which the engine is given when it is full.
 */
#include "trace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "workloads/refs/refsource.h"
#include "workloads/watch.h"

#define PAGE_SHIFT 12
#define MAXPAGES ((WL_LACKEY_MAXSIZE >> PAGE_SHIFT) + 1) /* of a reference */

void
wl_count_feed(struct wl_count_feed *f, struct wl_count *count, bool data_only)
{
	f->count = count;
	f->data_only = data_only;
	f->references = f->touches = 0;
	f->n = 0;
	wl_spaces_init(&f->spaces, PAGE_SHIFT);
}

void
wl_count_feed_fini(struct wl_count_feed *f)
{
	wl_spaces_fini(&f->spaces);
}

int
wl_count_flush(struct wl_count_feed *f)
{
	int error = wl_count_touch(f->count, f->touch, f->n);

	if (error == 0)
		f->touches += f->n;
	f->n = 0;
	return error;
}

/* Pages past the end of the addresses are not there. */
static inline void
put(struct wl_count_feed *f, const struct wl_ref *ref)
{
	const bool write = ref->kind == WL_REF_STORE ||
	    ref->kind == WL_REF_MODIFY;
	uint64_t last = ref->va + (ref->size - 1), page = ref->va >> PAGE_SHIFT;

	if (last < ref->va)
		last = ref->va;
	do
		f->touch[f->n++] = WL_TOUCH(wl_spaces_key(&f->spaces, page),
		    write);
	while (page++ < last >> PAGE_SHIFT);
}

int
wl_count_give(struct wl_count_feed *f, uint32_t process,
    const struct wl_ref *ref, size_t n)
{
	int error = 0;

	wl_spaces_process(&f->spaces, process);
	for (size_t i = 0; i < n && error == 0; i++) {
		if (f->data_only && ref[i].kind == WL_REF_FETCH)
			continue;
		f->references++;
		put(f, &ref[i]);
		if (f->n > WL_COUNT_FEED - MAXPAGES)
			error = wl_count_flush(f);
	}
	return f->spaces.failed ? ENOMEM : error;
}

const char *
wl_count_why(int error)
{
	return error == EOVERFLOW ?
	    "the trace has more pages or touches than can be counted" :
	    "no memory";
}

/* ------------------------------------------------------- a whole trace ---- */

struct trace {
	struct wl_count_feed feed;
	const char *name;
	struct wl_refsource source;
	char *err;
	size_t errlen;
};

static int
failed(struct trace *t, int error)
{
	snprintf(t->err, t->errlen, "%s: %s", t->name, wl_count_why(error));
	return error;
}

static int
pass(struct trace *t)
{
	const struct wl_ref *ref;
	size_t n;
	int error = 0;

	while (error == 0 && (n = wl_refsource_next(&t->source, &ref)) > 0)
		error = wl_count_give(&t->feed, t->source.process, ref, n);
	if (error == 0 && t->source.error[0] != '\0') {
		snprintf(t->err, t->errlen, "%s:%s", t->name, t->source.error);
		return EINVAL;
	}
	if (error == 0)
		error = wl_count_flush(&t->feed);
	return error == 0 ? 0 : failed(t, error);
}

int
wl_count_trace(struct wl_count *count, struct wl_input *in, bool data_only,
    struct wl_trace_stats *stats, char *err, size_t errlen)
{
	struct trace t = { .name = in->path, .err = err, .errlen = errlen };
	int error;

	memset(stats, 0, sizeof(*stats));
	wl_count_feed(&t.feed, count, data_only);
	wl_input_once(in);
	if ((error = wl_refsource_open(&t.source, in)) == EINVAL)
		snprintf(err, errlen, "%s: %s", in->path,
		    in->error[0] != '\0' ? in->error :
					   "expected a trace of references");
	if (error != 0)
		return error == ENOMEM ? failed(&t, error) : error;
	error = pass(&t);
	wl_count_feed_fini(&t.feed);
	stats->stopped = t.source.stopped;
	stats->references = t.feed.references;
	stats->touches = t.feed.touches;
	stats->cut = t.source.cut;
	stats->line = t.source.records;
	if (stats->cut)
		snprintf(stats->cut_why, sizeof(stats->cut_why), "%s",
		    in->error);
	wl_refsource_close(&t.source);
	wl_watch_over(in->watch);
	if (error == 0 && (error = wl_count_finish(count)) != 0)
		return failed(&t, error);
	return error;
}
