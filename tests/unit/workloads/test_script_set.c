/*
 * The statements set and kva: what they change, what they refuse, and that
 * their record does the same again; and the 32-bit machine as scripts see it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

#define M32 "machine arch=i386 personality=openbsd maxuser=0xbfbfe000 ram=1M\n"
#define SH "spawn sh image=none\n"
#define BUF SH "sh: b = mmap 16K rw private anon fixed at 1M\n"

/* ------------------------------------------------------------ effects ---- */

static void
test_process_fields(void **state)
{
	(void)state;
	script_expect_counts(SH
	    "set sh vm_daddr 1M\nset sh vm_taddr 64K\n"
	    "set sh vm_ssize 3\nexpect sh value data == 1M\n"
	    "expect sh value text == 64K\n"
	    "expect sh stack == 12K\n"
	    "set sh vm_taddr data\n"
	    "expect sh value text == 1M\n",
	    4, 0);
	/* privilege goes with the uid: a hard limit cannot be raised again */
	script_expect_counts(SH "sh: setrlimit data 8K 8K\n"
				"sh: setrlimit data 8K 16K\nset sh uid 1000\n"
				"expect sh: setrlimit data 8K 32K fails EPERM\n"
				"set sh uid 0\nsh: setrlimit data 8K 32K\n",
	    1, 0);
	/* and the other fields are taken, whatever the order */
	script_expect_counts("spawn sh\nset sh gid 0xffffffff\n"
			     "set sh sugid 1\nset sh notrace 1\n"
			     "set sh inexec 1\nset sh wexit 1\nset sh wexit 0\n"
			     "set sh sigdanger 1\nset sh sigdanger 0\n"
			     "set sh vm_dsize 0\nset sh vm_daddr 4G\n"
			     "set sh vm_maxsaddr 0\n"
			     "set sh vm_minsaddr 0x7fff00000000\n"
			     "set sh vm_tsize 1\n",
	    0, 0);
}

static void
test_map_fields(void **state)
{
	(void)state;
	script_expect_output(M32 SH "sh: munmap stack_top-32M 32M\n"
				    "set sh map.flags 0x21\n"
				    "set sh map.timestamp 20\nshow ddb sh\n",
	    "MAP 0xd1000c00: [0x0->0xbfbfe000]\n"
	    "\t#ent=0, sz=0, ref=1, version=20, flags=0x21\n"
	    "\tpmap=0xd38000c0(resident=<unknown>)\n");
	/* FreeBSD's map joins neighbours: bit 16, not for tools, stays */
	script_expect_counts(SH "set sh map.flags 0\n"
				"sh: b = mmap 8K rw private anon fixed at 1M\n"
				"sh: mprotect b 4K r\nsh: mprotect b 4K rw\n"
				"expect sh entries b 8K == 1\n",
	    1, 0);
	script_expect_counts(BUF "set sh maxprot b r--\n"
				 "expect sh maxprot b == r\n"
				 "expect sh prot b == r\n"
				 "expect sh: mprotect b 4K rw fails EACCES\n"
				 "expect sh: write b fails SEGV_ACCERR\n",
	    4, 0);
}

/* SIGDANGER and its handler; settings of AIX's page stealer. */
static void
test_aix(void **state)
{
	(void)state;
	script_expect_counts("machine ram=1M swap=2M:file policy=aix\n"
			     "set npswarn 512\nspawn sh image=none\n"
			     "set sh sigdanger 1\nsh: sbrk 0\n"
			     "expect sh dangers == 1\nsh: sbrk 0\n"
			     "expect sh dangers == 1\n"
			     "expect sh suspended == 0\n"
			     "expect machine nreplaced_comp == 0\n"
			     "expect machine nrepaged_file == 0\n",
	    5, 0);
	/* Another daemon knows none of it. */
	script_expect_counts("machine ram=1M swap=2M:file\n"
			     "set npswarn 512\nspawn sh image=none\n"
			     "sh: sbrk 0\nexpect sh dangers == 0\n",
	    1, 0);
}

static void
test_tunables(void **state)
{
	(void)state;
	script_expect_output("spawn mincore_mapped image=none\n"
			     "set mincore_mapped 7\n"
			     "set mincore_mapped uid 7\n",
	    "");
	script_expect_counts("machine personality=openbsd\n" SH
			     "expect sh: mmap 4K rwx private anon fails "
			     "ENOTSUP\nset wxallowed 1\n"
			     "sh: b = mmap 4K rwx private anon\n"
			     "expect sh prot b == rwx\nset wxallowed 0\n"
			     "expect sh: mprotect b 4K wx fails ENOTSUP\n",
	    3, 0);
}

/* Each is shown with its value, whoever else adds some. */
static void
test_show_tunables(void **state)
{
	struct script_result r;
	const char *at;

	(void)state;
	script_run(&r,
	    "set mincore_mapped 0\nset vmmap_skip_resident 5M\n"
	    "show tunables\n");
	assert_true(r.completed);
	at = r.out;
	for (size_t i = 0; sim_tunable_rows[i].name != NULL; i++) {
		const struct sim_tunable *t = &sim_tunable_rows[i];
		uint64_t v = t->boot;
		char line[100];

		if (strcmp(t->name, "mincore_mapped") == 0)
			v = 0;
		else if (strcmp(t->name, "vmmap_skip_resident") == 0)
			v = 5 << 20;
		snprintf(line, sizeof(line), "%s %llu\n", t->name,
		    (unsigned long long)v);
		if (strncmp(at, line, strlen(line)) != 0)
			fail_msg("expected %s, got %.40s", line, at);
		at += strlen(line);
	}
	assert_string_equal(at, "");
	script_free(&r);
}

/* The kernel can be looked at, and its map has fields like any other. */
static void
test_kernel(void **state)
{
	(void)state;
	script_expect_counts("expect kernel entries == 6\n"
			     "set kernel uid 5\n",
	    1, 0);
	script_expect_output(M32 "set kernel map.timestamp 5\n"
				 "set kernel map.flags 0xc1\n"
				 "kva kernel map 0xc0100000\n"
				 "kva kernel pmap 0xc0100400\n"
				 "kva kernel entry 0xd1000000 0xc0100500\n"
				 "kva kernel object 0xd2000000 0xc0101000\n"
				 "show ddb kernel\n",
	    "MAP 0xc0100000: [0xd0000000->0xff800000]\n"
	    "\t#ent=6, sz=109051904, ref=1, version=5, flags=0xc1\n"
	    "\tpmap=0xc0100400(resident=<unknown>)\n"
	    " - 0xc0100500: 0xd1000000->0xd1800000: obj=0x0/0x0, amap=0x0/0\n"
	    "\tsubmap=F, cow=F, nc=F, prot(max)=5/7, inh=2, wc=0, adv=0\n"
	    " - 0xda0000b0: 0xd1800000->0xd1c00000: obj=0x0/0x0, amap=0x0/0\n"
	    "\tsubmap=F, cow=F, nc=F, prot(max)=3/7, inh=2, wc=0, adv=0\n"
	    " - 0xda000108: 0xd2000000->0xd6000000: obj=0xc0101000/0x0, "
	    "amap=0x0/0\n"
	    "\tsubmap=T, cow=F, nc=F, prot(max)=3/7, inh=2, wc=0, adv=0\n"
	    " - 0xda000160: 0xd6100000->0xd7100000: obj=0xd1000600/0x0, "
	    "amap=0x0/0\n"
	    "\tsubmap=T, cow=F, nc=F, prot(max)=3/7, inh=2, wc=0, adv=0\n"
	    " - 0xda0001b8: 0xd7200000->0xd7600000: obj=0xd1000800/0x0, "
	    "amap=0x0/0\n"
	    "\tsubmap=T, cow=F, nc=F, prot(max)=3/7, inh=2, wc=0, adv=0\n"
	    " - 0xda000210: 0xd7700000->0xd7f00000: obj=0xd1000a00/0x0, "
	    "amap=0x0/0\n"
	    "\tsubmap=T, cow=F, nc=F, prot(max)=3/7, inh=2, wc=0, adv=0\n");
}

static void
test_addresses(void **state)
{
	(void)state;
	script_expect_output(M32
	    "file /f 8K\n" SH "sh: munmap stack_top-32M 32M\n"
	    "sh: f = mmap 8K rw private fixed file /f at 1M\nsh: write f\n"
	    "kva sh map 0xcf7cac84\nkva sh pmap 0xcf000000\n"
	    "kva sh entry f+4K 0xcfa3a358\nkva sh amap f 0xd0d20c40\n"
	    "kva sh object f 0xc1000000\nkva object /f 0xcf45a8e8\n"
	    "show ddb sh\n",
	    "MAP 0xcf7cac84: [0x0->0xbfbfe000]\n"
	    "\t#ent=1, sz=8192, ref=1, version=5, flags=0x1\n"
	    "\tpmap=0xcf000000(resident=<unknown>)\n"
	    " - 0xcfa3a358: 0x100000->0x102000: obj=0xcf45a8e8/0x0, "
	    "amap=0xd0d20c40/0\n"
	    "\tsubmap=F, cow=T, nc=F, prot(max)=3/7, inh=1, wc=0, adv=0\n");
}

/* Without a bit against execution, reading is executing. */
static void
test_no_execute_bit(void **state)
{
	static const char *const arch[] = { "amd64", "i386" };
	char text[600];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		snprintf(text, sizeof(text),
		    "machine arch=%s ram=1M\n" SH
		    "sh: r = mmap 8K r private anon\n"
		    "sh: x = mmap 4K x private anon\n"
		    "sh: n = mmap 4K none private anon\n"
		    "sh: read r\n%s sh: exec r 8K %s\n"
		    "%s sh: exec x %s\n"
		    "expect sh: exec n fails SEGV_ACCERR\n"
		    "expect sh: exec 0x40000000 fails SEGV_MAPERR\n",
		    arch[i], i == 0 ? "expect" : "",
		    i == 0 ? "fails SEGV_ACCERR" : "", i == 1 ? "expect" : "",
		    i == 1 ? "fails SEGV_ACCERR" : "");
		script_expect_counts(text, 3, 0);
	}
}

/* The walk and the words of a 32-bit machine's page table. */
static void
test_narrow_pte(void **state)
{
	(void)state;
	script_expect_output("machine arch=i386 ram=1M\n" SH
			     "sh: b = mmap 4K rw private anon at 0xb0005000 "
			     "fixed\nsh: write b\nshow pte sh b\n"
			     "show pte sh 0xd0000000\n",
	    "sh 0xb0005000: 32-bit x86 without PAE, two levels, 4K pages, no "
	    "NX\n"
	    "PDE    [704] of table in frame 2      0x00005027 P RW U A\n"
	    "PTE    [  5] of table in frame 5      0x00004467 P RW U A M "
	    "MANAGED\n"
	    "mapped to frame 4, rwx in effect\n"
	    "sh 0xd0000000: 32-bit x86 without PAE, two levels, 4K pages, no "
	    "NX\n"
	    "not a user address of this machine\n");
}

/* The end of user space, and what the systems make of it. */
static void
test_bounds(void **state)
{
	static const struct {
		const char *pairs, *top;
	} rows[] = {
		{ "arch=amd64 personality=freebsd", "0x7ffffffff000" },
		{ "arch=amd64 personality=openbsd", "0x7f7fffffc000" },
		{ "arch=i386 personality=freebsd", "0xbfbff000" },
		{ "arch=i386 personality=netbsd", "0xbfbfe000" },
		{ "arch=i386 personality=openbsd", "0xcfbfe000" },
		{ "arch=i386 personality=linux", "0xc0000000" },
		{ "maxuser=0x80000000 arch=i386 personality=freebsd",
		    "0x7ffff000" },
		{ "maxuser=0xcfbfe000 arch=i386 personality=netbsd",
		    "0xcfbfe000" },
		{ "maxuser=0xbfbfe000 arch=i386 personality=openbsd",
		    "0xbfbfe000" },
		{ "maxuser=1G arch=i386 personality=linux", "0x40000000" },
		{ "maxuser=0x700000000000 personality=linux",
		    "0x6ffffffff000" },
		{ "maxuser=0x700000000000 personality=netbsd",
		    "0x700000000000" },
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text),
		    "machine ram=4M check=on %s\nspawn sh\n"
		    "expect sh value stack_top == %s\n"
		    "sh: b = mmap 64K rw private anon\nsh: write b 64K\n"
		    "sh: brk +64K\nsh: write break_start\n"
		    "sh: write stack_top-4\nsh: exec text\nsh: fork c\n"
		    "c: write b\nsh: exec /bin/ls\n"
		    "expect sh value stack_top == %s\n",
		    rows[i].pairs, rows[i].top, rows[i].top);
		script_expect_counts(text, 2, 0);
	}
}

/* ------------------------------------------------------------- errors ---- */

static const struct {
	const char *text, *message;
} wrong[] = {
	{ "set\n",
	    "1:4: expected a process or a tunable, got the end of the line" },
	{ "set 5 5\n", "1:5: expected a process or a tunable, got 5" },
	{ "set mincore_maped 1\n",
	    "1:5: unknown process or tunable mincore_maped; did you mean "
	    "mincore_mapped?" },
	{ SH "set hs uid 1\n",
	    "2:5: unknown process or tunable hs; did you mean sh?" },
	{ "set mincore_mapped\n",
	    "1:19: expected a number, got the end of the line" },
	{ "set mincore_mapped x\n", "1:20: expected a number, got x" },
	{ "set mincore_mapped 1 2\n",
	    "1:22: expected the end of the line, got 2" },
	{ SH "set sh\n",
	    "2:7: expected a field such as vm_dsize or uid, got the end of "
	    "the line" },
	{ SH "set sh vm_dszie 1\n",
	    "2:8: unknown field vm_dszie; did you mean vm_dsize?" },
	{ SH "set sh uid\n",
	    "2:11: expected a number, got the end of the line" },
	{ SH "set sh maxprot 4K\n",
	    "2:18: expected a protection such as rw, r-x or none, got the "
	    "end of the line" },
	{ SH "set sh uid 1 2\n", "2:14: expected the end of the line, got 2" },
	{ SH "set sh uid 0x100000000\n",
	    "2:1: uid 0x100000000 out of range: from 0x0 to 0xffffffff" },
	{ SH "set sh map.flags 0x100\n",
	    "2:1: map.flags 0x100 out of range: from 0x0 to 0xff" },
	{ SH "set sh wexit 2\n",
	    "2:1: wexit 0x2 out of range: from 0x0 to 0x1" },
	{ SH "set sh vm_daddr 4097\n",
	    "2:1: vm_daddr 0x1001 is not page aligned" },
	{ M32 SH "set sh vm_daddr 3G\n",
	    "3:1: vm_daddr 0xc0000000 out of range: from 0x0 to 0xbfbfe000" },
	{ M32 SH "set sh vm_tsize 0x100000\n",
	    "3:1: vm_tsize 0x100000 out of range: from 0x0 to 0xbfbfe" },
	{ M32 SH "set sh vm_daddr 1M\nset sh vm_dsize 0xbfb00\n",
	    "4:1: 785152 pages of data from 0x100000 on would end beyond "
	    "0xbfbfe000" },
	{ M32 SH "set sh vm_minsaddr 1M\n",
	    "3:1: the stack would end (vm_maxsaddr 0xbdbfe000) above where it "
	    "begins (vm_minsaddr 0x100000)" },
	{ SH "set sh maxprot 4K rw\n",
	    "2:1: nothing is mapped at 0x1000 of sh" },
	{ BUF "set sh maxprot b r\nset sh maxprot b rw\n",
	    "4:1: a maximum protection can only be lowered" },
	{ SH "sh: exit\nset sh uid 1\n", "3:1: process sh has exited" },
	{ "kva\n", "1:4: expected a process, got the end of the line" },
	{ "kva sh map 1\n", "1:5: no process sh has been spawned or forked" },
	{ SH "kva sh\n",
	    "2:7: expected map, pmap, entry, amap or object, got the end of "
	    "the line" },
	{ SH "kva sh entyr 1 1\n",
	    "2:8: unknown kernel object entyr; did you mean entry?" },
	{ SH "kva sh map\n",
	    "2:11: expected a kernel address, got the end of the line" },
	{ SH "kva sh entry\n",
	    "2:13: expected an address, got the end of the line" },
	{ "kva object\n", "1:5: no process object has been spawned or forked" },
	{ "kva object /f x\n", "1:15: expected a kernel address, got x" },
	{ "kva object /f 0xffff810000000000\n", "1:1: there is no file /f" },
	{ SH "kva sh entry 4K 0xffff810000000000\n",
	    "2:1: nothing is mapped at 0x1000 of sh" },
	{ BUF "kva sh amap b 0xffff810000000000\n",
	    "3:1: what is mapped at 0x100000 of sh has no amap" },
	{ BUF "kva sh object b 0xffff810000000000\n",
	    "3:1: what is mapped at 0x100000 of sh has no object" },
	{ SH "kva sh map 0x1000\n",
	    "2:1: kva fails with EINVAL: addr is 0x1000, lawful "
	    "0xffff800000000000 to 0xfffffffffffffbff: a kernel address lies "
	    "in the kernel's half of the address space" },
	{ BUF "kva sh map 0xffff810000000000\n"
	      "kva sh entry b 0xffff810000000040\n",
	    "4:1: kva fails with EEXIST: addr is 0xffff810000000040: an "
	    "object that has been fixed is there" },
	{ SH "sh: exit\nkva sh map 0xffff810000000000\n",
	    "3:1: process sh has exited" },
	{ "set kernel uid 1\nkernel: munmap 0 4K\n",
	    "2:8: the kernel makes no calls of its own" },
	{ "repeat 0\nspawn sh\nend\nset sh uid 1\n",
	    "4:1: no process sh exists by now" },
};

static void
test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		script_expect_error(wrong[i].text, wrong[i].message);
}

/* ------------------------------------------------------------- record ---- */

static void
test_record(void **state)
{
	static const char record[] = M32
	    "set wxallowed 1\nfile \"/f\" 8K\nspawn sh image=none\n"
	    "sh: f = mmap(0x100000, 8K, PROT_READ|PROT_WRITE, "
	    "MAP_PRIVATE|MAP_FIXED, \"/f\", 0)\nsh: write 0x100000 1\n"
	    "set sh vm_taddr 0x100000\nset sh vm_tsize 0x2\n"
	    "set sh map.flags 0x21\nset sh maxprot 0x100000 0x3\n"
	    "kva sh map 0xcf7cac84\nkva sh entry 0x101000 0xcfa3a358\n"
	    "kva sh amap 0x100000 0xd0d20c40\n"
	    "kva object \"/f\" 0xcf45a8e8\n"
	    "kva sh object 0x100000 0xcf45a8e8\nset kernel uid 0x0\n";
	struct script_result r, again;

	(void)state;
	script_run(&r,
	    M32 "set  wxallowed 1 # yes\nfile /f 8K\n" SH
		"sh: f = mmap 8K rw private fixed file /f at 1M\nsh: write f\n"
		"set sh vm_taddr f\nset sh vm_tsize 1+1\n"
		"set sh map.flags 0x20|1\nset sh maxprot f rw-\n"
		"kva sh map 0xcf7cac84\nkva sh entry f+4K 0xcfa3a358\n"
		"kva sh amap f 0xd0d20c40\nkva object /f 0xcf45a8e8\n"
		"kva sh object f 0xcf45a8e8\nset kernel uid 0\n");
	if (!r.completed)
		fail_msg("%u:%u: %s", r.error.line, r.error.col, r.error.text);
	assert_string_equal(r.record, record);
	script_run(&again, r.record);
	assert_true(again.completed);
	assert_string_equal(again.record, record);
	script_free(&again);
	script_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_process_fields),
		cmocka_unit_test(test_map_fields),
		cmocka_unit_test(test_tunables),
		cmocka_unit_test(test_aix),
		cmocka_unit_test(test_show_tunables),
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_no_execute_bit),
		cmocka_unit_test(test_narrow_pte),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
