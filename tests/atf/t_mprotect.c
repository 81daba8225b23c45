/*
 * mprotect(2) of NetBSD.
 */
#include "memory.h"

CASE(mprotect_access, "the protection cannot exceed the descriptor's")
{
	static const int prots[] = { PROT_NONE, PROT_READ };
	int fd = file(1, O_RDONLY);

	for (int i = 0; i < 2; i++) {
		char *map = mmap(NULL, PAGE, prots[i], MAP_SHARED, fd, 0);

		ATF_REQUIRE(map != MAP_FAILED);
		ATF_REQUIRE_ERRNO(EACCES, mprotect(map, PAGE, RW) == -1);
		ATF_REQUIRE_EQ(mprotect(map, PAGE, PROT_READ), 0);
	}
}

CASE(mprotect_err, "mprotect(2) refuses what lies outside")
{
	ATF_REQUIRE_ERRNO(EINVAL, mprotect(LAST, PAGE, PROT_READ) == -1);
}

CASE(mprotect_write, "what was written stays when writing is forbidden")
{
	char *map = anon(2);

	touch(map, 1, PROT_WRITE);
	ATF_REQUIRE_EQ(mprotect(map, PAGE, PROT_READ), 0);
	touch(map, 1, PROT_READ);
	touch_fails(map, PROT_WRITE);
	touch(map + PAGE, 1, PROT_WRITE);
	ATF_REQUIRE_EQ(mprotect(map, PAGE, RW), 0);
	touch(map, 1, PROT_WRITE);
}

CASE(mprotect_exec, "PROT_EXEC decides about instructions")
{
	char *map = anon(1);

	touch_fails(map, PROT_EXEC);
	ATF_REQUIRE_EQ(mprotect(map, PAGE, PROT_READ | PROT_EXEC), 0);
	touch(map, 1, PROT_EXEC);
}

CASE(mprotect_fork, "a child has its own protection")
{
	char *map = anon(1);
	int parent = getpid();

	touch(map, 1, PROT_WRITE);
	become_child();
	ATF_REQUIRE_EQ(mprotect(map, PAGE, PROT_NONE), 0);
	touch_fails(map, PROT_READ);
	ATF_REQUIRE_EQ(uvmsim_setpid(parent), 0);
	touch(map, 1, PROT_WRITE);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mprotect_access);
	ATF_TP_ADD_TC(tp, mprotect_err);
	ATF_TP_ADD_TC(tp, mprotect_write);
	ATF_TP_ADD_TC(tp, mprotect_exec);
	ATF_TP_ADD_TC(tp, mprotect_fork);
	return atf_no_error();
}
