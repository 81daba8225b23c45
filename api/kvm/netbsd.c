/*
 * kvm(3) and devname(3) of NetBSD.
 */
#include <stddef.h>

#define UVMSIM_ANY_WIDTH
#include "api/include/netbsd/nlist.h"
#include "api/include/netbsd/kvm.h"
#include "handle.h"

_Static_assert(offsetof(struct nlist, n_type) ==
	    offsetof(struct kvm_nlist, type) &&
	offsetof(struct nlist, n_value) == offsetof(struct kvm_nlist, value) &&
	sizeof(struct nlist) == sizeof(struct kvm_nlist),
    "struct nlist");

char *uvmsim_netbsd_devname(unsigned, mode_t);
kvm_t *uvmsim_netbsd_kvm_openfiles_own(const char *, const char *, const char *,
    int, char *);
kvm_t *uvmsim_netbsd_kvm_open_own(const char *, const char *, const char *, int,
    const char *);

static struct kvm_request
request(const char *execfile, const char *corefile, int flags, bool own_width)
{
	return (struct kvm_request){
		.narrow = &kvm_netbsd32,
		.wide = &kvm_netbsd64,
		.own_width = own_width,
		.execfile = execfile,
		.corefile = corefile,
		.flags = flags,
	};
}

kvm_t *
kvm_openfiles(const char *execfile, const char *corefile, const char *swapfile,
    int flags, char *errbuf)
{
	struct kvm_request r = request(execfile, corefile, flags, false);

	(void)swapfile;
	r.errbuf = errbuf;
	return kvm_handle_open(&r);
}

kvm_t *
uvmsim_netbsd_kvm_openfiles_own(const char *execfile, const char *corefile,
    const char *swapfile, int flags, char *errbuf)
{
	struct kvm_request r = request(execfile, corefile, flags, true);

	(void)swapfile;
	r.errbuf = errbuf;
	return kvm_handle_open(&r);
}

kvm_t *
kvm_open(const char *execfile, const char *corefile, const char *swapfile,
    int flags, const char *errstr)
{
	const struct kvm_request r = request(execfile, corefile, flags, false);

	(void)swapfile;
	return kvm_handle_open_telling(&r, errstr);
}

kvm_t *
uvmsim_netbsd_kvm_open_own(const char *execfile, const char *corefile,
    const char *swapfile, int flags, const char *errstr)
{
	const struct kvm_request r = request(execfile, corefile, flags, true);

	(void)swapfile;
	return kvm_handle_open_telling(&r, errstr);
}

int
kvm_close(kvm_t *kd)
{
	return kvm_handle_close(kd);
}

char *
kvm_geterr(kvm_t *kd)
{
	return kvm_handle_err(kd);
}

ssize_t
kvm_read(kvm_t *kd, unsigned long kva, void *buf, size_t len)
{
	return kvm_handle_read(kd, kva, buf, len);
}

ssize_t
kvm_write(kvm_t *kd, unsigned long kva, const void *buf, size_t len)
{
	(void)kva, (void)buf, (void)len;
	return kvm_handle_write(kd);
}

int
kvm_nlist(kvm_t *kd, struct nlist *list)
{
	return kvm_handle_nlist(kd, (struct kvm_nlist *)list);
}

struct kinfo_proc2 *
kvm_getproc2(kvm_t *kd, int op, int arg, size_t elemsize, int *cnt)
{
	return kvm_handle_procs(kd, op, arg, elemsize, cnt);
}

char *
uvmsim_netbsd_devname(unsigned dev, mode_t type)
{
	(void)type;
	return kvm_handle_devname(dev);
}
