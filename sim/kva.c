/*
 * Simulated kernel addresses of kernel objects.
 *
 * Each kind of object has a stretch of the simulated kernel's address space;
 * an object's place in it follows from the number that its slab gave it, so it
 * is the same on every host.  Sizes are those of the structures on a machine
 * with 4 or 8 byte pointers, rounded to what a pool would use.  All lie above
 * the kernel's text, as in a kernel that takes its objects from kmem_map.
 */
#include "sim.h"

static const struct {
	uint64_t base4, base8;
	uint32_t size4, size8;
} kinds[SIM_NKVA] = {
	[SIM_KVA_TEXT] = { 0xd0200000, 0xffffffff80200000, 0x100, 0x100 },
	[SIM_KVA_DATA] = { 0xd0800000, 0xffffffff80800000, 0x10, 0x10 },
	[SIM_KVA_PMAP] = { 0xd0900000, 0xffff8100e0000000, 0x60, 0x100 },
	[SIM_KVA_MAP] = { 0xd0a00000, 0xffff810010000000, 0x200, 0x400 },
	[SIM_KVA_PROC] = { 0xd2000000, 0xffff810000000000, 0x200, 0x400 },
	[SIM_KVA_MOUNT] = { 0xd3000000, 0xffff810004000000, 0x400, 0x400 },
	[SIM_KVA_NAMECACHE] = { 0xd4000000, 0xffff810008000000, 0x60, 0x80 },
	[SIM_KVA_DIR] = { 0xd6000000, 0xffff81000c000000, 0xc0, 0x180 },
	[SIM_KVA_INODE] = { 0xd8000000, 0xffff81000e000000, 0x100, 0x100 },
	[SIM_KVA_ENTRY] = { 0xda000000, 0xffff810020000000, 0x58, 0xa0 },
	[SIM_KVA_OBJECT] = { 0xea000000, 0xffff810060000000, 0xc0, 0x180 },
	[SIM_KVA_AMAP] = { 0xec000000, 0xffff8100a0000000, 0x40, 0x80 },
	[SIM_KVA_ANON] = { 0xf4000000, 0xffff820000000000, 0x10, 0x20 },
	[SIM_KVA_PAGE] = { 0xf8000000, 0xffff830000000000, 0x40, 0x80 },
};

uint64_t
sim_kva(const struct machine *m, enum sim_kva_kind kind, uint32_t id)
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
	return sim_kva(m, SIM_KVA_MAP, map->id);
}

uint64_t
sim_kva_entry(const struct machine *m, const struct vm_map_entry *e)
{
	return sim_kva(m, SIM_KVA_ENTRY, e->id);
}

uint64_t
sim_kva_object(const struct machine *m, const struct vm_object *obj)
{
	return sim_kva(m, SIM_KVA_OBJECT, obj != NULL ? obj->id : 0);
}

uint64_t
sim_kva_amap(const struct machine *m, const struct vm_amap *amap)
{
	return sim_kva(m, SIM_KVA_AMAP, amap != NULL ? amap->id : 0);
}

uint64_t
sim_kva_pmap(const struct machine *m, const struct pmap *pmap)
{
	return sim_kva(m, SIM_KVA_PMAP, pmap->id);
}
