/*
 * A trace of references through the counting engine: the decoder's references
 * become touches in a buffer, which the engine is given when it is full.
 */
#include "policy_trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lackey.h"
#include "refs.h"

#define PAGE_SHIFT 12
#define TOUCHES 4096
#define MAXPAGES ((WL_LACKEY_MAXSIZE >> PAGE_SHIFT) + 1) /* of a reference */

struct trace {
	struct wl_count *count;
	const char *name;
	struct wl_lackey lackey;
	struct wl_trace_stats *stats;
	bool data_only;
	uint64_t touch[TOUCHES];
	size_t n;
	char *err;
	size_t errlen;
};

static int
failed(struct trace *t, int error)
{
	snprintf(t->err, t->errlen, "%s: %s", t->name,
	    error == EOVERFLOW ?
		"the trace has more pages or touches than can be counted" :
		"no memory");
	return error;
}

static int
flush(struct trace *t)
{
	int error = wl_count_touch(t->count, t->touch, t->n);

	if (error != 0)
		return failed(t, error);
	t->stats->touches += t->n;
	t->n = 0;
	return 0;
}

/* Pages past the end of the addresses are not there. */
static inline void
put(struct trace *t, const struct wl_ref *ref)
{
	const bool write = ref->kind == WL_REF_STORE ||
	    ref->kind == WL_REF_MODIFY;
	uint64_t last = ref->va + (ref->size - 1), page = ref->va >> PAGE_SHIFT;

	if (last < ref->va)
		last = ref->va;
	do
		t->touch[t->n++] = WL_TOUCH(page, write);
	while (page++ < last >> PAGE_SHIFT);
}

static int
pass(struct trace *t)
{
	const struct wl_ref *ref;
	size_t n;
	int error = 0;

	while (error == 0 && (n = wl_lackey_next(&t->lackey, &ref)) > 0)
		for (size_t i = 0; i < n && error == 0; i++) {
			if (t->data_only && ref[i].kind == WL_REF_FETCH)
				continue;
			t->stats->references++;
			put(t, &ref[i]);
			if (t->n > TOUCHES - MAXPAGES)
				error = flush(t);
		}
	if (error == 0 && t->lackey.error[0] != '\0') {
		snprintf(t->err, t->errlen, "%s:%" PRIu64 ":%" PRIu64 ": %s",
		    t->name, t->lackey.lines + 1, t->lackey.column,
		    t->lackey.error);
		return EINVAL;
	}
	return error == 0 ? flush(t) : error;
}

int
wl_count_trace(struct wl_count *count, struct wl_input *in, bool data_only,
    struct wl_trace_stats *stats, char *err, size_t errlen)
{
	struct trace t = { .count = count, .name = in->path, .stats = stats };
	int error;

	memset(stats, 0, sizeof(*stats));
	t.data_only = data_only;
	t.err = err;
	t.errlen = errlen;
	if (!wl_refs_detect(in)) {
		snprintf(err, errlen, "%s: %s", in->path,
		    in->error[0] != '\0' ? in->error :
					   "expected a trace of references");
		return EINVAL;
	}
	wl_input_once(in);
	if (!wl_lackey_open(&t.lackey, in))
		return failed(&t, ENOMEM);
	error = pass(&t);
	stats->cut = t.lackey.cut;
	stats->line = t.lackey.lines;
	if (stats->cut)
		snprintf(stats->cut_why, sizeof(stats->cut_why), "%s",
		    in->error);
	wl_lackey_close(&t.lackey);
	if (error == 0 && (error = wl_count_finish(count)) != 0)
		return failed(&t, error);
	return error;
}
