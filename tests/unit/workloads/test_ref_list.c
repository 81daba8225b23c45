/*
 * Course traces and lists of numbers against regular expressions.
 */
#include "ref_fixture.h"

#include <errno.h>

#define HEX "(0[xX])?([0-9a-fA-F]{1,16})"

static int
naive_course(const char *line, struct wl_ref *ref)
{
	char g[10][80];

	if (ref_matches("^[ \t]*(#.*)?$", line, g))
		return 0;
	if (!ref_matches("^" HEX "[ \t]+([RrWw])[ \t]*$", line, g))
		return -1;
	ref->va = strtoull(g[2], NULL, 16);
	ref->kind = g[3][0] == 'R' || g[3][0] == 'r' ? WL_REF_LOAD :
						       WL_REF_STORE;
	return 1;
}

static int
naive_hex(const char *line, struct wl_ref *ref)
{
	char g[10][80];

	if (ref_matches("^[ \t]*(#.*)?$", line, g))
		return 0;
	if (!ref_matches("^[ \t]*" HEX "[ \t]*$", line, g))
		return -1;
	ref->va = strtoull(g[2], NULL, 16);
	return 1;
}

static int
naive_decimal(const char *line, struct wl_ref *ref)
{
	char g[10][80];

	if (ref_matches("^[ \t]*(#.*)?$", line, g))
		return 0;
	if (!ref_matches("^[ \t]*([0-9]+)[ \t]*$", line, g))
		return -1;
	errno = 0;
	ref->va = strtoull(g[1], NULL, 10);
	return errno == 0 ? 1 : -1;
}

static int
naive_objects(const char *line, struct wl_ref *ref)
{
	const int what = naive_decimal(line, ref);

	ref->va = ref->va >> 52 == 0 ?
	    ref->va * 4096 :
	    (ref->va % ((uint64_t)1 << 52) ^ ref->va >> 52) * 4096;
	return what;
}

static const struct {
	const char *format;
	ref_naive_fn *naive;
	const char *lines[12];
} lists[] = {
	{ "course", naive_course,
	    { "0041f7a0 R", "13f5e2c0 W", "7ffd0e1ff218 R", "0x12 w", "# c",
		"1  r ", "", "41f7a0\tW", "ffffffffff600000 R" } },
	{ "hex", naive_hex,
	    { "0x7ffd0e1ff218", "7ffd0e1ff218", "0X1", "a", "  12 ", "# c",
		"ffffffffffffffff", "0x401000", "0x601040", "00000012" } },
	{ "decimal", naive_decimal,
	    { "0", "140724838560280", "18446744073709551615", " 7 ", "",
		"18446744073709551616", "4096", "123456789", "8191" } },
	{ "objects", naive_objects,
	    { "0", "1", "4503599627370495", "4503599627370496",
		"18446744073709551615", "17", "123456" } },
};

static void
test_junk(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(lists); i++)
		ref_junk(lists[i].format, lists[i].lines, 700, lists[i].naive);
}

static void
is(const char *text, const char *format)
{
	struct ref_got got;

	ref_read(&got, NULL, text, strlen(text));
	if (format == NULL) {
		assert_null(got.format);
	} else {
		assert_non_null(got.format);
		assert_string_equal(got.format, format);
		assert_string_equal(got.error, "");
		assert_true(got.n > 0);
	}
	ref_drop(&got);
}

static void
test_detect(void **state)
{
	(void)state;
	is("0041f7a0 R\n13f5e2c0 W\n", "course");
	is("# of gcc\n0041f7a0 R\n", "course");
	is("0041f7a0\n13f5e2c0\n", "hex");
	is("0x1\n0x2\n", "hex");
	is("1\n2\n0x3\n", "hex");
	is("00401000\n00402000\n", "hex");
	is("# addresses\n4198400\n4202496\n", "decimal");
	is("0\n4096\n", "decimal");
	is("10\n20", "decimal");
	is("10\r\n20\r\n", "decimal");
	is("bad\nface\nfood\n", NULL);
	is("10\n20\nhello\n", NULL);
	is("", NULL);
	is("\n\n# nothing\n", NULL);
	is("hello\n", NULL);
	is("0041f7a0 X\n", NULL);
}

static void
test_errors(void **state)
{
	(void)state;
	ref_bad("course", "0041f7a0R", "1:9: expected a blank");
	ref_bad("course", "0041f7a0 ", "1:10: expected R or W");
	ref_bad("course", "0041f7a0 R 8", "1:12: expected the end of the line");
	ref_bad("course", "x", "1:1: expected an address in hexadecimal");
	ref_bad("hex", "0x", "1:3: expected an address in hexadecimal");
	ref_bad("hex", "12 34", "1:4: expected the end of the line");
	ref_bad("decimal", "12ab", "1:3: expected the end of the line");
	ref_bad("decimal", "18446744073709551616",
	    "1:20: expected a number below 2^64");
}

/* Longer than any buffer: comments pass, everything else is an error. */
static void
test_long_lines(void **state)
{
	const size_t len = 300000;
	char *text = malloc(len + 20);
	struct ref_got got;

	(void)state;
	memset(text, ' ', len);
	text[0] = '#';
	memcpy(text + len, "\n0x12\n", 6);
	ref_read(&got, "hex", text, len + 6);
	assert_string_equal(got.error, "");
	assert_int_equal(got.n, 1);
	assert_int_equal(got.records, 2);
	ref_drop(&got);
	text[0] = '1';
	ref_read(&got, "hex", text, len + 6);
	assert_string_equal(got.error, "1:65537: expected the end of the line");
	assert_int_equal(got.n, 0);
	ref_drop(&got);
	memset(text, '1', len);
	ref_read(&got, "hex", text, len + 6);
	assert_string_equal(got.error,
	    "1:17: expected 16 hexadecimal digits at most");
	ref_drop(&got);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_detect),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_junk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
