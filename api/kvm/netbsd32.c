/* Structures of a NetBSD kernel with pointers of 32 bits. */
#define UVMSIM_ILP32
#define LAYOUT kvm_netbsd32
#include "netbsd_body.h"
