/*
 * Making the machine of the allocation-failure tests.
 */
#include "setup.h"
#include "tests/page4k.h"
#include "tests/pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t
setup_const(const struct setup *s, const char *name)
{
	uint64_t value;

	return sim_const_value(s->p->personality, name, &value) == 0 ? value :
								       0;
}

static uint64_t
call(struct setup *s, const struct sim_call *c)
{
	uint64_t ret = 0;
	int error = sim_syscall(s->m, s->p, c, &ret);

	if (error == 0)
		return ret;
	(void)fprintf(stderr, "setup: %s: %s\n", sim_sysname(c->no),
	    sim_errname(error));
	abort();
}

static void
map(struct setup *s, unsigned page, unsigned npages, uint64_t prot,
    const char *kind, int fd)
{
	const struct sim_call c = { .no = SIM_SYS_MMAP,
		.arg = { A(page), PAGES(npages), prot,
		    setup_const(s, "MAP_FIXED") | setup_const(s, kind) |
			(fd < 0 ? setup_const(s, "MAP_ANON") : 0),
		    fd < 0 ? UINT64_MAX : (uint64_t)fd, 0 } };

	(void)call(s, &c);
}

static void
touch(struct setup *s, struct process *p, unsigned page, unsigned npages,
    vm_prot_t type)
{
	if (sim_access(s->m, p, A(page), PAGES(npages), type, NULL) != 0)
		abort();
}

static void
make_mappings(struct setup *s)
{
	const struct sim_call split = { .no = SIM_SYS_MPROTECT,
		.arg = { A(2), PAGES(2), VM_PROT_READ } };
	struct sim_call shm = { .no = SIM_SYS_SHMGET,
		.arg = { 0, PAGES(2), 0600 } };

	map(s, 0, 8, 3, "MAP_PRIVATE", -1);
	touch(s, s->p, 0, 4, VM_PROT_WRITE);
	(void)call(s, &split);
	map(s, 8, 4, 3, "MAP_PRIVATE", 3);
	touch(s, s->p, 9, 1, VM_PROT_WRITE);
	touch(s, s->p, 10, 1, VM_PROT_READ);
	map(s, 12, 4, 3, "MAP_SHARED", 3);
	touch(s, s->p, 13, 1, VM_PROT_WRITE);
	map(s, 16, 4, 3, "MAP_SHARED", 4);
	touch(s, s->p, 17, 1, VM_PROT_WRITE);
	map(s, 20, 4, 3, "MAP_SHARED", -1);
	touch(s, s->p, 20, 1, VM_PROT_WRITE);
	s->shmid = (int)call(s, &shm);
	shm = (struct sim_call){ .no = SIM_SYS_SHMAT,
		.arg = { (uint64_t)s->shmid, A(24), 0 } };
	(void)call(s, &shm);
}

static void
make_child(struct setup *s)
{
	const struct sim_call fork = { .no = SIM_SYS_FORK, .str = "child" };
	const struct sim_call lock = { .no = SIM_SYS_MLOCK,
		.arg = { A(42), PAGES(1) } };

	s->child = sim_process_bypid(s->m, (int)call(s, &fork));
	touch(s, s->child, 0, 1, VM_PROT_WRITE);
	map(s, 28, 4, 3, "MAP_PRIVATE", -1);
	map(s, 32, 4, 0, "MAP_PRIVATE", -1);
	map(s, 40, 4, 3, "MAP_PRIVATE", -1);
	touch(s, s->p, 40, 4, VM_PROT_WRITE);
	(void)call(s, &lock);
}

static void
configure(struct sim_config *config, const char *machine)
{
	char err[200];

	sim_config_default(config);
	if (pairs_set(config, machine, err, sizeof(err)) != 0) {
		(void)fprintf(stderr, "setup: %s\n", err);
		abort();
	}
}

struct setup
setup_new(const struct sim_personality *personality, const char *machine)
{
	const struct sim_call open = { .no = SIM_SYS_OPEN,
		.str = "/f",
		.arg = { 2 } };
	const struct sim_call shm = { .no = SIM_SYS_SHM_OPEN,
		.str = "/s",
		.arg = { 2 } };
	struct setup s = { 0 };
	struct sim_config config;
	char err[200];

	configure(&config, machine);
	config.ram = (uint64_t)8 << 20;
	config.tags = true;
	config.personality = personality;
	if (sim_machine_create(&config, &s.m, err, sizeof(err)) != 0 ||
	    sim_file_get(s.m, "/f", PAGES(32), SIM_FILE_REG) == NULL ||
	    sim_file_get(s.m, "/s", PAGES(16), SIM_FILE_SHM) == NULL ||
	    sim_spawn(s.m, "p", 0, NULL, NULL, &s.p) != 0)
		abort();
	s.brk = T_ROUND(s.p->brk);
	(void)call(&s, &open);
	(void)call(&s, &shm);
	make_mappings(&s);
	make_child(&s);
	return s;
}

void
setup_free(struct setup *s)
{
	sim_machine_destroy(s->m);
}
