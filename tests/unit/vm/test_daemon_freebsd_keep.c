/*
 * FreeBSD's page daemon: its state as numbers, there and back, and numbers that
 * lie within their bounds but make no sense; memory that the host has not.
 */
#include "freebsd_box.h"
#include "vm/vm_keep.h"

#define MAXNUMBERS 4096

struct tape {
	uint64_t v[MAXNUMBERS], lo[MAXNUMBERS], hi[MAXNUMBERS];
	unsigned n;
};

static void
number(struct vm_keep *k, const char *name, uint64_t *v, unsigned bytes,
    uint64_t lo, uint64_t hi)
{
	struct tape *t = k->ctx;

	(void)bytes;
	assert_true(t->n < MAXNUMBERS);
	if (k->load) {
		*v = t->v[t->n];
		assert_true(lo <= *v && *v <= hi);
	} else {
		/* Nonsense that went on being counted is no failure. */
		t->v[t->n] = hi == VM_KEEP_MAX && *v > hi ? hi : *v;
		if (t->v[t->n] < lo || t->v[t->n] > hi)
			fail_msg("%s is %llu", name, (unsigned long long)*v);
		t->lo[t->n] = lo;
		t->hi[t->n] = hi;
	}
	t->n++;
}

static void
refuse(struct vm_keep *k, const char *why)
{
	(void)k;
	fail_msg("%s", why);
}

static void
keep(struct fixture *f, struct tape *t, bool load)
{
	struct vm_keep k = {
		.load = load,
		.ok = true,
		.number = number,
		.refuse = refuse,
		.ctx = t,
	};

	t->n = 0;
	vm_daemon_freebsd.keep(&f->vm, &k);
}

/* A machine that has seen all of it. */
static struct fixture *
used_machine(void)
{
	struct fixture *f = fbsd_box(FRAMES, 2 * FRAMES);

	assert_int_equal(fix_anon(f, 0, 1500, RW), 0);
	for (unsigned i = 0; i < 1500; i++) {
		assert_int_equal(fix_write(f->space, i, i), 0);
		f->vm.tick += 3;
		vm_pageout_tick(&f->vm);
	}
	fix_check(f);
	return f;
}

static void
test_there_and_back(void **state)
{
	struct fixture *f = used_machine(), *g = fbsd_box(FRAMES, 0);
	struct vm_fbsd *a = vm_fbsd(&f->vm), *b = vm_fbsd(&g->vm);
	struct tape *t = calloc(2, sizeof(*t));
	unsigned n;

	(void)state;
	keep(f, &t[0], false);
	n = t[0].n;
	assert_true(n > 1060);
	keep(g, &t[0], true);
	assert_int_equal(t[0].n, n);
	keep(g, &t[1], false);
	assert_memory_equal(t[0].v, t[1].v, n * sizeof(uint64_t));
	assert_memory_equal(&a->count, &b->count, sizeof(a->count));
	assert_memory_equal(&a->domain[0].pid, &b->domain[0].pid,
	    sizeof(a->domain[0].pid));
	assert_int_equal(a->domain[0].hand, b->domain[0].hand);
	assert_memory_equal(a->act, b->act, FRAMES + 1);
	free(t);
	/* The frames are not g's: its daemon would not stand the check. */
	b->domain[0].hand = b->domain[0].limit = b->aside = 0;
	fix_free(g);
	fix_free(f);
}

/*
 * Whatever is lawful by itself: the check says no, or the daemon goes on with
 * it.
 */
static void
test_lawful_nonsense(void **state)
{
	struct fixture *f = used_machine();
	struct tape *t = calloc(2, sizeof(*t));
	unsigned refused = 0;
	char buf[200];

	(void)state;
	srandom(1);
	for (unsigned round = 0; round < 500; round++) {
		unsigned i;
		uint64_t span;

		keep(f, &t[0], false);
		i = (unsigned)random() % (t[0].n - FRAMES - 1);
		span = t[0].hi[i] - t[0].lo[i] + 1; /* 0: all there are */
		t[1] = t[0];
		if (random() % 2 == 0)
			t[1].v[i] = random() % 2 == 0 ? t[0].lo[i] : t[0].hi[i];
		else if (span != 1 && span != 0)
			t[1].v[i] = t[0].lo[i] + (uint64_t)random() % span;
		keep(f, &t[1], true);
		if (vm_daemon_freebsd.check(&f->vm, buf, sizeof(buf)) != NULL) {
			refused++;
			keep(f, &t[0], true);
		}
		f->vm.tick += 50;
		vm_pageout_tick(&f->vm);
		(void)fix_write(f->space, (unsigned)random() % 1500, 1);
		fix_check(f);
	}
	assert_true(refused > 5);
	free(t);
	fix_free(f);
}

/* Wherever the host runs out of memory, nothing is left. */
static void
test_no_memory(void **state)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname("amd64"),
		.ram_pages = FRAMES,
		.daemon = &vm_daemon_freebsd,
	};
	struct mem *mem = mem_create();
	int error = ENOMEM;

	(void)state;
	for (unsigned n = 1; error != 0; n++) {
		struct vm vm;

		assert_true(n < 1000);
		mem_fail_after(mem, n);
		error = vm_init(&vm, mem, &config);
		mem_fail_after(mem, 0);
		if (error == 0)
			vm_fini(&vm);
		else
			assert_int_equal(error, ENOMEM);
		assert_int_equal(mem_in_use(mem), 0);
	}
	mem_destroy(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_lawful_nonsense),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
