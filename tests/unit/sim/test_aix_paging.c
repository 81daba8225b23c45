/*
 * AIX's paging and processes: SIGDANGER and its handler, who is killed for want
 * of paging space and in which order, settings, load control.
 */
#include "machine_fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include "sim/aix.h"
#include "sim/aix_paging.h"
#include "sim/oom.h"
#include "tests/page4k.h"
#include "tests/random.h"

struct heard { /* events */
	unsigned n[VM_EVENT_NKINDS];
	struct vm_event last[VM_EVENT_NKINDS];
};

static void
hear(void *ctx, const struct vm_event *ev)
{
	struct heard *h = ctx;

	h->n[ev->kind]++;
	h->last[ev->kind] = *ev;
}

static struct machine *
aix_new_of(const char *arch, const char *ram, const char *swap, struct heard *h)
{
	const char *const pairs[] = { "policy=aix", "check=on",
		"personality=freebsd", arch };
	struct sim_config c;
	struct machine *m;
	char err[200], pair[64];

	sim_config_default(&c);
	for (unsigned i = 0; i < NELEM(pairs); i++)
		assert_int_equal(sim_config_set(&c, pairs[i], err, sizeof(err)),
		    0);
	snprintf(pair, sizeof(pair), "ram=%s", ram);
	assert_int_equal(sim_config_set(&c, pair, err, sizeof(err)), 0);
	snprintf(pair, sizeof(pair), "swap=%s", swap);
	assert_int_equal(sim_config_set(&c, pair, err, sizeof(err)), 0);
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), 0);
	if (h != NULL) {
		memset(h, 0, sizeof(*h));
		m->vm.event_fn = hear;
		m->vm.event_ctx = h;
	}
	return m;
}

static struct machine *
aix_new(const char *ram, const char *swap, struct heard *h)
{
	return aix_new_of("arch=amd64", ram, swap, h);
}

/* A process that has written so many pages of its own. */
static struct process *
writer(struct machine *m, const char *name, uint64_t pages)
{
	struct process *p = machine_spawn(m, name);
	vaddr_t va = machine_map(m, p, T_PTOA(pages));

	assert_int_equal(sim_access(m, p, va, T_PTOA(pages), VM_PROT_WRITE,
			     NULL),
	    0);
	return p;
}

/* An operation that moves no page. */
static void
nothing(struct machine *m, struct process *p)
{
	assert_int_equal(CALL(m, p, NULL, CPU, .arg = { 0 }), 0);
}

static uint64_t
used(const struct machine *m)
{
	return m->vm.exp.swpginuse;
}

/* ---------------------------------------------------------------- levels -- */

static void
test_levels(void **state)
{
	struct machine *m = aix_new("8M", "64M:file", NULL);
	struct sim_aix_spaces s;
	struct sim_aix a;

	(void)state;
	sim_aix_spaces(m, &s);
	assert_int_equal(s.blocks, 16384);
	assert_int_equal(s.free, 16384);
	assert_int_equal(s.npskill, 128); /* 1/128 */
	assert_int_equal(s.npswarn, 512);
	sim_aix_read(m, true, &a);
	assert_int_equal(a.psfreeblks, 16384);
	assert_int_equal(a.npskill, 128);
	assert_int_equal(a.npswarn, 512);
	m->tunables.npskill = 200;
	sim_aix_spaces(m, &s);
	assert_int_equal(s.npskill, 200);
	assert_int_equal(s.npswarn, 800);
	m->tunables.npswarn = 100; /* not below npskill */
	sim_aix_spaces(m, &s);
	assert_int_equal(s.npswarn, 200);
	m->tunables.npswarn = UINT64_MAX;
	sim_aix_spaces(m, &s);
	assert_true(s.npswarn > 16384);
	sim_machine_destroy(m);
	/* 256 blocks: 1/64 and 1/8. */
	m = aix_new("8M", "1M:file", NULL);
	sim_aix_spaces(m, &s);
	assert_int_equal(s.npskill, 4);
	assert_int_equal(s.npswarn, 32);
	sim_machine_destroy(m);
}

/* Settings of any size are levels that nothing exceeds, in AIX's pages too. */
static void
test_levels_beyond(void **state)
{
	struct machine *m = aix_new_of("arch=arm64-64k", "16M", "1M:file",
	    NULL);
	struct sim_aix a;

	(void)state;
	m->tunables.npskill = (uint64_t)1 << 63;
	m->tunables.npswarn = m->tunables.minfree = UINT64_MAX;
	m->tunables.maxfree = UINT64_MAX;
	sim_aix_read(m, true, &a);
	assert_int_equal(a.npskill, (int64_t)1 << 52);
	assert_int_equal(a.npswarn, (int64_t)1 << 52);
	assert_in_range(a.minfree, 1, a.memsizepgs);
	assert_in_range(a.maxfree, a.minfree, a.memsizepgs);
	sim_machine_destroy(m);
}

/* maxfree below what a fault must leave: who waits gets a frame even so. */
static void
test_small_maxfree(void **state)
{
	(void)state;
	for (uint64_t n = 1; n < 8; n++) {
		struct machine *m = aix_new("256K", "1M", NULL);
		struct process *p = machine_spawn(m, "sh");
		vaddr_t va = machine_map(m, p, T_PTOA(75));

		m->tunables.minfree = m->tunables.maxfree = n;
		assert_int_equal(sim_access(m, p, va, T_PTOA(75), VM_PROT_WRITE,
				     NULL),
		    0);
		assert_int_equal(m->oom_kills, 0);
		assert_int_equal(m->vm.pageout.failed, 0);
		machine_ok(m);
		sim_machine_destroy(m);
	}
}

/* What the stealer works with is what is set, and what is shown. */
static void
test_settings(void **state)
{
	struct machine *m = aix_new("8M", "1M:file", NULL);
	struct process *p = machine_spawn(m, "sh");
	const struct vm_aix *v = vm_aix_of(&m->vm);
	struct sim_aix a;

	(void)state;
	assert_int_equal(v->level.minfree, 102);
	assert_int_equal(v->level.maxperm, 1838);
	m->tunables.minfree = 300;
	m->tunables.maxfree = 400;
	m->tunables.minperm = 10;
	m->tunables.maxperm = 50;
	m->tunables.maxclient = 400; /* percent */
	m->tunables.strict_maxclient = 0;
	m->tunables.lru_file_repage = 7;
	m->tunables.rpdecay = 1000;
	nothing(m, p);
	sim_aix_read(m, true, &a);
	assert_int_equal(v->level.minfree, 300);
	assert_int_equal(a.minfree, 300);
	assert_int_equal(a.maxfree, 400);
	assert_int_equal(a.minperm, 204);
	assert_int_equal(a.maxperm, 1021);
	assert_int_equal(a.maxclient, 1021);
	assert_int_equal(v->tune.strict_maxclient, 0);
	assert_int_equal(v->tune.lru_file_repage, 1);
	assert_int_equal(v->tune.rpdecay, 100);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------- SIGDANGER -- */

static void
test_danger(void **state)
{
	struct heard h;
	/* 512 blocks: warned at 64, killed at 8. */
	struct machine *m = aix_new("1M", "2M:file", &h);
	struct process *sh = machine_spawn(m, "sh"), *big;
	uint64_t child;

	(void)state;
	sh->pflags |= SIM_P_DANGER;
	big = writer(m, "big", 400);
	assert_in_range(used(m), 150, 447);
	assert_int_equal(h.n[VM_EVENT_SIGDANGER], 0);
	m->tunables.npswarn = 512 - used(m); /* here we are */
	nothing(m, sh);
	assert_int_equal(h.n[VM_EVENT_SIGDANGER], 2);
	assert_int_equal(sh->dangers, 1);
	assert_int_equal(big->dangers, 1);
	assert_int_equal(h.last[VM_EVENT_SIGDANGER].a, 512 - used(m));
	assert_int_equal(h.last[VM_EVENT_SIGDANGER].b, m->tunables.npswarn);
	assert_int_equal(h.last[VM_EVENT_SIGDANGER].c, 0); /* big's */
	assert_int_equal(h.last[VM_EVENT_SIGDANGER].map_id,
	    big->vmspace->vm_map.id);
	/* Once. */
	nothing(m, sh);
	nothing(m, big);
	assert_int_equal(sh->dangers, 1);
	/* Above it in between: again. */
	m->tunables.npswarn = 10;
	nothing(m, sh);
	m->tunables.npswarn = 512;
	nothing(m, sh);
	assert_int_equal(sh->dangers, 2);
	assert_int_equal(m->kernel->dangers, 0);
	assert_int_equal(h.n[VM_EVENT_OOM_KILL], 0);
	/* A child has its parent's handler, a new image none. */
	assert_int_equal(CALL(m, sh, &child, FORK, .str = "child"), 0);
	assert_true(sim_process_byname(m, "child")->pflags & SIM_P_DANGER);
	assert_int_equal(CALL(m, sh, NULL, EXEC, .str = "/bin/ls"), 0);
	assert_false(sh->pflags & SIM_P_DANGER);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* ---------------------------------------------------------------- npskill - */

/* Three that own blocks, and one that owns none. */
struct family {
	struct machine *m;
	struct process *old, *mid, *young, *idle;
};

static struct family
family_new(struct heard *h)
{
	struct family f = { .m = aix_new("1M", "4M:file", h) };

	f.old = writer(f.m, "old", 250);
	f.mid = writer(f.m, "mid", 250);
	f.young = writer(f.m, "young", 250);
	/* The last one's pages are in memory: out with some of them. */
	(void)writer(f.m, "filler", 250);
	f.idle = machine_spawn(f.m, "idle");
	assert_true(sim_aix_blocks(f.old) > 100);
	assert_true(sim_aix_blocks(f.mid) > 100);
	assert_true(sim_aix_blocks(f.young) > 100);
	assert_int_equal(sim_aix_blocks(f.idle), 0);
	sim_process_exit(f.m, sim_process_byname(f.m, "filler"), 0, 0);
	assert_int_equal(used(f.m),
	    sim_aix_blocks(f.old) + sim_aix_blocks(f.mid) +
		sim_aix_blocks(f.young));
	return f;
}

/* Kill until more than n blocks are free. */
static void
kill_below(struct family *f, uint64_t n)
{
	f->m->tunables.npskill = n;
	nothing(f->m, f->idle);
	machine_ok(f->m);
}

static void
test_youngest_first(void **state)
{
	struct heard h;
	struct family f = family_new(&h);
	uint64_t blocks = f.m->vm.exp.swpages - used(f.m);

	(void)state;
	kill_below(&f, blocks); /* at the level: one is enough */
	assert_int_equal(f.young->state, SIM_EXITED);
	assert_int_equal(f.young->exit_signal, SIM_SIGKILL);
	assert_int_equal(f.mid->state, SIM_RUNNING);
	assert_int_equal(h.n[VM_EVENT_OOM_KILL], 1);
	assert_int_equal(h.last[VM_EVENT_OOM_KILL].a, f.young->pid);
	assert_int_equal(f.m->oom_kills, 1);
	/* Warned before: the levels are in this order. */
	assert_int_equal(f.young->dangers, 1);
	kill_below(&f, 2000); /* more than there are */
	assert_int_equal(f.mid->state, SIM_EXITED);
	assert_int_equal(f.old->state, SIM_EXITED);
	/* Who owns nothing has nothing to give back. */
	assert_int_equal(f.idle->state, SIM_RUNNING);
	assert_int_equal(used(f.m), 0);
	sim_machine_destroy(f.m);
}

static void
test_handlers_spared(void **state)
{
	struct heard h;
	struct family f = family_new(&h);

	(void)state;
	f.young->pflags |= SIM_P_DANGER;
	f.old->pflags |= SIM_P_DANGER;
	kill_below(&f, 2000);
	assert_int_equal(f.mid->state, SIM_EXITED);
	assert_int_equal(f.young->state, SIM_RUNNING);
	assert_int_equal(f.old->state, SIM_RUNNING);
	assert_null(sim_aix_victim(f.m));
	f.m->tunables.low_ps_handling = 2;
	assert_ptr_equal(sim_aix_victim(f.m), f.young);
	kill_below(&f, 2000);
	assert_int_equal(f.young->state, SIM_EXITED);
	assert_int_equal(f.old->state, SIM_EXITED);
	assert_int_equal(h.n[VM_EVENT_OOM_KILL], 3);
	sim_machine_destroy(f.m);
}

/* It comes while an access runs, which ends there. */
static void
test_killed_on_the_way(void **state)
{
	struct heard h;
	struct machine *m = aix_new("1M", "2M:file", &h);
	struct process *old = writer(m, "old", 100), *p;
	struct sim_signal sig;
	vaddr_t va;

	(void)state;
	p = machine_spawn(m, "p");
	va = machine_map(m, p, T_PTOA(2000));
	assert_int_equal(sim_access(m, p, va, T_PTOA(2000), VM_PROT_WRITE,
			     &sig),
	    ENOMEM);
	assert_string_equal(sig.signame, "SIGKILL");
	assert_int_equal(p->state, SIM_EXITED);
	assert_int_equal(p->exit_signal, SIM_SIGKILL);
	/* 512 blocks: warned at 64, killed at 8. */
	assert_int_equal(p->dangers, 1);
	assert_int_equal(old->dangers, 1);
	/* A run of the stealer takes a few at a time. */
	assert_in_range(h.last[VM_EVENT_SIGDANGER].a, 50, 64);
	assert_int_equal(old->state, SIM_RUNNING);
	assert_int_equal(h.n[VM_EVENT_OOM_KILL], 1);
	assert_true(va + T_PTOA(600) < sig.addr);
	assert_true(sig.addr < va + T_PTOA(800));
	assert_int_equal(sim_access(m, p, va, 1, VM_PROT_READ, NULL), ESRCH);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* No paging space at all: the machine's own rule. */
static void
test_out_of_memory(void **state)
{
	struct machine *m = aix_new("1M", "0", NULL);
	struct process *p = machine_spawn(m, "p");
	vaddr_t va = machine_map(m, p, T_PTOA(300));

	(void)state;
	assert_null(sim_aix_victim(m));
	assert_int_equal(sim_access(m, p, va, T_PTOA(300), VM_PROT_WRITE, NULL),
	    ENOMEM);
	assert_int_equal(p->state, SIM_EXITED);
	assert_int_equal(m->oom_kills, 1);
	machine_ok(m);
	sim_machine_destroy(m);
}

static void
test_nokilluid(void **state)
{
	struct family f = family_new(NULL);

	(void)state;
	f.m->tunables.nokilluid = 100;
	f.old->uid = 100;
	f.mid->uid = 99;
	kill_below(&f, 2000);
	assert_int_equal(f.old->state, SIM_EXITED);
	assert_int_equal(f.mid->state, SIM_RUNNING);
	assert_int_equal(f.young->state, SIM_RUNNING);
	sim_machine_destroy(f.m);
}

/* Without paging space, and under another daemon, nobody hears anything. */
static void
test_none(void **state)
{
	struct machine *m = aix_new("1M", "0", NULL);
	struct process *p = machine_spawn(m, "sh");

	(void)state;
	m->tunables.npskill = m->tunables.npswarn = 1000;
	nothing(m, p);
	assert_int_equal(p->dangers, 0);
	assert_int_equal(p->state, SIM_RUNNING);
	sim_machine_destroy(m);
	m = machine_new("freebsd", true);
	p = machine_spawn(m, "sh");
	m->tunables.npskill = m->tunables.npswarn = 1000;
	nothing(m, p);
	assert_int_equal(p->dangers, 0);
	assert_null(vm_aix_of(&m->vm));
	sim_machine_destroy(m);
}

/* ----------------------------------------------------------- load control - */

static void
seconds(struct machine *m, struct process *p, uint64_t n)
{
	assert_int_equal(CALL(m, p, NULL, SLEEP, .arg = { n }), 0);
}

/* Goes over more than fits. */
static void
thrash(struct machine *m, struct process *p, vaddr_t va, uint64_t pages)
{
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(sim_access(m, p, va, T_PTOA(pages),
				     VM_PROT_WRITE, NULL),
		    0);
}

static void
test_load_control(void **state)
{
	struct heard h;
	struct machine *m = aix_new("1M", "8M:file", &h);
	struct process *a = machine_spawn(m, "a");
	struct process *b = machine_spawn(m, "b");
	struct process *c = machine_spawn(m, "c");
	vaddr_t vb = machine_map(m, b, T_PTOA(300));
	vaddr_t vc = machine_map(m, c, T_PTOA(300));
	uint64_t before;

	(void)state;
	/* Off: nothing happens, however bad it is. */
	thrash(m, c, vc, 300);
	seconds(m, a, 1);
	assert_int_equal(h.n[VM_EVENT_SUSPEND], 0);
	m->tunables.v_repage_hi = 2;
	thrash(m, b, vb, 300);
	thrash(m, c, vc, 300);
	assert_true(b->aix_repages > 100);
	assert_true(c->aix_repages > 100);
	assert_true(c->aix_repages <= c->aix_faults);
	assert_int_equal(a->aix_repages, 0);
	seconds(m, a, 1);
	/* Two stay active: the youngest goes. */
	assert_int_equal(h.n[VM_EVENT_SUSPEND], 1);
	assert_true(c->pflags & SIM_P_SUSPENDED);
	assert_false(b->pflags & SIM_P_SUSPENDED);
	assert_int_equal(c->nswap, 1);
	assert_int_equal(c->aix_repages, 0);
	machine_ok(m);
	/* Quiet for v_sec_wait: it goes on. */
	seconds(m, a, 1);
	assert_int_equal(h.n[VM_EVENT_RESUME], 1);
	assert_false(c->pflags & SIM_P_SUSPENDED);
	/* It is exempt for two seconds. */
	thrash(m, c, vc, 300);
	seconds(m, a, 1);
	assert_false(c->pflags & SIM_P_SUSPENDED);
	seconds(m, a, 5);
	m->tunables.v_min_process = 1;
	m->tunables.v_sec_wait = 3;
	thrash(m, b, vb, 300);
	thrash(m, c, vc, 300);
	seconds(m, a, 1);
	assert_true(b->pflags & c->pflags & SIM_P_SUSPENDED);
	/* An operation of a suspended process waits until it may go on. */
	before = sim_clock(m);
	nothing(m, b);
	assert_false(b->pflags & SIM_P_SUSPENDED);
	assert_in_range(sim_clock(m) - before, 3000000000, 4100000000);
	/* Switched off: all go on. */
	b->pflags |= SIM_P_SUSPENDED;
	m->tunables.v_sec_wait = 1000;
	seconds(m, a, 5);
	assert_true(b->pflags & SIM_P_SUSPENDED);
	m->tunables.v_repage_hi = 0;
	seconds(m, a, 1);
	assert_false(b->pflags & SIM_P_SUSPENDED);
	sim_machine_destroy(m);
}

/* Faults without repages are no reason. */
static void
test_load_new_pages(void **state)
{
	struct heard h;
	struct machine *m = aix_new("1M", "16M:file", &h);
	struct process *a = machine_spawn(m, "a");

	(void)state;
	m->tunables.v_repage_hi = 100;
	m->tunables.v_min_process = 0;
	(void)writer(m, "b", 1000);
	assert_true(m->vm.exp.pgswapout > 500);
	seconds(m, a, 1);
	assert_int_equal(h.n[VM_EVENT_SUSPEND], 0);
	/* With 1 every fault would have to be one: never. */
	m->tunables.v_repage_proc = UINT64_MAX;
	m->tunables.v_sec_wait = UINT64_MAX;
	m->slept = SIM_MAX_SLEPT - 1;
	a->pflags |= SIM_P_SUSPENDED;
	nothing(m, a); /* the end of all time does not hang it */
	assert_false(a->pflags & SIM_P_SUSPENDED);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------ identities -- */

static void
breaks(struct machine *m, uint64_t *member, uint64_t d, const char *what)
{
	char buf[200] = "nothing";

	*member += d;
	if (sim_aix_check(m, buf, sizeof(buf)) == NULL ||
	    strstr(buf, what) == NULL)
		fail_msg("expected %s, got: %s", what, buf);
	*member -= d;
	assert_null(sim_aix_check(m, buf, sizeof(buf)));
}

static void
test_identities(void **state)
{
	struct machine *m = aix_new("1M", "2M:file", NULL);
	struct process *p = writer(m, "p", 400);
	struct vm_aix *a = vm_aix_of(&m->vm);
	struct uvmexp *x = &m->vm.exp;

	(void)state;
	assert_true(x->swpgonly > 50);
	breaks(m, &x->swpgonly, 1, "N4");
	breaks(m, &x->swpginuse, 1, "N10");
	breaks(m, &x->swpginuse, (uint64_t)-1, "N10");
	breaks(m, &x->swpages, 1, "N10");
	breaks(m, &a->rpgcnt[VM_AIX_COMP], 1, "N11");
	breaks(m, &a->nrepaged[VM_AIX_FILE], 10000, "N11");
	breaks(m, &a->nreplaced[VM_AIX_FILE], 1, "N12");
	breaks(m, &x->pdfreed, 1, "N12");
	breaks(m, &x->pdscans, -x->pdscans, "N12");
	breaks(m, &a->permio, 10000, "N12");
	assert_int_equal(p->state, SIM_RUNNING);
	sim_machine_destroy(m);
}

/* ---------------------------------------------------------------- random -- */

/* What each page holds is known; the state is checked after each operation. */
static void
test_pressure(void **state)
{
	struct machine *m = aix_new("512K", "4M:file", NULL);
	enum { NPROCS = 3, NPAGES = 100, NFILE = 60 };
	static const char *const names[NPROCS] = { "a", "b", "c" };
	struct process *p[NPROCS];
	vaddr_t va[NPROCS];
	uint64_t tag[NPROCS][NPAGES] = { { 0 } }, seed = 21;
	struct sim_aix was, now;

	(void)state;
	for (unsigned i = 0; i < NPROCS; i++) {
		p[i] = machine_spawn(m, names[i]);
		va[i] = machine_map(m, p[i], T_PTOA(NPAGES));
	}
	sim_aix_read(m, true, &was);
	for (unsigned n = 0; n < 3000; n++) {
		unsigned i = (unsigned)rnd_draw(&seed, NPROCS);
		unsigned k = (unsigned)rnd_draw(&seed, NPAGES);
		vaddr_t at = va[i] + T_PTOA(k);

		if (rnd_draw(&seed, 3) > 0) {
			assert_int_equal(sim_access(m, p[i], at, 1,
					     VM_PROT_WRITE, NULL),
			    0);
			tag[i][k] = m->stamp;
		} else {
			assert_int_equal(sim_access(m, p[i], at, 1,
					     VM_PROT_READ, NULL),
			    0);
		}
		assert_int_equal(machine_tag(p[i], at), tag[i][k]);
		if (n % 200 != 0)
			continue;
		sim_aix_read(m, true, &now);
#define X(member) assert_true(now.member >= was.member);
		SIM_AIX_COUNTERS(X)
#undef X
		was = now;
	}
	assert_true(now.pgsteals > 1000);
	assert_true(now.pgspgins > 400);
	assert_int_equal(now.pgsteals, now.nreplaced[0] + now.nreplaced[1]);
	assert_true(now.nrepaged[0] > 500);
	assert_true(now.freewts == 0);
	for (unsigned i = 0; i < NPROCS; i++)
		for (unsigned k = 0; k < NPAGES; k++)
			assert_int_equal(machine_tag(p[i], va[i] + T_PTOA(k)),
			    tag[i][k]);
	sim_machine_destroy(m);
}

static const char *const settings[] = { "minfree", "maxfree", "minperm",
	"maxperm", "maxclient", "strict_maxperm", "strict_maxclient",
	"lru_file_repage", "rpdecay", "npswarn", "npskill", "low_ps_handling",
	"nokilluid", "v_repage_hi", "v_repage_proc", "v_min_process",
	"v_sec_wait", "v_exempt_secs" };

/* Any setting to anything: often small, now and then absurd. */
static void
set_something(struct machine *m, uint64_t *seed)
{
	static const uint64_t most[] = { 2, 20, 100, 300, UINT32_MAX };
	const char *name = settings[rnd_draw(seed, NELEM(settings))];
	uint64_t v = rnd_draw(seed, most[rnd_draw(seed, NELEM(most))]);
	size_t i = 0;

	while (strcmp(sim_tunable_rows[i].name, name) != 0)
		i++;
	*sim_tunable_at(m, i) = rnd_draw(seed, 20) == 0 ? UINT64_MAX - v : v;
}

/* Processes come and go, whatever is set; whoever lives can be made to act. */
static void
test_storm(void **state)
{
	struct heard h;
	struct machine *m = aix_new("512K", "1M:file", &h);
	uint64_t seed = 77, ret;
	vaddr_t va = 0, file = 0;

	(void)state;
	assert_non_null(sim_file_get(m, "/data", T_PTOA(80), SIM_FILE_REG));
	m->tunables.v_repage_hi = 5;
	m->tunables.v_min_process = 0;
	for (unsigned n = 0; n < 4000; n++) {
		struct process *p = sim_process_bypid(m,
		    (int)(2 + rnd_draw(&seed, (uint64_t)m->next_pid)));
		const uint64_t what = rnd_draw(&seed, 100);

		if (what == 0)
			set_something(m, &seed);
		if (p == NULL || p->state != SIM_RUNNING) {
			if (HASH_COUNT(m->procs) > 6)
				continue;
			m->next_pid = m->next_pid > 20 ? 2 : m->next_pid;
			if (sim_spawn(m, NULL, 0, NULL, NULL, &p) != 0)
				continue;
			if (p->state != SIM_RUNNING)
				continue;
			va = machine_map(m, p, T_PTOA(100));
			continue;
		}
		if (what < 2)
			(void)CALL(m, p, &ret, FORK);
		else if (what < 3)
			(void)CALL(m, p, NULL, EXIT, .arg = { 0 });
		else if (what < 6)
			(void)CALL(m, p, NULL, SLEEP, .arg = { what - 3 });
		else if (what < 8)
			p->pflags ^= SIM_P_DANGER;
		else if (what < 10 &&
		    CALL(m, p, &ret, OPEN, .str = "/data", .arg = { 2 }) == 0)
			(void)CALL(m, p, &file, MMAP,
			    .arg = { 0, T_PTOA(80), 3, 1, ret, 0 });
		else
			(void)sim_access(m, p,
			    (what < 40 && file != 0 ? file : va) +
				T_PTOA(rnd_draw(&seed, 80)),
			    T_PTOA(1 + rnd_draw(&seed, 20)),
			    what & 1 ? VM_PROT_WRITE : VM_PROT_READ, NULL);
		assert_int_not_equal(m->error.err, ENOTRECOVERABLE);
		for (p = m->procs; p != NULL; p = p->hh.next)
			if (p->state == SIM_EXITED) {
				sim_process_reap(m, p);
				break;
			}
	}
	machine_ok(m);
	assert_true(m->vm.exp.pdfreed > 1000);
	assert_true(h.n[VM_EVENT_SIGDANGER] > 10);
	assert_true(h.n[VM_EVENT_OOM_KILL] > 10);
	assert_true(h.n[VM_EVENT_SUSPEND] > 0);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------------ core -- */

/* The same references in both machines: the same steals, repages, kills. */
static void
test_core(void **state)
{
	char path[] = "/tmp/test_aix_paging.XXXXXX", err[300];
	struct machine *a = aix_new("512K", "1M:file", NULL), *b;
	struct process *pa = machine_spawn(a, "a"), *pb;
	vaddr_t va = machine_map(a, pa, T_PTOA(200));
	struct sim_aix na, nb;
	uint64_t seed = 8;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	a->tunables.v_repage_hi = 3;
	a->tunables.npswarn = 200;
	pa->pflags |= SIM_P_DANGER;
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(sim_access(a, pa,
				     va + T_PTOA(rnd_draw(&seed, 200)), 1,
				     VM_PROT_WRITE, NULL),
		    0);
	assert_true(pa->dangers > 0);
	assert_int_equal(sim_core_save(a, path, err, sizeof(err)), 0);
	if (sim_core_load(path, &b, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	unlink(path);
	machine_ok(b);
	pb = sim_process_byname(b, "a");
	assert_int_equal(pb->dangers, pa->dangers);
	assert_int_equal(pb->pflags, pa->pflags);
	for (unsigned i = 0; i < 2000; i++) {
		vaddr_t at = va + T_PTOA(rnd_draw(&seed, 200));

		assert_int_equal(sim_access(a, pa, at, 1, VM_PROT_WRITE, NULL),
		    sim_access(b, pb, at, 1, VM_PROT_WRITE, NULL));
		assert_int_equal(pa->state, pb->state);
		if (pa->state != SIM_RUNNING)
			break;
		assert_int_equal(vm_aix_of(&a->vm)->hand,
		    vm_aix_of(&b->vm)->hand);
	}
	sim_aix_read(a, true, &na);
	sim_aix_read(b, true, &nb);
	assert_memory_equal(&na, &nb, sizeof(na));
	assert_int_equal(sim_clock(a), sim_clock(b));
	machine_ok(b);
	sim_machine_destroy(a);
	sim_machine_destroy(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_levels_beyond),
		cmocka_unit_test(test_small_maxfree),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_danger),
		cmocka_unit_test(test_youngest_first),
		cmocka_unit_test(test_handlers_spared),
		cmocka_unit_test(test_killed_on_the_way),
		cmocka_unit_test(test_out_of_memory),
		cmocka_unit_test(test_nokilluid),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_load_control),
		cmocka_unit_test(test_load_new_pages),
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_pressure),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
