/*
 * ChampSim's records, written from a structure that the compiler lays out, and
 * what the writer makes of references.
 */
#include "ref_fixture.h"

#include <endian.h>
#include <unistd.h>

#include "workloads/refs/refsink.h"

struct champsim {
	uint64_t ip;
	uint8_t is_branch, branch_taken, dest_reg[2], src_reg[4];
	uint64_t dest[2], src[4];
};

struct cloudsuite {
	uint64_t ip;
	uint8_t is_branch, branch_taken, dest_reg[4], src_reg[4], none[6];
	uint64_t dest[4], src[4];
	uint8_t asid[2], unused[6];
};

_Static_assert(sizeof(struct champsim) == 64, "its size");
_Static_assert(sizeof(struct cloudsuite) == 96, "its size");

#define LE(n) htole64(n) /* numbers of the file are little-endian */

static void
test_champsim(void **state)
{
	const struct champsim rec[] = {
		{ .ip = LE(0x401000), .src = { LE(0x7000), 0, LE(0x8000) } },
		{ .ip = LE(0x401004), .is_branch = 1, .branch_taken = 1 },
		{ .ip = LE(0x401010),
		    .dest = { 0, LE(0x9000) },
		    .src = { LE(0x9000) } },
		{ .ip = LE(0),
		    .dest = { LE(0xa000), LE(0xb000) },
		    .src = { LE(0xc000) } },
		{ .ip = LE(0xffffffff81000000) },
		{ .dest_reg = { 1, 2 } },
	};
	struct ref_got got;

	(void)state;
	ref_found(&got, "champsim", 10, rec, sizeof(rec));
	ref_is(&got, 0, 'I', 0x401000);
	ref_is(&got, 1, 'L', 0x7000);
	ref_is(&got, 2, 'L', 0x8000);
	ref_is(&got, 3, 'I', 0x401004);
	ref_is(&got, 4, 'I', 0x401010);
	ref_is(&got, 5, 'M', 0x9000);
	ref_is(&got, 6, 'L', 0xc000);
	ref_is(&got, 7, 'S', 0xa000);
	ref_is(&got, 8, 'S', 0xb000);
	ref_is(&got, 9, 'I', 0xffffffff81000000);
	assert_int_equal(got.records, 6);
	assert_int_equal(got.skipped, 1);
	assert_false(got.cut);
	ref_drop(&got);
	ref_read(&got, NULL, rec, sizeof(rec) - 1);
	assert_int_equal(got.records, 5);
	assert_true(got.cut);
	ref_drop(&got);
}

static void
test_cloudsuite(void **state)
{
	const struct cloudsuite rec[] = {
		{ .ip = LE(0x401000),
		    .src = { LE(0x7000), 0, 0, LE(0x8000) },
		    .asid = { 255, 255 } },
		{ .ip = LE(0x401004),
		    .dest_reg = { 9, 9, 9, 9 },
		    .src_reg = { 9, 9, 9, 9 },
		    .dest = { LE(1), LE(2), LE(3), LE(4) },
		    .asid = { 1, 1 } },
		{ .ip = LE(0x401010),
		    .dest = { LE(5), LE(5), 0, LE(6) },
		    .src = { LE(6), LE(5) } },
	};
	struct ref_got got;

	(void)state;
	ref_found(&got, "cloudsuite", 12, rec, sizeof(rec));
	ref_is(&got, 2, 'L', 0x8000);
	ref_is(&got, 7, 'S', 4);
	ref_is(&got, 9, 'M', 5);
	ref_is(&got, 10, 'S', 5);
	ref_is(&got, 11, 'M', 6);
	ref_drop(&got);
}

static void
test_errors(void **state)
{
	struct champsim rec[3000];
	struct ref_got got;

	(void)state;
	memset(rec, 0, sizeof(rec));
	for (int i = 0; i < 3000; i++)
		rec[i].ip = LE(0x401000);
	rec[2500].is_branch = 17;
	ref_read(&got, NULL, rec, sizeof(rec));
	assert_int_equal(got.n, 2500);
	assert_string_equal(got.error,
	    " record 2501: expected 0 or 1 in bytes 8 and 9 (is_branch, "
	    "branch_taken), not 17");
	ref_drop(&got);
}

/* What is written comes back, whatever the order. */
static void
test_written(void **state)
{
	static const uint32_t kinds[] = { WL_REF_FETCH, WL_REF_LOAD,
		WL_REF_LOAD, WL_REF_STORE, WL_REF_STORE, WL_REF_MODIFY };
	static struct wl_ref ref[5000];
	struct wl_refsink sink;
	struct ref_got got;
	char *bytes;
	size_t len;
	FILE *fp;

	(void)state;
	for (int t = 0; t < 50; t++) {
		for (size_t i = 0; i < NELEM(ref); i++)
			ref[i] = (struct wl_ref){ 1 + ref_rnd(4), 1,
				kinds[ref_rnd(6)] };
		ref[0].kind = WL_REF_FETCH;
		fp = open_memstream(&bytes, &len);
		assert_true(wl_refsink_begin(&sink,
		    wl_sinkformat_byname("champsim"), fp, ""));
		for (size_t i = 0, n; i < NELEM(ref); i += n) {
			n = 1 + ref_rnd((uint32_t)(NELEM(ref) - i));
			assert_true(wl_refsink_put(&sink, ref + i, n));
		}
		assert_true(wl_refsink_end(&sink));
		wl_refsink_drop(&sink);
		fclose(fp);
		ref_read(&got, "champsim", bytes, len);
		assert_int_equal(got.n, NELEM(ref));
		assert_memory_equal(got.ref, ref, sizeof(ref));
		ref_drop(&got);
		free(bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_champsim),
		cmocka_unit_test(test_cloudsuite),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
