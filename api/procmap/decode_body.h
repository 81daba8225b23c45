/*
 * Kernel structures of one pointer width, turned into those of procmap.h.
 *
 * Included once by decode32.c (with UVMSIM_ILP32, which gives the kernel's
 * headers their 32-bit form) and once by decode64.c (UVMSIM_LP64, their 64-bit
 * form).  Each structure is read whole, with its exact size, as a program built
 * for that kernel would; then the members of interest are copied.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"

#include "api/include/openbsd/isofs/cd9660/cd9660_node.h"
#include "api/include/openbsd/kvm.h"
#include "api/include/openbsd/sys/mount.h"
#include "api/include/openbsd/sys/namei.h"
#include "api/include/openbsd/sys/sysctl.h"
#include "api/include/openbsd/sys/vnode.h"
#include "api/include/openbsd/ufs/ufs/inode.h"
#include "api/include/openbsd/uvm/uvm.h"
#include "api/include/openbsd/uvm/uvm_device.h"

/* A kernel pointer as a number. */
#define ADDR(p) ((uint64_t)(p))

static bool
body_proc(struct procmap *pm, int pid, struct procmap_proc *to, bool *found)
{
	const struct kinfo_proc *kp;
	int n = 0;

	kp = kvm_getprocs(pm->kd, KERN_PROC_PID, pid, &n);
	if (kp == NULL) {
		procmap_warn(pm, "%s", kvm_geterr(pm->kd));
		pm->status = 1;
		return false;
	}
	*found = n > 0;
	if (!*found)
		return true;
	to->vmspace = ADDR(kp->kp_proc.p_vmspace);
	to->uid = kp->kp_eproc.e_ucred.cr_uid;
	snprintf(to->comm, sizeof(to->comm), "%.*s",
	    (int)sizeof(kp->kp_proc.p_comm), kp->kp_proc.p_comm);
	return true;
}

static void
body_copy_entry(struct procmap_entry *to, uint64_t addr,
    const struct vm_map_entry *e)
{
	to->addr = addr;
	to->prev = ADDR(e->prev);
	to->next = ADDR(e->next);
	to->start = e->start;
	to->end = e->end;
	to->object = ADDR(e->object.uvm_obj);
	to->offset = (_kulong)e->offset;
	to->amap = ADDR(e->aref.ar_amap);
	to->pageoff = e->aref.ar_pageoff;
	to->etype = e->etype;
	to->protection = e->protection;
	to->max_protection = e->max_protection;
	to->inheritance = e->inheritance;
	to->wired_count = e->wired_count;
	to->advice = e->advice;
	to->flags = e->flags;
}

static void
body_copy_map(struct procmap_map *to, uint64_t addr, const struct vm_map *m)
{
	to->addr = addr;
	to->pmap = ADDR(m->pmap);
	body_copy_entry(&to->header, addr + offsetof(struct vm_map, header),
	    &m->header);
	to->nentries = m->nentries;
	to->ref_count = m->ref_count;
	to->size = m->size;
	to->signed_size = (_klong)m->size;
	to->hint = ADDR(m->hint);
	to->first_free = ADDR(m->first_free);
	to->flags = (unsigned)m->flags;
	to->timestamp = m->timestamp;
}

static bool
body_vmspace(struct procmap *pm, uint64_t addr, struct procmap_vmspace *to)
{
	struct vmspace v;

	if (!procmap_read(pm, addr, &v, sizeof(v)))
		return false;
	body_copy_map(&to->map, addr, &v.vm_map);
	to->refcnt = v.vm_refcnt;
	to->shm = ADDR(v.vm_shm);
	to->rssize = v.vm_rssize;
	to->swrss = v.vm_swrss;
	to->tsize = v.vm_tsize;
	to->dsize = v.vm_dsize;
	to->ssize = v.vm_ssize;
	to->taddr = ADDR(v.vm_taddr);
	to->daddr = ADDR(v.vm_daddr);
	to->maxsaddr = ADDR(v.vm_maxsaddr);
	to->minsaddr = ADDR(v.vm_minsaddr);
	return true;
}

static bool
body_map(struct procmap *pm, uint64_t addr, struct procmap_map *to)
{
	struct vm_map m;

	if (!procmap_read(pm, addr, &m, sizeof(m)))
		return false;
	body_copy_map(to, addr, &m);
	return true;
}

static bool
body_entry(struct procmap *pm, uint64_t addr, struct procmap_entry *to)
{
	struct vm_map_entry e;

	if (!procmap_read(pm, addr, &e, sizeof(e)))
		return false;
	body_copy_entry(to, addr, &e);
	return true;
}

static bool
body_pgops(struct procmap *pm, uint64_t addr, uint64_t *to)
{
	struct uvm_object object;

	if (!procmap_read(pm, addr, &object, sizeof(object)))
		return false;
	*to = ADDR(object.pgops);
	return true;
}

/* Regular files of these file systems have a device and an inode number. */
static enum procmap_inode
body_inode_kind(const struct vnode *v)
{
	if (v->v_type != VREG)
		return PROCMAP_INO_NONE;
	switch (v->v_tag) {
	case VT_UFS:
	case VT_LFS:
	case VT_EXT2FS:
		return PROCMAP_INO_UFS;
	case VT_ISOFS:
		return PROCMAP_INO_ISO;
	default:
		return PROCMAP_INO_NONE;
	}
}

static bool
body_vnode(struct procmap *pm, uint64_t addr, struct procmap_vnode *to)
{
	struct vnode v;

	if (!procmap_read(pm, addr, &v, sizeof(v)))
		return false;
	to->mount = ADDR(v.v_mount);
	to->data = ADDR(v.v_data);
	to->id = v.v_id;
	to->root = (v.v_flag & VROOT) != 0;
	to->inode = body_inode_kind(&v);
	return true;
}

static bool
body_mounted_on(struct procmap *pm, uint64_t addr, char *path, size_t len)
{
	struct mount m;

	if (!procmap_read(pm, addr, &m, sizeof(m)))
		return false;
	snprintf(path, len, "%.*s", (int)sizeof(m.mnt_stat.f_mntonname),
	    m.mnt_stat.f_mntonname);
	return true;
}

static bool
body_inode(struct procmap *pm, enum procmap_inode kind, uint64_t addr,
    uint32_t *dev, int *ino)
{
	struct iso_node iso;
	struct inode ufs;

	if (kind == PROCMAP_INO_ISO) {
		if (!procmap_read(pm, addr, &iso, sizeof(iso)))
			return false;
		*dev = (uint32_t)iso.i_dev;
		*ino = (int)iso.i_number;
	} else {
		if (!procmap_read(pm, addr, &ufs, sizeof(ufs)))
			return false;
		*dev = (uint32_t)ufs.i_dev;
		*ino = (int)ufs.i_number;
	}
	return true;
}

static bool
body_device(struct procmap *pm, uint64_t addr, uint32_t *dev)
{
	struct uvm_device d;

	if (!procmap_read(pm, addr, &d, sizeof(d)))
		return false;
	*dev = (uint32_t)d.u_device;
	return true;
}

static bool
body_ncp(struct procmap *pm, uint64_t addr, struct procmap_ncp *to)
{
	struct namecache n;
	int max = (int)sizeof(n.nc_name);

	if (!procmap_read(pm, addr, &n, sizeof(n)))
		return false;
	memset(to, 0, sizeof(*to));
	to->next = ADDR(n.nc_hash.le_next);
	to->vp = ADDR(n.nc_vp);
	to->dvp = ADDR(n.nc_dvp);
	to->vpid = n.nc_vpid;
	to->dvpid = n.nc_dvpid;
	to->nlen = (signed char)n.nc_nlen < max ? (signed char)n.nc_nlen : max;
	memcpy(to->name, n.nc_name, (size_t)max);
	return true;
}

static bool
body_no_memory(struct procmap *pm)
{
	procmap_warn(pm, "%s", strerror(ENOMEM));
	pm->status = 1;
	return false;
}

static bool
body_pointers(struct procmap *pm, uint64_t addr, uint64_t *to, size_t n)
{
	_kulong *raw = calloc(n, sizeof(*raw));
	bool ok = false;

	if (raw == NULL)
		return body_no_memory(pm);
	if (procmap_read(pm, addr, raw, n * sizeof(*raw))) {
		for (size_t i = 0; i < n; i++)
			to[i] = raw[i];
		ok = true;
	}
	free(raw);
	return ok;
}

static bool
body_ulong(struct procmap *pm, uint64_t addr, uint64_t *to)
{
	_kulong value;

	if (!procmap_read(pm, addr, &value, sizeof(value)))
		return false;
	*to = value;
	return true;
}

#include "resident_body.h"

const struct procmap_source BODY_SOURCE = {
	.ptrsize = sizeof(_kulong),
	.maxdsiz = (uint64_t)MAXDSIZ,
	.proc = body_proc,
	.vmspace = body_vmspace,
	.map = body_map,
	.entry = body_entry,
	.pgops = body_pgops,
	.vnode = body_vnode,
	.mounted_on = body_mounted_on,
	.inode = body_inode,
	.device = body_device,
	.ncp = body_ncp,
	.pointers = body_pointers,
	.ulong = body_ulong,
	.resident = body_resident,
	.devname = procmap_devname,
};
