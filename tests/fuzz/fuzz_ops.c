/*
 * Bytes as operations, done to a machine and to the naive model together:
 *
 *	variant, seed, checks, 0	which world, and how often it is checked
 *	operation of RECORD bytes	kind, who, small, places, random bits
 *	operation ...
 *
 * Any bytes are operations: numbers are brought into their ranges.  The world
 * compares each result; what memory holds, and the machine's invariants, are
 * checked after every 1, 2, 4 ... 128 operations, and at the end all that was
 * made must be gone.  What differs is told with the operations so far.
 *
 * The mutator puts in operations that the world's own generator makes, leaves
 * some out, repeats and moves them, and changes single ones.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/pressure.h"
#include "tests/model/sys_world.h"
#include "tests/model/tlb_step.h"
#include "tests/model/vm_world.h"

#define HEAD 4
#define RECORD 22
#define MOST 2000 /* operations */

struct ops { /* a world, as the tests' harness has it, and: */
	struct harness h;
	unsigned nvariants;
	bool (*fit)(unsigned variant, struct op *); /* NULL: any numbers do */
};

/* ---------------------------------------------------------------- TLBs --- */

#define TLB_VARIANTS 64 /* of presets, machines and arrays of one's own */

static size_t
count_presets(const struct tlb_preset **list)
{
	size_t n = 0;

	for (size_t i = 0; tlb_presets[i] != NULL; i++)
		list[n++] = tlb_presets[i];
	for (size_t i = 0; tlb_own[i].name != NULL; i++)
		list[n++] = &tlb_own[i];
	return n;
}

static void *
tlb_world(unsigned variant, uint64_t seed)
{
	const struct tlb_preset *list[TLB_VARIANTS];
	struct pair *p = calloc(1, sizeof(*p));
	size_t geometries = 0;

	insist(p != NULL, "no memory");
	while (pmap_geometries[geometries] != NULL)
		geometries++;
	pair_init(p, list[variant % count_presets(list)],
	    pmap_geometries[seed % geometries], TLB_STEP_CPUS);
	pair_run(p, 0, 1);
	return p;
}

static const char *
tlb_one(void *world, const struct op *op, char *buf, size_t len)
{
	struct model_rng rng = { op->arg[2] };

	tlb_step(world, &rng);
	return pair_compare(world, buf, len);
}

static const char *
tlb_sound(void *world, char *buf, size_t len)
{
	(void)buf;
	(void)len;
	return tlb_check(((struct pair *)world)->sys.tlbm);
}

static void
tlb_end(void *world)
{
	pair_fini(world);
	free(world);
}

static void
tlb_generate(struct model_rng *r, unsigned variant, struct op *op)
{
	(void)variant;
	op->arg[2] = model_random(r);
}

static void
tlb_print(FILE *f, unsigned variant, const struct op *op)
{
	(void)variant;
	(void)fprintf(f, "step %#llx\n", (unsigned long long)op->arg[2]);
}

/* -------------------------------------------------------------- worlds --- */

#define WORLD(prefix) \
	.generate = prefix##_generate, .create = prefix##_create, \
	.step = prefix##_step, .check = prefix##_check, \
	.destroy = prefix##_destroy, .print = prefix##_print

static const struct ops sys_ops = { .h = { .name = "ops", WORLD(sys) },
	.nvariants = SYS_VARIANTS,
	.fit = sys_fit };
static const struct ops vm_ops = { .h = { .name = "vm", WORLD(world) },
	.nvariants = WORLD_NPLAIN + WORLD_NSUPER + WORLD_NSWAP + WORLD_NPOLICY,
	.fit = world_fit };
static const struct ops tlb_ops = { .h = { .name = "tlb",
					.generate = tlb_generate,
					.create = tlb_world,
					.step = tlb_one,
					.check = tlb_sound,
					.destroy = tlb_end,
					.print = tlb_print },
	.nvariants = TLB_VARIANTS };

/* How many variants there are is known when they have been made. */
static struct ops
pressure_ops(void)
{
	struct ops o = { .h = { .name = "pressure", WORLD(pr) },
		.fit = pr_fit };

	while (pr_variants()[o.nvariants].name != NULL)
		o.nvariants++;
	return o;
}

/* ---------------------------------------------------- bytes, operations --- */

static uint64_t
get(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static void
put(uint8_t *p, size_t n, uint64_t v)
{
	for (; n > 0; n--, v >>= 8)
		*p++ = (uint8_t)v;
}

/* => false: this world has no such operation */
static bool
read_op(const struct ops *o, unsigned variant, const uint8_t *p, struct op *op)
{
	*op = (struct op){ .kind = p[0],
		.who = p[1],
		.small = (uint16_t)get(p + 2, 2),
		.arg = { get(p + 4, 2), get(p + 6, 2), get(p + 14, 8),
		    get(p + 8, 2), get(p + 10, 4) } };
	return o->fit == NULL || o->fit(variant, op);
}

static void
write_op(uint8_t *p, const struct op *op)
{
	p[0] = op->kind;
	p[1] = op->who;
	put(p + 2, 2, op->small);
	put(p + 4, 2, op->arg[0]);
	put(p + 6, 2, op->arg[1] - 1); /* a length is one more than a number */
	put(p + 8, 2, op->arg[3]);
	put(p + 10, 4, op->arg[4]);
	put(p + 14, 8, op->arg[2]);
}

/* ----------------------------------------------------------------- run --- */

struct game { /* the operations of one input */
	const struct ops *o;
	const uint8_t *data;
	size_t n;
	unsigned variant, every;
	void *world;
};

static void
print_op(const struct game *g, size_t i)
{
	struct op op;

	if (!read_op(g->o, g->variant, g->data + HEAD + i * RECORD, &op))
		return;
	fprintf(stderr, "%6zu  ", i);
	g->o->h.print(stderr, g->variant, &op);
}

static void
fail(const struct game *g, size_t at, const char *why)
{
	fprintf(stderr, "%s: variant %u, seed %u:\n", g->o->h.name, g->variant,
	    g->data[1]);
	for (size_t i = 0; i <= at; i++)
		print_op(g, i);
	insist(false, why);
}

static void
play(const struct game *g)
{
	const struct harness *h = &g->o->h;
	const bool tell = fuzz_tells();
	const char *why = NULL;
	char buf[512];
	struct op op;

	for (size_t i = 0; i < g->n; i++) {
		if (!read_op(g->o, g->variant, g->data + HEAD + i * RECORD,
			&op))
			continue;
		if (tell)
			print_op(g, i);
		why = h->step(g->world, &op, buf, sizeof(buf));
		if (why == NULL && (i + 1) % g->every == 0)
			why = h->check(g->world, buf, sizeof(buf));
		if (why != NULL)
			fail(g, i, why);
		fuzz_operations++;
	}
	why = h->check(g->world, buf, sizeof(buf));
	if (why != NULL)
		fail(g, g->n - 1, why);
}

static void
run(const struct ops *o, const struct fuzz_input *in)
{
	struct game g = { .o = o, .data = in->data };

	if (in->len < HEAD + RECORD)
		return;
	g.n = (in->len - HEAD) / RECORD;
	if (g.n > MOST)
		g.n = MOST;
	g.variant = in->data[0] % o->nvariants;
	g.every = 1u << (in->data[2] & 7);
	g.world = o->h.create(g.variant, in->data[1]);
	play(&g);
	o->h.destroy(g.world);
}

void
fuzz_ops(const struct fuzz_input *in)
{
	run(&sys_ops, in);
}

void
fuzz_vm(const struct fuzz_input *in)
{
	run(&vm_ops, in);
}

void
fuzz_pressure(const struct fuzz_input *in)
{
	const struct ops o = pressure_ops();

	run(&o, in);
}

void
fuzz_tlb(const struct fuzz_input *in)
{
	run(&tlb_ops, in);
}

/* ------------------------------------------------------------- mutation --- */

struct edit { /* operations of an input, to be changed */
	const struct ops *o;
	uint8_t *at; /* the first one */
	size_t n, most;
	unsigned variant;
	struct model_rng rng;
};

static size_t
below(struct edit *e, size_t n)
{
	return model_below(&e->rng, (uint32_t)n);
}

/* Room for so many at a place. => the number that there is room for */
static size_t
open_gap(struct edit *e, size_t place, size_t n)
{
	if (n > e->most - e->n)
		n = e->most - e->n;
	memmove(e->at + (place + n) * RECORD, e->at + place * RECORD,
	    (e->n - place) * RECORD);
	e->n += n;
	return n;
}

static void
insert(struct edit *e)
{
	const size_t place = below(e, e->n + 1);
	const size_t n = open_gap(e, place, 1 + below(e, 8));
	struct op op = { .kind = 0 };

	for (size_t i = 0; i < n; i++) {
		e->o->h.generate(&e->rng, e->variant, &op);
		write_op(e->at + (place + i) * RECORD, &op);
	}
}

static void
leave_out(struct edit *e)
{
	const size_t place = below(e, e->n);
	size_t n = 1 + below(e, below(e, 4) == 0 ? e->n : 4);

	if (n > e->n - place)
		n = e->n - place;
	memmove(e->at + place * RECORD, e->at + (place + n) * RECORD,
	    (e->n - place - n) * RECORD);
	e->n -= n;
}

static void
repeat(struct edit *e)
{
	uint8_t copy[16 * RECORD];
	const size_t from = below(e, e->n), to = below(e, e->n + 1);
	size_t n = 1 + below(e, 16);

	if (n > e->n - from)
		n = e->n - from;
	memcpy(copy, e->at + from * RECORD, n * RECORD);
	n = open_gap(e, to, n);
	memcpy(e->at + to * RECORD, copy, n * RECORD);
}

/* One field of one operation: another number, or that of another one. */
static void
change(struct edit *e)
{
	static const struct {
		uint8_t at, n;
	} field[] = { { 0, 1 }, { 1, 1 }, { 2, 2 }, { 4, 2 }, { 6, 2 },
		{ 8, 2 }, { 10, 4 }, { 14, 8 }, { 4, 4 } };
	const unsigned i = (unsigned)below(e, NELEM(field));
	uint8_t *p = e->at + below(e, e->n) * RECORD + field[i].at;

	switch (below(e, 4)) {
	case 0:
		memcpy(p, e->at + below(e, e->n) * RECORD + field[i].at,
		    field[i].n);
		break;
	case 1: p[below(e, field[i].n)] ^= (uint8_t)(1u << below(e, 8)); break;
	case 2: put(p, field[i].n, get(p, field[i].n) + below(e, 9) - 4); break;
	default: put(p, field[i].n, model_random(&e->rng));
	}
}

static size_t
mutate(const struct ops *o, uint8_t *data, size_t len, size_t max,
    unsigned seed)
{
	static void (*const how[])(struct edit *) = { insert, insert, leave_out,
		repeat, change, change, change };
	struct edit e = { .o = o, .at = data + HEAD, .rng = { seed } };

	if (max < HEAD + RECORD)
		return fuzz_bytes(data, len, max);
	if (len < HEAD)
		memset(data + len, 0, HEAD - len);
	e.n = len < HEAD ? 0 : (len - HEAD) / RECORD;
	e.most = (max - HEAD) / RECORD;
	if (below(&e, 12) == 0)
		data[below(&e, 3)] = (uint8_t)model_random(&e.rng);
	e.variant = data[0] % o->nvariants;
	for (size_t i = below(&e, 4); i < 4; i++) {
		if (e.n == 0)
			insert(&e);
		else
			how[below(&e, NELEM(how))](&e);
	}
	len = HEAD + e.n * RECORD;
	return below(&e, 16) == 0 ? fuzz_bytes(data, len, max) : len;
}

size_t
fuzz_mutate_ops(uint8_t *data, size_t len, size_t max, unsigned seed)
{
	return mutate(&sys_ops, data, len, max, seed);
}

size_t
fuzz_mutate_vm(uint8_t *data, size_t len, size_t max, unsigned seed)
{
	return mutate(&vm_ops, data, len, max, seed);
}

size_t
fuzz_mutate_pressure(uint8_t *data, size_t len, size_t max, unsigned seed)
{
	const struct ops o = pressure_ops();

	return mutate(&o, data, len, max, seed);
}

size_t
fuzz_mutate_tlb(uint8_t *data, size_t len, size_t max, unsigned seed)
{
	return mutate(&tlb_ops, data, len, max, seed);
}
