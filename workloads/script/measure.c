/*
 * The measures of expectations: a table, and a function a row.
 *
 * Counts of pages look at what is there and touch nothing; "resident" means in
 * memory (an anon or an object's page), "swapped" in swap only, the others look
 * at the process's own page table.  The exception is mincore, which is the
 * system call.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "measure.h"
#include "workloads/sampler.h"
#include "page.h"
#include "usage.h"
#include "sim/stats.h"

static const char *const nothing = "nothing is mapped there";

static vaddr_t
end_of(const struct wl_at *at)
{
	vsize_t len = at->len != 0 ? at->len : 1;

	return len > UINT64_MAX - at->va ? UINT64_MAX : at->va + len;
}

/* ------------------------------------------------------------ pages ---- */

/* The same where no range means the whole process. */
static vaddr_t
end_or_all(const struct wl_at *at)
{
	return at->va == 0 && at->len == 0 ? UINT64_MAX : end_of(at);
}

static const char *
get_resident(const struct wl_at *at, uint64_t *v)
{
	*v = wl_pages_resident(at->p, at->va, end_or_all(at));
	return NULL;
}

static const char *
get_swapped(const struct wl_at *at, uint64_t *v)
{
	*v = wl_pages_out(at->p, at->va, end_or_all(at));
	return NULL;
}

/* Page table entries of the range with all of these bits. */
static uint64_t
count_ptes(const struct wl_at *at, uint64_t bits)
{
	vaddr_t va = at->va, end = end_of(at);
	struct wl_page pg;
	uint64_t n = 0;

	while (va < end && wl_page_next(at->p, &va, end, &pg))
		n += pg.mapped && (pg.pte & bits) == bits;
	return n;
}

static const char *
get_mapped(const struct wl_at *at, uint64_t *v)
{
	*v = count_ptes(at, 0);
	return NULL;
}

static const char *
count_bit(const struct wl_at *at, uint64_t bit, uint64_t *v)
{
	assert(bit != 0); /* every page table here has them */
	*v = count_ptes(at, bit);
	return NULL;
}

static const char *
get_wired(const struct wl_at *at, uint64_t *v)
{
	return count_bit(at, at->m->config.arch->pte.wired, v);
}

static const char *
get_dirty(const struct wl_at *at, uint64_t *v)
{
	return count_bit(at, at->m->config.arch->pte.dirty, v);
}

static const char *
get_referenced(const struct wl_at *at, uint64_t *v)
{
	return count_bit(at, at->m->config.arch->pte.accessed, v);
}

static const char *
get_frame(const struct wl_at *at, uint64_t *v)
{
	struct wl_page pg;

	if (!wl_page_look(at->p, at->va, &pg))
		return nothing;
	if (pg.frame == PFN_NONE && !pg.mapped)
		return "the page is not in memory";
	*v = pg.mapped ? pg.mapped_frame : pg.frame;
	return NULL;
}

static const char *
get_swslot(const struct wl_at *at, uint64_t *v)
{
	struct wl_page pg;

	if (!wl_page_look(at->p, at->va, &pg))
		return nothing;
	*v = pg.swslot;
	return pg.swslot == SWSLOT_BAD ? "its slot cannot be read" : NULL;
}

static const char *
get_queue(const struct wl_at *at, uint64_t *v)
{
	const char *why = get_frame(at, v);

	if (why == NULL)
		*v = at->m->vm.pages.page[*v].pg_flags & PQ_ALL;
	return why;
}

static const char *
get_pagesize(const struct wl_at *at, uint64_t *v)
{
	const struct pmap_pagesize *sizes = at->m->config.arch->sizes;
	struct pmap *pmap = at->p->vmspace->vm_map.pmap;

	if (!pmap_extract(pmap, at->va, NULL))
		return "the page is not mapped";
	*v = (uint64_t)1 << sizes[pmap_psind(pmap, at->va)].shift;
	return NULL;
}

static const char *
get_domain(const struct wl_at *at, uint64_t *v)
{
	const char *why = get_frame(at, v);

	if (why == NULL)
		*v = vm_phys_domain(&at->m->vm, *v);
	return why;
}

static const char *
get_cpu(const struct wl_at *at, uint64_t *v)
{
	*v = at->p->cpu;
	return NULL;
}

static const char *
peek(const struct wl_at *at, struct process *p, vaddr_t va, uint64_t *v)
{
	int error;

	if (at->m->vm.pages.tag == NULL)
		return "the machine keeps no tags (machine tags=on)";
	error = vm_peek_tag(&p->vmspace->vm_map, va, v);
	return error == 0   ? NULL :
	    error == EFAULT ? nothing :
			      "it cannot be read";
}

static const char *
get_tag(const struct wl_at *at, uint64_t *v)
{
	return peek(at, at->p, at->va, v);
}

static const char *
get_same(const struct wl_at *at, uint64_t *v)
{
	vaddr_t va = pg_trunc(at->m, at->va), end = end_of(at);
	const char *why;
	uint64_t a, b;

	for (*v = 0; va < end && va >= pg_trunc(at->m, at->va);
	     va += pg_size(at->m)) {
		if ((why = peek(at, at->p, va, &a)) != NULL ||
		    (why = peek(at, at->other, va, &b)) != NULL)
			return why;
		*v += a == b;
	}
	return NULL;
}

static const char *
get_mincore(const struct wl_at *at, uint64_t *v)
{
	uint8_t byte = 0;
	const struct sim_call call = { .no = SIM_SYS_MINCORE,
		.arg = { pg_trunc(at->m, at->va), pg_size(at->m) },
		.vec = &byte,
		.vec_len = 1 };
	int error = sim_syscall(at->m, at->p, &call, NULL);

	*v = byte;
	return error == 0 ? NULL : sim_errname(error);
}

/* ---------------------------------------------------------- entries ---- */

static struct vm_map_entry *
entry(const struct wl_at *at)
{
	return wl_entry_at(&at->p->vmspace->vm_map, at->va);
}

#define ENTRY_MEASURE(name, member) \
	static const char *get_##name(const struct wl_at *at, uint64_t *v) \
	{ \
		const struct vm_map_entry *e = entry(at); \
\
		*v = e != NULL ? e->member : 0; \
		return e != NULL ? NULL : nothing; \
	}

ENTRY_MEASURE(prot, protection)
ENTRY_MEASURE(maxprot, max_protection)
ENTRY_MEASURE(inherit, inheritance)
ENTRY_MEASURE(advice, advice)

static const char *
get_entries(const struct wl_at *at, uint64_t *v)
{
	struct vm_map *map = &at->p->vmspace->vm_map;
	vaddr_t end = end_of(at);
	struct vm_map_entry *e;

	*v = map->nentries;
	if (at->va == 0 && at->len == 0)
		return NULL;
	*v = 0;
	for (e = wl_entry_from(map, at->va);
	     e != NULL && e != &map->header && e->start < end; e = e->next)
		++*v;
	return NULL;
}

static const char *
get_refs_anon(const struct wl_at *at, uint64_t *v)
{
	struct wl_page pg;

	if (!wl_page_look(at->p, at->va, &pg))
		return nothing;
	if (pg.anon == 0)
		return "no anon is there";
	*v = vm_anon_get(&at->m->vm.anons, pg.anon)->ref;
	return NULL;
}

static const char *
get_refs_amap(const struct wl_at *at, uint64_t *v)
{
	const struct vm_map_entry *e = entry(at);

	if (e == NULL)
		return nothing;
	if (e->etype & UVM_ET_SUBMAP || e->amap == NULL)
		return "the entry has no amap";
	*v = e->amap->ref;
	return NULL;
}

static const char *
get_refs_object(const struct wl_at *at, uint64_t *v)
{
	const struct vm_map_entry *e = entry(at);

	if (e == NULL)
		return nothing;
	if ((e->etype & UVM_ET_OBJ) == 0)
		return "the entry has no object";
	*v = e->object->refs;
	return NULL;
}

/* -------------------------------------------------------- processes ---- */

static const char *
get_errno(const struct wl_at *at, uint64_t *v)
{
	*v = (uint64_t)at->err;
	return NULL;
}

static const char *
get_size(const struct wl_at *at, uint64_t *v)
{
	*v = at->p->vmspace->vm_map.size;
	return NULL;
}

static const char *
get_stack(const struct wl_at *at, uint64_t *v)
{
	*v = pg_ptoa(at->m, at->p->vmspace->vm_ssize);
	return NULL;
}

static const char *
get_break(const struct wl_at *at, uint64_t *v)
{
	*v = at->p->brk;
	return NULL;
}

static const char *
get_alive(const struct wl_at *at, uint64_t *v)
{
	*v = at->p->state == SIM_RUNNING;
	return NULL;
}

static const char *
get_status(const struct wl_at *at, uint64_t *v)
{
	*v = (uint64_t)at->p->exit_status;
	return at->p->state == SIM_RUNNING ? "the process is running" : NULL;
}

static const char *
get_pss(const struct wl_at *at, uint64_t *v)
{
	struct sim_residence r;

	sim_residence(at->m, at->p, at->va, end_or_all(at), &r);
	*v = r.pss >> SIM_PSS_SHIFT;
	return NULL;
}

/* Since the last sample: pages referenced, faults, faults a million of
 * references. */
static const char *
get_wset(const struct wl_at *at, uint64_t *v)
{
	struct wl_usage u;

	wl_usage(at->sampler, at->p, &u);
	*v = u.has.referenced;
	return NULL;
}

static const char *
get_faults(const struct wl_at *at, uint64_t *v)
{
	struct wl_usage u;

	wl_usage(at->sampler, at->p, &u);
	*v = u.faults;
	return NULL;
}

static const char *
get_pff(const struct wl_at *at, uint64_t *v)
{
	struct wl_usage u;

	wl_usage(at->sampler, at->p, &u);
	*v = wl_per_million(u.faults, u.refs);
	return u.refs > 0 ? NULL : "the process has made no reference";
}

/* Of AIX's paging: how many SIGDANGERs it has got. */
static const char *
get_dangers(const struct wl_at *at, uint64_t *v)
{
	*v = at->p->dangers;
	return NULL;
}

/* By load control. */
static const char *
get_suspended(const struct wl_at *at, uint64_t *v)
{
	*v = (at->p->pflags & SIM_P_SUSPENDED) != 0;
	return NULL;
}

static const char *
get_value(const struct wl_at *at, uint64_t *v)
{
	*v = at->va;
	return NULL;
}

const struct wl_measure wl_measures[] = { { "resident", NULL, WL_A_MAYBE_RANGE,
					      WL_U_NUMBER, get_resident },
	{ "swapped", NULL, WL_A_MAYBE_RANGE, WL_U_NUMBER, get_swapped },
	{ "swslot", NULL, WL_A_ADDR, WL_U_NUMBER, get_swslot },
	{ "queue", NULL, WL_A_ADDR, WL_U_QUEUE, get_queue },
	{ "mapped", NULL, WL_A_RANGE, WL_U_NUMBER, get_mapped },
	{ "wired", NULL, WL_A_RANGE, WL_U_NUMBER, get_wired },
	{ "dirty", NULL, WL_A_RANGE, WL_U_NUMBER, get_dirty },
	{ "referenced", NULL, WL_A_RANGE, WL_U_NUMBER, get_referenced },
	{ "frame", NULL, WL_A_ADDR, WL_U_NUMBER, get_frame },
	{ "pagesize", NULL, WL_A_ADDR, WL_U_NUMBER, get_pagesize },
	{ "domain", NULL, WL_A_ADDR, WL_U_NUMBER, get_domain },
	{ "cpu", NULL, WL_A_NONE, WL_U_NUMBER, get_cpu },
	{ "tag", NULL, WL_A_ADDR, WL_U_TAG, get_tag },
	{ "same-as", NULL, WL_A_PROC_RANGE, WL_U_NUMBER, get_same },
	{ "mincore", NULL, WL_A_ADDR, WL_U_ADDRESS, get_mincore },
	{ "prot", NULL, WL_A_ADDR, WL_U_PROT, get_prot },
	{ "maxprot", NULL, WL_A_ADDR, WL_U_PROT, get_maxprot },
	{ "inherit", NULL, WL_A_ADDR, WL_U_INHERIT, get_inherit },
	{ "advice", NULL, WL_A_ADDR, WL_U_ADVICE, get_advice },
	{ "entries", NULL, WL_A_MAYBE_RANGE, WL_U_NUMBER, get_entries },
	{ "refs", "anon", WL_A_ADDR, WL_U_NUMBER, get_refs_anon },
	{ "refs", "amap", WL_A_ADDR, WL_U_NUMBER, get_refs_amap },
	{ "refs", "object", WL_A_ADDR, WL_U_NUMBER, get_refs_object },
	{ "errno", NULL, WL_A_NONE, WL_U_ERRNO, get_errno },
	{ "size", NULL, WL_A_NONE, WL_U_NUMBER, get_size },
	{ "stack", NULL, WL_A_NONE, WL_U_NUMBER, get_stack },
	{ "break", NULL, WL_A_NONE, WL_U_ADDRESS, get_break },
	{ "minflt", NULL, WL_A_NONE, WL_U_NUMBER, wl_get_minflt },
	{ "majflt", NULL, WL_A_NONE, WL_U_NUMBER, wl_get_majflt },
	{ "nswap", NULL, WL_A_NONE, WL_U_NUMBER, wl_get_nswap },
	{ "waits", NULL, WL_A_NONE, WL_U_NUMBER, wl_get_waits },
	{ "waited", NULL, WL_A_NONE, WL_U_NUMBER, wl_get_waited },
	{ "killed", NULL, WL_A_NONE, WL_U_SIGNAL, wl_get_killed },
	{ "oom-points", NULL, WL_A_NONE, WL_U_NUMBER, wl_get_oom_points },
	{ "alive", NULL, WL_A_NONE, WL_U_NUMBER, get_alive },
	{ "status", NULL, WL_A_NONE, WL_U_NUMBER, get_status },
	{ "pss", NULL, WL_A_MAYBE_RANGE, WL_U_NUMBER, get_pss },
	{ "wset", NULL, WL_A_NONE, WL_U_NUMBER, get_wset },
	{ "faults", NULL, WL_A_NONE, WL_U_NUMBER, get_faults },
	{ "pff", NULL, WL_A_NONE, WL_U_NUMBER, get_pff },
	{ "dangers", NULL, WL_A_NONE, WL_U_NUMBER, get_dangers },
	{ "suspended", NULL, WL_A_NONE, WL_U_NUMBER, get_suspended },
	{ "value", NULL, WL_A_VALUE, WL_U_ADDRESS, get_value },
	{ NULL, NULL, 0, 0, NULL } };

const size_t wl_nmeasures = NELEM(wl_measures) - 1;

const struct wl_measure wl_counter = { "machine", NULL, WL_A_NONE, WL_U_NUMBER,
	NULL };

/* ----------------------------------------------------------- values ---- */

static const char *const inherits[] = { "share", "copy", "none", "zero" };
static const char *const advices[] = { "normal", "random", "sequential" };

/* PQ_*, the bit of the queue. */
static const struct {
	const char *word;
	uint64_t flag;
} queues[] = {
	{ "none", 0 },
	{ "active", PQ_ACTIVE },
	{ "inactive", PQ_INACTIVE },
	{ "laundry", PQ_LAUNDRY },
	{ "unswappable", PQ_UNSWAPPABLE },
};

static const char *
queue_word(uint64_t flag)
{
	for (size_t i = 0; i < NELEM(queues); i++)
		if (queues[i].flag == flag)
			return queues[i].word;
	return "?";
}

static bool
find_queue(const char *word, uint64_t *v)
{
	for (size_t i = 0; i < NELEM(queues); i++)
		if (strcmp(queues[i].word, word) == 0) {
			*v = queues[i].flag;
			return true;
		}
	return false;
}

void
wl_value_text(enum wl_unit unit, uint64_t v, char *buf, size_t len)
{
	switch (unit) {
	case WL_U_ADDRESS:
	case WL_U_TAG: snprintf(buf, len, "0x%" PRIx64, v); break;
	case WL_U_PROT:
		snprintf(buf, len, "%c%c%c", v & VM_PROT_READ ? 'r' : '-',
		    v & VM_PROT_WRITE ? 'w' : '-',
		    v & VM_PROT_EXEC ? 'x' : '-');
		break;
	case WL_U_INHERIT: snprintf(buf, len, "%s", inherits[v & 3]); break;
	case WL_U_ADVICE:
		snprintf(buf, len, "%s", v < NELEM(advices) ? advices[v] : "?");
		break;
	case WL_U_ERRNO:
		snprintf(buf, len, "%s", v == 0 ? "none" : sim_errname((int)v));
		break;
	case WL_U_QUEUE: snprintf(buf, len, "%s", queue_word(v)); break;
	case WL_U_SIGNAL: snprintf(buf, len, "%s", wl_signal_name(v)); break;
	default: snprintf(buf, len, "%" PRIu64, v);
	}
}

static bool
find_word(const char *const *words, size_t n, const char *word, uint64_t *v)
{
	for (*v = 0; *v < n; ++*v)
		if (strcmp(words[*v], word) == 0)
			return true;
	return false;
}

bool
wl_value_word(enum wl_unit unit, const char *word, uint64_t *v)
{
	int err;

	switch (unit) {
	case WL_U_INHERIT: return find_word(inherits, NELEM(inherits), word, v);
	case WL_U_QUEUE: return find_queue(word, v);
	case WL_U_SIGNAL: return wl_signal_byname(word, v);
	case WL_U_ADVICE: return find_word(advices, NELEM(advices), word, v);
	case WL_U_ERRNO:
		err = strcmp(word, "none") == 0 ? 0 : sim_errbyname(word);
		*v = (uint64_t)err;
		return err >= 0;
	default: return false;
	}
}
