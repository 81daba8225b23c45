/*
 * Programs that dig in kernels include this and take nothing from it.
 */
#ifndef UVMSIM_NETBSD_SYS_EXEC_H
#define UVMSIM_NETBSD_SYS_EXEC_H

#include "types.h"

#endif /* UVMSIM_NETBSD_SYS_EXEC_H */
