/*
 * <sys/proc.h> for programs written for FreeBSD: what ki_stat and ki_flag of
 * struct kinfo_proc say.
 */
#ifndef UVMSIM_FREEBSD_SYS_PROC_H
#define UVMSIM_FREEBSD_SYS_PROC_H
#pragma GCC system_header

#define SIDL	1			/* being created */
#define SRUN	2
#define SSLEEP	3
#define SSTOP	4
#define SZOMB	5			/* exited, not yet waited for */
#define SWAIT	6
#define SLOCK	7

#define P_PPWAIT	0x00000010	/* parent waits for exec or exit */
#define P_SUGID		0x00000100	/* changed credentials since exec */
#define P_SYSTEM	0x00000200	/* the kernel's own */
#define P_WEXIT		0x00002000	/* exiting */
#define P_PROTECTED	0x00100000	/* not killed for memory */
#define P_INMEM		0x10000000	/* resident */
#define P_INEXEC	0x04000000	/* in execve(2) */

#endif /* UVMSIM_FREEBSD_SYS_PROC_H */
