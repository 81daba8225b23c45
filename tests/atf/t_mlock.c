/*
 * mlock(2), munlock(2) and mlockall(2) of NetBSD.
 */
#include "memory.h"

CASE(mlock_clip, "parts of a mapping are unlocked one by one")
{
	const size_t n = 64;
	char *map = anon(n);

	ATF_REQUIRE_EQ(mlock(map, n * PAGE), 0);
	for (size_t i = n; i > 0; i--)
		ATF_REQUIRE_EQ(munlock(map + (i - 1) * PAGE, PAGE), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, munlock(map, PAGE) == -1);
}

CASE(mlock_err, "mlock(2) and munlock(2) refuse bad arguments")
{
	char *map = anon(3);

	ATF_REQUIRE_ERRNO(ENOMEM, mlock(NULL, PAGE) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, mlock(LAST, PAGE) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, munlock(NULL, PAGE) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, munlock(map, PAGE) == -1);
	ATF_REQUIRE_EQ(munmap(map + PAGE, PAGE), 0);
	ATF_REQUIRE_ERRNO(EINVAL, mlock(map, 3 * PAGE) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, munlock(map, PAGE) == -1);
	ATF_REQUIRE_EQ(mlock(map, PAGE), 0);
}

CASE(mlock_limits, "RLIMIT_MEMLOCK bounds what can be locked")
{
	char *map = anon(16);

	limit(RLIMIT_MEMLOCK, 4 * PAGE);
	ATF_REQUIRE_ERRNO(EAGAIN, mlock(map, 5 * PAGE) == -1);
	ATF_REQUIRE_EQ(mlock(map, 4 * PAGE), 0);
	ATF_REQUIRE_ERRNO(EAGAIN, mlock(map + 8 * PAGE, PAGE) == -1);
	ATF_REQUIRE_EQ(munlock(map, PAGE), 0);
	ATF_REQUIRE_EQ(mlock(map + 8 * PAGE, PAGE), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, mlockall(MCL_CURRENT) == -1);
}

CASE(mlock_mmap, "memory mapped with MAP_WIRED is locked")
{
	char *map = mmap(NULL, PAGE, RW, ANON | MAP_WIRED, -1, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	ATF_REQUIRE_EQ(mlock(map, PAGE), 0);
	ATF_REQUIRE_EQ(munlock(map, PAGE), 0);
	ATF_REQUIRE_EQ(munmap(map, PAGE), 0);
	map = mmap(NULL, PAGE, PROT_NONE, ANON, -1, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	ATF_REQUIRE_ERRNO(EINVAL, mlock(map, PAGE) == -1);
}

CASE(mlock_nested, "one munlock(2) undoes any number of mlock(2)")
{
	char *map = anon(1);

	for (int i = 0; i < 100; i++)
		ATF_REQUIRE_EQ(mlock(map, PAGE), 0);
	ATF_REQUIRE_EQ(munlock(map, PAGE), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, munlock(map, PAGE) == -1);
}

CASE(mlock_unaligned, "two bytes across a border lock two pages")
{
	char *map = anon(2);

	ATF_REQUIRE_EQ(mlock(map + PAGE - 1, 2), 0);
	ATF_CHECK_EQ(state(map) + state(map + PAGE), 2);
	ATF_REQUIRE_EQ(munlock(map, 2 * PAGE), 0);
}

CASE(mlockall_flags, "mlockall(2) wants flags that it knows")
{
	ATF_REQUIRE_ERRNO(EINVAL, mlockall(0) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, mlockall(4) == -1);
	ATF_REQUIRE_EQ(munlockall(), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mlock_clip);
	ATF_TP_ADD_TC(tp, mlock_err);
	ATF_TP_ADD_TC(tp, mlock_limits);
	ATF_TP_ADD_TC(tp, mlock_mmap);
	ATF_TP_ADD_TC(tp, mlock_nested);
	ATF_TP_ADD_TC(tp, mlock_unaligned);
	ATF_TP_ADD_TC(tp, mlockall_flags);
	return atf_no_error();
}
