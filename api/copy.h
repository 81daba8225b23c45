/*
 * Memory of the program that calls: read and written as a kernel does, so that
 * a bad pointer is EFAULT and not a crash.
 *
 * Whether a page may be touched is asked of the host's kernel first; another
 * thread that unmaps it in between is the program's own fault.
 */
#ifndef API_COPY_H
#define API_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* => 0, or EFAULT; what lies before the first bad byte has been written */
int	api_copyout(void *to, const void *from, size_t len);
/* => 0, or EFAULT (to is then undefined) */
int	api_copyin(void *to, const void *from, size_t len);
/* Bytes from addr on that can be written (at most len); two system calls for
 * any length when all of it can. */
size_t	api_writable(void *addr, size_t len);

/*
 * A place in the caller's memory: of any pointer, which NULL + n in C is not.
 */
static inline void *
api_at(void *p, size_t n)
{
	return (void *)((uintptr_t)p + n);
}

#endif /* API_COPY_H */
