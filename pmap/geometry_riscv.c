/*
 * riscv64: Sv39, Sv48 and Sv57, with Svnapot's 64K.
 *
 * RISC-V privileged architecture, 10.4 to 10.6 and the chapters of Svnapot and
 * Svpbmt; the software bits as in FreeBSD's riscv pmap (WIRED 8, MANAGED 9).
 *
 *	 63  62 61 60  54 53                    10 9 8 7 6 5 4 3 2 1 0
 *	+-+--------+------+-----------------------+---+-+-+-+-+-+-+-+-+
 *	|N|  PBMT  |      | PPN                   |RSW|D|A|G|U|X|W|R|V|
 *	+-+--------+------+-----------------------+---+-+-+-+-+-+-+-+-+
 *
 * An entry is a leaf iff one of R, W, X is set; all other bits of an entry that
 * is none are reserved, but for RSW.  Of 64K there are 16 entries, each with N
 * and with 8 in the low four bits of PPN.
 *
 * Normal form.  X is turned ("noexec").  R, which every leaf here has, is left
 * to mean "leaf above the last level".  PPN is the page's own.  An inner entry
 * has W, where RSW's lower bit is clear: withholding writing from a subtree is
 * no right of this hardware, and the bit is the simulation's own.
 */
#include "geometry.h"

#define BIT(n) ((uint64_t)1 << (n))
#define R BIT(1)
#define W BIT(2)
#define X BIT(3)
#define N BIT(63)
#define TABLE_RO BIT(8)
#define NAPOT_64K ((uint64_t)8 << 10)
#define NAPOT_MASK ((uint64_t)15 << 10)

static uint64_t
riscv_to_hw(const struct pmap_geometry *geo, unsigned level, uint64_t pte)
{
	uint64_t hw = (pte | R) ^ X;

	if (level < geo->nlevels - 1u && (pte & R) == 0)
		return (pte & ~W) | (pte & W ? 0 : TABLE_RO);
	if (pte & N)
		hw = (hw & ~NAPOT_MASK) | NAPOT_64K;
	return hw;
}

static uint64_t
riscv_from_hw(const struct pmap_geometry *geo, unsigned level, unsigned index,
    uint64_t hw)
{
	uint64_t pte = hw ^ X;

	if (level < geo->nlevels - 1u)
		return hw & R ? pte :
				(hw & ~TABLE_RO) | (hw & TABLE_RO ? 0 : W);
	if (hw & N)
		pte = (pte & ~NAPOT_MASK) | (uint64_t)(index & 15) << 10;
	return pte & ~R;
}

static const struct pte_bitname riscv_bits[] = {
	{ BIT(0), "V", PTE_IN_ALL },
	{ R, "R", PTE_IN_LEAF },
	{ W, "W", PTE_IN_LEAF },
	{ X, "X", PTE_IN_LEAF },
	{ BIT(4), "U", PTE_IN_LEAF },
	{ BIT(5), "G", PTE_IN_ALL },
	{ BIT(6), "A", PTE_IN_LEAF },
	{ BIT(7), "D", PTE_IN_LEAF },
	{ TABLE_RO, "RO", PTE_IN_TABLE },
	{ BIT(8), "WIRED", PTE_IN_LEAF },
	{ BIT(9), "MANAGED", PTE_IN_LEAF },
	{ (uint64_t)3 << 61, "PBMT", PTE_IN_LEAF },
	{ N, "N", PTE_IN_PAGE },
	{ 0, NULL, 0 },
};

/* clang-format off */
#define RISCV_PTE {					\
	.valid = BIT(0),				\
	.write = W,					\
	.user = BIT(4),					\
	.accessed = BIT(6),				\
	.dirty = BIT(7),				\
	.large = R,					\
	.group = N,					\
	.global = BIT(5),				\
	.managed = BIT(9),				\
	.wired = BIT(8),				\
	.noexec = X,					\
	.frame = 0x003ffffffffffc00,			\
	.pfn_shift = 10,				\
	.table = BIT(0) | W,				\
	.leaf = BIT(0),					\
	.leaf_kernel = BIT(5),				\
	.to_hw = riscv_to_hw,				\
	.from_hw = riscv_from_hw,			\
}

/* The kernel's map where FreeBSD has it: it begins the upper half of Sv39. */
#define RISCV_SPACE					\
	.page_shift = 12,				\
	.nsizes = 4,					\
	.max_order = 11,				\
	.ptr_size = 8,					\
	.pte_size = 8,					\
	.user_min = 0x1000,				\
	.kernel_min = 0xffffffc000000000,		\
	.kernel_max = 0xffffffc800000000,		\
	.pte = RISCV_PTE,				\
	.bitnames = riscv_bits
/* clang-format on */

/* FreeBSD counts levels so that the base page's is L3. */
const struct pmap_geometry pmap_riscv64 = {
	.name = "riscv64",
	.summary = "riscv64, Sv39: three levels, 4K pages",
	.sizes = { { 12, PMAP_SIZE_PAGE, 2, false },
	    { 16, PMAP_SIZE_GROUP, 2, true }, { 21, PMAP_SIZE_LEAF, 1, true },
	    { 30, PMAP_SIZE_LEAF, 0, false } },
	.va_bits = 39,
	.nlevels = 3,
	.shift = { 30, 21, 12 },
	.bits = { 9, 9, 9 },
	.level_name = { "L1", "L2", "L3" },
	.user_max = (vaddr_t)1 << 38,
	RISCV_SPACE,
};

const struct pmap_geometry pmap_riscv64_sv48 = {
	.name = "riscv64-sv48",
	.summary = "riscv64, Sv48: four levels, 4K pages",
	.sizes = { { 12, PMAP_SIZE_PAGE, 3, false },
	    { 16, PMAP_SIZE_GROUP, 3, true }, { 21, PMAP_SIZE_LEAF, 2, true },
	    { 30, PMAP_SIZE_LEAF, 1, false } },
	.va_bits = 48,
	.nlevels = 4,
	.shift = { 39, 30, 21, 12 },
	.bits = { 9, 9, 9, 9 },
	.level_name = { "L0", "L1", "L2", "L3" },
	.user_max = (vaddr_t)1 << 47,
	RISCV_SPACE,
};

const struct pmap_geometry pmap_riscv64_sv57 = {
	.name = "riscv64-sv57",
	.summary = "riscv64, Sv57: five levels, 4K pages",
	.sizes = { { 12, PMAP_SIZE_PAGE, 4, false },
	    { 16, PMAP_SIZE_GROUP, 4, true }, { 21, PMAP_SIZE_LEAF, 3, true },
	    { 30, PMAP_SIZE_LEAF, 2, false } },
	.va_bits = 57,
	.nlevels = 5,
	.shift = { 48, 39, 30, 21, 12 },
	.bits = { 9, 9, 9, 9, 9 },
	.level_name = { "L-1", "L0", "L1", "L2", "L3" },
	.user_max = (vaddr_t)1 << 56,
	RISCV_SPACE,
};
