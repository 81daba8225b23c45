/*
 * FreeBSD's mmap: every errno in its order, flags, placement.
 */
#include "bsd_rows.h"

#define SHARED 0x1
#define PRIVATE 0x2
#define FIXED 0x10
#define STACK 0x400
#define NOSYNC 0x800
#define ANON 0x1000
#define GUARD 0x2000
#define EXCL 0x4000
#define NOCORE 0x20000
#define PREFAULT 0x40000
#define B32 0x80000
#define ALIGNED(n) ((uint64_t)(n) << 24)
#define MAX_(p) ((p) << 16)
#define AP (ANON | PRIVATE)
#define MMAP(...) CALL(MMAP, __VA_ARGS__)
#define FX (AP | FIXED)
#define TOP UINT64_C(0x800000000000)

static const struct row errors[] = {
	{ "1 prot bit 8", .call = MMAP(0, L(1), 8, AP, M1, 0), .err = EINVAL },
	{ "1 prot bit 19", .call = MMAP(0, L(1), 1 << 19, AP, M1, 0),
	    .err = EINVAL },
	{ "2 prot beyond PROT_MAX",
	    .call = MMAP(0, L(1), RW | MAX_(R), AP, M1, 0), .err = ENOTSUP },
	{ "2 PROT_MAX(0) means not given",
	    .call = MMAP(A(0), L(1), RW | MAX_(0), FX, M1, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "2 before len: ENOTSUP wins",
	    .call = MMAP(0, 0, RW | MAX_(R), AP, M1, 0), .err = ENOTSUP },
	{ "3 W+X is allowed", .call = MMAP(A(0), L(1), RW | X, FX, M1, 0),
	    .ret = A(0), .map = "0-1 rwx/rwx C" },
	{ "4 PROT_MAX bounds the entry",
	    .call = MMAP(A(0), L(1), R | MAX_(RW), FX, M1, 0), .ret = A(0),
	    .map = "0-1 r--/rw- C" },
	{ "5 reserved bits 0x60 are dropped",
	    .call = MMAP(A(0), L(1), RW, FX | 0x60, M1, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "6 len 0", .call = MMAP(0, 0, RW, AP, M1, 0), .err = EINVAL },
	{ "6 anon with fd", .call = MMAP(0, L(1), RW, AP, FD, 0),
	    .err = EINVAL },
	{ "6 anon with offset", .call = MMAP(0, L(1), RW, AP, M1, L(1)),
	    .err = EINVAL },
	{ "6 fd -1 as 32 bits", .call = MMAP(A(0), L(1), RW, FX, 0xffffffff, 0),
	    .ret = A(0) },
	{ "7 stack with fd", .call = MMAP(0, L(4), RW, STACK, FD, 0),
	    .err = EINVAL },
	{ "7 stack without write", .call = MMAP(0, L(4), R, STACK, M1, 0),
	    .err = EINVAL },
	{ "7 stack implies anon, ignores offset",
	    .call = MMAP(A(0), L(4), RW, STACK | FIXED, M1, L(3)), .ret = A(0),
	    .map = "0-1 ---/--- CgG; 1-4 rw-/rwx CD" },
	{ "7 stack|anon with an offset: 6 wins",
	    .call = MMAP(0, L(4), RW, STACK | ANON, M1, L(3)), .err = EINVAL },
	{ "8 flag 0x4", .call = MMAP(0, L(1), RW, AP | 0x4, M1, 0),
	    .err = EINVAL },
	{ "8 flag 0x80", .call = MMAP(0, L(1), RW, AP | 0x80, M1, 0),
	    .err = EINVAL },
	{ "8 flag 0x8000", .call = MMAP(0, L(1), RW, AP | 0x8000, M1, 0),
	    .err = EINVAL },
	{ "8 flag 0x800000", .call = MMAP(0, L(1), RW, AP | 0x800000, M1, 0),
	    .err = EINVAL },
	{ "8 excl without fixed", .call = MMAP(0, L(1), RW, AP | EXCL, M1, 0),
	    .err = EINVAL },
	{ "8 shared and private",
	    .call = MMAP(0, L(1), RW, ANON | SHARED | PRIVATE, M1, 0),
	    .err = EINVAL },
	{ "9 guard with prot", .call = MMAP(0, L(1), R, GUARD, M1, 0),
	    .err = EINVAL },
	{ "9 guard with fd", .call = MMAP(0, L(1), 0, GUARD, FD, 0),
	    .err = EINVAL },
	{ "9 guard with offset", .call = MMAP(0, L(1), 0, GUARD, M1, L(1)),
	    .err = EINVAL },
	{ "9 guard|private", .call = MMAP(0, L(1), 0, GUARD | PRIVATE, M1, 0),
	    .err = EINVAL },
	{ "9 guard|anon", .call = MMAP(0, L(1), 0, GUARD | ANON, M1, 0),
	    .err = EINVAL },
	{ "9 guard with nocore",
	    .call = MMAP(0, L(1), 0, GUARD | NOCORE, M1, 0), .err = EINVAL },
	{ "10 length wraps", .call = MMAP(0, M1, RW, AP, M1, 0),
	    .err = ENOMEM },
	{ "10 length plus page offset wraps", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, M1 - 0xfff, RW, PRIVATE, FD, 0x10), .err = ENOMEM },
	{ "11 alignment 2", .call = MMAP(0, L(1), RW, AP | ALIGNED(2), M1, 0),
	    .err = EINVAL },
	{ "11 alignment 11", .call = MMAP(0, L(1), RW, AP | ALIGNED(11), M1, 0),
	    .err = EINVAL },
	{ "11 alignment 64", .call = MMAP(0, L(1), RW, AP | ALIGNED(64), M1, 0),
	    .err = EINVAL },
	{ "11 alignment 128",
	    .call = MMAP(0, L(1), RW, AP | ALIGNED(128), M1, 0),
	    .err = EINVAL },
	{ "11 fixed ignores a lawful alignment",
	    .call = MMAP(A(1), L(1), RW, FX | ALIGNED(16), M1, 0), .ret = A(1),
	    .map = "1-2 rw-/rwx C" },
	{ "12 fixed unaligned", .call = MMAP(A(0) + 1, L(1), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "12 fixed at 0", .call = MMAP(0, L(1), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "12 fixed past the end",
	    .call = MMAP(TOP - L(1), L(2), RW, FX, M1, 0), .err = EINVAL },
	{ "12 fixed wraps", .call = MMAP(M1 - 0xfff, L(2), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "12 fixed 32bit beyond 2 GB",
	    .call = MMAP(0x7ffff000, L(2), RW, FX | B32, M1, 0),
	    .err = EINVAL },
	{ "12 fixed 32bit up to 2 GB",
	    .call = MMAP(0x7ffff000, L(1), RW, FX | B32, M1, 0),
	    .ret = 0x7ffff000 },
	{ "13 bad fd", .call = MMAP(0, L(1), R, PRIVATE, 5, 0), .err = EBADF },
	{ "13 bad fd wins over no sharing", .call = MMAP(0, L(1), R, 0, 5, 0),
	    .err = EBADF },
	{ "13 neither shared nor private", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(1), R, 0, FD, 0), .err = EINVAL },
	{ "13 anon with neither acts as private",
	    .call = MMAP(A(0), L(1), RW, ANON | FIXED, M1, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "file not open for reading", SETUP(CALLS(OPEN, "/f", 1)),
	    .call = MMAP(0, L(1), R, SHARED, FD, 0), .err = EACCES },
	{ "shared write on a read-only descriptor", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(0, L(1), RW, SHARED, FD, 0), .err = EACCES },
	{ "private write on a read-only descriptor",
	    SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(1), RW, PRIVATE | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "shared read: max lacks write", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(1), R, SHARED | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 r--/r-x S" },
	{ "file max and PROT_MAX meet", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(1), R | MAX_(RW), SHARED | FIXED, FD, 0),
	    .ret = A(0), .map = "0-1 r--/rw- S" },
	{ "directory", SETUP(CALLS(OPEN, "/dir", 0)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, 0), .err = EINVAL },
	{ "negative offset", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, -L(1)), .err = EINVAL },
	{ "offset plus size beyond OFF_MAX", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(2), R, PRIVATE, FD, INT64_MAX - 0xfff),
	    .err = EINVAL },
	{ "beyond the end of the file", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(1), R, PRIVATE | FIXED, FD, L(100)),
	    .ret = A(0) },
	{ "device private", SETUP(CALLS(OPEN, "/dev/mem", 2)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, 0), .err = EINVAL },
	{ "device write", SETUP(CALLS(OPEN, "/dev/mem", 0)),
	    .call = MMAP(0, L(1), RW, SHARED, FD, 0), .err = EACCES },
	{ "device shared", SETUP(CALLS(OPEN, "/dev/mem", 2)),
	    .call = MMAP(A(0), L(1), RW, SHARED | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx S" },
	{ "/dev/zero is anonymous", SETUP(CALLS(OPEN, "/dev/zero", 2)),
	    .call = MMAP(A(0), L(1), RW, SHARED | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx Sa" },
	{ "/dev/zero privately", SETUP(CALLS(OPEN, "/dev/zero", 2)),
	    .call = MMAP(A(0), L(1), RW, PRIVATE | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "14 RLIMIT_VMEM",
	    SETUP({ .no = DO_LIMIT, .arg = { SIM_RLIMIT_AS, L(1) } }),
	    .call = MMAP(0, L(1), RW, AP, M1, 0), .err = ENOMEM },
	{ "14 MCL_FUTURE and RLIMIT_MEMLOCK",
	    SETUP(CALL(MLOCKALL, 2),
		{ .no = DO_LIMIT, .arg = { SIM_RLIMIT_MEMLOCK, L(1) } }),
	    .call = MMAP(0, L(2), RW, AP, M1, 0), .err = ENOMEM },
	{ "15 fixed|excl over a mapping: ENOMEM",
	    SETUP(MMAP(A(1), L(1), RW, FX, M1, 0)),
	    .call = MMAP(A(0), L(3), R, FX | EXCL, M1, 0), .err = ENOMEM,
	    .map = "1-2 rw-/rwx C" },
	{ "15 guard fixed|excl over a mapping",
	    SETUP(MMAP(A(1), L(1), RW, FX, M1, 0)),
	    .call = MMAP(A(0), L(3), 0, GUARD | FIXED | EXCL, M1, 0),
	    .err = ENOMEM },
	{ "15 no room", .call = MMAP(0, TOP - L(4), RW, AP, M1, 0),
	    .err = ENOMEM },
	{ "15 no room below 2 GB",
	    .call = MMAP(0, 0x80000000, RW, AP | B32, M1, 0), .err = ENOMEM },
	{ "stack of one page",
	    .call = MMAP(A(0), L(1), RW, STACK | FIXED, M1, 0), .err = EINVAL },
	{ "stack|excl over a mapping", SETUP(MMAP(A(1), L(1), RW, FX, M1, 0)),
	    .call = MMAP(A(0), L(4), RW, STACK | FIXED | EXCL, M1, 0),
	    .err = ENOMEM },
	{ "16 the result has the offset's page remainder",
	    SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0) + 0x123, 0x1000, R, PRIVATE | FIXED, FD, 0x1123),
	    .ret = A(0) + 0x123, .map = "0-2 r--/rwx C" },
	{ "16 MCL_FUTURE wires", SETUP(CALL(MLOCKALL, 2)),
	    .call = MMAP(A(0), L(2), RW, FX, M1, 0), .ret = A(0),
	    .map = "0-2 rw-/rwx Cwa" },
	{ "16 MCL_FUTURE cannot wire PROT_NONE: ignored",
	    SETUP(CALL(MLOCKALL, 2)), .call = MMAP(A(0), L(2), 0, FX, M1, 0),
	    .ret = A(0), .map = "0-2 ---/rwx C" },
};

static const struct row kinds[] = {
	{ "fixed replaces the middle", SETUP(MMAP(A(0), L(4), RW, FX, M1, 0)),
	    .call = MMAP(A(1), L(2), R, FX, M1, 0), .ret = A(1),
	    .map = "0-1 rw-/rwx C; 1-3 r--/rwx C; 3-4 rw-/rwx C" },
	{ "anonymous neighbours join", SETUP(MMAP(A(0), L(2), RW, FX, M1, 0)),
	    .call = MMAP(A(2), L(2), RW, FX, M1, 0), .ret = A(2),
	    .map = "0-4 rw-/rwx C" },
	{ "guards join", SETUP(MMAP(A(0), L(2), 0, GUARD | FIXED, M1, 0)),
	    .call = MMAP(A(2), L(2), 0, GUARD | FIXED, M1, 0), .ret = A(2),
	    .map = "0-4 ---/--- Cg" },
	{ "shared anonymous has its amap",
	    .call = MMAP(A(0), L(2), RW, ANON | SHARED | FIXED, M1, 0),
	    .ret = A(0), .map = "0-2 rw-/rwx Sa" },
	{ "nocore and nosync",
	    .call = MMAP(A(0), L(2), RW, FX | NOCORE | NOSYNC, M1, 0),
	    .ret = A(0), .map = "0-2 rw-/rwx Cny" },
	{ "an unlinked file is not synced",
	    SETUP(CALLS(OPEN, "/f", 2), CALLS(UNLINK, "/f", 0)),
	    .call = MMAP(A(0), L(1), RW, SHARED | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx Sy" },
	{ "a large stack opens 128K",
	    .call = MMAP(A(0), L(100), RW, STACK | FIXED, M1, 0), .ret = A(0),
	    .map = "0-68 ---/--- CgG; 68-100 rw-/rwx CD" },
	{ "a stack replaces what it covers",
	    SETUP(MMAP(A(0), L(8), RW, FX, M1, 0)),
	    .call = MMAP(A(2), L(4), RW, STACK | FIXED, M1, 0), .ret = A(2),
	    .map = "0-2 rw-/rwx C; 2-3 ---/--- CgG; 3-6 rw-/rwx CD; "
		   "6-8 rw-/rwx C" },
	{ "PROT_MAX of a stack",
	    .call = MMAP(A(0), L(4), RW | MAX_(RW), STACK | FIXED, M1, 0),
	    .ret = A(0), .map = "0-1 ---/--- CgG; 1-4 rw-/rw- CD" },
};

/* Where the stand-in's search begins: data segment + 32 GB, linker, library. */
#define DATA UINT64_C(0x1043000)
#define DEF (DATA + (UINT64_C(32) << 30))
#define NEXT (DEF + L(32 + 977))

static const struct row placement[] = {
	{ "anonymous memory follows the libraries",
	    .call = MMAP(0, L(1), RW, AP, M1, 0), .ret = NEXT },
	{ "anonymous memory is next fit",
	    SETUP(MMAP(0, L(4), RW, AP, M1, 0), MMAP(0, L(1), RW, AP, M1, 0),
		CALL(MUNMAP, NEXT, L(4))),
	    .call = MMAP(0, L(1), RW, AP, M1, 0), .ret = NEXT + L(5) },
	{ "unmapping what ends there steps back",
	    SETUP(MMAP(0, L(4), RW, AP, M1, 0), CALL(MUNMAP, NEXT, L(4))),
	    .call = MMAP(0, L(1), RW, AP, M1, 0), .ret = NEXT },
	{ "unmapping the tail steps back to it",
	    SETUP(MMAP(0, L(4), RW, AP, M1, 0),
		CALL(MUNMAP, NEXT + L(2), L(2))),
	    .call = MMAP(0, L(1), RW, AP, M1, 0), .ret = NEXT + L(2) },
	{ "PROT_NONE is first fit",
	    SETUP(MMAP(0, L(4), RW, AP, M1, 0), MMAP(0, L(1), RW, AP, M1, 0),
		CALL(MUNMAP, NEXT, L(4))),
	    .call = MMAP(0, L(1), 0, AP, M1, 0), .ret = NEXT },
	{ "shared anonymous is first fit",
	    SETUP(MMAP(0, L(4), RW, AP, M1, 0), MMAP(0, L(1), RW, AP, M1, 0),
		CALL(MUNMAP, NEXT, L(4))),
	    .call = MMAP(0, L(1), RW, ANON | SHARED, M1, 0), .ret = NEXT },
	{ "a guard is first fit",
	    SETUP(MMAP(0, L(4), RW, AP, M1, 0), MMAP(0, L(1), RW, AP, M1, 0),
		CALL(MUNMAP, NEXT, L(4))),
	    .call = MMAP(0, L(1), 0, GUARD, M1, 0), .ret = NEXT },
	{ "a file is first fit",
	    SETUP(MMAP(0, L(4), RW, AP, M1, 0), MMAP(0, L(1), RW, AP, M1, 0),
		CALL(MUNMAP, NEXT, L(4)), CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, 0), .ret = NEXT },
	{ "a hint within the data reach becomes the default",
	    SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(1), R, PRIVATE, FD, 0), .ret = NEXT },
	{ "a hint below the text is where the search begins",
	    .call = MMAP(0x10000, L(1), RW, AP, M1, 0), .ret = 0x10000 },
	{ "a hint is rounded up",
	    .call = MMAP(DEF + 0x40000001, L(1), RW, AP, M1, 0),
	    .ret = DEF + 0x40001000 },
	{ "a taken hint: the next room above",
	    SETUP(MMAP(DEF + 0x40000000, L(2), RW, FX, M1, 0)),
	    .call = MMAP(DEF + 0x40000000, L(1), RW, AP, M1, 0),
	    .ret = DEF + 0x40002000 },
	{ "no room above the hint: again from the default",
	    .call = MMAP(TOP - L(1), L(2), RW, AP, M1, 0), .ret = NEXT },
	{ "32bit: lowest free address",
	    .call = MMAP(0, L(1), RW, AP | B32, M1, 0), .ret = 0x1000 },
	{ "32bit hint", .call = MMAP(A(0), L(1), RW, AP | B32, M1, 0),
	    .ret = A(0) },
	{ "32bit hint out of reach",
	    .call = MMAP(0x7ffff000, L(2), RW, AP | B32, M1, 0),
	    .ret = 0x1000 },
	{ "aligned to 64K", .call = MMAP(0, L(1), RW, AP | ALIGNED(16), M1, 0),
	    .ret = (NEXT + 0xffff) & ~UINT64_C(0xffff) },
	{ "aligned_super: small sizes are unaffected",
	    .call = MMAP(0, L(1), RW, AP | ALIGNED(1), M1, 0), .ret = NEXT },
	{ "aligned_super: 2 MB",
	    .call = MMAP(0, 2 << 20, RW, AP | ALIGNED(1), M1, 0),
	    .ret = (NEXT + 0x1fffff) & ~UINT64_C(0x1fffff) },
	{ "aligned_super agrees with the offset", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, 5 << 20, R, SHARED | ALIGNED(1), FD, L(1)),
	    .ret = ((NEXT + 0x1fffff) & ~UINT64_C(0x1fffff)) + L(1) },
	{ "posix shm is coloured", SETUP(CALLS(SHM_OPEN, "/s", 0x202, 0)),
	    .call = MMAP(0, 2 << 20, RW, SHARED, FD, 0),
	    .ret = (NEXT + 0x1fffff) & ~UINT64_C(0x1fffff) },
	{ "a replay's place is taken",
	    .call = { .no = SIM_SYS_MMAP,
		.arg = { 0, L(2), RW, AP, M1, 0 },
		.place = A(5) },
	    .ret = A(5), .map = "5-7 rw-/rwx C" },
	{ "a place that is not free is not",
	    SETUP(MMAP(A(5), L(1), RW, FX, M1, 0)),
	    .call = { .no = SIM_SYS_MMAP,
		.arg = { 0, L(2), RW, AP, M1, 0 },
		.place = A(4) },
	    .ret = NEXT },
	{ "a place outside is not",
	    .call = { .no = SIM_SYS_MMAP,
		.arg = { 0, L(2), RW, AP, M1, 0 },
		.place = TOP - L(1) },
	    .ret = NEXT },
};

static void
test_errors(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, errors, NELEM(errors));
}

static void
test_kinds(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, kinds, NELEM(kinds));
}

static void
test_placement(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, placement, NELEM(placement));
}

/* Resident pages of a file are mapped at once: 96 of them, or all. */
static void
test_prefault(void **state)
{
	const struct step pagein = { .no = DO_PAGEIN,
		.arg = { 3 },
		.str = "/f" };
	const struct step steps[] = { CALLS(OPEN, "/f", 2),
		MMAP(A(0), L(16), RW, PRIVATE | FIXED, FD, 0),
		MMAP(A(100), L(100), R, SHARED | FIXED | PREFAULT, FD, 0) };
	struct world w;
	uint64_t ret;
	size_t i;

	(void)state;
	world_make(&w, &sim_freebsd);
	assert_int_equal(world_do(&w, &pagein, &ret), 0);
	for (i = 0; i < NELEM(steps); i++)
		assert_int_equal(world_do(&w, &steps[i], &ret), 0);
	assert_true(pmap_extract(w.p->vmspace->vm_map.pmap, A(3), NULL));
	assert_false(pmap_extract(w.p->vmspace->vm_map.pmap, A(2), NULL));
	assert_true(pmap_extract(w.p->vmspace->vm_map.pmap, A(103), NULL));
	world_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_placement),
		cmocka_unit_test(test_prefault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
