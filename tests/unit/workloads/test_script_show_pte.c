/*
 * `show pte' on every machine: exact text of a page of data that was written
 * and of one of code that was read, and what it says of larger pages.
 *
 * Entries are worked out by hand from the manuals' bit positions; frames are
 * handed out in rising order: 1 the kernel's table, 2 the process's, 3 the
 * page, then the tables on the way to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script_fixture.h"

#define SPAWN "spawn sh image=none\n"
#define AT_1G " private anon at 1G fixed_noreplace\n"

static const struct {
	const char *arch;
	const char *out;
} rows[] = {
	{ "amd64",
	    "sh 0x40000000: x86-64, four levels, 4K pages\n"
	    "PML4E  [  0] of table in frame 2      0x0000000000004027 P RW U "
	    "A\n"
	    "PDPE   [  1] of table in frame 4      0x0000000000005027 P RW U "
	    "A\n"
	    "PDE    [  0] of table in frame 5      0x0000000000006027 P RW U "
	    "A\n"
	    "PTE    [  0] of table in frame 6      0x8000000000003467 P RW U A "
	    "M MANAGED NX\n"
	    "mapped to frame 3, rw- in effect\n" },
	{ "amd64-la57",
	    "sh 0x40000000: x86-64, five levels, 4K pages\n"
	    "PML5E  [  0] of table in frame 2      0x0000000000004027 P RW U "
	    "A\n"
	    "PML4E  [  0] of table in frame 4      0x0000000000005027 P RW U "
	    "A\n"
	    "PDPE   [  1] of table in frame 5      0x0000000000006027 P RW U "
	    "A\n"
	    "PDE    [  0] of table in frame 6      0x0000000000007027 P RW U "
	    "A\n"
	    "PTE    [  0] of table in frame 7      0x8000000000003467 P RW U A "
	    "M MANAGED NX\n"
	    "mapped to frame 3, rw- in effect\n" },
	{ "i386",
	    "sh 0x40000000: 32-bit x86 without PAE, two levels, 4K pages, no "
	    "NX\n"
	    "PDE    [256] of table in frame 2      0x00004027 P RW U A\n"
	    "PTE    [  0] of table in frame 4      0x00003467 P RW U A M "
	    "MANAGED\n"
	    "mapped to frame 3, rwx in effect\n" },
	{ "i386-pae",
	    "sh 0x40000000: 32-bit x86 with PAE, three levels, 4K pages\n"
	    "PDPTE  [  1] of table in frame 2      0x0000000000004001 P\n"
	    "PDE    [  0] of table in frame 4      0x0000000000005027 P RW U "
	    "A\n"
	    "PTE    [  0] of table in frame 5      0x8000000000003467 P RW U A "
	    "M MANAGED NX\n"
	    "mapped to frame 3, rw- in effect\n" },
	{ "arm64",
	    "sh 0x40000000: arm64, 4K granule, four levels\n"
	    "L0     [  0] of table in frame 2      0x0000000000004003 VALID "
	    "TABLE\n"
	    "L1     [  1] of table in frame 4      0x0000000000005003 VALID "
	    "TABLE\n"
	    "L2     [  0] of table in frame 5      0x0000000000006003 VALID "
	    "TABLE\n"
	    "L3     [  0] of table in frame 6      0x0168000000003f4b VALID "
	    "PAGE AttrIdx=2 AP_EL0 SH=3 AF nG DBM PXN UXN MANAGED\n"
	    "mapped to frame 3, rw- in effect\n" },
	{ "arm64-16k",
	    "sh 0x40000000: arm64, 16K granule, four levels\n"
	    "L0     [  0] of table in frame 2      0x0000000000010003 VALID "
	    "TABLE\n"
	    "L1     [  0] of table in frame 4      0x0000000000014003 VALID "
	    "TABLE\n"
	    "L2     [ 32] of table in frame 5      0x0000000000018003 VALID "
	    "TABLE\n"
	    "L3     [  0] of table in frame 6      0x016800000000cf4b VALID "
	    "PAGE AttrIdx=2 AP_EL0 SH=3 AF nG DBM PXN UXN MANAGED\n"
	    "mapped to frame 3, rw- in effect\n" },
	{ "arm64-64k",
	    "sh 0x40000000: arm64, 64K granule, three levels\n"
	    "L1     [  0] of table in frame 2      0x0000000000040003 VALID "
	    "TABLE\n"
	    "L2     [  2] of table in frame 4      0x0000000000050003 VALID "
	    "TABLE\n"
	    "L3     [  0] of table in frame 5      0x0168000000030f4b VALID "
	    "PAGE AttrIdx=2 AP_EL0 SH=3 AF nG DBM PXN UXN MANAGED\n"
	    "mapped to frame 3, rw- in effect\n" },
	{ "riscv64",
	    "sh 0x40000000: riscv64, Sv39: three levels, 4K pages\n"
	    "L1     [  1] of table in frame 2      0x0000000000001001 V\n"
	    "L2     [  0] of table in frame 4      0x0000000000001401 V\n"
	    "L3     [  0] of table in frame 5      0x0000000000000ed7 V R W "
	    "U A "
	    "D MANAGED\n"
	    "mapped to frame 3, rw- in effect\n" },
	{ "riscv64-sv48",
	    "sh 0x40000000: riscv64, Sv48: four levels, 4K pages\n"
	    "L0     [  0] of table in frame 2      0x0000000000001001 V\n"
	    "L1     [  1] of table in frame 4      0x0000000000001401 V\n"
	    "L2     [  0] of table in frame 5      0x0000000000001801 V\n"
	    "L3     [  0] of table in frame 6      0x0000000000000ed7 V R W "
	    "U A "
	    "D MANAGED\n"
	    "mapped to frame 3, rw- in effect\n" },
	{ "riscv64-sv57",
	    "sh 0x40000000: riscv64, Sv57: five levels, 4K pages\n"
	    "L-1    [  0] of table in frame 2      0x0000000000001001 V\n"
	    "L0     [  0] of table in frame 4      0x0000000000001401 V\n"
	    "L1     [  1] of table in frame 5      0x0000000000001801 V\n"
	    "L2     [  0] of table in frame 6      0x0000000000001c01 V\n"
	    "L3     [  0] of table in frame 7      0x0000000000000ed7 V R W "
	    "U A "
	    "D MANAGED\n"
	    "mapped to frame 3, rw- in effect\n" },
	/* Process 2 is pmap 2: VSID (2 << 24 | 4) * 10368899 mod (2^40 - 1). */
	{ "power",
	    "sh 0x40000000: power, hashed page table, 4K pages\n"
	    "T0     [  0] of table in frame 2      0x0010000000004000 V\n"
	    "T1     [  0] of table in frame 4      0x0010000000005000 V\n"
	    "T2     [ 64] of table in frame 5      0x0010000000006000 V\n"
	    "T3     [  0] of table in frame 6      0x0030000000003196 USER N M "
	    "C R V MANAGED\n"
	    "mapped to frame 3, rw- in effect\n"
	    "segment 0x4 of 256M: VSID 0x6f0878df48; hash 0x6f0878df48, PTEGs "
	    "1864 and 183 of 2048\n"
	    "in slot 0 of the primary PTEG\n"
	    "  0x0006f0878df48001 B=0 AVPN=0xde10f1be900 V\n"
	    "  0x0000000000003196 RPN=0x3 PP=2 N M C R\n" },
};

static void
test_base(void **state)
{
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text),
		    "machine ram=4M personality=linux arch=%s\n" SPAWN
		    "sh: a = mmap 64K rw" AT_1G "sh: write a\n"
		    "show pte sh a+5\n",
		    rows[i].arch);
		script_expect_output(text, rows[i].out);
	}
}

/* --------------------------------------------------------- one by one ---- */

static void
expect_line(const char *machine, const char *script, const char *line)
{
	struct script_result res;
	char text[500];

	snprintf(text, sizeof(text),
	    "machine personality=linux %s\n" SPAWN "%s", machine, script);
	script_run(&res, text);
	if (!res.completed || strstr(res.out, line) == NULL)
		fail_msg("%s: expected\n%s\nin\n%s%s", machine, line, res.out,
		    res.err);
	script_free(&res);
}

#define CODE "sh: a = mmap 64K rx" AT_1G "sh: exec a\nshow pte sh a\n"

/* Code that was read: neither written nor to be written. */
static void
test_code(void **state)
{
	(void)state;
	expect_line("ram=4M", CODE, " 0x0000000000003425 P U A MANAGED\n");
	expect_line("ram=4M arch=arm64", CODE,
	    " 0x0120000000003fcb VALID PAGE AttrIdx=2 AP_EL0 AP_RO SH=3 AF nG "
	    "PXN MANAGED\n");
	expect_line("ram=4M arch=riscv64", CODE,
	    " 0x0000000000000e5b V R X U A MANAGED\n");
	expect_line("ram=4M arch=power", CODE,
	    " 0x0030000000003113 RO USER M R V MANAGED\n");
	expect_line("ram=4M arch=power", CODE, " RPN=0x3 PP=3 M R\n");
}

/* Writing withheld from a table by fork, page by page or as a whole. */
static void
test_withheld(void **state)
{
	static const char fork[] = "sh: a = mmap 2M rw" AT_1G "sh: write a\n"
				   "sh: fork child\nshow pte sh a\n";

	(void)state;
	expect_line("ram=4M", fork, "025 P U A\n");
	expect_line("ram=4M arch=arm64", fork, "003 VALID TABLE APTable_RO\n");
	expect_line("ram=4M arch=riscv64", fork, "01 V RO\n");
	expect_line("ram=4M arch=arm64-16k", fork,
	    "fcb VALID PAGE AttrIdx=2 AP_EL0 AP_RO SH=3 AF nG PXN UXN "
	    "MANAGED\n");
	expect_line("ram=4M arch=power", fork, "117 RO USER N M R V MANAGED\n");
	expect_line("ram=4M arch=power", fork, "\nnot in the hashed table\n");
}

#define FILL "sh: a = mmap 64M rw" AT_1G "sh: write a 64M\nshow pte sh a+32M\n"

static void
test_larger(void **state)
{
	(void)state;
	expect_line("ram=256M superpages=reserve", FILL,
	    "e7 P RW U A M PS MANAGED PROMOTED NX: 2M page, its table saved in "
	    "frame ");
	expect_line("ram=256M superpages=eager", FILL,
	    "e7 P RW U A M PS MANAGED NX: 2M page\n");
	expect_line("ram=256M superpages=reserve arch=i386", FILL,
	    "ce7 P RW U A M PS MANAGED PROMOTED: 4M page, its table saved in "
	    "frame ");
	expect_line("ram=256M superpages=reserve arch=arm64", FILL,
	    "f49 VALID AttrIdx=2 AP_EL0 SH=3 AF nG DBM PXN UXN MANAGED: 2M "
	    "page, its table saved in frame ");
	expect_line("ram=256M superpages=reserve arch=arm64-64k", FILL,
	    "f4b VALID PAGE AttrIdx=2 AP_EL0 SH=3 AF nG DBM CONTIGUOUS PXN UXN "
	    "MANAGED: one of 32 of a 2M page\n");
	expect_line("ram=256M superpages=reserve arch=riscv64", FILL,
	    "2d7 V R W U A D MANAGED: 2M page, its table saved in frame ");
	expect_line("ram=256M superpages=reserve arch=power", FILL,
	    "196 USER N M C R V MANAGED GROUP: one of 16 of a 64K page\n");
}

/* 64K: all sixteen entries say 8 in the low bits of PPN. */
static void
test_svnapot(void **state)
{
	static const char group[] = "sh: a = mmap 64K rw" AT_1G
				    "sh: write a 64K\nshow pte sh a+20K\n";

	(void)state;
	expect_line("ram=64M superpages=reserve arch=riscv64", group,
	    "2d7 V R W U A D MANAGED N: one of 16 of a 64K page\n");
	expect_line("ram=64M superpages=reserve arch=arm64", group,
	    " DBM CONTIGUOUS PXN UXN MANAGED: one of 16 of a 64K page\n");
}

/* The kernel's tables; addresses that no table has. */
static void
test_addresses(void **state)
{
	(void)state;
	expect_line("ram=4M arch=arm64", "show pte kernel 0\n",
	    "\nnot an address of this machine\n");
	expect_line("ram=4M arch=arm64", "show pte kernel 0xffff000000000000\n",
	    "\nnot mapped\n");
	expect_line("ram=4M", "show pte kernel 0x900000000000\n",
	    "\nnot an address of this machine\n");
	expect_line("ram=4M arch=riscv64", "show pte sh 0x4000000000\n",
	    "\nnot a user address of this machine\n");
	expect_line("ram=4M arch=power", "show pte sh 0x7000000000000\n",
	    "\nnot mapped\nsegment 0x700000 of 256M: ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base),
		cmocka_unit_test(test_code),
		cmocka_unit_test(test_withheld),
		cmocka_unit_test(test_larger),
		cmocka_unit_test(test_svnapot),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests_name("workloads/script_show_pte", tests,
	    NULL, NULL);
}
