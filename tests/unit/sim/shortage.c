/*
 * Small machines whose memory runs out.
 */
#include "shortage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pairs.h"

static __thread uint64_t last;

struct machine *
shortage_machine(const char *pairs)
{
	char err[200];
	struct sim_config config;
	struct machine *m;

	sim_config_default(&config);
	if (pairs_set(&config, pairs, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	if (sim_machine_create(&config, &m, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return m;
}

struct process *
shortage_process(struct machine *m, const char *name,
    const struct sim_personality *personality)
{
	static const struct sim_segment none;
	const struct sim_image image = { "/bin/small", &none, 0, 0x1000000 };
	struct process *p;

	assert_int_equal(sim_spawn(m, name, 0, personality, &image, &p), 0);
	return p;
}

int
shortage_call(struct machine *m, struct process *p, enum sim_sysno no,
    uint64_t a, uint64_t b, uint64_t c)
{
	const struct sim_call call = { .no = no, .arg = { a, b, c } };

	return sim_syscall(m, p, &call, &last);
}

uint64_t
shortage_ret(void)
{
	return last;
}

vaddr_t
shortage_map(struct machine *m, struct process *p, vsize_t size)
{
	struct sim_call call = { .no = SIM_SYS_MMAP,
		.arg = { 0, size, 3,
		    p->personality == &sim_linux ? 0x22 : 0x1002, UINT64_MAX,
		    0 } };
	uint64_t addr;

	assert_int_equal(sim_syscall(m, p, &call, &addr), 0);
	return addr;
}

int
shortage_write(struct machine *m, struct process *p, vaddr_t va, vsize_t len)
{
	return sim_access(m, p, va, len, VM_PROT_WRITE, NULL);
}

int
shortage_read(struct machine *m, struct process *p, vaddr_t va, vsize_t len)
{
	return sim_access(m, p, va, len, VM_PROT_READ, NULL);
}

uint64_t
shortage_tag(struct process *p, vaddr_t va)
{
	uint64_t tag;

	assert_int_equal(vm_peek_tag(&p->vmspace->vm_map, va, &tag), 0);
	return tag;
}

void
shortage_end(struct machine *m)
{
	char buf[200];

	if (machine_check(m, buf, sizeof(buf)) != NULL)
		fail_msg("%s", buf);
	sim_machine_destroy(m);
}
