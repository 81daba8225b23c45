/*
 * Stepping through a run: what the line mode and the screen have in common.
 *
 *	struct wl_step	one run, or the same run on two machines side by side
 *	   |- wl_step_do()	a command as typed: text out, the run moved
 *	   '- wl_step_see_*()	what a screen draws of where it stands
 *
 * Commands are rows of wl_step_commands (command.c); whoever has keys
 * gives their commands to wl_step_do().  All positions are operations, from 1
 * on: at operation n, n have been done (history/history.h).
 *
 * Of two sides one is the left one (0), the other the right one (1).  Both are
 * moved by each command that moves; what looks is told of both, or of the one
 * that `side' has chosen.
 */
#ifndef WL_STEP_H
#define WL_STEP_H

#include "workloads/history/history.h"

struct wl_step;

#define WL_STEP_SIDES 2

struct wl_step_config {
	const char     *path;		/* of the run */
	/* One a side, each at its beginning; taken over in any case.  Of one
	   side the second is NULL. */
	struct wl_input *input[WL_STEP_SIDES];
	const char     *name[WL_STEP_SIDES]; /* what is different: "policy=lru";
					   NULL: nothing */
	size_t		memory;		/* of checkpoints, all; 0: default */
	uint64_t	every, most;	/* as of wl_history_config */
	bool	      (*configure)(void *ctx, int side, struct sim_config *);
	bool	      (*progress)(void *ctx, uint64_t at);
	int	      (*tool)(struct machine *, int argc, char **argv,
			    FILE *out);
	FILE	       *out, *err;	/* results; complaints, a line each */
	void	       *ctx;
};

/* => 0, or an errno and one sentence in err ("" if configure() has told) */
int	wl_step_open(const struct wl_step_config *, struct wl_step **,
	    char *err, size_t errlen);
void	wl_step_close(struct wl_step *);		/* NULL is allowed */

/* At the beginning: where it is, and what the script shows before it acts. */
void	wl_step_begin(struct wl_step *);
/* Do a command; an empty one is the last one again. => false: quit */
bool	wl_step_do(struct wl_step *, const char *command);
/* Where it stands, as line mode tells behind each command that moves. */
void	wl_step_where(struct wl_step *);
/* Commands that have failed (an unknown word, nothing found). */
uint64_t wl_step_nfailed(const struct wl_step *);

/* The run of a side; NULL: there is no such side. */
struct wl_history *wl_step_history(struct wl_step *, int side);
const char *wl_step_side_name(const struct wl_step *, int side);

/* ---- commands ---- */

struct wl_step_command {
	const char     *name;		/* NULL ends the table */
	const char     *args;		/* "[N]", or "" */
	const char     *help;		/* one line */
	bool		again;		/* an empty line does it again */
	/* => false: it failed, and has said so */
	bool	      (*run)(struct wl_step *, const char *args);
};
extern const struct wl_step_command wl_step_commands[];

/* ---- what is to be seen ---- */

/* Sentences of the events of the operation done last, if it was done by a
 * command that goes one step; the i-th. => NULL: there are no more */
const char *wl_step_see_event(const struct wl_step *, int side, size_t i);

/* A piece of an address space, in order; one that is free has no entry. */
struct wl_step_piece {
	vaddr_t		start, end;
	bool		mapped;
	vm_prot_t	prot;
	char		name[64];	/* "[heap]", a path; "" if free */
	uint64_t	pages;		/* of the piece */
	uint64_t	resident, swapped, dirty;
};
/*
 * The address space of a process, free pieces and all.
 * => how many; *pieces is the caller's to free.  0: no such process, no memory
 */
size_t	wl_step_see_space(struct wl_step *, int side, int pid,
	    struct wl_step_piece **pieces);

/* The way of an address through the page table, root first. */
struct wl_step_level {
	unsigned	level;		/* 0: the root */
	const char     *name;		/* "PML4E" */
	pfn_t		table;		/* frame of the table */
	uint64_t	index;		/* of the entry in it */
	uint64_t	entry;		/* as the machine has it; 0: none */
	bool		leaf;		/* it maps the address */
	pfn_t		frame;		/* that the entry leads to; 0: none */
	char		flags[60];	/* names of its bits: "P RW US A D" */
};
#define WL_STEP_MAXLEVELS 8
/* => levels, 0: no such process */
unsigned wl_step_see_walk(struct wl_step *, int side, int pid, vaddr_t va,
	    struct wl_step_level[WL_STEP_MAXLEVELS]);

/* A frame of memory. */
enum wl_step_owner { WL_STEP_FREE, WL_STEP_ANON, WL_STEP_FILE, WL_STEP_TABLE,
    WL_STEP_OTHER };
struct wl_step_frame {
	uint8_t		owner;		/* enum wl_step_owner */
	uint16_t	queue;		/* PQ_ACTIVE, ...; 0: none */
	bool		dirty, referenced, wired;
	int		pid;		/* of one that has it mapped; 0: none */
	uint64_t	tag;		/* content, if the machine keeps it */
};
/* Frames that have been in use: 1 to the returned number - 1. */
uint32_t wl_step_nframes(struct wl_step *, int side);
void	wl_step_see_frame(struct wl_step *, int side, uint32_t frame,
	    struct wl_step_frame *);

/* Lengths of the queues and other figures of memory. */
struct wl_step_memory {
	uint64_t	frames, free, active, inactive, laundry, wired;
	uint64_t	swap, swapped;	/* pages */
	uint64_t	faults, evictions, cow, clock;
};
void	wl_step_see_memory(struct wl_step *, int side,
	    struct wl_step_memory *);

#endif /* WL_STEP_H */
