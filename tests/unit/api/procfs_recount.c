/*
 * Trees of uvmsim procfs, written and recounted (see procfs_recount.h).
 *
 * Each page of each area is looked at by pmap_walk(), in every process (how
 * many mappings has its frame?) and through the entry (whose page is it?), and
 * the sums are compared with the text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "api/procfs/procfs.h"
#include "procfs_recount.h"
#include "sizes_world.h"

char pf_dir[sizeof(PF_DIR)];
struct machine *pf_m;
uint64_t pf_page; /* bytes of its base page */
uint64_t pf_swapped;

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void
pf_close(void)
{
	uvmsim_close();
	nftw(pf_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The machine of a script, and its tree in pf_dir; PROCFS_NSTYLES: no tree. */
void
pf_open(const char *text, enum procfs_style style)
{
	char path[sizeof(PF_DIR) + 16], err[300];
	FILE *fp;

	strcpy(pf_dir, PF_DIR);
	assert_non_null(mkdtemp(pf_dir));
	snprintf(path, sizeof(path), "%s/s.uvm", pf_dir);
	fp = fopen(path, "w");
	assert_non_null(fp);
	fputs(text, fp);
	fclose(fp);
	if (uvmsim_open(path, 0) != 0)
		fail_msg("%s", uvmsim_errmsg());
	pf_m = api_machine();
	pf_page = pg_size(pf_m);
	if (style == PROCFS_NSTYLES)
		return;
	snprintf(path, sizeof(path), "%s/t", pf_dir);
	if (procfs_write(pf_m, style, path, err, sizeof(err)) != 0)
		fail_msg("%s", err);
}

FILE *
pf_file(int pid, const char *name)
{
	char path[sizeof(PF_DIR) + 64];
	FILE *fp;

	snprintf(path, sizeof(path), "%s/t/%d/%s", pf_dir, pid, name);
	fp = fopen(path, "r");
	assert_non_null(fp);
	return fp;
}

/* ---------------------------------------------------------- recounting -- */

struct look { /* at one page */
	pfn_t frame;
	bool dirty, referenced, anon, shmem, huge, lazy;
};

static uint32_t
slot_of(uint32_t anon)
{
	return pf_m->vm.anons.slot != NULL ? pf_m->vm.anons.slot[anon] : 0;
}

struct out { /* what a page that is not mapped has in swap */
	uint32_t anon, slot;
	bool shared; /* of shared memory */
};

/* => the page is in swap and nowhere else */
static bool
look_out(struct vm_map_entry *e, vaddr_t va, struct out *o)
{
	const uint64_t i = (va - e->start) / pf_page;

	memset(o, 0, sizeof(*o));
	if (e->amap != NULL)
		o->anon = sparse_get(&e->amap->slots, e->ar_pageoff + i);
	if (o->anon != 0) {
		o->slot = slot_of(o->anon);
		return pf_m->vm.anons.anon[o->anon].where == 0 &&
		    o->slot != 0 && o->slot != UINT32_MAX;
	}
	if (e->object == NULL || e->object->pager != &aobj_pager)
		return false;
	o->shared = true;
	o->slot = sparse_get(&e->object->swap, e->offset / pf_page + i);
	return o->slot != 0 && o->slot != UINT32_MAX &&
	    sparse_get(&e->object->pages, e->offset / pf_page + i) == 0;
}

/* Device and page of a slot, as pagemap has them. */
static uint64_t
place_of(uint32_t slot)
{
	for (uint64_t i = 0; i < VM_SWAP_MAXDEVS; i++) {
		const struct vm_swapdev *d = &pf_m->vm.swap.dev[i];

		if (d->flags != 0 && slot >= d->first &&
		    slot - d->first < d->npages)
			return (uint64_t)(slot - d->first) << 5 | i;
	}
	fail_msg("slot %u is of no device", slot);
	return 0;
}

static unsigned *mapped; /* by frame: how many mappings it has */

static bool
look_at(struct process *p, struct vm_map_entry *e, vaddr_t va, struct look *l)
{
	const struct world w = { .m = pf_m, .geo = pf_m->config.arch };
	const struct world_page at = world_page(&w, p, va);
	const struct vm_page *pg;
	uint32_t anon = 0;

	if (!at.mapped)
		return false;
	l->frame = at.frame;
	l->huge = at.leaf;
	pg = &pf_m->vm.pages.page[l->frame];
	l->dirty = at.dirty || pg->md.pv & PMAP_ATTR_MOD ||
	    pg->pg_flags & PG_DIRTY;
	l->referenced = at.accessed || pg->md.pv & PMAP_ATTR_REF;
	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots,
		    e->ar_pageoff + (va - e->start) / pf_page);
	l->anon = anon != 0;
	l->lazy = anon != 0 && !l->dirty && pg->pg_flags & PG_CLEAN &&
	    slot_of(anon) == 0;
	l->shmem = anon == 0 && e->object->pager == &aobj_pager;
	if (anon != 0)
		assert_int_equal(l->frame, pf_m->vm.anons.anon[anon].where);
	else
		assert_int_equal(l->frame,
		    sparse_get(&e->object->pages,
			(e->offset + (va - e->start)) / pf_page));
	return true;
}

static void
count_mappings(void)
{
	const struct world w = { .m = pf_m, .geo = pf_m->config.arch };
	struct process *p, *next, *other;
	struct vm_map_entry *e;

	mapped = calloc(pf_m->vm.pages.npages + 1, sizeof(*mapped));
	assert_non_null(mapped);
	HASH_ITER(hh, pf_m->procs, p, next) {
		if (p->vmspace == NULL || p == pf_m->kernel)
			continue;
		/* A space that several have counts once. */
		for (other = pf_m->procs; other != p; other = other->hh.next)
			if (other->vmspace == p->vmspace)
				break;
		if (other != p)
			continue;
		for (e = p->vmspace->vm_map.header.next;
		     e != &p->vmspace->vm_map.header; e = e->next)
			for (vaddr_t va = e->start; va < e->end;
			     va += pf_page) {
				const struct world_page at = world_page(&w, p,
				    va);

				mapped[at.frame] += at.mapped;
			}
	}
}

enum {
	SIZE,
	RSS,
	PSS,
	PSS_DIRTY,
	SCLEAN,
	SDIRTY,
	PCLEAN,
	PDIRTY,
	REFERENCED,
	ANONYMOUS,
	LOCKED,
	PSS_ANON,
	PSS_FILE,
	PSS_SHMEM,
	HUGE_ANON,
	HUGE_SHMEM,
	HUGE_FILE,
	LAZY,
	SWAP,
	SWAP_PSS,
	VMSWAP,
	ZERO,
	NSUMS
};

static const struct {
	const char *key;
	int sum;
	double unit; /* of the sums, in a kB */
} keys[] = {
	{ "Size", SIZE, 1 },
	{ "Rss", RSS, 1 },
	{ "Pss", PSS, 4096 * 1024 },
	{ "Pss_Dirty", PSS_DIRTY, 4096 * 1024 },
	{ "Pss_Anon", PSS_ANON, 4096 * 1024 },
	{ "Pss_File", PSS_FILE, 4096 * 1024 },
	{ "Pss_Shmem", PSS_SHMEM, 4096 * 1024 },
	{ "Shared_Clean", SCLEAN, 1 },
	{ "Shared_Dirty", SDIRTY, 1 },
	{ "Private_Clean", PCLEAN, 1 },
	{ "Private_Dirty", PDIRTY, 1 },
	{ "Referenced", REFERENCED, 1 },
	{ "Anonymous", ANONYMOUS, 1 },
	{ "Locked", LOCKED, 4096 * 1024 },
	{ "KSM", ZERO, 1 },
	{ "LazyFree", LAZY, 1 },
	{ "AnonHugePages", HUGE_ANON, 1 },
	{ "ShmemPmdMapped", HUGE_SHMEM, 1 },
	{ "FilePmdMapped", HUGE_FILE, 1 },
	{ "Shared_Hugetlb", ZERO, 1 },
	{ "Private_Hugetlb", ZERO, 1 },
	{ "Swap", SWAP, 1 },
	{ "SwapPss", SWAP_PSS, 4096 * 1024 },
};
#define SMAPS_KEYS 25 /* with the two page sizes and the eligibility */

static void
add_page(const struct look *l, bool locked, uint64_t *sum)
{
	const unsigned n = mapped[l->frame];
	const uint64_t pss = pf_page * 4096 / n, kb = pf_page / 1024;

	sum[RSS] += kb;
	sum[PSS] += pss;
	sum[l->anon ? PSS_ANON : l->shmem ? PSS_SHMEM : PSS_FILE] += pss;
	if (l->dirty)
		sum[PSS_DIRTY] += pss;
	if (locked)
		sum[LOCKED] += pss;
	if (n > 1)
		sum[l->dirty ? SDIRTY : SCLEAN] += kb;
	else
		sum[l->dirty ? PDIRTY : PCLEAN] += kb;
	sum[REFERENCED] += l->referenced ? kb : 0;
	sum[ANONYMOUS] += l->anon ? kb : 0;
	sum[LAZY] += l->lazy ? kb : 0;
	if (l->huge)
		sum[l->anon      ? HUGE_ANON :
			l->shmem ? HUGE_SHMEM :
				   HUGE_FILE] += kb;
}

/* How many processes have the anon somewhere in their maps. */
static unsigned
sharers(uint32_t anon)
{
	struct process *p, *next;
	unsigned n = 0;

	HASH_ITER(hh, pf_m->procs, p, next) {
		struct vm_map_entry *e;

		if (p->vmspace == NULL || p->vfork_parent != NULL)
			continue;
		e = p->vmspace->vm_map.header.next;
		for (; e != &p->vmspace->vm_map.header; e = e->next)
			for (vaddr_t va = e->start;
			     e->amap != NULL && va < e->end; va += pf_page)
				n += sparse_get(&e->amap->slots,
					 e->ar_pageoff +
					     (va - e->start) / pf_page) == anon;
	}
	return n;
}

/* => the word of pagemap */
static uint64_t
add_out(const struct out *o, uint64_t *sum)
{
	sum[SWAP] += pf_page / 1024;
	if (o->shared)
		return 0;
	sum[VMSWAP] += pf_page / 1024;
	sum[SWAP_PSS] += pf_page * 4096 / sharers(o->anon);
	return (uint64_t)1 << 62 | place_of(o->slot);
}

/* One word of pagemap. */
uint64_t
pf_pagemap_word(FILE *fp, vaddr_t va)
{
	unsigned char b[8];
	uint64_t word = 0;

	assert_int_equal(fseeko(fp, (off_t)(va / pf_page * 8), SEEK_SET), 0);
	assert_int_equal(fread(b, 1, 8, fp), 8);
	for (int i = 7; i >= 0; i--)
		word = word << 8 | b[i];
	return word;
}

/*
 * The pages of [start, end), which must be whole entries.  Of entries that have
 * nothing in 32 MB, pagemap is looked at in their ends only; it ends at 2^48.
 */
static void
recount(struct process *p, vaddr_t start, vaddr_t end, FILE *pagemap,
    uint64_t *sum)
{
	struct vm_map_entry *header = &p->vmspace->vm_map.header, *e;
	vaddr_t at = start;

	memset(sum, 0, NSUMS * sizeof(*sum));
	sum[SIZE] = (end - start) / 1024;
	for (e = header->next; e != header; e = e->next) {
		if (e->end <= start || e->start >= end)
			continue;
		assert_true(e->start == at && e->end <= end);
		at = e->end;
		for (vaddr_t va = e->start; va < e->end; va += pf_page) {
			struct look l = { 0 };
			struct out out;
			uint64_t want = 0;
			bool here = look_at(p, e, va, &l);

			if (here) {
				add_page(&l, e->wired_count > 0, sum);
				want = (uint64_t)1 << 63 |
				    (uint64_t)!l.anon << 61 |
				    (uint64_t)(mapped[l.frame] == 1) << 56 |
				    l.frame;
			} else if (look_out(e, va, &out)) {
				want = add_out(&out, sum);
				here = true;
			}
			if (va >> 48 == 0 && (here || va - e->start < 1 << 20))
				assert_int_equal(pf_pagemap_word(pagemap, va),
				    want);
		}
	}
	assert_int_equal(at, end);
}

/* ----------------------------------------------------------- comparing -- */

/* A line "Key: N kB" against the sums. => the key was one of the list's */
static bool
compare_key(const char *line, const uint64_t *sum, const char *where)
{
	char key[32];
	uint64_t value;

	if (sscanf(line, "%31[^:]: %" SCNu64 " kB", key, &value) != 2)
		return false;
	for (size_t i = 0; i < NELEM(keys); i++)
		if (strcmp(keys[i].key, key) == 0) {
			uint64_t want = (uint64_t)((double)sum[keys[i].sum] /
			    keys[i].unit);

			if (value != want)
				fail_msg("%s: %s is %" PRIu64
					 ", recounted %" PRIu64,
				    where, key, value, want);
			return true;
		}
	return false;
}

static void
compare_smaps(struct process *p, uint64_t *total)
{
	FILE *fp = pf_file(p->pid, "smaps");
	FILE *pagemap = pf_file(p->pid, "pagemap");
	uint64_t sum[NSUMS], start, end;
	char line[1024], where[1100] = "", size[40];
	unsigned known = 0, areas = 0, flags = 0;

	memset(total, 0, NSUMS * sizeof(*total));
	memset(sum, 0, sizeof(sum));
	snprintf(size, sizeof(size), "%8" PRIu64 " kB\n", pf_page / 1024);
	while (fgets(line, sizeof(line), fp) != NULL) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end) ==
		    2) {
			snprintf(where, sizeof(where), "%d: %s", p->pid, line);
			recount(p, start, end, pagemap, sum);
			for (int i = 0; i < NSUMS; i++)
				total[i] += sum[i];
			areas++;
			continue;
		}
		known += compare_key(line, sum, where);
		if (strncmp(line, "KernelPageSize:", 15) == 0 ||
		    strncmp(line, "MMUPageSize:", 12) == 0)
			known += strstr(line, size) != NULL;
		known += strncmp(line, "THPeligible:    ", 16) == 0;
		flags += strncmp(line, "VmFlags: ", 9) == 0 && line[9] != '\n';
	}
	assert_int_equal(flags, areas);
	/* Not the three parts of Pss. */
	assert_int_equal(known, areas * (NELEM(keys) - 3 + 3));
	assert_int_equal(NELEM(keys) - 3 + 3, SMAPS_KEYS - 2);
	assert_int_equal(total[SIZE] * 1024, p->vmspace->vm_map.size);
	assert_int_equal(total[RSS],
	    p->vmspace->vm_map.pmap->resident * pf_page / 1024);
	fclose(fp);
	fclose(pagemap);
}

static void
compare_rollup(struct process *p, const uint64_t *total)
{
	FILE *fp = pf_file(p->pid, "smaps_rollup");
	unsigned known = 0;
	char line[200];

	assert_non_null(fgets(line, sizeof(line), fp));
	assert_non_null(strstr(line, " ---p 00000000 00:00 0 "));
	assert_non_null(strstr(line, " [rollup]\n"));
	while (fgets(line, sizeof(line), fp) != NULL)
		known += compare_key(line, total, "rollup");
	assert_int_equal(known, NELEM(keys) - 1); /* all but Size */
	fclose(fp);
}

static void
compare_status(struct process *p, const uint64_t *total)
{
	FILE *fp = pf_file(p->pid, "status");
	char line[200], key[32];
	uint64_t value, rss = 0;
	unsigned seen = 0;

	while (fgets(line, sizeof(line), fp) != NULL) {
		if (sscanf(line, "%31[^:]:\t%8" SCNu64 " kB", key, &value) != 2)
			continue;
		if (strcmp(key, "Pid") == 0)
			assert_int_equal(value, p->pid);
		if (strcmp(key, "VmSize") == 0)
			assert_int_equal(value, total[SIZE]);
		if (strcmp(key, "VmRSS") == 0)
			assert_int_equal(value, total[RSS]);
		if (strcmp(key, "VmSwap") == 0)
			assert_int_equal(value, total[VMSWAP]);
		if (strcmp(key, "RssAnon") == 0)
			assert_int_equal(value, total[ANONYMOUS]);
		if (strncmp(key, "Rss", 3) == 0)
			rss += value;
		if (strcmp(key, "VmPTE") == 0)
			assert_int_equal(value,
			    (p->vmspace->vm_map.pmap->ntables - 1) * pf_page /
				1024);
		seen += strncmp(key, "Vm", 2) == 0;
	}
	assert_int_equal(rss, total[RSS]);
	assert_int_equal(seen, 12);
	fclose(fp);
}

/* Field 28 of stat lies in the stack, if the process has one. */
static void
compare_stat(struct process *p)
{
	FILE *fp = pf_file(p->pid, "stat");
	struct vm_map_entry *e = NULL;
	uint64_t stack = 0;
	char line[2000], *s;
	int field = 3;

	assert_non_null(fgets(line, sizeof(line), fp));
	s = strrchr(line, ')') + 2;
	for (s = strtok(s, " \n"); s != NULL; s = strtok(NULL, " \n"), field++)
		if (field == 28)
			stack = strtoull(s, NULL, 10);
	assert_int_equal(field - 1, 52);
	for (e = p->vmspace->vm_map.header.next;
	     e != &p->vmspace->vm_map.header; e = e->next)
		if (stack >= e->start && stack < e->end)
			break;
	assert_true(stack == 0 || e->protection & VM_PROT_WRITE);
	assert_true(
	    stack != 0 || p->stack_top == 0 || p->personality == &sim_linux);
	fclose(fp);
}

/* Of the file meminfo, in kB. */
static uint64_t
meminfo(const char *key)
{
	char path[sizeof(PF_DIR) + 16], line[100], name[32];
	uint64_t value;
	FILE *fp;

	snprintf(path, sizeof(path), "%s/t/meminfo", pf_dir);
	fp = fopen(path, "r");
	assert_non_null(fp);
	while (fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line, "%31[^:]: %" SCNu64, name, &value) == 2 &&
		    strcmp(name, key) == 0) {
			fclose(fp);
			return value;
		}
	fclose(fp);
	fail_msg("no %s in meminfo", key);
	return 0;
}

/* meminfo and swaps against the slots and the anons, each looked at. */
static void
compare_swap(void)
{
	const struct vm_anons *a = &pf_m->vm.anons;
	uint64_t slots = 0, used = 0, cached = 0, anons = 0, size, taken;
	char path[sizeof(PF_DIR) + 16], line[300];
	FILE *fp;

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++) {
		const struct vm_swapdev *d = &pf_m->vm.swap.dev[i];

		for (uint32_t j = !(d->flags & SWF_FILE); j < d->npages; j++) {
			slots++;
			used += d->used[j / 64] >> j % 64 & 1;
		}
	}
	for (uint32_t i = 1; i < a->fresh; i++)
		if (a->anon[i].ref != 0 && a->anon[i].where != 0) {
			anons++;
			cached += slot_of(i) != 0 && slot_of(i) != UINT32_MAX;
		}
	for (struct vm_object *o = pf_m->vm.first_object; o != NULL;
	     o = o->next) {
		uint32_t slot;

		for (uint64_t i = 0;
		     (i = sparse_next(&o->swap, i, &slot)) != SPARSE_END; i++)
			cached += slot != UINT32_MAX &&
			    sparse_get(&o->pages, i) != 0;
	}
	assert_int_equal(meminfo("SwapTotal"), slots * pf_page / 1024);
	assert_int_equal(meminfo("SwapFree"), (slots - used) * pf_page / 1024);
	assert_int_equal(meminfo("SwapCached"), cached * pf_page / 1024);
	assert_int_equal(meminfo("AnonPages"), anons * pf_page / 1024);
	snprintf(path, sizeof(path), "%s/t/swaps", pf_dir);
	fp = fopen(path, "r");
	assert_non_null(fp);
	assert_non_null(fgets(line, sizeof(line), fp));
	while (fgets(line, sizeof(line), fp) != NULL) {
		assert_int_equal(sscanf(line, "%*s %*s %" SCNu64 " %" SCNu64,
				     &size, &taken),
		    2);
		used -= taken * 1024 / pf_page;
	}
	assert_int_equal(used, 0);
	fclose(fp);
}

/* => kB of huge pages in all processes */
uint64_t
pf_compare_all(const char *script)
{
	uint64_t total[NSUMS], huge = 0;
	struct process *p, *next;
	unsigned n = 0;

	pf_open(script, PROCFS_LINUX);
	count_mappings();
	HASH_ITER(hh, pf_m->procs, p, next)
		if (p != pf_m->kernel && p->vmspace != NULL) {
			compare_smaps(p, total);
			compare_rollup(p, total);
			compare_status(p, total);
			compare_stat(p);
			pf_swapped += total[SWAP];
			huge += total[HUGE_ANON] + total[HUGE_SHMEM] +
			    total[HUGE_FILE];
			n++;
		}
	assert_true(n > 0);
	compare_swap();
	free(mapped);
	pf_close();
	return huge;
}

/* The value of a key in the area that begins at start. */
uint64_t
pf_value_of(int pid, vaddr_t start, const char *key)
{
	FILE *fp = pf_file(pid, "smaps");
	uint64_t from, value;
	char line[500], name[32];
	bool here = false;

	while (fgets(line, sizeof(line), fp) != NULL) {
		if (sscanf(line, "%" SCNx64 "-", &from) == 1 &&
		    strchr(line, '-') != NULL)
			here = from == start;
		else if (here &&
		    sscanf(line, "%31[^:]: %" SCNu64, name, &value) == 2 &&
		    strcmp(name, key) == 0) {
			fclose(fp);
			return value;
		}
	}
	fclose(fp);
	fail_msg("no %s at %" PRIx64 " of %d", key, start, pid);
	return 0;
}
