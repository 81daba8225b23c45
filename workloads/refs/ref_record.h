/*
 * Formats of records of one size: what they share.
 *
 * A format is a rule: how long a record is, and how records become references.
 * The last record may be cut.  Memory is constant.
 */
#ifndef WL_REF_RECORD_H
#define WL_REF_RECORD_H

#include "workloads/io/bytes.h"
#include "refsource.h"

struct wl_refrecord;

struct wl_recrule {
	size_t		bytes;		/* of a record, 96 at most */
	unsigned	most;		/* references that one can give */
	size_t		state;		/* bytes of its own, zero at first */
	/*
	 * Records of rec[0 .. n), all of them, or up to one that is wrong
	 * (r->why) or changes r->process while there are references.
	 * => how many were read; references are put behind r->ref[r->n - 1]
	 */
	size_t	      (*decode)(struct wl_refrecord *, const uint8_t *rec,
			    size_t n);
	/* => the trace may end here; NULL: it may end anywhere */
	bool	      (*whole)(const struct wl_refrecord *);
	void	      (*fini)(void *state);
};

struct wl_refrecord {
	const struct wl_recrule *rule;
	void	       *state;
	uint32_t	process;	/* of the references */
	uint64_t	skipped;	/* records without references */
	char		why[160];	/* "expected ...", of the next record */
	/* private, but for decode() */
	struct wl_ref  *ref;
	size_t		n;
	uint8_t	       *buf;
	size_t		pos, len;
	bool		eof;
};

static inline void
wl_put_ref(struct wl_refrecord *r, uint64_t va, uint32_t size, uint32_t kind)
{
	r->ref[r->n++] = (struct wl_ref){ va, size, kind };
}

/* The functions of a row of wl_refformats, whose `rule' is a wl_recrule. */
#define WL_REFRECORD(rule_)	.open = wl_refrecord_open, \
				.close = wl_refrecord_close, \
				.next = wl_refrecord_next, .binary = true, \
				.rule = rule_
bool	wl_refrecord_open(struct wl_refsource *);
void	wl_refrecord_close(struct wl_refsource *);
size_t	wl_refrecord_next(struct wl_refsource *, const struct wl_ref **);

#endif /* WL_REF_RECORD_H */
