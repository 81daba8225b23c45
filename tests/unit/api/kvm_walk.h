/*
 * Walking kernel memory as a client does, in the structures of a system and a
 * width: what the tests of kvm(3) compare with the machine itself.  Each of
 * kvm_walk_SYSTEM.c compiles kvm_walk_body.h for itself.
 */
#ifndef TESTS_UNIT_API_KVM_WALK_H
#define TESTS_UNIT_API_KVM_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct walk_entry {
	uint64_t	addr, prev, next, start, end, object, offset, amap;
	int		etype, protection, max_protection, inheritance;
	int		wired_count, advice, pageoff;
};

struct walk_map {
	uint64_t	addr, header;	/* of the structures */
	uint64_t	pmap, min, max, size, hint, first_free, first, last;
	int		nentries, ref_count, flags;
	unsigned	timestamp;
	/* the vmspace */
	int		refcnt, rssize, tsize, dsize, ssize;
	uint64_t	taddr, daddr, maxsaddr, minsaddr;
};

struct walk_proc {
	uint64_t	vmspace, paddr;
	int		pid, ppid, stat;
	uint32_t	uid;
	char		comm[32];
};

struct walk_vnode {
	uint64_t	pgops, mount, data, id;
	int		npages, refs, type, tag;
	bool		root;
};

struct walk_name {
	uint64_t	next, vp, dvp, vpid, dvpid;	/* ids: OpenBSD only */
	char		name[32];
};

struct walk_amap {
	int		ref, flags, maxslot, nslot, nused;
	uint64_t	slots, bckptr, anon, ppref;	/* ppref: NetBSD only */
};

struct walk_page {
	uint64_t	next, anon, object, offset, phys_addr;
	int		npv;
	uint64_t	pv_sum;		/* of the mappings' addresses */
};

/* One system in one width.  Functions return false when reading fails. */
struct kvm_walk {
	const char     *name;
	unsigned	ptrsize;
	bool		netbsd;
	void	       *(*open)(const char *exec, const char *core, int flags,
			    bool own_width, char *errbuf);
	int		(*close)(void *);
	const char     *(*err)(void *);
	ssize_t		(*read)(void *, uint64_t, void *, size_t);
	ssize_t		(*write)(void *, uint64_t, const void *, size_t);
	/* => missing; *value 0, *type 0: not found */
	int		(*nlist)(void *, const char *, uint64_t *value,
			    int *type);
	/* => how many, at most max of them in p; -1 */
	int		(*procs)(void *, int op, int arg, struct walk_proc *p,
			    int max);
	bool		(*map)(void *, uint64_t, struct walk_map *);
	bool		(*entry)(void *, uint64_t, struct walk_entry *);
	bool		(*vnode)(void *, uint64_t, struct walk_vnode *);
	bool		(*device)(void *, uint64_t, uint32_t *dev);
	bool		(*inode)(void *, uint64_t, bool iso, uint32_t *dev,
			    uint64_t *ino);
	bool		(*mount)(void *, uint64_t, char *dir, size_t);
	bool		(*ncp)(void *, uint64_t, struct walk_name *);
	bool		(*amap)(void *, uint64_t, struct walk_amap *);
	bool		(*anon)(void *, uint64_t, int *ref, uint64_t *page);
	bool		(*swslot)(void *, uint64_t anon, int *slot);
	bool		(*page)(void *, uint64_t, struct walk_page *);
	bool		(*pmap)(void *, uint64_t, uint64_t *resident,
			    uint64_t *wired);
	const char     *(*devname)(uint32_t dev);
};

extern const struct kvm_walk kvm_walk_openbsd32, kvm_walk_openbsd64,
    kvm_walk_netbsd32, kvm_walk_netbsd64;

#endif /* TESTS_UNIT_API_KVM_WALK_H */
