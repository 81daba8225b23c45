/*
 * The one generator of a machine: splitmix64 (Steele, Lea and Flood 2014).
 */
#include "sim.h"

uint64_t
sim_random(struct machine *m)
{
	uint64_t z = m->rng += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}
