/*
 * Memory of the host with a page that refuses, for tests of what happens to
 * bad pointers.  It stands apart because a client header and the host's
 * <sys/mman.h> do not go into one file.
 */
#ifndef TESTS_HOST_MEMORY_H
#define TESTS_HOST_MEMORY_H

#include <stddef.h>

/* Bytes of a page of the host. */
size_t	host_page(void);
/*
 * npages to read and write, and behind them one that nobody may touch.
 * => NULL: no memory
 */
char   *host_memory(size_t npages);
void	host_memory_free(char *, size_t npages);

#endif /* TESTS_HOST_MEMORY_H */
