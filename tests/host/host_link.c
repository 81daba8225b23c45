/*
 * The driver's end: files, the first agent, orders and answers.
 *
 * Driver and agents share one processor, if they may: then handing the turn
 * over is a switch and not a wake-up of a sleeping processor.
 */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 30 /* seconds until an agent is called hung */

static int
refuse(char *why, size_t len, const char *what)
{
	(void)snprintf(why, len, "%s: %s", what, strerror(errno));
	return 1;
}

/* -------------------------------------------------------------- files ---- */

/* On a disk, without a name; the name that the kernel shows is kept. */
static int
disk_file(char *path, size_t len)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	(void)snprintf(path, len, "%.30s/uvmsim-opinion-XXXXXX",
	    dir != NULL && strlen(dir) < 30 ? dir : "/tmp");
	fd = mkstemp(path);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

/* The same file, opened in another way. */
static int
again(int fd, int flags)
{
	char path[40];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, flags | O_CLOEXEC);
}

/* Two files and shared memory; the first also open for writing only. */
static int
open_files(struct host_link *l, const uint64_t size[HOST_FILES])
{
	int ro = disk_file(l->path[1], sizeof(l->path[1]));

	l->fd[0] = disk_file(l->path[0], sizeof(l->path[0]));
	l->fd[2] = memfd_create("opinion", 0);
	(void)snprintf(l->path[2], sizeof(l->path[2]), "/memfd:opinion");
	if (l->fd[0] < 0 || ro < 0 || l->fd[2] < 0 ||
	    ftruncate(l->fd[0], (off_t)size[0]) != 0 ||
	    ftruncate(ro, (off_t)size[1]) != 0 ||
	    ftruncate(l->fd[2], (off_t)size[2]) != 0)
		return -1;
	l->fd[1] = again(ro, O_RDONLY);
	l->fd[3] = again(l->fd[0], O_WRONLY);
	l->fd[4] = ro;
	l->punch = fallocate(l->fd[0],
		       FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1) == 0;
	return l->fd[1] < 0 || l->fd[3] < 0 ? -1 : 0;
}

/* -------------------------------------------------------------- agent ---- */

static void
one_processor(void)
{
	cpu_set_t set;
	const int cpu = sched_getcpu();

	CPU_ZERO(&set);
	CPU_SET(cpu < 0 ? 0 : cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

/* In the child: as the machine's processes begin. */
static void
start_agent(const struct host_link *l)
{
	static char arg0[] = "agent", arg1[] = HOST_AGENT_ARG;
	char *const argv[] = { arg0, arg1, NULL };
	char *const envp[] = { NULL };
	const struct rlimit stack = { 8 << 20, RLIM_INFINITY };
	struct rlimit locked = { 8 << 20, 8 << 20 }, old;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getrlimit(RLIMIT_STACK, &old) == 0)
		old.rlim_cur = stack.rlim_cur;
	if (personality(ADDR_NO_RANDOMIZE) == -1 ||
	    setrlimit(RLIMIT_STACK, &old) != 0 ||
	    setrlimit(RLIMIT_MEMLOCK, &locked) != 0 ||
	    dup2(l->fd_shared, HOST_FD_SHARED) < 0)
		_exit(2);
	for (int i = 0; i < HOST_FDS; i++)
		if (dup2(l->fd[i], HOST_FD_FILES + i) < 0)
			_exit(2);
	(void)execve("/proc/self/exe", argv, envp);
	_exit(2);
}

/* Agent 0 is our child; those that it forked are reaped by the kernel. */
static bool
is_gone(struct host_link *l, unsigned who)
{
	const pid_t pid = l->shared->box[who].pid;

	if (who != 0)
		return pid > 0 && kill(pid, 0) != 0 && errno == ESRCH;
	if (waitpid(l->first, NULL, WNOHANG) != l->first)
		return false;
	l->first = 0;
	return true;
}

/* => the turn; HOST_YOURS: still the agent's after all patience */
static uint32_t
await(struct host_link *l, unsigned who)
{
	const struct timespec second = { .tv_sec = 1 };
	struct host_box *box = &l->shared->box[who];
	uint32_t turn = HOST_YOURS;

	for (unsigned waited = 0; waited < PATIENCE;) {
		turn = __atomic_load_n(&box->turn, __ATOMIC_SEQ_CST);
		if (turn != HOST_YOURS)
			return turn;
		if (syscall(SYS_futex, &box->turn, FUTEX_WAIT, turn, &second,
			NULL, 0) != 0 &&
		    errno == ETIMEDOUT) {
			waited++;
			if (is_gone(l, who))
				return HOST_GONE;
		}
	}
	return turn;
}

int
host_link_open(struct host_link *l, unsigned uid,
    const uint64_t size[HOST_FILES], char *why, size_t len)
{
	uint32_t turn;

	(void)memset(l, 0, sizeof(*l));
	one_processor();
	l->fd_shared = memfd_create("opinion-box", MFD_CLOEXEC);
	if (l->fd_shared < 0 ||
	    ftruncate(l->fd_shared, sizeof(*l->shared)) != 0)
		return refuse(why, len, "memfd_create");
	l->shared = mmap(NULL, sizeof(*l->shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED, l->fd_shared, 0);
	if (l->shared == MAP_FAILED || open_files(l, size) != 0)
		return refuse(why, len, "files for the agents");
	l->shared->driver = getpid();
	l->shared->uid = uid;
	l->shared->box[0].turn = HOST_YOURS;
	(void)fflush(NULL);
	l->first = fork();
	if (l->first == 0)
		start_agent(l);
	if (l->first < 0)
		return refuse(why, len, "fork");
	turn = await(l, 0);
	if (turn == HOST_MINE)
		return 0;
	(void)snprintf(why, len, "%s",
	    l->shared->failed[0] != '\0' ? l->shared->failed :
					   "an agent cannot be started "
					   "without address randomisation");
	return 1;
}

void
host_link_close(struct host_link *l)
{
	for (unsigned i = 1; l->shared != NULL && i < HOST_AGENTS; i++)
		if (l->shared->box[i].pid > 0 &&
		    l->shared->box[i].turn != HOST_GONE)
			(void)kill(l->shared->box[i].pid, SIGKILL);
	if (l->first > 0) {
		(void)kill(l->first, SIGKILL);
		(void)waitpid(l->first, NULL, 0);
	}
	for (int i = 0; i < HOST_FDS; i++)
		if (l->fd[i] > 0)
			(void)close(l->fd[i]);
	if (l->shared != NULL)
		(void)munmap(l->shared, sizeof(*l->shared));
	if (l->fd_shared > 0)
		(void)close(l->fd_shared);
}

const char *
host_link_do(struct host_link *l, unsigned who, const struct host_command *c,
    char *buf, size_t len)
{
	struct host_box *box = &l->shared->box[who];
	uint32_t turn;

	box->command = *c;
	__atomic_store_n(&box->turn, HOST_YOURS, __ATOMIC_SEQ_CST);
	(void)syscall(SYS_futex, &box->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
	turn = await(l, who);
	if (turn == HOST_MINE || (turn == HOST_GONE && c->what == HOST_EXIT))
		return NULL;
	if (box->died != 0)
		(void)snprintf(buf, len, "agent %u died of signal %d at %#llx",
		    who, box->died, (unsigned long long)box->died_at);
	else
		(void)snprintf(buf, len, "agent %u %s", who,
		    turn == HOST_GONE ? "died" : "hangs");
	return buf;
}
