/*
 * mmap(2) and munmap(2) of NetBSD.
 */
#include "memory.h"

CASE(mmap_err, "mmap(2) refuses bad arguments")
{
	int fd = file(1, O_RDONLY);

	REQUIRE_NO_MAP(EBADF, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, -1, 0));
	REQUIRE_NO_MAP(EBADF, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, 77, 0));
	REQUIRE_NO_MAP(EINVAL,
	    mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_PRIVATE, fd, 0));
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, RW, ANON, fd, 0));
	REQUIRE_NO_MAP(EINVAL,
	    mmap((void *)1, PAGE, RW, ANON | MAP_FIXED, -1, 0));
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, 0, PROT_READ, MAP_SHARED, fd, 0));
	REQUIRE_NO_MAP(EINVAL,
	    mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, -(off_t)PAGE));
	REQUIRE_NO_MAP(ENOMEM, mmap(NULL, SIZE_MAX, RW, ANON, -1, 0));
}

CASE(mmap_prot_1, "a shared mapping can do no more than the descriptor")
{
	int fd = file(1, O_RDONLY);
	char *map;

	REQUIRE_NO_MAP(EACCES, mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0));
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	ATF_REQUIRE_ERRNO(EACCES, mprotect(map, PAGE, RW) == -1);
	fd = file(1, O_WRONLY);
	REQUIRE_NO_MAP(EACCES, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
}

CASE(mmap_prot_2, "memory with PROT_NONE cannot be touched")
{
	char *map = mmap(NULL, PAGE, PROT_NONE, ANON, -1, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	touch_fails(map, PROT_READ);
	touch_fails(map, PROT_WRITE);
	ATF_REQUIRE_EQ(mprotect(map, PAGE, PROT_READ), 0);
	touch(map, 1, PROT_READ);
	touch_fails(map, PROT_WRITE);
}

CASE(mmap_prot_3, "a private mapping may write what the descriptor may not")
{
	int fd = file(3, O_RDONLY);
	char *map = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	touch(map, 3, PROT_WRITE);
}

CASE(mmap_truncate, "pages behind the end of a file fault")
{
	int fd = file(4, O_RDWR);
	char *map = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	touch(map, 4, PROT_WRITE);
	ATF_REQUIRE_EQ(uvmsim_file_truncate(fd, PAGE + 1), 0);
	touch(map, 2, PROT_WRITE);
	touch_fails(map + 2 * PAGE, PROT_READ);
	ATF_REQUIRE_EQ(uvmsim_file_truncate(fd, 4 * PAGE), 0);
	touch(map, 4, PROT_WRITE);
}

CASE(mmap_va0, "page 0 cannot be mapped")
{
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, RW, ANON | MAP_FIXED, -1, 0));
	touch_fails(NULL, PROT_READ);
}

CASE(mmap_hint, "a hint is a bound, MAP_TRYFIXED makes it the place")
{
	char *map = anon(8), *at;

	ATF_REQUIRE_EQ(munmap(map, 8 * PAGE), 0);
	at = mmap(map, PAGE, RW, ANON | MAP_TRYFIXED, -1, 0);
	ATF_CHECK_EQ(at, map);
	at = mmap(map, PAGE, RW, ANON | MAP_TRYFIXED, -1, 0);
	ATF_REQUIRE(at != MAP_FAILED);
	ATF_CHECK(at != map);
	at = mmap(map, PAGE, PROT_NONE, ANON | MAP_FIXED, -1, 0);
	ATF_CHECK_EQ(at, map);
	touch_fails(map, PROT_READ);
}

CASE(mmap_aligned, "MAP_ALIGNED gives what it says")
{
	for (int n = 12; n < 40; n += 4) {
		char *map = mmap(NULL, PAGE, RW, ANON | MAP_ALIGNED(n), -1, 0);

		ATF_REQUIRE(map != MAP_FAILED);
		ATF_CHECK_EQ((uintptr_t)map & (((uintptr_t)1 << n) - 1), 0);
	}
	REQUIRE_NO_MAP(EINVAL,
	    mmap(NULL, PAGE, RW, ANON | MAP_ALIGNED(11), -1, 0));
}

CASE(mmap_sharing, "a write to shared memory is seen by both processes")
{
	char *map = mmap(NULL, 2 * PAGE, RW, MAP_ANON | MAP_SHARED, -1, 0);
	int parent = getpid();

	ATF_REQUIRE(map != MAP_FAILED);
	become_child();
	touch(map, 1, PROT_WRITE);
	ATF_CHECK_EQ(state(map), 1);
	ATF_REQUIRE_EQ(uvmsim_setpid(parent), 0);
	ATF_CHECK_EQ(state(map), 1);
	ATF_CHECK_EQ(state(map + PAGE), 0);
}

CASE(munmap_parts, "a hole can be unmapped again, its neighbours stay")
{
	char *map = anon(5);

	ATF_REQUIRE_EQ(munmap(map + 2 * PAGE, PAGE), 0);
	ATF_REQUIRE_EQ(munmap(map + 2 * PAGE, PAGE), 0);
	touch(map, 2, PROT_WRITE);
	touch(map + 3 * PAGE, 2, PROT_WRITE);
	touch_fails(map + 2 * PAGE, PROT_WRITE);
	ATF_REQUIRE_EQ(munmap(map, 5 * PAGE), 0);
	ATF_REQUIRE_EQ(munmap(map, 0), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mmap_err);
	ATF_TP_ADD_TC(tp, mmap_prot_1);
	ATF_TP_ADD_TC(tp, mmap_prot_2);
	ATF_TP_ADD_TC(tp, mmap_prot_3);
	ATF_TP_ADD_TC(tp, mmap_truncate);
	ATF_TP_ADD_TC(tp, mmap_va0);
	ATF_TP_ADD_TC(tp, mmap_hint);
	ATF_TP_ADD_TC(tp, mmap_aligned);
	ATF_TP_ADD_TC(tp, mmap_sharing);
	ATF_TP_ADD_TC(tp, munmap_parts);
	return atf_no_error();
}
