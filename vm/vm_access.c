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
	if (unlikely((*error = uvm_fault(map, va, type)) != 0)) {
		if (*error == EACCES && type == VM_PROT_EXEC &&
		    map->flags & VM_MAP_FETCHREAD &&
		    (*error = uvm_fault(map, va, VM_PROT_READ)) == 0)
			*error = EACCES;
		return PFN_NONE;
	}
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

/* As pmap_access() or vm_access_miss(), where a policy is told. */
static pfn_t
told(struct vm_map *map, vaddr_t va, vm_prot_t type, int *error)
{
	pfn_t pfn;

	vm_replace_next(map);
	pfn = pmap_access(map->pmap, va, type);
	if (pfn == PFN_NONE)
		return vm_access_miss(map, va, type, error);
	vm_replace_hit(map, va, pfn);
	return pfn;
}

/* => the frame; PFN_NONE and *error */
static inline pfn_t
find(struct vm_map *map, vaddr_t va, vm_prot_t type, int *error)
{
	pfn_t pfn;

	if (unlikely(map->vm->config.policy != NULL))
		return told(map, va, type, error);
	pfn = pmap_access(map->pmap, va, type);
	return pfn != PFN_NONE ? pfn : vm_access_miss(map, va, type, error);
}

int
vm_access(struct vm_map *map, vaddr_t va, vm_prot_t type, uint64_t stamp)
{
	struct vm *vm = map->vm;
	pfn_t pfn;
	int error;

	if ((pfn = find(map, va, type, &error)) == PFN_NONE)
		return error;
	count(map, va, type, pfn);
	if (type == VM_PROT_WRITE && vm->pages.tag != NULL)
		vm->pages.tag[pfn] = stamp;
	if (unlikely(vm->config.policy != NULL))
		vm_replace_after(map);
	return 0;
}

int
vm_access_tag(struct vm_map *map, vaddr_t va, uint64_t *tag)
{
	pfn_t pfn;
	int error;

	if ((pfn = find(map, va, VM_PROT_READ, &error)) == PFN_NONE)
		return error;
	count(map, va, VM_PROT_READ, pfn);
	*tag = map->vm->pages.tag != NULL ? map->vm->pages.tag[pfn] : 0;
	if (unlikely(map->vm->config.policy != NULL))
		vm_replace_after(map);
	return 0;
}

/* Of a page in a frame, or else in a slot.  => 0 or EIO */
static int
tag_of(const struct vm *vm, pfn_t pfn, uint32_t slot, uint64_t *tag)
{
	if (pfn == PFN_NONE && slot == SWSLOT_BAD)
		return EIO;
	*tag = pfn != PFN_NONE ? vm->pages.tag[pfn] : vm_swap_tag(vm, slot);
	return 0;
}

int
vm_peek_tag(struct vm_map *map, vaddr_t va, uint64_t *tag)
{
	struct vm *vm = map->vm;
	struct vm_map_entry *e;
	uint32_t anon = 0, slot;
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
	if (anon != 0)
		return tag_of(vm, vm->anons.anon[anon].where,
		    vm_anon_slot(&vm->anons, anon), tag);
	if (!vm_entry_has_object(e))
		return 0;
	i = pg_atop(vm, e->offset + (pg_trunc(vm, va) - e->start));
	pfn = sparse_get(&e->object->pages, i);
	slot = sparse_get(&e->object->swap, i);
	if (pfn != PFN_NONE || slot != SWSLOT_NONE)
		return tag_of(vm, pfn, slot, tag);
	if (pg_ptoa(vm, i) >= pg_round(vm, e->object->size))
		return EINVAL;
	else if (e->object->pager == &uvm_vnodeops)
		*tag = vm_object_disk_tag(e->object, i);
	return 0;
}
