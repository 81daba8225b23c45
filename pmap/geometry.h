/*
 * Page-table geometries and PTE formats as data.
 *
 * A machine's page table is a radix tree: level 0 is the root, the last level
 * holds the base-page PTEs.  Adding a machine means adding a row to a table in
 * geometry_*.c and its name to the list in geometry.c; no code asks which
 * machine it is.  docs/machines.md lists the rows and where they come from.
 *
 * Normal form.  The host stores each PTE in 8 bytes whatever the machine's own
 * width is, in a form in which every right is one positive mask and 0 is
 * "nothing": the machine's own bits at the machine's own places, but
 *
 *	negative logic is turned	arm64 AP[2] (read-only) is "dirty"
 *					turned, riscv X "noexec", ...
 *	`large` is a pure flag		set iff the entry is a leaf above the
 *					last level; bits that say the same of
 *					other entries (riscv R) are left out
 *	the frame is whole		Svnapot's size code is no part of it,
 *					x86's PAT bit is not in its way
 *	`write` of an inner entry	clear: writing is withheld from all
 *					below it.  Where the machine has no
 *					such protection a software bit of the
 *					entry keeps it (the simulation's own)
 *
 * pmap_pte_to_hw() and pmap_pte_from_hw() translate, and only the edges (what
 * is shown, what is compared with a manual) use them.
 *
 * A format without a no-execute bit (mask 0) has hardware that executes what it
 * may read: a fetch is a read there, in the page table and in the fault.
 */
#ifndef PMAP_GEOMETRY_H
#define PMAP_GEOMETRY_H

#include "types.h"

#define PMAP_MAXLEVELS	5
#define PMAP_MAXSIZES	6

/*
 * The sizes of page that a machine has, smallest first; the index is FreeBSD's
 * psind.  A page is one PTE of the last level; a group is so many PTEs of the
 * last level side by side that carry a hint (arm64's contiguous bit, riscv's
 * Svnapot, AIX's 64K); a leaf is one entry of a higher level.
 */
enum pmap_size_kind { PMAP_SIZE_PAGE, PMAP_SIZE_GROUP, PMAP_SIZE_LEAF };
struct pmap_pagesize {
	uint8_t		shift;		/* log2 of its bytes */
	uint8_t		kind;		/* enum pmap_size_kind */
	uint8_t		level;		/* whose entries hold it */
	bool		promote;	/* smaller mappings are promoted to it;
					   else it is made when asked for */
};

struct pmap_geometry;

/* Masks in a PTE in normal form; a format that lacks a bit has mask 0. */
struct pte_format {
	uint64_t	valid;		/* P / V */
	uint64_t	write;		/* RW: writes allowed (all levels) */
	uint64_t	user;		/* U/S */
	uint64_t	accessed;	/* A */
	uint64_t	dirty;		/* M / D; leaf only */
	uint64_t	large;		/* PS: leaf above the last level */
	uint64_t	group;		/* hint: one of a group of PTEs */
	uint64_t	promoted;	/* software: smaller translations may
					   still be in TLBs; 0: never so */
	uint64_t	global;		/* G */
	uint64_t	managed;	/* software: page has pv tracking */
	uint64_t	wired;		/* software: wired mapping */
	uint64_t	noexec;		/* NX; 0: what is readable executes */
	uint64_t	frame;		/* frame number, shifted by pfn_shift */
	uint8_t		pfn_shift;
	/* What entries have that nobody changes, `valid` being part of it. */
	uint64_t	table;		/* a new inner entry, write allowed */
	uint64_t	table_user;	/* besides, in a table of a user */
	uint64_t	leaf;		/* any leaf */
	uint64_t	leaf_kernel;	/* besides, in the kernel's table */
	/* NULL: the forms are the same.  Never called for 0. */
	uint64_t      (*to_hw)(const struct pmap_geometry *, unsigned level,
			    uint64_t);
	uint64_t      (*from_hw)(const struct pmap_geometry *, unsigned level,
			    unsigned index, uint64_t);
};

/* Names of bits in the machine's own form. */
#define PTE_IN_TABLE	1		/* entry that points to a table */
#define PTE_IN_LARGE	2		/* leaf above the last level */
#define PTE_IN_PAGE	4		/* entry of the last level */
#define PTE_IN_LEAF	(PTE_IN_LARGE | PTE_IN_PAGE)
#define PTE_IN_ALL	(PTE_IN_TABLE | PTE_IN_LEAF)
struct pte_bitname {
	uint64_t	mask;		/* of several bits: a number */
	const char     *name;		/* as the manual calls it */
	uint8_t		where;		/* PTE_IN_*: what entries have it */
};

struct pmap_geometry {
	const char     *name;		/* as in arch=NAME */
	const char     *summary;
	uint8_t		page_shift;	/* log2 of the base page */
	uint8_t		nsizes;
	struct pmap_pagesize sizes[PMAP_MAXSIZES];
	uint8_t		max_order;	/* largest block of the buddy lists:
					   2^max_order base pages */
	uint8_t		va_bits;
	/* The bits above va_bits repeat the top one (canonical), unless: */
	bool		va_plain;	/* they are 0 */
	bool		va_halves;	/* they are 0 in a user's table and 1 in
					   the kernel's; va_bits are of each */
	bool		hashed;		/* the MMU reads a hashed table (hpt.h),
					   the tree is the system's own */
	uint8_t		nlevels;
	uint8_t		ptr_size;	/* bytes of a kernel pointer */
	uint8_t		pte_size;	/* bytes of a PTE of the machine */
	uint8_t		shift[PMAP_MAXLEVELS];	/* of each level's index */
	uint8_t		bits[PMAP_MAXLEVELS];	/* of each level's index */
	const char     *level_name[PMAP_MAXLEVELS];
	vaddr_t		user_min;	/* lowest mappable user address */
	vaddr_t		user_max;	/* end of the user half */
	vaddr_t		kernel_min;	/* simulated kernel's own map */
	vaddr_t		kernel_max;
	struct pte_format pte;
	const struct pte_bitname *bitnames;	/* ends with a NULL name */
};

extern const struct pmap_geometry *const pmap_geometries[]; /* NULL-ended */

/* The rows, file by file. */
extern const struct pmap_geometry pmap_amd64, pmap_amd64_la57, pmap_i386,
    pmap_i386_pae;
extern const struct pmap_geometry pmap_arm64, pmap_arm64_16k, pmap_arm64_64k;
extern const struct pmap_geometry pmap_riscv64, pmap_riscv64_sv48,
    pmap_riscv64_sv57;
extern const struct pmap_geometry pmap_power;

/* => NULL when no geometry has that name */
const struct pmap_geometry *pmap_geometry_byname(const char *);

/*
 * An entry of this level in the machine's own form, and back.  0 is 0.
 * index: the entry's place in its table (only its place in a group counts).
 * => from_hw(to_hw(pte)) == pte for what the pmap writes; from_hw() of bits
 *    that it does not know keeps them where they are
 */
uint64_t pmap_pte_to_hw(const struct pmap_geometry *, unsigned level,
	    uint64_t pte);
uint64_t pmap_pte_from_hw(const struct pmap_geometry *, unsigned level,
	    unsigned index, uint64_t hw);
/* PTE_IN_* of a valid entry in normal form */
unsigned pmap_pte_where(const struct pmap_geometry *, unsigned level,
	    uint64_t pte);

/* An address of which only va_bits are known, whole again. */
static inline vaddr_t
pmap_va_whole(const struct pmap_geometry *geo, bool kernel, vaddr_t va)
{
	unsigned unused = 64u - geo->va_bits;

	if (geo->va_plain)
		return va;
	if (geo->va_halves)
		return kernel ? va | ~(vaddr_t)0 << geo->va_bits : va;
	return (vaddr_t)((int64_t)(va << unused) >> unused);
}

/* => the machine translates this address in a table of this kind */
static inline bool
pmap_va_ok(const struct pmap_geometry *geo, bool kernel, vaddr_t va)
{
	vaddr_t low = va & (((vaddr_t)1 << geo->va_bits) - 1);

	return pmap_va_whole(geo, kernel, low) == va;
}

#endif /* PMAP_GEOMETRY_H */
