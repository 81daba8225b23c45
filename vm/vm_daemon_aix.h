/*
 * The page stealer of AIX: a clock with one hand over the frame table.
 *
 * The hand passes over the frames by number.  A frame in use whose reference
 * bit is set has it cleared and is passed; one whose bit is still clear is
 * stolen, if pages of its kind are to be stolen now; a modified page is written
 * first, a working page to paging space and a file's to its file.
 *
 *	computational	pages of anons and shared memory (working), and of
 *			files that are mapped executable (text)
 *	file		all others; numperm and numclient count these and text
 *
 * It starts when fewer than minfree frames are free and stops when maxfree are;
 * and when file pages come within minfree of a hard bound (maxclient with
 * strict_maxclient, maxperm with strict_maxperm), until they are maxfree below.
 *
 *	file pages		stolen are
 *	below minperm		both kinds
 *	minperm to maxperm	file pages; both with lru_file_repage, if file
 *				pages have more repages than computational ones
 *	above maxperm,
 *	or for a hard bound	file pages
 *
 * If two turns find nothing of the one kind to steal, both are taken; if two
 * more do, the stealer gives up until something has changed.  (The turns are
 * ours: AIX's documents do not say what it does then.)
 *
 * L1  minfree < maxfree; minperm <= maxperm; maxclient <= maxperm
 * L2  rpgcnt[i] <= nrepaged[i]
 */
#ifndef VM_DAEMON_AIX_H
#define VM_DAEMON_AIX_H

#include "vm.h"
#include "vm_repage.h"

/* Index of the pairs that are kept by kind (AIX's repage types). */
enum { VM_AIX_COMP, VM_AIX_FILE, VM_AIX_NKINDS };

#define VM_AIX_RPTSIZE	65536		/* keys in the repage table */

/* What an administrator may set (vmo). */
struct vm_aix_tune {
	uint64_t	minfree, maxfree;	/* frames; 0: by memory */
	uint64_t	minperm, maxperm, maxclient;	/* % of lruable */
	uint64_t	rpdecay;	/* % of rpgcnt that a second leaves */
	uint64_t	strict_maxperm, strict_maxclient; /* 0 or 1 */
	uint64_t	lru_file_repage;		/* likewise */
};
extern const struct vm_aix_tune vm_aix_defaults;

struct vm_aix_levels {			/* frames */
	uint64_t	lruable;	/* memory less the kernel's reserve */
	uint64_t	minfree, maxfree;
	uint64_t	minperm, maxperm, maxclient;
};

#define VM_AIX_PAGEAHEAD_MIN	2	/* pages of 4K read ahead */
#define VM_AIX_PAGEAHEAD_MAX	8

/*
 * The levels that follow, under any daemon.  minfree and maxfree are AIX's 960
 * and 1088 pages of 4K (one memory pool) or, in a small memory, a twentieth of
 * it and room for one read-ahead.  What was set out of order is put right:
 * maxfree rises above minfree, minperm and maxclient fall to maxperm.
 */
void	vm_aix_levels(const struct vm *, const struct vm_aix_tune *,
	    struct vm_aix_levels *);

struct vm_aix {
	struct vm_aix_tune tune;
	struct vm_aix_levels level;
	pfn_t		hand;		/* the frame that it looks at next */
	uint64_t	nreplaced[VM_AIX_NKINDS];	/* stolen */
	uint64_t	nrepaged[VM_AIX_NKINDS];	/* came back */
	uint64_t	rpgcnt[VM_AIX_NKINDS];	/* the same, lately */
	uint64_t	permio;		/* file pages that it wrote */
	uint64_t	decayed;	/* vm->tick of the last decay */
	uint64_t	stuck[4];	/* as it was when it gave up */
	struct vm_repages repages;
};

/* => the stealer's state; NULL: the machine has another daemon */
struct vm_aix *vm_aix_of(const struct vm *);
/* Those that are set already change nothing.  => percents are at most 100 */
void	vm_aix_tune(struct vm *, const struct vm_aix_tune *);
/* What kind a page in use is of: VM_AIX_COMP or VM_AIX_FILE. */
unsigned vm_aix_kind(struct vm *, pfn_t);

#endif /* VM_DAEMON_AIX_H */
