/*
 * The commands procmap, procstat and vmstat as functions, for `show' of the
 * script language.
 */
#ifndef API_TOOLS_H
#define API_TOOLS_H

#include <stdio.h>

#include "sim/sim.h"

/*
 * Run the tool named argv[0] on a live machine, as an observer outside of it;
 * complaints go where its output goes.  What the thread has open stays so.
 * => its exit status; 2: no such tool
 */
int	api_tool(struct machine *, int argc, char **argv, FILE *out);

#endif /* API_TOOLS_H */
