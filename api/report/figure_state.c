/*
 * Figures of one moment: the one that was asked for, or the last.
 *
 * The collector's own picture is that of the last operation it was told; for an
 * earlier one the rows of changes are read up to it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"

#define MAXENTRIES 40
#define MAXROWS 48 /* of a page table */
#define COLUMNS 64 /* of frames */
#define MAXFRAMES 4096

/* What there is at the moment. */
struct now {
	struct report *r;
	uint64_t moment;
	uint32_t *frame, *bits;  /* by page */
	uint32_t *owner, *fbits; /* by frame */
	uint32_t *page;          /* by frame: who has it mapped */
	int64_t *row;            /* by place: rows of entries */
	size_t nrows;
	int space; /* of the first process that runs */
	char what[120];
};

static void
free_now(struct now *n)
{
	free(n->frame);
	free(n->bits);
	free(n->owner);
	free(n->fbits);
	free(n->page);
	free(n->row);
}

static void
read_pages(struct now *n)
{
	const struct report_column *c = &n->r->col[REPORT_PTE_MOMENT];

	for (size_t i = 0; i < c[0].n && (uint64_t)c[0].v[i] <= n->moment;
	     i++) {
		n->frame[c[1].v[i]] = (uint32_t)c[2].v[i];
		n->bits[c[1].v[i]] = (uint32_t)c[3].v[i];
	}
	for (uint32_t i = 1; i <= n->r->npages; i++)
		if (n->bits[i] & REPORT_PTE_MAPPED)
			n->page[n->frame[i]] = i;
}

static void
read_frames(struct now *n)
{
	const struct report_column *c = &n->r->col[REPORT_FRAME_MOMENT];

	for (size_t i = 0; i < c[0].n && (uint64_t)c[0].v[i] <= n->moment;
	     i++) {
		n->owner[c[1].v[i]] = (uint32_t)c[2].v[i];
		n->fbits[c[1].v[i]] = (uint32_t)c[3].v[i];
	}
}

static void
read_processes(struct now *n)
{
	const struct report_column *c = &n->r->col[REPORT_PROC_MOMENT];
	int64_t best = -1;

	n->space = -1;
	for (size_t p = 0; p < n->r->nprocs && n->space < 0; p++) {
		for (size_t i = 0; i < c[0].n; i++)
			if ((uint64_t)c[0].v[i] <= n->moment &&
			    c[1].v[i] == (int64_t)p)
				n->space = (int)c[2].v[i];
		best = (int64_t)p;
	}
	snprintf(n->what, sizeof(n->what), "%s, %s %" PRIu64,
	    n->space < 0 ? "no process" :
			   n->r->strings.row[n->r->proc[best].name]->text,
	    n->r->ops > 0 ? "after operation" : "operations:",
	    n->moment << n->r->shift > n->r->ops ? n->r->ops :
						   n->moment << n->r->shift);
}

static int
by_start(const void *a, const void *b, void *ctx)
{
	const struct report *r = ctx;
	const int64_t x = r->col[REPORT_ENTRY_START].v[*(const int64_t *)a];
	const int64_t y = r->col[REPORT_ENTRY_START].v[*(const int64_t *)b];

	return x < y ? -1 : x > y;
}

/* The rows of the entries that there are, by address. */
static void
read_entries(struct now *n)
{
	const struct report_column *c = &n->r->col[REPORT_ENTRY_MOMENT];

	for (size_t i = 0; i < c[0].n && (uint64_t)c[0].v[i] <= n->moment;
	     i++) {
		size_t k = 0;

		if (c[1].v[i] != n->space)
			continue;
		while (k < n->nrows && c[2].v[n->row[k]] != c[2].v[i])
			k++;
		if (c[3].v[i] != 0)
			n->row[k] = (int64_t)i;
		else if (k < n->nrows)
			n->row[k] = n->row[n->nrows - 1];
		if (c[3].v[i] != 0 && k == n->nrows)
			n->nrows++;
		else if (c[3].v[i] == 0 && k < n->nrows)
			n->nrows--;
	}
	qsort_r(n->row, n->nrows, sizeof(*n->row), by_start, n->r);
}

static bool
read_now(struct report *r, struct now *n)
{
	const uint64_t each = (uint64_t)1 << r->shift;

	*n = (struct now){ .r = r,
		.moment = r->at > 0 ? (r->at + each - 1) / each : r->moment };
	n->frame = calloc(r->npages + 1, sizeof(*n->frame));
	n->bits = calloc(r->npages + 1, sizeof(*n->bits));
	n->owner = calloc(r->nframes, sizeof(*n->owner));
	n->fbits = calloc(r->nframes, sizeof(*n->fbits));
	n->page = calloc(r->nframes, sizeof(*n->page));
	n->row = calloc(r->col[REPORT_ENTRY_MOMENT].n + 1, sizeof(*n->row));
	r->nomem = n->frame == NULL || n->bits == NULL || n->owner == NULL ||
	    n->fbits == NULL || n->page == NULL || n->row == NULL;
	if (r->nomem) {
		free_now(n);
		return false;
	}
	read_pages(n);
	read_frames(n);
	read_processes(n);
	read_entries(n);
	return true;
}

/* ---------------------------------------------------------------- map ---- */

/* A string that begins the JSON of an entry: its name, plain. */
static void
name_of(const char *attr, char *name, size_t len)
{
	size_t n = 0;

	for (attr++; *attr != '"' && *attr != '\0' && n + 1 < len; attr++)
		if (attr[0] == '\\' && attr[1] == 'u') {
			name[n++] = (char)strtol((char[]){ attr[4], attr[5],
						     '\0' },
			    NULL, 16);
			attr += 5;
		} else {
			name[n++] = *attr;
		}
	name[n] = '\0';
}

/* Protection and type stand behind the name. */
static void
rights_of(const char *attr, unsigned *prot, unsigned *type)
{
	const char *s = strrchr(attr, '"');
	unsigned max;

	*prot = *type = 0;
	if (s != NULL)
		(void)sscanf(s, "\",%u,%u,%u", prot, &max, type);
}

static void
draw_entry(const struct now *n, const struct svg *s, size_t i, double y)
{
	const struct report_column *c = &n->r->col[REPORT_ENTRY_MOMENT];
	const int64_t row = n->row[i], start = c[2].v[row], pages = c[3].v[row];
	const char *attr = n->r->attrs.row[c[4].v[row]]->text;
	const unsigned shift = n->r->m->page_shift;
	const double width = 300.0, each = width / (double)pages;
	unsigned prot, type;
	char name[200];

	name_of(attr, name, sizeof(name));
	rights_of(attr, &prot, &type);
	svg_textf(s, 24, y + 13, "start",
	    "%0*" PRIx64 "-%0*" PRIx64 " %c%c%c%c %s", 9,
	    (uint64_t)start << shift, 9, (uint64_t)(start + pages) << shift,
	    prot & VM_PROT_READ ? 'r' : '-', prot & VM_PROT_WRITE ? 'w' : '-',
	    prot & VM_PROT_EXEC ? 'x' : '-',
	    type & UVM_ET_COPYONWRITE ? 'p' : 's', name);
	svg_rect(s, 620, y, width, 16, "#ececea");
	for (uint32_t p = n->r->space[n->space].first_page; p != 0;
	     p = n->r->page[p].next_in_space) {
		const int64_t at = (int64_t)n->r->page[p].vpn - start;

		if (at < 0 || at >= pages || n->bits[p] == 0)
			continue;
		svg_rect(s, 620 + each * (double)at, y, each < .5 ? .5 : each,
		    16,
		    n->bits[p] & REPORT_PTE_OUT       ? "#8d6cab" :
			n->bits[p] & REPORT_PTE_DIRTY ? svg_colour[5] :
							svg_colour[4]);
	}
}

bool
report_figure_map(struct report *r, FILE *fp)
{
	static const char *const colours[] = { "#56b4e9", "#d55e00", "#8d6cab",
		"#ececea" };
	static const char *const words[] = { "in memory", "dirty", "in swap",
		"not there" };
	struct svg s;
	struct now n;
	size_t shown;

	if (!read_now(r, &n))
		return false;
	shown = n.nrows < MAXENTRIES ? n.nrows : MAXENTRIES;
	svg_begin(&s, fp, 130 + 22.0 * (double)shown, r->title, n.what);
	svg_legend(&s, 78, colours, words, 4);
	fputs("<g font-family=\"monospace\" font-size=\"13\">\n", fp);
	for (size_t i = 0; i < shown; i++)
		draw_entry(&n, &s, i, 96 + 22.0 * (double)i);
	fputs("</g>\n", fp);
	if (shown < n.nrows)
		svg_textf(&s, 24, s.height - 12, "start", "and %zu more",
		    n.nrows - shown);
	svg_end(&s);
	free_now(&n);
	return true;
}

/* ------------------------------------------------------------- frames ---- */

static const char *
frame_colour(const struct now *n, pfn_t frame)
{
	const uint32_t owner = n->owner[frame], page = n->page[frame];

	switch (owner) {
	case REPORT_FREE: return "#ececea";
	case REPORT_TABLE: return "#6b7078";
	case REPORT_KERNEL: return "#3d4148";
	default: break;
	}
	if (owner >= REPORT_OBJECT)
		return svg_colour[6 + (owner - REPORT_OBJECT) % 2];
	return page != 0 ? svg_colour[n->r->page[page].space % 6] : "#b9bcc0";
}

bool
report_figure_frames(struct report *r, FILE *fp)
{
	const char *colour[8] = { "#ececea", "#6b7078", svg_colour[6] };
	const char *word[8] = { "free", "page tables", "files, shared" };
	const double size = (double)(SVG_RIGHT - 24) / COLUMNS;
	unsigned nwords = 3, rows;
	pfn_t top = 1, shown;
	struct svg s;
	struct now n;

	if (!read_now(r, &n))
		return false;
	for (pfn_t i = 1; i < r->nframes; i++)
		if (n.owner[i] != REPORT_FREE)
			top = i;
	shown = top < MAXFRAMES ? top : MAXFRAMES;
	rows = (shown - 1) / COLUMNS + 1;
	svg_begin(&s, fp, 110 + size * rows, r->title, n.what);
	for (size_t i = 0; i < r->nprocs && nwords < 8; i++) {
		if (r->proc[i].first_space < 0)
			continue;
		colour[nwords] = svg_colour[r->proc[i].first_space % 6];
		word[nwords++] = r->strings.row[r->proc[i].name]->text;
	}
	svg_legend(&s, 78, colour, word, nwords);
	for (pfn_t i = 0; i < shown; i++) {
		const uint32_t row = i / COLUMNS;

		svg_rect(&s, 24 + size * (i % COLUMNS), 92 + size * row,
		    size - 1, size - 1, frame_colour(&n, i + 1));
	}
	if (shown < top)
		svg_textf(&s, 24, s.height - 2, "start",
		    "and %" PRIu32 " more frames", top - shown);
	svg_end(&s);
	free_now(&n);
	return true;
}

/* ---------------------------------------------------------- page table ---- */

struct tree {
	const struct now *n;
	const struct svg *s;
	uint64_t *vpn; /* mapped, rising */
	size_t npages;
	unsigned rows;
	uint64_t left; /* entries for which there was no room */
};

static int
compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint32_t
page_at(const struct now *n, uint64_t vpn)
{
	uint32_t p = n->r->space[n->space].first_page;

	while (p != 0 && n->r->page[p].vpn != vpn)
		p = n->r->page[p].next_in_space;
	return p;
}

static void
draw_row(struct tree *t, unsigned level, size_t from, size_t to)
{
	const struct pmap_geometry *g = t->n->r->m->config.arch;
	const unsigned shift = g->shift[level];
	const vaddr_t va = (vaddr_t)t->vpn[from] << g->page_shift >> shift
		<< shift;
	const double x = 24 + 36.0 * level, y = 82 + 20.0 * t->rows;
	const unsigned index = (unsigned)(va >> shift) &
	    ((1u << g->bits[level]) - 1);

	if (level + 1 < g->nlevels) {
		svg_textf(t->s, x, y, "start",
		    "%s[%u] 0x%" PRIx64 ": %zu page%s", g->level_name[level],
		    index, va, to - from, to - from == 1 ? "" : "s");
	} else {
		const uint32_t p = page_at(t->n, t->vpn[from]);
		const uint32_t bits = t->n->bits[p];

		svg_textf(t->s, x, y, "start",
		    "%s[%u] 0x%" PRIx64 " \xe2\x86\x92 frame %u %c%c%c%s",
		    g->level_name[level], index, va, t->n->frame[p],
		    bits & VM_PROT_READ ? 'r' : '-',
		    bits & VM_PROT_WRITE ? 'w' : '-',
		    bits & VM_PROT_EXEC ? 'x' : '-',
		    bits & REPORT_PTE_DIRTY ? " dirty" : "");
	}
	t->rows++;
}

/* The table whose pages are [from, to), and what is below it. */
static void
draw_table(struct tree *t, unsigned level, size_t from, size_t to)
{
	const struct pmap_geometry *g = t->n->r->m->config.arch;
	const unsigned shift = g->shift[level] - g->page_shift;

	while (from < to) {
		size_t end = from + 1;

		while (
		    end < to && t->vpn[end] >> shift == t->vpn[from] >> shift)
			end++;
		if (t->rows >= MAXROWS)
			t->left++;
		else
			draw_row(t, level, from, end);
		if (level + 1 < g->nlevels)
			draw_table(t, level + 1, from, end);
		from = end;
	}
}

bool
report_figure_pagetable(struct report *r, FILE *fp)
{
	struct tree t = { .n = NULL };
	struct svg s;
	struct now n;

	if (!read_now(r, &n))
		return false;
	t.n = &n;
	t.s = &s;
	t.vpn = calloc(r->npages + 1, sizeof(*t.vpn));
	r->nomem = t.vpn == NULL;
	if (!r->nomem) {
		for (uint32_t i = 1; i <= r->npages; i++)
			if ((int)r->page[i].space == n.space &&
			    n.bits[i] & REPORT_PTE_MAPPED)
				t.vpn[t.npages++] = r->page[i].vpn;
		qsort(t.vpn, t.npages, sizeof(*t.vpn), compare);
		svg_begin(&s, fp, 90 + 20.0 * (MAXROWS + 1), r->title, n.what);
		fputs("<g font-family=\"monospace\">\n", fp);
		draw_table(&t, 0, 0, t.npages);
		fputs("</g>\n", fp);
		if (t.left > 0)
			svg_textf(&s, 24, 82 + 20.0 * MAXROWS, "start",
			    "and %" PRIu64 " more entries", t.left);
		svg_end(&s);
	}
	free(t.vpn);
	free_now(&n);
	return !r->nomem;
}
