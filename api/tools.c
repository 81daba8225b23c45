/*
 * Tools by name.
 */
#include "tools.h"

#include <string.h>

#include "context.h"
#include "api/procmap/procmap.h"
#include "api/procstat/procstat.h"
#include "api/vmstat/vmstat.h"

static const struct {
	const char *name;
	int (*main)(int, char **, FILE *, FILE *);
} tools[] = {
	{ "procmap", procmap_main },
	{ "procstat", procstat_main },
	{ "vmstat", vmstat_main },
};

int
api_tool(struct machine *m, int argc, char **argv, FILE *out)
{
	struct api_context own;
	int status = 2;

	api_borrow(m, &own);
	for (size_t i = 0; i < NELEM(tools); i++)
		if (strcmp(tools[i].name, argv[0]) == 0)
			status = tools[i].main(argc, argv, out, out);
	api_return(&own);
	return status;
}
