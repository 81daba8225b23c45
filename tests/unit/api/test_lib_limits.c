/*
 * Limits of a machine in a program: what goes beyond one fails with its errno,
 * the machine is sound and as it was, and goes on afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <errno.h>

#include "api/include/uvmsim.h"

#define PAGE 4096u

static struct uvmsim *
machine(void)
{
	struct uvmsim *u;

	assert_int_equal(uvmsim_create(&u, "ram=256M"), 0);
	return u;
}

static struct uvmsim_limits
limits(void)
{
	return (struct uvmsim_limits){ .size = sizeof(struct uvmsim_limits) };
}

static void
test_arguments(void **state)
{
	struct uvmsim *u = machine();
	struct uvmsim_limits l = { .size = 8 };

	(void)state;
	assert_int_equal(uvmsim_set_limits(NULL, NULL), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(uvmsim_set_limits(u, &l), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(uvmsim_set_limits(u, NULL), 0);
	assert_int_equal(uvmsim_host_memory(NULL), 0);
	assert_true(uvmsim_host_memory(u) > 0);
	uvmsim_destroy(u);
}

/* A million mappings do not fit; the one that does not leaves no trace. */
static void
test_memory(void **state)
{
	struct uvmsim *u = machine();
	struct uvmsim_limits l = limits();
	struct uvmsim_process before = { .size = sizeof(before) }, after;
	const int pid = uvmsim_spawn(u, "sh", 0, "freebsd", NULL);
	uint64_t n = 0, operations;
	int result;

	(void)state;
	assert_true(pid > 0);
	l.memory = uvmsim_host_memory(u) + (1 << 20);
	assert_int_equal(uvmsim_set_limits(u, &l), 0);
	do {
		assert_int_equal(uvmsim_process(u, pid, &before), 0);
		result = uvmsim_do(u,
		    n % 2 == 0 ? "sh: mmap 4K rw private anon" :
				 "sh: mmap 4K r shared anon");
	} while (result == 0 && ++n < 1000000);
	assert_int_equal(result, -1);
	assert_int_equal(errno, EDQUOT);
	assert_non_null(strstr(uvmsim_errmsg(), "uvmsim_set_limits"));
	assert_in_range(n, 1000, 999999);
	assert_true(uvmsim_host_memory(u) <= l.memory);
	after = (struct uvmsim_process){ .size = sizeof(after) };
	assert_int_equal(uvmsim_process(u, pid, &after), 0);
	assert_int_equal(after.mapped, before.mapped);
	assert_int_equal(after.entries, before.entries);
	assert_int_equal(uvmsim_check(u), 0);
	operations = uvmsim_operations(u);
	assert_int_equal(uvmsim_set_limits(u, NULL), 0);
	assert_int_equal(uvmsim_do(u, "sh: mmap 4K rw private anon"), 0);
	assert_true(uvmsim_operations(u) > operations);
	assert_int_equal(uvmsim_check(u), 0);
	uvmsim_destroy(u);
}

static void
test_operations(void **state)
{
	struct uvmsim *u = machine();
	struct uvmsim_limits l = limits();
	struct uvmsim_ref refs[8];
	const int pid = uvmsim_spawn(u, "sh", 0, "freebsd", NULL);
	uint64_t start;
	size_t done;

	(void)state;
	assert_int_equal(
	    uvmsim_do(u, "sh: mmap 64K rw private anon at 0x10000000 fixed"),
	    0);
	for (size_t i = 0; i < 8; i++)
		refs[i] = uvmsim_ref(0x10000000 + i * PAGE, UVMSIM_WRITE);
	l.operations = 5;
	assert_int_equal(uvmsim_set_limits(u, &l), 0);
	start = uvmsim_operations(u);
	assert_int_equal(uvmsim_access_batch(u, pid, refs, 3, &done, NULL), 0);
	assert_int_equal(uvmsim_access_batch(u, pid, refs + 3, 5, &done, NULL),
	    -1);
	assert_int_equal(errno, ECANCELED);
	assert_int_equal(done, 2);
	assert_int_equal(uvmsim_operations(u), start + 5);
	assert_int_equal(uvmsim_access(u, pid, 0x10000000, 1, UVMSIM_READ,
			     NULL),
	    -1);
	assert_int_equal(errno, ECANCELED);
	assert_int_equal(uvmsim_operations(u), start + 5);
	assert_int_equal(uvmsim_check(u), 0);
	assert_int_equal(uvmsim_set_limits(u, NULL), 0);
	assert_int_equal(uvmsim_access(u, pid, 0x10000000, 1, UVMSIM_READ,
			     NULL),
	    0);
	uvmsim_destroy(u);
}

static void
set_operations(void *ctx, struct uvmsim *u)
{
	struct uvmsim_limits l = limits();

	l.operations = *(const uint64_t *)ctx;
	assert_int_equal(uvmsim_set_limits(u, &l), 0);
}

/* Limits that are set when the machine has been made hold for the run. */
static void
test_run(void **state)
{
	struct uvmsim *u = NULL, *replayed;
	uint64_t most = 4;
	struct uvmsim_run run = { .size = sizeof(run),
		.text = "machine ram=16M\nspawn sh\n"
			"sh: b = mmap 64K rw private anon\n"
			"repeat 100\nsh: write b 4K\nend\n",
		.start = set_operations,
		.ctx = &most };
	struct uvmsim_replay replay = { .size = sizeof(replay),
		.path = "gen:seq:n=5000",
		.start = set_operations,
		.ctx = &most };

	(void)state;
	assert_int_equal(uvmsim_run(&u, &run), -1);
	assert_int_equal(errno, ECANCELED);
	assert_non_null(u);
	assert_int_equal(uvmsim_check(u), 0);
	uvmsim_destroy(u);
	most = 1234;
	assert_int_equal(uvmsim_replay(&replayed, &replay), -1);
	assert_int_equal(errno, ECANCELED);
	assert_non_null(replayed);
	assert_int_equal(replay.references, 1234);
	assert_int_equal(uvmsim_check(replayed), 0);
	uvmsim_destroy(replayed);
	most = 5000; /* as many as there are */
	assert_int_equal(uvmsim_replay(&replayed, &replay), 0);
	assert_int_equal(replay.references, 5000);
	uvmsim_destroy(replayed);
}

static void
test_time(void **state)
{
	struct uvmsim *u = machine();
	struct uvmsim_limits l = limits();

	(void)state;
	assert_true(uvmsim_spawn(u, "sh", 0, NULL, NULL) > 0);
	l.nanoseconds = 1000000;
	assert_int_equal(uvmsim_set_limits(u, &l), 0);
	usleep(2000);
	assert_int_equal(uvmsim_do(u, "sh: mmap 4K rw private anon"), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(uvmsim_check(u), 0);
	assert_int_equal(uvmsim_set_limits(u, NULL), 0);
	assert_int_equal(uvmsim_do(u, "sh: mmap 4K rw private anon"), 0);
	uvmsim_destroy(u);
}

/* An access that is under way when the time is over is stopped, one that has
 * all the time there is is not. */
static void
test_time_of_access(void **state)
{
	struct uvmsim *u = NULL;
	struct uvmsim_limits l = limits();
	const uint64_t len = (uint64_t)400 << 20;
	uint64_t flags, at;
	int pid;

	(void)state;
	assert_int_equal(uvmsim_create(&u, "ram=512M"), 0);
	pid = uvmsim_spawn(u, "sh", 0, NULL, NULL);
	assert_true(pid > 0);
	assert_int_equal(uvmsim_flags(u, pid, "MAP_ANON|MAP_PRIVATE", &flags),
	    0);
	assert_int_equal(uvmsim_sys_mmap(u, pid, 0, len,
			     UVMSIM_READ | UVMSIM_WRITE, flags, -1, 0, &at),
	    0);
	l.nanoseconds = 2000000;
	assert_int_equal(uvmsim_set_limits(u, &l), 0);
	assert_int_equal(uvmsim_access(u, pid, at, len, UVMSIM_WRITE, NULL),
	    -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_non_null(strstr(uvmsim_errmsg(), "2000000 ns"));
	assert_int_equal(uvmsim_check(u), 0);
	l.nanoseconds = UINT64_MAX;
	assert_int_equal(uvmsim_set_limits(u, &l), 0);
	assert_int_equal(uvmsim_access(u, pid, at, 1 << 20, UVMSIM_WRITE, NULL),
	    0);
	assert_int_equal(uvmsim_do(u, "sh: mmap 4K rw private anon"), 0);
	uvmsim_destroy(u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_time_of_access),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
