/*
 * Values of the sysctl tree that are computed from the machine's state
 * (docs/freebsd.md says how each is).
 */
#ifndef API_FREEBSD_SUMS_H
#define API_FREEBSD_SUMS_H

#include "api/context.h"

typedef uint64_t sysctl_sum(struct machine *);

sysctl_sum sysctl_availpages, sysctl_usermem, sysctl_wired, sysctl_user_wired;
sysctl_sum sysctl_cow_faults, sysctl_forks;
sysctl_sum sysctl_syscalls, sysctl_swap_bytes, sysctl_swap_reserved;
sysctl_sum sysctl_has_superpages, sysctl_max_wired;
sysctl_sum sysctl_ndomains, sysctl_ncpu, sysctl_byteorder;

/* Of one of several things alike. */
typedef uint64_t sysctl_each(struct machine *, unsigned);

/* The page daemon (sysctl_paging.c) */
sysctl_sum sysctl_pdwakeups, sysctl_pdshortfalls, sysctl_pdpages,
    sysctl_reactivated, sysctl_dfree, sysctl_swapout, sysctl_swappgsout,
    sysctl_vnodein, sysctl_vnodeout, sysctl_vnodepgsout;
sysctl_sum sysctl_free_reserved, sysctl_free_severe, sysctl_pageout_free_min,
    sysctl_interrupt_free_min, sysctl_laundry, sysctl_nswapdev;

/* vm.domain.N: of the domain */
sysctl_each sysctl_domain_free, sysctl_domain_active, sysctl_domain_inactive,
    sysctl_domain_laundry, sysctl_domain_unswappable,
    sysctl_domain_inactive_target, sysctl_domain_free_target,
    sysctl_domain_free_reserved, sysctl_domain_free_min,
    sysctl_domain_free_severe, sysctl_domain_actpdpgs,
    sysctl_domain_inactpdpgs, sysctl_domain_laundpdpgs,
    sysctl_domain_unswppdpgs;
/* vm.domain.N.pidctrl, under policy=freebsd */
sysctl_each sysctl_pid_error, sysctl_pid_olderror, sysctl_pid_integral,
    sysctl_pid_derivative, sysctl_pid_input, sysctl_pid_output,
    sysctl_pid_ticks, sysctl_pid_setpoint, sysctl_pid_interval,
    sysctl_pid_bound, sysctl_pid_kpd, sysctl_pid_kid, sysctl_pid_kdd;

/* vm.pmap.*: of a kind of larger page */
enum sysctl_larger {
	SYSCTL_GROUP,			/* a group of base pages */
	SYSCTL_LEAF,			/* one level above the base page */
	SYSCTL_LEAF2			/* two levels above */
};
sysctl_each sysctl_promotions, sysctl_demotions, sysctl_mappings,
    sysctl_p_failures;

typedef bool sysctl_present(const struct machine *, unsigned);
sysctl_present sysctl_has_fbsd, sysctl_has_pid;
sysctl_present sysctl_has_domain, sysctl_calls_pde, sysctl_calls_l2,
    sysctl_calls_l3c, sysctl_calls_sizes;

#endif /* API_FREEBSD_SUMS_H */
