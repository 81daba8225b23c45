/*
 * <sys/vm_types.h> for programs written for AIX: scalar types of the virtual
 * memory manager.  All are 8 bytes, aligned to 8 on every host.
 */
#ifndef UVMSIM_AIX_SYS_VM_TYPES_H
#define UVMSIM_AIX_SYS_VM_TYPES_H

#include <stdint.h>
#include <sys/types.h>

#if defined(__GNUC__)
#define UVMSIM_AIX_ALIGN8 __attribute__((__aligned__(8)))
#else
#define UVMSIM_AIX_ALIGN8
#endif

typedef int64_t rpn64_t UVMSIM_AIX_ALIGN8;	/* a number of pages */
typedef int64_t cnt64_t UVMSIM_AIX_ALIGN8;	/* a number of anything */
typedef int64_t psize_t UVMSIM_AIX_ALIGN8;	/* a page size, bytes */
typedef int64_t vmid64_t UVMSIM_AIX_ALIGN8;	/* id of a segment */
typedef uint64_t size64_t UVMSIM_AIX_ALIGN8;	/* bytes */
typedef uint64_t uvmsim_aix_u64_t UVMSIM_AIX_ALIGN8;

#endif /* UVMSIM_AIX_SYS_VM_TYPES_H */
