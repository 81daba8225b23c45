/*
 * What vmgetinfo() tells of paging, stealing, repages and paging space, under
 * each page daemon: against what the disks were asked for, the events, the
 * pages that the test itself has touched, and what owns each frame and block.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/aix/signal.h"
#include "api/include/aix/sys/vminfo.h"
#include "api/context.h"
#include "api/include/uvmsim.h"
#include "sim/sim.h"
#include "tests/page4k.h"
#include "vm/vm_daemon_aix.h"
#include "tests/random.h"

#define NANON 120
#define NFILE 60
#define RAM_PAGES 128
#define BLOCKS 512

/* What the test has heard and done. */
struct heard {
	struct machine *m;
	vm_io_fn *io_fn; /* the machine's own */
	uint64_t read, written, requests, swap_read, swap_written;
	uint64_t evicted, zeroed, file_written;
	uint64_t replaced[2], repaged[2];
	bool anon_out[1024], file_out[NFILE]; /* stolen and not yet back */
	uint32_t file_id;
};

static int
hear_io(void *ctx, const struct vm_io *io)
{
	struct heard *h = ctx;
	uint64_t *n = io->kind == VM_IO_READ ? &h->read : &h->written;
	uint64_t *swap = io->kind == VM_IO_READ ? &h->swap_read :
						  &h->swap_written;

	h->requests++;
	*n += io->npages;
	if (io->swap)
		*swap += io->npages;
	return h->io_fn(h->m, io);
}

static void
hear_evict(struct heard *h, const struct vm_event *ev)
{
	const struct vm_page *pg = &h->m->vm.pages.page[ev->a];
	bool anon = (pg->pg_flags & PG_ANON) != 0;

	h->evicted++;
	if (anon) {
		assert_true(pg->owner < NELEM(h->anon_out));
		h->anon_out[pg->owner] = true;
		h->replaced[0]++;
	} else if (vm_object_byid(&h->m->vm, pg->owner)->text) {
		h->replaced[0]++;
	} else {
		h->replaced[1]++;
		if (pg->owner == h->file_id)
			h->file_out[pg->pindex] = true;
	}
}

static void
hear(void *ctx, const struct vm_event *ev)
{
	struct heard *h = ctx;

	switch (ev->kind) {
	case VM_EVENT_EVICT: hear_evict(h, ev); break;
	case VM_EVENT_SWAPIN:
		h->repaged[0] += h->anon_out[ev->a];
		h->anon_out[ev->a] = false;
		break;
	case VM_EVENT_PAGEIN:
		if (ev->a != h->file_id)
			break;
		h->repaged[1] += h->file_out[ev->c / 4096];
		h->file_out[ev->c / 4096] = false;
		break;
	case VM_EVENT_PAGEOUT: h->file_written += ev->b == 0; break;
	case VM_EVENT_PROMOTE_ZERO: h->zeroed++; break;
	default: break;
	}
}

static struct machine *
new_machine(const char *policy)
{
	struct sim_config c;
	struct machine *m;
	char pair[64], err[200];

	sim_config_default(&c);
	snprintf(pair, sizeof(pair), "policy=%s", policy);
	assert_int_equal(sim_config_set(&c, pair, err, sizeof(err)), 0);
	assert_int_equal(sim_config_set(&c, "ram=512K", err, sizeof(err)), 0);
	assert_int_equal(sim_config_set(&c, "swap=2M:file", err, sizeof(err)),
	    0);
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), 0);
	return m;
}

static uint64_t
call(struct machine *m, struct process *p, struct sim_call c)
{
	uint64_t ret;

	assert_int_equal(sim_syscall(m, p, &c, &ret), 0);
	return ret;
}

static void
compare(struct machine *m, const struct heard *h, const struct vminfo64 *v,
    uint64_t touched)
{
	const bool aix = m->vm.pageout.daemon == &vm_daemon_aix;
	uint64_t owned = 0, lost = 0, free = 0, client = 0;
	const struct vm *vm = &m->vm;

	for (uint32_t i = 1; i < vm->anons.fresh; i++) {
		if (vm->anons.anon[i].ref == 0)
			continue;
		owned += vm_anon_slot(&vm->anons, i) != SWSLOT_NONE;
		lost += vm->anons.anon[i].where == 0;
	}
	for (pfn_t i = 1; i <= vm->pages.npages; i++) {
		free += vm_page_isfree(&vm->pages.page[i]);
		client += (vm->pages.page[i].pg_flags & PG_FILE) != 0;
	}
	assert_int_equal(v->pageins, h->read);
	assert_int_equal(v->pageouts, h->written);
	assert_int_equal(v->pgspgins, h->swap_read);
	assert_int_equal(v->pgspgouts, h->swap_written);
	assert_int_equal(v->numsios, h->requests);
	assert_int_equal(v->numiodone, h->requests);
	assert_int_equal(v->pgsteals, h->evicted);
	assert_int_equal(v->zerofills, h->zeroed);
	assert_int_equal(v->freewts, vm->pageout.waits);
	assert_true(v->scans >= v->pgsteals);
	assert_int_equal(v->numfrb, free);
	assert_int_equal(v->numclient, client);
	assert_int_equal(v->numperm, client);
	assert_int_equal(v->psfreeblks, BLOCKS - owned);
	assert_int_equal(v->numvpages - v->system_pgs, touched);
	assert_true(lost > 0);
	for (unsigned k = 0; k < 2; k++) {
		assert_int_equal(v->nreplaced[k], aix ? h->replaced[k] : 0);
		assert_int_equal(v->nrepaged[k], aix ? h->repaged[k] : 0);
		assert_int_equal(v->rpgcnt[k], aix ? h->repaged[k] : 0);
	}
	assert_int_equal(v->numpermio, aix ? h->file_written : 0);
}

static void
paging(const char *policy)
{
	struct machine *m = new_machine(policy);
	struct heard h = { .m = m, .io_fn = m->vm.io_fn };
	bool touched[NANON] = { false };
	struct vminfo64 v, again;
	struct vminfo_psize ps = { .psize = 4096 };
	uint64_t seed = 17, n, fd;
	struct process *p;
	vaddr_t va, file;

	assert_int_equal(sim_spawn(m, "sh", 0, NULL, NULL, &p), 0);
	assert_non_null(sim_file_get(m, "/data", T_PTOA(NFILE), SIM_FILE_REG));
	fd = call(m, p,
	    (struct sim_call){ .no = SIM_SYS_OPEN,
		.str = "/data",
		.arg = { 2 } });
	va = call(m, p,
	    (struct sim_call){ .no = SIM_SYS_MMAP,
		.arg = { 0, T_PTOA(NANON), 3, 0x1002, UINT64_MAX, 0 } });
	file = call(m, p,
	    (struct sim_call){ .no = SIM_SYS_MMAP,
		.arg = { 0, T_PTOA(NFILE), 3, 1, fd, 0 } });
	h.file_id = p->fd[fd].file->object->id;
	assert_int_equal(api_attach(m, p->pid), 0);
	assert_int_equal(vmgetinfo(&v, VMINFO64, sizeof(v)), 0);
	assert_int_equal(v.pageins, 0);
	n = (uint64_t)(v.numvpages - v.system_pgs);
	m->tunables.rpdecay = 100; /* recent repages are all there were */
	m->tunables.minperm = 20;
	m->vm.io_fn = hear_io;
	m->vm.io_ctx = &h;
	m->vm.event_fn = hear;
	m->vm.event_ctx = &h;
	for (unsigned i = 0; i < 4000; i++) {
		const unsigned k = (unsigned)rnd_draw(&seed, NANON + NFILE);
		const vaddr_t at = k < NANON ? va + T_PTOA(k) :
					       file + T_PTOA(k - NANON);

		if (k < NANON && !touched[k]) {
			touched[k] = true;
			n++;
		}
		assert_int_equal(sim_access(m, p, at, 1,
				     rnd_draw(&seed, 2) ? VM_PROT_WRITE :
							  VM_PROT_READ,
				     NULL),
		    0);
		if (i % 100 != 99)
			continue;
		assert_int_equal(vmgetinfo(&v, VMINFO64, sizeof(v)), 0);
		if (i > 500)
			compare(m, &h, &v, n);
	}
	assert_true(h.swap_read > 200 && h.swap_written > 200);
	assert_true(h.file_written > 50);
	assert_true(h.repaged[0] > 200 && h.repaged[1] > 50);
	/* A question changes nothing; the base page's size has all of it. */
	assert_int_equal(vmgetinfo(&again, VMINFO64, sizeof(again)), 0);
	assert_memory_equal(&v, &again, sizeof(v));
	assert_int_equal(vmgetinfo(&ps, VMINFO_PSIZE, sizeof(ps)), 0);
	assert_int_equal(ps.pgspgouts, v.pgspgouts);
	assert_int_equal(ps.pgsteals, v.pgsteals);
	assert_int_equal(ps.rpgcnt[0], v.rpgcnt[0]);
	assert_int_equal(ps.rpgcnt[1], v.rpgcnt[1]);
	assert_int_equal(ps.numpermio, v.numpermio);
	assert_int_equal(ps.numpgsp_pgs, BLOCKS - v.psfreeblks);
	uvmsim_close();
	sim_machine_destroy(m);
}

static void
test_uvm(void **state)
{
	(void)state;
	paging("uvm");
}

static void
test_freebsd(void **state)
{
	(void)state;
	paging("freebsd");
}

static void
test_aix(void **state)
{
	(void)state;
	paging("aix");
}

/* ---------------------------------------------------------- paging space -- */

static void
test_paging_spaces(void **state)
{
	struct machine *m = new_machine("aix");
	struct process *p;
	struct pginfo info;
	vaddr_t va;

	(void)state;
	assert_int_equal(sim_spawn(m, "sh", 0, &sim_netbsd, NULL, &p), 0);
	va = call(m, p,
	    (struct sim_call){ .no = SIM_SYS_MMAP,
		.arg = { 0, T_PTOA(200), 3, 0x1002, UINT64_MAX, 0 } });
	assert_int_equal(api_attach(m, p->pid), 0);
	assert_int_equal(psdanger(0), BLOCKS);
	assert_int_equal(psdanger(-1), BLOCKS);
	assert_int_equal(psdanger(SIGDANGER), BLOCKS - 64); /* an eighth */
	assert_int_equal(psdanger(SIGKILL), BLOCKS - 8);
	m->tunables.npswarn = 100;
	assert_int_equal(psdanger(SIGDANGER), BLOCKS - 100);
	assert_int_equal(sim_access(m, p, va, T_PTOA(200), VM_PROT_WRITE, NULL),
	    0);
	assert_int_equal(swapqry("/swap0", &info), 0);
	assert_int_equal(info.size, BLOCKS);
	assert_true(info.free < BLOCKS - 50);
	assert_int_equal(info.free, psdanger(-1));
	assert_int_equal(info.iocnt, 0);
	assert_int_equal(swapqry("/swap0", NULL), -1);
	assert_int_equal(errno, EFAULT);
	/* Another one, and away with it. */
	assert_non_null(sim_file_get(m, "/more", T_PTOA(64), SIM_FILE_REG));
	assert_int_equal(swapqry("/more", &info), -1);
	assert_int_equal(errno, ENOTBLK);
	assert_int_equal(swapon("/more"), 0);
	assert_int_equal(swapqry("/more", &info), 0);
	assert_int_equal(info.size, 64);
	assert_int_equal(info.free, 64);
	assert_int_equal(psdanger(0), BLOCKS + 64);
	assert_int_equal(swapon("/more"), -1);
	assert_int_equal(errno, EBUSY);
	assert_int_equal(swapoff("/more"), 0);
	assert_int_equal(swapoff("/more"), -1);
	assert_int_equal(swapon("/none"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(swapon(NULL), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(psdanger(0), BLOCKS);
	p->uid = 1;
	assert_int_equal(swapon("/more"), -1);
	assert_int_equal(errno, EPERM);
	/* An observer is nobody who could. */
	assert_int_equal(api_attach(m, 0), 0);
	assert_int_equal(swapon("/more"), -1);
	assert_int_equal(errno, ESRCH);
	uvmsim_close();
	assert_int_equal(swapoff("/more"), -1);
	assert_int_equal(errno, ENXIO);
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uvm),
		cmocka_unit_test(test_freebsd),
		cmocka_unit_test(test_aix),
		cmocka_unit_test(test_paging_spaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
