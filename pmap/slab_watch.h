/*
 * What slabs tell the tools that watch memory.  Nothing in other builds.
 *
 *	slab_hide	these bytes are nobody's
 *	slab_fresh	they are somebody's, and nothing has been written yet
 *	slab_show	they are somebody's, and hold something
 */
#ifndef PMAP_SLAB_WATCH_H
#define PMAP_SLAB_WATCH_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLAB_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SLAB_ASAN
#endif

#if defined(UVMSIM_MEMCHECK)
#include <valgrind/memcheck.h>
#define slab_hide(p, n)		((void)VALGRIND_MAKE_MEM_NOACCESS(p, n))
#define slab_fresh(p, n)	((void)VALGRIND_MAKE_MEM_UNDEFINED(p, n))
#define slab_show(p, n)		((void)VALGRIND_MAKE_MEM_DEFINED(p, n))
#elif defined(SLAB_ASAN)
#include <sanitizer/asan_interface.h>
#define slab_hide(p, n)		ASAN_POISON_MEMORY_REGION(p, n)
#define slab_fresh(p, n)	ASAN_UNPOISON_MEMORY_REGION(p, n)
#define slab_show(p, n)		ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define slab_hide(p, n)		((void)(p), (void)(n))
#define slab_fresh(p, n)	((void)(p), (void)(n))
#define slab_show(p, n)		((void)(p), (void)(n))
#endif

#endif /* PMAP_SLAB_WATCH_H */
