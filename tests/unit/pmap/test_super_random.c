/*
 * Random operations on larger mappings against arrays: for each page of each
 * space its frame, rights, A, M, wiring and the size of its mapping, worked out
 * anew by plain rules; for each frame its saved R and M; and every counter.
 *
 * The arrays know effective rights only.  M is a page's while it is writable;
 * a page that loses writing gives it to its frame.
 */
#include "super_rig.h"

#include <errno.h>

#include "tests/slow.h"

#define SPACES 3
#define TABLES_EACH 2
#define BLOCKS 3
#define MAXN 8192
#define STEPS TESTS_FEWER(300000, 8) /* of a page each */
#define R VM_PROT_READ
#define RW (VM_PROT_READ | VM_PROT_WRITE)

struct slot {
	pfn_t pfn; /* 0: not mapped */
	vm_prot_t prot;
	bool a, m, wired;
	uint8_t size; /* psind */
};

static struct slot model[SPACES][TABLES_EACH * MAXN];
static bool ref[16 * MAXN], mod[16 * MAXN];
static struct pmap_counters want;
static struct srig rig;
static struct pmap *pm[SPACES];
static uint32_t n, g; /* pages of a table, of a group (0: none) */
static bool aix;
static uint64_t rng;

static uint32_t
rnd(uint32_t below)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 33) % below;
}

static vaddr_t
va_of(uint32_t i)
{
	return RIG_VA + i * rig_page();
}

/* --------------------------------------------------- rules, plainly ---- */

static void
lose(struct slot *s)
{
	if (s->pfn != 0) {
		ref[s->pfn] |= s->a;
		mod[s->pfn] |= s->m;
	}
	memset(s, 0, sizeof(*s));
}

static void
lower(struct slot *s, vm_prot_t prot)
{
	if (s->pfn == 0)
		return;
	s->prot &= rig_prot(prot | R);
	if ((s->prot & VM_PROT_WRITE) != 0)
		return;
	mod[s->pfn] |= s->m;
	s->m = false;
}

/* The larger mapping at page i comes apart.  => false: it is gone */
static bool
demote(unsigned sp, uint32_t i)
{
	struct slot *s = &model[sp][i - i % n];
	bool ok = s->a || s->wired;

	for (uint32_t k = 0; k < n; k++)
		if (ok)
			s[k].size = 0;
		else
			lose(&s[k]);
	want.demotions[rig.leaf] += ok;
	return ok;
}

static void
ungroup(unsigned sp, uint32_t i)
{
	struct slot *s = &model[sp][i];

	if (g == 0 || s->size != rig.group || s->pfn == 0)
		return;
	s -= i % g;
	for (uint32_t k = 0; k < g; k++)
		s[k].size = 0;
	want.demotions[rig.group]++;
}

/* Clean and writable becomes read-only. */
static void
settle(struct slot *s)
{
	if (!aix && !s->m)
		s->prot &= (vm_prot_t)~VM_PROT_WRITE;
}

static bool
agree(struct slot *s, uint32_t count)
{
	if (s[0].pfn % count != 0)
		return false;
	settle(&s[0]);
	if (aix && !s[0].a)
		return false;
	for (uint32_t k = count - 1; k > 0; k--) {
		if (s[k].pfn != s[0].pfn + k)
			return false;
		settle(&s[k]);
		if (s[k].prot != s[0].prot || s[k].wired != s[0].wired ||
		    (aix ? !s[k].a : s[k].m != s[0].m))
			return false;
	}
	return true;
}

static bool
all_mapped(const struct slot *s, uint32_t count)
{
	while (count > 0 && s[count - 1].pfn != 0)
		count--;
	return count == 0;
}

static void
promote_to(struct slot *s, unsigned psind)
{
	uint32_t count = srig_pages(&rig, psind);
	bool a = true, m = false;

	if (!agree(s, count)) {
		want.p_failures[psind]++;
		return;
	}
	want.promotions[psind]++;
	for (uint32_t k = 0; k < count; k++) {
		s[k].size = (uint8_t)psind;
		a = a && s[k].a;
		m = m || s[k].m;
	}
	for (uint32_t k = 0; k < count && psind == rig.leaf; k++) {
		s[k].a = a;
		s[k].m = m;
	}
}

static void
promote(unsigned sp, uint32_t i)
{
	struct slot *s = model[sp];

	if (g != 0 && rig.full >= rig.group && s[i].size == 0 &&
	    all_mapped(&s[i - i % g], g))
		promote_to(&s[i - i % g], rig.group);
	if (rig.full >= rig.leaf && all_mapped(&s[i - i % n], n))
		promote_to(&s[i - i % n], rig.leaf);
}

static void
model_enter(unsigned sp, uint32_t i, pfn_t pfn, vm_prot_t prot, unsigned flags)
{
	struct slot *s = &model[sp][i];

	if (s->pfn != 0 && s->size == rig.leaf)
		(void)demote(sp, i);
	ungroup(sp, i);
	if (s->pfn != pfn)
		lose(s);
	else
		lower(s, prot);
	s->pfn = pfn;
	s->prot = rig_prot(prot);
	s->a |= (flags & VM_PROT_ALL) != 0;
	s->m |= (flags & VM_PROT_WRITE) != 0;
	s->wired = (flags & PMAP_WIRED) != 0;
	promote(sp, i);
}

/*
 * What a range does before single pages are looked at: larger mappings that it
 * covers in part come apart.  => true: page i is (still) mapped
 */
static void
split(unsigned sp, uint32_t from, uint32_t to)
{
	const struct slot *s = model[sp];
	uint32_t edge[2] = { from, to - 1 };

	for (uint32_t t = from - from % n; t < to; t += n)
		if ((t < from || t + n > to) && s[t].pfn != 0 &&
		    s[t].size == rig.leaf)
			(void)demote(sp, t);
	for (unsigned e = 0; e < 2 && g != 0; e++) {
		uint32_t i = edge[e] - edge[e] % g;

		if (i < from || i + g > to)
			ungroup(sp, edge[e]);
	}
}

static uint64_t
total(unsigned sp, bool wired)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < TABLES_EACH * n; i++)
		sum += model[sp][i].pfn != 0 && (!wired || model[sp][i].wired);
	return sum;
}

/* ------------------------------------------------------- operations ---- */

static vm_prot_t
some_prot(void)
{
	static const vm_prot_t prots[] = { RW, RW, RW, RW, R, R | 4, RW | 4 };

	return prots[rnd(7)];
}

static unsigned
some_flags(vm_prot_t prot)
{
	unsigned flags = rnd(4) == 0 ? 0 : R;

	if (prot & VM_PROT_WRITE && rnd(2))
		flags |= VM_PROT_WRITE;
	return rnd(12) == 0 ? flags | PMAP_WIRED : flags;
}

static pfn_t
block(uint32_t k)
{
	return (2 + k) * n;
}

static void
op_fill(unsigned sp)
{
	uint32_t t = rnd(TABLES_EACH) * n,
		 b = block(rnd(6) ? t / n : rnd(BLOCKS));
	uint32_t from = rnd(3) ? 0 : rnd(n),
		 to = rnd(3) ? n : from + rnd(n - from);
	vm_prot_t prot = some_prot();
	unsigned flags = some_flags(prot);

	for (uint32_t i = from; i < to; i++) {
		model_enter(sp, t + i, b + i, prot, flags);
		assert_int_equal(srig_enter(&rig, pm[sp], va_of(t + i), b + i,
				     prot, flags),
		    0);
	}
}

static void
op_enter(unsigned sp)
{
	uint32_t i = rnd(TABLES_EACH * n);
	pfn_t pfn = block(i / n) + i % n;
	vm_prot_t prot = some_prot();
	unsigned flags = some_flags(prot);

	if (rnd(8) == 0)
		pfn = block(0) + rnd(BLOCKS * n);
	model_enter(sp, i, pfn, prot, flags);
	assert_int_equal(srig_enter(&rig, pm[sp], va_of(i), pfn, prot, flags),
	    0);
}

static void
touch(unsigned sp, uint32_t i, vm_prot_t type)
{
	struct slot *s = &model[sp][i];
	bool ok = s->pfn != 0 && (s->prot & type) == type;
	uint32_t from = i, to = i + 1;

	assert_int_equal(pmap_access(pm[sp], va_of(i), type),
	    ok ? s->pfn : PFN_NONE);
	if (!ok)
		return;
	if (s->size == rig.leaf)
		to = (from = i - i % n) + n;
	for (s = &model[sp][from]; from < to; from++, s++) {
		s->a = true;
		s->m |= type == VM_PROT_WRITE;
	}
}

static void
op_touch(unsigned sp)
{
	static const vm_prot_t types[] = { 1, 2, 2, 4 };
	uint32_t i = rnd(TABLES_EACH * n), many = rnd(3) ? 1 : rnd(n);
	vm_prot_t type = types[rnd(4)];

	for (; many > 0 && i < TABLES_EACH * n; i++, many--)
		touch(sp, i, type);
}

/* A range: pages of a table, whole tables, anything. */
static void
range(uint32_t *from, uint32_t *to)
{
	uint32_t kind = rnd(4), t = rnd(TABLES_EACH) * n;

	*from = kind == 0 ? t : rnd(TABLES_EACH * n);
	*to = kind == 0 ? t + n : *from + 1 + rnd(TABLES_EACH * n - *from);
	if (kind == 1 && *to - *from > 3)
		*to = *from + 1 + rnd(3);
	if (kind == 2 && g != 0) {
		*from -= *from % g;
		*to = *from + g;
	}
}

static void
op_protect(unsigned sp)
{
	static const vm_prot_t prots[] = { R, R | 4, RW, 0 };
	vm_prot_t prot = prots[rnd(4)];
	bool noexec = rig.geo.pte.noexec != 0 && (prot & 4) == 0;
	uint32_t from, to;

	range(&from, &to);
	if (rnd(3) == 0)
		prot = R | 4;
	noexec = noexec && (prot & 4) == 0;
	pmap_protect(pm[sp], va_of(from), va_of(to), prot);
	if (total(sp, false) == 0 ||
	    (prot != 0 && (prot & VM_PROT_WRITE) != 0 && !noexec))
		return;
	split(sp, from, to);
	for (uint32_t i = from; i < to; i++)
		if (prot == 0)
			lose(&model[sp][i]);
		else
			lower(&model[sp][i], prot);
}

static void
op_write_protect(unsigned sp)
{
	bool all = rnd(2);
	uint32_t from, to;

	range(&from, &to);
	if (all)
		pmap_write_protect(pm[sp], rig.geo.user_min, rig.geo.user_max);
	else
		pmap_write_protect(pm[sp], va_of(from), va_of(to));
	if (all) {
		from = 0;
		to = TABLES_EACH * n;
	} else {
		split(sp, from, to);
	}
	for (uint32_t i = from; i < to; i++)
		lower(&model[sp][i], R | 4);
}

static void
op_remove(unsigned sp)
{
	uint32_t from, to;

	range(&from, &to);
	pmap_remove(pm[sp], va_of(from), va_of(to));
	split(sp, from, to);
	for (uint32_t i = from; i < to; i++)
		lose(&model[sp][i]);
}

static void
op_unwire(unsigned sp)
{
	uint32_t from, to;

	range(&from, &to);
	pmap_unwire_range(pm[sp], va_of(from), va_of(to));
	if (total(sp, true) == 0)
		return;
	split(sp, from, to);
	for (uint32_t i = from; i < to; i++)
		model[sp][i].wired = false;
}

/* The pages of one larger mapping in [from, to). */
static void
advise_part(unsigned sp, uint32_t from, uint32_t to, uint32_t size)
{
	struct slot *s = model[sp];

	if (s[from].pfn == 0 || size <= 1 || s[from].size == 0)
		return;
	if (size == n && !demote(sp, from))
		return;
	if (size == g)
		ungroup(sp, from);
	if (!s[to - 1].wired)
		lose(&s[to - 1]);
}

static void
op_advise(unsigned sp)
{
	bool free = rnd(2);
	struct slot *s = model[sp];
	uint32_t from, to, step, end;

	range(&from, &to);
	pmap_advise(pm[sp], va_of(from), va_of(to), free);
	for (uint32_t i = from; i < to; i = end) {
		step = s[i].pfn == 0      ? 1 :
		    s[i].size == rig.leaf ? n :
		    s[i].size != 0        ? g :
					    1;
		end = i - i % step + step < to ? i - i % step + step : to;
		advise_part(sp, i, end, step);
	}
	for (uint32_t i = from; i < to; i++) {
		if (s[i].pfn != 0 && !free)
			mod[s[i].pfn] |= s[i].m;
		s[i].a = s[i].m = false;
	}
}

static int
model_occupied(unsigned sp, uint32_t i, uint32_t count, unsigned psind)
{
	const struct slot *s = &model[sp][i];

	if (s->pfn != 0)
		return s->size >= psind ? EBUSY : EEXIST;
	for (uint32_t k = 0; k < count; k++)
		if (s[k].pfn != 0)
			return EEXIST;
	return 0;
}

static void
model_super(unsigned sp, uint32_t i, const struct slot *like, unsigned psind)
{
	uint32_t count = srig_pages(&rig, psind);

	if (psind != rig.leaf && model[sp][i].pfn != 0 &&
	    model[sp][i].size == rig.leaf)
		(void)demote(sp, i);
	for (uint32_t k = 0; k < count; k++) {
		struct slot *s = &model[sp][i + k];

		lose(s);
		*s = *like;
		s->pfn += k;
		s->size = (uint8_t)psind;
	}
	want.mappings[psind]++;
}

static void
op_super(unsigned sp)
{
	unsigned psind = g != 0 && rnd(2) ? rig.group : rig.leaf;
	uint32_t count = srig_pages(&rig, psind);
	uint32_t i = rnd(TABLES_EACH * n / count) * count;
	pfn_t pfn = block(rnd(3) ? i / n : rnd(BLOCKS)) + i % n;
	vm_prot_t prot = some_prot();
	unsigned flags = some_flags(prot) | (rnd(2) ? PMAP_NOREPLACE : 0);
	bool w = (prot & VM_PROT_WRITE) != 0;
	struct slot like = { pfn, rig_prot(prot), w || (flags & VM_PROT_ALL), w,
		(flags & PMAP_WIRED) != 0, 0 };
	int error = flags & PMAP_NOREPLACE ?
	    model_occupied(sp, i, count, psind) :
	    0;

	assert_int_equal(pmap_enter_super(pm[sp], va_of(i), pfn, prot, flags,
			     psind),
	    error);
	if (error == 0)
		model_super(sp, i, &like, psind);
}

static void
op_copy(unsigned src)
{
	unsigned dst = (src + 1 + rnd(SPACES - 1)) % SPACES;
	uint64_t made = 0;
	uint32_t from, to, count;

	range(&from, &to);
	for (uint32_t i = from; i < to; i += count) {
		struct slot like = model[src][i];

		count = like.pfn != 0 ? srig_pages(&rig, like.size) : 1;
		if (i % count != 0 || i + count > to) {
			count -= i % count;
			continue;
		}
		if (like.pfn == 0 || like.size == 0 ||
		    model_occupied(dst, i, count, like.size) != 0)
			continue;
		like.a = like.wired = false;
		model_super(dst, i, &like, like.size);
		made++;
	}
	assert_int_equal(pmap_copy_super(pm[dst], pm[src], va_of(from),
			     va_of(to)),
	    made);
}

/* --------------------------------------------- one frame's mappings ---- */

/* The next page of all spaces that maps the frame. => false: no more */
static bool
next(pfn_t pfn, unsigned *sp, uint32_t *i)
{
	for (; *sp < SPACES; ++*sp, *i = 0)
		for (; *i < TABLES_EACH * n; ++*i)
			if (model[*sp][*i].pfn == pfn)
				return true;
	return false;
}

#define EACH(pfn, sp, i) \
	for (unsigned sp = 0; sp < SPACES; sp = SPACES) \
		for (uint32_t i = 0; next(pfn, &sp, &i); i++)

static void
op_page_protect(pfn_t pfn)
{
	static const vm_prot_t prots[] = { 0, R | 4, R, R | 4 };
	vm_prot_t prot = prots[rnd(4)];
	bool noexec = rig.geo.pte.noexec != 0 && (prot & 4) == 0;

	EACH(pfn, sp, i)
	{
		struct slot *s = &model[sp][i];
		bool changes = prot == 0 || (s->prot & VM_PROT_WRITE) != 0 ||
		    (noexec && (s->prot & 4) != 0);

		if (s->size == rig.leaf && changes && !demote(sp, i))
			continue;
		if (changes)
			ungroup(sp, i);
		if (prot == 0)
			lose(s);
		else
			lower(s, prot);
	}
	pmap_page_protect(&rig.sys, pfn, prot);
}

static void
op_clear(pfn_t pfn)
{
	bool modify = rnd(2), was = modify ? mod[pfn] : ref[pfn];

	EACH(pfn, sp, i)
	{
		struct slot *s = &model[sp][i];
		bool demoted = false;

		was |= modify ? s->m : s->a;
		if (s->size == rig.leaf &&
		    (modify ? (s->prot & VM_PROT_WRITE) != 0 : s->a)) {
			demoted = true;
			if (!demote(sp, i))
				continue;
		}
		if (modify && s->m)
			ungroup(sp, i);
		if (modify && demoted)
			s->prot &= (vm_prot_t)~VM_PROT_WRITE;
		if (modify)
			s->m = false;
		else
			s->a = false;
	}
	assert_int_equal(modify ? pmap_clear_modify(&rig.sys, pfn) :
				  pmap_clear_reference(&rig.sys, pfn),
	    was);
	*(modify ? &mod[pfn] : &ref[pfn]) = false;
}

/* With more than five the choice is the pmap's: not asked then. */
static void
op_ts_referenced(pfn_t pfn)
{
	unsigned count = 0;

	EACH(pfn, sp, i)
	count += model[sp][i].a;
	if (count > 5)
		return;
	assert_int_equal(pmap_ts_referenced(&rig.sys, pfn), count);
	EACH(pfn, sp, i)
	{
		struct slot *s = &model[sp][i];
		uint64_t hash = pfn ^
		    va_of(i) >> rig.geo.sizes[rig.leaf].shift ^ (sp + 1);

		mod[pfn] |= s->m;
		if (s->size != rig.leaf) {
			s->a = false;
			continue;
		}
		for (uint32_t k = 0; k < n && hash % n == 0 && !s->wired; k++)
			model[sp][i - i % n + k].a = false;
	}
}

/* -------------------------------------------------------- comparing ---- */

static void
compare_page(unsigned sp, uint32_t i, const struct slot *s)
{
	const struct pte_format *f = &rig.geo.pte;
	struct pmap_walk w;
	vm_prot_t prot = 0;

	pmap_walk(pm[sp], va_of(i), &w);
	if (w.mapped != (s->pfn != 0) || w.pfn != s->pfn)
		fail_msg("space %u page %u: frame %u, not %u", sp, i, w.pfn,
		    s->pfn);
	if (s->pfn == 0)
		return;
	assert_int_equal(w.psind, s->size);
	assert_true(pmap_prot(pm[sp], va_of(i), &prot));
	assert_int_equal(prot, s->prot);
	assert_int_equal((w.pte[w.nlevels - 1] & f->accessed) != 0, s->a);
	assert_int_equal((w.pte[w.nlevels - 1] & f->wired) != 0, s->wired);
	if (s->prot & VM_PROT_WRITE)
		assert_int_equal((w.pte[w.nlevels - 1] & f->dirty) != 0, s->m);
}

static void
compare(void)
{
	static unsigned maps[16 * MAXN], wired[16 * MAXN];
	static bool a[16 * MAXN], m[16 * MAXN];

	memset(maps, 0, block(BLOCKS) * sizeof(*maps));
	memset(wired, 0, block(BLOCKS) * sizeof(*wired));
	memcpy(a, ref, block(BLOCKS));
	memcpy(m, mod, block(BLOCKS));
	for (unsigned sp = 0; sp < SPACES; sp++) {
		for (uint32_t i = 0; i < TABLES_EACH * n; i++) {
			const struct slot *s = &model[sp][i];

			compare_page(sp, i, s);
			maps[s->pfn]++;
			wired[s->pfn] += s->wired;
			a[s->pfn] |= s->a;
			m[s->pfn] |= s->m;
		}
		assert_int_equal(pm[sp]->resident, total(sp, false));
		assert_int_equal(pm[sp]->wired, total(sp, true));
	}
	for (pfn_t pfn = block(0); pfn < block(BLOCKS); pfn++) {
		if (pmap_page_mappings(&rig.sys, pfn) != maps[pfn] ||
		    (unsigned)rig.wired[pfn] != wired[pfn] ||
		    pmap_is_referenced(&rig.sys, pfn) != a[pfn] ||
		    pmap_is_modified(&rig.sys, pfn) != m[pfn])
			fail_msg("frame %u: mappings, wired, R or M", pfn);
	}
	assert_memory_equal(&rig.sys.count, &want, sizeof(want));
	srig_check(&rig);
}

static void
step(void)
{
	static void (*const of_space[])(unsigned) = { op_fill, op_fill, op_fill,
		op_enter, op_enter, op_touch, op_touch, op_protect,
		op_write_protect, op_remove, op_unwire, op_advise, op_super,
		op_copy };
	static void (*const of_frame[])(
	    pfn_t) = { op_page_protect, op_clear, op_ts_referenced };
	uint32_t what = rnd(NELEM(of_space) + NELEM(of_frame) + 1);

	if (what < NELEM(of_space))
		of_space[what](rnd(SPACES));
	else if (what - NELEM(of_space) < NELEM(of_frame))
		of_frame[what - NELEM(of_space)](block(0) + rnd(BLOCKS * n));
	else
		rig.full = rnd(4) ? rig.leaf : rnd(rig.leaf + 1);
}

static void
run(bool groups, uint8_t rule)
{
	rng = 88172645463325252u + rule;
	memset(model, 0, sizeof(model));
	memset(ref, 0, sizeof(ref));
	memset(mod, 0, sizeof(mod));
	memset(&want, 0, sizeof(want));
	srig_init(&rig, groups, false);
	rig.sys.promote = rule;
	aix = rule == PMAP_PROMOTE_AIX;
	n = srig_pages(&rig, rig.leaf);
	g = rig.group != 0 ? srig_pages(&rig, rig.group) : 0;
	for (unsigned sp = 0; sp < SPACES; sp++)
		pm[sp] = srig_pmap(&rig);
	for (uint32_t k = 0; k < STEPS / n + 150; k++) {
		step();
		compare();
	}
	for (unsigned psind = 1; psind <= rig.leaf; psind++)
		if (psind == rig.leaf || psind == rig.group) {
			assert_true(want.promotions[psind] > 0);
			assert_true(want.demotions[psind] > 0);
			assert_true(want.p_failures[psind] > 0);
			assert_true(want.mappings[psind] > 0);
		}
	for (unsigned sp = 0; sp < SPACES; sp++)
		pmap_destroy(pm[sp]);
	srig_fini(&rig);
}

static void
test_freebsd(void **state)
{
	(void)state;
	run(false, PMAP_PROMOTE_FREEBSD);
}

static void
test_groups(void **state)
{
	(void)state;
	if (rig_geo->pte.group != 0)
		run(true, PMAP_PROMOTE_FREEBSD);
}

static void
test_aix(void **state)
{
	(void)state;
	run(true, PMAP_PROMOTE_AIX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freebsd),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_aix),
	};

	return RIG_RUN("pmap/super/random", tests);
}
