/*
 * Edges of the machine: what nobody should do and somebody will.
 */

#include "machine_fixture.h"

/* ----------------------------------------------------------- process 0 ---- */

static void
test_kernel_is_left_alone(void **state)
{
	struct machine *m = machine_new("freebsd", false);
	struct process *k = m->kernel, *p;
	struct sim_signal sig;

	(void)state;
	assert_ptr_equal(sim_process_bypid(m, 0), k);
	for (int no = 0; no < SIM_NSYSCALLS; no++) {
		const struct sim_call c = { .no = (enum sim_sysno)no,
			.str = "/x",
			.arg = { 0x1000, 0x1000, 3 } };

		assert_int_equal(sim_syscall(m, k, &c, NULL), EPERM);
	}
	for (struct vm_map_entry *e = k->vmspace->vm_map.header.next;
	     e != &k->vmspace->vm_map.header; e = e->next)
		for (vm_prot_t type = 1; type <= 4; type *= 2)
			assert_int_equal(sim_access(m, k, e->start, 1, type,
					     &sig),
			    EPERM);
	sim_process_exit(m, k, 0, 9);
	assert_int_equal(k->state, SIM_RUNNING);
	assert_int_equal(sim_spawn(m, "kernel", 0, NULL, NULL, &p), EEXIST);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* Its map has submaps that lie one behind the other, each with its own map. */
static void
test_kernel_map(void **state)
{
	struct machine *m = machine_new("openbsd", false);
	struct vm_map *map = &m->kernel->vmspace->vm_map;
	unsigned submaps = 0;

	(void)state;
	for (struct vm_map_entry *e = map->header.next; e != &map->header;
	     e = e->next)
		if (e->etype & UVM_ET_SUBMAP) {
			submaps++;
			assert_true(vm_map_min(e->submap) == e->start);
			assert_true(vm_map_max(e->submap) == e->end);
			assert_true(
			    sim_kva_map(m, e->submap) != sim_kva_map(m, map));
		}
	assert_int_equal(submaps, SIM_NSUBMAPS);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------- numbers ---- */

static void
test_pids(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p, *q;
	uint64_t pid;

	(void)state;
	assert_int_equal(sim_spawn(m, "a", -5, NULL, NULL, &p), EINVAL);
	assert_int_equal(sim_spawn(m, "four", 4, NULL, NULL, &p), 0);
	assert_int_equal(m->next_pid, 5);
	assert_int_equal(sim_spawn(m, "a", SIM_MAXPID + 1, NULL, NULL, &p),
	    EINVAL);
	assert_int_equal(sim_spawn(m, "a", SIM_MAXPID, NULL, NULL, &p), 0);
	assert_int_equal(p->pid, SIM_MAXPID);
	/* Numbers start again behind the largest. */
	assert_int_equal(sim_spawn(m, "b", 0, NULL, NULL, &q), 0);
	assert_int_equal(q->pid, 2);
	assert_int_equal(CALL(m, q, &pid, FORK), 0);
	assert_int_equal(pid, 3);
	assert_int_equal(CALL(m, q, &pid, FORK), 0);
	assert_int_equal(pid, 5); /* 4 is somebody's */
	assert_int_equal(CALL(m, q, &pid, FORK, .pid = SIM_MAXPID), EAGAIN);
	assert_int_equal(CALL(m, q, &pid, FORK, .pid = SIM_MAXPID + 1), EINVAL);
	assert_int_equal(CALL(m, q, &pid, FORK, .pid = -1), EINVAL);
	assert_int_equal(CALL(m, q, &pid, FORK, .pid = 70), 0);
	assert_int_equal(pid, 70);
	assert_string_equal(sim_process_bypid(m, 70)->name, "p70");
	/* Freed by reaping, not by exit. */
	sim_process_exit(m, sim_process_bypid(m, 70), 0, 0);
	assert_int_equal(CALL(m, q, &pid, FORK, .pid = 70), EAGAIN);
	sim_process_reap(m, sim_process_bypid(m, 70));
	assert_int_equal(CALL(m, q, &pid, FORK, .pid = 70), 0);
	sim_machine_destroy(m);
}

/* A name made from a pid that somebody has is not given twice. */
static void
test_own_names(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "p3");
	uint64_t pid;

	(void)state;
	assert_int_equal(p->pid, 2);
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	assert_int_equal(pid, 3);
	assert_string_not_equal(sim_process_bypid(m, 3)->name, "p3");
	assert_ptr_equal(sim_process_byname(m, "p3"), p);
	sim_machine_destroy(m);
}

static void
test_names_of_the_dead(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a"), *q;

	(void)state;
	assert_int_equal(CALL(m, p, NULL, EXIT, .arg = { 0 }), 0);
	assert_null(sim_process_byname(m, "a"));
	q = machine_spawn(m, "a");
	assert_ptr_equal(sim_process_byname(m, "a"), q);
	sim_process_exit(m, p, 1, 9); /* dead already: nothing happens */
	assert_int_equal(p->exit_signal, 0);
	sim_machine_destroy(m);
}

/* -------------------------------------------------------------- errors ---- */

static void
test_error_record(void **state)
{
	struct machine *m = machine_new("linux", true);
	struct process *p = machine_spawn(m, "a");
	uint64_t ret = 77;

	(void)state;
	assert_int_equal(CALL(m, p, &ret, MUNMAP, .arg = { 1, 4096 }), EINVAL);
	assert_int_equal(ret, 0);
	assert_string_equal(m->error.op, "munmap");
	assert_int_equal(m->error.err, EINVAL);
	assert_non_null(m->error.why);
	/* brk asks for too much: refused in its way, which is no error. */
	assert_int_equal(CALL(m, p, &ret, BRK, .arg = { UINT64_C(1) << 46 }),
	    0);
	assert_true(ret == p->brk);
	assert_int_equal(m->error.err, 0);
	assert_string_equal(m->error.op, "brk");
	/* A call that the system does not have. */
	assert_int_equal(CALL(m, p, NULL, MINHERIT, .arg = { 0, 0, 0 }),
	    ENOSYS);
	assert_int_equal(m->error.err, ENOSYS);
	sim_machine_destroy(m);
}

struct heard {
	unsigned calls, accesses;
	int err;
	uint64_t ret;
	enum sim_sysno no;
};

static void
hear_call(void *ctx, struct machine *m, struct process *p,
    const struct sim_call *c, int err, uint64_t ret)
{
	struct heard *h = ctx;

	(void)m, (void)p;
	h->calls++;
	h->err = err;
	h->ret = ret;
	h->no = c->no;
}

static void
hear_access(void *ctx, struct machine *m, struct process *p, vaddr_t va,
    vsize_t len, vm_prot_t type, int err)
{
	struct heard *h = ctx;

	(void)m, (void)p, (void)va, (void)len, (void)type;
	h->accesses++;
	h->err = err;
}

/* Listeners hear what the caller gets, a check's verdict included. */
static void
test_hooks(void **state)
{
	struct machine *m = machine_new("netbsd", true);
	struct process *p = machine_spawn(m, "a");
	struct heard h = { 0 };
	uint64_t ret;
	vaddr_t va;

	(void)state;
	m->op_fn = hear_call;
	m->access_fn = hear_access;
	m->op_ctx = &h;
	va = machine_map(m, p, 4096);
	assert_true(
	    h.calls == 1 && h.err == 0 && h.ret == va && h.no == SIM_SYS_MMAP);
	assert_int_equal(CALL(m, p, &ret, CLOSE, .arg = { 9 }), EBADF);
	assert_true(h.calls == 2 && h.err == EBADF && h.ret == 0);
	assert_int_equal(sim_access(m, p, va, 4096, 2, NULL), 0);
	assert_true(h.accesses == 1 && h.err == 0);
	assert_int_equal(sim_access(m, p, 0, 1, 2, NULL), EFAULT);
	assert_true(h.accesses == 2 && h.err == EFAULT);
	m->vm.exp.anonpages++; /* nobody checks this one */
	p->vmspace->vm_map.size += 4096;
	assert_int_equal(CALL(m, p, &ret, CLOSE, .arg = { 9 }),
	    ENOTRECOVERABLE);
	assert_int_equal(h.err, ENOTRECOVERABLE);
	assert_int_equal(sim_access(m, p, va, 1, 1, NULL), ENOTRECOVERABLE);
	assert_int_equal(h.err, ENOTRECOVERABLE);
	assert_int_equal(m->error.err, ENOTRECOVERABLE);
	assert_string_equal(m->error.op, "read");
	p->vmspace->vm_map.size -= 4096;
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------ accesses ---- */

static void
test_addresses_that_are_none(void **state)
{
	static const vaddr_t bits[] = {
		(vaddr_t)1 << 47,
		(vaddr_t)1 << 48,
		(vaddr_t)1 << 57,
		(vaddr_t)1 << 63,
		(vaddr_t)0xffff << 48,
	};
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a");
	vaddr_t va = machine_map(m, p, 0x4000);
	struct sim_signal sig;

	(void)state;
	assert_int_equal(sim_access(m, p, va, 0x4000, 2, NULL), 0);
	for (size_t i = 0; i < NELEM(bits); i++)
		for (vm_prot_t type = 1; type <= 4; type *= 2) {
			assert_int_equal(sim_access(m, p, va | bits[i], 1, type,
					     &sig),
			    EFAULT);
			assert_true(sig.addr == (va | bits[i]));
			assert_int_equal(sig.err, EFAULT);
		}
	/* A length beyond the end of all addresses. */
	assert_int_equal(sim_access(m, p, va, UINT64_MAX, 1, &sig), EFAULT);
	assert_true(sig.addr == va + 0x4000);
	assert_int_equal(sim_access(m, p, UINT64_MAX, 1, 1, &sig), EFAULT);
	/* No signal where nothing failed. */
	assert_int_equal(sim_access(m, p, va, 1, 1, &sig), 0);
	assert_int_equal(sig.err, 0);
	assert_null(sig.signame);
	sim_machine_destroy(m);
}

/* Each page written has a stamp of its own, and the child sees its own. */
static void
test_stamps(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a"), *c;
	vaddr_t va = machine_map(m, p, 0x3000);
	uint64_t first = m->stamp, pid;

	(void)state;
	assert_int_equal(sim_access(m, p, va + 100, 0x2000, 2, NULL), 0);
	assert_int_equal(m->stamp, first + 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(machine_tag(p, va + i * 0x1000),
		    first + 1 + i);
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(sim_access(m, p, va, 1, 2, NULL), 0);
	assert_int_equal(machine_tag(p, va), first + 4);
	assert_int_equal(machine_tag(c, va), first + 1);
	assert_int_equal(sim_access(m, c, va, 0x1000, 1, NULL), 0);
	assert_int_equal(m->stamp, first + 4);
	sim_machine_destroy(m);
}

/* The same path has the same content, another one has not. */
static void
test_content_of_files(void **state)
{
	struct machine *m[2];
	uint64_t tag[2][2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct process *p;
		uint64_t fd, va;

		m[i] = machine_new("netbsd", true);
		p = machine_spawn(m[i], "a");
		if (i == 1) /* earlier files do not matter */
			assert_non_null(
			    sim_file_get(m[i], "/x", 1, SIM_FILE_REG));
		assert_non_null(sim_file_get(m[i], "/f", 8192, SIM_FILE_REG));
		assert_int_equal(CALL(m[i], p, &fd, OPEN, .str = "/f"), 0);
		assert_int_equal(CALL(m[i], p, &va, MMAP,
				     .arg = { 0, 8192, 1,
					 konst(p, "MAP_PRIVATE"), fd }),
		    0);
		tag[i][0] = machine_tag(p, va);
		tag[i][1] = machine_tag(p, va + 4096);
		assert_true(tag[i][0] != tag[i][1]);
	}
	assert_true(tag[0][0] == tag[1][0] && tag[0][1] == tag[1][1]);
	sim_machine_destroy(m[0]);
	sim_machine_destroy(m[1]);
}

/* --------------------------------------------------------- the checker ---- */

static void
test_check_of_the_rest(void **state)
{
	struct machine *m = machine_new("freebsd", false);
	struct process *p = machine_spawn(m, "a"), *c;
	struct sim_file *f, *g;
	struct vm_object *obj;
	uint64_t fd, pid;

	(void)state;
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/f",
			     .arg = { konst(p, "O_CREAT") | 2 }),
	    0);
	f = sim_fd_get(p, fd)->file;
	g = sim_file_get(m, "/g", 4096, SIM_FILE_REG);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/f"), 0);
	assert_int_equal(CALL(m, p, &pid, VFORK), 0);
	c = sim_process_bypid(m, (int)pid);
	machine_ok(m);
	f->opens++; /* of a file without a name */
	machine_broken(m, "X1");
	f->opens--;
	f->links = 1;
	machine_broken(m, "X1");
	f->links = 0;
	g->object->handle = NULL;
	machine_broken(m, "X3");
	g->object->handle = f;
	machine_broken(m, "X3");
	g->object->handle = g;
	obj = c->vmspace->vm_map.header.prev->object;
	assert_non_null(obj); /* the shared page is no file */
	obj->handle = g;
	machine_broken(m, "X3");
	obj->handle = NULL;
	p->vmspace->vm_refcnt++;
	machine_broken(m, "X5");
	p->vmspace->vm_refcnt--;
	c->vfork_parent = m->kernel;
	machine_broken(m, "X6");
	c->vfork_parent = p;
	m->kernel->state = SIM_EXITED;
	machine_broken(m, "X4");
	m->kernel->state = SIM_RUNNING;
	machine_ok(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------ a small host ---- */

/* Tables that pointers of 32 bits cannot name; their bytes, cut to 32 bits, are
   few or none. */
static void
test_more_than_pointers(void **state)
{
	static const char *const rows[][2] = { { "ram=256G", "swap=1M" },
		{ "ram=512G", "swap=1M" }, { "ram=1T", "swap=1M" },
		{ "ram=4T", "swap=1M" }, { "ram=8T", "swap=1M" },
		{ "ram=1M", "swap=2T" }, { "ram=1M", "swap=4T" },
		{ "ram=1M", "swap=8T" }, { "ram=1M", "swap=4T+1T" } };
	struct sim_config config;
	struct machine *m;
	char err[200];

	(void)state;
	if (sizeof(void *) > 4)
		skip();
	for (size_t i = 0; i < NELEM(rows); i++) {
		sim_config_default(&config);
		for (unsigned k = 0; k < 2; k++)
			assert_int_equal(sim_config_set(&config, rows[i][k],
					     err, sizeof(err)),
			    0);
		if (sim_machine_create(&config, &m, err, sizeof(err)) != ENOMEM)
			fail_msg("%s %s: there is room for it", rows[i][0],
			    rows[i][1]);
		assert_non_null(strstr(err, "no memory"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_is_left_alone),
		cmocka_unit_test(test_kernel_map),
		cmocka_unit_test(test_pids),
		cmocka_unit_test(test_own_names),
		cmocka_unit_test(test_names_of_the_dead),
		cmocka_unit_test(test_error_record),
		cmocka_unit_test(test_hooks),
		cmocka_unit_test(test_addresses_that_are_none),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_content_of_files),
		cmocka_unit_test(test_check_of_the_rest),
		cmocka_unit_test(test_more_than_pointers),
	};

	return cmocka_run_group_tests_name("sim/machine_edge", tests, NULL,
	    NULL);
}
