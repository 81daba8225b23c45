/*
 * Lines about system calls in lackey's logs: each form taken apart.
 */
#include "strace_fixture.h"

#include "workloads/record/lackey_call.h"

static void
lines(void **state)
{
	static const struct {
		const char *line;
		bool ok;
		enum wl_vgcall_kind kind;
		int pid, tid;
		unsigned nr;
		const char *name, *args;
		bool failed;
		uint64_t result;
		int child;
	} all[] = {
		{ "SYSCALL[8428,1](9) sys_mmap ( 0x0, 8192, 3, 34, 4294967295, "
		  "0 ) --> [pre-success] Success(0x4835000) ",
		    true, WL_VGCALL_DONE, 8428, 1, 9, "mmap",
		    " 0x0, 8192, 3, 34, 4294967295, 0 ", false, 0x4835000, 0 },
		{ "SYSCALL[1,12](  3) sys_close ( 4 )[sync] --> Failure(0x9) ",
		    true, WL_VGCALL_DONE, 1, 12, 3, "close", " 4 ", true, 9,
		    0 },
		{ "SYSCALL[7,1](257) sys_openat ( 4294967196, 0x40(/a), 0 ) "
		  "--> [async] ... ",
		    true, WL_VGCALL_PENDING, 7, 1, 257, "openat",
		    " 4294967196, 0x40(/a), 0 ", false, 0, 0 },
		{ "SYSCALL[7,1](257) ... [async] --> Success(0x4) ", true,
		    WL_VGCALL_RETURN, 7, 1, 257, "", "", false, 4, 0 },
		{ "SYSCALL[7,1](56) sys_clone ( 1200011, 0x0, 0x0, 0x4a29a10, "
		  "0x0 )   clone(fork): process 7 created child 81",
		    true, WL_VGCALL_CHILD, 7, 1, 56, "clone",
		    " 1200011, 0x0, 0x0, 0x4a29a10, 0x0 ", false, 0, 81 },
		{ "SYSCALL[7,1](58) sys_fork ( )   fork: process 7 created "
		  "child 82",
		    true, WL_VGCALL_CHILD, 7, 1, 58, "fork", " ", false, 0,
		    82 },
		{ "SYSCALL[7,1](231) exit_group( 3 ) --> [pre-success] "
		  "Success(0x0) ",
		    true, WL_VGCALL_DONE, 7, 1, 231, "exit_group", " 3 ", false,
		    0, 0 },
		{ "SYSCALL[7,1](39) sys_getpid ()[sync] --> Success(0x360a) ",
		    true, WL_VGCALL_DONE, 7, 1, 39, "getpid", "", false, 0x360a,
		    0 },
		{ "SYSCALL[7,1](2) sys_open ( 0x40(/a) Success(0x1) b), 0 "
		  ")[sync] --> Failure(0x2) ",
		    true, WL_VGCALL_DONE, 7, 1, 2, "open",
		    " 0x40(/a) Success(0x1) b), 0 ", true, 2, 0 },
		{ "SYSCALL[7,1](334) unimplemented (by the kernel) syscall: "
		  "334! (ni_syscall)",
		    false, 0, 0, 0, 0, NULL, NULL, false, 0, 0 },
		{ "SYSCALL[7](3) sys_close ( 4 )", false, 0, 0, 0, 0, NULL,
		    NULL, false, 0, 0 },
		{ "SYSCALL[7,1](3) sys_close ( 4", false, 0, 0, 0, 0, NULL,
		    NULL, false, 0, 0 },
		{ "SYSCALL[", false, 0, 0, 0, 0, NULL, NULL, false, 0, 0 },
		{ "", false, 0, 0, 0, 0, NULL, NULL, false, 0, 0 },
		{ "I  0400,3", false, 0, 0, 0, 0, NULL, NULL, false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(all); i++) {
		const size_t len = strlen(all[i].line);
		struct wl_vgcall c;

		assert_int_equal(wl_vgcall_parse(all[i].line, len, &c),
		    all[i].ok);
		if (!all[i].ok)
			continue;
		assert_int_equal(c.kind, all[i].kind);
		assert_int_equal(c.pid, all[i].pid);
		assert_int_equal(c.tid, all[i].tid);
		assert_int_equal(c.nr, all[i].nr);
		assert_true(wl_vgcall_is(&c, all[i].name));
		assert_int_equal(c.argslen, strlen(all[i].args));
		assert_memory_equal(c.args, all[i].args, c.argslen);
		assert_int_equal(c.failed, all[i].failed);
		assert_int_equal(c.result, all[i].result);
		assert_int_equal(c.child, all[i].child);
	}
}

static void
arguments(void **state)
{
	static const char line[] = "SYSCALL[7,1](257) sys_openat ( 4294967196, "
				   "0x40(/a (b), 0x9, 3), 524288, 0x1f ) --> "
				   "[async] ... ";
	static const uint64_t want[] = { 4294967196, 0x40, 524288, 0x1f };
	const char *text;
	struct wl_vgcall c;
	uint64_t v;
	size_t len;

	(void)state;
	assert_true(wl_vgcall_parse(line, strlen(line), &c));
	for (unsigned i = 0; i < NELEM(want); i++) {
		assert_true(wl_vgcall_arg(&c, i, &v));
		assert_int_equal(v, want[i]);
	}
	assert_false(wl_vgcall_arg(&c, NELEM(want), &v));
	assert_true(wl_vgcall_string(&c, &text, &len));
	assert_int_equal(len, 14);
	assert_memory_equal(text, "/a (b), 0x9, 3", len);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
