/*
 * Replay of operations and references in one trace.
 *
 * References become touches in batches; each touch knows which reference of the
 * block it is of, so that one that fails can be named and passed over.
 */
#include "stream.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/refs/refs_future.h"
#include "workloads/sampler.h"
#include "workloads/uvt/uvt.h"
#include "workloads/watch.h"

#define TOUCHES 1024                                    /* in a batch */
#define MAXPAGES (WL_LACKEY_MAXSIZE / SIM_MIN_PAGE + 1) /* of a reference */
#define PEEK ((size_t)16 << 10)                         /* for detection */

struct stream {
	const struct wl_stream_config *config;
	struct wl_stream_stats *stats;
	struct wl_uvt_reader trace;
	struct wl_lines *lines;
	struct machine *m;
	int *pid; /* of process number i; 0: it could not be made */
	size_t npids, maxpids;
	struct vm_ref touch[TOUCHES];
	uint32_t ref[TOUCHES]; /* of the block: what the touch is of */
	size_t ntouches;
	uint32_t last_process; /* of the last report of a touch, */
	vaddr_t last_page;     /* so that a page is reported once in a row */
	bool reported;
	char *err;
	size_t errlen;
};

static const struct {
	const char *name;
	vm_prot_t type;
} kinds[WL_REF_NKINDS] = {
	[WL_REF_FETCH] = { "fetch", VM_PROT_EXEC },
	[WL_REF_LOAD] = { "load", VM_PROT_READ },
	[WL_REF_STORE] = { "store", VM_PROT_WRITE },
	[WL_REF_MODIFY] = { "modify", VM_PROT_WRITE },
};

static int
no_memory(struct stream *s)
{
	snprintf(s->err, s->errlen, "%s: no memory", s->config->trace);
	return ENOMEM;
}

static void __attribute__((format(printf, 2, 3)))
report(struct stream *s, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	if (s->config->report == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->config->report(s->config->ctx, text);
}

/* The host has no memory for what comes next. */
static int
starved(struct stream *s)
{
	s->stats->starved = true;
	return no_memory(s);
}

/* As many operations and references as the watch allows are done, and there is
   one more. */
static bool
enough(struct stream *s)
{
	struct wl_watch *w = s->config->input->watch;

	if (w == NULL || w->most == 0 ||
	    s->stats->operations + s->stats->references < w->most)
		return false;
	return wl_watch_full(w);
}

/* ---------------------------------------------------------- processes ---- */

/* The next number is that of the process of this name, if it was made. */
static int
number_process(struct stream *s, const char *name, bool made)
{
	const struct process *p = made ? wl_lines_process(s->lines, name) :
					 NULL;

	if (s->npids == s->maxpids) {
		size_t max = s->maxpids > 0 ? 2 * s->maxpids : 16;
		int *pid = realloc(s->pid, max * sizeof(*pid));

		if (pid == NULL)
			return no_memory(s);
		s->pid = pid;
		s->maxpids = max;
	}
	s->pid[s->npids++] = p != NULL ? p->pid : 0;
	s->stats->processes += p != NULL;
	return 0;
}

static struct process *
living(struct stream *s, size_t number)
{
	struct process *p = NULL;

	if (number < s->npids && s->pid[number] != 0)
		p = sim_process_bypid(s->m, s->pid[number]);
	return p != NULL && p->state == SIM_RUNNING ? p : NULL;
}

/* A process is about to end: who listens gets its map. */
static int
tell_map(struct stream *s, struct process *p)
{
	struct wl_maps maps;
	int error;

	if (s->config->map == NULL || p == NULL)
		return 0;
	error = wl_maps_of(s->m, p, &maps);
	if (error == 0)
		s->config->map(s->config->ctx, p->pid, &maps);
	wl_maps_clear(&maps);
	return error == 0 ? 0 : no_memory(s);
}

/* The numbers of a process that has ended are nobody's. */
static void
forget_dead(struct stream *s)
{
	for (size_t i = 0; i < s->npids; i++)
		if (living(s, i) == NULL)
			s->pid[i] = 0;
}

/* A part of the trace has ended, and with it its processes. */
static int
end_part(struct stream *s, bool last)
{
	int error = 0;

	for (size_t i = 0; i < s->npids && error == 0; i++) {
		struct process *p = living(s, i);

		error = tell_map(s, p);
		if (p == NULL || last)
			continue;
		sim_process_exit(s->m, p, 0, 0);
		sim_process_reap(s->m, p);
	}
	s->npids = 0;
	return error;
}

/* --------------------------------------------------------- operations ---- */

static int
make_machine(struct stream *s)
{
	struct sim_config config;
	int error = s->config->configure(s->config->ctx, s->lines, &config);

	if (error == 0)
		error = sim_machine_create(&config, &s->m, s->err, s->errlen);
	if (error != 0)
		return error;
	if (s->config->start != NULL)
		s->config->start(s->config->ctx, s->m);
	wl_lines_machine(s->lines, s->m);
	return 0;
}

static int
do_line(struct stream *s)
{
	const struct wl_stmt *st = wl_lines_peek(s->lines);
	const char *ends = wl_stmt_exit(st), *begins = wl_stmt_birth(st);
	struct wl_script_error err;
	int error = 0;
	bool ok;

	if (st->kind == WL_S_MACHINE)
		return wl_lines_next(s->lines, &err) ? 0 : EINVAL;
	if (ends != NULL)
		error = tell_map(s, wl_lines_process(s->lines, ends));
	if (error != 0)
		return error;
	s->stats->operations++;
	ok = wl_lines_next(s->lines, &err);
	if (unlikely(mem_refused(s->m->mem))) {
		s->stats->operations--;
		return starved(s);
	}
	if (!ok && wl_lines_nomem(s->lines))
		return starved(s); /* the executor's own */
	if (!ok) {
		s->stats->failed++;
		report(s, "operation %" PRIu32 ":%" PRIu32 ": %s", err.line,
		    err.col, err.text);
	}
	if (begins != NULL)
		error = number_process(s, begins, ok);
	if (ends != NULL)
		forget_dead(s);
	return error;
}

/* What a later part says of its machine comes too late: it has the first's. */
static size_t
about_machine(const char *text, size_t len)
{
	const char *nl = memchr(text, '\n', len);

	if (len < 8 || strncmp(text, "machine ", 8) != 0)
		return 0;
	return nl != NULL ? (size_t)(nl - text) + 1 : len;
}

static int
do_operations(struct stream *s)
{
	const char *text = s->trace.text;
	size_t len = s->trace.block.length, words = 0;
	struct wl_script_error err;
	int error = 0;

	if (s->m != NULL)
		words = about_machine(text, len);
	if (!wl_lines_read(s->lines, text + words, len - words, &err)) {
		snprintf(s->err, s->errlen,
		    "%s: block %" PRIu64 ": operation %" PRIu32 ":%" PRIu32
		    ": %s",
		    s->config->trace, s->trace.blocks, err.line, err.col,
		    err.text);
		return EINVAL;
	}
	if (s->m == NULL)
		error = make_machine(s);
	while (error == 0 && wl_lines_peek(s->lines) != NULL && !enough(s))
		error = do_line(s);
	return error;
}

/* --------------------------------------------------------- references ---- */

/* by: 1, or -1 for one that was not done after all */
static void
count(struct wl_stream_stats *t, const struct wl_ref *ref, uint64_t by)
{
	const uint32_t kind = ref->kind;

	t->references += by;
	t->fetches += kind == WL_REF_FETCH ? by : 0;
	t->reads += kind == WL_REF_LOAD ? by : 0;
	t->modifies += kind == WL_REF_MODIFY ? by : 0;
	t->writes += kind == WL_REF_STORE || kind == WL_REF_MODIFY ? by : 0;
}

/* The references from that of touch number `at' of the batch are not done. */
static void
take_back(struct stream *s, size_t at)
{
	uint32_t last = UINT32_MAX;

	for (; at < s->ntouches; at++) {
		if (s->ref[at] != last)
			count(s->stats, &s->trace.ref[s->ref[at]],
			    (uint64_t)-1);
		last = s->ref[at];
	}
}

/* The touch that failed, its reference being number `number' of the trace. */
static void
touch_failed(struct stream *s, size_t i, uint64_t number, int error)
{
	const struct wl_ref *ref = &s->trace.ref[s->ref[i]];
	const vaddr_t page = pg_trunc(s->m, vm_ref_va(s->touch[i]));
	const uint32_t process = s->trace.block.process;

	if (error == EFAULT)
		s->stats->unmapped++;
	else
		s->stats->refused++;
	if (s->reported && s->last_page == page && s->last_process == process)
		return;
	s->reported = true;
	s->last_page = page;
	s->last_process = process;
	report(s,
	    "reference %" PRIu64 ", a %s of %" PRIu32 " bytes at 0x%" PRIx64
	    " by process %" PRIu32 ": %s",
	    number, kinds[ref->kind].name, ref->size, ref->va, process,
	    error == EFAULT ? "nothing is mapped there" : sim_errname(error));
}

/*
 * Give the batch to the machine, touch by touch where some fail.  first: number
 * of the block's first reference.
 */
static int
flush(struct stream *s, struct process *p, uint64_t first)
{
	size_t at = 0, done;
	int error;

	while (at < s->ntouches && p->state == SIM_RUNNING) {
		const size_t part = wl_sampler_room(s->m, s->ntouches - at);

		error = sim_access_batch(s->m, p, s->touch + at, part, &done,
		    NULL);
		s->stats->touches += done;
		at += done;
		if (error != 0 && done == part) {
			snprintf(s->err, s->errlen, "%s: %s", s->config->trace,
			    s->m->error.why);
			return error;
		}
		if (error != 0 && unlikely(mem_refused(s->m->mem))) {
			take_back(s, at);
			return starved(s);
		}
		if (error != 0 && p->state == SIM_RUNNING) {
			touch_failed(s, at, first + s->ref[at], error);
			at++;
		}
	}
	s->ntouches = 0;
	return 0;
}

static inline void
put(struct stream *s, uint32_t i)
{
	const struct wl_ref *ref = &s->trace.ref[i];
	uint64_t more = wl_ref_more_pages(ref, s->m->page_shift);
	vaddr_t va = ref->va;

	for (;; va = pg_trunc(s->m, va) + pg_size(s->m)) {
		s->ref[s->ntouches] = i;
		s->touch[s->ntouches++] = vm_ref_make(va,
		    kinds[ref->kind].type);
		if (more-- == 0)
			break;
	}
}

static bool
at_end(const struct stream *s)
{
	return s->config->until != 0 &&
	    s->stats->references == s->config->until;
}

/* So many references may be done. */
static uint64_t
room(const struct stream *s)
{
	const struct wl_watch *w = s->config->input->watch;
	uint64_t n = UINT64_MAX, more;

	if (s->config->until != 0)
		n = s->config->until - s->stats->references;
	if (w != NULL && w->most > 0) {
		more = w->most - s->stats->references - s->stats->operations;
		n = more < n ? more : n;
	}
	return n;
}

/* References of a process that the machine does not have (any more). */
static void
lose(struct stream *s, uint32_t n)
{
	const uint32_t process = s->trace.block.process;

	if (!s->reported || s->last_process != process ||
	    s->last_page != UINT64_MAX)
		report(s, "reference %" PRIu64 ": process %" PRIu32 " %s",
		    s->trace.block.first + 1, process,
		    process < s->npids ? "has ended" : "was never made");
	s->reported = true;
	s->last_process = process;
	s->last_page = UINT64_MAX;
	s->stats->lost += n;
}

static int
do_references(struct stream *s)
{
	const struct wl_uvt_block *b = &s->trace.block;
	const uint64_t first = s->trace.references - b->records + 1;
	const bool data_only = s->config->data_only;
	uint64_t faults = 0, left = room(s);
	struct process *p = living(s, b->process);
	int error = 0;

	if (p == NULL) {
		lose(s, b->records);
		return 0;
	}
	faults = s->m->vm.exp.faults;
	for (uint32_t i = 0; i < b->records && error == 0; i++) {
		if (data_only && s->trace.ref[i].kind == WL_REF_FETCH)
			continue;
		if (unlikely(left-- == 0)) {
			(void)enough(s);
			break;
		}
		put(s, i);
		count(s->stats, &s->trace.ref[i], 1);
		if (s->ntouches > TOUCHES - MAXPAGES)
			error = flush(s, p, first);
	}
	if (error == 0)
		error = flush(s, p, first);
	s->stats->misses += s->m->vm.exp.faults - faults;
	if (p->state != SIM_RUNNING)
		forget_dead(s);
	return error;
}

/* ---------------------------------------------------------------- run ---- */

static int
do_block(struct stream *s)
{
	switch (s->trace.block.type) {
	case WL_UVT_HEAD: return end_part(s, false);
	case WL_UVT_OPS: return do_operations(s);
	case WL_UVT_REFS: return s->m != NULL ? do_references(s) : 0;
	default: return 0;
	}
}

/* All blocks, or those until the watch has enough. */
static int
blocks(struct stream *s)
{
	struct wl_watch *w = s->config->input->watch;
	int error = 0;

	while (error == 0 && !at_end(s) && !wl_watch_stop(w) &&
	    wl_uvt_next(&s->trace)) {
		error = do_block(s);
		if (w != NULL)
			w->done = s->stats->references;
	}
	s->stats->stopped = w != NULL && w->stopped;
	return error;
}

static int
pass(struct stream *s)
{
	int error = blocks(s);

	s->stats->blocks = s->trace.blocks;
	s->stats->cut = s->trace.cut && !s->stats->stopped;
	if (s->stats->cut)
		snprintf(s->stats->cut_why, sizeof(s->stats->cut_why), "%s",
		    s->config->input->error);
	if (error == 0 && !s->stats->stopped && s->trace.error[0] != '\0') {
		snprintf(s->err, s->errlen, "%s: %s", s->config->trace,
		    s->trace.error);
		error = EINVAL;
	}
	if (error == 0 && s->m == NULL && !s->stats->stopped) {
		snprintf(s->err, s->errlen,
		    "%s: expected a trace of operations and references",
		    s->config->trace);
		error = EINVAL;
	}
	return error != 0 || s->m == NULL ? error : end_part(s, true);
}

bool
wl_stream_detect(struct wl_input *in)
{
	struct wl_uvt_block b;
	size_t len, want = WL_UVT_HEADER;
	const char *text = wl_input_peek(in, PEEK, &len);

	if (!wl_uvt_detect(text, len) || len < want ||
	    wl_uvt_header((const uint8_t *)text, &b) != NULL ||
	    b.type != WL_UVT_HEAD)
		return false;
	want += b.length + WL_UVT_HEADER;
	return want <= len &&
	    wl_uvt_header((const uint8_t *)text + want - WL_UVT_HEADER, &b) ==
	    NULL &&
	    b.type == WL_UVT_OPS;
}

int
wl_stream_run(const struct wl_stream_config *config,
    struct wl_stream_stats *stats, struct machine **out, char *err,
    size_t errlen)
{
	struct stream *s = calloc(1, sizeof(*s));
	int error;

	memset(stats, 0, sizeof(*stats));
	*out = NULL;
	if (s == NULL) {
		snprintf(err, errlen, "%s: no memory", config->trace);
		return ENOMEM;
	}
	s->config = config;
	s->stats = stats;
	s->err = err;
	s->errlen = errlen;
	s->lines = wl_lines_new();
	wl_input_once(config->input);
	if (s->lines == NULL || !wl_uvt_open(&s->trace, config->input))
		error = no_memory(s);
	else
		error = pass(s);
	*out = s->m;
	wl_uvt_close(&s->trace);
	wl_lines_free(s->lines);
	free(s->pid);
	free(s);
	return error;
}
