/*
 * FreeBSD's munmap, mprotect, minherit, madvise, msync and mincore.
 */
#include "bsd_rows.h"

#define SHARED 0x1
#define PRIVATE 0x2
#define FIXED 0x10
#define STACK 0x400
#define ANON 0x1000
#define GUARD 0x2000
#define FX (ANON | PRIVATE | FIXED)
#define MMAP(...) CALL(MMAP, __VA_ARGS__)
#define MAP4 MMAP(A(0), L(4), RW, FX, M1, 0)
#define HOLE MAP4, CALL(MUNMAP, A(1), L(1))
#define MAX_(p) ((p) << 16)
#define TOP UINT64_C(0x800000000000)
#define OPENF CALLS(OPEN, "/f", 2)
#define FILE4 OPENF, MMAP(A(0), L(4), RW, PRIVATE | FIXED, FD, 0)
#define SHARE4 OPENF, MMAP(A(0), L(4), RW, SHARED | FIXED, FD, 0)
/* a stack with a gap of 8 pages, the lowest its guard */
#define STACK40 MMAP(A(0), L(40), RW, STACK | FIXED, M1, 0)

static const struct row munmaps[] = {
	{ "len 0", SETUP(MAP4), .call = CALL(MUNMAP, A(0), 0), .err = EINVAL },
	{ "outside", .call = CALL(MUNMAP, TOP - L(1), L(2)), .err = EINVAL },
	{ "below the minimum", .call = CALL(MUNMAP, 0, L(1)), .err = EINVAL },
	{ "wraps", SETUP(MAP4), .call = CALL(MUNMAP, A(0), -L(1)),
	    .err = EINVAL },
	{ "a length that rounds to 0 modulo 2^64", SETUP(MAP4),
	    .call = CALL(MUNMAP, A(0), M1), .map = "0-4 rw-/rwx C" },
	{ "unaligned address is truncated", SETUP(MAP4),
	    .call = CALL(MUNMAP, A(1) + 5, 0xffd),
	    .map = "0-1 rw-/rwx C; 3-4 rw-/rwx C" },
	{ "holes are fine", SETUP(HOLE), .call = CALL(MUNMAP, A(0), L(8)),
	    .map = "" },
	{ "nothing there", .call = CALL(MUNMAP, A(0), L(8)), .map = "" },
	{ "wired memory goes", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNMAP, A(0), L(2)), .map = "2-4 rw-/rwx Cwa" },
};

static const struct row mprotects[] = {
	{ "unknown bit", SETUP(MAP4), .call = CALL(MPROTECT, A(0), L(1), 8),
	    .err = EINVAL },
	{ "wraps", .call = CALL(MPROTECT, A(0), -L(1), R), .err = EINVAL },
	{ "empty succeeds even beyond PROT_MAX", SETUP(MAP4),
	    .call = CALL(MPROTECT, A(0), 0, RW | MAX_(R)) },
	{ "beyond PROT_MAX", SETUP(MAP4),
	    .call = CALL(MPROTECT, A(0), L(1), RW | MAX_(R)), .err = ENOTSUP },
	{ "unmapped range succeeds", .call = CALL(MPROTECT, A(0), L(4), R) },
	{ "outside the map succeeds",
	    .call = CALL(MPROTECT, TOP + L(4), L(4), R) },
	{ "holes are skipped", SETUP(HOLE),
	    .call = CALL(MPROTECT, A(0), L(4), R),
	    .map = "0-1 r--/rwx C; 2-4 r--/rwx C" },
	{ "max only shrinks",
	    SETUP(MAP4, CALL(MPROTECT, A(0), L(4), R | MAX_(R))),
	    .call = CALL(MPROTECT, A(1), L(1), RW), .err = EACCES,
	    .map = "0-4 r--/r-- C" },
	{ "PROT_MAX lowers max and prot", SETUP(MAP4),
	    .call = CALL(MPROTECT, A(1), L(1), R | MAX_(RW)),
	    .map = "0-1 rw-/rwx C; 1-2 r--/rw- C; 2-4 rw-/rwx C" },
	{ "EACCES changes nothing before it either",
	    SETUP(MAP4, CALL(MPROTECT, A(2), L(1), R | MAX_(R))),
	    .call = CALL(MPROTECT, A(0), L(4), RW), .err = EACCES },
	{ "equal neighbours join again",
	    SETUP(MAP4, CALL(MPROTECT, A(1), L(1), R)),
	    .call = CALL(MPROTECT, A(1), L(1), RW), .map = "0-4 rw-/rwx C" },
	{ "unaligned", SETUP(MAP4), .call = CALL(MPROTECT, A(1) + 1, 1, R),
	    .map = "0-1 rw-/rwx C; 1-2 r--/rwx C; 2-4 rw-/rwx C" },
	{ "guards are skipped",
	    SETUP(MAP4, MMAP(A(4), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MPROTECT, A(3), L(2), R),
	    .map = "0-3 rw-/rwx C; 3-4 r--/rwx C; 4-5 ---/--- Cg" },
	{ "a stack gap is held against the stack's maximum",
	    SETUP(MMAP(A(0), L(40), RW | MAX_(RW), STACK | FIXED, M1, 0)),
	    .call = CALL(MPROTECT, A(1), L(2), X), .err = EACCES },
	{ "MCL_FUTURE does not wire what opens",
	    SETUP(CALL(MLOCKALL, 2), MMAP(A(0), L(2), 0, FX, M1, 0)),
	    .call = CALL(MPROTECT, A(0), L(2), RW), .map = "0-2 rw-/rwx C" },
};

static const struct row minherits[] = {
	{ "wraps", .call = CALL(MINHERIT, A(0), -L(1), 0), .err = EINVAL },
	{ "value 4", SETUP(MAP4), .call = CALL(MINHERIT, A(0), L(1), 4),
	    .err = EINVAL },
	{ "value before empty", .call = CALL(MINHERIT, A(0), 0, 4),
	    .err = EINVAL },
	{ "empty", .call = CALL(MINHERIT, A(0), 0, 1) },
	{ "outside", .call = CALL(MINHERIT, TOP, L(4), 1) },
	{ "holes are skipped", SETUP(HOLE),
	    .call = CALL(MINHERIT, A(0), L(3), 0),
	    .map = "0-1 rw-/rwx S; 2-3 rw-/rwx S; 3-4 rw-/rwx C" },
	{ "zero is 3", SETUP(MAP4), .call = CALL(MINHERIT, A(0), L(4), 3),
	    .map = "0-4 rw-/rwx Z" },
	{ "zero passes over guards",
	    SETUP(MAP4, MMAP(A(4), L(1), 0, GUARD | FIXED, M1, 0),
		MMAP(A(5), L(2), RW, FX, M1, 0)),
	    .call = CALL(MINHERIT, A(1), L(5), 3),
	    .map = "0-1 rw-/rwx C; 1-4 rw-/rwx Z; 4-5 ---/--- Cg; "
		   "5-6 rw-/rwx Z; 6-7 rw-/rwx C" },
	{ "zero over a guard only",
	    SETUP(MMAP(A(4), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MINHERIT, A(4), L(1), 3), .map = "4-5 ---/--- Cg" },
	{ "none on a guard", SETUP(MMAP(A(4), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MINHERIT, A(4), L(1), 2), .map = "4-5 ---/--- Ng" },
};

static const struct row madvises[] = {
	{ "outside is EINVAL", .call = CALL(MADVISE, TOP, L(1), 0),
	    .err = EINVAL },
	{ "below the minimum", .call = CALL(MADVISE, 0, L(1), 0),
	    .err = EINVAL },
	{ "wraps", .call = CALL(MADVISE, A(0), -L(1), 0), .err = EINVAL },
	{ "unknown", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(1), 11),
	    .err = EINVAL },
	{ "unknown before empty", .call = CALL(MADVISE, A(0), 0, 99),
	    .err = EINVAL },
	{ "empty", .call = CALL(MADVISE, A(0), 0, 5) },
	{ "range before advice", .call = CALL(MADVISE, 0, L(1), 99),
	    .err = EINVAL },
	{ "protect first: for root", .call = CALL(MADVISE, 0, M1, 10) },
	{ "protect: not for others", SETUP({ .no = DO_UID, .arg = { 5 } }),
	    .call = CALL(MADVISE, 0, 0, 10), .err = EPERM },
	{ "holes never fail", SETUP(HOLE), .call = CALL(MADVISE, A(0), L(9), 1),
	    .map = "0-1 rw-/rwx Cr; 2-4 rw-/rwx Cr" },
	{ "sequential", SETUP(MAP4), .call = CALL(MADVISE, A(1), L(1), 2),
	    .map = "0-1 rw-/rwx C; 1-2 rw-/rwx Cs; 2-4 rw-/rwx C" },
	{ "normal joins again", SETUP(MAP4, CALL(MADVISE, A(1), L(1), 2)),
	    .call = CALL(POSIX_MADVISE, A(0), L(4), 0),
	    .map = "0-4 rw-/rwx C" },
	{ "nosync", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(4), 6),
	    .map = "0-4 rw-/rwx Cy" },
	{ "autosync", SETUP(MAP4, CALL(MADVISE, A(0), L(4), 6)),
	    .call = CALL(MADVISE, A(0), L(2), 7),
	    .map = "0-2 rw-/rwx C; 2-4 rw-/rwx Cy" },
	{ "nocore", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(4), 8),
	    .map = "0-4 rw-/rwx Cn" },
	{ "core", SETUP(MAP4, CALL(MADVISE, A(0), L(4), 8)),
	    .call = CALL(MADVISE, A(0), L(4), 9), .map = "0-4 rw-/rwx C" },
	{ "guards get flags", SETUP(MMAP(A(0), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MADVISE, A(0), L(1), 8), .map = "0-1 ---/--- Cgn" },
	{ "willneed over a hole", SETUP(HOLE),
	    .call = CALL(MADVISE, A(0), L(9), 3) },
	{ "dontneed over a hole and a guard",
	    SETUP(HOLE, MMAP(A(1), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MADVISE, A(0), L(9), 4) },
	{ "free over a hole", SETUP(HOLE, TOUCH(WRITE, A(0), L(1))),
	    .call = CALL(MADVISE, A(0), L(9), 5) },
	{ "free passes over wired memory", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MADVISE, A(0), L(4), 5) },
	{ "posix_madvise takes 5 too", SETUP(MAP4),
	    .call = CALL(POSIX_MADVISE, A(0), L(4), 5) },
};

static const struct row msyncs[] = {
	{ "wraps", .call = CALL(MSYNC, A(0), -L(1), 0), .err = EINVAL },
	{ "async|invalidate", SETUP(MAP4), .call = CALL(MSYNC, A(0), L(1), 3),
	    .err = EINVAL },
	{ "other bits are ignored", SETUP(MAP4),
	    .call = CALL(MSYNC, A(0), L(1), 0x40) },
	{ "start unmapped", .call = CALL(MSYNC, A(0), L(1), 0), .err = ENOMEM },
	{ "hole", SETUP(HOLE), .call = CALL(MSYNC, A(0), L(3), 0),
	    .err = ENOMEM },
	{ "hole at the end", SETUP(MAP4), .call = CALL(MSYNC, A(0), L(5), 0),
	    .err = ENOMEM },
	{ "unaligned", SETUP(MAP4), .call = CALL(MSYNC, A(1) + 1, 1, 0) },
	{ "len 0: the whole entry", SETUP(SHARE4, CALL(MLOCK, A(3), L(1))),
	    .call = CALL(MSYNC, A(0), 0, 2) },
	{ "invalidate over locked memory", SETUP(MAP4, CALL(MLOCK, A(2), L(1))),
	    .call = CALL(MSYNC, A(0), L(4), 2), .err = EBUSY },
	{ "the earlier problem wins: hole",
	    SETUP(HOLE, CALL(MLOCK, A(2), L(1))),
	    .call = CALL(MSYNC, A(0), L(4), 2), .err = ENOMEM },
	{ "the earlier problem wins: lock",
	    SETUP(HOLE, CALL(MLOCK, A(0), L(1))),
	    .call = CALL(MSYNC, A(0), L(4), 2), .err = EBUSY },
	{ "guards are skipped",
	    SETUP(MMAP(A(0), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MSYNC, A(0), L(1), 2) },
	{ "async", SETUP(SHARE4, TOUCH(WRITE, A(0), L(4))),
	    .call = CALL(MSYNC, A(0), L(4), 1) },
};

#define MC(a, l) CALL(MINCORE, a, l, 0)
#define MCV(a, l, n) \
	{ \
		.no = SIM_SYS_MINCORE, .arg = { a, l }, .veclen = n \
	}

static const struct row mincores[] = {
	{ "untouched is 0", SETUP(MAP4), .call = MC(A(0), L(4)),
	    .vec = "00 00 00 00 ee" },
	{ "read and written",
	    SETUP(MAP4, TOUCH(READ, A(1), L(1)), TOUCH(WRITE, A(2), L(1))),
	    .call = MC(A(0), L(4)), .vec = "00 0b 1f 00 ee" },
	{ "wrap", .call = MC(A(0), -L(1)), .err = ENOMEM },
	{ "past the end", .call = MC(TOP - L(1), L(2)), .err = ENOMEM },
	{ "low address", .call = MC(0, L(1)), .err = ENOMEM },
	{ "unmapped, len 0", .call = MC(A(0), 0), .err = ENOMEM },
	{ "mapped, len 0, vec NULL", SETUP(MAP4), .call = MCV(A(1), 0, M1),
	    .vec = "ee" },
	{ "unaligned, len 0: one byte", SETUP(MAP4), .call = MC(A(1) + 1, 0),
	    .vec = "00 ee" },
	{ "unaligned rounds at both ends", SETUP(MAP4),
	    .call = MC(A(1) + 1, L(1)), .vec = "00 00 ee" },
	{ "a hole: earlier entries' bytes are stored",
	    SETUP(MMAP(A(0), L(1), RW, FX, M1, 0), TOUCH(WRITE, A(0), L(1)),
		MMAP(A(1), L(1), R, FX, M1, 0), TOUCH(READ, A(1), L(1))),
	    .call = MC(A(0), L(3)), .err = ENOMEM, .vec = "1f ee" },
	{ "an untouched entry before a hole: nothing is stored",
	    SETUP(MMAP(A(0), L(1), RW, FX, M1, 0),
		MMAP(A(1), L(1), R, FX, M1, 0), TOUCH(READ, A(1), L(1))),
	    .call = MC(A(0), L(3)), .err = ENOMEM, .vec = "ee ee" },
	{ "vec NULL", SETUP(MAP4), .call = MCV(A(0), L(4), M1), .err = EFAULT },
	{ "vec short: earlier bytes stay",
	    SETUP(MAP4, TOUCH(WRITE, A(0), L(4))), .call = MCV(A(0), L(4), 2),
	    .err = EFAULT, .vec = "1f 1f ee" },
	{ "vec short at a skipped entry", SETUP(MAP4),
	    .call = MCV(A(0), L(4), 3), .err = EFAULT, .vec = "00 00 00 ee" },
	{ "ENOMEM before EFAULT", .call = MCV(A(0), L(1), M1), .err = ENOMEM },
	{ "guards are mapped, with 0",
	    SETUP(MMAP(A(0), L(2), 0, GUARD | FIXED, M1, 0)),
	    .call = MC(A(0), L(2)), .vec = "00 00 ee" },
	{ "PROT_NONE removes the mappings",
	    SETUP(MAP4, TOUCH(WRITE, A(0), L(4)),
		CALL(MPROTECT, A(0), L(4), 0)),
	    .call = MC(A(0), L(2)), .vec = "00 00 ee" },
	{ "mprotect to read-only loses M",
	    SETUP(MAP4, TOUCH(WRITE, A(0), L(4)),
		CALL(MPROTECT, A(0), L(4), R)),
	    .call = MC(A(0), L(2)), .vec = "0b 0b ee" },
	{ "a resident file page that is not mapped here is 0",
	    SETUP(FILE4, { .no = DO_PAGEIN, .arg = { 1 }, .str = "/f" }),
	    .call = MC(A(0), L(4)), .vec = "00 00 00 00 ee" },
	{ "a resident file page is prefaulted by mmap",
	    SETUP({ .no = DO_PAGEIN, .arg = { 1 }, .str = "/f" }, FILE4),
	    .call = MC(A(0), L(4)), .vec = "00 01 00 00 ee" },
	{ "willneed maps resident pages",
	    SETUP(FILE4, { .no = DO_PAGEIN, .arg = { 1 }, .str = "/f" },
		CALL(MADVISE, A(0), L(4), 3)),
	    .call = MC(A(0), L(4)), .vec = "00 01 00 00 ee" },
	{ "willneed does nothing without READ and EXEC",
	    SETUP(FILE4, { .no = DO_PAGEIN, .arg = { 1 }, .str = "/f" },
		CALL(MPROTECT, A(0), L(4), 0), CALL(MADVISE, A(0), L(4), 3)),
	    .call = MC(A(0), L(4)), .vec = "00 00 00 00 ee" },
	{ "willneed looks at the upper layer only",
	    SETUP(FILE4, TOUCH(WRITE, A(0), L(1)), CALL(MSYNC, A(0), L(4), 2),
		CALL(MADVISE, A(0), L(4), 3)),
	    .call = MC(A(0), L(2)), .vec = "01 00 ee" },
	{ "dontneed keeps the mapping, clears A and M",
	    SETUP(MAP4, TOUCH(WRITE, A(0), L(2)), CALL(MADVISE, A(0), L(4), 4)),
	    .call = MC(A(0), L(4)), .vec = "01 01 00 00 ee" },
	{ "invalidate removes the mappings",
	    SETUP(MAP4, TOUCH(WRITE, A(0), L(2)), CALL(MSYNC, A(0), L(4), 2)),
	    .call = MC(A(0), L(2)), .vec = "00 00 ee" },
	{ "free keeps the mapping, clears A and M",
	    SETUP(MAP4, TOUCH(WRITE, A(0), L(2)), CALL(MADVISE, A(0), L(4), 5)),
	    .call = MC(A(0), L(4)), .vec = "01 01 00 00 ee" },
	{ "mlock of writable memory writes it",
	    SETUP(MAP4, CALL(MLOCK, A(0), L(1))), .call = MC(A(0), L(2)),
	    .vec = "1f 00 ee" },
	{ "mlock of read-only memory reads it",
	    SETUP(MMAP(A(0), L(2), R, FX, M1, 0), CALL(MLOCK, A(0), L(1))),
	    .call = MC(A(0), L(2)), .vec = "0b 00 ee" },
	{ "fork takes M from the parent",
	    SETUP(MAP4, TOUCH(WRITE, A(0), L(2)), CALLS(FORK, "c", 0)),
	    .call = MC(A(0), L(2)), .vec = "0b 0b ee" },
};

static void
test_munmap(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, munmaps, NELEM(munmaps));
}

static void
test_mprotect(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, mprotects, NELEM(mprotects));
}

static void
test_minherit(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, minherits, NELEM(minherits));
}

static void
test_madvise(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, madvises, NELEM(madvises));
}

static void
test_msync(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, msyncs, NELEM(msyncs));
}

static void
test_mincore(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, mincores, NELEM(mincores));
}

/* DONTNEED and INVALIDATE never lose data. */
static void
test_contents(void **state)
{
	const struct step steps[] = { MAP4, TOUCH(WRITE, A(0), L(1)),
		CALL(MADVISE, A(0), L(4), 4), CALL(MSYNC, A(0), L(4), 2) };
	struct world w;
	uint64_t ret, tag, now;
	size_t i;

	(void)state;
	world_make(&w, &sim_freebsd);
	for (i = 0; i < NELEM(steps); i++) {
		assert_int_equal(world_do(&w, &steps[i], &ret), 0);
		if (i == 1)
			assert_int_equal(vm_peek_tag(&w.p->vmspace->vm_map,
					     A(0), &tag),
			    0);
	}
	assert_int_equal(vm_access_tag(&w.p->vmspace->vm_map, A(0), &now), 0);
	assert_true(tag == now && tag != 0);
	world_free(&w);
}

/* A gap remembers the protection that its stack was given. */
static void
test_gap_memory(void **state)
{
	const struct step steps[] = { STACK40,
		CALL(MPROTECT, A(0), L(40), R | X | MAX_(R | X)),
		TOUCH(READ, A(6), 1) };
	struct world w;
	char map[200];
	uint64_t ret;
	size_t i;

	(void)state;
	world_make(&w, &sim_freebsd);
	for (i = 0; i < NELEM(steps); i++)
		assert_int_equal(world_do(&w, &steps[i], &ret), 0);
	world_map(&w, map, sizeof(map));
	assert_string_equal(map,
	    "0-1 ---/--- CgG; 1-8 r-x/r-x CDa; "
	    "8-40 r-x/r-x CD");
	world_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_munmap),
		cmocka_unit_test(test_mprotect),
		cmocka_unit_test(test_minherit),
		cmocka_unit_test(test_madvise),
		cmocka_unit_test(test_msync),
		cmocka_unit_test(test_mincore),
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_gap_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
