/*
 * The whole visible state of a machine as text, to be compared.
 *
 * What a failed call may leave different is not in it: page-table entries,
 * residency of clean pages, stocks of memory, counters of events.
 */
#ifndef TESTS_FAULT_DUMP_H
#define TESTS_FAULT_DUMP_H

#include "sim/sim.h"

/* => text that the caller frees */
char   *dump_machine(struct machine *);

#endif /* TESTS_FAULT_DUMP_H */
