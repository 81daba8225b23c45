/* OpenBSD's structures, pointers of 64 bits. */
#define UVMSIM_ANY_WIDTH
#include <stdint.h>
#include <sys/types.h>
#if UINTPTR_MAX == UINT32_MAX
#define UVMSIM_LP64 /* else they are the program's own */
#endif

#include "api/include/openbsd/isofs/cd9660/cd9660_node.h"
#include "api/include/openbsd/kvm.h"
#include "api/include/openbsd/nlist.h"
#include "api/include/openbsd/stdlib.h"
#include "api/include/openbsd/sys/mount.h"
#include "api/include/openbsd/sys/namei.h"
#include "api/include/openbsd/sys/sysctl.h"
#include "api/include/openbsd/sys/vnode.h"
#include "api/include/openbsd/ufs/ufs/inode.h"
#include "api/include/openbsd/uvm/uvm.h"
#include "api/include/openbsd/uvm/uvm_device.h"

kvm_t *uvmsim_openbsd_kvm_openfiles_own(const char *, const char *,
    const char *, int, char *);

#define OPEN_OWN uvmsim_openbsd_kvm_openfiles_own
#define MAP_MIN start
#define MAP_MAX end
#define WALK kvm_walk_openbsd64
#define WALK_NAME "OpenBSD, 64 bits"
#include "kvm_walk_body.h"
