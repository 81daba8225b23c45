/*
 * Showing of the page daemon: what it aims at, where it stands, and what it has
 * done.  A row for each daemon; counters that are 0 are left out.
 */
#include <inttypes.h>

#include "show.h"
#include "vm/vm_daemon_aix.h"
#include "vm/vm_daemon_freebsd.h"
#include "vm/vm_daemon_uvm.h"

#define COLUMNS 3

/* Counters by name, in columns. */
struct counters {
	FILE *fp;
	unsigned column;
};

static void
put_counter(struct counters *c, const char *name, uint64_t value)
{
	if (value == 0)
		return;
	fprintf(c->fp, "%s%-14s%11" PRIu64, c->column % COLUMNS ? " " : "",
	    name, value);
	if (++c->column % COLUMNS == 0)
		putc('\n', c->fp);
}

static void
end_counters(const struct counters *c)
{
	if (c->column % COLUMNS != 0)
		putc('\n', c->fp);
}

/* ----------------------------------------------------------------- uvm ---- */

static void
put_kind(const struct wl_view *v, const char *name, uint64_t pages, unsigned k)
{
	const struct uvmexp *x = &v->m->vm.exp;
	const struct vm_uvm *u = v->m->vm.pageout.state;
	const uint64_t all = x->active + x->inactive + x->free;

	fprintf(v->fp,
	    "%-6s %10" PRIu64 " %5" PRIu64 " %5" PRIu32 " %5" PRIu32
	    " %10" PRIu64 "\n",
	    name, pages, all > 0 ? pages * 100 / all : 0, u->min[k], u->max[k],
	    u->react[k]);
}

static void
show_uvm(const struct wl_view *v)
{
	const struct uvmexp *x = &v->m->vm.exp;
	const struct vm_uvm *u = v->m->vm.pageout.state;
	struct counters c = { v->fp, 0 };
	const uint64_t file = x->filepages - x->execpages;

	fprintf(v->fp,
	    "freemin %" PRIu64 ", freetarg %" PRIu64 ", inactarg %" PRIu64
	    " (%" PRIu32 "%%)\n",
	    x->freemin, x->freetarg, u->inactarg, u->inactive);
	fprintf(v->fp, "%-6s %10s %5s %5s %5s %10s\n", "KIND", "PAGES", "%",
	    "MIN", "MAX", "KEPT");
	put_kind(v, "anon", x->anonpages, VM_UVM_ANON);
	put_kind(v, "file", file, VM_UVM_FILE);
	put_kind(v, "exec", x->execpages, VM_UVM_EXEC);
	put_counter(&c, "pdwoke", x->pdwoke);
	put_counter(&c, "pdrevs", x->pdrevs);
	put_counter(&c, "pdscans", x->pdscans);
	put_counter(&c, "pdfreed", x->pdfreed);
	put_counter(&c, "pdreact", x->pdreact);
	put_counter(&c, "pddeact", x->pddeact);
	put_counter(&c, "pdpageouts", x->pdpageouts);
	put_counter(&c, "dirtyreacts", u->dirtyreacts);
	end_counters(&c);
}

/* ------------------------------------------------------------- freebsd ---- */

static void
put_levels(const struct wl_view *v, unsigned d)
{
	const struct vm_fbsd_levels *l = &vm_fbsd(&v->m->vm)->domain[d].level;
	pfn_t first, end;

	vm_phys_range(&v->m->vm, d, &first, &end);
	fprintf(v->fp,
	    "domain %u: %" PRIu64 " of %" PRIu32 " frames are free\n", d,
	    vm_phys_nfree(&v->m->vm, d), end - first);
	fprintf(v->fp,
	    "  reserved %" PRIu64 ", severe %" PRIu64 ", min %" PRIu64
	    ", target %" PRIu64 ", wakeup %" PRIu64 "\n",
	    l->free_reserved, l->free_severe, l->free_min, l->free_target,
	    l->wakeup);
}

static void
put_queues(const struct wl_view *v, unsigned d)
{
	const struct vm *vm = &v->m->vm;
	const struct vm_fbsd_domain *dom = &vm_fbsd(vm)->domain[d];

	fprintf(v->fp,
	    "  active %" PRIu64 ", inactive %" PRIu64 " of %" PRIu64
	    ", laundry %" PRIu64 ", unswappable %" PRIu64 "\n",
	    vm_fbsd_queued(vm, d, PQ_ACTIVE),
	    vm_fbsd_queued(vm, d, PQ_INACTIVE), dom->level.inactive_target,
	    vm_fbsd_queued(vm, d, PQ_LAUNDRY),
	    vm_fbsd_queued(vm, d, PQ_UNSWAPPABLE));
	if (dom->hand != 0)
		fprintf(v->fp,
		    "  the clock's hand is at frame %" PRIu32
		    ", its round ends with %" PRIu32 "\n",
		    dom->hand, dom->limit);
}

static void
put_controller(const struct wl_view *v, unsigned d)
{
	static const char *const requests[] = {
		[FBSD_IDLE] = "nothing is asked for",
		[FBSD_BACKGROUND] = "background is asked for",
		[FBSD_SHORTFALL] = "shortfall is asked for",
	};
	const struct vm_fbsd *st = vm_fbsd(&v->m->vm);
	const struct vm_fbsd_domain *dom = &st->domain[d];
	const struct vm_pid *p = &dom->pid;

	fprintf(v->fp,
	    "  controller: error %" PRId64 ", integral %" PRIu64
	    ", derivative %" PRId64 ", output %" PRIu64 "\n",
	    p->error, p->integral, p->derivative, p->output);
	fprintf(v->fp,
	    "  laundry: %s, target %" PRIu64 ", %" PRIu64
	    " clean pages freed since\n",
	    requests[dom->laundry.request], dom->laundry.target,
	    dom->laundry.nfreed);
	fprintf(v->fp, "  fruitless passes: %" PRIu32 " of %" PRIu32 "\n",
	    dom->fruitless, st->oom_seq);
}

/* How many active pages have which act_count. */
static void
put_act_counts(const struct wl_view *v)
{
	static const struct {
		unsigned from, to;
	} rows[] = { { 0, 0 }, { 1, 4 }, { 5, 8 }, { 9, 16 }, { 17, 32 },
		{ 33, 63 }, { 64, 255 } };
	const struct vm *vm = &v->m->vm;
	uint64_t n[NELEM(rows)] = { 0 };
	const char *comma = "act_count:";

	for (pfn_t i = vm->pages.active.head; i != 0;
	     i = vm->pages.page[i].qnext) {
		const unsigned act = vm_fbsd_act_count(vm, i);
		size_t r = 0;

		while (rows[r].to < act)
			r++;
		n[r]++;
	}
	for (size_t r = 0; r < NELEM(rows); r++) {
		if (n[r] == 0)
			continue;
		fprintf(v->fp, "%s %u-%u: %" PRIu64, comma, rows[r].from,
		    rows[r].to, n[r]);
		comma = ",";
	}
	if (*comma == ',')
		putc('\n', v->fp);
}

static void
show_freebsd(const struct wl_view *v)
{
	const struct vm_fbsd *st = vm_fbsd(&v->m->vm);
	struct counters c = { v->fp, 0 };

	for (unsigned d = 0; d < v->m->vm.phys.ndomains; d++) {
		put_levels(v, d);
		put_queues(v, d);
		put_controller(v, d);
	}
	put_act_counts(v);
#define X(m) put_counter(&c, #m, st->count.m);
	VM_FBSD_COUNTS(X)
#undef X
	end_counters(&c);
}

/* ----------------------------------------------------------------- aix ---- */

static void
show_aix(const struct wl_view *v)
{
	const struct vm_aix *a = vm_aix_of(&v->m->vm);
	const struct vm_aix_levels *l = &a->level;
	struct counters c = { v->fp, 0 };

	fprintf(v->fp,
	    "minfree %" PRIu64 ", maxfree %" PRIu64 ", minperm %" PRIu64
	    ", maxperm %" PRIu64 ", maxclient %" PRIu64 " of %" PRIu64
	    " pages\n",
	    l->minfree, l->maxfree, l->minperm, l->maxperm, l->maxclient,
	    l->lruable);
	fprintf(v->fp,
	    "the hand is at frame %" PRIu32 ", numperm %" PRIu64 "\n", a->hand,
	    v->m->vm.exp.filepages);
	fprintf(v->fp, "%-14s %10s %10s %10s\n", "KIND", "STOLEN", "REPAGED",
	    "LATELY");
	for (unsigned k = 0; k < VM_AIX_NKINDS; k++)
		fprintf(v->fp,
		    "%-14s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n",
		    k == VM_AIX_FILE ? "file" : "computational",
		    a->nreplaced[k], a->nrepaged[k], a->rpgcnt[k]);
	put_counter(&c, "pdwoke", v->m->vm.exp.pdwoke);
	put_counter(&c, "pdscans", v->m->vm.exp.pdscans);
	put_counter(&c, "pdrevs", v->m->vm.exp.pdrevs);
	put_counter(&c, "pdfreed", v->m->vm.exp.pdfreed);
	put_counter(&c, "permio", a->permio);
	end_counters(&c);
}

/* -------------------------------------------------------------------------- */

static const struct {
	const struct vm_daemon *daemon;
	void (*show)(const struct wl_view *);
} rows[] = {
	{ &vm_daemon_uvm, show_uvm },
	{ &vm_daemon_freebsd, show_freebsd },
	{ &vm_daemon_aix, show_aix },
};

bool
wl_show_daemon(const struct wl_view *v)
{
	const struct vm *vm = &v->m->vm;
	const struct vm_pageout *po = &vm->pageout;

	fprintf(v->fp,
	    "policy=%s: %" PRIu64 " of %" PRIu64 " frames are free; "
	    "%" PRIu64 " waits, %" PRIu64 " in vain\n",
	    v->m->config.policy_value, vm->exp.free, vm->exp.npages, po->waits,
	    po->failed);
	for (size_t i = 0; i < NELEM(rows); i++)
		if (po->daemon == rows[i].daemon)
			rows[i].show(v);
	return true;
}
