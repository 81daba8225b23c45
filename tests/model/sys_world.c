/*
 * The world of test_syscalls: machine, files, segments, processes.
 */
#include "sys_world.h"
#include "sim/common.h"

#include <stdlib.h>

static const char *const paths[SYS_FILES] = { "/tmp/a", "/tmp/b", "/shm/c" };
static const uint64_t sizes[SYS_FILES] = { 20 * 4096, 5 * 4096 + 100,
	12 * 4096 };
static const uint64_t shm_sizes[SYS_SHMS] = { 3 * 4096, 5 * 4096 - 7 };

#define IMAGE_BASE ((vaddr_t)0x10000000)
#define STACK_PAGES 4

const char *const sys_variants[] = { "freebsd", "netbsd", "openbsd", "linux",
	"freebsd-tight", "netbsd-tight", "openbsd-tight", "linux-tight",
	"freebsd-i386", "netbsd-i386", "openbsd-i386", "linux-i386", NULL };

static const struct sys_system *const systems[4] = { &sys_freebsd, &sys_netbsd,
	&sys_openbsd, &sys_linux };

/* ----------------------------------------------------------- processes ---- */

/* A small program: text, data, a heap behind it, a stack. */
#define SEGMENTS(top) \
	{ \
		{ IMAGE_BASE, IMAGE_BASE + 4096, 5, false, SIM_SEG_FILE, 0, \
			"/bin/model" }, \
		    { IMAGE_BASE + 4096, IMAGE_BASE + 8192, 3, false, \
			    SIM_SEG_FILE, 4096, "/bin/model" }, \
		    { (top)-STACK_PAGES * 4096, (top), 3, false, \
			    SIM_SEG_STACK, 0, NULL }, \
	}

const struct sim_image *
sys_program(const struct sys_world *w)
{
	static const struct sim_segment bsd[] = SEGMENTS(0x7f0000000000),
					other[] = SEGMENTS(0x7ffffffff000),
					bsd32[] = SEGMENTS(0xb0000000),
					other32[] = SEGMENTS(0xc0000000);
	static const struct sim_image images[2][2] = {
		{ { "/bin/model", bsd, NELEM(bsd), IMAGE_BASE + 8192 },
		    { "/bin/model", other, NELEM(other), IMAGE_BASE + 8192 } },
		{ { "/bin/model", bsd32, NELEM(bsd32), IMAGE_BASE + 8192 },
		    { "/bin/model", other32, NELEM(other32),
			IMAGE_BASE + 8192 } },
	};

	return &images[w->narrow][w->sys->real == &sim_linux];
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
		struct sim_file *f = sim_file_get(w->m, paths[i], sizes[i],
		    file ? SIM_FILE_REG : SIM_FILE_SHM);

		model_object_init(&w->file[i], file, sizes[i], vm_tag_hash,
		    f->object->seed);
		w->file[i].real = f->object;
	}
}

static void
make_segments(struct sys_world *w, struct process *p)
{
	for (unsigned i = 0; i < SYS_SHMS; i++) {
		struct sim_call c = { .no = SIM_SYS_SHMGET,
			.arg = { 0, shm_sizes[i], 0600 } };
		uint64_t id;

		if (sim_syscall(w->m, p, &c, &id) != 0)
			abort();
		w->shmid[i] = (int)id;
		model_object_init(&w->shm[i], false, shm_sizes[i], NULL, 0);
		w->shm[i].real = sim_shm_byid(w->m, (int)id)->object;
	}
}

/* Where does this system put new memory?  Arenas lie there and at the brk. */
static void
make_layout(struct sys_world *w)
{
	struct sim_call c = { .no = SIM_SYS_MMAP,
		.arg = { 0, 4096, 3, w->sys->real == &sim_linux ? 0x22 : 0x1002,
		    UINT64_MAX, 0 } };
	struct process *p;
	uint64_t addr;

	if (sim_spawn(w->m, NULL, 0, w->sys->real, sys_program(w), &p) != 0 ||
	    sim_syscall(w->m, p, &c, &addr) != 0)
		abort();
	w->min = vm_map_min(&p->vmspace->vm_map);
	w->max = vm_map_max(&p->vmspace->vm_map);
	w->brk_base = round_page(sys_program(w)->brk_start);
	w->base = addr;
	model_layout_add(&w->layout, w->brk_base, SYS_BRK);
	model_layout_add(&w->layout,
	    w->sys->topdown ? addr - ptoa(SYS_ARENA - 1) : addr, SYS_ARENA);
	make_segments(w, p);
	sim_process_exit(w->m, p, 0, 0);
	sim_process_reap(w->m, p);
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
	sim_config_default(&config);
	if (w->narrow)
		config.arch = pmap_geometry_byname("i386");
	config.ram = w->tight ? 240 * 4096 : (uint64_t)16 << 20;
	config.seed = seed;
	config.tags = true;
	config.personality = w->sys->real;
	if (sim_machine_create(&config, &w->m, err, sizeof(err)) != 0)
		abort();
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
