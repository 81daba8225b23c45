/*
 * The kinds of exercises: make() of each (drill.h), one file a kind.
 */
#ifndef WL_DRILL_KINDS_H
#define WL_DRILL_KINDS_H

#include "drill.h"

void	wl_drill_translate(struct wl_drill *);	/* drill_translate.c */
void	wl_drill_tables(struct wl_drill *);	/* drill_tables.c */
void	wl_drill_layout(struct wl_drill *);	/* drill_layout.c */
void	wl_drill_faults(struct wl_drill *);	/* drill_faults.c */
void	wl_drill_cow(struct wl_drill *);	/* drill_cow.c */
void	wl_drill_forks(struct wl_drill *);	/* drill_forks.c */
void	wl_drill_share(struct wl_drill *);	/* drill_share.c */
void	wl_drill_superpages(struct wl_drill *);	/* drill_superpages.c */
void	wl_drill_reach(struct wl_drill *);	/* drill_reach.c */
void	wl_drill_replace(struct wl_drill *);	/* drill_replace.c */
void	wl_drill_distance(struct wl_drill *);	/* drill_distance.c */
void	wl_drill_wset(struct wl_drill *);	/* drill_wset.c */
void	wl_drill_paging(struct wl_drill *);	/* drill_paging.c */
void	wl_drill_wiring(struct wl_drill *);	/* drill_wiring.c */
void	wl_drill_maps(struct wl_drill *);	/* drill_maps.c */
void	wl_drill_amaps(struct wl_drill *);	/* drill_amaps.c */

/* ---- reference strings (drill_string.c) ---- */

#define WL_STRING_MAX	24

struct wl_string_of {			/* touches of pages 0 .. npages - 1 */
	unsigned	page[WL_STRING_MAX];
	unsigned	n, npages;
};
/*
 * n references to npages pages: each page at least once, no page twice in a
 * row, some of them to pages used of late.
 */
void	wl_draw_string(struct wl_drill *, struct wl_string_of *, unsigned n,
	    unsigned npages);
/* "1 2 3 4 1 2 5" */
const char *wl_string_text(const struct wl_string_of *, char *buf,
	    size_t len);

#endif /* WL_DRILL_KINDS_H */
