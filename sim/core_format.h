/*
 * Core files: the complete state of a machine in a file (uvmsim-core(5)).
 *
 * Little endian, fixed widths, nothing aligned, no padding.  An "s" is a
 * string: u32 length, then that many bytes, none of them NUL; length 0xffffffff
 * means that there is none.  A "sparse" is u64 count, then that many times u64
 * index (rising) and u32 value (not 0).  [n] is "n times".
 *
 *	offset	size	header
 *	0	8	magic: 89 55 56 4d 0d 0a 1a 0a ("\x89UVM\r\n\x1a\n")
 *	8	4	version: 4
 *	12	4	number of sections: 20
 *	16	8	size of the file
 *	24	8	XXH64 of the section table
 *	32	8	XXH64 of bytes 0 to 31
 *	40	20*32	section table, in the order of the list below:
 *	  +0	8	name, padded with NUL
 *	  +8	8	offset in the file; a section ends where the next begins
 *	  +16	8	size
 *	  +24	8	XXH64 of the section
 *
 *	section	  contents, one after another
 *	config	  s arch, s personality, u64 ram, u64 seed,
 *		  u64 maxuser, u32 frames, u8 superpages, u8 numa, u32 domains,
 *		  u32 cpus, u8 tags, u8 check, s tlb, s policy, s swap, s disk
 *	machine	  machine[]; u32 5, u64[5] references; u32 n, u64[n] system
 *		  calls; s name of the last error (none: no error),
 *		  s operation, s argument, u64 value, u64 lo, u64 hi,
 *		  s sentence; u32 n tunables, each: s name, u64 value;
 *		  u32 n fixed kernel addresses, each: u8 kind, u32 id,
 *		  u64 address; u32 n mounts, each: s directory, s type, u32
 *		  device; u32 n names not in the name cache, each: s path
 *	stats	  u32 n, u64[n] uvmexp; u32 m, u64[m] vmstat
 *	frames	  u32 fresh, free list, head and tail of the queues active,
 *		  inactive, laundry, unswappable, u32 length of the last two;
 *		  frame[] of frames 1 to fresh - 1
 *	tags	  u32 n (fresh - 1, or 0: not kept), u64[n] content tags
 *	swap	  u32 end of the drum, u64 allocations; u8 n, by turn: u8
 *		  number, device[]; u32 n slots in use: u32 page, u8 bad, u64
 *		  content tag if they are kept
 *	anons	  u32 names, fresh, free list, in use, u8 with slots; anon[] of
 *		  names 1 to fresh - 1
 *	slabs	  for entries, amaps, objects: u32 lowest name never used, u32
 *		  n, u32[n] names free again, next one first
 *	objects	  u32 n, in list order: s pager, object[], sparse frames,
 *		  sparse disk (index of a written tag, plus 1), sparse swap
 *		  slots, u32 n, u64[n] written tags
 *	amaps	  u32 n, by id: amap[], u32 n, run[n], sparse anons
 *	spaces	  for the four submaps of the kernel's map: map[], entries; u32
 *		  n, by map id: map[], space[], u32 pmap, u8 is the kernel's,
 *		  u32 root frame, entries.  Entries are: u32 hint, u32
 *		  first_free, u32 n, entry[n]
 *	tables	  u64 pushdowns, u32 next pmap id, u32 levels; for each space:
 *		  u32 n leaf tables and larger pages.  A table is u8 0, u64
 *		  address, u64[levels - 1] entries on the way down, u32 n, n
 *		  times u16 index and u64 PTE; a page u8 psind, u64 address,
 *		  u64[] entries on the way down and its own, u32 frame of the
 *		  table that it keeps or 0
 *	pvs	  u32 n frames that have several mappings, by number: u32 frame,
 *		  u32 n, u64[n] pv, in list order
 *	phys	  u64[24] counters of promotions, demotions, mappings and
 *		  failures by size; u32 map and u64 address where the collapsing
 *		  daemon is; then, unless memory is one plain list: u8 domain
 *		  whose turn it is; domain[], each with u32 head, tail, number
 *		  of the blocks of each pool and order; with superpages: u64[8]
 *		  counters, u64[9] refusals; for each domain u32 head, tail,
 *		  length of its queue; u32 n, n times u32 number, u8 kind and
 *		  u32 id of the owner, reservation[], u64[] population map
 *	tlb	  with a model: u32 processor; for each processor: u32 pmap,
 *		  u64[3] references, u64[] counters, u32 n, n times u32 place
 *		  and u64 entry; u32 n, n times u32 pmap, u64 processors, u64
 *		  those with stale entries.  With a hashed page table, and no
 *		  model: u32 n, n times u32 pmap, u64 page, u8 kinds of access
 *		  known; in any case: u32 n, n times u32 place, u64 key, u64
 *		  second doubleword; u32 victim, u64[] counters
 *	pageout	  waits[]; what the page daemon and the policy keep (daemon[])
 *	files	  u32 n with a name, u32 n unlinked; each: s path, file[]
 *	disks	  for each swap device, by number: s path, u32 inode, s kind of
 *		  its disk; then what disks and their queues keep (disk[])
 *	shm	  u32 n, shm[]
 *	procs	  u32 n, each: s name, s image, s personality, process[],
 *		  u32 n, limit[n]; u32 n, fd[n]; u32 n, attach[n]
 *
 * The records in [] are lists of fields without gaps.  Their tables are in the
 * files that write and read the sections, by means of those tables; of daemons,
 * policies and disks, in their functions `keep' (vm/vm_keep.h).
 *
 * What is not in a core, for it has no effect on what happens next: caches
 * (last leaf used; software TLBs but for what is in "tlb"), the shape of
 * trees, scratch marks, hooks.
 */
#ifndef SIM_CORE_FORMAT_H
#define SIM_CORE_FORMAT_H

#include <stdint.h>

#define CORE_MAGIC		"\x89UVM\r\n\x1a\n"
#define CORE_VERSION		4u
#define CORE_HEADER		40u	/* bytes before the section table */
#define CORE_SECTION		32u	/* bytes of a section table entry */
#define CORE_NOSTRING		UINT32_MAX
#define CORE_MAXSTRING		65536u	/* longest that is believed */

/*	id, name (at most 8 bytes), summary */
#define CORE_SECTIONS(X)						\
	X(CONFIG,	"config",	"configuration")		\
	X(MACHINE,	"machine",	"clock, counters, last error")	\
	X(STATS,	"stats",	"statistics")			\
	X(FRAMES,	"frames",	"frames and their queues")	\
	X(TAGS,		"tags",		"content tags")			\
	X(SWAP,		"swap",		"swap devices and slots")	\
	X(ANONS,	"anons",	"anonymous pages")		\
	X(SLABS,	"slabs",	"order of free names")		\
	X(OBJECTS,	"objects",	"memory objects")		\
	X(AMAPS,	"amaps",	"anonymous maps")		\
	X(SPACES,	"spaces",	"address spaces and entries")	\
	X(TABLES,	"tables",	"page tables")			\
	X(PVS,		"pvs",		"mappings of shared frames")	\
	X(PHYS,		"phys",		"free memory and reservations")	\
	X(TLB,		"tlb",		"TLBs and hashed page table")	\
	X(PAGEOUT,	"pageout",	"page daemon and policy")	\
	X(FILES,	"files",	"simulated files")		\
	X(DISKS,	"disks",	"disks and swap files")		\
	X(SHM,		"shm",		"shared memory segments")	\
	X(PROCS,	"procs",	"processes")

enum core_section {
#define X(id, name, summary) CORE_##id,
	CORE_SECTIONS(X)
#undef X
	CORE_NSECTIONS
};

_Static_assert(sizeof(CORE_MAGIC) - 1 == 8, "magic is 8 bytes");
_Static_assert(CORE_NSECTIONS == 20, "the table above says 20 sections");

#endif /* SIM_CORE_FORMAT_H */
