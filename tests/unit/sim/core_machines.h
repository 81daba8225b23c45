/*
 * Machines with a varied past, for the tests of core files: system calls and
 * accesses picked at random, the same ones for the same seed and state.
 */
#ifndef TESTS_CORE_MACHINES_H
#define TESTS_CORE_MACHINES_H

#include "core_bytes.h"
#include "sim/sim.h"

/* A machine with one process "p1".  ram as in ram=4M, then ",KEY=VALUE" ... */
struct machine *core_machine_new(const struct sim_personality *,
	    const char *ram, bool tags);
/* One operation. => what came of it: error and result, hashed together */
uint64_t core_machine_step(struct machine *, uint64_t *seed);
uint64_t core_random(uint64_t *seed);
/*
 * What core_machine_step() does now and then on machines with larger pages,
 * several processors or a hashed page table.  => as sim_syscall
 */
int	core_larger_step(struct machine *, struct process *, uint64_t *seed,
	    uint64_t *ret);

/* A new directory, in memory if the host has such a place. => 0 or -1 */
int	core_test_dir(char *buf, size_t len);
/* The bytes of a file; the caller frees them. */
uint8_t *core_slurp(const char *path, size_t *size);
void	core_spit(const char *path, const uint8_t *, size_t);

#endif /* TESTS_CORE_MACHINES_H */
