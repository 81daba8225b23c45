/*
 * A small machine for tests (see machine_fixture.h).
 */
#include "machine_fixture.h"

struct machine *
machine_new(const char *personality, bool check)
{
	struct sim_config c;
	struct machine *m;
	char err[200];

	sim_config_default(&c);
	c.ram = (uint64_t)8 << 20;
	c.personality = sim_personality_byname(personality);
	c.check = check;
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), 0);
	return m;
}

struct process *
machine_spawn(struct machine *m, const char *name)
{
	struct process *p;

	assert_int_equal(sim_spawn(m, name, 0, NULL, NULL, &p), 0);
	return p;
}

uint64_t
konst(const struct process *p, const char *name)
{
	uint64_t v;

	assert_int_equal(sim_const_value(p->personality, name, &v), 0);
	return v;
}

void
machine_ok(struct machine *m)
{
	char buf[200];
	const char *why = machine_check(m, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("%s", why);
}

void
machine_broken(struct machine *m, const char *what)
{
	char buf[200];
	const char *why = machine_check(m, buf, sizeof(buf));

	if (why == NULL || strstr(why, what) == NULL)
		fail_msg("expected %s, got: %s", what, why ? why : "nothing");
}

vaddr_t
machine_map(struct machine *m, struct process *p, vsize_t len)
{
	uint64_t addr;

	assert_int_equal(CALL(m, p, &addr, MMAP,
			     .arg = { 0, len, 3,
				 konst(p, "MAP_PRIVATE") | konst(p, "MAP_ANON"),
				 UINT64_MAX }),
	    0);
	return addr;
}

uint64_t
machine_tag(struct process *p, vaddr_t va)
{
	uint64_t tag;

	assert_int_equal(vm_peek_tag(&p->vmspace->vm_map, va, &tag), 0);
	return tag;
}
