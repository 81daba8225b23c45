/*
 * Each allocation of each call made to fail, one after the other.
 *
 * For n = 1, 2, 3 ... a fresh machine runs the call with its n-th allocation
 * failing: that one, that one and all behind it, each n-th; until the call no
 * longer has so many.  A run that was hit must say that memory is short and
 * leave the state as it was; or succeed and leave the state as an undisturbed
 * run does (the memory was for something optional).  What has failed is done
 * once more then, with memory: it must go as if nothing had been.
 *
 * Short, each call is made on one of the machines besides the plain one, under
 * each system (a slow build: under one that has it); with -l on all of them.
 * There each allocation fails alone, but of those from which on all fail, and
 * of the n of each n-th, some are taken, each about a third farther than the
 * one before (SPARSE): every one of them is tried on the plain machine, and all
 * machines have to undo the same.
 *
 *	test_alloc_failure [-l] [NAME]
 */
#include "dump.h"
#include "setup.h"
#include "tests/slow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test {
	const char *name;
	enum sim_sysno no;
	uint64_t arg[6];
	const char *flags; /* names added to arg[at] */
	unsigned at;
	const char *str;
	vm_prot_t access;   /* an access instead of a call */
	bool linux_partial; /* mlock(2), mmap(2): marks stay */
};

/* Places in arguments that are filled in later. */
#define SHMID ((uint64_t)-100)
#define BRK ((uint64_t)-200) /* + bytes behind the first break */
#define ANYFD UINT64_MAX

static const struct test tests[] = {
	{ .name = "mmap anonymous",
	    .no = SIM_SYS_MMAP,
	    .arg = { 0, PAGES(3), 3, 0, ANYFD, 0 },
	    .flags = "MAP_ANON MAP_PRIVATE",
	    .at = 3 },
	{ .name = "mmap shared",
	    .no = SIM_SYS_MMAP,
	    .arg = { 0, PAGES(3), 3, 0, ANYFD, 0 },
	    .flags = "MAP_ANON MAP_SHARED",
	    .at = 3 },
	{ .name = "mmap file",
	    .no = SIM_SYS_MMAP,
	    .arg = { 0, PAGES(3), 5, 0, 3, 0 },
	    .flags = "MAP_PRIVATE",
	    .at = 3 },
	{ .name = "mmap over all",
	    .no = SIM_SYS_MMAP,
	    .arg = { A(1), PAGES(40), 3, 0, ANYFD, 0 },
	    .flags = "MAP_ANON MAP_PRIVATE MAP_FIXED",
	    .at = 3 },
	{ .name = "mmap shared over all",
	    .no = SIM_SYS_MMAP,
	    .arg = { A(3), PAGES(40), 3, 0, 4, 0 },
	    .flags = "MAP_SHARED MAP_FIXED",
	    .at = 3 },
	{ .name = "mmap stack",
	    .no = SIM_SYS_MMAP,
	    .arg = { 0, PAGES(64), 3, 0, ANYFD, 0 },
	    .flags = "MAP_ANON MAP_PRIVATE MAP_STACK",
	    .at = 3 },
	{ .name = "mmap locked",
	    .no = SIM_SYS_MMAP,
	    .arg = { 0, PAGES(4), 3, 0, ANYFD, 0 },
	    .flags = "MAP_ANON MAP_PRIVATE MAP_WIRED MAP_LOCKED",
	    .at = 3,
	    .linux_partial = true },
	{ .name = "mmap behind a mapping",
	    .no = SIM_SYS_MMAP,
	    .arg = { A(44), PAGES(2), 3, 0, ANYFD, 0 },
	    .flags = "MAP_ANON MAP_PRIVATE MAP_FIXED",
	    .at = 3 },
	{ .name = "munmap part",
	    .no = SIM_SYS_MUNMAP,
	    .arg = { A(1), PAGES(1) } },
	{ .name = "munmap all",
	    .no = SIM_SYS_MUNMAP,
	    .arg = { A(0), PAGES(26) } },
	{ .name = "mprotect part",
	    .no = SIM_SYS_MPROTECT,
	    .arg = { A(1), PAGES(2), 1 } },
	{ .name = "mprotect many",
	    .no = SIM_SYS_MPROTECT,
	    .arg = { A(5), PAGES(16), 1 } },
	{ .name = "mprotect none",
	    .no = SIM_SYS_MPROTECT,
	    .arg = { A(9), PAGES(9), 0 } },
	{ .name = "minherit",
	    .no = SIM_SYS_MINHERIT,
	    .arg = { A(1), PAGES(10), 2 } },
	{ .name = "madvise random",
	    .no = SIM_SYS_MADVISE,
	    .arg = { A(5), PAGES(5), 0 },
	    .flags = "MADV_RANDOM",
	    .at = 2 },
	{ .name = "madvise dontneed",
	    .no = SIM_SYS_MADVISE,
	    .arg = { A(0), PAGES(20), 0 },
	    .flags = "MADV_DONTNEED",
	    .at = 2 },
	{ .name = "madvise dontneed private",
	    .no = SIM_SYS_MADVISE,
	    .arg = { A(0), PAGES(8), 0 },
	    .flags = "MADV_DONTNEED",
	    .at = 2 },
	{ .name = "madvise free",
	    .no = SIM_SYS_MADVISE,
	    .arg = { A(0), PAGES(8), 0 },
	    .flags = "MADV_FREE",
	    .at = 2 },
	{ .name = "madvise willneed",
	    .no = SIM_SYS_MADVISE,
	    .arg = { A(8), PAGES(12), 0 },
	    .flags = "MADV_WILLNEED",
	    .at = 2 },
	{ .name = "madvise nocore",
	    .no = SIM_SYS_MADVISE,
	    .arg = { A(1), PAGES(9), 0 },
	    .flags = "MADV_NOCORE MADV_DONTDUMP",
	    .at = 2 },
	{ .name = "madvise dontfork",
	    .no = SIM_SYS_MADVISE,
	    .arg = { A(1), PAGES(9), 0 },
	    .flags = "MADV_DONTFORK",
	    .at = 2 },
	{ .name = "mlock private",
	    .no = SIM_SYS_MLOCK,
	    .arg = { A(0), PAGES(8) },
	    .linux_partial = true },
	{ .name = "mlock objects",
	    .no = SIM_SYS_MLOCK,
	    .arg = { A(9), PAGES(10) },
	    .linux_partial = true },
	{ .name = "mlock fresh",
	    .no = SIM_SYS_MLOCK,
	    .arg = { A(29), PAGES(2) },
	    .linux_partial = true },
	{ .name = "munlock",
	    .no = SIM_SYS_MUNLOCK,
	    .arg = { A(42), PAGES(1) } },
	{ .name = "mlockall current",
	    .no = SIM_SYS_MLOCKALL,
	    .arg = { 1 },
	    .linux_partial = true },
	{ .name = "mlockall future", .no = SIM_SYS_MLOCKALL, .arg = { 2 } },
	{ .name = "munlockall", .no = SIM_SYS_MUNLOCKALL, .arg = { 0 } },
	{ .name = "msync",
	    .no = SIM_SYS_MSYNC,
	    .arg = { A(12), PAGES(4), 0 },
	    .flags = "MS_SYNC",
	    .at = 2 },
	{ .name = "msync invalidate",
	    .no = SIM_SYS_MSYNC,
	    .arg = { A(8), PAGES(16), 0 },
	    .flags = "MS_SYNC MS_INVALIDATE",
	    .at = 2 },
	{ .name = "mincore",
	    .no = SIM_SYS_MINCORE,
	    .arg = { A(0), PAGES(28), 0 } },
	{ .name = "mremap move",
	    .no = SIM_SYS_MREMAP,
	    .arg = { A(40), PAGES(2), PAGES(6), 1, 0 } },
	{ .name = "mremap shrink",
	    .no = SIM_SYS_MREMAP,
	    .arg = { A(28), PAGES(4), PAGES(1), 0, 0 } },
	{ .name = "mremap fixed",
	    .no = SIM_SYS_MREMAP,
	    .arg = { A(4), PAGES(4), PAGES(4), 3, A(29) } },
	{ .name = "mremap keep",
	    .no = SIM_SYS_MREMAP,
	    .arg = { A(4), PAGES(4), PAGES(4), 7, A(60) } },
	{ .name = "mremap to anywhere (NetBSD)",
	    .no = SIM_SYS_MREMAP,
	    .arg = { A(40), PAGES(2), 0, PAGES(6), 0 } },
	{ .name = "mremap fixed (NetBSD)",
	    .no = SIM_SYS_MREMAP,
	    .arg = { A(4), PAGES(4), A(60), PAGES(4), 0 },
	    .flags = "MAP_FIXED",
	    .at = 4 },
	{ .name = "brk", .no = SIM_SYS_BRK, .arg = { BRK + 0x5000 } },
	{ .name = "sbrk", .no = SIM_SYS_SBRK, .arg = { 0x5000 } },
	{ .name = "fork", .no = SIM_SYS_FORK, .arg = { 0 }, .str = "second" },
	{ .name = "vfork", .no = SIM_SYS_VFORK, .arg = { 0 }, .str = "second" },
	{ .name = "exec",
	    .no = SIM_SYS_EXEC,
	    .arg = { 0 },
	    .str = "/bin/other" },
	{ .name = "exit", .no = SIM_SYS_EXIT, .arg = { 3 } },
	{ .name = "shmget",
	    .no = SIM_SYS_SHMGET,
	    .arg = { 0, PAGES(2), 0600 } },
	{ .name = "shmat", .no = SIM_SYS_SHMAT, .arg = { SHMID, 0, 0 } },
	{ .name = "shmat fixed",
	    .no = SIM_SYS_SHMAT,
	    .arg = { SHMID, A(50), 0 } },
	{ .name = "shmdt", .no = SIM_SYS_SHMDT, .arg = { A(24) } },
	{ .name = "shmctl",
	    .no = SIM_SYS_SHMCTL,
	    .arg = { SHMID, 0, 0 },
	    .flags = "IPC_RMID",
	    .at = 1 },
	{ .name = "shm_open",
	    .no = SIM_SYS_SHM_OPEN,
	    .arg = { 2, 0600 },
	    .flags = "O_CREAT",
	    .str = "/new" },
	{ .name = "shm_unlink",
	    .no = SIM_SYS_SHM_UNLINK,
	    .arg = { 0 },
	    .str = "/s" },
	{ .name = "memfd_create",
	    .no = SIM_SYS_MEMFD_CREATE,
	    .arg = { 0 },
	    .str = "mem" },
	{ .name = "open", .no = SIM_SYS_OPEN, .arg = { 2, 0 }, .str = "/f" },
	{ .name = "open create",
	    .no = SIM_SYS_OPEN,
	    .arg = { 2, 0600 },
	    .flags = "O_CREAT",
	    .str = "/new" },
	{ .name = "close", .no = SIM_SYS_CLOSE, .arg = { 3 } },
	{ .name = "unlink", .no = SIM_SYS_UNLINK, .arg = { 0 }, .str = "/f" },
	{ .name = "ftruncate",
	    .no = SIM_SYS_FTRUNCATE,
	    .arg = { 3, PAGES(2) } },
	{ .name = "setrlimit",
	    .no = SIM_SYS_SETRLIMIT,
	    .arg = { SIM_RLIMIT_STACK, PAGES(64), PAGES(64) } },
	{ .name = "write shared by fork",
	    .access = VM_PROT_WRITE,
	    .arg = { A(1), PAGES(1) } },
	{ .name = "read after fork",
	    .access = VM_PROT_READ,
	    .arg = { A(3), PAGES(1) } },
	{ .name = "write zero",
	    .access = VM_PROT_WRITE,
	    .arg = { A(6), PAGES(1) } },
	{ .name = "write fresh",
	    .access = VM_PROT_WRITE,
	    .arg = { A(28), PAGES(1) } },
	{ .name = "write private file",
	    .access = VM_PROT_WRITE,
	    .arg = { A(10), PAGES(1) } },
	{ .name = "read file",
	    .access = VM_PROT_READ,
	    .arg = { A(11), PAGES(1) } },
	{ .name = "write shared file",
	    .access = VM_PROT_WRITE,
	    .arg = { A(15), PAGES(1) } },
	{ .name = "write segment",
	    .access = VM_PROT_WRITE,
	    .arg = { A(25), PAGES(1) } },
	{ .name = "write shared",
	    .access = VM_PROT_WRITE,
	    .arg = { A(22), PAGES(1) } },
};

static uint64_t
flags_of(const struct setup *s, const char *names)
{
	char word[32];
	uint64_t flags = 0;
	int n;

	for (; names != NULL && sscanf(names, "%31s%n", word, &n) == 1;
	     names += n)
		flags |= setup_const(s, word);
	return flags;
}

/* => the operation's errno */
static int
run(struct setup *s, const struct test *t)
{
	struct sim_call c = { .no = t->no, .str = t->str };
	uint8_t vec[64];
	uint64_t ret;

	if (t->access != 0)
		return sim_access(s->m, s->p, t->arg[0], t->arg[1], t->access,
		    NULL);
	memcpy(c.arg, t->arg, sizeof(c.arg));
	c.vec = vec;
	c.vec_len = sizeof(vec);
	c.arg[t->at] |= flags_of(s, t->flags);
	if (c.arg[0] == SHMID)
		c.arg[0] = (uint64_t)s->shmid;
	if (t->no == SIM_SYS_BRK)
		c.arg[0] += s->brk - BRK;
	return sim_syscall(s->m, s->p, &c, &ret);
}

/* Where two dumps differ: the lines. */
static void
print_difference(const char *expected, const char *got)
{
	size_t at = 0, line = 0;

	for (; expected[at] != '\0' && expected[at] == got[at]; at++)
		if (expected[at] == '\n')
			line = at + 1;
	printf("\texpected %.*s\n\tgot      %.*s\n",
	    (int)strcspn(expected + line, "\n"), expected + line,
	    (int)strcspn(got + line, "\n"), got + line);
}

static bool
is_shortage(int error)
{
	return error == ENOMEM || error == EAGAIN;
}

#define SPARSE 3

enum mode { ONCE, FROM, EVERY, NMODES };

static const char *const mode_names[] = { "allocation", "all allocations from",
	"each allocation of" };

struct outcome {
	int error;
	bool fired;
	char *before, *after;
	char
	    *later; /* when what failed was done again; NULL: it did not fail */
	char broken[256]; /* "" when machine_check is content */
};

/* What the tests of one call have in common. */
struct trial {
	const struct sim_personality *personality;
	const char *machine;
	const struct test *test;
	bool partial, all;
	uint64_t faults, states;
	unsigned failed;
};

static struct outcome
attempt(const struct trial *t, enum mode mode, uint64_t n)
{
	struct setup s = setup_new(t->personality, t->machine);
	struct outcome o = { .before = dump_machine(s.m) };
	const uint64_t stamp = s.m->stamp;

	mem_fail_again(s.m->mem, n, mode == FROM ? 1 : mode == EVERY ? n : 0);
	o.error = run(&s, t->test);
	o.fired = n != 0 && mem_fail_fired(s.m->mem);
	mem_fail_after(s.m->mem, 0);
	o.after = dump_machine(s.m);
	(void)machine_check(s.m, o.broken, sizeof(o.broken));
	if (o.fired && o.error != 0 && o.broken[0] == '\0') {
		s.m->stamp = stamp; /* also counts writes that fail */
		(void)run(&s, t->test);
		o.later = dump_machine(s.m);
		(void)machine_check(s.m, o.broken, sizeof(o.broken));
	}
	setup_free(&s);
	return o;
}

static void
outcome_free(struct outcome *o)
{
	free(o->before);
	free(o->after);
	free(o->later);
}

/* What is wrong with an attempt that was hit. => NULL: nothing */
static const char *
judge(const struct outcome *o, const struct outcome *whole, bool partial)
{
	if (o->broken[0] != '\0')
		return o->broken;
	if (partial && (o->error == 0 || is_shortage(o->error)))
		return NULL;
	if (o->error == 0)
		return strcmp(o->after, whole->after) == 0 ?
		    NULL :
		    "it succeeded, but is not complete";
	if (!is_shortage(o->error))
		return "expected ENOMEM, got another errno";
	if (strcmp(o->before, o->after) != 0)
		return "it failed and changed the state";
	return strcmp(o->later, whole->after) == 0 ?
	    NULL :
	    "done again, it does something else";
}

static void
complain(const struct trial *t, enum mode mode, uint64_t n,
    const struct outcome *o, const struct outcome *whole, const char *why)
{
	printf("%s, %s, %s, %s %llu: %s (%s)\n", t->personality->name,
	    t->machine, t->test->name, mode_names[mode], (unsigned long long)n,
	    why, sim_errname(o->error));
	if (o->error != 0 && o->later != NULL &&
	    strcmp(o->before, o->after) == 0)
		print_difference(whole->after, o->later);
	else
		print_difference(o->error == 0 ? whole->after : o->before,
		    o->after);
}

static void
test_mode(struct trial *t, enum mode mode, const struct outcome *whole)
{
	const bool dense = t->all && t->machine[0] == '\0';
	bool fired = true;

	for (uint64_t n = 1; fired && n < 1000;
	     n += dense || mode == ONCE ? 1 : 1 + n / SPARSE) {
		struct outcome o = attempt(t, mode, n);
		const char *why = NULL;

		fired = o.fired;
		if (fired) {
			why = judge(&o, whole, t->partial);
			t->faults++;
			t->states += o.later != NULL ? 2 : 1;
		}
		if (why != NULL) {
			complain(t, mode, n, &o, whole, why);
			t->failed = 1;
		}
		outcome_free(&o);
	}
}

/* => this system has it */
static bool
test_one(struct trial *t, enum mode first, enum mode last)
{
	struct outcome whole = attempt(t, ONCE, 0);
	const bool has = whole.error != ENOSYS && whole.error != EINVAL &&
	    whole.error != EACCES; /* else it is not for this system */

	t->partial = t->test->linux_partial && t->personality == &sim_linux;
	for (enum mode mode = first; has && mode <= last; mode++)
		test_mode(t, mode, &whole);
	outcome_free(&whole);
	return has;
}

/* Beside the plain one. */
static const char *const machines[] = { "policy=freebsd", "policy=aix",
	"policy=none", "policy=lru", "policy=fifo", "policy=clock",
	"policy=nfu", "policy=lfu", "policy=random", "policy=ws",
	"policy=wsclock", "policy=arc", "policy=2q", "policy=s3fifo",
	"policy=sieve", "policy=lru,frames=64", "superpages=reserve",
	"superpages=eager", "superpages=collapse", "tlb=skylake",
	"domains=2,cpus=2", "arch=arm64", "arch=riscv64", "arch=i386" };

/* The i-th test: all of the modes here, or one of them somewhere else.
   => this system has it */
static bool
test_machines(struct trial *t, unsigned i)
{
	bool has;

	t->machine = "";
	has = test_one(t, ONCE, t->all ? EVERY : ONCE);
	for (unsigned k = 0; k < NELEM(machines); k++) {
		t->machine = machines[k];
		if (t->all)
			(void)test_one(t, ONCE, EVERY);
		else if (k == i % NELEM(machines))
			(void)test_one(t, FROM + i % 2, FROM + i % 2);
	}
	return has;
}

int
main(int argc, char **argv)
{
	const bool all = argc > 1 && strcmp(argv[1], "-l") == 0;
	const char *only = argc > 1 + all ? argv[1 + all] : NULL;
	unsigned passed = 0, failed = 0, n = 0;
	uint64_t faults = 0, states = 0;
	unsigned systems = 0;

	while (sim_personalities[systems] != NULL)
		systems++;
	for (unsigned k = 0; k < NELEM(tests); k++) {
		bool has = false;

		if (only != NULL && strcmp(only, tests[k].name) != 0)
			continue;
		/* Under all systems; a slow build: under one that has it. */
		for (unsigned i = 0; i < systems; i++) {
			struct trial t = {
				.personality = sim_personalities[(i + k) %
				    systems],
				.test = &tests[k],
				.all = all,
			};

			if (TESTS_SLOW && !all && has)
				break;
			has |= test_machines(&t, n++);
			failed += t.failed;
			passed += !t.failed;
			faults += t.faults;
			states += t.states;
		}
		if (!has) {
			printf("FAILED: no system has %s\n", tests[k].name);
			failed++;
		}
	}
	if (failed != 0)
		printf("reproduce: test_alloc_failure [-l] [NAME]\n");
	printf("TRUST faults %llu\nTRUST states %llu\n",
	    (unsigned long long)faults, (unsigned long long)states);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
