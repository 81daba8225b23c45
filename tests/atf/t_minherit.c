/*
 * minherit(2) of NetBSD.
 */
#include "memory.h"

CASE(minherit_copy, "a copy is resident in the child")
{
	char *map = anon(2);

	touch(map, 2, PROT_WRITE);
	become_child();
	ATF_CHECK_EQ(state(map), 1);
	touch(map, 2, PROT_WRITE);
}

CASE(minherit_none, "what is not inherited is a hole")
{
	char *map = anon(3), byte;

	ATF_REQUIRE_EQ(minherit(map + PAGE, PAGE, MAP_INHERIT_NONE), 0);
	become_child();
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(map + PAGE, PAGE, &byte) == -1);
	touch_fails(map + PAGE, PROT_READ);
	touch(map + 2 * PAGE, 1, PROT_WRITE);
}

CASE(minherit_zero, "zeroed memory starts without pages")
{
	char *map = anon(1);

	touch(map, 1, PROT_WRITE);
	ATF_REQUIRE_EQ(minherit(map, PAGE, MAP_INHERIT_ZERO), 0);
	become_child();
	ATF_CHECK_EQ(state(map), 0);
	touch(map, 1, PROT_WRITE);
	ATF_CHECK_EQ(state(map), 1);
}

CASE(minherit_share, "shared memory gains the pages of the other process")
{
	char *map = anon(2);
	int parent = getpid();

	ATF_REQUIRE_EQ(minherit(map, 2 * PAGE, MAP_INHERIT_SHARE), 0);
	become_child();
	ATF_CHECK_EQ(state(map + PAGE), 0);
	touch(map + PAGE, 1, PROT_WRITE);
	ATF_REQUIRE_EQ(uvmsim_setpid(parent), 0);
	ATF_CHECK_EQ(state(map + PAGE), 1);
}

CASE(minherit_err, "unknown values are refused")
{
	char *map = anon(1);

	ATF_REQUIRE_ERRNO(EINVAL, minherit(map, PAGE, 5) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, minherit(map, PAGE, -1) == -1);
	ATF_REQUIRE_ERRNO(EINVAL,
	    minherit(map, PAGE, MAP_INHERIT_DONATE_COPY) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, minherit(LAST, PAGE, MAP_INHERIT_COPY) == -1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, minherit_copy);
	ATF_TP_ADD_TC(tp, minherit_none);
	ATF_TP_ADD_TC(tp, minherit_zero);
	ATF_TP_ADD_TC(tp, minherit_share);
	ATF_TP_ADD_TC(tp, minherit_err);
	return atf_no_error();
}
