/*
 * Simulated kernel addresses of kernel objects.
 *
 * Each kind of object has a stretch of the simulated kernel's address space;
 * an object's place in it follows from the number that its slab gave it, so it
 * is the same on every host.  Sizes are those of the structures on a machine
 * with 4 or 8 byte pointers, rounded to what a pool would use.
 */
#include "sim.h"

enum kva_kind { KVA_MAP, KVA_ENTRY, KVA_OBJECT, KVA_AMAP, KVA_PMAP };

static const struct {
	uint64_t base4, base8;
	uint32_t size4, size8;
} kinds[] = {
	[KVA_MAP] = { 0xd0a00000, 0xffff810010000000, 0x200, 0x400 },
	[KVA_ENTRY] = { 0xd0b00000, 0xffff810020000000, 0x58, 0xa0 },
	[KVA_OBJECT] = { 0xd0c00000, 0xffff810060000000, 0xc0, 0x180 },
	[KVA_AMAP] = { 0xd0d00000, 0xffff8100a0000000, 0x40, 0x80 },
	[KVA_PMAP] = { 0xd0900000, 0xffff8100e0000000, 0x60, 0x100 },
};

static uint64_t
address(const struct machine *m, enum kva_kind kind, uint32_t id)
{
	if (id == 0)
		return 0;
	return m->config.arch->ptr_size == 4 ?
	    kinds[kind].base4 + (uint64_t)kinds[kind].size4 * id :
	    kinds[kind].base8 + (uint64_t)kinds[kind].size8 * id;
}

uint64_t
sim_kva_map(const struct machine *m, const struct vm_map *map)
{
	return address(m, KVA_MAP, map->id);
}

uint64_t
sim_kva_entry(const struct machine *m, const struct vm_map_entry *e)
{
	return address(m, KVA_ENTRY, e->id);
}

uint64_t
sim_kva_object(const struct machine *m, const struct vm_object *obj)
{
	return address(m, KVA_OBJECT, obj != NULL ? obj->id : 0);
}

uint64_t
sim_kva_amap(const struct machine *m, const struct vm_amap *amap)
{
	return address(m, KVA_AMAP, amap != NULL ? amap->id : 0);
}

uint64_t
sim_kva_pmap(const struct machine *m, const struct pmap *pmap)
{
	return address(m, KVA_PMAP, pmap->id);
}
