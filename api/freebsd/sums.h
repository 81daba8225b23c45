/*
 * Values of the sysctl tree that are computed from the machine's state
 * (docs/freebsd.md says how each is).
 */
#ifndef API_FREEBSD_SUMS_H
#define API_FREEBSD_SUMS_H

#include "api/context.h"

typedef uint64_t sysctl_sum(struct machine *);

sysctl_sum sysctl_availpages, sysctl_usermem, sysctl_wired, sysctl_user_wired;
sysctl_sum sysctl_free_severe, sysctl_cow_faults, sysctl_forks;
sysctl_sum sysctl_syscalls, sysctl_swap_bytes, sysctl_swap_reserved;
sysctl_sum sysctl_has_superpages, sysctl_max_wired;

#endif /* API_FREEBSD_SUMS_H */
