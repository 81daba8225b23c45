/*
 * Each host allocation of an operation fails in turn: the operation then says
 * ENOMEM, or does its whole work without it, and a failure leaves no trace.
 *
 * A trace is a line of the state written as text (state_text); memory that
 * slabs keep for later is none.  Every case ends with an empty machine, in
 * which all frames must have come back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/common.h"

#define TEXT 65536
#define WINDOW UINT64_C(0x20000000)

/* --------------------------------------------------------------- state ---- */

struct text {
	char buf[TEXT];
	size_t at;
};

static void __attribute__((format(printf, 2, 3)))
put(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->at += (size_t)vsnprintf(t->buf + t->at, TEXT - t->at, fmt, ap);
	va_end(ap);
	assert_true(t->at < TEXT);
}

static void
put_map(struct text *t, struct vm_map *map)
{
	const struct vm_map_entry *e;

	for (e = map->header.next; e != &map->header; e = e->next)
		put(t,
		    "  %llx-%llx %u/%u e%x f%x i%u a%u w%u obj%u+%llx "
		    "amap%u anons%llu\n",
		    (unsigned long long)e->start, (unsigned long long)e->end,
		    e->protection, e->max_protection, e->etype, e->flags,
		    e->inheritance, e->advice, e->wired_count,
		    e->object != NULL ? e->object->id : 0,
		    (unsigned long long)e->offset, e->amap != NULL,
		    e->amap != NULL ? (unsigned long long)e->amap->slots.nused :
				      0);
}

static void
put_process(struct text *t, struct process *p)
{
	put(t,
	    "process %d %s of %d image %s state %d flags %llx brk %llx-%llx "
	    "stack %llx mmap %llx anon %llx\n",
	    p->pid, p->name, p->ppid, p->image != NULL ? p->image : "-",
	    p->state, (unsigned long long)p->personality_flags,
	    (unsigned long long)p->brk_start, (unsigned long long)p->brk,
	    (unsigned long long)p->stack_top, (unsigned long long)p->mmap_base,
	    (unsigned long long)p->anon_loc);
	for (int i = 0; i < SIM_NLIMITS; i++)
		put(t, "  limit %llx %llx\n",
		    (unsigned long long)p->rlimit[i].cur,
		    (unsigned long long)p->rlimit[i].max);
	for (int i = 0; i < p->nfd; i++)
		if (p->fd[i].file != NULL)
			put(t, "  fd %d %s %u\n", i, p->fd[i].file->path,
			    p->fd[i].mode);
	for (const struct sim_attach *a = p->attaches; a != NULL; a = a->next)
		put(t, "  attach %d %llx\n", a->shm->id,
		    (unsigned long long)a->addr);
	if (p->vmspace == NULL)
		return;
	put(t, "  space refs %u size %llx tsize %llu dsize %llu ssize %llu\n",
	    p->vmspace->vm_refcnt, (unsigned long long)p->vmspace->vm_map.size,
	    (unsigned long long)p->vmspace->vm_tsize,
	    (unsigned long long)p->vmspace->vm_dsize,
	    (unsigned long long)p->vmspace->vm_ssize);
	put_map(t, &p->vmspace->vm_map);
}

static void
put_file(struct text *t, const struct sim_file *f)
{
	put(t,
	    "file %s ino %u links %u opens %u refs %u size %llx pages "
	    "%llu\n",
	    f->path, f->ino, f->links, f->opens, f->object->refs,
	    (unsigned long long)f->object->size,
	    (unsigned long long)f->object->pages.nused);
}

static void
state_text(struct machine *m, struct text *t)
{
	t->at = 0;
	put(t, "next pid %d shm %d ino %u random %llx frames %llu\n",
	    m->next_pid, m->next_shmid, m->next_ino, (unsigned long long)m->rng,
	    (unsigned long long)m->vm.exp.free);
	for (struct process *p = m->procs; p != NULL; p = p->hh.next)
		if (p != m->kernel)
			put_process(t, p);
	for (const struct sim_file *f = m->files; f != NULL; f = f->hh.next)
		put_file(t, f);
	for (const struct sim_file *f = m->unlinked; f != NULL; f = f->hh.next)
		put_file(t, f);
	for (const struct sim_shm *s = m->shms; s != NULL; s = s->hh.next)
		put(t,
		    "segment %d key %lld size %llx nattch %u removed %d "
		    "refs %u\n",
		    s->id, (long long)s->key, (unsigned long long)s->size,
		    s->nattch, s->removed, s->object->refs);
}

static void
same_state(const struct text *a, const struct text *b, const char *what,
    uint64_t n)
{
	const char *x = a->buf, *y = b->buf;

	if (strcmp(x, y) == 0)
		return;
	while (*x == *y)
		x++, y++;
	while (x > a->buf && x[-1] != '\n')
		x--, y--;
	fail_msg("%s, allocation %llu failing, changes the state\nfrom %.*s\n"
		 "to   %.*s",
	    what, (unsigned long long)n, (int)strcspn(x, "\n"), x,
	    (int)strcspn(y, "\n"), y);
}

static void
check(struct machine *m, const char *what, uint64_t n)
{
	char buf[200];
	const char *why = machine_check(m, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("%s, allocation %llu failing: %s", what,
		    (unsigned long long)n, why);
}

/* --------------------------------------------------------------- world ---- */

static uint64_t
konst(const struct process *p, const char *name)
{
	uint64_t v = 0;

	(void)sim_const_value(p->personality, name, &v);
	return v;
}

static uint64_t
must(struct machine *m, struct process *p, const struct sim_call *c)
{
	uint64_t ret;
	int err = sim_syscall(m, p, c, &ret);

	if (err != 0)
		fail_msg("%s: %s: %s: %s", p->personality->name,
		    sim_sysname(c->no), sim_errname(err),
		    m->error.why != NULL ? m->error.why : "");
	return ret;
}

#define CALL(id, ...) \
	(&(const struct sim_call){ .no = SIM_SYS_##id, __VA_ARGS__ })

/* A machine with a process that has some of everything. */
static struct machine *
make_world(const struct sim_personality *pers, struct process **out)
{
	struct sim_config config;
	struct machine *m;
	struct process *p;
	char err[200];
	const struct sim_image program = { .path = "/bin/program" };
	uint64_t fixed, id, addr;

	sim_config_default(&config);
	config.ram = (uint64_t)8 << 20;
	config.personality = pers;
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "p", 0, NULL, &program, &p), 0);
	assert_non_null(sim_file_get(m, "/data", 65536, SIM_FILE_REG));
	fixed = konst(p, "MAP_FIXED");
	for (int i = 0; i < 5; i++) /* the table is full */
		must(m, p, CALL(OPEN, .str = "/data", .arg = { 2 }));
	assert_int_equal(p->nfd, 8);
	must(m, p,
	    CALL(MMAP,
		.arg = { WINDOW, 0x20000, 3,
		    fixed | konst(p, "MAP_PRIVATE") | konst(p, "MAP_ANON"),
		    UINT64_MAX }));
	must(m, p,
	    CALL(MMAP,
		.arg = { WINDOW + 0x40000, 0x8000, 3,
		    fixed | konst(p, "MAP_SHARED"), 3 }));
	must(m, p,
	    CALL(MMAP,
		.arg = { WINDOW + 0x60000, 0x8000, 3,
		    fixed | konst(p, "MAP_PRIVATE"), 3, 0x2000 }));
	id = must(m, p, CALL(SHMGET, .arg = { 7, 0x3000, 01666 }));
	addr = must(m, p, CALL(SHMAT, .arg = { id }));
	assert_int_equal(sim_access(m, p, addr, 0x3000, 2, NULL), 0);
	for (vaddr_t at = 0; at <= 0x60000; at += 0x20000)
		if (at != 0x20000)
			assert_int_equal(sim_access(m, p, WINDOW + at, 0x8000,
					     2, NULL),
			    0);
	must(m, p, CALL(MLOCK, .arg = { WINDOW, 0x2000 }));
	*out = p;
	return m;
}

/* Everybody leaves: what is taken then was lost on the way. */
static void
empty_world(struct machine *m, const char *what)
{
	struct process *p, *pnext;
	struct sim_file *f, *fnext;
	struct sim_shm *s, *snext;
	const struct vm_page *pg = m->vm.pages.page;
	uint64_t tables = 0;

	assert_int_equal(sim_spawn(m, "last", 0, NULL, NULL, &p), 0);
	HASH_ITER(hh, m->shms, s, snext)
		must(m, p,
		    CALL(SHMCTL,
			.arg = { (uint64_t)s->id, konst(p, "IPC_RMID") }));
	HASH_ITER(hh, m->procs, p, pnext)
		if (p != m->kernel) {
			sim_process_exit(m, p, 0, 0);
			sim_process_reap(m, p);
		}
	HASH_ITER(hh, m->files, f, fnext)
		sim_file_unlink(m, f);
	assert_null(m->shms);
	check(m, what, 0);
	for (pfn_t i = 1; i <= m->vm.pages.npages; i++)
		tables += (pg[i].pg_flags & PG_PTP) != 0;
	assert_null(m->vm.first_object);
	assert_int_equal(m->vm.anons.inuse, 0);
	assert_int_equal(m->vm.exp.free + tables, m->vm.exp.npages);
	sim_machine_destroy(m);
}

/* --------------------------------------------------------------- cases ---- */

struct op {
	const char *what;
	struct sim_call call;
};

static const struct sim_segment segments[] = {
	{ 0x400000, 0x402000, 5, false, SIM_SEG_FILE, 0, "/bin/new" },
	{ 0x402000, 0x404000, 3, false, SIM_SEG_FILE, 0x2000, "/bin/new" },
	{ 0x404000, 0x406000, 3, false, SIM_SEG_HEAP, 0, NULL },
	{ 0x500000, 0x520000, 1, true, SIM_SEG_FILE, 0, "/data" },
	{ 0x600000, 0x601000, 1, true, SIM_SEG_FILE, 0, "/lib/other" },
	{ 0x7ff00000, 0x7ff20000, 3, false, SIM_SEG_STACK, 0, NULL },
};
static const struct sim_image image = { "/bin/new", segments, 6, 0 };

static const struct op ops[] = {
	{ "fork", { .no = SIM_SYS_FORK, .str = "child" } },
	{ "fork without a name", { .no = SIM_SYS_FORK } },
	{ "vfork", { .no = SIM_SYS_VFORK, .str = "child" } },
	{ "exec", { .no = SIM_SYS_EXEC, .str = "/bin/ls" } },
	{ "exec of segments",
	    { .no = SIM_SYS_EXEC, .str = "/bin/new", .image = &image } },
	{ "open", { .no = SIM_SYS_OPEN, .str = "/data", .arg = { 2 } } },
	{ "open of a new file",
	    { .no = SIM_SYS_OPEN, .str = "/data3", .arg = { 0xa42 } } },
	{ "shmget", { .no = SIM_SYS_SHMGET, .arg = { 8, 4096, 01666 } } },
	{ "shmat", { .no = SIM_SYS_SHMAT, .arg = { 65536 } } },
	{ "shm_open",
	    { .no = SIM_SYS_SHM_OPEN, .str = "/data2", .arg = { 0xa42 } } },
	{ "memfd_create", { .no = SIM_SYS_MEMFD_CREATE, .str = "x" } },
	{ "munmap",
	    { .no = SIM_SYS_MUNMAP, .arg = { WINDOW + 0x1000, 0x1000 } } },
	{ "mprotect",
	    { .no = SIM_SYS_MPROTECT, .arg = { WINDOW + 0x3000, 0x3000, 1 } } },
	{ "brk", { .no = SIM_SYS_SBRK, .arg = { 0x10000 } } },
	{ "exit", { .no = SIM_SYS_EXIT, .arg = { 1 } } },
};

/* => the operation succeeded with no allocation left to fail */
static bool
fail_nth(const struct sim_personality *pers, const struct op *op, uint64_t n)
{
	static struct text before, after;
	struct process *p;
	struct machine *m = make_world(pers, &p);
	char what[64];
	bool fired;
	int err;

	snprintf(what, sizeof(what), "%s: %s", pers->name, op->what);
	state_text(m, &before);
	mem_fail_after(m->mem, n);
	err = sim_syscall(m, p, &op->call, NULL);
	fired = mem_fail_fired(m->mem);
	mem_fail_after(m->mem, 0);
	if (err != 0) {
		if (!fired || err != ENOMEM)
			fail_msg("%s, allocation %llu failing: %s: %s", what,
			    (unsigned long long)n, sim_errname(err),
			    m->error.why != NULL ? m->error.why : "");
		assert_int_equal(m->error.err, err);
		assert_non_null(m->error.why);
		state_text(m, &after);
		same_state(&before, &after, what, n);
	}
	check(m, what, n);
	empty_world(m, what);
	return !fired;
}

static void
fail_each(const struct sim_personality *pers)
{
	for (size_t i = 0; i < NELEM(ops); i++) {
		uint64_t n = 1;

		if (pers->sys[ops[i].call.no] == NULL)
			continue;
		while (!fail_nth(pers, &ops[i], n))
			assert_true(++n < 2000);
	}
}

static void
test_freebsd(void **state)
{
	(void)state;
	fail_each(&sim_freebsd);
}

static void
test_netbsd(void **state)
{
	(void)state;
	fail_each(&sim_netbsd);
}

static void
test_openbsd(void **state)
{
	(void)state;
	fail_each(&sim_openbsd);
}

static void
test_linux(void **state)
{
	(void)state;
	fail_each(&sim_linux);
}

/* sim_spawn is no system call, but has the same rule. */
static void
test_spawn(void **state)
{
	static struct text before, after;
	struct process *p, *q;
	struct machine *m;
	uint64_t n = 1;
	int err;

	(void)state;
	for (size_t i = 0; sim_personalities[i] != NULL; i++)
		for (int seg = 0; seg < 2; seg++) {
			m = make_world(sim_personalities[i], &p);
			state_text(m, &before);
			for (n = 1;; n++) {
				mem_fail_after(m->mem, n);
				err = sim_spawn(m, "q", 0, NULL,
				    seg ? &image : NULL, &q);
				if (!mem_fail_fired(m->mem))
					break;
				mem_fail_after(m->mem, 0);
				assert_int_equal(err, ENOMEM);
				state_text(m, &after);
				same_state(&before, &after, "spawn", n);
				check(m, "spawn", n);
			}
			mem_fail_after(m->mem, 0);
			assert_int_equal(err, 0);
			empty_world(m, "spawn");
		}
}

/* Accesses may fail too; what they did before stays, nothing is lost. */
static void
test_accesses(void **state)
{
	struct process *p;
	struct machine *m;
	bool fired = true;

	(void)state;
	for (size_t i = 0; sim_personalities[i] != NULL; i++)
		for (uint64_t n = 1; n == 1 || fired; n++) {
			struct sim_signal sig;
			int err;

			m = make_world(sim_personalities[i], &p);
			mem_fail_after(m->mem, n);
			err = sim_access(m, p, WINDOW, 0x20000, 2, &sig);
			if (err == 0)
				err = sim_access(m, p, p->stack_top - 0x40000,
				    0x1000, 2, &sig);
			fired = mem_fail_fired(m->mem);
			mem_fail_after(m->mem, 0);
			if (err != 0) {
				assert_true(fired);
				assert_non_null(sig.signame);
			}
			check(m, "access", n);
			empty_world(m, "access");
		}
}

/* A machine that cannot be made leaves nothing and says so. */
static void
test_create_in_small_memory(void **state)
{
	struct sim_config config;
	struct machine *m = NULL;
	char err[200];

	(void)state;
	sim_config_default(&config);
	for (uint64_t pages = 1; pages < 64; pages++) {
		config.ram = pages << 12;
		err[0] = '\0';
		if (sim_machine_create(&config, &m, err, sizeof(err)) == 0)
			sim_machine_destroy(m);
		else
			assert_true(strlen(err) > 10);
	}
	sim_machine_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freebsd),
		cmocka_unit_test(test_netbsd),
		cmocka_unit_test(test_openbsd),
		cmocka_unit_test(test_linux),
		cmocka_unit_test(test_spawn),
		cmocka_unit_test(test_accesses),
		cmocka_unit_test(test_create_in_small_memory),
	};

	return cmocka_run_group_tests_name("sim/machine_fault", tests, NULL,
	    NULL);
}
