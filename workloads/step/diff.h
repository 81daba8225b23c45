/*
 * The state of a machine as facts that can be compared: counters, processes,
 * entries of their maps, pages.
 */
#ifndef WL_STEP_DIFF_H
#define WL_STEP_DIFF_H

#include <stdio.h>

#include "sim/sim.h"

enum wl_fact_kind { WL_FACT_PROCESS, WL_FACT_ENTRY, WL_FACT_PAGE,
    WL_FACT_COUNTER };

struct wl_fact {
	uint8_t		kind;
	char		who[31];	/* process, or counter */
	uint64_t	key;		/* address, or the counter's number */
	uint64_t	value;		/* end; frame; count */
	uint64_t	tag;		/* content of a page */
	char		text[128];
};

struct wl_facts {
	struct wl_fact *fact;		/* sorted */
	size_t		n, max;
	uint64_t	page;		/* size of one, bytes */
	bool		failed;		/* no memory */
};

/* => false: no memory; wl_facts_free() is to come in any case */
bool	wl_facts_note(struct wl_facts *, struct machine *);
void	wl_facts_free(struct wl_facts *);
/* What is different in b, a moment of the same machine. => lines told */
uint64_t wl_facts_diff(const struct wl_facts *a, const struct wl_facts *b,
	    FILE *);

#endif /* WL_STEP_DIFF_H */
