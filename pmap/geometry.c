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
	.page_shift = 12,
	.nsizes = 3,
	.sizes = { { 12, PMAP_SIZE_PAGE, 3, false },
	    { 21, PMAP_SIZE_LEAF, 2, true },
	    { 30, PMAP_SIZE_LEAF, 1, false } },
	.max_order = 12,
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

/* The same bits without NX; the software bits are i386's. */
static const struct pte_bitname i386_bits[] = { { 1u << 0, "P" },
	{ 1u << 1, "RW" }, { 1u << 2, "U" }, { 1u << 3, "PWT" },
	{ 1u << 4, "PCD" }, { 1u << 5, "A" }, { 1u << 6, "M" },
	{ 1u << 7, "PS" }, { 1u << 8, "G" }, { 1u << 9, "W" },
	{ 1u << 10, "MANAGED" }, { 0, NULL } };

/*
 * Kernel half as OpenBSD's: the page tables map themselves at 0xcfc00000 (the
 * slot below the kernel), user space ends USPACE (two pages) below that, and
 * the alternate page-table slot ends the kernel's own map.
 */
static const struct pmap_geometry i386 = {
	.name = "i386",
	.summary = "32-bit x86 without PAE, two levels, 4K pages, no NX",
	.page_shift = 12,
	.nsizes = 2,
	.sizes = { { 12, PMAP_SIZE_PAGE, 1, false },
	    { 22, PMAP_SIZE_LEAF, 0, true } },
	.max_order = 10,
	.va_bits = 32,
	.va_plain = true,
	.nlevels = 2,
	.ptr_size = 4,
	.shift = { 22, 12 },
	.bits = { 10, 10 },
	.level_name = { "PDE", "PTE" },
	.user_min = 0,
	.user_max = 0xcfbfe000,
	.kernel_min = 0xd0000000,
	.kernel_max = 0xff800000,
	.pte = {
		.valid = 1u << 0,
		.write = 1u << 1,
		.user = 1u << 2,
		.accessed = 1u << 5,
		.dirty = 1u << 6,
		.large = 1u << 7,
		.global = 1u << 8,
		.wired = 1u << 9,
		.managed = 1u << 10,
		.frame = 0xfffff000u,
	},
	.bitnames = i386_bits,
};

const struct pmap_geometry *const pmap_geometries[] = { &amd64, &i386, NULL };

const struct pmap_geometry *
pmap_geometry_byname(const char *name)
{
	for (size_t i = 0; pmap_geometries[i] != NULL; i++)
		if (strcmp(pmap_geometries[i]->name, name) == 0)
			return pmap_geometries[i];
	return NULL;
}
