/*
 * Random operations on several pmaps against arrays: for each page of each
 * space what is mapped and with which rights, for each frame its R and M state.
 */
#include "fixture.h"

#define SPACES 3
#define REGIONS 4 /* of PER pages, in different tables */
#define PER 24
#define PAGES (REGIONS * PER)

struct slot {
	pfn_t pfn;      /* 0: not mapped */
	vm_prot_t prot; /* rights that remain */
	bool a, wired;
	bool m; /* dirty and still writable; else mod[] has it */
};

static struct slot model[SPACES][PAGES];
static bool ref[TABLES], mod[TABLES]; /* saved state of frames */
static uint64_t rng = 88172645463325252u;

static uint32_t
rnd(uint32_t n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 33) % n;
}

static vaddr_t base[REGIONS];

static void
set_base(void)
{
	const vaddr_t back = 8 * rig_page();
	vaddr_t top = (vaddr_t)3 << rig_geo->shift[0];

	if (top >= rig_geo->user_max) /* a root of two entries */
		top = (vaddr_t)1 << rig_geo->shift[0];

	base[0] = rig_span() - back;         /* across leaf tables */
	base[1] = ((vaddr_t)1 << 30) - back; /* across directories */
	base[2] = top - back;                /* at the root */
	base[3] = rig_geo->user_max - 2 * PER * rig_page();
}

static vaddr_t
va_of(unsigned i)
{
	return base[i / PER] + (vaddr_t)(i % PER) * rig_page();
}

static void
model_remove(struct slot *s)
{
	if (s->pfn == 0)
		return;
	ref[s->pfn] |= s->a;
	mod[s->pfn] |= s->m;
	memset(s, 0, sizeof(*s));
}

/* Rights go: where writing goes, that the page is dirty is the frame's. */
static void
model_lower(struct slot *s, vm_prot_t prot)
{
	s->prot &= prot;
	if (s->pfn == 0 || (s->prot & VM_PROT_WRITE) != 0)
		return;
	mod[s->pfn] |= s->m;
	s->m = false;
}

static void
op_enter(struct rig *r, struct pmap **pm, unsigned sp, unsigned i)
{
	static const vm_prot_t prots[] = { 1, 3, 5, 7 };
	pfn_t pfn = 1 + rnd(12);
	vm_prot_t prot = prots[rnd(4)];
	unsigned flags = rnd(2) ? VM_PROT_READ : 0;
	struct slot *s = &model[sp][i];

	if (rnd(3) == 0 && prot & VM_PROT_WRITE)
		flags = VM_PROT_WRITE;
	if (rnd(8) == 0)
		flags |= PMAP_WIRED;
	assert_int_equal(rig_enter(r, pm[sp], va_of(i), pfn, prot, flags), 0);
	if (s->pfn != pfn)
		model_remove(s);
	else
		model_lower(s, prot);
	s->pfn = pfn;
	s->prot = rig_prot(prot | VM_PROT_READ);
	s->a |= (flags & VM_PROT_ALL) != 0;
	s->m |= (flags & VM_PROT_WRITE) != 0;
	s->wired = (flags & PMAP_WIRED) != 0;
}

/* A range inside one region. */
static void
range(unsigned *from, unsigned *to)
{
	unsigned region = rnd(REGIONS) * PER;

	*from = region + rnd(PER);
	*to = *from + 1 + rnd(region + PER - *from);
}

static void
op_range(struct rig *r, struct pmap **pm, unsigned sp)
{
	static const vm_prot_t prots[] = { 0, 1, 5, 3 };
	vm_prot_t prot = prots[rnd(4)];
	unsigned from, to, kind = rnd(4);

	(void)r;
	range(&from, &to);
	if (kind == 0)
		pmap_remove(pm[sp], va_of(from), va_of(to - 1) + rig_page());
	else if (kind == 1)
		pmap_write_protect(pm[sp], va_of(from),
		    va_of(to - 1) + rig_page());
	else if (kind == 2)
		pmap_protect(pm[sp], va_of(from), va_of(to - 1) + rig_page(),
		    prot);
	else
		pmap_unwire(pm[sp], va_of(from));
	if (kind == 3) {
		model[sp][from].wired = false;
		return;
	}
	for (unsigned i = from; i < to; i++) {
		struct slot *s = &model[sp][i];

		if (kind == 0 || (kind == 2 && prot == 0))
			model_remove(s);
		else if (kind == 1)
			model_lower(s, (vm_prot_t)~VM_PROT_WRITE);
		else
			model_lower(s, rig_prot(prot | VM_PROT_READ));
	}
}

/* Write protection of everything, as fork does it, high in the tree. */
static void
op_protect_all(struct pmap **pm, unsigned sp)
{
	pmap_write_protect(pm[sp], rig_page(), rig_geo->user_max);
	for (unsigned i = 0; i < PAGES; i++)
		model_lower(&model[sp][i], (vm_prot_t)~VM_PROT_WRITE);
}

static void
op_access(struct pmap **pm, unsigned sp, unsigned i)
{
	static const vm_prot_t types[] = { 1, 2, 4 };
	vm_prot_t type = types[rnd(3)];
	struct slot *s = &model[sp][i];
	bool ok = s->pfn != 0 && (s->prot & type) == type;
	pfn_t got = rnd(2) ? pmap_access(pm[sp], va_of(i), type) :
			     pmap_access_fast(pm[sp], va_of(i), type);

	assert_int_equal(got, ok ? s->pfn : PFN_NONE);
	if (ok) {
		s->a = true;
		s->m |= type == VM_PROT_WRITE;
	}
}

static uint64_t
pte_of(struct pmap *pmap, unsigned i)
{
	struct pmap_walk w;

	pmap_walk(pmap, va_of(i), &w);
	return w.mapped ? w.pte[w.nlevels - 1] : 0;
}

/*
 * Which mappings lose A is the pmap's choice when there are more than five:
 * count the losses and take them over.
 */
static void
op_ts_referenced(struct rig *r, struct pmap **pm)
{
	pfn_t pfn = 1 + rnd(12);
	unsigned got = pmap_ts_referenced(&r->sys, pfn), was = 0, lost = 0;

	for (unsigned sp = 0; sp < SPACES; sp++)
		for (unsigned i = 0; i < PAGES; i++) {
			struct slot *s = &model[sp][i];

			if (s->pfn != pfn || !s->a)
				continue;
			was++;
			s->a = (pte_of(pm[sp], i) & r->sys.geo->pte.accessed) !=
			    0;
			lost += !s->a;
		}
	assert_int_equal(got, was < 5 ? was : 5);
	assert_int_equal(lost, got);
}

static void
op_page(struct rig *r)
{
	pfn_t pfn = 1 + rnd(12);
	unsigned kind = rnd(5), sp, i;
	bool was = kind == 2 ? ref[pfn] : mod[pfn];

	for (sp = 0; sp < SPACES; sp++)
		for (i = 0; i < PAGES; i++) {
			struct slot *s = &model[sp][i];

			if (s->pfn != pfn)
				continue;
			was |= kind == 2 ? s->a : s->m;
			if (kind == 0)
				model_remove(s);
			else if (kind == 1)
				model_lower(s, rig_prot(VM_PROT_READ));
			else if (kind == 2)
				s->a = false;
			else if (kind == 3)
				s->m = false;
		}
	if (kind == 0)
		pmap_page_protect(&r->sys, pfn, VM_PROT_NONE);
	else if (kind == 1)
		pmap_page_protect(&r->sys, pfn, VM_PROT_READ);
	else if (kind == 2)
		assert_int_equal(pmap_clear_reference(&r->sys, pfn), was);
	else if (kind == 3)
		assert_int_equal(pmap_clear_modify(&r->sys, pfn), was);
	else
		assert_int_equal(pmap_is_modified(&r->sys, pfn), was);
	if (kind == 2)
		ref[pfn] = false;
	if (kind == 3)
		mod[pfn] = false;
}

static void
compare_bits(const struct rig *r, uint64_t pte, const struct slot *s)
{
	const struct pte_format *f = &r->sys.geo->pte;

	assert_int_equal((pte & f->accessed) != 0, s->a);
	/* Where writing is withheld from above, the PTE may have kept M. */
	if ((s->prot & VM_PROT_WRITE) != 0)
		assert_int_equal((pte & f->dirty) != 0, s->m);
	else if ((pte & f->dirty) != 0)
		assert_true(mod[s->pfn]);
	assert_int_equal((pte & f->wired) != 0, s->wired);
}

static void
compare(struct rig *r, struct pmap **pm)
{
	int wired[TABLES] = { 0 };
	unsigned maps[TABLES] = { 0 };
	bool anyref[TABLES], anymod[TABLES];

	memcpy(anyref, ref, sizeof(ref));
	memcpy(anymod, mod, sizeof(mod));
	for (unsigned sp = 0; sp < SPACES; sp++) {
		uint64_t resident = 0, nwired = 0;

		for (unsigned i = 0; i < PAGES; i++) {
			const struct slot *s = &model[sp][i];
			vm_prot_t prot = 0;
			pfn_t pfn = 0;
			bool mapped = pmap_extract(pm[sp], va_of(i), &pfn);

			assert_int_equal(mapped, s->pfn != 0);
			assert_int_equal(mapped,
			    pmap_is_mapped(pm[sp], va_of(i)));
			assert_int_equal(pmap_next_mapped(pm[sp], va_of(i),
					     va_of(i) + rig_page()) == va_of(i),
			    mapped);
			if (!mapped)
				continue;
			assert_true(pmap_prot(pm[sp], va_of(i), &prot));
			assert_int_equal(pfn, s->pfn);
			assert_int_equal(prot, s->prot);
			compare_bits(r, pte_of(pm[sp], i), s);
			resident++;
			nwired += s->wired;
			maps[pfn]++;
			wired[pfn] += s->wired;
			anyref[pfn] |= s->a;
			anymod[pfn] |= s->m;
		}
		assert_int_equal(pm[sp]->resident, resident);
		assert_int_equal(pm[sp]->wired, nwired);
	}
	for (pfn_t f = 1; f <= 12; f++) {
		assert_int_equal(pmap_page_mappings(&r->sys, f), maps[f]);
		assert_int_equal(r->wired[f], wired[f]);
		assert_int_equal(pmap_is_referenced(&r->sys, f), anyref[f]);
		assert_int_equal(pmap_is_modified(&r->sys, f), anymod[f]);
	}
}

static void
test_random(void **state)
{
	static struct rig r;
	struct pmap *pm[SPACES];

	(void)state;
	set_base();
	memset(ref, 0, sizeof(ref));
	memset(mod, 0, sizeof(mod));
	rig_init(&r);
	for (unsigned sp = 0; sp < SPACES; sp++)
		pm[sp] = rig_pmap(&r);
	for (unsigned n = 0; n < 60000; n++) {
		unsigned sp = rnd(SPACES), i = rnd(PAGES), what = rnd(100);

		if (what < 35)
			op_enter(&r, pm, sp, i);
		else if (what < 80)
			op_access(pm, sp, i);
		else if (what < 90)
			op_range(&r, pm, sp);
		else if (what < 96)
			op_page(&r);
		else if (what < 98)
			op_ts_referenced(&r, pm);
		else
			op_protect_all(pm, sp);
		if (n % 50 == 0) {
			rig_check(&r);
			compare(&r, pm);
		}
	}
	assert_true(r.sys.pushdowns > 0);
	for (unsigned sp = 0; sp < SPACES; sp++)
		pmap_destroy(pm[sp]);
	memset(model, 0, sizeof(model));
	for (pfn_t f = 1; f <= 12; f++)
		assert_int_equal(r.wired[f], 0);
	rig_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return RIG_RUN("pmap/model", tests);
}
