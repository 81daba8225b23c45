/*
 * What the typed system calls of the library are made of.
 */
#ifndef API_LIB_SYSCALL_H
#define API_LIB_SYSCALL_H

#include "lib.h"

/* => 0 and *ret (may be NULL), or -1 and errno: told */
int	lib_call(struct uvmsim *, int pid, const struct sim_call *,
	    uint64_t *ret);
/* The same for calls whose result is a number. => it, or -1 */
int	lib_call_number(struct uvmsim *, int pid, const struct sim_call *);

/* LIB_CALL(MUNMAP, .arg = { addr, len }) */
#define LIB_CALL(id, ...)						\
	(&(const struct sim_call){ .no = SIM_SYS_##id, __VA_ARGS__ })
/* -1 is all ones. */
#define LIB_SIGNED(n)	((uint64_t)(int64_t)(n))

#endif /* API_LIB_SYSCALL_H */
