/*
 * A trace kept so that any of its blocks can be read again: references coded as
 * in uvt (2 or 3 bytes each), lines of operations as text, in a file that has
 * no name.  In memory there is one block, and an index of 32 bytes a block.
 *
 *	reader --> block 0, block 1, ... block n-1 (as far as one has gone)
 */
#ifndef WL_HISTORY_TAPE_H
#define WL_HISTORY_TAPE_H

#include <stdio.h>

#include "workloads/refs/refsource.h"

enum wl_tape_kind { WL_TAPE_PART,	/* another part of the trace begins */
    WL_TAPE_OPS, WL_TAPE_REFS };

struct wl_tape_block {
	uint64_t	offset;		/* in the file */
	uint32_t	size;		/* bytes there */
	uint32_t	n;		/* references, or bytes of text */
	uint32_t	process;	/* of references */
	uint32_t	line;		/* of text: its first one, from 1 */
	uint8_t		kind;		/* enum wl_tape_kind */
};

struct wl_tape {
	bool		with_ops;	/* of operations and references */
	bool		ended, cut;
	bool		host;		/* error is not the trace's */
	char		error[300];	/* why it ended; empty: as it should */
	size_t		nblocks;
	struct wl_tape_block *block;
	/* the block that is open */
	size_t		open;		/* SIZE_MAX: none */
	struct wl_ref  *ref;		/* REFS: block.n of them */
	char	       *text;		/* OPS: block.n bytes and a NUL */
	/* private */
	size_t		maxblocks;
	FILE	       *fp;
	uint64_t	end;		/* of the file */
	uint32_t	lines;		/* of text, so far */
	struct wl_input *in;
	union {
		struct wl_refsource refs;
		struct wl_uvt_reader uvt;
	} u;
	bool		reading;	/* u is open */
	const struct wl_ref *left;	/* of the source, not taken yet */
	size_t		nleft;
	uint32_t	left_process;
	uint8_t	       *coded;		/* a block */
	size_t		textcap;
};

/* in stays the caller's, at the beginning. => 0, EINVAL (no trace), ENOMEM,
   EIO (error) */
int	wl_tape_open(struct wl_tape *, struct wl_input *in, bool with_ops);
void	wl_tape_close(struct wl_tape *);
/*
 * Open block i, which may be the first that has not been read yet.
 * => NULL: there is none (ended, error), or it could not be read (error)
 */
const struct wl_tape_block *wl_tape_get(struct wl_tape *, size_t i);

#endif /* WL_HISTORY_TAPE_H */
