/*
 * The machine that replays references when nobody says otherwise: plenty of
 * memory, and no contents: what is asked for is which pages.  Under a policy
 * also plenty of swap, for the pages that it sends away.
 */
#include <string.h>

#include "refs.h"

#define PLENTY ((uint64_t)24 << 30)
#define NOT_GIVEN UINT64_MAX /* swap */

void
wl_refs_default(struct sim_config *c)
{
	sim_config_default(c);
	c->ram = 0;
	c->swap = NOT_GIVEN;
	c->personality = &sim_linux;
	c->tags = false;
	c->foresight = true;
}

void
wl_refs_ram(struct sim_config *c)
{
	const struct pmap_geometry *geo = c->arch;
	const uint64_t most = pg_ptoa(geo,
	    geo->pte.frame >> geo->pte.pfn_shift);

	if (c->ram == 0)
		c->ram = PLENTY < most ? PLENTY : most;
}

bool
wl_refs_complete(struct sim_config *c)
{
	char err[64];

	if (c->policy != NULL && c->frames == 0 && c->ram == 0)
		return false;
	wl_refs_ram(c);
	if (c->swap == NOT_GIVEN)
		(void)sim_config_set(c,
		    c->policy != NULL ? "swap=24G" : "swap=0", err,
		    sizeof(err));
	return true;
}
