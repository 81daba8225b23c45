/*
 * The page: its parts in the library, with the data put in.
 *
 *	page/page.html	@TITLE@ @STYLE@ @LICENCE@ @PLOT@ @SCRIPT@
 *			@META@ @DATA@, each on a line of its own
 *
 * The data is two elements: JSON, and the columns, packed (column.c), one
 * behind the other in base 64; a column begins at a whole group of four
 * characters, so that each can be decoded alone.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "workloads/embed.h"

#define PAGE "api/report/page/"
#define PLOT "api/report/third_party/uplot/"

static const char *const names[REPORT_NCOLUMNS] = {
#define X(id, name) [REPORT_##id] = name,
	REPORT_COLUMNS(X)
#undef X
};

struct packed {
	struct report_bytes data;
	struct {
		size_t at, length;
		bool delta;
	} col[REPORT_NCOLUMNS];
};

/* Both ways are tried; the shorter one is kept. */
static bool
pack_column(const struct report_column *c, struct packed *k, int i)
{
	struct report_bytes way[2] = { { 0 } };
	bool ok = report_column_pack(c, false, &way[0]) &&
	    report_column_pack(c, true, &way[1]);
	const int best = way[1].n < way[0].n;

	k->col[i].at = k->data.n;
	k->col[i].length = way[best].n;
	k->col[i].delta = best;
	for (size_t b = 0; b < way[best].n && ok; b++) {
		ok = report_grow(&k->data.b, k->data.n, &k->data.max, 1);
		if (ok)
			k->data.b[k->data.n++] = way[best].b[b];
	}
	while (ok && k->data.n % 3 != 0) {
		ok = report_grow(&k->data.b, k->data.n, &k->data.max, 1);
		if (ok)
			k->data.b[k->data.n++] = 0;
	}
	free(way[0].b);
	free(way[1].b);
	return ok;
}

/* Rows of counters, by counter: then most of them differ little from the one
 * before. */
static bool
sort_stats(struct report *r)
{
	const size_t n = r->col[REPORT_STAT_STAT].n;
	struct report_column sorted[3] = { { 0 } };
	bool ok = true;

	for (int stat = 0; stat < REPORT_NSTATS; stat++)
		for (size_t i = 0; i < n && ok; i++) {
			if (r->col[REPORT_STAT_STAT].v[i] != stat)
				continue;
			for (int k = 0; k < 3 && ok; k++)
				ok = report_column_put(&sorted[k],
				    r->col[REPORT_STAT_MOMENT + k].v[i]);
		}
	for (int k = 0; k < 3; k++) {
		free(r->col[REPORT_STAT_MOMENT + k].v);
		r->col[REPORT_STAT_MOMENT + k] = sorted[k];
	}
	return ok;
}

static void
put_directory(const struct report *r, const struct packed *k, FILE *fp)
{
	fputs(",\n\"columns\":{", fp);
	for (int i = 0; i < REPORT_NCOLUMNS; i++)
		fprintf(fp, "%s\"%s\":[%zu,%zu,%zu,%d]", i > 0 ? ",\n" : "",
		    names[i], r->col[i].n, k->col[i].at, k->col[i].length,
		    k->col[i].delta);
	fputs("}}\n", fp);
}

/* ---------------------------------------------------------------- page ---- */

void
report_put_escaped(FILE *fp, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '<': fputs("&lt;", fp); break;
		case '>': fputs("&gt;", fp); break;
		case '&': fputs("&amp;", fp); break;
		case '"': fputs("&quot;", fp); break;
		default: putc((unsigned char)*s < ' ' ? ' ' : *s, fp);
		}
}

/* All files of a suffix in the page's folder, in the order of their names. */
static void
put_files(FILE *fp, const char *suffix)
{
	const struct wl_embedded *e;

	for (e = wl_embed_report; e->name != NULL; e++) {
		const size_t n = strlen(e->name), m = strlen(suffix);

		if (strncmp(e->name, PAGE, strlen(PAGE)) == 0 && n > m &&
		    strcmp(e->name + n - m, suffix) == 0)
			fwrite(e->data, 1, e->size, fp);
	}
}

static void
put_file(FILE *fp, const char *name)
{
	const struct wl_embedded *e = wl_embed_find(wl_embed_report, name);

	if (e != NULL)
		fwrite(e->data, 1, e->size, fp);
}

static void
put_part(struct report *r, const struct packed *k, FILE *fp, const char *what)
{
	if (strcmp(what, "TITLE") == 0)
		report_put_escaped(fp, r->title);
	else if (strcmp(what, "PLOT-STYLE") == 0)
		put_file(fp, PLOT "uPlot.min.css");
	else if (strcmp(what, "STYLE") == 0)
		put_files(fp, ".css");
	else if (strcmp(what, "LICENCE") == 0)
		put_file(fp, PLOT "LICENSE");
	else if (strcmp(what, "PLOT") == 0)
		put_file(fp, PLOT "uPlot.iife.min.js");
	else if (strcmp(what, "SCRIPT") == 0)
		put_files(fp, ".js");
	else if (strcmp(what, "DATA") == 0)
		report_base64(fp, k->data.b, k->data.n);
	else if (strcmp(what, "META") == 0) {
		report_meta(r, fp);
		put_directory(r, k, fp);
	}
}

/* The template; "@NAME@" is replaced. */
static void
put_page(struct report *r, const struct packed *k, FILE *fp)
{
	const struct wl_embedded *e = wl_embed_find(wl_embed_report,
	    PAGE "page.html");
	const char *s = e->data, *at, *end;
	char name[16];

	while ((at = strchr(s, '@')) != NULL) {
		fwrite(s, 1, (size_t)(at - s), fp);
		end = strchr(at + 1, '@');
		snprintf(name, sizeof(name), "%.*s", (int)(end - at - 1),
		    at + 1);
		put_part(r, k, fp, name);
		s = end + 1;
	}
	fputs(s, fp);
}

bool
report_write(struct report *r, FILE *fp)
{
	struct packed *k = calloc(1, sizeof(*k));
	bool ok = k != NULL && !r->nomem && sort_stats(r);

	for (int i = 0; i < REPORT_NCOLUMNS && ok; i++)
		ok = pack_column(&r->col[i], k, i);
	if (ok)
		put_page(r, k, fp);
	if (k != NULL)
		free(k->data.b);
	free(k);
	return ok && !r->nomem && !ferror(fp);
}
