/*
 * Want of memory: waiting, and killing by the rule of each system.
 *
 * Killing is the last thing of an attempt that failed: the operation has undone
 * what it had begun, so nobody holds anything of the process that goes.
 */
#include "oom.h"
#include "aix_paging.h"
#include "common.h"
#include "rss.h"

#include <errno.h>
#include <string.h>

/* --------------------------------------------------------------- sizes ---- */

static void
count_amap(const struct vm *vm, struct vm_map_entry *e,
    struct sim_oom_size *size)
{
	uint64_t slot = e->ar_pageoff;
	const uint64_t end = slot + pg_atop(vm, e->end - e->start);
	uint32_t anon;

	for (; (slot = sparse_next(&e->amap->slots, slot, &anon)) < end; slot++)
		if (vm->anons.anon[anon].where != PFN_NONE)
			size->resident++;
		else /* or it was given up, and is nowhere */
			size->swapped += vm_anon_slot(&vm->anons, anon) !=
			    SWSLOT_NONE;
}

/* Pages of an object count for each who maps them. */
static void
count_object(const struct vm *vm, struct vm_map_entry *e,
    struct sim_oom_size *size)
{
	const uint64_t first = pg_atop(vm, e->offset);
	const uint64_t end = first + pg_atop(vm, e->end - e->start);
	uint64_t i = first;

	for (; (i = sparse_next(&e->object->pages, i, NULL)) < end; i++)
		size->resident++;
	for (i = first; (i = sparse_next(&e->object->swap, i, NULL)) < end; i++)
		size->swapped += sparse_get(&e->object->pages, i) == PFN_NONE;
}

void
sim_oom_size(const struct process *p, struct sim_oom_size *size)
{
	struct vm_map *map = &p->vmspace->vm_map;

	*size = (struct sim_oom_size){ .mapped = map->pmap->resident,
		.tables = map->pmap->ntables };
	for (struct vm_map_entry *e = map->header.next; e != &map->header;
	     e = e->next) {
		if (e->amap != NULL)
			count_amap(map->vm, e, size);
		if (e->etype & UVM_ET_OBJ)
			count_object(map->vm, e, size);
	}
}

/* --------------------------------------------------------------- rules ---- */

static int64_t
points_self(const struct machine *m, const struct process *starving,
    const struct process *p, const struct sim_oom_size *size)
{
	(void)m;
	(void)size;
	return p == starving;
}

static int64_t
points_largest(const struct machine *m, const struct process *starving,
    const struct process *p, const struct sim_oom_size *size)
{
	const uint32_t spared = SIM_P_PROTECTED | SIM_P_INEXEC | SIM_P_WEXIT;

	(void)m;
	(void)starving;
	if (p->pid == 1 || (p->pflags & spared) != 0)
		return 0;
	return (int64_t)(size->resident + size->swapped);
}

static int64_t
points_badness(const struct machine *m, const struct process *starving,
    const struct process *p, const struct sim_oom_size *size)
{
	const struct uvmexp *exp = &m->vm.exp;
	const int64_t all = (int64_t)(exp->npages + exp->swpages);
	int64_t points = (int64_t)(size->mapped + size->swapped + size->tables);

	(void)starving;
	if (p->pid == 1 || p->oom_score_adj == SIM_OOM_ADJ_MIN)
		return 0;
	points += p->oom_score_adj * all / 1000;
	return points > 0 ? points : 1;
}

const struct sim_oom_rule sim_oom_self = {
	.name = "self",
	.summary = "the process that faulted",
	.points = points_self,
};

const struct sim_oom_rule sim_oom_largest = {
	.name = "largest",
	.summary = "the most resident and swapped pages, unless protected",
	.calls = true,
	.points = points_largest,
};

const struct sim_oom_rule sim_oom_badness = {
	.name = "badness",
	.summary = "resident, swapped and page-table pages, and oom_score_adj",
	.calls = true,
	.points = points_badness,
};

/* ------------------------------------------------------------- killing ---- */

int64_t
sim_oom_points(const struct machine *m, const struct process *p)
{
	struct sim_oom_size size;

	sim_oom_size(p, &size);
	return p->personality->oom->points(m, p, p, &size);
}

/* Processes are in the order of their making; of equals the last one goes. */
static struct process *
choose(struct machine *m, const struct process *starving)
{
	const struct sim_oom_rule *rule = starving->personality->oom;
	struct process *p, *next, *victim = sim_aix_victim(m);
	int64_t most = 1;

	if (victim != NULL)
		return victim;
	HASH_ITER(hh, m->procs, p, next) {
		struct sim_oom_size size;
		int64_t points;

		if (p == m->kernel || p->state != SIM_RUNNING)
			continue;
		sim_oom_size(p, &size);
		points = rule->points(m, starving, p, &size);
		if (points < most)
			continue;
		most = points;
		victim = p;
	}
	return victim;
}

void
sim_oom_kill(struct machine *m, struct process *p)
{
	struct sim_oom_size size;

	sim_oom_size(p, &size);
	VM_EVENT(&m->vm, OOM_KILL, &p->vmspace->vm_map, 0, (uint64_t)p->pid,
	    size.resident, size.swapped);
	m->oom_kills++;
	sim_process_exit(m, p, 0, SIM_SIGKILL);
}

/* ---------------------------------------------------------- operations ---- */

void
sim_want_begin(struct machine *m, struct process *p, bool call,
    struct sim_want *w)
{
	struct vm *vm = &m->vm;

	sim_rss_enforce(m);
	vm_pageout_kick(vm);
	vm->pageout.starved = false;
	*w = (struct sim_want){
		.p = p,
		.call = call,
		.minflt = vm->stat.minflt,
		.majflt = vm->stat.majflt,
		.zeroed = vm->stat.aobjzero,
		.waits = vm->pageout.waits,
		.wait_pages = vm->pageout.wait_pages,
		.failed = vm->pageout.failed,
	};
}

bool
sim_want_again(struct machine *m, struct sim_want *w)
{
	struct vm_pageout *po = &m->vm.pageout;
	struct process *victim;

	if (po->daemon == NULL || (!po->starved && po->failed == w->failed))
		return false;
	if (++w->tries > SIM_MAX_AGAIN) {
		if (w->call)
			return false;
	} else if (po->failed == w->failed && vm_pageout_wait(&m->vm)) {
		po->starved = false;
		return true;
	}
	if (w->call && !w->p->personality->oom->calls)
		return false;
	if ((victim = choose(m, w->p)) == NULL)
		return false;
	sim_oom_kill(m, victim);
	w->failed = po->failed;
	po->starved = false;
	return victim != w->p;
}

/* UVM calls each page that it asks a pager for major, also one of zeros. */
void
sim_want_end(struct machine *m, const struct sim_want *w)
{
	const struct vm *vm = &m->vm;
	const uint64_t asked = vm->stat.majflt - w->majflt;
	const uint64_t zeroed = vm->stat.aobjzero - w->zeroed;
	const uint64_t unread = zeroed < asked ? zeroed : asked;
	struct process *p = w->p;

	p->minflt += vm->stat.minflt - w->minflt + unread;
	p->majflt += asked - unread;
	p->waits += vm->pageout.waits - w->waits;
	p->wait_pages += vm->pageout.wait_pages - w->wait_pages;
}

void
sim_want_signal(const struct process *p, int error, vaddr_t va,
    struct sim_signal *sig)
{
	*sig = (struct sim_signal){ .err = error, .addr = va };
	if (p->state != SIM_RUNNING) {
		sig->signame = "SIGKILL";
		sig->code = "SI_KERNEL";
	} else if (p->personality->signal != NULL) {
		p->personality->signal(error, sig);
	}
}

void
sim_want_fail(struct machine *m, const struct process *p, int error, vaddr_t va)
{
	const char *why = "the page may not be accessed so";

	if (p->state != SIM_RUNNING)
		why = "no memory could be had, and the process was killed";
	else if (error == ENOMEM)
		why = "no memory could be had";
	else if (error == EIO)
		why = "the page could not be read";
	sim_fail(m, error, "addr", va, 0, 0, why);
}
