/* Structures of an OpenBSD kernel with pointers of 32 bits. */
#define UVMSIM_ILP32
#define LAYOUT kvm_openbsd32
#include "openbsd_body.h"
