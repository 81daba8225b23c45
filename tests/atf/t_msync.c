/*
 * msync(2) of NetBSD.
 */
#include "memory.h"

CASE(msync_async, "MS_ASYNC alone")
{
	ATF_REQUIRE_EQ(msync(anon(2), 2 * PAGE, MS_ASYNC), 0);
}

CASE(msync_sync, "MS_SYNC writes a file back")
{
	int fd = file(4, O_RDWR);
	char *map = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	touch(map, 4, PROT_WRITE);
	ATF_REQUIRE_EQ(msync(map, 4 * PAGE, MS_SYNC), 0);
	ATF_REQUIRE_EQ(msync(map, 0, MS_SYNC), 0);
}

CASE(msync_invalidate, "MS_INVALIDATE spares locked memory")
{
	int fd = file(1, O_RDWR);
	char *map = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	touch(map, 1, PROT_WRITE);
	ATF_REQUIRE_EQ(msync(map, PAGE, MS_INVALIDATE), 0);
	ATF_REQUIRE_EQ(mlock(map, PAGE), 0);
	ATF_REQUIRE_ERRNO(EBUSY, msync(map, PAGE, MS_INVALIDATE) == -1);
	ATF_REQUIRE_EQ(munlock(map, PAGE), 0);
	ATF_REQUIRE_EQ(msync(map, PAGE, MS_INVALIDATE), 0);
}

CASE(msync_err, "msync(2) refuses bad arguments")
{
	char *map = anon(3);

	ATF_REQUIRE_ERRNO(EINVAL, msync(map, PAGE, -1) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, msync(map, PAGE, 0) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, msync(map, PAGE, MS_SYNC | MS_ASYNC) == -1);
	ATF_REQUIRE_EQ(munmap(map + PAGE, PAGE), 0);
	ATF_REQUIRE_ERRNO(EFAULT, msync(map, 3 * PAGE, MS_SYNC) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, msync(map + PAGE, 0, MS_SYNC) == -1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, msync_async);
	ATF_TP_ADD_TC(tp, msync_sync);
	ATF_TP_ADD_TC(tp, msync_invalidate);
	ATF_TP_ADD_TC(tp, msync_err);
	return atf_no_error();
}
