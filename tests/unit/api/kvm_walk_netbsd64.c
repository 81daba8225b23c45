/* NetBSD's structures, pointers of 64 bits. */
#define UVMSIM_ANY_WIDTH
#include <stdint.h>
#include <sys/types.h>
#if UINTPTR_MAX == UINT32_MAX
#define UVMSIM_LP64 /* else they are the program's own */
#endif

#include "api/include/netbsd/fs/cd9660/cd9660_node.h"
#include "api/include/netbsd/kvm.h"
#include "api/include/netbsd/nlist.h"
#include "api/include/netbsd/stdlib.h"
#include "api/include/netbsd/sys/mount.h"
#include "api/include/netbsd/sys/namei.h"
#include "api/include/netbsd/sys/sysctl.h"
#include "api/include/netbsd/sys/vnode.h"
#include "api/include/netbsd/ufs/ufs/inode.h"
#include "api/include/netbsd/uvm/uvm.h"
#include "api/include/netbsd/uvm/uvm_device.h"

kvm_t *uvmsim_netbsd_kvm_openfiles_own(const char *, const char *, const char *,
    int, char *);

#define OPEN_OWN uvmsim_netbsd_kvm_openfiles_own
#define NETBSD
#define MAP_MIN end
#define MAP_MAX start
#define WALK kvm_walk_netbsd64
#define WALK_NAME "NetBSD, 64 bits"
#include "kvm_walk_body.h"
