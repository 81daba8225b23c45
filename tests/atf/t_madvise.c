/*
 * madvise(2) and posix_madvise(2) of NetBSD.
 */
#include "memory.h"

CASE(madvise_err, "unknown advice is refused")
{
	char *map = anon(1);

	ATF_REQUIRE_ERRNO(EINVAL, madvise(map, PAGE, -1) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, madvise(map, PAGE, 7) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, madvise(map, PAGE, MADV_SPACEAVAIL) == -1);
	ATF_REQUIRE_EQ(posix_madvise(map, PAGE, 7), EINVAL);
}

CASE(madvise_known, "known advice is taken")
{
	static const int known[] = { MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL,
		MADV_WILLNEED, MADV_DONTNEED, MADV_FREE };
	char *map = anon(8);

	touch(map, 8, PROT_WRITE);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		ATF_CHECK_EQ(madvise(map, 8 * PAGE, known[i]), 0);
}

CASE(madvise_free, "MADV_FREE gives pages up, but not locked ones")
{
	char *map = anon(4);

	touch(map, 4, PROT_WRITE);
	ATF_REQUIRE_EQ(madvise(map, 2 * PAGE, MADV_FREE), 0);
	ATF_CHECK_EQ(state(map), 0);
	ATF_CHECK_EQ(state(map + PAGE), 0);
	ATF_CHECK_EQ(state(map + 2 * PAGE), 1);
	ATF_REQUIRE_EQ(mlock(map, 4 * PAGE), 0);
	ATF_REQUIRE_ERRNO(EBUSY, madvise(map, 4 * PAGE, MADV_FREE) == -1);
}

CASE(madvise_hole, "advice about pages wants them mapped")
{
	char *map = anon(3);

	ATF_REQUIRE_EQ(munmap(map + PAGE, PAGE), 0);
	ATF_REQUIRE_ERRNO(EFAULT, madvise(map, 3 * PAGE, MADV_DONTNEED) == -1);
	ATF_REQUIRE_EQ(madvise(map, 3 * PAGE, MADV_RANDOM), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, madvise_err);
	ATF_TP_ADD_TC(tp, madvise_known);
	ATF_TP_ADD_TC(tp, madvise_free);
	ATF_TP_ADD_TC(tp, madvise_hole);
	return atf_no_error();
}
