/*
 * <sys/sysctl.h> for programs written for FreeBSD (14.1): the state of the
 * current simulated machine by names and numbers.  Which names there are, and
 * what each says, is in docs/freebsd.md.  Numbers from CTL_AUTO_START on are
 * given at boot in a real kernel; look them up with sysctlnametomib().
 */
#ifndef UVMSIM_FREEBSD_SYS_SYSCTL_H
#define UVMSIM_FREEBSD_SYS_SYSCTL_H
#pragma GCC system_header

#include <stddef.h>
#include <stdint.h>

#define CTL_MAXNAME		24	/* numbers in a name */

#define CTLTYPE			0xf
#define CTLTYPE_NODE		1
#define CTLTYPE_INT		2
#define CTLTYPE_STRING		3
#define CTLTYPE_S64		4
#define CTLTYPE_OPAQUE		5
#define CTLTYPE_STRUCT		CTLTYPE_OPAQUE
#define CTLTYPE_UINT		6
#define CTLTYPE_LONG		7
#define CTLTYPE_ULONG		8
#define CTLTYPE_U64		9
#define CTLTYPE_U8		0xa
#define CTLTYPE_U16		0xb
#define CTLTYPE_S8		0xc
#define CTLTYPE_S16		0xd
#define CTLTYPE_S32		0xe
#define CTLTYPE_U32		0xf

#define CTLFLAG_RD		0x80000000
#define CTLFLAG_WR		0x40000000
#define CTLFLAG_RW		(CTLFLAG_RD | CTLFLAG_WR)
#define CTLFLAG_ANYBODY		0x10000000
#define CTLFLAG_TUN		0x00080000
#define CTLFLAG_MPSAFE		0x00040000
#define CTLFLAG_SKIP		0x01000000

#define CTL_AUTO_START		0x100

#define CTL_SYSCTL		0
#define CTL_KERN		1
#define CTL_VM			2
#define CTL_VFS			3
#define CTL_NET			4
#define CTL_DEBUG		5
#define CTL_HW			6
#define CTL_MACHDEP		7
#define CTL_USER		8
#define CTL_P1003_1B		9

#define CTL_SYSCTL_DEBUG	0
#define CTL_SYSCTL_NAME		1	/* mib to name */
#define CTL_SYSCTL_NEXT		2	/* mib to the next one's */
#define CTL_SYSCTL_NAME2OID	3	/* name to mib */
#define CTL_SYSCTL_OIDFMT	4	/* mib to kind and format */
#define CTL_SYSCTL_OIDDESCR	5	/* mib to description */

#define KERN_OSTYPE		1
#define KERN_OSRELEASE		2
#define KERN_OSREV		3
#define KERN_VERSION		4
#define KERN_PROC		14
#define KERN_OSRELDATE		24

#define KERN_PROC_ALL		0
#define KERN_PROC_PID		1
#define KERN_PROC_PGRP		2
#define KERN_PROC_SESSION	3
#define KERN_PROC_TTY		4
#define KERN_PROC_UID		5
#define KERN_PROC_RUID		6
#define KERN_PROC_ARGS		7
#define KERN_PROC_PROC		8
#define KERN_PROC_SV_NAME	9
#define KERN_PROC_RGID		10
#define KERN_PROC_GID		11
#define KERN_PROC_PATHNAME	12
#define KERN_PROC_OVMMAP	13
#define KERN_PROC_OFILEDESC	14
#define KERN_PROC_KSTACK	15
#define KERN_PROC_INC_THREAD	0x10
#define KERN_PROC_VMMAP		32
#define KERN_PROC_FILEDESC	33
#define KERN_PROC_GROUPS	34
#define KERN_PROC_ENV		35
#define KERN_PROC_AUXV		36
#define KERN_PROC_RLIMIT	37
#define KERN_PROC_PS_STRINGS	38
#define KERN_PROC_UMASK		39
#define KERN_PROC_OSREL		40
#define KERN_PROC_SIGTRAMP	41
#define KERN_PROC_CWD		42
#define KERN_PROC_NFDS		43
#define KERN_PROC_SIGFASTBLK	44
#define KERN_PROC_VM_LAYOUT	45

#define HW_MACHINE		1
#define HW_MODEL		2
#define HW_NCPU			3
#define HW_BYTEORDER		4
#define HW_PHYSMEM		5
#define HW_USERMEM		6
#define HW_PAGESIZE		7
#define HW_MACHINE_ARCH		11
#define HW_REALMEM		12

#define VM_TOTAL		1
#define VM_METER		VM_TOTAL
#define VM_V_FREE_MIN		3
#define VM_V_FREE_TARGET	4
#define VM_V_FREE_RESERVED	5
#define VM_V_INACTIVE_TARGET	6
#define VM_V_PAGEOUT_FREE_MIN	9
#define VM_OVERCOMMIT		12

/* Object-like: an address may be taken. */
#define sysctl		uvmsim_freebsd_sysctl
#define sysctlbyname	uvmsim_freebsd_sysctlbyname
#define sysctlnametomib	uvmsim_freebsd_sysctlnametomib

#ifdef __cplusplus
extern "C" {
#endif

/*
 * => 0; -1 and errno:
 *	ENOENT	no such name		EISDIR	a group of names
 *	ENOTDIR	more numbers than a value's name has
 *	EINVAL	fewer than 2 or more than CTL_MAXNAME numbers; newlen too small
 *	ENOMEM	*oldlenp too small: as much as fits was written
 *	EPERM	newp given for a value that cannot be set, or not by this user
 *	EFAULT	a bad pointer		ENXIO	no machine
 * oldp NULL: *oldlenp becomes the size that is needed.
 */
int	sysctl(const int *, unsigned, void *, size_t *, const void *, size_t);
int	sysctlbyname(const char *, void *, size_t *, const void *, size_t);
int	sysctlnametomib(const char *, int *, size_t *);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_FREEBSD_SYS_SYSCTL_H */
