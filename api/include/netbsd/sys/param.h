/*
 * The host's, and what kernel readers expect besides.
 */
#include_next <sys/param.h>

#ifndef UVMSIM_NETBSD_SYS_PARAM_H
#define UVMSIM_NETBSD_SYS_PARAM_H

#include "types.h"

#ifndef MAXCOMLEN
#define MAXCOMLEN	16
#endif
#undef PAGE_SIZE
#define PAGE_SIZE	4096

#endif /* UVMSIM_NETBSD_SYS_PARAM_H */
