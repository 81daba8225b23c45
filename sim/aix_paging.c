/*
 * AIX's paging and the processes: aix_paging.h has the rules.
 *
 * Faults and repages of an operation are what the machine's counters gained
 * while it ran; they are its process's.  Repages of a run of the stealer that
 * serves another count with the one who caused it, as on AIX.
 */
#include "aix_paging.h"

#include "aix.h"
#include "common.h"
#include "oom.h"

#define SECOND_NS 1000000000

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* ------------------------------------------------------------ settings ---- */

/* Frames that hold so many pages of 4K; no more pages than there are addresses,
 * so that what follows can be counted. */
static uint64_t
frames_of(const struct machine *m, uint64_t pages)
{
	const uint64_t per = (uint64_t)sim_aix_per_frame(&m->vm),
		       most_pages = UINT64_MAX >> 12;

	pages = least(pages, most_pages);
	return pages / per + (pages % per != 0);
}

void
sim_aix_tune(const struct machine *m, struct vm_aix_tune *t)
{
	const struct sim_tunables *set = &m->tunables;

	*t = (struct vm_aix_tune){
		.minfree = frames_of(m, set->minfree),
		.maxfree = frames_of(m, set->maxfree),
		.minperm = least(set->minperm, 100),
		.maxperm = least(set->maxperm, 100),
		.maxclient = least(set->maxclient, 100),
		.rpdecay = least(set->rpdecay, 100),
		.strict_maxperm = set->strict_maxperm != 0,
		.strict_maxclient = set->strict_maxclient != 0,
		.lru_file_repage = set->lru_file_repage != 0,
	};
}

/* A small paging space has a share of it. */
static uint64_t
level_of(const struct sim_aix_spaces *s, uint64_t frames, unsigned share)
{
	return s->blocks > 0 ? least(frames, s->blocks / share) : frames;
}

void
sim_aix_spaces(const struct machine *m, struct sim_aix_spaces *s)
{
	const struct sim_tunables *set = &m->tunables;
	const struct uvmexp *x = &m->vm.exp;

	s->blocks = x->swpages;
	s->free = x->swpages - x->swpginuse;
	s->npskill = level_of(s, most(frames_of(m, 64), x->swpages / 128), 64);
	if (set->npskill != 0)
		s->npskill = frames_of(m, set->npskill);
	s->npswarn = level_of(s, most(frames_of(m, 512), 4 * s->npskill), 8);
	if (set->npswarn != 0)
		s->npswarn = frames_of(m, set->npswarn);
	s->npswarn = most(s->npswarn, s->npskill);
}

/* -------------------------------------------------------- paging space ---- */

static uint64_t
entry_blocks(const struct vm *vm, const struct vm_map_entry *e)
{
	uint64_t slot = e->ar_pageoff, n = 0;
	const uint64_t end = slot + pg_atop(vm, e->end - e->start);
	uint32_t anon;

	for (; (slot = sparse_next(&e->amap->slots, slot, &anon)) < end;
	     slot++) {
		uint32_t block = vm_anon_slot(&vm->anons, anon);

		n += block != SWSLOT_NONE && block != SWSLOT_BAD;
	}
	return n;
}

uint64_t
sim_aix_blocks(const struct process *p)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	const struct vm_map_entry *e;
	uint64_t n = 0;

	for (e = map->header.next; e != &map->header; e = e->next)
		if (e->amap != NULL)
			n += entry_blocks(map->vm, e);
	return n;
}

/* Is it a process that lives, and not the kernel's? */
static bool
alive(const struct machine *m, const struct process *p)
{
	return p != m->kernel && p->state == SIM_RUNNING;
}

/* Processes are in the order of their making: the last one is the youngest. */
static struct process *
youngest(struct machine *m, bool handlers)
{
	struct process *p, *next, *found = NULL;

	HASH_ITER(hh, m->procs, p, next)
		if (alive(m, p) &&
		    ((p->pflags & SIM_P_DANGER) != 0) == handlers &&
		    p->uid >= m->tunables.nokilluid && sim_aix_blocks(p) > 0)
			found = p;
	return found;
}

struct process *
sim_aix_victim(struct machine *m)
{
	struct process *p;

	if (vm_aix_of(&m->vm) == NULL)
		return NULL;
	p = youngest(m, false);
	if (p == NULL && m->tunables.low_ps_handling == 2)
		p = youngest(m, true);
	return p;
}

static void
warn_all(struct machine *m, const struct sim_aix_spaces *s)
{
	struct process *p, *next;

	HASH_ITER(hh, m->procs, p, next) {
		if (!alive(m, p))
			continue;
		p->dangers++;
		VM_EVENT(&m->vm, SIGDANGER, &p->vmspace->vm_map, 0, s->free,
		    s->npswarn, (p->pflags & SIM_P_DANGER) != 0);
	}
}

static void
watch_space(struct machine *m)
{
	struct sim_aix_spaces s;
	struct process *victim;

	sim_aix_spaces(m, &s);
	if (s.blocks == 0)
		return;
	if (s.free <= s.npswarn && m->tunables.aix_warned == 0)
		warn_all(m, &s);
	while (s.free <= s.npskill && (victim = sim_aix_victim(m)) != NULL) {
		sim_oom_kill(m, victim);
		sim_aix_spaces(m, &s);
	}
	m->tunables.aix_warned = s.free <= s.npswarn;
}

/* -------------------------------------------------------- load control ---- */

/* Of the process that acts: what it has done since the last call. */
static void
account(struct machine *m)
{
	const struct vm_aix *a = vm_aix_of(&m->vm);
	const uint64_t faults = m->vm.exp.faults;
	const uint64_t repages = a->nrepaged[VM_AIX_COMP] +
	    a->nrepaged[VM_AIX_FILE];
	struct process *p = sim_process_bypid(m, m->aix_run.pid);

	if (p != NULL) {
		p->aix_faults += faults - m->aix_run.faults;
		p->aix_repages += repages - m->aix_run.repages;
	}
	m->aix_run.faults = faults;
	m->aix_run.repages = repages;
}

static bool
overcommitted(struct machine *m)
{
	const struct uvmexp *x = &m->vm.exp;
	struct sim_tunables *t = &m->tunables;
	const uint64_t out = x->pgswapout - t->aix_outs;
	const uint64_t stolen = x->pdfreed - t->aix_steals;
	const uint64_t hi = least(t->v_repage_hi, UINT32_MAX);

	t->aix_outs = x->pgswapout;
	t->aix_steals = x->pdfreed;
	return least(out, UINT32_MAX) * hi > stolen;
}

static void
suspend(struct machine *m, struct process *p)
{
	p->pflags |= SIM_P_SUSPENDED;
	p->nswap++;
	VM_EVENT(&m->vm, SUSPEND, &p->vmspace->vm_map, 0, p->aix_repages,
	    p->aix_faults, 0);
}

/* Does it fault mostly on pages that it had? */
static bool
thrashes(const struct machine *m, const struct process *p, uint64_t now)
{
	const struct sim_tunables *t = &m->tunables;

	return least(p->aix_repages, UINT32_MAX) *
		least(t->v_repage_proc, UINT32_MAX) >
	    p->aix_faults &&
	    (p->aix_resumed == 0 || now < p->aix_resumed ||
		now - p->aix_resumed >= t->v_exempt_secs);
}

static void
suspend_some(struct machine *m, uint64_t now)
{
	struct process *p, *next, *chosen;
	uint64_t active;

	for (;;) {
		active = 0;
		chosen = NULL;
		HASH_ITER(hh, m->procs, p, next) {
			if (!alive(m, p) || p->pflags & SIM_P_SUSPENDED)
				continue;
			active++;
			if (thrashes(m, p, now))
				chosen = p;
		}
		if (chosen == NULL || active <= m->tunables.v_min_process)
			return;
		suspend(m, chosen);
	}
}

static void
resume_all(struct machine *m, uint64_t now)
{
	struct process *p, *next;

	HASH_ITER(hh, m->procs, p, next) {
		if (!alive(m, p) || (p->pflags & SIM_P_SUSPENDED) == 0)
			continue;
		p->pflags &= ~(uint32_t)SIM_P_SUSPENDED;
		p->aix_resumed = now;
		VM_EVENT(&m->vm, RESUME, &p->vmspace->vm_map, 0, 0, 0, 0);
	}
}

/* A look, if a second has passed since the last one. */
static void
control_load(struct machine *m)
{
	struct sim_tunables *t = &m->tunables;
	const uint64_t now = sim_clock_daemons(m) / SECOND_NS;
	const uint64_t passed = now - least(now, t->aix_looked);
	struct process *p, *next;

	if (passed == 0)
		return;
	t->aix_looked = now;
	t->aix_quiet += least(passed, UINT32_MAX);
	if (overcommitted(m)) {
		t->aix_quiet = 0;
		suspend_some(m, now);
	} else if (t->aix_quiet >= t->v_sec_wait || t->v_repage_hi == 0) {
		resume_all(m, now);
	}
	HASH_ITER(hh, m->procs, p, next)
		p->aix_faults = p->aix_repages = 0;
}

/*
 * Nobody else acts while p waits, so after the second that is not over yet
 * v_sec_wait quiet ones follow.
 */
static void
wait_suspended(struct machine *m, const struct process *p)
{
	uint64_t seconds = 1;

	for (unsigned i = 0; i < 2 && p->pflags & SIM_P_SUSPENDED; i++) {
		m->slept += least(seconds,
				(SIM_MAX_SLEPT - m->slept) / SECOND_NS) *
		    SECOND_NS;
		control_load(m);
		seconds = m->tunables.v_sec_wait;
	}
	if (p->pflags & SIM_P_SUSPENDED)
		resume_all(m, sim_clock_daemons(m) / SECOND_NS);
}

/* ---------------------------------------------------------- operations ---- */

void
sim_aix_enter(struct machine *m, const struct process *p)
{
	struct vm_aix *a = vm_aix_of(&m->vm);
	struct vm_aix_tune tune;

	if (a == NULL)
		return;
	sim_aix_tune(m, &tune);
	vm_aix_tune(&m->vm, &tune);
	if (p->pflags & SIM_P_SUSPENDED)
		wait_suspended(m, p);
	m->aix_run.pid = p->pid;
	m->aix_run.faults = m->vm.exp.faults;
	m->aix_run.repages = a->nrepaged[VM_AIX_COMP] +
	    a->nrepaged[VM_AIX_FILE];
}

void
sim_aix_leave(struct machine *m)
{
	if (vm_aix_of(&m->vm) == NULL)
		return;
	account(m);
	watch_space(m);
	control_load(m);
}

bool
sim_aix_go_on(struct machine *m, const struct process *p)
{
	watch_space(m);
	return p->state == SIM_RUNNING;
}
