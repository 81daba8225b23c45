/*
 * The memory calls of <sys/mman.h>, <sys/shm.h> and <unistd.h> of OpenBSD.
 */
#include "api/include/openbsd/sys/mman.h"
#include "api/include/openbsd/sys/ipc.h"
#include "api/include/openbsd/sys/shm.h"
#include "api/include/openbsd/sys/swap.h"
#include "api/include/openbsd/unistd.h"

#include "sim/personality_openbsd.h"

#define OS sim_openbsd
#define SHM_KEY key
#define SBRK_ARG int
#define BRK_ARG void *
#define OWN_MINCORE
#include "template.h"
#include "swap_template.h"

#if defined(__LP64__)
_Static_assert(sizeof(struct ipc_perm) == 32, "struct ipc_perm");
_Static_assert(sizeof(struct shmid_ds) == 104, "struct shmid_ds");
#endif

/* Where mmap would put it, without drawing from the machine's generator. */
static int
query(struct machine *m, struct process *p, uintptr_t addr, vsize_t size,
    vaddr_t *found)
{
	const uint64_t rng = m->rng;
	int err;

	*found = pg_round(m, addr);
	if (addr != 0 && *found >= vm_map_min(&p->vmspace->vm_map) &&
	    *found <= vm_map_max(&p->vmspace->vm_map) &&
	    vm_map_max(&p->vmspace->vm_map) - *found >= size &&
	    vm_map_is_free(&p->vmspace->vm_map, *found, *found + size))
		return 0;
	err = sim_openbsd_place(m, p, *found, size, found);
	m->rng = rng;
	return err;
}

/* The part of an address inside its page is the offset's. */
void *
mquery(void *hint, size_t len, int prot, int flags, int fd, int64_t offset)
{
	struct process *p = api_process_of(&OS, "mquery");
	struct machine *m = api_machine();
	const uint64_t pageoff = (uint64_t)offset & pg_mask(m);
	const uintptr_t addr = (uintptr_t)hint -
	    (hint != NULL ? (uintptr_t)pageoff : 0);
	vsize_t size = pg_round(m, (uint64_t)len + pageoff);
	vaddr_t found;

	(void)fd;
	if (p == NULL || api_addresses_fit("mquery") != 0)
		return MAP_FAILED;
	if ((prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC)) != 0) {
		api_fail(EINVAL, "mquery: prot %#x has unknown bits", prot);
		return MAP_FAILED;
	}
	if (len == 0 || size < len) {
		api_fail(ENOMEM, "mquery: no range has %zu bytes", len);
		return MAP_FAILED;
	}
	if (query(m, p, addr, size, &found) != 0) {
		api_fail(ENOMEM, "mquery: no free range of that size");
		return MAP_FAILED;
	}
	if (flags & MAP_FIXED && found != addr) {
		api_fail(EINVAL, "mquery: addr %p is not free", hint);
		return MAP_FAILED;
	}
	return (void *)(uintptr_t)(found + pageoff);
}
