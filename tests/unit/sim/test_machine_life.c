/*
 * Files and processes: what is shared, what is inherited, what goes with whom.
 */
#include "machine_fixture.h"

/* --------------------------------------------------------------- files ---- */

static void
test_two_kinds_of_names(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a");
	uint64_t creat = konst(p, "O_CREAT") | 2, trunc = konst(p, "O_TRUNC");
	struct sim_file *zero;
	uint64_t fd;

	(void)state;
	assert_int_equal(CALL(m, p, &fd, SHM_OPEN, .str = "/s",
			     .arg = { creat }),
	    0);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/f", .arg = { creat }),
	    0);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/s", .arg = { 2 }),
	    EINVAL);
	assert_int_equal(CALL(m, p, &fd, SHM_OPEN, .str = "/f", .arg = { 2 }),
	    EINVAL);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/s"), ENOENT);
	assert_int_equal(CALL(m, p, NULL, SHM_UNLINK, .str = "/f"), ENOENT);
	assert_int_equal(CALL(m, p, NULL, SHM_UNLINK, .str = "/s"), 0);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/f"), 0);
	assert_int_equal(CALL(m, p, NULL, UNLINK), ENOENT);
	/* A device has no length that could be cut off. */
	zero = sim_file_get(m, "/dev/zero", 65536, SIM_FILE_DEV);
	assert_non_null(zero);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/dev/zero",
			     .arg = { trunc | 2 }),
	    0);
	assert_true(zero->object->size == 65536);
	sim_machine_destroy(m);
}

/* O_TRUNC takes the pages of everybody who has them mapped. */
static void
test_truncation_is_seen(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a");
	uint64_t fd, fd2, va;
	struct sim_signal sig;

	(void)state;
	assert_non_null(sim_file_get(m, "/f", 8192, SIM_FILE_REG));
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/f", .arg = { 2 }), 0);
	assert_int_equal(CALL(m, p, &va, MMAP,
			     .arg = { 0, 8192, 3, konst(p, "MAP_SHARED"), fd }),
	    0);
	assert_int_equal(sim_access(m, p, va, 8192, 2, &sig), 0);
	assert_int_equal(CALL(m, p, &fd2, OPEN, .str = "/f",
			     .arg = { konst(p, "O_TRUNC") }),
	    0); /* read-only: no */
	assert_int_equal(sim_access(m, p, va, 8192, 2, &sig), 0);
	assert_int_equal(CALL(m, p, &fd2, OPEN, .str = "/f",
			     .arg = { konst(p, "O_TRUNC") | 1 }),
	    0);
	assert_int_equal(sim_access(m, p, va, 1, 1, &sig), EINVAL);
	assert_string_equal(sig.signame, "SIGBUS");
	sim_machine_destroy(m);
}

/* A file goes with the last of name, descriptor and mapping. */
static void
test_last_use_of_a_file(void **state)
{
	struct machine *m = machine_new("openbsd", true);
	struct process *p = machine_spawn(m, "a"), *c;
	uint64_t fd, va, pid;

	(void)state;
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/tmp/x",
			     .arg = { konst(p, "O_CREAT") | 2 }),
	    0);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, 8192 }), 0);
	assert_int_equal(CALL(m, p, &va, MMAP,
			     .arg = { 0, 8192, 3, konst(p, "MAP_SHARED"), fd }),
	    0);
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/tmp/x"), 0);
	assert_int_equal(CALL(m, p, NULL, CLOSE, .arg = { fd }), 0);
	assert_int_equal(CALL(m, c, NULL, CLOSE, .arg = { fd }), 0);
	assert_non_null(m->unlinked);
	assert_int_equal(CALL(m, p, NULL, MUNMAP, .arg = { va, 8192 }), 0);
	assert_non_null(m->unlinked);
	assert_int_equal(CALL(m, c, NULL, EXEC, .str = "/bin/ls"), 0);
	assert_null(m->unlinked);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/tmp/y",
			     .arg = { konst(p, "O_CREAT") | 2 }),
	    0);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, 8192 }), 0);
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(CALL(m, c, &va, MMAP,
			     .arg = { 0, 8192, 3, konst(p, "MAP_SHARED"), fd }),
	    0);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/tmp/y"), 0);
	assert_int_equal(CALL(m, p, NULL, CLOSE, .arg = { fd }), 0);
	assert_non_null(m->unlinked);
	sim_process_exit(m, c, 0, 15);
	assert_null(m->unlinked);
	/* Two of the same name, one after the other, are two. */
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/tmp/x",
			     .arg = { konst(p, "O_CREAT") | 2 }),
	    0);
	assert_true(sim_fd_get(p, fd)->file->object->size == 0);
	sim_machine_destroy(m);
}

static void
test_names_of_objects(void **state)
{
	struct machine *m = machine_new("linux", true);
	struct process *p = machine_spawn(m, "a");
	struct vm_map_entry *e;
	struct vm_object *obj;
	uint64_t id, va;
	char buf[64];

	(void)state;
	assert_int_equal(CALL(m, p, &id, SHMGET,
			     .arg = { 0xbeef, 4096, 01600 }),
	    0);
	assert_string_equal(sim_object_name(m, sim_shm_byid(m, (int)id)->object,
				buf, sizeof(buf)),
	    "/SYSV0000beef");
	assert_int_equal(CALL(m, p, &va, MMAP,
			     .arg = { 0, 8192, 3,
				 konst(p, "MAP_SHARED") | konst(p, "MAP_ANON"),
				 UINT64_MAX }),
	    0);
	assert_true(vm_map_lookup_entry(&p->vmspace->vm_map, va, &e));
	assert_string_equal(sim_object_name(m, e->object, buf, sizeof(buf)),
	    "/dev/zero");
	obj = sim_file_get(m, "/f", 4096, SIM_FILE_REG)->object;
	assert_string_equal(sim_object_name(m, obj, buf, sizeof(buf)), "/f");
	assert_int_equal(vm_object_create(&m->vm, &phys_pager, 4096, 1, &obj),
	    0);
	assert_null(sim_object_name(m, obj, buf, sizeof(buf)));
	vm_object_unref(&m->vm, obj);
	sim_machine_destroy(m);
}

/* Frames know their page of a file by 32 bits: 16 TB. */
static void
test_huge_files(void **state)
{
	const uint64_t max = UINT64_C(1) << 44;
	struct machine *m = machine_new("linux", true);
	struct process *p = machine_spawn(m, "a");
	struct sim_signal sig;
	struct sim_file *f;
	uint64_t fd, va;

	(void)state;
	assert_int_equal(CALL(m, p, &fd, MEMFD_CREATE, .str = "big"), 0);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, max + 1 }),
	    EFBIG);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, max }), 0);
	assert_int_equal(CALL(m, p, &va, MMAP,
			     .arg = { 0, 8192, 3, konst(p, "MAP_SHARED"), fd,
				 max - 4096 }),
	    0);
	assert_int_equal(sim_access(m, p, va, 8192, 2, &sig), EINVAL);
	assert_true(sig.addr == va + 4096);
	machine_ok(m);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, 0 }), 0);
	assert_int_equal(sim_access(m, p, va, 1, 1, NULL), EINVAL);
	/* A file that was declared larger has no pages there. */
	f = sim_file_get(m, "/huge", INT64_MAX, SIM_FILE_REG);
	assert_non_null(f);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/huge", .arg = { 2 }),
	    0);
	assert_int_equal(CALL(m, p, &va, MMAP,
			     .arg = { 0, 8192, 3, konst(p, "MAP_SHARED"), fd,
				 max }),
	    0);
	assert_int_equal(sim_access(m, p, va, 1, 2, &sig), EINVAL);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* ----------------------------------------------------------- processes ---- */

/* A failed exec, here for its image's sake, leaves neither files nor sizes. */
static void
test_failed_exec_leaves_nothing(void **state)
{
	static const struct sim_segment bad[] = {
		{ 0x400000, 0x402000, 5, false, SIM_SEG_FILE, 0, "/bin/new" },
		{ 0x500000, 0x540000, 5, false, SIM_SEG_FILE, 0, "/old" },
		{ 0x401000, 0x403000, 3, false, SIM_SEG_ANON, 0, NULL },
	};
	const struct sim_image image = { "/bin/new", bad, NELEM(bad), 0 };
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a"), *q;
	struct sim_file *old = sim_file_get(m, "/old", 4096, SIM_FILE_REG);
	unsigned nfiles = HASH_COUNT(m->files);
	uint32_t ino = m->next_ino;

	(void)state;
	assert_int_equal(CALL(m, p, NULL, EXEC, .str = "/bin/new",
			     .image = &image),
	    EINVAL);
	assert_int_equal(sim_spawn(m, "b", 0, NULL, &image, &q), EINVAL);
	assert_int_equal(HASH_COUNT(m->files), nfiles);
	assert_int_equal(m->next_ino, ino);
	assert_true(old->object->size == 4096 && !old->object->text);
	assert_int_equal(old->object->refs, 1);
	sim_machine_destroy(m);
}

/* exec: descriptors stay, attaches go; the spaces of others are their own. */
static void
test_exec_and_what_stays(void **state)
{
	struct machine *m = machine_new("netbsd", true);
	struct process *p = machine_spawn(m, "a");
	uint64_t fd, id, addr;

	(void)state;
	assert_non_null(sim_file_get(m, "/f", 8192, SIM_FILE_REG));
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/f"), 0);
	assert_int_equal(CALL(m, p, &id, SHMGET, .arg = { 0, 4096, 0600 }), 0);
	assert_int_equal(CALL(m, p, &addr, SHMAT, .arg = { id }), 0);
	assert_int_equal(CALL(m, p, NULL, MLOCKALL,
			     .arg = { konst(p, "MCL_FUTURE") }),
	    0);
	assert_true(p->vmspace->vm_map.flags & VM_MAP_WIREFUTURE);
	assert_int_equal(CALL(m, p, NULL, EXEC, .str = "/bin/ls"), 0);
	assert_non_null(sim_fd_get(p, fd));
	assert_null(p->attaches);
	assert_int_equal(sim_shm_byid(m, (int)id)->nattch, 0);
	assert_false(p->vmspace->vm_map.flags & VM_MAP_WIREFUTURE);
	assert_string_equal(p->image, "/bin/ls");
	sim_machine_destroy(m);
}

/* While the child of a vfork borrows the space, it shares all of it. */
static void
test_vfork_shares(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a"), *c;
	vaddr_t va = machine_map(m, p, 4096);
	uint64_t pid;

	(void)state;
	assert_int_equal(CALL(m, p, &pid, VFORK, .str = "c"), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(sim_access(m, c, va, 1, 2, NULL), 0);
	assert_int_equal(machine_tag(p, va), m->stamp);
	assert_int_equal(p->vmspace->vm_refcnt, 2);
	/* The parent goes on without its child, which keeps the old space. */
	assert_int_equal(CALL(m, p, NULL, EXEC, .str = "/bin/ls"), 0);
	assert_null(c->vfork_parent);
	assert_ptr_not_equal(c->vmspace, p->vmspace);
	assert_int_equal(machine_tag(c, va), m->stamp);
	machine_ok(m);
	sim_process_exit(m, c, 0, 0);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* A child is as hidden as its parent; what the parent was in, it is not. */
static void
test_fork_pflags(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a");
	uint64_t pid;

	(void)state;
	p->uid = 7;
	p->pflags = SIM_P_SUGID | SIM_P_NOTRACE | SIM_P_INEXEC;
	assert_int_equal(CALL(m, p, &pid, FORK, .str = "c"), 0);
	assert_int_equal(sim_process_bypid(m, (int)pid)->pflags,
	    SIM_P_SUGID | SIM_P_NOTRACE);
	assert_int_equal(sim_process_bypid(m, (int)pid)->uid, 7);
	sim_machine_destroy(m);
}

/*
 * A stack of one growing entry: down to the address, but not over what is
 * mapped, not nearer than the gap, and not beyond the limit.
 */
static void
test_growing_entry(void **state)
{
	enum { GAP = 0x4000 };
	static const struct sim_segment segments[] = {
		{ 0x400000, 0x402000, 5, false, SIM_SEG_FILE, 0, "/bin/x" },
		{ 0x402000, 0x403000, 3, false, SIM_SEG_ANON, 0, NULL },
		{ 0x10000000, 0x10004000, 3, false, SIM_SEG_ANON, 0, NULL },
		{ 0x10100000, 0x10110000, 3, false, SIM_SEG_STACK, 0, NULL },
	};
	const struct sim_image image = { "/bin/x", segments, 4, 0 };
	struct machine *m = machine_new("linux", true);
	struct vm_map *map;
	struct process *p;
	struct vm_map_entry *e;

	(void)state;
	assert_int_equal(sim_spawn(m, "x", 0, NULL, &image, &p), 0);
	/* without a heap the break begins behind the data */
	assert_true(p->brk_start == 0x403000 && p->brk == 0x403000);
	map = &p->vmspace->vm_map;
	assert_true(sim_stack_grow(m, p, 0x100ff123, GAP));
	assert_true(vm_map_lookup_entry(map, 0x100ff000, &e));
	assert_true(e->start == 0x100ff000 && e->flags & UVM_MAP_STACK);
	assert_int_equal(p->vmspace->vm_ssize, 17);
	assert_true(p->vmspace->vm_maxsaddr == 0x100ff000);
	assert_true(sim_stack_grow(m, p, 0x10008000, GAP));
	/* mapped; too near; below something else; above everything */
	assert_false(sim_stack_grow(m, p, 0x10008000, GAP));
	assert_false(sim_stack_grow(m, p, 0x10007fff, GAP));
	assert_false(sim_stack_grow(m, p, 0x401000, GAP));
	assert_false(sim_stack_grow(m, p, 0x500000, GAP));
	assert_false(sim_stack_grow(m, p, 0x20000000, GAP));
	assert_true(vm_map_is_free(map, 0x10004000, 0x10008000));
	/* No gap is kept to a guard, nor to another stack. */
	assert_int_equal(uvm_map_protect(map, 0x10000000, 0x10004000,
			     VM_PROT_NONE, false),
	    0);
	assert_true(sim_stack_grow(m, p, 0x10007fff, GAP));
	p->rlimit[SIM_RLIMIT_STACK].cur = 0x10110000 - 0x10006000;
	assert_false(sim_stack_grow(m, p, 0x10005fff, GAP));
	p->rlimit[SIM_RLIMIT_AS].cur = map->size;
	assert_false(sim_stack_grow(m, p, 0x10006000, GAP));
	p->rlimit[SIM_RLIMIT_AS].cur = map->size + 0x1000;
	assert_true(sim_stack_grow(m, p, 0x10006000, GAP));
	assert_false(sim_stack_grow(m, p, 0x10005000, GAP));
	machine_ok(m);
	sim_machine_destroy(m);
}

/* The limit of a growing mapping counts from its own end (Linux). */
static void
test_growing_mapping(void **state)
{
	struct machine *m = machine_new("linux", true);
	struct process *p = machine_spawn(m, "x");
	const vaddr_t at = 0x10000000;
	uint64_t va, ssize = p->vmspace->vm_ssize;

	(void)state;
	assert_int_equal(CALL(m, p, &va, MMAP,
			     .arg = { at, 0x4000, 3,
				 konst(p, "MAP_PRIVATE") |
				     konst(p, "MAP_ANON") |
				     konst(p, "MAP_FIXED") |
				     konst(p, "MAP_GROWSDOWN"),
				 UINT64_MAX }),
	    0);
	p->rlimit[SIM_RLIMIT_STACK].cur = 0x8000;
	assert_int_equal(sim_access(m, p, at - 0x4000, 1, 2, NULL), 0);
	assert_int_equal(sim_access(m, p, at - 0x4001, 1, 2, NULL), EFAULT);
	/* the process's own stack has not become larger */
	assert_int_equal(p->vmspace->vm_ssize, ssize);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* Children of a reaped process are process 1's. */
static void
test_orphans(void **state)
{
	struct machine *m = machine_new("freebsd", true);
	struct process *p = machine_spawn(m, "a"), *c;
	uint64_t pid;

	(void)state;
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(c->ppid, p->pid);
	sim_process_exit(m, p, 0, 0);
	sim_process_reap(m, p);
	assert_int_equal(c->ppid, 1);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* A child has the limits, ids and layout of its parent. */
static void
test_inheritance(void **state)
{
	struct machine *m = machine_new("linux", true);
	struct process *p = machine_spawn(m, "a"), *c;
	uint64_t pid, id, addr[2];

	(void)state;
	p->uid = 5;
	p->gid = 6;
	p->rlimit[SIM_RLIMIT_AS] = (struct sim_rlimit){ 1 << 30, 1 << 30 };
	assert_int_equal(CALL(m, p, &id, SHMGET, .arg = { 0, 4096, 0600 }), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(CALL(m, p, &addr[i], SHMAT, .arg = { id }), 0);
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_true(c->uid == 5 && c->gid == 6);
	assert_memory_equal(c->rlimit, p->rlimit, sizeof(p->rlimit));
	assert_true(c->brk == p->brk && c->stack_top == p->stack_top &&
	    c->brk_start == p->brk_start && c->mmap_base == p->mmap_base);
	assert_int_equal(sim_shm_byid(m, (int)id)->nattch, 4);
	assert_non_null(sim_shm_attached(c, addr[0]));
	assert_non_null(sim_shm_attached(c, addr[1]));
	assert_null(sim_shm_attached(c, addr[0] + 1));
	/* the order of the list is the parent's */
	assert_true(c->attaches->addr == p->attaches->addr);
	assert_int_equal(CALL(m, p, NULL, SHMCTL,
			     .arg = { id, konst(p, "IPC_RMID") }),
	    0);
	sim_process_exit(m, p, 0, 0);
	assert_non_null(sim_shm_byid(m, (int)id));
	assert_int_equal(CALL(m, c, NULL, SHMDT, .arg = { addr[0] }), 0);
	assert_non_null(sim_shm_byid(m, (int)id));
	assert_int_equal(CALL(m, c, NULL, SHMDT, .arg = { addr[1] }), 0);
	assert_null(sim_shm_byid(m, (int)id));
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_kinds_of_names),
		cmocka_unit_test(test_truncation_is_seen),
		cmocka_unit_test(test_last_use_of_a_file),
		cmocka_unit_test(test_names_of_objects),
		cmocka_unit_test(test_huge_files),
		cmocka_unit_test(test_failed_exec_leaves_nothing),
		cmocka_unit_test(test_exec_and_what_stays),
		cmocka_unit_test(test_vfork_shares),
		cmocka_unit_test(test_fork_pflags),
		cmocka_unit_test(test_growing_entry),
		cmocka_unit_test(test_growing_mapping),
		cmocka_unit_test(test_orphans),
		cmocka_unit_test(test_inheritance),
	};

	return cmocka_run_group_tests_name("sim/machine_life", tests, NULL,
	    NULL);
}
