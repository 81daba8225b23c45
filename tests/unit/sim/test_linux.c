/*
 * The Linux personality: errno, results and documented partial effects of each
 * call.  Expectations come from the manual pages and from recorded runs of
 * Linux 6.18.  (An "a" behind the w of a wired entry is the core's: wiring has
 * given it its amap.)
 */
#include "bsd_rows.h"

#define SHARED 0x1
#define PRIVATE 0x2
#define VALIDATE 0x3
#define DROPPABLE 0x8
#define FIXED 0x10
#define ANON 0x20
#define LOW 0x40
#define GROWSDOWN 0x100
#define LOCKED 0x2000
#define NORESERVE 0x4000
#define STACK 0x20000
#define HUGETLB 0x40000
#define SYNC 0x80000
#define NOREPLACE 0x100000
#define AP (ANON | PRIVATE)
#define FX (AP | FIXED)
#define SX (ANON | SHARED | FIXED)
#define MMAP(...) CALL(MMAP, __VA_ARGS__)
#define MAP4 MMAP(A(0), L(4), RW, FX, M1, 0)
#define MAP4AT(n) MMAP(A(n), L(4), RW, FX, M1, 0)
#define SHARE4 MMAP(A(0), L(4), RW, SX, M1, 0)
#define HOLE MAP4, CALL(MUNMAP, A(1), L(1))
#define USER \
	{ \
		.no = DO_UID, .arg = { 1000 } \
	}
#define MEMLOCK(n) \
	{ \
		.no = DO_LIMIT, .arg = { SIM_RLIMIT_MEMLOCK, L(n) } \
	}
#define MAYMOVE 1
#define MFIXED 2
#define DONTUNMAP 4

static const struct row mmaps[] = {
	{ "private anonymous", .call = MMAP(A(0), L(2), RW, FX, M1, 0),
	    .ret = A(0), .map = "0-2 rw-/rwx C" },
	{ "shared anonymous", .call = MMAP(A(0), L(2), RW, SX, M1, 0),
	    .ret = A(0), .map = "0-2 rw-/rwx S" },
	{ "length rounds up", .call = MMAP(A(0), 5000, R, FX, M1, 0),
	    .ret = A(0), .map = "0-2 r--/rwx C" },
	{ "length 0", .call = MMAP(0, 0, RW, AP, M1, 0), .err = EINVAL },
	{ "length wraps", .call = MMAP(0, M1, RW, AP, M1, 0), .err = ENOMEM },
	{ "longer than the space",
	    .call = MMAP(0, (uint64_t)1 << 50, RW, AP, M1, 0), .err = ENOMEM },
	{ "more than memory", .call = MMAP(0, (uint64_t)1 << 40, RW, AP, M1, 0),
	    .err = ENOMEM },
	{ "more, not reserved",
	    .call = MMAP(A(0), (uint64_t)1 << 40, RW, FX | NORESERVE, M1, 0),
	    .ret = A(0) },
	{ "more, not writable",
	    .call = MMAP(A(0), (uint64_t)1 << 40, R, FX, M1, 0), .ret = A(0) },
	{ "fixed unaligned", .call = MMAP(A(0) + 1, L(1), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "fixed beyond", .call = MMAP(-L(4), L(1), RW, FX, M1, 0),
	    .err = ENOMEM },
	{ "fixed low, user", SETUP(USER),
	    .call = MMAP(L(1), L(1), RW, FX, M1, 0), .err = EPERM },
	{ "fixed replaces", SETUP(MAP4), .call = MMAP(A(1), L(2), R, FX, M1, 0),
	    .ret = A(1), .map = "0-1 rw-/rwx C; 1-3 r--/rwx C; 3-4 rw-/rwx C" },
	{ "noreplace over a mapping", SETUP(MAP4),
	    .call = MMAP(A(3), L(2), RW, AP | NOREPLACE, M1, 0),
	    .err = EEXIST },
	{ "noreplace beside it", SETUP(MAP4),
	    .call = MMAP(A(4), L(2), RW, AP | NOREPLACE, M1, 0), .ret = A(4),
	    .map = "0-6 rw-/rwx C" },
	{ "noreplace unaligned",
	    .call = MMAP(A(4) + 8, L(2), RW, AP | NOREPLACE, M1, 0),
	    .err = EINVAL },
	{ "hint, free", .call = MMAP(A(7) + 5, L(1), RW, AP, M1, 0),
	    .ret = A(7) },
	{ "no type", .call = MMAP(0, L(1), RW, ANON, M1, 0), .err = EINVAL },
	{ "validate anonymous",
	    .call = MMAP(0, L(1), RW, ANON | VALIDATE, M1, 0), .err = EINVAL },
	{ "shared growing",
	    .call = MMAP(0, L(1), RW, ANON | SHARED | GROWSDOWN, M1, 0),
	    .err = EINVAL },
	{ "growing", .call = MMAP(A(0), L(1), RW, FX | GROWSDOWN, M1, 0),
	    .ret = A(0), .map = "0-1 rw-/rwx CD" },
	{ "droppable",
	    .call = MMAP(A(0), L(1), RW, ANON | FIXED | DROPPABLE, M1, 0),
	    .ret = A(0), .map = "0-1 rw-/rwx Zny" },
	{ "droppable and locked",
	    .call = MMAP(A(0), L(1), RW, ANON | FIXED | DROPPABLE | LOCKED, M1,
		0),
	    .err = EINVAL },
	{ "locked", .call = MMAP(A(0), L(1), RW, FX | LOCKED, M1, 0),
	    .ret = A(0), .map = "0-1 rw-/rwx Cwa" },
	{ "locked beyond the limit", SETUP(USER, MEMLOCK(2)),
	    .call = MMAP(A(0), L(3), RW, FX | LOCKED, M1, 0), .err = EAGAIN },
	{ "locked, limit 0", SETUP(USER, MEMLOCK(0)),
	    .call = MMAP(A(0), L(3), RW, FX | LOCKED, M1, 0), .err = EPERM },
	{ "bad fd", .call = MMAP(0, L(1), R, PRIVATE, 99, 0), .err = EBADF },
	{ "offset before fd", .call = MMAP(0, L(1), R, PRIVATE, 99, 1),
	    .err = EINVAL },
	{ "fd before length", .call = MMAP(0, 0, R, PRIVATE, 99, 0),
	    .err = EBADF },
	{ "file", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(2), RW, SHARED | FIXED, FD, L(1)), .ret = A(0),
	    .map = "0-2 rw-/rwx S" },
	{ "file read-only, shared", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(2), R, SHARED | FIXED, FD, 0), .ret = A(0),
	    .map = "0-2 r--/r-x S" },
	{ "file read-only, shared and writable", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(2), RW, SHARED | FIXED, FD, 0),
	    .err = EACCES },
	{ "file read-only, private and writable", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(2), RW, PRIVATE | FIXED, FD, 0), .ret = A(0),
	    .map = "0-2 rw-/rwx C" },
	{ "file write-only", SETUP(CALLS(OPEN, "/f", 1)),
	    .call = MMAP(A(0), L(2), WR, SHARED | FIXED, FD, 0),
	    .err = EACCES },
	{ "file growing", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(2), R, PRIVATE | FIXED | GROWSDOWN, FD, 0),
	    .err = EINVAL },
	{ "file huge", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(2), R, PRIVATE | FIXED | HUGETLB, FD, 0),
	    .err = EINVAL },
	{ "validate", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(2), R, VALIDATE | FIXED, FD, 0), .ret = A(0),
	    .map = "0-2 r--/rwx S" },
	{ "validate, sync", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(2), R, VALIDATE | FIXED | SYNC, FD, 0),
	    .err = EOPNOTSUPP },
	{ "validate, noreplace", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(2), R, VALIDATE | NOREPLACE, FD, 0),
	    .err = EOPNOTSUPP },
	{ "directory", SETUP(CALLS(OPEN, "/dir", 0)),
	    .call = MMAP(A(0), L(1), R, PRIVATE | FIXED, FD, 0),
	    .err = ENODEV },
	{ "offset overflows", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(2), R, PRIVATE, FD, -L(1)), .err = EOVERFLOW },
	{ "low", .call = MMAP(0, L(1), RW, AP | LOW, M1, 0),
	    .ret = (uint64_t)1 << 30 },
	{ "limit of the space",
	    SETUP({ .no = DO_LIMIT, .arg = { SIM_RLIMIT_AS, L(1) } }),
	    .call = MMAP(0, L(1), RW, AP, M1, 0), .err = ENOMEM },
};

static const struct row munmaps[] = {
	{ "middle", SETUP(MAP4), .call = CALL(MUNMAP, A(1), 5000),
	    .map = "0-1 rw-/rwx C; 3-4 rw-/rwx C" },
	{ "nothing there", .call = CALL(MUNMAP, A(1), L(1)) },
	{ "unaligned", SETUP(MAP4), .call = CALL(MUNMAP, A(1) + 1, L(1)),
	    .err = EINVAL },
	{ "length 0", SETUP(MAP4), .call = CALL(MUNMAP, A(1), 0),
	    .err = EINVAL },
	{ "beyond", .call = CALL(MUNMAP, -L(1), L(1)), .err = EINVAL },
};

static const struct row mprotects[] = {
	{ "part", SETUP(MAP4), .call = CALL(MPROTECT, A(1), L(2), R),
	    .map = "0-1 rw-/rwx C; 1-3 r--/rwx C; 3-4 rw-/rwx C" },
	{ "and back joins", SETUP(MAP4, CALL(MPROTECT, A(1), L(2), R)),
	    .call = CALL(MPROTECT, A(1), L(2), RW), .map = "0-4 rw-/rwx C" },
	{ "length 0", SETUP(MAP4), .call = CALL(MPROTECT, A(1), 0, R),
	    .map = "0-4 rw-/rwx C" },
	{ "unaligned", SETUP(MAP4), .call = CALL(MPROTECT, A(1) + 8, 8, R),
	    .err = EINVAL },
	{ "unknown bits", SETUP(MAP4), .call = CALL(MPROTECT, A(1), 8, 0x40),
	    .err = EINVAL },
	{ "up to the hole", SETUP(HOLE), .call = CALL(MPROTECT, A(0), L(4), R),
	    .err = ENOMEM, .changes = true,
	    .map = "0-1 r--/rwx C; 2-4 rw-/rwx C" },
	{ "hole first", SETUP(HOLE), .call = CALL(MPROTECT, A(1), L(2), R),
	    .err = ENOMEM },
	{ "up to the refused",
	    SETUP(CALLS(OPEN, "/f", 0), MAP4,
		MMAP(A(4), L(2), R, SHARED | FIXED, FD, 0)),
	    .call = CALL(MPROTECT, A(3), L(3), RW | X), .err = EACCES,
	    .changes = true,
	    .map = "0-3 rw-/rwx C; 3-4 rwx/rwx C; "
		   "4-6 r--/r-x S" },
	{ "grows down", SETUP(MMAP(A(0), L(4), RW, FX | GROWSDOWN, M1, 0)),
	    .call = CALL(MPROTECT, A(2), L(1), R | 0x01000000),
	    .map = "0-3 r--/rwx CD; 3-4 rw-/rwx CD" },
	{ "grows down, but does not", SETUP(MAP4),
	    .call = CALL(MPROTECT, A(2), L(1), R | 0x01000000), .err = EINVAL },
	{ "both ways", SETUP(MAP4),
	    .call = CALL(MPROTECT, A(2), L(1), R | 0x03000000), .err = EINVAL },
};

static const struct row madvises[] = {
	{ "random", SETUP(MAP4), .call = CALL(MADVISE, A(1), L(1), 1),
	    .map = "0-1 rw-/rwx C; 1-2 rw-/rwx Cr; 2-4 rw-/rwx C" },
	{ "unknown", SETUP(MAP4), .call = CALL(MADVISE, A(1), L(1), 77),
	    .err = EINVAL },
	{ "unaligned", SETUP(MAP4), .call = CALL(MADVISE, A(1) + 1, 1, 0),
	    .err = EINVAL },
	{ "length 0", .call = CALL(MADVISE, A(1), 0, 4) },
	{ "over a hole: all parts", SETUP(HOLE),
	    .call = CALL(MADVISE, A(0), L(4), 2), .err = ENOMEM,
	    .changes = true, .map = "0-1 rw-/rwx Cs; 2-4 rw-/rwx Cs" },
	{ "dontfork", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(4), 10),
	    .map = "0-4 rw-/rwx N" },
	{ "dofork", SETUP(MAP4, CALL(MADVISE, A(0), L(4), 10)),
	    .call = CALL(MADVISE, A(0), L(4), 11), .map = "0-4 rw-/rwx C" },
	{ "dofork of shared", SETUP(SHARE4, CALL(MADVISE, A(0), L(4), 10)),
	    .call = CALL(MADVISE, A(0), L(4), 11), .map = "0-4 rw-/rwx S" },
	{ "wipeonfork", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(4), 18),
	    .map = "0-4 rw-/rwx Zy" },
	{ "keeponfork", SETUP(MAP4, CALL(MADVISE, A(0), L(4), 18)),
	    .call = CALL(MADVISE, A(0), L(4), 19), .map = "0-4 rw-/rwx C" },
	{ "wipeonfork of shared", SETUP(SHARE4),
	    .call = CALL(MADVISE, A(0), L(4), 18), .err = EINVAL },
	{ "up to the unfit", SETUP(MAP4, MMAP(A(4), L(1), RW, SX, M1, 0)),
	    .call = CALL(MADVISE, A(3), L(2), 18), .err = EINVAL,
	    .changes = true,
	    .map = "0-3 rw-/rwx C; 3-4 rw-/rwx Zy; "
		   "4-5 rw-/rwx S" },
	{ "dontdump", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(4), 16),
	    .map = "0-4 rw-/rwx Cn" },
	{ "free of shared", SETUP(SHARE4), .call = CALL(MADVISE, A(0), L(4), 8),
	    .err = EINVAL },
	{ "dontneed of locked", SETUP(MAP4, CALL(MLOCK, A(0), L(1))),
	    .call = CALL(MADVISE, A(0), L(1), 4), .err = EINVAL },
	{ "dontneed_locked", SETUP(MAP4, CALL(MLOCK, A(0), L(1))),
	    .call = CALL(MADVISE, A(0), L(1), 24) },
	{ "cold of locked", SETUP(MAP4, CALL(MLOCK, A(0), L(1))),
	    .call = CALL(MADVISE, A(0), L(1), 20), .err = EINVAL },
	{ "remove of private", SETUP(MAP4),
	    .call = CALL(MADVISE, A(0), L(1), 9), .err = EINVAL },
	{ "remove of shared", SETUP(SHARE4),
	    .call = CALL(MADVISE, A(0), L(1), 9) },
	{ "remove, not writable",
	    SETUP(CALLS(OPEN, "/f", 0),
		MMAP(A(0), L(1), R, SHARED | FIXED, FD, 0)),
	    .call = CALL(MADVISE, A(0), L(1), 9), .err = EACCES },
	{ "populate over a hole", SETUP(HOLE),
	    .call = CALL(MADVISE, A(0), L(4), 23), .err = ENOMEM,
	    .changes = true },
	{ "populate to write what is read-only",
	    SETUP(MMAP(A(0), L(1), R, FX, M1, 0)),
	    .call = CALL(MADVISE, A(0), L(1), 23), .err = EINVAL },
	{ "guard", SETUP(MAP4), .call = CALL(MADVISE, A(1), L(1), 102),
	    .map = "0-1 rw-/rwx C; 1-2 ---/rwx Cg; 2-4 rw-/rwx C" },
	{ "guard removed", SETUP(MAP4, CALL(MADVISE, A(1), L(1), 102)),
	    .call = CALL(MADVISE, A(0), L(4), 103), .map = "0-4 rw-/rwx C" },
	{ "guard keeps its area's protection",
	    SETUP(MAP4, CALL(MADVISE, A(1), L(1), 102),
		CALL(MPROTECT, A(0), L(4), R)),
	    .call = CALL(MADVISE, A(0), L(4), 103), .map = "0-4 r--/rwx C" },
	{ "hwpoison, user", SETUP(USER, MAP4),
	    .call = CALL(MADVISE, A(0), L(1), 100), .err = EPERM },
};

static const struct row locks[] = {
	{ "mlock rounds both ways", SETUP(MAP4),
	    .call = CALL(MLOCK, A(1) + 100, 4096),
	    .map = "0-1 rw-/rwx C; 1-3 rw-/rwx Cwa; 3-4 rw-/rwx C" },
	{ "mlock up to the hole", SETUP(HOLE), .call = CALL(MLOCK, A(0), L(4)),
	    .err = ENOMEM, .changes = true },
	{ "mlock of nothing", .call = CALL(MLOCK, A(0), L(4)), .err = ENOMEM },
	{ "mlock of PROT_NONE", SETUP(MMAP(A(0), L(1), 0, FX, M1, 0)),
	    .call = CALL(MLOCK, A(0), L(1)), .err = ENOMEM, .changes = true },
	{ "mlock beyond the limit", SETUP(USER, MEMLOCK(3), MAP4),
	    .call = CALL(MLOCK, A(0), L(4)), .err = ENOMEM },
	{ "what is locked counts once",
	    SETUP(USER, MEMLOCK(3), MAP4, CALL(MLOCK, A(0), L(2))),
	    .call = CALL(MLOCK, A(0), L(3)) },
	{ "mlock, limit 0", SETUP(USER, MEMLOCK(0), MAP4),
	    .call = CALL(MLOCK, A(0), L(1)), .err = EPERM },
	{ "mlock2, unknown flag", SETUP(MAP4),
	    .call = CALL(MLOCK2, A(0), L(1), 2), .err = EINVAL },
	{ "mlock2 on fault", SETUP(MAP4), .call = CALL(MLOCK2, A(0), L(1), 1),
	    .map = "0-1 rw-/rwx C; 1-4 rw-/rwx C" },
	{ "munlock", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCK, A(0), L(4)), .map = "0-4 rw-/rwx Ca" },
	{ "munlock up to the hole", SETUP(HOLE),
	    .call = CALL(MUNLOCK, A(0), L(4)), .err = ENOMEM },
	{ "mlockall without flags", .call = CALL(MLOCKALL, 0), .err = EINVAL },
	{ "mlockall, ONFAULT alone", .call = CALL(MLOCKALL, 4), .err = EINVAL },
	{ "mlockall, too large", SETUP(USER, MEMLOCK(3)),
	    .call = CALL(MLOCKALL, 1), .err = ENOMEM },
	{ "future", SETUP(CALL(MLOCKALL, 2)), .call = MAP4, .ret = A(0),
	    .map = "0-4 rw-/rwx Cwa" },
	{ "future, over", SETUP(CALL(MLOCKALL, 2), CALL(MUNLOCKALL)),
	    .call = MAP4, .ret = A(0), .map = "0-4 rw-/rwx C" },
};

static const struct row others[] = {
	{ "msync, unknown flag", SETUP(MAP4),
	    .call = CALL(MSYNC, A(0), L(1), 8), .err = EINVAL },
	{ "msync, sync and async", SETUP(MAP4),
	    .call = CALL(MSYNC, A(0), L(1), 5), .err = EINVAL },
	{ "msync, unaligned", SETUP(MAP4),
	    .call = CALL(MSYNC, A(0) + 1, L(1), 4), .err = EINVAL },
	{ "msync, hole", SETUP(HOLE), .call = CALL(MSYNC, A(0), L(4), 4),
	    .err = ENOMEM },
	{ "msync, invalidate what is locked",
	    SETUP(MAP4, CALL(MLOCK, A(0), L(1))),
	    .call = CALL(MSYNC, A(0), L(1), 2), .err = EBUSY },
	{ "msync", SETUP(SHARE4), .call = CALL(MSYNC, A(0), L(4), 4) },
	{ "mincore", SETUP(MAP4, TOUCH(WRITE, A(1), L(2))),
	    .call = { .no = SIM_SYS_MINCORE,
		.arg = { A(0), L(4) },
		.veclen = 4 },
	    .vec = "00 01 01 00" },
	{ "mincore, hole", SETUP(HOLE), .call = CALL(MINCORE, A(0), L(4)),
	    .err = ENOMEM },
	{ "mincore, unaligned", SETUP(MAP4),
	    .call = CALL(MINCORE, A(0) + 1, L(4)), .err = EINVAL },
	{ "remap_file_pages", SETUP(SHARE4),
	    .call = CALL(REMAP_FILE_PAGES, A(0), L(1), 0, 2, 0),
	    .map = "0-1 rw-/rwx S; 1-4 rw-/rwx S" },
	{ "remap_file_pages, prot", SETUP(SHARE4),
	    .call = CALL(REMAP_FILE_PAGES, A(0), L(1), R, 2, 0),
	    .err = EINVAL },
	{ "remap_file_pages of private", SETUP(MAP4),
	    .call = CALL(REMAP_FILE_PAGES, A(0), L(1), 0, 2, 0),
	    .err = EINVAL },
	{ "shmat, no segment", .call = CALL(SHMAT, 5, 0, 0), .err = EINVAL },
	{ "shmdt, nothing", .call = CALL(SHMDT, A(0)), .err = EINVAL },
	{ "shmat at an address", SETUP(CALL(SHMGET, 0, L(4), 01600)),
	    .call = CALL(SHMAT, 65536, A(0), 0), .ret = A(0),
	    .map = "0-4 rw-/rwx S" },
	{ "shmat, unaligned", SETUP(CALL(SHMGET, 0, L(4), 01600)),
	    .call = CALL(SHMAT, 65536, A(0) + 9, 0), .err = EINVAL },
	{ "shmat, in use", SETUP(CALL(SHMGET, 0, L(4), 01600), MAP4),
	    .call = CALL(SHMAT, 65536, A(0), 0), .err = EINVAL },
	{ "shmat, remap", SETUP(CALL(SHMGET, 0, L(4), 01600), MAP4AT(3)),
	    .call = CALL(SHMAT, 65536, A(0), 040000), .ret = A(0),
	    .map = "0-4 rw-/rwx S; 4-7 rw-/rwx C" },
	{ "shmat, read-only", SETUP(CALL(SHMGET, 0, L(4), 01600)),
	    .call = CALL(SHMAT, 65536, A(0), 010000), .ret = A(0),
	    .map = "0-4 r--/r-x S" },
	{ "shmdt of all parts",
	    SETUP(CALL(SHMGET, 0, L(4), 01600), CALL(SHMAT, 65536, A(0), 0),
		CALL(MUNMAP, A(1), L(1))),
	    .call = CALL(SHMDT, A(0)), .map = "" },
};

static const struct row mremaps[] = {
	{ "unknown flag", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0), L(4), L(4), 8), .err = EINVAL },
	{ "unaligned", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0) + 1, L(4), L(4), 0), .err = EINVAL },
	{ "new length 0", SETUP(MAP4), .call = CALL(MREMAP, A(0), L(4), 0, 0),
	    .err = EINVAL },
	{ "not mapped", .call = CALL(MREMAP, A(0), L(4), L(5), 0),
	    .err = EFAULT },
	{ "shrink", SETUP(MAP4), .call = CALL(MREMAP, A(0), L(4), 5000, 0),
	    .ret = A(0), .map = "0-2 rw-/rwx C" },
	{ "grow in place", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0), L(4), L(6), 0), .ret = A(0),
	    .map = "0-6 rw-/rwx C" },
	{ "no room", SETUP(MAP4, MMAP(A(4), L(1), R, FX, M1, 0)),
	    .call = CALL(MREMAP, A(0), L(4), L(6), 0), .err = ENOMEM },
	{ "not at the end of its area", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0), L(2), L(3), 0), .err = ENOMEM },
	{ "across areas", SETUP(MAP4, CALL(MPROTECT, A(2), L(2), R)),
	    .call = CALL(MREMAP, A(0), L(4), L(6), MAYMOVE), .err = EFAULT },
	{ "move", SETUP(MAP4, MMAP(A(4), L(1), R, FX, M1, 0)),
	    .call = { .no = SIM_SYS_MREMAP,
		.arg = { A(0), L(4), L(6), MAYMOVE },
		.place = A(16) },
	    .ret = A(16), .map = "4-5 r--/rwx C; 16-22 rw-/rwx C" },
	{ "fixed", SETUP(MAP4, MAP4AT(8)),
	    .call = CALL(MREMAP, A(0), L(4), L(4), MAYMOVE | MFIXED, A(10)),
	    .ret = A(10), .map = "8-14 rw-/rwx C" },
	{ "fixed without maymove", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0), L(4), L(4), MFIXED, A(10)),
	    .err = EINVAL },
	{ "fixed overlapping", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0), L(4), L(4), MAYMOVE | MFIXED, A(2)),
	    .err = EINVAL },
	{ "fixed beyond", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0), L(4), L(4), MAYMOVE | MFIXED, -L(1)),
	    .err = EINVAL },
	{ "fixed, shrinks over areas",
	    SETUP(MAP4, CALL(MPROTECT, A(2), L(2), R)),
	    .call = CALL(MREMAP, A(0), L(4), L(1), MAYMOVE | MFIXED, A(10)),
	    .ret = A(10), .map = "10-11 rw-/rwx C" },
	{ "several areas and a hole",
	    SETUP(HOLE, CALL(MPROTECT, A(3), L(1), R),
		MMAP(A(8), L(4), X, FX, M1, 0)),
	    .call = CALL(MREMAP, A(0), L(4), L(4), MAYMOVE | MFIXED, A(8)),
	    .ret = A(8),
	    .map = "8-9 rw-/rwx C; 9-10 --x/rwx C; "
		   "10-11 rw-/rwx C; 11-12 r--/rwx C" },
	{ "hole first", SETUP(HOLE),
	    .call = CALL(MREMAP, A(1), L(2), L(2), MAYMOVE | MFIXED, A(8)),
	    .err = EFAULT },
	{ "duplicate shared", SETUP(SHARE4),
	    .call = CALL(MREMAP, A(1), 0, L(2), MAYMOVE | MFIXED, A(8)),
	    .ret = A(8), .map = "0-4 rw-/rwx S; 8-10 rw-/rwx S" },
	{ "duplicate private", SETUP(MAP4),
	    .call = CALL(MREMAP, A(1), 0, L(2), MAYMOVE | MFIXED, A(8)),
	    .err = EINVAL },
	{ "dontunmap", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0), L(4), L(4), MAYMOVE | MFIXED | DONTUNMAP,
		A(8)),
	    .ret = A(8), .map = "0-4 rw-/rwx C; 8-12 rw-/rwx C" },
	{ "dontunmap, another length", SETUP(MAP4),
	    .call = CALL(MREMAP, A(0), L(4), L(3), MAYMOVE | DONTUNMAP),
	    .err = EINVAL },
	{ "dontunmap takes the old lock", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MREMAP, A(0), L(2), L(2), MAYMOVE | MFIXED | DONTUNMAP,
		A(8)),
	    .ret = A(8),
	    .map = "0-2 rw-/rwx C; 2-4 rw-/rwx Ca; 8-10 rw-/rwx Cwa" },
	{ "grow a locked area over the limit",
	    SETUP(USER, MEMLOCK(4), MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MREMAP, A(0), L(4), L(5), 0), .err = EAGAIN },
};

#define RUN(table) \
	static void test_##table(void **state) \
	{ \
		(void)state; \
		run_rows(&sim_linux, table, NELEM(table)); \
	}
RUN(mmaps)
RUN(munmaps)
RUN(mprotects)
RUN(madvises)
RUN(locks)
RUN(others)
RUN(mremaps)

/* brk never fails: it says where the break is. */
static void
test_brk(void **state)
{
	struct world w;
	uint64_t start, ret;

	(void)state;
	world_make(&w, &sim_linux);
	world_do(&w, &(const struct step)CALL(BRK, 0), &start);
	assert_int_equal(start, w.p->brk_start);
	world_do(&w, &(const struct step)CALL(BRK, start + 5000), &ret);
	assert_int_equal(ret, start + 5000);
	assert_true(uvm_map_checkprot(&w.p->vmspace->vm_map, start,
	    start + L(2), VM_PROT_READ | VM_PROT_WRITE));
	world_do(&w, &(const struct step)CALL(BRK, start - 1), &ret);
	assert_int_equal(ret, start + 5000);
	world_do(&w, &(const struct step)CALL(BRK, start + 10), &ret);
	assert_int_equal(ret, start + 10);
	/* A mapping in the way; a page must stay between. */
	world_do(&w,
	    &(const struct step)MMAP(start + L(4), L(1), RW, FX, M1, 0), &ret);
	world_do(&w, &(const struct step)CALL(BRK, start + L(4)), &ret);
	assert_int_equal(ret, start + 10);
	world_do(&w, &(const struct step)CALL(BRK, start + L(3)), &ret);
	assert_int_equal(ret, start + L(3));
	world_free(&w);
}

/* New memory goes below what is there, huge lengths to huge boundaries. */
static void
test_placement(void **state)
{
	struct world w;
	uint64_t a, b, c;

	(void)state;
	world_make(&w, &sim_linux);
	world_do(&w, &(const struct step)MMAP(0, L(3), RW, AP, M1, 0), &a);
	world_do(&w, &(const struct step)MMAP(0, L(2), R, AP, M1, 0), &b);
	assert_int_equal(b, a - L(2));
	world_do(&w,
	    &(const struct step)MMAP(0, (uint64_t)4 << 20, R, AP, M1, 0), &c);
	assert_int_equal(c & ((1 << 21) - 1), 0);
	assert_true(c < b && b - c < (uint64_t)8 << 20);
	world_do(&w, &(const struct step)CALL(MUNMAP, a, L(3)), &c);
	world_do(&w, &(const struct step)MMAP(0, L(1), X, AP, M1, 0), &c);
	assert_int_equal(c, a + L(2));
	world_free(&w);
}

/* A child has no locks, and MCL_FUTURE is over for it. */
static void
test_fork(void **state)
{
	struct process *child;
	struct vm_map_entry *e;
	struct world w;
	uint64_t ret;

	(void)state;
	world_make(&w, &sim_linux);
	world_do(&w, &(const struct step)MAP4, &ret);
	world_do(&w, &(const struct step)MAP4AT(8), &ret);
	world_do(&w, &(const struct step)CALL(MLOCKALL, 3), &ret);
	world_do(&w, &(const struct step)CALL(MADVISE, A(8), L(4), 10), &ret);
	assert_int_equal(sim_syscall(w.m, w.p,
			     &(const struct sim_call){ .no = SIM_SYS_FORK },
			     &ret),
	    0);
	child = sim_process_bypid(w.m, (int)ret);
	assert_true(vm_map_lookup_entry(&child->vmspace->vm_map, A(0), &e));
	assert_int_equal(e->wired_count, 0);
	assert_false(vm_map_lookup_entry(&child->vmspace->vm_map, A(8), &e));
	assert_int_equal(sim_syscall(w.m, child,
			     &(const struct sim_call){ .no = SIM_SYS_MMAP,
				 .arg = { A(20), L(1), RW, FX, M1, 0 } },
			     &ret),
	    0);
	assert_true(vm_map_lookup_entry(&child->vmspace->vm_map, A(20), &e));
	assert_int_equal(e->wired_count, 0);
	world_free(&w);
}

/* A replay's refusal comes after the machine's own. */
static void
test_refuse(void **state)
{
	struct sim_call c = { .no = SIM_SYS_MMAP,
		.refuse = ENODEV,
		.arg = { A(0), L(1), RW, FX, M1, 0 } };
	struct world w;
	uint64_t ret;

	(void)state;
	world_make(&w, &sim_linux);
	assert_int_equal(sim_syscall(w.m, w.p, &c, &ret), ENODEV);
	assert_true(vm_map_is_free(&w.p->vmspace->vm_map, A(0), A(1)));
	c.arg[1] = 0;
	assert_int_equal(sim_syscall(w.m, w.p, &c, &ret), EINVAL);
	world_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mmaps),
		cmocka_unit_test(test_munmaps),
		cmocka_unit_test(test_mprotects),
		cmocka_unit_test(test_madvises),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_mremaps),
		cmocka_unit_test(test_brk),
		cmocka_unit_test(test_placement),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
