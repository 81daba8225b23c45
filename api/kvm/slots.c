/*
 * The arrays of amaps: am_anon[], am_slots[], am_bckptr[] and am_ppref[].
 *
 * The machine keeps slots in a sparse array and references in a list of runs;
 * what a kernel would have allocated with the amap is placed here, one behind
 * the other by the amaps' numbers, and made when it is read.  On a 32-bit
 * machine there may be no room for all; the pointers of those are NULL.
 *
 *	slots in use: 1 4 5		am_slots   1 4 5
 *	am_anon   . A . . B C .		am_bckptr  . 0 . . 1 2 .
 *
 * The list of slots is kept sorted here.  am_ppref has each run's references
 * plus one: at its only slot, or negated at its first with the length behind.
 */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW8 UINT64_C(0xffffd00000000000)
#define WINDOW8_END UINT64_C(0xffffdf0000000000)
/* On a 32-bit machine, the upper half of the kernel's data. */
#define WINDOW4_ID 0x40000u
#define WINDOW4_END 0x7f000u
#define ALIGN UINT64_C(64)
#define PIECE 512u /* bytes made at once, a multiple of all widths */

/* Where arrays may be: up to the first object that a script has put there. */
static void
window(const struct kvm_view *v, uint64_t *at, uint64_t *end)
{
	const struct machine *m = v->m;
	const uint64_t span = (uint64_t)(WINDOW4_END - WINDOW4_ID) *
	    sim_kva_size(m, SIM_KVA_DATA);

	*at = WINDOW8;
	*end = WINDOW8_END;
	if (v->layout->ptrsize == 4) {
		*at = sim_kva(m, SIM_KVA_DATA, WINDOW4_ID);
		*end = sim_kva(m, SIM_KVA_DATA, WINDOW4_END);
		if (*at > *end) /* moved out of a fixed object's way */
			*at = *end - span;
		*end = *at + span;
	}
	for (uint32_t i = 0; i < m->nkvafix; i++) {
		const struct sim_kvafix *f = &m->kvafix[i];

		if (f->addr < *end && f->addr + sim_kva_size(m, f->kind) > *at)
			*end = f->addr > *at ? f->addr : *at;
	}
}

/* ----------------------------------------------------------- placing ---- */

static void
place(struct kvm_view *v, struct vm_amap *amap, uint64_t *at, uint64_t end)
{
	struct kvm_arrays *a = &v->arrays[v->narrays];
	const uint64_t width[KVM_NARRAYS] = { v->layout->ptrsize, 4, 4,
		amap->runs != NULL ? 4 : 0 };
	uint64_t next = *at;

	*a = (struct kvm_arrays){ .amap = amap };
	for (unsigned i = 0; i < KVM_NARRAYS; i++) {
		uint64_t size = amap->maxslot * width[i];

		if (amap->maxslot > INT32_MAX || size > end - next)
			return;
		a->addr[i] = size != 0 ? next : 0;
		a->size[i] = size;
		next += (size + ALIGN - 1) & ~(ALIGN - 1);
		if (next > end)
			next = end;
	}
	*at = next;
	v->narrays++;
}

int
kvm_slots_make(struct kvm_view *v)
{
	uint64_t at, end;
	size_t n = 0;

	window(v, &at, &end);
	for (uint32_t i = 0; i < v->namaps; i++)
		n += v->amap[i] != NULL;
	v->arrays = calloc(n + 1, sizeof(*v->arrays));
	if (v->arrays == NULL)
		return ENOMEM;
	for (uint32_t i = 0; i < v->namaps; i++)
		if (v->amap[i] != NULL && at < end)
			place(v, v->amap[i], &at, end);
	return 0;
}

/* The last one that begins at or below addr. */
static const struct kvm_arrays *
find(const struct kvm_view *v, uint64_t addr)
{
	size_t lo = 0, hi = v->narrays;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v->arrays[mid].addr[0] <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 ? &v->arrays[lo - 1] : NULL;
}

const struct kvm_arrays *
kvm_slots_of(const struct kvm_view *v, const struct vm_amap *amap)
{
	size_t lo = 0, hi = v->narrays;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v->arrays[mid].amap->id < amap->id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < v->narrays && v->arrays[lo].amap == amap ? &v->arrays[lo] :
							       NULL;
}

/* ----------------------------------------------------------- reading ---- */

static void
store(void *buf, size_t width, uint64_t i, uint64_t value)
{
	if (width == 8)
		((uint64_t *)buf)[i] = value;
	else
		((uint32_t *)buf)[i] = (uint32_t)value;
}

static void
fill_anons(const struct kvm_view *v, struct vm_amap *amap, uint64_t from,
    uint64_t to, void *buf)
{
	uint64_t i = from;
	uint32_t anon;

	for (; (i = sparse_next(&amap->slots, i, &anon)) < to; i++)
		store(buf, v->layout->ptrsize, i - from,
		    sim_kva(v->m, SIM_KVA_ANON, anon));
}

/*
 * Slots in use and how many are used below each; reading goes on where it ended
 * last, so that a whole array takes one pass.
 */
static void
fill_ranks(struct kvm_view *v, struct vm_amap *amap, bool slots, uint64_t from,
    uint64_t to, void *buf)
{
	struct kvm_rank r = v->rank;

	if (r.amap != amap || (slots ? r.used : r.slot) > from)
		r = (struct kvm_rank){ .amap = amap };
	for (;;) {
		uint64_t i = sparse_next(&amap->slots, r.slot, NULL);
		uint64_t at = slots ? r.used : i;

		if (i == SPARSE_END || at >= to)
			break;
		if (at >= from)
			store(buf, 4, at - from, slots ? i : r.used);
		r.slot = i + 1;
		r.used++;
	}
	v->rank = r;
}

static void
fill_ppref(const struct vm_amap *amap, uint64_t from, uint64_t to, int32_t *buf)
{
	const struct amap_run *run;

	for (run = amap->runs; run != NULL && run->slot < to; run = run->next) {
		uint64_t end = run->next != NULL ? run->next->slot :
						   amap->nslot;
		const int32_t ref = (int32_t)run->ref + 1;

		if (run->slot >= from)
			buf[run->slot - from] = end - run->slot == 1 ? ref :
								       -ref;
		if (end - run->slot > 1 && run->slot + 1 >= from &&
		    run->slot + 1 < to)
			buf[run->slot + 1 - from] = (int32_t)(end - run->slot);
	}
}

/* Elements [from, to) of an array into buf. */
static void
fill(struct kvm_view *v, const struct kvm_arrays *a, unsigned what,
    uint64_t from, uint64_t to, void *buf)
{
	memset(buf, 0, PIECE);
	if (what == KVM_A_ANON)
		fill_anons(v, a->amap, from, to, buf);
	else if (what == KVM_A_PPREF)
		fill_ppref(a->amap, from, to, buf);
	else
		fill_ranks(v, a->amap, what == KVM_A_SLOTS, from, to, buf);
}

size_t
kvm_slots_read(struct kvm_view *v, uint64_t addr, void *buf, size_t len)
{
	const struct kvm_arrays *a = find(v, addr);
	uint64_t piece[PIECE / sizeof(uint64_t)], offset, from, to;
	unsigned what = 0;
	size_t width, n;

	if (a == NULL)
		return 0;
	while (what < KVM_NARRAYS && addr - a->addr[what] >= a->size[what])
		what++;
	if (what == KVM_NARRAYS)
		return 0;
	width = what == KVM_A_ANON ? v->layout->ptrsize : 4;
	offset = addr - a->addr[what];
	from = offset / width;
	to = from + PIECE / width;
	if (to > a->size[what] / width)
		to = a->size[what] / width;
	fill(v, a, what, from, to, piece);
	n = (size_t)((to - from) * width - (offset - from * width));
	if (n > len)
		n = len;
	memcpy(buf, (const char *)piece + (offset - from * width), n);
	return n;
}
