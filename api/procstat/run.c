/*
 * procstat: for each operand the processes, for each process the memory.
 *
 * A process that cannot be looked into has a header and no row; one that is not
 * there ends the command, and so does a host without memory.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/freebsd/libutil.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/uvmsim.h"
#include "procstat.h"

struct run {
	struct procstat_options o;
	struct procstat_view view;
	FILE *err;
};

/* => the exit status of a failure, told of */
static int
complain(const struct run *r, const char *what)
{
	const int error = errno;

	fprintf(r->err, "procstat: %s: %s\n", what,
	    error == ENXIO && *uvmsim_errmsg() ? uvmsim_errmsg() :
						 strerror(error));
	fputs("procstat: procstat_getprocs()\n", r->err);
	return PROCSTAT_FAIL;
}

static int
show_process(struct run *r, int pid)
{
	int n = 0;
	struct kinfo_vmentry *list = kinfo_getvmmap(pid, &n);

	if (list == NULL && errno == ENOMEM) {
		fprintf(r->err, "procstat: sysctl(kern.proc.vmmap): %s\n",
		    strerror(ENOMEM));
		return PROCSTAT_FAIL;
	}
	if (!r->view.json || list != NULL)
		procstat_show(&r->view, pid, list, n);
	free(list);
	return PROCSTAT_OK;
}

/* A process by number: is it there, may it be seen? */
static int
show_pid(struct run *r, int pid)
{
	struct kinfo_proc *kp = kinfo_getproc(pid);

	if (kp == NULL)
		return complain(r, "sysctl(kern.proc)");
	free(kp);
	return show_process(r, pid);
}

static int
by_pid(const void *a, const void *b)
{
	const struct kinfo_proc *p = a, *q = b;

	return (p->ki_pid > q->ki_pid) - (p->ki_pid < q->ki_pid);
}

/* All processes of the machine. */
static int
show_all(struct run *r)
{
	int n, status = PROCSTAT_OK;
	struct kinfo_proc *list = kinfo_getallproc(&n);

	if (list == NULL)
		return complain(r, "sysctl(kern.proc)");
	qsort(list, (size_t)n, sizeof(*list), by_pid);
	for (int i = 0; i < n && status == PROCSTAT_OK; i++)
		status = show_process(r, list[i].ki_pid);
	free(list);
	return status;
}

/* => false: told why */
static bool
open_core(const struct run *r, const char *path)
{
	if (uvmsim_open(path, 0) == 0)
		return true;
	fprintf(r->err, "procstat: %s\n", uvmsim_errmsg());
	return false;
}

static int
show_operand(struct run *r, const char *word)
{
	int pid;

	if (procstat_pid(word, &pid) > 0)
		return show_pid(r, pid);
	return open_core(r, word) ? show_all(r) : PROCSTAT_FAIL;
}

static int
show_operands(struct run *r)
{
	int status = PROCSTAT_OK;

	if (r->o.all)
		return show_all(r);
	for (int i = 0; i < r->o.noperands && status == PROCSTAT_OK; i++)
		status = show_operand(r, r->o.operand[i]);
	return status;
}

int
procstat_main(int argc, char **argv, FILE *out, FILE *err)
{
	struct run r = { .err = err };
	int status;

	if (!procstat_parse(&r.o, argc, argv)) {
		fputs("usage: procstat [--libxo json | text] [-h] [-M core] "
		      "-v | vm\n"
		      "                -a | pid ... | core ...\n",
		    err);
		return PROCSTAT_USAGE;
	}
	r.view = (struct procstat_view){ .out = out,
		.json = r.o.json,
		.noheader = r.o.noheader };
	if (r.o.core != NULL && !open_core(&r, r.o.core))
		return PROCSTAT_FAIL;
	procstat_begin(&r.view);
	status = show_operands(&r);
	procstat_end(&r.view);
	return status;
}
