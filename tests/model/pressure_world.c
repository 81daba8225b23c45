/*
 * The world of test_pressure: machine, files, processes, and what must be left
 * of them.
 */
#include "pressure.h"
#include "sim/common.h"
#include "tests/pairs.h"
#include "vm/policy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const paths[PR_FILES] = { "/tmp/a", "/tmp/b", "/shm/c" };
static const struct {
	uint32_t pages, bytes;
} sizes[PR_FILES] = { { 60, 0 }, { 24, 100 }, { 48, 0 } };

static const struct sim_personality *const systems[] = { &sim_freebsd,
	&sim_netbsd, &sim_openbsd, &sim_linux };

/* ------------------------------------------------------------ variants ---- */

#define SMALL "ram=2M,swap=16M"

/* Before those made of the policies' names. */
static const struct pr_variant own_variants[] = {
	{ "uvm", SMALL ",policy=uvm", false },
	{ "freebsd", SMALL ",policy=freebsd", false },
	{ "aix", SMALL ",policy=aix", false },
	{ "uvm-scarce", "ram=2M,swap=1M,policy=uvm", true },
	{ "freebsd-scarce", "ram=2M,swap=1M,policy=freebsd", true },
	{ "none", "ram=64M,policy=none", false },
	{ "uvm-noswap", "ram=2M,policy=uvm", true },
	{ "uvm-i386", SMALL ",policy=uvm,arch=i386", false },
	{ "uvm-64k", "ram=32M,swap=256M,policy=uvm,arch=arm64-64k", false },
	{ "uvm-numa", SMALL ",policy=uvm,domains=2,cpus=2,numa=interleave",
	    false },
	{ "freebsd-numa",
	    SMALL ",policy=freebsd,domains=4,cpus=4,numa=first-touch", false },
	{ "uvm-reserve", SMALL ",policy=uvm,arch=power,superpages=reserve",
	    false },
	{ "freebsd-reserve",
	    SMALL ",policy=freebsd,arch=power,superpages=reserve", false },
	{ "freebsd-reserve-2m",
	    "ram=8M,swap=16M,policy=freebsd,superpages=reserve", false },
	{ "uvm-eager", SMALL ",policy=uvm,arch=power,superpages=eager", false },
	{ "uvm-collapse", SMALL ",policy=uvm,arch=power,superpages=collapse",
	    false },
	{ "aix-reserve", SMALL ",policy=aix,arch=power,superpages=reserve",
	    false },
};

#define MAXPOLICIES 40

static struct {
	char name[32], machine[96];
} names[2 * MAXPOLICIES];
static struct pr_variant variants[NELEM(own_variants) + NELEM(names) + 1];

/* Each policy, over all frames and over a few for each process. */
static size_t
add_policy(size_t n, const char *policy)
{
	const size_t i = (n - NELEM(own_variants));

	(void)snprintf(names[i].name, sizeof(names[i].name), "%s", policy);
	(void)snprintf(names[i].machine, sizeof(names[i].machine),
	    SMALL ",policy=%s", policy);
	(void)snprintf(names[i + 1].name, sizeof(names[i].name), "%s-frames",
	    policy);
	(void)snprintf(names[i + 1].machine, sizeof(names[i].machine),
	    SMALL ",policy=%s,frames=24", policy);
	for (size_t k = 0; k < 2; k++)
		variants[n + k] = (struct pr_variant){
			.name = names[i + k].name,
			.machine = names[i + k].machine,
		};
	return n + 2;
}

const struct pr_variant *
pr_variants(void)
{
	size_t n = NELEM(own_variants);

	if (variants[0].name != NULL)
		return variants;
	memcpy(variants, own_variants, sizeof(own_variants));
	/* OPT knows the future, which a machine does not. */
	for (size_t i = 0; i < MAXPOLICIES && vm_policies[i] != NULL; i++)
		if (strcmp(vm_policies[i]->name, "opt") != 0)
			n = add_policy(n, vm_policies[i]->name);
	return variants;
}

/* ----------------------------------------------------------- processes ---- */

static const struct sim_image *
program(struct sim_image *image, struct sim_segment seg[3])
{
	const vaddr_t base = 0x10000000, page = MODEL_PAGE, top = 0x70000000;

	seg[0] = (struct sim_segment){ base, base + page, 5, false,
		SIM_SEG_FILE, 0, "/bin/model" };
	seg[1] = (struct sim_segment){ base + page, base + 2 * page, 3, false,
		SIM_SEG_FILE, page, "/bin/model" };
	seg[2] = (struct sim_segment){ top - 4 * page, top, 3, false,
		SIM_SEG_STACK, 0, NULL };
	*image = (struct sim_image){ "/bin/model", seg, 3, base + 2 * page };
	return image;
}

static void
open_files(struct pr_world *w, struct process *p)
{
	for (unsigned i = 0; i < PR_FILES; i++) {
		struct sim_call c = { .no = i == 2 ? SIM_SYS_SHM_OPEN :
						     SIM_SYS_OPEN,
			.str = paths[i],
			.arg = { 2 } };
		uint64_t fd;

		if (sim_syscall(w->m, p, &c, &fd) != 0 || fd != PR_FIRSTFD + i)
			abort();
	}
}

bool
pr_spawn(struct pr_world *w, unsigned who)
{
	struct pr_proc *p = &w->proc[who];
	struct sim_segment seg[3];
	struct sim_image image;

	if (sim_spawn(w->m, NULL, 0, systems[who % NELEM(systems)],
		program(&image, seg), &p->real) != 0) {
		p->real = NULL;
		return false;
	}
	for (unsigned i = 0; i < SIM_NLIMITS; i++)
		if (i != SIM_RLIMIT_STACK)
			p->real->rlimit[i] = (struct sim_rlimit){
				SIM_RLIM_INFINITY, SIM_RLIM_INFINITY
			};
	p->real->cpu = who % w->m->config.cpus;
	open_files(w, p->real);
	p->space = model_space_new(&w->layout);
	return true;
}

void
pr_drop(struct pr_world *w, unsigned who)
{
	struct pr_proc *p = &w->proc[who];

	sim_process_reap(w->m, p->real);
	model_space_free(p->space);
	*p = (struct pr_proc){ NULL, NULL };
}

const char *
pr_bury(struct pr_world *w, char *buf, size_t len)
{
	for (unsigned i = 0; i < PR_PROCS; i++) {
		if (w->proc[i].real == NULL ||
		    w->proc[i].real->state == SIM_RUNNING)
			continue;
		if (!w->v->scarce) {
			(void)snprintf(buf, len,
			    "process %u was killed (signal %d)", i,
			    w->proc[i].real->exit_signal);
			return buf;
		}
		pr_drop(w, i);
	}
	return NULL;
}

/* ------------------------------------------------------------- machine ---- */

static void
configure(struct sim_config *config, const char *machine, uint64_t seed)
{
	char err[200];

	sim_config_default(config);
	config->seed = seed;
	if (pairs_set(config, machine, err, sizeof(err)) != 0) {
		(void)fprintf(stderr, "%s\n", err);
		abort();
	}
}

static void
make_files(struct pr_world *w)
{
	for (unsigned i = 0; i < PR_FILES; i++) {
		uint64_t size = model_ptoa(sizes[i].pages) + sizes[i].bytes;
		struct sim_file *f = sim_file_get(w->m, paths[i], size,
		    i == 2 ? SIM_FILE_SHM : SIM_FILE_REG);

		model_object_init(&w->file[i], i != 2, size, vm_tag_hash,
		    f->object->seed);
		w->file[i].real = f->object;
	}
}

void *
pr_create(unsigned variant, uint64_t seed)
{
	struct pr_world *w = calloc(1, sizeof(*w));
	struct sim_config config;
	char err[200];

	w->v = &pr_variants()[variant];
	configure(&config, w->v->machine, seed);
	model_shift = config.arch->page_shift;
	if (sim_machine_create(&config, &w->m, err, sizeof(err)) != 0) {
		(void)fprintf(stderr, "%s\n", err);
		abort();
	}
	w->free = w->m->vm.exp.free;
	make_files(w);
	model_layout_add(&w->layout, PR_BASE, PR_PAGES);
	return w;
}

static void
left(const char *what, uint64_t n)
{
	if (n == 0)
		return;
	(void)fprintf(stderr, "left when all have exited: %" PRIu64 " %s\n", n,
	    what);
	abort();
}

/* The last process takes the files' names with it, and that is all. */
static void
unlink_files(struct pr_world *w)
{
	static const char *const all[] = { "/tmp/a", "/tmp/b", "/bin/model" };
	struct sim_call c = { .no = SIM_SYS_SHM_UNLINK, .str = paths[2] };
	struct process *p;

	if (sim_spawn(w->m, NULL, 0, &sim_freebsd, NULL, &p) != 0 ||
	    sim_syscall(w->m, p, &c, NULL) != 0)
		abort();
	c.no = SIM_SYS_UNLINK;
	for (unsigned i = 0; i < NELEM(all); i++) {
		c.str = all[i];
		(void)sim_syscall(w->m, p, &c, NULL);
	}
	sim_process_exit(w->m, p, 0, 0);
	sim_process_reap(w->m, p);
}

void
pr_destroy(void *arg)
{
	struct pr_world *w = arg;
	const struct vm *vm = &w->m->vm;
	char buf[256];

	for (unsigned i = 0; i < PR_PROCS; i++)
		if (w->proc[i].real != NULL) {
			sim_process_exit(w->m, w->proc[i].real, 0, 0);
			pr_drop(w, i);
		}
	unlink_files(w);
	left("anons", vm->anons.inuse);
	left("slots of swap in use", vm->exp.swpginuse);
	left("slots of swap without a page", vm->exp.swpgonly);
	left("frames", w->free - vm->exp.free);
	if (machine_check(w->m, buf, sizeof(buf)) != NULL) {
		(void)fprintf(stderr, "when all have exited: %s\n", buf);
		abort();
	}
	sim_machine_destroy(w->m);
	free(w);
}

/* ------------------------------------------------------------ contents ---- */

/* What a look gives where the model has a page; 0: its tag. */
static int
expected_error(const struct model_page *p)
{
	if (p->prot == VM_PROT_NONE)
		return EACCES;
	return !p->cell->set && model_past_end(p) ? EINVAL : 0;
}

const char *
pr_look(struct pr_world *w, unsigned who, vaddr_t va, char *buf, size_t len)
{
	struct model_page *p = model_at(w->proc[who].space, va);
	int error, want = p->cell == NULL ? EFAULT : expected_error(p);
	uint64_t tag = 0;

	error = vm_peek_tag(&w->proc[who].real->vmspace->vm_map, va, &tag);
	if (error != want) {
		(void)snprintf(buf, len,
		    "process %u, page %#" PRIx64 ": a look expected %s, got %s",
		    who, va, sim_errname(want), sim_errname(error));
		return buf;
	}
	if (error != 0 || tag == model_content(p))
		return NULL;
	if (tag == 0 && p->cell->lazy) {
		p->cell->set = p->cell->lazy = false;
		return NULL;
	}
	(void)snprintf(buf, len,
	    "process %u, page %#" PRIx64 " content: expected %#" PRIx64
	    ", got %#" PRIx64,
	    who, va, model_content(p), tag);
	return buf;
}

const char *
pr_check(void *arg, char *buf, size_t len)
{
	struct pr_world *w = arg;
	const char *why = NULL;

	for (unsigned i = 0; i < PR_PROCS && why == NULL; i++) {
		if (w->proc[i].real == NULL)
			continue;
		for (unsigned k = 0; k < PR_PAGES && why == NULL; k++)
			why = pr_look(w, i, model_addr(&w->layout, k), buf,
			    len);
	}
	return why != NULL ? why : machine_check(w->m, buf, len);
}
