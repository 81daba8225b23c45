/*
 * Calls that fail, see refuse.h: one page that all processes share has the
 * kind that is refused, how many calls of it are still let through, and whether
 * one has failed.
 */
#include "refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

const char *const refuse_name[REFUSE_NKINDS] = { "memory", "mmap", "munmap",
	"mprotect", "mincore", "madvise", "pipe", "fork", "open", "read",
	"write", "mkstemp", "mkdtemp", "process_vm_readv", "pthread_create",
	"getrlimit" };

struct shared {
	atomic_int kind; /* less than 0: nothing is refused */
	atomic_int left; /* let so many through */
	atomic_int error;
	atomic_bool always, fired, no_yardsticks;
};

static struct shared *shared;
static bool over; /* this process ends: what it still calls is not refused */

/* Called by a build with coverage (tests/tools/coverage.c). */
void inject_over(void);

void
inject_over(void)
{
	over = true;
}

__attribute__((constructor)) static void
begin(void)
{
	void *p = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	shared = p;
	atomic_store(&shared->kind, -1);
}

static void
set(enum refuse kind, unsigned let, bool always, int error)
{
	atomic_store(&shared->kind, -1);
	atomic_store(&shared->left, (int)let);
	atomic_store(&shared->error, error);
	atomic_store(&shared->always, always);
	atomic_store(&shared->fired, false);
	atomic_store(&shared->kind, (int)kind);
}

void
refuse_nth(enum refuse kind, unsigned n, int error)
{
	set(kind, n - 1, false, error);
}

void
refuse_all(enum refuse kind, int error)
{
	set(kind, 0, true, error);
}

bool
refuse_end(void)
{
	atomic_store(&shared->kind, -1);
	return atomic_load(&shared->fired);
}

void
refuse_yardsticks(bool refuse)
{
	atomic_store(&shared->no_yardsticks, refuse);
}

/* => this call is to fail; errno is set */
static bool
refused(enum refuse kind)
{
	int left;

	if (over || shared == NULL || atomic_load(&shared->kind) != (int)kind)
		return false;
	left = atomic_fetch_sub(&shared->left, 1);
	if (left > 0 || (left < 0 && !atomic_load(&shared->always)))
		return false;
	atomic_store(&shared->fired, true);
	errno = atomic_load(&shared->error);
	return true;
}

/* ------------------------------------------------- what is called instead */

#define WRAP(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

/* Not in every build. */
void *__real_mallocx(size_t, int) __attribute__((weak));
void *__real_rallocx(void *, size_t, int) __attribute__((weak));

WRAP(void *, malloc, size_t size)
{
	return refused(REFUSE_MEMORY) ? NULL : __real_malloc(size);
}

WRAP(void *, calloc, size_t n, size_t size)
{
	return refused(REFUSE_MEMORY) ? NULL : __real_calloc(n, size);
}

WRAP(void *, realloc, void *p, size_t size)
{
	return refused(REFUSE_MEMORY) ? NULL : __real_realloc(p, size);
}

WRAP(void *, mallocx, size_t size, int flags)
{
	return refused(REFUSE_MEMORY) ? NULL : __real_mallocx(size, flags);
}

WRAP(void *, rallocx, void *p, size_t size, int flags)
{
	return refused(REFUSE_MEMORY) ? NULL : __real_rallocx(p, size, flags);
}

WRAP(void *, mmap, void *va, size_t len, int prot, int flags, int fd, off_t off)
{
	return refused(REFUSE_MMAP) ?
	    MAP_FAILED :
	    __real_mmap(va, len, prot, flags, fd, off);
}

WRAP(int, munmap, void *va, size_t len)
{
	return refused(REFUSE_MUNMAP) ? -1 : __real_munmap(va, len);
}

WRAP(int, mprotect, void *va, size_t len, int prot)
{
	return refused(REFUSE_MPROTECT) ? -1 : __real_mprotect(va, len, prot);
}

WRAP(int, mincore, void *va, size_t len, unsigned char *vec)
{
	return refused(REFUSE_MINCORE) ? -1 : __real_mincore(va, len, vec);
}

WRAP(int, madvise, void *va, size_t len, int advice)
{
	return refused(REFUSE_MADVISE) ? -1 : __real_madvise(va, len, advice);
}

WRAP(int, pipe, int fd[2])
{
	return refused(REFUSE_PIPE) ? -1 : __real_pipe(fd);
}

WRAP(pid_t, fork, void)
{
	return refused(REFUSE_FORK) ? -1 : __real_fork();
}

/*
 * What gcov makes of it.  Its own one begins to count anew in the child; here
 * what the parent did before is counted twice.
 */
WRAP(pid_t, __gcov_fork, void)
{
	return __wrap_fork();
}

int __real_open(const char *, int, ...);
int __wrap_open(const char *, int, ...);

int
__wrap_open(const char *path, int flags, ...)
{
	unsigned mode = 0;
	va_list ap;

	if (refused(REFUSE_OPEN))
		return -1;
	va_start(ap, flags);
	if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE)
		mode = va_arg(ap, unsigned);
	va_end(ap);
	return __real_open(path, flags, mode);
}

WRAP(ssize_t, read, int fd, void *buf, size_t len)
{
	return refused(REFUSE_READ) ? -1 : __real_read(fd, buf, len);
}

WRAP(ssize_t, write, int fd, const void *buf, size_t len)
{
	return refused(REFUSE_WRITE) ? -1 : __real_write(fd, buf, len);
}

WRAP(int, mkstemp, char *path)
{
	return refused(REFUSE_MKSTEMP) ? -1 : __real_mkstemp(path);
}

WRAP(char *, mkdtemp, char *path)
{
	return refused(REFUSE_MKDTEMP) ? NULL : __real_mkdtemp(path);
}

WRAP(ssize_t, process_vm_readv, pid_t pid, const struct iovec *to,
    unsigned long nto, const struct iovec *from, unsigned long nfrom,
    unsigned long flags)
{
	return refused(REFUSE_VMREAD) ?
	    -1 :
	    __real_process_vm_readv(pid, to, nto, from, nfrom, flags);
}

WRAP(int, pthread_create, pthread_t *thread, const pthread_attr_t *attr,
    void *(*fn)(void *), void *arg)
{
	return refused(REFUSE_THREAD) ?
	    errno :
	    __real_pthread_create(thread, attr, fn, arg);
}

WRAP(int, getrlimit, int what, struct rlimit *limit)
{
	return refused(REFUSE_GETRLIMIT) ? -1 : __real_getrlimit(what, limit);
}

/* ------------------------------------------------------------ yardsticks */

static bool
no_yardsticks(void)
{
	return atomic_load(&shared->no_yardsticks);
}

WRAP(double, api_bench_child, double (*fn)(uint64_t), uint64_t arg)
{
	return no_yardsticks() ? NAN : __real_api_bench_child(fn, arg);
}

WRAP(double, api_bench_tree_change, uint64_t n)
{
	return no_yardsticks() ? NAN : __real_api_bench_tree_change(n);
}

WRAP(double, api_bench_tree_lookup, uint64_t n)
{
	return no_yardsticks() ? NAN : __real_api_bench_tree_lookup(n);
}

WRAP(double, api_bench_memory_l1, void)
{
	return no_yardsticks() ? NAN : __real_api_bench_memory_l1();
}
