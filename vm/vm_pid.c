/*
 * The controller of vm_pid.h.
 *
 * The integral keeps reclaiming going for some intervals after the target has
 * been reached, and starts it below full strength: with a setpoint of 22395 and
 * 22395, 20000, 18000, 18000, 21000, 22395, 23000 free pages it asks for 0,
 * 1695, 3412, 4261, 3235, 2971, 2717.
 */
#include "vm_pid.h"

#include <string.h>

void
vm_pid_init(struct vm_pid *p, uint64_t setpoint, uint32_t interval)
{
	memset(p, 0, sizeof(*p));
	p->gains = (struct vm_pid_gains){ 3, 4, 8 };
	p->interval = interval;
	p->setpoint = setpoint;
	p->bound = setpoint * 4 * 4;
}

static uint64_t
integrate(const struct vm_pid *p, int64_t error)
{
	int64_t sum = (int64_t)p->integral_before + error;

	if (sum < 0)
		return 0;
	return (uint64_t)sum < p->bound ? (uint64_t)sum : p->bound;
}

uint64_t
vm_pid_output(struct vm_pid *p, uint64_t now, uint64_t input)
{
	int64_t out;
	uint64_t grown;

	if (vm_pid_due(p, now)) {
		p->next = now + p->interval;
		p->error_before = p->error;
		p->integral_before = p->integral;
		p->returned = 0;
	}
	p->input = (int64_t)input;
	p->error = (int64_t)p->setpoint - p->input;
	p->integral = integrate(p, p->error);
	p->derivative = p->error - p->error_before;
	out = p->error / p->gains.kp + (int64_t)(p->integral / p->gains.ki) +
	    p->derivative / p->gains.kd;
	p->output = out > 0 ? (uint64_t)out : 0;
	grown = p->output > p->returned ? p->output - p->returned : 0;
	p->returned += grown;
	return grown;
}
