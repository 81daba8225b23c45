/*
 * Records: exact text, and that a record of a record is the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

static void
expect_record(const char *text, const char *record)
{
	struct script_result r, again;

	script_run(&r, text);
	if (!r.completed)
		fail_msg("%u:%u: %s", r.error.line, r.error.col, r.error.text);
	if (record != NULL)
		assert_string_equal(r.record, record);
	script_run(&again, r.record);
	if (!again.completed)
		fail_msg("record: %u:%u: %s", again.error.line, again.error.col,
		    again.error.text);
	assert_string_equal(again.record, r.record);
	assert_string_equal(again.out, r.out);
	assert_int_equal(again.passed, r.passed);
	assert_int_equal(again.failed, r.failed);
	script_free(&r);
	script_free(&again);
}

static void
test_text(void **state)
{
	(void)state;
	expect_record("", "");
	expect_record("machine  ram=1M seed=2 ram=2M # twice\n"
		      "file /f 0x3000\nspawn sh image=none   pid=9\n",
	    "machine seed=2 ram=2M\nfile \"/f\" 12K\n"
	    "spawn sh pid=9 image=none\n");
	expect_record("spawn a personality=linux data=64K:1M image=\"/x y\"\n",
	    "spawn a personality=linux image=\"/x y\" "
	    "RLIMIT_DATA=64K:1M\n");
	expect_record("spawn sh image=none\n"
		      "sh: b = mmap 8K rw private anon at 1M fixed\n"
		      "repeat 2\nsh: write b 8K   # both\nend\n"
		      "sh: mprotect b+4K 4K none\n"
		      "expect sh:  write b 8K fails  SEGV_ACCERR\n"
		      "expect   sh  prot b == rw # still\n"
		      "expect sh: sbrk 0 returns break\n",
	    "spawn sh image=none\n"
	    "sh: b = mmap(0x100000, 8K, PROT_READ|PROT_WRITE, "
	    "MAP_PRIVATE|MAP_FIXED|MAP_ANON, -1, 0)\n"
	    "sh: write 0x100000 8K\nsh: write 0x100000 8K\n"
	    "sh: mprotect(0x101000, 4K, PROT_NONE)\n"
	    "expect sh: write 0x100000 8K fails SEGV_ACCERR\n"
	    "expect   sh  prot b == rw\n"
	    "expect sh: sbrk(0) returns 0x0\n");
	expect_record("spawn sh image=none personality=linux\nfile /f 4K\n"
		      "sh: a = mmap 4K r shared file /f at 1M fixed\n"
		      "sh: fork c pid=20\nc: read seq a 4K count 2\nc: exit 1\n"
		      "sh: madvise a 4K dontneed\nsh: setrlimit stack 1M 2M\n",
	    "spawn sh personality=linux image=none\nfile \"/f\" 4K\n"
	    "sh: a = mmap(0x100000, 4K, PROT_READ, MAP_SHARED|MAP_FIXED, "
	    "\"/f\", 0)\n"
	    "sh: fork(\"c\", 20)\nc: read 0x100000 1\nc: read 0x100000 1\n"
	    "c: exit(1)\nsh: madvise(0x100000, 4K, MADV_DONTNEED)\n"
	    "sh: setrlimit(RLIMIT_STACK, 1M, 2M)\n");
}

/* Options of the command are part of the record, and have the last word. */
static void
test_pairs(void **state)
{
	struct script_result r;

	(void)state;
	script_run(&r, "machine seed=4 personality=linux\nspawn sh\n");
	assert_string_equal(r.record,
	    "machine seed=4 personality=linux\n"
	    "spawn sh\n");
	script_free(&r);
}

static void
test_fixed_point(void **state)
{
	static const char *const systems[] = { "freebsd", "netbsd", "openbsd",
		"linux" };
	char text[2000];

	(void)state;
	for (size_t i = 0; i < NELEM(systems); i++) {
		snprintf(text, sizeof(text),
		    "machine personality=%s ram=4M "
		    "seed=5\nfile /f 64K\nspawn sh\n"
		    "sh: b = mmap 256K rw private anon\n"
		    "sh: f = mmap 64K rw private file /f offset 4K\n"
		    "sh: write rand b 256K count 40\n"
		    "sh: read zipf b 256K count 40 skew 0.7\n"
		    "sh: c = mmap 64K rw shared anon\n"
		    "sh: write chase c 64K count 9\n"
		    "explain\nshow map sh\nsh: fork k\nexplain on\n"
		    "k: write rand b 256K count 10\nexplain off\n"
		    "expect k: write seq f 64K fails SIGBUS\nexplain\n"
		    "sh: d = mmap 32K rw private anon\nsh: write d 32K\n"
		    "sh: mlock d 4K\nsh: i = shmget 8K creat 0600\n"
		    "sh: s = shmat i\nsh: msync c 4K async\n"
		    "sh: madvise b 8K willneed\nk: brk +1M\nk: exit 2\n"
		    "expect sh resident b 256K == 3\n"
		    "show stats\nshow pages sh b 256K\nshow error\n"
		    "show clock\nshow frames\nshow ddb sh\nshow names sh\n",
		    systems[i]);
		expect_record(text, NULL);
	}
}

/* Flags that have no name, and numbers that look negative. */
static void
test_odd_values(void **state)
{
	(void)state;
	expect_record(
	    "spawn sh image=none\n"
	    "expect sh: mmap(-1, -4096, 0xff, -1, 99, -4096) fails\n"
	    "expect sh: mmap(1, 0, 0, 0, -1, 0x7fffffffffffffff) fails\n"
	    "expect sh: madvise(0, 0, 77) fails\n"
	    "expect sh: msync(0, 0, 0) fails\n"
	    "expect sh: shmctl(1, IPC_RMID) fails\n"
	    "expect sh: mlockall(0) fails\nexpect sh: shmdt(-1) fails\n"
	    "expect sh: exec(\"a,b (c)\") returns 0\n",
	    NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_fixed_point),
		cmocka_unit_test(test_odd_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
