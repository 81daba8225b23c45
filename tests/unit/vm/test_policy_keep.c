/*
 * The state of replacement policies as numbers (vm_policy.keep): what has gone
 * out and come in again decides as the original does, by every policy and
 * several parameters; what is not a state is refused and harms nobody.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pmap/mem.h"
#include "vm/policy.h"

/* ------------------------------------------------------------ a driver ---- */

#define MAXFRAMES 64u
#define KEYS 150u

struct driver {
	const struct vm_policy *policy;
	struct vm_policy_args args;
	void *state;
	uint32_t key[MAXFRAMES + 1]; /* by slot; 0: free */
	uint32_t n;
};

static uint64_t
random64(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void
open_driver(struct driver *d, struct mem *mem, const char *name,
    const char *params, uint32_t frames)
{
	char err[128];
	size_t bytes;

	memset(d, 0, sizeof(*d));
	d->policy = vm_policy_byname(name);
	assert_non_null(d->policy);
	vm_policy_defaults(d->policy, &d->args);
	assert_true(
	    vm_policy_set(d->policy, &d->args, params, err, sizeof(err)));
	d->args.frames = frames;
	d->args.seed = 7;
	bytes = d->policy->bytes(&d->args);
	d->state = mem_alloc_aligned(mem, bytes, VM_POLICY_ALIGN);
	assert_non_null(d->state);
	memset(d->state, 0, bytes);
	d->policy->init(d->state, &d->args);
}

static void
close_driver(struct driver *d, struct mem *mem)
{
	mem_free(mem, d->state, d->policy->bytes(&d->args));
}

static uint32_t
slot_of(const struct driver *d, uint32_t key)
{
	for (uint32_t i = 1; i <= d->args.frames; i++)
		if (d->key[i] == key)
			return i;
	return 0;
}

static void
expire(struct driver *d, uint64_t *hash)
{
	uint32_t slot;

	while (d->policy->expired != NULL &&
	    (slot = d->policy->expired(d->state)) != 0) {
		d->key[slot] = 0;
		d->n--;
		*hash = *hash * 31 + slot;
	}
}

/* A reference, or (rarely) a page that is no more. => what came of it */
static uint64_t
reference(struct driver *d, uint32_t key, uint32_t when, bool gone)
{
	uint64_t hash = 1;
	uint32_t slot;

	expire(d, &hash);
	slot = slot_of(d, key);
	if (gone) {
		if (slot != 0) {
			d->policy->remove(d->state, slot);
			d->key[slot] = 0;
			d->n--;
		}
		return hash;
	}
	if (d->policy->next != NULL)
		d->policy->next(d->state, when);
	if (slot != 0) {
		d->policy->hit(d->state, slot);
		return hash * 31 + 1;
	}
	slot = d->n < d->args.frames ? slot_of(d, 0) :
				       d->policy->victim(d->state, key);
	d->n += d->key[slot] == 0;
	hash = hash * 31 + slot + d->key[slot] * 1000003;
	d->key[slot] = key;
	d->policy->insert(d->state, slot, key);
	return hash;
}

/* The next reference; half of the keys are a tenth of them. */
static uint64_t
step(struct driver *d, uint64_t *seed)
{
	uint64_t r = random64(seed) >> 11;
	uint32_t key = (uint32_t)(r % 2 ? r / 2 % (KEYS / 10) : r / 2 % KEYS);

	return reference(d, key + 1, (uint32_t)(random64(seed) >> 40),
	    random64(seed) >> 11 & 31 ? false : true);
}

static bool
page(void *ctx, uint32_t slot, uint32_t *key)
{
	const struct driver *d = ctx;

	*key = d->key[slot];
	return *key != 0;
}

/* ----------------------------------------------------------- a keeper ---- */

#define MAXNUMBERS 4096u

struct numbers {
	uint64_t v[MAXNUMBERS];
	unsigned n, at;
	char why[200];
};

static void
put(struct vm_keep *k, const char *name, uint64_t *v, unsigned bytes,
    uint64_t lo, uint64_t hi)
{
	struct numbers *s = k->ctx;

	if (*v < lo || *v > hi || (bytes < 8 && *v >> 8 * bytes != 0))
		fail_msg("%s is %llu", name, (unsigned long long)*v);
	assert_true(s->n < MAXNUMBERS);
	s->v[s->n++] = *v;
}

static void
get(struct vm_keep *k, const char *name, uint64_t *v, unsigned bytes,
    uint64_t lo, uint64_t hi)
{
	struct numbers *s = k->ctx;

	(void)bytes;
	*v = s->at < s->n ? s->v[s->at++] : 0;
	if (k->ok && (*v < lo || *v > hi)) {
		snprintf(s->why, sizeof(s->why), "%s", name);
		k->ok = false;
	}
	if (!k->ok)
		*v = 0;
}

static void
refuse(struct vm_keep *k, const char *why)
{
	struct numbers *s = k->ctx;

	if (k->ok)
		snprintf(s->why, sizeof(s->why), "%s", why);
	k->ok = false;
}

static void
save(struct driver *d, struct mem *mem, struct numbers *s)
{
	struct vm_keep k = { .ok = true,
		.number = put,
		.refuse = refuse,
		.ctx = s };

	s->n = 0;
	vm_policy_keep(d->policy, &d->args, d->state, &k, mem, d->n, page, d);
	assert_true(k.ok);
}

/* => not refused */
static bool
load(struct driver *d, struct mem *mem, struct numbers *s)
{
	struct vm_keep k = { .load = true,
		.ok = true,
		.number = get,
		.refuse = refuse,
		.ctx = s };

	s->at = 0;
	s->why[0] = '\0';
	vm_policy_keep(d->policy, &d->args, d->state, &k, mem, d->n, page, d);
	return k.ok;
}

/* -------------------------------------------------------------- tests ---- */

static const struct {
	const char *name, *params;
} rows[] = {
	{ "fifo", "" },
	{ "lru", "" },
	{ "clock", "" },
	{ "clock", "set=1" },
	{ "nfu", "" },
	{ "nfu", "period=7" },
	{ "lfu", "" },
	{ "random", "" },
	{ "opt", "" },
	{ "ws", "tau=30" },
	{ "ws", "" },
	{ "wsclock", "tau=20" },
	{ "arc", "" },
	{ "2q", "" },
	{ "2q", "kin=10:kout=200" },
	{ "s3fifo", "" },
	{ "s3fifo", "small=40" },
	{ "sieve", "" },
};

static void
test_all_are_here(void **state)
{
	(void)state;
	for (size_t i = 0; vm_policies[i] != NULL; i++) {
		bool here = false;

		assert_non_null(vm_policies[i]->keep);
		for (size_t j = 0; j < sizeof(rows) / sizeof(rows[0]); j++)
			here |= strcmp(rows[j].name, vm_policies[i]->name) == 0;
		assert_true(here);
	}
}

/* Out, in, and both go on; out again gives the same numbers. */
static void
go_on(const char *name, const char *params, uint32_t frames, struct mem *mem)
{
	struct numbers *s = calloc(2, sizeof(*s));
	struct driver d, e;
	uint64_t seed = 1 + frames, other;

	assert_non_null(s);
	open_driver(&d, mem, name, params, frames);
	for (int round = 0; round < 30; round++) {
		for (int i = 0; i < 37 * round; i++)
			(void)step(&d, &seed);
		save(&d, mem, &s[0]);
		open_driver(&e, mem, name, params, frames);
		memcpy(e.key, d.key, sizeof(e.key));
		e.n = d.n;
		if (!load(&e, mem, &s[0]))
			fail_msg("%s:%s, %u frames: %s", name, params, frames,
			    s[0].why);
		assert_int_equal(s[0].at, s[0].n);
		other = seed;
		for (int i = 0; i < 300; i++)
			if (step(&d, &seed) != step(&e, &other))
				fail_msg("%s:%s, %u frames: step %d differs",
				    name, params, frames, i);
		save(&d, mem, &s[0]);
		save(&e, mem, &s[1]);
		assert_int_equal(s[0].n, s[1].n);
		assert_memory_equal(s[0].v, s[1].v, s[0].n * sizeof(s[0].v[0]));
		close_driver(&e, mem);
	}
	close_driver(&d, mem);
	free(s);
}

static void
test_goes_on(void **state)
{
	struct mem *mem = mem_create();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (uint32_t frames = 1; frames <= MAXFRAMES;
		     frames += 1 + frames / 2)
			go_on(rows[i].name, rows[i].params, frames, mem);
	assert_int_equal(mem_in_use(mem), 0);
	mem_destroy(mem);
}

/*
 * Numbers that were changed: either they are refused, or the policy still has
 * exactly the pages that are there and goes on without harm.
 */
static void
test_damaged(void **state)
{
	struct mem *mem = mem_create();
	struct numbers *s = calloc(2, sizeof(*s));
	uint64_t seed = 5, refused = 0, taken_all = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int round = 0; round < 300; round++) {
			struct driver d, e;
			uint64_t run = seed | 1;

			open_driver(&d, mem, rows[i].name, rows[i].params, 12);
			for (int j = 0; j < 5 * round + 1; j++)
				(void)step(&d, &run);
			save(&d, mem, &s[0]);
			open_driver(&e, mem, rows[i].name, rows[i].params, 12);
			memcpy(e.key, d.key, sizeof(e.key));
			e.n = d.n;
			for (uint64_t j = random64(&seed) % 3 + 1;
			     j > 0 && s[0].n > 0; j--) {
				unsigned at = (unsigned)(random64(&seed) >>
						  11) %
				    s[0].n;
				uint64_t r = random64(&seed);

				s[0].v[at] = r % 3 ? r / 3 % 16 :
				    r / 3 % 2      ? r :
						     s[0].v[at] + 1;
			}
			if (load(&e, mem, &s[0])) {
				taken_all++;
				for (int j = 0; j < 200; j++)
					(void)step(&e, &run);
				if (e.policy->check(e.state) != NULL)
					fail_msg("%s:%s: %s", rows[i].name,
					    rows[i].params,
					    e.policy->check(e.state));
			} else {
				assert_true(s[0].why[0] != '\0');
				refused++;
			}
			close_driver(&d, mem);
			close_driver(&e, mem);
		}
	assert_true(refused > 1000 && taken_all > 300);
	assert_int_equal(mem_in_use(mem), 0);
	mem_destroy(mem);
	free(s);
}

/* Slots that the driver has free, or has taken and the policy has not. */
static void
test_other_slots(void **state)
{
	struct mem *mem = mem_create();
	struct numbers *s = calloc(1, sizeof(*s));

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct driver d, e;

		open_driver(&d, mem, rows[i].name, rows[i].params, 12);
		for (uint32_t key = 1; key <= 8; key++)
			(void)reference(&d, key, key, false);
		save(&d, mem, s);
		open_driver(&e, mem, rows[i].name, rows[i].params, 12);
		e.n = d.n;
		memcpy(e.key, d.key, sizeof(e.key));
		e.key[12] = e.key[3];
		e.key[3] = 0;
		assert_false(load(&e, mem, s));
		close_driver(&d, mem);
		close_driver(&e, mem);
	}
	assert_int_equal(mem_in_use(mem), 0);
	mem_destroy(mem);
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_are_here),
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_other_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
