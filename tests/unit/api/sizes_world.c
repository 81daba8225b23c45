/*
 * Random programs on machines with pages of several sizes (see sizes_world.h).
 */
#include "sizes_world.h"
#include "tests/random.h"

#include <stdio.h>
#include <string.h>

const struct world_kind world_kinds[] = {
	{ "amd64", "never", "64M" },
	{ "amd64", "reserve", "64M" },
	{ "amd64", "eager", "64M" },
	{ "amd64", "collapse", "64M" },
	{ "amd64-la57", "reserve", "64M" },
	{ "i386", "reserve", "64M" },
	{ "i386-pae", "reserve", "64M" },
	{ "arm64", "reserve", "64M" },
	{ "arm64", "eager", "64M" },
	{ "arm64-16k", "reserve", "256M" },
	{ "arm64-64k", "reserve", "256M" },
	{ "riscv64", "reserve", "64M" },
	{ "power", "reserve", "64M" },
	{ "power", "never", "64M" },
	{ NULL, NULL, NULL },
};

#define ANON 0x1002   /* MAP_ANON | MAP_PRIVATE */
#define SHARED 0x1001 /* MAP_ANON | MAP_SHARED */
#define ALIGNED(shift) ((uint64_t)(shift) << 24)
#define RW (VM_PROT_READ | VM_PROT_WRITE)

/* -------------------------------------------------------------- machine -- */

static void
set(struct sim_config *c, const char *key, const char *value)
{
	char pair[64], err[200];

	snprintf(pair, sizeof(pair), "%s=%s", key, value);
	if (sim_config_set(c, pair, err, sizeof(err)) != 0)
		fail_msg("%s", err);
}

void
world_open(struct world *w, const struct world_kind *kind)
{
	struct sim_config config;
	char err[200];

	memset(w, 0, sizeof(*w));
	sim_config_default(&config);
	set(&config, "arch", kind->arch);
	set(&config, "superpages", kind->superpages);
	set(&config, "ram", kind->ram);
	set(&config, "policy", "none"); /* full memory fails */
	if (sim_machine_create(&config, &w->m, err, sizeof(err)) != 0)
		fail_msg("%s %s: %s", kind->arch, kind->superpages, err);
	assert_int_equal(sim_spawn(w->m, "sh", 0, NULL, NULL, &w->procs[0]), 0);
	assert_int_equal(api_attach(w->m, w->procs[0]->pid), 0);
	w->geo = w->m->config.arch;
	w->page = (vsize_t)1 << w->geo->page_shift;
	w->least = w->large = (vsize_t)1 << w->geo->sizes[1].shift;
	for (unsigned i = 1; i < w->geo->nsizes; i++)
		if (w->geo->sizes[i].promote)
			w->large = (vsize_t)1 << w->geo->sizes[i].shift;
	w->seed = 1;
}

void
world_close(struct world *w)
{
	uvmsim_close();
	sim_machine_destroy(w->m);
}

uint64_t
world_random(struct world *w, uint64_t below)
{
	return rnd_draw(&w->seed, below);
}

/* ----------------------------------------------------------- operations -- */

/* => the result; UINT64_MAX: it failed, which a random call may */
static uint64_t
call(struct world *w, struct process *p, enum sim_sysno no, uint64_t a,
    uint64_t b, uint64_t c)
{
	uint64_t ret = 0;
	const struct sim_call sc = { .no = no, .arg = { a, b, c } };

	return sim_syscall(w->m, p, &sc, &ret) == 0 ? ret : UINT64_MAX;
}

/* => 0: there is no room */
static vaddr_t
map(struct world *w, struct process *p, vsize_t len, uint64_t flags,
    uint64_t fd)
{
	const struct sim_call sc = { .no = SIM_SYS_MMAP,
		.arg = { 0, len, RW, flags, fd } };
	uint64_t va = 0;

	return sim_syscall(w->m, p, &sc, &va) == 0 ? va : 0;
}

static uint64_t
alignment(vsize_t align)
{
	return align > 1 ? ALIGNED(__builtin_ctzll(align)) : 0;
}

vaddr_t
world_map(struct world *w, struct process *p, vsize_t len, vsize_t align)
{
	return map(w, p, len, ANON | alignment(align), UINT64_MAX);
}

/* A file that all share, or a private look at it. */
static vaddr_t
map_file(struct world *w, struct process *p, vsize_t len, vsize_t align)
{
	const struct sim_call sc = { .no = SIM_SYS_OPEN,
		.str = "/data",
		.arg = { 2 } };
	uint64_t fd;
	vaddr_t va;

	if (sim_file_get(w->m, "/data", 3 * w->large, SIM_FILE_REG) == NULL ||
	    sim_syscall(w->m, p, &sc, &fd) != 0)
		return 0;
	va = map(w, p, len, (1 + world_random(w, 2)) | alignment(align), fd);
	call(w, p, SIM_SYS_CLOSE, fd, 0, 0);
	return va;
}

void
world_touch(struct world *w, struct process *p, vaddr_t va, vsize_t len,
    vm_prot_t type)
{
	(void)sim_access(w->m, p, va, len, type, NULL);
}

static void
map_region(struct world *w, struct world_region *r)
{
	struct process *p = w->procs[world_random(w, WORLD_MAXPROCS)];
	const vsize_t align = world_random(w, 3) == 0 ? 1 : w->large;

	if (p == NULL)
		return;
	r->len = 2 * w->large + world_random(w, 4) * w->least +
	    world_random(w, 4) * w->page;
	switch (world_random(w, 5)) {
	case 0:
		r->start = map(w, p, r->len, SHARED | alignment(align),
		    UINT64_MAX);
		break;
	case 1: r->start = map_file(w, p, r->len, align); break;
	default: r->start = world_map(w, p, r->len, align);
	}
	r->p = r->start != 0 ? p : NULL;
}

/* The child has what the parent has; two of its regions are remembered. */
static void
fork_one(struct world *w, struct process **slot)
{
	struct process *parent = w->procs[0];
	const uint64_t pid = call(w, parent, SIM_SYS_FORK, 0, 0, 0);
	unsigned n = 0;

	if (pid == UINT64_MAX)
		return;
	*slot = sim_process_bypid(w->m, (int)pid);
	assert_non_null(*slot);
	for (int i = 0; i < WORLD_MAXREGIONS && n < 2; i++)
		if (w->region[i].p == parent && world_random(w, 2) == 0) {
			w->region[i].p = *slot;
			n++;
		}
}

static void
end_one(struct world *w, struct process **slot)
{
	for (int i = 0; i < WORLD_MAXREGIONS; i++)
		if (w->region[i].p == *slot)
			w->region[i].p = NULL;
	sim_process_exit(w->m, *slot, 0, 0);
	sim_process_reap(w->m, *slot);
	*slot = NULL;
}

/* A part of a region: pages, or one whole larger page. */
static void
part_of(struct world *w, const struct world_region *r, vaddr_t *va,
    vsize_t *len)
{
	const vsize_t unit = world_random(w, 2) == 0 ? w->large : w->least;

	if (world_random(w, 3) == 0) {
		*len = (1 + world_random(w, 40)) * w->page;
		*va = r->start + world_random(w, r->len / w->page) * w->page;
	} else {
		*len = unit;
		*va = (r->start + unit - 1) / unit * unit +
		    world_random(w, r->len / unit) * unit;
	}
	if (*va < r->start || *va >= r->start + r->len)
		*va = r->start;
	if (*len > r->start + r->len - *va)
		*len = r->start + r->len - *va;
}

static void
act(struct world *w, const struct world_region *r)
{
	vaddr_t va;
	vsize_t len;

	part_of(w, r, &va, &len);
	switch (world_random(w, 12)) {
	case 0: call(w, r->p, SIM_SYS_MPROTECT, va, len, VM_PROT_READ); break;
	case 1: call(w, r->p, SIM_SYS_MPROTECT, va, len, RW); break;
	case 2: call(w, r->p, SIM_SYS_MADVISE, va, len, 4); break;
	case 3: call(w, r->p, SIM_SYS_MADVISE, va, len, 5); break;
	case 4: call(w, r->p, SIM_SYS_MUNMAP, va, len % w->large, 0); break;
	case 5: call(w, r->p, SIM_SYS_MLOCK, va, len, 0); break;
	case 6: call(w, r->p, SIM_SYS_MUNLOCK, va, len, 0); break;
	case 7: world_touch(w, r->p, va, len, VM_PROT_READ); break;
	default: world_touch(w, r->p, va, len, VM_PROT_WRITE);
	}
}

void
world_step(struct world *w)
{
	struct world_region *r = &w->region[world_random(w, WORLD_MAXREGIONS)];
	struct process *
	    *slot = &w->procs[1 + world_random(w, WORLD_MAXPROCS - 1)];

	if (world_random(w, 24) == 0) {
		if (*slot == NULL)
			fork_one(w, slot);
		else
			end_one(w, slot);
	} else if (r->p == NULL) {
		map_region(w, r);
	} else if (world_random(w, 60) == 0) {
		call(w, r->p, SIM_SYS_MUNMAP, r->start, r->len, 0);
		r->p = NULL;
	} else {
		act(w, r);
	}
}

/* ----------------------------------------------------------- one page ---- */

static unsigned
psind_of(const struct pmap_geometry *geo, enum pmap_size_kind kind,
    unsigned level)
{
	for (unsigned i = 0; i < geo->nsizes; i++)
		if (geo->sizes[i].kind == kind && geo->sizes[i].level == level)
			return i;
	fail_msg("%s: no page of level %u", geo->name, level);
	return 0;
}

struct world_page
world_page(const struct world *w, const struct process *p, vaddr_t va)
{
	const struct pte_format *f = &w->geo->pte;
	struct world_page page = { .mapped = false };
	struct pmap_walk walk;
	bool write = true;
	unsigned level;
	uint64_t pte;

	pmap_walk(p->vmspace->vm_map.pmap, va, &walk);
	if (!walk.mapped)
		return page;
	level = walk.nlevels - 1;
	pte = walk.pte[level];
	for (unsigned i = 0; i <= level; i++)
		write = write && (walk.pte[i] & f->write) != 0;
	page.mapped = true;
	page.leaf = level + 1 < w->geo->nlevels;
	assert_int_equal((pte & f->large) != 0 && f->large != 0, page.leaf);
	if (page.leaf)
		page.psind = psind_of(w->geo, PMAP_SIZE_LEAF, level);
	else if (pte & f->group)
		page.psind = psind_of(w->geo, PMAP_SIZE_GROUP, level);
	page.frame = (pfn_t)((pte & f->frame) >> f->pfn_shift) +
	    (pfn_t)((va & (((vaddr_t)1 << w->geo->shift[level]) - 1)) >>
		w->geo->page_shift);
	page.accessed = (pte & f->accessed) != 0;
	page.dirty = (pte & f->dirty) != 0;
	page.modified = write && page.dirty;
	return page;
}
