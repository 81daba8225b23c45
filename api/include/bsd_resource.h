/*
 * What <sys/resource.h> of freebsd, netbsd and openbsd share: the limits that
 * memory has (RLIMIT_AS, _DATA, _STACK, _MEMLOCK, _RSS) are those of the
 * current simulated process; all others are the host's.  Of what getrusage
 * tells of RUSAGE_SELF the machine knows ru_minflt, ru_majflt and ru_nswap; the
 * rest is 0.  The names and numbers are the host's too.
 */
#ifndef UVMSIM_BSD_RESOURCE_H
#define UVMSIM_BSD_RESOURCE_H

#define getrlimit	uvmsim_getrlimit
#define setrlimit	uvmsim_setrlimit
#define getrusage	uvmsim_getrusage

#ifdef __cplusplus
extern "C" {
#endif

int	getrlimit(int, struct rlimit *);
int	setrlimit(int, const struct rlimit *);
int	getrusage(int, struct rusage *);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_BSD_RESOURCE_H */
