/*
 * The x86 machines: amd64 with four and five levels, i386 without and with PAE.
 *
 * Intel SDM vol. 3, tables 4-4 to 4-20; AMD APM vol. 2.  Software bits of amd64
 * as FreeBSD 14.1 uses them (PG_MANAGED 10, PG_W 11, PG_PROMOTED 54), of i386
 * as FreeBSD's i386 does (PG_W 9, PG_MANAGED 10, PG_PROMOTED 11).
 *
 *	 63 62  59  54   51                 12 11   9 8  7  6 5  4   3   2 1  0
 *	+--+-----+-----+----------------------+------+-+---+-+-+---+---+-+--+-+
 *	|NX| PKU | sw. | frame                | sw.  |G|PAT|M|A|PCD|PWT|U|RW|P|
 *	+--+-----+-----+----------------------+------+-+---+-+-+---+---+-+--+-+
 *
 * Bit 7 is PAT in a PTE and PS in the entries above, where PAT moves to bit 12.
 * In normal form bit 7 is PS and PAT is the spare bit 52, at every level.
 */
#include "geometry.h"

#define BIT(n) ((uint64_t)1 << (n))
#define PS BIT(7)
#define PAT_PAGE BIT(7)
#define PAT_LARGE BIT(12)
#define PAT BIT(52) /* in normal form */

static uint64_t
x86_to_hw(const struct pmap_geometry *geo, unsigned level, uint64_t pte)
{
	if ((pte & PAT) == 0)
		return pte;
	pte &= ~PAT;
	return pte | (level == geo->nlevels - 1u ? PAT_PAGE : PAT_LARGE);
}

static uint64_t
x86_from_hw(const struct pmap_geometry *geo, unsigned level, unsigned index,
    uint64_t hw)
{
	uint64_t pat = level == geo->nlevels - 1u ? PAT_PAGE : PAT_LARGE;

	(void)index;
	if ((hw & pat) == 0 || (pat == PAT_LARGE && (hw & PS) == 0))
		return hw;
	return (hw & ~pat) | PAT;
}

/* ------------------------------------------------------------- 64 bits ---- */

static const struct pte_bitname amd64_bits[] = {
	{ BIT(0), "P", PTE_IN_ALL },
	{ BIT(1), "RW", PTE_IN_ALL },
	{ BIT(2), "U", PTE_IN_ALL },
	{ BIT(3), "PWT", PTE_IN_ALL },
	{ BIT(4), "PCD", PTE_IN_ALL },
	{ BIT(5), "A", PTE_IN_ALL },
	{ BIT(6), "M", PTE_IN_LEAF },
	{ PS, "PS", PTE_IN_LARGE },
	{ PAT_PAGE, "PAT", PTE_IN_PAGE },
	{ BIT(8), "G", PTE_IN_LEAF },
	{ BIT(10), "MANAGED", PTE_IN_LEAF },
	{ BIT(11), "W", PTE_IN_LEAF },
	{ PAT_LARGE, "PAT", PTE_IN_LARGE },
	{ BIT(54), "PROMOTED", PTE_IN_LARGE },
	{ (uint64_t)15 << 59, "PKU", PTE_IN_LEAF },
	{ BIT(63), "NX", PTE_IN_ALL },
	{ 0, NULL, 0 },
};

/* clang-format off */
#define AMD64_PTE {					\
	.valid = BIT(0),				\
	.write = BIT(1),				\
	.user = BIT(2),					\
	.accessed = BIT(5),				\
	.dirty = BIT(6),				\
	.large = PS,					\
	.promoted = BIT(54),				\
	.global = BIT(8),				\
	.managed = BIT(10),				\
	.wired = BIT(11),				\
	.noexec = BIT(63),				\
	.frame = 0x000ffffffffff000,			\
	.pfn_shift = 12,				\
	.table = BIT(0) | BIT(1) | BIT(5),		\
	.table_user = BIT(2),				\
	.leaf = BIT(0),					\
	.to_hw = x86_to_hw,				\
	.from_hw = x86_from_hw,				\
}
/* clang-format on */

const struct pmap_geometry pmap_amd64 = {
	.name = "amd64",
	.summary = "x86-64, four levels, 4K pages",
	.page_shift = 12,
	.nsizes = 3,
	.sizes = { { 12, PMAP_SIZE_PAGE, 3, false },
	    { 21, PMAP_SIZE_LEAF, 2, true }, { 30, PMAP_SIZE_LEAF, 1, false } },
	.max_order = 12,
	.va_bits = 48,
	.nlevels = 4,
	.ptr_size = 8,
	.pte_size = 8,
	.shift = { 39, 30, 21, 12 },
	.bits = { 9, 9, 9, 9 },
	.level_name = { "PML4E", "PDPE", "PDE", "PTE" },
	.user_min = 0x1000,
	.user_max = 0x800000000000,
	.kernel_min = 0xffff800000000000,
	.kernel_max = 0xffffffff80000000,
	.pte = AMD64_PTE,
	.bitnames = amd64_bits,
};

/* As amd64 above; the lower half of the 57 bits is the user's. */
const struct pmap_geometry pmap_amd64_la57 = {
	.name = "amd64-la57",
	.summary = "x86-64, five levels, 4K pages",
	.page_shift = 12,
	.nsizes = 3,
	.sizes = { { 12, PMAP_SIZE_PAGE, 4, false },
	    { 21, PMAP_SIZE_LEAF, 3, true }, { 30, PMAP_SIZE_LEAF, 2, false } },
	.max_order = 12,
	.va_bits = 57,
	.nlevels = 5,
	.ptr_size = 8,
	.pte_size = 8,
	.shift = { 48, 39, 30, 21, 12 },
	.bits = { 9, 9, 9, 9, 9 },
	.level_name = { "PML5E", "PML4E", "PDPE", "PDE", "PTE" },
	.user_min = 0x1000,
	.user_max = 0x100000000000000,
	.kernel_min = 0xff00000000000000,
	.kernel_max = 0xffffffff80000000,
	.pte = AMD64_PTE,
	.bitnames = amd64_bits,
};

/* ------------------------------------------------------------- 32 bits ---- */

/* The same bits without NX and PKU; the software bits are i386's. */
static const struct pte_bitname i386_bits[] = {
	{ BIT(0), "P", PTE_IN_ALL },
	{ BIT(1), "RW", PTE_IN_ALL },
	{ BIT(2), "U", PTE_IN_ALL },
	{ BIT(3), "PWT", PTE_IN_ALL },
	{ BIT(4), "PCD", PTE_IN_ALL },
	{ BIT(5), "A", PTE_IN_ALL },
	{ BIT(6), "M", PTE_IN_LEAF },
	{ PS, "PS", PTE_IN_LARGE },
	{ PAT_PAGE, "PAT", PTE_IN_PAGE },
	{ BIT(8), "G", PTE_IN_LEAF },
	{ BIT(9), "W", PTE_IN_LEAF },
	{ BIT(10), "MANAGED", PTE_IN_LEAF },
	{ BIT(11), "PROMOTED", PTE_IN_LARGE },
	{ PAT_LARGE, "PAT", PTE_IN_LARGE },
	{ 0, NULL, 0 },
};

/*
 * Kernel half as OpenBSD's: the page tables map themselves at 0xcfc00000 (the
 * slot below the kernel), user space ends USPACE (two pages) below that, and
 * the alternate page-table slot ends the kernel's own map.
 */
const struct pmap_geometry pmap_i386 = {
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
	.pte_size = 4,
	.shift = { 22, 12 },
	.bits = { 10, 10 },
	.level_name = { "PDE", "PTE" },
	.user_min = 0,
	.user_max = 0xcfbfe000,
	.kernel_min = 0xd0000000,
	.kernel_max = 0xff800000,
	.pte = {
		.valid = BIT(0),
		.write = BIT(1),
		.user = BIT(2),
		.accessed = BIT(5),
		.dirty = BIT(6),
		.large = PS,
		.promoted = BIT(11),
		.global = BIT(8),
		.wired = BIT(9),
		.managed = BIT(10),
		.frame = 0xfffff000u,
		.pfn_shift = 12,
		.table = BIT(0) | BIT(1) | BIT(5),
		.table_user = BIT(2),
		.leaf = BIT(0),
		.to_hw = x86_to_hw,
		.from_hw = x86_from_hw,
	},
	.bitnames = i386_bits,
};

/* ----------------------------------------------------------------- PAE ---- */

/*
 * The four entries at the top have neither RW nor U nor A: what they withhold
 * is kept in two of the bits that the processor leaves to software.
 */
#define PDPTE_ALL (BIT(1) | BIT(2) | BIT(5))
#define PDPTE_RO BIT(9)
#define PDPTE_KERNEL BIT(10)

static uint64_t
pae_to_hw(const struct pmap_geometry *geo, unsigned level, uint64_t pte)
{
	uint64_t hw = pte & ~PDPTE_ALL;

	if (level > 0)
		return x86_to_hw(geo, level, pte);
	if ((pte & BIT(1)) == 0)
		hw |= PDPTE_RO;
	if ((pte & BIT(2)) == 0)
		hw |= PDPTE_KERNEL;
	return hw;
}

static uint64_t
pae_from_hw(const struct pmap_geometry *geo, unsigned level, unsigned index,
    uint64_t hw)
{
	uint64_t pte = (hw & ~(PDPTE_RO | PDPTE_KERNEL)) | PDPTE_ALL;

	if (level > 0)
		return x86_from_hw(geo, level, index, hw);
	if (hw & PDPTE_RO)
		pte &= ~BIT(1);
	if (hw & PDPTE_KERNEL)
		pte &= ~BIT(2);
	return pte;
}

static const struct pte_bitname pae_bits[] = {
	{ BIT(0), "P", PTE_IN_ALL },
	{ BIT(1), "RW", PTE_IN_ALL },
	{ BIT(2), "U", PTE_IN_ALL },
	{ BIT(3), "PWT", PTE_IN_ALL },
	{ BIT(4), "PCD", PTE_IN_ALL },
	{ BIT(5), "A", PTE_IN_ALL },
	{ BIT(6), "M", PTE_IN_LEAF },
	{ PS, "PS", PTE_IN_LARGE },
	{ PAT_PAGE, "PAT", PTE_IN_PAGE },
	{ BIT(8), "G", PTE_IN_LEAF },
	{ BIT(9), "W", PTE_IN_LEAF },
	{ BIT(10), "MANAGED", PTE_IN_LEAF },
	{ PDPTE_RO, "RO", PTE_IN_TABLE },
	{ PDPTE_KERNEL, "KERNEL", PTE_IN_TABLE },
	{ BIT(11), "PROMOTED", PTE_IN_LARGE },
	{ PAT_LARGE, "PAT", PTE_IN_LARGE },
	{ BIT(63), "NX", PTE_IN_ALL },
	{ 0, NULL, 0 },
};

/* The kernel's slots are as above, of 2M each: four of them map the tables. */
const struct pmap_geometry pmap_i386_pae = {
	.name = "i386-pae",
	.summary = "32-bit x86 with PAE, three levels, 4K pages",
	.page_shift = 12,
	.nsizes = 2,
	.sizes = { { 12, PMAP_SIZE_PAGE, 2, false },
	    { 21, PMAP_SIZE_LEAF, 1, true } },
	.max_order = 9,
	.va_bits = 32,
	.va_plain = true,
	.nlevels = 3,
	.ptr_size = 4,
	.pte_size = 8,
	.shift = { 30, 21, 12 },
	.bits = { 2, 9, 9 },
	.level_name = { "PDPTE", "PDE", "PTE" },
	.user_min = 0,
	.user_max = 0xcf7fe000,
	.kernel_min = 0xd0000000,
	.kernel_max = 0xff800000,
	.pte = {
		.valid = BIT(0),
		.write = BIT(1),
		.user = BIT(2),
		.accessed = BIT(5),
		.dirty = BIT(6),
		.large = PS,
		.promoted = BIT(11),
		.global = BIT(8),
		.wired = BIT(9),
		.managed = BIT(10),
		.noexec = BIT(63),
		.frame = 0x000ffffffffff000,
		.pfn_shift = 12,
		.table = BIT(0) | BIT(1) | BIT(5),
		.table_user = BIT(2),
		.leaf = BIT(0),
		.to_hw = pae_to_hw,
		.from_hw = pae_from_hw,
	},
	.bitnames = pae_bits,
};
