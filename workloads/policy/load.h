/*
 * Replacement policies as users name them: of the house, or shared objects
 * (sim/policy_file.h).
 */
#ifndef WL_POLICY_LOAD_H
#define WL_POLICY_LOAD_H

#include "vm/policy.h"

/*
 * What a user writes: NAME or FILE, with a slash in it, of a shared object;
 * then, after colons, parameters: "ws:tau=1000", "./mru.so".
 * => false: one sentence in err.  Else *policy and the parameters of args;
 *    *handle is for wl_policy_unload(), NULL for a policy of the house
 */
bool	wl_policy_find(const char *text, const struct vm_policy **policy,
	    struct vm_policy_args *args, void **handle, char *err,
	    size_t errlen);
void	wl_policy_unload(void *handle);	/* NULL is allowed */

#endif /* WL_POLICY_LOAD_H */
