/*
 * The NetBSD personality: errno, flags and effects of each call.
 */
#include "bsd_rows.h"

#define SHARED 0x1
#define PRIVATE 0x2
#define REMAPDUP 0x4
#define FIXED 0x10
#define TRYFIXED 0x400
#define WIRED 0x800
#define ANON 0x1000
#define ALIGNED(n) ((uint64_t)(n) << 24)
#define AP (ANON | PRIVATE)
#define FX (AP | FIXED)
#define MMAP(...) CALL(MMAP, __VA_ARGS__)
#define MAP4 MMAP(A(0), L(4), RW, FX, M1, 0)
#define HOLE MAP4, CALL(MUNMAP, A(1), L(1))
#define WRITTEN MAP4, TOUCH(WRITE, A(0), L(4))
#define TOP UINT64_C(0x7f8000000000)
#define STACKTOP TOP
#define MAXSSIZ (UINT64_C(128) << 20)
#define GUARD1M (UINT64_C(1) << 20)
/* below the libraries: the linker's 32 pages, the library's 977 */
#define DEF(size) (STACKTOP - MAXSSIZ - GUARD1M - (size))
#define LIBS (DEF(L(32)) - L(977))
#define MEMLOCK(n) \
	{ \
		.no = DO_LIMIT, .arg = { SIM_RLIMIT_MEMLOCK, L(n) } \
	}
#define LIMIT(which, v) \
	{ \
		.no = DO_LIMIT, .arg = { SIM_RLIMIT_##which, v } \
	}

static const struct row mmaps[] = {
	{ "shared and private",
	    .call = MMAP(0, L(1), RW, ANON | SHARED | PRIVATE, M1, 0),
	    .err = EINVAL },
	{ "anon, neither: private",
	    .call = MMAP(A(0), L(1), RW, ANON | FIXED, M1, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "unknown prot bits are masked off",
	    .call = MMAP(A(0), L(1), RW | 0xf8, FX, M1, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "unknown flags are ignored",
	    .call = MMAP(A(0), L(1), RW, FX | 0x100, M1, 0), .ret = A(0) },
	{ "W+X is allowed", .call = MMAP(A(0), L(1), RW | X, FX, M1, 0),
	    .ret = A(0), .map = "0-1 rwx/rwx C" },
	{ "anonymous size 0 maps nothing", .call = MMAP(A(0), 0, RW, FX, M1, 0),
	    .ret = A(0), .map = "" },
	{ "file size 0", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), 0, R, PRIVATE, FD, 0), .err = EINVAL },
	{ "size overflow", .call = MMAP(0, M1, RW, AP, M1, 0), .err = ENOMEM },
	{ "anon with fd", .call = MMAP(0, L(1), RW, AP, 0, 0), .err = EINVAL },
	{ "bad fd", .call = MMAP(0, L(1), R, PRIVATE, 7, 0), .err = EBADF },
	{ "directory", SETUP(CALLS(OPEN, "/dir", 0)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, 0), .err = ENODEV },
	{ "fixed unaligned", .call = MMAP(A(0) + 1, L(1), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "fixed below the minimum", .call = MMAP(0, L(1), RW, FX, M1, 0),
	    .err = EINVAL },
	{ "fixed beyond the maximum",
	    .call = MMAP(TOP - L(1), L(2), RW, FX, M1, 0), .err = EFBIG },
	{ "fixed wraps", .call = MMAP(TOP - L(1), -L(8), RW, FX, M1, 0),
	    .err = EOVERFLOW },
	{ "negative offset", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, -L(1)), .err = EINVAL },
	{ "offset overflow", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(0, L(2), R, PRIVATE, FD, INT64_MAX - 0xfff),
	    .err = EOVERFLOW },
	{ "not open for reading", SETUP(CALLS(OPEN, "/f", 1)),
	    .call = MMAP(0, L(1), R, PRIVATE, FD, 0), .err = EACCES },
	{ "shared write, not open for writing", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(0, L(1), RW, SHARED, FD, 0), .err = EACCES },
	{ "private always gets write", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(1), R, PRIVATE | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 r--/rwx C" },
	{ "file with neither is private", SETUP(CALLS(OPEN, "/f", 0)),
	    .call = MMAP(A(0), L(1), R, FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 r--/rwx C" },
	{ "a device is shared even when asked private",
	    SETUP(CALLS(OPEN, "/dev/mem", 2)),
	    .call = MMAP(A(0), L(1), R, PRIVATE | FIXED, FD, -L(1)),
	    .ret = A(0), .map = "0-1 r--/rwx S" },
	{ "/dev/zero", SETUP(CALLS(OPEN, "/dev/zero", 0)),
	    .call = MMAP(A(0), L(1), RW, PRIVATE | FIXED, FD, 0), .ret = A(0),
	    .map = "0-1 rw-/rwx C" },
	{ "RLIMIT_AS", SETUP(LIMIT(AS, L(1))),
	    .call = MMAP(0, L(1), RW, AP, M1, 0), .err = ENOMEM },
	{ "alignment 64", .call = MMAP(0, L(1), RW, AP | ALIGNED(64), M1, 0),
	    .err = EINVAL },
	{ "alignment 11", .call = MMAP(0, L(1), RW, AP | ALIGNED(11), M1, 0),
	    .err = EINVAL },
	{ "fixed and not so aligned",
	    .call = MMAP(A(1), L(1), RW, FX | ALIGNED(16), M1, 0),
	    .err = EINVAL },
	{ "alignment beyond the space",
	    .call = MMAP(0, L(1), RW, AP | ALIGNED(48), M1, 0), .err = ENOMEM },
	{ "too large", .call = MMAP(0, TOP - L(4), RW, AP, M1, 0),
	    .err = ENOMEM },
	{ "wired", .call = MMAP(A(0), L(2), RW, FX | WIRED, M1, 0), .ret = A(0),
	    .map = "0-2 rw-/rwx Cwa" },
	{ "wired PROT_NONE is not",
	    .call = MMAP(A(0), L(2), 0, FX | WIRED, M1, 0), .ret = A(0),
	    .map = "0-2 ---/rwx C" },
	{ "wired beyond RLIMIT_MEMLOCK: unmapped", SETUP(MEMLOCK(1)),
	    .call = MMAP(A(0), L(2), RW, FX | WIRED, M1, 0), .err = ENOMEM,
	    .map = "" },
	{ "wired beyond wiredmax", SETUP(MEMLOCK(9999)),
	    .call = MMAP(A(0), L(3000), RW, FX | WIRED, M1, 0), .err = ENOMEM,
	    .map = "" },
	{ "a file wired past its end: that errno", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0), L(1), R, SHARED | FIXED | WIRED, FD, L(20)),
	    .err = EINVAL, .map = "", .changes = true },
	{ "fixed replaces", SETUP(MAP4), .call = MMAP(A(1), L(1), R, FX, M1, 0),
	    .ret = A(1), .map = "0-1 rw-/rwx C; 1-2 r--/rwx C; 2-4 rw-/rwx C" },
	{ "neighbours merge at map time", SETUP(MAP4),
	    .call = MMAP(A(4), L(1), RW, FX, M1, 0), .ret = A(4),
	    .map = "0-5 rw-/rwx C" },
	{ "shared anonymous",
	    .call = MMAP(A(0), L(1), RW, ANON | SHARED | FIXED, M1, 0),
	    .ret = A(0), .map = "0-1 rw-/rwx Sa" },
	{ "page remainder of the offset", SETUP(CALLS(OPEN, "/f", 2)),
	    .call = MMAP(A(0) + 0x10, 1, R, PRIVATE | FIXED, FD, 0x10),
	    .ret = A(0) + 0x10 },
};

static const struct row placement[] = {
	{ "top down below the libraries", .call = MMAP(0, L(1), RW, AP, M1, 0),
	    .ret = LIBS - L(1) },
	{ "the first room below the default",
	    SETUP(MMAP(0, L(1), RW, AP, M1, 0)),
	    .call = MMAP(0, L(1), R, AP, M1, 0), .ret = LIBS - L(2) },
	{ "a hint below the default", .call = MMAP(A(0), L(1), RW, AP, M1, 0),
	    .ret = A(0) },
	{ "a hint is rounded up", .call = MMAP(A(0) + 1, L(1), RW, AP, M1, 0),
	    .ret = A(1) },
	{ "a taken hint: below it", SETUP(MAP4),
	    .call = MMAP(A(2), L(1), RW, AP, M1, 0), .ret = A(-1) },
	{ "a hint above the default is not",
	    .call = MMAP(TOP - MAXSSIZ - L(1), L(1), RW, AP, M1, 0),
	    .ret = LIBS - L(1) },
	{ "unless tryfixed",
	    .call = MMAP(TOP - MAXSSIZ - L(1), L(1), RW, AP | TRYFIXED, M1, 0),
	    .ret = TOP - MAXSSIZ - L(1) },
	{ "a hint that fails: the default",
	    .call = MMAP(0x2000, L(2000), RW, AP, M1, 0),
	    .ret = LIBS - L(2000) },
	{ "aligned", .call = MMAP(0, L(1), RW, AP | ALIGNED(16), M1, 0),
	    .ret = (LIBS - L(1)) & ~UINT64_C(0xffff) },
	{ "a replay's place",
	    .call = { .no = SIM_SYS_MMAP,
		.arg = { 0, L(1), RW, AP, M1, 0 },
		.place = A(9) },
	    .ret = A(9) },
};

static const struct row ranges[] = {
	{ "munmap size 0", SETUP(MAP4), .call = CALL(MUNMAP, A(0), 0),
	    .map = "0-4 rw-/rwx C" },
	{ "munmap bad range", .call = CALL(MUNMAP, TOP, L(1)), .err = EINVAL },
	{ "munmap below", .call = CALL(MUNMAP, 0, L(1)), .err = EINVAL },
	{ "munmap of holes", SETUP(HOLE), .call = CALL(MUNMAP, A(0), L(4)),
	    .map = "" },
	{ "mprotect of holes", SETUP(HOLE),
	    .call = CALL(MPROTECT, A(0), L(4), R),
	    .map = "0-1 r--/rwx C; 2-4 r--/rwx C" },
	{ "mprotect masks unknown bits", SETUP(MAP4),
	    .call = CALL(MPROTECT, A(0), L(4), 0xf9), .map = "0-4 r--/rwx C" },
	{ "mprotect bad range", .call = CALL(MPROTECT, A(0), -L(1), R),
	    .err = EINVAL },
	{ "mprotect beyond max",
	    SETUP(CALLS(OPEN, "/f", 0),
		MMAP(A(0), L(4), R, SHARED | FIXED, FD, 0)),
	    .call = CALL(MPROTECT, A(0), L(1), RW), .err = EACCES,
	    .map = "0-4 r--/r-x S" },
	{ "mprotect never joins", SETUP(MAP4, CALL(MPROTECT, A(1), L(1), R)),
	    .call = CALL(MPROTECT, A(1), L(1), RW),
	    .map = "0-1 rw-/rwx C; 1-2 rw-/rwx C; 2-4 rw-/rwx C" },
	{ "mprotect under MCL_FUTURE wires what opens",
	    SETUP(CALL(MLOCKALL, 2), MMAP(A(0), L(2), 0, FX, M1, 0)),
	    .call = CALL(MPROTECT, A(0), L(2), RW), .map = "0-2 rw-/rwx Cwa" },
	{ "minherit zero is 4", SETUP(MAP4),
	    .call = CALL(MINHERIT, A(0), L(4), 4), .map = "0-4 rw-/rwx Z" },
	{ "minherit zero wants no write", SETUP(MMAP(A(0), L(1), R, FX, M1, 0)),
	    .call = CALL(MINHERIT, A(0), L(1), 4), .map = "0-1 r--/rwx Z" },
	{ "minherit donate", SETUP(MAP4), .call = CALL(MINHERIT, A(0), L(4), 3),
	    .err = EINVAL },
	{ "minherit 5", SETUP(MAP4), .call = CALL(MINHERIT, A(0), L(4), 5),
	    .err = EINVAL },
	{ "minherit share", SETUP(MAP4), .call = CALL(MINHERIT, A(0), L(1), 0),
	    .map = "0-1 rw-/rwx S; 1-4 rw-/rwx C" },
	{ "minherit bad range", .call = CALL(MINHERIT, TOP, L(1), 0),
	    .err = EINVAL },
	{ "madvise bad range", .call = CALL(MADVISE, TOP, L(1), 0),
	    .err = EINVAL },
	{ "madvise unknown", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(1), 7),
	    .err = EINVAL },
	{ "madvise spaceavail", SETUP(MAP4),
	    .call = CALL(MADVISE, A(0), L(1), 5), .err = EINVAL },
	{ "madvise random", SETUP(MAP4), .call = CALL(MADVISE, A(0), L(4), 1),
	    .map = "0-4 rw-/rwx Cr" },
	{ "madvise willneed over a hole", SETUP(HOLE),
	    .call = CALL(MADVISE, A(0), L(4), 3) },
	{ "madvise dontneed over a hole", SETUP(HOLE),
	    .call = CALL(MADVISE, A(0), L(4), 4), .err = EFAULT },
	{ "madvise dontneed", SETUP(WRITTEN),
	    .call = CALL(MADVISE, A(0), L(4), 4) },
	{ "madvise free", SETUP(WRITTEN),
	    .call = CALL(MADVISE, A(0), L(4), 6) },
	{ "madvise free on wired", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MADVISE, A(0), L(4), 6), .err = EBUSY },
	{ "posix_madvise", SETUP(MAP4),
	    .call = CALL(POSIX_MADVISE, A(0), L(4), 2),
	    .map = "0-4 rw-/rwx Cs" },
};

static const struct row locks[] = {
	{ "mlock bad range", .call = CALL(MLOCK, TOP, L(1)), .err = ENOMEM },
	{ "mlock over wiredmax",
	    SETUP(MMAP(A(0), L(3000), RW, FX, M1, 0), MEMLOCK(9999)),
	    .call = CALL(MLOCK, A(0), L(3000)), .err = EAGAIN },
	{ "mlock over RLIMIT_MEMLOCK", SETUP(MAP4, MEMLOCK(3)),
	    .call = CALL(MLOCK, A(0), L(4)), .err = EAGAIN },
	{ "mlock counts locked pages twice",
	    SETUP(MAP4, MEMLOCK(3), CALL(MLOCK, A(0), L(2))),
	    .call = CALL(MLOCK, A(0), L(2)), .err = EAGAIN },
	{ "mlock start unmapped", .call = CALL(MLOCK, A(0), L(1)),
	    .err = ENOMEM },
	{ "mlock hole inside", SETUP(HOLE), .call = CALL(MLOCK, A(0), L(4)),
	    .err = EINVAL },
	{ "mlock PROT_NONE", SETUP(MAP4, CALL(MPROTECT, A(0), L(4), 0)),
	    .call = CALL(MLOCK, A(0), L(4)), .err = EINVAL },
	{ "mlock size 0, mapped", SETUP(MAP4), .call = CALL(MLOCK, A(0), 0) },
	{ "mlock size 0, unmapped", .call = CALL(MLOCK, A(0), 0),
	    .err = ENOMEM },
	{ "mlock", SETUP(MAP4), .call = CALL(MLOCK, A(0), L(4)),
	    .map = "0-4 rw-/rwx Cwa" },
	{ "one munlock clears all",
	    SETUP(MAP4, CALL(MLOCK, A(0), L(4)), CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCK, A(0), L(4)), .map = "0-4 rw-/rwx Ca" },
	{ "munlock of unwired", SETUP(MAP4), .call = CALL(MUNLOCK, A(0), L(4)),
	    .err = ENOMEM },
	{ "munlock bad range", .call = CALL(MUNLOCK, TOP, L(4)),
	    .err = ENOMEM },
	{ "munlock hole", SETUP(HOLE), .call = CALL(MUNLOCK, A(0), L(4)),
	    .err = ENOMEM },
	{ "mlockall(0)", .call = CALL(MLOCKALL, 0), .err = EINVAL },
	{ "mlockall(4)", .call = CALL(MLOCKALL, 4), .err = EINVAL },
	{ "mlockall beyond RLIMIT_MEMLOCK", SETUP(MEMLOCK(4)),
	    .call = CALL(MLOCKALL, 1), .err = ENOMEM },
	{ "mlockall future stays", SETUP(MEMLOCK(4)), .call = CALL(MLOCKALL, 3),
	    .err = ENOMEM, .changes = true },
	{ "munlockall", SETUP(CALL(MLOCKALL, 2), MAP4),
	    .call = CALL(MUNLOCKALL, 0), .map = "0-4 rw-/rwx Ca" },
	{ "msync flags 0", SETUP(MAP4), .call = CALL(MSYNC, A(0), L(1), 0),
	    .err = EINVAL },
	{ "msync unknown flag", SETUP(MAP4), .call = CALL(MSYNC, A(0), L(1), 8),
	    .err = EINVAL },
	{ "msync async|sync", SETUP(MAP4), .call = CALL(MSYNC, A(0), L(1), 5),
	    .err = EINVAL },
	{ "msync bad range", .call = CALL(MSYNC, TOP, L(1), 4), .err = ENOMEM },
	{ "msync size 0", SETUP(MAP4), .call = CALL(MSYNC, A(1), 0, 4) },
	{ "msync size 0, unmapped", .call = CALL(MSYNC, A(1), 0, 4),
	    .err = EINVAL },
	{ "msync unmapped", .call = CALL(MSYNC, A(1), L(1), 4), .err = EFAULT },
	{ "msync hole", SETUP(HOLE), .call = CALL(MSYNC, A(0), L(4), 1),
	    .err = EFAULT },
	{ "msync invalidate on wired", SETUP(MAP4, CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MSYNC, A(0), L(4), 2), .err = EBUSY },
	{ "msync invalidate alone", SETUP(WRITTEN),
	    .call = CALL(MSYNC, A(0), L(4), 2) },
};

static const struct row mincores[] = {
	{ "unaligned", SETUP(MAP4), .call = MC(A(0) + 1, L(1)), .err = EINVAL },
	{ "empty", SETUP(MAP4), .call = MC(A(0), 0), .err = EINVAL },
	{ "wraps", .call = MC(A(0), -L(1)), .err = EINVAL },
	{ "vec NULL, before ENOMEM", .call = MCV(A(0), L(1), M1),
	    .err = EFAULT },
	{ "vec short", SETUP(MAP4), .call = MCV(A(0), L(4), 3), .err = EFAULT,
	    .vec = "ee" },
	{ "hole", SETUP(HOLE), .call = MC(A(0), L(4)), .err = ENOMEM },
	{ "resident anons",
	    SETUP(MAP4, TOUCH(WRITE, A(1), L(1)), TOUCH(READ, A(3), L(1))),
	    .call = MC(A(0), L(4)), .vec = "00 01 00 01 ee" },
	{ "resident object pages, mapped or not",
	    SETUP(CALLS(OPEN, "/f", 2),
		MMAP(A(0), L(4), RW, PRIVATE | FIXED, FD, 0),
		{ .no = DO_PAGEIN, .arg = { 2 }, .str = "/f" }),
	    .call = MC(A(0), L(4)), .vec = "00 00 01 00 ee" },
	{ "a device is always there",
	    SETUP(CALLS(OPEN, "/dev/mem", 2),
		MMAP(A(0), L(2), RW, SHARED | FIXED, FD, 0)),
	    .call = MC(A(0), L(2)), .vec = "01 01 ee" },
};

/* The stand-in's data segment and break. */
#define DATA (UINT64_C(0x400000) + L(34))
#define BRK0 (DATA + L(6))

static const struct row breaks[] = {
	{ "0", .call = CALL(BRK, 0), .err = ENOMEM },
	{ "beyond RLIMIT_DATA", SETUP(LIMIT(DATA, L(8))),
	    .call = CALL(BRK, BRK0 + L(3)), .err = ENOMEM },
	{ "below vm_daddr: beyond any limit", .call = CALL(BRK, DATA - L(1)),
	    .err = ENOMEM },
	{ "below vm_daddr without a limit: the quirk", SETUP(LIMIT(DATA, M1)),
	    .call = CALL(BRK, DATA - L(1)) },
	{ "the same", .call = CALL(BRK, BRK0) },
	{ "growth", .call = CALL(BRK, BRK0 + L(2)) },
	{ "shrinking", SETUP(CALL(BRK, BRK0 + L(2))),
	    .call = CALL(BRK, BRK0 + L(1)) },
	{ "collision", SETUP(MMAP(BRK0 + L(1), L(1), R, FX, M1, 0)),
	    .call = CALL(BRK, BRK0 + L(2)), .err = ENOMEM },
	{ "sbrk(0)", .call = CALL(SBRK, 0), .ret = BRK0 },
	{ "sbrk", SETUP(CALL(SBRK, 0x1001)), .call = CALL(SBRK, -1),
	    .ret = BRK0 + 0x1001 },
	{ "sbrk collision", SETUP(MMAP(BRK0 + L(1), L(1), R, FX, M1, 0)),
	    .call = CALL(SBRK, L(2)), .err = ENOMEM },
};

#define ID 65536
#define SHMGET(n) CALL(SHMGET, 0, n, 01600)

static const struct row shms[] = {
	{ "shmat", SETUP(SHMGET(L(2))), .call = CALL(SHMAT, ID, A(0), 0),
	    .ret = A(0), .map = "0-2 rw-/rw- Sr" },
	{ "shmat knows no remap", SETUP(SHMGET(L(2)), MAP4),
	    .call = CALL(SHMAT, ID, A(0), 040000), .err = ENOMEM },
	{ "shmat by placement", SETUP(SHMGET(L(2))),
	    .call = CALL(SHMAT, ID, 0, 0), .ret = LIBS - L(2) },
	{ "shmdt", SETUP(SHMGET(L(2)), CALL(SHMAT, ID, A(0), 0)),
	    .call = CALL(SHMDT, A(0)), .map = "" },
	{ "shmdt of nothing", .call = CALL(SHMDT, A(0)), .err = EINVAL },
};

#define MREMAP(...) CALL(MREMAP, __VA_ARGS__)
#define LIBC CALLS(OPEN, "/f", 2), MMAP(A(0), L(4), RW, SHARED | FIXED, FD, 0)

static const struct row mremaps[] = {
	{ "bad flags", SETUP(MAP4), .call = MREMAP(A(0), L(4), 0, L(4), 0x20),
	    .err = EINVAL },
	{ "unaligned address", SETUP(MAP4),
	    .call = MREMAP(A(0) + 1, L(4), 0, L(4), 0), .err = EINVAL },
	{ "unaligned size", SETUP(MAP4), .call = MREMAP(A(0), 5, 0, L(4), 0),
	    .err = EINVAL },
	{ "old size 0", SETUP(MAP4), .call = MREMAP(A(0), 0, 0, L(4), 0),
	    .err = EINVAL },
	{ "new size 0", SETUP(MAP4), .call = MREMAP(A(0), L(4), 0, 0, 0),
	    .err = EINVAL },
	{ "old range outside", .call = MREMAP(TOP, L(4), 0, L(4), 0),
	    .err = EINVAL },
	{ "new range outside", SETUP(MAP4),
	    .call = MREMAP(A(0), L(4), TOP, L(4), FIXED), .err = EINVAL },
	{ "overlap", SETUP(MAP4), .call = MREMAP(A(0), L(4), A(2), L(4), FIXED),
	    .err = EINVAL },
	{ "hole", SETUP(HOLE), .call = MREMAP(A(0), L(4), 0, L(4), 0),
	    .err = ENOENT },
	{ "bad alignment", SETUP(MAP4),
	    .call = MREMAP(A(0), L(4), 0, L(4), ALIGNED(3)), .err = EINVAL },
	{ "fixed onto a mapping", SETUP(MAP4, MMAP(A(9), L(1), R, FX, M1, 0)),
	    .call = MREMAP(A(0), L(4), A(8), L(4), FIXED), .err = ENOMEM },
	{ "no room", SETUP(MAP4), .call = MREMAP(A(0), L(4), 0, TOP - L(2), 0),
	    .err = ENOMEM },
	{ "same size", SETUP(MAP4), .call = MREMAP(A(0), L(4), 0, L(4), 0),
	    .ret = A(0), .map = "0-4 rw-/rwx C" },
	{ "shrink", SETUP(MAP4), .call = MREMAP(A(0), L(4), 0, L(1), 0),
	    .ret = A(0), .map = "0-1 rw-/rwx C" },
	{ "grow in place", SETUP(MAP4), .call = MREMAP(A(0), L(4), 0, L(6), 0),
	    .ret = A(0), .map = "0-6 rw-/rwx C" },
	{ "grow a file in place", SETUP(LIBC),
	    .call = MREMAP(A(0), L(4), 0, L(6), 0), .ret = A(0),
	    .map = "0-6 rw-/rwx S" },
	{ "grow by moving", SETUP(MAP4, MMAP(A(4), L(1), R, FX, M1, 0)),
	    .call = MREMAP(A(0), L(4), A(40), L(6), 0), .ret = A(40),
	    .map = "4-5 r--/rwx C; 40-46 rw-/rwx C" },
	{ "move to a fixed place", SETUP(WRITTEN),
	    .call = MREMAP(A(0), L(4), A(20), L(4), FIXED), .ret = A(20),
	    .map = "20-24 rw-/rwx Ca" },
	{ "move and shrink", SETUP(WRITTEN),
	    .call = MREMAP(A(0), L(4), A(20), L(2), FIXED), .ret = A(20),
	    .map = "20-22 rw-/rwx Ca" },
	{ "fixed at the same place", SETUP(MAP4),
	    .call = MREMAP(A(0), L(4), A(0), L(2), FIXED), .ret = A(0),
	    .map = "0-2 rw-/rwx C" },
	{ "realign by moving", SETUP(MMAP(A(1), L(1), RW, FX, M1, 0)),
	    .call = MREMAP(A(1), L(1), A(40), L(1), ALIGNED(16)), .ret = A(32),
	    .map = "32-33 rw-/rwx C" },
	{ "duplicate private memory", SETUP(WRITTEN),
	    .call = MREMAP(A(0), L(4), A(20), L(4), FIXED | REMAPDUP),
	    .ret = A(20), .map = "0-4 rw-/rwx Ca; 20-24 rw-/rwx Ca" },
	{ "duplicate untouched memory", SETUP(MAP4),
	    .call = MREMAP(A(0), L(4), A(20), L(4), FIXED | REMAPDUP),
	    .ret = A(20), .map = "0-4 rw-/rwx Ca; 20-24 rw-/rwx Ca" },
	{ "duplicate a file", SETUP(LIBC),
	    .call = MREMAP(A(1), L(2), A(20), L(2), FIXED | REMAPDUP),
	    .ret = A(20), .map = "0-4 rw-/rwx S; 20-22 rw-/rwx S" },
	{ "an offset that would overflow",
	    SETUP(CALLS(OPEN, "/dev/mem", 2),
		MMAP(A(0), L(1), R, SHARED | FIXED, FD, -L(2))),
	    .call = MREMAP(A(0), L(1), 0, L(4), 0), .err = E2BIG },
};

#define RUN(name, rows) \
	static void name(void **state) \
	{ \
		(void)state; \
		run_rows(&sim_netbsd, rows, NELEM(rows)); \
	}

RUN(test_mmap, mmaps)
RUN(test_placement, placement)
RUN(test_ranges, ranges)
RUN(test_locks, locks)
RUN(test_mincore, mincores)
RUN(test_break, breaks)
RUN(test_shm, shms)
RUN(test_mremap, mremaps)

/* Both ends of a duplicate are one memory. */
static void
test_remapdup(void **state)
{
	const struct step steps[] = { WRITTEN,
		MREMAP(A(1), L(2), A(20), L(2), FIXED | REMAPDUP),
		TOUCH(WRITE, A(21), L(1)) };
	struct world w;
	uint64_t ret, a, b;
	size_t i;

	(void)state;
	world_make(&w, &sim_netbsd);
	for (i = 0; i < NELEM(steps); i++)
		assert_int_equal(world_do(&w, &steps[i], &ret), 0);
	assert_int_equal(vm_access_tag(&w.p->vmspace->vm_map, A(2), &a), 0);
	assert_int_equal(vm_access_tag(&w.p->vmspace->vm_map, A(21), &b), 0);
	assert_int_equal(a, b);
	world_free(&w);
}

/* The stack is mapped whole; setrlimit moves the accessible part. */
static void
test_stack(void **state)
{
	struct world w;
	struct step call = CALL(SETRLIMIT, SIM_RLIMIT_STACK, 8 << 20, MAXSSIZ);
	vaddr_t edge;
	uint64_t ret;

	(void)state;
	world_make(&w, &sim_netbsd);
	edge = STACKTOP - (4 << 20);
	assert_int_equal(w.p->vmspace->vm_maxsaddr, STACKTOP - MAXSSIZ);
	assert_int_equal(sim_access(w.m, w.p, edge, 1, VM_PROT_WRITE, NULL), 0);
	assert_int_equal(sim_access(w.m, w.p, edge - 1, 1, VM_PROT_WRITE, NULL),
	    EACCES);
	assert_int_equal(world_do(&w, &call, &ret), 0);
	assert_int_equal(sim_access(w.m, w.p, edge - 1, 1, VM_PROT_WRITE, NULL),
	    0);
	call.arg[1] = 1 << 20;
	assert_int_equal(world_do(&w, &call, &ret), 0);
	assert_int_equal(sim_access(w.m, w.p, edge, 1, VM_PROT_WRITE, NULL),
	    EACCES);
	call.arg[1] = 2 * MAXSSIZ;
	assert_int_equal(world_do(&w, &call, &ret), EINVAL);
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
		{ EINVAL, "SIGBUS", "BUS_ADRERR" },
		{ EIO, "SIGSEGV", "SEGV_MAPERR" },
		{ ENOMEM, "SIGKILL", NULL },
	};
	struct sim_signal sig;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		sim_netbsd.signal(rows[i].err, &sig);
		assert_string_equal(sig.signame, rows[i].name);
		if (rows[i].code != NULL)
			assert_string_equal(sig.code, rows[i].code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mmap),
		cmocka_unit_test(test_placement),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_mincore),
		cmocka_unit_test(test_break),
		cmocka_unit_test(test_shm),
		cmocka_unit_test(test_mremap),
		cmocka_unit_test(test_remapdup),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
