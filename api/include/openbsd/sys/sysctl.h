/*
 * What kvm_getprocs(3) gives: struct kinfo_proc.
 */
#ifndef UVMSIM_OPENBSD_SYS_SYSCTL_H
#define UVMSIM_OPENBSD_SYS_SYSCTL_H

#include "param.h"
#include "proc.h"

#include "../uvm/uvm_extern.h"

#define CTL_KERN		1
#define KERN_PROC		14

#define KERN_PROC_ALL		0	/* everything but kernel threads */
#define KERN_PROC_PID		1
#define KERN_PROC_PGRP		2
#define KERN_PROC_SESSION	3
#define KERN_PROC_TTY		4
#define KERN_PROC_UID		5	/* effective */
#define KERN_PROC_RUID		6	/* real */
#define KERN_PROC_KTHREAD	7	/* kernel threads as well */

#define WMESGLEN		8
#define EMULNAMELEN		8

struct kinfo_proc {
	struct proc	kp_proc;
	struct eproc {
		_KPTR(struct proc) e_paddr;	/* address of the proc */
		struct pcred e_pcred;
		struct ucred e_ucred;
		struct vmspace e_vm;
		int32_t	e_ppid;
		int32_t	e_pgid;
		short	e_jobc;
		_kdev	e_tdev;
		int32_t	e_tpgid;
		char	e_wmesg[WMESGLEN];
		int32_t	e_xsize;
		short	e_xrssize;
		_klong	e_flag;
		char	e_login[32];
		char	e_emul[EMULNAMELEN + 1];
	}		kp_eproc;
};

/* ---- sysctl(3): CTL_VM, VM_METER only ---- */

#include <stddef.h>

#include "vmmeter.h"

#define CTL_VM			2

#define sysctl		uvmsim_openbsd_sysctl

#ifdef __cplusplus
extern "C" {
#endif

/*
 * => 0 and *oldlenp bytes; -1 and errno: EOPNOTSUPP (another name), EINVAL,
 * EPERM (a new value), ENOMEM (old is too short), EFAULT, ENXIO
 */
int	sysctl(const int *name, unsigned namelen, void *oldp, size_t *oldlenp,
	    void *newp, size_t newlen);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_OPENBSD_SYS_SYSCTL_H */
