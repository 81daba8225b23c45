/*
 * What is done with a machine that came out of a core: everything that the
 * tools of users and a workload do, to see whether it holds together.
 */
#ifndef TESTS_CORE_USE_H
#define TESTS_CORE_USE_H

#include "sim/sim.h"

/*
 * It passes every check; saved, loaded and saved again it is the same bytes;
 * all kinds of `show' and the tools speak of it; processes read, write, fork,
 * give memory back and end, and it passes every check after that.  The files
 * that are needed lie in dir; the machine is destroyed.
 * => NULL, or what went wrong, in buf
 */
const char *core_use(struct machine *, const char *dir, bool tools, char *buf,
	    size_t len);

#endif /* TESTS_CORE_USE_H */
