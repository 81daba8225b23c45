/*
 * The world of test_syscalls: machine, files, segments, processes.
 */
#include "sys_world.h"
#include "sim/common.h"

#include <stdlib.h>

static const char *const paths[SYS_FILES] = { "/tmp/a", "/tmp/b", "/shm/c" };
/* Whole pages and some bytes. */
static const struct size {
	uint32_t pages;
	int32_t bytes;
} sizes[SYS_FILES] = { { 20, 0 }, { 5, 100 }, { 12, 0 } },
  shm_sizes[SYS_SHMS] = { { 3, 0 }, { 5, -7 } };

static uint64_t
size_of(const struct size *s)
{
	return model_ptoa(s->pages) + (uint64_t)(int64_t)s->bytes;
}

#define IMAGE_BASE ((vaddr_t)0x10000000)
#define STACK_PAGES 4

const char *const sys_variants[] = { "freebsd", "netbsd", "openbsd", "linux",
	"freebsd-tight", "netbsd-tight", "openbsd-tight", "linux-tight",
	"freebsd-i386", "netbsd-i386", "openbsd-i386", "linux-i386",
	"freebsd-16k", "netbsd-16k", "openbsd-16k", "linux-16k", "freebsd-64k",
	"netbsd-64k", "openbsd-64k", "linux-64k", "freebsd-paging",
	"netbsd-paging", "openbsd-paging", "linux-paging", NULL };

_Static_assert(NELEM(sys_variants) == SYS_VARIANTS + 1, "sys_world.h");

/* Of four variants each; tight is the second. */
static const char *const archs[] = { "amd64", "amd64", "i386", "arm64-16k",
	"arm64-64k", "amd64" };

static const struct sys_system *const systems[4] = { &sys_freebsd, &sys_netbsd,
	&sys_openbsd, &sys_linux };

/* ----------------------------------------------------------- processes ---- */

/* A small program: text, data, a heap behind it, a stack. */
static void
make_program(struct sys_world *w)
{
	const bool high = w->sys->real == &sim_linux;
	const vaddr_t top = w->narrow ? (high ? 0xc0000000 : 0xb0000000) :
	    high                      ? 0x7ffffffff000 :
					0x7f0000000000;
	const vaddr_t page = MODEL_PAGE, stack = model_trunc(top);

	w->segment[0] = (struct sim_segment){ IMAGE_BASE, IMAGE_BASE + page, 5,
		false, SIM_SEG_FILE, 0, "/bin/model" };
	w->segment[1] = (struct sim_segment){ IMAGE_BASE + page,
		IMAGE_BASE + 2 * page, 3, false, SIM_SEG_FILE, page,
		"/bin/model" };
	w->segment[2] = (struct sim_segment){ stack - STACK_PAGES * page, stack,
		3, false, SIM_SEG_STACK, 0, NULL };
	w->program = (struct sim_image){ "/bin/model", w->segment,
		NELEM(w->segment), IMAGE_BASE + 2 * page };
}

const struct sim_image *
sys_program(const struct sys_world *w)
{
	return &w->program;
}

static void
open_files(struct sys_world *w, struct process *p)
{
	static const struct {
		unsigned file, flags;
	} opens[] = {
		{ 0, 2 },
		{ 1, 0 },
		{ 2, 2 },
		{ 0, 1 },
	};

	for (unsigned i = 0; i < NELEM(opens); i++) {
		struct sim_call c = { .no = opens[i].file == 2 ?
			    SIM_SYS_SHM_OPEN :
			    SIM_SYS_OPEN,
			.str = paths[opens[i].file],
			.arg = { opens[i].flags } };
		uint64_t fd;

		if (sim_syscall(w->m, p, &c, &fd) != 0 || fd != SYS_FIRSTFD + i)
			abort();
	}
}

static struct sys_space *
space_new(struct sys_world *w)
{
	struct sys_space *s = calloc(1, sizeof(*s));

	s->pages = model_space_new(&w->layout);
	s->refs = 1;
	s->brk = w->brk_base;
	return s;
}

static void
space_drop(struct sys_space *s)
{
	if (--s->refs > 0)
		return;
	model_space_free(s->pages);
	free(s);
}

bool
sys_spawn(struct sys_world *w, unsigned who)
{
	struct sys_proc *p = &w->proc[who];
	struct sim_rlimit data;

	if (sim_spawn(w->m, NULL, 0, w->sys->real, sys_program(w), &p->real) !=
	    0) {
		p->real = NULL;
		return false;
	}
	for (unsigned i = 0; i < SIM_NLIMITS; i++)
		if (i != SIM_RLIMIT_STACK)
			p->real->rlimit[i] = (struct sim_rlimit){
				SIM_RLIM_INFINITY, SIM_RLIM_INFINITY
			};
	data.cur = data.max = (uint64_t)(w->narrow ? 512 : 32 << 10) << 20;
	p->real->rlimit[SIM_RLIMIT_DATA] = data;
	open_files(w, p->real);
	p->world = w;
	p->space = space_new(w);
	p->anon_loc = w->base;
	p->nattach = 0;
	return true;
}

void
sys_exec_done(struct sys_world *w, unsigned who)
{
	struct sys_proc *p = &w->proc[who];

	space_drop(p->space);
	p->space = space_new(w);
	p->anon_loc = w->base;
	p->nattach = 0;
}

void
sys_drop(struct sys_world *w, unsigned who)
{
	struct sys_proc *p = &w->proc[who];

	sim_process_reap(w->m, p->real);
	space_drop(p->space);
	p->real = NULL;
	p->space = NULL;
}

/* ------------------------------------------------------------- machine ---- */

static void
make_objects(struct sys_world *w)
{
	for (unsigned i = 0; i < SYS_FILES; i++) {
		bool file = i != SYS_FILES - 1;
		struct sim_file *f = sim_file_get(w->m, paths[i],
		    size_of(&sizes[i]), file ? SIM_FILE_REG : SIM_FILE_SHM);

		model_object_init(&w->file[i], file, size_of(&sizes[i]),
		    vm_tag_hash, f->object->seed);
		w->file[i].real = f->object;
	}
}

static void
make_segments(struct sys_world *w, struct process *p)
{
	for (unsigned i = 0; i < SYS_SHMS; i++) {
		struct sim_call c = { .no = SIM_SYS_SHMGET,
			.arg = { 0, size_of(&shm_sizes[i]), 0600 } };
		uint64_t id;

		if (sim_syscall(w->m, p, &c, &id) != 0)
			abort();
		w->shmid[i] = (int)id;
		model_object_init(&w->shm[i], false, size_of(&shm_sizes[i]),
		    NULL, 0);
		w->shm[i].real = sim_shm_byid(w->m, (int)id)->object;
	}
}

/* Where does this system put new memory?  Arenas lie there and at the brk. */
static void
make_layout(struct sys_world *w)
{
	struct sim_call c = { .no = SIM_SYS_MMAP,
		.arg = { 0, MODEL_PAGE, 3,
		    w->sys->real == &sim_linux ? 0x22 : 0x1002, UINT64_MAX,
		    0 } };
	struct process *p;
	uint64_t addr;

	if (sim_spawn(w->m, NULL, 0, w->sys->real, sys_program(w), &p) != 0 ||
	    sim_syscall(w->m, p, &c, &addr) != 0)
		abort();
	w->min = vm_map_min(&p->vmspace->vm_map);
	w->max = vm_map_max(&p->vmspace->vm_map);
	w->brk_base = model_round(sys_program(w)->brk_start);
	w->base = addr;
	model_layout_add(&w->layout, w->brk_base, SYS_BRK);
	model_layout_add(&w->layout,
	    w->sys->topdown ? addr - model_ptoa(SYS_ARENA - 1) : addr,
	    SYS_ARENA);
	make_segments(w, p);
	sim_process_exit(w->m, p, 0, 0);
	sim_process_reap(w->m, p);
}

/* A third of the memory that the processes use, and swap. */
static void
page_by(struct sim_config *config, uint64_t seed)
{
	static const char *const policies[] = { "uvm", "freebsd", "aix",
		"clock" };
	char pair[40], err[100];

	(void)snprintf(pair, sizeof(pair), "policy=%s",
	    policies[seed / 4 % NELEM(policies)]);
	config->ram = model_ptoa(160);
	if (sim_config_set(config, pair, err, sizeof(err)) != 0 ||
	    sim_config_set(config, "swap=8M", err, sizeof(err)) != 0)
		abort();
	if (config->policy != NULL) /* knows base pages only */
		config->superpages = VM_SUPER_NEVER;
}

void *
sys_create(unsigned variant, uint64_t seed)
{
	struct sys_world *w = calloc(1, sizeof(*w));
	struct sim_config config;
	char err[200];

	w->sys = systems[variant % NELEM(systems)];
	w->tight = variant / NELEM(systems) == 1;
	w->narrow = variant / NELEM(systems) == 2;
	w->paging = variant / NELEM(systems) == 5;
	sim_config_default(&config);
	config.arch = pmap_geometry_byname(archs[variant / NELEM(systems)]);
	model_shift = config.arch->page_shift;
	config.ram = model_ptoa(w->tight ? 240 : 4096);
	config.seed = seed;
	config.tags = true;
	/* Who makes larger pages is nothing that a program could tell. */
	config.superpages = seed % (VM_SUPER_COLLAPSE + 1u);
	config.personality = w->sys->real;
	/* Where memory is scarce calls fail, or all works as if it were not. */
	if (w->tight)
		config.daemon = NULL;
	if (w->paging)
		page_by(&config, seed);
	if (sim_machine_create(&config, &w->m, err, sizeof(err)) != 0)
		abort();
	make_program(w);
	make_objects(w);
	make_layout(w);
	return w;
}

void
sys_destroy(void *arg)
{
	struct sys_world *w = arg;

	for (unsigned i = 0; i < SYS_PROCS; i++)
		if (w->proc[i].real != NULL) {
			sim_process_exit(w->m, w->proc[i].real, 0, 0);
			sys_drop(w, i);
		}
	sim_machine_destroy(w->m);
	free(w);
}

const char *
sys_check(void *arg, char *buf, size_t len)
{
	struct sys_world *w = arg;
	const struct compare_how how = { .outside = true,
		.shared_objects = w->sys->real == &sim_linux,
		.wired_once = w->sys->wired_once,
		.flags = w->sys->flags };

	for (unsigned i = 0; i < SYS_PROCS; i++) {
		const struct sys_proc *p = &w->proc[i];
		char why[256];

		if (p->real == NULL)
			continue;
		if (compare_space(&p->real->vmspace->vm_map, p->space->pages,
			&how, why, sizeof(why)) != NULL) {
			(void)snprintf(buf, len, "process %u, %s", i, why);
			return buf;
		}
	}
	return machine_check(w->m, buf, len);
}
