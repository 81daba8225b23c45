/*
 * The numbers under CTL_VM, which FreeBSD keeps here, and pages.
 */
#ifndef UVMSIM_FREEBSD_VM_VM_PARAM_H
#define UVMSIM_FREEBSD_VM_VM_PARAM_H

#include "../sys/param.h"
#include "../sys/sysctl.h"

#endif /* UVMSIM_FREEBSD_VM_VM_PARAM_H */
