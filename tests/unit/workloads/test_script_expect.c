/*
 * Expectations: every measure met and not met, and what is said then.
 *
 * One scene for all: buf has 4 of 16 pages, of which one is shared with a
 * child; the numbers follow from UVM's rules for fork.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

#define SCENE \
	"machine ram=64M seed=1 tags=on\n" \
	"file /f 64K\n" \
	"spawn sh image=none\n" \
	"sh: buf = mmap 64K rw private anon at 0x100000 fixed\n" \
	"sh: file = mmap 8K r shared file /f at 0x200000 fixed\n" \
	"sh: write buf 16K\n" \
	"sh: read file\n" \
	"sh: mlock file 4K\n" \
	"sh: fork child\n" \
	"child: write buf 4K\n"

/* What is expected; what is got when it is not so. */
static const struct {
	const char *met, *unmet, *got;
} measures[] = {
	{ "sh resident buf 64K == 4", "sh resident buf 64K != 4", "4" },
	{ "sh resident buf == 1", "sh resident buf == 0", "1" },
	{ "sh resident buf+16K 48K == 0", "sh resident buf+16K > 0", "0" },
	{ "sh mapped buf 64K == 4", "sh mapped buf 64K < 4", "4" },
	{ "child mapped file 8K == 0", "child mapped file 8K == 1", "0" },
	{ "sh wired file 8K == 1", "sh wired file 8K == 2", "1" },
	{ "child wired file 8K == 0", "child wired file 8K >= 1", "0" },
	{ "child dirty buf 64K == 1", "child dirty buf 64K == 4", "1" },
	{ "child referenced buf 64K == 1", "child referenced buf == 0", "1" },
	{ "child frame buf != sh frame buf",
	    "child frame buf+4K != "
	    "sh frame buf+4K",
	    NULL },
	{ "sh tag buf == 1", "sh tag buf == 0", "0x1" },
	{ "child tag buf == 5", "child tag buf == sh tag buf",
	    "0x5 against 0x1" },
	{ "child tag buf+4K == sh tag buf+4K",
	    "child tag buf+4K != "
	    "sh tag buf+4K",
	    "0x2 against 0x2" },
	{ "sh tag buf+32K == 0", "sh tag buf+32K == 1", "0x0" },
	{ "sh tag file == file /f 0", "sh tag file != file /f 0", NULL },
	{ "child same-as sh buf 64K == 15", "child same-as sh buf 8K == 2",
	    "1" },
	{ "sh mincore buf+32K == 0", "sh mincore buf+32K == 1", "0x0" },
	{ "sh prot buf == rw-", "sh prot buf == r", "rw-" },
	{ "sh prot file == r", "sh prot file == none", "r--" },
	{ "sh maxprot buf == rwx", "sh maxprot buf == rw", "rwx" },
	{ "sh inherit buf == copy", "sh inherit buf == share", "copy" },
	{ "sh advice buf == normal", "sh advice buf == random", "normal" },
	{ "sh entries buf 64K == 1", "sh entries buf 64K == 2", "1" },
	{ "sh entries 0x100000 2M == 3", "sh entries 0x100000 2M == 2", "3" },
	{ "sh entries > 3", "sh entries == 0", NULL },
	{ "sh refs anon buf == 1", "sh refs anon buf == 2", "1" },
	{ "child refs anon buf+4K == 2", "child refs anon buf+4K == 1", "2" },
	{ "child refs amap buf == 1", "child refs amap buf == 2", "1" },
	{ "sh refs object file >= 4", "sh refs object file == 0", NULL },
	{ "sh swslot buf == 0", "sh swslot buf == 1", "0" },
	{ "sh queue buf == active", "sh queue buf == inactive", "active" },
	{ "sh pagesize buf == 4K", "sh pagesize buf > 4K", "4096" },
	{ "sh domain buf == 0", "sh domain buf == 1", "0" },
	{ "sh killed == none", "sh killed == SIGKILL", "none" },
	{ "sh nswap == 0", "sh nswap == 1", "0" },
	{ "sh waited == 0", "sh waited == 1", "0" },
	{ "sh value mmap_base == 0x800000000", "sh value mmap_base == 1",
	    "0x800000000" },
	{ "sh value -1 > 0xFfffFfffFfffFffe", "sh value 0X10 == 10", "0x10" },
	{ "sh errno == none", "sh errno == ENOMEM", "none" },
	{ "sh size > 64K", "sh size < 64K", NULL },
	{ "sh stack == 128K", "sh stack == 4K", "131072" },
	{ "sh break == break_start", "sh break != break_start", NULL },
	{ "child alive == 1", "child alive == 0", "1" },
	{ "sh value buf == 0x100000", "sh value buf+1 == buf", "0x100001" },
	{ "machine forks == 1", "machine forks == 2", "1" },
	{ "machine clock > 0", "machine clock == 0", NULL },
	{ "machine writes == 5", "machine writes == machine reads",
	    "5 against 1" },
	/* no value at all: not met, whatever the comparison */
	{ "sh: read 0 fails", "sh prot 0 == none",
	    "no value: nothing is mapped there" },
	{ "sh resident 0 4K == 0", "sh prot 0 != none",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh refs anon buf+32K == 0",
	    "no value: no anon is there" },
	{ "sh: read 0 fails", "sh refs amap file == 0",
	    "no value: the entry has no amap" },
	{ "sh: read 0 fails", "sh refs object buf == 0",
	    "no value: the entry has no object" },
	{ "sh: read 0 fails", "sh frame buf+32K == 0",
	    "no value: the page is not in memory" },
	{ "sh: read 0 fails", "sh tag buf == file /none 0",
	    "no value: there is no such file" },
	{ "sh: read 0 fails", "sh swslot 0 == 0",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh queue 0 == active",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh frame 0 == 0",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh maxprot 0 == rwx",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh inherit 0 == copy",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh advice 0 == normal",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh refs anon 0 == 1",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh refs amap 0 == 1",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh refs object 0 == 1",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh tag 0 == 0",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "child same-as sh 0 4K == 1",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "child same-as sh buf 128K == 0",
	    "no value: nothing is mapped there" },
	{ "sh: read 0 fails", "sh queue buf+32K == none",
	    "no value: the page is not in memory" },
	{ "sh: read 0 fails", "sh domain buf+32K == 0",
	    "no value: the page is not in memory" },
	{ "sh: read 0 fails", "sh pagesize buf+32K == 4K",
	    "no value: the page is not mapped" },
	{ "sh: read 0 fails", "sh mincore 0 == 0", "no value: ENOMEM" },
	{ "sh: read 0 fails", "machine disk /dev/none reads == 0",
	    "no value: there is no such disk" },
	{ "sh: read 0 fails", "machine swap /dev/none used == 0",
	    "no value: there is no such swap device" },
	{ "sh: read 0 fails", "child status == 0",
	    "no value: the process is running" },
	/* operations */
	{ "sh: read 0 fails SIGSEGV", "sh: read 0 fails SIGBUS",
	    "EFAULT (SIGSEGV, SEGV_MAPERR) at 0x0" },
	{ "sh: write file fails SEGV_ACCERR", "sh: write file fails EFAULT",
	    "EACCES (SIGSEGV, SEGV_ACCERR) at 0x200000" },
	{ "sh: write file 4K fails EACCES", "sh: write buf fails",
	    "success (0x0)" },
	{ "sh: mprotect file 4K rw fails EACCES",
	    "sh: mprotect file 4K r "
	    "fails EACCES",
	    "success (0x0)" },
	{ "sh: shmdt 0 fails", "sh: shmdt 0 fails ENOMEM", "EINVAL" },
	{ "sh: mmap 4K r private anon at 0x5000 fixed returns 0x5000",
	    "sh: sbrk 0 returns 1", NULL },
};

static void
one(const char *what, bool met, const char *got)
{
	struct script_result r;
	char text[1000], message[400];

	snprintf(text, sizeof(text), SCENE "expect %s\n", what);
	script_run(&r, text);
	if (!r.completed)
		fail_msg("%s: %u:%u: %s", what, r.error.line, r.error.col,
		    r.error.text);
	if ((r.failed == 0) != met)
		fail_msg("%s: %s %s", what, met ? "not met:" : "met", r.err);
	assert_int_equal(r.passed + r.failed, 1);
	snprintf(message, sizeof(message), "t.uvm:11: expected %s, got %s%s",
	    what, got != NULL ? got : "",
	    got != NULL ? "\n    reproduce: uvmsim run t.uvm\n" : "");
	if (!met && strncmp(r.err, message, strlen(message)) != 0)
		assert_string_equal(r.err, message);
	if (met)
		assert_string_equal(r.err, "");
	script_free(&r);
}

static void
test_met(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(measures); i++)
		one(measures[i].met, true, NULL);
}

static void
test_unmet(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(measures); i++)
		one(measures[i].unmet, false, measures[i].got);
}

/* Comparisons are of unsigned numbers. */
static void
test_comparisons(void **state)
{
	(void)state;
	script_expect_counts("spawn sh\n"
			     "expect sh value 2 < 3\nexpect sh value 2 <= 2\n"
			     "expect sh value 3 > 2\nexpect sh value 2 >= 2\n"
			     "expect sh value 2 != 3\nexpect sh value 2 == 2\n"
			     "expect sh value -1 > 0\n",
	    7, 0);
	script_expect_counts("spawn sh\n"
			     "expect sh value 3 < 3\nexpect sh value 3 <= 2\n"
			     "expect sh value 2 > 2\nexpect sh value 1 >= 2\n"
			     "expect sh value 2 != 2\nexpect sh value 2 == 3\n",
	    0, 6);
}

/* A failed expectation does not stop the run, a failed operation does. */
static void
test_going_on(void **state)
{
	struct script_result r;

	(void)state;
	script_run(&r,
	    SCENE "expect sh alive == 0\nexpect sh alive == 1\n"
		  "sh: write file\nexpect sh alive == 1\n");
	assert_false(r.completed);
	assert_int_equal(r.passed, 1);
	assert_int_equal(r.failed, 1);
	assert_int_equal(r.error.line, 13);
	script_free(&r);
}

/* The error of a process stays until its next operation. */
static void
test_errno(void **state)
{
	(void)state;
	script_expect_counts(SCENE
	    "expect sh: shmdt 0 fails\n"
	    "child: read buf\nexpect sh errno == EINVAL\n"
	    "expect child errno == 0\nsh: read buf\nexpect sh errno == none\n"
	    "child: exit 4\nexpect child status == 4\n"
	    "expect child alive == 0\n",
	    6, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_met),
		cmocka_unit_test(test_unmet),
		cmocka_unit_test(test_comparisons),
		cmocka_unit_test(test_going_on),
		cmocka_unit_test(test_errno),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
