/*
 * The memory calls of <sys/mman.h>, <sys/shm.h> and <unistd.h> of NetBSD.
 */
#include "api/include/netbsd/sys/mman.h"
#include "api/include/netbsd/sys/ipc.h"
#include "api/include/netbsd/sys/shm.h"
#include "api/include/netbsd/sys/swap.h"
#include "api/include/netbsd/unistd.h"

#define OS sim_netbsd
#define SHM_KEY _key
#define SBRK_ARG intptr_t
#define BRK_ARG void *
#define OWN_MINCORE
#include "template.h"
#include "swap_template.h"

#if defined(__LP64__)
_Static_assert(sizeof(struct ipc_perm) == 32, "struct ipc_perm");
_Static_assert(sizeof(struct shmid_ds) == 88, "struct shmid_ds");
#endif

void *
mremap(void *old, size_t oldsize, void *new, size_t newsize, int flags)
{
	return api_call_address(&OS,
	    CALL(MREMAP, ADDR(old), oldsize, ADDR(new), newsize, INT(flags)));
}
