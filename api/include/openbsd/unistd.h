/*
 * <unistd.h> for programs written for OpenBSD: the host's, with the calls that
 * ask who a process is or move its break taken over by the simulator.
 */
#ifndef UVMSIM_OPENBSD_UNISTD_H
#define UVMSIM_OPENBSD_UNISTD_H
#pragma GCC system_header

#include_next <unistd.h>

#include "../bsd_unistd.h"

/* => 0; -1 and errno ENOMEM */
#define brk		uvmsim_openbsd_brk
/* => the break as it was; (void *)-1 and errno ENOMEM, EINVAL */
#define sbrk		uvmsim_openbsd_sbrk

#ifdef __cplusplus
extern "C" {
#endif

int	brk(void *);
void   *sbrk(int);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_OPENBSD_UNISTD_H */
