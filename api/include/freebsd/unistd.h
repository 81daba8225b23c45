/*
 * <unistd.h> for programs written for FreeBSD: the host's, with the calls that
 * ask who a process is or move its break taken over by the simulator.
 */
#ifndef UVMSIM_FREEBSD_UNISTD_H
#define UVMSIM_FREEBSD_UNISTD_H
#pragma GCC system_header

#include_next <unistd.h>

#include "../bsd_unistd.h"

/* => 0; -1 and errno ENOMEM */
#define brk		uvmsim_freebsd_brk
/* => the break as it was; (void *)-1 and errno ENOMEM, EINVAL */
#define sbrk		uvmsim_freebsd_sbrk

#ifdef __cplusplus
extern "C" {
#endif

int	brk(const void *);
void   *sbrk(intptr_t);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_FREEBSD_UNISTD_H */
