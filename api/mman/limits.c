/*
 * getrlimit(2), setrlimit(2) and getrusage(2) of the BSD client headers: limits
 * of memory and faults are the simulated process's, other limits the host's.
 */
#include <sys/resource.h>

#include "api/copy.h"
#include "calls.h"

#include "api/include/bsd_resource.h"

/* The host's own, under their names. */
#undef getrlimit
#undef setrlimit
#undef getrusage

static const struct {
	int host;
	enum sim_limit limit;
} limits[] = {
	{ RLIMIT_AS, SIM_RLIMIT_AS },
	{ RLIMIT_DATA, SIM_RLIMIT_DATA },
	{ RLIMIT_STACK, SIM_RLIMIT_STACK },
	{ RLIMIT_MEMLOCK, SIM_RLIMIT_MEMLOCK },
	{ RLIMIT_RSS, SIM_RLIMIT_RSS },
};

/* Without a machine all is the host's matter.  errno stays. */
static bool
have_machine(void)
{
	const int saved = errno;
	const bool have = api_machine() != NULL;

	errno = saved;
	return have;
}

/* => the simulator's number, or SIM_NLIMITS: the host's matter */
static enum sim_limit
limit_of(int resource)
{
	const bool have = have_machine();

	for (size_t i = 0; have && i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].host == resource)
			return limits[i].limit;
	return SIM_NLIMITS;
}

static rlim_t
to_host(uint64_t value)
{
	return value >= INT64_MAX ? RLIM_INFINITY : (rlim_t)value;
}

int
uvmsim_getrlimit(int resource, struct rlimit *out)
{
	const enum sim_limit limit = limit_of(resource);
	const struct process *p;
	struct rlimit rl;

	if (limit == SIM_NLIMITS)
		return getrlimit((unsigned)resource, out);
	if ((p = api_process()) == NULL)
		return -1;
	rl.rlim_cur = to_host(p->rlimit[limit].cur);
	rl.rlim_max = to_host(p->rlimit[limit].max);
	if (api_copyout(out, &rl, sizeof(rl)) != 0)
		return api_fail(EFAULT, "getrlimit: no memory at the limit");
	return 0;
}

int
uvmsim_setrlimit(int resource, const struct rlimit *in)
{
	const enum sim_limit limit = limit_of(resource);
	struct process *p;
	struct rlimit rl;

	if (limit == SIM_NLIMITS)
		return setrlimit((unsigned)resource, in);
	if ((p = api_process()) == NULL)
		return -1;
	if (api_copyin(&rl, in, sizeof(rl)) != 0)
		return api_fail(EFAULT, "setrlimit: no memory at the limit");
	return api_call(p->personality,
	    &(struct sim_call){ .no = SIM_SYS_SETRLIMIT,
		.arg = { limit,
		    rl.rlim_cur == RLIM_INFINITY ? SIM_RLIM_INFINITY :
						   rl.rlim_cur,
		    rl.rlim_max == RLIM_INFINITY ? SIM_RLIM_INFINITY :
						   rl.rlim_max } },
	    NULL);
}

int
uvmsim_getrusage(int who, struct rusage *out)
{
	struct rusage ru = { .ru_nswap = 0 };
	const struct process *p;

	if (!have_machine())
		return getrusage(who, out);
	if ((p = api_process()) == NULL)
		return -1;
	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN)
		return api_fail(EINVAL, "getrusage: who is %d", who);
	if (who == RUSAGE_SELF) {
		ru.ru_minflt = (long)p->minflt;
		ru.ru_majflt = (long)p->majflt;
		ru.ru_nswap = (long)p->nswap;
	}
	if (api_copyout(out, &ru, sizeof(ru)) != 0)
		return api_fail(EFAULT, "getrusage: no memory at the result");
	return 0;
}
