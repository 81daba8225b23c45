/*
 * mmap(2), munmap(2) and mprotect(2) of FreeBSD.
 */
#include "memory.h"

CASE(mmap__map_at_zero, "page 0 cannot be mapped")
{
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, RW, ANON | MAP_FIXED, -1, 0));
}

CASE(mmap__bad_arguments, "mmap(2) refuses bad arguments")
{
	static const int flags[] = { MAP_ANON | MAP_SHARED | MAP_PRIVATE,
		MAP_ANON | MAP_EXCL, MAP_ANON | 0x80, MAP_ANON | 0x100,
		MAP_ANON | MAP_ALIGNED(11), MAP_GUARD };
	int fd = file(1, O_RDWR);

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, RW, flags[i], -1, 0));
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, 0, RW, ANON, -1, 0));
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, RW, ANON, -1, PAGE));
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, RW, ANON, fd, 0));
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, RW, 0, fd, 0));
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, 8, ANON, -1, 0));
	REQUIRE_NO_MAP(EBADF, mmap(NULL, PAGE, RW, MAP_SHARED, 77, 0));
	REQUIRE_NO_MAP(EINVAL,
	    mmap((char *)PAGE, SIZE_MAX - 3 * PAGE, RW, ANON | MAP_FIXED, -1,
		0));
	ATF_REQUIRE_ERRNO(EINVAL, munmap(anon(1), 0) == -1);
}

CASE(mmap__excl, "MAP_EXCL does not replace")
{
	const int flags = ANON | MAP_FIXED | MAP_EXCL;
	char *map = anon(2);

	REQUIRE_NO_MAP(ENOMEM, mmap(map + PAGE, 2 * PAGE, RW, flags, -1, 0));
	ATF_REQUIRE_EQ(munmap(map, 2 * PAGE), 0);
	ATF_REQUIRE_EQ(mmap(map, 2 * PAGE, RW, flags, -1, 0), map);
}

CASE(mmap__dev_zero, "/dev/zero gives anonymous memory")
{
	static const int sharing[] = { MAP_SHARED, MAP_PRIVATE };
	int fd = uvmsim_file("/dev/zero", O_RDWR);

	ATF_REQUIRE(fd >= 0);
	for (int i = 0; i < 2; i++) {
		char *map = mmap(NULL, 4 * PAGE, RW, sharing[i], fd, 0);

		ATF_REQUIRE(map != MAP_FAILED);
		touch(map, 4, PROT_WRITE);
	}
}

CASE(mmap__maxprot, "PROT_MAX bounds a later mprotect(2)")
{
	char *map;

	REQUIRE_NO_MAP(ENOTSUP,
	    mmap(NULL, PAGE, RW | PROT_MAX(PROT_READ), ANON, -1, 0));
	map = mmap(NULL, PAGE, PROT_READ | PROT_MAX(PROT_READ), ANON, -1, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	ATF_REQUIRE_ERRNO(EACCES, mprotect(map, PAGE, RW) == -1);
	ATF_REQUIRE_EQ(mprotect(map, PAGE, PROT_NONE), 0);
	ATF_REQUIRE_EQ(mprotect(map, PAGE, PROT_READ), 0);
}

CASE(mmap__stack, "MAP_STACK grows down to its guard")
{
	const size_t n = 64;
	char *map = mmap(NULL, n * PAGE, RW, MAP_STACK, -1, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	touch(map + (n - 1) * PAGE, 1, PROT_WRITE);
	touch(map + 20 * PAGE, 1, PROT_WRITE);
	touch_fails(map, PROT_WRITE);
	touch(map + PAGE, 1, PROT_WRITE);
	REQUIRE_NO_MAP(EINVAL, mmap(NULL, PAGE, RW, MAP_STACK, -1, 0));
}

CASE(mmap__shm, "shared memory by name")
{
	int fd = shm_open("/shm", O_RDWR | O_CREAT | O_EXCL, 0600), two;
	char *map;

	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(uvmsim_file_truncate(fd, 2 * PAGE), 0);
	ATF_REQUIRE_ERRNO(EEXIST,
	    shm_open("/shm", O_RDWR | O_CREAT | O_EXCL, 0600) == -1);
	two = shm_open("/shm", O_RDONLY, 0);
	ATF_REQUIRE(two >= 0);
	ATF_REQUIRE_EQ(shm_unlink("/shm"), 0);
	ATF_REQUIRE_ERRNO(ENOENT, shm_open("/shm", O_RDONLY, 0) == -1);
	ATF_REQUIRE_ERRNO(ENOENT, shm_unlink("/shm") == -1);
	map = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, two, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	touch(map, 2, PROT_READ);
	ATF_REQUIRE_ERRNO(EACCES, mprotect(map, PAGE, RW) == -1);
	REQUIRE_NO_MAP(EACCES, mmap(NULL, PAGE, RW, MAP_SHARED, two, 0));
}

CASE(munmap__unaligned, "an unaligned address takes its whole page")
{
	char *map = anon(3), byte;

	ATF_REQUIRE_EQ(munmap(map + PAGE + 5, 1), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(map + PAGE, 1, &byte) == -1);
	ATF_CHECK_EQ(state(map), 0);
	ATF_CHECK_EQ(state(map + 2 * PAGE), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mmap__map_at_zero);
	ATF_TP_ADD_TC(tp, mmap__bad_arguments);
	ATF_TP_ADD_TC(tp, mmap__excl);
	ATF_TP_ADD_TC(tp, mmap__dev_zero);
	ATF_TP_ADD_TC(tp, mmap__maxprot);
	ATF_TP_ADD_TC(tp, mmap__stack);
	ATF_TP_ADD_TC(tp, mmap__shm);
	ATF_TP_ADD_TC(tp, munmap__unaligned);
	return atf_no_error();
}
