/*
 * The memory calls of the OpenBSD headers.
 */
#include <stddef.h>
#include <stdint.h>

#include "api/include/openbsd/sys/mman.h"
#include "api/include/openbsd/sys/shm.h"
#include "api/include/openbsd/sys/swap.h"
#include "api/include/openbsd/unistd.h"

#define OS sim_openbsd
#define OS_NAME "openbsd"
/* clang-format off */
#define CONSTANTS \
	C(PROT_NONE) C(PROT_READ) C(PROT_WRITE) C(PROT_EXEC) C(MAP_FILE) \
	C(MAP_SHARED) C(MAP_PRIVATE) C(MAP_FIXED) C(__MAP_NOREPLACE) \
	C(MAP_ANON) C(MAP_ANONYMOUS) C(__MAP_NOFAULT) C(MAP_STACK) \
	C(MAP_CONCEAL) C(MS_ASYNC) C(MS_SYNC) C(MS_INVALIDATE) C(MCL_CURRENT) \
	C(MCL_FUTURE) C(MAP_INHERIT_SHARE) C(MAP_INHERIT_COPY) \
	C(MAP_INHERIT_NONE) C(MAP_INHERIT_ZERO) C(POSIX_MADV_NORMAL) \
	C(POSIX_MADV_RANDOM) C(POSIX_MADV_SEQUENTIAL) C(POSIX_MADV_WILLNEED) \
	C(POSIX_MADV_DONTNEED) C(MADV_NORMAL) C(MADV_RANDOM) \
	C(MADV_SEQUENTIAL) C(MADV_WILLNEED) C(MADV_DONTNEED) \
	C(MADV_SPACEAVAIL) C(MADV_FREE) C(IPC_CREAT) C(IPC_EXCL) \
	C(IPC_NOWAIT) C(IPC_PRIVATE) C(IPC_RMID) C(IPC_SET) C(IPC_STAT) \
	C(SHM_RDONLY) C(SHM_RND) C(SHMLBA) C(SHM_R) C(SHM_W) C(SHM_LOCK) \
	C(SHM_UNLOCK) C(SWAP_ON) C(SWAP_OFF) C(SWAP_NSWAP) \
	C(SWAP_CTL) C(SWAP_STATS)
/* clang-format on */

#include "mman_client.h"
#include "swapctl_client.h"

/* The answer holds for an mmap that follows, and asking changes nothing. */
static void
test_mquery(void **state)
{
	const uint64_t rng = m->rng;
	const uint32_t nentries = p->vmspace->vm_map.nentries;
	char *at = mquery(NULL, 4 * PAGE, RW, 0, -1, 0);

	(void)state;
	assert_ptr_not_equal(at, MAP_FAILED);
	assert_int_equal(m->rng, rng);
	assert_int_equal(p->vmspace->vm_map.nentries, nentries);
	assert_ptr_equal(mquery(at, 4 * PAGE, RW, MAP_FIXED, -1, 0), at);
	assert_ptr_equal(mmap(at, 4 * PAGE, RW, ANON | MAP_FIXED, -1, 0), at);
	assert_no_map(mquery(at, PAGE, RW, MAP_FIXED, -1, 0), EINVAL);
	assert_ptr_not_equal(mquery(at, PAGE, RW, 0, -1, 0), MAP_FAILED);
	assert_ptr_not_equal(mquery(at, PAGE, RW, 0, -1, 0), at);
	assert_no_map(mquery(NULL, 0, RW, 0, -1, 0), ENOMEM);
	assert_no_map(mquery(NULL, SIZE_MAX, RW, 0, -1, 0), ENOMEM);
	assert_no_map(mquery(NULL, SIZE_MAX / 4 + 1, RW, 0, -1, 0), ENOMEM);
	assert_no_map(mquery(NULL, PAGE, 64, 0, -1, 0), EINVAL);
	assert_no_map(mquery((void *)(uintptr_t)-PAGE, PAGE, RW, MAP_FIXED, -1,
			  0),
	    EINVAL);
	assert_no_map(mquery(NULL, PAGE, RW, MAP_FIXED, -1, 0), EINVAL);
	at = mquery(NULL, PAGE, RW, 0, -1, 5);
	assert_int_equal((uintptr_t)at & (PAGE - 1), 5);
	at = mquery(at, PAGE, RW, MAP_FIXED, -1, 5);
	assert_int_equal((uintptr_t)at & (PAGE - 1), 5);
}

static void
test_openbsd(void **state)
{
	(void)state;
	assert_no_map(mmap(NULL, PAGE, RW | PROT_EXEC, ANON, -1, 0), ENOTSUP);
	assert_no_map(mmap(NULL, PAGE, RW, ANON | 0x20000, -1, 0), EINVAL);
	assert_ptr_not_equal(mmap(NULL, PAGE, RW, ANON | MAP_STACK, -1, 0),
	    MAP_FAILED);
	assert_fails(munmap((void *)PAGE, PAGE), EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		COMMON_TESTS,
		SYSTEM(test_swapctl),
		SYSTEM(test_swapctl_inuse),
		SYSTEM(test_mquery),
		SYSTEM(test_openbsd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
