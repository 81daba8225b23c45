/*
 * Random numbers and random places that are the same on every host: what the
 * script's patterns (script/pattern.c) and the generators of traces (gen/gen.h)
 * draw.  Integers only.
 */
#ifndef WL_PATTERN_H
#define WL_PATTERN_H

#include <stdint.h>

#define WL_MAXPLACES	((uint64_t)1 << 22)	/* of zipf and of a cycle */

/* => the next number of splitmix64; any state will do to begin with */
uint64_t wl_random(uint64_t *state);

/*
 * Running sums of the weights of n places, 1 to WL_MAXPLACES: place k, from 1,
 * has a weight in proportion to 1/k^skew, skew in 1/65536.
 * => malloc()ed; NULL: no memory
 */
uint64_t *wl_zipf_sums(uint64_t n, uint32_t skew);
/* => the place, from 0, in whose share of the total a random number falls */
uint64_t wl_zipf_place(const uint64_t *sum, uint64_t n, uint64_t random);

/*
 * One random cycle through n places, 1 to WL_MAXPLACES: [i] is what follows i.
 * => malloc()ed; NULL: no memory
 */
uint32_t *wl_cycle(uint64_t n, uint64_t *rng);

#endif /* WL_PATTERN_H */
