/*
 * sysctl(3): the rules of names, buffers and rights, on every name that the
 * tree has; and the values against the machine.
 */
#include "freebsd_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/freebsd/libutil.h"
#include "api/include/freebsd/sys/proc.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/freebsd/sys/vmmeter.h"
#include "host_memory.h"

#define FAILS(error, call) \
	do { \
		errno = 0; \
		assert_int_equal((call), -1); \
		assert_int_equal(errno, (error)); \
		assert_string_not_equal(uvmsim_errmsg(), ""); \
	} while (0)

struct name {
	int mib[CTL_MAXNAME];
	size_t n;
	char text[128];
	uint32_t kind;
};

/* The value behind *name, as sysctl(8) finds it. => false: there is none */
static bool
next_name(struct name *name)
{
	int ask[CTL_MAXNAME + 2] = { CTL_SYSCTL, CTL_SYSCTL_NEXT };
	size_t len = sizeof(name->mib);
	char fmt[64];

	memcpy(ask + 2, name->mib, name->n * sizeof(int));
	if (sysctl(ask, (unsigned)name->n + 2, name->mib, &len, NULL, 0) != 0) {
		assert_int_equal(errno, ENOENT);
		return false;
	}
	name->n = len / sizeof(int);
	memcpy(ask + 2, name->mib, len);
	ask[1] = CTL_SYSCTL_NAME;
	len = sizeof(name->text);
	assert_int_equal(sysctl(ask, (unsigned)name->n + 2, name->text, &len,
			     NULL, 0),
	    0);
	assert_int_equal(len, strlen(name->text) + 1);
	ask[1] = CTL_SYSCTL_OIDFMT;
	len = sizeof(fmt);
	assert_int_equal(sysctl(ask, (unsigned)name->n + 2, fmt, &len, NULL, 0),
	    0);
	memcpy(&name->kind, fmt, 4);
	assert_int_equal(len, 4 + strlen(fmt + 4) + 1);
	ask[1] = CTL_SYSCTL_OIDDESCR;
	len = sizeof(fmt);
	(void)sysctl(ask, (unsigned)name->n + 2, fmt, &len, NULL, 0);
	assert_true(len > 1);
	return true;
}

/* Values; the tree's talk about itself and what needs a number apart. */
static bool
next_value(struct name *name)
{
	while (next_name(name))
		if ((name->kind & CTLTYPE) != CTLTYPE_NODE)
			return true;
	return false;
}

/* --------------------------------------------------------------- names ---- */

static void
names_and_numbers(void **state)
{
	struct name name = { .n = 0 };
	char last[128] = "";
	int count = 0;

	(void)state;
	while (next_name(&name)) {
		int mib[CTL_MAXNAME];
		size_t n = CTL_MAXNAME;

		assert_int_equal(sysctlnametomib(name.text, mib, &n), 0);
		assert_int_equal(n, name.n);
		assert_memory_equal(mib, name.mib, n * sizeof(int));
		assert_string_not_equal(name.text, last);
		strcpy(last, name.text);
		count++;
		/* What sysctl -a leaves out. */
		assert_string_not_equal(name.text, "vm.objects");
		assert_string_not_equal(name.text, "vm.swap_objects");
		assert_true(strncmp(name.text, "sysctl.", 7) != 0);
	}
	assert_true(count > 120);
}

/* docs/freebsd.md has a row for each name, where it can be read. */
static void
documented(void **state)
{
	struct name name = { .n = 0 };
	char *text = calloc(1, 200000);
	FILE *fp = fopen("docs/freebsd.md", "r");

	(void)state;
	if (fp == NULL) {
		free(text);
		skip();
	}
	assert_true(fread(text, 1, 199999, fp) > 0);
	fclose(fp);
	while (next_name(&name)) {
		char quoted[140];

		snprintf(quoted, sizeof(quoted), "`%s`", name.text);
		if (strncmp(name.text, "sysctl.", 7) != 0 &&
		    strstr(text, quoted) == NULL)
			fail_msg("docs/freebsd.md does not name %s", name.text);
	}
	free(text);
}

static void
fixed_numbers(void **state)
{
	static const struct {
		const char *name;
		int mib[4];
		size_t n;
	} rows[] = {
		{ "kern.proc.vmmap", { 1, 14, 32 }, 3 },
		{ "kern.proc.pid", { 1, 14, 1 }, 3 },
		{ "kern.proc.proc", { 1, 14, 8 }, 3 },
		{ "kern.proc.vm_layout", { 1, 14, 45 }, 3 },
		{ "kern.ostype", { 1, 1 }, 2 },
		{ "kern.osreldate", { 1, 24 }, 2 },
		{ "hw.machine", { 6, 1 }, 2 },
		{ "hw.ncpu", { 6, 3 }, 2 },
		{ "hw.physmem", { 6, 5 }, 2 },
		{ "hw.usermem", { 6, 6 }, 2 },
		{ "hw.pagesize", { 6, 7 }, 2 },
		{ "hw.realmem", { 6, 12 }, 2 },
		{ "vm.vmtotal", { 2, 1 }, 2 },
		{ "vm.overcommit", { 2, 12 }, 2 },
		{ "vm", { 2 }, 1 },
		{ "kern.proc", { 1, 14 }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		int mib[CTL_MAXNAME];
		size_t n = CTL_MAXNAME;

		assert_int_equal(sysctlnametomib(rows[i].name, mib, &n), 0);
		assert_int_equal(n, rows[i].n);
		assert_memory_equal(mib, rows[i].mib, n * sizeof(int));
	}
}

static void
wrong_names(void **state)
{
	int mib[CTL_MAXNAME + 2] = { CTL_HW, HW_PAGESIZE, 1 };
	size_t len = 4, n = 1;
	int v;

	(void)state;
	FAILS(ENOTDIR, sysctl(mib, 3, &v, &len, NULL, 0));
	FAILS(EINVAL, sysctl(mib, 1, &v, &len, NULL, 0));
	FAILS(EINVAL, sysctl(mib, 0, &v, &len, NULL, 0));
	FAILS(EINVAL, sysctl(mib, CTL_MAXNAME + 1, &v, &len, NULL, 0));
	mib[1] = 99;
	FAILS(ENOENT, sysctl(mib, 2, &v, &len, NULL, 0));
	mib[0] = 77;
	FAILS(ENOENT, sysctl(mib, 2, &v, &len, NULL, 0));
	mib[0] = -1;
	FAILS(ENOENT, sysctl(mib, 2, &v, &len, NULL, 0));
	FAILS(EISDIR, sysctl((int[]){ 1, 14 }, 2, &v, &len, NULL, 0));
	FAILS(EISDIR, sysctlbyname("vm.stats", &v, &len, NULL, 0));
	FAILS(ENOENT, sysctlbyname("vm.stats.no", &v, &len, NULL, 0));
	FAILS(ENOENT, sysctlbyname("", &v, &len, NULL, 0));
	FAILS(ENOENT, sysctlbyname(".", &v, &len, NULL, 0));
	FAILS(ENOENT, sysctlbyname("hw.pagesiz", &v, &len, NULL, 0));
	FAILS(ENOENT, sysctlbyname("hw.pagesizex", &v, &len, NULL, 0));
	FAILS(ENOENT, sysctlbyname("hw.pagesize.1", &v, &len, NULL, 0));
	FAILS(EFAULT, sysctl((int *)8, 2, &v, &len, NULL, 0));
	FAILS(EFAULT, sysctlbyname((char *)8, &v, &len, NULL, 0));
	FAILS(ENOMEM, sysctlnametomib("hw.pagesize", mib, &n));
	assert_int_equal(n, 1);
	assert_int_equal(mib[0], CTL_HW);
}

/* ------------------------------------------------------------- buffers ---- */

/* Each value: its size, its bytes, and what a shorter buffer gets. */
static void
every_value(void **state)
{
	struct name name = { .n = 0 };
	char *mem = host_memory(8), *edge = mem + 8 * host_page();

	(void)state;
	while (next_value(&name)) {
		size_t need = 123, len;
		char all[4096], part[4096];

		if (strcmp(name.text, "kern.proc.all") == 0)
			continue;
		assert_int_equal(sysctlbyname(name.text, NULL, &need, NULL, 0),
		    0);
		assert_in_range(need, 1, sizeof(all));
		len = sizeof(all);
		assert_int_equal(sysctl(name.mib, (unsigned)name.n, all, &len,
				     NULL, 0),
		    0);
		assert_int_equal(len, need);
		len = need;
		assert_int_equal(sysctlbyname(name.text, edge - need, &len,
				     NULL, 0),
		    0);
		assert_memory_equal(edge - need, all, need);
		len = need;
		FAILS(EFAULT,
		    sysctlbyname(name.text, edge - need + 1, &len, NULL, 0));
		if (strcmp(name.text, "hw.pagesizes") == 0 ||
		    (name.kind & CTLTYPE) == CTLTYPE_U64)
			continue;
		memset(part, 0x55, sizeof(part));
		len = need - 1;
		FAILS(ENOMEM, sysctlbyname(name.text, part, &len, NULL, 0));
		assert_int_equal(len, need - 1);
		assert_memory_equal(part, all, need - 1);
		assert_int_equal(part[need - 1], 0x55);
	}
	host_memory_free(mem, 8);
}

/* Programs of FreeBSD 11 read 64-bit counters into 4 bytes. */
static void
narrow_counters(void **state)
{
	uint64_t wide;
	uint32_t narrow;
	size_t len = sizeof(wide);

	(void)state;
	fb_m->vm.exp.faults = 0x500000007;
	assert_int_equal(sysctlbyname("vm.stats.vm.v_vm_faults", &wide, &len,
			     NULL, 0),
	    0);
	assert_int_equal(wide, 0x500000007);
	len = sizeof(narrow);
	assert_int_equal(sysctlbyname("vm.stats.vm.v_vm_faults", &narrow, &len,
			     NULL, 0),
	    0);
	assert_int_equal(narrow, 7);
	assert_int_equal(len, 4);
	len = 6;
	FAILS(ENOMEM,
	    sysctlbyname("vm.stats.vm.v_vm_faults", &wide, &len, NULL, 0));
}

static void
odd_pointers(void **state)
{
	const int mib[] = { CTL_HW, HW_PAGESIZE };
	size_t len;
	int v;

	(void)state;
	assert_int_equal(sysctl(mib, 2, NULL, NULL, NULL, 0), 0);
	FAILS(ENOMEM, sysctl(mib, 2, &v, NULL, NULL, 0));
	FAILS(EFAULT, sysctl(mib, 2, &v, (size_t *)8, NULL, 0));
	len = 4;
	FAILS(EFAULT, sysctl(mib, 2, (void *)8, &len, NULL, 0));
	assert_int_equal(len, 4);
	len = 0;
	FAILS(ENOMEM, sysctl(mib, 2, &v, &len, NULL, 0));
}

/* ------------------------------------------------------------- setting ---- */

static int
get(const char *name)
{
	int v = -1;
	size_t len = sizeof(v);

	assert_int_equal(sysctlbyname(name, &v, &len, NULL, 0), 0);
	return v;
}

static void
setting(void **state)
{
	static const char *const names[] = { "vm.mincore_mapped",
		"vm.overcommit", "kern.proc_vmmap_skip_resident_count",
		"security.bsd.see_other_uids",
		"security.bsd.unprivileged_proc_debug" };
	const int boot[] = { 1, 0, 0, 1, 1 };

	(void)state;
	for (size_t i = 0; i < NELEM(names); i++) {
		int old = 9, new = 5;
		size_t len = sizeof(old);

		assert_int_equal(get(names[i]), boot[i]);
		assert_int_equal(sysctlbyname(names[i], &old, &len, &new,
				     sizeof(new)),
		    0);
		assert_int_equal(old, boot[i]);
		assert_int_equal(get(names[i]), 5);
		FAILS(EINVAL, sysctlbyname(names[i], NULL, NULL, &new, 3));
		FAILS(EFAULT, sysctlbyname(names[i], NULL, NULL, (void *)8, 4));
		/* what cannot be told is not set */
		len = 2;
		new = 6;
		FAILS(ENOMEM, sysctlbyname(names[i], &old, &len, &new, 4));
		assert_int_equal(get(names[i]), 5);
		uvmsim_setuid(3);
		FAILS(EPERM, sysctlbyname(names[i], NULL, NULL, &new, 4));
		uvmsim_setuid(0);
	}
	assert_int_equal(fb_m->tunables.mincore_mapped, 5);
	assert_int_equal(fb_m->tunables.vmmap_skip_resident, 5);
	assert_int_equal(fb_m->tunables.overcommit, 5);
}

static void
read_only(void **state)
{
	struct name name = { .n = 0 };
	int v = 1, writable = 0;

	(void)state;
	while (next_value(&name))
		if ((name.kind & CTLFLAG_WR) != 0)
			writable++;
		else
			FAILS(EPERM,
			    sysctl(name.mib, (unsigned)name.n, NULL, NULL, &v,
				sizeof(v)));
	assert_int_equal(writable, 5);
}

/* -------------------------------------------------------------- values ---- */

static void
values(void **state)
{
	const uint64_t a = fb_map(fb_p, 20 * FB_PAGE, FB_RW, FB_ANON);
	const struct uvmexp *x = &fb_m->vm.exp;
	uint64_t sizes[3];
	size_t len = sizeof(sizes);
	char text[40];

	(void)state;
	fb_touch(fb_p, a, 10 * FB_PAGE, 2);
	fb_call(fb_p, SIM_SYS_MLOCK, a, 4 * FB_PAGE, 0);
	assert_int_equal(fb_number("hw.pagesize"), 4096);
	assert_int_equal(fb_number("hw.physmem"), 64 << 20);
	assert_int_equal(fb_number("hw.availpages"), 16384);
	assert_int_equal(fb_number("hw.ncpu"), 1);
	assert_int_equal(fb_number("vm.stats.vm.v_user_wire_count"), 4);
	assert_int_equal(fb_number("vm.stats.vm.v_page_count"), x->npages);
	assert_int_equal(fb_number("vm.stats.vm.v_free_count") +
		fb_number("vm.stats.vm.v_active_count") +
		fb_number("vm.stats.vm.v_inactive_count") +
		fb_number("vm.stats.vm.v_laundry_count") +
		fb_number("vm.stats.vm.v_wire_count"),
	    fb_number("vm.stats.vm.v_page_count"));
	assert_true(fb_number("vm.stats.vm.v_wire_count") >= 4);
	assert_int_equal(fb_number("hw.usermem"),
	    fb_number("hw.physmem") -
		4096 * fb_number("vm.stats.vm.v_wire_count"));
	assert_int_equal(fb_number("vm.stats.vm.v_zfod"), x->flt_przero);
	assert_int_equal(fb_number("vm.stats.sys.v_syscall"), x->syscalls);
	assert_int_equal(fb_number("vm.domain.0.stats.free_count"), x->free);
	assert_int_equal(fb_number("vm.v_free_min"), x->freemin);
	assert_int_equal(fb_number("vm.swap_total"), 0);
	assert_true(fb_number("vm.swap_reserved") >= 20 * FB_PAGE);
	assert_int_equal(sysctlbyname("hw.pagesizes", sizes, &len, NULL, 0), 0);
	assert_int_equal(len, 24);
	assert_int_equal(sizes[0], 4096);
	len = 12;
	assert_int_equal(sysctlbyname("hw.pagesizes", sizes, &len, NULL, 0), 0);
	assert_int_equal(len, 12);
	len = sizeof(text);
	assert_int_equal(sysctlbyname("kern.ostype", text, &len, NULL, 0), 0);
	assert_string_equal(text, "FreeBSD");
	len = sizeof(text);
	assert_int_equal(sysctlbyname("hw.machine", text, &len, NULL, 0), 0);
	assert_string_equal(text, "amd64");
}

static void
forks(void **state)
{
	(void)state;
	fb_fork(fb_p, "a");
	fb_fork(fb_p, "b");
	assert_int_equal(fb_number("vm.stats.vm.v_forks"), 2);
	assert_int_equal(fb_number("vm.stats.vm.v_vforks"), 0);
}

static void
total(void **state)
{
	struct vmtotal before, after;
	size_t len = sizeof(before);
	uint64_t a;

	(void)state;
	assert_int_equal(sysctlbyname("vm.vmtotal", &before, &len, NULL, 0), 0);
	assert_int_equal(len, 88);
	a = fb_map_file(fb_p, "/new", 8 * FB_PAGE, FB_RW, 1);
	fb_touch(fb_p, a, 3 * FB_PAGE, 2);
	assert_int_equal(sysctlbyname("vm.vmtotal", &after, &len, NULL, 0), 0);
	assert_int_equal(after.t_vm, before.t_vm + 8);
	assert_int_equal(after.t_rm, before.t_rm + 3);
	assert_int_equal(after.t_avm, after.t_vm);
	assert_int_equal(after.t_free, fb_m->vm.exp.free);
	assert_int_equal(after.t_sl, 1);
}

/* ----------------------------------------------------------- processes ---- */

static void
processes(void **state)
{
	struct process *child = fb_fork(fb_p, "a-name-of-more-than-19-letters");
	struct kinfo_proc *kp, *all;
	char path[100];
	size_t len = sizeof(path);
	int n;

	(void)state;
	child->uid = 7;
	assert_int_equal(sysctl((int[]){ 1, 14, 12, fb_p->pid }, 4, path, &len,
			     NULL, 0),
	    0);
	assert_int_equal(len, 0); /* the stand-in has no path */
	len = sizeof(path);
	assert_int_equal(sim_syscall(fb_m, fb_p,
			     &(struct sim_call){ .no = SIM_SYS_EXEC,
				 .str = "/bin/ls" },
			     NULL),
	    0);
	kp = kinfo_getproc(child->pid);
	assert_non_null(kp);
	assert_int_equal(kp->ki_structsize, 1088);
	assert_int_equal(kp->ki_pid, child->pid);
	assert_int_equal(kp->ki_ppid, fb_p->pid);
	assert_int_equal(kp->ki_uid, 7);
	assert_int_equal(kp->ki_stat, SRUN);
	assert_int_equal(kp->ki_size, child->vmspace->vm_map.size);
	assert_string_equal(kp->ki_comm, "a-name-of-more-than");
	free(kp);
	all = kinfo_getallproc(&n);
	assert_int_equal(n, 3);
	for (int i = 1; i < n; i++)
		assert_true(all[i].ki_pid > all[i - 1].ki_pid);
	free(all);
	errno = 0;
	assert_null(kinfo_getproc(4711));
	assert_int_equal(errno, ESRCH);
	assert_int_equal(sysctl((int[]){ 1, 14, 12, -1 }, 4, path, &len, NULL,
			     0),
	    0);
	assert_string_equal(path, "/bin/ls");
	sim_process_exit(fb_m, child, 3, 0);
	kp = kinfo_getproc(child->pid);
	assert_non_null(kp);
	assert_int_equal(kp->ki_stat, SZOMB);
	assert_int_equal(kp->ki_xstat, 3 << 8);
	free(kp);
	fb_m->tunables.see_other_uids = 0;
	uvmsim_setuid(6);
	errno = 0;
	assert_null(kinfo_getproc(child->pid));
	assert_int_equal(errno, ESRCH);
}

static void
layout(void **state)
{
	const struct vmspace *vs = fb_p->vmspace;
	struct kinfo_vm_layout kvm;
	size_t len = sizeof(kvm);

	(void)state;
	assert_int_equal(sysctl((int[]){ 1, 14, 45, fb_p->pid }, 4, &kvm, &len,
			     NULL, 0),
	    0);
	assert_int_equal(len, 184);
	assert_int_equal(kvm.kvm_max_user_addr, 0x800000000000);
	assert_int_equal(kvm.kvm_text_addr, vs->vm_taddr);
	assert_int_equal(kvm.kvm_data_size, vs->vm_dsize * 4096);
	assert_int_equal(kvm.kvm_shp_addr, 0x7ffffffff000);
	assert_int_equal(kvm.kvm_shp_size, 4096);
	assert_int_equal(kvm.kvm_map_flags, 0);
	fb_call(fb_p, SIM_SYS_MLOCKALL, 2, 0, 0);
	assert_int_equal(sysctl((int[]){ 1, 14, 45, fb_p->pid }, 4, &kvm, &len,
			     NULL, 0),
	    0);
	assert_int_equal(kvm.kvm_map_flags, KMAP_FLAG_WIREFUTURE);
}

/* ------------------------------------------------------------- objects ---- */

/* The one record that has this handle, or this path. */
static const struct kinfo_vmobject *
find_object(const struct kinfo_vmobject *list, int n, uint64_t me,
    const char *path)
{
	const struct kinfo_vmobject *found = NULL;

	for (int i = 0; i < n; i++)
		if (path != NULL ? strcmp(list[i].kvo_path, path) == 0 :
				   list[i].kvo_me == me) {
			assert_null(found);
			found = &list[i];
		}
	assert_non_null(found);
	return found;
}

/* kve_obj leads to kvo_me; what lies below a written file mapping is told. */
static void
objects(void **state)
{
	const uint64_t a = fb_map(fb_p, 8 * FB_PAGE, FB_RW, FB_ANON);
	const uint64_t f = fb_map_file(fb_p, "/data", 8 * FB_PAGE, FB_RW, 2);
	const struct kinfo_vmobject *o;
	struct kinfo_vmobject *list;
	int n;

	(void)state;
	fb_touch(fb_p, a, 3 * FB_PAGE, 2);
	fb_touch(fb_p, f, 2 * FB_PAGE, 2);
	list = kinfo_getvmobject(&n);
	assert_non_null(list);
	o = find_object(list, n, fb_record(fb_p, a).kve_obj, NULL);
	assert_int_equal(o->kvo_structsize, 1184);
	assert_int_equal(o->kvo_type, KVME_TYPE_SWAP);
	assert_int_equal(o->kvo_resident, 3);
	assert_int_equal(o->kvo_active + o->kvo_inactive, 3);
	assert_int_equal(o->kvo_ref_count, 1);
	assert_int_equal(o->kvo_backing_obj, 0);
	o = find_object(list, n, 0, "/data");
	assert_int_equal(o->kvo_type, KVME_TYPE_VNODE);
	assert_int_equal(o->kvo_size, 8 * FB_PAGE);
	assert_int_equal(o->kvo_ref_count, 1);
	assert_int_equal(o->kvo_shadow_count, 1);
	assert_int_equal(o->kvo_vn_fileid, fb_record(fb_p, f).kve_vn_fileid);
	o = find_object(list, n,
	    sim_kva_amap(fb_m, fb_p->vmspace->vm_map.hint->amap), NULL);
	assert_int_not_equal(o->kvo_backing_obj, 0);
	free(list);
	list = kinfo_getswapvmobject(&n);
	assert_non_null(list);
	for (int i = 0; i < n; i++) {
		assert_int_equal(list[i].kvo_type, KVME_TYPE_SWAP);
		assert_int_equal(list[i].kvo_active, 0);
		assert_string_equal(list[i].kvo_path, "");
	}
	(void)find_object(list, n, fb_record(fb_p, a).kve_obj, NULL);
	free(list);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fb_setup, fb_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_and_numbers),
		TEST(documented),
		TEST(fixed_numbers),
		TEST(wrong_names),
		TEST(every_value),
		TEST(narrow_counters),
		TEST(odd_pointers),
		TEST(setting),
		TEST(read_only),
		TEST(values),
		TEST(forks),
		TEST(total),
		TEST(processes),
		TEST(layout),
		TEST(objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
