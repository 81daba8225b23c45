/*
 * The agent: does what its box says.
 *
 * It must not change its own memory by itself once it has begun: no malloc, no
 * mapping, no growth of its stack (which is made large enough first).  Whoever
 * forks a new agent has it continue in the same loop with another box.
 */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES (256 << 10)

struct agent {
	struct host_shared *shared;
	struct host_box *box;
	int pagemap, mem;
};

static char text[HOST_MAPS]; /* /proc/self/... on its way */

/* ------------------------------------------------------------- layout ---- */

/* => length; the file is read whole into text */
static size_t
slurp(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t got = 1;

	while (fd >= 0 && got > 0 && n < sizeof(text) - 1) {
		got = read(fd, text + n, sizeof(text) - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	text[n] = '\0';
	if (fd >= 0)
		(void)close(fd);
	return n;
}

static uint64_t
number(const char **at, unsigned base)
{
	uint64_t v = 0;
	unsigned digit;

	for (;; (*at)++) {
		digit = **at >= '0' && **at <= '9' ? (unsigned)(**at - '0') :
		    **at >= 'a' && **at <= 'f' ? (unsigned)(**at - 'a') + 10 :
						 99;
		if (digit >= base)
			return v;
		v = v * base + digit;
	}
}

/* The N-th field of /proc/self/stat, behind the name in parentheses. */
static uint64_t
stat_field(unsigned n)
{
	const char *at;

	(void)slurp("/proc/self/stat");
	at = strrchr(text, ')');
	if (at == NULL)
		return 0;
	for (unsigned i = 2; i < n && *at != '\0'; at++)
		if (*at == ' ')
			i++;
	return number(&at, 10);
}

/*
 * Close the holes between the libraries, and put the fence under them.  What is
 * below it is free, down to the arena and far beyond.
 * => where the arena ends; 0: no such place
 */
static uint64_t
fence(const struct host_shared *s)
{
	const uint64_t top = 0x7ffff8000000, low = 0x7fff00000000;
	uint64_t start, end, last = 0, lowest = 0;
	const char *at = text;

	(void)s;
	(void)slurp("/proc/self/maps");
	for (; at != NULL && *at != '\0'; at = strchr(at, '\n')) {
		at += *at == '\n';
		start = number(&at, 16);
		if (*at != '-')
			break;
		at++;
		end = number(&at, 16);
		if (start < low || start >= top)
			continue;
		if (lowest == 0)
			lowest = start;
		if (last != 0 && start > last &&
		    mmap((void *)(uintptr_t)last, start - last, PROT_NONE,
			MAP_SHARED | MAP_FIXED_NOREPLACE, HOST_FD_SHARED,
			0) == MAP_FAILED)
			return 0;
		last = end;
	}
	if (lowest == 0 ||
	    mmap((void *)(uintptr_t)(lowest - HOST_FENCE * HOST_PAGE),
		HOST_FENCE * HOST_PAGE, PROT_NONE,
		MAP_SHARED | MAP_FIXED_NOREPLACE, HOST_FD_SHARED,
		0) == MAP_FAILED)
		return 0;
	return lowest - HOST_FENCE * HOST_PAGE;
}

/* ------------------------------------------------------------ looking ---- */

/*
 * Pages that cannot be read as they are (PROT_NONE) are read as a debugger
 * does; only present ones are read at all, so that looking changes nothing.
 */
static void
look(const struct agent *a)
{
	const struct host_shared *s = a->shared;
	struct host_page *page = a->box->result.page;
	uint64_t entry[HOST_PAGES] = { 0 };

	if (pread(a->pagemap, entry, HOST_TOP * 8,
		(off_t)(s->arena >> HOST_SHIFT) * 8) != HOST_TOP * 8 ||
	    pread(a->pagemap, entry + HOST_TOP, HOST_BRK * 8,
		(off_t)(s->brk_window >> HOST_SHIFT) * 8) != HOST_BRK * 8)
		_exit(3);
	for (unsigned i = 0; i < HOST_PAGES; i++) {
		const uint64_t va = host_page_addr(s, i);

		page[i].flags = 0;
		page[i].content = 0;
		if ((entry[i] & (uint64_t)1 << 63) == 0)
			continue;
		page[i].flags = HOST_PRESENT;
		if (entry[i] & (uint64_t)1 << 61)
			page[i].flags |= HOST_OF_FILE;
		if (!host_peek(va, &page[i].content) &&
		    pread(a->mem, &page[i].content, 8, (off_t)va) != 8)
			page[i].flags |= HOST_UNREAD;
	}
}

static void
open_own(struct agent *a)
{
	a->pagemap = open("/proc/self/pagemap", O_RDONLY);
	a->mem = open("/proc/self/mem", O_RDONLY);
}

/* -------------------------------------------------------------- doing ---- */

static void
call(const struct host_command *c, struct host_result *r, uint64_t third)
{
	const uint64_t *a = c->arg;

	errno = 0;
	r->ret = syscall(c->nr, a[0], a[1], third, a[3], a[4], a[5]);
	r->err = r->ret == -1 ? errno : 0;
}

static void
limit(const struct host_command *c, struct host_result *r)
{
	const struct rlimit new = { c->arg[1], c->arg[2] };

	r->ret = setrlimit((int)c->arg[0], &new);
	r->err = r->ret != 0 ? errno : 0;
}

/* Continue as another agent, in its box. */
static void
fork_agent(struct agent *a, const struct host_command *c, struct host_result *r)
{
	const uint64_t who = c->arg[0];
	long pid;

	(void)memset(&a->shared->box[who], 0, sizeof(a->shared->box[who]));
	errno = 0;
	pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid != 0) {
		r->ret = pid;
		r->err = pid < 0 ? errno : 0;
		a->shared->box[who].pid = (int)pid;
		return;
	}
	(void)close(a->pagemap);
	(void)close(a->mem);
	open_own(a);
	a->box = host_touch_box = &a->shared->box[who];
}

static void
read_maps(const struct agent *a, struct host_result *r)
{
	r->ret = (int64_t)slurp("/proc/self/maps");
	(void)memcpy(a->shared->maps, text, (size_t)r->ret + 1);
}

/* => false: it was the last thing */
static bool
perform(struct agent *a)
{
	/* The box changes under fork: what is done belongs to the old one. */
	struct host_box *box = a->box;
	const struct host_command c = box->command;
	struct host_result *r = &box->result;

	r->signo = r->code = r->err = 0;
	switch (c.what) {
	case HOST_CALL: call(&c, r, c.arg[2]); break;
	case HOST_MINCORE:
		(void)memset(r->vec, 0, sizeof(r->vec));
		call(&c, r, (uint64_t)(uintptr_t)r->vec);
		break;
	case HOST_LIMIT: limit(&c, r); break;
	case HOST_ACCESS: host_touch(&c, r); break;
	case HOST_FORK: fork_agent(a, &c, r); break;
	case HOST_MAPS_READ: read_maps(a, r); break;
	case HOST_EXIT: return false;
	default: break;
	}
	if (a->box == box)
		look(a);
	return true;
}

/* ------------------------------------------------------------- waiting ---- */

static void
give_turn(struct host_box *box, uint32_t turn)
{
	__atomic_store_n(&box->turn, turn, __ATOMIC_SEQ_CST);
	(void)syscall(SYS_futex, &box->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* => false: whoever gives orders is gone */
static bool
await_turn(const struct agent *a)
{
	const struct timespec second = { .tv_sec = 1 };
	struct host_box *box = a->box;
	uint32_t turn;

	for (;;) {
		turn = __atomic_load_n(&box->turn, __ATOMIC_SEQ_CST);
		if (turn == HOST_YOURS)
			return true;
		if (syscall(SYS_futex, &box->turn, FUTEX_WAIT, turn, &second,
			NULL, 0) != 0 &&
		    errno == ETIMEDOUT && kill(a->shared->driver, 0) != 0 &&
		    errno == ESRCH)
			return false;
	}
}

static void
serve(struct agent *a)
{
	while (await_turn(a)) {
		struct host_box *box = a->box;

		if (!perform(a)) {
			give_turn(box, HOST_GONE);
			return;
		}
		/* A new agent has been given nothing to answer. */
		if (a->box == box)
			give_turn(box, HOST_MINE);
	}
}

/* -------------------------------------------------------------- start ---- */

static const char *
become(unsigned uid)
{
	if (uid != 0 &&
	    (syscall(SYS_setresgid, uid, uid, uid) != 0 ||
		syscall(SYS_setresuid, uid, uid, uid) != 0))
		return "an agent cannot become another user";
	if (prctl(PR_SET_DUMPABLE, 1) != 0)
		return "prctl(PR_SET_DUMPABLE)";
#if defined(PR_SET_THP_DISABLE)
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0)
		return "huge pages cannot be kept away "
		       "(prctl PR_SET_THP_DISABLE)";
#endif
	return NULL;
}

static const char *
begin(struct agent *a)
{
	struct host_shared *s = a->shared;
	volatile char grown[STACK_BYTES];
	const char *why = become(s->uid);
	uint64_t end;

	for (size_t i = 0; i < sizeof(grown); i += HOST_PAGE)
		grown[i] = 0;
	if (why != NULL)
		return why;
	(void)signal(SIGCHLD, SIG_IGN);
	host_touch_init();
	open_own(a);
	if (a->pagemap < 0 || a->mem < 0)
		return "/proc/self/pagemap or mem cannot be opened";
	end = fence(s);
	if (end == 0)
		return "no place for the arena below the libraries";
	s->arena = end - HOST_TOP * HOST_PAGE;
	s->brk_start = stat_field(47);
	s->brk = (uint64_t)syscall(SYS_brk, 0);
	if (s->brk_start == 0 || s->brk < s->brk_start)
		return "/proc/self/stat does not tell where the heap begins";
	s->brk_window = (s->brk + HOST_MASK) & ~HOST_MASK;
	return NULL;
}

int
host_agent_main(void)
{
	struct agent a = { .pagemap = -1 };
	const char *why;

	a.shared = mmap(NULL, sizeof(*a.shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_POPULATE, HOST_FD_SHARED, 0);
	if (a.shared == MAP_FAILED)
		return 1;
	a.box = host_touch_box = &a.shared->box[0];
	why = begin(&a);
	if (why != NULL) {
		(void)snprintf(a.shared->failed, sizeof(a.shared->failed), "%s",
		    why);
		give_turn(a.box, HOST_GONE);
		return 1;
	}
	a.box->pid = getpid();
	give_turn(a.box, HOST_MINE);
	serve(&a);
	return 0;
}
