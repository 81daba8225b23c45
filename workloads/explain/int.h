/*
 * Inside of stories (explain*.c).
 *
 *	explain.c	begin, end, events to whom they concern
 *	text.c		lines and facts; printing
 *	fault.c		a fault: entry, rights, layers, page
 *	walk.c		page table, entries in words, TLB
 *	super.c		larger pages
 *	paging.c	who goes, why, disks
 *	call.c		what a system call did to the map
 *	place.c		why a new range lies where it does
 *	fail.c		what fails, by which check, and the manual
 *	count.c		counters and time
 */
#ifndef WL_EXPLAIN_INT_H
#define WL_EXPLAIN_INT_H

#include "explain.h"
#include "sim/event.h"

#define STORY_TEXT	400		/* a sentence, or a part of one */

struct story_line {
	const char     *step;
	size_t		text, facts;	/* in story.buf */
	bool		brief;		/* of the short chain, */
	bool		muted;		/* but for now left out */
	bool		only_brief;	/* the full chain has a longer one */
};

/* What was so when the operation began. */
struct story_before {
	uint64_t       *counter;	/* sim_stat_at() */
	size_t		ncounters;
	uint64_t       *cost;		/* sim_clock_part() */
	size_t		ncosts;
	uint64_t	clock, wait;
	struct pmap_walk walk;		/* of an access's first page */
	bool		walked;
	pfn_t		fresh;		/* frames from here on are unused */
	uint64_t	refused[VM_NREFUSALS];	/* reservations */
	/* of the address space */
	uint32_t	nentries, ntables;
	uint64_t	resident;
};

struct story_paging {			/* pages dealt with, not yet told */
	uint64_t	written, evicted, kept;
	pfn_t		last;		/* frame that went last */
	unsigned	at;		/* line of the first */
	uint64_t	free;		/* frames, then */
	const char     *who;		/* decided; NULL: the operation */
};

struct wl_story {
	struct machine *m;
	vm_event_fn    *next_fn;	/* who listened before */
	void	       *next_ctx;
	struct wl_deed	deed;
	bool		open;		/* an operation is under way */
	/* lines */
	struct story_line *line;
	unsigned	nlines, maxlines;
	char	       *buf;
	size_t		len, size;
	uint64_t	lost, lost_brief; /* of the full chain, the short one */
	bool		nomem;		/* some of them for want of memory */
	bool		kept;		/* the line told last is there */
	bool		muted;		/* so are lines to come */
	/* an access and its faults */
	unsigned	nfaults;
	vaddr_t		first_fault, fault; /* pages */
	unsigned	fault_line;	/* first one of the fault under way */
	vm_prot_t	access;
	uint32_t	copy_refs;	/* of the amap that a fault copies */
	bool		failed;		/* the fault has */
	bool		mapped;		/* some PTE was made */
	uint64_t	neighbours;	/* mapped on the way, not yet told */
	vaddr_t		neighbour;	/* the first of them */
	struct story_paging paging;
	vsize_t		mapped_size;	/* of the map, as of the last event */
	uint32_t	plain_forks;	/* entries that fork copied, without an
					   amap, not yet told */
	struct story_before before;
};

/* ---- lines (text.c) ---- */
void	story_tell(struct wl_story *, bool brief, const char *step,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Lines to come matter wherever they stand. => what s->muted is to be again */
bool	story_loud(struct wl_story *);
/* Of the short chain after all: the lines from the i-th on. */
void	story_unmute(struct wl_story *, unsigned i);
/* The line told last is left out of the full chain. */
void	story_only_brief(struct wl_story *);
/* Facts of the line told last; keys are plain words. */
void	story_fact(struct wl_story *, const char *key, uint64_t);
void	story_fact_change(struct wl_story *, const char *key, uint64_t from,
	    uint64_t to);		/* less than 0 if it fell */
void	story_fact_address(struct wl_story *, const char *key, uint64_t);
void	story_fact_text(struct wl_story *, const char *key, const char *);
/* The members of an event's JSON object, but for its kind. */
void	story_fact_event(struct wl_story *, const struct vm_event *);
/* Text into a buffer, cut at its end, from *at on. */
void	story_add(char *buf, size_t len, size_t *at, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
/* "64K" */
const char *story_size(uint64_t bytes, char buf[32]);

/* ---- the parts ---- */
void	story_fault(struct wl_story *, struct process *,
	    const struct vm_event *);
/* => true: the event was one of a fault's, and is told */
bool	story_fault_event(struct wl_story *, struct process *,
	    const struct vm_event *);
void	story_neighbours(struct wl_story *);

/* Bits of a leaf or an inner entry in words: "valid, writable, accessed". */
const char *story_bits(const struct machine *, uint64_t pte, unsigned level,
	    char buf[STORY_TEXT]);
/* The walk of an address as lines of the full chain. */
void	story_walk(struct wl_story *, struct pmap *, vaddr_t va);
/* Why the page table does not do for an access: a part of a sentence. */
const char *story_why_fault(struct wl_story *, struct pmap *, vaddr_t va,
	    bool access, char buf[STORY_TEXT]);
void	story_pte(struct wl_story *, struct process *,
	    const struct vm_event *);
/* At the end of an access: hits and misses, A and M. */
void	story_no_fault(struct wl_story *);
void	story_tlb(struct wl_story *);

bool	story_super_event(struct wl_story *, struct process *,
	    const struct vm_event *);
/* Where a frame came from: "the free list" */
const char *story_origin(struct wl_story *, pfn_t, char buf[STORY_TEXT]);
/* After a mapping was made: how far a larger one is. */
void	story_larger(struct wl_story *, struct process *, vaddr_t va,
	    pfn_t);

bool	story_paging_event(struct wl_story *, struct process *,
	    const struct vm_event *);
void	story_paging_done(struct wl_story *);
/* ", which takes the disk 100000 ns", or nothing; since it was asked last */
const char *story_disk(struct wl_story *, char buf[STORY_TEXT]);
/* What is in a frame: "anon 3", "page 2 of /bin/sh" */
const char *story_page(struct wl_story *, pfn_t, char buf[STORY_TEXT]);

void	story_call_event(struct wl_story *, struct process *,
	    const struct vm_event *);
void	story_call_end(struct wl_story *, int err, uint64_t ret);
/* A range has been mapped by the call: why there. */
void	story_place(struct wl_story *, struct process *, vaddr_t start,
	    vaddr_t end);

void	story_access_failed(struct wl_story *, struct process *,
	    const struct vm_event *);
void	story_signal(struct wl_story *, const struct sim_signal *);
void	story_call_failed(struct wl_story *, int err);
/* Nothing holds va: who is nearest. */
void	story_no_entry(struct wl_story *, struct process *, vaddr_t va);

bool	story_before_init(struct wl_story *);	/* => false: no memory */
void	story_before_note(struct wl_story *);
void	story_before_fini(struct wl_story *);
/* How much a counter has grown so far, by its name; 0: no such counter. */
uint64_t story_grown(const struct wl_story *, const char *name);
void	story_counters(struct wl_story *);
void	story_cost(struct wl_story *);

#endif /* WL_EXPLAIN_INT_H */
