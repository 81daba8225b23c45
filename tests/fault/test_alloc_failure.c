/*
 * Each allocation of each call made to fail, one after the other.
 *
 * For n = 1, 2, 3 ... a fresh machine runs the call with its n-th allocation
 * failing, until the call no longer has so many.  A run that was hit must say
 * that memory is short and leave the state as it was; or succeed and leave the
 * state as an undisturbed run does (the memory was for something optional).
 */
#include "dump.h"
#include "setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test {
	const char     *name;
	enum sim_sysno	no;
	uint64_t	arg[6];
	const char     *flags;		/* names added to arg[at] */
	unsigned	at;
	const char     *str;
	vm_prot_t	access;		/* an access instead of a call */
	bool		linux_partial;	/* mlock(2), mmap(2): marks stay */
};

/* Places in arguments that are filled in later. */
#define SHMID	((uint64_t)-100)
#define BRK	((uint64_t)-200)	/* + bytes behind the first break */
#define ANYFD	UINT64_MAX

static const struct test tests[] = {
	{ "mmap anonymous", SIM_SYS_MMAP, { 0, PAGES(3), 3, 0, ANYFD, 0 },
	    "MAP_ANON MAP_PRIVATE", 3, NULL, 0 },
	{ "mmap shared", SIM_SYS_MMAP, { 0, PAGES(3), 3, 0, ANYFD, 0 },
	    "MAP_ANON MAP_SHARED", 3, NULL, 0 },
	{ "mmap file", SIM_SYS_MMAP, { 0, PAGES(3), 5, 0, 3, 0 },
	    "MAP_PRIVATE", 3, NULL, 0 },
	{ "mmap over all", SIM_SYS_MMAP, { A(1), PAGES(40), 3, 0, ANYFD, 0 },
	    "MAP_ANON MAP_PRIVATE MAP_FIXED", 3, NULL, 0 },
	{ "mmap shared over all", SIM_SYS_MMAP, { A(3), PAGES(40), 3, 0, 4,
	    0 }, "MAP_SHARED MAP_FIXED", 3, NULL, 0 },
	{ "mmap stack", SIM_SYS_MMAP, { 0, PAGES(64), 3, 0, ANYFD, 0 },
	    "MAP_ANON MAP_PRIVATE MAP_STACK", 3, NULL, 0 },
	{ "mmap locked", SIM_SYS_MMAP, { 0, PAGES(4), 3, 0, ANYFD, 0,
	    true },
	    "MAP_ANON MAP_PRIVATE MAP_WIRED MAP_LOCKED", 3, NULL, 0 },
	{ "mmap behind a mapping", SIM_SYS_MMAP, { A(44), PAGES(2), 3, 0,
	    ANYFD, 0 }, "MAP_ANON MAP_PRIVATE MAP_FIXED", 3, NULL, 0 },
	{ "munmap part", SIM_SYS_MUNMAP, { A(1), PAGES(1) }, NULL, 0, NULL,
	    0 },
	{ "munmap all", SIM_SYS_MUNMAP, { A(0), PAGES(28) }, NULL, 0, NULL,
	    0 },
	{ "mprotect part", SIM_SYS_MPROTECT, { A(1), PAGES(2), 1 }, NULL, 0,
	    NULL, 0 },
	{ "mprotect many", SIM_SYS_MPROTECT, { A(5), PAGES(16), 1 }, NULL, 0,
	    NULL, 0 },
	{ "mprotect none", SIM_SYS_MPROTECT, { A(9), PAGES(9), 0 }, NULL, 0,
	    NULL, 0 },
	{ "minherit", SIM_SYS_MINHERIT, { A(1), PAGES(10), 2 }, NULL, 0, NULL,
	    0 },
	{ "madvise random", SIM_SYS_MADVISE, { A(5), PAGES(5), 0 },
	    "MADV_RANDOM", 2, NULL, 0 },
	{ "madvise dontneed", SIM_SYS_MADVISE, { A(0), PAGES(20), 0 },
	    "MADV_DONTNEED", 2, NULL, 0 },
	{ "madvise dontneed private", SIM_SYS_MADVISE, { A(0), PAGES(8), 0 },
	    "MADV_DONTNEED", 2, NULL, 0 },
	{ "madvise free", SIM_SYS_MADVISE, { A(0), PAGES(8), 0 },
	    "MADV_FREE", 2, NULL, 0 },
	{ "madvise willneed", SIM_SYS_MADVISE, { A(8), PAGES(12), 0 },
	    "MADV_WILLNEED", 2, NULL, 0 },
	{ "madvise nocore", SIM_SYS_MADVISE, { A(1), PAGES(9), 0 },
	    "MADV_NOCORE MADV_DONTDUMP", 2, NULL, 0 },
	{ "madvise dontfork", SIM_SYS_MADVISE, { A(1), PAGES(9), 0 },
	    "MADV_DONTFORK", 2, NULL, 0 },
	{ "mlock private", SIM_SYS_MLOCK, { A(0), PAGES(8) }, NULL, 0, NULL,
	    0,
	    true },
	{ "mlock objects", SIM_SYS_MLOCK, { A(9), PAGES(10) }, NULL, 0, NULL,
	    0,
	    true },
	{ "mlock fresh", SIM_SYS_MLOCK, { A(29), PAGES(2) }, NULL, 0, NULL,
	    0,
	    true },
	{ "munlock", SIM_SYS_MUNLOCK, { A(42), PAGES(1) }, NULL, 0, NULL, 0 },
	{ "mlockall current", SIM_SYS_MLOCKALL, { 1 }, NULL, 0, NULL, 0,
	    true },
	{ "mlockall future", SIM_SYS_MLOCKALL, { 2 }, NULL, 0, NULL, 0 },
	{ "munlockall", SIM_SYS_MUNLOCKALL, { 0 }, NULL, 0, NULL, 0 },
	{ "msync", SIM_SYS_MSYNC, { A(12), PAGES(4), 0 }, "MS_SYNC", 2, NULL,
	    0 },
	{ "msync invalidate", SIM_SYS_MSYNC, { A(8), PAGES(16), 0 },
	    "MS_SYNC MS_INVALIDATE", 2, NULL, 0 },
	{ "mincore", SIM_SYS_MINCORE, { A(0), PAGES(28), 0 }, NULL, 0, NULL,
	    0 },
	{ "mremap move", SIM_SYS_MREMAP, { A(40), PAGES(2), PAGES(6), 1, 0 },
	    NULL, 0, NULL, 0 },
	{ "mremap shrink", SIM_SYS_MREMAP, { A(28), PAGES(4), PAGES(1), 0, 0 },
	    NULL, 0, NULL, 0 },
	{ "mremap fixed", SIM_SYS_MREMAP, { A(4), PAGES(4), PAGES(4), 3,
	    A(29) }, NULL, 0, NULL, 0 },
	{ "mremap keep", SIM_SYS_MREMAP, { A(4), PAGES(4), PAGES(4), 7,
	    A(60) }, NULL, 0, NULL, 0 },
	{ "brk", SIM_SYS_BRK, { BRK + 0x5000 }, NULL, 0, NULL, 0 },
	{ "sbrk", SIM_SYS_SBRK, { 0x5000 }, NULL, 0, NULL, 0 },
	{ "fork", SIM_SYS_FORK, { 0 }, NULL, 0, "second", 0 },
	{ "vfork", SIM_SYS_VFORK, { 0 }, NULL, 0, "second", 0 },
	{ "exec", SIM_SYS_EXEC, { 0 }, NULL, 0, "/bin/other", 0 },
	{ "exit", SIM_SYS_EXIT, { 3 }, NULL, 0, NULL, 0 },
	{ "shmget", SIM_SYS_SHMGET, { 0, PAGES(2), 0600 }, NULL, 0, NULL, 0 },
	{ "shmat", SIM_SYS_SHMAT, { SHMID, 0, 0 }, NULL, 0, NULL, 0 },
	{ "shmat fixed", SIM_SYS_SHMAT, { SHMID, A(50), 0 }, NULL, 0, NULL,
	    0 },
	{ "shmdt", SIM_SYS_SHMDT, { A(24) }, NULL, 0, NULL, 0 },
	{ "shmctl", SIM_SYS_SHMCTL, { SHMID, 0, 0 }, "IPC_RMID", 1, NULL, 0 },
	{ "shm_open", SIM_SYS_SHM_OPEN, { 2, 0600 }, "O_CREAT", 0, "/new",
	    0 },
	{ "shm_unlink", SIM_SYS_SHM_UNLINK, { 0 }, NULL, 0, "/s", 0 },
	{ "memfd_create", SIM_SYS_MEMFD_CREATE, { 0 }, NULL, 0, "mem", 0 },
	{ "open", SIM_SYS_OPEN, { 2, 0 }, NULL, 0, "/f", 0 },
	{ "open create", SIM_SYS_OPEN, { 2, 0600 }, "O_CREAT", 0, "/new", 0 },
	{ "close", SIM_SYS_CLOSE, { 3 }, NULL, 0, NULL, 0 },
	{ "unlink", SIM_SYS_UNLINK, { 0 }, NULL, 0, "/f", 0 },
	{ "ftruncate", SIM_SYS_FTRUNCATE, { 3, PAGES(2) }, NULL, 0, NULL, 0 },
	{ "setrlimit", SIM_SYS_SETRLIMIT, { SIM_RLIMIT_STACK, PAGES(64),
	    PAGES(64) }, NULL, 0, NULL, 0 },
	{ "write shared by fork", 0, { A(1), PAGES(1) }, NULL, 0, NULL, 2 },
	{ "read after fork", 0, { A(3), PAGES(1) }, NULL, 0, NULL, 1 },
	{ "write zero", 0, { A(6), PAGES(1) }, NULL, 0, NULL, 2 },
	{ "write fresh", 0, { A(28), PAGES(1) }, NULL, 0, NULL, 2 },
	{ "write private file", 0, { A(10), PAGES(1) }, NULL, 0, NULL, 2 },
	{ "read file", 0, { A(11), PAGES(1) }, NULL, 0, NULL, 1 },
	{ "write shared file", 0, { A(15), PAGES(1) }, NULL, 0, NULL, 2 },
	{ "write segment", 0, { A(25), PAGES(1) }, NULL, 0, NULL, 2 },
	{ "write shared", 0, { A(22), PAGES(1) }, NULL, 0, NULL, 2 },
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

struct outcome {
	int		error;
	bool		fired;
	char	       *before, *after;
	char		broken[256];	/* "" when machine_check is content */
};

static struct outcome
attempt(const struct sim_personality *personality, const struct test *t,
    uint64_t n)
{
	struct setup s = setup_new(personality);
	struct outcome o = { .before = dump_machine(s.m) };

	mem_fail_after(s.m->mem, n);
	o.error = run(&s, t);
	o.fired = n != 0 && mem_fail_fired(s.m->mem);
	mem_fail_after(s.m->mem, 0);
	o.after = dump_machine(s.m);
	(void)machine_check(s.m, o.broken, sizeof(o.broken));
	setup_free(&s);
	return o;
}

static void
outcome_free(struct outcome *o)
{
	free(o->before);
	free(o->after);
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
		return strcmp(o->after, whole->after) == 0 ? NULL :
		    "it succeeded, but is not complete";
	if (!is_shortage(o->error))
		return "expected ENOMEM, got another errno";
	return strcmp(o->before, o->after) == 0 ? NULL :
	    "it failed and changed the state";
}

static unsigned
test_one(const struct sim_personality *personality, const struct test *t)
{
	struct outcome whole = attempt(personality, t, 0), o;
	bool fired = true, partial = t->linux_partial &&
	    personality == &sim_linux;
	unsigned failed = 0;

	if (whole.error == ENOSYS || whole.error == EINVAL ||
	    whole.error == EACCES)
		fired = false;		/* not for this system */
	for (uint64_t n = 1; fired && n < 1000; n++) {
		const char *why;

		o = attempt(personality, t, n);
		fired = o.fired;
		why = fired ? judge(&o, &whole, partial) : NULL;
		if (why != NULL) {
			printf("%s: %s, allocation %llu: %s (%s)\n",
			    personality->name, t->name, (unsigned long long)n,
			    why, sim_errname(o.error));
			print_difference(o.error == 0 ? whole.after : o.before,
			    o.after);
			failed = 1;
		}
		outcome_free(&o);
	}
	outcome_free(&whole);
	return failed;
}

int
main(int argc, char **argv)
{
	unsigned passed = 0, failed = 0;

	for (unsigned i = 0; sim_personalities[i] != NULL; i++)
		for (unsigned k = 0; k < NELEM(tests); k++) {
			if (argc > 1 && strcmp(argv[1], tests[k].name) != 0)
				continue;
			if (test_one(sim_personalities[i], &tests[k]) != 0)
				failed++;
			else
				passed++;
		}
	if (failed != 0)
		printf("reproduce: test_alloc_failure [NAME]\n");
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
