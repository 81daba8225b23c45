/*
 * sysctl(3), kinfo_getvmmap(3), getpagesizes(3) of FreeBSD.
 */
#include <stdlib.h>
#include <sys/types.h>

#include "fuzz.h"

int uvmsim_freebsd_sysctl(const int *, unsigned, void *, size_t *, const void *,
    size_t);
int uvmsim_freebsd_sysctlbyname(const char *, void *, size_t *, const void *,
    size_t);
int uvmsim_freebsd_sysctlnametomib(const char *, int *, size_t *);
void *uvmsim_freebsd_kinfo_getvmmap(pid_t, int *);
int uvmsim_freebsd_getpagesizes(size_t *, int);

static const char *const names[] = { "kern.proc.vmmap", "kern.proc.all",
	"kern.proc.pid", "hw.pagesizes", "hw.pagesize", "hw.physmem",
	"vm.mincore_mapped", "vm.overcommit", "vm.swap_total", "vm.vmtotal",
	"vm.stats.vm.v_page_count", "vm.stats.vm.v_vm_faults", "vm.objects",
	"vm.swap_objects", "vm.reserv.partpopq", "vm.pmap.pde.promotions",
	"kern.proc_vmmap_skip_resident_count", "vm", "kern", "", ".", "vm.",
	"vm.stats.vm.v_page_count.1", "nosuch", "kern.proc.vmmap.2" };

/* A length to read into, with memory of that length or not. */
static void *
some_buffer(struct fuzz *f, size_t *len)
{
	*len = fuzz_size(f);
	return fuzz_pointer(f, *len);
}

static enum fuzz_end
call_sysctl(struct fuzz *f)
{
	static const int tops[] = { 0, 1, 2, 4, 6, 2147483647, 15 };
	int mib[32];
	unsigned n = (unsigned)fuzz_below(f, fuzz_below(f, 8) ? 5 : 32);
	size_t len, newlen = fuzz_below(f, 3) ? 0 : fuzz_below(f, 12);
	void *old = some_buffer(f, &len);
	const void *new = newlen != 0 ? fuzz_pointer(f, newlen) : NULL;

	for (unsigned i = 0; i < 32; i++)
		mib[i] = fuzz_int(f);
	mib[0] = tops[fuzz_below(f, NELEM(tops))];
	if (fuzz_below(f, 2)) {
		mib[0] = 1;
		mib[1] = 14;
		mib[2] = fuzz_below(f, 2) ? 32 : (int)fuzz_below(f, 48);
		mib[3] = fuzz_pid(f);
		n = 4;
	}
	return fuzz_judge(f,
	    uvmsim_freebsd_sysctl(fuzz_below(f, 50) ? mib : fuzz_pointer(f, 16),
		n, old, fuzz_below(f, 10) ? &len : fuzz_pointer(f, 8), new,
		newlen));
}

static enum fuzz_end
call_sysctlbyname(struct fuzz *f)
{
	const char *name = names[fuzz_below(f, NELEM(names))];
	size_t len, newlen = fuzz_below(f, 3) ? 0 : fuzz_below(f, 12);
	void *old = some_buffer(f, &len);

	return fuzz_judge(f,
	    uvmsim_freebsd_sysctlbyname(name, old,
		fuzz_below(f, 10) ? &len : NULL,
		newlen != 0 ? fuzz_pointer(f, newlen) : NULL, newlen));
}

static enum fuzz_end
call_nametomib(struct fuzz *f)
{
	const char *name = names[fuzz_below(f, NELEM(names))];
	size_t n = fuzz_below(f, 30);

	return fuzz_judge(f,
	    uvmsim_freebsd_sysctlnametomib(name, fuzz_pointer(f, n * 4), &n));
}

/* The records must follow each other in rising order. */
static enum fuzz_end
call_kinfo(struct fuzz *f)
{
	int n = -1, pid = fuzz_pid(f);
	char *list = uvmsim_freebsd_kinfo_getvmmap(pid, &n);
	uint64_t end = 0;
	enum fuzz_end result = FUZZ_OK;

	if (list == NULL)
		return n != 0 ? fuzz_bad(f, "NULL with a count") :
				fuzz_judge(f, -1);
	for (int i = 0; i < n; i++) {
		const char *r = list + (size_t)i * 1160;
		const uint64_t *at = (const uint64_t *)(const void *)(r + 8);

		if (*(const int *)(const void *)r != 1160 || at[0] < end ||
		    at[1] <= at[0])
			result = fuzz_bad(f, "records out of order");
		end = at[1];
	}
	free(list);
	return result;
}

static enum fuzz_end
call_getpagesizes(struct fuzz *f)
{
	int n = fuzz_below(f, 2) ? (int)fuzz_below(f, 6) : -1;
	void *p = fuzz_below(f, 3) ? f->pages : NULL;

	return fuzz_judge(f, uvmsim_freebsd_getpagesizes(p, n));
}

const struct fuzz_target fuzz_freebsd[] = { { "sysctl", call_sysctl },
	{ "sysctl", call_sysctl }, { "sysctlbyname", call_sysctlbyname },
	{ "sysctlnametomib", call_nametomib }, { "kinfo_getvmmap", call_kinfo },
	{ "getpagesizes", call_getpagesizes }, { NULL, NULL } };
