/*
 * EFAULT-safe copies, see copy.h.
 *
 * Linux populates a range on request (MADV_POPULATE_READ, _WRITE) and fails
 * where an access would fault: one call says yes for any length, and when it
 * says no a bisection finds the first bad page.  Where the kernel does not
 * know the request, one byte of each page is copied onto itself by
 * process_vm_readv(2), many pages a call; where that is forbidden too, through
 * a pipe, a page at a time.  So too where the answer means nothing: qemu takes
 * all advice of a program it emulates for a hint, and says yes to any number.
 * What the kernel can do is asked anew each time: a sandbox may close in
 * between, and a library keeps no state of its own.
 */
#include "copy.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

/* Numbers of the kernel's interface; older libcs lack the names. */
#define POPULATE_READ 22
#define POPULATE_WRITE 23
#define NO_ADVICE (-1) /* Linux refuses it, whatever the range */
#define PROBES 64      /* pages asked for in one call */

struct range {
	uintptr_t addr;
	size_t len;      /* cut at the end of the address space */
	uintptr_t first; /* address of the first page */
	size_t npages;
	size_t pagesize;
	int advice;
};

static struct range
range_of(const void *addr, size_t len, int advice)
{
	struct range r = {
		.addr = (uintptr_t)addr,
		.pagesize = (size_t)sysconf(_SC_PAGESIZE),
		.advice = advice,
	};
	uintptr_t last;

	if (len - 1 > UINTPTR_MAX - r.addr)
		len = UINTPTR_MAX - r.addr + 1;
	last = r.addr + (len - 1);
	r.len = len;
	r.first = r.addr & ~(uintptr_t)(r.pagesize - 1);
	r.npages = (last - r.first) / r.pagesize + 1;
	return r;
}

/* Can the pages [from, to) be touched? */
static bool
populate(const struct range *r, size_t from, size_t to)
{
	void *start = (void *)(r->first + from * r->pagesize);
	int error;

	if (to - from > SIZE_MAX / r->pagesize)
		return false;
	do {
		error = madvise(start, (to - from) * r->pagesize, r->advice);
	} while (error != 0 && (errno == EINTR || errno == EAGAIN));
	return error == 0;
}

/* => pages from the first on that can be touched, when not all can */
static size_t
bisect(const struct range *r)
{
	size_t good = 0, bad = r->npages;

	while (bad - good > 1) {
		size_t mid = good + (bad - good) / 2;

		if (populate(r, good, mid))
			good = mid;
		else
			bad = mid;
	}
	return good == 0 && bad == 1 && populate(r, 0, 1) ? 1 : good;
}

/* The byte that stands for page i: one that the caller asked for. */
static void *
byte_of(const struct range *r, size_t i)
{
	return (void *)(i == 0 ? r->addr : r->first + i * r->pagesize);
}

/* Probe pages from i on. => how many of them are good; -1: cannot say */
static ssize_t
probe_process(const struct range *r, size_t i)
{
	struct iovec remote[PROBES], local[PROBES];
	char bytes[PROBES];
	size_t n = r->npages - i < PROBES ? r->npages - i : PROBES;

	for (size_t k = 0; k < n; k++) {
		void *byte = byte_of(r, i + k);

		remote[k] = (struct iovec){ byte, 1 };
		local[k] = (struct iovec){
			r->advice == POPULATE_WRITE ? byte : &bytes[k], 1
		};
	}
	ssize_t got = process_vm_readv(getpid(), local, n, remote, n, 0);

	if (got < 0)
		return errno == EFAULT ? 0 : -1;
	return got;
}

/* The same for one page through a pipe. */
static ssize_t
probe_pipe(const struct range *r, size_t i, const int pipefd[2])
{
	char byte;
	void *to = r->advice == POPULATE_WRITE ? byte_of(r, i) : &byte;

	if (write(pipefd[1], byte_of(r, i), 1) != 1)
		return 0;
	return read(pipefd[0], to, 1) == 1;
}

/* => good pages, by probes */
static size_t
probe(const struct range *r)
{
	int pipefd[2] = { -1, -1 };
	size_t i = 0;

	while (i < r->npages) {
		ssize_t n = pipefd[0] < 0 ? probe_process(r, i) :
					    probe_pipe(r, i, pipefd);

		if (n < 0 && pipe(pipefd) != 0)
			break;
		if (n == 0)
			break;
		i += n > 0 ? (size_t)n : 0;
	}
	if (pipefd[0] >= 0) {
		close(pipefd[0]);
		close(pipefd[1]);
	}
	return i;
}

/* => bytes from addr on that can be touched, at most len */
static size_t
touchable(const void *addr, size_t len, int advice)
{
	const int saved = errno;
	struct range r;
	size_t good, bytes;
	bool judges; /* the kernel, of what it is asked for */

	if (len == 0)
		return 0;
	r = range_of(addr, len, advice);
	judges = madvise((void *)r.first, 0, NO_ADVICE) != 0;
	if (judges && populate(&r, 0, r.npages))
		good = r.npages;
	else if (judges && madvise((void *)r.first, 0, advice) == 0)
		good = bisect(&r);
	else
		good = probe(&r);
	errno = saved;
	if (good == 0)
		return 0;
	if (good == r.npages)
		return r.len;
	bytes = good * r.pagesize - (r.addr - r.first);
	return bytes < r.len ? bytes : r.len;
}

size_t
api_writable(void *addr, size_t len)
{
	return touchable(addr, len, POPULATE_WRITE);
}

int
api_copyout(void *to, const void *from, size_t len)
{
	size_t n = api_writable(to, len);

	if (n > 0)
		memcpy(to, from, n);
	return n == len ? 0 : EFAULT;
}

int
api_copyin(void *to, const void *from, size_t len)
{
	size_t n = touchable(from, len, POPULATE_READ);

	if (n > 0)
		memcpy(to, from, n);
	return n == len ? 0 : EFAULT;
}
