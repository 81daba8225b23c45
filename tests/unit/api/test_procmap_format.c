/*
 * procmap's formats, byte for byte, over a kernel made of tables: no kvm(3) is
 * involved.  The map is one of OpenBSD 3.6 on i386; its first four entries are
 * those of the manual page.  What is expected stands here as text.
 */
#include "procmap_kernel.h"

/* What `procmap ARGUMENTS' prints of the process, or of the kernel. */
static char *
output_of(int pid, const char *arguments)
{
	static const struct procmap_proc proc = { .vmspace = MAP,
		.comm = "sh" };
	char args[100], *argv[12] = { "procmap" }, *text = NULL;
	struct procmap pm = { .progname = "procmap" };
	int argc = 1;
	size_t len;

	snprintf(args, sizeof(args), "%s", arguments);
	for (char *p = strtok(args, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = p;
	pm.out = pm.err = open_memstream(&text, &len);
	assert_non_null(pm.out);
	assert_true(procmap_parse(&pm, argc, argv));
	pm.src = &source;
	pm.w = 2 * (int)source.ptrsize;
	pm.page_size = 4096;
	pm.maxsmap = 0x2000000;
	pm.maxdsiz = 0x40000000;
	pm.kernel_map = MAP;
	pm.nchashtbl = 0xd0700000;
	pm.symbol[PROCMAP_VNODEOPS] = VNODEOPS;
	pm.symbol[PROCMAP_DEVICEOPS] = DEVICEOPS;
	pm.symbol[PROCMAP_AOBJ_PAGER] = AOBJ;
	pm.symbol[PROCMAP_KERNEL_TEXT] = TEXT;
	pm.symbol[PROCMAP_NCHASH] = 0xd0700100;
	assert_true(procmap_process(&pm, pid, &proc));
	procmap_forget(&pm);
	fclose(pm.out);
	return text;
}

static void
prints(const char *arguments, const char *want)
{
	char *got = output_of(1, arguments);

	assert_string_equal(got, want);
	free(got);
}

/* Each line of want is a line of the output. */
static void
prints_lines(const char *arguments, const char *want)
{
	char *got = output_of(1, arguments), line[400], *copy = strdup(want);
	char *whole;

	assert_non_null(copy);
	assert_true(asprintf(&whole, "\n%s", got) > 0);
	for (char *p = strtok(copy, "\n"); p != NULL; p = strtok(NULL, "\n")) {
		snprintf(line, sizeof(line), "\n%s\n", p);
		if (strstr(whole, line) == NULL)
			fail_msg("procmap %s: expected the line\n%s\ngot:\n%s",
			    arguments, p, got);
	}
	free(copy);
	free(whole);
	free(got);
}

/* -------------------------------------------------------------- tests ---- */

#define SOLARIS \
	"08048000    420K read/exec         /bin/sh\n" \
	"080B1000      8K read/write        /bin/sh\n" \
	"080B3000     28K read/write          [ anon ]\n" \
	"080BA000     16K read/write/exec     [ heap ]\n" \
	"40000000    260K read/exec         /usr -unknown- /libc.so.34.1\n" \
	"40041000      4K                     [ anon ]\n" \
	"40100000      4K read/write        /dev/bpf0\n" \
	"40200000     64K read/write          [ uvm_aobj ]\n" \
	"BDBFE000  28672K                     [ stack ]\n" \
	"BF7FE000   4096K read/write          [ stack ]\n" \
	" total     4896K\n"

static void
test_solaris(void **state)
{
	(void)state;
	prints("", SOLARIS);
	prints("-s -v", SOLARIS);
	prints("--compat=3.6 -v -v", SOLARIS);
}

static void
test_map(void **state)
{
	(void)state;
	prints_lines("-m -v",
	    "0x8048000 0x80b1000 r-x rwx COW NC 1 0 0 0,0 70173 /bin/sh\n"
	    "0x80b1000 0x80b3000 rw- rwx COW NC 1 0 0 0,0 70173 /bin/sh\n"
	    "0x80b3000 0x80ba000 rw- rwx COW NNC 1 0 0   [ anon ]\n"
	    "0x80ba000 0x80be000 rwx rwx COW NNC 1 0 0   [ heap ]\n"
	    "0x40000000 0x40041000 r-x rwx COW NC 1 0 0 4,6 41231"
	    " /usr -unknown- /libc.so.34.1\n"
	    "0x40100000 0x40101000 rw- rw- NCOW NNC 0 0 0 /dev/bpf0\n"
	    "0x40200000 0x40210000 rw- rwx NCOW NNC 0 1 2   [ uvm_aobj ]\n");
	prints_lines("-m",
	    "0x8048000 0x80b1000 r-x rwx COW NC 1 0 0\n"
	    "0x40200000 0x40210000 rw- rwx NCOW NNC 0 1 2\n");
}

static void
test_linux(void **state)
{
	(void)state;
	prints_lines("-l",
	    "08048000-080b1000 r-xp 00000000 00:00 70173     /bin/sh\n"
	    "080b1000-080b3000 rw-p 00068000 00:00 70173     /bin/sh\n"
	    "080b3000-080ba000 rw-p 00000000 00:00 0     \n"
	    "40000000-40041000 r-xp 00000000 04:06 41231"
	    "     /usr -unknown- /libc.so.34.1\n"
	    "40100000-40101000 rw-s 00001000 00:00 0     \n");
	/* The page promises identifiers for all; 3.6 forgot it. */
	prints_lines("-l -v",
	    "080b3000-080ba000 rw-p 00000000 00:00 0     \n"
	    "40100000-40101000 rw-s 00001000 00:00 0     \n");
	prints_lines("--compat=manual -l -v",
	    "080b3000-080ba000 rw-p 00000000 00:00 0       [ anon ]\n"
	    "40100000-40101000 rw-s 00001000 00:00 0     /dev/bpf0\n");
}

static void
test_all(void **state)
{
	(void)state;
	prints_lines("-a",
	    "Start    End         Size  Offset   rwxpc  RWX  I/W/A Dev  "
	    "   Inode - File\n"
	    "08048000-080b0fff     420k 00000000 r-xp+ (rwx) 1/0/0 00:00"
	    "   70173 - /bin/sh [0xd0c4a8e8]\n"
	    "080b1000-080b2fff       8k 00068000 rw-p+ (rwx) 1/0/0 00:00"
	    "   70173 - /bin/sh [0xd0c4a8e8]\n"
	    "080b3000-080b9fff      28k 00000000 rw-p- (rwx) 1/0/0 00:00"
	    "       0 -   [ anon ]\n"
	    "080ba000-080bdfff      16k 00000000 rwxp- (rwx) 1/0/0 00:00"
	    "       0 -   [ heap ]\n"
	    "40041000-40041fff       4k 00000000 ---p+ (rwx) 1/0/0 00:00"
	    "       0 -   [ anon ]\n"
	    "40100000-40100fff       4k 00001000 rw-s- (rw-) 0/0/0 00:00"
	    "       0 - /dev/bpf0\n"
	    "bdbfe000-bf7fdfff   28672k 00000000 ---p+ (rwx) 1/0/0 00:00"
	    "       0 -   [ stack ]\n"
	    " total               4896k\n");
}

static void
test_ddb(void **state)
{
	(void)state;
	prints_lines("-d -v",
	    "MAP 0xd0a31c00: [0x0->0xbfbfe000]\n"
	    "\t#ent=10, sz=34377728, ref=1, version=20, flags=0x1\n"
	    "\tpmap=0xd09f4ce0(resident=<unknown>)\n"
	    " - 0xd0b10358: 0x8048000->0x80b1000: obj=0xd0c4a8e8/0x0,"
	    " amap=0x0/0\n"
	    "\tsubmap=F, cow=T, nc=T, prot(max)=5/7, inh=1, wc=0, adv=0\n"
	    "\t(dev=0,0 ino=70173 [/bin/sh] [0xd0c4a8e8])\n"
	    " - 0xd0b10408: 0x80b3000->0x80ba000: obj=0x0/0x0,"
	    " amap=0xd0d20c40/0\n"
	    "\tsubmap=F, cow=T, nc=F, prot(max)=3/7, inh=1, wc=0, adv=0\n"
	    "\t([ anon ])\n"
	    " - 0xd0b10568: 0x40100000->0x40101000: obj=0xd0e01100/0x1000,"
	    " amap=0x0/0\n"
	    "\tsubmap=F, cow=F, nc=F, prot(max)=3/3, inh=0, wc=0, adv=0\n");
}

/* A device has no third line; a size beyond 2 GB is negative on ILP32. */
static void
test_ddb_edges(void **state)
{
	(void)state;
	entries[0] = entries[6];
	nentries = 1;
	link_entries();
	space.map.signed_size = -4096;
	prints("-d -v",
	    "MAP 0xd0a31c00: [0x0->0xbfbfe000]\n"
	    "\t#ent=1, sz=-4096, ref=1, version=20, flags=0x1\n"
	    "\tpmap=0xd09f4ce0(resident=<unknown>)\n"
	    " - 0xd0b10358: 0x40100000->0x40101000: obj=0xd0e01100/0x1000,"
	    " amap=0x0/0\n"
	    "\tsubmap=F, cow=F, nc=F, prot(max)=3/3, inh=0, wc=0, adv=0\n");
}

static void
test_dump(void **state)
{
	char *got;

	(void)state;
	got = output_of(1, "-D 25 -s");
	assert_memory_equal(got,
#define DUMP \
	"proc->p_vmspace 0xd0a31c00 = { vm_refcnt = 1, vm_shm = 0x0,\n" \
	"    vm_rssize = 61, vm_swrss = 0, vm_tsize = 105, vm_dsize = 4,\n" \
	"    vm_ssize = 1024, vm_taddr = 0x8048000, vm_daddr = 0x80ba000,\n" \
	"    vm_maxsaddr = 0xbdbfe000, vm_minsaddr = 0xbfbfe000 }\n" \
	"vm_map_entry 0xd0b10358 = { prev = 0xd0a31c20," \
	" next = 0xd0b103b0,\n" \
	"    start = 8048000, end = 80b1000," \
	" object.uvm_obj/sub_map = 0xd0c4a8e8,\n" \
	"    offset = 0, etype = d < OBJ COW NEEDSCOPY >," \
	" protection = 5,\n" \
	"    max_protection = 7, inheritance = 1, wired_count = 0,\n" \
	"    aref = <struct vm_aref>, advice = 0, flags = 0 < > }\n"
#define DUMP_NAMES \
	"ncp->nc_vp 0xd0c4b000, ncp->nc_dvp 0xd0c4b100," \
	" ncp->nc_nlen  12 [libc.so.34.1] (nc_dvpid=501, nc_vpid=500)\n" \
	"ncp->nc_vp 0xd0c49d20, ncp->nc_dvp 0xd0c40e00," \
	" ncp->nc_nlen   3 [bin] (nc_dvpid=2, nc_vpid=131)\n" \
	"ncp->nc_vp 0xd0c4a8e8, ncp->nc_dvp 0xd0c49d20," \
	" ncp->nc_nlen   2 [sh] (nc_dvpid=131, nc_vpid=407)\n"
	    DUMP DUMP_NAMES "08048000    420K read/exec         /bin/sh\n",
	    strlen(DUMP DUMP_NAMES) + 43);
	free(got);
}

/* -D2 and -D4, and where they stand among the heads of -d and -a. */
static void
test_dump_map(void **state)
{
	(void)state;
	nentries = 0;
	link_entries();
	space.map.flags = 0x15;
	space.map.hint = HEADER;
	space.map.header.flags = 3;
	prints("-D 6 -d -a",
	    "proc->p_vmspace.vm_map 0xd0a31c00 = { pmap = 0xd09f4ce0,\n"
	    "    lock = <struct lock>, header = <struct vm_map_entry>,"
	    " nentries = 0,\n"
	    "    size = 20c9000, ref_count = 1,"
	    " ref_lock = <struct simplelock>,\n"
	    "    hint = 0xd0a31c20, hint_lock = <struct simplelock>,\n"
	    "    first_free = 0x0,"
	    " flags = 15 < PAGEABLE WIREFUTURE WANTLOCK >,\n"
	    "    flags_lock = <struct simplelock>, timestamp = 20 }\n"
	    "MAP 0xd0a31c00: [0x0->0xbfbfe000]\n"
	    "\t#ent=0, sz=34377728, ref=1, version=20, flags=0x15\n"
	    "\tpmap=0xd09f4ce0(resident=<unknown>)\n"
	    "vm_map.header 0xd0a31c20 = { prev = 0xd0a31c20,"
	    " next = 0xd0a31c20,\n"
	    "    start = 0, end = bfbfe000, object.uvm_obj/sub_map = 0x0,\n"
	    "    offset = 0, etype = 0 < >, protection = 0,\n"
	    "    max_protection = 0, inheritance = 0, wired_count = 0,\n"
	    "    aref = <struct vm_aref>, advice = 0,"
	    " flags = 3 < STATIC KMEM > }\n"
	    "Start    End         Size  Offset   rwxpc  RWX  I/W/A Dev  "
	    "   Inode - File\n"
	    " - 0xd0a31c20: 0x0->0xbfbfe000: obj=0x0/0x0, amap=0x0/0\n"
	    "\tsubmap=F, cow=F, nc=F, prot(max)=0/0, inh=0, wc=0, adv=0\n"
	    "00000000-bfbfdfff 3141624k 00000000 ---s- (---) 0/0/0 00:00"
	    "       0 -   [ anon ]\n"
	    " total                  0k\n");
}

/* An entry's lines come in one order, whatever the options' order is. */
static void
test_order(void **state)
{
	static const char first
	    [] = "0x8048000 0x80b1000 r-x rwx COW NC 1 0 0\n"
		 "08048000-080b1000 r-xp 00000000 00:00 70173     /bin/sh\n"
		 " - 0xd0b10358: 0x8048000->0x80b1000: obj=0xd0c4a8e8/0x0,"
		 " amap=0x0/0\n"
		 "\tsubmap=F, cow=T, nc=T, prot(max)=5/7, inh=1, wc=0, adv=0\n"
		 "08048000    420K read/exec         /bin/sh\n"
		 "08048000-080b0fff     420k 00000000 r-xp+ (rwx) 1/0/0 00:00"
		 "   70173 - /bin/sh [0xd0c4a8e8]\n";
	char *a = output_of(1, "-a -m -l -d -s"), *b = output_of(1, "-sdlma");
	const char *totals = " total     4896K\n"
			     " total               4896k\n";

	(void)state;
	assert_string_equal(a, b);
	assert_non_null(strstr(a, first));
	assert_string_equal(a + strlen(a) - strlen(totals), totals);
	free(a);
	free(b);
}

/* With ordinary values of the vmspace heap and anon change places. */
static void
test_heap_rule(void **state)
{
	(void)state;
	space.daddr = 0x80b1000;
	space.dsize = 9;
	prints_lines("",
	    "080B3000     28K read/write          [ heap ]\n"
	    "080BA000     16K read/write/exec     [ anon ]\n");
	space.dsize = 14; /* exactly half is not more than half */
	prints_lines("", "080B3000     28K read/write          [ anon ]\n");
}

static void
test_paths(void **state)
{
	(void)state;
	/* all found, on another mount */
	put_name(3, 0, LIB, 501, ROOT, 2, "lib");
	prints_lines("",
	    "40000000    260K read/exec         "
	    "/usr/lib/libc.so.34.1\n");
	/* of two names the last one read counts */
	put_name(4, 3, LIB, 501, ROOT, 2, "lib64");
	prints_lines("",
	    "40000000    260K read/exec         "
	    "/usr/lib64/libc.so.34.1\n");
	/* another generation of the vnode */
	names[2].vpid = 408;
	prints_lines("",
	    "08048000    420K read/exec         / -unknown- \n"
	    "080B1000      8K read/write        / -unknown- \n");
	/* the last bucket is never read */
	put_name(5, MASK, SH, 407, BIN, 131, "ksh");
	prints_lines("", "08048000    420K read/exec         / -unknown- \n");
	put_name(5, MASK - 1, SH, 407, BIN, 131, "ksh");
	prints_lines("", "08048000    420K read/exec         /bin/ksh\n");
	/* dots are no names */
	put_name(6, MASK - 1, SH, 407, BIN, 131, "..");
	put_name(7, MASK - 1, SH, 407, BIN, 131, ".");
	prints_lines("", "08048000    420K read/exec         /bin/ksh\n");
}

/* A file system without inodes: no device, no third line, no name in -l. */
static void
test_no_inode(void **state)
{
	char *got;

	(void)state;
	entries[0].object = NFS;
	put_name(3, 0, NFS, 502, ROOT, 2, "remote");
	prints_lines("-l -m -v --",
	    "0x8048000 0x80b1000 r-x rwx COW NC 1 0 0 /usr/remote\n");
	prints_lines("-a",
	    "08048000-080b0fff     420k 00000000 r-xp+ (rwx)"
	    " 1/0/0 00:00       0 - /usr/remote"
	    " [0xd0c4c000]\n");
	prints_lines("-l", "08048000-080b1000 r-xp 00000000 00:00 0     \n");
	nentries = 1;
	link_entries();
	got = output_of(1, "-dv");
	assert_null(strstr(got, "remote"));
	free(got);
}

static void
test_pager_names(void **state)
{
	(void)state;
	entries[7].object = 0xd0e0ff00;
	prints_lines("",
	    "40200000     64K read/write          "
	    "[ unknown (0xd0655550) ]\n");
	/* no object bit: memory, though there is a pointer */
	entries[7].etype = 2;
	space.daddr = 0x40201000;
	prints_lines("", "40200000     64K read/write          [ anon ]\n");
}

/* Nothing is known of the kernel's vmspace. */
static void
test_kernel(void **state)
{
	char *got = output_of(0, "-D 3");

	(void)state;
	assert_memory_equal(got, "kernel_map 0xd0a31c00 = { pmap = ", 32);
	assert_non_null(strstr(got,
	    "\nBF7FE000   4096K read/write          "
	    "[ anon ]\n"));
	assert_non_null(strstr(got,
	    "\n08048000    420K read/exec         "
	    "/bin/sh\n"));
	free(got);
}

static void
test_empty(void **state)
{
	(void)state;
	nentries = 0;
	link_entries();
	prints("",
	    "00000000 3141624K                     [ anon ]\n"
	    " total        0K\n");
	space.map.header.next = 0;
	prints("", " total        0K\n");
}

static void
test_star(void **state)
{
	(void)state;
	prints("-s -v -v",
	    "08048000    420K read/exec         /bin/sh\n"
	    "080B1000      8K read/write        /bin/sh\n"
	    "080B3000     28K read/write          [ anon ]\n"
	    "080BA000     16K read/write/exec     [ heap ]\n"
	    "*\n"
	    "40000000    260K read/exec         "
	    "/usr -unknown- /libc.so.34.1\n"
	    "40041000      4K                     [ anon ]\n"
	    "*\n"
	    "40100000      4K read/write        /dev/bpf0\n"
	    "*\n"
	    "40200000     64K read/write          [ uvm_aobj ]\n"
	    "*\n"
	    "BDBFE000  28672K                     [ stack ]\n"
	    "BF7FE000   4096K read/write          [ stack ]\n"
	    " total     4896K\n");
}

static void
test_lp64(void **state)
{
	(void)state;
	source.ptrsize = 8;
	nentries = 2;
	entries[0].start = 0x400000;
	entries[0].end = 0x469000;
	entries[1] = (struct procmap_entry){ .start = 0x7f7fffff0000,
		.end = 0x7f7ffffff000,
		.etype = 4,
		.protection = 3,
		.max_protection = 7,
		.inheritance = 1 };
	link_entries();
	space.maxsaddr = 0x7f7ffe000000;
	space.daddr = 0x600000;
	prints("-s",
	    "0000000000400000    420K read/exec         /bin/sh\n"
	    "00007F7FFFFF0000     60K read/write          [ stack ]\n"
	    " total              480K\n");
	prints_lines("-l",
	    "0000000000400000-0000000000469000 r-xp 0000000000000000 00:00"
	    " 70173     /bin/sh\n");
	prints_lines("-a",
	    "Start            End                 Size  Offset          "
	    " rwxpc  RWX  I/W/A Dev     Inode - File\n"
	    "0000000000400000-0000000000468fff     420k 0000000000000000"
	    " r-xp+ (rwx) 1/0/0 00:00   70173 - /bin/sh [0xd0c4a8e8]\n"
	    " total                                480k\n");
}

static void
test_reserved(void **state)
{
	(void)state;
	prints("-r",
	    "1:\tsh\n"
	    "08048000    420K read/exec         /bin/sh\n"
	    "080B1000      8K read/write        /bin/sh\n"
	    "080B3000     28K read/write          [ anon ]\n"
	    "080BA000 916760K read/write/exec     [ heap ]\n"
	    "40000000    260K read/exec         "
	    "/usr -unknown- /libc.so.34.1\n"
	    "40041000      4K -                   [ anon ]\n"
	    "40100000      4K read/write/shared /dev/bpf0\n"
	    "40200000     64K read/write/shared   [ uvm_aobj ]\n"
	    "BDBFE000  32768K read/write          [ stack ]\n"
	    " total   950316K\n");
}

#define SHARED_HEAD \
	"1:\tsh\n" \
	"Address   Kbytes Resident Shared Private Permissions" \
	"       Mapped File\n" \
	"08048000     420     208     208       - read/exec         sh\n" \
	"080B1000       8       4       4       - read/write        sh\n"
#define SHARED_LIBC \
	"40000000     260     128       -     128 read/exec" \
	"         libc.so.34.1\n" \
	"--------  ------  ------  ------  ------\n"

/* Both entries' amap is this map's alone, or another map has it as well. */
static void
test_shared(void **state)
{
	(void)state;
	nentries = 5;
	link_entries();
	entries[3].amap = entries[2].amap;
	amap_refs = 2;
	prints("-x",
	    SHARED_HEAD
	    "080B3000      28      12       4       8 read/write         "
	    "[ anon ]\n"
	    "080BA000      16       8       4       4 read/write/exec    "
	    "[ heap ]\n" SHARED_LIBC
	    "total Kb     732     360     220     140\n");
	entries[3].amap++;
	amap_refs = 1;
	prints_lines("-x",
	    "080B3000      28      12       4       8 read/write         "
	    "[ anon ]\n");
	entries[3].amap--;
	amap_refs = 3;
	prints("-x",
	    SHARED_HEAD
	    "080B3000      28      12      12       - read/write         "
	    "[ anon ]\n"
	    "080BA000      16       8       8       - read/write/exec    "
	    "[ heap ]\n" SHARED_LIBC
	    "total Kb     732     360     232     128\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_solaris, setup),
		cmocka_unit_test_setup(test_map, setup),
		cmocka_unit_test_setup(test_linux, setup),
		cmocka_unit_test_setup(test_all, setup),
		cmocka_unit_test_setup(test_ddb, setup),
		cmocka_unit_test_setup(test_ddb_edges, setup),
		cmocka_unit_test_setup(test_dump, setup),
		cmocka_unit_test_setup(test_dump_map, setup),
		cmocka_unit_test_setup(test_order, setup),
		cmocka_unit_test_setup(test_heap_rule, setup),
		cmocka_unit_test_setup(test_paths, setup),
		cmocka_unit_test_setup(test_no_inode, setup),
		cmocka_unit_test_setup(test_pager_names, setup),
		cmocka_unit_test_setup(test_kernel, setup),
		cmocka_unit_test_setup(test_empty, setup),
		cmocka_unit_test_setup(test_star, setup),
		cmocka_unit_test_setup(test_lp64, setup),
		cmocka_unit_test_setup(test_reserved, setup),
		cmocka_unit_test_setup(test_shared, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
