/*
 * Cores of machines with larger pages, domains, TLBs and hashed tables: what is
 * loaded is the same to the byte, and goes on as the original does, every
 * counter of it.
 *
 * Each machine must have done what it is here for: the counter named in its row
 * is not 0 at the end.
 */
#include "core_goes_on.h"

/* ------------------------------------------------------------ machines ---- */

static const struct core_row rows[] = {
	{ &sim_freebsd, "24M,superpages=reserve,tlb=skylake",
	    "promotions,demotions,tlb_walks", 8 },
	{ &sim_freebsd, "8M,superpages=reserve,cpus=2,tlb=nehalem",
	    "promotions,demotions,reserv_reclaimed", 8 },
	{ &sim_linux, "24M,superpages=eager,cpus=3,tlb=zen2",
	    "thpalloc,demotions,tlb_switches", 8 },
	{ &sim_linux,
	    "32M,superpages=collapse,domains=2,cpus=4,numa=interleave,"
	    "tlb=haswell",
	    "collapses,demotions,remote_allocs", 8 },
	{ &sim_netbsd, "24M,arch=i386,superpages=reserve,tlb=champsim",
	    "promotions,demotions", 14 },
	{ &sim_openbsd, "24M,arch=i386-pae,superpages=eager", "thpalloc", 6 },
	{ &sim_freebsd,
	    "32M,arch=arm64,superpages=reserve,domains=3,numa=round-robin,"
	    "cpus=3,tlb=neoverse-n1",
	    "promotions,demotions,remote_allocs", 6 },
	{ &sim_linux, "24M,arch=arm64,superpages=eager,tlb=firestorm",
	    "thpalloc,demotions", 5 },
	{ &sim_freebsd, "160M,arch=arm64-16k,superpages=reserve",
	    "promotions,demotions", 3 },
	{ &sim_linux, "24M,arch=arm64-64k,superpages=collapse,tlb=neoverse-v1",
	    "collapses", 8 },
	{ &sim_freebsd, "24M,arch=arm64-64k,superpages=reserve",
	    "promotions,demotions", 8 },
	{ &sim_netbsd, "24M,arch=riscv64,superpages=reserve,tlb=alpha21264",
	    "promotions,demotions", 5 },
	{ &sim_linux, "24M,arch=riscv64-sv48,superpages=eager", "thpalloc", 5 },
	{ &sim_freebsd,
	    "24M,arch=riscv64-sv57,superpages=reserve,domains=2,cpus=2",
	    "promotions,demotions", 5 },
	{ &sim_freebsd,
	    "24M,arch=amd64-la57,superpages=reserve,"
	    "tlb=custom:l1=16x4:l2=64x4:policy=plru",
	    "promotions,demotions", 5 },
	{ &sim_freebsd, "4M,arch=power,superpages=reserve",
	    "promotions,demotions,hpt_lookups", 8 },
	{ &sim_linux, "4M,arch=power,superpages=eager,cpus=2,tlb=power",
	    "thpalloc,hpt_lookups,tlb_walks", 8 },
	{ &sim_linux, "4M,arch=power", "hpt_lookups", 8 },
	{ &sim_freebsd, "2M,domains=8,cpus=8,tlb=none", "remote_allocs", 6 },
	{ &sim_openbsd, "2M,domains=2,numa=interleave,tlb=virtuoso",
	    "tlb_walks", 6 },
};

/* ------------------------------------------------------ made on purpose --- */

#define AT ((vaddr_t)0x40000000)
#define FAR ((vaddr_t)0x80000000) /* all that an entry above spans */
#define FAR_SIZE ((vsize_t)1 << 30)
#define FILE_AT (AT + 64 * LARGE)
#define LARGE ((vsize_t)2 << 20)

static void
touch(struct machine *m, const char *name, vaddr_t va, vsize_t len,
    vm_prot_t type)
{
	assert_int_equal(sim_access(m, sim_process_byname(m, name), va, len,
			     type, NULL),
	    0);
}

static uint64_t
call_fd(struct machine *m, const char *name, const struct sim_call *call)
{
	uint64_t ret = 0;

	if (sim_syscall(m, sim_process_byname(m, name), call, &ret) != 0)
		fail_msg("%s: %s", name, m->error.why);
	return ret;
}

static void
call(struct machine *m, const char *name, enum sim_sysno no, uint64_t a,
    uint64_t b, uint64_t c, uint64_t d, const char *str)
{
	const struct sim_call call = { .no = no,
		.arg = { a, b, c, d, UINT64_MAX, 0 },
		.str = str };

	(void)call_fd(m, name, &call);
}

/* A file of two larger pages and a half, mapped shared. */
static void
map_file(struct machine *m)
{
	const struct sim_call open = { .no = SIM_SYS_OPEN,
		.arg = { 0x202 }, /* O_RDWR, O_CREAT */
		.str = "/data/large" };
	uint64_t fd = call_fd(m, "p1", &open);
	const struct sim_call map = { .no = SIM_SYS_MMAP,
		.arg = { FILE_AT, 3 * LARGE, 3, 0x11, fd, 0 } };

	call(m, "p1", SIM_SYS_FTRUNCATE, fd, 5 * LARGE / 2, 0, 0, NULL);
	(void)call_fd(m, "p1", &map);
	touch(m, "p1", FILE_AT, 5 * LARGE / 2, VM_PROT_READ);
	touch(m, "p1", FILE_AT, LARGE, VM_PROT_WRITE);
}

static unsigned
size_at(struct machine *m, const char *name, vaddr_t va)
{
	return pmap_psind(sim_process_byname(m, name)->vmspace->vm_map.pmap,
	    va);
}

/*
 * Larger pages of every kind in one machine: writable; one of them read-only by
 * mprotect; wired; writing withheld in each by fork, and withheld above them;
 * shared with the child; of a file; and beside them reservations that are half
 * full, of an amap and of an object.
 */
static struct machine *
of_every_kind(void)
{
	struct machine *m = core_machine_new(&sim_freebsd,
	    "64M,superpages=reserve,cpus=2,tlb=skylake", true);
	const uint64_t flags = 0x1000 | 0x10; /* MAP_ANON, MAP_FIXED */

	call(m, "p1", SIM_SYS_MMAP, AT, 8 * LARGE, 3, flags | 2, NULL);
	call(m, "p1", SIM_SYS_MMAP, AT + 8 * LARGE, 2 * LARGE, 3, flags | 1,
	    NULL);
	touch(m, "p1", AT, 5 * LARGE + LARGE / 2, VM_PROT_WRITE);
	touch(m, "p1", AT + 8 * LARGE, 2 * LARGE, VM_PROT_WRITE);
	call(m, "p1", SIM_SYS_MMAP, FAR, FAR_SIZE, 3, flags | 2, NULL);
	touch(m, "p1", FAR + LARGE, 2 * LARGE, VM_PROT_WRITE);
	touch(m, "p1", FAR + 9 * LARGE, LARGE, VM_PROT_WRITE);
	map_file(m);
	call(m, "p1", SIM_SYS_MPROTECT, AT + LARGE, LARGE, 1, 0, NULL);
	call(m, "p1", SIM_SYS_MLOCK, AT + 2 * LARGE, LARGE, 0, 0, NULL);
	call(m, "p1", SIM_SYS_FORK, 0, 0, 0, 0, "kid");
	touch(m, "kid", AT + 8 * LARGE, LARGE, VM_PROT_READ);
	touch(m, "kid", AT + 3 * LARGE, 1, VM_PROT_READ);
	touch(m, "p1", AT + 4 * LARGE, 1, VM_PROT_WRITE);
	return m;
}

static void
test_every_kind(void **state)
{
	static const char what[] = "every kind";
	static const char *const names[] = { "p1", "kid" };
	struct machine *m = of_every_kind(), *l;
	unsigned larger = 0;
	char buf[256];

	(void)state;
	core_save(m, core_path_a);
	l = core_load(what, core_path_a);
	core_assert_same(what, "at once", m, l);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned k = 0; k < 10; k++) {
			vaddr_t va = AT + k * LARGE;

			assert_int_equal(size_at(l, names[i], va),
			    size_at(m, names[i], va));
			larger += size_at(m, names[i], va) == 1;
		}
	assert_true(larger >= 10);
	for (unsigned k = 0; k < 4; k++)
		assert_int_equal(size_at(m, "p1",
				     k < 3 ? FAR + k * LARGE : FILE_AT),
		    k > 0);
	for (unsigned i = 0; i < 2; i++) {
		struct machine *x = i == 0 ? m : l;

		touch(x, "kid", AT, LARGE, VM_PROT_WRITE);
		call(x, "p1", SIM_SYS_MUNLOCK, AT + 2 * LARGE, LARGE / 2, 0, 0,
		    NULL);
		call(x, "p1", SIM_SYS_MUNMAP, AT + 8 * LARGE, 4096, 0, 0, NULL);
		touch(x, "p1", AT + 5 * LARGE, LARGE, VM_PROT_WRITE);
		call(x, "p1", SIM_SYS_MPROTECT, AT + LARGE, LARGE, 3, 0, NULL);
		touch(x, "p1", AT, 8 * LARGE, VM_PROT_WRITE);
		touch(x, "kid", FAR, 10 * LARGE, VM_PROT_WRITE);
		touch(x, "p1", FAR + LARGE, LARGE, VM_PROT_WRITE);
		touch(x, "p1", FILE_AT, 5 * LARGE / 2, VM_PROT_WRITE);
		assert_null(machine_check(x, buf, sizeof(buf)));
	}
	core_assert_same(what, "later", m, l);
	sim_machine_destroy(m);
	sim_machine_destroy(l);
}

/* ------------------------------------------------------------------------- */

int
main(void)
{
	const struct CMUnitTest own[] = {
		cmocka_unit_test(test_every_kind),
	};

	return core_goes_on_main("core of larger pages", rows, NELEM(rows), own,
	    NELEM(own));
}
