/*
 * Stepping: two sides and where they part, two moments and what is different.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka wants the headers above first */
#include <cmocka.h>

#include "history_fixture.h"
#include "step_fixture.h"

/* ------------------------------------------------- where they part ---- */

/* Each row a pair of machines that one thing tells apart. */
struct parting {
	const char *script, *right, *view;
	uint64_t at;
	const char *said;
};

static const char fixed_rwx[] = "spawn p image=none\n"
				"p: a = mmap 64K rw private anon fixed at "
				"0x10000000\n"
				"p: write seq a 64K\n"
				"p: b = mmap 64K rwx private anon fixed at "
				"0x20000000\n"
				"p: write b\n";
/* Pages that need not be kept are, where there is room. */
static const char lazily[] = "machine ram=64M swap=16M\n"
			     "spawn p image=none\n"
			     "p: buf = mmap 64K rw private anon\n"
			     "p: write buf 64K\n"
			     "p: madvise buf 64K free\n"
			     "p: big = mmap 2M rw private anon\n"
			     "p: write seq big 2M\n"
			     "p: read buf 4K\n";
/* In 256 frames the larger one of two is killed. */
static const char killing[] = "machine ram=8M\n"
			      "spawn p image=none\n"
			      "spawn c image=none\n"
			      "c: big = mmap 600K rw private anon\n"
			      "c: write seq big 600K\n"
			      "p: a = mmap 512K rw private anon\n"
			      "p: write seq a 512K\n"
			      "p: exit 0\n"
			      "c: exit 0\n";

static const struct parting partings[] = {
	{ fixed_rwx, "personality=openbsd", "", 19,
	    "(user): errno: none against EOPNOTSUPP\n" },
	{ fixed_rwx, "personality=openbsd", "faults", 20,
	    "(faults): the right side's run ends before\n" },
	{ fixed_rwx, "arch=arm64-16k", "u", 4,
	    "(user): address: 0x10001000 against 0x10004000\n" },
	{ lazily, "ram=1M", "user", 518,
	    "content of the page at 0x800000000: 0x1 against 0x0\n" },
	{ killing, "ram=1M", "user", 246, "processes that live: 3 against 2" },
	{ killing, "ram=1M,tags=off", "user", 246, "that live: 3 against 2" },
	{ killing, "ram=1M,policy=freebsd", "counters", 1,
	    "(counters): npages: 2048 against 256" },
	{ killing, "tlb=haswell", "clock", 4, "clock, ns: 1101 against 1119" },
};

static void
test_partings(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(partings); i++) {
		const struct parting *r = &partings[i];
		const char *path = history_file("part.uvm", r->script);
		char command[40];
		struct step_talk t;
		struct step_row row = { command, r->at, r->said, "" };

		snprintf(command, sizeof(command), "diverge %s", r->view);
		step_begin_two(&t, path, r->right);
		step_rows(&t, &row, 1);
		step_end(&t);
		unlink(path);
	}
}

/* The other way round left and right have changed their places. */
static void
test_ends_before(void **state)
{
	static const char script[] = "machine personality=openbsd\n"
				     "spawn p image=none\n"
				     "p: b = mmap 64K rwx private anon\n"
				     "p: write b\n";
	const struct step_row rows[] = {
		{ "diverge", 2, "errno: EOPNOTSUPP against none\n", "" },
		{ "diverge faults", 2, "the left side's run ends before\n",
		    "" },
		{ "goto end", 2, NULL, "left: the run stops here: /" },
		{ "next", 2, NULL, "left: the run stops here: /" },
	};
	const char *path = history_file("part.uvm", script);
	struct step_talk t;

	(void)state;
	step_begin_two(&t, path, "personality=freebsd");
	step_rows(&t, rows, NELEM(rows));
	assert_int_equal(wl_history_at(wl_step_history(t.s, 1)), 3);
	step_end(&t);
	unlink(path);
}

/* A page that one of them has lost or never had, and pages of the dead. */
static void
test_resident(void **state)
{
	static const struct step_row rows[] = {
		{ "diverge resident", 243,
		    "c: the page at 0x800000000 is mapped on the left only",
		    "" },
	};
	static const struct step_row same[] = {
		{ "diverge resident", 284,
		    "no difference (resident) up to the end; other views: "
		    "user, faults, counters, clock\n",
		    "" },
	};
	static const struct step_row other_way[] = {
		{ "diverge resident", 243,
		    "c: the page at 0x800000000 is mapped on the right only",
		    "" },
	};
	static char small[sizeof(killing)];
	const char *path = history_file("part.uvm", killing);
	struct step_talk t;

	(void)state;
	step_begin_two(&t, path, "ram=1M");
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	step_begin_two(&t, path, "ram=16M");
	step_rows(&t, same, NELEM(same));
	step_end(&t);
	unlink(path);
	memcpy(small, killing, sizeof(small));
	memcpy(small, "machine ram=1M", 14);
	path = history_file("part.uvm", small);
	step_begin_two(&t, path, "ram=8M");
	step_rows(&t, other_way, NELEM(other_way));
	step_end(&t);
	unlink(path);
}

/* Both stop at the same place: no difference, and why there is no more. */
static void
test_both_stop(void **state)
{
	static const struct step_row rows[] = {
		{ "diverge", 2, "\nseed=2 stops: /", "" },
		{ "diverge", 2, "freebsd has no rw (MAP_RW)\noperation 2", "" },
	};
	const char *path = history_file("stop.uvm",
	    "spawn p image=none\n"
	    "p: a = mmap 0x10000 64K rw private anon\n");
	struct step_talk t;

	(void)state;
	step_begin_two(&t, path, "seed=2");
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

static void
test_interrupted(void **state)
{
	static const struct step_row rows[] = {
		{ "diverge faults", 16385, "", "interrupted" },
		{ "goto 60000", STEP_ANYWHERE, NULL, "left: interrupted" },
	};
	struct step_talk t;

	(void)state;
	step_begin_two(&t, "gen:zipf:n=70000", "seed=2");
	t.enough = 16384;
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
}

/* ---------------------------------------------------------- one of two ---- */

static void
test_choosing(void **state)
{
	static const struct step_row rows[] = {
		{ "side", 0, "looking at both\n", "" },
		{ "side left", 0, "looking at left\n", "" },
		{ "side seed=2", 0, "looking at seed=2\n", "" },
		{ "side both", 0, "looking at both\n", "" },
		{ "side right", 0, "looking at seed=2\n", "" },
		{ "side up", 0, "",
		    "expected left, right, both, left or seed=2\n" },
		{ "side", 0, "looking at seed=2\n", "" },
		{ "next 2", 2, "operation 2, ", "" },
		{ "until line 4", 3, "operation 3, ", "" },
		{ "events", 3, "page fault", "" },
		{ "side both;events", 3, "-- seed=2\npage fault", "" },
		{ "goto 3;diff 2", 3, "-- seed=2\noperation 3 against", "" },
		{ "diff 2 x", 3, "", "expected a number, got 'x'" },
		{ "explain", 3, "-- left\noperation 3", "" },
		{ "save x", 3, "", "which side? (side NAME)" },
		{ "save", 3, "", "expected the file" },
		{ "diverge us", 4, "no difference (user)", "" },
		{ "diverge fautls", 4, "",
		    "unknown view fautls; did you mean faults?" },
		{ "diverge hue", 4, "",
		    "unknown view hue; expected user, faults, resident," },
		{ "goto 0;explain", 0, "-- left\n", "nothing has been done" },
	};
	static const char script[] = "machine ram=4M\n"
				     "spawn p image=none\n"
				     "p: buf = mmap 64K rw private anon\n"
				     "p: write buf\n"
				     "show clock\n"
				     "p: exit 0\n";
	const char *path = history_file("side.uvm", script);
	struct step_talk t;

	(void)state;
	step_begin_two(&t, path, "seed=2");
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

/* What both say is said once; else each has its heading. */
static void
test_printed(void **state)
{
	static const char script[] = "show clock\n"
				     "spawn p image=none\n"
				     "expect p alive == 0\n"
				     "show clock\n"
				     "p: exit 0\n"
				     "show stats\n";
	static const struct step_row rows[] = {
		{ "next", 1,
		    "tell.uvm:2: spawn p image=none\n"
		    "clock 0.000000000 s\n",
		    "ram=16M: " },
		{ "next", 2, "-- left\n", "" },
		{ "next", 2, "left: the run ends here\nram=16M: the run", "" },
	};
	const char *path = history_file("tell.uvm", script);
	struct step_talk t;

	(void)state;
	step_begin_two(&t, path, "ram=16M");
	wl_step_begin(t.s);
	fflush(t.out);
	assert_non_null(strstr(t.said, "at the beginning of "));
	assert_null(strstr(t.said, "--"));
	step_rows(&t, rows, NELEM(rows));
	assert_non_null(strstr(t.complained, "left: "));
	assert_non_null(strstr(t.complained, ":3: not as expected: "));
	step_end(&t);
	unlink(path);
}

/* ------------------------------------------------------- two moments ---- */

static void
test_diff(void **state)
{
	static const char script[] = "machine ram=1M swap=16M\n"
				     "spawn p image=none\n"
				     "p: buf = mmap 64K rw private anon\n"
				     "p: write buf 8K\n" /* 3 */
				     "p: fork c\n"
				     "p: write buf 8K\n" /* 5 */
				     "p: mlock buf 4K\n"
				     "p: munlock buf 4K\n"     /* 7 */
				     "p: mprotect buf 64K r\n" /* 8 */
				     "c: exit 3\n"
				     "p: big = mmap 2M rw private anon\n"
				     "p: write seq big 2M\n" /* 522 */
				     "p: read buf 4K\n"
				     "p: munmap buf 64K\n"; /* 524 */
	static const struct step_row rows[] = {
		{ "goto 3;diff", 3,
		    "p page 0x800000000-0x800002000 (2 pages): now mapped rw- "
		    "referenced dirty\n",
		    "" },
		{ "diff 2 3", 3, "faults 0 -> 2 (+2)\n", "" },
		{ "diff 3 2", 3, "gone, was mapped rw- referenced dirty\n",
		    "" },
		{ "goto 4;diff 3", 4, "process c: new\n", "" },
		{ "diff 4 3", 4, "process c: forgotten\n", "" },
		{ "goto 5;diff", 5, "in another frame, other contents\n", "" },
		{ "goto 6;diff 5", 6,
		    ": ended at 0x800010000; rw- of rwx private wired [anon]\n",
		    "" },
		{ "goto 8;diff 7 8", 8,
		    ": now r-- of rwx private [anon], was rw- of rwx "
		    "private [anon]\n",
		    "" },
		{ "goto 8;diff 7", 8, "now mapped r--", "" },
		{ "goto 9;diff", 9, "process c: exited\n", "" },
		{ "goto 9;diff", 9, "c page 0x800000000", "" },
		{ "goto 522;diff 10 522", 522, "now in swap, slot ", "" },
		{ "goto 523;diff", 523, "was in swap, slot ", "" },
		{ "goto 524;diff", 524,
		    "p entry 0x800000000-0x800010000: gone, was r--", "" },
		{ "diff 524", 524, ":\nno difference\n", "" },
		{ "diff 520 99999", 524, "operation 524 against operation 520",
		    "" },
		{ "goto 0;diff", 0, "operation 0 against operation 524:\n",
		    "" },
		{ "diff -1", 0, "", "expected one operation or two, got '-1'" },
		{ "diff 3x", 0, "", "expected one operation or two, got '3x'" },
		{ "diff 1 2 3", 0, "", "expected nothing behind the number" },
	};
	const char *path = history_file("diff.uvm", script);
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	assert_string_equal(step_says(&t, "diff"),
	    "operation 0 against operation 0:\nno difference\n");
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	path = history_file("diff.uvm", killing);
	step_begin_two(&t, path, "ram=1M");
	(void)step_says(&t, "side right");
	assert_non_null(
	    strstr(step_says(&t, "diff 245 246"), "process c: killed\n"));
	step_end(&t);
	unlink(path);
}

/* ------------------------------------------------------ no more memory ---- */

/* The host's memory is at its end: that is said, and it is the end. */
static void
test_lost(void **state)
{
	static const char *const others[] = { "goto 5", "run", "run 4",
		"until fault", "diff 5", "goto end", "next 5" };
	const char *path = history_file("lost.uvm",
	    "spawn p image=none\n"
	    "p: buf = mmap 64M rw private anon\n"
	    "p: write seq buf 64M\np: exit 0\n");
	struct step_talk t;

	(void)state;
	for (size_t i = 0; i < NELEM(others); i++) {
		step_begin(&t, path);
		mem_limit(wl_history_machine(wl_step_history(t.s, 0))->mem, 1);
		assert_false(wl_step_do(t.s, others[i]));
		assert_true(wl_step_nfailed(t.s) > 0);
		fflush(t.err);
		if (strstr(t.complained, "no memory of the host") == NULL)
			fail_msg("%s: '%s'", others[i], t.complained);
		assert_false(wl_step_do(t.s, "next"));
		assert_false(wl_step_do(t.s, "goto 0"));
		step_end(&t);
	}
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_partings),
		cmocka_unit_test(test_ends_before),
		cmocka_unit_test(test_resident),
		cmocka_unit_test(test_both_stop),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_choosing),
		cmocka_unit_test(test_printed),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
