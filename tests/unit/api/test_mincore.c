/*
 * mincore(2) of FreeBSD and NetBSD against a model that looks at one page at a
 * time, through pmap_walk() and the entries' list alone; both values of
 * vm.mincore_mapped; and bad vectors at every offset of a page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "api/include/freebsd/sys/mman.h"
#include "api/context.h"
#include "api/include/uvmsim.h"
#include "host_memory.h"
#include "sim/sim.h"
#include "tests/random.h"

int uvmsim_netbsd_mincore(void *, size_t, char *);
void *uvmsim_netbsd_mmap(void *, size_t, int, int, int, int64_t);

#define PAGE ((size_t)4096)
#define UNTOUCHED 0x55
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_ANON | MAP_PRIVATE)
#define ARENA ((char *)0x900000000)
#define NPAGES 96

static struct machine *m;
static struct process *p;
static unsigned nbyte[256]; /* how often each value was stored */

static int
open_with(const char *personality)
{
	struct sim_config config;
	char err[200];

	sim_config_default(&config);
	assert_int_equal(sim_config_set(&config, personality, err, sizeof(err)),
	    0);
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "sh", 0, config.personality, NULL, &p),
	    0);
	assert_int_equal(api_attach(m, p->pid), 0);
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	return open_with("personality=freebsd");
}

static int
setup_netbsd(void **state)
{
	(void)state;
	return open_with("personality=netbsd");
}

static int
teardown(void **state)
{
	(void)state;
	uvmsim_close();
	sim_machine_destroy(m);
	return 0;
}

/* -------------------------------------------------------------- model ---- */

static struct vm_map_entry *
entry_at(const struct process *who, vaddr_t va)
{
	struct vm_map *map = &who->vmspace->vm_map;
	struct vm_map_entry *e = map->header.next;

	while (e != &map->header && (va < e->start || va >= e->end))
		e = e->next;
	return e == &map->header ? NULL : e;
}

static bool
has_object(const struct vm_map_entry *e)
{
	return e->amap != NULL || (e->etype & UVM_ET_OBJ) != 0;
}

/* Own bits, from the levels of the page table one by one. */
static uint8_t
model_own(const struct process *who, vaddr_t va, pfn_t *pfn)
{
	const struct pmap_geometry *geo = m->config.arch;
	struct pmap_walk w;
	bool write = true;
	uint8_t byte = MINCORE_INCORE;

	pmap_walk(who->vmspace->vm_map.pmap, va, &w);
	*pfn = PFN_NONE;
	if (!w.mapped)
		return 0;
	for (unsigned i = 0; i < w.nlevels; i++)
		write = write && (w.pte[i] & geo->pte.write) != 0;
	*pfn = (pfn_t)((w.pte[w.nlevels - 1] & geo->pte.frame) >> 12);
	if (w.pte[w.nlevels - 1] & geo->pte.accessed)
		byte |= MINCORE_REFERENCED | MINCORE_REFERENCED_OTHER;
	if (write && w.pte[w.nlevels - 1] & geo->pte.dirty)
		byte |= MINCORE_MODIFIED | MINCORE_MODIFIED_OTHER;
	return byte | MINCORE_PSIND(geo->nlevels - w.nlevels);
}

/* What is in the entry's own layer. */
static pfn_t
model_top(const struct vm_map_entry *e, vaddr_t va)
{
	uint64_t page = (va - e->start) / PAGE;
	uint32_t name;

	if (e->amap == NULL)
		return sparse_get(&e->object->pages, page + e->offset / PAGE);
	name = sparse_get(&e->amap->slots, page + e->ar_pageoff);
	if (name == 0)
		return PFN_NONE;
	if (m->vm.anons.anon[name].ref > 1 &&
	    (e->etype & UVM_ET_NEEDSCOPY) == 0)
		return PFN_NONE; /* in a backing object of FreeBSD's */
	return m->vm.anons.anon[name].where;
}

static struct pte_bits {
	bool accessed, dirty;
} seen;

static void
see(void *ctx, struct pmap *pmap, vaddr_t va)
{
	const struct pte_format *f = &m->config.arch->pte;
	struct pmap_walk w;

	(void)ctx;
	pmap_walk(pmap, va, &w);
	seen.accessed |= (w.pte[w.nlevels - 1] & f->accessed) != 0;
	seen.dirty |= (w.pte[w.nlevels - 1] & f->dirty) != 0;
}

static uint8_t
model_others(pfn_t pfn)
{
	const struct vm_page *pg = &m->vm.pages.page[pfn];
	uint8_t byte = 0;

	seen = (struct pte_bits){ (pg->md.pv & PMAP_ATTR_REF) != 0,
		(pg->md.pv & PMAP_ATTR_MOD) != 0 };
	pmap_page_foreach(&m->vm.pmaps, pfn, see, NULL);
	if (seen.dirty ||
	    (pg->pg_flags & PG_DIRTY && !(pg->pg_flags & PG_AOBJ)))
		byte |= MINCORE_MODIFIED_OTHER;
	if (seen.accessed)
		byte |= MINCORE_REFERENCED_OTHER;
	return byte;
}

static uint8_t
model_byte(const struct process *who, vaddr_t va)
{
	const struct vm_map_entry *e = entry_at(who, va);
	uint8_t byte;
	pfn_t pfn;

	if (!has_object(e))
		return 0;
	byte = model_own(who, va, &pfn);
	if (m->tunables.mincore_mapped != 0)
		return byte;
	if ((e->etype & UVM_ET_OBJ) && e->object->pager != &uvm_vnodeops &&
	    e->object->pager != &aobj_pager)
		return byte;
	if (pfn == PFN_NONE && (pfn = model_top(e, va)) != PFN_NONE)
		byte = MINCORE_INCORE;
	return pfn == PFN_NONE ? 0 : byte | model_others(pfn);
}

/* => what errno the call ends with; vec as it must be afterwards */
static int
model(const struct process *who, vaddr_t addr, uint64_t len, size_t room,
    uint8_t *vec)
{
	vaddr_t first = addr & ~(PAGE - 1);
	vaddr_t end = (addr + len + PAGE - 1) & ~(PAGE - 1);
	size_t n = (end - first) / PAGE, hole = 0, stored, i;

	if (end < first || end > vm_map_max(&who->vmspace->vm_map) ||
	    entry_at(who, first) == NULL)
		return ENOMEM;
	while (hole < n && entry_at(who, first + hole * PAGE) != NULL)
		hole++;
	stored = n;
	if (hole < n) { /* back over the last entry, and empty ones */
		const struct vm_map_entry *e;

		e = entry_at(who, first + (hole - 1) * PAGE);
		do {
			stored = e->start <= first ? 0 :
						     (e->start - first) / PAGE;
			e = stored == 0 ? NULL : entry_at(who, e->start - PAGE);
		} while (e != NULL && !has_object(e));
	}
	for (i = 0; i < stored && i < room; i++)
		vec[i] = model_byte(who, first + i * PAGE);
	return stored > room ? EFAULT : hole < n ? ENOMEM : 0;
}

/* One call against the model, the whole of vec compared. */
static void
compare(const struct process *who, vaddr_t addr, uint64_t len)
{
	uint8_t want[2 * NPAGES], got[2 * NPAGES];
	int error, result;

	memset(want, UNTOUCHED, sizeof(want));
	memset(got, UNTOUCHED, sizeof(got));
	error = model(who, addr, len, sizeof(want), want);
	errno = 0;
	result = mincore((void *)(uintptr_t)addr, len, (char *)got);
	assert_int_equal(errno, error);
	assert_int_equal(result, error == 0 ? 0 : -1);
	for (size_t i = 0; i < sizeof(want); nbyte[got[i++]]++)
		if (want[i] != got[i])
			fail_msg("mincore_mapped %d, page %zu of %#llx: "
				 "want %#x, got %#x",
			    (int)m->tunables.mincore_mapped, i,
			    (unsigned long long)addr, want[i], got[i]);
}

static void
compare_both(const struct process *who, vaddr_t addr, uint64_t len)
{
	for (int mapped = 0; mapped <= 1; mapped++) {
		m->tunables.mincore_mapped = (uint64_t)mapped;
		compare(who, addr, len);
	}
}

/* ------------------------------------------------- what users count on --- */

static uint8_t
byte_at(const void *addr)
{
	char byte = UNTOUCHED;

	assert_int_equal(mincore(addr, 1, &byte), 0);
	return (uint8_t)byte;
}

static char *
anon(size_t npages)
{
	char *mem = mmap(NULL, npages * PAGE, RW, ANON, -1, 0);

	assert_ptr_not_equal(mem, MAP_FAILED);
	return mem;
}

static void
test_bytes(void **state)
{
	char *mem = anon(4);

	(void)state;
	assert_int_equal(byte_at(mem), 0);
	assert_int_equal(uvmsim_touch(mem, 1, PROT_READ), 0);
	assert_int_equal(byte_at(mem), 0x0b);
	assert_int_equal(uvmsim_touch(mem, 1, PROT_WRITE), 0);
	assert_int_equal(byte_at(mem), 0x1f);
	assert_int_equal(byte_at(mem + PAGE), 0);
	assert_int_equal(madvise(mem, PAGE, MADV_DONTNEED), 0);
	assert_int_equal(byte_at(mem), 0x01);
	assert_int_equal(uvmsim_touch(mem, 1, PROT_WRITE), 0);
	assert_int_equal(mprotect(mem, PAGE, PROT_READ), 0);
	assert_int_equal(byte_at(mem), 0x0b);
	assert_int_equal(mprotect(mem, PAGE, PROT_NONE), 0);
	assert_int_equal(byte_at(mem), 0);
	m->tunables.mincore_mapped = 0;
	assert_int_equal(byte_at(mem),
	    MINCORE_INCORE | MINCORE_MODIFIED_OTHER | MINCORE_REFERENCED_OTHER);
}

/* Memory that fork shares: who has written what, seen from both sides. */
static void
test_fork(void **state)
{
	char *mem = anon(32), *far = mem + 20 * PAGE; /* no neighbour */
	int child;

	(void)state;
	assert_int_equal(uvmsim_touch(mem, PAGE, PROT_WRITE), 0);
	assert_int_equal(uvmsim_touch(far, PAGE, PROT_WRITE), 0);
	child = uvmsim_fork();
	assert_true(child > 0);
	assert_int_equal(byte_at(mem), 0x0b);
	assert_int_equal(uvmsim_setpid(child), 0);
	assert_int_equal(byte_at(mem), 0);
	m->tunables.mincore_mapped = 0;
	assert_int_equal(byte_at(mem), 0x19); /* the parent's, still ours */
	assert_int_equal(uvmsim_touch(mem, 1, PROT_WRITE), 0);
	assert_int_equal(byte_at(mem), 0x1f);
	assert_int_equal(byte_at(far), 0); /* now below our own */
	assert_int_equal(uvmsim_setpid(p->pid), 0);
	assert_int_equal(byte_at(mem), 0x1b);
	compare_both(p, (uintptr_t)mem, 32 * PAGE);
}

/* Another process's use of a shared file shows only with the sysctl at 0. */
static void
test_file(void **state)
{
	const char *path = "/tmp/data";
	char *mem;
	int fd, child;

	(void)state;
	assert_non_null(sim_file_get(m, path, 8 * PAGE, SIM_FILE_REG));
	fd = uvmsim_file(path, 2);
	assert_true(fd >= 0);
	mem = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	child = uvmsim_fork();
	assert_int_equal(uvmsim_setpid(child), 0);
	assert_int_equal(uvmsim_touch(mem + 5 * PAGE, 1, PROT_WRITE), 0);
	assert_int_equal(uvmsim_touch(mem + 6 * PAGE, 1, PROT_READ), 0);
	assert_int_equal(uvmsim_setpid(p->pid), 0);
	assert_int_equal(byte_at(mem + 5 * PAGE), 0);
	m->tunables.mincore_mapped = 0;
	assert_int_equal(byte_at(mem + 5 * PAGE), 0x19);
	assert_int_equal(byte_at(mem + 6 * PAGE), 0x09);
	assert_int_equal(byte_at(mem + 1 * PAGE), 0);
	assert_int_equal(uvmsim_touch(mem + 5 * PAGE, 1, PROT_READ), 0);
	assert_int_equal(byte_at(mem + 5 * PAGE), 0x1b);
	m->tunables.mincore_mapped = 1;
	assert_int_equal(byte_at(mem + 5 * PAGE), 0x0b);
}

/* Shared memory that was only read is not modified. */
static void
test_shared_memory(void **state)
{
	int fd = memfd_create("m", 0), child;
	char *mem;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(uvmsim_file_truncate(fd, 8 * PAGE), 0);
	mem = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	child = uvmsim_fork();
	assert_int_equal(uvmsim_setpid(child), 0);
	assert_int_equal(uvmsim_touch(mem, 1, PROT_READ), 0);
	assert_int_equal(uvmsim_touch(mem + 7 * PAGE, 1, PROT_WRITE), 0);
	assert_int_equal(uvmsim_setpid(p->pid), 0);
	m->tunables.mincore_mapped = 0;
	assert_int_equal(byte_at(mem), 0x09);
	assert_int_equal(byte_at(mem + 7 * PAGE), 0x19);
	compare_both(p, (uintptr_t)mem, 8 * PAGE);
}

/* Of devices a process sees its own mapping only. */
static void
test_device(void **state)
{
	int fd, child;
	char *mem;

	(void)state;
	assert_non_null(sim_file_get(m, "/dev/fb", 8 * PAGE, SIM_FILE_DEV));
	fd = uvmsim_file("/dev/fb", 2);
	assert_true(fd >= 0);
	mem = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	child = uvmsim_fork();
	assert_int_equal(uvmsim_touch(mem, 1, PROT_READ), 0);
	assert_int_equal(uvmsim_setpid(child), 0);
	assert_int_equal(uvmsim_touch(mem, 2 * PAGE, PROT_WRITE), 0);
	assert_int_equal(uvmsim_setpid(p->pid), 0);
	for (int mapped = 0; mapped <= 1; mapped++) {
		m->tunables.mincore_mapped = (uint64_t)mapped;
		assert_int_equal(byte_at(mem), 0x0b);
		assert_int_equal(byte_at(mem + PAGE), 0);
	}
	compare_both(p, (uintptr_t)mem, 8 * PAGE);
}

static void
test_arguments(void **state)
{
	char *mem = anon(4), vec[8];
	const vaddr_t max = vm_map_max(&p->vmspace->vm_map);

	(void)state;
	memset(vec, UNTOUCHED, sizeof(vec));
	assert_int_equal(mincore(mem, 0, vec), 0);
	assert_int_equal(mincore(mem, 0, NULL), 0);
	assert_int_equal(vec[0], UNTOUCHED);
	assert_int_equal(mincore(mem + 1, 0, vec), 0);
	assert_int_equal(vec[0], 0);
	assert_int_equal(mincore(mem + PAGE - 1, 2, vec), 0);
	assert_int_equal(vec[1], 0);
	assert_int_equal(vec[2], UNTOUCHED);
	for (int i = 0; i < 4; i++) {
		const void *bad[] = { NULL, (void *)(uintptr_t)max,
			(void *)(uintptr_t)(max - PAGE), (void *)-PAGE };
		const size_t lens[] = { 0, PAGE, 2 * PAGE, 2 * PAGE };

		errno = 0;
		assert_int_equal(mincore(bad[i], lens[i], vec), -1);
		assert_int_equal(errno, ENOMEM);
		assert_string_not_equal(uvmsim_errmsg(), "");
	}
	assert_int_equal(mincore(mem, SIZE_MAX - 2 * PAGE, vec), -1);
	assert_int_equal(errno, ENOMEM);
	/* The end is rounded modulo 2^64: this range is empty. */
	assert_int_equal(mincore(mem, SIZE_MAX, vec), 0);
	assert_int_equal(mincore(mem, 4 * PAGE, NULL), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(mincore(mem, 4 * PAGE, (char *)-8), -1);
	assert_int_equal(errno, EFAULT);
	/* A vector that is not written need not be there. */
	assert_int_equal(mincore(NULL, 4 * PAGE, NULL), -1);
	assert_int_equal(errno, ENOMEM);
}

/* The first bad page of the host stands at every offset of the vector. */
static void
test_bad_vector(void **state)
{
	const size_t page = host_page();
	char *host = host_memory(1), *mem;

	(void)state;
	assert_non_null(host);
	mem = mmap(ARENA, NPAGES * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	assert_ptr_equal(mem, ARENA);
	for (size_t i = 0; i < NPAGES; i += 3)
		assert_int_equal(uvmsim_touch(mem + i * PAGE, 1,
				     i % 2 ? PROT_READ : PROT_WRITE),
		    0);
	for (size_t room = 0; room <= NPAGES; room++) {
		char *vec = host + page - room;
		uint8_t want[NPAGES];

		memset(host, UNTOUCHED, page);
		memset(want, UNTOUCHED, sizeof(want));
		errno = 0;
		assert_int_equal(mincore(mem, NPAGES * PAGE, vec),
		    room < NPAGES ? -1 : 0);
		assert_int_equal(errno, room < NPAGES ? EFAULT : 0);
		model(p, (uintptr_t)mem, NPAGES * PAGE, room, want);
		assert_memory_equal(vec, want, room);
		for (char *c = host; c < vec; c++)
			assert_int_equal(*c, UNTOUCHED);
	}
	host_memory_free(host, 1);
}

/* ---------------------------------------------------------- at random ---- */

static uint64_t seed;

/* One change to the arena by process `who`, whatever comes of it. */
static void
step(int who, int fd)
{
	size_t n = 1 + rnd_draw(&seed, 12),
	       at = rnd_draw(&seed, NPAGES - n + 1);
	char *va = ARENA + at * PAGE;
	int pid;

	assert_int_equal(uvmsim_setpid(who), 0);
	switch (rnd_draw(&seed, 12)) {
	case 0: mmap(va, n * PAGE, RW, ANON | MAP_FIXED, -1, 0); break;
	case 1:
		mmap(va, n * PAGE, RW, MAP_ANON | MAP_SHARED | MAP_FIXED, -1,
		    0);
		break;
	case 2:
		mmap(va, n * PAGE, RW,
		    (rnd_draw(&seed, 2) ? MAP_SHARED : MAP_PRIVATE) | MAP_FIXED,
		    fd, (int64_t)(rnd_draw(&seed, 8) * PAGE));
		break;
	case 3:
		mmap(va, n * PAGE, PROT_NONE, MAP_GUARD | MAP_FIXED, -1, 0);
		break;
	case 4: munmap(va, n * PAGE); break;
	case 5: mprotect(va, n * PAGE, (int)rnd_draw(&seed, 4)); break;
	case 6:
		madvise(va, n * PAGE,
		    rnd_draw(&seed, 2) ? MADV_DONTNEED : MADV_FREE);
		break;
	case 7:
		pid = rnd_draw(&seed, 4) == 0 && m->vm.exp.forks < 6 ?
		    uvmsim_fork() :
		    0;
		(void)pid;
		break;
	case 8:
		msync(va, n * PAGE,
		    rnd_draw(&seed, 2) ? MS_SYNC : MS_INVALIDATE);
		break;
	default:
		uvmsim_touch(va, n * PAGE,
		    rnd_draw(&seed, 3) ? PROT_WRITE : PROT_READ);
		break;
	}
}

static void
look(int who)
{
	const struct process *q = sim_process_bypid(m, who);
	uint64_t off = rnd_draw(&seed, NPAGES * PAGE),
		 len = rnd_draw(&seed, NPAGES * PAGE);

	assert_int_equal(uvmsim_setpid(who), 0);
	compare_both(q, (uintptr_t)ARENA, NPAGES * PAGE);
	compare_both(q, (uintptr_t)ARENA + (off & ~(PAGE - 1)), len);
	compare_both(q, (uintptr_t)ARENA + off, len);
	/* Out of vec: nothing is stored behind it (compare() would see). */
	compare_both(q, (uintptr_t)ARENA + off, 0);
}

/* What the walk must have met to be worth something. */
static void
assert_variety(void)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0x0b, 0x1f, 0x09, 0x11,
		0x19, 0x1b };

	for (size_t i = 0; i < sizeof(bytes); i++)
		if (nbyte[bytes[i]] < 50)
			fail_msg("byte %#x was met only %u times", bytes[i],
			    nbyte[bytes[i]]);
}

static void
test_random(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 60; round++) {
		int fd, last;

		seed = round;
		assert_non_null(sim_file_get(m, "/f", 40 * PAGE, SIM_FILE_REG));
		fd = uvmsim_file("/f", 2);
		assert_true(fd >= 0);
		assert_ptr_equal(mmap(ARENA, NPAGES * PAGE, RW,
				     ANON | MAP_FIXED, -1, 0),
		    ARENA);
		for (int i = 0; i < 150; i++) {
			last = m->next_pid - 1;
			step(p->pid +
				(int)rnd_draw(&seed,
				    (uint64_t)(last - p->pid) + 1),
			    fd);
			look(p->pid +
			    (int)rnd_draw(&seed,
				(uint64_t)(last - p->pid) + 1));
		}
		teardown(NULL);
		setup(NULL);
	}
	assert_variety();
}

/* ------------------------------------------------------- other systems --- */

/* FreeBSD's call looks at a process of any system. */
static void
test_any_process(void **state)
{
	char byte = 7, *mem;

	(void)state;
	mem = uvmsim_netbsd_mmap(NULL, PAGE, RW, ANON, -1, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(uvmsim_touch(mem, 1, PROT_WRITE), 0);
	assert_int_equal(mincore(mem, PAGE, &byte), 0);
	assert_int_equal(byte, 0x1f);
	assert_int_equal(uvmsim_netbsd_mincore(mem, PAGE, &byte), 0);
	assert_int_equal(byte, 1);
	errno = 0;
	assert_ptr_equal(mmap(NULL, PAGE, RW, ANON, -1, 0), MAP_FAILED);
	assert_int_equal(errno, ENOSYS);
	assert_non_null(strstr(uvmsim_errmsg(), "netbsd"));
}

/* NetBSD looks at vec first, then for holes; it stores all or nothing. */
static void
test_netbsd(void **state)
{
	const size_t page = host_page();
	char *host = host_memory(1), vec[4];
	char *mem = uvmsim_netbsd_mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	(void)state;
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(uvmsim_touch(mem + PAGE, 1, PROT_READ), 0);
	assert_int_equal(uvmsim_netbsd_mincore(mem, 4 * PAGE, vec), 0);
	assert_memory_equal(vec, "\0\1\0\0", 4);
	assert_int_equal(uvmsim_netbsd_mincore(mem + 1, PAGE, vec), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(uvmsim_netbsd_mincore(mem, 0, vec), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(uvmsim_netbsd_mincore(NULL, PAGE, vec), -1);
	assert_int_equal(errno, ENOMEM);
	assert_int_equal(uvmsim_netbsd_mincore(NULL, PAGE, NULL), -1);
	assert_int_equal(errno, EFAULT);
	for (size_t room = 0; room < 4; room++) {
		memset(host, UNTOUCHED, page);
		assert_int_equal(uvmsim_netbsd_mincore(mem, 4 * PAGE,
				     host + page - room),
		    -1);
		assert_int_equal(errno, EFAULT);
		for (size_t i = 0; i < page; i++)
			assert_int_equal(host[i], UNTOUCHED);
	}
	host_memory_free(host, 1);
}

static void
test_nobody(void **state)
{
	char byte;

	(void)state;
	assert_int_equal(uvmsim_setpid(0), 0);
	assert_int_equal(mincore(ARENA, PAGE, &byte), -1);
	assert_int_equal(errno, ESRCH);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define NETBSD(f) cmocka_unit_test_setup_teardown(f, setup_netbsd, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_bytes),
		TEST(test_fork),
		TEST(test_file),
		TEST(test_shared_memory),
		TEST(test_device),
		TEST(test_arguments),
		TEST(test_bad_vector),
		TEST(test_random),
		TEST(test_nobody),
		NETBSD(test_any_process),
		NETBSD(test_netbsd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
