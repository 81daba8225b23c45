/*
 * Samples in scripts: statements, measures, what show prints, the files.
 */
#include "script_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* after the four that it needs */
#include <cmocka.h>

#define SPAWN \
	"machine ram=16M seed=1\n" \
	"spawn a image=none\n" \
	"a: buf = mmap 64K rw private anon\n"

static void
test_measures(void **state)
{
	(void)state;
	script_expect_counts(SPAWN "expect a wset == 0\n"
				   "expect a faults == 0\n"
				   "expect a pss == 0\n"
				   "a: write buf 16K\n"
				   "expect a wset == 4\n"
				   "expect a faults == 4\n"
				   "expect a pff == 1000000\n"
				   "expect a pss == 16K\n"
				   "expect a pss buf 4K == 4K\n"
				   "expect a pss buf+16K 4K == 0\n",
	    9, 0);
}

/* A sample clears what the next one shows; counters begin again. */
static void
test_since(void **state)
{
	(void)state;
	script_expect_counts(SPAWN "a: write buf 16K\n"
				   "sample\n"
				   "expect a wset == 0\n"
				   "expect a faults == 0\n"
				   "a: read buf 4K\n"
				   "a: read buf 4K\n"
				   "a: write buf+4K 4K\n"
				   "a: write buf+16K 4K\n"
				   "expect a wset == 3\n"
				   "expect a faults == 1\n"
				   "expect a pff == 250000\n"
				   "sample\n"
				   "expect a wset == 0\n"
				   "expect a dirty buf 64K == 5\n",
	    7, 0);
}

/* Frames of two processes count half for each. */
static void
test_shared(void **state)
{
	(void)state;
	script_expect_counts(SPAWN "a: madvise buf 64K random\n"
				   "a: write buf 16K\n"
				   "a: fork b\n"
				   "b: read buf 8K\n"
				   "expect a pss == 12K\n"
				   "expect b pss == 4K\n"
				   "b: write buf 4K\n"
				   "expect a pss == 14K\n"
				   "expect b pss == 6K\n"
				   "b: exit 0\n"
				   "expect a pss == 16K\n",
	    5, 0);
}

static void
test_none(void **state)
{
	(void)state;
	script_expect_counts(SPAWN "expect a pff == 0\n", 0, 1);
	script_expect_counts(SPAWN "a: fork b\n"
				   "b: exit 0\n"
				   "expect b pss == 0\n",
	    0, 1);
	script_expect_counts(SPAWN "expect machine thrashing == 0\n", 1, 0);
}

static void
test_errors(void **state)
{
	(void)state;
	script_expect_error(SPAWN "sample often\n",
	    "4:8: expected every N, off or the end of the line, got often");
	script_expect_error(SPAWN "sample every 0\n",
	    "4:15: samples lie one operation apart or more");
	script_expect_error(SPAWN "sample every x\n",
	    "4:14: expected a number of operations, got x");
	script_expect_error(SPAWN "sample off now\n",
	    "4:12: expected the end of the line, got now");
}

#define SHOWN \
	"   PID NAME                 SIZE K     RSS K     PSS K  SHAR" \
	"ED K   DIRTY K\n" \
	"     2 a                    524356        16        10      " \
	"  12         0\n" \
	"     3 b                    524356        16        10      " \
	"  12         4\n" \
	"       all                 1048712        32        20      " \
	"  24         4\n" \
	"   PID NAME                  WSET       RSS  REFERENCES    F" \
	"AULTS     MAJOR       PFF\n" \
	"     2 a                        0         4           0     " \
	"    0         0  0.000000\n" \
	"     3 b                        1         4           1     " \
	"    1         0  1.000000\n" \
	"       all                      1         8           1     " \
	"    1         0  1.000000\n" \
	"frames 4086, free 4081, went out 0, thrashing: no\n"

static void
test_show(void **state)
{
	(void)state;
	script_expect_output(SPAWN "a: write buf 16K\n"
				   "a: fork b\n"
				   "sample\n"
				   "b: write buf 4K\n"
				   "show rss\n"
				   "show wset\n",
	    SHOWN);
}

/* Statements that sample are in the record. */
static void
test_record(void **state)
{
	struct script_result r;

	(void)state;
	script_run(&r,
	    SPAWN "sample every 3\n"
		  "a: read buf 64K\n"
		  "sample off\n"
		  "sample\n");
	assert_true(r.completed);
	assert_non_null(strstr(r.record, "\nsample every 3\n"));
	assert_non_null(strstr(r.record, "\nsample off\nsample\n"));
	script_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
