/*
 * mlock(2), mlockall(2), msync(2), madvise(2), minherit(2) and brk(2) of
 * FreeBSD.
 */
#include "memory.h"

CASE(mlock__limits, "beyond RLIMIT_MEMLOCK is ENOMEM")
{
	char *map = anon(8);

	limit(RLIMIT_MEMLOCK, 2 * PAGE);
	ATF_REQUIRE_ERRNO(ENOMEM, mlock(map, 3 * PAGE) == -1);
	ATF_REQUIRE_EQ(mlock(map, 2 * PAGE), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, mlock(map + 2 * PAGE, PAGE) == -1);
	ATF_REQUIRE_EQ(munlock(map, 2 * PAGE), 0);
	ATF_REQUIRE_EQ(munlock(map, 2 * PAGE), 0);
}

CASE(mlock__holes, "locking over a hole is ENOMEM")
{
	char *map = anon(3);

	ATF_REQUIRE_EQ(munmap(map + PAGE, PAGE), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, mlock(map, 3 * PAGE) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, munlock(map, 3 * PAGE) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, mlock(map + PAGE, PAGE) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, mlock(LAST, 2 * PAGE) == -1);
}

CASE(mlockall__flags, "mlockall(2) wants flags that it knows")
{
	ATF_REQUIRE_ERRNO(EINVAL, mlockall(0) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, mlockall(8) == -1);
	ATF_REQUIRE_EQ(mlockall(MCL_FUTURE), 0);
	ATF_REQUIRE_EQ(munlockall(), 0);
}

CASE(msync__holes, "msync(2) of a hole is ENOMEM")
{
	char *map = anon(3);

	ATF_REQUIRE_EQ(msync(map, 3 * PAGE, MS_SYNC), 0);
	ATF_REQUIRE_EQ(msync(map, 0, MS_SYNC), 0);
	ATF_REQUIRE_EQ(munmap(map + PAGE, PAGE), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, msync(map, 3 * PAGE, MS_SYNC) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, msync(map + PAGE, 0, MS_SYNC) == -1);
	ATF_REQUIRE_ERRNO(EINVAL,
	    msync(map, PAGE, MS_ASYNC | MS_INVALIDATE) == -1);
	ATF_REQUIRE_EQ(mlock(map, PAGE), 0);
	ATF_REQUIRE_ERRNO(EBUSY, msync(map, PAGE, MS_INVALIDATE) == -1);
}

CASE(madvise__arguments, "madvise(2) minds unknown advice, not holes")
{
	char *map = anon(3);

	ATF_REQUIRE_EQ(munmap(map + PAGE, PAGE), 0);
	for (int advice = MADV_NORMAL; advice < MADV_PROTECT; advice++)
		ATF_CHECK_EQ(madvise(map, 3 * PAGE, advice), 0);
	ATF_REQUIRE_ERRNO(EINVAL, madvise(map, PAGE, 11) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, madvise(LAST, PAGE, MADV_FREE) == -1);
	ATF_REQUIRE_EQ(posix_madvise(map, PAGE, 11), EINVAL);
}

CASE(minherit__values, "each value has its effect on a child")
{
	char *map = anon(4), byte;

	touch(map, 4, PROT_WRITE);
	ATF_REQUIRE_EQ(minherit(map, PAGE, INHERIT_NONE), 0);
	ATF_REQUIRE_EQ(minherit(map + PAGE, PAGE, INHERIT_ZERO), 0);
	ATF_REQUIRE_EQ(minherit(map + 2 * PAGE, PAGE, INHERIT_SHARE), 0);
	ATF_REQUIRE_ERRNO(EINVAL, minherit(map, PAGE, 4) == -1);
	become_child();
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(map, PAGE, &byte) == -1);
	ATF_CHECK_EQ(state(map + PAGE), 0);
	touch(map + PAGE, 3, PROT_WRITE);
}

CASE(brk__sbrk, "brk(2) and sbrk(2) agree about the break")
{
	char *start = sbrk(0);

	ATF_REQUIRE_EQ(brk(start + 4 * PAGE), 0);
	ATF_REQUIRE_EQ(sbrk(PAGE), (void *)(start + 4 * PAGE));
	touch(start, 5, PROT_WRITE);
	ATF_REQUIRE_EQ(brk(start), 0);
	ATF_REQUIRE_ERRNO(EINVAL, sbrk(-1) == (void *)-1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mlock__limits);
	ATF_TP_ADD_TC(tp, mlock__holes);
	ATF_TP_ADD_TC(tp, mlockall__flags);
	ATF_TP_ADD_TC(tp, msync__holes);
	ATF_TP_ADD_TC(tp, madvise__arguments);
	ATF_TP_ADD_TC(tp, minherit__values);
	ATF_TP_ADD_TC(tp, brk__sbrk);
	return atf_no_error();
}
