/*
 * The decoder of lackey traces, against a parser that takes one line at a time
 * with the string functions of libc.
 */
#include "strace_fixture.h"

#include <ctype.h>
#include <inttypes.h>
#include <unistd.h>

#include "workloads/refs/lackey.h"
#include "workloads/refs/lackey_simd.h"
#include "tests/random.h"

static uint64_t seed = 1;

/* ------------------------------------------------------------- oracle ---- */

static enum wl_lackey_line
naive(const char *line, size_t len, struct wl_ref *ref)
{
	static const char *const talk[] = { "==", "--", "**", "SB ",
		"SYSCALL[" };
	static char s[400000];
	size_t digits;
	char *size;

	assert_true(len < sizeof(s));
	memcpy(s, line, len);
	s[len] = '\0';
	if (len > 0 && s[len - 1] == '\r')
		s[--len] = '\0';
	if (len == 0)
		return WL_LACKEY_SKIP;
	for (size_t i = 0; i < NELEM(talk); i++)
		if (strncmp(s, talk[i], strlen(talk[i])) == 0)
			return WL_LACKEY_SKIP;
	if (strlen(s) != len)
		return WL_LACKEY_BAD;
	if (strncmp(s, "I  ", 3) == 0)
		ref->kind = WL_REF_FETCH;
	else if (strncmp(s, " L ", 3) == 0)
		ref->kind = WL_REF_LOAD;
	else if (strncmp(s, " S ", 3) == 0)
		ref->kind = WL_REF_STORE;
	else if (strncmp(s, " M ", 3) == 0)
		ref->kind = WL_REF_MODIFY;
	else
		return WL_LACKEY_BAD;
	digits = strspn(s + 3, "0123456789abcdefABCDEF");
	if (digits < 1 || digits > 16 || s[3 + digits] != ',')
		return WL_LACKEY_BAD;
	ref->va = strtoull(s + 3, NULL, 16);
	size = s + 3 + digits + 1;
	if (*size == '\0' || strspn(size, "0123456789") != strlen(size) ||
	    strtod(size, NULL) < 1 || strtod(size, NULL) > 65536)
		return WL_LACKEY_BAD;
	ref->size = (uint32_t)strtoul(size, NULL, 10);
	return WL_LACKEY_REF;
}

struct expect {
	struct wl_ref *ref;
	size_t n;
	uint64_t lines, skipped, bad; /* bad: number of the bad line, or 0 */
	bool cut;
};

static void
naive_all(const char *text, size_t len, struct expect *e)
{
	const char *end = text + len, *nl;

	*e = (struct expect){ .ref = malloc((len / 7 + 1) * sizeof(*e->ref)) };
	for (; text < end; text = nl + 1) {
		enum wl_lackey_line what;

		nl = memchr(text, '\n', (size_t)(end - text));
		what = naive(text, (size_t)((nl != NULL ? nl : end) - text),
		    &e->ref[e->n]);
		if (what == WL_LACKEY_BAD) {
			e->cut = nl == NULL;
			e->bad = nl == NULL ? 0 : e->lines + 1;
			return;
		}
		e->lines++;
		e->n += what == WL_LACKEY_REF;
		e->skipped += what == WL_LACKEY_SKIP;
		if (nl == NULL)
			return;
	}
}

static void
same(struct wl_lackey *l, const struct expect *e)
{
	const struct wl_ref *ref;
	size_t n, all = 0;

	while ((n = wl_lackey_next(l, &ref)) > 0) {
		assert_true(all + n <= e->n);
		for (size_t i = 0; i < n; i++, all++) {
			assert_int_equal(ref[i].va, e->ref[all].va);
			assert_int_equal(ref[i].size, e->ref[all].size);
			assert_int_equal(ref[i].kind, e->ref[all].kind);
		}
	}
	assert_int_equal(all, e->n);
	assert_int_equal(l->lines, e->lines);
	assert_int_equal(l->skipped, e->skipped);
	assert_int_equal(l->cut, e->cut);
	assert_int_equal(l->error[0] != '\0', e->bad != 0);
	if (e->bad != 0)
		assert_int_equal(l->lines + 1, e->bad);
	assert_int_equal(wl_lackey_next(l, &ref), 0);
}

/* The text from memory, and as a file. */
static void
check(const char *text, size_t len, bool file)
{
	char *mem = calloc(1, WL_LACKEY_BEFORE + len + WL_LACKEY_BEHIND);
	char err[100], *path;
	struct wl_lackey l;
	struct wl_input *in;
	struct expect e;

	naive_all(text, len, &e);
	memcpy(mem + WL_LACKEY_BEFORE, text, len);
	assert_true(wl_lackey_open_text(&l, mem + WL_LACKEY_BEFORE, len));
	same(&l, &e);
	wl_lackey_close(&l);
	if (file) {
		path = log_file(text, len);
		in = wl_input_open(path, err, sizeof(err));
		assert_non_null(in);
		assert_true(wl_lackey_open(&l, in));
		same(&l, &e);
		wl_lackey_close(&l);
		wl_input_close(in);
		unlink(path);
		free(path);
	}
	free(mem);
	free(e.ref);
}

/* ---------------------------------------------------------- the digits ---- */

/* n digits before end by libc. => false: one is none, or a capital */
static bool
naive_hex(const char *end, unsigned n, uint64_t *v)
{
	char s[17];

	memcpy(s, end - n, n);
	s[n] = '\0';
	*v = strtoull(s, NULL, 16);
	return strspn(s, "0123456789abcdef") == n;
}

static void
check_hex(const char *end, unsigned n)
{
	uint64_t want, bad = 0, got = wl_hex16_plain(end, n, &bad);
	bool good = naive_hex(end, n, &want);
	wl_hexbad own = WL_HEXBAD_NONE;

	assert_int_equal(bad == 0, good);
	if (good)
		assert_int_equal(got, want);
	got = wl_hex16(end, n, &own);
	assert_int_equal(wl_hex_is_bad(own), !good);
	if (good)
		assert_int_equal(got, want);
}

static void
test_digits(void **state)
{
	char s[32];

	(void)state;
	for (unsigned n = 8; n <= 16; n++)
		for (unsigned at = 0; at < 16; at++)
			for (int c = 0; c < 256; c++) {
				memset(s, "0f9a-I\n"[rnd_below(&seed, 7)],
				    sizeof(s));
				for (unsigned i = 16 - n; i < 16; i++)
					s[i] = "0123456789abcdef"
					    [rnd_below(&seed, 16)];
				s[at] = (char)c;
				check_hex(s + 16, n);
			}
}

static unsigned
naive_comma(const char *s)
{
	for (unsigned i = 0; i < 8; i++)
		if (s[i] == ',')
			return i;
	return 8;
}

static void
test_comma(void **state)
{
	char s[32];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		for (size_t k = 0; k < sizeof(s); k++)
			s[k] = (char)(rnd_below(&seed, 4) == 0 ?
				',' + (int)rnd_below(&seed, 3) - 1 :
				(int)rnd_below(&seed, 256));
		assert_int_equal(wl_find_comma_plain(s), naive_comma(s));
		assert_int_equal(wl_find_comma(s), naive_comma(s));
	}
}

/* ------------------------------------------------------------- a line ---- */

static void
test_lines(void **state)
{
	static const struct {
		const char *line;
		enum wl_lackey_line what;
		size_t column;
		const char *expected;
	} rows[] = {
		{ "I  0401ab70,3", WL_LACKEY_REF, 0, NULL },
		{ " L 1fff000d08,8", WL_LACKEY_REF, 0, NULL },
		{ " S ffffffffffffffff,65536", WL_LACKEY_REF, 0, NULL },
		{ " M 0,1\r", WL_LACKEY_REF, 0, NULL },
		{ " M 0401AB70,08", WL_LACKEY_REF, 0, NULL },
		{ "", WL_LACKEY_SKIP, 0, NULL },
		{ "\r", WL_LACKEY_SKIP, 0, NULL },
		{ "==12== Command: ls", WL_LACKEY_SKIP, 0, NULL },
		{ "SB 0401ab70", WL_LACKEY_SKIP, 0, NULL },
		{ "SYSCALL[1,1]( 12) sys_brk ( 0x0 )", WL_LACKEY_SKIP, 0,
		    NULL },
		{ "total 12", WL_LACKEY_BAD, 1, "\"I  \"" },
		{ "I 0401ab70,3", WL_LACKEY_BAD, 3, "\"I  \"" },
		{ " X 0401ab70,3", WL_LACKEY_BAD, 2, "\" L \"" },
		{ " L", WL_LACKEY_BAD, 3, "\" L \"" },
		{ "I  ", WL_LACKEY_BAD, 4, "an address" },
		{ "I  ,3", WL_LACKEY_BAD, 4, "an address" },
		{ "I  0x401ab70,3", WL_LACKEY_BAD, 5, "or a comma" },
		{ "I  0401ag70,3", WL_LACKEY_BAD, 9, "or a comma" },
		{ "I  0401ab70", WL_LACKEY_BAD, 12, "a comma" },
		{ "I  00000000000000001,3", WL_LACKEY_BAD, 20, "a comma" },
		{ "I  0401ab70,", WL_LACKEY_BAD, 13, "a size" },
		{ "I  0401ab70,x", WL_LACKEY_BAD, 13, "a size" },
		{ "I  0401ab70,0", WL_LACKEY_BAD, 13, "a size" },
		{ "I  0401ab70,65537", WL_LACKEY_BAD, 17, "a size" },
		{ "I  0401ab70,3 ", WL_LACKEY_BAD, 14, "end of the line" },
	};
	const char *expected;
	struct wl_ref ref;
	size_t column;

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		size_t len = strlen(rows[i].line);

		assert_int_equal(wl_lackey_line(rows[i].line, len, &ref,
				     &column, &expected),
		    rows[i].what);
		assert_int_equal(naive(rows[i].line, len, &ref), rows[i].what);
		if (rows[i].what == WL_LACKEY_BAD) {
			assert_int_equal(column, rows[i].column);
			assert_non_null(strstr(expected, rows[i].expected));
		}
	}
}

static void
test_detect(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {
		{ "I  0401ab70,3\n", true },
		{ " S 0401ab70,3\nrubbish", true },
		{ "==1== x\n==1== y\n L 1000,8\n", true },
		{ "==1== Lackey, an example Valgrind tool\n", true },
		{ "==1== Lackey, an exam", true },
		{ "I  0", true },
		{ "SB 0401ab70\n", true },
		{ "SYSCALL[1,1]( 12) sys_brk\n", true },
		{ "", false },
		{ "==1== Memcheck, a memory error detector\n", false },
		{ "I  think\n", false },
		{ "1234 mmap(NULL, 4096) = 0\n", false },
		{ "I  0401ab70,3\n1234 mmap(", true },
		{ "1234 mmap(\nI  0401ab70,3\n", false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_int_equal(wl_lackey_detect(rows[i].text,
				     strlen(rows[i].text)),
		    rows[i].is);
}

/* --------------------------------------------------------- many lines ---- */

/* How often of 1000 lines each odd kind comes. */
struct mix {
	unsigned talk, capital, size, cr, digits, bad;
};

static size_t
put_line(char *to, const struct mix *mix)
{
	static const char *const kinds[] = { "I  ", " L ", " S ", " M " };
	static const char *const words[] = { "==12== words, I  00000000,1", "",
		"--12-- x", "SB 0401ab70", "SYSCALL[1,1]( 12) x" };
	unsigned digits = 8 + 2 * (rnd_below(&seed, 6) == 0),
		 size = 1 + rnd_below(&seed, 8);
	uint64_t va = (uint64_t)rnd_below(&seed, 1u << 31)
		<< rnd_below(&seed, 33) ^
	    rnd_below(&seed, 1u << 31);
	size_t len;

	if (rnd_below(&seed, 1000) < mix->talk)
		return (size_t)sprintf(to, "%s\n", words[rnd_below(&seed, 5)]);
	if (rnd_below(&seed, 1000) < mix->digits)
		digits = 1 + rnd_below(&seed, 16);
	if (rnd_below(&seed, 1000) < mix->size)
		size = 1 + rnd_below(&seed, rnd_below(&seed, 2) ? 65536 : 99);
	if (digits < 16)
		va &= ((uint64_t)1 << 4 * digits) - 1;
	len = (size_t)sprintf(to,
	    rnd_below(&seed, 1000) < mix->capital ? "%s%0*" PRIX64 ",%u" :
						    "%s%0*" PRIx64 ",%u",
	    kinds[rnd_below(&seed, 4)], (int)digits, va, size);
	if (rnd_below(&seed, 1000) < mix->cr)
		to[len++] = '\r';
	if (rnd_below(&seed, 100000) < mix->bad) /* one byte of it changed */
		to[rnd_below(&seed, (uint32_t)len)] = (char)(rnd_below(&seed,
								 4) ?
			"0aA, \n\rLI9"[rnd_below(&seed, 10)] :
			(int)rnd_below(&seed, 256));
	to[len++] = '\n';
	return len;
}

static size_t
put_text(char *to, size_t room, const struct mix *mix)
{
	size_t len = 0;

	while (len + 64 < room)
		len += put_line(to + len, mix);
	return len;
}

static void
test_random(void **state)
{
	static const struct mix mixes[] = {
		{ 0, 0, 20, 0, 0, 0 },
		{ 5, 0, 20, 0, 10, 0 },
		{ 0, 0, 20, 0, 1000, 0 },
		{ 50, 50, 500, 50, 50, 0 },
		{ 0, 1000, 0, 1000, 0, 0 },
		{ 5, 1, 20, 1, 10, 100 },
		{ 0, 0, 0, 0, 0, 20 },
	};
	size_t room = 300000;
	char *text = malloc(room);

	(void)state;
	for (unsigned i = 0; i < 150; i++) {
		size_t len = put_text(text,
		    64 + rnd_below(&seed, (uint32_t)room - 64),
		    &mixes[i % NELEM(mixes)]);

		check(text, len - rnd_below(&seed, 3) * (len > 3), i % 3 == 0);
	}
	free(text);
}

/* Short texts of any bytes that the format knows. */
static void
test_rubbish(void **state)
{
	static const char bytes[] = "II  LSM  00129afA,,11\n\n\r=B";
	char text[120];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		size_t len = rnd_below(&seed, sizeof(text));

		for (size_t k = 0; k < len; k++)
			text[k] = bytes[rnd_below(&seed, sizeof(bytes) - 1)];
		check(text, len, false);
	}
}

/* Every byte of a line changed to every other, between good lines. */
static void
test_every_byte(void **state)
{
	static const char *const lines[] = { "I  0401ab70,3\n",
		" L 1fff000d08,06\n", " S 0123456789abcdef,8\n" };
	char text[200];

	(void)state;
	for (size_t i = 0; i < NELEM(lines); i++)
		for (size_t at = 0; at < strlen(lines[i]); at++)
			for (int c = 0; c < 256; c++) {
				int len = sprintf(text, "%s%s%s%s", lines[1],
				    lines[i], lines[2], lines[0]);

				text[strlen(lines[1]) + at] = (char)c;
				check(text, (size_t)len, false);
			}
}

static void
test_cuts(void **state)
{
	static const struct mix mix = { 100, 10, 100, 10, 100, 0 };
	char text[1500];
	size_t len = put_text(text, sizeof(text), &mix);

	(void)state;
	for (size_t n = 0; n <= len; n++)
		check(text, n, true);
}

/* Lines longer than windows and buffers. */
static void
test_long_lines(void **state)
{
	static const char first[] = "I  0401ab70,3\n==1== ";
	static const char last[] = "\n S 0401ab70,3\n L 1fff000d08,16\n";
	char *text = malloc(400000);

	(void)state;
	for (size_t n = 16000; n < 300000; n += 1 + rnd_below(&seed, 9000)) {
		size_t len = sizeof(first) - 1;

		memcpy(text, first, len);
		memset(text + len, 'x', n);
		memcpy(text + len + n, last, sizeof(last) - 1);
		len += n + sizeof(last) - 1;
		check(text, len, true);
		check(text, len - sizeof(last) + 1, true);
		text[14] = 'x'; /* no talk any more */
		check(text, len, true);
	}
	for (size_t n = 40000; n < 66000; n += 500) {
		static const struct mix mix = { 0, 0, 20, 0, 10, 0 };
		size_t len = put_text(text, n, &mix);

		memset(text + len, 'x', 30000); /* no end, no newline */
		check(text, len + 30000, true);
		check(text, len + 5, true);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_comma),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_detect),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_rubbish),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
