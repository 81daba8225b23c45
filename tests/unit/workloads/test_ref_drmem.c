/*
 * drmemtrace's final form against entries made here.
 */
#include "ref_fixture.h"

#include <endian.h>

struct entry {
	uint16_t type, size;
	uint64_t addr;
} __attribute__((packed));

_Static_assert(sizeof(struct entry) == 12, "its size");

/* An entry as it stands in the file: little-endian. */
#define ENTRY(type, size, addr) \
	{ \
		htole16(type), htole16(size), htole64(addr) \
	}
#define HEADER ENTRY(25, 0, 7)
#define FOOTER ENTRY(26, 0, 0)
#define THREAD(tid) ENTRY(22, 4, tid)
#define PROCESS(pid) ENTRY(24, 4, pid)

static void
test_entries(void **state)
{
	const struct entry trace[] = {
		HEADER,
		ENTRY(28, 12, 7),   /* version */
		ENTRY(28, 9, 0x40), /* file type */
		THREAD(10),
		PROCESS(10),
		ENTRY(28, 2, 123456789), /* time */
		ENTRY(47, 4, 0xb8),      /* encoding */
		ENTRY(10, 5, 0x401000),
		ENTRY(0, 8, 0x7ffe00001000),
		ENTRY(1, 4, 0x601040),
		ENTRY(17, 3, 0x040302), /* three more instructions */
		ENTRY(2, 1, 0x5000),    /* prefetch */
		THREAD(11),
		PROCESS(20),
		ENTRY(48, 2, 0x402000),
		THREAD(12), /* of the same process */
		ENTRY(0, 0, 0x1234),
		THREAD(10),
		ENTRY(29, 2, 0x401010), /* repeated */
		ENTRY(1, 65535, 0x10000),
		ENTRY(23, 4, 10), /* the thread ends */
		FOOTER,
		HEADER, /* another trace */
		ENTRY(49, 6, 0x403000),
		FOOTER,
	};
	struct ref_got got;

	(void)state;
	ref_found(&got, "drmemtrace", 10, trace, sizeof(trace));
	assert_false(got.cut);
	ref_is(&got, 0, 'I', 0x401000);
	assert_int_equal(got.ref[0].size, 5);
	ref_is(&got, 1, 'L', 0x7ffe00001000);
	assert_int_equal(got.ref[1].size, 8);
	ref_is(&got, 2, 'S', 0x601040);
	ref_is(&got, 3, 'I', 0x401005);
	ref_is(&got, 4, 'I', 0x401007);
	ref_is(&got, 5, 'I', 0x40100a);
	assert_int_equal(got.ref[5].size, 4);
	ref_is(&got, 6, 'I', 0x402000);
	ref_is(&got, 7, 'L', 0x1234);
	assert_int_equal(got.ref[7].size, 1);
	ref_is(&got, 8, 'S', 0x10000);
	ref_is(&got, 9, 'I', 0x403000);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(got.process[i], i == 6 || i == 7);
	assert_int_equal(got.records, NELEM(trace));
	assert_int_equal(got.skipped, NELEM(trace) - 8);
	ref_drop(&got);
}

static void
bad(struct entry *trace, size_t n, const char *error)
{
	struct ref_got got;

	ref_read(&got, "drmemtrace", trace, n * sizeof(*trace));
	assert_string_equal(got.error, error);
	assert_true(got.skipped <= got.records); /* the bad one is neither */
	ref_drop(&got);
}

static void
test_errors(void **state)
{
	struct entry trace[] = { HEADER, ENTRY(10, 4, 0x1000), FOOTER };
	struct ref_got got;

	(void)state;
	ref_read(&got, NULL, trace, 24);
	assert_int_equal(got.n, 1);
	assert_true(got.cut); /* no footer */
	ref_drop(&got);
	ref_read(&got, NULL, trace, 30);
	assert_int_equal(got.n, 1);
	assert_true(got.cut); /* half a record */
	ref_drop(&got);
	trace[1].size = htole16(0);
	bad(trace, 3, " record 2: expected an instruction's size, not 0");
	trace[1].type = htole16(50);
	bad(trace, 3,
	    " record 2: expected a type of drmemtrace, 0 to 49, not 50");
	trace[1].type = htole16(30);
	bad(trace, 3,
	    " record 2: expected a type of drmemtrace, 0 to 49, not 30");
	trace[0].addr = 0;
	bad(trace, 3, " record 1: expected a version from 1 to 64, not 0");
	trace[0].type = htole16(1);
	bad(trace, 3, " record 1: expected the header, type 25, not 1");
}

static void
test_raw(void **state)
{
	const uint64_t raw[] = { htole64((uint64_t)6 << 61 | 7),
		htole64((uint64_t)2 << 61 | 99),
		htole64((uint64_t)3 << 61 | 99), 0 };
	struct ref_got got;

	(void)state;
	ref_read(&got, NULL, raw, sizeof(raw));
	assert_non_null(got.format);
	assert_non_null(strstr(got.error, "raw2trace"));
	ref_drop(&got);
}

/* Any number of processes and threads, in turns. */
static void
test_many(void **state)
{
	static struct entry trace[60001];
	struct ref_got got;
	size_t n = 0;

	(void)state;
	trace[n++] = (struct entry)HEADER;
	for (uint64_t i = 0; i < 20000; i++) {
		const uint64_t tid = i % 7000;

		trace[n++] = (struct entry)THREAD(1000 + tid);
		if (i < 7000)
			trace[n++] = (struct entry)PROCESS(tid / 2);
		trace[n++] = (struct entry)ENTRY(0, 8, tid);
	}
	ref_read(&got, NULL, trace, n * sizeof(*trace));
	assert_string_equal(got.error, "");
	assert_int_equal(got.n, 20000);
	for (size_t i = 0; i < got.n; i++)
		assert_int_equal(got.process[i], i % 7000 / 2);
	ref_drop(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
