/*
 * struct namecache: one name of a directory, in a chain of nchashtbl[].
 */
#ifndef UVMSIM_OPENBSD_SYS_NAMEI_H
#define UVMSIM_OPENBSD_SYS_NAMEI_H

#include <sys/queue.h>

#include "../uvm/_kernel_types.h"

#define NCHNAMLEN	31

struct vnode;

struct namecache {
	struct {
		_KPTR(struct namecache) le_next;
		_KPTR(_KPTR(struct namecache)) le_prev;
	}		nc_hash;
	struct {
		_KPTR(struct namecache) tqe_next;
		_KPTR(_KPTR(struct namecache)) tqe_prev;
	}		nc_lru;
	_KPTR(struct vnode) nc_dvp;	/* the directory */
	_kulong		nc_dvpid;
	_KPTR(struct vnode) nc_vp;	/* what the name is of */
	_kulong		nc_vpid;
	char		nc_nlen;
	char		nc_name[NCHNAMLEN];	/* not ended by NUL */
};

struct namecache_head {			/* LIST_HEAD(, namecache) */
	_KPTR(struct namecache) lh_first;
};

#endif /* UVMSIM_OPENBSD_SYS_NAMEI_H */
