/*
 * Digs the maps of processes out of kernel memory: mapdig pid ...
 *
 * For each process its name, parent and user, the bounds and size of its map,
 * and its entries with what backs them: the path of a file with its device and
 * inode, a device, shared memory, or nothing.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/proc.h>
#include <sys/vnode.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/sysctl.h>

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
#include <unistd.h>

static struct nlist nl[] = {
	{ .n_name = "_uvm_vnodeops" },
#define X_VNODEOPS	0
	{ .n_name = "_uvm_deviceops" },
#define X_DEVICEOPS	1
	{ .n_name = "_aobj_pager" },
#define X_AOBJ		2
	{ .n_name = "_nchashtbl" },
#define X_NCHASHTBL	3
	{ .n_name = "_nchash" },
#define X_NCHASH	4
	{ .n_name = "_maxsmap" },
#define X_MAXSMAP	5
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

/* The name of vp in its directory; *dvp is the directory then. */
static int
name_of(const struct vnode *vp, u_long id, struct vnode **dvp, u_long *dvpid,
    char *name)
{
	struct namecache nc, **table, *ncp;
	u_long mask, i;

	dig((void *)nl[X_NCHASH].n_value, &mask, sizeof(mask));
	dig((void *)nl[X_NCHASHTBL].n_value, &table, sizeof(table));
	for (i = 0; i <= mask; i++) {
		dig(&table[i], &ncp, sizeof(ncp));
		for (; ncp != NULL; ncp = nc.nc_hash.le_next) {
			dig(ncp, &nc, sizeof(nc));
			if (nc.nc_vp != vp || nc.nc_vpid != id)
				continue;
			snprintf(name, NCHNAMLEN + 1, "%.*s", nc.nc_nlen,
			    nc.nc_name);
			*dvp = nc.nc_dvp;
			*dvpid = nc.nc_dvpid;
			return 1;
		}
	}
	return 0;
}

/* From its end: what is found of it, behind the mount point or a `?'. */
static void
print_path(const struct vnode *vp, u_long id)
{
	char path[PATH_MAX], *at = &path[sizeof(path) - 1];
	char name[NCHNAMLEN + 1];
	struct vnode vn, *up;
	struct mount mnt;
	size_t len;

	*at = '\0';
	while (name_of(vp, id, &up, &id, name)) {
		len = strlen(name);
		if ((size_t)(at - path) < len + 1)
			break;
		at -= len;
		memcpy(at, name, len);
		*--at = '/';
		vp = up;
	}
	dig(vp, &vn, sizeof(vn));
	dig(vn.v_mount, &mnt, sizeof(mnt));
	if ((vn.v_flag & VROOT) == 0)
		printf("?");
	else if (strcmp(mnt.mnt_stat.f_mntonname, "/") != 0)
		printf("%s", mnt.mnt_stat.f_mntonname);
	printf("%s", at);
}

static void
print_vnode(const struct uvm_object *obj)
{
	struct inode inode;
	struct vnode vn;

	dig(obj, &vn, sizeof(vn));
	print_path((const struct vnode *)obj, vn.v_id);
	if (vn.v_type == VREG && vn.v_tag == VT_UFS && vn.v_data != NULL) {
		dig(vn.v_data, &inode, sizeof(inode));
		printf(" (%d,%d %u)", major(inode.i_dev), minor(inode.i_dev),
		    (unsigned)inode.i_number);
	}
}

static void
print_object(const struct uvm_object *obj)
{
	struct uvm_device dev;
	struct uvm_object o;

	dig(obj, &o, sizeof(o));
	if (o.pgops == (void *)nl[X_VNODEOPS].n_value) {
		print_vnode(obj);
	} else if (o.pgops == (void *)nl[X_DEVICEOPS].n_value) {
		dig(obj, &dev, sizeof(dev));
		printf("/dev/%s", devname(dev.u_device, S_IFCHR));
	} else if (o.pgops == (void *)nl[X_AOBJ].n_value) {
		printf("shared memory, %d pages", o.uo_npages);
	} else {
		printf("object of a pager at %p", (void *)o.pgops);
	}
}

static void
print_entry(const struct vm_map_entry *e)
{
	struct vm_amap amap;

	printf("%8lx-%8lx %c%c%c %s ", e->start, e->end,
	    e->protection & VM_PROT_READ ? 'r' : '-',
	    e->protection & VM_PROT_WRITE ? 'w' : '-',
	    e->protection & VM_PROT_EXECUTE ? 'x' : '-',
	    UVM_ET_ISCOPYONWRITE(e) ? "private" : "shared ");
	if (UVM_ET_ISOBJ(e))
		print_object(e->object.uvm_obj);
	else
		printf("memory");
	if (e->aref.ar_amap != NULL) {
		dig(e->aref.ar_amap, &amap, sizeof(amap));
		printf(", %d of %d anons", amap.am_nused, amap.am_nslot);
	}
	printf("\n");
}

static void
print_process(const struct kinfo_proc *kp)
{
	const struct vmspace *space = kp->kp_proc.p_vmspace;
	struct vm_map_entry e, *next;
	struct vmspace vm;
	vsize_t size = 0;
	int n = 0;

	dig(space, &vm, sizeof(vm));
	printf("%d %s, child of %d, user %u\n", kp->kp_proc.p_pid,
	    kp->kp_proc.p_comm, kp->kp_eproc.e_ppid,
	    kp->kp_eproc.e_ucred.cr_uid);
	printf("map of %d entries, %lu bytes, from 0x%lx to 0x%lx\n",
	    vm.vm_map.nentries, vm.vm_map.size, vm.vm_map.min_offset,
	    vm.vm_map.max_offset);
	for (next = vm.vm_map.header.next; next != &space->vm_map.header;
	     next = e.next) {
		dig(next, &e, sizeof(e));
		print_entry(&e);
		size += e.end - e.start;
		n++;
	}
	if (n != vm.vm_map.nentries || size != vm.vm_map.size)
		warnx("found %d entries, %lu bytes", n, size);
}

int
main(int argc, char **argv)
{
	char errbuf[_POSIX2_LINE_MAX];
	struct kinfo_proc *kp;
	rlim_t maxsmap;
	int i, n;

	kd = kvm_openfiles(NULL, NULL, NULL, O_RDONLY, errbuf);
	if (kd == NULL)
		errx(1, "%s", errbuf);
	n = kvm_nlist(kd, nl);
	if (n != 0)
		errx(1, "kvm_nlist: %d: %s", n, kvm_geterr(kd));
	dig((void *)nl[X_MAXSMAP].n_value, &maxsmap, sizeof(maxsmap));
	printf("a stack has at most %luK\n", (u_long)maxsmap / 1024);
	kp = kvm_getprocs(kd, KERN_PROC_ALL, 0, &n);
	if (kp == NULL)
		errx(1, "%s", kvm_geterr(kd));
	printf("%d processes\n", n);
	for (i = 1; i < argc; i++) {
		kp = kvm_getprocs(kd, KERN_PROC_PID, atoi(argv[i]), &n);
		if (kp == NULL)
			errx(1, "%s", kvm_geterr(kd));
		if (n == 0)
			printf("%s: no such process\n", argv[i]);
		else
			print_process(kp);
	}
	return kvm_close(kd);
}
