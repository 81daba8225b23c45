/*
 * Memory of the host with a page that refuses, see host_memory.h.
 */
#include "host_memory.h"

#include <sys/mman.h>
#include <unistd.h>

size_t
host_page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

char *
host_memory(size_t npages)
{
	const size_t page = host_page();
	char *mem = mmap(NULL, (npages + 1) * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		return NULL;
	if (mprotect(mem + npages * page, page, PROT_NONE) == 0)
		return mem;
	host_memory_free(mem, npages);
	return NULL;
}

void
host_memory_free(char *mem, size_t npages)
{
	munmap(mem, (npages + 1) * host_page());
}
