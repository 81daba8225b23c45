/*
 * Each allocation of a call fails once: the call must say ENOMEM (or succeed
 * without the memory) and, having failed, must have changed nothing.
 */
#include "bsd_rows.h"

#define SHARED 0x1
#define PRIVATE 0x2
#define FIXED 0x10
#define ANON 0x1000
#define GUARD 0x2000
#define FX (ANON | PRIVATE | FIXED)
#define MMAP(...) CALL(MMAP, __VA_ARGS__)
#define MAP4 MMAP(A(0), L(4), RW, FX, M1, 0)
#define WRITTEN MAP4, TOUCH(WRITE, A(0), L(4))
#define FBRK (UINT64_C(0x1043000) + L(8))
#define NBRK (UINT64_C(0x400000) + L(42))

static const struct row freebsd[] = {
	{ "mmap in the middle", SETUP(WRITTEN),
	    .call = MMAP(A(1), L(2), R, FX, M1, 0) },
	{ "mmap of a stack over memory", SETUP(WRITTEN),
	    .call = MMAP(A(1), L(2), RW, 0x400 | FIXED, M1, 0) },
	{ "mmap shared", .call = MMAP(0, L(4), RW, ANON | SHARED, M1, 0) },
	{ "mmap clustered", .call = MMAP(0, L(4), RW, ANON, M1, 0) },
	{ "mmap of a file", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(4), RW, SHARED, FD, 0) },
	{ "mmap at a place", SETUP(WRITTEN),
	    .call = { .no = SIM_SYS_MMAP,
		.arg = { 0, L(4), RW, ANON, M1, 0 },
		.place = A(9) } },
	{ "munmap in the middle", SETUP(WRITTEN),
	    .call = CALL(MUNMAP, A(1), L(2)) },
	{ "mprotect with PROT_MAX", SETUP(WRITTEN),
	    .call = CALL(MPROTECT, A(1), L(2), R | R << 16) },
	{ "minherit zero around a guard",
	    SETUP(WRITTEN, MMAP(A(2), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MINHERIT, A(1), L(3), 3) },
	{ "madvise", SETUP(WRITTEN), .call = CALL(MADVISE, A(1), L(1), 1) },
	{ "madvise flags", SETUP(WRITTEN),
	    .call = CALL(MADVISE, A(1), L(1), 8) },
	{ "madvise free", SETUP(WRITTEN),
	    .call = CALL(MADVISE, A(1), L(1), 5) },
	{ "mlock", SETUP(MAP4), .call = CALL(MLOCK, A(1), L(2)) },
	{ "munlock", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCK, A(1), L(2)) },
	{ "munlockall", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCKALL, 0) },
	{ "brk", SETUP(CALL(MLOCKALL, 2)), .call = CALL(BRK, FBRK) },
	{ "brk back", SETUP(CALL(BRK, FBRK)), .call = CALL(BRK, FBRK - L(1)) },
	{ "shmat", SETUP(CALL(SHMGET, 0, L(2), 01600)),
	    .call = CALL(SHMAT, 65536, A(0), 0) },
	{ "shmdt",
	    SETUP(CALL(SHMGET, 0, L(2), 01600), CALL(SHMAT, 65536, A(0), 0),
		MMAP(A(1), L(4), RW, FX, M1, 0)),
	    .call = CALL(SHMDT, A(0)) },
};

static const struct row netbsd[] = {
	{ "mmap in the middle", SETUP(WRITTEN),
	    .call = MMAP(A(1), L(2), R, FX, M1, 0) },
	{ "mmap wired", .call = MMAP(0, L(4), RW, ANON | 0x800, M1, 0) },
	{ "mmap of a file", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(4), RW, SHARED, FD, 0) },
	{ "mprotect", SETUP(WRITTEN), .call = CALL(MPROTECT, A(1), L(1), R) },
	{ "munlockall", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCKALL, 0) },
	{ "brk", .call = CALL(BRK, NBRK) },
	{ "mremap grows in place", SETUP(WRITTEN),
	    .call = CALL(MREMAP, A(0), L(4), 0, L(9), 0) },
	{ "mremap shrinks", SETUP(WRITTEN),
	    .call = CALL(MREMAP, A(0), L(4), 0, L(2), 0) },
	{ "mremap moves and grows", SETUP(WRITTEN),
	    .call = CALL(MREMAP, A(1), L(2), A(20), L(9), FIXED) },
	{ "mremap duplicates", SETUP(WRITTEN),
	    .call = CALL(MREMAP, A(1), L(2), A(20), L(2), FIXED | 4) },
	{ "mremap duplicates and grows", SETUP(MAP4),
	    .call = CALL(MREMAP, A(1), L(2), A(20), L(9), FIXED | 4) },
	{ "setrlimit", SETUP(MAP4),
	    .call = CALL(SETRLIMIT, SIM_RLIMIT_STACK, 1 << 20, 128 << 20) },
};

static const struct row openbsd[] = {
	{ "mmap in the middle", SETUP(WRITTEN),
	    .call = MMAP(A(1), L(2), R, FX, M1, 0) },
	{ "mmap wired", SETUP(CALL(MLOCKALL, 2)),
	    .call = MMAP(A(0), L(4), RW, FX, M1, 0) },
	{ "mmap of a file", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(4), RW, SHARED | FIXED, FD, 0) },
	{ "mlock", SETUP(MAP4), .call = CALL(MLOCK, A(1), L(2)) },
	{ "munlock", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCK, A(1), L(2)) },
	{ "mprotect", SETUP(WRITTEN), .call = CALL(MPROTECT, A(1), L(1), R) },
	{ "shmat", SETUP(CALL(SHMGET, 0, L(2), 01600)),
	    .call = CALL(SHMAT, 65536, A(0), 0) },
};

/* The n-th allocation fails.  => false: there was no n-th */
static bool
starve(const struct sim_personality *personality, const struct row *row,
    uint64_t n)
{
	static char before[65536], after[65536], text[200];
	struct world w;
	uint64_t ret;
	bool fired;
	size_t i;
	int err;

	world_make(&w, personality);
	for (i = 0; i < row->nsetup; i++)
		assert_int_equal(world_do(&w, &row->setup[i], &ret), 0);
	world_state(&w, before, sizeof(before));
	mem_fail_after(w.m->mem, n);
	err = world_do(&w, &row->call, &ret);
	fired = mem_fail_fired(w.m->mem);
	mem_fail_after(w.m->mem, 0);
	if (err != 0 && err != ENOMEM)
		fail_msg("%s: %ju: %s", row->what, (uintmax_t)n,
		    sim_errname(err));
	if (err != 0 && !fired)
		fail_msg("%s: fails by itself: %s", row->what, w.m->error.why);
	world_state(&w, after, sizeof(after));
	if (err != 0 && strcmp(before, after) != 0)
		fail_msg("%s: %ju: failed but changed\n%s\nto\n%s", row->what,
		    (uintmax_t)n, before, after);
	if (machine_check(w.m, text, sizeof(text)) != NULL)
		fail_msg("%s: %ju: %s", row->what, (uintmax_t)n, text);
	world_free(&w);
	return fired;
}

static void
starve_rows(const struct sim_personality *personality, const struct row *rows,
    size_t nrows)
{
	uint64_t n;
	size_t i;

	for (i = 0; i < nrows; i++)
		for (n = 1; starve(personality, &rows[i], n); n++)
			assert_true(n < 1000);
}

static void
test_freebsd(void **state)
{
	(void)state;
	starve_rows(&sim_freebsd, freebsd, NELEM(freebsd));
}

static void
test_netbsd(void **state)
{
	(void)state;
	starve_rows(&sim_netbsd, netbsd, NELEM(netbsd));
}

static void
test_openbsd(void **state)
{
	(void)state;
	starve_rows(&sim_openbsd, openbsd, NELEM(openbsd));
}

/* A process is made whole or not at all, whichever allocation fails. */
static void
test_spawn(void **state)
{
	const struct sim_personality *all[] = { &sim_freebsd, &sim_netbsd,
		&sim_openbsd };
	struct process *q;
	struct world w;
	char text[200];
	size_t i;
	uint64_t n;
	int err;

	(void)state;
	for (i = 0; i < NELEM(all); i++) {
		world_make(&w, all[i]);
		for (n = 1, err = ENOMEM; err != 0; n++) {
			mem_fail_after(w.m->mem, n);
			err = sim_spawn(w.m, "q", 0, NULL, NULL, &q);
			mem_fail_after(w.m->mem, 0);
			assert_true(err == 0 || err == ENOMEM);
			assert_null(machine_check(w.m, text, sizeof(text)));
		}
		assert_true(n > 5);
		world_free(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freebsd),
		cmocka_unit_test(test_netbsd),
		cmocka_unit_test(test_openbsd),
		cmocka_unit_test(test_spawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
