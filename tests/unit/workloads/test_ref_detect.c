/*
 * What is taken for a trace: each format for itself, and nothing else.
 */
#include "ref_fixture.h"

#include <endian.h>

struct request {
	uint32_t time;
	uint64_t object;
	uint32_t size;
	int64_t next;
} __attribute__((packed));

/*
 * n requests of few objects, in the file's byte order; next requests counted
 * from `base'.
 */
static struct request *
requests(size_t n, uint32_t objects, uint64_t scale, size_t base)
{
	struct request *r = calloc(n, sizeof(*r));

	for (size_t i = 0; i < n; i++) {
		const uint64_t object = ref_rnd(objects) * scale;

		r[i] = (struct request){ htole32((uint32_t)i / 7),
			htole64(object), htole32(ref_rnd(5000)), -1 };
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && r[i].next == -1; k++)
			if (r[k].object == r[i].object)
				r[i].next = (int64_t)htole64(k + base);
	return r;
}

static void
test_oracle(void **state)
{
	(void)state;
	for (unsigned t = 0; t < 200; t++) {
		const size_t n = 1 + ref_rnd(600);
		const uint64_t scale = t % 3 == 0 ? 0x123456789abcdef : 1;
		struct request *r = requests(n, 1 + ref_rnd(100), scale, t & 1);
		struct ref_got got;

		ref_found(&got, "oracleGeneral", n, r, n * sizeof(*r));
		for (size_t i = 0; i < n; i++) {
			const uint64_t object = le64toh(r[i].object);

			ref_is(&got, i, 'L', (object ^ object >> 52) << 12);
		}
		assert_false(got.cut);
		ref_drop(&got);
		free(r);
	}
}

static void
none(const void *data, size_t len)
{
	struct ref_got got;

	ref_read(&got, NULL, data, len);
	if (got.format != NULL)
		fail_msg("%zu bytes were taken for %s", len, got.format);
	ref_drop(&got);
}

static void
test_nothing(void **state)
{
	static uint8_t bytes[8192];
	char *text;
	size_t len;

	(void)state;
	none("", 0);
	for (unsigned t = 0; t < 3000; t++) {
		len = 200 + ref_rnd(t % 10 == 0 ? 8000 : 500);
		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)ref_rnd(256);
		none(bytes, len);
	}
	for (unsigned c = 0; c < 256; c++) {
		if (c >= '0' && c <= '9')
			continue;
		memset(bytes, (int)c, sizeof(bytes));
		none(bytes, sizeof(bytes));
	}
	text = log_read("tests/data/lackey/README.md", &len);
	none(text, len);
	free(text);
	text = log_read("tests/data/traces/ls.strace", &len);
	none(text, len);
	free(text);
	text = log_read("tests/data/traces/ls.final.maps", &len);
	none(text, len);
	free(text);
	text = log_read("/proc/self/exe", &len);
	none(text, len);
	free(text);
}

static void
refused(const void *data, size_t len, const char *words)
{
	struct ref_got got;

	ref_read(&got, NULL, data, len);
	assert_non_null(got.format);
	assert_non_null(strstr(got.error, words));
	assert_int_equal(got.n, 0);
	ref_drop(&got);
}

static void
test_refused(void **state)
{
	(void)state;
	refused("\xff\x06\x00\x00sNaPpY...", 13, "snappy");
	refused("\xf0\xde\xbc\x9a\x78\x56\x34\x12...", 11, "oracleGeneral");
	refused("PERFILE2........", 16, "perf script");
	refused("BZh91AY", 7, "bzip2");
}

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; wl_refformats[i] != NULL; i++) {
		const struct wl_refformat *f = wl_refformats[i];

		if (f->name[0] == '\0')
			continue;
		assert_ptr_equal(wl_refformat_byname(f->name), f);
		assert_true(strlen(f->summary) > 0);
		none("hello, world\n", 13);
	}
	assert_null(wl_refformat_byname(""));
	assert_null(wl_refformat_byname("nonsense"));
}

/* Whatever a format is told to read: an end or an error, never a crash. */
static void
test_forced(void **state)
{
	static uint8_t bytes[3000];
	struct ref_got got;

	(void)state;
	for (unsigned t = 0; t < 200; t++) {
		const size_t len = ref_rnd(sizeof(bytes));

		for (size_t i = 0; i < len; i++)
			bytes[i] = t % 2 == 0 ?
			    (uint8_t)ref_rnd(256) :
			    (uint8_t) "0123456789abcdef :x\n"[ref_rnd(20)];
		for (size_t i = 0; wl_refformats[i] != NULL; i++)
			if (wl_refformats[i]->name[0] != '\0') {
				ref_read(&got, wl_refformats[i]->name, bytes,
				    len);
				ref_drop(&got);
			}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oracle),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_forced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
