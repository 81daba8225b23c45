/*
 * What the tests of <uvmsim.h> share.  They use the public header alone, as a
 * program does that is linked with the library.
 */
#ifndef LIB_FIXTURE_H
#define LIB_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/uvmsim.h"

#define PAGE	4096ull

/* It fails so, and says this. */
#define assert_fails(call, number, words) do {				\
	errno = 0;							\
	assert_int_equal((call), -1);					\
	assert_int_equal(errno, (number));				\
	if (strstr(uvmsim_errmsg(), (words)) == NULL)			\
		assert_string_equal(uvmsim_errmsg(), (words));		\
} while (0)

/* It succeeds; else its own sentence is shown. */
#define assert_works(call) do {						\
	if ((call) == -1)						\
		assert_string_equal(uvmsim_errmsg(), "");		\
} while (0)

static inline struct uvmsim *
lib_machine(const char *config)
{
	struct uvmsim *u;

	assert_works(uvmsim_create(&u, config));
	return u;
}

/* A process of the machine's own system. */
static inline int
lib_spawn(struct uvmsim *u, const char *name)
{
	int pid = uvmsim_spawn(u, name, 0, NULL, NULL);

	assert_true(pid > 0);
	return pid;
}

static inline uint64_t
lib_flags(struct uvmsim *u, int pid, const char *names)
{
	uint64_t value = 0;

	assert_works(uvmsim_flags(u, pid, names, &value));
	return value;
}

/* Private anonymous memory. */
static inline uint64_t
lib_map(struct uvmsim *u, int pid, uint64_t len)
{
	uint64_t at = 0;

	assert_works(uvmsim_sys_mmap(u, pid, 0, len, UVMSIM_READ | UVMSIM_WRITE,
	    lib_flags(u, pid, "MAP_ANON|MAP_PRIVATE"), -1, 0, &at));
	return at;
}

static inline uint64_t
lib_counter(const struct uvmsim *u, const char *name)
{
	uint64_t value = 0;

	assert_works(uvmsim_counter(u, name, &value));
	return value;
}

static inline void
lib_sound(struct uvmsim *u)
{
	assert_works(uvmsim_check(u));
}

#endif /* LIB_FIXTURE_H */
