/*
 * The list of page replacement policies, and the reading of their parameters.
 */
#include "policy.h"

#include <stdio.h>
#include <string.h>

const struct vm_policy *const vm_policies[] = { &vm_policy_fifo, &vm_policy_lru,
	&vm_policy_clock, &vm_policy_nfu, &vm_policy_lfu, &vm_policy_random,
	&vm_policy_opt, &vm_policy_ws, &vm_policy_wsclock, &vm_policy_arc,
	&vm_policy_2q, &vm_policy_s3fifo, &vm_policy_sieve, NULL };

const struct vm_policy *
vm_policy_byname(const char *name)
{
	for (size_t i = 0; vm_policies[i] != NULL; i++)
		if (strcmp(vm_policies[i]->name, name) == 0)
			return vm_policies[i];
	return NULL;
}

static size_t
nparams(const struct vm_policy *p)
{
	size_t n = 0;

	if (p->params != NULL)
		while (p->params[n].name != NULL)
			n++;
	return n;
}

void
vm_policy_defaults(const struct vm_policy *p, struct vm_policy_args *args)
{
	memset(args->param, 0, sizeof(args->param));
	for (size_t i = 0; i < nparams(p); i++)
		args->param[i] = p->params[i].value;
}

/* Decimal digits, all of len. => false: they are not, or too many */
static bool
number(const char *s, size_t len, uint64_t *out)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9' || v > UINT64_MAX / 16)
			return false;
		v = v * 10 + (uint64_t)(s[i] - '0');
	}
	*out = v;
	return len > 0;
}

static bool
unknown(const struct vm_policy *p, const char *text, int len, char *err,
    size_t errlen)
{
	size_t n = nparams(p);
	int at;

	if (n == 0) {
		snprintf(err, errlen, "%s takes no parameters, not '%.*s'",
		    p->name, len, text);
		return false;
	}
	at = snprintf(err, errlen, "%s takes", p->name);
	for (size_t i = 0; i < n && (size_t)at < errlen; i++)
		at += snprintf(err + at, errlen - (size_t)at, " %s=NUMBER%s",
		    p->params[i].name, i + 1 < n ? "," : "");
	if ((size_t)at < errlen)
		snprintf(err + at, errlen - (size_t)at, ", not '%.*s'", len,
		    text);
	return false;
}

/* One NAME=NUMBER of len bytes. */
static bool
set_one(const struct vm_policy *p, struct vm_policy_args *args,
    const char *text, size_t len, char *err, size_t errlen)
{
	const char *eq = memchr(text, '=', len);
	size_t name = eq != NULL ? (size_t)(eq - text) : len;
	uint64_t v;

	for (size_t i = 0; i < nparams(p) && eq != NULL; i++) {
		const struct vm_policy_param *pp = &p->params[i];

		if (strlen(pp->name) != name ||
		    memcmp(pp->name, text, name) != 0)
			continue;
		if (number(eq + 1, len - name - 1, &v) && v >= pp->min &&
		    v <= pp->max) {
			args->param[i] = v;
			return true;
		}
		snprintf(err, errlen, "%s: %s is a number from %llu to %llu",
		    p->name, pp->name, (unsigned long long)pp->min,
		    (unsigned long long)pp->max);
		return false;
	}
	return unknown(p, text, (int)(len < 40 ? len : 40), err, errlen);
}

bool
vm_policy_set(const struct vm_policy *p, struct vm_policy_args *args,
    const char *text, char *err, size_t errlen)
{
	while (*text != '\0') {
		size_t len = strcspn(text, ":");

		if (!set_one(p, args, text, len, err, errlen))
			return false;
		text += len + (text[len] == ':');
	}
	return true;
}

const char *
vm_policy_unusable(const struct vm_policy *p)
{
	if (p->abi != VM_POLICY_ABI || p->size != sizeof(*p))
		return "it was compiled for another version of uvmsim.h";
	if (p->name == NULL || p->name[0] == '\0' || p->summary == NULL)
		return "it has no name or no summary";
	if (p->bytes == NULL || p->init == NULL || p->hit == NULL ||
	    p->victim == NULL || p->insert == NULL || p->remove == NULL ||
	    p->check == NULL)
		return "it lacks one of bytes, init, hit, victim, insert, "
		       "remove, check";
	if (nparams(p) > VM_POLICY_MAXPARAMS)
		return "it has too many parameters";
	return NULL;
}
