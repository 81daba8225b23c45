/*
 * Processes and map entries: what changed, found by looking.
 *
 * The entries of a space are read again when something has happened to its map,
 * and merged with those that were there: both lists rise, so what is only in
 * the old one has gone, what is only in the new one has come.
 */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "workloads/io/memstream.h"
#include "workloads/script/page.h"
#include "workloads/script/show.h"

/* ----------------------------------------------------------- processes ---- */

static void
put_process(struct report *r, size_t row, int space)
{
	if (r->proc[row].first_space < 0)
		r->proc[row].first_space = space;
	r->proc[row].space = space;
	report_put(r, REPORT_PROC_MOMENT, (int64_t)r->moment);
	report_put(r, REPORT_PROC_PROC, (int64_t)row);
	report_put(r, REPORT_PROC_SPACE, space);
}

/* => the row of a process, a new one if it has none; -1: no memory */
static int
process_row(struct report *r, const struct process *p)
{
	struct report_proc *q;

	for (size_t i = r->nprocs; i-- > 0;)
		if (r->proc[i].p == p && r->proc[i].pid == p->pid)
			return (int)i;
	if (!report_grow(&r->proc, r->nprocs, &r->maxprocs, sizeof(*r->proc))) {
		r->nomem = true;
		return -1;
	}
	q = &r->proc[r->nprocs];
	*q = (struct report_proc){ .pid = p->pid,
		.ppid = p->ppid,
		.p = p,
		.space = -1,
		.first_space = -1,
		.name = report_string(&r->strings, p->name, strlen(p->name)),
		.personality = report_string(&r->strings, p->personality->name,
		    strlen(p->personality->name)) };
	if (q->name == UINT32_MAX || q->personality == UINT32_MAX)
		r->nomem = true;
	r->all_frames = true; /* its image and its tables */
	return (int)r->nprocs++;
}

static bool
is_living(const struct process *p)
{
	return p->state == SIM_RUNNING && p->vmspace != NULL;
}

/* Those that have gone, or go on in another space. */
static void
look_exits(struct report *r)
{
	for (size_t i = 0; i < r->nprocs; i++) {
		struct report_proc *q = &r->proc[i];
		const struct process *p;

		if (q->space < 0)
			continue;
		p = sim_process_bypid(r->m, q->pid);
		if (p == q->p && is_living(p))
			continue;
		put_process(r, i, -1);
		q->p = NULL;
	}
}

void
report_look_processes(struct report *r)
{
	struct process *p, *next;

	look_exits(r);
	for (size_t i = 0; i < r->nspaces; i++)
		r->space[i].p = NULL;
	HASH_ITER(hh, r->m->procs, p, next) {
		struct report_space *s;
		int row;

		if (p == r->m->kernel || !is_living(p))
			continue;
		s = report_space(r, p->vmspace->vm_map.id);
		row = process_row(r, p);
		if (s == NULL || row < 0)
			return;
		s->p = p;
		if (r->proc[row].space != (int)(s - r->space))
			put_process(r, (size_t)row, (int)(s - r->space));
	}
	for (size_t i = 0; i < r->nspaces; i++) {
		struct report_space *s = &r->space[i];

		if (s->p == NULL && !s->gone)
			s->gone = s->stale = s->rescan = true;
	}
	r->processes = false;
}

/* ------------------------------------------------------------- entries ---- */

/* What is told of an entry beside its place, as members of a JSON array. */
static uint32_t
entry_attr(struct report *r, struct process *p, const struct vm_map_entry *e)
{
	const struct wl_view v = { .m = r->m, .p = p };
	char name[512], *text = NULL;
	uint32_t attr = UINT32_MAX;
	size_t len;
	FILE *fp;

	wl_entry_name(&v, e, name, sizeof(name));
	fp = wl_memstream(&text, &len);
	if (fp != NULL) {
		report_json_string(fp, name);
		fprintf(fp, ",%u,%u,%u,%u,%u,%u,%u,%u", e->protection,
		    e->max_protection, e->etype, e->inheritance, e->advice,
		    e->flags, e->wired_count,
		    (e->etype & UVM_ET_SUBMAP) == 0 && e->amap != NULL ?
			e->amap->id :
			0);
		if (fclose(fp) == 0 && text != NULL)
			attr = report_string(&r->attrs, text, len);
		free(text);
	}
	if (attr == UINT32_MAX)
		r->nomem = true;
	return attr;
}

static void
put_entry(struct report *r, uint32_t space, const struct report_entry *e,
    bool gone)
{
	report_put(r, REPORT_ENTRY_MOMENT, (int64_t)r->moment);
	report_put(r, REPORT_ENTRY_SPACE, space);
	report_put(r, REPORT_ENTRY_START, (int64_t)e->start);
	report_put(r, REPORT_ENTRY_PAGES, gone ? 0 : (int64_t)e->pages);
	report_put(r, REPORT_ENTRY_ATTR, gone ? 0 : e->attr);
}

static bool
same_entry(const struct report_entry *a, const struct report_entry *b)
{
	return a->start == b->start && a->pages == b->pages &&
	    a->attr == b->attr;
}

static void
merge_entries(struct report *r, uint32_t space, const struct report_entry *new,
    size_t n)
{
	const struct report_space *s = &r->space[space];
	size_t i = 0, j = 0;

	while (i < s->n || j < n) {
		if (j == n || (i < s->n && s->entry[i].start < new[j].start)) {
			put_entry(r, space, &s->entry[i++], true);
			continue;
		}
		if (i == s->n || new[j].start < s->entry[i].start) {
			put_entry(r, space, &new[j++], false);
			continue;
		}
		if (!same_entry(&s->entry[i++], &new[j]))
			put_entry(r, space, &new[j], false);
		j++;
	}
}

static struct report_entry
entry_of(struct report *r, struct process *p, const struct vm_map_entry *e)
{
	const unsigned shift = r->m->page_shift;

	return (struct report_entry){ e->start >> shift,
		(e->end - e->start) >> shift, entry_attr(r, p, e) };
}

static void
read_entries(struct report *r, uint32_t space)
{
	struct report_space *s = &r->space[space];
	struct report_entry *new = NULL;
	size_t n = 0, max = 0;
	struct vm_map_entry *e;
	struct vm_map *map;

	if (s->p != NULL) {
		map = &s->p->vmspace->vm_map;
		for (e = map->header.next; e != &map->header; e = e->next) {
			if (!report_grow(&new, n, &max, sizeof(*new))) {
				r->nomem = true;
				break;
			}
			new[n++] = entry_of(r, s->p, e);
		}
	}
	merge_entries(r, space, new, n);
	free(s->entry);
	s->entry = new;
	s->n = n;
	s->max = max;
}

void
report_look_entries(struct report *r)
{
	for (uint32_t i = 0; i < r->nspaces; i++)
		if (r->space[i].stale) {
			r->space[i].stale = false;
			read_entries(r, i);
		}
}

/* Of memory that is used in order, a fault puts what lies behind it away: so
 * many pages at most, with no event of each. */
#define BEHIND 8

static void
mark_behind(struct report *r, struct process *p, vaddr_t va)
{
	struct wl_page pg;

	for (unsigned i = 0; i < BEHIND && va >= pg_size(r->m); i++) {
		va -= pg_size(r->m);
		if (!wl_page_look(p, va, &pg))
			return;
		report_mark_frame(r, pg.frame);
	}
}

/* A fault may have changed the entry that holds va; has it? */
void
report_check_entry(struct report *r, uint32_t space, vaddr_t va)
{
	struct report_space *s = &r->space[space];
	const uint64_t vpn = va >> r->m->page_shift;
	size_t lo = 0, hi = s->n;
	struct report_entry now;
	struct vm_map_entry *e;

	if (s->stale || s->p == NULL)
		return;
	e = wl_entry_at(&s->p->vmspace->vm_map, va);
	if (e != NULL && e->advice == UVM_ADV_SEQUENTIAL)
		mark_behind(r, s->p, va);
	while (lo < hi) {
		const size_t mid = (lo + hi) / 2;

		if (s->entry[mid].start + s->entry[mid].pages <= vpn)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (e != NULL)
		now = entry_of(r, s->p, e);
	if (e == NULL || lo == s->n || !same_entry(&s->entry[lo], &now))
		s->stale = true;
}
