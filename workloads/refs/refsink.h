/*
 * Where references go: traces of several formats written, as the counterpart of
 * refsource.h.
 */
#ifndef WL_REFSINK_H
#define WL_REFSINK_H

#include <stdio.h>

#include "lackey.h"
#include "workloads/uvt/uvt.h"

struct wl_refsink;

struct wl_sinkformat {
	const char     *name;		/* as in --to; the files' suffix too */
	const char     *summary;
	bool		touches;	/* has no sizes: a reference is put as
					   one byte in each 4K page of it */
	bool		data_only;	/* has no fetches: put() leaves them */
	/* => false: no memory, or errno of the file */
	bool	      (*begin)(struct wl_refsink *, const char *origin);
	bool	      (*put)(struct wl_refsink *, const struct wl_ref *,
			    size_t n);
	bool	      (*end)(struct wl_refsink *);
	/* An operation (uvt/uvt.h), a line; NULL: the format has none */
	bool	      (*op)(struct wl_refsink *, const char *line, size_t len);
	/* Another head (uvt/uvt.h); NULL: the format has none */
	bool	      (*part)(struct wl_refsink *, const char *origin);
	/* In place of begin(); NULL: nothing can be appended */
	bool	      (*append)(struct wl_refsink *, struct wl_input *old,
			    const char *origin, char *err, size_t errlen);
};

extern const struct wl_sinkformat *const wl_sinkformats[];	/* NULL-ended */
/* => NULL: none of that name */
const struct wl_sinkformat *wl_sinkformat_byname(const char *);

struct wl_refsink {
	const struct wl_sinkformat *format;
	FILE	       *fp;
	uint32_t	process;	/* of the next references; formats
					   without processes leave it */
	uint64_t	left_out;	/* fetches, of a format without them */
	/* private */
	char	       *text;
	struct wl_uvt_writer uvt;
	struct wl_ref  *part;		/* touches made of references */
	uint64_t	ip;		/* of the last fetch */
	struct wl_sinkrecord {		/* not written yet */
		uint64_t	ip, dest[2], src[4];
		unsigned	ndest, nsrc;
	}		record;
};

/*
 * A trace written to a file, which stays the caller's.  origin: lines of text
 * that say where it comes from.
 * => false: no memory, or the file fails
 */
bool	wl_refsink_begin(struct wl_refsink *, const struct wl_sinkformat *,
	    FILE *, const char *origin);
/*
 * The same behind what there is in old, a trace of this format.
 * => false: a sentence in err
 */
bool	wl_refsink_append(struct wl_refsink *, const struct wl_sinkformat *,
	    FILE *, struct wl_input *old, const char *origin, char *err,
	    size_t errlen);
bool	wl_refsink_put(struct wl_refsink *, const struct wl_ref *, size_t n);
/* An operation between references; nothing if the format has none. */
bool	wl_refsink_op(struct wl_refsink *, const char *line, size_t len);
/* Another part, of other processes; nothing if the format has no parts. */
bool	wl_refsink_part(struct wl_refsink *, const char *origin);
bool	wl_refsink_end(struct wl_refsink *);
/* What was allocated, ended or not. */
void	wl_refsink_drop(struct wl_refsink *);

#endif /* WL_REFSINK_H */
