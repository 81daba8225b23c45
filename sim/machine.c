/*
 * The machine: putting it together, with the kernel as process 0.
 */
#include "common.h"
#include "pmap/tlb.h"
#include "swap.h"

#include <stdio.h>
#include <string.h>

/* Submaps of the kernel map, as NetBSD and OpenBSD make them at boot. */
static const struct {
	const char *name;
	vsize_t size;
} submaps[] = {
	{ "kmem_map", (vsize_t)64 << 20 },
	{ "pager_map", (vsize_t)16 << 20 },
	{ "exec_map", (vsize_t)4 << 20 },
	{ "phys_map", (vsize_t)8 << 20 },
};

_Static_assert(NELEM(submaps) == SIM_NSUBMAPS, "one map for each");

static int
add_submap(struct machine *m, vaddr_t start, size_t i)
{
	struct vm_map *kernel = &m->vm.kernel->vm_map;
	struct uvm_map_args a = {
		.start = start,
		.size = submaps[i].size,
		.prot = VM_PROT_READ | VM_PROT_WRITE,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_NONE,
		.flags = UVM_MAP_KERNEL | UVM_MAP_NOMERGE,
	};
	int error = uvm_map(kernel, &a);

	if (error != 0)
		return error;
	vm_map_setup(&m->vm, &m->submaps[i], kernel->pmap, start,
	    start + a.size, VM_MAP_PAGEABLE);
	return uvm_map_submap(kernel, start, start + a.size, &m->submaps[i]);
}

/* The kernel's image: text, data, and the submaps behind them. */
static int
boot_kernel(struct machine *m)
{
	struct vm_map *map = &m->vm.kernel->vm_map;
	vaddr_t at = vm_map_min(map) + ((vaddr_t)16 << 20);
	const struct uvm_map_args parts[] = {
		{ .start = at,
		    .size = (vsize_t)8 << 20,
		    .prot = VM_PROT_READ | VM_PROT_EXEC },
		{ .start = at + ((vaddr_t)8 << 20),
		    .size = (vsize_t)4 << 20,
		    .prot = VM_PROT_READ | VM_PROT_WRITE },
	};
	int error = 0;

	for (size_t i = 0; i < NELEM(parts) && error == 0; i++) {
		struct uvm_map_args a = parts[i];

		a.maxprot = VM_PROT_ALL;
		a.inherit = VM_INHERIT_NONE;
		a.flags = UVM_MAP_KERNEL | UVM_MAP_NOMERGE;
		error = uvm_map(map, &a);
	}
	at += (vaddr_t)16 << 20;
	for (size_t i = 0; i < NELEM(submaps) && error == 0; i++) {
		error = add_submap(m, at, i);
		at += submaps[i].size + ((vsize_t)1 << 20);
	}
	return error;
}

static int
add_kernel(struct machine *m)
{
	struct process *p = mem_zalloc(m->mem, sizeof(*p));

	if (p == NULL || (p->name = mem_strdup(m->mem, "kernel")) == NULL)
		return ENOMEM;
	p->personality = m->config.personality;
	p->vmspace = m->vm.kernel;
	SIM_HASH_ADD(m->procs, &p->pid, sizeof(p->pid), p);
	if (p->hh.tbl == NULL)
		return ENOMEM;
	m->kernel = p;
	return boot_kernel(m);
}

/* Who makes frames free: under a policy for each process, as by default. */
static const struct vm_daemon *
daemon_of(const struct sim_config *config)
{
	if (config->policy == NULL)
		return config->daemon;
	return config->frames > 0 ? &vm_daemon_uvm : &vm_daemon_replace;
}

static int
build(struct machine *m)
{
	struct vm_config config = {
		.geometry = m->config.arch,
		.ram_pages = pg_atop(m, m->config.ram),
		.tags = m->config.tags,
		.superpages = m->config.superpages,
		.numa = m->config.numa,
		.domains = m->config.domains,
		.cpus = m->config.cpus,
		.daemon = daemon_of(&m->config),
		.policy = m->config.policy,
		.policy_args = m->config.policy_args,
		.frames = m->config.frames,
	};
	int error;

	config.policy_args.seed = m->config.seed;
	if ((error = vm_init(&m->vm, m->mem, &config)) != 0 ||
	    m->config.tlb.name == NULL)
		return error;
	return tlb_create(&m->vm.pmaps, &m->config.tlb, m->config.cpus);
}

/*
 * Memory and user space as the architecture has room for them: whole pages of
 * its own, and each frame's number fits in a PTE, frame 0 not being used.
 * => false and err
 */
static bool
ram_ok(const struct sim_config *config, char *err, size_t errlen)
{
	const struct pmap_geometry *geo = config->arch;
	const unsigned long long ram = config->ram;
	const unsigned long long most = /* the highest frame's number */
	    pg_ptoa(geo, geo->pte.frame >> geo->pte.pfn_shift);

	if (ram < SIM_MIN_RAM || ram > SIM_MAX_RAM)
		snprintf(err, errlen, "no machine has %llu bytes of RAM", ram);
	else if ((ram & pg_mask(geo)) != 0 || pg_atop(geo, ram) < SIM_MIN_PAGES)
		snprintf(err, errlen,
		    "ram=%llu: arch=%s has whole pages of %llu bytes, %d at "
		    "least",
		    ram, geo->name, (unsigned long long)pg_size(geo),
		    SIM_MIN_PAGES);
	else if (ram > most)
		snprintf(err, errlen,
		    "ram=%llu: arch=%s has room for %llu bytes at most", ram,
		    geo->name, most);
	else
		return true;
	return false;
}

/* Do policy=, frames= and superpages= go together? => false and err */
static bool
policy_ok(const struct sim_config *c, char *err, size_t errlen)
{
	const char *name = c->policy_value;

	if (c->policy == NULL && c->frames > 0)
		snprintf(err, errlen,
		    "frames=%u: policy=%s does not count the pages of a "
		    "process; expected a policy that sees every reference, "
		    "such as policy=lru",
		    (unsigned)c->frames, name);
	else if (c->policy != NULL && c->superpages != VM_SUPER_NEVER)
		snprintf(err, errlen,
		    "policy=%s: this policy counts base pages and does not go "
		    "with superpages=%s",
		    name, sim_superpages_name(c->superpages));
	else if (c->policy != NULL && c->policy->next != NULL && !c->foresight)
		snprintf(err, errlen,
		    "policy=%s: only the replay of a trace of references "
		    "knows the future that this policy asks for",
		    name);
	else if (c->policy != NULL && c->frames == 0 &&
	    pg_atop(c->arch, c->ram) > VM_POLICY_MAXFRAMES)
		snprintf(err, errlen,
		    "policy=%s: expected frames=N, or a ram= of %u pages at "
		    "most",
		    name, (unsigned)VM_POLICY_MAXFRAMES);
	else
		return true;
	return false;
}

static bool
config_ok(const struct sim_config *config, char *err, size_t errlen)
{
	const struct pmap_geometry *geo = config->arch;
	const unsigned long long maxuser = config->maxuser;

	if (!ram_ok(config, err, errlen) || !policy_ok(config, err, errlen))
		return false;
	if ((maxuser & pg_mask(geo)) != 0)
		snprintf(err, errlen,
		    "maxuser=0x%llx: arch=%s has pages of %llu bytes", maxuser,
		    geo->name, (unsigned long long)pg_size(geo));
	else if (maxuser > geo->user_max)
		snprintf(err, errlen,
		    "maxuser=0x%llx: the user addresses of arch=%s end at "
		    "0x%llx at most",
		    maxuser, geo->name, (unsigned long long)geo->user_max);
	else
		return true;
	return false;
}

/* Of the files, and those to swap to. */
static int
add_disks(struct machine *m, char *err, size_t errlen)
{
	if (sim_disk_open(m, SIM_DISK_FILES, m->config.disk) != 0) {
		snprintf(err, errlen, "no memory for a disk");
		return ENOMEM;
	}
	m->vm.io_fn = sim_disk_io;
	m->vm.io_ctx = m;
	return sim_swap_boot(m, err, errlen);
}

static int
create(const struct sim_config *config, struct machine **out, char *err,
    size_t errlen)
{
	struct machine *m = NULL;
	struct mem *mem;
	int error;

	mem = mem_create();
	if (mem != NULL)
		m = mem_zalloc(mem, sizeof(*m));
	if (m == NULL) {
		mem_destroy(mem);
		snprintf(err, errlen, "no memory for a machine");
		return ENOMEM;
	}
	m->config = *config;
	m->page_shift = config->arch->page_shift;
	m->mem = mem;
	m->rng = config->seed;
	m->next_scan = SIM_SCAN_SLEEP;
	m->next_pid = 2; /* 1 would be init */
	m->next_shmid = 65536;
	m->next_ino = 1000;
	m->tunables = (struct sim_tunables){
#define X(name, value, summary) .name = (value),
		SIM_TUNABLES(X)
#undef X
	};
	if (build(m) != 0 || add_kernel(m) != 0) {
		sim_machine_destroy(m);
		snprintf(err, errlen,
		    "no memory for %llu bytes of simulated "
		    "RAM",
		    (unsigned long long)config->ram);
		return ENOMEM;
	}
	if ((error = add_disks(m, err, errlen)) != 0) {
		sim_machine_destroy(m);
		return error;
	}
	*out = m;
	return 0;
}

int
sim_machine_create(const struct sim_config *config, struct machine **out,
    char *err, size_t errlen)
{
	const struct mem_host *host = config->host;
	int error;

	if (!config_ok(config, err, errlen))
		return EINVAL;
	if (host == NULL)
		return create(config, out, err, errlen);
	host->making(host->ctx, true);
	error = create(config, out, err, errlen);
	host->making(host->ctx, false);
	if (error == 0)
		mem_watched((*out)->mem, host);
	return error;
}

/*
 * The arena takes everything with it; only the hash tables of uthash live in
 * the libc's memory.
 */
void
sim_machine_destroy(struct machine *m)
{
	if (m == NULL)
		return;
	HASH_CLEAR(hh, m->procs);
	HASH_CLEAR(hh, m->files);
	HASH_CLEAR(hh, m->shms);
	mem_destroy(m->mem);
}
