/*
 * procstat: the command of FreeBSD, over a core or a script's last state.
 */
#include "api/include/uvmsim.h"
#include "api/bounds.h"
#include "api/procstat/procstat.h"

int
main(int argc, char **argv)
{
	struct api_bounds bounds = { .ops = 0 };
	int status;

	if (!api_bounds_args(&bounds, "procstat", &argc, &argv))
		return PROCSTAT_USAGE;
	status = procstat_main(argc, argv, stdout, stderr);
	api_guard_end();
	uvmsim_close();
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("procstat: standard output: write error\n", stderr);
		return status == PROCSTAT_OK ? PROCSTAT_FAIL : status;
	}
	return status;
}
