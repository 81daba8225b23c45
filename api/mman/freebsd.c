/*
 * The memory calls of <sys/mman.h>, <sys/shm.h> and <unistd.h> of FreeBSD.
 *
 * mincore() looks at any process, whatever system that runs: FreeBSD's view of
 * a page is a question about a page table, and nothing else answers it.
 */
#include "api/include/freebsd/sys/mman.h"
#include "api/include/freebsd/sys/ipc.h"
#include "api/include/freebsd/sys/shm.h"
#include "api/include/freebsd/unistd.h"

#include "sim/personality_freebsd.h"

#define OS sim_freebsd
#define SHM_KEY key
#define SBRK_ARG intptr_t
#define BRK_ARG const void *
#include "template.h"

#if defined(__LP64__)
_Static_assert(sizeof(struct ipc_perm) == 32, "struct ipc_perm");
_Static_assert(sizeof(struct shmid_ds) == 80, "struct shmid_ds");
#endif

int
memfd_create(const char *name, unsigned int flags)
{
	char path[API_PATH_MAX];

	if (api_copypath(path, name, "memfd_create") != 0)
		return -1;
	return api_call_number(&OS, NAMED(MEMFD_CREATE, path, flags));
}

int
mincore(const void *addr, size_t len, char *vec)
{
	struct process *p = api_process();

	if (p == NULL)
		return -1;
	return api_mincore(&(struct api_mincore){ &OS, addr, len, vec, true },
	    p);
}

/* Asked each time: the library keeps nothing of its own. */
int
getpagesizes(size_t *sizes, int nelem)
{
	uint64_t all[API_MAXPAGESIZES];
	size_t out[API_MAXPAGESIZES];
	int n;

	if (nelem < 0 || (nelem > 0 && sizes == NULL))
		return api_fail(EINVAL,
		    "getpagesizes: %d sizes have no place to go", nelem);
	if (api_machine() == NULL)
		return -1;
	n = api_pagesizes(api_machine(), all);
	/* Those that a size_t can hold; the largest are last. */
	while (n > 0 && (size_t)all[n - 1] != all[n - 1])
		n--;
	if (sizes == NULL)
		return n;
	if (n > nelem)
		n = nelem;
	for (int i = 0; i < n; i++)
		out[i] = (size_t)all[i];
	if (api_copyout(sizes, out, (size_t)n * sizeof(out[0])) != 0)
		return api_fail(EFAULT, "getpagesizes: no memory at the array");
	return n;
}
