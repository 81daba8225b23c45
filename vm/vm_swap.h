/*
 * Swap: devices and files of page slots (uvm_swap; reference 7.8).
 *
 * All slots have one numbering, the drum: each device has a stretch of it,
 * given once and never used by another.  A slot belongs to one anon or to one
 * page of an aobj; it holds that page's content tag.
 *
 * Devices stand in lists by priority; a lower number is used first, devices of
 * one priority take turns.  An allocation takes n slots in a row from the first
 * enabled device that has them.
 *
 * S1  0 <= swpgonly <= swpginuse <= swpages; a device's npginuse is the number
 *     of its set bits, without those that stand for no slot
 * S2  each used slot is owned exactly once (an anon, an aobj page) or bad
 * S4  slot 0 is never given; a bad one is never used again
 * S6  a word of used is all ones <=> its bit in full is set
 * S7  no free run is longer than longest
 * S8  the order names each device in use once, by rising priority
 */
#ifndef VM_SWAP_H
#define VM_SWAP_H

#include "pmap/types.h"

struct vm;

#define SWSLOT_NONE	0		/* no slot */
#define SWSLOT_BAD	UINT32_MAX	/* the page could not be read */

#define VM_SWAP_CLUSTER	16		/* pages of one write */
#define VM_SWAP_MAXRUN	64		/* slots of one allocation */
#define VM_SWAP_MAXDEVS	32
#define VM_SWAP_MAXPRI	65535

#define SWF_INUSE	1
#define SWF_ENABLE	2
#define SWF_FILE	8		/* ours: a file; others are block
					   devices, whose page 0 is a label */
#define SWF_CRYPT	16		/* ours: encryption was asked for; it
					   changes nothing */

struct vm_swapdev {
	uint32_t	first;		/* drum number of its page 0 */
	uint32_t	npages;		/* of the stretch, a label included */
	uint32_t	npginuse;	/* slots that are allocated, bad ones
					   too */
	uint32_t	npgbad;
	uint32_t	hint;		/* where to look for free slots next */
	uint32_t	longest;	/* no more free slots in a row than
					   this, below VM_SWAP_MAXRUN;
					   UINT32_MAX: not known */
	int		priority;
	unsigned	flags;		/* SWF_*; 0: this row is free */
	uint64_t       *used;		/* a bit a page; set too: the label's,
					   and those behind the end */
	uint64_t       *full;		/* a bit a word of used */
	uint64_t       *bad;		/* a bit a page */
	uint64_t       *tag;		/* content, if tags are kept */
};

struct vm_swap {
	struct vm_swapdev dev[VM_SWAP_MAXDEVS];	/* by device number */
	uint8_t		order[VM_SWAP_MAXDEVS];	/* in use: by priority, then by
						   turn */
	uint32_t	norder;
	uint32_t	drum;		/* lowest number never given */
	uint32_t	avail;		/* slots of enabled devices, without
					   bad ones */
	uint64_t	allocs;		/* slots ever allocated */
};

void	vm_swap_init(struct vm *);
void	vm_swap_fini(struct vm *);
/*
 * Add a device of so many pages, behind those of its priority.  The anons get
 * names for its slots.
 * => 0 and *number; EINVAL: npages is 0 (or 1 and it has a label), a priority
 *    out of range; ENOSPC: VM_SWAP_MAXDEVS are in use, or the drum is full;
 *    ENOMEM: of the host
 */
int	vm_swap_on(struct vm *, uint32_t npages, int priority, unsigned flags,
	    uint32_t *number);
/*
 * Remove one.  All of its pages are brought back first and are dirty then; what
 * does not fit into memory may go to the other devices; a page that cannot be
 * read is lost, as it is to a fault.
 * => 0; ENXIO: not in use; ENOMEM: they do not fit (it stays, enabled, with
 *    those that are left); EBUSY: slots are in use that nobody owns and that
 *    are not bad
 */
int	vm_swap_off(struct vm *, uint32_t number);
/*
 * Another priority; the device is the last of those that have it.
 * => 0; ENXIO; EINVAL: the priority is out of range
 */
int	vm_swap_ctl(struct vm *, uint32_t number, int priority);

/*
 * n slots in a row; with lessok one, if no device has n.  *got of them.
 * => the first; SWSLOT_NONE: no device has room
 */
uint32_t vm_swap_alloc(struct vm *, uint32_t n, bool lessok, uint32_t *got);
/* n slots in a row of one device; NONE and BAD are ignored */
void	vm_swap_free(struct vm *, uint32_t slot, uint32_t n);
/*
 * A slot cannot be read or written.  Its content is lost; the owner forgets it
 * and sets SWSLOT_BAD.  swpgonly is not touched.
 */
void	vm_swap_markbad(struct vm *, uint32_t slot);

/*
 * One read or write, n slots from slot on, by frame; vm->io_fn is told.  put
 * copies the tags of the frames to the slots if it succeeds, get the other way.
 * get is for a page that is nowhere else: it counts nswget, and swpgonly down,
 * also when it fails.
 * => 0 or EIO
 */
int	vm_swap_put(struct vm *, uint32_t slot, const pfn_t *, uint32_t n);
int	vm_swap_get(struct vm *, uint32_t slot, pfn_t);
uint64_t vm_swap_tag(const struct vm *, uint32_t slot);
/* Which device, and which page of it; NULL: nobody's */
const struct vm_swapdev *vm_swap_find(const struct vm *, uint32_t slot);

/* Slots that a device has, bad ones too */
uint32_t vm_swap_nslots(const struct vm_swapdev *);
bool	uvm_swapisfull(const struct vm *);	/* NetBSD's rule */
/* => NULL, or the first of S1 to S8 that does not hold, in buf */
const char *vm_swap_check(struct vm *, char *buf, size_t len);

/*
 * For cores: row `number' becomes a device with the stretch, hint, longest,
 * priority and flags of *like, all slots free; its place in the order, the drum
 * and the anons' names are the caller's, who sets bits in used (and bad, tag),
 * and then calls vm_swap_index() for what follows from them.
 * => 0 or ENOMEM
 */
int	vm_swap_place(struct vm *, uint32_t number,
	    const struct vm_swapdev *like);
void	vm_swap_index(struct vm *, uint32_t number);

/*
 * Reads and writes of disks, told to the floor above, which has a model of
 * them (sim/disk.h) and may let them fail.
 */
enum vm_io_kind { VM_IO_READ, VM_IO_WRITE };
struct vm_io {
	enum vm_io_kind kind;
	bool		wait;		/* somebody waits for it */
	bool		swap;		/* of a swap device, else of a file */
	uint32_t	id;		/* number of the device, or object id */
	uint64_t	page;		/* first page of the device or file */
	uint32_t	npages;
};
/* => 0 or EIO */
typedef int vm_io_fn(void *ctx, const struct vm_io *);

#endif /* VM_SWAP_H */
