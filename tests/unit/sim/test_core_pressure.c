/*
 * Cores of machines under memory pressure: pages in swap, daemons, policies,
 * disks.  What is loaded is the same to the byte, and goes on as the original
 * does, every counter of it.
 *
 * Each machine must have done what it is here for: the counters named in its
 * row are not 0 at the end.
 */
#include "core_goes_on.h"

/* ------------------------------------------------------------ machines ---- */

static const struct core_row rows[] = {
	{ &sim_netbsd, "256K,swap=2M,policy=uvm", "nswget,pgswapout", 12 },
	{ &sim_openbsd, "256K,swap=512K:pri=3+1M:file,policy=uvm,disk=hdd",
	    "nswget,pgswapout,disk_wait", 12 },
	{ &sim_linux, "256K,swap=256K:pri=1+256K:pri=1+1M:pri=2,disk=ssd",
	    "nswget,pgswapout", 12 },
	{ &sim_freebsd, "256K,policy=uvm", "pdscans", 8 },
	{ &sim_freebsd, "256K,policy=none,swap=1M", "writes", 6 },
	{ &sim_freebsd, "256K,policy=freebsd,swap=2M", "nswget,pgswapout", 12 },
	{ &sim_freebsd, "256K,policy=freebsd", "pdfreed", 8 },
	{ &sim_linux, "256K,policy=aix,swap=2M", "nswget", 12 },
	{ &sim_netbsd, "256K,arch=i386,swap=2M,policy=uvm,cpus=2,tlb=nehalem",
	    "nswget,pgswapout", 10 },
	{ &sim_freebsd, "512K,arch=power,policy=aix,swap=4M", "pdscans", 8 },
	{ &sim_netbsd, "256K,swap=2M,policy=lru", "evictions,nswget", 14 },
	{ &sim_freebsd, "256K,swap=2M,policy=lru,frames=10", "evictions", 8 },
	{ &sim_linux, "256K,swap=2M,policy=fifo,frames=9", "evictions", 6 },
	{ &sim_linux, "256K,swap=2M,policy=clock:set=1", "evictions", 6 },
	{ &sim_netbsd, "256K,swap=2M,policy=nfu,frames=16,tlb=nehalem",
	    "evictions", 6 },
	{ &sim_netbsd, "256K,swap=2M,policy=lfu", "evictions", 6 },
	{ &sim_openbsd, "256K,swap=2M,policy=random,frames=8", "evictions",
	    10 },
	{ &sim_linux, "256K,swap=2M,policy=random", "evictions", 6 },
	{ &sim_netbsd, "256K,swap=2M,policy=ws:tau=90,frames=30", "evictions",
	    6 },
	{ &sim_linux, "256K,swap=2M,policy=wsclock:tau=40", "evictions", 6 },
	{ &sim_freebsd, "256K,swap=2M,policy=arc,frames=12", "evictions", 6 },
	{ &sim_netbsd, "256K,swap=2M,policy=arc", "evictions", 6 },
	{ &sim_linux, "256K,swap=2M,policy=2q,frames=15,cpus=2", "evictions",
	    6 },
	{ &sim_freebsd, "256K,swap=2M,policy=s3fifo", "evictions", 6 },
	{ &sim_openbsd, "256K,arch=i386,swap=2M,policy=sieve,frames=14",
	    "evictions", 6 },
	{ &sim_linux, "16M,superpages=eager,swap=16M,policy=uvm", "thpalloc",
	    8 },
	{ &sim_freebsd, "12M,superpages=reserve,swap=16M,policy=freebsd",
	    "promotions", 8 },
	{ &sim_linux,
	    "512K,domains=2,cpus=2,numa=interleave,swap=2M,policy=uvm",
	    "pgswapout", 8 },
};

int
main(void)
{
	return core_goes_on_main("core under pressure", rows, NELEM(rows), NULL,
	    0);
}
