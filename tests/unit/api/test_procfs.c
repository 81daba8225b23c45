/*
 * uvmsim procfs: every figure of smaps and every word of pagemap recounted page
 * by page (procfs_recount.h).  Figures of a few small scripts are worked out by
 * hand besides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "procfs_recount.h"

/* ------------------------------------------------------------- scripts -- */

static void
test_cow(void **state)
{
	(void)state;
	pf_compare_all("machine ram=64M\nspawn a\na: b = mmap 256K rw private "
		       "anon\na: write b 128K\na: fork c\nc: write b+16K 64K\n"
		       "c: fork d\nd: read b 128K\na: write b 8K\n"
		       "d: munmap b+32K 16K\n");
}

static void
test_files(void **state)
{
	(void)state;
	pf_compare_all("machine ram=64M\nfile /f 256K\nspawn a\nspawn b\n"
		       "a: s = mmap 256K rw shared file /f\n"
		       "b: p = mmap 256K rw private file /f\n"
		       "a: write s 64K\nb: read p 128K\nb: write p 32K\n"
		       "a: msync s 32K MS_SYNC\nb: fork c\nc: read p+64K 64K\n"
		       "a: id = shmget 64K creat 0600\na: x = shmat id\n"
		       "a: write x 32K\na: fork d\nd: read x 64K\n"
		       "d: mlock x 32K\nd: mlock s 16K\n");
}

static void
test_linux(void **state)
{
	(void)state;
	pf_compare_all("machine ram=64M personality=linux\nfile /f 256K\n"
		       "spawn a\na: p = mmap 256K rw private file /f\n"
		       "a: write p 64K\na: mprotect p+16K 16K r\n"
		       "a: brk +64K\na: write break_start 32K\n"
		       "a: x = mmap 64K rw private anon locked\n"
		       "a: y = mmap 64K rw shared anon\na: write y 32K\n"
		       "a: fork b\nb: write p+32K 96K\nb: read y 64K\n"
		       "b: write x 16K\na: madvise x 64K dontfork\n"
		       "a: read stack_top-8K 8K\na: vfork c\n"
		       "b: mremap p 16K 64K maymove\n");
}

static void
test_netbsd(void **state)
{
	(void)state;
	pf_compare_all(
	    "machine ram=128M personality=netbsd\nspawn a\n"
	    "a: b = mmap 1M rw private anon\na: write b 512K\n"
	    "a: minherit b+64K 64K share\na: minherit b+128K 64K none\n"
	    "a: fork c\nc: write b 128K\na: mlock b 64K\n"
	    "c: write stack_top-16K 16K\nc: read text 32K\n");
}

static void
test_i386(void **state)
{
	(void)state;
	pf_compare_all(
	    "machine arch=i386 ram=64M personality=openbsd\nspawn a\n"
	    "a: b = mmap 1M rw private anon\na: write rand b 1M "
	    "count 100\na: fork c\nc: write zipf b 1M count 200\n");
}

static void
test_random(void **state)
{
	char script[2000];

	(void)state;
	for (int seed = 1; seed <= 5; seed++) {
		snprintf(script, sizeof(script),
		    "machine ram=64M seed=%d personality=%s\nfile /f 1M\n"
		    "spawn a\na: f = mmap 1M rw private file /f\n"
		    "a: s = mmap 1M rw shared file /f\n"
		    "a: n = mmap 1M rw private anon\n"
		    "a: m = mmap 512K rw shared anon\n"
		    "a: write rand f 1M count 60\na: read rand f 1M count 60\n"
		    "a: write rand s 1M count 60\na: write zipf n 1M count "
		    "300\na: write rand m 512K count 40\na: fork b\n"
		    "b: write rand f 1M count 60\nb: read rand n 1M count 90\n"
		    "b: fork c\nc: write rand n 1M count 90\n"
		    "c: read rand m 512K count 40\nb: munmap n+256K 64K\n"
		    "c: mlock s+128K 64K\nb: read rand s 1M count 80\n"
		    "a: fork d\nd: read rand n 1M count 50\nb: exit 0\n",
		    seed, seed % 2 ? "freebsd" : "linux");
		pf_compare_all(script);
	}
}

/* Pages of several sizes; huge ones where a level above the last has them. */
static void
test_larger(void **state)
{
	static const struct {
		const char *machine;
		bool huge;
	} rows[] = {
		{ "arch=amd64 superpages=never", false },
		{ "arch=amd64 superpages=reserve", true },
		{ "arch=amd64 superpages=eager personality=linux", true },
		{ "arch=arm64 superpages=reserve", true },
		{ "arch=riscv64 superpages=eager", true },
		{ "arch=arm64-16k superpages=reserve", false },
		{ "arch=power superpages=reserve", false },
	};
	char script[1000];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		uint64_t huge;

		snprintf(script, sizeof(script),
		    "machine ram=128M %s\nspawn a\n"
		    "a: n = mmap 6M rw private anon\na: write n 6M\n"
		    "a: s = mmap 4M rw shared anon\na: write s 4M\n"
		    "a: fork b\nb: write n+1M 64K\nb: read s 4M\n"
		    "b: munmap n+5M 64K\na: mprotect n+2M 64K r\n"
		    "a: mlock n+4M 128K\n",
		    rows[i].machine);
		huge = pf_compare_all(script);
		if (rows[i].huge != (huge > 0))
			fail_msg("%s: %" PRIu64 " kB of huge pages",
			    rows[i].machine, huge);
	}
}

/*
 * More than memory holds: private pages shared by fork, files, shared memory,
 * two devices, every kind of page daemon.
 */
static void
test_swap(void **state)
{
	static const char *const machines[] = {
		"swap=2M policy=uvm personality=linux",
		"swap=256K:pri=2+2M:pri=1:file policy=uvm",
		"swap=2M policy=freebsd",
		"swap=2M policy=aix personality=linux",
		"swap=2M policy=uvm arch=i386 personality=netbsd",
		"swap=4M policy=clock",
	};
	char script[1200];

	(void)state;
	for (size_t i = 0; i < NELEM(machines); i++) {
		snprintf(script, sizeof(script),
		    "machine ram=512K seed=%zu %s\nfile /f 256K\n"
		    "spawn a image=none\n"
		    "a: n = mmap 512K rw private anon\n"
		    "a: s = mmap 256K rw shared anon\n"
		    "a: f = mmap 256K rw private file /f\n"
		    "a: write n 512K\na: write s 256K\na: fork b\n"
		    "b: write n+128K 128K\nb: read rand s 256K count 40\n"
		    "a: write rand f 256K count 60\nb: fork c\n"
		    "c: read rand n 512K count 99\na: mlock n 32K\n"
		    "c: write n+256K 64K\na: read rand n 512K count 50\n",
		    i + 1, machines[i]);
		pf_swapped = 0;
		pf_compare_all(script);
		if (pf_swapped == 0)
			fail_msg("%s: nothing is in swap", machines[i]);
	}
}

/* By hand: which word and which kB a page in swap has. */
static void
test_hand_swap(void **state)
{
	FILE *fp;

	(void)state;
	pf_open("machine ram=256K swap=64K:pri=9+1M personality=linux\n"
		"spawn a pid=10 image=none\n"
		"a: b = mmap 512K rw private anon fixed at 0x10000000\n"
		"a: write b 512K\na: fork c pid=11\n",
	    PROCFS_LINUX);
	assert_int_equal(pf_value_of(10, 0x10000000, "Swap") * 1024 / pf_page,
	    pf_m->vm.exp.swpgonly);
	assert_int_equal(pf_value_of(10, 0x10000000, "SwapPss") * 2,
	    pf_value_of(11, 0x10000000, "Swap"));
	fp = pf_file(11, "pagemap");
	/* The first page went first: behind the label of device 1. */
	assert_int_equal(pf_pagemap_word(fp, 0x10000000),
	    (uint64_t)1 << 62 | 1 << 5 | 1);
	fclose(fp);
	pf_close();
}

/* What may become a huge page, by the machine's policy and by advice. */
static void
test_eligible(void **state)
{
	static const struct {
		const char *policy;
		unsigned plain, huge, nohuge;
	} rows[] = { { "never", 0, 1, 0 }, { "reserve", 1, 1, 0 },
		{ "eager", 1, 1, 0 }, { "collapse", 1, 1, 0 } };
	char script[600];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		snprintf(script, sizeof(script),
		    "machine ram=64M personality=linux superpages=%s\n"
		    "spawn a pid=10 image=none\n"
		    "a: x = mmap 4M rw private anon fixed at 0x10000000\n"
		    "a: y = mmap 4M rw private anon fixed at 0x20000000\n"
		    "a: madvise y 4M hugepage\n"
		    "a: z = mmap 4M rw private anon fixed at 0x30000000\n"
		    "a: madvise z 4M nohugepage\n"
		    "a: t = mmap 2M rw private anon fixed at 0x40001000\n",
		    rows[i].policy);
		pf_open(script, PROCFS_LINUX);
		assert_int_equal(pf_value_of(10, 0x10000000, "THPeligible"),
		    rows[i].plain);
		assert_int_equal(pf_value_of(10, 0x20000000, "THPeligible"),
		    rows[i].huge);
		assert_int_equal(pf_value_of(10, 0x30000000, "THPeligible"),
		    rows[i].nohuge);
		assert_int_equal(pf_value_of(10, 0x40001000, "THPeligible"), 0);
		pf_close();
	}
}

/* Nobody runs: a tree of the machine alone. */
static void
test_nobody(void **state)
{
	char path[sizeof(PF_DIR) + 16];

	(void)state;
	pf_open("machine ram=1M\n", PROCFS_LINUX);
	snprintf(path, sizeof(path), "%s/t/meminfo", pf_dir);
	assert_int_equal(access(path, R_OK), 0);
	pf_close();
}

/* ------------------------------------------------------------- by hand -- */

/*
 * Four pages are written, three stay common after the child has written one:
 * 3 * 4 shared, 4 private; Pss 3 * 2 + 4.  The parent has not touched its
 * pages since the fork, which took nothing from its page table.
 */
static void
test_hand_cow(void **state)
{
	(void)state;
	pf_open("machine ram=64M\nspawn a pid=10 image=none\n"
		"a: b = mmap 64K rw private anon fixed at 0x10000000\n"
		"a: write b 16K\na: fork c pid=11\nc: write b 4K\n"
		"c: read b 16K\n",
	    PROCFS_LINUX);
	for (int pid = 10; pid <= 11; pid++) {
		assert_int_equal(pf_value_of(pid, 0x10000000, "Rss"), 16);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Pss"), 10);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Shared_Dirty"),
		    12);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Private_Dirty"),
		    4);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Anonymous"), 16);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Referenced"),
		    16);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Locked"), 0);
	}
	pf_close();
}

#define READERS \
	"machine ram=64M\nfile /f 8K\n" \
	"spawn a pid=10 image=none\nspawn b pid=11 image=none\n" \
	"spawn c pid=12 image=none\n" \
	"a: x = mmap 8K rw shared file /f fixed at 0x10000000\n" \
	"b: x = mmap 8K r shared file /f fixed at 0x10000000\n" \
	"c: x = mmap 8K rw private file /f fixed at 0x10000000\n" \
	"a: read x 8K\nb: read x 8K\nc: read x 8K\n"

/*
 * Three processes look at two pages of a file: a third of a page each is 1365
 * bytes and a third, two of them are 2 kB when cut.
 */
static void
test_hand_readers(void **state)
{
	(void)state;
	pf_open(READERS, PROCFS_LINUX);
	for (int pid = 10; pid <= 12; pid++) {
		assert_int_equal(pf_value_of(pid, 0x10000000, "Rss"), 8);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Pss"), 2);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Pss_Dirty"), 0);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Shared_Clean"),
		    8);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Referenced"), 8);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Anonymous"), 0);
	}
	pf_close();
}

/* One locks its private mapping and so gets pages of its own: Pss 8 and 4. */
static void
test_hand_locked(void **state)
{
	(void)state;
	pf_open(READERS "c: mlock x 8K\na: write x 1\n", PROCFS_LINUX);
	assert_int_equal(pf_value_of(12, 0x10000000, "Anonymous"), 8);
	assert_int_equal(pf_value_of(12, 0x10000000, "Locked"), 8);
	assert_int_equal(pf_value_of(12, 0x10000000, "Private_Dirty"), 8);
	for (int pid = 10; pid <= 11; pid++) {
		assert_int_equal(pf_value_of(pid, 0x10000000, "Pss"), 4);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Locked"), 0);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Private_Clean"),
		    0);
		assert_int_equal(pf_value_of(pid, 0x10000000, "Private_Dirty"),
		    0);
	}
	assert_int_equal(pf_value_of(10, 0x10000000, "Shared_Dirty"), 4);
	pf_close();
}

/*
 * A page that was written through a mapping which is gone is dirty to those who
 * still have it; written back, it is clean.
 */
static void
test_hand_gone(void **state)
{
	static const char
	    script[] = "machine ram=64M\nfile /f 4K\n"
		       "spawn a pid=10 image=none\nspawn b pid=11 image=none\n"
		       "a: x = mmap 4K rw shared file /f fixed at 0x10000000\n"
		       "b: x = mmap 4K rw shared file /f fixed at 0x10000000\n"
		       "a: write x 1\nb: read x 1\na: msync x 4K MS_SYNC\n"
		       "a: write x 1\na: munmap x 4K\n";
	char more[sizeof(script) + 40];

	(void)state;
	pf_open(script, PROCFS_LINUX);
	assert_int_equal(pf_value_of(11, 0x10000000, "Private_Dirty"), 4);
	pf_close();
	snprintf(more, sizeof(more), "%sb: msync x 4K MS_SYNC\n", script);
	pf_open(more, PROCFS_LINUX);
	assert_int_equal(pf_value_of(11, 0x10000000, "Private_Dirty"), 0);
	assert_int_equal(pf_value_of(11, 0x10000000, "Private_Clean"), 4);
	pf_close();
}

/* Looking changes nothing: the core before is the core after. */
static void
test_looks_only(void **state)
{
	char before[sizeof(PF_DIR) + 16], after[sizeof(PF_DIR) + 16], err[300];
	char tree[sizeof(PF_DIR) + 32], cmd[200];

	(void)state;
	pf_open("machine ram=64M personality=linux\nspawn a\n"
		"a: b = mmap 64K rw private anon\na: write b 32K\n"
		"a: fork c\nc: write b 8K\na: munmap b+16K 4K\n",
	    PROCFS_NSTYLES);
	snprintf(before, sizeof(before), "%s/before", pf_dir);
	snprintf(after, sizeof(after), "%s/after", pf_dir);
	assert_int_equal(sim_core_save(pf_m, before, err, sizeof(err)), 0);
	for (int style = 0; style < PROCFS_NSTYLES; style++) {
		snprintf(tree, sizeof(tree), "%s/style%d", pf_dir, style);
		assert_int_equal(procfs_write(pf_m, (enum procfs_style)style,
				     tree, err, sizeof(err)),
		    0);
	}
	assert_int_equal(sim_core_save(pf_m, after, err, sizeof(err)), 0);
	snprintf(cmd, sizeof(cmd), "cmp -s %s %s", before, after);
	assert_int_equal(system(cmd), 0);
	pf_close();
}

static void
read_text(const char *tree, const char *name, char *text, size_t len)
{
	char path[300];
	FILE *fp;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", tree, name);
	fp = fopen(path, "r");
	if (fp == NULL)
		fail_msg("%s is not there", path);
	n = fread(text, 1, len - 1, fp);
	text[n] = '\0';
	fclose(fp);
}

/* Pages of a segment in swap, seen through a private mapping that has copies of
 * some of them. */
static void
test_private_of_shared(void **state)
{
	(void)state;
	pf_swapped = 0;
	pf_compare_all(
	    "machine ram=256K swap=2M personality=linux\n"
	    "spawn a pid=10 image=none\na: fd = memfd_create foo\n"
	    "a: ftruncate fd 128K\na: s = mmap 128K rw shared fd fd\n"
	    "a: p = mmap 128K rw private fd fd\na: write s 128K\n"
	    "a: write p 32K\na: n = mmap 256K rw private anon\n"
	    "a: write n 256K\na: read p+64K 16K\na: write n 128K\n");
	assert_true(pf_swapped > 0);
}

/* Names with newlines and backslashes, and long ones, as Linux 6.18 showed
 * those of a program that had called itself so: cut at 15 bytes, escaped in
 * status alone; those of paths in octal. */
static void
test_names(void **state)
{
	char tree[sizeof(PF_DIR) + 16], text[20000], err[300];
	const struct sim_call open = { .no = SIM_SYS_OPEN,
		.str = "/a\nb\\c",
		.arg = { 0 } };
	uint64_t fd, at;
	struct process *p;

	(void)state;
	pf_open("machine ram=64M personality=linux swap=1M:pri=3:file\n",
	    PROCFS_NSTYLES);
	assert_int_equal(sim_spawn(pf_m, "we\\ird\nname-that-is-long", 5, NULL,
			     NULL, &p),
	    0);
	assert_non_null(sim_file_get(pf_m, open.str, 8192, SIM_FILE_REG));
	assert_int_equal(sim_syscall(pf_m, p, &open, &fd), 0);
	assert_int_equal(sim_syscall(pf_m, p,
			     &(struct sim_call){ .no = SIM_SYS_MMAP,
				 .arg = { 0, 8192, 1, 2, fd, 0 } },
			     &at),
	    0);
	snprintf(tree, sizeof(tree), "%s/odd", pf_dir);
	assert_int_equal(procfs_write(pf_m, PROCFS_LINUX, tree, err,
			     sizeof(err)),
	    0);
	read_text(tree, "5/maps", text, sizeof(text));
	assert_non_null(strstr(text, " /a\\012b\\c\n"));
	read_text(tree, "5/status", text, sizeof(text));
	assert_non_null(strstr(text, "Name:\twe\\\\ird\\nname-tha\n"));
	read_text(tree, "5/comm", text, sizeof(text));
	assert_string_equal(text, "we\\ird\nname-tha\n");
	read_text(tree, "5/stat", text, sizeof(text));
	assert_int_equal(strncmp(text, "5 (we\\ird\nname-tha) S", 21), 0);
	read_text(tree, "swaps", text, sizeof(text));
	assert_non_null(strstr(text, " file\t\t"));
	/* A tree goes where nothing is, and its name is one. */
	assert_int_equal(procfs_write(pf_m, PROCFS_LINUX, tree, err,
			     sizeof(err)),
	    ENOTEMPTY);
	assert_non_null(strstr(err, "odd"));
	assert_int_equal(procfs_write(pf_m, PROCFS_LINUX, "/tmp/..", err,
			     sizeof(err)),
	    EINVAL);
	assert_int_equal(procfs_write(pf_m, PROCFS_LINUX, "/tmp/..", err, 0),
	    EINVAL);
	pf_close();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cow),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_linux),
		cmocka_unit_test(test_netbsd),
		cmocka_unit_test(test_i386),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_larger),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_hand_swap),
		cmocka_unit_test(test_eligible),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_hand_cow),
		cmocka_unit_test(test_hand_readers),
		cmocka_unit_test(test_hand_locked),
		cmocka_unit_test(test_hand_gone),
		cmocka_unit_test(test_looks_only),
		cmocka_unit_test(test_private_of_shared),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
