/*
 * The disk model: service times, queues and who waits, all worked out by hand
 * from sim/disk.h's formulas and the figures of the kinds.  Times are in ns.
 */
#include "machine_fixture.h"
#include <stdlib.h>

#include "sim/swap.h"
#include "vm/vm_keep.h"

#define US 1000
#define FLAT (100 * US) /* a request of the default kind */

static struct machine *
machine_with(const char *pairs)
{
	struct sim_config c;
	struct machine *m;
	char text[300], err[300], *at = text, *pair;

	sim_config_default(&c);
	c.ram = (uint64_t)8 << 20;
	snprintf(text, sizeof(text), "%s", pairs);
	while ((pair = strsep(&at, " ")) != NULL)
		if (sim_config_set(&c, pair, err, sizeof(err)) != 0)
			fail_msg("%s", err);
	if (sim_machine_create(&c, &m, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	return m;
}

static int
request(struct machine *m, enum vm_io_kind kind, bool wait, int swapdev,
    uint64_t page, uint32_t npages)
{
	const struct vm_io io = {
		.kind = kind,
		.wait = wait,
		.swap = swapdev >= 0,
		.id = swapdev >= 0 ? (uint32_t)swapdev : 1,
		.page = page,
		.npages = npages,
	};

	return m->vm.io_fn(m->vm.io_ctx, &io);
}

#define FILES (-1)
#define READ(m, dev, page) request(m, VM_IO_READ, true, dev, page, 1)
#define WRITE(m, dev, page, n) request(m, VM_IO_WRITE, false, dev, page, n)

/* Let time pass, as sleep does. */
static void
pass(struct machine *m, uint64_t ns)
{
	m->slept += ns;
}

static struct sim_disk_counters *
counters(struct machine *m, int swapdev)
{
	return &m->disk[1 + swapdev]->count;
}

/* ------------------------------------------------------------- waiting ---- */

/* One after the other; each is over before the next one comes. */
static void
test_reads(void **state)
{
	struct machine *m = machine_with("swap=0");
	const uint64_t start = sim_clock(m);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(READ(m, FILES, i), 0);
	assert_int_equal(READ(m, FILES, 77), 0);
	assert_int_equal(sim_clock(m) - start, 4 * FLAT);
	assert_int_equal(sim_clock_disk(m), 4 * FLAT);
	assert_int_equal(counters(m, FILES)->reads, 4);
	assert_int_equal(counters(m, FILES)->pages_read, 4);
	assert_int_equal(counters(m, FILES)->inrow, 2);
	assert_int_equal(counters(m, FILES)->waits, 4);
	assert_int_equal(counters(m, FILES)->longest, 1);
	assert_int_equal(m->disk[0]->n, 0);
	machine_ok(m);
	sim_machine_destroy(m);
}

/*
 *	t = 0	three writes, done at 100, 200, 300 us; nobody waits
 *	t = 0	a read: done at 400 us
 */
static void
test_background(void **state)
{
	struct machine *m = machine_with("swap=1M");

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(WRITE(m, 0, 1 + 16 * i, 16), 0);
	assert_int_equal(sim_clock_disk(m), 0);
	assert_int_equal(m->disk[1]->n, 3);
	assert_int_equal(READ(m, 0, 1), 0);
	assert_int_equal(sim_clock_disk(m), 4 * FLAT);
	assert_int_equal(counters(m, 0)->writes, 3);
	assert_int_equal(counters(m, 0)->pages_written, 48);
	assert_int_equal(counters(m, 0)->busy, 4 * FLAT);
	assert_int_equal(counters(m, 0)->longest, 4);
	assert_int_equal(counters(m, 0)->waits, 1);
	assert_int_equal(m->disk[1]->n, 0);
	/* the files' disk had nothing to do */
	assert_int_equal(READ(m, FILES, 0), 0);
	assert_int_equal(sim_clock_disk(m), 5 * FLAT);
	machine_ok(m);
	sim_machine_destroy(m);
}

/*
 *	t = 0	three writes: done at 100, 200, 300 us
 *	t = 150	two are left; a read is done at 400 us: waits 250
 *	t = 400 + 1 s: idle; a read waits 100
 */
static void
test_time_passes(void **state)
{
	struct machine *m = machine_with("swap=1M");

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		(void)WRITE(m, 0, 1, 1);
	pass(m, 150 * US);
	(void)READ(m, 0, 1);
	assert_int_equal(sim_clock_disk(m), 250 * US);
	assert_int_equal(counters(m, 0)->longest, 3);
	pass(m, 1000000 * US);
	(void)READ(m, 0, 1);
	assert_int_equal(sim_clock_disk(m), 350 * US);
	sim_machine_destroy(m);
}

/*
 * The queue holds 32.  The 33rd write at t = 0 waits until the first is done,
 * at 100 us, and is itself done at 3300 us; the 34th comes at 100 us and waits
 * until 200 us.
 */
static void
test_full_queue(void **state)
{
	struct machine *m = machine_with("swap=1M");
	const struct sim_disk *d = m->disk[1];

	(void)state;
	for (unsigned i = 0; i < 32; i++)
		(void)WRITE(m, 0, 1, 1);
	assert_int_equal(sim_clock_disk(m), 0);
	(void)WRITE(m, 0, 1, 1);
	assert_int_equal(sim_clock_disk(m), FLAT);
	assert_int_equal(d->free, 33 * FLAT);
	assert_int_equal(d->n, 32);
	(void)WRITE(m, 0, 1, 1);
	assert_int_equal(sim_clock_disk(m), 2 * FLAT);
	assert_int_equal(d->count.full, 2);
	assert_int_equal(d->count.longest, 32);
	machine_ok(m);
	(void)READ(m, 0, 1);
	assert_int_equal(sim_clock_disk(m), 35 * FLAT);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------- figures ---- */

/* 100 us + 8 ms + half of 8.333333 ms + 27 us a page. */
static void
test_hdd(void **state)
{
	struct machine *m = machine_with("swap=1M:disk=hdd");

	(void)state;
	(void)READ(m, 0, 5);
	assert_int_equal(sim_clock_disk(m), 12293666);
	(void)READ(m, 0, 6);
	assert_int_equal(sim_clock_disk(m), 12293666 + 127000);
	(void)READ(m, 0, 6);
	assert_int_equal(sim_clock_disk(m), 2 * 12293666 + 127000);
	(void)WRITE(m, 0, 7, 16); /* in a row with the read */
	assert_int_equal(m->disk[1]->free - sim_clock(m), 100000 + 16 * 27000);
	assert_int_equal(counters(m, 0)->inrow, 2);
	sim_machine_destroy(m);
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *pairs;
		uint64_t one, cluster; /* a page, 16 */
	} rows[] = {
		{ "disk=flat", 100000, 100000 },
		{ "disk=ssd", 88000, 208000 },
		{ "disk=nvme", 21300, 40800 },
		{ "disk=none", 0, 0 },
		{ "disk=hdd", 12293666, 12698666 },
		/* a page of 16K takes as long as four of 4K */
		{ "disk=ssd arch=arm64-16k", 112000, 592000 },
		{ "disk=flat arch=arm64-16k", 100000, 100000 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct machine *m = machine_with(rows[i].pairs);

		(void)request(m, VM_IO_READ, true, FILES, 0, 1);
		assert_int_equal(sim_clock_disk(m), rows[i].one);
		(void)request(m, VM_IO_READ, true, FILES, 9, 16);
		assert_int_equal(sim_clock_disk(m),
		    rows[i].one + rows[i].cluster);
		assert_int_equal(sim_disk_service(m, m->disk[0], 16, false),
		    rows[i].cluster);
		sim_machine_destroy(m);
	}
	assert_int_equal(sim_disk_kind_byname("ssd"), 1);
	assert_int_equal(sim_disk_kind_byname("tape"), -1);
	for (size_t i = 0; sim_disk_kinds[i].name != NULL; i++) {
		assert_in_range(sim_disk_kinds[i].queue, 1, SIM_DISK_MAXQUEUE);
		assert_non_null(sim_disk_kinds[i].summary);
	}
}

/* A swap file lies on the disk of the files, elsewhere than they do. */
static void
test_swap_file(void **state)
{
	struct machine *m = machine_with(
	    "swap=1M+1M:file disk=hdd superpages=never");

	(void)state;
	assert_null(m->disk[2]);
	(void)READ(m, 1, 0);
	assert_int_equal(counters(m, FILES)->reads, 1);
	(void)READ(m, FILES, 1); /* object 1, but page 1 is no file's 0 + 1 */
	assert_int_equal(counters(m, FILES)->inrow, 0);
	(void)READ(m, FILES, 2);
	assert_int_equal(counters(m, FILES)->inrow, 1);
	assert_int_equal(m->io.reads, 3);
	sim_machine_destroy(m);
}

/* -------------------------------------------------------------- errors ---- */

static void
test_errors(void **state)
{
	struct machine *m = machine_with("swap=1M+1M:name=/dev/wd1b+64K:file");

	(void)state;
	assert_int_equal(sim_io_target(m, "files"), 0);
	assert_int_equal(sim_io_target(m, "swap"), SIM_IO_SWAP);
	assert_int_equal(sim_io_target(m, "/dev/swap0"), 1);
	assert_int_equal(sim_io_target(m, "/dev/wd1b"), 2);
	assert_int_equal(sim_io_target(m, "/swap2"), 3);
	assert_int_equal(sim_io_target(m, "/dev/wd1c"), -1);
	assert_int_equal(sim_io_fail(m, 9, VM_IO_READ, 1), ENXIO);
	assert_int_equal(sim_io_fail(m, SIM_IO_NTARGETS, VM_IO_READ, 1), ENXIO);

	/* the third read of all swap, whoever's; writes do not count */
	assert_int_equal(sim_io_fail(m, SIM_IO_SWAP, VM_IO_READ, 3), 0);
	assert_int_equal(READ(m, 0, 1), 0);
	assert_int_equal(WRITE(m, 0, 1, 1), 0);
	assert_int_equal(READ(m, FILES, 1), 0);
	assert_int_equal(READ(m, 1, 1), 0);
	assert_int_equal(READ(m, 2, 1), EIO);
	assert_int_equal(READ(m, 2, 1), 0);

	/* the second write of one device */
	assert_int_equal(sim_io_fail(m, 2, VM_IO_WRITE, 2), 0);
	assert_int_equal(WRITE(m, 1, 1, 1), 0);
	assert_int_equal(WRITE(m, 0, 1, 1), 0);
	assert_int_equal(WRITE(m, 1, 1, 1), EIO);

	/* a swap file's are its own, not the files' */
	assert_int_equal(sim_io_fail(m, SIM_DISK_FILES, VM_IO_READ, 1), 0);
	assert_int_equal(READ(m, 2, 1), 0);
	assert_int_equal(sim_io_fail(m, 3, VM_IO_READ, 1), 0);
	assert_int_equal(READ(m, FILES, 1), EIO);
	assert_int_equal(READ(m, 2, 1), EIO);

	/* taken back */
	assert_int_equal(sim_io_fail(m, SIM_IO_SWAP, VM_IO_READ, 1), 0);
	assert_int_equal(sim_io_fail(m, SIM_IO_SWAP, VM_IO_READ, 0), 0);
	assert_int_equal(READ(m, 0, 1), 0);
	assert_int_equal(m->io.errors, 4);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* --------------------------------------------------- the whole machine ---- */

/* By default a page of a file costs 100 us, to be read and to be written. */
static void
test_files(void **state)
{
	struct machine *m = machine_with("personality=netbsd");
	struct process *p = machine_spawn(m, "p");
	uint64_t fd, addr, before;

	(void)state;
	assert_non_null(sim_file_get(m, "/data", 40960, SIM_FILE_REG));
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/data",
			     .arg = { konst(p, "O_RDWR") }),
	    0);
	assert_int_equal(CALL(m, p, &addr, MMAP,
			     .arg = { 0, 40960, 3, konst(p, "MAP_SHARED"), fd,
				 0 }),
	    0);
	before = sim_clock_disk(m);
	assert_int_equal(sim_access(m, p, addr, 40960, VM_PROT_READ, NULL), 0);
	assert_int_equal(sim_clock_disk(m) - before, 10 * FLAT);
	assert_int_equal(sim_access(m, p, addr, 12288, VM_PROT_WRITE, NULL), 0);
	assert_int_equal(sim_clock_disk(m) - before, 10 * FLAT);
	assert_int_equal(CALL(m, p, NULL, MSYNC,
			     .arg = { addr, 40960, konst(p, "MS_SYNC") }),
	    0);
	assert_int_equal(sim_clock_disk(m) - before, 13 * FLAT);
	assert_int_equal(m->io.writes, 3);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* A read that fails leaves no page, and the next one finds the content. */
static void
test_file_error(void **state)
{
	struct machine *m = machine_with("personality=netbsd");
	struct process *p = machine_spawn(m, "p");
	uint64_t fd, addr;

	(void)state;
	assert_non_null(sim_file_get(m, "/data", 8192, SIM_FILE_REG));
	assert_int_equal(CALL(m, p, &fd, OPEN, .str = "/data",
			     .arg = { konst(p, "O_RDONLY") }),
	    0);
	assert_int_equal(CALL(m, p, &addr, MMAP,
			     .arg = { 0, 8192, 1, konst(p, "MAP_SHARED"), fd,
				 0 }),
	    0);
	assert_int_equal(sim_io_fail(m, SIM_DISK_FILES, VM_IO_READ, 2), 0);
	assert_int_equal(sim_access(m, p, addr, 8192, VM_PROT_READ, NULL), EIO);
	machine_ok(m);
	assert_int_equal(sim_access(m, p, addr, 8192, VM_PROT_READ, NULL), 0);
	machine_ok(m);
	sim_machine_destroy(m);
}

/* --------------------------------------------------- keeping, checking ---- */

struct kept {
	struct vm_keep keep;
	uint64_t value[20000];
	size_t n, at;
	bool refused;
};

static void
keep_number(struct vm_keep *k, const char *name, uint64_t *v, unsigned bytes,
    uint64_t lo, uint64_t hi)
{
	struct kept *kept = k->ctx;

	(void)name, (void)bytes;
	assert_true(kept->at < NELEM(kept->value));
	if (!k->load) {
		assert_in_range(*v, lo, hi);
		kept->value[kept->at++] = *v;
		return;
	}
	*v = kept->value[kept->at++];
	if (*v < lo || *v > hi) {
		*v = 0;
		k->ok = false;
	}
}

static void
test_keep(void **state)
{
	struct machine *a = machine_with("swap=1M:disk=hdd");
	struct machine *b = machine_with("swap=1M:disk=hdd");
	struct kept *kept = calloc(1, sizeof(*kept));

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		(void)WRITE(a, 0, 1 + i * 20, 16);
	(void)READ(a, FILES, 3);
	(void)sim_io_fail(a, SIM_IO_SWAP, VM_IO_READ, 7);
	kept->keep = (struct vm_keep){ .ok = true,
		.number = keep_number,
		.ctx = kept };
	sim_disk_keep(a, &kept->keep);
	kept->keep.load = true;
	kept->at = 0;
	sim_disk_keep(b, &kept->keep);
	assert_true(kept->keep.ok);
	for (unsigned i = 0; i < 2; i++)
		assert_memory_equal(a->disk[i], b->disk[i],
		    sizeof(*a->disk[i]));
	assert_memory_equal(&a->io, &b->io, sizeof(a->io));
	assert_memory_equal(a->io_fail, b->io_fail, sizeof(a->io_fail));
	(void)READ(a, 0, 1);
	(void)READ(b, 0, 1);
	assert_int_equal(sim_clock(a), sim_clock(b));
	machine_ok(b);
	free(kept);
	sim_machine_destroy(a);
	sim_machine_destroy(b);
}

static void
test_checker(void **state)
{
	struct machine *m = machine_with("swap=1M");
	struct sim_swapdev *row;
	struct sim_disk *d = m->disk[1];

	(void)state;
	(void)WRITE(m, 0, 1, 1);
	(void)WRITE(m, 0, 1, 1);
	machine_ok(m);
	d->done[1] = d->done[0] - 1;
	machine_broken(m, "K1");
	d->done[1] = d->free + 1;
	machine_broken(m, "K1");
	d->done[1] = d->free;
	d->count.busy++;
	machine_broken(m, "K2");
	d->count.busy--;
	row = m->swapdev[0];
	m->swapdev[0] = NULL;
	machine_broken(m, "K3");
	m->swapdev[0] = row;
	m->disk[1] = NULL;
	machine_broken(m, "K3");
	m->disk[1] = d;
	machine_ok(m);
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_background),
		cmocka_unit_test(test_time_passes),
		cmocka_unit_test(test_full_queue),
		cmocka_unit_test(test_hdd),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_swap_file),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_file_error),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_checker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
