/*
 * vmstat: the command of AIX, over a core or a script's last state.
 */
#include "api/include/uvmsim.h"
#include "api/vmstat/vmstat.h"

int
main(int argc, char **argv)
{
	int status = vmstat_main(argc, argv, stdout, stderr);

	uvmsim_close();
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("vmstat: standard output: write error\n", stderr);
		return status == VMSTAT_OK ? VMSTAT_FAIL : status;
	}
	return status;
}
