/*
 * <sys/vminfo.h> for programs written for AIX: statistics of the virtual memory
 * manager, with the members, their order, sizes and offsets that a 64-bit
 * program sees (vmgetinfo(2)).
 *
 * Page counts are of 4 KB pages whatever size backs them, in struct
 * vminfo_psize of pages of that size.  What each member means in a simulated
 * machine is in docs/aix.md.
 */
#ifndef UVMSIM_AIX_SYS_VMINFO_H
#define UVMSIM_AIX_SYS_VMINFO_H

#include "vm_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* commands of vmgetinfo() and kvmgetinfo() */
#define VMINFO			0	/* struct vminfo, all of it fresh */
#define VMSHMID_TO_VMID		1	/* struct vmshmid_to_vmid */
#define VMINFO_ABRIDGED		2	/* struct vminfo, only what is cheap */
#define VMGETMEMPVARS		3
#define VMSETMEMPVARS		4
#define VMGETKERVARS		5
#define VMSETKERVARS		6
#define VM_PAGE_INFO		7	/* struct vm_page_info */
#define VMPERF			8
#define IPC_LIMITS		9	/* struct ipc_limits */
#define BOSBOOT_VARS		10
#define VM_NEW_HEAP_PSIZE	100	/* psize_t */
#define VM_STAGGER_DATA		101
#define VMINFO_GETPSIZES	102	/* psize_t[arg] */
#define VMINFO_PSIZE		103	/* struct vminfo_psize */
#define VMINFO64		104	/* struct vminfo64 */
#define VMINFO64_SLOW		105	/* struct vminfo64 */

#ifndef RPTYPES
#ifndef PAGESIZE
#define PAGESIZE		4096	/* the base page */
#endif
#ifndef PAGE_SIZE
#define PAGE_SIZE		PAGESIZE
#endif

#define RPTYPES			2	/* repages: computational, files */
#endif

#define VM_PSIZE_ATTR_PAGEABLE	0x1	/* pages of this size can be paged */

struct vminfo {
	unsigned pgexct;		/* page faults, I/O or not */
	unsigned pgrclm;		/* pages reclaimed on their way out */
	unsigned lockexct;		/* lock misses */
	unsigned backtrks;		/* faults begun again */
	unsigned pageins;		/* pages read from anywhere */
	unsigned pageouts;		/* pages written to anywhere */
	unsigned pgspgins;		/* of those, from paging space */
	unsigned pgspgouts;		/* of those, to paging space */
	unsigned numsios;		/* I/Os started */
	unsigned numiodone;		/* I/Os finished */
	unsigned zerofills;		/* pages filled with zero */
	unsigned exfills;		/* pages of programs read */
	unsigned scans;			/* frames the stealer looked at */
	unsigned cycles;		/* its turns over memory */
	unsigned pgsteals;		/* frames it freed */
	unsigned freewts;		/* waits for a free frame */
	unsigned extendwts;		/* waits for a page map to grow */
	unsigned pendiowts;		/* waits for another's I/O */
	unsigned pings;			/* real mapping to alias */
	unsigned pongs;			/* alias to real mapping */
	unsigned pangs;			/* alias to alias */
	unsigned dpongs;		/* alias pages deleted */
	unsigned wpongs;		/* alias pages written */
	unsigned cachef;		/* cache flushes for those */
	unsigned cachei;		/* cache invalidates for those */
	rpn64_t	numfrb;			/* free frames */
	rpn64_t	numclient;		/* of client segments */
	rpn64_t	numcompress;		/* of compressed segments */
	rpn64_t	numperm;		/* of files */
	rpn64_t	maxperm;		/* soft bound on numperm */
	rpn64_t	memsizepgs;		/* all memory */
	rpn64_t	numvpages;		/* virtual pages touched */
	rpn64_t	minperm;		/* numperm that stealing spares */
	rpn64_t	minfree;		/* stealing starts below */
	rpn64_t	maxfree;		/* and stops at */
	rpn64_t	maxclient;		/* bound on numclient */
	rpn64_t	rpgcnt[RPTYPES];	/* recent repages */
	rpn64_t	numpout;		/* page-outs under way */
	rpn64_t	numremote;		/* of those, remote */
	rpn64_t	numwseguse;		/* in use: working */
	rpn64_t	numpseguse;		/* persistent */
	rpn64_t	numclseguse;		/* client segments */
	rpn64_t	numwsegpin;		/* pinned: working */
	rpn64_t	numpsegpin;		/* persistent */
	rpn64_t	numclsegpin;		/* client segments */
	unsigned lgpg_size;		/* bytes of a large page */
	rpn64_t	lgpg_cnt;		/* large pages */
	rpn64_t	lgpg_numfrb;		/* of those, free */
	rpn64_t	lgpg_inuse;		/* in use */
	rpn64_t	lgpg_hi;		/* most ever in use */
	rpn64_t	numralloc;		/* remote allocations */
	cnt64_t	numspecsegs;		/* special segments */
	cnt64_t	numspecfree;		/* of those, free */
	cnt64_t	specsegshi;		/* most ever in use */
	rpn64_t	psfreeblks;		/* free blocks of paging space */
	rpn64_t	npswarn;		/* SIGDANGER at this level */
	rpn64_t	npskill;		/* SIGKILL at this level */
	rpn64_t	normlmbmem;		/* memory that cannot be removed */
	rpn64_t	pfrsvdblks;		/* held back for the system */
	rpn64_t	pfavail;		/* may still be pinned */
	rpn64_t	pfpinavail;		/* by applications */
	rpn64_t	nreplaced[RPTYPES];	/* pages replaced */
	rpn64_t	nrepaged[RPTYPES];	/* pages repaged */
	rpn64_t	minpgahead;		/* first read-ahead */
	rpn64_t	maxpgahead;		/* largest read-ahead */
	rpn64_t	numpermio;		/* page-outs of files */
	cnt64_t	hisid;			/* highest segment id + 1 */
	cnt64_t	hiesid;			/* extended ids: -1 */
	rpn64_t	system_pgs;		/* of system segments */
	rpn64_t	nonsys_pgs;		/* of other segments */
	rpn64_t	unmngd_pgs;		/* of no segment */
	unsigned memgrd_succ_pgs;	/* taken out of service */
	unsigned memgrd_fail_pgs;	/* could not be taken */
	rpn64_t	reserved[4];		/* unused */
	size64_t memavailable;		/* bytes to use before paging */
	/* Above: the level of 5.3.  Below: later levels', order ours. */
	size64_t bsr_mem_total;		/* barrier registers, bytes */
	size64_t bsr_mem_free;		/* of those, free */
	rpn64_t	ame_memsizepgs;		/* expanded memory */
	rpn64_t	ame_numfrb;		/* of that, free */
	uvmsim_aix_u64_t ame_factor_tgt;	/* expansion x 100, wanted */
	uvmsim_aix_u64_t ame_factor_actual;	/* and reached */
	size64_t ame_deficit_size;	/* bytes missing for that */
	size64_t cmem_cpool_size;	/* compressed pool, bytes */
	size64_t cmem_cpool_free;	/* of those, free */
	size64_t cmem_ucpool_size;	/* uncompressed pool, bytes */
	uvmsim_aix_u64_t cmem_ncomp_ops;	/* pages compressed */
	uvmsim_aix_u64_t cmem_ndecomp_ops;	/* and decompressed */
};

/* The same with counters that do not wrap. */
struct vminfo64 {
	uvmsim_aix_u64_t pgexct;	/* page faults, I/O or not */
	uvmsim_aix_u64_t pgrclm;	/* pages reclaimed on their way out */
	uvmsim_aix_u64_t lockexct;	/* lock misses */
	uvmsim_aix_u64_t backtrks;	/* faults begun again */
	uvmsim_aix_u64_t pageins;	/* pages read from anywhere */
	uvmsim_aix_u64_t pageouts;	/* pages written to anywhere */
	uvmsim_aix_u64_t pgspgins;	/* of those, from paging space */
	uvmsim_aix_u64_t pgspgouts;	/* of those, to paging space */
	uvmsim_aix_u64_t numsios;	/* I/Os started */
	uvmsim_aix_u64_t numiodone;	/* I/Os finished */
	uvmsim_aix_u64_t zerofills;	/* pages filled with zero */
	uvmsim_aix_u64_t exfills;	/* pages of programs read */
	uvmsim_aix_u64_t scans;		/* frames the stealer looked at */
	uvmsim_aix_u64_t cycles;	/* its turns over memory */
	uvmsim_aix_u64_t pgsteals;	/* frames it freed */
	uvmsim_aix_u64_t freewts;	/* waits for a free frame */
	uvmsim_aix_u64_t extendwts;	/* waits for a page map to grow */
	uvmsim_aix_u64_t pendiowts;	/* waits for another's I/O */
	rpn64_t	numfrb;			/* free frames */
	rpn64_t	numclient;		/* of client segments */
	rpn64_t	numcompress;		/* of compressed segments */
	rpn64_t	numperm;		/* of files */
	rpn64_t	maxperm;		/* soft bound on numperm */
	rpn64_t	memsizepgs;		/* all memory */
	rpn64_t	numvpages;		/* virtual pages touched */
	rpn64_t	minperm;		/* numperm that stealing spares */
	rpn64_t	minfree;		/* stealing starts below */
	rpn64_t	maxfree;		/* and stops at */
	rpn64_t	maxclient;		/* bound on numclient */
	rpn64_t	rpgcnt[RPTYPES];	/* recent repages */
	rpn64_t	numpout;		/* page-outs under way */
	rpn64_t	numremote;		/* of those, remote */
	rpn64_t	numwseguse;		/* in use: working */
	rpn64_t	numpseguse;		/* persistent */
	rpn64_t	numclseguse;		/* client segments */
	rpn64_t	numwsegpin;		/* pinned: working */
	rpn64_t	numpsegpin;		/* persistent */
	rpn64_t	numclsegpin;		/* client segments */
	psize_t	lgpg_size;		/* bytes of a large page */
	rpn64_t	lgpg_cnt;		/* large pages */
	rpn64_t	lgpg_numfrb;		/* of those, free */
	rpn64_t	lgpg_inuse;		/* in use */
	rpn64_t	lgpg_hi;		/* most ever in use */
	rpn64_t	numralloc;		/* remote allocations */
	cnt64_t	numspecsegs;		/* special segments */
	cnt64_t	numspecfree;		/* of those, free */
	cnt64_t	specsegshi;		/* most ever in use */
	rpn64_t	psfreeblks;		/* free blocks of paging space */
	rpn64_t	npswarn;		/* SIGDANGER at this level */
	rpn64_t	npskill;		/* SIGKILL at this level */
	rpn64_t	normlmbmem;		/* memory that cannot be removed */
	rpn64_t	pfrsvdblks;		/* held back for the system */
	rpn64_t	pfavail;		/* may still be pinned */
	rpn64_t	pfpinavail;		/* by applications */
	rpn64_t	nreplaced[RPTYPES];	/* pages replaced */
	rpn64_t	nrepaged[RPTYPES];	/* pages repaged */
	rpn64_t	minpgahead;		/* first read-ahead */
	rpn64_t	maxpgahead;		/* largest read-ahead */
	rpn64_t	numpermio;		/* page-outs of files */
	cnt64_t	hisid;			/* highest segment id + 1 */
	cnt64_t	hiesid;			/* extended ids: -1 */
	rpn64_t	system_pgs;		/* of system segments */
	rpn64_t	nonsys_pgs;		/* of other segments */
	rpn64_t	unmngd_pgs;		/* of no segment */
	uvmsim_aix_u64_t memgrd_succ_pgs;	/* taken out of service */
	uvmsim_aix_u64_t memgrd_fail_pgs;	/* could not be taken */
	rpn64_t	reserved[4];		/* unused */
	size64_t memavailable;		/* bytes to use before paging */
	/* Above: the level of 5.3.  Below: later levels', order ours. */
	size64_t bsr_mem_total;		/* barrier registers, bytes */
	size64_t bsr_mem_free;		/* of those, free */
	rpn64_t	ame_memsizepgs;		/* expanded memory */
	rpn64_t	ame_numfrb;		/* of that, free */
	uvmsim_aix_u64_t ame_factor_tgt;	/* expansion x 100, wanted */
	uvmsim_aix_u64_t ame_factor_actual;	/* and reached */
	size64_t ame_deficit_size;	/* bytes missing for that */
	size64_t cmem_cpool_size;	/* compressed pool, bytes */
	size64_t cmem_cpool_free;	/* of those, free */
	size64_t cmem_ucpool_size;	/* uncompressed pool, bytes */
	uvmsim_aix_u64_t cmem_ncomp_ops;	/* pages compressed */
	uvmsim_aix_u64_t cmem_ndecomp_ops;	/* and decompressed */
};

/* One page size; pages are of that size. */
struct vminfo_psize {
	psize_t	psize;			/* bytes; the caller sets it */
	uvmsim_aix_u64_t attr;		/* VM_PSIZE_ATTR_* */
	uvmsim_aix_u64_t pgexct;	/* page faults, I/O or not */
	uvmsim_aix_u64_t pgrclm;	/* pages reclaimed on their way out */
	uvmsim_aix_u64_t lockexct;	/* lock misses */
	uvmsim_aix_u64_t backtrks;	/* faults begun again */
	uvmsim_aix_u64_t pageins;	/* pages read from anywhere */
	uvmsim_aix_u64_t pageouts;	/* pages written to anywhere */
	uvmsim_aix_u64_t pgspgins;	/* of those, from paging space */
	uvmsim_aix_u64_t pgspgouts;	/* of those, to paging space */
	uvmsim_aix_u64_t numsios;	/* I/Os started */
	uvmsim_aix_u64_t numiodone;	/* I/Os finished */
	uvmsim_aix_u64_t zerofills;	/* pages filled with zero */
	uvmsim_aix_u64_t exfills;	/* pages of programs read */
	uvmsim_aix_u64_t scans;		/* frames the stealer looked at */
	uvmsim_aix_u64_t cycles;	/* its turns over memory */
	uvmsim_aix_u64_t pgsteals;	/* frames it freed */
	uvmsim_aix_u64_t freewts;	/* waits for a free frame */
	uvmsim_aix_u64_t extendwts;	/* waits for a page map to grow */
	uvmsim_aix_u64_t pendiowts;	/* waits for another's I/O */
	rpn64_t	numframes;		/* frames of this size */
	rpn64_t	numfrb;			/* free frames */
	rpn64_t	numclient;		/* of client segments */
	rpn64_t	numcompress;		/* of compressed segments */
	rpn64_t	numperm;		/* of files */
	rpn64_t	numvpages;		/* virtual pages touched */
	rpn64_t	minfree;		/* stealing starts below */
	rpn64_t	maxfree;		/* and stops at */
	rpn64_t	rpgcnt[RPTYPES];	/* recent repages */
	rpn64_t	numpout;		/* page-outs under way */
	rpn64_t	numremote;		/* of those, remote */
	rpn64_t	numwseguse;		/* in use: working */
	rpn64_t	numpseguse;		/* persistent */
	rpn64_t	numclseguse;		/* client segments */
	rpn64_t	numwsegpin;		/* pinned: working */
	rpn64_t	numpsegpin;		/* persistent */
	rpn64_t	numclsegpin;		/* client segments */
	rpn64_t	numpgsp_pgs;		/* pages with a block */
	rpn64_t	numralloc;		/* remote allocations */
	rpn64_t	pfrsvdblks;		/* held back for the system */
	rpn64_t	pfavail;		/* may still be pinned */
	rpn64_t	pfpinavail;		/* by applications */
	rpn64_t	numpermio;		/* page-outs of files */
	rpn64_t	system_pgs;		/* of system segments */
	rpn64_t	nonsys_pgs;		/* of other segments */
	rpn64_t	reserved[3];		/* unused */
	size64_t memavailable;		/* bytes to use before paging */
};

struct vm_page_info {
	uvmsim_aix_u64_t addr;		/* any address; the caller sets it */
	size64_t pagesize;		/* bytes of the page behind it */
};

struct ipc_limits {
	size64_t semmni;		/* semaphore ids */
	size64_t semmsl;		/* semaphores of one id */
	size64_t semopm;		/* operations of one semop() */
	size64_t semvmx;		/* largest value */
	size64_t semume;		/* undo entries of a process */
	size64_t semaem;		/* largest adjustment on exit */
	size64_t msgmax;		/* bytes of a message */
	size64_t msgmnb;		/* bytes of a queue */
	size64_t msgmni;		/* queue ids */
	size64_t msgmnm;		/* messages of a queue */
	size64_t shmmni;		/* shared memory ids */
	size64_t shmmax64;		/* bytes of a region, 64-bit process */
	unsigned shmmax32;		/* 32-bit process */
	unsigned shmmin;		/* bytes of the smallest */
	size64_t shmseg64;		/* regions of a 64-bit process */
	unsigned shmseg32;		/* of a 32-bit process */
};

struct vmshmid_to_vmid {
	int	shmid;			/* the caller sets it */
	int	num_vmids;		/* room at vmids; then how many */
	vmid64_t *vmids;		/* one for each 256 MB */
};

struct pginfo {				/* a paging space; 4 KB blocks */
	dev_t	devno;
	unsigned size;
	unsigned free;
	unsigned iocnt;			/* I/Os under way */
};

#define vmgetinfo	uvmsim_aix_vmgetinfo
#define kvmgetinfo	uvmsim_aix_kvmgetinfo
#define swapon		uvmsim_aix_swapon
#define swapoff		uvmsim_aix_swapoff
#define swapqry		uvmsim_aix_swapqry
#define psdanger	uvmsim_aix_psdanger

/* => 0 (VMINFO_GETPSIZES: a count), or -1 and errno */
int	vmgetinfo(void *out, int command, int arg);
/* => 0 or the errno value (VMINFO_GETPSIZES: a count or -1) */
int	kvmgetinfo(void *out, int command, int arg);
/* => 0, or -1 and errno */
/* As the process's own system has them */
int	swapon(const char *path);
int	swapoff(const char *path);
int	swapqry(const char *path, struct pginfo *);
/* => blocks of paging space, or how many are left above a level; -1 */
int	psdanger(int signal);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_AIX_SYS_VMINFO_H */
