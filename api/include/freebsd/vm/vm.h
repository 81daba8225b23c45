/*
 * Programs include this before the other headers of vm/.
 */
#ifndef UVMSIM_FREEBSD_VM_VM_H
#define UVMSIM_FREEBSD_VM_VM_H

#include "../sys/types.h"

#endif /* UVMSIM_FREEBSD_VM_VM_H */
