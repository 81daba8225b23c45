/*
 * What processes have cost, and who is the next to go: show usage.
 */
#include <inttypes.h>

#include "show.h"
#include "usage.h"
#include "sim/oom.h"

static void
memory(const struct wl_view *v, const struct process *p)
{
	struct sim_oom_size size;

	if (p->vmspace == NULL) {
		if (p->exit_signal != 0)
			fprintf(v->fp, " killed by %s",
			    wl_signal_name((uint64_t)p->exit_signal));
		else
			fprintf(v->fp, " exited");
		return;
	}
	sim_oom_size(p, &size);
	fprintf(v->fp, " %8" PRIu64 " %8" PRIu64 " %6" PRId64, size.resident,
	    size.swapped, sim_oom_points(v->m, p));
}

bool
wl_show_usage(const struct wl_view *v)
{
	struct process *p, *next;

	fprintf(v->fp,
	    "  PID NAME               MINFLT   MAJFLT NSWAP  WAITS   WAITED "
	    "RESIDENT  SWAPPED POINTS\n");
	HASH_ITER(hh, v->m->procs, p, next) {
		if (p == v->m->kernel)
			continue;
		fprintf(v->fp,
		    "%5d %-16s %8" PRIu64 " %8" PRIu64 " %5" PRIu64 " %6" PRIu64
		    " %8" PRIu64,
		    p->pid, p->name, p->minflt, p->majflt, p->nswap, p->waits,
		    p->wait_pages);
		memory(v, p);
		putc('\n', v->fp);
	}
	return true;
}
