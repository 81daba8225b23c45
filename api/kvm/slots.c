/*
 * The arrays of amaps: am_anon[], am_slots[], am_bckptr[].
 *
 * The machine keeps slots in a sparse array; what a kernel would have allocated
 * with the amap is placed here, one behind the other by the amaps' numbers, and
 * made when it is read.  On a 32-bit machine there may be no room for all; the
 * pointers of those are NULL.
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

static uint64_t
window(const struct kvm_view *v, bool end)
{
	if (v->layout->ptrsize == 8)
		return end ? WINDOW8_END : WINDOW8;
	return sim_kva(v->m, SIM_KVA_DATA, end ? WINDOW4_END : WINDOW4_ID);
}

static void
place(struct kvm_view *v, struct vm_amap *amap, uint64_t *at, uint64_t end)
{
	struct kvm_arrays *a = &v->arrays[v->narrays];
	const uint64_t width[KVM_NARRAYS] = { v->layout->ptrsize, 4, 4 };

	*a = (struct kvm_arrays){ .amap = amap };
	for (unsigned i = 0; i < KVM_NARRAYS; i++) {
		uint64_t size = amap->maxslot * width[i];

		if (amap->maxslot > INT32_MAX || size > end - *at)
			return;
		a->addr[i] = *at;
		a->size[i] = size;
		*at += (size + ALIGN - 1) & ~(ALIGN - 1);
	}
	v->narrays++;
}

int
kvm_slots_make(struct kvm_view *v)
{
	uint64_t at = window(v, false), end = window(v, true);
	size_t n = 0;

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

/* What stands for slot i, the rank-th one in use. */
static uint64_t
element(const struct kvm_view *v, const struct kvm_arrays *a, unsigned what,
    uint64_t i, uint64_t rank)
{
	switch (what) {
	case KVM_A_ANON:
		return sim_kva(v->m, SIM_KVA_ANON,
		    sparse_get(&a->amap->slots, i));
	case KVM_A_SLOTS: return i;
	default: return rank;
	}
}

static void
store(void *buf, size_t width, uint64_t i, uint64_t value)
{
	if (width == 8)
		((uint64_t *)buf)[i] = value;
	else
		((uint32_t *)buf)[i] = (uint32_t)value;
}

/* Elements [from, to) of an array into buf. */
static void
fill(const struct kvm_view *v, const struct kvm_arrays *a, unsigned what,
    uint64_t from, uint64_t to, void *buf)
{
	const size_t width = what == KVM_A_ANON ? v->layout->ptrsize : 4;
	struct sparse *s = &a->amap->slots;
	uint64_t rank = 0, i = 0;

	memset(buf, 0, (to - from) * width);
	if (what == KVM_A_ANON)
		i = from;
	for (; (i = sparse_next(s, i, NULL)) != SPARSE_END; i++, rank++) {
		uint64_t at = what == KVM_A_SLOTS ? rank : i;

		if (at >= to)
			return;
		if (at >= from)
			store(buf, width, at - from,
			    element(v, a, what, i, rank));
	}
}

size_t
kvm_slots_read(const struct kvm_view *v, uint64_t addr, void *buf, size_t len)
{
	const struct kvm_arrays *a = find(v, addr);
	uint64_t piece[64], offset, from, to;
	unsigned what = 0;
	size_t width, n;

	if (a == NULL)
		return 0;
	while (what < KVM_NARRAYS && addr - a->addr[what] >= a->size[what])
		what++;
	if (what == KVM_NARRAYS || addr < a->addr[what])
		return 0;
	width = what == KVM_A_ANON ? v->layout->ptrsize : 4;
	offset = addr - a->addr[what];
	from = offset / width;
	to = from + sizeof(piece) / width;
	if (to > a->size[what] / width)
		to = a->size[what] / width;
	fill(v, a, what, from, to, piece);
	n = (to - from) * width - (offset - from * width);
	if (n > len)
		n = len;
	memcpy(buf, (const char *)piece + (offset - from * width), n);
	return n;
}
