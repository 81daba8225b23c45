/*
 * The counters: struct uvmexp, the VM's own, and the machine's.
 */
#include "stats.h"

#include <string.h>

struct counter {
	const char *name;
	size_t offset; /* in struct machine */
};

static const struct counter counters[] = {
#define X(member) { #member, offsetof(struct machine, vm.exp.member) },
	UVMEXP_MEMBERS(X)
#undef X
#define X(member) { #member, offsetof(struct machine, vm.stat.member) },
	    VMSTAT_MEMBERS(X)
#undef X
		{ "reads", offsetof(struct machine, refs[0]) },
	{ "writes", offsetof(struct machine, refs[1]) },
	{ "fetches", offsetof(struct machine, refs[2]) },
	{ "operations", offsetof(struct machine, nops) },
};

bool
sim_stat_at(const struct machine *m, size_t i, struct sim_stat *out)
{
	if (i >= NELEM(counters))
		return false;
	out->name = counters[i].name;
	out->value = *(const uint64_t *)(const void *)((const char *)m +
	    counters[i].offset);
	return true;
}

bool
sim_stat_byname(const struct machine *m, const char *name, uint64_t *value)
{
	struct sim_stat s;

	for (size_t i = 0; sim_stat_at(m, i, &s); i++)
		if (strcmp(s.name, name) == 0) {
			*value = s.value;
			return true;
		}
	return false;
}
