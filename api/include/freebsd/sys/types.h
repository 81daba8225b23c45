/*
 * <sys/types.h> for programs written for FreeBSD: the host's, with the names
 * that FreeBSD's memory tools use besides.
 */
#ifndef UVMSIM_FREEBSD_SYS_TYPES_H
#define UVMSIM_FREEBSD_SYS_TYPES_H
#pragma GCC system_header

#include_next <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t	vm_offset_t;
typedef uint64_t	vm_ooffset_t;
typedef uint64_t	vm_paddr_t;
typedef uint64_t	vm_pindex_t;
typedef uint64_t	vm_size_t;
typedef unsigned char	vm_prot_t;
typedef int64_t		segsz_t;
typedef uint32_t	fixpt_t;
typedef int32_t		lwpid_t;

#endif /* UVMSIM_FREEBSD_SYS_TYPES_H */
