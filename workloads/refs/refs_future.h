/*
 * The future of a trace of references: for each touch (refs.h), the number of
 * the next touch of the same page of the same process.  4 bytes a touch.
 */
#ifndef WL_REFS_FUTURE_H
#define WL_REFS_FUTURE_H

#include "refsource.h"

struct wl_future {
	uint32_t       *when;		/* by touch, from 0; VM_POLICY_NEVER:
					   there is none */
	size_t		n, room;
};

/* => pages behind that of the first byte; none when the addresses end first */
static inline uint64_t
wl_ref_more_pages(const struct wl_ref *ref, unsigned page_shift)
{
	uint64_t last = ref->va + (ref->size - 1);

	return last >= ref->va ?
	    (last >> page_shift) - (ref->va >> page_shift) : 0;
}

/*
 * Read the trace up to its end, a bad place, or reference number until (0:
 * never).  => 0; ENOMEM; EOVERFLOW: more touches than a policy can count;
 * EINVAL: of no known format
 */
int	wl_future_make(struct wl_future *, struct wl_input *,
	    unsigned page_shift, bool data_only, uint64_t until);
void	wl_future_free(struct wl_future *);

#endif /* WL_REFS_FUTURE_H */
