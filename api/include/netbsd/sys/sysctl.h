/*
 * What kvm_getproc2(3) gives: struct kinfo_proc2, the same on all machines.
 * Of its members those are 0 for which the machine has nothing.
 */
#ifndef UVMSIM_NETBSD_SYS_SYSCTL_H
#define UVMSIM_NETBSD_SYS_SYSCTL_H

#include "param.h"
#include "proc.h"

#include "../uvm/uvm_extern.h"

#define CTL_KERN		1
#define KERN_PROC2		47

#define KERN_PROC_ALL		0
#define KERN_PROC_PID		1
#define KERN_PROC_PGRP		2
#define KERN_PROC_SESSION	3
#define KERN_PROC_TTY		4
#define KERN_PROC_UID		5	/* effective */
#define KERN_PROC_RUID		6	/* real */
#define KERN_PROC_GID		7
#define KERN_PROC_RGID		8

#define KI_NGROUPS	16
#define KI_MAXCOMLEN	24
#define KI_WMESGLEN	8
#define KI_MAXLOGNAME	24

struct kinfo_proc2 {
	uint64_t	p_forw;
	uint64_t	p_back;
	uint64_t	p_paddr;	/* address of the proc */
	uint64_t	p_addr;
	uint64_t	p_fd;
	uint64_t	p_cwdi;
	uint64_t	p_stats;
	uint64_t	p_limit;
	uint64_t	p_vmspace;	/* address of the vmspace */
	uint64_t	p_sigacts;
	uint64_t	p_sess;
	uint64_t	p_tsess;
	uint64_t	p_ru;
	int32_t		p_eflag;
	int32_t		p_exitsig;
	int32_t		p_flag;
	int32_t		p_pid;
	int32_t		p_ppid;
	int32_t		p_sid;
	int32_t		p__pgid;
	int32_t		p_tpgid;
	uint32_t	p_uid;		/* effective */
	uint32_t	p_ruid;
	uint32_t	p_gid;
	uint32_t	p_rgid;
	uint32_t	p_groups[KI_NGROUPS];
	int16_t		p_ngroups;
	int16_t		p_jobc;
	uint32_t	p_tdev;		/* all ones: no terminal */
	uint32_t	p_estcpu;
	uint32_t	p_rtime_sec;
	uint32_t	p_rtime_usec;
	int32_t		p_cpticks;
	uint32_t	p_pctcpu;
	uint32_t	p_swtime;
	uint32_t	p_slptime;
	int32_t		p_schedflags;
	uint64_t	p_uticks;
	uint64_t	p_sticks;
	uint64_t	p_iticks;
	uint64_t	p_tracep;
	int32_t		p_traceflag;
	int32_t		p_holdcnt;
	uint32_t	p_siglist[4];
	uint32_t	p_sigmask[4];
	uint32_t	p_sigignore[4];
	uint32_t	p_sigcatch[4];
	int8_t		p_stat;		/* SACTIVE, SZOMB */
	uint8_t		p_priority;
	uint8_t		p_usrpri;
	uint8_t		p_nice;
	uint16_t	p_xstat;	/* wait(2) status */
	uint16_t	p_acflag;
	char		p_comm[KI_MAXCOMLEN];
	char		p_wmesg[KI_WMESGLEN];
	uint64_t	p_wchan;
	char		p_login[KI_MAXLOGNAME];
	int32_t		p_vm_rssize;	/* pages */
	int32_t		p_vm_tsize;
	int32_t		p_vm_dsize;
	int32_t		p_vm_ssize;
};

/* ---- sysctl(3): CTL_VM, VM_METER and VM_UVMEXP2 only ---- */

#include <stddef.h>

#include "vmmeter.h"

#define CTL_VM			2

#define sysctl		uvmsim_netbsd_sysctl

#ifdef __cplusplus
extern "C" {
#endif

/*
 * => 0 and *oldlenp bytes; -1 and errno: EOPNOTSUPP (another name), EINVAL,
 * EPERM (a new value), ENOMEM (old is too short), EFAULT, ENXIO
 */
int	sysctl(const int *name, unsigned namelen, void *oldp, size_t *oldlenp,
	    const void *newp, size_t newlen);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_NETBSD_SYS_SYSCTL_H */
