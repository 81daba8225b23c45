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
	diverges(EXEC("7") " 7 x PFLT  0x400000 0x1\n"
			   " 7 x PRET  KERN_PROTECTION_FAILURE\n",
	    "5: pid 7: a page fault at 0x400000: the kernel said no, the "
	    "machine good");
	/* of an instruction; the kernel's own are not looked at */
	expect(EXEC("7") " 7 x PFLT  0x400000 0x4\n"
			 " 7 x PRET  KERN_SUCCESS\n"
			 " 7 x PFLT  0xffffffff80000000 0x1\n"
			 " 7 x PRET  KERN_SUCCESS\n"
			 " 7 x PFLT  0x0 0x1\n"
			 " 7 x PRET  KERN_INVALID_ADDRESS\n",
	    "#pid=7\n" IMAGE STACK);
	/* In an image that nobody knows it shows memory. */
	log_replay_of(&sim_freebsd,
	    " 7 x CALL  getpid\n 7 x RET   getpid 7\n"
	    " 7 x PFLT  0x9000000 0x1\n"
	    " 7 x PRET  KERN_SUCCESS\n",
	    NULL, &res);
	assert_int_equal(res.stats.divergences, 0);
	assert_non_null(strstr(res.maps, "09000000-09001000 rwxp 00000000\n"));
	/* OpenBSD has none that is writable and executable. */
	log_replay_of(&sim_openbsd,
	    " 7 x CALL  getpid\n 7 x RET   getpid 7\n"
	    " 7 x PFLT  0x9000000 0x1\n"
	    " 7 x PRET  KERN_SUCCESS\n",
	    NULL, &res);
	assert_non_null(strstr(res.maps, "09000000-09001000 rw-p 00000000\n"));
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

/* -------------------------------------------------------------- tables --- */

#define IMAGE_ALONE \
	"#snap pid=7 event=exec k=1\n" \
	"00400000-00401000 r-xp 00000000 00:77 7    /bin/x\n" \
	"#snap pid=7 event=exec k=2\n" \
	"00400000-00401000 r-xp 00000000 00:77 7    /bin/x\n"

struct row {
	const struct sim_personality *system;
	const char *log;  /* behind EXEC("7") */
	const char *maps; /* a part of what is told of the maps */
	unsigned from_log, divergences;
};

static void
check_rows(const struct row *row, size_t n)
{
	char log[2000];

	for (; n > 0; n--, row++) {
		(void)snprintf(log, sizeof(log), EXEC("7") "%s", row->log);
		/* A stack is elsewhere in each: here the others have none. */
		log_replay_of(row->system, log,
		    row->system == &sim_freebsd ? SNAP("7") : IMAGE_ALONE,
		    &res);
		assert_int_equal(res.err, 0);
		if (strstr(res.maps, row->maps) == NULL ||
		    res.stats.from_log != row->from_log ||
		    res.stats.divergences != row->divergences)
			fail_msg("%s\n%s\n%s%d from the log", row->log,
			    res.first, res.maps, (int)res.stats.from_log);
	}
}

#define ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))
#define F &sim_freebsd
#define N &sim_netbsd
#define O &sim_openbsd
#define MAP_AT(at, prot) \
	DONE("7", "mmap(0x" at ",0x1000," prot ",0x1012,0xffffffff,0)", \
	    "mmap 0x" at)
#define ERR(call, ret) DONE("7", call, ret " Some words")
#define AREA "07000000-07002000 rw-p 00000000\n"

static const struct row calls[] = {
	/* nobody looks at what mincore stores; how much does not matter */
	{ F, DONE("7", "mincore(0x400000,0x1000,0x1)", "mincore 0"), IMAGE, 0,
	    0 },
	{ F,
	    ERR("mincore(0x9000000,0x7000000000000000,0x1)",
		"mincore -1 errno 12"),
	    IMAGE, 0, 0 },
	/* breaks: below the first, or where none can be */
	{ F,
	    DONE("7", "break(0)", "break 0x500000")
		DONE("7", "break(0x400000)", "break -1 errno 22 Invalid"),
	    IMAGE, 0, 1 },
	{ F,
	    DONE("7", "break(0)", "break 0xfffff00000000000")
		DONE("7", "break(0)", "break 0"),
	    IMAGE, 0, 0 },
	{ F, DONE("7", "break(0xfffff00000000000)", "break 0"), IMAGE, 0, 1 },
	{ F,
	    DONE("7", "break(0)", "break 0x500000") DONE("7",
		"mmap(0x501000,0x1000,0x1,0x1012,0xffffffff,0)",
		"mmap 0x501000") DONE("7", "break(0x503000)", "break 0x503000"),
	    IMAGE "00500000-00503000 rw-p 00000000\n", 0, 1 },
	/* descriptors: by number, by name */
	{ F, DONE("7", "shm_open(0x1,0x2<O_RDWR>,0600)", "shm_open 5"), IMAGE,
	    0, 0 },
	{ F,
	    " 7 x CALL  shm_open(0x1,0<O_RDONLY>,0600)\n"
	    " 7 x NAMI  \"/seg\"\n 7 x RET   shm_open 5\n" DONE("7",
		"fcntl(0x5,0,0x8)", "fcntl 8") DONE("7", "fcntl(0x5,0x11,0x9)",
		"fcntl 9") DONE("7", "fcntl(0x5,0x1,0)", "fcntl 1")
		DONE("7", "fcntl(0x5,F_GETFL,0)", "fcntl 2") DONE("7",
		    "mmap(0,0x1000,0x1,0x1,0x8,0)", "mmap 0x7000000")
		    DONE("7", "mmap(0,0x1000,0x1,0x1,0x9,0)", "mmap 0x7001000"),
	    "07000000-07001000 r--s 00000000 /seg\n"
	    "07001000-07002000 r--s 00000000 /seg\n",
	    0, 0 },
	{ F,
	    " 7 x CALL  shm_open(0x1,0x2,0600)\n"
	    " 7 x NAMI  \"/seg\"\n 7 x RET   shm_open -1 errno 2 No\n",
	    IMAGE, 0, 0 },
	/* anonymous memory has no descriptor */
	{ F, ERR("mmap(0,0x1000,0x3,0x1002,0x5,0)", "mmap -1 errno 22"), IMAGE,
	    0, 0 },
	{ F,
	    DONE("7", "mmap(0,0x1000,0x3,0x1002,0xffffffff,0)",
		"mmap 0x7000000"),
	    "07000000-07001000 rw-p 00000000\n", 0, 0 },
	/* NetBSD's mremap: old, its size, new, its size, flags */
	{ N,
	    ANON("7", "2", "7000000") DONE("7",
		"mremap(0x7000000,0x1000,0,0x2000,0)", "mremap 0x8000000"),
	    "08000000-0800", 0, 0 },
	{ N,
	    ANON("7", "2", "7000000")
		DONE("7", "mremap(0x7000000,0x2000,0x9000000,0x2000,0x10)",
		    "mremap 0x9000000"),
	    "09000000-09002000 rw-p 00000000\n", 0, 0 },
	/* OpenBSD's image is made anew, where a file may not become
	 * executable and writable */
	{ O, EXEC("7") ANON("7", "1", "7000000"),
	    "07000000-07001000 rw-p 00000000\n", 0, 0 },
	{ O,
	    " 7 x CALL  open(0x1,0x2<O_RDWR>)\n 7 x NAMI  \"/f\"\n"
	    " 7 x RET   open 3\n" DONE("7", "mmap(0,0x1000,0x5,0x1,0x3,0)",
		"mmap 0x7000000"),
	    "07000000-07001000 r-xs 00000000 /f\n", 0, 0 },
	{ O,
	    " 7 x CALL  open(0x1,0x2<O_RDWR>)\n 7 x NAMI  \"/f\"\n"
	    " 7 x RET   open 3\n" DONE("7", "mmap(0,0x1000,0x1,0x1,0x3,0)",
		"mmap 0x7000000"),
	    "07000000-07001000 r--s 00000000 /f\n", 0, 0 },
	/* a file's length is what ftruncate made it */
	{ F,
	    " 7 x CALL  open(0x1,0x2<O_RDWR>)\n 7 x NAMI  \"/f\"\n"
	    " 7 x RET   open 3\n" DONE("7", "mmap(0,0x3000,0x1,0x1,0x3,0)",
		"mmap 0x7000000")
		DONE("7", "ftruncate(0x3,0x1000)", "ftruncate 0"),
	    "07000000-07003000 r--s 00000000 /f\n", 0, 0 },
};

static void
test_calls(void **state)
{
	(void)state;
	ROWS(calls);
}

/* Errors whose reason the log has not, and those for which there is none. */
static const struct row errors[] = {
	{ F, ERR("mmap(0,0x1000,0x3,0x1002,0xffffffff,0)", "mmap -1 errno 12"),
	    IMAGE, 1, 0 },
	{ F, ERR("mmap(0,0x1000,0x3,0x1002,0xffffffff,0)", "mmap -1 errno 17"),
	    IMAGE STACK, 0, 1 },
	{ F, ERR("mmap(0,0x1000,0x3,0x1002,0xffffffff,0)", "mmap -1 errno 250"),
	    IMAGE STACK, 1, 0 },
	{ F,
	    ERR("mmap(0x7000000,0x1000,0x3,0x1012,0xffffffff,0)",
		"mmap -1 errno 12"),
	    IMAGE STACK, 1, 0 },
	{ F,
	    ANON("7", "2", "7000000")
		ERR("mprotect(0x7000000,0x1000,0x1)", "mprotect -1 errno 13"),
	    AREA, 1, 0 },
	{ F,
	    ANON("7", "2", "7000000")
		ERR("mprotect(0x7000000,0x1000,0x1)", "mprotect -1 errno 17"),
	    IMAGE, 0, 1 },
	{ F,
	    ANON("7", "2", "7000000")
		ERR("mlock(0x7000000,0x1000)", "mlock -1 errno 12"),
	    AREA, 1, 0 },
	{ F,
	    ANON("7", "2", "7000000")
		ERR("munmap(0x7000000,0x1000)", "munmap -1 errno 250"),
	    AREA, 1, 0 },
	{ F, ERR("shmget(0,0x1000,0600)", "shmget -1 errno 28"), IMAGE, 1, 0 },
	{ F,
	    DONE("7", "shmget(0,0x1000,0600)", "shmget 500")
		ERR("shmctl(0x1f4,0,0)", "shmctl -1 errno 1"),
	    IMAGE, 1, 0 },
	{ F, ERR("shmat(0x1f4,0,0)", "shmat -1 errno 22"), IMAGE, 1, 0 },
	{ F, ERR("munmap(0x7000001,0)", "munmap -1 errno 22"), IMAGE, 0, 0 },
};

static void
test_errors(void **state)
{
	(void)state;
	ROWS(errors);
}

#define CHILD ANON("9", "1", "7000000")
#define BORN(call, name) " 7 x CALL  " call "\n 7 x RET   " name " 9\n" CHILD
#define SHARED_MAP "#pid=7\n" IMAGE "07000000-07001000 rw-p 00000000\n"
#define ALONE_MAP "#pid=7\n" IMAGE "7f7ff8000000-"
#define OWN_MAP "#pid=7\n" IMAGE STACK

/* What a child shares: both maps, or the child's alone, has its area. */
static const struct row births[] = {
	{ F, BORN("rfork(0x14<RFPROC|RFFDG>)", "rfork"), OWN_MAP, 0, 0 },
	{ F, BORN("rfork(0x80000000)", "rfork"), SHARED_MAP, 0, 0 },
	{ F, BORN("rfork(0x10)", "rfork"), OWN_MAP, 0, 0 },
	{ F, BORN("rfork(RFPROC|RFMEM|RFCFDG)", "rfork"), SHARED_MAP, 0, 0 },
	{ F, BORN("rfork(RFSPAWN)", "rfork"), SHARED_MAP, 0, 0 },
	{ F, BORN("rfork(RFFDG|RFPROC)", "rfork"), OWN_MAP, 0, 0 },
	/* no process: 9 is another one, of which nothing is known */
	{ F, DONE("7", "rfork(RFFDG|RFNEVERSEEN)", "rfork 0"), OWN_MAP, 0, 0 },
	{ F, DONE("7", "rfork(0x20)", "rfork 0"), OWN_MAP, 0, 0 },
	{ F, DONE("7", "rfork", "rfork 0"), OWN_MAP, 0, 0 },
	{ F, BORN("pdfork(0x1,0)", "pdfork"), OWN_MAP, 0, 0 },
	/* NetBSD's clone has Linux's bits */
	{ N, BORN("__clone(0x114<CLONE_VM>,0x1)", "__clone"), SHARED_MAP, 0,
	    0 },
	{ N, BORN("__clone(CLONE_VM|SIGCHLD,0x1)", "__clone"), SHARED_MAP, 0,
	    0 },
	{ N, BORN("__clone(0x14,0x1)", "__clone"), ALONE_MAP, 0, 0 },
	{ N, BORN("__clone", "__clone"), ALONE_MAP, 0, 0 },
};

static void
test_births(void **state)
{
	(void)state;
	ROWS(births);
}

#undef F
#undef N
#undef O

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
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_births),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
