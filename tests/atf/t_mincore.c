/*
 * mincore(2) of NetBSD.
 */
#include <sys/mman.h>
#include <sys/shm.h>

#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uvmsim.h>

static long page;

/* => resident pages of npages from addr on */
static size_t
resident(void *addr, size_t npages)
{
	char *vec = calloc(npages, 1);
	size_t n = 0;

	ATF_REQUIRE(vec != NULL);
	ATF_REQUIRE_EQ(mincore(addr, npages * page, vec), 0);
	for (size_t i = 0; i < npages; i++)
		n += vec[i] != 0;
	free(vec);
	return n;
}

ATF_TC(mincore_err);
ATF_TC_HEAD(mincore_err, tc)
{
	atf_tc_set_md_var(tc, "descr", "mincore(2) refuses bad arguments");
}
ATF_TC_BODY(mincore_err, tc)
{
	char vec[4], *map;

	page = sysconf(_SC_PAGESIZE);
	map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE,
	    -1, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	ATF_REQUIRE_EQ(mincore(map, page, vec), 0);
	ATF_REQUIRE_ERRNO(EINVAL, mincore(map, 0, vec) == -1);
	ATF_REQUIRE_ERRNO(EINVAL, mincore(map + 1, page, vec) == -1);
	ATF_REQUIRE_ERRNO(EFAULT, mincore(map, page, (char *)-1) == -1);
	ATF_REQUIRE_ERRNO(EFAULT, mincore(map, page, NULL) == -1);
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(NULL, page, vec) == -1);
	ATF_REQUIRE_EQ(munmap(map, page), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(map, page, vec) == -1);
}

ATF_TC(mincore_resid);
ATF_TC_HEAD(mincore_resid, tc)
{
	atf_tc_set_md_var(tc, "descr", "memory becomes resident page by page");
}
ATF_TC_BODY(mincore_resid, tc)
{
	const size_t npages = 128;
	char *map, *file;
	int fd;

	page = sysconf(_SC_PAGESIZE);
	map = mmap(NULL, npages * page, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	ATF_CHECK_EQ(resident(map, npages), 0);
	for (size_t i = 0; i < npages; i += 2)
		ATF_REQUIRE_EQ(uvmsim_touch(map + i * page, 1, PROT_WRITE), 0);
	ATF_CHECK_EQ(resident(map, npages), npages / 2);
	ATF_REQUIRE_EQ(mlock(map, npages * page), 0);
	ATF_CHECK_EQ(resident(map, npages), npages);
	ATF_REQUIRE_EQ(munlock(map, npages * page), 0);
	ATF_CHECK_EQ(resident(map, npages), npages);
	ATF_REQUIRE_EQ(munmap(map, npages * page), 0);

	fd = uvmsim_file("/tmp/mincore", O_RDWR | O_CREAT);
	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(uvmsim_file_truncate(fd, npages * page), 0);
	file = mmap(NULL, npages * page, PROT_READ, MAP_SHARED, fd, 0);
	ATF_REQUIRE(file != MAP_FAILED);
	ATF_CHECK_EQ(resident(file, npages), 0);
	ATF_REQUIRE_EQ(uvmsim_touch(file + 64 * page, 1, PROT_READ), 0);
	ATF_CHECK_EQ(resident(file, npages), 1);
	ATF_REQUIRE_EQ(mlock(file, npages * page), 0);
	ATF_CHECK_EQ(resident(file, npages), npages);
}

ATF_TC(mincore_wired);
ATF_TC_HEAD(mincore_wired, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "MAP_WIRED and MCL_FUTURE bring pages in at once");
}
ATF_TC_BODY(mincore_wired, tc)
{
	char *map;

	page = sysconf(_SC_PAGESIZE);
	map = mmap(NULL, 16 * page, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE | MAP_WIRED, -1, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	ATF_CHECK_EQ(resident(map, 16), 16);
	ATF_REQUIRE_EQ(mlockall(MCL_CURRENT | MCL_FUTURE), 0);
	map = mmap(NULL, 16 * page, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	ATF_CHECK_EQ(resident(map, 16), 16);
	ATF_REQUIRE_EQ(munlockall(), 0);
	map = mmap(NULL, 16 * page, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);
	ATF_REQUIRE(map != MAP_FAILED);
	ATF_CHECK_EQ(resident(map, 16), 0);
}

ATF_TC(mincore_shmseg);
ATF_TC_HEAD(mincore_shmseg, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "pages of a segment are resident for all who attach it");
}
ATF_TC_BODY(mincore_shmseg, tc)
{
	char *one, *two;
	int id;

	page = sysconf(_SC_PAGESIZE);
	id = shmget(IPC_PRIVATE, 16 * page, IPC_CREAT | SHM_R | SHM_W);
	ATF_REQUIRE(id != -1);
	one = shmat(id, NULL, 0);
	two = shmat(id, NULL, 0);
	ATF_REQUIRE(one != (void *)-1);
	ATF_REQUIRE(two != (void *)-1);
	ATF_REQUIRE(one != two);
	ATF_CHECK_EQ(resident(one, 16), 0);
	ATF_REQUIRE_EQ(uvmsim_touch(one + 3 * page, page, PROT_WRITE), 0);
	ATF_CHECK_EQ(resident(one, 16), 1);
	ATF_CHECK_EQ(resident(two, 16), 1);
	ATF_REQUIRE_EQ(mlock(two, 16 * page), 0);
	ATF_CHECK_EQ(resident(one, 16), 16);
	ATF_REQUIRE_EQ(shmctl(id, IPC_RMID, NULL), 0);
	ATF_REQUIRE_EQ(shmdt(one), 0);
	ATF_REQUIRE_EQ(shmdt(two), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mincore_err);
	ATF_TP_ADD_TC(tp, mincore_resid);
	ATF_TP_ADD_TC(tp, mincore_wired);
	ATF_TP_ADD_TC(tp, mincore_shmseg);
	return atf_no_error();
}
