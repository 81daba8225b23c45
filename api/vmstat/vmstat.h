/*
 * vmstat: the command of AIX over a simulated machine.
 *
 * What it knows of memory it asks of vmgetinfo(), as the command of AIX does;
 * what <sys/vminfo.h> does not have (system calls, the clock, processes) is in
 * struct vmstat_cpu, read off the machine.
 *
 *	options.c	the command line
 *	gather.c	all numbers, once
 *	report.c	the default report and -s
 *	memory.c	-v
 *	psize.c		-p and -P
 */
#ifndef API_VMSTAT_VMSTAT_H
#define API_VMSTAT_VMSTAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "api/include/aix/sys/vminfo.h"

#define VMSTAT_OK	0
#define VMSTAT_FAIL	1
#define VMSTAT_USAGE	2

#define VMSTAT_MAXPSIZES 16

struct vmstat_options {
	bool		sums;		/* -s */
	bool		memory;		/* -v */
	bool		with_sizes;	/* -p */
	bool		only_sizes;	/* -P */
	const char     *size;		/* of -p or -P: 4K, ..., ALL */
	const char     *file;		/* -M, or NULL */
};

struct vmstat_cpu {
	uint64_t	number;		/* of processors */
	uint64_t	seconds;	/* since boot, rounded up; at least 1 */
	uint64_t	runnable;	/* processes */
	uint64_t	user, system, idle, wait;	/* percent, sum 100 */
	uint64_t	switches, interrupts, softs, traps, syscalls;
	uint64_t	none;		/* 0: what the machine has not */
};

struct vmstat_data {
	struct vminfo64	v;
	struct vmstat_cpu cpu;
	int		npsizes;
	struct vminfo_psize psize[VMSTAT_MAXPSIZES];
};

/*
 * => VMSTAT_OK, or VMSTAT_USAGE and one line on err.  The strings are argv's.
 */
int	vmstat_options(int argc, char **argv, struct vmstat_options *,
	    FILE *err);
/* => 0; -1 and errno */
int	vmstat_gather(struct vmstat_data *);
void	vmstat_report(const struct vmstat_data *, FILE *);
void	vmstat_sums(const struct vmstat_data *, FILE *);
void	vmstat_memory(const struct vmstat_data *, FILE *);
/*
 * -p (after: the block that follows the report) and -P.  size: a page size or
 * ALL.  => VMSTAT_USAGE and one line on err: the machine has no such pages
 */
int	vmstat_sizes(const struct vmstat_data *, const char *size, bool after,
	    FILE *, FILE *err);
void	vmstat_configuration(const struct vmstat_data *, FILE *);

/*
 * The command: one report, of what -M names or of the thread's current machine,
 * which stays open.  => its exit status
 */
int	vmstat_main(int argc, char **argv, FILE *, FILE *err);

#endif /* API_VMSTAT_VMSTAT_H */
