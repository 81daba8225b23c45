/*
 * What a JVM on AIX asks about the pages behind its heap: walking a range by
 * the size of the page at each address, and what there is of each size.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vminfo.h>

/* From address to address, as long as there is memory. */
static void
walk(const char *name, unsigned long long addr)
{
	const unsigned long long start = addr;
	struct vm_page_info info;
	unsigned long long last = 0, count = 0;

	printf("%s:", name);
	for (;; addr += info.pagesize) {
		info.addr = addr;
		if (vmgetinfo(&info, VM_PAGE_INFO, sizeof(info)) != 0)
			break;
		if (info.pagesize != last && count > 0) {
			printf(" %llu x %lluK", count, last / 1024);
			count = 0;
		}
		last = info.pagesize;
		count++;
	}
	printf(" %llu x %lluK, %lluK in all\n", count, last / 1024,
	    (addr - start) / 1024);
}

int
main(void)
{
	struct vminfo_psize size;
	struct vminfo64 all;
	psize_t sizes[4];
	long long bytes = 0;
	int n;

	n = vmgetinfo(sizes, VMINFO_GETPSIZES, 4);
	for (int i = 0; i < n; i++) {
		memset(&size, 0, sizeof(size));
		size.psize = sizes[i];
		if (vmgetinfo(&size, VMINFO_PSIZE, sizeof(size)) != 0) {
			perror("VMINFO_PSIZE");
			return 1;
		}
		printf("%11lld: %lld frames, %lld working, %s\n",
		    (long long)size.psize, (long long)size.numframes,
		    (long long)size.numwseguse,
		    size.attr & VM_PSIZE_ATTR_PAGEABLE ? "pageable" :
							 "not pageable");
		bytes += (long long)(size.numframes * size.psize);
	}
	if (vmgetinfo(&all, VMINFO64, sizeof(all)) != 0) {
		perror("VMINFO64");
		return 1;
	}
	printf("memory is %s the sizes\n",
	    bytes == (long long)all.memsizepgs * 4096 ? "all of" : "not");
	walk("heap", 0x100000000);
	walk("half", 0x200000000);
	return 0;
}
