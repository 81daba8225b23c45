/*
 * Statistics, with the names and the order of NetBSD's struct uvmexp_sysctl
 * (members that a deterministic single-CPU simulation cannot have are 0).
 * The list is data so that show, JSON, cores and vmstat walk one table.
 */
#ifndef VM_UVMEXP_H
#define VM_UVMEXP_H

#include "pmap/types.h"

#define UVMEXP_MEMBERS(X)						\
	X(pagesize)	X(pagemask)	X(pageshift)	X(npages)	\
	X(free)		X(active)	X(inactive)	X(paging)	\
	X(wired)	X(zeropages)	X(reserve_pagedaemon)		\
	X(reserve_kernel) X(freemin)	X(freetarg)	X(inactarg)	\
	X(wiredmax)	X(nswapdev)	X(swpages)	X(swpginuse)	\
	X(swpgonly)	X(nswget)	X(unused1)	X(cpuhit)	\
	X(cpumiss)	X(faults)	X(traps)	X(intrs)	\
	X(swtch)	X(softs)	X(syscalls)	X(pageins)	\
	X(swapins)	X(swapouts)	X(pgswapin)	X(pgswapout)	\
	X(forks)	X(forks_ppwait)	X(forks_sharevm) X(pga_zerohit)	\
	X(pga_zeromiss)	X(zeroaborts)	X(fltnoram)	X(fltnoanon)	\
	X(fltpgwait)	X(fltpgrele)	X(fltrelck)	X(fltrelckok)	\
	X(fltanget)	X(fltanretry)	X(fltamcopy)	X(fltnamap)	\
	X(fltnomap)	X(fltlget)	X(fltget)	X(flt_anon)	\
	X(flt_acow)	X(flt_obj)	X(flt_prcopy)	X(flt_przero)	\
	X(pdwoke)	X(pdrevs)	X(unused4)	X(pdfreed)	\
	X(pdscans)	X(pdanscan)	X(pdobscan)	X(pdreact)	\
	X(pdbusy)	X(pdpageouts)	X(pdpending)	X(pddeact)	\
	X(anonpages)	X(filepages)	X(execpages)	X(colorhit)	\
	X(colormiss)	X(ncolors)	X(bootpages)	X(poolpages)	\
	X(countsyncone)	X(countsyncall)	X(anonunknown)	X(anonclean)	\
	X(anondirty)	X(fileunknown)	X(fileclean)	X(filedirty)	\
	X(fltup)	X(fltnoup)

struct uvmexp {
#define X(m) uint64_t m;
	UVMEXP_MEMBERS(X)
#undef X
};

/*
 * Merge statistics (evcnt(9) counters of uvm_map), and our own: protflt counts
 * the faults (of faults) that met a mapping which allowed too little, aobjzero
 * the pages of shared memory filled with zero, textins the page-ins (of
 * pageins) of files that are mapped executable.
 *
 * Of larger pages: superflt faults on resident pages resolved by a larger
 * mapping; thpalloc ranges filled at their first fault (thpfallback: no block
 * was free); collscanned pages that the daemon looked at, collapses the ranges
 * it copied, with collcopied pages of content and collzeroed absent ones
 * (collnoblock: no block was free).
 *
 * Of policies that see every reference (vm_replace.h): evictions, the mappings
 * or pages that went because of one, dirtyevict those written since they came.
 *
 * fileouts: pages of files written back, by whomever.
 */
#define VMSTAT_MEMBERS(X)						\
	X(ubackmerge)	X(uforwmerge)	X(ubimerge)	X(unomerge)	\
	X(minflt)	X(majflt)	X(splits)	X(joins)	\
	X(protflt)	X(aobjzero)	X(textins)	X(superflt)	\
	X(thpalloc)	X(thpfallback)	X(collscanned)	X(collapses)	\
	X(collcopied)	X(collzeroed)	X(collnoblock)	\
	X(evictions)	X(dirtyevict)	X(fileouts)

struct vmstat {
#define X(m) uint64_t m;
	VMSTAT_MEMBERS(X)
#undef X
};

#endif /* VM_UVMEXP_H */
