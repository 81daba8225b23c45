/*
 * Each row of the table in docs/freebsd.md that turns UVM's layers into
 * FreeBSD's objects: what kinfo_getvmmap() says of a mapping of that kind.
 *
 * The rows are those of FreeBSD itself (reference "FreeBSD kinfo" 3.8).
 */
#include "freebsd_fixture.h"

#include <stdio.h>
#include <string.h>

#define READ 1
#define WRITE 2

/* TP, FLAG, RES PRES REF SHD: as procstat prints them. */
struct row {
	const char *tp, *flags;
	int res, pres, ref, shd;
};

static const char *
type_name(int type)
{
	static const char *const names[] = { "--", "df", "vn", "sw", "dv", "ph",
		"dd", "sg", "md", "gd" };

	return type >= 0 && type < 10 ? names[type] : "??";
}

static void
flag_letters(int flags, char out[6])
{
	out[0] = flags & KVME_FLAG_COW ? 'C' : '-';
	out[1] = flags & KVME_FLAG_NEEDS_COPY ? 'N' : '-';
	out[2] = flags & KVME_FLAG_SUPER ? 'S' : '-';
	out[3] = flags & KVME_FLAG_GROWS_UP ? 'U' :
	    flags & KVME_FLAG_GROWS_DOWN    ? 'D' :
					      '-';
	out[4] = flags & KVME_FLAG_USER_WIRED ? 'W' : '-';
	out[5] = '\0';
}

static void
check(int line, const struct process *p, uint64_t addr, const struct row *want)
{
	const struct kinfo_vmentry k = fb_record(p, addr);
	char flags[6], got[80], expected[80];

	flag_letters(k.kve_flags, flags);
	snprintf(got, sizeof(got), "%s %s %d %d %d %d", type_name(k.kve_type),
	    flags, k.kve_resident, k.kve_private_resident, k.kve_ref_count,
	    k.kve_shadow_count);
	snprintf(expected, sizeof(expected), "%s %s %d %d %d %d", want->tp,
	    want->flags, want->res, want->pres, want->ref, want->shd);
	if (strcmp(got, expected) != 0)
		fail_msg("line %d: expected %s, got %s", line, expected, got);
}

#define ROW(p, addr, ...) \
	check(__LINE__, (p), (addr), &(const struct row){ __VA_ARGS__ })

/* --------------------------------------------------------- private memory - */

static void
untouched(void **state)
{
	const uint64_t a = fb_map(fb_p, 8 * FB_PAGE, FB_RW, FB_ANON);
	struct process *child;

	(void)state;
	ROW(fb_p, a, "--", "-----", 0, 0, 0, 0);
	assert_int_equal(fb_record(fb_p, a).kve_obj, 0);
	child = fb_fork(fb_p, "child");
	ROW(fb_p, a, "--", "-----", 0, 0, 0, 0);
	ROW(child, a, "--", "-----", 0, 0, 0, 0);
}

static void
touched(void **state)
{
	const uint64_t a = fb_map(fb_p, 8 * FB_PAGE, FB_RW, FB_ANON);
	struct kinfo_vmentry k;

	(void)state;
	fb_touch(fb_p, a, FB_PAGE, READ);
	ROW(fb_p, a, "sw", "-----", 1, 1, 1, 0);
	fb_touch(fb_p, a + 2 * FB_PAGE, 2 * FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "-----", 3, 3, 1, 0);
	k = fb_record(fb_p, a);
	assert_int_equal(k.kve_obj,
	    sim_kva_amap(fb_m, fb_p->vmspace->vm_map.hint->amap));
	assert_int_not_equal(k.kve_obj, 0);
	assert_int_equal(k.kve_status, 0);
	assert_string_equal(k.kve_path, "");
}

/* Neighbours that were one mapping share the object. */
static void
split(void **state)
{
	const uint64_t a = fb_map(fb_p, 8 * FB_PAGE, FB_RW, FB_ANON);

	(void)state;
	fb_touch(fb_p, a, 5 * FB_PAGE, WRITE);
	fb_call(fb_p, SIM_SYS_MPROTECT, a + 4 * FB_PAGE, 4 * FB_PAGE, 1);
	ROW(fb_p, a, "sw", "-----", 4, 5, 2, 0);
	ROW(fb_p, a + 4 * FB_PAGE, "sw", "-----", 1, 5, 2, 0);
	assert_int_equal(fb_record(fb_p, a + 4 * FB_PAGE).kve_offset,
	    a + 4 * FB_PAGE - fb_record(fb_p, a).kve_start);
	assert_int_equal(fb_record(fb_p, a).kve_obj,
	    fb_record(fb_p, a + 4 * FB_PAGE).kve_obj);
}

/* After a fork, unwritten; then written on either side; then on both. */
static void
forked(struct process *writer, struct process *other, uint64_t a)
{
	ROW(writer, a, "sw", "CN---", 6, 6, 2, 0);
	ROW(other, a, "sw", "CN---", 6, 6, 2, 0);
	fb_touch(writer, a + FB_PAGE, FB_PAGE, READ);
	ROW(writer, a, "sw", "CN---", 6, 6, 2, 0);
	ROW(other, a, "sw", "CN---", 6, 6, 2, 0);
	fb_touch(writer, a, FB_PAGE, WRITE);
	ROW(writer, a, "sw", "C----", 6, 0, 1, 0);
	ROW(other, a, "sw", "CN---", 6, 6, 2, 1);
	fb_touch(other, a + 2 * FB_PAGE, FB_PAGE, WRITE);
	ROW(writer, a, "sw", "C----", 6, 0, 1, 0);
	ROW(other, a, "sw", "C----", 6, 0, 1, 0);
}

static void
fork_child_writes(void **state)
{
	const uint64_t a = fb_map(fb_p, 8 * FB_PAGE, FB_RW, FB_ANON);
	struct process *child;

	(void)state;
	fb_touch(fb_p, a, 6 * FB_PAGE, WRITE);
	child = fb_fork(fb_p, "child");
	forked(child, fb_p, a);
}

static void
fork_parent_writes(void **state)
{
	const uint64_t a = fb_map(fb_p, 8 * FB_PAGE, FB_RW, FB_ANON);
	struct process *child;

	(void)state;
	fb_touch(fb_p, a, 6 * FB_PAGE, WRITE);
	child = fb_fork(fb_p, "child");
	forked(fb_p, child, a);
}

/* All that there is gets written: no page is shared any more. */
static void
fork_writes_all(void **state)
{
	const uint64_t a = fb_map(fb_p, 4 * FB_PAGE, FB_RW, FB_ANON);
	struct process *child;

	(void)state;
	fb_touch(fb_p, a, FB_PAGE, WRITE);
	child = fb_fork(fb_p, "child");
	fb_touch(child, a, FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "CN---", 1, 1, 2, 1);
	ROW(child, a, "sw", "C----", 1, 0, 1, 0);
	fb_touch(fb_p, a, FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "C----", 1, 0, 1, 0);
	ROW(child, a, "sw", "C----", 1, 0, 1, 0);
	/* Its copy gone, the original is nobody's any more. */
	sim_process_exit(fb_m, child, 0, 0);
	ROW(fb_p, a, "sw", "-----", 1, 1, 1, 0);
}

/* Three of them: the one that writes leaves two and a shadow. */
static void
fork_twice(void **state)
{
	const uint64_t a = fb_map(fb_p, 4 * FB_PAGE, FB_RW, FB_ANON);
	struct process *c1, *c2;

	(void)state;
	fb_touch(fb_p, a, 4 * FB_PAGE, WRITE);
	c1 = fb_fork(fb_p, "c1");
	c2 = fb_fork(fb_p, "c2");
	ROW(fb_p, a, "sw", "CN---", 4, 4, 3, 0);
	fb_touch(c1, a, FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "CN---", 4, 4, 3, 1);
	ROW(c2, a, "sw", "CN---", 4, 4, 3, 1);
	ROW(c1, a, "sw", "C----", 4, 0, 1, 0);
	fb_touch(c2, a, FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "CN---", 4, 4, 3, 2);
}

/* --------------------------------------------------------- shared memory -- */

static void
shared_anon(void **state)
{
	const uint64_t a = fb_map(fb_p, 8 * FB_PAGE, FB_RW, FB_SHARED);
	struct process *child;

	(void)state;
	ROW(fb_p, a, "--", "-----", 0, 0, 0, 0);
	fb_touch(fb_p, a, 3 * FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "-----", 3, 3, 1, 0);
	child = fb_fork(fb_p, "child");
	fb_touch(child, a, 4 * FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "-----", 4, 4, 2, 0);
	ROW(child, a, "sw", "-----", 4, 4, 2, 0);
}

/* A segment holds a reference of its own, as FreeBSD's does. */
static void
sysv_shm(void **state)
{
	struct sim_call get = { .no = SIM_SYS_SHMGET,
		.arg = { 0, 4 * FB_PAGE, 0600 } };
	struct sim_call at = { .no = SIM_SYS_SHMAT };
	uint64_t a, b;

	(void)state;
	assert_int_equal(sim_syscall(fb_m, fb_p, &get, &at.arg[0]), 0);
	assert_int_equal(sim_syscall(fb_m, fb_p, &at, &a), 0);
	ROW(fb_p, a, "sw", "-----", 0, 0, 2, 0);
	assert_int_equal(sim_syscall(fb_m, fb_p, &at, &b), 0);
	fb_touch(fb_p, a, 2 * FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "-----", 2, 2, 3, 0);
	ROW(fb_p, b, "sw", "-----", 2, 2, 3, 0);
	assert_int_equal(fb_record(fb_p, a).kve_obj, 0);
	assert_string_equal(fb_record(fb_p, a).kve_path, "");
}

static void
posix_shm(void **state)
{
	struct sim_call open = { .no = SIM_SYS_SHM_OPEN,
		.str = "/ring",
		.arg = { 0x202, 0600 } };
	struct sim_call map = { .no = SIM_SYS_MMAP,
		.arg = { 0, 4 * FB_PAGE, FB_RW, 1 } };
	uint64_t a;

	(void)state;
	assert_int_equal(sim_syscall(fb_m, fb_p, &open, &map.arg[4]), 0);
	fb_call(fb_p, SIM_SYS_FTRUNCATE, map.arg[4], 4 * FB_PAGE, 0);
	assert_int_equal(sim_syscall(fb_m, fb_p, &map, &a), 0);
	fb_touch(fb_p, a, FB_PAGE, WRITE);
	ROW(fb_p, a, "sw", "-----", 1, 1, 2, 0);
	assert_string_equal(fb_record(fb_p, a).kve_path, "");
}

/* -------------------------------------------------------------- files ----- */

static void
file_shared(void **state)
{
	const uint64_t a = fb_map_file(fb_p, "/data", 8 * FB_PAGE, FB_RW, 1);
	struct kinfo_vmentry k;

	(void)state;
	ROW(fb_p, a, "vn", "-----", 0, 0, 1, 0);
	fb_touch(fb_p, a, 3 * FB_PAGE, WRITE);
	ROW(fb_p, a, "vn", "-----", 3, 3, 1, 0);
	fb_call(fb_p, SIM_SYS_MUNMAP, a, 2 * FB_PAGE, 0);
	ROW(fb_p, a + 2 * FB_PAGE, "vn", "-----", 1, 3, 1, 0);
	k = fb_record(fb_p, a + 2 * FB_PAGE);
	assert_int_equal(k.kve_offset, 2 * FB_PAGE);
	assert_string_equal(k.kve_path, "/data");
	assert_int_equal(k.kve_vn_type, KF_VTYPE_VREG);
	assert_int_equal(k.kve_vn_mode, 0100644);
	assert_int_equal(k.kve_vn_size, 8 * FB_PAGE);
	assert_int_equal(k.kve_status, KF_ATTR_VALID);
	assert_int_equal(k.kve_vn_fileid,
	    sim_file_get(fb_m, "/data", 0, SIM_FILE_REG)->ino);
	assert_int_equal(k.kve_vn_fsid_freebsd11, (uint32_t)k.kve_vn_fsid);
}

static void
file_private(void **state)
{
	const uint64_t a = fb_map_file(fb_p, "/data", 8 * FB_PAGE, FB_RW, 2);
	const uint64_t b = fb_map_file(fb_p, "/data", 8 * FB_PAGE, 1, 2);

	(void)state;
	ROW(fb_p, a, "vn", "CN---", 0, 0, 2, 0);
	fb_touch(fb_p, a, 3 * FB_PAGE, READ);
	ROW(fb_p, a, "vn", "CN---", 3, 3, 2, 0);
	ROW(fb_p, b, "vn", "CN---", 3, 3, 2, 0);
	fb_touch(fb_p, a, FB_PAGE, WRITE);
	/* page 4 alone is not in the file's cache: union of 3 and none */
	ROW(fb_p, a, "vn", "C----", 3, 0, 1, 0);
	ROW(fb_p, b, "vn", "CN---", 3, 3, 2, 1);
	assert_string_equal(fb_record(fb_p, a).kve_path, "/data");
	assert_int_equal(fb_record(fb_p, a).kve_vn_fsid,
	    fb_record(fb_p, b).kve_vn_fsid);
	fb_touch(fb_p, a + 6 * FB_PAGE, FB_PAGE, WRITE);
	ROW(fb_p, a, "vn", "C----", 4, 0, 1, 0);
	ROW(fb_p, b, "vn", "CN---", 4, 4, 2, 1);
}

/* A written private mapping, forked: one shadow, used by two entries. */
static void
file_private_forked(void **state)
{
	const uint64_t a = fb_map_file(fb_p, "/data", 4 * FB_PAGE, FB_RW, 2);
	const uint64_t b = fb_map_file(fb_p, "/data", 4 * FB_PAGE, 1, 1);
	struct process *child;

	(void)state;
	fb_touch(fb_p, a, 2 * FB_PAGE, WRITE);
	ROW(fb_p, b, "vn", "-----", 2, 2, 2, 1);
	child = fb_fork(fb_p, "child");
	ROW(fb_p, a, "vn", "CN---", 2, 0, 2, 0);
	ROW(child, a, "vn", "CN---", 2, 0, 2, 0);
	ROW(fb_p, b, "vn", "-----", 2, 2, 3, 1);
	fb_touch(child, a, FB_PAGE, WRITE);
	ROW(child, a, "vn", "C----", 2, 0, 1, 0);
	ROW(fb_p, a, "vn", "CN---", 2, 0, 2, 1);
}

static void
file_text(void **state)
{
	const uint64_t a = fb_map_file(fb_p, "/bin/x", 2 * FB_PAGE, 5, 2);

	(void)state;
	fb_touch(fb_p, a, FB_PAGE, 4);
	assert_int_equal(fb_record(fb_p, a).kve_vn_mode, 0100755);
	assert_int_equal(fb_record(fb_p, a).kve_protection,
	    KVME_PROT_READ | KVME_PROT_EXEC);
}

/* A name that is gone is not shown; the file is. */
static void
file_unlinked(void **state)
{
	const uint64_t a = fb_map_file(fb_p, "/tmp/x", 2 * FB_PAGE, 1, 1);
	struct sim_call unlink = { .no = SIM_SYS_UNLINK, .str = "/tmp/x" };

	(void)state;
	assert_int_equal(sim_syscall(fb_m, fb_p, &unlink, NULL), 0);
	ROW(fb_p, a, "vn", "-----", 0, 0, 1, 0);
	assert_string_equal(fb_record(fb_p, a).kve_path, "");
	assert_int_equal(fb_record(fb_p, a).kve_status, KF_ATTR_VALID);
}

static void
device(void **state)
{
	struct sim_call open = { .no = SIM_SYS_OPEN,
		.str = "/dev/fb0",
		.arg = { 2 } };
	struct sim_call map = { .no = SIM_SYS_MMAP,
		.arg = { 0, 2 * FB_PAGE, FB_RW, 1 } };
	struct kinfo_vmentry k;
	uint64_t a;

	(void)state;
	assert_non_null(
	    sim_file_get(fb_m, "/dev/fb0", 4 * FB_PAGE, SIM_FILE_DEV));
	assert_int_equal(sim_syscall(fb_m, fb_p, &open, &map.arg[4]), 0);
	assert_int_equal(sim_syscall(fb_m, fb_p, &map, &a), 0);
	k = fb_record(fb_p, a);
	assert_int_equal(k.kve_type, KVME_TYPE_DEVICE);
	assert_int_equal(k.kve_ref_count, 1);
	assert_int_equal(k.kve_status, 0);
	assert_string_equal(k.kve_path, "");
}

/* ---------------------------------------------------- guards, stacks, ... - */

static void
guards(void **state)
{
	const uint64_t g = fb_map(fb_p, 4 * FB_PAGE, 0, FB_GUARD);
	const uint64_t s = fb_map(fb_p, 256 * FB_PAGE, FB_RW, FB_STACK);
	const uint64_t top = s + 256 * FB_PAGE;
	struct kinfo_vmentry k;

	(void)state;
	ROW(fb_p, g, "gd", "-----", 0, 0, 0, 0);
	assert_int_equal(fb_record(fb_p, g).kve_offset, 0);
	assert_int_equal(fb_record(fb_p, g).kve_protection, 0);
	k = fb_record(fb_p, s);
	ROW(fb_p, s, "gd", "-----", 0, 0, 0, 0);
	assert_int_equal(k.kve_protection, 0);
	assert_int_equal(k.kve_offset, 0x70003);
	ROW(fb_p, top - FB_PAGE, "--", "---D-", 0, 0, 0, 0);
	fb_touch(fb_p, top - FB_PAGE, FB_PAGE, WRITE);
	ROW(fb_p, top - FB_PAGE, "sw", "---D-", 1, 1, 1, 0);
	/* the process's own stack may not become executable */
	k = fb_record(fb_p, fb_p->vmspace->vm_maxsaddr);
	assert_int_equal(k.kve_type, KVME_TYPE_GUARD);
	assert_int_equal(k.kve_offset, 0x30003);
}

static void
wired(void **state)
{
	const uint64_t a = fb_map(fb_p, 4 * FB_PAGE, FB_RW, FB_ANON);

	(void)state;
	fb_call(fb_p, SIM_SYS_MLOCK, a, 4 * FB_PAGE, 0);
	ROW(fb_p, a, "sw", "----W", 4, 4, 1, 0);
	fb_call(fb_p, SIM_SYS_MUNLOCK, a, 4 * FB_PAGE, 0);
	ROW(fb_p, a, "sw", "-----", 4, 4, 1, 0);
}

static void
nocore(void **state)
{
	const uint64_t a = fb_map(fb_p, FB_PAGE, FB_RW, FB_ANON);

	(void)state;
	fb_call(fb_p, SIM_SYS_MADVISE, a, FB_PAGE, 8);
	assert_int_equal(fb_record(fb_p, a).kve_flags, KVME_FLAG_NOCOREDUMP);
	fb_call(fb_p, SIM_SYS_MADVISE, a, FB_PAGE, 9);
	assert_int_equal(fb_record(fb_p, a).kve_flags, 0);
}

/* The kernel has the shared page besides those who map it. */
static void
shared_page(void **state)
{
	const uint64_t a = vm_map_max(&fb_p->vmspace->vm_map) - FB_PAGE;

	(void)state;
	ROW(fb_p, a, "ph", "-----", 1, 1, 2, 0);
	fb_fork(fb_p, "child");
	ROW(fb_p, a, "ph", "-----", 1, 1, 3, 0);
}

static void
skip_resident(void **state)
{
	const uint64_t a = fb_map(fb_p, 4 * FB_PAGE, FB_RW, FB_ANON);

	(void)state;
	fb_touch(fb_p, a, 2 * FB_PAGE, WRITE);
	fb_m->tunables.vmmap_skip_resident = 1;
	ROW(fb_p, a, "sw", "-----", 0, 2, 1, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fb_setup, fb_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(untouched),
		TEST(touched),
		TEST(split),
		TEST(fork_child_writes),
		TEST(fork_parent_writes),
		TEST(fork_writes_all),
		TEST(fork_twice),
		TEST(shared_anon),
		TEST(sysv_shm),
		TEST(posix_shm),
		TEST(file_shared),
		TEST(file_private),
		TEST(file_private_forked),
		TEST(file_text),
		TEST(file_unlinked),
		TEST(device),
		TEST(guards),
		TEST(wired),
		TEST(nocore),
		TEST(shared_page),
		TEST(skip_resident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
