/*
 * vm.domain, vm.pmap and vm.reserv: larger pages and where memory comes from.
 *
 * A domain's values are those of all memory divided, as far as the machine has
 * them for all memory only (sysctl_paging.c).  Counters of larger pages have
 * the names that FreeBSD gives them on that machine.
 */
#include "sums.h"
#include "tree.h"

/* ---------------------------------------------------------- vm.domain ---- */

#define STATS(d) \
	static const struct sysctl_node stats_##d[] = { \
		UINT_EACH("free_count", "Free pages", sysctl_domain_free, d), \
		UINT_EACH("active", "Active pages", sysctl_domain_active, d), \
		COUNTER_EACH("actpdpgs", \
		    "Active pages scanned by the page daemon", \
		    sysctl_domain_actpdpgs, d), \
		UINT_EACH("inactive", "Inactive pages", \
		    sysctl_domain_inactive, d), \
		COUNTER_EACH("inactpdpgs", \
		    "Inactive pages scanned by the page daemon", \
		    sysctl_domain_inactpdpgs, d), \
		UINT_EACH("laundry", "Laundry pages", sysctl_domain_laundry, \
		    d), \
		COUNTER_EACH("laundpdpgs", \
		    "Laundry pages scanned by the page daemon", \
		    sysctl_domain_laundpdpgs, d), \
		UINT_EACH("unswappable", "Unswappable pages", \
		    sysctl_domain_unswappable, d), \
		COUNTER_EACH("unswppdpgs", \
		    "Unswappable pages scanned by the page daemon", \
		    sysctl_domain_unswppdpgs, d), \
		UINT_EACH("inactive_target", "Inactive pages aimed at", \
		    sysctl_domain_inactive_target, d), \
		UINT_EACH("free_target", "Free pages aimed at", \
		    sysctl_domain_free_target, d), \
		UINT_EACH("free_reserved", "Free pages kept for the kernel", \
		    sysctl_domain_free_reserved, d), \
		UINT_EACH("free_min", \
		    "Free pages below which the daemon runs", \
		    sysctl_domain_free_min, d), \
		UINT_EACH("free_severe", "Free pages that are far too few", \
		    sysctl_domain_free_severe, d), \
		UINT_0("inactive_pps", "Inactive pages freed a second"), \
		END, \
	}; \
	static const struct sysctl_node pidctrl_##d[] = { \
		INT_EACH("error", "Pages missing", sysctl_pid_error, d), \
		INT_EACH("olderror", "Pages missing an interval ago", \
		    sysctl_pid_olderror, d), \
		INT_EACH("integral", "Pages missing, summed up", \
		    sysctl_pid_integral, d), \
		INT_EACH("derivative", "Change of the pages missing", \
		    sysctl_pid_derivative, d), \
		INT_EACH("input", "Free pages", sysctl_pid_input, d), \
		INT_EACH("output", "Pages to be freed", sysctl_pid_output, d), \
		INT_EACH("ticks", "Milliseconds at which the interval began", \
		    sysctl_pid_ticks, d), \
		INT_EACH("setpoint", "Free pages aimed at", \
		    sysctl_pid_setpoint, d), \
		INT_EACH("interval", "Milliseconds of an interval", \
		    sysctl_pid_interval, d), \
		INT_EACH("bound", "Bound of the integral", sysctl_pid_bound, \
		    d), \
		INT_EACH("kpd", "Divisor of the error", sysctl_pid_kpd, d), \
		INT_EACH("kid", "Divisor of the integral", sysctl_pid_kid, d), \
		INT_EACH("kdd", "Divisor of the derivative", sysctl_pid_kdd, \
		    d), \
		END, \
	}; \
	static const struct sysctl_node domain_##d[] = { \
		GROUP(AUTO, "stats", stats_##d, "Statistics"), \
		GROUP_IF("pidctrl", pidctrl_##d, \
		    "Controller of the page daemon", sysctl_has_pid, d), \
		END, \
	}
#define DOMAIN(d) \
	GROUP_IF(#d, domain_##d, "A memory domain", sysctl_has_domain, d)

STATS(0);
STATS(1);
STATS(2);
STATS(3);
STATS(4);
STATS(5);
STATS(6);
STATS(7);
_Static_assert(VM_MAXDOMAINS == 8, "a row for each domain");

const struct sysctl_node api_freebsd_vm_domain[] = {
	DOMAIN(0),
	DOMAIN(1),
	DOMAIN(2),
	DOMAIN(3),
	DOMAIN(4),
	DOMAIN(5),
	DOMAIN(6),
	DOMAIN(7),
	END,
};

/* ------------------------------------------------------------ vm.pmap ---- */

#define RESIZES(name, which) \
	static const struct sysctl_node name[] = { \
		COUNTER_EACH("demotions", "Large pages broken up", \
		    sysctl_demotions, which), \
		COUNTER_EACH("mappings", "Large pages mapped at once", \
		    sysctl_mappings, which), \
		COUNTER_EACH("p_failures", "Promotions that failed", \
		    sysctl_p_failures, which), \
		COUNTER_EACH("promotions", "Large pages put together", \
		    sysctl_promotions, which), \
		END, \
	}

RESIZES(of_group, SYSCTL_GROUP);
RESIZES(of_leaf, SYSCTL_LEAF);

static const struct sysctl_node of_leaf2[] = {
	COUNTER_EACH("demotions", "Huge pages broken up", sysctl_demotions,
	    SYSCTL_LEAF2),
	END,
};

const struct sysctl_node api_freebsd_vm_pmap[] = {
	SUM(AUTO, "pg_ps_enabled", CTLTYPE_INT, "I",
	    "Has the page table larger pages?", sysctl_has_superpages),
	GROUP_IF("pde", of_leaf, "Pages of one entry of a directory",
	    sysctl_calls_pde, 0),
	GROUP_IF("pdpe", of_leaf2, "Pages of 1 GB", sysctl_calls_pde, 0),
	GROUP_IF("l2", of_leaf, "Pages of one entry of level 2",
	    sysctl_calls_l2, 0),
	GROUP_IF("l3c", of_group, "Contiguous pages of level 3",
	    sysctl_calls_l3c, 0),
	GROUP_IF("64k", of_group, "Pages of 64 KB", sysctl_calls_sizes, 0),
	GROUP_IF("16m", of_leaf, "Pages of 16 MB", sysctl_calls_sizes, 0),
	END,
};

/* ---------------------------------------------------------- vm.reserv ---- */

const struct sysctl_node api_freebsd_vm_reserv[] = {
	COUNTER("broken", "Reservations broken up", reservs.broken),
	COUNTER("freed", "Reservations freed whole", reservs.freed),
	MEMBER(AUTO, "fullpop", CTLTYPE_INT | RD, "I",
	    "Reservations without a gap", vm.reservs.fullpop),
	{ .number = AUTO,
	    .name = "partpopq",
	    .kind = CTLTYPE_STRING | RD,
	    .format = "A",
	    .about = "Queues of reservations",
	    .handler = sysctl_partpopq },
	COUNTER("reclaimed", "Reservations taken back", reservs.reclaimed),
	END,
};
