/*
 * The value of the machine key tlb: NAME[:PART]...
 *
 *	NAME	a preset, or "custom" (nothing, with the costs of a preset)
 *	PART	l1=ARRAY l1d=ARRAY l1i=ARRAY l2=ARRAY l2i=ARRAY
 *			one more array of that level; the first one takes the
 *			place of those of the preset.  l1 is l1d without l1i
 *		pwc=ARRAY	one more walk cache, from the leaf table up
 *		policy=lru|plru  asid=on|off  broadcast=on|off
 *		nested=LEVELS	of the host's walk; 0: none
 *		threshold=PAGES	from which on an operation flushes; 0: never
 *		hit=N walk=N pwchit=N invalidate=N flush=N ipi=N	cycles
 *	ARRAY	ENTRIES[xWAYS][@LO-HI]: without WAYS fully associative; page
 *		sizes from 2^LO to 2^HI bytes, all without
 *
 * As in tlb=skylake:nested=4 or tlb=custom:l1=64x4:l2=1536x12:policy=lru.
 */
#ifndef SIM_TLB_CONFIG_H
#define SIM_TLB_CONFIG_H

#include "pmap/tlb.h"

/* => 0, or EINVAL and what is wrong, for people, in why */
int	sim_tlb_parse(const char *value, struct tlb_preset *out, char *why,
	    size_t len);

#endif /* SIM_TLB_CONFIG_H */
