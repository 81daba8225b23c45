/*
 * FreeBSD's mlock family, break, shm, stacks, layout and signals.
 */
#include "bsd_rows.h"

#define SHARED 0x1
#define PRIVATE 0x2
#define FIXED 0x10
#define STACK 0x400
#define ANON 0x1000
#define GUARD 0x2000
#define FX (ANON | PRIVATE | FIXED)
#define MMAP(...) CALL(MMAP, __VA_ARGS__)
#define MAP4 MMAP(A(0), L(4), RW, FX, M1, 0)
#define HOLE MAP4, CALL(MUNMAP, A(1), L(1))
#define TOP UINT64_C(0x800000000000)
#define MEMLOCK(n) \
	{ \
		.no = DO_LIMIT, .arg = { SIM_RLIMIT_MEMLOCK, L(n) } \
	}
#define VMEM(n) \
	{ \
		.no = DO_LIMIT, .arg = { SIM_RLIMIT_AS, L(n) } \
	}

static const struct row locks[] = {
	{ "addr + len wraps", .call = CALL(MLOCK, A(0), M1), .err = EINVAL },
	{ "the round-up wraps", .call = CALL(MLOCK, 1, M1 - 2), .err = EINVAL },
	{ "more than vm.max_user_wired",
	    SETUP(MMAP(A(0), L(4096), RW, FX, M1, 0), MEMLOCK(9999)),
	    .call = CALL(MLOCK, A(0), L(4000)), .err = ENOMEM },
	{ "over RLIMIT_MEMLOCK", SETUP(MAP4, MEMLOCK(3)),
	    .call = CALL(MLOCK, A(0), L(4)), .err = ENOMEM },
	{ "locked pages count twice",
	    SETUP(MAP4, MEMLOCK(3), CALL(MLOCK, A(0), L(2))),
	    .call = CALL(MLOCK, A(0), L(2)), .err = ENOMEM },
	{ "len 0 anywhere", .call = CALL(MLOCK, A(0), 0) },
	{ "hole inside", SETUP(HOLE), .call = CALL(MLOCK, A(0), L(4)),
	    .err = ENOMEM },
	{ "hole at the start", SETUP(HOLE), .call = CALL(MLOCK, A(1), L(3)),
	    .err = ENOMEM },
	{ "outside the map: clamped, and so unmapped",
	    .call = CALL(MLOCK, TOP + L(4), L(1)), .err = ENOMEM },
	{ "PROT_NONE", SETUP(MAP4, CALL(MPROTECT, A(1), L(1), 0)),
	    .call = CALL(MLOCK, A(0), L(4)), .err = ENOMEM },
	{ "write only is not readable",
	    SETUP(MAP4, CALL(MPROTECT, A(1), L(1), WR)),
	    .call = CALL(MLOCK, A(0), L(4)), .err = ENOMEM },
	{ "a guard", SETUP(MAP4, MMAP(A(4), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MLOCK, A(0), L(5)), .err = ENOMEM },
	{ "past the end of a file",
	    SETUP(CALLS(OPEN, "/f", 2),
		MMAP(A(0), L(20), R, SHARED | FIXED, FD, 0)),
	    .call = CALL(MLOCK, A(14), L(4)), .err = ENOMEM, .changes = true },
	{ "unaligned", SETUP(MAP4, TOUCH(WRITE, A(0), L(4))),
	    .call = CALL(MLOCK, A(1) + 1, 1),
	    .map = "0-1 rw-/rwx Ca; 1-2 rw-/rwx Cwa; 2-4 rw-/rwx Ca" },
	{ "one munlock undoes two mlocks",
	    SETUP(MAP4, CALL(MLOCK, A(0), L(4)), CALL(MLOCK, A(0), L(4))),
	    .call = CALL(MUNLOCK, A(0), L(4)), .map = "0-4 rw-/rwx Ca" },
	{ "munlock of what is not locked", SETUP(MAP4),
	    .call = CALL(MUNLOCK, A(0), L(4)), .map = "0-4 rw-/rwx C" },
	{ "munlock over a hole", SETUP(HOLE), .call = CALL(MUNLOCK, A(0), L(4)),
	    .err = ENOMEM },
	{ "munlock len 0", .call = CALL(MUNLOCK, A(0), 0) },
	{ "munlock wraps", .call = CALL(MUNLOCK, A(0), M1), .err = EINVAL },
	{ "mlockall(0)", .call = CALL(MLOCKALL, 0), .err = EINVAL },
	{ "mlockall(4)", .call = CALL(MLOCKALL, 4), .err = EINVAL },
	{ "mlockall: the map is larger than RLIMIT_MEMLOCK", SETUP(MEMLOCK(5)),
	    .call = CALL(MLOCKALL, 1), .err = ENOMEM },
	{ "mlockall: ENOMEM before FUTURE is set", SETUP(MEMLOCK(5)),
	    .call = CALL(MLOCKALL, 3), .err = ENOMEM },
	{ "mlockall: FUTURE stays when CURRENT fails",
	    SETUP(MMAP(A(0), L(4000), RW, FX, M1, 0), MEMLOCK(99999)),
	    .call = CALL(MLOCKALL, 3), .err = ENOMEM, .changes = true },
	{ "mlockall: a page past a file's end",
	    SETUP(MEMLOCK(99999), CALLS(OPEN, "/f", 2),
		MMAP(A(0), L(20), R, SHARED | FIXED, FD, 0)),
	    .call = CALL(MLOCKALL, 1), .err = EAGAIN, .changes = true },
	{ "mlockall passes over guards and PROT_NONE",
	    SETUP(MEMLOCK(99999), MAP4, CALL(MPROTECT, A(1), L(1), 0),
		MMAP(A(4), L(1), 0, GUARD | FIXED, M1, 0)),
	    .call = CALL(MLOCKALL, 1),
	    .map = "0-1 rw-/rwx Cwa; "
		   "1-2 ---/rwx C; 2-4 rw-/rwx Cwa; 4-5 ---/--- Cg" },
	{ "munlockall ends FUTURE too",
	    SETUP(CALL(MLOCKALL, 2), MAP4, CALL(MUNLOCKALL, 0)),
	    .call = MMAP(A(8), L(1), RW, FX, M1, 0), .ret = A(8),
	    .map = "0-4 rw-/rwx Ca; 8-9 rw-/rwx C" },
};

/* The stand-in: data at DATA, 6 pages of it, the break behind. */
#define DATA UINT64_C(0x1043000)
#define BRK0 (DATA + L(6))

static const struct row breaks[] = {
	{ "below the data segment: where it is", .call = CALL(BRK, 0),
	    .ret = BRK0 },
	{ "growth", .call = CALL(BRK, BRK0 + 1), .ret = BRK0 + L(1) },
	{ "shrinking", SETUP(CALL(BRK, BRK0 + L(4))),
	    .call = CALL(BRK, BRK0 + L(2)), .ret = BRK0 + L(2) },
	{ "the same", .call = CALL(BRK, BRK0), .ret = BRK0 },
	{ "it may cut into the data segment", .call = CALL(BRK, DATA),
	    .ret = DATA },
	{ "over RLIMIT_DATA",
	    SETUP({ .no = DO_LIMIT, .arg = { SIM_RLIMIT_DATA, L(8) } }),
	    .call = CALL(BRK, BRK0 + L(3)), .err = ENOMEM },
	{ "up to RLIMIT_DATA",
	    SETUP({ .no = DO_LIMIT, .arg = { SIM_RLIMIT_DATA, L(8) } }),
	    .call = CALL(BRK, BRK0 + L(2)), .ret = BRK0 + L(2) },
	{ "past the map",
	    SETUP({ .no = DO_LIMIT, .arg = { SIM_RLIMIT_DATA, M1 } }),
	    .call = CALL(BRK, TOP + 1), .err = ENOMEM },
	{ "over RLIMIT_VMEM", SETUP(VMEM(1)), .call = CALL(BRK, BRK0 + L(1)),
	    .err = ENOMEM },
	{ "MCL_FUTURE and RLIMIT_MEMLOCK", SETUP(CALL(MLOCKALL, 2), MEMLOCK(1)),
	    .call = CALL(BRK, BRK0 + L(2)), .err = ENOMEM },
	{ "MCL_FUTURE wires", SETUP(CALL(MLOCKALL, 2)),
	    .call = CALL(BRK, BRK0 + L(2)), .ret = BRK0 + L(2) },
	{ "collision", SETUP(MMAP(BRK0 + L(3), L(1), R, FX, M1, 0)),
	    .call = CALL(BRK, BRK0 + L(4)), .err = ENOMEM },
	{ "sbrk(0)", .call = CALL(SBRK, 0), .ret = BRK0 },
	{ "sbrk returns the old break", SETUP(CALL(SBRK, 0x123)),
	    .call = CALL(SBRK, 1), .ret = BRK0 + 0x123 },
	{ "sbrk below the initial break", .call = CALL(SBRK, M1),
	    .err = EINVAL },
	{ "sbrk wraps", .call = CALL(SBRK, INT64_MAX), .err = ENOMEM },
	{ "sbrk back", SETUP(CALL(SBRK, 0x5000)), .call = CALL(SBRK, -0x5000),
	    .ret = BRK0 + 0x5000 },
	{ "sbrk too far down", .call = CALL(SBRK, INT64_MIN), .err = EINVAL },
};

#define ID 65536 /* the first segment */
#define SHMGET(n) CALL(SHMGET, 0, n, 01600)
#define RDONLY 010000
#define RND 020000
#define REMAP 040000

static const struct row shms[] = {
	{ "bad id", .call = CALL(SHMAT, 1, A(0), 0), .err = EINVAL },
	{ "unaligned", SETUP(SHMGET(L(2))),
	    .call = CALL(SHMAT, ID, A(0) + 1, 0), .err = EINVAL },
	{ "SHM_RND rounds down", SETUP(SHMGET(L(2))),
	    .call = CALL(SHMAT, ID, A(0) + 1, RND), .ret = A(0),
	    .map = "0-2 rw-/rw- S" },
	{ "read-only", SETUP(SHMGET(5000)),
	    .call = CALL(SHMAT, ID, A(0), RDONLY), .ret = A(0),
	    .map = "0-2 r--/r-- S" },
	{ "occupied", SETUP(SHMGET(L(2)), MAP4),
	    .call = CALL(SHMAT, ID, A(0), 0), .err = ENOMEM },
	{ "SHM_REMAP replaces", SETUP(SHMGET(L(2)), MAP4),
	    .call = CALL(SHMAT, ID, A(1), REMAP), .ret = A(1),
	    .map = "0-1 rw-/rwx C; 1-3 rw-/rw- S; 3-4 rw-/rwx C" },
	{ "never executable", SETUP(SHMGET(L(2)), CALL(SHMAT, ID, A(0), 0)),
	    .call = CALL(MPROTECT, A(0), L(2), X), .err = EACCES },
	{ "a place for a replay", SETUP(SHMGET(L(2))),
	    .call = { .no = SIM_SYS_SHMAT, .arg = { ID }, .place = A(7) },
	    .ret = A(7) },
	{ "no place wanted: behind the libraries", SETUP(SHMGET(L(2))),
	    .call = CALL(SHMAT, ID, 0, 0),
	    .ret = DATA + (UINT64_C(32) << 30) + L(32 + 977) },
	{ "large: aligned for superpages", SETUP(SHMGET(2 << 20)),
	    .call = CALL(SHMAT, ID, 0, 0),
	    .ret = (DATA + (UINT64_C(32) << 30) + L(32 + 977) + 0x1fffff) &
		~UINT64_C(0x1fffff) },
	{ "too large for any place",
	    SETUP(SHMGET(UINT64_C(1) << 46),
		MMAP(TOP / 2 + L(1), L(1), R, FX, M1, 0),
		MMAP(TOP / 4 + L(1), L(1), R, FX, M1, 0),
		MMAP(TOP / 4 * 3 - L(1), L(1), R, FX, M1, 0)),
	    .call = CALL(SHMAT, ID, 0, 0), .err = ENOMEM },
	{ "shmdt", SETUP(SHMGET(L(2)), CALL(SHMAT, ID, A(0), 0)),
	    .call = CALL(SHMDT, A(0)), .map = "" },
	{ "shmdt wants the exact address",
	    SETUP(SHMGET(L(2)), CALL(SHMAT, ID, A(0), 0)),
	    .call = CALL(SHMDT, A(1)), .err = EINVAL },
	{ "shmdt with nothing attached", SETUP(MAP4), .call = CALL(SHMDT, A(0)),
	    .err = EINVAL },
	{ "shmdt removes whatever is there now",
	    SETUP(SHMGET(L(2)), CALL(SHMAT, ID, A(0), 0), MAP4),
	    .call = CALL(SHMDT, A(0)), .map = "2-4 rw-/rwx C" },
};

static const struct row others[] = {
	{ "no mremap", .call = CALL(MREMAP, 0, 0, 0, 0, 0), .err = ENOSYS },
	{ "no mlock2", .call = CALL(MLOCK2, 0, 0, 0), .err = ENOSYS },
};

static void
test_lock(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, locks, NELEM(locks));
}

static void
test_break(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, breaks, NELEM(breaks));
}

static void
test_shm(void **state)
{
	(void)state;
	run_rows(&sim_freebsd, shms, NELEM(shms));
	run_rows(&sim_freebsd, others, NELEM(others));
}

/* shminfo.shmseg: 128 attachments. */
static void
test_shm_table(void **state)
{
	struct step get = SHMGET(L(1)), at = CALL(SHMAT, ID, A(0), 0);
	struct world w;
	uint64_t ret;
	int i;

	(void)state;
	world_make(&w, &sim_freebsd);
	assert_int_equal(world_do(&w, &get, &ret), 0);
	for (i = 0; i < 128; i++, at.arg[1] += L(1))
		assert_int_equal(world_do(&w, &at, &ret), 0);
	assert_int_equal(world_do(&w, &at, &ret), EMFILE);
	world_free(&w);
}

/* -------------------------------------------------------------- stacks --- */

struct growth {
	const char *what;
	struct step setup[3];
	int n;
	vaddr_t va;
	int err;
	const char *map;
};

#define ST(pages) MMAP(A(0), L(pages), RW, STACK | FIXED, M1, 0)

static const struct growth growths[] = {
	{ "to the fault, rounded up to 128K", { ST(100) }, 1, A(67), 0,
	    "0-36 ---/--- CgG; 36-68 rw-/rwx CDa; 68-100 rw-/rwx CD" },
	{ "never into the guard page", { ST(100) }, 1, A(0), EACCES,
	    "0-68 ---/--- CgG; 68-100 rw-/rwx CD" },
	{ "down to the guard page", { ST(100) }, 1, A(1), 0,
	    "0-1 ---/--- CgG; 1-68 rw-/rwx CDa; 68-100 rw-/rwx CD" },
	{ "entries never merge", { ST(100), TOUCH(WRITE, A(60), 1) }, 2, A(35),
	    0,
	    "0-4 ---/--- CgG; 4-36 rw-/rwx CDa; 36-68 rw-/rwx CDa; "
	    "68-100 rw-/rwx CD" },
	{ "RLIMIT_STACK does not bound thread stacks",
	    { ST(100), { .no = DO_LIMIT, .arg = { SIM_RLIMIT_STACK, 0 } } }, 2,
	    A(67), 0,
	    "0-36 ---/--- CgG; 36-68 rw-/rwx CDa; 68-100 rw-/rwx CD" },
	{ "RLIMIT_VMEM does", { ST(100), VMEM(10) }, 2, A(67), EACCES, NULL },
	{ "MCL_FUTURE and RLIMIT_MEMLOCK",
	    { ST(100), CALL(MLOCKALL, 2), MEMLOCK(4) }, 3, A(67), EACCES,
	    NULL },
	{ "MCL_FUTURE wires what grows", { ST(100), CALL(MLOCKALL, 2) }, 2,
	    A(67), 0,
	    "0-36 ---/--- CgG; 36-68 rw-/rwx CwDa; "
	    "68-100 rw-/rwx CD" },
	{ "a plain guard does not grow",
	    { MMAP(A(0), L(4), 0, GUARD | FIXED, M1, 0) }, 1, A(1), EACCES,
	    "0-4 ---/--- Cg" },
	{ "nor does a hole", { ST(4) }, 1, A(9), EFAULT, NULL },
};

static void
test_growth(void **state)
{
	const struct growth *g;
	struct world w;
	char text[400];
	uint64_t ret;
	int i, err;

	(void)state;
	for (g = growths; g < growths + NELEM(growths); g++) {
		world_make(&w, &sim_freebsd);
		for (i = 0; i < g->n; i++)
			assert_int_equal(world_do(&w, &g->setup[i], &ret), 0);
		err = sim_access(w.m, w.p, g->va, 1, VM_PROT_WRITE, NULL);
		if (err != g->err)
			fail_msg("%s: %s", g->what, sim_errname(err));
		world_map(&w, text, sizeof(text));
		if (g->map != NULL && strcmp(text, g->map) != 0)
			fail_msg("%s: [%s], expected [%s]", g->what, text,
			    g->map);
		assert_null(machine_check(w.m, text, sizeof(text)));
		world_free(&w);
	}
}

/* The process's own stack obeys RLIMIT_STACK and counts in vm_ssize. */
static void
test_own_stack(void **state)
{
	struct world w;
	vaddr_t top;

	(void)state;
	world_make(&w, &sim_freebsd);
	top = w.p->stack_top;
	assert_int_equal(top, TOP - L(1));
	assert_int_equal(w.p->vmspace->vm_ssize, 32);
	assert_int_equal(sim_access(w.m, w.p, top - L(33), 1, VM_PROT_WRITE,
			     NULL),
	    0);
	assert_int_equal(w.p->vmspace->vm_ssize, 64);
	w.p->rlimit[SIM_RLIMIT_STACK].cur = L(70);
	assert_int_equal(sim_access(w.m, w.p, top - L(71), 1, VM_PROT_WRITE,
			     NULL),
	    EACCES);
	assert_int_equal(sim_access(w.m, w.p, top - L(65), 1, VM_PROT_WRITE,
			     NULL),
	    0);
	assert_int_equal(w.p->vmspace->vm_ssize, 70);
	world_free(&w);
}

/* -------------------------------------------------------------- layout --- */

static void
test_layout(void **state)
{
	struct vm_map_entry *e;
	struct vm_map *map;
	struct world w;

	(void)state;
	world_make(&w, &sim_freebsd);
	map = &w.p->vmspace->vm_map;
	assert_int_equal(w.p->vmspace->vm_daddr, DATA);
	assert_int_equal(w.p->brk, BRK0);
	assert_int_equal(w.p->mmap_base, DATA + (UINT64_C(32) << 30));
	assert_int_equal(w.p->anon_loc, w.p->mmap_base);
	/* ld-elf.so.1 is exactly where searches begin */
	assert_true(vm_map_lookup_entry(map, w.p->mmap_base, &e));
	assert_int_equal(e->start, w.p->mmap_base);
	/* the shared page: r-x, shared, at the very end */
	assert_true(vm_map_lookup_entry(map, TOP - 1, &e));
	assert_int_equal(e->protection, R | X);
	assert_int_equal(e->inheritance, VM_INHERIT_SHARE);
	/* the stack: 128K, its maximum the same as its protection */
	e = e->prev;
	assert_int_equal(e->end - e->start, 131072);
	assert_int_equal(e->max_protection, RW);
	/* its gap fills 512 MB */
	assert_int_equal(e->prev->start, TOP - L(1) - (512 << 20));
	assert_true(e->prev->flags & UVM_MAP_STACKGAP);
	world_free(&w);
}

/* All processes have one shared page. */
static void
test_shared_page(void **state)
{
	struct process *q;
	uint64_t a, b;
	struct world w;

	(void)state;
	world_make(&w, &sim_freebsd);
	assert_int_equal(sim_spawn(w.m, "q", 0, NULL, NULL, &q), 0);
	assert_int_equal(vm_peek_tag(&w.p->vmspace->vm_map, TOP - L(1), &a), 0);
	assert_int_equal(vm_peek_tag(&q->vmspace->vm_map, TOP - L(1), &b), 0);
	assert_true(a == b && a != 0);
	world_free(&w);
}

static void
test_image(void **state)
{
	const struct sim_segment segs[] = {
		{ A(0), A(4), R | X, false, SIM_SEG_FILE, 0, "/bin/x" },
		{ A(4), A(6), RW, false, SIM_SEG_FILE, L(4), "/bin/x" },
		{ A(20), A(24), RW, false, SIM_SEG_HEAP, 0, NULL },
	};
	const struct sim_image image = { .path = "/bin/x",
		.segments = segs,
		.nsegments = NELEM(segs) };
	const struct sim_segment stack[] = {
		{ A(0), A(4), R | X, false, SIM_SEG_FILE, 0, "/bin/x" },
		{ A(40), A(44), RW, false, SIM_SEG_STACK, 0, NULL },
		{ TOP - L(1), TOP, R | X, true, SIM_SEG_SPECIAL, 0, "[vdso]" },
	};
	const struct sim_image other = { .path = "/bin/x",
		.segments = stack,
		.nsegments = NELEM(stack) };
	struct process *q;
	struct world w;
	char text[100];

	(void)state;
	world_make(&w, &sim_freebsd);
	assert_int_equal(sim_spawn(w.m, "q", 0, NULL, &image, &q), 0);
	assert_int_equal(q->brk_start, A(20));
	assert_int_equal(q->vmspace->vm_daddr, A(20));
	assert_int_equal(q->vmspace->vm_dsize, 4);
	assert_int_equal(q->stack_top, TOP - L(1));
	assert_int_equal(sim_spawn(w.m, "r", 0, NULL, &other, &q), 0);
	assert_int_equal(q->stack_top, A(44));
	assert_int_equal(q->vmspace->vm_map.nentries, 3);
	assert_null(machine_check(w.m, text, sizeof(text)));
	world_free(&w);
}

static void
test_signals(void **state)
{
	static const struct {
		int err;
		const char *name, *code;
	} rows[] = {
		{ EFAULT, "SIGSEGV", "SEGV_MAPERR" },
		{ EACCES, "SIGSEGV", "SEGV_ACCERR" },
		{ EINVAL, "SIGBUS", "BUS_OBJERR" },
		{ EIO, "SIGBUS", "BUS_OBJERR" },
		{ ENOMEM, "SIGBUS", "BUS_OOMERR" },
	};
	struct sim_signal sig;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		sim_freebsd.signal(rows[i].err, &sig);
		assert_string_equal(sig.signame, rows[i].name);
		assert_string_equal(sig.code, rows[i].code);
	}
}

/* Each name stands once in a table, and has the value of its manual. */
static void
test_consts(void **state)
{
	const struct sim_personality *all[] = { &sim_freebsd, &sim_netbsd,
		&sim_openbsd };
	static const struct {
		const char *name;
		uint64_t v[3];
	} rows[] = {
		{ "MADV_FREE", { 5, 6, 6 } },
		{ "MS_SYNC", { 0, 4, 2 } },
		{ "MS_INVALIDATE", { 2, 2, 4 } },
		{ "MAP_STACK", { 0x400, 0x2000, 0x4000 } },
		{ "MAP_ANON", { 0x1000, 0x1000, 0x1000 } },
		{ "O_CLOEXEC", { 0x100000, 0x400000, 0x10000 } },
	};
	const struct sim_const *c, *d;
	uint64_t v;
	size_t i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (c = all[i]->consts; c->name != NULL; c++)
			for (d = c + 1; d->name != NULL; d++)
				assert_string_not_equal(c->name, d->name);
		for (j = 0; j < NELEM(rows); j++) {
			assert_int_equal(sim_const_value(all[i], rows[j].name,
					     &v),
			    0);
			assert_int_equal(v, rows[j].v[i]);
		}
	}
	assert_int_equal(sim_const_value(&sim_netbsd, "MAP_INHERIT_ZERO", &v),
	    0);
	assert_int_equal(v, 4);
	assert_int_equal(sim_const_value(&sim_openbsd, "MAP_GUARD", &v),
	    EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_break),
		cmocka_unit_test(test_shm),
		cmocka_unit_test(test_shm_table),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_own_stack),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_shared_page),
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_consts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
