/*
 * kvm(3) and devname(3) of OpenBSD.
 */
#define UVMSIM_ANY_WIDTH
#include "api/include/openbsd/nlist.h"
#include "api/include/openbsd/kvm.h"

#define NARROW kvm_openbsd32
#define WIDE kvm_openbsd64
#define OPENFILES_OWN uvmsim_openbsd_kvm_openfiles_own
#define OPEN_OWN uvmsim_openbsd_kvm_open_own
#include "calls.h"

char *uvmsim_openbsd_devname(int, mode_t);

struct kinfo_proc *
kvm_getprocs(kvm_t *kd, int op, int arg, int *cnt)
{
	return kvm_handle_procs(kd, op, arg, 0, cnt);
}

char *
uvmsim_openbsd_devname(int dev, mode_t type)
{
	static const char unknown[] = "??";
	char *name = kvm_handle_devname((uint32_t)dev);

	(void)type;
	return name != NULL ? name : (char *)(uintptr_t)unknown;
}
