/*
 * What <unistd.h> of freebsd, netbsd and openbsd share: who a program is and
 * how large a page is, asked of the simulated machine.  When no machine can be
 * opened the host answers.  All other names of <unistd.h> stay the host's.
 */
#ifndef UVMSIM_BSD_UNISTD_H
#define UVMSIM_BSD_UNISTD_H

#include <stdint.h>
#include <sys/types.h>

#define getpid		uvmsim_getpid
#define getppid		uvmsim_getppid
#define getuid		uvmsim_getuid
#define geteuid		uvmsim_geteuid
#define getgid		uvmsim_getgid
#define getegid		uvmsim_getegid
#define getpagesize	uvmsim_getpagesize
/* _SC_PAGESIZE is the machine's, any other name the host's. */
#define sysconf		uvmsim_sysconf

#ifdef __cplusplus
extern "C" {
#endif

pid_t	getpid(void);
pid_t	getppid(void);
uid_t	getuid(void);
uid_t	geteuid(void);
gid_t	getgid(void);
gid_t	getegid(void);
int	getpagesize(void);
long	sysconf(int);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_BSD_UNISTD_H */
