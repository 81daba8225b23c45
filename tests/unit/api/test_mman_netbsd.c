/*
 * The memory calls of the NetBSD headers.
 */
#include <stddef.h>
#include <stdint.h>

#include "api/include/netbsd/sys/mman.h"
#include "api/include/netbsd/sys/shm.h"
#include "api/include/netbsd/sys/swap.h"
#include "api/include/netbsd/unistd.h"

#define OS sim_netbsd
#define OS_NAME "netbsd"
/* clang-format off */
#define CONSTANTS \
	C(PROT_NONE) C(PROT_READ) C(PROT_WRITE) C(PROT_EXEC) C(MAP_FILE) \
	C(MAP_SHARED) C(MAP_PRIVATE) C(MAP_REMAPDUP) C(MAP_FIXED) \
	C(MAP_RENAME) C(MAP_NORESERVE) C(MAP_INHERIT) C(MAP_HASSEMAPHORE) \
	C(MAP_TRYFIXED) C(MAP_WIRED) C(MAP_ANON) C(MAP_ANONYMOUS) \
	C(MAP_STACK) C(MAP_ALIGNMENT_64KB) C(MAP_ALIGNMENT_16MB) \
	C(MAP_ALIGNMENT_4GB) C(MAP_ALIGNMENT_1TB) C(MAP_ALIGNMENT_256TB) \
	C(MAP_ALIGNMENT_64PB) C(MS_ASYNC) C(MS_INVALIDATE) C(MS_SYNC) \
	C(MCL_CURRENT) C(MCL_FUTURE) C(MAP_INHERIT_SHARE) C(MAP_INHERIT_COPY) \
	C(MAP_INHERIT_NONE) C(MAP_INHERIT_DONATE_COPY) C(MAP_INHERIT_ZERO) \
	C(POSIX_MADV_NORMAL) C(POSIX_MADV_RANDOM) C(POSIX_MADV_SEQUENTIAL) \
	C(POSIX_MADV_WILLNEED) C(POSIX_MADV_DONTNEED) C(MADV_NORMAL) \
	C(MADV_RANDOM) C(MADV_SEQUENTIAL) C(MADV_WILLNEED) C(MADV_DONTNEED) \
	C(MADV_SPACEAVAIL) C(MADV_FREE) C(IPC_CREAT) C(IPC_EXCL) \
	C(IPC_NOWAIT) C(IPC_PRIVATE) C(IPC_RMID) C(IPC_SET) C(IPC_STAT) \
	C(SHM_RDONLY) C(SHM_RND) C(SHMLBA) C(SHM_R) C(SHM_W) C(SHM_LOCK) \
	C(SHM_UNLOCK) C(SWAP_ON) C(SWAP_OFF) C(SWAP_NSWAP) \
	C(SWAP_CTL) C(SWAP_STATS)
/* clang-format on */

#include "mman_client.h"
#include "swapctl_client.h"

static void
test_mremap(void **state)
{
	char *mem = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0), *to;

	(void)state;
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(uvmsim_touch(mem, PAGE, PROT_WRITE), 0);
	assert_ptr_equal(mremap(mem, 4 * PAGE, mem, 2 * PAGE, 0), mem);
	assert_null(entry_of(mem + 2 * PAGE));
	to = mremap(mem, 2 * PAGE, NULL, 2 * PAGE, MAP_REMAPDUP);
	assert_ptr_not_equal(to, MAP_FAILED);
	assert_ptr_not_equal(to, mem);
	assert_non_null(entry_of(mem));
	assert_int_equal(entry_of(mem)->amap->id, entry_of(to)->amap->id);
	assert_no_map(mremap(mem + 1, PAGE, NULL, PAGE, 0), EINVAL);
	assert_no_map(mremap((void *)PAGE, PAGE, NULL, PAGE, 0), ENOENT);
}

static void
test_netbsd(void **state)
{
	(void)state;
	assert_int_equal(munmap((void *)PAGE, 0), 0);
	assert_ptr_not_equal(mmap(NULL, PAGE, RW, ANON | MAP_WIRED, -1, 0),
	    MAP_FAILED);
	assert_fails(msync((void *)PAGE, PAGE, 0), EINVAL);
	assert_fails(munlock(sbrk(0), PAGE), ENOMEM);
	assert_int_equal((uintptr_t)mmap(NULL, PAGE, RW, ANON | MAP_ALIGNED(21),
			     -1, 0) &
		0x1fffff,
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		COMMON_TESTS,
		SYSTEM(test_swapctl),
		SYSTEM(test_swapctl_inuse),
		SYSTEM(test_mremap),
		SYSTEM(test_netbsd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
