/*
 * Inside of histories: checkpoints, and kinds of runs as rows.
 *
 *	history.c	where the machine stands, goto
 *	point.c		checkpoints
 *	script.c	kinds of runs: scripts; trace.c, refs.c, log.c others
 *	look.c		statements and conditions of the moment
 *	find.c		finding moments
 */
#ifndef WL_HISTORY_INT_H
#define WL_HISTORY_INT_H

#include "history.h"

/* A kind of run.  What it knows of a run is h->run. */
struct wl_source {
	const char     *name;
	enum wl_run_kind kind;
	/*
	 * Read what must be read, make h->m. => 0, an errno and err; what was
	 * allocated is for close() in either case
	 */
	int	      (*open)(struct wl_history *, char *err, size_t errlen);
	void	      (*close)(struct wl_history *);
	/*
	 * Do one operation and fill in h->moment, but for n and text.
	 * => WENT; STOPPED: it was the last one (h->error); END: there was none
	 */
	enum wl_went  (*one)(struct wl_history *);
	/* Up to n at once, if that makes no difference. => how many; 0: none,
	   do them one by one.  NULL: never */
	uint64_t      (*many)(struct wl_history *, uint64_t n);
	/* What only looks, up to the next operation; NULL: nothing does. */
	void	      (*look)(struct wl_history *, FILE *out);
	uint32_t      (*next_line)(const struct wl_history *);
	void	      (*text)(struct wl_history *, FILE *);
	struct wl_exec *(*exec)(struct wl_history *);
	/* What is known besides the machine: a copy, NULL: no memory; and back,
	   h->m being in the same state.  => false: no memory.  keep NULL: the
	   run can only begin again */
	void	     *(*keep)(struct wl_history *);
	bool	      (*restore)(struct wl_history *, const void *);
	void	      (*forget)(void *);	/* NULL is allowed */
	/* Begin again: another machine at moment 0. => 0 or an errno and err */
	int	      (*again)(struct wl_history *, char *err, size_t errlen);
};

extern const struct wl_source wl_source_script, wl_source_refs,
    wl_source_stream, wl_source_log;

struct wl_point {			/* a checkpoint */
	uint64_t	at;
	struct wl_moment moment;
	char	       *text;		/* of the moment; NULL: not known */
	void	       *kept;		/* the source's */
	uint8_t	       *core;		/* packed */
	size_t		size;		/* of it */
	size_t		full;		/* unpacked */
	bool		near;		/* made on the way back */
};

struct wl_lines_of {			/* a source as lines */
	char	       *text;		/* newlines are NULs */
	size_t		len, cap;
	size_t	       *start;		/* of each line */
	uint32_t	n, max;
};

struct wl_history {
	struct wl_history_config config;
	const struct wl_source *source;
	void	       *run;
	struct machine *m;
	uint64_t	at, known;
	bool		ended;		/* known is N */
	bool		cut;		/* where the source breaks off */
	struct wl_story *story;		/* of each operation; NULL: nobody's */
	struct wl_moment moment;
	char	       *text;		/* of it; NULL: not asked yet */
	size_t		textlen;
	char		error[600];
	struct wl_lines_of lines;
	/* checkpoints, by moment */
	struct wl_point *point;
	size_t		npoints, maxpoints;
	size_t		bytes;
	uint64_t	every;		/* the next one comes so far behind */
	uint64_t	saves, loads, redone;
	bool		failed;		/* to open: the input is the caller's */
	bool		broken;		/* LOST: nothing more can be done */
};

/* One sentence. => WL_WENT_LOST, and nothing more can be done */
enum wl_went wl_history_lose(struct wl_history *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	wl_history_tell(struct wl_history *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* A machine of this configuration, the command's words applied, then complete
 * by complete() (or NULL), which may say no; the listener is told.
 * => 0 or an errno and err */
int	wl_history_create(struct wl_history *, struct sim_config *,
	    bool (*complete)(struct sim_config *), char *err, size_t errlen);
/* An access or a call that has been done, as the moment. */
void	wl_history_note(struct wl_history *, const struct wl_done *, int pid);

/* Whose name a statement begins with; NULL: nobody's. (script.c) */
struct wl_stmt;
const char *wl_history_subject(const struct wl_stmt *);

/* ---- checkpoints (point.c) ---- */
/* One here, if there is none; no memory for one is no harm. => false: it is
 * moment 0's, and the machine cannot be saved: error is set */
bool	wl_point_make(struct wl_history *, bool near);
/* => the last one not behind n; NULL: none */
const struct wl_point *wl_point_before(const struct wl_history *, uint64_t n);
/* Go there. => false: lost */
bool	wl_point_load(struct wl_history *, const struct wl_point *);
void	wl_point_free_all(struct wl_history *);

/* ---- the source's lines ---- */
bool	wl_lines_add(struct wl_lines_of *, const char *, size_t);
void	wl_lines_clear(struct wl_lines_of *);

#endif /* WL_HISTORY_INT_H */
