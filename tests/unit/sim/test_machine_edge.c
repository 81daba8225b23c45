/*
 * Edges of the machine: what nobody should do and somebody will; and what other
 * processes notice of it.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/common.h"
#include "sim/event.h"
#include "sim/suggest.h"

static struct machine *
new_machine(const char *personality, bool check)
{
	struct sim_config c;
	struct machine *m;
	char err[200];

	sim_config_default(&c);
	c.ram = (uint64_t)8 << 20;
	c.personality = sim_personality_byname(personality);
	c.check = check;
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), 0);
	return m;
}

static struct process *
spawn(struct machine *m, const char *name)
{
	struct process *p;

	assert_int_equal(sim_spawn(m, name, 0, NULL, NULL, &p), 0);
	return p;
}

static uint64_t
konst(const struct process *p, const char *name)
{
	uint64_t v;

	assert_int_equal(sim_const_value(p->personality, name, &v), 0);
	return v;
}

#define CALL(m, p, ret, id, ...)					\
	sim_syscall((m), (p), &(const struct sim_call){			\
	    .no = SIM_SYS_##id, __VA_ARGS__ }, (ret))

static void
ok(struct machine *m)
{
	char buf[200];
	const char *why = machine_check(m, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("%s", why);
}

static void
broken(struct machine *m, const char *what)
{
	char buf[200];
	const char *why = machine_check(m, buf, sizeof(buf));

	if (why == NULL || strstr(why, what) == NULL)
		fail_msg("expected %s, got: %s", what, why ? why : "nothing");
}

static vaddr_t
map_anon(struct machine *m, struct process *p, vsize_t len)
{
	uint64_t addr;

	assert_int_equal(CALL(m, p, &addr, MMAP, .arg = { 0, len, 3,
	    konst(p, "MAP_PRIVATE") | konst(p, "MAP_ANON"), UINT64_MAX }), 0);
	return addr;
}

/* ----------------------------------------------------------- process 0 ---- */

static void
test_kernel_is_left_alone(void **state)
{
	struct machine *m = new_machine("freebsd", false);
	struct process *k = m->kernel, *p;
	struct sim_signal sig;

	(void)state;
	assert_ptr_equal(sim_process_bypid(m, 0), k);
	for (int no = 0; no < SIM_NSYSCALLS; no++) {
		const struct sim_call c = { .no = (enum sim_sysno)no,
		    .str = "/x", .arg = { 0x1000, 0x1000, 3 } };

		assert_int_equal(sim_syscall(m, k, &c, NULL), EPERM);
	}
	for (struct vm_map_entry *e = k->vmspace->vm_map.header.next;
	    e != &k->vmspace->vm_map.header; e = e->next)
		for (vm_prot_t type = 1; type <= 4; type *= 2)
			assert_int_equal(sim_access(m, k, e->start, 1, type,
			    &sig), EPERM);
	sim_process_exit(m, k, 0, 9);
	assert_int_equal(k->state, SIM_RUNNING);
	assert_int_equal(sim_spawn(m, "kernel", 0, NULL, NULL, &p), EEXIST);
	ok(m);
	sim_machine_destroy(m);
}

/* Its map has submaps that lie one behind the other, each with its own map. */
static void
test_kernel_map(void **state)
{
	struct machine *m = new_machine("openbsd", false);
	struct vm_map *map = &m->kernel->vmspace->vm_map;
	unsigned submaps = 0;

	(void)state;
	for (struct vm_map_entry *e = map->header.next; e != &map->header;
	    e = e->next)
		if (e->etype & UVM_ET_SUBMAP) {
			submaps++;
			assert_true(vm_map_min(e->submap) == e->start);
			assert_true(vm_map_max(e->submap) == e->end);
			assert_true(sim_kva_map(m, e->submap) !=
			    sim_kva_map(m, map));
		}
	assert_int_equal(submaps, SIM_NSUBMAPS);
	ok(m);
	sim_machine_destroy(m);
}

/* -------------------------------------------------------------- numbers ---- */

static void
test_pids(void **state)
{
	struct machine *m = new_machine("freebsd", true);
	struct process *p, *q;
	uint64_t pid;

	(void)state;
	assert_int_equal(sim_spawn(m, "a", -5, NULL, NULL, &p), EINVAL);
	assert_int_equal(sim_spawn(m, "four", 4, NULL, NULL, &p), 0);
	assert_int_equal(m->next_pid, 5);
	assert_int_equal(sim_spawn(m, "a", INT_MAX, NULL, NULL, &p), 0);
	assert_int_equal(p->pid, INT_MAX);
	/* Numbers start again behind the largest. */
	assert_int_equal(sim_spawn(m, "b", 0, NULL, NULL, &q), 0);
	assert_int_equal(q->pid, 2);
	assert_int_equal(CALL(m, q, &pid, FORK), 0);
	assert_int_equal(pid, 3);
	assert_int_equal(CALL(m, q, &pid, FORK), 0);
	assert_int_equal(pid, 5);	/* 4 is somebody's */
	assert_int_equal(CALL(m, q, &pid, FORK, .pid = INT_MAX), EAGAIN);
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
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "p3");
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
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "a"), *q;

	(void)state;
	assert_int_equal(CALL(m, p, NULL, EXIT, .arg = { 0 }), 0);
	assert_null(sim_process_byname(m, "a"));
	q = spawn(m, "a");
	assert_ptr_equal(sim_process_byname(m, "a"), q);
	sim_process_exit(m, p, 1, 9);	/* dead already: nothing happens */
	assert_int_equal(p->exit_signal, 0);
	sim_machine_destroy(m);
}

/* ---------------------------------------------------------------- errors ---- */

static void
test_error_record(void **state)
{
	struct machine *m = new_machine("linux", true);
	struct process *p = spawn(m, "a");
	uint64_t ret = 77;

	(void)state;
	assert_int_equal(CALL(m, p, &ret, MUNMAP, .arg = { 1, 4096 }),
	    EINVAL);
	assert_int_equal(ret, 0);
	assert_string_equal(m->error.op, "munmap");
	assert_int_equal(m->error.err, EINVAL);
	assert_non_null(m->error.why);
	/* brk asks for too much: refused in its way, which is no error. */
	assert_int_equal(CALL(m, p, &ret, BRK,
	    .arg = { UINT64_C(1) << 46 }), 0);
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
	unsigned	calls, accesses;
	int		err;
	uint64_t	ret;
	enum sim_sysno	no;
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
	struct machine *m = new_machine("netbsd", true);
	struct process *p = spawn(m, "a");
	struct heard h = { 0 };
	uint64_t ret;
	vaddr_t va;

	(void)state;
	m->op_fn = hear_call;
	m->access_fn = hear_access;
	m->op_ctx = &h;
	va = map_anon(m, p, 4096);
	assert_true(h.calls == 1 && h.err == 0 && h.ret == va &&
	    h.no == SIM_SYS_MMAP);
	assert_int_equal(CALL(m, p, &ret, CLOSE, .arg = { 9 }), EBADF);
	assert_true(h.calls == 2 && h.err == EBADF && h.ret == 0);
	assert_int_equal(sim_access(m, p, va, 4096, 2, NULL), 0);
	assert_true(h.accesses == 1 && h.err == 0);
	assert_int_equal(sim_access(m, p, 0, 1, 2, NULL), EFAULT);
	assert_true(h.accesses == 2 && h.err == EFAULT);
	m->vm.exp.anonpages++;		/* nobody checks this one */
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

/* -------------------------------------------------------------- accesses ---- */

static void
test_addresses_that_are_none(void **state)
{
	static const vaddr_t bits[] = {
		(vaddr_t)1 << 47, (vaddr_t)1 << 48, (vaddr_t)1 << 57,
		(vaddr_t)1 << 63, (vaddr_t)0xffff << 48,
	};
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "a");
	vaddr_t va = map_anon(m, p, 0x4000);
	struct sim_signal sig;

	(void)state;
	assert_int_equal(sim_access(m, p, va, 0x4000, 2, NULL), 0);
	for (size_t i = 0; i < NELEM(bits); i++)
		for (vm_prot_t type = 1; type <= 4; type *= 2) {
			assert_int_equal(sim_access(m, p, va | bits[i], 1,
			    type, &sig), EFAULT);
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

static uint64_t
tag_at(struct process *p, vaddr_t va)
{
	uint64_t tag;

	assert_int_equal(vm_peek_tag(&p->vmspace->vm_map, va, &tag), 0);
	return tag;
}

/* Each page written has a stamp of its own, and the child sees its own. */
static void
test_stamps(void **state)
{
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "a"), *c;
	vaddr_t va = map_anon(m, p, 0x3000);
	uint64_t first = m->stamp, pid;

	(void)state;
	assert_int_equal(sim_access(m, p, va + 100, 0x2000, 2, NULL), 0);
	assert_int_equal(m->stamp, first + 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(tag_at(p, va + i * 0x1000), first + 1 + i);
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(sim_access(m, p, va, 1, 2, NULL), 0);
	assert_int_equal(tag_at(p, va), first + 4);
	assert_int_equal(tag_at(c, va), first + 1);
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

		m[i] = new_machine("netbsd", true);
		p = spawn(m[i], "a");
		if (i == 1)	/* earlier files do not matter */
			assert_non_null(sim_file_get(m[i], "/x", 1,
			    SIM_FILE_REG));
		assert_non_null(sim_file_get(m[i], "/f", 8192, SIM_FILE_REG));
		assert_int_equal(CALL(m[i], p, &fd, OPEN, .str = "/f"), 0);
		assert_int_equal(CALL(m[i], p, &va, MMAP, .arg = { 0, 8192, 1,
		    konst(p, "MAP_PRIVATE"), fd }), 0);
		tag[i][0] = tag_at(p, va);
		tag[i][1] = tag_at(p, va + 4096);
		assert_true(tag[i][0] != tag[i][1]);
	}
	assert_true(tag[0][0] == tag[1][0] && tag[0][1] == tag[1][1]);
	sim_machine_destroy(m[0]);
	sim_machine_destroy(m[1]);
}

/* ---------------------------------------------------------------- files ---- */

static void
test_two_kinds_of_names(void **state)
{
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "a");
	uint64_t creat = konst(p, "O_CREAT") | 2, trunc = konst(p, "O_TRUNC");
	struct sim_file *zero;
	uint64_t fd;

	(void)state;
	assert_int_equal(CALL(m, p, &fd, SHM_OPEN, .str = "/s",
	    .arg = { creat }), 0);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/f",
	    .arg = { creat }), 0);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/s", .arg = { 2 }),
	    EINVAL);
	assert_int_equal(CALL(m, p, &fd, SHM_OPEN, .str = "/f",
	    .arg = { 2 }), EINVAL);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/s"), ENOENT);
	assert_int_equal(CALL(m, p, NULL, SHM_UNLINK, .str = "/f"), ENOENT);
	assert_int_equal(CALL(m, p, NULL, SHM_UNLINK, .str = "/s"), 0);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/f"), 0);
	assert_int_equal(CALL(m, p, NULL, UNLINK), ENOENT);
	/* A device has no length that could be cut off. */
	zero = sim_file_get(m, "/dev/zero", 65536, SIM_FILE_DEV);
	assert_non_null(zero);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/dev/zero",
	    .arg = { trunc | 2 }), 0);
	assert_true(zero->object->size == 65536);
	sim_machine_destroy(m);
}

/* O_TRUNC takes the pages of everybody who has them mapped. */
static void
test_truncation_is_seen(void **state)
{
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "a");
	uint64_t fd, fd2, va;
	struct sim_signal sig;

	(void)state;
	assert_non_null(sim_file_get(m, "/f", 8192, SIM_FILE_REG));
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/f", .arg = { 2 }), 0);
	assert_int_equal(CALL(m, p, &va, MMAP, .arg = { 0, 8192, 3,
	    konst(p, "MAP_SHARED"), fd }), 0);
	assert_int_equal(sim_access(m, p, va, 8192, 2, &sig), 0);
	assert_int_equal(CALL(m, p, &fd2, OPEN, .str = "/f",
	    .arg = { konst(p, "O_TRUNC") }), 0);	/* read-only: no */
	assert_int_equal(sim_access(m, p, va, 8192, 2, &sig), 0);
	assert_int_equal(CALL(m, p, &fd2, OPEN, .str = "/f",
	    .arg = { konst(p, "O_TRUNC") | 1 }), 0);
	assert_int_equal(sim_access(m, p, va, 1, 1, &sig), EINVAL);
	assert_string_equal(sig.signame, "SIGBUS");
	sim_machine_destroy(m);
}

/* A file goes with the last of name, descriptor and mapping. */
static void
test_last_use_of_a_file(void **state)
{
	struct machine *m = new_machine("openbsd", true);
	struct process *p = spawn(m, "a"), *c;
	uint64_t fd, va, pid;

	(void)state;
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/tmp/x",
	    .arg = { konst(p, "O_CREAT") | 2 }), 0);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, 8192 }), 0);
	assert_int_equal(CALL(m, p, &va, MMAP, .arg = { 0, 8192, 3,
	    konst(p, "MAP_SHARED"), fd }), 0);
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
	    .arg = { konst(p, "O_CREAT") | 2 }), 0);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, 8192 }), 0);
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(CALL(m, c, &va, MMAP, .arg = { 0, 8192, 3,
	    konst(p, "MAP_SHARED"), fd }), 0);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/tmp/y"), 0);
	assert_int_equal(CALL(m, p, NULL, CLOSE, .arg = { fd }), 0);
	assert_non_null(m->unlinked);
	sim_process_exit(m, c, 0, 15);
	assert_null(m->unlinked);
	/* Two of the same name, one after the other, are two. */
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/tmp/x",
	    .arg = { konst(p, "O_CREAT") | 2 }), 0);
	assert_true(sim_fd_get(p, fd)->file->object->size == 0);
	sim_machine_destroy(m);
}

static void
test_names_of_objects(void **state)
{
	struct machine *m = new_machine("linux", true);
	struct process *p = spawn(m, "a");
	struct vm_map_entry *e;
	struct vm_object *obj;
	uint64_t id, va;
	char buf[64];

	(void)state;
	assert_int_equal(CALL(m, p, &id, SHMGET, .arg = { 0xbeef, 4096,
	    01600 }), 0);
	assert_string_equal(sim_object_name(m,
	    sim_shm_byid(m, (int)id)->object, buf, sizeof(buf)),
	    "/SYSV0000beef");
	assert_int_equal(CALL(m, p, &va, MMAP, .arg = { 0, 8192, 3,
	    konst(p, "MAP_SHARED") | konst(p, "MAP_ANON"), UINT64_MAX }), 0);
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
	struct machine *m = new_machine("linux", true);
	struct process *p = spawn(m, "a");
	struct sim_signal sig;
	struct sim_file *f;
	uint64_t fd, va;

	(void)state;
	assert_int_equal(CALL(m, p, &fd, MEMFD_CREATE, .str = "big"), 0);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE,
	    .arg = { fd, max + 1 }), EFBIG);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, max }), 0);
	assert_int_equal(CALL(m, p, &va, MMAP, .arg = { 0, 8192, 3,
	    konst(p, "MAP_SHARED"), fd, max - 4096 }), 0);
	assert_int_equal(sim_access(m, p, va, 8192, 2, &sig), EINVAL);
	assert_true(sig.addr == va + 4096);
	ok(m);
	assert_int_equal(CALL(m, p, NULL, FTRUNCATE, .arg = { fd, 0 }), 0);
	assert_int_equal(sim_access(m, p, va, 1, 1, NULL), EINVAL);
	/* A file that was declared larger has no pages there. */
	f = sim_file_get(m, "/huge", INT64_MAX, SIM_FILE_REG);
	assert_non_null(f);
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/huge",
	    .arg = { 2 }), 0);
	assert_int_equal(CALL(m, p, &va, MMAP, .arg = { 0, 8192, 3,
	    konst(p, "MAP_SHARED"), fd, max }), 0);
	assert_int_equal(sim_access(m, p, va, 1, 2, &sig), EINVAL);
	ok(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------- processes ---- */

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
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "a"), *q;
	struct sim_file *old = sim_file_get(m, "/old", 4096, SIM_FILE_REG);
	unsigned nfiles = HASH_COUNT(m->files);
	uint32_t ino = m->next_ino;

	(void)state;
	assert_int_equal(CALL(m, p, NULL, EXEC, .str = "/bin/new",
	    .image = &image), EINVAL);
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
	struct machine *m = new_machine("netbsd", true);
	struct process *p = spawn(m, "a");
	uint64_t fd, id, addr;

	(void)state;
	assert_non_null(sim_file_get(m, "/f", 8192, SIM_FILE_REG));
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/f"), 0);
	assert_int_equal(CALL(m, p, &id, SHMGET, .arg = { 0, 4096, 0600 }),
	    0);
	assert_int_equal(CALL(m, p, &addr, SHMAT, .arg = { id }), 0);
	assert_int_equal(CALL(m, p, NULL, MLOCKALL,
	    .arg = { konst(p, "MCL_FUTURE") }), 0);
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
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "a"), *c;
	vaddr_t va = map_anon(m, p, 4096);
	uint64_t pid;

	(void)state;
	assert_int_equal(CALL(m, p, &pid, VFORK, .str = "c"), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(sim_access(m, c, va, 1, 2, NULL), 0);
	assert_int_equal(tag_at(p, va), m->stamp);
	assert_int_equal(p->vmspace->vm_refcnt, 2);
	/* The parent goes on without its child, which keeps the old space. */
	assert_int_equal(CALL(m, p, NULL, EXEC, .str = "/bin/ls"), 0);
	assert_null(c->vfork_parent);
	assert_ptr_not_equal(c->vmspace, p->vmspace);
	assert_int_equal(tag_at(c, va), m->stamp);
	ok(m);
	sim_process_exit(m, c, 0, 0);
	ok(m);
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
	struct machine *m = new_machine("linux", true);
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
	    VM_PROT_NONE, false), 0);
	assert_true(sim_stack_grow(m, p, 0x10007fff, GAP));
	p->rlimit[SIM_RLIMIT_STACK].cur = 0x10110000 - 0x10006000;
	assert_false(sim_stack_grow(m, p, 0x10005fff, GAP));
	p->rlimit[SIM_RLIMIT_AS].cur = map->size;
	assert_false(sim_stack_grow(m, p, 0x10006000, GAP));
	p->rlimit[SIM_RLIMIT_AS].cur = map->size + 0x1000;
	assert_true(sim_stack_grow(m, p, 0x10006000, GAP));
	assert_false(sim_stack_grow(m, p, 0x10005000, GAP));
	ok(m);
	sim_machine_destroy(m);
}

/* The limit of a growing mapping counts from its own end (Linux). */
static void
test_growing_mapping(void **state)
{
	struct machine *m = new_machine("linux", true);
	struct process *p = spawn(m, "x");
	const vaddr_t at = 0x10000000;
	uint64_t va, ssize = p->vmspace->vm_ssize;

	(void)state;
	assert_int_equal(CALL(m, p, &va, MMAP, .arg = { at, 0x4000, 3,
	    konst(p, "MAP_PRIVATE") | konst(p, "MAP_ANON") |
	    konst(p, "MAP_FIXED") | konst(p, "MAP_GROWSDOWN"), UINT64_MAX }),
	    0);
	p->rlimit[SIM_RLIMIT_STACK].cur = 0x8000;
	assert_int_equal(sim_access(m, p, at - 0x4000, 1, 2, NULL), 0);
	assert_int_equal(sim_access(m, p, at - 0x4001, 1, 2, NULL), EFAULT);
	/* the process's own stack has not become larger */
	assert_int_equal(p->vmspace->vm_ssize, ssize);
	ok(m);
	sim_machine_destroy(m);
}

/* Children of a reaped process are process 1's. */
static void
test_orphans(void **state)
{
	struct machine *m = new_machine("freebsd", true);
	struct process *p = spawn(m, "a"), *c;
	uint64_t pid;

	(void)state;
	assert_int_equal(CALL(m, p, &pid, FORK), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(c->ppid, p->pid);
	sim_process_exit(m, p, 0, 0);
	sim_process_reap(m, p);
	assert_int_equal(c->ppid, 1);
	ok(m);
	sim_machine_destroy(m);
}

/* A child has the limits, ids and layout of its parent. */
static void
test_inheritance(void **state)
{
	struct machine *m = new_machine("linux", true);
	struct process *p = spawn(m, "a"), *c;
	uint64_t pid, id, addr[2];

	(void)state;
	p->uid = 5;
	p->gid = 6;
	p->rlimit[SIM_RLIMIT_AS] = (struct sim_rlimit){ 1 << 30, 1 << 30 };
	assert_int_equal(CALL(m, p, &id, SHMGET, .arg = { 0, 4096, 0600 }),
	    0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(CALL(m, p, &addr[i], SHMAT, .arg = { id }),
		    0);
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
	assert_int_equal(CALL(m, p, NULL, SHMCTL, .arg = { id,
	    konst(p, "IPC_RMID") }), 0);
	sim_process_exit(m, p, 0, 0);
	assert_non_null(sim_shm_byid(m, (int)id));
	assert_int_equal(CALL(m, c, NULL, SHMDT, .arg = { addr[0] }), 0);
	assert_non_null(sim_shm_byid(m, (int)id));
	assert_int_equal(CALL(m, c, NULL, SHMDT, .arg = { addr[1] }), 0);
	assert_null(sim_shm_byid(m, (int)id));
	sim_machine_destroy(m);
}

/* ----------------------------------------------------------- the checker ---- */

static void
test_check_of_the_rest(void **state)
{
	struct machine *m = new_machine("freebsd", false);
	struct process *p = spawn(m, "a"), *c;
	struct sim_file *f, *g;
	struct vm_object *obj;
	uint64_t fd, pid;

	(void)state;
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/f",
	    .arg = { konst(p, "O_CREAT") | 2 }), 0);
	f = sim_fd_get(p, fd)->file;
	g = sim_file_get(m, "/g", 4096, SIM_FILE_REG);
	assert_int_equal(CALL(m, p, NULL, UNLINK, .str = "/f"), 0);
	assert_int_equal(CALL(m, p, &pid, VFORK), 0);
	c = sim_process_bypid(m, (int)pid);
	ok(m);
	f->opens++;			/* of a file without a name */
	broken(m, "X1");
	f->opens--;
	f->links = 1;
	broken(m, "X1");
	f->links = 0;
	g->object->handle = NULL;
	broken(m, "X3");
	g->object->handle = f;
	broken(m, "X3");
	g->object->handle = g;
	obj = c->vmspace->vm_map.header.prev->object;
	assert_non_null(obj);		/* the shared page is no file */
	obj->handle = g;
	broken(m, "X3");
	obj->handle = NULL;
	p->vmspace->vm_refcnt++;
	broken(m, "X5");
	p->vmspace->vm_refcnt--;
	c->vfork_parent = m->kernel;
	broken(m, "X6");
	c->vfork_parent = p;
	m->kernel->state = SIM_EXITED;
	broken(m, "X4");
	m->kernel->state = SIM_RUNNING;
	ok(m);
	sim_machine_destroy(m);
}

/* ---------------------------------------------------------------- words ---- */

static void
test_near_values(void **state)
{
	static const struct { const char *pair, *err; } cases[] = {
		{ "personality=freebds", "did you mean freebsd?" },
		{ "personality=linus", "did you mean linux?" },
		{ "arch=amd46", "did you mean amd64?" },
		{ "tags=onn", "did you mean on?" },
		{ "swpa=0", "did you mean swap?" },
	};
	struct sim_config c;
	char err[200];

	(void)state;
	sim_config_default(&c);
	for (size_t i = 0; i < NELEM(cases); i++) {
		assert_int_equal(sim_config_set(&c, cases[i].pair, err,
		    sizeof(err)), EINVAL);
		if (strstr(err, cases[i].err) == NULL)
			fail_msg("%s: %s", cases[i].pair, err);
	}
	/* A word of any length has no near one, and is none. */
	static const char *const names[] = {
		"ram", "a-word-of-forty-three-letters-is-none-of-ours", "rom",
	};
	assert_string_equal(sim_suggest("ramm", names, 3), "ram");
	assert_null(sim_suggest(names[1], names, 3));
	assert_int_equal(sim_const_value(&sim_linux, "MAP_NOSUCH",
	    &(uint64_t){ 0 }), EINVAL);
	/* Whatever length a key and its value have, and buffers have. */
	for (size_t n = 0; n < 2000; n += 97) {
		char *pair = malloc(n + 8);

		assert_non_null(pair);
		memset(pair, 'k', n);
		strcpy(pair + n, "=on");
		assert_int_equal(sim_config_set(&c, pair, err, sizeof(err)),
		    EINVAL);
		memcpy(pair, "tags=", n < 5 ? n : 5);
		strcpy(pair + n, "");
		assert_int_equal(sim_config_set(&c, pair, err, 5), EINVAL);
		assert_true(strlen(err) < 5);
		free(pair);
	}
}

/* ---------------------------------------------------------------- events ---- */

static void
as_json(struct machine *m, const struct vm_event ev, const char *want)
{
	char buf[300];
	int n = sim_event_json(m, &ev, buf, sizeof(buf));

	assert_string_equal(buf, want);
	assert_int_equal(n, (int)strlen(want));
}

static void
as_sentence(struct machine *m, const struct vm_event ev, const char *want)
{
	char buf[300];
	int n = sim_event_sentence(m, &ev, buf, sizeof(buf));

	assert_string_equal(buf, want);
	assert_int_equal(n, (int)strlen(want));
}

static void
test_event_texts(void **state)
{
	struct machine *m = new_machine("freebsd", false);
	struct process *p = spawn(m, "a");
	uint32_t id = p->vmspace->vm_map.id;

	(void)state;
	as_json(m, (struct vm_event){ VM_EVENT_FAULT_FAIL, id, 0x5000, 2,
	    EACCES, 1 }, "{\"event\":\"fault_fail\",\"pid\":2,\"va\":"
	    "\"0x5000\",\"access\":2,\"errno\":\"EACCES\",\"prot\":1}");
	as_json(m, (struct vm_event){ VM_EVENT_CLIP, id, 0x5000, 0x9000,
	    0x7000, 0 }, "{\"event\":\"clip\",\"pid\":2,\"va\":\"0x5000\","
	    "\"end\":\"0x9000\",\"at\":\"0x7000\"}");
	as_json(m, (struct vm_event){ VM_EVENT_FREE, 0, 0, 12, 3, 0 },
	    "{\"event\":\"free\",\"frame\":12,\"object\":3}");
	as_json(m, (struct vm_event){ VM_EVENT_UNMAP, 999, 0x1000, 0x2000,
	    0, 0 }, "{\"event\":\"unmap\",\"va\":\"0x1000\","
	    "\"end\":\"0x2000\"}");
	as_sentence(m, (struct vm_event){ VM_EVENT_CLIP, id, 0x5000, 0x9000,
	    0x7000, 0 }, "entry 0x5000-0x9000 is split at 0x7000");
	as_sentence(m, (struct vm_event){ VM_EVENT_FAULT_FAIL, id, 0x5000, 4,
	    EFAULT, 0 }, "the fault at 0x5000 fails with EFAULT: access "
	    "exec, allowed is ---");
	as_sentence(m, (struct vm_event){ VM_EVENT_FAULT, id, 0x5000, 0, 0,
	    0 }, "page fault at 0x5000, access wire");
	as_sentence(m, (struct vm_event){ VM_EVENT_FAULT, id, 0x5000, 1, 0,
	    0 }, "page fault at 0x5000, access read");
	as_sentence(m, (struct vm_event){ VM_EVENT_ADVICE, id, 0x5000, 0x6000,
	    2, 0 }, "0x5000-0x6000 will be used in sequential order");
	as_sentence(m, (struct vm_event){ VM_EVENT_INHERIT, id, 0x5000,
	    0x6000, 3, 0 }, "0x5000-0x6000 will be inherited as zero");
	sim_machine_destroy(m);
}

/* Names in JSON are an interface: each one, and no two of the same. */
static void
test_event_names(void **state)
{
	static const char *const names[] = {
		"map", "merge", "clip", "unmap", "protect", "inherit",
		"advice", "wire", "unwire", "fork_entry", "fault",
		"fault_fail", "amap_copy", "neighbour", "anon", "anon_cow",
		"obj", "promote_copy", "promote_zero", "pte", "pagein",
		"pageout", "free", "nomem",
	};

	(void)state;
	assert_int_equal(VM_EVENT_NKINDS, NELEM(names));
	for (int k = 0; k < VM_EVENT_NKINDS; k++)
		assert_string_equal(sim_event_name((enum vm_event_kind)k),
		    names[k]);
}

static void
as_call(const struct process *p, const struct sim_call *c, int err,
    uint64_t ret, const char *want)
{
	char buf[300];
	int n = sim_call_json(p, c, err, ret, buf, sizeof(buf));

	assert_string_equal(buf, want);
	assert_int_equal(n, (int)strlen(want));
}

static void
test_call_json(void **state)
{
	struct machine *m = new_machine("freebsd", false);
	struct process *p = spawn(m, "a");

	(void)state;
	as_call(p, &(const struct sim_call){ .no = SIM_SYS_MUNMAP,
	    .arg = { 0x1000, 0x2000 } }, 0, 0, "{\"call\":\"munmap\","
	    "\"pid\":2,\"args\":[\"0x1000\",\"0x2000\"],\"ret\":\"0x0\"}");
	as_call(p, &(const struct sim_call){ .no = SIM_SYS_OPEN,
	    .str = "/a\"b\\\n\x01\xff", .arg = { 2, 0 } }, ENOENT, 0,
	    "{\"call\":\"open\",\"pid\":2,\"str\":\"/a\\\"b\\\\\\u000a"
	    "\\u0001\\u00ff\",\"args\":[\"0x2\",\"0x0\"],"
	    "\"errno\":\"ENOENT\"}");
	as_call(p, &(const struct sim_call){ .no = SIM_SYS_MUNLOCKALL },
	    0, 0, "{\"call\":\"munlockall\",\"pid\":2,\"args\":[],"
	    "\"ret\":\"0x0\"}");
	sim_machine_destroy(m);
}

/* Kernel addresses: kinds do not run into each other. */
static void
test_kernel_addresses(void **state)
{
	struct machine *m = new_machine("freebsd", false);
	struct vm_map map = { .id = 5000 };
	struct vm_map_entry e = { .id = 5000 };
	struct vm_object obj = { .id = 5000 };
	struct vm_amap amap = { .id = 5000 };
	struct pmap pmap = { .id = 5000 };
	struct pmap_geometry narrow = *m->config.arch;
	uint64_t a[5];

	(void)state;
	for (int round = 0; round < 2; round++) {
		a[0] = sim_kva_map(m, &map);
		a[1] = sim_kva_entry(m, &e);
		a[2] = sim_kva_object(m, &obj);
		a[3] = sim_kva_amap(m, &amap);
		a[4] = sim_kva_pmap(m, &pmap);
		for (int i = 0; i < 5; i++)
			for (int j = 0; j < i; j++)
				assert_true(a[i] != a[j]);
		for (int i = 0; i < 5; i++)
			assert_true(round == 0 ? a[i] >> 48 == 0xffff :
			    a[i] <= UINT32_MAX);
		narrow.ptr_size = 4;
		m->config.arch = &narrow;
	}
	sim_machine_destroy(m);
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
		cmocka_unit_test(test_two_kinds_of_names),
		cmocka_unit_test(test_truncation_is_seen),
		cmocka_unit_test(test_last_use_of_a_file),
		cmocka_unit_test(test_huge_files),
		cmocka_unit_test(test_names_of_objects),
		cmocka_unit_test(test_failed_exec_leaves_nothing),
		cmocka_unit_test(test_exec_and_what_stays),
		cmocka_unit_test(test_vfork_shares),
		cmocka_unit_test(test_growing_entry),
		cmocka_unit_test(test_growing_mapping),
		cmocka_unit_test(test_orphans),
		cmocka_unit_test(test_inheritance),
		cmocka_unit_test(test_check_of_the_rest),
		cmocka_unit_test(test_near_values),
		cmocka_unit_test(test_event_texts),
		cmocka_unit_test(test_event_names),
		cmocka_unit_test(test_call_json),
		cmocka_unit_test(test_kernel_addresses),
	};

	return cmocka_run_group_tests_name("sim/machine_edge", tests, NULL,
	    NULL);
}
