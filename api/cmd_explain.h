/*
 * uvmsim explain: what its files share.
 *
 *	cmd_explain.c		the command, scripts
 *	cmd_explain_place.c	SCRIPT:LINE:N
 *	cmd_explain_out.c	how a story is written
 *	cmd_explain_trace.c	traces: operation N
 *	cmd_explain_errors.c	what manuals say
 *	cmd_explain_events.c	stories among events: run --events --explain
 */
#ifndef API_CMD_EXPLAIN_H
#define API_CMD_EXPLAIN_H

#include "cmd.h"
#include "workloads/explain/explain.h"

struct wl_done;

/* What is asked for: PATH, PATH:LINE or PATH:LINE:N. */
struct cmd_place {
	char	       *path;
	uint64_t	line;		/* 0: not given; of a trace: number of
					   the operation */
	uint64_t	count;		/* the N-th operation of it; 0: not
					   given */
};
/*
 * Cut an operand.  A file of the whole name goes before the cutting.
 * => false: no memory
 */
bool	cmd_place_parse(const char *operand, struct cmd_place *);
void	cmd_place_free(struct cmd_place *);

/* Where stories go, and those that have been told by their kind. */
struct cmd_tales {
	FILE	       *fp;
	const char     *path;
	bool		json, full;
	uint64_t	told;		/* stories */
	uint64_t       *kind;		/* hashes of those told */
	size_t		nkinds, maxkinds;
};

struct cmd_tale {			/* of one operation */
	uint64_t	operation;	/* from 1 */
	uint32_t	line;		/* 0: none */
	uint64_t	count;		/* the how manieth of its line */
	const char     *text;		/* what was done */
	int		err;
	const struct wl_story *story;
};

void	cmd_tales_begin(struct cmd_tales *);
void	cmd_tales_add(struct cmd_tales *, const struct cmd_tale *);
void	cmd_tales_end(struct cmd_tales *);
/*
 * Is it worth telling a class: does it fault, fail or change the map, in steps
 * that no story before it has had?  Remembers it then.
 */
bool	cmd_tales_new_kind(struct cmd_tales *, const struct cmd_tale *);

struct wl_input;
/*
 * Operation N of a trace, which is place->line; in is at its beginning, and is
 * taken over.  => CMD_OK, CMD_FAIL or CMD_USAGE
 */
int	cmd_explain_trace(struct cmd *, const struct cmd_place *,
	    struct wl_input *in, struct cmd_tales *);

/*
 * What the manuals say of errors, all of it or of one call or errno (a word
 * such as mmap or EINVAL), as a table or as JSON lines.
 * => CMD_OK; CMD_USAGE: no row has that word
 */
int	cmd_explain_errors(const struct cmd *, const char *word, bool json);

struct wl_run;

/*
 * --events FILE --explain: behind the events of each operation of a script, in
 * the same file, the operation itself and why; each event has its number.
 *	{"event":"operation","operation":3,"line":17,"text":...,"why":[...]}
 */
struct cmd_whys {
	struct cmd_events *events;
	struct wl_story *story;		/* NULL: none are wanted */
	uint64_t	operation;
};
/* The machine has been made, and its events are written. => CMD_OK, CMD_FAIL */
int	cmd_whys_attach(struct cmd_whys *, const struct cmd *,
	    struct cmd_events *, struct wl_run *);
/* => before the events are closed */
void	cmd_whys_detach(struct cmd_whys *);

#endif /* API_CMD_EXPLAIN_H */
