/*
 * uvmsim report: what a run was like, as data for one page of HTML.
 *
 *	machine --report_moment()--> struct report --report_write()--> HTML
 *	   after each operation        columns        page/ and the data
 *
 * A moment is the state after an operation; moment 0 is that before the first.
 * The report holds the state of moment 0 and what changed at each later one, so
 * that whoever reads it can put together any moment.  What changed is found by
 * looking at the machine itself, where its events say that something happened:
 * an event is never believed, it only says where to look.
 *
 *	table	 row				columns
 *	op	 an operation			kind proc line pages clock
 *	touch	 a page that it referenced	page
 *	page	 a page of a space, by number	space vpn
 *	pte	 a page has changed		moment page frame bits
 *	frame	 a frame has changed		moment frame owner bits
 *	entry	 a map entry has changed	moment space start pages attr
 *	proc	 a process has changed		moment proc space
 *	stat	 a counter has changed		moment stat value
 *	story	 what was said of an operation	moment chain, number ...
 *
 * Where a run has more than a report can hold, moments are joined by pairs:
 * `shift' is how often that was done, and a moment is 2^shift operations.
 *
 * Memory is the host's; a report that cannot get more says so (nomem) and does
 * nothing from then on.
 */
#ifndef API_REPORT_REPORT_H
#define API_REPORT_REPORT_H

#include <stdio.h>

#include "sim/sim.h"
#include "workloads/curve/opt_curve.h"
#include "workloads/refs/pageindex.h"
#include "workloads/policy/count.h"
#include "workloads/curve/reuse.h"

struct wl_story;

/* ---- columns of integers (column.c) ---- */

struct report_column {
	int64_t	       *v;
	size_t		n, max;
};

/*	id, name in the page */
#define REPORT_COLUMNS(X)						\
	X(OP_KIND,	"op.kind")	/* four times enum report_kind, and
					   enum report_result */	\
	X(OP_PROC,	"op.proc")	/* row of procs; -1: nobody */	\
	X(OP_LINE,	"op.line")	/* of the source; 0: none */	\
	X(OP_PAGES,	"op.pages")	/* rows of touch */		\
	X(OP_CLOCK,	"op.clock")	/* simulated ns behind it */	\
	X(TOUCH_PAGE,	"touch.page")					\
	X(PAGE_SPACE,	"page.space")					\
	X(PAGE_VPN,	"page.vpn")					\
	X(PTE_MOMENT,	"pte.moment")					\
	X(PTE_PAGE,	"pte.page")					\
	X(PTE_FRAME,	"pte.frame")	/* 0: none */			\
	X(PTE_BITS,	"pte.bits")	/* REPORT_PTE_* */		\
	X(FRAME_MOMENT,	"frame.moment")					\
	X(FRAME_FRAME,	"frame.frame")					\
	X(FRAME_OWNER,	"frame.owner")	/* enum report_owner, or OBJECT
					   and a row of objects */	\
	X(FRAME_BITS,	"frame.bits")	/* REPORT_FRAME_* */		\
	X(ENTRY_MOMENT,	"entry.moment")					\
	X(ENTRY_SPACE,	"entry.space")					\
	X(ENTRY_START,	"entry.start")	/* page number */		\
	X(ENTRY_PAGES,	"entry.pages")	/* 0: gone */			\
	X(ENTRY_ATTR,	"entry.attr")	/* row of attrs */		\
	X(PROC_MOMENT,	"proc.moment")					\
	X(PROC_PROC,	"proc.proc")					\
	X(PROC_SPACE,	"proc.space")	/* -1: it has exited */		\
	X(STAT_MOMENT,	"stat.moment")	/* rows by counter, then moment */ \
	X(STAT_STAT,	"stat.stat")	/* enum report_stat */		\
	X(STAT_VALUE,	"stat.value")					\
	X(STORY_OP,	"story.op")	/* twice the operation, from 1; and 1
					   if it is its text, no story */ \
	X(STORY_CHAIN,	"story.chain")	/* row of chains */		\
	X(STORY_NUMBER,	"story.number")	/* of all chains, in order */

enum report_col {
#define X(id, name) REPORT_##id,
	REPORT_COLUMNS(X)
#undef X
	REPORT_NCOLUMNS
};

/* Kinds of operations: three accesses, then calls, then what is neither. */
enum report_kind { REPORT_READ, REPORT_WRITE, REPORT_EXEC, REPORT_CALL,
    REPORT_OTHER };
enum report_result { REPORT_OK, REPORT_MINOR, REPORT_MAJOR, REPORT_FAILED };

/* A page of a space: rights as VM_PROT_*, then */
#define REPORT_PTE_WIRED	0x08
#define REPORT_PTE_DIRTY	0x10
#define REPORT_PTE_MAPPED	0x20
#define REPORT_PTE_OUT		0x40	/* it went to swap */
#define REPORT_PTE_SIZE		7	/* psind << this */

/* What a frame holds; OBJECT and above: a page of that row of objects. */
enum report_owner { REPORT_FREE, REPORT_ANON, REPORT_TABLE, REPORT_KERNEL,
    REPORT_HELD, REPORT_OBJECT = 8 };
/* A frame: its queue (none, active, inactive, laundry, unswappable), then */
#define REPORT_FRAME_WIRED	0x08
#define REPORT_FRAME_DIRTY	0x10

/*	counter, name in the page, its value in a machine */
#define REPORT_STATS(X)							\
	X(FAULTS,	"faults",	m->vm.exp.faults)		\
	X(MINOR,	"minor faults",	m->vm.stat.minflt)		\
	X(MAJOR,	"major faults",	m->vm.stat.majflt)		\
	X(PAGEINS,	"pages read",	m->vm.exp.pgswapin +		\
	    m->vm.exp.pageins)						\
	X(PAGEOUTS,	"pages written to swap", m->vm.exp.pgswapout)	\
	X(FREE,		"free frames",	m->vm.exp.free)			\
	X(ACTIVE,	"active frames", m->vm.exp.active)		\
	X(INACTIVE,	"inactive frames", m->vm.exp.inactive)		\
	X(WIRED,	"wired frames",	m->vm.exp.wired)		\
	X(SWAP,		"swap slots in use", m->vm.exp.swpginuse)	\
	X(EVICTIONS,	"evictions",	m->vm.stat.evictions)		\
	X(DAEMON,	"page daemon runs", m->vm.exp.pdrevs)		\
	X(TLBMISS,	"TLB misses",	report_tlb(m, true))		\
	X(TLBHIT,	"TLB hits",	report_tlb(m, false))

enum report_stat {
#define X(id, name, value) REPORT_S_##id,
	REPORT_STATS(X)
#undef X
	REPORT_NSTATS
};

/* ---- strings by number (strings.c) ---- */

struct report_string {
	char	       *text;
	size_t		len;
	uint32_t	number;
	UT_hash_handle	hh;
};

struct report_strings {
	struct report_string *byname, **row;
	uint32_t	n, max;
};

/* => the number of a text, which may hold zeros; UINT32_MAX: no memory */
uint32_t report_string(struct report_strings *, const char *, size_t len);
void	report_strings_fini(struct report_strings *);

/* ---- the report ---- */

struct report_entry {			/* of a space, as it was last seen */
	uint64_t	start, pages;	/* page number, pages */
	uint32_t	attr;
};

struct report_space {
	uint32_t	map_id;
	bool		stale;		/* its entries are to be read again */
	bool		rescan;		/* and all of its pages */
	bool		gone;
	struct process *p;		/* that runs in it, this moment */
	struct report_entry *entry;
	size_t		n, max;
	uint32_t	first_page;	/* list of its pages; 0: none */
	uint32_t	npages;
};

struct report_proc {
	int		pid, ppid;
	const struct process *p;	/* NULL: exited */
	uint32_t	name, personality;	/* strings */
	int		space;		/* -1: exited */
	int		first_space;	/* the one that it began in */
};

struct report_page {			/* number i is page[i], from 1 */
	uint32_t	space;
	uint32_t	next_in_space;
	uint32_t	frame, bits;	/* as it was last seen */
	uint32_t	home;		/* frame that holds it, mapped or not,
					   as far as is known; 0: none */
	uint32_t	next_in_frame, prev_in_frame;
	uint64_t	vpn;
	uint32_t	seen;		/* moment that touched it last */
	bool		marked;		/* to be looked at when this moment
					   ends */
};

struct report_range { uint32_t space; uint64_t first, last; };

/* What was done; told by whoever runs the machine. */
struct report_op {
	uint32_t	line;
	int		pid;		/* 0: nobody */
	bool		access;
	vaddr_t		va;
	vsize_t		len;
	vm_prot_t	type;
	int		err;
	bool		told;		/* report_story() is its story */
	const char     *text;		/* as a script has it; not of an
					   access */
};

struct report_limits {
	uint64_t	moments;	/* joined by pairs beyond these */
	uint64_t	rows;		/* of tables, likewise */
	uint64_t	story;		/* rows and numbers of stories */
	uint64_t	touches;	/* of miss-ratio curves */
};
#define REPORT_MOMENTS	((uint64_t)2 << 20)
#define REPORT_ROWS	((uint64_t)24 << 20)
#define REPORT_STORY	((uint64_t)1 << 20)
#define REPORT_TOUCHES	((uint64_t)64 << 20)

struct report {
	/* set before report_begin() */
	const char     *title, *source, *about;
	struct report_limits limit;	/* 0s: the usual */
	uint64_t	at;		/* operation of interest; 0: none */
	/* Lines of the source, set before report_write(). */
	uint32_t	nlines;
	const char     *(*line)(void *ctx, uint32_t);
	void	       *line_ctx;
	/* found */
	struct machine *m;
	bool		nomem;
	uint64_t	ops;		/* operations told */
	unsigned	shift;		/* a moment is 2^shift operations */
	uint64_t	moment;		/* that of the last operation */
	struct report_column col[REPORT_NCOLUMNS];
	struct report_strings strings;	/* names */
	struct report_strings attrs;	/* of entries, JSON arrays */
	struct report_strings templates; /* sentences without numbers */
	struct report_strings chains;	/* of templates: 4 bytes each */
	struct report_column *last;	/* by chain: its numbers last time */
	uint32_t	maxlast;
	struct report_strings objects;	/* names of files and segments */
	struct report_space *space;
	size_t		nspaces, maxspaces;
	struct report_proc *proc;
	size_t		nprocs, maxprocs;
	struct wl_pageindex index;	/* of space and vpn */
	uint32_t       *page_of;	/* by index: number; 0: none yet */
	uint32_t	maxindex;
	struct report_page *page;
	uint32_t	npages, maxpages;
	uint32_t       *frame_owner, *frame_bits, *frame_first;
	uint8_t	       *frame_marked;
	pfn_t		nframes;
	uint64_t	stat[REPORT_NSTATS];
	/* marked for the end of the moment */
	struct report_column marked_pages, marked_frames;
	struct report_range *range;
	size_t		nranges, maxranges;
	bool		all_frames, processes;
	uint64_t	scanned;	/* frames looked at on the way */
	uint64_t	faults, majors;	/* before the operation */
	/* listening */
	vm_event_fn    *next_fn;
	void	       *next_ctx;
	struct wl_story *story;
	/* miss-ratio curves */
	struct wl_reuse	reuse;
	struct wl_opt	opt;
	uint64_t	touches;
	struct report_column kept;	/* touches, for policies */
};

/* ---- collecting (collect.c) ---- */
/*
 * A machine has been made, or loaded: its state is moment 0.  It must outlive
 * report_end().  => false: no memory
 */
bool	report_begin(struct report *, struct machine *);
/* An operation is about to be done. => the story to be told of it; NULL: there
   is no room for one */
struct wl_story *report_story(struct report *);
/* It has been done. */
void	report_moment(struct report *, const struct report_op *);
/* Listens no more. => false: there was no memory */
bool	report_end(struct report *);
void	report_fini(struct report *);

/* ---- parts of it, for api/report alone ---- */
void	report_put(struct report *, enum report_col, int64_t);
bool	report_column_put(struct report_column *, int64_t);
/* Packed: see column.c. => bytes appended to *out; false: no memory */
struct report_bytes { uint8_t *b; size_t n, max; };
bool	report_column_pack(const struct report_column *, bool delta,
	    struct report_bytes *);
/* Base 64, on lines of no end. */
void	report_base64(FILE *, const uint8_t *, size_t);
uint64_t report_tlb(const struct machine *, bool misses);
/* Room for one more of n elements. => false: no memory */
bool	report_grow(void *array, size_t n, size_t *max, size_t size);

/* pages.c */
struct report_space *report_space(struct report *, uint32_t map_id);
uint32_t report_page(struct report *, uint32_t space, uint64_t vpn);
void	report_mark_page(struct report *, uint32_t page);
void	report_mark_frame(struct report *, pfn_t);
void	report_mark_range(struct report *, uint32_t space, vaddr_t, vaddr_t);
void	report_look_pages(struct report *);
void	report_look_frames(struct report *);
/* spaces.c */
void	report_look_processes(struct report *);
void	report_look_entries(struct report *);
void	report_check_entry(struct report *, uint32_t space, vaddr_t);
/* story.c */
void	report_keep_story(struct report *);
/* => the chain that this text alone is, its numbers in STORY_NUMBER */
void	report_text(struct report *, uint64_t op, const char *text);
/* curves.c */
void	report_curve_touch(struct report *, uint32_t page);
#define REPORT_MAXPOINTS 400	/* of a curve */
typedef void report_curve_fn(void *ctx, const char *name,
	    const uint64_t *frames, const uint64_t *misses, size_t n);
/*
 * Each curve, LRU's first; one that there is no memory for is left out, and
 * r->nomem says so.  => there was a touch
 */
void	report_curves(struct report *, report_curve_fn *, void *ctx);
void	report_curves_json(struct report *, FILE *);
void	report_curves_fini(struct report *);
/* thin.c: join moments by pairs, if there are too many */
void	report_thin(struct report *);

/* ---- writing (write.c, meta.c) ---- */
/* The page. => false: no memory, or the file fails */
bool	report_write(struct report *, FILE *);
void	report_meta(struct report *, FILE *);
/* A string as words of HTML or SVG, on one line. */
void	report_put_escaped(FILE *, const char *);
/* A string as a JSON literal that may stand in a <script> of HTML. */
void	report_json_string(FILE *, const char *);

#endif /* API_REPORT_REPORT_H */
