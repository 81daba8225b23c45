/*
 * Copies to and from memory that may not be there: every bad pointer is an
 * EFAULT, every byte before the first bad one is written, at every offset; and
 * on kernels that lack what is asked first, refuse it, or only say that they do
 * it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "api/copy.h"

static size_t page;

/* npages of memory with a hole, or a page that refuses, behind them. */
static char *
before(size_t npages, int prot)
{
	char *mem = mmap(NULL, (npages + 2) * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(mem, MAP_FAILED);
	if (prot < 0)
		assert_int_equal(munmap(mem + npages * page, page), 0);
	else
		assert_int_equal(mprotect(mem + npages * page, page, prot), 0);
	return mem;
}

static void
after(char *mem, size_t npages)
{
	munmap(mem, (npages + 2) * page);
}

static void
test_every_offset(void **state)
{
	static const int kinds[] = { PROT_NONE, PROT_READ, -1 };
	char from[40];

	(void)state;
	memset(from, 'x', sizeof(from));
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		char *mem = before(1, kinds[k]);
		char *edge = mem + page;

		for (size_t room = 0; room <= sizeof(from); room++) {
			memset(mem, '-', page);
			assert_int_equal(api_writable(edge - room,
					     sizeof(from)),
			    room);
			assert_int_equal(api_copyout(edge - room, from,
					     sizeof(from)),
			    room < sizeof(from) ? EFAULT : 0);
			for (size_t i = 0; i < page; i++)
				assert_int_equal(mem[i],
				    i < page - room ? '-' : 'x');
		}
		after(mem, 1);
	}
}

static void
test_copyin(void **state)
{
	char *mem = before(1, PROT_NONE), to[16];
	char *edge = mem + page;

	(void)state;
	memset(mem, 'a', page);
	assert_int_equal(api_copyin(to, edge - 16, 16), 0);
	assert_memory_equal(to, "aaaaaaaaaaaaaaaa", 16);
	for (size_t room = 0; room < 16; room++)
		assert_int_equal(api_copyin(to, edge - room, 16), EFAULT);
	assert_int_equal(mprotect(mem, page, PROT_READ), 0);
	assert_int_equal(api_copyin(to, mem, 16), 0);
	assert_int_equal(api_copyout(mem, to, 16), EFAULT);
	assert_int_equal(api_copyin(to, mem, 0), 0);
	after(mem, 1);
}

/* The first bad page is found wherever it stands. */
static void
test_many_pages(void **state)
{
	const size_t npages = 37;

	(void)state;
	for (size_t bad = 0; bad < npages; bad++) {
		char *mem = before(npages, PROT_READ | PROT_WRITE);

		assert_int_equal(mprotect(mem + bad * page, page, PROT_READ),
		    0);
		for (size_t off = 0; off < 3; off++) {
			size_t want = bad * page;

			want = want < off ? 0 : want - off;
			assert_int_equal(api_writable(mem + off,
					     npages * page - off),
			    want);
		}
		assert_int_equal(api_writable(mem, bad * page), bad * page);
		after(mem, npages);
	}
}

static void
test_wild_pointers(void **state)
{
	static const uintptr_t wild[] = { 0, 1, 8, 4095, UINTPTR_MAX,
		UINTPTR_MAX - 7, UINTPTR_MAX - 4095, UINTPTR_MAX - 65535,
		(uintptr_t)1 << (sizeof(void *) * 8 - 1),
		/* A 32-bit part of it may be a stack. */
		sizeof(void *) > 4 ? (uintptr_t)0xffffffffff600000ULL : 0,
		(uintptr_t)0x00007ffffffff000ULL };
	static const size_t lens[] = { 1, 8, 4096, 65536, SIZE_MAX / 2,
		SIZE_MAX };
	char buf[16] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		void *p = (void *)wild[i];

		for (size_t k = 0; k < sizeof(lens) / sizeof(lens[0]); k++)
			assert_int_equal(api_writable(p, lens[k]), 0);
		assert_int_equal(api_copyout(p, buf, 8), EFAULT);
		assert_int_equal(api_copyout(p, buf, 0), 0);
		assert_int_equal(api_copyin(buf, p, 8), EFAULT);
		assert_int_equal(api_copyin(buf, p, 0), 0);
	}
}

/* A length that runs past the end of memory stops at the first hole. */
static void
test_wrap(void **state)
{
	char *mem = before(3, PROT_NONE);

	(void)state;
	assert_int_equal(api_writable(mem + 5, SIZE_MAX), 3 * page - 5);
	assert_int_equal(api_writable(mem + 5, SIZE_MAX - (uintptr_t)mem),
	    3 * page - 5);
	after(mem, 3);
}

/* Asking changes neither a byte nor errno. */
static void
test_no_trace(void **state)
{
	char *mem = before(4, PROT_NONE);

	(void)state;
	for (size_t i = 0; i < 4 * page; i++)
		mem[i] = (char)(i * 7);
	errno = EDOM;
	assert_int_equal(api_writable(mem, 5 * page), 4 * page);
	assert_int_equal(api_writable(mem, 4 * page), 4 * page);
	assert_int_equal(errno, EDOM);
	for (size_t i = 0; i < 4 * page; i++)
		assert_int_equal(mem[i], (char)(i * 7));
	after(mem, 4);
}

/*
 * From now on a system call does nothing and ends with an error (0: it
 * succeeds).  The last filter of a call is the one that counts.
 * => false: this kernel has no filters
 */
static bool
forbid(long call, unsigned error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/* Kernels by what they have not, each without what those before lack. */
static const struct {
	const char *name;
	long call;
	unsigned error;
} kernels[] = {
	{ "madvise: EINVAL", SYS_madvise, EINVAL },
	{ "madvise: pretended", SYS_madvise, 0 },
	{ "process_vm_readv: EPERM", SYS_process_vm_readv, EPERM },
	{ "process_vm_readv: ENOSYS", SYS_process_vm_readv, ENOSYS },
	{ "madvise: EINVAL, no process_vm_readv", SYS_madvise, EINVAL },
};

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_offset),
		cmocka_unit_test(test_copyin),
		cmocka_unit_test(test_many_pages),
		cmocka_unit_test(test_wild_pointers),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_no_trace),
	};
	int failed;

	page = (size_t)sysconf(_SC_PAGESIZE);
	failed = cmocka_run_group_tests_name("this kernel", tests, NULL, NULL);
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		if (!forbid(kernels[i].call, kernels[i].error)) {
			print_message("skipped: %s: no filters of system "
				      "calls here\n",
			    kernels[i].name);
			break;
		}
		print_message("a kernel with %s\n", kernels[i].name);
		failed += cmocka_run_group_tests_name(kernels[i].name, tests,
		    NULL, NULL);
	}
	return failed;
}
