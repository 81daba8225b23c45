/*
 * mremap(2) of NetBSD.
 */
#include "memory.h"

CASE(mremap_err, "mremap(2) refuses bad arguments")
{
	char *map = anon(2);

	REQUIRE_NO_MAP(EINVAL, mremap(map + 1, PAGE, NULL, PAGE, 0));
	REQUIRE_NO_MAP(EINVAL, mremap(map, PAGE, NULL, PAGE, MAP_SHARED));
	REQUIRE_NO_MAP(EINVAL, mremap(map, PAGE, NULL, 0, 0));
	REQUIRE_NO_MAP(EINVAL,
	    mremap(map, 2 * PAGE, map + PAGE, 2 * PAGE, MAP_FIXED));
	ATF_REQUIRE_EQ(munmap(map, 2 * PAGE), 0);
	REQUIRE_NO_MAP(ENOENT, mremap(map, PAGE, NULL, PAGE, 0));
}

CASE(mremap_shrink, "the tail goes")
{
	char *map = anon(4), byte;

	ATF_CHECK_EQ(mremap(map, 4 * PAGE, map, PAGE, 0), map);
	ATF_REQUIRE_EQ(mincore(map, PAGE, &byte), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(map + PAGE, PAGE, &byte) == -1);
}

CASE(mremap_move, "pages move with their memory")
{
	char *map = anon(4), *hole = anon(8), byte;

	ATF_REQUIRE_EQ(munmap(hole, 8 * PAGE), 0);
	touch(map, 1, PROT_WRITE);
	ATF_REQUIRE_EQ(mremap(map, 4 * PAGE, hole, 8 * PAGE, MAP_FIXED), hole);
	ATF_CHECK_EQ(state(hole), 1);
	ATF_CHECK_EQ(state(hole + PAGE), 0);
	ATF_REQUIRE_ERRNO(ENOMEM, mincore(map, PAGE, &byte) == -1);
	touch(hole, 8, PROT_WRITE);
}

CASE(mremap_dup, "MAP_REMAPDUP leaves two names for one memory")
{
	char *map = anon(1), *to;

	to = mremap(map, PAGE, NULL, PAGE, MAP_REMAPDUP);
	ATF_REQUIRE(to != MAP_FAILED);
	ATF_REQUIRE(to != map);
	touch(map, 1, PROT_WRITE);
	ATF_CHECK_EQ(state(to), 1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mremap_err);
	ATF_TP_ADD_TC(tp, mremap_shrink);
	ATF_TP_ADD_TC(tp, mremap_move);
	ATF_TP_ADD_TC(tp, mremap_dup);
	return atf_no_error();
}
