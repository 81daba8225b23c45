/*
 * uvmsim generate: what its files share.
 */
#ifndef API_CMD_GENERATE_H
#define API_CMD_GENERATE_H

#include "cmd.h"
#include "workloads/gen/gen.h"

/*
 * Which pages are touched when, in characters, at most 79 columns wide: time to
 * the right, pages upwards, page 0 being the first that the generator may use.
 *
 *	    48 |      ooo    .  .
 *	    32 |      ooo   . ..
 *	    16 |###         . . .
 *	     0 |   ###   ### . .
 *	       +-----------------
 *	        0           1024 references
 *
 * A row is a band of pages, its lowest one is written before it.  # is a band
 * that has half of the references of that time or more, o an eighth, . any.
 * => 0, or ENOMEM
 */
int	cmd_generate_plot(FILE *, const struct wl_gen_args *);

#endif /* API_CMD_GENERATE_H */
