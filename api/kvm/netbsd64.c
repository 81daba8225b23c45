/* Structures of a NetBSD kernel with pointers of 64 bits. */
#define UVMSIM_LP64
#define LAYOUT kvm_netbsd64
#include "netbsd_body.h"
