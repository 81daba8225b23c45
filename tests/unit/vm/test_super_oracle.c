/*
 * The micro-oracles of larger pages on the machines of one larger size (2M, or
 * 4M on i386): what FreeBSD's rules make of a range of it, counted by hand
 * (F faults, Z zero-fills, P promotions, X failed promotions, D demotions, M
 * mappings made at once, V reservations), and the state that is left.
 */
#include "fixture.h"

#define RAM (8u << 12)

static const char *arch;
static unsigned N;     /* base pages in a larger one */
static unsigned shift; /* log2 of the bytes of a larger one */

struct tally {
	uint64_t F, Z, P, X, D, M, V;
};

/* How the 512 pages are touched. */
enum order { UP, DOWN, MIXED, NORDERS };

static unsigned
nth(enum order order, unsigned i)
{
	switch (order) {
	case UP: return i;
	case DOWN: return N - 1 - i;
	default: return (i * 197 + 61) % N;
	}
}

static struct fixture *
setup(void)
{
	const struct vm_config config = {
		.geometry = pmap_geometry_byname(arch),
		.ram_pages = RAM,
		.tags = true,
		.superpages = VM_SUPER_RESERVE,
	};

	return fix_new_config(VM_MAP_JOIN, &config);
}

static struct tally
count(const struct fixture *f)
{
	const struct pmap_counters *c = &f->vm.pmaps.count;

	return (struct tally){ .F = f->vm.exp.faults,
		.Z = f->vm.exp.flt_przero,
		.P = c->promotions[1],
		.X = c->p_failures[1],
		.D = c->demotions[1],
		.M = c->mappings[1],
		.V = f->vm.reservs.created };
}

static void
assert_since(struct fixture *f, const struct tally *before,
    const struct tally *want)
{
	const struct tally now = count(f);

	fix_check(f);
	assert_int_equal(now.F - before->F, want->F);
	assert_int_equal(now.Z - before->Z, want->Z);
	assert_int_equal(now.P - before->P, want->P);
	assert_int_equal(now.X - before->X, want->X);
	assert_int_equal(now.D - before->D, want->D);
	assert_int_equal(now.M - before->M, want->M);
	assert_int_equal(now.V - before->V, want->V);
}
#define assert_tally(f, before, ...) \
	assert_since((f), &(before), &(struct tally){ __VA_ARGS__ })

static void
write_one(struct fixture *f, unsigned page)
{
	assert_int_equal(fix_write(f->space, page, 1000 + page), 0);
}

static void
write_all(struct fixture *f, enum order order)
{
	for (unsigned i = 0; i < N; i++)
		write_one(f, nth(order, i));
}

static void
read_all(struct fixture *f, struct vmspace *space)
{
	(void)f;
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(fix_read(space, i), 0);
}

static unsigned
psind(struct vmspace *s, unsigned page)
{
	return pmap_psind(s->vm_map.pmap, P(page));
}

/* Reading and writing; without NX all that is readable executes. */
static int
rights(struct vmspace *s, unsigned page)
{
	int prot = fix_pte(s, page);

	return prot < 0 ? prot : prot & RW;
}

static pfn_t
frame(struct vmspace *s, unsigned page)
{
	pfn_t pfn;

	assert_true(pmap_extract(s->vm_map.pmap, P(page), &pfn));
	return pfn;
}

/* pvs of the frames that page 0 and the 511 behind it have. */
static unsigned
pvs(struct fixture *f, pfn_t first)
{
	unsigned n = 0;

	for (pfn_t pfn = first; pfn < first + N; pfn++)
		n += (pmap_page(&f->vm.pmaps, pfn)->pv & PMAP_PV_ID_MASK) != 0;
	return n;
}

/* The entry of the larger page: A and M both set, and its saved table. */
static void
assert_entry(struct vmspace *s, bool dirty, bool saved)
{
	const struct pte_format *f = &s->vm_map.pmap->sys->geo->pte;
	struct pmap_walk w;

	pmap_walk(s->vm_map.pmap, P(0), &w);
	assert_true(w.mapped);
	assert_int_equal(w.psind, 1);
	assert_true((w.pte[w.nlevels - 1] & f->large) != 0);
	assert_int_equal((w.pte[w.nlevels - 1] & f->dirty) != 0, dirty);
	assert_true((w.pte[w.nlevels - 1] & f->accessed) != 0);
	assert_int_equal(w.saved != PFN_NONE, saved);
}

/* O1, as the beginning of others. */
static struct fixture *
setup_o1(enum order order)
{
	struct fixture *f = setup();

	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	write_all(f, order);
	assert_int_equal(psind(f->space, 0), 1);
	return f;
}

static void
o1(void **state)
{
	(void)state;
	for (enum order order = UP; order < NORDERS; order++) {
		struct fixture *f = setup();
		const struct tally before = count(f);
		pfn_t first;

		assert_int_equal(fix_anon(f, 0, N, RW), 0);
		write_all(f, order);
		assert_tally(f, before, .F = N, .Z = N, .P = 1, .V = 1);
		for (unsigned i = 0; i < N; i++) {
			assert_int_equal(psind(f->space, i), 1);
			assert_int_equal(rights(f->space, i), RW);
			assert_int_equal(fix_tag(f->space, i), 1000 + i);
		}
		first = frame(f->space, 0);
		assert_int_equal(first % N, 0);
		assert_int_equal(pvs(f, first), 1);
		assert_int_equal(f->space->vm_map.pmap->resident, N);
		assert_int_equal(f->vm.reservs.fullpop, 1);
		assert_int_equal(f->vm.reservs.partpopq, 0);
		assert_entry(f->space, true, true);
		fix_free(f);
	}
}

/* A block of the largest order is split for the reservation. */
static void
o1_buddy(void **state)
{
	struct fixture *f = setup();
	uint64_t before[13], after[13];

	(void)state;
	if (N != 512 || f->vm.phys.max_order != 12) { /* amd64's figures */
		fix_free(f);
		return;
	}
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	for (unsigned o = 0; o <= 12; o++)
		before[o] = vm_phys_blocks(&f->vm, 0, VM_POOL_DEFAULT, o);
	write_all(f, UP);
	for (unsigned o = 0; o <= 12; o++)
		after[o] = vm_phys_blocks(&f->vm, 0, VM_POOL_DEFAULT, o);
	for (unsigned o = 0; o <= 8; o++)
		assert_int_equal(after[o], before[o]);
	if (before[9] + before[10] + before[11] == 0) {
		assert_int_equal(after[9], 1);
		assert_int_equal(after[10], 1);
		assert_int_equal(after[11], 1);
		assert_int_equal(after[12], before[12] - 1);
	}
	/* In any case 512 frames went, from one block. */
	for (unsigned o = 9; o <= 12; o++) {
		before[0] += before[o] << (o - 9);
		after[0] += after[o] << (o - 9);
	}
	assert_int_equal(before[0] - after[0], 1);
	fix_free(f);
}

static void
o2(void **state)
{
	struct fixture *f = setup();
	struct tally before = count(f);

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	read_all(f, f->space);
	assert_tally(f, before, .F = N, .Z = N, .P = 1, .V = 1);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(rights(f->space, 0), R);
	assert_entry(f->space, false, true);

	before = count(f);
	write_one(f, 0);
	assert_tally(f, before, .F = 1, .X = 1, .D = 1);
	for (unsigned i = 1; i < N - 1; i++)
		write_one(f, i);
	assert_tally(f, before, .F = N - 1, .X = N - 1, .D = 1);
	assert_int_equal(psind(f->space, 0), 0);
	write_one(f, N - 1);
	assert_tally(f, before, .F = N, .X = N - 1, .D = 1, .M = 1);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(rights(f->space, 0), RW);
	assert_entry(f->space, true, false);
	assert_int_equal(f->vm.stat.superflt, 1);
	fix_free(f);
}

static void
o3(void **state)
{
	struct fixture *f = setup_o1(MIXED);
	const struct tally before = count(f);

	(void)state;
	assert_int_equal(uvm_map_protect(f->map, P(100), P(101), R, false), 0);
	assert_tally(f, before, .D = 1);
	assert_int_equal(pvs(f, frame(f->space, 0)), N);
	assert_int_equal(uvm_map_protect(f->map, P(100), P(101), RW, false), 0);
	write_one(f, 100);
	assert_tally(f, before, .F = 1, .D = 1, .M = 1);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(pvs(f, frame(f->space, 0)), 1);
	fix_free(f);
}

/* O1, then the content may be dropped. */
static struct fixture *
setup_o4(struct tally *before)
{
	struct fixture *f = setup_o1(UP);
	pfn_t first = frame(f->space, 0);

	*before = count(f);
	uvm_map_free(f->map, fix_entry(f->space, 0), P(0), P(N));
	assert_tally(f, *before, .D = 1);
	assert_false(pmap_extract(f->map->pmap, P(N - 1), NULL));
	assert_int_equal(f->map->pmap->resident, N - 1);
	for (unsigned i = 0; i < N; i++) {
		assert_false(pmap_is_modified(&f->vm.pmaps, first + i));
		assert_false(pmap_is_referenced(&f->vm.pmaps, first + i));
		assert_int_equal(f->vm.pages.page[first + i].pg_flags &
			(PG_CLEAN | PG_DIRTY),
		    PG_CLEAN);
		assert_int_equal(fix_tag(f->space, i), 1000 + i);
	}
	return f;
}

static void
o4(void **state)
{
	struct tally before;
	struct fixture *f = setup_o4(&before);

	(void)state;
	for (unsigned i = 0; i < N - 1; i++)
		write_one(f, i);
	assert_tally(f, before, .D = 1);
	write_one(f, N - 1);
	assert_tally(f, before, .F = 1, .P = 1, .D = 1);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(rights(f->space, 0), RW);
	fix_free(f);
}

static void
o5a(void **state)
{
	struct tally before;
	struct fixture *f = setup_o4(&before);

	(void)state;
	write_one(f, N - 1);
	assert_tally(f, before, .F = 1, .X = 1, .D = 1);
	write_one(f, 0);
	assert_tally(f, before, .F = 2, .X = 2, .D = 1);
	for (unsigned i = 1; i < N - 2; i++)
		write_one(f, i);
	assert_tally(f, before, .F = 2, .X = 2, .D = 1);
	write_one(f, N - 2);
	assert_tally(f, before, .F = 3, .P = 1, .X = 2, .D = 1);
	assert_int_equal(psind(f->space, 0), 1);
	fix_free(f);
}

static void
o5b(void **state)
{
	struct tally before;
	struct fixture *f = setup_o4(&before);

	(void)state;
	write_one(f, N - 1);
	for (unsigned i = N - 1; i-- > 1;)
		write_one(f, i);
	assert_tally(f, before, .F = 1, .X = 1, .D = 1);
	write_one(f, 0);
	assert_tally(f, before, .F = 2, .P = 1, .X = 1, .D = 1);
	fix_free(f);
}

static void
o6(void **state)
{
	struct fixture *f = setup();
	const struct tally before = count(f);
	const unsigned off = N / 2;

	(void)state;
	assert_int_equal(fix_anon(f, off, off + N, RW), 0);
	for (unsigned i = 0; i < N; i++)
		write_one(f, off + i);
	/* Nothing holds the head; what follows may grow. */
	assert_tally(f, before, .F = N, .Z = N, .V = 1);
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(psind(f->space, off + i), 0);
	fix_free(f);
}

static void
o7(void **state)
{
	struct fixture *f = setup();
	const struct tally before = count(f);

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	for (unsigned i = 0; i < N - 1; i++)
		write_one(f, i);
	assert_tally(f, before, .F = N - 1, .Z = N - 1, .V = 1);
	assert_int_equal(f->vm.reservs.partpopq, 1);
	assert_int_equal(f->vm.reservs.partpop[0].n, 1);
	assert_int_equal(f->vm.reservs.holes, 1);
	fix_free(f);
}

static void
o8(void **state)
{
	struct fixture *f = setup_o1(UP);
	const struct tally before = count(f);

	(void)state;
	fix_fork(f);
	assert_tally(f, before, .M = 1);
	read_all(f, f->child);
	assert_tally(f, before, .M = 1);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(psind(f->child, 0), 1);
	assert_int_equal(rights(f->space, 0), R);
	assert_int_equal(rights(f->child, 0), R);
	fix_free(f);
}

/* used: the child has read before, so A of its mapping is set */
static void
child_writes(bool used)
{
	struct fixture *f = setup_o1(UP);
	struct tally before, now;

	fix_fork(f);
	if (used)
		assert_int_equal(fix_read(f->child, 300), 0);
	before = count(f);
	assert_int_equal(fix_write(f->child, 7, 77), 0);
	now = count(f);
	assert_in_range(now.V - before.V, 0, 1);
	before.V = now.V;
	assert_tally(f, before, .F = 1, .D = used);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(psind(f->child, 0), 0);
	assert_int_equal(pmap_extract(f->child->vm_map.pmap, P(300), NULL),
	    used);
	assert_int_equal(fix_tag(f->space, 7), 1007);
	assert_int_equal(fix_tag(f->child, 7), 77);
	assert_int_not_equal(frame(f->space, 7), frame(f->child, 7));
	assert_int_equal(fix_read(f->child, 300), 0);
	assert_int_equal(frame(f->space, 300), frame(f->child, 300));
	fix_check(f);
	fix_free(f);
}

static void
o9(void **state)
{
	(void)state;
	child_writes(true);
}

/* A mapping that was never used is not worth splitting. */
static void
o9_unused(void **state)
{
	(void)state;
	child_writes(false);
}

/* Shared memory goes to the child as it is, writable. */
static void
fork_shared(void **state)
{
	struct fixture *f = setup();
	struct tally before;

	(void)state;
	assert_int_equal(fix_shared(f, 0, N, RW), 0);
	write_all(f, UP);
	before = count(f);
	fix_fork(f);
	assert_int_equal(fix_write(f->child, 5, 55), 0);
	assert_tally(f, before, .M = 1);
	assert_int_equal(psind(f->child, 0), 1);
	assert_int_equal(rights(f->child, 0), RW);
	assert_int_equal(fix_tag(f->space, 5), 55);
	fix_free(f);
}

/* A file of 4M, wholly resident; its pages are in two full reservations. */
static struct vm_object *
resident_file(struct fixture *f)
{
	struct vm_object *o;
	pfn_t pfn;

	assert_int_equal(vm_object_create(&f->vm, &uvm_vnodeops,
			     pg_ptoa(&f->vm, 2 * N), FILE_SEED, &o),
	    0);
	for (unsigned i = 0; i < 2 * N; i++) {
		assert_int_equal(o->pager->get(&f->vm, o, i, &pfn), 0);
		uvm_pageactivate(&f->vm, pfn);
	}
	assert_int_equal(f->vm.reservs.fullpop, 2);
	return o;
}

static void
o10(void **state)
{
	struct fixture *f = setup();
	struct vm_object *o = resident_file(f);
	struct uvm_map_args a = { .start = P(0),
		.size = pg_ptoa(&f->vm, 2 * N),
		.prot = R,
		.maxprot = RW,
		.inherit = VM_INHERIT_SHARE,
		.object = o };
	struct tally before = count(f);
	const vsize_t size = pg_ptoa(&f->vm, N);
	pfn_t first = sparse_get(&o->pages, 0);

	(void)state;
	assert_int_equal(uvm_map(f->map, &a), 0); /* the reference goes along */
	/* Not from the middle of a larger page, not if it is cut off. */
	assert_int_equal(vm_super_ahead(f->map, fix_entry(f->space, 0), P(1),
			     P(2 * N), first + 1),
	    0);
	assert_int_equal(vm_super_ahead(f->map, fix_entry(f->space, 0), P(0),
			     P(N - 1), first),
	    0);
	assert_tally(f, before, .M = 0);
	assert_int_equal(vm_super_ahead(f->map, fix_entry(f->space, 0), P(0),
			     P(2 * N), first),
	    size);
	assert_tally(f, before, .M = 1);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(rights(f->space, 0), R);
	/* Again: it is there. */
	assert_int_equal(vm_super_ahead(f->map, fix_entry(f->space, 0), P(0),
			     P(2 * N), first),
	    size);
	assert_tally(f, before, .M = 1);
	/* Where a base page is mapped, base pages it is. */
	assert_int_equal(fix_read(f->space, N + 9), 0);
	if (psind(f->space, N) == 0) {
		assert_int_equal(vm_super_ahead(f->map, fix_entry(f->space, N),
				     P(N), P(2 * N), sparse_get(&o->pages, N)),
		    0);
	}
	assert_int_equal(fix_unmap(f, 0, 2 * N), 0);
	fix_free(f);
}

/* A fault on a resident page of a file that nobody may write: 2M at once. */
static void
file_fault(void **state)
{
	struct fixture *f = setup();
	struct vm_object *o = resident_file(f);
	const struct tally before = count(f);

	(void)state;
	assert_int_equal(uvm_map(f->map,
			     &(struct uvm_map_args){ .start = P(0),
				 .size = pg_ptoa(&f->vm, N),
				 .prot = R,
				 .maxprot = RW,
				 .inherit = VM_INHERIT_SHARE,
				 .object = o,
				 .offset = pg_ptoa(&f->vm, N) }),
	    0);
	assert_int_equal(fix_read(f->space, 17), 0);
	assert_tally(f, before, .F = 1, .M = 1);
	assert_int_equal(psind(f->space, 300), 1);
	assert_int_equal(fix_unmap(f, 0, N), 0);
	fix_free(f);
}

static void
o11_o12(void **state)
{
	struct fixture *f = setup();
	struct tally before = count(f);

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	for (unsigned i = 0; i < N; i += 2)
		assert_int_equal(fix_read(f->space, i), 0);
	for (unsigned i = 1; i < N; i += 2)
		write_one(f, i);
	assert_tally(f, before, .F = N, .Z = N, .X = 1, .V = 1);
	assert_int_equal(psind(f->space, 0), 0);
	assert_int_equal(rights(f->space, 0), R);
	for (unsigned i = 1; i < N; i++)
		assert_int_equal(rights(f->space, i), RW);

	before = count(f);
	for (unsigned i = 0; i < N; i += 2)
		write_one(f, i);
	assert_tally(f, before, .F = 2, .P = 1, .X = 1);
	assert_int_equal(psind(f->space, 0), 1);
	fix_free(f);
}

/* -------------------------------------------------------------- details --- */

/* The partially populated reservations, the one changed longest ago first:
 * which address each was made for. */
static unsigned
queued(struct fixture *f, unsigned i)
{
	const struct vm_reservs *r = &f->vm.reservs;
	uint32_t n = r->partpop[0].head;
	const struct vm_reserv *rv;

	for (;; i--) {
		rv = (const struct vm_reserv *)(const void *)(r->reserv +
		    (size_t)n * r->stride);
		if (i == 0)
			break;
		n = rv->qnext;
	}
	return (unsigned)(rv->piece - (BASE >> shift));
}

static struct fixture *
three(bool ticking)
{
	struct fixture *f = setup();

	for (unsigned i = 0; i < 3; i++) {
		/* Apart, so that no two are one amap. */
		assert_int_equal(fix_anon(f, 2 * i * N, (2 * i + 1) * N, RW),
		    0);
		f->vm.tick = ticking ? i + 1 : 1;
		write_one(f, 2 * i * N);
	}
	f->vm.tick += ticking;
	write_one(f, 1);
	return f;
}

static void
partpop_order(void **state)
{
	struct fixture *f = three(true);

	(void)state;
	assert_int_equal(queued(f, 0), 2);
	assert_int_equal(queued(f, 1), 4);
	assert_int_equal(queued(f, 2), 0);
	assert_true(vm_reserv_reclaim(&f->vm, 0));
	assert_int_equal(queued(f, 0), 4);
	assert_int_equal(f->vm.reservs.reclaimed, 1);
	fix_free(f);

	f = three(false);
	assert_int_equal(queued(f, 0), 0);
	assert_int_equal(queued(f, 1), 2);
	assert_int_equal(queued(f, 2), 4);
	fix_free(f);
}

/* Only one of the 512 pages clears A of the larger mapping. */
static void
referenced_scan(void **state)
{
	struct fixture *f = setup_o1(UP);
	const struct pmap *pmap = f->map->pmap;
	pfn_t first = frame(f->space, 0);
	unsigned chosen = (unsigned)((BASE >> shift) ^ pmap->id) & (N - 1);

	(void)state;
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(pmap_ts_referenced(&f->vm.pmaps, first + i),
		    i <= chosen);
	assert_int_equal(psind(f->space, 0), 1);
	fix_free(f);
}

/* Wiring keeps the size: all of it, and undone in place. */
static void
wiring(void **state)
{
	struct fixture *f = setup_o1(UP);
	const struct tally before = count(f);

	(void)state;
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(N), true, false), 0);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(f->map->pmap->wired, N);
	assert_int_equal(f->vm.exp.wired, N);
	assert_int_equal(uvm_map_pageable(f->map, P(0), P(N), false, false), 0);
	assert_int_equal(psind(f->space, 0), 1);
	assert_int_equal(f->vm.exp.wired, 0);
	assert_tally(f, before, .F = 1, .M = 1);
	/* A part of it. */
	assert_int_equal(uvm_map_pageable(f->map, P(3), P(5), true, false), 0);
	assert_int_equal(psind(f->space, 0), 0);
	assert_int_equal(f->vm.exp.wired, 2);
	assert_int_equal(count(f).D - before.D, 1);
	fix_check(f);
	fix_free(f);
}

/* Unmapping a part leaves the rest; moving keeps the size where it fits. */
static void
unmap_and_move(void **state)
{
	struct fixture *f = setup_o1(UP);

	(void)state;
	assert_int_equal(uvm_map_move(f->map, P(0), pg_ptoa(&f->vm, N),
			     P(4 * N), false),
	    0);
	fix_check(f);
	assert_int_equal(psind(f->space, 4 * N), 1);
	assert_false(pmap_extract(f->map->pmap, P(0), NULL));
	assert_int_equal(fix_tag(f->space, 4 * N + 3), 1003);
	assert_int_equal(uvm_map_move(f->map, P(4 * N), pg_ptoa(&f->vm, N),
			     P(6 * N + 1), false),
	    0);
	fix_check(f);
	assert_int_equal(psind(f->space, 6 * N + 1), 0);
	assert_int_equal(fix_tag(f->space, 6 * N + 4), 1003);
	assert_int_equal(fix_unmap(f, 6 * N + 1, 6 * N + 101), 0);
	assert_int_equal(f->map->pmap->resident, N - 100);
	fix_free(f);
}

/* With `never' nothing of all this happens. */
static void
never(void **state)
{
	struct fixture *f = fix_new(VM_MAP_JOIN, RAM);
	const struct tally before = count(f);

	(void)state;
	assert_int_equal(fix_anon(f, 0, N, RW), 0);
	write_all(f, UP);
	assert_tally(f, before, .F = N, .Z = N);
	fix_fork(f);
	assert_int_equal(fix_write(f->child, 7, 77), 0);
	assert_int_equal(count(f).M, 0);
	fix_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(o1),
		cmocka_unit_test(o1_buddy),
		cmocka_unit_test(o2),
		cmocka_unit_test(o3),
		cmocka_unit_test(o4),
		cmocka_unit_test(o5a),
		cmocka_unit_test(o5b),
		cmocka_unit_test(o6),
		cmocka_unit_test(o7),
		cmocka_unit_test(o8),
		cmocka_unit_test(o9),
		cmocka_unit_test(o9_unused),
		cmocka_unit_test(fork_shared),
		cmocka_unit_test(o10),
		cmocka_unit_test(file_fault),
		cmocka_unit_test(o11_o12),
		cmocka_unit_test(partpop_order),
		cmocka_unit_test(referenced_scan),
		cmocka_unit_test(wiring),
		cmocka_unit_test(unmap_and_move),
		cmocka_unit_test(never),
	};

	static const char *const archs[] = { "amd64", "amd64-la57", "i386",
		"i386-pae" };
	int failed = 0;

	for (size_t i = 0; i < NELEM(archs); i++) {
		const struct pmap_geometry *geo;

		arch = archs[i];
		geo = pmap_geometry_byname(arch);
		shift = geo->sizes[1].shift;
		N = 1u << (shift - geo->page_shift);
		printf("vm/super_oracle: %s\n", arch);
		failed += cmocka_run_group_tests(tests, NULL, NULL);
	}
	return failed;
}
