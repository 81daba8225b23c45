/*
 * The memory calls of the FreeBSD headers.
 */
#include <stddef.h>
#include <stdint.h>

#include "api/include/freebsd/sys/mman.h"
#include "api/include/freebsd/sys/shm.h"
#include "api/include/freebsd/unistd.h"

#define OS sim_freebsd
#define OS_NAME "freebsd"
/* clang-format off */
#define CONSTANTS \
	C(PROT_NONE) C(PROT_READ) C(PROT_WRITE) C(PROT_EXEC) C(MAP_FILE) \
	C(MAP_SHARED) C(MAP_PRIVATE) C(MAP_COPY) C(MAP_FIXED) \
	C(MAP_HASSEMAPHORE) C(MAP_STACK) C(MAP_NOSYNC) C(MAP_ANON) \
	C(MAP_ANONYMOUS) C(MAP_GUARD) C(MAP_EXCL) C(MAP_NOCORE) \
	C(MAP_PREFAULT_READ) C(MAP_32BIT) C(MAP_ALIGNED_SUPER) C(MS_SYNC) \
	C(MS_ASYNC) C(MS_INVALIDATE) C(MCL_CURRENT) C(MCL_FUTURE) \
	C(INHERIT_SHARE) C(INHERIT_COPY) C(INHERIT_NONE) C(INHERIT_ZERO) \
	C(MADV_NORMAL) C(MADV_RANDOM) C(MADV_SEQUENTIAL) C(MADV_WILLNEED) \
	C(MADV_DONTNEED) C(MADV_FREE) C(MADV_NOSYNC) C(MADV_AUTOSYNC) \
	C(MADV_NOCORE) C(MADV_CORE) C(MADV_PROTECT) C(POSIX_MADV_NORMAL) \
	C(POSIX_MADV_RANDOM) C(POSIX_MADV_SEQUENTIAL) C(POSIX_MADV_WILLNEED) \
	C(POSIX_MADV_DONTNEED) C(MINCORE_INCORE) C(MINCORE_REFERENCED) \
	C(MINCORE_MODIFIED) C(MINCORE_REFERENCED_OTHER) \
	C(MINCORE_MODIFIED_OTHER) C(MINCORE_SUPER) C(MFD_CLOEXEC) \
	C(MFD_ALLOW_SEALING) C(IPC_CREAT) C(IPC_EXCL) C(IPC_NOWAIT) \
	C(IPC_PRIVATE) C(IPC_RMID) C(IPC_SET) C(IPC_STAT) C(SHM_RDONLY) \
	C(SHM_RND) C(SHMLBA) C(SHM_R) C(SHM_W) C(SHM_REMAP) C(SHM_LOCK) \
	C(SHM_UNLOCK)
/* clang-format on */

#include "mman_client.h"

/* Guards, memory without a name, and what FreeBSD has besides. */
static void
test_freebsd(void **state)
{
	char *mem = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_GUARD, -1, 0);
	int fd;

	(void)state;
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_fails(uvmsim_touch(mem, 1, PROT_READ), EFAULT);
	assert_no_map(mmap(mem, PAGE, RW, ANON | MAP_FIXED | MAP_EXCL, -1, 0),
	    ENOMEM);
	assert_no_map(mmap(NULL, 0, RW, ANON, -1, 0), EINVAL);
	assert_no_map(mmap(NULL, PAGE, RW | PROT_MAX(PROT_READ), ANON, -1, 0),
	    ENOTSUP);
	assert_ptr_equal(mmap(mem, PAGE, RW, ANON | MAP_FIXED, -1, 0), mem);
	fd = shm_open(SHM_ANON, O_RDWR, 0);
	assert_true(fd >= 0);
	assert_int_equal(uvmsim_file_truncate(fd, PAGE), 0);
	mem = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(uvmsim_touch(mem, PAGE, PROT_WRITE), 0);
	assert_int_equal(memfd_create("m", MFD_CLOEXEC), fd + 1);
	assert_fails(memfd_create(NULL, 0), EFAULT);
}

static void
test_getpagesizes(void **state)
{
	char *host = host_memory(1);
	size_t *edge = (size_t *)(void *)(host + host_page());
	size_t sizes[4] = { 7, 7, 7, 7 };

	(void)state;
	assert_int_equal(getpagesizes(NULL, 0), 3);
	assert_int_equal(getpagesizes(sizes, 0), 0);
	assert_int_equal(sizes[0], 7);
	assert_int_equal(getpagesizes(sizes, 2), 2);
	assert_int_equal(sizes[0], 4096);
	assert_int_equal(sizes[1], 2097152);
	assert_int_equal(sizes[2], 7);
	assert_int_equal(getpagesizes(sizes, 4), 3);
	assert_int_equal(sizes[2], 1073741824);
	assert_int_equal(sizes[3], 7);
	assert_fails(getpagesizes(sizes, -1), EINVAL);
	assert_fails(getpagesizes(NULL, 1), EINVAL);
	assert_fails(getpagesizes(NULL, -1), EINVAL);
	assert_fails(getpagesizes(edge - 1, 2), EFAULT);
	assert_int_equal(getpagesizes(edge - 1, 1), 1);
	host_memory_free(host, 1);
}

static int
setup_i386(void **state)
{
	struct sim_config config;
	char err[200];

	(void)state;
	sim_config_default(&config);
	assert_int_equal(sim_config_set(&config, "arch=i386", err, sizeof(err)),
	    0);
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "sh", 0, &sim_freebsd, NULL, &p), 0);
	return api_attach(m, p->pid);
}

static void
test_i386(void **state)
{
	char *mem = mmap(NULL, 2 * PAGE, RW, ANON, -1, 0), vec[2];
	size_t sizes[3];

	(void)state;
	assert_int_equal(getpagesizes(sizes, 3), 2);
	assert_int_equal(sizes[0], 4096);
	assert_int_equal(sizes[1], 4194304);
	assert_true((uintptr_t)mem < UINT32_MAX);
	assert_int_equal(uvmsim_touch(mem, PAGE, PROT_WRITE), 0);
	assert_int_equal(mincore(mem, 2 * PAGE, vec), 0);
	assert_int_equal(vec[0], 0x1f);
	assert_int_equal(vec[1], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		COMMON_TESTS,
		SYSTEM(test_freebsd),
		SYSTEM(test_getpagesizes),
		cmocka_unit_test_setup_teardown(test_i386, setup_i386,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
