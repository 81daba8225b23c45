/*
 * Kernel memory by address: piece by piece, an object at a time.
 *
 * An object's memory is as long as its place (sim_kva_size); behind the
 * structure it is zero.
 */
#include "kernel.h"

#include <string.h>

/* => bytes of [addr, addr + len) that one object holds; 0: not mapped */
static size_t
read_piece(const struct kvm_view *v, uint64_t addr, void *buf, size_t len)
{
	char structure[KVM_MAXSTRUCT];
	enum sim_kva_kind kind;
	uint32_t id, offset;
	size_t size, n;

	n = kvm_slots_read(v, addr, buf, len);
	if (n == 0)
		n = kvm_data_read(v, addr, buf, len);
	if (n != 0 || !sim_kva_find(v->m, addr, &kind, &id, &offset))
		return n;
	size = kvm_render(v, kind, id, structure);
	if (size == 0)
		return 0;
	n = sim_kva_size(v->m, kind);
	if (n > size)
		memset(structure + size, 0, n - size);
	else
		n = size;
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
