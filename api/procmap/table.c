/*
 * procmap -r and -x: the tables of Solaris 7's pmap.  The manual page of
 * procmap wishes for both; the program of 2004 had neither.
 *
 * -r, reserved addresses: the mappings, and in place of the heap's and the
 * stack's what is set aside for them to grow in:
 *
 *	vm_daddr            break          vm_daddr + MAXDSIZ
 *	  |  [ heap ]         |      . . . . . .     | next mapping, if nearer
 *
 *	vm_maxsaddr                        vm_minsaddr
 *	  |  . . . . . .      |    [ stack ]         |
 *
 * -x, sharing: of each mapping the pages that the process's page table maps,
 * those of them that others have too, and those that are the process's own.
 *
 * On LP64 an address has eight more digits; head, rule and totals move along.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "procmap.h"

static bool
no_memory(struct procmap *pm)
{
	procmap_warn(pm, "%s", strerror(ENOMEM));
	pm->status = 1;
	return false;
}

/* A row at the end, zeroed; NULL: complained. */
static struct procmap_row *
append(struct procmap *pm, struct procmap_table *t)
{
	struct procmap_row *grown;

	if (t->n == t->max) {
		size_t max = t->max != 0 ? t->max * 2 : 32;

		grown = realloc(t->row, max * sizeof(*grown));
		if (grown == NULL) {
			no_memory(pm);
			return NULL;
		}
		t->row = grown;
		t->max = max;
	}
	memset(&t->row[t->n], 0, sizeof(t->row[0]));
	return &t->row[t->n++];
}

bool
procmap_table_add(struct procmap *pm, struct procmap_table *t,
    const struct procmap_map *m, const struct procmap_line *l)
{
	struct procmap_row *row = append(pm, t);

	if (row == NULL)
		return false;
	row->start = l->e->start;
	row->end = l->e->end;
	row->protection = l->e->protection;
	row->shared_map = !(l->e->etype & PROCMAP_ET_COW);
	row->stack = l->stack;
	row->heap = l->heap;
	row->name = strdup(l->name);
	if (row->name == NULL)
		return no_memory(pm);
	return !pm->opt.shared || pm->src->resident(pm, m, l->e, &row->pages);
}

void
procmap_table_free(struct procmap_table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free(t->row[i].name);
	free(t->row);
	memset(t, 0, sizeof(*t));
}

/* ------------------------------------------------------------ reserve ---- */

/* From bottom up: the range ends where something else begins. */
static void
trim_heap(const struct procmap_table *t, struct procmap_row *range)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct procmap_row *row = &t->row[i];

		if (row->heap || row->end <= range->start)
			continue;
		if (row->start > range->start) {
			if (row->start < range->end)
				range->end = row->start;
			return;
		}
		range->start = row->end;
	}
}

/* From top down: the range begins where something else ends. */
static void
trim_stack(const struct procmap_table *t, struct procmap_row *range)
{
	size_t i;

	for (i = t->n; i-- > 0;) {
		const struct procmap_row *row = &t->row[i];

		if (row->stack || row->start >= range->end)
			continue;
		if (row->end < range->end) {
			if (row->end > range->start)
				range->start = row->end;
			return;
		}
		range->end = row->start;
	}
}

/* The range takes the rows of its kind that touch it; they have no end. */
static void
absorb(struct procmap_table *t, struct procmap_row *range)
{
	bool any = false;
	size_t i;

	for (i = 0; i < t->n; i++) {
		struct procmap_row *row = &t->row[i];

		if (row->heap != range->heap || row->stack != range->stack ||
		    row->start >= range->end || row->end <= range->start)
			continue;
		if (row->start < range->start)
			range->start = row->start;
		if (row->end > range->end)
			range->end = row->end;
		range->protection |= row->protection;
		any = true;
		row->end = row->start;
	}
	if (!any)
		range->protection = PROCMAP_READ | PROCMAP_WRITE;
}

static int
by_start(const void *a, const void *b)
{
	const struct procmap_row *ra = a, *rb = b;

	return (ra->start > rb->start) - (ra->start < rb->start);
}

static bool
reserve(struct procmap *pm, struct procmap_table *t,
    const struct procmap_vmspace *v)
{
	struct procmap_row range[2] = {
		{ .start = v->daddr,
		    .end = v->daddr + pm->maxdsiz,
		    .heap = true },
		{ .start = v->maxsaddr, .end = v->minsaddr, .stack = true },
	};
	struct procmap_row *row;
	size_t i;

	if (range[0].end > v->map.header.end)
		range[0].end = v->map.header.end;
	trim_heap(t, &range[0]);
	trim_stack(t, &range[1]);
	/* One that begins at 0 has never been set up. */
	for (i = 0; i < 2; i++) {
		if (range[i].start == 0 || range[i].start >= range[i].end)
			continue;
		absorb(t, &range[i]);
		range[i].name = strdup(i == 0 ? "  [ heap ]" : "  [ stack ]");
		if (range[i].name == NULL)
			return no_memory(pm);
		row = append(pm, t);
		if (row == NULL) {
			free(range[i].name);
			return false;
		}
		*row = range[i];
	}
	qsort(t->row, t->n, sizeof(t->row[0]), by_start);
	return true;
}

/* ----------------------------------------------------------- printing ---- */

static const char *
permissions(const struct procmap_row *row, char text[PROCMAP_WORDS])
{
	const char *words = procmap_words(row->protection, row->shared_map,
	    text);

	return *words != '\0' ? words : "-";
}

/* -v -v: a star between what is not adjacent. */
static void
star(struct procmap *pm, uint64_t *end, const struct procmap_row *row)
{
	if (pm->opt.verbose > 1 && *end != 0 && *end != row->start)
		fputs("*\n", pm->out);
	*end = row->end;
}

static void
print_reserved(struct procmap *pm, const struct procmap_table *t)
{
	char words[PROCMAP_WORDS];
	uint64_t total = 0, end = 0, kbytes;
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct procmap_row *row = &t->row[i];

		if (row->start == row->end)
			continue;
		star(pm, &end, row);
		kbytes = (row->end - row->start) / 1024;
		total += kbytes;
		fprintf(pm->out, "%0*" PRIX64 " %6" PRIu64 "K %-17s %s\n",
		    pm->w, row->start, kbytes, permissions(row, words),
		    row->name);
	}
	fprintf(pm->out, "%*s %8" PRIu64 "K\n", pm->w - 2, " total", total);
}

/* The file's own name; in brackets with one blank less; else as it is. */
static const char *
short_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	if (name[0] == ' ')
		return name + 1;
	return slash != NULL && slash[1] != '\0' && slash[1] != ' ' ?
	    slash + 1 :
	    name;
}

static void
print_cell(struct procmap *pm, uint64_t kbytes)
{
	if (kbytes != 0)
		fprintf(pm->out, " %7" PRIu64, kbytes);
	else
		fprintf(pm->out, "       -");
}

/*
 * An amap that more entries have than those of this map is another's, too: all
 * its anons are, though each is referred to once only.
 */
static uint64_t
shared_pages(const struct procmap_table *t, const struct procmap_row *row)
{
	const struct procmap_resident *r = &row->pages;
	int own = 0;
	size_t i;

	if (r->amap_refs == 1)
		return r->object_shared + r->anon_shared;
	for (i = 0; i < t->n; i++)
		own += t->row[i].pages.amap == r->amap;
	return r->object_shared +
	    (r->amap_refs > own ? r->anon : r->anon_shared);
}

static void
print_shared(struct procmap *pm, const struct procmap_table *t)
{
	char words[PROCMAP_WORDS];
	uint64_t total[4] = { 0 }, cell[4], end = 0;
	const uint64_t page = pm->page_size;
	size_t i, c;

	fprintf(pm->out,
	    "%-*s   Kbytes Resident Shared Private Permissions"
	    "       Mapped File\n",
	    pm->w - 1, "Address");
	for (i = 0; i < t->n; i++) {
		const struct procmap_row *row = &t->row[i];

		star(pm, &end, row);
		cell[0] = (row->end - row->start) / 1024;
		cell[1] = (row->pages.anon + row->pages.object) * page / 1024;
		cell[2] = shared_pages(t, row) * page / 1024;
		cell[3] = cell[1] - cell[2];
		fprintf(pm->out, "%0*" PRIX64, pm->w, row->start);
		for (c = 0; c < 4; c++) {
			print_cell(pm, cell[c]);
			total[c] += cell[c];
		}
		fprintf(pm->out, " %-17s %s\n", permissions(row, words),
		    short_name(row->name));
	}
	fprintf(pm->out, "%.*s  ------  ------  ------  ------\n", pm->w,
	    "----------------");
	fprintf(pm->out, "%*s", pm->w, "total Kb");
	for (c = 0; c < 4; c++)
		fprintf(pm->out, " %7" PRIu64, total[c]);
	fputc('\n', pm->out);
}

bool
procmap_table_print(struct procmap *pm, struct procmap_table *t, int pid,
    const struct procmap_proc *proc, const struct procmap_vmspace *v)
{
	fprintf(pm->out, "%d:\t%.70s\n", pid, pid != 0 ? proc->comm : "kernel");
	if (pm->opt.shared) {
		print_shared(pm, t);
		return true;
	}
	if (pid != 0 && !reserve(pm, t, v))
		return false;
	print_reserved(pm, t);
	return true;
}
