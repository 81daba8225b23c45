/*
 * Reading a map: a process's entries are shown as `show map' prints them; how
 * much may be written, how much is there, and what would an access do?
 */
#include <inttypes.h>
#include <string.h>

#include "drill_kinds.h"

#define MAXAREAS 8

struct area {
	vaddr_t start;
	unsigned pages;
	int prot; /* probe */
};

struct maps {
	struct area area[MAXAREAS];
	unsigned n;
};

struct style {
	const char *prot, *file; /* file NULL: anonymous */
	bool shared;
};

static const struct style program[] = { { "rx", "/bin/prog", false },
	{ "rw", "/bin/prog", false }, { "rw", NULL, false },
	{ "rx", "/lib/libc.so", false }, { "rw", "/lib/libc.so", false },
	{ "none", NULL, false }, { "rw", "/var/data", true },
	{ "r", "/etc/table", true } };

/* Map it behind the others, with a gap or without, and touch some of it. */
static void
add_area(struct wl_drill *d, struct maps *m, const struct style *s, vaddr_t *at)
{
	struct area *a = &m->area[m->n++];
	unsigned touched;
	char file[60] = "anon";

	*at += (s->prot[1] == 'x' ? wl_draw(d, 8, 60) : 0) << 12;
	a->start = *at;
	a->pages = (unsigned)wl_draw(d, 1, 14);
	touched = (unsigned)wl_draw(d, 0, a->pages);
	if (s->file != NULL)
		snprintf(file, sizeof(file), "file %s offset %uK", s->file,
		    4 * (unsigned)wl_draw(d, 0, 3));
	wl_hide(d, "a: mmap %uK %s %s %s at 0x%" PRIx64 " fixed", 4 * a->pages,
	    s->prot, s->shared ? "shared" : "private", file, a->start);
	if (touched > 0 && s->prot[0] == 'r')
		wl_hide(d, "a: %s 0x%" PRIx64 " %uK",
		    s->prot[1] == 'w' ? "write" : "read", a->start,
		    4 * touched);
	*at += ((vaddr_t)a->pages << 12) + (wl_draw(d, 0, 1) << 13);
}

static void
ask_access(struct wl_drill *d, vaddr_t va, const char *how, int *result,
    unsigned *item)
{
	*result = wl_try(d, "a: %s 0x%" PRIx64, how, va);
	*item = wl_ask(d, -1, "A %s at 0x%" PRIx64 ": ok, accerr or maperr?",
	    how, va);
}

static void
judge(struct wl_drill *d, int result, unsigned item)
{
	const char *got = wl_probed(d, result);

	if (wl_done_well(d, result)) {
		wl_right(d, item, "ok");
		wl_why(d, item, "the entry that holds it has the right.");
	} else if (strstr(got, "MAPERR") != NULL) {
		wl_right(d, item, "maperr");
		wl_why(d, item,
		    "the address lies between two entries: nothing is mapped "
		    "there (SEGV_MAPERR).");
	} else {
		wl_right(d, item, "accerr");
		wl_why(d, item,
		    "the entry that holds it does not have the right "
		    "(SEGV_ACCERR).");
	}
}

void
wl_drill_maps(struct wl_drill *d)
{
	struct maps m = { 0 };
	vaddr_t at = wl_draw(d, 1, 0xff) << 16, va;
	unsigned item[3], writable, there, entry, sum = 0, one;
	const unsigned left_out = (unsigned)wl_draw(d, 0, NELEM(program) - 1);
	const char *how = "write";
	int result[3], shown;

	wl_hide(d, "machine ram=4M personality=linux");
	wl_hide(d,
	    "file /bin/prog 128K\nfile /lib/libc.so 128K\n"
	    "file /var/data 128K\nfile /etc/table 128K");
	d->line += 3;
	wl_hide(d, "spawn a image=none");
	for (unsigned i = 0; i < NELEM(program); i++)
		if (i != left_out)
			add_area(d, &m, &program[i], &at);
	wl_hide(d, "show map a");
	shown = wl_probe(d, "a resident");
	for (unsigned i = 0; i < m.n; i++)
		m.area[i].prot = wl_probe(d, "a prot 0x%" PRIx64,
		    m.area[i].start);
	writable = wl_ask(d, -1, "How many K may the process write to?");
	there = wl_ask(d, shown,
	    "How many pages of its mappings are in memory (RES)?");
	one = (unsigned)wl_draw(d, 0, m.n - 1);
	va = m.area[one].start + (wl_draw(d, 0, m.area[one].pages - 1) << 12);
	va += wl_draw(d, 0, 0xfff);
	entry = wl_ask(d, -1,
	    "At which address begins the entry that holds 0x%" PRIx64 "?", va);
	for (unsigned i = 0; i < 3; i++) {
		const struct area *a = &m.area[wl_draw(d, 0, m.n - 1)];

		if (i == 1)
			how = "read";
		ask_access(d,
		    a->start + ((i == 2 ? a->pages : 0u) << 12) +
			wl_draw(d, 0, 0xfff),
		    how, &result[i], &item[i]);
	}
	if (!wl_drill_run(d, NULL, NULL))
		return;
	wl_say(d,
	    "This is the map of a process; pages are 4K, and nothing else is "
	    "mapped.");
	wl_put(d, "%s", "");
	wl_put_said(d, shown);
	for (unsigned i = 0; i < m.n; i++)
		if (wl_probed(d, m.area[i].prot)[1] == 'w')
			sum += 4 * m.area[i].pages;
	d->item[writable].unit = 'K';
	wl_right(d, writable, "%uK", sum);
	wl_why(d, writable, "the sizes of the entries with a w in PROT.");
	wl_why(d, there,
	    "the sum of the column RES; a mapping is a promise, and this is "
	    "what has been kept of it.");
	wl_right(d, entry, "0x%" PRIx64, m.area[one].start);
	wl_why(d, entry,
	    "START is at or below the address, and END is above it; END "
	    "itself is no more part of the entry.");
	for (unsigned i = 0; i < 3; i++)
		judge(d, result[i], item[i]);
}
