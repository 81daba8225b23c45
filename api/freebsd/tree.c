/*
 * The sysctl tree: every name, its number, its type and where the value comes
 * from.  docs/freebsd.md has the rule of each value that is not its counter's
 * or switch's own; tests hold the two lists against each other.
 */
#include "api/include/freebsd/sys/sysctl.h"

#include "sums.h"
#include "tree.h"
#include "vm/vm_daemon_freebsd.h"

/* --------------------------------------------------------------- kern ---- */

static const struct sysctl_node kern_proc[] = {
	STRUCT(KERN_PROC_ALL, "all", "S,proc", sysctl_proc_all,
	    "All processes, exited ones included"),
	NUMBERS(KERN_PROC_PID, "pid", sysctl_proc_pid, RD, "A process"),
	NUMBERS(KERN_PROC_PROC, "proc", sysctl_proc_all, RD,
	    "All processes, without threads"),
	NUMBERS(KERN_PROC_PATHNAME, "pathname", sysctl_proc_pathname, RD,
	    "Path of what a process executes"),
	NUMBERS(KERN_PROC_VMMAP, "vmmap", sysctl_proc_vmmap, RD,
	    "Address space of a process"),
	NUMBERS(KERN_PROC_VM_LAYOUT, "vm_layout", sysctl_proc_layout, RD,
	    "Layout of a process's address space"),
	END,
};

static const struct sysctl_node kern[] = {
	TEXT(KERN_OSTYPE, "ostype", "Name of the system", "FreeBSD"),
	TEXT(KERN_OSRELEASE, "osrelease", "Release of the system",
	    "14.1-RELEASE"),
	CONST(KERN_OSREV, "osrevision", CTLTYPE_INT, "I", "Revision of 4.4BSD",
	    199506),
	TEXT(KERN_VERSION, "version", "The system in one line",
	    "FreeBSD 14.1-RELEASE uvmsim\n"),
	GROUP(KERN_PROC, "proc", kern_proc, "Processes"),
	CONST(KERN_OSRELDATE, "osreldate", CTLTYPE_INT, "I",
	    "Version number of the kernel", 1401000),
	SWITCH(AUTO, "proc_vmmap_skip_resident_count",
	    "Do not count resident pages in kern.proc.vmmap",
	    vmmap_skip_resident),
	END,
};

/* ----------------------------------------------------------- vm.stats ---- */

static const struct sysctl_node vm_stats_sys[] = {
	COUNTER("v_swtch", "Switches between threads", exp.swtch),
	COUNTER("v_trap", "Traps", exp.traps),
	COUNTER_SUM("v_syscall", "System calls", sysctl_syscalls),
	COUNTER("v_intr", "Interrupts of devices", exp.intrs),
	COUNTER("v_soft", "Software interrupts", exp.softs),
	END,
};

static const struct sysctl_node vm_stats_vm[] = {
	COUNTER("v_vm_faults", "Page faults", exp.faults),
	COUNTER("v_io_faults", "Faults that waited for the disk", exp.pageins),
	COUNTER_SUM("v_cow_faults", "Faults that copied a page",
	    sysctl_cow_faults),
	COUNTER_0("v_cow_optim", "Copies that were not needed"),
	COUNTER("v_zfod", "Faults that made a zero page", exp.flt_przero),
	COUNTER_0("v_ozfod", "Of these, zeroed beforehand"),
	COUNTER("v_swapin", "Reads from swap", exp.nswget),
	COUNTER_SUM("v_swapout", "Writes to swap", sysctl_swapout),
	COUNTER("v_swappgsin", "Pages read from swap", exp.nswget),
	COUNTER_SUM("v_swappgsout", "Pages written to swap", sysctl_swappgsout),
	COUNTER_SUM("v_vnodein", "Reads from files", sysctl_vnodein),
	COUNTER_SUM("v_vnodeout", "Writes to files", sysctl_vnodeout),
	COUNTER_SUM("v_vnodepgsin", "Pages read from files", sysctl_vnodein),
	COUNTER_SUM("v_vnodepgsout", "Pages written to files",
	    sysctl_vnodepgsout),
	COUNTER("v_intrans", "Faults on pages under way", exp.fltpgwait),
	COUNTER_SUM("v_reactivated", "Pages that the page daemon kept",
	    sysctl_reactivated),
	COUNTER_SUM("v_pdwakeups", "Times the page daemon ran",
	    sysctl_pdwakeups),
	COUNTER_SUM("v_pdshortfalls", "Times it found too little",
	    sysctl_pdshortfalls),
	COUNTER_SUM("v_pdpages", "Pages that it looked at", sysctl_pdpages),
	COUNTER_SUM("v_dfree", "Pages that it freed", sysctl_dfree),
	COUNTER_0("v_pfree", "Pages freed by exit"),
	COUNTER_0("v_tfree", "Pages freed in all"),
	MEMBER(AUTO, "v_page_size", CTLTYPE_UINT | RD, "IU", "Bytes of a page",
	    vm.exp.pagesize),
	UINT(AUTO, "v_page_count", "All pages", npages),
	UINT_SUM(AUTO, "v_free_reserved", "Pages kept for the kernel",
	    sysctl_free_reserved),
	UINT(AUTO, "v_free_target", "Free pages aimed at", freetarg),
	UINT(AUTO, "v_free_min", "Free pages below which the page daemon runs",
	    freemin),
	UINT(AUTO, "v_free_count", "Free pages", free),
	UINT_SUM(AUTO, "v_wire_count", "Wired pages", sysctl_wired),
	UINT(AUTO, "v_active_count", "Active pages", active),
	UINT(AUTO, "v_inactive_target", "Inactive pages aimed at", inactarg),
	UINT(AUTO, "v_inactive_count", "Inactive pages", inactive),
	UINT_SUM(AUTO, "v_laundry_count", "Pages to be cleaned",
	    sysctl_laundry),
	UINT_SUM(AUTO, "v_pageout_free_min", "Pages kept for page-out",
	    sysctl_pageout_free_min),
	UINT_SUM(AUTO, "v_interrupt_free_min", "Pages kept for interrupts",
	    sysctl_interrupt_free_min),
	UINT_SUM(AUTO, "v_free_severe", "Free pages that are far too few",
	    sysctl_free_severe),
	UINT_0("v_cache_count", "Always 0"),
	UINT_0("v_tcached", "Always 0"),
	SUM(AUTO, "v_user_wire_count", CTLTYPE_ULONG, "LU",
	    "Pages wired by mlock(2)", sysctl_user_wired),
	COUNTER_SUM("v_forks", "Calls of fork(2)", sysctl_forks),
	COUNTER("v_vforks", "Calls of vfork(2)", exp.forks_ppwait),
	COUNTER_0("v_rforks", "Calls of rfork(2)"),
	COUNTER_0("v_kthreads", "Kernel threads made"),
	COUNTER_0("v_forkpages", "Pages that fork(2) took"),
	COUNTER_0("v_vforkpages", "Pages that vfork(2) took"),
	COUNTER_0("v_rforkpages", "Pages that rfork(2) took"),
	COUNTER_0("v_kthreadpages", "Pages that these took"),
	END,
};

static const struct sysctl_node vm_stats_swap[] = {
	COUNTER_0("free_deferred", "Swap blocks to be freed later"),
	COUNTER_0("free_completed", "Swap blocks freed since"),
	END,
};

static const struct sysctl_node vm_stats[] = {
	GROUP(AUTO, "sys", vm_stats_sys, "Counters of the processor"),
	GROUP(AUTO, "vm", vm_stats_vm, "Counters and sizes of memory"),
	GROUP(AUTO, "swap", vm_stats_swap, "Counters of swap"),
	END,
};

/* ----------------------------------------------------------------- vm ---- */

static const struct sysctl_node vm[] = {
	STRUCT(VM_TOTAL, "vmtotal", "S,vmtotal", sysctl_vmtotal,
	    "Sizes of all objects"),
	UINT(VM_V_FREE_MIN, "v_free_min",
	    "Free pages below which the page daemon runs", freemin),
	UINT(VM_V_FREE_TARGET, "v_free_target", "Free pages aimed at",
	    freetarg),
	UINT_SUM(VM_V_FREE_RESERVED, "v_free_reserved",
	    "Pages kept for the kernel", sysctl_free_reserved),
	UINT(VM_V_INACTIVE_TARGET, "v_inactive_target",
	    "Inactive pages aimed at", inactarg),
	UINT_SUM(VM_V_PAGEOUT_FREE_MIN, "v_pageout_free_min",
	    "Pages kept for page-out", sysctl_pageout_free_min),
	SWITCH(VM_OVERCOMMIT, "overcommit",
	    "May more be promised than there is?", overcommit),
	UINT_SUM(AUTO, "v_free_severe", "Free pages that are far too few",
	    sysctl_free_severe),
	SWITCH(AUTO, "mincore_mapped", "mincore(2) tells of own mappings only",
	    mincore_mapped),
	COUNTER_SUM("swap_total", "Bytes of swap", sysctl_swap_bytes),
	COUNTER_SUM("swap_reserved",
	    "Bytes of swap that all memory promised would need",
	    sysctl_swap_reserved),
	CONST(AUTO, "swzone", CTLTYPE_ULONG, "LU",
	    "Bytes for the books of swap", 0),
	CONST(AUTO, "swap_maxpages", CTLTYPE_ULONG, "LU",
	    "Pages of swap that can be had", 0),
	CONST(AUTO, "dmmax", CTLTYPE_INT, "I", "Pages of a swap block", 32),
	SUM(AUTO, "max_user_wired", CTLTYPE_ULONG, "LU",
	    "Pages that mlock(2) may wire in all", sysctl_max_wired),
	CONST(AUTO, "old_mlock", CTLTYPE_INT, "I",
	    "mlockall(2) without its limit", 0),
	CONST(AUTO, "imply_prot_max", CTLTYPE_INT, "I",
	    "mmap(2) limits protection to what is asked", 0),
	CONST(AUTO, "cluster_anon", CTLTYPE_INT, "I",
	    "Anonymous memory is placed together", 1),
	GROUP(AUTO, "stats", vm_stats, "Statistics"),
	GROUP(AUTO, "domain", api_freebsd_vm_domain, "Memory by domain"),
	GROUP(AUTO, "pmap", api_freebsd_vm_pmap, "Page tables"),
	GROUP(AUTO, "reserv", api_freebsd_vm_reserv,
	    "Reservations of large pages"),
	NUMBERS(AUTO, "objects", sysctl_objects, RD | CTLFLAG_SKIP,
	    "All objects"),
	NUMBERS(AUTO, "swap_objects", sysctl_swap_objects, RD | CTLFLAG_SKIP,
	    "All anonymous objects"),
	SUM(AUTO, "ndomains", CTLTYPE_INT, "I", "Memory domains",
	    sysctl_ndomains),
	SUM(AUTO, "nswapdev", CTLTYPE_INT, "I", "Swap devices",
	    sysctl_nswapdev),
	NUMBERS(AUTO, "swap_info", sysctl_swap_info, RD | CTLFLAG_SKIP,
	    "A swap device"),
	{ .number = AUTO,
	    .name = "pageout_oom_seq",
	    .kind = CTLTYPE_INT | RW,
	    .format = "I",
	    .about = "Fruitless passes before memory is out",
	    .handler = sysctl_oom_seq,
	    .present = sysctl_has_fbsd },
	INT_FBSD("pageout_update_period", "Seconds that a round takes",
	    FBSD_PERIOD_MS / 1000),
	INT_FBSD("act_scan_laundry_weight", "Worth of a clean page",
	    FBSD_LAUNDRY_WEIGHT),
	INT_FBSD("background_launder_rate", "KB a second to be cleaned",
	    FBSD_LAUNDER_RATE),
	INT_FBSD("background_launder_max", "KB that a run may clean",
	    FBSD_LAUNDER_MAX),
	END,
};

/* ------------------------------------------------------- hw, security ---- */

static const struct sysctl_node hw[] = {
	{ .number = HW_MACHINE,
	    .name = "machine",
	    .kind = CTLTYPE_STRING | RD,
	    .format = "A",
	    .about = "Kind of machine",
	    .handler = sysctl_machine },
	SUM(HW_NCPU, "ncpu", CTLTYPE_INT, "I", "Processors", sysctl_ncpu),
	SUM(HW_BYTEORDER, "byteorder", CTLTYPE_INT, "I", "Order of bytes",
	    sysctl_byteorder),
	MEMBER(HW_PHYSMEM, "physmem", CTLTYPE_ULONG | RD, "LU",
	    "Bytes of memory", config.ram),
	SUM(HW_USERMEM, "usermem", CTLTYPE_ULONG, "LU",
	    "Bytes of memory that are not wired", sysctl_usermem),
	MEMBER(HW_PAGESIZE, "pagesize", CTLTYPE_INT | RD, "I",
	    "Bytes of a page", vm.exp.pagesize),
	{ .number = HW_MACHINE_ARCH,
	    .name = "machine_arch",
	    .kind = CTLTYPE_STRING | RD,
	    .format = "A",
	    .about = "Kind of processor",
	    .handler = sysctl_machine_arch },
	MEMBER(HW_REALMEM, "realmem", CTLTYPE_ULONG | RD, "LU",
	    "Bytes of memory fitted", config.ram),
	SUM(AUTO, "availpages", CTLTYPE_LONG, "L", "Pages of memory",
	    sysctl_availpages),
	STRUCT(AUTO, "pagesizes", "S,pagesizes", sysctl_pagesizes,
	    "Bytes of the pages of each size"),
	END,
};

static const struct sysctl_node security_bsd[] = {
	SWITCH(AUTO, "see_other_uids", "Users see processes of other users",
	    see_other_uids),
	CONST(AUTO, "see_other_gids", CTLTYPE_INT, "I",
	    "Users see processes of other groups", 1),
	SWITCH(AUTO, "unprivileged_proc_debug",
	    "Users look into their processes", unprivileged_proc_debug),
	CONST(AUTO, "unprivileged_mlock", CTLTYPE_INT, "I",
	    "Users may wire memory", 1),
	CONST(AUTO, "map_at_zero", CTLTYPE_INT, "I", "Address 0 may be mapped",
	    0),
	CONST(AUTO, "stack_guard_page", CTLTYPE_INT, "I",
	    "Pages of a stack's guard", 1),
	END,
};

static const struct sysctl_node security[] = {
	GROUP(AUTO, "bsd", security_bsd, "Who may do what"),
	END,
};

/* ---------------------------------------------------------- top level ---- */

static const struct sysctl_node meta[] = {
	NUMBERS(CTL_SYSCTL_NAME, "name", sysctl_meta_name, RD | CTLFLAG_SKIP,
	    "Name of numbers"),
	NUMBERS(CTL_SYSCTL_NEXT, "next", sysctl_meta_next, RD | CTLFLAG_SKIP,
	    "Numbers behind numbers"),
	NUMBERS(CTL_SYSCTL_NAME2OID, "name2oid", sysctl_meta_oid,
	    RW | CTLFLAG_ANYBODY | CTLFLAG_SKIP, "Numbers of a name"),
	NUMBERS(CTL_SYSCTL_OIDFMT, "oidfmt", sysctl_meta_format,
	    RD | CTLFLAG_SKIP, "Kind and format"),
	NUMBERS(CTL_SYSCTL_OIDDESCR, "oiddescr", sysctl_meta_about,
	    RD | CTLFLAG_SKIP, "Description"),
	END,
};

const struct sysctl_node api_freebsd_sysctls[] = {
	GROUP(CTL_SYSCTL, "sysctl", meta, "The tree about itself"),
	GROUP(CTL_KERN, "kern", kern, "The kernel"),
	GROUP(CTL_VM, "vm", vm, "Virtual memory"),
	GROUP(CTL_HW, "hw", hw, "Hardware"),
	GROUP(AUTO, "security", security, "Security"),
	END,
};
