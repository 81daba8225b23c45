/*
 * <uvmsim.h>: replacement policies of a program's own.  A FIFO written here is
 * held against the house's, fault by fault; then what is wrong with tables.
 */
#include "lib_fixture.h"

struct queue {
	uint32_t frames, head, n;
	uint32_t slot[];
};

static size_t
queue_bytes(const struct uvmsim_policy_args *args)
{
	return sizeof(struct queue) + args->frames * sizeof(uint32_t);
}

static void
queue_init(void *state, const struct uvmsim_policy_args *args)
{
	((struct queue *)state)->frames = args->frames;
}

static void
queue_hit(void *state, uint32_t slot)
{
	(void)state;
	(void)slot;
}

static void
queue_insert(void *state, uint32_t slot, uint32_t key)
{
	struct queue *q = state;

	(void)key;
	q->slot[(q->head + q->n++) % q->frames] = slot;
}

static uint32_t
queue_victim(void *state, uint32_t key)
{
	struct queue *q = state;
	uint32_t slot = q->slot[q->head];

	(void)key;
	q->head = (q->head + 1) % q->frames;
	q->n--;
	return slot;
}

static void
queue_remove(void *state, uint32_t slot)
{
	struct queue *q = state;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < q->n; i++) {
		uint32_t s = q->slot[(q->head + i) % q->frames];

		if (s != slot)
			q->slot[(q->head + kept++) % q->frames] = s;
	}
	q->n = kept;
}

static const char *
queue_check(const void *state)
{
	const struct queue *q = state;

	return q->n <= q->frames ? NULL : "Q1: more pages than frames";
}

static const struct uvmsim_policy_param params[] = {
	{ .name = "speed",
	    .summary = "does nothing",
	    .min = 1,
	    .max = 9,
	    .value = 3 },
	{ .name = NULL },
};

static const struct uvmsim_policy queue = {
	.abi = UVMSIM_POLICY_ABI,
	.size = sizeof(struct uvmsim_policy),
	.name = "queue",
	.summary = "first in, first out",
	.params = params,
	.bytes = queue_bytes,
	.init = queue_init,
	.hit = queue_hit,
	.victim = queue_victim,
	.insert = queue_insert,
	.remove = queue_remove,
	.check = queue_check,
};

static void
test_own(void **state)
{
	struct uvmsim *own,
	    *house = lib_machine("policy=fifo,frames=7,swap=1M");
	int pid;
	uint64_t at;

	(void)state;
	assert_works(uvmsim_create_policy(&own, "frames=7,swap=1M,policy=lru",
	    &queue, "speed=4"));
	pid = lib_spawn(own, "sh");
	assert_int_equal(lib_spawn(house, "sh"), pid);
	at = lib_map(own, pid, 20 * PAGE);
	assert_int_equal(lib_map(house, pid, 20 * PAGE), at);
	for (unsigned i = 0; i < 3000; i++) {
		uint64_t r = uvmsim_random(own), page = r % 20;

		if (i % 100 == 99) {
			assert_works(uvmsim_sys_madvise(own, pid, at, PAGE, 5));
			assert_works(
			    uvmsim_sys_madvise(house, pid, at, PAGE, 5));
		}
		page = r & 1 << 20 ? page / 3 : page;
		assert_works(uvmsim_access(own, pid, at + page * PAGE, 1,
		    UVMSIM_WRITE, NULL));
		assert_works(uvmsim_access(house, pid, at + page * PAGE, 1,
		    UVMSIM_WRITE, NULL));
		assert_int_equal(lib_counter(own, "faults"),
		    lib_counter(house, "faults"));
	}
	assert_true(lib_counter(own, "evictions") > 500);
	lib_sound(own);
	uvmsim_destroy(own);
	uvmsim_destroy(house);
}

static void
test_replay(void **state)
{
	struct uvmsim_replay r = { .size = sizeof(r),
		.path = "gen:seq:pages=10:step=4096:n=1000",
		.config = "frames=9",
		.policy = &queue };
	struct uvmsim *u;
	uint64_t misses;

	(void)state;
	assert_works(uvmsim_replay(&u, &r));
	misses = r.misses;
	assert_true(r.evictions > 0);
	uvmsim_destroy(u);
	r.policy = NULL;
	r.config = "frames=9,policy=fifo";
	assert_works(uvmsim_replay(&u, &r));
	assert_int_equal(r.misses, misses);
	uvmsim_destroy(u);
}

static void
test_tables(void **state)
{
	struct uvmsim_policy p = queue;
	struct uvmsim *u = (void *)1;

	(void)state;
	assert_fails(uvmsim_create_policy(&u, NULL, NULL, NULL), EFAULT,
	    "policy");
	assert_null(u);
	assert_fails(uvmsim_create_policy(NULL, NULL, &p, NULL), EFAULT, "");
	assert_fails(uvmsim_create_policy(&u, "ram=7", &p, NULL), EINVAL,
	    "ram=7");
	assert_fails(uvmsim_create_policy(&u, NULL, &p, "speed=10"), EINVAL,
	    "speed");
	assert_fails(uvmsim_create_policy(&u, NULL, &p, "haste=1"), EINVAL,
	    "haste");
	assert_fails(uvmsim_create_policy(&u, "superpages=reserve", &p, NULL),
	    EINVAL, "superpages");
	p.abi++;
	assert_fails(uvmsim_create_policy(&u, NULL, &p, NULL), EINVAL,
	    "another version");
	p = queue;
	p.size--;
	assert_fails(uvmsim_create_policy(&u, NULL, &p, NULL), EINVAL,
	    "another version");
	p = queue;
	p.victim = NULL;
	assert_fails(uvmsim_create_policy(&u, NULL, &p, NULL), EINVAL, "lacks");
	p = queue;
	p.name = NULL;
	assert_fails(uvmsim_create_policy(&u, NULL, &p, NULL), EINVAL, "name");
	assert_null(u);
}

/* Its core can be saved, but not be loaded: nobody has the policy there. */
static void
test_core(void **state)
{
	char path[] = "/tmp/libpolicyXXXXXX";
	struct uvmsim *u, *v;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_works(uvmsim_create_policy(&u, "ram=1M", &queue, NULL));
	assert_works(uvmsim_save(u, path));
	assert_fails(uvmsim_load(&v, path), EINVAL, "program/queue");
	uvmsim_destroy(u);
	remove(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
