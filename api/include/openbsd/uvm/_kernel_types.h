/*
 * Types of kernel structures in the width of the kernel that is looked at: the
 * program's own, or that of a 32-bit kernel with UVMSIM_ILP32 defined before
 * anything of this directory is included, or of a 64-bit one with UVMSIM_LP64:
 * then the layout is the same whatever the program is compiled for.
 *
 * Members stand in the order of OpenBSD 3.6 as far as that is known; members
 * that no reader of kernel memory needs are left out.
 */
#ifndef UVMSIM_OPENBSD_UVM__KERNEL_TYPES_H
#define UVMSIM_OPENBSD_UVM__KERNEL_TYPES_H

#include <stdint.h>

#ifdef UVMSIM_ILP32
#define _KPTR(type)	uint32_t
typedef int32_t		_klong;
typedef uint32_t	_kulong;
/* i386 aligns 64 bits to 4 bytes. */
typedef int64_t		_koff __attribute__((aligned(4)));
typedef uint64_t	_ku64 __attribute__((aligned(4)));
#elif defined(UVMSIM_LP64)
typedef int64_t		_klong __attribute__((aligned(8)));
typedef uint64_t	_kulong __attribute__((aligned(8)));
typedef int64_t		_koff __attribute__((aligned(8)));
typedef uint64_t	_ku64 __attribute__((aligned(8)));
#define _KPTR(type)	_kulong
#else
#define _KPTR(type)	type *
typedef long		_klong;
typedef unsigned long	_kulong;
typedef int64_t		_koff;
typedef uint64_t	_ku64;
#endif
typedef int32_t		_kdev;		/* dev_t of the kernel */

#ifndef UVMSIM_ILP32
typedef unsigned long	vaddr_t;
typedef unsigned long	vsize_t;
typedef unsigned long	paddr_t;
typedef int64_t		voff_t;
typedef int		vm_prot_t;
typedef int		vm_inherit_t;
typedef int		boolean_t;
typedef int32_t		segsz_t;
#endif

struct simplelock {
	int		lock_data;
};

struct lock {
	struct simplelock lk_interlock;
	unsigned int	lk_flags;
	int		lk_sharecount;
	short		lk_exclusivecount;
	short		lk_recurselevel;
	int		lk_waitcount;
	_KPTR(const char) lk_wmesg;
};

#endif /* UVMSIM_OPENBSD_UVM__KERNEL_TYPES_H */
