/*
 * Configuration: KEY=VALUE pairs by table.
 */
#include "suggest.h"
#include "sim.h"

#include <stdio.h>
#include <string.h>

#define MIN_RAM	((uint64_t)64 << 10)	/* 16 pages: one tiny process */
#define MAX_RAM	((uint64_t)8 << 40)	/* frame numbers are 32 bits */

void
sim_config_default(struct sim_config *c)
{
	*c = (struct sim_config){
		.arch = pmap_geometries[0],
		.ram = (uint64_t)1 << 30,
		.seed = 1,
		.personality = &sim_freebsd,
		.tags = true,
	};
}

/* ------------------------------------------------------------- numbers ---- */

static int
digit(char c, unsigned base)
{
	int d = c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;

	return d < (int)base ? d : -1;
}

int
sim_parse_size(const char *s, uint64_t *out)
{
	static const char suffixes[] = "KMGTP";
	unsigned base = 10;
	uint64_t v = 0;
	const char *p;
	int d;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (digit(*s, base) < 0)
		return EINVAL;
	for (; (d = digit(*s, base)) >= 0; s++) {
		if (v > (UINT64_MAX - (unsigned)d) / base)
			return EINVAL;
		v = v * base + (unsigned)d;
	}
	if (*s != '\0') {
		char up = (char)(*s >= 'a' && *s <= 'z' ? *s - 32 : *s);
		unsigned shift;

		p = strchr(suffixes, up);
		if (p == NULL || s[1] != '\0')
			return EINVAL;
		shift = 10 * (unsigned)(p - suffixes + 1);
		if (v > UINT64_MAX >> shift)
			return EINVAL;
		v <<= shift;
	}
	*out = v;
	return 0;
}

/* ---------------------------------------------------------------- keys ---- */

static const char *
set_arch(struct sim_config *c, const char *value)
{
	const struct pmap_geometry *geo = pmap_geometry_byname(value);

	if (geo == NULL)
		return "a machine: amd64";
	c->arch = geo;
	return NULL;
}

static const char *
set_ram(struct sim_config *c, const char *value)
{
	uint64_t v;

	if (sim_parse_size(value, &v) != 0 || v < MIN_RAM || v > MAX_RAM ||
	    (v & VM_PAGE_MASK) != 0)
		return "a size from 64K to 8T, whole pages";
	c->ram = v;
	return NULL;
}

static const char *
set_swap(struct sim_config *c, const char *value)
{
	uint64_t v;

	if (sim_parse_size(value, &v) != 0 || v != 0)
		return "0: this machine has no swap device";
	c->swap = v;
	return NULL;
}

static const char *
set_seed(struct sim_config *c, const char *value)
{
	if (sim_parse_size(value, &c->seed) != 0)
		return "a number";
	return NULL;
}

static const char *
set_personality(struct sim_config *c, const char *value)
{
	const struct sim_personality *p = sim_personality_byname(value);

	if (p == NULL)
		return "freebsd, netbsd, openbsd or linux";
	c->personality = p;
	return NULL;
}

static const char *
set_bool(bool *out, const char *value)
{
	if (strcmp(value, "on") == 0)
		*out = true;
	else if (strcmp(value, "off") == 0)
		*out = false;
	else
		return "on or off";
	return NULL;
}

static const char *
set_tags(struct sim_config *c, const char *value)
{
	return set_bool(&c->tags, value);
}

static const char *
set_check(struct sim_config *c, const char *value)
{
	return set_bool(&c->check, value);
}

static const struct {
	const char     *name;
	const char   *(*set)(struct sim_config *, const char *value);
} keys[] = {			/* set: NULL, or what was expected */
	{ "arch", set_arch },
	{ "ram", set_ram },
	{ "swap", set_swap },
	{ "seed", set_seed },
	{ "personality", set_personality },
	{ "tags", set_tags },
	{ "check", set_check },
};

static int
unknown_key(const char *key, char *err, size_t errlen)
{
	const char *names[NELEM(keys)], *near;

	for (size_t i = 0; i < NELEM(keys); i++)
		names[i] = keys[i].name;
	near = sim_suggest(key, names, NELEM(keys));
	if (near != NULL)
		snprintf(err, errlen,
		    "unknown machine key \"%.32s\"; did you mean %s?", key,
		    near);
	else
		snprintf(err, errlen, "unknown machine key \"%.32s\"; known: "
		    "arch ram swap seed personality tags check", key);
	return EINVAL;
}

int
sim_config_set(struct sim_config *c, const char *pair, char *err,
    size_t errlen)
{
	const char *eq = strchr(pair, '='), *want;
	char key[64];
	size_t i;

	if (eq == NULL) {
		snprintf(err, errlen, "expected KEY=VALUE, got \"%.32s\"",
		    pair);
		return EINVAL;
	}
	snprintf(key, sizeof(key), "%.*s", (int)(eq - pair), pair);
	for (i = 0; i < NELEM(keys); i++)
		if (strcmp(keys[i].name, key) == 0)
			break;
	if (i == NELEM(keys))
		return unknown_key(key, err, errlen);
	want = keys[i].set(c, eq + 1);
	if (want == NULL)
		return 0;
	snprintf(err, errlen, "%s=%.32s: expected %s", key, eq + 1, want);
	return EINVAL;
}
