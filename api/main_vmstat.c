/*
 * vmstat: the command of AIX, over a core or a script's last state.
 */
#include "api/include/uvmsim.h"
#include "api/bounds.h"
#include "api/vmstat/vmstat.h"

int
main(int argc, char **argv)
{
	struct api_bounds bounds = { .ops = 0 };
	int status;

	if (!api_bounds_args(&bounds, "vmstat", &argc, &argv))
		return VMSTAT_USAGE;
	status = vmstat_main(argc, argv, stdout, stderr);
	api_guard_end();
	uvmsim_close();
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("vmstat: standard output: write error\n", stderr);
		return status == VMSTAT_OK ? VMSTAT_FAIL : status;
	}
	return status;
}
