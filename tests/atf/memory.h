/*
 * What the ATF programs of this directory share: a case in one line, memory,
 * simulated files, limits.
 */
#ifndef TESTS_ATF_MEMORY_H
#define TESTS_ATF_MEMORY_H

#include <sys/mman.h>
#include <sys/resource.h>

#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <uvmsim.h>

#define PAGE	((size_t)getpagesize())
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_ANON | MAP_PRIVATE)
/* The last page of all memory: no range of a process ends there. */
#define LAST	((char *)-PAGE)

#define CASE(name, descr)						\
	ATF_TC(name);							\
	ATF_TC_HEAD(name, tc)						\
	{								\
		atf_tc_set_md_var(tc, "descr", descr);			\
	}								\
	ATF_TC_BODY(name, tc)

#define REQUIRE_NO_MAP(error, call)					\
	ATF_REQUIRE_ERRNO(error, (call) == MAP_FAILED)

/* npages of fresh anonymous memory */
static inline char *
anon(size_t npages)
{
	char *map = mmap(NULL, npages * PAGE, RW, ANON, -1, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	return map;
}

/* => descriptor of a fresh file of npages */
static inline int
file(size_t npages, int flags)
{
	int fd = uvmsim_file("/tmp/file", O_RDWR | O_CREAT | O_TRUNC);

	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(uvmsim_file_truncate(fd, npages * PAGE), 0);
	ATF_REQUIRE_EQ(uvmsim_file_close(fd), 0);
	fd = uvmsim_file("/tmp/file", flags);
	ATF_REQUIRE(fd >= 0);
	return fd;
}

static inline void
limit(int resource, rlim_t bytes)
{
	struct rlimit rl;

	ATF_REQUIRE_EQ(getrlimit(resource, &rl), 0);
	rl.rlim_cur = bytes;
	ATF_REQUIRE_EQ(setrlimit(resource, &rl), 0);
}

static inline void
touch(char *addr, size_t npages, int prot)
{
	ATF_REQUIRE_EQ(uvmsim_touch(addr, npages * PAGE, prot), 0);
}

static inline void
touch_fails(char *addr, int prot)
{
	ATF_REQUIRE_ERRNO(EFAULT, uvmsim_touch(addr, 1, prot) == -1);
}

/* Go on as a child of the present process. */
static inline void
become_child(void)
{
	int child = uvmsim_fork();

	ATF_REQUIRE(child > 0);
	ATF_REQUIRE_EQ(uvmsim_setpid(child), 0);
}

/* => mincore's byte of one page */
static inline int
state(char *addr)
{
	char byte = 0x55;

	ATF_REQUIRE_EQ(mincore(addr, PAGE, &byte), 0);
	return (unsigned char)byte;
}

#endif /* TESTS_ATF_MEMORY_H */
