/*
 * Running the page daemon: before an operation, when memory is short (kick),
 * and in the middle of one that an allocation has stopped (wait).
 *
 * A wait is runs of the daemon until the frames are there that were wanted.  A
 * run that gains nothing may still have moved pages nearer to their eviction
 * (deactivated them, cleared their reference bits), so the next may gain: runs
 * in vain are allowed in a row as many as it takes to move every page once,
 * sixteen pages a run, but two only when by NetBSD's rule (uvm_reclaimable)
 * nothing can be reclaimed.
 */
#include "vm.h"
#include "vm_daemon_uvm.h"

#include <string.h>

#define RUN_PAGES 16u /* that a run moves at least, if it can */

const struct vm_daemon *const vm_daemons[] = {
	&vm_daemon_uvm,
	&vm_daemon_freebsd,
	&vm_daemon_aix,
	NULL,
};

const struct vm_daemon *
vm_daemon_byname(const char *name)
{
	for (unsigned i = 0; vm_daemons[i] != NULL; i++)
		if (strcmp(vm_daemons[i]->name, name) == 0)
			return vm_daemons[i];
	return NULL;
}

int
vm_pageout_init(struct vm *vm)
{
	int error;

	memset(&vm->pageout, 0, sizeof(vm->pageout));
	if (vm->config.daemon == NULL)
		return 0;
	if ((error = vm->config.daemon->init(vm)) == 0)
		vm->pageout.daemon = vm->config.daemon;
	return error;
}

void
vm_pageout_fini(struct vm *vm)
{
	if (vm->pageout.daemon != NULL && vm->pageout.daemon->fini != NULL)
		vm->pageout.daemon->fini(vm);
	vm->pageout.daemon = NULL;
	vm->pageout.wake = 0;
}

/* One run.  => frames gained */
static uint64_t
run(struct vm *vm, bool waiting)
{
	struct vm_pageout *po = &vm->pageout;
	const uint64_t before = vm->exp.free;
	uint64_t gained;

	po->running = true;
	po->daemon->run(vm, waiting);
	po->running = false;
	gained = vm->exp.free > before ? vm->exp.free - before : 0;
	VM_EVENT(vm, DAEMON, (struct vm_map *)NULL, 0, vm->exp.free,
	    vm->exp.freetarg, gained);
	return gained;
}

void
vm_pageout_run(struct vm *vm)
{
	struct vm_pageout *po = &vm->pageout;

	if (po->daemon == NULL || po->running || !po->daemon->low(vm))
		return;
	(void)run(vm, false);
	po->starved = false;
	po->want = 0;
}

void
vm_pageout_starve(struct vm *vm, uint64_t n)
{
	vm->pageout.starved = true;
	if (n > vm->pageout.want)
		vm->pageout.want = n;
}

bool
uvm_reclaimable(const struct vm *vm)
{
	const struct uvmexp *x = &vm->exp;
	uint64_t least = (x->active + x->inactive) / 16;
	const uint64_t most = pg_atop(vm, (uint64_t)5 << 20);

	if (!uvm_swapisfull(vm))
		return true;
	if (least > most)
		least = most;
	return x->filepages > x->wired && x->filepages - x->wired >= least;
}

/* Runs in vain that are allowed in a row. */
static uint64_t
patience(const struct vm *vm)
{
	const struct uvmexp *x = &vm->exp;

	if (!uvm_reclaimable(vm))
		return 2;
	return 2 +
	    (x->active + x->inactive + vm->pages.nlaundry +
		vm->pages.nunswappable) /
	    RUN_PAGES;
}

bool
vm_pageout_wait(struct vm *vm)
{
	struct vm_pageout *po = &vm->pageout;
	const uint64_t before = vm->exp.free;
	uint64_t goal, idle = 0;

	if (po->daemon == NULL || po->running || !po->starved)
		return false;
	goal = vm->exp.reserve_kernel + (po->want > 0 ? po->want : 1);
	if (goal <= before) /* what is free was not enough */
		goal = before + 1;
	po->waits++;
	po->resigned = false;
	do
		idle = run(vm, true) > 0 ? 0 : idle + 1;
	while (vm->exp.free < goal && !po->resigned && idle < patience(vm));
	po->starved = false;
	po->want = 0;
	if (vm->exp.free <= before) {
		po->failed++;
		return false;
	}
	po->wait_pages += vm->exp.free - before;
	return true;
}

void
vm_pageout_tick(struct vm *vm)
{
	const struct vm_pageout *po = &vm->pageout;

	if (po->daemon != NULL && po->daemon->tick != NULL && !po->running)
		po->daemon->tick(vm);
}

void
vm_pageout_aside(struct vm *vm, pfn_t pfn)
{
	const struct vm_daemon *d = vm->pageout.daemon;

	if (d != NULL && d->aside != NULL)
		d->aside(vm, pfn);
	else
		uvm_pagedeactivate(vm, pfn);
}
