/*
 * The controller of FreeBSD's page daemon: the reference's figures, and a naive
 * one that keeps all inputs and works everything out from the beginning.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "vm/vm_pid.h"

#define INTERVAL 100

/* Reference "pmap" 4.7, CALC: one input an interval. */
static void
test_reference(void **state)
{
	static const struct {
		uint64_t input, output;
	} rows[] = {
		{ 22395, 0 },
		{ 20000, 1695 },
		{ 18000, 3412 },
		{ 18000, 4261 },
		{ 21000, 3235 },
		{ 22395, 2971 },
		{ 23000, 2717 },
	};
	struct vm_pid p;

	(void)state;
	vm_pid_init(&p, 22395, INTERVAL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(vm_pid_output(&p, i * INTERVAL, rows[i].input),
		    rows[i].output);
}

static void
test_defaults(void **state)
{
	struct vm_pid p;

	(void)state;
	vm_pid_init(&p, 147, INTERVAL);
	assert_int_equal(p.gains.kp, 3);
	assert_int_equal(p.gains.ki, 4);
	assert_int_equal(p.gains.kd, 8);
	assert_int_equal(p.bound, 4 * 147 * 4);
	assert_true(vm_pid_due(&p, 0));
}

/* Nothing free for ever: the integral stops at its bound, so does the output.
 */
static void
test_bound(void **state)
{
	struct vm_pid p;
	uint64_t out = 0;

	(void)state;
	vm_pid_init(&p, 1000, INTERVAL);
	for (uint64_t i = 0; i < 100; i++)
		out = vm_pid_output(&p, i * INTERVAL, 0);
	assert_int_equal(p.integral, 16000);
	assert_int_equal(out, 1000 / 3 + 16000 / 4);
	/* All free: it runs down to 0, not below. */
	for (uint64_t i = 100; i < 200; i++)
		out = vm_pid_output(&p, i * INTERVAL, 5000);
	assert_int_equal(p.integral, 0);
	assert_int_equal(out, 0);
	/* ... so the first shortage counts at once. */
	assert_int_equal(vm_pid_output(&p, 20000, 880),
	    120 / 3 + 120 / 4 + (120 + 4000) / 8);
}

/* Divisions are towards zero, not down. */
static void
test_negative(void **state)
{
	struct vm_pid p;

	(void)state;
	vm_pid_init(&p, 100, INTERVAL);
	assert_int_equal(vm_pid_output(&p, 0, 60), 13 + 10 + 5);
	/* e -2, I 38, D -42: 0 + 9 - 5 (downwards it were -1 + 9 - 6) */
	assert_int_equal(vm_pid_output(&p, 100, 102), 4);
}

/* Asked again in an interval: what it has grown by, never less than nothing. */
static void
test_within(void **state)
{
	struct vm_pid p;

	(void)state;
	vm_pid_init(&p, 1000, INTERVAL);
	assert_int_equal(vm_pid_output(&p, 0, 880), 40 + 30 + 15);
	assert_int_equal(vm_pid_output(&p, 1, 880), 0);
	assert_false(vm_pid_due(&p, 99));
	assert_int_equal(vm_pid_output(&p, 99, 760), 85);
	assert_int_equal(vm_pid_output(&p, 99, 990), 0);
	assert_int_equal(vm_pid_output(&p, 99, 760), 0);
	assert_int_equal(vm_pid_output(&p, 99, 640), 85);
	/* The next interval goes on from the last input of this one. */
	assert_true(vm_pid_due(&p, 100));
	assert_int_equal(vm_pid_output(&p, 100, 640),
	    120 + (360 + 360) / 4 + 0);
}

/* ------------------------------------------------------------- naive ---- */

#define STEPS 400

static long
clamp(long v, long lo, long hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

/* Output of the interval whose last input is in[n - 1], one an interval. */
static long
naive(long setpoint, const long *in, unsigned n)
{
	long sum = 0, before = 0, e = 0, out;

	for (unsigned i = 0; i < n; i++) {
		before = e;
		e = setpoint - in[i];
		sum = clamp(sum + e, 0, 16 * setpoint);
	}
	out = e / 3 + sum / 4 + (e - before) / 8;
	return out > 0 ? out : 0;
}

static void
test_random(void **state)
{
	long in[STEPS];
	uint64_t now = 0, given, most;
	struct vm_pid p;
	unsigned n = 0;

	(void)state;
	srandom(7);
	vm_pid_init(&p, 5643, INTERVAL);
	for (; n < STEPS; n++) {
		given = most = 0;
		/* Some questions in the interval; the last one counts later. */
		for (long k = random() % 4; k >= 0; k--) {
			long want;

			in[n] = random() % (n % 3 == 0 ? 12000 : 6000);
			want = naive(5643, in, n + 1);
			if ((uint64_t)want > most)
				most = (uint64_t)want;
			given += vm_pid_output(&p, now, (uint64_t)in[n]);
			assert_int_equal(given, most);
			assert_int_equal(p.output, want);
			now += (uint64_t)random() % 25;
		}
		now = p.next + (uint64_t)(random() % 300);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_negative),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
