/*
 * NetBSD's structures: included twice, for the headers declare them in one
 * width at a time.  Members that stand for what the machine has not are 0.
 */
#include <stddef.h>
#include <string.h>

#include "facts.h"

#include "api/include/netbsd/fs/cd9660/cd9660_node.h"
#include "api/include/netbsd/sys/mount.h"
#include "api/include/netbsd/sys/namei.h"
#include "api/include/netbsd/sys/sysctl.h"
#include "api/include/netbsd/sys/vnode.h"
#include "api/include/netbsd/ufs/ufs/inode.h"
#include "api/include/netbsd/uvm/uvm_device.h"
#include "api/include/netbsd/uvm/uvm_page.h"
#include "api/include/netbsd/uvm/uvm_pmap.h"

/* The address of one is that of the other. */
_Static_assert(offsetof(struct vmspace, vm_map) == 0, "vmspace");
_Static_assert(offsetof(struct vnode, v_uobj) == 0, "vnode");
_Static_assert(offsetof(struct uvm_device, u_obj) == 0, "uvm_device");
/* A name is read at the head of its chain. */
_Static_assert(offsetof(struct namecache, nc_hash) == 0, "namecache");
#ifdef UVMSIM_ILP32
_Static_assert(sizeof(struct vm_map_entry) == 80, "i386");
_Static_assert(sizeof(struct vmspace) == 196, "i386");
#else
_Static_assert(sizeof(struct vm_map_entry) == 136, "amd64");
_Static_assert(sizeof(struct vmspace) == 344, "amd64");
#endif
_Static_assert(sizeof(struct mount) <= KVM_MAXSTRUCT, "mount");
_Static_assert(sizeof(struct mount) <= 0xc00, "mount: three places");
/* kinfo_proc2 is the same on all machines. */
_Static_assert(offsetof(struct kinfo_proc2, p_vmspace) == 64, "kinfo_proc2");
_Static_assert(offsetof(struct kinfo_proc2, p_pid) == 116, "kinfo_proc2");
_Static_assert(offsetof(struct kinfo_proc2, p_uid) == 136, "kinfo_proc2");
_Static_assert(sizeof(struct kinfo_proc2) == 448, "kinfo_proc2");

#define SET(member, value)						\
	((member) = (__typeof__(member))(value))
#define DONE(object)	(memcpy(buf, &(object), sizeof(object)), sizeof(object))

/* Flags of an entry that NetBSD has; the machine gives them its values. */
#define ENTRY_FLAGS	(UVM_MAP_KERNEL | UVM_MAP_NOMERGE)

static size_t
put_entry(const struct kvm_entry_facts *f, void *buf)
{
	struct vm_map_entry e;

	memset(&e, 0, sizeof(e));
	e.gap = (_kulong)f->gap;
	SET(e.prev, f->prev);
	SET(e.next, f->next);
	e.start = (_kulong)f->start;
	e.end = (_kulong)f->end;
	SET(e.object.uvm_obj, f->object);
	e.offset = (_koff)f->offset;
	e.etype = (uint8_t)f->etype;
	e.flags = (uint8_t)(f->flags & ENTRY_FLAGS);
	e.protection = f->protection;
	e.max_protection = f->max_protection;
	e.inheritance = f->inheritance;
	e.wired_count = f->wired_count;
	SET(e.aref.ar_amap, f->amap);
	e.aref.ar_pageoff = (int)f->pageoff;
	e.advice = f->advice;
	return DONE(e);
}

static void
fill_map(struct vm_map *m, const struct kvm_map_facts *f)
{
	SET(m->pmap, f->pmap);
	m->flags = f->flags;
	m->header.end = (_kulong)f->min;
	m->header.start = (_kulong)f->max;
	SET(m->header.prev, f->last);
	SET(m->header.next, f->first);
	m->nentries = f->nentries;
	m->size = (_kulong)f->size;
	m->ref_count = f->ref_count;
	SET(m->hint, f->hint);
	SET(m->first_free, f->first_free);
	m->timestamp = f->timestamp;
}

static size_t
put_map(const struct kvm_map_facts *f, void *buf)
{
	struct vmspace s;

	memset(&s, 0, sizeof(s));
	fill_map(&s.vm_map, f);
	s.vm_refcnt = f->refcnt;
	s.vm_rssize = f->rssize;
	s.vm_tsize = f->tsize;
	s.vm_dsize = f->dsize;
	s.vm_ssize = s.vm_issize = f->ssize;
	SET(s.vm_taddr, f->taddr);
	SET(s.vm_daddr, f->daddr);
	SET(s.vm_maxsaddr, f->maxsaddr);
	SET(s.vm_minsaddr, f->minsaddr);
	return DONE(s);
}

static void
fill_object(struct uvm_object *o, const struct kvm_object_facts *f)
{
	SET(o->pgops, f->pgops);
	SET(o->memq.tqh_first, f->first_page);
	o->uo_npages = f->npages;
	o->uo_refs = (unsigned)f->refs;
}

static size_t
put_vnode(const struct kvm_object_facts *f, void *buf)
{
	struct vnode vn;

	memset(&vn, 0, sizeof(vn));
	fill_object(&vn.v_uobj, f);
	vn.v_size = vn.v_writesize = (_koff)f->size;
	vn.v_vflag = f->root ? VV_ROOT : 0;
	vn.v_type = f->directory ? VDIR : VREG;
	vn.v_tag = (enum vtagtype)f->tag;
	vn.v_usecount = f->usecount;
	SET(vn.v_mount, f->mount);
	SET(vn.v_data, f->data);
	return DONE(vn);
}

static size_t
put_object(const struct kvm_object_facts *f, void *buf)
{
	struct uvm_device d;

	if (f->kind == KVM_O_VNODE)
		return put_vnode(f, buf);
	memset(&d, 0, sizeof(d));
	fill_object(&d.u_obj, f);
	if (f->kind == KVM_O_OTHER)
		return DONE(d.u_obj);
	d.u_device = (_kdev)f->dev;
	return DONE(d);
}

static size_t
put_amap(const struct kvm_amap_facts *f, void *buf)
{
	struct vm_amap a;

	memset(&a, 0, sizeof(a));
	a.am_ref = f->ref;
	a.am_flags = f->flags;
	a.am_maxslot = f->maxslot;
	a.am_nslot = f->nslot;
	a.am_nused = f->nused;
	SET(a.am_slots, f->slots);
	SET(a.am_bckptr, f->bckptr);
	SET(a.am_anon, f->anon);
	SET(a.am_ppref, f->ppref);
	return DONE(a);
}

static size_t
put_anon(const struct kvm_anon_facts *f, void *buf)
{
	struct vm_anon a;

	memset(&a, 0, sizeof(a));
	a.an_ref = f->ref;
	SET(a.an_page, f->page);
	a.an_swslot = f->swslot;
	return DONE(a);
}

static size_t
put_page(const struct kvm_page_facts *f, void *buf)
{
	struct vm_page p;

	memset(&p, 0, sizeof(p));
	SET(p.listq_next, f->next);
	SET(p.uanon, f->anon);
	SET(p.uobject, f->object);
	p.offset = (_koff)f->offset;
	p.flags = (uint16_t)f->flags;
	p.wire_count = (uint16_t)f->wire_count;
	p.phys_addr = (_kulong)f->phys_addr;
	SET(p.mdpage.pv_list, f->pv);
	p.mdpage.pv_count = f->npv;
	return DONE(p);
}

static size_t
put_pv(const struct kvm_pv_facts *f, void *buf)
{
	struct pv_entry pv;

	memset(&pv, 0, sizeof(pv));
	SET(pv.pv_next, f->next);
	SET(pv.pv_pmap, f->pmap);
	pv.pv_va = (_kulong)f->va;
	return DONE(pv);
}

static size_t
put_pmap(const struct kvm_pmap_facts *f, void *buf)
{
	struct pmap p;

	memset(&p, 0, sizeof(p));
	p.pm_count = 1;
	p.pm_pdirpa = (_kulong)f->root;
	p.pm_stats.resident_count = (_klong)f->resident;
	p.pm_stats.wired_count = (_klong)f->wired;
	return DONE(p);
}

static size_t
put_mount(const struct kvm_mount_facts *f, void *buf)
{
	struct mount m;

	memset(&m, 0, sizeof(m));
	strncpy(m.mnt_stat.f_fstypename, f->type, _VFS_NAMELEN - 1);
	strncpy(m.mnt_stat.f_mntonname, f->dir, _VFS_MNAMELEN - 1);
	return DONE(m);
}

static size_t
put_inode(const struct kvm_inode_facts *f, void *buf)
{
	struct iso_node iso;
	struct inode i;

	if (f->iso) {
		memset(&iso, 0, sizeof(iso));
		SET(iso.i_vnode, f->vnode);
		iso.i_dev = f->dev;
		iso.i_number = f->ino;
		return DONE(iso);
	}
	memset(&i, 0, sizeof(i));
	SET(i.i_vnode, f->vnode);
	i.i_dev = f->dev;
	i.i_number = f->ino;
	return DONE(i);
}

static size_t
put_name(const struct kvm_name_facts *f, void *buf)
{
	struct namecache n;

	memset(&n, 0, sizeof(n));
	SET(n.nc_hash.le_next, f->next);
	SET(n.nc_dvp, f->dvp);
	SET(n.nc_vp, f->vp);
	n.nc_nlen = (char)f->len;
	memcpy(n.nc_name, f->text, (size_t)f->len);
	return DONE(n);
}

static size_t
put_proc(const struct kvm_proc_facts *f, void *buf)
{
	struct proc p;

	memset(&p, 0, sizeof(p));
	SET(p.p_vmspace, f->vmspace);
	p.p_stat = f->zombie ? SZOMB : SACTIVE;
	p.p_pid = f->pid;
	SET(p.p_pptr, f->parent);
	strncpy(p.p_comm, f->comm, sizeof(p.p_comm) - 1);
	p.p_xstat = (uint16_t)f->status;
	return DONE(p);
}

static size_t
put_kinfo(const struct kvm_proc_facts *f, void *buf)
{
	struct kinfo_proc2 k;

	memset(&k, 0, sizeof(k));
	k.p_paddr = f->addr;
	k.p_vmspace = f->vmspace;
	k.p_pid = k.p__pgid = k.p_sid = f->pid;
	k.p_ppid = f->ppid;
	k.p_uid = k.p_ruid = f->uid;
	k.p_gid = k.p_rgid = f->gid;
	k.p_groups[0] = f->gid;
	k.p_ngroups = 1;
	k.p_tdev = UINT32_MAX;
	k.p_stat = f->zombie ? SZOMB : SACTIVE;
	k.p_xstat = (uint16_t)f->status;
	strncpy(k.p_comm, f->comm, sizeof(k.p_comm) - 1);
	k.p_vm_rssize = f->map.rssize;
	k.p_vm_tsize = f->map.tsize;
	k.p_vm_dsize = f->map.dsize;
	k.p_vm_ssize = f->map.ssize;
	return DONE(k);
}

const struct kvm_layout LAYOUT = {
	.ptrsize = sizeof(((struct vmspace *)0)->vm_shm),
	.header = offsetof(struct vm_map, header),
	.mount_slots = 3,
	.kthreads = true,
	.max_op = KERN_PROC_RGID,
	.entry = put_entry,
	.map = put_map,
	.object = put_object,
	.amap = put_amap,
	.anon = put_anon,
	.page = put_page,
	.pv = put_pv,
	.pmap = put_pmap,
	.mount = put_mount,
	.inode = put_inode,
	.name = put_name,
	.proc = put_proc,
	.kinfo = put_kinfo,
};
