/* Structures of a NetBSD kernel with pointers of 64 bits. */
#define LAYOUT kvm_netbsd64
#include "netbsd_body.h"
