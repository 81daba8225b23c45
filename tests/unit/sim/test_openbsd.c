/*
 * The OpenBSD personality: errno, flags and effects of each call.
 */
#include "bsd_rows.h"

#define SHARED 0x1
#define PRIVATE 0x2
#define FIXED 0x10
#define NOREPLACE 0x800
#define ANON 0x1000
#define NOFAULT 0x2000
#define STACK 0x4000
#define CONCEAL 0x8000
#define AP (ANON | PRIVATE)
#define FX (AP | FIXED)
#define MMAP(...) CALL(MMAP, __VA_ARGS__)
#define MAP4 MMAP(A(0), L(4), RW, FX, M1, 0)
#define HOLE MAP4, CALL(MUNMAP, A(1), L(1))
#define WRITTEN MAP4, TOUCH(WRITE, A(0), L(4))
#define TOP UINT64_C(0x7f7fffffc000)
#define MEMLOCK(n) \
	{ \
		.no = DO_LIMIT, .arg = { SIM_RLIMIT_MEMLOCK, L(n) } \
	}
/* data pages that the stand-in uses by itself: its three bss */
#define DATA0 (4 + 2 + 500)
#define DATALIM(n) \
	{ \
		.no = DO_LIMIT, .arg = { SIM_RLIMIT_DATA, L(DATA0 + (n)) } \
	}

static const struct row mmaps[] = {
	{ "unknown prot bit", .call = MMAP(0, L(1), 8, AP, M1, 0),
	    .err = EINVAL },
	{ "W^X", .call = MMAP(0, L(1), WR | X, AP, M1, 0), .err = ENOTSUP },
	{ "W^X before flags", .call = MMAP(0, L(1), RW | X, ~0u, M1, 0),
	    .err = ENOTSUP },
	{ "unknown flag 0x8", .call = MMAP(0, L(1), RW, AP | 8, M1, 0),
	    .err = EINVAL },
	{ "unknown flag 0x10000",
	    .call = MMAP(0, L(1), RW, AP | 0x10000, M1, 0), .err = EINVAL },
	{ "shared and private",
	    .call = MMAP(0, L(1), RW, ANON | SHARED | PRIVATE, M1, 0),
	    .err = EINVAL },
	{ "noreplace without fixed",
	    .call = MMAP(A(0), L(1), RW, AP | NOREPLACE, M1, 0),
	    .err = EINVAL },
	{ "noreplace over a mapping", SETUP(MAP4),
	    .call = MMAP(A(3), L(2), RW, FX | NOREPLACE, M1, 0),
	    .err = ENOMEM },
	{ "noreplace beside it", SETUP(MAP4),
	    .call = MMAP(A(4), L(2), RW, FX | NOREPLACE, M1, 0), .ret = A(4) },
	{ "stack without anon",
	    .call = MMAP(0, L(1), RW, STACK | PRIVATE, M1, 0), .err = EINVAL },
	{ "stack with conceal",
	    .call = MMAP(0, L(1), RW, AP | STACK | CONCEAL, M1, 0),
	    .err = EINVAL },
	{ "stack with offset", .call = MMAP(0, L(1), RW, AP | STACK, M1, L(1)),
	    .err = EINVAL },
	{ "stack without write", .call = MMAP(0, L(1), R, AP | STACK, M1, 0),
	    .err = EINVAL },
	{ "stack", .call = MMAP(A(0), L(1), RW, FX | STACK, M1, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "size 0", .call = MMAP(0, 0, RW, AP, M1, 0), .err = EINVAL },
	{ "size overflow", .call = MMAP(0, M1, RW, AP, M1, 0), .err = EINVAL },
	{ "anon with fd", .call = MMAP(0, L(1), RW, AP, 4, 0), .err = EINVAL },
	{ "bad fd", .call = MMAP(0, L(1), R, PRIVATE, 9, 0), .err = EBADF },
	{ "directory", SETUP(CALLS(OPEN, "/dir", 0)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, 0), .err = ENODEV },
	{ "fixed unaligned", .call = MMAP(A(0) + 1, L(1), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "fixed below", .call = MMAP(0, L(1), RW, FX, M1, 0), .err = EINVAL },
	{ "fixed beyond", .call = MMAP(TOP, L(1), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "fixed wraps", .call = MMAP(TOP, -L(8), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "offset and size wrap", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(2), R, PRIVATE, FD, -L(1)), .err = EINVAL },
	{ "nofault on anonymous",
	    .call = MMAP(0, L(1), RW, AP | NOFAULT, M1, 0), .err = EINVAL },
	{ "nofault on a file", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(1), R, SHARED | FIXED | NOFAULT, FD, 0),
	    .ret = A(0) },
	{ "not open for reading", SETUP(CALLS(OPEN, "/f", 1)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, 0), .err = EACCES },
	{ "shared write, not open for writing", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(0, L(1), RW, SHARED, FD, 0), .err = EACCES },
	{ "file with neither is private", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(1), R, FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 r--/rwx C" },
	{ "a device is shared", SETUP(CALLS(OPEN, "/dev/mem", 2)),
	    .call = MMAP(A(0), L(1), R, PRIVATE | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 r--/rwx S" },
	{ "/dev/zero", SETUP(CALLS(OPEN, "/dev/zero", 0)),
	    .call = MMAP(A(0), L(1), RW, PRIVATE | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "RLIMIT_DATA: anonymous", SETUP(DATALIM(1)),
	    .call = MMAP(A(0), L(2), RW, FX, M1, 0), .err = ENOMEM },
	{ "up to RLIMIT_DATA", SETUP(DATALIM(2)),
	    .call = MMAP(A(0), L(2), RW, FX, M1, 0), .ret = A(0) },
	{ "RLIMIT_DATA: not PROT_NONE", SETUP(DATALIM(1)),
	    .call = MMAP(A(0), L(2), 0, FX, M1, 0), .ret = A(0) },
	{ "RLIMIT_DATA: any shared anonymous", SETUP(DATALIM(1)),
	    .call = MMAP(A(0), L(2), 0, ANON | SHARED | FIXED, M1, 0),
	    .err = ENOMEM },
	{ "RLIMIT_DATA: writable private file",
	    SETUP(DATALIM(1), CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(2), RW, PRIVATE | FIXED, FD, 0),
	    .err = ENOMEM },
	{ "RLIMIT_DATA: not a read-only one",
	    SETUP(DATALIM(1), CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(2), R, PRIVATE | FIXED, FD, 0), .ret = A(0) },
	{ "RLIMIT_DATA: nofault", SETUP(DATALIM(1), CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(2), R, SHARED | FIXED | NOFAULT, FD, 0),
	    .err = ENOMEM },
	{ "MCL_FUTURE wires", SETUP(CALL(MLOCKALL, 2)),
	    .call = MMAP(A(0), L(2), RW, FX, M1, 0), .ret = A(0),
	    .map = "0-2 rw-/rwx Cwa" },
	{ "MCL_FUTURE and PROT_NONE", SETUP(CALL(MLOCKALL, 2)),
	    .call = MMAP(A(0), L(2), 0, FX, M1, 0), .ret = A(0),
	    .map = "0-2 ---/rwx C" },
	{ "MCL_FUTURE beyond RLIMIT_MEMLOCK: removed",
	    SETUP(CALL(MLOCKALL, 2), MEMLOCK(1)),
	    .call = MMAP(A(0), L(2), RW, FX, M1, 0), .err = ENOMEM, .map = "" },
	{ "user mappings never merge", SETUP(MAP4),
	    .call = MMAP(A(4), L(1), RW, FX, M1, 0), .ret = A(4),
	    .map = "0-4 rw-/rwx C; 4-5 rw-/rwx C" },
	{ "conceal", .call = MMAP(A(0), L(1), RW, FX | CONCEAL, M1, 0),
	    .ret = A(0), .map = "0-1 rw-/rwx Cn" },
	{ "shared anonymous",
	    .call = MMAP(A(0), L(1), RW, ANON | SHARED | FIXED, M1, 0),
	    .ret = A(0), .map = "0-1 rw-/rwx Sa" },
	{ "a free hint is taken", .call = MMAP(A(0) + 1, L(1), RW, AP, M1, 0),
	    .ret = A(1) },
	{ "a taken hint: first fit above", SETUP(MAP4),
	    .call = MMAP(A(0), L(1), RW, AP, M1, 0), .ret = A(4) },
	{ "a replay's place",
	    .call = { .no = SIM_SYS_MMAP,
		.arg = { 0, L(1), RW, AP, M1, 0 },
		.place = A(9) },
	    .ret = A(9) },
	{ "no room", .call = MMAP(0, TOP - L(4), 0, AP, M1, 0), .err = ENOMEM },
	{ "exec is in a shared file's maximum", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0) + 8, 1, R, SHARED | FIXED, FD, 8),
	    .ret = A(0) + 8, .map = "0-1 r--/r-x S" },
};

static const struct row ranges[] = {
	{ "munmap size 0", .call = CALL(MUNMAP, A(0), 0) },
	{ "munmap wraps", .call = CALL(MUNMAP, A(0), -L(1)), .err = EINVAL },
	{ "munmap outside", .call = CALL(MUNMAP, TOP, L(1)), .err = EINVAL },
	{ "munmap of a hole", SETUP(HOLE), .call = CALL(MUNMAP, A(0), L(4)),
	    .err = EINVAL, .map = "0-1 rw-/rwx C; 2-4 rw-/rwx C" },
	{ "munmap of nothing", .call = CALL(MUNMAP, A(0), L(4)),
	    .err = EINVAL },
	{ "munmap of a part", SETUP(MAP4), .call = CALL(MUNMAP, A(1) + 1, 5),
	    .map = "0-1 rw-/rwx C; 2-4 rw-/rwx C" },
	{ "mprotect unknown bit", SETUP(MAP4),
	    .call = CALL(MPROTECT, A(0), L(1), 8), .err = EINVAL },
	{ "mprotect W^X", SETUP(MAP4),
	    .call = CALL(MPROTECT, A(0), L(1), RW | X), .err = ENOTSUP },
	{ "mprotect wraps", .call = CALL(MPROTECT, A(0), -L(1), R),
	    .err = EINVAL },
	{ "mprotect of holes", SETUP(HOLE),
	    .call = CALL(MPROTECT, A(0), L(4), R),
	    .map = "0-1 r--/rwx C; 2-4 r--/rwx C" },
	{ "mprotect outside is cut", .call = CALL(MPROTECT, TOP, L(1), R) },
	{ "mprotect beyond max",
	    SETUP(CALLS(OPEN, "/f", 0),
		MMAP(A(0), L(4), R, SHARED | FIXED, FD, 0)),
	    .call = CALL(MPROTECT, A(0), L(1), WR), .err = EACCES },
	{ "mprotect opens more than RLIMIT_DATA",
	    SETUP(MMAP(A(0), L(4), 0, FX, M1, 0), DATALIM(3)),
	    .call = CALL(MPROTECT, A(0), L(4), R), .err = ENOMEM },
	{ "mprotect opens within RLIMIT_DATA",
	    SETUP(MMAP(A(0), L(4), 0, FX, M1, 0), DATALIM(3)),
	    .call = CALL(MPROTECT, A(0), L(3), R),
	    .map = "0-3 r--/rwx C; 3-4 ---/rwx C" },
	{ "mprotect does not wire",
	    SETUP(CALL(MLOCKALL, 2), MMAP(A(0), L(2), 0, FX, M1, 0)),
	    .call = CALL(MPROTECT, A(0), L(2), RW), .map = "0-2 rw-/rwx C" },
	{ "minherit wraps", .call = CALL(MINHERIT, A(0), -L(1), 0),
	    .err = EINVAL },
	{ "minherit 4", SETUP(MAP4), .call = CALL(MINHERIT, A(0), L(1), 4),
	    .err = EINVAL },
	{ "minherit zero is 3", SETUP(MAP4),
	    .call = CALL(MINHERIT, A(0), L(4), 3), .map = "0-4 rw-/rwx Z" },
	{ "minherit zero wants write",
	    SETUP(MAP4, CALL(MPROTECT, A(1), L(1), R)),
	    .call = CALL(MINHERIT, A(0), L(4), 3), .err = EPERM },
	{ "minherit none", SETUP(MAP4), .call = CALL(MINHERIT, A(0), L(1), 2),
	    .map = "0-1 rw-/rwx N; 1-4 rw-/rwx C" },
	{ "madvise wraps", .call = CALL(MADVISE, A(0), -L(1), 0),
	    .err = EINVAL },
	{ "madvise 7", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(1), 7),
	    .err = EINVAL },
	{ "madvise spaceavail", SETUP(MAP4),
	    .call = CALL(MADVISE, A(0), L(1), 5), .err = EINVAL },
	{ "madvise sequential", SETUP(MAP4),
	    .call = CALL(POSIX_MADVISE, A(0), L(4), 2),
	    .map = "0-4 rw-/rwx Cs" },
	{ "madvise willneed anywhere", .call = CALL(MADVISE, A(0), L(1), 3) },
	{ "madvise dontneed of nothing", .call = CALL(MADVISE, A(0), L(1), 4),
	    .err = EFAULT },
	{ "madvise free", SETUP(WRITTEN),
	    .call = CALL(MADVISE, A(0), L(4), 6) },
	{ "no mremap", .call = CALL(MREMAP, A(0), L(1), 0, 0, 0),
	    .err = ENOSYS },
};

static const struct row mincores[] = {
	{ "unaligned", SETUP(MAP4), .call = MC(A(0) + 1, L(1)), .err = EINVAL },
	{ "vec short", SETUP(MAP4), .call = MCV(A(0), L(4), 3), .err = EFAULT,
	    .vec = "ee" },
	{ "hole", SETUP(HOLE), .call = MC(A(0), L(4)), .err = ENOMEM },
	{ "resident anons", SETUP(MAP4, TOUCH(WRITE, A(2), L(1))),
	    .call = MC(A(0), L(4)), .vec = "00 00 01 00 ee" },
};

static const struct row locks[] = {
	{ "mlock wraps", .call = CALL(MLOCK, A(0), -L(1)), .err = EINVAL },
	{ "mlock beyond wiredmax",
	    SETUP(MMAP(A(0), L(3000), RW, FX, M1, 0), MEMLOCK(9999)),
	    .call = CALL(MLOCK, A(0), L(3000)), .err = EAGAIN },
	{ "mlock beyond RLIMIT_MEMLOCK", SETUP(MAP4, MEMLOCK(3)),
	    .call = CALL(MLOCK, A(0), L(4)), .err = EAGAIN },
	{ "mlock size 0", .call = CALL(MLOCK, A(0), 0) },
	{ "mlock of a hole", SETUP(HOLE), .call = CALL(MLOCK, A(0), L(4)),
	    .err = ENOMEM },
	{ "mlock passes over PROT_NONE",
	    SETUP(MAP4, CALL(MPROTECT, A(0), L(4), 0)),
	    .call = CALL(MLOCK, A(0), L(4)), .map = "0-4 ---/rwx C" },
	{ "mlock past a file's end",
	    SETUP(CALLS(OPEN, "/f", 2),
		MMAP(A(0), L(1), R, SHARED | FIXED, FD, L(20))),
	    .call = CALL(MLOCK, A(0), L(1)), .err = ENOMEM, .changes = true },
	{ "munlock of unwired", SETUP(MAP4),
	    .call = CALL(MUNLOCK, A(0), L(4)) },
	{ "munlock", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCK, A(0), L(4)), .map = "0-4 rw-/rwx Ca" },
	{ "munlock of a hole", SETUP(HOLE), .call = CALL(MUNLOCK, A(0), L(4)),
	    .err = ENOMEM },
	{ "munlock wraps", .call = CALL(MUNLOCK, A(0), -L(1)), .err = EINVAL },
	{ "mlockall(0)", .call = CALL(MLOCKALL, 0), .err = EINVAL },
	{ "mlockall beyond the limit", SETUP(MEMLOCK(2)),
	    .call = CALL(MLOCKALL, 1), .err = ENOMEM },
	{ "mlockall: another failure is EAGAIN",
	    SETUP(CALLS(OPEN, "/f", 2),
		MMAP(A(0), L(1), R, SHARED | FIXED, FD, L(20)), MEMLOCK(99999),
		CALL(SETRLIMIT, SIM_RLIMIT_STACK, 0, 32 << 20)),
	    .call = CALL(MLOCKALL, 1), .err = EAGAIN, .changes = true },
	{ "munlockall", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCKALL, 0), .map = "0-4 rw-/rwx Ca" },
	{ "msync flags 0", SETUP(MAP4), .call = CALL(MSYNC, A(0), L(1), 0),
	    .err = EINVAL },
	{ "msync async|sync", SETUP(MAP4), .call = CALL(MSYNC, A(0), L(1), 3),
	    .err = EINVAL },
	{ "msync 8", SETUP(MAP4), .call = CALL(MSYNC, A(0), L(1), 8),
	    .err = EINVAL },
	{ "msync wraps", .call = CALL(MSYNC, A(0), -L(1), 2), .err = EINVAL },
	{ "msync size 0", SETUP(MAP4), .call = CALL(MSYNC, A(0), 0, 2) },
	{ "msync size 0 unmapped", .call = CALL(MSYNC, A(0), 0, 2),
	    .err = EINVAL },
	{ "msync hole", SETUP(HOLE), .call = CALL(MSYNC, A(0), L(4), 1),
	    .err = EFAULT },
	{ "msync invalidate on wired", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MSYNC, A(0), L(4), 4), .err = EBUSY },
};

#define DATA (UINT64_C(0x400000) + L(34))
#define BRK0 (DATA + L(6))
#define ID 65536
#define SHMGET(n) CALL(SHMGET, 0, n, 01600)

static const struct row others[] = {
	{ "brk below vm_daddr", .call = CALL(BRK, DATA - 1), .err = ENOMEM },
	{ "brk beyond RLIMIT_DATA",
	    SETUP({ .no = DO_LIMIT, .arg = { SIM_RLIMIT_DATA, L(8) } }),
	    .call = CALL(BRK, BRK0 + L(3)), .err = ENOMEM },
	{ "brk", .call = CALL(BRK, BRK0 + L(3)) },
	{ "brk back", SETUP(CALL(BRK, BRK0 + L(3))), .call = CALL(BRK, BRK0) },
	{ "brk collision", SETUP(MMAP(BRK0 + L(1), L(1), R, FX, M1, 0)),
	    .call = CALL(BRK, BRK0 + L(3)), .err = ENOMEM },
	{ "sbrk", SETUP(CALL(SBRK, 5)), .call = CALL(SBRK, 0),
	    .ret = BRK0 + 5 },
	{ "shmat", SETUP(SHMGET(L(2))), .call = CALL(SHMAT, ID, A(0), 0),
	    .ret = A(0), .map = "0-2 rw-/rw- Sr" },
	{ "shmat somewhere", SETUP(SHMGET(L(2))), .call = CALL(SHMAT, ID, 0, 0),
	    .ret = ANYRET },
	{ "shmdt", SETUP(SHMGET(L(2)), CALL(SHMAT, ID, A(0), 0)),
	    .call = CALL(SHMDT, A(0)), .map = "" },
};

#define RUN(name, rows) \
	static void name(void **state) \
	{ \
		(void)state; \
		run_rows(&sim_openbsd, rows, NELEM(rows)); \
	}

RUN(test_mmap, mmaps)
RUN(test_ranges, ranges)
RUN(test_mincore, mincores)
RUN(test_locks, locks)
RUN(test_others, others)

/* Random placement: within reach, page aligned, the same for the same seed. */
static void
test_random(void **state)
{
	const struct step call = MMAP(0, L(3), RW, AP, M1, 0);
	const vaddr_t lo = DATA + (1 << 30);
	uint64_t first[8], ret;
	struct world w;
	int run, i, moved = 0;

	(void)state;
	for (run = 0; run < 2; run++) {
		world_make(&w, &sim_openbsd);
		for (i = 0; i < 8; i++) {
			assert_int_equal(world_do(&w, &call, &ret), 0);
			assert_true((ret & 0xfff) == 0 && ret >= lo &&
			    ret < lo + (UINT64_C(4) << 30) + L(2000));
			if (run == 0)
				first[i] = ret;
			else
				assert_int_equal(ret, first[i]);
			moved += i > 0 && ret != first[i - 1] + L(3);
		}
		world_free(&w);
	}
	assert_true(moved > 6);
}

/* No room above the random start: the brk window, then the rest. */
static void
test_crowded(void **state)
{
	struct step fill = MMAP(DATA + (1 << 30), 0, 0, FX, M1, 0);
	struct step call = MMAP(0, L(1), RW, AP, M1, 0);
	struct world w;
	uint64_t ret;

	(void)state;
	world_make(&w, &sim_openbsd);
	fill.arg[1] = TOP - (32 << 20) - fill.arg[0];
	assert_int_equal(world_do(&w, &fill, &ret), 0);
	assert_int_equal(world_do(&w, &call, &ret), 0);
	assert_int_equal(ret, DATA + (1 << 30) - L(1));
	fill.arg[0] = BRK0;
	fill.arg[1] = DATA + (1 << 30) - BRK0;
	assert_int_equal(world_do(&w, &fill, &ret), 0);
	assert_int_equal(world_do(&w, &call, &ret), 0);
	assert_int_equal(ret, 0x1000);
	/* too large for any random start */
	call.arg[1] = UINT64_C(0x7f0000000000);
	call.arg[2] = 0;
	assert_int_equal(world_do(&w, &call, &ret), ENOMEM);
	world_free(&w);
}

static void
test_signals(void **state)
{
	static const struct {
		int err;
		const char *name, *code;
	} rows[] = {
		{ EFAULT, "SIGSEGV", "SEGV_MAPERR" },
		{ EACCES, "SIGSEGV", "SEGV_ACCERR" },
		{ EIO, "SIGBUS", "BUS_OBJERR" },
		{ EINVAL, "SIGBUS", "BUS_OBJERR" },
		{ ENOMEM, "SIGKILL", NULL },
	};
	struct sim_signal sig;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		sim_openbsd.signal(rows[i].err, &sig);
		assert_string_equal(sig.signame, rows[i].name);
		if (rows[i].code != NULL)
			assert_string_equal(sig.code, rows[i].code);
	}
}

/* A soft limit of nothing leaves no stack accessible. */
static void
test_stack(void **state)
{
	struct step call = CALL(SETRLIMIT, SIM_RLIMIT_STACK, 0, 32 << 20);
	struct world w;
	uint64_t ret;

	(void)state;
	world_make(&w, &sim_openbsd);
	assert_int_equal(w.p->vmspace->vm_ssize, 1024);
	assert_int_equal(w.p->vmspace->vm_maxsaddr, TOP - (32 << 20));
	assert_int_equal(world_do(&w, &call, &ret), 0);
	assert_int_equal(sim_access(w.m, w.p, TOP - 1, 1, VM_PROT_READ, NULL),
	    EACCES);
	world_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mmap),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_mincore),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
