/*
 * The host's, and what kernel readers expect besides.
 */
#include_next <sys/param.h>

#ifndef UVMSIM_OPENBSD_SYS_PARAM_H
#define UVMSIM_OPENBSD_SYS_PARAM_H

#include <sys/types.h>

#ifndef MAXCOMLEN
#define MAXCOMLEN	16
#endif
#ifndef MAXLOGNAME
#define MAXLOGNAME	32
#endif
#undef PAGE_SIZE
#define PAGE_SIZE	4096

#endif /* UVMSIM_OPENBSD_SYS_PARAM_H */
