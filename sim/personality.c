/*
 * The personalities, and their constants by name.
 */
#include "common.h"

#include <string.h>

const struct sim_personality *const sim_personalities[] = { &sim_freebsd,
	&sim_netbsd, &sim_openbsd, &sim_linux, NULL };

const struct sim_personality *
sim_personality_byname(const char *name)
{
	for (size_t i = 0; sim_personalities[i] != NULL; i++)
		if (strcmp(sim_personalities[i]->name, name) == 0)
			return sim_personalities[i];
	return NULL;
}

static const struct sim_const *
find_const(const struct sim_personality *p, const char *name)
{
	const struct sim_const *c = p->consts;

	while (c->name != NULL && strcmp(c->name, name) != 0)
		c++;
	return c->name != NULL ? c : NULL;
}

int
sim_const_value(const struct sim_personality *p, const char *name,
    uint64_t *value)
{
	const struct sim_const *c = find_const(p, name);

	if (c == NULL)
		return EINVAL;
	*value = c->value;
	return 0;
}

int
sim_const_here(const struct machine *m, const struct sim_personality *p,
    const char *name, uint64_t *value)
{
	const struct sim_const *c = find_const(p, name);

	if (c == NULL)
		return EINVAL;
	*value = strcmp(c->group, "page") == 0 ? pg_ptoa(m, c->value) :
						 c->value;
	return 0;
}

uint64_t
sim_const_or(const struct process *p, const char *name, uint64_t fallback)
{
	uint64_t value = fallback;

	(void)sim_const_value(p->personality, name, &value);
	return value;
}
