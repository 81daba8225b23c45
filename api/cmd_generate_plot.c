/*
 * A generated trace as a picture.  The trace is generated twice: how long it is
 * and which pages it has decides what a cell is, then the cells are counted.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_generate.h"

#define COLUMNS 64
#define ROWS 16

struct picture {
	struct wl_gen gen;
	uint64_t n;           /* references */
	uint64_t first, last; /* page */
	uint64_t band;        /* pages of a row */
	unsigned rows, columns;
	uint64_t column[COLUMNS]; /* references */
	uint64_t cell[ROWS][COLUMNS];
};

static uint64_t
page_of(const struct wl_ref *ref)
{
	return (ref->va - WL_GEN_BASE) / WL_GEN_PAGE;
}

static void
measure(struct picture *p, uint64_t time, const struct wl_ref *ref)
{
	const uint64_t page = page_of(ref);

	if (time == 0 || page < p->first)
		p->first = page;
	if (time == 0 || page > p->last)
		p->last = page;
	p->n = time + 1;
}

/* As many columns as references, as many rows as pages, within the limits. */
static void
divide(struct picture *p)
{
	const uint64_t pages = p->last - p->first + 1;

	p->columns = p->n < COLUMNS ? (unsigned)p->n : COLUMNS;
	p->band = (pages + ROWS - 1) / ROWS;
	p->rows = (unsigned)((pages + p->band - 1) / p->band);
}

static void
mark(struct picture *p, uint64_t time, const struct wl_ref *ref)
{
	/* 2^48 references at most */
	const uint64_t column = time * p->columns / p->n;

	p->column[column]++;
	p->cell[(page_of(ref) - p->first) / p->band][column]++;
}

/* => false: no memory */
static bool
pass(struct picture *p, const struct wl_gen_args *args,
    void (*one)(struct picture *, uint64_t, const struct wl_ref *))
{
	const struct wl_ref *ref;
	uint64_t time = 0;
	const bool ok = wl_gen_open(&p->gen, args);

	for (size_t n; ok && (n = wl_gen_next(&p->gen, &ref)) > 0;)
		for (size_t i = 0; i < n; i++)
			one(p, time++, &ref[i]);
	wl_gen_close(&p->gen);
	return ok;
}

static char
letter(const struct picture *p, unsigned row, unsigned column)
{
	const uint64_t n = p->cell[row][column], of = p->column[column];

	if (n == 0)
		return ' ';
	return n >= of - of / 2 ? '#' : n >= of - of / 8 * 7 ? 'o' : '.';
}

static void
print(FILE *fp, const struct picture *p)
{
	char end[48];

	for (unsigned row = p->rows; row-- > 0;) {
		char line[COLUMNS + 1];
		unsigned len = 0;

		for (unsigned c = 0; c < p->columns; c++) {
			line[c] = letter(p, row, c);
			if (line[c] != ' ')
				len = c + 1;
		}
		fprintf(fp, "%10" PRIu64 " |%.*s\n", p->first + row * p->band,
		    (int)len, line);
	}
	fprintf(fp, "%10s +", "page");
	for (unsigned c = 0; c < p->columns; c++)
		fputc('-', fp);
	snprintf(end, sizeof(end), "%" PRIu64 " references", p->n);
	fprintf(fp, "\n%12s0%*s\n", "", (int)p->columns - 1, end);
}

int
cmd_generate_plot(FILE *fp, const struct wl_gen_args *args)
{
	struct picture *p = calloc(1, sizeof(*p));
	bool ok = p != NULL && pass(p, args, measure);

	if (ok) {
		divide(p);
		ok = pass(p, args, mark);
	}
	if (ok)
		print(fp, p);
	free(p);
	return ok ? 0 : ENOMEM;
}
