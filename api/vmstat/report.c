/*
 * vmstat's default report, since boot, and the sums of -s.
 *
 * Rates are per second of simulated time, rounded down; a machine that has run
 * for less than a second counts as having run for one.
 */
#include <inttypes.h>
#include <stddef.h>

#include "vmstat.h"

/* ---------------------------------------------------------- the report --- */

void
vmstat_configuration(const struct vmstat_data *d, FILE *out)
{
	fprintf(out,
	    "\nSystem configuration: lcpu=%" PRIu64 " mem=%" PRId64 "MB\n\n",
	    d->cpu.number, (int64_t)d->v.memsizepgs / 256);
}

void
vmstat_report(const struct vmstat_data *d, FILE *out)
{
	const struct vmstat_cpu *c = &d->cpu;
	const struct vminfo64 *v = &d->v;
	uint64_t s = c->seconds;

	vmstat_configuration(d, out);
	fputs("kthr    memory              page              faults        "
	      "cpu    \n"
	      "----- ----------- ------------------------ ------------ "
	      "-----------\n"
	      " r  b   avm   fre  re  pi  po  fr   sr  cy  in   sy  cs "
	      "us sy id wa\n",
	    out);
	fprintf(out, "%2" PRIu64 " %2d %5" PRId64 " %5" PRId64, c->runnable, 0,
	    (int64_t)v->numvpages, (int64_t)v->numfrb);
	fprintf(out,
	    " %3" PRIu64 " %3" PRIu64 " %3" PRIu64 " %3" PRIu64 " %4" PRIu64
	    " %3" PRIu64,
	    v->pgrclm / s, v->pgspgins / s, v->pgspgouts / s, v->pgsteals / s,
	    v->scans / s, v->cycles / s);
	fprintf(out,
	    " %3" PRIu64 " %4" PRIu64 " %3" PRIu64 " %2" PRIu64 " %2" PRIu64
	    " %2" PRIu64 " %2" PRIu64 "\n",
	    c->interrupts / s, c->syscalls / s, c->switches / s, c->user,
	    c->system, c->idle, c->wait);
}

/* ------------------------------------------------------------- the sums --- */

#define V(member) offsetof(struct vmstat_data, v.member)
#define CPU(member) offsetof(struct vmstat_data, cpu.member)

static const struct {
	size_t value;
	const char *label;
} sums[] = {
	{ V(pgexct), "total address trans. faults" },
	{ V(pageins), "page ins" },
	{ V(pageouts), "page outs" },
	{ V(pgspgins), "paging space page ins" },
	{ V(pgspgouts), "paging space page outs" },
	{ V(pgrclm), "total reclaims" },
	{ V(zerofills), "zero filled pages faults" },
	{ V(exfills), "executable filled pages faults" },
	{ V(scans), "pages examined by clock" },
	{ V(cycles), "revolutions of the clock hand" },
	{ V(pgsteals), "pages freed by the clock" },
	{ V(backtrks), "backtracks" },
	{ V(freewts), "free frame waits" },
	{ V(extendwts), "extend XPT waits" },
	{ V(pendiowts), "pending I/O waits" },
	{ V(numsios), "start I/Os" },
	{ V(numiodone), "iodones" },
	{ CPU(switches), "cpu context switches" },
	{ CPU(interrupts), "device interrupts" },
	{ CPU(softs), "software interrupts" },
	{ CPU(none), "decrementer interrupts" },
	{ CPU(none), "mpc-sent interrupts" },
	{ CPU(none), "mpc-receive interrupts" },
	{ CPU(none), "phantom interrupts" },
	{ CPU(traps), "traps" },
	{ CPU(syscalls), "syscalls" },
};

void
vmstat_sums(const struct vmstat_data *d, FILE *out)
{
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		fprintf(out, "%21" PRIu64 " %s\n",
		    *(const uint64_t *)(const void *)((const char *)d +
			sums[i].value),
		    sums[i].label);
}
