/*
 * FIFO's hit, inlined into a driver's loop; policy_fifo.c has the account.
 */
#ifndef VM_POLICY_FIFO_H
#define VM_POLICY_FIFO_H

#include "policy_queue.h"

static inline void
policy_fifo_hit(void *state, uint32_t slot)
{
	(void)state;
	(void)slot;
}

#endif /* VM_POLICY_FIFO_H */
