/*
 * Want of memory: operations that wait for frames, and who is killed when
 * there are none to be had.
 *
 *	an operation failed, because an allocation was refused
 *	    |
 *	    +-- the daemon gains frames		done again
 *	    +-- nothing can be reclaimed	somebody is killed, by the rule
 *		    |				of the system of the process
 *		    |				that cannot go on
 *		    +-- another process		done again
 *		    +-- the process itself	ENOMEM; its signal is SIGKILL
 *		    +-- nobody			ENOMEM
 *
 * A machine without a daemon (policy=none) neither waits nor kills.
 *
 * Rules (struct sim_oom_rule), each of a table of the personality's:
 *
 *	self	NetBSD, OpenBSD: uvm_fault says ENOMEM, and the trap kills the
 *		process that faulted (reference "UVM semantics" 6.8).  A system
 *		call fails with ENOMEM.
 *	largest	FreeBSD: vm_pageout_oom kills the process with the most resident
 *		and swapped pages; not pid 1, a protected one, or one that is
 *		exiting or in exec.  Of equals the youngest.
 *	badness	Linux: rss + swap + page tables, in pages, and oom_score_adj
 *		thousandths of all memory and swap on top; not pid 1, nor with
 *		-1000.  Of equals the youngest.
 *
 * What the manuals do not tell is decided so: FreeBSD's exemption of pids below
 * 48 while swap is left is not kept (all pids here are small); a resident page
 * is one that the process could reach without reading it in, for Linux one that
 * is mapped.
 */
#ifndef SIM_OOM_H
#define SIM_OOM_H

#include "sim.h"

#define SIM_SIGKILL	9
#define SIM_OOM_ADJ_MIN	(-1000)		/* never killed */
#define SIM_OOM_ADJ_MAX	1000

/*
 * A call or the touch of a page is done again so often at most.  Each time
 * frames are free when it begins.  A call that still fails wants more at once
 * than a daemon frees, and fails; a touch wants a few: memory is out then.
 */
#define SIM_MAX_AGAIN	64

struct sim_oom_size {			/* of a process, in pages */
	uint64_t	resident;	/* in memory, mapped or not */
	uint64_t	mapped;
	uint64_t	swapped;	/* anonymous or shared, in swap only */
	uint64_t	tables;		/* of its page table */
};

struct sim_oom_rule {
	const char     *name;
	const char     *summary;
	bool		calls;		/* system calls have somebody killed;
					   else they fail */
	/* The highest is killed; 0: is spared. */
	int64_t	      (*points)(const struct machine *,
			    const struct process *starving,
			    const struct process *,
			    const struct sim_oom_size *);
};

extern const struct sim_oom_rule sim_oom_self, sim_oom_largest,
    sim_oom_badness;

/* => p is running */
void	sim_oom_size(const struct process *, struct sim_oom_size *);
/* What the rule of p's system gives p; 0: it is spared. */
int64_t	sim_oom_points(const struct machine *, const struct process *);
/*
 * Kill p for want of memory: event, count, exit by SIGKILL.
 * => p is running; it has no space any more
 */
void	sim_oom_kill(struct machine *, struct process *);

/* ---- around an operation ---- */
struct sim_want {
	struct process *p;		/* NULL: of a machine that is booting */
	bool		call;		/* a system call; else a fault, which
					   has waited already */
	unsigned	tries;
	/* the machine's counters when it began */
	uint64_t	minflt, majflt, zeroed,
			waits, wait_pages, failed;
};

/* An operation begins: memory is kept at hand, counters are noted. */
void	sim_want_begin(struct machine *, struct process *, bool call,
	    struct sim_want *);
/*
 * It failed.  => true: it may be done again, and p is running; false: it has
 * failed (p may be dead)
 */
bool	sim_want_again(struct machine *, struct sim_want *);
/* It is over: what it cost is the process's. */
void	sim_want_end(struct machine *, const struct sim_want *);
/* An access failed: what p sees of it; SIGKILL if it has been killed. */
void	sim_want_signal(const struct process *, int error, vaddr_t,
	    struct sim_signal *);
/* Why, for the machine's record. */
void	sim_want_fail(struct machine *, const struct process *, int error,
	    vaddr_t);

#endif /* SIM_OOM_H */
