/*
 * Rows of a sweep.  The table has a column for each key that varies, those that
 * do not stand above it; the other forms have all keys.
 */
#include <inttypes.h>
#include <string.h>

#include "cmd_sweep.h"

static const struct wl_sweep_row *
row_of(const struct cmd_sweep *c, size_t point)
{
	return &c->sweep.row[point];
}

static const char *
why(const struct wl_sweep_row *row)
{
	return row->why != NULL ? row->why : "no memory";
}

/* --------------------------------------------------------------- table ---- */

#define WIDTH 10 /* of a number, at least */

static int
wider(int a, size_t b)
{
	return a > (int)b ? a : (int)b;
}

static int
key_width(const struct wl_grid_key *k)
{
	int w = (int)strlen(k->name);

	for (size_t i = 0; i < k->nvalues; i++)
		w = wider(w, strlen(k->value[i]));
	return w;
}

/* The figures that the table shows, and what they are called there. */
static const struct shown {
	enum wl_sweep_figure figure;
	const char *title;
} shown[] = {
	{ WL_SWEEP_TOUCHES, "touches" },
	{ WL_SWEEP_MISSES, "misses" },
	{ WL_SWEEP_EVICTIONS, "evictions" },
	{ WL_SWEEP_DIRTY, "dirty" },
};

static void
table_head(const struct cmd_sweep *c)
{
	const char *sep = "";

	for (size_t k = 0; k < c->grid.nkeys; k++)
		if (c->grid.key[k].nvalues == 1) {
			printf("%s%s=%s", sep, c->grid.key[k].name,
			    c->grid.key[k].value[0]);
			sep = " ";
		}
	if (*sep != '\0')
		printf("\n");
	for (size_t k = 0; k < c->grid.nkeys; k++)
		if (c->grid.key[k].nvalues > 1)
			printf("%-*s ", key_width(&c->grid.key[k]),
			    c->grid.key[k].name);
	for (size_t i = 0; i < NELEM(shown); i++)
		printf("%s%*s", i > 0 ? " " : "", WIDTH, shown[i].title);
	for (size_t i = 0; i < c->sweep.nstats; i++)
		printf(" %*s", WIDTH, c->sweep.stat[i]);
	printf("\n");
}

static void
table_number(uint64_t value, int width)
{
	if (value == WL_SWEEP_NONE)
		printf("%*s", width, "-");
	else
		printf("%*" PRIu64, width, value);
}

static void
table_row(const struct cmd_sweep *c, size_t point)
{
	const struct wl_sweep_row *row = row_of(c, point);

	for (size_t k = 0; k < c->grid.nkeys; k++)
		if (c->grid.key[k].nvalues > 1)
			printf("%-*s ", key_width(&c->grid.key[k]),
			    wl_grid_value(&c->grid, point, k));
	if (row->state == WL_SWEEP_FAILED) {
		printf("failed: %s\n", why(row));
		return;
	}
	for (size_t i = 0; i < NELEM(shown); i++) {
		printf("%s", i > 0 ? " " : "");
		table_number(row->value[shown[i].figure], WIDTH);
	}
	for (size_t i = 0; i < c->sweep.nstats; i++) {
		printf(" ");
		table_number(row->value[WL_SWEEP_NFIGURES + i],
		    wider(WIDTH, strlen(c->sweep.stat[i])));
	}
	printf("\n");
}

const struct cmd_sweep_form cmd_sweep_table = { table_head, table_row };

/* ----------------------------------------------------------------- CSV ---- */

static const char *
column(const struct cmd_sweep *c, size_t i)
{
	return i < WL_SWEEP_NFIGURES ? wl_sweep_figures[i] :
				       c->sweep.stat[i - WL_SWEEP_NFIGURES];
}

/* Quoted if it must be. */
static void
csv_text(const char *s)
{
	if (s[strcspn(s, ",\"\r\n")] == '\0') {
		fputs(s, stdout);
		return;
	}
	putchar('"');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			putchar('"');
		putchar(*s);
	}
	putchar('"');
}

static void
csv_head(const struct cmd_sweep *c)
{
	for (size_t k = 0; k < c->grid.nkeys; k++)
		printf("%s,", c->grid.key[k].name);
	for (size_t i = 0; i < WL_SWEEP_NFIGURES + c->sweep.nstats; i++)
		printf("%s,", column(c, i));
	printf("error\n");
}

static void
csv_row(const struct cmd_sweep *c, size_t point)
{
	const struct wl_sweep_row *row = row_of(c, point);
	const bool done = row->state == WL_SWEEP_DONE;

	for (size_t k = 0; k < c->grid.nkeys; k++) {
		csv_text(wl_grid_value(&c->grid, point, k));
		putchar(',');
	}
	for (size_t i = 0; i < WL_SWEEP_NFIGURES + c->sweep.nstats; i++) {
		if (done && row->value[i] != WL_SWEEP_NONE)
			printf("%" PRIu64, row->value[i]);
		putchar(',');
	}
	if (!done)
		csv_text(why(row));
	putchar('\n');
}

const struct cmd_sweep_form cmd_sweep_csv = { csv_head, csv_row };

/* ---------------------------------------------------------------- JSON ---- */

static void
json_head(const struct cmd_sweep *c)
{
	(void)c;
}

/* A number as it stands, if it is one in JSON too; else a string. */
static void
json_value(const char *s)
{
	const size_t len = strlen(s);

	if (len > 0 && len < 16 && strspn(s, "0123456789") == len &&
	    (s[0] != '0' || len == 1))
		fputs(s, stdout);
	else
		cmd_json_string(stdout, s);
}

static void
json_row(const struct cmd_sweep *c, size_t point)
{
	const struct wl_sweep_row *row = row_of(c, point);

	printf("{\"point\":%zu,\"config\":{", point);
	for (size_t k = 0; k < c->grid.nkeys; k++) {
		printf("%s\"%s\":", k > 0 ? "," : "", c->grid.key[k].name);
		json_value(wl_grid_value(&c->grid, point, k));
	}
	printf("}");
	for (size_t i = 0; i < WL_SWEEP_NFIGURES + c->sweep.nstats &&
	     row->state == WL_SWEEP_DONE;
	     i++)
		if (row->value[i] != WL_SWEEP_NONE)
			printf(",\"%s\":%" PRIu64, column(c, i), row->value[i]);
		else
			printf(",\"%s\":null", column(c, i));
	if (row->state != WL_SWEEP_DONE) {
		printf(",\"error\":");
		cmd_json_string(stdout, why(row));
	}
	printf("}\n");
}

const struct cmd_sweep_form cmd_sweep_json = { json_head, json_row };
