/*
 * Replacement policies from outside: a shared object that has a
 *
 *	const struct uvmsim_policy uvmsim_policy = {
 *	    .abi = UVMSIM_POLICY_ABI, ... };
 *
 * compiled against <uvmsim.h> and nothing else of ours (docs/policies.md).
 * That structure is struct vm_policy under its public name (api/lib/policy.c
 * holds the two against each other).
 */
#ifndef SIM_POLICY_FILE_H
#define SIM_POLICY_FILE_H

#include "vm/policy.h"

/*
 * The policy of a shared object; file has a slash in it.  Whoever never gives
 * the handle to dlclose(3) has the object loaded until the program ends.
 * => NULL: one sentence in err, and nothing is loaded
 */
const struct vm_policy *sim_policy_open(const char *file, void **handle,
	    char *err, size_t errlen);

#endif /* SIM_POLICY_FILE_H */
