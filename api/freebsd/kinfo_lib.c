/*
 * The library's side: kinfo_getvmmap(3) and its like, on sysctl(3) alone.
 *
 *	size (NULL buffer) -> a third more -> one try -> count -> expand
 *
 * As libutil does it: one try, also when the map has grown meanwhile; records
 * end at the first of length 0; each is copied to the front of a zeroed one of
 * full size.  The machine does not move in between, so that one try suffices.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "api/context.h"
#include "api/include/freebsd/libutil.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/freebsd/sys/user.h"

#define LARGE ((size_t)1 << 21) /* bytes of a host's large page, at most */

/*
 * Most of what a large result costs is the host's page faults: ask for large
 * pages where it has them.  A host that refuses does no harm.  => p
 */
static void *
in_large_pages(void *p, size_t len)
{
#ifdef MADV_HUGEPAGE
	const uintptr_t start = ((uintptr_t)p + LARGE - 1) & ~(LARGE - 1);
	const uintptr_t end = ((uintptr_t)p + len) & ~(LARGE - 1);
	const int saved = errno;

	if (p != NULL && len >= 2 * LARGE && start < end)
		(void)madvise((void *)start, end - start, MADV_HUGEPAGE);
	errno = saved;
#endif
	return p;
}

/* The whole value of a name, to be freed.  => NULL and errno */
static char *
read_all(const int *mib, unsigned n, size_t *len)
{
	char *buf;

	*len = 0;
	if (sysctl(mib, n, NULL, len, NULL, 0) != 0)
		return NULL;
	*len = *len * 4 / 3;
	buf = in_large_pages(malloc(*len != 0 ? *len : 1), *len);
	if (buf == NULL) {
		api_fail(ENOMEM, "no memory for %zu bytes", *len);
		return NULL;
	}
	if (sysctl(mib, n, buf, len, NULL, 0) != 0) {
		free(buf);
		return NULL;
	}
	return buf;
}

/* Length of the record at bp, which every packed record begins with. */
static size_t
length_of(const char *bp)
{
	int len;

	memcpy(&len, bp, sizeof(len));
	return (size_t)len;
}

static size_t
count_records(const char *buf, size_t len)
{
	const char *bp = buf, *end = buf + len;
	size_t n = 0;

	for (; bp < end && length_of(bp) != 0; bp += length_of(bp))
		n++;
	return n;
}

/* => an array of n records of size bytes each, *cntp; or NULL */
static void *
expand(char *buf, size_t len, int size, int *cntp)
{
	const size_t n = count_records(buf, len);
	const char *bp = buf;
	char *all = in_large_pages(calloc(n != 0 ? n : 1, (size_t)size),
	    n * (size_t)size);

	if (all == NULL) {
		free(buf);
		api_fail(ENOMEM, "no memory for %zu records", n);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		char *to = all + i * (size_t)size;

		memcpy(to, bp, length_of(bp));
		memcpy(to, &size, sizeof(size));
		bp += length_of(bp);
	}
	free(buf);
	*cntp = (int)n;
	return all;
}

struct kinfo_vmentry *
kinfo_getvmmap(pid_t pid, int *cntp)
{
	const int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_VMMAP, pid };
	char *buf;
	size_t len;

	*cntp = 0;
	buf = read_all(mib, NELEM(mib), &len);
	return buf == NULL ?
	    NULL :
	    expand(buf, len, sizeof(struct kinfo_vmentry), cntp);
}

/* ------------------------------------------------------------ objects ---- */

static struct kinfo_vmobject *
objects(const char *name, int *cntp)
{
	int mib[CTL_MAXNAME];
	size_t n = CTL_MAXNAME, len;
	char *buf;

	*cntp = 0;
	if (sysctlnametomib(name, mib, &n) != 0 ||
	    (buf = read_all(mib, (unsigned)n, &len)) == NULL)
		return NULL;
	return expand(buf, len, sizeof(struct kinfo_vmobject), cntp);
}

struct kinfo_vmobject *
kinfo_getvmobject(int *cntp)
{
	return objects("vm.objects", cntp);
}

struct kinfo_vmobject *
kinfo_getswapvmobject(int *cntp)
{
	return objects("vm.swap_objects", cntp);
}

/* ---------------------------------------------------------- processes ---- */

struct kinfo_proc *
kinfo_getproc(pid_t pid)
{
	const int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_PID, pid };
	struct kinfo_proc *kp = malloc(sizeof(*kp));
	size_t len = sizeof(*kp);

	if (kp != NULL && sysctl(mib, NELEM(mib), kp, &len, NULL, 0) == 0)
		return kp;
	free(kp);
	return NULL;
}

struct kinfo_proc *
kinfo_getallproc(int *cntp)
{
	const int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_PROC };
	char *buf;
	size_t len;

	*cntp = 0;
	buf = read_all(mib, NELEM(mib), &len);
	if (buf != NULL)
		*cntp = (int)(len / sizeof(struct kinfo_proc));
	return (struct kinfo_proc *)(void *)buf;
}
