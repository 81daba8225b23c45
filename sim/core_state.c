/*
 * Core sections "config", "machine" and "stats": what is one of a kind.
 *
 * Errno values differ between hosts, so the last error is kept by its name; its
 * texts, static ones in a live machine, belong to the machine after a load.
 */
#include <stdio.h>
#include <string.h>

#include "core_section.h"

/* ------------------------------------------------------------ config ---- */

static const struct core_field config_fields[] = { CORE_FIELD(struct sim_config,
						       ram, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_config, swap, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_config, seed, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_config, tags, 1, 0, 1),
	CORE_FIELD(struct sim_config, check, 1, 0, 1), { .name = NULL } };

void
sim_core_put_config(struct core_out *out, struct machine *m)
{
	sim_core_put_string(out, m->config.arch->name);
	sim_core_put_string(out, m->config.personality->name);
	sim_core_put_record(out, config_fields, &m->config);
}

/* Sizes are lawful if they may be configured. */
static bool
check_size(struct core_in *in, const char *key, uint64_t value)
{
	struct sim_config config;
	char pair[64], why[160];

	sim_config_default(&config);
	snprintf(pair, sizeof(pair), "%s=%llu", key, (unsigned long long)value);
	return sim_config_set(&config, pair, why, sizeof(why)) == 0 ||
	    sim_core_refuse(in, "%s", why);
}

bool
sim_core_get_config(struct core_in *in, struct sim_config *config)
{
	char name[32];

	if (!sim_core_in_section(in, CORE_CONFIG) ||
	    !sim_core_get_name(in, name, sizeof(name), "arch"))
		return false;
	config->arch = pmap_geometry_byname(name);
	if (config->arch == NULL)
		return sim_core_refuse(in, "no such arch: \"%.32s\"", name);
	if (!sim_core_get_name(in, name, sizeof(name), "personality"))
		return false;
	config->personality = sim_personality_byname(name);
	if (config->personality == NULL)
		return sim_core_refuse(in, "no such personality: \"%.32s\"",
		    name);
	return sim_core_get_record(in, config_fields, config) &&
	    check_size(in, "ram", config->ram) &&
	    check_size(in, "swap", config->swap) && sim_core_in_end(in);
}

/* ----------------------------------------------------------- machine ---- */

static const struct core_field machine_fields[] = {
	CORE_FIELD(struct machine, next_pid, 4, 0, INT32_MAX),
	CORE_FIELD(struct machine, next_shmid, 4, 0, INT32_MAX),
	CORE_FIELD(struct machine, next_ino, 4, 0, UINT32_MAX),
	CORE_FIELD(struct machine, rng, 8, 0, UINT64_MAX),
	CORE_FIELD(struct machine, stamp, 8, 0, UINT64_MAX),
	CORE_FIELD(struct machine, nops, 8, 0, UINT64_MAX),
	CORE_FIELD(struct machine, vm.next_map_id, 4, 0, UINT32_MAX),
	{ .name = NULL }
};

static const struct core_field error_fields[] = { CORE_FIELD(struct sim_error,
						      value, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_error, lo, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_error, hi, 8, 0, UINT64_MAX), { .name = NULL } };

static void
put_u64s(struct core_out *out, const uint64_t *v, size_t n)
{
	sim_core_put(out, n, 4);
	for (size_t i = 0; i < n; i++)
		sim_core_put(out, v[i], 8);
}

/* The number of values is part of the version: any other is refused. */
static void
get_u64s(struct core_in *in, uint64_t *v, size_t n, const char *name)
{
	sim_core_get_within(in, 4, n, n, name);
	for (size_t i = 0; i < n && sim_core_in_ok(in); i++)
		v[i] = sim_core_get(in, 8);
}

static const char *const tunable_names[] = {
#define X(name, value, summary) #name,
	SIM_TUNABLES(X)
#undef X
};

static void
put_tunables(struct core_out *out, struct machine *m)
{
	const uint64_t *value = (const uint64_t *)&m->tunables;

	sim_core_put(out, NELEM(tunable_names), 4);
	for (size_t i = 0; i < NELEM(tunable_names); i++) {
		sim_core_put_string(out, tunable_names[i]);
		sim_core_put(out, value[i], 8);
	}
}

/* By name; one that the core does not have keeps its value at boot. */
static void
get_tunables(struct core_in *in, struct machine *m)
{
	uint64_t *value = (uint64_t *)&m->tunables;
	uint64_t n = sim_core_get(in, 4);
	char name[64];

	while (n-- > 0 && sim_core_get_name(in, name, sizeof(name), "tunable")) {
		size_t i = 0;

		while (i < NELEM(tunable_names) &&
		    strcmp(tunable_names[i], name) != 0)
			i++;
		if (i == NELEM(tunable_names)) {
			sim_core_refuse(in, "no such tunable: \"%.64s\"", name);
			return;
		}
		value[i] = sim_core_get(in, 8);
	}
}

void
sim_core_put_machine(struct core_out *out, struct machine *m)
{
	const struct sim_error *e = &m->error;

	sim_core_put_record(out, machine_fields, m);
	put_u64s(out, m->refs, NELEM(m->refs));
	put_u64s(out, m->syscalls, NELEM(m->syscalls));
	sim_core_put_string(out, e->err != 0 ? sim_errname(e->err) : NULL);
	sim_core_put_string(out, e->op);
	sim_core_put_string(out, e->arg);
	sim_core_put_record(out, error_fields, e);
	sim_core_put_string(out, e->why);
	put_tunables(out, m);
}

static void
get_error(struct core_in *in, struct machine *m)
{
	struct sim_error *e = &m->error;
	char *name = sim_core_get_string(in, m->mem, "last error");

	e->err = name != NULL ? sim_errbyname(name) : 0;
	if (e->err < 0)
		sim_core_refuse(in, "no such error: \"%.32s\"", name);
	mem_strfree(m->mem, name);
	e->op = sim_core_get_string(in, m->mem, "last error's operation");
	e->arg = sim_core_get_string(in, m->mem, "last error's argument");
	sim_core_get_record(in, error_fields, e);
	e->why = sim_core_get_string(in, m->mem, "last error's sentence");
}

void
sim_core_get_machine(struct core_load *load)
{
	struct core_in *in = &load->in;
	struct machine *m = load->m;

	sim_core_get_record(in, machine_fields, m);
	load->next_map_id = m->vm.next_map_id;
	get_u64s(in, m->refs, NELEM(m->refs), "kinds of references");
	get_u64s(in, m->syscalls, NELEM(m->syscalls), "system calls");
	get_error(in, m);
	get_tunables(in, m);
}

/* ------------------------------------------------------------- stats ---- */

#define EXP_N (sizeof(struct uvmexp) / sizeof(uint64_t))
#define STAT_N (sizeof(struct vmstat) / sizeof(uint64_t))

void
sim_core_put_stats(struct core_out *out, struct machine *m)
{
	put_u64s(out, (const uint64_t *)&m->vm.exp, EXP_N);
	put_u64s(out, (const uint64_t *)&m->vm.stat, STAT_N);
}

/* What follows from the configuration must be as the new machine has it. */
void
sim_core_get_stats(struct core_load *load)
{
	struct core_in *in = &load->in;
	const struct uvmexp *now = &load->m->vm.exp;

	get_u64s(in, (uint64_t *)&load->exp, EXP_N, "members of uvmexp");
	get_u64s(in, (uint64_t *)&load->stat, STAT_N, "members of vmstat");
	if (sim_core_in_ok(in) &&
	    (load->exp.npages != now->npages ||
		load->exp.pagesize != now->pagesize ||
		load->exp.pagemask != now->pagemask ||
		load->exp.pageshift != now->pageshift ||
		load->exp.free > now->npages))
		sim_core_refuse(in, "statistics do not fit the configuration");
}
