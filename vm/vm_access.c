/*
 * Accesses: page table first, then the fault routine.
 */
#include "vm_map_internal.h"
#include "pmap/pmap_inline.h"

#include <errno.h>

/*
 * Resolve a miss. => the frame, or PFN_NONE and *error.  The fault has set A
 * (and M) for this access already: the PTE need only be read.  Hardware without
 * a no-execute bit does not tell a fetch from a read.
 */
static pfn_t
miss(struct vm_map *map, vaddr_t va, vm_prot_t type, int *error)
{
	const uint64_t *leaf;

	if (type == VM_PROT_EXEC && map->vm->config.geometry->pte.noexec == 0)
		type = VM_PROT_READ;
	if (unlikely((*error = uvm_fault(map, va, type)) != 0))
		return PFN_NONE;
	leaf = pmap_leaf(map->pmap, va);
	return pte_pfn(map->pmap, leaf[pt_leaf_index(map->pmap, va)]);
}

int
vm_access(struct vm_map *map, vaddr_t va, vm_prot_t type, uint64_t stamp)
{
	struct vm *vm = map->vm;
	pfn_t pfn = pmap_access(map->pmap, va, type);
	int error;

	if (pfn == PFN_NONE && (pfn = miss(map, va, type, &error)) == PFN_NONE)
		return error;
	if (type == VM_PROT_WRITE && vm->pages.tag != NULL)
		vm->pages.tag[pfn] = stamp;
	return 0;
}

int
vm_access_tag(struct vm_map *map, vaddr_t va, uint64_t *tag)
{
	pfn_t pfn = pmap_access(map->pmap, va, VM_PROT_READ);
	int error;

	if (pfn == PFN_NONE &&
	    (pfn = miss(map, va, VM_PROT_READ, &error)) == PFN_NONE)
		return error;
	*tag = map->vm->pages.tag != NULL ? map->vm->pages.tag[pfn] : 0;
	return 0;
}

int
vm_peek_tag(struct vm_map *map, vaddr_t va, uint64_t *tag)
{
	struct vm *vm = map->vm;
	struct vm_map_entry *e;
	uint32_t anon = 0;
	uint64_t i;
	pfn_t pfn;

	if (!vm_map_lookup_entry(map, va, &e))
		return EFAULT;
	if (e->protection == VM_PROT_NONE)
		return EACCES;
	*tag = 0;
	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots, vm_entry_slot(e, va));
	if (vm->pages.tag == NULL)
		return 0;
	if (anon != 0) {
		*tag = vm->pages.tag[vm->anons.anon[anon].where];
		return 0;
	}
	if (!vm_entry_has_object(e))
		return 0;
	i = atop(e->offset + (trunc_page(va) - e->start));
	pfn = sparse_get(&e->object->pages, i);
	if (pfn != PFN_NONE)
		*tag = vm->pages.tag[pfn];
	else if (ptoa(i) >= round_page(e->object->size))
		return EINVAL;
	else if (e->object->pager == &uvm_vnodeops)
		*tag = vm_object_disk_tag(e->object, i);
	return 0;
}

size_t
vm_access_batch(struct vm_map *map, const struct vm_ref *refs, size_t n,
    uint64_t stamp, int *error)
{
	struct vm *vm = map->vm;
	struct pmap *pmap = map->pmap;
	uint64_t *tag = vm->pages.tag;

	for (size_t i = 0; i < n; i++) {
		vm_prot_t type = (vm_prot_t)refs[i].type;
		pfn_t pfn = pmap_access_fast(pmap, refs[i].va, type);

		if (unlikely(pfn == PFN_NONE)) {
			pfn = miss(map, refs[i].va, type, error);
			if (pfn == PFN_NONE)
				return i;
		}
		if (tag != NULL && type == VM_PROT_WRITE)
			tag[pfn] = stamp;
	}
	return n;
}
