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
sysctl_sum sysctl_ndomains, sysctl_ncpu, sysctl_byteorder;

/* Of one of several things alike. */
typedef uint64_t sysctl_each(struct machine *, unsigned);

/* vm.domain.N: of the domain */
sysctl_each sysctl_domain_free, sysctl_domain_active, sysctl_domain_inactive,
    sysctl_domain_inactive_target, sysctl_domain_free_target,
    sysctl_domain_free_reserved, sysctl_domain_free_min,
    sysctl_domain_free_severe;

/* vm.pmap.*: of a kind of larger page */
enum sysctl_larger {
	SYSCTL_GROUP,			/* a group of base pages */
	SYSCTL_LEAF,			/* one level above the base page */
	SYSCTL_LEAF2			/* two levels above */
};
sysctl_each sysctl_promotions, sysctl_demotions, sysctl_mappings,
    sysctl_p_failures;

typedef bool sysctl_present(const struct machine *, unsigned);
sysctl_present sysctl_has_domain, sysctl_calls_pde, sysctl_calls_l2,
    sysctl_calls_l3c, sysctl_calls_sizes;

#endif /* API_FREEBSD_SUMS_H */
