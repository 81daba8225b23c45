/*
 * Want of memory: who waits, who is killed, who lives (sim/oom.h).  The machine
 * of 1M has 256 frames; without swap, what fits is a little less than 1M.
 */
#include "shortage.h"

#include <stdio.h>
#include <string.h>

/* NetBSD, OpenBSD: the process that faults, however small. */
static void
self(const struct sim_personality *system)
{
	struct machine *m = shortage_machine("ram=1M");
	const uint64_t before = m->vm.exp.free;
	struct process *big = shortage_process(m, "big", system);
	struct process *small = shortage_process(m, "small", system);
	struct sim_signal sig;
	vaddr_t va = shortage_map(m, big, 2 * MB);

	for (vsize_t n = 0; m->vm.exp.free > 12; n += PAGE)
		assert_int_equal(shortage_write(m, big, va + n, PAGE), 0);
	va = shortage_map(m, small, MB);
	assert_int_equal(sim_access(m, small, va, MB, VM_PROT_WRITE, &sig),
	    ENOMEM);
	assert_string_equal(sig.signame, "SIGKILL");
	assert_true(sig.addr >= va && sig.addr < va + MB);
	assert_int_equal(small->state, SIM_EXITED);
	assert_int_equal(small->exit_signal, 9);
	assert_null(small->vmspace);
	assert_int_equal(big->state, SIM_RUNNING);
	assert_int_equal(m->oom_kills, 1);
	assert_int_equal(shortage_write(m, small, va, PAGE), ESRCH);
	sim_process_exit(m, big, 0, 0);
	assert_int_equal(m->vm.exp.free, before);
	shortage_end(m);
}

static void
test_self(void **state)
{
	(void)state;
	self(&sim_netbsd);
	self(&sim_openbsd);
}

/* FreeBSD: the largest goes, whoever faults, and the fault is tried again. */
static void
test_largest(void **state)
{
	struct machine *m = shortage_machine("ram=1M");
	struct process *big = shortage_process(m, "big", &sim_freebsd);
	struct process *small = shortage_process(m, "small", &sim_freebsd);
	vaddr_t va = shortage_map(m, big, MB);

	(void)state;
	assert_int_equal(shortage_write(m, big, va, 700 * KB), 0);
	va = shortage_map(m, small, MB);
	assert_int_equal(shortage_write(m, small, va, 400 * KB), 0);
	assert_int_equal(big->exit_signal, 9);
	assert_int_equal(small->state, SIM_RUNNING);
	assert_int_equal(small->vmspace->vm_map.pmap->resident, 100);
	assert_int_equal(m->oom_kills, 1);
	shortage_end(m);
}

/* Of the others only; when all are spared nobody dies, and the fault fails. */
static void
test_protected(void **state)
{
	struct machine *m = shortage_machine("ram=1M");
	struct process *big = shortage_process(m, "big", &sim_freebsd);
	struct process *small = shortage_process(m, "small", &sim_freebsd);
	struct process *init;
	struct sim_signal sig;
	vaddr_t va;

	(void)state;
	assert_int_equal(shortage_call(m, big, SIM_SYS_MADVISE, 0, 0, 10), 0);
	assert_int_equal(big->pflags & SIM_P_PROTECTED, SIM_P_PROTECTED);
	assert_int_equal(sim_spawn(m, "init", 1, &sim_freebsd, NULL, &init), 0);
	va = shortage_map(m, init, 80 * KB);
	assert_int_equal(shortage_write(m, init, va, 80 * KB), 0);
	va = shortage_map(m, small, 40 * KB);
	assert_int_equal(shortage_write(m, small, va, 40 * KB), 0);
	va = shortage_map(m, big, 4 * MB);
	assert_int_equal(sim_access(m, big, va, 4 * MB, VM_PROT_WRITE, &sig),
	    ENOMEM);
	assert_string_equal(sig.code, "BUS_OOMERR");
	assert_int_equal(small->exit_signal, 9);
	assert_int_equal(init->state, SIM_RUNNING);
	assert_int_equal(big->state, SIM_RUNNING);
	assert_int_equal(m->oom_kills, 1);
	assert_int_equal(sim_oom_points(m, big), 0);
	shortage_end(m);
}

/* madvise(MADV_PROTECT) is the superuser's, and a child has none of it. */
static void
test_protect_rules(void **state)
{
	struct machine *m = shortage_machine("ram=1M");
	struct process *p = shortage_process(m, "p", &sim_freebsd), *child;
	struct process *tux = shortage_process(m, "tux", &sim_linux);

	(void)state;
	p->uid = 1000;
	assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, 0, 0, 10), EPERM);
	assert_int_equal(p->pflags, 0);
	p->uid = 0;
	assert_int_equal(shortage_call(m, p, SIM_SYS_MADVISE, 0, 0, 10), 0);
	assert_int_equal(shortage_call(m, p, SIM_SYS_FORK, 0, 0, 0), 0);
	child = sim_process_bypid(m, (int)shortage_ret());
	assert_int_equal(child->pflags, 0);
	tux->oom_score_adj = -300;
	assert_int_equal(shortage_call(m, tux, SIM_SYS_FORK, 0, 0, 0), 0);
	child = sim_process_bypid(m, (int)shortage_ret());
	assert_int_equal(child->oom_score_adj, -300);
	shortage_end(m);
}

/* Linux: pages, and thousandths of all memory as the administrator says. */
static void
test_badness(void **state)
{
	struct machine *m = shortage_machine("ram=1M,swap=1M");
	struct process *a = shortage_process(m, "a", &sim_linux);
	struct process *b = shortage_process(m, "b", &sim_linux);
	struct sim_oom_size size;
	const int64_t all = (int64_t)(m->vm.exp.npages + m->vm.exp.swpages);
	vaddr_t va = shortage_map(m, a, 200 * KB), vb;

	(void)state;
	assert_int_equal(shortage_write(m, a, va, 200 * KB), 0);
	sim_oom_size(a, &size);
	assert_int_equal(size.mapped, 50);
	assert_int_equal(size.swapped, 0);
	assert_int_equal(size.tables, a->vmspace->vm_map.pmap->ntables);
	assert_int_equal(sim_oom_points(m, a), 50 + (int64_t)size.tables);
	a->oom_score_adj = 500;
	assert_int_equal(sim_oom_points(m, a),
	    50 + (int64_t)size.tables + all / 2);
	a->oom_score_adj = -900;
	assert_int_equal(sim_oom_points(m, a), 1);
	a->oom_score_adj = -1000;
	assert_int_equal(sim_oom_points(m, a), 0);

	a->oom_score_adj = 800;
	vb = shortage_map(m, b, 1200 * KB);
	assert_int_equal(shortage_write(m, b, vb, 1200 * KB), 0);
	assert_int_equal(a->state, SIM_RUNNING); /* swap took it all */
	sim_oom_size(b, &size);
	assert_true(size.swapped > 0);
	assert_int_equal(size.resident + size.swapped, 300);
	vb = shortage_map(m, b, 1200 * KB);
	assert_int_equal(shortage_write(m, b, vb, 600 * KB), 0);
	assert_int_equal(a->exit_signal, 9); /* far smaller, but offered */
	assert_int_equal(b->state, SIM_RUNNING);
	shortage_end(m);
}

/* Without a daemon nothing is new: the fault fails. */
static void
test_none(void **state)
{
	struct machine *m = shortage_machine("ram=1M,policy=none");
	struct process *p = shortage_process(m, "p", &sim_freebsd);
	vaddr_t va = shortage_map(m, p, 2 * MB);

	(void)state;
	assert_int_equal(shortage_write(m, p, va, 2 * MB), ENOMEM);
	assert_int_equal(p->state, SIM_RUNNING);
	assert_int_equal(m->oom_kills, 0);
	assert_int_equal(m->vm.pageout.waits, 0);
	assert_int_equal(shortage_read(m, p, va, PAGE), 0);
	shortage_end(m);
}

/* Want of the host's memory is nobody's fault. */
static void
test_host(void **state)
{
	struct machine *m = shortage_machine("ram=1M");
	struct process *p = shortage_process(m, "p", &sim_freebsd);
	vaddr_t va = shortage_map(m, p, MB);

	(void)state;
	mem_fail_after(m->mem, 1);
	assert_int_equal(shortage_write(m, p, va, PAGE), ENOMEM);
	assert_true(mem_fail_fired(m->mem));
	mem_fail_after(m->mem, 0);
	assert_int_equal(p->state, SIM_RUNNING);
	assert_int_equal(m->oom_kills, 0);
	assert_int_equal(shortage_write(m, p, va, PAGE), 0);
	shortage_end(m);
}

/*
 * fork of locked memory copies it at once.  In NetBSD the call fails; in
 * FreeBSD and Linux somebody makes room.
 */
static void
test_calls(void **state)
{
	static const struct sim_personality *const systems[] = { &sim_netbsd,
		&sim_freebsd, &sim_linux };

	(void)state;
	for (size_t i = 0; i < NELEM(systems); i++) {
		struct machine *m = shortage_machine("ram=1M");
		struct process *p = shortage_process(m, "p", systems[i]);
		struct process *big = shortage_process(m, "big", systems[i]);
		vaddr_t va = shortage_map(m, p, 200 * KB);

		assert_int_equal(shortage_call(m, p, SIM_SYS_MLOCK, va,
				     200 * KB, 0),
		    0);
		va = shortage_map(m, big, MB);
		for (vsize_t n = 0; m->vm.exp.free > 20; n += PAGE)
			assert_int_equal(shortage_write(m, big, va + n, PAGE),
			    0);
		assert_int_equal(shortage_call(m, p, SIM_SYS_FORK, 0, 0, 0),
		    i == 0 ? ENOMEM : 0);
		assert_int_equal(p->state, SIM_RUNNING);
		assert_int_equal(big->exit_signal, i == 0 ? 0 : 9);
		shortage_end(m);
	}
}

/* Many frames at once, more than a daemon keeps free: swap has room. */
static void
test_at_once(void **state)
{
	static const char *const policies[] = { "uvm", "freebsd", "aix",
		"clock", "lfu" };

	(void)state;
	for (size_t i = 0; i < NELEM(policies); i++) {
		char pairs[60];
		struct machine *m;
		struct process *p, *other;
		vaddr_t va;

		(void)snprintf(pairs, sizeof(pairs), "ram=1M,swap=8M,policy=%s",
		    policies[i]);
		m = shortage_machine(pairs);
		p = shortage_process(m, "p", &sim_freebsd);
		other = shortage_process(m, "other", &sim_netbsd);
		va = shortage_map(m, p, 60 * PAGE);
		assert_int_equal(shortage_call(m, p, SIM_SYS_MLOCK, va,
				     60 * PAGE, 0),
		    0);
		va = shortage_map(m, other, 2 * MB);
		assert_int_equal(shortage_write(m, other, va, 2 * MB), 0);
		assert_int_equal(shortage_call(m, p, SIM_SYS_FORK, 0, 0, 0), 0);
		assert_int_equal(m->oom_kills, 0);
		assert_int_equal(m->vm.pageout.failed, 0);
		shortage_end(m);
	}
}

/*
 * Page tables have taken all frames but one or two, and a copy wants two at
 * once: whatever the daemon gains, the page that is to be copied takes again.
 * Memory is out then, too: the process does not live on with an error.
 */
static void
last_frames(const char *config, const struct sim_personality *system)
{
	struct machine *m = shortage_machine(config);
	struct process *p = shortage_process(m, "p", system), *child = p;
	const vaddr_t va = shortage_map(m, p, 10 * PAGE);
	struct sim_signal sig;
	int error = 0;

	assert_int_equal(shortage_write(m, p, va, 10 * PAGE), 0);
	for (unsigned i = 0; i < 100 && error == 0; i++) {
		assert_int_equal(shortage_call(m, p, SIM_SYS_FORK, 0, 0, 0), 0);
		child = sim_process_bypid(m, (int)shortage_ret());
		assert_non_null(child);
		error = sim_access(m, child, va, 10 * PAGE, VM_PROT_WRITE,
		    &sig);
	}
	/* Of 64 frames, each must have one: the root of its page table. */
	assert_in_range(HASH_COUNT(m->procs), 50, 62);
	assert_int_equal(error, ENOMEM);
	assert_string_equal(sig.signame, "SIGKILL");
	assert_string_equal(sig.code, "SI_KERNEL");
	assert_int_equal(child->state, SIM_EXITED);
	assert_int_equal(m->oom_kills, 1);
	assert_int_equal(p->state, SIM_RUNNING);
	shortage_end(m);
}

static void
test_last_frames(void **state)
{
	(void)state;
	last_frames("ram=256K,swap=8M,policy=uvm", &sim_netbsd);
	last_frames("ram=256K,swap=8M,policy=uvm", &sim_openbsd);
	last_frames("ram=256K,swap=8M,policy=freebsd", &sim_netbsd);
	last_frames("ram=256K,swap=8M,policy=aix", &sim_netbsd);
	last_frames("ram=256K,swap=8M,policy=lru", &sim_netbsd);
}

static vaddr_t
map_shared(struct machine *m, struct process *p, vsize_t size, uint64_t flags,
    uint64_t fd)
{
	const struct sim_call call = { .no = SIM_SYS_MMAP,
		.arg = { 0, size, 3, flags, fd, 0 } };
	uint64_t addr;

	assert_int_equal(sim_syscall(m, p, &call, &addr), 0);
	return addr;
}

/*
 * A major fault is one that read a page: once, however often it had to wait for
 * a frame, and not one that made shared memory of zeros.
 */
static void
majors(const char *config)
{
	const struct sim_call open = { .no = SIM_SYS_OPEN,
		.str = "/data",
		.arg = { 2 } };
	struct machine *m = shortage_machine(config);
	struct process *p = shortage_process(m, "p", &sim_linux);
	const struct uvmexp *exp = &m->vm.exp;
	uint64_t fd, zeroed;
	vaddr_t va;

	va = map_shared(m, p, 64 * KB, 0x21, UINT64_MAX);
	assert_int_equal(shortage_write(m, p, va, 64 * KB), 0);
	assert_int_equal(m->vm.stat.aobjzero, 16);
	assert_int_equal(p->majflt, 0);
	assert_int_equal(p->minflt, 16);

	assert_non_null(sim_file_get(m, "/data", 4 * MB, SIM_FILE_REG));
	assert_int_equal(sim_syscall(m, p, &open, &fd), 0);
	va = map_shared(m, p, 4 * MB, 1, fd);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(shortage_write(m, p, va, 4 * MB), 0);
	va = map_shared(m, p, MB, 0x21, UINT64_MAX);
	zeroed = p->minflt;
	assert_int_equal(shortage_write(m, p, va, MB), 0);
	assert_int_equal(p->minflt - zeroed, MB / PAGE);
	assert_int_equal(shortage_read(m, p, va, MB), 0);
	assert_true(exp->nswget > 0);
	assert_true(exp->pageins - exp->nswget >= 2 * 1024);
	assert_int_equal(p->majflt, exp->pageins);
	shortage_end(m);
}

static void
test_majors(void **state)
{
	(void)state;
	majors("ram=256K,swap=4M,policy=uvm");
	majors("ram=256K,swap=4M,policy=freebsd");
	majors("ram=256K,swap=4M,policy=aix");
	majors("ram=256K,swap=4M,policy=lru");
	majors("ram=256K,swap=4M,policy=clock,frames=9");
}

/* Waits, gains and faults are those of the process whose they were. */
static void
test_accounts(void **state)
{
	struct machine *m = shortage_machine("ram=1M,swap=8M");
	struct process *p = shortage_process(m, "p", &sim_netbsd);
	struct process *q = shortage_process(m, "q", &sim_netbsd);
	const struct vm_pageout *po = &m->vm.pageout;
	vaddr_t va = shortage_map(m, p, 3 * MB), vq = shortage_map(m, q, MB);

	(void)state;
	assert_int_equal(shortage_write(m, p, va, 3 * MB), 0);
	assert_int_equal(shortage_write(m, q, vq, MB), 0);
	assert_int_equal(shortage_read(m, p, va, 100 * PAGE), 0);
	assert_true(m->vm.exp.pgswapout > 0);
	assert_int_equal(p->waits + q->waits, po->waits);
	assert_int_equal(p->wait_pages + q->wait_pages, po->wait_pages);
	assert_int_equal(p->minflt + q->minflt, m->vm.stat.minflt);
	assert_int_equal(p->majflt + q->majflt, m->vm.stat.majflt);
	assert_int_equal(p->majflt, m->vm.exp.nswget);
	assert_true(p->majflt > 0);
	assert_int_equal(q->majflt, 0);
	assert_int_equal(q->minflt, MB / PAGE);
	assert_int_equal(p->nswap + q->nswap, 0);
	assert_int_equal(po->failed, 0);
	assert_int_equal(m->oom_kills, 0);
	shortage_end(m);
}

/* A batch goes on when somebody else has made room. */
static void
test_batch(void **state)
{
	struct machine *m = shortage_machine("ram=1M");
	struct process *big = shortage_process(m, "big", &sim_freebsd);
	struct process *p = shortage_process(m, "p", &sim_freebsd);
	vaddr_t va = shortage_map(m, big, MB);
	struct vm_ref ref[90];
	size_t done;

	(void)state;
	assert_int_equal(shortage_write(m, big, va, 720 * KB), 0);
	va = shortage_map(m, p, MB);
	for (size_t i = 0; i < NELEM(ref); i++)
		ref[i] = vm_ref_make(va + i * PAGE, VM_PROT_WRITE);
	assert_int_equal(sim_access_batch(m, p, ref, NELEM(ref), &done, NULL),
	    0);
	assert_int_equal(done, NELEM(ref));
	assert_int_equal(big->exit_signal, 9);
	assert_int_equal(p->nrefs, NELEM(ref));
	shortage_end(m);
}

struct heard {
	unsigned n;
	uint64_t pid, resident, swapped;
};

static void
hear(void *ctx, const struct vm_event *ev)
{
	struct heard *h = ctx;

	if (ev->kind != VM_EVENT_OOM_KILL)
		return;
	h->n++;
	h->pid = ev->a;
	h->resident = ev->b;
	h->swapped = ev->c;
}

static void
test_event(void **state)
{
	struct machine *m = shortage_machine("ram=1M,swap=256K");
	struct process *p = shortage_process(m, "p", &sim_openbsd);
	vaddr_t va = shortage_map(m, p, 4 * MB);
	struct heard heard = { 0 };
	const int pid = p->pid;

	(void)state;
	m->vm.event_fn = hear;
	m->vm.event_ctx = &heard;
	assert_int_equal(shortage_write(m, p, va, 4 * MB), ENOMEM);
	assert_int_equal(heard.n, 1);
	assert_int_equal(heard.pid, pid);
	assert_true(heard.resident > 200 && heard.resident < 256);
	assert_true(heard.swapped > 0 && heard.swapped <= 64);
	assert_int_equal(heard.resident + heard.swapped, p->nrefs);
	assert_int_equal(m->vm.exp.swpginuse, 0);
	shortage_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_protected),
		cmocka_unit_test(test_protect_rules),
		cmocka_unit_test(test_badness),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_last_frames),
		cmocka_unit_test(test_majors),
		cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
