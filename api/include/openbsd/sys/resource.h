/*
 * <sys/resource.h> for programs written for OpenBSD: the host's, with the
 * limits of memory taken over by the simulator.
 */
#ifndef UVMSIM_OPENBSD_SYS_RESOURCE_H
#define UVMSIM_OPENBSD_SYS_RESOURCE_H
#pragma GCC system_header

#include_next <sys/resource.h>

#include "../../bsd_resource.h"

#endif /* UVMSIM_OPENBSD_SYS_RESOURCE_H */
