/*
 * How much of a file is in memory: mincore(2) over a mapping of it, before
 * and after it is read, locked and unlocked.
 */
#include <sys/types.h>
#include <sys/mman.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uvmsim.h>

static void
count(const char *what, void *addr, size_t len)
{
	const size_t page = sysconf(_SC_PAGESIZE), pages = len / page;
	char *vec = malloc(pages);
	size_t n = 0;

	if (vec == NULL)
		err(1, "malloc");
	if (mincore(addr, len, vec) == -1) {
		printf("%-10s %s\n", what, strerror(errno));
	} else {
		for (size_t i = 0; i < pages; i++)
			n += vec[i] != 0;
		printf("%-10s %zu of %zu pages\n", what, n, pages);
	}
	free(vec);
}

int
main(void)
{
	const size_t page = sysconf(_SC_PAGESIZE), len = 24 * page;
	char *mem;
	int fd;

	/* The process that the script made for us. */
	if (uvmsim_setpid(100) != 0)
		errx(1, "%s", uvmsim_errmsg());
	fd = uvmsim_file("/data", O_RDONLY);
	if (fd == -1)
		errx(1, "%s", uvmsim_errmsg());
	mem = mmap(NULL, len, PROT_READ, MAP_FILE | MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		err(1, "mmap");
	count("mapped", mem, len);
	if (uvmsim_touch(mem + 20 * page, page, PROT_READ) == -1)
		err(1, "touch");
	count("read", mem, len);
	if (mlock(mem, len) == -1)
		err(1, "mlock");
	count("locked", mem, len);
	if (munlock(mem, len) == -1)
		err(1, "munlock");
	count("unlocked", mem, len);
	count("unaligned", mem + 1, len);
	if (munmap(mem, len) == -1)
		err(1, "munmap");
	count("unmapped", mem, len);
	return 0;
}
