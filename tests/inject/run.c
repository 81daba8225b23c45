/*
 * One run of a command, with one failure.
 *
 * The child asks the kernel to stop the calls of calls.c, hands over the
 * descriptor on which they are announced, and becomes the command.  From then
 * on each such call waits until it is answered here: go on; this errno; this
 * many bytes, which were transferred here, through a duplicate of the
 * command's own descriptor; or never, for it is killed.
 */
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 60 /* that a command may take */
#define MOST_PART ((size_t)1 << 16)

struct run {
	const struct inj_point *point;
	struct inj_result *r;
	struct inj_shared *shared;
	int listener;
	pid_t pid;
	int pidfd;
	time_t begin;
};

/* -------------------------------------------------------------- child ---- */

static int
install_filter(void)
{
	struct sock_filter code[128] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, nr)) };
	struct sock_fprog prog = { .filter = code };
	unsigned short n = 1;

	for (size_t i = 0; i < inj_ncalls; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ |
			BPF_K,
		    (uint32_t)inj_calls[i].nr, 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
		    SECCOMP_RET_USER_NOTIF);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
	    SECCOMP_RET_ALLOW);
	prog.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
}

/* The message has one descriptor; -1: there is none, but an errno. */
union ancillary {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

static void
send_fd(int sock, int fd, int error)
{
	struct iovec iov = { &error, sizeof(error) };
	union ancillary a;
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		memset(&a, 0, sizeof(a));
		m.msg_control = &a;
		m.msg_controllen = sizeof(a.room);
		a.head.cmsg_level = SOL_SOCKET;
		a.head.cmsg_type = SCM_RIGHTS;
		a.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&a.head), &fd, sizeof(fd));
	}
	(void)sendmsg(sock, &m, 0);
}

/* => the descriptor, or -1 and errno */
static int
receive_fd(int sock)
{
	int error = EIO, fd = -1;
	struct iovec iov = { &error, sizeof(error) };
	union ancillary a;
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &a,
		.msg_controllen = sizeof(a.room) };

	if (recvmsg(sock, &m, MSG_CMSG_CLOEXEC) > 0 &&
	    m.msg_controllen >= sizeof(a.head))
		memcpy(&fd, CMSG_DATA(&a.head), sizeof(fd));
	if (fd < 0)
		errno = error;
	return fd;
}

static void
become(char *const *argv, const char *in, const char *preload, int sock,
    const int *fds)
{
	int input = open(in != NULL ? in : "/dev/null", O_RDONLY);
	int listener;

	if (input < 0 || dup2(input, 0) < 0 || dup2(fds[0], 1) < 0 ||
	    dup2(fds[1], 2) < 0 || dup2(fds[2], INJ_FD) < 0)
		_exit(127);
	close(input);
	setenv("LD_PRELOAD", preload, 1);
	setenv("LC_ALL", "C", 1);
	signal(SIGPIPE, SIG_DFL);
	listener = install_filter();
	send_fd(sock, listener, errno);
	if (listener >= 0)
		execv(argv[0], argv);
	_exit(127);
}

/* ------------------------------------------------------------- answers ---- */

/* The name of the file that the call is about, without its directory. */
static void
name_of(const struct seccomp_notif *q, const struct inj_call *c, char *name,
    size_t len)
{
	const uint64_t arg = q->data.args[c->arg];
	char text[4096] = "", link[64];
	const char *slash;
	char *end;

	if (c->what == INJ_OPEN_FD) {
		ssize_t n;

		snprintf(link, sizeof(link), "/proc/%u/fd/%d", q->pid,
		    (int)arg);
		n = readlink(link, text, sizeof(text) - 1);
		text[n > 0 ? n : 0] = '\0';
	} else if (c->what == INJ_PATH) {
		struct iovec to = { text, sizeof(text) - 1 },
			     from = { (void *)(uintptr_t)arg, 256 };

		/* not beyond the page: the next one may not be there */
		from.iov_len -= (arg % 4096 + 256 > 4096) ?
		    arg % 4096 + 256 - 4096 :
		    0;
		if (process_vm_readv((pid_t)q->pid, &to, 1, &from, 1, 0) < 0)
			text[0] = '\0';
	}
	if ((end = strstr(text, " (deleted)")) != NULL)
		*end = '\0';
	slash = strrchr(text, '/');
	snprintf(name, len, "%.255s", slash != NULL ? slash + 1 : text);
}

/*
 * Do the first half of a transfer for the command. => how many bytes, or -1:
 * it can do all of it itself
 */
static int64_t
transfer(struct run *run, const struct seccomp_notif *q,
    const struct inj_call *c)
{
	const __u64 *arg = q->data.args;
	size_t n = arg[2] / 2;
	char *buf = malloc(MOST_PART);
	struct iovec here, there = { (void *)(uintptr_t)arg[1], 0 };
	int64_t done = -1;
	int fd = (int)syscall(SYS_pidfd_getfd, run->pidfd, (int)arg[0], 0);

	if (n > MOST_PART)
		n = MOST_PART;
	here = (struct iovec){ buf, n };
	there.iov_len = n;
	if (fd >= 0 && buf != NULL && n > 0 && c->part == 2 &&
	    process_vm_readv((pid_t)q->pid, &here, 1, &there, 1, 0) ==
		(ssize_t)n)
		done = c->nr == SYS_write ? write(fd, buf, n) :
					    pwrite(fd, buf, n, (off_t)arg[3]);
	if (fd >= 0 && buf != NULL && n > 0 && c->part == 1) {
		done = c->nr == SYS_read ? read(fd, buf, n) :
					   pread(fd, buf, n, (off_t)arg[3]);
		here.iov_len = there.iov_len = done > 0 ? (size_t)done : 0;
		if (done > 0)
			(void)process_vm_writev((pid_t)q->pid, &here, 1, &there,
			    1, 0);
	}
	if (fd >= 0)
		close(fd);
	free(buf);
	return done;
}

static void
fired(struct run *run, const struct seccomp_notif *q, const struct inj_call *c,
    int error)
{
	struct inj_result *r = run->r;

	if (r->fired++ > 0)
		return;
	r->call = c;
	r->error = error;
	name_of(q, c, r->file, sizeof(r->file));
}

/*
 * An errno of the call, by the point's choice.  Standard output is the libc's
 * stream: no handler of the command's can interrupt it, for it has none.
 */
static int
choose(const struct seccomp_notif *q, const struct inj_call *c,
    const struct inj_point *p)
{
	unsigned n = 0;
	int error;

	while (n < 6 && c->error[n] != 0)
		n++;
	error = c->error[p->choice % n];
	return error == EINTR && c->part == 2 &&
		((int)q->data.args[0] == 1 || p->uninterrupted) ?
	    EIO :
	    error;
}

/* Only creating files needs room, not opening them. */
static bool
needs_room(const struct seccomp_notif *q, const struct inj_call *c)
{
	return c->writes ||
	    (c->nr == SYS_openat && (q->data.args[2] & O_CREAT) != 0);
}

/* => true: answer; false: killed */
static bool
decide(struct run *run, const struct seccomp_notif *q,
    struct seccomp_notif_resp *a)
{
	const struct inj_call *c = inj_call_byno(q->data.nr);
	const struct inj_point *p = run->point;
	uint64_t n;

	a->id = q->id;
	a->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	if (!__atomic_load_n(&run->shared->started, __ATOMIC_ACQUIRE) ||
	    c == NULL ||
	    (p->files_only &&
		(c->what == INJ_NOTHING || (pid_t)q->pid != run->pid)) ||
	    (c->what == INJ_OPEN_FD &&
		((int)q->data.args[c->arg] == 2 ||
		    (int)q->data.args[c->arg] == INJ_FD)))
		return true;
	n = ++run->r->calls;
	if (p->kind == INJ_KILL && n == p->n) {
		kill(run->pid, SIGKILL);
		fired(run, q, c, 0);
		return false;
	}
	if ((p->kind == INJ_PARTS || (p->kind == INJ_PART && n == p->n)) &&
	    c->part != 0) {
		const int64_t done = transfer(run, q, c);

		if (done < 0)
			return true;
		fired(run, q, c, 0);
		a->val = done;
		a->flags = 0;
	}
	if (p->kind == INJ_ERROR && n == p->n)
		a->error = -choose(q, c, p);
	if (p->kind == INJ_FULL && n >= p->n && needs_room(q, c))
		a->error = -ENOSPC;
	if (a->error != 0) {
		fired(run, q, c, -a->error);
		a->flags = 0;
	}
	return true;
}

static void
answer(struct run *run)
{
	struct seccomp_notif q;
	struct seccomp_notif_resp a;

	memset(&q, 0, sizeof(q));
	memset(&a, 0, sizeof(a));
	if (ioctl(run->listener, SECCOMP_IOCTL_NOTIF_RECV, &q) != 0)
		return;
	if (decide(run, &q, &a))
		(void)ioctl(run->listener, SECCOMP_IOCTL_NOTIF_SEND, &a);
}

static void
supervise(struct run *run)
{
	struct timespec now;

	for (;;) {
		struct pollfd p[2] = { { run->listener, POLLIN, 0 },
			{ run->pidfd, POLLIN, 0 } };
		const int n = poll(p, 2, 1000);

		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - run->begin > SECONDS) {
			run->r->late = true;
			kill(run->pid, SIGKILL);
		}
		if (n > 0 && (p[0].revents & POLLIN) != 0)
			answer(run);
		else if (n > 0 && p[1].revents != 0)
			break;
	}
	(void)waitpid(run->pid, &run->r->status, 0);
}

/* ---------------------------------------------------------------- run ---- */

static char *
contents(int fd, size_t *len)
{
	struct stat st = { .st_size = 0 };
	char *text;

	(void)fstat(fd, &st);
	text = calloc(1, (size_t)st.st_size + 1);
	*len = 0;
	if (text != NULL && pread(fd, text, (size_t)st.st_size, 0) > 0)
		*len = (size_t)st.st_size;
	return text;
}

static void
arm(struct inj_shared *s, const struct inj_point *p)
{
	memset(s, 0, sizeof(*s));
	if (p->kind != INJ_MEMORY)
		return;
	s->nth = p->n;
	s->memory = p->mode;
}

/* => 0, or an errno */
static int
start(struct run *run, char *const *argv, const char *in, const char *preload,
    const int *fds)
{
	struct timespec now;
	int sock[2];

	clock_gettime(CLOCK_MONOTONIC, &now);
	run->begin = now.tv_sec;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) != 0)
		return errno;
	run->pid = fork();
	if (run->pid == 0)
		become(argv, in, preload, sock[1], fds);
	close(sock[1]);
	run->listener = run->pid > 0 ? receive_fd(sock[0]) : -1;
	run->pidfd = run->listener >= 0 ?
	    (int)syscall(SYS_pidfd_open, run->pid, 0) :
	    -1;
	close(sock[0]);
	if (run->pidfd >= 0)
		return 0;
	sock[0] = errno;
	if (run->pid > 0) {
		kill(run->pid, SIGKILL);
		(void)waitpid(run->pid, NULL, 0);
	}
	return sock[0];
}

int
inj_run(char *const *argv, const char *in, const char *preload,
    const struct inj_point *point, struct inj_result *r)
{
	int fds[3] = { memfd_create("out", MFD_CLOEXEC),
		memfd_create("err", MFD_CLOEXEC),
		memfd_create("shared", MFD_CLOEXEC) };
	struct run run = { .point = point, .r = r, .listener = -1 };
	int error;

	*r = (struct inj_result){ .status = 0 };
	if (ftruncate(fds[2], sizeof(*run.shared)) != 0)
		return errno;
	run.shared = mmap(NULL, sizeof(*run.shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fds[2], 0);
	if (run.shared == MAP_FAILED)
		return errno;
	arm(run.shared, point);
	error = start(&run, argv, in, preload, fds);
	if (error == 0) {
		supervise(&run);
		close(run.pidfd);
	}
	if (run.listener >= 0)
		close(run.listener);
	r->allocations = run.shared->allocations;
	if (point->kind == INJ_MEMORY)
		r->fired = run.shared->refused;
	r->out = contents(fds[0], &r->outlen);
	r->err = contents(fds[1], &r->errlen);
	munmap(run.shared, sizeof(*run.shared));
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
	return error;
}

void
inj_result_free(struct inj_result *r)
{
	free(r->out);
	free(r->err);
	r->out = r->err = NULL;
}

bool
inj_possible(const char *preload, char *why, size_t len)
{
	char *argv[] = { (char *)(uintptr_t) "/bin/true", NULL };
	const struct inj_point point = { .kind = INJ_UNDISTURBED };
	struct inj_result r;
	const int error = inj_run(argv, NULL, preload, &point, &r);

	if (error != 0)
		snprintf(why, len, "the kernel stops no system calls: %s",
		    strerror(error));
	else if (r.status != 0)
		snprintf(why, len, "a library cannot be put before true(1): %s",
		    r.err);
	inj_result_free(&r);
	return error == 0 && r.status == 0;
}
