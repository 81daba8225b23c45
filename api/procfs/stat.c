/*
 * stat, statm, status, cmdline and comm of a process, as Linux 6.18 has them.
 *
 * What the machine does not keep for a process (times, signals, terminals, its
 * peaks) is 0, "none" or the present value; docs/procfs.md has the list.
 */
#include <inttypes.h>
#include <string.h>

#include "procfs.h"

#define COMM 15 /* longest name of a process */

/* The name, cut; newlines and backslashes escaped where Linux 6.18 does so: in
 * status, not in stat and comm. */
static void
put_comm(FILE *fp, const struct process *p, bool escape)
{
	const char *s = p->name;

	for (int n = 0; *s != '\0' && n < COMM; s++, n++)
		if (escape && *s == '\n')
			fputs("\\n", fp);
		else if (escape && *s == '\\')
			fputs("\\\\", fp);
		else
			fputc(*s, fp);
}

int
procfs_comm(FILE *fp, const struct procfs_process *t)
{
	put_comm(fp, t->p, false);
	fputc('\n', fp);
	return 0;
}

int
procfs_cmdline(FILE *fp, const struct procfs_process *t)
{
	char buf[64];
	const char *path = procfs_image(t->m, t->p, buf, sizeof(buf));

	fputs(path != NULL ? path : t->p->name, fp);
	fputc('\0', fp);
	return 0;
}

/* --------------------------------------------------------------- stat ---- */

/* Fields of stat that the machine knows; the others are as empty[] says. */
enum {
	PPID = 4,
	PGRP,
	SID,
	MINFLT = 10,
	MAJFLT = 12,
	VSIZE = 23,
	RSS,
	RSSLIM,
	STARTCODE,
	ENDCODE,
	STARTSTACK,
	START_DATA = 45,
	END_DATA,
	START_BRK,
	NFIELDS = 52
};

static const struct {
	int field;
	const char *value;
} fixed[] = {
	{ 8, "-1" },  /* tpgid: no terminal */
	{ 18, "20" }, /* priority of nice 0 */
	{ 20, "1" },  /* threads */
	{ 38, "17" }, /* exit_signal: SIGCHLD */
};

static const char *
fixed_value(int field)
{
	for (size_t i = 0; i < NELEM(fixed); i++)
		if (fixed[i].field == field)
			return fixed[i].value;
	return "0";
}

int
procfs_stat(FILE *fp, const struct procfs_process *t)
{
	const struct process *p = t->p;
	const struct vmspace *vs = p->vmspace;
	const struct {
		int field;
		uint64_t value;
	} known[] = {
		{ PPID, (uint64_t)p->ppid },
		{ PGRP, (uint64_t)p->pid },
		{ SID, (uint64_t)p->pid },
		{ MINFLT, p->minflt },
		{ MAJFLT, p->majflt },
		{ VSIZE, t->size },
		{ RSS, pg_atop(t->m, t->pages.count[PROCFS_RSS]) },
		{ RSSLIM, p->rlimit[SIM_RLIMIT_RSS].cur },
		{ STARTCODE, vs->vm_taddr },
		{ ENDCODE, vs->vm_taddr + pg_ptoa(t->m, vs->vm_tsize) },
		{ STARTSTACK, t->startstack },
		{ START_DATA, vs->vm_daddr },
		{ END_DATA, vs->vm_daddr + pg_ptoa(t->m, vs->vm_dsize) },
		{ START_BRK, p->brk_start },
	};
	size_t next = 0;

	fprintf(fp, "%d (", p->pid);
	put_comm(fp, p, false);
	fputs(") S", fp);
	for (int field = PPID; field <= NFIELDS; field++)
		if (next < NELEM(known) && known[next].field == field)
			fprintf(fp, " %" PRIu64, known[next++].value);
		else
			fprintf(fp, " %s", fixed_value(field));
	fputc('\n', fp);
	return 0;
}

int
procfs_statm(FILE *fp, const struct procfs_process *t)
{
	const uint64_t *count = t->pages.count;

	fprintf(fp,
	    "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " 0 %" PRIu64 " 0\n",
	    pg_atop(t->m, t->size), pg_atop(t->m, count[PROCFS_RSS]),
	    pg_atop(t->m, count[PROCFS_FILE] + count[PROCFS_SHMEM]),
	    pg_atop(t->m, t->text), pg_atop(t->m, t->data + t->stack));
	return 0;
}

/* ------------------------------------------------------------- status ---- */

static void
put_memory(FILE *fp, const struct procfs_process *t)
{
	const uint64_t *count = t->pages.count;
	const struct pmap *pmap = t->p->vmspace->vm_map.pmap;
	const struct {
		const char *key;
		uint64_t bytes;
	} rows[] = {
		{ "VmPeak", t->size },
		{ "VmSize", t->size },
		{ "VmLck", t->locked },
		{ "VmPin", 0 },
		{ "VmHWM", count[PROCFS_RSS] },
		{ "VmRSS", count[PROCFS_RSS] },
		{ "RssAnon", count[PROCFS_ANON] },
		{ "RssFile", count[PROCFS_FILE] },
		{ "RssShmem", count[PROCFS_SHMEM] },
		{ "VmData", t->data },
		{ "VmStk", t->stack },
		{ "VmExe", t->text },
		{ "VmLib", t->exec - t->text },
		{ "VmPTE",
		    pg_ptoa(t->m, pmap->ntables - 1) }, /* but the root */
		{ "VmSwap", count[PROCFS_SWAP_ANON] },
		{ "HugetlbPages", 0 },
	};

	for (size_t i = 0; i < NELEM(rows); i++)
		fprintf(fp, "%s:\t%8" PRIu64 " kB\n", rows[i].key,
		    rows[i].bytes >> 10);
}

int
procfs_status(FILE *fp, const struct procfs_process *t)
{
	const struct process *p = t->p;

	fputs("Name:\t", fp);
	put_comm(fp, p, true);
	fprintf(fp,
	    "\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t%d\nNgid:\t0\n"
	    "Pid:\t%d\nPPid:\t%d\nTracerPid:\t0\n"
	    "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n"
	    "FDSize:\t%d\nGroups:\t%u \n",
	    p->pid, p->pid, p->ppid, p->uid, p->uid, p->uid, p->uid, p->gid,
	    p->gid, p->gid, p->gid, p->nfd, p->gid);
	put_memory(fp, t);
	fputs("Threads:\t1\n", fp);
	return 0;
}
