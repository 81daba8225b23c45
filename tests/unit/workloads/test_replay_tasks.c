/*
 * Replays of small logs of strace: descriptors, limits, processes, threads and
 * snapshots.  A row a case; what must come out follows from the calls alone.
 */
#include "strace_rows.h"

#include <errno.h>
#include <unistd.h>

#define PAGE(pid, at) pid " mmap(NULL, 4096, " ANON ") = " at "\n"
#define DENIED "-1 EACCES (Permission denied)"
#define SHARED(fd, prot, result) \
	"1 mmap(NULL, 4096, " prot ", MAP_SHARED, " fd ", 0) = " result "\n"

static struct log_result res;

/* --------------------------------------------------------- descriptors ---- */

static const struct log_maps files[] = {
	/* a copy that failed leaves what was there; one onto itself too */
	{ "1 openat(AT_FDCWD, \"/r\", O_RDONLY) = 3\n"
	  "1 openat(AT_FDCWD, \"/w\", O_RDWR) = 4\n"
	  "1 dup2(3, 4) = -1 EBUSY (x)\n1 dup2(4, 4) = 4\n" SHARED("4",
	      "PROT_WRITE", "0x7000000"),
	    "#pid=1\n" IMAGE "07000000-07001000 -w-s 00000000 /w\n" STACK, 0 },
	/* a copy of what is not known: what was there is gone */
	{ "1 openat(AT_FDCWD, \"/w\", O_RDWR) = 4\n1 dup2(9, 4) = 4\n" SHARED(
	      "4", "PROT_READ", "0x7000000"),
	    "#pid=1\n" IMAGE "07000000-07001000 r--s 00000000 fd:4\n" STACK,
	    0 },
	{ "1 openat(AT_FDCWD, \"/w\", O_RDWR) = 4\n"
	  "1 fcntl(4, F_SETFD, FD_CLOEXEC) = 0\n1 fcntl(4) = 5\n"
	  "1 fcntl(4, F_DUPFD_CLOEXEC, 0) = 6\n"
	  "1 close(4) = -1 EBADF (x)\n" SHARED("6", "PROT_WRITE", "0x7000000")
		SHARED("4", "PROT_WRITE", "0x7001000"),
	    "#pid=1\n" IMAGE "07000000-07001000 -w-s 00000000 /w\n"
	    "07001000-07002000 -w-s 00000000 /w\n" STACK,
	    0 },
	/* openat2 has its flags in a structure */
	{ "1 openat2(AT_FDCWD, \"/r\", "
	  "{flags=O_RDONLY, resolve=0}, 24) = 3\n" SHARED("3", "PROT_WRITE",
	      DENIED),
	    "#pid=1\n" IMAGE STACK, 0 },
	/* flags that are none: the mode is not known, so the log is right */
	{ "1 open(\"/r\", \"O_RDWR\") = 3\n" SHARED("3", "PROT_WRITE", DENIED),
	    "#pid=1\n" IMAGE STACK, 1 },
	/* -y: another file is behind the number now, nobody saw how */
	{ "1 openat(AT_FDCWD, \"/r\", O_RDONLY) = 3</r>\n" SHARED("3</w>",
	      "PROT_WRITE", "0x7000000"),
	    "#pid=1\n" IMAGE "07000000-07001000 -w-s 00000000 /w\n" STACK, 0 },
	/* nothing is open there: strace -y would have shown it */
	{ "1 openat(AT_FDCWD, \"/r\", O_RDONLY) = 3</r>\n" SHARED("3</r>",
	      "PROT_READ", "0x7000000") "1 ftruncate(9, 8192) = 0\n" SHARED("9",
	      "PROT_READ", "-1 EBADF (Bad file descriptor)"),
	    "#pid=1\n" IMAGE "07000000-07001000 r--s 00000000 /r\n" STACK, 0 },
	{ "1 ftruncate(-1, 8192) = 0\n1 ftruncate(3</f>, 8192) = -1 EFBIG (x)\n"
	  "1 ftruncate(3</f>, 4096) = 0\n" SHARED("3</f>", "PROT_READ",
	      "0x7000000"),
	    "#pid=1\n" IMAGE "07000000-07001000 r--s 00000000 /f\n" STACK, 0 },
	/* /dev/zero is memory, private or shared */
	{ "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</dev/zero>, 0) = "
	  "0x7000000\n",
	    "#pid=1\n" IMAGE
	    "07000000-07001000 r--p 00000000 /dev/zero\n" STACK,
	    0 },
	/* an offset whose end is beyond all files */
	{ "1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3</f>, "
	  "0x7ffffffffffff000) = -1 EOVERFLOW (x)\n",
	    "#pid=1\n" IMAGE STACK, 0 },
	/* memory by descriptor stays its own behind fork, not behind exec */
	{ "1 memfd_create(\"m\", 0) = 5\n1 ftruncate(5, 4096) = 0\n"
	  "1 fork() = 2\n"
	  "2 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 5, 0) = 0x7000000\n"
	  "2 +++ exited with 0 +++\n",
	    "#pid=2\n" IMAGE "07000000-07001000 r--s 00000000 /memfd:m\n" STACK
	    "#pid=1\n" IMAGE STACK,
	    0 },
	{ "1 memfd_create(\"m\", 0) = 5</memfd:m>(deleted)\n"
	  "1 close(5</memfd:m>(deleted)) = 0\n"
	  "1 openat(AT_FDCWD, \"/f\", O_RDWR) = 5</f>\n" SHARED("5</f>",
	      "PROT_READ", "0x7000000"),
	    "#pid=1\n" IMAGE "07000000-07001000 r--s 00000000 /f\n" STACK, 0 },
};

static void
test_files(void **state)
{
	(void)state;
	CHECK(files, SNAP);
}

/* -------------------------------------------------------------- limits ---- */

#define NONE "{rlim_cur=RLIM64_INFINITY, rlim_max=RLIM64_INFINITY}"
#define AS_PAGES(n) "{rlim_cur=" n "*1024, rlim_max=RLIM64_INFINITY}"
#define MEGABYTES(n, ret) \
	"1 mmap(NULL, " n "000000, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|" \
	"MAP_NORESERVE, -1, 0) = " ret "\n"
#define NOMEM "-1 ENOMEM (Cannot allocate memory)"

static const struct log_maps limits[] = {
	{ "1 getrlimit(RLIMIT_AS, " AS_PAGES(
	      "1024") ") = 0\n" MEGABYTES("2", NOMEM),
	    "#pid=1\n" IMAGE STACK, 0 },
	{ "1 setrlimit(RLIMIT_AS, " AS_PAGES(
	      "1024") ") = 0\n" MEGABYTES("2", NOMEM),
	    "#pid=1\n" IMAGE STACK, 0 },
	/* raised by somebody who may */
	{ "1 setrlimit(RLIMIT_AS, {rlim_cur=4096, rlim_max=4096}) = 0\n"
	  "1 setrlimit(RLIMIT_AS, " NONE ") = 0\n" PAGE("1", "0x7000000"),
	    "#pid=1\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK, 0 },
	/* not done, not a limit of memory, not readable: nothing is known */
	{ "1 setrlimit(RLIMIT_AS, " AS_PAGES(
	      "1024") ") = -1 EPERM (x)\n"
		      "1 setrlimit(RLIMIT_NOFILE, {rlim_cur=1,"
		      " rlim_max=1}) = 0\n"
		      "1 prlimit64(0, RLIMIT_AS, {rlim_cur=1}, NULL) = 0\n"
		      "1 prlimit64(0, RLIMIT_AS, 0x1, 0x2) = -1 EFAULT (x)\n"
		      "1 getrlimit(RLIMIT_DATA, {rlim_cur=?, "
		      "rlim_max=1}) = 0\n" PAGE("1", "0x7000000"),
	    "#pid=1\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK, 0 },
	/* of another process: its child; of nobody in the log */
	{ "1 fork() = 2\n"
	  "1 prlimit64(2, RLIMIT_AS, {rlim_cur=1024*1024, "
	  "rlim_max=1024*1024}, NULL) = 0\n"
	  "1 prlimit64(99, RLIMIT_AS, {rlim_cur=1,"
	  " rlim_max=1}, NULL) = 0\n" PAGE("1",
	      "0x7000000") "2 mmap(NULL, 2000000, PROT_NONE, "
			   "MAP_PRIVATE|MAP_ANONYMOUS|"
			   "MAP_NORESERVE, -1, 0) = " NOMEM "\n",
	    "#pid=1\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK
	    "#pid=2\n" IMAGE STACK,
	    0 },
};

static void
test_limits(void **state)
{
	(void)state;
	CHECK(limits, SNAP);
}

/* --------------------------------------------------------------- tasks ---- */

#define FILES "flags=CLONE_FILES|SIGCHLD"

static const struct log_maps tasks[] = {
	/* one table of files, until one of them executes */
	{ "1 clone(child_stack=NULL, " FILES ") = 2\n"
	  "2 openat(AT_FDCWD, \"/r\", O_RDONLY) = 3\n" SHARED("3", "PROT_READ",
	      "0x7000000") "2 execve(\"/bin/x\", [\"x\"], 0x1) = 0\n"
			   "2 close(3) = 0\n" SHARED("3", "PROT_READ",
			       "0x7001000"),
	    "#pid=1\n" IMAGE "07000000-07001000 r--s 00000000 /r\n"
	    "07001000-07002000 r--s 00000000 /r\n" STACK "#pid=2\n" IMAGE STACK,
	    0 },
	/* born again though nobody saw it end; so with a thread */
	{ "1 fork() = 2\n" PAGE("2", "0x7000000") "1 fork() = 2\n",
	    "#pid=2\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK
	    "#pid=1\n" IMAGE STACK "#pid=2\n" IMAGE STACK,
	    0 },
	{ "1 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 2\n"
	  "1 fork() = 2\n" PAGE("2", "0x7000000"),
	    "#pid=1\n" IMAGE STACK "#pid=2\n" IMAGE
	    "07000000-07001000 rw-p 00000000\n" STACK,
	    0 },
	/* a name of a signal that is none */
	{ "1 +++ killed by SIGNEVERSEEN +++\n", "#pid=1\n" IMAGE STACK, 0 },
	{ "1 +++ killed by SIG +++\n", "#pid=1\n" IMAGE STACK, 0 },
	{ "1 +++ killed by "
	  "SIGAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA +++\n",
	    "#pid=1\n" IMAGE STACK, 0 },
	/* exec of a descriptor; exec that did not happen */
	{ "1 execve(\"/bin/y\", [\"y\"], 0x1) = -1 ENOENT (x)\n" PAGE("1",
	      "0x7000000") "1 execve(\"/bin/y\", [\"y\"], 0x1) = ?\n",
	    "#pid=1\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK, 0 },
	/* taken over by a thread that is not known; by itself */
	{ "1 +++ superseded by execve in pid 77 +++\n"
	  "1 +++ superseded by execve in pid 1 +++\n" PAGE("1", "0x7000000"),
	    "#pid=1\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK, 0 },
	/* birth whose parent has gone */
	{ "1 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 2\n"
	  "2 fork( <unfinished ...>\n1 +++ exited with 0 +++\n"
	  "2 <... fork resumed>) = 5\n" PAGE("5",
	      "0x7000000") "5 +++ exited with 0 +++\n",
	    "#pid=5\n" IMAGE "07000000-07001000 rw-p 00000000\n" STACK
	    "#pid=1\n" IMAGE STACK,
	    0 },
};

static void
test_tasks(void **state)
{
	(void)state;
	CHECK(tasks, SNAP "#snap pid=2 event=exec k=1\n" IMAGE_LINES);
}

/* execveat: a path, or the file behind a descriptor. */
static void
test_execveat(void **state)
{
	static const struct {
		const char *call, *program;
	} rows[] = {
		{ "execveat(AT_FDCWD, \"/bin/y\", [\"y\"], 0x1, 0)",
		    "/bin/y\n" },
		{ "execveat(3</bin/z>, \"\", [\"z\"], 0x1, AT_EMPTY_PATH)",
		    "/bin/z\n" },
		{ "execveat(3, \"\", [\"z\"], 0x1, AT_EMPTY_PATH)",
		    "program\n" },
		{ "execve(0x1, [], 0x1)", "program\n" },
		{ "execve()", "program\n" },
	};
	char log[400];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(log, sizeof(log), EXEC "1 %s = 0\n",
		    rows[i].call);
		log_replay(log, SNAP, &res);
		assert_int_equal(res.err, 0);
		assert_int_equal(res.stats.execs, 2);
		assert_string_equal(res.first,
		    "2: pid 1: the map after execve is not known: a stand-in "
		    "is used");
		if (strstr(res.maps, rows[i].program) == NULL)
			fail_msg("%s: %s", rows[i].call, res.maps);
	}
}

/* Two are cloning: whose child an unknown pid is cannot be told. */
static void
test_cloning(void **state)
{
	(void)state;
	log_replay(EXEC PAGE("1",
		       "0x7000000") "1 fork() = 2\n"
				    "1 fork( <unfinished ...>\n"
				    "2 fork( <unfinished ...>\n"
				    "8 munmap(0x7000000, 4096) = 0\n",
	    SNAP, &res);
	assert_int_equal(res.err, 0);
	assert_string_equal(res.first,
	    "0: pid 8: its map is not known: a stand-in is used");
	assert_int_equal(res.stats.processes, 3);
	log_replay(EXEC PAGE("1",
		       "0x7000000") "1 fork() = 2\n"
				    "1 fork( <unfinished ...>\n"
				    "8 munmap(0x7000000, 4096) = 0\n",
	    SNAP, &res);
	assert_string_equal(res.first, "");
	assert_int_equal(res.stats.processes, 3);
}

/* ----------------------------------------------------------- snapshots ---- */

static void
test_snapshots(void **state)
{
	static const char log[] = EXEC PAGE("1", "0x7000000")
	    PAGE("1", "0x6fff000") "1 fork() = 2\n"
				   "2 +++ exited with 0 +++\n";
	static const struct {
		const char *snaps, *first;
		unsigned checked, equal;
	} rows[] = {
		/* in the middle; of a process that has ended, or is none */
		{ "#snap pid=1 event=mid k=0 after_line=2\n"
		  "00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n"
		  "07000000-07001000 rw-p 00000000 00:00 0\n"
		  "7ffff0000000-7ffff0021000 rw-p "
		  "00000000 00:00 0    [stack]\n",
		    "", 1, 1 },
		{ "#snap pid=1 event=mid k=0 after_line=3\n"
		  "00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n"
		  "07000000-07001000 rw-p 00000000 00:00 0\n"
		  "7ffff0000000-7ffff0021000 rw-p "
		  "00000000 00:00 0    [stack]\n",
		    "3: pid 1: then the map differs at 6fff000-7000000: the "
		    "kernel has nothing, the machine rw-p 0 anonymous",
		    1, 0 },
		{ "#snap pid=2 event=mid k=0 after_line=5\n"
		  "#snap pid=9 event=mid k=0 after_line=2\n",
		    "", 0, 0 },
		/* a child's stack that had grown before it was born; an area
		 * that grows only if nothing else does */
		{ "#snap pid=2 event=fork k=1\n"
		  "00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n"
		  "06fff000-07001000 rw-p 00000000 00:00 0    [heap]\n"
		  "7fffeffff000-7ffff0021000 rw-p "
		  "00000000 00:00 0    [stack]\n",
		    "", 1, 1 },
		{ "#snap pid=2 event=fork k=1\n"
		  "00000000-00001000 r--p 00000000 00:00 0\n"
		  "00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n"
		  "7ffff0000000-7ffff0021000 rw-p 00000000 00:00 0    [stack]\n"
		  "fffffffff0000000-fffffffff0001000 r--p 00000000 00:00 0\n",
		    "4: pid 2: at its birth the map differs at 0-1000: the "
		    "kernel has r--p 0 anonymous, the machine nothing",
		    1, 0 },
	};
	char snaps[1500];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(snaps, sizeof(snaps), SNAP "%s", rows[i].snaps);
		log_replay(log, snaps, &res);
		assert_int_equal(res.err, 0);
		assert_string_equal(res.first, rows[i].first);
		assert_int_equal(res.stats.snaps_checked, rows[i].checked);
		assert_int_equal(res.stats.snaps_equal, rows[i].equal);
	}
}

/* Later bearers of a pid have the snapshots that are left. */
static void
test_snapshots_again(void **state)
{
	(void)state;
	log_replay(EXEC
	    "1 fork() = 2\n2 execve(\"/bin/y\", [], 0x1) = 0\n"
	    "2 +++ exited with 0 +++\n1 fork() = 2\n"
	    "2 execve(\"/bin/z\", [], 0x1) = 0\n2 +++ exited with 0 +++\n",
	    SNAP "#snap pid=2 event=exec k=1\n"
		 "00500000-00501000 r-xp 00000000 fe:00 7    /bin/y\n"
		 "#snap pid=2 event=exec k=1\n"
		 "00600000-00601000 r-xp 00000000 fe:00 7    /bin/z\n",
	    &res);
	assert_string_equal(res.first, "");
	assert_string_equal(res.maps,
	    "#pid=2\n00500000-00501000 r-xp 00000000 /bin/y\n"
	    "#pid=2\n00600000-00601000 r-xp 00000000 /bin/z\n"
	    "#pid=1\n" IMAGE STACK);
}

/* Names that a map can have: what they say, and newlines in them. */
static void
test_names(void **state)
{
	(void)state;
	log_replay(EXEC "1 +++ exited with 0 +++\n",
	    "#snap pid=1 event=exec k=1\n"
	    "00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\\012y (deleted) "
	    "(deleted)\n\n"
	    "00500000-00501000 rw-p 00000000 00:00 0    [anon:pool]\n"
	    "00600000-00601000 rw-s 00001000 00:01 9    [anon_shmem:pool]\n"
	    "00700000-00701000 rw-p 00000000 00:00 0    [heap]\n"
	    "7ffff0000000-7ffff0001000 rw-p 00000000 00:00 0    [stack]\n"
	    "7ffff0002000-7ffff0003000 r--p 00000000 00:00 0    [vvar]\n",
	    &res);
	assert_string_equal(res.first, "");
	assert_string_equal(res.maps,
	    "#pid=1\n00400000-00401000 r-xp 00000000 /bin/x\\012y\n"
	    "00500000-00501000 rw-p 00000000\n"
	    "00600000-00601000 rw-s 00001000 /dev/zero\n"
	    "00700000-00701000 rw-p 00000000\n"
	    "7ffff0000000-7ffff0001000 rw-p 00000000\n"
	    "7ffff0002000-7ffff0003000 r--p 00000000 [vvar]\n");
}

/* ------------------------------------------------------- configuration ---- */

struct told {
	unsigned maps, begun, ended;
};

static void
told_map(void *ctx, int pid, const struct wl_maps *maps)
{
	assert_true(pid > 0 && maps->n > 0);
	((struct told *)ctx)->maps++;
}

static void
told_begun(void *ctx, struct process *p)
{
	assert_non_null(p->vmspace);
	((struct told *)ctx)->begun++;
}

static void
told_ended(void *ctx, struct process *p, int status)
{
	assert_non_null(p->vmspace);
	assert_int_equal(status, 3);
	((struct told *)ctx)->ended++;
}

static int
run(struct wl_replay_config *config, struct wl_replay_stats *stats, char *err,
    size_t len)
{
	sim_config_default(&config->machine);
	config->machine.ram = (uint64_t)16 << 20;
	return wl_replay_run(config, stats, NULL, err, len);
}

/* Who listens is told; who does not is not missed, but all is counted. */
static void
test_listeners(void **state)
{
	static const char log[] = "1 getpid() = 1\n"
				  "what is this\n1 munmap(0x1000, 0) = 0\n"
				  "1 fork() = 2\n2 +++ exited with 3 +++\n";
	char *path = log_file(log, strlen(log)), err[300];
	struct wl_replay_stats stats, deaf;
	struct told told = { 0 };
	struct wl_replay_config config = { .trace = path,
		.map = told_map,
		.begun = told_begun,
		.ended = told_ended,
		.ctx = &told };

	(void)state;
	assert_int_equal(run(&config, &stats, err, sizeof(err)), 0);
	assert_int_equal(told.maps, 2);
	assert_int_equal(told.begun, 1);
	assert_int_equal(told.ended, 1);
	assert_int_equal(stats.warnings, 2);
	config = (struct wl_replay_config){ .trace = path };
	assert_int_equal(run(&config, &deaf, err, sizeof(err)), 0);
	assert_memory_equal(&stats, &deaf, sizeof(stats));
	unlink(path);
	free(path);
}

/* --initial-maps beside --snaps: it stands for the first one of its kind. */
static void
test_initial_maps(void **state)
{
	static const char
	    maps[] = "00800000-00801000 r-xp 00000000 fe:00 7    /bin/i\n";
	static const struct {
		const char *log, *snaps, *want;
	} rows[] = {
		{ EXEC, SNAP,
		    "#pid=1\n00800000-00801000 r-xp 00000000 /bin/i\n" },
		{ EXEC, "#snap pid=1 event=exec k=2\n" IMAGE_LINES,
		    "#pid=1\n00800000-00801000 r-xp 00000000 /bin/i\n" },
		{ EXEC EXEC, "#snap pid=1 event=exec k=2\n" IMAGE_LINES,
		    "#pid=1\n" IMAGE STACK },
		{ "1 getpid() = 1\n", SNAP,
		    "#pid=1\n00800000-00801000 r-xp 00000000 /bin/i\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		log_replay_with(rows[i].log, rows[i].snaps, maps, &res);
		assert_int_equal(res.err, 0);
		assert_string_equal(res.first, "");
		assert_string_equal(res.maps, rows[i].want);
	}
}

/* Files that cannot be read: whose fault it is, in a sentence. */
static void
test_unreadable(void **state)
{
	static const char log[] = EXEC;
	char *path = log_file(log, strlen(log)), err[300];
	struct wl_replay_stats stats;
	struct wl_replay_config config = { .trace = "/nonexistent/log" };

	(void)state;
	assert_int_equal(run(&config, &stats, err, sizeof(err)), EIO);
	assert_string_equal(err, "/nonexistent/log: No such file or directory");
	config.trace = path;
	config.snaps = "/nonexistent/snaps";
	assert_int_equal(run(&config, &stats, err, sizeof(err)), EIO);
	assert_string_equal(err,
	    "/nonexistent/snaps: No such file or directory");
	config.snaps = NULL;
	config.initial_maps = "/nonexistent/maps";
	assert_int_equal(run(&config, &stats, err, sizeof(err)), EIO);
	assert_string_equal(err,
	    "/nonexistent/maps: No such file or directory");
	unlink(path);
	free(path);
}

/* What a line of a snapshot must be. */
static void
test_damaged_snapshots(void **state)
{
	static const char *const snaps[] = {
		"#snap pid=0 event=exec k=1\n",
		"#snap pid=1\n",
		"#snap pid=1 event=birth k=1\n",
		SNAP "00000000-00001000 r--p 00000000 00:00 0\n",
		SNAP "7ffff0041000-7ffff0040000 r--p 00000000 00:00 0\n",
		SNAP "7ffff0040000-7ffff0040800 r--p 00000000 00:00 0\n",
		SNAP "7ffff0040000-7ffff0041000 r-p 00000000 00:00 0\n",
		SNAP "7ffff0040000-7ffff0041000 r--p 00000000\n",
		SNAP "1 0x8000000000 0x8000001000 rw 1 1 1 0 ---- df\n",
		SNAP "1 0x8000000000 0x8000001000 rw-\n",
		"00400000-00401000 r-xp 00000000 fe:00 7    /bin/x\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(snaps) / sizeof(snaps[0]); i++) {
		log_replay(EXEC, snaps[i], &res);
		if (res.err != EINVAL)
			fail_msg("%s: %d", snaps[i], res.err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_execveat),
		cmocka_unit_test(test_cloning),
		cmocka_unit_test(test_snapshots),
		cmocka_unit_test(test_snapshots_again),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_listeners),
		cmocka_unit_test(test_initial_maps),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_damaged_snapshots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
