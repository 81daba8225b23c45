/*
 * A trace of references through the counting engine: each reference touches the
 * pages of 4K that it covers, in rising order, as refs/refs.h says.  The frames
 * are one pool for all processes of the trace; their pages are different ones.
 */
#ifndef WL_POLICY_TRACE_H
#define WL_POLICY_TRACE_H

#include "workloads/refs/lackey.h"
#include "count.h"
#include "workloads/refs/spaces.h"

struct wl_trace_stats {
	uint64_t	references;	/* that counted */
	uint64_t	touches;
	bool		stopped;	/* the input's watch has ended it */
	bool		cut;		/* the trace breaks off */
	uint64_t	line;		/* behind this one, then */
	char		cut_why[128];	/* a sentence, or empty */
};

/*
 * All of the trace, which is read once; then the stream has ended.
 * => 0; EINVAL: no trace of references, or a bad line; ENOMEM; EOVERFLOW: as
 *    wl_count_touch().  A sentence in err names the trace and the place
 */
int	wl_count_trace(struct wl_count *, struct wl_input *, bool data_only,
	    struct wl_trace_stats *, char *err, size_t errlen);

/*
 * The same for a caller who has the references, from wl_count_feed() to
 * wl_count_feed_fini().
 */
#define WL_COUNT_FEED	4096

struct wl_count_feed {
	struct wl_count *count;
	bool		data_only;	/* fetches are left out */
	uint64_t	references, touches;	/* counted so far */
	struct wl_spaces spaces;
	size_t		n;
	uint64_t	touch[WL_COUNT_FEED];	/* not yet counted */
};

void	wl_count_feed(struct wl_count_feed *, struct wl_count *,
	    bool data_only);
void	wl_count_feed_fini(struct wl_count_feed *);
/* References of a process. => 0, ENOMEM, EOVERFLOW: as wl_count_touch() */
int	wl_count_give(struct wl_count_feed *, uint32_t process,
	    const struct wl_ref *, size_t n);
int	wl_count_flush(struct wl_count_feed *);	/* before wl_count_finish() */
const char *wl_count_why(int error);		/* a sentence for these */

#endif /* WL_POLICY_TRACE_H */
