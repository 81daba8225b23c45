/*
 * What kernel structures say, apart from how a system lays them out: plain
 * numbers, addresses being simulated kernel addresses.  facts.c takes them from
 * the machine, render*.c put them into the structures of a system and a width.
 */
#ifndef API_KVM_FACTS_H
#define API_KVM_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kvm_entry_facts {
	uint64_t	addr, prev, next;
	uint64_t	start, end, gap;
	uint64_t	object;		/* or submap */
	uint64_t	offset;
	uint64_t	amap, pageoff;
	int		etype, protection, max_protection, inheritance;
	int		wired_count, advice;
	int		flags;		/* the machine's UVM_MAP_* */
};

struct kvm_map_facts {			/* a vmspace, or a map alone */
	uint64_t	addr, pmap, size, hint, first_free;
	uint64_t	first, last;	/* entries; the header's own if none */
	uint64_t	min, max;
	int		nentries, ref_count, flags;
	uint32_t	timestamp;
	/* the vmspace around it */
	int		refcnt, rssize, tsize, dsize, ssize;
	uint64_t	taddr, daddr, maxsaddr, minsaddr;
};

enum kvm_object_kind { KVM_O_VNODE, KVM_O_DEVICE, KVM_O_OTHER };

struct kvm_object_facts {		/* an object; a directory has none */
	enum kvm_object_kind kind;
	uint64_t	pgops, first_page;
	int		npages, refs;
	/* a device */
	uint32_t	dev;
	/* a vnode */
	uint64_t	size;		/* bytes */
	int		directory, root, text, tag, usecount;
	uint64_t	mount, data, id;
};

struct kvm_amap_facts {
	int		ref, flags, maxslot, nslot, nused;
	uint64_t	slots, bckptr, anon, ppref;	/* arrays, or 0 */
};

struct kvm_anon_facts {
	int		ref;
	uint64_t	page;		/* 0: it is in swap */
	int		swslot;		/* 0: none; -1: it cannot be read */
};

struct kvm_page_facts {
	uint64_t	next;		/* page of the same object */
	uint64_t	anon, object, offset, phys_addr, pv;
	unsigned	flags, wire_count;
	int		npv;
};

struct kvm_pv_facts {
	uint64_t	next, pmap, va;
};

struct kvm_pmap_facts {
	uint64_t	root;		/* physical address */
	uint64_t	resident, wired;	/* pages */
};

struct kvm_mount_facts {
	const char     *type, *dir;
};

struct kvm_inode_facts {
	uint64_t	vnode;
	uint32_t	dev, ino;
	int		iso;		/* an iso_node */
};

struct kvm_name_facts {
	uint64_t	next, dvp, vp;
	uint64_t	dvpid, vpid;
	const char     *text;
	int		len;
};

struct kvm_proc_facts {
	uint64_t	addr, parent, vmspace;
	int		pid, ppid, zombie, status;
	uint32_t	uid, gid;
	const char     *comm;
	struct kvm_map_facts map;	/* zero when it has no space */
};

/* Structures of one system in one width: each fills buf. => its size */
struct kvm_layout {
	uint8_t		ptrsize;	/* bytes */
	uint16_t	header;		/* offset of the header in a vm_map */
	uint8_t		mount_slots;	/* places that a struct mount takes */
	bool		kthreads;	/* KERN_PROC_ALL means process 0, too */
	int		max_op;		/* highest KERN_PROC_* */
	size_t	      (*entry)(const struct kvm_entry_facts *, void *buf);
	size_t	      (*map)(const struct kvm_map_facts *, void *buf);
	size_t	      (*object)(const struct kvm_object_facts *, void *buf);
	size_t	      (*amap)(const struct kvm_amap_facts *, void *buf);
	size_t	      (*anon)(const struct kvm_anon_facts *, void *buf);
	size_t	      (*page)(const struct kvm_page_facts *, void *buf);
	size_t	      (*pv)(const struct kvm_pv_facts *, void *buf);
	size_t	      (*pmap)(const struct kvm_pmap_facts *, void *buf);
	size_t	      (*mount)(const struct kvm_mount_facts *, void *buf);
	size_t	      (*inode)(const struct kvm_inode_facts *, void *buf);
	size_t	      (*name)(const struct kvm_name_facts *, void *buf);
	size_t	      (*proc)(const struct kvm_proc_facts *, void *buf);
	size_t	      (*kinfo)(const struct kvm_proc_facts *, void *buf);
};

#define KVM_MAXSTRUCT	2304		/* no structure is larger */

extern const struct kvm_layout kvm_openbsd32, kvm_openbsd64, kvm_netbsd32,
    kvm_netbsd64;

#endif /* API_KVM_FACTS_H */
