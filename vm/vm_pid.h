/*
 * A proportional-integral-derivative controller, as FreeBSD's page daemon has
 * one for each memory domain (reference "pmap" 4.7): how many pages to reclaim
 * now so that the number of free pages settles at the setpoint.
 *
 *	e   = setpoint - input			how many are missing
 *	I   = clamp(I + e, 0, bound)		once an interval
 *	D   = e - e of the interval before
 *	out = max(0, e / kp + I / ki + D / kd)	whole numbers, towards zero
 *
 * Only arithmetic: time is what the caller says.
 *
 * PID1  0 <= integral <= bound
 * PID2  0 <= returned; it is the sum of what this interval has given out
 */
#ifndef VM_VM_PID_H
#define VM_VM_PID_H

#include "pmap/types.h"

struct vm_pid_gains {			/* divisors, at least 1 */
	uint32_t	kp, ki, kd;
};

struct vm_pid {
	struct vm_pid_gains gains;
	uint32_t	interval;	/* in units of the caller's time */
	uint64_t	setpoint;
	uint64_t	bound;		/* of the integral */
	uint64_t	next;		/* time at which an interval is over; 0:
					   there was none yet */
	int64_t		input;		/* last one */
	int64_t		error;		/* e of the last call */
	int64_t		error_before;	/* e of the interval before */
	uint64_t	integral;	/* with the last call's e */
	uint64_t	integral_before;
	int64_t		derivative;
	uint64_t	output;		/* of the last call */
	uint64_t	returned;	/* of the output, in this interval */
};

/* Gains 1/3, 1/4, 1/8 and a bound of 4 x setpoint x 4. */
void	vm_pid_init(struct vm_pid *, uint64_t setpoint, uint32_t interval);
/*
 * The controller is asked, at time `now', which never goes back.  A call
 * begins an interval when the last one is over (one interval, however long ago
 * that was).  Within an interval e, I and D are worked out anew with the new
 * input, from where the interval before left them.
 * => the output; within an interval only what it has grown by since it was
 *    last given out
 */
uint64_t vm_pid_output(struct vm_pid *, uint64_t now, uint64_t input);
/* Will a call at `now' begin an interval? */
static inline bool
vm_pid_due(const struct vm_pid *p, uint64_t now)
{
	return now >= p->next;
}

#endif /* VM_VM_PID_H */
