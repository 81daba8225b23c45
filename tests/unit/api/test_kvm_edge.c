/*
 * kvm(3) where it refuses, ends or changes: bad addresses and pointers, reads
 * across the end of something, files that are no cores, name lists, processes
 * that are gone, machines that go on living.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm_fixture.h"

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "host_memory.h"
#include "sim/namecache.h"

#define EACH(k) \
	for (size_t k##_n = 0; k##_n < 4; k##_n++) \
		for (const struct kvm_walk *k = kvm_walks[k##_n]; k != NULL; \
		     k = NULL)

static const char small[] = "spawn sh pid=100 image=none\n"
			    "sh: b = mmap 64K rw private fixed anon at 1M\n"
			    "sh: write b 8K\n";

/* ----------------------------------------------------------- reading ---- */

static void
expect_invalid(const struct kvm_walk *k, void *kd, uint64_t addr, size_t len)
{
	char buf[16], text[64];

	assert_true(len <= sizeof(buf));
	assert_int_equal(k->read(kd, addr, buf, len), -1);
	snprintf(text, sizeof(text), "invalid address (%llx)",
	    (unsigned long long)addr);
	assert_string_equal(k->err(kd), text);
}

static void
test_addresses(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, small, &kd);
		const uint64_t top = k->ptrsize == 8 ? UINT64_MAX : UINT32_MAX;
		char buf[8];

		expect_invalid(k, kd, 0, 1);
		expect_invalid(k, kd, 1, 8);
		expect_invalid(k, kd, 0x100000, 8);
		expect_invalid(k, kd, top, 1);
		expect_invalid(k, kd, top - 7, 8);
		expect_invalid(k, kd, UINT64_MAX, 8);
		expect_invalid(k, kd, kvm_value(k, kd, "kernel_text"), 4);
		/* objects that do not live */
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_ENTRY, 999), 8);
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_AMAP, 999), 8);
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_OBJECT, 999), 8);
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_MAP, 999), 8);
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_PMAP, 999), 8);
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_ANON, 999), 8);
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_PV, 999), 8);
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_MOUNT, 999), 8);
		expect_invalid(k, kd, sim_kva(m, SIM_KVA_PROC, 999), 8);
		/* nothing is read of nothing */
		assert_int_equal(k->read(kd, 0, NULL, 0), 0);
		assert_int_equal(k->write(kd, sim_kva(m, SIM_KVA_MAP, 1), buf,
				     sizeof(buf)),
		    -1);
		assert_string_equal(k->err(kd), "kernel memory is read only");
		kvm_teardown(k, kd);
	}
}

/* A read that leaves what is mapped gives what there is. */
static void
test_short_read(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, small, &kd);
		struct process *p = kvm_process(m, "sh");
		uint64_t at = sim_kva(m, SIM_KVA_PROC, (uint32_t)p->pid + 1);
		const uint32_t size = sim_kva_size(m, SIM_KVA_PROC);
		char buf[4096], again[4096];

		assert_true(size <= 1024);
		memset(buf, 0x5a, sizeof(buf));
		assert_int_equal(k->read(kd, at, buf, size), size);
		assert_int_equal(k->read(kd, at, again, size + 1), size);
		assert_string_equal(k->err(kd), "short read");
		assert_memory_equal(buf, again, size);
		assert_int_equal(k->read(kd, at + size - 1, again, 100), 1);
		assert_int_equal(again[0], buf[size - 1]);
		kvm_teardown(k, kd);
	}
}

/* Whatever is read at once is what its bytes are one by one. */
static void
expect_same_bytes(const struct kvm_walk *k, void *kd, uint64_t addr, size_t len)
{
	unsigned char *all = malloc(len), one;
	ssize_t n = k->read(kd, addr, all, len);

	assert_non_null(all);
	assert_true(n > 0);
	for (ssize_t i = 0; i < n; i++) {
		assert_int_equal(k->read(kd, addr + (uint64_t)i, &one, 1), 1);
		assert_int_equal(one, all[i]);
	}
	if ((size_t)n < len)
		assert_int_equal(k->read(kd, addr + (uint64_t)n, &one, 1), -1);
	free(all);
}

static void
test_bytes(void **state)
{
	static const char *const symbols[] = { "_nchash", "_maxsmap",
		"_kernel_map", "_uvm_vnodeops" };

	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, kvm_script, &kd);
		const struct vm_map *map = &kvm_process(m, "sh")
						->vmspace->vm_map;
		const struct vm_map_entry *e = map->header.next;
		struct walk_amap amap;

		while (e->amap == NULL)
			e = e->next;
		for (size_t i = 0; i < NELEM(symbols); i++)
			expect_same_bytes(k, kd, kvm_value(k, kd, symbols[i]),
			    5000);
		/* neighbours: a read goes on from one to the next */
		expect_same_bytes(k, kd, sim_kva_entry(m, e) + 3, 1000);
		expect_same_bytes(k, kd, sim_kva_map(m, map), 1100);
		expect_same_bytes(k, kd, sim_kva_object(m, m->files->object),
		    2000);
		expect_same_bytes(k, kd,
		    sim_kva(m, SIM_KVA_MOUNT, k->netbsd ? 3 : 1), 4000);
		expect_same_bytes(k, kd, sim_kva(m, SIM_KVA_PAGE, 1), 20000);
		expect_same_bytes(k, kd, sim_kva(m, SIM_KVA_ANON, 1), 200);
		expect_same_bytes(k, kd, sim_kva(m, SIM_KVA_NAMECACHE, 1),
		    2000);
		expect_same_bytes(k, kd, sim_kva(m, SIM_KVA_DIR, 1), 2000);
		assert_true(k->amap(kd, sim_kva_amap(m, e->amap), &amap));
		expect_same_bytes(k, kd, amap.anon + 1, 300);
		kvm_teardown(k, kd);
	}
}

static void
test_bad_pointers(void **state)
{
	char *mem = host_memory(1), *end = mem + host_page();

	(void)state;
	assert_non_null(mem);
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, small, &kd);
		uint64_t at = sim_kva_map(m, &m->vm.kernel->vm_map);

		assert_int_equal(k->read(kd, at, NULL, 8), -1);
		assert_string_equal(k->err(kd), strerror(EFAULT));
		assert_int_equal(k->read(kd, at, (void *)8, 8), -1);
		assert_int_equal(k->read(kd, at, (void *)UINTPTR_MAX, 8), -1);
		assert_int_equal(k->read(kd, at, end, 1), -1);
		assert_int_equal(k->read(kd, at, end - 8, 8), 8);
		assert_int_equal(k->read(kd, at, end - 8, 9), -1);
		assert_string_equal(k->err(kd), strerror(EFAULT));
		/* a length out of this world, and little to read */
		assert_int_equal(k->read(kd, 16, mem, SIZE_MAX), -1);
		assert_int_equal(k->read(kd, UINT64_MAX, mem, SIZE_MAX), -1);
		kvm_teardown(k, kd);
		/* what was never opened */
		assert_int_equal(k->read(NULL, at, mem, 8), -1);
		assert_int_equal(k->write(NULL, at, mem, 8), -1);
		assert_int_equal(k->close(NULL), -1);
		assert_int_equal(k->procs(NULL, 0, 0, NULL, 0), -1);
		assert_string_equal(k->err(NULL), "no kernel memory is open");
	}
	host_memory_free(mem, 1);
}

/* Same seed, same story: random reads tell no host from another. */
static void
test_random_reads(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd, *other;
		struct machine *m = kvm_setup(k, kvm_script, &kd);
		char path[64], err[2048], a[700], b[700];
		uint64_t seed = 88172645463325252u;
		uint32_t found = 0;

		snprintf(path, sizeof(path), "%s", kvm_file("", 0));
		assert_int_equal(sim_core_save(m, path, err, sizeof(err)), 0);
		other = k->open(NULL, path, 0, false, err);
		assert_non_null(other);
		for (int i = 0; i < 60000; i++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			enum sim_kva_kind kind = seed % SIM_NKVA;
			uint64_t at = sim_kva(m, kind,
					  (uint32_t)(seed >> 8) % 200) +
			    (seed >> 20) % 4096 - 1024;
			size_t len = (seed >> 40) % sizeof(a);
			ssize_t n = k->read(kd, at, a, len);

			assert_int_equal(k->read(other, at, b, len), n);
			if (n > 0)
				assert_memory_equal(a, b, (size_t)n);
			found += n > 0;
		}
		assert_true(found > 3000);
		assert_int_equal(k->close(other), 0);
		unlink(path);
		kvm_teardown(k, kd);
	}
}

/* ----------------------------------------------------------- opening ---- */

static void
expect_refused(const struct kvm_walk *k, const char *exec, const char *core,
    int flags, const char *why)
{
	char err[2048] = "";
	void *kd = k->open(exec, core, flags, false, err);

	if (kd != NULL)
		fail_msg("opened, expected %s", why);
	assert_string_equal(err, why);
	assert_null(k->open(exec, core, flags, false, NULL));
}

static void
test_no_dump(void **state)
{
	static const char elf[] = { 0x7f, 'E', 'L', 'F', 0, 0, 0 };
	static const char *const junk[] = { "junk\n", elf,
		"uvmsim is not a statement", "" };
	static const size_t lens[] = { 5, 7, 25, 0 };
	char err[2048], buf[8];

	(void)state;
	EACH(k) for (size_t i = 0; i < NELEM(junk); i++)
	{
		void *kd = k->open(NULL, kvm_file(junk[i], lens[i]), 0, false,
		    err);
		uint64_t at;

		assert_non_null(kd);
		at = kvm_value(k, kd, "_maxsmap");
		assert_int_not_equal(at, 0);
		assert_int_equal(k->read(kd, at, buf, 8), -1);
		assert_string_equal(k->err(kd), "no valid dump header");
		assert_int_equal(k->procs(kd, 0, 0, NULL, 0), -1);
		assert_string_equal(k->err(kd), "no valid dump header");
		assert_int_equal(k->write(kd, at, buf, 8), -1);
		assert_int_equal(k->close(kd), 0);
		kvm_file_remove();
	}
}

static void
test_refused(void **state)
{
	static const char bad[] = "spawn sh\nsh: frobnicate\n";
	static const char stops[] = "spawn sh\nsh: munmap 1 4K\n";
	char path[64], why[200];
	struct machine *m;
	uint8_t byte;
	FILE *fp;

	(void)state;
	EACH(k)
	{
		void *kd;

		expect_refused(k, NULL, "/nowhere/at/all", 0,
		    "/nowhere/at/all: No such file or directory");
		expect_refused(k, NULL, "/", 0, "/: Is a directory");
		snprintf(path, sizeof(path), "%s", kvm_file(bad, strlen(bad)));
		snprintf(why, sizeof(why),
		    "%s:2:5: unknown call or access "
		    "frobnicate",
		    path);
		assert_null(k->open(NULL, path, 0, false, why));
		assert_non_null(strstr(why, ":2:5: "));
		unlink(path);
		snprintf(path, sizeof(path), "%s",
		    kvm_file(stops, strlen(stops)));
		assert_null(k->open(NULL, path, 0, false, why));
		assert_non_null(strstr(why, ":2:"));
		unlink(path);
		/* flags as of open(2), but for writing only */
		m = kvm_setup(k, small, &kd);
		assert_int_equal(k->close(kd), 0);
		expect_refused(k, NULL, NULL, 1, "bad flags arg");
		expect_refused(k, NULL, NULL, 0x1000, "bad flags arg");
		kd = k->open(NULL, NULL, 2, false, why);
		assert_non_null(kd);
		assert_int_equal(k->close(kd), 0);
		/* a core with one bit turned */
		snprintf(path, sizeof(path), "%s", kvm_file("", 0));
		assert_int_equal(sim_core_save(m, path, why, sizeof(why)), 0);
		fp = fopen(path, "r+");
		assert_non_null(fp);
		assert_int_equal(fseek(fp, -9, SEEK_END), 0);
		assert_int_equal(fread(&byte, 1, 1, fp), 1);
		byte ^= 4;
		assert_int_equal(fseek(fp, -9, SEEK_END), 0);
		assert_int_equal(fwrite(&byte, 1, 1, fp), 1);
		fclose(fp);
		assert_null(k->open(NULL, path, 0, false, why));
		assert_non_null(strstr(why, path));
		unlink(path);
		uvmsim_close();
		expect_refused(k, NULL, NULL, 0, uvmsim_errmsg());
	}
}

/* A program's structures are of one width. */
static void
test_widths(void **state)
{
	char err[2048];

	(void)state;
	EACH(k)
	{
		void *kd, *own;

		kvm_setup(k, small, &kd);
		own = k->open(NULL, NULL, 0, true, err);
		if (k->ptrsize == sizeof(void *)) {
			assert_non_null(own);
			assert_int_equal(k->close(own), 0);
		} else {
			assert_null(own);
			assert_string_equal(err,
			    sizeof(void *) == 8 ?
				"the kernel's pointers have 4 bytes, "
				"this program's 8" :
				"the kernel's pointers have 8 bytes, "
				"this program's 4");
		}
		kvm_teardown(k, kd);
	}
}

static void
test_name_lists(void **state)
{
	static const char
	    good[] = "ffff800000001000 T _kernel_text\r\n"
		     "\n"
		     "  d0001000 D nchash  \n"
		     "0 A zero\n                 U printf\nw weak\n"
		     "00000010 b _bss\n"
		     "ffffffff00000000 T _kernel_text\n";
	static const struct {
		const char *name;
		uint64_t value;
		int type;
	} want[] = { { "_kernel_text", 0xffff800000001000, 5 },
		{ "kernel_text", 0xffff800000001000, 5 },
		{ "_nchash", 0xd0001000, 7 }, { "nchash", 0xd0001000, 7 },
		{ "_zero", 0, 3 }, { "_bss", 0x10, 9 }, { "printf", 0, 0 },
		{ "_maxsmap", 0, 0 }, { "_", 0, 0 } };
	static const char *const bad[] = { "x T y\n", "1 T\n", "1 TT y\n",
		"1 T y z\n", "0x T y\n" };
	char path[64], why[200];

	(void)state;
	EACH(k)
	{
		void *kd, *listed;

		kvm_setup(k, small, &kd);
		snprintf(path, sizeof(path), "%s",
		    kvm_file(good, strlen(good)));
		listed = k->open(path, NULL, 0, false, why);
		assert_non_null(listed);
		unlink(path);
		for (size_t i = 0; i < NELEM(want); i++) {
			uint64_t value;
			int type;

			assert_int_equal(k->nlist(listed, want[i].name, &value,
					     &type),
			    want[i].type == 0);
			assert_int_equal(value, want[i].value);
			assert_int_equal(type, want[i].type);
		}
		assert_int_equal(k->close(listed), 0);
		for (size_t i = 0; i < NELEM(bad); i++) {
			char text[100];

			/* No name list from the first line on: see below. */
			snprintf(text, sizeof(text), "1000 T good\n%s", bad[i]);
			snprintf(path, sizeof(path), "%s",
			    kvm_file(text, strlen(text)));
			snprintf(why, sizeof(why),
			    "%s:2: expected a line of nm(1): address, type, "
			    "name",
			    path);
			expect_refused(k, path, NULL, 0, why);
			unlink(path);
		}
		expect_refused(k, "/nowhere", NULL, 0,
		    "/nowhere: No such file or directory");
		kvm_teardown(k, kd);
	}
}

/* --------------------------------------------------------- processes ---- */

static void
test_processes(void **state)
{
	static const char
	    script[] = "spawn a pid=5 image=none\nset a uid 7\nset a gid 9\n"
		       "a: fork b pid=3\nset b uid 8\n"
		       "a: vfork v pid=9\nset v uid 8\na: fork dead pid=4\n"
		       "dead: exit 3\n";

	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, script, &kd);
		const int kernel = k->netbsd;
		struct walk_proc p[8];

		assert_int_equal(k->procs(kd, 0, 0, p, 8), 4 + kernel);
		assert_int_equal(p[kernel].pid, 3);
		assert_int_equal(p[kernel + 1].pid, 4);
		assert_int_equal(p[kernel + 1].stat, 5);
		assert_int_equal(p[kernel + 1].vmspace, 0);
		assert_int_equal(p[kernel + 2].pid, 5);
		assert_string_equal(p[kernel + 2].comm, "a");
		assert_int_equal(p[kernel + 2].uid, 7);
		assert_int_equal(p[kernel + 3].pid, 9);
		assert_int_equal(p[kernel + 3].ppid, 5);
		/* it runs in its parent's space */
		assert_int_equal(p[kernel + 3].vmspace, p[kernel + 2].vmspace);
		assert_int_equal(k->procs(kd, 1, 5, p, 8), 1);
		assert_int_equal(p[0].paddr, sim_kva(m, SIM_KVA_PROC, 6));
		assert_int_equal(k->procs(kd, 1, 0, p, 8), 1);
		assert_int_equal(p[0].vmspace,
		    sim_kva_map(m, &m->vm.kernel->vm_map));
		assert_int_equal(k->procs(kd, 1, 77, p, 8), 0);
		assert_int_equal(k->procs(kd, 1, -1, p, 8), 0);
		assert_int_equal(k->procs(kd, 5, 8, p, 8), 2);
		assert_int_equal(k->procs(kd, 6, 7, p, 8), 2);
		assert_int_equal(k->procs(kd, 3, 5, p, 8), 0);
		assert_int_equal(k->procs(kd, 7, 9, p, 8), k->netbsd ? 4 : 5);
		assert_int_equal(k->procs(kd, 8, 9, p, 8), k->netbsd ? 4 : -1);
		assert_int_equal(k->procs(kd, 9, 0, p, 8), -1);
		assert_string_equal(k->err(kd), strerror(EINVAL));
		assert_int_equal(k->procs(kd, -1, 0, p, 8), -1);
		kvm_teardown(k, kd);
	}
}

void *uvmsim_netbsd_kvm_getproc2(void *, int, int, size_t, int *);
void *uvmsim_openbsd_kvm_getprocs(void *, int, int, int *);
void *uvmsim_openbsd_kvm_open(const char *, const char *, const char *, int,
    const char *);
int uvmsim_netbsd_kvm_nlist(void *, void *);

/* Elements are as large as the program says, whatever the structure. */
static void
test_element_sizes(void **state)
{
	const struct kvm_walk *k = &kvm_walk_netbsd64;
	static const size_t sizes[] = { 1, 64, 119, 448, 449, 4096, 65536 };
	int32_t pid;
	void *kd;
	int n;

	(void)state;
	kvm_setup(k, kvm_script, &kd);
	for (size_t i = 0; i < NELEM(sizes); i++) {
		const char *p = uvmsim_netbsd_kvm_getproc2(kd, 0, 0, sizes[i],
		    &n);

		assert_non_null(p);
		assert_int_equal(n, 3);
		if (sizes[i] < 120)
			continue;
		memcpy(&pid, p + 2 * sizes[i] + 116, sizeof(pid));
		assert_int_equal(pid, 101);
		for (size_t at = 448; at < sizes[i]; at++)
			assert_int_equal(p[sizes[i] + at], 0);
	}
	assert_null(uvmsim_netbsd_kvm_getproc2(kd, 0, 0, 65537, &n));
	assert_null(uvmsim_netbsd_kvm_getproc2(kd, 0, 0, SIZE_MAX, &n));
	assert_int_equal(n, 0);
	assert_null(uvmsim_netbsd_kvm_getproc2(kd, 0, 0, 448, NULL));
	assert_string_equal(k->err(kd), strerror(EINVAL));
	assert_null(uvmsim_openbsd_kvm_getprocs(kd, 0, 0, NULL));
	assert_int_equal(uvmsim_netbsd_kvm_nlist(kd, NULL), -1);
	assert_string_equal(k->err(kd), "bad namelist");
	assert_int_equal(uvmsim_netbsd_kvm_nlist(NULL, NULL), -1);
	assert_null(uvmsim_openbsd_kvm_open(NULL, "/nowhere", NULL, 0, NULL));
	kvm_teardown(k, kd);
}

/* ------------------------------------------------------ live machines ---- */

static void
test_live(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, small, &kd);
		struct process *p = kvm_process(m, "sh"), *other;
		const uint64_t at = sim_kva_map(m, &p->vmspace->vm_map);
		struct walk_entry e;
		struct walk_map wm;
		struct walk_proc wp;
		uint64_t ret, first;

		assert_true(k->map(kd, at, &wm));
		first = wm.first;
		assert_true(k->entry(kd, first, &e));
		assert_int_equal(sim_syscall(m, p,
				     &(struct sim_call){ .no = SIM_SYS_MUNMAP,
					 .arg = { e.start, e.end - e.start } },
				     &ret),
		    0);
		expect_invalid(k, kd, first, 8);
		assert_true(k->map(kd, at, &wm));
		assert_int_equal(wm.nentries, p->vmspace->vm_map.nentries);
		assert_true(k->entry(kd, wm.first, &e));
		/* without any system call */
		assert_int_equal(sim_spawn(m, "other", 200, p->personality,
				     NULL, &other),
		    0);
		assert_int_equal(k->procs(kd, 1, 200, &wp, 1), 1);
		assert_true(k->map(kd, wp.vmspace, &wm));
		assert_true(wm.nentries > 3);
		assert_true(k->entry(kd, wm.first, &e));
		sim_process_exit(m, other, 0, 0);
		sim_process_reap(m, other);
		expect_invalid(k, kd, wp.vmspace, 8);
		expect_invalid(k, kd, wm.first, 8);
		assert_int_equal(k->procs(kd, 1, 200, &wp, 1), 0);
		/* and when it is let go, nothing is followed any more */
		uvmsim_close();
		assert_int_equal(k->read(kd, at, &ret, 8), -1);
		assert_string_equal(k->err(kd), "the machine has been let go");
		assert_int_equal(k->procs(kd, 0, 0, &wp, 1), -1);
		assert_int_equal(k->nlist(kd, "_nchash", &ret, &(int){ 0 }),
		    -1);
		(void)k->devname(0x1700);
		assert_int_equal(k->close(kd), 0);
	}
}

/* Fixed addresses are where kernel memory is. */
static void
test_fixed(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, small, &kd);
		const struct vm_map *map = &kvm_process(m, "sh")
						->vmspace->vm_map;
		const uint64_t base = k->ptrsize == 8 ? 0xffff812345678900 :
							0xd0a31c00;
		struct walk_amap amap;
		uint64_t at;
		struct walk_entry e;
		struct walk_map wm;
		struct walk_proc p;

		assert_int_equal(sim_kva_fix(m, SIM_KVA_MAP, map->id, base), 0);
		assert_int_equal(sim_kva_fix(m, SIM_KVA_ENTRY,
				     map->header.next->id, base + 0x1000),
		    0);
		assert_int_equal(k->procs(kd, 1, 100, &p, 1), 1);
		assert_int_equal(p.vmspace, base);
		assert_true(k->map(kd, base, &wm));
		assert_int_equal(wm.first, base + 0x1000);
		assert_true(k->entry(kd, wm.first, &e));
		assert_int_equal(e.prev, wm.header);
		assert_int_equal(e.start, map->header.next->start);
		/* one amid the arrays of amaps: they make way for it */
		while (e.amap == 0)
			assert_true(k->entry(kd, e.next, &e));
		assert_true(k->amap(kd, e.amap, &amap));
		assert_int_not_equal(amap.anon, 0);
		assert_int_equal(sim_kva_fix(m, SIM_KVA_MAP, map->id,
				     amap.anon),
		    0);
		at = amap.anon;
		assert_true(k->amap(kd, e.amap, &amap));
		assert_int_equal(amap.anon, 0);
		assert_true(k->map(kd, at, &wm));
		assert_int_equal(wm.nentries, map->nentries);
		kvm_teardown(k, kd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_short_read),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_bad_pointers),
		cmocka_unit_test(test_random_reads),
		cmocka_unit_test(test_no_dump),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_name_lists),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_element_sizes),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
