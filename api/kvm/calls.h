/*
 * The calls of kvm(3) that all systems have: included once for each, by a file
 * that has included the system's kvm.h and nlist.h, which rename the calls, and
 * has defined
 *
 *	NARROW, WIDE	its layouts for 32 and 64 bits
 *	OPENFILES_OWN, OPEN_OWN	kvm_openfiles() and kvm_open() that take
 *			kernels of the program's own width alone
 */
#ifndef API_KVM_CALLS_H
#define API_KVM_CALLS_H

#include <stddef.h>

#include "handle.h"

kvm_t  *OPENFILES_OWN(const char *, const char *, const char *, int, char *);
kvm_t  *OPEN_OWN(const char *, const char *, const char *, int, const char *);

static struct kvm_request
request(const char *execfile, const char *corefile, int flags, bool own_width)
{
	return (struct kvm_request){
		.narrow = &NARROW,
		.wide = &WIDE,
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
OPENFILES_OWN(const char *execfile, const char *corefile, const char *swapfile,
    int flags, char *errbuf)
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
OPEN_OWN(const char *execfile, const char *corefile, const char *swapfile,
    int flags, const char *errstr)
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
kvm_read(kvm_t *kd, uint64_t kva, void *buf, size_t len)
{
	return kvm_handle_read(kd, kva, buf, len);
}

ssize_t
kvm_write(kvm_t *kd, uint64_t kva, const void *buf, size_t len)
{
	(void)kva, (void)buf, (void)len;
	return kvm_handle_write(kd);
}

int
kvm_nlist(kvm_t *kd, struct nlist *list)
{
	struct nlist *l = list;
	int missing = 0;

	if (kvm_handle_namelist(kd, l != NULL) != 0)
		return -1;
	for (; l->n_name != NULL && l->n_name[0] != '\0'; l++) {
		*l = (struct nlist){ .n_name = l->n_name };
		if (!kvm_handle_symbol(kd, l->n_name, &l->n_type, &l->n_value))
			missing++;
	}
	return missing;
}

#endif /* API_KVM_CALLS_H */
