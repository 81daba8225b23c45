/*
 * memory_report [pid]: what a process has mapped, by kind, and what the system
 * has, as a small monitor of FreeBSD would print it.
 */
#include <sys/param.h>
#include <sys/types.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <sys/vmmeter.h>

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <libutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *
kind(const struct kinfo_vmentry *kve)
{
	switch (kve->kve_type) {
	case KVME_TYPE_VNODE: return kve->kve_path;
	case KVME_TYPE_SWAP: return "[memory]";
	case KVME_TYPE_GUARD: return "[guard]";
	case KVME_TYPE_PHYS: return "[shared page]";
	case KVME_TYPE_NONE: return "[untouched]";
	default: return "[other]";
	}
}

static void
report(pid_t pid)
{
	struct kinfo_vmentry *map;
	int cnt;

	map = kinfo_getvmmap(pid, &cnt);
	if (map == NULL)
		err(1, "kinfo_getvmmap(%d)", (int)pid);
	for (int i = 0; i < cnt; i++) {
		const struct kinfo_vmentry *kve = &map[i];

		printf("%#" PRIx64 "-%#" PRIx64 " %c%c%c %c%c %d/%d %d %d %s",
		    kve->kve_start, kve->kve_end,
		    kve->kve_protection & KVME_PROT_READ ? 'r' : '-',
		    kve->kve_protection & KVME_PROT_WRITE ? 'w' : '-',
		    kve->kve_protection & KVME_PROT_EXEC ? 'x' : '-',
		    kve->kve_flags & KVME_FLAG_COW ? 'C' : '-',
		    kve->kve_flags & KVME_FLAG_NEEDS_COPY ? 'N' : '-',
		    kve->kve_resident, kve->kve_private_resident,
		    kve->kve_ref_count, kve->kve_shadow_count, kind(kve));
		if (kve->kve_status & KF_ATTR_VALID)
			printf(" mode %o size %" PRIu64 " at %" PRIu64,
			    kve->kve_vn_mode, kve->kve_vn_size,
			    kve->kve_offset);
		putchar('\n');
	}
	free(map);
}

/* The size first, then the value, as the manual has it. */
static void *
value(const char *name, size_t *len)
{
	void *buf;

	if (sysctlbyname(name, NULL, len, NULL, 0) != 0)
		err(1, "%s", name);
	buf = malloc(*len);
	if (buf == NULL || sysctlbyname(name, buf, len, NULL, 0) != 0)
		err(1, "%s", name);
	return buf;
}

static void
system_report(void)
{
	static const char *const counts[] = { "vm.stats.vm.v_page_count",
		"vm.stats.vm.v_page_size", "vm.stats.vm.v_wire_count",
		"vm.stats.vm.v_forks", "vm.stats.vm.v_zfod" };
	struct vmtotal total;
	unsigned long physmem;
	int mib[2] = { CTL_HW, HW_PHYSMEM };
	size_t len = sizeof(physmem);

	if (sysctl(mib, nitems(mib), &physmem, &len, NULL, 0) != 0)
		err(1, "hw.physmem");
	printf("hw.physmem: %lu\n", physmem);
	for (size_t i = 0; i < nitems(counts); i++) {
		u_int v;

		len = sizeof(v);
		if (sysctlbyname(counts[i], &v, &len, NULL, 0) != 0)
			err(1, "%s", counts[i]);
		printf("%s: %u\n", counts[i], v);
	}
	len = sizeof(total);
	mib[0] = CTL_VM;
	mib[1] = VM_TOTAL;
	if (sysctl(mib, 2, &total, &len, NULL, 0) != 0)
		err(1, "vm.vmtotal");
	printf("objects: %" PRIu64 " pages, %" PRIu64 " of them resident\n",
	    total.t_vm, total.t_rm);
	char *os = value("kern.ostype", &len);
	printf("kern.ostype: %s\n", os);
	free(os);
}

/* A mib found by name, with a pid behind it. */
static void
by_number(pid_t pid)
{
	int mib[CTL_MAXNAME];
	size_t n = nitems(mib), len;

	if (sysctlnametomib("kern.proc.vmmap", mib, &n) != 0)
		err(1, "sysctlnametomib");
	mib[n] = pid;
	if (sysctl(mib, n + 1, NULL, &len, NULL, 0) != 0)
		err(1, "kern.proc.vmmap");
	printf("%zu bytes of records\n", len);
	mib[n] = 31337;
	if (sysctl(mib, n + 1, NULL, &len, NULL, 0) == 0 || errno != ESRCH)
		errx(1, "a process that is not there was found");
}

int
main(int argc, char **argv)
{
	pid_t pid = argc > 1 ? atoi(argv[1]) : getpid();
	struct kinfo_proc *kp = kinfo_getproc(pid);

	if (kp == NULL)
		err(1, "kinfo_getproc");
	printf("%d %s: %" PRIu64 " bytes, %" PRId64 " pages resident\n",
	    (int)kp->ki_pid, kp->ki_comm, kp->ki_size, kp->ki_rssize);
	free(kp);
	report(pid);
	by_number(pid);
	system_report();
	return 0;
}
