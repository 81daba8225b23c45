/*
 * What slabs tell valgrind in builds for it (make memcheck); nothing in others.
 *
 *	slab_hide	these bytes are nobody's
 *	slab_fresh	they are somebody's, and nothing has been written yet
 *	slab_show	they are somebody's, and hold something
 */
#ifndef PMAP_SLAB_WATCH_H
#define PMAP_SLAB_WATCH_H

#if defined(UVMSIM_MEMCHECK)
#include <valgrind/memcheck.h>
#define slab_hide(p, n)		((void)VALGRIND_MAKE_MEM_NOACCESS(p, n))
#define slab_fresh(p, n)	((void)VALGRIND_MAKE_MEM_UNDEFINED(p, n))
#define slab_show(p, n)		((void)VALGRIND_MAKE_MEM_DEFINED(p, n))
#else
#define slab_hide(p, n)		((void)(p), (void)(n))
#define slab_fresh(p, n)	((void)(p), (void)(n))
#define slab_show(p, n)		((void)(p), (void)(n))
#endif

#endif /* PMAP_SLAB_WATCH_H */
