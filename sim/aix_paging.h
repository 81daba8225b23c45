/*
 * What AIX's paging wants of processes: its settings, the two levels of free
 * paging space, and load control.  Of machines with policy=aix only.
 *
 *	free blocks
 *	at most npswarn	SIGDANGER to every process, once; again when there have
 *			been more in between
 *	at most npskill	SIGKILL, the youngest first, until there are more or
 *			nobody is left who may go
 *
 * Killed is who owns a block of paging space (others would give none back), has
 * no handler for SIGDANGER (`set PROC sigdanger 1') and a uid of nokilluid or
 * more (0: all).  low_ps_handling=2 kills those with a handler too, when none
 * without is left.  A machine without paging space sends neither signal.
 *
 * Load control (v_repage_hi, 0: off) looks once a second of simulated time, at
 * the end of an operation.  Memory is overcommitted if
 *
 *	pages written to paging space x v_repage_hi > pages stolen
 *
 * since the look before.  Then each process with repages x v_repage_proc > its
 * faults is suspended, youngest first, unless it was let go on less than
 * v_exempt_secs ago or v_min_process would not be left.  After v_sec_wait
 * seconds without overcommitment all go on.  An operation of a suspended
 * process waits: the clock goes on until the process does.
 *
 * Levels are in the machine's tunables, by the names of vmo; those of pages are
 * in pages of 4K.
 */
#ifndef SIM_AIX_PAGING_H
#define SIM_AIX_PAGING_H

#include "sim.h"
#include "vm/vm_daemon_aix.h"

struct sim_aix_spaces {			/* frames */
	uint64_t	blocks, free;	/* of paging space */
	uint64_t	npswarn, npskill;
};

/*
 * The levels of paging space, under any daemon.  Unless set, npskill is the
 * larger of 64 blocks of 4K and 1/128 of all, npswarn the larger of 512 and
 * four times that; in a paging space below 16M 1/64 and 1/8 of it.
 */
void	sim_aix_spaces(const struct machine *, struct sim_aix_spaces *);
/* What the tunables say to the stealer. */
void	sim_aix_tune(const struct machine *, struct vm_aix_tune *);
/* Blocks of paging space that private pages of a running process own. */
uint64_t sim_aix_blocks(const struct process *);
/*
 * Who is killed next for want of paging space, or of memory.  => NULL: nobody
 * may go, or policy is not aix
 */
struct process *sim_aix_victim(struct machine *);

/* Around each operation of p; they do nothing unless policy=aix.  Between the
   two aix_run.pid is p's. */
void	sim_aix_enter(struct machine *, const struct process *);
void	sim_aix_leave(struct machine *);
/* Between two pages of p's access.  => false: p has been killed */
bool	sim_aix_go_on(struct machine *, const struct process *);

#endif /* SIM_AIX_PAGING_H */
