/*
 * Kernel memory by address: piece by piece, an object at a time.
 *
 * An object's memory is as long as its place (sim_kva_size); behind the
 * structure it is zero, and so is all text.
 */
#include "kernel.h"

#include <string.h>

/*
 * A mount may take several places in a row; those behind the first have numbers
 * that no mount has.
 */
static void
find_mount(const struct kvm_view *v, uint32_t *id, uint32_t *offset)
{
	const uint32_t slots = v->layout->mount_slots;

	*offset += *id % slots * sim_kva_size(v->m, SIM_KVA_MOUNT);
	*id /= slots;
}

/* => bytes of the object's structure and the zeros behind it; 0: none */
static size_t
render(const struct kvm_view *v, enum sim_kva_kind kind, uint32_t id,
    char *structure)
{
	const size_t place = sim_kva_size(v->m, kind);
	size_t size;

	if (kind == SIM_KVA_TEXT)
		size = id < KVM_NTEXT ? 1 : 0;
	else
		size = kvm_render(v, kind, id, structure);
	if (kind == SIM_KVA_TEXT)
		structure[0] = 0;
	if (size == 0 || size >= place)
		return size;
	memset(structure + size, 0, place - size);
	return place;
}

/* => bytes of [addr, addr + len) that one object holds; 0: not mapped */
static size_t
read_piece(struct kvm_view *v, uint64_t addr, void *buf, size_t len)
{
	char structure[KVM_MAXSTRUCT];
	enum sim_kva_kind kind;
	uint32_t id, offset;
	size_t n;

	n = kvm_slots_read(v, addr, buf, len);
	if (n != 0 || !sim_kva_find(v->m, addr, &kind, &id, &offset))
		return n;
	if (kind == SIM_KVA_DATA)
		return kvm_data_read(v,
		    (uint64_t)id * sim_kva_size(v->m, kind) + offset, buf, len);
	if (kind == SIM_KVA_MOUNT)
		find_mount(v, &id, &offset);
	n = render(v, kind, id, structure);
	if (offset >= n)
		return 0;
	n -= offset;
	if (n > len)
		n = len;
	memcpy(buf, structure + offset, n);
	return n;
}

ssize_t
kvm_memory_read(struct kvm_view *v, uint64_t addr, void *buf, size_t len)
{
	size_t got = 0, n;

	if (kvm_view_make(v) != 0)
		return -1;
	while (got < len && addr + got >= addr) {
		n = read_piece(v, addr + got, (char *)buf + got, len - got);
		if (n == 0)
			break;
		got += n;
	}
	return (ssize_t)got;
}
