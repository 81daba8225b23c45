/*
 * power: AIX on a hashed page table.
 *
 * The MMU reads the hashed table (hpt.h), which is a cache.  What it is filled
 * from is a tree of the system's own, chosen here so that a page of 16M and one
 * of 16G are each one entry.  Its entries look like the second doubleword of an
 * entry of the hashed table (Power ISA, book III, 6.7.6), whose bits above the
 * frame hold what only the system knows:
 *
 *	 56    55    54    53      52  51          12 9  8 7 6    3 2 1  0
 *	+-----+-----+-----+-------+---+--------------+---+-+-+------+-+-----+
 *	|GROUP|LARGE|WIRED|MANAGED| V | frame        |key|R|C| WIMG |N| PP  |
 *	+-----+-----+-----+-------+---+--------------+---+-+-+------+-+-----+
 *
 * PP is 2 for a user who may write, 3 for one who may not, 0 for the kernel's
 * own.  Normal form: the lower bit of PP is turned ("write").
 */
#include "geometry.h"

#define BIT(n) ((uint64_t)1 << (n))
#define PP_RO BIT(0)

static uint64_t
power_to_hw(const struct pmap_geometry *geo, unsigned level, uint64_t pte)
{
	(void)geo, (void)level;
	return pte ^ PP_RO;
}

static uint64_t
power_from_hw(const struct pmap_geometry *geo, unsigned level, unsigned index,
    uint64_t hw)
{
	(void)geo, (void)level, (void)index;
	return hw ^ PP_RO;
}

static const struct pte_bitname power_bits[] = {
	{ PP_RO, "RO", PTE_IN_ALL },
	{ BIT(1), "USER", PTE_IN_LEAF },
	{ BIT(2), "N", PTE_IN_LEAF },
	{ BIT(3), "G", PTE_IN_LEAF },
	{ BIT(4), "M", PTE_IN_LEAF },
	{ BIT(5), "I", PTE_IN_LEAF },
	{ BIT(6), "W", PTE_IN_LEAF },
	{ BIT(7), "C", PTE_IN_LEAF },
	{ BIT(8), "R", PTE_IN_LEAF },
	{ (uint64_t)7 << 9, "KEY", PTE_IN_LEAF },
	{ BIT(52), "V", PTE_IN_ALL },
	{ BIT(53), "MANAGED", PTE_IN_LEAF },
	{ BIT(54), "WIRED", PTE_IN_LEAF },
	{ BIT(55), "LARGE", PTE_IN_LARGE },
	{ BIT(56), "GROUP", PTE_IN_PAGE },
	{ 0, NULL, 0 },
};

/* M of WIMG: memory coherence, as for all ordinary memory. */
const struct pmap_geometry pmap_power = {
	.name = "power",
	.summary = "power, hashed page table, 4K pages",
	.page_shift = 12,
	.nsizes = 4,
	.sizes = { { 12, PMAP_SIZE_PAGE, 3, false },
	    { 16, PMAP_SIZE_GROUP, 3, true },
	    { 24, PMAP_SIZE_LEAF, 2, false },
	    { 34, PMAP_SIZE_LEAF, 1, false } },
	.max_order = 12,
	.va_bits = 52,
	.va_plain = true,
	.hashed = true,
	.nlevels = 4,
	.ptr_size = 8,
	.pte_size = 8,
	.shift = { 43, 34, 24, 12 },
	.bits = { 9, 9, 10, 12 },
	.level_name = { "T0", "T1", "T2", "T3" },
	.user_min = 0x10000000,
	.user_max = 0x8000000000000,
	.kernel_min = 0xf100000000000,
	.kernel_max = 0x10000000000000,
	.pte = {
		.valid = BIT(52),
		.write = PP_RO,
		.user = BIT(1),
		.accessed = BIT(8),
		.dirty = BIT(7),
		.large = BIT(55),
		.group = BIT(56),
		.managed = BIT(53),
		.wired = BIT(54),
		.noexec = BIT(2),
		.frame = 0x000ffffffffff000,
		.pfn_shift = 12,
		.table = BIT(52) | PP_RO,
		.leaf = BIT(52) | BIT(4),
		.to_hw = power_to_hw,
		.from_hw = power_from_hw,
	},
	.bitnames = power_bits,
};
