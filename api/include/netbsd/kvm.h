/*
 * kvm(3): kernel memory of a core or of the thread's current machine, as that
 * of a NetBSD kernel.
 */
#ifndef UVMSIM_NETBSD_KVM_H
#define UVMSIM_NETBSD_KVM_H

#include <sys/types.h>

#include "nlist.h"
#include <stddef.h>
#include <stdint.h>

/*
 * A program knows kernel structures in one width: that of its own pointers, or
 * 32 bits with UVMSIM_ILP32, 64 bits with UVMSIM_LP64 (which is its own where
 * pointers have 64).  Kernels of any other width are not opened for it,
 * unless UVMSIM_ANY_WIDTH says that it looks for itself (_uvmsim_ptrsize).
 */
#if defined(UVMSIM_ILP32) || defined(UVMSIM_LP64) || \
    defined(UVMSIM_ANY_WIDTH)
#define kvm_openfiles	uvmsim_netbsd_kvm_openfiles
#define kvm_open	uvmsim_netbsd_kvm_open
#else
#define kvm_openfiles	uvmsim_netbsd_kvm_openfiles_own
#define kvm_open	uvmsim_netbsd_kvm_open_own
#endif
#define kvm_nlist	uvmsim_netbsd_kvm_nlist
#define kvm_getproc2	uvmsim_netbsd_kvm_getproc2
#define kvm_read	uvmsim_netbsd_kvm_read
#define kvm_write	uvmsim_netbsd_kvm_write
#define kvm_geterr	uvmsim_netbsd_kvm_geterr
#define kvm_close	uvmsim_netbsd_kvm_close

#define KVM_NO_FILES	0x80000000	/* flags: accepted, no difference */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct __kvm kvm_t;
struct kinfo_proc2;

/*
 * execfile: NULL, or a name list in the format of nm(1).  corefile: NULL (the
 * current machine), a core or a script.  swapfile is not used.  errbuf: 2048
 * bytes, or NULL.  => NULL and the reason in errbuf
 */
kvm_t  *kvm_openfiles(const char *execfile, const char *corefile,
	    const char *swapfile, int flags, char *errbuf);
/* The same; errors go to stderr behind errstr, unless that is NULL. */
kvm_t  *kvm_open(const char *execfile, const char *corefile,
	    const char *swapfile, int flags, const char *errstr);
/* => number of names not found; -1 */
int	kvm_nlist(kvm_t *, struct nlist *);
/* => array of *cnt times elemsize bytes, valid until the next call; NULL */
struct kinfo_proc2 *kvm_getproc2(kvm_t *, int op, int arg, size_t elemsize,
	    int *cnt);
/* => bytes read, fewer than len where memory ends; -1 */
ssize_t	kvm_read(kvm_t *, uint64_t kva, void *buf, size_t len);
/* => -1: kernel memory is read only */
ssize_t	kvm_write(kvm_t *, uint64_t kva, const void *buf, size_t len);
char   *kvm_geterr(kvm_t *);
int	kvm_close(kvm_t *);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_NETBSD_KVM_H */
