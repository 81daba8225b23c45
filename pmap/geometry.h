/*
 * Page-table geometries and PTE formats as data.
 *
 * A machine's page table is a radix tree: level 0 is the root, the last level
 * holds the base-page PTEs.  Adding a machine means adding a row to the table
 * in geometry.c; no code asks which machine it is.
 *
 * Bit layout of the x86 rows: Intel SDM vol. 3, AMD APM vol. 2; software bits
 * of amd64 as FreeBSD 14.1 uses them (PG_MANAGED bit 10, PG_W bit 11), those of
 * i386 as FreeBSD's i386 does (PG_W bit 9, PG_MANAGED bit 10).  The host stores
 * each PTE in 8 bytes whatever the machine's own width is.
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

/* Masks in a PTE; a format that lacks a bit has mask 0. */
struct pte_format {
	uint64_t	valid;		/* P / V */
	uint64_t	write;		/* RW: writes allowed (all levels) */
	uint64_t	user;		/* U/S */
	uint64_t	accessed;	/* A */
	uint64_t	dirty;		/* M / D; leaf only */
	uint64_t	large;		/* PS: leaf above the last level */
	uint64_t	global;		/* G */
	uint64_t	managed;	/* software: page has pv tracking */
	uint64_t	wired;		/* software: wired mapping */
	uint64_t	noexec;		/* NX; 0: what is readable executes */
	uint64_t	frame;		/* physical address bits */
};

struct pte_bitname {
	uint64_t	mask;
	const char     *name;		/* as the manual calls it */
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
	bool		va_plain;	/* bits above va_bits are 0; else they
					   repeat the top one (canonical) */
	uint8_t		nlevels;
	uint8_t		ptr_size;	/* bytes of a kernel pointer */
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

/* => NULL when no geometry has that name */
const struct pmap_geometry *pmap_geometry_byname(const char *);

#endif /* PMAP_GEOMETRY_H */
