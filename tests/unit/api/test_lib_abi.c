/*
 * <uvmsim.h> for programs that were compiled long ago: sizes, places of members
 * and numbers are those of the first version, written down here by hand.  What
 * is new comes behind; nothing here changes as long as the soname does not.
 */
#include "lib_fixture.h"

#include "vm/vm_event.h"
#include "sim/sim.h"

#define SIZE(type, size) \
	{ \
#type, sizeof(struct type), (size) \
	}
#define PLACE(type, member, place) \
	{ \
#type "." #member, offsetof(struct type, member), (place) \
	}

/* Of hosts whose pointers have 64 bits. */
static const struct {
	const char *what;
	size_t is, first;
} layout[] = {
	SIZE(uvmsim_run, 96),
	PLACE(uvmsim_run, path, 8),
	PLACE(uvmsim_run, len, 24),
	PLACE(uvmsim_run, out, 40),
	PLACE(uvmsim_run, ctx, 64),
	PLACE(uvmsim_run, passed, 72),
	PLACE(uvmsim_run, column, 92),
	SIZE(uvmsim_replay, 184),
	PLACE(uvmsim_replay, policy, 32),
	PLACE(uvmsim_replay, flags, 64),
	PLACE(uvmsim_replay, until, 72),
	PLACE(uvmsim_replay, ctx, 96),
	PLACE(uvmsim_replay, kind, 104),
	PLACE(uvmsim_replay, processes, 112),
	PLACE(uvmsim_replay, differences, 176),
	SIZE(uvmsim_limits, 32),
	PLACE(uvmsim_limits, memory, 8),
	PLACE(uvmsim_limits, nanoseconds, 24),
	SIZE(uvmsim_segment, 48),
	PLACE(uvmsim_segment, path, 24),
	PLACE(uvmsim_segment, shared, 40),
	SIZE(uvmsim_image, 48),
	PLACE(uvmsim_image, segment, 16),
	PLACE(uvmsim_image, brk_start, 40),
	SIZE(uvmsim_process, 648),
	PLACE(uvmsim_process, cpu, 36),
	PLACE(uvmsim_process, mapped, 40),
	PLACE(uvmsim_process, system, 120),
	PLACE(uvmsim_process, name, 136),
	PLACE(uvmsim_process, image, 392),
	SIZE(uvmsim_signal, 48),
	PLACE(uvmsim_signal, name, 16),
	PLACE(uvmsim_signal, code, 32),
	SIZE(uvmsim_ref, 8),
	SIZE(uvmsim_entry, 336),
	PLACE(uvmsim_entry, start, 8),
	PLACE(uvmsim_entry, rights, 32),
	PLACE(uvmsim_entry, amap, 56),
	PLACE(uvmsim_entry, amap_pages, 72),
	PLACE(uvmsim_entry, name, 80),
	SIZE(uvmsim_page, 72),
	PLACE(uvmsim_page, flags, 32),
	PLACE(uvmsim_page, domain, 64),
	SIZE(uvmsim_residence, 64),
	PLACE(uvmsim_residence, swapped, 56),
	SIZE(uvmsim_policy_param, 40),
	SIZE(uvmsim_policy_args, 48),
	SIZE(uvmsim_keep, 32),
	SIZE(uvmsim_policy, 128),
	PLACE(uvmsim_policy, bytes, 32),
	PLACE(uvmsim_policy, key, 112),
	PLACE(uvmsim_policy, ghost, 120),
};

static void
test_layout(void **state)
{
	(void)state;
	if (sizeof(void *) != 8)
		skip();
	for (size_t i = 0; i < sizeof(layout) / sizeof(layout[0]); i++)
		if (layout[i].is != layout[i].first)
			fail_msg("%s: %zu, the first version has %zu",
			    layout[i].what, layout[i].is, layout[i].first);
}

/* In the order of their numbers, from 1. */
static const char *const calls[] = { "mmap", "munmap", "mprotect", "minherit",
	"madvise", "posix_madvise", "mlock", "mlock2", "munlock", "mlockall",
	"munlockall", "msync", "mincore", "mremap", "remap_file_pages", "brk",
	"sbrk", "fork", "vfork", "exec", "exit", "shmget", "shmat", "shmdt",
	"shmctl", "shm_open", "shm_unlink", "memfd_create", "open", "close",
	"unlink", "ftruncate", "setrlimit", "cpu", "sleep", "swapon", "swapoff",
	"swapctl" };
static const char *const events[] = { "call", "map", "merge", "clip", "unmap",
	"protect", "inherit", "advice", "wire", "unwire", "fork_entry", "fault",
	"fault_fail", "amap_copy", "neighbour", "anon", "anon_cow", "obj",
	"promote_copy", "promote_zero", "pte", "pagein", "pageout", "free",
	"nomem", "promoted", "demoted", "super_map", "promote_fail",
	"demote_fail", "super_zero", "collapse", "reserve", "reserve_break",
	"oom_kill", "swapin", "evict", "reactivate", "daemon", "sigdanger",
	"suspend", "resume", "victim" };

static void
test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		assert_string_equal(uvmsim_syscall_name((int)i + 1), calls[i]);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		assert_string_equal(uvmsim_event_kind_name((int)i + 1),
		    events[i]);
	assert_int_equal(UVMSIM_SYS_SWAPCTL, 38);
	assert_int_equal(UVMSIM_EVENT_VICTIM, 43);
	assert_int_equal(UVMSIM_TRACE_STREAM, 3);
	assert_int_equal(UVMSIM_SEGMENT_SPECIAL, 4);
	assert_int_equal(UVMSIM_LIMIT_RSS, 4);
	assert_int_equal(UVMSIM_EXITED, 1);
	assert_int_equal(UVMSIM_INHERIT_ZERO, 3);
	assert_int_equal(UVMSIM_ADVICE_SEQUENTIAL, 2);
	assert_int_equal(UVMSIM_QUEUE_UNSWAPPABLE, 4);
	assert_int_equal(UVMSIM_ENTRY_NO_SYNC, 0x200);
	assert_int_equal(UVMSIM_PAGE_ANON, 0x80);
	assert_int_equal(UVMSIM_POLICY_ABI, 1);
}

/* Nothing that the machine has is without a public number. */
static void
test_complete(void **state)
{
	static const char *const all_calls[] = {
#define X(id, name, nargs, string) name,
		SIM_SYSCALLS(X)
#undef X
	}, *const all_events[] = {
#define X(id, name, a, b, c) name,
		VM_EVENTS(X)
#undef X
	};

	(void)state;
	for (size_t i = 0; i < NELEM(all_calls); i++)
		if (uvmsim_syscall_number(all_calls[i]) <= 0)
			fail_msg("%s: expected a UVMSIM_SYS_ of uvmsim.h",
			    all_calls[i]);
	for (size_t i = 0; i < NELEM(all_events); i++) {
		int kind = 1;

		while (kind < 200 &&
		    (uvmsim_event_kind_name(kind) == NULL ||
			strcmp(uvmsim_event_kind_name(kind), all_events[i]) !=
			    0))
			kind++;
		if (kind == 200)
			fail_msg("%s: expected a UVMSIM_EVENT_ of uvmsim.h",
			    all_events[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
