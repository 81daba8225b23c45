/*
 * Replays of small logs, each with one thing in it that a reader can get wrong.
 */
#include "strace_fixture.h"

#include <errno.h>

/* A first image: one file page, a stack. */
#define SNAP(pid) \
	"#snap pid=" pid " event=exec k=1\n" \
	"00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n" \
	"7ffff0000000-7ffff0021000 rw-p 00000000 00:00 0    [stack]\n"
#define EXEC(pid) pid " execve(\"/bin/x\", [\"x\"], 0x1) = 0\n"
#define IMAGE "00400000-00401000 r-xp 00000000 /bin/x\n"
#define STACK "7ffff0000000-7ffff0021000 rw-p 00000000\n"
#define ANON "PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0"

static struct log_result res;

static void
expect(const char *log, const char *snaps, const char *maps)
{
	log_replay(log, snaps, &res);
	assert_int_equal(res.err, 0);
	assert_string_equal(res.first, "");
	assert_int_equal(res.stats.divergences, 0);
	assert_string_equal(res.maps, maps);
}

static void
diverges(const char *log, uint64_t n, const char *report)
{
	log_replay(log, SNAP("1"), &res);
	assert_int_equal(res.err, 0);
	if (strncmp(res.first, report, strlen(report)) != 0)
		assert_string_equal(res.first, report);
	assert_int_equal(res.stats.divergences, n);
}

static void
test_empty(void **state)
{
	(void)state;
	expect("", NULL, "");
	expect(EXEC("1"), SNAP("1"), "#pid=1\n" IMAGE STACK);
}

static void
test_heap(void **state)
{
	(void)state;
	expect(
	    EXEC(
		"1") "1 brk(NULL) = 0x500000\n1 brk(0x501234) = 0x501234\n"
		     "1 brk(0x10) = 0x501234\n"
		     "1 mprotect(0x500000, 1, PROT_READ) = 0\n"
		     "1 brk(0x501000) = 0x501000\n1 brk(0x503000) = 0x503000\n",
	    SNAP("1"),
	    "#pid=1\n" IMAGE "00500000-00501000 r--p 00000000\n"
	    "00501000-00503000 rw-p 00000000\n" STACK);
}

/* The other thread's munmap has happened though its return comes later. */
static void
test_early_unmap(void **state)
{
	(void)state;
	expect(EXEC("1") "1 mmap(NULL, 8192, " ANON ") = 0x7000000\n"
			 "1 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x1} => "
			 "{parent_tid=[2]}, 88) = 2\n"
			 "2 munmap(0x7000000, 8192 <unfinished ...>\n"
			 "1 mmap(NULL, 4096, " ANON ") = 0x7000000\n"
			 "2 <... munmap resumed>) = 0\n"
			 "2 exit(0) = ?\n2 +++ exited with 0 +++\n"
			 "1 exit_group(0) = ?\n1 +++ exited with 0 +++\n",
	    SNAP("1"),
	    "#pid=1\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK);
	assert_int_equal(res.stats.early, 1);
	assert_int_equal(res.stats.threads, 1);
	assert_int_equal(res.stats.processes, 1);
}

/* The same with mremap: where it goes is known from its return only. */
static void
test_early_mremap(void **state)
{
	(void)state;
	expect(
	    EXEC("1") "1 mmap(NULL, 4096, " ANON ") = 0x7000000\n"
		      "1 mmap(NULL, 4096, " ANON ") = 0x7001000\n"
		      "1 mprotect(0x7001000, 4096, PROT_READ) = 0\n"
		      "1 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = "
		      "2\n"
		      "2 mremap(0x7000000, 4096, 8192, MREMAP_MAYMOVE "
		      "<unfinished ...>\n"
		      "1 mmap(NULL, 4096, " ANON ") = 0x7000000\n"
		      "2 <... mremap resumed>) = 0x6000000\n",
	    SNAP("1"),
	    "#pid=1\n" IMAGE "06000000-06002000 rw-p 00000000\n"
	    "07000000-07001000 rw-p 00000000\n"
	    "07001000-07002000 r--p 00000000\n" STACK);
	assert_int_equal(res.stats.early, 1);
}

/* The child is seen before its parent's call returns. */
static void
test_child_first(void **state)
{
	static const char log[] = EXEC(
	    "1") "1 mmap(NULL, 4096, " ANON ") = 0x7000000\n"
		 "1 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n"
		 "5 munmap(0x7000000, 4096) = 0\n"
		 "1 <... clone resumed>, child_tidptr=0x1) = 5\n"
		 "5 exit_group(0) = ?\n5 +++ exited with 0 +++\n"
		 "1 +++ exited with 0 +++\n";

	(void)state;
	expect(log, SNAP("1"),
	    "#pid=5\n" IMAGE STACK "#pid=1\n" IMAGE
	    "07000000-07001000 rw-p 00000000\n" STACK);
	/* Cut before the parent's return: the one that was cloning. */
	expect(EXEC("1") "1 mmap(NULL, 4096, " ANON ") = 0x7000000\n"
			 "1 clone(child_stack=NULL, flags=SIGCHLD <unfinished "
			 "...>\n"
			 "5 munmap(0x7000000, 4096) = 0\n",
	    SNAP("1"),
	    "#pid=1\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK
	    "#pid=5\n" IMAGE STACK);
}

/* vfork and posix_spawn run in the parent's memory until execve. */
static void
test_vfork(void **state)
{
	(void)state;
	expect(EXEC("1") "1 vfork( <unfinished ...>\n"
			 "6 mmap(NULL, 4096, " ANON ") = 0x7000000\n"
			 "6 execve(\"/bin/x\", [\"x\"], 0x1 <unfinished ...>\n"
			 "1 <... vfork resumed>) = 6\n"
			 "6 <... execve resumed>) = 0\n"
			 "6 mmap(NULL, 4096, " ANON ") = 0x8000000\n"
			 "6 +++ exited with 0 +++\n1 +++ exited with 0 +++\n",
	    SNAP("1") SNAP("6"),
	    "#pid=6\n" IMAGE "08000000-08001000 rw-p 00000000\n" STACK
	    "#pid=1\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK);
	/* Killed before it executes anything: its map is the parent's. */
	expect(EXEC("1") "1 clone(child_stack=0x1, flags=CLONE_VM|CLONE_VFORK|"
			 "SIGCHLD) = 6\n6 +++ killed by SIGKILL +++\n",
	    SNAP("1"), "#pid=6\n" IMAGE STACK "#pid=1\n" IMAGE STACK);
}

static void
test_exec_by_thread(void **state)
{
	(void)state;
	expect(EXEC("1") "1 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 2\n"
			 "1 pause( <unfinished ...>\n"
			 "2 execve(\"/bin/x\", [], 0x1 <unfinished ...>\n"
			 "1 <... pause resumed>) = ?\n"
			 "1 +++ superseded by execve in pid 2 +++\n"
			 "1 <... execve resumed>) = 0\n"
			 "1 mmap(NULL, 4096, " ANON ") = 0x7000000\n"
			 "1 +++ exited with 0 +++\n",
	    SNAP("1") "#snap pid=1 event=exec k=2\n"
		      "00400000-00402000 r-xp 00000000 fe:00 7    /bin/y\n",
	    "#pid=1\n00400000-00402000 r-xp 00000000 /bin/y\n"
	    "07000000-07001000 rw-p 00000000\n");
	assert_int_equal(res.stats.execs, 2);
}

static void
test_pid_again(void **state)
{
	(void)state;
	expect(EXEC("1") "1 fork() = 2\n2 munmap(0x400000, 4096) = 0\n"
			 "2 +++ exited with 0 +++\n"
			 "1 mmap(NULL, 4096, " ANON ") = 0x7000000\n"
			 "1 fork() = 2\n2 +++ exited with 0 +++\n"
			 "1 +++ exited with 0 +++\n",
	    SNAP("1"),
	    "#pid=2\n" STACK "#pid=2\n" IMAGE
	    "07000000-07001000 rw-p 00000000\n" STACK "#pid=1\n" IMAGE
	    "07000000-07001000 rw-p 00000000\n" STACK);
	assert_int_equal(res.stats.processes, 3);
}

/* Lines without a pid, as on a terminal with one process. */
static void
test_no_pid(void **state)
{
	(void)state;
	expect("execve(\"/bin/x\", [\"x\"], 0x1) = 0\n"
	       "mmap(NULL, 4096, " ANON ") = 0x7000000\n"
	       "+++ exited with 0 +++\n",
	    SNAP("77"),
	    "#pid=77\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK);
	expect(
	    "execve(\"/bin/x\", [\"x\"], 0x1) = 0\n"
	    "clone(child_stack=NULL, flags=SIGCHLDstrace: Process 8 attached\n"
	    ", child_tidptr=0x1) = 8\n"
	    "[pid     7] wait4(-1,  <unfinished ...>\n"
	    "[pid     8] munmap(0x400000, 4096) = 0\n"
	    "[pid     8] +++ exited with 0 +++\n"
	    "<... wait4 resumed>NULL, 0, NULL) = 8\n"
	    "mmap(NULL, 4096, " ANON ") = 0x7000000\n"
	    "+++ exited with 0 +++\n",
	    SNAP("7"),
	    "#pid=8\n" STACK "#pid=7\n" IMAGE
	    "07000000-07001000 rw-p 00000000\n" STACK);
}

static void
test_files(void **state)
{
	(void)state;
	expect(
	    EXEC(
		"1") "1 openat(AT_FDCWD, \"/d\", O_RDONLY) = 3</d>\n"
		     "1 mmap(0x7000000, 8192, PROT_READ, "
		     "MAP_SHARED|MAP_FIXED, 3</d>, 0)"
		     " = 0x7000000\n"
		     "1 mprotect(0x7000000, 4096, PROT_READ|PROT_WRITE) = -1 "
		     "EACCES "
		     "(Permission denied)\n"
		     "1 mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, 3</d>, 0) = "
		     "-1 EACCES "
		     "(Permission denied)\n"
		     "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0) = -1 "
		     "EBADF "
		     "(Bad file descriptor)\n"
		     "1 memfd_create(\"m\", 0) = 5</memfd:m>(deleted)\n"
		     "1 ftruncate(5</memfd:m>(deleted), 4096) = 0\n"
		     "1 mmap(0x7010000, 4096, PROT_READ, MAP_SHARED|MAP_FIXED, "
		     "5</memfd:m>(deleted), 0) = 0x7010000\n",
	    SNAP("1"),
	    "#pid=1\n" IMAGE "07000000-07002000 r--s 00000000 /d\n"
	    "07010000-07011000 r--s 00000000 /memfd:m\n" STACK);
	assert_int_equal(res.stats.from_log, 0);
	/* Shared memory and devices, opened before the log began. */
	expect(
	    EXEC(
		"1") "1 ftruncate(3</dev/shm/a>, 8192) = 0\n"
		     "1 mmap(0x7000000, 8192, PROT_READ|PROT_WRITE, MAP_SHARED|"
		     "MAP_FIXED, 3</dev/shm/a>, 0) = 0x7000000\n"
		     "1 mmap(0x7010000, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|"
		     "MAP_FIXED, 4</memfd:b>(deleted), 0) = 0x7010000\n"
		     "1 mmap(0x7020000, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|"
		     "MAP_FIXED, 5</dev/dri/card0<char 226:0>>, 0x10000) = "
		     "0x7020000\n"
		     "1 mmap(0x7030000, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|"
		     "MAP_FIXED|MAP_POPULATE, 6<anon_inode:[io_uring]>, "
		     "0x10000000) = "
		     "0x7030000\n",
	    SNAP("1"),
	    "#pid=1\n" IMAGE "07000000-07002000 rw-s 00000000 /dev/shm/a\n"
	    "07010000-07011000 rw-s 00000000 /memfd:b\n"
	    "07020000-07021000 rw-s 00010000 /dev/dri/card0\n"
	    "07030000-07031000 rw-s 10000000 anon_inode:[io_uring]\n" STACK);
	/* How it was opened is not in the log: then the log is believed. */
	expect(
	    EXEC("1") "1 mmap(0x7000000, 8192, PROT_READ, MAP_SHARED|"
		      "MAP_FIXED, 3</d>, 0) = 0x7000000\n"
		      "1 mprotect(0x7000000, 4096, PROT_READ|PROT_WRITE) = -1 "
		      "EACCES "
		      "(Permission denied)\n",
	    SNAP("1"),
	    "#pid=1\n" IMAGE "07000000-07002000 r--s 00000000 /d\n" STACK);
	assert_int_equal(res.stats.from_log, 1);
}

static void
test_segments(void **state)
{
	(void)state;
	expect(
	    EXEC("1") "1 shmget(IPC_PRIVATE, 12298, IPC_CREAT|0600) = 500\n"
		      "1 shmat(500, NULL, 0) = 0x7000000\n"
		      "1 shmat(500, 0x7010000, SHM_RDONLY) = 0x7010000\n"
		      "1 munmap(0x7001000, 4096) = 0\n"
		      "1 shmctl(500, IPC_RMID, NULL) = 0\n"
		      "1 mmap(NULL, 4096, PROT_READ, MAP_SHARED|MAP_ANONYMOUS, "
		      "-1, 0) "
		      "= 0x7020000\n1 shmdt(0x7000000) = 0\n",
	    SNAP("1"),
	    "#pid=1\n" IMAGE "07010000-07014000 r--s 00000000 /SYSV00000000\n"
	    "07020000-07021000 r--s 00000000 /dev/zero\n" STACK);
}

static void
test_limits(void **state)
{
	(void)state;
	expect(EXEC("1") "1 prlimit64(0, RLIMIT_AS, {rlim_cur=1024*1024, "
			 "rlim_max=RLIM64_INFINITY}, NULL) = 0\n"
			 "1 mmap(NULL, 2097152, PROT_NONE, "
			 "MAP_PRIVATE|MAP_ANONYMOUS|"
			 "MAP_NORESERVE, -1, 0) = -1 ENOMEM (Cannot allocate "
			 "memory)\n",
	    SNAP("1"), "#pid=1\n" IMAGE STACK);
	assert_int_equal(res.stats.from_log, 0);
	/* Not in the log: it may be a limit nobody has shown. */
	expect(
	    EXEC("1") "1 mmap(NULL, 2097152, PROT_NONE, MAP_PRIVATE|"
		      "MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = -1 ENOMEM (Cannot "
		      "allocate "
		      "memory)\n",
	    SNAP("1"), "#pid=1\n" IMAGE STACK);
	assert_int_equal(res.stats.from_log, 1);
}

/* Differences are found, named with their line, and do not spread. */
static void
test_divergence(void **state)
{
	(void)state;
	diverges(EXEC("1") "1 munmap(0x400000, 4096) = -1 EINVAL (x)\n", 1,
	    "2: pid 1: munmap: the kernel said EINVAL, the machine 0");
	diverges(EXEC("1") "1 mprotect(0x7000000, 4096, PROT_READ) = 0\n", 1,
	    "2: pid 1: mprotect: the kernel said 0, the machine ENOMEM");
	diverges(
	    EXEC("1") "1 mmap(0x400000, 4096, PROT_READ, MAP_PRIVATE|"
		      "MAP_ANONYMOUS|MAP_FIXED_NOREPLACE, -1, 0) = 0x400000\n"
		      "1 munmap(0x400000, 4096) = 0\n",
	    1, "2: pid 1: mmap: the kernel said 0x400000, the machine EEXIST");
	diverges(EXEC("1") "1 mmap(NULL, 4096, " ANON ") = 0x400000\n"
			   "1 mprotect(0x400000, 4096, PROT_READ) = 0\n",
	    1, "2: pid 1: mmap: the kernel said 0x400000, the machine 0x");
	assert_non_null(strstr(res.maps, "00400000-00401000 r--p 00000000\n"));
	diverges(
	    EXEC(
		"1") "1 brk(NULL) = 0x500000\n"
		     "1 brk(0x501000) = 0x502000\n1 brk(0x503000) = 0x503000\n",
	    1, "3: pid 1: brk: the kernel said 0x502000");
	diverges(EXEC("1") "1 mremap(0x9000000, 4096, 8192, MREMAP_MAYMOVE) = "
			   "0xa000000\n1 munmap(0xa000000, 8192) = 0\n",
	    1,
	    "2: pid 1: mremap: the kernel said 0xa000000, the machine EFAULT");
	diverges(EXEC("1") "1 mmap(NULL, 4096, " ANON ") = -1 EINVAL (x)\n", 1,
	    "2: pid 1: mmap: the kernel said EINVAL, the machine 0");
	assert_string_equal(res.maps, "#pid=1\n" IMAGE STACK);
}

static void
test_snapshots(void **state)
{
	static const char log[] = EXEC(
	    "1") "1 fork() = 2\n"
		 "2 munmap(0x400000, 4096) = 0\n2 +++ exited with 0 +++\n"
		 "1 +++ exited with 0 +++\n";

	(void)state;
	/* The stack has grown by faults: not a difference. */
	log_replay(log,
	    SNAP("1") "#snap pid=2 event=fork k=1\n"
		      "00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n"
		      "7fffeff00000-7ffff0021000 rw-p 00000000 00:00 0    "
		      "[stack]\n"
		      "#snap pid=2 event=exit k=1\n"
		      "7fffefe00000-7ffff0021000 rw-p 00000000 00:00 0    "
		      "[stack]\n"
		      "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 "
		      "[vsyscall]\n",
	    &res);
	assert_string_equal(res.first, "");
	assert_int_equal(res.stats.snaps_checked, 2);
	assert_int_equal(res.stats.snaps_equal, 2);
	assert_string_equal(res.maps,
	    "#pid=2\n"
	    "7fffefe00000-7ffff0021000 rw-p 00000000\n#pid=1\n" IMAGE
	    "7fffeff00000-7ffff0021000 rw-p 00000000\n");
	log_replay(log,
	    SNAP("1") "#snap pid=2 event=exit k=1\n"
		      "00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n"
		      "7ffff0000000-7ffff0021000 rw-p 00000000 00:00 0    "
		      "[stack]\n",
	    &res);
	assert_int_equal(res.stats.divergences, 1);
	assert_non_null(strstr(res.first,
	    "4: pid 2: at its end the map "
	    "differs at 400000-401000: the kernel has r-xp 0 /bin/x, the "
	    "machine nothing"));
	/* The log ends before the process does: nothing to compare. */
	log_replay(EXEC("1"), SNAP("1") "#snap pid=1 event=exit k=1\n", &res);
	assert_int_equal(res.stats.snaps_checked, 0);
	log_replay(EXEC("1") "1 exit_group(0) = ?\n",
	    SNAP("1") "#snap pid=1 event=exit k=1\n", &res);
	assert_int_equal(res.stats.snaps_checked, 1);
	assert_int_equal(res.stats.divergences, 1);
	log_replay(log, "#snap pid=x\n", &res);
	assert_int_equal(res.err, EINVAL);
	log_replay(log, SNAP("1") "rubbish\n", &res);
	assert_int_equal(res.err, EINVAL);
}

/* What is not understood is said, and the rest still counts. */
static void
test_rubbish(void **state)
{
	(void)state;
	log_replay(
	    EXEC("1") "what is this\n1 munmap(0x400000, 4096) = 0\n"
		      "1 madvise(0x7ffff0000000, 4096, MADV_NEVER_SEEN) = 0\n"
		      "1 munmap(0x7f",
	    SNAP("1"), &res);
	assert_int_equal(res.err, 0);
	assert_string_equal(res.first,
	    "2: column 1: expected a system call, "
	    "a signal or an exit");
	assert_int_equal(res.stats.warnings, 3);
	assert_true(res.stats.cut);
	assert_string_equal(res.maps, "#pid=1\n" STACK);
}

/*
 * Records that say too little, or what changes no memory: the map is the one
 * that there is without them.
 */
static void
test_idle_records(void **state)
{
	static const char *const records[] = {
		"creat() = 3",
		"creat(\"/x\", 0666) = 3",
		"creat(\"/x\", 0666) = -1 EACCES (Permission denied)",
		"open() = 3",
		"open(\"/x\") = 3",
		"open(/x, O_RDONLY) = 3",
		"openat(AT_FDCWD) = 3",
		"openat(AT_FDCWD, \"/x\") = 3",
		"openat(AT_FDCWD, \"/x\", O_NEVER_SEEN) = 3",
		"close() = 0",
		"close(x) = 0",
		"close(77) = 0",
		"dup() = 4",
		"dup(77) = 4",
		"dup2(1, 1) = 1",
		"dup3(1, 2, 0) = -1 EBADF (Bad file descriptor)",
		"fcntl(1) = 4",
		"fcntl(1, F_GETFD) = 0",
		"fcntl(1, F_DUPFD_CLOEXEC, 10) = 10",
		"memfd_create() = 5",
		"memfd_create(x, 0) = 5",
		"memfd_create(\"x\", 0) = -1 ENFILE (Too many open files)",
		"ftruncate() = 0",
		"ftruncate(77, 4096) = 0",
		"ftruncate(x, 4096) = 0",
		"setrlimit(RLIMIT_STACK) = 0",
		"setrlimit(x, 1) = 0",
		"setrlimit(RLIMIT_CORE, {rlim_cur=x, rlim_max=1}) = 0",
		("getrlimit(RLIMIT_STACK, {rlim_cur=8192*1024, "
		 "rlim_max=RLIM64_INFINITY}) = 0"),
		"prlimit64() = 0",
		"prlimit64(77, RLIMIT_AS, NULL, NULL) = 0",
		("prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=8192*1024, "
		 "rlim_max=RLIM64_INFINITY}) = 0"),
		"munmap() = 0",
		"munmap(0x400000) = 0",
		"mprotect() = 0",
		"mprotect(0x400000, 4096) = 0",
		("mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS) = "
		 "0x7000000"),
		"mremap(0x400000) = 0x400000",
		"madvise(0x400000, 4096) = 0",
		"mlock() = 0",
		"shmdt() = 0",
		"shmget() = 3",
		"shmctl(3) = 0",
		"mincore(0x400000, 4096, [1]) = 0",
		"read(0, \"\", 1) = 0",
		"brk() = 0x500000",
	};
	char log[500];

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		(void)snprintf(log, sizeof(log), EXEC("1") "1 %s\n",
		    records[i]);
		log_replay(log, SNAP("1"), &res);
		assert_int_equal(res.err, 0);
		if (strcmp(res.maps, "#pid=1\n" IMAGE STACK) != 0)
			fail_msg("%s\n%s", records[i], res.maps);
	}
}

/* Rights of the descriptor are those of the record that made it. */
static void
test_rights_of_files(void **state)
{
#define SHARED(prot, result) \
	"1 mmap(NULL, 4096, " prot ", MAP_SHARED, 3, 0) = " result "\n"
#define DENIED "-1 EACCES (Permission denied)"
	(void)state;
	expect(EXEC("1") "1 creat(\"/bin/y\", 0666) = 3\n" SHARED("PROT_READ",
		   DENIED) SHARED("PROT_WRITE", DENIED),
	    SNAP("1"), "#pid=1\n" IMAGE STACK);
	expect(EXEC("1") "1 openat(AT_FDCWD, \"/bin/y\", O_RDONLY) = 3\n"
			 "1 close(3) = 0\n"
			 "1 openat(AT_FDCWD, \"/bin/y\", O_RDWR) = 4\n"
			 "1 fcntl(4, F_DUPFD, 3) = 3\n"
			 "1 close(4) = 0\n" SHARED("PROT_WRITE", "0x7000000"),
	    SNAP("1"),
	    "#pid=1\n" IMAGE "07000000-07001000 -w-s 00000000 /bin/y\n" STACK);
	expect(
	    EXEC("1") "1 openat(AT_FDCWD, \"/bin/y\", O_RDONLY) = 3\n" SHARED(
		"PROT_WRITE", DENIED) SHARED("PROT_READ", "0x7000000"),
	    SNAP("1"),
	    "#pid=1\n" IMAGE "07000000-07001000 r--s 00000000 /bin/y\n" STACK);
#undef DENIED
#undef SHARED
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle_records),
		cmocka_unit_test(test_rights_of_files),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_heap),
		cmocka_unit_test(test_early_unmap),
		cmocka_unit_test(test_early_mremap),
		cmocka_unit_test(test_child_first),
		cmocka_unit_test(test_vfork),
		cmocka_unit_test(test_exec_by_thread),
		cmocka_unit_test(test_pid_again),
		cmocka_unit_test(test_no_pid),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_divergence),
		cmocka_unit_test(test_snapshots),
		cmocka_unit_test(test_rubbish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
