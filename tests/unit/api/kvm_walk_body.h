/*
 * See kvm_walk.h.  Who includes this has included the system's headers and
 * defines WALK (the table's name) and WALK_NAME; NETBSD for that system.
 */
#include <fcntl.h>
#include <string.h>

#include "kvm_walk.h"

#define U(x)	((uint64_t)(x))
#define GET(kd, addr, to)						\
	(kvm_read((kd), (addr), &(to), sizeof(to)) == sizeof(to))

static void *
walk_open(const char *exec, const char *core, int flags, bool own_width,
    char *errbuf)
{
	return own_width ? OPEN_OWN(exec, core, NULL, flags, errbuf) :
	    kvm_openfiles(exec, core, NULL, flags, errbuf);
}

static int
walk_close(void *kd)
{
	return kvm_close(kd);
}

static const char *
walk_err(void *kd)
{
	return kvm_geterr(kd);
}

static ssize_t
walk_read(void *kd, uint64_t addr, void *buf, size_t len)
{
	return kvm_read(kd, addr, buf, len);
}

static ssize_t
walk_write(void *kd, uint64_t addr, const void *buf, size_t len)
{
	return kvm_write(kd, addr, buf, len);
}

static int
walk_nlist(void *kd, const char *name, uint64_t *value, int *type)
{
	struct nlist nl[2];
	int missing;

	memset(nl, 0x55, sizeof(nl));
	nl[0].n_name = (char *)(uintptr_t)name;
	nl[1].n_name = NULL;
	missing = kvm_nlist(kd, nl);
	*value = nl[0].n_value;
	*type = nl[0].n_type;
	return missing;
}

#ifdef NETBSD
static int
walk_procs(void *kd, int op, int arg, struct walk_proc *p, int max)
{
	const struct kinfo_proc2 *k;
	int n;

	k = kvm_getproc2(kd, op, arg, sizeof(*k), &n);
	if (k == NULL)
		return -1;
	for (int i = 0; i < n && i < max; i++, k++, p++) {
		memset(p, 0, sizeof(*p));
		p->vmspace = k->p_vmspace;
		p->paddr = k->p_paddr;
		p->pid = k->p_pid;
		p->ppid = k->p_ppid;
		p->stat = (unsigned char)k->p_stat;
		p->uid = k->p_uid;
		memcpy(p->comm, k->p_comm, sizeof(k->p_comm));
	}
	return n;
}
#else
static int
walk_procs(void *kd, int op, int arg, struct walk_proc *p, int max)
{
	const struct kinfo_proc *k;
	int n;

	k = kvm_getprocs(kd, op, arg, &n);
	if (k == NULL)
		return -1;
	for (int i = 0; i < n && i < max; i++, k++, p++) {
		memset(p, 0, sizeof(*p));
		p->vmspace = U(k->kp_proc.p_vmspace);
		p->paddr = U(k->kp_eproc.e_paddr);
		p->pid = k->kp_proc.p_pid;
		p->ppid = k->kp_eproc.e_ppid;
		p->stat = (unsigned char)k->kp_proc.p_stat;
		p->uid = k->kp_eproc.e_ucred.cr_uid;
		memcpy(p->comm, k->kp_proc.p_comm, sizeof(k->kp_proc.p_comm));
	}
	return n;
}
#endif

static bool
walk_map(void *kd, uint64_t addr, struct walk_map *m)
{
	struct vmspace vm;

	if (!GET(kd, addr, vm))
		return false;
	*m = (struct walk_map){ .addr = addr,
		.header = addr + offsetof(struct vmspace, vm_map.header),
		.pmap = U(vm.vm_map.pmap),
		.min = vm.vm_map.header.MAP_MIN,
		.max = vm.vm_map.header.MAP_MAX,
		.size = vm.vm_map.size,
		.hint = U(vm.vm_map.hint),
		.first_free = U(vm.vm_map.first_free),
		.first = U(vm.vm_map.header.next),
		.last = U(vm.vm_map.header.prev),
		.nentries = vm.vm_map.nentries,
		.ref_count = vm.vm_map.ref_count,
		.flags = vm.vm_map.flags,
		.timestamp = vm.vm_map.timestamp,
		.refcnt = vm.vm_refcnt,
		.rssize = vm.vm_rssize,
		.tsize = vm.vm_tsize,
		.dsize = vm.vm_dsize,
		.ssize = vm.vm_ssize,
		.taddr = U(vm.vm_taddr),
		.daddr = U(vm.vm_daddr),
		.maxsaddr = U(vm.vm_maxsaddr),
		.minsaddr = U(vm.vm_minsaddr) };
	return true;
}

static bool
walk_entry(void *kd, uint64_t addr, struct walk_entry *w)
{
	struct vm_map_entry e;

	if (!GET(kd, addr, e))
		return false;
	*w = (struct walk_entry){ .addr = addr,
		.prev = U(e.prev),
		.next = U(e.next),
		.start = e.start,
		.end = e.end,
		.object = U(e.object.uvm_obj),
		.offset = (uint64_t)e.offset,
		.amap = U(e.aref.ar_amap),
		.etype = e.etype,
		.protection = e.protection,
		.max_protection = e.max_protection,
		.inheritance = e.inheritance,
		.wired_count = e.wired_count,
		.advice = e.advice,
		.pageoff = e.aref.ar_pageoff };
	return true;
}

static bool
walk_vnode(void *kd, uint64_t addr, struct walk_vnode *w)
{
	struct uvm_object o;
	struct vnode vn;

	if (!GET(kd, addr, o) || !GET(kd, addr, vn))
		return false;
	*w = (struct walk_vnode){ .pgops = U(o.pgops),
		.npages = o.uo_npages,
		.refs = (int)o.uo_refs,
		.mount = U(vn.v_mount),
		.data = U(vn.v_data),
		.type = vn.v_type,
		.tag = vn.v_tag,
		.root = (vn.v_flag & VROOT) != 0 };
#ifndef NETBSD
	w->id = vn.v_id;
#endif
	return true;
}

static bool
walk_device(void *kd, uint64_t addr, uint32_t *dev)
{
	struct uvm_device d;

	if (!GET(kd, addr, d))
		return false;
	*dev = (uint32_t)d.u_device;
	return true;
}

static bool
walk_inode(void *kd, uint64_t addr, bool iso, uint32_t *dev, uint64_t *ino)
{
	struct iso_node in;
	struct inode i;

	if (iso ? !GET(kd, addr, in) : !GET(kd, addr, i))
		return false;
	*dev = (uint32_t)(iso ? in.i_dev : i.i_dev);
	*ino = iso ? in.i_number : i.i_number;
	return true;
}

static bool
walk_mount(void *kd, uint64_t addr, char *dir, size_t len)
{
	struct mount mnt;

	if (!GET(kd, addr, mnt) || len < sizeof(mnt.mnt_stat.f_mntonname))
		return false;
	memcpy(dir, mnt.mnt_stat.f_mntonname,
	    sizeof(mnt.mnt_stat.f_mntonname));
	return memchr(dir, '\0', sizeof(mnt.mnt_stat.f_mntonname)) != NULL;
}

static bool
walk_ncp(void *kd, uint64_t addr, struct walk_name *w)
{
	struct namecache nc;

	if (!GET(kd, addr, nc) || (signed char)nc.nc_nlen < 0 ||
	    nc.nc_nlen > NCHNAMLEN)
		return false;
	memset(w, 0, sizeof(*w));
	w->next = U(nc.nc_hash.le_next);
	w->vp = U(nc.nc_vp);
	w->dvp = U(nc.nc_dvp);
#ifndef NETBSD
	w->vpid = nc.nc_vpid;
	w->dvpid = nc.nc_dvpid;
#endif
	memcpy(w->name, nc.nc_name, (size_t)nc.nc_nlen);
	return true;
}

static bool
walk_amap(void *kd, uint64_t addr, struct walk_amap *w)
{
	struct vm_amap a;

	if (!GET(kd, addr, a))
		return false;
	*w = (struct walk_amap){ a.am_ref, a.am_flags, a.am_maxslot, a.am_nslot,
		a.am_nused, U(a.am_slots), U(a.am_bckptr), U(a.am_anon),
#ifdef NETBSD
		U(a.am_ppref)
#else
		0
#endif
	};
	return true;
}

static bool
walk_anon(void *kd, uint64_t addr, int *ref, uint64_t *page)
{
	struct vm_anon a;

	if (!GET(kd, addr, a))
		return false;
	*ref = a.an_ref;
#ifdef NETBSD
	*page = U(a.an_page);
#else
	*page = U(a.u.an_page);
#endif
	return true;
}

static bool
walk_swslot(void *kd, uint64_t addr, int *slot)
{
	struct vm_anon a;

	if (!GET(kd, addr, a))
		return false;
	*slot = a.an_swslot;
	return true;
}

static bool
walk_page(void *kd, uint64_t addr, struct walk_page *w)
{
	struct pv_entry pv;
	struct vm_page p;
	uint64_t next, sum = 0;
	int n = 0;

	if (!GET(kd, addr, p))
		return false;
	for (next = U(p.mdpage.pv_list); next != 0; next = U(pv.pv_next), n++) {
		if (!GET(kd, next, pv))
			return false;
		sum += pv.pv_va;
	}
	if (n != p.mdpage.pv_count)
		return false;
	*w = (struct walk_page){ U(p.listq_next), U(p.uanon), U(p.uobject),
		(uint64_t)p.offset, p.phys_addr, n, sum };
	return true;
}

static bool
walk_pmap(void *kd, uint64_t addr, uint64_t *resident, uint64_t *wired)
{
	struct pmap p;

	if (!GET(kd, addr, p))
		return false;
	*resident = (uint64_t)p.pm_stats.resident_count;
	*wired = (uint64_t)p.pm_stats.wired_count;
	return true;
}

static const char *
walk_devname(uint32_t dev)
{
	return devname(dev, 0);
}

const struct kvm_walk WALK = {
	.name = WALK_NAME,
	.ptrsize = sizeof(((struct vmspace *)0)->vm_shm),
#ifdef NETBSD
	.netbsd = true,
#endif
	.open = walk_open,
	.close = walk_close,
	.err = walk_err,
	.read = walk_read,
	.write = walk_write,
	.nlist = walk_nlist,
	.procs = walk_procs,
	.map = walk_map,
	.entry = walk_entry,
	.vnode = walk_vnode,
	.device = walk_device,
	.inode = walk_inode,
	.mount = walk_mount,
	.ncp = walk_ncp,
	.amap = walk_amap,
	.anon = walk_anon,
	.swslot = walk_swslot,
	.page = walk_page,
	.pmap = walk_pmap,
	.devname = walk_devname,
};
