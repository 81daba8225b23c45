/*
 * Showing: the table, reading of the statement, and the short kinds.
 */
#include <inttypes.h>
#include <string.h>

#include "parse.h"
#include "show.h"
#include "usage.h"
#include "sim/stats.h"

#define COLUMNS 3 /* of show stats */

/* Counters that are not 0, by name, in columns. */
static bool
show_stats(const struct wl_view *v)
{
	struct sim_stat st;
	unsigned column = 0;

	for (size_t i = 0; sim_stat_at(v->m, i, &st); i++) {
		if (st.value == 0)
			continue;
		fprintf(v->fp, "%-14s%11" PRIu64 "%s", st.name, st.value,
		    ++column % COLUMNS == 0 ? "\n" : " ");
	}
	if (column % COLUMNS != 0)
		putc('\n', v->fp);
	return true;
}

static bool
show_clock(const struct wl_view *v)
{
	uint64_t ns = sim_clock(v->m);

	fprintf(v->fp, "clock %" PRIu64 ".%09" PRIu64 " s\n", ns / 1000000000,
	    ns % 1000000000);
	return true;
}

static bool
show_error(const struct wl_view *v)
{
	char text[300];

	wl_error_text(&v->ex->error, text, sizeof(text));
	fprintf(v->fp, "%s\n", text);
	return true;
}

static bool
show_processes(const struct wl_view *v)
{
	struct process *p, *next;
	char size[32];

	fprintf(v->fp,
	    "  PID  PPID NAME             SYSTEM       SIZE "
	    "RESIDENT ENTRIES STATE\n");
	HASH_ITER(hh, v->m->procs, p, next) {
		fprintf(v->fp, "%5d %5d %-16s %-8s ", p->pid, p->ppid, p->name,
		    p->personality->name);
		if (p->vmspace == NULL) {
			if (p->exit_signal != 0)
				fprintf(v->fp, "%27s killed %s\n", "",
				    wl_signal_name((uint64_t)p->exit_signal));
			else
				fprintf(v->fp, "%27s exited %d\n", "",
				    p->exit_status);
			continue;
		}
		wl_size_text(p->vmspace->vm_map.size, size, sizeof(size));
		fprintf(v->fp, "%8s %8" PRIu64 " %7" PRIu32 " running\n", size,
		    p->vmspace->vm_map.pmap->resident,
		    p->vmspace->vm_map.nentries);
	}
	return true;
}

static bool
show_names(const struct wl_view *v)
{
	const struct wl_known *k = wl_known(v->ex, v->p->pid);

	for (size_t i = 0; k != NULL && i < k->n; i++)
		fprintf(v->fp, "%s: %s = 0x%" PRIx64 "\n", v->p->name,
		    k->value[i].name, k->value[i].value);
	return true;
}

static bool
show_tunables(const struct wl_view *v)
{
	for (size_t i = 0; sim_tunable_rows[i].name != NULL; i++)
		fprintf(v->fp, "%s %" PRIu64 "\n", sim_tunable_rows[i].name,
		    *sim_tunable_at(v->m, i));
	return true;
}

const struct wl_show_kind wl_show_kinds[] = {
	{ "map", WL_SH_PROC, wl_show_map }, { "ddb", WL_SH_PROC, wl_show_ddb },
	{ "pages", WL_SH_RANGE, wl_show_pages },
	{ "pte", WL_SH_ADDR, wl_show_pte },
	{ "amap", WL_SH_ADDR, wl_show_amap },
	{ "object", WL_SH_ADDR_OR_PATH, wl_show_object },
	{ "frames", WL_SH_NONE, wl_show_frames },
	{ "queues", WL_SH_NONE, wl_show_queues },
	{ "daemon", WL_SH_NONE, wl_show_daemon },
	{ "swap", WL_SH_NONE, wl_show_swap },
	{ "disk", WL_SH_NONE, wl_show_disk },
	{ "stats", WL_SH_NONE, show_stats },
	{ "processes", WL_SH_NONE, show_processes },
	{ "names", WL_SH_PROC, show_names },
	{ "error", WL_SH_NONE, show_error },
	{ "clock", WL_SH_NONE, show_clock },
	{ "procmap", WL_SH_TOOL, wl_show_tool },
	{ "procstat", WL_SH_TOOL, wl_show_tool },
	{ "vmstat", WL_SH_TOOL, wl_show_tool },
	{ "superpages", WL_SH_NONE, wl_show_superpages },
	{ "reservations", WL_SH_NONE, wl_show_reservations },
	{ "domains", WL_SH_NONE, wl_show_domains },
	{ "tlb", WL_SH_NONE, wl_show_tlb }, { "rss", WL_SH_NONE, wl_show_rss },
	{ "wset", WL_SH_NONE, wl_show_wset },
	{ "usage", WL_SH_NONE, wl_show_usage },
	{ "tunables", WL_SH_NONE, show_tunables }, { NULL, 0, NULL }
};

/* ---------------------------------------------------------- reading ---- */

static const struct wl_show_kind *
get_kind(struct wl_parser *ps)
{
	const char *names[NELEM(wl_show_kinds)];
	char word[32];
	size_t n = 0;

	for (; wl_show_kinds[n].name != NULL; n++) {
		if (wl_try_word(ps, wl_show_kinds[n].name))
			return &wl_show_kinds[n];
		names[n] = wl_show_kinds[n].name;
	}
	if (wl_peek_word(ps, word, sizeof(word)) == 0)
		wl_expected(ps, "what to show, such as map or stats");
	else
		wl_unknown(ps, ps->at, "thing to show:", word, names, n);
	return NULL;
}

struct wl_show *
wl_get_show(struct wl_parser *ps)
{
	struct wl_show *s = wl_new(ps, sizeof(*s));

	if (s == NULL || (s->kind = get_kind(ps)) == NULL ||
	    s->kind->args == WL_SH_NONE)
		return s;
	if (s->kind->args == WL_SH_TOOL) {
		(void)wl_get_tool(ps, s);
		return s;
	}
	wl_skip(ps);
	if (s->kind->args == WL_SH_ADDR_OR_PATH && *ps->at != '\0' &&
	    strchr("/\"", *ps->at) != NULL) {
		s->path = wl_get_path(ps, "a path");
		return s;
	}
	s->proc = wl_get_proc(ps);
	if (s->kind->args != WL_SH_PROC)
		s->addr = wl_get_expr(ps, "an address");
	if (s->kind->args == WL_SH_RANGE && !wl_at_end(ps))
		s->len = wl_get_expr(ps, "a length such as 16K");
	return s;
}

/* ---------------------------------------------------------- showing ---- */

bool
wl_show(struct wl_exec *ex, const struct wl_show *s)
{
	struct wl_view v = { .ex = ex,
		.fp = ex->run->out,
		.m = ex->m,
		.show = s,
		.path = s->path };

	if (s->proc != NULL &&
	    ((v.p = wl_process(ex, s->proc)) == NULL ||
		!wl_eval(ex, v.p, s->addr, &v.va) ||
		!wl_eval(ex, v.p, s->len, &v.len)))
		return false;
	if (v.p != NULL && v.p->vmspace == NULL)
		return wl_stop(ex, 0, "process %s has exited", s->proc);
	return v.fp == NULL || s->kind->show(&v);
}

const char *
wl_prot_text(vm_prot_t prot, char buf[4])
{
	buf[0] = prot & VM_PROT_READ ? 'r' : '-';
	buf[1] = prot & VM_PROT_WRITE ? 'w' : '-';
	buf[2] = prot & VM_PROT_EXEC ? 'x' : '-';
	buf[3] = '\0';
	return buf;
}
