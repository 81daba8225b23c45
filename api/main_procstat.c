/*
 * procstat: the command of FreeBSD, over a core or a script's last state.
 */
#include "api/include/uvmsim.h"
#include "api/procstat/procstat.h"

int
main(int argc, char **argv)
{
	int status = procstat_main(argc, argv, stdout, stderr);

	uvmsim_close();
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("procstat: standard output: write error\n", stderr);
		return status == PROCSTAT_OK ? PROCSTAT_FAIL : status;
	}
	return status;
}
