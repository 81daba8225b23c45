/*
 * Faults: what each access of a short program does.
 *
 * The machine's counters before and after the access say it; an access that is
 * refused says so itself.
 */
#include <string.h>

#include "drill_kinds.h"

#define ACCESSES 8
#define NCOUNTERS 5

static const char *const counters[NCOUNTERS] = { "flt_acow", "flt_prcopy",
	"flt_przero", "flt_obj", "faults" };

struct outcome {
	const char *word, *why;
};

static const struct outcome outcomes[] = {
	{ "copy",
	    "the page is shared with somebody, or is the file's, and "
	    "this is a write: the writer gets a copy of its own" },
	{ "copy",
	    "the page is the file's, the mapping private, and this is a "
	    "write: the writer gets a copy of its own" },
	{ "zero", "nothing was there: a frame is taken and filled with zeros" },
	{ "file",
	    "the page of the file itself is mapped, read in first if "
	    "need be" },
	{ "map",
	    "the page is in memory and nobody has to be spared: only the "
	    "page table entry is made or gets its right" },
	{ "hit", "the page table allows the access: there is no fault" },
};

struct access {
	int result;                              /* probe of the operation */
	int before[NCOUNTERS], after[NCOUNTERS]; /* probes of counters */
	unsigned item;
};

static void
probe_counters(struct wl_drill *d, int probe[NCOUNTERS])
{
	for (unsigned i = 0; i < NCOUNTERS; i++)
		probe[i] = wl_probe(d, "machine %s", counters[i]);
}

/* Where: text, data or heap, or behind the end of one of them. */
static void
draw_access(struct wl_drill *d, bool forked, char *buf, size_t len)
{
	static const char *const area[] = { "text", "data", "heap", "heap" };
	const char *what = area[wl_draw(d, 0, 3)], *how = "read";
	unsigned page = (unsigned)wl_draw(d, 0, 2);
	char at[24];

	if (wl_draw_once_in(d, 7))
		page = 4 + (unsigned)wl_draw(d, 0, 1);
	if (wl_draw_once_in(d, strcmp(what, "text") == 0 ? 4 : 2))
		how = "write";
	else if (strcmp(what, "text") == 0)
		how = "fetch";
	snprintf(buf, len, "%c: %s %s",
	    forked && wl_draw_once_in(d, 2) ? 'b' : 'a', how,
	    wl_place(at, what, page));
}

static const struct outcome *
outcome_of(const struct wl_drill *d, const struct access *a)
{
	for (unsigned i = 0; i < NCOUNTERS; i++)
		if (wl_number(d, a->after[i]) > wl_number(d, a->before[i]))
			return &outcomes[i];
	return &outcomes[NCOUNTERS];
}

static void
judge(struct wl_drill *d, const struct access *a)
{
	const struct outcome *o;

	if (wl_done_well(d, a->result)) {
		o = outcome_of(d, a);
		wl_right(d, a->item, "%s", o->word);
		wl_why(d, a->item, "%s.", o->why);
	} else if (strstr(wl_probed(d, a->result), "MAPERR") != NULL) {
		wl_right(d, a->item, "maperr");
		wl_why(d, a->item,
		    "no entry of the map holds the address: SIGSEGV, "
		    "SEGV_MAPERR.");
	} else {
		wl_right(d, a->item, "accerr");
		wl_why(d, a->item,
		    "an entry holds the address, but does not allow this: "
		    "SIGSEGV, SEGV_ACCERR.");
	}
}

static void
begin(struct wl_drill *d)
{
	static const char *const script[] = { "machine ram=4M",
		"file /prog 16K", "file /data 16K", "spawn a image=none",
		"a: text = mmap 16K rx private file /prog at 4M fixed",
		"a: data = mmap 16K rw private file /data at 5M fixed",
		"a: heap = mmap 16K rw private anon at 6M fixed",
		"a: madvise text 16K random", "a: madvise data 16K random",
		"a: madvise heap 16K random" };

	for (size_t i = 0; i < NELEM(script); i++)
		wl_hide(d, "%s", script[i]);
	wl_say(d,
	    "A process has three private mappings of four pages of 4K each: "
	    "text (r-x) and data (rw-), of files, and heap (rw-), "
	    "anonymous; behind each nothing is mapped.  Nothing has been "
	    "touched, and a fault maps no neighbours.  What does each of "
	    "these accesses do, one after the other?  A process that is "
	    "refused goes on with the next one.");
	wl_put(d, "%s", "");
	wl_put(d, "    hit     no fault");
	wl_put(d, "    zero    a page of zeros is made");
	wl_put(d, "    file    the file's own page is mapped");
	wl_put(d, "    copy    a page is copied");
	wl_put(d,
	    "    map     the page is there and is mapped, or may be "
	    "written from now on");
	wl_put(d, "    accerr  refused: the mapping does not allow it");
	wl_put(d, "    maperr  refused: nothing is mapped there");
}

void
wl_drill_faults(struct wl_drill *d)
{
	struct access a[ACCESSES];
	const unsigned fork = (unsigned)wl_draw(d, 3, 4);
	char text[60];

	begin(d);
	for (unsigned i = 0; i < ACCESSES; i++) {
		if (i == fork)
			wl_hide(d, "a: fork b");
		do
			draw_access(d, i >= fork, text, sizeof(text));
		while (i == 0 && strchr(text, 'w') == NULL);
		probe_counters(d, a[i].before);
		a[i].result = wl_try(d, "%s", text);
		a[i].item = wl_ask(d, -1, "%s%s",
		    i == fork ? "After a has forked b: " : "", text);
		wl_hide(d, "explain");
		probe_counters(d, a[i].after);
		wl_story_of(d, a[i].item, a[i].after[0]);
	}
	if (!wl_drill_run(d, NULL, NULL))
		return;
	for (unsigned i = 0; i < ACCESSES; i++)
		judge(d, &a[i]);
}
