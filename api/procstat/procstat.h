/*
 * procstat(1) of FreeBSD, as far as it looks at memory: procstat -v (reference
 * "FreeBSD kinfo" 4, "FreeBSD API" 5).
 *
 *	arguments -> pids -> kern.proc (sysctl) -> kinfo_getvmmap() -> rows
 *
 * Written as a program of FreeBSD would be: on sysctl(3) and kinfo_getvmmap(3)
 * alone.  The machine looked at is the thread's, or one that -M or an operand
 * names.
 */
#ifndef API_PROCSTAT_PROCSTAT_H
#define API_PROCSTAT_PROCSTAT_H

#include <stdbool.h>
#include <stdio.h>

#include "api/include/freebsd/sys/user.h"

#define PROCSTAT_OK	0
#define PROCSTAT_FAIL	1
#define PROCSTAT_USAGE	64		/* EX_USAGE of <sysexits.h> */

/* The command.  => its exit status; nothing is closed */
int	procstat_main(int argc, char **argv, FILE *out, FILE *err);

struct procstat_options {
	bool		vm;		/* -v, vm */
	bool		all;		/* -a */
	bool		noheader;	/* -h */
	bool		json;		/* --libxo json */
	const char     *core;		/* -M, or NULL */
	char	      **operand;
	int		noperands;
};
/* => true: o is filled in; false: usage, nothing was printed */
bool	procstat_parse(struct procstat_options *, int argc, char **argv);
/* A word that is a pid.  => 1: it is; 0: no number; -1: no pid's number */
int	procstat_pid(const char *word, int *pid);

/* ---- output ---- */

struct procstat_view {
	FILE	       *out;
	bool		json;
	bool		noheader;	/* once there was one */
	bool		more;		/* JSON: a process has been told of */
};

void	procstat_begin(struct procstat_view *);
/* One process's memory: a header before the first, then a row an entry. */
void	procstat_show(struct procstat_view *, int pid,
	    const struct kinfo_vmentry *, int n);
void	procstat_end(struct procstat_view *);

/* Two letters, and the word of structured output, of a KVME_TYPE_*. */
const char *procstat_type(int type);
const char *procstat_type_word(int type);

#endif /* API_PROCSTAT_PROCSTAT_H */
