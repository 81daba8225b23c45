/*
 * Curves in characters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* after the four that it needs */
#include <cmocka.h>

#include "api/plot.h"

#define ROOM 4096 /* of a picture */

struct curves {
	const double *v;
	size_t n;
};

static double
value(const void *ctx, unsigned curve, size_t point)
{
	const struct curves *c = ctx;

	return c->v[curve * c->n + point];
}

static void
name(const void *ctx, unsigned curve, FILE *fp)
{
	(void)ctx;
	fprintf(fp, "curve %u", curve);
}

static char *
draw(const double *v, size_t n, unsigned ncurves)
{
	const struct curves c = { v, n };
	char *text = calloc(1, ROOM);
	FILE *fp = fmemopen(text, ROOM - 1, "w");
	const struct api_plot p = { .fp = fp,
		.n = n,
		.ncurves = ncurves,
		.value = value,
		.name = name,
		.ctx = &c,
		.right = 100,
		.x = "things" };

	assert_non_null(fp);
	api_plot(&p);
	fclose(fp);
	return text;
}

/* Line i from 0, without its end. */
static void
line_is(const char *text, int i, const char *want)
{
	while (i-- > 0)
		text = strchr(text, '\n') + 1;
	assert_int_equal(strcspn(text, "\n"), strlen(want));
	assert_memory_equal(text, want, strlen(want));
}

static void
test_two(void **state)
{
	const double v[] = { 0, 1, 2, 3, 4, 5, 5, 5, 0, 0, 0, 5 };
	char *text = draw(v, 6, 2);

	(void)state;
	line_is(text, 0, "          5 |bb   b");
	line_is(text, 3, "            |    a");
	line_is(text, 6, "            |   a");
	line_is(text, 9, "            |  a");
	line_is(text, 12, "            | a");
	line_is(text, 15, "            |a bbb");
	line_is(text, 16, "          0 +------");
	line_is(text, 17, "             0 100 things");
	line_is(text, 18, "             a curve 0");
	line_is(text, 19, "             b curve 1");
	free(text);
}

/* More points than columns: a column is the mean of its points. */
static void
test_many(void **state)
{
	double *v = calloc(6400, sizeof(*v));
	char *text;

	(void)state;
	for (size_t i = 0; i < 6400; i++)
		v[i] = i < 3200 ? (double)(i % 2) * 2 : 16 * 1.999;
	text = draw(v, 6400, 1);
	assert_int_equal(strspn(strstr(text, "0 +") + 3, "-"),
	    API_PLOT_COLUMNS);
	/* the top is 50; means of 1 lie in the lowest row */
	line_is(text, 0, "         50 |");
	line_is(text, 15, "            |aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	line_is(text, 5,
	    "            |                                "
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	free(text);
	free(v);
}

static void
test_flat(void **state)
{
	const double v[] = { 0 };
	char *text = draw(v, 1, 1);

	(void)state;
	line_is(text, 15, "            |a");
	line_is(text, 16, "          0 +-");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_flat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
