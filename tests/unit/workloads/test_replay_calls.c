/*
 * Replays of small logs of strace: each kind of call, what it answers, and what
 * the log shows of errors that a machine cannot know.  A row a case; what must
 * come out follows from the calls alone, or from what replay/accept.h says.
 */
#include "strace_rows.h"

#define TWO_PAGES "1 mmap(NULL, 8192, " ANON ") = 0x7000000\n"
#define THREAD "1 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 2\n"
#define INFINITE "{rlim_cur=RLIM64_INFINITY, rlim_max=RLIM64_INFINITY}"

static struct log_result res;

/* --------------------------------------------------------------- errors --- */

/* What an error of the log comes to. */
enum said {
	LOGS,     /* nobody but the log can know: its word is taken */
	DIVERGES, /* nothing speaks for it */
	KNOWN,    /* the machine says the same */
};

struct refused {
	const char *call, *err;
	enum said said;
	const char *before; /* lines in front of it, or NULL */
};

/* Both are mapped: anonymous at 0x7000000, of 3 (/d) at 0x7010000. */
#define OPENED \
	"1 openat(AT_FDCWD, \"/d\", O_RDWR) = 3</d>\n" TWO_PAGES \
	"1 mmap(0x7010000, 8192, PROT_READ, MAP_SHARED|MAP_FIXED, 3</d>, 0) " \
	"= 0x7010000\n"
#define MAP(flags, fd) "mmap(NULL, 4096, PROT_READ, " flags ", " fd ", 0)"
#define MAP_ANY MAP("MAP_PRIVATE|MAP_ANONYMOUS", "-1")
#define MAP_FILE MAP("MAP_PRIVATE", "3</d>")
#define LIMIT_SEEN "1 prlimit64(0, RLIMIT_AS, NULL, " INFINITE ") = 0\n"
#define SEALED "1 mseal(0x7000000, 4096, 0) = 0\n"

static const struct refused refused[] = {
	/* no memory: the limit is not in the log, or it is and says nothing */
	{ MAP_ANY, "ENOMEM", LOGS, NULL },
	{ MAP_ANY, "ENOMEM", DIVERGES, LIMIT_SEEN },
	{ "mmap(NULL, 4096, " ANON ")", "ENOMEM", LOGS, LIMIT_SEEN },
	{ MAP("MAP_SHARED|MAP_ANONYMOUS", "-1"), "ENOMEM", LOGS, LIMIT_SEEN },
	{ MAP("MAP_SHARED|MAP_ANONYMOUS|MAP_NORESERVE", "-1"), "ENOMEM",
	    DIVERGES, LIMIT_SEEN },
	{ MAP("MAP_SHARED", "3</d>"), "ENOMEM", DIVERGES, LIMIT_SEEN },
	{ MAP("MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB", "-1"), "ENOMEM", LOGS,
	    LIMIT_SEEN },
	/* rights of a file whose opening is in the log, or is not */
	{ MAP_FILE, "EACCES", DIVERGES, NULL },
	{ MAP("MAP_PRIVATE", "9</e>"), "EACCES", LOGS, NULL },
	{ MAP("MAP_PRIVATE", "4</e>"), "EACCES", LOGS,
	    "1 openat(AT_FDCWD, \"/e\", \"?\") = 4</e>\n" },
	{ MAP_ANY, "EACCES", DIVERGES, NULL },
	/* file systems and drivers */
	{ MAP_ANY, "EPERM", LOGS, NULL },
	{ MAP_FILE, "ENODEV", LOGS, NULL },
	{ MAP_ANY, "ENODEV", DIVERGES, NULL },
	{ MAP("MAP_PRIVATE", "9</dev/a>"), "EBUSY", LOGS, NULL },
	{ MAP("MAP_PRIVATE", "9</sys/a>"), "EBUSY", LOGS, NULL },
	{ MAP("MAP_PRIVATE", "9</proc/a>"), "EINVAL", LOGS, NULL },
	{ MAP("MAP_PRIVATE", "9<anon_inode:[perf]>"), "EFAULT", LOGS, NULL },
	{ MAP_FILE, "EBUSY", DIVERGES, NULL },
	{ MAP_ANY, "EBUSY", DIVERGES, NULL },
	{ MAP_FILE, "EBADF", LOGS, NULL },
	{ MAP("MAP_PRIVATE", "99"), "EBADF", KNOWN, NULL },
	{ MAP_ANY, "EAGAIN", LOGS, NULL },
	{ "mmap(NULL, 0, " ANON ")", "EAGAIN", LOGS, NULL },
	{ "mmap(NULL, 0, " ANON ")", "EINVAL", KNOWN, NULL },
	{ "mmap(NULL, 0, " ANON ")", "EEXIST", DIVERGES, NULL },
	{ MAP_ANY, "ENOTKNOWN", LOGS, NULL },
	/* seals */
	{ "munmap(0x7000000, 4096)", "EPERM", DIVERGES, NULL },
	{ "munmap(0x7000000, 4096)", "EPERM", LOGS, SEALED },
	{ "munmap(0x7000000, 4096)", "EPERM", DIVERGES,
	    "1 mseal(0x7000000, 4096, 0) = -1 EPERM (x)\n" },
	{ "mprotect(0x7000000, 4096, PROT_READ)", "EPERM", LOGS, SEALED },
	{ "munmap(0x7000000, 4096)", "ENOMEM", DIVERGES, NULL },
	/* rights that are counted, or that a security module watches */
	{ "mprotect(0x7000000, 4096, PROT_READ)", "ENOMEM", DIVERGES, NULL },
	{ "mprotect(0x7000000, 4096, PROT_WRITE)", "ENOMEM", LOGS, NULL },
	{ "mprotect(0x7000000, 4096, PROT_EXEC)", "EACCES", LOGS, NULL },
	{ "mprotect(0x7000000, 4096, PROT_WRITE)", "EACCES", LOGS, NULL },
	{ "mprotect(0x7000000, 4096, PROT_NONE)", "EACCES", DIVERGES, NULL },
	{ "mprotect(0x7010000, 4096, PROT_WRITE)", "EACCES", LOGS, NULL },
	{ "mprotect(0x9000000, 4096, PROT_WRITE)", "EACCES", DIVERGES, NULL },
	/* advice that needs a kernel built for it */
	{ "madvise(0x7000000, 4096, MADV_REMOVE)", "EINVAL", KNOWN, NULL },
	{ "madvise(0x7010000, 4096, MADV_REMOVE)", "EINVAL", LOGS, NULL },
	{ "madvise(0x7010000, 4096, MADV_REMOVE)", "EACCES", LOGS, NULL },
	{ "madvise(0x7000000, 4096, 4)", "EINVAL", DIVERGES, NULL },
	{ "madvise(0x7000000, 4096, 10)", "EINVAL", DIVERGES, NULL },
	{ "madvise(0x7000000, 4096, 12)", "EINVAL", LOGS, NULL },
	{ "madvise(0x7000000, 4096, 15)", "EINVAL", LOGS, NULL },
	{ "madvise(0x7000000, 4096, 16)", "EINVAL", DIVERGES, NULL },
	{ "madvise(0x7000000, 4096, 21)", "EINVAL", LOGS, NULL },
	{ "madvise(0x7010000, 4096, MADV_REMOVE)", "EOPNOTSUPP", LOGS, NULL },
	{ "madvise(0x7000000, 4096, 4)", "EOPNOTSUPP", DIVERGES, NULL },
	{ "madvise(0x7000000, 4096, 4)", "EAGAIN", LOGS, NULL },
	/* the kernel's borders of areas; an address that strace hides */
	{ "mremap(0x7000000, 8192, 12288, MREMAP_MAYMOVE)", "EFAULT", DIVERGES,
	    NULL },
	{ "mremap(0x7000000, 8192, 12288, MREMAP_MAYMOVE)", "EFAULT", KNOWN,
	    "1 mprotect(0x7001000, 4096, PROT_READ) = 0\n" },
	{ "mremap(0x7000000, 8192, 8192, MREMAP_MAYMOVE|MREMAP_DONTUNMAP)",
	    "EINVAL", LOGS, NULL },
	{ "mremap(0x7000000, 8192, 12288, MREMAP_MAYMOVE)", "EINVAL", DIVERGES,
	    NULL },
	{ "mremap(0x7000000, 8192, 12288, MREMAP_MAYMOVE)", "EPERM", LOGS,
	    SEALED },
	/* segments: who made them is not always shown */
	{ "shmget(IPC_PRIVATE, 4096, 0600)", "ENOSPC", LOGS, NULL },
	{ "shmat(500, NULL, 0)", "EIDRM", LOGS,
	    "1 shmget(IPC_PRIVATE, 4096, 0600) = 500\n" },
	{ "shmctl(500, IPC_RMID, NULL)", "EPERM", LOGS,
	    "1 shmget(IPC_PRIVATE, 4096, 0600) = 500\n" },
	{ "shmdt(0x7000000)", "EINVAL", KNOWN, NULL },
};

static void
test_refused(void **state)
{
	char log[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const struct refused *c = &refused[i];
		enum said said;

		(void)snprintf(log, sizeof(log),
		    EXEC OPENED "%s1 %s = -1 %s (words)\n",
		    c->before != NULL ? c->before : "", c->call, c->err);
		log_replay(log, SNAP, &res);
		assert_int_equal(res.err, 0);
		said = res.stats.divergences > 0 ? DIVERGES :
		    res.stats.from_log > 0       ? LOGS :
						   KNOWN;
		if (said != c->said)
			fail_msg("%s %s: %d, not %d: %s", c->call, c->err,
			    (int)said, (int)c->said, res.first);
		/* whatever it was, nothing has happened */
		assert_non_null(strstr(res.maps,
		    "07010000-07012000 r--s 00000000 /d\n" STACK));
	}
}

/* ---------------------------------------------------------------- calls --- */

#define NEW_AREA "07000000-07001000 rw-p 00000000\n"

static const struct log_maps calls[] = {
	{ "1 map_shadow_stack(NULL, 4096, SHADOW_STACK_SET_TOKEN) = "
	  "0x7000000\n",
	    "#pid=1\n" IMAGE NEW_AREA STACK, 0 },
	{ "1 map_shadow_stack(0x7000000, 4096, 0) = 0x7000000\n"
	  "1 map_shadow_stack(0x7000000, 4096, 0) = -1 EEXIST (File exists)\n",
	    "#pid=1\n" IMAGE NEW_AREA STACK, 0 },
	/* a segment that the log has not seen made has one page */
	{ "1 shmat(777, NULL, 0) = 0x7000000\n",
	    "#pid=1\n" IMAGE
	    "07000000-07001000 rw-s 00000000 /SYSV00000000\n" STACK,
	    0 },
	/* what shmctl says but for IPC_RMID is not looked at */
	{ "1 shmget(IPC_PRIVATE, 4096, 0600) = 500\n"
	  "1 shmctl(500, SHM_STAT, {shm_nattch=0}) = 3\n"
	  "1 shmctl(500, 12345, NULL) = 0\n",
	    "#pid=1\n" IMAGE STACK, 0 },
	/* a call without a result has done nothing yet */
	{ TWO_PAGES "1 munmap(0x7000000, 4096) = ?\n1 brk(0x10) = ?\n",
	    "#pid=1\n" IMAGE "07000000-07002000 rw-p 00000000\n" STACK, 0 },
	/* nobody asked where the break is */
	{ "1 brk(0x501000) = 0x501000\n",
	    "#pid=1\n" IMAGE "00401000-00501000 rw-p 00000000\n" STACK, 0 },
	/* mlock beyond a limit that is shown: by a privileged process */
	{ "1 setrlimit(RLIMIT_MEMLOCK, "
	  "{rlim_cur=4096, rlim_max=4096}) = 0\n" TWO_PAGES
	  "1 mlock(0x7000000, 8192) = 0\n"
	  "1 mlock(0x7000000, 8192) = 0\n",
	    "#pid=1\n" IMAGE "07000000-07002000 rw-p 00000000\n" STACK, 1 },
	/* glibc asks for the whole of the stack so */
	{ "1 mprotect(0x7ffff0020000, 4096, "
	  "PROT_READ|PROT_WRITE|PROT_EXEC|PROT_GROWSDOWN) = 0\n",
	    "#pid=1\n" IMAGE "7ffff0000000-7ffff0021000 rwxp 00000000\n", 0 },
};

static void
test_calls(void **state)
{
	(void)state;
	CHECK(calls, SNAP);
}

/* Another thread gives back what a call got: before its return is read. */
static const struct log_maps early[] = {
	{ "1 brk(NULL) = 0x500000\n1 brk(0x502000) = 0x502000\n" THREAD
	  "2 brk(0x500000 <unfinished ...>\n"
	  "1 mmap(NULL, 4096, " ANON ") = 0x500000\n"
	  "2 <... brk resumed>) = 0x500000\n",
	    "#pid=1\n" IMAGE "00500000-00501000 rw-p 00000000\n" STACK, 0 },
	{ "1 shmget(IPC_PRIVATE, 8192, 0600) = 500\n"
	  "1 shmat(500, NULL, 0) = 0x7000000\n" THREAD
	  "2 shmdt(0x7000000 <unfinished ...>\n"
	  "1 shmat(500, NULL, 0) = 0x7001000\n"
	  "2 <... shmdt resumed>) = 0\n",
	    "#pid=1\n" IMAGE
	    "07001000-07003000 rw-s 00000000 /SYSV00000000\n" STACK,
	    0 },
	/* a heap that grows over it; one that moves over it */
	{ "1 brk(NULL) = 0x500000\n"
	  "1 mmap(0x500000, 4096, PROT_NONE, MAP_PRIVATE|MAP_FIXED|"
	  "MAP_ANONYMOUS, -1, 0) = 0x500000\n" THREAD
	  "2 munmap(0x500000, 4096 <unfinished ...>\n"
	  "1 brk(0x502000) = 0x502000\n2 <... munmap resumed>) = 0\n",
	    "#pid=1\n" IMAGE "00500000-00502000 rw-p 00000000\n" STACK, 0 },
	{ TWO_PAGES
	    "1 mmap(NULL, 4096, " ANON ") = 0x6000000\n"
	    "1 mmap(0x6001000, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|"
	    "MAP_FIXED, -1, 0) = 0x6001000\n" THREAD
	    "2 munmap(0x7000000, 8192 <unfinished ...>\n"
	    "1 mremap(0x6000000, 4096, 8192, MREMAP_MAYMOVE) = 0x7000000\n"
	    "2 <... munmap resumed>) = 0\n",
	    "#pid=1\n" IMAGE "06001000-06002000 ---p 00000000\n"
	    "07000000-07002000 rw-p 00000000\n" STACK,
	    0 },
	{ TWO_PAGES "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, "
		    "-1, 0) = 0x6fff000\n" THREAD
		    "2 munmap(0x7000000, 8192 <unfinished ...>\n"
		    "1 mremap(0x6fff000, 4096, 8192, 0) = 0x6fff000\n"
		    "2 <... munmap resumed>) = 0\n",
	    "#pid=1\n" IMAGE "06fff000-07001000 r--p 00000000\n" STACK, 0 },
	/* in the way, but MAP_FIXED_NOREPLACE has found it free */
	{ TWO_PAGES THREAD
	    "2 munmap(0x7000000, 8192 <unfinished ...>\n"
	    "1 mmap(0x7000000, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|"
	    "MAP_FIXED_NOREPLACE, -1, 0) = 0x7000000\n"
	    "2 <... munmap resumed>) = 0\n",
	    "#pid=1\n" IMAGE "07000000-07001000 r--p 00000000\n" STACK, 0 },
};

static void
test_early(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(early) / sizeof(early[0]); i++)
		assert_int_equal(log_check_maps(&early[i], 1, SNAP)
				     ->stats.early,
		    1);
}

/* Calls that never came back; the kernel's last map shows that they did. */
static void
test_unreturned(void **state)
{
	static const char log[] = EXEC TWO_PAGES THREAD
	    "2 munmap(0x7000000, 4096 <unfinished ...>\n"
	    "1 mprotect(0x7001000, 4096, PROT_READ <unfinished ...>\n"
	    "2 +++ exited with 0 +++\n"
	    "1 +++ exited with 0 +++\n";
	static const char done[] = SNAP
	    "#snap pid=1 event=exit k=1\n"
	    "00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n"
	    "07001000-07002000 r--p 00000000 00:00 0\n"
	    "7ffff0000000-7ffff0021000 rw-p 00000000 00:00 0    [stack]\n";

	(void)state;
	log_replay(log, done, &res);
	assert_string_equal(res.first, "");
	assert_int_equal(res.stats.unreturned, 2);
	assert_int_equal(res.stats.snaps_equal, 1);
	assert_string_equal(res.maps,
	    "#pid=1\n" IMAGE "07001000-07002000 r--p 00000000\n" STACK);
	/* nobody says so: they have not */
	log_replay(log, SNAP, &res);
	assert_int_equal(res.stats.unreturned, 2);
	assert_string_equal(res.maps,
	    "#pid=1\n" IMAGE "07000000-07002000 rw-p 00000000\n" STACK);
	/* a mapping of a file is not tried, nor half a call */
	log_replay(EXEC "1 mmap(0x7000000, 4096, PROT_READ, MAP_PRIVATE|"
			"MAP_FIXED, 3</d>, 0 <unfinished ...>\n"
			"1 +++ exited with 0 +++\n",
	    done, &res);
	assert_int_equal(res.stats.unreturned, 1);
	assert_int_equal(res.stats.divergences, 1);
	log_replay(EXEC TWO_PAGES "1 munmap(0x7000000 <unfinished ...>\n"
				  "1 +++ exited with 0 +++\n",
	    done, &res);
	assert_int_equal(res.stats.unreturned, 1);
	assert_int_equal(res.stats.divergences, 1);
}

/* ---------------------------------------------------------- divergences --- */

static const struct divergence {
	const char *log, *report, *maps;
} divergences[] = {
	/* the log's address is taken, if it is one */
	{ "1 mmap(NULL, 4096, " ANON ") = 0x7000001\n",
	    "2: pid 1: mmap: the kernel said 0x7000001, the machine 0x", NULL },
	{ "1 mmap(NULL, 4096, " ANON ") = 0x900000000000\n",
	    "2: pid 1: mmap: the kernel said 0x900000000000, the machine",
	    NULL },
	{ "1 shmget(IPC_PRIVATE, 8192, 0600) = 500\n"
	  "1 shmat(500, NULL, 0) = 0x400000\n",
	    "3: pid 1: shmat: the kernel said 0x400000, the machine",
	    "#pid=1\n00400000-00402000 rw-s 00000000 /SYSV00000000\n" STACK },
	/* Linux's break never fails so */
	{ "1 brk(NULL) = 0x500000\n1 brk(0x501000) = -1 ENOMEM (x)\n",
	    "3: pid 1: brk: the kernel said 0xffffffffffffffff, the machine "
	    "0x501000",
	    "#pid=1\n" IMAGE "00500000-00501000 rw-p 00000000\n" STACK },
	/* parts that are there are changed all the same */
	{ TWO_PAGES "1 mprotect(0x7000000, 16384, PROT_READ) = 0\n",
	    "3: pid 1: mprotect: the kernel said 0, the machine ENOMEM",
	    "#pid=1\n" IMAGE "07000000-07002000 r--p 00000000\n" STACK },
	{ "1 mprotect(0x7fffffffe000, 8192, PROT_READ) = 0\n",
	    "2: pid 1: mprotect: the kernel said 0, the machine ENOMEM",
	    "#pid=1\n" IMAGE STACK },
	{ "1 mlock(0x9000000, 4096) = 0\n",
	    "2: pid 1: mlock: the kernel said 0, the machine ENOMEM",
	    "#pid=1\n" IMAGE STACK },
	{ "1 munmap(0x400000, 4096) = 1\n",
	    "2: pid 1: munmap: the kernel said 1, the machine 0",
	    "#pid=1\n" STACK },
	/* more than there is */
	{ "1 mmap(NULL, 41943040, " ANON ") = 0x10000000\n"
	  "1 mmap(NULL, 41943040, " ANON ") = 0x20000000\n"
	  "1 mlock(0x10000000, 41943040) = 0\n"
	  "1 mlock(0x20000000, 41943040) = 0\n",
	    "5: pid 1: mlock: the kernel said 0, the machine EAGAIN: not "
	    "enough memory",
	    NULL },
};

static void
test_divergences(void **state)
{
	char log[600];

	(void)state;
	for (size_t i = 0; i < sizeof(divergences) / sizeof(divergences[0]);
	     i++) {
		const struct divergence *d = &divergences[i];

		(void)snprintf(log, sizeof(log), EXEC "%s", d->log);
		log_replay(log, SNAP, &res);
		assert_int_equal(res.err, 0);
		if (res.stats.divergences != 1)
			fail_msg("%s%s", d->log, res.maps);
		if (strncmp(res.first, d->report, strlen(d->report)) != 0)
			assert_string_equal(res.first, d->report);
		if (d->maps != NULL)
			assert_string_equal(res.maps, d->maps);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_early),
		cmocka_unit_test(test_unreturned),
		cmocka_unit_test(test_divergences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
