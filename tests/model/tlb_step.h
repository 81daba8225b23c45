/*
 * Random references and changes, done to the TLB model and to the naive one.
 */
#ifndef TESTS_TLB_STEP_H
#define TESTS_TLB_STEP_H

#include "model.h"
#include "tlb_pair.h"

#define TLB_STEP_CPUS	4

/* Arrays that the presets do not have; ends with a NULL name. */
extern const struct tlb_preset tlb_own[];

/* One of them, as the random numbers decide, on a pair of TLB_STEP_CPUS. */
void	tlb_step(struct pair *, struct model_rng *);

#endif /* TESTS_TLB_STEP_H */
