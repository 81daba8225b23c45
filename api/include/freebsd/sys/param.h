/*
 * <sys/param.h> for programs written for FreeBSD (14.1, amd64): the host's,
 * with FreeBSD's names for pages.  PATH_MAX stays the host's, which is larger
 * than FreeBSD's 1024; structures that hold a path have FreeBSD's size.
 */
#ifndef UVMSIM_FREEBSD_SYS_PARAM_H
#define UVMSIM_FREEBSD_SYS_PARAM_H
#pragma GCC system_header

#include_next <sys/param.h>

#include <sys/types.h>

#define __FreeBSD_version	1401000

#undef PAGE_SHIFT
#undef PAGE_SIZE
#undef PAGE_MASK
#define PAGE_SHIFT	12
#define PAGE_SIZE	(1 << PAGE_SHIFT)
#define PAGE_MASK	(PAGE_SIZE - 1)

#define MAXPAGESIZES	3		/* sizes that hw.pagesizes has */

#ifndef NODEV
#define NODEV		((dev_t)(-1))
#endif
#ifndef nitems
#define nitems(x)	(sizeof((x)) / sizeof((x)[0]))
#endif
#ifndef rounddown2
#define rounddown2(x, y)	((x) & ~((y) - 1))
#define roundup2(x, y)	(((x) + ((y) - 1)) & ~((y) - 1))
#endif
#undef trunc_page
#undef round_page
#undef atop
#undef ptoa
#define trunc_page(x)	((x) & ~(unsigned long)PAGE_MASK)
#define round_page(x)	\
	(((x) + (unsigned long)PAGE_MASK) & ~(unsigned long)PAGE_MASK)
#define atop(x)		((x) >> PAGE_SHIFT)
#define ptoa(x)		((x) << PAGE_SHIFT)

#endif /* UVMSIM_FREEBSD_SYS_PARAM_H */
