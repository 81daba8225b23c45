/*
 * sysctl(3) about the page daemon: thresholds, queues, counters and swap of a
 * machine with policy=freebsd, by name as a program of FreeBSD asks for them.
 */
#include "freebsd_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/freebsd/vm/vm_param.h"
#include "vm/vm_daemon_freebsd.h"

#define NPAGES 2048 /* mapped; twice the machine */

/* The machine of the fixture, but with these keys. */
static int
setup_with(const char *policy)
{
	const char *const keys[] = { "ram=4M", "swap=8M+4M:file",
		"personality=freebsd", policy };
	struct sim_config config;
	char err[200];

	sim_config_default(&config);
	for (size_t i = 0; i < NELEM(keys); i++)
		assert_int_equal(sim_config_set(&config, keys[i], err,
				     sizeof(err)),
		    0);
	assert_int_equal(sim_machine_create(&config, &fb_m, err, sizeof(err)),
	    0);
	assert_int_equal(sim_spawn(fb_m, "sh", 0, NULL, NULL, &fb_p), 0);
	assert_int_equal(api_attach(fb_m, fb_p->pid), 0);
	return 0;
}

static int
setup_freebsd(void **state)
{
	(void)state;
	return setup_with("policy=freebsd");
}

static int
setup_uvm(void **state)
{
	(void)state;
	return setup_with("policy=uvm");
}

static int64_t
number(const char *name)
{
	return (int32_t)fb_number(name);
}

static void
pressure(void)
{
	uint64_t buf = fb_map(fb_p, NPAGES * FB_PAGE, FB_RW, FB_ANON);

	for (unsigned round = 0; round < 2; round++)
		fb_touch(fb_p, buf, NPAGES * FB_PAGE, 2);
}

/* Reference "pmap" 4.6: the row of 1024 pages. */
static void
test_thresholds(void **state)
{
	static const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{ "vm.v_free_reserved", 43 },
		{ "vm.v_free_severe", 45 },
		{ "vm.v_free_min", 47 },
		{ "vm.v_free_target", 59 },
		{ "vm.v_inactive_target", 88 },
		{ "vm.v_pageout_free_min", 34 },
		{ "vm.stats.vm.v_free_reserved", 43 },
		{ "vm.stats.vm.v_free_severe", 45 },
		{ "vm.stats.vm.v_free_min", 47 },
		{ "vm.stats.vm.v_free_target", 59 },
		{ "vm.stats.vm.v_inactive_target", 88 },
		{ "vm.stats.vm.v_pageout_free_min", 34 },
		{ "vm.stats.vm.v_interrupt_free_min", 2 },
		{ "vm.domain.0.stats.free_reserved", 43 },
		{ "vm.domain.0.stats.free_severe", 45 },
		{ "vm.domain.0.stats.free_min", 47 },
		{ "vm.domain.0.stats.free_target", 59 },
		{ "vm.domain.0.stats.inactive_target", 88 },
		{ "vm.domain.0.pidctrl.setpoint", 59 },
		{ "vm.domain.0.pidctrl.bound", 4 * 59 * 4 },
		{ "vm.domain.0.pidctrl.kpd", 3 },
		{ "vm.domain.0.pidctrl.kid", 4 },
		{ "vm.domain.0.pidctrl.kdd", 8 },
		{ "vm.domain.0.pidctrl.interval", 100 },
		{ "vm.pageout_oom_seq", 12 },
		{ "vm.pageout_update_period", 600 },
		{ "vm.act_scan_laundry_weight", 3 },
		{ "vm.background_launder_rate", 4096 },
		{ "vm.background_launder_max", 20480 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		if (fb_number(rows[i].name) != rows[i].value)
			fail_msg("%s is %llu, not %llu", rows[i].name,
			    (unsigned long long)fb_number(rows[i].name),
			    (unsigned long long)rows[i].value);
}

/* All pages are somewhere; page tables count as wired. */
static void
test_queues(void **state)
{
	const struct vm *vm = &fb_m->vm;

	(void)state;
	pressure();
	assert_int_equal(fb_number("vm.stats.vm.v_free_count") +
		fb_number("vm.stats.vm.v_active_count") +
		fb_number("vm.stats.vm.v_inactive_count") +
		fb_number("vm.stats.vm.v_laundry_count") +
		fb_number("vm.stats.vm.v_wire_count") +
		fb_number("vm.domain.0.stats.unswappable"),
	    fb_number("vm.stats.vm.v_page_count"));
	assert_true(vm->pages.nlaundry > 0);
	assert_int_equal(fb_number("vm.stats.vm.v_laundry_count"),
	    vm->pages.nlaundry);
	assert_int_equal(fb_number("vm.domain.0.stats.laundry"),
	    vm->pages.nlaundry);
	assert_int_equal(fb_number("vm.domain.0.stats.active"), vm->exp.active);
	assert_int_equal(fb_number("vm.domain.0.stats.inactive"),
	    vm->exp.inactive);
	assert_true(fb_number("vm.stats.vm.v_wire_count") < 40);
}

/* What has gone is in swap or was read back. */
static void
test_counters(void **state)
{
	const struct vm *vm = &fb_m->vm;
	const struct vm_fbsd *st = vm_fbsd(vm);
	uint64_t out, in;

	(void)state;
	assert_int_equal(fb_number("vm.stats.vm.v_pdwakeups"), 0);
	pressure();
	out = fb_number("vm.stats.vm.v_swappgsout");
	in = fb_number("vm.stats.vm.v_swappgsin");
	assert_int_equal(out, vm->exp.pgswapout);
	assert_int_equal(in, vm->exp.nswget);
	assert_true(out >= NPAGES - 1024 && in >= NPAGES - 1024);
	assert_int_equal(in, fb_number("vm.stats.vm.v_swapin"));
	assert_true(fb_number("vm.stats.vm.v_swapout") >= out / 16);
	assert_true(fb_number("vm.stats.vm.v_swapout") < out / 4);
	assert_int_equal(fb_number("vm.stats.vm.v_vnodepgsout"), 0);
	assert_int_equal(fb_number("vm.stats.vm.v_dfree"), vm->exp.pdfreed);
	assert_true(fb_number("vm.stats.vm.v_dfree") >= NPAGES - 1024);
	assert_true(fb_number("vm.stats.vm.v_pdwakeups") > 0);
	assert_true(fb_number("vm.stats.vm.v_pdshortfalls") > 0);
	assert_int_equal(fb_number("vm.stats.vm.v_pdpages"),
	    fb_number("vm.domain.0.stats.actpdpgs") +
		fb_number("vm.domain.0.stats.inactpdpgs") +
		fb_number("vm.domain.0.stats.laundpdpgs") +
		fb_number("vm.domain.0.stats.unswppdpgs"));
	assert_int_equal(number("vm.domain.0.pidctrl.error"),
	    st->domain[0].pid.error);
	assert_int_equal(number("vm.domain.0.pidctrl.error"),
	    number("vm.domain.0.pidctrl.setpoint") -
		number("vm.domain.0.pidctrl.input"));
}

static void
test_swap_info(void **state)
{
	struct xswdev x;
	size_t len = sizeof(x), n = CTL_MAXNAME;
	int mib[CTL_MAXNAME + 1];
	int used = 0;

	(void)state;
	pressure();
	assert_int_equal(fb_number("vm.nswapdev"), 2);
	assert_int_equal(sysctlnametomib("vm.swap_info", mib, &n), 0);
	for (int i = 0; i < 2; i++) {
		mib[n] = i;
		len = sizeof(x);
		assert_int_equal(sysctl(mib, (unsigned)n + 1, &x, &len, NULL,
				     0),
		    0);
		assert_int_equal(len, sizeof(x));
		assert_int_equal(x.xsw_version, XSWDEV_VERSION);
		assert_int_equal(x.xsw_nblks, i == 0 ? 2047 : 1024);
		assert_true((x.xsw_dev == NODEV) == (i == 1));
		used += x.xsw_used;
	}
	assert_int_equal(used, fb_m->vm.exp.swpginuse);
	mib[n] = 2;
	assert_int_equal(sysctl(mib, (unsigned)n + 1, &x, &len, NULL, 0), -1);
	assert_int_equal(errno, ENOENT);
	mib[n] = -1;
	assert_int_equal(sysctl(mib, (unsigned)n + 1, &x, &len, NULL, 0), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(sysctl(mib, (unsigned)n, &x, &len, NULL, 0), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(fb_number("vm.swap_total"), 4096 * (2047 + 1024));
}

static void
test_oom_seq(void **state)
{
	int new = 3;

	(void)state;
	assert_int_equal(sysctlbyname("vm.pageout_oom_seq", NULL, NULL, &new,
			     sizeof(new)),
	    0);
	assert_int_equal(vm_fbsd(&fb_m->vm)->oom_seq, 3);
	new = 0;
	assert_int_equal(sysctlbyname("vm.pageout_oom_seq", NULL, NULL, &new,
			     sizeof(new)),
	    -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(fb_number("vm.pageout_oom_seq"), 3);
}

/* Under another policy: its own numbers, and no controller. */
static void
test_other_policy(void **state)
{
	uint64_t v;
	size_t len = sizeof(v);

	(void)state;
	pressure();
	assert_int_equal(fb_number("vm.v_free_reserved"),
	    fb_m->vm.exp.reserve_kernel);
	assert_int_equal(fb_number("vm.stats.vm.v_pdwakeups"),
	    fb_m->vm.exp.pdwoke);
	assert_int_equal(fb_number("vm.stats.vm.v_dfree"),
	    fb_m->vm.exp.pdfreed);
	assert_int_equal(fb_number("vm.stats.vm.v_laundry_count"), 0);
	assert_int_equal(fb_number("vm.stats.vm.v_swappgsout"),
	    fb_m->vm.exp.pgswapout);
	assert_int_equal(sysctlbyname("vm.domain.0.pidctrl.error", &v, &len,
			     NULL, 0),
	    -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(sysctlbyname("vm.pageout_oom_seq", &v, &len, NULL, 0),
	    -1);
	assert_int_equal(errno, ENOENT);
}

#define WITH(test, machine) \
	cmocka_unit_test_setup_teardown(test, setup_##machine, fb_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(test_thresholds, freebsd),
		WITH(test_queues, freebsd),
		WITH(test_counters, freebsd),
		WITH(test_swap_info, freebsd),
		WITH(test_oom_seq, freebsd),
		WITH(test_other_policy, uvm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
