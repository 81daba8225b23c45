/*
 * procmap: display the memory map of a simulated process.
 */
#include <stdio.h>

#include "api/bounds.h"
#include "api/procmap/procmap.h"

int
main(int argc, char **argv)
{
	struct api_bounds bounds = { .ops = 0 };
	int status;

	if (!api_bounds_args(&bounds, "procmap", &argc, &argv))
		return 1;
	status = procmap_main(argc, argv, stdout, stderr);
	api_guard_end();
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "procmap: standard output: write error\n");
		return 1;
	}
	return status;
}
