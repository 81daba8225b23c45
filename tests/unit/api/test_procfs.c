/*
 * uvmsim procfs: every figure of smaps and every word of pagemap recounted page
 * by page, from the page tables, amaps and objects alone.
 *
 * A script's machine is written as a tree.  Each page of each area is then
 * looked at by pmap_walk(), in every process (how many mappings has its frame?)
 * and through the entry (whose page is it?), and the sums are compared with the
 * text.  Figures of a few small scripts are worked out by hand besides.
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
#include "sizes_world.h"

#define DIR "/tmp/uvmsim-procfs.XXXXXX"

static char dir[sizeof(DIR)];
static struct machine *m;
static uint64_t page; /* bytes of m's base page */

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void
close_all(void)
{
	uvmsim_close();
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The machine of a script, and its tree in dir; PROCFS_NSTYLES: no tree. */
static void
open_script(const char *text, enum procfs_style style)
{
	char path[sizeof(DIR) + 16], err[300];
	FILE *fp;

	strcpy(dir, DIR);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s.uvm", dir);
	fp = fopen(path, "w");
	assert_non_null(fp);
	fputs(text, fp);
	fclose(fp);
	if (uvmsim_open(path, 0) != 0)
		fail_msg("%s", uvmsim_errmsg());
	m = api_machine();
	page = pg_size(m);
	if (style == PROCFS_NSTYLES)
		return;
	snprintf(path, sizeof(path), "%s/t", dir);
	if (procfs_write(m, style, path, err, sizeof(err)) != 0)
		fail_msg("%s", err);
}

static FILE *
open_file(int pid, const char *name)
{
	char path[sizeof(DIR) + 64];
	FILE *fp;

	snprintf(path, sizeof(path), "%s/t/%d/%s", dir, pid, name);
	fp = fopen(path, "r");
	assert_non_null(fp);
	return fp;
}

/* ---------------------------------------------------------- recounting -- */

struct look { /* at one page */
	pfn_t frame;
	bool dirty, referenced, anon, shmem, huge;
};

static unsigned *mapped; /* by frame: how many mappings it has */

static bool
look_at(struct process *p, struct vm_map_entry *e, vaddr_t va, struct look *l)
{
	const struct world w = { .m = m, .geo = m->config.arch };
	const struct world_page at = world_page(&w, p, va);
	const struct vm_page *pg;
	uint32_t anon = 0;

	if (!at.mapped)
		return false;
	l->frame = at.frame;
	l->huge = at.leaf;
	pg = &m->vm.pages.page[l->frame];
	l->dirty = at.dirty || pg->md.pv & PMAP_ATTR_MOD ||
	    pg->pg_flags & PG_DIRTY;
	l->referenced = at.accessed || pg->md.pv & PMAP_ATTR_REF;
	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots,
		    e->ar_pageoff + (va - e->start) / page);
	l->anon = anon != 0;
	l->shmem = anon == 0 && e->object->pager == &aobj_pager;
	if (anon != 0)
		assert_int_equal(l->frame, m->vm.anons.anon[anon].where);
	else
		assert_int_equal(l->frame,
		    sparse_get(&e->object->pages,
			(e->offset + (va - e->start)) / page));
	return true;
}

static void
count_mappings(void)
{
	const struct world w = { .m = m, .geo = m->config.arch };
	struct process *p, *next, *other;
	struct vm_map_entry *e;

	mapped = calloc(m->vm.pages.npages + 1, sizeof(*mapped));
	assert_non_null(mapped);
	HASH_ITER(hh, m->procs, p, next) {
		if (p->vmspace == NULL || p == m->kernel)
			continue;
		/* A space that several have counts once. */
		for (other = m->procs; other != p; other = other->hh.next)
			if (other->vmspace == p->vmspace)
				break;
		if (other != p)
			continue;
		for (e = p->vmspace->vm_map.header.next;
		     e != &p->vmspace->vm_map.header; e = e->next)
			for (vaddr_t va = e->start; va < e->end; va += page) {
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
	{ "LazyFree", ZERO, 1 },
	{ "AnonHugePages", HUGE_ANON, 1 },
	{ "ShmemPmdMapped", HUGE_SHMEM, 1 },
	{ "FilePmdMapped", HUGE_FILE, 1 },
	{ "Shared_Hugetlb", ZERO, 1 },
	{ "Private_Hugetlb", ZERO, 1 },
	{ "Swap", ZERO, 1 },
	{ "SwapPss", ZERO, 1 },
};
#define SMAPS_KEYS 25 /* with the two page sizes and the eligibility */

static void
add_page(const struct look *l, bool locked, uint64_t *sum)
{
	const unsigned n = mapped[l->frame];
	const uint64_t pss = page * 4096 / n, kb = page / 1024;

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
	if (l->huge)
		sum[l->anon      ? HUGE_ANON :
			l->shmem ? HUGE_SHMEM :
				   HUGE_FILE] += kb;
}

/* One word of pagemap. */
static uint64_t
pagemap_word(FILE *fp, vaddr_t va)
{
	unsigned char b[8];
	uint64_t word = 0;

	assert_int_equal(fseeko(fp, (off_t)(va / page * 8), SEEK_SET), 0);
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
		for (vaddr_t va = e->start; va < e->end; va += page) {
			struct look l = { 0 };
			uint64_t want = 0;
			bool here = look_at(p, e, va, &l);

			if (here) {
				add_page(&l, e->wired_count > 0, sum);
				want = (uint64_t)1 << 63 |
				    (uint64_t)!l.anon << 61 |
				    (uint64_t)(mapped[l.frame] == 1) << 56 |
				    l.frame;
			}
			if (va >> 48 == 0 && (here || va - e->start < 1 << 20))
				assert_int_equal(pagemap_word(pagemap, va),
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
	FILE *fp = open_file(p->pid, "smaps");
	FILE *pagemap = open_file(p->pid, "pagemap");
	uint64_t sum[NSUMS], start, end;
	char line[1024], where[1100] = "", size[40];
	unsigned known = 0, areas = 0, flags = 0;

	memset(total, 0, NSUMS * sizeof(*total));
	memset(sum, 0, sizeof(sum));
	snprintf(size, sizeof(size), "%8" PRIu64 " kB\n", page / 1024);
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
	    p->vmspace->vm_map.pmap->resident * page / 1024);
	fclose(fp);
	fclose(pagemap);
}

static void
compare_rollup(struct process *p, const uint64_t *total)
{
	FILE *fp = open_file(p->pid, "smaps_rollup");
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
	FILE *fp = open_file(p->pid, "status");
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
		if (strcmp(key, "RssAnon") == 0)
			assert_int_equal(value, total[ANONYMOUS]);
		if (strncmp(key, "Rss", 3) == 0)
			rss += value;
		if (strcmp(key, "VmPTE") == 0)
			assert_int_equal(value,
			    (p->vmspace->vm_map.pmap->ntables - 1) * page /
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
	FILE *fp = open_file(p->pid, "stat");
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

/* => kB of huge pages in all processes */
static uint64_t
compare_all(const char *script)
{
	uint64_t total[NSUMS], huge = 0;
	struct process *p, *next;
	unsigned n = 0;

	open_script(script, PROCFS_LINUX);
	count_mappings();
	HASH_ITER(hh, m->procs, p, next)
		if (p != m->kernel && p->vmspace != NULL) {
			compare_smaps(p, total);
			compare_rollup(p, total);
			compare_status(p, total);
			compare_stat(p);
			huge += total[HUGE_ANON] + total[HUGE_SHMEM] +
			    total[HUGE_FILE];
			n++;
		}
	assert_true(n > 0);
	free(mapped);
	close_all();
	return huge;
}

/* The value of a key in the area that begins at start. */
static uint64_t
value_of(int pid, vaddr_t start, const char *key)
{
	FILE *fp = open_file(pid, "smaps");
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

/* ------------------------------------------------------------- scripts -- */

static void
test_cow(void **state)
{
	(void)state;
	compare_all("machine ram=64M\nspawn a\na: b = mmap 256K rw private "
		    "anon\na: write b 128K\na: fork c\nc: write b+16K 64K\n"
		    "c: fork d\nd: read b 128K\na: write b 8K\n"
		    "d: munmap b+32K 16K\n");
}

static void
test_files(void **state)
{
	(void)state;
	compare_all("machine ram=64M\nfile /f 256K\nspawn a\nspawn b\n"
		    "a: s = mmap 256K rw shared file /f\n"
		    "b: p = mmap 256K rw private file /f\n"
		    "a: write s 64K\nb: read p 128K\nb: write p 32K\n"
		    "a: msync s 32K MS_SYNC\nb: fork c\nc: read p+64K 64K\n"
		    "a: id = shmget 64K creat 0600\na: x = shmat id\n"
		    "a: write x 32K\na: fork d\nd: read x 64K\n"
		    "d: mlock x 32K\nd: mlock s 16K\n");
}

static void
test_linux(void **state)
{
	(void)state;
	compare_all("machine ram=64M personality=linux\nfile /f 256K\n"
		    "spawn a\na: p = mmap 256K rw private file /f\n"
		    "a: write p 64K\na: mprotect p+16K 16K r\n"
		    "a: brk +64K\na: write break_start 32K\n"
		    "a: x = mmap 64K rw private anon locked\n"
		    "a: y = mmap 64K rw shared anon\na: write y 32K\n"
		    "a: fork b\nb: write p+32K 96K\nb: read y 64K\n"
		    "b: write x 16K\na: madvise x 64K dontfork\n"
		    "a: read stack_top-8K 8K\na: vfork c\n"
		    "b: mremap p 16K 64K maymove\n");
}

static void
test_netbsd(void **state)
{
	(void)state;
	compare_all("machine ram=128M personality=netbsd\nspawn a\n"
		    "a: b = mmap 1M rw private anon\na: write b 512K\n"
		    "a: minherit b+64K 64K share\na: minherit b+128K 64K none\n"
		    "a: fork c\nc: write b 128K\na: mlock b 64K\n"
		    "c: write stack_top-16K 16K\nc: read text 32K\n");
}

static void
test_i386(void **state)
{
	(void)state;
	compare_all("machine arch=i386 ram=64M personality=openbsd\nspawn a\n"
		    "a: b = mmap 1M rw private anon\na: write rand b 1M "
		    "count 100\na: fork c\nc: write zipf b 1M count 200\n");
}

static void
test_random(void **state)
{
	char script[2000];

	(void)state;
	for (int seed = 1; seed <= 5; seed++) {
		snprintf(script, sizeof(script),
		    "machine ram=64M seed=%d personality=%s\nfile /f 1M\n"
		    "spawn a\na: f = mmap 1M rw private file /f\n"
		    "a: s = mmap 1M rw shared file /f\n"
		    "a: n = mmap 1M rw private anon\n"
		    "a: m = mmap 512K rw shared anon\n"
		    "a: write rand f 1M count 60\na: read rand f 1M count 60\n"
		    "a: write rand s 1M count 60\na: write zipf n 1M count "
		    "300\na: write rand m 512K count 40\na: fork b\n"
		    "b: write rand f 1M count 60\nb: read rand n 1M count 90\n"
		    "b: fork c\nc: write rand n 1M count 90\n"
		    "c: read rand m 512K count 40\nb: munmap n+256K 64K\n"
		    "c: mlock s+128K 64K\nb: read rand s 1M count 80\n"
		    "a: fork d\nd: read rand n 1M count 50\nb: exit 0\n",
		    seed, seed % 2 ? "freebsd" : "linux");
		compare_all(script);
	}
}

/* Pages of several sizes; huge ones where a level above the last has them. */
static void
test_larger(void **state)
{
	static const struct {
		const char *machine;
		bool huge;
	} rows[] = {
		{ "arch=amd64 superpages=never", false },
		{ "arch=amd64 superpages=reserve", true },
		{ "arch=amd64 superpages=eager personality=linux", true },
		{ "arch=arm64 superpages=reserve", true },
		{ "arch=riscv64 superpages=eager", true },
		{ "arch=arm64-16k superpages=reserve", false },
		{ "arch=power superpages=reserve", false },
	};
	char script[1000];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		uint64_t huge;

		snprintf(script, sizeof(script),
		    "machine ram=128M %s\nspawn a\n"
		    "a: n = mmap 6M rw private anon\na: write n 6M\n"
		    "a: s = mmap 4M rw shared anon\na: write s 4M\n"
		    "a: fork b\nb: write n+1M 64K\nb: read s 4M\n"
		    "b: munmap n+5M 64K\na: mprotect n+2M 64K r\n"
		    "a: mlock n+4M 128K\n",
		    rows[i].machine);
		huge = compare_all(script);
		if (rows[i].huge != (huge > 0))
			fail_msg("%s: %" PRIu64 " kB of huge pages",
			    rows[i].machine, huge);
	}
}

/* What may become a huge page, by the machine's policy and by advice. */
static void
test_eligible(void **state)
{
	static const struct {
		const char *policy;
		unsigned plain, huge, nohuge;
	} rows[] = { { "never", 0, 1, 0 }, { "reserve", 1, 1, 0 },
		{ "eager", 1, 1, 0 }, { "collapse", 1, 1, 0 } };
	char script[600];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		snprintf(script, sizeof(script),
		    "machine ram=64M personality=linux superpages=%s\n"
		    "spawn a pid=10 image=none\n"
		    "a: x = mmap 4M rw private anon fixed at 0x10000000\n"
		    "a: y = mmap 4M rw private anon fixed at 0x20000000\n"
		    "a: madvise y 4M hugepage\n"
		    "a: z = mmap 4M rw private anon fixed at 0x30000000\n"
		    "a: madvise z 4M nohugepage\n"
		    "a: t = mmap 2M rw private anon fixed at 0x40001000\n",
		    rows[i].policy);
		open_script(script, PROCFS_LINUX);
		assert_int_equal(value_of(10, 0x10000000, "THPeligible"),
		    rows[i].plain);
		assert_int_equal(value_of(10, 0x20000000, "THPeligible"),
		    rows[i].huge);
		assert_int_equal(value_of(10, 0x30000000, "THPeligible"),
		    rows[i].nohuge);
		assert_int_equal(value_of(10, 0x40001000, "THPeligible"), 0);
		close_all();
	}
}

/* Nobody runs: a tree of the machine alone. */
static void
test_nobody(void **state)
{
	char path[sizeof(DIR) + 16];

	(void)state;
	open_script("machine ram=1M\n", PROCFS_LINUX);
	snprintf(path, sizeof(path), "%s/t/meminfo", dir);
	assert_int_equal(access(path, R_OK), 0);
	close_all();
}

/* ------------------------------------------------------------- by hand -- */

/*
 * Four pages are written, three stay common after the child has written one:
 * 3 * 4 shared, 4 private; Pss 3 * 2 + 4.  The parent has not touched its
 * pages since the fork, which took nothing from its page table.
 */
static void
test_hand_cow(void **state)
{
	(void)state;
	open_script("machine ram=64M\nspawn a pid=10 image=none\n"
		    "a: b = mmap 64K rw private anon fixed at 0x10000000\n"
		    "a: write b 16K\na: fork c pid=11\nc: write b 4K\n"
		    "c: read b 16K\n",
	    PROCFS_LINUX);
	for (int pid = 10; pid <= 11; pid++) {
		assert_int_equal(value_of(pid, 0x10000000, "Rss"), 16);
		assert_int_equal(value_of(pid, 0x10000000, "Pss"), 10);
		assert_int_equal(value_of(pid, 0x10000000, "Shared_Dirty"), 12);
		assert_int_equal(value_of(pid, 0x10000000, "Private_Dirty"), 4);
		assert_int_equal(value_of(pid, 0x10000000, "Anonymous"), 16);
		assert_int_equal(value_of(pid, 0x10000000, "Referenced"), 16);
		assert_int_equal(value_of(pid, 0x10000000, "Locked"), 0);
	}
	close_all();
}

#define READERS \
	"machine ram=64M\nfile /f 8K\n" \
	"spawn a pid=10 image=none\nspawn b pid=11 image=none\n" \
	"spawn c pid=12 image=none\n" \
	"a: x = mmap 8K rw shared file /f fixed at 0x10000000\n" \
	"b: x = mmap 8K r shared file /f fixed at 0x10000000\n" \
	"c: x = mmap 8K rw private file /f fixed at 0x10000000\n" \
	"a: read x 8K\nb: read x 8K\nc: read x 8K\n"

/*
 * Three processes look at two pages of a file: a third of a page each is 1365
 * bytes and a third, two of them are 2 kB when cut.
 */
static void
test_hand_readers(void **state)
{
	(void)state;
	open_script(READERS, PROCFS_LINUX);
	for (int pid = 10; pid <= 12; pid++) {
		assert_int_equal(value_of(pid, 0x10000000, "Rss"), 8);
		assert_int_equal(value_of(pid, 0x10000000, "Pss"), 2);
		assert_int_equal(value_of(pid, 0x10000000, "Pss_Dirty"), 0);
		assert_int_equal(value_of(pid, 0x10000000, "Shared_Clean"), 8);
		assert_int_equal(value_of(pid, 0x10000000, "Referenced"), 8);
		assert_int_equal(value_of(pid, 0x10000000, "Anonymous"), 0);
	}
	close_all();
}

/* One locks its private mapping and so gets pages of its own: Pss 8 and 4. */
static void
test_hand_locked(void **state)
{
	(void)state;
	open_script(READERS "c: mlock x 8K\na: write x 1\n", PROCFS_LINUX);
	assert_int_equal(value_of(12, 0x10000000, "Anonymous"), 8);
	assert_int_equal(value_of(12, 0x10000000, "Locked"), 8);
	assert_int_equal(value_of(12, 0x10000000, "Private_Dirty"), 8);
	for (int pid = 10; pid <= 11; pid++) {
		assert_int_equal(value_of(pid, 0x10000000, "Pss"), 4);
		assert_int_equal(value_of(pid, 0x10000000, "Locked"), 0);
		assert_int_equal(value_of(pid, 0x10000000, "Private_Clean"), 0);
		assert_int_equal(value_of(pid, 0x10000000, "Private_Dirty"), 0);
	}
	assert_int_equal(value_of(10, 0x10000000, "Shared_Dirty"), 4);
	close_all();
}

/*
 * A page that was written through a mapping which is gone is dirty to those who
 * still have it; written back, it is clean.
 */
static void
test_hand_gone(void **state)
{
	static const char
	    script[] = "machine ram=64M\nfile /f 4K\n"
		       "spawn a pid=10 image=none\nspawn b pid=11 image=none\n"
		       "a: x = mmap 4K rw shared file /f fixed at 0x10000000\n"
		       "b: x = mmap 4K rw shared file /f fixed at 0x10000000\n"
		       "a: write x 1\nb: read x 1\na: msync x 4K MS_SYNC\n"
		       "a: write x 1\na: munmap x 4K\n";
	char more[sizeof(script) + 40];

	(void)state;
	open_script(script, PROCFS_LINUX);
	assert_int_equal(value_of(11, 0x10000000, "Private_Dirty"), 4);
	close_all();
	snprintf(more, sizeof(more), "%sb: msync x 4K MS_SYNC\n", script);
	open_script(more, PROCFS_LINUX);
	assert_int_equal(value_of(11, 0x10000000, "Private_Dirty"), 0);
	assert_int_equal(value_of(11, 0x10000000, "Private_Clean"), 4);
	close_all();
}

/* Looking changes nothing: the core before is the core after. */
static void
test_looks_only(void **state)
{
	char before[sizeof(DIR) + 16], after[sizeof(DIR) + 16], err[300];
	char tree[sizeof(DIR) + 32], cmd[200];

	(void)state;
	open_script("machine ram=64M personality=linux\nspawn a\n"
		    "a: b = mmap 64K rw private anon\na: write b 32K\n"
		    "a: fork c\nc: write b 8K\na: munmap b+16K 4K\n",
	    PROCFS_NSTYLES);
	snprintf(before, sizeof(before), "%s/before", dir);
	snprintf(after, sizeof(after), "%s/after", dir);
	assert_int_equal(sim_core_save(m, before, err, sizeof(err)), 0);
	for (int style = 0; style < PROCFS_NSTYLES; style++) {
		snprintf(tree, sizeof(tree), "%s/style%d", dir, style);
		assert_int_equal(procfs_write(m, (enum procfs_style)style, tree,
				     err, sizeof(err)),
		    0);
	}
	assert_int_equal(sim_core_save(m, after, err, sizeof(err)), 0);
	snprintf(cmd, sizeof(cmd), "cmp -s %s %s", before, after);
	assert_int_equal(system(cmd), 0);
	close_all();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cow),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_linux),
		cmocka_unit_test(test_netbsd),
		cmocka_unit_test(test_i386),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_larger),
		cmocka_unit_test(test_eligible),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_hand_cow),
		cmocka_unit_test(test_hand_readers),
		cmocka_unit_test(test_hand_locked),
		cmocka_unit_test(test_hand_gone),
		cmocka_unit_test(test_looks_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
