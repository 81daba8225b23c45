/*
 * kvm(3) and devname(3) of NetBSD.
 */
#define UVMSIM_ANY_WIDTH
#include "api/include/netbsd/nlist.h"
#include "api/include/netbsd/kvm.h"

#define NARROW kvm_netbsd32
#define WIDE kvm_netbsd64
#define OPENFILES_OWN uvmsim_netbsd_kvm_openfiles_own
#define OPEN_OWN uvmsim_netbsd_kvm_open_own
#include "calls.h"

char *uvmsim_netbsd_devname(unsigned, mode_t);

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
