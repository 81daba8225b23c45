/*
 * <signal.h> for programs written for AIX: the host's, and the signal that
 * warns of a shortage of paging space.
 */
#ifndef UVMSIM_AIX_SIGNAL_H
#define UVMSIM_AIX_SIGNAL_H
#pragma GCC system_header

#include_next <signal.h>

#ifndef SIGDANGER
#define SIGDANGER	33
#endif

#endif /* UVMSIM_AIX_SIGNAL_H */
