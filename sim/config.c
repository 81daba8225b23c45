/*
 * Configuration: KEY=VALUE pairs by table.
 */
#include "suggest.h"
#include "policy_file.h"
#include "sim.h"
#include "swap.h"
#include "tlb_config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
sim_config_default(struct sim_config *c)
{
	*c = (struct sim_config){
		.arch = pmap_geometries[0],
		.ram = (uint64_t)1 << 30,
		.seed = 1,
		.personality = &sim_freebsd,
		.policy_value = "uvm",
		.daemon = &vm_daemon_uvm,
		.tags = true,
		.domains = 1,
		.cpus = 1,
	};
}

/* In the order of enum vm_superpages and of enum vm_numa. */
static const char *const superpages[] = { "never", "reserve", "eager",
	"collapse", NULL };
static const char *const numas[] = { "first-touch", "interleave", "round-robin",
	NULL };

const char *
sim_superpages_name(uint8_t value)
{
	return superpages[value];
}

const char *
sim_numa_name(uint8_t value)
{
	return numas[value];
}

/* ------------------------------------------------------------- numbers ---- */

static int
digit(char c, unsigned base)
{
	int d = c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f'     ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F'     ? c - 'A' + 10 :
				       99;

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

/* --------------------------------------------------------------- words ---- */

#define MAXWORDS 32

/* Fill names with the words that a key's value may be. => how many */
typedef size_t words_fn(const char **names);

static size_t
arch_words(const char **names)
{
	size_t n = 0;

	for (; n < MAXWORDS && pmap_geometries[n] != NULL; n++)
		names[n] = pmap_geometries[n]->name;
	return n;
}

static size_t
personality_words(const char **names)
{
	size_t n = 0;

	for (; n < MAXWORDS && sim_personalities[n] != NULL; n++)
		names[n] = sim_personalities[n]->name;
	return n;
}

static size_t
copy_words(const char **names, const char *const *words)
{
	size_t n = 0;

	for (; n < MAXWORDS && words[n] != NULL; n++)
		names[n] = words[n];
	return n;
}

static size_t
superpages_words(const char **names)
{
	return copy_words(names, superpages);
}

static size_t
numa_words(const char **names)
{
	return copy_words(names, numas);
}

static size_t
tlb_words(const char **names)
{
	size_t n = 1;

	names[0] = "off";
	for (; n + 1 < MAXWORDS && tlb_presets[n - 1] != NULL; n++)
		names[n] = tlb_presets[n - 1]->name;
	names[n++] = "custom";
	return n;
}

/* "none", the daemons, and the policies that see every reference. */
static size_t
policy_words(const char **names)
{
	size_t n = 0;

	names[n++] = "none";
	for (size_t i = 0; n < MAXWORDS && vm_daemons[i] != NULL; i++)
		names[n++] = vm_daemons[i]->name;
	for (size_t i = 0; n < MAXWORDS && vm_policies[i] != NULL; i++)
		names[n++] = vm_policies[i]->name;
	return n;
}

static size_t
disk_words(const char **names)
{
	size_t n = 0;

	for (; n < MAXWORDS && sim_disk_kinds[n].name != NULL; n++)
		names[n] = sim_disk_kinds[n].name;
	return n;
}

static size_t
switch_words(const char **names)
{
	names[0] = "on";
	names[1] = "off";
	return 2;
}

/* ---------------------------------------------------------------- keys ---- */

static bool
set_arch(struct sim_config *c, const char *value)
{
	const struct pmap_geometry *geo = pmap_geometry_byname(value);

	if (geo != NULL)
		c->arch = geo;
	return geo != NULL;
}

static bool
set_ram(struct sim_config *c, const char *value)
{
	uint64_t v;

	if (sim_parse_size(value, &v) != 0 || v < SIM_MIN_RAM ||
	    v > SIM_MAX_RAM || v % SIM_MIN_PAGE != 0)
		return false;
	c->ram = v;
	return true;
}

static bool
set_swap(struct sim_config *c, const char *value)
{
	struct sim_swap_part parts[SIM_SWAP_MAXPARTS];
	uint32_t n;
	char why[8];

	if (sim_swap_parse(value, parts, &n, why, sizeof(why)) != 0)
		return false;
	c->swap = 0;
	for (uint32_t i = 0; i < n; i++)
		c->swap += parts[i].size;
	snprintf(c->swap_value, sizeof(c->swap_value), "%s",
	    n > 0 ? value : "");
	return true;
}

static bool
set_disk(struct sim_config *c, const char *value)
{
	int kind = sim_disk_kind_byname(value);

	if (kind >= 0)
		c->disk = (uint8_t)kind;
	return kind >= 0;
}

static bool
set_seed(struct sim_config *c, const char *value)
{
	return sim_parse_size(value, &c->seed) == 0;
}

static bool
set_maxuser(struct sim_config *c, const char *value)
{
	vaddr_t v;

	if (sim_parse_size(value, &v) != 0 || v % SIM_MIN_PAGE != 0 ||
	    (v != 0 && v < SIM_MIN_MAXUSER))
		return false;
	c->maxuser = v;
	return true;
}

static bool
set_personality(struct sim_config *c, const char *value)
{
	const struct sim_personality *p = sim_personality_byname(value);

	if (p != NULL)
		c->personality = p;
	return p != NULL;
}

static bool
set_word(uint8_t *out, const char *const *words, const char *value)
{
	for (uint8_t i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], value) == 0) {
			*out = i;
			return true;
		}
	return false;
}

static bool
set_superpages(struct sim_config *c, const char *value)
{
	return set_word(&c->superpages, superpages, value);
}

static bool
set_numa(struct sim_config *c, const char *value)
{
	return set_word(&c->numa, numas, value);
}

static bool
set_count(uint32_t *out, uint64_t most, const char *value)
{
	uint64_t v;

	if (sim_parse_size(value, &v) != 0 || v < 1 || v > most)
		return false;
	*out = (uint32_t)v;
	return true;
}

static bool
set_domains(struct sim_config *c, const char *value)
{
	return set_count(&c->domains, VM_MAXDOMAINS, value);
}

static bool
set_cpus(struct sim_config *c, const char *value)
{
	return set_count(&c->cpus, VM_MAXCPUS, value);
}

/* From a shared object, which stays loaded. */
static const struct vm_policy *
policy_file(const struct sim_config *c, const char *file, char *err,
    size_t errlen)
{
	void *handle;

	if (c->files)
		return sim_policy_open(file, &handle, err, errlen);
	snprintf(err, errlen,
	    "the file of a policy is for --machine, and for no script");
	return NULL;
}

/* "clock", "ws:tau=100", "./mru.so"; what is wrong goes to err. */
static bool
parse_policy(const struct sim_config *c, const char *value,
    const struct vm_policy **policy, struct vm_policy_args *args, char *err,
    size_t errlen)
{
	const size_t len = strcspn(value, ":");
	char name[sizeof(c->policy_value)];

	snprintf(err, errlen, "%s", "");
	if (len >= sizeof(name))
		return false;
	memcpy(name, value, len);
	name[len] = '\0';
	*policy = strchr(name, '/') != NULL ?
	    policy_file(c, name, err, errlen) :
	    vm_policy_byname(name);
	if (*policy == NULL)
		return false;
	memset(args, 0, sizeof(*args));
	vm_policy_defaults(*policy, args);
	return vm_policy_set(*policy, args,
	    value[len] == ':' ? value + len + 1 : "", err, errlen);
}

static bool
set_policy(struct sim_config *c, const char *value)
{
	const struct vm_daemon *daemon = vm_daemon_byname(value);
	const struct vm_policy *policy = NULL;
	struct vm_policy_args args = { .frames = 0 };
	char why[8];

	if (strlen(value) >= sizeof(c->policy_value) ||
	    (daemon == NULL && strcmp(value, "none") != 0 &&
		!parse_policy(c, value, &policy, &args, why, sizeof(why))))
		return false;
	c->daemon = daemon;
	c->policy = policy;
	c->policy_args = args;
	snprintf(c->policy_value, sizeof(c->policy_value), "%s", value);
	return true;
}

static bool
set_frames(struct sim_config *c, const char *value)
{
	uint64_t v;

	if (sim_parse_size(value, &v) != 0 || v > VM_POLICY_MAXFRAMES)
		return false;
	c->frames = (uint32_t)v;
	return true;
}

static bool
set_tlb(struct sim_config *c, const char *value)
{
	struct tlb_preset preset = { .name = NULL };
	char why[8];

	if (strcmp(value, "off") != 0 &&
	    (strlen(value) >= sizeof(c->tlb_value) ||
		sim_tlb_parse(value, &preset, why, sizeof(why)) != 0))
		return false;
	c->tlb = preset;
	snprintf(c->tlb_value, sizeof(c->tlb_value), "%s", value);
	return true;
}

static bool
set_switch(bool *out, const char *value)
{
	const bool on = strcmp(value, "on") == 0;

	if (!on && strcmp(value, "off") != 0)
		return false;
	*out = on;
	return true;
}

static bool
set_tags(struct sim_config *c, const char *value)
{
	return set_switch(&c->tags, value);
}

static bool
set_check(struct sim_config *c, const char *value)
{
	return set_switch(&c->check, value);
}

static const struct key {
	const char *name;
	bool (*set)(struct sim_config *, const char *value);
	const char *expected; /* said when set() says false ... */
	words_fn *words;      /* ... and these, if the key has any */
} keys[] = {
	{ "arch", set_arch, "a machine: ", arch_words },
	{ "ram", set_ram, "a size from 64K to 8T, whole pages", NULL },
	{ "swap", set_swap, "", NULL },
	{ "disk", set_disk, "a kind of disk: ", disk_words },
	{ "seed", set_seed, "a number", NULL },
	{ "maxuser", set_maxuser, "an address of whole pages from 1G, or 0",
	    NULL },
	{ "personality", set_personality, "", personality_words },
	{ "superpages", set_superpages, "", superpages_words },
	{ "policy", set_policy, "", policy_words },
	{ "frames", set_frames, "a number of pages, 0 for all that there are",
	    NULL },
	{ "domains", set_domains, "a number of memory domains, 1 to 8", NULL },
	{ "numa", set_numa, "", numa_words },
	{ "cpus", set_cpus, "a number of processors, 1 to 64", NULL },
	{ "tlb", set_tlb, "", tlb_words },
	{ "tags", set_tags, "", switch_words },
	{ "check", set_check, "", switch_words },
};

/* -------------------------------------------------------------- errors ---- */

struct text { /* a buffer that is filled until it is full */
	char *buf;
	size_t len, at;
};

static void __attribute__((format(printf, 2, 3)))
add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (t->at >= t->len)
		return;
	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->at, t->len - t->at, fmt, ap);
	va_end(ap);
	t->at += n > 0 ? (size_t)n : 0;
}

static int
unknown_key(const char *key, struct text *err)
{
	const char *names[NELEM(keys)], *near;

	for (size_t i = 0; i < NELEM(keys); i++)
		names[i] = keys[i].name;
	near = sim_suggest(key, names, NELEM(keys));
	add(err, "unknown machine key \"%.32s\"; ", key);
	if (near != NULL) {
		add(err, "did you mean %s?", near);
		return EINVAL;
	}
	add(err, "known:");
	for (size_t i = 0; i < NELEM(keys); i++)
		add(err, " %s", names[i]);
	return EINVAL;
}

static int
bad_value(const struct sim_config *c, const struct key *key, const char *value,
    struct text *err)
{
	const char *names[MAXWORDS], *near;
	size_t n = key->words != NULL ? key->words(names) : 0;
	char why[240];

	if (key->set == set_tlb && strchr(value, ':') != NULL) {
		struct tlb_preset preset;

		snprintf(why, sizeof(why), "expected at most %zu characters",
		    sizeof(((struct sim_config *)0)->tlb_value) - 1);
		(void)sim_tlb_parse(value, &preset, why, sizeof(why));
		add(err, "%s=%.*s: %s", key->name, (int)strcspn(value, ":"),
		    value, why);
		return EINVAL;
	}
	if (key->set == set_swap) {
		struct sim_swap_part parts[SIM_SWAP_MAXPARTS];
		uint32_t nparts;

		(void)sim_swap_parse(value, parts, &nparts, why, sizeof(why));
		add(err, "swap=%.64s: %s", value, why);
		return EINVAL;
	}
	if (key->set == set_policy && strpbrk(value, ":/") != NULL) {
		const struct vm_policy *policy;
		struct vm_policy_args args;

		(void)parse_policy(c, value, &policy, &args, why, sizeof(why));
		if (why[0] != '\0') {
			add(err, "%s=%.64s: %s", key->name, value, why);
			return EINVAL;
		}
	}
	add(err, "%s=%.32s: expected %s", key->name, value, key->expected);
	for (size_t i = 0; i < n; i++)
		add(err, "%s%s",
		    i == 0        ? "" :
			i + 1 < n ? ", " :
				    " or ",
		    names[i]);
	if ((near = sim_suggest(value, names, n)) != NULL)
		add(err, "; did you mean %s?", near);
	return EINVAL;
}

int
sim_config_set(struct sim_config *c, const char *pair, char *err, size_t errlen)
{
	struct text why = { err, errlen, 0 };
	const char *eq = strchr(pair, '=');
	char name[64];
	size_t i;

	if (eq == NULL) {
		add(&why, "expected KEY=VALUE, got \"%.32s\"", pair);
		return EINVAL;
	}
	snprintf(name, sizeof(name), "%.*s",
	    (int)(eq - pair < 63 ? eq - pair : 63), pair);
	for (i = 0; i < NELEM(keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			break;
	if (i == NELEM(keys))
		return unknown_key(name, &why);
	return keys[i].set(c, eq + 1) ? 0 :
					bad_value(c, &keys[i], eq + 1, &why);
}
