/*
 * procmap's styles, each a table row of what it prints before the entries, for
 * an entry and after them.
 *
 *	-m	the map file of *BSD's /proc
 *	-l	the maps file of its Linux look-alike
 *	-d	as ddb(4) prints a map
 *	-s	Solaris
 *	-a	all of it
 *
 * Whatever their order on the command line, an entry is printed in this order.
 * Widths are minima: what is larger pushes the rest of the line to the right.
 */
#include <inttypes.h>
#include <string.h>

#include "procmap.h"

#define LX "%" PRIx64

static char
letter(int bits, int bit, char c)
{
	return bits & bit ? c : '-';
}

/* rwx, "-" for what is missing */
static const char *
rwx(int prot, char text[4])
{
	text[0] = letter(prot, PROCMAP_READ, 'r');
	text[1] = letter(prot, PROCMAP_WRITE, 'w');
	text[2] = letter(prot, PROCMAP_EXEC, 'x');
	text[3] = '\0';
	return text;
}

static bool
is(const struct procmap_entry *e, int etype)
{
	return (e->etype & etype) != 0;
}

/* OpenBSD's dev_t: the minor number's upper part is above the major's. */
static int
major(uint32_t dev)
{
	return (int)(dev >> 8 & 0xff);
}

static int
minor(uint32_t dev)
{
	return (int)((dev & 0xff) | (dev & 0xffff0000) >> 8);
}

/* ----------------------------------------------------------------- -m ---- */

static void
line_m(struct procmap *pm, const struct procmap_line *l)
{
	const struct procmap_entry *e = l->e;
	char prot[4], max[4];

	fprintf(pm->out, "0x" LX " 0x" LX " %s %s %s %s %d %d %d", e->start,
	    e->end, rwx(e->protection, prot), rwx(e->max_protection, max),
	    is(e, PROCMAP_ET_COW) ? "COW" : "NCOW",
	    is(e, PROCMAP_ET_NEEDSCOPY) ? "NC" : "NNC", e->inheritance,
	    e->wired_count, e->advice);
	if (pm->opt.verbose) {
		if (l->ino != 0)
			fprintf(pm->out, " %d,%d %d", major(l->dev),
			    minor(l->dev), l->ino);
		if (l->name[0] != '\0')
			fprintf(pm->out, " %s", l->name);
	}
	fputc('\n', pm->out);
}

/* ----------------------------------------------------------------- -l ---- */

/*
 * The name stands there if there is an inode.  The manual page promises it of
 * all entries with -v, but the program of 2004 made no difference.
 */
static void
line_l(struct procmap *pm, const struct procmap_line *l)
{
	const struct procmap_entry *e = l->e;
	bool named = l->ino != 0 ||
	    (pm->opt.verbose && pm->opt.compat == PROCMAP_MANUAL);
	char prot[4];

	fprintf(pm->out, "%0*" PRIx64 "-%0*" PRIx64 " %s%c %0*" PRIx64, pm->w,
	    e->start, pm->w, e->end, rwx(e->protection, prot),
	    is(e, PROCMAP_ET_COW) ? 'p' : 's', pm->w, e->offset);
	fprintf(pm->out, " %02x:%02x %d     %s\n", (unsigned)major(l->dev),
	    (unsigned)minor(l->dev), l->ino, named ? l->name : "");
}

/* ----------------------------------------------------------------- -d ---- */

static void
head_d(struct procmap *pm, const struct procmap_map *m)
{
	fprintf(pm->out, "MAP 0x" LX ": [0x" LX "->0x" LX "]\n", m->addr,
	    m->header.start, m->header.end);
	fprintf(pm->out,
	    "\t#ent=%d, sz=%" PRId64 ", ref=%d, version=%d, flags=0x%x\n",
	    m->nentries, m->signed_size, m->ref_count, (int)m->timestamp,
	    m->flags);
	fprintf(pm->out, "\tpmap=0x" LX "(resident=<unknown>)\n", m->pmap);
}

static char
truth(const struct procmap_entry *e, int etype)
{
	return is(e, etype) ? 'T' : 'F';
}

static void
line_d(struct procmap *pm, const struct procmap_line *l)
{
	const struct procmap_entry *e = l->e;

	fprintf(pm->out,
	    " - 0x" LX ": 0x" LX "->0x" LX ": obj=0x" LX "/0x" LX ", amap=0x" LX
	    "/%d\n",
	    e->addr, e->start, e->end, e->object, e->offset, e->amap,
	    e->pageoff);
	fprintf(pm->out,
	    "\tsubmap=%c, cow=%c, nc=%c, prot(max)=%d/%d, inh=%d, wc=%d,"
	    " adv=%d\n",
	    truth(e, PROCMAP_ET_SUBMAP), truth(e, PROCMAP_ET_COW),
	    truth(e, PROCMAP_ET_NEEDSCOPY), e->protection, e->max_protection,
	    e->inheritance, e->wired_count, e->advice);
	if (!pm->opt.verbose)
		return;
	if (l->ino != 0)
		fprintf(pm->out, "\t(dev=%d,%d ino=%d [%s] [0x" LX "])\n",
		    major(l->dev), minor(l->dev), l->ino, l->name, l->vnode);
	else if (l->name[0] == ' ')
		fprintf(pm->out, "\t(%s)\n", &l->name[2]);
}

/* ----------------------------------------------------------------- -s ---- */

const char *
procmap_words(int prot, bool shared, char text[PROCMAP_WORDS])
{
	snprintf(text, PROCMAP_WORDS, "%s%s%s%s",
	    prot & PROCMAP_READ ? "/read" : "",
	    prot & PROCMAP_WRITE ? "/write" : "",
	    prot & PROCMAP_EXEC ? "/exec" : "", shared ? "/shared" : "");
	return text[0] != '\0' ? &text[1] : text;
}

static void
line_s(struct procmap *pm, const struct procmap_line *l)
{
	const struct procmap_entry *e = l->e;
	char words[PROCMAP_WORDS];

	fprintf(pm->out, "%0*" PRIX64 " %6" PRIu64 "K %-15s   %s\n", pm->w,
	    e->start, l->kbytes, procmap_words(e->protection, false, words),
	    l->name);
}

static void
total_s(struct procmap *pm, uint64_t kbytes)
{
	fprintf(pm->out, "%-*s %8" PRIu64 "K\n", pm->w - 2, " total", kbytes);
}

/* ----------------------------------------------------------------- -a ---- */

static void
head_a(struct procmap *pm, const struct procmap_map *m)
{
	(void)m;
	fprintf(pm->out,
	    "%-*s %-*s %8s %-*s rwxpc  RWX  I/W/A Dev  %8s - File\n", pm->w,
	    "Start", pm->w, "End", "Size ", pm->w, "Offset", "Inode");
}

static void
line_a(struct procmap *pm, const struct procmap_line *l)
{
	const struct procmap_entry *e = l->e;
	uint64_t last = e->start != e->end ? e->end - 1 : e->end;
	char prot[4], max[4];

	fprintf(pm->out, "%0*" PRIx64 "-%0*" PRIx64 " %7" PRIu64 "k %0*" PRIx64,
	    pm->w, e->start, pm->w, last, l->kbytes, pm->w, e->offset);
	fprintf(pm->out, " %s%c%c (%s) %d/%d/%d %02d:%02d %7d - %s",
	    rwx(e->protection, prot), is(e, PROCMAP_ET_COW) ? 'p' : 's',
	    is(e, PROCMAP_ET_NEEDSCOPY) ? '+' : '-',
	    rwx(e->max_protection, max), e->inheritance, e->wired_count,
	    e->advice, major(l->dev), minor(l->dev), l->ino, l->name);
	if (l->vnode != 0)
		fprintf(pm->out, " [0x" LX "]", l->vnode);
	fputc('\n', pm->out);
}

static void
total_a(struct procmap *pm, uint64_t kbytes)
{
	fprintf(pm->out, "%-*s %9" PRIu64 "k\n", 2 * pm->w - 1, " total",
	    kbytes);
}

/* -------------------------------------------------------------- table ---- */

enum style { STYLE_M, STYLE_L, STYLE_D, STYLE_S, STYLE_A, NSTYLES };

static const struct {
	void (*head)(struct procmap *, const struct procmap_map *);
	void (*line)(struct procmap *, const struct procmap_line *);
	void (*total)(struct procmap *, uint64_t kbytes);
} styles[NSTYLES] = {
	[STYLE_M] = { NULL, line_m, NULL },
	[STYLE_L] = { NULL, line_l, NULL },
	[STYLE_D] = { head_d, line_d, NULL },
	[STYLE_S] = { NULL, line_s, total_s },
	[STYLE_A] = { head_a, line_a, total_a },
};

static bool
chosen(const struct procmap_options *o, enum style style)
{
	switch (style) {
	case STYLE_M: return o->map;
	case STYLE_L: return o->linux_maps;
	case STYLE_D: return o->ddb;
	case STYLE_S: return o->solaris;
	default: return o->all;
	}
}

/* -D4 stands between the heads of -d and -a. */
void
procmap_print_head(struct procmap *pm, const struct procmap_map *m)
{
	enum style s;

	for (s = 0; s < NSTYLES; s++) {
		if (s == STYLE_A && (pm->opt.debug & PROCMAP_D_HEADER))
			procmap_dump_entry(pm, "vm_map.header", &m->header);
		if (chosen(&pm->opt, s) && styles[s].head != NULL)
			styles[s].head(pm, m);
	}
}

void
procmap_print_line(struct procmap *pm, const struct procmap_line *l)
{
	enum style s;

	for (s = 0; s < NSTYLES; s++)
		if (chosen(&pm->opt, s))
			styles[s].line(pm, l);
}

void
procmap_print_totals(struct procmap *pm, uint64_t kbytes)
{
	enum style s;

	for (s = 0; s < NSTYLES; s++)
		if (chosen(&pm->opt, s) && styles[s].total != NULL)
			styles[s].total(pm, kbytes);
}
