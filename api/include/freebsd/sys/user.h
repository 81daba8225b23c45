/*
 * <sys/user.h> for programs written for FreeBSD (14.1, amd64): the records that
 * kern.proc.* and vm.objects give.  Offsets, sizes and values are FreeBSD's.
 */
#ifndef UVMSIM_FREEBSD_SYS_USER_H
#define UVMSIM_FREEBSD_SYS_USER_H
#pragma GCC system_header

#include <stdint.h>
#include <sys/time.h>
#include <sys/types.h>

/* ---- address space: kern.proc.vmmap, kinfo_getvmmap(3) ---- */

#define KVME_TYPE_NONE		0
#define KVME_TYPE_DEFAULT	1	/* not given any more */
#define KVME_TYPE_VNODE		2
#define KVME_TYPE_SWAP		3
#define KVME_TYPE_DEVICE	4
#define KVME_TYPE_PHYS		5
#define KVME_TYPE_DEAD		6
#define KVME_TYPE_SG		7
#define KVME_TYPE_MGTDEVICE	8
#define KVME_TYPE_GUARD		9
#define KVME_TYPE_UNKNOWN	255

#define KVME_PROT_READ		0x00000001
#define KVME_PROT_WRITE		0x00000002
#define KVME_PROT_EXEC		0x00000004

#define KVME_FLAG_COW		0x00000001
#define KVME_FLAG_NEEDS_COPY	0x00000002
#define KVME_FLAG_NOCOREDUMP	0x00000004
#define KVME_FLAG_SUPER		0x00000008
#define KVME_FLAG_GROWS_UP	0x00000010
#define KVME_FLAG_GROWS_DOWN	0x00000020
#define KVME_FLAG_USER_WIRED	0x00000040

#define KF_ATTR_VALID		0x0001

#define KF_VTYPE_VNON		0
#define KF_VTYPE_VREG		1
#define KF_VTYPE_VDIR		2
#define KF_VTYPE_VBLK		3
#define KF_VTYPE_VCHR		4
#define KF_VTYPE_VLNK		5
#define KF_VTYPE_VSOCK		6
#define KF_VTYPE_VFIFO		7
#define KF_VTYPE_VBAD		8
#define KF_VTYPE_UNKNOWN	255

#define KINFO_VMENTRY_SIZE	1160

struct kinfo_vmentry {
	int	 kve_structsize;	/* bytes of this record */
	int	 kve_type;		/* KVME_TYPE_*, of the bottom object */
	uint64_t kve_start;
	uint64_t kve_end;		/* exclusive */
	uint64_t kve_offset;		/* in the bottom object */
	uint64_t kve_vn_fileid;		/* inode number */
	uint32_t kve_vn_fsid_freebsd11;	/* low half of kve_vn_fsid */
	int	 kve_flags;		/* KVME_FLAG_* */
	int	 kve_resident;		/* pages, over the chain of objects */
	int	 kve_private_resident;	/* pages, of the whole top object */
	int	 kve_protection;	/* KVME_PROT_* */
	int	 kve_ref_count;		/* of the top object */
	int	 kve_shadow_count;	/* of the top object */
	int	 kve_vn_type;		/* KF_VTYPE_* */
	uint64_t kve_vn_size;		/* bytes */
	uint32_t kve_vn_rdev_freebsd11;	/* low half of kve_vn_rdev */
	uint16_t kve_vn_mode;		/* type and permissions */
	uint16_t kve_status;		/* KF_ATTR_VALID: the kve_vn_* are */
	union {
		uint64_t _kve_vn_fsid;	/* device of the file */
		uint64_t _kve_obj;	/* kernel address of the top object */
	} kve_type_spec;
#define kve_vn_fsid	kve_type_spec._kve_vn_fsid
#define kve_obj		kve_type_spec._kve_obj
	uint64_t kve_vn_rdev;
	int	 _kve_ispare[8];
	char	 kve_path[1024];	/* PATH_MAX of FreeBSD */
};

/* ---- objects: vm.objects, vm.swap_objects, kinfo_getvmobject(3) ---- */

struct kinfo_vmobject {
	int	 kvo_structsize;	/* bytes of this record */
	int	 kvo_type;		/* KVME_TYPE_* */
	uint64_t kvo_size;		/* bytes */
	uint64_t kvo_vn_fileid;
	uint32_t kvo_vn_fsid_freebsd11;
	int	 kvo_ref_count;
	int	 kvo_shadow_count;
	int	 kvo_memattr;
	uint64_t kvo_resident;		/* pages */
	uint64_t kvo_active;		/* pages */
	uint64_t kvo_inactive;		/* pages */
	union {
		uint64_t _kvo_vn_fsid;
		uint64_t _kvo_backing_obj; /* handle of the object below */
	} kvo_type_spec;
#define kvo_vn_fsid	kvo_type_spec._kvo_vn_fsid
#define kvo_backing_obj	kvo_type_spec._kvo_backing_obj
	uint64_t kvo_me;		/* handle, as kve_obj */
	uint64_t _kvo_qspare[6];
	uint32_t kvo_swapped;		/* pages */
	uint32_t _kvo_ispare[7];
	char	 kvo_path[1024];
};

/* ---- layout: kern.proc.vm_layout ---- */

#define KMAP_FLAG_WIREFUTURE	0x01
#define KMAP_FLAG_ASLR		0x02
#define KMAP_FLAG_ASLR_IGNSTART	0x04
#define KMAP_FLAG_WXORX		0x08
#define KMAP_FLAG_ASLR_STACK	0x10
#define KMAP_FLAG_ASLR_SHARED_PAGE 0x20

struct kinfo_vm_layout {
	uint64_t kvm_min_user_addr;
	uint64_t kvm_max_user_addr;
	uint64_t kvm_text_addr;
	uint64_t kvm_text_size;		/* bytes */
	uint64_t kvm_data_addr;
	uint64_t kvm_data_size;
	uint64_t kvm_stack_addr;
	uint64_t kvm_stack_size;
	int	 kvm_map_flags;
	int	 kvm_map_flags_pad;	/* alike where 64 bits align to 4 */
	uint64_t kvm_shp_addr;		/* shared page */
	uint64_t kvm_shp_size;
	uint64_t kvm_spare[12];
};

/* ---- processes: kern.proc.pid, .proc, .all ---- */

#define KINFO_PROC_SIZE	1088
#define KI_NGROUPS	16
#define KI_NSPARE_INT	2
#define KI_NSPARE_LONG	12
#define KI_NSPARE_PTR	5
#define TDNAMLEN	16
#define WMESGLEN	8
#define LOGNAMELEN	17
#define LOCKNAMELEN	8
#define COMMLEN		19
#define KI_EMULNAMELEN	16
#define LOGINCLASSLEN	17

struct uvmsim_freebsd_sigset { uint32_t __bits[4]; };
struct uvmsim_freebsd_timeval { int64_t tv_sec, tv_usec; };
struct uvmsim_freebsd_rusage {
	struct uvmsim_freebsd_timeval ru_utime, ru_stime;
	int64_t	 ru_maxrss, ru_ixrss, ru_idrss, ru_isrss;
	int64_t	 ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock;
	int64_t	 ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};

/* Kernel addresses are numbers here: nobody can follow them. */
struct kinfo_proc {
	int	 ki_structsize;
	int	 ki_layout;
	uint64_t ki_args, ki_paddr, ki_addr, ki_tracep, ki_textvp, ki_fd;
	uint64_t ki_vmspace, ki_wchan;
	int32_t	 ki_pid, ki_ppid, ki_pgid, ki_tpgid, ki_sid, ki_tsid;
	int16_t	 ki_jobc, ki_spare_short1;
	uint32_t ki_tdev_freebsd11;
	struct uvmsim_freebsd_sigset ki_siglist, ki_sigmask, ki_sigignore,
		 ki_sigcatch;
	uint32_t ki_uid, ki_ruid, ki_svuid, ki_rgid, ki_svgid;
	int16_t	 ki_ngroups, ki_spare_short2;
	uint32_t ki_groups[KI_NGROUPS];
	uint64_t ki_size;		/* bytes of virtual memory */
	int64_t	 ki_rssize;		/* pages */
	int64_t	 ki_swrss;
	int64_t	 ki_tsize, ki_dsize, ki_ssize;	/* pages */
	uint16_t ki_xstat, ki_acflag;
	uint32_t ki_pctcpu, ki_estcpu, ki_slptime, ki_swtime, ki_cow;
	uint64_t ki_runtime;
	struct uvmsim_freebsd_timeval ki_start, ki_childtime;
	int64_t	 ki_flag;		/* P_* */
	int64_t	 ki_kiflag;
	int	 ki_traceflag;
	char	 ki_stat;		/* SRUN, ... */
	signed char ki_nice;
	char	 ki_lock, ki_rqindex;
	unsigned char ki_oncpu_old, ki_lastcpu_old;
	char	 ki_tdname[TDNAMLEN + 1];
	char	 ki_wmesg[WMESGLEN + 1];
	char	 ki_login[LOGNAMELEN + 1];
	char	 ki_lockname[LOCKNAMELEN + 1];
	char	 ki_comm[COMMLEN + 1];	/* name of the command */
	char	 ki_emul[KI_EMULNAMELEN + 1];
	char	 ki_loginclass[LOGINCLASSLEN + 1];
	char	 ki_moretdname[COMMLEN - TDNAMLEN + 1];
	char	 ki_sparestrings[46];
	int	 ki_spareints[KI_NSPARE_INT];
	uint64_t ki_tdev;
	int	 ki_oncpu, ki_lastcpu, ki_tracer, ki_flag2, ki_fibnum;
	uint32_t ki_cr_flags;
	int	 ki_jid, ki_numthreads;
	int32_t	 ki_tid;
	unsigned char ki_pri[4];
	struct uvmsim_freebsd_rusage ki_rusage, ki_rusage_ch;
	uint64_t ki_pcb, ki_kstack, ki_udata, ki_tdaddr, ki_pd;
	uint64_t ki_spareptrs[KI_NSPARE_PTR];
	int64_t	 ki_sparelongs[KI_NSPARE_LONG];
	int64_t	 ki_sflag;
	int64_t	 ki_tdflags;
};

#endif /* UVMSIM_FREEBSD_SYS_USER_H */
