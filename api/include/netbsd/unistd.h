/*
 * <unistd.h> for programs written for NetBSD: the host's, with the calls that
 * ask who a process is or move its break taken over by the simulator.
 */
#ifndef UVMSIM_NETBSD_UNISTD_H
#define UVMSIM_NETBSD_UNISTD_H
#pragma GCC system_header

#include_next <unistd.h>

#include "../bsd_unistd.h"

/* => 0; -1 and errno ENOMEM */
#define brk		uvmsim_netbsd_brk
/* => the break as it was; (void *)-1 and errno ENOMEM, EINVAL */
#define sbrk		uvmsim_netbsd_sbrk

#ifdef __cplusplus
extern "C" {
#endif

int	brk(void *);
void   *sbrk(intptr_t);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_NETBSD_UNISTD_H */
