/*
 * Replacement policies by name or from shared objects.
 */
#include "load.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "sim/policy_file.h"
#include "sim/suggest.h"

#define MAXFILE 1024
#define MAXPOLICIES 64 /* more are not listed */

static void
list(const char *name, char *err, size_t errlen)
{
	const char *names[MAXPOLICIES], *near;
	size_t n = 0;
	int at = snprintf(err, errlen,
	    "no policy '%s'; expected a file, or one"
	    " of",
	    name);

	for (; n < MAXPOLICIES && vm_policies[n] != NULL; n++) {
		names[n] = vm_policies[n]->name;
		if ((size_t)at < errlen)
			at += snprintf(err + at, errlen - (size_t)at, " %s",
			    names[n]);
	}
	near = sim_suggest(name, names, n);
	if (near != NULL && (size_t)at < errlen)
		snprintf(err + at, errlen - (size_t)at, "; did you mean %s?",
		    near);
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
		*policy = sim_policy_open(name, handle, err, errlen);
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
