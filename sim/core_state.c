/*
 * Core sections "config", "machine" and "stats": what is one of a kind.
 *
 * Errno values differ between hosts, so the last error is kept by its name; its
 * texts, static ones in a live machine, belong to the machine after a load.
 */
#include <stdio.h>
#include <string.h>

#include "core_section.h"
#include "namecache.h"

/* ------------------------------------------------------------ config ---- */

static const struct core_field config_fields[] = { CORE_FIELD(struct sim_config,
						       ram, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_config, seed, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_config, maxuser, 8, 0, UINT64_MAX),
	CORE_FIELD(struct sim_config, frames, 4, 0, VM_POLICY_MAXFRAMES),
	CORE_FIELD(struct sim_config, superpages, 1, 0, VM_SUPER_COLLAPSE),
	CORE_FIELD(struct sim_config, numa, 1, 0, VM_NUMA_ROUND_ROBIN),
	CORE_FIELD(struct sim_config, domains, 4, 1, VM_MAXDOMAINS),
	CORE_FIELD(struct sim_config, cpus, 4, 1, VM_MAXCPUS),
	CORE_FIELD(struct sim_config, tags, 1, 0, 1),
	CORE_FIELD(struct sim_config, check, 1, 0, 1), { .name = NULL } };

void
sim_core_put_config(struct core_out *out, struct machine *m)
{
	sim_core_put_string(out, m->config.arch->name);
	sim_core_put_string(out, m->config.personality->name);
	sim_core_put_record(out, config_fields, &m->config);
	sim_core_put_string(out,
	    m->config.tlb_value[0] != '\0' ? m->config.tlb_value : "off");
	sim_core_put_string(out, m->config.policy_value);
	sim_core_put_string(out,
	    m->config.swap_value[0] != '\0' ? m->config.swap_value : "0");
	sim_core_put_string(out, sim_disk_kinds[m->config.disk].name);
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

/* A value as it was given, of at most len - 1 bytes. */
static bool
get_value(struct core_in *in, struct sim_config *config, const char *key,
    size_t len)
{
	char value[512], pair[576], why[256];

	if (!sim_core_get_name(in, value, len, key))
		return false;
	snprintf(pair, sizeof(pair), "%s=%s", key, value);
	return sim_config_set(config, pair, why, sizeof(why)) == 0 ||
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
	    get_value(in, config, "tlb", sizeof(config->tlb_value)) &&
	    get_value(in, config, "policy", sizeof(config->policy_value)) &&
	    check_size(in, "ram", config->ram) &&
	    get_value(in, config, "swap", sizeof(config->swap_value)) &&
	    get_value(in, config, "disk", 32) &&
	    check_size(in, "maxuser", config->maxuser) && sim_core_in_end(in);
}

/* ----------------------------------------------------------- machine ---- */

static const struct core_field machine_fields[] = {
	CORE_FIELD(struct machine, next_pid, 4, 0, SIM_MAXPID),
	CORE_FIELD(struct machine, next_shmid, 4, 0, INT32_MAX),
	CORE_FIELD(struct machine, next_ino, 4, 0, UINT32_MAX),
	CORE_FIELD(struct machine, rng, 8, 0, UINT64_MAX),
	CORE_FIELD(struct machine, stamp, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct machine, nops, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct machine, next_scan, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct machine, slept, 8, 0, SIM_MAX_SLEPT),
	CORE_FIELD(struct machine, oom_kills, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct machine, aix_run.pid, 4, 0, SIM_MAXPID),
	CORE_FIELD(struct machine, aix_run.faults, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct machine, aix_run.repages, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct machine, vm.tick, 8, 0, CORE_MAXCOUNT),
	CORE_FIELD(struct machine, vm.curcpu, 4, 0, VM_MAXCPUS - 1),
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

/* How many counters is part of the version: any other number is refused. */
static void
get_u64s(struct core_in *in, uint64_t *v, size_t n, const char *name)
{
	sim_core_get_within(in, 4, n, n, name);
	for (size_t i = 0; i < n && sim_core_in_ok(in); i++)
		v[i] = sim_core_get_within(in, 8, 0, CORE_MAXCOUNT, name);
}

#define NTUNABLES (sizeof(struct sim_tunables) / sizeof(uint64_t))

static void
put_tunables(struct core_out *out, struct machine *m)
{
	sim_core_put(out, NTUNABLES, 4);
	for (size_t i = 0; i < NTUNABLES; i++) {
		sim_core_put_string(out, sim_tunable_rows[i].name);
		sim_core_put(out, *sim_tunable_at(m, i), 8);
	}
}

/* By name; one that the core does not have keeps its value at boot. */
static void
get_tunables(struct core_in *in, struct machine *m)
{
	uint64_t n = sim_core_get_count(in, 12, "tunables");
	char name[64];

	while (
	    n-- > 0 && sim_core_get_name(in, name, sizeof(name), "tunable")) {
		size_t i = 0;

		while (i < NTUNABLES &&
		    strcmp(sim_tunable_rows[i].name, name) != 0)
			i++;
		if (i == NTUNABLES) {
			sim_core_refuse(in, "no such tunable: \"%.64s\"", name);
			return;
		}
		*sim_tunable_at(m, i) = sim_core_get(in, 8);
	}
}

static void
put_kvafix(struct core_out *out, const struct machine *m)
{
	sim_core_put(out, m->nkvafix, 4);
	for (uint32_t i = 0; i < m->nkvafix; i++) {
		sim_core_put(out, m->kvafix[i].kind, 1);
		sim_core_put(out, m->kvafix[i].id, 4);
		sim_core_put(out, m->kvafix[i].addr, 8);
	}
}

/* Each is fixed anew, by the rules that held when a script fixed it. */
static void
get_kvafix(struct core_in *in, struct machine *m)
{
	uint32_t n = sim_core_get_count(in, 13, "fixed addresses");
	struct sim_error last = m->error;

	for (uint32_t i = 0; i < n && sim_core_in_ok(in); i++) {
		unsigned kind = (unsigned)sim_core_get_within(in, 1, 0,
		    SIM_NKVA - 1, "kind of a fixed address");
		uint32_t id = (uint32_t)sim_core_get(in, 4);
		uint64_t addr = sim_core_get(in, 8);
		int error = !sim_core_in_ok(in) ?
		    0 :
		    sim_kva_fix(m, kind, id, addr);

		if (error == ENOMEM)
			sim_core_refuse_errno(in, error);
		else if (error != 0)
			sim_core_refuse(in, "fixed address 0x%llx: %s",
			    (unsigned long long)addr, m->error.why);
		else if (m->nkvafix != i + 1 && sim_core_in_ok(in))
			sim_core_refuse(in,
			    "an object has two fixed addresses");
	}
	m->error = last;
}

static void
put_names(struct core_out *out, const struct machine *m)
{
	sim_core_put(out, m->nmounts, 4);
	for (uint32_t i = 0; i < m->nmounts; i++) {
		sim_core_put_string(out, m->mounts[i].dir);
		sim_core_put_string(out, m->mounts[i].type->name);
		sim_core_put(out, m->mounts[i].dev, 4);
	}
	sim_core_put(out, m->ndropped, 4);
	for (uint32_t i = 0; i < m->ndropped; i++)
		sim_core_put_string(out, m->dropped[i]);
}

/* Again by the rules that held for the script. */
static void
get_mount(struct core_in *in, struct machine *m)
{
	char *dir = sim_core_get_string(in, m->mem, "mount point");
	char type[16] = "";
	const struct sim_fstype *fs = NULL;
	uint32_t dev;

	if (sim_core_get_name(in, type, sizeof(type), "file system"))
		fs = sim_fstype_byname(type);
	dev = (uint32_t)sim_core_get(in, 4);
	if (sim_core_in_ok(in) &&
	    (dir == NULL || fs == NULL || sim_mount(m, dir, fs, dev) != 0))
		sim_core_refuse(in, "no such mount can be: %.64s",
		    dir != NULL ? dir : "no name");
	mem_strfree(m->mem, dir);
}

static void
get_names(struct core_in *in, struct machine *m)
{
	uint32_t n = sim_core_get_count(in, 12, "mounts");

	while (n-- > 0 && sim_core_in_ok(in))
		get_mount(in, m);
	n = sim_core_get_count(in, 4, "dropped names");
	while (n-- > 0 && sim_core_in_ok(in)) {
		char *path = sim_core_get_string(in, m->mem, "dropped name");

		if (sim_core_in_ok(in) &&
		    (path == NULL || sim_name_drop(m, path) != 0))
			sim_core_refuse(in, "no such name can be dropped");
		mem_strfree(m->mem, path);
	}
}

#define REFS_N (sizeof(struct vm_refstat) / sizeof(uint64_t))

void
sim_core_put_machine(struct core_out *out, struct machine *m)
{
	const struct sim_error *e = &m->error;

	sim_core_put_record(out, machine_fields, m);
	put_u64s(out, (const uint64_t *)&m->vm.refs, REFS_N);
	put_u64s(out, m->syscalls, NELEM(m->syscalls));
	sim_core_put_string(out, e->err != 0 ? sim_errname(e->err) : NULL);
	sim_core_put_string(out, e->op);
	sim_core_put_string(out, e->arg);
	sim_core_put_record(out, error_fields, e);
	sim_core_put_string(out, e->why);
	put_tunables(out, m);
	put_kvafix(out, m);
	put_names(out, m);
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
	if (sim_core_in_ok(in) && m->vm.curcpu >= m->config.cpus)
		sim_core_refuse(in, "processor %u of %u", m->vm.curcpu,
		    m->config.cpus);
	load->next_map_id = m->vm.next_map_id;
	get_u64s(in, (uint64_t *)&m->vm.refs, REFS_N, "kinds of references");
	get_u64s(in, m->syscalls, NELEM(m->syscalls), "system calls");
	get_error(in, m);
	get_tunables(in, m);
	get_kvafix(in, m);
	get_names(in, m);
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
