/*
 * Every replacement policy against its naive model (policy_naive.h): the same
 * hits and the same pages that go, at each reference of random, looping, skewed
 * and adversarial streams; check() after each step.  Pages that are removed at
 * random; the reading of parameters; tables that cannot be used.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_naive.h"
#include "tests/random.h"

#define REFS 4000u
#define NKEYS 1024u

static uint64_t seed;

/* ------------------------------------------------------------ streams ---- */

static uint32_t
uniform(uint32_t i, uint32_t frames)
{
	(void)i;
	return rnd_below(&seed, 2 * frames + 1);
}

static uint32_t
loop(uint32_t i, uint32_t frames)
{
	return i % (frames + 1);
}

static uint32_t
skewed(uint32_t i, uint32_t frames)
{
	uint32_t n = 3 * frames + 2;

	(void)i;
	return rnd_below(&seed, rnd_below(&seed, rnd_below(&seed, n) + 1) + 1);
}

/* A hot set, and scans across all that go once through memory. */
static uint32_t
scans(uint32_t i, uint32_t frames)
{
	return rnd_below(&seed, 4) == 0 ? frames / 2 + i % (3 * frames + 1) :
					  rnd_below(&seed, frames / 2 + 1);
}

/* Phases, each with pages of its own but for some that overlap. */
static uint32_t
phases(uint32_t i, uint32_t frames)
{
	return i / 500 * frames / 2 + skewed(i, frames / 2 + 1);
}

/* Up and down again: what has just gone is wanted. */
static uint32_t
zigzag(uint32_t i, uint32_t frames)
{
	uint32_t n = 2 * frames + 2;

	return i % (2 * n) < n ? i % n : n - 1 - i % n;
}

/* Each page twice or three times in a row, and again soon after it went. */
static uint32_t
echoes(uint32_t i, uint32_t frames)
{
	uint32_t at = i / 3;

	return rnd_below(&seed, 5) == 0 && at > frames ? (at - frames) % NKEYS :
							 at % (5 * frames);
}

/* Never the same twice, while keys last. */
static uint32_t
fresh(uint32_t i, uint32_t frames)
{
	(void)frames;
	return i;
}

typedef uint32_t stream_fn(uint32_t, uint32_t);
static stream_fn *const streams[] = { uniform, loop, skewed, scans, phases,
	zigzag, echoes, fresh };

/* ------------------------------------------------------------- driver ---- */

struct driver {
	const struct vm_policy *p;
	void *state;
	size_t bytes;
	uint32_t slot[NKEYS + 1]; /* by key */
	uint32_t key[NAIVE_MAX + 1];
	uint32_t used, free[NAIVE_MAX], nfree;
	uint32_t frames;
};

static void
driver_start(struct driver *d, const struct vm_policy *p,
    const struct vm_policy_args *args)
{
	memset(d, 0, sizeof(*d));
	d->p = p;
	d->frames = args->frames;
	d->bytes = p->bytes(args);
	/* Not a byte more, and not zero behind it. */
	d->state = aligned_alloc(VM_POLICY_ALIGN,
	    (d->bytes + 2 * VM_POLICY_ALIGN) & ~(size_t)(VM_POLICY_ALIGN - 1));
	assert_non_null(d->state);
	memset(d->state, 0, d->bytes);
	memset((char *)d->state + d->bytes, 0xa5, VM_POLICY_ALIGN / 2);
	p->init(d->state, args);
}

static void
driver_end(struct driver *d)
{
	for (size_t i = 0; i < VM_POLICY_ALIGN / 2; i++)
		assert_int_equal(((uint8_t *)d->state)[d->bytes + i], 0xa5);
	free(d->state);
}

static void
check(const struct driver *d)
{
	const char *why = d->p->check(d->state);

	if (why != NULL)
		fail_msg("%s, %u frames: %s", d->p->name, d->frames, why);
}

/* The page in slot has gone. => its key */
static uint32_t
gone(struct driver *d, uint32_t slot)
{
	uint32_t key;

	assert_in_range(slot, 1, d->frames);
	key = d->key[slot];
	assert_int_not_equal(key, 0);
	assert_int_equal(d->slot[key], slot);
	d->slot[key] = 0;
	d->key[slot] = 0;
	return key;
}

static uint32_t
driver_expired(struct driver *d)
{
	uint32_t slot = d->p->expired != NULL ? d->p->expired(d->state) : 0;

	if (slot == 0)
		return 0;
	d->free[d->nfree++] = slot;
	return gone(d, slot);
}

/* As naive_policy.request. */
static uint32_t
driver_request(struct driver *d, uint32_t key, uint32_t next)
{
	uint32_t slot = d->slot[key], went = 0;

	if (d->p->next != NULL)
		d->p->next(d->state, next);
	if (slot != 0) {
		d->p->hit(d->state, slot);
		return NAIVE_HIT;
	}
	if (d->nfree > 0) {
		slot = d->free[--d->nfree];
	} else if (d->used < d->frames) {
		slot = ++d->used;
	} else {
		slot = d->p->victim(d->state, key);
		went = gone(d, slot);
	}
	d->slot[key] = slot;
	d->key[slot] = key;
	d->p->insert(d->state, slot, key);
	return went;
}

static void
driver_drop(struct driver *d, uint32_t key)
{
	uint32_t slot = d->slot[key];

	d->p->remove(d->state, slot);
	d->free[d->nfree++] = slot;
	(void)gone(d, slot);
}

/* -------------------------------------------------- against the model ---- */

struct trace {
	uint32_t key[REFS], next[REFS];
};

static void
make_trace(struct trace *t, stream_fn *stream, uint32_t frames)
{
	uint32_t last[NKEYS + 1];

	memset(last, 0xff, sizeof(last));
	for (uint32_t i = 0; i < REFS; i++)
		t->key[i] = 1 + stream(i, frames) % NKEYS;
	for (uint32_t i = REFS; i-- > 0;) {
		t->next[i] = last[t->key[i]];
		last[t->key[i]] = i;
	}
}

static void
compare(const struct naive_policy *np, const struct vm_policy_args *args,
    const struct trace *t, bool drops)
{
	static struct naive s;
	struct driver d;

	memset(&s, 0, sizeof(s));
	s.frames = args->frames;
	memcpy(s.param, args->param, sizeof(s.param));
	if (strcmp(np->name, "random") == 0)
		s.param[3] = args->seed;
	driver_start(&d, vm_policy_byname(np->name), args);
	for (uint32_t i = 0; i < REFS; i++) {
		uint32_t want, got, victim;

		do {
			want = np->expired != NULL ? np->expired(&s) : 0;
			assert_int_equal(driver_expired(&d), want);
		} while (want != 0);
		victim = t->key[rnd_below(&seed, i + 1)];
		if (drops && rnd_below(&seed, 4) == 0 && d.slot[victim] != 0) {
			np->drop(&s, victim);
			driver_drop(&d, victim);
		}
		want = np->request(&s, t->key[i], t->next[i]);
		got = driver_request(&d, t->key[i], t->next[i]);
		if (got != want)
			fail_msg("%s, %u frames, reference %u of page %u: "
				 "page %d goes, expected %d",
			    np->name, args->frames, i, t->key[i], (int)got,
			    (int)want);
		if (args->frames < 10 || i % 64 == 0)
			check(&d);
	}
	check(&d);
	driver_end(&d);
}

/* Each parameter at its default, and at two other values. */
static void
set_params(const struct vm_policy *p, struct vm_policy_args *args,
    unsigned variant)
{
	static const uint64_t small[] = { 1, 7, 40, 95 };

	vm_policy_defaults(p, args);
	for (unsigned i = 0;
	     variant > 0 && p->params != NULL && p->params[i].name != NULL;
	     i++) {
		uint64_t v = small[(variant + i) % NELEM(small)];

		if (v >= p->params[i].min && v <= p->params[i].max)
			args->param[i] = v;
	}
}

static void
test_naive(void **state)
{
	static const uint32_t sizes[] = { 1, 2, 3, 4, 5, 8, 17, 64, 200 };
	static struct trace t;

	(void)state;
	for (const struct naive_policy *np = naive_policies; np->name != NULL;
	     np++)
		for (size_t n = 0; n < NELEM(sizes); n++)
			for (size_t k = 0; k < NELEM(streams); k++) {
				struct vm_policy_args args = {
					.frames = sizes[n],
					.seed = n
				};

				seed = 1000 * n + k;
				make_trace(&t, streams[k], sizes[n]);
				set_params(vm_policy_byname(np->name), &args,
				    (unsigned)k % 5);
				compare(np, &args, &t, false);
				if (np->drop != NULL)
					compare(np, &args, &t, true);
			}
}

/* Each policy of the house has a model. */
static void
test_all_modelled(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct naive_policy *np = naive_policies; np->name != NULL;
	     np++, n++)
		assert_non_null(vm_policy_byname(np->name));
	assert_null(vm_policies[n]);
}

/* ----------------------------------------------------------- removals ---- */

/*
 * Pages removed at random, frames free in between, victims that do not come.
 */
static void
removals(const struct vm_policy *p, uint32_t frames)
{
	struct vm_policy_args args = { .frames = frames, .seed = 5 };
	struct driver d;
	uint32_t key;

	vm_policy_defaults(p, &args);
	driver_start(&d, p, &args);
	for (uint32_t i = 0; i < REFS; i++) {
		while (driver_expired(&d) != 0)
			continue;
		key = 1 + skewed(i, frames);
		if (rnd_below(&seed, 10) == 0 && d.slot[key] != 0)
			driver_drop(&d, key);
		else if (rnd_below(&seed, 50) == 0 && d.used == frames &&
		    d.nfree == 0 && d.slot[key] == 0) {
			uint32_t slot = p->victim(d.state, key);

			(void)gone(&d, slot);
			d.free[d.nfree++] = slot;
		} else if (rnd_below(&seed, 300) == 0)
			for (uint32_t k = 1; k <= NKEYS; k++) {
				if (d.slot[k] != 0)
					driver_drop(&d, k);
			}
		else
			(void)driver_request(&d, key,
			    i + 1 + rnd_below(&seed, 100));
		check(&d);
	}
	driver_end(&d);
}

static void
test_removals(void **state)
{
	(void)state;
	for (size_t i = 0; vm_policies[i] != NULL; i++)
		for (uint32_t frames = 1; frames < 40; frames += 1 + frames / 2)
			removals(vm_policies[i], frames);
}

/* Copied in the middle, a state goes on as the original does. */
static void
test_copied(void **state)
{
	static struct trace t;

	(void)state;
	seed = 3;
	make_trace(&t, skewed, 20);
	for (size_t p = 0; vm_policies[p] != NULL; p++) {
		struct vm_policy_args args = { .frames = 20, .seed = 9 };
		struct driver a, b;
		void *own;

		vm_policy_defaults(vm_policies[p], &args);
		driver_start(&a, vm_policies[p], &args);
		for (uint32_t i = 0; i < REFS / 2; i++)
			(void)driver_request(&a, t.key[i], t.next[i]);
		driver_start(&b, vm_policies[p], &args);
		own = b.state;
		memcpy(own, a.state, a.bytes);
		b = a;
		b.state = own;
		for (uint32_t i = REFS / 2; i < REFS; i++)
			assert_int_equal(driver_request(&a, t.key[i],
					     t.next[i]),
			    driver_request(&b, t.key[i], t.next[i]));
		check(&b);
		driver_end(&a);
		driver_end(&b);
	}
}

/* A page that is put in twice breaks each policy's state: check() says so. */
static void
test_check_finds(void **state)
{
	(void)state;
	for (size_t p = 0; vm_policies[p] != NULL; p++)
		for (uint32_t again = 1; again <= 5; again++) {
			struct vm_policy_args args = { .frames = 8 };
			const char *why;
			struct driver d;

			vm_policy_defaults(vm_policies[p], &args);
			driver_start(&d, vm_policies[p], &args);
			for (uint32_t key = 1; key <= 5; key++)
				(void)driver_request(&d, key, 100 + key);
			check(&d);
			d.p->insert(d.state, again, again);
			why = d.p->check(d.state);
			if (why == NULL)
				fail_msg("%s: nothing found", d.p->name);
			assert_int_equal(why[2], ':');
			driver_end(&d);
		}
}

/* ------------------------------------------------------------- random ---- */

/* Uniform references: the miss ratio is 1 - frames / pages; seeds differ. */
static void
test_random(void **state)
{
	const struct vm_policy *p = &vm_policy_random;
	uint32_t misses[2] = { 0, 0 }, differ = 0;
	static uint32_t went[2][REFS];

	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		struct vm_policy_args args = { .frames = 50, .seed = k };
		struct driver d;

		seed = 1;
		driver_start(&d, p, &args);
		for (uint32_t i = 0; i < REFS; i++) {
			went[k][i] = driver_request(&d,
			    1 + rnd_below(&seed, 100), 0);
			misses[k] += went[k][i] != NAIVE_HIT;
		}
		driver_end(&d);
		assert_in_range(misses[k], REFS * 45 / 100, REFS * 55 / 100);
	}
	for (uint32_t i = 0; i < REFS; i++)
		differ += went[0][i] != went[1][i];
	assert_true(differ > REFS / 10);
}

/* --------------------------------------------------------- parameters ---- */

static void
refused(const struct vm_policy *p, const char *text, const char *why)
{
	struct vm_policy_args args;
	char err[256] = "";

	vm_policy_defaults(p, &args);
	assert_false(vm_policy_set(p, &args, text, err, sizeof(err)));
	assert_string_equal(err, why);
	/* cut, and ended */
	assert_false(vm_policy_set(p, &args, text, err, 8));
	assert_int_equal(strlen(err), 7);
}

static void
test_params(void **state)
{
	struct vm_policy_args args;
	char err[256];

	(void)state;
	vm_policy_defaults(&vm_policy_2q, &args);
	assert_int_equal(args.param[0], 25);
	assert_int_equal(args.param[1], 50);
	assert_true(vm_policy_set(&vm_policy_2q, &args, "", err, 256));
	assert_true(
	    vm_policy_set(&vm_policy_2q, &args, "kout=100:kin=3", err, 256));
	assert_int_equal(args.param[0], 3);
	assert_int_equal(args.param[1], 100);
	refused(&vm_policy_lru, "tau=1",
	    "lru takes no parameters, not 'tau=1'");
	refused(&vm_policy_2q, "kim=1",
	    "2q takes kin=NUMBER, kout=NUMBER, not 'kim=1'");
	refused(&vm_policy_2q, "kin",
	    "2q takes kin=NUMBER, kout=NUMBER, "
	    "not 'kin'");
	refused(&vm_policy_2q, "kin=1::",
	    "2q takes kin=NUMBER, kout=NUMBER, "
	    "not ''");
	refused(&vm_policy_2q, "kin=101", "2q: kin is a number from 1 to 100");
	refused(&vm_policy_2q, "kin=0", "2q: kin is a number from 1 to 100");
	refused(&vm_policy_2q, "kin=", "2q: kin is a number from 1 to 100");
	refused(&vm_policy_2q, "kin=-1", "2q: kin is a number from 1 to 100");
	refused(&vm_policy_2q, "kin=99999999999999999999999",
	    "2q: kin is a number from 1 to 100");
	assert_null(vm_policy_byname("LRU"));
	assert_null(vm_policy_byname(""));
}

static void
test_unusable(void **state)
{
	struct vm_policy p = vm_policy_ws;
	static const struct vm_policy_param many[VM_POLICY_MAXPARAMS + 2] = {
		{ .name = "a" }, { .name = "b" }, { .name = "c" },
		{ .name = "d" }, { .name = "e" }, { .name = NULL }
	};

	(void)state;
	for (size_t i = 0; vm_policies[i] != NULL; i++)
		assert_null(vm_policy_unusable(vm_policies[i]));
	p.abi++;
	assert_non_null(strstr(vm_policy_unusable(&p), "version"));
	p = vm_policy_ws;
	p.size -= 8;
	assert_non_null(strstr(vm_policy_unusable(&p), "version"));
	p = vm_policy_ws;
	p.name = NULL;
	assert_non_null(strstr(vm_policy_unusable(&p), "name"));
	p = vm_policy_ws;
	p.victim = NULL;
	assert_non_null(strstr(vm_policy_unusable(&p), "victim"));
	p = vm_policy_ws;
	p.expired = NULL;
	assert_null(vm_policy_unusable(&p));
	p.params = many;
	assert_non_null(strstr(vm_policy_unusable(&p), "parameters"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_modelled),
		cmocka_unit_test(test_naive),
		cmocka_unit_test(test_removals),
		cmocka_unit_test(test_copied),
		cmocka_unit_test(test_check_finds),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_unusable),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
