/*
 * Reservations at random, against a naive model: frames as an array of states,
 * everything recomputed from it.
 */
#include "reserv_box.h"
#include "tests/random.h"

/* Reservations of 16 pages with parts of 4; a small machine, one domain. */
#define SHIFT 4u
#define SIZE (1u << SHIFT)
#define OWNERS 12u
#define PAGES 100u
#define FRAMES 600u

enum state { BUSY, BUDDY, HOLE, USED };

struct mrsv {
	unsigned owner;
	uint64_t piece, tick;
	unsigned base; /* 0: none */
};

struct model {
	enum state frame[FRAMES + 1];
	struct vm_amap *amap[OWNERS];
	uint64_t colour[OWNERS];
	pfn_t page[OWNERS][PAGES];
	struct mrsv queue[FRAMES / SIZE + 1]; /* partial, oldest first */
	struct mrsv full[FRAMES / SIZE + 1];
	unsigned nqueue, nfull;
	uint64_t created, freed, broken, nfree;
};

static uint64_t
draw(uint64_t *seed)
{
	return rnd_next(seed) >> 33;
}

static struct mrsv *
m_find(struct model *m, unsigned owner, uint64_t piece)
{
	for (unsigned i = 0; i < m->nqueue; i++)
		if (m->queue[i].owner == owner && m->queue[i].piece == piece)
			return &m->queue[i];
	for (unsigned i = 0; i < m->nfull; i++)
		if (m->full[i].owner == owner && m->full[i].piece == piece)
			return &m->full[i];
	return NULL;
}

static struct mrsv *
m_around(struct model *m, pfn_t pfn)
{
	for (unsigned i = 0; i < m->nqueue; i++)
		if (pfn / SIZE == m->queue[i].base / SIZE)
			return &m->queue[i];
	for (unsigned i = 0; i < m->nfull; i++)
		if (pfn / SIZE == m->full[i].base / SIZE)
			return &m->full[i];
	return NULL;
}

static unsigned
m_used(const struct model *m, unsigned base)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SIZE; i++)
		n += m->frame[base + i] == USED;
	return n;
}

static void
m_remove(struct model *m, struct mrsv *r)
{
	struct mrsv *list = r >= m->queue && r < m->queue + m->nqueue ?
	    m->queue :
	    m->full;
	unsigned *n = list == m->queue ? &m->nqueue : &m->nfull;

	(*n)--;
	for (; r < list + *n; r++)
		r[0] = r[1];
}

/* Something of the reservation around pfn has changed now. */
static void
m_change(struct box *b, struct model *m, pfn_t pfn)
{
	struct mrsv r = *m_around(m, pfn), *at = m_around(m, pfn);
	unsigned n = m_used(m, r.base);
	bool queued = at >= m->queue && at < m->queue + m->nqueue;

	if (queued && n != 0 && n != SIZE && r.tick == b->vm.tick)
		return;
	m_remove(m, at);
	if (n == SIZE) {
		m->full[m->nfull++] = r;
	} else if (n > 0) {
		r.tick = b->vm.tick;
		m->queue[m->nqueue++] = r;
	} else {
		for (unsigned i = 0; i < SIZE; i++)
			m->frame[r.base + i] = BUDDY;
		m->freed++;
	}
}

static bool
m_block_free(const struct model *m, unsigned base)
{
	for (unsigned i = 0; i < SIZE; i++)
		if (base + i > FRAMES || m->frame[base + i] != BUDDY)
			return false;
	return true;
}

static bool
m_refused(struct model *m, unsigned o, unsigned p)
{
	uint64_t slot = (m->colour[o] + p) % SIZE;
	bool any = false;

	if (p < slot)
		return true;
	for (unsigned base = SIZE; base + SIZE <= FRAMES + 1; base += SIZE)
		any |= m_block_free(m, base);
	if (!any)
		return true;
	for (unsigned i = 0; i < SIZE; i++) {
		uint64_t q = p - slot + i;

		if (q < PAGES && m->page[o][q] != PFN_NONE)
			return true;
	}
	return false;
}

static bool
m_any(const struct model *m, enum state what)
{
	for (unsigned i = 1; i <= FRAMES; i++)
		if (m->frame[i] == what)
			return true;
	return false;
}

/* Frames for an ordinary page: the oldest reservation is broken for it. */
static void
m_make_room(struct model *m)
{
	while (!m_any(m, BUDDY) && m->nqueue > 0) {
		unsigned base = m->queue[0].base;

		for (unsigned i = 0; i < SIZE; i++)
			if (m->frame[base + i] == HOLE)
				m->frame[base + i] = BUDDY;
		m_remove(m, &m->queue[0]);
		m->broken++;
	}
}

static void
m_alloc(struct box *b, struct model *m, unsigned o, unsigned p)
{
	uint64_t place = m->colour[o] + p, slot = place % SIZE;
	struct mrsv *r = m_find(m, o, place / SIZE);
	bool enough = m->nfree > b->vm.exp.reserve_kernel;
	pfn_t pfn = page(b, m->amap[o], p);

	assert_int_equal(pfn != PFN_NONE, enough);
	if (!enough)
		return;
	if (r != NULL && m->frame[r->base + slot] == HOLE) {
		assert_int_equal(pfn, r->base + slot);
	} else if (r == NULL && !m_refused(m, o, p)) {
		struct mrsv new = { .owner = o,
			.piece = place / SIZE,
			.tick = b->vm.tick,
			.base = pfn - (pfn_t)slot };

		assert_int_equal(pfn % SIZE, slot);
		assert_true(m_block_free(m, new.base));
		for (unsigned i = 0; i < SIZE; i++)
			m->frame[new.base + i] = HOLE;
		m->queue[m->nqueue++] = new;
		m->created++;
	} else {
		m_make_room(m);
		assert_int_equal(m->frame[pfn], BUDDY);
	}
	m->frame[pfn] = USED;
	m->page[o][p] = pfn;
	m->nfree--;
	if (m_around(m, pfn) != NULL)
		m_change(b, m, pfn);
}

static void
m_forget(struct box *b, struct model *m, unsigned o, unsigned p)
{
	pfn_t pfn = m->page[o][p];

	m->page[o][p] = PFN_NONE;
	m->nfree++;
	if (m_around(m, pfn) != NULL) {
		m->frame[pfn] = HOLE;
		m_change(b, m, pfn);
	} else {
		m->frame[pfn] = BUDDY;
	}
}

static void
m_renew(struct box *b, struct model *m, unsigned o, uint64_t *seed)
{
	m->colour[o] = 1000 + draw(seed) % 64 * (draw(seed) % 2);
	m->amap[o] = amap_new(b, PAGES, m->colour[o]);
}

static void
m_compare(struct box *b, struct model *m)
{
	const struct vm_reservs *rs = &b->vm.reservs;
	uint32_t at = rs->partpop[0].head;
	uint64_t holes = 0;

	assert_int_equal(rs->created, m->created);
	assert_int_equal(rs->freed, m->freed);
	assert_int_equal(rs->broken, m->broken);
	assert_int_equal(rs->reclaimed, m->broken);
	assert_int_equal(rs->partpopq, m->nqueue);
	assert_int_equal(rs->fullpop, m->nfull);
	assert_int_equal(b->vm.exp.free, m->nfree);
	for (unsigned i = 0; i < m->nqueue; i++) {
		assert_int_equal(at, m->queue[i].base / SIZE);
		at = vm_reserv_get(rs, at)->qnext;
	}
	for (pfn_t pfn = 1; pfn <= FRAMES; pfn++) {
		unsigned base = pfn & ~(SIZE - 1), part = pfn & ~3u;
		unsigned level = 0, n = 0;

		holes += m->frame[pfn] == HOLE;
		for (unsigned i = 0; i < 4; i++)
			n += part + i <= FRAMES && m->frame[part + i] == USED;
		if (m_around(m, pfn) != NULL)
			level = m_used(m, base) == SIZE ? 2 : n == 4 ? 1 : 0;
		assert_int_equal(vm_reserv_level(&b->vm, pfn), level);
	}
	assert_int_equal(rs->holes, holes);
	box_check(b);
}

/* kill: in how many of 500 steps an owner goes. */
static void
m_step(struct box *b, struct model *m, unsigned kill, uint64_t *seed)
{
	unsigned o = (unsigned)(draw(seed) % OWNERS);
	unsigned p = (unsigned)(draw(seed) % PAGES);
	unsigned what = (unsigned)(draw(seed) % 500);

	b->vm.tick += draw(seed) % 3 == 0;
	if (what < kill) {
		amap_gone(b, m->amap[o]);
		for (unsigned i = 0; i < PAGES; i++)
			if (m->page[o][i] != PFN_NONE)
				m_forget(b, m, o, i);
		m_renew(b, m, o, seed);
	} else if (m->page[o][p] == PFN_NONE) {
		m_alloc(b, m, o, p);
	} else if (what < 200) {
		drop(b, m->amap[o], p);
		m_forget(b, m, o, p);
	}
}

static void
m_geometry(struct box *b)
{
	b->geo = *pmap_geometry_byname("amd64");
	b->geo.nsizes = 3;
	b->geo.sizes[1] = (struct pmap_pagesize){ 14, PMAP_SIZE_GROUP, 3,
		true };
	b->geo.sizes[2] = (struct pmap_pagesize){ 12 + SHIFT, PMAP_SIZE_GROUP,
		3, true };
	b->geo.max_order = 6;
}

static void
m_open(struct box *b, struct model *m, uint64_t *seed)
{
	memset(m, 0, sizeof(*m));
	m_geometry(b);
	box_open_as(b,
	    (struct vm_config){ .ram_pages = FRAMES,
		.geometry = &b->geo,
		.superpages = VM_SUPER_RESERVE });
	for (pfn_t pfn = 1; pfn <= FRAMES; pfn++)
		if (vm_page_isfree(&b->vm.pages.page[pfn]))
			m->frame[pfn] = BUDDY;
	m->nfree = b->vm.exp.free;
	for (unsigned o = 0; o < OWNERS; o++)
		m_renew(b, m, o, seed);
}

static void
test_random(void **state)
{
	(void)state;
	for (uint64_t run = 1; run <= 6; run++) {
		uint64_t seed = run;
		struct model m;
		struct box b;

		m_open(&b, &m, &seed);
		for (unsigned i = 0; i < 10000; i++) {
			/* Memory fills; then there is room again. */
			m_step(&b, &m, i / 1000 % 2 ? 40 : 1, &seed);
			if (i % 20 == 0)
				m_compare(&b, &m);
		}
		assert_true(m.created > 50 && m.freed > 5 && m.broken > 5);
		for (unsigned o = 0; o < OWNERS; o++)
			amap_gone(&b, m.amap[o]);
		box_close(&b);
	}
}

/* ------------------------------------------------------------- domains ---- */

/*
 * The same at random in four domains, by each policy, with CPUs that change:
 * whatever happens, every frame is where the checkers want it, frames can be
 * had while any is free, and at the end all memory has grown together again.
 */
static void
d_step(struct box *b, struct vm_amap **amap, uint64_t *seed)
{
	unsigned o = (unsigned)(draw(seed) % OWNERS);
	unsigned p = (unsigned)(draw(seed) % (4 * PAGES));
	bool room = b->vm.exp.free > b->vm.exp.reserve_kernel;

	b->vm.tick += draw(seed) % 3 == 0;
	b->vm.curcpu = (uint32_t)(draw(seed) % 8);
	if (draw(seed) % 700 == 0) {
		amap_gone(b, amap[o]);
		amap[o] = amap_new(b, 4 * PAGES, draw(seed) % 999);
	} else if (sparse_get(&amap[o]->slots, p) == 0) {
		assert_int_equal(page(b, amap[o], p) != PFN_NONE, room);
	} else if (draw(seed) % 3 == 0) {
		drop(b, amap[o], p);
	}
}

static void
test_domains(void **state)
{
	(void)state;
	for (uint64_t run = 0; run < 6; run++) {
		uint64_t seed = run, before = 0;
		struct vm_amap *amap[OWNERS];
		struct box b;

		m_geometry(&b);
		box_open_as(&b,
		    (struct vm_config){ .ram_pages = 4 * FRAMES,
			.geometry = &b.geo,
			.domains = 4,
			.cpus = 8,
			.numa = (uint8_t)(run % 3),
			.superpages = VM_SUPER_RESERVE });
		before = b.vm.exp.free;
		for (unsigned o = 0; o < OWNERS; o++)
			amap[o] = amap_new(&b, 4 * PAGES, 7 * o);
		for (unsigned i = 0; i < 20000; i++) {
			d_step(&b, amap, &seed);
			if (i % 100 == 0)
				box_check(&b);
		}
		assert_true(b.vm.reservs.created > 100);
		for (unsigned o = 0; o < OWNERS; o++)
			amap_gone(&b, amap[o]);
		assert_int_equal(b.vm.exp.free, before);
		assert_int_equal(b.vm.reservs.holes, 0);
		box_close(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
