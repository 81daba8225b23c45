/*
 * What the machine says: words, events and calls as text, kernel addresses.
 */
#include <stdlib.h>

#include "machine_fixture.h"
#include "sim/event.h"
#include "sim/suggest.h"

/* --------------------------------------------------------------- words ---- */

static void
test_near_values(void **state)
{
	static const struct {
		const char *pair, *err;
	} cases[] = {
		{ "personality=freebds", "did you mean freebsd?" },
		{ "personality=linus", "did you mean linux?" },
		{ "arch=amd46", "did you mean amd64?" },
		{ "tags=onn", "did you mean on?" },
		{ "swpa=0", "did you mean swap?" },
	};
	struct sim_config c;
	char err[200];

	(void)state;
	sim_config_default(&c);
	for (size_t i = 0; i < NELEM(cases); i++) {
		assert_int_equal(sim_config_set(&c, cases[i].pair, err,
				     sizeof(err)),
		    EINVAL);
		if (strstr(err, cases[i].err) == NULL)
			fail_msg("%s: %s", cases[i].pair, err);
	}
	/* A word of any length has no near one, and is none. */
	static const char *const names[] = {
		"ram",
		"a-word-of-forty-three-letters-is-none-of-ours",
		"rom",
	};
	assert_string_equal(sim_suggest("ramm", names, 3), "ram");
	assert_null(sim_suggest(names[1], names, 3));
	assert_int_equal(sim_const_value(&sim_linux, "MAP_NOSUCH",
			     &(uint64_t){ 0 }),
	    EINVAL);
	/* Whatever length a key and its value have, and buffers have. */
	for (size_t n = 0; n < 2000; n += 97) {
		char *pair = malloc(n + 8);

		assert_non_null(pair);
		memset(pair, 'k', n);
		strcpy(pair + n, "=on");
		assert_int_equal(sim_config_set(&c, pair, err, sizeof(err)),
		    EINVAL);
		memcpy(pair, "tags=", n < 5 ? n : 5);
		strcpy(pair + n, "");
		assert_int_equal(sim_config_set(&c, pair, err, 5), EINVAL);
		assert_true(strlen(err) < 5);
		free(pair);
	}
}

/* -------------------------------------------------------------- events ---- */

static void
as_json(struct machine *m, const struct vm_event ev, const char *want)
{
	char buf[300];
	int n = sim_event_json(m, &ev, buf, sizeof(buf));

	assert_string_equal(buf, want);
	assert_int_equal(n, (int)strlen(want));
}

static void
as_sentence(struct machine *m, const struct vm_event ev, const char *want)
{
	char buf[300];
	int n = sim_event_sentence(m, &ev, buf, sizeof(buf));

	assert_string_equal(buf, want);
	assert_int_equal(n, (int)strlen(want));
}

static void
test_event_texts(void **state)
{
	struct machine *m = machine_new("freebsd", false);
	struct process *p = machine_spawn(m, "a");
	uint32_t id = p->vmspace->vm_map.id;

	(void)state;
	as_json(m,
	    (struct vm_event){ VM_EVENT_FAULT_FAIL, id, 0x5000, 2, EACCES, 1 },
	    "{\"event\":\"fault_fail\",\"pid\":2,\"va\":"
	    "\"0x5000\",\"access\":2,\"errno\":\"EACCES\",\"prot\":1}");
	as_json(m,
	    (struct vm_event){ VM_EVENT_CLIP, id, 0x5000, 0x9000, 0x7000, 0 },
	    "{\"event\":\"clip\",\"pid\":2,\"va\":\"0x5000\","
	    "\"end\":\"0x9000\",\"at\":\"0x7000\"}");
	as_json(m, (struct vm_event){ VM_EVENT_FREE, 0, 0, 12, 3, 0 },
	    "{\"event\":\"free\",\"frame\":12,\"object\":3}");
	as_json(m,
	    (struct vm_event){ VM_EVENT_UNMAP, 999, 0x1000, 0x2000, 0, 0 },
	    "{\"event\":\"unmap\",\"va\":\"0x1000\","
	    "\"end\":\"0x2000\"}");
	as_sentence(m,
	    (struct vm_event){ VM_EVENT_CLIP, id, 0x5000, 0x9000, 0x7000, 0 },
	    "entry 0x5000-0x9000 is split at 0x7000");
	as_sentence(m,
	    (struct vm_event){ VM_EVENT_FAULT_FAIL, id, 0x5000, 4, EFAULT, 0 },
	    "the fault at 0x5000 fails with EFAULT: access "
	    "exec, allowed is ---");
	as_sentence(m, (struct vm_event){ VM_EVENT_FAULT, id, 0x5000, 0, 0, 0 },
	    "page fault at 0x5000, access wire");
	as_sentence(m, (struct vm_event){ VM_EVENT_FAULT, id, 0x5000, 1, 0, 0 },
	    "page fault at 0x5000, access read");
	as_sentence(m,
	    (struct vm_event){ VM_EVENT_ADVICE, id, 0x5000, 0x6000, 2, 0 },
	    "0x5000-0x6000 will be used in sequential order");
	as_sentence(m,
	    (struct vm_event){ VM_EVENT_INHERIT, id, 0x5000, 0x6000, 3, 0 },
	    "0x5000-0x6000 will be inherited as zero");
	sim_machine_destroy(m);
}

/* Names in JSON are an interface: each one, and no two of the same. */
static void
test_event_names(void **state)
{
	static const char *const names[] = {
		"map",
		"merge",
		"clip",
		"unmap",
		"protect",
		"inherit",
		"advice",
		"wire",
		"unwire",
		"fork_entry",
		"fault",
		"fault_fail",
		"amap_copy",
		"neighbour",
		"anon",
		"anon_cow",
		"obj",
		"promote_copy",
		"promote_zero",
		"pte",
		"pagein",
		"pageout",
		"free",
		"nomem",
		"promoted",
		"demoted",
		"super_map",
		"promote_fail",
		"demote_fail",
		"super_zero",
		"collapse",
		"reserve",
		"reserve_break",
		"oom_kill",
		"swapin",
		"evict",
		"reactivate",
		"victim",
		"daemon",
		"sigdanger",
		"suspend",
		"resume",
	};

	(void)state;
	assert_int_equal(VM_EVENT_NKINDS, NELEM(names));
	for (int k = 0; k < VM_EVENT_NKINDS; k++)
		assert_string_equal(sim_event_name((enum vm_event_kind)k),
		    names[k]);
}

static void
as_call(const struct process *p, const struct sim_call *c, int err,
    uint64_t ret, const char *want)
{
	char buf[300];
	int n = sim_call_json(p, c, err, ret, buf, sizeof(buf));

	assert_string_equal(buf, want);
	assert_int_equal(n, (int)strlen(want));
}

static void
test_call_json(void **state)
{
	struct machine *m = machine_new("freebsd", false);
	struct process *p = machine_spawn(m, "a");

	(void)state;
	as_call(p,
	    &(const struct sim_call){ .no = SIM_SYS_MUNMAP,
		.arg = { 0x1000, 0x2000 } },
	    0, 0,
	    "{\"call\":\"munmap\","
	    "\"pid\":2,\"args\":[\"0x1000\",\"0x2000\"],\"ret\":\"0x0\"}");
	as_call(p,
	    &(const struct sim_call){ .no = SIM_SYS_OPEN,
		.str = "/a\"b\\\n\x01\xff",
		.arg = { 2, 0 } },
	    ENOENT, 0,
	    "{\"call\":\"open\",\"pid\":2,\"str\":\"/a\\\"b\\\\\\n"
	    "\\u0001\\u00ff\",\"args\":[\"0x2\",\"0x0\"],"
	    "\"errno\":\"ENOENT\"}");
	as_call(p, &(const struct sim_call){ .no = SIM_SYS_MUNLOCKALL }, 0, 0,
	    "{\"call\":\"munlockall\",\"pid\":2,\"args\":[],"
	    "\"ret\":\"0x0\"}");
	sim_machine_destroy(m);
}

/* Kernel addresses: kinds do not run into each other. */
static void
test_kernel_addresses(void **state)
{
	struct machine *m = machine_new("freebsd", false);
	struct vm_map map = { .id = 5000 };
	struct vm_map_entry e = { .id = 5000 };
	struct vm_object obj = { .id = 5000 };
	struct vm_amap amap = { .id = 5000 };
	struct pmap pmap = { .id = 5000 };
	struct pmap_geometry narrow = *m->config.arch;
	uint64_t a[5];

	(void)state;
	for (int round = 0; round < 2; round++) {
		a[0] = sim_kva_map(m, &map);
		a[1] = sim_kva_entry(m, &e);
		a[2] = sim_kva_object(m, &obj);
		a[3] = sim_kva_amap(m, &amap);
		a[4] = sim_kva_pmap(m, &pmap);
		for (int i = 0; i < 5; i++)
			for (int j = 0; j < i; j++)
				assert_true(a[i] != a[j]);
		for (int i = 0; i < 5; i++)
			assert_true(round == 0 ? a[i] >> 48 == 0xffff :
						 a[i] <= UINT32_MAX);
		narrow.ptr_size = 4;
		m->config.arch = &narrow;
	}
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_near_values),
		cmocka_unit_test(test_event_texts),
		cmocka_unit_test(test_event_names),
		cmocka_unit_test(test_call_json),
		cmocka_unit_test(test_kernel_addresses),
	};

	return cmocka_run_group_tests_name("sim/machine_text", tests, NULL,
	    NULL);
}
