/*
 * vmstat -v: how memory is used, in pages and in percent.
 *
 * Percentages have one decimal, are of lruable pages (all but those held back
 * for the system), and are cut off, not rounded.  The levels minperm, maxperm
 * and maxclient come in pages, floor(percent x lruable / 100), and are shown
 * as the whole percentage that they were made from; so is maxpin, of all pages.
 */
#include <inttypes.h>

#include "vmstat.h"

static void
line(FILE *out, int64_t value, const char *label)
{
	fprintf(out, "%21" PRId64 " %s\n", value, label);
}

static void
tenths(FILE *out, int64_t value, const char *label)
{
	fprintf(out, "%19" PRId64 ".%" PRId64 " %s\n", value / 10, value % 10,
	    label);
}

/* part of whole in tenths of a percent, cut off */
static int64_t
share(int64_t part, int64_t whole)
{
	return whole > 0 ? part * 1000 / whole : 0;
}

/* The whole percentage of which floor(percent x whole / 100) is part. */
static int64_t
level(int64_t part, int64_t whole)
{
	return whole > 0 ? (part * 100 + whole - 1) / whole * 10 : 0;
}

static void
shares(const struct vminfo64 *v, FILE *out)
{
	int64_t lruable = v->memsizepgs - v->pfrsvdblks;

	tenths(out, level(v->minperm, lruable), "minperm percentage");
	tenths(out, level(v->maxperm, lruable), "maxperm percentage");
	tenths(out, share(v->numperm, lruable), "numperm percentage");
	line(out, v->numperm, "file pages");
	tenths(out, share(v->numcompress, lruable), "compressed percentage");
	line(out, v->numcompress, "compressed pages");
	tenths(out, share(v->numclient, lruable), "numclient percentage");
	tenths(out, level(v->maxclient, lruable), "maxclient percentage");
	line(out, v->numclient, "client pages");
}

void
vmstat_memory(const struct vmstat_data *d, FILE *out)
{
	static const char *const blocked[] = {
		"pending disk I/Os blocked with no pbuf",
		"paging space I/Os blocked with no psbuf",
		"filesystem I/Os blocked with no fsbuf",
		"client filesystem I/Os blocked with no fsbuf",
		"external pager filesystem I/Os blocked with no fsbuf",
	};
	const struct vminfo64 *v = &d->v;
	int64_t pinned = v->numwsegpin + v->numpsegpin + v->numclsegpin +
	    v->unmngd_pgs;

	line(out, v->memsizepgs, "memory pages");
	line(out, v->memsizepgs - v->pfrsvdblks, "lruable pages");
	line(out, v->numfrb, "free pages");
	line(out, 1, "memory pools");
	line(out, pinned, "pinned pages");
	tenths(out, level(pinned + v->pfavail, v->memsizepgs),
	    "maxpin percentage");
	shares(v, out);
	line(out, v->numremote, "remote pageouts scheduled");
	for (size_t i = 0; i < sizeof(blocked) / sizeof(blocked[0]); i++)
		line(out, 0, blocked[i]);
	tenths(out,
	    share(v->memsizepgs - v->numfrb - v->numperm, v->memsizepgs),
	    "percentage of memory used for computational pages");
}
