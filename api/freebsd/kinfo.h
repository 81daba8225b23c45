/*
 * The kernel's side of kinfo_getvmmap(3): an address space as records of
 * struct kinfo_vmentry (reference "FreeBSD kinfo" 1 and 3; docs/freebsd.md has
 * the table that turns UVM's layers into FreeBSD's objects).
 *
 *	entry -> chain (top, bottom) -> record -> packed into the buffer
 *
 * One record an entry, in rising order.  A packed record is 136 bytes, the path
 * and its NUL, rounded up to 8; an expanded one 1160 bytes.
 */
#ifndef API_FREEBSD_KINFO_H
#define API_FREEBSD_KINFO_H

#include "api/context.h"

struct api_vmmap {
	char	       *at;		/* where the next byte goes */
	size_t		room;		/* bytes there that can be written */
	size_t		total;		/* result: bytes of all records; those
					   that fit have been written, the last
					   perhaps in part */
	bool		expanded;	/* 1160 bytes each */
	/* No room: find more.  => false: there is none.  NULL: none */
	bool	      (*more)(struct api_vmmap *);
	void	       *ctx;		/* more's own */
};

/*
 * The records of a process, all of them counted, those that fit written.  The
 * kernel's process (0) has none.  => 0, or ENOMEM (no host memory to count)
 */
int	api_freebsd_vmmap(struct machine *, struct process *,
	    struct api_vmmap *);

#endif /* API_FREEBSD_KINFO_H */
