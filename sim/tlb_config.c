/*
 * tlb=NAME:PART...: one table of the parts that there are.
 */
#include "suggest.h"
#include "tlb_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAXPART 64  /* characters of a part */
#define MAXNAMES 32 /* presets */

enum kind { ARRAY, PWC, POLICY, SWITCH, BYTE, NUMBER };

static const struct part {
	const char *name;
	enum kind kind;
	unsigned max;
	size_t offset; /* in the preset; ARRAY: place */
} parts[] = {
	{ "l1", ARRAY, 0, TLB_L1D },
	{ "l1d", ARRAY, 0, TLB_L1D },
	{ "l1i", ARRAY, 0, TLB_L1I },
	{ "l2", ARRAY, 0, TLB_L2D },
	{ "l2i", ARRAY, 0, TLB_L2I },
	{ "pwc", PWC, 0, 0 },
	{ "policy", POLICY, 0, 0 },
	{ "asid", SWITCH, 0, offsetof(struct tlb_preset, asid) },
	{ "broadcast", SWITCH, 0, offsetof(struct tlb_preset, broadcast) },
	{ "nested", BYTE, 5, offsetof(struct tlb_preset, host_levels) },
	{ "threshold", NUMBER, 1u << 30,
	    offsetof(struct tlb_preset, threshold) },
	{ "hit", NUMBER, 1000000, offsetof(struct tlb_preset, cost.l2) },
	{ "walk", NUMBER, 1000000, offsetof(struct tlb_preset, cost.walk) },
	{ "pwchit", NUMBER, 1000000, offsetof(struct tlb_preset, cost.pwc) },
	{ "invalidate", NUMBER, 1000000,
	    offsetof(struct tlb_preset, cost.invalidate) },
	{ "flush", NUMBER, 1000000, offsetof(struct tlb_preset, cost.flush) },
	{ "ipi", NUMBER, 1000000, offsetof(struct tlb_preset, cost.ipi) },
};

struct parse {
	struct tlb_preset *out;
	bool fresh[TLB_NPLACES]; /* arrays of the preset are replaced */
	unsigned npwc;
	char *why;
	size_t len;
};

/* Digits up to max, and where they end. */
static bool
number(const char **s, unsigned long max, unsigned long *n)
{
	char *end;

	if (**s < '0' || **s > '9')
		return false;
	errno = 0;
	*n = strtoul(*s, &end, 10);
	*s = end;
	return errno == 0 && *n <= max;
}

/* ENTRIES[xWAYS][@LO-HI] */
static bool
parse_array(const char *s, struct tlb_array_spec *a)
{
	unsigned long entries, ways = 0, lo = 0, hi = 63;

	if (!number(&s, TLB_MAXENTRIES, &entries) || entries == 0)
		return false;
	if (*s == 'x' && (s++, !number(&s, TLB_MAXWAYS, &ways) || ways == 0))
		return false;
	if (*s == '@' &&
	    (s++, !number(&s, 63, &lo) || *s++ != '-' || !number(&s, 63, &hi)))
		return false;
	*a = (struct tlb_array_spec){ (uint32_t)entries, (uint16_t)ways,
		(uint8_t)lo, (uint8_t)hi, false };
	return *s == '\0';
}

static bool
add_array(struct parse *p, const struct part *part, const char *value)
{
	unsigned place = (unsigned)part->offset, i = 0;
	struct tlb_array_spec *a = p->out->array[place];

	if (!p->fresh[place]) {
		memset(a, 0, sizeof(p->out->array[place]));
		p->fresh[place] = true;
		if (strcmp(part->name, "l1") == 0)
			memset(p->out->array[TLB_L1I], 0,
			    sizeof(p->out->array[TLB_L1I]));
	}
	while (i < TLB_MAXARRAYS && a[i].entries != 0)
		i++;
	return i < TLB_MAXARRAYS && parse_array(value, &a[i]);
}

static bool
add_pwc(struct parse *p, const char *value)
{
	if (p->npwc == 0)
		memset(p->out->pwc, 0, sizeof(p->out->pwc));
	return p->npwc < TLB_MAXHEIGHT &&
	    parse_array(value, &p->out->pwc[p->npwc++]);
}

/* => false: the value is not one of this part */
static bool
set_part(struct parse *p, const struct part *part, const char *value)
{
	char *at = (char *)p->out + part->offset;
	const bool on = strcmp(value, "on") == 0;
	unsigned long n;

	switch (part->kind) {
	case ARRAY: return add_array(p, part, value);
	case PWC: return add_pwc(p, value);
	case POLICY:
		p->out->policy = strcmp(value, "plru") == 0 ? TLB_PLRU :
							      TLB_LRU;
		return p->out->policy == TLB_PLRU || strcmp(value, "lru") == 0;
	case SWITCH: *(bool *)at = on; return on || strcmp(value, "off") == 0;
	case BYTE:
	case NUMBER: break;
	}
	if (!number(&value, part->max, &n) || *value != '\0')
		return false;
	if (part->kind == BYTE)
		*(uint8_t *)at = (uint8_t)n;
	else
		*(uint32_t *)(void *)at = (uint32_t)n;
	return true;
}

/* => EINVAL; says what a value of this part may be */
static int
bad_part(struct parse *p, const struct part *part, const char *value)
{
	char range[32];
	const char *expected = range;

	switch (part->kind) {
	case ARRAY:
	case PWC:
		expected = "ENTRIES, ENTRIESxWAYS or ENTRIESxWAYS@LO-HI, as "
			   "1536x12@12-25";
		break;
	case POLICY: expected = "lru or plru"; break;
	case SWITCH: expected = "on or off"; break;
	case BYTE:
	case NUMBER:
		snprintf(range, sizeof(range), "a number up to %u", part->max);
		break;
	}
	snprintf(p->why, p->len, "%s=%s: expected %s", part->name, value,
	    expected);
	return EINVAL;
}

static int
no_part(struct parse *p, const char *text)
{
	const char *names[NELEM(parts)], *near;
	int n = snprintf(p->why, p->len, "'%s' is no part of a TLB; ", text);
	size_t at = (size_t)n < p->len ? (size_t)n : p->len;

	for (size_t i = 0; i < NELEM(parts); i++)
		names[i] = parts[i].name;
	near = sim_suggest(text, names, NELEM(parts));
	if (near != NULL)
		snprintf(p->why + at, p->len - at, "did you mean %s=?", near);
	else
		snprintf(p->why + at, p->len - at,
		    "expected l1= l1d= l1i= l2= l2i= pwc= policy= asid= "
		    "broadcast= nested= threshold= or a cost: hit= walk= "
		    "pwchit= invalidate= flush= ipi=");
	return EINVAL;
}

static int
one_part(struct parse *p, const char *text, size_t n)
{
	char part[MAXPART], *value;

	snprintf(part, sizeof(part), "%.*s", (int)n, text);
	value = strchr(part, '=');
	if (n >= sizeof(part) || value == NULL)
		return no_part(p, part);
	*value++ = '\0';
	for (size_t i = 0; i < NELEM(parts); i++)
		if (strcmp(parts[i].name, part) == 0)
			return set_part(p, &parts[i], value) ?
			    0 :
			    bad_part(p, &parts[i], value);
	return no_part(p, part);
}

static int
no_base(struct parse *p, const char *value, int n)
{
	const char *names[MAXNAMES], *near;
	char name[MAXPART + 1];
	size_t k = 0;

	snprintf(name, sizeof(name), "%.*s", n, value);
	for (; k < MAXNAMES && tlb_presets[k] != NULL; k++)
		names[k] = tlb_presets[k]->name;
	near = sim_suggest(name, names, k);
	snprintf(p->why, p->len, "'%s' is no TLB: %s%s", name,
	    near != NULL ? "did you mean " : "expected a preset or custom",
	    near != NULL ? near : "");
	return EINVAL;
}

static int
base(const char *value, size_t n, struct parse *p)
{
	for (size_t i = 0; tlb_presets[i] != NULL; i++)
		if (strlen(tlb_presets[i]->name) == n &&
		    strncmp(tlb_presets[i]->name, value, n) == 0) {
			*p->out = *tlb_presets[i];
			return 0;
		}
	if (n == strlen("custom") && strncmp(value, "custom", n) == 0) {
		*p->out = *tlb_preset_byname("none");
		p->out->name = "custom";
		p->out->summary = p->out->source = "by its parts";
		p->out->cost.l2 = 7;
		p->out->asid = true;
		return 0;
	}
	return no_base(p, value, n < MAXPART ? (int)n : MAXPART);
}

int
sim_tlb_parse(const char *value, struct tlb_preset *out, char *why, size_t len)
{
	struct parse p = { .out = out, .why = why, .len = len };
	size_t n = strcspn(value, ":");
	int error = base(value, n, &p);
	const char *wrong;

	for (value += n; error == 0 && *value != '\0'; value += n) {
		n = strcspn(++value, ":");
		error = one_part(&p, value, n);
	}
	if (error == 0 && (wrong = tlb_preset_check(out)) != NULL) {
		snprintf(why, len, "no such TLB can be: %s", wrong);
		error = EINVAL;
	}
	return error;
}
