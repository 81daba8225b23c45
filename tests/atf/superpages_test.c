/*
 * Superpages of FreeBSD as a program sees them: mincore(2)'s size bits, and
 * what the memory calls do to them.
 */
#include <sys/types.h>
#include <sys/sysctl.h>

#include "memory.h"

#define SEEN (MINCORE_INCORE | MINCORE_REFERENCED | MINCORE_REFERENCED_OTHER)
#define WRITTEN (SEEN | MINCORE_MODIFIED | MINCORE_MODIFIED_OTHER)
#define LARGE MINCORE_PSIND(1)

static size_t
superpage(void)
{
	size_t sizes[2];

	ATF_REQUIRE_EQ(getpagesizes(sizes, 2), 2);
	return sizes[1];
}

/* n superpages of memory, at a superpage's boundary */
static char *
large(size_t n)
{
	char *map = mmap(NULL, n * superpage(), RW, ANON | MAP_ALIGNED_SUPER,
	    -1, 0);

	ATF_REQUIRE(map != MAP_FAILED);
	ATF_REQUIRE_EQ((uintptr_t)map % superpage(), 0);
	return map;
}

static uint64_t
counter(const char *name)
{
	uint64_t value;
	size_t len = sizeof(value);

	ATF_REQUIRE_EQ(sysctlbyname(name, &value, &len, NULL, 0), 0);
	return value;
}

CASE(superpages__written, "the last page written makes one of all")
{
	const size_t n = superpage() / PAGE;
	char *map = large(1);

	touch(map, n - 1, PROT_WRITE);
	ATF_CHECK_EQ(state(map), WRITTEN);
	touch(map + (n - 1) * PAGE, 1, PROT_WRITE);
	ATF_CHECK_EQ(state(map), WRITTEN | LARGE);
	ATF_CHECK_EQ(state(map + (n - 1) * PAGE), WRITTEN | LARGE);
	ATF_CHECK_EQ(counter("vm.pmap.pde.promotions"), 1);
}

CASE(superpages__read, "memory that was read is one page without M")
{
	const size_t n = superpage() / PAGE;
	char *map = large(1);

	touch(map, n, PROT_READ);
	ATF_CHECK_EQ(state(map + 7 * PAGE), SEEN | LARGE);
	touch(map + 7 * PAGE, 1, PROT_WRITE);
	ATF_CHECK_EQ(state(map + 7 * PAGE), WRITTEN);
	ATF_CHECK_EQ(state(map), SEEN);
	ATF_CHECK_EQ(counter("vm.pmap.pde.demotions"), 1);
}

CASE(superpages__protect, "all of it keeps its size, part of it does not")
{
	const size_t n = superpage() / PAGE;
	char *map = large(2);

	touch(map, 2 * n, PROT_WRITE);
	ATF_REQUIRE_EQ(mprotect(map, n * PAGE, PROT_READ), 0);
	ATF_CHECK_EQ(state(map), SEEN | LARGE);
	ATF_REQUIRE_EQ(mprotect(map + n * PAGE, PAGE, PROT_READ), 0);
	ATF_CHECK_EQ(state(map + n * PAGE), SEEN);
	ATF_CHECK_EQ(state(map + (n + 1) * PAGE), WRITTEN);
}

CASE(superpages__unmap, "half of it is base pages")
{
	const size_t n = superpage() / PAGE;
	char *map = large(1);

	touch(map, n, PROT_WRITE);
	ATF_REQUIRE_EQ(munmap(map + n / 2 * PAGE, n / 2 * PAGE), 0);
	ATF_CHECK_EQ(state(map), WRITTEN);
	ATF_CHECK_EQ(counter("vm.pmap.pde.demotions"), 1);
}

CASE(superpages__dontneed, "advice breaks it up and takes its last page")
{
	const size_t n = superpage() / PAGE;
	char *map = large(1);

	touch(map, n, PROT_WRITE);
	ATF_REQUIRE_EQ(madvise(map, n * PAGE, MADV_DONTNEED), 0);
	ATF_CHECK_EQ(state(map), MINCORE_INCORE);
	ATF_CHECK_EQ(state(map + (n - 1) * PAGE), 0);
}

CASE(superpages__fork, "the child is given it whole, without writing")
{
	const size_t n = superpage() / PAGE;
	char *map = large(1);

	touch(map, n, PROT_WRITE);
	become_child();
	ATF_CHECK_EQ(state(map) & (MINCORE_SUPER | MINCORE_MODIFIED), LARGE);
	ATF_CHECK_EQ(counter("vm.pmap.pde.mappings"), 1);
	ATF_CHECK_EQ(counter("vm.pmap.pde.demotions"), 0);
}

CASE(superpages__unaligned, "no boundary, no superpage")
{
	const size_t n = superpage() / PAGE;
	char *map = large(2);

	ATF_REQUIRE_EQ(munmap(map, PAGE), 0);
	ATF_REQUIRE_EQ(munmap(map + (n + 1) * PAGE, (n - 1) * PAGE), 0);
	touch(map + PAGE, n, PROT_WRITE);
	ATF_CHECK_EQ(state(map + PAGE), WRITTEN);
	ATF_CHECK_EQ(counter("vm.pmap.pde.promotions"), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, superpages__written);
	ATF_TP_ADD_TC(tp, superpages__read);
	ATF_TP_ADD_TC(tp, superpages__protect);
	ATF_TP_ADD_TC(tp, superpages__unmap);
	ATF_TP_ADD_TC(tp, superpages__dontneed);
	ATF_TP_ADD_TC(tp, superpages__fork);
	ATF_TP_ADD_TC(tp, superpages__unaligned);
	return atf_no_error();
}
