/*
 * Policies from shared objects.  Nothing of an object's table is used before
 * its version has been compared; what is refused is not kept.
 */
#include "policy_file.h"

#include <dlfcn.h>
#include <stdio.h>

#define SYMBOL "uvmsim_policy"

const struct vm_policy *
sim_policy_open(const char *file, void **handle, char *err, size_t errlen)
{
	const struct vm_policy *policy;
	const char *why;

	*handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (*handle == NULL) {
		snprintf(err, errlen, "%s", dlerror());
		return NULL;
	}
	policy = dlsym(*handle, SYMBOL);
	why = policy != NULL ? vm_policy_unusable(policy) :
			       "expected a struct uvmsim_policy named " SYMBOL;
	if (why == NULL)
		return policy;
	snprintf(err, errlen, "%s: %s", file, why);
	dlclose(*handle);
	*handle = NULL;
	return NULL;
}
