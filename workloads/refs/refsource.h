/*
 * Where references come from: traces of any format that has them, found out
 * from their content, as a stream of struct wl_ref.
 *
 * A format is a row of wl_refformats: its decoder, and what finds it.
 */
#ifndef WL_REFSOURCE_H
#define WL_REFSOURCE_H

#include "lackey.h"
#include "workloads/uvt/uvt.h"

struct wl_refsource;

struct wl_refformat {
	const char     *name;		/* "lackey" */
	const char     *summary;
	bool		binary;		/* is never text: not asked then */
	/* NULL: the rule, which is one of lines, tells (ref_text.h) */
	bool	      (*detect)(const char *text, size_t len);
	/* => false: no memory */
	bool	      (*open)(struct wl_refsource *);
	void	      (*close)(struct wl_refsource *);
	/* As wl_refsource_next(). */
	size_t	      (*next)(struct wl_refsource *, const struct wl_ref **);
	bool		skips;		/* the decoder honours in->skip */
	const void     *rule;		/* of the decoder that formats share:
					   ref_text.h, ref_record.h */
};

/* NULL-ended; in the order in which they are looked for */
extern const struct wl_refformat *const wl_refformats[];
/* => NULL: none of that name */
const struct wl_refformat *wl_refformat_byname(const char *);

struct wl_refsource {
	const struct wl_refformat *format;
	uint64_t	records;	/* of the trace, returned or skipped:
					   lines, or blocks */
	uint64_t	skipped;	/* of these, without references */
	uint32_t	process;	/* of the references last returned: its
					   number, from 0 on; 0 if the format
					   has no processes, or they count as
					   one (in->one_space) */
	bool		stopped;	/* in->watch has ended it behind them */
	bool		cut;		/* the trace breaks off behind them;
					   in->error may say more */
	char		error[256];	/* "LINE:COLUMN: " or "block N: " and a
					   sentence; empty: none so far */
	/* private */
	struct wl_input *in;
	union {
		struct wl_lackey lackey;
		struct wl_uvt_reader uvt;
	} u;
	void	       *state;		/* of other decoders */
	uint32_t	decoded;	/* process, as the decoder has it */
	uint64_t	skip, left;	/* references to pass over; to take */
	uint64_t	taken;		/* of those that the watch allows */
};

/*
 * The address of an object of a cache, which is a page: its number is the
 * object's, as long as that is below 2^52; larger ones (hashes) are folded.
 */
static inline uint64_t
wl_ref_object(uint64_t object)
{
	return (object ^ object >> 52) << 12;
}

/*
 * => how many of n references are to be taken until *left of them count, which
 *    becomes less by as many; data_only: fetches do not count
 */
size_t	wl_ref_until(const struct wl_ref *, size_t n, bool data_only,
	    uint64_t *left);
/*
 * What the input holds, nothing of it consumed: what it is said to hold
 * (in->as), or else what its content tells.
 * => NULL: none of these
 */
const struct wl_refformat *wl_refsource_detect(struct wl_input *);
/*
 * in stays the caller's, at the beginning of a trace.  Of its references the
 * source returns those that in->skip and in->until leave; a trace that has not
 * so many as are to be passed over is an error.
 * => 0; EINVAL: of no known format; ENOMEM
 */
int	wl_refsource_open(struct wl_refsource *, struct wl_input *in);
void	wl_refsource_close(struct wl_refsource *);
/*
 * The next references, all of one process, valid until the next call.
 * => how many; 0: the end, or an error if error says so
 */
size_t	wl_refsource_next(struct wl_refsource *, const struct wl_ref **);

#endif /* WL_REFSOURCE_H */
