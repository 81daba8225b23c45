/*
 * procmap: display the memory map of a simulated process.
 */
#include <stdio.h>

#include "api/procmap/procmap.h"

int
main(int argc, char **argv)
{
	int status = procmap_main(argc, argv, stdout, stderr);

	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "procmap: standard output: write error\n");
		return 1;
	}
	return status;
}
