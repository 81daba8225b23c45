/*
 * Machines with a varied past (see core_machines.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core_machines.h"
#include "tests/pairs.h"

#define WINDOW ((vaddr_t)0x20000000) /* where most of it happens */
#define SPAN 48u                     /* its pages */
#define MAXPROCS 7u

uint64_t
core_random(uint64_t *seed)
{
	uint64_t x = *seed;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return *seed = x;
}

static uint64_t
below(uint64_t *seed, uint64_t n)
{
	return (core_random(seed) >> 11) % n;
}

static vaddr_t
some_va(const struct machine *m, uint64_t *seed)
{
	return WINDOW + pg_ptoa(m, below(seed, SPAN));
}

static uint64_t
constant(const struct process *p, const char *name, const char *other)
{
	uint64_t v = 0;

	if (sim_const_value(p->personality, name, &v) != 0 && other != NULL)
		(void)sim_const_value(p->personality, other, &v);
	return v;
}

struct machine *
core_machine_new(const struct sim_personality *pers, const char *ram, bool tags)
{
	struct sim_config config;
	struct process *p;
	struct machine *m;
	char pairs[128], err[256];

	sim_config_default(&config);
	snprintf(pairs, sizeof(pairs), "ram=%s", ram);
	if (pairs_set(&config, pairs, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	config.tags = tags;
	config.personality = pers;
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "p1", 0, pers, NULL, &p), 0);
	return m;
}

/* ------------------------------------------------------------- picking ---- */

static struct process *
some_process(struct machine *m, uint64_t *seed)
{
	struct process *p, *found = NULL;
	uint64_t n = 0;

	for (p = m->procs; p != NULL; p = p->hh.next)
		if (p->state == SIM_RUNNING && p != m->kernel &&
		    below(seed, ++n) == 0)
			found = p;
	return found;
}

static unsigned
living(const struct machine *m)
{
	unsigned n = 0;

	for (const struct process *p = m->procs; p != NULL; p = p->hh.next)
		n += p->state == SIM_RUNNING && p != m->kernel;
	return n;
}

static uint64_t
some_fd(const struct process *p, uint64_t *seed)
{
	return p->nfd > 0 ? below(seed, (uint64_t)p->nfd) : UINT64_MAX;
}

static const char *
some_name(uint64_t *seed, char *buf, size_t len)
{
	snprintf(buf, len, "/tmp/file%u", (unsigned)below(seed, 4));
	return buf;
}

/* ---------------------------------------------------------- operations ---- */

static void
fill_mmap(const struct machine *m, const struct process *p, struct sim_call *c,
    uint64_t *seed)
{
	bool shared = below(seed, 3) == 0, file = below(seed, 3) == 0;

	c->no = SIM_SYS_MMAP;
	c->arg[0] = some_va(m, seed);
	c->arg[1] = pg_ptoa(m, 1 + below(seed, 10));
	c->arg[2] = below(seed, 8);
	c->arg[3] = constant(p, shared ? "MAP_SHARED" : "MAP_PRIVATE", NULL) |
	    (below(seed, 4) ? constant(p, "MAP_FIXED", NULL) : 0) |
	    (file ? 0 : constant(p, "MAP_ANON", "MAP_ANONYMOUS"));
	c->arg[4] = file ? some_fd(p, seed) : UINT64_MAX;
	c->arg[5] = file ? pg_ptoa(m, below(seed, 4)) : 0;
}

/* Calls of the kind (address, length, number below `third`). */
static const struct range_call {
	enum sim_sysno no;
	uint64_t third;
} range_calls[] = {
	{ SIM_SYS_MUNMAP, 1 },
	{ SIM_SYS_MPROTECT, 8 },
	{ SIM_SYS_MINHERIT, 4 },
	{ SIM_SYS_MADVISE, 16 },
	{ SIM_SYS_MLOCK, 1 },
	{ SIM_SYS_MUNLOCK, 1 },
	{ SIM_SYS_MSYNC, 8 },
};

static void
fill_range(const struct machine *m, struct sim_call *c, uint64_t *seed)
{
	const struct range_call
	    *r = &range_calls[below(seed, NELEM(range_calls))];

	c->no = r->no;
	c->arg[0] = some_va(m, seed);
	c->arg[1] = pg_ptoa(m, 1 + below(seed, 8));
	c->arg[2] = below(seed, r->third);
}

static void
fill_shm(const struct machine *m, const struct process *p, struct sim_call *c,
    uint64_t *seed)
{
	uint64_t id = m->next_shmid > 0 ?
	    below(seed, (uint64_t)m->next_shmid + 1) :
	    0;

	switch (below(seed, 4)) {
	case 0:
		c->no = SIM_SYS_SHMGET;
		c->arg[0] = constant(p, "IPC_PRIVATE", NULL);
		c->arg[1] = pg_ptoa(m, 1 + below(seed, 5));
		c->arg[2] = constant(p, "IPC_CREAT", NULL) | 0600;
		break;
	case 1:
		c->no = SIM_SYS_SHMAT;
		c->arg[0] = id;
		c->arg[1] = below(seed, 2) ? some_va(m, seed) : 0;
		break;
	case 2:
		c->no = SIM_SYS_SHMDT;
		c->arg[0] = p->attaches != NULL ? p->attaches->addr :
						  some_va(m, seed);
		break;
	default:
		c->no = SIM_SYS_SHMCTL;
		c->arg[0] = id;
		c->arg[1] = constant(p, "IPC_RMID", NULL);
		break;
	}
}

static void
fill_file(const struct machine *m, const struct process *p, struct sim_call *c,
    uint64_t *seed, char *buf, size_t len)
{
	static const enum sim_sysno calls[] = { SIM_SYS_OPEN, SIM_SYS_OPEN,
		SIM_SYS_CLOSE, SIM_SYS_UNLINK, SIM_SYS_FTRUNCATE,
		SIM_SYS_SHM_OPEN, SIM_SYS_SHM_UNLINK, SIM_SYS_MEMFD_CREATE };

	c->no = calls[below(seed, NELEM(calls))];
	c->arg[0] = c->no == SIM_SYS_CLOSE || c->no == SIM_SYS_FTRUNCATE ?
	    some_fd(p, seed) :
	    constant(p, "O_RDWR", NULL) | constant(p, "O_CREAT", NULL);
	c->arg[1] = pg_ptoa(m, below(seed, 8));
	c->str = some_name(seed, buf, len);
}

static void
fill_process(const struct machine *m, struct sim_call *c, uint64_t *seed,
    char *buf, size_t len)
{
	unsigned n = living(m);

	if (n > 1 && (n >= MAXPROCS || below(seed, 3) == 0)) {
		c->no = SIM_SYS_EXIT;
		c->arg[0] = below(seed, 256);
		return;
	}
	c->no = below(seed, 6) == 0 ? SIM_SYS_EXEC :
	    below(seed, 5) == 0     ? SIM_SYS_VFORK :
				      SIM_SYS_FORK;
	snprintf(buf, len, c->no == SIM_SYS_EXEC ? "/bin/x%d" : "p%d",
	    m->next_pid);
	c->str = buf;
}

static void
fill_call(const struct machine *m, const struct process *p, struct sim_call *c,
    uint64_t *seed, char *buf, size_t len)
{
	switch (below(seed, 12)) {
	case 0:
	case 1:
	case 2:
	case 3: fill_mmap(m, p, c, seed); break;
	case 4:
	case 5:
	case 6:
	case 7: fill_range(m, c, seed); break;
	case 8: fill_shm(m, p, c, seed); break;
	case 9: fill_file(m, p, c, seed, buf, len); break;
	case 10: fill_process(m, c, seed, buf, len); break;
	default:
		c->no = SIM_SYS_SBRK;
		c->arg[0] = pg_ptoa(m, below(seed, 6));
		break;
	}
}

uint64_t
core_machine_step(struct machine *m, uint64_t *seed)
{
	struct process *p = some_process(m, seed);
	struct sim_call call = { .no = SIM_SYS_MMAP };
	uint64_t ret = 0;
	char buf[64];
	int error;

	if (p == NULL)
		return 0;
	if ((m->config.superpages != VM_SUPER_NEVER || m->config.cpus > 1 ||
		m->config.arch->hashed) &&
	    below(seed, 2) == 0) {
		error = core_larger_step(m, p, seed, &ret);
	} else if (below(seed, 2) == 0) {
		static const vm_prot_t types[] = { VM_PROT_READ, VM_PROT_WRITE,
			VM_PROT_WRITE, VM_PROT_EXEC };
		vaddr_t va = some_va(m, seed);
		vm_prot_t type = types[below(seed, NELEM(types))];

		error = sim_access(m, p, va, pg_ptoa(m, 1 + below(seed, 6)),
		    type, NULL);
	} else {
		fill_call(m, p, &call, seed, buf, sizeof(buf));
		error = sim_syscall(m, p, &call, &ret);
		if (call.no == SIM_SYS_EXIT && error == 0 &&
		    below(seed, 2) == 0)
			sim_process_reap(m, p);
	}
	return (error == 0 ? ret : 0) * 4096 + (uint64_t)error;
}

/* --------------------------------------------------------------- files ---- */

int
core_test_dir(char *buf, size_t len)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	snprintf(buf, len, "%s/uvmsim-core-XXXXXX", base);
	return mkdtemp(buf) != NULL ? 0 : -1;
}

uint8_t *
core_slurp(const char *path, size_t *size)
{
	FILE *fp = fopen(path, "rb");
	uint8_t *data;
	long len;

	assert_non_null(fp);
	assert_int_equal(fseek(fp, 0, SEEK_END), 0);
	len = ftell(fp);
	assert_true(len >= 0);
	rewind(fp);
	data = malloc((size_t)len + 1);
	assert_non_null(data);
	*size = fread(data, 1, (size_t)len, fp);
	assert_int_equal(*size, len);
	fclose(fp);
	return data;
}

void
core_spit(const char *path, const uint8_t *data, size_t size)
{
	FILE *fp = fopen(path, "wb");

	assert_non_null(fp);
	assert_int_equal(fwrite(data, 1, size, fp), size);
	assert_int_equal(fclose(fp), 0);
}
