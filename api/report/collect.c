/*
 * Collecting: what an operation has touched is looked at when it has ended.
 *
 *	events of the operation --> pages, frames, ranges, spaces marked
 *	the operation itself    --> the pages that it referenced, and of a call
 *	                            the range that it names
 *	its end                 --> processes, entries, pages, frames looked at
 *
 * The page daemon moves frames from queue to queue, and system calls clear bits
 * of pages, without an event of each: after them all frames, or all pages of
 * the space, are looked at, as long as that is in proportion to the length of
 * the run.
 */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "workloads/explain/explain.h"

/* Frames and pages that may be looked at like that: so many at first, and for
 * each operation. */
#define SCAN_ALWAYS ((uint64_t)16 << 20)
#define SCAN_PER_OP 64

void
report_put(struct report *r, enum report_col c, int64_t v)
{
	if (!report_column_put(&r->col[c], v))
		r->nomem = true;
}

uint64_t
report_tlb(const struct machine *m, bool misses)
{
	struct tlb_counters c;
	uint64_t hits = 0, walks = 0;

	if (m->config.tlb.name == NULL)
		return 0;
	for (uint32_t cpu = 0; cpu < m->config.cpus; cpu++) {
		tlb_counters(m->vm.pmaps.tlbm, cpu, &c);
		hits += c.l1d_hits + c.l1i_hits + c.l2_hits;
		walks += c.l2_misses;
	}
	return misses ? walks : hits;
}

/* ------------------------------------------------------------- events ---- */

/* What an event says of where to look. */
enum where {
	NOWHERE,
	PAGE,    /* va */
	RANGE,   /* va to a; the map's entries */
	SIZE,    /* va, a bytes of it */
	FRAME,   /* a */
	FRAME_B, /* b, and the page at va */
	DAEMON,
};

static const uint8_t where[VM_EVENT_NKINDS] = {
	[VM_EVENT_MAP] = RANGE,
	[VM_EVENT_MERGE] = RANGE,
	[VM_EVENT_CLIP] = RANGE,
	[VM_EVENT_UNMAP] = RANGE,
	[VM_EVENT_PROTECT] = RANGE,
	[VM_EVENT_INHERIT] = RANGE,
	[VM_EVENT_ADVICE] = RANGE,
	[VM_EVENT_WIRE] = RANGE,
	[VM_EVENT_UNWIRE] = RANGE,
	[VM_EVENT_FORK_ENTRY] = RANGE,
	[VM_EVENT_FAULT] = PAGE,
	[VM_EVENT_FAULT_FAIL] = PAGE,
	[VM_EVENT_NEIGHBOUR] = PAGE,
	[VM_EVENT_ANON] = FRAME_B,
	[VM_EVENT_ANON_COW] = FRAME_B,
	[VM_EVENT_OBJ] = FRAME_B,
	[VM_EVENT_PROMOTE_COPY] = FRAME_B,
	[VM_EVENT_PROMOTE_ZERO] = FRAME_B,
	[VM_EVENT_PTE] = PAGE,
	[VM_EVENT_PAGEIN] = FRAME_B,
	[VM_EVENT_PAGEOUT] = FRAME,
	[VM_EVENT_FREE] = FRAME,
	[VM_EVENT_PROMOTED] = SIZE,
	[VM_EVENT_DEMOTED] = SIZE,
	[VM_EVENT_SUPER_MAP] = SIZE,
	[VM_EVENT_PROMOTE_FAIL] = PAGE,
	[VM_EVENT_DEMOTE_FAIL] = SIZE,
	[VM_EVENT_SUPER_ZERO] = SIZE,
	[VM_EVENT_COLLAPSE] = SIZE,
	[VM_EVENT_SWAPIN] = FRAME_B,
	[VM_EVENT_EVICT] = FRAME,
	[VM_EVENT_REACTIVATE] = FRAME,
	[VM_EVENT_DAEMON] = DAEMON,
	[VM_EVENT_OOM_KILL] = DAEMON,
};

static void
heed_space(struct report *r, const struct vm_event *ev)
{
	const uint8_t w = where[ev->kind];
	struct report_space *s;
	uint32_t space;

	if (ev->map_id == 0 || ev->map_id == r->m->vm.kernel->vm_map.id)
		return;
	s = report_space(r, ev->map_id);
	if (s == NULL)
		return;
	space = (uint32_t)(s - r->space);
	if (w == RANGE) {
		s->stale = true;
		report_mark_range(r, space, ev->va, ev->a);
	} else if (w == SIZE) {
		report_mark_range(r, space, ev->va & ~(ev->a - 1),
		    (ev->va & ~(ev->a - 1)) + ev->a);
		r->all_frames = true; /* tables come and go */
	} else {
		report_mark_page(r,
		    report_page(r, space, ev->va >> r->m->page_shift));
	}
	r->processes |= s->p == NULL;
}

static void
heed(struct report *r, const struct vm_event *ev)
{
	const uint8_t w = where[ev->kind];

	if (w == FRAME || w == FRAME_B)
		report_mark_frame(r, (pfn_t)(w == FRAME ? ev->a : ev->b));
	if (ev->kind == VM_EVENT_ANON_COW || ev->kind == VM_EVENT_PROMOTE_COPY)
		report_mark_frame(r, (pfn_t)ev->c);
	if (w == DAEMON) {
		r->all_frames = true;
		r->processes = true;
	}
	if (w == PAGE || w == RANGE || w == SIZE || w == FRAME_B)
		heed_space(r, ev);
}

static void
hear(void *ctx, const struct vm_event *ev)
{
	struct report *r = ctx;

	if (r->next_fn != NULL)
		r->next_fn(r->next_ctx, ev);
	if (!r->nomem)
		heed(r, ev);
}

/* --------------------------------------------------------- operations ---- */

/* A page table has got or lost a table: whose frames, no event says. */
static void
mark_tables(struct report *r, uint32_t space, vaddr_t va)
{
	const struct report_space *s = &r->space[space];
	struct pmap_walk w;

	if (s->p == NULL)
		return;
	pmap_walk(s->p->vmspace->vm_map.pmap, va, &w);
	for (unsigned i = 0; i < w.nlevels; i++)
		report_mark_frame(r, w.table[i]);
}

static int
process_of(const struct report *r, int pid)
{
	for (size_t i = r->nprocs; i-- > 0;)
		if (r->proc[i].pid == pid && r->proc[i].space >= 0)
			return (int)i;
	return -1;
}

/* => 1; 0: the page has been touched in this moment before */
static unsigned
put_touch(struct report *r, uint32_t page)
{
	report_curve_touch(r, page);
	report_mark_page(r, page);
	if (r->page[page].seen == (uint32_t)r->moment)
		return 0;
	r->page[page].seen = (uint32_t)r->moment;
	report_put(r, REPORT_TOUCH_PAGE, page);
	return 1;
}

/* The pages of an access, in the order in which it touched them. */
static uint64_t
put_touches(struct report *r, uint32_t space, const struct report_op *op)
{
	const unsigned shift = r->m->page_shift;
	const uint64_t first = op->va >> shift;
	uint64_t last, n = 0;

	if (op->len == 0)
		return 0;
	last = op->len - 1 > UINT64_MAX - op->va ?
	    UINT64_MAX >> shift :
	    (op->va + (op->len - 1)) >> shift;
	for (uint64_t vpn = first; vpn <= last && !r->nomem; vpn++) {
		uint32_t page = report_page(r, space, vpn);

		if (r->nomem)
			break;
		n += put_touch(r, page);
		/* What failed was not touched, nor what lies behind it. */
		if (op->err != 0 && r->page[page].bits == 0)
			break;
	}
	return n;
}

static bool
may_scan(const struct report *r)
{
	return r->scanned <= SCAN_ALWAYS + SCAN_PER_OP * r->ops;
}

/* What a system call may have changed without an event. */
static void
mark_call(struct report *r, int row)
{
	struct report_space *s;

	report_look_processes(r);
	r->all_frames = may_scan(r);
	if (row < 0 || r->proc[row].space < 0)
		return;
	s = &r->space[r->proc[row].space];
	s->stale = true;
	if (s->p == NULL || !may_scan(r))
		return;
	r->scanned += s->p->vmspace->vm_map.pmap->resident;
	s->rescan = true;
}

static enum report_result
result_of(const struct report *r, const struct report_op *op)
{
	if (op->err != 0)
		return REPORT_FAILED;
	if (r->m->vm.stat.majflt != r->majors)
		return REPORT_MAJOR;
	return r->m->vm.exp.faults != r->faults ? REPORT_MINOR : REPORT_OK;
}

/* The row of an operation; others of its moment may have one already, then the
 * one that went worst stays. */
static void
put_row(struct report *r, const int64_t row[REPORT_OP_CLOCK + 1])
{
	const size_t n = r->col[REPORT_OP_KIND].n;
	const bool first = n < r->moment;
	const bool worse = first ||
	    (row[REPORT_OP_KIND] & 3) > (r->col[REPORT_OP_KIND].v[n - 1] & 3);

	for (unsigned i = 0; i <= REPORT_OP_CLOCK; i++) {
		if (first)
			report_put(r, i, row[i]);
		else if (i == REPORT_OP_PAGES)
			r->col[i].v[n - 1] += row[i];
		else if (worse || i == REPORT_OP_CLOCK)
			r->col[i].v[n - 1] = row[i];
	}
}

static enum report_kind
kind_of(const struct report_op *op)
{
	if (!op->access)
		return op->pid != 0 ? REPORT_CALL : REPORT_OTHER;
	return op->type == VM_PROT_WRITE ? REPORT_WRITE :
	    op->type == VM_PROT_EXEC     ? REPORT_EXEC :
					   REPORT_READ;
}

static void
put_op(struct report *r, const struct report_op *op)
{
	const int proc = process_of(r, op->pid);
	int64_t row[REPORT_OP_CLOCK + 1] = {
		[REPORT_OP_KIND] = kind_of(op) << 2 | result_of(r, op),
		[REPORT_OP_PROC] = proc,
		[REPORT_OP_LINE] = op->line,
		[REPORT_OP_CLOCK] = (int64_t)sim_clock(r->m),
	};

	if (!op->access) {
		mark_call(r, proc);
		report_text(r, r->ops, op->text);
	} else if (proc >= 0) {
		row[REPORT_OP_PAGES] = (int64_t)put_touches(r,
		    (uint32_t)r->proc[proc].space, op);
	}
	put_row(r, row);
	r->faults = r->m->vm.exp.faults;
	r->majors = r->m->vm.stat.majflt;
}

static void
put_stats(struct report *r)
{
	const struct machine *m = r->m;
	const uint64_t now[REPORT_NSTATS] = {
#define X(id, name, value) [REPORT_S_##id] = (value),
		REPORT_STATS(X)
#undef X
	};

	for (int i = 0; i < REPORT_NSTATS; i++) {
		if (now[i] == r->stat[i])
			continue;
		r->stat[i] = now[i];
		report_put(r, REPORT_STAT_MOMENT, (int64_t)r->moment);
		report_put(r, REPORT_STAT_STAT, i);
		report_put(r, REPORT_STAT_VALUE, (int64_t)now[i]);
	}
}

/* Entries and tables of the pages that were looked at by faults. */
static void
look_behind(struct report *r)
{
	if (r->m->vm.exp.faults == r->stat[REPORT_S_FAULTS])
		return;
	for (size_t i = 0; i < r->marked_pages.n; i++) {
		const struct report_page *pg = &r->page[r->marked_pages.v[i]];
		const vaddr_t va = (vaddr_t)pg->vpn << r->m->page_shift;

		report_check_entry(r, pg->space, va);
		mark_tables(r, pg->space, va);
	}
}

static void
look(struct report *r)
{
	if (!may_scan(r))
		r->all_frames = false;
	if (r->processes)
		report_look_processes(r);
	look_behind(r);
	report_look_entries(r);
	report_look_pages(r);
	report_look_frames(r);
	put_stats(r);
}

/* ------------------------------------------------- beginning and end ---- */

static bool
make_frames(struct report *r)
{
	const size_t n = (size_t)r->m->vm.pages.npages + 1;

	r->nframes = (pfn_t)n;
	r->frame_owner = calloc(n, sizeof(*r->frame_owner));
	r->frame_bits = calloc(n, sizeof(*r->frame_bits));
	r->frame_first = calloc(n, sizeof(*r->frame_first));
	r->frame_marked = calloc(n, sizeof(*r->frame_marked));
	r->page = calloc(64, sizeof(*r->page));
	r->maxpages = 64;
	return r->frame_owner != NULL && r->frame_bits != NULL &&
	    r->frame_first != NULL && r->frame_marked != NULL &&
	    r->page != NULL;
}

bool
report_begin(struct report *r, struct machine *m)
{
	struct report_limits *l = &r->limit;

	l->moments = l->moments != 0 ? l->moments : REPORT_MOMENTS;
	l->rows = l->rows != 0 ? l->rows : REPORT_ROWS;
	l->story = l->story != 0 ? l->story : REPORT_STORY;
	l->touches = l->touches != 0 ? l->touches : REPORT_TOUCHES;
	r->m = m;
	r->nomem = !make_frames(r) || (r->story = wl_story_new(m)) == NULL;
	if (r->nomem)
		return false;
	r->next_fn = m->vm.event_fn;
	r->next_ctx = m->vm.event_ctx;
	m->vm.event_fn = hear;
	m->vm.event_ctx = r;
	r->processes = r->all_frames = true;
	look(r);
	r->faults = m->vm.exp.faults;
	r->majors = m->vm.stat.majflt;
	return !r->nomem;
}

/* The moment has had all of its operations. */
static bool
at_end(const struct report *r)
{
	return (r->ops & (((uint64_t)1 << r->shift) - 1)) == 0;
}

void
report_moment(struct report *r, const struct report_op *op)
{
	if (r->nomem)
		return;
	r->ops++;
	r->moment = ((r->ops - 1) >> r->shift) + 1;
	if (op->told)
		report_keep_story(r);
	if (process_of(r, op->pid) < 0)
		report_look_processes(r);
	put_op(r, op);
	if (!at_end(r))
		return;
	look(r);
	report_thin(r);
}

bool
report_end(struct report *r)
{
	if (!r->nomem && !at_end(r))
		look(r);
	if (r->m != NULL && r->m->vm.event_ctx == r) {
		r->m->vm.event_fn = r->next_fn;
		r->m->vm.event_ctx = r->next_ctx;
	}
	return !r->nomem;
}

void
report_fini(struct report *r)
{
	wl_story_free(r->story);
	for (int i = 0; i < REPORT_NCOLUMNS; i++)
		free(r->col[i].v);
	for (uint32_t i = 0; i < r->maxlast; i++)
		free(r->last[i].v);
	free(r->last);
	report_strings_fini(&r->strings);
	report_strings_fini(&r->attrs);
	report_strings_fini(&r->templates);
	report_strings_fini(&r->chains);
	report_strings_fini(&r->objects);
	for (size_t i = 0; i < r->nspaces; i++)
		free(r->space[i].entry);
	free(r->space);
	free(r->proc);
	wl_pageindex_fini(&r->index);
	free(r->page_of);
	free(r->page);
	free(r->frame_owner);
	free(r->frame_bits);
	free(r->frame_first);
	free(r->frame_marked);
	free(r->marked_pages.v);
	free(r->marked_frames.v);
	free(r->range);
	report_curves_fini(r);
}
