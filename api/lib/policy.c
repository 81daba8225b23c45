/*
 * Policies of the public interface are the machine's own tables under other
 * names: here is the proof.
 */
#include "lib.h"
#include "vm/vm_keep.h"

#define SAME(public, own, member) \
	_Static_assert(offsetof(struct public, member) == \
		    offsetof(struct own, member) && \
		sizeof(((struct public *)0)->member) == \
		    sizeof(((struct own *)0)->member), \
	    #public "." #member)

_Static_assert(UVMSIM_POLICY_ABI == VM_POLICY_ABI &&
	UVMSIM_POLICY_MAXPARAMS == VM_POLICY_MAXPARAMS &&
	UVMSIM_POLICY_NEVER == VM_POLICY_NEVER,
    "numbers of policies");
_Static_assert(sizeof(struct uvmsim_policy) == sizeof(struct vm_policy) &&
	sizeof(struct uvmsim_policy_args) == sizeof(struct vm_policy_args) &&
	sizeof(struct uvmsim_policy_param) == sizeof(struct vm_policy_param) &&
	sizeof(struct uvmsim_keep) == sizeof(struct vm_keep),
    "structures of policies");

SAME(uvmsim_policy, vm_policy, abi);
SAME(uvmsim_policy, vm_policy, size);
SAME(uvmsim_policy, vm_policy, name);
SAME(uvmsim_policy, vm_policy, summary);
SAME(uvmsim_policy, vm_policy, params);
SAME(uvmsim_policy, vm_policy, bytes);
SAME(uvmsim_policy, vm_policy, init);
SAME(uvmsim_policy, vm_policy, hit);
SAME(uvmsim_policy, vm_policy, victim);
SAME(uvmsim_policy, vm_policy, insert);
SAME(uvmsim_policy, vm_policy, remove);
SAME(uvmsim_policy, vm_policy, check);
SAME(uvmsim_policy, vm_policy, next);
SAME(uvmsim_policy, vm_policy, expired);
SAME(uvmsim_policy, vm_policy, keep);
SAME(uvmsim_policy, vm_policy, key);
SAME(uvmsim_policy, vm_policy, ghost);
SAME(uvmsim_policy_args, vm_policy_args, frames);
SAME(uvmsim_policy_args, vm_policy_args, seed);
SAME(uvmsim_policy_args, vm_policy_args, param);
SAME(uvmsim_policy_param, vm_policy_param, name);
SAME(uvmsim_policy_param, vm_policy_param, summary);
SAME(uvmsim_policy_param, vm_policy_param, min);
SAME(uvmsim_policy_param, vm_policy_param, max);
SAME(uvmsim_policy_param, vm_policy_param, value);
SAME(uvmsim_keep, vm_keep, load);
SAME(uvmsim_keep, vm_keep, ok);
SAME(uvmsim_keep, vm_keep, number);
SAME(uvmsim_keep, vm_keep, refuse);
SAME(uvmsim_keep, vm_keep, ctx);
