/*
 * Small machines whose memory runs out: what test_oom and test_limits share.
 */
#ifndef TESTS_UNIT_SIM_SHORTAGE_H
#define TESTS_UNIT_SIM_SHORTAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/oom.h"

#define KB		((uint64_t)1024)
#define MB		(1024 * KB)
#define PAGE		((uint64_t)4096)

/* KEY=VALUE,...; fails the test if there is no such machine */
struct machine *shortage_machine(const char *pairs);
/* A process without an image. */
struct process *shortage_process(struct machine *, const char *name,
	    const struct sim_personality *);
/* sim_syscall; *ret in the last result of this thread, shortage_ret(). */
int	shortage_call(struct machine *, struct process *, enum sim_sysno,
	    uint64_t, uint64_t, uint64_t);
uint64_t shortage_ret(void);
/* Private anonymous memory. */
vaddr_t	shortage_map(struct machine *, struct process *, vsize_t);
/* Write or read each page.  => errno */
int	shortage_write(struct machine *, struct process *, vaddr_t, vsize_t);
int	shortage_read(struct machine *, struct process *, vaddr_t, vsize_t);
uint64_t shortage_tag(struct process *, vaddr_t);	/* without a fault */
/* The checker is content; the machine goes. */
void	shortage_end(struct machine *);

#endif /* TESTS_UNIT_SIM_SHORTAGE_H */
