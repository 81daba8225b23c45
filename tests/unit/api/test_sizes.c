/*
 * What FreeBSD's, AIX's and Linux's interfaces tell about larger pages, against
 * a recount from the page tables, page by page through pmap_walk(): on machines
 * of every kind, while a few processes do what they like.
 *
 *	mincore		each byte, size bits and all
 *	kinfo_getvmmap	SUPER, and RES of anonymous memory
 *	vmgetinfo	pages of each size, in use, pinned; size at an address
 *	smaps, meminfo	AnonHugePages, Rss
 */
#include "freebsd_fixture.h"
#include "sizes_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/freebsd/libutil.h"
#include "api/include/freebsd/sys/mman.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/freebsd/sys/user.h"
#include "api/procfs/procfs.h"
#include "sim/aix.h"

static unsigned seen[PMAP_MAXSIZES]; /* pages of each size looked at */

/* -------------------------------------------------------------- FreeBSD -- */

static uint8_t
mincore_byte(const struct world_page *page)
{
	uint8_t byte = MINCORE_INCORE;

	if (!page->mapped)
		return 0;
	if (page->accessed)
		byte |= MINCORE_REFERENCED | MINCORE_REFERENCED_OTHER;
	if (page->modified)
		byte |= MINCORE_MODIFIED | MINCORE_MODIFIED_OTHER;
	return (uint8_t)(byte | MINCORE_PSIND(page->psind));
}

/* Of a region that is wholly mapped; others may have holes. */
static void
check_mincore(const struct world *w, const struct world_region *r)
{
	const size_t n = r->len / w->page;
	uint8_t *vec = malloc(n);

	assert_non_null(vec);
	uvmsim_setpid(r->p->pid);
	if (mincore((void *)(uintptr_t)r->start, r->len, (char *)vec) == 0)
		for (size_t i = 0; i < n; i++) {
			const vaddr_t va = r->start + i * w->page;
			const struct world_page page = world_page(w, r->p, va);

			seen[page.psind] += page.mapped;
			if (vec[i] != mincore_byte(&page))
				fail_msg("%s: mincore at %#" PRIx64
					 " is %#x, expected %#x",
				    w->geo->name, va, vec[i],
				    mincore_byte(&page));
		}
	free(vec);
}

static bool
has_super(const struct world *w, const struct process *p, vaddr_t start,
    vaddr_t end)
{
	vaddr_t va = (start + w->least - 1) / w->least * w->least;

	for (; va < end && end - va >= w->least; va += w->least)
		if (world_page(w, p, va).psind != 0)
			return true;
	return false;
}

static struct vm_map_entry *
entry_at(const struct process *p, vaddr_t va)
{
	struct vm_map_entry *header = &p->vmspace->vm_map.header, *e;

	for (e = header->next; e != header; e = e->next)
		if (e->start <= va && va < e->end)
			return e;
	fail_msg("no entry at %#" PRIx64, va);
	return NULL;
}

static void
check_entry(const struct world *w, const struct process *p,
    const struct kinfo_vmentry *k)
{
	struct vm_map_entry *e = entry_at(p, k->kve_start);
	const uint64_t n = (e->end - e->start) / w->page;
	const bool super = (k->kve_flags & KVME_FLAG_SUPER) != 0;
	int resident = 0;

	assert_int_equal(super, has_super(w, p, e->start, e->end));
	if (e->etype & UVM_ET_OBJ || e->amap == NULL || n > 1 << 20)
		return;
	for (uint64_t i = 0; i < n; i++) {
		uint32_t name = sparse_get(&e->amap->slots, e->ar_pageoff + i);

		resident += name != 0 &&
		    w->m->vm.anons.anon[name].where != PFN_NONE;
	}
	assert_int_equal(k->kve_resident, resident);
}

static void
check_kinfo(const struct world *w, const struct process *p)
{
	struct kinfo_vmentry *map;
	int n;

	map = kinfo_getvmmap(p->pid, &n);
	assert_non_null(map);
	for (int i = 0; i < n; i++)
		check_entry(w, p, &map[i]);
	free(map);
}

/* ------------------------------------------------------------------ AIX -- */

/* By frame: the largest size that maps it. */
static uint8_t *
sizes_of_frames(const struct world *w)
{
	uint8_t *size = calloc(w->m->vm.pages.npages + 1, 1);
	const struct vm_map_entry *e;

	assert_non_null(size);
	for (int i = 0; i < WORLD_MAXPROCS; i++) {
		const struct process *p = w->procs[i];

		if (p == NULL)
			continue;
		for (e = p->vmspace->vm_map.header.next;
		     e != &p->vmspace->vm_map.header; e = e->next)
			for (vaddr_t va =
				 pmap_next_mapped(p->vmspace->vm_map.pmap,
				     e->start, e->end);
			     va < e->end;
			     va = pmap_next_mapped(p->vmspace->vm_map.pmap,
				 va + w->page, e->end)) {
				const struct world_page page = world_page(w, p,
				    va);

				assert_true(page.mapped);
				if (page.psind > size[page.frame])
					size[page.frame] = (uint8_t)page.psind;
			}
	}
	return size;
}

struct frames {
	int64_t all, pinned;
};

/* Frames of one size, and those of them in pages that are all pinned. */
static struct frames
frames_of_size(const struct world *w, const uint8_t *size, unsigned psind)
{
	const pfn_t per = (pfn_t)1
	    << (w->geo->sizes[psind].shift - w->geo->page_shift);
	struct frames n = { 0, 0 };

	for (pfn_t first = per; first <= w->m->vm.pages.npages; first += per) {
		int64_t pinned = 0;

		if (size[first] != psind)
			continue;
		for (pfn_t i = 0; i < per; i++) {
			assert_int_equal(size[first + i], psind);
			pinned += w->m->vm.pages.page[first + i].pg_wire > 0;
		}
		n.all += per;
		n.pinned += pinned == per ? per : 0;
	}
	return n;
}

static void
check_aix(const struct world *w)
{
	const int64_t base = (int64_t)(w->page / 4096);
	uint8_t *size = sizes_of_frames(w);
	int64_t frames = 0, bytes = 0;
	struct sim_aix a;
	char buf[200];

	sim_aix_read(w->m, true, &a);
	if (sim_aix_check(w->m, buf, sizeof(buf)) != NULL)
		fail_msg("%s: %s", w->geo->name, buf);
	assert_int_equal(a.memsizepgs, (int64_t)w->m->vm.exp.npages * base);
	assert_int_equal(a.numfrb, (int64_t)w->m->vm.exp.free * base);
	for (unsigned i = 1; i < w->geo->nsizes; i++) {
		const struct frames n = frames_of_size(w, size, i);
		const int64_t per = (int64_t)1
		    << (w->geo->sizes[i].shift - w->geo->page_shift);

		if (i >= a.npsizes) {
			assert_int_equal(n.all, 0);
			continue;
		}
		assert_int_equal(a.size[i].psize,
		    (uint64_t)1 << w->geo->sizes[i].shift);
		assert_int_equal(a.size[i].numframes * per, n.all);
		assert_int_equal(a.size[i].numwseguse + a.size[i].numclseguse,
		    a.size[i].numframes);
		assert_int_equal((a.size[i].numwsegpin +
				     a.size[i].numclsegpin) *
			per,
		    n.pinned);
		frames += n.all;
	}
	assert_int_equal(a.size[0].numframes,
	    (int64_t)w->m->vm.exp.npages - frames);
	for (unsigned i = 0; i < a.npsizes; i++)
		bytes += a.size[i].numframes * (int64_t)a.size[i].psize;
	assert_int_equal(bytes, a.memsizepgs * 4096);
	free(size);
}

static void
check_page_info(const struct world *w, const struct world_region *r)
{
	uint64_t size;

	for (vaddr_t va = r->start; va < r->start + r->len; va += w->page) {
		const struct world_page page = world_page(w, r->p, va);

		if (!page.mapped)
			continue;
		assert_int_equal(sim_aix_page_size(r->p, va + 123, &size), 0);
		assert_int_equal(size,
		    (uint64_t)1 << w->geo->sizes[page.psind].shift);
	}
}

/* --------------------------------------------------------------- procfs -- */

/* The sum over all lines "KEY: N kB" of a file. */
static uint64_t
sum_of(const char *text, const char *key)
{
	const size_t len = strlen(key);
	uint64_t sum = 0;

	for (const char *s = text; (s = strstr(s, key)) != NULL; s += len)
		if ((s == text || s[-1] == '\n') && s[len] == ':')
			sum += strtoull(s + len + 1, NULL, 10);
	return sum;
}

static void
check_smaps(const struct world *w, struct process *p)
{
	struct pmap *pmap = p->vmspace->vm_map.pmap;
	struct procfs_process t;
	uint64_t huge = 0, all = 0;
	char *text = NULL;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	assert_non_null(fp);
	procfs_process_sum(w->m, p, NULL, &t);
	assert_int_equal(procfs_smaps(fp, &t), 0);
	assert_int_equal(fclose(fp), 0);
	for (vaddr_t va = pmap_next_mapped(pmap, t.low, t.high); va < t.high;
	     va = pmap_next_mapped(pmap, va + w->page, t.high)) {
		const struct world_page page = world_page(w, p, va);

		all += w->page;
		if (page.leaf &&
		    w->m->vm.pages.page[page.frame].pg_flags & PG_ANON)
			huge += w->page;
	}
	assert_int_equal(sum_of(text, "Rss") * 1024, all);
	assert_int_equal(sum_of(text, "AnonHugePages") * 1024, huge);
	assert_int_equal(sum_of(text, "Anonymous") * 1024,
	    t.pages.count[PROCFS_ANON]);
	free(text);
}

static void
check_meminfo(const struct world *w)
{
	const bool has = w->m->config.superpages != VM_SUPER_NEVER;
	uint8_t *size = sizes_of_frames(w);
	uint64_t frames = 0;
	char *text = NULL;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	assert_non_null(fp);
	assert_int_equal(procfs_meminfo(fp, w->m), 0);
	assert_int_equal(fclose(fp), 0);
	for (pfn_t pfn = 1; pfn <= w->m->vm.pages.npages; pfn++)
		frames += w->geo->sizes[size[pfn]].kind == PMAP_SIZE_LEAF;
	assert_int_equal(strstr(text, "AnonHugePages:") != NULL, has);
	assert_int_equal((sum_of(text, "AnonHugePages") +
			     sum_of(text, "FilePmdMapped")) *
		1024,
	    frames * w->page);
	free(size);
	free(text);
}

/* ---------------------------------------------------------------- random - */

static void
check_all(struct world *w)
{
	char buf[300];

	if (machine_check(w->m, buf, sizeof(buf)) != NULL)
		fail_msg("%s: %s", w->geo->name, buf);
	for (int i = 0; i < WORLD_MAXREGIONS; i++)
		if (w->region[i].p != NULL) {
			check_mincore(w, &w->region[i]);
			check_page_info(w, &w->region[i]);
		}
	for (int i = 0; i < WORLD_MAXPROCS; i++)
		if (w->procs[i] != NULL) {
			check_kinfo(w, w->procs[i]);
			check_smaps(w, w->procs[i]);
		}
	check_aix(w);
	check_meminfo(w);
}

static void
test_random(void **state)
{
	(void)state;
	for (const struct world_kind *k = world_kinds; k->arch != NULL; k++) {
		const bool all = strcmp(k->superpages, "reserve") == 0;
		const bool some = strcmp(k->superpages, "eager") == 0;
		const bool none = strcmp(k->superpages, "never") == 0;
		struct world w;

		memset(seen, 0, sizeof(seen));
		world_open(&w, k);
		for (int step = 0; step < 600; step++) {
			world_step(&w);
			if (step % 10 == 0)
				check_all(&w);
		}
		for (unsigned i = 1; i < w.geo->nsizes; i++) {
			const struct pmap_pagesize *size = &w.geo->sizes[i];
			const bool largest = (vsize_t)1 << size->shift ==
			    w.large;

			if (size->promote && (all || (some && largest)) &&
			    seen[i] == 0)
				fail_msg("%s %s: no page of %u bits seen",
				    k->arch, k->superpages, size->shift);
			assert_true(!none || seen[i] == 0);
		}
		assert_true(seen[0] > 0);
		world_close(&w);
	}
}

/* ------------------------------------------------------------ scenarios -- */

static void
partpopq_is(const char *row)
{
	char text[600], want[600];
	size_t len = sizeof(text);

	snprintf(want, sizeof(want),
	    "\nDOMAIN    LEVEL     SIZE  NUMBER\n\n%s\n", row);
	assert_int_equal(sysctlbyname("vm.reserv.partpopq", text, &len, NULL,
			     0),
	    0);
	assert_string_equal(text, want);
}

/* 2 MB written page by page: 511 leave a hole, the last one promotes. */
static void
test_amd64(void **state)
{
	static const struct world_kind kind = { "amd64", "reserve", "64M" };
	struct world_region r = { .len = (vsize_t)2 << 20 };
	uint64_t size, full;
	struct world w;

	(void)state;
	world_open(&w, &kind);
	r.p = w.procs[0];
	r.start = world_map(&w, r.p, r.len, r.len);
	full = fb_number("vm.reserv.fullpop");
	world_touch(&w, r.p, r.start, r.len - w.page, VM_PROT_WRITE);
	assert_int_equal(fb_number("vm.pmap.pde.promotions"), 0);
	assert_int_equal(fb_number("vm.reserv.fullpop"), full);
	world_touch(&w, r.p, r.start + r.len - w.page, 1, VM_PROT_WRITE);
	assert_int_equal(fb_number("vm.pmap.pde.promotions"), 1);
	assert_int_equal(fb_number("vm.pmap.pde.p_failures"), 0);
	assert_int_equal(fb_number("vm.pmap.pde.mappings"), 0);
	assert_int_equal(fb_number("vm.reserv.fullpop"), full + 1);
	assert_int_equal(sim_aix_page_size(r.p, r.start + 5, &size), 0);
	assert_int_equal(size, r.len);
	check_mincore(&w, &r);
	check_all(&w);
	/* One page loses its rights: base pages again. */
	assert_int_equal(mprotect((void *)(uintptr_t)(r.start + 8192), 4096,
			     PROT_READ),
	    0);
	assert_int_equal(fb_number("vm.pmap.pde.demotions"), 1);
	assert_int_equal(sim_aix_page_size(r.p, r.start + 5, &size), 0);
	assert_int_equal(size, 4096);
	check_all(&w);
	world_close(&w);
}

/*
 * One process maps a frame large and another does not, who has locked one page:
 * it is of the larger size, and one base page is pinned.
 */
static void
test_shared(void **state)
{
	static const struct world_kind kinds[] = {
		{ "amd64", "reserve", "64M" },
		{ "arm64", "reserve", "64M" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(kinds); i++) {
		struct sim_call mmap_shared = { .no = SIM_SYS_MMAP,
			.arg = { 0, 4 << 20, 3, 0x01001001, UINT64_MAX } };
		const struct sim_call fork_call = { .no = SIM_SYS_FORK };
		struct sim_aix before, after;
		uint64_t va, pid;
		struct world w;

		world_open(&w, &kinds[i]);
		assert_int_equal(sim_syscall(w.m, w.procs[0], &mmap_shared,
				     &va),
		    0);
		world_touch(&w, w.procs[0], va, 4 << 20, VM_PROT_WRITE);
		assert_int_equal(sim_syscall(w.m, w.procs[0], &fork_call, &pid),
		    0);
		w.procs[1] = sim_process_bypid(w.m, (int)pid);
		world_touch(&w, w.procs[1], va, 4 << 20, VM_PROT_WRITE);
		sim_aix_read(w.m, true, &before);
		uvmsim_setpid(w.procs[0]->pid);
		assert_int_equal(mlock((void *)(uintptr_t)(va + 8192), 4096),
		    0);
		assert_true(world_page(&w, w.procs[0], va + 8192).psind == 0);
		assert_true(world_page(&w, w.procs[1], va + 8192).leaf);
		sim_aix_read(w.m, true, &after);
		for (unsigned k = 1; k < after.npsizes; k++) {
			assert_int_equal(after.size[k].numframes,
			    before.size[k].numframes);
			assert_int_equal(after.size[k].numwsegpin, 0);
		}
		assert_int_equal(after.numwsegpin - after.system_pgs, 1);
		check_all(&w);
		world_close(&w);
	}
}

/* What is not used of a reservation, in kB; the image has some as well. */
static void
test_partpopq(void **state)
{
	static const struct world_kind kind = { "amd64", "reserve", "64M" };
	const struct vm_reservs *rs;
	char row[64];
	struct world w;
	vaddr_t va;

	(void)state;
	world_open(&w, &kind);
	rs = &w.m->vm.reservs;
	va = world_map(&w, w.procs[0], (vsize_t)4 << 20, (vsize_t)2 << 20);
	world_touch(&w, w.procs[0], va, 511 * 4096, VM_PROT_WRITE);
	world_touch(&w, w.procs[0], va + (2 << 20), 4096, VM_PROT_WRITE);
	snprintf(row, sizeof(row), "%6d, %7d, %6uK, %6u", 0, -1,
	    (unsigned)rs->holes * 4, (unsigned)rs->partpopq);
	assert_true(rs->partpopq >= 2);
	assert_true(rs->holes >= 512);
	partpopq_is(row);
	world_close(&w);
}

/* The names are those of the machine, and no other. */
static void
test_names(void **state)
{
	static const struct {
		struct world_kind kind;
		const char *machine, *arch, *has, *hasnot;
		int byteorder, nsizes;
	} rows[] = {
		{ { "amd64", "reserve", "64M" }, "amd64", "amd64",
		    "vm.pmap.pde.promotions", "vm.pmap.l2.promotions", 1234,
		    3 },
		{ { "i386", "never", "64M" }, "i386", "i386",
		    "vm.pmap.pde.mappings", "vm.pmap.l3c.promotions", 1234, 2 },
		{ { "arm64", "reserve", "64M" }, "arm64", "aarch64",
		    "vm.pmap.l3c.promotions", "vm.pmap.pde.promotions", 1234,
		    4 },
		{ { "riscv64", "reserve", "64M" }, "riscv", "riscv64",
		    "vm.pmap.l2.demotions", "vm.pmap.pdpe.demotions", 1234, 4 },
		{ { "power", "reserve", "64M" }, "powerpc", "powerpc64",
		    "vm.pmap.64k.promotions", "vm.pmap.l2.promotions", 4321,
		    4 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		size_t sizes[4], len;
		uint64_t again[4];
		struct world w;
		char text[40];
		int nsizes;

		world_open(&w, &rows[i].kind);
		len = sizeof(text);
		assert_int_equal(sysctlbyname("hw.machine", text, &len, NULL,
				     0),
		    0);
		assert_string_equal(text, rows[i].machine);
		len = sizeof(text);
		assert_int_equal(sysctlbyname("hw.machine_arch", text, &len,
				     NULL, 0),
		    0);
		assert_string_equal(text, rows[i].arch);
		assert_int_equal(fb_number("hw.byteorder"), rows[i].byteorder);
		assert_int_equal(fb_number("hw.pagesize"), w.page);
		(void)fb_number(rows[i].has);
		assert_int_equal(sysctlbyname(rows[i].hasnot, NULL, &len, NULL,
				     0),
		    -1);
		assert_int_equal(errno, ENOENT);
		for (nsizes = 0; nsizes < rows[i].nsizes &&
		     w.geo->sizes[nsizes].shift < 8 * sizeof(size_t);)
			nsizes++; /* those that a size_t can hold */
		assert_int_equal(getpagesizes(sizes, 4), nsizes);
		for (int k = 0; k < nsizes; k++)
			assert_int_equal(sizes[k],
			    (uint64_t)1 << w.geo->sizes[k].shift);
		len = sizeof(again);
		assert_int_equal(sysctlbyname("hw.pagesizes", again, &len, NULL,
				     0),
		    0);
		assert_int_equal(len, rows[i].nsizes > 3 ? 32 : 24);
		for (int k = 0; k < nsizes; k++)
			assert_int_equal(again[k], sizes[k]);
		world_close(&w);
	}
}

/* What is not there by name is not there by number, and walks pass it by. */
static void
test_absent(void **state)
{
	static const struct world_kind kinds[] = { { "arm64", "never", "64M" },
		{ "amd64", "never", "64M" } };
	int mib[CTL_MAXNAME],
	    ask[CTL_MAXNAME + 2] = { CTL_SYSCTL, CTL_SYSCTL_NEXT };
	size_t n = CTL_MAXNAME, len;
	struct world w;
	char name[128];

	(void)state;
	world_open(&w, &kinds[0]);
	assert_int_equal(sysctlnametomib("vm.pmap.l2.promotions", mib, &n), 0);
	len = 8;
	assert_int_equal(sysctl(mib, (unsigned)n, name, &len, NULL, 0), 0);
	world_close(&w);
	world_open(&w, &kinds[1]);
	assert_int_equal(sysctl(mib, (unsigned)n, name, &len, NULL, 0), -1);
	assert_int_equal(errno, ENOENT);
	/* The next one behind it is the first behind the group. */
	memcpy(ask + 2, mib, n * sizeof(mib[0]));
	len = sizeof(mib);
	assert_int_equal(sysctl(ask, (unsigned)n + 2, mib, &len, NULL, 0), 0);
	memcpy(ask + 2, mib, len);
	ask[1] = CTL_SYSCTL_NAME;
	n = len / sizeof(mib[0]);
	len = sizeof(name);
	assert_int_equal(sysctl(ask, (unsigned)n + 2, name, &len, NULL, 0), 0);
	assert_string_equal(name, "vm.reserv.broken");
	world_close(&w);
}

/* Each name that a machine has, walked through by numbers, is in the page. */
static void
test_documented(void **state)
{
	char *doc = calloc(1, 200000), name[128], quoted[140];
	FILE *fp = fopen("docs/freebsd.md", "r");
	struct world w;

	(void)state;
	if (fp == NULL) {
		free(doc);
		skip();
	}
	assert_true(fread(doc, 1, 199999, fp) > 0);
	fclose(fp);
	for (const struct world_kind *k = world_kinds; k->arch != NULL; k++) {
		int ask[CTL_MAXNAME + 2] = { CTL_SYSCTL, CTL_SYSCTL_NEXT };
		size_t len = 0, room;
		unsigned names = 0;

		world_open(&w, k);
		for (;; names++) {
			ask[1] = CTL_SYSCTL_NEXT;
			room = CTL_MAXNAME * sizeof(int);
			if (sysctl(ask, (unsigned)(2 + len / sizeof(int)),
				ask + 2, &room, NULL, 0) != 0)
				break;
			len = room;
			ask[1] = CTL_SYSCTL_NAME;
			room = sizeof(name);
			assert_int_equal(sysctl(ask,
					     (unsigned)(2 + len / sizeof(int)),
					     name, &room, NULL, 0),
			    0);
			snprintf(quoted, sizeof(quoted), "`%s`", name);
			if (strstr(doc, quoted) == NULL)
				fail_msg("docs/freebsd.md does not name %s",
				    name);
		}
		assert_true(names > 120);
		world_close(&w);
	}
	free(doc);
}

/* arm64 and power: sixteen pages make 64 KB, and AIX sees it. */
static void
test_groups(void **state)
{
	static const struct {
		struct world_kind kind;
		const char *promotions;
	} rows[] = {
		{ { "arm64", "reserve", "64M" }, "vm.pmap.l3c.promotions" },
		{ { "power", "reserve", "64M" }, "vm.pmap.64k.promotions" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct world_region r = { .len = 2 << 20 };
		uint64_t size, before;
		struct world w;

		world_open(&w, &rows[i].kind);
		r.p = w.procs[0];
		r.start = world_map(&w, r.p, r.len, r.len);
		before = fb_number(rows[i].promotions);
		world_touch(&w, r.p, r.start, 15 * 4096, VM_PROT_WRITE);
		assert_int_equal(fb_number(rows[i].promotions), before);
		assert_int_equal(sim_aix_page_size(r.p, r.start, &size), 0);
		assert_int_equal(size, 4096);
		world_touch(&w, r.p, r.start + 15 * 4096, 1, VM_PROT_WRITE);
		assert_int_equal(fb_number(rows[i].promotions), before + 1);
		assert_int_equal(sim_aix_page_size(r.p, r.start + 65535, &size),
		    0);
		assert_int_equal(size, 65536);
		check_mincore(&w, &r);
		check_all(&w);
		world_close(&w);
	}
}

static void
test_domains(void **state)
{
	struct sim_config config;
	struct world w = { .seed = 1 };
	uint64_t sum = 0, active = 0;
	struct machine *m;
	char err[200], name[60];
	size_t len;

	(void)state;
	sim_config_default(&config);
	config.domains = 3;
	config.cpus = 6;
	config.numa = VM_NUMA_ROUND_ROBIN;
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "sh", 0, NULL, NULL, &w.procs[0]), 0);
	assert_int_equal(api_attach(m, w.procs[0]->pid), 0);
	w.m = m;
	world_touch(&w, w.procs[0], world_map(&w, w.procs[0], 1 << 20, 1),
	    1 << 20, VM_PROT_WRITE);
	assert_int_equal(fb_number("vm.ndomains"), 3);
	assert_int_equal(fb_number("hw.ncpu"), 6);
	for (int d = 0; d < 3; d++) {
		snprintf(name, sizeof(name), "vm.domain.%d.stats.free_count",
		    d);
		sum += fb_number(name);
		snprintf(name, sizeof(name), "vm.domain.%d.stats.active", d);
		assert_in_range(fb_number(name), 80, 200);
		active += fb_number(name);
	}
	assert_int_equal(sum, m->vm.exp.free);
	assert_int_equal(active, m->vm.exp.active);
	assert_int_equal(sysctlbyname("vm.domain.3.stats.free_count", NULL,
			     &len, NULL, 0),
	    -1);
	assert_int_equal(errno, ENOENT);
	uvmsim_close();
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_documented),
		cmocka_unit_test(test_amd64),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_partpopq),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
