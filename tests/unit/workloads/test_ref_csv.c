/*
 * Requests of caches as columns: csv.
 */
#include "ref_fixture.h"

/* Without names: the second column. */
static int
naive(const char *line, struct wl_ref *ref)
{
	char g[10][80];
	uint64_t v;

	if (ref_matches("^[ \t]*(#.*)?$", line, g))
		return 0;
	if (!ref_matches("^[^,]*, *\"? *([0-9]+) *\"? *(,.*)?$", line, g) ||
	    strtod(g[1], NULL) > 18446744073709551615.0 || strlen(g[1]) > 19)
		return -1;
	v = strtoull(g[1], NULL, 10);
	ref->va = v < (uint64_t)1 << 52 ? v << 12 : (v ^ v >> 52) << 12;
	return 1;
}

static void
test_junk(void **state)
{
	static const char *const lines[] = { "0,17,4096", "1.5,18,100,3,9",
		"2,4503599627370495,1", "2,9223372036854775807,1", "",
		"# comment", "3,\"19\",1", "3, 20 ,1", "4,21", NULL };
	char text[3000] = "0,1,1\n"; /* the first line decides */

	(void)state;
	for (unsigned t = 0; t < 1000; t++) {
		size_t len = 6;

		for (unsigned i = ref_rnd(100); i > 0; i--)
			len += (size_t)sprintf(text + len, "%s\n",
			    lines[ref_rnd(9)]);
		if (len > 20)
			text[6 +
			    ref_rnd((uint32_t)len - 6)] = "x,\n 1"[ref_rnd(5)];
		ref_against("csv", text, len, naive);
	}
}

static void
is(const char *text, const char *format, const uint64_t *object, size_t n)
{
	struct ref_got got;

	ref_read(&got, NULL, text, strlen(text));
	if (format == NULL) {
		assert_null(got.format);
		return;
	}
	assert_non_null(got.format);
	assert_string_equal(got.format, format);
	assert_string_equal(got.error, "");
	assert_int_equal(got.n, n);
	for (size_t i = 0; i < n; i++)
		ref_is(&got, i, 'L', object[i] << 12);
	ref_drop(&got);
}

static void
test_columns(void **state)
{
	const uint64_t two[] = { 17, 92 };

	(void)state;
	is("0,17,4096\n0.5,92,100\n", "csv", two, 2);
	is("time,obj_id,obj_size\n0,17,4096\n1,92,100\n", "csv", two, 2);
	is("id;time\n17;0\n92;1\n", "csv", two, 2);
	is("\"Time\",\"Size\",\"Object\"\r\n1,2,17\r\n3,4,92\r\n", "csv", two,
	    2);
	is("0\t17\n1\t92\n", "csv", two, 2);
	is("# made by hand\n\n0,17\n0,92\n", "csv", two, 2);
	/* Of 921, perhaps. */
	is("# made by hand\n\n0,17\n0,92", "csv", two, 1);
	is("time,process,rss\n0,17,4096\n", NULL, NULL, 0);
	is("0,abc,1\n", NULL, NULL, 0);
	is("a,17,1\n", NULL, NULL, 0);
}

static void
test_errors(void **state)
{
	(void)state;
	ref_bad("csv", "hello",
	    "1:1: expected columns with commas between them");
	ref_bad("csv", "a,b",
	    "1:1: expected a time, or the name of a column obj_id");
	ref_bad("csv", "1,x,3", "1:3: expected a decimal number");
	ref_bad("csv", "1,2x,3", "1:4: expected the end of a decimal number");
	ref_bad("csv", "a,id\n1",
	    "2:2: expected a comma and the object's number");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_junk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
