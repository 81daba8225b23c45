/*
 * What the tests of the machine share: a machine of 8M, system calls in one
 * line, and its checker as an assertion.
 */
#ifndef TEST_MACHINE_FIXTURE_H
#define TEST_MACHINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/common.h"

/* CALL(m, p, &ret, MUNMAP, .arg = { addr, len }) => errno */
#define CALL(m, p, ret, id, ...)					\
	sim_syscall((m), (p), &(const struct sim_call){			\
	    .no = SIM_SYS_##id, __VA_ARGS__ }, (ret))

struct machine *machine_new(const char *personality, bool check);
struct process *machine_spawn(struct machine *, const char *name);
/* Value of a constant of the process's system. */
uint64_t konst(const struct process *, const char *name);
/* machine_check() finds nothing; or something that says what. */
void	machine_ok(struct machine *);
void	machine_broken(struct machine *, const char *what);
/* Private anonymous memory. */
vaddr_t	machine_map(struct machine *, struct process *, vsize_t len);

/* Content that a read at va would see. */
uint64_t machine_tag(struct process *, vaddr_t va);

#endif /* TEST_MACHINE_FIXTURE_H */
