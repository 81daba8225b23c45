/*
 * What monitors on AIX do with vmgetinfo(): sizes of pages as a JVM asks for
 * them, memory as a system monitor shows it, all with the header alone.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/vminfo.h>

#define MAX_PAGE_SIZES 4

/* Which page sizes, and which of them can be paged. */
static void
page_sizes(void)
{
	psize_t sizes[MAX_PAGE_SIZES];
	struct vminfo_psize info;
	int i, n, max;

	max = vmgetinfo(NULL, VMINFO_GETPSIZES, 0);
	if (max < 1) {
		printf("4 KB pages only\n");
		return;
	}
	n = vmgetinfo(sizes, VMINFO_GETPSIZES, MAX_PAGE_SIZES);
	for (i = 0; i < n; i++) {
		memset(&info, 0, sizeof(info));
		info.psize = sizes[i];
		if (vmgetinfo(&info, VMINFO_PSIZE, sizeof(info)) != 0) {
			perror("VMINFO_PSIZE");
			exit(1);
		}
		printf("page size %lld: %lld frames, %lld bytes free, %s\n",
		    (long long)info.psize, (long long)info.numframes,
		    (long long)(info.numfrb * info.psize),
		    info.attr & VM_PSIZE_ATTR_PAGEABLE ? "pageable" : "pinned");
	}
}

static void
memory(void)
{
	struct vminfo64 v;
	struct vminfo old;

	if (vmgetinfo(&v, VMINFO64, sizeof(v)) != 0 ||
	    vmgetinfo(&old, VMINFO, sizeof(old)) != 0) {
		perror("vmgetinfo");
		exit(1);
	}
	if (old.numfrb != v.numfrb || old.pgexct != v.pgexct)
		printf("VMINFO and VMINFO64 differ\n");
	printf("memory %lld free %lld virtual %lld\n", (long long)v.memsizepgs,
	    (long long)v.numfrb, (long long)v.numvpages);
	printf("in use: work %lld pers %lld clnt %lld\n",
	    (long long)v.numwseguse, (long long)v.numpseguse,
	    (long long)v.numclseguse);
	printf("pinned: work %lld pers %lld clnt %lld other %lld\n",
	    (long long)v.numwsegpin, (long long)v.numpsegpin,
	    (long long)v.numclsegpin, (long long)v.unmngd_pgs);
	printf("faults %llu zero filled %llu page ins %llu\n",
	    (unsigned long long)v.pgexct, (unsigned long long)v.zerofills,
	    (unsigned long long)v.pageins);
	printf("available %llu KB\n",
	    (unsigned long long)(v.memavailable / 1024));
}

/* The cheap call has nothing dear in it before the first full one. */
static void
abridged(void)
{
	struct vminfo v;

	if (vmgetinfo(&v, VMINFO_ABRIDGED, sizeof(v)) != 0)
		perror("VMINFO_ABRIDGED");
	printf("abridged: minperm %lld maxperm %lld numvpages %lld\n",
	    (long long)v.minperm, (long long)v.maxperm, (long long)v.numvpages);
}

static void
complain(const char *what, int result)
{
	if (result == -1)
		printf("%s: %s\n", what,
		    errno == ENOSYS     ? "ENOSYS" :
			errno == EINVAL ? "EINVAL" :
			errno == EFAULT ? "EFAULT" :
			errno == ENOENT ? "ENOENT" :
					  strerror(errno));
	else
		printf("%s: %d\n", what, result);
}

int
main(void)
{
	struct vm_page_info page = { 0, 0 };
	struct ipc_limits limits;
	struct pginfo paging;
	char dev[] = "/dev/hd6";

	abridged();
	page_sizes();
	memory();
	abridged();
	if (kvmgetinfo(&limits, IPC_LIMITS, sizeof(limits)) == 0)
		printf("semaphores %llu, messages of %llu bytes\n",
		    (unsigned long long)limits.semmni,
		    (unsigned long long)limits.msgmax);
	complain("page at 0", vmgetinfo(&page, VM_PAGE_INFO, sizeof(page)));
	complain("bad command", vmgetinfo(&page, 42, sizeof(page)));
	complain("bad pointer", vmgetinfo(NULL, VMINFO, 8));
	complain("paging space", swapqry(dev, &paging));
	complain("danger", psdanger(SIGDANGER));
	return 0;
}
