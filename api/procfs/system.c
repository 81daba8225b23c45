/*
 * Files at the top of the tree: what the machine as a whole has, and self/,
 * which belongs to nobody in the machine but to the reader of the tree.
 *
 * Time is the simulated clock, from 0 at the start; the machine has been busy
 * all of it.
 */
#include <inttypes.h>

#include "procfs.h"
#include "sim/larger.h"

#define HZ 100 /* ticks a second in /proc/stat */
#define SECOND ((uint64_t)1000000000)

int
procfs_uptime(FILE *fp, struct machine *m)
{
	uint64_t ns = sim_clock(m);

	fprintf(fp, "%" PRIu64 ".%02u 0.00\n", ns / SECOND,
	    (unsigned)(ns % SECOND / (SECOND / 100)));
	return 0;
}

int
procfs_version(FILE *fp, struct machine *m)
{
	fprintf(fp, "Linux version 6.18.0 (uvmsim " UVMSIM_VERSION ", %s)\n",
	    m->config.arch->name);
	return 0;
}

static unsigned
count_running(const struct machine *m)
{
	const struct process *p, *next;
	unsigned n = 0;

	HASH_ITER(hh, m->procs, p, next)
		n += p != m->kernel && p->state == SIM_RUNNING;
	return n;
}

int
procfs_loadavg(FILE *fp, struct machine *m)
{
	fprintf(fp, "0.00 0.00 0.00 0/%u %d\n", count_running(m),
	    m->next_pid - 1);
	return 0;
}

int
procfs_system_stat(FILE *fp, struct machine *m)
{
	uint64_t ticks = sim_clock(m) / (SECOND / HZ);

	for (int i = 0; i < 2; i++)
		fprintf(fp, "cpu%s 0 0 %" PRIu64 " 0 0 0 0 0 0 0\n",
		    i == 0 ? " " : "0", ticks);
	fprintf(fp,
	    "intr 0\nctxt 0\nbtime 0\nprocesses %d\nprocs_running 0\n"
	    "procs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n",
	    m->next_pid - 1);
	return 0;
}

int
procfs_cpuinfo(FILE *fp, struct machine *m)
{
	fprintf(fp, "processor\t: 0\nvendor_id\t: uvmsim\nmodel name\t: %s\n",
	    m->config.arch->summary);
	return 0;
}

/* ------------------------------------------------------------- memory ---- */

struct totals { /* pages */
	uint64_t anon, shmem, mapped, tables, dirty;
	uint64_t huge_anon, huge_shmem, huge_file; /* mapped as huge pages */
};

/* n pages from the frame on that are mapped as one. */
static void
count_huge(const struct vm_page *pg, uint64_t n, struct totals *t)
{
	if (pg->pg_flags & PG_ANON)
		t->huge_anon += n;
	else if (pg->pg_flags & PG_AOBJ)
		t->huge_shmem += n;
	else
		t->huge_file += n;
}

static void
count_larger(struct machine *m, struct totals *t)
{
	struct pmap_system *sys = &m->vm.pmaps;
	unsigned psind;

	if (!sim_larger_any(sys))
		return;
	for (pfn_t i = 1, n; i < m->vm.pages.fresh; i += n) {
		psind = sim_larger_at(sys, i);
		n = sim_larger_frames(sys->geo, psind);
		if (psind != 0 && sim_larger_leaf(sys->geo, psind))
			count_huge(&m->vm.pages.page[i], n, t);
	}
}

static void
count_frames(struct machine *m, struct totals *t)
{
	const struct vm_pages *ps = &m->vm.pages;

	*t = (struct totals){ .anon = 0 };
	for (pfn_t i = 1; i < ps->fresh; i++) {
		unsigned flags = ps->page[i].pg_flags;

		t->anon += (flags & PG_ANON) != 0;
		t->tables += (flags & PG_PTP) != 0;
		t->shmem += (flags & PG_AOBJ) != 0;
		t->mapped += (flags & (PG_AOBJ | PG_FILE)) != 0 &&
		    pmap_page_is_mapped(&m->vm.pmaps, i);
		t->dirty += (flags & (PG_FILE | PG_CLEAN)) == PG_FILE;
	}
	count_larger(m, t);
}

/* What a kernel without larger pages does not write. */
static bool
has_huge(const struct machine *m)
{
	return m->config.superpages != VM_SUPER_NEVER;
}

/* huge: with the rows about huge pages that are mapped */
static void
put_meminfo(FILE *fp, struct machine *m, bool huge)
{
	const struct uvmexp *e = &m->vm.exp;
	struct procfs_swap swap;
	struct totals t;

	count_frames(m, &t);
	procfs_swap_total(m, &swap);
	const struct {
		const char *key;
		uint64_t pages;
	} rows[] = {
		{ "MemTotal:", e->npages },
		{ "MemFree:", e->free },
		{ "MemAvailable:", e->free + e->fileclean },
		{ "Buffers:", 0 },
		{ "Cached:", e->filepages + t.shmem },
		{ "SwapCached:", swap.cached },
		{ "Active:", e->active },
		{ "Inactive:", e->inactive },
		{ "Unevictable:", e->wired },
		{ "Mlocked:", e->wired },
		{ "SwapTotal:", swap.total },
		{ "SwapFree:", swap.free },
		{ "Dirty:", t.dirty },
		{ "Writeback:", 0 },
		{ "AnonPages:", t.anon },
		{ "Mapped:", t.mapped },
		{ "Shmem:", t.shmem },
		{ "Slab:", 0 },
		{ "SReclaimable:", 0 },
		{ "SUnreclaim:", 0 },
		{ "PageTables:", t.tables },
		/* and where there are larger pages: */
		{ "AnonHugePages:", t.huge_anon },
		{ "ShmemPmdMapped:", t.huge_shmem },
		{ "FilePmdMapped:", t.huge_file },
	};

	for (size_t i = 0; i < NELEM(rows) - (huge ? 0 : 3); i++)
		fprintf(fp, "%-16s%8" PRIu64 " kB\n", rows[i].key,
		    pg_ptoa(m, rows[i].pages) >> 10);
	fprintf(fp, "%-16s%8d\n%-16s%8d\n%-16s%8" PRIu64 " kB\n",
	    "HugePages_Total:", 0, "HugePages_Free:", 0,
	    "Hugepagesize:", procfs_hugepage(m) >> 10);
}

int
procfs_meminfo(FILE *fp, struct machine *m)
{
	put_meminfo(fp, m, has_huge(m));
	return 0;
}

/* NetBSD's look at that file has never heard of huge pages. */
int
procfs_netbsd_meminfo(FILE *fp, struct machine *m)
{
	put_meminfo(fp, m, false);
	return 0;
}

/* Huge pages that have become base pages. */
static uint64_t
splits(const struct pmap_system *sys)
{
	uint64_t n = 0;

	for (unsigned i = 1; i < sys->geo->nsizes; i++)
		if (sim_larger_leaf(sys->geo, i))
			n += sys->count.demotions[i];
	return n;
}

int
procfs_vmstat(FILE *fp, struct machine *m)
{
	const struct uvmexp *e = &m->vm.exp;
	struct totals t;

	count_frames(m, &t);
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
		{ "nr_free_pages", e->free },
		{ "nr_anon_pages", t.anon },
		{ "nr_mapped", t.mapped },
		{ "nr_file_pages", e->filepages + t.shmem },
		{ "nr_dirty", t.dirty },
		{ "nr_page_table_pages", t.tables },
		{ "nr_shmem", t.shmem },
		{ "pgpgin", pg_ptoa(m, e->pageins) >> 10 },
		{ "pgpgout", pg_ptoa(m, e->pgswapout) >> 10 },
		{ "pswpin", e->nswget },
		{ "pswpout", e->pgswapout },
		{ "pgfault", e->faults },
		{ "pgmajfault", m->vm.stat.majflt },
		/* and where there are larger pages: */
		{ "nr_anon_transparent_hugepages",
		    pg_ptoa(m, t.huge_anon) / procfs_hugepage(m) },
		{ "thp_split_pmd", splits(&m->vm.pmaps) },
	};

	for (size_t i = 0; i < NELEM(rows) - (has_huge(m) ? 0 : 2); i++)
		fprintf(fp, "%s %" PRIu64 "\n", rows[i].key, rows[i].value);
	return 0;
}

/* --------------------------------------------------------------- self ---- */

/*
 * One segment at the lowest address: pmap attaches a segment of its own and
 * looks here for the device that such memory is on.
 */
int
procfs_self_maps(FILE *fp, struct machine *m)
{
	(void)m;
	fprintf(fp, "00001000-00002000 r--s 00000000 00:01 0%*s%s\n", 30, "",
	    "/SYSV00000000 (deleted)");
	return 0;
}

int
procfs_self_stat(FILE *fp, struct machine *m)
{
	fprintf(fp, "%d (observer) R", m->next_pid);
	for (int field = 4; field <= 52; field++)
		fputs(" 0", fp);
	fputc('\n', fp);
	return 0;
}

int
procfs_self_status(FILE *fp, struct machine *m)
{
	fprintf(fp,
	    "Name:\tobserver\nUmask:\t0022\nState:\tR (running)\nTgid:\t%d\n"
	    "Pid:\t%d\nPPid:\t0\nTracerPid:\t0\nUid:\t0\t0\t0\t0\n"
	    "Gid:\t0\t0\t0\t0\nThreads:\t1\n",
	    m->next_pid, m->next_pid);
	return 0;
}
