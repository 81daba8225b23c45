/*
 * Is this build slow by nature?  Sanitizers say so themselves, for valgrind and
 * emulated hosts the makefile does.  Such a build tries fewer of the cases.
 */
#ifndef TESTS_SLOW_H
#define TESTS_SLOW_H

#if defined(__SANITIZE_ADDRESS__)
#define TESTS_SLOW	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TESTS_SLOW	1
#endif
#endif
#ifndef TESTS_SLOW
#define TESTS_SLOW	0
#endif

/* So many; a slow build: as many as an n-th of them, but one at least. */
#define TESTS_FEWER(many, n)						\
	(!TESTS_SLOW ? (many) : (many) / (n) > 0 ? (many) / (n) : 1)

#endif /* TESTS_SLOW_H */
