/*
 * The n-th I/O of the simulated disks fails, for each n: reads and writes of
 * swap and of files, once, or all from there on, under each daemon and policy
 * and each system.
 *
 * A process and its child use four times the memory that there is: private
 * memory, some of it shared by fork, a shared file, a private file.  What their
 * pages hold is written down here, a number a page (a write leaves the stamp
 * that it had), and must come back after any number of trips to the disk:
 *
 *  - a write that fails loses nothing: the page stays in memory, dirty;
 *  - a slot of swap that cannot be read has lost one page, which only those who
 *    share it miss: an access to it fails, again and again, until it is given
 *    up; all other pages hold what they held;
 *  - a page of a file that cannot be read is an error of that access alone;
 *  - a disk that is dead from there on may cost processes, but no invariant.
 *
 * The state is sound after each step; when all have exited, nothing is left in
 * swap but the bad slots, and no frame is missing.
 *
 *	test_io_failure [-l] [VARIANT]
 */
#include "setup.h"
#include "tests/pairs.h"
#include "tests/random.h"
#include "vm/policy.h"
#include "vm/vm_fault.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NPRIVATE 96 /* pages of each kind of memory */
#define NFILE 40
#define NPAGES (NPRIVATE + 2 * NFILE)
#define STEPS 700
#define LOST UINT64_MAX /* nobody knows what the page holds */

enum { PARENT, CHILD, NPROCS };

struct world {
	struct machine *m;
	struct process *p[NPROCS];
	uint64_t holds[NPROCS][NPAGES];
	uint64_t seed;
	bool dead;  /* I/O fails from the n-th on */
	bool swaps; /* what fails is swap, else files */
	enum vm_io_kind kind;
	uint64_t left;  /* until it is dead */
	uint64_t fired; /* I/Os that have failed */
	char why[300];
};

static const char *const kinds[] = { "read", "write" };

/* ------------------------------------------------------------- machine ---- */

static bool
configure(struct world *w, const char *keys,
    const struct sim_personality *personality)
{
	char pairs[160], err[200];
	struct sim_config config;

	sim_config_default(&config);
	config.personality = personality;
	config.tags = true;
	(void)snprintf(pairs, sizeof(pairs), "ram=256K,swap=2M,%s", keys);
	if (pairs_set(&config, pairs, err, sizeof(err)) == 0 &&
	    sim_machine_create(&config, &w->m, err, sizeof(err)) == 0)
		return true;
	printf("%s: %s\n", keys, err);
	return false;
}

static vaddr_t
place(unsigned page)
{
	return A(page);
}

static int
map(struct world *w, unsigned page, unsigned n, const char *how, uint64_t fd)
{
	struct setup s = { .m = w->m, .p = w->p[PARENT] };
	struct sim_call c = { .no = SIM_SYS_MMAP,
		.arg = { place(page), PAGES(n), 3,
		    setup_const(&s, "MAP_FIXED") | setup_const(&s, how) |
			(fd == UINT64_MAX ? setup_const(&s, "MAP_ANON") : 0),
		    fd, 0 } };

	return sim_syscall(w->m, w->p[PARENT], &c, NULL);
}

/* The file's pages hold what it has; fresh memory holds zero. */
static void
know(struct world *w, const struct sim_file *f)
{
	for (unsigned i = 0; i < NFILE; i++)
		w->holds[PARENT][NPRIVATE + i] = w->holds[PARENT][NPRIVATE +
		    NFILE + i] = vm_tag_hash(f->object->seed, i);
}

static bool
begin(struct world *w, const char *keys, const struct sim_personality *system)
{
	const struct sim_call open = { .no = SIM_SYS_OPEN,
		.str = "/f",
		.arg = { 2 } };
	const struct sim_call fork = { .no = SIM_SYS_FORK, .str = "child" };
	struct sim_file *f;
	uint64_t fd, pid;

	if (!configure(w, keys, system))
		return false;
	if ((f = sim_file_get(w->m, "/f", PAGES(NFILE), SIM_FILE_REG)) ==
		NULL ||
	    sim_spawn(w->m, "p", 0, NULL, NULL, &w->p[PARENT]) != 0 ||
	    sim_syscall(w->m, w->p[PARENT], &open, &fd) != 0 ||
	    map(w, 0, NPRIVATE, "MAP_PRIVATE", UINT64_MAX) != 0 ||
	    map(w, NPRIVATE, NFILE, "MAP_SHARED", fd) != 0 ||
	    map(w, NPRIVATE + NFILE, NFILE, "MAP_PRIVATE", fd) != 0)
		return false;
	know(w, f);
	for (unsigned i = 0; i < NPRIVATE / 2; i++) {
		if (sim_access(w->m, w->p[PARENT], place(i), 1, VM_PROT_WRITE,
			NULL) != 0)
			return false;
		w->holds[PARENT][i] = w->m->stamp;
	}
	if (sim_syscall(w->m, w->p[PARENT], &fork, &pid) != 0)
		return false;
	w->p[CHILD] = sim_process_bypid(w->m, (int)pid);
	memcpy(w->holds[CHILD], w->holds[PARENT], sizeof(w->holds[CHILD]));
	return true;
}

/* --------------------------------------------------------------- model ---- */

static bool
is_shared(unsigned page)
{
	return page >= NPRIVATE && page < NPRIVATE + NFILE;
}

/*
 * A write is seen by all who share the file.  The private file's pages that
 * nobody has written yet are the shared file's, too.
 */
static void
wrote(struct world *w, unsigned who, unsigned page)
{
	const uint64_t was = w->holds[who][page], now = w->m->stamp;

	w->holds[who][page] = now;
	if (!is_shared(page))
		return;
	for (unsigned i = 0; i < NPROCS; i++) {
		w->holds[i][page] = now;
		if (w->holds[i][page + NFILE] == was)
			w->holds[i][page + NFILE] = now;
	}
}

/* The page could not be read from swap: all who share it have lost it. */
static void
lost(struct world *w, unsigned who, unsigned page)
{
	const uint64_t was = w->holds[who][page];

	for (unsigned i = 0; i < NPROCS; i++)
		if (i == who || (was != 0 && w->holds[i][page] == was))
			w->holds[i][page] = LOST;
}

__attribute__((format(printf, 2, 3))) static bool
wrong(struct world *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
	return false;
}

static bool
alive(const struct world *w, unsigned who)
{
	return w->p[who] != NULL && w->p[who]->state == SIM_RUNNING;
}

/* An access that failed: may it? */
static bool
judge_error(struct world *w, unsigned who, unsigned page, int error,
    const struct sim_signal *sig)
{
	if (!alive(w, who))
		return w->dead || wrong(w, "process %u was killed", who);
	if (w->dead && (error == ENOMEM || error == EIO))
		return true;
	if (error != EIO)
		return wrong(w, "page %u: expected EIO, got %s", page,
		    sim_errname(error));
	if (sig->signame == NULL)
		return wrong(w, "page %u: EIO without a signal", page);
	if (w->kind == VM_IO_WRITE)
		return wrong(w, "page %u: a write failed, not a read", page);
	if (w->swaps && w->holds[who][page] != LOST)
		lost(w, who, page);
	return true;
}

/*
 * Who is killed for his memory may have written before: what the others see of
 * a shared page says it.
 */
static void
killed_writing(struct world *w, unsigned who, unsigned page)
{
	uint64_t tag;

	for (unsigned i = 0; i < NPROCS; i++)
		if (alive(w, i) && is_shared(page) &&
		    vm_peek_tag(&w->p[i]->vmspace->vm_map, place(page), &tag) ==
			0 &&
		    tag == w->m->stamp)
			wrote(w, who, page);
}

static bool
touch(struct world *w, unsigned who, unsigned page, vm_prot_t type)
{
	struct sim_signal sig = { .err = 0 };
	const int error = sim_access(w->m, w->p[who], place(page), 1, type,
	    &sig);

	if (error != 0 && type == VM_PROT_WRITE && !alive(w, who))
		killed_writing(w, who, page);
	if (error != 0)
		return judge_error(w, who, page, error, &sig);
	if (type == VM_PROT_WRITE)
		wrote(w, who, page);
	return true;
}

/* Each page of each process, by a look that faults nothing in. */
static bool
compare(struct world *w)
{
	for (unsigned who = 0; who < NPROCS; who++)
		for (unsigned i = 0; alive(w, who) && i < NPAGES; i++) {
			const uint64_t want = w->holds[who][i];
			uint64_t tag = 0;
			int error;

			if (want == LOST)
				continue;
			error = vm_peek_tag(&w->p[who]->vmspace->vm_map,
			    place(i), &tag);
			if (error == EIO && w->dead)
				continue;
			if (error != 0 || tag != want)
				return wrong(w,
				    "process %u, page %u holds %#" PRIx64
				    " (%s), expected %#" PRIx64,
				    who, i, tag, sim_errname(error), want);
		}
	return true;
}

/* ----------------------------------------------------------------- run ---- */

static bool
sync_file(struct world *w, unsigned who)
{
	const struct setup s = { .m = w->m, .p = w->p[who] };
	const struct sim_call c = { .no = SIM_SYS_MSYNC,
		.arg = { place(NPRIVATE), PAGES(NFILE),
		    setup_const(&s, "MS_SYNC") } };
	const int error = sim_syscall(w->m, w->p[who], &c, NULL);

	if (error == 0 || error == EIO || (w->dead && error == ENOMEM))
		return true;
	return wrong(w, "msync: expected success or EIO, got %s",
	    sim_errname(error));
}

static bool
step(struct world *w)
{
	const unsigned who = (unsigned)rnd_below(&w->seed, NPROCS);
	const unsigned what = (unsigned)rnd_below(&w->seed, 100);
	const unsigned page = (unsigned)rnd_below(&w->seed, NPAGES);

	if (!alive(w, who))
		return true;
	if (what == 0)
		return sync_file(w, who);
	return touch(w, who, page, what < 50 ? VM_PROT_WRITE : VM_PROT_READ);
}

/* A disk that is dead from the n-th I/O of its kind on. */
static int
dead_disk(void *ctx, const struct vm_io *io)
{
	struct world *w = ctx;
	const int error = sim_disk_io(w->m, io);

	if (io->swap != w->swaps || io->kind != w->kind)
		return error;
	if (w->left > 1) {
		w->left--;
		return error;
	}
	w->fired++;
	return EIO;
}

/* The n-th I/O from now fails, and maybe all behind it. */
static bool
arm(struct world *w, uint64_t n)
{
	const uint32_t target = w->swaps ? SIM_IO_SWAP : SIM_DISK_FILES;

	if (!w->dead)
		return sim_io_fail(w->m, target, w->kind, n) == 0;
	w->left = n;
	w->m->vm.io_fn = dead_disk;
	w->m->vm.io_ctx = w;
	return true;
}

/* What is left when all have gone, and the disk works again. */
static bool
leave(struct world *w)
{
	const struct vm_swap *swap = &w->m->vm.swap;
	uint64_t bad = 0;

	w->m->vm.io_fn = sim_disk_io;
	w->m->vm.io_ctx = w->m;
	for (unsigned i = 0; i < NPROCS; i++) {
		if (alive(w, i))
			sim_process_exit(w->m, w->p[i], 0, 0);
		sim_process_reap(w->m, w->p[i]);
	}
	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++)
		bad += swap->dev[i].npgbad;
	if (w->m->vm.exp.swpginuse != bad)
		return wrong(w,
		    "%" PRIu64 " slots are in use, %" PRIu64 " are bad",
		    (uint64_t)w->m->vm.exp.swpginuse, bad);
	return true;
}

static bool
sound(struct world *w, const char *when, unsigned i)
{
	char text[256];
	const char *why = machine_check(w->m, text, sizeof(text));

	return why == NULL || wrong(w, "%s %u: %s", when, i, why);
}

/* => false: w->why says what is wrong */
static bool
run(struct world *w, uint64_t n)
{
	bool ok = arm(w, n) || wrong(w, "no such disk");

	for (unsigned i = 0; ok && i < STEPS; i++) {
		const uint64_t before = w->m->io.errors + w->fired;

		ok = step(w);
		if (ok && w->m->io.errors + w->fired != before)
			ok = sound(w, "step", i) && compare(w);
	}
	w->fired += w->m->io.errors;
	return ok && compare(w) && leave(w) && sound(w, "at the end", STEPS);
}

/* -------------------------------------------------------------- variants -- */

static const char *const own[] = { "policy=uvm", "policy=freebsd", "policy=aix",
	"policy=uvm,superpages=eager,arch=power", "policy=freebsd,arch=arm64",
	"policy=lru,frames=24" };

struct totals {
	uint64_t faults, states, failed, passed;
};

struct plan {
	uint64_t most, stride; /* n = 1, 1 + stride, ... below most */
};

/* => the n-th I/O was there, so that there may be another one */
static bool
try_one(const char *keys, const struct sim_personality *system,
    const struct world *how, uint64_t n, struct totals *t)
{
	struct world w = *how;
	bool ok;

	w.seed = n;
	ok = begin(&w, keys, system);
	if (!ok)
		(void)wrong(&w, "it cannot begin");
	ok = ok && run(&w, n);
	t->faults += w.fired > 0;
	t->states += w.fired > 0 ? 2 : 1;
	t->failed += !ok;
	t->passed += ok;
	if (!ok)
		printf("%s, %s: %s of %s %" PRIu64 "%s: %s\n", keys,
		    system->name, kinds[w.kind], w.swaps ? "swap" : "files", n,
		    w.dead ? " and on" : "", w.why);
	if (w.m != NULL)
		sim_machine_destroy(w.m);
	return ok && w.fired > 0;
}

static void
try_variant(const char *keys, const struct sim_personality *system,
    const struct plan *plan, struct totals *t)
{
	for (unsigned i = 0; i < 8; i++) {
		const struct world how = { .swaps = (i & 1) != 0,
			.kind = (i & 2) != 0 ? VM_IO_WRITE : VM_IO_READ,
			.dead = (i & 4) != 0 };
		uint64_t n = 1;

		while (n < plan->most && try_one(keys, system, &how, n, t))
			n += plan->stride;
	}
}

int
main(int argc, char **argv)
{
	static const struct plan quick = { 60, 23 }, all = { UINT64_MAX, 1 };
	const bool whole = argc > 1 && strcmp(argv[1], "-l") == 0;
	const char *only = argc > 1 + whole ? argv[1 + whole] : NULL;
	const struct plan *plan = whole ? &all : &quick;
	struct totals t = { 0 };
	char keys[64];

	for (unsigned i = 0; sim_personalities[i] != NULL; i++) {
		for (unsigned k = 0; k < NELEM(own); k++)
			if (only == NULL || strcmp(only, own[k]) == 0)
				try_variant(own[k], sim_personalities[i], plan,
				    &t);
		for (unsigned k = 0; vm_policies[k] != NULL; k++) {
			(void)snprintf(keys, sizeof(keys), "policy=%s",
			    vm_policies[k]->name);
			if (strcmp(vm_policies[k]->name, "opt") == 0 ||
			    (only != NULL && strcmp(only, keys) != 0) ||
			    (!whole && k % 4 != i % 4))
				continue;
			try_variant(keys, sim_personalities[i], plan, &t);
		}
	}
	if (t.failed != 0)
		printf("reproduce: test_io_failure [-l] VARIANT\n");
	printf("TRUST faults %" PRIu64 "\nTRUST states %" PRIu64 "\n", t.faults,
	    t.states);
	printf("%" PRIu64 " passed, %" PRIu64 " failed\n", t.passed, t.failed);
	return t.failed != 0;
}
