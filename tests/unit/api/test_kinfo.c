/*
 * kern.proc.vmmap and kinfo_getvmmap(3): the records' form, the buffer's rules,
 * who may ask, and the numbers against a recount that walks all maps page by
 * page.
 */
#include "freebsd_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/freebsd/kinfo.h"
#include "api/include/freebsd/libutil.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "host_memory.h"
#include "tests/random.h"

static int
vmmap(int pid, void *old, size_t *len)
{
	const int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_VMMAP, pid };

	return sysctl(mib, 4, old, len, NULL, 0);
}

#define FAILS(error, call) \
	do { \
		errno = 0; \
		assert_int_equal((call), -1); \
		assert_int_equal(errno, (error)); \
		assert_string_not_equal(uvmsim_errmsg(), ""); \
	} while (0)

/* --------------------------------------------------------------- form ---- */

/* 136 bytes, the path and its NUL, rounded up to 8. */
static void
packed_lengths(void **state)
{
	static const char *const paths[] = { "/", "/123456", "/1234567",
		"/12345678901234", "/123456789012345" };
	size_t len, at = 0, want = 0;
	char *buf;

	(void)state;
	for (size_t i = 0; i < NELEM(paths); i++)
		(void)fb_map_file(fb_p, paths[i], FB_PAGE, 1, 1);
	assert_int_equal(vmmap(fb_p->pid, NULL, &len), 0);
	buf = malloc(len);
	assert_int_equal(vmmap(fb_p->pid, buf, &len), 0);
	while (at < len) {
		struct kinfo_vmentry k = { 0 };

		memcpy(&k, buf + at, sizeof(int));
		memcpy(&k, buf + at, (size_t)k.kve_structsize);
		assert_int_equal(k.kve_structsize % 8, 0);
		assert_true(
		    (size_t)k.kve_structsize >= 136 + strlen(k.kve_path) + 1);
		assert_true((size_t)k.kve_structsize <
		    136 + strlen(k.kve_path) + 1 + 8);
		want += ((size_t)k.kve_structsize);
		at += (size_t)k.kve_structsize;
	}
	assert_int_equal(want, len);
	free(buf);
}

/* A path of more than 1023 bytes is cut; the record is then a whole one. */
static void
long_path(void **state)
{
	char path[3000];
	struct kinfo_vmentry k;
	uint64_t a;

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	a = fb_map_file(fb_p, path, FB_PAGE, 1, 1);
	k = fb_record(fb_p, a);
	assert_int_equal(strlen(k.kve_path), 1023);
	assert_int_equal(k.kve_structsize, KINFO_VMENTRY_SIZE);
}

static void
library(void **state)
{
	const struct vm_map *map = &fb_p->vmspace->vm_map;
	const struct vm_map_entry *e = map->header.next;
	struct kinfo_vmentry *list;
	int n = -1;

	(void)state;
	list = kinfo_getvmmap(fb_p->pid, &n);
	assert_non_null(list);
	assert_int_equal(n, map->nentries);
	for (int i = 0; i < n; i++, e = e->next) {
		assert_int_equal(list[i].kve_structsize, 1160);
		assert_int_equal(list[i].kve_start, e->start);
		assert_int_equal(list[i].kve_end, e->end);
		assert_int_equal(list[i].kve_protection, e->protection);
		assert_int_equal(list[i]._kve_ispare[7], 0);
		for (size_t c = strlen(list[i].kve_path); c < 1024; c++)
			assert_int_equal(list[i].kve_path[c], 0);
	}
	free(list);
	n = -1;
	errno = 0;
	assert_null(kinfo_getvmmap(12345, &n));
	assert_int_equal(errno, ESRCH);
	assert_int_equal(n, 0);
}

/* The kernel's process has a map without entries. */
static void
kernel(void **state)
{
	size_t len = 77;
	int n = -1;

	(void)state;
	assert_int_equal(vmmap(0, NULL, &len), 0);
	assert_int_equal(len, 0);
	assert_int_equal(uvmsim_setpid(0), 0);
	free(kinfo_getvmmap(0, &n));
	assert_int_equal(n, 0);
}

/* --------------------------------------------------------------- buffer -- */

/* Every length: filled to its last byte, ENOMEM unless all of it fits. */
static void
short_buffers(void **state)
{
	size_t full, len;
	char *all, *buf;

	(void)state;
	assert_int_equal(vmmap(fb_p->pid, NULL, &full), 0);
	all = malloc(full);
	buf = malloc(full + 1);
	len = full;
	assert_int_equal(vmmap(fb_p->pid, all, &len), 0);
	for (size_t n = 0; n <= full; n += n < 400 ? 1 : 97) {
		memset(buf, 0x55, full + 1);
		len = n;
		if (n < full)
			FAILS(ENOMEM, vmmap(fb_p->pid, buf, &len));
		else
			assert_int_equal(vmmap(fb_p->pid, buf, &len), 0);
		assert_int_equal(len, n);
		assert_memory_equal(buf, all, n);
		assert_int_equal(buf[n], 0x55);
	}
	free(buf);
	free(all);
}

/* A buffer that ends in the middle of memory. */
static void
bad_buffers(void **state)
{
	size_t full, len;
	char *mem = host_memory(4), *edge = mem + 4 * host_page();

	(void)state;
	assert_non_null(mem);
	assert_int_equal(vmmap(fb_p->pid, NULL, &full), 0);
	assert_true(full < 4 * host_page());
	for (size_t back = 0; back < full; back += 61) {
		len = full;
		FAILS(EFAULT, vmmap(fb_p->pid, edge - back, &len));
		assert_int_equal(len, full);
	}
	/* a length that lies does not matter as long as all fits before it */
	len = SIZE_MAX / 2;
	assert_int_equal(vmmap(fb_p->pid, edge - full, &len), 0);
	assert_int_equal(len, full);
	len = SIZE_MAX;
	assert_int_equal(vmmap(fb_p->pid, edge - full, &len), 0);
	FAILS(EFAULT, vmmap(fb_p->pid, edge - full, (size_t *)(void *)edge));
	len = full;
	FAILS(EFAULT, vmmap(fb_p->pid, (void *)8, &len));
	host_memory_free(mem, 4);
}

/* Records of one piece, of full size, without a kernel's help. */
static void
expanded(void **state)
{
	struct api_vmmap v = { .expanded = true };
	struct kinfo_vmentry *list, *all;
	int n;

	(void)state;
	list = kinfo_getvmmap(fb_p->pid, &n);
	all = calloc((size_t)n, sizeof(*all));
	v.at = (char *)all;
	v.room = (size_t)n * sizeof(*all);
	assert_int_equal(api_freebsd_vmmap(fb_m, fb_p, &v), 0);
	assert_int_equal(v.total, (size_t)n * sizeof(*all));
	assert_int_equal(v.room, 0);
	assert_memory_equal(all, list, (size_t)n * sizeof(*all));
	free(all);
	free(list);
}

/* ------------------------------------------------------------ who may ---- */

static void
wrong_names(void **state)
{
	int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_VMMAP, fb_p->pid, 1 };
	size_t len = 0;

	(void)state;
	FAILS(EINVAL, sysctl(mib, 3, NULL, &len, NULL, 0));
	FAILS(EINVAL, sysctl(mib, 5, NULL, &len, NULL, 0));
	FAILS(EPERM, sysctl(mib, 4, NULL, &len, mib, 4));
	FAILS(EPERM, sysctl(mib, 3, NULL, &len, mib, 4));
	FAILS(ESRCH, vmmap(-1, NULL, &len));
	FAILS(ESRCH, vmmap(99999, NULL, &len));
	FAILS(ESRCH, vmmap(100000, NULL, &len));
	FAILS(ESRCH, vmmap(INT32_MAX, NULL, &len));
	FAILS(ESRCH, vmmap(INT32_MIN, NULL, &len));
}

static void
exited(void **state)
{
	struct process *child = fb_fork(fb_p, "child");
	size_t len;

	(void)state;
	assert_int_equal(vmmap(child->pid, NULL, &len), 0);
	sim_process_exit(fb_m, child, 0, 0);
	FAILS(ESRCH, vmmap(child->pid, NULL, &len));
}

/* The flags of a process, for root, its user, another user. */
static void
credentials(void **state)
{
	static const struct {
		uint32_t pflags;
		int root, same, other;
	} rows[] = {
		{ 0, 0, 0, EPERM },
		{ SIM_P_SUGID, 0, EPERM, EPERM },
		{ SIM_P_NOTRACE, 0, EPERM, EPERM },
		{ SIM_P_INEXEC, EBUSY, EBUSY, EPERM },
		{ SIM_P_WEXIT, ESRCH, ESRCH, EPERM },
		{ SIM_P_SUGID | SIM_P_INEXEC, EBUSY, EPERM, EPERM },
		{ SIM_P_INEXEC | SIM_P_NOTRACE, EBUSY, EBUSY, EPERM },
		{ SIM_P_NOTRACE | SIM_P_WEXIT, ESRCH, EPERM, EPERM },
	};
	static const unsigned uids[] = { 0, 7, 8 };
	struct process *child = fb_fork(fb_p, "child");
	size_t len;

	(void)state;
	child->uid = 7;
	for (size_t i = 0; i < NELEM(rows); i++) {
		const int want[] = { rows[i].root, rows[i].same,
			rows[i].other };

		child->pflags = rows[i].pflags;
		for (size_t u = 0; u < 3; u++) {
			uvmsim_setuid(uids[u]);
			errno = 0;
			if (vmmap(child->pid, NULL, &len) != 0)
				assert_int_not_equal(errno, 0);
			if (errno != want[u])
				fail_msg("row %zu, uid %u: %d, expected %d", i,
				    uids[u], errno, want[u]);
		}
	}
}

/* A process looks at itself whatever it is, unless it is exiting. */
static void
oneself(void **state)
{
	size_t len;

	(void)state;
	fb_p->pflags = SIM_P_SUGID | SIM_P_NOTRACE | SIM_P_INEXEC;
	uvmsim_setuid(5);
	assert_int_equal(vmmap(fb_p->pid, NULL, &len), 0);
	fb_p->pflags = SIM_P_WEXIT;
	FAILS(ESRCH, vmmap(fb_p->pid, NULL, &len));
}

static void
switches(void **state)
{
	struct process *child = fb_fork(fb_p, "child");
	size_t len;

	(void)state;
	child->uid = 7;
	uvmsim_setuid(8);
	FAILS(EPERM, vmmap(child->pid, NULL, &len));
	fb_m->tunables.see_other_uids = 0;
	FAILS(ESRCH, vmmap(child->pid, NULL, &len));
	uvmsim_setuid(7);
	assert_int_equal(vmmap(child->pid, NULL, &len), 0);
	fb_m->tunables.unprivileged_proc_debug = 0;
	FAILS(EPERM, vmmap(child->pid, NULL, &len));
	uvmsim_setuid(0);
	assert_int_equal(vmmap(child->pid, NULL, &len), 0);
	/* groups: between processes of the machine */
	fb_m->tunables.unprivileged_proc_debug = 1;
	uvmsim_setuid(7);
	child->gid = 9;
	FAILS(EPERM, vmmap(child->pid, NULL, &len));
}

/* ------------------------------------------------------------- recount --- */

static bool
anon_at(const struct vm_map_entry *e, uint64_t page, uint32_t *ref)
{
	const uint32_t name = e->amap == NULL ?
	    0 :
	    sparse_get(&e->amap->slots, e->ar_pageoff + page);

	*ref = name == 0 ? 0 : fb_m->vm.anons.anon[name].ref;
	return name != 0;
}

static struct vm_object *
object_of(const struct vm_map_entry *e)
{
	return e->etype & UVM_ET_OBJ ? e->object : NULL;
}

/* What lies above an object, and who uses it directly, over all processes. */
static void
count_users(const struct vm_object *obj, int *direct, int *amaps)
{
	struct vm_amap *seen[512];
	int nseen = 0;

	*direct = 0;
	for (struct process *p = fb_m->procs; p != NULL; p = p->hh.next) {
		const struct vm_map_entry *e, *end;

		if (p->pid == 0 || p->vmspace == NULL)
			continue;
		end = &p->vmspace->vm_map.header;
		for (e = end->next; e != end; e = e->next) {
			int i = 0;

			if (object_of(e) != obj)
				continue;
			if (e->amap == NULL) {
				++*direct;
				continue;
			}
			while (i < nseen && seen[i] != e->amap)
				i++;
			if (i == nseen)
				seen[nseen++] = e->amap;
		}
	}
	*amaps = nseen;
}

static int
users_of_amap(const struct vm_amap *amap)
{
	int n = 0;

	for (struct process *p = fb_m->procs; p != NULL; p = p->hh.next) {
		const struct vm_map_entry *e, *end;

		if (p->pid == 0 || p->vmspace == NULL)
			continue;
		end = &p->vmspace->vm_map.header;
		for (e = end->next; e != end; e = e->next)
			n += e->amap == amap;
	}
	return n;
}

/* Frames of one object, counted in the array of frames. */
static int
frames_of(const struct vm_object *obj)
{
	int n = 0;

	for (pfn_t i = 1; i <= fb_m->vm.pages.npages; i++)
		n += fb_m->vm.pages.page[i].pg_flags & PG_TABLED &&
		    fb_m->vm.pages.page[i].owner == obj->id;
	return n;
}

static void
check_object_top(const struct kinfo_vmentry *k, const struct vm_object *obj)
{
	int direct, amaps;

	count_users(obj, &direct, &amaps);
	assert_int_equal(k->kve_shadow_count, amaps);
	/* others that hold it: a segment, a shared memory object, the kernel */
	if (obj->pager == &uvm_vnodeops)
		assert_int_equal(k->kve_ref_count, direct + amaps);
	else
		assert_int_equal(k->kve_ref_count, direct + amaps + 1);
	assert_int_equal(k->kve_private_resident, frames_of(obj));
}

/* Living amaps that were copied from this one. */
static uint32_t
copies_of(const struct vm_amap *amap)
{
	const struct slab *slab = &fb_m->vm.amaps;
	uint32_t n = 0;

	for (uint32_t id = 1; id <= slab->nitems; id++) {
		const struct vm_amap *other = slab_item(slab, id);

		n += users_of_amap(other) > 0 && other->origin == amap->id;
	}
	return n;
}

static void
check_amap_top(const struct kinfo_vmentry *k, const struct vm_map_entry *e)
{
	const struct vm_amap *amap = e->amap;
	int users = users_of_amap(amap), npages = 0, refs, shadows;
	uint32_t least = UINT32_MAX, most = 1, copies = copies_of(amap);
	bool own, shadow;

	for (uint64_t i = 0; i < amap->nslot; i++) {
		uint32_t name = sparse_get(&e->amap->slots, i);
		uint32_t ref = name ? fb_m->vm.anons.anon[name].ref : 0;

		npages += name != 0;
		if (name != 0 && ref < least)
			least = ref;
		if (ref > most)
			most = ref;
	}
	if (npages == 0)
		least = 1;
	own = (e->etype & 0xc) == UVM_ET_COPYONWRITE && least == 1;
	shadow = own &&
	    (most > 1 || amap->origin != 0 || (copies > 0 && users == 1));
	refs = most > 1 ? (int)most - 1 : (int)copies;
	shadows = most > 1 ? (int)(most - least) : (int)copies;
	assert_int_equal(k->kve_private_resident,
	    shadow || object_of(e) ? 0 : npages);
	assert_int_equal(k->kve_ref_count, users + (shadow ? 0 : refs));
	assert_int_equal(k->kve_shadow_count, shadow ? 0 : shadows);
}

static void
check_entry(const struct kinfo_vmentry *k, const struct vm_map_entry *e)
{
	struct vm_object *obj = object_of(e);
	int resident = 0;
	uint32_t ref;

	for (uint64_t i = 0; i < (e->end - e->start) / FB_PAGE; i++)
		resident += anon_at(e, i, &ref) ||
		    (obj != NULL &&
			sparse_get(&obj->pages, e->offset / FB_PAGE + i) != 0);
	assert_int_equal(k->kve_start, e->start);
	assert_int_equal(k->kve_resident, resident);
	if (k->kve_type == KVME_TYPE_NONE || k->kve_type == KVME_TYPE_GUARD) {
		assert_int_equal(resident + k->kve_private_resident +
			k->kve_ref_count + k->kve_shadow_count,
		    0);
		return;
	}
	if (e->amap != NULL)
		check_amap_top(k, e);
	else
		check_object_top(k, obj);
}

static void
check_all(void)
{
	for (struct process *p = fb_m->procs; p != NULL; p = p->hh.next) {
		const struct vm_map_entry *e;
		struct kinfo_vmentry *list;
		int n;

		if (p->pid == 0 || p->vmspace == NULL)
			continue;
		list = kinfo_getvmmap(p->pid, &n);
		assert_non_null(list);
		e = p->vmspace->vm_map.header.next;
		for (int i = 0; i < n; i++, e = e->next)
			check_entry(&list[i], e);
		free(list);
	}
}

/* ------------------------------------------------------ random machines -- */

static uint64_t rng;

#define AREA ((uint64_t)0x900000000)
#define AREA_PAGES 200

static struct process *
any_process(void)
{
	struct process *p, *all[32];
	size_t n = 0;

	for (p = fb_m->procs; p != NULL && n < NELEM(all); p = p->hh.next)
		if (p->pid != 0 && p->state == SIM_RUNNING)
			all[n++] = p;
	return all[rnd_draw(&rng, n)];
}

static void
any_map(struct process *p, uint64_t at, uint64_t len)
{
	static const char *const paths[] = { "/a", "/b" };
	struct sim_call open = { .no = SIM_SYS_OPEN, .arg = { 2 } };
	struct sim_call map = { .no = SIM_SYS_MMAP,
		.arg = { at, len, FB_RW, FB_FIXED, UINT64_MAX,
		    rnd_draw(&rng, 8) * FB_PAGE } };
	uint64_t ret;

	open.str = paths[rnd_draw(&rng, 2)];
	switch (rnd_draw(&rng, 5)) {
	case 0:
		map.arg[3] |= FB_SHARED;
		map.arg[5] = 0;
		break;
	case 1:
	case 2:
		(void)sim_file_get(fb_m, open.str, 40 * FB_PAGE, SIM_FILE_REG);
		(void)sim_syscall(fb_m, p, &open, &map.arg[4]);
		map.arg[3] |= 1 + rnd_draw(&rng, 2);
		break;
	default: map.arg[3] |= FB_ANON; map.arg[5] = 0;
	}
	(void)sim_syscall(fb_m, p, &map, &ret);
	(void)sim_syscall(fb_m, p,
	    &(struct sim_call){ .no = SIM_SYS_CLOSE, .arg = { map.arg[4] } },
	    &ret);
}

/* Up to ten at a time; the first stays. */
static void
fork_or_exit(struct process *p)
{
	static unsigned kids;
	char name[20];
	struct sim_call c = { .no = SIM_SYS_FORK, .str = name };
	uint64_t ret;

	snprintf(name, sizeof(name), "kid%u", kids++);
	if (HASH_COUNT(fb_m->procs) < 12)
		(void)sim_syscall(fb_m, p, &c, &ret);
	else if (p != fb_p)
		sim_process_exit(fb_m, p, 0, 0);
}

static void
any_step(void)
{
	struct process *p = any_process();
	const uint64_t at = AREA + rnd_draw(&rng, AREA_PAGES) * FB_PAGE;
	const uint64_t len = (1 + rnd_draw(&rng, 24)) * FB_PAGE;
	struct sim_call c = { .arg = { at, len } };
	uint64_t ret;

	switch (rnd_draw(&rng, 12)) {
	case 0:
	case 1: any_map(p, at, len); return;
	case 2: c.no = SIM_SYS_MUNMAP; break;
	case 3:
		c.no = SIM_SYS_MPROTECT;
		c.arg[2] = 1 + 2 * rnd_draw(&rng, 2);
		break;
	case 4:
		c.no = SIM_SYS_MINHERIT;
		c.arg[2] = rnd_draw(&rng, 4);
		break;
	case 5:
		c.no = SIM_SYS_MADVISE;
		c.arg[2] = rnd_draw(&rng, 10);
		break;
	case 6: fork_or_exit(p); return;
	default:
		(void)sim_access(fb_m, p, at, len, 1 + (int)rnd_draw(&rng, 2),
		    NULL);
		return;
	}
	(void)sim_syscall(fb_m, p, &c, &ret);
}

static void
reap(void)
{
	struct process *p, *next;

	for (p = fb_m->procs; p != NULL; p = next) {
		next = p->hh.next;
		if (p->state == SIM_EXITED)
			sim_process_reap(fb_m, p);
	}
}

static void
recount(void **state)
{
	static const char *const systems[] = { "freebsd", "linux", "netbsd",
		"openbsd" };

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		rng = seed;
		fb_setup_as(systems[seed % 4]);
		for (int i = 0; i < 400; i++) {
			any_step();
			reap();
			if (i % 10 == 0)
				check_all();
		}
		fb_teardown(NULL);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fb_setup, fb_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(packed_lengths),
		TEST(long_path),
		TEST(library),
		TEST(kernel),
		TEST(short_buffers),
		TEST(bad_buffers),
		TEST(expanded),
		TEST(wrong_names),
		TEST(exited),
		TEST(credentials),
		TEST(oneself),
		TEST(switches),
		cmocka_unit_test(recount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
