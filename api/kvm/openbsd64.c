/* Structures of an OpenBSD kernel with pointers of 64 bits. */
#define UVMSIM_LP64
#define LAYOUT kvm_openbsd64
#include "openbsd_body.h"
