/*
 * What the makefile asks of the compiler for every host (docs/portability.md):
 * sums in doubles alone, no product joined with a sum, files and times of 64
 * bits.  Without its flags this fails on i386, arm64, s390x.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

static __attribute__((noinline)) double
sum(double a, double b, double c)
{
	return a + b + c;
}

static __attribute__((noinline)) double
product_and_sum(double a, double b, double c)
{
	return a * b + c;
}

static void
test_sums_are_doubles(void **state)
{
	(void)state;
	assert_int_equal(FLT_EVAL_METHOD, 0);
	/* 1 + 2^-60 is 1 in a double, and more in 80 bits. */
	assert_true(sum(1, 0x1p-60, -1) == 0);
}

static void
test_products_are_rounded(void **state)
{
	const volatile double a = 1 + 0x1p-30;
	const volatile double square = a * a;

	(void)state;
	/* Exactly, it is 1 + 2^-29 + 2^-60, of which the last is lost. */
	assert_true(square == 1 + 0x1p-29);
	assert_true(product_and_sum(a, a, -square) == 0);
}

static void
test_files_and_times(void **state)
{
	(void)state;
	assert_int_equal(sizeof(off_t), 8);
	assert_int_equal(sizeof(ino_t), 8);
	assert_int_equal(sizeof(time_t), 8);
	assert_int_equal(sizeof(((struct stat *)NULL)->st_size), 8);
	assert_int_equal(CHAR_BIT, 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums_are_doubles),
		cmocka_unit_test(test_products_are_rounded),
		cmocka_unit_test(test_files_and_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
