/*
 * The hashed page table: hash, lookup, insertion, eviction, removal.
 *
 * VSIDs.  AIX gives each segment a number of its own as it is made.  Here the
 * number follows from the pmap and the segment, so that it needs no state: both
 * side by side are multiplied modulo 2^n - 1, which maps different ones to
 * different numbers and spreads the upper bits over the lower ones, which are
 * those that count in the hash of a small table.
 *
 * Eviction.  The place in the primary PTEG goes round: the k-th eviction of the
 * machine takes place k mod 8.
 */
#include "hpt.h"

#include <errno.h>

#define MULTIPLIER 10368899u /* a prime, and none of 2^38 - 1 or 2^40 - 1 */
#define PAGE_SHIFT 12        /* of the page number in a key */
#define KEY_ID_SHIFT 40
#define KEY_PSIND_SHIFT 56

/* Segments by the largest page that they hold. */
static const struct segment {
	uint8_t page_shift; /* at most */
	uint8_t shift;
	uint8_t vsid_bits; /* used here */
	uint8_t b;
} segments[] = { { 24, 28, 40, 0 }, { 34, 40, 38, 1 } };

/* How a size is written: L, and LP in the lower bits of the frame. */
static const struct encoding {
	uint8_t page_shift;
	uint64_t l, lp;
} encodings[] = { { 12, 0, 0 }, { 16, HPTE_L, 0x1000 }, { 24, HPTE_L, 0 },
	{ 34, HPTE_L, 0x3000 } };

/* ------------------------------------------------------- create, destroy -- */

uint64_t
hpt_bytes(uint64_t ram)
{
	uint64_t size = HPT_MIN_BYTES;

	while (size < HPT_MAX_BYTES && size << HPT_RATIO_SHIFT < ram)
		size <<= 1;
	return size;
}

/* Bytes that the simulation needs for a table of so many entries. */
static size_t
host_bytes(const struct hpt *h)
{
	return (size_t)h->ngroups * HPT_GROUP * sizeof(struct hpte);
}

int
hpt_create(struct mem *mem, const struct pmap_geometry *geo, uint64_t ram,
    struct hpt **out)
{
	const size_t ids = (PMAP_MAXID + 1) * sizeof(uint32_t);
	struct hpt *h = mem_zalloc(mem, sizeof(*h));

	if (h == NULL)
		return ENOMEM;
	h->mem = mem;
	h->geo = geo;
	h->ngroups = (uint32_t)(hpt_bytes(ram) / 16 / HPT_GROUP);
	h->entry = mem_zalloc(mem, host_bytes(h));
	h->first = mem_zalloc(mem, ids);
	h->count = mem_zalloc(mem, ids);
	if (h->entry == NULL || h->first == NULL || h->count == NULL) {
		hpt_destroy(h);
		return ENOMEM;
	}
	*out = h;
	return 0;
}

void
hpt_destroy(struct hpt *h)
{
	const size_t ids = (PMAP_MAXID + 1) * sizeof(uint32_t);

	if (h == NULL)
		return;
	mem_free(h->mem, h->entry, host_bytes(h));
	mem_free(h->mem, h->first, ids);
	mem_free(h->mem, h->count, ids);
	mem_free(h->mem, h, sizeof(*h));
}

/* ------------------------------------------------------------- the hash --- */

static const struct segment *
segment_of(unsigned page_shift)
{
	const struct segment *s = segments;

	while (s->page_shift < page_shift)
		s++;
	return s;
}

static uint64_t
vsid_of(const struct segment *s, uint32_t id, vaddr_t va)
{
	unsigned bits = 52u - s->shift;
	uint64_t proto = (uint64_t)id << bits | va >> s->shift;

	return proto * MULTIPLIER % (((uint64_t)1 << s->vsid_bits) - 1);
}

static uint64_t
hash_of(const struct segment *s, uint64_t vsid, vaddr_t va, unsigned page_shift)
{
	uint64_t page = (va & (((vaddr_t)1 << s->shift) - 1)) >> page_shift;

	return s->b == 0 ? vsid ^ page : vsid ^ vsid << 25 ^ page;
}

static uint64_t
key_of(const struct hpt *h, uint32_t id, vaddr_t va, unsigned psind)
{
	unsigned shift = h->geo->sizes[psind].shift;

	return (uint64_t)psind << KEY_PSIND_SHIFT |
	    (uint64_t)id << KEY_ID_SHIFT | (va >> shift << shift) >> PAGE_SHIFT;
}

static inline uint32_t
key_id(uint64_t key)
{
	return (uint32_t)(key >> KEY_ID_SHIFT) & PMAP_MAXID;
}

static inline unsigned
key_psind(uint64_t key)
{
	return (unsigned)(key >> KEY_PSIND_SHIFT);
}

static inline vaddr_t
key_va(uint64_t key)
{
	return (key & (((uint64_t)1 << KEY_ID_SHIFT) - 1)) << PAGE_SHIFT;
}

/* The two PTEGs of a page. */
static void
place_of(const struct hpt *h, uint32_t id, vaddr_t va, unsigned psind,
    struct hpt_place *p)
{
	unsigned shift = h->geo->sizes[psind].shift;
	const struct segment *s = segment_of(shift);

	p->vsid = vsid_of(s, id, va);
	p->seg_shift = s->shift;
	p->hash = hash_of(s, p->vsid, va, shift);
	p->group[0] = (uint32_t)(p->hash & (h->ngroups - 1));
	p->group[1] = (uint32_t)(~p->hash & (h->ngroups - 1));
	p->which = -1;
	p->slot = 0;
}

void
hpt_find(const struct hpt *h, uint32_t id, vaddr_t va, unsigned psind,
    struct hpt_place *p)
{
	const uint64_t key = key_of(h, id, va, psind);

	place_of(h, id, va, psind, p);
	for (int which = 0; which < 2; which++)
		for (unsigned i = 0; i < HPT_GROUP; i++) {
			const struct hpte *e = hpt_entry(h, p->group[which], i);

			if (e->v != 0 && e->key == key) {
				p->which = which;
				p->slot = i;
				return;
			}
		}
}

/* ------------------------------------------------------- the doublewords -- */

static const struct encoding *
encoding_of(unsigned page_shift)
{
	const struct encoding *e = encodings;

	while (e->page_shift != page_shift)
		e++;
	return e;
}

static uint64_t
make_v(const struct hpt *h, uint64_t key, const struct hpt_place *p,
    unsigned which)
{
	const unsigned shift = h->geo->sizes[key_psind(key)].shift;
	const uint64_t offset = key_va(key) &
	    (((vaddr_t)1 << p->seg_shift) - 1);
	const uint64_t avpn = p->vsid << (p->seg_shift - 23) | offset >> 23;

	return (uint64_t)segment_of(shift)->b << HPTE_B_SHIFT |
	    avpn << HPTE_AVPN_SHIFT | encoding_of(shift)->l |
	    (which == 1 ? HPTE_H : 0) | HPTE_V;
}

/*
 * From the tree's entry.  Of the kernel's own pages PP is 0, or 2 with PP0
 * where they are not to be written.
 */
static uint64_t
make_r(const struct hpt *h, uint64_t pte, unsigned psind)
{
	const struct pte_format *f = &h->geo->pte;
	const unsigned shift = h->geo->sizes[psind].shift;
	const uint64_t low = HPTE_R | HPTE_C | HPTE_WIMG | HPTE_N | HPTE_PP;
	uint64_t r = pmap_pte_to_hw(h->geo, h->geo->nlevels - 1u, pte) & low;

	if ((pte & f->user) == 0) {
		r &= ~HPTE_PP;
		if ((pte & f->write) == 0)
			r |= HPTE_PP0 | 2;
	}
	return r | (pte & f->frame) >> shift << shift | encoding_of(shift)->lp;
}

/* The tree's entry for va, with the write bit that is in effect. */
static bool
tree_entry(struct pmap *pmap, vaddr_t va, uint64_t *pte)
{
	const uint64_t write = pmap->sys->geo->pte.write;
	uint64_t path = write;
	struct pmap_walk w;

	pmap_walk(pmap, va, &w);
	for (unsigned level = 0; level < w.nlevels; level++)
		path &= w.pte[level];
	*pte = (w.pte[w.nlevels - 1] & ~write) | path;
	return w.mapped;
}

/* ------------------------------------------------------ in and out again -- */

static uint32_t
number_of(const struct hpt *h, const struct hpte *e)
{
	return (uint32_t)(e - h->entry) + 1;
}

static void
link_entry(struct hpt *h, struct hpte *e)
{
	const uint32_t id = key_id(e->key), n = number_of(h, e);

	e->prev = 0;
	e->next = h->first[id];
	if (e->next != 0)
		h->entry[e->next - 1].prev = n;
	h->first[id] = n;
	h->count[id]++;
	h->used++;
}

static void
clear_entry(struct hpt *h, struct hpte *e)
{
	const uint32_t id = key_id(e->key);

	if (e->next != 0)
		h->entry[e->next - 1].prev = e->prev;
	if (e->prev != 0)
		h->entry[e->prev - 1].next = e->next;
	else
		h->first[id] = e->next;
	h->count[id]--;
	h->used--;
	*e = (struct hpte){ 0 };
}

/* A place for a page that the table does not have; sets p->which and slot. */
static struct hpte *
make_room(struct hpt *h, struct hpt_place *p)
{
	for (p->which = 0; p->which < 2; p->which++)
		for (p->slot = 0; p->slot < HPT_GROUP; p->slot++) {
			struct hpte *e = hpt_entry(h, p->group[p->which],
			    p->slot);

			if (e->v == 0)
				return e;
		}
	p->which = 0;
	p->slot = h->victim++ % HPT_GROUP;
	h->stat.evictions++;
	clear_entry(h, hpt_entry(h, p->group[0], p->slot));
	return hpt_entry(h, p->group[0], p->slot);
}

static void
insert(struct hpt *h, struct hpt_place *p, uint64_t key, uint64_t pte)
{
	struct hpte *e = make_room(h, p);

	e->key = key;
	e->v = make_v(h, key, p, (unsigned)p->which);
	e->r = make_r(h, pte, key_psind(key));
	link_entry(h, e);
	h->stat.inserts++;
}

unsigned
hpt_walk(struct hpt *h, struct pmap *pmap, vaddr_t va, unsigned psind)
{
	struct hpt_place p;
	unsigned lines;
	uint64_t pte;

	hpt_find(h, pmap->id, va, psind, &p);
	lines = p.which == 0 ? 1 : 2;
	h->stat.lookups++;
	h->stat.lines += lines;
	h->stat.compares += p.which < 0 ?
	    2 * HPT_GROUP :
	    (unsigned)p.which * HPT_GROUP + p.slot + 1;
	if (p.which >= 0) {
		(*(p.which == 0 ? &h->stat.primary : &h->stat.secondary))++;
		return lines;
	}
	h->stat.misses++;
	if (tree_entry(pmap, va, &pte))
		insert(h, &p, key_of(h, pmap->id, va, psind), pte);
	return lines;
}

void
hpt_refresh(struct hpt *h, struct pmap *pmap, vaddr_t va, unsigned psind)
{
	struct hpt_place p;
	uint64_t pte;

	hpt_find(h, pmap->id, va, psind, &p);
	if (p.which >= 0 && tree_entry(pmap, va, &pte))
		hpt_entry(h, p.group[p.which], p.slot)->r |= make_r(h, pte,
								 psind) &
		    (HPTE_R | HPTE_C);
}

void
hpt_remove(struct hpt *h, uint32_t id, vaddr_t va, unsigned psind)
{
	struct hpt_place p;

	if (h->count[id] == 0)
		return;
	hpt_find(h, id, va, psind, &p);
	if (p.which < 0)
		return;
	clear_entry(h, hpt_entry(h, p.group[p.which], p.slot));
	h->stat.removals++;
}

/* Entries of the pmap in [start, end), found by its list. */
static void
remove_listed(struct hpt *h, uint32_t id, vaddr_t start, vaddr_t end)
{
	uint32_t n = h->first[id];

	while (n != 0) {
		struct hpte *e = &h->entry[n - 1];
		vaddr_t va = key_va(e->key);
		vsize_t size = (vsize_t)1
		    << h->geo->sizes[key_psind(e->key)].shift;

		n = e->next;
		if (va < end && va + size > start) {
			clear_entry(h, e);
			h->stat.removals++;
		}
	}
}

void
hpt_remove_range(struct hpt *h, uint32_t id, vaddr_t start, vaddr_t end)
{
	const vsize_t page = pg_size(h->geo);

	if (start >= end || h->count[id] == 0)
		return;
	if ((end - start) / page * h->geo->nsizes >= h->count[id]) {
		remove_listed(h, id, start, end);
		return;
	}
	for (vaddr_t va = start; va < end; va += page)
		for (unsigned psind = 0; psind < h->geo->nsizes; psind++)
			hpt_remove(h, id, va, psind);
}

void
hpt_remove_all(struct hpt *h, uint32_t id)
{
	remove_listed(h, id, 0, UINT64_MAX);
}

bool
hpt_put(struct hpt *h, uint32_t n, uint64_t key, uint64_t r)
{
	const unsigned psind = key_psind(key);
	const uint32_t id = key_id(key), group = n / HPT_GROUP;
	struct hpt_place p;
	struct hpte *e;
	unsigned which;

	if (group >= h->ngroups || id == 0 || psind >= h->geo->nsizes ||
	    key != key_of(h, id, key_va(key), psind))
		return false;
	place_of(h, id, key_va(key), psind, &p);
	which = p.group[0] == group ? 0 : 1;
	e = hpt_entry(h, group, n % HPT_GROUP);
	if (p.group[which] != group || e->v != 0)
		return false;
	e->key = key;
	e->v = make_v(h, key, &p, which);
	e->r = r;
	link_entry(h, e);
	return true;
}

/* ------------------------------------------------------------- checking --- */

/* The tree's entry for a page; of a group, A and M of any of its PTEs. */
static bool
tree_page(struct pmap *pmap, vaddr_t va, unsigned psind, uint64_t *pte)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	const struct pmap_pagesize *size = &geo->sizes[psind];
	uint64_t any;

	if (!tree_entry(pmap, va, pte) || pmap_psind(pmap, va) != psind)
		return false;
	if (size->kind != PMAP_SIZE_GROUP)
		return true;
	for (unsigned i = 1u << (size->shift - geo->page_shift); i > 0; i--)
		if (tree_entry(pmap, va + pg_ptoa(geo, i - 1), &any))
			*pte |= any & (geo->pte.accessed | geo->pte.dirty);
	return true;
}

/*
 * H5.  A and M may have come to the tree alone; and M may have gone from it
 * alone where writing was withheld, as it is in the entry.
 */
static bool
in_tree(const struct pmap_system *sys, const struct hpt *h,
    const struct hpte *e)
{
	struct pmap *pmap = sys->byid[key_id(e->key)];
	const vaddr_t va = key_va(e->key);
	const unsigned psind = key_psind(e->key);
	uint64_t pte, r, lost;

	if (pmap == NULL || !tree_page(pmap, va, psind, &pte))
		return false;
	r = make_r(h, pte, psind);
	lost = e->r & ~r;
	if ((e->r & HPTE_PP) == 3 || (e->r & HPTE_PP0) != 0)
		lost &= ~HPTE_C;
	return lost == 0 && ((e->r ^ r) & ~(HPTE_R | HPTE_C)) == 0;
}

static const char *
check_entry(const struct pmap_system *sys, const struct hpt *h,
    const struct hpte *e, uint32_t group)
{
	const unsigned which = (e->v & HPTE_H) != 0;
	struct hpt_place p, found;

	place_of(h, key_id(e->key), key_va(e->key), key_psind(e->key), &p);
	if (p.group[which] != group)
		return "H1: entry is in a PTEG that is not its own";
	hpt_find(h, key_id(e->key), key_va(e->key), key_psind(e->key), &found);
	if (hpt_entry(h, found.group[found.which], found.slot) != e)
		return "H2: page has two entries";
	if (e->v != make_v(h, e->key, &p, which))
		return "H3: first doubleword is wrong";
	return in_tree(sys, h, e) ? NULL : "H5: entry is not what the tree has";
}

static const char *
check_list(const struct hpt *h, uint32_t id)
{
	uint32_t n = 0, prev = 0;

	for (uint32_t i = h->first[id]; i != 0; i = h->entry[i - 1].next) {
		const struct hpte *e = &h->entry[i - 1];

		if (++n > h->count[id] || e->v == 0 || key_id(e->key) != id ||
		    e->prev != prev)
			return "H4: list of a pmap's entries is wrong";
		prev = i;
	}
	return n != h->count[id] ? "H4: count of a pmap's entries is wrong" :
				   NULL;
}

const char *
hpt_check(const struct pmap_system *sys, const struct hpt *h)
{
	const char *why = NULL;
	uint64_t listed = 0;
	uint32_t used = 0;

	for (uint32_t g = 0; g < h->ngroups; g++)
		for (unsigned i = 0; i < HPT_GROUP && why == NULL; i++) {
			const struct hpte *e = hpt_entry(h, g, i);

			if (e->v == 0)
				continue;
			used++;
			why = check_entry(sys, h, e, g);
		}
	for (uint32_t id = 0; id <= sys->maxid && why == NULL; id++) {
		why = check_list(h, id);
		listed += h->count[id];
	}
	if (why == NULL && (used != h->used || listed != h->used))
		why = "H4: count of entries is wrong";
	return why;
}
