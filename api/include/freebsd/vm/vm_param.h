/*
 * The numbers under CTL_VM, which FreeBSD keeps here, and pages.
 */
#ifndef UVMSIM_FREEBSD_VM_VM_PARAM_H
#define UVMSIM_FREEBSD_VM_VM_PARAM_H

#include "../sys/param.h"
#include "../sys/sysctl.h"

/* vm.swap_info.N; sizes in pages */
#define XSWDEV_VERSION	2
struct xswdev {
	unsigned int	xsw_version;
	dev_t		xsw_dev __attribute__((__aligned__(8)));
	int		xsw_flags;
	int		xsw_nblks;
	int		xsw_used;
};

#endif /* UVMSIM_FREEBSD_VM_VM_PARAM_H */
