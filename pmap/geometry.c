/*
 * The machines.  A row each; see geometry.h for what the columns mean.
 */
#include "geometry.h"

#include <string.h>

/* Intel SDM vol. 3, table 4-20; software bits and names as FreeBSD's. */
#define X86_FRAME 0x000ffffffffff000u

static const struct pte_bitname x86_bits[] = { { (uint64_t)1 << 0, "P" },
	{ (uint64_t)1 << 1, "RW" }, { (uint64_t)1 << 2, "U" },
	{ (uint64_t)1 << 3, "PWT" }, { (uint64_t)1 << 4, "PCD" },
	{ (uint64_t)1 << 5, "A" }, { (uint64_t)1 << 6, "M" },
	{ (uint64_t)1 << 7, "PS" }, { (uint64_t)1 << 8, "G" },
	{ (uint64_t)1 << 10, "MANAGED" }, { (uint64_t)1 << 11, "W" },
	{ (uint64_t)1 << 63, "NX" }, { 0, NULL } };

static const struct pmap_geometry amd64 = {
	.name = "amd64",
	.summary = "x86-64, four levels, 4K pages",
	.va_bits = 48,
	.nlevels = 4,
	.ptr_size = 8,
	.shift = { 39, 30, 21, 12 },
	.bits = { 9, 9, 9, 9 },
	.level_name = { "PML4E", "PDPE", "PDE", "PTE" },
	.user_min = 0x1000,
	.user_max = 0x800000000000,
	.kernel_min = 0xffff800000000000,
	.kernel_max = 0xffffffff80000000,
	.pte = {
		.valid = (uint64_t)1 << 0,
		.write = (uint64_t)1 << 1,
		.user = (uint64_t)1 << 2,
		.accessed = (uint64_t)1 << 5,
		.dirty = (uint64_t)1 << 6,
		.large = (uint64_t)1 << 7,
		.global = (uint64_t)1 << 8,
		.managed = (uint64_t)1 << 10,
		.wired = (uint64_t)1 << 11,
		.noexec = (uint64_t)1 << 63,
		.frame = X86_FRAME,
	},
	.bitnames = x86_bits,
};

const struct pmap_geometry *const pmap_geometries[] = { &amd64, NULL };

const struct pmap_geometry *
pmap_geometry_byname(const char *name)
{
	for (size_t i = 0; pmap_geometries[i] != NULL; i++)
		if (strcmp(pmap_geometries[i]->name, name) == 0)
			return pmap_geometries[i];
	return NULL;
}
