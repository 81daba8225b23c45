/*
 * Measures of a process's use of memory over its life.
 */
#include <string.h>

#include "usage.h"
#include "sim/oom.h"

#define USAGE(name, member) \
	const char *wl_get_##name(const struct wl_at *at, uint64_t *v) \
	{ \
		*v = at->p->member; \
		return NULL; \
	}

USAGE(minflt, minflt)
USAGE(majflt, majflt)
USAGE(nswap, nswap)
USAGE(waits, waits)
USAGE(waited, wait_pages)

const char *
wl_get_killed(const struct wl_at *at, uint64_t *v)
{
	*v = (uint64_t)at->p->exit_signal;
	return NULL;
}

const char *
wl_get_oom_points(const struct wl_at *at, uint64_t *v)
{
	*v = (uint64_t)sim_oom_points(at->m, at->p);
	return NULL;
}

/* Signals that end processes here. */
static const struct {
	const char *name;
	uint64_t signo;
} signals[] = {
	{ "none", 0 },
	{ "SIGKILL", SIM_SIGKILL },
};

const char *
wl_signal_name(uint64_t signo)
{
	for (size_t i = 0; i < NELEM(signals); i++)
		if (signals[i].signo == signo)
			return signals[i].name;
	return "another";
}

bool
wl_signal_byname(const char *name, uint64_t *signo)
{
	for (size_t i = 0; i < NELEM(signals); i++)
		if (strcmp(signals[i].name, name) == 0) {
			*signo = signals[i].signo;
			return true;
		}
	return false;
}
