/*
 * The page daemon of NetBSD, one CPU, I/O complete at once.
 *
 * A run: count the run, scan the inactive pages from the oldest on, then move
 * the oldest active pages to the inactive ones until those are enough.
 *
 *	scan: until free >= 4 * freetarg, or 16 dirty pages had no slot
 *	  its kind is to be kept		activate
 *	  referenced since deactivation		activate	second chance
 *	  file, clean / dirty			free / write, free
 *	  swap-backed, clean			free
 *	  swap-backed, dirty			to the cluster of 16 slots,
 *						written when full, then freed
 *
 * Where it differs: a file's page whose write fails is activated, like a
 * swap-backed one (NetBSD leaves it to the file system).  Whoever waits for
 * more frames at once than 4 * freetarg gets a scan that goes on until they
 * are there.
 */
#include "vm_daemon_uvm.h"
#include "vm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FREE_SHIFT 2    /* the scan stops at freetarg << this */
#define DIRTY_REACTS 16 /* or after so many dirty pages without a slot */
#define MIN_SUM 95      /* percent */

struct scan {
	struct vm *vm;
	struct vm_uvm *u;
	bool keep[VM_UVM_NKINDS]; /* activate pages of the kind */
	uint64_t enough;          /* free pages */
	uint64_t freed;
	unsigned dirtyreacts;
	struct vm_cluster cluster;
};

/* Percentages are applied as 256ths. */
static uint64_t
percent(uint64_t n, uint32_t pct)
{
	return n * (pct * 256 / 100) >> 8;
}

/* ------------------------------------------------------------- setting ---- */

int
vm_uvm_set(struct vm *vm, const uint32_t min[VM_UVM_NKINDS],
    const uint32_t max[VM_UVM_NKINDS], uint32_t inactive)
{
	struct vm_uvm *u = vm->pageout.state;
	uint32_t sum = 0;

	for (unsigned k = 0; k < VM_UVM_NKINDS; k++) {
		if (min[k] > 100 || max[k] > 100)
			return EINVAL;
		sum += min[k];
	}
	if (sum > MIN_SUM || inactive > 100)
		return EINVAL;
	memcpy(u->min, min, sizeof(u->min));
	memcpy(u->max, max, sizeof(u->max));
	u->inactive = inactive;
	return 0;
}

static int
init(struct vm *vm)
{
	static const uint32_t min[VM_UVM_NKINDS] = { 10, 10, 5 };
	static const uint32_t max[VM_UVM_NKINDS] = { 80, 50, 30 };

	vm->pageout.state = mem_zalloc(vm->mem, sizeof(struct vm_uvm));
	if (vm->pageout.state == NULL)
		return ENOMEM;
	((struct vm_uvm *)vm->pageout.state)->vain = UINT64_MAX;
	vm->pageout.wake = vm->exp.freetarg;
	return vm_uvm_set(vm, min, max, 33);
}

static void
fini(struct vm *vm)
{
	mem_free(vm->mem, vm->pageout.state, sizeof(struct vm_uvm));
	vm->pageout.state = NULL;
}

static uint64_t
inactive_target(const struct vm *vm)
{
	const struct vm_uvm *u = vm->pageout.state;
	const struct uvmexp *x = &vm->exp;
	const uint64_t n = percent(x->active + x->inactive, u->inactive);

	return n > x->freetarg ? n : x->freetarg + 1;
}

/*
 * NetBSD asks at each allocation.  Here it is before each fault: if the last
 * run has freed nothing, the next is due when a frame has been taken since.
 */
static bool
low(struct vm *vm)
{
	const struct vm_uvm *u = vm->pageout.state;
	const struct uvmexp *x = &vm->exp;

	if (x->free >= u->vain)
		return false;
	return x->free < x->freemin ||
	    (x->free < x->freetarg && x->inactive < inactive_target(vm));
}

/* ------------------------------------------------ balance of the kinds --- */

static enum vm_uvm_kind
kind_of(struct vm *vm, const struct vm_page *pg)
{
	if (pg->pg_flags & PG_SWAPBACKED)
		return VM_UVM_ANON;
	return vm_object_byid(vm, pg->owner)->text ? VM_UVM_EXEC : VM_UVM_FILE;
}

/*
 * Keep a kind that has too little, or that has not too much while another has.
 * If that would keep everything that can go, it keeps nothing.
 */
static void
choose_kinds(struct scan *s)
{
	const struct uvmexp *x = &s->vm->exp;
	const uint64_t all = x->active + x->inactive + x->free;
	const uint64_t pages[VM_UVM_NKINDS] = { x->anonpages,
		x->filepages - x->execpages, x->execpages };
	bool over[VM_UVM_NKINDS];
	unsigned nover = 0;

	for (unsigned k = 0; k < VM_UVM_NKINDS; k++) {
		over[k] = pages[k] > percent(all, s->u->max[k]);
		nover += over[k];
	}
	for (unsigned k = 0; k < VM_UVM_NKINDS; k++)
		s->keep[k] = pages[k] <= percent(all, s->u->min[k]) ||
		    (!over[k] && nover > 0);
	if (s->keep[VM_UVM_FILE] && s->keep[VM_UVM_EXEC] &&
	    (s->keep[VM_UVM_ANON] || uvm_swapisfull(s->vm)))
		memset(s->keep, 0, sizeof(s->keep));
}

/* --------------------------------------------------- the inactive scan --- */

static void
activate(struct scan *s, pfn_t pfn)
{
	VM_EVENT(s->vm, REACTIVATE, (struct vm_map *)NULL, 0, pfn, 0, 0);
	uvm_pageactivate(s->vm, pfn);
}

static void
drop(struct scan *s, pfn_t pfn)
{
	if (vm_page_drop(s->vm, pfn) != 0) {
		activate(s, pfn);
		return;
	}
	s->vm->exp.pdfreed++;
	s->freed++;
}

/* Write the cluster.  Its pages go; if they could not be written, they stay. */
static void
flush(struct scan *s)
{
	const uint32_t n = s->cluster.n;
	pfn_t page[VM_SWAP_CLUSTER];
	int error;

	memcpy(page, s->cluster.page, sizeof(page));
	error = vm_cluster_flush(s->vm, &s->cluster);
	for (uint32_t i = 0; i < n; i++)
		if (error == 0)
			drop(s, page[i]);
		else
			activate(s, page[i]);
}

static void
scan_dirty(struct scan *s, pfn_t pfn)
{
	int error;

	if (s->vm->exp.free + s->cluster.n > s->enough)
		return;
	error = vm_cluster_add(s->vm, &s->cluster, pfn, VM_SWAP_CLUSTER);
	if (error != 0) {
		s->dirtyreacts++;
		s->u->dirtyreacts++;
		activate(s, pfn);
		return;
	}
	uvm_pagedequeue(s->vm, pfn);
	if (s->cluster.n == s->cluster.nslots)
		flush(s);
}

static void
scan_file(struct scan *s, pfn_t pfn)
{
	int error;

	if (vm_page_isdirty(s->vm, pfn) &&
	    vm_page_clean(s->vm, &pfn, 1, &error) == 0)
		activate(s, pfn);
	else
		drop(s, pfn);
}

static void
scan_page(struct scan *s, pfn_t pfn)
{
	struct vm *vm = s->vm;
	const struct vm_page *pg = &vm->pages.page[pfn];
	const enum vm_uvm_kind kind = kind_of(vm, pg);

	vm->exp.pdscans++;
	if (s->keep[kind]) {
		s->u->react[kind]++;
		activate(s, pfn);
		return;
	}
	if (pmap_is_referenced(&vm->pmaps, pfn)) {
		vm->exp.pdreact++;
		activate(s, pfn);
		return;
	}
	if (!vm_page_evictable(vm, pfn)) {
		vm->exp.pdbusy++;
		return;
	}
	*(pg->pg_flags & PG_ANON ? &vm->exp.pdanscan : &vm->exp.pdobscan) += 1;
	if (kind != VM_UVM_ANON) {
		scan_file(s, pfn);
		return;
	}
	pmap_page_protect(&vm->pmaps, pfn, VM_PROT_NONE);
	if (vm_page_isdirty(vm, pfn))
		scan_dirty(s, pfn);
	else
		drop(s, pfn);
}

static void
scan_inactive(struct scan *s)
{
	struct vm *vm = s->vm;
	pfn_t pfn = vm->pages.inactive.head, next;

	for (; pfn != PFN_NONE; pfn = next) {
		if (vm->exp.free + s->cluster.n >= s->enough ||
		    s->dirtyreacts == DIRTY_REACTS)
			break;
		next = vm->pages.page[pfn].qnext;
		scan_page(s, pfn);
	}
	if (s->cluster.n > 0)
		flush(s);
}

/* ----------------------------------------------------------- balancing ---- */

/*
 * Nothing could go, though swap is not full of what is only there: pages in
 * memory have slots too.  They give up as many as frames are missing.
 */
static uint64_t
swap_shortage(const struct scan *s)
{
	const struct uvmexp *x = &s->vm->exp;

	return x->free < x->freetarg && x->swpginuse >= s->vm->swap.avail &&
		!uvm_swapisfull(s->vm) && s->freed == 0 ?
	    x->freetarg - x->free :
	    0;
}

static void
balance(struct scan *s)
{
	struct vm *vm = s->vm;
	uint64_t slots = swap_shortage(s);
	pfn_t pfn = vm->pages.active.head, next;

	for (; pfn != PFN_NONE; pfn = next) {
		if (slots == 0 && vm->exp.inactive >= s->u->inactarg)
			break;
		next = vm->pages.page[pfn].qnext;
		if (slots > 0 && vm_slot_is_place(vm_page_slot(vm, pfn))) {
			vm_page_dropslot(vm, pfn);
			slots--;
		}
		if (vm->exp.inactive < s->u->inactarg) {
			uvm_pagedeactivate(vm, pfn);
			vm->exp.pddeact++;
		}
	}
}

static void
run(struct vm *vm, bool waiting)
{
	struct scan s = {
		.vm = vm,
		.u = vm->pageout.state,
		.enough = vm->exp.freetarg << FREE_SHIFT,
	};

	if (waiting && s.enough < vm->exp.reserve_kernel + vm->pageout.want)
		s.enough = vm->exp.reserve_kernel + vm->pageout.want;
	vm->exp.pdwoke++;
	s.u->inactarg = inactive_target(vm);
	vm->exp.pdrevs++;
	choose_kinds(&s);
	scan_inactive(&s);
	balance(&s);
	s.u->vain = s.freed > 0 ? UINT64_MAX : vm->exp.free;
}

/* -------------------------------------------------- keeping, checking ---- */

static const char *
check(struct vm *vm, char *buf, size_t len)
{
	const struct vm_uvm *u = vm->pageout.state;
	const struct uvmexp *x = &vm->exp;
	const char *why = NULL;
	uint32_t sum = 0;

	for (unsigned k = 0; k < VM_UVM_NKINDS; k++) {
		sum += u->min[k];
		if (u->min[k] > 100 || u->max[k] > 100)
			why = "U1: a percentage is beyond 100";
	}
	if (sum > MIN_SUM || u->inactive > 100)
		why = "U1: the minimums are too much together";
	if (x->freemin >= x->freetarg || x->freetarg <= x->reserve_kernel)
		why = "S5: freemin, freetarg and the reserve are in the wrong "
		      "order";
	if (why == NULL)
		return NULL;
	snprintf(buf, len, "uvm: %s", why);
	return buf;
}

static void
keep(struct vm *vm, struct vm_keep *k)
{
	struct vm_uvm *u = vm->pageout.state;

	VM_KEEP_ARRAY(k, u->min, VM_UVM_NKINDS, 0, 100);
	VM_KEEP_ARRAY(k, u->max, VM_UVM_NKINDS, 0, 100);
	VM_KEEP(k, u->inactive, 0, 100);
	VM_KEEP(k, u->inactarg, 0, UINT64_MAX);
	VM_KEEP_ARRAY(k, u->react, VM_UVM_NKINDS, 0, VM_KEEP_MAX);
	VM_KEEP(k, u->dirtyreacts, 0, VM_KEEP_MAX);
	VM_KEEP(k, u->vain, 0, UINT64_MAX);
}

const struct vm_daemon vm_daemon_uvm = {
	.name = "uvm",
	.summary = "NetBSD: active and inactive pages, anon/file/exec balanced",
	.init = init,
	.fini = fini,
	.low = low,
	.run = run,
	.check = check,
	.keep = keep,
};
