/*
 * arm64: stage 1 descriptors with granules of 4K, 16K and 64K.
 *
 * Arm ARM D8.3 (VMSAv8-64 translation table descriptors); the software bits as
 * in FreeBSD's arm64 pmap (WIRED 55, MANAGED 56; DBM "logically writable").
 *
 *	leaf
 *	  58  56  55 54  53  52   51  47     12 11 10 9  8 7  6 5  4  2 1 0
 *	+---+---+---+---+---+----+---+---------+--+--+----+----+--+----+---+
 *	|   | M | W |UXN|PXN|CONT|DBM| address |nG|AF| SH | AP |NS|Attr| T |
 *	+---+---+---+---+---+----+---+---------+--+--+----+----+--+----+---+
 *	table	63 NSTable, 62:61 APTable, 60 UXNTable, 59 PXNTable
 *
 * T is 3 for a table and for a page of the last level, 1 for a block.
 *
 * Normal form.  Turned: bit 1 (so that set is "block"), AP[2] (bit 7; set is
 * "written": the hardware, or FreeBSD's fault handler, clears read-only at the
 * first write to a page whose DBM is set) and nG (bit 11; set is "global").
 * noexec is bit 54 whoever runs: of a user it is UXN and PXN is always set, of
 * the kernel it is PXN and UXN is always set; AP[1] (bit 6) tells which.
 * An inner entry has DBM's bit where APTable[1] is clear.
 */
#include "geometry.h"

#define BIT(n) ((uint64_t)1 << (n))
#define TYPE BIT(1)
#define AP_USER BIT(6)
#define AP_RO BIT(7)
#define NG BIT(11)
#define DBM BIT(51)
#define PXN BIT(53)
#define UXN BIT(54)
#define APTABLE_RO BIT(62)

/* Normal memory: write-back (index 2 of MAIR), inner shareable. */
#define ATTR ((uint64_t)2 << 2 | (uint64_t)3 << 8)

static bool
is_table(const struct pmap_geometry *geo, unsigned level, uint64_t hw)
{
	return level < geo->nlevels - 1u && (hw & TYPE) != 0;
}

static uint64_t
arm64_to_hw(const struct pmap_geometry *geo, unsigned level, uint64_t pte)
{
	uint64_t hw = pte ^ TYPE;

	if (is_table(geo, level, hw))
		return (hw & ~DBM) | (pte & DBM ? 0 : APTABLE_RO);
	hw = (hw ^ (AP_RO | NG)) & ~(PXN | UXN);
	if (pte & AP_USER)
		return hw | PXN | (pte & UXN);
	return hw | UXN | (pte & UXN ? PXN : 0);
}

static uint64_t
arm64_from_hw(const struct pmap_geometry *geo, unsigned level, unsigned index,
    uint64_t hw)
{
	uint64_t pte = hw ^ TYPE;

	(void)index;
	if (is_table(geo, level, hw))
		return (pte & ~APTABLE_RO) | (hw & APTABLE_RO ? 0 : DBM);
	pte = (pte ^ (AP_RO | NG)) & ~(PXN | UXN);
	return pte | (hw & (hw & AP_USER ? UXN : PXN) ? UXN : 0);
}

static const struct pte_bitname arm64_bits[] = {
	{ BIT(0), "VALID", PTE_IN_ALL },
	{ TYPE, "TABLE", PTE_IN_TABLE },
	{ TYPE, "PAGE", PTE_IN_PAGE },
	{ (uint64_t)7 << 2, "AttrIdx", PTE_IN_LEAF },
	{ BIT(5), "NS", PTE_IN_LEAF },
	{ AP_USER, "AP_EL0", PTE_IN_LEAF },
	{ AP_RO, "AP_RO", PTE_IN_LEAF },
	{ (uint64_t)3 << 8, "SH", PTE_IN_LEAF },
	{ BIT(10), "AF", PTE_IN_LEAF },
	{ NG, "nG", PTE_IN_LEAF },
	{ BIT(50), "GP", PTE_IN_LEAF },
	{ DBM, "DBM", PTE_IN_LEAF },
	{ BIT(52), "CONTIGUOUS", PTE_IN_LEAF },
	{ PXN, "PXN", PTE_IN_LEAF },
	{ UXN, "UXN", PTE_IN_LEAF },
	{ BIT(55), "WIRED", PTE_IN_LEAF },
	{ BIT(56), "MANAGED", PTE_IN_LEAF },
	{ BIT(59), "PXNTable", PTE_IN_TABLE },
	{ BIT(60), "UXNTable", PTE_IN_TABLE },
	{ BIT(61), "APTable_EL0", PTE_IN_TABLE },
	{ APTABLE_RO, "APTable_RO", PTE_IN_TABLE },
	{ BIT(63), "NSTable", PTE_IN_TABLE },
	{ 0, NULL, 0 },
};

/* clang-format off */
#define ARM64_PTE(address, shift) {			\
	.valid = BIT(0),				\
	.write = DBM,					\
	.user = AP_USER,				\
	.accessed = BIT(10),				\
	.dirty = AP_RO,					\
	.large = TYPE,					\
	.group = BIT(52),				\
	.global = NG,					\
	.managed = BIT(56),				\
	.wired = BIT(55),				\
	.noexec = UXN,					\
	.frame = address,				\
	.pfn_shift = shift,				\
	.table = BIT(0) | DBM,				\
	.leaf = BIT(0) | ATTR,				\
	.leaf_kernel = NG,				\
	.to_hw = arm64_to_hw,				\
	.from_hw = arm64_from_hw,			\
}

/* FreeBSD's: user space is all of TTBR0's, the kernel's map the first 512G of
 * TTBR1's. */
#define ARM64_SPACE					\
	.va_bits = 48,					\
	.va_halves = true,				\
	.ptr_size = 8,					\
	.pte_size = 8,					\
	.user_max = 0x1000000000000,			\
	.kernel_min = 0xffff000000000000,		\
	.kernel_max = 0xffff008000000000,		\
	.bitnames = arm64_bits
/* clang-format on */

const struct pmap_geometry pmap_arm64 = {
	.name = "arm64",
	.summary = "arm64, 4K granule, four levels",
	.page_shift = 12,
	.nsizes = 4,
	.sizes = { { 12, PMAP_SIZE_PAGE, 3, false },
	    { 16, PMAP_SIZE_GROUP, 3, true }, { 21, PMAP_SIZE_LEAF, 2, true },
	    { 30, PMAP_SIZE_LEAF, 1, false } },
	.max_order = 12,
	.nlevels = 4,
	.shift = { 39, 30, 21, 12 },
	.bits = { 9, 9, 9, 9 },
	.level_name = { "L0", "L1", "L2", "L3" },
	.user_min = 0x1000,
	.pte = ARM64_PTE(0x0000fffffffff000, 12),
	ARM64_SPACE,
};

const struct pmap_geometry pmap_arm64_16k = {
	.name = "arm64-16k",
	.summary = "arm64, 16K granule, four levels",
	.page_shift = 14,
	.nsizes = 3,
	.sizes = { { 14, PMAP_SIZE_PAGE, 3, false },
	    { 21, PMAP_SIZE_GROUP, 3, true }, { 25, PMAP_SIZE_LEAF, 2, true } },
	.max_order = 12,
	.nlevels = 4,
	.shift = { 47, 36, 25, 14 },
	.bits = { 1, 11, 11, 11 },
	.level_name = { "L0", "L1", "L2", "L3" },
	.user_min = 0x4000,
	.pte = ARM64_PTE(0x0000ffffffffc000, 14),
	ARM64_SPACE,
};

/* 512M is made when asked for: no reservation of that size would ever fill. */
const struct pmap_geometry pmap_arm64_64k = {
	.name = "arm64-64k",
	.summary = "arm64, 64K granule, three levels",
	.page_shift = 16,
	.nsizes = 3,
	.sizes = { { 16, PMAP_SIZE_PAGE, 2, false },
	    { 21, PMAP_SIZE_GROUP, 2, true },
	    { 29, PMAP_SIZE_LEAF, 1, false } },
	.max_order = 13,
	.nlevels = 3,
	.shift = { 42, 29, 16 },
	.bits = { 6, 13, 13 },
	.level_name = { "L1", "L2", "L3" },
	.user_min = 0x10000,
	.pte = ARM64_PTE(0x0000ffffffff0000, 16),
	ARM64_SPACE,
};
