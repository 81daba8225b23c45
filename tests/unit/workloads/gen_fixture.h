/*
 * Generated traces in memory, for tests.
 */
#ifndef TEST_GEN_FIXTURE_H
#define TEST_GEN_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "workloads/gen/gen.h"

#define GEN_PAGE 4096u

struct gen_trace {
	struct wl_ref  *ref;
	uint32_t       *process;
	size_t		n;
	char	       *ops;	/* lines, each behind "NUMBER " of references
				   before it */
	size_t		opslen;
};

/* Whatever is wrong fails the test. */
void	gen_parse(struct wl_gen_args *, const char *text);
void	gen_collect(struct gen_trace *, const char *text);
void	gen_collect_args(struct gen_trace *, const struct wl_gen_args *);
void	gen_drop(struct gen_trace *);
/* Of a reference's address, from the first that generators use. */
uint64_t gen_offset(const struct gen_trace *, size_t i);

#endif /* TEST_GEN_FIXTURE_H */
