/*
 * The files of the tests of cores: two of them, in a directory that is there
 * from core_set_up to core_tear_down (of a group of tests).
 */
#ifndef TESTS_CORE_FILES_H
#define TESTS_CORE_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core_machines.h"
#include "sim/core_section.h"
#include "sim/core_sum.h"
#include "sim/stats.h"

extern char core_dir[48];
extern char core_path_a[64], core_path_b[64];

int	core_set_up(void **state);	/* => 0 or -1 */
int	core_tear_down(void **state);

/* These fail the test when they do not succeed. */
void	core_save(struct machine *, const char *path);
struct machine *core_load(const char *what, const char *path);
/* Both saved: the same bytes.  what, when: said if they are not */
void	core_assert_same(const char *what, const char *when, struct machine *,
	    struct machine *);

#endif /* TESTS_CORE_FILES_H */
