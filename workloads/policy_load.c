/*
 * Replacement policies by name or from shared objects.  Nothing of an object's
 * table is used before its version has been compared.
 */
#include "policy_load.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define MAXFILE 1024

static const struct vm_policy *
load(const char *file, void **handle, char *err, size_t errlen)
{
	const struct vm_policy *policy;
	const char *why;

	*handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (*handle == NULL) {
		snprintf(err, errlen, "%s", dlerror());
		return NULL;
	}
	policy = dlsym(*handle, "vm_policy");
	why = policy != NULL ? vm_policy_unusable(policy) :
			       "expected a struct vm_policy named vm_policy";
	if (why == NULL)
		return policy;
	snprintf(err, errlen, "%s: %s", file, why);
	wl_policy_unload(*handle);
	*handle = NULL;
	return NULL;
}

static void
list(const char *name, char *err, size_t errlen)
{
	int at = snprintf(err, errlen,
	    "no policy '%s'; expected a file, or one"
	    " of",
	    name);

	for (size_t i = 0; vm_policies[i] != NULL && (size_t)at < errlen; i++)
		at += snprintf(err + at, errlen - (size_t)at, " %s",
		    vm_policies[i]->name);
}

bool
wl_policy_find(const char *text, const struct vm_policy **policy,
    struct vm_policy_args *args, void **handle, char *err, size_t errlen)
{
	size_t len = strcspn(text, ":");
	char name[MAXFILE];

	*handle = NULL;
	if (len >= sizeof(name)) {
		snprintf(err, errlen, "the name of a policy is too long");
		return false;
	}
	memcpy(name, text, len);
	name[len] = '\0';
	if (strchr(name, '/') != NULL) {
		*policy = load(name, handle, err, errlen);
	} else {
		*policy = vm_policy_byname(name);
		if (*policy == NULL)
			list(name, err, errlen);
	}
	if (*policy == NULL)
		return false;
	vm_policy_defaults(*policy, args);
	if (vm_policy_set(*policy, args, text + len + (text[len] == ':'), err,
		errlen))
		return true;
	wl_policy_unload(*handle);
	*handle = NULL;
	return false;
}

void
wl_policy_unload(void *handle)
{
	if (handle != NULL)
		dlclose(handle);
}
