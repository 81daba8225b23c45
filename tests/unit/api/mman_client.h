/*
 * What the memory calls of FreeBSD, NetBSD and OpenBSD have in common, tested
 * once for each: a test includes its system's headers, defines OS (the
 * personality), OS_NAME and CONSTANTS (the names of its headers), and includes
 * this.
 */
#ifndef TESTS_MMAN_CLIENT_H
#define TESTS_MMAN_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "host_memory.h"
#include "sim/sim.h"

#define PAGE	((size_t)4096)
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_ANON | MAP_PRIVATE)

static struct machine *m;
static struct process *p;

#define assert_fails(call, error) do {					\
	errno = 0;							\
	assert_true((call) == -1);					\
	assert_int_equal(errno, (error));				\
	assert_string_not_equal(uvmsim_errmsg(), "");			\
} while (0)

#define assert_no_map(call, error)					\
	assert_fails((intptr_t)(call), (error))

static int
open_system(const struct sim_personality *os)
{
	struct sim_config config;
	char err[200];

	sim_config_default(&config);
	config.personality = os;
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "sh", 0, os, NULL, &p), 0);
	assert_int_equal(api_attach(m, p->pid), 0);
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	return open_system(&OS);
}

static int
setup_linux(void **state)
{
	(void)state;
	return open_system(&sim_linux);
}

static int
teardown(void **state)
{
	char text[200];

	(void)state;
	uvmsim_close();
	assert_null(machine_check(m, text, sizeof(text)));
	sim_machine_destroy(m);
	return 0;
}

static struct vm_map_entry *
entry_of(const void *addr)
{
	struct vm_map_entry *e;

	return vm_map_lookup_entry(&p->vmspace->vm_map, (uintptr_t)addr, &e) ?
	    e : NULL;
}

/* Each name of the headers has the value that scripts have, and no name of a
 * script's groups is missing. */
static void
test_constants(void **state)
{
	static const struct { const char *name; uint64_t value; } have[] = {
#define C(name) { #name, (uint64_t)name },
		CONSTANTS
#undef C
	};
	static const char *const groups[] = { "map", "madv", "msync", "mcl",
	    "inherit", "mincore", "ipc", "shm", "memfd" };
	const struct sim_const *c;
	size_t i, g;

	(void)state;
	for (c = OS.consts; c->name != NULL; c++) {
		for (g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
			if (strcmp(groups[g], c->group) == 0)
				break;
		if (g == sizeof(groups) / sizeof(groups[0]))
			continue;
		for (i = 0; i < sizeof(have) / sizeof(have[0]); i++)
			if (strcmp(have[i].name, c->name) == 0)
				break;
		if (i == sizeof(have) / sizeof(have[0]))
			fail_msg("%s has no %s", OS_NAME, c->name);
		if (have[i].value != c->value)
			fail_msg("%s is %#llx, want %#llx", c->name,
			    (unsigned long long)have[i].value,
			    (unsigned long long)c->value);
	}
}

static void
test_map(void **state)
{
	char *mem = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	(void)state;
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_non_null(entry_of(mem));
	assert_int_equal(uvmsim_touch(mem, 4 * PAGE, PROT_WRITE), 0);
	assert_int_equal(mprotect(mem, PAGE, PROT_READ), 0);
	assert_int_equal(entry_of(mem)->protection, VM_PROT_READ);
	assert_fails(uvmsim_touch(mem, 1, PROT_WRITE), EFAULT);
	assert_fails(uvmsim_touch(mem, 1, 7), EINVAL);
	assert_int_equal(munmap(mem, 2 * PAGE), 0);
	assert_null(entry_of(mem));
	assert_non_null(entry_of(mem + 2 * PAGE));
	assert_no_map(mmap(NULL, PAGE, RW, MAP_PRIVATE, 77, 0), EBADF);
	assert_no_map(mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_SHARED, -1, 0),
	    EINVAL);
	assert_fails(munmap((void *)(uintptr_t)-PAGE, PAGE), EINVAL);
}

static void
test_attributes(void **state)
{
	char *mem = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	(void)state;
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(minherit(mem, PAGE, 2), 0);
	assert_int_equal(entry_of(mem)->inheritance, VM_INHERIT_NONE);
	assert_fails(minherit(mem, PAGE, 9), EINVAL);
	assert_int_equal(madvise(mem + PAGE, PAGE, MADV_RANDOM), 0);
	assert_int_equal(entry_of(mem + PAGE)->advice, UVM_ADV_RANDOM);
	assert_fails(madvise(mem, PAGE, 99), EINVAL);
	errno = 77;
	assert_int_equal(posix_madvise(mem, PAGE, 99), EINVAL);
	assert_int_equal(errno, 77);
	assert_int_equal(posix_madvise(mem, PAGE, POSIX_MADV_SEQUENTIAL), 0);
	assert_int_equal(entry_of(mem)->advice, UVM_ADV_SEQUENTIAL);
	assert_int_equal(msync(mem, 4 * PAGE, MS_SYNC), 0);
	assert_int_equal(mlock(mem, PAGE), 0);
	assert_int_equal(entry_of(mem)->wired_count, 1);
	assert_fails(msync(mem, PAGE, MS_SYNC | MS_INVALIDATE), EBUSY);
	assert_int_equal(munlock(mem, PAGE), 0);
	assert_int_equal(entry_of(mem)->wired_count, 0);
	assert_fails(mlock(NULL, PAGE), ENOMEM);
	assert_fails(mlockall(0), EINVAL);
	assert_int_equal(mlockall(MCL_FUTURE), 0);
	assert_int_equal(munlockall(), 0);
}

/* A simulated file, mapped; the program's own descriptors are not touched. */
static void
test_files(void **state)
{
	int fd = uvmsim_file("/data", O_RDWR | O_CREAT), again;
	char *mem;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(uvmsim_file_truncate(fd, 3 * PAGE + 1), 0);
	mem = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, PAGE);
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(entry_of(mem)->offset, PAGE);
	assert_int_equal(uvmsim_touch(mem, 3 * PAGE, PROT_WRITE), 0);
	assert_fails(uvmsim_touch(mem + 3 * PAGE, 1, PROT_READ), EFAULT);
	assert_int_equal(uvmsim_file_close(fd), 0);
	assert_fails(uvmsim_file_close(fd), EBADF);
	assert_fails(uvmsim_file_truncate(fd, 0), EBADF);
	assert_int_equal(uvmsim_touch(mem, 1, PROT_WRITE), 0);
	assert_fails(uvmsim_file("/data", O_RDWR | O_CREAT | O_EXCL), EEXIST);
	assert_fails(uvmsim_file("/none", O_RDONLY), ENOENT);
	again = uvmsim_file("/data", O_RDONLY);
	assert_int_equal(again, fd);
	assert_no_map(mmap(NULL, PAGE, RW, MAP_SHARED, again, 0), EACCES);
	assert_fails(uvmsim_file_truncate(again, 0), EINVAL);
	assert_fails(uvmsim_file(NULL, O_RDONLY), EFAULT);
}

static void
test_bad_paths(void **state)
{
	char *host = host_memory(1), *edge = host + host_page();
	char path[2000];

	(void)state;
	memcpy(edge - 5, "/shm", 5);
	assert_true(shm_open(edge - 5, O_RDWR | O_CREAT, 0600) >= 0);
	edge[-1] = 'x';
	assert_fails(shm_open(edge - 5, O_RDWR, 0), EFAULT);
	assert_fails(shm_unlink(edge), EFAULT);
	memset(path, 'x', sizeof(path));
	assert_fails(shm_open(path, O_RDWR, 0), ENAMETOOLONG);
	path[1024 - 1] = '\0';
	assert_fails(shm_open(path, O_RDWR, 0), ENOENT);
	assert_int_equal(shm_unlink("/shm"), 0);
	assert_fails(shm_unlink("/shm"), ENOENT);
	host_memory_free(host, 1);
}

static void
test_segments(void **state)
{
	struct shmid_ds ds;
	char *mem;
	int id = shmget(IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600);

	(void)state;
	assert_true(id >= 0);
	mem = shmat(id, NULL, 0);
	assert_true((intptr_t)mem != -1);
	assert_int_equal(uvmsim_touch(mem, 3 * PAGE, PROT_WRITE), 0);
	memset(&ds, 0xff, sizeof(ds));
	assert_int_equal(shmctl(id, IPC_STAT, &ds), 0);
	assert_int_equal(ds.shm_segsz, 3 * PAGE);
	assert_int_equal(ds.shm_nattch, 1);
	assert_fails(shmctl(id, IPC_STAT, NULL), EFAULT);
	assert_fails(shmctl(id + 7, IPC_STAT, &ds), EINVAL);
	assert_fails(shmctl(id, 55, &ds), EINVAL);
	assert_int_equal(shmctl(id, IPC_RMID, NULL), 0);
	assert_int_equal(shmdt(mem), 0);
	assert_fails(shmdt(mem), EINVAL);
	assert_fails((intptr_t)shmat(id, NULL, 0), EINVAL);
	assert_fails(shmget(77, PAGE, 0), ENOENT);
}

static void
test_break(void **state)
{
	char *start = sbrk(0);

	(void)state;
	assert_int_equal((uintptr_t)start, p->brk_start);
	assert_ptr_equal(sbrk(3 * PAGE), start);
	assert_ptr_equal(sbrk(0), start + 3 * PAGE);
	assert_int_equal(uvmsim_touch(start, 3 * PAGE, PROT_WRITE), 0);
	assert_ptr_equal(sbrk(-(int)PAGE), start + 3 * PAGE);
	assert_int_equal(brk(start + PAGE), 0);
	assert_ptr_equal(sbrk(0), start + PAGE);
	assert_int_equal(brk(NULL), 0);	/* the initial break is the least */
	assert_ptr_equal(sbrk(0), start);
	assert_fails(brk((void *)(uintptr_t)-PAGE), ENOMEM);
}

static void
test_who(void **state)
{
	(void)state;
	assert_int_equal(getpid(), p->pid);
	assert_int_equal(getppid(), p->ppid);
	assert_int_equal(getuid(), 0);
	assert_int_equal(uvmsim_setuid(501), 0);
	assert_int_equal(geteuid(), 501);
	assert_int_equal(getpagesize(), PAGE);
	assert_int_equal(sysconf(_SC_PAGESIZE), PAGE);
	assert_true(sysconf(_SC_OPEN_MAX) > 0);
	assert_int_equal(uvmsim_setpid(0), 0);
	assert_int_equal(getpid(), m->next_pid);
	assert_fails(munmap((void *)PAGE, PAGE), ESRCH);
}

/* A process of another system does not know these calls. */
static void
test_other_system(void **state)
{
	struct shmid_ds ds;
	int fd;

	(void)state;
	assert_no_map(mmap(NULL, PAGE, RW, ANON, -1, 0), ENOSYS);
	assert_non_null(strstr(uvmsim_errmsg(), "linux"));
	assert_non_null(strstr(uvmsim_errmsg(), OS_NAME));
	assert_fails(munlockall(), ENOSYS);
	assert_fails((intptr_t)sbrk(0), ENOSYS);
	assert_fails(brk(NULL), ENOSYS);
	assert_fails(shmctl(0, IPC_STAT, &ds), ENOSYS);
	/* Files are the machine's, whatever the process runs. */
	fd = uvmsim_file("/data", O_RDWR | O_CREAT);
	assert_true(fd >= 0);
	assert_int_equal(uvmsim_file_truncate(fd, 100), 0);
	assert_int_equal(uvmsim_file_close(fd), 0);
}

static void
test_fork(void **state)
{
	char *mem = mmap(NULL, PAGE, RW, ANON, -1, 0);
	int child;

	(void)state;
	assert_ptr_not_equal(mem, MAP_FAILED);
	child = uvmsim_fork();
	assert_int_equal(child, p->pid + 1);
	assert_int_equal(getpid(), p->pid);
	assert_int_equal(uvmsim_setpid(child), 0);
	assert_int_equal(getpid(), child);
	assert_int_equal(getppid(), p->pid);
	assert_int_equal(munmap(mem, PAGE), 0);
	assert_non_null(entry_of(mem));		/* the parent's stays */
	assert_int_equal(uvmsim_fork(), child + 1);
}

#define SYSTEM(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define LINUX(f) cmocka_unit_test_setup_teardown(f, setup_linux, teardown)
#define COMMON_TESTS							\
	SYSTEM(test_constants), SYSTEM(test_map),			\
	SYSTEM(test_attributes), SYSTEM(test_files),			\
	SYSTEM(test_bad_paths), SYSTEM(test_segments),			\
	SYSTEM(test_break), SYSTEM(test_who), SYSTEM(test_fork),	\
	LINUX(test_other_system)

#endif /* TESTS_MMAN_CLIENT_H */
