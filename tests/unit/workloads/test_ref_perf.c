/*
 * Page faults as perf prints them.
 */
#include "ref_fixture.h"

static int
naive_script(const char *line, struct wl_ref *ref)
{
	char g[10][80];

	if (ref_matches("^[ \t]*(#.*)?$", line, g) || line[0] == '\t')
		return 0;
	if (!ref_matches("^.*[0-9]+/[0-9]+ +[0-9]+\\.[0-9]*: +([^ ]+): +"
			 "([0-9a-f]+)( .*)?$",
		line, g))
		return -1;
	if (strstr(g[1], "fault") == NULL)
		return 0;
	ref->va = strtoull(g[2], NULL, 16);
	if (g[3][0] != '\0' && strtoull(g[3], NULL, 16) == ref->va)
		ref->kind = WL_REF_FETCH;
	return 1;
}

static void
test_script(void **state)
{
	static const char
	    text[] = "# started on a Friday\n"
		     "ls 23200/23200  3938.070608: page-faults: 7f5c1e2f0b10 "
		     "7f5c1e2d9c4a\n"
		     "      Web Content 900/901 [003] 1.000000001:     1 "
		     "minor-faults:u:  7f5c1e2d9c4a 7f5c1e2d9c4a\r\n"
		     "ls 23200/23200 3938.1: cycles: 7f5c1e2f0b10 1\n"
		     "\t    7f5c1e2d9c4a do_lookup_x+0x12 (/lib/ld.so)\n"
		     "ls 23200 3938.1: major-faults: ffffffffff600000\n"
		     "ls 1/1 3.1: cpu/mem-stores/: 1000 2000\n"
		     "ls 1/1 3.1: cpu/mem-loads,ldlat=30/: 3000 2000\n"
		     "ls 1/1 3.1: page-faults:\n";
	struct ref_got got;

	(void)state;
	ref_found(&got, "perfscript", 5, text, sizeof(text) - 1);
	ref_is(&got, 0, 'L', 0x7f5c1e2f0b10);
	ref_is(&got, 1, 'I', 0x7f5c1e2d9c4a);
	ref_is(&got, 2, 'L', 0xffffffffff600000);
	ref_is(&got, 3, 'S', 0x1000);
	ref_is(&got, 4, 'L', 0x3000);
	assert_int_equal(got.process[0], 0);
	assert_int_equal(got.process[1], 1);
	assert_int_equal(got.process[2], 0);
	assert_int_equal(got.process[3], 2);
	assert_int_equal(got.records, 9);
	assert_int_equal(got.skipped, 4);
	ref_drop(&got);
}

static void
test_tracepoints(void **state)
{
	static const char text[] =
	    "ls 7/7 1.1: exceptions:page_fault_user: address=0x7ffd1c2f ip=0x5 "
	    "error_code=0x6\n"
	    "ls 7/7 1.2: exceptions:page_fault_user: address=0x1000 ip=0x5 "
	    "error_code=0x4\n"
	    "ls 7 [000] 1.3: exceptions:page_fault_user: address=0x5000 "
	    "ip=0x5000 error_code=0x14\n"
	    "ls 7 [000] 1.3: exceptions:page_fault_kernel: address=0x6000 "
	    "ip=copy_from_user+0x12 error_code=0x2\n";
	struct ref_got got;

	(void)state;
	ref_read(&got, NULL, text, sizeof(text) - 1);
	assert_string_equal(got.format, "perfscript");
	assert_string_equal(got.error, "");
	assert_int_equal(got.n, 4);
	ref_is(&got, 0, 'S', 0x7ffd1c2f);
	ref_is(&got, 1, 'L', 0x1000);
	ref_is(&got, 2, 'I', 0x5000);
	ref_is(&got, 3, 'S', 0x6000);
	ref_drop(&got);
	ref_bad("perfscript", "ls 1/1 1.1: page_fault_user: address=0x1 ip=0x2",
	    "1:41: expected error_code=");
}

static void
test_script_random(void **state)
{
	static char text[40000];

	(void)state;
	for (unsigned t = 0; t < 200; t++) {
		size_t len = 0;

		for (unsigned i = ref_rnd(200) + 1; i > 0; i--) {
			const uint32_t va = ref_rnd(1 << 20);

			len += (size_t)sprintf(text + len,
			    "%s %u/%u %u.%06u: %s: %x %x\n",
			    ref_rnd(2) == 0 ? "perl" : "a b/c 1 2", ref_rnd(4),
			    ref_rnd(9), ref_rnd(100), ref_rnd(1000000),
			    ref_rnd(4) == 0 ? "cycles" : "page-faults", va,
			    ref_rnd(3) == 0 ? va : ref_rnd(1 << 20));
		}
		ref_against("perfscript", text, len, naive_script);
	}
}

static void
test_trace(void **state)
{
	static const char text[] =
	    "     3.985 ( 0.000 ms): ls/32255 minfault [elf_load+0x28a] => "
	    "0x55c82c92d5c0 (?k)\n"
	    "     4.0 ( 0.000 ms): ls/32255 openat(dfd: CWD) = 3\n"
	    "     4.059 ( 0.000 ms): ls/32255 majfault [_start+0x0] => "
	    "/lib/ld.so@0x1ab70 (d.)\n"
	    "     4.074 ( 0.000 ms): ls/7 minfault [f] => /a b@c@0x10 (d.)\n"
	    "     4.5 ( 0.000 ms): ls/32255 minfault [f] => /lib/ld.so@0x33e06 "
	    "(d.)\n"
	    "     4.6 ( 0.000 ms): ls/32255 minfault [f] => "
	    "/lib/ld.so@0x100000010 (d.)\n"
	    "     4.127 ( 0.000 ms): ls/32255 minfault [g+0x5a] => "
	    "[stack]@0x7ffd7d82cf20 (d.)\n"
	    "     4.42 ( 0.000 ms): ls/32255 minfault [g] => "
	    "//anon@0x1000 (d.)\n";
	struct ref_got got;

	(void)state;
	ref_found(&got, "perftrace", 7, text, sizeof(text) - 1);
	ref_is(&got, 0, 'L', 0x55c82c92d5c0);
	ref_is(&got, 1, 'L', 0x10000001ab70);
	ref_is(&got, 2, 'L', 0x100100000010);
	ref_is(&got, 3, 'L', 0x100000033e06);
	ref_is(&got, 4, 'L', 0x100200000010);
	ref_is(&got, 5, 'L', 0x7ffd7d82cf20);
	ref_is(&got, 6, 'L', 0x1000);
	assert_int_equal(got.process[0], 0);
	assert_int_equal(got.process[2], 1);
	assert_int_equal(got.process[3], 0);
	assert_int_equal(got.skipped, 1);
	ref_drop(&got);
}

static void
test_errors(void **state)
{
	(void)state;
	ref_bad("perfscript", "hello",
	    "1:1: expected COMMAND PID/TID TIME: of perf script");
	ref_bad("perfscript", "ls 1/1 2.5: page-faults 12",
	    "1:24: expected an event's name and a colon");
	ref_bad("perfscript", "ls 1/1 2.5: page-faults: x12",
	    "1:26: expected an address in hexadecimal");
	ref_bad("perfscript", "ls 1/1 2.5: page-faults: 12x",
	    "1:28: expected a hexadecimal digit or a blank");
	ref_bad("perftrace", "hello",
	    "1:1: expected the time of a line of perf trace");
	ref_bad("perftrace", "1.5 ( 0.0 ms) ls/1",
	    "1:1: expected TIME (SPAN ms): of perf trace");
	ref_bad("perftrace", "1.5 ( 0.0 ms): ls 1",
	    "1:16: expected COMMAND/TID");
	ref_bad("perftrace", "1.5 ( 0.0 ms): ls/",
	    "1:19: expected COMMAND/TID");
	ref_bad("perftrace", "1.5 ( 0.0 ms): a//",
	    "1:19: expected COMMAND/TID");
	ref_bad("perftrace", "1.5 ( 0.0 ms): ls/1 minfault [f] 0x12",
	    "1:21: expected [PLACE] => TARGET");
	ref_bad("perftrace", "1.5 ( 0.0 ms): ls/1 minfault [f] => f@0x",
	    "1:41: expected an address in hexadecimal");
}

/* More files than there is room for. */
static void
test_files(void **state)
{
	const size_t room = 2 << 20;
	char *text = malloc(room);
	struct ref_got got;
	size_t len = 0;

	(void)state;
	for (int i = 0; i <= 16384; i++)
		len += (size_t)snprintf(text + len, room - len,
		    "1.5 ( 0.0 ms): ls/1 minfault [f] => /%d@0x1000 (d.)\n", i);
	ref_read(&got, NULL, text, len);
	assert_int_equal(got.n, 16384);
	ref_is(&got, 16383, 'L', 0x100000001000 + ((uint64_t)16383 << 32));
	assert_string_equal(got.error,
	    "16385:37: expected fewer files: 16384 at most");
	ref_drop(&got);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_tracepoints),
		cmocka_unit_test(test_script_random),
		cmocka_unit_test(test_trace),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
