/*
 * The memory system calls of FreeBSD, NetBSD and OpenBSD.
 *
 * A process of another system gets ENOSYS, so each machine tries one system's
 * calls in earnest and the others' for that answer.
 */
#include <sys/types.h>

#include "api/include/uvmsim.h"
#include "fuzz.h"

/*
 * A caller can only hand over what a pointer can say; simulated addresses are
 * numbers to the host.
 */
#define P(f) ((void *)(uintptr_t)fuzz_address(f))

static int
some_fd(struct fuzz *f)
{
	return fuzz_below(f, 3) ? -1 + (int)fuzz_below(f, 5) : fuzz_int(f);
}

static int
some_prot(struct fuzz *f)
{
	return fuzz_below(f, 8) ? (int)fuzz_below(f, 8) : fuzz_int(f);
}

static int
some_flags(struct fuzz *f)
{
	static const int flags[] = { 0x1002, 0x1001, 2, 1, 0x1012, 0x11, 0x12,
		0x2000, 0x400, 0x4010, 0x5012, 0x1000 };

	return fuzz_below(f, 4) ? flags[fuzz_below(f, NELEM(flags))] :
				  (int)fuzz_bits(f);
}

#define BSD(sys) \
	void *uvmsim_##sys##_mmap(void *, size_t, int, int, int, off_t); \
	int uvmsim_##sys##_munmap(void *, size_t); \
	int uvmsim_##sys##_mprotect(const void *, size_t, int); \
	int uvmsim_##sys##_msync(void *, size_t, int); \
	int uvmsim_##sys##_madvise(void *, size_t, int); \
	int uvmsim_##sys##_minherit(void *, size_t, int); \
	int uvmsim_##sys##_mlock(const void *, size_t); \
	int uvmsim_##sys##_munlock(const void *, size_t); \
	int uvmsim_##sys##_mlockall(int); \
	int uvmsim_##sys##_munlockall(void); \
\
	static enum fuzz_end map_##sys(struct fuzz *f) \
	{ \
		bool plain = fuzz_below(f, 2); /* anonymous memory */ \
		uint64_t len = plain ? 4096 * (1 + fuzz_below(f, 40)) : \
				       fuzz_size(f); \
		void *at = fuzz_below(f, 2) ? NULL : P(f); \
		int prot = plain ? (int)fuzz_below(f, 8) : some_prot(f); \
		int flags = plain ? 0x1001 + (int)fuzz_below(f, 2) : \
				    some_flags(f); \
		int fd = plain ? -1 : some_fd(f); \
		off_t offset = plain || fuzz_below(f, 2) ? \
		    0 : \
		    (off_t)fuzz_size(f); \
		void *p = uvmsim_##sys##_mmap(at, len, prot, flags, fd, \
		    offset); \
\
		return fuzz_judge(f, p == (void *)-1 ? -1 : 0); \
	} \
\
	static enum fuzz_end change_##sys(struct fuzz *f) \
	{ \
		void *at = P(f); \
		uint64_t len = fuzz_size(f); \
\
		switch (fuzz_below(f, 9)) { \
		case 0: return fuzz_judge(f, uvmsim_##sys##_munmap(at, len)); \
		case 1: \
			return fuzz_judge(f, \
			    uvmsim_##sys##_mprotect(at, len, some_prot(f))); \
		case 2: \
			return fuzz_judge(f, \
			    uvmsim_##sys##_msync(at, len, fuzz_int(f))); \
		case 3: \
			return fuzz_judge(f, \
			    uvmsim_##sys##_madvise(at, len, \
				(int)fuzz_below(f, 12) - 1)); \
		case 4: \
			return fuzz_judge(f, \
			    uvmsim_##sys##_minherit(at, len, \
				(int)fuzz_below(f, 6) - 1)); \
		case 5: \
			return fuzz_judge_partial(f, \
			    uvmsim_##sys##_mlock(at, len)); \
		case 6: return fuzz_judge(f, uvmsim_##sys##_munlock(at, len)); \
		case 7: \
			return fuzz_judge_partial(f, \
			    fuzz_below(f, 20) ? uvmsim_##sys##_munlockall() : \
						uvmsim_##sys##_mlockall( \
						    (int)fuzz_below(f, 5))); \
		default: \
			(void)uvmsim_touch(at, len % 100000, \
			    (int)fuzz_below(f, 6)); \
			return FUZZ_OK; \
		} \
	}

/* A byte for each page that the range touches. */
#define MINCORE(sys, type) \
	int uvmsim_##sys##_mincore(type *, size_t, char *); \
\
	static enum fuzz_end look_##sys(struct fuzz *f) \
	{ \
		uint64_t addr = fuzz_address(f), len = fuzz_size(f); \
		char *vec = fuzz_pointer(f, \
		    (addr % 4096 + len + 4095) / 4096); \
\
		return fuzz_judge(f, \
		    uvmsim_##sys##_mincore((void *)(uintptr_t)addr, len, \
			vec)); \
	}

BSD(freebsd)
BSD(netbsd)
BSD(openbsd)
MINCORE(freebsd, const void)
MINCORE(netbsd, void)
MINCORE(openbsd, void)

const struct fuzz_target fuzz_bsd[] = { { "freebsd mmap", map_freebsd },
	{ "netbsd mmap", map_netbsd }, { "openbsd mmap", map_openbsd },
	{ "freebsd call", change_freebsd }, { "netbsd call", change_netbsd },
	{ "openbsd call", change_openbsd }, { "freebsd mincore", look_freebsd },
	{ "netbsd mincore", look_netbsd }, { "openbsd mincore", look_openbsd },
	{ NULL, NULL } };
