/*
 * The list of machines, and translation of PTEs where the format has one.
 */
#include "geometry.h"

#include <string.h>

const struct pmap_geometry *const pmap_geometries[] = { &pmap_amd64,
	&pmap_amd64_la57, &pmap_i386, &pmap_i386_pae, &pmap_arm64,
	&pmap_arm64_16k, &pmap_arm64_64k, &pmap_riscv64, &pmap_riscv64_sv48,
	&pmap_riscv64_sv57, &pmap_power, NULL };

/* Other names of rows: those that say what the short one leaves out. */
static const struct {
	const char *name;
	const struct pmap_geometry *geo;
} aliases[] = {
	{ "arm64-4k", &pmap_arm64 },
	{ "riscv64-sv39", &pmap_riscv64 },
};

const struct pmap_geometry *
pmap_geometry_byname(const char *name)
{
	for (size_t i = 0; pmap_geometries[i] != NULL; i++)
		if (strcmp(pmap_geometries[i]->name, name) == 0)
			return pmap_geometries[i];
	for (size_t i = 0; i < NELEM(aliases); i++)
		if (strcmp(aliases[i].name, name) == 0)
			return aliases[i].geo;
	return NULL;
}

uint64_t
pmap_pte_to_hw(const struct pmap_geometry *geo, unsigned level, uint64_t pte)
{
	if (pte == 0 || geo->pte.to_hw == NULL)
		return pte;
	return geo->pte.to_hw(geo, level, pte);
}

uint64_t
pmap_pte_from_hw(const struct pmap_geometry *geo, unsigned level,
    unsigned index, uint64_t hw)
{
	if (hw == 0 || geo->pte.from_hw == NULL)
		return hw;
	return geo->pte.from_hw(geo, level, index, hw);
}

unsigned
pmap_pte_where(const struct pmap_geometry *geo, unsigned level, uint64_t pte)
{
	if (level == geo->nlevels - 1u)
		return PTE_IN_PAGE;
	return pte & geo->pte.large ? PTE_IN_LARGE : PTE_IN_TABLE;
}
