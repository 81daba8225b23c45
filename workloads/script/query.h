/*
 * One statement of the script language at a time, asked while a run stands
 * still: the processes that it may name are those that the machine has, or that
 * the script makes at some time.
 */
#ifndef WL_SCRIPT_QUERY_H
#define WL_SCRIPT_QUERY_H

#include "exec.h"

struct wl_query;

struct wl_query *wl_query_new(void);		/* NULL: no memory */
void	wl_query_free(struct wl_query *);	/* NULL is allowed */
/*
 * Read one, which takes the place of the one before; script may be NULL.
 * => NULL: *err says where (columns of text) and why
 */
const struct wl_stmt *wl_query_read(struct wl_query *, struct machine *,
	    const struct wl_script *, const char *text, struct wl_script_error
	   *err);

#endif /* WL_SCRIPT_QUERY_H */
