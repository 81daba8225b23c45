/*
 * mincore(2) and getpagesizes(3) of FreeBSD.
 */
#include "memory.h"

#define SEEN (MINCORE_INCORE | MINCORE_REFERENCED | MINCORE_REFERENCED_OTHER)
#define WRITTEN (SEEN | MINCORE_MODIFIED | MINCORE_MODIFIED_OTHER)

CASE(mincore__states, "a page is absent, read, written")
{
	char *map = anon(1);

	ATF_CHECK_EQ(state(map), 0);
	touch(map, 1, PROT_READ);
	ATF_CHECK_EQ(state(map), SEEN);
	touch(map, 1, PROT_WRITE);
	ATF_CHECK_EQ(state(map), WRITTEN);
	ATF_REQUIRE_EQ(madvise(map, PAGE, MADV_DONTNEED), 0);
	ATF_CHECK_EQ(state(map), MINCORE_INCORE);
	ATF_REQUIRE_EQ(mprotect(map, PAGE, PROT_NONE), 0);
	ATF_CHECK_EQ(state(map), 0);
}

CASE(mincore__errno, "only ENOMEM and EFAULT exist")
{
	char *map = anon(2), vec[4];

	ATF_REQUIRE_ERRNO(ENOMEM, mincore(NULL, PAGE, vec) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(NULL, 0, vec) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(LAST, PAGE, vec) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(map, SIZE_MAX / 2, vec) == -1);
	ATF_REQUIRE_ERRNO(EFAULT, mincore(map, PAGE, NULL) == -1);
	ATF_REQUIRE_ERRNO(EFAULT, mincore(map, PAGE, (char *)-1) == -1);
	ATF_REQUIRE_EQ(mincore(map, 0, NULL), 0);
	ATF_REQUIRE_EQ(mincore(map + 1, PAGE, vec), 0);
}

CASE(mincore__hole, "bytes of the entries before a hole are stored")
{
	char *map = anon(6), vec[6];

	touch(map, 6, PROT_WRITE);
	ATF_REQUIRE_EQ(mprotect(map + 2 * PAGE, 2 * PAGE, PROT_READ), 0);
	ATF_REQUIRE_EQ(munmap(map + 4 * PAGE, PAGE), 0);
	memset(vec, 0x55, sizeof(vec));
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(map, 6 * PAGE, vec) == -1);
	ATF_CHECK_EQ(vec[0], WRITTEN);
	ATF_CHECK_EQ(vec[1], WRITTEN);
	for (int i = 2; i < 6; i++)
		ATF_CHECK_EQ(vec[i], 0x55);
}

CASE(mincore__guard, "guards are mapped and hold nothing")
{
	char *map = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_GUARD, -1, 0), vec[4];

	ATF_REQUIRE(map != MAP_FAILED);
	memset(vec, 0x55, sizeof(vec));
	ATF_REQUIRE_EQ(mincore(map, 4 * PAGE, vec), 0);
	ATF_CHECK(memcmp(vec, "\0\0\0\0", 4) == 0);
}

CASE(mincore__prefault, "a file in memory is mapped ahead, untouched")
{
	int fd = file(4, O_RDWR);
	char *one = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0), *two;

	ATF_REQUIRE(one != MAP_FAILED);
	touch(one, 4, PROT_READ);
	two = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	ATF_REQUIRE(two != MAP_FAILED);
	ATF_CHECK_EQ(state(one), SEEN);
	ATF_CHECK_EQ(state(two), MINCORE_INCORE);
}

CASE(mincore__fork, "pages are clean in the parent after fork")
{
	char *map = anon(1);

	touch(map, 1, PROT_WRITE);
	ATF_REQUIRE(uvmsim_fork() > 0);
	ATF_CHECK_EQ(state(map), SEEN);
	touch(map, 1, PROT_WRITE);
	ATF_CHECK_EQ(state(map), WRITTEN);
}

CASE(mincore__mlock, "locked memory is resident and written")
{
	char *map = anon(2);

	ATF_REQUIRE_EQ(mlock(map, 2 * PAGE), 0);
	ATF_CHECK_EQ(state(map), WRITTEN);
	ATF_CHECK_EQ(state(map + PAGE), WRITTEN);
}

CASE(getpagesizes__sizes, "sizes ascend from the base page")
{
	size_t sizes[8];
	int n = getpagesizes(NULL, 0);

	ATF_REQUIRE(n >= 1 && n <= 8);
	ATF_REQUIRE_EQ(getpagesizes(sizes, 8), n);
	ATF_CHECK_EQ(sizes[0], PAGE);
	for (int i = 1; i < n; i++)
		ATF_CHECK(sizes[i] > sizes[i - 1]);
	ATF_REQUIRE_EQ(getpagesizes(sizes, 1), 1);
	ATF_REQUIRE_EQ(getpagesizes(sizes, 0), 0);
	ATF_REQUIRE_ERRNO(EINVAL, getpagesizes(sizes, -1) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, getpagesizes(NULL, 1) == -1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mincore__states);
	ATF_TP_ADD_TC(tp, mincore__errno);
	ATF_TP_ADD_TC(tp, mincore__hole);
	ATF_TP_ADD_TC(tp, mincore__guard);
	ATF_TP_ADD_TC(tp, mincore__prefault);
	ATF_TP_ADD_TC(tp, mincore__fork);
	ATF_TP_ADD_TC(tp, mincore__mlock);
	ATF_TP_ADD_TC(tp, getpagesizes__sizes);
	return atf_no_error();
}
