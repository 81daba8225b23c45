/*
 * vmgetinfo() and kvmgetinfo(): every command, every error, what is copied and
 * what is not, and how old an abridged answer may be.
 *
 * The structures are declared here once more, from the published layout, so
 * that a wrong header does not agree with itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/include/aix/signal.h"
#include "api/include/aix/sys/vminfo.h"
#include "api/context.h"
#include "api/include/uvmsim.h"
#include "sim/sim.h"
#include "tests/page4k.h"

static struct machine *m;
static struct process *p;
static char *edge; /* the first byte that is not there; a page before it is */

static int
set_up(void **state)
{
	struct sim_config c;
	char err[200];
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	(void)state;
	sim_config_default(&c);
	c.ram = (uint64_t)8 << 20;
	c.check = true;
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "sh", 0, NULL, NULL, &p), 0);
	assert_int_equal(api_attach(m, p->pid), 0);
	edge = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(edge, MAP_FAILED);
	edge += page;
	assert_int_equal(mprotect(edge, page, PROT_NONE), 0);
	return 0;
}

static int
tear_down(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char buf[200];

	(void)state;
	assert_null(machine_check(m, buf, sizeof(buf)));
	uvmsim_close();
	sim_machine_destroy(m);
	munmap(edge - page, 2 * page);
	return 0;
}

/* Both calls fail with err, each in its own way, and change nothing stored. */
static void
fails(void *out, int command, int arg, int err)
{
	struct sim_tunables before = m->tunables;

	errno = 0;
	assert_int_equal(vmgetinfo(out, command, arg), -1);
	assert_int_equal(errno, err);
	errno = EXDEV;
	assert_int_equal(kvmgetinfo(out, command, arg),
	    command == VMINFO_GETPSIZES ? -1 : err);
	assert_int_equal(errno, EXDEV);
	assert_memory_equal(&before, &m->tunables, sizeof(before));
}

/* Both calls succeed. */
static void
works(void *out, int command, int arg)
{
	errno = EXDEV;
	assert_int_equal(kvmgetinfo(out, command, arg), 0);
	assert_int_equal(vmgetinfo(out, command, arg), 0);
	assert_int_equal(errno, EXDEV);
}

static vaddr_t
map(uint64_t pages)
{
	const struct sim_call call = {
		.no = SIM_SYS_MMAP,
		.arg = { 0, T_PTOA(pages), 3, 0x1002, UINT64_MAX, 0 },
	};
	uint64_t va;

	assert_int_equal(sim_syscall(m, p, &call, &va), 0);
	return va;
}

static void
touch(vaddr_t va, uint64_t pages)
{
	assert_int_equal(sim_access(m, p, va, T_PTOA(pages), VM_PROT_WRITE,
			     NULL),
	    0);
}

/* The member of 4 or 8 bytes at an offset. */
static int64_t
at(const void *buf, size_t offset, size_t size)
{
	uint32_t small;
	int64_t big;

	if (size == 4) {
		memcpy(&small, (const char *)buf + offset, 4);
		return small;
	}
	memcpy(&big, (const char *)buf + offset, 8);
	return big;
}

/* ----------------------------------------------------------- statistics --- */

/* Published offsets in struct vminfo (5.3) against the machine's counters. */
static void
test_vminfo(void **state)
{
	const struct uvmexp *x = &m->vm.exp;
	char buf[1024];

	(void)state;
	touch(map(4), 4);
	memset(buf, 0x55, sizeof(buf));
	works(buf, VMINFO, sizeof(struct vminfo));
	assert_int_equal(at(buf, 0, 4), x->faults - m->vm.stat.protflt);
	assert_int_equal(at(buf, 16, 4), x->pageins);
	assert_int_equal(at(buf, 40, 4), x->flt_przero);
	assert_int_equal(at(buf, 104, 8), x->free);
	assert_int_equal(at(buf, 112, 8), x->filepages);
	assert_int_equal(at(buf, 128, 8), x->filepages);
	assert_int_equal(at(buf, 136, 8), 1838);
	assert_int_equal(at(buf, 144, 8), 2048);
	assert_int_equal(at(buf, 160, 8), 61);
	assert_int_equal(at(buf, 184, 8), 1838);
	assert_int_equal(at(buf, 232, 8), 0);
	/* FreeBSD's page of signal trampolines belongs to no segment. */
	assert_int_equal(at(buf, 488, 8), 1);
	assert_int_equal(at(buf, 224, 8) + at(buf, 240, 8) + 1, 2048 - x->free);
	assert_int_equal(at(buf, 272, 4), 0);
	assert_int_equal(at(buf, 352, 8), 512);
	assert_int_equal(at(buf, 360, 8), 64);
	assert_int_equal(at(buf, 464, 8), -1);
	assert_int_equal(at(buf, 472, 8) + at(buf, 480, 8),
	    at(buf, 224, 8) + at(buf, 240, 8));
	/* Padding and reserved words are 0, what lies behind is untouched. */
	assert_int_equal(at(buf, 100, 4), 0);
	assert_int_equal(at(buf, 276, 4), 0);
	assert_int_equal(at(buf, 504, 8), 0);
	assert_int_equal(at(buf, 536, 8),
	    4096 *
		((int64_t)x->free - 5 +
		    ((int64_t)x->filepages > 61 ? (int64_t)x->filepages - 61 :
						  0)));
	for (size_t i = sizeof(struct vminfo); i < sizeof(buf); i++)
		assert_int_equal(buf[i], 0x55);
}

static void
test_vminfo64(void **state)
{
	struct vminfo v;
	struct vminfo64 w, slow;
	char *a = (char *)&v, *b = (char *)&w;

	(void)state;
	touch(map(4), 4);
	works(&v, VMINFO, sizeof(v));
	works(&w, VMINFO64, sizeof(w));
	works(&slow, VMINFO64_SLOW, sizeof(slow));
	assert_memory_equal(&w, &slow, sizeof(w));
	for (size_t i = 0; i < 18; i++)
		assert_int_equal(at(a, i * 4, 4), at(b, i * 8, 8));
	/* From numfrb to numclsegpin, and from lgpg_cnt to unmngd_pgs. */
	assert_memory_equal(a + 104, b + 144, 272 - 104);
	assert_memory_equal(a + 280, b + 320, 496 - 280);
	assert_int_equal(at(a, 536, 8), at(b, 584, 8));
}

/* 32-bit counters wrap; those of vminfo64 do not. */
static void
test_wrap(void **state)
{
	struct vminfo64 w;
	struct vminfo v;

	(void)state;
	m->vm.exp.flt_przero += (uint64_t)1 << 32;
	works(&v, VMINFO, sizeof(v));
	works(&w, VMINFO64, sizeof(w));
	assert_int_equal(w.zerofills >> 32, 1);
	assert_int_equal(v.zerofills, (uint32_t)w.zerofills);
	m->vm.exp.flt_przero -= (uint64_t)1 << 32;
}

static void
test_abridged(void **state)
{
	struct vminfo full, cheap, again;
	struct vminfo64 wide;

	(void)state;
	works(&cheap, VMINFO_ABRIDGED, sizeof(cheap));
	assert_int_equal(cheap.numvpages, 0);
	assert_int_equal(cheap.numwseguse, 0);
	assert_int_equal(cheap.nonsys_pgs, 0);
	assert_int_equal(cheap.memsizepgs, 2048);
	works(&full, VMINFO, sizeof(full));
	assert_true(full.numvpages > 0);
	works(&cheap, VMINFO_ABRIDGED, sizeof(cheap));
	assert_memory_equal(&full, &cheap, sizeof(full));
	/* The dear ones are as old as the last full answer, the others new. */
	touch(map(4), 4);
	works(&again, VMINFO_ABRIDGED, sizeof(again));
	assert_int_equal(again.numvpages, full.numvpages);
	assert_int_equal(again.numwseguse, full.numwseguse);
	assert_int_equal(again.system_pgs, full.system_pgs);
	assert_int_equal(again.zerofills, full.zerofills + 4);
	assert_true(again.numfrb < full.numfrb);
	/* Other full answers are for nobody else; even of VMINFO nothing needs
	 * to be copied. */
	works(&wide, VMINFO64, sizeof(wide));
	works(&wide, VMINFO64_SLOW, sizeof(wide));
	works(&again, VMINFO_ABRIDGED, sizeof(again));
	assert_int_equal(again.numvpages, cheap.numvpages);
	works(&full, VMINFO, 0);
	works(&again, VMINFO_ABRIDGED, sizeof(again));
	assert_true(again.numvpages > cheap.numvpages);
}

/* Nothing happens between two calls: nothing changes between two answers. */
static void
test_equal(void **state)
{
	static const int commands[] = { VMINFO, VMINFO_ABRIDGED, VMINFO64,
		VMINFO64_SLOW, IPC_LIMITS };
	char a[1024], b[1024];

	(void)state;
	for (size_t i = 0; i < NELEM(commands); i++) {
		memset(a, 0, sizeof(a));
		memset(b, 0, sizeof(b));
		works(a, commands[i], sizeof(a));
		works(b, commands[i], sizeof(b));
		assert_memory_equal(a, b, sizeof(a));
	}
}

/* ----------------------------------------------------------- copy rules --- */

static void
test_copies(void **state)
{
	static const struct {
		int command, size;
	} rows[] = { { VMINFO, sizeof(struct vminfo) },
		{ VMINFO_ABRIDGED, sizeof(struct vminfo) },
		{ VMINFO64, sizeof(struct vminfo64) },
		{ VMINFO64_SLOW, sizeof(struct vminfo64) },
		{ IPC_LIMITS, 120 } };
	char whole[1024], part[1024];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		int c = rows[i].command, size = rows[i].size;

		works(whole, c, sizeof(whole));
		for (int arg = 0; arg <= size + 1; arg++) {
			int n = arg < size ? arg : size;

			memset(part, 0x55, sizeof(part));
			works(part, c, arg);
			assert_memory_equal(part, whole, (size_t)n);
			for (int k = n; k < (int)sizeof(part); k++)
				assert_int_equal(part[k], 0x55);
		}
		works(NULL, c, 0);
		works(edge - 100, c, 100);
		fails(NULL, c, 1, EFAULT);
		fails(NULL, c, size, EFAULT);
		fails(edge - size + 1, c, INT32_MAX, EFAULT);
		works(edge - size, c, INT32_MAX);
		fails(edge, c, 8, EFAULT);
		fails(whole, c, -1, EINVAL);
		fails(whole, c, INT32_MIN, EINVAL);
	}
}

static void
test_unknown(void **state)
{
	char buf[1024];

	(void)state;
	for (int c = -3; c < 120; c++) {
		bool known = c == VMINFO || c == VMSHMID_TO_VMID ||
		    c == VMINFO_ABRIDGED || c == VM_PAGE_INFO ||
		    c == IPC_LIMITS || (c >= 102 && c <= 105);

		if (!known)
			fails(buf, c, sizeof(buf), ENOSYS);
	}
	fails(buf, INT32_MIN, 8, ENOSYS);
	fails(buf, INT32_MAX, 8, ENOSYS);
}

static void
test_no_machine(void **state)
{
	struct vminfo v;

	(void)state;
	uvmsim_close();
	errno = 0;
	assert_int_equal(vmgetinfo(&v, VMINFO, sizeof(v)), -1);
	assert_int_equal(errno, ENXIO);
	assert_int_equal(kvmgetinfo(&v, VMINFO, sizeof(v)), ENXIO);
	assert_int_equal(kvmgetinfo(&v, VMINFO_GETPSIZES, 0), -1);
	assert_int_equal(swapqry("/dev/hd6", NULL), -1);
	assert_int_equal(errno, ENXIO);
	errno = 0;
	assert_int_equal(psdanger(0), -1);
	assert_int_equal(errno, ENXIO);
	assert_int_equal(api_attach(m, p->pid), 0);
}

/* ----------------------------------------------------------- page sizes --- */

static void
test_getpsizes(void **state)
{
	int64_t sizes[9];
	int n = vmgetinfo(NULL, VMINFO_GETPSIZES, 0);

	(void)state;
	assert_true(n >= 1);
	assert_int_equal(kvmgetinfo(NULL, VMINFO_GETPSIZES, 0), n);
	for (int arg = 1; arg <= 8; arg++) {
		int want = arg < n ? arg : n;

		memset(sizes, 0x55, sizeof(sizes));
		assert_int_equal(vmgetinfo(sizes, VMINFO_GETPSIZES, arg), want);
		assert_int_equal(kvmgetinfo(sizes, VMINFO_GETPSIZES, arg),
		    want);
		assert_int_equal(sizes[0], 4096);
		for (int i = 1; i < want; i++)
			assert_true(sizes[i] > sizes[i - 1]);
		for (int i = want; i < 9; i++)
			assert_int_equal(sizes[i], 0x5555555555555555);
	}
	fails(sizes, VMINFO_GETPSIZES, -1, EINVAL);
	fails(NULL, VMINFO_GETPSIZES, 1, EFAULT);
	fails(edge - 7, VMINFO_GETPSIZES, 1, EFAULT);
	assert_int_equal(vmgetinfo(edge - 8, VMINFO_GETPSIZES, 1), 1);
}

static void
test_psize(void **state)
{
	char buf[500];
	struct vminfo v;
	struct vminfo_psize s = { .psize = 4096 };

	(void)state;
	touch(map(4), 4);
	works(&v, VMINFO, sizeof(v));
	works(&s, VMINFO_PSIZE, sizeof(s));
	assert_int_equal(s.psize, 4096);
	assert_int_equal(s.attr, VM_PSIZE_ATTR_PAGEABLE);
	assert_int_equal(at(&s, 16, 8), v.pgexct);
	assert_int_equal(at(&s, 96, 8), v.zerofills);
	assert_int_equal(at(&s, 160, 8), v.memsizepgs);
	assert_int_equal(at(&s, 168, 8), v.numfrb);
	assert_int_equal(at(&s, 200, 8), v.numvpages);
	assert_int_equal(at(&s, 256, 8), v.numwseguse);
	assert_int_equal(at(&s, 280, 8), v.numwsegpin);
	assert_int_equal(at(&s, 352, 8), v.system_pgs);
	assert_int_equal(at(&s, 360, 8), v.nonsys_pgs);
	assert_int_equal(at(&s, 392, 8), (int64_t)v.memavailable);
	/* The lengths that are in the field, and odd ones. */
	for (int arg = 8; arg <= 402; arg++) {
		memset(buf, 0x55, sizeof(buf));
		memcpy(buf, &(int64_t){ 4096 }, 8);
		works(buf, VMINFO_PSIZE, arg);
		assert_memory_equal(buf, &s, (size_t)(arg < 400 ? arg : 400));
		for (int k = arg < 400 ? arg : 400; k < 500; k++)
			assert_int_equal(buf[k], 0x55);
	}
	for (int arg = -1; arg < 8; arg++)
		fails(&s, VMINFO_PSIZE, arg, EINVAL);
	fails(NULL, VMINFO_PSIZE, 400, EFAULT);
	memcpy(edge - 8, &(int64_t){ 4096 }, 8);
	works(edge - 8, VMINFO_PSIZE, 8);
	fails(edge - 8, VMINFO_PSIZE, 9, EFAULT);
	static const int64_t none[] = { 0, -1, 1, 4095, 4097, 8192, 65536,
		16777216, 17179869184, INT64_MIN, INT64_MAX };
	for (size_t i = 0; i < NELEM(none); i++) {
		s.psize = none[i];
		fails(&s, VMINFO_PSIZE, sizeof(s), EINVAL);
		assert_int_equal(s.psize, none[i]);
	}
}

/* A per-size answer is fresh and stores nothing. */
static void
test_psize_stores_nothing(void **state)
{
	struct vminfo_psize s = { .psize = 4096 };
	struct sim_tunables before = m->tunables;

	(void)state;
	works(&s, VMINFO_PSIZE, sizeof(s));
	assert_true(s.numvpages > 0);
	assert_memory_equal(&before, &m->tunables, sizeof(before));
}

static void
test_page_info(void **state)
{
	vaddr_t va = map(2);
	struct vm_page_info info = { .addr = va };
	struct vminfo before, after;

	(void)state;
	works(&before, VMINFO, sizeof(before));
	works(&info, VM_PAGE_INFO, sizeof(info));
	assert_int_equal(info.addr, va);
	assert_int_equal(info.pagesize, 4096);
	works(&after, VMINFO, sizeof(after));
	assert_memory_equal(&before, &after, sizeof(before));
	touch(va, 1);
	info = (struct vm_page_info){ .addr = va + 8191 };
	works(&info, VM_PAGE_INFO, 1000);
	assert_int_equal(info.pagesize, 4096);
	static const uint64_t none[] = { 0, 4095, UINT64_MAX, (uint64_t)1 << 47,
		0xffff800000000000 };
	for (size_t i = 0; i < NELEM(none); i++) {
		info = (struct vm_page_info){ .addr = none[i], .pagesize = 7 };
		fails(&info, VM_PAGE_INFO, sizeof(info), EINVAL);
		assert_int_equal(info.pagesize, 7);
	}
	info.addr = va;
	for (int arg = -1; arg < 16; arg++)
		fails(&info, VM_PAGE_INFO, arg, EINVAL);
	fails(NULL, VM_PAGE_INFO, 16, EFAULT);
	fails(edge - 8, VM_PAGE_INFO, 16, EFAULT);
	/* An observer has no address space. */
	assert_int_equal(uvmsim_setpid(0), 0);
	fails(&info, VM_PAGE_INFO, 16, EINVAL);
}

/* ------------------------------------------------------------------ IPC --- */

static void
test_ipc(void **state)
{
	char buf[120];

	(void)state;
	works(buf, IPC_LIMITS, sizeof(buf));
	assert_int_equal(at(buf, 0, 8), 1048576);
	assert_int_equal(at(buf, 8, 8), 65535);
	assert_int_equal(at(buf, 24, 8), 32767);
	assert_int_equal(at(buf, 48, 8), 4194304);
	assert_int_equal(at(buf, 72, 8), 524288);
	assert_int_equal(at(buf, 88, 8), 35184372088832);
	assert_int_equal(at(buf, 96, 4), 2147483648);
	assert_int_equal(at(buf, 100, 4), 1);
	assert_int_equal(at(buf, 104, 8), 268435456);
	assert_int_equal(at(buf, 112, 4), 11);
	assert_int_equal(at(buf, 116, 4), 0);
}

static void
test_vmids(void **state)
{
	const struct sim_call get = {
		.no = SIM_SYS_SHMGET,
		.arg = { 0, ((uint64_t)600 << 20), 0600 },
	};
	vmid64_t ids[5] = { -7, -7, -7, -7, -7 };
	struct vmshmid_to_vmid v;
	uint64_t id;

	(void)state;
	assert_int_equal(sim_syscall(m, p, &get, &id), 0);
	/* 600 MB are three segments of 256 MB. */
	v = (struct vmshmid_to_vmid){ (int)id, 5, ids };
	works(&v, VMSHMID_TO_VMID, sizeof(v));
	assert_int_equal(v.num_vmids, 3);
	assert_true(ids[0] > 0 && ids[0] != ids[1] && ids[1] != ids[2]);
	assert_int_equal(ids[3], -7);
	ids[1] = -7;
	v.num_vmids = 1;
	works(&v, VMSHMID_TO_VMID, sizeof(v));
	assert_int_equal(v.num_vmids, 1);
	assert_int_equal(ids[1], -7);
	v.num_vmids = 0;
	works(&v, VMSHMID_TO_VMID, sizeof(v));
	v.num_vmids = -1;
	fails(&v, VMSHMID_TO_VMID, sizeof(v), EINVAL);
	v = (struct vmshmid_to_vmid){ (int)id + 1, 5, ids };
	fails(&v, VMSHMID_TO_VMID, sizeof(v), EINVAL);
	v = (struct vmshmid_to_vmid){ (int)id, 5, NULL };
	fails(&v, VMSHMID_TO_VMID, sizeof(v), EFAULT);
	fails(&v, VMSHMID_TO_VMID, sizeof(v) - 1, EINVAL);
	fails(NULL, VMSHMID_TO_VMID, sizeof(v), EFAULT);
}

/* --------------------------------------------------------- paging space --- */

static void
no_paging_space(const char *path, int err)
{
	struct pginfo info = { .size = 5 };

	errno = 0;
	assert_int_equal(swapqry(path, &info), -1);
	assert_int_equal(errno, err);
	assert_int_equal(info.size, 5);
}

static void
test_swap(void **state)
{
	char path[1100];

	(void)state;
	assert_non_null(sim_file_get(m, "/dev/hd6", 8192, SIM_FILE_DEV));
	assert_non_null(sim_file_get(m, "/etc/motd", 8192, SIM_FILE_REG));
	no_paging_space("/dev/hd6", ENODEV);
	no_paging_space("/etc/motd", ENOTBLK);
	no_paging_space("/dev/hd7", ENOENT);
	no_paging_space("", ENOENT);
	no_paging_space(NULL, EFAULT);
	memset(path, 'x', sizeof(path));
	path[1023] = '\0';
	no_paging_space(path, ENOENT);
	path[1023] = 'x';
	no_paging_space(path, ENAMETOOLONG);
	/* A string that ends where the memory ends; and one that does not. */
	memcpy(edge - 9, "/dev/hd6", 9);
	no_paging_space(edge - 9, ENODEV);
	edge[-1] = 'x';
	no_paging_space(edge - 9, EFAULT);
	/* Nothing free, so both levels are passed. */
	assert_int_equal(psdanger(0), 0);
	assert_int_equal(psdanger(SIGDANGER), -512);
	assert_int_equal(psdanger(SIGKILL), -64);
	errno = 0;
	assert_int_equal(psdanger(1234), -1);
	assert_int_equal(errno, EINVAL);
}

/* What is stored is in a core. */
static void
test_core(void **state)
{
	char path[] = "/tmp/test_vmgetinfo.XXXXXX", err[300];
	struct vminfo a, b;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	works(&a, VMINFO, sizeof(a));
	touch(map(4), 4);
	works(&a, VMINFO_ABRIDGED, sizeof(a));
	assert_int_equal(sim_core_save(m, path, err, sizeof(err)), 0);
	assert_int_equal(uvmsim_open(path, 0), 0);
	unlink(path);
	works(&b, VMINFO_ABRIDGED, sizeof(b));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(api_attach(m, p->pid), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_vminfo),
		T(test_vminfo64),
		T(test_wrap),
		T(test_abridged),
		T(test_equal),
		T(test_copies),
		T(test_unknown),
		T(test_no_machine),
		T(test_getpsizes),
		T(test_psize),
		T(test_psize_stores_nothing),
		T(test_page_info),
		T(test_ipc),
		T(test_vmids),
		T(test_swap),
		T(test_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
