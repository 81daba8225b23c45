/*
 * Replays of small logs of the BSDs, each with one thing in it that a replay
 * can get wrong.  What must come out follows from the calls alone.
 */
#include "strace_fixture.h"

/* A first image; and how a log shows that it is there. */
#define SNAP(pid) \
	"#snap pid=" pid " event=exec k=1\n" \
	"00400000-00401000 r-xp 00000000 00:77 7    /bin/x\n" \
	"7ffff0000000-7ffff0021000 rw-p 00000000 00:00 0    [stack]\n"
#define EXEC(pid) \
	" " pid " x CALL  execve(0x1,0x2,0x3)\n" \
	" " pid " x NAMI  \"/bin/x\"\n" \
	" " pid " x RET   execve JUSTRETURN\n"
#define IMAGE "00400000-00401000 r-xp 00000000 /bin/x\n"
#define STACK "7ffff0000000-7ffff0021000 rw-p 00000000\n"
#define SHARED_PAGE "7ffffffff000-800000000000 r-xs 00000000\n"

/* mmap of n pages of new memory, entered; and with its result. */
#define ENTER(pid, n) \
	" " pid " x CALL  mmap(0,0x" n "000,0x3,0x1002,0xffffffff,0)\n"
#define ANON(pid, n, at) ENTER(pid, n) " " pid " x RET   mmap 0x" at "\n"
#define CALL(pid, call) " " pid " x CALL  " call "\n"
#define DONE(pid, call, ret) CALL(pid, call) " " pid " x RET   " ret "\n"

static struct log_result res;

/* maps: but for FreeBSD's shared page at the end of each */
static void
expect(const char *log, const char *maps)
{
	char want[8000] = "", *out = want;

	log_replay_of(&sim_freebsd, log, SNAP("7"), &res);
	assert_int_equal(res.err, 0);
	assert_string_equal(res.first, "");
	assert_int_equal(res.stats.divergences, 0);
	while (*maps != '\0') {
		const char *next = strstr(maps + 1, "#pid");
		size_t n = next != NULL ? (size_t)(next - maps) : strlen(maps);

		out += sprintf(out, "%.*s%s", (int)n, maps, SHARED_PAGE);
		maps += n;
	}
	assert_string_equal(res.maps, want);
}

static void
diverges(const char *log, const char *report)
{
	log_replay_of(&sim_freebsd, log, SNAP("7"), &res);
	assert_int_equal(res.err, 0);
	if (strncmp(res.first, report, strlen(report)) != 0)
		assert_string_equal(res.first, report);
	assert_int_equal(res.stats.divergences, 1);
}

static void
test_break(void **state)
{
	(void)state;
	/* break(0) tells it */
	expect(EXEC("7") DONE("7", "break(0)", "break 0x500000")
		   DONE("7", "break(0x502000)", "break 0"),
	    "#pid=7\n" IMAGE "00500000-00502000 rw-p 00000000\n" STACK);
	/* else it begins with the first one's page, and goes down again */
	expect(EXEC("7") DONE("7", "break(0x502000)", "break 0")
		   DONE("7", "break(0x504000)", "break 0x504000")
		       DONE("7", "break(0x503000)", "break 0x503000"),
	    "#pid=7\n" IMAGE "00501000-00503000 rw-p 00000000\n" STACK);
	expect(EXEC("7") DONE("7", "break(0x502000)", "break 0") DONE("7",
		   "break(0x700000000000)", "break -1 errno 12 No memory"),
	    "#pid=7\n" IMAGE "00501000-00502000 rw-p 00000000\n" STACK);
}

static void
test_processes(void **state)
{
	(void)state;
	expect(EXEC("7") ANON("7", "2",
		   "7000000") " 7 x CALL  fork\n"
			      " 9 x RET   fork 0\n" DONE("9",
				  "munmap(0x7000000,0x1000)",
				  "munmap 0") " 7 x RET   fork 9\n" CALL("9",
				  "exit(0)") " 7 x CALL  exit(0)\n",
	    "#pid=9\n" IMAGE "07001000-07002000 rw-p 00000000\n" STACK
	    "#pid=7\n" IMAGE "07000000-07002000 rw-p 00000000\n" STACK);
	assert_int_equal(res.stats.processes, 2);
	/* on the same memory: vfork, rfork(RFPROC|RFMEM); rfork(RFNAMEG) */
	expect(EXEC("7") " 7 x CALL  vfork\n 9 x RET   vfork 0\n" ANON("9", "1",
		   "7000000") " 9 x CALL  exit(0)\n"
			      " 7 x RET   vfork 9\n",
	    "#pid=9\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK
	    "#pid=7\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK);
	expect(EXEC("7") DONE("7", "rfork(0x30<RFPROC|RFMEM>)", "rfork 9")
		   ANON("9", "1", "7000000")
		       DONE("7", "rfork(0x1<RFNAMEG>)", "rfork 0"),
	    "#pid=7\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK
	    "#pid=9\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK);
	/* killed */
	expect(EXEC("7") ANON("7", "1",
		   "7000000") " 7 x PSIG  SIGBUS SIG_DFL code=1\n",
	    "#pid=7\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK);
	assert_int_equal(res.stats.processes, 1);
}

/* The other thread's munmap has happened though its return comes later. */
static void
test_threads(void **state)
{
	(void)state;
	expect(" 7 100 x CALL  execve(0x1,0x2,0x3)\n"
	       " 7 100 x NAMI  \"/bin/x\"\n"
	       " 7 100 x RET   execve 0\n" ANON("7 100", "2", "7000000")
		   CALL("7 101", "munmap(0x7000000,0x2000)") ANON("7 100", "1",
		       "7000000") " 7 101 x RET   munmap 0\n"
				  " 7 101 x CALL  thr_exit(0)\n"
				  " 7 100 x CALL  exit(0)\n",
	    "#pid=7\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK);
	assert_int_equal(res.stats.threads, 1);
	assert_int_equal(res.stats.early, 1);
	/* The first thread ends before the others, which go on. */
	expect(" 7 100 x CALL  execve(0x1,0x2,0x3)\n"
	       " 7 100 x NAMI  \"/bin/x\"\n"
	       " 7 100 x RET   execve 0\n" ANON("7 101", "1",
		   "7000000") " 7 100 x CALL  thr_exit(0)\n" ANON("7 102", "1",
		   "8000000") " 7 101 x CALL  exit(0)\n",
	    "#pid=7\n" IMAGE "07000000-07001000 rw-p 00000000\n"
	    "08000000-08001000 rw-p 00000000\n" STACK);
	assert_int_equal(res.stats.processes, 1);
}

static void
test_files(void **state)
{
	(void)state;
	expect(EXEC("7") " 7 x CALL  openat(AT_FDCWD,0x1,0x2<O_RDWR>,0)\n"
			 " 7 x NAMI  \"/a b\"\n 7 x NAMI  \"/other\"\n"
			 " 7 x RET   openat 3\n" DONE("7",
			     "fcntl(0x3,F_DUPFD_CLOEXEC,0x5)",
			     "fcntl 5") DONE("7", "close(0x3)",
			     "close 0") DONE("7",
			     "mmap(0,0x2000,0x3,0x1<MAP_SHARED>,0x5,0x1000)",
			     "mmap 0x7000000") DONE("7",
			     "shm_open2(SHM_ANON,0x2,0600,0,0)", "shm_open2 6")
			     DONE("7", "ftruncate(0x6,0x3000)", "ftruncate 0")
				 DONE("7",
				     "mmap(0,0x3000,0x1,0x1<MAP_SHARED>,0x6,0)",
				     "mmap 0x8000000") DONE("7",
				     "mmap(0,0x1000,0x1,0x1<MAP_SHARED>,0x9,0)",
				     "mmap -1 errno 9 Bad file descriptor"),
	    "#pid=7\n" IMAGE "07000000-07002000 rw-s 00001000 /a b\n"
	    "08000000-08003000 r--s 00000000 /memfd:SHM_ANON\n" STACK);
	/* An offset in two words; a pad before it. */
	expect(EXEC("7") DONE("7", "mmap(0,0x1000,0x1,0x2,0x4,0x2000,0x1)",
		   "mmap 0x7000000"),
	    "#pid=7\n" IMAGE "07000000-07001000 r--p 100002000 fd:4\n" STACK);
}

static void
test_faults(void **state)
{
	(void)state;
	expect(EXEC("7") ANON("7", "2",
		   "7000000") " 7 x PFLT  0x7000000 0x2\n"
			      " 7 x PRET  KERN_SUCCESS\n"
			      " 7 x PFLT  0x9000000 0x1\n"
			      " 7 x PRET  KERN_INVALID_ADDRESS\n",
	    "#pid=7\n" IMAGE "07000000-07002000 rw-p 00000000\n" STACK);
	assert_int_equal(res.stats.faults, 2);
	diverges(EXEC("7") " 7 x PFLT  0x9000000 0x1\n"
			   " 7 x PRET  KERN_SUCCESS\n",
	    "5: pid 7: a page fault at 0x9000000: the kernel said good, the "
	    "machine EFAULT");
	/* In an image that nobody knows it shows memory. */
	log_replay_of(&sim_freebsd,
	    " 7 x CALL  getpid\n 7 x RET   getpid 7\n"
	    " 7 x PFLT  0x9000000 0x1\n"
	    " 7 x PRET  KERN_SUCCESS\n",
	    NULL, &res);
	assert_int_equal(res.stats.divergences, 0);
	assert_non_null(strstr(res.maps, "09000000-09001000 rwxp 00000000\n"));
}

static void
test_divergence(void **state)
{
	(void)state;
	diverges(EXEC("7") DONE("7", "munmap(0x7000001,0x1000)", "munmap 0")
		     DONE("7", "minherit(0x7000000,0x1000,9)", "minherit 0"),
	    "7: pid 7: minherit: the kernel said 0, the machine EINVAL");
	diverges(EXEC("7") DONE("7", "madvise(0x400000,0x1000,5)",
		     "madvise -1 errno 22 Invalid argument"),
	    "5: pid 7: madvise: the kernel said EINVAL, the machine 0");
	/* The log has its way. */
	log_replay_of(&sim_freebsd,
	    EXEC("7") ANON("7", "1", "400000") ANON("7", "1", "8000000"),
	    SNAP("7"), &res);
	assert_int_equal(res.stats.divergences, 1);
	assert_string_equal(res.maps,
	    "#pid=7\n00400000-00401000 rw-p 00000000\n"
	    "08000000-08001000 rw-p 00000000\n" STACK SHARED_PAGE);
}

/* The same text is another system's, and means something else. */
static void
test_systems(void **state)
{
	static const char log[] = EXEC("7") DONE("7",
	    "munmap(0x7000000,0x1000)", "munmap -1 errno 22 Invalid argument");

	(void)state;
	log_replay_of(&sim_openbsd, log, SNAP("7"), &res);
	assert_int_equal(res.stats.divergences, 0); /* a hole */
	log_replay_of(&sim_freebsd, log, SNAP("7"), &res);
	assert_int_equal(res.stats.divergences, 1);
	log_replay_of(&sim_linux, log, SNAP("7"), &res);
	assert_int_not_equal(res.err, 0);
	log_replay_of(NULL, log, SNAP("7"), &res);
	assert_int_equal(res.stats.divergences, 1); /* FreeBSD's */
}

/* No memory is left: the machine kills, and the replay goes on. */
static void
test_killed(void **state)
{
	(void)state;
	log_replay_of(&sim_freebsd,
	    EXEC("7") ANON("7", "40000", "10000000") DONE("7",
		"mlock(0x10000000,0x40000000)", "mlock 0") DONE("7",
		"munmap(0x10000000,0x1000)", "munmap 0") " 7 x CALL  exit(0)\n",
	    SNAP("7"), &res);
	assert_int_equal(res.err, 0);
	assert_true(res.stats.divergences >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_break),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_divergence),
		cmocka_unit_test(test_systems),
		cmocka_unit_test(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
