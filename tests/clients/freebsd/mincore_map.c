/*
 * Prints which pages of a mapping are in core, a letter a page: what people
 * write around mincore(2) to see what their program has touched.
 *
 *	.  not in core		c  in core, not used
 *	r  referenced		m  referenced and modified
 *	o  used by others only	capital: part of a superpage
 */
#include <sys/types.h>
#include <sys/mman.h>

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uvmsim.h>

static char
letter(int byte)
{
	char c;

	if ((byte & MINCORE_INCORE) == 0)
		return '.';
	if (byte & MINCORE_MODIFIED)
		c = 'm';
	else if (byte & MINCORE_REFERENCED)
		c = 'r';
	else if (byte & (MINCORE_REFERENCED_OTHER | MINCORE_MODIFIED_OTHER))
		c = 'o';
	else
		c = 'c';
	return byte & MINCORE_SUPER ? (char)toupper(c) : c;
}

static void
show(const char *what, const void *addr, size_t len)
{
	size_t pages = (len + getpagesize() - 1) / getpagesize();
	char *vec = malloc(pages);

	if (vec == NULL)
		err(1, "malloc");
	if (mincore(addr, len, vec) != 0) {
		printf("%-12s %s\n", what, strerror(errno));
	} else {
		printf("%-12s ", what);
		for (size_t i = 0; i < pages; i++)
			putchar(letter(vec[i]));
		putchar('\n');
	}
	free(vec);
}

static void
touch(char *addr, size_t len, int prot)
{
	if (uvmsim_touch(addr, len, prot) != 0)
		err(1, "touch %p", (void *)addr);
}

int
main(void)
{
	const size_t page = getpagesize();
	size_t sizes[4];
	char *mem;
	int n, fd;

	/* The process that the script made for us. */
	if (uvmsim_setpid(100) != 0)
		errx(1, "%s", uvmsim_errmsg());
	n = getpagesizes(sizes, 4);
	printf("page sizes  ");
	for (int i = 0; i < n; i++)
		printf(" %zu", sizes[i]);
	printf("\n");

	mem = mmap(NULL, 32 * page, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);
	if (mem == MAP_FAILED)
		err(1, "mmap");
	show("fresh", mem, 32 * page);
	touch(mem + 4 * page, 8 * page, PROT_READ);
	touch(mem + 8 * page, 8 * page, PROT_WRITE);
	show("touched", mem, 32 * page);
	if (madvise(mem + 10 * page, 4 * page, MADV_DONTNEED) != 0)
		err(1, "madvise");
	show("dontneed", mem, 32 * page);
	if (mlock(mem + 24 * page, 4 * page) != 0)
		err(1, "mlock");
	show("locked", mem, 32 * page);
	if (mprotect(mem, 6 * page, PROT_NONE) != 0)
		err(1, "mprotect");
	show("protected", mem, 32 * page);
	if (munmap(mem + 16 * page, page) != 0)
		err(1, "munmap");
	show("hole", mem, 32 * page);
	show("up to it", mem, 16 * page);

	fd = uvmsim_file("/data", O_RDONLY);
	if (fd < 0)
		errx(1, "%s", uvmsim_errmsg());
	mem = mmap(NULL, 24 * page, PROT_READ, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		err(1, "mmap");
	show("file", mem, 24 * page);
	return 0;
}
