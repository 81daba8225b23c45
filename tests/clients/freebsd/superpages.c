/*
 * Is my memory mapped by superpages?  As programs for FreeBSD ask it: mincore()
 * page by page, kinfo_getvmmap() entry by entry, and the kernel's counters.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <sys/user.h>

#include <err.h>
#include <inttypes.h>
#include <libutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <uvmsim.h>

static uint64_t
counter(const char *name)
{
	uint64_t value;
	size_t len = sizeof(value);

	if (sysctlbyname(name, &value, &len, NULL, 0) != 0)
		err(1, "%s", name);
	return value;
}

/* Pages of each size in a range, and whether its entry has the flag. */
static void
show(const char *what, char *mem, size_t len, size_t page)
{
	const size_t n = len / page;
	char *vec = malloc(n);
	size_t in[3] = { 0, 0, 0 }, out = 0;
	struct kinfo_vmentry *map;
	int cnt, flag = 0;

	if (vec == NULL || mincore(mem, len, vec) != 0)
		err(1, "mincore");
	for (size_t i = 0; i < n; i++)
		if ((vec[i] & MINCORE_INCORE) == 0)
			out++;
		else if ((vec[i] & MINCORE_SUPER) == MINCORE_PSIND(1))
			in[1]++;
		else if ((vec[i] & MINCORE_SUPER) == MINCORE_PSIND(2))
			in[2]++;
		else
			in[0]++;
	free(vec);
	if ((map = kinfo_getvmmap(getpid(), &cnt)) == NULL)
		err(1, "kinfo_getvmmap");
	for (int i = 0; i < cnt; i++)
		if (map[i].kve_start <= (uintptr_t)mem &&
		    (uintptr_t)mem < map[i].kve_end)
			flag = (map[i].kve_flags & KVME_FLAG_SUPER) != 0;
	free(map);
	printf("%-10s %5zu base %5zu super %5zu huge %5zu out, flag %d; "
	       "promotions %" PRIu64 " demotions %" PRIu64 "\n",
	    what, in[0], in[1], in[2], out, flag,
	    counter("vm.pmap.pde.promotions"),
	    counter("vm.pmap.pde.demotions"));
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
	size_t sizes[3], page, super;
	char *mem, text[200];
	size_t len = sizeof(text);

	if (getpagesizes(sizes, 3) < 2)
		errx(1, "no superpages");
	page = sizes[0];
	super = sizes[1];
	mem = mmap(NULL, 2 * super, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE | MAP_ALIGNED_SUPER, -1, 0);
	if (mem == MAP_FAILED || (uintptr_t)mem % super != 0)
		err(1, "mmap");
	show("fresh", mem, 2 * super, page);
	touch(mem, super - page, PROT_WRITE);
	show("all but 1", mem, 2 * super, page);
	if (sysctlbyname("vm.reserv.partpopq", text, &len, NULL, 0) != 0)
		err(1, "partpopq");
	printf("%s", text);
	touch(mem + super - page, 1, PROT_WRITE);
	show("full", mem, 2 * super, page);
	touch(mem + super, super, PROT_READ);
	show("read", mem, 2 * super, page);
	if (mprotect(mem + 5 * page, page, PROT_READ) != 0)
		err(1, "mprotect");
	show("one less", mem, 2 * super, page);
	if (madvise(mem + super, super, MADV_DONTNEED) != 0)
		err(1, "madvise");
	show("dontneed", mem, 2 * super, page);
	return 0;
}
