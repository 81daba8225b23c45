/*
 * What processes have of memory, and use of it: show rss, show wset.
 */
#include <inttypes.h>

#include "show.h"

/* Bytes in K, rounded down. */
static uint64_t
kilo(uint64_t bytes)
{
	return bytes >> 10;
}

static uint64_t
pages_kilo(const struct wl_view *v, uint64_t pages)
{
	return kilo(pages << v->m->page_shift);
}

static void
rss_row(const struct wl_view *v, const struct wl_usage *u)
{
	fprintf(v->fp,
	    " %10" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64
	    "\n",
	    kilo(u->size), pages_kilo(v, u->has.rss),
	    kilo(u->has.pss >> SIM_PSS_SHIFT), pages_kilo(v, u->has.shared),
	    pages_kilo(v, u->has.dirty));
}

/* A row a process; vfork's child has its parent's memory. */
static void
each(const struct wl_view *v,
    void (*row)(const struct wl_view *, const struct wl_usage *))
{
	struct process *p, *next;
	struct wl_usage u;

	HASH_ITER(hh, v->m->procs, p, next) {
		if (p->vmspace == NULL || p == v->m->kernel)
			continue;
		wl_usage(&v->ex->sampler, p, &u);
		fprintf(v->fp, "%6d %-16s", p->pid, p->name);
		row(v, &u);
	}
}

bool
wl_show_rss(const struct wl_view *v)
{
	struct wl_total t;

	fprintf(v->fp, "%6s %-16s %10s %9s %9s %9s %9s\n", "PID", "NAME",
	    "SIZE K", "RSS K", "PSS K", "SHARED K", "DIRTY K");
	each(v, rss_row);
	wl_total(&v->ex->sampler, &t);
	fprintf(v->fp, "%6s %-16s", "", "all");
	rss_row(v, &t.use);
	return true;
}

static void
wset_row(const struct wl_view *v, const struct wl_usage *u)
{
	(void)v;
	fprintf(v->fp,
	    " %9" PRIu64 " %9" PRIu64 " %11" PRIu64 " %9" PRIu64 " %9" PRIu64
	    " %9.6f\n",
	    u->has.referenced, u->has.rss, u->refs, u->faults, u->majors,
	    u->refs > 0 ? (double)u->faults / (double)u->refs : 0);
}

bool
wl_show_wset(const struct wl_view *v)
{
	struct wl_total t;

	fprintf(v->fp, "%6s %-16s %9s %9s %11s %9s %9s %9s\n", "PID", "NAME",
	    "WSET", "RSS", "REFERENCES", "FAULTS", "MAJOR", "PFF");
	each(v, wset_row);
	wl_total(&v->ex->sampler, &t);
	fprintf(v->fp, "%6s %-16s", "", "all");
	wset_row(v, &t.use);
	fprintf(v->fp,
	    "frames %" PRIu64 ", free %" PRIu64 ", went out %" PRIu64
	    ", thrashing: %s\n",
	    t.frames, t.free, t.evicted, t.thrashing ? "yes" : "no");
	return true;
}
