/*
 * What the interfaces of each system say about pages that are in swap: FreeBSD
 * kinfo_vmentry and vm.objects, mincore of all four, and the structures that
 * NetBSD and OpenBSD show by kvm(3); all against the anons themselves.
 */
#include "freebsd_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/context.h"
#include "api/freebsd/layers.h"
#include "kvm_fixture.h"
#include "vmmeter_client.h"

#define PAGES 128u
#define LEN (PAGES * FB_PAGE)

/* More pages than memory has frames; then some are read again. */
#define SCRIPT \
	"spawn a image=none\na: b = mmap 512K rw private anon fixed at " \
	"0x10000000\na: s = mmap 128K rw shared anon fixed at 0x20000000\n" \
	"a: write s 128K\na: write b 512K\na: read b+64K 32K\n"
#define AT ((uint64_t)0x10000000)
#define SHARED ((uint64_t)0x20000000)

static struct machine *m;

static void
open_machine(const char *keys)
{
	char text[600], path[] = "/tmp/uvmsim-swapped.XXXXXX";
	FILE *fp = fdopen(mkstemp(path), "w");

	assert_non_null(fp);
	snprintf(text, sizeof(text), "machine ram=256K swap=2M %s\n%s", keys,
	    SCRIPT);
	fputs(text, fp);
	fclose(fp);
	if (uvmsim_open(path, 0) != 0)
		fail_msg("%s", uvmsim_errmsg());
	unlink(path);
	m = api_machine();
	assert_true(m->vm.exp.swpgonly > 0);
}

static struct vm_map_entry *
entry_at(struct process *p, uint64_t va)
{
	struct vm_map_entry *e = p->vmspace->vm_map.header.next;

	while (e->end <= va)
		e = e->next;
	return e;
}

static const struct vm_anon *
anon_at(struct process *p, uint64_t va)
{
	struct vm_map_entry *e = entry_at(p, va);
	uint32_t name = e->amap == NULL ?
	    0 :
	    sparse_get(&e->amap->slots,
		e->ar_pageoff + (va - e->start) / FB_PAGE);

	return name != 0 ? &m->vm.anons.anon[name] : NULL;
}

static uint64_t
resident_anons(struct process *p, uint64_t va, uint64_t pages)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < pages; i++)
		n += anon_at(p, va + i * FB_PAGE)->where != 0;
	return n;
}

/* -------------------------------------------------------------- mincore --- */

/*
 * One byte a page: that of a page in swap is 0; NetBSD's, OpenBSD's and Linux's
 * of one in memory is 1, mapped or not; FreeBSD's if it is mapped.
 */
static void
test_mincore(void **state)
{
	static const char *const systems[] = { "freebsd", "netbsd", "openbsd",
		"linux" };

	(void)state;
	for (size_t s = 0; s < NELEM(systems); s++) {
		uint8_t vec[PAGES];
		struct sim_call call = { .no = SIM_SYS_MINCORE,
			.arg = { AT, LEN },
			.vec = vec,
			.vec_len = PAGES };
		char keys[80];
		unsigned in = 0, out = 0;
		struct process *p;
		uint64_t ret;

		snprintf(keys, sizeof(keys), "personality=%s", systems[s]);
		open_machine(keys);
		p = sim_process_byname(m, "a");
		memset(vec, 0xee, sizeof(vec));
		assert_int_equal(sim_syscall(m, p, &call, &ret), 0);
		for (unsigned i = 0; i < PAGES; i++) {
			const uint64_t va = AT + i * FB_PAGE;
			bool here = anon_at(p, va)->where != 0;

			if (s == 0)
				here = here &&
				    pmap_extract(p->vmspace->vm_map.pmap, va,
					NULL);
			if ((vec[i] != 0) != here)
				fail_msg("%s: page %u is 0x%x", systems[s], i,
				    vec[i]);
			in += here;
			out += !here;
		}
		assert_true(in > 8 && out > 8);
		uvmsim_close();
	}
}

/* ---------------------------------------------------------------- kinfo --- */

static int
find_swap(void *ctx, const struct api_object *o)
{
	uint64_t *sum = ctx;

	if (o->type == KVME_TYPE_SWAP) {
		sum[0] += o->resident;
		sum[1] += o->swapped;
		sum[2] += o->active + o->inactive;
	}
	return 0;
}

static void
test_kinfo(void **state)
{
	struct kinfo_vmentry k;
	uint64_t sum[3] = { 0 }, here;
	struct process *p, *child = NULL;
	const struct sim_call fork = { .no = SIM_SYS_FORK, .str = "kid" };
	uint64_t ret;

	(void)state;
	open_machine("personality=freebsd");
	p = sim_process_byname(m, "a");
	here = resident_anons(p, AT, PAGES);
	k = fb_record(p, AT);
	assert_int_equal(k.kve_resident, here);
	assert_int_equal(k.kve_private_resident, here);
	assert_true(here < PAGES);
	assert_int_equal(api_each_object(m, find_swap, sum), 0);
	here += resident_anons(p, SHARED, 32);
	assert_int_equal(sum[0], here);
	assert_int_equal(sum[1], PAGES + 32 - here);
	assert_int_equal(sum[1], m->vm.exp.swpgonly);
	/* A child's part of a range: only what is there counts. */
	assert_int_equal(sim_syscall(m, p, &fork, &ret), 0);
	child = sim_process_byname(m, "kid");
	assert_int_equal(fb_record(child, AT).kve_resident,
	    resident_anons(child, AT, PAGES));
	uvmsim_close();
}

/*
 * FreeBSD: a page in swap does not hide that of the object below.  A private
 * mapping of a file is written, goes to swap, and the file is read by another.
 */
static void
test_not_hidden(void **state)
{
	char path[] = "/tmp/uvmsim-swapped.XXXXXX";
	FILE *fp = fdopen(mkstemp(path), "w");
	struct process *p;
	unsigned hidden = 0, n = 0;

	(void)state;
	assert_non_null(fp);
	fputs("machine ram=256K swap=2M\nfile /f 32K\nspawn a image=none\n"
	      "a: f = mmap 32K rw private file /f fixed at 0x10000000\n"
	      "a: write f 32K\na: b = mmap 512K rw private anon\n"
	      "a: write b 512K\nspawn b image=none\n"
	      "b: g = mmap 32K r shared file /f\nb: read g 32K\n",
	    fp);
	fclose(fp);
	assert_int_equal(uvmsim_open(path, 0), 0);
	unlink(path);
	m = api_machine();
	p = sim_process_byname(m, "a");
	for (uint64_t i = 0; i < 8; i++) {
		struct vm_map_entry *e = entry_at(p, AT + i * FB_PAGE);
		bool below = sparse_get(&e->object->pages, i) != 0;

		hidden += anon_at(p, AT + i * FB_PAGE)->where == 0 && below;
		n += anon_at(p, AT + i * FB_PAGE)->where != 0 || below;
	}
	assert_true(hidden > 0);
	assert_int_equal(fb_record(p, AT).kve_resident, n);
	uvmsim_close();
}

/* ------------------------------------------------------------------ kvm --- */

static void
test_kvm(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const struct kvm_walk *k = kvm_walks[i];
		unsigned in = 0, out = 0;
		void *kd;

		m = kvm_setup(k, " ram=256K swap=2M\n" SCRIPT, &kd);
		for (uint32_t name = 1; name < m->vm.anons.fresh; name++) {
			const struct vm_anon *a = &m->vm.anons.anon[name];
			uint64_t page = 1;
			int ref = 0, slot = -2;

			if (a->ref == 0)
				continue;
			assert_true(k->anon(kd, sim_kva(m, SIM_KVA_ANON, name),
			    &ref, &page));
			assert_int_equal(ref, a->ref);
			assert_int_equal(page,
			    a->where != 0 ? sim_kva(m, SIM_KVA_PAGE, a->where) :
					    0);
			assert_true(k->swslot(kd,
			    sim_kva(m, SIM_KVA_ANON, name), &slot));
			assert_int_equal(slot, m->vm.anons.slot[name]);
			in += a->where != 0;
			out += a->where == 0;
			assert_true(a->where != 0 || slot > 0);
		}
		assert_true(in > 8 && out > 8);
		kvm_teardown(k, kd);
	}
}

/* --------------------------------------------------------------- sysctl --- */

static void
check_meter(int (*meter)(struct meter_look *, size_t *))
{
	const struct uvmexp *e = &m->vm.exp;
	struct meter_look l;
	size_t len = 48;

	assert_int_equal(meter(&l, &len), 0);
	assert_int_equal(len, l.size);
	assert_int_equal(l.rm, e->npages - e->free);
	assert_int_equal(l.arm, e->active);
	assert_int_equal(l.vm, e->npages - e->free + e->swpginuse);
	assert_int_equal(l.avm, e->active + e->swpginuse);
	assert_int_equal(l.free, e->free);
	assert_true(l.avm > l.arm);
	len = 47;
	assert_int_equal(meter(&l, &len), -1);
	assert_int_equal(errno, ENOMEM);
	assert_int_equal(len, 47);
}

static void
test_sysctl(void **state)
{
	struct uvmexp_look l;
	size_t len = sizeof(struct uvmexp);

	(void)state;
	open_machine("personality=netbsd");
	check_meter(meter_netbsd);
	check_meter(meter_openbsd);
	assert_int_equal(uvmexp_netbsd(&l, &len), 0);
	assert_int_equal(l.size, sizeof(struct uvmexp));
	assert_int_equal(l.pagesize, 4096);
	assert_int_equal(l.inactarg, 0);
	assert_int_equal(l.nswapdev, 1);
	assert_int_equal(l.swpginuse, m->vm.exp.swpginuse);
	assert_int_equal(l.swpgonly, m->vm.exp.swpgonly);
	assert_int_equal(l.faults, m->vm.exp.faults);
	assert_int_equal(l.pgswapout, m->vm.exp.pgswapout);
	assert_int_equal(l.pdfreed, m->vm.exp.pdfreed);
	assert_int_equal(l.anondirty, m->vm.exp.anondirty);
	assert_int_equal(l.fltnoup, m->vm.exp.fltnoup);
	assert_true(l.swpgonly > 0);
	uvmsim_close();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mincore),
		cmocka_unit_test(test_kinfo),
		cmocka_unit_test(test_not_hidden),
		cmocka_unit_test(test_kvm),
		cmocka_unit_test(test_sysctl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
