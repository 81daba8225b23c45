/*
 * The base page of tests that are about a machine of 4K pages (amd64, i386):
 * their addresses, counts and expectations are written for it.  Tests of other
 * pages ask the machine (pg_size() and its like, pmap/types.h).
 */
#ifndef TESTS_PAGE4K_H
#define TESTS_PAGE4K_H

#include "pmap/types.h"

#define T_SHIFT		12
#define T_PAGE		((vsize_t)1 << T_SHIFT)
#define T_MASK		(T_PAGE - 1)
#define T_TRUNC(a)	((a) & ~T_MASK)
#define T_ROUND(a)	(((a) + T_MASK) & ~T_MASK)
#define T_ATOP(a)	((uint64_t)(a) >> T_SHIFT)
#define T_PTOA(n)	((uint64_t)(n) << T_SHIFT)

#endif /* TESTS_PAGE4K_H */
