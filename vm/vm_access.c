/*
 * Accesses one at a time: page table first, then the fault routine.
 */
#include "vm_access.h"

#include <errno.h>

pfn_t
vm_access_miss(struct vm_map *map, vaddr_t va, vm_prot_t type, int *error)
{
	struct pmap *pmap = map->pmap;
	const uint64_t *leaf;
	pfn_t pfn;

	if (type == VM_PROT_EXEC && map->vm->config.geometry->pte.noexec == 0)
		type = VM_PROT_READ;
	if (unlikely((*error = uvm_fault(map, va, type)) != 0))
		return PFN_NONE;
	if (likely(pmap->sys->tlbm == NULL && pmap->sys->hpt == NULL &&
		(leaf = pmap_leaf(pmap, va)) != NULL))
		return pte_pfn(pmap, leaf[pt_leaf_index(pmap, va)]);
	pfn = pmap_access(pmap, va, type);
	assert(pfn != PFN_NONE);
	return pfn;
}

/* The reference has come to this frame: count it. */
static void
count(struct vm_map *map, vaddr_t va, vm_prot_t type, pfn_t pfn)
{
	struct vm *vm = map->vm;
	struct tlb *t = vm->pmaps.tlbm;

	vm->refs.kind[type >> 1]++;
	if (vm->phys.ndomains > 1) {
		if (vm_phys_domain(vm, pfn) == vm->phys.cpu_domain[vm->curcpu])
			vm->refs.local++;
		else
			vm->refs.remote++;
	}
	if (t != NULL) {
		tlb_run(t, map->pmap);
		tlb_reference(t, map->pmap, va, pmap_tlb_psind(map->pmap, va),
		    type >> 1);
	}
}

int
vm_access(struct vm_map *map, vaddr_t va, vm_prot_t type, uint64_t stamp)
{
	struct vm *vm = map->vm;
	pfn_t pfn = pmap_access(map->pmap, va, type);
	int error;

	if (pfn == PFN_NONE &&
	    (pfn = vm_access_miss(map, va, type, &error)) == PFN_NONE)
		return error;
	count(map, va, type, pfn);
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
	    (pfn = vm_access_miss(map, va, VM_PROT_READ, &error)) == PFN_NONE)
		return error;
	count(map, va, VM_PROT_READ, pfn);
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
		anon = sparse_get(&e->amap->slots, vm_entry_slot(map, e, va));
	if (vm->pages.tag == NULL)
		return 0;
	if (anon != 0) {
		*tag = vm->pages.tag[vm->anons.anon[anon].where];
		return 0;
	}
	if (!vm_entry_has_object(e))
		return 0;
	i = pg_atop(vm, e->offset + (pg_trunc(vm, va) - e->start));
	pfn = sparse_get(&e->object->pages, i);
	if (pfn != PFN_NONE)
		*tag = vm->pages.tag[pfn];
	else if (pg_ptoa(vm, i) >= pg_round(vm, e->object->size))
		return EINVAL;
	else if (e->object->pager == &uvm_vnodeops)
		*tag = vm_object_disk_tag(e->object, i);
	return 0;
}
