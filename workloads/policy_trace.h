/*
 * A trace of references through the counting engine: each reference touches the
 * pages of 4K that it covers, in rising order, as refs.h says.
 */
#ifndef WL_POLICY_TRACE_H
#define WL_POLICY_TRACE_H

#include "input.h"
#include "policy_count.h"

struct wl_trace_stats {
	uint64_t	references;	/* that counted */
	uint64_t	touches;
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

#endif /* WL_POLICY_TRACE_H */
