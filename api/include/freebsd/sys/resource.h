/*
 * <sys/resource.h> for programs written for FreeBSD: the host's, with the
 * limits of memory taken over by the simulator.
 */
#ifndef UVMSIM_FREEBSD_SYS_RESOURCE_H
#define UVMSIM_FREEBSD_SYS_RESOURCE_H
#pragma GCC system_header

#include_next <sys/resource.h>

#define RLIMIT_VMEM	RLIMIT_AS

#include "../../bsd_resource.h"

#endif /* UVMSIM_FREEBSD_SYS_RESOURCE_H */
