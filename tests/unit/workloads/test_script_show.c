/*
 * Showing and explaining: exact text of small scenes.
 *
 * Numbers are worked out by hand: frames are handed out in rising order (1 the
 * kernel's table, 2 the process's), tags count writes from 1, anons count from
 * 1, costs are those of sim/clock.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

#define LX \
	"machine ram=1M personality=linux seed=1\n" \
	"spawn sh image=none\n"
#define BUF \
	LX "sh: buf = mmap 16K rw private anon at 1M " \
	   "fixed_noreplace\n"

static void
test_names(void **state)
{
	(void)state;
	script_expect_output(LX "show names sh\n", "");
	script_expect_output(BUF "sh: x = madvise buf 4K random\nsh: fork c\n"
				 "show names c\n",
	    "c: buf = 0x100000\nc: x = 0x0\n");
}

static void
test_clock(void **state)
{
	(void)state;
	script_expect_output(LX "show clock\n", "clock 0.000000000 s\n");
	/* a call 100 ns, a fault 500, a first amap 300, zeroing 200, ref 1 */
	script_expect_output(BUF "sh: read buf\nshow clock\n",
	    "clock 0.000001101 s\n");
}

static void
test_error(void **state)
{
	(void)state;
	script_expect_output(LX "show error\n", "no operation has failed\n");
	script_expect_output(LX "expect sh: open /none fails ENOENT\n"
				"sh: brk 0\nshow error\n",
	    "open fails with ENOENT: path: no such "
	    "file; a script declares one with: file PATH SIZE\n");
}

static void
test_amap(void **state)
{
	(void)state;
	script_expect_output(BUF "show amap sh buf\nsh: write buf+4K\n"
				 "sh: write buf+12K\nshow amap sh buf\n",
	    "the entry has no amap\n"
	    "amap 1: refs 1, 4 slots, 2 used; the entry begins at slot 0\n"
	    "slot     1: anon     1 refs 1 frame     3 tag "
	    "0000000000000001\n"
	    "slot     3: anon     2 refs 1 frame     7 tag "
	    "0000000000000002\n");
	script_expect_output(LX "show amap sh 0\n",
	    "nothing is mapped at 0x0\n");
}

static void
test_object(void **state)
{
	(void)state;
	script_expect_output(BUF "show object sh buf\nshow object /none\n"
				 "file /f 8K\nshow object /f\n",
	    "there is no object\n"
	    "there is no object\nobject 1 (/f, uvm_vnodeops): refs 1, "
	    "size 8K, 0 pages in memory\n");
}

static void
test_pages(void **state)
{
	(void)state;
	script_expect_output(BUF
	    "sh: write buf\nsh: write buf+8K\n"
	    "sh: mprotect buf+8K 4K r\nshow pages sh buf 16K\n"
	    "show pages sh buf+4K\n",
	    "ADDRESS         FRAME PTE RMW TAG              OWNER\n"
	    "000000100000        3 rw- RM- 0000000000000001 anon 1 refs 1\n"
	    "000000102000        7 r-- R-- 0000000000000002 anon 2 refs 1\n"
	    "2 of 4 pages are in memory\n"
	    "ADDRESS         FRAME PTE RMW TAG              OWNER\n"
	    "0 of 1 pages are in memory\n");
	/* the whole address space, and an end that would wrap */
	script_expect_output(BUF "sh: read buf\n"
				 "show pages sh 0 0xffffffffffffffff\n",
	    "ADDRESS         FRAME PTE RMW TAG              OWNER\n"
	    "000000100000        3 rw- R-- 0000000000000000 anon 1 refs 1\n"
	    "1 of 4503599627370496 pages are in memory\n");
}

/* A script that completes shows all of these. */
static void
shows(const char *script, const char *const *text, size_t n)
{
	struct script_result r;

	script_run(&r, script);
	if (!r.completed)
		fail_msg("%s: %u: %s", script, r.error.line, r.error.text);
	for (size_t i = 0; i < n; i++)
		if (strstr(r.out, text[i]) == NULL)
			fail_msg("'%s' has no '%s'", r.out, text[i]);
	assert_int_equal(r.failed, 0);
	script_free(&r);
}

/* Where pages are when there is room for half of them. */
static void
test_paged(void **state)
{
	static const char *const lost[] = {
		"0 of 2 pages are in memory, 2 in swap\n",
		"000800000000  in swap not mapped 0000000000000001 anon 1 ",
		"lost not mapped                  anon 2 refs 1 slot bad\n",
		"\nlaundry ",
	};
	static const char *const untagged[] = { "OWNER\n",
		"in swap not mapped object ", "in swap" };

	(void)state;
	shows("machine ram=1M swap=4M policy=freebsd personality=freebsd "
	      "tags=on\nspawn sh image=none\n"
	      "sh: b = mmap 64K rw private anon\nsh: write b 64K\n"
	      "sh: big = mmap 2M rw private anon\nsh: write seq big 2M\n"
	      "show queues\nshow pages sh b 8K\nioerror swap read 1\n"
	      "expect sh queue big+1536K == laundry\n"
	      "expect sh swslot b == 2\n"
	      "expect sh: read b+4K fails\nshow pages sh b 8K\n",
	    lost, NELEM(lost));
	shows("machine ram=1M swap=4M tags=off\nspawn sh image=none\n"
	      "sh: id = shmget 64K key 7 creat 0600\nsh: b = shmat id\n"
	      "sh: write b 64K\n"
	      "sh: big = mmap 2M rw private anon\nsh: write seq big 2M\n"
	      "show pages sh b 64K\nshow object sh b\nshow frames\n",
	    untagged, NELEM(untagged));
}

static void
test_map(void **state)
{
	(void)state;
	script_expect_output(
	    "file /usr/lib/some/libvery-long.so.1 64K\n"
	    "spawn sh image=none personality=linux\n"
	    "sh: a = mmap 4K r-x private file /usr/lib/some/libvery-long.so.1 "
	    "offset 8K at 1M fixed\n"
	    "sh: b = mmap 8K rw shared anon at 2M fixed\nsh: write b\n"
	    "sh: madvise b 8K sequential\nsh: mlock b 8K\n"
	    "show map sh\n",
	    "sh (pid 2): 2 entries, 12K mapped, 2 pages in its page table\n"
	    "START        END             SIZE PROT/MAX COW IWA     RES NAME\n"
	    "000000100000-000000101000      4K r-x/rwx pCN c0n       0 "
	    "...bvery-long.so.1+8K\n"
	    "000000200000-000000202000      8K rw-/rwx s-- s1s       2 "
	    "/dev/zero\n");
}

static void
test_pte(void **state)
{
	(void)state;
	script_expect_output(LX "show pte sh 0x8000000000000000\n",
	    "sh 0x8000000000000000: x86-64, four levels, 4K pages\n"
	    "not a user address of this machine\n");
	/* P RW U A = 0x27, M = 0x40, MANAGED = 0x400, NX = bit 63 */
	script_expect_output(BUF "sh: write buf\nshow pte sh buf+17\n",
	    "sh 0x100000: x86-64, four levels, 4K pages\n"
	    "PML4E  [  0] of table in frame 2      0x0000000000004027 P RW U "
	    "A\n"
	    "PDPE   [  0] of table in frame 4      0x0000000000005027 P RW U "
	    "A\n"
	    "PDE    [  0] of table in frame 5      0x0000000000006027 P RW U "
	    "A\n"
	    "PTE    [256] of table in frame 6      0x8000000000003467 P RW U "
	    "A M MANAGED NX\n"
	    "mapped to frame 3, rw- in effect\n");
}

static void
test_frames(void **state)
{
	(void)state;
	script_expect_output(
	    "machine ram=256K personality=linux\n"
	    "spawn sh image=none\n"
	    "sh: a = mmap 8K rw private anon at 1M fixed\nsh: write a 8K\n"
	    "sh: mlock a 4K\nshow frames\n",
	    "64 frames, 1 a letter: . free, a anonymous, f file, s shared "
	    "memory,\no other, P page table; capitals are wired\n"
	    "       1 PPAPPPa........................................."
	    "................\n");
}

static void
test_processes(void **state)
{
	(void)state;
	script_expect_output(BUF "sh: write buf\nsh: fork c\nc: exit 5\n"
				 "show processes\n",
	    "  PID  PPID NAME             SYSTEM       SIZE RESIDENT ENTRIES "
	    "STATE\n"
	    "    0     0 kernel           linux        104M        0       6 "
	    "running\n"
	    "    2     0 sh               linux         16K        1       1 "
	    "running\n"
	    "    3     2 c                linux                                "
	    "exited 5\n");
}

static void
test_stats(void **state)
{
	struct script_result r;

	(void)state;
	script_run(&r, BUF "sh: write buf 16K\nshow stats\n");
	assert_true(r.completed);
	assert_non_null(strstr(r.out, "npages                256 "));
	assert_non_null(strstr(r.out, "flt_przero              4"));
	assert_non_null(strstr(r.out, "writes                  4"));
	assert_null(strstr(r.out, " 0\n"));
	script_free(&r);
}

static void
test_explain(void **state)
{
	static const char no_fault[] =
	    "sh: read 0x100000 1\n"
	    "   1. no page fault: the page table allows the access, frame 3 is "
	    "mapped there\n"
	    "      with rw-\n"
	    "   2. it takes 1 ns: the references 1\n";
	char twice[2 * sizeof(no_fault)];

	(void)state;
	script_expect_output(LX "explain\n", "nothing has been done yet\n");
	/* asked twice, told twice the same */
	snprintf(twice, sizeof(twice), "%s%s", no_fault, no_fault);
	script_expect_output(BUF "sh: read buf\nsh: read buf\nexplain\n"
				 "explain\n",
	    twice);
	script_expect_output(BUF "explain on\nexplain off\nsh: read buf\n", "");
	script_expect_output(BUF "expect sh: read 0 fails\nexplain\n",
	    "sh: read 0x0 1\n"
	    "   1. page fault at 0x0, access read: the page table has nothing "
	    "there (PML4E 0\n"
	    "      is empty)\n"
	    "   2. no entry of the map holds that address: the one above "
	    "begins at 0x100000\n"
	    "   3. the fault at 0x0 fails with EFAULT: nothing is there\n"
	    "   4. so the process gets SIGSEGV, SEGV_MAPERR for 0x0 "
	    "(siginfo(3): the address\n"
	    "      is not mapped)\n"
	    "   5. counters: faults 0 -> 1\n"
	    "   6. it takes 500 ns: page faults 500\n");
}

/* Whose story, and which are told as they end. */
static void
test_explain_which(void **state)
{
	struct script_result r;

	(void)state;
	script_run(&r,
	    BUF "spawn other image=none\nexplain other\nsh: read buf\n"
		"other: munmap(0x1000, 4096)\nexplain sh\n");
	assert_true(r.completed);
	assert_true(
	    strncmp(r.out, "other has done nothing yet\nsh: read 0x", 38) == 0);
	script_free(&r);
	script_run(&r,
	    BUF "explain faults\nsh: read buf\nsh: read buf\n"
		"explain failures\nsh: write buf+4K\n"
		"expect sh: read 0 fails\nexplain off\n"
		"expect sh: read 0 fails\n");
	assert_true(r.completed);
	assert_true(
	    strncmp(r.out, "sh: read 0x100000 1\n   1. page fault", 36) == 0);
	assert_null(strstr(r.out, "no page fault"));
	assert_null(strstr(r.out, "sh: write 0x101000"));
	assert_non_null(strstr(r.out, "sh: read 0x0 1"));
	assert_null(
	    strstr(strstr(r.out, "sh: read 0x0 1") + 1, "sh: read 0x0 1"));
	script_free(&r);
	script_expect_error(LX "explain sh fully\n",
	    "3:12: expected the end of the line, got fully");
	script_expect_error(LX "explain on fully\n",
	    "3:12: expected full or the end of the line, got fully");
	script_expect_error(LX "explain full of\n",
	    "3:14: expected the end of the line, got of");
}

/* An operation on many pages: one fault in short, all of them in full. */
static void
test_explain_long(void **state)
{
	static const char many[] = LX "sh: b = mmap 128K rw private anon\n"
				      "sh: write b 128K\n";
	char text[sizeof(many) + 20];
	struct script_result r;
	unsigned n = 0;

	(void)state;
	snprintf(text, sizeof(text), "%sexplain\n", many);
	script_run(&r, text);
	assert_true(r.completed);
	assert_non_null(strstr(r.out, "31 more page faults on the way"));
	assert_non_null(strstr(r.out, "faults 0 -> 32,"));
	assert_null(strstr(r.out, "  12. "));
	script_free(&r);
	snprintf(text, sizeof(text), "%sexplain full\n", many);
	script_run(&r, text);
	assert_true(r.completed);
	for (const char *at = r.out;
	     (at = strstr(at, ". page fault at")) != NULL; at++)
		n++;
	assert_int_equal(n, 32);
	script_free(&r);
}

/* Names of processes become pids; all other words are the tool's. */
static void
test_tools(void **state)
{
	(void)state;
	script_expect_output(LX "show procmap\n", "procmap\n");
	script_expect_output(LX "sh: fork c\n"
				"show procmap -a -D 5 c sh shx\n"
				"show procstat -v \"a b\" kernel\n"
				"show vmstat -s\n",
	    "procmap -a -D 5 3 2 shx\nprocstat -v a b 0\nvmstat -s\n");
	script_expect_error(LX "show vmstat 1 2 3 4 5 6 7 8 9 10 11 12 13 14 "
			       "15 16 17\n",
	    "3:52: more than 16 words");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_amap),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_paged),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_pte),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_explain_which),
		cmocka_unit_test(test_explain_long),
		cmocka_unit_test(test_tools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
