/*
 * Dumps the anonymous memory of a process, amap by amap, and the kernel's map
 * with its submaps: amapdump pid
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/vnode.h>

#include <uvm/uvm.h>
#include <uvm/uvm_device.h>

#include <ufs/ufs/quota.h>
#include <ufs/ufs/inode.h>

#include <err.h>
#include <fcntl.h>
#include <kvm.h>
#include <limits.h>
#include <nlist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nlist nl[] = {
	{ .n_name = "_kernel_map" },
#define X_KERNEL_MAP	0
	{ .n_name = "_uvm_vnodeops" },
#define X_VNODEOPS	1
	{ .n_name = "_uvm_deviceops" },
#define X_DEVICEOPS	2
	{ .n_name = "_ubc_pager" },
#define X_UBC		3
	{ .n_name = "_nchashtbl" },
#define X_NCHASHTBL	4
	{ .n_name = "_nchash" },
#define X_NCHASH	5
	{ .n_name = "_kmem_map" },
#define X_KMEM		6
	{ .n_name = "_lkm_map" },
#define X_LKM		7
	{ .n_name = NULL }
};

static kvm_t *kd;

static void
dig(const void *addr, void *buf, size_t len)
{
	ssize_t n = kvm_read(kd, (u_long)addr, buf, len);

	if (n != (ssize_t)len)
		errx(1, "%s: %zd of %zu bytes", kvm_geterr(kd), n, len);
}

static void *
dig_array(const void *addr, size_t len)
{
	void *p = malloc(len);

	if (p == NULL)
		err(1, "malloc");
	dig(addr, p, len);
	return p;
}

/* References of a slot, from the runs of am_ppref. */
static int
references(const int *ppref, int slot, int all)
{
	int at = 0, len;

	if (ppref == NULL)
		return all;
	for (;; at += len) {
		len = ppref[at] > 0 ? 1 : ppref[at + 1];
		if (slot < at + len)
			return (ppref[at] > 0 ? ppref[at] : -ppref[at]) - 1;
	}
}

static void
print_amap(const struct vm_amap *addr)
{
	struct vm_anon **anon, a;
	struct vm_page page;
	struct vm_amap amap;
	int *slots, *bckptr, *ppref = NULL, i;

	dig(addr, &amap, sizeof(amap));
	printf("  amap: %d references, flags %x, %d of %d slots used\n",
	    amap.am_ref, amap.am_flags, amap.am_nused, amap.am_nslot);
	slots = dig_array(amap.am_slots, amap.am_maxslot * sizeof(*slots));
	bckptr = dig_array(amap.am_bckptr, amap.am_maxslot * sizeof(*bckptr));
	anon = dig_array(amap.am_anon, amap.am_maxslot * sizeof(*anon));
	if (amap.am_ppref != NULL)
		ppref = dig_array(amap.am_ppref,
		    amap.am_maxslot * sizeof(*ppref));
	for (i = 0; i < amap.am_nused; i++) {
		int slot = slots[i];

		if (bckptr[slot] != i || anon[slot] == NULL)
			errx(1, "slot %d: back pointer %d of %d", slot,
			    bckptr[slot], i);
		dig(anon[slot], &a, sizeof(a));
		dig(a.an_page, &page, sizeof(page));
		if (page.uanon != anon[slot])
			errx(1, "slot %d: page of another anon", slot);
		printf("    slot %d: %d of the amap, %d of the anon, "
		    "%d mappings\n", slot,
		    references(ppref, slot, amap.am_ref), a.an_ref,
		    page.mdpage.pv_count);
	}
	free(slots);
	free(bckptr);
	free(anon);
	free(ppref);
}

static void
print_name(const struct vnode *vp)
{
	struct nchashhead *table, head;
	struct namecache nc, *ncp;
	struct mount mnt;
	struct vnode vn;
	u_long mask, i;

	dig(vp, &vn, sizeof(vn));
	dig(vn.v_mount, &mnt, sizeof(mnt));
	dig((void *)nl[X_NCHASH].n_value, &mask, sizeof(mask));
	dig((void *)nl[X_NCHASHTBL].n_value, &table, sizeof(table));
	for (i = 0; i <= mask; i++) {
		dig(&table[i], &head, sizeof(head));
		for (ncp = head.lh_first; ncp != NULL;
		     ncp = nc.nc_hash.le_next) {
			dig(ncp, &nc, sizeof(nc));
			if (nc.nc_vp == vp)
				printf(" %.*s on %s", nc.nc_nlen, nc.nc_name,
				    mnt.mnt_stat.f_mntonname);
		}
	}
	if (vn.v_type == VREG && vn.v_tag == VT_UFS) {
		struct inode inode;

		dig(vn.v_data, &inode, sizeof(inode));
		printf(" (%d,%d %llu)", major(inode.i_dev),
		    minor(inode.i_dev), (unsigned long long)inode.i_number);
	}
}

static void print_map(const void *, int depth);

static void
print_entry(const struct vm_map_entry *e, int depth)
{
	struct uvm_object obj;
	struct uvm_device dev;
	const char *name;

	printf("%*s%lx-%lx", depth, "", e->start, e->end);
	if (UVM_ET_ISSUBMAP(e)) {
		printf(" submap\n");
		print_map(e->object.sub_map, depth + 2);
		return;
	}
	if (UVM_ET_ISOBJ(e)) {
		dig(e->object.uvm_obj, &obj, sizeof(obj));
		if (obj.pgops == (void *)nl[X_VNODEOPS].n_value) {
			print_name((struct vnode *)e->object.uvm_obj);
		} else if (obj.pgops == (void *)nl[X_DEVICEOPS].n_value) {
			dig(e->object.uvm_obj, &dev, sizeof(dev));
			name = devname(dev.u_device, S_IFCHR);
			printf(" device %s", name != NULL ? name : "unknown");
		}
	}
	printf("%s\n", e->flags & UVM_MAP_KERNEL ? " of the kernel" : "");
	if (e->aref.ar_amap != NULL)
		print_amap(e->aref.ar_amap);
}

static void
print_map(const void *addr, int depth)
{
	const struct vm_map *at = addr;
	struct vm_map_entry e, *next;
	struct vm_map map;

	dig(at, &map, sizeof(map));
	printf("%*smap from %lx to %lx, %d entries\n", depth, "",
	    vm_map_min(&map), vm_map_max(&map), map.nentries);
	for (next = map.header.next; next != &at->header; next = e.next) {
		dig(next, &e, sizeof(e));
		print_entry(&e, depth);
	}
}

int
main(int argc, char **argv)
{
	char errbuf[_POSIX2_LINE_MAX];
	const struct kinfo_proc2 *kp;
	struct vm_map *kernel_map;
	int n;

	kd = kvm_openfiles(NULL, NULL, NULL, O_RDONLY, errbuf);
	if (kd == NULL)
		errx(1, "%s", errbuf);
	printf("%d symbols not found\n", kvm_nlist(kd, nl));
	if (nl[X_LKM].n_type != 0 || nl[X_KMEM].n_type != (N_DATA | N_EXT))
		errx(1, "the wrong ones");
	kp = kvm_getproc2(kd, KERN_PROC_PID, argc > 1 ? atoi(argv[1]) : 0,
	    sizeof(*kp), &n);
	if (kp == NULL)
		errx(1, "%s", kvm_geterr(kd));
	if (n != 1)
		errx(1, "%d processes", n);
	printf("%d %s, user %u, parent %d, %d pages of text\n", kp->p_pid,
	    kp->p_comm, kp->p_uid, kp->p_ppid, kp->p_vm_tsize);
	print_map((void *)(uintptr_t)kp->p_vmspace, 0);
	dig((void *)nl[X_KERNEL_MAP].n_value, &kernel_map, sizeof(kernel_map));
	print_map(kernel_map, 0);
	return kvm_close(kd);
}
